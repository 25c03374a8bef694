//! The adapter is taken away: written in the form that other programs read, and proved; so are pairs and project.

mod bring_back;
pub(crate) mod destinations;
mod form;
mod others;
mod push;
mod room;
mod usage;
mod written;

use std::path::PathBuf;

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::Value;
use whetstone_core::desk::{ProjectView, Step};
use whetstone_core::domain::{GgufType, RecordId};
use whetstone_core::export::{TARGETS, Target};
use whetstone_core::job::{ExportSpec, JobSpec, RunOfProject};
use whetstone_core::project::store::{Evaluation, RunKind, RunState};

use crate::command::{JobCommand, PickFor, Place};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{JobKind, JobState};

use self::destinations::{DESTINATIONS, Destination, destinations};

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub struct Draft {
    /// Where it will run; nothing takes the first.
    destination: Option<&'static Destination>,
    /// The form; nothing takes the one that is recommended.
    target: Option<&'static Target>,
    gguf_type: GgufType,
    folder: String,
    /// The folder that was suggested last.
    suggested: String,
    bring_back: bring_back::Draft,
    others: others::Draft,
    push: push::Draft,
}

/// The form that takes the training itself to another machine.
const TRAINING_JOB: &str = "trl-job";

impl Draft {
    /// Where it will run.
    fn destination(&self) -> &'static Destination {
        self.destination.or(destinations().first().copied()).unwrap_or(&DESTINATIONS[0])
    }

    /// The form that is chosen, or else recommended.
    fn form(&self) -> Option<&'static Target> {
        self.target.or(self.destination().forms().first().copied()).or(TARGETS.first())
    }
}

/// The adapter that is taken away.
#[derive(Debug, Clone, Copy)]
struct Newest<'a> {
    run: RecordId,
    round: Option<u32>,
    evaluation: Option<&'a Evaluation>,
}

/// Draws the page.
pub(super) fn page_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::page_heading(page, ui, "export");
    let Some(project) = page.project() else {
        parts::comes_first_ui(page, ui, Step::Start);
        return;
    };
    let mut draft = std::mem::take(&mut page.drafts.export);
    // Where a training goes elsewhere, its way back stands beside it.
    let mut is_trained_elsewhere = false;
    if let Some(newest) = newest(project) {
        adapter_ui(page, ui, newest);
        ui.add_space(space::LARGE);
        take_ui(page, ui, &mut draft, project, newest);
        is_trained_elsewhere = draft.form().is_some_and(|form| form.id == TRAINING_JOB);
        if is_trained_elsewhere {
            bring_back::bring_back_ui(page, ui, &mut draft.bring_back, project);
        }
    } else {
        let earlier = parts::what_comes_first(page, Step::Export).unwrap_or(Step::Train);
        parts::comes_first_ui(page, ui, earlier);
    }
    ui.add_space(space::LARGE);
    written::written_ui(page, ui, project);
    others::others_ui(page, ui, &mut draft.others, project);
    if !is_trained_elsewhere {
        bring_back::bring_back_ui(page, ui, &mut draft.bring_back, project);
    }
    push::push_ui(page, ui, &mut draft.push, project);
    page.drafts.export = draft;
}

/// The newest adapter that was trained to its end, and how it compares with the model before.
fn newest(project: &ProjectView) -> Option<Newest<'_>> {
    let is_adapter = |kind: RunKind| matches!(kind, RunKind::Dpo | RunKind::Sft);
    let runs = || project.runs.iter().rev().filter(|run| run.state == RunState::Finished && is_adapter(run.kind));
    // What only learned to imitate counts where nothing was trained on preferences.
    let run = runs().find(|run| run.kind == RunKind::Dpo).or_else(|| runs().next())?;
    let round = run.round.and_then(|id| project.standing.rounds.iter().find(|round| round.round == id));
    let evaluation = project.evaluations.iter().rev().find(|evaluation| evaluation.run == run.id);
    Some(Newest { run: run.id, round: round.map(|round| round.number), evaluation })
}

/// What is taken away, and whether it should be.
fn adapter_ui(page: &mut Page<'_>, ui: &mut Ui, newest: Newest<'_>) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("export-adapter"), |ui| {
        let run = match newest.round {
            Some(round) => page.say_with("export-of-round", [("run", newest.run.into()), ("round", round.into())]),
            None => page.say_with("export-of-run", [("run", newest.run.into())]),
        };
        parts::text_with_terms(page, ui, &run, &["adapter"]);
        ui.add_space(space::SMALL);
        let Some(evaluation) = newest.evaluation else {
            parts::notice_box(page, ui, Tone::Warning, &page.say("export-not-compared"), |_| ());
            compare_button(page, ui);
            return;
        };
        let summary = &evaluation.summary;
        if let Some(rate) = summary.get("win_rate").and_then(Value::as_f64) {
            ui.horizontal_wrapped(|ui| {
                ui.add(Label::new(
                    RichText::new(parts::percent(rate)).size(crate::look::type_size::HEADING).color(colours.text),
                ));
                parts::term(page, ui, "win-rate");
            });
        }
        let (tone, word) = match summary.get("ship").and_then(Value::as_str) {
            Some("yes") => (Tone::Success, "export-ship"),
            Some("no") => (Tone::Danger, "export-keep-old"),
            Some("more_labels") => (Tone::Warning, "export-more-labels"),
            _ => (Tone::Warning, "export-look-first"),
        };
        let sentence = summary.get("sentence").and_then(Value::as_str).unwrap_or_default();
        parts::notice_box(page, ui, tone, &page.say(word), |ui| {
            ui.add(Label::new(RichText::new(sentence).color(colours.text_soft)).wrap());
        });
        if tone != Tone::Success {
            compare_button(page, ui);
        }
    });
}

fn compare_button(page: &mut Page<'_>, ui: &mut Ui) {
    ui.add_space(space::SMALL);
    let name = page.say("compare-name");
    if parts::plain_button(ui, Some(Icon::GitCompareArrows), &page.say_with("gate-go", [("step", name.into())]), true)
        .clicked()
    {
        page.go(Place::Step(Step::Compare));
    }
}

/// Where it will run, in which form, where to, and the button that writes it.
fn take_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView, newest: Newest<'_>) {
    if let Some(picked) = destinations::destination_ui(page, ui, draft.destination()) {
        (draft.destination, draft.target) = (Some(picked), None);
    }
    let destination = draft.destination();
    let Some(target) = draft.form() else { return };
    ui.add_space(space::LARGE);
    let colours = page.colours;
    parts::section(colours, ui, &page.say("export-write"), |ui| {
        if let Some(picked) = form::forms_ui(page, ui, destination, target) {
            draft.target = Some(picked);
        }
        ui.add_space(space::MEDIUM);
        form::fineness_ui(page, ui, target, &mut draft.gguf_type);
        form::system_prompt_ui(page, ui, target, project.settings.system_prompt.as_deref());
        suggest_folder(draft, project, target, newest.run);
        parts::path_field(page, ui, &page.say("export-folder"), &mut draft.folder, PickFor::ExportFolder);
        let spec = spec_of(page, draft, project, target, newest.run);
        if !draft.folder.trim().is_empty() {
            room::room_ui(page, ui, &spec);
        }
        ui.add_space(space::SMALL);
        job_ui(page, ui, spec);
    });
}

/// Suggests a folder in the project for each form and run, until a person chooses another.
fn suggest_folder(draft: &mut Draft, project: &ProjectView, target: &Target, run: RecordId) {
    let form = if target.takes_gguf_type { format!("-{}", draft.gguf_type.name()) } else { String::new() };
    let folder = project.folder.join("exports").join(format!("{}{form}-run-{run}", target.id));
    let suggested = folder.to_string_lossy().into_owned();
    if draft.folder == draft.suggested {
        draft.folder.clone_from(&suggested);
    }
    draft.suggested = suggested;
}

fn spec_of(page: &Page<'_>, draft: &Draft, project: &ProjectView, target: &Target, run: RecordId) -> ExportSpec {
    ExportSpec {
        gguf_type: if target.takes_gguf_type { draft.gguf_type } else { GgufType::default() },
        of_run: Some(RunOfProject { project: project.folder.clone(), run }),
        compute: page.state.settings.compute.clone(),
        ..ExportSpec::new(&project.settings.model, Some(&run_folder(project, run)), target.id, draft.folder.trim())
    }
}

fn job_ui(page: &mut Page<'_>, ui: &mut Ui, spec: ExportSpec) {
    let job = page.state.jobs.of(JobKind::Export);
    if let Some(job) = job.filter(|job| job.is_running()) {
        parts::job_progress_ui(page, ui, job);
        let can_stop = job.state == JobState::Running;
        if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        parts::soft(page, ui, &page.say("export-stop-said"));
        return;
    }
    if let Some(message) = job.and_then(|job| job.failure()) {
        parts::failure_ui(page, ui, message);
        ui.add_space(space::SMALL);
    }
    let has_folder = !spec.out.as_os_str().is_empty();
    let is_model = spec.to != TRAINING_JOB;
    if parts::main_button(page.colours, ui, Some(Icon::PackageCheck), &page.say("export-go"), has_folder).clicked() {
        page.begin(JobKind::Export, JobSpec::Export(spec));
    }
    // A training job is read back; it computes nothing yet that could be compared.
    if is_model {
        parts::soft(page, ui, &page.say("export-go-said"));
    }
    parts::soft(page, ui, &page.say("export-card"));
}

fn run_folder(project: &ProjectView, run: RecordId) -> PathBuf {
    project.folder.join("runs").join(run.to_string())
}
