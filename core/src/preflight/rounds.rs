//! What a training in rounds will take: what every training takes, the answers that are drawn, and the judge beside it.

use serde_json::{Map, Value, json};

use super::decide::{self, Choice, Machine, decide};
use super::words::{duration, plural, size};
use super::{Foresight, PreflightError, machine, memory, pace, time, words};
use crate::domain::{Forecast, ForecastPart, MemoryMode};
use crate::job::{JobContext, JobEvent, OnlineSpec};
use crate::train::online::{self, OnlineSurvey};

/// Tells what the training will take, and returns the job with its memory setting chosen. Refuses what will not fit.
pub fn before_rounds(spec: &OnlineSpec, context: &JobContext<'_>) -> Result<OnlineSpec, PreflightError> {
    let (forecast, refusal) = foresee(spec, context)?;
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    let mut chosen = spec.clone();
    chosen.train.settings.memory = forecast.memory;
    context.emit(JobEvent::Forecast(Box::new(forecast)));
    Ok(chosen)
}

/// The job: what the training would take, without training. What does not fit is told, and then refused as the training
/// would be.
pub fn forecast_rounds(spec: &OnlineSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, PreflightError> {
    let (forecast, refusal) = foresee(spec, context)?;
    context.emit(JobEvent::Forecast(Box::new(forecast.clone())));
    match (refusal, json!(forecast)) {
        (Some(refusal), _) => Err(refusal),
        (None, Value::Object(summary)) => Ok(summary),
        (None, _) => Ok(Map::new()),
    }
}

fn foresee(spec: &OnlineSpec, context: &JobContext<'_>) -> Result<(Forecast, Option<PreflightError>), PreflightError> {
    let survey = online::survey(spec, context)?;
    let whole = machine(&spec.train, &survey.survey);
    let besides = besides(spec, &survey);
    let taken = memory::total(&besides);
    let files = online::disk_bytes(&survey, spec.online.max_new_tokens, spec.online.samples);
    // What is beside the training leaves it so much less.
    let left = Machine {
        memory_free: whole.memory_free.map(|free| free.saturating_sub(taken)),
        disk_free: whole.disk_free.map(|free| free.saturating_sub(files)),
        ..whole
    };
    let (choice, refusal) = match decide(&survey.survey, &left) {
        Ok(choice) => (choice, None),
        Err(refusal) => (decide::smallest(&survey.survey, &left), Some(with_besides(refusal, taken, files, &whole))),
    };
    let mut forecast = match &refusal {
        None => Foresight::default().foresee(&spec.train, &survey.survey, &choice, context)?,
        Some(_) => words::forecast(&survey.survey, &choice, None),
    };
    let drawing = if refusal.is_none() { Some(drawing_seconds(spec, &survey, context)?) } else { None };
    complete(&mut forecast, (&survey, &choice), besides, files, &whole);
    forecast.seconds = forecast.seconds.zip(drawing).map(|(seconds, drawing)| {
        let loading = survey.survey.weight_bytes as f64 / time::LOADED_BYTES_A_SECOND;
        let left = 1.0 - survey.steps_done as f64 / survey.plan.total_steps().max(1) as f64;
        loading + left * (seconds - loading + drawing)
    });
    forecast.said = sentence(&forecast, spec, &survey, drawing);
    Ok((forecast, refusal))
}

/// What lies in memory beside the training itself: the keys and values of answers that are drawn, and the judge.
fn besides(spec: &OnlineSpec, survey: &OnlineSurvey) -> Vec<ForecastPart> {
    // Those that go together may each be the last of its prompt.
    let longest_answer =
        online::longest_answer(spec.online.max_new_tokens, survey.longest_prompt, survey.survey.config.max_positions);
    let cached = pace::SEQUENCES as usize * (longest_answer + survey.longest_prompt);
    let part = |name: &str, bytes| ForecastPart { name: name.to_owned(), bytes };
    let mut parts =
        vec![part("answers while they are drawn", memory::answering(&survey.survey.config, 0, cached, 0, 0))];
    if survey.judge_bytes > 0 {
        parts.push(part("the judge's weights", survey.judge_bytes));
    }
    parts
}

/// A refusal that counts what is beside the training, too.
fn with_besides(refusal: PreflightError, memory: u64, disk: u64, machine: &Machine) -> PreflightError {
    match refusal {
        PreflightError::Memory { needed, free, cure } => PreflightError::Memory {
            needed: needed + memory,
            free: machine.memory_free.unwrap_or(free),
            cure: if cure.contains("--max-length") {
                "lower `--max-new-tokens`, which makes answers shorter, or choose a smaller model".to_owned()
            } else {
                format!("{cure}; or lower `--max-new-tokens`, which makes answers shorter")
            },
        },
        PreflightError::Disk { folder, needed, free } => {
            PreflightError::Disk { folder, needed: needed + disk, free: machine.disk_free.unwrap_or(free) }
        }
        other => other,
    }
}

/// Seconds that drawing every answer takes, where each is as long as it may become.
fn drawing_seconds(spec: &OnlineSpec, survey: &OnlineSurvey, context: &JobContext<'_>) -> Result<f64, PreflightError> {
    let pace = pace::of_this_machine(&spec.train.compute, context)?;
    let config = &survey.survey.config;
    let bytes = survey.survey.kept_bytes.unwrap_or_else(|| memory::weight_bytes(config, survey.survey.precision));
    let tokens = survey.answers as f64 * spec.online.max_new_tokens as f64;
    let reading = survey.prompt_tokens * config.layers as f64 * pace.speed_of(config).layer_forward;
    Ok(reading + tokens / pace::SEQUENCES * pace.answering_step(config, bytes, pace::SEQUENCES))
}

fn complete(
    forecast: &mut Forecast,
    (survey, choice): (&OnlineSurvey, &Choice),
    besides: Vec<ForecastPart>,
    files: u64,
    whole: &Machine,
) {
    forecast.memory_bytes += memory::total(&besides);
    forecast.memory_parts.extend(besides);
    forecast.memory_free_bytes = whole.memory_free;
    forecast.disk_bytes += files;
    forecast.disk_free_bytes = whole.disk_free;
    forecast.steps = survey.plan.total_steps() - survey.steps_done;
    forecast.memory = choice.memory;
}

fn sentence(forecast: &Forecast, spec: &OnlineSpec, survey: &OnlineSurvey, drawing: Option<f64>) -> String {
    let setting = if forecast.memory == MemoryMode::Small { "small" } else { "fast" };
    let free =
        forecast.memory_free_bytes.map_or_else(String::new, |free| format!(" of {} that can be had", size(free)));
    let time = match (forecast.seconds, drawing) {
        (Some(seconds), Some(drawing)) => format!(
            "takes about {} at most, judging not counted, if every answer becomes as long as it may (drawing all of them: \
             {})",
            duration(seconds),
            duration(drawing)
        ),
        _ => format!("takes {}", plural(forecast.steps, "step")),
    };
    format!(
        "{} in {}, {} of {} with {} answers of at most {} tokens each, {time}; it needs about {} of memory{free} (memory \
         setting {setting}) and {} of disk",
        survey.resolved.method.name,
        plural(survey.plan.rounds, "round"),
        survey.plan.prompts_a_round,
        plural(survey.prompts as u64, "prompt"),
        spec.online.samples,
        spec.online.max_new_tokens,
        size(forecast.memory_bytes),
        size(forecast.disk_bytes)
    )
}
