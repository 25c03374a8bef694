//! A job's events for people: progress and warnings on standard error, the result on standard output.

mod account;
mod bench;
mod models;
mod progress;
mod push;
mod shelf;

use std::io;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::domain::{Finding, Forecast, Severity};
use whetstone_core::job::{JobEvent, JobSpec, Outcome};

use crate::run::{Listener, prints_its_product};
use crate::text::{bytes, duration, excerpt, number, plain, plain_line, value};
use crate::{Console, doctor};

use progress::ProgressDisplay;

/// Shows a job's events to a person.
pub(crate) struct HumanListener<'a, 'w> {
    spec: &'a JobSpec,
    console: &'a Console<'w>,
    state: Mutex<State<'a, 'w>>,
}

struct State<'a, 'w> {
    progress: ProgressDisplay<'a, 'w>,
    first_figures: Option<Map<String, Value>>,
    last_figures: Option<Map<String, Value>>,
    records: u64,
    /// The prompt that was printed last, so that its samples stand under it once.
    prompt: Option<Value>,
}

impl<'a, 'w> HumanListener<'a, 'w> {
    pub(crate) fn new(spec: &'a JobSpec, console: &'a Console<'w>) -> Self {
        let state = State {
            progress: ProgressDisplay::new(console),
            first_figures: None,
            last_figures: None,
            records: 0,
            prompt: None,
        };
        Self { spec, console, state: Mutex::new(state) }
    }
}

impl Listener for HumanListener<'_, '_> {
    fn hear(&self, event: &JobEvent) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            JobEvent::Started { .. } => Ok(()),
            JobEvent::Progress(progress) => {
                state.progress.show(progress);
                Ok(())
            }
            // The holdout's figures stand in their own file; the plot of the training is of the training's.
            JobEvent::Metrics { values } if !values.contains_key("loss") => Ok(()),
            JobEvent::Metrics { values } => {
                state.first_figures.get_or_insert_with(|| values.clone());
                state.progress.figures(values);
                state.last_figures = Some(values.clone());
                Ok(())
            }
            JobEvent::Sample { step, prompt, completion } => {
                let line = format!("step {step}: {} → {}", excerpt(prompt, 40), excerpt(completion, 80));
                state.progress.aside(|| self.console.note(&line));
                Ok(())
            }
            JobEvent::Output { record } => {
                let lines = state.record_lines(self.spec, record);
                state.progress.aside(|| lines.iter().try_for_each(|line| self.console.print(line)))
            }
            JobEvent::Forecast(forecast) => state.progress.aside(|| {
                if !matches!(self.spec, JobSpec::Forecast(_) | JobSpec::ForecastOnline(_)) {
                    self.console.note(&plain(&forecast.said));
                    return Ok(());
                }
                let of_rounds = matches!(self.spec, JobSpec::ForecastOnline(_));
                let rows = forecast_table(forecast, if of_rounds { "prompts" } else { "pairs" });
                rows.iter().try_for_each(|(name, value)| self.console.print(&format!("{name:<44} {value}")))
            }),
            JobEvent::Finding(finding) => {
                state.progress.aside(|| finding_lines(finding).iter().for_each(|line| self.console.note(line)));
                Ok(())
            }
            JobEvent::Paused { reason } => {
                state.progress.aside(|| self.console.note(&format!("paused: {}", plain(reason))));
                Ok(())
            }
            JobEvent::WentOn => {
                state.progress.aside(|| self.console.note("going on"));
                Ok(())
            }
            JobEvent::Note { message } => {
                state.progress.aside(|| self.console.note(&plain(message)));
                Ok(())
            }
            JobEvent::Warning { message } => {
                state.progress.aside(|| self.console.note(&format!("warning: {}", plain(message))));
                Ok(())
            }
            JobEvent::Ended(outcome) => {
                state.progress.clear();
                match outcome {
                    Outcome::Completed { summary } => state.print_result(self.spec, summary, self.console),
                    Outcome::Cancelled | Outcome::Failed { .. } => Ok(()),
                }
            }
        }
    }
}

impl State<'_, '_> {
    /// The lines for one record of the result.
    fn record_lines(&mut self, spec: &JobSpec, record: &Value) -> Vec<String> {
        self.records += 1;
        match spec {
            JobSpec::Generate(spec) => {
                let alone = spec.prompts.is_none() && spec.sampling.samples == 1;
                self.sample_lines(record, alone)
            }
            JobSpec::Score(_) => {
                let mut lines = Vec::new();
                if self.records == 1 {
                    lines.push(format!("{:>6} {:>12} {:>12} {:>10}", "pair", "chosen", "rejected", "margin"));
                }
                lines.push(score_line(self.records, record));
                lines
            }
            JobSpec::Bench(_) => bench::lines(record),
            JobSpec::CheckCatalogue(_) => {
                let text = |key: &str| plain_line(record[key].as_str().unwrap_or_default());
                let [repository, what, here, hub] = ["repository", "what", "catalogue", "hub"].map(text);
                vec![format!("{repository}: {what}: {here} in the catalogue, {hub} on the Hub")]
            }
            _ => vec![judged_line(record)],
        }
    }

    /// A completion; under its prompt where there are several.
    fn sample_lines(&mut self, record: &Value, alone: bool) -> Vec<String> {
        let completion = plain(record["completion"].as_str().unwrap_or_default());
        if alone {
            return vec![completion];
        }
        let mut lines = Vec::new();
        if self.prompt.as_ref() != Some(&record["prompt"]) {
            self.prompt = Some(record["prompt"].clone());
            lines.push(format!("# {}", excerpt(&readable(&record["prompt"]), 100)));
        }
        lines.push(format!("- {}", completion.replace('\n', "\n  ")));
        lines
    }

    /// What came of the job, in a few lines. Beside records on standard output it goes to standard error.
    fn print_result(&self, spec: &JobSpec, summary: &Map<String, Value>, console: &Console<'_>) -> io::Result<()> {
        if matches!(spec, JobSpec::Forecast(_) | JobSpec::ForecastOnline(_)) {
            return Ok(());
        }
        if let Some(lines) = own_lines(spec, summary) {
            return lines.iter().try_for_each(|line| console.print(line));
        }
        if let Some(said) = summary.get("said").and_then(Value::as_array) {
            let lines = said.iter().filter_map(Value::as_str);
            return lines.map(plain).try_for_each(|line| console.print(&line));
        }
        let mut lines = places(spec);
        lines.extend(notes(summary));
        lines.extend(self.training_lines());
        lines.extend(summary_lines(summary));
        lines.extend(all_findings(summary));
        if prints_its_product(spec) {
            for line in &lines {
                console.note(line);
            }
            return Ok(());
        }
        lines.iter().try_for_each(|line| console.print(line))
    }

    /// How the figures of a training went from its first step to its last.
    fn training_lines(&self) -> Vec<String> {
        let (Some(first), Some(last)) = (&self.first_figures, &self.last_figures) else { return Vec::new() };
        let named = [
            ("loss", "loss"),
            ("rewards/margins", "reward margin (how much more the answer that was preferred is favoured than before)"),
            ("rewards/accuracies", "pairs told apart rightly (1 is all)"),
        ];
        // What only trainings in rounds have, or mean so.
        let of_rounds = [
            ("reward", "mean score of the model's answers"),
            ("completions/mean_length", "length of its answers in tokens"),
            ("kl", "how far it is from what it was (nats a token)"),
        ];
        let of_rounds = of_rounds.iter().filter(|_| last.contains_key("round"));
        let figure = |figures: &Map<String, Value>, name: &str| figures.get(name).and_then(Value::as_f64);
        let mut lines = vec![format!("from step {} to step {}:", value(&first["step"]), value(&last["step"]))];
        lines.extend(named.iter().chain(of_rounds).filter_map(|(name, meaning)| {
            Some(format!("  {meaning}: {} → {}", number(figure(first, name)?), number(figure(last, name)?)))
        }));
        lines
    }
}

/// What came of a job that has a form of its own.
fn own_lines(spec: &JobSpec, summary: &Map<String, Value>) -> Option<Vec<String>> {
    match spec {
        JobSpec::Search(_) => Some(models::found_lines(summary)),
        JobSpec::About(_) => Some(models::about_lines(summary)),
        JobSpec::Download(_) => Some(models::download_lines(summary)),
        JobSpec::Doctor(_) => Some(doctor::lines(summary)),
        JobSpec::Account(_) => Some(account::lines(summary)),
        JobSpec::Models(spec) => Some(shelf::lines(spec, summary)),
        JobSpec::Push(spec) => Some(push::lines(spec, summary)),
        _ => None,
    }
}

/// What a job will take, as rows: a name and what to say.
fn forecast_table(forecast: &Forecast, rows_name: &str) -> Vec<(String, String)> {
    let row = |name: &str, value: String| (name.to_owned(), value);
    let of = |free: Option<u64>| free.map(|free| format!(" of {} that can be had", bytes(free))).unwrap_or_default();
    let seconds = |seconds: Option<f64>| seconds.map_or_else(|| "not measured".to_owned(), duration);
    let mut rows = vec![
        row(rows_name, forecast.rows.to_string()),
        row("optimizer steps", forecast.steps.to_string()),
        row("longest pack", format!("{} tokens", forecast.longest_pack_tokens)),
        row("time", seconds(forecast.seconds)),
        row("  of which the reference pass", seconds(forecast.reference_seconds)),
        row("memory", bytes(forecast.memory_bytes) + &of(forecast.memory_free_bytes)),
    ];
    rows.extend(forecast.memory_parts.iter().map(|part| row(&format!("  {}", part.name), bytes(part.bytes))));
    let setting = value(&serde_json::to_value(forecast.memory).unwrap_or_default());
    rows.push(row("memory setting", setting));
    if let Some(rounding) = forecast.rounding {
        let share = format!("{:.1}% of the weights' size, measured on this model", 100.0 * rounding);
        rows.push(row("rounding of the weights", share));
    }
    rows.push(row("disk", bytes(forecast.disk_bytes) + &of(forecast.disk_free_bytes)));
    rows.push(row("fits", if forecast.fits { "yes" } else { "no" }.to_owned()));
    rows
}

/// What a run's figures say, as it shows: what was seen, what it means, what to do.
fn finding_lines(finding: &Finding) -> Vec<String> {
    let Finding { severity, step, title, seen, meaning, cure, .. } = finding;
    let word = match severity {
        Severity::Notice => "notice",
        Severity::Warning | Severity::Error => "warning",
    };
    vec![format!("{word}: step {step}: {title}: {seen}"), format!("  {meaning}"), format!("  What to do: {cure}.")]
}

/// At the end, a line for each finding that was told meanwhile.
fn all_findings(summary: &Map<String, Value>) -> Vec<String> {
    let findings = summary.get("findings").and_then(|found| Vec::<Finding>::deserialize(found).ok());
    let findings = findings.unwrap_or_default();
    let line = |Finding { step, title, cure, .. }: &Finding| format!("  from step {step} on, {title}: {cure}");
    let heading = (!findings.is_empty()).then(|| "what the figures say:".to_owned());
    heading.into_iter().chain(findings.iter().map(line)).collect()
}

/// The figures of a summary, groups of them one step in. Texts and lists are for scripts.
fn summary_lines(summary: &Map<String, Value>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, figure) in summary {
        match figure {
            Value::Number(_) | Value::Bool(_) => lines.push(format!("{}: {}", name.replace('_', " "), value(figure))),
            Value::Object(group) if group.values().any(Value::is_number) => {
                lines.push(format!("{}:", name.replace('_', " ")));
                lines.extend(
                    group
                        .iter()
                        .filter(|(_, figure)| figure.is_number())
                        .map(|(name, figure)| format!("  {}: {}", plain_line(name), value(figure))),
                );
            }
            _ => {}
        }
    }
    lines
}

/// What a person should know of what was written, in sentences.
fn notes(summary: &Map<String, Value>) -> Vec<String> {
    let notes = summary.get("notes").and_then(Value::as_array).into_iter().flatten();
    notes.filter_map(Value::as_str).map(|note| format!("note: {}", plain(note))).collect()
}

/// Where the job's product lies.
fn places(spec: &JobSpec) -> Vec<String> {
    let mut places = Vec::new();
    match spec {
        JobSpec::Generate(spec) => {
            places.extend(spec.out.as_ref().map(|out| format!("completions: {}", out.display())));
        }
        JobSpec::Score(spec) => {
            places.extend(spec.out.as_ref().map(|out| format!("log-probabilities: {}", out.display())));
        }
        JobSpec::Judge(spec) => {
            places.extend(spec.out.as_ref().map(|out| format!("verdicts: {}", out.display())));
            places.extend(spec.pairs.as_ref().map(|pairs| format!("preference pairs: {}", pairs.display())));
        }
        JobSpec::Bench(_)
        | JobSpec::Evaluate(_)
        | JobSpec::CoachReport(_)
        | JobSpec::Forecast(_)
        | JobSpec::ForecastOnline(_)
        | JobSpec::Look(_)
        | JobSpec::ForecastProject(_)
        | JobSpec::ForecastExport(_)
        | JobSpec::Demo(_)
        | JobSpec::Run(_)
        | JobSpec::Import(_)
        | JobSpec::ImportAdapter(_)
        | JobSpec::Project(_)
        | JobSpec::Write(_)
        | JobSpec::Search(_)
        | JobSpec::About(_)
        | JobSpec::Download(_)
        | JobSpec::Models(_)
        | JobSpec::Push(_)
        | JobSpec::Account(_)
        | JobSpec::Endpoints(_)
        | JobSpec::Leaving(_)
        | JobSpec::CheckCatalogue(_)
        | JobSpec::Update(_)
        | JobSpec::Doctor(_) => {}
        JobSpec::Train(spec) => {
            let name = if spec.settings.full { "model" } else { "adapter" };
            places.push(format!("{name}: {}", spec.out.display()));
        }
        JobSpec::TrainOnline(spec) => places.push(format!("adapter: {}", spec.train.out.display())),
        JobSpec::Export(spec) => {
            let what = match spec.to.as_str() {
                "trl-job" => "training",
                _ if spec.adapter.is_some() => "adapter",
                _ => "model",
            };
            places.push(format!("{what} for {}: {}", spec.to, spec.out.display()));
        }
    }
    places
}

/// A line of `score`'s table: log-probabilities of both completions, or a preference model's scores of them, and their
/// difference.
fn score_line(pair: u64, record: &Value) -> String {
    let figure = |answer: &str| {
        let names = [format!("{answer}_logp"), format!("{answer}_reward")];
        names.iter().find_map(|name| record[name.as_str()].as_f64()).unwrap_or(f64::NAN)
    };
    let (chosen, rejected) = (figure("chosen"), figure("rejected"));
    format!("{pair:>6} {chosen:>12.4} {rejected:>12.4} {:>+10.4}", chosen - rejected)
}

/// A line of what `judge` says: of a sample its score and beginning, of a pair its verdict, margin and reason.
fn judged_line(record: &Value) -> String {
    match (&record["score"], &record["verdict"]) {
        (Value::Number(score), _) => {
            let score = score.as_f64().unwrap_or(f64::NAN);
            format!("{score:>6.3}  {}", excerpt(record["completion"].as_str().unwrap_or_default(), 100))
        }
        (_, Value::String(verdict)) => {
            let margin = record["margin"].as_f64().map_or_else(|| "-".to_owned(), |margin| format!("{margin:+.3}"));
            format!("{verdict:<10} {margin:>8}  {}", excerpt(record["reason"].as_str().unwrap_or_default(), 100))
        }
        _ => excerpt(&record.to_string(), 120),
    }
}

/// A prompt for people: its text, or what its last message says.
fn readable(prompt: &Value) -> String {
    let last = prompt.as_array().and_then(|messages| messages.last()).map(|message| &message["content"]);
    last.unwrap_or(prompt).as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
