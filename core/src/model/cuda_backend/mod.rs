//! The decoder's operations for NVIDIA's graphics processors: cuBLAS's products, and operations of our own.
//!
//! Sums that several blocks add to are made in any order, so results are those of the processor within rounding, not bit
//! for bit.

mod head;
mod linear;
mod weights;

use std::sync::{Arc, Mutex, PoisonError};

use super::backend::{
    AttentionShape, Backend, BackendError, Dropout, Linear, LinearGradients, LoraGradients, Norm, Segment, WeightData,
};
use super::config::Activation;
use super::kernels::cuda::{CudaDevice, CudaMatrix, CudaWeight, NormPlaces, Segments};
use crate::domain::DeviceChoice;

/// Segments as they are asked for, and where they lie on the device.
type LastSegments = Option<(Vec<Segment>, Arc<Segments>)>;

/// Computes on a graphics processor of NVIDIA's.
#[derive(Debug, Clone)]
pub struct CudaBackend {
    device: Arc<CudaDevice>,
    /// The segments that were put on the device last: every layer of a pass asks for the same.
    segments: Arc<Mutex<LastSegments>>,
}

/// Keys and values by slot.
#[derive(Debug)]
pub struct CudaCache(Option<CudaMatrix>);

impl CudaBackend {
    /// A backend on the first graphics processor. The program opens it once, since its operations are compiled then.
    pub fn open() -> Result<Self, BackendError> {
        static OPENED: Mutex<Option<Arc<CudaDevice>>> = Mutex::new(None);
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        let device = match &*opened {
            Some(device) => Arc::clone(device),
            None => Arc::clone(opened.insert(Arc::new(CudaDevice::open()?))),
        };
        Ok(Self { device, segments: Arc::default() })
    }

    /// What the card is called.
    pub fn device_name(&self) -> Result<String, BackendError> {
        self.device.name()
    }

    fn segments(&self, segments: &[Segment]) -> Result<Arc<Segments>, BackendError> {
        let mut last = self.segments.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, on_device)) = &*last
            && known == segments
        {
            return Ok(Arc::clone(on_device));
        }
        let on_device = Arc::new(self.device.segments(segments)?);
        *last = Some((segments.to_vec(), Arc::clone(&on_device)));
        Ok(on_device)
    }
}

/// A norm as the device takes it.
fn parts(norm: &Norm<CudaBackend>) -> (&CudaMatrix, f32, f32) {
    (&norm.weight, norm.offset, norm.epsilon)
}

/// Where the norms of query heads and of key heads stand in a row.
fn head_places(shape: &AttentionShape) -> [NormPlaces; 2] {
    let queries = NormPlaces { first: 0, width: shape.head_dim, groups: shape.heads };
    let first = shape.heads * shape.head_dim;
    [queries, NormPlaces { first, width: shape.head_dim, groups: shape.key_value_heads }]
}

impl Backend for CudaBackend {
    type Matrix = CudaMatrix;
    type Weight = CudaWeight;
    type Cache = CudaCache;

    fn matrix(&self, values: &[f32], columns: usize) -> Result<CudaMatrix, BackendError> {
        self.device.upload(values, columns)
    }

    fn values(&self, matrix: &CudaMatrix) -> Result<Vec<f32>, BackendError> {
        self.device.download(matrix)
    }

    fn device(&self) -> DeviceChoice {
        DeviceChoice::Cuda
    }

    fn pack_factor(&self) -> usize {
        8
    }

    fn zeros(&self, rows: usize, columns: usize) -> Result<CudaMatrix, BackendError> {
        self.device.zeros(rows, columns)
    }

    fn weight(&self, data: WeightData, outputs: usize, inputs: usize) -> Result<CudaWeight, BackendError> {
        let weight = match data {
            WeightData::F32(values) => self.device.upload_f32(&values, inputs)?,
            WeightData::Bf16(values) => self.device.upload_bf16(&values, inputs)?,
            WeightData::Quantized(weight) => self.device.upload_f32(&weight.widened(), inputs)?,
        };
        assert_eq!(weight.rows, outputs, "the weight's size");
        Ok(weight)
    }

    fn weight_values(&self, weight: &CudaWeight) -> Result<Vec<f32>, BackendError> {
        self.device.weight_values(weight)
    }

    fn embedding(&self, table: &CudaWeight, ids: &[u32], scale: f32) -> Result<CudaMatrix, BackendError> {
        self.device.embed(table, ids, scale)
    }

    fn linear(
        &self,
        linear: &Linear<Self>,
        x: &CudaMatrix,
        residual: Option<&CudaMatrix>,
        adapted: bool,
        dropout: Option<Dropout>,
    ) -> Result<(CudaMatrix, Option<CudaMatrix>), BackendError> {
        self.linear_forward(linear, x, residual, adapted, dropout)
    }

    fn linear_backward(
        &self,
        linear: &Linear<Self>,
        x: &CudaMatrix,
        low_rank: Option<&CudaMatrix>,
        dy: &CudaMatrix,
        dropout: Option<Dropout>,
        gradients: Option<&mut LoraGradients<Self>>,
    ) -> Result<CudaMatrix, BackendError> {
        self.linear_back(linear, x, low_rank, dy, dropout, gradients)
    }

    fn rms_norm(
        &self,
        x: &CudaMatrix,
        norm: &Norm<Self>,
        residual: Option<&CudaMatrix>,
    ) -> Result<CudaMatrix, BackendError> {
        self.device.norm(x, parts(norm), residual)
    }

    fn rms_norm_backward(
        &self,
        x: &CudaMatrix,
        norm: &Norm<Self>,
        dy: &CudaMatrix,
        dx: Option<CudaMatrix>,
    ) -> Result<CudaMatrix, BackendError> {
        self.device.norm_back(x, parts(norm), dy, dx.as_ref())
    }

    fn head_norm(
        &self,
        qkv: &CudaMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
    ) -> Result<CudaMatrix, BackendError> {
        let mut y = self.device.copy(qkv)?;
        for (norm, places) in norms.iter().zip(head_places(shape)) {
            self.device.norm_into(qkv, places, parts(norm), None, &mut y)?;
        }
        Ok(y)
    }

    fn head_norm_backward(
        &self,
        qkv: &CudaMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &CudaMatrix,
    ) -> Result<CudaMatrix, BackendError> {
        let mut dx = self.device.copy(dy)?;
        for (norm, places) in norms.iter().zip(head_places(shape)) {
            self.device.norm_back_into((qkv, dy), places, parts(norm), None, &mut dx)?;
        }
        Ok(dx)
    }

    fn rotary(
        &self,
        mut qkv: CudaMatrix,
        cosines: &CudaMatrix,
        sines: &CudaMatrix,
        shape: &AttentionShape,
        direction: f32,
    ) -> Result<CudaMatrix, BackendError> {
        self.device.rotate(&mut qkv, (cosines, sines), shape, direction)?;
        Ok(qkv)
    }

    fn attention(
        &self,
        qkv: &CudaMatrix,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<CudaMatrix, BackendError> {
        self.device.attend(qkv, qkv, shape.heads * shape.head_dim, shape, &*self.segments(segments)?)
    }

    fn attention_backward(
        &self,
        qkv: &CudaMatrix,
        out: &CudaMatrix,
        d_out: &CudaMatrix,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<CudaMatrix, BackendError> {
        self.device.attend_back(qkv, (out, d_out), shape, &*self.segments(segments)?)
    }

    fn cache(&self, _shape: &AttentionShape) -> Result<CudaCache, BackendError> {
        Ok(CudaCache(None))
    }

    fn cache_write(
        &self,
        cache: &mut CudaCache,
        qkv: &CudaMatrix,
        shape: &AttentionShape,
        slots: &[usize],
    ) -> Result<(), BackendError> {
        let first = shape.heads * shape.head_dim;
        let needed = slots.iter().max().map_or(0, |slot| slot + 1);
        let mut memory = match cache.0.take() {
            Some(memory) if memory.rows >= needed => memory,
            // Grown by half again: each token must not copy the whole.
            Some(memory) => self.device.grown(&memory, needed + needed / 2)?,
            None => self.device.zeros(needed, qkv.columns - first)?,
        };
        self.device.write_slots(qkv, first, slots, &mut memory)?;
        cache.0 = Some(memory);
        Ok(())
    }

    fn cached_attention(
        &self,
        qkv: &CudaMatrix,
        cache: &CudaCache,
        shape: &AttentionShape,
        segments: &[Segment],
    ) -> Result<CudaMatrix, BackendError> {
        let Some(memory) = &cache.0 else {
            return Err(BackendError(candle_core::Error::Msg("the cache is empty".to_owned())));
        };
        self.device.attend(qkv, memory, 0, shape, &*self.segments(segments)?)
    }

    fn gated_activation(&self, gate_up: &CudaMatrix, activation: Activation) -> Result<CudaMatrix, BackendError> {
        self.device.gate(gate_up, activation)
    }

    fn gated_activation_backward(
        &self,
        gate_up: &CudaMatrix,
        activation: Activation,
        d_out: &CudaMatrix,
    ) -> Result<CudaMatrix, BackendError> {
        self.device.gate_back(gate_up, activation, d_out)
    }

    fn gather_rows(&self, x: &CudaMatrix, rows: &[usize]) -> Result<CudaMatrix, BackendError> {
        self.device.gather(x, rows)
    }

    fn scatter_rows(&self, x: &CudaMatrix, rows: &[usize], total: usize) -> Result<CudaMatrix, BackendError> {
        let mut out = self.device.zeros(total, x.columns)?;
        self.device.scatter(x, rows, None, &mut out)?;
        Ok(out)
    }

    fn scale_rows(&self, mut x: CudaMatrix, factors: &[f32]) -> Result<CudaMatrix, BackendError> {
        self.device.scale_rows(&mut x, factors)?;
        Ok(x)
    }

    fn log_probabilities(
        &self,
        head: &CudaWeight,
        x: &CudaMatrix,
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<CudaMatrix>), BackendError> {
        self.selected_log_probabilities(head, x, targets, gradient)
    }

    fn logits(&self, head: &CudaWeight, x: &CudaMatrix) -> Result<Vec<f32>, BackendError> {
        let mut out = self.device.matrix(x.rows, head.rows)?;
        self.multiply_weight(head, x, false, &mut out)?;
        self.device.download(&out)
    }

    fn linear_weight_backward(
        &self,
        x: &CudaMatrix,
        dy: &CudaMatrix,
        gradients: &mut LinearGradients<Self>,
    ) -> Result<(), BackendError> {
        self.add_linear_gradients(x, dy, gradients)
    }

    fn rms_norm_weight_backward(
        &self,
        x: &CudaMatrix,
        norm: &Norm<Self>,
        dy: &CudaMatrix,
        d_weight: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        self.device.add_norm_weight((x, dy), NormPlaces::whole(x.columns), norm.epsilon, d_weight)
    }

    fn head_norm_weight_backward(
        &self,
        qkv: &CudaMatrix,
        norms: &[Norm<Self>; 2],
        shape: &AttentionShape,
        dy: &CudaMatrix,
        d_weights: &mut [CudaMatrix; 2],
    ) -> Result<(), BackendError> {
        for ((norm, places), d_weight) in norms.iter().zip(head_places(shape)).zip(d_weights) {
            self.device.add_norm_weight((qkv, dy), places, norm.epsilon, d_weight)?;
        }
        Ok(())
    }

    fn embedding_weight_backward(
        &self,
        ids: &[u32],
        dx: &CudaMatrix,
        d_table: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        let rows: Vec<usize> = ids.iter().map(|&id| id as usize).collect();
        self.device.scatter(dx, &rows, None, d_table)
    }

    fn head_weight_backward(
        &self,
        head: &CudaWeight,
        x: &CudaMatrix,
        targets: &[u32],
        factors: &[f32],
        d_head: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        self.add_head_gradient(head, x, targets, factors, d_head)
    }
}
