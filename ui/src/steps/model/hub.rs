//! Models that others have published: suggested, looked for, on this machine; and one of them in full.

use egui::{Key, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::{ModelRole, OfferedModel};
use whetstone_core::job::{AboutSpec, JobSpec, SearchSort, SearchSpec};

use super::{about, fetch, listed, local, use_ui};
use crate::command::JobCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::{JobKind, JobState};

/// What a search finds at most.
const MOST_FOUND: usize = 40;

/// Which list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum List {
    #[default]
    Suggested,
    Search,
    OnDisk,
}

/// What was typed and chosen, and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    list: List,
    /// The model that is shown in full.
    opened: Option<String>,
    /// The model that the Hub is to be asked about as soon as it can be.
    pub(super) to_ask: Option<String>,
    /// What is looked for.
    words: String,
    sort: SearchSort,
    /// The model whose files are to be deleted, once that is said again.
    pub(super) to_delete: Option<String>,
}

impl Draft {
    /// Whether one model is shown in full.
    pub(super) fn is_opened(&self) -> bool {
        self.opened.is_some()
    }

    /// The same after the project's model was changed: its own page is over.
    pub(super) fn of_another_model(self) -> Self {
        Self { opened: None, to_ask: None, to_delete: None, ..self }
    }
}

/// Draws one model in full, or the lists.
pub(super) fn hub_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut super::Draft, project: &ProjectView) {
    if let Some(repository) = draft.hub.opened.clone() {
        opened_ui(page, ui, draft, project, &repository);
        return;
    }
    let model = project.settings.model.as_str();
    if parts::hub_name(model).is_some() {
        parts::section(page.colours, ui, &parts::model_name(page.words, model), |ui| {
            use_ui(page, ui, draft, project, model);
        });
        ui.add_space(space::LARGE);
    }
    if let Some(repository) = fetch::elsewhere_ui(page, ui, None) {
        draft.hub.opened = Some(repository);
    }
    let lists = [
        (List::Suggested, page.say("hub-suggested")),
        (List::Search, page.say("hub-search")),
        (List::OnDisk, page.say("hub-on-disk")),
    ];
    parts::row_of_choices(ui, &mut draft.hub.list, &lists);
    ui.add_space(space::MEDIUM);
    match draft.hub.list {
        List::Suggested => suggested_ui(page, ui, &mut draft.hub),
        List::Search => search_ui(page, ui, &mut draft.hub),
        List::OnDisk => local::local_ui(page, ui, draft, project),
    }
}

/// The model that was opened, with the way back.
fn opened_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut super::Draft, project: &ProjectView, repository: &str) {
    let back = parts::plain_button(ui, Some(Icon::ArrowLeft), &page.say("hub-back"), true);
    let is_left = back.clicked() || (!ui.ctx().text_edit_focused() && ui.input(|input| input.key_pressed(Key::Escape)));
    ui.add_space(space::SMALL);
    if let Some(other) = fetch::elsewhere_ui(page, ui, Some(repository)) {
        draft.hub.opened = Some(other);
        return;
    }
    if draft.hub.to_ask.as_deref() == Some(repository) && !page.state.jobs.runs(JobKind::About) {
        draft.hub.to_ask = None;
        ask_about(page, repository);
    }
    match known(page, repository) {
        Some(model) => about::about_ui(page, ui, draft, project, &model),
        None => about::unknown_ui(page, ui, repository),
    }
    if is_left {
        draft.hub.opened = None;
        draft.hub.to_ask = None;
        draft.hub.to_delete = None;
    }
}

/// What is known of a model: what the Hub said of it, with what only the catalogue knows.
fn known(page: &Page<'_>, repository: &str) -> Option<OfferedModel> {
    let hub = &page.state.hub;
    let is_it = |model: &&OfferedModel| model.repository == repository;
    let suggested = hub.catalogue.as_deref().unwrap_or_default().iter().find(is_it);
    let found = hub.found.as_ref().and_then(|found| found.models.iter().find(is_it));
    let Some(about) = hub.about.get(repository) else { return suggested.or(found).cloned() };
    let mut model = about.clone();
    if let Some(suggested) = suggested {
        model.title.clone_from(&suggested.title);
        model.good_at = model.good_at.or_else(|| suggested.good_at.clone());
    }
    Some(model)
}

/// Asks the Hub for one model in full.
fn ask_about(page: &mut Page<'_>, repository: &str) {
    let access = page.hub_access();
    let compute = page.state.settings.compute.clone();
    let spec = AboutSpec { repository: repository.to_owned(), revision: None, access, compute };
    page.begin(JobKind::About, JobSpec::About(spec));
}

fn suggested_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    parts::soft(page, ui, &page.say("hub-suggested-text"));
    ui.add_space(space::SMALL);
    let failure = page.state.jobs.of(JobKind::Catalogue).and_then(|job| job.failure());
    match (page.catalogue(), failure) {
        (Some(models), _) => {
            // Whether one lies here already is known of the folders.
            page.on_disk();
            if let Some(opened) = listed::list_ui(page, ui, models, 0) {
                draft.opened = Some(opened);
            }
        }
        (None, Some(message)) => parts::failure_ui(page, ui, message),
        (None, None) => {
            parts::soft(page, ui, &page.say("hub-reckoning"));
            if let Some(job) = page.state.jobs.of(JobKind::Catalogue) {
                parts::job_progress_ui(page, ui, job);
            }
        }
    }
}

fn search_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    let host = page.state.hub.host.clone();
    if page.state.hub.is_offline {
        parts::notice_box(page, ui, Tone::Warning, &page.say("hub-offline"), |_| {});
        ui.add_space(space::SMALL);
    }
    let (name, hint) = (page.say("hub-search-field"), page.say("hub-search-hint"));
    let field = parts::text_field(page, ui, &name, &mut draft.words, &hint);
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let sorts = [
        (SearchSort::Downloads, page.say("hub-sort-downloads")),
        (SearchSort::Likes, page.say("hub-sort-likes")),
        (SearchSort::Trending, page.say("hub-sort-trending")),
        (SearchSort::Changed, page.say("hub-sort-changed")),
    ];
    parts::soft(page, ui, &page.say("hub-sort"));
    parts::row_of_choices(ui, &mut draft.sort, &sorts);
    let job = page.state.jobs.of(JobKind::Search);
    let running = job.filter(|job| job.is_running());
    let can_ask = !draft.words.trim().is_empty() && running.is_none() && !page.state.hub.is_offline;
    ui.add_space(space::TINY);
    let go = parts::main_button(page.colours, ui, Some(Icon::Search), &page.say("hub-search-go"), can_ask).clicked();
    parts::soft(page, ui, &page.say_with("hub-search-asks", [("host", host.into())]));
    parts::term(page, ui, "hub");
    if can_ask && (go || is_entered) {
        let spec = SearchSpec {
            words: draft.words.trim().to_owned(),
            role: Some(ModelRole::Train),
            sort: draft.sort,
            limit: MOST_FOUND,
            all: true,
            access: page.hub_access(),
            compute: page.state.settings.compute.clone(),
        };
        page.begin(JobKind::Search, JobSpec::Search(spec));
    }
    ui.add_space(space::MEDIUM);
    if let Some(job) = running {
        parts::job_progress_ui(page, ui, job);
        let can_stop = job.state == JobState::Running;
        if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), can_stop).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
    } else if let Some(message) = job.and_then(|job| job.failure()) {
        parts::hub_failure_ui(page, ui, message);
    } else {
        found_ui(page, ui, draft);
    }
}

fn found_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    let Some(found) = &page.state.hub.found else { return };
    let usable = found.models.iter().filter(|model| model.refused.is_none() && model.role == ModelRole::Train).count();
    let words = found.words.as_str();
    if usable == 0 {
        parts::paragraph(page, ui, &page.say_with("hub-found-none", [("words", words.into())]));
    } else {
        parts::paragraph(page, ui, &page.say_with("hub-found", [("count", usable.into()), ("words", words.into())]));
    }
    ui.add_space(space::SMALL);
    page.on_disk();
    if let Some(opened) = listed::list_ui(page, ui, &found.models, found.left_out) {
        // Who searched is speaking with the Hub already: the model's card is asked for with it.
        draft.to_ask = (!page.state.hub.about.contains_key(&opened)).then(|| opened.clone());
        draft.opened = Some(opened);
    }
}
