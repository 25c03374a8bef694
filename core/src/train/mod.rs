//! Training: from preference pairs to an adapter.

mod rows;

pub use rows::{RowError, TokenizedPair, Truncated, tokenize_pair, truncate};
