//! Prompts.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::audit::{Change, Kind};
use super::error::{Problem, StoreError};
use super::open::Store;
use super::rows::{Json, Word};
use crate::domain::{Prompt, RecordId, Split, Text};

/// A prompt before the store gives it its place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPrompt {
    /// What is asked.
    pub text: Text,
    /// Which half of the road it serves.
    pub split: Split,
    /// Words that a person sorts prompts by.
    pub tags: Vec<String>,
    /// Where it came from: `typed`, `example`, or the file that it was imported from.
    pub source: String,
}

/// What came of adding prompts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddedPrompts {
    /// Those that are new, in the order in which they were given.
    pub ids: Vec<RecordId>,
    /// How many were there already, or came twice.
    pub repeated: usize,
}

impl Store {
    /// Adds prompts. The same text is kept once, with the split and the tags that it came with first.
    pub fn add_prompts(&self, prompts: &[NewPrompt]) -> Result<AddedPrompts, StoreError> {
        self.add_prompts_setting_aside(prompts, |_| Vec::new())
    }

    /// Adds prompts, and sets those of the new ones aside that `aside` chooses.
    pub fn add_prompts_setting_aside(
        &self,
        prompts: &[NewPrompt],
        aside: impl FnOnce(&[RecordId]) -> Vec<RecordId>,
    ) -> Result<AddedPrompts, StoreError> {
        let bytes = prompts.iter().map(|prompt| prompt.text.readable().len() + 200).sum();
        self.write(bytes, |change| {
            let mut added = AddedPrompts::default();
            let mut find = change.transaction.prepare_cached("SELECT id FROM prompts WHERE fingerprint = ?1")?;
            let mut insert = change.transaction.prepare_cached(
                "INSERT INTO prompts (fingerprint, text, split, tags, source) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for prompt in prompts {
                let fingerprint = fingerprint(&prompt.text)?;
                if find.query_row([fingerprint], |_| Ok(())).optional()?.is_some() {
                    added.repeated += 1;
                    continue;
                }
                let row =
                    params![fingerprint, Json(&prompt.text), Word(prompt.split), Json(&prompt.tags), prompt.source];
                added.ids.push(insert.insert(row)?);
            }
            change.note_added("added prompts", &added.ids)?;
            for id in aside(&added.ids) {
                move_to(change, id, Split::Holdout)?;
            }
            Ok(added)
        })
    }

    /// The prompts in the order in which they came, or those of one split.
    pub fn prompts(&self, split: Option<Split>) -> Result<Vec<Prompt>, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT id, text, split, tags, source FROM prompts WHERE ?1 IS NULL OR split = ?1 ORDER BY id",
            )?;
            let prompts = query.query_map(params![split.map(Word)], prompt_of)?;
            Ok(prompts.collect::<Result<_, _>>()?)
        })
    }

    /// Moves a prompt to the other split.
    pub fn set_split(&self, prompt: RecordId, split: Split) -> Result<(), StoreError> {
        self.set_splits(&[prompt], split).map(drop)
    }

    /// Moves prompts to a split, all or none, and gives those that were in the other one.
    pub fn set_splits(&self, prompts: &[RecordId], split: Split) -> Result<Vec<RecordId>, StoreError> {
        self.write(prompts.len() * 100, |change| {
            let mut moved = Vec::new();
            for &prompt in prompts {
                change.require(Kind::Prompt, prompt)?;
                if move_to(change, prompt, split)? {
                    moved.push(prompt);
                }
            }
            Ok(moved)
        })
    }

    /// One prompt.
    pub fn prompt(&self, id: RecordId) -> Result<Prompt, StoreError> {
        self.read(|connection| {
            let mut query =
                connection.prepare_cached("SELECT id, text, split, tags, source FROM prompts WHERE id = ?1")?;
            let found = query.query_row([id], prompt_of).optional()?;
            found.ok_or_else(|| StoreError::Unknown { path: self.path().to_owned(), what: "prompt", id }.into())
        })
    }

    /// Gives a prompt other tags.
    pub fn set_tags(&self, prompt: RecordId, tags: &[String]) -> Result<(), StoreError> {
        self.write(0, |change| {
            change.require(Kind::Prompt, prompt)?;
            change.transaction.execute("UPDATE prompts SET tags = ?2 WHERE id = ?1", params![prompt, Json(tags)])?;
            change.note("tagged a prompt", Some(prompt), &json!({ "tags": tags }))
        })
    }
}

/// Moves a prompt, and says whether it was in the other split.
fn move_to(change: &Change<'_>, prompt: RecordId, split: Split) -> Result<bool, Problem> {
    let mut update =
        change.transaction.prepare_cached("UPDATE prompts SET split = ?2 WHERE id = ?1 AND split <> ?2")?;
    let is_moved = update.execute(params![prompt, Word(split)])? > 0;
    if is_moved {
        change.note("moved a prompt", Some(prompt), &json!({ "split": split }))?;
    }
    Ok(is_moved)
}

fn prompt_of(row: &Row<'_>) -> rusqlite::Result<Prompt> {
    Ok(Prompt {
        id: row.get(0)?,
        text: row.get::<_, Json<Text>>(1)?.0,
        split: row.get::<_, Word<Split>>(2)?.0,
        tags: row.get::<_, Json<Vec<String>>>(3)?.0,
        source: row.get(4)?,
    })
}

/// What tells one text from another, however long they are.
fn fingerprint(text: &Text) -> Result<[u8; 32], Problem> {
    let bytes = serde_json::to_vec(text).map_err(|error| Problem::contradiction(error.to_string()))?;
    Ok(Sha256::digest(bytes).into())
}
