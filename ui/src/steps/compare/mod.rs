//! The page of the comparison: who compares, the comparing itself, what came of it, and a talk with both models.

mod chat;
mod example;
mod forgetting;
mod held_out;
mod judge;
mod people;
mod result;
mod win_rate;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectView, Readiness, Step};
use whetstone_core::domain::{RecordId, ResultJudge};
use whetstone_core::evaluate::Report;
use whetstone_core::method::{Asked, RoundStanding, StageKind};
use whetstone_core::project::store::{RunKind, RunState};

use crate::command::JobCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::steps::train::comes_first_ui;
use crate::work::{Job, JobKind, JobState};

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// Who compares, where the window does not know them yet.
    annotator: String,
    /// The newest comparison's report, read once.
    report: Option<(RecordId, Report)>,
    /// The talk with both models.
    chat: chat::Draft,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "compare");
    let mut draft = std::mem::take(&mut page.drafts.compare);
    match page.project() {
        Some(view) => project_ui(page, ui, &mut draft, view),
        None => comes_first_ui(page, ui, Step::Start, &page.say("compare-no-project")),
    }
    page.drafts.compare = draft;
}

/// The newest run whose adapter answers.
pub(super) fn newest_adapter(view: &ProjectView) -> Option<RecordId> {
    let is_adapter =
        |run: &&whetstone_core::project::store::Run| run.kind == RunKind::Dpo && run.state == RunState::Finished;
    view.runs.iter().rfind(is_adapter).map(|run| run.id)
}

fn project_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    // Judging blind takes the whole page: nothing else may say which answer is the new one.
    if page.state.sitting.as_ref().is_some_and(|sitting| sitting.asked == Asked::Result) {
        people::sitting_ui(page, ui);
        return;
    }
    let Some(run) = newest_adapter(view) else {
        let step = match view.readiness(Step::Compare) {
            Readiness::After(step) => step,
            _ => Step::Train,
        };
        let title = page.say(&format!("{}-title", step.id()));
        comes_first_ui(page, ui, step, &page.say_with("compare-first", [("step", title.into())]));
        return;
    };
    match view.readiness(Step::Compare) {
        Readiness::Done => result::result_ui(page, ui, draft, view),
        Readiness::Ready => comparing_ui(page, ui, draft, view),
        Readiness::After(step) => {
            let title = page.say(&format!("{}-title", step.id()));
            let text = page.say_with("compare-next-round", [("step", title.into())]);
            parts::notice_box(page, ui, Tone::Accent, &text, |_| {});
            if !view.evaluations.is_empty() {
                ui.add_space(space::LARGE);
                result::result_ui(page, ui, draft, view);
            }
        }
    }
    ui.add_space(space::LARGE);
    chat::chat_ui(page, ui, &mut draft.chat, view, run);
}

/// Before there is a result of this round.
fn comparing_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    let job = page.state.jobs.of(JobKind::Compare);
    if let Some(job) = job.filter(|job| job.is_running()) {
        running_ui(page, ui, job);
        return;
    }
    if let Some(message) = job.and_then(Job::failure) {
        parts::failure_ui(page, ui, message);
        ui.add_space(space::LARGE);
    }
    judge::judge_ui(page, ui, view);
    ui.add_space(space::LARGE);
    let round = view.standing.rounds.last().cloned().unwrap_or_default();
    let RoundStanding { holdout_comparisons, holdout_judged_by_people, .. } = round;
    let is_for_people = view.settings.judge == ResultJudge::People && holdout_comparisons > 0;
    if !is_for_people {
        start_ui(page, ui, view);
    } else if holdout_judged_by_people < holdout_comparisons {
        people::waiting_ui(page, ui, draft, (holdout_judged_by_people, holdout_comparisons));
    } else {
        parts::notice_box(page, ui, Tone::Success, &page.say("compare-all-judged"), |_| {});
        ui.add_space(space::SMALL);
        compare_button(page, ui, "compare-show-result");
    }
}

/// Has old and new answer, and has a machine compare them where one does.
fn compare(page: &mut Page<'_>) {
    page.go_on_until(JobKind::Compare, Some(StageKind::Evaluate), false);
}

fn compare_button(page: &mut Page<'_>, ui: &mut Ui, word: &str) {
    let is_free = page.state.jobs.writing().is_none();
    if parts::main_button(page.colours, ui, Some(Icon::GitCompareArrows), &page.say(word), is_free).clicked() {
        compare(page);
    }
    if !is_free {
        parts::soft(page, ui, &page.say("compare-busy"));
    }
}

fn start_ui(page: &mut Page<'_>, ui: &mut Ui, view: &ProjectView) {
    let prompts = view.standing.holdout;
    let answers = prompts * view.settings.result_samples * 2;
    let values = [("prompts", parts::whole_number(prompts).into()), ("answers", parts::whole_number(answers).into())];
    parts::text_with_terms(page, ui, &page.say_with("compare-start-text", values), &["holdout", "adapter"]);
    ui.add_space(space::SMALL);
    compare_button(page, ui, "compare-start");
}

fn running_ui(page: &mut Page<'_>, ui: &mut Ui, job: &Job) {
    let title = page.say("compare-running-title");
    parts::section(page.colours, ui, &title, |ui| {
        parts::job_progress_ui(page, ui, job);
        ui.add_space(space::SMALL);
        let can_stop = job.state == JobState::Running;
        if parts::plain_button(ui, Some(Icon::Square), &page.say("compare-stop"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        parts::soft(page, ui, &page.say("compare-running"));
    });
}
