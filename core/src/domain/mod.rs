//! The words of Whetstone as plain types: no input, no output, no tensors.
//!
//! The data flows one way: prompts → completions ([`Sample`]) → verdicts → preference pairs → a run → an adapter.

mod coach;
mod compute;
mod demonstration;
mod finding;
mod forecast;
mod generation;
mod message;
mod offered_model;
mod online;
mod preference;
mod record;
mod result_judge;
mod rubric;
mod rule;
mod secret;
mod training;
mod user_message;
mod verdict;

pub use coach::{Budget, CoachName, NoCoach, Spent};
pub use compute::{ComputeSettings, DeviceChoice, DtypeChoice, GgufType};
pub use demonstration::{Demonstration, RatedCompletion};
pub use finding::{Finding, Severity};
pub use forecast::{Forecast, ForecastPart};
pub use generation::{FinishReason, PromptRecord, Sample, SamplingSettings};
pub use message::{ChatMessage, Text};
pub use offered_model::{
    Fit, FitBadge, Gate, HubAccount, Licence, LocalModel, MethodFit, ModelPlace, ModelRole, OfferedModel, Permission,
    PushFile, PushPreview, Refusal, TokenSource,
};
pub use online::{OnlineSettings, ScaleRewards};
pub use preference::{PreferencePair, Verdict};
pub use record::{Annotator, AnnotatorKind, Comparison, Completion, CompletionOrigin, Prompt, RecordId, Round, Split};
pub use result_judge::ResultJudge;
pub use rubric::{Rubric, RubricRule, RubricTask, RubricVersion, RuleExample};
pub use rule::{Rule, RuleKind, RuleSet, TextUnit};
pub use secret::Secret;
pub use training::{LoraSettings, MemoryMode, ReferenceChoice, Schedule, Task, TrainSettings};
pub use user_message::{ToUserMessage, UserMessage};
pub use verdict::{Choice, NewVerdict, ResolvedPair, StoredVerdict, VerdictForm};
