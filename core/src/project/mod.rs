//! What a person brings to a project: files of prompts, samples, preference pairs, rated answers and demonstrations.

mod dataset;
pub mod exchange;
mod lines;
mod record;
pub mod store;

pub use dataset::{DatasetKind, detect_kind, read_demonstrations, read_pairs, read_prompts, read_rated, read_samples};
pub use lines::DatasetError;
