//! Coaches behind a server that speaks as `OpenAI`'s does: Ollama, LM Studio, llama.cpp's server, vLLM, or one that is paid
//! for. None is trusted with money, secrets or the truth.
//!
//! A question (`frame`) is sent over one checked way (`place`, `exchange`), within a budget (`budget`); what is paid for
//! stands in a `ledger` before it is used, and what an `answer` holds is data. Every comparison ends as log-odds or
//! as "not judged, because".

mod answer;
mod asking;
mod budget;
mod error;
mod exchange;
mod frame;
pub mod key;
mod leaving;
mod ledger;
mod manage;
mod mind;
pub mod place;
mod repair;
mod settings;
mod trial;

pub use error::EndpointError;
pub use leaving::Leaving;
pub use manage::endpoints;
pub use mind::{EndpointMind, usual_patience};
pub use settings::{Endpoint, Endpoints};
pub use trial::{EndpointTrial, tried};
