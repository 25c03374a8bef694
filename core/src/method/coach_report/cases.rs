//! The comparisons that coaches are tried on: a project's, a file's, or the example's.

use std::collections::BTreeMap;

use crate::domain::{Choice, Comparison, Completion, CompletionOrigin, Prompt, RecordId};
use crate::example::{Traits, prompts, reply, simulated_choice};
use crate::feedback::coach::CoachItem;
use crate::feedback::coach::report_card::Case;
use crate::feedback::people::resolve;
use crate::feedback::read_decided_pairs;
use crate::job::CoachReportSpec;
use crate::method::MethodError;
use crate::project::store::{CompletionFilter, Store, VerdictFilter};
use crate::random::{Random, mix};

/// Comparisons of the example, where nobody says how many.
const OF_EXAMPLE: usize = 200;

/// Addresses of the random numbers of this file.
const EXAMPLE: u64 = 0x60;
const SIDE: u64 = 0x61;

/// What coaches are tried on.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) cases: Vec<Case>,
    /// Which models wrote the answers, as the project names them.
    pub(super) writers: Vec<[Option<String>; 2]>,
    /// The comparisons that they are, where they are a project's.
    pub(super) comparisons: Vec<RecordId>,
    /// Where they come from, in words.
    pub(super) source: String,
}

/// The comparisons that a job asks for.
pub(super) fn gather(spec: &CoachReportSpec, store: Option<&Store>) -> Result<Tried, MethodError> {
    let mut tried = match (store, &spec.data) {
        (Some(store), _) => of_project(store)?,
        (None, Some(_)) => of_file(spec)?,
        (None, None) => of_example(spec.most.unwrap_or(OF_EXAMPLE), spec.seed),
    };
    if tried.cases.is_empty() {
        return Err(MethodError::NothingToTry);
    }
    if let Some(most) = spec.most.filter(|most| *most < tried.cases.len()) {
        tried = tried.drawn(most, spec.seed);
    }
    Ok(tried)
}

impl Tried {
    /// So many of them, by a chance that is the same whenever it is asked, in their order.
    pub(super) fn drawn(self, most: usize, seed: u64) -> Self {
        let mut places: Vec<usize> = (0..self.cases.len()).collect();
        places.sort_by_key(|&place| mix(seed ^ mix(place as u64)));
        places.truncate(most);
        places.sort_unstable();
        Self {
            cases: places.iter().map(|&place| self.cases[place].clone()).collect(),
            writers: places.iter().map(|&place| self.writers[place].clone()).collect(),
            comparisons: places.iter().filter_map(|&place| self.comparisons.get(place).copied()).collect(),
            source: format!("{most} of {}", self.source),
        }
    }
}

/// What people decided in a project, every round.
pub(super) fn of_project(store: &Store) -> Result<Tried, MethodError> {
    let comparisons = store.comparisons(None)?;
    let verdicts = store.verdicts(&VerdictFilter::default())?;
    let pairs = resolve(&comparisons, &verdicts, &store.annotators()?).pairs;
    let by_id: BTreeMap<RecordId, Comparison> = comparisons.into_iter().map(|one| (one.id, one)).collect();
    let prompts: BTreeMap<RecordId, Prompt> =
        store.prompts(None)?.into_iter().map(|prompt| (prompt.id, prompt)).collect();
    let completions: BTreeMap<RecordId, Completion> =
        store.completions(&CompletionFilter::default())?.into_iter().map(|one| (one.id, one)).collect();
    let (mut cases, mut writers, mut judged) = (Vec::new(), Vec::new(), Vec::new());
    for pair in pairs.iter().filter(|pair| pair.by_people) {
        let Some(comparison) = by_id.get(&pair.comparison) else { continue };
        let texts = (prompts.get(&comparison.prompt), completions.get(&comparison.a), completions.get(&comparison.b));
        let (Some(prompt), Some(a), Some(b)) = texts else { continue };
        cases.push(Case {
            item: CoachItem::new(prompt.text.clone(), a.text.as_str(), b.text.as_str()),
            people: if pair.chosen == comparison.a { Choice::A } else { Choice::B },
            topic: prompt.tags.first().cloned(),
            written_by_coach: [false; 2],
        });
        writers.push([a, b].map(writer));
        judged.push(comparison.id);
    }
    let source = format!("{} comparisons that people decided in this project", cases.len());
    Ok(Tried { cases, writers, comparisons: judged, source })
}

fn writer(completion: &Completion) -> Option<String> {
    match &completion.origin {
        CompletionOrigin::Model { model, .. } => Some(model.clone()),
        _ => None,
    }
}

/// Pairs of a file. Which answer stands as `a` is drawn, so that "always the first" is no way to be right.
fn of_file(spec: &CoachReportSpec) -> Result<Tried, MethodError> {
    let Some(path) = &spec.data else { return Err(MethodError::NothingToTry) };
    let (mut cases, mut writers) = (Vec::new(), Vec::new());
    for (place, pair) in read_decided_pairs(path)?.into_iter().enumerate() {
        let is_swapped = Random::new(spec.seed, &[SIDE, place as u64]).below(2) == 1;
        let (mut a, mut b) = (pair.pair.chosen.readable(), pair.pair.rejected.readable());
        let mut models = [pair.chosen_model, pair.rejected_model];
        if is_swapped {
            std::mem::swap(&mut a, &mut b);
            models.reverse();
        }
        cases.push(Case {
            item: CoachItem::new(pair.pair.prompt, a, b),
            people: if is_swapped { Choice::B } else { Choice::A },
            topic: pair.topic,
            written_by_coach: [false; 2],
        });
        writers.push(models);
    }
    let source = format!("{} pairs of {}", cases.len(), path.display());
    Ok(Tried { cases, writers, comparisons: Vec::new(), source })
}

/// Replies to the example's prompts, and which of them the example's rubric finds better. Ties are left out: people decided
/// every comparison that a coach is tried on.
fn of_example(count: usize, seed: u64) -> Tried {
    let prompts = prompts();
    let mut cases = Vec::with_capacity(count);
    let mut draw = 0;
    while cases.len() < count {
        let mut random = Random::new(seed, &[EXAMPLE, draw]);
        let request = &prompts[draw as usize % prompts.len()].request;
        draw += 1;
        let [a, b] = [(); 2].map(|()| {
            let traits = Traits::draw(&mut random);
            reply(request, traits, &mut random)
        });
        let people = simulated_choice(request, &a, &b, 0.0, &mut random);
        if people.is_decisive() {
            cases.push(Case {
                item: CoachItem::new(request.text.as_str(), a, b),
                people,
                topic: Some(request.topic.name().to_owned()),
                written_by_coach: [false; 2],
            });
        }
    }
    let source = format!(
        "{count} comparisons of the example, as its rubric decides them (a program stands in for people, and says so)"
    );
    Tried { writers: vec![[None, None]; cases.len()], cases, comparisons: Vec::new(), source }
}
