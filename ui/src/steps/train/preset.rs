//! How long and how fast: three ready-made choices, each with what it will take of this machine.

use egui::Ui;
use lucide_icons::Icon;
use serde::Deserialize;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::{Forecast, TrainSettings, UserMessage};
use whetstone_core::job::{ForecastSpec, JobSpec, ProjectChanges};
use whetstone_core::project::store::Counts;
use whetstone_core::train::presets::{PRESETS, Preset, find_preset};

use super::Draft;
use crate::command::JobCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// A card is not narrower than this.
const NARROWEST: f32 = 190.0;

/// What a forecast depends on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Foreseen {
    counts: Counts,
    training: TrainSettings,
    model: String,
}

impl Foreseen {
    fn of(view: &ProjectView) -> Self {
        let mut training = view.settings.training.clone();
        // Every preset is looked at: which of them is chosen makes no difference.
        PRESETS[0].apply(&mut training);
        Self { counts: view.round_counts, training, model: view.settings.model.clone() }
    }
}

/// What a preset will take, as it was foreseen.
#[derive(Debug, Deserialize)]
struct Row {
    preset: Option<String>,
    forecast: Forecast,
    #[serde(default)]
    refusal: Option<UserMessage>,
}

/// The job that looks ahead for the project that is open.
fn forecast_job<'a>(page: &Page<'a>, view: &ProjectView) -> Option<&'a Job> {
    let is_ours = |job: &&Job| matches!(&job.spec, JobSpec::ForecastProject(spec) if spec.project == view.folder);
    page.state.jobs.of(JobKind::Forecast).filter(is_ours)
}

/// Looks ahead, once for each state of the project.
fn look_ahead(page: &mut Page<'_>, draft: &mut Draft, view: &ProjectView) {
    let wanted = Foreseen::of(view);
    if draft.foreseen.as_ref() == Some(&wanted)
        || page.state.jobs.runs(JobKind::Forecast)
        || page.state.jobs.writing().is_some()
    {
        return;
    }
    // What was foreseen before the draft was new still holds.
    if draft.foreseen.is_some() || forecast_job(page, view).is_none() {
        begin(page, view);
    }
    draft.foreseen = Some(wanted);
}

fn begin(page: &mut Page<'_>, view: &ProjectView) {
    let spec = ForecastSpec {
        project: view.folder.clone(),
        presets: PRESETS.iter().map(|preset| preset.id.to_owned()).collect(),
        compute: page.state.settings.compute.clone(),
    };
    page.send(JobCommand::Start { kind: JobKind::Forecast, spec: Box::new(JobSpec::ForecastProject(spec)) });
}

fn row(job: &Job, preset: &str) -> Option<Row> {
    let rows = job.summary()?.get("forecasts")?.as_array()?;
    rows.iter().filter_map(|row| Row::deserialize(row).ok()).find(|row| row.preset.as_deref() == Some(preset))
}

/// What a forecast comes to in a few words: time and memory.
fn takes(page: &Page<'_>, forecast: &Forecast) -> String {
    let memory = parts::bytes(forecast.memory_bytes);
    match forecast.seconds {
        Some(seconds) => {
            let time = parts::duration(page.words, seconds);
            page.say_with("train-takes", [("time", time.into()), ("memory", memory.into())])
        }
        None => page.say_with("train-takes-memory", [("memory", memory.into())]),
    }
}

/// What the chosen preset will take, where that was foreseen and it is taken as it is.
pub(super) fn chosen_takes(page: &Page<'_>, view: &ProjectView) -> Option<String> {
    let preset = chosen(view).filter(|preset| !is_changed(view, preset))?;
    let row = row(forecast_job(page, view)?, preset.id)?;
    let name = page.words.row("preset", preset.id, "name", preset.id);
    row.forecast.fits.then(|| format!("{name}: {}", takes(page, &row.forecast)))
}

fn chosen(view: &ProjectView) -> Option<&'static Preset> {
    view.settings.training.preset.as_deref().and_then(find_preset)
}

/// Whether settings are others than the preset says.
fn is_changed(view: &ProjectView, preset: &Preset) -> bool {
    let mut as_it_says = view.settings.training.clone();
    preset.apply(&mut as_it_says);
    as_it_says != view.settings.training
}

/// Draws the choices.
pub(super) fn presets_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    look_ahead(page, draft, view);
    parts::paragraph(page, ui, &page.say("train-preset-text"));
    ui.add_space(space::SMALL);
    let job = forecast_job(page, view);
    let mut picked = None;
    let mut draw = |ui: &mut Ui, preset: &'static Preset, row: usize| {
        if card_ui(page, ui, view, job, (preset, row)) {
            picked = Some(preset.id);
        }
    };
    parts::side_by_side(ui, PRESETS.len(), PRESETS.len(), NARROWEST, |ui, place, row| {
        draw(ui, &PRESETS[place], row);
    });
    if let Some(preset) = picked {
        let changes = ProjectChanges { preset: Some(preset.to_owned()), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
        draft.settings = None;
    }
    if chosen(view).is_none() {
        let steps = view.settings.training.max_steps.unwrap_or_default();
        parts::soft(page, ui, &page.say_with("train-preset-own", [("steps", steps.into())]));
    }
    forecast_failed_ui(page, ui, draft, view, job);
}

/// Whether the card was chosen.
fn card_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    view: &ProjectView,
    job: Option<&Job>,
    (preset, row): (&'static Preset, usize),
) -> bool {
    let is_chosen = view.settings.training.preset.as_deref() == Some(preset.id);
    let name = page.words.row("preset", preset.id, "name", preset.id);
    let meaning = page.words.row("preset", preset.id, "meaning", preset.meaning);
    let response = parts::choice_card(page.colours, ui, &name, is_chosen, |ui| {
        parts::levelled(ui, &format!("presets {row}"), |ui| {
            parts::paragraph(page, ui, &meaning);
            ui.add_space(space::TINY);
            foreseen_ui(page, ui, job, preset);
            if is_chosen && is_changed(view, preset) {
                ui.add_space(space::TINY);
                let icon = Some(Icon::SlidersHorizontal);
                parts::badge(page.colours, ui, Tone::Neutral, icon, &page.say("train-changed"));
            }
        });
    });
    response.clicked() && !is_chosen
}

fn foreseen_ui(page: &Page<'_>, ui: &mut Ui, job: Option<&Job>, preset: &Preset) {
    match job {
        Some(job) if job.is_running() => parts::soft(page, ui, &page.say("train-foreseeing")),
        Some(job) => {
            if let Some(row) = row(job, preset.id) {
                takes_ui(page, ui, &row);
            }
        }
        None => {}
    }
}

fn takes_ui(page: &Page<'_>, ui: &mut Ui, row: &Row) {
    if row.forecast.fits {
        parts::soft(page, ui, &takes(page, &row.forecast));
        return;
    }
    parts::badge(page.colours, ui, Tone::Warning, Some(Icon::TriangleAlert), &page.say("train-fits-not"));
    match &row.refusal {
        Some(refusal) => {
            parts::soft(page, ui, &refusal.what);
            if let Some(hint) = &refusal.hint {
                parts::soft(page, ui, hint);
            }
        }
        None => parts::soft(page, ui, &row.forecast.said),
    }
}

/// What keeps nobody from training: that nothing could be foreseen.
fn forecast_failed_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView, job: Option<&Job>) {
    let Some(message) = job.and_then(Job::failure) else { return };
    ui.add_space(space::SMALL);
    let what = page.say_with("train-not-foreseen", [("reason", message.what.as_str().into())]);
    let mut is_again = false;
    parts::notice_box(page, ui, Tone::Neutral, &what, |ui| {
        if let Some(hint) = &message.hint {
            parts::soft(page, ui, hint);
        }
        is_again = parts::plain_button(ui, Some(Icon::RefreshCw), &page.say("train-foresee"), true).clicked();
    });
    if is_again {
        begin(page, view);
        draft.foreseen = Some(Foreseen::of(view));
    }
}
