//! What is to be done now, by every method and at every stage.

use egui::Vec2;
use whetstone_core::desk::WaitingReview;
use whetstone_core::feedback::people::{ReviewFilter, ReviewReason};
use whetstone_core::job::JobSpec;
use whetstone_core::method::{Asked, RECIPES, StageKind};

use super::*;
use crate::command::JobCommand;
use crate::work::JobKind;

/// The stage that the newest job was to go on to.
fn until(harness: &mut Harness<'static, App>, button: &str) -> Option<String> {
    harness.state_mut().sent.clear();
    harness.get_by_label(button).click();
    harness.run_ok();
    harness.state().sent.iter().find_map(|sent| match sent {
        Command::Job(JobCommand::Start { kind: JobKind::Judge, spec }) => match spec.as_ref() {
            JobSpec::Run(run) if run.beside && !run.again => run.until.clone(),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn a_sitting_begins_with_a_name_which_is_kept() {
    let mut harness = page(Stage::Answered);
    harness.state_mut().state_mut().settings.annotator = "Zoe".to_owned();
    harness.run_ok();
    let sent = click(&mut harness, "Begin to judge");
    let wanted =
        ProjectCommand::SitDown { annotator: "Ada".to_owned(), asked: Asked::Fresh, filter: ReviewFilter::default() };
    assert_eq!(sent, [wanted]);
    assert_eq!(harness.state().state().settings.annotator, "Ada", "what the field showed is kept");
}

#[test]
fn the_keyboard_alone_begins_a_sitting() {
    let mut harness = page(Stage::Answered);
    drop(asked(&mut harness));
    for _ in 0..40 {
        harness.key_press(Pressed::Tab);
        harness.run_ok();
        if harness.get_by_label("Begin to judge").is_focused() {
            break;
        }
    }
    harness.key_press(Pressed::Enter);
    assert!(matches!(asked(&mut harness).as_slice(), [ProjectCommand::SitDown { .. }]));
    write(&mut harness, "Your name", " Lovelace");
    harness.key_press(Pressed::Enter);
    let sent = asked(&mut harness);
    let [ProjectCommand::SitDown { annotator, .. }] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(annotator, "Ada Lovelace");
}

#[test]
fn a_round_is_approved_once_nothing_is_doubtful_or_anyway() {
    let mut harness = reviewing();
    let approve = ProjectCommand::Approve { annotator: "Ada".to_owned() };
    assert!(shows(&harness, "25 labels are doubtful"));
    assert_eq!(click(&mut harness, "Approve without looking at the rest"), std::slice::from_ref(&approve));
    let sent = click(&mut harness, "Look through them");
    assert!(matches!(sent.as_slice(), [ProjectCommand::SitDown { asked: Asked::Doubtful, .. }]), "{sent:?}");
    // Without the ties.
    harness.get_by_label("the coach could not tell the answers apart").click();
    let sent = click(&mut harness, "Look through them");
    let [ProjectCommand::SitDown { filter, .. }] = sent.as_slice() else { panic!("{sent:?}") };
    assert!(!filter.reasons.contains(&ReviewReason::MachineTie) && filter.reasons.len() == 3);
    let none = WaitingReview { why: ReviewReason::LowMargin, count: 0 };
    put(&mut harness, vec![(Ask::WaitingReviews, Sheet::WaitingReviews([none].into()))]);
    assert_eq!(click(&mut harness, "Approve this round's labels"), [approve]);
}

#[test]
fn a_machine_goes_on_as_far_as_it_needs_no_people() {
    let machines = [
        ("rlaif", Stage::Answered, "Let the coach judge", StageKind::CoachJudges),
        ("hybrid-d", Stage::Answered, "Let the coach judge", StageKind::CoachJudges),
        (
            "hybrid-a",
            Stage::Judged,
            "Let the preference model learn and judge the rest",
            StageKind::PreferenceModelJudges,
        ),
        ("hybrid-b", Stage::Judged, "Choose the rules by your labels, then judge the rest", StageKind::CoachJudges),
    ];
    for (method, stage, button, wanted) in machines {
        let mut harness = page_of(stage, method);
        assert_eq!(until(&mut harness, button).as_deref(), Some(wanted.id()), "{method}");
    }
}

#[test]
fn a_job_that_fails_says_why_and_can_be_begun_again() {
    let mut harness = page_of(Stage::Answered, "rlaif");
    assert!(until(&mut harness, "Let the coach judge").is_some());
    // There is no engine: it fails as soon as its thread has tried.
    while harness.state().state().jobs.runs(JobKind::Judge) {
        std::thread::yield_now();
        harness.run_ok();
    }
    harness.run_ok();
    let job = harness.state().state().jobs.of(JobKind::Judge);
    let what = job.and_then(|job| job.failure()).expect("it failed").what.clone();
    assert!(shows(&harness, &what), "{what}");
    assert!(until(&mut harness, "Let the coach judge").is_some());
}

#[test]
fn every_method_has_a_sensible_page_at_every_stage() {
    let next = [
        "Go to the",
        "Begin to judge",
        "Go on judging",
        "Let the",
        "Choose the rules by",
        "Look through them",
        "Go on to the",
        "Finish",
        "Stop for now",
    ];
    for recipe in RECIPES {
        for stage in Stage::ALL {
            for (size, text_size, stretch) in [(Vec2::new(900.0, 600.0), 1.0, 1.4), (Vec2::new(450.0, 300.0), 2.0, 1.0)]
            {
                let window = Window { size, text_size, stretch, ..Window::default() };
                let mut harness = open(&window, stage, HERE);
                if stage != Stage::Nothing {
                    let state = harness.state_mut().state_mut();
                    state.project = Some(Arc::new(fixture::project(stage, recipe.id)));
                    state.sitting = state.sitting.take().filter(|_| recipe.has(StageKind::PeopleJudge));
                }
                harness.run_ok();
                if recipe.has(StageKind::Review) && stage == Stage::Judged {
                    put(&mut harness, fixture::reviewing_sheets());
                }
                let has_next = next.iter().any(|label| harness.query_all_by_label_contains(label).next().is_some());
                assert!(has_next, "{} {stage:?}: what is to be done?", recipe.id);
            }
        }
    }
}

#[test]
fn what_comes_first_is_said_with_a_button_that_goes_there() {
    let first = [
        (Stage::Nothing, "Go to the projects", Step::Start),
        (Stage::New, "Go to the method", Step::Method),
        (Stage::Prompts, "Go to the answers", Step::Answers),
        (Stage::Judged, "Go on to the training", Step::Train),
        (Stage::Trained, "Go on to the comparison", Step::Compare),
        (Stage::Compared, "Go on to the export", Step::Export),
    ];
    for (stage, button, step) in first {
        let mut harness = page(stage);
        harness.get_by_label(button).click();
        harness.run_ok();
        assert_eq!(harness.state().state().place, Place::Step(step), "{stage:?}");
    }
}
