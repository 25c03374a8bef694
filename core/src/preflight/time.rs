//! How long a training takes: its work times the machine's speed.

use super::speed::Speed;
use super::{PreflightError, typical};
use crate::model::{DecoderConfig, WeightPrecision};
use crate::train::{Amount, Survey};

/// Seconds of a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeForecast {
    /// From the start to the end.
    pub seconds: f64,
    /// Of these, the reference pass over the data and the holdout.
    pub reference_seconds: f64,
}

/// What a whole training takes for each second that its layers take when one alone is measured: the others' weights come
/// from memory, where the one's may stay in a cache. To be read off measured runs.
pub const STEP_TIMES: f64 = 1.0;
/// The same of the reference pass.
pub const REFERENCE_TIMES: f64 = 1.0;
/// The same of the head, which is measured with a part of the vocabulary.
pub const HEAD_TIMES: f64 = 1.0;
/// The same of an optimizer's step over all that is trained.
pub const UPDATE_TIMES: f64 = 1.0;
/// Bytes of weights that are read and put in place a second.
pub const LOADED_BYTES_A_SECOND: f64 = 0.8e9;

/// Seconds of the training that was looked at, on a machine of this speed.
pub fn predict(survey: &Survey, speed: &Speed) -> TimeForecast {
    let work = &survey.workload;
    let layers = survey.config.layers as f64;
    let pass = |amount: Amount| {
        REFERENCE_TIMES * amount.tokens * layers * speed.layer_forward
            + HEAD_TIMES * amount.targets * speed.head_forward
    };
    let steps = STEP_TIMES * work.steps_amount.tokens * layers * speed.layer_step
        + HEAD_TIMES * work.steps_amount.targets * speed.head_step
        + UPDATE_TIMES * work.steps as f64 * super::memory::trained_values(survey) as f64 * speed.update;
    let left = (work.steps - survey.steps_done.min(work.steps)) as f64 / work.steps.max(1) as f64;
    let begun = survey.steps_done > 0;
    // A run that has taken a step has its reference already.
    let has_reference = work.reference != Amount::default();
    let reference_seconds = if begun || !has_reference { 0.0 } else { pass(work.reference) + pass(work.holdout) };
    let looks = pass(work.holdout) * work.holdout_looks as f64 * left;
    let loading = survey.weight_bytes as f64 / LOADED_BYTES_A_SECOND;
    TimeForecast { seconds: loading + reference_seconds + steps * left + looks, reference_seconds }
}

/// Seconds that a pair of a usual training takes in a step, loading and the reference left out.
pub fn seconds_a_pair(
    config: &DecoderConfig,
    precision: WeightPrecision,
    speed: &Speed,
) -> Result<f64, PreflightError> {
    let mut survey = typical::survey(config, precision, 0, 0)?;
    survey.workload.holdout_looks = 0;
    let time = predict(&survey, speed);
    let pairs = survey.workload.steps as f64 * survey.settings.batch_size as f64;
    Ok((time.seconds - time.reference_seconds) / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::memory::tests::survey;

    const SPEED: Speed =
        Speed { layer_forward: 1e-5, layer_step: 4e-5, head_forward: 2e-5, head_step: 5e-5, update: 1e-9 };

    #[test]
    fn time_grows_with_the_work_and_shrinks_with_what_is_done() {
        let mut survey = survey(crate::model::shapes::smollm2_135m(), 16);
        let whole = predict(&survey, &SPEED);
        let slower = Speed { layer_step: 2.0 * SPEED.layer_step, ..SPEED };
        assert!(predict(&survey, &slower).seconds > 1.4 * whole.seconds);
        assert!(whole.reference_seconds > 0.0 && whole.reference_seconds < 0.5 * whole.seconds);
        survey.steps_done = survey.workload.steps / 2;
        let half = predict(&survey, &SPEED);
        assert!(half.reference_seconds == 0.0 && half.seconds < 0.5 * whole.seconds);
    }

    /// Runs of `whetstone train` on pairs of these lengths, each with the speed that its forecast told with `--json`; the
    /// constants above are read off these. Only runs on a machine that does nothing else belong here: speed and run
    /// are measured one after the other.
    #[test]
    fn foreseen_times_are_within_15_percent_of_measured_runs() {
        for run in MEASURED {
            let pairs = predict(&survey((run.config)(), 16), &run.speed);
            let (foreseen, rows) = (pairs.seconds - pairs.reference_seconds, 64.0);
            let error = foreseen / rows / run.seconds_a_pair - 1.0;
            assert!(error.abs() < 0.15, "{}: {error:+.2}", run.name);
        }
    }

    struct MeasuredRun {
        name: &'static str,
        config: fn() -> crate::model::DecoderConfig,
        speed: Speed,
        seconds_a_pair: f64,
    }

    const MEASURED: &[MeasuredRun] = &[MeasuredRun {
        name: "SmolLM2-135M, bf16, fast, two threads",
        config: crate::model::shapes::smollm2_135m,
        speed: Speed {
            layer_forward: 1.441e-5,
            layer_step: 4.810e-5,
            head_forward: 1.593e-4,
            head_step: 2.623e-4,
            update: 3.029e-9,
        },
        seconds_a_pair: 0.479,
    }];
}
