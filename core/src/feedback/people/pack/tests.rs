use std::path::Path;

use super::super::error::PackItemProblem;
use super::super::queue::{QueueSettings, QueueState, plan};
use super::super::resolution::resolve;
use super::super::session::{Key, Side};
use super::super::test_support::{completion, person, verdict};
use super::*;
use crate::domain::{Choice, NewVerdict, Split, StoredVerdict, ToUserMessage};
use crate::random::Random;

/// A verdict without its place: key, comparison, what was said in which order, how long it took, and a correction's text.
type Stands = (String, RecordId, (Choice, bool), Option<f64>, Option<String>);

/// A project in memory, as far as packs need one.
#[derive(Clone)]
struct Shelf {
    project: PackProject,
    annotators: Vec<Annotator>,
    prompts: Vec<Prompt>,
    comparisons: Vec<Comparison>,
    completions: Vec<Completion>,
    verdicts: Vec<StoredVerdict>,
}

fn shelf(comparisons: RecordId) -> Shelf {
    let prompt = |id| Prompt {
        id,
        text: Text::Plain(format!("prompt {id}")),
        split: Split::Train,
        tags: Vec::new(),
        source: "typed".to_owned(),
    };
    let comparison = |id| Comparison { id, prompt: id, round: None, a: 2 * id, b: 2 * id + 1 };
    Shelf {
        project: PackProject { id: "p-1".to_owned(), name: "Letters".to_owned() },
        annotators: vec![person(1), person(2)],
        prompts: (1..=comparisons).map(prompt).collect(),
        comparisons: (1..=comparisons).map(comparison).collect(),
        completions: (2..2 * comparisons + 2).map(|id| completion(id, id / 2, &format!("answer {id}"))).collect(),
        verdicts: Vec::new(),
    }
}

impl Shelf {
    fn pack(&self, annotator: RecordId, seed: u64) -> Pack {
        let routed = std::collections::BTreeMap::new();
        let Self { comparisons, verdicts, annotators, .. } = self;
        let state = QueueState { comparisons, verdicts, annotators, routed: &routed };
        let settings = QueueSettings { seed, overlap: 1.0, ..QueueSettings::default() };
        self.pack_of(annotator, seed, &plan(annotator, &state, &settings)).expect("it can be made")
    }

    fn pack_of(&self, annotator: RecordId, seed: u64, asks: &[Ask]) -> Result<Pack, PackError> {
        let who = self.annotators.iter().find(|one| one.id == annotator).expect("an annotator");
        let Self { comparisons, completions, prompts, .. } = self;
        make_pack(&self.project, who, seed, asks, &PackContents { comparisons, completions, prompts })
    }

    fn merge(&self, pack: &Pack) -> Result<Merge, PackError> {
        let Self { project, annotators, comparisons, completions, verdicts, .. } = self;
        let source = PackSource { project, annotators, comparisons, completions, verdicts };
        merge_pack(Path::new("ada.whetstone-pack"), pack, &source)
    }

    /// Merges and keeps, as a store does: a key that is known is kept once.
    fn take(&mut self, pack: &Pack) -> Merge {
        let merge = self.merge(pack).expect("it can be merged");
        for Withdrawal { sequence, .. } in &merge.withdraw {
            let stored = self.verdicts.iter_mut().find(|stored| stored.sequence == *sequence).expect("it is there");
            assert!(!stored.is_withdrawn);
            stored.is_withdrawn = true;
        }
        for verdict in &merge.verdicts {
            self.push(verdict.clone());
        }
        for correction in &merge.corrections {
            let prompt = self.completions.iter().find(|one| one.id == correction.of).expect("it is there").prompt;
            let id = self.completions.len() as RecordId + 2;
            self.completions.push(completion(id, prompt, &correction.text));
            let comparison = Comparison { id: 1000 + id, prompt, round: None, a: id, b: correction.of };
            self.comparisons.push(comparison);
            self.push(edit_verdict(&comparison, correction.of, correction));
        }
        merge
    }

    fn push(&mut self, said: NewVerdict) {
        assert!(self.verdicts.iter().all(|stored| stored.verdict.key != said.key), "{} is kept already", said.key);
        let sequence = self.verdicts.len() as RecordId + 1;
        self.verdicts.push(StoredVerdict { verdict: said, ..verdict(sequence, 0, 0, Choice::Skip) });
    }

    /// What stands: everything but the places in the store, which go by the order of merging.
    fn standing(&self) -> Vec<Stands> {
        let text_of = |said: &NewVerdict| {
            let comparison = self.comparisons.iter().find(|one| one.id == said.comparison)?;
            (said.comparison > 1000).then(|| self.completions.iter().find(|one| one.id == comparison.a))?
        };
        let mut all: Vec<_> = self
            .verdicts
            .iter()
            .filter(|stored| !stored.is_withdrawn)
            .map(|stored| {
                let said = &stored.verdict;
                let text = text_of(said).map(|one| one.text.clone());
                let comparison = if text.is_some() { 0 } else { said.comparison };
                (said.key.clone(), comparison, (said.choice, said.shown_swapped), said.seconds, text)
            })
            .collect();
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all
    }
}

/// A pack of five comparisons.
pub(super) fn sample() -> Pack {
    shelf(5).pack(1, 3)
}

/// The sample with its first items labelled.
pub(super) fn labelled(items: usize) -> Pack {
    let mut pack = sample();
    label(&mut pack, &vec![Key::First; items]);
    pack
}

fn label(pack: &mut Pack, keys: &[Key]) {
    let mut session = pack.session();
    for key in keys {
        pack.keep(&session.answer(*key, 1.5)).expect("the item is there");
    }
}

#[test]
fn a_pack_holds_texts_and_no_hint_of_their_origin() {
    let pack = sample();
    assert_eq!((pack.items.len(), pack.done(), pack.annotator.as_str()), (5, 0, "annotator 1"));
    let swapped = pack.items.iter().filter(|item| item.first.ends_with(['3', '5', '7', '9', '1'])).count();
    assert!((1..5).contains(&swapped), "both orders occur: {swapped}");
    let text = serde_json::to_string(&pack).expect("it is JSON");
    for hint in ["model", "swapped", "origin", "\"a\"", "\"m\""] {
        assert!(!text.contains(hint), "{hint} in {text}");
    }
}

#[test]
fn keys_are_those_of_what_is_asked() {
    let shelf = shelf(5);
    let keys = |pack: &Pack| pack.items.iter().map(|item| item.key.clone()).collect::<Vec<_>>();
    let first = keys(&shelf.pack(1, 3));
    assert_eq!(first, keys(&shelf.pack(1, 3)));
    let asks = [
        Ask { comparison: 2, shown_swapped: false, is_repeat: false },
        Ask { comparison: 2, shown_swapped: true, is_repeat: true },
    ];
    let twice = keys(&shelf.pack_of(1, 3, &asks).expect("it can be made"));
    assert!(first.contains(&twice[0]) && !first.contains(&twice[1]));
    for other in [keys(&shelf.pack(2, 3)), keys(&shelf.pack(1, 4))] {
        assert!(other.iter().all(|key| !first.contains(key)));
    }
}

#[test]
fn a_pack_needs_all_that_it_shows() {
    let whole = shelf(3);
    let ask = |comparison| [Ask { comparison, shown_swapped: false, is_repeat: false }];
    let refused = |shelf: &Shelf, asks: &[Ask]| {
        let error = shelf.pack_of(1, 0, asks).expect_err("it is refused");
        assert!(error.hint().is_some());
        error.to_string()
    };
    assert_eq!(refused(&whole, &ask(9)), "a pack cannot be made: comparison 9 is not in the project");
    let mut without = whole.clone();
    without.completions.retain(|one| one.id != 3);
    assert_eq!(refused(&without, &ask(1)), "a pack cannot be made: answer 3 is not in the project");
    without.prompts.clear();
    assert_eq!(refused(&without, &ask(1)), "a pack cannot be made: prompt 1 is not in the project");
    assert_eq!(refused(&whole, &[]), "a pack for `annotator 1` would be empty");
}

#[test]
fn labels_come_back_as_verdicts_of_a_and_b() {
    let mut shelf = shelf(5);
    let mut pack = shelf.pack(1, 3);
    label(&mut pack, &[Key::First, Key::Second, Key::Tie, Key::BothBad]);
    let merge = shelf.take(&pack);
    assert_eq!((merge.verdicts.len(), merge.unlabelled, merge.known), (4, 1, 0));
    for (item, said) in pack.items.iter().zip(&merge.verdicts) {
        let comparison = shelf.comparisons.iter().find(|one| one.id == item.comparison).expect("it is there");
        let first_is = |id: RecordId| item.first == format!("answer {id}");
        assert_eq!((said.comparison, said.annotator, said.seconds), (item.comparison, 1, Some(1.5)));
        assert_eq!(said.shown_swapped, first_is(comparison.b));
        assert_eq!(uuid::Uuid::try_parse(&said.key).expect("a UUID").to_string(), said.key);
    }
    let preferred = |place: usize, text: &str| {
        let said = &merge.verdicts[place];
        let comparison = shelf.comparisons.iter().find(|one| one.id == said.comparison).expect("it is there");
        let id = if said.choice == Choice::A { comparison.a } else { comparison.b };
        assert!(said.choice.is_decisive() && text == format!("answer {id}"));
    };
    preferred(0, &pack.items[0].first);
    preferred(1, &pack.items[1].second);
    assert_eq!([merge.verdicts[2].choice, merge.verdicts[3].choice], [Choice::Tie, Choice::BothBad]);
    let again = shelf.take(&pack);
    assert_eq!((again.known, again.unlabelled), (4, 1));
    assert_eq!(Merge { known: 0, unlabelled: 0, ..again }, Merge::default());
}

#[test]
fn a_correction_comes_back_with_its_original() {
    let mut shelf = shelf(5);
    let mut pack = shelf.pack(1, 3);
    let mut session = pack.session();
    let effects =
        [session.edit(Side::First, "corrected first", 9.0), session.edit(Side::Second, "corrected second", 9.0)];
    for effect in &effects {
        assert!(pack.keep(effect).expect("the item is there"));
    }
    let merge = shelf.take(&pack);
    let originals: Vec<String> = merge.corrections.iter().map(|one| format!("answer {}", one.of)).collect();
    assert_eq!(originals, [pack.items[0].first.clone(), pack.items[1].second.clone()]);
    assert!(merge.verdicts.iter().all(|said| said.choice == Choice::Skip));
    let resolution = resolve(&shelf.comparisons, &shelf.verdicts, &shelf.annotators);
    let taught: Vec<_> = resolution.pairs.iter().map(|pair| (pair.chosen, pair.rejected)).collect();
    assert_eq!(taught, [(12, merge.corrections[0].of), (13, merge.corrections[1].of)]);
    assert_eq!(resolution.open.len(), 5, "which answer is better was not said");
    // Said anew without a correction: the correction no longer stands.
    label(&mut pack, &[Key::Undo, Key::Second]);
    let merge = shelf.take(&pack);
    assert_eq!((merge.withdraw.len(), merge.verdicts.len(), merge.corrections.len()), (2, 1, 0));
    assert_eq!(resolve(&shelf.comparisons, &shelf.verdicts, &shelf.annotators).pairs.len(), 2);
}

#[test]
fn of_two_copies_the_later_label_stands_and_the_conflict_is_told() {
    let mut earlier = sample();
    label(&mut earlier, &[Key::First, Key::Tie]);
    let mut later = earlier.clone();
    label(&mut later, &[Key::Undo, Key::Undo, Key::Second, Key::Tie]);
    let shelf = shelf(5);
    let comparison = earlier.items[0].comparison;
    let say = |pack: &Pack, shelf: &Shelf| {
        shelf.merge(pack).expect("it can be merged").verdicts.first().map(|said| said.choice).expect("a verdict")
    };
    let (dropped, kept) = (say(&earlier, &shelf), say(&later, &shelf));
    assert_eq!(dropped, kept.swapped());
    for packs in [[&earlier, &later], [&later, &earlier]] {
        let mut shelf = shelf.clone();
        assert_eq!(shelf.take(packs[0]).conflicts, []);
        assert_eq!(shelf.take(packs[1]).conflicts, [Conflict { number: 1, comparison, kept, dropped }]);
        let mut standing: Vec<Choice> = shelf.standing().iter().map(|one| one.2.0).collect();
        standing.sort_unstable();
        assert_eq!(standing, [kept, Choice::Tie]);
    }
}

#[test]
fn a_label_that_was_taken_back_stands_against_an_older_copy() {
    let older = labelled(1);
    let mut newer = older.clone();
    label(&mut newer, &[Key::Undo]);
    assert_eq!((older.done(), newer.done()), (1, 0));
    for packs in [[&older, &newer], [&newer, &older]] {
        let mut shelf = shelf(5);
        for pack in packs {
            shelf.take(pack);
        }
        assert_eq!(resolve(&shelf.comparisons, &shelf.verdicts, &shelf.annotators).open.len(), 5);
    }
}

#[test]
fn what_is_not_of_this_project_is_refused() {
    let refused = |shelf: &Shelf, pack: &Pack| {
        let error = shelf.merge(pack).expect_err("it is refused");
        assert!(error.hint().is_some(), "{error}");
        error.to_string()
    };
    let (whole, pack) = (shelf(5), labelled(5));
    let mut other = whole.clone();
    other.project = PackProject { id: "p-2".to_owned(), name: "Recipes".to_owned() };
    assert_eq!(
        refused(&other, &pack),
        "ada.whetstone-pack was made of another project (`Letters`) than this one (`Recipes`)"
    );
    let mut other = whole.clone();
    other.annotators.retain(|one| one.id != 1);
    assert_eq!(
        refused(&other, &pack),
        "ada.whetstone-pack was labelled by `annotator 1`, who is no annotator of this project"
    );
    let third = pack.items[2].comparison;
    let mut other = whole.clone();
    other.comparisons.retain(|one| one.id != third);
    assert_eq!(
        refused(&other, &pack),
        format!("ada.whetstone-pack, item 3: comparison {third} is not in this project")
    );
    let mut other = whole.clone();
    other.completions.iter_mut().filter(|one| one.id == 2 * third).for_each(|one| one.text.push('!'));
    assert_eq!(
        refused(&other, &pack),
        format!("ada.whetstone-pack, item 3: the answers are not those of comparison {third} in this project")
    );
    let error = PackItemProblem::UnknownComparison { comparison: third };
    assert!(matches!(
        { let mut shelf = whole; shelf.comparisons.clear(); shelf.merge(&pack) },
        Err(PackError::Item { number: 1, problem, .. }) if problem != error
    ));
}

#[test]
fn a_sitting_goes_on_where_it_was_left() {
    let pack = labelled(2);
    let session = pack.session();
    assert_eq!(session.show().map(|shown| (shown.item, shown.done, shown.total)), Some((2, 2, 5)));
    let mut pack = pack;
    label(&mut pack, &[Key::Undo, Key::Second]);
    assert_eq!(
        pack.items[1].label.as_ref().map(|label| (label.choice, label.counter)),
        Some((Some(ShownChoice::Second), 4))
    );
    let outside = Effect::Undone { item: 9 };
    assert_eq!(
        pack.keep(&outside).expect_err("no such item").to_string(),
        "the pack has 5 items, and none at place 10"
    );
    assert!(!pack.keep(&Effect::Finished).expect("nothing to keep"));
    let numbers: Vec<usize> = labels_of(&pack).iter().map(|label| label.number).collect();
    assert_eq!(numbers, [1, 2]);
}

/// Somebody goes on labelling a copy at random.
fn scribble(pack: &mut Pack, random: &mut Random) {
    let mut session = pack.session();
    for _ in 0..random.below(8) {
        let seconds = random.below(3) as f64;
        let effect = match random.below(10) {
            0 => session.edit(Side::First, &format!("corrected {}", random.below(3)), seconds),
            key => session.answer(Key::ALL[key % 8].1, seconds),
        };
        pack.keep(&effect).expect("the item is there");
    }
}

#[test]
fn packs_merged_in_any_order_and_number_come_to_the_same() {
    for seed in 0..150 {
        let mut random = Random::new(seed, &[]);
        let empty = shelf(4);
        // Copies of two people's packs that were labelled apart from each other, some from a common beginning.
        let mut packs = vec![empty.pack(1, 3), empty.pack(2, 3)];
        for _ in 0..5 {
            let mut copy = packs[random.below(packs.len())].clone();
            scribble(&mut copy, &mut random);
            packs.push(copy);
        }
        let mut expected = empty.clone();
        for pack in &packs {
            expected.take(pack);
        }
        for order in 0..6 {
            let mut order: Vec<usize> = (0..packs.len()).chain((0..order).map(|_| random.below(packs.len()))).collect();
            random.shuffle(&mut order);
            let mut shelf = empty.clone();
            for &place in &order {
                shelf.take(&packs[place]);
            }
            assert_eq!(shelf.standing(), expected.standing(), "seed {seed}, order {order:?}");
            let (found, wanted) = (
                resolve(&shelf.comparisons[..4], &shelf.verdicts, &shelf.annotators),
                resolve(&expected.comparisons[..4], &expected.verdicts, &expected.annotators),
            );
            let of = |found: &super::super::Resolution| {
                let pairs: Vec<_> =
                    found.pairs.iter().map(|pair| (pair.comparison, pair.chosen, pair.rejected)).collect();
                (pairs, found.ties.clone(), found.both_bad.clone(), found.review.clone(), found.open.clone())
            };
            assert_eq!(of(&found), of(&wanted), "seed {seed}");
        }
    }
}
