//! The page of the export.

use std::path::PathBuf;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use serde_json::json;
use whetstone_core::desk::{ProjectCommand, Step};
use whetstone_core::domain::{GgufType, UserMessage};
use whetstone_core::export::{Proof, TARGETS, Target};
use whetstone_core::job::{ExportSpec, ImportAdapterSpec, JobEvent, JobSpec, Outcome, Progress};
use whetstone_core::project::exchange::{DATASET_TARGETS, FORMS};

use super::fixture::{Stage, measured, training};
use super::front::say;
use super::hands::{jobs, of_project, of_window, press, shows};
use super::hub::touch;
use super::{Window, open};
use crate::app::App;
use crate::command::{Command, JobCommand, Place, UiCommand};
use crate::steps::export::destinations::destinations;
use crate::words::{Words, find_language};
use crate::work::JobKind;

fn at(stage: Stage) -> Harness<'static, App> {
    let size = egui::vec2(1180.0, 3400.0);
    let mut harness = open(&Window { size, ..Window::default() }, stage, Place::Step(Step::Export));
    harness.state_mut().state_mut().jobs.is_held = true;
    harness.run_ok();
    harness
}

fn spec(harness: &Harness<'static, App>) -> ExportSpec {
    measured::export_spec(harness.state().state())
}

/// What was asked to be written.
fn asked(harness: &Harness<'static, App>) -> Vec<ExportSpec> {
    let asked = |(kind, spec): (JobKind, JobSpec)| match (kind, spec) {
        (JobKind::Export, JobSpec::Export(spec)) => Some(spec),
        _ => None,
    };
    jobs(harness).into_iter().filter_map(asked).collect()
}

/// Chooses the card or the button of this name.
fn choose(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_role_and_label(egui::accesskit::Role::RadioButton, label).click_accesskit();
    harness.run_ok();
}

fn name_of(target: &Target) -> String {
    Words::new(find_language("en")).row("target", target.id, "name", target.id).into_owned()
}

fn end(harness: &mut Harness<'static, App>, kind: JobKind, spec: JobSpec, outcome: Outcome) {
    harness.state_mut().state_mut().jobs.pretend(kind, spec, vec![JobEvent::Ended(outcome)]);
    harness.run_ok();
}

#[test]
fn the_newest_adapter_is_written_by_the_keyboard_alone() {
    let mut harness = at(Stage::Compared);
    assert!(shows(&harness, "What run 1 learned in round 1") && shows(&harness, "80%"));
    assert!(shows(&harness, "It takes up to 5.4 MB. On that disk 120 GB are free."));
    press(&mut harness, "Write it");
    assert_eq!(jobs(&harness), [(JobKind::Export, JobSpec::Export(spec(&harness)))]);
}

#[test]
fn where_it_will_run_decides_the_form_that_is_recommended() {
    assert!(!destinations().is_empty());
    for destination in destinations() {
        let mut harness = at(Stage::Compared);
        assert!(shows(&harness, &say(destination.meaning)), "{}", destination.name);
        let first = destination.forms()[0];
        if destination.name != destinations()[0].name {
            choose(&mut harness, &say(destination.name));
        }
        for form in destination.forms() {
            assert!(shows(&harness, &name_of(form)) && shows(&harness, form.meaning), "{}", form.id);
        }
        press(&mut harness, "Write it");
        let spec = asked(&harness).pop().expect("an export");
        assert_eq!(spec.to, first.id, "{}", destination.name);
        assert!(spec.out.to_string_lossy().contains(first.id), "{:?}", spec.out);
    }
}

#[test]
fn every_form_can_be_chosen_wherever_it_will_run() {
    for target in TARGETS {
        let mut harness = at(Stage::Compared);
        if !destinations()[0].forms().iter().any(|form| form.id == target.id) {
            touch(&mut harness, &say("export-other-forms"));
            choose(&mut harness, &name_of(target));
        }
        assert!(shows(&harness, target.meaning), "{}", target.id);
        press(&mut harness, "Write it");
        assert_eq!(asked(&harness).pop().map(|spec| spec.to).as_deref(), Some(target.id));
    }
}

#[test]
fn how_fine_numbers_are_kept_is_chosen_where_the_form_lets_one() {
    assert!(TARGETS.iter().any(|target| target.takes_gguf_type));
    for target in TARGETS {
        let mut harness = at(Stage::Compared);
        if target.id != destinations()[0].forms()[0].id {
            touch(&mut harness, &say("export-other-forms"));
            choose(&mut harness, &name_of(target));
        }
        assert_eq!(shows(&harness, &say("export-fineness")), target.takes_gguf_type, "{}", target.id);
        if !target.takes_gguf_type {
            continue;
        }
        let words = Words::new(find_language("en"));
        for form in GgufType::ALL {
            let name = words.row("gguf-type", form.name(), "name", form.name());
            choose(&mut harness, &name);
            let meaning = words.row("gguf-type", form.name(), "meaning", "");
            assert!(!meaning.is_empty() && shows(&harness, &meaning), "{}", form.name());
            press(&mut harness, "Write it");
            let spec = asked(&harness).pop().expect("an export");
            assert_eq!(spec.gguf_type, form);
            // Two forms lie beside each other.
            assert!(spec.out.to_string_lossy().contains(form.name()), "{:?}", spec.out);
            harness.state_mut().state_mut().jobs.forget_ended();
            let ended = Outcome::Cancelled;
            end(&mut harness, JobKind::Export, JobSpec::Export(spec), ended);
        }
    }
}

#[test]
fn what_it_takes_is_looked_at_once_for_each_choice_and_what_stands_against_it_is_said() {
    let foreseen = |harness: &Harness<'static, App>| {
        jobs(harness).iter().filter(|(kind, _)| *kind == JobKind::ForecastExport).count()
    };
    let mut harness = at(Stage::Compared);
    for _ in 0..4 {
        harness.run_ok();
    }
    assert_eq!(foreseen(&harness), 0, "it is known");
    harness.state_mut().state_mut().jobs.forget_ended();
    for _ in 0..4 {
        harness.run_ok();
    }
    assert_eq!(foreseen(&harness), 1);
    assert!(shows(&harness, "Looking at what it will take"));
    let message = UserMessage::new("the disk has 3 MB free").with_hint("make room");
    let spec = JobSpec::ForecastExport(spec(&harness));
    end(&mut harness, JobKind::ForecastExport, spec, Outcome::Failed { message });
    assert!(shows(&harness, "the disk has 3 MB free") && shows(&harness, "make room"));
    assert_eq!(foreseen(&harness), 1);
}

#[test]
fn what_the_model_is_told_before_every_conversation_is_shown() {
    let mut harness = at(Stage::Compared);
    assert!(!shows(&harness, &say("export-system")));
    training::change(harness.state_mut().state_mut(), |view| {
        view.settings.system_prompt = Some("You are the help desk of a small shop.".to_owned());
    });
    harness.run_ok();
    assert!(shows(&harness, "You are the help desk of a small shop.") && shows(&harness, &say("export-system-tell")));
}

#[test]
fn what_speaks_against_it_is_said() {
    assert!(shows(&at(Stage::Trained), "Old and new were not compared yet"));
    for (ship, said) in [
        ("yes", "Nothing that was measured"),
        ("look_first", "Read some answers"),
        ("more_labels", "Collect more labels"),
        ("no", "Keep the old"),
    ] {
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
fn what_was_written_is_proved_in_plain_words_and_a_failure_is_said() {
    let mut harness = at(Stage::Exported);
    for text in [
        "/home/ada/projects/help-desk/exports/peft",
        "from peft import PeftModel",
        "whetstone generate --model starter",
    ] {
        assert!(shows(&harness, text), "{text}");
    }
    let spec = ExportSpec { out: PathBuf::from("/home/ada/taken"), ..spec(&harness) };
    let said = |proof: Proof| {
        let mut harness = at(Stage::Exported);
        measured::exported(harness.state_mut().state_mut(), spec.clone(), &["one", "two"], &proof);
        harness.run_ok();
        harness
    };
    let rounded = said(measured::proof());
    for text in [
        "It is whole and lies in /home/ada/taken",
        "2 files, 270 MB",
        "The file was opened again.",
        "It was asked 10 prompts",
        "The numbers differ by 0.08% of their range, and rounding in this form explains up to 0.2%.",
        "the same in 100% of the places",
        "both begin 90% of their answers with the very same words",
        "exactly the same words",
    ] {
        assert!(shows(&rounded, text), "{text}");
    }
    let exact = said(Proof { largest_difference: Some(0.0), most_difference: Some(0.0), ..Proof::default() });
    assert!(shows(&exact, "Both give exactly the same numbers") && !shows(&exact, "It was asked"));
    let other = said(Proof { same_template: Some(false), ..Proof::default() });
    assert!(shows(&other, "in other words than here") && !shows(&other, "same numbers"));

    press(&mut harness, "Show the folder");
    let shown = PathBuf::from("/home/ada/projects/help-desk/exports/peft");
    assert!(of_window(&harness).contains(&UiCommand::Reveal(shown)));
    let message = UserMessage::new("the disk is full").with_hint("make room");
    end(&mut harness, JobKind::Export, JobSpec::Export(spec.clone()), Outcome::Failed { message });
    assert!(shows(&harness, "the disk is full") && shows(&harness, "make room") && shows(&harness, "Write it"));
}

#[test]
fn an_export_that_runs_can_be_stopped() {
    let mut harness = at(Stage::Compared);
    let progress =
        Progress { stage: "writing the file".to_owned(), done: 1, total: Some(3), unit: "stages".to_owned() };
    let spec = JobSpec::Export(spec(&harness));
    let id = harness.state_mut().state_mut().jobs.pretend(JobKind::Export, spec, vec![JobEvent::Progress(progress)]);
    harness.run_ok();
    assert!(!shows(&harness, "Write it") && shows(&harness, &say("export-stop-said")));
    click_first(&mut harness, "Stop");
    let stops = |command: &Command| matches!(command, Command::Job(JobCommand::Stop(stopped)) if *stopped == id);
    assert!(harness.state().sent.iter().any(stops));
}

#[test]
fn every_form_says_how_it_is_used_with_lines_to_copy() {
    for target in TARGETS {
        let mut harness = at(Stage::Exported);
        training::change(harness.state_mut().state_mut(), |view| {
            view.exports[0].target = target.id.to_owned();
            view.exports[0].path = PathBuf::from("/home/ada/my exports/one");
        });
        harness.run_ok();
        let words = Words::new(find_language("en"));
        let first = words.row("target", target.id, "use", "");
        assert!(shows(&harness, &first), "{}", target.id);
        harness.state_mut().sent.clear();
        let copies: Vec<_> = harness
            .query_all_by_label_contains("Copy the ")
            .filter_map(|node| node.accesskit_node().label().filter(|label| !label.contains("path")))
            .collect();
        for copy in &copies {
            click_first(&mut harness, copy);
        }
        let copied: Vec<String> = of_window(&harness)
            .into_iter()
            .filter_map(|command| match command {
                UiCommand::Copy(text) => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(copied.len(), copies.len(), "{}", target.id);
        assert!(copied.iter().all(|text| text.contains("/home/ada/my exports/one") || text.contains("BASE.gguf")));
    }
}

/// Clicks the first thing of this name.
fn click_first(harness: &mut Harness<'static, App>, label: &str) {
    harness.query_all_by_label(label).next().unwrap_or_else(|| panic!("there is no {label:?}")).click_accesskit();
    harness.run_ok();
}

#[test]
fn an_adapter_that_was_trained_elsewhere_is_brought_back_and_compared() {
    let mut harness = at(Stage::Exported);
    harness.get_by_label(&say("adapter-back-folder")).focus();
    harness.run_ok();
    harness.get_by_label(&say("adapter-back-folder")).type_text("/mnt/cluster/adapter");
    harness.run_ok();
    press(&mut harness, &say("adapter-back-go"));
    let project = PathBuf::from("/home/ada/projects/help-desk");
    let spec = JobSpec::ImportAdapter(ImportAdapterSpec {
        project,
        adapter: PathBuf::from("/mnt/cluster/adapter"),
        beside: true,
    });
    assert_eq!(jobs(&harness), [(JobKind::ImportAdapter, spec.clone())]);
    let message = UserMessage::new("the adapter is one of another model").with_hint("look at its README.md");
    end(&mut harness, JobKind::ImportAdapter, spec.clone(), Outcome::Failed { message });
    assert!(shows(&harness, "the adapter is one of another model") && shows(&harness, "look at its README.md"));
    let summary = json!({ "run": 2, "modules": 28, "warnings": ["it was trained on another commit"] })
        .as_object()
        .cloned()
        .expect("an object");
    end(&mut harness, JobKind::ImportAdapter, spec, Outcome::Completed { summary });
    assert!(shows(&harness, "It is here, as run 2") && shows(&harness, "it was trained on another commit"));
    click_first(&mut harness, "Go on to: Compare");
    assert_eq!(harness.state().state().place, Place::Step(Step::Compare));
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
            assert!(has("target", target.id, "use"), "{}: {}", language.id, target.id);
        }
        for form in GgufType::ALL {
            assert!(has("gguf-type", form.name(), "name"), "{}: {}", language.id, form.name());
            assert!(has("gguf-type", form.name(), "meaning"), "{}: {}", language.id, form.name());
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
