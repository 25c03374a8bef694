//! Points and thumbs for single answers, as verdicts on comparisons.
//!
//! More points are better and a thumb up is better than a thumb down. Answers of one or two points, and thumbs down,
//! are bad: where both answers of a comparison are, neither is fit to learn from, even where one has two points and the
//! other one. A person who sees them side by side says `both bad` too, and a pair of them would teach the model to write
//! the one with two points. Equal grades above that are a tie. Points and thumbs are not compared with each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::derived_key;
use crate::domain::{Choice, Comparison, NewVerdict, RecordId, VerdictForm};

/// Up to this many points an answer is bad.
const BAD_POINTS: u8 = 2;
/// The most points.
const MOST_POINTS: u8 = 5;

/// What one answer was given by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// One (worst) to five (best) points. Others are cut to that range.
    Points(u8),
    /// Whether it was found good.
    Thumb(bool),
}

impl Grade {
    fn points(self) -> u8 {
        match self {
            Self::Points(points) => points.clamp(1, MOST_POINTS),
            Self::Thumb(is_good) => u8::from(is_good),
        }
    }

    fn is_bad(self) -> bool {
        match self {
            Self::Points(_) => self.points() <= BAD_POINTS,
            Self::Thumb(is_good) => !is_good,
        }
    }

    fn is_like(self, other: Self) -> bool {
        matches!((self, other), (Self::Points(_), Self::Points(_)) | (Self::Thumb(_), Self::Thumb(_)))
    }
}

/// An answer with its grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graded {
    /// The answer.
    pub completion: RecordId,
    /// What it was given.
    pub grade: Grade,
}

/// Grades that one annotator gave.
#[derive(Debug, Clone, Copy)]
pub struct Grading<'a> {
    /// Who gave them.
    pub annotator: RecordId,
    /// What tells this time of grading from another one by the same annotator, such as the digest of a file or a key
    /// that the screen made: the verdicts' keys are made of it. Grading anew under another name gives new verdicts, under
    /// the same name the same ones.
    pub occasion: &'a str,
    /// The grades; of several for one answer the last counts.
    pub graded: &'a [Graded],
}

/// Which answers to a prompt are set against each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GradePairing {
    /// Each against each.
    #[default]
    All,
    /// The best against the worst: of equals the first.
    BestAgainstWorst,
}

/// What two grades say of `a` and `b`; `None` for points against a thumb.
pub fn choice_of_grades(a: Grade, b: Grade) -> Option<Choice> {
    if !a.is_like(b) {
        return None;
    }
    Some(match a.points().cmp(&b.points()) {
        _ if a.is_bad() && b.is_bad() => Choice::BothBad,
        std::cmp::Ordering::Greater => Choice::A,
        std::cmp::Ordering::Less => Choice::B,
        std::cmp::Ordering::Equal => Choice::Tie,
    })
}

/// The answers to one prompt that are to be compared, as `a` and `b` of comparisons to be made: for grades that come
/// before there are comparisons. Of one kind of grade alone: the kind of the first.
pub fn pairs_of_grades(graded: &[Graded], pairing: GradePairing) -> Vec<(RecordId, RecordId)> {
    let grades = last_grades(graded);
    let mut order: Vec<Graded> = Vec::new();
    for one in graded {
        let last = grades.get(&one.completion).copied().unwrap_or(one.grade);
        let is_like = order.first().is_none_or(|first: &Graded| first.grade.is_like(last));
        if is_like && !order.iter().any(|known| known.completion == one.completion) {
            order.push(Graded { completion: one.completion, grade: last });
        }
    }
    match pairing {
        GradePairing::All => order
            .iter()
            .enumerate()
            .flat_map(|(place, a)| order.iter().skip(place + 1).map(|b| (a.completion, b.completion)))
            .collect(),
        GradePairing::BestAgainstWorst => {
            let best = order.iter().rev().max_by_key(|one| one.grade.points());
            let worst = order
                .iter()
                .filter(|one| best.is_some_and(|best| best.completion != one.completion))
                .min_by_key(|one| one.grade.points());
            best.zip(worst).map(|(best, worst)| (best.completion, worst.completion)).into_iter().collect()
        }
    }
}

/// The verdicts that the grades give on these comparisons: one for each whose two answers have grades of one kind.
pub fn verdicts_of_grades(grading: &Grading<'_>, comparisons: &[Comparison]) -> Vec<NewVerdict> {
    let grades = last_grades(grading.graded);
    comparisons
        .iter()
        .filter_map(|comparison| {
            let (a, b) = (*grades.get(&comparison.a)?, *grades.get(&comparison.b)?);
            Some(verdict(grading, comparison, a, b, choice_of_grades(a, b)?))
        })
        .collect()
}

fn last_grades(graded: &[Graded]) -> BTreeMap<RecordId, Grade> {
    graded.iter().map(|one| (one.completion, one.grade)).collect()
}

fn verdict(grading: &Grading<'_>, comparison: &Comparison, a: Grade, b: Grade, choice: Choice) -> NewVerdict {
    let form = if matches!(a, Grade::Points(_)) { VerdictForm::Rating } else { VerdictForm::Thumbs };
    let parts = [
        format!("{form:?}"),
        grading.occasion.to_owned(),
        grading.annotator.to_string(),
        comparison.id.to_string(),
        a.points().to_string(),
        b.points().to_string(),
    ];
    let key = derived_key(&parts.each_ref().map(String::as_str));
    NewVerdict {
        margin: (form == VerdictForm::Rating).then(|| f64::from(a.points()) - f64::from(b.points())),
        ..NewVerdict::bare(key, comparison.id, grading.annotator, choice, form)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::comparison;
    use super::*;

    use Grade::{Points, Thumb};

    fn graded(grades: &[(RecordId, Grade)]) -> Vec<Graded> {
        grades.iter().map(|&(completion, grade)| Graded { completion, grade }).collect()
    }

    #[test]
    fn grades_become_choices() {
        for (a, b, choice) in [
            (Points(5), Points(3), Some(Choice::A)),
            (Points(2), Points(3), Some(Choice::B)),
            (Points(1), Points(5), Some(Choice::B)),
            (Points(3), Points(3), Some(Choice::Tie)),
            (Points(2), Points(2), Some(Choice::BothBad)),
            (Points(2), Points(1), Some(Choice::BothBad)),
            (Points(9), Points(5), Some(Choice::Tie)),
            (Thumb(true), Thumb(false), Some(Choice::A)),
            (Thumb(false), Thumb(true), Some(Choice::B)),
            (Thumb(true), Thumb(true), Some(Choice::Tie)),
            (Thumb(false), Thumb(false), Some(Choice::BothBad)),
            (Thumb(true), Points(1), None),
        ] {
            assert_eq!(choice_of_grades(a, b), choice, "{a:?} {b:?}");
            assert_eq!(choice_of_grades(b, a), choice.map(Choice::swapped), "{b:?} {a:?}");
        }
    }

    #[test]
    fn each_graded_comparison_gets_a_verdict_with_the_key_of_its_content() {
        let grades = graded(&[
            (2, Points(1)),
            (3, Points(4)),
            (4, Points(5)),
            (6, Thumb(true)),
            (7, Thumb(false)),
            (2, Points(5)),
        ]);
        let grading = Grading { annotator: 1, occasion: "monday", graded: &grades };
        let asked = [comparison(1), comparison(2), comparison(3)];
        let verdicts = verdicts_of_grades(&grading, &asked);
        let said: Vec<_> = verdicts.iter().map(|one| (one.comparison, one.choice, one.form, one.margin)).collect();
        assert_eq!(said, [(1, Choice::A, VerdictForm::Rating, Some(1.0)), (3, Choice::A, VerdictForm::Thumbs, None)]);
        assert_eq!(verdicts_of_grades(&grading, &asked), verdicts);
        let keys_with = |grading: Grading<'_>| -> Vec<String> {
            verdicts_of_grades(&grading, &asked).into_iter().map(|one| one.key).collect()
        };
        let keys = keys_with(grading);
        let changed = graded(&[(2, Points(4)), (3, Points(1)), (6, Thumb(true)), (7, Thumb(true))]);
        for other in [
            Grading { annotator: 2, ..grading },
            Grading { occasion: "tuesday", ..grading },
            Grading { graded: &changed, ..grading },
        ] {
            assert!(keys_with(other).iter().all(|key| !keys.contains(key)), "{other:?}");
        }
    }

    #[test]
    fn answers_are_paired_before_there_are_comparisons() {
        let grades = graded(&[(10, Points(3)), (11, Points(5)), (12, Thumb(true)), (13, Points(2)), (14, Points(2))]);
        assert_eq!(
            pairs_of_grades(&grades, GradePairing::All),
            [(10, 11), (10, 13), (10, 14), (11, 13), (11, 14), (13, 14)]
        );
        assert_eq!(pairs_of_grades(&grades, GradePairing::BestAgainstWorst), [(11, 13)]);
        let equal = graded(&[(1, Points(3)), (2, Points(3))]);
        assert_eq!(pairs_of_grades(&equal, GradePairing::BestAgainstWorst), [(1, 2)]);
        for pairing in [GradePairing::All, GradePairing::BestAgainstWorst] {
            assert!(pairs_of_grades(&graded(&[(1, Points(3))]), pairing).is_empty());
            assert!(pairs_of_grades(&[], pairing).is_empty());
        }
    }
}
