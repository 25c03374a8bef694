//! What was written: the proof that it works, where it is, how it is used.

use std::path::{Path, PathBuf};

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::desk::ProjectView;
use whetstone_core::export::{Proof, find_target};
use whetstone_core::project::store::Export;

use super::form;
use super::usage::{self, Written};
use crate::command::UiCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::JobKind;

/// Draws what was written, the newest first.
pub(super) fn written_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let colours = page.colours;
    let summary = page.state.jobs.of(JobKind::Export).and_then(|job| job.summary());
    let newest = project.exports.last();
    if summary.is_none() && newest.is_none() {
        return;
    }
    parts::section(colours, ui, &page.say("export-written"), |ui| {
        if let Some(summary) = summary {
            done_ui(page, ui, summary);
        }
        if let Some(export) = newest {
            if summary.is_none() {
                one_ui(page, ui, export);
            }
            place_ui(page, ui, &export.path);
            ui.add_space(space::MEDIUM);
            // Names of files are known of what was written in this sitting.
            let is_newest = |summary: &&Map<String, Value>| out_of(summary) == export.path;
            let files = summary.filter(is_newest).map(files_of).unwrap_or_default();
            usage::usage_ui(page, ui, project, &Written { target: &export.target, path: &export.path, files: &files });
        }
        if project.exports.len() > 1 {
            ui.add_space(space::MEDIUM);
            parts::fold(ui, &page.say("export-earlier"), |ui| {
                for export in project.exports.iter().rev().skip(1) {
                    one_ui(page, ui, export);
                    ui.push_id(export.id, |ui| place_ui(page, ui, &export.path));
                    ui.add_space(space::MEDIUM);
                }
            });
        }
    });
    ui.add_space(space::LARGE);
}

fn out_of(summary: &Map<String, Value>) -> PathBuf {
    PathBuf::from(summary.get("out").and_then(Value::as_str).unwrap_or_default())
}

fn files_of(summary: &Map<String, Value>) -> Vec<String> {
    texts_of(summary, "files")
}

/// The texts of a list.
pub(super) fn texts_of(summary: &Map<String, Value>, key: &str) -> Vec<String> {
    let texts = summary.get(key).and_then(Value::as_array);
    texts.into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Which form of which run it is, and when it was written.
fn one_ui(page: &Page<'_>, ui: &mut Ui, export: &Export) {
    let name = match find_target(&export.target) {
        Some(row) => form::name_of(page, row),
        None => export.target.clone(),
    };
    let values = [("target", name.into()), ("run", export.run.into()), ("when", parts::moment(&export.made_at).into())];
    parts::paragraph(page, ui, &page.say_with("export-one", values));
}

/// It is whole, how large it is, and how that was proved.
fn done_ui(page: &Page<'_>, ui: &mut Ui, summary: &Map<String, Value>) {
    let done = page.say_with("export-done", [("path", out_of(summary).to_string_lossy().into_owned().into())]);
    let soft = |ui: &mut Ui, text: String| {
        ui.add(Label::new(RichText::new(text).color(page.colours.text_soft)).wrap());
    };
    parts::notice_box(page, ui, Tone::Success, &done, |ui| {
        if let Some(bytes) = summary.get("bytes").and_then(Value::as_u64) {
            let count = files_of(summary).len();
            let values = [("count", count.into()), ("size", parts::bytes(bytes).into())];
            soft(ui, page.say_with("export-size", values));
        }
        let proofs = summary.get("proofs").cloned().unwrap_or_default();
        for proof in Vec::<Proof>::deserialize(proofs).unwrap_or_default() {
            ui.add_space(space::TINY);
            for said in proof_said(page, &proof) {
                soft(ui, said);
            }
        }
    });
    for note in texts_of(summary, "notes") {
        ui.add_space(space::TINY);
        parts::message_ui(page, ui, Tone::Accent, &note, None, None);
    }
    ui.add_space(space::SMALL);
}

/// A proof in plain sentences.
fn proof_said(page: &Page<'_>, proof: &Proof) -> Vec<String> {
    let mut said = vec![proof.how.clone()];
    if proof.prompts > 0 {
        said.push(page.say_with("export-proof-prompts", [("count", proof.prompts.into())]));
    }
    let differs = |difference: f64| difference > 0.0;
    match (proof.logit_difference, proof.largest_difference) {
        (Some(share), _) if differs(share) => {
            let share_text = fine_percent(share);
            said.push(match proof.most_difference.filter(|most| *most > 0.0) {
                Some(most) => page.say_with(
                    "export-proof-rounding",
                    [("share", share_text.into()), ("most", fine_percent(most).into())],
                ),
                None => page.say_with("export-proof-differs", [("share", share_text.into())]),
            });
        }
        (None, Some(largest)) if differs(largest) => {
            said.push(page.say_with("export-proof-largest", [("largest", parts::number(largest).into())]));
        }
        (Some(_), _) | (None, Some(_)) => said.push(page.say("export-proof-same")),
        (None, None) => {}
    }
    if let Some(share) = proof.same_top_token {
        said.push(page.say_with("export-proof-top", [("share", fine_percent(share).into())]));
    }
    if let Some(share) = proof.same_answers {
        said.push(page.say_with("export-proof-answers", [("share", fine_percent(share).into())]));
    }
    match proof.same_template {
        Some(true) => said.push(page.say("export-proof-template")),
        Some(false) => said.push(page.say("export-proof-template-differs")),
        None => {}
    }
    said
}

/// A share as a percentage with as many places as it takes to tell it from nothing and from all.
fn fine_percent(share: f64) -> String {
    let percent = share * 100.0;
    let places = (0..6).find(|places| {
        let shown = format!("{percent:.places$}");
        let may_differ = 0.051 * percent.min(100.0 - percent).abs();
        shown.parse::<f64>().is_ok_and(|shown| (shown - percent).abs() <= may_differ)
    });
    format!("{percent:.*}%", places.unwrap_or(6))
}

/// Where something is, and what can be done with that.
pub(super) fn place_ui(page: &mut Page<'_>, ui: &mut Ui, path: &Path) {
    let text = path.to_string_lossy();
    ui.add(Label::new(RichText::new(text.as_ref()).monospace().color(page.colours.text)).wrap().selectable(true));
    ui.horizontal_wrapped(|ui| {
        if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show-folder"), true).clicked() {
            page.send(UiCommand::Reveal(path.to_owned()));
        }
        if parts::plain_button(ui, Some(Icon::Copy), &page.say("data-copy-path"), true).clicked() {
            page.send(UiCommand::Copy(text.into_owned()));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_are_not_rounded_away() {
        for (share, said) in
            [(0.0, "0%"), (1.0, "100%"), (0.5, "50%"), (0.0012, "0.12%"), (0.999, "99.9%"), (2e-5, "0.002%")]
        {
            assert_eq!(fine_percent(share), said, "{share}");
        }
    }
}
