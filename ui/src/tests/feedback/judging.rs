//! A sitting: what keys and buttons say, what is corrected, what is settled.

use egui::Modifiers;
use egui_kittest::kittest::NodeT;
use whetstone_core::desk::Refused;
use whetstone_core::feedback::people::{ReviewAction, ReviewReason, Side};
use whetstone_core::method::Asked;

use super::*;
use crate::command::UiCommand;
use crate::keys::{LabelAction, key_of};

#[test]
fn every_key_and_every_button_says_what_it_should() {
    let mut harness = page(Stage::Judging);
    let said = [
        (LabelAction::First, Key::First, "First is better"),
        (LabelAction::Second, Key::Second, "Second is better"),
        (LabelAction::Tie, Key::Tie, "Both equally good"),
        (LabelAction::BothBad, Key::BothBad, "Both are bad"),
        (LabelAction::Skip, Key::Skip, "Skip"),
        (LabelAction::Next, Key::Next, "Later"),
        (LabelAction::Undo, Key::Undo, "Undo"),
    ];
    assert_eq!(said.len() + 1, LabelAction::ALL.len(), "and the correction, which asks first");
    for (action, key, button) in said {
        let pressed = key_of(&harness.state().state().settings, action);
        assert_eq!(key_sent(&press(&mut harness, pressed)), Some(key), "{action:?} by its key");
        assert_eq!(key_sent(&click(&mut harness, button)), Some(key), "{action:?} by its button");
    }
    assert!(press(&mut harness, Pressed::Q).is_empty());
    assert_eq!(click(&mut harness, "Stop for now"), [ProjectCommand::StandUp]);
}

#[test]
fn chosen_keys_say_it_and_show_it() {
    let mut harness = page(Stage::Judging);
    let state = harness.state_mut().state_mut();
    state.settings.keys.insert("first".to_owned(), "J".to_owned());
    state.settings.keys.insert("second".to_owned(), "D".to_owned());
    assert_eq!(key_sent(&press(&mut harness, Pressed::J)), Some(Key::First));
    assert!(press(&mut harness, Pressed::Num1).is_empty());
    // The key that marks what differs was given away.
    assert_eq!(key_sent(&press(&mut harness, Pressed::D)), Some(Key::Second));
    assert!(!harness.state().state().settings.show_differences);
    assert!(harness.query_by_label("J").is_some(), "it stands beside the answer");
}

#[test]
fn what_is_pressed_while_an_answer_is_kept_waits_and_is_not_lost() {
    let mut harness = page(Stage::Judging);
    harness.state_mut().state_mut().is_keeping = true;
    harness.key_press(Pressed::Num2);
    harness.run_ok();
    harness.key_press(Pressed::Num3);
    harness.run_ok();
    let is_of_sitting = |sent: &Command| matches!(sent, Command::Project(command) if command.is_of_sitting());
    assert!(!harness.state().sent.iter().any(is_of_sitting), "{:?}", harness.state().sent);
    harness.state_mut().state_mut().is_keeping = false;
    assert_eq!(key_sent(&asked(&mut harness)), Some(Key::Second), "the first of them, once");
    assert!(asked(&mut harness).is_empty());
}

#[test]
fn whoever_types_labels_nothing() {
    let mut harness = page(Stage::Answered);
    harness.get_by_label("Your name").focus();
    harness.run_ok();
    for key in [Pressed::Num1, Pressed::E, Pressed::U, Pressed::A] {
        assert!(press(&mut harness, key).is_empty());
    }
    let mut harness = page(Stage::Judging);
    press(&mut harness, Pressed::E);
    press(&mut harness, Pressed::Num1);
    harness.run_ok();
    assert!(harness.get_by_label("How it should read").is_focused());
    for key in [Pressed::Num1, Pressed::S, Pressed::U, Pressed::D] {
        assert!(press(&mut harness, key).is_empty());
    }
    assert!(!harness.state().state().settings.show_differences);
}

#[test]
fn one_of_the_answers_is_corrected() {
    let mut harness = page(Stage::Judging);
    let second = fixture::sitting().item.expect("an item").second;
    assert!(press(&mut harness, Pressed::E).is_empty());
    assert!(shows(&harness, "Which answer would you like to correct?"));
    press(&mut harness, Pressed::Escape);
    assert!(!shows(&harness, "Which answer would you like to correct?"), "left again");
    press(&mut harness, Pressed::E);
    assert!(press(&mut harness, Pressed::Num2).is_empty(), "it says which, not which is better");
    press(&mut harness, Pressed::Escape);
    assert!(harness.query_by_label("How it should read").is_none(), "left again");
    press(&mut harness, Pressed::E);
    press(&mut harness, Pressed::Num2);
    harness.run_ok();
    assert!(harness.get_by_label("How it should read").is_focused());
    let field = harness.get_by_label("How it should read");
    assert_eq!(field.value().as_deref(), Some(second.as_str()));
    field.type_text("Kindly.");
    harness.run_ok();
    let sent = click(&mut harness, "Keep the correction");
    let [ProjectCommand::Correct { side: Side::Second, text, .. }] = sent.as_slice() else { panic!("{sent:?}") };
    assert!(text.contains("Kindly.") && text.len() == second.len() + 7, "{text}");
    // Refused: what was typed is still there.
    let refused = SittingView { refused: Some(Refused::NothingCorrected), ..fixture::sitting() };
    sit(&mut harness, refused);
    assert!(shows(&harness, "Nothing was changed"));
    assert!(harness.get_by_label("How it should read").value().is_some_and(|text| text.contains("Kindly.")));
    harness.key_press_modifiers(Modifiers::COMMAND, Pressed::Enter);
    assert!(matches!(asked(&mut harness).as_slice(), [ProjectCommand::Correct { .. }]));
    // The next comparison begins anew.
    let mut next = SittingView { done: 38, ..fixture::sitting() };
    if let Some(item) = &mut next.item {
        item.place = 38;
    }
    sit(&mut harness, next);
    assert!(harness.query_by_label("How it should read").is_none());
    assert_eq!(key_sent(&press(&mut harness, Pressed::Num1)), Some(Key::First), "keys label again");
}

#[test]
fn nothing_moves_when_the_next_pair_comes() {
    let mut harness = page(Stage::Judging);
    let places = |harness: &Harness<'static, App>| {
        ["First is better", "Undo", "First answer", "Second answer", "The prompt"]
            .map(|label| harness.get_by_label(label).rect())
    };
    let before = places(&harness);
    let mut next = SittingView { done: 38, refused: Some(Refused::NothingToUndo), ..fixture::sitting() };
    if let Some(item) = &mut next.item {
        item.place = 38;
        item.prompt = "Why? ".repeat(200);
        item.first = "A long answer. ".repeat(800);
        item.second = "Short.".to_owned();
    }
    sit(&mut harness, next);
    assert_eq!(places(&harness), before);
    press(&mut harness, Pressed::E);
    harness.run_ok();
    assert_eq!(harness.get_by_label("First answer").rect(), before[2]);
}

#[test]
fn nobody_who_judges_is_told_which_model_wrote_what() {
    let secret = |harness: &mut Harness<'static, App>, sitting: SittingView| {
        let mut project = fixture::project(Stage::Answered, "hybrid-d");
        project.settings.model = "SecretModel-7B".to_owned();
        project.settings.coach = Some("SecretCoach-7B".to_owned());
        harness.state_mut().state_mut().project = Some(Arc::new(project));
        sit(harness, sitting);
    };
    let seen = |harness: &Harness<'static, App>| {
        let texts = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            [node.label(), node.value()].into_iter().flatten().any(|text| text.contains("Secret"))
        };
        harness.query_all_by(|_| true).any(texts)
    };
    let mut harness = page(Stage::Judging);
    for sitting in [fixture::sitting(), fixture::review_sitting()] {
        secret(&mut harness, sitting);
        assert!(!seen(&harness));
    }
    harness.state_mut().state_mut().sitting = None;
    harness.run_ok();
    assert!(seen(&harness), "where nobody judges the coach is named");
}

#[test]
fn what_is_doubtful_is_settled_by_keys_and_buttons() {
    let mut harness = reviewing();
    sit(&mut harness, fixture::review_sitting());
    for text in ["the coach was not sure", "So far the first is better", "58% sure", "says what happens next"] {
        assert!(shows(&harness, text), "{text}");
    }
    let said = [
        (Pressed::A, "That is right", ReviewAction::Approve),
        (Pressed::T, "Other is better", ReviewAction::TurnOver),
        (Pressed::R, "Both are bad", ReviewAction::Reject),
    ];
    for (key, button, wanted) in said {
        for sent in [press(&mut harness, key), click(&mut harness, button)] {
            assert!(
                matches!(sent.as_slice(), [ProjectCommand::Review { action, .. }] if *action == wanted),
                "{sent:?}"
            );
        }
    }
    assert_eq!(key_sent(&press(&mut harness, Pressed::U)), Some(Key::Undo));
    assert_eq!(key_sent(&press(&mut harness, Pressed::S)), Some(Key::Skip));
    assert_eq!(key_sent(&press(&mut harness, Pressed::Num2)), Some(Key::Second));
    // Where as many say one as the other, there is nothing to approve and nothing to turn over.
    let mut even = fixture::review_sitting();
    if let Some(said) = even.item.as_mut().and_then(|item| item.review.as_mut()) {
        (said.why, said.first_is_better) = (ReviewReason::PeopleDisagree, None);
    }
    sit(&mut harness, even);
    assert!(press(&mut harness, Pressed::A).is_empty() && press(&mut harness, Pressed::T).is_empty());
    assert!(matches!(press(&mut harness, Pressed::R).as_slice(), [ProjectCommand::Review { .. }]));
}

#[test]
fn a_sitting_that_is_done_says_so_and_can_be_taken_back() {
    let mut harness = page(Stage::Judging);
    sit(&mut harness, SittingView { item: None, done: 120, ..fixture::sitting() });
    assert!(shows(&harness, "Everything is judged"));
    assert!(press(&mut harness, Pressed::Num1).is_empty());
    assert_eq!(key_sent(&press(&mut harness, Pressed::U)), Some(Key::Undo));
    assert_eq!(click(&mut harness, "Finish"), [ProjectCommand::StandUp]);
    sit(&mut harness, SittingView { asked: Asked::Result, ..fixture::sitting() });
    assert!(shows(&harness, "You are comparing old and new"), "that is judged on its own page");
    assert!(press(&mut harness, Pressed::Num1).is_empty());
}

#[test]
fn what_differs_is_marked_on_demand() {
    let mut harness = page(Stage::Judging);
    press(&mut harness, Pressed::D);
    assert!(harness.state().state().settings.show_differences);
    assert!(shows(&harness, "Hide differences"));
    harness.get_by_label("Hide differences").click();
    harness.run_ok();
    assert!(!harness.state().state().settings.show_differences);
    let is_setting = |sent: &Command| matches!(sent, Command::Ui(UiCommand::Settings(_)));
    assert!(harness.state().sent.iter().any(is_setting));
}

#[test]
fn a_break_is_suggested_after_a_while_and_can_be_taken_away() {
    let mut harness = page(Stage::Judging);
    harness.state_mut().state_mut().settings.break_minutes = 1;
    harness.run_ok();
    assert!(!shows(&harness, "A short break"));
    let now = harness.ctx.input(|input| input.time);
    harness.input_mut().time = Some(now + 90.0);
    sit(&mut harness, SittingView { done: 38, ..fixture::sitting() });
    assert!(shows(&harness, "A short break"));
    assert_eq!(key_sent(&press(&mut harness, Pressed::Num1)), Some(Key::First), "it keeps nobody from judging");
    click(&mut harness, "I had a break");
    assert!(!shows(&harness, "A short break"));
}

#[test]
fn keys_label_nothing_behind_the_question_whether_to_close() {
    let mut harness = page(Stage::Judging);
    fixture::training::running(harness.state_mut().state_mut(), Vec::new());
    harness.state_mut().state_mut().is_closing = true;
    assert!(press(&mut harness, Pressed::Num1).is_empty());
    assert!(harness.state().state().is_closing);
    // What ran has ended: nothing keeps the window open.
    fixture::training::paused(harness.state_mut().state_mut());
    harness.run_ok();
    assert!(!harness.state().state().is_closing);
}
