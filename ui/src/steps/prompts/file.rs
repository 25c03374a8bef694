//! A file of data is looked at, understood otherwise where it was misunderstood, and brought in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::{Map, Value};
use whetstone_core::desk::ProjectView;
use whetstone_core::job::{ImportSpec, JobSpec};
use whetstone_core::project::exchange::{FORMS, find_form};

use super::bring::{Half, add_button, half_ui};
use crate::command::{JobCommand, PickFor};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// Columns whose meaning can be changed on the screen; of more, the first.
const MOST_COLUMNS: usize = 24;
/// Characters of a cell that are shown.
const SHOWN: usize = 160;
/// Columns that every form knows.
const OF_EVERY_FORM: [&str; 2] = ["annotator", "tags"];

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    path: String,
    /// The form that a person chose.
    form: Option<String>,
    /// What a person said of columns: column → role.
    roles: BTreeMap<String, String>,
}

impl Draft {
    fn spec(&self, half: Half, project: &ProjectView, preview: bool) -> ImportSpec {
        ImportSpec {
            project: (!preview).then(|| project.folder.clone()),
            file: PathBuf::from(self.path.trim()),
            form: self.form.clone(),
            columns: self.roles.iter().map(|(column, role)| (role.clone(), column.clone())).collect(),
            holdout: half == Half::Holdout,
            holdout_share: if half == Half::Share { project.settings.holdout_share } else { 0.0 },
            preview,
            beside: true,
        }
    }
}

/// Draws the way in by a file.
pub(super) fn file_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, half: &mut Half, project: &ProjectView) {
    parts::soft(page, ui, &page.say("prompts-file-said"));
    let is_picked = page.picked.iter().any(|(for_what, _)| *for_what == PickFor::ImportFile);
    let name = page.say("prompts-file-path");
    if parts::path_field(page, ui, &name, &mut draft.path, PickFor::ImportFile) {
        draft.form = None;
        draft.roles.clear();
    }
    let is_looking = page.state.jobs.runs(JobKind::Preview);
    let can_look = !draft.path.trim().is_empty() && !is_looking;
    let mut looks = is_picked && can_look;
    looks |= parts::plain_button(ui, Some(Icon::Eye), &page.say("prompts-file-look"), can_look).clicked();
    let job = page.state.jobs.of(JobKind::Preview).filter(|job| is_of(job, &draft.path));
    if let Some(job) = job {
        ui.add_space(space::SMALL);
        if job.is_running() {
            parts::job_progress_ui(page, ui, job);
        } else if let Some(message) = job.failure() {
            parts::failure_ui(page, ui, message);
            form_ui(page, ui, draft, None, &mut looks);
        } else if let Some(preview) = job.summary().and_then(|summary| summary.get("preview")?.as_object()) {
            understood_ui(page, ui, draft, preview, &mut looks);
            bring_in_ui(page, ui, draft, half, project);
        }
    }
    brought_in_ui(page, ui);
    if looks {
        let spec = JobSpec::Import(draft.spec(*half, project, true));
        page.send(JobCommand::Start { kind: JobKind::Preview, spec: Box::new(spec) });
    }
}

fn is_of(job: &Job, path: &str) -> bool {
    matches!(&job.spec, JobSpec::Import(spec) if spec.file.as_os_str() == path.trim())
}

/// How the file is understood, and what can be said otherwise.
fn understood_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, preview: &Map<String, Value>, looks: &mut bool) {
    let text = |name: &str| preview.get(name).and_then(Value::as_str).unwrap_or_default();
    let form = text("form");
    form_ui(page, ui, draft, Some(form), looks);
    let records = preview.get("records").and_then(Value::as_u64).unwrap_or_default();
    let shapes = preview.get("shapes").and_then(Value::as_object).into_iter().flatten();
    let said: Vec<String> = shapes.filter_map(|(shape, count)| shape_said(page, shape, count.as_u64()?)).collect();
    let said = page.say_with(
        "prompts-file-records",
        [("records", parts::whole_number(records as usize).into()), ("said", said.join(", ").into())],
    );
    parts::paragraph(page, ui, &said);
    columns_ui(page, ui, draft, preview, form, looks);
    for dropped in preview.get("dropped").and_then(Value::as_array).into_iter().flatten() {
        parts::notice_box(page, ui, Tone::Warning, &dropped_said(page, dropped), |_| ());
    }
    for warning in preview.get("warnings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        parts::notice_box(page, ui, Tone::Warning, warning, |_| ());
    }
    samples_ui(page, ui, preview);
}

/// The form, which can be another one.
fn form_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, understood: Option<&str>, looks: &mut bool) {
    let mut chosen = draft.form.clone();
    let found = match understood.filter(|_| draft.form.is_none()) {
        Some(form) => page.say_with("prompts-form-found-as", [("form", form.into())]),
        None => page.say("prompts-form-found"),
    };
    let mut choices = vec![(None, found)];
    choices.extend(FORMS.iter().map(|form| (Some(form.id.to_owned()), form.id.to_owned())));
    if parts::pick_field(page, ui, &page.say("prompts-form"), &mut chosen, &choices) {
        draft.form = chosen;
        draft.roles.clear();
        *looks = true;
    }
    if let Some(form) = draft.form.as_deref().or(understood).and_then(find_form) {
        parts::soft(page, ui, &page.words.row("form", form.id, "meaning", form.meaning));
    }
}

/// What each column was understood as, and may be said to be.
fn columns_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    draft: &mut Draft,
    preview: &Map<String, Value>,
    form: &str,
    looks: &mut bool,
) {
    let columns = preview.get("columns").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = columns.iter().take(MOST_COLUMNS).filter_map(|column| {
        Some((column.get("column")?.as_str()?, column.get("role").and_then(Value::as_str).unwrap_or_default()))
    });
    let mut offered: Vec<&str> = find_form(form).map(|form| form.columns.to_vec()).unwrap_or_default();
    offered.extend(OF_EVERY_FORM);
    parts::fold(ui, &page.say("prompts-columns"), |ui| {
        parts::soft(page, ui, &page.say("prompts-columns-said"));
        for (column, role) in named {
            let as_found = if role.is_empty() {
                page.say("prompts-column-ignored")
            } else {
                page.say_with("prompts-column-as", [("role", role_said(page, role).into())])
            };
            let mut chosen = draft.roles.get(column).cloned();
            let mut choices = vec![(None, as_found)];
            choices.extend(offered.iter().map(|role| (Some((*role).to_owned()), (*role).to_owned())));
            let name = page.say_with("prompts-column", [("column", column.into())]);
            if parts::pick_field(page, ui, &name, &mut chosen, &choices) {
                // A role has one column.
                draft.roles.retain(|other, role| other != column && Some(&*role) != chosen.as_ref());
                draft.roles.extend(chosen.map(|role| (column.to_owned(), role)));
                *looks = true;
            }
        }
    });
}

fn samples_ui(page: &Page<'_>, ui: &mut Ui, preview: &Map<String, Value>) {
    let samples = preview.get("samples").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if samples.is_empty() {
        return;
    }
    parts::fold(ui, &page.say("prompts-samples"), |ui| {
        for sample in samples {
            ui.add_space(space::TINY);
            for name in ["prompt", "chosen", "rejected", "a", "b", "completion"] {
                let Some(text) = sample.get(name).and_then(first_text) else { continue };
                let ink = if name == "prompt" { page.colours.text } else { page.colours.text_soft };
                let line = format!("{}: {}", field_said(page, name), parts::shorten(text, SHOWN));
                ui.add(Label::new(RichText::new(line).color(ink)).wrap());
            }
        }
    });
}

/// The text of a plain text, or of the last turn of a conversation.
fn first_text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.as_array()?.last()?.get("content")?.as_str())
}

fn bring_in_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, half: &mut Half, project: &ProjectView) {
    half_ui(page, ui, half, project);
    ui.add_space(space::SMALL);
    let is_free = page.state.jobs.writing().is_none();
    if add_button(page, ui, &page.say("prompts-file-bring"), is_free, project) {
        let spec = JobSpec::Import(draft.spec(*half, project, false));
        page.send(JobCommand::Start { kind: JobKind::Import, spec: Box::new(spec) });
    }
}

/// What came of bringing a file in.
fn brought_in_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let Some(job) = page.state.jobs.of(JobKind::Import) else { return };
    ui.add_space(space::SMALL);
    if job.is_running() {
        parts::job_progress_ui(page, ui, job);
        if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), true).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        return;
    }
    if let Some(message) = job.failure() {
        parts::failure_ui(page, ui, message);
    } else if let Some(summary) = job.summary() {
        let said: Vec<&str> =
            summary.get("said").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        // How the file was understood was told before; what came of it stands at the end.
        let begin = said.iter().position(|sentence| sentence.starts_with("brought in")).unwrap_or(0);
        parts::notice_box(page, ui, Tone::Success, &page.say("prompts-file-brought"), |ui| {
            for sentence in &said[begin.min(said.len())..] {
                ui.add(Label::new(RichText::new(*sentence).color(page.colours.text_soft)).wrap());
            }
        });
    } else {
        parts::notice_box(page, ui, Tone::Neutral, &page.say("prompts-file-stopped"), |_| ());
    }
    if parts::plain_button(ui, Some(Icon::X), &page.say("dismiss"), true).clicked() {
        page.send(JobCommand::Dismiss(job.id));
    }
}

fn shape_said(page: &Page<'_>, shape: &str, count: u64) -> Option<String> {
    let word = match shape {
        "pair" => "prompts-shape-pair",
        "comparison" => "prompts-shape-comparison",
        "demonstration" => "prompts-shape-demonstration",
        "rated" => "prompts-shape-rated",
        "prompt" => "prompts-shape-prompt",
        _ => return None,
    };
    Some(page.say_with(word, [("count", count.into())]))
}

/// What a column was understood as.
fn role_said(page: &Page<'_>, role: &str) -> String {
    let word = match role {
        "system" => "prompts-role-system",
        "prompt" => "prompts-role-prompt",
        "conversation" => "prompts-role-conversation",
        "answer" => "prompts-role-answer",
        "answers" => "prompts-role-answers",
        "chosen" => "prompts-role-chosen",
        "rejected" => "prompts-role-rejected",
        "choice" => "prompts-role-choice",
        "label" => "prompts-role-label",
        "rating" => "prompts-role-rating",
        "annotator" => "prompts-role-annotator",
        "tags" => "prompts-role-tags",
        "record" => "prompts-role-record",
        other => return other.to_owned(),
    };
    page.say(word)
}

fn field_said(page: &Page<'_>, field: &str) -> String {
    role_said(
        page,
        match field {
            "a" | "b" | "completion" => "answer",
            other => other,
        },
    )
}

/// Why records were left out, how many, and where the first of them stand.
fn dropped_said(page: &Page<'_>, dropped: &Value) -> String {
    let text = |name: &str| dropped.get(name).and_then(Value::as_str).unwrap_or_default();
    let reason = match text("reason") {
        "empty_prompt" => page.say("prompts-drop-empty-prompt"),
        "empty_answer" => page.say("prompts-drop-empty-answer"),
        "same_answers" => page.say("prompts-drop-same-answers"),
        "not_decisive" => page.say("prompts-drop-not-decisive"),
        "duplicate" => page.say("prompts-drop-duplicate"),
        "missing" => page.say_with("prompts-drop-missing", [("column", text("column").into())]),
        "wrong" => page
            .say_with("prompts-drop-wrong", [("column", text("column").into()), ("expected", text("expected").into())]),
        "nothing_shared" => page.say("prompts-drop-nothing-shared"),
        "no_answer" => page.say("prompts-drop-no-answer"),
        other => other.to_owned(),
    };
    let places: Vec<String> = dropped
        .get("places")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|place| {
            let line = place.get("line").and_then(Value::as_u64);
            let number = line.or_else(|| place.get("record")?.as_u64()).unwrap_or_default();
            page.say_with(
                if line.is_some() { "prompts-place-line" } else { "prompts-place-row" },
                [("number", number.into())],
            )
        })
        .collect();
    let count = dropped.get("count").and_then(Value::as_u64).unwrap_or_default();
    page.say_with(
        "prompts-dropped",
        [("count", count.into()), ("reason", reason.into()), ("places", places.join(", ").into())],
    )
}
