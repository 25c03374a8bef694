//! What a folder of a model's files is good for, found out without reading a weight.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::names::{file_below, shown};
use super::super::select::is_pickle;
use super::super::walk::{self, Found};
use super::gguf::GgufHead;
use crate::domain::ModelRole;
use crate::model::{ConfigReader, DecoderConfig, FAMILIES};

/// Folders within folders of one snapshot.
const DEEPEST: usize = 4;
/// A JSON file that is no longer than this is read.
const LONGEST_JSON: u64 = 16 << 20;

/// What a folder is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) role: Option<ModelRole>,
    /// What it is, or why it is of no use.
    pub(super) said: String,
    /// Whether nothing that belongs to it is missing.
    pub(super) is_whole: bool,
    /// The one file to use, where it is one.
    pub(super) file: Option<PathBuf>,
}

impl Judged {
    pub(super) fn unusable(said: impl Into<String>, is_whole: bool) -> Self {
        Self { role: None, said: said.into(), is_whole, file: None }
    }
}

/// Looks at a folder.
pub(super) fn judge(folder: &Path) -> Judged {
    let files = walk::files(folder, DEEPEST);
    if let Some(missing) = files.iter().find(|file| file.bytes.is_none()) {
        return Judged::unusable(format!("not whole: {} is missing", shown(&missing.name)), false);
    }
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    if names.contains("adapter_config.json") {
        return Judged::unusable("an adapter, not a model", true);
    }
    let gguf: Vec<&Found> = files.iter().filter(|file| is_gguf(&file.name)).collect();
    if !names.contains("config.json") && !gguf.is_empty() {
        return judge_gguf(&gguf);
    }
    if names.is_empty() {
        return Judged::unusable("not whole: nothing of it is there yet", false);
    }
    match judge_weights(folder, &names) {
        Ok(title) => Judged { role: Some(ModelRole::Train), said: title, is_whole: true, file: None },
        Err(judged) => judged,
    }
}

/// Whether a file's name is that of a GGUF file with a model that speaks; those beside it that see pictures do not.
pub(in crate::hub) fn is_gguf(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    file.rsplit('.').next() == Some("gguf") && !file.contains("mmproj")
}

/// The number of a part and of all, where a file's name says that it is one of several: `…-00001-of-00003.gguf`.
pub(super) fn part_of(name: &str) -> Option<(u32, u32)> {
    let stem = name.get(..name.len().checked_sub(5)?)?;
    let (rest, of) = stem.rsplit_once("-of-")?;
    let (_, part) = rest.rsplit_once('-')?;
    Some((part.parse().ok()?, of.parse().ok()?)).filter(|(part, of)| (1..=*of).contains(part))
}

fn judge_gguf(files: &[&Found]) -> Judged {
    let firsts: Vec<&&Found> =
        files.iter().filter(|file| part_of(&file.name).is_none_or(|(part, _)| part == 1)).collect();
    match firsts.as_slice() {
        [] => Judged::unusable("not whole: the first part of its GGUF file is missing", false),
        [one] => {
            let parts = part_of(&one.name).map_or(1, |(_, of)| of as usize);
            if files.len() < parts {
                return Judged::unusable("not whole: parts of its GGUF file are missing", false);
            }
            let (role, said) = describe_gguf(&one.path);
            Judged { role, said, is_whole: true, file: Some(one.path.clone()) }
        }
        several => {
            let said = format!("{} GGUF files: choose one of them", several.len());
            Judged { role: Some(ModelRole::Coach), said, is_whole: true, file: None }
        }
    }
}

/// What a GGUF file is good for, and what it is.
pub(super) fn describe_gguf(path: &Path) -> (Option<ModelRole>, String) {
    let Some(head) = GgufHead::read(path) else { return (None, "damaged, or no GGUF file".to_owned()) };
    let architecture = head.architecture.as_deref().unwrap_or("an architecture that it does not name");
    if matches!(architecture, "clip" | "mmproj") {
        return (None, "a part that sees pictures, not a model that speaks".to_owned());
    }
    let name = head.name.as_deref().map(|name| format!("{name}, ")).unwrap_or_default();
    let precision = head.precision.map(|precision| format!(", {precision}")).unwrap_or_default();
    (Some(ModelRole::Coach), format!("GGUF: {name}{architecture}{precision}"))
}

/// The family's title of a model that can be trained, or why it is none.
fn judge_weights(folder: &Path, names: &BTreeSet<&str>) -> Result<String, Judged> {
    if !names.contains("config.json") {
        let said = if names.iter().any(|name| name.ends_with(".safetensors")) {
            "weights without a config.json: not a model of transformers' form"
        } else if names.iter().any(|name| is_pickle(name)) {
            PICKLE_ONLY
        } else {
            "not whole: config.json is missing"
        };
        return Err(Judged::unusable(said, !said.starts_with("not whole")));
    }
    let family = family(folder)?;
    let is_sharded = names.contains("model.safetensors.index.json");
    if !names.contains("model.safetensors") && !is_sharded {
        let said = if names.iter().any(|name| name.ends_with(".safetensors")) {
            "weights under names that no model of transformers' form has"
        } else if names.iter().any(|name| is_pickle(name)) {
            PICKLE_ONLY
        } else {
            return Err(Judged::unusable("not whole: the weights are missing", false));
        };
        return Err(Judged::unusable(said, true));
    }
    if is_sharded && !names.contains("model.safetensors") {
        check_shards(folder, names)?;
    }
    if !names.contains("tokenizer.json") {
        let has_older =
            names.contains("tokenizer.model") || names.contains("vocab.json") || names.contains("vocab.txt");
        let said = if has_older {
            "a tokenizer of an older form, without tokenizer.json"
        } else {
            "not whole: tokenizer.json is missing"
        };
        return Err(Judged::unusable(said, has_older));
    }
    Ok(family.to_owned())
}

const PICKLE_ONLY: &str = "weights as pickle only, which can run programs and is never read";

/// The title of the family that config.json names, if it is computed here in this form.
fn family(folder: &Path) -> Result<&'static str, Judged> {
    let unusable = |said: String| Judged::unusable(said, true);
    let Ok(config) = ConfigReader::open(folder) else {
        return Err(unusable("config.json is damaged".to_owned()));
    };
    let Some(id) = config.get("model_type").and_then(|id| id.as_str()) else {
        return Err(unusable("config.json names no family".to_owned()));
    };
    let Some(family) = FAMILIES.iter().find(|family| family.id == id) else {
        return Err(unusable(format!("a family that is not computed here: {}", shown(id))));
    };
    if DecoderConfig::open(folder).is_ok() {
        return Ok(family.title);
    }
    Err(unusable(if config.get("quantization_config").is_some() {
        format!("{}, with weights that were made smaller in a way that is not computed here", family.title)
    } else if config.get("auto_map").is_some() {
        format!("{}, with program code of its own, which is never run", family.title)
    } else {
        format!("{}, in a form that is not computed here", family.title)
    }))
}

/// Whether every file that the weights' index names is there.
fn check_shards(folder: &Path, names: &BTreeSet<&str>) -> Result<(), Judged> {
    let index = walk::json(&folder.join("model.safetensors.index.json"), LONGEST_JSON);
    let damaged = || Judged::unusable("model.safetensors.index.json is damaged", true);
    let map = index.as_ref().and_then(|index| index["weight_map"].as_object()).ok_or_else(damaged)?;
    let shards: BTreeSet<&str> = map.values().filter_map(|shard| shard.as_str()).collect();
    let is_missing = |shard: &&&str| !names.contains(*shard) || file_below(folder, shard).is_err();
    match shards.iter().find(is_missing) {
        _ if shards.is_empty() => Err(damaged()),
        Some(missing) => Err(Judged::unusable(format!("not whole: {} is missing", shown(missing)), false)),
        None => Ok(()),
    }
}
