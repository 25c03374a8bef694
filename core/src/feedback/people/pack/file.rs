//! A pack as a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::super::error::{PackError, PackItemProblem};
use super::{ItemLabel, MOST_LABELS, PACK_ENDING, Pack};
use crate::files::{FileError, write_atomically};

/// The form that this program writes.
pub(super) const VERSION: u32 = 1;

/// Bytes that a pack has at most: a hundred thousand comparisons of short answers.
const MOST_BYTES: u64 = 256 << 20;

impl Pack {
    /// Reads a pack and checks all of it.
    pub fn read(path: &Path) -> Result<Self, PackError> {
        Self::parse(path, &read_bytes(path, MOST_BYTES)?)
    }

    /// Writes the pack: a reader sees the old file or the new one.
    pub fn write(&self, path: &Path) -> Result<(), PackError> {
        Ok(write_atomically(path, |out| {
            serde_json::to_writer_pretty(&mut *out, self)?;
            out.write_all(b"\n")
        })?)
    }

    fn parse(path: &Path, bytes: &[u8]) -> Result<Self, PackError> {
        let syntax = |error: serde_json::Error| {
            let (line, column) = (error.line(), error.column());
            // The place is told once.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            PackError::Syntax { path: path.to_owned(), line, column, message }
        };
        let value: Value = serde_json::from_slice(bytes).map_err(syntax)?;
        let is_pack = value.get("format").and_then(Value::as_str) == Some(PACK_ENDING);
        match value.get("version").and_then(Value::as_u64).filter(|_| is_pack) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(found) => return Err(PackError::Version { path: path.to_owned(), found, known: VERSION }),
            None => return Err(PackError::NotAPack { path: path.to_owned() }),
        }
        drop(value);
        // Read anew from the text: only so an error knows its line.
        let pack: Self = serde_json::from_slice(bytes).map_err(syntax)?;
        pack.check(path)?;
        Ok(pack)
    }

    fn check(&self, path: &Path) -> Result<(), PackError> {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (number, item) in (1..).zip(&self.items) {
            let refused = |problem| PackError::Item { path: path.to_owned(), number, problem };
            if !is_item_key(&item.key) {
                return Err(refused(PackItemProblem::Key));
            }
            if let Some(other) = numbers.insert(&item.key, number) {
                return Err(refused(PackItemProblem::DuplicateKey { other }));
            }
            if let Some(label) = &item.label {
                self.check_label(label).map_err(refused)?;
            }
        }
        Ok(())
    }

    fn check_label(&self, label: &ItemLabel) -> Result<(), PackItemProblem> {
        let most = self.counter.min(MOST_LABELS);
        if !(1..=most).contains(&label.counter) {
            return Err(PackItemProblem::Counter { most });
        }
        if label.seconds.is_some_and(|seconds| !(seconds.is_finite() && seconds >= 0.0)) {
            return Err(PackItemProblem::Seconds);
        }
        if label.edit.as_ref().is_some_and(|edit| edit.text.trim().is_empty()) {
            return Err(PackItemProblem::EmptyEdit);
        }
        Ok(())
    }
}

/// A UUID in its usual form whose last 48 bits are free.
fn is_item_key(key: &str) -> bool {
    let is_usual = uuid::Uuid::try_parse(key).is_ok_and(|parsed| parsed.to_string() == key);
    is_usual && key.ends_with("-000000000000")
}

fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, PackError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(PackError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{labelled, sample};
    use super::*;
    use crate::domain::ToUserMessage;

    #[test]
    fn a_pack_comes_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ada.whetstone-pack");
        for pack in [sample(), labelled(3)] {
            pack.write(&path).expect("it can be written");
            assert_eq!(Pack::read(&path).expect("it can be read"), pack);
        }
        let text = crate::files::read_text(&path).expect("it is text");
        assert!(text.starts_with("{\n  \"format\": \"whetstone-pack\",\n  \"version\": 1,"), "{text}");
    }

    /// What reading says of the sample with `from` replaced.
    fn refused(from: &str, to: &str) -> String {
        let text = serde_json::to_string_pretty(&labelled(3)).expect("it is JSON");
        assert!(text.contains(from), "{text}");
        let error = Pack::parse(Path::new("p"), text.replacen(from, to, 1).as_bytes()).expect_err("it is refused");
        assert!(error.hint().is_some(), "{error}");
        error.to_string()
    }

    #[test]
    fn what_is_no_pack_is_refused_with_its_place() {
        for (from, to, says) in [
            ("{", "[", "p, line 2, column 11: expected `,` or `]`"),
            ("\"format\": \"whetstone-pack\"", "\"format\": 3", "p is no pack of Whetstone"),
            ("\"version\": 1", "\"version\": 2", "p is a pack of version 2, but this program knows version 1"),
            ("\"version\": 1,", "", "p is no pack of Whetstone"),
            ("\"counter\": 3", "\"counter\": \"x\"", "p, line 10, column 16: invalid type: string \"x\", expected u32"),
            (
                "\"seed\"",
                "\"sead\"",
                "p, line 9, column 8: unknown field `sead`, expected one of `format`, `version`, \
              `project`, `annotator`, `seed`, `counter`, `items`",
            ),
            ("-000000000000\"", "-000000000001\"", "p, item 1: `key` is no key of a pack"),
            ("\"counter\": 3", "\"counter\": 2", "p, item 3: `counter` must be from 1 to the pack's own, which is 2"),
            ("\"seconds\": 1.5", "\"seconds\": -1", "p, item 1: `seconds` must be at least 0"),
        ] {
            assert_eq!(refused(from, to), says);
        }
        let error = Pack::parse(Path::new("p"), b"[1, 2]").expect_err("no pack").to_string();
        assert_eq!(error, "p is no pack of Whetstone");
        let error = Pack::parse(Path::new("p"), b"{\"format\": \"\xFF\"}").expect_err("no text").to_string();
        assert!(error.starts_with("p, line 1, column"), "{error}");
        let deep = "[".repeat(100_000);
        let error = Pack::parse(Path::new("p"), deep.as_bytes()).expect_err("no pack").to_string();
        assert!(error.contains("recursion limit"), "{error}");
    }

    #[test]
    fn a_key_stands_for_one_item() {
        let mut pack = sample();
        pack.items[2].key = pack.items[0].key.clone();
        let error = pack.check(Path::new("p")).expect_err("it is there twice").to_string();
        assert_eq!(error, "p, item 3: `key` is that of item 1 too");
    }

    #[test]
    fn a_correction_says_something() {
        let mut pack = labelled(2);
        let edit = super::super::Edit { side: super::super::super::Side::First, text: " ".to_owned() };
        pack.items[1].label.as_mut().expect("a label").edit = Some(edit);
        let error = pack.check(Path::new("p")).expect_err("it is empty").to_string();
        assert_eq!(error, "p, item 2: the correction is empty");
    }

    #[test]
    fn a_file_beyond_the_limit_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p");
        write_atomically(&path, |out| out.write_all(&[b' '; 11])).expect("it can be written");
        assert_eq!(read_bytes(&path, 11).expect("it fits").len(), 11);
        assert!(matches!(read_bytes(&path, 10), Err(PackError::TooLarge { limit: 10, .. })));
        let missing = Pack::read(&folder.path().join("none")).expect_err("nothing is there");
        assert!(missing.hint().is_some_and(|hint| hint.starts_with("check the path")), "{missing}");
    }
}
