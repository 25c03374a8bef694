//! Answers that coaches wrote for the model to learn from.

use serde_json::json;

use super::comparisons::{self, NewComparison};
use super::completions::{self, NewCompletion};
use super::error::StoreError;
use super::open::Store;
use super::verdicts::{self, Recorded};
use crate::domain::{CompletionOrigin, NewVerdict, RecordId};

/// An answer that a coach wrote, and what it says of it beside the model's own.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWritten {
    /// The prompt of both answers.
    pub prompt: RecordId,
    /// The round of the model's own answer.
    pub round: Option<RecordId>,
    /// What the coach wrote.
    pub text: String,
    /// The coach, as the project names it.
    pub coach: String,
    /// The seed of the draw.
    pub seed: u64,
    /// The model's own answer.
    pub own: RecordId,
    /// The coach's verdict: `A` is its answer, `B` the model's own. The comparison in it is set here.
    pub verdict: NewVerdict,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedWritten {
    /// The coach's answer.
    pub completion: RecordId,
    /// The comparison of it (`a`) with the model's own (`b`), which nobody is asked.
    pub comparison: RecordId,
    /// The coach's verdict.
    pub verdict: Recorded,
}

impl Store {
    /// Keeps a coach's answer as a whole: the answer, its comparison with the model's own, and the coach's verdict.
    pub fn record_written(&self, written: &NewWritten) -> Result<RecordedWritten, StoreError> {
        self.write(written.text.len() + 800, |change| {
            let NewWritten { prompt, round, text, coach, seed, own, verdict } = written;
            let answer = NewCompletion {
                prompt: *prompt,
                round: *round,
                text: text.clone(),
                origin: CompletionOrigin::Coach { coach: coach.clone(), seed: *seed },
                is_finished: true,
            };
            let completion = completions::insert(change, &answer)?;
            let both = NewComparison { prompt: *prompt, round: *round, a: completion, b: *own };
            let (comparison, _) = comparisons::find_or_insert(change, &both, false)?;
            let verdict = verdicts::insert(change, &NewVerdict { comparison, ..verdict.clone() })?;
            let details = json!({ "completion": completion, "coach": coach });
            change.note("kept an answer of a coach", Some(completion), &details)?;
            Ok(RecordedWritten { completion, comparison, verdict })
        })
    }
}
