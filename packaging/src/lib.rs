//! Installers, update feed, icons and desktop entries.

pub mod command;
pub mod feed;
