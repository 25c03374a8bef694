//! One model in full: what it is, whether it fits, what may be done with it, its card.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::{Fit, Licence, MethodFit, OfferedModel, Permission};
use whetstone_core::job::JobSpec;
use whetstone_core::method::find_recipe;

use super::{Draft, fetch, listed, said};
use crate::command::UiCommand;
use crate::look::{SEMIBOLD, Tone, space, type_size};
use crate::page::Page;
use crate::parts;
use crate::work::{Job, JobKind};

/// A fact is not narrower than this.
const LEAST_WIDTH: f32 = 170.0;

/// The page of a model on the Hub.
fn page_of(repository: &str) -> String {
    format!("https://huggingface.co/{repository}")
}

/// Draws it.
pub(super) fn about_ui(
    page: &mut Page<'_>,
    ui: &mut Ui,
    draft: &mut Draft,
    project: &ProjectView,
    model: &OfferedModel,
) {
    let colours = page.colours;
    parts::card(colours, ui, |ui| {
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        let title = RichText::new(&model.title).size(type_size::HEADING).family(family).color(colours.text);
        ui.add(Label::new(title).wrap());
        parts::badges(page.colours, ui, &said::marks(page, model, listed::is_here(page, model)));
        if let Some(good_at) = said::good_at(page, model) {
            parts::paragraph(page, ui, &good_at);
        }
        ui.add_space(space::SMALL);
        fetch::fetch_ui(page, ui, draft, project, model);
    });
    ui.add_space(space::LARGE);
    if ui.available_width() > parts::TWO_COLUMNS {
        parts::two_columns(ui, |ui, column| match column {
            0 => fit_ui(page, ui, model),
            _ => licence_ui(page, ui, model.licence.as_ref()),
        });
    } else {
        fit_ui(page, ui, model);
        ui.add_space(space::LARGE);
        licence_ui(page, ui, model.licence.as_ref());
    }
    ui.add_space(space::LARGE);
    facts_ui(page, ui, model);
    ui.add_space(space::LARGE);
    card_ui(page, ui, draft, model);
}

/// A model of which nothing is known but its name.
pub(super) fn unknown_ui(page: &mut Page<'_>, ui: &mut Ui, repository: &str) {
    parts::paragraph(page, ui, repository);
    match about_job(page, repository) {
        Some(job) if job.is_running() => parts::job_progress_ui(page, ui, job),
        Some(job) => {
            if let Some(message) = job.failure() {
                parts::hub_failure_ui(page, ui, message);
            }
        }
        None => {}
    }
}

/// The job that asked for this model.
fn about_job<'a>(page: &Page<'a>, repository: &str) -> Option<&'a Job> {
    let is_it = |job: &&Job| matches!(&job.spec, JobSpec::About(spec) if spec.repository == repository);
    page.state.jobs.of(JobKind::About).filter(is_it)
}

/// Whether it fits this machine, and what each way of teaching takes.
fn fit_ui(page: &Page<'_>, ui: &mut Ui, model: &OfferedModel) {
    parts::section(page.colours, ui, &page.say("hub-fit"), |ui| {
        let (tone, icon, word) = said::fit_mark(page, model);
        parts::badge(page.colours, ui, tone, Some(icon), &word);
        let Some(fit) = &model.fit else {
            parts::soft(page, ui, &page.say("hub-fit-unknown-text"));
            return;
        };
        memory_ui(page, ui, fit);
        let known: Vec<&MethodFit> = fit.methods.iter().collect();
        if !known.is_empty() {
            ui.add_space(space::SMALL);
            parts::soft(page, ui, &page.say("hub-fit-time"));
            for method in known {
                method_ui(page, ui, method);
            }
            parts::soft(page, ui, &page.say("hub-fit-people"));
        }
    });
}

fn memory_ui(page: &Page<'_>, ui: &mut Ui, fit: &Fit) {
    let said = |word: &str, alone: &str, needed: u64, free: Option<u64>| match free {
        Some(free) => {
            page.say_with(word, [("needed", parts::bytes(needed).into()), ("free", parts::bytes(free).into())])
        }
        None => page.say_with(alone, [("needed", parts::bytes(needed).into())]),
    };
    let memory = said("model-memory", "model-memory-alone", fit.training_bytes, fit.memory_free_bytes);
    parts::paragraph(page, ui, &memory);
    parts::paragraph(page, ui, &said("hub-disk", "hub-disk-alone", fit.disk_bytes, fit.disk_free_bytes));
}

/// How long 200 pairs take with a way of teaching.
fn method_ui(page: &Page<'_>, ui: &mut Ui, method: &MethodFit) {
    let name = match find_recipe(&method.method) {
        Some(recipe) => page.words.row("recipe", recipe.id, "name", recipe.name).into_owned(),
        None => page.say("method-hybrid"),
    };
    let takes = match method.seconds {
        Some(seconds) => {
            let (time, memory) = (parts::duration(page.words, seconds), parts::bytes(method.memory_bytes));
            page.say_with("train-takes", [("time", time.into()), ("memory", memory.into())])
        }
        None => page.say("hub-fit-not"),
    };
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    ui.add_space(space::TINY);
    ui.add(Label::new(RichText::new(name).family(family).color(page.colours.text)).wrap());
    match &method.coach {
        Some(coach) => {
            let coach = parts::model_name(page.words, coach);
            let values = [("takes", takes.into()), ("coach", coach.into())];
            parts::soft(page, ui, &page.say_with("hub-fit-coach", values));
        }
        None => parts::soft(page, ui, &takes),
    }
}

/// The licence in plain words.
fn licence_ui(page: &Page<'_>, ui: &mut Ui, licence: Option<&Licence>) {
    parts::section(page.colours, ui, &page.say("hub-licence"), |ui| {
        let (tone, icon, word) = said::licence_mark(page, licence);
        parts::badge(page.colours, ui, tone, Some(icon), &word);
        let Some(licence) = licence else {
            parts::paragraph(page, ui, &page.say("hub-licence-none"));
            return;
        };
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        let title = page.words.row("licence", &licence.id, "title", &licence.title).into_owned();
        ui.add(Label::new(RichText::new(title).family(family).color(page.colours.text)).wrap());
        let sell = match licence.may_sell {
            Permission::Yes => "hub-sell-yes-text",
            Permission::WithConditions => "hub-sell-conditions-text",
            Permission::No => "hub-sell-no-text",
            Permission::Unknown => "hub-sell-unknown-text",
        };
        // What a licence says of itself says also whether its fruits may be sold.
        if licence.said.is_empty() {
            parts::paragraph(page, ui, &page.say(sell));
        } else {
            parts::paragraph(page, ui, &page.words.row("licence", &licence.id, "said", &licence.said));
        }
        if licence.may_sell != Permission::Unknown {
            let ask = if licence.must_ask { "hub-must-ask" } else { "hub-need-not-ask" };
            parts::paragraph(page, ui, &page.say(ask));
        }
        parts::soft(page, ui, &page.say("hub-licence-text"));
    });
}

/// What else is known of it.
fn facts_ui(page: &mut Page<'_>, ui: &mut Ui, model: &OfferedModel) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("hub-facts"), |ui| {
        let count = |count: u64| parts::whole_number(usize::try_from(count).unwrap_or(usize::MAX));
        let facts: Vec<(&str, String)> = [
            ("model-family", model.family.clone()),
            ("model-parameters", model.parameters.map(super::facts::in_millions)),
            ("hub-download-size", model.download_bytes.map(parts::bytes)),
            (
                "model-context",
                model.context_tokens.map(|tokens| page.say_with("model-tokens", [("count", count(tokens).into())])),
            ),
            ("hub-languages", said::languages(page, model)),
            ("hub-fetched-monthly", model.downloads.map(count)),
            ("hub-changed", model.changed.as_deref().map(day)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        parts::columns(ui, facts.len(), LEAST_WIDTH, |ui, place| {
            let (name, value) = &facts[place];
            parts::soft(page, ui, &page.say(name));
            let family = egui::FontFamily::Name(SEMIBOLD.into());
            ui.add(Label::new(RichText::new(value).family(family).color(colours.text)).wrap());
        });
        ui.add_space(space::SMALL);
        let address = page_of(&model.repository);
        ui.horizontal_wrapped(|ui| {
            ui.add(
                Label::new(RichText::new(&model.repository).monospace().color(colours.text)).wrap().selectable(true),
            );
            let text = page.say("hub-open-its-page");
            if parts::plain_button(ui, Some(Icon::ExternalLink), &text, true).on_hover_text(&address).clicked() {
                page.send(UiCommand::OpenPage(address.clone()));
            }
        });
    });
}

/// The day of a moment as the Hub writes it.
fn day(moment: &str) -> String {
    moment.split('T').next().unwrap_or(moment).to_owned()
}

/// The model's card, as plain text; asked for where it is not known.
fn card_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, model: &OfferedModel) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("hub-card"), |ui| {
        if let Some(card) = &model.card {
            parts::soft(page, ui, &page.say("hub-card-text"));
            ui.add_space(space::SMALL);
            parts::long_text(page, ui, ("card", model.repository.as_str()), card);
            return;
        }
        let job = about_job(page, &model.repository);
        if let Some(job) = job.filter(|job| job.is_running()) {
            parts::job_progress_ui(page, ui, job);
            return;
        }
        if let Some(message) = job.and_then(|job| job.failure()) {
            parts::hub_failure_ui(page, ui, message);
            ui.add_space(space::SMALL);
        }
        if page.state.hub.about.contains_key(&model.repository) {
            parts::soft(page, ui, &page.say("hub-card-none"));
            return;
        }
        let host = page.state.hub.host.clone();
        parts::soft(page, ui, &page.say_with("hub-card-asks", [("host", host.into())]));
        let can_ask = !page.state.hub.is_offline && !page.state.jobs.runs(JobKind::About);
        if parts::plain_button(ui, Some(Icon::FileText), &page.say("hub-card-read"), can_ask).clicked() {
            draft.hub.to_ask = Some(model.repository.clone());
        }
        if page.state.hub.is_offline {
            parts::notice_box(page, ui, Tone::Neutral, &page.say("hub-offline"), |_| {});
        }
    });
}
