//! A round under way, and its file: answers that were drawn, scores that were given and log-probabilities that steps have
//! since changed are on the disk before they are used, so that a run that was killed makes none of them again.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::Sample;
use crate::files::{self, FileError, hexadecimal};

/// The folder of the rounds in a run's.
pub const FOLDER: &str = "rounds";

/// Rounds that lie there at once, at most: those of the checkpoints that are kept, and the one under way.
pub const KEPT: u64 = 4;

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Its answers are drawn.
    Drawn,
    /// They are judged.
    Judged,
    /// Their log-probabilities are known, before any step of the round.
    Measured,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// From 0.
    pub number: u64,
    /// How far it is.
    pub stage: Stage,
    /// Its prompts with their answers.
    pub groups: Vec<Group>,
    /// What the judge's rules gave on average, by their names.
    pub rules: Vec<(String, f64)>,
}

/// A prompt with its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The prompt's tokens.
    pub prompt_ids: Vec<u32>,
    /// The answers.
    pub answers: Vec<RoundAnswer>,
    /// The places of the best and the worst answer, where the judge stands by it.
    pub pair: Option<(usize, usize)>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoundAnswer {
    /// What was drawn.
    pub sample: Sample,
    /// How good it is; `None` where it was not judged.
    pub score: Option<f64>,
    /// Log-probabilities of its tokens under the policy that drew it.
    #[serde(with = "single")]
    pub old: Vec<f64>,
    /// Log-probabilities of its tokens under the reference.
    #[serde(with = "single")]
    pub reference: Vec<f64>,
}

impl RoundAnswer {
    /// Its score; NaN where it was not judged.
    pub fn reward(&self) -> f64 {
        self.score.unwrap_or(f64::NAN)
    }
}

/// Numbers that came out of a model in single precision: as such they take half the room, and come back the same.
mod single {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(values.iter().map(|&value| (value as f32).to_bits()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        let bits = Vec::<u32>::deserialize(deserializer)?;
        Ok(bits.into_iter().map(|bits| f64::from(f32::from_bits(bits))).collect())
    }
}

impl Round {
    /// Every answer, prompt by prompt.
    pub fn answers(&self) -> impl Iterator<Item = &RoundAnswer> {
        self.groups.iter().flat_map(|group| &group.answers)
    }

    /// The scores of every answer; NaN where it was not judged.
    pub fn rewards(&self) -> Vec<f64> {
        self.answers().map(RoundAnswer::reward).collect()
    }

    /// Tokens of all answers.
    pub fn tokens(&self) -> usize {
        self.answers().map(|answer| answer.sample.token_ids.len()).sum()
    }

    /// Writes the round into a run's folder.
    pub fn write(&self, run: &Path) -> Result<(), FileError> {
        let folder = run.join(FOLDER);
        files::create_folder(&folder)?;
        files::write_atomically(&path(run, self.number), |file| {
            let text = serde_json::to_string(self)?;
            writeln!(file, "{}\n{text}", hexadecimal(Sha256::digest(&text)))
        })
    }

    /// The round that a run's folder holds; `None` where it holds none, or one that is damaged.
    pub fn read(run: &Path, number: u64) -> Option<Self> {
        let text = files::read_text(&path(run, number)).ok()?;
        let (sum, text) = text.split_once('\n')?;
        let text = text.strip_suffix('\n')?;
        if hexadecimal(Sha256::digest(text)) != sum {
            return None;
        }
        serde_json::from_str(text).ok().filter(|round: &Self| round.number == number)
    }
}

fn path(run: &Path, number: u64) -> PathBuf {
    run.join(FOLDER).join(format!("round-{number:08}.json"))
}

/// Removes the rounds outside of a range: those that no checkpoint stands in any more, and those that come after the
/// newest.
pub fn keep(run: &Path, rounds: std::ops::RangeInclusive<u64>) -> Result<(), FileError> {
    let folder = run.join(FOLDER);
    if !folder.exists() {
        return Ok(());
    }
    files::remove_leftovers(&folder)?;
    let failed = |source| FileError::Read { path: folder.clone(), source };
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let number = name.and_then(|name| name.strip_prefix("round-")?.strip_suffix(".json")?.parse::<u64>().ok());
        if number.is_some_and(|number| !rounds.contains(&number)) {
            std::fs::remove_file(&path).map_err(|source| FileError::Write { path, source })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FinishReason, Text};

    fn round(number: u64) -> Round {
        let answer = |score: Option<f64>, value: f32| RoundAnswer {
            sample: Sample {
                prompt: Text::Plain("p\n".to_owned()),
                completion: "c".to_owned(),
                token_ids: vec![3, 4],
                log_probabilities: Vec::new(),
                finish_reason: Some(FinishReason::Stop),
                chat_template: true,
            },
            score,
            old: vec![f64::from(value), f64::from(-0.1_f32)],
            reference: vec![f64::from(value / 3.0), f64::from(f32::MIN_POSITIVE)],
        };
        let answers = vec![answer(Some(1.0 / 3.0), -1.7), answer(None, -0.3)];
        let group = Group { prompt_ids: vec![1, 2, 3], answers, pair: Some((1, 0)) };
        Round { number, stage: Stage::Measured, groups: vec![group], rules: vec![("short".to_owned(), 0.1)] }
    }

    #[test]
    fn a_round_comes_back_with_the_same_bits_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let round = round(3);
        round.write(folder.path()).expect("it is written");
        assert_eq!(Round::read(folder.path(), 3).as_ref(), Some(&round));
        assert_eq!(round.tokens(), 4);
        assert_eq!(Round::read(folder.path(), 2), None);
        let path = path(folder.path(), 3);
        let whole = std::fs::read(&path).expect("read");
        for place in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            std::fs::write(&path, &bytes).expect("damaged");
            assert_eq!(Round::read(folder.path(), 3), None, "byte {place}");
            std::fs::write(&path, &whole[..place]).expect("torn");
            assert_eq!(Round::read(folder.path(), 3), None, "byte {place}");
        }
    }

    #[test]
    fn rounds_that_nobody_needs_go() {
        let folder = tempfile::tempdir().expect("a folder");
        keep(folder.path(), 0..=9).expect("there are none");
        for number in 0..5 {
            round(number).write(folder.path()).expect("it is written");
        }
        keep(folder.path(), 2..=3).expect("some go");
        let kept: Vec<u64> = (0..5).filter(|&number| Round::read(folder.path(), number).is_some()).collect();
        assert_eq!(kept, [2, 3]);
    }
}
