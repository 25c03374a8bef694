//! Models that others have published, as a list of cards; and those that cannot be used, with the reason.

use egui::{Label, RichText, Ui};
use whetstone_core::domain::{FitBadge, ModelRole, OfferedModel, Permission};

use super::said;
use crate::look::{SEMIBOLD, space, type_size};
use crate::page::Page;
use crate::parts;

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 360.0;

/// How models are told apart in a list, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// It trains comfortably, and what is made of it may be sold.
    Recommended,
    /// It can be trained.
    Trains,
    /// It is too large to be trained here.
    TooLarge,
    /// It cannot be used.
    Refused,
}

impl Group {
    const SHOWN: [(Self, &str); 3] =
        [(Self::Recommended, "hub-recommended"), (Self::Trains, "hub-others"), (Self::TooLarge, "hub-too-large")];

    fn of(model: &OfferedModel) -> Self {
        let may_sell = model.licence.as_ref().is_some_and(|licence| licence.may_sell == Permission::Yes);
        match model.fit.as_ref().map(|fit| fit.badge) {
            _ if model.refused.is_some() => Self::Refused,
            Some(FitBadge::Comfortable) if may_sell => Self::Recommended,
            Some(FitBadge::AnswersOnly | FitBadge::TooBig) => Self::TooLarge,
            _ => Self::Trains,
        }
    }
}

/// Draws the models that can be refined, group by group. Gives the one that was opened.
pub(super) fn list_ui(page: &Page<'_>, ui: &mut Ui, models: &[OfferedModel], left_out: u64) -> Option<String> {
    let mut opened = None;
    let of = |group: Group| -> Vec<&OfferedModel> {
        models.iter().filter(|model| model.role == ModelRole::Train && Group::of(model) == group).collect()
    };
    for (group, title) in Group::SHOWN {
        let members = of(group);
        if members.is_empty() {
            continue;
        }
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        let title = RichText::new(page.say(title)).size(type_size::SUBHEADING).family(family);
        ui.add(Label::new(title.color(page.colours.text)).wrap());
        ui.add_space(space::TINY);
        parts::side_by_side(ui, members.len(), 2, LEAST_WIDTH, |ui, place, row| {
            let model = members[place];
            if card_ui(page, ui, model, &format!("{} {row}", group as usize)) {
                opened = Some(model.repository.clone());
            }
        });
        ui.add_space(space::LARGE);
    }
    refused_ui(page, ui, &of(Group::Refused), left_out);
    opened
}

/// Whether it lies on this machine.
pub(super) fn is_here(page: &Page<'_>, model: &OfferedModel) -> bool {
    let hub = &page.state.hub;
    let is_listed = hub.local(&model.repository).is_some_and(|local| local.role.is_some());
    is_listed || (hub.on_disk.is_none() && model.on_disk.is_some())
}

/// A model as a card. Whether it was opened.
fn card_ui(page: &Page<'_>, ui: &mut Ui, model: &OfferedModel, row: &str) -> bool {
    let marks = said::marks(page, model, is_here(page, model));
    let short = said::in_short(page, model);
    let spoken: Vec<&str> = marks.iter().map(|(_, _, text)| text.as_str()).chain([short.as_str()]).collect();
    let card = parts::open_card(page.colours, ui, &model.title, &spoken.join(", "), |ui| {
        parts::badges(page.colours, ui, &marks);
        if let Some(good_at) = said::good_at(page, model) {
            parts::paragraph(page, ui, &good_at);
        }
        let name =
            if model.title == model.repository { short.clone() } else { format!("{short}\n{}", model.repository) };
        ui.add(Label::new(RichText::new(name).small().color(page.colours.text_soft)).wrap());
        parts::as_high_as_the_highest(ui, &format!("models {row}"));
    });
    card.clicked()
}

/// What cannot be used, each with the reason and what to do instead.
fn refused_ui(page: &Page<'_>, ui: &mut Ui, refused: &[&OfferedModel], left_out: u64) {
    if refused.is_empty() {
        if left_out > 0 {
            parts::soft(page, ui, &page.say_with("hub-left-out", [("count", left_out.into())]));
        }
        return;
    }
    parts::fold(ui, &page.say_with("hub-refused", [("count", refused.len().into())]), |ui| {
        for model in refused {
            let Some(refusal) = &model.refused else { continue };
            parts::card(page.colours, ui, |ui| {
                let family = egui::FontFamily::Name(SEMIBOLD.into());
                ui.add(Label::new(RichText::new(&model.title).family(family).color(page.colours.text)).wrap());
                parts::paragraph(page, ui, &refusal.reason);
                parts::soft(page, ui, &page.say_with("hub-instead", [("instead", refusal.instead.as_str().into())]));
            });
        }
    });
}
