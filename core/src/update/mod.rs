//! Newer versions of this program: a signed list of them is asked for, and what it names is fetched, checked, and put in place.
//!
//! What is believed is what a key that was compiled in has signed: version, platform, kind, file name, length and SHA-256 of every
//! file stand inside the signed list, and so does its number, which only grows. So a relabelled old build, a list that was changed
//! and a list from last year are all refused by the same rule. [`Origin`] says where the list lies; a build without one asks
//! nobody. Nothing about the person or the machine is sent.
//!
//! The program's file is replaced by one rename, after the new file said its version, and with the old one kept beside it as
//! `whetstone.previous` until the new one has started once, which is when it understood a command line or drew a picture: see
//! [`begin`] and [`first_start_is_done`].

mod beside;
mod error;
mod feed;
mod fetch;
mod installed;
mod job;
mod origin;
mod place;
mod ready;
mod settings;
mod standing;
mod start;
mod trial;
mod unpack;

pub use error::UpdateError;
pub use feed::{Artefact, Feed, comment};
pub use installed::{Installed, Kind, Variant, platform};
pub use job::{known, run};
pub use origin::Origin;
pub use ready::{fetched_installer, open_installer};
pub use standing::{Offer, Ready, Standing};
pub use start::{Begun, begin, first_start_is_done};
