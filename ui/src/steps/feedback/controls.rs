//! The buttons of a sitting, and the line below them.

use egui::{Color32, Direction, FontId, Layout, RichText, TextEdit, Ui, vec2};
use lucide_icons::Icon;
use whetstone_core::desk::{Refused, ReviewSaid, SittingView};
use whetstone_core::feedback::people::Side;

use super::hand::{Correcting, DIFFERENCES, Does, Hand, is_free, turn_differences};
use super::keycap::{action_button, key_button, share_of_row};
use crate::keys::{LabelAction, key_name};
use crate::look::{shape, space, type_size};
use crate::page::Page;
use crate::parts;

/// Height of the buttons that say which answer is better.
const CHOICE_HEIGHT: f32 = 44.0;
/// Room of a button beside its words: the key, and the edges.
const BESIDE_WORDS: f32 = 60.0;

/// What is said of two answers.
const CHOICES: [(Does, &str); 4] = [
    (Does::Label(LabelAction::First), "feedback-first-better"),
    (Does::Label(LabelAction::Second), "feedback-second-better"),
    (Does::Label(LabelAction::Tie), "feedback-tie"),
    (Does::Label(LabelAction::BothBad), "feedback-both-bad"),
];

/// What is said of a verdict that is reviewed.
const REVIEWS: [(Does, &str); 3] =
    [(Does::Approve, "feedback-approve"), (Does::TurnOver, "feedback-turn-over"), (Does::Reject, "feedback-reject")];

/// Draws the buttons. What they are in place of has the same height, so that nothing below or above moves.
pub(super) fn controls_ui(page: &mut Page<'_>, ui: &mut Ui, sitting: &SittingView, hand: &mut Hand) {
    let height = hand.controls;
    let response = ui.scope(|ui| match hand.correcting {
        Correcting::No => judge_ui(page, ui, sitting, hand),
        Correcting::Asking => {
            ui.set_min_height(height);
            asking_ui(page, ui, sitting, hand);
        }
        Correcting::Writing { .. } => {
            ui.set_min_height(height);
            saving_ui(page, ui, sitting, hand);
        }
    });
    if hand.correcting == Correcting::No {
        hand.controls = response.response.rect.height();
    }
}

fn judge_ui(page: &mut Page<'_>, ui: &mut Ui, sitting: &SittingView, hand: &mut Hand) {
    let said = sitting.item.as_ref().and_then(|item| item.review.as_ref());
    let mut done = if said.is_some() {
        let of_review = row_ui(page, ui, &REVIEWS, CHOICE_HEIGHT, said);
        of_review.or(row_ui(page, ui, &CHOICES[..3], shape::CONTROL_HEIGHT, said))
    } else {
        row_ui(page, ui, &CHOICES, CHOICE_HEIGHT, None)
    };
    ui.horizontal_wrapped(|ui| {
        for (action, word) in [
            (LabelAction::Edit, "feedback-edit"),
            (LabelAction::Skip, "feedback-skip"),
            (LabelAction::Next, "feedback-later"),
            (LabelAction::Undo, "feedback-undo"),
        ] {
            let is_open = action != LabelAction::Undo || sitting.can_undo;
            if action_button(page, ui, action, &page.say(word), is_open) {
                done = Some(Does::Label(action));
            }
        }
        let word =
            if page.state.settings.show_differences { "feedback-differences-hide" } else { "feedback-differences" };
        let key = is_free(&page.state.settings, DIFFERENCES).then_some(key_name(DIFFERENCES));
        let size = vec2(0.0, shape::CONTROL_HEIGHT);
        if key_button(page, ui, key, &page.say(word), true, size).clicked() {
            turn_differences(page);
        }
    });
    status_ui(page, ui, sitting, hand);
    if let Some(does) = done {
        let context = ui.ctx().clone();
        hand.act(page, &context, sitting, does);
    }
}

/// Buttons of one width, as many in a row as there is room for. What was clicked.
fn row_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    choices: &[(Does, &'static str)],
    height: f32,
    said: Option<&ReviewSaid>,
) -> Option<Does> {
    let mut clicked = None;
    let widest = choices.iter().map(|(_, word)| width_of(ui, &page.say(word))).fold(0.0, f32::max) + BESIDE_WORDS;
    // Rows of one length, so that no button stands alone.
    let lengths = (1..=choices.len()).rev().filter(|length| choices.len().is_multiple_of(*length));
    let in_row = lengths.into_iter().find(|length| share_of_row(ui, *length) >= widest).unwrap_or(1);
    let width = share_of_row(ui, in_row);
    for row in choices.chunks(in_row) {
        ui.horizontal(|ui| {
            for (does, word) in row {
                let key = does.key(&page.state.settings).map(key_name);
                let is_open = said.is_none_or(|said| does.is_open(said));
                ui.allocate_ui_with_layout(
                    vec2(width, height),
                    Layout::centered_and_justified(Direction::LeftToRight),
                    |ui| {
                        if key_button(page, ui, key, &page.say(word), is_open, vec2(width, height)).clicked() {
                            clicked = Some(*does);
                        }
                    },
                );
            }
        });
    }
    clicked
}

fn width_of(ui: &Ui, text: &str) -> f32 {
    let font = FontId::proportional(type_size::BODY);
    ui.painter().layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER).size().x
}

/// One line: what the last key could not do, a break, or that everything is kept.
fn status_ui(page: &Page<'_>, ui: &mut Ui, sitting: &SittingView, hand: &mut Hand) {
    let minutes = page.state.settings.break_minutes;
    let is_tired = minutes > 0 && hand.judged >= f64::from(minutes) * 60.0;
    ui.horizontal_wrapped(|ui| {
        ui.set_min_height(shape::CONTROL_HEIGHT);
        let say = |ui: &mut Ui, word: &str| {
            let text = RichText::new(page.say(word)).small().color(page.colours.text_soft);
            ui.add(egui::Label::new(text).wrap());
        };
        match sitting.refused {
            Some(Refused::NothingToUndo) => say(ui, "feedback-nothing-to-undo"),
            Some(Refused::NothingCorrected) => say(ui, "feedback-nothing-corrected"),
            None if is_tired => {
                say(ui, "feedback-break");
                if parts::link_button(page.colours, ui, &page.say("feedback-break-over")).clicked() {
                    hand.judged = 0.0;
                }
            }
            None => say(ui, "feedback-kept"),
        }
    });
}

fn asking_ui(page: &Page<'_>, ui: &mut Ui, sitting: &SittingView, hand: &mut Hand) {
    parts::paragraph(page, ui, &page.say("feedback-edit-which"));
    ui.horizontal_wrapped(|ui| {
        if action_button(page, ui, LabelAction::First, &page.say("feedback-edit-first"), true) {
            hand.write(sitting, Side::First);
        }
        if action_button(page, ui, LabelAction::Second, &page.say("feedback-edit-second"), true) {
            hand.write(sitting, Side::Second);
        }
        leave_ui(page, ui, hand);
    });
}

fn leave_ui(page: &Page<'_>, ui: &mut Ui, hand: &mut Hand) {
    let key = key_name(egui::Key::Escape);
    let size = vec2(0.0, shape::CONTROL_HEIGHT);
    if key_button(page, ui, Some(key), &page.say("feedback-edit-leave"), true, size).clicked() {
        hand.correcting = Correcting::No;
    }
}

fn saving_ui(page: &mut Page<'_>, ui: &mut Ui, sitting: &SittingView, hand: &mut Hand) {
    parts::paragraph(page, ui, &page.say("feedback-edit-help"));
    ui.horizontal_wrapped(|ui| {
        let save = page.say("feedback-edit-save");
        if parts::main_button(page.colours, ui, Some(Icon::Check), &save, !page.state.is_keeping).clicked() {
            let context = ui.ctx().clone();
            hand.save(page, &context);
        }
        leave_ui(page, ui, hand);
    });
    if sitting.refused == Some(Refused::NothingCorrected) {
        parts::soft(page, ui, &page.say("feedback-nothing-corrected"));
    }
    ui.add_space(space::TINY);
}

/// The field of a correction, in place of the answer. It has the keyboard from the beginning.
pub(super) fn correction_ui(page: &Page<'_>, ui: &mut Ui, name: &str, text: &mut String, is_new: &mut bool) {
    let label = ui.add(egui::Label::new(RichText::new(name).small().color(page.colours.text_soft)).wrap());
    let field = TextEdit::multiline(text).desired_width(f32::INFINITY).desired_rows(6);
    let response = ui.add(field).labelled_by(label.id);
    if std::mem::take(is_new) {
        response.request_focus();
    }
}
