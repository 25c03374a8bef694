//! What Whetstone is handed out as: installers and archives, with everything in them that belongs to an application.
//!
//! `cargo run -p whetstone-packaging -- bundle` makes what this system can make. Tauri's bundler lays out the packages;
//! what it leaves to chance (times, the order of files) is set right afterwards, so that the same program packed twice
//! is the same file. Each `.deb`, `.rpm`, portable archive and `.app` is opened again and looked at before it is said to be
//! there; of `AppImage`, NSIS, MSI and disk images it is seen that they are there and large enough.

pub mod archive;
pub mod bundle;
pub mod command;
pub mod compare;
pub mod dependencies;
pub mod desktop;
pub mod executable;
pub mod feed;
pub mod icons;
pub mod licences;
pub mod sbom;
pub mod source;

use std::io::Write;

/// A line on standard output. When nobody reads it, nobody misses it.
pub fn say(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// A line on standard error.
pub fn note(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}
