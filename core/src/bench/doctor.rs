//! What this machine has, and how fast it is at our own work: a few seconds with a small model of random weights.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{BenchError, decode_speed, smollm2_135m};
use crate::doctor::{crash_reports, examine, graphics, window_needs};
use crate::job::{DoctorSpec, JobContext};
use crate::model::backend::Backend;
use crate::model::decoder::Decoder;
use crate::model::{AnyBackend, ModelError, RandomWeights, WeightPrecision, choose_backend};
use crate::preflight::pace::{self, Pace};
use crate::preflight::{PreflightError, memory, time};
use crate::starter;

/// Tokens that are answered at a time, between two looks at the clock.
const TOKENS: usize = 8;
/// Answering is measured for so long.
const ANSWERING: Duration = Duration::from_millis(1500);

/// How fast a machine is at the work that a small model makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MachineSpeed {
    /// The model whose shape was measured.
    pub shape: String,
    /// What its weights were kept in: `bf16`, `f32` or blocks.
    pub dtype: String,
    /// Threads that computed.
    pub threads: usize,
    /// Preference pairs that are trained on in a minute.
    pub training_pairs_a_minute: f64,
    /// Tokens that are written a second, one answer at a time.
    pub answering_tokens_a_second: f64,
    /// Bytes that are read from memory a second, where the processor computes.
    pub memory_bytes_a_second: Option<f64>,
}

/// The job: the report of the machine, its graphics, and its speed unless that is left out. The pace is kept for badges.
pub fn doctor(spec: &DoctorSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, BenchError> {
    let mut summary = match json!(examine()) {
        Value::Object(report) => report,
        _ => Map::new(),
    };
    summary.insert("gpu".to_owned(), json!(graphics()));
    summary.insert("window".to_owned(), json!(window_needs()));
    let reports = starter::data_home().map(|home| crash_reports(&home)).unwrap_or_default();
    summary.insert("crash_reports".to_owned(), json!(reports));
    let speed = if spec.quick { None } else { Some(speed(spec, context)?) };
    summary.insert("speed".to_owned(), json!(speed));
    Ok(summary)
}

/// Training is reckoned from a layer that is measured, as forecasts do it; answering is measured with the whole model.
fn speed(spec: &DoctorSpec, context: &JobContext<'_>) -> Result<MachineSpeed, BenchError> {
    let (config, precision) = (smollm2_135m(), pace::precision(&spec.compute));
    let measured = pace::measure(&spec.compute, context)?;
    context.check()?;
    let seconds_a_pair = time::seconds_a_pair(&config, precision, &measured.speed)?;
    context.progress("measuring how fast it answers", 0, None, "tokens");
    let (threads, tokens) =
        match choose_backend(&spec.compute).map_err(ModelError::from).map_err(PreflightError::from)? {
            AnyBackend::Cpu(backend) => (backend.thread_count(), answering(&backend, precision, context)?),
            AnyBackend::Graphics(backend) => (1, answering(&backend, precision, context)?),
        };
    let answering_bytes_a_second = tokens * memory::weight_bytes(&config, precision) as f64;
    pace::keep(&Pace { answering_bytes_a_second, ..measured }, &spec.compute);
    Ok(MachineSpeed {
        shape: super::SHAPES[0].title.to_owned(),
        dtype: precision.name().to_owned(),
        threads,
        training_pairs_a_minute: 60.0 / seconds_a_pair,
        answering_tokens_a_second: tokens,
        memory_bytes_a_second: measured.read_bytes_a_second,
    })
}

/// Tokens a second, one answer at a time.
fn answering<B: Backend + Clone>(
    backend: &B,
    precision: WeightPrecision,
    context: &JobContext<'_>,
) -> Result<f64, BenchError> {
    backend.run(|| {
        let weights = RandomWeights { precision };
        let decoder = Decoder::load(backend.clone(), smollm2_135m(), &weights)?;
        context.check()?;
        let (start, mut best) = (Instant::now(), 0.0f64);
        // The first time also makes the buffers.
        for time in 0.. {
            let tokens = decode_speed(&decoder, 1, TOKENS, context)?;
            if time > 0 {
                best = best.max(tokens);
            }
            context.progress("measuring how fast it answers", (time * TOKENS) as u64, None, "tokens");
            if time > 0 && start.elapsed() > ANSWERING {
                break;
            }
        }
        Ok(best)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ComputeSettings;
    use crate::job::CancelToken;

    #[test]
    fn a_quick_report_has_every_key_and_no_speed() {
        let cancel = CancelToken::default();
        let spec = DoctorSpec { quick: true, ..DoctorSpec::default() };
        let summary = doctor(&spec, &JobContext::new(&|_| {}, &cancel)).expect("a report");
        for key in
            ["version", "cores", "vector_units", "memory_total", "devices", "working_folder", "model_cache", "gpu"]
        {
            assert!(summary.contains_key(key), "{key}");
        }
        assert_eq!(summary["speed"], Value::Null);
        assert!(summary["gpu"].is_array());
    }

    #[test]
    fn a_stop_ends_the_measurement() {
        let cancel = CancelToken::default();
        cancel.cancel();
        let spec = DoctorSpec { quick: false, compute: ComputeSettings::default() };
        let stopped = doctor(&spec, &JobContext::new(&|_| {}, &cancel)).expect_err("it was stopped");
        assert!(crate::job::JobError::is_cancelled(&stopped), "{stopped}");
    }
}
