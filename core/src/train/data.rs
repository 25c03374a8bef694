//! The records of a file, tokenized as TRL does for their task and cut to the run's length.

use std::path::Path;

use serde_json::{Map, Value};

use super::rows::{self, Encoder, TokenizedRow};
use super::{TrainError, pairs};
use crate::domain::{Demonstration, PreferencePair, RatedCompletion, Task, Text};
use crate::job::JobContext;
use crate::model::OpenModel;
use crate::model::backend::Backend;
use crate::project;

/// A record of a file, as its task reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A pair whose answers' probabilities are learned from.
    Pair(PreferencePair),
    /// A pair whose answers are scored.
    Scored(PreferencePair),
    /// An answer that was found good or bad.
    Rated(RatedCompletion),
    /// What is to be written.
    Demonstration(Demonstration),
}

impl Record {
    /// Its texts.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Self::Pair(pair) | Self::Scored(pair) => vec![&pair.prompt, &pair.chosen, &pair.rejected],
            Self::Rated(rated) => vec![&rated.prompt, &rated.completion],
            Self::Demonstration(Demonstration { prompt, completion }) => {
                prompt.iter().chain(std::iter::once(completion)).collect()
            }
        }
    }
}

/// Where rows come from, and where it is told what becomes of them.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub path: &'a Path,
    /// What turns its texts into ids.
    pub encoder: Encoder<'a>,
    /// The job.
    pub context: &'a JobContext<'a>,
}

impl<'a> Source<'a> {
    /// A file that is read for a model.
    pub fn new<B: Backend>(
        path: &'a Path,
        model: &'a OpenModel<B>,
        arguments: &'a Map<String, Value>,
        context: &'a JobContext<'a>,
    ) -> Self {
        let encoder = Encoder { tokenizer: &model.tokenizer, template: model.template.as_ref(), arguments };
        Self { path, encoder, context }
    }

    /// The records of a task.
    pub fn records(&self, task: Task) -> Result<Vec<Record>, TrainError> {
        Ok(match task {
            Task::Dpo => project::read_pairs(self.path)?.into_iter().map(Record::Pair).collect(),
            Task::PreferenceModel => project::read_pairs(self.path)?.into_iter().map(Record::Scored).collect(),
            Task::Kto => project::read_rated(self.path)?.into_iter().map(Record::Rated).collect(),
            Task::Sft => project::read_demonstrations(self.path)?.into_iter().map(Record::Demonstration).collect(),
        })
    }

    /// The row of a record, the `number`th from 0.
    pub fn row(&self, task: Task, number: usize, record: &Record) -> Result<TokenizedRow, TrainError> {
        self.context.check()?;
        let encoder = &self.encoder;
        let row = match record {
            Record::Pair(pair) => {
                pairs::tokenize_pair(pair, encoder.tokenizer, encoder.template, encoder.arguments).map(Into::into)
            }
            Record::Scored(pair) => encoder.scored(pair),
            Record::Rated(rated) => encoder.rated(rated),
            Record::Demonstration(demonstration) => encoder.demonstration(demonstration),
        };
        row.map_err(|source| TrainError::Row {
            path: self.path.to_owned(),
            number: number + 1,
            record: task.examples().trim_end_matches('s'),
            source,
        })
    }

    /// The rows of a task. `max_length` cuts and drops as TRL does for it, `None` keeps everything. What was dropped is
    /// told.
    pub fn read(&self, task: Task, max_length: Option<usize>) -> Result<Vec<TokenizedRow>, TrainError> {
        let records = self.records(task)?;
        let rows = records.iter().enumerate().map(|(number, record)| self.row(task, number, record));
        let rows: Vec<TokenizedRow> = rows.collect::<Result<_, _>>()?;
        let Some(max_length) = max_length else { return Ok(rows) };
        let given = rows.len();
        let rows = fit(rows, task, max_length);
        self.tell_dropped(task, max_length, given, rows.len())?;
        Ok(rows)
    }

    /// Tells how many rows are left out; that none is left is an error.
    pub fn tell_dropped(&self, task: Task, max_length: usize, given: usize, kept: usize) -> Result<(), TrainError> {
        let why = match task {
            Task::PreferenceModel => format!("they are longer than {max_length} tokens"),
            Task::Dpo | Task::Sft | Task::Kto => format!("their prompts alone fill {max_length} tokens"),
        };
        if kept == 0 {
            let path = self.path.to_owned();
            return Err(TrainError::NothingLeft { path, records: task.examples(), count: given, why });
        }
        if kept < given {
            let (path, dropped, records) = (self.path.display(), given - kept, task.examples());
            self.context
                .warn(format!("{path}: {dropped} of {given} {records} are left out, because {why} (`--max-length`)"));
        }
        Ok(())
    }
}

/// Cuts and drops rows as TRL does for a task.
pub fn fit(mut rows: Vec<TokenizedRow>, task: Task, max_length: usize) -> Vec<TokenizedRow> {
    rows.retain(|row| is_kept(row, task, max_length));
    // Answers to other prompts are cut later, to the room that those prompts leave.
    if task != Task::Kto {
        for row in &mut rows {
            rows::cut(row, max_length);
        }
    }
    rows
}

/// TRL's rules of what can be trained on: something of an answer must be left; what is scored is never cut.
fn is_kept(row: &TokenizedRow, task: Task, max_length: usize) -> bool {
    let prompt = row.prompt_ids.len();
    match task {
        Task::Dpo | Task::Kto => prompt < max_length,
        Task::Sft => prompt < max_length && !row.completions[0].is_empty(),
        Task::PreferenceModel => row.completions.iter().all(|completion| prompt + completion.len() <= max_length),
    }
}
