//! The run's records as TRL reads them, in the order of its steps.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::domain::{Demonstration, Text, TrainSettings};
use crate::files::{self, FileError};
use crate::train::{Record, Taken};

/// The records of a job, and in what its steps are not those of the run.
pub(super) struct Order {
    /// The records of `train.jsonl`.
    pub(super) records: Vec<usize>,
    /// Whether TRL's steps take exactly the rows that the run's steps took.
    pub(super) same_rows: bool,
    /// Whether all rows of a step count alike there too: TRL takes the mean of each batch and then the mean of these, so that
    /// the rows of a smaller batch count for more.
    pub(super) same_weights: bool,
}

impl Order {
    pub(super) fn of(taken: &Taken, settings: &TrainSettings) -> Self {
        let (records, same_rows) = in_order(taken, settings);
        let batch = settings.batch_size.max(1);
        let is_uneven = |step: &Vec<usize>| step.len() > batch && !step.len().is_multiple_of(batch);
        Self { records, same_rows, same_weights: settings.accumulate <= 1 || !taken.steps.iter().any(is_uneven) }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.same_rows && self.same_weights
    }
}

fn in_order(taken: &Taken, settings: &TrainSettings) -> (Vec<usize>, bool) {
    if !settings.shuffle {
        // TRL goes round the data in the file's order, as the run did.
        return (taken.trained.clone(), true);
    }
    let rows_a_step = settings.batch_size.max(1) * settings.accumulate.max(1);
    let order: Vec<usize> = taken.steps.iter().flatten().copied().collect();
    // The last step of a round may have taken fewer rows; TRL fills it with the next round's first.
    let uneven = taken.steps.iter().rev().skip(1).any(|step| step.len() < rows_a_step);
    (order, !uneven)
}

/// Whether the records have prompts. Of the pairs and of rated answers, all have.
pub(super) fn has_prompts(taken: &Taken) -> bool {
    !matches!(taken.records.first(), Some(Record::Demonstration(Demonstration { prompt: None, .. })))
}

/// Whether all records have the same columns with values of the same kind: TRL reads no others.
pub(super) fn is_of_one_kind(taken: &Taken) -> bool {
    let mut kinds = taken.records.iter().map(|record| {
        let line = line(record, &Map::new());
        let columns = line.as_object().into_iter().flatten();
        columns.map(|(name, value)| (name.clone(), value.is_array())).collect::<Vec<_>>()
    });
    let first = kinds.next();
    kinds.all(|kind| Some(kind) == first)
}

/// A record as a line.
fn line(record: &Record, arguments: &Map<String, Value>) -> Value {
    let mut line = match record {
        Record::Pair(pair) | Record::Scored(pair) => {
            json!({"prompt": pair.prompt, "chosen": pair.chosen, "rejected": pair.rejected})
        }
        Record::Rated(rated) => {
            json!({"prompt": rated.prompt, "completion": rated.completion, "label": rated.is_desirable})
        }
        Record::Demonstration(Demonstration { prompt: Some(prompt), completion }) => {
            json!({"prompt": prompt, "completion": completion})
        }
        Record::Demonstration(Demonstration { prompt: None, completion: Text::Messages(messages) }) => {
            json!({"messages": messages})
        }
        Record::Demonstration(Demonstration { prompt: None, completion: Text::Plain(text) }) => json!({"text": text}),
    };
    if !arguments.is_empty() {
        line["chat_template_kwargs"] = json!(arguments);
    }
    line
}

/// Bytes of all lines.
pub(super) fn bytes(taken: &Taken, order: &[usize], arguments: &Map<String, Value>) -> u64 {
    let size = |record: &Record| line(record, arguments).to_string().len() as u64 + 1;
    let sizes: Vec<u64> = taken.records.iter().map(size).collect();
    order.iter().chain(&taken.aside).map(|&place| sizes[place]).sum()
}

/// Writes these records.
pub(super) fn write(
    path: &Path,
    taken: &Taken,
    order: &[usize],
    arguments: &Map<String, Value>,
) -> Result<(), FileError> {
    let put = |out: &mut dyn Write, place: usize| -> io::Result<()> {
        writeln!(out, "{}", line(&taken.records[place], arguments))
    };
    files::write_atomically(path, |out| order.iter().try_for_each(|&place| put(out, place)))
}
