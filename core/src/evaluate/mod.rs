//! Whether a model got better: old against new on prompts that were never trained on.
//!
//! Pure over values: who asks the models and the judges brings what they said, and gets estimates with their intervals,
//! a [`Conclusion`] in a plain sentence, and a [`Report`] of one page.
//!
//! A score that rises while fluency falls is no success: every report shows both.

mod conclusion;
mod error;
mod estimate;
mod figures;
mod forgetting;
pub mod job;
mod length_controlled;
mod needed;
mod paired;
pub mod report;
pub mod report_card;
mod rewards;
pub mod sequence;
mod win_rate;
mod wording;

pub use conclusion::{Conclusion, ConclusionKind, Reason, Results, RuleResult, Setting, Ship, Speaks};
pub use error::EvaluateError;
pub use estimate::{Estimate, mean_of_quantities, mean_of_shares, student_quantile, wilson};
pub use forgetting::{
    CheckKind, Forgetting, LARGE_SHIFT, Loss, LostCheck, NOTABLE_SHIFT, Shift, TEXT_LOSS, TextChange,
};
pub use length_controlled::length_controlled;
pub use needed::Needed;
pub use paired::Paired;
pub use report::Report;
pub use rewards::HeldOutRewards;
pub use win_rate::{Outcome, WinRate};
pub use wording::{Variety, VarietyChange, count_words};
