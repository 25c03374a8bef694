//! "Help me choose": five questions and an advice, with all that speaks for it and against it.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;
use whetstone_core::method::advisor::{Advice, QUESTIONS, Question, Reason, Recommendation, Shown, Side, advise};

use super::figures::{hours_said, line_ui};
use super::{Draft, choose};
use crate::look::{SEMIBOLD, Tone, glyph, space, type_size};
use crate::page::Page;
use crate::parts;

pub(super) fn advice_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    if !draft.asks {
        let text = page.say("method-help");
        if parts::plain_button(ui, Some(Icon::CircleQuestionMark), &text, true).clicked() {
            draft.asks = true;
        }
        parts::soft(page, ui, &page.say("method-help-text"));
        return;
    }
    parts::section(page.colours, ui, &page.say("method-questions"), |ui| {
        for question in QUESTIONS {
            question_ui(page, ui, draft, question);
            ui.add_space(space::SMALL);
        }
        if draft.answers.are_complete() {
            ui.separator();
            let advice = advise(&draft.answers, &shown(project));
            told_ui(page, ui, draft, &advice);
        } else {
            let open = QUESTIONS.iter().filter(|question| draft.answers.chosen(question.id).is_none()).count();
            parts::soft(page, ui, &page.say_with("method-open-questions", [("count", open.into())]));
        }
        if parts::plain_button(ui, Some(Icon::X), &page.say("method-help-close"), true).clicked() {
            draft.asks = false;
        }
    });
}

fn question_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, question: &Question) {
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    let text = page.words.row("question", question.id, "text", question.text).into_owned();
    ui.add(Label::new(RichText::new(text).family(family).color(page.colours.text)).wrap());
    parts::soft(page, ui, &page.words.row("question", question.id, "help", question.help));
    let choices: Vec<(Option<&str>, String)> = question
        .answers
        .iter()
        .map(|answer| {
            let id = format!("{}-{}", question.id, answer.id);
            (Some(answer.id), page.words.row("answer", &id, "text", answer.text).into_owned())
        })
        .collect();
    let known = draft.answers.chosen(question.id);
    let mut chosen = question.answers.iter().map(|answer| answer.id).find(|id| Some(*id) == known);
    if ui.push_id(question.id, |ui| parts::row_of_choices(ui, &mut chosen, &choices)).inner
        && let Some(answer) = chosen
    {
        // The question and its answer come of the table itself.
        drop(draft.answers.choose(question.id, answer));
    }
}

/// What the project shows by itself. What is not there yet says nothing.
fn shown(project: &ProjectView) -> Shown {
    let counts = &project.counts;
    let known = |count: usize| (count > 0).then_some(count as u64);
    Shown {
        prompts: known(counts.prompts_train),
        people_verdicts: known(counts.verdicts_of_people),
        coach_price: Some(0.0),
        coach_is_remote: Some(false),
        ..Shown::default()
    }
}

fn told_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, advice: &Advice) {
    let method = &advice.method;
    if advice.do_not_train.is_some() {
        parts::badge(page.colours, ui, Tone::Warning, Some(Icon::TriangleAlert), &page.say("method-do-not-train"));
    } else {
        parts::badge(page.colours, ui, Tone::Accent, Some(Icon::ThumbsUp), &page.say("method-advice"));
    }
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    let name = page.words.row("advice", method.id, "name", method.name).into_owned();
    let title = RichText::new(&name).size(type_size::SUBHEADING).family(family).color(page.colours.text);
    ui.add(Label::new(title).wrap());
    parts::paragraph(page, ui, &page.words.row("advice", method.id, "says", method.says));
    for reason in &advice.reasons {
        reason_ui(page, ui, reason);
    }
    if method.trains {
        estimates_ui(page, ui, advice);
    }
    if !advice.risks.is_empty() {
        parts::fold(ui, &page.say("method-beware"), |ui| risks_ui(page, ui, advice));
    }
    ui.add_space(space::SMALL);
    take_ui(page, ui, draft, advice);
}

/// Takes what was advised, or the next best way to train.
fn take_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, advice: &Advice) {
    let name = |page: &Page<'_>, of: &Recommendation| page.words.row("advice", of.id, "name", of.name).into_owned();
    let mut taken = None;
    ui.horizontal_wrapped(|ui| {
        if advice.method.trains {
            let text = page.say_with("method-take", [("name", name(page, &advice.method).into())]);
            if parts::plain_button(ui, Some(Icon::Check), &text, true).clicked() {
                taken = Some(advice.method.id);
            }
        }
        if advice.runner_up.trains {
            let text = page.say_with("method-take-second", [("name", name(page, &advice.runner_up).into())]);
            if parts::plain_button(ui, None, &text, true).clicked() {
                taken = Some(advice.runner_up.id);
            }
        }
    });
    if let Some(id) = taken {
        choose(page, id);
        draft.asks = false;
        draft.wants_hybrid = false;
    }
}

fn reason_ui(page: &Page<'_>, ui: &mut Ui, reason: &Reason) {
    let (icon, tone, word) = match reason.for_or_against {
        Side::For => (Icon::Plus, Tone::Success, "method-for"),
        Side::Against => (Icon::Minus, Tone::Warning, "method-against"),
    };
    ui.horizontal_top(|ui| {
        ui.add(Label::new(RichText::new(glyph(icon)).color(page.colours.tint(tone).ink)));
        let sentence = page.words.row("reason", reason.id, "sentence", reason.sentence).into_owned();
        ui.vertical(|ui| parts::soft(page, ui, &page.say_with(word, [("reason", sentence.into())])));
    });
}

fn estimates_ui(page: &Page<'_>, ui: &mut Ui, advice: &Advice) {
    let estimates = &advice.estimates;
    let whole = |value: f64| parts::whole_number(value.round() as usize);
    let people = estimates.people_labels;
    ui.add_space(space::TINY);
    let labels =
        page.say_with("method-labels", [("from", whole(people.low).into()), ("to", whole(people.high).into())]);
    line_ui(page, ui, Icon::Tags, &labels);
    line_ui(page, ui, Icon::Clock, &hours_said(page, (estimates.people_hours.low, estimates.people_hours.high)));
    if estimates.coach_calls.high > 0.0 {
        let calls = estimates.coach_calls;
        let values = [("from", whole(calls.low).into()), ("to", whole(calls.high).into())];
        line_ui(page, ui, Icon::Bot, &page.say_with("method-coach-calls", values));
    }
    line_ui(page, ui, Icon::Coins, &page.say("method-money"));
    if estimates.hours_are_short {
        line_ui(page, ui, Icon::TriangleAlert, &page.say("method-hours-short"));
    }
}

fn risks_ui(page: &Page<'_>, ui: &mut Ui, advice: &Advice) {
    for risk in &advice.risks {
        let part = |part: &str, core_says| page.words.row("risk", risk.id, part, core_says).into_owned();
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        let title = RichText::new(part("title", risk.title)).family(family).color(page.colours.text);
        ui.add(Label::new(title).wrap());
        parts::soft(page, ui, &format!("{} {}", part("sentence", risk.sentence), part("cure", risk.cure)));
        ui.add_space(space::TINY);
    }
}
