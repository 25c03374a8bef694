//! The arithmetic of the processor, and what drives a graphics processor: the only place with unsafe code.
//!
//! Every function here is safe to call: it checks the sizes that its unsafe parts rely on.
#![allow(
    unsafe_code,
    clippy::allow_attributes,
    reason = "strided products, disjoint views, vector instructions, mapped files, foreign libraries"
)]

pub mod attention;
pub mod bf16_product;
mod block_groups;
pub mod block_products;
pub mod blocks;
pub mod crew;
pub mod pack;
#[cfg(feature = "cuda")]
pub mod cuda;
pub mod file_view;
pub mod matmul;
pub mod small_batch;
pub mod vector;
