//! The page `feedback`: people judge, the coach judges, people look through what is doubtful.

mod controls;
mod differences;
mod hand;
mod keycap;
mod labelling;
mod review;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::ProjectCommand;
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::method::Asked;

use crate::command::UiCommand;
use crate::page::Page;
use crate::parts;

pub(in crate::steps) use labelling::sitting_ui;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// The name of whoever judges, once it was typed.
    name: Option<String>,
    /// What was begun in the sitting.
    hand: hand::Hand,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    if page.state.sitting.is_some() {
        // Whoever judges needs the room.
        let title = page.say("feedback-title");
        ui.add(egui::Label::new(egui::RichText::new(title).heading().color(page.colours.text)).wrap());
        sitting_ui(page, ui);
        return;
    }
    parts::page_heading(page, ui, "feedback");
    if page.project().is_some() {
        begin_ui(page, ui, Asked::Fresh, ReviewFilter::default());
    }
}

/// A name, and the button that begins a sitting.
fn begin_ui(page: &mut Page<'_>, ui: &mut Ui, asked: Asked, filter: ReviewFilter) {
    let mut name = page.drafts.feedback.name.take().unwrap_or_else(|| page.state.settings.annotator.clone());
    parts::text_field(page, ui, &page.say("feedback-your-name"), &mut name, &page.say("feedback-your-name-hint"));
    let can_begin = !name.trim().is_empty() && !page.state.is_keeping;
    let begin = page.say("feedback-begin");
    if parts::main_button(page.colours, ui, Some(Icon::Play), &begin, can_begin).clicked() {
        sit_down(page, name.trim(), asked, filter);
    }
    page.drafts.feedback.name = Some(name);
}

/// Begins a sitting, and keeps the name for the next time.
fn sit_down(page: &mut Page<'_>, name: &str, asked: Asked, filter: ReviewFilter) {
    if page.state.settings.annotator != name {
        let mut settings = page.state.settings.clone();
        name.clone_into(&mut settings.annotator);
        page.send(UiCommand::Settings(Box::new(settings)));
    }
    page.send(ProjectCommand::SitDown { annotator: name.to_owned(), asked, filter });
}
