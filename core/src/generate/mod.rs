//! Drawing completions from a model.

pub mod sampling;
