//! The page `model`: which model is sharpened.

mod facts;

use std::path::{Path, PathBuf};

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView, Step};
use whetstone_core::job::{JobSpec, LookSpec, ProjectChanges};
use whetstone_core::method::STARTER;

use super::no_project_ui;
use crate::command::{JobCommand, PickFor, Place};
use crate::look::{Tone, glyph, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// Which card is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Starter,
    Own,
}

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The card that was chosen, where it is another than the project's.
    choice: Option<Choice>,
    /// The folder of one's own model.
    folder: Option<String>,
    /// The project's model when another one was asked for: what was chosen here is over once it is another.
    before: Option<String>,
    /// What the model is told before every prompt.
    system_prompt: Option<String>,
}

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 340.0;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.model);
    parts::page_heading(page, ui, "model");
    if let Some(project) = page.project() {
        if draft.before.as_ref().is_some_and(|before| *before != project.settings.model) {
            draft = Draft { system_prompt: draft.system_prompt, ..Draft::default() };
        }
        choose_ui(page, ui, &mut draft, project);
        ui.add_space(space::LARGE);
        parts::fold(ui, &page.say("model-advanced"), |ui| system_prompt_ui(page, ui, &mut draft, project));
    } else {
        no_project_ui(page, ui);
    }
    page.drafts.model = draft;
}

fn choose_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let of_project = if project.settings.model == STARTER { Choice::Starter } else { Choice::Own };
    let chosen = draft.choice.unwrap_or(of_project);
    parts::columns(ui, 2, LEAST_WIDTH, |ui, place| {
        let (choice, name) = match place {
            0 => (Choice::Starter, "model-starter"),
            _ => (Choice::Own, "model-own"),
        };
        let card = parts::choice_card(page.colours, ui, &page.say(name), choice == chosen, |ui| {
            match choice {
                Choice::Starter => starter_ui(page, ui),
                Choice::Own => parts::soft(page, ui, &page.say("model-own-text")),
            }
            parts::as_high_as_the_highest(ui, "model");
        });
        if card.clicked() {
            draft.choice = Some(choice);
        }
    });
    ui.add_space(space::LARGE);
    match chosen {
        Choice::Starter => use_ui(page, ui, draft, project, STARTER),
        Choice::Own => own_ui(page, ui, draft, project),
    }
}

fn starter_ui(page: &Page<'_>, ui: &mut Ui) {
    parts::soft(page, ui, &page.say("model-starter-text"));
    ui.add_space(space::TINY);
    for (icon, text) in [
        (Icon::Check, "model-starter-good"),
        (Icon::TriangleAlert, "model-starter-limits"),
        (Icon::Scale, "model-starter-licence"),
    ] {
        point_ui(page, ui, icon, &page.say(text));
    }
}

/// A line with its picture.
fn point_ui(page: &Page<'_>, ui: &mut Ui, icon: Icon, text: &str) {
    ui.horizontal_top(|ui| {
        ui.add(Label::new(RichText::new(glyph(icon)).color(page.colours.tint(Tone::Accent).ink)));
        ui.vertical(|ui| parts::soft(page, ui, text));
    });
}

/// A model's folder of one's own: named, looked at, taken.
fn own_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let of_project = if project.settings.model == STARTER { "" } else { project.settings.model.as_str() };
    let mut folder = draft.folder.clone().unwrap_or_else(|| of_project.to_owned());
    let picked = page.take_picked(PickFor::ModelFolder).and_then(|paths| paths.into_iter().next());
    let is_picked = picked.is_some();
    if let Some(picked) = picked {
        folder = picked.to_string_lossy().into_owned();
    }
    parts::section(page.colours, ui, &page.say("model-folder"), |ui| {
        parts::path_field(page, ui, &page.say("model-folder-field"), &mut folder, PickFor::ModelFolder);
        parts::soft(page, ui, &page.say("model-folder-holds"));
        let looked = page.state.jobs.of(JobKind::Look).filter(|job| is_of(job, &folder));
        let is_looking = page.state.jobs.of(JobKind::Look).is_some_and(Job::is_running);
        ui.add_space(space::TINY);
        let can_look = !folder.trim().is_empty() && !is_looking;
        let wants = parts::plain_button(ui, Some(Icon::Search), &page.say("model-look"), can_look).clicked();
        if wants || (is_picked && can_look) {
            let spec = LookSpec { model: PathBuf::from(folder.trim()), compute: page.state.settings.compute.clone() };
            page.send(JobCommand::Start { kind: JobKind::Look, spec: Box::new(JobSpec::Look(spec)) });
        }
        if let Some(job) = looked {
            ui.add_space(space::SMALL);
            looked_ui(page, ui, job);
        }
    });
    ui.add_space(space::LARGE);
    let is_known = page.state.jobs.of(JobKind::Look).is_some_and(|job| is_of(job, &folder) && job.summary().is_some());
    let is_of_project = !of_project.is_empty() && folder.trim() == of_project;
    if is_known || is_of_project {
        use_ui(page, ui, draft, project, folder.trim());
    } else {
        parts::soft(page, ui, &page.say("model-look-first"));
    }
    if folder != of_project {
        draft.folder = Some(folder);
    }
}

fn looked_ui(page: &Page<'_>, ui: &mut Ui, job: &Job) {
    if job.is_running() {
        parts::job_progress_ui(page, ui, job);
    } else if let Some(message) = job.failure() {
        parts::failure_ui(page, ui, message);
    } else if let Some(summary) = job.summary() {
        facts::facts_ui(page, ui, summary);
    }
}

/// Whether a job looked at this folder.
fn is_of(job: &Job, folder: &str) -> bool {
    matches!(&job.spec, JobSpec::Look(spec) if spec.model == Path::new(folder.trim()))
}

/// The main button: takes the model, or goes on where it is the project's.
fn use_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView, model: &str) {
    if project.settings.model == model {
        let next = super::next_step(project).filter(|step| *step != Step::Model).unwrap_or(Step::Method);
        let said = page.say("model-is-used");
        parts::badge(page.colours, ui, Tone::Success, Some(Icon::Check), &said);
        let text = page.say_with("model-go-on", [("step", page.say(&format!("{}-name", next.id())).into())]);
        if parts::main_button(page.colours, ui, Some(Icon::ArrowRight), &text, true).clicked() {
            page.go(Place::Step(next));
        }
        return;
    }
    let answers = project.counts.completions;
    if answers > 0 {
        let said = page.say_with("model-answers-stay", [("count", answers.into())]);
        parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
        ui.add_space(space::SMALL);
    }
    let is_busy = page.state.jobs.writing().is_some();
    let text = page.say("model-use");
    if parts::main_button(page.colours, ui, Some(Icon::Check), &text, !is_busy).clicked() {
        let changes = ProjectChanges { model: Some(model.to_owned()), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
        draft.before = Some(project.settings.model.clone());
    }
    if is_busy {
        parts::soft(page, ui, &page.say("job-busy-hint"));
    }
}

/// What the model is told before every prompt.
fn system_prompt_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let known = project.settings.system_prompt.clone().unwrap_or_default();
    let mut typed = draft.system_prompt.clone().unwrap_or_else(|| known.clone());
    parts::term(page, ui, "system-prompt");
    let (name, hint) = (page.say("model-system-prompt"), page.say("model-system-prompt-hint"));
    if parts::text_area(page, ui, &name, &mut typed, &hint, 3).changed() {
        draft.system_prompt = Some(typed.clone());
    }
    parts::soft(page, ui, &page.say("model-system-prompt-text"));
    if project.counts.completions > 0 {
        parts::soft(page, ui, &page.say("model-system-prompt-late"));
    }
    let is_other = typed.trim() != known.trim();
    if parts::plain_button(ui, Some(Icon::Check), &page.say("model-system-prompt-keep"), is_other).clicked() {
        let changes = ProjectChanges { system_prompt: Some(typed.trim().to_owned()), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
        draft.system_prompt = None;
    }
}
