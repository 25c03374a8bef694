//! What is to be done now: one sentence, and one button.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, ProjectView, Sheet, Step};
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::method::Asked;

use super::task::{Task, round_of};
use super::{go_first_ui, machine};
use crate::command::{Place, UiCommand};
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// Seconds that one comparison takes, about.
const SECONDS_EACH: f64 = 10.0;

/// Draws it.
pub(super) fn now_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, task: Task) {
    match task {
        Task::First(step) => first_ui(page, ui, step),
        Task::Rubric => parts::section(page.colours, ui, &page.say("feedback-now-rubric"), |ui| {
            parts::soft(page, ui, &page.say("feedback-now-rubric-help"));
        }),
        Task::Judge => judge_ui(page, ui, project),
        Task::Machine { next, until } => machine::now_ui(page, ui, project, next, until),
        Task::Review => review_ui(page, ui),
        Task::Done(step) => done_ui(page, ui, project, step),
    }
}

fn first_ui(page: &mut Page<'_>, ui: &mut Ui, step: Step) {
    let (sentence, button) = match step {
        Step::Prompts => ("feedback-first-prompts", "feedback-go-prompts"),
        Step::Answers => ("feedback-first-answers", "feedback-go-answers"),
        _ => ("feedback-first-method", "feedback-go-method"),
    };
    go_first_ui(page, ui, sentence, button, step);
}

fn judge_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let (done, total) = round_of(project).map_or((0, 0), |round| (round.judged_by_people, round.comparisons));
    let left = total.saturating_sub(done);
    let title = page.say_with("feedback-now-judge", [("count", left.into())]);
    parts::section(page.colours, ui, &title, |ui| {
        let time = parts::duration(page.words, left as f64 * SECONDS_EACH);
        parts::soft(page, ui, &page.say_with("feedback-now-judge-help", [("time", time.into())]));
        if done > 0 {
            progress_ui(page, ui, done, total);
        }
        wishes_ui(page, ui, project);
        let (name, is_entered) = name_ui(page, ui);
        let word = if done > 0 { "feedback-go-on" } else { "feedback-begin" };
        let can = can_sit(page, &name);
        let begin = parts::main_button(page.colours, ui, Some(Icon::Play), &page.say(word), can);
        if name.trim().is_empty() {
            parts::soft(page, ui, &page.say("feedback-needs-name"));
        }
        if begin.clicked() || (can && is_entered) {
            sit_down(page, &name, Asked::Fresh, ReviewFilter::default());
        }
    });
}

/// What a better answer does, where it was written down: whoever judges should know it.
fn wishes_ui(page: &Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let Some(version) = project.rubric.as_ref().filter(|version| !version.rubric.rules.is_empty()) else { return };
    parts::paragraph(page, ui, &page.say("feedback-wishes"));
    for rule in &version.rubric.rules {
        parts::paragraph(page, ui, &format!("•  {}", rule.text));
    }
    ui.add_space(space::SMALL);
}

/// How many comparisons people have judged.
pub(super) fn progress_ui(page: &Page<'_>, ui: &mut Ui, done: usize, total: usize) {
    let said = page.say_with(
        "feedback-judged",
        [("done", parts::whole_number(done).into()), ("total", parts::whole_number(total).into())],
    );
    parts::soft(page, ui, &said);
    let share = if total == 0 { 0.0 } else { done as f32 / total as f32 };
    parts::progress_bar(page, ui, &said, share);
    ui.add_space(space::TINY);
}

fn review_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let waiting = match page.sheet(&Ask::WaitingReviews) {
        Some(Ok(Sheet::WaitingReviews(waiting))) => Some(waiting.iter().map(|one| one.count).sum::<usize>()),
        _ => None,
    };
    let title = match waiting {
        Some(0) => page.say("feedback-now-approve"),
        Some(count) => page.say_with("feedback-now-review", [("count", count.into())]),
        None => page.say("feedback-now-reading"),
    };
    parts::section(page.colours, ui, &title, |ui| {
        parts::soft(page, ui, &page.say("feedback-approve-means"));
        let (name, _) = name_ui(page, ui);
        let can = can_sit(page, &name) && waiting.is_some();
        let approve = page.say("feedback-approve-round");
        ui.horizontal_wrapped(|ui| {
            let approved = if waiting == Some(0) {
                parts::main_button(page.colours, ui, Some(Icon::BadgeCheck), &approve, can)
            } else {
                let begin = page.say("feedback-review-begin");
                if parts::main_button(page.colours, ui, Some(Icon::Play), &begin, can).clicked() {
                    let filter = page.drafts.feedback.review.filter();
                    sit_down(page, &name, Asked::Doubtful, filter);
                }
                parts::plain_button(ui, Some(Icon::BadgeCheck), &page.say("feedback-approve-anyway"), can)
            };
            if approved.clicked() {
                keep_name(page, &name);
                page.send(ProjectCommand::Approve { annotator: name.trim().to_owned() });
            }
        });
    });
}

fn done_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, step: Step) {
    let (word, icon) = match step {
        Step::Train => ("feedback-go-train", Icon::GraduationCap),
        Step::Compare => ("feedback-go-compare", Icon::GitCompareArrows),
        _ => ("feedback-go-export", Icon::PackageCheck),
    };
    parts::section(page.colours, ui, &page.say("feedback-now-done"), |ui| {
        let counts = &project.round_counts;
        let said = page.say_with(
            "feedback-now-done-help",
            [("total", counts.comparisons.into()), ("people", counts.verdicts_of_people.into())],
        );
        parts::soft(page, ui, &said);
        if parts::main_button(page.colours, ui, Some(icon), &page.say(word), true).clicked() {
            page.go(Place::Step(step));
        }
    });
}

/// The name of whoever judges, and whether Enter was pressed in it.
pub(super) fn name_ui(page: &mut Page<'_>, ui: &mut Ui) -> (String, bool) {
    let mut name = page.drafts.feedback.name.take().unwrap_or_else(|| page.state.settings.annotator.clone());
    let (label, hint) = (page.say("feedback-your-name"), page.say("feedback-your-name-hint"));
    let field = parts::text_field(page, ui, &label, &mut name, &hint);
    // The one thing that is missing: it can be written at once.
    if name.is_empty() && ui.memory(|memory| memory.focused().is_none()) {
        field.request_focus();
    }
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    page.drafts.feedback.name = Some(name.clone());
    (name, is_entered)
}

/// Whether somebody of this name can sit down now.
pub(super) fn can_sit(page: &Page<'_>, name: &str) -> bool {
    !name.trim().is_empty() && !page.state.is_keeping
}

fn keep_name(page: &mut Page<'_>, name: &str) {
    let name = name.trim();
    if page.state.settings.annotator != name {
        let mut settings = page.state.settings.clone();
        name.clone_into(&mut settings.annotator);
        page.send(UiCommand::Settings(Box::new(settings)));
    }
}

/// Begins a sitting, and keeps the name for the next time.
pub(super) fn sit_down(page: &mut Page<'_>, name: &str, asked: Asked, filter: ReviewFilter) {
    keep_name(page, name);
    page.send(ProjectCommand::SitDown { annotator: name.trim().to_owned(), asked, filter });
}
