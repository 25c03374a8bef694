//! How fast this machine is at our own work, measured once and kept: one layer of a small model's shape, and how fast
//! memory is read. What other shapes take is reckoned from it by their sizes; [`exact`] measures one shape itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::speed::{self, Shape, Speed};
use super::{PreflightError, typical};
use crate::domain::{ComputeSettings, DtypeChoice, MemoryMode};
use crate::job::JobContext;
use crate::model::backend::Backend;
use crate::model::cpu_backend::CpuBackend;
use crate::model::decoder::{Decoder, Pass};
use crate::model::shapes::smollm2_135m;
use crate::model::{AnyBackend, Batch, DecoderConfig, ModelError, RandomWeights, WeightPrecision, choose_backend};
use crate::{doctor, files, starter};

/// Sequences that are answered together, as `generate` does it.
pub const SEQUENCES: f64 = 16.0;

/// Of what reading memory allows, so much is taken to be reached while answering, until `doctor` measures it.
const ANSWERING_SHARE: f64 = 0.6;

/// Bytes that are read to see how fast memory is: more than any processor keeps beside itself, mostly.
const READ_BYTES: usize = 256 << 20;

/// Paces that are kept: of other devices, precisions and numbers of threads.
const MOST_KEPT: usize = 16;

/// How fast a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Of the shape that was measured.
    pub speed: Speed,
    /// Numbers in its layer.
    pub layer_values: f64,
    /// Numbers in its head.
    pub head_values: f64,
    /// Bytes that are read from memory a second, where the processor computes.
    pub read_bytes_a_second: Option<f64>,
    /// Bytes of weights that are used a second while a few sequences are answered, if nothing but reading them counted.
    pub answering_bytes_a_second: f64,
}

impl Pace {
    /// The speed at another model's shape: a layer's work goes with its numbers, the head's with its own.
    pub fn speed_of(&self, config: &DecoderConfig) -> Speed {
        let layer = layer_values(config) / self.layer_values;
        let head = head_values(config) / self.head_values;
        Speed {
            layer_forward: self.speed.layer_forward * layer,
            layer_step: self.speed.layer_step * layer,
            head_forward: self.speed.head_forward * head,
            head_step: self.speed.head_step * head,
            update: self.speed.update,
        }
    }

    /// Seconds of a token in each of so many sequences that are answered together: either reading the weights takes
    /// longest, or computing does.
    pub fn answering_step(&self, config: &DecoderConfig, weight_bytes: u64, sequences: f64) -> f64 {
        let speed = self.speed_of(config);
        let computing = sequences * (config.layers as f64 * speed.layer_forward + speed.head_forward);
        (weight_bytes as f64 / self.answering_bytes_a_second).max(computing)
    }
}

/// Numbers in a layer's products.
fn layer_values(config: &DecoderConfig) -> f64 {
    config.linear_modules().iter().map(|module| module.in_features as f64 * module.out_features as f64).sum()
}

fn head_values(config: &DecoderConfig) -> f64 {
    config.vocabulary_size as f64 * config.hidden_size as f64
}

/// The pace that was kept for these settings, or a new one, which is kept. Takes two seconds at most where it is new.
pub fn of_this_machine(compute: &ComputeSettings, context: &JobContext<'_>) -> Result<Pace, PreflightError> {
    let (file, key) = (file(), key(compute));
    if let Some(pace) = file.as_deref().and_then(|file| kept(file, &key)) {
        return Ok(pace);
    }
    let pace = measure(compute, context)?;
    keep(&pace, compute);
    Ok(pace)
}

/// Keeps a pace for these settings. Where it cannot be kept, it is measured again the next time.
pub fn keep(pace: &Pace, compute: &ComputeSettings) {
    if let Some(file) = file() {
        drop(put(&file, &key(compute), pace));
    }
}

/// Measures this machine at the shape of a small model.
pub fn measure(compute: &ComputeSettings, context: &JobContext<'_>) -> Result<Pace, PreflightError> {
    at_shape(&smollm2_135m(), precision(compute), compute, None, context)
}

/// Measures this machine at a model's own shape; how fast it answers is taken from the machine's pace.
pub fn exact(
    config: &DecoderConfig,
    precision: WeightPrecision,
    compute: &ComputeSettings,
    context: &JobContext<'_>,
) -> Result<Pace, PreflightError> {
    let machine = of_this_machine(compute, context)?;
    at_shape(config, precision, compute, Some(&machine), context)
}

fn at_shape(
    config: &DecoderConfig,
    precision: WeightPrecision,
    compute: &ComputeSettings,
    known: Option<&Pace>,
    context: &JobContext<'_>,
) -> Result<Pace, PreflightError> {
    context.progress("measuring this machine", 0, None, "layers");
    let survey = typical::survey(config, precision, 0, 0)?;
    let shape = Shape::of(&survey, MemoryMode::Fast);
    let (speed, reading) = match choose_backend(compute).map_err(ModelError::from)? {
        AnyBackend::Cpu(backend) => {
            let speed = speed::measure(&backend, &shape, context)?;
            context.check()?;
            let read = known.is_none().then(|| read_bandwidth(&backend));
            (speed, read.map(|read| (Some(read), read * ANSWERING_SHARE)))
        }
        AnyBackend::Graphics(backend) => {
            let speed = speed::measure(&backend, &shape, context)?;
            context.check()?;
            let small = if known.is_none() { Some(small_batch(&backend, config, precision)?) } else { None };
            (speed, small.map(|bytes| (None, bytes)))
        }
    };
    let known = known.map(|pace| (pace.read_bytes_a_second, pace.answering_bytes_a_second));
    let (read_bytes_a_second, answering_bytes_a_second) = reading.or(known).unwrap_or((None, f64::INFINITY));
    Ok(Pace {
        speed,
        layer_values: layer_values(config),
        head_values: head_values(config),
        read_bytes_a_second,
        answering_bytes_a_second,
    })
}

/// Bytes a second that all threads together read from memory.
pub fn read_bandwidth(backend: &CpuBackend) -> f64 {
    let values = vec![1u64; READ_BYTES / 8];
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
        3.0 * READ_BYTES as f64 / start.elapsed().as_secs_f64()
    })
}

/// Bytes of weights a second when a few tokens go through a layer: what answering is made of where a graphics processor
/// computes.
fn small_batch<B: Backend + Clone>(
    backend: &B,
    config: &DecoderConfig,
    precision: WeightPrecision,
) -> Result<f64, PreflightError> {
    let attention = config.attention.iter().take(1).cloned().collect();
    let one = DecoderConfig { layers: 1, attention, vocabulary_size: 1024, tied_embeddings: true, ..config.clone() };
    backend.run(|| {
        let weights = RandomWeights { precision };
        let decoder = Decoder::load(backend.clone(), one, &weights)?;
        let mut batch = Batch::default();
        batch.push(&[7; SEQUENCES as usize]);
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let start = Instant::now();
            let (hidden, _) = decoder.forward(&batch, Pass::inference(false))?;
            // Brings a number back, so that the device has come to an end.
            std::hint::black_box(decoder.log_probabilities(&hidden, &[0], &[0], false)?);
            best = best.min(start.elapsed().as_secs_f64());
        }
        Ok(layer_values(config) * bytes_a_value(precision) / best)
    })
}

fn bytes_a_value(precision: WeightPrecision) -> f64 {
    let (rows, inputs) = (1, 1 << 10);
    precision.bytes(rows, inputs) as f64 / inputs as f64
}

/// What weights of the usual files are kept in: published ones are in half precision.
pub fn precision(compute: &ComputeSettings) -> WeightPrecision {
    match compute.dtype {
        DtypeChoice::F32 => WeightPrecision::F32,
        DtypeChoice::Auto | DtypeChoice::Bf16 => WeightPrecision::Bf16,
        DtypeChoice::Q8_0 => WeightPrecision::Q8_0,
        DtypeChoice::Q4K => WeightPrecision::Q4K,
    }
}

fn file() -> Option<PathBuf> {
    Some(starter::data_home().ok()?.join("speed.json"))
}

/// What a pace is true of: another version of the program may compute faster.
fn key(compute: &ComputeSettings) -> String {
    let report = doctor::examine();
    let processor = report.processor.unwrap_or(report.architecture);
    let threads = compute.threads.unwrap_or(report.cores);
    let dtype = precision(compute).name();
    let device = format!("{:?}", compute.device).to_lowercase();
    // Nor is one that is built for finding faults as fast.
    let build = if cfg!(debug_assertions) { " for tests" } else { "" };
    format!("{}{build} · {processor} · {threads} threads · {device} · {dtype}", report.version)
}

fn kept(file: &Path, key: &str) -> Option<Pace> {
    all_kept(file).remove(key).filter(|pace| {
        let Speed { layer_forward, layer_step, head_forward, head_step, update } = pace.speed;
        let numbers = [
            layer_forward,
            layer_step,
            head_forward,
            head_step,
            update,
            pace.layer_values,
            pace.head_values,
            pace.answering_bytes_a_second,
        ];
        numbers.iter().all(|number| number.is_finite() && *number > 0.0)
    })
}

/// A file that is not there, or is none of ours, holds nothing.
fn all_kept(file: &Path) -> BTreeMap<String, Pace> {
    fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn put(file: &Path, key: &str, pace: &Pace) -> Result<(), files::FileError> {
    let mut all = all_kept(file);
    if all.len() >= MOST_KEPT {
        all.clear();
    }
    all.insert(key.to_owned(), *pace);
    if let Some(folder) = file.parent() {
        files::create_folder(folder)?;
    }
    files::write_atomically(file, |out| Ok(serde_json::to_writer_pretty(out, &all)?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::job::CancelToken;
    use crate::model::shapes::{qwen2_5_0_5b, smollm2_360m};

    /// Two threads of a laptop.
    pub(in crate::preflight) fn laptop() -> Pace {
        let config = smollm2_135m();
        Pace {
            speed: Speed {
                layer_forward: 1.441e-5,
                layer_step: 4.810e-5,
                head_forward: 1.593e-4,
                head_step: 2.623e-4,
                update: 3.029e-9,
            },
            layer_values: layer_values(&config),
            head_values: head_values(&config),
            read_bytes_a_second: Some(2e10),
            answering_bytes_a_second: 1.2e10,
        }
    }

    #[test]
    fn larger_models_take_longer_by_their_size() {
        let pace = laptop();
        let own = pace.speed_of(&smollm2_135m());
        assert!((own.layer_step / pace.speed.layer_step - 1.0).abs() < 1e-9);
        let larger = pace.speed_of(&smollm2_360m());
        assert!(larger.layer_step > 2.0 * own.layer_step && larger.head_step > 1.5 * own.head_step);
        assert!(pace.speed_of(&qwen2_5_0_5b()).head_step > 4.0 * own.head_step);
    }

    #[test]
    fn one_sequence_takes_as_long_as_reading_the_weights() {
        let (pace, config) = (laptop(), smollm2_135m());
        let bytes = 2 * config.parameter_count();
        let one = pace.answering_step(&config, bytes, 1.0);
        assert!((one - bytes as f64 / 1.2e10).abs() < 1e-9, "{one}");
        assert!(pace.answering_step(&config, bytes, 1000.0) > 10.0 * one);
    }

    #[test]
    fn a_pace_is_kept_for_what_it_is_true_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("data/speed.json");
        assert_eq!(kept(&file, "one"), None);
        put(&file, "one", &laptop()).expect("written");
        let other = Pace { read_bytes_a_second: None, ..laptop() };
        put(&file, "two", &other).expect("written");
        assert_eq!((kept(&file, "one"), kept(&file, "two"), kept(&file, "three")), (Some(laptop()), Some(other), None));
        for number in 0..40 {
            put(&file, &number.to_string(), &laptop()).expect("written");
        }
        assert!(all_kept(&file).len() <= MOST_KEPT);
        put(&file, "nonsense", &Pace { layer_values: 0.0, ..laptop() }).expect("written");
        assert_eq!(kept(&file, "nonsense"), None);
        fs::write(&file, "{\"one\": 7").expect("written");
        assert_eq!(kept(&file, "one"), None);
    }

    #[test]
    fn other_settings_have_paces_of_their_own() {
        let usual = ComputeSettings::default();
        let others = [
            ComputeSettings { threads: Some(77), ..usual.clone() },
            ComputeSettings { dtype: DtypeChoice::F32, ..usual.clone() },
            ComputeSettings { device: crate::domain::DeviceChoice::Cpu, ..usual.clone() },
        ];
        assert!(others.iter().all(|other| key(other) != key(&usual)));
        assert!(key(&usual).starts_with(env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn a_machine_has_a_pace() {
        let cancel = CancelToken::default();
        let compute = ComputeSettings { threads: Some(1), ..ComputeSettings::default() };
        let pace = measure(&compute, &JobContext::new(&|_| {}, &cancel)).expect("it can be measured");
        assert!(pace.speed.layer_step > pace.speed.layer_forward, "{pace:?}");
        assert!(pace.answering_bytes_a_second > 1e7 && pace.answering_bytes_a_second.is_finite(), "{pace:?}");
        cancel.cancel();
        let stopped = measure(&compute, &JobContext::new(&|_| {}, &cancel)).expect_err("it was stopped");
        assert!(matches!(stopped, PreflightError::Cancelled(_)), "{stopped}");
    }
}
