//! What is known of the model that was trained from: its name, its licence, its languages.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::ExportError;
use crate::files::{self, FileError};
use crate::model::base_name;

/// The model that was trained from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Base {
    pub(super) name: String,
    /// The commit, where it is one of the Hub.
    pub(super) revision: Option<String>,
    /// Ids of its licence, as its card has them.
    pub(super) licences: Vec<String>,
    pub(super) languages: Vec<String>,
    /// Files that say what may be done with it.
    pub(super) files: Vec<PathBuf>,
}

/// Beginnings of the names of files that go on with a model.
const TERMS: [&str; 5] = ["license", "licence", "notice", "use_policy", "copying"];

/// A larger file is no licence.
const LARGEST: u64 = 1 << 20;

impl Base {
    pub(super) fn of(folder: &Path) -> Result<Self, ExportError> {
        let (name, revision) = base_name::of(folder);
        // A folder's path is this machine's alone, and says who works on it.
        let name = match &revision {
            Some(_) => name,
            None => folder.file_name().map_or(name, |last| last.to_string_lossy().into_owned()),
        };
        let card = folder.join("README.md");
        let front = if card.is_file() { files::read_text(&card).map(|card| front_matter(&card))? } else { Vec::new() };
        let of = |key: &str| front.iter().find(|(name, _)| name == key).map(|(_, values)| values.clone());
        let licences = of("license").unwrap_or_default();
        let licences = if licences == ["other"] { of("license_name").unwrap_or(licences) } else { licences };
        let mut terms = Vec::new();
        // A model may be a single file, which has no others beside it that are its own.
        if folder.is_dir() {
            let failed = |source| FileError::Read { path: folder.to_owned(), source };
            for entry in fs::read_dir(folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
                if TERMS.iter().any(|term| name.starts_with(term)) && path.is_file() && files::size(&path) <= LARGEST {
                    terms.push(path);
                }
            }
        }
        terms.sort();
        Ok(Self { name, revision, licences, languages: of("language").unwrap_or_default(), files: terms })
    }

    /// Copies its licence's files into `out`, and says their names.
    pub(super) fn copy_terms(&self, out: &Path) -> Result<Vec<String>, ExportError> {
        let mut names = Vec::new();
        for path in &self.files {
            let Some(name) = path.file_name() else { continue };
            let to = out.join(name);
            let content = fs::read(path).map_err(|source| FileError::Read { path: path.clone(), source })?;
            files::write_atomically(&to, |file| file.write_all(&content))?;
            names.push(name.to_string_lossy().into_owned());
        }
        Ok(names)
    }
}

/// The keys of a card's front matter whose values are words: `key: word`, `key: [word, word]`, or a word a line.
fn front_matter(card: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut lines = card.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return found;
    }
    let word = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    for line in lines.take_while(|line| line.trim_end() != "---") {
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            if let Some((_, values)) = found.last_mut() {
                values.push(word(item));
            }
        } else if let Some((key, value)) = line.split_once(':').filter(|(key, _)| !key.starts_with([' ', '#'])) {
            let inner = value.trim().strip_prefix('[').and_then(|list| list.strip_suffix(']'));
            let values = match inner {
                Some(list) => list.split(',').map(word).collect(),
                None => vec![word(value)],
            };
            found.push((key.to_owned(), values.into_iter().filter(|value| !value.is_empty()).collect()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cards_front_matter_is_read_in_the_ways_in_which_people_write_it() {
        let card = "---\nlicense: \"apache-2.0\"\nlanguage:\n- en\n- 'de'\ntags: [a, b]\nempty:\n---\n\nlicense: mit\n";
        let found = front_matter(card);
        let of = |key: &str| found.iter().find(|(name, _)| name == key).map(|(_, values)| values.join(" "));
        assert_eq!(of("license").as_deref(), Some("apache-2.0"));
        assert_eq!(of("language").as_deref(), Some("en de"));
        assert_eq!((of("tags").as_deref(), of("empty").as_deref()), (Some("a b"), Some("")));
        assert!(front_matter("# A model\nlicense: mit").is_empty());
    }

    #[test]
    fn the_licence_of_a_folder_is_found_and_its_files_go_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = folder.path().join("mine");
        fs::create_dir(&model).expect("a folder");
        for (name, text) in [
            ("README.md", "---\nlicense: other\nlicense_name: llama3.2\n---\n"),
            ("LICENSE.txt", "terms"),
            ("NOTICE", "notice"),
            ("config.json", "{}"),
        ] {
            fs::write(model.join(name), text).expect("written");
        }
        let base = Base::of(&model).expect("a base");
        assert_eq!((base.name.as_str(), base.licences.as_slice()), ("mine", ["llama3.2".to_owned()].as_slice()));
        let out = folder.path().join("out");
        fs::create_dir(&out).expect("a folder");
        assert_eq!(base.copy_terms(&out).expect("copied"), ["LICENSE.txt", "NOTICE"]);
        assert_eq!(files::read_text(&out.join("LICENSE.txt")).expect("text"), "terms");
    }
}
