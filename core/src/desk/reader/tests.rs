use std::sync::Arc;

use super::super::sheet::{AnswerRow, FileKind, LabelRow, PairRow, PromptRow};
use super::super::test_support::{Table, rubric};
use super::super::{Desk, ProjectCommand, Readiness, Step};
use super::*;
use crate::domain::{AnnotatorKind, Choice, CompletionOrigin, Split};
use crate::feedback::people::Key;
use crate::job::ProjectChanges;
use crate::method::Asked;
use crate::project::store::{NewCompletion, NewExport, RunKind, RunState};

fn rows<T>(sheet: Sheet, rows: impl FnOnce(Sheet) -> Option<Arc<[T]>>) -> Arc<[T]> {
    rows(sheet).expect("the sheet that was asked for")
}

fn prompts(table: &Table) -> Arc<[PromptRow]> {
    rows(table.sheet(&Ask::Prompts), |sheet| if let Sheet::Prompts(rows) = sheet { Some(rows) } else { None })
}

fn answers(table: &Table, ask: &Ask) -> Arc<[AnswerRow]> {
    rows(table.sheet(ask), |sheet| if let Sheet::Answers(rows) = sheet { Some(rows) } else { None })
}

fn pairs(table: &Table) -> Arc<[PairRow]> {
    rows(table.sheet(&Ask::Pairs), |sheet| if let Sheet::Pairs(rows) = sheet { Some(rows) } else { None })
}

#[test]
fn what_others_write_is_seen() {
    let mut table = Table::laid("rlhf", 2);
    let mut reader = table.reader();
    assert!(reader.has_changed(), "the first time");
    assert!(!reader.has_changed());
    table.apply(&ProjectCommand::WriteRubric(rubric(&["short"])));
    assert!(reader.has_changed() && !reader.has_changed(), "the desk wrote");
    table.coach_says(table.comparisons[0], Choice::A, 9.0);
    assert!(reader.has_changed() && !reader.has_changed(), "an engine wrote");
    let view = reader.view().expect("a view");
    assert_eq!(view.folder, table.desk.folder());
    assert_eq!((view.counts.comparisons, view.counts.verdicts_of_coaches), (2, 1));
    assert_eq!(view.round_counts, view.counts);
    assert_eq!(view.rubric.as_ref().map(|version| version.version), Some(1));
    assert_eq!(view.recipe.map(|recipe| recipe.id), Some("rlhf"));
    assert_eq!(view.position.as_ref().map(|position| position.stages.len()), Some(5));
    assert_eq!(view.readiness(Step::Prompts), Readiness::Ready, "none is set aside");
    assert_eq!(view.annotators.len(), 1);
    assert!(!reader.has_changed(), "looking changes nothing");
}

#[test]
fn a_reader_needs_a_project_and_lets_others_own_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Reader::open(folder.path()).expect_err("no project");
    assert!(error.what.contains("there is no project") && error.hint.is_some());
    let place = folder.path().join("project");
    let desk = Desk::create(&place, &ProjectChanges::default()).expect("a project");
    let reader = Reader::open(&place).expect("a reader beside");
    drop(desk);
    let view = reader.view().expect("a view");
    assert!(view.position.is_none() && view.recipe.is_none());
    assert_eq!(view.readiness(Step::Method), Readiness::Ready);
    for ask in [Ask::Prompts, Ask::Labels, Ask::Pairs, Ask::NewestAnswers { most: 3 }, Ask::Agreement] {
        reader.sheet(&ask).expect("a sheet of nothing");
    }
    Desk::open(&place).expect("a reader keeps nobody from it");
}

#[test]
fn prompts_are_told_in_short_with_their_answers_and_their_likes() {
    let mut table = Table::laid("rlhf", 1);
    let long = "Please tell me when the parcel that I have ordered last week will arrive at my house, thank you";
    let texts = vec![long.to_owned(), format!("{long}!"), "x ".repeat(500)];
    table.apply(&ProjectCommand::AddPrompts { texts, split: Some(Split::Holdout) });
    let rows = prompts(&table);
    assert_eq!(rows.len(), 4);
    assert_eq!((rows[0].text.as_str(), rows[0].answers, rows[0].split), ("request 0", 2, Split::Train));
    assert_eq!((rows[1].nearly_equal_to, rows[2].nearly_equal_to), (None, Some(rows[1].id)));
    assert_eq!((rows[3].text.len(), rows[3].source.as_str(), rows[3].answers), (159, "typed", 0));
    table.apply(&ProjectCommand::SetDiscarded { completions: vec![1], is_discarded: true });
    assert_eq!(prompts(&table)[0].answers, 1);
    table.engine.begin_round(None).expect("a round");
    assert_eq!(prompts(&table)[0].answers, 0, "of the newest round");
}

#[test]
fn answers_are_told_whole_with_who_wrote_them() {
    let mut table = Table::laid("rlhf", 3);
    table.sit("Ada", Asked::Fresh);
    table.apply(&ProjectCommand::Correct {
        side: crate::feedback::people::Side::First,
        text: "corrected".to_owned(),
        seconds: 4.0,
    });
    let run = table.run(RunKind::Dpo, RunState::Finished);
    let new = |origin| NewCompletion { prompt: 3, round: None, text: "long".repeat(100), origin, is_finished: false };
    let origins = [
        CompletionOrigin::Model { model: "starter".to_owned(), run: Some(run), seed: 1 },
        CompletionOrigin::Ideal { annotator: None },
        CompletionOrigin::Import { file: "old.csv".to_owned() },
    ];
    table.engine.add_completions(&origins.map(new)).expect("answers");
    let of_third = answers(&table, &Ask::Answers { prompt: 3 });
    let origins: Vec<&str> =
        of_third.iter().map(|row| row.origin.as_str()).filter(|one| *one != "corrected by Ada").collect();
    assert_eq!(origins, ["small", "small", "starter after run 1", "written by a person", "from old.csv"]);
    let last = of_third.last().expect("an answer");
    assert_eq!((last.text.len(), last.prompt_text.as_str(), last.is_finished), (400, "request 2", false));
    let newest = answers(&table, &Ask::NewestAnswers { most: 2 });
    assert_eq!(newest.len(), 2);
    assert_eq!((newest[0].text.as_str(), newest[0].origin.as_str()), ("corrected", "corrected by Ada"));
    assert!(newest[0].id > newest[1].id);
}

#[test]
fn a_prompt_is_read_whole() {
    let mut table = Table::laid("rlhf", 0);
    let long = format!("Where is it?\n\n{}", "It is late. ".repeat(40));
    let add = ProjectCommand::AddPrompts { texts: vec![long.clone()], split: None };
    table.desk.apply(&add).expect("it was added");
    let Sheet::Prompts(rows) = table.sheet(&Ask::Prompts) else { panic!("not the prompts") };
    assert!(rows[0].text.len() < long.len());
    let Sheet::Prompt(text) = table.sheet(&Ask::Prompt { prompt: rows[0].id }) else { panic!("not a prompt") };
    assert_eq!(&*text, long.trim());
    assert!(table.reader().sheet(&Ask::Prompt { prompt: 7 }).is_err(), "there is no such prompt");
}

#[test]
fn labels_come_newest_first_and_pairs_without_what_was_taken_out() {
    let mut table = Table::laid("rlaif", 3);
    let held_out = table.compare(9, Split::Holdout);
    for &comparison in &table.comparisons {
        table.coach_says(comparison, Choice::B, 2.0);
    }
    table.coach_says(held_out, Choice::A, 2.0);
    table.sit("Ada", Asked::Fresh);
    table.press(Key::First);
    table.press(Key::Tie);
    table.press(Key::Undo);
    let labels =
        rows(table.sheet(&Ask::Labels), |sheet| if let Sheet::Labels(rows) = sheet { Some(rows) } else { None });
    assert_eq!(labels.len(), 4, "three of the coach and one of Ada, none of what is set aside");
    assert!(labels.is_sorted_by(|one, other| one.sequence > other.sequence));
    assert_eq!((labels[0].annotator.as_str(), labels[0].kind), ("Ada", AnnotatorKind::Person));
    let by_coach = |row: &&LabelRow| row.comparison == table.comparisons[2] && row.kind == AnnotatorKind::Coach;
    let coached = labels.iter().find(by_coach).expect("a label");
    assert_eq!((coached.prompt.as_str(), coached.a.as_str(), coached.b.as_str()), ("request 2", "left 2", "right 2"));
    assert!(coached.confidence.is_some_and(|sure| sure > 0.8) && coached.reason.is_some());

    let found = pairs(&table);
    assert_eq!(found.len(), 3);
    let by_ada = found.iter().find(|row| row.by_people).expect("one of Ada's");
    assert_eq!(by_ada.comparison, labels[0].comparison);
    let chosen = if labels[0].choice == Choice::A { &labels[0].a } else { &labels[0].b };
    assert_eq!(&by_ada.chosen, chosen);
    for row in found.iter().filter(|row| !row.by_people) {
        assert!(row.chosen.starts_with("right") && row.rejected.starts_with("left"), "{row:?}");
    }
    let out = table.engine.comparison(found[0].comparison).expect("a comparison").a;
    table.apply(&ProjectCommand::SetDiscarded { completions: vec![out], is_discarded: true });
    assert_eq!(pairs(&table).len(), 2);

    let Sheet::Comparison(texts) = table.sheet(&Ask::Comparison { comparison: held_out }) else { panic!("texts") };
    assert_eq!(*texts, ["request 9", "left 9", "right 9"].map(str::to_owned));
    let error = table.reader().sheet(&Ask::Comparison { comparison: 99 }).expect_err("there is none");
    assert!(error.what.contains("99"), "{error}");
}

#[test]
fn what_waits_is_counted_by_its_reason() {
    let mut table = Table::laid("hybrid-d", 4);
    for (place, choice, margin) in
        [(0, Choice::Tie, 0.0), (1, Choice::A, 0.1), (2, Choice::A, 0.2), (3, Choice::A, 9.0)]
    {
        table.coach_says(table.comparisons[place], choice, margin);
    }
    let waiting = |table: &Table| {
        let found = rows(table.sheet(&Ask::WaitingReviews), |sheet| {
            if let Sheet::WaitingReviews(rows) = sheet { Some(rows) } else { None }
        });
        found.iter().map(|one| (one.why.words(), one.count)).collect::<Vec<_>>()
    };
    assert_eq!(waiting(&table), [("the coach could not tell the answers apart", 1), ("the coach was not sure", 2)]);
    table.sit("Ada", Asked::Doubtful);
    table.press(Key::First);
    assert_eq!(waiting(&table), [("the coach was not sure", 2)]);
    let Sheet::Agreement(figures) = table.sheet(&Ask::Agreement) else { panic!("figures") };
    assert!(figures.iter().any(|figure| figure.id == "length_bias"), "{figures:?}");
}

#[test]
fn figures_files_and_history_are_found() {
    let mut table = Table::laid("rlhf", 1);
    let run = table.run(RunKind::Dpo, RunState::Prepared);
    let folder = table.engine.run_folder(run);
    std::fs::write(folder.join("metrics.jsonl"), "{\"step\":1}\n{\"st").expect("written");
    let text = "{\"step\":5,\"prompt\":\"p\",\"completion\":\"c\"}\n";
    std::fs::write(folder.join("samples.jsonl"), text).expect("written");
    let Sheet::Curves(curves) = table.sheet(&Ask::Curves { runs: vec![run, 77] }) else { panic!("curves") };
    let steps: Vec<(i64, usize)> = curves.iter().map(|curve| (curve.run, curve.steps.len())).collect();
    assert_eq!(steps, [(run, 1), (77, 0)]);
    let Sheet::TrainingSamples(samples) = table.sheet(&Ask::TrainingSamples { run }) else { panic!("samples") };
    assert_eq!((samples.len(), samples[0].step), (1, 5));

    let report = table.desk.folder().join("reports/round-1/report.html");
    std::fs::create_dir_all(report.parent().expect("a folder")).expect("folders");
    std::fs::write(&report, "report").expect("written");
    let path = table.place("exported");
    std::fs::create_dir(&path).expect("a folder");
    std::fs::write(path.join("adapter"), [0; 11]).expect("written");
    table.engine.add_export(&NewExport { run, target: "peft".to_owned(), path: path.clone() }).expect("kept");
    let Sheet::Files(files) = table.sheet(&Ask::Files) else { panic!("files") };
    let bytes = |kind: FileKind| files.iter().find(|place| place.kind == kind).map(|place| place.bytes);
    assert_eq!((bytes(FileKind::Report), bytes(FileKind::Export)), (Some(6), Some(11)));
    assert_eq!(bytes(FileKind::Run(run)), Some((text.len() + "{\"step\":1}\n{\"st".len()) as u64));
    let database = bytes(FileKind::Database).expect("a database");
    assert!(bytes(FileKind::Project).is_some_and(|whole| whole > database));

    table.apply(&ProjectCommand::WriteRubric(rubric(&["short"])));
    let Sheet::History(history) = table.sheet(&Ask::History { most: 2 }) else { panic!("history") };
    let what: Vec<&str> = history.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(what, ["added a rubric", "exported a run"]);
}
