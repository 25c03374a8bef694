//! How fast this machine does our own work: training steps and decoding at the shapes of well-known small models, with
//! random weights that are made here. Figures are to be compared within one run, not between machines.
//!
//! A single measurement ([`measure`](run)) runs in this process; the table of all of them takes a process for each, so
//! that one's memory does not count as another's.

mod doctor;
mod limits;
mod table;
mod work;

use serde_json::{Map, Value, json};

use crate::domain::{ComputeSettings, DeviceChoice, DtypeChoice, ToUserMessage, UserMessage};
use crate::generate::GenerateError;
use crate::job::{BenchSpec, Cancelled, JobContext, JobError};
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, Keep};
pub use crate::model::shapes::{SHAPES, smollm2_135m};
use crate::model::{AdapterError, AnyBackend, DecoderConfig, DeviceError, LoraPairs, WeightPrecision, choose_backend};
pub use crate::model::{RandomWeights, random_adapter};
use crate::preflight::{PreflightError, memory, pace};
use crate::train::{TokenizedRow, Trained};
pub use doctor::{MachineSpeed, doctor};
use limits::Operations;
pub use table::TABLE;
pub use work::{QUESTION_TOKENS, TrainTimes, decode_speed, judging_speed, random_pairs, train_steps};

/// The measurement could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// No such shape.
    #[error("there is no shape `{id}` to measure")]
    UnknownShape {
        /// What was asked for.
        id: String,
    },
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The adapter.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// Decoding.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// What forecasts measure.
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    /// A row of the table could not be measured.
    #[error("{title}: {}", message.what)]
    Row {
        /// Its title.
        title: &'static str,
        /// What its process said.
        message: UserMessage,
    },
    /// This program could not find itself to run a row in a process of its own.
    #[error("the program does not know where it lies: {0}")]
    Program(std::io::Error),
    /// What was to be measured is not to be had.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

impl ToUserMessage for BenchError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownShape { .. } => {
                let ids: Vec<&str> = SHAPES.iter().map(|shape| shape.id).collect();
                Some(format!("choose one of {} with `--model`", ids.join(", ")))
            }
            Self::Row { message, .. } => message.hint.clone(),
            Self::Preflight(error) => error.hint(),
            Self::Device(error) => error.hint(),
            _ => None,
        }
    }
}

impl JobError for BenchError {
    fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled(_) | Self::Generate(GenerateError::Cancelled(_)) => true,
            Self::Preflight(error) => error.is_cancelled(),
            _ => false,
        }
    }
}

/// The job. The summary holds every figure with its unit in its name.
pub fn run(spec: &BenchSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, BenchError> {
    if spec.table {
        return table::run(spec.threads, context);
    }
    let device = spec.device.unwrap_or(DeviceChoice::Cpu);
    match choose_backend(&ComputeSettings { device, dtype: spec.dtype, threads: spec.threads })? {
        AnyBackend::Cpu(backend) => {
            let mut figures = measure(backend.clone(), spec, context)?;
            figures.insert("threads".to_owned(), json!(backend.thread_count()));
            if spec.new_tokens > 0 {
                context.progress("reading memory", 0, None, "bytes");
                limits::compare_with_memory(&mut figures, pace::read_bandwidth(&backend));
            }
            Ok(figures)
        }
        AnyBackend::Graphics(backend) => measure(backend, spec, context),
    }
}

fn measure<B: Backend + Clone>(
    backend: B,
    spec: &BenchSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, BenchError> {
    let shape = match &spec.model {
        None => &SHAPES[0],
        Some(id) => {
            SHAPES.iter().find(|shape| shape.id == *id).ok_or_else(|| BenchError::UnknownShape { id: id.clone() })?
        }
    };
    let config = (shape.config)();
    // There is no file that says more of weights that are made up.
    let precision = pace::precision(&ComputeSettings {
        dtype: if spec.dtype == DtypeChoice::Auto { DtypeChoice::F32 } else { spec.dtype },
        ..ComputeSettings::default()
    });
    context.progress("making random weights", 0, None, "weights");
    let decoder = backend.run(|| Decoder::load(backend.clone(), config.clone(), &RandomWeights { precision }))?;
    let mut bench = Bench { spec, context, backend, config, decoder, precision, figures: Map::new() };
    bench.put("shape", json!(shape.title));
    bench.put("dtype", json!(precision.name()));
    if spec.pairs > 0 {
        bench.training()?;
    }
    if !spec.lengths.is_empty() {
        bench.lengths()?;
    }
    if spec.new_tokens > 0 {
        bench.answers()?;
    }
    if spec.comparisons > 0 {
        bench.judging()?;
    }
    Ok(bench.figures)
}

/// A measurement under way.
struct Bench<'a, B: Backend> {
    spec: &'a BenchSpec,
    context: &'a JobContext<'a>,
    backend: B,
    config: DecoderConfig,
    decoder: Decoder<B>,
    precision: WeightPrecision,
    figures: Map<String, Value>,
}

impl<B: Backend> Bench<'_, B> {
    fn put(&mut self, name: &str, value: Value) {
        self.figures.insert(name.to_owned(), value);
    }

    /// Times of training on these pairs, with a new adapter.
    fn train(&mut self, pairs: &[TokenizedRow]) -> Result<TrainTimes, BenchError> {
        let batch = self.spec.batch.unwrap_or(2);
        let mut trained = Trained::adapter(random_adapter(&self.config, 16)?);
        trained.put_on(&mut self.decoder)?;
        let keep = if self.spec.small { Keep::Inputs } else { Keep::Activations };
        let (context, decoder) = (self.context, &mut self.decoder);
        let times = self.backend.run(|| {
            train_steps(decoder, &mut trained, (pairs, batch), keep, |done| {
                context.progress("training", done as u64, Some(pairs.len() as u64), "pairs");
                context.check()
            })
        })?;
        self.decoder.set_lora(&LoraPairs::new())?;
        Ok(times)
    }

    fn judging(&mut self) -> Result<(), BenchError> {
        self.context.progress("judging", 0, Some(self.spec.comparisons as u64), "comparisons");
        let speed = judging_speed(&self.decoder, self.spec.comparisons)?;
        self.put("comparisons_per_second", json!(speed));
        self.put("judging_tokens_per_question", json!(QUESTION_TOKENS));
        Ok(())
    }

    fn training(&mut self) -> Result<(), BenchError> {
        let pairs = random_pairs(&self.config, self.spec.pairs);
        let limit = self.backend.run(|| limits::operations_a_second(&self.backend, self.precision))?;
        let times = self.train(&pairs)?;
        let products = Operations::of(&self.config, &pairs, self.spec.small).products / pairs.len() as f64;
        self.put("memory", json!(if self.spec.small { "small" } else { "fast" }));
        self.put("train_seconds_per_pair", json!(times.step));
        self.put("reference_seconds_per_pair", json!(times.reference));
        self.put("reference_share_of_step", json!(times.reference / times.step));
        self.put("product_limit_gigaoperations_per_second", json!(limit / 1e9));
        self.put("train_share_of_product_limit", json!(products / limit / times.step));
        self.put("train_peak_mib", json!(limits::peak_memory().map(|bytes| bytes >> 20)));
        Ok(())
    }

    /// What a token costs at each length, beside what counting operations lets expect: they differ in attention alone.
    fn lengths(&mut self) -> Result<(), BenchError> {
        let most = self.spec.lengths.iter().max().map_or(0, |most| 3 * most);
        let mut rows = Vec::new();
        let mut first = None;
        for &length in &self.spec.lengths {
            let pairs = work::pairs_of_length(&self.config, length, most);
            let tokens = (3 * (length / 2)) as f64;
            let milliseconds = 1e3 * self.train(&pairs)?.step / tokens;
            let Operations { products, attention } = Operations::of(&self.config, &pairs[..1], self.spec.small);
            let expected = (products + attention) / tokens;
            let (first_milliseconds, first_expected) = *first.get_or_insert((milliseconds, expected));
            rows.push(json!({
                "length": length,
                "milliseconds_per_token": milliseconds,
                "times_the_first": milliseconds / first_milliseconds,
                "times_the_first_by_operations": expected / first_expected,
            }));
        }
        self.put("lengths", json!(rows));
        Ok(())
    }

    fn answers(&mut self) -> Result<(), BenchError> {
        let bytes = memory::weight_bytes(&self.config, self.precision) as f64;
        let mut speeds = Vec::new();
        for samples in [1, 8] {
            self.context.progress("decoding", samples as u64, None, "sequences");
            let decode = || decode_speed(&self.decoder, samples, self.spec.new_tokens, self.context);
            speeds.push(self.backend.run_steps(decode)?);
        }
        self.put("decode_tokens_per_second", json!(speeds[0]));
        self.put("decode_8_samples_tokens_per_second", json!(speeds[1]));
        self.put("decode_gigabytes_per_second", json!(speeds[0] * bytes / 1e9));
        Ok(())
    }
}
