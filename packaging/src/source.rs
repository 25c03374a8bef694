//! What is packed: this repository at a commit.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use jiff::Timestamp;

/// The program's name: of its executable, its package, its window.
pub const NAME: &str = "whetstone";
/// The program's name for people.
pub const TITLE: &str = "Whetstone";
/// One line of what it is for.
pub const SUMMARY: &str = "Sharpen a small language model on your own laptop";
/// What it is for, a paragraph a line.
pub const DESCRIPTION: &str = "\
Pick a small language model, say which of its answers are better, train an adapter on that, and prove that it got better before you take it away.
The labels come from people, from a coach model, from rules, or from a mix of them.
Everything runs on this machine: no Python, no account, no server. A small model for trying it comes with it.";
/// How the program is known to systems that ask for a name that no other program has.
pub const IDENTIFIER: &str = "app.whetstone.whetstone";
/// Who is answerable for the packages.
pub const MAINTAINER: &str = "The Whetstone authors <whetstone@localhost>";
/// The version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The folder of this repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// When the packed commit was made, in seconds since 1970: `SOURCE_DATE_EPOCH` where it is set, or what git says.
pub fn epoch() -> anyhow::Result<u64> {
    if let Some(set) = std::env::var_os("SOURCE_DATE_EPOCH") {
        let set = set.to_string_lossy().into_owned();
        return set.parse().with_context(|| format!("SOURCE_DATE_EPOCH is {set:?}, which is no number of seconds"));
    }
    let said = Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(root()).output();
    let said = said.context("git does not start: set SOURCE_DATE_EPOCH to the time of the commit, in seconds")?;
    if !said.status.success() {
        bail!("this is no git repository: set SOURCE_DATE_EPOCH to the time of the commit, in seconds since 1970");
    }
    String::from_utf8_lossy(&said.stdout).trim().parse().context("git names no time of the last commit")
}

/// A day as `2026-11-26`, from seconds since 1970.
pub fn day(epoch: u64) -> anyhow::Result<String> {
    Ok(timestamp(epoch)?.strftime("%Y-%m-%d").to_string())
}

/// A moment as `2026-11-26T18:55:00Z`, from seconds since 1970.
pub fn moment(epoch: u64) -> anyhow::Result<String> {
    Ok(timestamp(epoch)?.to_string())
}

/// A moment as letters carry it: `Thu, 26 Nov 2026 18:55:00 +0000`.
pub fn mail_date(epoch: u64) -> anyhow::Result<String> {
    Ok(timestamp(epoch)?.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

fn timestamp(epoch: u64) -> anyhow::Result<Timestamp> {
    let of_calendar = i64::try_from(epoch).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    of_calendar.with_context(|| format!("{epoch} seconds after 1970 are beyond the calendar"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_those_of_the_calendar() {
        // Numbers from `date -u -d @SECONDS`.
        for (epoch, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(moment(epoch).expect("a moment"), expected);
            assert_eq!(day(epoch).expect("a day"), expected[..10]);
        }
        assert!(day(u64::MAX).is_err());
    }

    #[test]
    fn the_repository_is_found() {
        assert!(root().join("Cargo.lock").is_file());
        assert_eq!(VERSION.split('.').count(), 3);
    }
}
