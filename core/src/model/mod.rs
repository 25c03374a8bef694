//! From a model's folder to a decoder.

pub mod backend;
pub mod cpu_backend;
mod kernels;
