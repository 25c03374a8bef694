//! The records of a file, tokenized as TRL does for their task and cut to the run's length.

use std::path::Path;

use serde_json::{Map, Value};

use super::rows::{self, Encoder, RowError, TokenizedRow};
use super::{TrainError, pairs};
use crate::domain::Task;
use crate::job::JobContext;
use crate::model::OpenModel;
use crate::model::backend::Backend;
use crate::project;

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

    /// The rows of a task. `max_length` cuts and drops as TRL does for it, `None` keeps everything. What was dropped is
    /// told.
    pub fn read(&self, task: Task, max_length: Option<usize>) -> Result<Vec<TokenizedRow>, TrainError> {
        let mut rows = match task {
            Task::Dpo => {
                let Encoder { tokenizer, template, arguments } = self.encoder;
                let pair = |pair: &_| pairs::tokenize_pair(pair, tokenizer, template, arguments).map(Into::into);
                self.tokenized(&project::read_pairs(self.path)?, task, pair)?
            }
            Task::PreferenceModel => {
                self.tokenized(&project::read_pairs(self.path)?, task, |pair| self.encoder.scored(pair))?
            }
            Task::Kto => self.tokenized(&project::read_rated(self.path)?, task, |rated| self.encoder.rated(rated))?,
            Task::Sft => {
                let demonstrations = project::read_demonstrations(self.path)?;
                self.tokenized(&demonstrations, task, |demonstration| self.encoder.demonstration(demonstration))?
            }
        };
        let Some(max_length) = max_length else { return Ok(rows) };
        let given = rows.len();
        rows.retain(|row| is_kept(row, task, max_length));
        // Answers to other prompts are cut later, to the room that those prompts leave.
        if task != Task::Kto {
            for row in &mut rows {
                rows::cut(row, max_length);
            }
        }
        self.tell_dropped(task, max_length, given, rows.len())?;
        Ok(rows)
    }

    fn tokenized<T>(
        &self,
        records: &[T],
        task: Task,
        row: impl Fn(&T) -> Result<TokenizedRow, RowError>,
    ) -> Result<Vec<TokenizedRow>, TrainError> {
        let mut rows = Vec::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            self.context.check()?;
            rows.push(row(record).map_err(|source| TrainError::Row {
                path: self.path.to_owned(),
                number: index + 1,
                record: task.examples().trim_end_matches('s'),
                source,
            })?);
        }
        Ok(rows)
    }

    fn tell_dropped(&self, task: Task, max_length: usize, given: usize, kept: usize) -> Result<(), TrainError> {
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

/// TRL's rules of what can be trained on: something of an answer must be left; what is scored is never cut.
fn is_kept(row: &TokenizedRow, task: Task, max_length: usize) -> bool {
    let prompt = row.prompt_ids.len();
    match task {
        Task::Dpo | Task::Kto => prompt < max_length,
        Task::Sft => prompt < max_length && !row.completions[0].is_empty(),
        Task::PreferenceModel => row.completions.iter().all(|completion| prompt + completion.len() <= max_length),
    }
}
