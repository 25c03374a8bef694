//! What is put in comes out.

use serde_json::json;

use super::*;
use crate::domain::{ChatMessage, RubricRule};

#[test]
fn prompts_are_kept_once() {
    let small = small(5);
    let mut again = prompts(6);
    again.push(again[5].clone());
    let chat = Text::Messages(vec![ChatMessage::new("system", "be kind"), ChatMessage::new("user", "héllo \u{202e}")]);
    again.push(NewPrompt { text: chat.clone(), ..again[0].clone() });
    let added = small.store.add_prompts(&again).expect("prompts");
    assert_eq!((added.ids.len(), added.repeated), (2, 6));
    let all = small.store.prompts(None).expect("prompts");
    assert_eq!(all.len(), 7);
    assert_eq!(all[6].text, chat);
    assert_eq!(all[0].tags, ["short"]);
    small.store.set_split(all[0].id, Split::Holdout).expect("a split");
    small.store.set_tags(all[0].id, &["long".to_owned()]).expect("tags");
    let holdout = small.store.prompts(Some(Split::Holdout)).expect("prompts");
    assert_eq!(holdout.iter().map(|prompt| prompt.id).collect::<Vec<_>>(), [all[0].id, all[4].id]);
    assert_eq!(holdout[0].tags, ["long"]);
    assert!(matches!(small.store.set_split(99, Split::Train), Err(StoreError::Unknown { what: "prompt", id: 99, .. })));
}

#[test]
fn settings_keep_what_this_program_does_not_know() {
    let small = small(1);
    let text = json!({ "name": "letters", "model": "starter", "seed": u64::MAX, "wings": { "left": 2 } });
    let changed: ProjectSettings = serde_json::from_value(text).expect("settings");
    assert_eq!(changed.samples, ProjectSettings::default().samples);
    small.store.set_settings(&changed).expect("kept");
    let kept = small.store.settings().expect("settings");
    assert_eq!(kept, changed);
    assert_eq!(kept.other["wings"]["left"], 2);
}

#[test]
fn completions_of_every_origin_come_back() {
    let small = small(5);
    let first = small.store.completions(&CompletionFilter::default()).expect("completions")[0].clone();
    let origins = [
        CompletionOrigin::Edit { of: first.id, annotator: small.ada.id },
        CompletionOrigin::Ideal { annotator: None },
        CompletionOrigin::Ideal { annotator: Some(small.ada.id) },
        CompletionOrigin::Import { file: "pairs.jsonl".to_owned() },
    ];
    for origin in origins {
        let new = NewCompletion {
            prompt: first.prompt,
            round: None,
            text: "three\u{0}".to_owned(),
            origin,
            is_finished: false,
        };
        let id = small.store.add_completions(std::slice::from_ref(&new)).expect("an answer")[0];
        let kept = small.store.completion(id).expect("an answer");
        assert_eq!((kept.prompt, kept.round, &kept.text), (new.prompt, new.round, &new.text));
        assert_eq!((&kept.origin, kept.is_finished, kept.is_discarded), (&new.origin, false, false));
    }
    small.store.set_discarded(first.id, true).expect("taken out");
    let count = |filter: CompletionFilter| small.store.completions(&filter).expect("completions").len();
    assert!(small.store.completion(first.id).expect("an answer").is_discarded);
    assert_eq!(count(CompletionFilter::default()), 14);
    assert_eq!(count(CompletionFilter { round: Some(small.round), ..CompletionFilter::default() }), 10);
    assert_eq!(count(CompletionFilter { prompt: Some(first.prompt), ..CompletionFilter::default() }), 6);
    assert_eq!(count(CompletionFilter { split: Some(Split::Holdout), ..CompletionFilter::default() }), 2);
    let both = CompletionFilter { round: Some(small.round), prompt: Some(first.prompt), split: Some(Split::Train) };
    assert_eq!(count(both), 2);
}

#[test]
fn two_answers_are_one_comparison_a_round() {
    let small = small(2);
    let known = small.store.comparisons(Some(small.round)).expect("comparisons");
    let again = NewComparison { prompt: known[0].prompt, round: known[0].round, a: known[0].b, b: known[0].a };
    assert_eq!(small.store.add_comparisons(&[again]).expect("the same"), [known[0].id]);
    let imported = NewComparison { round: None, ..again };
    let ids = small.store.add_comparisons(&[imported, imported]).expect("another one, once");
    assert_eq!(ids, [3, 3]);
    assert_eq!(small.store.comparisons(None).expect("comparisons").len(), 3);
    let itself = NewComparison { b: again.a, ..again };
    assert!(matches!(small.store.add_comparisons(&[itself]), Err(StoreError::Contradiction { .. })));
    let strangers = NewComparison { b: known[1].a, ..again };
    let error = small.store.add_comparisons(&[imported, strangers]).expect_err("answers to two prompts");
    assert!(error.to_string().contains("answers prompt 2, not prompt 1"), "{error}");
    assert_eq!(small.store.comparisons(None).expect("comparisons").len(), 3);
}

#[test]
fn a_verdict_is_kept_once_and_never_overwritten() {
    let small = small(3);
    let mut given = verdict(1, small.comparisons[0], small.ada.id, Choice::A);
    let first = small.store.record_verdict(&given).expect("kept");
    assert!(first.is_new);
    given.key = given.key.to_uppercase();
    let again = small.store.record_verdict(&given).expect("the same");
    assert_eq!(again, Recorded { sequence: first.sequence, is_new: false });
    let other = NewVerdict { choice: Choice::B, ..given.clone() };
    assert!(matches!(small.store.record_verdict(&other), Err(StoreError::KeyUsed { sequence: 1, .. })));
    for bad in ["", "not a key", "0123"] {
        let bad = NewVerdict { key: bad.to_owned(), ..given.clone() };
        assert!(matches!(small.store.record_verdict(&bad), Err(StoreError::Contradiction { .. })), "{bad:?}");
    }
    let endless = NewVerdict { seconds: Some(f64::INFINITY), ..verdict(2, 1, small.ada.id, Choice::A) };
    assert!(matches!(small.store.record_verdict(&endless), Err(StoreError::Contradiction { .. })));
    // All or none.
    let batch = [verdict(3, small.comparisons[1], small.ada.id, Choice::Tie), verdict(4, 99, small.ada.id, Choice::A)];
    assert!(matches!(small.store.record_verdicts(&batch), Err(StoreError::Unknown { what: "comparison", .. })));
    let kept = small.store.verdicts(&VerdictFilter::default()).expect("verdicts");
    given.key = given.key.to_lowercase();
    assert_eq!(kept.iter().map(|stored| &stored.verdict).collect::<Vec<_>>(), [&given]);
}

#[test]
fn undo_takes_back_the_last_one() {
    let small = small(3);
    for number in 0..3 {
        let given = verdict(number, small.comparisons[number as usize], small.ada.id, Choice::A);
        small.store.record_verdict(&given).expect("kept");
    }
    let last = small.store.last_verdict_of(small.ada.id).expect("asked").expect("a verdict");
    assert_eq!(last.sequence, 3);
    small.store.withdraw_verdict(3).expect("taken back");
    let last = small.store.last_verdict_of(small.ada.id).expect("asked").expect("a verdict");
    assert_eq!(last.sequence, 2);
    let count = |include_withdrawn| {
        let filter = VerdictFilter { include_withdrawn, round: Some(small.round), ..VerdictFilter::default() };
        small.store.verdicts(&filter).expect("verdicts").len()
    };
    assert_eq!((count(false), count(true)), (2, 3));
    assert_eq!(small.store.votes(None).expect("votes").len(), 2);
    assert!(matches!(small.store.withdraw_verdict(9), Err(StoreError::Unknown { what: "verdict", .. })));
}

#[test]
fn a_correction_is_kept_as_a_whole() {
    let small = small(2);
    let shown = small.store.comparisons(None).expect("comparisons")[1];
    let key = verdict(7, 1, 1, Choice::A).key;
    let edit = NewEdit {
        annotator: small.ada.id,
        comparison: shown.id,
        of: shown.b,
        text: "three".to_owned(),
        key,
        seconds: Some(31.0),
        shown_swapped: true,
    };
    let kept = small.store.record_edit(&edit).expect("kept");
    assert!(kept.verdict.is_new);
    let corrected = small.store.completion(kept.completion).expect("the correction");
    assert_eq!(corrected.origin, CompletionOrigin::Edit { of: shown.b, annotator: small.ada.id });
    assert_eq!((corrected.text.as_str(), corrected.round), ("three", shown.round));
    let comparison = small.store.comparisons(None).expect("comparisons")[2];
    assert_eq!((comparison.id, comparison.a, comparison.b), (kept.comparison, shown.b, kept.completion));
    let verdicts = small.store.verdicts(&VerdictFilter::default()).expect("verdicts");
    assert_eq!((verdicts[0].verdict.choice, verdicts[0].verdict.form), (Choice::B, VerdictForm::Edit));
    // Nobody is asked which of the two is better: the editor said so.
    let other = small.store.annotator("Bea", AnnotatorKind::Person, false).expect("a person").id;
    assert_eq!(small.store.open_count(other, None).expect("a number"), 2);
    let again = small.store.record_edit(&edit).expect("the same");
    assert_eq!(again, RecordedEdit { verdict: Recorded { is_new: false, ..kept.verdict }, ..kept });
    let changed = NewEdit { text: "four".to_owned(), ..edit.clone() };
    assert!(matches!(small.store.record_edit(&changed), Err(StoreError::KeyUsed { .. })));
    let stranger = NewEdit { of: 1, key: verdict(8, 1, 1, Choice::A).key, ..edit };
    assert!(matches!(small.store.record_edit(&stranger), Err(StoreError::Contradiction { .. })));
    assert_eq!(small.store.completions(&CompletionFilter::default()).expect("completions").len(), 5);
}

#[test]
fn what_a_coach_wrote_is_kept_as_a_whole_and_nobody_is_asked() {
    let full = full();
    let before = full.store.progress().expect("progress");
    let recorded = write_answer(&full.store);
    let answer = full.store.completion(recorded.completion).expect("an answer");
    assert_eq!(answer.origin, CompletionOrigin::Coach { coach: "models/large".to_owned(), seed: u64::MAX });
    assert_eq!(
        full.store.written_by_coaches().expect("answers").into_iter().collect::<Vec<_>>(),
        [recorded.completion]
    );
    let comparison = full.store.comparison(recorded.comparison).expect("a comparison");
    assert_eq!((comparison.a, comparison.b), (recorded.completion, 1));
    assert_eq!(full.store.progress().expect("progress"), before, "it is neither the model's answer nor asked about");
    // The same verdict again, for another answer, keeps nothing of it.
    let again = NewWritten { text: "Another answer.".to_owned(), ..new_written() };
    full.store.record_written(&again).expect_err("the verdict's key is taken");
    assert_eq!(full.store.written_by_coaches().expect("answers").len(), 1);
}

#[test]
fn everyone_is_asked_everything_once_in_an_order_of_their_own() {
    let small = small(40);
    let bea = small.store.annotator("Bea", AnnotatorKind::Person, false).expect("a person").id;
    let order = |annotator, seed| -> Vec<RecordId> {
        let open = small.store.open_comparisons(annotator, Some(small.round), seed, 100).expect("open ones");
        open.iter().map(|comparison| comparison.id).collect()
    };
    let adas = order(small.ada.id, 1);
    assert_eq!(adas, order(small.ada.id, 1));
    assert_ne!(adas, order(small.ada.id, 2));
    assert_ne!(adas, order(bea, 1));
    assert_ne!(adas, small.comparisons);
    let mut sorted = adas.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, small.comparisons);
    // Answering one leaves the order of the rest.
    for (number, &expected) in adas.iter().enumerate() {
        let next = small.store.next_open(small.ada.id, Some(small.round), 1).expect("asked").expect("an open one");
        assert_eq!(next.id, expected);
        let choice = if number == 0 { Choice::Skip } else { Choice::A };
        small.store.record_verdict(&verdict(number as u64, next.id, small.ada.id, choice)).expect("kept");
    }
    assert_eq!(small.store.next_open(small.ada.id, None, 1).expect("asked"), None);
    assert_eq!(small.store.open_count(bea, None).expect("a number"), 40);
    // What was taken back is asked again, and an answer that was taken out asks nothing.
    small.store.withdraw_verdict(1).expect("taken back");
    let next = small.store.next_open(small.ada.id, None, 1).expect("asked").expect("an open one");
    assert_eq!(next.id, adas[0]);
    small.store.set_discarded(next.a, true).expect("taken out");
    assert_eq!(small.store.next_open(small.ada.id, None, 1).expect("asked"), None);
    assert_eq!(small.store.open_count(bea, None).expect("a number"), 39);
}

#[test]
fn a_name_belongs_to_one_annotator() {
    let small = small(1);
    assert_eq!(small.store.annotator("Ada", AnnotatorKind::Person, false).expect("Ada"), small.ada);
    for (kind, is_simulated) in [(AnnotatorKind::Coach, false), (AnnotatorKind::Person, true)] {
        let other = small.store.annotator("Ada", kind, is_simulated);
        assert!(matches!(other, Err(StoreError::Contradiction { .. })));
    }
    assert!(matches!(small.store.annotator(" ", AnnotatorKind::Person, false), Err(StoreError::Contradiction { .. })));
    small.store.record_verdict(&verdict(1, 1, small.ada.id, Choice::A)).expect("kept");
    small.store.set_annotator_active(small.ada.id, false).expect("removed");
    assert!(!small.store.annotators().expect("annotators")[0].is_active);
    assert!(small.store.votes(None).expect("votes").is_empty());
    assert_eq!(small.store.verdicts(&VerdictFilter::default()).expect("verdicts").len(), 1);
}

#[test]
fn a_changed_rubric_is_a_new_version() {
    let small = small(1);
    let rule = RubricRule::new("next", "Say what happens next.");
    let rubric = Rubric::of(vec![rule]);
    let first = small.store.add_rubric(&rubric, "written").expect("a rubric");
    assert_eq!(small.store.add_rubric(&rubric, "again").expect("the same"), first);
    let second = small.store.add_rubric(&Rubric::default(), "written").expect("another");
    assert_eq!((first.version, second.version), (1, 2));
    assert_eq!(small.store.rubrics().expect("rubrics"), [first, second]);
}

fn dpo(round: RecordId, start_run: Option<RecordId>, pairs: Vec<ResolvedPair>) -> NewRun {
    let settings = json!({ "beta": 0.1 });
    NewRun { kind: RunKind::Dpo, round: Some(round), start_run, settings, rubric: None, pairs }
}

#[test]
fn a_run_knows_who_decided_its_pairs() {
    let small = small(4);
    let store = &small.store;
    let coach = store.annotator("coach", AnnotatorKind::Coach, false).expect("a coach").id;
    let scorer = store.annotator("scorer", AnnotatorKind::PreferenceModel, false).expect("a scorer").id;
    let rubric = store.add_rubric(&Rubric::default(), "written").expect("a rubric");
    let comparisons = store.comparisons(None).expect("comparisons");
    let pair = |place: usize, verdicts: Vec<RecordId>, by_people| {
        let comparison = comparisons[place];
        let (chosen, rejected) = (comparison.a, comparison.b);
        ResolvedPair { comparison: comparison.id, chosen, rejected, verdicts, by_people }
    };
    let adas = store.record_verdict(&verdict(1, 1, small.ada.id, Choice::A)).expect("kept").sequence;
    let judged =
        NewVerdict { rubric: Some(rubric.id), model: Some("judge".to_owned()), ..verdict(2, 2, coach, Choice::A) };
    let coachs = store.record_verdict(&judged).expect("kept").sequence;
    let pairs = vec![pair(0, vec![adas], true), pair(1, vec![coachs], false)];
    let first = store.begin_run(&dpo(small.round, None, pairs.clone())).expect("a run");
    assert!(store.run_folder(first.id).is_dir());
    assert_eq!(store.run_pairs(first.id).expect("pairs"), pairs);
    assert_eq!(store.runs().expect("runs"), std::slice::from_ref(&first));
    let lineage = store.lineage(first.id).expect("a lineage");
    assert_eq!((lineage.pairs, lineage.pairs_by_people, lineage.verdicts), (2, 1, 2));
    assert_eq!(lineage.people.iter().map(|share| share.annotator.id).collect::<Vec<_>>(), [small.ada.id]);
    assert_eq!(lineage.coaches.iter().map(|share| share.verdicts).collect::<Vec<_>>(), [1]);
    assert_eq!((lineage.judges, lineage.rubrics), (vec!["judge".to_owned()], vec![rubric]));

    // One that starts from it, one that stands alone, and one that learns from a preference model that is the second.
    let second = store.begin_run(&dpo(small.round, Some(first.id), Vec::new())).expect("a run").id;
    let alone = store.begin_run(&dpo(small.round, None, vec![pair(1, vec![coachs], false)])).expect("a run").id;
    let scored = NewVerdict { model: Some(judge_of_run(second)), ..verdict(3, 3, scorer, Choice::A) };
    let scored = store.record_verdict(&scored).expect("kept").sequence;
    let third = store.begin_run(&dpo(small.round, None, vec![pair(2, vec![scored], false)])).expect("a run").id;
    let fourth = store.begin_run(&dpo(small.round, Some(third), Vec::new())).expect("a run").id;
    assert_eq!(store.runs_touched_by(small.ada.id).expect("runs"), [first.id, second, third, fourth]);
    assert_eq!(store.runs_touched_by(coach).expect("runs"), [first.id, second, alone, third, fourth]);
    assert_eq!(store.runs_touched_by(scorer).expect("runs"), [third, fourth]);
    let later = store.begin_run(&dpo(small.round, Some(second), Vec::new())).expect("a run").id;
    assert_eq!(store.lineage(later).expect("a lineage").chain, [second, first.id]);

    let strange = dpo(small.round, None, vec![pair(3, vec![adas], true)]);
    assert!(matches!(store.begin_run(&strange), Err(StoreError::Contradiction { .. })));
    assert_eq!(store.runs().expect("runs").len(), 6);
}

#[test]
fn a_runs_state_is_told_and_a_stop_asked_for() {
    let small = small(1);
    let store = &small.store;
    let run = store.begin_run(&dpo(small.round, None, Vec::new())).expect("a run").id;
    store.request_cancel(run).expect("asked");
    for state in [
        RunState::Running { process: 42 },
        RunState::Finished,
        RunState::Failed,
        RunState::Cancelled,
        RunState::Prepared,
    ] {
        store.set_run_state(run, state).expect("told");
        assert_eq!(store.run(run).expect("a run").state, state);
    }
    // Running anew forgot what was asked of it before.
    assert!(!store.is_cancel_requested(run).expect("asked"));
    store.request_cancel(run).expect("asked");
    assert!(store.is_cancel_requested(run).expect("asked"));
    store.heartbeat(run, 7).expect("alive");
    assert_eq!(store.run(run).expect("a run").heartbeat, 7);
    assert!(matches!(store.is_cancel_requested(9), Err(StoreError::Unknown { what: "run", id: 9, .. })));
}

#[test]
fn what_comes_after_a_run_is_kept() {
    let small = small(1);
    let store = &small.store;
    let run = store.begin_run(&dpo(small.round, None, Vec::new())).expect("a run").id;
    let summary = json!({ "win_rate": 0.625, "low": 0.5 });
    let new = NewEvaluation { run, round: None, judge: "Ada".to_owned(), summary: summary.clone() };
    let id = store.add_evaluation(&new).expect("kept");
    let kept = &store.evaluations().expect("evaluations")[0];
    assert_eq!((kept.id, kept.run, &kept.judge, &kept.summary), (id, run, &new.judge, &summary));
    let within = store.folder().join("exports").join("one");
    let outside = small.folder.path().join("elsewhere");
    for path in [&within, &outside] {
        let new = NewExport { run, target: "peft".to_owned(), path: path.clone() };
        store.add_export(&new).expect("kept");
    }
    let paths: Vec<_> = store.exports().expect("exports").into_iter().map(|export| export.path).collect();
    assert_eq!(paths, [within, outside]);
    let coach = store.annotator("coach", AnnotatorKind::Coach, false).expect("a coach").id;
    assert!(matches!(store.approve_round(small.round, coach), Err(StoreError::Contradiction { .. })));
    store.approve_round(small.round, small.ada.id).expect("approved");
    store.approve_round(small.round, small.ada.id).expect("approved already");
    let approvals = store.approvals().expect("approvals");
    assert_eq!(approvals.len(), 1);
    assert_eq!((approvals[0].round, approvals[0].annotator), (small.round, small.ada.id));
}

#[test]
fn every_change_leaves_a_line() {
    let small = small(2);
    let given = verdict(1, 1, small.ada.id, Choice::A);
    small.store.record_verdict(&given).expect("kept");
    small.store.record_verdict(&given).expect("the same");
    let all = small.store.audit(100).expect("the trail");
    let lines: Vec<_> = all.iter().rev().map(|entry| (entry.who.as_str(), entry.what.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("owner", "made the project"),
            ("owner", "added prompts"),
            ("owner", "began a round"),
            ("owner", "added completions"),
            ("owner", "added comparisons"),
            ("owner", "added an annotator"),
            ("Ada", "gave a verdict"),
        ]
    );
    assert_eq!(all[0].subject, Some(1));
    assert_eq!(small.store.audit(1).expect("the trail"), all[..1]);
}

#[test]
fn counts_are_those_of_the_records() {
    let small = small(10);
    let store = &small.store;
    let coach = store.annotator("coach", AnnotatorKind::Coach, false).expect("a coach").id;
    let gone = store.annotator("Gus", AnnotatorKind::Person, false).expect("a person").id;
    for (number, annotator) in
        [(0, small.ada.id), (1, small.ada.id), (1, coach), (2, coach), (3, gone), (4, small.ada.id)]
    {
        let key = number + 100 * annotator.cast_unsigned();
        store.record_verdict(&verdict(key, small.comparisons[number as usize], annotator, Choice::A)).expect("kept");
    }
    store.withdraw_verdict(6).expect("taken back");
    store.set_annotator_active(gone, false).expect("removed");
    store.set_discarded(20, true).expect("taken out");
    let counts = store.counts(Some(small.round)).expect("counts");
    let expected = Counts {
        prompts_train: 8,
        prompts_holdout: 2,
        completions: 19,
        discarded: 1,
        comparisons: 10,
        verdicts_of_people: 2,
        verdicts_of_coaches: 2,
        verdicts_of_rules: 0,
        verdicts_of_preference_models: 0,
        open_for_people: 7,
        unjudged: 6,
    };
    assert_eq!(counts, expected);
    assert_eq!(store.counts(None).expect("counts"), expected);
    let next = store.begin_round(None).expect("a round").id;
    let none = Counts { prompts_train: 8, prompts_holdout: 2, ..Counts::default() };
    assert_eq!(store.counts(Some(next)).expect("counts"), none);
}
