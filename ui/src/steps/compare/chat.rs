//! A talk with the old and the new model at once.

use egui::Ui;
use lucide_icons::Icon;
use serde::Deserialize;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::{ChatMessage, RecordId, Sample, SamplingSettings, Text, UserMessage};
use whetstone_core::job::{GenerateSpec, JobSpec, Outcome};
use whetstone_core::method::STARTER;

use super::example::two_answers_ui;
use crate::command::JobCommand;
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobId, JobKind, JobState};

/// The job of each column: the model as it was, and with its adapter.
const SIDES: [JobKind; 2] = [JobKind::ChatOld, JobKind::ChatNew];

/// The talk so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    typed: String,
    /// Answers are drawn with chance rather than taken as the likeliest.
    is_varied: bool,
    turns: Vec<Turn>,
    /// Whether the model knows conversations, once it has answered.
    converses: Option<bool>,
}

/// A question with both answers.
#[derive(Debug)]
struct Turn {
    question: String,
    answers: [Option<Result<String, UserMessage>>; 2],
    /// The jobs that were there before it was asked.
    jobs_before: [Option<JobId>; 2],
}

impl Turn {
    fn is_answered(&self) -> bool {
        self.answers.iter().all(Option::is_some)
    }
}

/// Draws the talk, and asks both models.
pub(super) fn chat_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, run: RecordId) {
    hear(page, draft);
    let title = page.say("compare-chat-title");
    parts::section(page.colours, ui, &title, |ui| {
        parts::soft(page, ui, &page.say("compare-chat-text"));
        if view.settings.model == STARTER || draft.converses == Some(false) {
            parts::soft(page, ui, &page.say("compare-chat-single"));
        }
        for (place, turn) in draft.turns.iter().enumerate() {
            ui.push_id(place, |ui| turn_ui(page, ui, turn));
        }
        ui.add_space(space::SMALL);
        ask_ui(page, ui, draft, view, run);
    });
}

/// Takes in what the models have answered.
fn hear(page: &Page<'_>, draft: &mut Draft) {
    let Some(turn) = draft.turns.last_mut() else { return };
    for (side, kind) in SIDES.into_iter().enumerate() {
        let Some(job) = page.state.jobs.of(kind) else { continue };
        let is_of_before = turn.jobs_before[side] == Some(job.id);
        if turn.answers[side].is_some() || is_of_before {
            continue;
        }
        let Some(answer) = answer_of(page, job) else { continue };
        match &answer {
            Ok(sample) => draft.converses = Some(sample.chat_template || matches!(sample.prompt, Text::Messages(_))),
            Err(message) if message.what.contains("no chat template") => draft.converses = Some(false),
            Err(_) => {}
        }
        turn.answers[side] = Some(answer.map(|sample| sample.completion));
    }
}

/// What a job that has ended answered.
fn answer_of(page: &Page<'_>, job: &Job) -> Option<Result<Sample, UserMessage>> {
    let JobState::Ended(outcome) = &job.state else { return None };
    let sample = job.records.iter().find_map(|record| Sample::deserialize(record).ok());
    Some(match (outcome, sample) {
        (Outcome::Failed { message }, _) => Err(message.clone()),
        (Outcome::Completed { .. }, Some(sample)) => Ok(sample),
        _ => Err(UserMessage::new(page.say("compare-chat-stopped"))),
    })
}

fn turn_ui(page: &Page<'_>, ui: &mut Ui, turn: &Turn) {
    ui.add_space(space::MEDIUM);
    parts::paragraph(page, ui, &turn.question);
    ui.add_space(space::TINY);
    let waiting = page.say("compare-chat-waiting");
    let said = |answer: &Option<Result<String, UserMessage>>| match answer {
        None => waiting.clone(),
        Some(Ok(text)) if text.trim().is_empty() => page.say("compare-chat-empty"),
        Some(Ok(text)) => text.clone(),
        Some(Err(_)) => page.say("compare-chat-failed"),
    };
    two_answers_ui(page, ui, &said(&turn.answers[0]), &said(&turn.answers[1]));
    let failed = turn.answers.iter().flatten().filter_map(|answer| answer.as_ref().err());
    for (place, message) in failed.enumerate() {
        // Both columns mostly fail for the same reason.
        if place == 0 || turn.answers[0].as_ref().and_then(|answer| answer.as_ref().err()) != Some(message) {
            ui.add_space(space::TINY);
            ui.push_id(place, |ui| parts::failure_ui(page, ui, message));
        }
    }
}

fn ask_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, run: RecordId) {
    let is_answering = SIDES.iter().any(|&kind| page.state.jobs.runs(kind))
        || draft.turns.last().is_some_and(|turn| !turn.is_answered());
    let (name, hint) = (page.say("compare-chat-ask"), page.say("compare-chat-hint"));
    let field = parts::text_field(page, ui, &name, &mut draft.typed, &hint);
    let by_key = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    if by_key {
        // The next question follows the answer.
        field.request_focus();
    }
    let choices = [(false, page.say("compare-chat-likeliest")), (true, page.say("compare-chat-varied"))];
    parts::row_of_choices(ui, &mut draft.is_varied, &choices);
    let can_ask = !is_answering && !draft.typed.trim().is_empty();
    let mut is_asked = by_key && can_ask;
    ui.horizontal_wrapped(|ui| {
        is_asked |= parts::plain_button(ui, Some(Icon::Send), &page.say("compare-chat-send"), can_ask).clicked();
        if is_answering && parts::plain_button(ui, Some(Icon::Square), &page.say("compare-chat-stop"), true).clicked() {
            for job in SIDES.iter().filter_map(|&kind| page.state.jobs.of(kind)).filter(|job| job.is_running()) {
                page.send(JobCommand::Stop(job.id));
            }
        }
        let can_clear = !draft.turns.is_empty() && !is_answering;
        if parts::plain_button(ui, Some(Icon::Eraser), &page.say("compare-chat-clear"), can_clear).clicked() {
            draft.turns.clear();
        }
    });
    if is_asked {
        ask(page, draft, view, run);
    }
}

fn ask(page: &mut Page<'_>, draft: &mut Draft, view: &ProjectView, run: RecordId) {
    let question = std::mem::take(&mut draft.typed).trim().to_owned();
    let adapter = view.folder.join("runs").join(run.to_string());
    for (side, kind) in SIDES.into_iter().enumerate() {
        let spec = GenerateSpec {
            model: view.settings.model.clone().into(),
            adapter: (kind == JobKind::ChatNew).then(|| adapter.clone()),
            prompts: None,
            prompt: Some(prompt(draft, view, side, &question)),
            sampling: SamplingSettings {
                samples: 1,
                greedy: !draft.is_varied,
                seed: draft.turns.len() as u64,
                ..view.settings.sampling.clone()
            },
            out: None,
            compute: page.state.settings.compute.clone(),
            template_arguments: view.settings.template_arguments.clone(),
        };
        page.send(JobCommand::Start { kind, spec: Box::new(JobSpec::Generate(spec)) });
    }
    let jobs_before = SIDES.map(|kind| page.state.jobs.of(kind).map(|job| job.id));
    draft.turns.push(Turn { question, answers: [None, None], jobs_before });
}

/// What a model is asked: the question alone, or with what the project says before it and what was said so far where
/// the model knows conversations. Plain text becomes a user's turn by itself where the model has a form for it.
fn prompt(draft: &Draft, view: &ProjectView, side: usize, question: &str) -> Text {
    let is_single = view.settings.model == STARTER || draft.converses == Some(false);
    let system = view.settings.system_prompt.as_deref().filter(|_| !is_single);
    let so_far: &[Turn] = if is_single || draft.converses.is_none() { &[] } else { &draft.turns };
    if system.is_none() && so_far.is_empty() {
        return Text::Plain(question.to_owned());
    }
    let mut messages: Vec<ChatMessage> = system.map(|text| ChatMessage::new("system", text)).into_iter().collect();
    for turn in so_far {
        if let Some(Ok(answer)) = &turn.answers[side] {
            messages.push(ChatMessage::new("user", turn.question.as_str()));
            messages.push(ChatMessage::new("assistant", answer.as_str()));
        }
    }
    messages.push(ChatMessage::new("user", question));
    Text::Messages(messages)
}
