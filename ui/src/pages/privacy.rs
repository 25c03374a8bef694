//! What left this computer: nothing by itself; what speaks to a network, and when; what was written for others.

use std::sync::Arc;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, Sheet};
use whetstone_core::export::find_target;
use whetstone_core::project::store::AuditEntry;

use crate::command::UiCommand;
use crate::look::{SEMIBOLD, Tone, glyph, space, type_size};
use crate::page::Page;
use crate::parts;

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "privacy");
    statement_ui(page, ui);
    ui.add_space(space::LARGE);
    network_ui(page, ui);
    ui.add_space(space::LARGE);
    if ui.available_width() > parts::TWO_COLUMNS {
        parts::two_columns(ui, |ui, column| match column {
            0 => written_ui(page, ui),
            _ => stays_ui(page, ui),
        });
    } else {
        written_ui(page, ui);
        ui.add_space(space::LARGE);
        stays_ui(page, ui);
    }
}

/// The answer, large and calm.
fn statement_ui(page: &Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::card(colours, ui, |ui| {
        ui.add_space(space::MEDIUM);
        ui.horizontal_top(|ui| {
            let ink = colours.tint(Tone::Success).ink;
            let shield = RichText::new(glyph(Icon::ShieldCheck)).size(type_size::DISPLAY).color(ink);
            ui.add(Label::new(shield));
            ui.add_space(space::MEDIUM);
            ui.vertical(|ui| {
                let family = egui::FontFamily::Name(SEMIBOLD.into());
                let statement = RichText::new(page.say("privacy-nothing")).size(type_size::HEADING).family(family);
                ui.add(Label::new(statement.color(colours.text)).wrap());
                let has_updates = page.state.updates.standing().is_some();
                let word = if has_updates { "privacy-nothing-said-updates" } else { "privacy-nothing-said" };
                parts::soft(page, ui, &page.say(word));
            });
        });
        ui.add_space(space::MEDIUM);
    });
}

/// Everything that speaks to a network: when, and what is sent.
fn network_ui(page: &Page<'_>, ui: &mut Ui) {
    const ASKS: [(Icon, &str, &str); 7] = [
        (Icon::Search, "privacy-search", "privacy-search-said"),
        (Icon::FileText, "privacy-about", "privacy-about-said"),
        (Icon::Download, "privacy-download", "privacy-download-said"),
        (Icon::KeyRound, "privacy-account", "privacy-account-said"),
        (Icon::Upload, "privacy-push", "privacy-push-said"),
        (Icon::Scale, "privacy-coach", "privacy-coach-said"),
        (Icon::CircleArrowUp, "privacy-update", "privacy-update-said"),
    ];
    let colours = page.colours;
    let host = page.state.hub.host.as_str();
    parts::section(colours, ui, &page.say("privacy-network"), |ui| {
        parts::paragraph(page, ui, &page.say_with("privacy-network-said", [("host", host.into())]));
        if page.state.hub.is_offline {
            parts::notice_box(page, ui, Tone::Success, &page.say("hub-offline"), |_| {});
        }
        ui.add_space(space::SMALL);
        let has_updates = page.state.updates.standing().is_some();
        for (icon, what, said) in ASKS {
            if what == "privacy-update" && !has_updates {
                continue;
            }
            ui.horizontal_top(|ui| {
                ui.add(Label::new(RichText::new(glyph(icon)).color(colours.tint(Tone::Accent).ink)));
                ui.vertical(|ui| {
                    let family = egui::FontFamily::Name(SEMIBOLD.into());
                    ui.add(Label::new(RichText::new(page.say(what)).family(family).color(colours.text)).wrap());
                    parts::soft(page, ui, &page.say(said));
                });
            });
            ui.add_space(space::SMALL);
        }
        parts::soft(page, ui, &page.say("privacy-offline"));
    });
}

/// What was written to be taken elsewhere.
fn written_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("privacy-written"), |ui| {
        parts::paragraph(page, ui, &page.say("privacy-written-said"));
        ui.add_space(space::SMALL);
        let written = match page.sheet(&Ask::Written) {
            Some(Ok(Sheet::History(written))) => Arc::clone(written),
            _ => Arc::default(),
        };
        let exports = page.project().map(|project| project.exports.as_slice()).unwrap_or_default();
        if exports.is_empty() && written.is_empty() {
            let word = if page.project().is_some() { "privacy-written-none" } else { "privacy-no-project" };
            parts::soft(page, ui, &page.say(word));
        }
        for export in exports.iter().rev() {
            let name = match find_target(&export.target) {
                Some(row) => page.words.row("target", row.id, "name", row.id).into_owned(),
                None => export.target.clone(),
            };
            let values =
                [("target", name.into()), ("run", export.run.into()), ("when", parts::moment(&export.made_at).into())];
            parts::paragraph(page, ui, &page.say_with("export-one", values));
            let path = export.path.to_string_lossy();
            let label = RichText::new(path.as_ref()).monospace().color(colours.text_soft);
            ui.add(Label::new(label).wrap().selectable(true));
            ui.push_id(export.id, |ui| {
                if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show-folder"), true).clicked() {
                    page.send(UiCommand::Reveal(export.path.clone()));
                }
            });
            ui.add_space(space::SMALL);
        }
        for entry in written.iter() {
            file_ui(page, ui, entry);
        }
    });
}

/// A pack, a dataset or an archive: what it is, when it was written, and where.
fn file_ui(page: &mut Page<'_>, ui: &mut Ui, entry: &AuditEntry) {
    let what = super::files::what_said(page, entry);
    parts::paragraph(page, ui, &format!("{what}, {}", parts::moment(&entry.at)));
    let Some(path) = entry.details.get("path").and_then(|path| path.as_str()) else { return };
    let label = RichText::new(path).monospace().color(page.colours.text_soft);
    ui.add(Label::new(label).wrap().selectable(true));
    ui.add_space(space::SMALL);
}

/// What stays, and where.
fn stays_ui(page: &Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("privacy-stays"), |ui| {
        for (icon, word) in [
            (Icon::MessageCircleQuestionMark, "privacy-stays-prompts"),
            (Icon::Scale, "privacy-stays-labels"),
            (Icon::Brain, "privacy-stays-models"),
            (Icon::Settings, "privacy-stays-settings"),
            (Icon::Bug, "privacy-stays-faults"),
        ] {
            ui.horizontal_top(|ui| {
                ui.add(Label::new(RichText::new(glyph(icon)).color(colours.tint(Tone::Accent).ink)));
                ui.add(Label::new(RichText::new(page.say(word)).color(colours.text)).wrap());
            });
            ui.add_space(space::SMALL);
        }
    });
}
