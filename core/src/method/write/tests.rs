//! A coach writes for a project, on a mind that writes what the test says; and once the model that comes along.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::demo;
use super::super::gather::pairs_in;
use super::super::labelling::Material;
use super::super::read::standing_of;
use super::*;
use crate::domain::{ComputeSettings, ToUserMessage};
use crate::example;
use crate::feedback::coach::writing::scribe::Scribe as Mind;
use crate::job::{CancelToken, EndpointUse};
use crate::project::store::{NewCompletion, ProjectSettings, VerdictFilter};

const STARTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter");

/// Four prompts with two answers each, and two that are set aside.
fn project() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = ProjectSettings { model: STARTER.to_owned(), coach: None, ..demo::settings("rlaif", 0, true) };
    let store = Store::create(folder.path(), &settings).expect("a project");
    let (holdout, train): (Vec<_>, Vec<_>) = example::prompts().into_iter().partition(|prompt| prompt.is_holdout);
    let prompts: Vec<_> = train.iter().take(4).chain(holdout.iter().take(2)).map(demo::new_prompt).collect();
    let ids = store.add_prompts(&prompts).expect("prompts").ids;
    let round = store.begin_round(None).expect("a round").id;
    for prompt in &ids[..4] {
        for text in ["We will see.", "I do not know."] {
            let origin = CompletionOrigin::Model { model: STARTER.to_owned(), run: None, seed: 1 };
            let (round, text) = (Some(round), text.to_owned());
            let answer = NewCompletion { prompt: *prompt, round, text, origin, is_finished: true };
            store.add_completions(&[answer]).expect("an answer");
        }
    }
    (folder, store)
}

/// A coach whose words come of a prompt and a seed.
fn with_words<T>(
    store: &Store,
    words: impl Fn(&Text, u64) -> Option<String> + Clone + Send + Sync + 'static,
    act: impl FnOnce(&Scribe<'_>) -> T,
) -> T {
    let compute = ComputeSettings::default();
    let work = Work::open(store, Means::here(&compute)).expect("a project");
    let open = |_: &str, _: &JobContext<'_>| Ok(Coach::new(Box::new(Mind::new(words.clone()))));
    act(&Scribe { work: &work, name: "models/large".to_owned(), open: &open })
}

fn quietly(cancel: &CancelToken) -> JobContext<'_> {
    JobContext::new(&|_| {}, cancel)
}

#[test]
fn answers_of_a_coach_become_pairs_that_nobody_is_asked() {
    let (_keep, store) = project();
    let cancel = CancelToken::default();
    let before = standing_of(&store).expect("a standing");
    let summary = with_words(
        &store,
        |prompt, _| Some(format!("A good answer to {}", prompt.readable())),
        |scribe| answers(scribe, None, false, &quietly(&cancel)).expect("writes"),
    );
    assert_eq!((&summary["pairs"], &summary["there"]), (&json!(4), &json!(0)), "{summary:?}");
    let round = store.rounds().expect("rounds").pop();
    let pairs = pairs_in(&store, round.as_ref()).expect("pairs");
    assert_eq!(pairs.len(), 4);
    for pair in &pairs {
        let [chosen, rejected] = [pair.chosen, pair.rejected].map(|id| store.completion(id).expect("an answer"));
        assert!(
            matches!(&chosen.origin, CompletionOrigin::Coach { coach, .. } if coach == "models/large"),
            "{chosen:?}"
        );
        assert!(chosen.text.starts_with("A good answer to "), "{chosen:?}");
        assert!(matches!(rejected.origin, CompletionOrigin::Model { .. }));
        assert!(!pair.by_people);
    }
    let verdicts = store.verdicts(&VerdictFilter::default()).expect("verdicts");
    let reasons: Vec<&str> = verdicts.iter().filter_map(|stored| stored.verdict.reason.as_deref()).collect();
    assert_eq!(reasons, ["written by the coach for the model to learn from"; 4]);
    // The project stands where it stood: the model's answers are as many, and nothing more is to be judged.
    assert_eq!(standing_of(&store).expect("a standing").rounds, before.rounds);
    assert!(Material::read(&store, Split::Train).expect("material").comparisons.is_empty());
}

#[test]
fn what_is_there_is_not_written_again_after_a_stop() {
    let (_keep, store) = project();
    let asked = Arc::new(AtomicUsize::new(0));
    let cancel = CancelToken::default();
    let words = {
        let (asked, cancel) = (Arc::clone(&asked), cancel.clone());
        move |_: &Text, _: u64| {
            // It is stopped while the first few are written: these are kept, the rest is not begun.
            asked.fetch_add(1, Ordering::Relaxed);
            cancel.cancel();
            Some("An answer with words".to_owned())
        }
    };
    let stopped = with_words(&store, words.clone(), |scribe| answers(scribe, None, false, &quietly(&cancel)));
    assert!(matches!(stopped, Err(MethodError::Feedback(_) | MethodError::Cancelled(_))), "{stopped:?}");
    let written = store.written_by_coaches().expect("answers").len();
    assert_eq!((written, asked.load(Ordering::Relaxed)), (3, 3));
    let again = with_words(&store, words, |scribe| {
        let all = answers(scribe, None, false, &quietly(&CancelToken::default())).expect("goes on");
        let none = answers(scribe, Some(3), false, &quietly(&CancelToken::default())).expect("all is there");
        assert_eq!((&none["written"], &none["there"]), (&json!(0), &json!(4)));
        all
    });
    assert_eq!((&again["written"], &again["there"]), (&json!(1), &json!(3)));
    assert_eq!((store.written_by_coaches().expect("answers").len(), asked.load(Ordering::Relaxed)), (4, 4));
}

#[test]
fn a_checked_answer_that_is_not_better_makes_no_pair() {
    let (_keep, store) = project();
    let cancel = CancelToken::default();
    // The mind of the test prefers what is longer.
    let words = |prompt: &Text, _: u64| {
        Some(
            if prompt.readable().len().is_multiple_of(2) { "Ok." } else { "It is on its way and comes on Friday." }
                .to_owned(),
        )
    };
    let summary = with_words(&store, words, |scribe| answers(scribe, None, true, &quietly(&cancel)).expect("writes"));
    let (pairs, not_better) = (summary["pairs"].as_u64(), summary["not_better"].as_u64());
    assert_eq!(pairs.zip(not_better).map(|(pairs, not_better)| pairs + not_better), Some(4), "{summary:?}");
    assert!(not_better > Some(0) && pairs > Some(0), "{summary:?}");
    let round = store.rounds().expect("rounds").pop();
    let chosen: Vec<_> = pairs_in(&store, round.as_ref()).expect("pairs").iter().map(|pair| pair.chosen).collect();
    let written = store.written_by_coaches().expect("answers");
    assert_eq!(chosen.iter().filter(|id| written.contains(id)).count() as u64, pairs.expect("a count"));
    let verdicts = store.verdicts(&VerdictFilter::default()).expect("verdicts");
    assert!(
        verdicts.iter().all(|stored| stored
            .verdict
            .reason
            .as_deref()
            .is_some_and(|reason| reason.contains("compared")))
    );
}

#[test]
fn prompts_of_a_coach_are_marked_and_none_of_the_holdout_comes_back() {
    let (_keep, store) = project();
    let cancel = CancelToken::default();
    let aside = store.prompts(Some(Split::Holdout)).expect("prompts");
    let repeated = aside[0].text.readable();
    let words = move |asked: &Text, seed: u64| {
        assert!(!asked.readable().contains(&repeated), "what is set aside is shown to no coach");
        Some(format!("1. {repeated}\n2. Is number {seed} in stock?\n3. May I see {seed} of them before I buy?"))
    };
    let count = |store: &Store| store.prompts(None).expect("prompts").len();
    with_words(&store, words, |scribe| {
        let summary = prompts(scribe, 5, &quietly(&cancel)).expect("writes");
        assert_eq!((&summary["written"], &summary["there"]), (&json!(5), &json!(0)), "{summary:?}");
        assert_eq!(count(&store), 11);
        let summary = prompts(scribe, 7, &quietly(&cancel)).expect("writes");
        assert_eq!((&summary["written"], &summary["there"]), (&json!(2), &json!(5)), "{summary:?}");
    });
    let new: Vec<Prompt> = store.prompts(None).expect("prompts").into_iter().skip(6).collect();
    assert!(new.iter().all(|prompt| prompt.source == "written by models/large" && prompt.split == Split::Train));
}

#[test]
fn what_cannot_be_written_is_refused_with_a_cure() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = ProjectSettings { model: STARTER.to_owned(), ..demo::settings("rlaif", 0, true) };
    drop(Store::create(folder.path(), &settings).expect("a project"));
    let spec = |what, coach: &str| WriteSpec {
        project: folder.path().to_owned(),
        what,
        coach: Some(coach.parse().expect("a coach")),
        count: None,
        check: false,
        beside: false,
        endpoint: EndpointUse::default(),
        compute: ComputeSettings::default(),
    };
    for (what, coach, error) in [
        (WriteWhat::Answers, "rules:shop.toml", "rules:FILE judges and writes nothing"),
        (WriteWhat::Prompts, "preference-model:runs/1", "preference-model:FOLDER judges and writes nothing"),
        (WriteWhat::Answers, "starter", "the model has answered no prompt yet"),
        (WriteWhat::Prompts, "starter", "the project has no prompts that a coach could be shown"),
    ] {
        let found = write(&spec(what, coach), &quietly(&CancelToken::default())).expect_err("it cannot");
        assert_eq!(found.to_string(), error);
        assert!(found.hint().is_some(), "{found}");
    }
}

#[test]
fn the_model_that_comes_along_writes_answers() {
    let (keep, store) = project();
    drop(store);
    let spec = WriteSpec {
        project: keep.path().to_owned(),
        what: WriteWhat::Answers,
        coach: Some(CoachName::Starter),
        count: Some(2),
        check: false,
        beside: false,
        endpoint: EndpointUse::default(),
        compute: ComputeSettings { threads: Some(2), ..ComputeSettings::default() },
    };
    let summary = write(&spec, &quietly(&CancelToken::default())).expect("writes");
    assert_eq!(summary["pairs"], json!(2), "{summary:?}");
    let store = Store::open(keep.path(), Access::Owner).expect("a project");
    let mut written: Vec<RecordId> = store.written_by_coaches().expect("answers").into_iter().collect();
    written.sort_unstable();
    for id in written {
        let answer = store.completion(id).expect("an answer");
        assert!(matches!(&answer.origin, CompletionOrigin::Coach { coach, .. } if coach == "starter"), "{answer:?}");
        assert!(answer.text.split_whitespace().count() > 3, "{answer:?}");
    }
}
