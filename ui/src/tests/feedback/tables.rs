//! The coach's rules, people and their packs, labels.

use std::path::PathBuf;

use whetstone_core::feedback::people::ReviewReason;
use whetstone_core::method::general_rules;

use super::*;
use crate::command::PickFor;

#[test]
fn rules_are_written_and_kept_as_a_version() {
    let mut harness = page_of(Stage::Answered, "rlaif");
    assert!(click(&mut harness, "Keep these rules").is_empty(), "nothing was changed");
    tap(&mut harness, "Add a rule");
    assert!(shows(&harness, "Each rule needs a name and a sentence"));
    let count = fixture::project(Stage::Answered, "rlaif").rubric.expect("a rubric").rubric.rules.len();
    let number = count + 1;
    write(&mut harness, &format!("Name of rule {number}"), "kind");
    write(&mut harness, &format!("Sentence of rule {number}"), "Be kind.");
    tap(&mut harness, &format!("Move rule {number} up"));
    let sent = click(&mut harness, "Keep these rules");
    let [ProjectCommand::WriteRubric(rubric)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(rubric.rules.len(), number);
    let kind = &rubric.rules[number - 2];
    assert_eq!((kind.name.as_str(), kind.text.as_str()), ("kind", "Be kind."));
    assert!(rubric.rules[0].check.is_some(), "what was not touched keeps its check");
    write(&mut harness, "Sentence of rule 1", "x");
    tap(&mut harness, "Remove rule 2");
    let sent = click(&mut harness, "Keep these rules");
    let [ProjectCommand::WriteRubric(rubric)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(rubric.rules.len(), count);
    assert!(rubric.rules[0].check.is_none(), "another sentence is not what the program checks");
    tap(&mut harness, "Forget the changes");
    assert!(harness.query_by_label(&format!("Name of rule {number}")).is_none());
}

#[test]
fn rules_are_written_where_there_are_none() {
    let mut harness = open(&Window::default(), Stage::Answered, HERE);
    let mut project = fixture::project(Stage::Answered, "rlaif");
    project.standing.has_rubric = false;
    project.rubric = None;
    project.position = project.recipe.map(|recipe| project.standing.position(recipe));
    harness.state_mut().state_mut().project = Some(Arc::new(project));
    harness.run_ok();
    assert!(shows(&harness, "Write down what makes an answer better"));
    tap(&mut harness, "Single rules that fit most tasks");
    let rule = &general_rules()[0];
    harness.get_by_label(&format!("Add the rule {}", rule.name)).click_accesskit();
    let sent = click(&mut harness, "Keep these rules");
    let [ProjectCommand::WriteRubric(rubric)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(rubric.rules, std::slice::from_ref(rule));
}

#[test]
fn every_general_rule_can_be_added() {
    let mut harness = page_of(Stage::Answered, "rlaif");
    let kept = fixture::project(Stage::Answered, "rlaif").rubric.expect("a rubric").rubric.rules;
    tap(&mut harness, "Single rules that fit most tasks");
    let mut added = 0;
    for rule in general_rules().iter().filter(|rule| kept.iter().all(|known| known.name != rule.name)) {
        harness.get_by_label(&format!("Add the rule {}", rule.name)).click_accesskit();
        harness.run_ok();
        added += 1;
    }
    let sent = click(&mut harness, "Keep these rules");
    let [ProjectCommand::WriteRubric(rubric)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(rubric.rules.len(), kept.len() + added);
    assert!(added > 5);
}

#[test]
fn people_are_left_out_and_taken_in_and_packs_go_out_and_come_back() {
    let mut harness = reviewing();
    show_part(&mut harness, "People");
    let set = |annotator, is_active| ProjectCommand::SetAnnotatorActive { annotator, is_active };
    assert_eq!(click(&mut harness, "Leave Ada's labels out"), [set(1, false)]);
    assert_eq!(click(&mut harness, "Let Simulated's labels count again"), [set(4, true)]);
    for text in ["simulated", "does not count", "120 labels", "Ben said the same of 7 of 12"] {
        assert!(harness.query_all_by_label_contains(text).next().is_some(), "{text}");
    }
    let app = harness.state_mut();
    app.state_mut().notices.clear();
    app.pick_for_test(PickFor::PacksIn, vec![PathBuf::from("/back/ben.pack")]);
    assert_eq!(asked(&mut harness), [ProjectCommand::MergePacks(vec![PathBuf::from("/back/ben.pack")])]);
    harness.state_mut().pick_for_test(PickFor::PackOut, vec![PathBuf::from("/out/ben.pack")]);
    write(&mut harness, "For whom", "Ben");
    let wanted =
        ProjectCommand::WritePack { annotator: "Ben".to_owned(), out: PathBuf::from("/out/ben.pack"), review: false };
    assert_eq!(click(&mut harness, "Write the pack"), [wanted]);
}

#[test]
fn labels_are_shown_however_many_and_a_row_opens_its_comparison() {
    let mut harness = reviewing();
    show_part(&mut harness, "All labels");
    let some: Vec<_> = (0..120).map(fixture::coach_label).collect();
    let many: Vec<_> = some.iter().cycle().take(50_000).cloned().collect();
    put(&mut harness, vec![(Ask::Labels, Sheet::Labels(many.into()))]);
    assert!(shows(&harness, "50000 labels"));
    let rows = harness.query_all_by_label("91%").count();
    assert!((1..200).contains(&rows), "only what is seen is drawn: {rows}");
    let row = harness.query_all_by_label("91%").next().expect("a row");
    row.click();
    harness.run_ok();
    put(&mut harness, fixture::reviewing_sheets());
    assert!(shows(&harness, "Answer A") && shows(&harness, "Answer B"));
    tap(&mut harness, "Close the comparison");
    assert!(!shows(&harness, "Answer A"));
}

#[test]
fn german_says_why_something_waits() {
    let words = crate::words::Words::new(crate::words::find_language("de"));
    for why in ReviewReason::ALL {
        let id = serde_json::json!(why).as_str().map(str::to_owned).expect("a word");
        assert_ne!(words.row("reason", &id, "why", "core"), "core", "{id}");
    }
}
