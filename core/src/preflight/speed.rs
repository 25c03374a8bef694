//! How fast this machine does the training's own work: one layer of the model's shape, with made-up weights, goes forward
//! and back over a few rows of the data's usual lengths. That takes a second or less.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::PreflightError;
use crate::domain::MemoryMode;
use crate::job::JobContext;
use crate::model::backend::Backend;
use crate::model::decoder::{Decoder, GradientsOf, Keep, Pass};
use crate::model::{
    Batch, DecoderConfig, LoraPair, LoraPairs, Parameters, RandomWeights, WeightPrecision, lora_parameters,
};
use crate::random::Random;
use crate::train::optimizer::{AdamW, AdamWSettings, gradient_norm};
use crate::train::{RowLengths, Survey};

/// Seconds that a unit of the training's work takes on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// A token through a layer, with nothing kept: the reference pass.
    pub layer_forward: f64,
    /// A token through a layer and back, with what is trained.
    pub layer_step: f64,
    /// The probability of a token.
    pub head_forward: f64,
    /// The same, and the way back.
    pub head_step: f64,
    /// A trained number in an optimizer step.
    pub update: f64,
}

impl Speed {
    /// The figures by their names.
    pub fn by_name(&self) -> BTreeMap<String, f64> {
        let Self { layer_forward, layer_step, head_forward, head_step, update } = *self;
        let named = [
            ("layer_forward", layer_forward),
            ("layer_step", layer_step),
            ("head_forward", head_forward),
            ("head_step", head_step),
            ("update", update),
        ];
        named.map(|(name, seconds)| (name.to_owned(), seconds)).into()
    }
}

/// What is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// One layer of the model, with a part of its vocabulary.
    config: DecoderConfig,
    precision: WeightPrecision,
    /// Whether every weight is trained, and no adapter.
    full: bool,
    adapter: LoraPairs,
    rows: Vec<RowLengths>,
    keep: Keep,
    /// The model's vocabulary as a multiple of the one that is measured.
    vocabulary_times: f64,
}

/// Tokens of the vocabulary that the head is measured with.
const VOCABULARY: usize = 8192;

/// Products of a weight with a value, in one way forward and back, that are measured at most: about half a second where a
/// processor is slow.
const MOST_PRODUCTS: f64 = 2.5e10;

/// Measuring ends here, or after the third time.
const BUDGET: Duration = Duration::from_millis(600);

impl Shape {
    /// Of the training that was looked at.
    pub fn of(survey: &Survey, memory: MemoryMode) -> Self {
        let attention = survey.config.attention.iter().take(1).cloned().collect();
        let mut config = DecoderConfig { layers: 1, attention, tied_embeddings: true, ..survey.config.clone() };
        config.vocabulary_size = config.vocabulary_size.min(VOCABULARY);
        let work = &survey.workload;
        let layer_values: usize = config.linear_modules().iter().map(|m| m.in_features * m.out_features).sum();
        let most_tokens = (MOST_PRODUCTS / (4.0 * layer_values as f64)).clamp(16.0, work.largest_pack.tokens.max(16.0));
        let usual = &work.mean_row;
        let count = ((most_tokens / usual.tokens().max(1) as f64) as usize).max(1);
        let shrink = (most_tokens / usual.tokens().max(1) as f64).min(1.0);
        let cut = |length: usize| ((length as f64 * shrink) as usize).max(1);
        let row = RowLengths { prompt: cut(usual.prompt), answers: usual.answers.iter().map(|&a| cut(a)).collect() };
        Self {
            precision: survey.precision,
            full: survey.settings.full,
            adapter: one_layer_of_adapter(survey),
            rows: vec![row; count],
            keep: if memory == MemoryMode::Small { Keep::Inputs } else { Keep::Activations },
            vocabulary_times: survey.config.vocabulary_size as f64 / config.vocabulary_size as f64,
            config,
        }
    }
}

/// Factors on the modules of the first layer that gets any.
fn one_layer_of_adapter(survey: &Survey) -> LoraPairs {
    let Some(layer) = survey.targets.iter().map(|target| target.layer).min() else { return LoraPairs::new() };
    let mut random = Random::new(0, &[]);
    let mut values = |count: usize| (0..count).map(|_| random.uniform() as f32 * 0.02 - 0.01).collect();
    let targets = survey.targets.iter().filter(|target| target.layer == layer);
    let pairs = targets.map(|target| {
        let (rank, module) = (target.rank, target.module);
        let (a, b) = (values(rank * module.in_features), values(module.out_features * rank));
        (format!("model.layers.0.{}", module.name), LoraPair { a, b, rank, scale: target.scale })
    });
    pairs.collect()
}

/// The rows as a batch, the rows of it that predict a token, and those tokens.
fn batch(rows: &[RowLengths], vocabulary: usize) -> (Batch, Vec<usize>, Vec<u32>) {
    let mut random = Random::new(1, &[]);
    let mut ids = |count: usize| (0..count).map(|_| random.below(vocabulary) as u32).collect::<Vec<u32>>();
    let (mut batch, mut predicting, mut targets) = (Batch::default(), Vec::new(), Vec::new());
    for row in rows {
        let prompt = batch.push(&ids(row.prompt));
        for &answer in &row.answers {
            let answer = ids(answer);
            let places = batch.push_branch(&prompt, &answer);
            predicting.extend(std::iter::once(prompt.end - 1).chain(places.start..places.end - 1));
            targets.extend(answer);
        }
    }
    (batch, predicting, targets)
}

/// Seconds of each kind of work, the shortest of a few times.
#[derive(Debug, Clone, Copy)]
struct Seconds {
    forward: f64,
    step: f64,
    head_forward: f64,
    head_step: f64,
    update: f64,
}

impl Seconds {
    fn shortest(self, other: Self) -> Self {
        Self {
            forward: self.forward.min(other.forward),
            step: self.step.min(other.step),
            head_forward: self.head_forward.min(other.head_forward),
            head_step: self.head_step.min(other.head_step),
            update: self.update.min(other.update),
        }
    }
}

/// Measures the shape on a backend.
pub fn measure<B: Backend + Clone>(
    backend: &B,
    shape: &Shape,
    context: &JobContext<'_>,
) -> Result<Speed, PreflightError> {
    context.check()?;
    backend.run(|| {
        let weights = RandomWeights { precision: shape.precision };
        let mut decoder = Decoder::load(backend.clone(), shape.config.clone(), &weights)?;
        let adapter = shape.adapter.clone();
        decoder.set_lora(&adapter)?;
        let mut parameters = if shape.full { decoder.weights_by_name()? } else { lora_parameters(&adapter) };
        let mut optimizer = AdamW::new(AdamWSettings::default(), &parameters);
        let start = Instant::now();
        // The first time also makes the buffers: it does not count.
        once(&mut decoder, (&adapter, &mut parameters), &mut optimizer, shape)?;
        context.check()?;
        let mut best = once(&mut decoder, (&adapter, &mut parameters), &mut optimizer, shape)?;
        for _ in 0..2 {
            context.check()?;
            if start.elapsed() > BUDGET {
                break;
            }
            best = best.shortest(once(&mut decoder, (&adapter, &mut parameters), &mut optimizer, shape)?);
        }
        let tokens = shape.rows.iter().map(RowLengths::tokens).sum::<usize>().max(1) as f64;
        let targets = shape.rows.iter().flat_map(|row| &row.answers).sum::<usize>().max(1) as f64;
        let numbers: usize = parameters.values().map(|parameter| parameter.values.len()).sum();
        Ok(Speed {
            layer_forward: best.forward / tokens,
            layer_step: best.step / tokens,
            head_forward: best.head_forward / targets * shape.vocabulary_times,
            head_step: best.head_step / targets * shape.vocabulary_times,
            update: best.update / numbers.max(1) as f64,
        })
    })
}

fn once<B: Backend>(
    decoder: &mut Decoder<B>,
    (adapter, parameters): (&LoraPairs, &mut Parameters),
    optimizer: &mut AdamW,
    shape: &Shape,
) -> Result<Seconds, PreflightError> {
    let (batch, rows, targets) = batch(&shape.rows, shape.config.vocabulary_size);
    let mut clock = Instant::now();
    let mut lap = || std::mem::replace(&mut clock, Instant::now()).elapsed().as_secs_f64();
    drop(decoder.forward(&batch, Pass::inference(false))?);
    let forward = lap();
    let (hidden, tape) = decoder.forward(&batch, Pass { keep: shape.keep, adapted: true, dropout: None })?;
    let there = lap();
    drop(decoder.log_probabilities(&hidden, &rows, &targets, false)?);
    let head_forward = lap();
    let of = if shape.full { GradientsOf::Weights } else { GradientsOf::Adapter };
    let mut gradients = decoder.zero_gradients(of)?;
    let zeros = lap();
    let (values, head) = decoder.log_probabilities(&hidden, &rows, &targets, true)?;
    let d_hidden = match head {
        Some(head) => decoder.head_backward(head, &rows, &vec![1e-3; values.len()], batch.ids.len(), &mut gradients)?,
        None => hidden,
    };
    let head_step = lap();
    decoder.backward(tape, d_hidden, &mut gradients)?;
    let back = lap();
    let gradients = if shape.full {
        decoder.weight_gradients_by_name(&gradients)?
    } else {
        lora_parameters(&decoder.gradients_by_module(&gradients)?)
    };
    std::hint::black_box(gradient_norm(&gradients));
    optimizer.step(parameters, &gradients, 1.0, 1e-6, 1);
    if shape.full {
        decoder.set_weights(parameters)?;
    } else {
        decoder.set_lora(adapter)?;
    }
    Ok(Seconds { forward, step: there + back, head_forward, head_step, update: zeros + lap() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::CancelToken;
    use crate::model::cpu_backend::CpuBackend;
    use crate::preflight::memory::tests::survey;

    #[test]
    fn a_layer_is_measured_in_little_time() {
        let survey = survey(crate::model::shapes::smollm2_135m(), 16);
        let shape = Shape::of(&survey, MemoryMode::Fast);
        let start = Instant::now();
        let backend = CpuBackend::new(Some(1)).expect("threads");
        let cancel = CancelToken::default();
        let speed = measure(&backend, &shape, &JobContext::new(&|_| {}, &cancel)).expect("it can be measured");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        let all = [speed.layer_forward, speed.layer_step, speed.head_forward, speed.head_step, speed.update];
        assert!(all.iter().all(|&seconds| seconds > 0.0 && seconds < 1.0), "{speed:?}");
        assert!(speed.layer_step > speed.layer_forward, "{speed:?}");
    }

    #[test]
    fn large_models_are_measured_with_few_tokens() {
        let mut config = crate::model::shapes::qwen2_5_0_5b();
        (config.hidden_size, config.intermediate_size) = (3584, 18_944);
        let shape = Shape::of(&survey(config, 16), MemoryMode::Small);
        let tokens: usize = shape.rows.iter().map(RowLengths::tokens).sum();
        assert!((16..40).contains(&tokens), "{tokens}");
        let small = Shape::of(&survey(crate::model::shapes::smollm2_135m(), 16), MemoryMode::Small);
        assert!(small.rows.iter().map(RowLengths::tokens).sum::<usize>() > 300);
    }
}
