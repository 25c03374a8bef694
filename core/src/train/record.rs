//! `run.json`: what a run was begun with, everything resolved, so that going on with it gives the same bits.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{TokenizedPair, TrainError};
use crate::domain::{DeviceChoice, DtypeChoice, MemoryMode, TrainSettings};
use crate::files;
use crate::job::TrainSpec;

/// The file's name in the run's folder.
pub const FILE_NAME: &str = "run.json";

/// What a run was begun with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Of this file's layout.
    pub format: u32,
    /// Every setting; `memory` and `checkpoint_every` as resolved.
    pub settings: TrainSettings,
    /// Resolved device.
    pub device: DeviceChoice,
    /// Resolved precision.
    pub dtype: DtypeChoice,
    /// Resolved number of threads.
    pub threads: usize,
    /// Tokens that are computed together.
    pub pack_tokens: usize,
    /// SHA-256 of the model's configuration and tokenizer and the size of its weights.
    pub model_digest: String,
    /// SHA-256 of the tokenized pairs, and of the holdout's.
    pub data_digest: String,
    /// SHA-256 of the starting adapter's files, where there is one.
    pub adapter_digest: Option<String>,
}

/// Layout that this program writes and reads.
pub const FORMAT: u32 = 1;

impl RunRecord {
    /// The record of the run in `folder`, if there is one.
    pub fn open(folder: &Path) -> Result<Option<Self>, TrainError> {
        let path = folder.join(FILE_NAME);
        if !path.exists() {
            return Ok(None);
        }
        let damaged = |reason: String| TrainError::Record { path: path.clone(), reason };
        let value: Value = serde_json::from_str(&files::read_text(&path)?)
            .map_err(|error| damaged(format!("this is no record of a run: {error}")))?;
        match value.get("format").and_then(Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            format => {
                let format = format.map_or("no".to_owned(), |format| format.to_string());
                return Err(damaged(format!("its layout is number {format}, and this program reads number {FORMAT}")));
            }
        }
        serde_json::from_value(value).map(Some).map_err(|error| damaged(format!("this is no record of a run: {error}")))
    }

    /// Writes the record.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let path = folder.join(FILE_NAME);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| TrainError::Record { path: path.clone(), reason: error.to_string() })?;
        Ok(files::write_atomically(&path, |file| writeln!(file, "{text}"))?)
    }

    /// Refuses to go on where anything differs, and names the first difference.
    pub fn check_same(&self, now: &Self, folder: &Path) -> Result<(), TrainError> {
        let (begun, now) = (serde_json::json!(self), serde_json::json!(now));
        match first_difference(&begun, &now, "") {
            None => Ok(()),
            Some((setting, begun, now)) => Err(TrainError::Changed { folder: folder.to_owned(), setting, begun, now }),
        }
    }
}

fn first_difference(a: &Value, b: &Value, path: &str) -> Option<(String, String, String)> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.into_iter().find_map(|key| {
                let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                first_difference(a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), &name)
            })
        }
        (a, b) if a == b => None,
        (a, b) => Some((path.to_owned(), a.to_string(), b.to_string())),
    }
}

/// What `--resume` leaves open is taken from the record: device, precision, threads, memory and the checkpoints'
/// distance. What is asked for stays, and differs loudly in [`RunRecord::check_same`].
pub fn complete(spec: &mut TrainSpec, record: &RunRecord) {
    if spec.compute.device == DeviceChoice::Auto {
        spec.compute.device = record.device;
    }
    if spec.compute.dtype == DtypeChoice::Auto {
        spec.compute.dtype = record.dtype;
    }
    spec.compute.threads.get_or_insert(record.threads);
    if spec.settings.memory == MemoryMode::Auto {
        spec.settings.memory = record.settings.memory;
    }
    if spec.settings.checkpoint_every.is_none() {
        spec.settings.checkpoint_every = record.settings.checkpoint_every;
    }
}

/// Hex of a SHA-256.
pub fn hex(digest: impl AsRef<[u8]>) -> String {
    digest.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Of tokenized pairs, in order.
pub fn digest_pairs<'p>(pairs: impl IntoIterator<Item = &'p TokenizedPair>) -> String {
    let mut hasher = Sha256::new();
    for pair in pairs {
        for ids in [&pair.prompt_ids, &pair.chosen_ids, &pair.rejected_ids] {
            hasher.update((ids.len() as u64).to_le_bytes());
            for id in ids {
                hasher.update(id.to_le_bytes());
            }
        }
    }
    hex(hasher.finalize())
}

/// Of the named files in a folder: contents of small ones, sizes of weights. A missing file counts as such.
pub fn digest_files(folder: &Path, whole: &[&str], by_size: &[&str]) -> Result<String, TrainError> {
    let mut hasher = Sha256::new();
    for name in whole {
        let path = folder.join(name);
        hasher.update(name.as_bytes());
        if path.exists() {
            hasher.update(files::read_text(&path)?.as_bytes());
        }
    }
    for name in by_size {
        let size = std::fs::metadata(folder.join(name)).map_or(0, |metadata| metadata.len());
        hasher.update(name.as_bytes());
        hasher.update(size.to_le_bytes());
    }
    Ok(hex(hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let a = json!({"settings": {"beta": 0.1, "lora": {"rank": 8}}, "threads": 2});
        let mut b = a.clone();
        assert_eq!(first_difference(&a, &b, ""), None);
        b["settings"]["lora"]["rank"] = json!(16);
        let difference = first_difference(&a, &b, "");
        assert_eq!(difference, Some(("settings.lora.rank".to_owned(), "8".to_owned(), "16".to_owned())));
    }

    #[test]
    fn digests_tell_pairs_apart() {
        let pair = |prompt: &[u32], chosen: &[u32]| TokenizedPair {
            prompt_ids: prompt.to_vec(),
            chosen_ids: chosen.to_vec(),
            rejected_ids: vec![],
        };
        assert_ne!(digest_pairs([&pair(&[1], &[2])]), digest_pairs([&pair(&[1, 2], &[])]));
    }
}
