//! What is kept of newer versions in the user's configuration folder: whether they may be looked for, and the newest that was
//! seen, so that an older list is known as one.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Feed, UpdateError};
use crate::files::{self, FileError};

/// The file's name in the user's folder of settings.
const FILE: &str = "updates.toml";
/// Versions that did not start here and are remembered.
const MOST_SET_BACK: usize = 16;

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    /// Whether the window may look by itself.
    pub(super) allowed: bool,
    /// When was last looked, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) looked_at: Option<u64>,
    /// The newest version that was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) newest: Option<String>,
    /// The number of its list.
    pub(super) sequence: u64,
    /// What changed in it.
    pub(super) notes: String,
    /// Versions that were put in place and did not start.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) did_not_start: Vec<String>,
}

impl Settings {
    /// Where they are kept.
    pub(super) fn path_of_user() -> Result<PathBuf, UpdateError> {
        let unknown = |reason: String| {
            let source = std::io::Error::other(reason);
            FileError::Read { path: PathBuf::from("the user's folder of settings"), source }
        };
        Ok(files::config_home().map_err(unknown)?.join(FILE))
    }

    /// What a file says; nothing where there is none. A file that cannot be understood is an error: what stands in it keeps
    /// old versions away.
    pub(super) fn read(path: &Path) -> Result<Self, UpdateError> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = files::read_text(path)?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let line = files::line_of(&text, error.span().map_or(0, |span| span.start));
            UpdateError::BadSettings { path: path.to_owned(), line, fault: error.message().to_owned() }
        })
    }

    /// Reads what is there, changes it, and writes it.
    pub(super) fn change(path: &Path, change: impl FnOnce(&mut Self)) -> Result<Self, UpdateError> {
        let mut settings = Self::read(path)?;
        let before = settings.clone();
        change(&mut settings);
        if settings != before {
            if let Some(folder) = path.parent() {
                files::create_folder(folder)?;
            }
            // Rather an error than a file that says nothing: it would forget what keeps old versions away.
            let failed = |error| FileError::Write { path: path.to_owned(), source: std::io::Error::other(error) };
            let text = toml::to_string(&settings).map_err(failed)?;
            files::write_atomically(path, |out| out.write_all(text.as_bytes()))?;
        }
        Ok(settings)
    }

    /// Takes in a list that was found right: refuses one that is older than what was seen.
    pub(super) fn saw(&mut self, feed: &Feed, now: SystemTime) -> Result<(), UpdateError> {
        let seen = self.newest.as_deref().and_then(|version| Version::parse(version).ok());
        let offered = feed.version();
        let is_older = feed.sequence < self.sequence || seen.is_some_and(|seen| offered.is_none_or(|new| new < seen));
        if is_older {
            return Err(UpdateError::Replayed { seen: self.newest.clone().unwrap_or_default() });
        }
        self.newest = Some(feed.version.clone());
        self.sequence = feed.sequence;
        self.notes.clone_from(&feed.notes);
        self.looked_at = now.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs());
        Ok(())
    }

    /// Remembers that a version did not start.
    pub(super) fn set_back(&mut self, version: &str) {
        if !self.did_not_start.iter().any(|known| known == version) {
            self.did_not_start.push(version.to_owned());
        }
        let too_many = self.did_not_start.len().saturating_sub(MOST_SET_BACK);
        self.did_not_start.drain(..too_many);
    }

    /// Whether a version is newer than the one that runs, and did not already fail to start here.
    pub(super) fn is_wanted(&self, version: &str, current: &str) -> bool {
        match (Version::parse(version), Version::parse(current)) {
            (Ok(version), Ok(current)) => version > current && !self.did_not_start.contains(&version.to_string()),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn feed(version: &str, sequence: u64) -> Feed {
        Feed::new(&Version::parse(version).expect("a version"), sequence, "New.", Vec::new())
    }

    #[test]
    fn an_older_list_than_the_newest_is_refused() {
        let mut settings = Settings::default();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        for (version, sequence, is_taken) in [
            ("0.2.0", 20, true),
            ("0.2.0", 20, true),
            ("0.1.9", 21, false),
            ("0.3.0", 19, false),
            ("0.10.0", 30, true),
            ("0.9.0", 31, false),
            ("0.10.0-rc.1", 32, false),
        ] {
            let before = settings.clone();
            assert_eq!(settings.saw(&feed(version, sequence), now).is_ok(), is_taken, "{version} {sequence}");
            assert!(is_taken || settings == before);
        }
        assert_eq!(
            (settings.newest.as_deref(), settings.sequence, settings.looked_at),
            (Some("0.10.0"), 30, Some(100))
        );
    }

    #[test]
    fn only_what_is_newer_and_starts_is_wanted() {
        let mut settings = Settings::default();
        for (version, current, is_wanted) in
            [("0.2.0", "0.1.0", true), ("0.1.0", "0.1.0", false), ("0.1.0", "0.2.0", false), ("x", "0.1.0", false)]
        {
            assert_eq!(settings.is_wanted(version, current), is_wanted, "{version} {current}");
        }
        settings.set_back("0.2.0");
        settings.set_back("0.2.0");
        assert!(!settings.is_wanted("0.2.0", "0.1.0") && settings.is_wanted("0.2.1", "0.1.0"));
        assert_eq!(settings.did_not_start.len(), 1);
        (0..100).for_each(|number| settings.set_back(&format!("1.0.{number}")));
        assert_eq!(settings.did_not_start.len(), MOST_SET_BACK);
    }

    #[test]
    fn they_are_kept_and_a_spoiled_file_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep").join("updates.toml");
        assert_eq!(Settings::read(&path).expect("none yet"), Settings::default());
        // Nothing changed, so nothing is written.
        Settings::change(&path, |_| {}).expect("no change");
        assert!(!path.exists());
        let changed = Settings::change(&path, |settings| settings.allowed = true).expect("written");
        assert_eq!(Settings::read(&path).expect("read"), changed);
        for (spoiled, at) in
            [("allowed = maybe", 1), ("allowed = true\n\nsequence = \"x\"\n", 3), ("notes = \"a\"\nx", 2)]
        {
            std::fs::write(&path, spoiled).expect("written");
            let error = Settings::read(&path).expect_err(spoiled);
            assert!(matches!(&error, UpdateError::BadSettings { line, .. } if *line == at), "{spoiled:?}: {error}");
            // It is not written over, either.
            assert!(Settings::change(&path, |settings| settings.allowed = false).is_err());
            assert_eq!(std::fs::read_to_string(&path).expect("text"), spoiled);
        }
    }
}
