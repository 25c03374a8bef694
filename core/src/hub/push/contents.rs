//! The files of a folder that belong to what is pushed. What is not known to belong stays here.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::names::{RepositoryName, file_below, shown};
use super::super::{HubError, walk};
use super::card::Card;
use crate::domain::PushFile;
use crate::files::{self, FileError};
use crate::job::PushKind;

/// Folders within folders.
const DEEPEST: usize = 4;
/// Files at most: the Hub takes no more in one commit.
const MOST_FILES: usize = 1_000;
/// A card or a configuration that is longer is no such file.
const LONGEST_TEXT: u64 = 16 << 20;
/// Names of files that are left out and told.
const MOST_TOLD: usize = 6;
/// Texts that lie beside anything that is given away.
const TEXTS: [&str; 8] =
    ["README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "NOTICE", "NOTICE.txt", "USE_POLICY.md"];
/// Files that a model or an adapter is made of, beside its weights.
const MODEL_FILES: [&str; 14] = [
    "config.json",
    "generation_config.json",
    "adapter_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "Modelfile",
];
/// Endings of weights, and of lists of them.
const MODEL_ENDINGS: [&str; 3] = [".safetensors", ".safetensors.index.json", ".gguf"];
/// Endings of records.
const DATASET_ENDINGS: [&str; 6] = [".jsonl", ".json", ".csv", ".tsv", ".parquet", ".txt"];
/// Files that may name the base model by its path on this machine.
const NAMING_FILES: [&str; 2] = ["README.md", "adapter_config.json"];

/// A file that is sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// What is sent in place of what the file holds, where a path of this machine was taken out of it.
    pub(super) instead: Option<String>,
}

/// What is sent, and what to look at before it is.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) files: Vec<Sent>,
    pub(super) cautions: Vec<String>,
}

impl Contents {
    /// What of a folder belongs to what is pushed.
    pub(super) fn of(folder: &Path, kind: PushKind) -> Result<Self, HubError> {
        // Said first, since a folder that is not there holds nothing either.
        fs::read_dir(folder).map_err(|source| FileError::Read { path: folder.to_owned(), source })?;
        let nothing = |reason: &str| HubError::NothingToPush { folder: folder.to_owned(), reason: reason.to_owned() };
        if folder.join("project.db").exists() {
            return Err(nothing("it is a project, with everything that people said in it"));
        }
        let (mut sent, mut left) = (Vec::new(), Vec::new());
        for file in walk::files(folder, DEEPEST) {
            let is_hidden = file.name.split('/').any(|part| part.starts_with('.'));
            let belongs =
                !is_hidden && !file.is_link && belongs(&file.name, kind) && file_below(folder, &file.name).is_ok();
            match file.bytes.filter(|_| belongs) {
                Some(bytes) => sent.push(Sent { name: file.name, path: file.path, bytes, instead: None }),
                None => left.push(file.name),
            }
        }
        if let Some(reason) = missing(&sent, kind) {
            return Err(nothing(reason));
        }
        if sent.len() > MOST_FILES {
            return Err(nothing(&format!("it holds more than {MOST_FILES} files")));
        }
        let mut contents = Self { files: sent, cautions: Vec::new() };
        contents.look(kind)?;
        contents.cautions.extend(left_out(&left));
        Ok(contents)
    }

    /// The files as they are shown.
    pub(super) fn listed(&self) -> Vec<PushFile> {
        let size = |file: &Sent| file.instead.as_ref().map_or(file.bytes, |text| text.len() as u64);
        self.files.iter().map(|file| PushFile { name: file.name.clone(), bytes: size(file) }).collect()
    }

    /// Reads the card, and whatever else may name this machine.
    fn look(&mut self, kind: PushKind) -> Result<(), HubError> {
        let card = self.files.iter().find(|file| file.name == "README.md");
        let card = card.map(|file| text_of(&file.path)).transpose()?.flatten().map(|text| Card::of(&text));
        self.cautions.extend(match &card {
            Some(card) => card.cautions(kind),
            None => vec![
                "there is no card (README.md): nobody will know what this is, or whether it may be used".to_owned(),
            ],
        });
        if kind == PushKind::Dataset {
            let said = "the texts of a dataset leave this machine as they are: look whether anything personal stands in them, \
                        and whether those who wrote them agree";
            self.cautions.push(said.to_owned());
        }
        for name in NAMING_FILES {
            self.take_path_out(name)?;
        }
        Ok(())
    }

    /// Where a file names the base model by its place in this machine's cache, it is sent with the model's name instead.
    fn take_path_out(&mut self, name: &str) -> Result<(), HubError> {
        let Some(file) = self.files.iter_mut().find(|file| file.name == name) else { return Ok(()) };
        let Some(text) = text_of(&file.path)? else { return Ok(()) };
        let named = if name == "README.md" {
            Card::of(&text).base_model
        } else {
            let config: Option<serde_json::Value> = serde_json::from_str(&text).ok();
            config.and_then(|config| Some(config["base_model_name_or_path"].as_str()?.to_owned()))
        };
        let Some(path) = named.filter(|named| is_path(named)) else { return Ok(()) };
        match of_cache(&path) {
            Some(repository) => {
                let quoted = serde_json::to_string(&path).unwrap_or_default();
                let quoted = quoted.trim_matches('"');
                file.instead = Some(text.replace(quoted, repository.as_str()).replace(&path, repository.as_str()));
                self.cautions.push(format!(
                    "{name} names the base model by its place on this machine; it is sent with the name {repository} instead"
                ));
            }
            None => self.cautions.push(format!(
                "{name} names the base model by a path of this machine, {}: others learn the path, and find no model by it",
                shown(&path)
            )),
        }
        Ok(())
    }
}

fn text_of(path: &Path) -> Result<Option<String>, HubError> {
    if files::size(path) > LONGEST_TEXT {
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
    Ok(String::from_utf8(bytes).ok())
}

/// Whether a file is one that belongs to what is pushed.
fn belongs(name: &str, kind: PushKind) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    // A run's checkpoints are for going on with it, and hold the optimizer's state.
    let is_checkpoint = name.split('/').rev().skip(1).any(|folder| folder.starts_with("checkpoint"));
    let is_optimizer = file.starts_with("optimizer") || file.starts_with("scheduler");
    let is_text = TEXTS.contains(&file);
    let of_kind = match kind {
        PushKind::Model => MODEL_FILES.contains(&file) || MODEL_ENDINGS.iter().any(|ending| file.ends_with(ending)),
        PushKind::Dataset => DATASET_ENDINGS.iter().any(|ending| file.ends_with(ending)),
    };
    (is_text || of_kind) && !is_checkpoint && !is_optimizer
}

/// What a folder lacks to be what it should be.
fn missing(files: &[Sent], kind: PushKind) -> Option<&'static str> {
    let has = |wanted: fn(&str) -> bool| files.iter().any(|file| wanted(&file.name));
    match kind {
        PushKind::Model if !has(|name| MODEL_ENDINGS.iter().any(|ending| name.ends_with(ending))) => {
            Some("no weights (.safetensors or .gguf) lie in it")
        }
        PushKind::Dataset
            if !has(|name| DATASET_ENDINGS.iter().any(|ending| name.ends_with(ending)) && !TEXTS.contains(&name)) =>
        {
            Some("no records (.jsonl, .json, .csv, .parquet) lie in it")
        }
        PushKind::Model | PushKind::Dataset => None,
    }
}

fn left_out(names: &[String]) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let told: Vec<String> = names.iter().take(MOST_TOLD).map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("left out, since it does not belong to it: {}{more}", told.join(", ")))
}

/// Whether a base model is named by where it lies.
fn is_path(named: &str) -> bool {
    let is_windows = named.contains('\\') || named.as_bytes().get(1) == Some(&b':');
    is_windows || named.starts_with(['/', '.', '~']) || named.split('/').count() > 2
}

/// The repository of a path in a Hub cache.
fn of_cache(path: &str) -> Option<RepositoryName> {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let at = parts.iter().position(|part| *part == "snapshots")?;
    RepositoryName::of_cache_folder(parts.get(at.checked_sub(1)?)?)
}
