//! The model answers: how often and how varied, while one watches, and to be read afterwards.

mod browse;
mod choices;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectView, Sheet, Step, stage_step};
use whetstone_core::method::StageKind;

use crate::command::{JobCommand, Place};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{JobKind, JobState};

/// Answers that are seen while they come in.
const NEWEST: usize = 12;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    choices: choices::Draft,
    browse: browse::Draft,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "answers");
    let (Some(project), None) = (page.project(), parts::what_comes_first(page, Step::Answers)) else {
        let earlier = parts::what_comes_first(page, Step::Answers).unwrap_or(Step::Start);
        parts::comes_first_ui(page, ui, earlier);
        return;
    };
    let mut draft = std::mem::take(&mut page.drafts.answers);
    if ui.available_width() > parts::TWO_COLUMNS {
        parts::two_columns(ui, |ui, column| match column {
            0 => choices::choices_ui(page, ui, &mut draft.choices, project),
            _ => next_ui(page, ui, project),
        });
    } else {
        next_ui(page, ui, project);
        ui.add_space(space::LARGE);
        choices::choices_ui(page, ui, &mut draft.choices, project);
    }
    let is_answering = page.state.jobs.runs(JobKind::Answer);
    if is_answering {
        ui.add_space(space::LARGE);
        newest_ui(page, ui);
    } else if project.counts.completions > 0 {
        ui.add_space(space::LARGE);
        browse::browse_ui(page, ui, &mut draft.browse);
    }
    page.drafts.answers = draft;
}

/// Who answers, and the button that has it done; or what comes of it, and what is next.
fn next_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("answers-now"), |ui| {
        let model = model_said(page, project);
        parts::paragraph(page, ui, &model);
        if let Some(round) = project.standing.rounds.last() {
            let said = page.say_with(
                "answers-so-far",
                [
                    ("answers", parts::whole_number(round.completions).into()),
                    ("prompts", parts::whole_number(round.prompts_answered).into()),
                    ("all", parts::whole_number(project.standing.prompts).into()),
                    ("comparisons", parts::whole_number(round.comparisons).into()),
                ],
            );
            parts::soft(page, ui, &said);
        }
        ui.add_space(space::SMALL);
        let job = page.state.jobs.of(JobKind::Answer);
        if let Some(job) = job.filter(|job| job.is_running()) {
            parts::job_progress_ui(page, ui, job);
            ui.add_space(space::SMALL);
            let can_stop = job.state == JobState::Running;
            if parts::plain_button(ui, Some(Icon::Square), &page.say("answers-stop"), can_stop).clicked() {
                page.send(JobCommand::Stop(job.id));
            }
            return;
        }
        if let Some(message) = job.and_then(|job| job.failure()) {
            parts::failure_ui(page, ui, message);
            parts::soft(page, ui, &page.say("answers-kept"));
            ui.add_space(space::SMALL);
        }
        go_ui(page, ui, project);
    });
}

/// The page's main button: to what is next on the method's road.
fn go_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let colours = page.colours;
    let next = project.position.as_ref().and_then(|position| position.next);
    match next.map(|next| next.stage.kind) {
        Some(StageKind::Answer) => {
            let is_begun =
                project.standing.rounds.last().is_some_and(|round| {
                    Some(round.number) == next.map(|next| next.round) && round.prompts_answered > 0
                });
            let go = if is_begun {
                page.say("answers-go-on")
            } else {
                page.say_with("answers-go", [("prompts", parts::whole_number(project.standing.prompts).into())])
            };
            let is_free = page.state.jobs.writing().is_none();
            if parts::main_button(colours, ui, Some(Icon::MessagesSquare), &go, is_free).clicked() {
                page.go_on_until(JobKind::Answer, Some(StageKind::Answer), false);
            }
            if !is_free {
                parts::soft(page, ui, &page.say("job-busy-hint"));
            }
        }
        Some(kind) => {
            let step = stage_step(kind);
            if kind < StageKind::Answer {
                let title = page.words.row("stage", kind.id(), "title", kind.title()).into_owned();
                let said = page.say_with("answers-after-stage", [("stage", title.into())]);
                parts::notice_box(page, ui, Tone::Neutral, &said, |_| ());
                ui.add_space(space::SMALL);
            }
            let name = page.say(&format!("{}-name", step.id()));
            let go = page.say_with("gate-go", [("step", name.into())]);
            if parts::main_button(colours, ui, Some(Icon::ArrowRight), &go, true).clicked() {
                page.go(Place::Step(step));
            }
        }
        None => {
            parts::soft(page, ui, &page.say("answers-round-done"));
            ui.add_space(space::SMALL);
            let number = project.standing.rounds.last().map_or(1, |round| round.number + 1);
            let again = page.say_with("answers-again", [("round", number.into())]);
            let is_free = page.state.jobs.writing().is_none();
            if parts::main_button(colours, ui, Some(Icon::MessagesSquare), &again, is_free).clicked() {
                page.go_on_until(JobKind::Answer, Some(StageKind::Answer), true);
            }
        }
    }
}

/// Which model answers, and with which adapter.
fn model_said(page: &Page<'_>, project: &ProjectView) -> String {
    let model = parts::model_name(page.words, &project.settings.model);
    let rounds = &project.standing.rounds;
    let is_all_done = project.position.as_ref().is_some_and(|position| position.next.is_none());
    // A round's answers are of the adapter that the rounds before it left.
    let before = if is_all_done { rounds.len() } else { rounds.len().saturating_sub(1) };
    let adapter = rounds[..before].iter().rev().find_map(|round| round.adapter);
    match adapter {
        Some(run) => page.say_with("answers-by-adapter", [("model", model.into()), ("run", run.into())]),
        None => page.say_with("answers-by-model", [("model", model.into())]),
    }
}

/// The newest answers, while more come in.
fn newest_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("answers-newest"), |ui| {
        match page.sheet(&Ask::NewestAnswers { most: NEWEST }) {
            Some(Ok(Sheet::Answers(rows))) if rows.is_empty() => parts::soft(page, ui, &page.say("answers-none-yet")),
            Some(Ok(Sheet::Answers(rows))) => {
                for row in rows.iter() {
                    ui.add(Label::new(RichText::new(&row.prompt_text).strong().color(colours.text)).wrap());
                    ui.add(Label::new(RichText::new(parts::shorten(&row.text, 400)).color(colours.text)).wrap());
                    ui.add(Label::new(RichText::new(&row.origin).small().color(colours.text_soft)).wrap());
                    ui.add_space(space::MEDIUM);
                }
            }
            Some(Err(message)) => parts::failure_ui(page, ui, message),
            _ => parts::soft(page, ui, &page.say("answers-none-yet")),
        }
    });
}
