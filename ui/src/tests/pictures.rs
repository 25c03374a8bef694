//! Every page as a picture, in light and dark. `UPDATE_SNAPSHOTS=1` makes them anew; look at them before they are kept.

use egui_kittest::{Harness, SnapshotOptions};
use whetstone_core::desk::{Ask, Sheet, Step};
use whetstone_core::evaluate::Outcome;
use whetstone_core::job::ExportSpec;
use whetstone_core::project::store::Export;

use super::fixture::{
    Stage, coach_label, coached_sheets, fill_coached, fill_served, hub, judging, leaves, measured, report, server,
    training, trial,
};
use super::front::say;
use super::hub::{open_model, touch};
use super::{Window, open};
use crate::app::App;
use crate::command::Place;
use crate::look::Scheme;

/// The pages, each with a project that has something to show there.
const PAGES: &[(&str, Place, Stage)] = &[
    ("start", Place::Step(Step::Start), Stage::Nothing),
    ("started", Place::Step(Step::Start), Stage::Judging),
    ("model", Place::Step(Step::Model), Stage::New),
    ("method", Place::Step(Step::Method), Stage::New),
    ("method-chosen", Place::Step(Step::Method), Stage::Judged),
    ("prompts", Place::Step(Step::Prompts), Stage::Prompts),
    ("prompts-none", Place::Step(Step::Prompts), Stage::New),
    ("answers", Place::Step(Step::Answers), Stage::Answered),
    ("feedback", Place::Step(Step::Feedback), Stage::Answered),
    ("labelling", Place::Step(Step::Feedback), Stage::Judging),
    ("train", Place::Step(Step::Train), Stage::Judged),
    ("trained", Place::Step(Step::Train), Stage::Trained),
    ("compare", Place::Step(Step::Compare), Stage::Compared),
    ("export", Place::Step(Step::Export), Stage::Exported),
    ("settings", Place::Settings, Stage::New),
    ("files", Place::Files, Stage::Exported),
    ("privacy", Place::Privacy, Stage::Exported),
    ("glossary", Place::Glossary, Stage::New),
    ("licences", Place::Licences, Stage::New),
];

/// Pixels of a page that may differ: processors and drivers round letters differently.
const MAY_DIFFER: usize = 1500;

/// Whether pictures can be drawn here: it takes a driver for Vulkan, be it one that draws by the processor.
pub(super) fn can_be_drawn() -> bool {
    let draws = || open(&Window::default(), Stage::Nothing, Place::Glossary).render().is_ok();
    let can = std::panic::catch_unwind(draws).unwrap_or(false);
    let must = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(can || !must, "install a Vulkan driver (on Debian mesa-vulkan-drivers): pictures cannot be drawn here");
    can
}

/// How a picture is compared with the one that is kept.
pub(super) fn comparing() -> SnapshotOptions {
    SnapshotOptions::new().threshold(1.0).max_failed_pixels(MAY_DIFFER)
}

/// What a person does to come to a state of a page.
type Hands = fn(&mut Harness<'static, App>);

/// States of pages that a person comes to by doing something there, each in a window that is high enough for it.
const STATES: &[(&str, f32, Place, Stage, Hands)] = &[
    ("model-suggested", 1300.0, Place::Step(Step::Model), Stage::New, |harness| touch(harness, &say("model-hub"))),
    ("model-download", 1300.0, Place::Step(Step::Model), Stage::New, |harness| {
        hub::about(harness.state_mut().state_mut(), hub::SMALL);
        hub::downloading(harness.state_mut().state_mut(), hub::SMALL, 90_000_000, 270_000_000);
        touch(harness, &say("model-hub"));
        open_model(harness, "SmolLM2 135M");
    }),
    ("model-gated", 1450.0, Place::Step(Step::Model), Stage::New, |harness| {
        touch(harness, &say("model-hub"));
        open_model(harness, "Gemma 3 1B");
    }),
    ("model-search", 1400.0, Place::Step(Step::Model), Stage::New, |harness| {
        hub::search(harness.state_mut().state_mut(), "smollm");
        touch(harness, &say("model-hub"));
        touch(harness, &say("hub-search"));
        touch(harness, "Show 2 that cannot be used here, and why");
    }),
    ("model-on-disk", 1250.0, Place::Step(Step::Model), Stage::New, |harness| {
        touch(harness, &say("model-hub"));
        touch(harness, &say("hub-on-disk"));
        touch(harness, "Delete Qwen/Qwen2.5-0.5B-Instruct");
    }),
    ("settings-token", 1300.0, Place::Settings, Stage::New, |harness| {
        harness.state_mut().state_mut().hub.token = Some(whetstone_core::domain::Secret::new("hf_canary"));
        harness.run_ok();
    }),
    ("coach-rules", 1900.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        coached(harness, "feedback-view-rules");
        touch(harness, &say("feedback-ready"));
        touch(harness, &say("feedback-paste"));
    }),
    ("coach-who", 1350.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        coached(harness, "feedback-view-who");
        touch(harness, &say("coach-kind-model-name"));
    }),
    ("coach-trial", 3100.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        coached(harness, "feedback-view-trial");
        let request = crate::parts::shorten(&report(3).cards[0].disagreements[0].request, 90);
        touch(harness, &format!("1. {request}"));
    }),
    ("coach-too-few", 900.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        coached(harness, "feedback-view-trial");
        let few = Sheet::CoachTrial(std::sync::Arc::new(trial(13, None)));
        harness.state_mut().state_mut().sheets.keep_for_test(Ask::CoachTrial, few);
        harness.run_ok();
    }),
    ("coach-judges", 1500.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        judging(harness.state_mut().state_mut());
        coached(harness, "feedback-view-labels");
    }),
    ("coach-differs", 1300.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        coached(harness, "feedback-view-differences");
        let prompt = crate::parts::shorten(&coach_label(0).prompt, 90);
        touch(harness, &prompt);
        keep_coached(harness);
    }),
    ("coach-leaves", 1100.0, Place::Step(Step::Feedback), Stage::Answered, |harness| {
        fill_served(harness.state_mut().state_mut());
        leaves(harness.state_mut().state_mut());
        harness.run_ok();
    }),
    ("settings-servers", 2300.0, Place::Settings, Stage::New, |harness| {
        harness.state_mut().state_mut().endpoints = crate::state::EndpointsState::knowing(vec![server()]);
        harness.run_ok();
        touch(harness, &say("servers-add"));
        touch(harness, &say("servers-advanced"));
    }),
    ("compare-whole", 3500.0, Place::Step(Step::Compare), Stage::Compared, |harness| {
        touch(harness, "Why: each figure, and what it speaks for");
        touch(harness, "Arithmetic: read what was lost (2)");
    }),
    ("compare-no-difference", 900.0, Place::Step(Step::Compare), Stage::Compared, |harness| {
        training::compared(harness.state_mut().state_mut(), &[(Outcome::Loss, 9), (Outcome::Win, 11)]);
        harness.run_ok();
    }),
    ("export-form", 1600.0, Place::Step(Step::Export), Stage::Compared, |harness| {
        touch(harness, &say("export-to-programs"));
        touch(harness, &say("export-other-forms"));
        let spec = export_of(harness, "gguf", "gguf-f16-run-1");
        touch(harness, "GGUF file");
        measured::foreseen(harness.state_mut().state_mut(), spec);
        harness.run_ok();
    }),
    ("export-training-job", 2400.0, Place::Step(Step::Export), Stage::Compared, |harness| {
        touch(harness, &say("export-to-cluster"));
        let spec = export_of(harness, "trl-job", "trl-job-run-1");
        measured::foreseen(harness.state_mut().state_mut(), spec);
        harness.run_ok();
    }),
    ("export-proved", 2700.0, Place::Step(Step::Export), Stage::Exported, |harness| {
        let spec = export_of(harness, "gguf", "gguf-f16-run-1");
        training::change(harness.state_mut().state_mut(), |view| {
            let earlier = view.exports[0].clone();
            let newest = Export { id: 2, target: spec.to.clone(), path: spec.out.clone(), ..earlier };
            view.exports.push(newest);
        });
        measured::exported(harness.state_mut().state_mut(), spec, &["model-f16.gguf", "README.md"], &measured::proof());
        harness.run_ok();
    }),
    ("push-preview", 3500.0, Place::Step(Step::Export), Stage::Exported, |harness| {
        hub::push_preview(harness.state_mut().state_mut());
        harness.run_ok();
    }),
    ("settings-updates", 1600.0, Place::Settings, Stage::New, |harness| {
        harness.state_mut().state_mut().updates.know(super::settings::updates::offered());
        harness.run_ok();
    }),
];

/// An export of another form than the one that the page opens with.
fn export_of(harness: &Harness<'static, App>, target: &str, folder: &str) -> ExportSpec {
    let spec = measured::export_spec(harness.state().state());
    ExportSpec { to: target.to_owned(), out: spec.out.with_file_name(folder), ..spec }
}

/// Shows a view of the coach's part, of a project that a coach judges.
fn coached(harness: &mut Harness<'static, App>, word: &str) {
    fill_coached(harness.state_mut().state_mut(), Stage::Answered);
    harness.run_ok();
    touch(harness, &say("feedback-part-coach"));
    touch(harness, &say(word));
    keep_coached(harness);
}

/// Has there what the view shows.
fn keep_coached(harness: &mut Harness<'static, App>) {
    for (ask, sheet) in coached_sheets(3) {
        harness.state_mut().state_mut().sheets.keep_for_test(ask, sheet);
    }
    harness.run_ok();
}

#[test]
fn what_people_come_to_looks_as_it_did() {
    if !can_be_drawn() {
        return;
    }
    let mut results = egui_kittest::SnapshotResults::new();
    for &(name, height, place, stage, hands) in STATES {
        for (scheme, ending) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            let size = egui::vec2(1180.0, height);
            let mut harness = open(&Window { size, scheme, ..Window::default() }, stage, place);
            harness.run_ok();
            hands(&mut harness);
            results.add(harness.try_snapshot_options(format!("{name}-{ending}"), &comparing()));
        }
    }
    results.unwrap();
}

/// Pages in other looks: those for people who see less, and in longer words.
const LOOKS: &[(&str, Scheme, &str, f32)] =
    &[("high-contrast", Scheme::HighContrast, "en", 1.0), ("large", Scheme::Light, "de", 1.5)];

#[test]
fn what_came_of_it_looks_as_it_did_for_people_who_see_less() {
    if !can_be_drawn() {
        return;
    }
    let mut results = egui_kittest::SnapshotResults::new();
    for &(ending, scheme, language, text_size) in LOOKS {
        for (name, step, stage) in
            [("compare", Step::Compare, Stage::Compared), ("export", Step::Export, Stage::Exported)]
        {
            let window = Window { size: egui::vec2(1180.0, 1500.0), scheme, language, text_size, ..Window::default() };
            let mut harness = open(&window, stage, Place::Step(step));
            harness.run_ok();
            results.add(harness.try_snapshot_options(format!("{name}-{ending}"), &comparing()));
        }
    }
    results.unwrap();
}

#[test]
fn every_page_looks_as_it_did() {
    if !can_be_drawn() {
        return;
    }
    let mut results = egui_kittest::SnapshotResults::new();
    for &(name, place, stage) in PAGES {
        for (scheme, ending) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            let mut harness = open(&Window { scheme, ..Window::default() }, stage, place);
            harness.run_ok();
            results.add(harness.try_snapshot_options(format!("{name}-{ending}"), &comparing()));
        }
    }
    results.unwrap();
}
