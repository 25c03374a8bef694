//! People compare old and new, blind.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::ProjectCommand;
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::method::Asked;

use super::{Draft, compare};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::steps::feedback;

/// Comparisons a minute that a person judges.
const A_MINUTE: usize = 6;

/// What is left for people, and the way to it.
pub(super) fn waiting_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, (done, total): (usize, usize)) {
    let left = total.saturating_sub(done);
    let minutes = parts::duration(page.words, (left.div_ceil(A_MINUTE) * 60) as f64);
    let title = page.say("compare-people-title");
    parts::section(page.colours, ui, &title, |ui| {
        let values = [
            ("left", parts::whole_number(left).into()),
            ("total", parts::whole_number(total).into()),
            ("time", minutes.into()),
        ];
        parts::paragraph(page, ui, &page.say_with("compare-people-left", values));
        parts::soft(page, ui, &page.say("compare-people-unswayed"));
        parts::progress_bar(page, ui, &title, done as f32 / total.max(1) as f32);
        ui.add_space(space::SMALL);
        let known = page.state.settings.annotator.clone();
        if known.is_empty() {
            let (name, hint) = (page.say("compare-people-name"), page.say("compare-people-name-hint"));
            parts::text_field(page, ui, &name, &mut draft.annotator, &hint);
        }
        let annotator = if known.is_empty() { draft.annotator.trim().to_owned() } else { known };
        let can_begin = !annotator.is_empty() && !page.state.is_keeping;
        let begin = page.say(if done == 0 { "compare-people-begin" } else { "compare-people-go-on" });
        if parts::main_button(page.colours, ui, Some(Icon::Scale), &begin, can_begin).clicked() {
            page.send(ProjectCommand::SitDown { annotator, asked: Asked::Result, filter: ReviewFilter::default() });
        }
    });
}

/// The comparisons, one after the other; after the last one the way to the result.
pub(super) fn sitting_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let is_through = page.state.sitting.as_ref().is_some_and(|sitting| sitting.item.is_none());
    if !is_through {
        feedback::sitting_ui(page, ui);
        return;
    }
    let mut is_shown = false;
    parts::notice_box(page, ui, Tone::Success, &page.say("compare-all-judged"), |ui| {
        let show = page.say("compare-show-result");
        let can_show = page.state.jobs.writing().is_none();
        is_shown = parts::main_button(page.colours, ui, Some(Icon::GitCompareArrows), &show, can_show).clicked();
    });
    if is_shown {
        page.send(ProjectCommand::StandUp);
        compare(page);
    }
}
