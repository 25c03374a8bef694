//! The models of LM Studio and of Ollama, where they keep them. They are used where they lie, and are theirs to delete.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::names::shown;
use super::super::walk;
use super::snapshot::{describe_gguf, is_gguf, part_of};
use crate::domain::{LocalModel, ModelPlace};

/// LM Studio has `owner/model/file.gguf`; a folder more does no harm.
const DEEPEST: usize = 4;
/// Ollama has `registry/owner/model/tag`.
const MANIFEST_DEPTH: usize = 3;
/// Models of one program that are listed at most.
const MOST_MODELS: usize = 1_000;
/// A small JSON file is no longer than this.
const LONGEST_JSON: u64 = 1 << 20;
/// What Ollama calls the layer with the weights.
const MODEL_LAYER: &str = "application/vnd.ollama.image.model";

/// A variable of the environment as a path.
pub(super) type Variable<'a> = dyn Fn(&str) -> Option<PathBuf> + 'a;

/// The models of LM Studio.
pub(super) fn lm_studio(variable: &Variable<'_>) -> Vec<LocalModel> {
    let mut models = Vec::new();
    for folder in lm_studio_folders(variable) {
        let files = walk::files(&folder, DEEPEST);
        let gguf = files.iter().filter(|file| is_gguf(&file.name) && file.bytes.is_some());
        // Of a file in several parts the first one stands for all of them.
        for file in gguf.filter(|file| part_of(&file.name).is_none_or(|(part, _)| part == 1)) {
            let beside = |name: &str| part_of(name).is_some() && without_part(name) == without_part(&file.name);
            let parts = files.iter().filter(|other| other.name == file.name || beside(&other.name));
            let (role, said) = describe_gguf(&file.path);
            models.push(LocalModel {
                name: file.path.display().to_string(),
                place: ModelPlace::LmStudio,
                path: file.path.clone(),
                commit: None,
                bytes: parts.filter_map(|part| part.bytes).sum(),
                unfinished_bytes: 0,
                role,
                said,
                used_by: Vec::new(),
                can_delete: false,
            });
        }
    }
    models.truncate(MOST_MODELS);
    models
}

/// A part's name without its number.
fn without_part(name: &str) -> &str {
    name.rsplit_once("-of-").and_then(|(rest, _)| rest.rsplit_once('-')).map_or(name, |(stem, _)| stem)
}

/// Where LM Studio keeps models: in its home, which a file beside it may point to, and where its settings say.
fn lm_studio_folders(variable: &Variable<'_>) -> Vec<PathBuf> {
    let Some(user) = home(variable) else { return Vec::new() };
    let pointer = walk::beginning(&user.join(".lmstudio-home-pointer"), LONGEST_JSON);
    let pointer = pointer.and_then(|bytes| String::from_utf8(bytes).ok());
    let pointed = pointer.and_then(|text| Some(PathBuf::from(text.lines().next()?.trim())));
    let homes = pointed.into_iter().chain([user.join(".lmstudio"), user.join(".cache").join("lm-studio")]);
    let folders = homes.flat_map(|home| {
        let settings = walk::json(&home.join("settings.json"), LONGEST_JSON);
        let named = settings.and_then(|settings| Some(PathBuf::from(settings["downloadsFolder"].as_str()?)));
        [Some(home.join("models")), named]
    });
    distinct(folders.flatten())
}

/// The models of Ollama.
pub(super) fn ollama(variable: &Variable<'_>) -> Vec<LocalModel> {
    let usual = home(variable).map(|home| home.join(".ollama").join("models"));
    // Where it runs as a service of the system.
    let service = cfg!(target_os = "linux").then(|| PathBuf::from("/usr/share/ollama/.ollama/models"));
    let folders = match variable("OLLAMA_MODELS") {
        Some(folder) => vec![folder],
        None => distinct(usual.into_iter().chain(service)),
    };
    let mut models = Vec::new();
    for folder in folders {
        let manifests = walk::files(&folder.join("manifests"), MANIFEST_DEPTH);
        models.extend(manifests.iter().filter_map(|manifest| ollama_model(&folder, &manifest.name, &manifest.path)));
    }
    models.truncate(MOST_MODELS);
    models
}

fn ollama_model(folder: &Path, name: &str, manifest: &Path) -> Option<LocalModel> {
    let manifest = walk::json(manifest, LONGEST_JSON)?;
    let layers = manifest["layers"].as_array()?;
    let layer = layers.iter().find(|layer| layer["mediaType"].as_str() == Some(MODEL_LAYER))?;
    let digest = layer["digest"].as_str()?.strip_prefix("sha256:")?;
    // It becomes a file's name: nothing but the digits that it should be.
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let path = folder.join("blobs").join(format!("sha256-{digest}"));
    let bytes = fs::metadata(&path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len());
    let is_whole = bytes.is_some() && layer["size"].as_u64().is_none_or(|size| bytes == Some(size));
    let title = ollama_title(name);
    let (role, said) = if is_whole {
        let (role, said) = describe_gguf(&path);
        (role, format!("{title}; {said}"))
    } else {
        (None, format!("{title}; not whole"))
    };
    Some(LocalModel {
        name: path.display().to_string(),
        place: ModelPlace::Ollama,
        path,
        commit: None,
        bytes: bytes.unwrap_or(0),
        unfinished_bytes: 0,
        role,
        said,
        used_by: Vec::new(),
        can_delete: false,
    })
}

/// `registry.ollama.ai/library/llama3.2/1b` as Ollama says it: `llama3.2:1b`.
fn ollama_title(manifest: &str) -> String {
    let short = manifest.strip_prefix("registry.ollama.ai/").unwrap_or(manifest);
    let short = short.strip_prefix("library/").unwrap_or(short);
    shown(&short.rsplit_once('/').map_or_else(|| short.to_owned(), |(name, tag)| format!("{name}:{tag}")))
}

fn home(variable: &Variable<'_>) -> Option<PathBuf> {
    variable("HOME").or_else(|| variable("USERPROFILE")).filter(|home| home.is_absolute())
}

/// Folders that are there, each once.
fn distinct(folders: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    folders.filter(|folder| folder.is_dir() && fs::canonicalize(folder).is_ok_and(|real| seen.insert(real))).collect()
}
