//! Commands: each does what it says, and its way back restores what was.

mod sittings;

use super::super::test_support::{Table, rubric};
use super::super::{Ask, Sheet};
use super::*;
use crate::domain::{AnnotatorKind, Choice, NewVerdict, ResolvedPair, VerdictForm};
use crate::feedback::people::Key;
use crate::method::Asked;
use crate::project::store::{NewRun, ProjectSettings, RunKind, VerdictFilter};

/// What is changed in settings.
type Change<'a> = &'a dyn Fn(&mut ProjectSettings);

fn add(texts: &[&str], split: Option<Split>) -> ProjectCommand {
    ProjectCommand::AddPrompts { texts: texts.iter().map(|text| (*text).to_owned()).collect(), split }
}

fn settings(table: &Table) -> ProjectSettings {
    table.engine.settings().expect("settings")
}

fn splits(table: &Table) -> Vec<Split> {
    table.engine.prompts(None).expect("prompts").iter().map(|prompt| prompt.split).collect()
}

#[test]
fn a_project_is_made_once_and_owned_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("letters");
    let wrong = ProjectChanges { method: Some("none".to_owned()), ..ProjectChanges::default() };
    assert!(Desk::create(&place, &wrong).expect_err("no such method").what.contains("none"));
    assert!(!place.exists(), "nothing is left of it");
    let desk = Desk::create(&place, &ProjectChanges { example: true, ..ProjectChanges::default() }).expect("a project");
    assert_eq!(desk.folder(), place);
    for (error, what) in [
        (Desk::create(&place, &ProjectChanges::default()), "something is there already"),
        (Desk::open(&place), "another program has this project open"),
        (Desk::open(folder.path()), "there is no project in"),
    ] {
        let error = error.expect_err(what);
        assert!(error.what.contains(what) && error.hint.is_some(), "{error}");
    }
    drop(desk);
    let desk = Desk::open(&place).expect("it is free again");
    assert!(desk.store.counts(None).expect("counts").prompts_holdout > 0, "the example is in it");
}

#[test]
fn a_folder_that_is_not_ours_or_newer_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("project.db"), "not a database at all").expect("written");
    let error = Desk::open(folder.path()).expect_err("foreign");
    assert!(error.what.contains("is not a project of Whetstone"), "{error}");
    let table = Table::laid("rlhf", 1);
    let place = table.desk.folder().to_owned();
    drop(table.desk);
    drop(table.engine);
    // The number of the form stands in the file's header, its high byte first.
    let path = place.join("project.db");
    let mut bytes = std::fs::read(&path).expect("bytes");
    bytes[60..64].copy_from_slice(&99_i32.to_be_bytes());
    std::fs::write(&path, bytes).expect("written");
    let error = Desk::open(&place).expect_err("newer");
    assert!(error.what.contains("version 99") && error.hint.is_some(), "{error}");
}

#[test]
fn settings_change_together_or_not_at_all() {
    let mut table = Table::laid("rlhf", 0);
    let changes = ProjectChanges { name: Some("Letters".to_owned()), samples: Some(5), ..ProjectChanges::default() };
    let applied = table.apply(&ProjectCommand::Change(Box::new(changes)));
    assert!(applied.has_changed && applied.said.is_empty() && applied.undo.is_none() && applied.sitting.is_none());
    let before = settings(&table);
    assert_eq!((before.name.as_str(), before.samples), ("Letters", 5));
    let wrong = ProjectChanges { name: Some("x".to_owned()), model: Some("/none".to_owned()), ..Default::default() };
    let (what, cure) = table.refused(&ProjectCommand::Change(Box::new(wrong)));
    assert!(what.contains("/none") && !cure.contains("whetstone "), "{cure}");

    let set = |change: Change<'_>| {
        let mut settings = before.clone();
        change(&mut settings);
        ProjectCommand::SetSettings(Box::new(settings))
    };
    let wrong: [(Change<'_>, &str); 12] = [
        (&|one| one.method = Some("none".to_owned()), "none"),
        (&|one| one.model = "/none".to_owned(), "/none"),
        (&|one| one.coach = Some("/none".to_owned()), "/none"),
        (&|one| one.training.preset = Some("none".to_owned()), "preset is none"),
        (&|one| one.training.loss = "none".to_owned(), "none"),
        (&|one| one.training.batch_size = 0, "batch-size"),
        (&|one| one.samples = 1, "from 2 to 64"),
        (&|one| one.comparisons = 65, "from 1 to 64"),
        (&|one| one.sampling.max_new_tokens = 4097, "from 1 to 4096"),
        (&|one| one.sampling.temperature = Some(-0.1), "from 0 to 5"),
        (&|one| one.sampling.temperature = Some(f32::NAN), "from 0 to 5"),
        (&|one| one.holdout_share = 0.95, "from 0 to 0.9"),
    ];
    for (change, what) in wrong {
        let (said, _) = table.refused(&set(change));
        assert!(said.contains(what), "{said}\n  should say {what}");
        assert_eq!(settings(&table), before);
    }
    let all = set(&|one| {
        one.id = "another".to_owned();
        one.method = Some("hybrid-d".to_owned());
        one.coach = Some("starter".to_owned());
        (one.samples, one.comparisons, one.holdout_share) = (64, 1, 0.0);
    });
    assert!(table.apply(&all).has_changed);
    let after = settings(&table);
    assert_eq!((after.samples, after.method.as_deref(), &after.id), (64, Some("hybrid-d"), &before.id));
}

#[test]
fn a_model_that_was_moved_away_keeps_nobody_from_other_settings() {
    let mut table = Table::laid("rlhf", 0);
    let moved = ProjectSettings { model: "/gone".to_owned(), ..settings(&table) };
    table.engine.set_settings(&moved).expect("set");
    table.apply(&ProjectCommand::SetSettings(Box::new(ProjectSettings { samples: 3, ..moved })));
    assert_eq!(settings(&table).samples, 3);
}

#[test]
fn typed_prompts_are_kept_once_and_a_share_is_set_aside() {
    let mut table = Table::laid("rlhf", 0);
    let applied = table.apply(&add(&[" one ", "", "  ", "two", "one"], None));
    assert_eq!(applied.said.len(), 2, "{:?}", applied.said);
    assert!(applied.said[0].contains("2 new prompts, 1 is set aside"), "{:?}", applied.said);
    assert_eq!(applied.said[1], "1 prompt was there already.");
    let prompts = table.engine.prompts(None).expect("prompts");
    let texts: Vec<String> = prompts.iter().map(|prompt| prompt.text.readable()).collect();
    assert_eq!(texts, ["one", "two"]);
    assert!(prompts.iter().all(|prompt| prompt.source == "typed"));
    assert_eq!(splits(&table).iter().filter(|&&split| split == Split::Holdout).count(), 1);
    // A holdout is there now: a fifth of two is none.
    table.apply(&add(&["three", "four"], None));
    assert_eq!(splits(&table)[2..], [Split::Train, Split::Train]);
    let ten: Vec<String> = (0..10).map(|number| format!("more {number}")).collect();
    table.apply(&ProjectCommand::AddPrompts { texts: ten, split: None });
    assert_eq!(splits(&table)[4..].iter().filter(|&&split| split == Split::Holdout).count(), 2);
    let applied = table.apply(&add(&["five", "six"], Some(Split::Holdout)));
    assert_eq!(splits(&table)[14..], [Split::Holdout, Split::Holdout]);
    assert!(applied.said.is_empty() && applied.undo.is_none() && applied.has_changed);
    assert!(!table.apply(&add(&["", " "], None)).has_changed);
}

#[test]
fn without_a_share_no_prompt_is_set_aside_and_the_chance_is_the_same_again() {
    let texts: Vec<String> = (0..20).map(|number| format!("prompt {number}")).collect();
    let with = |share: f64| {
        let mut table = Table::laid("rlhf", 0);
        let settings = ProjectSettings { holdout_share: share, ..settings(&table) };
        table.apply(&ProjectCommand::SetSettings(Box::new(settings)));
        table.apply(&ProjectCommand::AddPrompts { texts: texts.clone(), split: None });
        splits(&table)
    };
    assert!(with(0.0).iter().all(|&split| split == Split::Train));
    assert_eq!(with(0.01).iter().filter(|&&split| split == Split::Holdout).count(), 1, "at least one");
    let half = with(0.5);
    assert_eq!(half.iter().filter(|&&split| split == Split::Holdout).count(), 10);
    assert_eq!(with(0.5), half);
    assert!(half[..10] != [Split::Holdout; 10], "it is no run of the first");
}

#[test]
fn moving_prompts_is_taken_back() {
    let mut table = Table::laid("rlhf", 0);
    table.apply(&add(&["one", "two", "three"], Some(Split::Train)));
    table.apply(&add(&["four"], Some(Split::Holdout)));
    let before = splits(&table);
    let all = table.engine.prompts(None).expect("prompts").iter().map(|prompt| prompt.id).collect();
    let applied = table.apply(&ProjectCommand::SetSplit { prompts: all, split: Split::Holdout });
    assert!(splits(&table).iter().all(|&split| split == Split::Holdout));
    assert!(applied.said.is_empty(), "nothing was trained on");
    let undo = applied.undo.expect("a way back");
    assert!(table.apply(&undo).undo.is_some());
    assert_eq!(splits(&table), before);
    assert!(table.apply(&undo).undo.is_none(), "nothing was moved");
    let wrong = ProjectCommand::SetSplit { prompts: vec![1, 99], split: Split::Holdout };
    assert!(table.refused(&wrong).0.contains("99"));
    assert_eq!(splits(&table), before, "all or none");
}

#[test]
fn moving_a_prompt_that_was_trained_on_is_said() {
    let mut table = Table::laid("rlhf", 2);
    let comparison = table.engine.comparison(table.comparisons[0]).expect("a comparison");
    table.sit("Ada", Asked::Fresh);
    table.press(Key::First);
    table.press(Key::First);
    let verdict = table.engine.verdicts(&VerdictFilter::default()).expect("verdicts");
    let decided = verdict.iter().find(|stored| stored.verdict.comparison == comparison.id).expect("one");
    let pair = ResolvedPair {
        comparison: comparison.id,
        chosen: comparison.a,
        rejected: comparison.b,
        verdicts: vec![decided.sequence],
        by_people: true,
    };
    let new = NewRun {
        kind: RunKind::Dpo,
        round: comparison.round,
        start_run: None,
        settings: serde_json::json!({}),
        rubric: None,
        pairs: vec![pair],
    };
    table.engine.begin_run(&new).expect("a run");
    let all: Vec<RecordId> = table.engine.prompts(None).expect("prompts").iter().map(|prompt| prompt.id).collect();
    let applied = table.apply(&ProjectCommand::SetSplit { prompts: all, split: Split::Holdout });
    assert!(applied.said.len() == 1 && applied.said[0].starts_with("1 of them was trained on"), "{:?}", applied.said);

    let ada = table.engine.annotators().expect("annotators")[0].id;
    let set = |is_active| ProjectCommand::SetAnnotatorActive { annotator: ada, is_active };
    let applied = table.apply(&set(false));
    assert!(applied.said[0].contains("run 1") && applied.undo == Some(set(true)), "{applied:?}");
    assert!(!table.engine.annotators().expect("annotators")[0].is_active);
    assert_eq!(table.apply(&set(false)).undo, None);
    table.apply(&applied.undo.expect("a way back"));
    assert!(table.engine.annotators().expect("annotators")[0].is_active);
}

#[test]
fn answers_that_were_taken_out_come_back() {
    let mut table = Table::laid("rlhf", 2);
    let out = || table.engine.discarded().expect("answers").len();
    let set = |completions: &[RecordId], is_discarded| ProjectCommand::SetDiscarded {
        completions: completions.to_vec(),
        is_discarded,
    };
    table.desk.apply(&set(&[1], true)).expect("taken out");
    let applied = table.desk.apply(&set(&[1, 2, 3], true)).expect("taken out");
    assert_eq!(out(), 3);
    assert_eq!(applied.undo, Some(set(&[2, 3], false)), "the first was out before");
    table.desk.apply(&applied.undo.expect("a way back")).expect("brought back");
    assert_eq!(out(), 1);
    assert!(table.desk.apply(&set(&[1, 77], false)).is_err());
    assert_eq!(out(), 1, "all or none");
}

#[test]
fn rubrics_are_versions_and_the_way_back_writes_the_earlier_one_again() {
    let mut table = Table::laid("rlaif", 0);
    let newest = |table: &Table| table.view().rubric.map(|version| (version.version, version.rubric));
    let first = table.apply(&ProjectCommand::WriteRubric(rubric(&["short"])));
    let second = table.apply(&ProjectCommand::WriteRubric(rubric(&["short", "kind"])));
    assert_eq!(table.apply(&ProjectCommand::WriteRubric(rubric(&["short", "kind"]))).undo, None, "the same");
    assert_eq!(newest(&table), Some((2, rubric(&["short", "kind"]))));
    table.apply(&second.undo.expect("a way back"));
    assert_eq!(newest(&table), Some((3, rubric(&["short"]))));
    table.apply(&first.undo.expect("a way back"));
    assert!(!table.view().standing.has_rubric, "there was none");
    for (wrong, what) in [(rubric(&["short", "short"]), "short"), (rubric(&[" "]), "name")] {
        let (said, cure) = table.refused(&ProjectCommand::WriteRubric(wrong));
        assert!(said.contains(what) && cure.contains("each rule a name"), "{said}: {cure}");
    }
    assert_eq!(newest(&table).map(|newest| newest.0), Some(4), "nothing was kept");
}

#[test]
fn a_round_is_approved_by_whoever_looked_through_it() {
    let mut table = Table::laid("hybrid-d", 3);
    let approve = ProjectCommand::Approve { annotator: "Ada".to_owned() };
    let (_, cure) = table.refused(&approve);
    assert!(!cure.contains("whetstone "), "{cure}");
    let all = table.comparisons.clone();
    table.coach_says(all[0], Choice::A, 9.0);
    table.coach_says(all[1], Choice::Tie, 0.1);
    assert_eq!(table.apply(&approve).said, ["1 doubtful comparison was not looked at."]);
    assert_eq!(table.view().approvals.len(), 1);
    assert!(!table.apply(&approve).has_changed, "once is enough");
}

#[test]
fn packs_go_out_and_come_back() {
    let mut table = Table::laid("rlhf", 4);
    let out = table.place("ada.whetstone-pack");
    let write = ProjectCommand::WritePack { annotator: "Ada".to_owned(), out: out.clone(), review: false };
    let applied = table.apply(&write);
    assert!(applied.said[0].contains("4 comparisons for Ada") && applied.has_changed, "{applied:?}");
    assert!(table.refused(&write).0.contains("is there already"));
    let mut pack = crate::feedback::people::Pack::read(&out).expect("a pack");
    let mut session = pack.session();
    for _ in 0..4 {
        pack.keep(&session.answer(Key::First, 3.0)).expect("kept");
    }
    pack.write(&out).expect("written");
    let nothing = ProjectCommand::MergePacks(vec![out.clone(), table.place("none")]);
    table.refused(&nothing);
    assert_eq!(table.view().counts.verdicts_of_people, 0, "none is merged where one cannot be read");
    let applied = table.apply(&ProjectCommand::MergePacks(vec![out]));
    assert!(applied.said[0].contains("4 new labels"), "{applied:?}");
    assert_eq!(table.view().counts.verdicts_of_people, 4);
}

#[test]
fn pairs_and_the_whole_project_are_written_out() {
    let mut table = Table::laid("rlhf", 2);
    for (comparison, choice) in table.comparisons.clone().into_iter().zip([Choice::A, Choice::B]) {
        table.coach_says(comparison, choice, 9.0);
    }
    let discarded = table.engine.comparison(table.comparisons[1]).expect("a comparison").a;
    table.apply(&ProjectCommand::SetDiscarded { completions: vec![discarded], is_discarded: true });
    let id = crate::project::exchange::DATASET_TARGETS[0].id;
    let out = table.place("pairs.jsonl");
    let write = ProjectCommand::WriteDataset { to: id.to_owned(), out: out.clone() };
    let applied = table.apply(&write);
    assert!(applied.said[0].starts_with("Wrote 1 preference pairs to") && applied.has_changed, "{applied:?}");
    assert!(out.exists());
    let archive = table.place("project.whetstone");
    for (command, path) in [(write, &out), (ProjectCommand::WriteArchive { out: archive.clone() }, &archive)] {
        if !path.exists() {
            assert!(table.apply(&command).has_changed, "the trail says so");
        }
        assert!(path.exists() && table.refused(&command).0.contains("is there already"));
    }
    let wrong = ProjectCommand::WriteDataset { to: "none".to_owned(), out: table.place("x") };
    assert!(table.refused(&wrong).0.contains("none"));
    let written = table.engine.written().expect("a list");
    let listed: Vec<_> = written.iter().map(|entry| (entry.what.as_str(), entry.details["path"].as_str())).collect();
    let path = |path: &std::path::PathBuf| path.to_str().map(str::to_owned);
    let wanted = [("packed the project", path(&archive)), ("wrote a dataset", path(&out))];
    assert_eq!(listed, wanted.iter().map(|(what, path)| (*what, path.as_deref())).collect::<Vec<_>>());
}

#[test]
fn a_dataset_in_a_folder_of_its_own_gets_a_card() {
    let mut table = Table::laid("rlhf", 1);
    let comparison = table.comparisons[0];
    table.coach_says(comparison, Choice::A, 9.0);
    let folder = table.place("pairs");
    let write = |name: &str| ProjectCommand::WriteDataset { to: "preference".to_owned(), out: folder.join(name) };
    table.apply(&write("train.jsonl"));
    let card = crate::files::read_text(&folder.join("README.md")).expect("a card");
    assert!(card.contains("data_files: \"train.jsonl\"") && card.contains("1 preference pair, decided by"), "{card}");
    // What lies in a folder that was there is no other file's.
    table.apply(&write("again.jsonl"));
    assert_eq!(crate::files::read_text(&folder.join("README.md")).expect("a card"), card);
}

#[test]
fn only_a_training_that_stands_still_is_given_up() {
    let mut table = Table::laid("rlhf", 1);
    // No process has this number: it is beyond what systems give.
    let gone = RunState::Running { process: 0x3FFF_FFFF };
    let here = RunState::Running { process: std::process::id() };
    for (state, is_given_up) in [
        (RunState::Prepared, true),
        (RunState::Cancelled, true),
        (gone, true),
        (here, false),
        (RunState::Finished, false),
        (RunState::Failed, false),
    ] {
        let run = table.run(RunKind::Dpo, state);
        let command = ProjectCommand::GiveUpRun { run };
        if is_given_up {
            table.apply(&command);
        } else {
            assert!(table.refused(&command).0.contains("cannot be given up"));
        }
        let expected = if is_given_up { RunState::Failed } else { state };
        assert_eq!(table.engine.run(run).expect("a run").state, expected);
    }
    assert!(table.refused(&ProjectCommand::GiveUpRun { run: 99 }).0.contains("99"));
}

#[test]
fn a_new_round_begins_from_the_newest_adapter_when_the_last_one_is_through() {
    let mut table = Table::laid("rlhf", 1);
    table.compare(7, Split::Holdout);
    let (said, _) = table.refused(&ProjectCommand::BeginRound);
    assert!(said.contains("People judge the answers comes first"), "{said}");
    table.sit("Ada", Asked::Fresh);
    table.press(Key::First);
    table.run(RunKind::Sft, RunState::Finished);
    let run = table.run(RunKind::Dpo, RunState::Finished);
    let round = table.engine.rounds().expect("rounds")[0].id;
    let evaluation = crate::project::store::NewEvaluation {
        run,
        round: Some(round),
        judge: "people".to_owned(),
        summary: serde_json::json!({}),
    };
    table.engine.add_evaluation(&evaluation).expect("kept");
    assert!(table.apply(&ProjectCommand::BeginRound).has_changed);
    let rounds = table.engine.rounds().expect("rounds");
    assert_eq!((rounds.len(), rounds[1].start_run), (2, Some(run)));
    assert_eq!(table.view().position.and_then(|position| position.next).map(|next| next.round), Some(2));
}

#[test]
fn without_a_method_there_is_no_round_to_begin() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::create(&folder.path().join("p"), &ProjectChanges::default()).expect("a project");
    let error = desk.apply(&ProjectCommand::BeginRound).expect_err("no method");
    assert_eq!(error.hint.as_deref(), Some("choose a method first"));
}

#[test]
fn what_an_annotator_said_that_does_not_count_is_no_pair() {
    let table = Table::laid("rlaif", 1);
    let key = uuid::Uuid::new_v4().to_string();
    let person = table.engine.annotator("Ben", AnnotatorKind::Person, false).expect("Ben");
    let verdict = NewVerdict::bare(key, table.comparisons[0], person.id, Choice::A, VerdictForm::Comparison);
    table.engine.record_verdict(&verdict).expect("kept");
    let pairs = |table: &Table| {
        let Sheet::Pairs(pairs) = table.sheet(&Ask::Pairs) else { panic!("pairs") };
        pairs.len()
    };
    assert_eq!(pairs(&table), 1);
    table.engine.set_annotator_active(person.id, false).expect("removed");
    assert_eq!(pairs(&table), 0);
}
