//! How long the rows of a dataset are, in tokens, before it is read for training.

use super::data::{Record, Source, fit};
use super::loss::find_loss;
use super::set_aside::count_aside;
use super::workload::RowLengths;
use super::{TrainError, rows};
use crate::domain::TrainSettings;

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
        let part = |count: usize| count_aside(count, share);
        let aside =
            Self { rows: self.rows.split_off(self.rows.len() - part(self.rows.len())), all_rows: part(self.all_rows) };
        self.all_rows -= aside.all_rows;
        (self, aside)
    }
}

/// Tokenizes a dataset, or a sample of a large one.
pub fn data_lengths(source: Source<'_>, settings: &TrainSettings) -> Result<DataLengths, TrainError> {
    let (task, max_length) = (settings.task, settings.max_length);
    let records = source.records(task)?;
    let chosen = sample(&records);
    let rows = chosen.iter().map(|&index| source.row(task, index, &records[index]));
    let mut kept = fit(rows.collect::<Result<_, _>>()?, task, max_length);
    if kept.is_empty() {
        source.tell_dropped(task, max_length, records.len(), 0)?;
    }
    if find_loss(&settings.loss).is_some_and(|loss| loss.needs_mismatched) {
        rows::add_mismatched(&mut kept, settings.batch_size);
        for row in &mut kept {
            rows::cut(row, max_length);
        }
    }
    let all_rows = (records.len() * kept.len()).div_ceil(chosen.len());
    Ok(DataLengths { rows: kept.iter().map(RowLengths::from).collect(), all_rows })
}

/// Indices of the rows that are tokenized, ascending.
fn sample(records: &[Record]) -> Vec<usize> {
    if records.len() <= SAMPLE {
        return (0..records.len()).collect();
    }
    let length = |record: &Record| record.texts().iter().map(|text| text.readable().len()).sum::<usize>();
    let mut by_length: Vec<(usize, usize)> =
        records.iter().enumerate().map(|(index, record)| (length(record), index)).collect();
    by_length.sort_unstable_by(|a, b| b.cmp(a));
    let evenly = (0..SAMPLE - LONGEST).map(|place| place * records.len() / (SAMPLE - LONGEST));
    let mut chosen: Vec<usize> = evenly.chain(by_length[..LONGEST].iter().map(|&(_, index)| index)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PreferencePair, Text};

    #[test]
    fn a_sample_of_many_holds_the_longest() {
        let text = |length: usize| Text::Plain("a".repeat(length));
        let pair =
            |length: usize| Record::Pair(PreferencePair { prompt: text(3), chosen: text(length), rejected: text(2) });
        let mut pairs = vec![pair(5); 5001];
        pairs[1234] = pair(500);
        let chosen = sample(&pairs);
        assert!(chosen.contains(&1234) && chosen.len() <= SAMPLE && chosen.len() > SAMPLE - 2 * LONGEST);
        assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(sample(&pairs[..7]), [0, 1, 2, 3, 4, 5, 6]);
    }
}
