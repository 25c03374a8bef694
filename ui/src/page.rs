//! What a screen is given: state to read, its draft to write, words to say, and a place to send commands to.

use std::path::PathBuf;

use fluent_bundle::FluentValue;
use whetstone_core::desk::{Ask, ProjectView, Sheet};
use whetstone_core::domain::{CoachName, ModelRole, OfferedModel, UserMessage};
use whetstone_core::feedback::coach::endpoint::Endpoint;
use whetstone_core::job::{
    EndpointUse, EndpointsSpec, HubAccess, JobSpec, ModelsAction, ModelsSpec, RunSpec, SearchSpec,
};
use whetstone_core::method::StageKind;

use crate::command::{Command, JobCommand, PickFor, Place, UiCommand};
use crate::look::Colours;
use crate::state::{OnDisk, State};
use crate::steps::Drafts;
use crate::words::Words;
use crate::work::JobKind;

/// Suggested models that are shown at most.
const MOST_SUGGESTED: usize = 100;

/// What a screen is given while it is drawn.
#[derive(Debug)]
pub struct Page<'a> {
    /// What there is.
    pub state: &'a State,
    /// The words of the chosen language.
    pub words: &'a Words,
    /// The colours of the chosen scheme.
    pub colours: &'a Colours,
    /// What was typed and not yet sent, a draft a page.
    pub drafts: &'a mut Drafts,
    /// What was picked in a dialog and not yet taken.
    pub(crate) picked: &'a mut Vec<(PickFor, Vec<PathBuf>)>,
    pub(crate) commands: &'a mut Vec<Command>,
    pub(crate) wanted: &'a mut Vec<Ask>,
}

impl<'a> Page<'a> {
    /// Asks for something to be done.
    pub fn send(&mut self, command: impl Into<Command>) {
        self.commands.push(command.into());
    }

    /// Shows another place.
    pub fn go(&mut self, place: Place) {
        self.send(UiCommand::Go(place));
    }

    /// The project that is open.
    pub fn project(&self) -> Option<&'a ProjectView> {
        self.state.project.as_deref()
    }

    /// A part of the project: asked for by being shown. `None` until it was read.
    pub fn sheet(&mut self, ask: &Ask) -> Option<&'a Result<Sheet, UserMessage>> {
        if !self.wanted.contains(ask) {
            self.wanted.push(ask.clone());
        }
        self.state.sheets.get(ask)
    }

    /// The servers that may judge: asked for by being shown. `None` until they were told.
    pub fn endpoints(&mut self) -> Option<&'a [Endpoint]> {
        let endpoints = &self.state.endpoints;
        if self.is_to_be_asked(JobKind::Endpoints, endpoints.known.is_some(), endpoints.is_old()) {
            self.begin(JobKind::Endpoints, JobSpec::Endpoints(EndpointsSpec::List));
        }
        endpoints.known.as_deref()
    }

    /// How a server is used for a project, where a person has agreed before: with the key of this sitting, and no answer paid
    /// twice.
    pub fn endpoint_use(&self, name: &str) -> EndpointUse {
        EndpointUse { key: self.state.endpoints.key(name), ..EndpointUse::default() }
    }

    /// Has the project gone on with in an engine process: up to a stage, or as far as people are not needed. `again`
    /// begins another round where all is done.
    pub fn go_on_until(&mut self, kind: JobKind, until: Option<StageKind>, again: bool) {
        let Some(project) = self.project() else { return };
        let coach = project.settings.coach.as_deref().and_then(|coach| coach.parse().ok());
        let endpoint = match coach {
            Some(CoachName::Endpoint(name)) => self.endpoint_use(&name),
            _ => EndpointUse::default(),
        };
        self.go_on_with(kind, until, again, endpoint);
    }

    /// The same, with a server used in this way where the coach is one.
    pub fn go_on_with(&mut self, kind: JobKind, until: Option<StageKind>, again: bool, endpoint: EndpointUse) {
        let Some(project) = self.project() else { return };
        let spec = RunSpec {
            project: project.folder.clone(),
            again,
            until: until.map(|stage| stage.id().to_owned()),
            beside: true,
            endpoint,
            compute: self.state.settings.compute.clone(),
        };
        self.send(JobCommand::Start { kind, spec: Box::new(JobSpec::Run(spec)) });
    }

    /// Begins a job.
    pub fn begin(&mut self, kind: JobKind, spec: JobSpec) {
        self.send(JobCommand::Start { kind, spec: Box::new(spec) });
    }

    /// How the Hub is reached: with the token of this sitting, where there is one.
    pub fn hub_access(&self) -> HubAccess {
        HubAccess { token: self.state.hub.token.clone() }
    }

    /// The models that come suggested: asked for by being shown. `None` until they were told.
    pub fn catalogue(&mut self) -> Option<&'a [OfferedModel]> {
        let hub = &self.state.hub;
        if self.is_to_be_asked(JobKind::Catalogue, hub.catalogue.is_some(), hub.is_catalogue_old()) {
            let compute = self.state.settings.compute.clone();
            let spec =
                SearchSpec { role: Some(ModelRole::Train), limit: MOST_SUGGESTED, compute, ..SearchSpec::default() };
            self.begin(JobKind::Catalogue, JobSpec::Search(spec));
        }
        hub.catalogue.as_deref()
    }

    /// The models on this machine: asked for by being shown. `None` until they were told.
    pub fn on_disk(&mut self) -> Option<&'a OnDisk> {
        let hub = &self.state.hub;
        if self.is_to_be_asked(JobKind::Models, hub.on_disk.is_some(), hub.is_disk_old()) {
            let projects = self.known_projects();
            self.begin(JobKind::Models, JobSpec::Models(ModelsSpec { action: ModelsAction::List, projects }));
        }
        hub.on_disk.as_ref()
    }

    /// Projects whose models are in use: the one that is open, and those that were.
    pub fn known_projects(&self) -> Vec<PathBuf> {
        let mut projects = self.state.settings.recent.clone();
        if let Some(project) = self.project().filter(|project| !projects.contains(&project.folder)) {
            projects.push(project.folder.clone());
        }
        projects
    }

    /// Whether something is asked for now: it is not known or old, and was not asked for in vain.
    fn is_to_be_asked(&self, kind: JobKind, is_known: bool, is_old: bool) -> bool {
        let jobs = &self.state.jobs;
        !jobs.runs(kind) && (is_old || (!is_known && jobs.of(kind).is_none()))
    }

    /// A text.
    pub fn say(&self, id: &str) -> String {
        self.words.say(id)
    }

    /// A text with something put into it.
    pub fn say_with<'b, const N: usize>(&self, id: &str, values: [(&'b str, FluentValue<'b>); N]) -> String {
        self.words.say_with(id, values)
    }

    /// What was picked for this, if something was since it was last asked.
    pub fn take_picked(&mut self, for_what: PickFor) -> Option<Vec<PathBuf>> {
        let place = self.picked.iter().position(|(known, _)| *known == for_what)?;
        Some(self.picked.remove(place).1)
    }
}
