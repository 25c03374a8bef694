//! A forecast in plain words.

use super::decide::Choice;
use super::memory;
use super::speed::Speed;
use super::time;
use crate::domain::{Forecast, MemoryMode, Task, TrainSettings};
use crate::model::WeightPrecision;
use crate::train::Survey;

/// The forecast, said.
pub fn forecast(survey: &Survey, choice: &Choice, speed: Option<&Speed>) -> Forecast {
    let time = speed.map(|speed| time::predict(survey, speed));
    let work = &survey.workload;
    let mut forecast = Forecast {
        said: String::new(),
        fits: choice.fits,
        memory: choice.memory,
        memory_bytes: memory::total(&choice.memory_parts),
        memory_parts: choice.memory_parts.clone(),
        memory_free_bytes: choice.machine.memory_free,
        rounding: survey.rounding,
        disk_bytes: choice.disk_bytes,
        disk_free_bytes: choice.machine.disk_free,
        seconds: time.map(|time| time.seconds),
        reference_seconds: time.map(|time| time.reference_seconds),
        speed: speed.map(Speed::by_name).unwrap_or_default(),
        steps: work.steps - survey.steps_done,
        rows: work.rows,
        longest_pack_tokens: work.largest_pack.tokens as usize,
    };
    forecast.said = sentence(&forecast, &survey.settings);
    if let Some(rounding) = survey.rounding {
        forecast.said.push_str("; ");
        forecast.said.push_str(&rounded(survey.precision, rounding));
    }
    forecast
}

fn sentence(forecast: &Forecast, settings: &TrainSettings) -> String {
    let Forecast { rows, steps, memory, .. } = forecast;
    let setting = match memory {
        MemoryMode::Small => "small",
        MemoryMode::Fast | MemoryMode::Auto => "fast",
    };
    let free =
        forecast.memory_free_bytes.map_or_else(String::new, |free| format!(" of {} that can be had", size(free)));
    let policy = if settings.full { "the model, every weight trained" } else { "the model with the adapter" };
    let time = match (forecast.seconds, forecast.reference_seconds) {
        (Some(seconds), Some(reference)) if reference > 0.0 => format!(
            "takes about {}: {} for the reference pass (the model as it is reads everything once), then {} of \
             the policy ({policy})",
            duration(seconds),
            duration(reference),
            plural(*steps, "step")
        ),
        (Some(seconds), _) => format!("takes about {} for {}", duration(seconds), plural(*steps, "step")),
        (None, _) => format!("takes {} of the policy ({policy})", plural(*steps, "step")),
    };
    format!(
        "{} {time}; it needs about {} of memory{free} (memory setting \
         {setting}) and {} of disk",
        what(settings.task, *rows),
        size(forecast.memory_bytes),
        size(forecast.disk_bytes)
    )
}

/// What packing the weights into blocks does to them.
fn rounded(precision: WeightPrecision, rounding: f64) -> String {
    format!(
        "the weights are kept in {}, which moves them by {:.1}% of their size (root mean square, measured on this model)",
        precision.name(),
        100.0 * rounding
    )
}

pub(super) fn plural(count: u64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// What is learned from what.
fn what(task: Task, rows: usize) -> String {
    match task {
        Task::Dpo => format!("DPO on {rows} pairs, two answers to each prompt,"),
        Task::Kto => format!("KTO on {rows} answers that are good or bad,"),
        Task::Sft => format!("supervised fine-tuning on {rows} examples"),
        Task::PreferenceModel => format!("a preference model of {rows} pairs, two answers to each prompt,"),
    }
}

/// A size in bytes with two digits that count.
pub fn size(bytes: u64) -> String {
    let mebibytes = bytes as f64 / (1u64 << 20) as f64;
    if mebibytes < 1.0 {
        "1 MiB".to_owned()
    } else if mebibytes < 1000.0 {
        format!("{mebibytes:.0} MiB")
    } else {
        format!("{:.1} GiB", mebibytes / 1024.0)
    }
}

/// A time as people say it.
pub fn duration(seconds: f64) -> String {
    let rounded = seconds.round().max(1.0) as u64;
    if rounded < 90 {
        return plural(rounded, "second");
    }
    let minutes = (seconds / 60.0).round() as u64;
    if minutes < 90 {
        return plural(minutes, "minute");
    }
    let (hours, rest) = (minutes / 60, minutes % 60 / 10 * 10);
    if hours >= 48 {
        return plural(hours.div_ceil(24), "day");
    }
    if rest == 0 { plural(hours, "hour") } else { format!("{} {}", plural(hours, "hour"), plural(rest, "minute")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::decide::{Machine, decide};
    use crate::preflight::memory::tests::survey;

    #[test]
    fn times_and_sizes_are_said_as_people_say_them() {
        let said = [0.2, 59.6, 100.0, 5000.0, 6000.0, 12_000.0, 400_000.0].map(duration);
        assert_eq!(
            said,
            ["1 second", "60 seconds", "2 minutes", "83 minutes", "1 hour 40 minutes", "3 hours 20 minutes", "5 days"]
        );
        assert_eq!([1 << 10, 60 << 20, 3 << 30].map(size), ["1 MiB", "60 MiB", "3.0 GiB"]);
    }

    #[test]
    fn the_sentence_speaks_of_dpo() {
        let survey = survey(crate::model::shapes::smollm2_135m(), 16);
        let machine = Machine { memory_free: Some(8 << 30), disk_free: None, threads: 2 };
        let choice = decide(&survey, &machine).expect("it fits");
        let speed =
            Speed { layer_forward: 1.2e-4, layer_step: 7e-4, head_forward: 3e-4, head_step: 7e-4, update: 1e-9 };
        let said = forecast(&survey, &choice, Some(&speed)).said;
        for part in [
            "64 pairs, two answers",
            "about 9 minutes",
            " seconds for the reference pass",
            "8 steps of the policy",
            "of 8.0 GiB that can be had",
            "setting fast",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
