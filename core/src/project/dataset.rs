//! Readers of JSONL datasets, in the forms that TRL knows.
//!
//! Blank lines, a byte order mark, line ends of Windows and further keys are accepted. Everything else that is not as
//! expected is refused with its line and column.

use std::path::Path;

use super::lines::{DatasetError, Lines};
use super::record::{self, Record};
use crate::domain::{ChatMessage, Demonstration, PreferencePair, PromptRecord, RatedCompletion, Sample, Text};

/// What the records of a dataset are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatasetKind {
    /// Lines with `prompt` and `completion`, as `generate` writes them.
    Samples,
    /// Lines with `chosen` and `rejected`.
    Pairs,
}

/// Whether a file holds samples or pairs, by the keys of its first record.
pub fn detect_kind(path: &Path) -> Result<DatasetKind, DatasetError> {
    let expected = "a sample (`prompt`, `completion`) or a pair (`prompt`, `chosen`, `rejected`)";
    let mut lines = Lines::open(path)?;
    let Some((line, text)) = lines.next()? else {
        return Err(DatasetError::Empty { path: path.to_owned(), expected });
    };
    let record = parse(path, line, &text, &[])?;
    let has = |key: &str| record.keys.iter().any(|found| found == key);
    if has("chosen") && has("rejected") {
        Ok(DatasetKind::Pairs)
    } else if has("completion") {
        Ok(DatasetKind::Samples)
    } else {
        Err(DatasetError::Record {
            path: path.to_owned(),
            line,
            column: 1,
            problem: format!("expected {expected}, found {}", list_keys(&record.keys)),
            cure: "give a file that `generate` wrote, or a file of preference pairs".to_owned(),
        })
    }
}

/// Reads prompts: `{"prompt": "text" | [messages]}`.
pub fn read_prompts(path: &Path) -> Result<Vec<PromptRecord>, DatasetError> {
    read(path, "{\"prompt\": …}", &["prompt"], |record| {
        let Some(prompt) = record.prompt.take() else { return Err(missing("prompt", record)) };
        Ok(PromptRecord { prompt })
    })
}

/// Reads samples: lines of `generate`.
pub fn read_samples(path: &Path) -> Result<Vec<Sample>, DatasetError> {
    let wanted = ["prompt", "completion", "token_ids", "finish_reason", "chat_template"];
    read(path, "{\"prompt\": …, \"completion\": …}", &wanted, |record| {
        let Some(prompt) = record.prompt.take() else { return Err(missing("prompt", record)) };
        let completion = match record.completion.take() {
            Some(Text::Plain(completion)) => completion,
            Some(Text::Messages(_)) => return Err(not_text("completion")),
            None => return Err(missing("completion", record)),
        };
        Ok(Sample {
            prompt,
            completion,
            token_ids: record.token_ids.take().unwrap_or_default(),
            log_probabilities: Vec::new(),
            finish_reason: record.finish_reason,
            chat_template: record.chat_template.unwrap_or_default(),
        })
    })
}

/// Reads preference pairs: `prompt`, `chosen`, `rejected`, all text or all messages. Without `prompt` it is what
/// `chosen` and `rejected` have in common at their beginning.
pub fn read_pairs(path: &Path) -> Result<Vec<PreferencePair>, DatasetError> {
    let expected = "{\"prompt\": …, \"chosen\": …, \"rejected\": …}";
    read(path, expected, &["prompt", "chosen", "rejected"], to_pair)
}

fn to_pair(record: &mut Record) -> Result<PreferencePair, Problem> {
    let Some(chosen) = record.chosen.take() else { return Err(missing("chosen", record)) };
    let Some(rejected) = record.rejected.take() else { return Err(missing("rejected", record)) };
    match (record.prompt.take(), chosen, rejected) {
        (Some(prompt @ Text::Plain(_)), chosen @ Text::Plain(_), rejected @ Text::Plain(_))
        | (Some(prompt @ Text::Messages(_)), chosen @ Text::Messages(_), rejected @ Text::Messages(_)) => {
            Ok(PreferencePair { prompt, chosen, rejected })
        }
        (None, Text::Plain(chosen), Text::Plain(rejected)) => split_text(&chosen, &rejected),
        (None, Text::Messages(chosen), Text::Messages(rejected)) => split_messages(chosen, rejected),
        (Some(prompt), chosen, rejected) => {
            Err(mixed(&[("prompt", &prompt), ("chosen", &chosen), ("rejected", &rejected)]))
        }
        (None, chosen, rejected) => Err(mixed(&[("chosen", &chosen), ("rejected", &rejected)])),
    }
}

/// Records that are unpaired together: TRL takes apart a thousand pairs at a time, the chosen answers first.
const UNPAIRED_TOGETHER: usize = 1000;

/// Reads answers that were found good or bad: `prompt`, `completion`, `label`. A file of pairs gives two of each, as
/// TRL takes pairs apart; its first record says which it is.
pub fn read_rated(path: &Path) -> Result<Vec<RatedCompletion>, DatasetError> {
    if has_pairs(path)? {
        let pairs = read_pairs(path)?;
        return Ok(pairs.chunks(UNPAIRED_TOGETHER).flat_map(unpaired).collect());
    }
    let expected = "{\"prompt\": …, \"completion\": …, \"label\": true}";
    read(path, expected, &["prompt", "completion", "label"], |record| {
        let (prompt, completion) = to_prompt_and_completion(record)?;
        let Some(is_desirable) = record.label else { return Err(missing("label", record)) };
        Ok(RatedCompletion { prompt, completion, is_desirable })
    })
}

fn unpaired(pairs: &[PreferencePair]) -> Vec<RatedCompletion> {
    let answers = |is_desirable: bool| {
        pairs.iter().map(move |pair| RatedCompletion {
            prompt: pair.prompt.clone(),
            completion: if is_desirable { pair.chosen.clone() } else { pair.rejected.clone() },
            is_desirable,
        })
    };
    answers(true).chain(answers(false)).collect()
}

/// Reads what a model is to write: `prompt` and `completion`, or whole `messages`, or whole `text`; of pairs the chosen
/// answer.
pub fn read_demonstrations(path: &Path) -> Result<Vec<Demonstration>, DatasetError> {
    let expected = "{\"prompt\": …, \"completion\": …}, {\"messages\": […]} or {\"text\": …}";
    let wanted = ["prompt", "completion", "messages", "text", "chosen", "rejected"];
    read(path, expected, &wanted, |record| {
        if record.chosen.is_some() && record.completion.is_none() {
            let pair = to_pair(record)?;
            return Ok(Demonstration { prompt: Some(pair.prompt), completion: pair.chosen });
        }
        match (record.messages.take(), record.text.take()) {
            (Some(completion @ Text::Messages(_)), _) | (None, Some(completion @ Text::Plain(_))) => {
                Ok(Demonstration { prompt: None, completion })
            }
            (Some(Text::Plain(_)), _) => Err(Problem {
                problem: "expected a list of messages under `messages`, found text".to_owned(),
                cure: "write plain text under the key `text`".to_owned(),
            }),
            (None, Some(Text::Messages(_))) => Err(not_text("text")),
            (None, None) => {
                let (prompt, completion) = to_prompt_and_completion(record)?;
                Ok(Demonstration { prompt: Some(prompt), completion })
            }
        }
    })
}

fn to_prompt_and_completion(record: &mut Record) -> Result<(Text, Text), Problem> {
    let Some(prompt) = record.prompt.take() else { return Err(missing("prompt", record)) };
    let Some(completion) = record.completion.take() else { return Err(missing("completion", record)) };
    match (&prompt, &completion) {
        (Text::Plain(_), Text::Plain(_)) | (Text::Messages(_), Text::Messages(_)) => Ok((prompt, completion)),
        _ => Err(mixed(&[("prompt", &prompt), ("completion", &completion)])),
    }
}

/// Whether the first record of a file is a pair.
fn has_pairs(path: &Path) -> Result<bool, DatasetError> {
    let mut lines = Lines::open(path)?;
    let Some((line, text)) = lines.next()? else { return Ok(false) };
    let record = parse(path, line, &text, &[])?;
    Ok(["chosen", "rejected"].iter().all(|key| record.keys.iter().any(|found| found == key)))
}

/// What is wrong with a record, and the cure.
pub(super) struct Problem {
    problem: String,
    cure: String,
}

fn read<T>(
    path: &Path,
    expected: &'static str,
    wanted: &[&str],
    convert: impl Fn(&mut Record) -> Result<T, Problem>,
) -> Result<Vec<T>, DatasetError> {
    read_lines(Lines::open(path)?, expected, wanted, convert)
}

fn read_lines<T>(
    mut lines: Lines,
    expected: &'static str,
    wanted: &[&str],
    convert: impl Fn(&mut Record) -> Result<T, Problem>,
) -> Result<Vec<T>, DatasetError> {
    let path = lines.path().to_owned();
    let mut records = Vec::new();
    while let Some((line, text)) = lines.next()? {
        let mut record = parse(&path, line, &text, wanted)?;
        records.push(convert(&mut record).map_err(|Problem { problem, cure }| DatasetError::Record {
            path: path.clone(),
            line,
            column: 1,
            problem,
            cure,
        })?);
    }
    if records.is_empty() { Err(DatasetError::Empty { path, expected }) } else { Ok(records) }
}

fn parse(path: &Path, line: usize, text: &str, wanted: &[&str]) -> Result<Record, DatasetError> {
    record::parse(text, wanted).map_err(|error| {
        let path = path.to_owned();
        if text.trim_start().starts_with('[') {
            return DatasetError::List { path, line };
        }
        let record::RecordError { column, problem, syntax } = error;
        if syntax {
            return DatasetError::NotJson { path, line, column, reason: problem };
        }
        let cure = "correct the record: a prompt or an answer is text, or a list of messages such as \
                    {\"role\": \"user\", \"content\": \"…\"}"
            .to_owned();
        DatasetError::Record { path, line, column, problem, cure }
    })
}

fn missing(key: &str, record: &Record) -> Problem {
    Problem {
        problem: format!("expected the key `{key}`, found {}", list_keys(&record.keys)),
        cure: format!("add `{key}` to the record, or rename the key that holds it"),
    }
}

fn list_keys(keys: &[String]) -> String {
    const SHOWN: usize = 8;
    if keys.is_empty() {
        return "an object without keys".to_owned();
    }
    let mut names: Vec<String> =
        keys.iter().take(SHOWN).map(|key| format!("`{}`", key.chars().take(40).collect::<String>())).collect();
    if keys.len() > SHOWN {
        names.push(format!("{} more", keys.len() - SHOWN));
    }
    names.join(", ")
}

fn not_text(key: &str) -> Problem {
    Problem {
        problem: format!("expected text under `{key}`, found a list of messages"),
        cure: "write the answer itself as text; a whole conversation stands under `messages`".to_owned(),
    }
}

fn mixed(parts: &[(&str, &Text)]) -> Problem {
    let form = |text: &Text| match text {
        Text::Plain(_) => "text",
        Text::Messages(_) => "messages",
    };
    let found: Vec<String> = parts.iter().map(|(key, text)| format!("`{key}` as {}", form(text))).collect();
    Problem {
        problem: format!("expected all as text or all as messages, found {}", found.join(", ")),
        cure: if parts.iter().any(|(key, _)| *key == "chosen") {
            "write all of them in the same form; where `chosen` and `rejected` are whole conversations, leave `prompt` \
             out: it is found as their shared beginning"
                .to_owned()
        } else {
            "write all of them in the same form; an answer as a message is {\"role\": \"assistant\", \"content\": \"…\"}"
                .to_owned()
        },
    }
}

/// Splits whole texts at the first character in which they differ (TRL's `extract_prompt`): a space before it goes to
/// the answers, and where one text begins with the other, the shorter one's last character is its answer.
pub(super) fn split_text(chosen: &str, rejected: &str) -> Result<PreferencePair, Problem> {
    let shared = chosen.chars().zip(rejected.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let mut prompt: String = shared.collect();
    if prompt.len() == chosen.len() || prompt.len() == rejected.len() {
        if prompt.pop().is_none() {
            return Err(nothing_shared());
        }
    } else if prompt.ends_with(' ') {
        prompt.pop();
    }
    let rest = |text: &str| Text::Plain(text[prompt.len()..].to_owned());
    Ok(PreferencePair { chosen: rest(chosen), rejected: rest(rejected), prompt: Text::Plain(prompt.clone()) })
}

/// Splits whole conversations, neither of them empty, at the first message in which they differ; where one begins with
/// the other, the shorter one's last message is its answer.
pub(super) fn split_messages(
    mut chosen: Vec<ChatMessage>,
    mut rejected: Vec<ChatMessage>,
) -> Result<PreferencePair, Problem> {
    let shared = chosen.iter().zip(&rejected).take_while(|(a, b)| a == b).count();
    let split = shared.min(chosen.len() - 1).min(rejected.len() - 1);
    if split == 0 {
        return Err(nothing_shared());
    }
    let rejected = rejected.split_off(split);
    let answer = chosen.split_off(split);
    Ok(PreferencePair {
        prompt: Text::Messages(chosen),
        chosen: Text::Messages(answer),
        rejected: Text::Messages(rejected),
    })
}

fn nothing_shared() -> Problem {
    Problem {
        problem: "expected the key `prompt`, or `chosen` and `rejected` that begin alike; found neither".to_owned(),
        cure: "add `prompt` to the record".to_owned(),
    }
}

#[cfg(test)]
#[path = "dataset_tests.rs"]
mod tests;
