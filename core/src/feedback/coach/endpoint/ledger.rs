//! What was paid for, on the disk before it is used: a job that was killed and begun again takes its answers from here, and
//! pays for none of them twice.
//!
//! A line says that a question is being sent and what it may cost; a second one what came of it. A question that was sent
//! and of which nothing came counts as paid for.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::answer::Fault;
use super::budget::{Cost, add};
use crate::domain::Spent;
use crate::files::{self, FileError};

/// What came back for a question: its text, or why there is none that could be used.
pub type Kept = Result<String, Fault>;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
enum Line {
    /// It is being sent, and may cost this.
    Sent { question: String, prompt_tokens: u64, completion_tokens: u64, money: f64 },
    /// The server did not take it.
    Refused { question: String },
    /// This came back, and cost this.
    Answer {
        question: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<Fault>,
        prompt_tokens: u64,
        completion_tokens: u64,
        money: f64,
    },
}

/// The ledger of a job.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    answers: HashMap<String, Vec<Kept>>,
    spent: Spent,
}

impl Ledger {
    /// Opens a ledger, or begins one. A last line that was torn is cut off.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let is_new = !path.exists();
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).map_err(failed)?;
        if is_new {
            files::sync_entry(path).map_err(failed)?;
        }
        // Lines are appended under the same lock: one without an end is nobody's that still writes.
        file.lock().map_err(failed)?;
        let read = read_lines(&mut file);
        let unlocked = file.unlock();
        let (answers, spent) = read.map_err(failed)?;
        unlocked.map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, answers, spent })
    }

    /// What came back for a question so far.
    pub fn answers(&self, question: &str) -> &[Kept] {
        self.answers.get(question).map_or(&[], Vec::as_slice)
    }

    /// What it had cost when it was opened.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// A question is being sent.
    pub fn sending(&mut self, question: &str, worst: Cost) -> Result<(), FileError> {
        let Cost { prompt_tokens, completion_tokens, money } = worst;
        self.append(&Line::Sent { question: question.to_owned(), prompt_tokens, completion_tokens, money })
    }

    /// It was not taken, and costs nothing.
    pub fn refused(&mut self, question: &str) -> Result<(), FileError> {
        self.append(&Line::Refused { question: question.to_owned() })
    }

    /// Something came back. It is on the disk when this returns.
    pub fn answered(&mut self, question: &str, kept: &Kept, cost: Cost) -> Result<(), FileError> {
        let Cost { prompt_tokens, completion_tokens, money } = cost;
        let (text, fault) = (kept.as_ref().ok().cloned(), kept.as_ref().err().cloned());
        let question = question.to_owned();
        self.append(&Line::Answer {
            question: question.clone(),
            text,
            fault,
            prompt_tokens,
            completion_tokens,
            money,
        })?;
        self.file.sync_data().map_err(|source| FileError::Write { path: self.path.clone(), source })?;
        self.answers.entry(question).or_default().push(kept.clone());
        Ok(())
    }

    /// Appends a whole line: by one write, and with nobody else's between.
    fn append(&mut self, line: &Line) -> Result<(), FileError> {
        let failed = |source| FileError::Write { path: self.path.clone(), source };
        let text = serde_json::to_string(line).map_err(|error| failed(error.into()))?;
        self.file.lock().map_err(failed)?;
        let end = self.file.seek(SeekFrom::End(0));
        let written = end.and_then(|_| self.file.write_all(format!("{text}\n").as_bytes()));
        let unlocked = self.file.unlock();
        written.map_err(failed)?;
        unlocked.map_err(failed)
    }
}

/// Reads every whole line, and cuts off what stands behind the last. Lines that are none are passed over.
fn read_lines(file: &mut File) -> io::Result<(HashMap<String, Vec<Kept>>, Spent)> {
    let mut answers: HashMap<String, Vec<Kept>> = HashMap::new();
    // In the order in which they were sent.
    let mut open: Vec<(String, Cost)> = Vec::new();
    let (mut spent, mut whole) = (Spent::default(), 0);
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::new(&mut *file);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = reader.by_ref().read_until(b'\n', &mut bytes)?;
        if bytes.last() != Some(&b'\n') {
            break;
        }
        whole += read as u64;
        let mut close = |question: &str| {
            let place = open.iter().rposition(|(sent, _)| sent == question);
            place.map(|place| open.remove(place));
        };
        match serde_json::from_slice(&bytes) {
            Ok(Line::Sent { question, prompt_tokens, completion_tokens, money }) => {
                open.push((question, Cost { prompt_tokens, completion_tokens, money }));
            }
            Ok(Line::Refused { question }) => close(&question),
            Ok(Line::Answer { question, text, fault, prompt_tokens, completion_tokens, money }) => {
                close(&question);
                add(&mut spent, Cost { prompt_tokens, completion_tokens, money });
                let kept = text.ok_or_else(|| fault.unwrap_or_else(|| Fault::lasting("its answer was lost")));
                answers.entry(question).or_default().push(kept);
            }
            Err(_) => {}
        }
    }
    if file.metadata()?.len() > whole {
        file.set_len(whole)?;
    }
    for (_, cost) in open {
        add(&mut spent, cost);
    }
    Ok((answers, spent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(tokens: u64) -> Cost {
        Cost { prompt_tokens: tokens, completion_tokens: 1, money: 0.5 }
    }

    #[test]
    fn what_was_paid_for_is_there_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.jsonl");
        let mut ledger = Ledger::open(&path).expect("begun");
        ledger.sending("one", cost(100)).expect("kept");
        ledger.answered("one", &Ok("A".to_owned()), cost(10)).expect("kept");
        ledger.sending("two", cost(100)).expect("kept");
        ledger.refused("two").expect("kept");
        ledger.sending("three", cost(100)).expect("kept");
        ledger.sending("four", cost(100)).expect("kept");
        let too_long = Err(Fault::lasting("it is too long"));
        ledger.answered("four", &too_long, cost(20)).expect("kept");
        let again = Ledger::open(&path).expect("opened");
        assert_eq!(again.answers("one"), [Ok("A".to_owned())]);
        assert_eq!(again.answers("four"), [too_long]);
        assert!(again.answers("two").is_empty() && again.answers("three").is_empty());
        // The third was sent, and nobody knows what became of it.
        let spent = again.spent();
        assert_eq!((spent.requests, spent.prompt_tokens, spent.completion_tokens), (3, 130, 3));
        assert!((spent.money - 1.5).abs() < 1e-12);
    }

    #[test]
    fn wherever_it_is_torn_the_whole_lines_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.jsonl");
        let mut ledger = Ledger::open(&path).expect("begun");
        for question in ["one", "two"] {
            ledger.answered(question, &Ok(format!("{question} \u{1f44d}\n")), cost(10)).expect("kept");
        }
        let whole = std::fs::read(&path).expect("read");
        let first = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).expect("torn");
            let mut torn = Ledger::open(&path).expect("opened");
            assert_eq!(torn.answers("one").len(), usize::from(length >= first), "{length}");
            assert!(torn.answers("two").is_empty(), "{length}");
            torn.answered("two", &Ok("again".to_owned()), cost(10)).expect("kept");
            assert_eq!(Ledger::open(&path).expect("opened").answers("two"), [Ok("again".to_owned())], "{length}");
        }
    }

    #[test]
    fn lines_of_many_at_once_are_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.jsonl");
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    let mut ledger = Ledger::open(path).expect("opened");
                    for number in 0..25 {
                        let text = format!("{writer}").repeat(5000);
                        ledger.answered(&format!("{writer} {number}"), &Ok(text), cost(1)).expect("kept");
                    }
                });
            }
        });
        let ledger = Ledger::open(&path).expect("opened");
        for writer in 0..8 {
            for number in 0..25 {
                assert_eq!(ledger.answers(&format!("{writer} {number}")), [Ok(format!("{writer}").repeat(5000))]);
            }
        }
        assert_eq!(ledger.spent().requests, 200);
    }
}
