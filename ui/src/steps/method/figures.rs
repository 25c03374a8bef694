//! A method's picture, and what it takes in labels, hours and money.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::method::advisor::{MethodRow, RISKS};
use whetstone_core::method::{Recipe, StageKind};

use crate::look::{Tone, glyph, space};
use crate::page::Page;
use crate::parts::{self, Station};

/// What a picture shows of a stage: its icon, the word below it, and whether somebody judges there.
fn station_of(kind: StageKind) -> Option<(Icon, &'static str, bool)> {
    Some(match kind {
        StageKind::Answer => (Icon::MessagesSquare, "method-flow-answers", false),
        StageKind::PeopleJudge => (Icon::Users, "method-flow-people", true),
        StageKind::PreferenceModelJudges => (Icon::Gauge, "method-flow-preference-model", true),
        StageKind::Distil => (Icon::ListChecks, "method-flow-rules", false),
        StageKind::CoachJudges => (Icon::Bot, "method-flow-coach", true),
        StageKind::Review => (Icon::UserCheck, "method-flow-review", true),
        StageKind::Train => (Icon::GraduationCap, "method-flow-training", false),
        StageKind::Prompts
        | StageKind::Rubric
        | StageKind::TrainPreferenceModel
        | StageKind::Imitate
        | StageKind::Evaluate => return None,
    })
}

/// A method as a picture: its stages that matter, from left to right.
pub(super) fn flow_ui(page: &Page<'_>, ui: &mut Ui, recipe: &Recipe) {
    let kinds: Vec<StageKind> = recipe.stages.iter().map(|stage| stage.kind).collect();
    picture_ui(page, ui, &kinds);
}

/// What all hybrids have in common.
pub(super) fn hybrid_flow_ui(page: &Page<'_>, ui: &mut Ui) {
    picture_ui(page, ui, &[StageKind::Answer, StageKind::PeopleJudge, StageKind::CoachJudges, StageKind::Train]);
}

fn picture_ui(page: &Page<'_>, ui: &mut Ui, kinds: &[StageKind]) {
    let stations: Vec<Station> = kinds
        .iter()
        .filter_map(|kind| station_of(*kind))
        .map(|(icon, word, judges)| Station {
            icon,
            name: page.say(word),
            tone: if judges { Tone::Accent } else { Tone::Neutral },
        })
        .collect();
    let names: Vec<&str> = stations.iter().map(|station| station.name.as_str()).collect();
    let said = page.say_with("method-flow", [("stations", names.join(", ").into())]);
    parts::flow(page, ui, &said, &stations);
}

/// Labels, hours and money, from the least to the most of some methods.
pub(super) fn takes_ui(page: &Page<'_>, ui: &mut Ui, rows: &[&MethodRow]) {
    let range = |of: &dyn Fn(&MethodRow) -> (f64, f64)| {
        let ranges = rows.iter().map(|row| of(row));
        ranges.fold((f64::INFINITY, 0.0_f64), |(low, high), (from, to)| (low.min(from), high.max(to)))
    };
    let labels = range(&|row| row.people_verdicts);
    let hours = range(&|row| {
        let (from, to) = row.people_verdicts;
        (from * row.person_seconds / 3600.0, to * row.person_seconds / 3600.0)
    });
    let whole = |value: f64| parts::whole_number(value as usize);
    let labels = page.say_with("method-labels", [("from", whole(labels.0).into()), ("to", whole(labels.1).into())]);
    for (icon, text) in
        [(Icon::Tags, labels), (Icon::Clock, hours_said(page, hours)), (Icon::Coins, page.say("method-money"))]
    {
        line_ui(page, ui, icon, &text);
    }
}

/// From so many hours to so many, in minutes where they are few.
pub(super) fn hours_said(page: &Page<'_>, (from, to): (f64, f64)) -> String {
    if to < 1.0 {
        let minutes = |hours: f64| (hours * 60.0).round().max(1.0);
        let (from, to) = (minutes(from), minutes(to));
        page.say_with("method-minutes", [("from", format!("{from:.0}").into()), ("to", format!("{to:.0}").into())])
    } else {
        page.say_with("method-hours", [("from", halves(from).into()), ("to", halves(to).into())])
    }
}

/// Hours to the half, as people say them.
fn halves(hours: f64) -> String {
    let halves = (hours * 2.0).round().max(1.0) as u64;
    match (halves / 2, halves % 2) {
        (0, _) => "½".to_owned(),
        (whole, 0) => whole.to_string(),
        (whole, _) => format!("{whole}½"),
    }
}

/// What to beware of, in a few words.
pub(super) fn risks_ui(page: &Page<'_>, ui: &mut Ui, rows: &[&MethodRow]) {
    let is_one = |methods: &[_]| rows.iter().all(|row| methods.contains(&row.method));
    // What depends on the answers or on this machine is told where they are known.
    let risks = RISKS.iter().filter(|row| row.when.is_empty() && is_one(row.methods));
    let titles: Vec<String> =
        risks.map(|row| page.words.row("risk", row.risk.id, "title", row.risk.title).into_owned()).collect();
    if !titles.is_empty() {
        let said = page.say_with("method-risks", [("risks", titles.join(", ").into())]);
        line_ui(page, ui, Icon::TriangleAlert, &said);
    }
}

/// A line with its picture.
pub(super) fn line_ui(page: &Page<'_>, ui: &mut Ui, icon: Icon, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        ui.add(Label::new(RichText::new(glyph(icon)).color(page.colours.text_soft)));
        ui.vertical(|ui| parts::soft(page, ui, text));
    });
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn hours_are_said_to_the_half() {
        assert_eq!([0.1, 0.4, 1.0, 1.3, 1.7, 4.0, 12.6].map(halves), ["½", "½", "1", "1½", "1½", "4", "12½"]);
    }
}
