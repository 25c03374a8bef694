//! Memory of the device that is used again without asking the driver.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cudarc::driver::{CudaSlice, CudaStream, DevicePtr};

use super::{BackendError, told};

/// What was lent and came back, by size. All work goes into one stream, so memory may be lent again while what was asked
/// for before still uses it.
#[derive(Debug)]
pub(super) struct Pool {
    stream: Arc<CudaStream>,
    free: Mutex<HashMap<usize, Vec<CudaSlice<u8>>>>,
}

/// Bytes on the device; they go back to the pool when they are dropped.
#[derive(Debug)]
pub(super) struct Memory {
    bytes: Option<CudaSlice<u8>>,
    pool: Arc<Pool>,
}

/// A size that what is lent is rounded up to, at most an eighth more, so that what came back fits again.
fn rounded(bytes: usize) -> usize {
    let step = (bytes.max(2048).next_power_of_two() / 16).max(256);
    bytes.max(1).div_ceil(step) * step
}

impl Pool {
    pub(super) fn new(stream: Arc<CudaStream>) -> Self {
        Self { stream, free: Mutex::default() }
    }

    /// Memory with anything in it.
    pub(super) fn lend(self: &Arc<Self>, bytes: usize) -> Result<Memory, BackendError> {
        let size = rounded(bytes);
        let kept = self.free.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&size).and_then(Vec::pop);
        let bytes = match kept {
            Some(bytes) => bytes,
            None => self.ask(size)?,
        };
        Ok(Memory { bytes: Some(bytes), pool: Arc::clone(self) })
    }

    /// Asks the driver; where it has no more, what came back in other sizes is given to it first.
    fn ask(&self, size: usize) -> Result<CudaSlice<u8>, BackendError> {
        // SAFETY: every operation writes all of what it was lent before anything reads it.
        if let Ok(bytes) = unsafe { self.stream.alloc(size) } {
            return Ok(bytes);
        }
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
        told(self.stream.synchronize())?;
        // SAFETY: as above.
        told(unsafe { self.stream.alloc(size) })
    }
}

impl Memory {
    /// Where it lies on the device.
    pub(super) fn address(&self) -> u64 {
        self.bytes.as_ref().map_or(0, |bytes| bytes.device_ptr(&self.pool.stream).0)
    }

    /// How many bytes there are, the rounding among them.
    pub(super) fn len(&self) -> usize {
        self.bytes.as_ref().map_or(0, CudaSlice::len)
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(bytes) = self.bytes.take() {
            let mut free = self.pool.free.lock().unwrap_or_else(PoisonError::into_inner);
            free.entry(bytes.len()).or_default().push(bytes);
        }
    }
}
