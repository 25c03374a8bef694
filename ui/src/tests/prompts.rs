//! The page of the prompts.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use whetstone_core::desk::{Ask, Desk, ProjectCommand, ProjectView, PromptRow, Sheet, Step};
use whetstone_core::domain::{Split, UserMessage};
use whetstone_core::job::{ImportSpec, JobEvent, JobSpec, Outcome, ProjectChanges};

use super::fixture::Stage;
use super::hands::{click, jobs, of_project, press, shows, told_by, wait};
use super::{Window, open};
use crate::app::App;
use crate::command::{DeskCommand, PickFor, Place};
use crate::work::JobKind;

const PAGE: Place = Place::Step(Step::Prompts);

fn at(stage: Stage) -> Harness<'static, App> {
    let size = egui::vec2(1180.0, 1600.0);
    let mut harness = open(&Window { size, ..Window::default() }, stage, PAGE);
    harness.run_ok();
    harness
}

fn change(harness: &mut Harness<'static, App>, change: impl FnOnce(&mut ProjectView)) {
    let state = harness.state_mut().state_mut();
    let mut project = state.project.as_deref().expect("a project is open").clone();
    change(&mut project);
    state.project = Some(Arc::new(project));
    harness.run_ok();
}

fn type_prompts(harness: &mut Harness<'static, App>, text: &str) {
    let area = || egui_kittest::kittest::By::new().label("Prompts").role(egui::accesskit::Role::MultilineTextInput);
    harness.get(area()).focus();
    harness.run_ok();
    harness.get(area()).type_text(text);
    harness.run_ok();
}

#[test]
fn what_is_typed_is_counted_and_added_by_the_keyboard_alone() {
    let mut harness = at(Stage::New);
    assert!(shows(&harness, "There are no prompts yet") && shows(&harness, "No prompts found yet"));
    type_prompts(&mut harness, "Where is my order?\nIt is late.\n\nCan I pay later?");
    assert!(shows(&harness, "3 prompts found"));
    press(&mut harness, "A blank line between prompts");
    assert!(shows(&harness, "2 prompts found"));
    press(&mut harness, "Add 2 prompts");
    let texts = ["Where is my order?\nIt is late.", "Can I pay later?"].map(str::to_owned).to_vec();
    assert_eq!(of_project(&harness), [ProjectCommand::AddPrompts { texts, split: None }]);
    // The text stays until the prompts have arrived.
    assert!(shows(&harness, "2 prompts found"));
    change(&mut harness, |project| project.standing.prompts += 2);
    assert!(shows(&harness, "No prompts found yet"));
}

#[test]
fn where_nothing_is_set_aside_a_share_can_be() {
    let mut harness = at(Stage::Prompts);
    assert!(shows(&harness, "Go on to: Answers"));
    change(&mut harness, |project| (project.standing.prompts, project.standing.holdout) = (60, 0));
    assert!(shows(&harness, "12 to compare old and new, 48 to train on") && !shows(&harness, "Go on to"));
    press(&mut harness, "Set 20% aside");
    let changes = ProjectChanges { holdout_share: Some(0.2), ..ProjectChanges::default() };
    assert_eq!(of_project(&harness), [ProjectCommand::Change(Box::new(changes))]);
    change(&mut harness, |project| (project.standing.prompts, project.standing.holdout) = (0, 60));
    assert!(shows(&harness, "Everything is set aside") && !shows(&harness, "Set 20%"));
}

#[test]
fn a_prompt_is_read_whole_and_put_on_the_other_half() {
    let mut harness = at(Stage::Prompts);
    assert!(shows(&harness, "1 prompt says nearly the same") && shows(&harness, "nearly the same"));
    let Some(Ok(Sheet::Prompts(rows))) = harness.state().state().sheets.get(&Ask::Prompts).cloned() else {
        panic!("the prompts are there")
    };
    let row = rows.iter().take(8).find(|row| row.split == Split::Train).expect("one is trained on").clone();
    press(&mut harness, &row.text);
    assert!(shows(&harness, "This prompt is to train on"));
    press(&mut harness, "Set it aside");
    assert_eq!(of_project(&harness), [ProjectCommand::SetSplit { prompts: vec![row.id], split: Split::Holdout }]);
    click(&mut harness, "Close");
    assert!(!shows(&harness, "This prompt is"));
}

#[test]
fn fifty_thousand_prompts_are_filtered_and_only_those_seen_are_drawn() {
    let mut harness = at(Stage::Prompts);
    let row = |place: usize| PromptRow {
        id: place as i64,
        text: format!("question number {place} of many"),
        split: Split::Train,
        source: "many.csv".to_owned(),
        answers: 0,
        nearly_equal_to: None,
    };
    let rows: Arc<[PromptRow]> = (0..50_000).map(row).collect();
    harness.state_mut().state_mut().sheets.put(Ask::Prompts, Ok(Sheet::Prompts(rows)));
    harness.run_ok();
    assert!(shows(&harness, "question number 3 of many") && !shows(&harness, "number 49999"));
    assert!(harness.query_all_by_label_contains("question number").count() < 60);
    harness.get_by_label("Find in the list").focus();
    harness.run_ok();
    harness.get_by_label("Find in the list").type_text("49999");
    harness.run_ok();
    assert!(shows(&harness, "question number 49999 of many") && !shows(&harness, "number 3 of"));
}

#[test]
fn in_a_project_on_the_disk_prompts_arrive_are_read_whole_and_change_their_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("project");
    drop(Desk::create(&folder, &ProjectChanges::default()).expect("a project"));
    let mut harness = at(Stage::Nothing);
    let context = harness.ctx.clone();
    harness.state_mut().send(&context, DeskCommand::Open(folder));
    wait(&mut harness, "the project is open", |harness| harness.state().state().project.is_some());
    harness.state_mut().state_mut().place = PAGE;
    harness.run_ok();
    let long = format!("Where is my order? {}Please hurry", "It is late. ".repeat(30));
    type_prompts(&mut harness, &format!("{long}\nCan I pay later?\nDo you ship to Norway?"));
    click(&mut harness, "Add 3 prompts");
    let row = "Do you ship to Norway?";
    wait(&mut harness, "the prompts are in the table", |harness| shows(harness, row));
    wait(&mut harness, "one is set aside", |harness| shows(harness, "Go on to: Method"));
    assert!(shows(&harness, "Of 3 new prompts, 1 is set aside"), "the notice tells");
    assert!(!shows(&harness, "Please hurry"));
    let first = long.chars().take(160).collect::<String>();
    press(&mut harness, first.trim());
    wait(&mut harness, "it is read whole", |harness| shows(harness, "Please hurry"));
    let is_aside = shows(&harness, "This prompt is set aside");
    click(&mut harness, if is_aside { "Train on it" } else { "Set it aside" });
    let wanted = if is_aside { "This prompt is to train on" } else { "This prompt is set aside" };
    wait(&mut harness, wanted, |harness| shows(harness, wanted));
}

fn preview_spec(file: &std::path::Path) -> ImportSpec {
    ImportSpec {
        project: None,
        file: file.to_owned(),
        form: None,
        columns: std::collections::BTreeMap::new(),
        holdout: false,
        holdout_share: 0.2,
        preview: true,
        beside: true,
    }
}

#[test]
fn a_file_is_understood_before_it_is_brought_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("asked.csv");
    std::fs::write(&file, "question,when\nWhere is my order?,monday\n,tuesday\nCan I pay later?,friday\n")
        .expect("written");
    let mut harness = at(Stage::Prompts);
    click(&mut harness, "From a file");
    harness.state_mut().pick_for_test(PickFor::ImportFile, vec![file.clone()]);
    harness.run_ok();
    let spec = preview_spec(&file);
    assert_eq!(jobs(&harness), [(JobKind::Preview, JobSpec::Import(spec.clone()))], "it is looked at at once");
    let told = told_by(&JobSpec::Import(spec.clone()));
    harness.state_mut().state_mut().jobs.pretend(JobKind::Preview, JobSpec::Import(spec.clone()), told);
    harness.run_ok();
    assert!(shows(&harness, "3 records: 2 prompts"), "what came of it");
    assert!(shows(&harness, "1 record is left out: the prompt is empty (line 3)"));
    assert!(shows(&harness, "prompts without answers"), "the form's meaning");
    click(&mut harness, "What the columns hold");
    click(&mut harness, "The first rows");
    assert!(shows(&harness, "the prompt: Where is my order?"));
    let column = egui_kittest::kittest::By::new().label("Column “when”").role(egui::accesskit::Role::ComboBox);
    harness.get(column).click();
    harness.run_ok();
    click(&mut harness, "instruction");
    let columns = [("instruction".to_owned(), "when".to_owned())].into();
    let wanted = JobSpec::Import(ImportSpec { columns, ..spec.clone() });
    assert_eq!(jobs(&harness).pop(), Some((JobKind::Preview, wanted.clone())), "and looked at again");
    let told = told_by(&wanted);
    harness.state_mut().state_mut().jobs.pretend(JobKind::Preview, wanted.clone(), told);
    harness.run_ok();
    press(&mut harness, "Bring it in");
    let JobSpec::Import(wanted) = wanted else { panic!("it is an import") };
    let project = Some(std::path::PathBuf::from("/home/ada/projects/help-desk"));
    let brought = JobSpec::Import(ImportSpec { project, preview: false, ..wanted });
    assert_eq!(jobs(&harness).pop(), Some((JobKind::Import, brought)));
}

#[test]
fn what_became_of_a_file_is_said() {
    let spec = JobSpec::Import(preview_spec(std::path::Path::new("/home/ada/asked.csv")));
    let ended = |outcome: Outcome| vec![JobEvent::Ended(outcome)];
    let said = serde_json::json!({ "said": ["asked.csv: CSV", "brought in: 2 prompts", "one more thing"] });
    let summary = said.as_object().cloned().expect("an object");
    let failed = UserMessage::new("asked.csv cannot be read").with_hint("choose another");
    let cases = [
        (ended(Outcome::Completed { summary }), ["The file was brought in", "brought in: 2 prompts"]),
        (ended(Outcome::Failed { message: failed }), ["asked.csv cannot be read", "choose another"]),
        (ended(Outcome::Cancelled), ["It was stopped", "adds the rest"]),
        (Vec::new(), ["Starting…", "Stop"]),
    ];
    for (told, wanted) in cases {
        let mut harness = at(Stage::Prompts);
        click(&mut harness, "From a file");
        harness.state_mut().state_mut().jobs.pretend(JobKind::Import, spec.clone(), told);
        harness.run_ok();
        assert!(wanted.iter().all(|text| shows(&harness, text)), "{wanted:?}");
        assert!(!shows(&harness, "asked.csv: CSV"), "how it was understood was told before");
    }
}

#[test]
fn suggestions_are_added_one_by_one() {
    let mut harness = at(Stage::New);
    click(&mut harness, "Suggestions");
    harness.state_mut().state_mut().sheets.put(Ask::Prompts, Ok(Sheet::Prompts(Arc::new([]))));
    harness.run_ok();
    press(&mut harness, "Suggest prompts");
    let boxes: Vec<String> = harness
        .query_all_by_role(egui::accesskit::Role::CheckBox)
        .filter_map(|node| egui_kittest::kittest::NodeT::accesskit_node(&node).label())
        .collect();
    assert_eq!(boxes.len(), 12);
    assert!(of_project(&harness).is_empty());
    click(&mut harness, &boxes[4]);
    press(&mut harness, "Add 1 prompt");
    let added = ProjectCommand::AddPrompts { texts: vec![boxes[4].clone()], split: None };
    assert_eq!(of_project(&harness), [added]);
    assert!(harness.query_by_label(&boxes[4]).is_none() && harness.query_by_label(&boxes[3]).is_some());
}

#[test]
fn another_model_goes_on_with_the_list_of_prompts() {
    let mut harness = at(Stage::Prompts);
    change(&mut harness, |project| {
        project.settings.is_example = false;
        project.settings.model = "/models/small".to_owned();
    });
    click(&mut harness, "Suggestions");
    click(&mut harness, "Suggest prompts");
    let (kind, JobSpec::Generate(spec)) = jobs(&harness).pop().expect("a job was begun") else {
        panic!("the model was asked")
    };
    assert_eq!(kind, JobKind::Suggest);
    assert!(spec.sampling.raw && spec.out.is_none() && spec.model == std::path::Path::new("/models/small"));
    assert!(spec.prompt.as_ref().is_some_and(|prompt| prompt.readable().ends_with("\n9.")));
    let sample =
        serde_json::json!({ "prompt": "", "completion": " Is there a gift card?\n10. Do you ship to Norway?" });
    let told = vec![
        JobEvent::Output { record: sample },
        JobEvent::Ended(Outcome::Completed { summary: serde_json::Map::new() }),
    ];
    harness.state_mut().state_mut().jobs.pretend(JobKind::Suggest, JobSpec::Generate(spec), told);
    harness.run_ok();
    assert!(shows(&harness, "Is there a gift card?") && shows(&harness, "Do you ship to Norway?"));
    click(&mut harness, "Tick all");
    press(&mut harness, "Add 2 prompts");
    assert!(matches!(&of_project(&harness)[..], [ProjectCommand::AddPrompts { texts, .. }] if texts.len() == 2));
}
