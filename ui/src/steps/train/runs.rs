//! Every run of the project, and the figures of those that are ticked over each other.

use egui::{Role, Ui, WidgetInfo};
use whetstone_core::desk::{Ask, ProjectView, RunCurve, Sheet};
use whetstone_core::domain::RecordId;
use whetstone_core::project::store::{Run, RunKind, RunState};

use super::Draft;
use super::plots::{self, ROWS, Row};
use super::standing::Now;
use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Column, Line};

/// Height of the table at most.
const TABLE: f32 = 260.0;
/// The table is not narrower than this: it is moved sidewards where there is less room.
const NARROWEST: f32 = 600.0;
/// Runs that lie over each other at most: more cannot be told apart.
const MOST_BESIDE: usize = 4;

/// The word for what a run trains.
pub(super) fn kind_word(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Sft => "train-kind-sft",
        RunKind::Dpo => "train-kind-dpo",
        RunKind::PreferenceModel => "train-kind-preference-model",
    }
}

/// How far a run is. One whose process was killed could not say so: it stands as running, and can be gone on with.
fn state_of(run: &Run, now: &Now<'_>) -> RunState {
    match now {
        Now::Failed { kept: Some(kept), .. } | Now::Paused(kept) if kept.id == run.id => match run.state {
            RunState::Running { .. } => RunState::Prepared,
            state => state,
        },
        _ => run.state,
    }
}

/// The word for how far a run is.
pub(super) fn state_word(state: RunState) -> &'static str {
    match state {
        RunState::Prepared => "train-state-prepared",
        RunState::Running { .. } => "train-state-running",
        RunState::Finished => "train-state-finished",
        RunState::Failed => "train-state-failed",
        RunState::Cancelled => "train-state-cancelled",
    }
}

/// Draws the table, where there is a run.
pub(super) fn runs_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, now: &Now<'_>) {
    if view.runs.is_empty() {
        return;
    }
    draft.beside.retain(|run| view.runs.iter().any(|known| known.id == *run));
    ui.add_space(space::LARGE);
    parts::section(page.colours, ui, &page.say("train-runs-title"), |ui| {
        parts::text_with_terms(page, ui, &page.say("train-runs-text"), &["run"]);
        egui::ScrollArea::horizontal().id_salt("runs").show(ui, |ui| {
            ui.set_width(ui.available_width().max(NARROWEST));
            table_ui(page, ui, draft, view, now);
        });
        if draft.beside.len() > 1 {
            beside_ui(page, ui, draft);
        }
    });
}

fn table_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, now: &Now<'_>) {
    let column = |word: &str, width: Option<f32>| Column { name: page.say(word), width };
    let columns = [
        column("train-runs-run", Some(90.0)),
        column("train-runs-kind", None),
        column("train-runs-round", Some(70.0)),
        column("train-runs-state", Some(110.0)),
        column("train-runs-pairs", Some(70.0)),
        column("train-runs-begun", Some(140.0)),
    ];
    let runs: Vec<&Run> = view.runs.iter().rev().collect();
    parts::table(page, ui, "runs", &columns, runs.len(), TABLE, |ui, row, column| {
        let run = runs[row];
        let text = match column {
            0 => return tick_ui(page, ui, draft, run.id),
            1 => page.say(kind_word(run.kind)),
            2 => round_of(view, run).map_or_else(String::new, |number| number.to_string()),
            3 => page.say(state_word(state_of(run, now))),
            4 => parts::whole_number(run.pairs),
            _ => begun(&run.begun_at),
        };
        ui.add(egui::Label::new(text).truncate());
    });
}

fn tick_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, run: RecordId) {
    let mut is_ticked = draft.beside.contains(&run);
    let can_tick = is_ticked || draft.beside.len() < MOST_BESIDE;
    let name = page.say_with("train-runs-tick", [("run", run.to_string().into())]);
    let response = ui.add_enabled(can_tick, egui::Checkbox::new(&mut is_ticked, run.to_string()));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, can_tick, is_ticked, &name));
    if response.changed() {
        if is_ticked {
            draft.beside.insert(run)
        } else {
            draft.beside.remove(&run)
        };
    }
}

/// The number of a run's round.
fn round_of(view: &ProjectView, run: &Run) -> Option<u32> {
    view.standing.rounds.iter().find(|round| Some(round.round) == run.round).map(|round| round.number)
}

/// Day and minute of a time that is kept as `2026-03-02T10:15:00Z`.
fn begun(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

fn beside_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &Draft) {
    let runs: Vec<RecordId> = draft.beside.iter().copied().collect();
    ui.add_space(space::MEDIUM);
    match page.sheet(&Ask::Curves { runs: runs.clone() }) {
        None => parts::soft(page, ui, &page.say("train-reading")),
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        Some(Ok(Sheet::Curves(curves))) => overlay_ui(page, ui, &runs, curves),
        Some(Ok(_)) => {}
    }
}

/// The points of one figure of each run that has it, with the run's name.
type OfRuns = Vec<(String, Vec<[f64; 2]>)>;

fn overlay_ui(page: &Page<'_>, ui: &mut Ui, runs: &[RecordId], curves: &[RunCurve]) {
    let of_runs = |row: &Row| -> OfRuns {
        let Some((figure, _)) = row.lines.first() else { return Vec::new() };
        let of_run = |run: &RecordId| {
            let points = plots::points(plots::curve_of(curves, *run)?.steps.iter(), figure);
            (!points.is_empty()).then(|| (page.say_with("train-run", [("run", run.to_string().into())]), points))
        };
        runs.iter().filter_map(of_run).collect()
    };
    let drawn: Vec<(&Row, OfRuns)> = ROWS.iter().map(|row| (row, of_runs(row))).collect();
    let drawn: Vec<&(&Row, OfRuns)> = drawn.iter().filter(|(_, of_runs)| !of_runs.is_empty()).collect();
    parts::side_by_side(ui, drawn.len(), 2, plots::NARROWEST, |ui, place, beside| {
        let (row, of_runs) = drawn[place];
        figure_ui(page, ui, row, of_runs, beside);
    });
}

fn figure_ui(page: &Page<'_>, ui: &mut Ui, row: &Row, of_runs: &OfRuns, beside: usize) {
    let lines: Vec<Line<'_>> =
        of_runs.iter().map(|(name, points)| Line { name: name.clone(), points, is_dashed: false }).collect();
    let said: Vec<String> = of_runs.iter().map(|(name, points)| plots::said(page, name, points)).collect();
    parts::levelled(ui, &format!("runs {beside}"), |ui| {
        parts::term(page, ui, row.term);
        // Of several lines of a run the first is shown.
        if let [(_, word), _, ..] = row.lines {
            parts::soft(page, ui, &page.say(word));
        }
    });
    let name = page.words.term(row.term).map_or_else(|| row.term.to_owned(), |(name, _)| name);
    let name = page.say_with("train-runs-beside", [("figure", name.into())]);
    plots::figure(page, ui, &name, &said.join("; "), &lines, row.include);
}
