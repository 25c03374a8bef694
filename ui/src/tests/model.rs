//! The page of the model.

use std::path::{Path, PathBuf};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::json;
use whetstone_core::desk::Step;
use whetstone_core::domain::{ComputeSettings, UserMessage};
use whetstone_core::job::{JobSpec, LookSpec, Outcome};

use super::fixture::Stage;
use super::front::{at, changes, click, press, say, sent};
use crate::app::App;
use crate::command::{Command, JobCommand, PickFor, Place};
use crate::work::JobKind;

const FOLDER: &str = "/models/a-model";

/// The model's page after a look at a folder that ended so.
fn looked(stage: Stage, outcome: Option<Outcome>) -> Harness<'static, App> {
    let mut harness = at(Step::Model, stage);
    click(&mut harness, &say("model-own"));
    harness.state_mut().pick_for_test(PickFor::ModelFolder, vec![FOLDER.into()]);
    harness.run_ok();
    let spec = JobSpec::Look(LookSpec { model: PathBuf::from(FOLDER), compute: ComputeSettings::default() });
    harness.state_mut().state_mut().jobs.keep_for_test(JobKind::Look, spec, outcome);
    harness.run_ok();
    harness
}

fn summary(fits: bool, is_tight: bool) -> Outcome {
    let summary = json!({
        "family": "Llama", "parameters": 134_515_008_u64, "file_bytes": 269_000_000_u64, "context_tokens": 8192,
        "has_chat_template": true, "licence": "apache-2.0", "training_bytes": 1_400_000_000_u64,
        "memory_free_bytes": 9_000_000_000_u64, "fits": fits, "is_tight": is_tight, "said": "…",
    });
    Outcome::Completed { summary: summary.as_object().cloned().expect("an object") }
}

#[test]
fn a_folder_that_is_picked_is_looked_at_at_once() {
    let mut harness = at(Step::Model, Stage::New);
    click(&mut harness, &say("model-own"));
    harness.state_mut().pick_for_test(PickFor::ModelFolder, vec![FOLDER.into()]);
    harness.run_ok();
    let specs: Vec<JobSpec> = sent(&harness)
        .into_iter()
        .filter_map(|command| match command {
            Command::Job(JobCommand::Start { kind: JobKind::Look, spec }) => Some(*spec),
            _ => None,
        })
        .collect();
    let [JobSpec::Look(spec)] = &specs[..] else { panic!("{specs:?}") };
    assert_eq!(spec.model, Path::new(FOLDER));
}

#[test]
fn what_a_look_found_is_shown_and_the_model_is_taken() {
    for (fits, is_tight, word) in
        [(true, false, "model-fits"), (true, true, "model-tight"), (false, false, "model-too-large")]
    {
        let mut harness = looked(Stage::Answered, Some(summary(fits, is_tight)));
        for said in [&say(word), "135 M", "apache-2.0", "269 MB"] {
            assert!(harness.query_by_label(said).is_some(), "{said}");
        }
        let warning = harness.query_all_by_label_contains("of the model that was chosen before").count();
        assert_eq!(warning, 1, "answers of the other model are there");
        click(&mut harness, &say("model-use"));
        assert_eq!(changes(&harness)[0].model.as_deref(), Some(FOLDER));
    }
    let harness = looked(Stage::New, Some(summary(true, false)));
    assert_eq!(harness.query_all_by_label_contains("of the model that was chosen before").count(), 0);
}

#[test]
fn a_folder_that_is_no_model_is_not_taken_and_one_that_is_looked_at_is_waited_for() {
    let message = UserMessage::new("there is no config.json").with_hint("get the model anew");
    let harness = looked(Stage::New, Some(Outcome::Failed { message }));
    for said in ["there is no config.json", "get the model anew", &say("model-look-first")] {
        assert!(harness.query_by_label(said).is_some(), "{said}");
    }
    assert!(harness.query_by_label(&say("model-use")).is_none());
    let harness = looked(Stage::New, None);
    assert!(harness.query_by_label(&say("job-look")).is_some(), "how far it is");
    assert!(harness.query_by_label(&say("model-use")).is_none());
}

#[test]
fn the_starter_model_is_gone_on_with_and_the_system_prompt_is_kept() {
    let mut harness = at(Step::Model, Stage::New);
    assert!(harness.query_by_label(&say("model-is-used")).is_some());
    click(&mut harness, &say("model-advanced"));
    harness.get_by_label(&say("model-system-prompt")).focus();
    harness.run_ok();
    harness.get_by_label(&say("model-system-prompt")).type_text("Be brief.");
    harness.run_ok();
    click(&mut harness, &say("model-system-prompt-keep"));
    assert_eq!(changes(&harness)[0].system_prompt.as_deref(), Some("Be brief."));
    press(&mut harness, "Go on with: Method");
    assert_eq!(harness.state().state().place, Place::Step(Step::Method));
}
