//! Models from the Hub, and those that lie on this machine: found, looked at, fetched whole, named, deleted; and what was
//! made here put on the Hub.
//!
//! A file enters the cache only after its size and digest were found right. A token goes to the Hub's own host alone.
//! What lies in the cache is used without asking the network.

mod account;
pub mod cache;
mod card;
pub mod catalogue;
mod digest;
mod download;
mod error;
pub mod http;
mod licences;
mod listing;
mod model_config;
mod models;
pub mod names;
mod push;
mod search;
mod select;
mod settings;
pub mod token;
mod transfer;
mod walk;

pub use account::account;
pub use cache::{find_local, looks_like_name, pinned};
pub use download::{Means, download, download_with};
pub use error::HubError;
pub use licences::licence_of;
pub use models::models;
pub use push::push;
pub use search::{about, search};
pub use settings::HubSettings;
