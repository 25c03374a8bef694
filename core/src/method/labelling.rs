//! A sitting over a project: a person is shown comparisons one by one, and what they say is in the store before the next
//! one shows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::MethodError;
use super::gather::{answered_by_people, comparisons_of};
use super::route::routing_settings;
use crate::domain::{
    Annotator, AnnotatorKind, Choice, Comparison, Completion, NewVerdict, Prompt, RecordId, Split, StoredVerdict,
};
use crate::feedback::people::{
    Ask, Edit, Effect, Key, QueueSettings, QueueState, ReviewAction, ReviewEntry, ReviewFilter, Reviewer, Session,
    SessionItem, Shown, ShownChoice, Side, plan, review_queue, review_verdict, shown_swapped,
};
use crate::feedback::routing::{Routed, routes};
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
pub struct Sitting {
    store: Arc<Store>,
    annotator: Annotator,
    asked: Asked,
    asks: Vec<Ask>,
    /// In the order of the asks; empty where nothing is reviewed.
    reviews: Vec<Reviewed>,
    comparisons: BTreeMap<RecordId, Comparison>,
    session: Session,
    /// The verdict of each item that was answered in this sitting.
    kept: BTreeMap<usize, Vec<RecordId>>,
}

/// Something that is reviewed, and what a machine gave as its reason.
#[derive(Debug)]
struct Reviewed {
    entry: ReviewEntry,
    reason: Option<String>,
}

/// Everything that sittings and packs look at.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) comparisons: Vec<Comparison>,
    pub(super) completions: Vec<Completion>,
    pub(super) prompts: Vec<Prompt>,
    pub(super) verdicts: Vec<StoredVerdict>,
    pub(super) annotators: Vec<Annotator>,
    /// Who takes what machines have judged.
    pub(super) routed: BTreeMap<RecordId, Routed>,
}

impl Material {
    /// The newest round's comparisons for training, or of old and new answers.
    pub(super) fn read(store: &Store, split: Split) -> Result<Self, MethodError> {
        let material = Self::without_answers(store, split)?;
        Ok(Self { completions: store.completions(&CompletionFilter::default())?, ..material })
    }

    /// The same without the answers' texts: enough to know what is asked.
    pub(super) fn without_answers(store: &Store, split: Split) -> Result<Self, MethodError> {
        let prompts = store.prompts(None)?;
        let wanted: BTreeSet<RecordId> =
            prompts.iter().filter(|prompt| prompt.split == split).map(|prompt| prompt.id).collect();
        // Nobody is asked about what was taken out, and the comparison of a correction with its original answers itself, as does
        // that of a coach's answer with the model's.
        let mut left_out = store.discarded()?;
        left_out.extend(store.corrections()?);
        left_out.extend(store.written_by_coaches()?);
        let is_asked = |answer: &RecordId| !left_out.contains(answer);
        let mut comparisons = comparisons_of(store, store.rounds()?.last())?;
        comparisons.retain(|one| wanted.contains(&one.prompt) && is_asked(&one.a) && is_asked(&one.b));
        let filter = VerdictFilter { include_withdrawn: true, ..VerdictFilter::default() };
        let (verdicts, annotators) = (store.verdicts(&filter)?, store.annotators()?);
        let routed = routes(&comparisons, &verdicts, &annotators, &routing_settings(&store.settings()?));
        Ok(Self { comparisons, completions: Vec::new(), prompts, verdicts, annotators, routed })
    }

    /// What an annotator is asked: first where a verdict says most.
    pub(super) fn plan(&self, annotator: &Annotator, seed: u64) -> Vec<Ask> {
        let state = QueueState {
            comparisons: &self.comparisons,
            verdicts: &self.verdicts,
            annotators: &self.annotators,
            routed: &self.routed,
        };
        plan(annotator.id, &state, &QueueSettings { seed, informative_first: true, ..QueueSettings::default() })
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
    pub(super) fn doubtful(
        &self,
        annotator: &Annotator,
        seed: u64,
        filter: &ReviewFilter,
    ) -> (Vec<Ask>, Vec<ReviewEntry>) {
        let entries = review_queue(&self.comparisons, &self.verdicts, &self.annotators, &self.routed, filter);
        let ask = |entry: &ReviewEntry| Ask {
            comparison: entry.comparison.id,
            shown_swapped: shown_swapped(seed, annotator.id, entry.comparison.id),
            is_repeat: false,
        };
        (entries.iter().map(ask).collect(), entries)
    }

    /// Leaves out what the filter says of comparisons and of their texts.
    fn narrow(&mut self, store: &Store, filter: &ReviewFilter) -> Result<(), MethodError> {
        if !filter.comparisons.is_empty() {
            self.comparisons = store.comparisons(None)?;
            self.comparisons.retain(|one| filter.comparisons.contains(&one.id));
        }
        let Some(text) = filter.text.as_ref().map(|text| text.to_lowercase()) else { return Ok(()) };
        let reader = self.reader();
        let speaks = |one: &Comparison| {
            let read = reader.read(one);
            read.is_some_and(|read| {
                [read.request.as_str(), read.a, read.b].iter().any(|one| one.to_lowercase().contains(&text))
            })
        };
        let kept: BTreeSet<RecordId> = self.comparisons.iter().filter(|one| speaks(one)).map(|one| one.id).collect();
        self.comparisons.retain(|one| kept.contains(&one.id));
        Ok(())
    }

    /// All of it once more, whoever has judged it.
    fn again(&self, annotator: &Annotator, seed: u64) -> Vec<Ask> {
        let ask = |one: &Comparison| Ask {
            comparison: one.id,
            shown_swapped: shown_swapped(seed, annotator.id, one.id),
            is_repeat: true,
        };
        self.comparisons.iter().map(ask).collect()
    }

    /// The entries, each with the reason of the newest machine that gave one.
    fn reviewed(&self, entries: Vec<ReviewEntry>) -> Vec<Reviewed> {
        let people: BTreeSet<RecordId> =
            self.annotators.iter().filter(|one| one.kind == AnnotatorKind::Person).map(|one| one.id).collect();
        let with_reason = |entry: ReviewEntry| {
            // Verdicts stand in the order of their sequence, in the entry and here.
            let find = |sequence: &RecordId| {
                let place = self.verdicts.binary_search_by_key(sequence, |stored| stored.sequence).ok()?;
                let verdict = &self.verdicts.get(place)?.verdict;
                verdict.reason.clone().filter(|_| !people.contains(&verdict.annotator))
            };
            let reason = entry.verdicts.iter().rev().find_map(find);
            Reviewed { entry, reason }
        };
        entries.into_iter().map(with_reason).collect()
    }

    /// What is asked, to be read.
    fn items(&self, asks: &[Ask]) -> Result<Vec<SessionItem>, MethodError> {
        let missing = || MethodError::Record { what: "comparisons", reason: "a text is missing".to_owned() };
        let comparisons: BTreeMap<RecordId, &Comparison> = self.comparisons.iter().map(|one| (one.id, one)).collect();
        let reader = self.reader();
        // An answer stands in several comparisons: its text is kept once.
        let (mut requests, mut answers) = (BTreeMap::new(), BTreeMap::new());
        let kept = |texts: &mut BTreeMap<RecordId, Arc<str>>, id: RecordId, text: &str| {
            Arc::clone(texts.entry(id).or_insert_with(|| text.into()))
        };
        let item = |ask: &Ask| {
            let comparison = comparisons.get(&ask.comparison).ok_or_else(missing)?;
            let Read { request, a, b } = reader.read(comparison).ok_or_else(missing)?;
            let prompt = kept(&mut requests, comparison.prompt, &request);
            let (a, b) = (kept(&mut answers, comparison.a, a), kept(&mut answers, comparison.b, b));
            let (first, second) = if ask.shown_swapped { (b, a) } else { (a, b) };
            Ok(SessionItem { prompt, first, second })
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

/// What waits for a person in the newest round, the most pressing first.
pub(crate) fn waiting_reviews(store: &Store) -> Result<Vec<ReviewEntry>, MethodError> {
    let material = Material::without_answers(store, Split::Train)?;
    let Material { comparisons, verdicts, annotators, routed, .. } = &material;
    Ok(review_queue(comparisons, verdicts, annotators, routed, &ReviewFilter::default()))
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

impl Sitting {
    /// Begins a sitting of a person, who is added to the project's annotators if need be. Of what is doubtful it asks what
    /// the filter lets through.
    pub fn begin(store: Arc<Store>, name: &str, asked: Asked, filter: &ReviewFilter) -> Result<Self, MethodError> {
        let annotator = store.annotator(name, AnnotatorKind::Person, false)?;
        let split = if asked == Asked::Result { Split::Holdout } else { Split::Train };
        let mut material = Material::read(&store, split)?;
        material.narrow(&store, filter)?;
        let seed = store.settings()?.seed;
        let (asks, entries) = match asked {
            Asked::Fresh if !filter.comparisons.is_empty() => (material.again(&annotator, seed), Vec::new()),
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
            Asked::Doubtful => material.doubtful(&annotator, seed, filter),
        };
        let items = material.items(&asks)?;
        Ok(Self {
            store,
            annotator,
            asked,
            asks,
            reviews: material.reviewed(entries),
            comparisons: material.comparisons.into_iter().map(|one| (one.id, one)).collect(),
            session: Session::new(items, &[]),
            kept: BTreeMap::new(),
        })
    }

    /// Who sits.
    pub fn annotator(&self) -> &Annotator {
        &self.annotator
    }

    /// What they are asked.
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// Comparisons of this sitting, answered or not.
    pub fn total(&self) -> usize {
        self.session.total()
    }

    /// Comparisons of this sitting that have an answer, all of which can be taken back.
    pub fn done(&self) -> usize {
        self.session.done()
    }

    /// What is said so far of what is on the screen, where it is reviewed, in words.
    pub fn said_so_far(&self) -> Option<String> {
        let (entry, _) = self.under_review()?;
        let choice = match self.standing_as_shown() {
            Some(Choice::A) => "1 is better",
            Some(Choice::B) => "2 is better",
            Some(Choice::Tie | Choice::BothBad | Choice::Skip) => "no difference",
            None => "as many say 1 as 2",
        };
        let sure = entry.confidence.map(|sure| format!(", {:.0}% sure", sure * 100.0)).unwrap_or_default();
        Some(format!("{}; so far: {choice}{sure}", entry.why?.words()))
    }

    /// What is reviewed on the screen, and what a machine gave as its reason. `None` also where chance chose it, for the
    /// person is to judge it without being told anything.
    pub fn under_review(&self) -> Option<(&ReviewEntry, Option<&str>)> {
        let reviewed = self.reviews.get(self.session.show()?.item).filter(|one| one.entry.why.is_some())?;
        Some((&reviewed.entry, reviewed.reason.as_deref()))
    }

    /// What is said so far of what is reviewed on the screen, `A` being the answer that stands first there.
    pub fn standing_as_shown(&self) -> Option<Choice> {
        let item = self.session.show()?.item;
        let (ask, reviewed) = (self.asks.get(item)?, self.reviews.get(item)?);
        let standing = reviewed.entry.standing?;
        Some(if ask.shown_swapped { standing.swapped() } else { standing })
    }

    /// What is on the screen; `None` where everything is answered.
    pub fn show(&self) -> Option<Shown<'_>> {
        self.session.show()
    }

    /// What a key does. What it says is in the store when this returns.
    pub fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, MethodError> {
        let effect = self.session.foresee(key, seconds);
        self.keep(effect)
    }

    /// Keeps a correction of the answer on one side.
    pub fn edit(&mut self, side: Side, text: &str, seconds: f64) -> Result<Effect, MethodError> {
        let effect = self.session.foresee_edit(side, text, seconds);
        self.keep(effect)
    }

    /// Settles what is reviewed on the screen. A choice in the action is of the comparison's `a` and `b`, wherever they
    /// stand; a correction is kept as [`Self::edit`] keeps it.
    pub fn review(&mut self, action: &ReviewAction, seconds: f64) -> Result<Effect, MethodError> {
        let Some(item) = self.session.show().map(|shown| shown.item) else { return Ok(Effect::Finished) };
        let (Some(ask), Some(reviewed)) = (self.asks.get(item).copied(), self.reviews.get(item)) else {
            return Err(MethodError::NotReviewed);
        };
        let comparison = reviewed.entry.comparison;
        let verdict = self.settled(item, action, None)?.choice;
        if let ReviewAction::Edit { of, text } = action {
            let is_first = (*of == comparison.a) != ask.shown_swapped;
            return self.edit(if is_first { Side::First } else { Side::Second }, text, seconds);
        }
        let shown = ShownChoice::of(verdict, ask.shown_swapped);
        self.keep(self.session.foresee_choice(shown, seconds))
    }

    /// Keeps what came of a key, then lets it come.
    fn keep(&mut self, effect: Effect) -> Result<Effect, MethodError> {
        match &effect {
            Effect::Labelled { item, choice, seconds } => {
                if let Some(verdict) = self.verdict(*item, *choice, *seconds)? {
                    let recorded = self.store.record_verdict(&verdict)?;
                    self.kept.entry(*item).or_default().push(recorded.sequence);
                }
            }
            Effect::Corrected { item, edit, seconds } => self.correct(*item, edit, *seconds)?,
            Effect::Undone { item } => {
                // One that was taken back before a failure is taken back twice, which changes nothing.
                for &sequence in self.kept.get(item).into_iter().flatten() {
                    self.store.withdraw_verdict(sequence)?;
                }
                self.kept.remove(item);
            }
            Effect::EditWanted { .. }
            | Effect::Passed { .. }
            | Effect::NothingToUndo
            | Effect::NothingCorrected
            | Effect::Finished => {}
        }
        self.session.follow(&effect);
        Ok(effect)
    }

    fn verdict(
        &self,
        item: usize,
        choice: ShownChoice,
        seconds: Option<f64>,
    ) -> Result<Option<NewVerdict>, MethodError> {
        let Some(ask) = self.asks.get(item) else { return Ok(None) };
        if self.reviews.is_empty() {
            let key = uuid::Uuid::new_v4().to_string();
            return Ok(Some(ask.verdict(self.annotator.id, key, choice, seconds)));
        }
        let choice = choice.choice(ask.shown_swapped);
        // Whoever leaves it settles nothing: it goes on waiting.
        if choice == Choice::Skip {
            return Ok(None);
        }
        self.settled(item, &ReviewAction::Settle { choice }, seconds).map(Some)
    }

    /// The verdict that settles what is reviewed.
    fn settled(&self, item: usize, action: &ReviewAction, seconds: Option<f64>) -> Result<NewVerdict, MethodError> {
        let (Some(ask), Some(reviewed)) = (self.asks.get(item), self.reviews.get(item)) else {
            return Err(MethodError::NotReviewed);
        };
        let reviewer = Reviewer { annotator: self.annotator.id, key: uuid::Uuid::new_v4().to_string(), seconds };
        let settled =
            review_verdict(&reviewed.entry, action, &reviewer).map_err(|error| MethodError::Review(Box::new(error)))?;
        Ok(NewVerdict { shown_swapped: ask.shown_swapped, ..settled.verdict })
    }

    /// A correction is better than its original. What stood beside it counts as skipped; where it is reviewed, neither was
    /// fit to learn from, which settles it.
    fn correct(&mut self, item: usize, edit: &Edit, seconds: Option<f64>) -> Result<(), MethodError> {
        let Some(ask) = self.asks.get(item).copied() else { return Ok(()) };
        let Some(comparison) = self.comparisons.get(&ask.comparison) else { return Ok(()) };
        let is_a = (edit.side == Side::First) != ask.shown_swapped;
        let of = if is_a { comparison.a } else { comparison.b };
        let beside = if self.reviews.is_empty() {
            ask.verdict(self.annotator.id, uuid::Uuid::new_v4().to_string(), ShownChoice::Skip, None)
        } else {
            self.settled(item, &ReviewAction::Edit { of, text: edit.text.clone() }, None)?
        };
        let recorded = self.store.record_edit(&NewEdit {
            annotator: self.annotator.id,
            comparison: comparison.id,
            of,
            text: edit.text.clone(),
            key: uuid::Uuid::new_v4().to_string(),
            seconds,
            shown_swapped: ask.shown_swapped,
        })?;
        let beside = self.store.record_verdict(&beside)?;
        self.kept.entry(item).or_default().extend([recorded.verdict.sequence, beside.sequence]);
        Ok(())
    }
}
