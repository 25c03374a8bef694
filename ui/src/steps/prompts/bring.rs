//! Three ways in: typed or pasted, from a file, suggested.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::Split;

use super::{file, suggest};
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Way {
    #[default]
    Typed,
    File,
    Suggested,
}

/// Where new prompts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Half {
    /// A share of them is set aside.
    #[default]
    Share,
    Train,
    Holdout,
}

impl Half {
    pub(super) fn split(self) -> Option<Split> {
        match self {
            Self::Share => None,
            Self::Train => Some(Split::Train),
            Self::Holdout => Some(Split::Holdout),
        }
    }
}

/// How typed text is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Between {
    #[default]
    Lines,
    BlankLines,
}

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    way: Way,
    pub(super) half: Half,
    between: Between,
    text: String,
    /// What was sent, and how many prompts there were before: it is cleared when they have arrived.
    sent: Option<(String, usize)>,
    file: file::Draft,
    suggest: suggest::Draft,
}

/// Draws the ways in.
pub(super) fn bring_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("prompts-bring"), |ui| {
        let ways = [(Way::Typed, "prompts-type"), (Way::File, "prompts-file"), (Way::Suggested, "prompts-suggest")]
            .map(|(way, word)| (way, page.say(word)));
        parts::row_of_choices(ui, &mut draft.way, &ways);
        ui.add_space(space::SMALL);
        match draft.way {
            Way::Typed => typed_ui(page, ui, draft, project),
            Way::File => file::file_ui(page, ui, &mut draft.file, &mut draft.half, project),
            Way::Suggested => suggest::suggest_ui(page, ui, &mut draft.suggest, &mut draft.half, project),
        }
    });
}

/// Which half of the road new prompts go to.
pub(super) fn half_ui(page: &Page<'_>, ui: &mut Ui, half: &mut Half, project: &ProjectView) {
    let share = parts::percent(project.settings.holdout_share);
    let choices = [
        (Half::Share, page.say_with("prompts-half-share", [("share", share.into())])),
        (Half::Train, page.say("prompts-half-all-train")),
        (Half::Holdout, page.say("prompts-half-all-aside")),
    ];
    parts::fold(ui, &page.say("prompts-half"), |ui| parts::row_of_choices(ui, half, &choices));
}

fn typed_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let there = project.standing.prompts + project.standing.holdout;
    if draft.sent.as_ref().is_some_and(|(text, before)| *text == draft.text && *before != there) {
        draft.text.clear();
        draft.sent = None;
    }
    parts::text_area(page, ui, &page.say("prompts-text"), &mut draft.text, &page.say("prompts-text-hint"), 7);
    let choices = [(Between::Lines, page.say("prompts-lines")), (Between::BlankLines, page.say("prompts-blank"))];
    parts::row_of_choices(ui, &mut draft.between, &choices);
    let texts = taken_apart(&draft.text, draft.between);
    let said = page.say_with("prompts-found", [("count", texts.len().into())]);
    parts::soft(page, ui, &said);
    half_ui(page, ui, &mut draft.half, project);
    ui.add_space(space::SMALL);
    let add = page.say_with("prompts-add", [("count", texts.len().into())]);
    if add_button(page, ui, &add, !texts.is_empty(), project) {
        draft.sent = Some((draft.text.clone(), there));
        page.send(ProjectCommand::AddPrompts { texts, split: draft.half.split() });
    }
}

/// The button that adds: the page's main one while there is nothing yet.
pub(super) fn add_button(page: &Page<'_>, ui: &mut Ui, text: &str, is_enabled: bool, project: &ProjectView) -> bool {
    if project.standing.prompts + project.standing.holdout == 0 {
        parts::main_button(page.colours, ui, Some(Icon::Plus), text, is_enabled).clicked()
    } else {
        parts::plain_button(ui, Some(Icon::Plus), text, is_enabled).clicked()
    }
}

/// The prompts that a text holds.
fn taken_apart(text: &str, between: Between) -> Vec<String> {
    match between {
        Between::Lines => text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        Between::BlankLines => {
            let mut prompts: Vec<String> = Vec::new();
            let mut is_begun = false;
            for line in text.lines() {
                if line.trim().is_empty() {
                    is_begun = false;
                } else if let Some(prompt) = prompts.last_mut().filter(|_| is_begun) {
                    prompt.push('\n');
                    prompt.push_str(line.trim_end());
                } else {
                    prompts.push(line.trim_end().to_owned());
                    is_begun = true;
                }
            }
            prompts
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_by_its_lines_or_by_its_blank_lines() {
        let text = "\n  Where is my order?  \nIt is late.\n \n\nCan I return it?\r\n\tIt is red.\n";
        let lines = ["Where is my order?", "It is late.", "Can I return it?", "It is red."];
        assert_eq!(taken_apart(text, Between::Lines), lines);
        let parts = ["  Where is my order?\nIt is late.", "Can I return it?\n\tIt is red."];
        assert_eq!(taken_apart(text, Between::BlankLines), parts);
        for between in [Between::Lines, Between::BlankLines] {
            assert!(taken_apart(" \n\n\t\n", between).is_empty());
        }
    }
}
