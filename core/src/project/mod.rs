//! What a person brings to a project: files of prompts, samples and preference pairs.

mod dataset;
mod lines;
mod record;

pub use dataset::{DatasetKind, detect_kind, read_pairs, read_prompts, read_samples};
pub use lines::DatasetError;
