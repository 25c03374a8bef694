//! What a coach leaves and what chance chose is what people are asked, and of the latter they are told nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::labelling::{Asked, Sitting};
use super::super::work::key;
use super::*;
use crate::domain::{Choice, CompletionOrigin, NewVerdict, Split, Text, VerdictForm};
use crate::feedback::coach::CoachReason;
use crate::feedback::people::{Key, ReviewFilter};
use crate::feedback::routing::{Doubt, Route};
use crate::project::store::{NewComparison, NewCompletion, NewPrompt};

const PROMPTS: i64 = 60;

/// Sixty comparisons that a coach judged: every fifth is a tie, of the others it is sure.
fn project() -> (tempfile::TempDir, Arc<Store>, Round) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = ProjectSettings { audit_share: 0.3, seed: 3, ..ProjectSettings::default() };
    let store = Store::create(folder.path(), &settings).expect("a project");
    let prompt = |number: i64| NewPrompt {
        text: Text::Plain(format!("prompt {number}")),
        split: Split::Train,
        tags: Vec::new(),
        source: "typed".to_owned(),
    };
    let ids = store.add_prompts(&(0..PROMPTS).map(prompt).collect::<Vec<_>>()).expect("prompts").ids;
    let round = store.begin_round(None).expect("a round");
    let coach = store.annotator("coach", AnnotatorKind::Coach, false).expect("a coach").id;
    for prompt in ids {
        let answer = |text: &str| NewCompletion {
            prompt,
            round: Some(round.id),
            text: format!("{text} {prompt}"),
            origin: CompletionOrigin::Model { model: "m".to_owned(), run: None, seed: 0 },
            is_finished: true,
        };
        let answers = store.add_completions(&[answer("one"), answer("two")]).expect("answers");
        let both = NewComparison { prompt, round: Some(round.id), a: answers[0], b: answers[1] };
        let comparison = store.add_comparisons(&[both]).expect("a comparison")[0];
        let (choice, margin, reason) = match prompt % 5 {
            0 => (Choice::Tie, 0.1, CoachReason::TooClose),
            _ => (Choice::A, 9.0, CoachReason::Clear),
        };
        let bare = NewVerdict::bare(key(&[prompt as u64]), comparison, coach, choice, VerdictForm::Comparison);
        let verdict = NewVerdict { margin: Some(margin), reason: Some(reason.to_string()), ..bare };
        store.record_verdict(&verdict).expect("a verdict");
    }
    (folder, Arc::new(store), round)
}

fn read(store: &Store, round: &Round) -> RoundRoutes {
    RoundRoutes::read(store, &store.settings().expect("settings"), round).expect("routes")
}

#[test]
fn a_review_asks_the_doubtful_and_without_a_word_some_of_the_others() {
    let (_keep, store, round) = project();
    let routes = read(&store, &round).routed;
    let audited = routes.values().filter(|routed| routed.route == Route::Audit).count();
    let doubtful = routes.values().filter(|routed| routed.route == Route::People(Doubt::TooClose)).count();
    assert!(doubtful == 12 && audited > 6, "{doubtful} {audited}");
    let mut sitting =
        Sitting::begin(Arc::clone(&store), "Ada", Asked::Doubtful, &ReviewFilter::default()).expect("a sitting");
    assert_eq!(sitting.total(), doubtful + audited);
    let (mut told, mut first_blind) = (0, None);
    for place in 0..sitting.total() {
        let is_told = sitting.said_so_far().is_some();
        assert_eq!(is_told, sitting.under_review().is_some());
        assert!(is_told || sitting.standing_as_shown().is_none(), "nothing shows what the coach said");
        told += usize::from(is_told);
        first_blind = first_blind.or((!is_told).then_some(place));
        sitting.answer(Key::First, 1.0).expect("kept");
    }
    assert_eq!(told, doubtful);
    assert!(first_blind < Some(4), "they are spread over the others: {first_blind:?}");
    let honest = read(&store, &round).honesty(AnnotatorKind::Coach);
    assert_eq!((honest.agreement.trials, honest.left), (audited, 0));
    // The first answer of the screen stands for `a` about half of the time.
    assert!(honest.agreement.right > 0.0 && honest.agreement.right < audited as f64, "{honest:?}");
    assert!(Sitting::begin(store, "Ben", Asked::Doubtful, &ReviewFilter::default()).expect("a sitting").total() == 0);
}

#[test]
fn whoever_looks_for_something_in_particular_gets_nothing_by_chance() {
    let (_keep, store, _) = project();
    let filter = ReviewFilter { confidence_below: Some(0.9), ..ReviewFilter::default() };
    let sitting = Sitting::begin(store, "Ada", Asked::Doubtful, &filter).expect("a sitting");
    assert_eq!(sitting.total(), 12);
}

#[test]
fn labelling_afresh_begins_with_what_the_coach_leaves() {
    let (_keep, store, round) = project();
    let routes = read(&store, &round).routed;
    let wanted: BTreeSet<String> = store
        .comparisons(None)
        .expect("comparisons")
        .iter()
        .filter(|one| routes[&one.id].route.is_for_people())
        .map(|one| format!("prompt {}", one.prompt - 1))
        .collect();
    let mut sitting = Sitting::begin(store, "Ada", Asked::Fresh, &ReviewFilter::default()).expect("a sitting");
    let mut first = BTreeSet::new();
    while first.len() < wanted.len() {
        first.insert(sitting.show().expect("more to ask").prompt.to_owned());
        sitting.answer(Key::First, 1.0).expect("kept");
    }
    assert_eq!(first, wanted);
    assert!(sitting.show().is_some(), "the rest can be judged too");
}

#[test]
fn the_note_says_who_takes_how_many_and_how_honest_the_coach_is() {
    let (_keep, store, round) = project();
    let note = |store: &Store| read(store, &round).note("the coach", AnnotatorKind::Coach);
    let before = note(&store);
    assert!(before.starts_with("the coach is sure of 48 of 60 comparisons; people are asked the 12 that"), "{before}");
    assert!(!before.contains("95%"), "{before}");
    let ada = store.annotator("Ada", AnnotatorKind::Person, false).expect("a person").id;
    let routes = read(&store, &round).routed;
    for (&comparison, _) in routes.iter().filter(|(_, routed)| routed.route == Route::Audit) {
        let key = key(&[comparison as u64, 7]);
        let verdict = NewVerdict::bare(key, comparison, ada, Choice::A, VerdictForm::Comparison);
        store.record_verdict(&verdict).expect("kept");
    }
    assert!(note(&store).contains(": 100% (95% interval "), "{}", note(&store));
}
