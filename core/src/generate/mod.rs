//! Drawing completions from a model.

pub mod decode;
mod error;
pub mod sampling;
mod slots;

use std::time::Instant;

use serde_json::{Map, Value, json};

pub use error::GenerateError;

use crate::domain::{PromptRecord, Sample, Text};
use crate::files;
use crate::job::{GenerateSpec, JobContext, JobEvent};
use crate::model::backend::Backend;
use crate::model::{AnyBackend, GenerationConfig, OpenModel, choose_backend, prompt_ids, uses_chat_template};
use crate::project;
use decode::{Completion, DecodeSettings, decode};
use sampling::{GenerationDefaults, ResolvedSampling};

/// The job: completions of every prompt, to a file or as `Output` events. The summary counts prompts, samples and new
/// tokens, and tells the speed.
pub fn run(spec: &GenerateSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, GenerateError> {
    let prompts = match (&spec.prompts, &spec.prompt) {
        (Some(path), _) => project::read_prompts(path)?,
        (None, Some(prompt)) => vec![PromptRecord { prompt: prompt.clone() }],
        (None, None) => return Err(GenerateError::NoPrompt),
    };
    spec.out.as_deref().map_or(Ok(()), files::check_place)?;
    match choose_backend(&spec.compute)? {
        AnyBackend::Cpu(backend) => run_on(&backend, spec, &prompts, context),
        AnyBackend::Tensor(backend) => run_on(&backend, spec, &prompts, context),
    }
}

fn run_on<B: Backend + Clone>(
    backend: &B,
    spec: &GenerateSpec,
    prompts: &[PromptRecord],
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, GenerateError> {
    context.progress("opening the model", 0, None, "files");
    let model = OpenModel::open(backend.clone(), &spec.model, spec.adapter.as_deref(), spec.compute.dtype)?;
    if let (Some(folder), true) = (&spec.adapter, model.makes_scores()) {
        return Err(GenerateError::PreferenceModel { adapter: folder.clone() });
    }
    let settings = decode_settings(spec, &model)?;
    let ids = tokenized(spec, prompts, &model)?;
    let total = (prompts.len() * settings.samples) as u64;
    let mut writer = SampleWriter { spec, prompts, ids: &ids, model: &model, context, lines: Vec::new(), samples: 0 };
    let (start, mut new_tokens) = (Instant::now(), 0);
    context.progress("drawing completions", 0, Some(total), "samples");
    let decoded = backend.run(|| {
        let done = |index: usize, completions: Vec<Completion>| {
            writer.add(index, &completions)?;
            context.progress("drawing completions", writer.samples, Some(total), "samples");
            Ok(())
        };
        decode(&model.decoder, &ids, &settings, context, done, |count| new_tokens += count)
    });
    let seconds = start.elapsed().as_secs_f64();
    // What is finished is written even where the job broke off meanwhile.
    if decoded.is_ok() || writer.samples > 0 {
        writer.finish()?;
    }
    decoded?;
    let mut summary = Map::new();
    summary.insert("prompts".to_owned(), json!(prompts.len()));
    summary.insert("samples".to_owned(), json!(total));
    summary.insert("new_tokens".to_owned(), json!(new_tokens));
    summary.insert("seconds".to_owned(), json!(seconds));
    summary.insert("tokens_per_second".to_owned(), json!(new_tokens as f64 / seconds.max(1e-9)));
    if let Some(out) = &spec.out {
        summary.insert("out".to_owned(), json!(out));
    }
    Ok(summary)
}

fn decode_settings<B: Backend>(spec: &GenerateSpec, model: &OpenModel<B>) -> Result<DecodeSettings, GenerateError> {
    let sampling = &spec.sampling;
    let end_tokens = if sampling.ignore_eos {
        Vec::new()
    } else if model.generation.eos_token_ids.is_empty() {
        model.tokenizer.eos_token_id().into_iter().collect()
    } else {
        model.generation.eos_token_ids.clone()
    };
    Ok(DecodeSettings {
        sampling: ResolvedSampling::resolve(sampling, &defaults(&model.generation))?,
        samples: sampling.samples.max(1),
        max_new_tokens: sampling.max_new_tokens.max(1),
        max_positions: model.decoder.config().max_positions,
        end_tokens,
        seed: sampling.seed,
        adapted: true,
    })
}

fn defaults(generation: &GenerationConfig) -> GenerationDefaults {
    GenerationDefaults {
        temperature: generation.temperature.map(|value| value as f32),
        top_p: generation.top_p.map(|value| value as f32),
        top_k: generation.top_k,
        min_p: generation.min_p.map(|value| value as f32),
        repetition_penalty: generation.repetition_penalty.map(|value| value as f32),
    }
}

/// Token ids of every prompt; each must leave room for a token.
fn tokenized<B: Backend>(
    spec: &GenerateSpec,
    prompts: &[PromptRecord],
    model: &OpenModel<B>,
) -> Result<Vec<Vec<u32>>, GenerateError> {
    let most = model.decoder.config().max_positions - 1;
    let (raw, arguments) = (spec.sampling.raw, &spec.template_arguments);
    let one = |(index, record): (usize, &PromptRecord)| {
        let place = || match &spec.prompts {
            Some(path) => format!("{}, prompt {}", path.display(), index + 1),
            None => "the prompt".to_owned(),
        };
        let ids = prompt_ids(&record.prompt, &model.tokenizer, model.template.as_ref(), raw, arguments)
            .map_err(|source| GenerateError::Prompt { place: place(), source })?;
        if ids.is_empty() || ids.len() > most {
            let model = spec.model.clone();
            return Err(GenerateError::PromptLength { place: place(), tokens: ids.len(), most, model });
        }
        Ok(ids)
    };
    prompts.iter().enumerate().map(one).collect()
}

/// Turns completions into lines, in order.
struct SampleWriter<'a, B: Backend> {
    spec: &'a GenerateSpec,
    prompts: &'a [PromptRecord],
    ids: &'a [Vec<u32>],
    model: &'a OpenModel<B>,
    context: &'a JobContext<'a>,
    lines: Vec<Value>,
    samples: u64,
}

impl<B: Backend> SampleWriter<'_, B> {
    fn add(&mut self, index: usize, completions: &[Completion]) -> Result<(), GenerateError> {
        let prompt = &self.prompts[index].prompt;
        let templated = uses_chat_template(self.model.template.as_ref(), self.spec.sampling.raw);
        for completion in completions {
            let (tokens, generation) = (&completion.token_ids, &self.model.generation);
            let text = match tokens.split_last() {
                Some((last, before)) if generation.eos_token_ids.contains(last) => before,
                _ => tokens,
            };
            let sample = Sample {
                prompt: prompt.clone(),
                completion: self.model.tokenizer.decode_continuation(&self.ids[index], text)?,
                token_ids: tokens.clone(),
                finish_reason: Some(completion.finish_reason),
                chat_template: templated && matches!(prompt, Text::Plain(_)),
            };
            let record = json!(sample);
            self.samples += 1;
            if self.spec.out.is_some() {
                self.lines.push(record);
            } else {
                self.context.emit(JobEvent::Output { record });
            }
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), GenerateError> {
        let Some(out) = &self.spec.out else { return Ok(()) };
        files::write_atomically(out, |file| self.lines.iter().try_for_each(|line| writeln!(file, "{line}")))?;
        Ok(())
    }
}
