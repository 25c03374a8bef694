//! Names that come from people and from the network: repositories, revisions and files. None of them may lead out of
//! its folder, under the rules of this system or of another.

use std::fmt;
use std::path::{Path, PathBuf};

use super::HubError;

pub use crate::model::base_name::is_commit;

/// The longest part of a name: what common file systems take.
const LONGEST_PART: usize = 255;
/// The longest name of a file with its folders.
const LONGEST_PATH: usize = 1024;
/// Names that stand for devices on Windows, whatever ending they have.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A repository's name: `owner/name`, or one of the few old ones without an owner. By the Hub's own rules: letters, digits,
/// `-`, `_` and `.`; no `--` or `..`; nothing at the ends but letters, digits and `_`; 96 characters at most.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepositoryName(String);

impl RepositoryName {
    /// Takes a name, or an address of the Hub that ends with one.
    pub fn new(text: &str) -> Result<Self, HubError> {
        let wrong = || HubError::RepositoryName { name: shown(text) };
        let trimmed = text.trim().trim_end_matches('/');
        // What people copy from a browser.
        let name = trimmed.strip_prefix("https://huggingface.co/").unwrap_or(trimmed);
        let parts: Vec<&str> = name.split('/').collect();
        let is_fine = matches!(parts.len(), 1 | 2) && name.len() <= 96 && parts.iter().all(|part| is_name_part(part));
        if is_fine { Ok(Self(name.to_owned())) } else { Err(wrong()) }
    }

    /// `owner/name`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The owner, where there is one, and the name.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or(("", &self.0))
    }

    /// Its folder in the cache: `models--owner--name`.
    pub fn cache_folder(&self) -> String {
        format!("models--{}", self.0.replace('/', "--"))
    }

    /// The repository of a folder in the cache.
    pub fn of_cache_folder(folder: &str) -> Option<Self> {
        Self::new(&folder.strip_prefix("models--")?.replacen("--", "/", 1)).ok()
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_name_part(part: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !part.is_empty()
        && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && part.starts_with(is_end)
        && part.ends_with(is_end)
        && !part.contains("--")
        && !part.contains("..")
        && !is_device(part)
}

/// A branch, a tag or a commit, as it is asked for.
pub fn check_revision(revision: &str) -> Result<(), HubError> {
    let is_fine = !revision.is_empty()
        && !revision.starts_with('-')
        && revision.split('/').all(is_file_part)
        && revision.len() <= LONGEST_PART;
    if is_fine { Ok(()) } else { Err(HubError::Revision { revision: shown(revision) }) }
}

/// A name of a file in a repository as a path below a folder. Refuses what would lead out of it, or stand for something else
/// than a file, on any system.
pub fn file_below(folder: &Path, name: &str) -> Result<PathBuf, HubError> {
    if name.len() > LONGEST_PATH || !name.split('/').all(is_file_part) {
        return Err(HubError::FileName { name: shown(name) });
    }
    Ok(name.split('/').fold(folder.to_owned(), |path, part| path.join(part)))
}

fn is_file_part(part: &str) -> bool {
    !part.is_empty()
        && part.len() <= LONGEST_PART
        && part != "."
        && part != ".."
        // Windows takes these away from the end, so that `..  ` is `..`.
        && !part.ends_with(['.', ' '])
        && !part.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c))
        && !is_device(part)
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end();
    let numbered = |prefix: &str| {
        let rest = stem.get(..3).filter(|start| start.eq_ignore_ascii_case(prefix)).and_then(|_| stem.get(3..));
        rest.is_some_and(|rest| {
            let mut digits = rest.chars();
            matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) || numbered("COM") || numbered("LPT")
}

/// A name from elsewhere as it is shown in a message: short, and without characters that do something to a terminal.
pub fn shown(name: &str) -> String {
    let visible: String = name.chars().take(120).flat_map(char::escape_debug).collect();
    if name.chars().count() > 120 { format!("{visible}…") } else { visible }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_have_the_names_that_the_hub_gives() {
        for fine in ["HuggingFaceTB/SmolLM2-135M-Instruct", "gpt2", "Qwen/Qwen2.5-0.5B", "a_/b.c"] {
            let name = RepositoryName::new(fine).expect(fine);
            assert_eq!(RepositoryName::of_cache_folder(&name.cache_folder()), Some(name.clone()));
        }
        let copied = RepositoryName::new(" https://huggingface.co/Qwen/Qwen3-0.6B/ ").expect("an address");
        assert_eq!((copied.as_str(), copied.parts()), ("Qwen/Qwen3-0.6B", ("Qwen", "Qwen3-0.6B")));
        assert_eq!(copied.cache_folder(), "models--Qwen--Qwen3-0.6B");
        let long = format!("owner/{}", "a".repeat(97));
        let wrong = [
            "",
            "/",
            "a/b/c",
            "../etc",
            "a/..",
            ".a/b",
            "a--b/c",
            "a b/c",
            "C:\\x",
            "\\\\host\\share",
            "a/nul",
            "COM1/x",
            "-a/b",
            &long,
        ];
        for wrong in wrong {
            assert!(RepositoryName::new(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn no_file_leads_out_of_its_folder_on_any_system() {
        let folder = Path::new("/cache/models--a--b/snapshots/0");
        for fine in
            ["config.json", "onnx/model.onnx", "model-00001-of-00002.safetensors", "ünïcode file.txt", ".gitattributes"]
        {
            assert!(file_below(folder, fine).expect(fine).starts_with(folder), "{fine}");
        }
        let long = "a".repeat(256);
        let wrong = [
            "",
            ".",
            "..",
            "../x",
            "a/../../x",
            "/etc/passwd",
            "a//b",
            "a/",
            "C:\\x",
            "C:x",
            "a\\..\\..\\x",
            "\\\\host\\share\\x",
            "//host/share",
            "nul",
            "NUL.txt",
            "con",
            "aux.json",
            "COM1",
            "com9.bin",
            "LPT1.txt",
            "COM¹",
            "conin$",
            "x.",
            "x ",
            ".. ",
            "...",
            "a:stream",
            "a\0b",
            "a\nb",
            "a|b",
            "a*",
            "a?",
            "\"a\"",
            "<a>",
            &long,
        ];
        for wrong in wrong {
            assert!(file_below(folder, wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn revisions_are_checked_before_they_become_files() {
        for fine in ["main", "refs/pr/1", "v1.0", "0123456789abcdef0123456789abcdef01234567"] {
            assert!(check_revision(fine).is_ok(), "{fine}");
        }
        for wrong in ["", "../main", "a/../b", "-x", "a\\b", "a//b", "nul"] {
            assert!(check_revision(wrong).is_err(), "{wrong}");
        }
        assert!(is_commit("0123456789abcdef0123456789abcdef01234567"));
        assert!(!is_commit("0123456789ABCDEF0123456789ABCDEF01234567") && !is_commit("main"));
    }

    #[test]
    fn what_is_shown_of_a_name_does_nothing_to_a_terminal() {
        assert_eq!(shown("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert!(shown(&"x".repeat(500)).chars().count() < 130);
    }
}
