use std::path::PathBuf;

use tempfile::TempDir;
use whetstone_core::domain::{Choice, CompletionOrigin, Split, StoredVerdict, Text};
use whetstone_core::feedback::people::{PackContents, PackProject, QueueSettings, QueueState, make_pack, plan};
use whetstone_core::project::store::{
    CompletionFilter, NewComparison, NewCompletion, NewPrompt, ProjectSettings, VerdictFilter,
};

use super::*;

/// A project with as many comparisons, of one prompt each.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(comparisons: usize) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder") };
        let store = Store::create(&project.path(), &ProjectSettings::default()).expect("a project");
        let round = Some(store.begin_round(None).expect("a round").id);
        for number in 0..comparisons {
            let prompt = NewPrompt {
                text: Text::Plain(format!("request {number}\u{1b}[2J")),
                split: Split::Train,
                tags: Vec::new(),
                source: "test".to_owned(),
            };
            let prompt = store.add_prompts(&[prompt]).expect("a prompt").ids[0];
            let answer = |name: &str| NewCompletion {
                prompt,
                round,
                text: format!("{name} {number}"),
                origin: CompletionOrigin::Model { model: "starter".to_owned(), run: None, seed: 0 },
                is_finished: true,
            };
            let ids = store.add_completions(&[answer("left"), answer("right")]).expect("answers");
            store.add_comparisons(&[NewComparison { prompt, round, a: ids[0], b: ids[1] }]).expect("a comparison");
        }
        project
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn store(&self) -> Store {
        Store::open(&self.path(), Access::Owner).expect("the project")
    }

    /// What counts, the oldest first.
    fn verdicts(&self) -> Vec<StoredVerdict> {
        self.store().verdicts(&VerdictFilter::default()).expect("verdicts")
    }

    fn choices(&self) -> Vec<Choice> {
        self.verdicts().into_iter().map(|stored| stored.verdict.choice).collect()
    }

    /// Ada's sitting in which this is typed: the exit status and what was shown.
    fn sit(&self, typed: &str) -> (u8, String) {
        sitting(&options(Some(self.path()), None), typed).expect("a sitting")
    }

    /// A pack of everything for Ada.
    fn pack(&self) -> PathBuf {
        let store = self.store();
        let annotator = store.annotator("Ada", whetstone_core::domain::AnnotatorKind::Person, false).expect("Ada");
        let (comparisons, annotators) = (store.comparisons(None).expect("some"), store.annotators().expect("Ada"));
        let routed = std::collections::BTreeMap::new();
        let state = QueueState { comparisons: &comparisons, verdicts: &[], annotators: &annotators, routed: &routed };
        let asks = plan(annotator.id, &state, &QueueSettings::default());
        let (completions, prompts) =
            (store.completions(&CompletionFilter::default()).expect("some"), store.prompts(None).expect("some"));
        let contents = PackContents { comparisons: &comparisons, completions: &completions, prompts: &prompts };
        let of = PackProject { id: "id".to_owned(), name: "test".to_owned() };
        let path = self.folder.path().join("ada.whetstone-pack");
        make_pack(&of, &annotator, 0, &asks, &contents).and_then(|pack| pack.write(&path)).expect("a pack");
        path
    }
}

fn options(project: Option<PathBuf>, pack: Option<PathBuf>) -> LabelOptions {
    let annotator = project.is_some().then(|| "Ada".to_owned());
    LabelOptions { project, annotator, review: false, compare: false, pack }
}

fn sitting(options: &LabelOptions, typed: &str) -> Result<(u8, String), UserMessage> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let console = Console::new(&mut out, &mut err);
    let status = sit(options, &mut typed.as_bytes(), &console, &CancelToken::default())?;
    drop(console);
    assert!(err.is_empty());
    Ok((status, String::from_utf8(out).expect("we write UTF-8")))
}

#[test]
fn what_is_typed_is_kept_as_it_was_meant() {
    let project = Project::new(5);
    let (status, shown) = project.sit("1\n2\n3\n4\ns\n");
    assert_eq!(status, DONE);
    assert!(shown.ends_with("That was all. Thank you.\n"), "{shown}");
    let store = project.store();
    let completions = store.completions(&CompletionFilter::default()).expect("answers");
    let comparisons = store.comparisons(None).expect("comparisons");
    drop(store);
    let verdicts = project.verdicts();
    // What stood first on the screen is what `1` chose, whichever of the two it is in the store.
    let screens: Vec<&str> = shown.split("Asked: ").skip(1).collect();
    assert_eq!((screens.len(), verdicts.len()), (5, 5));
    for (screen, (stored, side)) in screens.iter().zip(verdicts.iter().zip(["  1  ", "  2  "])) {
        let verdict = &stored.verdict;
        let comparison = comparisons.iter().find(|one| one.id == verdict.comparison).expect("it is there");
        let chosen = if verdict.choice == Choice::A { comparison.a } else { comparison.b };
        let text = &completions.iter().find(|one| one.id == chosen).expect("it is there").text;
        assert!(screen.contains(&format!("\n{side}{text}\n")), "{text} was not at{side}in {screen}");
    }
    assert!(verdicts[..2].iter().all(|stored| stored.verdict.choice.is_decisive()));
    let rest: Vec<Choice> = verdicts[2..].iter().map(|stored| stored.verdict.choice).collect();
    assert_eq!(rest, [Choice::Tie, Choice::BothBad, Choice::Skip]);
    assert!(verdicts.iter().all(|stored| stored.verdict.seconds.is_some_and(|seconds| seconds < 60.0)));
    assert!(!shown.contains('\u{1b}'), "a prompt's text commands the terminal: {shown}");
    // Who comes again has nothing to do.
    assert!(project.sit("").1.starts_with("There is nothing to judge here now."));
}

#[test]
fn enough_the_end_and_a_later_sitting_lose_nothing() {
    let project = Project::new(4);
    let (status, shown) = project.sit("3\nq\n3\n");
    assert_eq!((status, project.choices()), (DONE, vec![Choice::Tie]));
    assert!(shown.contains("(0 of 4 answered)") && shown.contains("(1 of 4 answered)"), "{shown}");
    // The end of what is typed is enough, too, and a half line counts.
    assert_eq!(project.sit("4").0, DONE);
    assert_eq!(project.choices(), [Choice::Tie, Choice::BothBad]);
    assert!(project.sit("Q\n").1.contains("(0 of 2 answered)"));
    assert_eq!(project.choices().len(), 2);
}

#[test]
fn enter_leaves_one_for_later_and_undo_takes_back() {
    let project = Project::new(2);
    let (_, shown) = project.sit("u\n\n3\nu\n4\n3\n");
    assert!(shown.contains("there is nothing to take back") && shown.contains("taken back"), "{shown}");
    // The second was judged first, taken back and judged otherwise; then the first came again.
    assert_eq!(project.choices(), [Choice::BothBad, Choice::Tie]);
    let verdicts = project.verdicts();
    let asked: Vec<&str> = shown.split("Asked: ").skip(1).map(|screen| &screen[..9]).collect();
    assert_eq!(asked, [asked[0], asked[1], asked[0], asked[1], asked[0]]);
    assert!(asked[0] != asked[1] && verdicts[0].verdict.comparison != verdicts[1].verdict.comparison);
}

#[test]
fn what_means_nothing_is_told_and_asked_again() {
    let project = Project::new(1);
    let (_, shown) = project.sit("5\nhello\n12\nx\n 3 \n");
    assert_eq!(shown.matches("1 or 2 better, 3 tie, 4 both bad, ").count(), 1 + 4, "{shown}");
    assert_eq!(shown.matches("Asked: ").count(), 1, "it is shown once: {shown}");
    assert_eq!(project.choices(), [Choice::Tie]);
}

#[test]
fn a_correction_is_better_than_what_it_corrects() {
    let project = Project::new(1);
    // Neither an empty answer nor the same text again is a correction.
    let (_, shown) = project.sit("e\n\ne\n1\n\ne\n2\n  a better answer \n");
    assert_eq!(shown.matches("nothing was changed").count(), 2, "{shown}");
    assert!(shown.ends_with("That was all. Thank you.\n"), "{shown}");
    let store = project.store();
    let completions = store.completions(&CompletionFilter::default()).expect("answers");
    let written = completions.iter().find(|one| matches!(one.origin, CompletionOrigin::Edit { .. })).expect("it");
    assert_eq!(written.text, "a better answer");
    let comparisons = store.comparisons(None).expect("comparisons");
    drop(store);
    let verdicts = project.verdicts();
    assert_eq!(verdicts.len(), 2);
    let decisive = verdicts.iter().find(|stored| stored.verdict.choice.is_decisive()).expect("one");
    let of = comparisons.iter().find(|one| one.id == decisive.verdict.comparison).expect("it is there");
    let chosen = if decisive.verdict.choice == Choice::A { of.a } else { of.b };
    assert_eq!(chosen, written.id);
    assert!(verdicts.iter().any(|stored| stored.verdict.choice == Choice::Skip), "which was better was not said");
}

#[test]
fn a_pack_keeps_every_label_in_its_file() {
    let project = Project::new(3);
    let path = project.pack();
    let labels = || Pack::read(&path).expect("a pack").items.iter().filter_map(|item| item.label.clone()).count();
    assert_eq!(sitting(&options(None, Some(path.clone())), "1\nq\n").expect("a sitting").0, DONE);
    assert_eq!(labels(), 1);
    let (_, shown) = sitting(&options(None, Some(path.clone())), "u\n2\n3\n4\n").expect("a sitting");
    assert!(shown.contains("(1 of 3 answered)") && shown.contains("taken back"), "{shown}");
    assert!(shown.ends_with("That was all. Thank you.\n"), "{shown}");
    assert_eq!(labels(), 3);
    assert!(project.verdicts().is_empty(), "a pack is no project");
    std::fs::write(&path, "{").expect("it can be written");
    let error = sitting(&options(None, Some(path)), "1\n").expect_err("it is damaged");
    assert!(error.what.contains("ada.whetstone-pack") && error.hint.is_some(), "{error:?}");
}

#[test]
fn whoever_asked_to_stop_is_not_made_to_judge() {
    let project = Project::new(2);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let cancel = CancelToken::default();
    cancel.cancel();
    let console = Console::new(&mut out, &mut err);
    let status = sit(&options(Some(project.path()), None), &mut &b"1\n1\n"[..], &console, &cancel);
    assert_eq!(status, Ok(CANCELLED));
    assert!(project.choices().is_empty());
}
