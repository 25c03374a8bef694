//! Offline labelling: one file that goes to an annotator and comes back with the labels in it.
//!
//! A pack is a JSON file whose name ends in `.whetstone-pack`: which project it is of, for whom, and the comparisons
//! with their texts in the order in which they are to be shown. Nothing in it says which model wrote an answer, or which
//! of the two is the comparison's `a`: merging finds that by the texts.
//!
//! Labels are counted in the pack itself (`counter`), and what comes of one has a key made of the item's key, the label's
//! counter and its content. So of two copies of a pack that were labelled differently the later label wins, whichever
//! is merged first and however often.

mod file;
mod merge;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::PackError;
use super::key::{digest, uuid_of};
use super::queue::Ask;
use super::session::{Edit, Effect, Session, SessionItem, ShownChoice};
use crate::domain::{Annotator, Comparison, Completion, Prompt, RecordId, Text};

pub use merge::{Conflict, Correction, Merge, PackSource, Withdrawal, edit_verdict, merge_pack};

/// How the name of a pack's file ends.
pub const PACK_ENDING: &str = "whetstone-pack";

/// Labels that a pack can count: as many as its keys have room for.
const MOST_LABELS: u32 = (1 << 24) - 1;

/// Which project a pack is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackProject {
    /// What no other project has.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// A pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    format: String,
    version: u32,
    /// Which project it is of.
    pub project: PackProject,
    /// For whom it is, by name.
    pub annotator: String,
    /// The seed that it was made with.
    pub seed: u64,
    /// Labels given so far, those that were taken back among them.
    pub counter: u32,
    /// What is asked, in its order.
    pub items: Vec<PackItem>,
}

/// A comparison in a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackItem {
    /// Its id in the project.
    pub comparison: RecordId,
    /// What the keys of its verdicts are made of.
    pub key: String,
    /// What was asked.
    pub prompt: Text,
    /// The answer that stands first.
    pub first: String,
    /// The other.
    pub second: String,
    /// What was said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<ItemLabel>,
}

/// What was said of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemLabel {
    /// What was said; `None` where it was taken back.
    pub choice: Option<ShownChoice>,
    /// Time spent on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Its place among all labels of the pack, from 1.
    pub counter: u32,
    /// A correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
}

/// A label with what it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct PackLabel {
    /// The item's number, from 1.
    pub number: usize,
    /// The comparison's id in the project.
    pub comparison: RecordId,
    /// The item's key.
    pub key: String,
    /// What was said.
    pub label: ItemLabel,
}

/// What a pack is made of.
#[derive(Debug, Clone, Copy)]
pub struct PackContents<'a> {
    /// The comparisons that are asked.
    pub comparisons: &'a [Comparison],
    /// Their answers.
    pub completions: &'a [Completion],
    /// Their prompts.
    pub prompts: &'a [Prompt],
}

/// A pack for `annotator` with everything of `asks` (see [`super::plan`]). Made again of the same with the same seed it
/// has the same keys, so that labels of both count once.
pub fn make_pack(
    project: &PackProject,
    annotator: &Annotator,
    seed: u64,
    asks: &[Ask],
    contents: &PackContents<'_>,
) -> Result<Pack, PackError> {
    if asks.is_empty() {
        return Err(PackError::Empty { name: annotator.name.clone() });
    }
    let comparisons: BTreeMap<_, _> = contents.comparisons.iter().map(|one| (one.id, one)).collect();
    let completions: BTreeMap<_, _> = contents.completions.iter().map(|one| (one.id, one)).collect();
    let prompts: BTreeMap<_, _> = contents.prompts.iter().map(|one| (one.id, one)).collect();
    let missing = |what, id| PackError::Missing { what, id };
    let item = |ask: &Ask| {
        let comparison = comparisons.get(&ask.comparison).ok_or(missing("comparison", ask.comparison))?;
        let prompt = prompts.get(&comparison.prompt).ok_or(missing("prompt", comparison.prompt))?;
        let text = |id| completions.get(&id).map(|one| one.text.clone()).ok_or(missing("answer", id));
        let (a, b) = (text(comparison.a)?, text(comparison.b)?);
        let (first, second) = if ask.shown_swapped { (b, a) } else { (a, b) };
        let key = item_key(project, annotator, seed, ask);
        Ok(PackItem { comparison: comparison.id, key, prompt: prompt.text.clone(), first, second, label: None })
    };
    Ok(Pack {
        format: PACK_ENDING.to_owned(),
        version: file::VERSION,
        project: project.clone(),
        annotator: annotator.name.clone(),
        seed,
        counter: 0,
        items: asks.iter().map(item).collect::<Result<_, PackError>>()?,
    })
}

/// The key of an item: a UUID whose last 48 bits are free for the label's counter and content.
fn item_key(project: &PackProject, annotator: &Annotator, seed: u64, ask: &Ask) -> String {
    let (seed, comparison) = (seed.to_string(), ask.comparison.to_string());
    let time = if ask.is_repeat { "again" } else { "first" };
    let mut bytes = digest(&["pack", &project.id, &annotator.name, &seed, &comparison, time]);
    bytes[10..].fill(0);
    uuid_of(bytes)
}

impl Pack {
    /// Items that have a label.
    pub fn done(&self) -> usize {
        self.items.iter().filter(|item| item.is_labelled()).count()
    }

    /// A sitting over its items: it goes on after those that have a label, which can be taken back.
    pub fn session(&self) -> Session {
        let items = self.items.iter().map(|item| SessionItem {
            prompt: item.prompt.readable().into(),
            first: item.first.as_str().into(),
            second: item.second.as_str().into(),
        });
        let mut answered: Vec<(u32, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.is_labelled())
            .filter_map(|(place, item)| Some((item.label.as_ref()?.counter, place)))
            .collect();
        answered.sort_unstable();
        let answered: Vec<usize> = answered.into_iter().map(|(_, place)| place).collect();
        Session::new(items.collect(), &answered)
    }

    /// Keeps what came of a key in a sitting over this pack; whether there was something to keep.
    pub fn keep(&mut self, effect: &Effect) -> Result<bool, PackError> {
        match effect {
            Effect::Labelled { item, choice, seconds } => self.label(*item, Some(*choice), *seconds, None)?,
            // Which of the two is better was not said.
            Effect::Corrected { item, edit, seconds } => {
                self.label(*item, Some(ShownChoice::Skip), *seconds, Some(edit.clone()))?;
            }
            Effect::Undone { item } => self.label(*item, None, None, None)?,
            Effect::EditWanted { .. }
            | Effect::Passed { .. }
            | Effect::NothingToUndo
            | Effect::NothingCorrected
            | Effect::Finished => return Ok(false),
        }
        Ok(true)
    }

    fn label(
        &mut self,
        place: usize,
        choice: Option<ShownChoice>,
        seconds: Option<f64>,
        edit: Option<Edit>,
    ) -> Result<(), PackError> {
        let items = self.items.len();
        let item = self.items.get_mut(place).ok_or(PackError::NoSuchItem { number: place + 1, items })?;
        self.counter = self.counter.saturating_add(1).min(MOST_LABELS);
        item.label = Some(ItemLabel { choice, seconds, counter: self.counter, edit });
        Ok(())
    }
}

impl PackItem {
    fn is_labelled(&self) -> bool {
        self.label.as_ref().is_some_and(|label| label.choice.is_some())
    }
}

/// The labels of a pack, in the order of its items.
pub fn labels_of(pack: &Pack) -> Vec<PackLabel> {
    let numbered = (1..).zip(&pack.items);
    numbered
        .filter_map(|(number, item)| {
            let label = item.label.clone()?;
            Some(PackLabel { number, comparison: item.comparison, key: item.key.clone(), label })
        })
        .collect()
}
