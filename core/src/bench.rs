//! How fast this machine does our own work: training steps and decoding at the shape of a well-known small model, with
//! random weights that are made here. Figures are to be compared within one run, not between machines.

use std::time::Instant;

use half::bf16;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::domain::{DtypeChoice, LoraSettings, ToUserMessage};
use crate::generate::GenerateError;
use crate::generate::decode::{DecodeSettings, decode};
use crate::generate::sampling::ResolvedSampling;
use crate::job::{BenchSpec, Cancelled, JobContext, JobError};
use crate::model::backend::{Backend, BackendError, WeightData};
use crate::model::config::{Activation, LayerAttention, RopeScaling, Rotary};
use crate::model::cpu_backend::CpuBackend;
use crate::model::decoder::{Decoder, Keep, Pass, WeightSource};
use crate::model::families::USUAL_MODULES;
use crate::model::{Adapter, AdapterConfig, AdapterError, DecoderConfig, LoraPair, LoraPairs};
use crate::random::Random;
use crate::train::batch::{Learner, RowBatch, totals};
use crate::train::loss::{LOSSES, Objective};
use crate::train::optimizer::{AdamW, AdamWSettings};
use crate::train::policy::{self, Pack, Reading};
use crate::train::{PACK_TOKENS, TokenizedRow, Trained};

/// The measurement could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The adapter.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// Decoding.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// The system gave no threads.
    #[error("the threads of the computation could not be started: {0}")]
    Threads(#[from] std::io::Error),
}

impl ToUserMessage for BenchError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Threads(_) => Some("choose fewer with `--threads`".to_owned()),
            _ => None,
        }
    }
}

impl JobError for BenchError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_) | Self::Generate(GenerateError::Cancelled(_)))
    }
}

/// SmolLM2-135M: 30 layers of width 576, 134.5 million parameters.
pub fn smollm2_135m() -> DecoderConfig {
    let rotary = Rotary { theta: 100_000.0, scaling: RopeScaling::None };
    DecoderConfig {
        family: "llama",
        vocabulary_size: 49_152,
        hidden_size: 576,
        intermediate_size: 1536,
        layers: 30,
        attention_heads: 9,
        key_value_heads: 3,
        head_dim: 64,
        norm_epsilon: 1e-5,
        norm_offset: 0.0,
        score_scale: 0.125,
        attention: vec![LayerAttention { window: None, rotary: Some(rotary) }; 30],
        activation: Activation::Silu,
        max_positions: 8192,
        scaled_embeddings: false,
        padding_token: None,
        tied_embeddings: true,
        query_key_value_bias: false,
        output_bias: false,
        mlp_bias: false,
        modules: USUAL_MODULES,
    }
}

/// Random weights of a fitting size.
#[derive(Debug, Clone, Copy)]
pub struct RandomWeights {
    /// What they are kept in.
    pub half: bool,
}

impl RandomWeights {
    fn values<T: Send + Copy>(names: &[String], count: usize, scale: f32, make: impl Fn(f32) -> T + Sync) -> Vec<T> {
        let seed = names
            .iter()
            .flat_map(|name| name.bytes())
            .fold(7u64, |seed, byte| crate::random::mix(seed ^ u64::from(byte)));
        let chunk = |index: usize| {
            let mut random = Random::new(seed, &[index as u64]);
            (0..4096.min(count - index * 4096))
                .map(|_| make(((random.next_u64() >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * scale))
                .collect::<Vec<T>>()
        };
        (0..count.div_ceil(4096)).into_par_iter().flat_map_iter(chunk).collect()
    }
}

impl WeightSource for RandomWeights {
    type Error = BackendError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, BackendError> {
        let count = outputs.iter().sum::<usize>() * inputs;
        let scale = (3.0 / inputs as f32).sqrt();
        Ok(if self.half {
            WeightData::Bf16(Self::values(names, count, scale, bf16::from_f32))
        } else {
            WeightData::F32(Self::values(names, count, scale, |value| value))
        })
    }

    fn joined(&self, _names: &[String], lengths: &[usize]) -> Result<Vec<f32>, BackendError> {
        Ok(vec![1.0; lengths.iter().sum()])
    }
}

/// A new adapter for the model, on every linear module, with a B that is not zero.
pub fn random_adapter(config: &DecoderConfig, rank: usize) -> Result<Adapter, AdapterError> {
    let settings = LoraSettings { rank, alpha: 2.0 * rank as f64, ..LoraSettings::default() };
    let mut tensors = LoraPairs::new();
    let mut random = Random::new(3, &[]);
    let adapter_config = AdapterConfig::new(&settings, config, "random")?;
    for target in adapter_config.targets(config)? {
        let mut values = |count: usize| (0..count).map(|_| random.uniform() as f32 * 0.02 - 0.01).collect();
        let (a, b) = (values(rank * target.module.in_features), values(target.module.out_features * rank));
        tensors.insert(target.path, LoraPair { a, b, rank, scale: target.scale });
    }
    Ok(Adapter { config: adapter_config, tensors, score_head: None })
}

/// Pairs with prompts of 88 to 104 tokens (96 on average) and answers of 64 to 160 tokens.
pub fn random_pairs(config: &DecoderConfig, count: usize) -> Vec<TokenizedRow> {
    let mut random = Random::new(0, &[]);
    let mut ids = |least: usize, most: usize| -> Vec<u32> {
        let length = least + random.below(most - least + 1);
        (0..length).map(|_| 3 + random.below(config.vocabulary_size - 3) as u32).collect()
    };
    (0..count)
        .map(|_| TokenizedRow {
            prompt_ids: ids(88, 104),
            completions: vec![ids(64, 160), ids(64, 160)],
            is_desirable: false,
        })
        .collect()
}

/// Seconds that training took.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrainTimes {
    /// Of optimizer steps.
    pub steps: f64,
    /// Of the reference pass.
    pub reference: f64,
    /// Pairs.
    pub pairs: usize,
}

/// The reference pass, and then optimizer steps of two pairs, as a run takes them.
pub fn train_steps<B: Backend>(
    decoder: &mut Decoder<B>,
    trained: &mut Trained,
    pairs: &[TokenizedRow],
    keep: Keep,
    mut check: impl FnMut(usize) -> Result<(), Cancelled>,
) -> Result<TrainTimes, BenchError> {
    let [loss, ..] = LOSSES else { return Ok(TrainTimes::default()) };
    let objective = Objective { loss, beta: 0.1, parameters: Vec::new() };
    let all: Vec<&TokenizedRow> = pairs.iter().collect();
    let start = Instant::now();
    let mut references = Vec::new();
    for members in policy::packs(&all, 2, PACK_TOKENS) {
        check(0)?;
        let pack = Pack::new(members, 2, Reading::Completions);
        references.extend(policy::forward(decoder, &pack, Pass::inference(false))?.0);
    }
    let reference = start.elapsed().as_secs_f64();
    let mut optimizer = AdamW::new(AdamWSettings::default(), &trained.parameters);
    let start = Instant::now();
    for (step, (rows, references)) in all.chunks(2).zip(references.chunks(2)).enumerate() {
        let mut gradients = trained.zero_gradients(decoder)?;
        let mut batch = RowBatch::new(rows.to_vec(), references.iter().copied());
        let learner = Learner { decoder, score_head: &[], objective: &objective, pack_tokens: PACK_TOKENS };
        let total = totals(rows.iter().copied());
        let check = || check(2 * step).map_err(BenchError::from);
        learner.learn(&mut batch, total, keep, &mut gradients, || None, check)?;
        let gradients = trained.gradients(decoder, &gradients)?;
        optimizer.step(&mut trained.parameters, &gradients, 1.0, 1e-5, step as u64 + 1);
        trained.put_on(decoder)?;
    }
    Ok(TrainTimes { steps: start.elapsed().as_secs_f64(), reference, pairs: pairs.len() })
}

/// New tokens a second, over all sequences.
pub fn decode_speed<B: Backend>(
    decoder: &Decoder<B>,
    samples: usize,
    new_tokens: usize,
    context: &JobContext<'_>,
) -> Result<f64, GenerateError> {
    let mut random = Random::new(5, &[]);
    let prompt: Vec<u32> = (0..32).map(|_| random.below(decoder.config().vocabulary_size) as u32).collect();
    let settings = DecodeSettings {
        sampling: ResolvedSampling {
            greedy: false,
            temperature: 0.8,
            top_p: 1.0,
            top_k: 0,
            min_p: 0.0,
            repetition_penalty: 1.0,
        },
        samples,
        max_new_tokens: new_tokens,
        max_positions: decoder.config().max_positions,
        end_tokens: Vec::new(),
        seed: 0,
        adapted: false,
    };
    // Measured from the first token on: the prefill is another kind of work.
    let (mut start, mut count) = (None, 0);
    let tokens = |more: usize| {
        if start.replace(start.unwrap_or_else(Instant::now)).is_some() {
            count += more;
        }
    };
    decode(decoder, &[prompt], &settings, context, |_, _| Ok(()), tokens)?;
    Ok(count as f64 / start.map_or(f64::INFINITY, |start| start.elapsed().as_secs_f64()))
}

/// Bytes a second that all threads together read from memory.
fn read_bandwidth(backend: &CpuBackend) -> f64 {
    let values = vec![1u64; 64 << 20];
    let sum = || {
        values
            .par_chunks(1 << 16)
            .map(|chunk| chunk.iter().fold(0u64, |sum, value| sum ^ value))
            .reduce(|| 0, |a, b| a ^ b)
    };
    backend.run(|| {
        std::hint::black_box(sum());
        let start = Instant::now();
        for _ in 0..3 {
            std::hint::black_box(sum());
        }
        3.0 * (values.len() * 8) as f64 / start.elapsed().as_secs_f64()
    })
}

/// Most memory that this process had at once, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

/// The job. The summary holds every figure with its unit in its name.
pub fn run(spec: &BenchSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, BenchError> {
    let backend = CpuBackend::new(spec.threads)?;
    let config = smollm2_135m();
    let mut figures = Map::new();
    let mut put = |name: &str, value: Value| figures.insert(name.to_owned(), value);
    put("shape", json!("SmolLM2-135M"));
    put("threads", json!(backend.thread_count()));
    let half = spec.dtype == DtypeChoice::Bf16;
    put("dtype", json!(if half { "bf16" } else { "f32" }));
    context.progress("making random weights", 0, None, "weights");
    let weights = RandomWeights { half };
    let mut decoder = backend.run(|| Decoder::load(backend.clone(), config.clone(), &weights))?;
    if spec.pairs > 0 {
        let mut trained = Trained::adapter(random_adapter(&config, 16)?);
        trained.put_on(&mut decoder)?;
        let pairs = random_pairs(&config, spec.pairs);
        let keep = if spec.small { Keep::Inputs } else { Keep::Activations };
        let times = backend.run(|| {
            train_steps(&mut decoder, &mut trained, &pairs, keep, |done| {
                context.progress("training", done as u64, Some(pairs.len() as u64), "pairs");
                context.check()
            })
        })?;
        put("memory", json!(if spec.small { "small" } else { "fast" }));
        put("train_seconds_per_pair", json!(times.steps / times.pairs as f64));
        put("reference_seconds_per_pair", json!(times.reference / times.pairs as f64));
        put("train_peak_mib", json!(peak_memory().map(|bytes| bytes >> 20)));
        decoder.set_lora(&LoraPairs::new())?;
    }
    if spec.new_tokens > 0 {
        let bytes = config.parameter_count() as f64 * if half { 2.0 } else { 4.0 };
        let mut speeds = Vec::new();
        for samples in [1, 8] {
            context.progress("decoding", samples as u64, None, "sequences");
            speeds.push(backend.run(|| decode_speed(&decoder, samples, spec.new_tokens, context))?);
        }
        drop(decoder);
        context.progress("reading memory", 0, None, "bytes");
        let bandwidth = read_bandwidth(&backend);
        put("decode_tokens_per_second", json!(speeds[0]));
        put("decode_8_samples_tokens_per_second", json!(speeds[1]));
        put("read_gigabytes_per_second", json!(bandwidth / 1e9));
        put("decode_share_of_read_bandwidth", json!(speeds[0] * bytes / bandwidth));
    }
    Ok(figures)
}
