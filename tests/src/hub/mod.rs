//! A Hub on this machine's loopback: it speaks the Hugging Face Hub's API as far as models and datasets go, and misbehaves on
//! demand.
//!
//! Three ports stand for three hosts: the Hub itself, the store that it sends large files from ([`Server::Store`]), and a
//! stranger that no token may reach ([`Server::Stranger`]). Every request is recorded, with the bytes that went back.
//!
//! What the real Hub does with `Xet` is announced as it is there (`xetHash`, `X-Xet-Hash`), and not served: files come by the
//! road that it keeps for everybody else, a redirect to the store.

mod access;
mod faults;
mod listing;
mod push;
mod record;
mod repository;
mod resolve;
mod server;
mod state;
mod wire;

pub use faults::{Fault, Rule, Served};
pub use record::{Recorded, Server};
pub use repository::{Gate, Kind, Repository, blob_id, sha256};
pub use server::TestHub;
