//! The evaluation of models that are there: who asks them and the judges, and measures what was forgotten.
//!
//! What a project's evaluation and the command `evaluate` do in the same way stands here once: `policy` (the two models),
//! `machine` (judges that are no people), `figures` (from what was judged to [`Results`](super::Results)), `forgetting` with
//! `passages`, `checks` and `shift`, and `rewards`. The command alone: `data` (its file), `evaluation` with `begun`, `journal` and `lines`
//! (what was answered and judged, on the disk as it comes), `people` (a sitting), `run`, `report` and `said`.

mod begun;
mod checks;
mod data;
mod error;
mod evaluation;
mod figures;
mod forgetting;
mod journal;
mod likelihood;
mod lines;
mod machine;
mod models;
mod passages;
mod people;
mod policy;
mod report;
mod rewards;
mod run;
mod said;
mod shift;
mod trained;

pub use checks::{Check, checks};
pub use error::EvaluationError;
pub use figures::{Answers, Judged, figures, rule_shares};
pub use forgetting::forgetting;
pub use machine::{Followed, Machine, Question, Said, Unjudged};
pub use passages::{passages, text_change};
pub use people::EvaluationSitting;
pub use policy::{Asking, Policies, Policy};
pub use report::write_report;
pub use rewards::{FROM_BASE, FROM_START, HeldOutPair, held_out, usual_beta};
pub use run::{leaving, run};
pub use shift::{Answered, divergences, ordinary_prompts};
pub use trained::settings_facts;
