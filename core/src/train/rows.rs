//! Texts as token ids, exactly as TRL makes them, and the rows that training takes.
//!
//! A completion begins where the ids of prompt and of prompt with completion part: a template may render a prompt alone
//! differently, and tokens may merge across the border. Everything that the template renders after an answer belongs to
//! it. Plain text ends with the end token; conversations end as the template ends them.

use super::pairs::TokenizedPair;
use crate::domain::{Demonstration, PreferencePair, RatedCompletion, Text};
use crate::model::common_prefix_length;
pub use crate::model::{Encoder, RowError};

/// A prompt and what goes on from it, as token ids. A sequence is `prompt_ids` followed by one of the completions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenizedRow {
    /// What all sequences begin with. Empty where not even the first token is shared, and for whole texts.
    pub prompt_ids: Vec<u32>,
    /// Chosen and rejected answer, or the one answer and perhaps the answer to another prompt.
    pub completions: Vec<Vec<u32>>,
    /// Whether the one answer was found good.
    pub is_desirable: bool,
}

impl From<TokenizedPair> for TokenizedRow {
    fn from(TokenizedPair { prompt_ids, chosen_ids, rejected_ids }: TokenizedPair) -> Self {
        Self { prompt_ids, completions: vec![chosen_ids, rejected_ids], is_desirable: false }
    }
}

impl Encoder<'_> {
    fn completion(&self, prompt: &Text, completion: &Text) -> Result<TokenizedRow, RowError> {
        let (prompt, mut whole) = (self.prompt(prompt)?, self.whole(prompt, completion)?);
        let completion = whole.split_off(common_prefix_length(&prompt, &whole));
        Ok(TokenizedRow { prompt_ids: whole, completions: vec![completion], is_desirable: false })
    }

    /// The row of a demonstration.
    pub fn demonstration(&self, demonstration: &Demonstration) -> Result<TokenizedRow, RowError> {
        let completion = &demonstration.completion;
        if let Some(prompt) = &demonstration.prompt {
            return self.completion(prompt, completion);
        }
        let nothing = match completion {
            Text::Plain(_) => Text::Plain(String::new()),
            Text::Messages(_) => Text::Messages(Vec::new()),
        };
        Ok(TokenizedRow { completions: vec![self.whole(&nothing, completion)?], ..TokenizedRow::default() })
    }

    /// The row of an answer that was found good or bad.
    pub fn rated(&self, rated: &RatedCompletion) -> Result<TokenizedRow, RowError> {
        let row = self.completion(&rated.prompt, &rated.completion)?;
        Ok(TokenizedRow { is_desirable: rated.is_desirable, ..row })
    }

    /// The row of a pair that is to be scored: both sequences whole, each up to where its score is read.
    pub fn scored(&self, pair: &PreferencePair) -> Result<TokenizedRow, RowError> {
        let mut chosen = self.scored_ids(&pair.prompt, &pair.chosen)?;
        let mut rejected = self.scored_ids(&pair.prompt, &pair.rejected)?;
        let shared = common_prefix_length(&chosen, &rejected);
        let rejected = rejected.split_off(shared);
        let completion = chosen.split_off(shared);
        Ok(TokenizedRow { prompt_ids: chosen, completions: vec![completion, rejected], is_desirable: false })
    }
}

/// Gives each row the answer of the row before it as a second completion, round and round within each batch of
/// `batch_size` rows: TRL's estimate of the divergence from the reference looks at answers to other prompts.
pub fn add_mismatched(rows: &mut [TokenizedRow], batch_size: usize) {
    for batch in rows.chunks_mut(batch_size.max(1)) {
        let answers: Vec<Vec<u32>> = batch.iter().map(|row| row.completions[0].clone()).collect();
        let neighbours = answers.iter().cycle().skip(answers.len() - 1);
        for (row, neighbour) in batch.iter_mut().zip(neighbours) {
            row.completions.push(neighbour.clone());
        }
    }
}

/// Cuts each sequence to its first `max_length` tokens.
pub fn cut(row: &mut TokenizedRow, max_length: usize) {
    let room = max_length.saturating_sub(row.prompt_ids.len());
    row.completions.iter_mut().for_each(|completion| completion.truncate(room));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_go_round_within_their_batch() {
        let row = |id| TokenizedRow { completions: vec![vec![id]], ..TokenizedRow::default() };
        let mut rows: Vec<TokenizedRow> = (1..=5).map(row).collect();
        add_mismatched(&mut rows, 3);
        let neighbours: Vec<u32> = rows.iter().map(|row| row.completions[1][0]).collect();
        assert_eq!(neighbours, [3, 1, 2, 5, 4]);
    }
}
