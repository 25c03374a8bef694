//! Newer versions: whether they may be looked for, what is known, and one button.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::job::{JobSpec, UpdateSpec};
use whetstone_core::update::{Offer, Ready, Standing};

use crate::command::UiCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// Of what changed, so much is shown.
const MOST_NOTES: usize = 4_000;

/// Draws it, where this build can look for newer versions and came out of a package.
pub(super) fn updates_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let state = &page.state.updates;
    match (state.standing(), state.trouble()) {
        (Some(standing), _) => standing_ui(page, ui, standing),
        (None, Some(trouble)) => {
            ui.add_space(space::LARGE);
            parts::section(page.colours, ui, &page.say("settings-updates"), |ui| parts::failure_ui(page, ui, trouble));
        }
        (None, None) => {}
    }
}

fn standing_ui(page: &mut Page<'_>, ui: &mut Ui, standing: &Standing) {
    ui.add_space(space::LARGE);
    parts::section(page.colours, ui, &page.say("settings-updates"), |ui| {
        let values = [("version", standing.version.as_str().into())];
        parts::soft(page, ui, &page.say_with("settings-updates-text", values));
        let mut allowed = standing.allowed;
        let is_asking = page.state.jobs.runs(JobKind::Updates) || page.state.jobs.runs(JobKind::Update);
        // While something is asked or fetched, the box waits as the button does.
        let word = page.say("settings-updates-allow");
        if ui.add_enabled_ui(!is_asking, |ui| parts::check_field(ui, &word, &mut allowed)).inner {
            page.begin(JobKind::Updates, JobSpec::Update(UpdateSpec::Allow { allowed }));
        }
        ui.add_space(space::SMALL);
        match (&standing.ready, &standing.newest) {
            (Some(ready), _) => ready_ui(page, ui, ready),
            (None, Some(newest)) => newest_ui(page, ui, newest),
            (None, None) => none_ui(page, ui, standing, is_asking),
        }
        told_ui(page, ui);
    });
}

fn none_ui(page: &mut Page<'_>, ui: &mut Ui, standing: &Standing, is_asking: bool) {
    if standing.looked_at.is_some() {
        parts::soft(page, ui, &page.say("settings-updates-none"));
    }
    if parts::plain_button(ui, Some(Icon::RefreshCw), &page.say("settings-updates-look"), !is_asking).clicked() {
        page.begin(JobKind::Updates, JobSpec::Update(UpdateSpec::Look));
    }
}

/// A newer version: what changed, and the button.
fn newest_ui(page: &mut Page<'_>, ui: &mut Ui, newest: &Offer) {
    let values = || [("version", newest.version.as_str().into())];
    parts::paragraph(page, ui, &page.say_with("settings-updates-there", values()));
    if !newest.notes.trim().is_empty() {
        let notes = parts::shorten(newest.notes.trim(), MOST_NOTES);
        ui.add(Label::new(RichText::new(notes).color(page.colours.text_soft)).wrap());
    }
    ui.add_space(space::SMALL);
    let is_free = !page.state.jobs.jobs().iter().any(Job::is_running);
    let text = page.say_with("settings-updates-install", values());
    if parts::main_button(page.colours, ui, Some(Icon::CircleArrowUp), &text, is_free).clicked() {
        let version = Some(newest.version.clone());
        page.begin(JobKind::Update, JobSpec::Update(UpdateSpec::Install { version }));
    }
    if !is_free && !page.state.jobs.runs(JobKind::Update) {
        parts::soft(page, ui, &page.say("settings-updates-busy"));
    }
}

/// What was fetched, and what is left to do.
fn ready_ui(page: &mut Page<'_>, ui: &mut Ui, ready: &Ready) {
    let (word, version) = match ready {
        Ready::InPlace { version } => ("settings-updates-in-place", version),
        Ready::Package { version, .. } => ("settings-updates-package", version),
        Ready::Installer { version, .. } => ("settings-updates-installer", version),
        Ready::Archive { version, .. } => ("settings-updates-archive", version),
    };
    let said = page.say_with(word, [("version", version.as_str().into())]);
    parts::notice_box(page, ui, Tone::Success, &said, |_| {});
    match ready {
        Ready::InPlace { .. } => {}
        Ready::Package { command, .. } => {
            ui.add(Label::new(RichText::new(command).monospace().color(page.colours.text)).wrap().selectable(true));
            if parts::plain_button(ui, Some(Icon::Copy), &page.say("settings-updates-copy"), true).clicked() {
                page.send(UiCommand::Copy(command.clone()));
            }
        }
        Ready::Installer { path, .. } => {
            if parts::plain_button(ui, Some(Icon::Play), &page.say("settings-updates-open"), true).clicked() {
                page.send(UiCommand::Reveal(path.clone()));
            }
        }
        Ready::Archive { path, .. } => {
            let folder = path.parent().unwrap_or(path).to_owned();
            if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("data-show-folder"), true).clicked() {
                page.send(UiCommand::Reveal(folder));
            }
        }
    }
}

/// How far the fetching is, and what did not work.
fn told_ui(page: &Page<'_>, ui: &mut Ui) {
    for kind in [JobKind::Updates, JobKind::Update] {
        let Some(job) = page.state.jobs.of(kind) else { continue };
        if let Some(message) = job.failure() {
            parts::failure_ui(page, ui, message);
        } else if job.is_running() {
            parts::job_progress_ui(page, ui, job);
        }
    }
}
