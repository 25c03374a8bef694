//! What the model answers while it learns: the same prompts again and again.

use std::collections::BTreeSet;

use egui::{RichText, Role, Slider, Ui, WidgetInfo};
use whetstone_core::desk::{Ask, ProjectView, Sheet};

use super::Draft;
use super::standing::newest_run;
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::work::JobKind;

/// An answer is not narrower than this.
const NARROWEST: f32 = 260.0;

/// An answer: steps before it, what was asked, what was said.
type Answer<'a> = (u64, &'a str, &'a str);

/// Draws the watched prompts with their answers at first and at the step that is chosen.
pub(super) fn samples_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    let answers = answers(page, view);
    let steps: Vec<u64> = answers.iter().map(|answer| answer.0).collect::<BTreeSet<_>>().into_iter().collect();
    let (Some(&first), Some(&last)) = (steps.first(), steps.last()) else { return };
    ui.add_space(space::LARGE);
    parts::section(page.colours, ui, &page.say("train-samples-title"), |ui| {
        parts::soft(page, ui, &page.say("train-samples-text"));
        let at = if first == last { last } else { slider_ui(page, ui, draft, &steps) };
        let mut asked: Vec<&str> = Vec::new();
        for (_, prompt, _) in &answers {
            if asked.contains(prompt) {
                continue;
            }
            asked.push(prompt);
            prompt_ui(page, ui, &answers, prompt, (first, at));
        }
    });
}

/// Answers that the run's file holds, and those that the job told since.
fn answers<'a>(page: &mut Page<'a>, view: &ProjectView) -> Vec<Answer<'a>> {
    let mut answers: Vec<Answer<'a>> = Vec::new();
    if let Some(run) = newest_run(view)
        && let Some(Ok(Sheet::TrainingSamples(kept))) = page.sheet(&Ask::TrainingSamples { run: run.id })
    {
        answers.extend(kept.iter().map(|kept| (kept.step, kept.prompt.as_str(), kept.completion.as_str())));
    }
    if let Some(job) = page.state.jobs.of(JobKind::Train)
        && let Some(first) = job.samples.first()
    {
        answers.retain(|answer| answer.0 < first.step);
        answers.extend(job.samples.iter().map(|told| (told.step, told.prompt.as_str(), told.completion.as_str())));
    }
    answers
}

/// Which step is looked at: the newest until another is chosen.
fn slider_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, steps: &[u64]) -> u64 {
    let newest = steps.len() - 1;
    let mut at = draft.sample_at.unwrap_or(newest).min(newest);
    let said = page.say_with("train-samples-step", [("step", parts::whole_number(steps[at] as usize).into())]);
    ui.add(egui::Label::new(RichText::new(&said).color(page.colours.text)).wrap());
    let response = ui.add(Slider::new(&mut at, 0..=newest).show_value(false));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, true, &said);
        info.value = Some(at as f64);
        info
    });
    if response.changed() {
        draft.sample_at = (at != newest).then_some(at);
    }
    steps[at]
}

fn prompt_ui(page: &Page<'_>, ui: &mut Ui, answers: &[Answer<'_>], prompt: &str, (first, at): (u64, u64)) {
    let said = |step: u64| answers.iter().rfind(|answer| answer.1 == prompt && answer.0 == step).map(|answer| answer.2);
    ui.add_space(space::MEDIUM);
    parts::paragraph(page, ui, prompt);
    let shown: Vec<(String, &str)> = [(first, "train-samples-before"), (at, "train-samples-then")]
        .into_iter()
        .take(if first == at { 1 } else { 2 })
        .filter_map(|(step, word)| Some((page.say(word), said(step)?)))
        .collect();
    answers_ui(page, ui, &shown);
}

/// Answers side by side, each below its name.
fn answers_ui(page: &Page<'_>, ui: &mut Ui, shown: &[(String, &str)]) {
    parts::side_by_side(ui, shown.len(), 2, NARROWEST, |ui, place, _| {
        let (name, text) = &shown[place];
        answer_ui(page, ui, name, text);
    });
}

/// A model's answer below what it is called.
pub(in crate::steps) fn answer_ui(page: &Page<'_>, ui: &mut Ui, name: &str, text: &str) {
    egui::Frame::new()
        .fill(page.colours.well)
        .corner_radius(crate::look::shape::CORNER)
        .inner_margin(egui::Margin::same(space::MEDIUM as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(egui::Label::new(RichText::new(name).small().color(page.colours.text_soft)).wrap());
            ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).wrap().selectable(true));
        });
}
