//! The page of the export: what was written, put on the Hub.

use egui::Vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::json;
use whetstone_core::desk::{Ask, Sheet, Step};
use whetstone_core::domain::UserMessage;
use whetstone_core::job::{JobSpec, Outcome, PushKind};
use whetstone_core::project::store::{AuditEntry, Written};

use super::fixture::Stage;
use super::fixture::hub;
use super::front::{open_list, say};
use super::hands::{jobs, press, shows};
use super::hub::touch;
use super::{Window, open};
use crate::app::App;
use crate::command::Place;
use crate::work::JobKind;

/// The page, with something to push.
pub(crate) fn exported() -> Harness<'static, App> {
    let window = Window { size: Vec2::new(1180.0, 3000.0), ..Window::default() };
    let mut harness = open(&window, Stage::Exported, Place::Step(Step::Export));
    harness.state_mut().state_mut().jobs.is_held = true;
    harness.run_ok();
    harness
}

#[test]
fn where_nothing_was_written_nothing_can_be_pushed() {
    let mut harness = open(&Window::default(), Stage::Compared, Place::Step(Step::Export));
    harness.run_ok();
    assert!(!shows(&harness, &say("push-title")));
}

#[test]
fn what_would_leave_is_shown_and_only_then_sent() {
    let mut harness = exported();
    assert!(harness.query_all_by_label_contains("Send ").next().is_none());
    press(&mut harness, &say("push-preview"));
    assert_eq!(jobs(&harness), [(JobKind::PushPreview, JobSpec::Push(hub::push_spec(true)))]);
    hub::push_preview(harness.state_mut().state_mut());
    harness.run_ok();
    for said in [
        "https://huggingface.co/ada/help-desk",
        "adapter_model.safetensors",
        "5.4 MB",
        "read it before others do",
        &say("push-new"),
        &say("push-consent"),
    ] {
        assert!(shows(&harness, said), "{said}");
    }
    press(&mut harness, "Send 3 files (5.4 MB) to ada/help-desk");
    assert_eq!(jobs(&harness)[1], (JobKind::Push, JobSpec::Push(hub::push_spec(false))));
    let summary = json!({ "url": "https://huggingface.co/ada/help-desk", "commit": hub::COMMIT });
    hub::complete(harness.state_mut().state_mut(), JobKind::Push, JobSpec::Push(hub::push_spec(false)), summary);
    harness.run_ok();
    assert!(shows(&harness, &say("push-done")) && shows(&harness, &say("hub-open-page")));
}

#[test]
fn another_name_or_other_eyes_ask_for_another_preview() {
    for change in ["name", "eyes"] {
        let mut harness = exported();
        hub::push_preview(harness.state_mut().state_mut());
        harness.run_ok();
        assert!(shows(&harness, &say("push-would")));
        if change == "name" {
            harness.get_by_label(&say("push-name")).focus();
            harness.run_ok();
            harness.get_by_label(&say("push-name")).type_text("-2");
            harness.run_ok();
        } else {
            touch(&mut harness, &say("push-public"));
            assert!(shows(&harness, &say("push-public-text")));
        }
        assert!(!shows(&harness, &say("push-would")), "{change}: what was shown is not what would be sent");
        touch(&mut harness, &say("push-preview"));
        let (_, spec) = jobs(&harness).pop().expect("a job");
        let JobSpec::Push(spec) = spec else { panic!("{spec:?}") };
        assert_eq!((spec.public, spec.repository.as_str()).0, change == "eyes");
        assert_eq!(spec.repository, if change == "name" { "help-desk-2" } else { "help-desk" });
    }
}

#[test]
fn a_dataset_that_was_written_can_be_sent_too() {
    let mut harness = exported();
    let entry = AuditEntry {
        sequence: 9,
        at: "2026-03-02T12:00:00Z".to_owned(),
        who: "owner".to_owned(),
        what: Written::Dataset.words().to_owned(),
        subject: None,
        details: json!({ "path": "/home/ada/projects/help-desk/exports/pairs-dpo/pairs.jsonl" }),
    };
    let elsewhere = AuditEntry { details: json!({ "path": "/home/ada/Desktop/pairs.jsonl" }), ..entry.clone() };
    let sheet = Sheet::History(vec![entry, elsewhere].into());
    harness.state_mut().state_mut().sheets.keep_for_test(Ask::Written, sheet);
    harness.run_ok();
    open_list(&mut harness, &say("push-what"));
    assert!(!shows(&harness, "Desktop"), "a folder with other things in it is not sent");
    touch(&mut harness, "The dataset in pairs-dpo");
    touch(&mut harness, &say("push-preview"));
    let (_, spec) = jobs(&harness).pop().expect("a job");
    let JobSpec::Push(spec) = spec else { panic!("{spec:?}") };
    assert_eq!(spec.kind, PushKind::Dataset);
    assert!(spec.folder.ends_with("exports/pairs-dpo"), "{spec:?}");
}

#[test]
fn a_push_without_a_token_leads_to_its_field() {
    let mut harness = exported();
    let message = UserMessage::new("huggingface.co asks for a token").with_hint("make a token that may write");
    let spec = JobSpec::Push(hub::push_spec(true));
    hub::end(harness.state_mut().state_mut(), JobKind::PushPreview, spec, Outcome::Failed { message });
    harness.run_ok();
    assert!(shows(&harness, "make a token that may write"));
    assert!(harness.query_by_label(&say("token-field")).is_some());
}
