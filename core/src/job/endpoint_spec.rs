//! What can be asked of the servers that this machine knows as judges, and what would go to them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::Secret;

/// What to do with the endpoints that this machine knows.
///
/// The summary of each: `endpoints` (all of them afterwards), `said` (a sentence for people), and where a key was given `kept`:
/// whether the system's keyring has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum EndpointsSpec {
    /// Name them.
    List,
    /// Add one, in place of one with its name, and keep its key where one is given.
    Put {
        /// What is known of it.
        endpoint: Box<NewEndpoint>,
        /// Its key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<Secret>,
    },
    /// Forget one and its key.
    Remove {
        /// What it is called.
        name: String,
    },
    /// Ask one a small question whose answer everybody knows.
    Test {
        /// What it is called.
        name: String,
        /// A key for this sitting alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<Secret>,
    },
    /// Take one's key out of the system's keyring.
    ForgetKey {
        /// What it is called.
        name: String,
    },
}

/// An endpoint as a person describes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewEndpoint {
    /// What it is called on this machine.
    pub name: String,
    /// Its address up to `/v1`.
    pub address: String,
    /// The model that is asked for.
    pub model: String,
    /// A million tokens read; 0 where it costs nothing.
    pub prompt_price: f64,
    /// A million tokens written.
    pub completion_price: f64,
    /// What the prices are in.
    pub currency: String,
    /// Requests at once; `None` is the usual.
    pub concurrency: Option<usize>,
    /// Tokens that it reads and writes at most.
    pub context_length: Option<u64>,
    /// Tokens of a judgement at most; `None` is the usual.
    pub answer_tokens: Option<u64>,
    /// A person confirmed that it is asked without encryption.
    pub plain_http: bool,
}

/// What judging of a project would send to an endpoint, at most. Nothing is sent. Its summary: `leaving`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeavingSpec {
    /// The project's folder.
    pub project: PathBuf,
    /// What the endpoint is called.
    pub endpoint: String,
    /// Comparisons of a trial at most; `None` looks at what the coach is to judge.
    #[serde(default)]
    pub trial: Option<usize>,
}
