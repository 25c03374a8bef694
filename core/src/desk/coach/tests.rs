use super::super::ProjectCommand;
use super::super::sheet::{Ask, Sheet};
use super::super::test_support::{Table, rubric};
use super::*;
use crate::domain::{NewVerdict, Spent, VerdictForm};
use crate::feedback::coach::report_card::ReportCard;
use crate::feedback::coach::report_card::{Case, Trial, report_card};
use crate::feedback::coach::{CoachItem, CoachVerdict};
use crate::feedback::people::Key;
use crate::files;
use crate::method::Asked;

fn trial_of(table: &Table) -> CoachTrial {
    match table.sheet(&Ask::CoachTrial) {
        Sheet::CoachTrial(trial) => (*trial).clone(),
        other => panic!("{other:?}"),
    }
}

fn differences_of(table: &Table) -> Differences {
    match table.sheet(&Ask::Differences) {
        Sheet::Differences(found) => (*found).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_coach_says_is_read_off_its_sentence() {
    for reason in CoachReason::ALL {
        assert_eq!(because(&reason.to_string()), Some(reason));
    }
    let verdict = |why: &str, rules: &[&str]| CoachVerdict {
        explanation: Some(crate::feedback::coach::mind::Explanation {
            why: why.to_owned(),
            rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        }),
        ..CoachVerdict::decide(3.0, 2.0, 1.0)
    };
    let said = verdict("It says: `soon`, by `mail`.", &["next step", "kind"]).sentence();
    assert_eq!(
        (because(&said), rules_in(&said)),
        (Some(CoachReason::Clear), vec!["next step".to_owned(), "kind".to_owned()])
    );
    assert!(rules_in("too close to call").is_empty());
    assert_eq!(because("said of 4"), None);
}

#[test]
fn a_label_says_by_which_rules_and_which_version_of_them() {
    let mut table = Table::laid("rlaif", 2);
    table.apply(&ProjectCommand::WriteRubric(rubric(&["short"])));
    table.apply(&ProjectCommand::WriteRubric(rubric(&["short", "kind"])));
    let version = table.view().rubric.expect("a rubric");
    let coach = table.engine.annotator("the coach", AnnotatorKind::Coach, false).expect("a coach");
    let key = uuid::Uuid::new_v4().to_string();
    let bare = NewVerdict::bare(key, table.comparisons[0], coach.id, Choice::Tie, VerdictForm::Comparison);
    let reason = Some("the coach changed its mind when the answers changed places".to_owned());
    table.engine.record_verdict(&NewVerdict { reason, rubric: Some(version.id), ..bare }).expect("kept");
    table.coach_says(table.comparisons[1], Choice::A, 3.0);
    let Sheet::Labels(labels) = table.sheet(&Ask::Labels) else { panic!("labels") };
    assert_eq!((labels[0].rubric, labels[0].because), (None, None));
    assert_eq!((labels[1].rubric, labels[1].because), (Some(2), Some(CoachReason::ChangedItsMind)));
    let Sheet::Rubrics(versions) = table.sheet(&Ask::Rubrics) else { panic!("rubrics") };
    assert_eq!(versions.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 1], "the newest first");
}

#[test]
fn a_file_of_rules_is_shown_and_nothing_is_kept() {
    let table = Table::laid("rlaif", 0);
    let path = table.place("rules.md");
    fs::write(&path, "# What we want\n- Short: Be short.\n- Be kind\n").expect("a file");
    let Sheet::RubricFile(found) = table.sheet(&Ask::RubricFile { path: path.clone() }) else { panic!("a rubric") };
    assert_eq!(found.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["Short", "be kind"]);
    assert!(table.view().rubric.is_none());
    fs::write(&path, "# only a heading\n").expect("a file");
    let error = table.reader().sheet(&Ask::RubricFile { path }).expect_err("no rules");
    assert!(error.what.contains("rules.md") && error.hint.is_some(), "{error:?}");
}

#[test]
fn people_and_a_coach_differ_where_both_decided() {
    let mut table = Table::laid("rlaif", 5);
    for (place, margin) in [2.0, 6.0, 1.0, 3.0].into_iter().enumerate() {
        table.coach_says(table.comparisons[place], Choice::A, margin);
    }
    table.coach_says(table.comparisons[4], Choice::Tie, 0.1);
    let ada = table.engine.annotator("Ada", AnnotatorKind::Person, false).expect("a person");
    for (place, choice) in [Choice::B, Choice::B, Choice::A, Choice::Tie, Choice::B].into_iter().enumerate() {
        let key = uuid::Uuid::new_v4().to_string();
        let verdict = NewVerdict::bare(key, table.comparisons[place], ada.id, choice, VerdictForm::Comparison);
        table.engine.record_verdict(&verdict).expect("kept");
    }
    let found = differences_of(&table);
    assert_eq!(found.both, 3, "neither a tie of people's nor one of the coach's");
    let rows: Vec<(RecordId, Choice)> = found.rows.iter().map(|row| (row.machine.comparison, row.people)).collect();
    assert_eq!(rows, [(table.comparisons[1], Choice::B), (table.comparisons[0], Choice::B)], "the surest first");
    assert_eq!(found.rows[0].who, ["Ada"]);
    table.apply(&ProjectCommand::SetAnnotatorActive { annotator: ada.id, is_active: false });
    assert_eq!(differences_of(&table).both, 0);
}

/// A card of as many comparisons as people said something of; the coach always says A.
fn card(people: &[Choice]) -> ReportCard {
    let case = |people: &Choice| Case {
        item: CoachItem::new("Where is it?", "Here.", "There."),
        people: *people,
        topic: None,
        written_by_coach: [false; 2],
    };
    let cases: Vec<Case> = people.iter().map(case).collect();
    let verdicts = vec![CoachVerdict::decide(2.0, 1.0, 1.0); cases.len()];
    let spent = Spent::default();
    let (coach, judged_by, rules, currency) = ("starter", "1 rule", &[][..], "");
    report_card(&cases, &Trial { coach, judged_by, verdicts: &verdicts, rules, seconds: 0.5, spent, currency, seed: 1 })
}

#[test]
fn a_trial_is_there_after_it_was_written_and_what_is_damaged_is_none() {
    let mut table = Table::laid("rlaif", 3);
    table.apply(&ProjectCommand::WriteRubric(rubric(&["short"])));
    table.sit("Ada", Asked::Fresh);
    table.press(Key::First);
    table.press(Key::Tie);
    let trial = trial_of(&table);
    assert_eq!((trial.decided, trial.has_simulated, trial.report.is_none()), (1, false, true));
    let mut reader = table.reader();
    assert!(reader.has_changed() && !reader.has_changed());
    let [values, _] = report_files(table.engine.folder());
    fs::create_dir_all(values.parent().expect("a folder")).expect("a folder");
    let cards = [card(&[]), card(&[Choice::A]), card(&[Choice::A, Choice::B, Choice::Tie, Choice::Skip])];
    let report = serde_json::json!({
        "source": "1 comparison", "cases": 1, "cards": cards, "rubric_version": 1, "comparisons": [7],
    });
    files::write_atomically(&values, |out| serde_json::to_writer(out, &report).map_err(std::io::Error::from))
        .expect("kept");
    assert!(reader.has_changed() && !reader.has_changed(), "a report stands beside the database");
    let report = trial_of(&table).report.expect("a report");
    assert_eq!((report.rubric_version, report.comparisons.as_slice()), (Some(1), [7].as_slice()));
    assert_eq!(report.cards, cards, "whatever the figures are");
    assert!(report.page.ends_with("reports/coach-report.html"));
    fs::write(&values, "{\"source\": ").expect("written");
    assert!(trial_of(&table).report.is_none());
}

#[test]
fn whoever_wants_to_judge_one_again_is_asked_that_one_alone() {
    use crate::feedback::people::ReviewFilter;
    let mut table = Table::laid("rlhf", 4);
    table.sit("Ada", Asked::Fresh);
    for _ in 0..4 {
        table.press(Key::First);
    }
    table.engine.begin_round(None).expect("a round");
    let again = table.comparisons[2];
    let filter = ReviewFilter { comparisons: vec![again], ..ReviewFilter::default() };
    let sit = ProjectCommand::SitDown { annotator: "Ada".to_owned(), asked: Asked::Fresh, filter };
    let sitting = table.apply(&sit).sitting.expect("a sitting");
    assert_eq!((sitting.total, sitting.done), (1, 0), "of an earlier round too");
    assert!(sitting.item.expect("it is shown").prompt.contains("request 2"));
    table.press(Key::Tie);
    let verdicts = table.engine.verdicts(&VerdictFilter { comparison: Some(again), ..VerdictFilter::default() });
    assert_eq!(verdicts.expect("verdicts").last().map(|stored| stored.verdict.choice), Some(Choice::Tie));
}

#[test]
fn what_is_doubtful_is_looked_for_by_its_texts() {
    use crate::feedback::people::ReviewFilter;
    let mut table = Table::laid("hybrid-d", 4);
    for comparison in table.comparisons.clone() {
        table.coach_says(comparison, Choice::Tie, 0.1);
    }
    let mut total = |text: &str| {
        let filter = ReviewFilter { text: Some(text.to_owned()), ..ReviewFilter::default() };
        let sit = ProjectCommand::SitDown { annotator: "Ada".to_owned(), asked: Asked::Doubtful, filter };
        table.apply(&sit).sitting.expect("a sitting").total
    };
    assert_eq!((total("LEFT 3"), total("request"), total("nowhere")), (1, 4, 0));
}
