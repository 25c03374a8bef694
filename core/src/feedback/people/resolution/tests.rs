use super::super::test_support::{annotator, comparison, comparisons, person, review, verdict};
use super::*;
use crate::random::Random;

use AnnotatorKind::{Coach, PreferenceModel, Rules};
use Choice::{A, B, BothBad, Skip, Tie};

const ADA: RecordId = 1;
const BEN: RecordId = 2;
const CLEO: RecordId = 3;
const COACH: RecordId = 4;
const SECOND_COACH: RecordId = 5;
const MODEL: RecordId = 6;
const RULES: RecordId = 7;

fn everybody() -> Vec<Annotator> {
    vec![
        person(ADA),
        person(BEN),
        person(CLEO),
        annotator(COACH, Coach),
        annotator(SECOND_COACH, Coach),
        annotator(MODEL, PreferenceModel),
        annotator(RULES, Rules),
    ]
}

/// What comparison 1 comes to when these were said in this order.
fn said(said: &[(RecordId, Choice)]) -> Resolution {
    let verdicts: Vec<StoredVerdict> =
        (1..).zip(said).map(|(sequence, &(who, choice))| verdict(sequence, 1, who, choice)).collect();
    resolve(&[comparison(1)], &verdicts, &everybody())
}

fn pair(choice: Choice, verdicts: &[RecordId], by_people: bool) -> Resolution {
    let (chosen, rejected) = if choice == A { (2, 3) } else { (3, 2) };
    let pair = ResolvedPair { comparison: 1, chosen, rejected, verdicts: verdicts.to_vec(), by_people };
    Resolution { pairs: vec![pair], ..Resolution::default() }
}

fn to_review(why: ReviewReason) -> Resolution {
    Resolution { review: vec![ReviewItem { comparison: 1, why }], ..Resolution::default() }
}

fn tie() -> Resolution {
    Resolution { ties: vec![1], ..Resolution::default() }
}

fn both_bad() -> Resolution {
    Resolution { both_bad: vec![1], ..Resolution::default() }
}

fn open() -> Resolution {
    Resolution { open: vec![1], ..Resolution::default() }
}

#[test]
fn the_majority_of_decisive_people_decides() {
    assert_eq!(said(&[]), open());
    assert_eq!(said(&[(ADA, B)]), pair(B, &[1], true));
    assert_eq!(said(&[(ADA, A), (BEN, B), (CLEO, A)]), pair(A, &[1, 3], true));
    assert_eq!(said(&[(ADA, Tie), (BEN, BothBad), (CLEO, B)]), pair(B, &[3], true));
    assert_eq!(said(&[(ADA, A), (BEN, B), (CLEO, Tie)]), to_review(ReviewReason::PeopleDisagree));
    assert_eq!(said(&[(ADA, Tie), (BEN, BothBad)]), tie());
    assert_eq!(said(&[(ADA, Tie), (BEN, BothBad), (CLEO, BothBad)]), both_bad());
    assert_eq!(said(&[(ADA, Skip)]), open());
}

#[test]
fn the_newest_verdict_of_an_annotator_counts_and_a_skip_takes_nothing_back() {
    assert_eq!(said(&[(ADA, A), (ADA, B)]), pair(B, &[2], true));
    assert_eq!(said(&[(ADA, A), (ADA, A), (BEN, B)]), to_review(ReviewReason::PeopleDisagree));
    assert_eq!(said(&[(ADA, A), (ADA, Tie)]), tie());
    assert_eq!(said(&[(ADA, A), (ADA, Skip)]), pair(A, &[1], true));
}

#[test]
fn machines_count_only_where_no_person_judged() {
    assert_eq!(said(&[(COACH, A), (ADA, B)]), pair(B, &[2], true));
    assert_eq!(said(&[(COACH, A), (SECOND_COACH, A), (ADA, Tie)]), tie());
    assert_eq!(said(&[(COACH, A), (ADA, BothBad)]), both_bad());
    assert_eq!(said(&[(COACH, A), (ADA, Skip)]), pair(A, &[1], false));
    assert_eq!(said(&[(RULES, B), (MODEL, B), (COACH, A)]), pair(A, &[3], false));
    assert_eq!(said(&[(RULES, B), (MODEL, A)]), pair(A, &[2], false));
    assert_eq!(said(&[(RULES, B), (COACH, Skip)]), pair(B, &[1], false));
    assert_eq!(said(&[(RULES, BothBad)]), both_bad());
}

#[test]
fn a_doubting_machine_asks_a_person_and_rules_do_not() {
    assert_eq!(said(&[(COACH, Tie), (RULES, A)]), to_review(ReviewReason::MachineTie));
    assert_eq!(said(&[(MODEL, Tie)]), to_review(ReviewReason::MachineTie));
    assert_eq!(said(&[(COACH, A), (SECOND_COACH, B)]), to_review(ReviewReason::MachinesDisagree));
    assert_eq!(said(&[(COACH, A), (SECOND_COACH, Tie)]), pair(A, &[1], false));
    assert_eq!(said(&[(RULES, Tie)]), tie());
}

#[test]
fn a_review_settles_whatever_was_said() {
    let settle = |reviews: &[StoredVerdict]| {
        let mut verdicts = vec![verdict(1, 1, ADA, A), verdict(2, 1, BEN, B), verdict(9, 1, ADA, A)];
        verdicts.extend_from_slice(reviews);
        resolve(&[comparison(1)], &verdicts, &everybody())
    };
    assert_eq!(settle(&[]), to_review(ReviewReason::PeopleDisagree));
    assert_eq!(settle(&[review(3, 1, CLEO, B)]), pair(B, &[3], true));
    assert_eq!(settle(&[review(3, 1, CLEO, B), review(4, 1, ADA, Tie)]), tie());
    assert_eq!(settle(&[review(4, 1, ADA, BothBad), review(3, 1, CLEO, B)]), both_bad());
    assert_eq!(settle(&[review(3, 1, CLEO, Skip)]), to_review(ReviewReason::PeopleDisagree));
    // What a coach calls a review settles nothing.
    assert_eq!(settle(&[review(3, 1, COACH, B)]), to_review(ReviewReason::PeopleDisagree));
}

#[test]
fn what_is_withdrawn_or_whose_annotator_is_removed_counts_nowhere() {
    let mut verdicts =
        vec![verdict(1, 1, ADA, A), verdict(2, 1, ADA, B), verdict(3, 1, BEN, B), review(4, 1, CLEO, BothBad)];
    let mut people = everybody();
    verdicts[3].is_withdrawn = true;
    assert_eq!(resolve(&[comparison(1)], &verdicts, &people), pair(B, &[2, 3], true));
    verdicts[1].is_withdrawn = true;
    assert_eq!(resolve(&[comparison(1)], &verdicts, &people), to_review(ReviewReason::PeopleDisagree));
    people[1].is_active = false;
    assert_eq!(resolve(&[comparison(1)], &verdicts, &people), pair(A, &[1], true));
    // Nobody knows who gave these.
    assert_eq!(resolve(&[comparison(1)], &verdicts, &[]), open());
}

#[test]
fn the_comparison_of_a_correction_is_one_like_any_other() {
    let mut edit = verdict(1, 1, ADA, A);
    edit.verdict.form = crate::domain::VerdictForm::Edit;
    assert_eq!(resolve(&[comparison(1)], &[edit], &everybody()), pair(A, &[1], true));
}

/// Verdicts as they might come: any annotator, any choice, some reviews, some withdrawn.
fn made_up(seed: u64, count: RecordId) -> Vec<StoredVerdict> {
    let mut random = Random::new(seed, &[]);
    (1..=count)
        .map(|sequence| {
            let choices = [A, B, Tie, BothBad, Skip];
            let (comparison, who) = (1 + random.below(6) as RecordId, 1 + random.below(7) as RecordId);
            let mut stored = verdict(sequence, comparison, who, choices[random.below(5)]);
            if random.below(6) == 0 {
                stored.verdict.form = crate::domain::VerdictForm::Review;
            }
            stored.is_withdrawn = random.below(5) == 0;
            stored
        })
        .collect()
}

#[test]
fn only_the_sequence_gives_the_order() {
    let comparisons = comparisons(8);
    for seed in 0..200 {
        let mut verdicts = made_up(seed, 30);
        let resolution = resolve(&comparisons, &verdicts, &everybody());
        let mut random = Random::new(seed, &[1]);
        for _ in 0..5 {
            random.shuffle(&mut verdicts);
            for stored in &mut verdicts {
                stored.recorded_at = format!("{}-01-01T00:00:00Z", 1970 + random.below(100));
            }
            assert_eq!(resolve(&comparisons, &verdicts, &everybody()), resolution, "seed {seed}");
        }
    }
}

#[test]
fn every_comparison_ends_in_one_list() {
    let comparisons = comparisons(8);
    for seed in 0..200 {
        let found = resolve(&comparisons, &made_up(seed, 30), &everybody());
        let mut ids: Vec<RecordId> = found.pairs.iter().map(|pair| pair.comparison).collect();
        ids.extend(found.ties.iter().chain(&found.both_bad).chain(&found.open));
        ids.extend(found.review.iter().map(|item| item.comparison));
        ids.sort_unstable();
        assert_eq!(ids, (1..=8).collect::<Vec<_>>(), "seed {seed}");
    }
}

#[test]
fn a_machine_never_changes_what_people_said() {
    let comparisons = comparisons(6);
    for seed in 0..200 {
        let verdicts = made_up(seed, 40);
        let is_person = |id: RecordId| id <= CLEO;
        let people: Vec<StoredVerdict> =
            verdicts.iter().filter(|stored| is_person(stored.verdict.annotator)).cloned().collect();
        let (all, alone) =
            (resolve(&comparisons, &verdicts, &everybody()), resolve(&comparisons, &people, &everybody()));
        for comparison in &comparisons {
            if alone.open.contains(&comparison.id) {
                continue;
            }
            let of = |found: &Resolution| {
                (
                    found.pairs.iter().find(|pair| pair.comparison == comparison.id).cloned(),
                    found.ties.contains(&comparison.id),
                    found.both_bad.contains(&comparison.id),
                    found.review.iter().find(|item| item.comparison == comparison.id).copied(),
                )
            };
            assert_eq!(of(&all), of(&alone), "seed {seed}, comparison {}", comparison.id);
        }
    }
}
