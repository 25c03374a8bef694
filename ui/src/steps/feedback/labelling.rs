//! The screen where a person judges: two answers, blind, one key each.

use egui::{Align, CornerRadius, Frame, Layout, Margin, RichText, ScrollArea, Stroke, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ReviewSaid, SittingItem, SittingView};
use whetstone_core::feedback::people::Side;
use whetstone_core::method::Asked;

use super::agreement::agreement_ui;
use super::controls::{controls_ui, correction_ui};
use super::differences::marked_text_ui;
use super::hand::{Correcting, Does, Hand};
use super::keycap::{action_button, key_ui};
use super::people::is_person;
use crate::keys::{LabelAction, key_name, key_of};
use crate::look::{Colours, SEMIBOLD, Tone, shape, space, type_size};
use crate::page::Page;
use crate::parts;

/// Below this width the answers stand one below the other.
const SIDE_BY_SIDE: f32 = 600.0;
/// The least height of an answer.
const LOWEST_ANSWER: f32 = 120.0;
/// The least and the most height of what was asked.
const PROMPT_HEIGHTS: (f32, f32) = (44.0, 110.0);
/// What the frame and the heading of a card take of its height.
const AROUND: f32 = 64.0;
/// The height of the buttons before they were drawn once.
const CONTROLS: f32 = 132.0;

/// Draws the sitting that the project has, whatever is asked in it.
pub(in crate::steps) fn sitting_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let Some(sitting) = page.state.sitting.as_ref() else { return };
    let mut hand = std::mem::take(&mut page.drafts.feedback.hand);
    let context = ui.ctx().clone();
    hand.meet(sitting, context.input(|input| input.time), context.cumulative_pass_nr());
    hand.hear(page, &context, sitting);
    let top = ui.min_rect().top();
    progress_ui(page, ui, sitting);
    if let Some(item) = &sitting.item {
        item_ui(page, ui, sitting, item, &mut hand, top);
    } else {
        all_done_ui(page, ui, sitting, &mut hand);
    }
    page.drafts.feedback.hand = hand;
}

/// Who judges, how much is done, and the way out.
fn progress_ui(page: &mut Page<'_>, ui: &mut Ui, sitting: &SittingView) {
    // What was judged in earlier sittings counts too.
    let earlier = match (sitting.asked, page.project().and_then(|project| project.standing.rounds.last())) {
        (Asked::Fresh, Some(round)) => round.comparisons.saturating_sub(sitting.total),
        _ => 0,
    };
    let (done, total) = (earlier + sitting.done, earlier + sitting.total);
    let said = page.say_with(
        "feedback-progress",
        [
            ("name", sitting.annotator.as_str().into()),
            ("done", parts::whole_number(done).into()),
            ("total", parts::whole_number(total).into()),
        ],
    );
    ui.horizontal_wrapped(|ui| {
        ui.add(egui::Label::new(RichText::new(&said).color(page.colours.text_soft)).wrap());
        if parts::plain_button(ui, Some(Icon::LogOut), &page.say("feedback-stop"), true).clicked() {
            page.send(ProjectCommand::StandUp);
        }
    });
    let share = if total == 0 { 1.0 } else { done as f32 / total as f32 };
    parts::progress_bar(page, ui, &said, share);
    ui.add_space(space::TINY);
}

fn item_ui(page: &mut Page<'_>, ui: &mut Ui, sitting: &SittingView, item: &SittingItem, hand: &mut Hand, top: f32) {
    // What is seen of the page at once; every height follows from it, so that nothing moves with the texts.
    let seen = ui.clip_rect().height();
    let prompt = (seen * 0.08).clamp(PROMPT_HEIGHTS.0, PROMPT_HEIGHTS.1);
    let is_wide = ui.available_width() >= SIDE_BY_SIDE;
    match &item.review {
        Some(said) if is_wide => ui.columns(2, |columns| {
            prompt_ui(page, &mut columns[0], item, prompt);
            said_ui(page, &mut columns[1], item, said, prompt);
        }),
        Some(said) => {
            prompt_ui(page, ui, item, prompt);
            said_ui(page, ui, item, said, prompt);
        }
        None => prompt_ui(page, ui, item, prompt),
    }
    let controls = if hand.controls > 0.0 { hand.controls } else { CONTROLS };
    let used = ui.cursor().top() - top + controls + 2.0 * space::PAGE + AROUND + space::LARGE;
    let room = seen - used;
    if is_wide && !page.state.settings.stacked_answers {
        let height = room.max(LOWEST_ANSWER);
        ui.columns(2, |columns| {
            answer_ui(page, &mut columns[0], item, hand, Side::First, height);
            answer_ui(page, &mut columns[1], item, hand, Side::Second, height);
        });
    } else {
        let height = ((room - AROUND - space::SMALL) / 2.0).max(LOWEST_ANSWER);
        answer_ui(page, ui, item, hand, Side::First, height);
        answer_ui(page, ui, item, hand, Side::Second, height);
    }
    ui.add_space(space::TINY);
    controls_ui(page, ui, sitting, hand);
}

fn ground<R>(colours: &Colours, ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(colours.well)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(CornerRadius::same(shape::CARD_CORNER))
        .inner_margin(Margin::symmetric(space::LARGE as i8, space::SMALL as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            // Columns stretch the lines of what is in them.
            ui.with_layout(Layout::top_down(Align::Min), contents).inner
        })
        .inner
}

/// A text that scrolls by itself in a height that does not follow it.
fn held_text_ui(ui: &mut Ui, id: impl std::hash::Hash + std::fmt::Debug, height: f32, text: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(id).max_height(height).min_scrolled_height(height).auto_shrink([false, false]).show(
        ui,
        |ui| {
            // The bar does not lie on the letters, and columns stretch no lines.
            ui.set_max_width(ui.available_width() - space::SMALL);
            ui.with_layout(Layout::top_down(Align::Min), text);
        },
    );
}

fn prompt_ui(page: &mut Page<'_>, ui: &mut Ui, item: &SittingItem, height: f32) {
    let name = page.say("feedback-prompt");
    ground(page.colours, ui, |ui| {
        ui.add(egui::Label::new(RichText::new(name).small().color(page.colours.text_soft)));
        held_text_ui(ui, ("prompt", item.place), height, |ui| {
            parts::long_text(page, ui, ("prompt", item.place), &item.prompt);
        });
    });
}

/// What stands so far, how sure it is, and why.
fn said_ui(page: &Page<'_>, ui: &mut Ui, item: &SittingItem, said: &ReviewSaid, height: f32) {
    ground(page.colours, ui, |ui| {
        let why = page.words.row("reason", reason_id(said), "why", said.why.words()).into_owned();
        ui.add(egui::Label::new(RichText::new(why).small().color(page.colours.text_soft)).truncate());
        held_text_ui(ui, ("said", item.place), height, |ui| {
            let standing = match said.first_is_better {
                Some(true) => page.say("feedback-stands-first"),
                Some(false) => page.say("feedback-stands-second"),
                None => page.say("feedback-stands-nothing"),
            };
            let sure =
                said.confidence.map(|sure| page.say_with("feedback-sure", [("share", parts::percent(sure).into())]));
            let standing = sure.map_or_else(|| standing.clone(), |sure| format!("{standing}, {sure}"));
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            ui.add(egui::Label::new(RichText::new(standing).family(family).color(page.colours.text)).wrap());
            if let Some(reason) = &said.reason {
                text_ui(page, ui, reason);
            }
        });
    });
}

fn reason_id(said: &ReviewSaid) -> &'static str {
    super::review::id_of(said.why)
}

fn answer_ui(page: &mut Page<'_>, ui: &mut Ui, item: &SittingItem, hand: &mut Hand, side: Side, height: f32) {
    let is_first = side == Side::First;
    let (action, word, text) = if is_first {
        (LabelAction::First, "feedback-answer-first", &item.first)
    } else {
        (LabelAction::Second, "feedback-answer-second", &item.second)
    };
    let stands = item.review.as_ref().and_then(|said| said.first_is_better) == Some(is_first);
    parts::card(page.colours, ui, |ui| {
        ui.horizontal(|ui| {
            key_ui(page, ui, key_name(key_of(&page.state.settings, action)));
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            let name =
                RichText::new(page.say(word)).size(type_size::SUBHEADING).family(family).color(page.colours.text);
            ui.add(egui::Label::new(name));
            if stands {
                let mark = page.say("feedback-stands-better");
                parts::badge(page.colours, ui, Tone::Accent, Some(Icon::Check), &mark);
            }
        });
        held_text_ui(ui, ("answer", is_first, item.place), height, |ui| match &mut hand.correcting {
            Correcting::Writing { side: written, text, is_new } if *written == side => {
                correction_ui(page, ui, &page.say("feedback-edit-name"), text, is_new);
            }
            _ if page.state.settings.show_differences => {
                let found = hand.differences(&item.first, &item.second);
                marked_text_ui(page, ui, text, if is_first { &found.first } else { &found.second });
            }
            _ => parts::long_text(page, ui, ("answer", is_first, item.place), text),
        });
    });
}

fn text_ui(page: &Page<'_>, ui: &mut Ui, text: &str) {
    ui.add(egui::Label::new(RichText::new(text).color(page.colours.text)).wrap().selectable(true));
}

/// Everything has an answer.
fn all_done_ui(page: &mut Page<'_>, ui: &mut Ui, sitting: &SittingView, hand: &mut Hand) {
    parts::card(page.colours, ui, |ui| {
        let word = if sitting.total == 0 { "feedback-nothing-asked" } else { "feedback-all-done" };
        parts::empty_state(page, ui, Icon::CircleCheck, &page.say(word));
        ui.horizontal_wrapped(|ui| {
            let done = page.say("feedback-finish");
            if parts::main_button(page.colours, ui, Some(Icon::Check), &done, true).clicked() {
                page.send(ProjectCommand::StandUp);
            }
            if sitting.can_undo && action_button(page, ui, LabelAction::Undo, &page.say("feedback-undo"), true) {
                let context = ui.ctx().clone();
                hand.act(page, &context, sitting, Does::Label(LabelAction::Undo));
            }
        });
        let people = page.project().map_or(0, |project| project.annotators.iter().filter(|one| is_person(one)).count());
        if sitting.asked == Asked::Fresh && people > 1 {
            parts::fold(ui, &page.say("feedback-agreement"), |ui| agreement_ui(page, ui));
        }
    });
}
