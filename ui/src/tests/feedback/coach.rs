//! The coach: its rules, who it is, whether it can be trusted, what it says, and where people differ.

use std::path::PathBuf;

use egui::Vec2;
use whetstone_core::domain::RubricTask;
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::feedback::{ready_for, ready_rubrics};
use whetstone_core::job::JobSpec;
use whetstone_core::method::{Asked, STARTER};

use super::*;
use crate::command::{PickFor, UiCommand};
use crate::tests::front::{open_list, say};
use crate::tests::hands::{jobs, of_window};
use crate::tests::room::assert_all_is_seen;
use crate::work::JobKind;

/// The page of a project that a coach judges, at a view of the coach's part.
fn view(window: &Window, stage: Stage, word: &str) -> Harness<'static, App> {
    let mut harness = open(window, stage, HERE);
    fixture::fill_coached(harness.state_mut().state_mut(), stage);
    harness.run_ok();
    let words = crate::words::Words::new(crate::words::find_language(window.language)).stretched(window.stretch);
    for label in [words.say("feedback-part-coach"), words.say(word)] {
        harness.get_by_role_and_label(egui::Role::RadioButton, &label).click_accesskit();
        harness.run_ok();
    }
    put(&mut harness, fixture::coached_sheets(3));
    harness
}

fn large() -> Window {
    Window { size: Vec2::new(1180.0, 3000.0), ..Window::default() }
}

fn rubric_of(sent: &[ProjectCommand]) -> whetstone_core::domain::Rubric {
    match sent {
        [ProjectCommand::WriteRubric(rubric)] => rubric.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rule_counts_more_has_examples_and_the_work_is_of_a_kind() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-rules");
    open_list(&mut harness, "How much rule 1 counts");
    tap(&mut harness, "counts three times");
    tap(&mut harness, &say("feedback-task-summarising"));
    tap(&mut harness, "More on rule 1: examples, exact weight");
    tap(&mut harness, "Add a reply that does not follow rule 1");
    assert!(
        click(&mut harness, "Keep these rules").is_empty() && shows(&harness, &say("feedback-rules-empty-example"))
    );
    write(&mut harness, "Example 1 of rule 1", "Too bad.");
    let rubric = rubric_of(&click(&mut harness, "Keep these rules"));
    assert_eq!(rubric.task, RubricTask::Summarising);
    assert!((rubric.rules[0].weight - 3.0).abs() < 1e-12 && rubric.rules[0].check.is_some(), "{:?}", rubric.rules[0]);
    assert_eq!((rubric.rules[0].examples[0].reply.as_str(), rubric.rules[0].examples[0].follows), ("Too bad.", false));
}

#[test]
fn every_ready_set_is_shown_under_its_kind_of_work_and_taken_whole_or_rule_by_rule() {
    let words = crate::words::Words::new(crate::words::find_language("de"));
    for ready in ready_rubrics() {
        for part in ["title", "meaning"] {
            assert_ne!(words.row("ready", ready.id, part, "core"), "core", "{}", ready.id);
        }
    }
    for task in RubricTask::ALL {
        let mut harness = view(&large(), Stage::Answered, "feedback-view-rules");
        let word = format!("feedback-task-{}", task.id());
        if task != RubricTask::Conversation {
            tap(&mut harness, &say(&word));
        }
        tap(&mut harness, &say("feedback-ready"));
        for ready in ready_for(task) {
            assert!(shows(&harness, &ready.meaning), "{}", ready.id);
        }
        let ready = ready_for(task).next().expect("one");
        tap(&mut harness, &format!("Use the rules of “{}”", ready.title));
        assert_eq!(rubric_of(&click(&mut harness, "Keep these rules")), ready.rubric);
    }
}

#[test]
fn pasted_lines_are_shown_as_rules_before_they_are_added() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-rules");
    let before = fixture::versions()[0].rubric.rules.len();
    tap(&mut harness, &say("feedback-paste"));
    write(&mut harness, &say("feedback-paste-field"), "Short: Use few words\n- Be true");
    assert!(shows(&harness, "This becomes 2 rules") && shows(&harness, "Short: Use few words."));
    assert!(click(&mut harness, "Keep these rules").is_empty(), "nothing was added yet");
    tap(&mut harness, "Add these 2 rules");
    let rubric = rubric_of(&click(&mut harness, "Keep these rules"));
    assert_eq!(rubric.rules.len(), before + 2);
    assert_eq!(rubric.rules[before].name, "Short");
}

#[test]
fn the_rules_of_a_file_are_seen_before_they_are_kept() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-rules");
    let path = PathBuf::from("/rules.md");
    harness.state_mut().pick_for_test(PickFor::RubricFile, vec![path.clone()]);
    harness.run_ok();
    let rubric = whetstone_core::domain::Rubric::of(vec![fixture::whole_rule()]);
    put(&mut harness, vec![(Ask::RubricFile { path }, Sheet::RubricFile(Arc::new(rubric.clone())))]);
    assert_eq!(harness.query_all_by_label_contains("Sentence of rule").count(), 1);
    assert!(shows(&harness, &say("feedback-rules-changed")) && shows(&harness, "2 examples"));
    assert_eq!(rubric_of(&click(&mut harness, "Keep these rules")), rubric);
}

#[test]
fn an_earlier_version_is_written_again() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-rules");
    tap(&mut harness, "All 3 versions");
    put(&mut harness, fixture::coached_sheets(3));
    assert!(shows(&harness, "“kind” was taken out") && shows(&harness, &say("feedback-changed-task")));
    let sent = click(&mut harness, "Go back to version 1");
    assert_eq!(rubric_of(&sent), fixture::versions()[2].rubric);
    assert!(harness.query_by_label("Go back to version 3").is_none(), "it is the one that is there");
}

#[test]
fn a_coach_is_chosen_beside_its_rules_too() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-who");
    let sent = click(&mut harness, &say("coach-kind-policy-name"));
    let [ProjectCommand::Change(changes)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(changes.coach.as_deref(), Some("policy"));
    tap(&mut harness, &say("coach-kind-endpoint-name"));
    assert!(shows(&harness, &say("coach-none-server")));
    harness.state_mut().state_mut().endpoints = crate::state::EndpointsState::knowing(vec![fixture::server()]);
    harness.run_ok();
    open_list(&mut harness, &say("coach-which"));
    let sent = click(&mut harness, "large");
    let [ProjectCommand::Change(changes)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(changes.coach.as_deref(), Some("endpoint:large"));
}

#[test]
fn twenty_decided_comparisons_are_needed_and_can_be_judged_at_once() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-trial");
    let few = Sheet::CoachTrial(Arc::new(fixture::trial(13, None)));
    put(&mut harness, vec![(Ask::CoachTrial, few)]);
    assert!(shows(&harness, "7 decided comparisons are missing"));
    assert!(harness.query_by_label(&say("feedback-trial-begin")).is_none());
    let sent = click(&mut harness, &say("feedback-trial-judge"));
    assert!(matches!(sent.as_slice(), [ProjectCommand::SitDown { asked: Asked::Fresh, .. }]), "{sent:?}");
}

#[test]
fn several_coaches_are_tried_at_once() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-trial");
    harness.state_mut().sent.clear();
    let qwen = "Qwen/Qwen2.5-0.5B-Instruct";
    for title in [qwen, &say("coach-title-policy")] {
        harness.get_by_role_and_label(egui::Role::CheckBox, title).click_accesskit();
        harness.run_ok();
    }
    tap(&mut harness, &say("feedback-trial-begin"));
    let begun = jobs(&harness);
    let [(JobKind::CoachReport, JobSpec::CoachReport(spec))] = begun.as_slice() else { panic!("{begun:?}") };
    let tried: Vec<String> = spec.coaches.iter().map(ToString::to_string).collect();
    assert_eq!(tried, [STARTER.to_owned(), fixture::qwen(), "policy".to_owned()]);
    assert_eq!((spec.most, spec.project.is_some()), (Some(200), true));
}

#[test]
fn cards_stand_side_by_side_and_a_coach_and_its_threshold_are_taken_from_them() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-trial");
    for card in fixture::report(3).cards {
        assert!(shows(&harness, &card.sentence), "{}", card.sentence);
    }
    for word in ["feedback-trust-yes", "feedback-trust-no", "feedback-trial-simulated", "feedback-card-is-coach"] {
        assert!(shows(&harness, &say(word)), "{word}");
    }
    let choose = "Choose this coach: Qwen/Qwen2.5-0.5B-Instruct";
    let sent = click(&mut harness, choose);
    let [ProjectCommand::Change(changes)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(changes.coach.as_deref(), Some(fixture::qwen().as_str()));
    let mut project = (*harness.state().state().project.clone().expect("a project")).clone();
    project.settings.coach = Some(fixture::qwen());
    harness.state_mut().state_mut().project = Some(Arc::new(project));
    harness.run_ok();
    let found = fixture::report(3).cards[1].threshold.expect("a threshold");
    let sent = click(&mut harness, &format!("Use threshold {:.1}", found.threshold));
    let [ProjectCommand::SetSettings(settings)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(settings.coach_threshold, Some(found.threshold));
    harness.get_by_label(&say("feedback-card-page")).click_accesskit();
    harness.run_ok();
    assert!(
        of_window(&harness)
            .iter()
            .any(|asked| matches!(asked, UiCommand::Reveal(path) if path.ends_with("coach-report.html")))
    );
    assert!(!shows(&harness, "These cards are of version"));
    put(&mut harness, fixture::coached_sheets(2));
    assert!(shows(&harness, "These cards are of version 2 of the rules"));
}

#[test]
fn a_rule_that_people_do_not_follow_is_taken_out_of_the_rules() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-trial");
    let rules = fixture::report(3).cards[0].rules.clone();
    assert!(harness.query_by_label(&format!("Take “{}” out of the rules", rules[0].name)).is_none(), "it is kept");
    tap(&mut harness, &format!("Take “{}” out of the rules", rules[1].name));
    put(&mut harness, fixture::coached_sheets(3));
    assert!(shows(&harness, &say("feedback-rule-dropped")));
    harness.get_by_label(&say("feedback-rule-to-editor")).click_accesskit();
    harness.run_ok();
    let rubric = rubric_of(&click(&mut harness, "Keep these rules"));
    assert!(rubric.rules.iter().all(|rule| rule.name != rules[1].name));
    assert!(rubric.rules.iter().any(|rule| rule.name == rules[2].name));
}

#[test]
fn a_disagreement_is_read_and_judged_again() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-trial");
    let one = fixture::report(3).cards[0].disagreements[0].clone();
    let button = format!("1. {}", crate::parts::shorten(&one.request, 90));
    harness.get_by_label(&button).click_accesskit();
    harness.run_ok();
    assert!(shows(&harness, &one.reason) && shows(&harness, "People: "));
    let sent = click(&mut harness, &say("feedback-again"));
    let filter = ReviewFilter { comparisons: vec![one.case as i64 + 1], ..ReviewFilter::default() };
    assert_eq!(sent, [ProjectCommand::SitDown { annotator: "Ada".to_owned(), asked: Asked::Fresh, filter }]);
}

#[test]
fn while_the_coach_judges_its_newest_labels_show_and_it_can_be_stopped() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-rules");
    fixture::judging(harness.state_mut().state_mut());
    harness.run_ok();
    put(&mut harness, fixture::coached_sheets(3));
    assert!(shows(&harness, &say("feedback-live")) && shows(&harness, &say("feedback-order-changed")));
    assert!(shows(&harness, "It says what happens next and promises nothing."));
    harness.get_all_by_label(&say("job-stop")).next().expect("a button").click();
    harness.run_ok();
    let stops = |sent: &Command| matches!(sent, Command::Job(crate::command::JobCommand::Stop(_)));
    assert!(harness.state().sent.iter().any(stops));
}

#[test]
fn labels_are_looked_for_and_say_who_when_why_and_how_sure() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-labels");
    assert!(shows(&harness, "40 labels"));
    tap(&mut harness, &say("feedback-said-undecided"));
    assert!(shows(&harness, "13 labels"));
    write(&mut harness, &say("feedback-find"), "no such word");
    assert!(shows(&harness, &say("feedback-labels-none-found")));
    tap(&mut harness, &say("feedback-find-all"));
    assert!(shows(&harness, "40 labels"));
    harness.get_all_by_label("91%").next().expect("a row").click();
    harness.run_ok();
    put(&mut harness, fixture::coached_sheets(3));
    for said in ["91% sure", "the same in both orders", "by version 1 of the rules", "next step"] {
        assert!(shows(&harness, said), "{said}");
    }
}

#[test]
fn where_people_and_the_coach_differ_is_a_list() {
    let mut harness = view(&large(), Stage::Answered, "feedback-view-differences");
    assert!(shows(&harness, "They differ on 5 of the 31"));
    let prompt = crate::parts::shorten(&fixture::coach_label(0).prompt, 90);
    harness.get_by_label(&prompt).click_accesskit();
    harness.run_ok();
    put(&mut harness, fixture::coached_sheets(3));
    assert!(shows(&harness, "Ada: B is better"));
    let sent = click(&mut harness, &say("feedback-again"));
    assert!(matches!(sent.as_slice(), [ProjectCommand::SitDown { .. }]));
}

#[test]
fn doubtful_labels_are_looked_for_by_their_texts() {
    let mut harness = reviewing();
    tap(&mut harness, &say("feedback-review-only"));
    write(&mut harness, &say("feedback-review-text"), "refund");
    let sent = click(&mut harness, "Look through them");
    let [ProjectCommand::SitDown { filter, .. }] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(filter.text.as_deref(), Some("refund"));
}

#[test]
fn every_view_holds_in_small_windows_and_in_german() {
    let small = Vec2::new(900.0, 600.0);
    let windows = [
        Window { size: small, stretch: 1.4, ..Window::default() },
        Window { size: small / 2.0, ..Window::default() },
        Window { size: small, language: "de", ..Window::default() },
    ];
    for window in &windows {
        for word in [
            "feedback-view-rules",
            "feedback-view-who",
            "feedback-view-trial",
            "feedback-view-labels",
            "feedback-view-differences",
        ] {
            let harness = view(window, Stage::Answered, word);
            assert_all_is_seen(&harness, window, word);
        }
    }
}

/// The page of a project whose coach is a server.
fn served() -> Harness<'static, App> {
    let mut harness = open(&large(), Stage::Answered, HERE);
    fixture::fill_served(harness.state_mut().state_mut());
    harness.run_ok();
    harness
}

#[test]
fn nothing_goes_to_a_server_before_somebody_has_seen_it_and_agreed() {
    let mut harness = served();
    harness.state_mut().sent.clear();
    tap(&mut harness, "Let the coach judge");
    assert!(jobs(&harness).is_empty(), "nobody has agreed");
    tap(&mut harness, &say("leaves-look"));
    assert!(matches!(jobs(&harness).as_slice(), [(JobKind::Leaving, JobSpec::Leaving(spec))] if spec.trial.is_none()));
    fixture::leaves(harness.state_mut().state_mut());
    harness.run_ok();
    for said in ["240 questions go to models.example.com", "0.21 EUR at most", &fixture::texts(3).0] {
        assert!(shows(&harness, said), "{said}");
    }
    tap(&mut harness, "Let the coach judge");
    assert_eq!(jobs(&harness).len(), 1, "it was seen and not agreed to");
    tap(&mut harness, "I agree that this project's prompts, answers and rules are sent to models.example.com");
    tap(&mut harness, "Let the coach judge");
    let begun = jobs(&harness);
    let judging = begun.iter().find(|(kind, _)| *kind == JobKind::Judge);
    let Some((_, JobSpec::Run(run))) = judging else { panic!("{begun:?}") };
    assert!(run.endpoint.is_agreed && run.endpoint.key.is_none());
    assert!(run.endpoint.ledger.as_ref().is_some_and(|ledger| ledger.starts_with(&run.project)));
}

#[test]
fn who_has_agreed_before_is_not_asked_again_and_what_it_costs_is_seen() {
    let mut harness = served();
    let state = harness.state_mut().state_mut();
    let project = state.project.as_ref().expect("a project").settings.id.clone();
    let agreed = whetstone_core::feedback::coach::endpoint::Endpoint { projects: vec![project], ..fixture::server() };
    state.endpoints = crate::state::EndpointsState::knowing(vec![agreed]);
    harness.run_ok();
    harness.state_mut().sent.clear();
    tap(&mut harness, "Let the coach judge");
    let begun = jobs(&harness);
    let [(JobKind::Judge, JobSpec::Run(run))] = begun.as_slice() else { panic!("{begun:?}") };
    assert!(!run.endpoint.is_agreed, "it is remembered by the machine");
    fixture::spending(harness.state_mut().state_mut());
    harness.run_ok();
    assert!(shows(&harness, "Spent so far: 0.05 EUR") && shows(&harness, "25% of what it may cost"));
}

#[test]
fn a_server_that_this_computer_does_not_know_is_asked_nothing() {
    let mut harness = served();
    harness.state_mut().state_mut().endpoints = crate::state::EndpointsState::knowing(Vec::new());
    harness.run_ok();
    harness.state_mut().sent.clear();
    assert!(shows(&harness, "This computer knows no server called large"));
    tap(&mut harness, "Let the coach judge");
    assert!(jobs(&harness).is_empty());
    tap(&mut harness, &say("coach-server-add"));
    assert_eq!(harness.state().state().place, Place::Settings);
}
