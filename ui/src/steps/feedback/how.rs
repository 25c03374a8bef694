//! How judging works: which key does what, and how the screen is laid out.

use egui::{Grid, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::method::Asked;

use super::agreement::agreement_ui;
use super::keycap::key_ui;
use super::now::{can_sit, name_ui, progress_ui, sit_down};
use super::task::{Task, round_of};
use super::{hand, side_by_side};
use crate::command::UiCommand;
use crate::keys::{LabelAction, key_name, key_of};
use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Number};

/// What each action does, in a few words.
pub(super) fn meaning_of(action: LabelAction) -> &'static str {
    match action {
        LabelAction::First => "feedback-key-first",
        LabelAction::Second => "feedback-key-second",
        LabelAction::Tie => "feedback-key-tie",
        LabelAction::BothBad => "feedback-key-both-bad",
        LabelAction::Edit => "feedback-key-edit",
        LabelAction::Skip => "feedback-key-skip",
        LabelAction::Undo => "feedback-key-undo",
        LabelAction::Next => "feedback-key-next",
    }
}

/// Draws the part.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, task: Task) {
    if task != Task::Judge {
        more_ui(page, ui, project);
    }
    side_by_side(page, ui, keys_ui, screen_ui);
    let people = project.annotators.iter().filter(|one| super::people::is_person(one)).count();
    if people > 1 {
        parts::fold(ui, &page.say("feedback-agreement"), |ui| agreement_ui(page, ui));
    }
}

/// Judging goes on although it is not needed: the more labels, the better.
fn more_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let (done, total) = round_of(project).map_or((0, 0), |round| (round.judged_by_people, round.comparisons));
    parts::card(page.colours, ui, |ui| {
        progress_ui(page, ui, done, total);
        if done < total {
            parts::soft(page, ui, &page.say("feedback-more-help"));
            let (name, _) = name_ui(page, ui);
            if parts::plain_button(ui, Some(Icon::Play), &page.say("feedback-more"), can_sit(page, &name)).clicked() {
                sit_down(page, &name, Asked::Fresh, ReviewFilter::default());
            }
        }
    });
}

fn keys_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::section(page.colours, ui, &page.say("feedback-keys"), |ui| {
        parts::soft(page, ui, &page.say("feedback-keys-help"));
        let settings = &page.state.settings;
        Grid::new("keys of judging").num_columns(2).spacing([space::LARGE, space::SMALL]).show(ui, |ui| {
            for action in LabelAction::ALL {
                key_ui(page, ui, key_name(key_of(settings, action)));
                ui.add(egui::Label::new(RichText::new(page.say(meaning_of(action))).color(page.colours.text)).wrap());
                ui.end_row();
            }
            if hand::is_free(settings, hand::DIFFERENCES) {
                key_ui(page, ui, key_name(hand::DIFFERENCES));
                ui.add(
                    egui::Label::new(RichText::new(page.say("feedback-key-differences")).color(page.colours.text))
                        .wrap(),
                );
                ui.end_row();
            }
        });
    });
}

fn screen_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::section(page.colours, ui, &page.say("feedback-screen"), |ui| {
        let mut settings = page.state.settings.clone();
        parts::check_field(ui, &page.say("feedback-screen-stacked"), &mut settings.stacked_answers);
        parts::check_field(ui, &page.say("feedback-screen-differences"), &mut settings.show_differences);
        let mut minutes = f64::from(settings.break_minutes);
        let number = Number {
            name: &page.say("feedback-screen-break"),
            help: &page.say("feedback-screen-break-help"),
            range: 0.0..=240.0,
            speed: 1.0,
            decimals: 0,
        };
        if parts::number_field(page, ui, &number, &mut minutes) {
            settings.break_minutes = minutes as u32;
        }
        if settings != page.state.settings {
            page.send(UiCommand::Settings(Box::new(settings)));
        }
        ui.add_space(space::TINY);
        parts::soft(page, ui, &page.say("feedback-screen-blind"));
    });
}
