//! A server on this machine's loopback that judges as `OpenAI`'s would be asked to, and misbehaves on demand.
//!
//! It finds the reply better that holds the word [`BETTER`], keeps a record of every question and of whether its answer was
//! sent whole, and counts tokens as bytes divided by four.

mod deed;
mod server;

pub use deed::{Deed, answer_body, judgement};
pub use server::{Asked, TestEndpoint};

/// The word that makes a reply the better one.
pub const BETTER: &str = "good";
