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
    Sent { of: String, question: String, prompt_tokens: u64, completion_tokens: u64, money: f64 },
    /// The server did not take it.
    Refused { question: String },
    /// This came back, and cost this.
    Answer {
        of: String,
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

/// What came back, and what it cost.
type Paid = (Kept, Cost);

/// The ledger of a job.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: File,
    /// Who is asked: what others cost is no part of this one's budget.
    of: String,
    answers: HashMap<String, Vec<Paid>>,
    spent: Spent,
}

impl Ledger {
    /// Opens a ledger for one endpoint, or begins it. A last line that was torn is cut off. Nobody else reads it: reasons
    /// quote what was judged.
    pub fn open(path: &Path, of: &str) -> Result<Self, FileError> {
        let failed = |source| FileError::Write { path: path.to_owned(), source };
        let is_new = !path.exists();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            files::create_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed)?;
        if is_new {
            files::sync_entry(path).map_err(failed)?;
        }
        // Lines are appended under the same lock: one without an end is nobody's that still writes.
        file.lock().map_err(failed)?;
        let read = read_lines(&mut file, of);
        let unlocked = file.unlock();
        let (answers, spent) = read.map_err(failed)?;
        unlocked.map_err(failed)?;
        Ok(Self { path: path.to_owned(), file, of: of.to_owned(), answers, spent })
    }

    /// What came back for a question so far.
    pub fn answers(&self, question: &str) -> &[Paid] {
        self.answers.get(question).map_or(&[], Vec::as_slice)
    }

    /// What it had cost when it was opened.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// A question is being sent.
    pub fn sending(&mut self, question: &str, worst: Cost) -> Result<(), FileError> {
        let Cost { prompt_tokens, completion_tokens, money } = worst;
        let (of, question) = (self.of.clone(), question.to_owned());
        self.append(&Line::Sent { of, question, prompt_tokens, completion_tokens, money })
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
            of: self.of.clone(),
            question: question.clone(),
            text,
            fault,
            prompt_tokens,
            completion_tokens,
            money,
        })?;
        self.file.sync_data().map_err(|source| FileError::Write { path: self.path.clone(), source })?;
        self.answers.entry(question).or_default().push((kept.clone(), cost));
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
fn read_lines(file: &mut File, of: &str) -> io::Result<(HashMap<String, Vec<Paid>>, Spent)> {
    let mut answers: HashMap<String, Vec<Paid>> = HashMap::new();
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
            Ok(Line::Sent { of: whose, question, prompt_tokens, completion_tokens, money }) if whose == of => {
                open.push((question, Cost { prompt_tokens, completion_tokens, money }));
            }
            Ok(Line::Refused { question }) => close(&question),
            Ok(Line::Answer { of: whose, question, text, fault, prompt_tokens, completion_tokens, money })
                if whose == of =>
            {
                close(&question);
                let cost = Cost { prompt_tokens, completion_tokens, money };
                add(&mut spent, cost);
                let kept = text.ok_or_else(|| fault.unwrap_or_else(|| Fault::lasting("its answer was lost")));
                answers.entry(question).or_default().push((kept, cost));
            }
            // Another endpoint's, or no line of a ledger.
            Ok(Line::Sent { .. } | Line::Answer { .. }) | Err(_) => {}
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
        let mut ledger = Ledger::open(&path, "m").expect("begun");
        ledger.sending("one", cost(100)).expect("kept");
        ledger.answered("one", &Ok("A".to_owned()), cost(10)).expect("kept");
        ledger.sending("two", cost(100)).expect("kept");
        ledger.refused("two").expect("kept");
        ledger.sending("three", cost(100)).expect("kept");
        ledger.sending("four", cost(100)).expect("kept");
        let too_long = Err(Fault::lasting("it is too long"));
        ledger.answered("four", &too_long, cost(20)).expect("kept");
        let again = Ledger::open(&path, "m").expect("opened");
        assert_eq!(again.answers("one"), [(Ok("A".to_owned()), cost(10))]);
        assert_eq!(again.answers("four"), [(too_long, cost(20))]);
        assert!(again.answers("two").is_empty() && again.answers("three").is_empty());
        let other = Ledger::open(&path, "another").expect("opened");
        assert!(other.answers("one").is_empty() && other.spent() == Spent::default(), "of whom it is counts");
        // The third was sent, and nobody knows what became of it.
        let spent = again.spent();
        assert_eq!((spent.requests, spent.prompt_tokens, spent.completion_tokens), (3, 130, 3));
        assert!((spent.money - 1.5).abs() < 1e-12);
    }

    #[test]
    fn wherever_it_is_torn_the_whole_lines_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.jsonl");
        let mut ledger = Ledger::open(&path, "m").expect("begun");
        for question in ["one", "two"] {
            ledger.answered(question, &Ok(format!("{question} \u{1f44d}\n")), cost(10)).expect("kept");
        }
        let whole = std::fs::read(&path).expect("read");
        let first = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).expect("torn");
            let mut torn = Ledger::open(&path, "m").expect("opened");
            assert_eq!(torn.answers("one").len(), usize::from(length >= first), "{length}");
            assert!(torn.answers("two").is_empty(), "{length}");
            torn.answered("two", &Ok("again".to_owned()), cost(10)).expect("kept");
            assert_eq!(
                Ledger::open(&path, "m").expect("opened").answers("two")[0].0,
                Ok("again".to_owned()),
                "{length}"
            );
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
                    let mut ledger = Ledger::open(path, "m").expect("opened");
                    for number in 0..25 {
                        let text = format!("{writer}").repeat(5000);
                        ledger.answered(&format!("{writer} {number}"), &Ok(text), cost(1)).expect("kept");
                    }
                });
            }
        });
        let ledger = Ledger::open(&path, "m").expect("opened");
        for writer in 0..8 {
            for number in 0..25 {
                let kept = ledger.answers(&format!("{writer} {number}"));
                assert!(matches!(kept, [(Ok(text), _)] if *text == format!("{writer}").repeat(5000)));
            }
        }
        assert_eq!(ledger.spent().requests, 200);
    }
}
