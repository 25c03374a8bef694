//! What a training will take of this machine, told before any of the model's weights is read: memory, time and disk, from
//! the shapes of the model and the lengths of the data.
//!
//! Of a model that is not chosen yet, `fit` says the same of a training as it is usual, from its shape alone.
//!
//! `train::survey` looks → `memory` and `disk` count (pure) → `decide` chooses the memory setting or refuses, with the
//! cure (pure) → `speed` measures one layer of the model's shape with made-up weights → `time` multiplies (pure) →
//! `words` says it.

mod decide;
mod disk;
mod error;
pub mod fit;
mod look;
pub mod memory;
pub mod pace;
mod rounds;
pub mod speed;
pub mod time;
mod typical;
mod words;

use serde_json::{Map, Value, json};

use crate::doctor;
use crate::domain::Forecast;
use crate::job::{JobContext, JobEvent, TrainSpec};
use crate::model::{AnyBackend, ModelError, choose_backend};
use crate::train::{self, Survey};

pub use decide::{Choice, Machine, decide};
pub use error::PreflightError;
pub use fit::{FitCoach, FitMachine, FitModel, Fitter, fit};
pub use look::look;
pub use pace::Pace;
pub use rounds::{before_rounds, forecast_rounds};
pub(crate) use words::size;

/// Tells what the training will take, and returns the job with its memory setting chosen. Refuses what will not fit.
pub fn before_training(spec: &TrainSpec, context: &JobContext<'_>) -> Result<TrainSpec, PreflightError> {
    let survey = train::survey(spec, context)?;
    let choice = decide(&survey, &machine(spec, &survey))?;
    let forecast = Foresight::default().foresee(spec, &survey, &choice, context)?;
    context.emit(JobEvent::Forecast(Box::new(forecast)));
    let mut chosen = spec.clone();
    chosen.settings.memory = choice.memory;
    Ok(chosen)
}

/// The job: what the training would take, without training. What does not fit is told, and then refused as the training
/// would be.
pub fn forecast_training(spec: &TrainSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, PreflightError> {
    let (forecast, refusal) = Foresight::default().forecast(spec, context)?;
    match (refusal, json!(forecast)) {
        (Some(refusal), _) => Err(refusal),
        (None, Value::Object(summary)) => Ok(summary),
        (None, _) => Ok(Map::new()),
    }
}

/// What several trainings would take. Those of one shape are measured once.
#[derive(Debug, Default)]
pub struct Foresight {
    measured: Option<(speed::Shape, speed::Speed)>,
}

impl Foresight {
    /// Tells and returns what a training would take; where it does not fit, with why it would be refused.
    pub fn forecast(
        &mut self,
        spec: &TrainSpec,
        context: &JobContext<'_>,
    ) -> Result<(Forecast, Option<PreflightError>), PreflightError> {
        let survey = train::survey(spec, context)?;
        let machine = machine(spec, &survey);
        let (forecast, refusal) = match decide(&survey, &machine) {
            Ok(choice) => (self.foresee(spec, &survey, &choice, context)?, None),
            Err(refusal) => (words::forecast(&survey, &decide::smallest(&survey, &machine), None), Some(refusal)),
        };
        context.emit(JobEvent::Forecast(Box::new(forecast.clone())));
        Ok((forecast, refusal))
    }

    /// Measures the machine at the training's shapes, and says what it will take.
    fn foresee(
        &mut self,
        spec: &TrainSpec,
        survey: &Survey,
        choice: &Choice,
        context: &JobContext<'_>,
    ) -> Result<Forecast, PreflightError> {
        let shape = speed::Shape::of(survey, choice.memory);
        let measured = match self.measured.take() {
            Some((of, measured)) if of == shape => measured,
            _ => {
                context.progress("measuring this machine", 0, None, "layers");
                match choose_backend(&spec.compute).map_err(ModelError::from)? {
                    AnyBackend::Cpu(backend) => speed::measure(&backend, &shape, context)?,
                    AnyBackend::Graphics(backend) => speed::measure(&backend, &shape, context)?,
                }
            }
        };
        self.measured = Some((shape, measured));
        Ok(words::forecast(survey, choice, Some(&measured)))
    }
}

/// What this machine has left for the run.
fn machine(spec: &TrainSpec, survey: &Survey) -> Machine {
    let threads = spec.compute.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let report = doctor::examine();
    Machine {
        // A graphics processor's own memory is not the machine's.
        memory_free: if decide::computes_on_processor(&spec.compute) { report.memory_available } else { None },
        disk_free: doctor::free_on_disk(&spec.out).map(|free| free + disk::taken_already(&spec.out, survey)),
        threads,
    }
}
