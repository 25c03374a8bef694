//! A machine's turn: a coach or a preference model judges, as far as people are not needed.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, ProjectView, Sheet};
use whetstone_core::domain::CoachName;
use whetstone_core::feedback::coach::report_card::Trust;
use whetstone_core::job::{EndpointUse, Outcome, ProjectChanges};
use whetstone_core::method::StageKind;

use super::coach::{View, show};
use super::consent::{consent_ui, spent_ui};
use super::live::live_ui;
use super::task::round_of;
use super::trial;
use crate::command::JobCommand;
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::steps::coach::{coach_of, coach_title};
use crate::work::{Job, JobKind, JobState};

/// What is said of a stage: its title, what it comes to, its button, and its picture.
fn words_of(next: StageKind) -> [&'static str; 3] {
    match next {
        StageKind::TrainPreferenceModel | StageKind::PreferenceModelJudges => {
            ["feedback-now-model", "feedback-now-model-help", "feedback-model-judges"]
        }
        StageKind::Distil => ["feedback-now-distil", "feedback-now-distil-help", "feedback-distil"],
        _ => ["feedback-now-coach", "feedback-now-coach-help", "feedback-coach-judges"],
    }
}

/// Draws what a machine has to do now.
pub(super) fn now_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, next: StageKind, until: StageKind) {
    let [title, help, button] = words_of(next);
    parts::section(page.colours, ui, &page.say(title), |ui| {
        parts::soft(page, ui, &page.say(help));
        if until == StageKind::CoachJudges {
            coach_ui(page, ui, project);
        }
        left_ui(page, ui, project);
        ui.add_space(space::TINY);
        let job = page.state.jobs.of(JobKind::Judge);
        if let Some(job) = job.filter(|job| job.is_running()) {
            running_ui(page, ui, job);
            return;
        }
        if let Some(job) = job {
            ended_ui(page, ui, job);
        }
        // What was stopped is gone on with: no label is asked for twice.
        let has_begun = round_of(project).is_some_and(|round| round.judged_by_coach > 0);
        let button = if until == StageKind::CoachJudges && has_begun { "feedback-coach-goes-on" } else { button };
        let is_free = page.state.jobs.writing().is_none();
        let endpoint = match coach_of(project) {
            CoachName::Endpoint(name) if until == StageKind::CoachJudges => consent_ui(page, ui, project, &name, None),
            _ => Some(EndpointUse::default()),
        };
        let can_begin = is_free && endpoint.is_some();
        if parts::main_button(page.colours, ui, Some(Icon::Play), &page.say(button), can_begin).clicked()
            && let Some(endpoint) = endpoint
        {
            page.go_on_with(JobKind::Judge, Some(until), false, endpoint);
        }
        if !is_free {
            parts::soft(page, ui, &page.say("job-busy"));
        }
    });
}

/// Who the coach is, and by how many rules it judges.
fn coach_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let name = coach_title(page, project, &coach_of(project));
    let rules = project.rubric.as_ref().map_or(0, |version| version.rubric.rules.len());
    let said = page.say_with("feedback-coach-is", [("name", name.into()), ("count", rules.into())]);
    parts::text_with_terms(page, ui, &said, &["coach", "rubric"]);
    trust_ui(page, ui, project);
}

/// Whether the coach was tried on what people decided, and what came of it; with the way there.
fn trust_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let Some(Ok(Sheet::CoachTrial(tried))) = page.sheet(&Ask::CoachTrial) else { return };
    let coach = coach_of(project).to_string();
    let report = tried.report.as_deref().filter(|report| trial::is_of_these_rules(report, project));
    let card = report.and_then(|report| report.cards.iter().find(|card| card.coach == coach));
    let link = if card.is_some() { "feedback-trust-see" } else { "feedback-trust-try" };
    let is_doubted = card.is_some_and(|card| card.trust == Trust::DoNotTrust);
    let pressed = ui.horizontal_wrapped(|ui| {
        if let Some(card) = card {
            trial::trust_ui(page, ui, card.trust);
        } else {
            parts::soft(page, ui, &page.say("feedback-trust-untried"));
        }
        parts::link_button(page.colours, ui, &page.say(link))
    });
    if pressed.inner.clicked() {
        show(page, View::Trial);
    }
    if is_doubted {
        anyway_ui(page, ui, project, &coach);
    }
}

/// Whether a coach that people contradict may judge all the same: without that it does not begin.
fn anyway_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, coach: &str) {
    let mut may_judge = project.settings.coach_trusted_anyway.as_deref() == Some(coach);
    if parts::check_field(ui, &page.say("feedback-trust-anyway"), &mut may_judge) {
        let changes = ProjectChanges { trust_coach: Some(may_judge), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
    }
}

fn left_ui(page: &Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let Some(round) = round_of(project) else { return };
    let judged = round.judged_by_people + round.judged_by_coach + round.judged_by_preference_model;
    let left = round.comparisons.saturating_sub(judged);
    if left > 0 {
        parts::soft(page, ui, &page.say_with("feedback-left", [("count", left.into())]));
    }
}

fn running_ui(page: &mut Page<'_>, ui: &mut Ui, job: &Job) {
    parts::job_progress_ui(page, ui, job);
    spent_ui(page, ui, job);
    stop_ui(page, ui, job);
    notes_ui(page, ui, job);
    live_ui(page, ui);
}

/// The button that stops a job at its next step.
pub(super) fn stop_ui(page: &mut Page<'_>, ui: &mut Ui, job: &Job) {
    let can_stop = job.state == JobState::Running;
    if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), can_stop).clicked() {
        page.send(JobCommand::Stop(job.id));
    }
}

/// What came of the last try.
fn ended_ui(page: &Page<'_>, ui: &mut Ui, job: &Job) {
    match &job.state {
        JobState::Ended(Outcome::Failed { message }) => parts::failure_ui(page, ui, message),
        JobState::Ended(Outcome::Cancelled) => parts::soft(page, ui, &page.say("feedback-stopped")),
        _ => {}
    }
    notes_ui(page, ui, job);
}

/// What the job said of its stages.
pub(super) fn notes_ui(page: &Page<'_>, ui: &mut Ui, job: &Job) {
    for warning in &job.warnings {
        parts::notice_box(page, ui, crate::look::Tone::Warning, warning, |_| {});
    }
    if !job.notes.is_empty() {
        parts::fold(ui, &page.say("feedback-notes"), |ui| {
            for note in &job.notes {
                parts::soft(page, ui, note);
            }
        });
    }
}
