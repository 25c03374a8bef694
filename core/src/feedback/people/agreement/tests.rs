use std::collections::BTreeSet;

use super::super::test_support::{annotator, comparisons, completion, person, review, verdict};
use super::*;
use crate::domain::{AnnotatorKind, Choice, VerdictForm};
use crate::random::Random;

use Choice::{A, B, BothBad, Skip, Tie};

/// `count` comparisons whose answers have the same length, and nobody's verdicts yet.
#[derive(Default)]
struct Shelf {
    comparisons: Vec<Comparison>,
    completions: Vec<Completion>,
    annotators: Vec<Annotator>,
    verdicts: Vec<StoredVerdict>,
}

impl Shelf {
    fn new(count: RecordId, annotators: Vec<Annotator>) -> Self {
        let completions = (2..2 * count + 2).map(|id| completion(id, id / 2, "four words stand here")).collect();
        Self { comparisons: comparisons(count), completions, annotators, verdicts: Vec::new() }
    }

    fn say(&mut self, comparison: RecordId, annotator: RecordId, choice: Choice) -> &mut StoredVerdict {
        self.verdicts.push(verdict(self.verdicts.len() as RecordId + 1, comparison, annotator, choice));
        self.verdicts.last_mut().expect("one was pushed")
    }

    fn judged(&self) -> Judged<'_> {
        let Self { comparisons, verdicts, annotators, completions } = self;
        Judged { comparisons, verdicts, annotators, completions }
    }

    fn of(&self, id: &str) -> Vec<Figure> {
        figures(&self.judged(), 1).into_iter().filter(|figure| figure.id == id).collect()
    }

    /// The only figure of a kind.
    fn one(&self, id: &str) -> Figure {
        let found = self.of(id);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().expect("it is there")
    }
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected}");
}

/// Two people who judged 200 comparisons like the psychiatrists of Cohen 1968.
fn psychiatrists() -> Shelf {
    let mut shelf = Shelf::new(200, vec![person(1), person(2)]);
    let choices = [A, B, Tie];
    let mut comparison = 0;
    for (first, row) in [[88, 14, 18], [10, 40, 10], [2, 6, 12]].iter().enumerate() {
        for (second, &count) in row.iter().enumerate() {
            for _ in 0..count {
                comparison += 1;
                shelf.say(comparison, 1, choices[first]);
                shelf.say(comparison, 2, choices[second]);
            }
        }
    }
    shelf
}

#[test]
fn two_people_are_compared_with_chance() {
    let shelf = psychiatrists();
    let kappa = shelf.one("cohen_kappa");
    near(kappa.value, 0.29 / 0.59, 1e-12);
    // statsmodels' cohens_kappa gives 0.3916 to 0.5915 by its standard error, and drawing 4000 times with numpy
    // 0.3907 to 0.5891.
    near(kappa.low, 0.391, 0.015);
    near(kappa.high, 0.590, 0.015);
    assert_eq!((kappa.n, kappa.concern, &kappa.annotators), (200, false, &vec![1, 2]));
    assert!(
        kappa.sentence.starts_with("annotator 1 and annotator 2 agree moderately beyond chance: 0.49 on"),
        "{kappa:?}"
    );
    let same = shelf.one("percent_agreement");
    near(same.value, 0.7, 1e-12);
    assert_eq!(same.sentence, "annotator 1 and annotator 2 said the same of 140 of 200 comparisons (70%).");
    // For two without gaps alpha is close to kappa, and for 400 values the correction is small.
    near(shelf.one("krippendorff_alpha").value, kappa.value, 0.01);
}

#[test]
fn people_with_gaps_have_krippendorffs_alpha() {
    // The three rows of `coefficients::tests`, in the same categories.
    let mut shelf = Shelf::new(8, vec![person(1), person(2), person(3), annotator(4, AnnotatorKind::Coach)]);
    let choices = [A, B, Tie, BothBad];
    for (who, row) in (1..).zip([[0, 1, 2, 0, 9, 1, 3, 0], [0, 1, 9, 1, 2, 1, 3, 0], [9, 1, 2, 0, 2, 9, 0, 9]]) {
        for (comparison, value) in (1..).zip(row) {
            if let Some(&choice) = choices.get(value) {
                shelf.say(comparison, who, choice);
            } else {
                shelf.say(comparison, who, Skip);
            }
        }
    }
    // A coach's word is none of people's.
    shelf.say(1, 4, BothBad);
    let alpha = shelf.one("krippendorff_alpha");
    near(alpha.value, 0.718_75, 1e-12);
    assert_eq!((alpha.n, &alpha.annotators), (8, &vec![1, 2, 3]));
    assert!(alpha.low <= alpha.value && alpha.value <= alpha.high);
    assert!(alpha.sentence.ends_with("on 8 comparisons. That is too few to lean on."), "{}", alpha.sentence);
}

#[test]
fn a_coach_is_held_to_each_person_and_reviews_and_corrections_are_left_out() {
    let mut shelf = Shelf::new(40, vec![person(1), annotator(2, AnnotatorKind::Coach)]);
    for comparison in 1..=40 {
        shelf.say(comparison, 1, if comparison % 2 == 0 { A } else { B });
        shelf.say(comparison, 2, if comparison % 2 == 0 || comparison == 1 { A } else { B });
    }
    let before = shelf.one("percent_agreement");
    near(before.value, 39.0 / 40.0, 1e-12);
    let mut reviewed = review(100, 2, 1, B);
    reviewed.verdict.reason = None;
    shelf.verdicts.push(reviewed);
    shelf.say(4, 1, B).verdict.form = VerdictForm::Edit;
    shelf.say(6, 1, B).is_withdrawn = true;
    assert_eq!(shelf.one("percent_agreement"), before);
    shelf.annotators[1].is_active = false;
    assert!(shelf.of("percent_agreement").is_empty() && shelf.of("cohen_kappa").is_empty());
}

#[test]
fn where_everybody_says_the_same_there_is_no_chance_to_measure_by() {
    let mut shelf = Shelf::new(10, vec![person(1), person(2)]);
    for comparison in 1..=10 {
        shelf.say(comparison, 1, A);
        shelf.say(comparison, 2, A);
    }
    assert!(shelf.of("cohen_kappa").is_empty() && shelf.of("krippendorff_alpha").is_empty());
    near(shelf.one("percent_agreement").value, 1.0, 0.0);
    // Drawing anew would find no doubt; Wilson does.
    assert!(shelf.one("percent_agreement").low < 0.75);
}

#[test]
fn disagreement_is_a_concern() {
    let mut shelf = Shelf::new(60, vec![person(1), person(2)]);
    let mut random = Random::new(5, &[]);
    for comparison in 1..=60 {
        for who in [1, 2] {
            shelf.say(comparison, who, if random.below(2) == 0 { A } else { B });
        }
    }
    for id in ["cohen_kappa", "krippendorff_alpha"] {
        let figure = shelf.one(id);
        assert!(figure.concern && figure.low < 0.0 && figure.high > 0.0, "{figure:?}");
    }
}

#[test]
fn a_person_is_compared_with_himself_where_something_came_again() {
    let mut shelf = Shelf::new(40, vec![person(1), annotator(2, AnnotatorKind::Coach)]);
    for comparison in 1..=40 {
        shelf.say(comparison, 1, A);
        shelf.say(comparison, 2, A);
        shelf.say(comparison, 2, A);
    }
    assert!(shelf.of("self_agreement").is_empty());
    for comparison in 1..=10 {
        shelf.say(comparison, 1, if comparison <= 7 { A } else { B });
    }
    // Points for the same comparison are no repeat.
    shelf.say(20, 1, B).verdict.form = VerdictForm::Rating;
    let figure = shelf.one("self_agreement");
    near(figure.value, 0.7, 1e-12);
    assert_eq!((figure.n, figure.concern), (10, true));
    assert_eq!(
        figure.sentence,
        "annotator 1 said the same again 7 of the 10 times that a comparison came again (70%). That is too few to lean on."
    );
}

#[test]
fn one_who_chooses_by_the_place_is_found() {
    let biased = |first: RecordId| {
        let mut shelf = Shelf::new(100, vec![person(1)]);
        for comparison in 1..=100 {
            let swapped = comparison % 3 == 0;
            let chooses_first = comparison <= first;
            shelf.say(comparison, 1, if chooses_first == swapped { B } else { A }).verdict.shown_swapped = swapped;
        }
        shelf.say(1, 1, Tie);
        shelf.one("position_bias")
    };
    for (first, concern) in [(80, true), (52, false), (20, true)] {
        let figure = biased(first);
        near(figure.value, first as f64 / 100.0, 1e-12);
        assert_eq!((figure.n, figure.concern), (100, concern), "{first}");
        assert_eq!(figure.sentence.contains("the place is judged"), concern);
    }
}

#[test]
fn one_who_chooses_by_the_length_is_found() {
    let mut shelf =
        Shelf::new(100, vec![person(1), annotator(2, AnnotatorKind::Coach), annotator(3, AnnotatorKind::Rules)]);
    for comparison in 1..=100 {
        shelf.say(comparison, 1, A);
        shelf.say(comparison, 2, if comparison % 2 == 0 { A } else { B });
        shelf.say(comparison, 3, A);
    }
    assert!(shelf.of("length_bias").is_empty(), "all answers are as long");
    for completion in shelf.completions.iter_mut().filter(|one| one.id % 2 == 0 && one.id <= 160) {
        completion.text.push_str(" and some more");
    }
    for completion in shelf.completions.iter_mut().filter(|one| one.id % 2 == 1 && one.id > 180) {
        completion.text.push_str(" and some more");
    }
    let [ada, coach] = <[Figure; 2]>::try_from(shelf.of("length_bias")).expect("a person and a coach");
    // a is longer in comparisons 1 to 80, b in 90 to 100.
    assert_eq!((ada.n, ada.concern), (91, true));
    near(ada.value, 80.0 / 91.0, 1e-12);
    assert!(ada.sentence.contains("the model will learn to write longer answers"), "{}", ada.sentence);
    assert_eq!((coach.n, coach.concern, &coach.annotators), (91, false, &vec![2]));
}

#[test]
fn one_who_does_not_read_is_found() {
    let mut shelf = Shelf::new(60, vec![person(1), person(2)]);
    // Eight words stand in both answers: 0.5 seconds are 16 words a second, 0.6 are 13.
    for comparison in 1..=60 {
        shelf.say(comparison, 1, A).verdict.seconds = Some(if comparison <= 12 { 0.5 } else { 0.6 });
        shelf.say(comparison, 2, A).verdict.seconds = [Some(4.0), None, Some(f64::NAN)][comparison as usize % 3];
    }
    let [ada, ben] = <[Figure; 2]>::try_from(shelf.of("too_fast")).expect("two people");
    near(ada.value, 0.2, 1e-12);
    assert_eq!((ada.n, ada.concern, ben.n, ben.concern), (60, true, 20, false));
    assert_eq!(ada.sentence, "12 of 60 verdicts of annotator 1 came faster than both answers can be read (20%).");
    assert_eq!(too_fast(&shelf.judged()), (0..12).map(|place| 2 * place + 1).collect::<Vec<_>>());
    let medians: Vec<(f64, usize)> = shelf.of("median_seconds").iter().map(|one| (one.value, one.n)).collect();
    assert_eq!(medians, [(0.6, 60), (4.0, 20)]);
}

#[test]
fn every_figure_is_registered_once_and_shows_on_enough_verdicts() {
    let ids: BTreeSet<&str> = FIGURES.iter().map(|kind| kind.id).collect();
    assert_eq!(ids.len(), FIGURES.len());
    let mut shelf = psychiatrists();
    for stored in &mut shelf.verdicts {
        stored.verdict.seconds = Some(5.0);
    }
    for completion in shelf.completions.iter_mut().filter(|one| one.id % 3 == 0) {
        completion.text.push('!');
    }
    shelf.say(1, 1, A);
    let found = figures(&shelf.judged(), 1);
    for kind in FIGURES {
        let of_kind: Vec<&Figure> = found.iter().filter(|figure| figure.id == kind.id).collect();
        assert!(!of_kind.is_empty(), "{} is silent", kind.id);
        assert!(kind.meaning.ends_with('.'), "{}", kind.id);
        for figure in of_kind {
            assert!(figure.low <= figure.value && figure.value <= figure.high, "{figure:?}");
            assert!(figure.sentence.ends_with('.') && figure.n > 0, "{figure:?}");
        }
    }
    assert!(figures(&Judged { comparisons: &[], verdicts: &[], annotators: &[], completions: &[] }, 1).is_empty());
}

#[test]
fn clocks_and_the_order_of_the_lists_change_no_figure() {
    let mut shelf = psychiatrists();
    let before = figures(&shelf.judged(), 7);
    Random::new(1, &[]).shuffle(&mut shelf.verdicts);
    Random::new(2, &[]).shuffle(&mut shelf.comparisons);
    shelf.verdicts.iter_mut().for_each(|stored| stored.recorded_at = "1970-01-01T00:00:00Z".to_owned());
    assert_eq!(figures(&shelf.judged(), 7), before);
}
