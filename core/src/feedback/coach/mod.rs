//! A model that judges by a rubric.

pub mod prompt;
