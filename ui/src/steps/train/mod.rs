//! The page of the training: how long and how fast, the run as it goes, what its figures say, and the runs before it.

mod action;
mod advanced;
mod findings;
mod plots;
mod preset;
mod runs;
mod samples;
mod standing;

use std::collections::BTreeSet;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectView, Sheet, Step};
use whetstone_core::domain::{RecordId, TrainSettings};

pub(super) use self::samples::answer_ui;
use self::standing::Now;
use crate::command::Place;
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// What was chosen here and is nowhere else yet.
#[derive(Debug, Default)]
pub struct Draft {
    /// Of which state of the project a forecast was asked for: of each once.
    foreseen: Option<preset::Foreseen>,
    /// Settings that were changed and not sent.
    settings: Option<TrainSettings>,
    /// The run that is being given up: what begins anew waits until it is.
    given_up: Option<RecordId>,
    /// Which of the watched answers is shown; `None` for the newest.
    sample_at: Option<usize>,
    /// Runs whose figures lie over each other.
    beside: BTreeSet<RecordId>,
    /// The last sign of life of a run that runs elsewhere.
    heartbeat: Option<standing::Heartbeat>,
    /// What a run's figures say, once they were looked at.
    diagnosis: Option<findings::Diagnosis>,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "train");
    let mut draft = std::mem::take(&mut page.drafts.train);
    match page.project() {
        Some(view) => project_ui(page, ui, &mut draft, view),
        None => comes_first_ui(page, ui, Step::Start, &page.say("train-no-project")),
    }
    page.drafts.train = draft;
}

fn project_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    let now = standing::now(page, view);
    action::begin_what_waits(page, draft, view);
    let may_choose = matches!(now, Now::Ready | Now::Failed { kept: None, .. });
    match &now {
        Now::After(step) => {
            let text = page.say_with("train-first", [("step", page.say(&format!("{}-title", step.id())).into())]);
            comes_first_ui(page, ui, *step, &text);
        }
        _ if may_choose => {
            if let Now::Failed { message, .. } = &now {
                parts::failure_ui(page, ui, message);
                parts::paragraph(page, ui, &page.say("train-nothing-kept"));
                ui.add_space(space::LARGE);
            }
            pairs_ui(page, ui);
            preset::presets_ui(page, ui, draft, view);
            action::action_ui(page, ui, draft, view, &now);
        }
        _ => action::action_ui(page, ui, draft, view, &now),
    }
    run_ui(page, ui, draft, view, &now);
    runs::runs_ui(page, ui, draft, view, &now);
    if may_choose || matches!(now, Now::Done) {
        ui.add_space(space::LARGE);
        advanced::advanced_ui(page, ui, draft, view);
    }
}

/// The figures of the newest run, what they say, and what the model answered meanwhile.
fn run_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, now: &Now<'_>) {
    let shown = plots::shown(page, view);
    if shown.steps.is_empty() {
        return;
    }
    ui.add_space(space::LARGE);
    plots::plots_ui(page, ui, &shown);
    ui.add_space(space::LARGE);
    findings::findings_ui(page, ui, draft, view, &shown, now);
    samples::samples_ui(page, ui, draft, view);
}

/// The pairs that are learned from, and whether they are many.
fn pairs_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let title = page.say("train-pairs-title");
    let pairs = page.sheet(&Ask::Pairs);
    let page: &Page<'_> = page;
    parts::section(page.colours, ui, &title, |ui| match pairs {
        None => parts::soft(page, ui, &page.say("train-reading")),
        Some(Err(message)) => parts::failure_ui(page, ui, message),
        Some(Ok(Sheet::Pairs(rows))) => {
            let people = rows.iter().filter(|row| row.by_people).count();
            let values = [
                ("count", rows.len().into()),
                ("shown", parts::whole_number(rows.len()).into()),
                ("people", parts::whole_number(people).into()),
                ("machine", parts::whole_number(rows.len() - people).into()),
            ];
            parts::text_with_terms(page, ui, &page.say_with("train-pairs", values), &["pair"]);
            let comes_to = match rows.len() {
                0..20 => "train-pairs-few",
                20..100 => "train-pairs-some",
                _ => "train-pairs-many",
            };
            parts::soft(page, ui, &page.say(comes_to));
        }
        Some(Ok(_)) => {}
    });
    ui.add_space(space::LARGE);
}

/// What has to be there before this page can do anything, with the way to it.
pub(super) fn comes_first_ui(page: &mut Page<'_>, ui: &mut Ui, step: Step, text: &str) {
    parts::empty_state(page, ui, super::row_of(step).icon, text);
    let name = page.say(&format!("{}-name", step.id()));
    let go = page.say_with("train-go-to", [("step", name.into())]);
    let mut is_clicked = false;
    ui.vertical_centered(|ui| {
        is_clicked = parts::main_button(page.colours, ui, Some(Icon::ArrowRight), &go, true).clicked();
    });
    if is_clicked {
        page.go(Place::Step(step));
    }
}
