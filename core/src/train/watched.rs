//! Prompts that are answered now and then with what is learned so far, for people to see it change. None of it decides a
//! number of the run: it draws nothing at random, and where it cannot be done the training goes on without.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::TrainError;
use super::metrics::LineFile;
use crate::domain::{Sample, SamplingSettings, Task, Text, ToUserMessage, TrainSettings};
use crate::files::FileError;
use crate::generate::{CompletionRequest, GenerateError, complete};
use crate::job::{JobContext, JobEvent, TrainSpec};
use crate::model::OpenModel;
use crate::model::backend::Backend;

/// The file's name in the run's folder: a line for each answer.
pub const FILE_NAME: &str = "samples.jsonl";

/// Tokens of an answer at most.
const MAX_NEW_TOKENS: usize = 80;

/// The training is looked at so often where no holdout says when.
const LOOKS: u64 = 10;

/// Whether watched prompts are answered after so many steps where no holdout is looked at: before the first, at each tenth
/// of the steps, after the last.
pub fn is_due(step: u64, total: u64) -> bool {
    let tenth = |step: u64| step * LOOKS / total.max(1);
    step == 0 || tenth(step) != tenth(step - 1)
}

/// The watched prompts of a run, and where their answers are kept.
#[derive(Debug)]
pub struct Watched<'a> {
    prompts: &'a [Text],
    template_arguments: Map<String, Value>,
    sampling: SamplingSettings,
    /// `None` where nothing is watched, or can be.
    lines: Option<LineFile>,
    /// The step that was answered last.
    answered: Option<u64>,
}

impl<'a> Watched<'a> {
    /// Goes on after `step` steps. A preference model writes nothing, so there is nothing to watch.
    pub fn go_on(spec: &'a TrainSpec, settings: &TrainSettings, step: u64, context: &JobContext<'_>) -> Self {
        let prompts = if settings.task == Task::PreferenceModel { &[] } else { spec.watched.as_slice() };
        let mut watched = Self {
            prompts,
            template_arguments: settings.template_arguments.clone(),
            sampling: SamplingSettings {
                samples: 1,
                max_new_tokens: MAX_NEW_TOKENS,
                temperature: Some(0.0),
                ..SamplingSettings::default()
            },
            lines: None,
            answered: None,
        };
        if !prompts.is_empty() {
            match open_at(&spec.out.join(FILE_NAME), prompts, step) {
                Ok((lines, is_answered)) => {
                    watched.lines = Some(lines);
                    watched.answered = is_answered.then_some(step);
                }
                Err(error) => warn(&error, context),
            }
        }
        watched
    }

    /// Answers every prompt with the model as it stands after `step` steps, and tells it.
    pub fn answer<B: Backend>(
        &mut self,
        model: &OpenModel<B>,
        step: u64,
        context: &JobContext<'_>,
    ) -> Result<(), TrainError> {
        if self.answered == Some(step) || self.lines.is_none() {
            return Ok(());
        }
        match self.draw(model, context) {
            Ok(answers) => self.keep(step, &answers, context),
            Err(GenerateError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => {
                self.lines = None;
                warn(&error, context);
            }
        }
        Ok(())
    }

    fn draw<B: Backend>(&self, model: &OpenModel<B>, context: &JobContext<'_>) -> Result<Vec<String>, GenerateError> {
        let request = CompletionRequest {
            template_arguments: &self.template_arguments,
            ..CompletionRequest::new(self.prompts, &self.sampling)
        };
        // How far each answer is does not matter beside how far the training is.
        let quietly = context.telling(&|_| {});
        let mut answers = Vec::with_capacity(self.prompts.len());
        complete(model, &request, &quietly, |_, samples: Vec<Sample>| {
            answers.extend(samples.into_iter().map(|sample| sample.completion));
            Ok::<_, GenerateError>(())
        })?;
        Ok(answers)
    }

    fn keep(&mut self, step: u64, answers: &[String], context: &JobContext<'_>) {
        self.answered = Some(step);
        for (prompt, completion) in self.prompts.iter().map(shown).zip(answers) {
            let line = Map::from_iter([
                ("step".to_owned(), json!(step)),
                ("prompt".to_owned(), json!(prompt)),
                ("completion".to_owned(), json!(completion)),
            ]);
            if let Err(error) = self.lines.as_mut().map_or(Ok(()), |lines| lines.push(&line)) {
                self.lines = None;
                warn(&error, context);
            }
            context.emit(JobEvent::Sample { step, prompt, completion: completion.clone() });
        }
    }
}

fn warn(error: &dyn ToUserMessage, context: &JobContext<'_>) {
    context.warn(format!("watched prompts are not answered in this training: {error}"));
}

/// What people see of a prompt: what was said last in a conversation, and not what the model is told before it.
fn shown(prompt: &Text) -> String {
    match prompt {
        Text::Messages(messages) => messages.last().map(|message| message.content.clone()).unwrap_or_default(),
        Text::Plain(text) => text.clone(),
    }
}

/// The file of answers, cut back to those after at most `step` steps, and whether every prompt is answered there. What a
/// killed run left half-written goes.
fn open_at(path: &Path, prompts: &[Text], step: u64) -> Result<(LineFile, bool), FileError> {
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(FileError::Read { path: path.to_owned(), source }),
    };
    let (mut before, mut at, mut answered) = (0, 0, BTreeSet::new());
    for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let Ok(value) = serde_json::from_str::<Value>(line) else { break };
        match value["step"].as_u64() {
            Some(of) if of < step && answered.is_empty() => before += line.len() as u64,
            Some(of) if of == step => {
                at += line.len() as u64;
                answered.extend(value["prompt"].as_str().map(str::to_owned));
            }
            _ => break,
        }
    }
    let is_answered = prompts.iter().map(shown).all(|prompt| answered.contains(&prompt));
    let kept = if is_answered { before + at } else { before };
    Ok((LineFile::open(path, kept)?, is_answered))
}

#[cfg(test)]
mod tests;
