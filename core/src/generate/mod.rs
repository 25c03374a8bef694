//! Drawing completions from a model: [`complete()`] for callers with values, [`Session`] for those that name no device,
//! [`run`] for the job with its files.

pub mod complete;
pub mod decode;
mod error;
pub mod sampling;
mod sequence;
mod session;
mod slots;

use serde_json::{Map, Value, json};

pub use complete::{CompletionRequest, Drawn, complete};
pub use error::GenerateError;
pub use session::Session;

use crate::domain::{Sample, Text};
use crate::files;
use crate::job::{GenerateSpec, JobContext, JobEvent};
use crate::project;

/// The job: completions of every prompt, to a file or as `Output` events. The summary counts prompts, samples and new
/// tokens, and tells the speed.
pub fn run(spec: &GenerateSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, GenerateError> {
    let prompts: Vec<Text> = match (&spec.prompts, &spec.prompt) {
        (Some(path), _) => project::read_prompts(path)?.into_iter().map(|record| record.prompt).collect(),
        (None, Some(prompt)) => vec![prompt.clone()],
        (None, None) => return Err(GenerateError::NoPrompt),
    };
    spec.out.as_deref().map_or(Ok(()), files::check_place)?;
    context.progress("opening the model", 0, None, "files");
    let session = Session::open(&spec.compute, &spec.model, spec.adapter.as_deref())?;
    if let Some(said) = session.model().finer_rows() {
        context.warn(said);
    }
    let request = CompletionRequest {
        file: spec.prompts.as_deref(),
        template_arguments: &spec.template_arguments,
        ..CompletionRequest::new(&prompts, &spec.sampling)
    };
    let mut writer = SampleWriter { spec, context, lines: Vec::new(), samples: 0 };
    let drawn = session.complete(&request, context, |_, samples| {
        writer.add(&samples);
        Ok::<_, GenerateError>(())
    });
    // What is finished is written even where the job broke off meanwhile.
    if drawn.is_ok() || writer.samples > 0 {
        writer.finish()?;
    }
    let Drawn { samples, new_tokens, seconds } = drawn?;
    let mut summary = Map::new();
    summary.insert("prompts".to_owned(), json!(prompts.len()));
    summary.insert("samples".to_owned(), json!(samples));
    summary.insert("new_tokens".to_owned(), json!(new_tokens));
    summary.insert("seconds".to_owned(), json!(seconds));
    summary.insert("tokens_per_second".to_owned(), json!(new_tokens as f64 / seconds.max(1e-9)));
    if let Some(out) = &spec.out {
        summary.insert("out".to_owned(), json!(out));
    }
    Ok(summary)
}

/// Turns samples into lines, in order.
struct SampleWriter<'a> {
    spec: &'a GenerateSpec,
    context: &'a JobContext<'a>,
    lines: Vec<Value>,
    samples: usize,
}

impl SampleWriter<'_> {
    fn add(&mut self, samples: &[Sample]) {
        for sample in samples {
            let record = json!(sample);
            self.samples += 1;
            if self.spec.out.is_some() {
                self.lines.push(record);
            } else {
                self.context.emit(JobEvent::Output { record });
            }
        }
    }

    fn finish(&self) -> Result<(), GenerateError> {
        let Some(out) = &self.spec.out else { return Ok(()) };
        files::write_atomically(out, |file| self.lines.iter().try_for_each(|line| writeln!(file, "{line}")))?;
        Ok(())
    }
}
