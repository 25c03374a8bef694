use super::super::test_support::{annotator, comparisons, person, review, verdict};
use super::*;
use crate::feedback::routing::Doubt;

const NOTHING_ROUTED: &BTreeMap<RecordId, Routed> = &BTreeMap::new();

fn state<'a>(
    comparisons: &'a [Comparison],
    verdicts: &'a [StoredVerdict],
    annotators: &'a [Annotator],
) -> QueueState<'a> {
    QueueState { comparisons, verdicts, annotators, routed: NOTHING_ROUTED }
}

fn without_repeats() -> QueueSettings {
    QueueSettings { repeats: 0.0, ..QueueSettings::default() }
}

fn ids(asks: &[Ask]) -> Vec<RecordId> {
    asks.iter().map(|ask| ask.comparison).collect()
}

fn sorted(asks: &[Ask]) -> Vec<RecordId> {
    let mut ids = ids(asks);
    ids.sort_unstable();
    ids
}

/// The verdict of an annotator that answers what it is asked.
fn answered(ask: &Ask, annotator: RecordId, sequence: RecordId) -> StoredVerdict {
    let verdict = ask.verdict(annotator, format!("key {sequence}"), ShownChoice::First, Some(4.0));
    StoredVerdict { sequence, verdict, is_withdrawn: false, recorded_at: String::new() }
}

#[test]
fn one_person_is_asked_everything_once_in_a_random_order() {
    let (all, people) = (comparisons(100), [person(1)]);
    let asks = plan(1, &state(&all, &[], &people), &without_repeats());
    assert_eq!(sorted(&asks), (1..=100).collect::<Vec<_>>());
    assert_ne!(ids(&asks), sorted(&asks));
    let swapped = asks.iter().filter(|ask| ask.shown_swapped).count();
    assert!((35..=65).contains(&swapped), "{swapped} of 100 the other way round");
    let other_seed = QueueSettings { seed: 1, ..without_repeats() };
    assert_ne!(ids(&plan(1, &state(&all, &[], &people), &other_seed)), ids(&asks));
    assert!(plan(2, &state(&all, &[], &people), &without_repeats()).is_empty());
}

#[test]
fn several_people_share_a_fifth_and_divide_the_rest() {
    let (all, people) = (comparisons(500), [person(1), person(2), person(3), annotator(9, AnnotatorKind::Coach)]);
    let of = |id| sorted(&plan(id, &state(&all, &[], &people), &without_repeats()));
    let plans = [of(1), of(2), of(3)];
    let times = |id: &RecordId| plans.iter().filter(|plan| plan.contains(id)).count();
    assert_eq!((1..=500).filter(|id| times(id) == 3).count(), 100);
    assert_eq!((1..=500).filter(|id| times(id) == 1).count(), 400);
    assert!(plans.iter().all(|plan| (200..=270).contains(&plan.len())), "{:?}", plans.each_ref().map(Vec::len));
    let orders = [1, 2].map(|id| plan(id, &state(&all, &[], &people), &without_repeats()));
    let shared =
        |asks: &[Ask]| -> Vec<Ask> { asks.iter().filter(|ask| times(&ask.comparison) == 3).copied().collect() };
    let [first, second] = orders.each_ref().map(|asks| shared(asks));
    assert_ne!(ids(&first), ids(&second), "each has an order of its own");
    let same_side = first
        .iter()
        .filter(|ask| {
            second.iter().any(|other| other.comparison == ask.comparison && other.shown_swapped == ask.shown_swapped)
        })
        .count();
    assert!((30..=70).contains(&same_side), "sides are each annotator's own: {same_side} of 100");
}

#[test]
fn one_who_comes_takes_from_all_and_one_who_goes_leaves_his_to_the_others() {
    let (all, mut people) = (comparisons(300), vec![person(1), person(2)]);
    let of = |people: &[Annotator], id| sorted(&plan(id, &state(&all, &[], people), &without_repeats()));
    let before = of(&people, 1);
    people.push(person(3));
    let after = of(&people, 1);
    assert!(after.len() < before.len() && after.iter().all(|id| before.contains(id)));
    people[1].is_active = false;
    people[2].is_active = false;
    assert_eq!(of(&people, 1).len(), 300);
    assert!(of(&people, 2).is_empty());
}

#[test]
fn what_was_judged_is_not_asked_again() {
    let (all, people) = (comparisons(40), [person(1), person(2)]);
    let half = QueueSettings { overlap: 0.5, ..without_repeats() };
    let asks = plan(1, &state(&all, &[], &people), &half);
    let others = plan(2, &state(&all, &[], &people), &half);
    let shared = asks.iter().find(|ask| ids(&others).contains(&ask.comparison)).expect("some are shared").comparison;
    let mine = asks.iter().find(|ask| !ids(&others).contains(&ask.comparison)).expect("some are not").comparison;
    let left = |verdicts: &[StoredVerdict]| ids(&plan(1, &state(&all, verdicts, &people), &half));
    // The other person said something of both: of what everybody judges I am asked all the same.
    let verdicts = [verdict(1, shared, 2, Choice::A), verdict(2, mine, 2, Choice::A)];
    assert!(left(&verdicts).contains(&shared) && !left(&verdicts).contains(&mine));
    // A skip of mine is an answer; what I took back is asked again; what a review settled is not asked.
    assert!(!left(&[verdict(1, shared, 1, Choice::Skip)]).contains(&shared));
    let mut withdrawn = verdict(1, shared, 1, Choice::A);
    withdrawn.is_withdrawn = true;
    assert!(left(&[withdrawn]).contains(&shared));
    assert!(!left(&[review(1, shared, 2, Choice::A)]).contains(&shared));
}

#[test]
fn the_plan_goes_on_where_it_was_after_every_answer() {
    let (all, people) = (comparisons(60), [person(1), person(2)]);
    let settings = QueueSettings { repeats: 0.2, repeat_distance: 5, ..QueueSettings::default() };
    let whole = plan(1, &state(&all, &[], &people), &settings);
    assert!(whole.iter().any(|ask| ask.is_repeat));
    let mut verdicts = Vec::new();
    for (place, ask) in whole.iter().enumerate() {
        assert_eq!(plan(1, &state(&all, &verdicts, &people), &settings), whole[place..], "after {place} answers");
        assert_eq!(next_ask(1, &state(&all, &verdicts, &people), &settings), Some(*ask));
        verdicts.push(answered(ask, 1, place as RecordId + 1));
    }
    assert_eq!(next_ask(1, &state(&all, &verdicts, &people), &settings), None);
}

#[test]
fn a_share_is_asked_twice_the_other_way_round_and_at_a_distance() {
    let (all, people) = (comparisons(200), [person(1)]);
    let asks = plan(1, &state(&all, &[], &people), &QueueSettings::default());
    let repeats: Vec<(usize, &Ask)> = asks.iter().enumerate().filter(|(_, ask)| ask.is_repeat).collect();
    assert_eq!(repeats.len(), 10);
    for (place, repeat) in repeats {
        let is_same = |ask: &Ask| ask.comparison == repeat.comparison && !ask.is_repeat;
        let first = asks.iter().position(is_same).expect("it was asked before");
        assert!(place > first + 10, "{first} {place}");
        assert_ne!(asks[first].shown_swapped, repeat.shown_swapped);
    }
    assert!(sorted(&asks).windows(3).all(|ids| ids[0] != ids[2]), "nothing is asked three times");
}

#[test]
fn what_was_skipped_or_removed_is_not_repeated() {
    let (all, people) = (comparisons(30), [person(1)]);
    let settings = QueueSettings { repeats: 1.0, repeat_distance: 0, ..QueueSettings::default() };
    let skipped: Vec<StoredVerdict> = (1..=30).map(|id| verdict(id, id, 1, Choice::Skip)).collect();
    assert!(plan(1, &state(&all, &skipped, &people), &settings).is_empty());
    let answered: Vec<StoredVerdict> = (1..=30).map(|id| verdict(id, id, 1, Choice::A)).collect();
    assert!(plan(1, &state(&all, &answered, &people), &settings).iter().all(|ask| ask.is_repeat && ask.shown_swapped));
    assert!(plan(1, &state(&[], &answered, &people), &settings).is_empty());
}

#[test]
fn what_says_most_comes_first_where_that_is_asked_for() {
    let (all, people) = (comparisons(6), [person(1)]);
    let doubt = |distance| Routed { route: Route::People(Doubt::TooClose), distance };
    let routed = BTreeMap::from([
        (1, doubt(2.0)),
        (2, doubt(0.1)),
        (3, Routed { route: Route::Machine, distance: 9.0 }),
        (4, doubt(0.5)),
        (5, Routed { route: Route::Machine, distance: 3.0 }),
        (6, Routed { route: Route::Audit, distance: 8.0 }),
    ]);
    let state = QueueState { routed: &routed, ..state(&all, &[], &people) };
    let informative = QueueSettings { informative_first: true, ..without_repeats() };
    // What the machine is sure of comes last; what chance chose is among the others.
    assert_eq!(ids(&plan(1, &state, &informative)), [2, 4, 6, 1, 5, 3]);
    assert_ne!(ids(&plan(1, &state, &without_repeats())), [2, 4, 6, 1, 5, 3]);
    let verdicts = [answered(&plan(1, &state, &informative)[0], 1, 1)];
    let later = QueueState { verdicts: &verdicts, ..state };
    assert_eq!(ids(&plan(1, &later, &informative)), [4, 6, 1, 5, 3], "it goes on where it was");
}

#[test]
fn odd_settings_do_no_harm() {
    let (all, people) = (comparisons(20), [person(1), person(2)]);
    for share in [f64::NAN, f64::INFINITY, -1.0, 7.0] {
        let settings = QueueSettings { overlap: share, repeats: share, repeat_distance: 0, ..QueueSettings::default() };
        assert!(plan(1, &state(&all, &[], &people), &settings).len() <= 40, "{share}");
    }
}

#[test]
fn an_ask_becomes_a_verdict_of_a_and_b() {
    let ask = Ask { comparison: 3, shown_swapped: true, is_repeat: false };
    let said = ask.verdict(1, "k".to_owned(), ShownChoice::First, Some(2.0));
    assert_eq!((said.choice, said.shown_swapped, said.comparison), (Choice::B, true, 3));
    assert_eq!((said.form, said.seconds, said.annotator), (VerdictForm::Comparison, Some(2.0), 1));
}
