//! NVIDIA's graphics processors: memory, products by cuBLAS, and operations of our own, which are compiled on the user's
//! machine. The libraries are looked for when the program runs: a machine without them can still start it.

#![expect(clippy::unused_self, reason = "where something lies is asked of the device that holds it")]

mod attention;
mod memory;
mod rows;

use std::collections::HashMap;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use cudarc::cublas::{CudaBlas, result::gemm_ex, sys as blas};
use cudarc::driver::sys::{self as driver, CUfunction_attribute_enum};
use cudarc::driver::{CudaContext, CudaFunction, CudaStream, result};
use cudarc::nvrtc::{self, CompileOptions, compile_ptx_with_opts};
use half::bf16;

use memory::{Memory, Pool};

pub use attention::Segments;
pub use rows::NormPlaces;

use crate::model::backend::BackendError;

/// The source of every operation.
const SOURCE: &str = concat!(include_str!("common.cu"), include_str!("rows.cu"), include_str!("attention.cu"));

const OPERATIONS: &[&str] = &[
    "embed",
    "round_values",
    "widen_values",
    "add_bias",
    "drop",
    "add_dropped",
    "rms_norm",
    "rms_norm_back",
    "rms_norm_weight_back",
    "add_column_sums",
    "rotate",
    "gate",
    "gate_back",
    "gather_rows",
    "scatter_rows",
    "scale_rows",
    "write_slots",
    "log_softmax",
    "attention_64",
    "attention_128",
    "attention_256",
    "attention_back_64",
    "attention_back_128",
    "attention_back_256",
];

/// Threads of a block, where nothing asks for another number.
const THREADS: u32 = 256;

/// One graphics processor. All work goes into one stream: what is asked for later is done later.
pub struct CudaDevice {
    stream: Arc<CudaStream>,
    pool: Arc<Pool>,
    /// cuBLAS's handle is for one thread at a time.
    blas: Mutex<CudaBlas>,
    operations: HashMap<&'static str, CudaFunction>,
}

impl std::fmt::Debug for CudaDevice {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("CudaDevice")
    }
}

/// Row-major f32 on the device.
#[derive(Debug)]
pub struct CudaMatrix {
    values: Memory,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
}

/// A frozen weight on the device, row-major.
#[derive(Debug)]
pub struct CudaWeight {
    values: WeightValues,
    /// Outputs.
    pub rows: usize,
    /// Inputs.
    pub columns: usize,
}

#[derive(Debug)]
enum WeightValues {
    F32(Memory),
    Bf16(Memory),
}

impl CudaWeight {
    /// Whether products with it take their other factor in bf16.
    pub fn is_half(&self) -> bool {
        matches!(self.values, WeightValues::Bf16(_))
    }
}

/// Values in bf16, for one product.
#[derive(Debug)]
pub struct HalfMatrix {
    values: Memory,
    rows: usize,
    columns: usize,
}

/// A factor of a product: some columns of rows, or of what rows are when they are turned.
#[derive(Debug, Clone, Copy)]
pub struct Factor<'a> {
    address: u64,
    kind: blas::cudaDataType,
    rows: usize,
    columns: usize,
    row_length: usize,
    is_transposed: bool,
    owner: PhantomData<&'a ()>,
}

impl Factor<'_> {
    /// Some of its rows, where it is not turned.
    #[must_use]
    pub fn rows(self, rows: &Range<usize>) -> Self {
        assert!(!self.is_transposed && rows.end <= self.rows, "rows of the factor");
        let width = if self.kind == blas::cudaDataType::CUDA_R_16BF { 2 } else { 4 };
        let address = self.address + (width * rows.start * self.row_length) as u64;
        Self { address, rows: rows.len(), ..self }
    }

    /// Turned: its rows are its columns.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { is_transposed: !self.is_transposed, rows: self.columns, columns: self.rows, ..self }
    }
}

/// How exact a product of f32 is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// As f32 is.
    Full,
    /// Factors cut to 10 bits (TF32): beside products with bf16, which have 7.
    Reduced,
}

/// What an operation is given.
#[derive(Debug, Clone, Copy)]
enum Argument {
    Wide(u64),
    Count(i32),
    Number(f32),
}

/// The address of nothing.
const NONE: Argument = Argument::Wide(0);

impl Argument {
    fn count(value: usize) -> Self {
        Self::Count(value as i32)
    }
}

fn failed(what: &str, error: impl std::fmt::Display) -> BackendError {
    BackendError(candle_core::Error::Msg(format!("{what}: {error}")))
}

fn told<T>(result: Result<T, result::DriverError>) -> Result<T, BackendError> {
    result.map_err(|error| failed("CUDA", error))
}

impl CudaDevice {
    /// Opens the first graphics processor.
    pub fn open() -> Result<Self, BackendError> {
        // SAFETY: the three libraries are NVIDIA's own; loading them runs nothing else.
        let found = unsafe { [driver::is_culib_present(), blas::is_culib_present(), nvrtc::sys::is_culib_present()] };
        for (library, found) in ["the driver (libcuda)", "cuBLAS", "NVRTC"].iter().zip(found) {
            if !found {
                return Err(failed(library, "not found on this machine"));
            }
        }
        let context = told(CudaContext::new(0))?;
        // SAFETY: there is one stream, so nothing has to wait for another.
        unsafe { context.disable_event_tracking() };
        keep_freed_memory(&context)?;
        let (major, minor) = told(context.compute_capability())?;
        let options = CompileOptions {
            options: vec![format!("--gpu-architecture=compute_{major}{minor}"), "--std=c++17".to_owned()],
            ..CompileOptions::default()
        };
        let compiled = compile_ptx_with_opts(SOURCE, options).map_err(|error| failed("NVRTC", error))?;
        let module = told(context.load_module(compiled))?;
        let most =
            told(context.attribute(driver::CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN))?;
        let mut operations = HashMap::new();
        for &name in OPERATIONS {
            let function = told(module.load_function(name))?;
            if name.starts_with("attention") {
                let limit = CUfunction_attribute_enum::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
                told(function.set_attribute(limit, most))?;
            }
            operations.insert(name, function);
        }
        let stream = context.default_stream();
        let blas = CudaBlas::new(Arc::clone(&stream)).map_err(|error| failed("cuBLAS", error))?;
        let pool = Arc::new(Pool::new(Arc::clone(&stream)));
        Ok(Self { stream, pool, blas: Mutex::new(blas), operations })
    }

    /// What the card is called.
    pub fn name(&self) -> Result<String, BackendError> {
        told(self.stream.context().name())
    }

    /// Waits until everything that was asked for is done.
    pub fn wait(&self) -> Result<(), BackendError> {
        told(self.stream.synchronize())
    }

    /// Memory for `count` values, with anything in it.
    fn lend<T>(&self, count: usize) -> Result<Memory, BackendError> {
        self.pool.lend(count * size_of::<T>())
    }

    fn put<T: Copy>(&self, values: &[T]) -> Result<Memory, BackendError> {
        let memory = self.lend::<T>(values.len())?;
        if !values.is_empty() {
            told(self.stream.context().bind_to_thread())?;
            // SAFETY: the memory is as long as the values, which the driver has read when it returns.
            told(unsafe { result::memcpy_htod_async(memory.address(), values, self.stream.cu_stream()) })?;
        }
        Ok(memory)
    }

    /// Copies bytes from memory to memory.
    fn copy_bytes(&self, from: &Memory, to: &Memory, bytes: usize) -> Result<(), BackendError> {
        assert!(bytes <= from.len() && bytes <= to.len(), "bytes that are there");
        if bytes == 0 {
            return Ok(());
        }
        told(self.stream.context().bind_to_thread())?;
        // SAFETY: both are as long as what is copied.
        told(unsafe { result::memcpy_dtod_async(to.address(), from.address(), bytes, self.stream.cu_stream()) })
    }

    /// A matrix with anything in it, to be written.
    pub fn matrix(&self, rows: usize, columns: usize) -> Result<CudaMatrix, BackendError> {
        Ok(CudaMatrix { values: self.lend::<f32>(rows * columns)?, rows, columns })
    }

    /// A matrix of zeros.
    pub fn zeros(&self, rows: usize, columns: usize) -> Result<CudaMatrix, BackendError> {
        let matrix = self.matrix(rows, columns)?;
        told(self.stream.context().bind_to_thread())?;
        let (address, bytes) = (matrix.values.address(), matrix.values.len());
        // SAFETY: the memory is as long as that.
        told(unsafe { result::memset_d8_async(address, 0, bytes, self.stream.cu_stream()) })?;
        Ok(matrix)
    }

    /// Puts rows on the device.
    pub fn upload(&self, values: &[f32], columns: usize) -> Result<CudaMatrix, BackendError> {
        Ok(CudaMatrix { values: self.put(values)?, rows: values.len() / columns, columns })
    }

    /// Takes rows off the device.
    pub fn download(&self, matrix: &CudaMatrix) -> Result<Vec<f32>, BackendError> {
        self.take(&matrix.values, matrix.rows * matrix.columns)
    }

    fn take(&self, memory: &Memory, count: usize) -> Result<Vec<f32>, BackendError> {
        assert!(4 * count <= memory.len(), "values that are there");
        let mut taken = vec![0.0; count];
        if count > 0 {
            told(self.stream.context().bind_to_thread())?;
            // SAFETY: both are that long, and the values are waited for before they are read.
            told(unsafe { result::memcpy_dtoh_async(&mut taken, memory.address(), self.stream.cu_stream()) })?;
        }
        self.wait()?;
        Ok(taken)
    }

    /// Another matrix with the same values.
    pub fn copy(&self, matrix: &CudaMatrix) -> Result<CudaMatrix, BackendError> {
        let copy = self.matrix(matrix.rows, matrix.columns)?;
        self.copy_bytes(&matrix.values, &copy.values, 4 * matrix.rows * matrix.columns)?;
        Ok(copy)
    }

    /// Puts a weight on the device.
    pub fn upload_f32(&self, values: &[f32], columns: usize) -> Result<CudaWeight, BackendError> {
        let rows = values.len() / columns;
        Ok(CudaWeight { values: WeightValues::F32(self.put(values)?), rows, columns })
    }

    /// Puts a weight on the device.
    pub fn upload_bf16(&self, values: &[bf16], columns: usize) -> Result<CudaWeight, BackendError> {
        let rows = values.len() / columns;
        Ok(CudaWeight { values: WeightValues::Bf16(self.put(values)?), rows, columns })
    }

    fn weight_address(&self, weight: &CudaWeight) -> u64 {
        match &weight.values {
            WeightValues::F32(values) | WeightValues::Bf16(values) => values.address(),
        }
    }

    /// A matrix as a factor.
    pub fn factor<'a>(&self, matrix: &'a CudaMatrix) -> Factor<'a> {
        self.columns(matrix, &(0..matrix.columns))
    }

    /// Some columns of a matrix as a factor.
    pub fn columns<'a>(&self, matrix: &'a CudaMatrix, columns: &Range<usize>) -> Factor<'a> {
        self.part(matrix, &(0..matrix.rows), columns)
    }

    /// Some rows and columns of a matrix as a factor.
    pub fn part<'a>(&self, matrix: &'a CudaMatrix, rows: &Range<usize>, columns: &Range<usize>) -> Factor<'a> {
        assert!(rows.end <= matrix.rows && columns.end <= matrix.columns, "a part of the matrix");
        Factor {
            address: matrix.values.address() + 4 * (rows.start * matrix.columns + columns.start) as u64,
            kind: blas::cudaDataType::CUDA_R_32F,
            rows: rows.len(),
            columns: columns.len(),
            row_length: matrix.columns,
            is_transposed: false,
            owner: PhantomData,
        }
    }

    /// Values in bf16 as a factor.
    pub fn half_factor<'a>(&self, matrix: &'a HalfMatrix) -> Factor<'a> {
        Factor {
            address: matrix.values.address(),
            kind: blas::cudaDataType::CUDA_R_16BF,
            rows: matrix.rows,
            columns: matrix.columns,
            row_length: matrix.columns,
            is_transposed: false,
            owner: PhantomData,
        }
    }

    /// A weight as a factor.
    pub fn weight_factor<'a>(&self, weight: &'a CudaWeight) -> Factor<'a> {
        let kind = match weight.values {
            WeightValues::F32(_) => blas::cudaDataType::CUDA_R_32F,
            WeightValues::Bf16(_) => blas::cudaDataType::CUDA_R_16BF,
        };
        Factor {
            address: self.weight_address(weight),
            kind,
            rows: weight.rows,
            columns: weight.columns,
            row_length: weight.columns,
            is_transposed: false,
            owner: PhantomData,
        }
    }

    /// `target` = scale·left·right, added to what is there where `accumulate`. Both factors must be of one kind, and the
    /// target must be one of f32 that is not turned and that no factor reads.
    pub fn multiply(
        &self,
        scale: f32,
        left: Factor<'_>,
        right: Factor<'_>,
        accumulate: bool,
        target: Factor<'_>,
        precision: Precision,
    ) -> Result<(), BackendError> {
        let sizes = (left.rows, left.columns, right.columns) == (target.rows, right.rows, target.columns);
        assert!(sizes && left.kind == right.kind && !target.is_transposed, "factors that fit");
        assert!(target.kind == blas::cudaDataType::CUDA_R_32F, "a target of f32");
        if target.rows == 0 || target.columns == 0 {
            return Ok(());
        }
        let turned = |factor: Factor<'_>| {
            if factor.is_transposed {
                blas::cublasOperation_t::CUBLAS_OP_T
            } else {
                blas::cublasOperation_t::CUBLAS_OP_N
            }
        };
        let compute = match precision {
            Precision::Full => blas::cublasComputeType_t::CUBLAS_COMPUTE_32F,
            Precision::Reduced => blas::cublasComputeType_t::CUBLAS_COMPUTE_32F_FAST_TF32,
        };
        let beta: f32 = if accumulate { 1.0 } else { 0.0 };
        told(self.stream.context().bind_to_thread())?;
        let handle = self.blas.lock().unwrap_or_else(PoisonError::into_inner);
        // cuBLAS reads columns where we have rows: it is asked for the turned product, right before left.
        // SAFETY: the sizes fit by the assertion, each factor lies in memory of the device that its owner holds, and the
        // stream frees memory only after the product.
        let done = unsafe {
            gemm_ex(
                *handle.handle(),
                turned(right),
                turned(left),
                target.columns as i32,
                target.rows as i32,
                left.columns as i32,
                (&raw const scale).cast::<c_void>(),
                right.address as *const c_void,
                right.kind,
                right.row_length as i32,
                left.address as *const c_void,
                left.kind,
                left.row_length as i32,
                (&raw const beta).cast::<c_void>(),
                target.address as *mut c_void,
                target.kind,
                target.row_length as i32,
                compute,
                blas::cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT,
            )
        };
        done.map_err(|error| failed("cuBLAS", error))
    }

    /// Starts an operation. The caller has checked that its arguments are those of the operation's declaration, and that
    /// every place it reads or writes is there.
    fn launch(
        &self,
        name: &str,
        blocks: (usize, usize),
        threads: u32,
        shared_bytes: usize,
        arguments: &[Argument],
    ) -> Result<(), BackendError> {
        if blocks.0 == 0 || blocks.1 == 0 {
            return Ok(());
        }
        let Some(function) = self.operations.get(name) else { return Err(failed("CUDA", "no such operation")) };
        let mut places: Vec<*mut c_void> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Wide(value) => std::ptr::from_ref(value).cast::<c_void>().cast_mut(),
                Argument::Count(value) => std::ptr::from_ref(value).cast::<c_void>().cast_mut(),
                Argument::Number(value) => std::ptr::from_ref(value).cast::<c_void>().cast_mut(),
            })
            .collect();
        told(self.stream.context().bind_to_thread())?;
        // SAFETY: the arguments live until the call returns, which copies them; what they must be is said above.
        told(unsafe {
            result::launch_kernel(
                function.cu_function(),
                (blocks.0 as u32, blocks.1 as u32, 1),
                (threads, 1, 1),
                shared_bytes as u32,
                self.stream.cu_stream(),
                &mut places,
            )
        })
    }

    /// Starts an operation with a thread for each of `count` values.
    fn launch_each(&self, name: &str, count: usize, arguments: &[Argument]) -> Result<(), BackendError> {
        self.launch(name, (count.div_ceil(THREADS as usize), 1), THREADS, 0, arguments)
    }

    fn at(&self, matrix: &CudaMatrix) -> Argument {
        Argument::Wide(matrix.values.address())
    }

    fn at_maybe(&self, matrix: Option<&CudaMatrix>) -> Argument {
        matrix.map_or(NONE, |matrix| self.at(matrix))
    }

    fn at_values(&self, values: &Memory) -> Argument {
        Argument::Wide(values.address())
    }
}

/// Memory that was freed stays with the program, to be used again without asking the driver.
fn keep_freed_memory(context: &CudaContext) -> Result<(), BackendError> {
    if !context.has_async_alloc() {
        return Ok(());
    }
    let mut pool = std::ptr::null_mut();
    let mut threshold = u64::MAX;
    // SAFETY: the pool is the device's own, and the attribute is 64 bits wide.
    told(unsafe {
        driver::cuDeviceGetDefaultMemPool(&raw mut pool, context.cu_device()).result().and_then(|()| {
            driver::cuMemPoolSetAttribute(
                pool,
                driver::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD,
                (&raw mut threshold).cast::<c_void>(),
            )
            .result()
        })
    })
}
