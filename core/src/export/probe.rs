//! Ten ordinary prompts on which every export is held against the model that it was made of: the texts that the chat
//! template makes of them, the logits at their places, and the first words of the likeliest answers.

use std::path::Path;

use serde_json::Map;

use super::{ExportError, Proof};
use crate::domain::{ChatMessage, ComputeSettings, SamplingSettings};
use crate::generate::GenerateError;
use crate::generate::decode::{DecodeSettings, decode};
use crate::generate::sampling::{GenerationDefaults, ResolvedSampling};
use crate::job::JobContext;
use crate::model::backend::Backend;
use crate::model::decoder::Pass;
use crate::model::{AnyModel, Batch, ChatTemplate, ModelError, OpenModel};

/// What people ask: questions, tasks, code, numbers, other languages.
const PROMPTS: [&str; 10] = [
    "Where is my parcel? I ordered it on 12 March, and nothing has come yet.",
    "Explain in two sentences why the sky is blue.",
    "Write a short, friendly reply to a customer who wants her money back.",
    "What is 17 times 23? Show how you worked it out.",
    "List three things to check before a long drive, as bullet points.",
    "Translate into German: \"The meeting was moved to Thursday at half past nine.\"",
    "Schreibe einen Satz über das Wetter im November.",
    "Write a Python function that returns the largest number of a list.",
    "Summarise this: the council met on Monday, argued for four hours, and decided nothing.",
    "I feel tired all the time. What should I ask my doctor?",
];

/// Tokens of a prompt that go through the model at most; of a longer one the last are taken.
const LONGEST: usize = 256;

/// Tokens of an answer that are compared.
const ANSWER: usize = 16;

/// Logits that are kept at most: places are left out, from the front, where the vocabulary is large.
const MOST_LOGITS: usize = 1 << 24;

/// What a model gives for the prompts.
pub(super) struct Probe {
    /// The prompts as tokens.
    asked: Vec<Vec<u32>>,
    /// Conversations as the template writes them; one that it takes no such turns of is `None`.
    conversations: Option<Vec<Option<String>>>,
    vocabulary: usize,
    /// Place by place.
    logits: Vec<f32>,
    answers: Vec<Vec<u32>>,
}

impl Probe {
    /// What an open model gives, with the adapter that is on it.
    pub(super) fn of<B: Backend>(model: &OpenModel<B>, context: &JobContext<'_>) -> Result<Self, ExportError> {
        let conversations = model.template.as_ref().map(conversations);
        let asked = asked(model, conversations.as_deref())?;
        let logits = logits(model, &asked, context)?;
        let answers = answers(model, &asked, &logits, context)?;
        let vocabulary = model.decoder.config().vocabulary_size;
        Ok(Self { asked, conversations, vocabulary, logits, answers })
    }

    /// What the model of a folder or a GGUF file gives, with an adapter or without.
    pub(super) fn open(
        compute: &ComputeSettings,
        model: &Path,
        adapter: Option<&Path>,
        context: &JobContext<'_>,
    ) -> Result<Self, ExportError> {
        match AnyModel::open(compute, model, adapter)? {
            AnyModel::Cpu(model) => Self::of(&model, context),
            AnyModel::Graphics(model) => Self::of(&model, context),
        }
    }

    /// Holds another model against this one on the same prompts. Who calls says how it was read, and accepts the proof
    /// or not with [`Proof::within`].
    pub(super) fn hold<B: Backend>(
        &self,
        written: &OpenModel<B>,
        context: &JobContext<'_>,
    ) -> Result<Proof, ExportError> {
        let found = logits(written, &self.asked, context)?;
        let found_answers = answers(written, &self.asked, &found, context)?;
        let places = self.logits.chunks(self.vocabulary).zip(found.chunks(self.vocabulary));
        let same = places.filter(|(expected, found)| likeliest(expected) == likeliest(found)).count();
        let same_answers = self.answers.iter().zip(&found_answers).filter(|(one, other)| one == other).count();
        let same_template = self.conversations.as_ref().map(|expected| {
            let found = written.template.as_ref().map(conversations);
            let tokens = found.as_deref().and_then(|found| asked(written, Some(found)).ok());
            found.as_ref() == Some(expected) && tokens.as_ref() == Some(&self.asked)
        });
        Ok(Proof {
            how: String::new(),
            prompts: self.asked.len(),
            logit_difference: Some(relative_difference(&self.logits, &found)),
            most_difference: None,
            largest_difference: Some(largest_difference(&self.logits, &found)),
            same_top_token: Some(same as f64 / (self.logits.len() / self.vocabulary).max(1) as f64),
            same_answers: Some(same_answers as f64 / self.answers.len().max(1) as f64),
            same_template,
        })
    }

    /// Holds the model of a folder or a GGUF file against this one.
    pub(super) fn hold_opened(
        &self,
        compute: &ComputeSettings,
        written: &Path,
        context: &JobContext<'_>,
    ) -> Result<Proof, ExportError> {
        match AnyModel::open(compute, written, None)? {
            AnyModel::Cpu(model) => self.hold(&model, context),
            AnyModel::Graphics(model) => self.hold(&model, context),
        }
    }
}

/// Every prompt as a user's turn, and a conversation of several turns.
fn conversations(template: &ChatTemplate) -> Vec<Option<String>> {
    let turn = |role: &str, text: &str| ChatMessage::new(role, text);
    let mut all: Vec<Vec<ChatMessage>> = PROMPTS.iter().map(|prompt| vec![turn("user", prompt)]).collect();
    let longer = [turn("user", PROMPTS[0]), turn("assistant", "I am looking into it."), turn("user", PROMPTS[2])];
    all.push(longer.to_vec());
    all.push([turn("system", "You answer in one sentence."), turn("user", PROMPTS[3])].to_vec());
    all.iter().map(|messages| template.render(messages, true, &Map::new()).ok()).collect()
}

/// The prompts as tokens: through the template where there is one that takes them, as they are otherwise.
fn asked<B: Backend>(
    model: &OpenModel<B>,
    conversations: Option<&[Option<String>]>,
) -> Result<Vec<Vec<u32>>, ExportError> {
    let most = LONGEST.min(model.decoder.config().max_positions.saturating_sub(ANSWER)).max(1);
    let encoded = |(index, prompt): (usize, &&str)| {
        let templated = conversations.and_then(|all| all.get(index)?.as_deref());
        let ids = match templated {
            Some(text) => model.tokenizer.encode(text, false),
            None => model.tokenizer.encode(prompt, true),
        };
        let mut ids = ids.map_err(ModelError::from)?;
        Ok(ids.split_off(ids.len().saturating_sub(most)))
    };
    PROMPTS.iter().enumerate().map(encoded).collect()
}

/// The logits at the last places of each prompt, as many as there is room for.
fn logits<B: Backend>(
    model: &OpenModel<B>,
    asked: &[Vec<u32>],
    context: &JobContext<'_>,
) -> Result<Vec<f32>, ExportError> {
    let decoder = &model.decoder;
    let most = (MOST_LOGITS / PROMPTS.len() / decoder.config().vocabulary_size).max(1);
    let mut all = Vec::new();
    for ids in asked.iter().filter(|ids| !ids.is_empty()) {
        context.check()?;
        let mut batch = Batch::default();
        batch.push(ids);
        let places: Vec<usize> = (ids.len().saturating_sub(most)..ids.len()).collect();
        all.extend(decoder.backend().run(|| {
            let (hidden, _) = decoder.forward(&batch, Pass::inference(true))?;
            decoder.logits(&hidden, &places)
        })?);
    }
    Ok(all)
}

/// The likeliest tokens after each prompt; none where the logits are no numbers.
fn answers<B: Backend>(
    model: &OpenModel<B>,
    asked: &[Vec<u32>],
    logits: &[f32],
    context: &JobContext<'_>,
) -> Result<Vec<Vec<u32>>, ExportError> {
    if logits.iter().any(|logit| !logit.is_finite()) {
        return Ok(Vec::new());
    }
    let greedy = SamplingSettings { greedy: true, repetition_penalty: Some(1.0), ..SamplingSettings::default() };
    let settings = DecodeSettings {
        sampling: ResolvedSampling::resolve(&greedy, &GenerationDefaults::default()).map_err(GenerateError::from)?,
        samples: 1,
        max_new_tokens: ANSWER,
        max_positions: model.decoder.config().max_positions,
        end_tokens: Vec::new(),
        seed: 0,
        numbers: None,
        adapted: true,
    };
    let asked: Vec<Vec<u32>> = asked.iter().filter(|ids| !ids.is_empty()).cloned().collect();
    let mut answers = Vec::with_capacity(asked.len());
    model.decoder.backend().run(|| {
        let done = |_, completions: Vec<_>| {
            answers.extend(
                completions.into_iter().map(|completion: crate::generate::decode::Completion| completion.token_ids),
            );
            Ok(())
        };
        decode(&model.decoder, &asked, &settings, context, done, |_| ())
    })?;
    Ok(answers)
}

/// The place of the largest logit.
fn likeliest(logits: &[f32]) -> Option<usize> {
    logits.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(place, _)| place)
}

/// ‖a − b‖ / ‖a − mean(a)‖: a softmax does not see the mean.
pub(super) fn relative_difference(expected: &[f32], found: &[f32]) -> f64 {
    let mean = expected.iter().map(|&value| f64::from(value)).sum::<f64>() / expected.len() as f64;
    let spread: f64 = expected.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum();
    let apart: f64 = expected.iter().zip(found).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    if expected.len() == found.len() { (apart / spread.max(f64::MIN_POSITIVE)).sqrt() } else { f64::INFINITY }
}

fn largest_difference(expected: &[f32], found: &[f32]) -> f64 {
    let apart = |(a, b): (&f32, &f32)| f64::from(*a) - f64::from(*b);
    if expected.len() != found.len() {
        return f64::INFINITY;
    }
    // What is no number is as far away as can be, which `max` would pass over.
    let far = |apart: f64| if apart.is_nan() { f64::INFINITY } else { apart.abs() };
    expected.iter().zip(found).map(apart).map(far).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DtypeChoice;
    use crate::job::CancelToken;
    use crate::model::cpu_backend::CpuBackend;

    const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models");

    fn opened(name: &str, adapted: bool) -> OpenModel<CpuBackend> {
        let folder = Path::new(MODELS).join(name);
        let adapter = folder.join("adapter");
        let backend = CpuBackend::new(Some(2)).expect("threads");
        OpenModel::open(backend, &folder, adapted.then_some(adapter.as_path()), DtypeChoice::F32).expect("opens")
    }

    #[test]
    fn a_model_is_like_itself_and_unlike_another() {
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let base = opened("qwen3", false);
        let probe = Probe::of(&base, &context).expect("a probe");
        assert_eq!((probe.asked.len(), probe.answers.len()), (10, 10));
        assert!(probe.asked.iter().all(|ids| ids.len() > 8) && probe.answers.iter().all(|ids| ids.len() == ANSWER));
        let same = probe.hold(&base, &context).expect("held");
        assert_eq!((same.logit_difference, same.largest_difference), (Some(0.0), Some(0.0)));
        assert_eq!((same.same_top_token, same.same_answers), (Some(1.0), Some(1.0)));
        assert_eq!((same.same_template, same.prompts), (Some(true), 10));
        let other = probe.hold(&opened("qwen3", true), &context).expect("held");
        assert!(other.logit_difference > Some(1e-3) && other.same_top_token < Some(1.0), "{other:?}");
        assert_eq!(other.same_template, Some(true));
        // Another family's template, with this one's logits.
        let mut strange = opened("qwen3", false);
        strange.template = opened("llama_tied", false).template;
        let strange = probe.hold(&strange, &context).expect("held");
        assert_eq!((strange.logit_difference, strange.same_template), (Some(0.0), Some(false)));
        assert!(strange.within("read", 1.0, Path::new("there")).is_err());
        cancel.cancel();
        assert!(matches!(probe.hold(&base, &context), Err(ExportError::Cancelled(_))));
    }

    #[test]
    fn what_is_no_number_is_far_away() {
        assert_eq!(largest_difference(&[1.0, 2.0], &[1.5, f32::NAN]).to_bits(), f64::INFINITY.to_bits());
        assert_eq!(largest_difference(&[1.0], &[]).to_bits(), f64::INFINITY.to_bits());
        assert!(relative_difference(&[1.0, 2.0], &[1.0, f32::NAN]).is_nan());
        // By hand: ‖(0, 1)‖ / ‖(−1, 1)‖.
        assert!((relative_difference(&[1.0, 3.0], &[1.0, 2.0]) - 0.5f64.sqrt()).abs() < 1e-12);
    }
}
