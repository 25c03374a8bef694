//! The page of the comparison.

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde::Deserialize;
use serde_json::json;
use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::domain::{Text, UserMessage};
use whetstone_core::evaluate::{Estimate, Outcome as Compared, Report, Results};
use whetstone_core::job::{GenerateSpec, JobEvent, JobSpec, Outcome};
use whetstone_core::method::Asked;

use super::Window;
use super::fixture::{Stage, sitting, training};
use super::train::{click, page, shows, started};
use crate::app::App;
use crate::command::{Command, JobCommand, Place, UiCommand};
use crate::state::State;
use crate::work::JobKind;

/// A window in which the whole page is seen.
fn tall() -> Window {
    Window { size: vec2(1180.0, 4400.0), ..Window::default() }
}

fn projects_told(harness: &Harness<'_, App>) -> Vec<ProjectCommand> {
    let told = |command: &Command| match command {
        Command::Project(command) => Some(command.clone()),
        _ => None,
    };
    harness.state().sent.iter().filter_map(told).collect()
}

fn comparing() -> (JobKind, Option<String>, bool) {
    (JobKind::Compare, Some("evaluate".to_owned()), false)
}

/// Old and new have answered, and people have so many of eighty comparisons behind them.
fn answered(state: &mut State, judged: usize) {
    training::change(state, |view| {
        let round = view.standing.rounds.last_mut().expect("a round");
        (round.holdout_comparisons, round.holdout_judged_by_people) = (80, judged);
    });
}

#[test]
fn before_there_is_an_adapter_it_says_what_comes_first() {
    for (stage, step, go) in
        [(Stage::Nothing, Step::Start, "Go to: Start"), (Stage::Judged, Step::Train, "Go to: Train")]
    {
        let mut harness = page(&tall(), stage, Step::Compare, |_| {});
        assert!(!shows(&harness, "Who compares the answers?"), "{stage:?}");
        click(&mut harness, go);
        assert_eq!(harness.state().state().place, Place::Step(step));
    }
}

#[test]
fn whoever_compares_is_chosen_with_what_it_costs() {
    let judges =
        [("The coach", "coach"), ("Rules that a program checks", "rules"), ("The example’s own program", "example")];
    for (label, id) in judges {
        let mut harness = page(&tall(), Stage::Trained, Step::Compare, |_| {});
        assert!(shows(&harness, "up to 80 comparisons"));
        click(&mut harness, label);
        let told = projects_told(&harness);
        assert!(
            matches!(&told[..], [ProjectCommand::Change(changes)] if changes.judge.as_deref() == Some(id)),
            "{label}: {told:?}"
        );
    }
    let harness = page(&tall(), Stage::Trained, Step::Compare, |state| {
        training::change(state, |view| view.settings.is_example = false);
    });
    assert!(shows(&harness, "The coach") && !shows(&harness, "own program"));
    // Where a program can check no rule, it is not offered.
    let harness =
        page(&tall(), Stage::Trained, Step::Compare, |state| training::change(state, |view| view.rubric = None));
    assert!(shows(&harness, "The coach") && !shows(&harness, "Rules that a program checks"));
}

#[test]
fn the_comparison_is_begun_by_the_keyboard_alone() {
    let mut harness = page(&Window::default(), Stage::Trained, Step::Compare, |_| {});
    super::hands::press(&mut harness, "Compare old and new");
    assert_eq!(started(&harness), [comparing()]);
}

#[test]
fn people_sit_down_to_what_is_left_and_see_the_result_after_the_last() {
    let mut harness = page(&tall(), Stage::Trained, Step::Compare, |state| answered(state, 20));
    assert!(shows(&harness, "60 of 80 comparisons are left, about 10 minutes"));
    click(&mut harness, "Go on comparing");
    let told = projects_told(&harness);
    assert!(
        matches!(&told[..], [ProjectCommand::SitDown { annotator, asked: Asked::Result, .. }] if annotator == "Ada"),
        "{told:?}"
    );

    // While somebody judges, nothing else is on the page: no figure may say which answer is the new one.
    let judging = |state: &mut State| {
        answered(state, 20);
        state.sitting = Some(whetstone_core::desk::SittingView { asked: Asked::Result, ..sitting() });
    };
    let harness = page(&tall(), Stage::Trained, Step::Compare, judging);
    assert!(!shows(&harness, "Ask both") && !shows(&harness, "Who compares"));
    assert!(shows(&harness, &sitting().item.expect("it is there").prompt));

    let through = |state: &mut State| {
        answered(state, 80);
        let sitting = sitting();
        state.sitting = Some(whetstone_core::desk::SittingView { asked: Asked::Result, item: None, ..sitting });
    };
    let mut harness = page(&tall(), Stage::Trained, Step::Compare, through);
    click(&mut harness, "Show the result");
    assert!(matches!(projects_told(&harness)[..], [ProjectCommand::StandUp]));
    assert_eq!(started(&harness), [comparing()]);

    let mut harness = page(&tall(), Stage::Trained, Step::Compare, |state| answered(state, 80));
    click(&mut harness, "Show the result");
    assert_eq!(started(&harness), [comparing()]);
}

#[test]
fn a_comparison_that_failed_says_why_and_can_be_begun_again() {
    let mut harness = page(&tall(), Stage::Trained, Step::Compare, |state| {
        let message = UserMessage::new("the coach's folder is gone").with_hint("choose another coach");
        let spec = state.jobs.of(JobKind::Forecast).expect("it is there").spec.clone();
        state.jobs.pretend(JobKind::Compare, spec, vec![JobEvent::Ended(Outcome::Failed { message })]);
    });
    assert!(shows(&harness, "the coach's folder is gone") && shows(&harness, "choose another coach"));
    click(&mut harness, "Compare old and new");
    assert_eq!(started(&harness), [comparing()]);
}

#[test]
fn a_result_is_said_in_large_words_with_its_figures() {
    let mut harness = page(&tall(), Stage::Compared, Step::Compare, |_| {});
    for part in [
        "Ship it",
        "very likely between",
        "60 won, 8 even, 12 lost, on 20 prompts",
        "Answers that meet the rubric: 31% before, 74% after",
        "says-hello: 50% before, 90% after",
        "Fluency: 96% before, 97% after",
        "the new answer was preferred",
        "neither was preferred",
        "Compared by: Ada and Ben. Nobody was told",
        "If both were always equally long",
        "preferred in 74% of the comparisons",
        "very likely between 58% and 87%",
    ] {
        assert!(shows(&harness, part), "{part}");
    }
    assert!(!shows(&harness, "Different answers, as a share of all"), "variety was not measured");
    // Each figure says what it speaks for, once somebody asks why.
    assert!(!shows(&harness, "Its answers are preferred more often"));
    click(&mut harness, "Why: each figure, and what it speaks for");
    assert!(shows(&harness, "Its answers are preferred more often than the old one's: win rate 80%"));
    assert!(shows(&harness, "for it") && shows(&harness, "It writes as fluently as before"));
    click(&mut harness, "Open the report");
    click(&mut harness, "Show its folder");
    click(&mut harness, "Take the adapter away");
    let sent = &harness.state().sent;
    let report = std::path::Path::new("/home/ada/projects/help-desk/reports/round-1/report.html");
    assert!(sent.iter().any(|sent| matches!(sent, Command::Ui(UiCommand::Reveal(path)) if path == report)));
    let folder = report.parent().expect("a folder");
    assert!(sent.iter().any(|sent| matches!(sent, Command::Ui(UiCommand::Reveal(path)) if path == folder)));
    assert!(sent.iter().any(|sent| matches!(sent, Command::Ui(UiCommand::Go(Place::Step(Step::Export))))));
}

/// The page of a comparison with other figures.
fn with_results(change: impl FnOnce(&mut Results)) -> Harness<'static, App> {
    page(&tall(), Stage::Compared, Step::Compare, |state| {
        let summary = &state.project.as_ref().expect("a project").evaluations[0].summary;
        let mut report = Report::deserialize(&summary["report"]).expect("a report");
        change(&mut report.results);
        // A report is read once: this is another one.
        training::change(state, |view| {
            (view.evaluations[0].id, view.evaluations[0].summary) = (7, report.to_json());
        });
    })
}

#[test]
fn what_was_lost_is_said_without_a_figure_that_nobody_knows() {
    let mut harness = page(&tall(), Stage::Compared, Step::Compare, |_| {});
    for part in [
        "What it still knows",
        "On 40 passages of general text it finds the right next word about as likely as before.",
        "very likely lies between \u{2212}3% and 0%",
        "The old model answers 41 of them rightly. The new one still answers 39 of those rightly.",
        "Arithmetic: 7 of 9 still right",
        "Prescribed forms: 14 of 14 still right",
        "On 24 ordinary questions it chooses its words somewhat differently",
        "In 82% of them it leans towards the better answer",
        "very likely between 71% and 90%",
        "more than before: by 1.36",
    ] {
        assert!(shows(&harness, part), "{part}");
    }
    assert!(!shows(&harness, "erplexity"));
    // The questions that were lost are there to read, with both answers.
    assert!(!shows(&harness, "How many minutes are two hours?"));
    click(&mut harness, "Arithmetic: read what was lost (2)");
    assert!(shows(&harness, "How many minutes are two hours?") && shows(&harness, "Two hours are long."));
    assert!(!shows(&harness, "Prescribed forms: read what was lost"));
}

#[test]
fn what_was_lost_for_certain_is_marked() {
    let less = Estimate::within(0.22, 0.18, 0.26);
    let harness = with_results(|results| {
        let text = results.forgetting.as_mut().and_then(|forgetting| forgetting.text.as_mut()).expect("a text");
        text.nats_a_token = less;
    });
    assert!(shows(&harness, "finds the right next word 20% less likely than before"));
    assert!(shows(&harness, "lies between \u{2212}23% and \u{2212}16%"));
    let harness = with_results(|results| {
        let forgetting = results.forgetting.as_mut().expect("it was measured");
        forgetting.text.as_mut().expect("a text").nats_a_token = Estimate::within(-0.1, -0.12, -0.08);
        forgetting.shift.as_mut().expect("a shift").nats_a_token = Estimate::given(0.9);
    });
    assert!(shows(&harness, "finds the right next word 11% likelier than before"));
    assert!(shows(&harness, "chooses its words quite differently") && shows(&harness, "has changed much"));
    let harness = with_results(|results| {
        let forgetting = results.forgetting.as_mut().expect("it was measured");
        forgetting.text.as_mut().expect("a text").nats_a_token = Estimate::within(0.03, 0.02, 0.04);
        forgetting.shift.as_mut().expect("a shift").nats_a_token = Estimate::within(1.6, 1.4, 1.8);
        forgetting.checks[0].still_passed = 2;
    });
    assert!(shows(&harness, "3% less likely than before, which hardly shows"));
    assert!(shows(&harness, "it has become another model (1.60 nats a token)"));
    assert!(shows(&harness, "more than chance explains") && !shows(&harness, "Chance explains so few"));
    // A model that passed no question before cannot show that it lost one.
    let harness = with_results(|results| {
        for kind in &mut results.forgetting.as_mut().expect("it was measured").checks {
            (kind.passed_before, kind.still_passed) = (0, 0);
            kind.lost.clear();
        }
    });
    assert!(shows(&harness, "The old model answers none of the 60 questions rightly"));
    assert!(!shows(&harness, "still right"));
    // One that could do nothing at all before has lost nothing that could be seen here.
    let harness = with_results(|results| {
        let forgetting = results.forgetting.as_mut().expect("it was measured");
        forgetting.checks.clear();
        forgetting.text.as_mut().expect("a text").perplexity_before = 4000.0;
    });
    assert!(shows(&harness, "The old model could do none of this before"));
    assert!(!shows(&harness, "passages of general text") && !shows(&harness, "ordinary questions"));
}

#[test]
fn how_much_more_it_takes_to_be_sure_is_said_where_it_is_not() {
    let even = [(Compared::Loss, 9), (Compared::Win, 11)];
    let harness = page(&tall(), Stage::Compared, Step::Compare, |state| training::compared(state, &even));
    assert!(shows(&harness, "If the difference is as large as it looks, about "));
    let same = [(Compared::Loss, 10), (Compared::Win, 10)];
    let harness = page(&tall(), Stage::Compared, Step::Compare, |state| training::compared(state, &same));
    assert!(shows(&harness, "Even 10\u{2009}000 more held-out prompts may not show a difference"));
    let harness = page(&tall(), Stage::Compared, Step::Compare, |_| {});
    assert!(!shows(&harness, "more held-out prompts") && !shows(&harness, "however often you look"));
    let harness = with_results(|results| {
        results.win_rate.as_mut().expect("it was compared").for_early_looks = true;
    });
    assert!(shows(&harness, "however often you look"));
}

#[test]
fn what_was_not_measured_is_not_there() {
    let harness = with_results(|results| {
        (results.forgetting, results.rewards, results.win_rate_at_equal_length) = (None, None, None);
    });
    for part in ["What it still knows", "Verdicts that were set aside", "equally long"] {
        assert!(!shows(&harness, part), "{part}");
    }
    assert!(shows(&harness, "Ship it") && shows(&harness, "60 won"));
}

#[test]
fn while_people_compare_nothing_says_how_it_stands() {
    let harness = page(&tall(), Stage::Trained, Step::Compare, |state| answered(state, 20));
    assert!(shows(&harness, "shown after the last comparison"));
    assert!(!shows(&harness, "won,") && !shows(&harness, "preferred"));
}

#[test]
fn a_result_that_is_not_to_be_shipped_says_so_and_offers_another_round() {
    let worse = [(Compared::Loss, 18), (Compared::Win, 2)];
    let even = [(Compared::Loss, 10), (Compared::Win, 10)];
    let leaning = [(Compared::Loss, 7), (Compared::Win, 13)];
    for (outcomes, verdict) in [(worse, "Do not ship"), (even, "Do not ship"), (leaning, "More labels first")] {
        let mut harness = page(&tall(), Stage::Compared, Step::Compare, |state| training::compared(state, &outcomes));
        assert!(shows(&harness, verdict), "{verdict}");
        click(&mut harness, "Another round");
        assert_eq!(started(&harness), [(JobKind::Answer, Some("answer".to_owned()), true)]);
    }
}

#[test]
fn where_too_few_prompts_were_compared_the_way_to_more_is_open() {
    let few = [(Compared::Win, 4)];
    let mut harness = page(&tall(), Stage::Compared, Step::Compare, |state| training::compared(state, &few));
    assert!(shows(&harness, "More labels first") && shows(&harness, "Add prompts until at least 20 are set aside"));
    click(&mut harness, "Add prompts");
    assert_eq!(harness.state().state().place, Place::Step(Step::Prompts));
    let enough = page(&tall(), Stage::Compared, Step::Compare, |_| {});
    assert!(!shows(&enough, "Add prompts"));
}

#[test]
fn in_a_project_the_advice_is_what_the_main_button_does() {
    let leaning = [(Compared::Loss, 7), (Compared::Win, 13)];
    let harness = page(&tall(), Stage::Compared, Step::Compare, |state| training::compared(state, &leaning));
    assert!(shows(&harness, "label more answers and go another round") && !shows(&harness, "--resume"));
}

#[test]
fn questions_that_were_gained_are_weighed_against_those_that_were_lost() {
    let harness = with_results(|results| {
        results.forgetting.as_mut().expect("it was measured").checks[2].gained = 3;
    });
    assert!(shows(&harness, "Gained: 3 that the old one does not answer rightly"));
    assert!(!shows(&harness, "Chance explains so few"));
}

/// What the models were asked: old, new.
fn asked(harness: &Harness<'_, App>) -> Vec<(JobKind, GenerateSpec)> {
    let asked = |command: &Command| match command {
        Command::Job(JobCommand::Start { kind, spec }) => match &**spec {
            JobSpec::Generate(spec) => Some((*kind, spec.clone())),
            _ => None,
        },
        _ => None,
    };
    harness.state().sent.iter().filter_map(asked).collect()
}

fn ask(harness: &mut Harness<'_, App>, question: &str) {
    harness.state_mut().state_mut().jobs.is_held = true;
    harness.get_by_label("Your question").focus();
    harness.run_ok();
    harness.get_by_label("Your question").type_text(question);
    harness.run_ok();
    click(harness, "Ask both");
}

/// Has both models answer what they were asked last.
fn answer(harness: &mut Harness<'_, App>, answers: [&str; 2], chat_template: bool) {
    let asked = asked(harness);
    for ((kind, spec), answer) in asked.into_iter().rev().take(2).zip([answers[1], answers[0]]) {
        let record = json!({"prompt": spec.prompt, "completion": answer, "chat_template": chat_template});
        let ended = JobEvent::Ended(Outcome::Completed { summary: serde_json::Map::new() });
        let events = vec![JobEvent::Output { record }, ended];
        harness.state_mut().state_mut().jobs.pretend(kind, JobSpec::Generate(spec), events);
    }
    harness.run_ok();
}

#[test]
fn both_models_are_asked_the_same_and_answer_side_by_side() {
    let mut harness = page(&tall(), Stage::Compared, Step::Compare, |_| {});
    ask(&mut harness, "Where is my parcel?");
    let asked = asked(&harness);
    let [(JobKind::ChatOld, old), (JobKind::ChatNew, new)] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((old.adapter.clone(), &old.prompt), (None, &new.prompt));
    assert!(new.adapter.as_ref().is_some_and(|folder| folder.ends_with("runs/1")));
    assert_eq!(old.prompt, Some(Text::Plain("Where is my parcel?".to_owned())));
    assert!(old.sampling.greedy && old.sampling.samples == 1);
    answer(&mut harness, ["No idea.", "It comes tomorrow."], true);
    assert!(shows(&harness, "No idea.") && shows(&harness, "It comes tomorrow."));
    click(&mut harness, "Clear the talk");
    assert!(!shows(&harness, "It comes tomorrow."));
}

#[test]
fn a_model_that_converses_is_told_what_was_said_in_its_own_column() {
    let own_model = |state: &mut State| {
        training::change(state, |view| view.settings.model = "/models/chat".to_owned());
    };
    let mut harness = page(&tall(), Stage::Compared, Step::Compare, own_model);
    ask(&mut harness, "Hello");
    answer(&mut harness, ["Hi, old.", "Hi, new."], true);
    click(&mut harness, "With chance");
    harness.state_mut().sent.clear();
    ask(&mut harness, "And now?");
    let asked = asked(&harness);
    for ((_, spec), said) in asked.iter().zip(["Hi, old.", "Hi, new."]) {
        let Some(Text::Messages(messages)) = &spec.prompt else { panic!("{spec:?}") };
        let said_so_far: Vec<&str> = messages.iter().map(|message| message.content.as_str()).collect();
        assert_eq!(said_so_far, ["Hello", said, "And now?"]);
        assert!(!spec.sampling.greedy);
    }
    assert_eq!(asked.len(), 2);
}

#[test]
fn an_answer_that_failed_says_why() {
    let mut harness = page(&tall(), Stage::Compared, Step::Compare, |_| {});
    ask(&mut harness, "Hello");
    let message = UserMessage::new("the model's folder is gone").with_hint("choose it again");
    for (kind, spec) in asked(&harness) {
        let ended = JobEvent::Ended(Outcome::Failed { message: message.clone() });
        harness.state_mut().state_mut().jobs.pretend(kind, JobSpec::Generate(spec), vec![ended]);
    }
    harness.run_ok();
    assert!(shows(&harness, "the model's folder is gone") && shows(&harness, "choose it again"));
}

#[test]
fn nothing_moves_where_nothing_happens_in_any_window() {
    let windows = [
        Window { size: vec2(900.0, 600.0), ..Window::default() },
        Window { stretch: 1.4, ..Window::default() },
        Window { text_size: 2.0, ..Window::default() },
        Window { language: "de", ..Window::default() },
    ];
    for window in &windows {
        for stage in [Stage::Trained, Stage::Compared] {
            let mut harness = page(window, stage, Step::Compare, |_| {});
            assert!(harness.run_ok().is_some(), "{stage:?} goes on moving in {window:?}");
        }
    }
}
