//! The file of an evaluation: prompts, or pairs with verdicts that were set aside.

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::Value;

use super::EvaluationError;
use super::rewards::HeldOutPair;
use crate::domain::Text;
use crate::files::FileError;
use crate::project::{DatasetError, read_pairs, read_prompts};

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Data {
    /// Its prompts, each once, in the order of their first lines.
    pub(super) prompts: Vec<Text>,
    /// Its pairs, by their prompts' places.
    pub(super) pairs: Vec<HeldOutPair>,
}

impl Data {
    /// Reads a file. Its first line says whether it holds pairs.
    pub(super) fn read(path: &Path) -> Result<Self, EvaluationError> {
        let mut data = Self::default();
        if has_verdicts(path)? {
            for pair in read_pairs(path)? {
                let prompt = data.place(&pair.prompt);
                data.pairs.push(HeldOutPair { prompt, pair });
            }
        } else {
            for record in read_prompts(path)? {
                data.place(&record.prompt);
            }
        }
        if data.prompts.is_empty() {
            let path = path.to_owned();
            return Err(DatasetError::Empty { path, expected: "prompts, or preference pairs" }.into());
        }
        Ok(data)
    }

    /// The place of a prompt, which is added where it is new.
    fn place(&mut self, prompt: &Text) -> u64 {
        let place = self.prompts.iter().position(|known| known == prompt).unwrap_or_else(|| {
            self.prompts.push(prompt.clone());
            self.prompts.len() - 1
        });
        place as u64
    }
}

/// Whether the first record says which of two answers is better. What is no record is told by whoever reads all.
fn has_verdicts(path: &Path) -> Result<bool, EvaluationError> {
    let failed = |source| FileError::Read { path: path.to_owned(), source };
    let file = BufReader::new(std::fs::File::open(path).map_err(failed)?);
    for line in file.split(b'\n') {
        let line = line.map_err(failed)?;
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let record: Option<Value> = serde_json::from_slice(line).ok();
        let has = |key: &str| record.as_ref().is_some_and(|record| record.get(key).is_some());
        return Ok(has("chosen") || has("rejected"));
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Data, EvaluationError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("d.jsonl");
        std::fs::write(&path, text).expect("written");
        Data::read(&path)
    }

    #[test]
    fn prompts_stand_once_and_pairs_know_theirs() {
        let data = read("{\"prompt\": \"a\"}\n\n{\"prompt\": \"b\"}\n{\"prompt\": \"a\"}\n").expect("prompts");
        assert_eq!((data.prompts.len(), data.pairs.len()), (2, 0));
        let line = |prompt: &str| format!("{{\"prompt\": \"{prompt}\", \"chosen\": \"x\", \"rejected\": \"y\"}}\n");
        let data = read(&format!("\u{feff}{}{}{}", line("a"), line("b"), line("a"))).expect("pairs");
        assert_eq!(data.prompts.len(), 2);
        assert_eq!(data.pairs.iter().map(|pair| pair.prompt).collect::<Vec<_>>(), [0, 1, 0]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, said) in [
            ("{\"prompt\": \"a\", \"rejected\": \"y\"}\n", "line 1"),
            (
                "{\"prompt\": \"a\", \"chosen\": \"x\", \"rejected\": \"y\"}\n{\"prompt\": \"b\", \"rejected\": \"y\"}\n",
                "line 2",
            ),
            ("{\"prompt\": \"a\"}\n{prompt}\n", "line 2"),
            ("", "is empty"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(said), "{error}\n  should say: {said}");
        }
    }
}
