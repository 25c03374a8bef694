//! The page of the export.

use std::path::PathBuf;

use egui_kittest::Harness;
use serde_json::json;
use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::domain::{ComputeSettings, GgufType, UserMessage};
use whetstone_core::export::TARGETS;
use whetstone_core::job::{ExportSpec, JobEvent, JobSpec, Outcome, RunOfProject};
use whetstone_core::project::exchange::{DATASET_TARGETS, FORMS};

use super::fixture::Stage;
use super::hands::{click, jobs, of_project, of_window, press, shows};
use super::{Window, open};
use crate::app::App;
use crate::command::{Place, UiCommand};
use crate::words::{Words, find_language};
use crate::work::JobKind;

fn at(stage: Stage) -> Harness<'static, App> {
    let size = egui::vec2(1180.0, 1900.0);
    let mut harness = open(&Window { size, ..Window::default() }, stage, Place::Step(Step::Export));
    harness.run_ok();
    harness
}

fn spec() -> JobSpec {
    let project = PathBuf::from("/home/ada/projects/help-desk");
    JobSpec::Export(ExportSpec {
        model: PathBuf::from("starter"),
        adapter: Some(project.join("runs").join("1")),
        to: "peft".to_owned(),
        gguf_type: GgufType::default(),
        shard_bytes: None,
        system_prompt: None,
        data: None,
        out: project.join("exports").join("peft-run-1"),
        of_run: Some(RunOfProject { project, run: 1 }),
        compute: ComputeSettings::default(),
    })
}

#[test]
fn the_newest_adapter_is_written_in_the_form_that_was_chosen() {
    let mut harness = at(Stage::Compared);
    let words = Words::new(find_language("en"));
    for target in TARGETS {
        assert!(shows(&harness, &words.row("target", target.id, "name", target.id)), "{}", target.id);
        assert!(shows(&harness, target.meaning), "{}", target.id);
    }
    assert!(shows(&harness, "What run 1 learned in round 1") && shows(&harness, "80%"));
    press(&mut harness, "Write it");
    assert_eq!(jobs(&harness), [(JobKind::Export, spec())]);
}

#[test]
fn what_speaks_against_it_is_said() {
    assert!(shows(&at(Stage::Trained), "Old and new were not compared yet"));
    for (ship, said) in
        [("yes", "Nothing that was measured"), ("look_first", "Read some answers"), ("no", "Keep the old")]
    {
        let mut harness = at(Stage::Compared);
        let state = harness.state_mut().state_mut();
        let mut project = state.project.as_deref().expect("a project").clone();
        project.evaluations[0].summary["ship"] = json!(ship);
        state.project = Some(project.into());
        harness.run_ok();
        assert!(shows(&harness, said), "{ship}");
    }
    let mut harness = at(Stage::Judged);
    press(&mut harness, "Go on to: Train");
    assert_eq!(harness.state().state().place, Place::Step(Step::Train));
}

#[test]
fn what_was_written_is_proved_and_a_failure_is_said() {
    let mut harness = at(Stage::Exported);
    for text in [
        "/home/ada/projects/help-desk/exports/peft",
        "from peft import PeftModel",
        "whetstone generate --model starter",
    ] {
        assert!(shows(&harness, text), "{text}");
    }
    let summary = json!({ "out": "/home/ada/taken", "modules": 28, "largest_logit_difference": 0.0 });
    let summary = summary.as_object().cloned().expect("an object");
    let told = vec![JobEvent::Ended(Outcome::Completed { summary })];
    harness.state_mut().state_mut().jobs.pretend(JobKind::Export, spec(), told);
    harness.run_ok();
    assert!(shows(&harness, "It is whole and lies in /home/ada/taken") && shows(&harness, "It changes 28 parts"));
    press(&mut harness, "Show the folder");
    let shown = PathBuf::from("/home/ada/projects/help-desk/exports/peft");
    assert!(of_window(&harness).contains(&UiCommand::Reveal(shown)));
    click(&mut harness, "Copy the Python code");
    let copies = |command: &UiCommand| matches!(command, UiCommand::Copy(code) if code.contains("PeftModel"));
    assert!(of_window(&harness).iter().any(copies));
    let message = UserMessage::new("the disk is full").with_hint("make room");
    let told = vec![JobEvent::Ended(Outcome::Failed { message })];
    harness.state_mut().state_mut().jobs.pretend(JobKind::Export, spec(), told);
    harness.run_ok();
    assert!(shows(&harness, "the disk is full") && shows(&harness, "make room") && shows(&harness, "Write it"));
}

#[test]
fn pairs_and_project_are_written_too() {
    let mut harness = at(Stage::Judged);
    press(&mut harness, "Write the dataset");
    press(&mut harness, "Pack the project");
    let folder = PathBuf::from("/home/ada/projects");
    let first = DATASET_TARGETS[0].id;
    let dataset = folder.join("help-desk/exports").join(format!("pairs-{first}/pairs.{}", DATASET_TARGETS[0].ending));
    assert_eq!(
        of_project(&harness),
        [
            ProjectCommand::WriteDataset { to: first.to_owned(), out: dataset },
            ProjectCommand::WriteArchive { out: folder.join("help-desk.whetstone") },
        ]
    );
}

#[test]
fn every_form_has_its_words_in_every_language() {
    for language in crate::words::LANGUAGES {
        let words = Words::new(language);
        let has = |registry: &str, id: &str, part: &str| !words.row(registry, id, part, "").is_empty();
        for target in TARGETS {
            assert!(has("target", target.id, "name"), "{}: {}", language.id, target.id);
        }
        for target in DATASET_TARGETS {
            assert!(has("dataset", target.id, "name"), "{}: {}", language.id, target.id);
        }
        // What they are for comes from core in English.
        if language.id != "en" {
            assert!(TARGETS.iter().all(|row| has("target", row.id, "meaning")), "{}", language.id);
            assert!(DATASET_TARGETS.iter().all(|row| has("dataset", row.id, "meaning")), "{}", language.id);
            assert!(FORMS.iter().all(|row| has("form", row.id, "meaning")), "{}", language.id);
        }
    }
}
