//! The page of the training.

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use whetstone_core::desk::{Ask, ProjectCommand, Sheet, Step};
use whetstone_core::domain::{Severity, Task};
use whetstone_core::job::{JobEvent, JobSpec, Outcome};
use whetstone_core::project::store::{RunKind, RunState};
use whetstone_core::train::LOSSES;
use whetstone_core::train::presets::PRESETS;

use super::fixture::{self, Stage, training};
use super::{Window, open};
use crate::app::App;
use crate::command::{Command, JobCommand, Place, UiCommand};
use crate::state::State;
use crate::words::{Words, find_language};
use crate::work::JobKind;

/// A window in which the whole page is seen.
fn tall() -> Window {
    Window { size: vec2(1180.0, 3400.0), ..Window::default() }
}

/// The page with the project at a stage, changed meanwhile.
pub(super) fn page(
    window: &Window,
    stage: Stage,
    step: Step,
    change: impl FnOnce(&mut State),
) -> Harness<'static, App> {
    let mut harness = open(window, stage, Place::Step(step));
    change(harness.state_mut().state_mut());
    harness.run_ok();
    harness.state_mut().sent.clear();
    harness
}

pub(super) fn shows(harness: &Harness<'_, App>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

pub(super) fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.query_all_by_label(label).next().unwrap_or_else(|| panic!("there is no {label:?}")).click();
    harness.run_ok();
}

/// The stages that jobs were asked to go on to.
pub(super) fn started(harness: &Harness<'_, App>) -> Vec<(JobKind, Option<String>, bool)> {
    let started = |command: &Command| match command {
        Command::Job(JobCommand::Start { kind, spec }) => match &**spec {
            JobSpec::Run(spec) => Some((*kind, spec.until.clone(), spec.again)),
            _ => None,
        },
        _ => None,
    };
    harness.state().sent.iter().filter_map(started).collect()
}

fn projects_told(harness: &Harness<'_, App>) -> Vec<ProjectCommand> {
    let told = |command: &Command| match command {
        Command::Project(command) => Some(command.clone()),
        _ => None,
    };
    harness.state().sent.iter().filter_map(told).collect()
}

fn training() -> (JobKind, Option<String>, bool) {
    (JobKind::Train, Some("train".to_owned()), false)
}

#[test]
fn before_there_are_pairs_it_says_what_comes_first_and_goes_there() {
    for (stage, step, go) in [
        (Stage::Nothing, Step::Start, "Go to: Start"),
        (Stage::New, Step::Method, "Go to: Method"),
        (Stage::Answered, Step::Feedback, "Go to: Feedback"),
    ] {
        let mut harness = page(&tall(), stage, Step::Train, |_| {});
        assert!(!shows(&harness, "Start training"), "{stage:?}");
        click(&mut harness, go);
        assert_eq!(harness.state().state().place, Place::Step(step), "{stage:?}");
    }
}

#[test]
fn every_preset_is_a_choice_that_says_what_it_takes() {
    let mut harness = page(&tall(), Stage::Judged, Step::Train, |_| {});
    assert!(shows(&harness, "37 preference pairs: 37 from people, 0 from a machine."));
    let words = Words::new(find_language("en"));
    for preset in PRESETS {
        let name = words.row("preset", preset.id, "name", preset.id);
        let card = harness.get_by_role_and_label(egui::accesskit::Role::RadioButton, &name);
        let is_chosen = card.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True);
        assert_eq!(is_chosen, preset.id == "balanced", "{name}");
        assert!(shows(&harness, preset.meaning), "{name}");
    }
    assert!(shows(&harness, "about 1 minute, 400 MB of memory"));
    assert!(shows(&harness, "does not fit this computer") && shows(&harness, "needs 21 GB of memory"));
    click(&mut harness, "Thorough");
    let told = projects_told(&harness);
    assert!(matches!(&told[..], [ProjectCommand::Change(changes)] if changes.preset.as_deref() == Some("thorough")));
}

#[test]
fn it_is_foreseen_once_for_each_state_of_the_project() {
    let forecasts = |harness: &Harness<'_, App>| {
        let is_forecast = |command: &&Command| {
            matches!(command, Command::Job(JobCommand::Start { kind: JobKind::Forecast, spec })
                if matches!(&**spec, JobSpec::ForecastProject(spec) if spec.presets.len() == PRESETS.len()))
        };
        harness.state().sent.iter().filter(is_forecast).count()
    };
    let mut harness = open(&tall(), Stage::Judged, Place::Step(Step::Start));
    harness.state_mut().state_mut().jobs.forget_ended();
    harness.state_mut().state_mut().place = Place::Step(Step::Train);
    for _ in 0..4 {
        harness.run_ok();
    }
    assert_eq!(forecasts(&harness), 1);
    // The engine is not there: it is said, and can be asked for again by a person.
    let looked_at = std::time::Instant::now();
    while harness.state().state().jobs.runs(JobKind::Forecast) && looked_at.elapsed().as_secs() < 30 {
        harness.run_ok();
    }
    harness.run_ok();
    assert!(shows(&harness, "could not be foreseen"));
    assert_eq!(forecasts(&harness), 1);
    click(&mut harness, "Look again");
    assert_eq!(forecasts(&harness), 2);
    training::foresee(harness.state_mut().state_mut());
    harness.run_ok();
    training::change(harness.state_mut().state_mut(), |view| view.round_counts.verdicts_of_people += 1);
    harness.run_ok();
    assert_eq!(forecasts(&harness), 3);
}

#[test]
fn the_training_is_begun_by_the_keyboard_alone() {
    let mut harness = page(&Window::default(), Stage::Judged, Step::Train, |_| {});
    super::hands::press(&mut harness, "Start training");
    assert_eq!(started(&harness), [training()]);
}

#[test]
fn a_running_training_shows_its_figures_and_can_be_paused() {
    let mut harness = page(&tall(), Stage::Judged, Step::Train, |state| training::running(state, Vec::new()));
    assert!(shows(&harness, "The model learns") && shows(&harness, "Nothing unusual so far."));
    for figure in ["loss: training", "reward margin: training", "accuracy: training", "log-probability: chosen"] {
        assert!(shows(&harness, figure), "{figure}");
    }
    assert!(shows(&harness, "after 30 steps") && shows(&harness, "After 30 steps"));
    assert!(!shows(&harness, "Start training") && !shows(&harness, "Every setting of the training"));
    let pauses: Vec<_> = harness.query_all_by_label("Pause").collect();
    assert_eq!(pauses.len(), 1, "on its own page, and not in the bar of jobs too");
    pauses[0].click();
    harness.run_ok();
    let id = harness.state().state().jobs.of(JobKind::Train).map(|job| job.id);
    assert!(
        harness.state().sent.iter().any(|sent| matches!(sent, Command::Job(JobCommand::Stop(job)) if Some(*job) == id))
    );
}

#[test]
fn findings_say_what_was_seen_and_what_to_do_the_gravest_first() {
    let findings = vec![training::finding(Severity::Notice), training::finding(Severity::Error)];
    let harness = page(&tall(), Stage::Judged, Step::Train, |state| training::running(state, findings));
    for part in ["become less likely", "-66.2 at step 24", "leaves what it should", "What to do: choose the loss"] {
        assert_eq!(harness.query_all_by_label_contains(part).count(), 2, "{part}");
    }
    assert!(!shows(&harness, "Nothing unusual"));
}

#[test]
fn a_paused_training_goes_on_or_begins_anew_once_it_is_given_up() {
    let mut harness = page(&tall(), Stage::Judged, Step::Train, training::paused);
    assert!(shows(&harness, "The training is paused"));
    click(&mut harness, "Begin anew");
    assert_eq!(projects_told(&harness), [ProjectCommand::GiveUpRun { run: 1 }]);
    assert_eq!(started(&harness), []);
    training::change(harness.state_mut().state_mut(), |view| view.runs[0].state = RunState::Failed);
    harness.run_ok();
    assert_eq!(started(&harness), [training()]);

    let mut harness = page(&tall(), Stage::Judged, Step::Train, training::paused);
    click(&mut harness, "Go on");
    assert_eq!(started(&harness), [training()]);
}

#[test]
fn a_training_that_broke_off_says_what_is_kept() {
    let mut harness = page(&tall(), Stage::Judged, Step::Train, |state| training::failed(state, true));
    assert!(shows(&harness, "the engine ended before the job did") && shows(&harness, "last checkpoint is kept"));
    assert!(shows(&harness, "can go on") && !shows(&harness, "running"));
    click(&mut harness, "Go on from what was kept");
    assert_eq!(started(&harness), [training()]);

    let mut harness = page(&tall(), Stage::Judged, Step::Train, |state| training::failed(state, false));
    assert!(shows(&harness, "Nothing of this training can be gone on with"));
    click(&mut harness, "Start training again");
    assert_eq!(started(&harness), [training()]);
}

#[test]
fn a_training_that_runs_without_this_window_is_shown() {
    let mut harness = page(&tall(), Stage::Trained, Step::Train, training::elsewhere);
    assert!(shows(&harness, "A training runs without this window") && shows(&harness, "loss: training"));
    assert!(!shows(&harness, "Go on from what was kept"));
    // A minute of the window's clock without a sign of life.
    harness.run_steps(240);
    assert!(shows(&harness, "shows no sign of life any more"));
    click(&mut harness, "Go on from what was kept");
    assert_eq!(started(&harness), [training()]);
}

#[test]
fn a_trained_project_goes_on_to_the_comparison() {
    let mut harness = page(&tall(), Stage::Trained, Step::Train, |_| {});
    assert!(shows(&harness, "It has learned from 104 preference pairs.") && shows(&harness, "Nothing unusual."));
    assert!(shows(&harness, "finished") && shows(&harness, "2026-03-02 10:15"));
    click(&mut harness, "Compare old and new");
    assert!(
        harness.state().sent.iter().any(|sent| matches!(sent, Command::Ui(UiCommand::Go(Place::Step(Step::Compare)))))
    );
}

#[test]
fn runs_that_are_ticked_are_asked_for_together() {
    let mut harness = page(&tall(), Stage::Trained, Step::Train, |state| {
        training::change(state, |view| {
            let kinds = [RunKind::Sft, RunKind::Dpo, RunKind::PreferenceModel];
            let of_kind = |(place, kind): (usize, &RunKind)| {
                let mut run = view.runs[0].clone();
                (run.id, run.kind) = (place as i64 + 2, *kind);
                run
            };
            let more: Vec<_> = kinds.iter().enumerate().map(of_kind).collect();
            view.runs.extend(more);
        });
    });
    for kind in ["imitation", "preference model"] {
        assert!(shows(&harness, kind), "{kind}");
    }
    for run in [1, 3] {
        click(&mut harness, &format!("Show the figures of run {run}"));
    }
    let both = Ask::Curves { runs: vec![1, 3] };
    assert!(harness.state().state().sheets.wanted().contains(&both));
    let curves = [1, 3].map(|run| whetstone_core::desk::RunCurve { run, ..fixture::curve() });
    harness.state_mut().state_mut().sheets.keep_for_test(both, Sheet::Curves(curves.into()));
    harness.run_ok();
    for figure in ["loss", "reward margin", "accuracy", "log-probability"] {
        assert!(shows(&harness, &format!("{figure} of several runs: Run 1")), "{figure}");
    }
    assert!(shows(&harness, "Run 3: "));
}

#[test]
fn every_loss_can_be_chosen_and_says_what_it_means() {
    let of_pairs: Vec<_> = LOSSES.iter().filter(|loss| loss.task == Task::Dpo).collect();
    assert!(of_pairs.len() > 3);
    for loss in of_pairs {
        let mut harness = page(&tall(), Stage::Judged, Step::Train, |state| {
            training::change(state, |view| view.settings.training.loss = loss.id.to_owned());
        });
        // What the page reads late may come between the pointer's way down and its way up.
        for _ in 0..5 {
            if !shows(&harness, loss.meaning) {
                click(&mut harness, "Advanced");
                harness.run_ok();
            }
        }
        assert!(shows(&harness, loss.meaning), "{}", loss.id);
        assert_eq!(shows(&harness, "beta"), loss.takes_beta, "{}", loss.id);
        for parameter in loss.parameters {
            assert!(shows(&harness, parameter.meaning), "{}: {}", loss.id, parameter.name);
        }
    }
}

#[test]
fn settings_are_sent_together_and_go_back_to_the_preset() {
    let mut harness = page(&tall(), Stage::Judged, Step::Train, |_| {});
    click(&mut harness, "Advanced");
    click(&mut harness, "Scale by the root of the rank (rank-stabilised)");
    click(&mut harness, "Shuffle the pairs");
    assert_eq!(projects_told(&harness), []);
    click(&mut harness, "Use these settings");
    let told = projects_told(&harness);
    let [ProjectCommand::SetSettings(settings)] = &told[..] else { panic!("{told:?}") };
    assert!(settings.training.lora.rslora && !settings.training.shuffle);
    harness.state_mut().sent.clear();
    click(&mut harness, "Back to the preset: Balanced");
    let told = projects_told(&harness);
    let [ProjectCommand::SetSettings(settings)] = &told[..] else { panic!("{told:?}") };
    assert!(!settings.training.lora.rslora && settings.training.max_steps == Some(60));
}

#[test]
fn german_has_every_preset_and_every_loss() {
    let words = Words::new(find_language("de"));
    for preset in PRESETS {
        for part in ["name", "meaning"] {
            assert_ne!(words.row("preset", preset.id, part, ""), "", "{}: {part}", preset.id);
        }
    }
    for loss in LOSSES {
        for part in ["name", "meaning"] {
            assert_ne!(words.row("loss", loss.id, part, ""), "", "{}: {part}", loss.id);
        }
        for parameter in loss.parameters {
            for part in ["name", "meaning"] {
                let part = format!("{}-{part}", parameter.name.replace('_', "-"));
                assert_ne!(words.row("loss", loss.id, &part, ""), "", "{}: {part}", loss.id);
            }
        }
    }
}

#[test]
fn nothing_moves_where_nothing_happens_in_any_window() {
    let states: [fn(&mut State); 5] = [
        |_| {},
        |state| training::running(state, vec![training::finding(Severity::Warning)]),
        training::paused,
        |state| training::failed(state, true),
        |state| training::failed(state, false),
    ];
    let windows = [
        Window { size: vec2(900.0, 600.0), ..Window::default() },
        Window { stretch: 1.4, ..Window::default() },
        Window { text_size: 2.0, ..Window::default() },
        Window { language: "de", ..Window::default() },
    ];
    for window in &windows {
        for (place, change) in states.iter().enumerate() {
            let mut harness = page(window, Stage::Judged, Step::Train, *change);
            assert!(harness.run_ok().is_some(), "state {place} goes on moving in {window:?}");
        }
    }
}

#[test]
fn what_a_job_tells_is_shown_whatever_its_end() {
    // A training that was done after others: its job has ended and the page shows what comes next.
    let harness = page(&tall(), Stage::Trained, Step::Train, |state| {
        training::running(state, Vec::new());
        let spec = state.jobs.of(JobKind::Train).expect("it runs").spec.clone();
        let ended = JobEvent::Ended(Outcome::Completed { summary: serde_json::Map::new() });
        state.jobs.pretend(JobKind::Train, spec, vec![ended]);
        training::change(state, |view| view.runs[0].state = RunState::Finished);
    });
    assert!(shows(&harness, "The adapter is there."));
}
