//! Sittings: blind, kept before the next comparison shows, and taken back.

use super::super::super::test_support::Table;
use super::super::super::{Applied, Refused, SittingItem, SittingView};
use super::super::*;
use crate::domain::{Choice, StoredVerdict, VerdictForm};
use crate::feedback::people::{Key, ReviewAction, ReviewFilter, ReviewReason, Side};
use crate::method::Asked;
use crate::project::store::VerdictFilter;

fn sitting(applied: Applied) -> SittingView {
    applied.sitting.expect("somebody sits")
}

fn item(applied: Applied) -> SittingItem {
    sitting(applied).item.expect("something is shown")
}

/// What counts, the oldest first, as another program sees it.
fn verdicts(table: &Table) -> Vec<StoredVerdict> {
    table.engine.verdicts(&VerdictFilter::default()).expect("verdicts")
}

fn last(table: &Table) -> StoredVerdict {
    verdicts(table).pop().expect("a verdict")
}

fn review(action: ReviewAction) -> ProjectCommand {
    ProjectCommand::Review { action, seconds: 3.0 }
}

#[test]
fn what_is_said_is_in_the_store_before_the_next_comparison_shows() {
    let mut table = Table::laid("rlhf", 12);
    let view = sitting(table.sit(" Ada ", Asked::Fresh));
    assert_eq!((view.annotator.as_str(), view.done, view.total, view.can_undo), ("Ada", 0, 12, false));
    let mut shown = view.item.expect("something is shown");
    assert_eq!(shown.review, None);
    for done in 1..=12 {
        let applied = table.press(if done % 2 == 0 { Key::First } else { Key::Second });
        assert!(applied.has_changed);
        let kept = verdicts(&table);
        assert_eq!(kept.len(), done);
        let verdict = &kept[done - 1].verdict;
        let view = sitting(applied);
        assert_eq!((view.done, view.can_undo, view.refused), (done, true, None));
        // What was said of the first answer is kept of the one that stood first.
        let comparison = table.engine.comparison(verdict.comparison).expect("a comparison");
        let (first, second) =
            if verdict.shown_swapped { (comparison.b, comparison.a) } else { (comparison.a, comparison.b) };
        let text = |id| table.engine.completion(id).expect("an answer").text;
        assert_eq!((text(first), text(second)), (shown.first.clone(), shown.second.clone()));
        let chosen = if verdict.choice == Choice::A { comparison.a } else { comparison.b };
        assert_eq!(chosen, if done % 2 == 0 { first } else { second });
        match view.item {
            Some(next) => shown = next,
            None => assert_eq!(done, 12),
        }
    }
    let kept = verdicts(&table);
    let swapped = kept.iter().filter(|stored| stored.verdict.shown_swapped).count();
    assert!((1..12).contains(&swapped), "the sides go by chance: {swapped} of 12");
}

#[test]
fn keys_that_say_nothing_change_nothing() {
    let mut table = Table::laid("rlhf", 2);
    for command in [
        ProjectCommand::Press { key: Key::First, seconds: 1.0 },
        ProjectCommand::Correct { side: Side::First, text: "x".to_owned(), seconds: 1.0 },
        review(ReviewAction::Approve),
    ] {
        assert!(table.refused(&command).0.contains("nobody is judging"));
    }
    let first = item(table.sit("Ada", Asked::Fresh));
    let applied = table.press(Key::Undo);
    assert!(!applied.has_changed);
    assert_eq!(sitting(applied).refused, Some(Refused::NothingToUndo));
    let correct = |text: &str| ProjectCommand::Correct { side: Side::First, text: text.to_owned(), seconds: 1.0 };
    for text in ["  ", first.first.as_str()] {
        let view = sitting(table.apply(&correct(text)));
        assert_eq!((view.refused, view.item.as_ref()), (Some(Refused::NothingCorrected), Some(&first)));
    }
    let applied = table.press(Key::Next);
    assert!(!applied.has_changed);
    assert_ne!(item(applied), first);
    assert!(verdicts(&table).is_empty());
    let (said, _) = table.refused(&review(ReviewAction::Approve));
    assert!(said.contains("not under review"), "{said}");
    // Whatever else is asked, the person sits on.
    let applied = table.apply(&ProjectCommand::AddPrompts { texts: vec!["new".to_owned()], split: Some(Split::Train) });
    assert_eq!(sitting(applied).refused, None);
    assert!(table.apply(&ProjectCommand::StandUp).sitting.is_none());
}

#[test]
fn an_answer_and_a_correction_are_taken_back() {
    let mut table = Table::laid("rlhf", 2);
    let first = item(table.sit("Ada", Asked::Fresh));
    table.press(Key::Tie);
    let correct = ProjectCommand::Correct { side: Side::Second, text: "better".to_owned(), seconds: 9.0 };
    let view = sitting(table.apply(&correct));
    assert_eq!((view.done, view.item), (2, None));
    let forms: Vec<_> = verdicts(&table).iter().map(|one| (one.verdict.form, one.verdict.choice)).collect();
    assert_eq!(
        forms,
        [
            (VerdictForm::Comparison, Choice::Tie),
            (VerdictForm::Edit, Choice::B),
            (VerdictForm::Comparison, Choice::Skip)
        ]
    );
    table.press(Key::Undo);
    assert_eq!(verdicts(&table).len(), 1);
    assert_eq!(item(table.press(Key::Undo)), first);
    assert!(verdicts(&table).is_empty());
}

/// A project in which the coach is unsure of each comparison, its `a` being better so far.
fn doubtful(comparisons: usize) -> Table {
    let table = Table::laid("hybrid-d", comparisons);
    for &comparison in &table.comparisons {
        table.coach_says(comparison, Choice::A, 0.1);
    }
    table
}

#[test]
fn a_review_says_what_stands_as_the_answers_stand_on_the_screen() {
    let mut table = doubtful(8);
    let mut shown = item(table.sit("Ada", Asked::Doubtful));
    let mut sides = Vec::new();
    for _ in 0..8 {
        let said = shown.review.clone().expect("it is reviewed");
        assert_eq!(said.why, ReviewReason::LowMargin);
        assert!(said.confidence.is_some_and(|sure| sure > 0.5 && sure < 0.6));
        // Every `a` is a text that begins with `left`.
        assert_eq!(said.first_is_better, Some(shown.first.starts_with("left")));
        sides.push(said.first_is_better);
        let applied = table.apply(&review(ReviewAction::Approve));
        let verdict = last(&table).verdict;
        assert_eq!((verdict.choice, verdict.form, verdict.seconds), (Choice::A, VerdictForm::Review, Some(3.0)));
        assert_eq!(said.reason, Some(format!("said of {}", verdict.comparison)));
        match sitting(applied).item {
            Some(next) => shown = next,
            None => break,
        }
    }
    assert_eq!(sides.len(), 8);
    assert!(sides.contains(&Some(true)) && sides.contains(&Some(false)), "the sides go by chance");
    assert!(sitting(table.sit("Ada", Asked::Doubtful)).item.is_none(), "all is settled");
}

#[test]
fn every_way_to_settle_settles_and_is_taken_back() {
    for (action, choice) in [
        (ReviewAction::Approve, Choice::A),
        (ReviewAction::TurnOver, Choice::B),
        (ReviewAction::Reject, Choice::BothBad),
        (ReviewAction::Settle { choice: Choice::Tie }, Choice::Tie),
        (ReviewAction::Settle { choice: Choice::B }, Choice::B),
    ] {
        let mut table = doubtful(1);
        let shown = item(table.sit("Ada", Asked::Doubtful));
        let view = sitting(table.apply(&review(action.clone())));
        assert_eq!((view.done, view.item), (1, None), "{action:?}");
        let verdict = last(&table).verdict;
        assert_eq!((verdict.choice, verdict.form), (choice, VerdictForm::Review), "{action:?}");
        let waiting = || crate::method::waiting_reviews(&table.engine).expect("a queue").len();
        assert_eq!(waiting(), 0, "{action:?}");
        assert_eq!(item(table.press(Key::Undo)), shown);
        assert_eq!(crate::method::waiting_reviews(&table.engine).expect("a queue").len(), 1, "{action:?}");
    }
    let mut table = doubtful(1);
    table.sit("Ada", Asked::Doubtful);
    assert!(table.refused(&review(ReviewAction::Settle { choice: Choice::Skip })).0.contains("skip"));
    let before = verdicts(&table).len();
    assert_eq!(sitting(table.press(Key::Skip)).done, 1);
    assert_eq!(verdicts(&table).len(), before, "whoever skips settles nothing");
}

#[test]
fn a_correction_settles_what_is_reviewed() {
    for by_action in [false, true] {
        let mut table = doubtful(1);
        let shown = item(table.sit("Ada", Asked::Doubtful));
        let of = table.engine.comparison(table.comparisons[0]).expect("a comparison").b;
        let side = if shown.first.starts_with("right") { Side::First } else { Side::Second };
        let text = "how it should read".to_owned();
        table.apply(&if by_action {
            review(ReviewAction::Edit { of, text })
        } else {
            ProjectCommand::Correct { side, text, seconds: 5.0 }
        });
        let kept = verdicts(&table);
        let said: Vec<_> = kept[1..].iter().map(|one| (one.verdict.form, one.verdict.choice)).collect();
        assert_eq!(said, [(VerdictForm::Edit, Choice::B), (VerdictForm::Review, Choice::BothBad)]);
        let edited = table.engine.comparison(kept[1].verdict.comparison).expect("a comparison");
        assert_eq!((edited.a, edited.round), (of, Some(1)));
        assert_eq!(table.engine.completion(edited.b).expect("a correction").text, "how it should read");
        assert!(crate::method::waiting_reviews(&table.engine).expect("a queue").is_empty());
        table.press(Key::Undo);
        assert_eq!(verdicts(&table).len(), 1);
    }
}

#[test]
fn a_filter_narrows_what_is_doubtful() {
    let mut table = doubtful(2);
    table.coach_says(table.comparisons[0], Choice::Tie, 0.0);
    let filter = ReviewFilter { reasons: vec![ReviewReason::MachineTie], ..ReviewFilter::default() };
    let command = ProjectCommand::SitDown { annotator: "Ada".to_owned(), asked: Asked::Doubtful, filter };
    let view = sitting(table.apply(&command));
    assert_eq!(view.total, 1);
    let said = view.item.and_then(|item| item.review).expect("it is reviewed");
    assert_eq!((said.why, said.first_is_better), (ReviewReason::MachineTie, None));
    assert!(table.refused(&review(ReviewAction::TurnOver)).0.contains("neither answer is preferred"));
}

#[test]
fn who_was_removed_is_told_before_they_judge_for_nothing() {
    let mut table = Table::laid("rlhf", 1);
    table.sit("Ada", Asked::Fresh);
    let ada = table.engine.annotators().expect("annotators")[0].id;
    table.apply(&ProjectCommand::SetAnnotatorActive { annotator: ada, is_active: false });
    let asked = Asked::Fresh;
    let again =
        |name: &str| ProjectCommand::SitDown { annotator: name.to_owned(), asked, filter: ReviewFilter::default() };
    let (said, cure) = table.refused(&again("Ada"));
    assert!(said.contains("Ada") && cure.contains("count again"), "{said}: {cure}");
    table.refused(&again("  "));
    assert_eq!(sitting(table.apply(&again("Ben"))).annotator, "Ben");
}

#[test]
fn old_and_new_are_compared_without_what_is_trained_on() {
    let mut table = Table::laid("rlhf", 3);
    let held_out = table.compare(9, Split::Holdout);
    assert_eq!(sitting(table.sit("Ada", Asked::Result)).total, 1);
    table.press(Key::First);
    assert_eq!(last(&table).verdict.comparison, held_out);
}
