//! An evaluation as it stands: what is compared, what was answered and what was said of it.

use std::collections::BTreeSet;

use super::EvaluationError;
use super::begun::Extent;
use super::data::Data;
use super::figures::{Answers, Judged};
use super::journal::{Journal, Measured, Of, VerdictLine};
use super::rewards::HeldOutPair;
use super::trained::Training;
use crate::domain::{Choice, Text};
use crate::evaluate::sequence::{Look, interval};
use crate::evaluate::{Estimate, Outcome};
use crate::job::EvaluateSpec;
use crate::random::Random;

/// Addresses of the random numbers of this file.
const ORDER: u64 = 0x60;
const SIDE: u64 = 0x61;

/// One answer of each model to a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Planned {
    prompt: usize,
    sample: usize,
}

/// The texts of a comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared<'a> {
    pub(super) prompt: &'a Text,
    pub(super) old: &'a str,
    pub(super) new: &'a str,
}

/// An evaluation.
#[derive(Debug)]
pub(super) struct Evaluation {
    data: Data,
    /// In the order in which they are judged.
    plan: Vec<Planned>,
    journal: Journal,
    looks_early: bool,
    seed: u64,
    /// Places of prompts that were trained on; `None` where that cannot be known.
    trained_on: Option<Vec<usize>>,
    /// Those among them that nothing is concluded from, because there are others.
    left_out: BTreeSet<usize>,
}

impl Evaluation {
    /// Reads the data and what was kept so far.
    pub(super) fn open(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        Self::with(spec, Journal::open)
    }

    /// The same of one that was just worked on with these settings.
    pub(super) fn reopen(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        Self::with(spec, Journal::reopen)
    }

    fn with(
        spec: &EvaluateSpec,
        journal: fn(&EvaluateSpec, usize) -> Result<Journal, EvaluationError>,
    ) -> Result<Self, EvaluationError> {
        let data = Data::read(&spec.data)?;
        let journal = journal(spec, data.prompts.len())?;
        let plan = plan(journal.extents(), data.prompts.len(), spec);
        let (looks_early, seed) = (spec.look_early, spec.sampling.seed);
        let left_out = BTreeSet::new();
        let mut evaluation = Self { data, plan, journal, looks_early, seed, trained_on: None, left_out };
        evaluation.find_trained_on(&Training::of(spec));
        Ok(evaluation)
    }

    /// Finds the prompts that were trained on, on which the new model has an advantage that it has nowhere else. Where all were,
    /// they are compared all the same, and the report says so.
    fn find_trained_on(&mut self, training: &Training) {
        let prompts = self.prompts();
        let texts: Vec<&Text> = prompts.iter().map(|&prompt| self.prompt(prompt)).collect();
        let Some(places) = training.trained_on(&texts) else { return };
        let found: Vec<usize> = places.into_iter().filter_map(|place| prompts.get(place).copied()).collect();
        if found.len() < prompts.len() {
            self.left_out = found.iter().copied().collect();
        }
        self.trained_on = Some(found);
    }

    /// The places of prompts that were trained on; `None` where that cannot be known.
    pub(super) fn trained_on(&self) -> Option<&[usize]> {
        self.trained_on.as_deref()
    }

    /// Whether those are left out of everything that is concluded.
    pub(super) fn leaves_out_trained_on(&self) -> bool {
        !self.left_out.is_empty()
    }

    /// Pairs of prompts that count.
    pub(super) fn pairs(&self) -> Vec<HeldOutPair> {
        let counts =
            |pair: &&HeldOutPair| usize::try_from(pair.prompt).is_ok_and(|prompt| !self.left_out.contains(&prompt));
        self.data.pairs.iter().filter(counts).cloned().collect()
    }

    /// Whether comparisons were added after a result could be seen.
    pub(super) fn was_extended(&self) -> bool {
        self.journal.extents().len() > 1
    }

    pub(super) fn measured(&self) -> &Measured {
        self.journal.measured()
    }

    pub(super) fn measure(&mut self, measured: Measured) -> Result<(), EvaluationError> {
        self.journal.measure(measured)
    }

    /// The places of the prompts that are compared, ascending.
    pub(super) fn prompts(&self) -> Vec<usize> {
        let mut prompts: Vec<usize> = self.plan.iter().map(|planned| planned.prompt).collect();
        prompts.sort_unstable();
        prompts.dedup();
        prompts
    }

    pub(super) fn prompt(&self, place: usize) -> &Text {
        &self.data.prompts[place]
    }

    /// The prompts that a model has not answered yet.
    pub(super) fn unanswered(&self, of: Of) -> Vec<usize> {
        let mut prompts = self.prompts();
        prompts.retain(|&prompt| self.journal.answers(of, prompt).is_none());
        prompts
    }

    pub(super) fn add_answers(&mut self, of: Of, prompt: usize, answers: Vec<String>) -> Result<(), EvaluationError> {
        self.journal.add_answers(of, prompt, answers)
    }

    /// Comparisons in all.
    pub(super) fn comparisons(&self) -> usize {
        self.plan.len()
    }

    /// The texts of a comparison; `None` where one of them was not drawn yet.
    pub(super) fn texts(&self, comparison: usize) -> Option<Compared<'_>> {
        let Planned { prompt, sample } = *self.plan.get(comparison)?;
        let text = |of| self.journal.answers(of, prompt).and_then(|answers| answers.get(sample)).map(String::as_str);
        Some(Compared { prompt: &self.data.prompts[prompt], old: text(Of::Old)?, new: text(Of::New)? })
    }

    /// Whether both answers are the same text: a tie, about which nobody is asked.
    pub(super) fn is_alike(&self, comparison: usize) -> bool {
        self.texts(comparison).is_some_and(|texts| texts.old == texts.new)
    }

    /// Whether nothing is concluded from a comparison, because its prompt was trained on: nobody is asked about it.
    pub(super) fn is_left_out(&self, comparison: usize) -> bool {
        self.plan.get(comparison).is_some_and(|planned| self.left_out.contains(&planned.prompt))
    }

    /// Whether the new answer stands first where people judge.
    pub(super) fn shows_new_first(&self, comparison: usize) -> bool {
        Random::new(self.seed, &[SIDE, comparison as u64]).below(2) == 1
    }

    pub(super) fn verdict(&self, comparison: usize) -> Option<&VerdictLine> {
        self.journal.verdict(comparison)
    }

    /// Comparisons with a verdict, the newest last.
    pub(super) fn judged_order(&self) -> &[usize] {
        self.journal.order()
    }

    pub(super) fn add_verdict(&mut self, line: VerdictLine) -> Result<(), EvaluationError> {
        self.journal.add_verdict(line)
    }

    /// The comparisons that still wait for a verdict, in order; none where the result is sure already.
    pub(super) fn waiting(&self) -> Vec<usize> {
        if self.is_sure() {
            return Vec::new();
        }
        let waits =
            |place: &usize| self.verdict(*place).is_none() && !self.is_alike(*place) && !self.is_left_out(*place);
        (0..self.plan.len()).filter(waits).collect()
    }

    /// How a comparison came out; `None` where nobody has said, or could say.
    pub(super) fn outcome(&self, comparison: usize) -> Option<Outcome> {
        if self.is_left_out(comparison) {
            return None;
        }
        if self.is_alike(comparison) {
            return Some(Outcome::Tie);
        }
        let choice = self.verdict(comparison)?.choice.unwrap_or(Choice::Skip);
        Outcome::of_choice(choice, true)
    }

    /// Whether it may end before all is compared, because the interval that is valid at every look leaves no doubt.
    pub(super) fn is_sure(&self) -> bool {
        self.early().is_some_and(|rate| Look::at(&rate) != Look::GoOn)
    }

    /// The win rate with the interval that is valid at every look; `None` where nothing was said yet, or where nobody looks early.
    pub(super) fn early(&self) -> Option<Estimate> {
        if !self.looks_early {
            return None;
        }
        let score = |places: &Vec<usize>| {
            let outcomes: Vec<Outcome> = places.iter().filter_map(|&place| self.outcome(place)).collect();
            let points: f64 = outcomes.iter().map(|outcome| outcome.points()).sum();
            (!outcomes.is_empty()).then(|| points / outcomes.len() as f64)
        };
        let scores: Vec<f64> = self.counted().iter().filter_map(score).collect();
        (!scores.is_empty()).then(|| interval(&scores))
    }

    /// The comparisons that count, prompt by prompt. Whoever looks early counts the prompts up to the first that is not judged
    /// whole: which of the later ones counted would else depend on how they came out.
    fn counted(&self) -> Vec<Vec<usize>> {
        let mut prompts = self.by_prompt();
        if self.looks_early {
            let is_done = |place: &usize| self.verdict(*place).is_some() || self.is_alike(*place);
            let whole = prompts.iter().position(|places| !places.iter().all(is_done));
            prompts.truncate(whole.unwrap_or(prompts.len()));
        }
        prompts
    }

    /// Comparisons prompt by prompt, in the order in which the prompts' first comparisons are judged.
    fn by_prompt(&self) -> Vec<Vec<usize>> {
        let mut of: Vec<Option<usize>> = vec![None; self.data.prompts.len()];
        let mut found: Vec<Vec<usize>> = Vec::new();
        for (place, planned) in self.plan.iter().enumerate() {
            if self.left_out.contains(&planned.prompt) {
                continue;
            }
            let slot = *of[planned.prompt].get_or_insert_with(|| {
                found.push(Vec::new());
                found.len() - 1
            });
            found[slot].push(place);
        }
        found
    }

    /// Outcomes prompt by prompt.
    pub(super) fn judged(&self) -> Vec<Vec<Judged>> {
        let one = |&place: &usize| {
            let texts = self.texts(place)?;
            Some(Judged::of(self.outcome(place)?, texts.old, texts.new))
        };
        self.counted().iter().map(|places| places.iter().filter_map(one).collect()).collect()
    }

    /// The answers of both models to the prompts that count.
    pub(super) fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        for prompt in self.prompts().into_iter().filter(|prompt| !self.left_out.contains(prompt)) {
            let of = |of| self.journal.answers(of, prompt).unwrap_or_default().to_vec();
            answers.requests.push(self.data.prompts[prompt].readable());
            answers.old.push(of(Of::Old));
            answers.new.push(of(Of::New));
        }
        answers
    }
}

/// Which answers are compared, in which order. The prompts' own order may go by subject, so it is drawn. Whoever looks early
/// finishes prompt by prompt; else every prompt has its turn before one has its second, so that a bound leaves as many prompts
/// as it can. What was added later comes later, so that every comparison keeps its place and with it its verdict.
fn plan(extents: &[Extent], prompts: usize, spec: &EvaluateSpec) -> Vec<Planned> {
    let samples = spec.sampling.samples.max(1);
    let (mut order, mut plan, mut planned) = (Vec::new(), Vec::new(), BTreeSet::new());
    for Extent { prompts: known, comparisons } in extents {
        let mut added: Vec<usize> = (order.len()..prompts.min(*known)).collect();
        Random::new(spec.sampling.seed, &[ORDER]).shuffle(&mut added);
        order.extend(added);
        let by_prompt = order.iter().flat_map(|&prompt| (0..samples).map(move |sample| Planned { prompt, sample }));
        let by_sample = (0..samples).flat_map(|sample| order.iter().map(move |&prompt| Planned { prompt, sample }));
        let all: Vec<Planned> = if spec.look_early { by_prompt.collect() } else { by_sample.collect() };
        for one in all {
            if plan.len() < comparisons.unwrap_or(usize::MAX) && planned.insert((one.prompt, one.sample)) {
                plan.push(one);
            }
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SamplingSettings;
    use crate::job::ComparedBy;

    #[test]
    fn what_is_added_later_leaves_every_comparison_in_its_place() {
        let extent = |prompts, comparisons| Extent { prompts, comparisons };
        let extents = [extent(10, Some(4)), extent(10, Some(13)), extent(16, None)];
        for look_early in [false, true] {
            let spec = EvaluateSpec {
                model: "m".into(),
                adapter: None,
                against: None,
                data: "d".into(),
                judge: ComparedBy::People,
                comparisons: None,
                look_early,
                beta: None,
                forgetting: false,
                system_prompt: None,
                sampling: SamplingSettings { samples: 2, ..SamplingSettings::default() },
                out: None,
                resume: false,
                endpoint: crate::job::EndpointUse::default(),
                compute: crate::domain::ComputeSettings::default(),
                template_arguments: serde_json::Map::new(),
            };
            let plans = [1, 2, 3].map(|stages| plan(&extents[..stages], 16, &spec));
            assert_eq!(plans.each_ref().map(Vec::len), [4, 13, 32]);
            assert_eq!((&plans[1][..4], &plans[2][..13]), (&plans[0][..], &plans[1][..]));
            let mut every: Vec<(usize, usize)> = plans[2].iter().map(|one| (one.prompt, one.sample)).collect();
            every.sort_unstable();
            every.dedup();
            assert_eq!(every.len(), 32);
        }
    }
}
