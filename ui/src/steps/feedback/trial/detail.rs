//! One card in detail: rule by rule, topic by topic, and where people say something else.

use egui::{CornerRadius, Frame, Margin, RichText, Stroke, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{CoachReport, ProjectView};
use whetstone_core::domain::Choice;
use whetstone_core::feedback::Proportion;
use whetstone_core::feedback::coach::report_card::{Disagreement, PartAgreement, ReportCard, RuleAdvice, RuleCard};

use super::super::coach::{View, show};
use super::super::{labels, rubric};
use super::cards::name_of;
use crate::look::{SEMIBOLD, Tone, shape, space};
use crate::page::Page;
use crate::parts;

/// Characters of a request that stand on its button.
const SHOWN: usize = 90;

/// Draws it: of several cards the one that was chosen.
pub(super) fn detail_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, report: &CoachReport) {
    let cards = &report.cards;
    let mut chosen = page.drafts.feedback.coach.trial.card.min(cards.len().saturating_sub(1));
    if cards.len() > 1 {
        let titles = cards.iter().map(|card| name_of(page, project, card).1);
        let choices: Vec<(usize, String)> = titles.enumerate().collect();
        parts::paragraph(page, ui, &page.say("feedback-detail-of"));
        if parts::row_of_choices(ui, &mut chosen, &choices) {
            page.drafts.feedback.coach.trial.read = None;
        }
        ui.add_space(space::SMALL);
    }
    page.drafts.feedback.coach.trial.card = chosen;
    let Some(card) = cards.get(chosen) else { return };
    if !card.rules.is_empty() {
        rules_ui(page, ui, project, card);
        ui.add_space(space::SMALL);
    }
    if card.topics.len() > 1 {
        topics_ui(page, ui, &card.topics);
        ui.add_space(space::SMALL);
    }
    disagreements_ui(page, ui, card, report);
}

/// What is advised for a rule, and how it looks.
fn look_of(advice: RuleAdvice) -> (&'static str, Tone, Icon) {
    match advice {
        RuleAdvice::Keep => ("feedback-advice-keep", Tone::Success, Icon::CircleCheck),
        RuleAdvice::Drop => ("feedback-advice-drop", Tone::Warning, Icon::TriangleAlert),
        RuleAdvice::TurnAround => ("feedback-advice-turn", Tone::Danger, Icon::CircleX),
        RuleAdvice::TooFew => ("feedback-advice-few", Tone::Neutral, Icon::CircleQuestionMark),
    }
}

fn rules_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, card: &ReportCard) {
    parts::section(page.colours, ui, &page.say("feedback-by-rule"), |ui| {
        parts::soft(page, ui, &page.say("feedback-by-rule-help"));
        for rule in &card.rules {
            well(page, ui, |page, ui| rule_ui(page, ui, project, rule));
        }
    });
}

fn well(page: &mut Page<'_>, ui: &mut Ui, contents: impl FnOnce(&mut Page<'_>, &mut Ui)) {
    Frame::new()
        .fill(page.colours.well)
        .stroke(Stroke::new(1.0, page.colours.line))
        .corner_radius(CornerRadius::same(shape::CORNER))
        .inner_margin(Margin::same(space::SMALL as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(page, ui);
        });
}

fn strong(page: &Page<'_>, ui: &mut Ui, text: &str) {
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    ui.add(egui::Label::new(RichText::new(text).family(family).color(page.colours.text)).wrap());
}

fn rule_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, rule: &RuleCard) {
    let (word, tone, icon) = look_of(rule.advice);
    strong(page, ui, &rule.name);
    parts::soft(page, ui, &rule.text);
    parts::badges(page.colours, ui, &[(tone, icon, page.say(word))]);
    parts::soft(page, ui, &agrees(page, &rule.agreement, &rule.coverage));
    if !matches!(rule.advice, RuleAdvice::Drop | RuleAdvice::TurnAround) {
        return;
    }
    if rubric::has_rule(page, project, &rule.name) {
        let drop = page.say_with("feedback-rule-drop", [("name", rule.name.as_str().into())]);
        if parts::plain_button(ui, Some(Icon::Trash2), &drop, true).clicked() {
            rubric::take_out(page, project, &rule.name);
        }
    } else {
        ui.horizontal_wrapped(|ui| {
            parts::soft(page, ui, &page.say("feedback-rule-dropped"));
            if parts::link_button(page.colours, ui, &page.say("feedback-rule-to-editor")).clicked() {
                show(page, View::Rules);
            }
        });
    }
}

/// How often coach and people say the same of a part, and of how much of it.
fn agrees(page: &Page<'_>, agreement: &Proportion, coverage: &Proportion) -> String {
    if agreement.trials == 0 {
        return page.say("feedback-part-nothing");
    }
    page.say_with(
        "feedback-part-agrees",
        [
            ("share", parts::percent(agreement.share).into()),
            ("low", parts::percent(agreement.low).into()),
            ("high", parts::percent(agreement.high).into()),
            ("both", agreement.trials.into()),
            ("people", coverage.trials.into()),
        ],
    )
}

fn topics_ui(page: &Page<'_>, ui: &mut Ui, topics: &[PartAgreement]) {
    parts::section(page.colours, ui, &page.say("feedback-by-topic"), |ui| {
        for topic in topics {
            strong(page, ui, &topic.name);
            parts::soft(page, ui, &agrees(page, &topic.agreement, &topic.coverage));
        }
    });
}

fn disagreements_ui(page: &mut Page<'_>, ui: &mut Ui, card: &ReportCard, report: &CoachReport) {
    parts::section(page.colours, ui, &page.say("feedback-worst"), |ui| {
        if card.disagreements.is_empty() {
            parts::soft(page, ui, &page.say("feedback-worst-none"));
            return;
        }
        parts::soft(page, ui, &page.say("feedback-worst-help"));
        let read = page.drafts.feedback.coach.trial.read;
        for (place, one) in card.disagreements.iter().enumerate() {
            let is_read = read == Some(place);
            let icon = if is_read { Icon::ChevronDown } else { Icon::ChevronRight };
            let request = parts::shorten(&one.request, SHOWN);
            let button =
                page.say_with("feedback-worst-read", [("number", (place + 1).into()), ("request", request.into())]);
            if parts::wide_button(ui, Some(icon), &button).clicked() {
                page.drafts.feedback.coach.trial.read = (!is_read).then_some(place);
            }
            if is_read {
                well(page, ui, |page, ui| disagreement_ui(page, ui, one, report));
            }
        }
    });
}

/// Which answer is better in somebody's eyes.
fn word_of(choice: Choice) -> &'static str {
    labels::word_of(choice)
}

fn disagreement_ui(page: &mut Page<'_>, ui: &mut Ui, one: &Disagreement, report: &CoachReport) {
    for (place, (word, text)) in
        [("feedback-prompt", &one.request), ("feedback-answer-a", &one.a), ("feedback-answer-b", &one.b)]
            .into_iter()
            .enumerate()
    {
        parts::soft(page, ui, &page.say(word));
        parts::long_text(page, ui, ("disagreement", one.case, place), text);
    }
    let people = page.say_with("feedback-people-say", [("choice", page.say(word_of(one.people)).into())]);
    let coach = page.say_with("feedback-coach-says", [("choice", page.say(word_of(one.coach)).into())]);
    let marks = [(Tone::Accent, Icon::User, people), (Tone::Warning, Icon::Bot, coach)];
    parts::badges(page.colours, ui, &marks);
    parts::paragraph(page, ui, &one.reason);
    if let Some(&comparison) = report.comparisons.get(one.case) {
        labels::again_ui(page, ui, comparison);
    }
}
