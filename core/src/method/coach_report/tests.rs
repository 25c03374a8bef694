//! Coaches of a project, tried on what its people decided. Rules are the coach: they need no model.

use std::path::Path;

use super::*;
use crate::domain::{
    AnnotatorKind, CompletionOrigin, ComputeSettings, NewVerdict, RubricRule, Split, Text, ToUserMessage, VerdictForm,
};
use crate::feedback::coach::report_card::Trust;
use crate::job::CancelToken;
use crate::method::work::{Means, Work, key};
use crate::project::store::{NewComparison, NewCompletion, NewPrompt};

/// A project of so many comparisons, whose people all say the same; its coach likes what is short, which is `a`.
fn project(folder: &Path, count: usize, people: Choice) -> Store {
    let rules = folder.join("rules.toml");
    std::fs::write(&rules, "[[rules]]\nname = \"short\"\nkind = \"length\"\nmax = 3\n").expect("written");
    let settings = ProjectSettings {
        model: concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter").to_owned(),
        coach: Some(format!("rules:{}", rules.display())),
        method: Some("hybrid-b".to_owned()),
        ..ProjectSettings::default()
    };
    let store = Store::create(&folder.join("project"), &settings).expect("a project");
    store.add_rubric(&Rubric::of(vec![RubricRule::new("short", "Be brief.")]), "written").expect("a rubric");
    let round = store.begin_round(None).expect("a round").id;
    let ada = store.annotator("Ada", AnnotatorKind::Person, false).expect("a person").id;
    for number in 0..count {
        let tag = if number.is_multiple_of(2) { "delivery" } else { "returns" };
        let text = Text::Plain(format!("request {number}"));
        let prompt = NewPrompt { text, split: Split::Train, tags: vec![tag.to_owned()], source: "test".to_owned() };
        let prompt = store.add_prompts(&[prompt]).expect("a prompt").ids[0];
        let answer = |text: String| NewCompletion {
            prompt,
            round: Some(round),
            text,
            origin: CompletionOrigin::Model { model: "/models/small".to_owned(), run: None, seed: 1 },
            is_finished: true,
        };
        let answers = [answer(format!("Yes, {number}.")), answer(format!("Perhaps one day, who knows, {number}."))];
        let ids = store.add_completions(&answers).expect("answers");
        let comparison = NewComparison { prompt, round: Some(round), a: ids[0], b: ids[1] };
        let comparison = store.add_comparisons(&[comparison]).expect("a comparison")[0];
        let bare = NewVerdict::bare(key(&[number as u64]), comparison, ada, people, VerdictForm::Comparison);
        store.record_verdicts(&[bare]).expect("a verdict");
    }
    store
}

fn begin(store: &Store) -> Result<Option<ReportCard>, MethodError> {
    let (compute, cancel) = (ComputeSettings::default(), CancelToken::default());
    let work = Work::open(store, Means::here(&compute)).expect("a project");
    let context = JobContext::new(&|_| {}, &cancel);
    let coach = work.coach(&context).expect("a coach");
    let rubric = store.rubrics().expect("rubrics").pop().expect("a rubric");
    before_labelling(&work, &coach, &rubric, &context)
}

#[test]
fn a_coach_that_people_agree_with_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = project(folder.path(), 24, Choice::A);
    let card = begin(&store).expect("it may begin").expect("a card");
    assert_eq!((card.trust, card.agreement.trials, card.cases), (Trust::Trust, 24, 24), "{}", card.sentence);
    // The card is kept among the project's reports, and is not made anew as long as nothing changed.
    let kept = report_of(store.folder()).expect("a report");
    assert_eq!(kept.cards.as_slice(), std::slice::from_ref(&card));
    assert_eq!(begin(&store).expect("it may begin"), Some(card));
}

#[test]
fn a_coach_that_people_contradict_does_not_begin_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = project(folder.path(), 24, Choice::B);
    let error = begin(&store).expect_err("not trusted");
    assert!(matches!(error, MethodError::CoachNotTrusted { .. }), "{error}");
    assert!(error.to_string().contains("Do not trust it"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("--trust-coach")));
    assert_eq!(report_of(store.folder()).expect("the card can be read").cards[0].trust, Trust::DoNotTrust);
    let mut settings = store.settings().expect("settings");
    settings.coach_trusted_anyway.clone_from(&settings.coach);
    store.set_settings(&settings).expect("set");
    assert!(begin(&store).expect("a person said so").is_some());
    // Another coach is not trusted with it.
    settings.coach_trusted_anyway = Some("another".to_owned());
    store.set_settings(&settings).expect("set");
    assert!(begin(&store).is_err());
}

#[test]
fn too_few_verdicts_keep_no_coach_from_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = project(folder.path(), 19, Choice::B);
    assert_eq!(begin(&store).expect("nobody knows better"), None);
    assert!(report_of(store.folder()).is_none());
}

#[test]
fn coaches_stand_side_by_side_and_their_report_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = project(folder.path(), 30, Choice::A);
    let long = folder.path().join("long.toml");
    std::fs::write(&long, "[[rules]]\nname = \"long\"\nkind = \"length\"\nmin = 5\n").expect("written");
    let coaches = vec![
        store.settings().expect("settings").coach.expect("a coach").parse().expect("a name"),
        CoachName::Rules(long.to_string_lossy().into_owned()),
    ];
    let spec = CoachReportSpec {
        coaches: coaches.clone(),
        project: Some(store.folder().to_owned()),
        most: Some(25),
        ..CoachReportSpec::default()
    };
    let cancel = CancelToken::default();
    let summary = coach_report(&spec, &JobContext::new(&|_| {}, &cancel)).expect("tried");
    let report = report_of(store.folder()).expect("a report");
    assert_eq!(json!(report.cards), summary["cards"]);
    let trust: Vec<Trust> = report.cards.iter().map(|card| card.trust).collect();
    assert_eq!(trust, [Trust::Trust, Trust::DoNotTrust]);
    for (card, coach) in report.cards.iter().zip(&coaches) {
        assert_eq!((card.coach.clone(), card.cases), (coach.to_string(), 25));
        assert_eq!(card.topics.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["delivery", "returns"]);
    }
    let page = std::fs::read_to_string(store.folder().join(REPORTS).join(REPORT_FILES[1])).expect("a page");
    assert!(page.contains("trust it") && page.contains("do not trust it"));
    let empty = tempfile::tempdir().expect("a folder");
    let empty = project(empty.path(), 0, Choice::A);
    let none = CoachReportSpec { project: Some(empty.folder().to_owned()), ..spec };
    assert!(matches!(coach_report(&none, &JobContext::new(&|_| {}, &cancel)), Err(MethodError::NothingToTry)));
}
