//! Training: from preference pairs to an adapter. The map, in the order of the work:
//!
//! `data` reads pairs and `rows` tokenizes them → `prepare` resolves settings and makes the adapter (`record`
//! remembers) → `reference` → `run`: the loop, with `order` (which pairs a step takes), `policy` (log-
//! probabilities and the way back), `loss`, `schedule`, `optimizer`, `metrics`, `checkpoint`; `diagnosis` says in words
//! what the metrics show. `score` is the first half
//! alone.

mod data;
mod rows;
mod error;
mod prepare;
mod survey;
mod data_lengths;
mod workload;
mod record;
mod reference;
mod set_aside;
mod run;
mod order;
pub mod policy;
pub mod loss;
pub mod schedule;
pub mod optimizer;
mod early_stopping;
pub mod presets;
mod metrics;
mod length_drift;
pub mod diagnosis;
mod checkpoint;
mod score;

pub use error::TrainError;
pub use loss::LOSSES;
pub use rows::{RowError, TokenizedPair, Truncated, tokenize_pair, truncate};
pub use run::run;
pub use score::score;
pub use survey::{Survey, survey};
pub use workload::{Amount, RowLengths, Workload};

/// Tokens that are computed together in training.
pub const PACK_TOKENS: usize = 512;
