//! What was exported, put on the Hugging Face Hub: what would be sent is shown first, and sent after a second word.

use std::path::{Path, PathBuf};

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::{Map, Value};
use whetstone_core::desk::{Ask, ProjectView, Sheet};
use whetstone_core::domain::PushPreview;
use whetstone_core::job::{JobSpec, PushKind, PushSpec};
use whetstone_core::project::store::{Export, Written};

use crate::command::{JobCommand, UiCommand};
use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{JobKind, JobState};

/// What was typed and chosen, and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// What is sent; nothing takes the newest.
    chosen: Option<PathBuf>,
    /// The repository's name; nothing takes the project's.
    name: Option<String>,
    is_public: bool,
}

/// Something that was exported and can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sendable {
    path: PathBuf,
    kind: PushKind,
    name: String,
}

/// Draws it, where there is something to send.
pub(super) fn push_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let sendable = sendable(page, project);
    let Some(first) = sendable.first() else { return };
    let chosen = sendable.iter().find(|one| draft.chosen.as_ref() == Some(&one.path)).unwrap_or(first);
    ui.add_space(space::LARGE);
    let colours = page.colours;
    parts::section(colours, ui, &page.say("push-title"), |ui| {
        parts::paragraph(page, ui, &page.say("push-text"));
        ui.add_space(space::SMALL);
        if sendable.len() > 1 {
            let choices: Vec<(PathBuf, String)> =
                sendable.iter().map(|one| (one.path.clone(), one.name.clone())).collect();
            let mut path = chosen.path.clone();
            if parts::pick_field(page, ui, &page.say("push-what"), &mut path, &choices) {
                draft.chosen = Some(path);
            }
        } else {
            parts::soft(page, ui, &chosen.name);
        }
        let mut name = draft.name.clone().unwrap_or_else(|| slug(project));
        let (field, hint) = (page.say("push-name"), page.say("push-name-hint"));
        if parts::text_field(page, ui, &field, &mut name, &hint).changed() {
            draft.name = Some(name.clone());
        }
        parts::soft(page, ui, &page.say("push-name-text"));
        let who = [(false, page.say("push-private")), (true, page.say("push-public"))];
        parts::soft(page, ui, &page.say("push-who"));
        parts::row_of_choices(ui, &mut draft.is_public, &who);
        if draft.is_public {
            parts::notice_box(page, ui, Tone::Warning, &page.say("push-public-text"), |_| {});
        }
        ui.add_space(space::SMALL);
        let spec = PushSpec {
            folder: chosen.path.clone(),
            repository: name.trim().to_owned(),
            kind: chosen.kind,
            public: draft.is_public,
            preview: true,
            agreed: None,
            access: page.hub_access(),
        };
        send_ui(page, ui, &spec);
    });
}

/// What was exported: adapters and models, the newest first, and then datasets.
fn sendable(page: &mut Page<'_>, project: &ProjectView) -> Vec<Sendable> {
    let mut sendable: Vec<Sendable> = Vec::new();
    // A training that is to be run elsewhere is nothing that others load.
    let is_loaded = |export: &&Export| export.target != super::TRAINING_JOB;
    for export in project.exports.iter().rev().filter(is_loaded) {
        let values = [("run", export.run.into()), ("folder", last_of(&export.path).into())];
        let one =
            Sendable { name: page.say_with("push-adapter", values), path: export.path.clone(), kind: PushKind::Model };
        if !sendable.iter().any(|known| known.path == one.path) {
            sendable.push(one);
        }
    }
    let Some(Ok(Sheet::History(written))) = page.sheet(&Ask::Written) else { return sendable };
    for entry in written.iter() {
        let Some(path) = entry.details.get("path").and_then(Value::as_str).map(PathBuf::from) else { continue };
        // A folder is sent: one that holds other things than the dataset is not offered.
        let Some(folder) = path.parent().filter(|folder| folder.parent() == Some(&project.folder.join("exports")))
        else {
            continue;
        };
        if entry.what != Written::Dataset.words() || sendable.iter().any(|known| known.path == folder) {
            continue;
        }
        let name = page.say_with("push-dataset", [("file", last_of(folder).into())]);
        sendable.push(Sendable { path: folder.to_owned(), kind: PushKind::Dataset, name });
    }
    sendable
}

fn last_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The project's folder as a name that the Hub takes.
pub(super) fn slug(project: &ProjectView) -> String {
    let folder = last_of(&project.folder).to_lowercase();
    let letters = folder.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    let name: String = letters.collect();
    name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The preview, the word of consent, the sending, and what came of it.
fn send_ui(page: &mut Page<'_>, ui: &mut Ui, spec: &PushSpec) {
    let is_same = |known: &JobSpec| matches!(known, JobSpec::Push(known) if is_same(known, spec));
    if page.state.hub.is_offline {
        parts::notice_box(page, ui, Tone::Warning, &page.say("hub-offline"), |_| {});
        return;
    }
    if let Some(job) = page.state.jobs.of(JobKind::Push).filter(|job| job.is_running()) {
        parts::job_progress_ui(page, ui, job);
        let can_stop = job.state == JobState::Running;
        if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        return;
    }
    let sent = page.state.jobs.of(JobKind::Push).filter(|job| is_same(&job.spec));
    if let Some(summary) = sent.and_then(|job| job.summary()) {
        sent_ui(page, ui, summary);
        return;
    }
    if let Some(message) = sent.and_then(|job| job.failure()) {
        parts::hub_failure_ui(page, ui, message);
        ui.add_space(space::SMALL);
    }
    let previewed = page.state.jobs.of(JobKind::PushPreview).filter(|job| is_same(&job.spec));
    if let Some(job) = previewed.filter(|job| job.is_running()) {
        parts::job_progress_ui(page, ui, job);
        return;
    }
    let preview = previewed.and_then(|job| job.summary()).and_then(|summary| summary.get("preview"));
    if let Some(preview) = preview.and_then(|value| serde_json::from_value::<PushPreview>(value.clone()).ok()) {
        preview_ui(page, ui, spec, &preview);
        return;
    }
    if let Some(message) = previewed.and_then(|job| job.failure()) {
        parts::hub_failure_ui(page, ui, message);
        ui.add_space(space::SMALL);
    }
    let can_ask = !spec.repository.is_empty() && !page.state.jobs.runs(JobKind::PushPreview);
    if parts::plain_button(ui, Some(Icon::Eye), &page.say("push-preview"), can_ask).clicked() {
        page.begin(JobKind::PushPreview, JobSpec::Push(spec.clone()));
    }
    let host = page.state.hub.host.clone();
    parts::soft(page, ui, &page.say_with("push-preview-text", [("host", host.into())]));
}

/// Whether two pushes send the same to the same place, whichever of them only shows it.
fn is_same(one: &PushSpec, other: &PushSpec) -> bool {
    let what = |spec: &PushSpec| (spec.folder.clone(), spec.repository.clone(), spec.kind, spec.public);
    what(one) == what(other)
}

/// Everything that would leave this machine, and the button that sends it.
fn preview_ui(page: &mut Page<'_>, ui: &mut Ui, spec: &PushSpec, preview: &PushPreview) {
    let colours = page.colours;
    ui.separator();
    let family = || egui::FontFamily::Name(SEMIBOLD.into());
    ui.add(Label::new(RichText::new(page.say("push-would")).family(family()).color(colours.text)).wrap());
    let state = if preview.exists { "push-exists" } else { "push-new" };
    let who = if preview.is_private { "push-private" } else { "push-public" };
    let facts = [
        ("push-to", format!("{}/{}", preview.endpoint.trim_end_matches('/'), preview.repository)),
        ("push-as", preview.account.clone()),
        ("push-repository", page.say(state)),
        ("push-who", page.say(who)),
    ];
    let usual = ui.spacing().interact_size.y;
    ui.spacing_mut().interact_size.y = 0.0;
    for (name, value) in facts {
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(RichText::new(page.say(name)).color(colours.text_soft)).wrap());
            ui.add(Label::new(RichText::new(value).color(colours.text)).wrap());
        });
    }
    ui.add_space(space::SMALL);
    for file in &preview.files {
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(RichText::new(&file.name).monospace().color(colours.text)).wrap());
            ui.add(Label::new(RichText::new(parts::bytes(file.bytes)).color(colours.text_soft)));
        });
    }
    ui.spacing_mut().interact_size.y = usual;
    for caution in &preview.cautions {
        parts::notice_box(page, ui, Tone::Warning, caution, |_| {});
    }
    ui.add_space(space::SMALL);
    let bytes: u64 = preview.files.iter().map(|file| file.bytes).sum();
    let values = [
        ("count", preview.files.len().into()),
        ("size", parts::bytes(bytes).into()),
        ("repository", preview.repository.as_str().into()),
    ];
    let text = page.say_with("push-go", values);
    ui.horizontal_wrapped(|ui| {
        if parts::plain_button(ui, Some(Icon::Upload), &text, !preview.files.is_empty()).clicked() {
            let spec = PushSpec { preview: false, agreed: Some(preview.files.clone()), ..spec.clone() };
            page.begin(JobKind::Push, JobSpec::Push(spec));
        }
        let job = page.state.jobs.of(JobKind::PushPreview).map(|job| job.id);
        if let Some(job) = job
            && parts::plain_button(ui, Some(Icon::Undo2), &page.say("push-not"), true).clicked()
        {
            page.send(JobCommand::Dismiss(job));
        }
    });
    parts::soft(page, ui, &page.say("push-consent"));
}

/// Where it is now.
fn sent_ui(page: &mut Page<'_>, ui: &mut Ui, summary: &Map<String, Value>) {
    let url = summary.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
    parts::notice_box(page, ui, Tone::Success, &page.say("push-done"), |ui| {
        ui.add(Label::new(RichText::new(&url).monospace().color(page.colours.text)).wrap().selectable(true));
    });
    ui.horizontal_wrapped(|ui| {
        if url.starts_with("https://")
            && parts::plain_button(ui, Some(Icon::ExternalLink), &page.say("hub-open-page"), true).clicked()
        {
            page.send(UiCommand::OpenPage(url.clone()));
        }
        let job = page.state.jobs.of(JobKind::Push).map(|job| job.id);
        if let Some(job) = job
            && parts::plain_button(ui, Some(Icon::RotateCcw), &page.say("push-again"), true).clicked()
        {
            page.send(JobCommand::Dismiss(job));
        }
    });
}
