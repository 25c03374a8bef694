//! What a page says while something else comes first.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Readiness, Step};

use super::buttons::main_button;
use super::cards::card;
use super::heading::paragraph;
use whetstone_core::method::StageKind;

use crate::command::Place;
use crate::look::space;
use crate::page::Page;

/// What must be there before a step can be done: the step where it is made.
pub fn what_comes_first(page: &Page<'_>, step: Step) -> Option<Step> {
    match page.project().map(|project| project.readiness(step)) {
        None => Some(Step::Start),
        Some(Readiness::After(earlier)) => Some(earlier),
        Some(Readiness::Ready | Readiness::Done) => None,
    }
}

/// Says that another step comes first, with the button that goes there.
pub fn comes_first_ui(page: &mut Page<'_>, ui: &mut Ui, earlier: Step) {
    let name = page.say(&format!("{}-name", earlier.id()));
    let (why, go) = if earlier == Step::Start {
        (page.say("gate-project"), page.say("gate-project-go"))
    } else {
        let title = page.say(&format!("{}-title", earlier.id()));
        (page.say_with("gate-step", [("title", title.into())]), page.say_with("gate-go", [("step", name.into())]))
    };
    let colours = page.colours;
    let left = page.project().map_or(0, |project| project.round_counts.open_for_people);
    let needs_people = page.project().and_then(|project| project.position.as_ref()?.next).map(|next| next.stage.kind)
        == Some(StageKind::PeopleJudge);
    card(colours, ui, |ui| {
        paragraph(page, ui, &why);
        if earlier == Step::Feedback && needs_people {
            paragraph(page, ui, &page.say_with("gate-left", [("count", left.into())]));
        }
        ui.add_space(space::SMALL);
        if main_button(colours, ui, Some(Icon::ArrowRight), &go, true).clicked() {
            page.go(Place::Step(earlier));
        }
    });
}
