//! Getting a model onto this machine: what comes first, the download with its pauses, and then its use.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::Value;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::{FitBadge, Gate, LocalModel, OfferedModel};
use whetstone_core::job::{DownloadSpec, JobSpec, ModelsAction, ModelsSpec, Outcome};

use super::{Draft, use_ui};
use crate::command::{JobCommand, UiCommand};
use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;
use crate::state::called;
use crate::work::{Job, JobKind, JobState};

/// What can be done with a model now.
pub(super) fn fetch_ui(
    page: &mut Page<'_>,
    ui: &mut Ui,
    draft: &mut Draft,
    project: &ProjectView,
    model: &OfferedModel,
) {
    page.on_disk();
    if let Some(refusal) = &model.refused {
        parts::notice_box(page, ui, Tone::Danger, &refusal.reason, |ui| {
            let said = page.say_with("hub-instead", [("instead", refusal.instead.as_str().into())]);
            ui.add(Label::new(RichText::new(said).color(page.colours.text_soft)).wrap());
        });
        return;
    }
    let running = job_of(page, &model.repository).filter(|job| job.is_running());
    if let Some(job) = running {
        running_ui(page, ui, draft, job, &model.repository);
        return;
    }
    if let Some(name) = usable_name(page, model) {
        large_ui(page, ui, model);
        use_ui(page, ui, draft, project, &name);
        return;
    }
    ended_ui(page, ui, &model.repository);
    let lying = page.state.hub.local(&model.repository);
    if let Some(local) = lying.filter(|local| local.role.is_none() && local.unfinished_bytes == 0) {
        let said = page.say_with("hub-disk-why", [("said", local.said.as_str().into())]);
        parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
        ui.add_space(space::SMALL);
    }
    let local = lying.filter(|local| local.unfinished_bytes > 0).cloned();
    if let Some(local) = &local {
        discard_ui(page, ui, draft, local);
    } else {
        gate_ui(page, ui, model);
        large_ui(page, ui, model);
    }
    begin_ui(page, ui, model, local.as_ref());
}

/// The newest download, where it is of this model.
pub(super) fn job_of<'a>(page: &Page<'a>, repository: &str) -> Option<&'a Job> {
    let is_it = |job: &&Job| matches!(&job.spec, JobSpec::Download(spec) if spec.repository == repository);
    page.state.jobs.of(JobKind::Download).filter(is_it)
}

/// What a project calls a model that lies on this machine whole: `owner/name@commit`.
fn usable_name(page: &Page<'_>, model: &OfferedModel) -> Option<String> {
    let at = |commit: Option<&str>| match commit {
        Some(commit) => format!("{}@{commit}", model.repository),
        None => model.repository.clone(),
    };
    let hub = &page.state.hub;
    let local = || hub.local(&model.repository).filter(|local| local.role.is_some()).map(called);
    if hub.on_disk.is_some() && !hub.is_disk_old() {
        return local();
    }
    // What lies here is being looked at: until then what was told before counts.
    let fetched = job_of(page, &model.repository).and_then(|job| job.summary());
    let fetched = fetched.map(|summary| at(summary.get("commit").and_then(Value::as_str)));
    fetched.or_else(local).or_else(|| model.on_disk.as_ref().map(|_| at(model.commit.as_deref())))
}

/// A model that is too large to be trained here is not taken unwarned.
fn large_ui(page: &Page<'_>, ui: &mut Ui, model: &OfferedModel) {
    let word = match model.fit.as_ref().map(|fit| fit.badge) {
        Some(FitBadge::TooBig) => "hub-too-big-text",
        Some(FitBadge::AnswersOnly) => "hub-answers-only-text",
        _ => return,
    };
    parts::notice_box(page, ui, Tone::Warning, &page.say(word), |_| {});
    ui.add_space(space::SMALL);
}

/// What comes before a model that is not open to everybody.
fn gate_ui(page: &mut Page<'_>, ui: &mut Ui, model: &OfferedModel) {
    let word = match model.gate {
        Gate::Open => return,
        Gate::Accept => "hub-gate-accept-text",
        Gate::Ask => "hub-gate-ask-text",
    };
    let colours = page.colours;
    parts::notice_box(page, ui, Tone::Accent, &page.say(word), |_| {});
    ui.add_space(space::SMALL);
    step_ui(page, ui, 1, "hub-gate-page");
    if let Some(address) = model.gate_page.as_ref().filter(|address| address.starts_with("https://")) {
        ui.horizontal_wrapped(|ui| {
            if parts::plain_button(ui, Some(Icon::ExternalLink), &page.say("hub-open-page"), true).clicked() {
                page.send(UiCommand::OpenPage(address.clone()));
            }
            ui.add(Label::new(RichText::new(address).small().color(colours.text_soft)).wrap());
        });
    }
    ui.add_space(space::SMALL);
    step_ui(page, ui, 2, "hub-gate-token");
    parts::token_ui(page, ui);
    ui.add_space(space::SMALL);
    step_ui(page, ui, 3, "hub-gate-download");
}

fn step_ui(page: &Page<'_>, ui: &mut Ui, number: u32, word: &str) {
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    let text = format!("{number}.  {}", page.say(word));
    ui.add(Label::new(RichText::new(text).family(family).color(page.colours.text)).wrap());
}

/// The button that begins the download, or goes on with it.
fn begin_ui(page: &mut Page<'_>, ui: &mut Ui, model: &OfferedModel, unfinished: Option<&LocalModel>) {
    let is_free = !page.state.jobs.runs(JobKind::Download) && !page.state.hub.is_offline;
    let text = match (unfinished, model.download_bytes) {
        (Some(_), _) => page.say("hub-go-on"),
        (None, Some(bytes)) => page.say_with("hub-download-sized", [("size", parts::bytes(bytes).into())]),
        (None, None) => page.say("hub-download"),
    };
    let is_too_big = model.fit.as_ref().is_some_and(|fit| fit.badge > FitBadge::Slow);
    let wants = if is_too_big {
        parts::plain_button(ui, Some(Icon::Download), &text, is_free).clicked()
    } else {
        parts::main_button(page.colours, ui, Some(Icon::Download), &text, is_free).clicked()
    };
    if wants {
        begin(page, &model.repository, model.commit.clone());
    }
    if page.state.hub.is_offline {
        parts::soft(page, ui, &page.say("hub-offline"));
    } else if page.state.jobs.runs(JobKind::Download) {
        parts::soft(page, ui, &page.say("hub-one-at-a-time"));
    }
    let cache = page.state.hub.on_disk.as_ref().map(|on_disk| on_disk.cache.clone());
    let cache = cache.or_else(|| page.state.machine.as_ref().map(|machine| machine.model_cache.path.clone()));
    let (host, cache) = (page.state.hub.host.clone(), cache.unwrap_or_default());
    let values = [("host", host.into()), ("cache", cache.to_string_lossy().into_owned().into())];
    parts::soft(page, ui, &page.say_with("hub-download-text", values));
}

/// Begins a download, or goes on with it: what was fetched before is kept.
pub(super) fn begin(page: &mut Page<'_>, repository: &str, revision: Option<String>) {
    let access = page.hub_access();
    let spec = DownloadSpec { repository: repository.to_owned(), revision, file: None, access };
    page.begin(JobKind::Download, JobSpec::Download(spec));
}

/// How far a download is, and how it is paused or given up.
pub(super) fn running_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, job: &Job, repository: &str) {
    parts::job_progress_ui(page, ui, job);
    // Such as that the Hub wants to be left alone for a while.
    for said in job.warnings.back().into_iter().chain(job.notes.back()) {
        parts::soft(page, ui, said);
    }
    let can_stop = job.state == JobState::Running;
    ui.horizontal_wrapped(|ui| {
        if parts::plain_button(ui, Some(Icon::Pause), &page.say("job-pause"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        if parts::plain_button(ui, Some(Icon::X), &page.say("hub-cancel"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
            draft.hub.to_delete = Some(repository.to_owned());
        }
    });
    parts::soft(page, ui, &page.say("hub-running-text"));
}

/// What came of the last try.
fn ended_ui(page: &mut Page<'_>, ui: &mut Ui, repository: &str) {
    let Some(job) = job_of(page, repository) else { return };
    match &job.state {
        JobState::Ended(Outcome::Failed { message }) => parts::hub_failure_ui(page, ui, message),
        JobState::Ended(Outcome::Cancelled) => parts::soft(page, ui, &page.say("hub-paused")),
        _ => return,
    }
    ui.add_space(space::SMALL);
}

/// What was fetched and is not whole: gone on with, or thrown away.
fn discard_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, local: &LocalModel) {
    let size = parts::bytes(local.unfinished_bytes);
    parts::paragraph(page, ui, &page.say_with("hub-unfinished", [("size", size.into())]));
    delete_button(page, ui, draft, local);
    sure_ui(page, ui, draft, local);
    ui.add_space(space::SMALL);
}

/// The button that deletes a model's files, where they may be deleted.
pub(super) fn delete_button(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, local: &LocalModel) {
    let is_part = local.unfinished_bytes > 0;
    // Where a whole version lies beside a part of another one, deleting would take that, too.
    if !local.can_delete || (is_part && local.role.is_some()) {
        return;
    }
    let (word, named) = if is_part { ("hub-discard", "hub-discard-named") } else { ("hub-delete", "hub-delete-named") };
    let name = page.say_with(named, [("model", local.name.as_str().into())]);
    let is_free = !page.state.jobs.runs(JobKind::DeleteModel) && draft.hub.to_delete.as_ref() != Some(&local.name);
    if parts::named_button(ui, Some(Icon::Trash2), &page.say(word), &name, is_free).clicked() {
        draft.hub.to_delete = Some(local.name.clone());
    }
}

/// The question before a model's files are deleted, where that was asked for; and why they could not be.
pub(super) fn sure_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, local: &LocalModel) {
    let job = page.state.jobs.of(JobKind::DeleteModel);
    if let Some(message) = job.filter(|job| deletes(job, &local.name)).and_then(|job| job.failure()) {
        parts::failure_ui(page, ui, message);
    }
    if draft.hub.to_delete.as_ref() != Some(&local.name) {
        return;
    }
    let is_busy = page.state.jobs.runs(JobKind::DeleteModel);
    let size = parts::bytes(local.bytes.max(local.unfinished_bytes));
    let ask = page.say_with("hub-delete-ask", [("model", local.name.as_str().into()), ("size", size.into())]);
    let colours = page.colours;
    let (mut is_sure, mut is_kept) = (false, false);
    parts::notice_box(page, ui, Tone::Warning, &ask, |ui| {
        if !local.used_by.is_empty() {
            let projects: Vec<String> = local.used_by.iter().map(|path| path.to_string_lossy().into_owned()).collect();
            let said = page.say_with("hub-delete-used", [("projects", projects.join(", ").into())]);
            ui.add(Label::new(RichText::new(said).color(colours.text)).wrap());
        }
        ui.horizontal_wrapped(|ui| {
            is_sure =
                parts::danger_button(colours, ui, Some(Icon::Trash2), &page.say("hub-delete-go"), !is_busy).clicked();
            is_kept = parts::plain_button(ui, Some(Icon::Undo2), &page.say("hub-delete-not"), true).clicked();
        });
    });
    if is_sure {
        let action = ModelsAction::Delete { names: vec![local.name.clone()], force: !local.used_by.is_empty() };
        let projects = page.known_projects();
        page.begin(JobKind::DeleteModel, JobSpec::Models(ModelsSpec { action, projects }));
    }
    if is_sure || is_kept {
        draft.hub.to_delete = None;
    }
}

/// Whether a job deletes a model of this name.
fn deletes(job: &Job, name: &str) -> bool {
    matches!(&job.spec, JobSpec::Models(ModelsSpec { action: ModelsAction::Delete { names, .. }, .. })
        if names.iter().any(|known| known == name))
}

/// A download of another model than the one that is shown: how far it is, with the way to it. Gives its repository where
/// that is taken.
pub(super) fn elsewhere_ui(page: &mut Page<'_>, ui: &mut Ui, shown: Option<&str>) -> Option<String> {
    let job = page.state.jobs.of(JobKind::Download).filter(|job| job.is_running())?;
    let JobSpec::Download(spec) = &job.spec else { return None };
    if shown == Some(spec.repository.as_str()) {
        return None;
    }
    let mut wants = false;
    parts::section(page.colours, ui, &spec.repository, |ui| {
        parts::job_progress_ui(page, ui, job);
        ui.horizontal_wrapped(|ui| {
            wants = parts::plain_button(ui, Some(Icon::Eye), &page.say("job-show"), true).clicked();
            let can_stop = job.state == JobState::Running;
            if parts::plain_button(ui, Some(Icon::Pause), &page.say("job-pause"), can_stop).clicked() {
                page.send(JobCommand::Stop(job.id));
            }
        });
    });
    ui.add_space(space::LARGE);
    wants.then(|| spec.repository.clone())
}
