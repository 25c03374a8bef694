//! `run.json`: what a run was begun with, everything resolved, so that going on with it gives the same bits.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{TokenizedRow, TrainError};
use crate::domain::{DeviceChoice, DtypeChoice, MemoryMode, OnlineSettings, TrainSettings};
use crate::files::{self, FileError, hexadecimal};
use crate::job::TrainSpec;

/// The file's name in the run's folder.
pub const FILE_NAME: &str = "run.json";

/// What a run was begun with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Of this file's layout.
    pub format: u32,
    /// What is done in rounds, where the run is a training in rounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<OnlineRecord>,
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
    /// SHA-256 of the model's configuration and tokenizer and of samples of its weights.
    pub model_digest: String,
    /// SHA-256 of the starting adapter's files, where there is one.
    pub adapter_digest: Option<String>,
    /// Where that adapter lay; for whoever takes the job elsewhere, and no part of what must be the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_from: Option<PathBuf>,
    /// SHA-256 of the tokenized data.
    pub data_digest: String,
    /// SHA-256 of the holdout's tokenized data.
    pub holdout_digest: String,
    /// Where the data lay, so that an evaluation can tell which prompts were trained on.
    #[serde(default)]
    pub data: Option<PathBuf>,
}

/// What a training in rounds was begun with beside that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OnlineRecord {
    /// Every setting of the rounds.
    pub settings: OnlineSettings,
    /// SHA-256 of what decides what is judged.
    pub judge_digest: String,
}

/// Where data lies, as a record says it: within the run's folder from there, so that the folder can be moved, else as a whole.
pub fn data_place(data: &Path, run: &Path) -> Option<PathBuf> {
    let (data, run) = (std::path::absolute(data).ok()?, std::path::absolute(run).ok()?);
    Some(data.strip_prefix(&run).map(Path::to_owned).unwrap_or(data))
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

    /// The adapter that the run went on from, where it still lies where it lay, as it was.
    pub fn start(&self) -> Result<Option<&Path>, TrainError> {
        let Some(folder) = self.starts_from.as_deref().filter(|folder| folder.is_dir()) else { return Ok(None) };
        let is_same = Some(digest_folder(folder, &["adapter_config.json"])?) == self.adapter_digest;
        Ok(Some(folder).filter(|_| is_same))
    }

    /// Writes the record.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let path = folder.join(FILE_NAME);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| TrainError::Record { path: path.clone(), reason: error.to_string() })?;
        Ok(files::write_atomically(&path, |file| writeln!(file, "{text}"))?)
    }

    /// Refuses to go on where anything differs that decides the numbers, and names the first difference. How much
    /// memory is used, how often checkpoints are written and where the data lies decides none.
    pub fn check_same(&self, now: &Self, folder: &Path) -> Result<(), TrainError> {
        let numbers = |record: &Self| {
            let settings =
                TrainSettings { memory: MemoryMode::Auto, checkpoint_every: None, ..record.settings.clone() };
            serde_json::json!(Self { settings, starts_from: None, data: None, ..record.clone() })
        };
        match first_difference(&numbers(self), &numbers(now), "") {
            None => Ok(()),
            Some(difference) => {
                Err(TrainError::Changed { folder: folder.to_owned(), difference: describe(&difference) })
            }
        }
    }

    /// Keeps other programs out of the run until the file that is returned is dropped or the process ends.
    pub fn lock(folder: &Path) -> Result<File, TrainError> {
        let path = folder.join(FILE_NAME);
        let file = File::open(&path).map_err(|source| FileError::Read { path, source })?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(TrainError::Busy { folder: folder.to_owned() }),
            // Some file systems of networks know no locks: the run goes on without.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
        }
    }
}

/// Whether a program is training in `folder` now.
pub fn is_busy(folder: &Path) -> bool {
    folder.join(FILE_NAME).is_file() && matches!(RunRecord::lock(folder), Err(TrainError::Busy { .. }))
}

/// A value of the record that is not the same any more.
#[derive(Debug, PartialEq)]
struct Difference {
    /// Its keys, from the outside in, with dots between them.
    path: String,
    begun: Value,
    now: Value,
}

fn first_difference(a: &Value, b: &Value, path: &str) -> Option<Difference> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.into_iter().find_map(|key| {
                let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                first_difference(a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), &name)
            })
        }
        (a, b) if a == b => None,
        (a, b) => Some(Difference { path: path.to_owned(), begun: a.clone(), now: b.clone() }),
    }
}

/// Says what a run was begun with that is another way now, by the option's name.
fn describe(Difference { path, begun, now }: &Difference) -> String {
    let path = path.strip_prefix("online.").unwrap_or(path);
    let path = path.strip_prefix("settings.").unwrap_or(path);
    let name = match path {
        "online" => return "as a training of the other kind (`train` or `train-online`)".to_owned(),
        "judge_digest" => return "with another judge than `--rules`, `--coach` and `--rubric` give now".to_owned(),
        "model_digest" => return "with another model than `--model` holds now".to_owned(),
        "adapter_digest" => return "from another starting adapter than `--adapter` gives now".to_owned(),
        "data_digest" => return "with other data than `--data` holds now".to_owned(),
        "holdout_digest" => return "with other data than `--holdout` holds now".to_owned(),
        "pack_tokens" => return "by another version of this program, which adds numbers in another order".to_owned(),
        "shuffle" => "--no-shuffle".to_owned(),
        _ if path.starts_with("loss_parameters.") => path.replace("loss_parameters.", "--loss-param "),
        _ if path.starts_with("template_arguments.") => path.replace("template_arguments.", "--template-argument "),
        _ => format!("--{}", path.strip_prefix("lora.").unwrap_or(path).replace('_', "-")),
    };
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let shown = |value: &Value| match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        value => plain(value),
    };
    let is_given = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(flag) => *flag != (path == "shuffle"),
        _ => true,
    };
    match (is_given(begun), is_given(now)) {
        (true, true) => format!("with `{name}` {}, not {}", shown(begun), shown(now)),
        (true, false) => format!("with `{name}`, which is missing now"),
        (false, _) => format!("without `{name}`, which is given now"),
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

/// Of tokenized rows, in order.
pub fn digest_rows<'r>(rows: impl IntoIterator<Item = &'r TokenizedRow>) -> String {
    let mut hasher = Sha256::new();
    for row in rows {
        hasher.update([u8::from(row.is_desirable)]);
        hasher.update((row.completions.len() as u64).to_le_bytes());
        for ids in std::iter::once(&row.prompt_ids).chain(&row.completions) {
            hasher.update((ids.len() as u64).to_le_bytes());
            for id in ids {
                hasher.update(id.to_le_bytes());
            }
        }
    }
    hexadecimal(hasher.finalize())
}

/// Of the named files in a folder, and of all its weights. A missing file counts as such. A model that is one file is taken
/// as that.
pub fn digest_folder(folder: &Path, names: &[&str]) -> Result<String, FileError> {
    let mut hasher = Sha256::new();
    if folder.is_file() {
        digest_samples(folder, &mut hasher).map_err(|source| FileError::Read { path: folder.to_owned(), source })?;
        return Ok(hexadecimal(hasher.finalize()));
    }
    for name in names {
        let path = folder.join(name);
        hasher.update(name.as_bytes());
        if path.is_file() {
            hasher.update(std::fs::read(&path).map_err(|source| FileError::Read { path, source })?);
        }
    }
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(failed)?.collect();
    let mut weights: Vec<_> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    weights.retain(|path| path.extension().is_some_and(|extension| extension == "safetensors"));
    weights.sort();
    for path in weights {
        hasher.update(path.file_name().unwrap_or_default().as_encoded_bytes());
        digest_samples(&path, &mut hasher).map_err(|source| FileError::Read { path, source })?;
    }
    Ok(hexadecimal(hasher.finalize()))
}

/// Takes in a file's size and blocks from all over it: of a small file every byte, of a large one a mebibyte, which is
/// enough to tell two trainings of a model apart and costs nothing.
pub fn digest_samples(path: &Path, hasher: &mut Sha256) -> io::Result<()> {
    const BLOCK: u64 = 4096;
    const BLOCKS: u64 = 256;
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    hasher.update(size.to_le_bytes());
    let distance = (size / BLOCKS).max(BLOCK);
    let mut block = Vec::new();
    for start in (0..size).step_by(distance as usize) {
        file.seek(SeekFrom::Start(start))?;
        block.clear();
        file.by_ref().take(BLOCK).read_to_end(&mut block)?;
        hasher.update(&block);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named_as_the_command_line_names_it() {
        let begun = json!({"settings": {
            "beta": 0.1, "lora": {"rank": 8, "rslora": false}, "max_steps": null, "shuffle": true, "loss": "sigmoid",
        }, "threads": 2, "data_digest": "ab"});
        assert_eq!(first_difference(&begun, &begun, ""), None);
        for (place, now, said) in [
            ("/settings/lora/rank", json!(16), "with `--rank` 8, not 16"),
            ("/settings/lora/rslora", json!(true), "without `--rslora`, which is given now"),
            ("/settings/max_steps", json!(7), "without `--max-steps`, which is given now"),
            ("/settings/shuffle", json!(false), "without `--no-shuffle`, which is given now"),
            ("/settings/loss", json!("ipo"), "with `--loss` sigmoid, not ipo"),
            ("/settings/loss", json!(null), "with `--loss`, which is missing now"),
            ("/threads", json!(4), "with `--threads` 2, not 4"),
            ("/data_digest", json!("cd"), "with other data than `--data` holds now"),
        ] {
            let mut changed = begun.clone();
            *changed.pointer_mut(place).expect("it is there") = now;
            let difference = first_difference(&begun, &changed, "").expect("it differs");
            assert_eq!(describe(&difference), said);
        }
    }

    #[test]
    fn weights_of_the_same_size_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model-00001-of-00002.safetensors");
        let digest = || digest_folder(folder.path(), &["config.json"]).expect("it can be read");
        let mut digests = vec![digest()];
        let mut bytes = vec![0; 3 << 20];
        for place in [None, Some(0), Some(5 * (3 << 20) / 256 + 17)] {
            if let Some(place) = place {
                bytes[place] = 1;
            }
            std::fs::write(&path, &bytes).expect("it can be written");
            digests.push(digest());
        }
        std::fs::write(folder.path().join("config.json"), "{}").expect("it can be written");
        digests.push(digest());
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), 5);
    }

    #[test]
    fn a_run_is_held_by_one() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE_NAME), "{}").expect("it can be written");
        let held = RunRecord::lock(folder.path()).expect("nobody holds it");
        assert!(matches!(RunRecord::lock(folder.path()), Err(TrainError::Busy { .. })));
        assert!(is_busy(folder.path()));
        drop(held);
        assert!(!is_busy(folder.path()));
        RunRecord::lock(folder.path()).expect("nobody holds it");
    }

    #[test]
    fn digests_tell_rows_apart() {
        let row = |prompt: &[u32], completion: &[u32], is_desirable| TokenizedRow {
            prompt_ids: prompt.to_vec(),
            completions: vec![completion.to_vec()],
            is_desirable,
        };
        let rows = [row(&[1], &[2], false), row(&[1, 2], &[], false), row(&[1], &[2], true)];
        let digests: Vec<String> = rows.iter().map(|row| digest_rows([row])).collect();
        assert!(digests[0] != digests[1] && digests[0] != digests[2]);
    }
}
