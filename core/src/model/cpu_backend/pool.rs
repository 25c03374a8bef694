//! Buffers that are used again: asking the system for fresh memory costs more than many an operation.
//!
//! Invariant: what is lent and what lies here together never exceed the most that was ever lent at once.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Lends buffers and takes them back when they are dropped. Clones share the buffers.
#[derive(Debug, Clone, Default)]
pub struct BufferPool(Arc<Mutex<Shelf>>);

#[derive(Debug, Default)]
struct Shelf {
    /// By capacity, ascending.
    free: Vec<Vec<f32>>,
    free_values: usize,
    lent_values: usize,
    most_lent_values: usize,
}

/// A lent buffer.
#[derive(Debug)]
pub struct Buffer {
    values: Vec<f32>,
    pool: BufferPool,
}

/// A buffer is not lent for a request of less than this share of it.
const WORST_FIT: usize = 2;

impl BufferPool {
    /// A buffer of `length` values; what they are is not defined (they are what the last user left).
    pub fn lend(&self, length: usize) -> Buffer {
        let mut values = self.shelf().take(length);
        // Only values that this buffer never held are written here.
        values.resize(length, 0.0);
        Buffer { values, pool: self.clone() }
    }

    /// A buffer of zeros.
    pub fn lend_zeros(&self, length: usize) -> Buffer {
        let mut buffer = self.lend(length);
        buffer.fill(0.0);
        buffer
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        // A panic elsewhere cannot leave the shelf half changed: its methods do not panic in between.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn take(&mut self, length: usize) -> Vec<f32> {
        let first = self.free.partition_point(|buffer| buffer.capacity() < length);
        let fits = self.free.get(first).is_some_and(|buffer| buffer.capacity() <= length.max(64) * WORST_FIT);
        let buffer = if fits {
            let buffer = self.free.remove(first);
            self.free_values -= buffer.capacity();
            buffer
        } else {
            Vec::with_capacity(length)
        };
        self.lent_values += buffer.capacity();
        self.most_lent_values = self.most_lent_values.max(self.lent_values);
        while self.lent_values + self.free_values > self.most_lent_values {
            let Some(surplus) = self.free.pop() else { break };
            self.free_values -= surplus.capacity();
        }
        buffer
    }

    fn put(&mut self, buffer: Vec<f32>) {
        self.lent_values = self.lent_values.saturating_sub(buffer.capacity());
        self.free_values += buffer.capacity();
        let place = self.free.partition_point(|other| other.capacity() < buffer.capacity());
        self.free.insert(place, buffer);
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        self.pool.shelf().put(values);
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_returned_buffer_is_lent_again_and_memory_stays_bounded() {
        let pool = BufferPool::default();
        let first = pool.lend(1000);
        let address = first.as_ptr();
        drop(first);
        let second = pool.lend(900);
        assert_eq!(second.as_ptr(), address);
        drop(second);
        for length in (1000..100_000).step_by(1700) {
            drop(pool.lend(length));
            let shelf = pool.shelf();
            assert!(shelf.free_values + shelf.lent_values <= shelf.most_lent_values);
        }
    }

    #[test]
    fn zeros_are_zeros() {
        let pool = BufferPool::default();
        pool.lend(10).fill(7.0);
        assert!(pool.lend_zeros(10).iter().all(|&value| value == 0.0));
    }
}
