//! How long the rows of a dataset are, in tokens, before it is read for training.

use std::path::Path;

use super::workload::RowLengths;
use super::{TrainError, tokenize_pair, truncate};
use crate::domain::{PreferencePair, TrainSettings};
use crate::job::JobContext;
use crate::model::{ChatTemplate, TextTokenizer};
use crate::project;

/// Rows above which a sample of this size stands for all.
const SAMPLE: usize = 2000;

/// The longest rows by their text that are in the sample whatever it is: they decide the memory.
const LONGEST: usize = 32;

/// The lengths of a dataset's rows.
#[derive(Debug, Clone, Default)]
pub struct DataLengths {
    /// Of every row, or of a sample of them.
    pub rows: Vec<RowLengths>,
    /// Rows in all.
    pub all_rows: usize,
}

impl DataLengths {
    /// The rows without a share of them, and that share: which rows those will be does not matter here.
    pub fn set_aside(mut self, share: f64) -> (Self, Self) {
        let part = |count: usize| ((count as f64 * share).round() as usize).min(count / 2);
        let aside =
            Self { rows: self.rows.split_off(self.rows.len() - part(self.rows.len())), all_rows: part(self.all_rows) };
        self.all_rows -= aside.all_rows;
        (self, aside)
    }
}

/// Tokenizes a dataset, or a sample of a large one.
pub fn data_lengths(
    path: &Path,
    tokenizer: &TextTokenizer,
    template: Option<&ChatTemplate>,
    settings: &TrainSettings,
    context: &JobContext<'_>,
) -> Result<DataLengths, TrainError> {
    let pairs = project::read_pairs(path)?;
    let chosen = sample(&pairs);
    let mut tokenized = Vec::with_capacity(chosen.len());
    for &index in &chosen {
        context.check()?;
        let row = tokenize_pair(&pairs[index], tokenizer, template, &settings.template_arguments);
        tokenized.push(row.map_err(|source| TrainError::Row { path: path.to_owned(), number: index + 1, source })?);
    }
    let kept = truncate(tokenized, settings.max_length).kept;
    if kept.is_empty() {
        let (pairs, max_length) = (pairs.len(), settings.max_length);
        return Err(TrainError::NothingLeft { path: path.to_owned(), pairs, max_length });
    }
    let all_rows = (pairs.len() * kept.len()).div_ceil(chosen.len());
    Ok(DataLengths { rows: kept.iter().map(|(_, pair)| RowLengths::from(pair)).collect(), all_rows })
}

/// Indices of the rows that are tokenized, ascending.
fn sample(pairs: &[PreferencePair]) -> Vec<usize> {
    if pairs.len() <= SAMPLE {
        return (0..pairs.len()).collect();
    }
    let length = |pair: &PreferencePair| {
        [&pair.prompt, &pair.chosen, &pair.rejected].iter().map(|text| text.readable().len()).sum::<usize>()
    };
    let mut by_length: Vec<(usize, usize)> =
        pairs.iter().enumerate().map(|(index, pair)| (length(pair), index)).collect();
    by_length.sort_unstable_by(|a, b| b.cmp(a));
    let evenly = (0..SAMPLE - LONGEST).map(|place| place * pairs.len() / (SAMPLE - LONGEST));
    let mut chosen: Vec<usize> = evenly.chain(by_length[..LONGEST].iter().map(|&(_, index)| index)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;

    #[test]
    fn a_sample_of_many_holds_the_longest() {
        let text = |length: usize| Text::Plain("a".repeat(length));
        let pair = |length: usize| PreferencePair { prompt: text(3), chosen: text(length), rejected: text(2) };
        let mut pairs = vec![pair(5); 5001];
        pairs[1234] = pair(500);
        let chosen = sample(&pairs);
        assert!(chosen.contains(&1234) && chosen.len() <= SAMPLE && chosen.len() > SAMPLE - 2 * LONGEST);
        assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(sample(&pairs[..7]), [0, 1, 2, 3, 4, 5, 6]);
    }
}
