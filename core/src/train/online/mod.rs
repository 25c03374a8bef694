//! Training in rounds: the policy as it is now answers prompts, its answers are judged, it learns from them, and again.
//!
//! `method` (the registry METHODS), `advantages` and `token_losses` say what is learned; `learner` does it, pack by pack.
//! `settings` checks and resolves, `plan` says which prompts a round takes, `prepare` opens model and judge, `judging` asks
//! whoever judges elsewhere too, `round` is a round under way and its file, `figures` names what is measured as TRL does,
//! and `run` is the loop. Answers are drawn by `generate`; steps, checkpoints and log-probabilities are those of every
//! training.

pub mod advantages;
mod figures;
mod judging;
mod leaving;
pub mod learner;
mod method;
mod plan;
mod prepare;
mod round;
mod run;
mod settings;
mod survey;
pub mod token_losses;

pub use leaving::leaving;
pub use method::{Learns, METHODS, Method, find_method};
pub use plan::{PromptPlace, RoundPlan};
pub use run::run;
pub use settings::{Aim, Resolved, check as check_settings, check_job, resolve};
pub use survey::{OnlineSurvey, disk_bytes, longest_answer, survey};
