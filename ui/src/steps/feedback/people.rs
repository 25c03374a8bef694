//! Who judges: here, elsewhere by packs, and how far they agree.

use std::collections::HashMap;
use std::path::PathBuf;

use egui::{RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, ProjectView, Sheet};
use whetstone_core::domain::{Annotator, AnnotatorKind};

use super::agreement::agreement_ui;
use super::side_by_side;
use crate::command::{PickFor, UiCommand};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;

/// Packs that are being made.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Whose.
    name: String,
    /// The file to write.
    out: String,
    /// What is doubtful rather than what nobody has judged.
    is_review: bool,
}

/// Whether somebody is a person, be it a simulated one.
pub(super) fn is_person(annotator: &Annotator) -> bool {
    annotator.kind == AnnotatorKind::Person
}

/// Draws the part.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    annotators_ui(page, ui, project);
    ui.add_space(space::TINY);
    side_by_side(page, ui, pack_out_ui, packs_in_ui);
    parts::section(page.colours, ui, &page.say("feedback-agreement"), |ui| {
        parts::soft(page, ui, &page.say("feedback-agreement-help"));
        agreement_ui(page, ui);
    });
}

fn annotators_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let labels = match page.sheet(&Ask::Labels) {
        Some(Ok(Sheet::Labels(labels))) => Some(labels),
        _ => None,
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for label in labels.into_iter().flat_map(|labels| labels.iter()) {
        *counts.entry(label.annotator.as_str()).or_default() += 1;
    }
    parts::section(page.colours, ui, &page.say("feedback-annotators"), |ui| {
        parts::soft(page, ui, &page.say("feedback-annotators-help"));
        if project.annotators.is_empty() {
            parts::paragraph(page, ui, &page.say("feedback-annotators-none"));
        }
        for annotator in &project.annotators {
            let count = labels.map(|_| counts.get(annotator.name.as_str()).copied().unwrap_or(0));
            annotator_ui(page, ui, annotator, count);
        }
    });
}

/// What kind of annotator it is, in a word.
fn word_of(kind: AnnotatorKind) -> &'static str {
    match kind {
        AnnotatorKind::Person => "feedback-kind-person",
        AnnotatorKind::Coach => "feedback-kind-coach",
        AnnotatorKind::Rules => "feedback-kind-rules",
        AnnotatorKind::PreferenceModel => "feedback-kind-model",
    }
}

fn annotator_ui(page: &mut Page<'_>, ui: &mut Ui, annotator: &Annotator, count: Option<usize>) {
    ui.horizontal_wrapped(|ui| {
        ui.add(egui::Label::new(RichText::new(&annotator.name).color(page.colours.text)));
        let kind = page.say(word_of(annotator.kind));
        let icon = if is_person(annotator) { Icon::User } else { Icon::Bot };
        parts::badge(page.colours, ui, Tone::Neutral, Some(icon), &kind);
        if annotator.is_simulated {
            let simulated = page.say("feedback-simulated");
            parts::badge(page.colours, ui, Tone::Warning, Some(Icon::TriangleAlert), &simulated);
        }
        if !annotator.is_active {
            parts::badge(page.colours, ui, Tone::Danger, Some(Icon::CircleX), &page.say("feedback-removed"));
        }
        if let Some(count) = count {
            parts::soft(page, ui, &page.say_with("feedback-labels-count", [("count", count.into())]));
        }
        let word = if annotator.is_active { "feedback-count-no-more" } else { "feedback-count-again" };
        let name = page.say_with(word, [("name", annotator.name.as_str().into())]);
        if parts::link_button(page.colours, ui, &name).clicked() {
            page.send(ProjectCommand::SetAnnotatorActive { annotator: annotator.id, is_active: !annotator.is_active });
        }
    });
}

fn pack_out_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let Draft { mut name, mut out, mut is_review } = std::mem::take(&mut page.drafts.feedback.people);
    parts::section(page.colours, ui, &page.say("feedback-pack-out"), |ui| {
        parts::soft(page, ui, &page.say("feedback-pack-out-help"));
        parts::text_field(page, ui, &page.say("feedback-pack-name"), &mut name, "");
        parts::path_field(page, ui, &page.say("feedback-pack-file"), &mut out, PickFor::PackOut);
        parts::check_field(ui, &page.say("feedback-pack-review"), &mut is_review);
        let can_write = !name.trim().is_empty() && !out.trim().is_empty();
        if parts::plain_button(ui, Some(Icon::PackagePlus), &page.say("feedback-pack-write"), can_write).clicked() {
            let annotator = name.trim().to_owned();
            page.send(ProjectCommand::WritePack { annotator, out: PathBuf::from(out.trim()), review: is_review });
        }
    });
    ui.add_space(space::TINY);
    page.drafts.feedback.people = Draft { name, out, is_review };
}

fn packs_in_ui(page: &mut Page<'_>, ui: &mut Ui) {
    if let Some(packs) = page.take_picked(PickFor::PacksIn) {
        page.send(ProjectCommand::MergePacks(packs));
    }
    parts::section(page.colours, ui, &page.say("feedback-packs-in"), |ui| {
        parts::soft(page, ui, &page.say("feedback-packs-in-help"));
        if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("feedback-packs-choose"), true).clicked() {
            page.send(UiCommand::Pick(PickFor::PacksIn));
        }
    });
}
