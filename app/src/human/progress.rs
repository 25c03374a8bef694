//! How far a job is: a moving bar on a terminal, a line now and then elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};
use whetstone_core::job::Progress;

use crate::Console;
use crate::text::{bytes, number, plain};

/// Plain lines come no closer together than this, but for a stage's end.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// The unit of what is fetched: it is shown as a size.
const BYTES: &str = "bytes";

/// The display of one job's progress.
pub(super) struct ProgressDisplay<'a, 'w> {
    console: &'a Console<'w>,
    bar: Option<ProgressBar>,
    stage: String,
    loss: Option<f64>,
    last_line: Instant,
}

impl<'a, 'w> ProgressDisplay<'a, 'w> {
    pub(super) fn new(console: &'a Console<'w>) -> Self {
        Self { console, bar: None, stage: String::new(), loss: None, last_line: Instant::now() }
    }

    /// Shows how far a stage is.
    pub(super) fn show(&mut self, progress: &Progress) {
        if self.stage != progress.stage {
            self.clear();
            self.stage.clone_from(&progress.stage);
            self.loss = None;
        }
        if self.console.is_live() {
            self.draw(progress);
        } else if progress.total == Some(progress.done) || self.last_line.elapsed() >= BETWEEN_LINES {
            self.last_line = Instant::now();
            self.console.note(&progress_line(progress, self.loss));
        }
    }

    /// Shows the latest figures beside the progress.
    pub(super) fn figures(&mut self, figures: &Map<String, Value>) {
        self.loss = figures.get("loss").and_then(Value::as_f64);
    }

    /// Prints something while the bar stands aside.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away.
    pub(super) fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn draw(&mut self, progress: &Progress) {
        let bar = self.bar.get_or_insert_with(|| new_bar(progress));
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        bar.set_message(self.loss.map(|loss| format!("loss {}", number(loss))).unwrap_or_default());
        bar.set_position(progress.done);
    }
}

fn new_bar(progress: &Progress) -> ProgressBar {
    // The stage and the unit are ours, but braces in them would be placeholders.
    let literal = |text: &str| plain(text).replace('{', "{{").replace('}', "}}");
    let (stage, unit) = (literal(&progress.stage), literal(&progress.unit));
    let template = match progress.total {
        Some(_) if progress.unit == BYTES => {
            format!(
                "{stage} {{wide_bar}} {{binary_bytes}} of {{binary_total_bytes}}, {{binary_bytes_per_sec}}, {{eta}} left {{msg}}"
            )
        }
        Some(_) => format!("{stage} {{wide_bar}} {{pos}}/{{len}} {unit}, {{eta}} left {{msg}}"),
        None => format!("{stage}: {{pos}} {unit} {{msg}}"),
    };
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(progress.total.unwrap_or(0)).with_style(style)
}

fn progress_line(progress: &Progress, loss: Option<f64>) -> String {
    if progress.unit == BYTES {
        let total = progress.total.map(|total| format!(" of {}", bytes(total))).unwrap_or_default();
        return format!("{}: {}{total}", plain(&progress.stage), bytes(progress.done));
    }
    let total = progress.total.map(|total| format!(" of {total}")).unwrap_or_default();
    let loss = loss.map(|loss| format!(", loss {}", number(loss))).unwrap_or_default();
    format!("{}: {}{total} {}{loss}", plain(&progress.stage), progress.done, plain(&progress.unit))
}
