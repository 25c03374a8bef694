//! Training: from pairs, rated answers or demonstrations to an adapter. The map, in the order of the work:
//!
//! `data` reads records and `rows` tokenizes them (`pairs` those of DPO) → `prepare` resolves settings (`settings`) and
//! makes what is `trained` (`record` remembers) → `reference` → `run`: the loop, with `order` (which rows a step takes),
//! `batch` (figures, loss and slopes of a batch, pack by pack), `policy` (log-probabilities or scores of a pack, and the
//! way back), `loss` and `losses`, `schedule`, `optimizer`, `tally` and `metrics`, `checkpoint`; `watched` answers
//! prompts with what is learned so far; `diagnosis` says in words
//! what the metrics show. `score` is the first half alone.

mod data;
pub mod rows;
mod pairs;
mod error;
mod settings;
mod prepare;
mod trained;
mod survey;
mod taken;
mod data_lengths;
mod workload;
mod record;
mod reference;
mod set_aside;
mod run;
mod steps;
mod watched;
mod order;
pub mod batch;
pub mod policy;
pub mod loss;
mod losses;
pub mod online;
pub mod schedule;
pub mod optimizer;
mod tally;
mod early_stopping;
pub mod presets;
mod metrics;
mod length_drift;
pub mod diagnosis;
mod checkpoint;
mod score;

pub use data::Record;
pub use error::TrainError;
pub use loss::LOSSES;
pub use pairs::{TokenizedPair, Truncated, tokenize_pair, truncate};
pub use record::{RunRecord, is_busy};
pub(crate) use record::{digest_folder, digest_samples};
pub use rows::{RowError, TokenizedRow};
pub use run::run;
pub use score::score;
pub use settings::{check as check_settings, resolve_objective};
pub use survey::{Survey, survey};
pub use taken::{Taken, taken};
pub use trained::Trained;
pub use workload::{Amount, RowLengths, Workload};

/// Tokens that are computed together in training.
pub const PACK_TOKENS: usize = 512;
