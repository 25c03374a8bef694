//! What is known of the servers that may judge: what jobs told, as plain values, and keys of the sitting.

use std::collections::BTreeMap;

use serde_json::Value;
use whetstone_core::domain::Secret;
use whetstone_core::feedback::coach::endpoint::{Endpoint, Leaving};
use whetstone_core::job::{EndpointsSpec, JobSpec, LeavingSpec};

use crate::work::{Job, JobKind};

/// What is known of servers that may judge.
#[derive(Debug, Clone, Default)]
pub struct EndpointsState {
    /// Those that this computer knows.
    pub known: Option<Vec<Endpoint>>,
    /// What came of what was last done with them.
    pub said: Option<String>,
    /// What was told of them may hold no more.
    is_old: bool,
    /// Keys for this sitting alone, by the servers' names: they are written nowhere, and gone with the window.
    keys: BTreeMap<String, Secret>,
    /// What would be sent, and of what that was asked.
    leaving: Option<(LeavingSpec, Leaving)>,
}

impl EndpointsState {
    /// These are known.
    #[cfg(test)]
    pub(crate) fn knowing(known: Vec<Endpoint>) -> Self {
        Self { known: Some(known), ..Self::default() }
    }

    /// Whether they are to be asked for again.
    pub fn is_old(&self) -> bool {
        self.is_old
    }

    /// The one of this name.
    pub fn find(&self, name: &str) -> Option<&Endpoint> {
        self.known.as_ref()?.iter().find(|endpoint| endpoint.name == name)
    }

    /// Its key for this sitting, where one was typed that no keyring took.
    pub fn key(&self, name: &str) -> Option<Secret> {
        self.keys.get(name).cloned()
    }

    /// What would be sent, where that was looked at.
    pub fn leaving(&self, spec: &LeavingSpec) -> Option<&Leaving> {
        self.leaving.as_ref().filter(|(of, _)| of == spec).map(|(_, leaving)| leaving)
    }

    /// Takes in how a job ended.
    pub fn hear(&mut self, job: &Job) {
        match job.kind {
            JobKind::Endpoints | JobKind::EndpointTest => self.hear_list(job),
            JobKind::Leaving => {
                let (JobSpec::Leaving(spec), Some(summary)) = (&job.spec, job.summary()) else { return };
                let told = summary.get("leaving").and_then(|value| serde_json::from_value(value.clone()).ok());
                self.leaving = told.map(|leaving| (spec.clone(), leaving));
            }
            // What was agreed to is kept by the job, and what was looked at is no more what is left.
            JobKind::Judge | JobKind::CoachReport => {
                let is_agreed = match &job.spec {
                    JobSpec::Run(spec) => spec.endpoint.is_agreed,
                    JobSpec::CoachReport(spec) => spec.endpoint.is_agreed,
                    _ => false,
                };
                self.is_old |= is_agreed;
                self.leaving = None;
            }
            _ => {}
        }
    }

    fn hear_list(&mut self, job: &Job) {
        self.is_old = false;
        let (JobSpec::Endpoints(spec), Some(summary)) = (&job.spec, job.summary()) else { return };
        // A key that was typed for one address goes to no other.
        let before = self.known.take();
        if let Some(known) = summary.get("endpoints").and_then(|value| serde_json::from_value(value.clone()).ok()) {
            self.known = Some(known);
        } else {
            self.known.clone_from(&before);
        }
        if let EndpointsSpec::Put { endpoint, key: None } = spec {
            let origin = |known: &Option<Vec<Endpoint>>| {
                let known = known.iter().flatten().find(|known| known.name == endpoint.name.trim());
                known.and_then(|known| known.origin().ok())
            };
            if origin(&before) != origin(&self.known) {
                self.keys.remove(endpoint.name.trim());
            }
        }
        self.said = summary.get("said").and_then(Value::as_str).filter(|said| !said.is_empty()).map(str::to_owned);
        match spec {
            EndpointsSpec::Put { endpoint, key: Some(key) } => {
                // What lies in the keyring is found there from now on.
                if summary.get("kept") == Some(&Value::Bool(true)) {
                    self.keys.remove(endpoint.name.trim());
                } else {
                    self.keys.insert(endpoint.name.trim().to_owned(), key.clone());
                }
            }
            EndpointsSpec::Remove { name } | EndpointsSpec::ForgetKey { name } => drop(self.keys.remove(name)),
            _ => {}
        }
    }
}
