//! The page `feedback`: people judge, the coach judges, people look through what is doubtful. What is to be done now
//! stands on top; the parts of it stand below, each by its name.

mod agreement;
mod coach;
mod consent;
mod controls;
mod differences;
mod disagree;
mod hand;
mod how;
mod keycap;
mod labelling;
mod labels;
mod live;
mod machine;
mod now;
mod people;
mod review;
mod rubric;
mod task;
mod trial;

use egui::Ui;
use whetstone_core::desk::{ProjectView, Step};
use whetstone_core::method::{Asked, StageKind};

use crate::command::Place;
use crate::look::space;
use crate::page::Page;
use crate::parts;

pub(in crate::steps) use labelling::sitting_ui;

use task::Task;

/// Width that each of two things side by side has at least.
const LEAST_WIDTH: f32 = 400.0;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The part that was chosen; `None` shows the one that is needed.
    part: Option<Part>,
    /// The name of whoever judges, once it was typed.
    name: Option<String>,
    /// What was begun in the sitting.
    hand: hand::Hand,
    /// What is shown of the coach.
    coach: coach::Draft,
    /// What was said of a server that judges.
    consent: consent::Draft,
    /// The rules as they are being written.
    rubric: rubric::Draft,
    /// What of the doubtful is looked at.
    review: review::Draft,
    /// Packs.
    people: people::Draft,
    /// What is shown of the labels.
    labels: labels::Draft,
}

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Judge,
    Coach,
    Review,
    People,
    Labels,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    match page.state.sitting.as_ref().map(|sitting| sitting.asked) {
        Some(Asked::Fresh | Asked::Doubtful) => {
            // Whoever judges needs the room.
            let title = egui::RichText::new(page.say("feedback-title")).heading().color(page.colours.text);
            ui.add(egui::Label::new(title).wrap());
            sitting_ui(page, ui);
            return;
        }
        Some(Asked::Result) => {
            parts::page_heading(page, ui, "feedback");
            go_first_ui(page, ui, "feedback-sits-elsewhere", "feedback-go-compare", Step::Compare);
            return;
        }
        None => parts::page_heading(page, ui, "feedback"),
    }
    let Some(project) = page.project() else {
        go_first_ui(page, ui, "feedback-first-project", "feedback-go-start", Step::Start);
        return;
    };
    let task = Task::of(project);
    now::now_ui(page, ui, project, task);
    if project.standing.rounds.is_empty() && task != Task::Rubric {
        return;
    }
    ui.add_space(space::LARGE);
    parts_ui(page, ui, project, task);
}

/// Two things side by side where there is room, one below the other elsewhere.
fn side_by_side(page: &mut Page<'_>, ui: &mut Ui, left: fn(&mut Page<'_>, &mut Ui), right: fn(&mut Page<'_>, &mut Ui)) {
    parts::columns(ui, 2, LEAST_WIDTH, |ui, place| if place == 0 { left(page, ui) } else { right(page, ui) });
}

/// A sentence that says what comes first, and the button that goes there.
fn go_first_ui(page: &mut Page<'_>, ui: &mut Ui, sentence: &str, button: &str, step: Step) {
    parts::card(page.colours, ui, |ui| {
        parts::paragraph(page, ui, &page.say(sentence));
        ui.add_space(space::TINY);
        let icon = Some(super::row_of(step).icon);
        if parts::main_button(page.colours, ui, icon, &page.say(button), true).clicked() {
            page.go(Place::Step(step));
        }
    });
}

/// The parts that the method has: the one that is needed now stands first.
fn parts_of(project: &ProjectView, task: Task) -> Vec<(Part, &'static str)> {
    let has = |kinds: &[StageKind]| project.recipe.is_some_and(|recipe| kinds.iter().any(|kind| recipe.has(*kind)));
    let coach = if has(&[StageKind::PreferenceModelJudges]) { "feedback-part-model" } else { "feedback-part-coach" };
    let mut parts = Vec::new();
    if has(&[StageKind::PeopleJudge]) {
        parts.push((Part::Judge, "feedback-part-judge"));
    }
    if has(&[StageKind::CoachJudges, StageKind::PreferenceModelJudges]) {
        parts.push((Part::Coach, coach));
    }
    parts.extend([
        (Part::Review, "feedback-part-review"),
        (Part::People, "feedback-part-people"),
        (Part::Labels, "feedback-part-labels"),
    ]);
    let needed = task.part();
    parts.sort_by_key(|(part, _)| Some(*part) != needed);
    parts
}

fn parts_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, task: Task) {
    let parts = parts_of(project, task);
    let needed = parts.first().map_or(Part::Labels, |(part, _)| *part);
    let chosen = page.drafts.feedback.part.filter(|part| parts.iter().any(|(known, _)| known == part));
    let mut shown = chosen.unwrap_or(needed);
    let choices: Vec<(Part, String)> = parts.iter().map(|(part, word)| (*part, page.say(word))).collect();
    if parts::row_of_choices(ui, &mut shown, &choices) {
        // Whoever is on the part that is needed goes along when another one is.
        page.drafts.feedback.part = (shown != needed).then_some(shown);
    }
    ui.add_space(space::SMALL);
    match shown {
        Part::Judge => how::part_ui(page, ui, project, task),
        Part::Coach => coach::part_ui(page, ui, project, task),
        Part::Review => review::part_ui(page, ui, project, task),
        Part::People => people::part_ui(page, ui, project),
        Part::Labels => labels::part_ui(page, ui),
    }
}
