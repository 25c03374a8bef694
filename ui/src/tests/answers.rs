//! The page of the answers.

use std::sync::Arc;

use egui_kittest::Harness;
use whetstone_core::desk::{AnswerRow, Ask, ProjectCommand, Sheet, Step};
use whetstone_core::domain::UserMessage;
use whetstone_core::job::{EndpointUse, JobEvent, JobSpec, Outcome, Progress, ProjectChanges, RunSpec};

use super::fixture::Stage;
use super::hands::{click, jobs, of_project, press, shows};
use super::{Window, open};
use crate::app::App;
use crate::command::{Command, JobCommand, Place, UiCommand};
use crate::work::JobKind;

const PAGE: Place = Place::Step(Step::Answers);

fn at(stage: Stage) -> Harness<'static, App> {
    let size = egui::vec2(1180.0, 1400.0);
    let mut harness = open(&Window { size, ..Window::default() }, stage, PAGE);
    harness.run_ok();
    harness
}

fn run(again: bool) -> JobSpec {
    JobSpec::Run(RunSpec {
        project: "/home/ada/projects/help-desk".into(),
        again,
        until: Some("answer".to_owned()),
        beside: true,
        endpoint: EndpointUse::default(),
        compute: whetstone_core::domain::ComputeSettings::default(),
    })
}

fn changed(harness: &Harness<'static, App>) -> ProjectChanges {
    match of_project(harness).pop() {
        Some(ProjectCommand::Change(changes)) => *changes,
        other => panic!("no change was asked for but {other:?}"),
    }
}

#[test]
fn the_model_is_made_to_answer_and_again_in_another_round() {
    let mut harness = at(Stage::Prompts);
    assert!(shows(&harness, "The answers come from the starter model."));
    press(&mut harness, "Let it answer 40 prompts");
    assert_eq!(jobs(&harness), [(JobKind::Answer, run(false))]);
    let mut harness = at(Stage::Compared);
    assert!(shows(&harness, "with the adapter of run 1"));
    press(&mut harness, "Begin round 2 and let it answer");
    assert_eq!(jobs(&harness), [(JobKind::Answer, run(true))]);
    let mut harness = at(Stage::Answered);
    press(&mut harness, "Go on to: Feedback");
    assert_eq!(harness.state().state().place, Place::Step(Step::Feedback));
}

#[test]
fn what_comes_first_is_said() {
    for (stage, button, step) in
        [(Stage::Nothing, "Choose a project", Step::Start), (Stage::New, "Go on to: Method", Step::Method)]
    {
        let mut harness = at(stage);
        press(&mut harness, button);
        assert_eq!(harness.state().state().place, Place::Step(step));
    }
}

#[test]
fn how_many_and_how_varied_is_chosen_with_what_follows() {
    let mut harness = at(Stage::Prompts);
    assert!(shows(&harness, "40 prompts with 4 answers each make 160 answers, and about 240 comparisons"));
    click(&mut harness, "6");
    assert_eq!(changed(&harness), ProjectChanges { samples: Some(6), ..ProjectChanges::default() });
    for (word, temperature) in [("Steady", 0.7), ("Balanced", 0.9), ("Bold", 1.2)] {
        press(&mut harness, word);
        assert_eq!(changed(&harness), ProjectChanges { temperature: Some(temperature), ..ProjectChanges::default() });
    }
    click(&mut harness, "Advanced");
    for name in ["Chance in the answers", "Longest answer in tokens", "Comparisons of a prompt at most"] {
        assert!(shows(&harness, name));
    }
}

#[test]
fn answers_are_seen_while_they_come_and_it_can_be_stopped() {
    let mut harness = at(Stage::Answered);
    let progress = Progress { stage: "answering".to_owned(), done: 12, total: Some(160), unit: "answers".to_owned() };
    let told = vec![JobEvent::Progress(progress)];
    let id = harness.state_mut().state_mut().jobs.pretend(JobKind::Answer, run(false), told);
    let newest = Ask::NewestAnswers { most: 12 };
    harness.run_ok();
    let row = AnswerRow {
        id: 1,
        prompt: 1,
        prompt_text: "Where is it?".to_owned(),
        text: "It is on its way.".to_owned(),
        origin: "starter".to_owned(),
        is_finished: true,
        is_discarded: false,
    };
    harness.state_mut().state_mut().sheets.put(newest, Ok(Sheet::Answers([row].into())));
    harness.run_ok();
    assert!(shows(&harness, "It is on its way.") && shows(&harness, "Just answered"));
    assert!(!shows(&harness, "Read the answers"));
    press(&mut harness, "Stop; what is answered is kept");
    let stops = |command: &Command| matches!(command, Command::Job(JobCommand::Stop(stopped)) if *stopped == id);
    assert!(harness.state().sent.iter().any(stops));
}

#[test]
fn a_failure_says_what_was_kept() {
    let mut harness = at(Stage::Prompts);
    let message = UserMessage::new("the model’s folder is gone").with_hint("put it back");
    let told = vec![JobEvent::Ended(Outcome::Failed { message })];
    harness.state_mut().state_mut().jobs.pretend(JobKind::Answer, run(false), told);
    harness.run_ok();
    for text in ["the model’s folder is gone", "put it back", "Every answer up to then is kept", "Let it answer"] {
        assert!(shows(&harness, text), "{text}");
    }
}

#[test]
fn answers_are_read_by_prompt_and_taken_out_and_in() {
    let mut harness = at(Stage::Answered);
    let Some(Ok(Sheet::Prompts(rows))) = harness.state().state().sheets.get(&Ask::Prompts).cloned() else {
        panic!("the prompts are there")
    };
    let answered: Vec<_> = rows.iter().filter(|row| row.answers > 0).collect();
    assert!(!shows(&harness, &rows.iter().find(|row| row.answers == 0).expect("one is set aside").text));
    let wanted = Ask::Answers { prompt: answered[1].id };
    press(&mut harness, &answered[1].text);
    assert!(harness.state().state().sheets.wanted().contains(&wanted));
    let row = |id: i64, is_discarded: bool| AnswerRow {
        id,
        prompt: answered[1].id,
        prompt_text: answered[1].text.clone(),
        text: format!("answer of number {id}"),
        origin: "starter after run 1".to_owned(),
        is_finished: id != 8,
        is_discarded,
    };
    let sheet = Sheet::Answers(Arc::new([row(7, false), row(8, true)]));
    harness.state_mut().state_mut().sheets.put(wanted, Ok(sheet));
    harness.run_ok();
    assert!(shows(&harness, "taken out") && shows(&harness, "cut off at its longest"));
    press(&mut harness, "Take answer 1 out");
    press(&mut harness, "Take answer 2 back in");
    let asked = |id: i64, is_discarded: bool| ProjectCommand::SetDiscarded { completions: vec![id], is_discarded };
    assert_eq!(of_project(&harness), [asked(7, true), asked(8, false)]);
}

#[test]
fn a_very_long_answer_is_shown_in_pieces() {
    let mut harness = at(Stage::Answered);
    let Some(&Ask::Answers { prompt }) =
        harness.state().state().sheets.wanted().iter().find(|ask| matches!(ask, Ask::Answers { .. }))
    else {
        panic!("answers are shown")
    };
    let numbers: Vec<String> = (0..10_000).map(|number| format!("{number:04} ")).collect();
    let text = numbers.concat();
    let row = AnswerRow {
        id: 7,
        prompt,
        prompt_text: String::new(),
        text: text.clone(),
        origin: "starter".to_owned(),
        is_finished: true,
        is_discarded: false,
    };
    harness.state_mut().state_mut().sheets.put(Ask::Answers { prompt }, Ok(Sheet::Answers([row].into())));
    harness.run_ok();
    assert!(shows(&harness, "Characters 1 to 4\u{2009}000 of 50\u{2009}000"));
    assert!(shows(&harness, &text[..40]) && !shows(&harness, "0801 0802"));
    press(&mut harness, "Show all");
    assert!(shows(&harness, "Characters 4\u{2009}001 to 8\u{2009}000") && shows(&harness, "0801 0802"));
    press(&mut harness, "The piece before");
    assert!(shows(&harness, "Characters 1 to 4\u{2009}000"));
    press(&mut harness, "Copy the whole text");
    assert!(super::hands::of_window(&harness).contains(&UiCommand::Copy(text)));
}
