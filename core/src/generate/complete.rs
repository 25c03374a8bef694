//! Completions of prompts that a caller holds, handed back prompt by prompt.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use serde_json::{Map, Value};

use super::decode::{Completion, DecodeSettings, decode};
use super::error::GenerateError;
use super::sampling::{GenerationDefaults, ResolvedSampling};
use crate::domain::{Sample, SamplingSettings, Text};
use crate::job::{Cancelled, JobContext};
use crate::model::backend::Backend;
use crate::model::{GenerationConfig, OpenModel, prompt_ids, uses_chat_template};

/// What is to be completed, and how.
#[derive(Debug, Clone, Copy)]
pub struct CompletionRequest<'a> {
    /// What is gone on from.
    pub prompts: &'a [Text],
    /// A number for each prompt that its draws are made from beside the seed: the same prompt under the same number is
    /// completed the same way in whatever company. `None` numbers them by their places, from 0.
    pub numbers: Option<&'a [u64]>,
    /// The file that the prompts came from, which errors name.
    pub file: Option<&'a Path>,
    /// How to draw.
    pub sampling: &'a SamplingSettings,
    /// Named values that the chat template sees.
    pub template_arguments: &'a Map<String, Value>,
    /// Whether the adapter counts. Off, the model itself answers.
    pub adapted: bool,
}

/// No named values.
static NO_ARGUMENTS: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

impl<'a> CompletionRequest<'a> {
    /// Completions of `prompts`, with the adapter where there is one.
    pub fn new(prompts: &'a [Text], sampling: &'a SamplingSettings) -> Self {
        Self { prompts, numbers: None, file: None, sampling, template_arguments: &NO_ARGUMENTS, adapted: true }
    }

    /// How an error calls a prompt.
    fn place(&self, index: usize) -> String {
        match self.file {
            Some(path) => format!("{}, prompt {}", path.display(), index + 1),
            None if self.prompts.len() == 1 => "the prompt".to_owned(),
            None => format!("prompt {}", index + 1),
        }
    }
}

/// How much was drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Drawn {
    /// Completions.
    pub samples: usize,
    /// Their tokens.
    pub new_tokens: usize,
    /// Time from the first prompt's first token to the last.
    pub seconds: f64,
}

/// Draws `sampling.samples` completions of each prompt. `on_prompt` is told of each prompt's, in the prompts' order, as
/// they are there; it runs among the computation's threads, and an error of its own ends the drawing.
pub fn complete<B: Backend, E: From<GenerateError> + Send>(
    model: &OpenModel<B>,
    request: &CompletionRequest<'_>,
    context: &JobContext<'_>,
    mut on_prompt: impl FnMut(usize, Vec<Sample>) -> Result<(), E> + Send,
) -> Result<Drawn, E> {
    let settings = decode_settings(request, model)?;
    let ids = tokenized(request, model)?;
    let total = (ids.len() * settings.samples) as u64;
    let (start, mut drawn, mut new_tokens, mut refusal) = (Instant::now(), Drawn::default(), 0, None);
    context.progress("drawing completions", 0, Some(total), "samples");
    let decoded = model.decoder.backend().run_steps(|| {
        let done = |index: usize, completions: Vec<Completion>| {
            let samples = samples(request, model, (index, &ids[index]), completions)?;
            drawn.samples += samples.len();
            if let Err(error) = on_prompt(index, samples) {
                refusal = Some(error);
                return Err(Cancelled.into());
            }
            context.progress("drawing completions", drawn.samples as u64, Some(total), "samples");
            Ok(())
        };
        decode(&model.decoder, &ids, &settings, context, done, |count| new_tokens += count)
    });
    drawn = Drawn { new_tokens, seconds: start.elapsed().as_secs_f64(), ..drawn };
    match refusal {
        Some(error) => Err(error),
        None => Ok(decoded.map(|()| drawn)?),
    }
}

fn decode_settings<B: Backend>(
    request: &CompletionRequest<'_>,
    model: &OpenModel<B>,
) -> Result<DecodeSettings, GenerateError> {
    let sampling = request.sampling;
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
        numbers: request.numbers.map(<[u64]>::to_vec),
        adapted: request.adapted,
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
    request: &CompletionRequest<'_>,
    model: &OpenModel<B>,
) -> Result<Vec<Vec<u32>>, GenerateError> {
    let most = model.decoder.config().max_positions - 1;
    let (raw, arguments) = (request.sampling.raw, request.template_arguments);
    let one = |(index, prompt): (usize, &Text)| {
        let ids = prompt_ids(prompt, &model.tokenizer, model.template.as_ref(), raw, arguments)
            .map_err(|source| GenerateError::Prompt { place: request.place(index), source })?;
        if ids.is_empty() || ids.len() > most {
            let (place, model) = (request.place(index), model.folder.clone());
            return Err(GenerateError::PromptLength { place, tokens: ids.len(), most, model });
        }
        Ok(ids)
    };
    request.prompts.iter().enumerate().map(one).collect()
}

/// A prompt's completions as samples.
fn samples<B: Backend>(
    request: &CompletionRequest<'_>,
    model: &OpenModel<B>,
    (index, prompt_ids): (usize, &[u32]),
    completions: Vec<Completion>,
) -> Result<Vec<Sample>, GenerateError> {
    let prompt = &request.prompts[index];
    let templated = uses_chat_template(model.template.as_ref(), request.sampling.raw);
    let sample = |completion: Completion| {
        let tokens = completion.token_ids;
        let text = match tokens.split_last() {
            Some((last, before)) if model.generation.eos_token_ids.contains(last) => before,
            _ => &tokens,
        };
        Ok(Sample {
            prompt: prompt.clone(),
            completion: model.tokenizer.decode_continuation(prompt_ids, text)?,
            token_ids: tokens,
            log_probabilities: completion.log_probabilities,
            finish_reason: Some(completion.finish_reason),
            chat_template: templated && matches!(prompt, Text::Plain(_)),
        })
    };
    completions.into_iter().map(sample).collect()
}
