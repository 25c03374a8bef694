//! The figures of a run over its steps.

use egui::Ui;
use serde_json::{Map, Value};
use whetstone_core::desk::{Ask, ProjectView, RunCurve, Sheet};
use whetstone_core::domain::RecordId;

use super::standing::newest_run;
use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Figure, Line};
use crate::work::JobKind;

/// A plot is not narrower than this.
pub(super) const NARROWEST: f32 = 300.0;
/// Height of a plot.
const HEIGHT: f32 = 180.0;
/// Lines of figures that are looked at for a plot: every so many, where there are more.
const MOST_LOOKED_AT: usize = 1000;

/// A plot: a row of [`ROWS`].
#[derive(Debug)]
pub(super) struct Row {
    /// The term of the glossary that it is about.
    pub term: &'static str,
    /// The sentence that says what it means and where it goes well.
    pub meaning: &'static str,
    /// The figures that it shows, each with the word for its line.
    pub lines: &'static [(&'static str, &'static str)],
    /// The figure of the holdout that lies over them.
    pub holdout: Option<(&'static str, &'static str)>,
    /// Values that are seen in any case.
    pub include: &'static [f64],
}

/// Every plot, in the order in which they are read.
pub(super) const ROWS: &[Row] = &[
    Row {
        term: "loss",
        meaning: "train-plot-loss",
        lines: &[("loss", "train-line-training")],
        holdout: Some(("eval_loss", "train-line-holdout")),
        include: &[],
    },
    Row {
        term: "margin",
        meaning: "train-plot-margin",
        lines: &[("rewards/margins", "train-line-training")],
        holdout: None,
        include: &[0.0],
    },
    Row {
        term: "reward-accuracy",
        meaning: "train-plot-accuracy",
        lines: &[("rewards/accuracies", "train-line-training")],
        holdout: None,
        include: &[0.0, 1.0],
    },
    Row {
        term: "log-probability",
        meaning: "train-plot-logps",
        lines: &[("logps/chosen", "train-line-chosen"), ("logps/rejected", "train-line-rejected")],
        holdout: None,
        include: &[],
    },
];

/// The figures that are shown.
#[derive(Debug, Default)]
pub(super) struct Shown<'a> {
    /// Of which run, as far as it is in the project.
    pub run: Option<RecordId>,
    /// Step by step.
    pub steps: Vec<&'a Map<String, Value>>,
    /// Looks at the holdout.
    pub holdout: Vec<&'a Map<String, Value>>,
}

fn step_of(line: &Map<String, Value>) -> Option<u64> {
    line.get("step").and_then(Value::as_u64)
}

/// The figures of the newest run: what its files hold, and what the job told since.
pub(super) fn shown<'a>(page: &mut Page<'a>, view: &ProjectView) -> Shown<'a> {
    let run = newest_run(view).map(|run| run.id);
    let mut shown = Shown { run, ..Shown::default() };
    if let Some(run) = run
        && let Some(Ok(Sheet::Curves(curves))) = page.sheet(&Ask::Curves { runs: vec![run] })
        && let Some(curve) = curves.first()
    {
        shown.steps = curve.steps.iter().collect();
        shown.holdout = curve.holdout.iter().collect();
    }
    if let Some(job) = page.state.jobs.of(JobKind::Train)
        && let Some(first) = job.steps.first().and_then(step_of)
    {
        // A run that was gone on with tells only what came after.
        shown.steps.retain(|line| step_of(line).is_some_and(|step| step < first));
        shown.steps.extend(&job.steps);
    }
    shown
}

/// The points of one figure, of lines that have it.
pub(super) fn points<'a>(lines: impl ExactSizeIterator<Item = &'a Map<String, Value>>, name: &str) -> Vec<[f64; 2]> {
    let (count, every) = (lines.len(), lines.len().div_ceil(MOST_LOOKED_AT).max(1));
    let is_looked_at = |place: usize| place.is_multiple_of(every) || place + 1 == count;
    lines
        .enumerate()
        .filter(|(place, _)| is_looked_at(*place))
        .filter_map(|(_, line)| Some([line.get("step")?.as_f64()?, line.get(name)?.as_f64()?]))
        .collect()
}

/// Draws the plots in two columns, or below each other.
pub(super) fn plots_ui(page: &Page<'_>, ui: &mut Ui, shown: &Shown<'_>) {
    parts::section(page.colours, ui, &page.say("train-plots-title"), |ui| {
        let rows: Vec<&Row> = ROWS.iter().filter(|row| has_any(shown, row)).collect();
        parts::side_by_side(ui, rows.len(), 2, NARROWEST, |ui, place, beside| {
            row_ui(page, ui, shown, rows[place], beside);
        });
    });
}

fn has_any(shown: &Shown<'_>, row: &Row) -> bool {
    let has = |line: &&Map<String, Value>| row.lines.iter().any(|(name, _)| line.contains_key(*name));
    shown.steps.iter().any(has)
}

fn row_ui(page: &Page<'_>, ui: &mut Ui, shown: &Shown<'_>, row: &Row, beside: usize) {
    parts::levelled(ui, &format!("plots {beside}"), |ui| {
        parts::term(page, ui, row.term);
        parts::soft(page, ui, &page.say(row.meaning));
        ui.add_space(space::TINY);
    });
    let mut of_lines: Vec<(String, Vec<[f64; 2]>)> =
        row.lines.iter().map(|(name, word)| (page.say(word), points(shown.steps.iter().copied(), name))).collect();
    if let Some((name, word)) = row.holdout {
        let points = points(shown.holdout.iter().copied(), name);
        if points.len() > 1 {
            of_lines.push((page.say(word), points));
        }
    }
    let lines: Vec<Line<'_>> =
        of_lines.iter().map(|(name, points)| Line { name: name.clone(), points, is_dashed: false }).collect();
    let said: Vec<String> = of_lines.iter().map(|(name, points)| said(page, name, points)).collect();
    let name = page.words.term(row.term).map_or_else(|| row.term.to_owned(), |(name, _)| name);
    figure(page, ui, &name, &said.join("; "), &lines, row.include);
}

/// A plot of figures over steps.
pub(super) fn figure(page: &Page<'_>, ui: &mut Ui, name: &str, said: &str, lines: &[Line<'_>], include: &[f64]) {
    let across = page.say("train-steps");
    parts::figure_plot(page, ui, &Figure { name, said, lines, across: &across, include, height: HEIGHT });
}

/// A line in words: where it began and where it is.
pub(super) fn said(page: &Page<'_>, name: &str, points: &[[f64; 2]]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return name.to_owned() };
    let values = [
        ("line", name.into()),
        ("first", parts::number(first[1]).into()),
        ("last", parts::number(last[1]).into()),
        ("steps", parts::whole_number(last[0].max(0.0) as usize).into()),
    ];
    page.say_with("train-line-said", values)
}

/// A run's curve by its id.
pub(super) fn curve_of(curves: &[RunCurve], run: RecordId) -> Option<&RunCurve> {
    curves.iter().find(|curve| curve.run == run)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_run_is_looked_at_here_and_there_up_to_its_end() {
        let lines: Vec<Map<String, Value>> =
            (1..=5000).filter_map(|step| json!({"step": step, "loss": 0.5}).as_object().cloned()).collect();
        let found = points(lines.iter(), "loss");
        assert!(found.len() <= MOST_LOOKED_AT + 1 && found.last().is_some_and(|last| last[0] > 4999.5));
        assert!(points(lines.iter(), "no such figure").is_empty());
    }
}
