//! What a model's folder says of the terms under which it may be used: its card's front matter, and the files of its licence.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError};

/// Beginnings of the names of files that go on with a model.
const TERMS: [&str; 5] = ["license", "licence", "notice", "use_policy", "copying"];

/// A larger file is no licence.
const LARGEST: u64 = 1 << 20;

/// What the front matter of a folder's card says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter(Vec<(String, Vec<String>)>);

impl FrontMatter {
    /// Of the card in a folder; empty where there is none.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        let card = folder.join("README.md");
        if card.is_file() { files::read_text(&card).map(|card| Self::read(&card)) } else { Ok(Self::default()) }
    }

    /// The words of a key; none where it is not there.
    pub fn words(&self, key: &str) -> Vec<String> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, words)| words.clone()).unwrap_or_default()
    }

    /// Lines of a front matter that say the same licence and languages, each ending its line. Values are quoted as JSON,
    /// which YAML reads too, so that no name becomes a key.
    pub fn terms(&self) -> String {
        let lines =
            ["license", "license_name", "license_link", "language"].map(|key| match self.words(key).as_slice() {
                [] => String::new(),
                [one] => format!("{key}: {}\n", serde_json::Value::from(one.as_str())),
                several => format!("{key}: {}\n", serde_json::Value::from(several)),
            });
        lines.concat()
    }

    /// The keys whose values are words: `key: word`, `key: [word, word]`, or a word a line.
    fn read(card: &str) -> Self {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        let mut lines = card.lines();
        if lines.next().map(str::trim_end) != Some("---") {
            return Self(found);
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
        Self(found)
    }
}

/// The files of a folder that say what may be done with the model, by their names. A model that is a single file has no others
/// beside it that are its own.
pub fn files_of_terms(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut terms = Vec::new();
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
    Ok(terms)
}

/// Copies such files into a folder, and says their names.
pub fn copy_terms(terms: &[PathBuf], to: &Path) -> Result<Vec<String>, FileError> {
    let mut names = Vec::new();
    for path in terms {
        let Some(name) = path.file_name() else { continue };
        let content = fs::read(path).map_err(|source| FileError::Read { path: path.clone(), source })?;
        files::write_atomically(&to.join(name), |file| file.write_all(&content))?;
        names.push(name.to_string_lossy().into_owned());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cards_front_matter_is_read_in_the_ways_in_which_people_write_it() {
        let card = "---\nlicense: \"apache-2.0\"\nlanguage:\n- en\n- 'de'\ntags: [a, b]\nempty:\n---\n\nlicense: mit\n";
        let found = FrontMatter::read(card);
        assert_eq!(found.words("license"), ["apache-2.0"]);
        assert_eq!(found.words("language"), ["en", "de"]);
        assert_eq!(found.words("tags"), ["a", "b"]);
        assert!(found.words("empty").is_empty() && found.words("missing").is_empty());
        assert_eq!(found.terms(), "license: \"apache-2.0\"\nlanguage: [\"en\",\"de\"]\n");
        assert_eq!(FrontMatter::read("# A model\nlicense: mit"), FrontMatter::default());
    }
}
