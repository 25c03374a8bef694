//! Verdicts in short: what agreement, pairs and progress are counted from.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::open::Store;
use super::rows::{Conditions, Word};
use crate::domain::{Choice, RecordId};

/// What one annotator said of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Vote {
    /// What was judged.
    pub comparison: RecordId,
    /// Who judged.
    pub annotator: RecordId,
    /// What was said.
    pub choice: Choice,
    /// The verdict's place.
    pub sequence: RecordId,
}

impl Store {
    /// The verdicts that count (not taken back, of annotators who were not removed) of a round or of all rounds: by
    /// comparison, then annotator, then their order. Read from an index alone, so that a hundred thousand take a moment.
    pub fn votes(&self, round: Option<RecordId>) -> Result<Vec<Vote>, StoreError> {
        self.read(|connection| {
            let mut conditions = Conditions::default();
            conditions.add("comparison IN (SELECT id FROM comparisons WHERE round = ?)", round);
            conditions.always("is_withdrawn = 0");
            conditions.always("annotator IN (SELECT id FROM annotators WHERE is_active = 1)");
            let sentence = conditions.sentence();
            let mut query = connection.prepare_cached(&format!(
                "SELECT comparison, annotator, choice, sequence FROM verdicts INDEXED BY verdicts_that_count {sentence}"
            ))?;
            let votes = query.query_map(conditions.values(), |row| {
                Ok(Vote {
                    comparison: row.get(0)?,
                    annotator: row.get(1)?,
                    choice: row.get::<_, Word<Choice>>(2)?.0,
                    sequence: row.get(3)?,
                })
            })?;
            let mut votes = votes.collect::<Result<Vec<Vote>, _>>()?;
            votes.sort_by_key(|vote| (vote.comparison, vote.annotator, vote.sequence));
            Ok(votes)
        })
    }
}
