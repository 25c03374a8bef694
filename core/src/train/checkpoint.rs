//! Checkpoints: `checkpoints/step-N.safetensors` holds what is trained and the optimizer's moments,
//! `checkpoints/step-N.json`, written after it, what else a run needs to go on. Both are flushed to the disk before
//! their names appear, and both carry a checksum: a checkpoint that can be read is whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::optimizer::AdamW;
use crate::files::hexadecimal;
use crate::files::{self, FileError};
use crate::model::parameters::zeros_like;
use crate::model::safetensors::{TensorRef, WeightFiles, write_f32};
use crate::model::{Parameter, Parameters};

/// Checkpoints that are kept: should the newest be damaged, the one before it serves.
const KEPT: usize = 2;

/// Where a run stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Optimizer steps done.
    pub step: u64,
    /// Bytes of `metrics.jsonl` that belong to them.
    pub metrics_bytes: u64,
    /// Bytes of `holdout.jsonl` that belong to them.
    pub holdout_bytes: u64,
    /// The steps after which the holdout was last looked at.
    pub holdout_step: Option<u64>,
    /// Tokens that were trained on so far.
    #[serde(default)]
    pub tokens: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct StateFile {
    position: Position,
    /// SHA-256 of the tensors' file.
    tensors_sha256: String,
    /// SHA-256 of the position and the line above.
    sha256: String,
}

impl StateFile {
    fn new(position: Position, tensors_sha256: String) -> Self {
        let text = format!("{position:?} {tensors_sha256}");
        Self { position, tensors_sha256, sha256: hexadecimal(Sha256::digest(text)) }
    }
}

/// Counts what passes through into a checksum.
struct Hashing<'a> {
    out: &'a mut dyn Write,
    hasher: Sha256,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a checkpoint and then removes the ones that are too many, but not the one of step `best`. Where writing fails
/// the earlier ones stand.
pub fn save(
    folder: &Path,
    position: Position,
    parameters: &Parameters,
    optimizer: &AdamW,
    best: Option<u64>,
) -> Result<(), FileError> {
    files::create_folder(folder)?;
    let sets = [parameters, &optimizer.first_moments, &optimizer.second_moments];
    let named: Vec<_> = SETS.iter().zip(sets).flat_map(|(set, parameters)| named_tensors(set, parameters)).collect();
    let tensors: Vec<_> =
        named.iter().map(|(name, Parameter { shape, values })| TensorRef { name, shape, values }).collect();
    let (tensors_path, state_path) = paths(folder, position.step);
    let mut digest = String::new();
    files::write_atomically(&tensors_path, |out| {
        let mut hashing = Hashing { out, hasher: Sha256::new() };
        write_f32(&mut hashing, &tensors)?;
        digest = hexadecimal(hashing.hasher.finalize());
        Ok(())
    })?;
    let state = StateFile::new(position, digest);
    files::write_atomically(&state_path, |out| Ok(serde_json::to_writer_pretty(out, &state)?))?;
    remove_surplus(folder, best)
}

/// Removes all but the newest checkpoints and that of the `best` step. A run asks for it at its end too: a kill may have
/// come between the last checkpoint and the removal of those before it.
pub fn remove_surplus(folder: &Path, best: Option<u64>) -> Result<(), FileError> {
    for step in steps(folder, "json")?.into_iter().rev().skip(KEPT).filter(|&step| Some(step) != best) {
        remove(folder, step)?;
    }
    Ok(())
}

/// Puts the newest whole checkpoint that `is_usable` into `parameters` and `optimizer`, whose shapes it must have. `damaged`
/// is told of each newer one that cannot be read. Newer ones that are not taken are removed, since their steps are taken
/// again. `None` where there is none.
pub fn load_newest(
    folder: &Path,
    parameters: &mut Parameters,
    optimizer: &mut AdamW,
    mut is_usable: impl FnMut(&Position) -> bool,
    mut damaged: impl FnMut(&Path, &str),
) -> Result<Option<Position>, FileError> {
    if !folder.exists() {
        return Ok(None);
    }
    files::remove_leftovers(folder)?;
    let whole = steps(folder, "json")?;
    // A kill between the two files of a checkpoint leaves the first.
    for step in steps(folder, "safetensors")? {
        if whole.binary_search(&step).is_err() {
            remove(folder, step)?;
        }
    }
    for step in whole.into_iter().rev() {
        let (first, second) = (&mut optimizer.first_moments, &mut optimizer.second_moments);
        let taken = read_state(folder, step).and_then(|state| {
            let position = is_usable(&state.position).then_some(state.position);
            position
                .map(|position| load(folder, &state, &mut [&mut *parameters, first, second]).map(|()| position))
                .transpose()
        });
        match taken {
            Ok(Some(position)) => return Ok(Some(position)),
            Ok(None) => {}
            Err(reason) => damaged(&paths(folder, step).1, &reason),
        }
        remove(folder, step)?;
    }
    Ok(None)
}

/// The parameters of the checkpoint of a step; why not, where it cannot be read.
pub fn load_step(folder: &Path, step: u64, parameters: &mut Parameters) -> Result<(), String> {
    load(folder, &read_state(folder, step)?, &mut [parameters])
}

/// Where a checkpoint stands, and what its tensors come to.
fn read_state(folder: &Path, step: u64) -> Result<StateFile, String> {
    let text = files::read_text(&paths(folder, step).1).map_err(|error| error.to_string())?;
    let state: StateFile = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if state.sha256 != StateFile::new(state.position, state.tensors_sha256.clone()).sha256 {
        return Err("its checksum is wrong".to_owned());
    }
    if state.position.step != step {
        return Err(format!("it is of step {}", state.position.step));
    }
    Ok(state)
}

/// Reads the first of the [`SETS`], as many as are given; all of them or, after an error, none.
fn load(folder: &Path, state: &StateFile, sets: &mut [&mut Parameters]) -> Result<(), String> {
    let (tensors_path, _) = paths(folder, state.position.step);
    let mut hashing = Hashing { out: &mut io::sink(), hasher: Sha256::new() };
    let hashed = std::fs::File::open(&tensors_path).and_then(|mut file| io::copy(&mut file, &mut hashing));
    hashed.map_err(|error| error.to_string())?;
    if hexadecimal(hashing.hasher.finalize()) != state.tensors_sha256 {
        return Err("the checksum of its tensors is wrong".to_owned());
    }
    let tensors = WeightFiles::open_file(&tensors_path)
        .map_err(|error| error.to_string())?
        .ok_or_else(|| "its tensors are missing".to_owned())?;
    let mut loaded: Vec<Parameters> = sets.iter().map(|set| zeros_like(set)).collect();
    for (set, parameters) in SETS.iter().zip(&mut loaded) {
        for (name, Parameter { shape, values }) in parameters {
            let name = format!("{set}.{name}");
            tensors.read_f32_into(&name, shape, values).map_err(|error| error.to_string())?;
        }
    }
    sets.iter_mut().zip(loaded).for_each(|(set, loaded)| **set = loaded);
    Ok(())
}

/// Steps of the newest checkpoint that looks whole; 0 where there is none.
pub fn newest_step(folder: &Path) -> u64 {
    steps(folder, "json").ok().and_then(|steps| steps.last().copied()).unwrap_or(0)
}

/// Steps of the oldest checkpoint that looks whole; 0 where there is none.
pub fn oldest_step(folder: &Path) -> u64 {
    steps(folder, "json").ok().and_then(|steps| steps.first().copied()).unwrap_or(0)
}

const SETS: [&str; 3] = ["parameter", "first_moment", "second_moment"];

fn named_tensors<'p>(set: &str, parameters: &'p Parameters) -> Vec<(String, &'p Parameter)> {
    parameters.iter().map(|(name, parameter)| (format!("{set}.{name}"), parameter)).collect()
}

fn paths(folder: &Path, step: u64) -> (PathBuf, PathBuf) {
    let path = |ending: &str| folder.join(format!("step-{step:08}.{ending}"));
    (path("safetensors"), path("json"))
}

/// Steps of the checkpoints that have a file with this ending, ascending. The state's file makes a checkpoint whole.
fn steps(folder: &Path, ending: &str) -> Result<Vec<u64>, FileError> {
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    let mut steps = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("step-")?.strip_suffix(ending)?.strip_suffix('.'));
        steps.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    steps.sort_unstable();
    Ok(steps)
}

/// Removes the checkpoint of a step: its state first, so that what is left after a kill counts as none.
pub fn remove(folder: &Path, step: u64) -> Result<(), FileError> {
    let (tensors, state) = paths(folder, step);
    for path in [state, tensors] {
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(FileError::Write { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::train::optimizer::AdamWSettings;

    fn some(seed: u64) -> (Parameters, AdamW) {
        let mut random = Random::new(seed, &[]);
        let mut values = |count: usize| (0..count).map(|_| random.normal() as f32).collect::<Vec<_>>();
        let parameters: Parameters =
            ["x", "y"].map(|name| (name.to_owned(), Parameter { shape: vec![2, 3], values: values(6) })).into();
        let mut optimizer = AdamW::new(AdamWSettings::default(), &parameters);
        let mut stepped = parameters.clone();
        optimizer.step(&mut stepped, &parameters, 1.0, 0.1, 1);
        (stepped, optimizer)
    }

    fn at(step: u64) -> Position {
        Position { step, metrics_bytes: step * 10, tokens: step * 100, ..Position::default() }
    }

    #[test]
    fn what_was_saved_comes_back_and_old_ones_go() {
        let folder = tempfile::tempdir().expect("a folder");
        for step in [3, 5, 9] {
            let (parameters, optimizer) = some(step);
            save(folder.path(), at(step), &parameters, &optimizer, None).expect("a checkpoint");
        }
        assert_eq!(steps(folder.path(), "json").expect("a listing"), [5, 9]);
        assert_eq!(steps(folder.path(), "safetensors").expect("a listing"), [5, 9]);
        let (mut parameters, mut optimizer) = some(0);
        let position = load_newest(folder.path(), &mut parameters, &mut optimizer, |_| true, |_, _| panic!("whole"));
        assert_eq!(position.expect("readable"), Some(at(9)));
        assert_eq!((parameters, optimizer), some(9));
    }

    #[test]
    fn the_best_steps_checkpoint_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        for step in 1..6 {
            let (parameters, optimizer) = some(step);
            save(folder.path(), at(step), &parameters, &optimizer, Some(2)).expect("a checkpoint");
        }
        assert_eq!(steps(folder.path(), "json").expect("a listing"), [2, 4, 5]);
        let (mut parameters, _) = some(0);
        load_step(folder.path(), 2, &mut parameters).expect("readable");
        assert_eq!(parameters, some(2).0);
        assert!(load_step(folder.path(), 3, &mut parameters).is_err());
    }

    #[test]
    fn what_a_kill_left_in_excess_goes_at_the_runs_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let (parameters, optimizer) = some(1);
        for step in [1, 2, 3, 4] {
            // As the best step, none is removed: a kill before the removal leaves the same.
            save(folder.path(), at(step), &parameters, &optimizer, Some(step.min(2))).expect("a checkpoint");
        }
        assert_eq!(steps(folder.path(), "json").expect("a listing"), [2, 3, 4]);
        remove_surplus(folder.path(), Some(4)).expect("a removal");
        assert_eq!(steps(folder.path(), "json").expect("a listing"), [3, 4]);
        assert_eq!(steps(folder.path(), "safetensors").expect("a listing"), [3, 4]);
    }

    #[test]
    fn half_a_checkpoint_is_none_and_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        for step in [1, 2] {
            let (parameters, optimizer) = some(step);
            save(folder.path(), at(step), &parameters, &optimizer, None).expect("a checkpoint");
        }
        std::fs::remove_file(paths(folder.path(), 2).1).expect("it is there");
        let (mut parameters, mut optimizer) = some(0);
        let position = load_newest(folder.path(), &mut parameters, &mut optimizer, |_| true, |_, _| panic!("not told"));
        assert_eq!(position.expect("readable"), Some(at(1)));
        assert_eq!(steps(folder.path(), "safetensors").expect("a listing"), [1]);
    }

    #[test]
    fn any_damage_to_the_newest_falls_back_to_the_one_before_and_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut random = Random::new(1, &[]);
        for round in 0..200 {
            for step in [1, 2] {
                let (parameters, optimizer) = some(step);
                save(folder.path(), at(step), &parameters, &optimizer, None).expect("a checkpoint");
            }
            let (tensors, state) = paths(folder.path(), 2);
            let victim = if round % 2 == 0 { tensors } else { state };
            let mut bytes = std::fs::read(&victim).expect("a file");
            let place = random.below(bytes.len());
            if round % 4 < 2 {
                bytes.truncate(place);
            } else {
                bytes[place] ^= 1 << random.below(8);
            }
            std::fs::write(&victim, &bytes).expect("damage");
            let (mut parameters, mut optimizer) = some(0);
            let mut told = 0;
            let position = load_newest(folder.path(), &mut parameters, &mut optimizer, |_| true, |_, _| told += 1);
            let position = position.expect("readable");
            // A flipped bit in white space changes nothing that counts.
            if position == Some(at(2)) {
                assert_eq!((parameters, optimizer), some(2));
            } else {
                assert_eq!((position, told), (Some(at(1)), 1), "round {round}");
                assert_eq!((parameters, optimizer), some(1));
                assert_eq!(steps(folder.path(), "json").expect("a listing"), [1]);
            }
        }
    }
}
