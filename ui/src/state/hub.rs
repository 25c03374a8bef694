//! What is known of the Hub and of the models on this machine: what jobs told, as plain values, and the sitting's token.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use whetstone_core::domain::{HubAccount, LocalModel, ModelPlace, OfferedModel, Secret};
use whetstone_core::hub::HubSettings;
use whetstone_core::job::{AccountAction, JobSpec};
use whetstone_core::method::STARTER;

use crate::work::{Job, JobKind};

/// What a search of the Hub found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The words that were looked for.
    pub words: String,
    /// The models, the best first; those that cannot be used here among them.
    pub models: Vec<OfferedModel>,
    /// How many more were found that cannot be used here.
    pub left_out: u64,
}

/// The models that lie on this machine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OnDisk {
    /// Each of them.
    pub models: Vec<LocalModel>,
    /// The folder that Hugging Face's tools share.
    pub cache: PathBuf,
    /// Its bytes.
    pub bytes: u64,
}

/// What is known of the Hub.
#[derive(Debug, Clone)]
pub struct HubState {
    /// The Hub's name in the network.
    pub host: String,
    /// The network is to be left alone.
    pub is_offline: bool,
    /// A token for this sitting alone: it is written nowhere, and gone with the window.
    pub token: Option<Secret>,
    /// The models that come suggested with the program.
    pub catalogue: Option<Vec<OfferedModel>>,
    /// What the last search found.
    pub found: Option<Found>,
    /// Models that were looked at on the Hub, by repository.
    pub about: BTreeMap<String, OfferedModel>,
    /// The models on this machine.
    pub on_disk: Option<OnDisk>,
    /// The person's account, once it was asked for.
    pub account: Option<HubAccount>,
    /// What was told of the suggestions may hold no more.
    is_catalogue_old: bool,
    /// What was told of the models on this machine may hold no more.
    is_disk_old: bool,
}

impl Default for HubState {
    fn default() -> Self {
        Self {
            host: "huggingface.co".to_owned(),
            is_offline: false,
            token: None,
            catalogue: None,
            found: None,
            about: BTreeMap::new(),
            on_disk: None,
            account: None,
            is_catalogue_old: false,
            is_disk_old: false,
        }
    }
}

impl HubState {
    /// Nothing is known yet but what the environment says.
    pub fn of_environment() -> Self {
        let Ok(settings) = HubSettings::of_environment() else { return Self::default() };
        let host = settings.endpoint.host_str().map(str::to_owned);
        let port = settings.endpoint.port().map_or_else(String::new, |port| format!(":{port}"));
        let known = Self { is_offline: settings.offline, ..Self::default() };
        match host {
            Some(host) => Self { host: format!("{host}{port}"), ..known },
            None => known,
        }
    }

    /// Takes in how a job ended.
    pub fn hear(&mut self, job: &Job) {
        match job.kind {
            JobKind::Catalogue => {
                self.is_catalogue_old = false;
                if let Some(summary) = job.summary() {
                    self.catalogue = value(summary, "models");
                }
            }
            JobKind::Search => self.hear_search(job),
            JobKind::About => {
                if let Some(model) = job.summary().and_then(|summary| value::<OfferedModel>(summary, "model")) {
                    self.about.insert(model.repository.clone(), model);
                }
            }
            JobKind::Models => self.hear_models(job),
            JobKind::Download | JobKind::DeleteModel => self.disk_changed(),
            JobKind::Account => self.hear_account(job),
            _ => {}
        }
    }

    /// The models on this machine are others now, or used by others.
    pub fn disk_changed(&mut self) {
        self.is_disk_old = true;
    }

    /// What computes is another: whether a model fits is to be said anew.
    pub fn machine_changed(&mut self) {
        self.is_catalogue_old = true;
        self.about.clear();
    }

    /// Whether the suggestions are to be asked for again.
    pub fn is_catalogue_old(&self) -> bool {
        self.is_catalogue_old
    }

    /// Whether the models on this machine are to be asked for again.
    pub fn is_disk_old(&self) -> bool {
        self.is_disk_old
    }

    /// A model of the Hub that lies on this machine, whole or in part.
    pub fn local(&self, repository: &str) -> Option<&LocalModel> {
        let models = &self.on_disk.as_ref()?.models;
        let named = || models.iter().filter(|model| model.name == repository);
        named().find(|model| model.role.is_some()).or_else(|| named().next())
    }

    fn hear_search(&mut self, job: &Job) {
        let (JobSpec::Search(spec), Some(summary)) = (&job.spec, job.summary()) else { return };
        self.found = value(summary, "models").map(|models| Found {
            words: spec.words.clone(),
            models,
            left_out: summary.get("left_out").and_then(Value::as_u64).unwrap_or(0),
        });
    }

    fn hear_models(&mut self, job: &Job) {
        self.is_disk_old = false;
        if let Some(summary) = job.summary() {
            self.on_disk = Some(OnDisk {
                models: value(summary, "models").unwrap_or_default(),
                cache: value(summary, "cache").unwrap_or_default(),
                bytes: value(summary, "bytes").unwrap_or_default(),
            });
        }
    }

    fn hear_account(&mut self, job: &Job) {
        let (JobSpec::Account(spec), Some(summary)) = (&job.spec, job.summary()) else { return };
        self.account = value(summary, "account");
        // What lies in the keyring is found there from now on.
        if spec.action == AccountAction::Keep {
            self.token = None;
        }
    }
}

/// What a project calls a model that lies on this machine: `owner/name@commit` where it came from the Hub.
pub fn called(model: &LocalModel) -> String {
    match (&model.commit, model.place) {
        (_, ModelPlace::Starter) => STARTER.to_owned(),
        (Some(commit), ModelPlace::HubCache) => format!("{}@{commit}", model.name),
        (None, ModelPlace::HubCache) => model.name.clone(),
        _ => model.path.to_string_lossy().into_owned(),
    }
}

fn value<T: DeserializeOwned>(summary: &Map<String, Value>, key: &str) -> Option<T> {
    serde_json::from_value(summary.get(key)?.clone()).ok()
}
