//! A sitting over a project: a person is shown comparisons one by one, and what they say is in the store before the next
//! one shows.

use std::collections::{BTreeMap, BTreeSet};

use super::MethodError;
use super::gather::{answered_by_people, comparisons_of};
use crate::domain::{
    Annotator, AnnotatorKind, Choice, Comparison, Completion, CompletionOrigin, NewVerdict, Prompt, RecordId, Split,
    StoredVerdict,
};
use crate::feedback::people::{
    Ask, Edit, Effect, Key, QueueSettings, QueueState, ReviewAction, ReviewEntry, ReviewFilter, Reviewer, Session,
    SessionItem, Shown, ShownChoice, Side, plan, review_queue, review_verdict, shown_swapped,
};
use crate::project::store::{CompletionFilter, NewEdit, Store, VerdictFilter};

/// What a person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// What has not been judged, of the newest round.
    Fresh,
    /// What is doubtful, of the newest round: disagreements and a machine's doubts.
    Doubtful,
    /// Old answers against new ones.
    Result,
}

/// A sitting.
#[derive(Debug)]
pub struct Sitting<'a> {
    store: &'a Store,
    annotator: Annotator,
    asks: Vec<Ask>,
    /// In the order of the asks; empty where nothing is reviewed.
    reviews: Vec<ReviewEntry>,
    comparisons: BTreeMap<RecordId, Comparison>,
    session: Session,
    /// The verdict of each item that was answered in this sitting.
    kept: BTreeMap<usize, Vec<RecordId>>,
}

/// Everything that sittings and packs look at.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) comparisons: Vec<Comparison>,
    pub(super) completions: Vec<Completion>,
    pub(super) prompts: Vec<Prompt>,
    pub(super) verdicts: Vec<StoredVerdict>,
    pub(super) annotators: Vec<Annotator>,
}

impl Material {
    /// The newest round's comparisons for training, or of old and new answers.
    pub(super) fn read(store: &Store, split: Split) -> Result<Self, MethodError> {
        let prompts = store.prompts(None)?;
        let wanted: BTreeSet<RecordId> =
            prompts.iter().filter(|prompt| prompt.split == split).map(|prompt| prompt.id).collect();
        let completions = store.completions(&CompletionFilter::default())?;
        // Nobody is asked about what was taken out, and the comparison of a correction with its original answers itself.
        let is_asked = |one: &&Completion| !one.is_discarded && !matches!(one.origin, CompletionOrigin::Edit { .. });
        let asked: BTreeSet<RecordId> = completions.iter().filter(is_asked).map(|one| one.id).collect();
        let mut comparisons = comparisons_of(store, store.rounds()?.last())?;
        comparisons.retain(|one| wanted.contains(&one.prompt) && asked.contains(&one.a) && asked.contains(&one.b));
        let filter = VerdictFilter { include_withdrawn: true, ..VerdictFilter::default() };
        let (verdicts, annotators) = (store.verdicts(&filter)?, store.annotators()?);
        Ok(Self { comparisons, completions, prompts, verdicts, annotators })
    }

    /// What an annotator is asked, in its order.
    pub(super) fn plan(&self, annotator: &Annotator, seed: u64) -> Vec<Ask> {
        let margins = BTreeMap::new();
        let state = QueueState {
            comparisons: &self.comparisons,
            verdicts: &self.verdicts,
            annotators: &self.annotators,
            margins: &margins,
        };
        plan(annotator.id, &state, &QueueSettings { seed, ..QueueSettings::default() })
    }

    /// What no person has answered and is not this annotator's share: whoever has done theirs may go on with it.
    pub(super) fn left_over(&self, annotator: &Annotator, seed: u64, asks: &[Ask]) -> Vec<Ask> {
        let mut taken = answered_by_people(&self.verdicts, &self.annotators);
        taken.extend(asks.iter().map(|ask| ask.comparison));
        let ask = |comparison: &Comparison| Ask {
            comparison: comparison.id,
            shown_swapped: shown_swapped(seed, annotator.id, comparison.id),
            is_repeat: false,
        };
        self.comparisons.iter().filter(|one| !taken.contains(&one.id)).map(ask).collect()
    }

    /// What is doubtful, as it is put before an annotator.
    pub(super) fn doubtful(&self, annotator: &Annotator, seed: u64) -> (Vec<Ask>, Vec<ReviewEntry>) {
        let entries = review_queue(&self.comparisons, &self.verdicts, &self.annotators, &ReviewFilter::default());
        let ask = |entry: &ReviewEntry| Ask {
            comparison: entry.comparison.id,
            shown_swapped: shown_swapped(seed, annotator.id, entry.comparison.id),
            is_repeat: false,
        };
        (entries.iter().map(ask).collect(), entries)
    }

    /// What is asked, to be read.
    fn items(&self, asks: &[Ask]) -> Result<Vec<SessionItem>, MethodError> {
        let missing = || MethodError::Record { what: "comparisons", reason: "a text is missing".to_owned() };
        let comparisons: BTreeMap<RecordId, &Comparison> = self.comparisons.iter().map(|one| (one.id, one)).collect();
        let reader = self.reader();
        let item = |ask: &Ask| {
            let comparison = comparisons.get(&ask.comparison).ok_or_else(missing)?;
            let Read { request, a, b } = reader.read(comparison).ok_or_else(missing)?;
            let (first, second) = if ask.shown_swapped { (b, a) } else { (a, b) };
            Ok(SessionItem { prompt: request, first: first.to_owned(), second: second.to_owned() })
        };
        asks.iter().map(item).collect()
    }

    /// The texts by their places.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            prompts: self.prompts.iter().map(|one| (one.id, one)).collect(),
            completions: self.completions.iter().map(|one| (one.id, one.text.as_str())).collect(),
        }
    }
}

/// Finds the texts of comparisons.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    prompts: BTreeMap<RecordId, &'a Prompt>,
    completions: BTreeMap<RecordId, &'a str>,
}

/// A comparison's texts.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub(super) request: String,
    pub(super) a: &'a str,
    pub(super) b: &'a str,
}

impl<'a> Reader<'a> {
    /// A comparison's texts; `None` where one is not there.
    pub(super) fn read(&self, comparison: &Comparison) -> Option<Read<'a>> {
        let request = self.prompts.get(&comparison.prompt)?.text.readable();
        Some(Read { request, a: self.completions.get(&comparison.a)?, b: self.completions.get(&comparison.b)? })
    }
}

impl<'a> Sitting<'a> {
    /// Begins a sitting of a person, who is added to the project's annotators if need be.
    pub fn begin(store: &'a Store, name: &str, asked: Asked) -> Result<Self, MethodError> {
        let annotator = store.annotator(name, AnnotatorKind::Person, false)?;
        let split = if asked == Asked::Result { Split::Holdout } else { Split::Train };
        let material = Material::read(store, split)?;
        let seed = store.settings()?.seed;
        let (asks, reviews) = match asked {
            Asked::Fresh => {
                let mut asks = material.plan(&annotator, seed);
                asks.extend(material.left_over(&annotator, seed, &asks));
                (asks, Vec::new())
            }
            // Nobody is asked twice here.
            Asked::Result => {
                let mut asks = material.plan(&annotator, seed);
                asks.retain(|ask| !ask.is_repeat);
                asks.extend(material.left_over(&annotator, seed, &asks));
                (asks, Vec::new())
            }
            Asked::Doubtful => material.doubtful(&annotator, seed),
        };
        let items = material.items(&asks)?;
        Ok(Self {
            store,
            annotator,
            asks,
            reviews,
            comparisons: material.comparisons.into_iter().map(|one| (one.id, one)).collect(),
            session: Session::new(items, &[]),
            kept: BTreeMap::new(),
        })
    }

    /// Who sits.
    pub fn annotator(&self) -> &Annotator {
        &self.annotator
    }

    /// Comparisons of this sitting, answered or not.
    pub fn total(&self) -> usize {
        self.session.total()
    }

    /// What is said so far of what is on the screen, where it is reviewed.
    pub fn said_so_far(&self) -> Option<String> {
        let item = self.session.show()?.item;
        let (ask, entry) = (self.asks.get(item)?, self.reviews.get(item)?);
        let swapped = |choice: Choice| if ask.shown_swapped { choice.swapped() } else { choice };
        let choice = match entry.standing.map(swapped) {
            Some(Choice::A) => "1 is better",
            Some(Choice::B) => "2 is better",
            Some(Choice::Tie | Choice::BothBad | Choice::Skip) => "no difference",
            None => "as many say 1 as 2",
        };
        let sure = entry.confidence.map(|sure| format!(", {:.0}% sure", sure * 100.0)).unwrap_or_default();
        Some(format!("{}; so far: {choice}{sure}", entry.why.words()))
    }

    /// What is on the screen; `None` where everything is answered.
    pub fn show(&self) -> Option<Shown<'_>> {
        self.session.show()
    }

    /// What a key does. What it says is in the store when this returns.
    pub fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, MethodError> {
        let mut session = self.session.clone();
        let effect = session.answer(key, seconds);
        self.keep(&effect)?;
        self.session = session;
        Ok(effect)
    }

    /// Keeps a correction of the answer on one side.
    pub fn edit(&mut self, side: Side, text: &str, seconds: f64) -> Result<Effect, MethodError> {
        let mut session = self.session.clone();
        let effect = session.edit(side, text, seconds);
        self.keep(&effect)?;
        self.session = session;
        Ok(effect)
    }

    fn keep(&mut self, effect: &Effect) -> Result<(), MethodError> {
        match effect {
            Effect::Labelled { item, choice, seconds } => {
                let Some(verdict) = self.verdict(*item, *choice, *seconds)? else { return Ok(()) };
                let recorded = self.store.record_verdict(&verdict)?;
                self.kept.entry(*item).or_default().push(recorded.sequence);
            }
            Effect::Corrected { item, edit, seconds } => self.correct(*item, edit, *seconds)?,
            Effect::Undone { item } => {
                for sequence in self.kept.remove(item).unwrap_or_default() {
                    self.store.withdraw_verdict(sequence)?;
                }
            }
            Effect::EditWanted { .. }
            | Effect::Passed { .. }
            | Effect::NothingToUndo
            | Effect::NothingCorrected
            | Effect::Finished => {}
        }
        Ok(())
    }

    fn verdict(
        &self,
        item: usize,
        choice: ShownChoice,
        seconds: Option<f64>,
    ) -> Result<Option<NewVerdict>, MethodError> {
        let Some(ask) = self.asks.get(item) else { return Ok(None) };
        let key = uuid::Uuid::new_v4().to_string();
        let Some(entry) = self.reviews.get(item) else {
            return Ok(Some(ask.verdict(self.annotator.id, key, choice, seconds)));
        };
        let choice = choice.choice(ask.shown_swapped);
        if choice == Choice::Skip {
            return Ok(None);
        }
        let reviewer = Reviewer { annotator: self.annotator.id, key, seconds };
        let reviewed = review_verdict(entry, &ReviewAction::Settle { choice }, &reviewer)
            .map_err(|error| MethodError::Review(Box::new(error)))?;
        Ok(Some(NewVerdict { shown_swapped: ask.shown_swapped, ..reviewed.verdict }))
    }

    /// A correction is better than its original; what stood beside it counts as skipped.
    fn correct(&mut self, item: usize, edit: &Edit, seconds: Option<f64>) -> Result<(), MethodError> {
        let Some(ask) = self.asks.get(item).copied() else { return Ok(()) };
        let Some(comparison) = self.comparisons.get(&ask.comparison) else { return Ok(()) };
        let is_a = (edit.side == Side::First) != ask.shown_swapped;
        let recorded = self.store.record_edit(&NewEdit {
            annotator: self.annotator.id,
            comparison: comparison.id,
            of: if is_a { comparison.a } else { comparison.b },
            text: edit.text.clone(),
            key: uuid::Uuid::new_v4().to_string(),
            seconds,
            shown_swapped: ask.shown_swapped,
        })?;
        let skip = ask.verdict(self.annotator.id, uuid::Uuid::new_v4().to_string(), ShownChoice::Skip, None);
        let skipped = self.store.record_verdict(&skip)?;
        self.kept.entry(item).or_default().extend([recorded.verdict.sequence, skipped.sequence]);
        Ok(())
    }
}
