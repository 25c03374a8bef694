//! The pages of settings and of the glossary.

use egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable};
use serde_json::json;
use whetstone_core::domain::{DtypeChoice, Secret};
use whetstone_core::job::{AccountAction, AccountSpec, EndpointsSpec, HubAccess, JobSpec};

use super::fixture::{self, Stage, hub};
use super::front::open_list;
use super::hands::{jobs, of_window};
use super::{Window, open};
use crate::app::App;
use crate::command::{Place, UiCommand};
use crate::keys::{LabelAction, key_of};
use crate::look::Scheme;
use crate::words::{LANGUAGES, Words};
use crate::work::JobKind;

fn say(id: &str) -> String {
    Words::new(&LANGUAGES[0]).say(id)
}

fn at(place: Place) -> Harness<'static, App> {
    let mut harness = open(&Window { size: Vec2::new(1180.0, 1700.0), ..Window::default() }, Stage::New, place);
    harness.run_ok();
    harness
}

fn click(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_ok();
}

#[test]
fn colours_size_and_language_change_at_once() {
    let mut harness = at(Place::Settings);
    click(&mut harness, &say("settings-scheme-dark"));
    assert_eq!(harness.state().state().settings.scheme, Scheme::Dark);
    click(&mut harness, "125%");
    assert!((harness.state().state().settings.text_size - 1.25).abs() < 1e-6);
    click(&mut harness, "Deutsch");
    assert_eq!(harness.state().state().settings.language.as_deref(), Some("de"));
    assert!(harness.query_by_label("Wo gerechnet wird").is_some(), "the page speaks German now");
}

#[test]
fn every_scheme_and_every_language_can_be_chosen() {
    for (word, scheme) in [
        ("settings-scheme-system", Scheme::System),
        ("settings-scheme-light", Scheme::Light),
        ("settings-scheme-dark", Scheme::Dark),
        ("settings-scheme-contrast", Scheme::HighContrast),
    ] {
        let mut harness = at(Place::Settings);
        harness.query_all_by_label(&say(word)).next().expect("it is there").click();
        harness.run_ok();
        assert_eq!(harness.state().state().settings.scheme, scheme);
    }
    for language in LANGUAGES {
        let mut harness = at(Place::Settings);
        click(&mut harness, language.name);
        assert_eq!(harness.state().state().settings.language.as_deref(), Some(language.id));
    }
}

#[test]
fn the_name_and_the_cores_are_kept() {
    let mut harness = at(Place::Settings);
    harness.get_by_label(&say("settings-annotator")).focus();
    harness.run_ok();
    harness.get_by_label(&say("settings-annotator")).type_text(" L.");
    harness.run_ok();
    assert_eq!(harness.state().state().settings.annotator, "Ada L.");
    click(&mut harness, &say("settings-all-cores"));
    assert!(harness.state().state().settings.compute.threads.is_some());
    assert!(harness.query_all_by_label(&say("settings-threads")).count() > 0);
    click(&mut harness, &say("settings-all-cores"));
    assert_eq!(harness.state().state().settings.compute.threads, None);
}

#[test]
fn every_precision_can_be_chosen() {
    let mut harness = at(Place::Settings);
    for (word, choice) in [
        ("settings-precision-q4", DtypeChoice::Q4K),
        ("settings-precision-q8", DtypeChoice::Q8_0),
        ("settings-precision-bf16", DtypeChoice::Bf16),
        ("settings-precision-f32", DtypeChoice::F32),
        ("settings-precision-auto", DtypeChoice::Auto),
    ] {
        open_list(&mut harness, &say("settings-precision"));
        click(&mut harness, &say(word));
        assert_eq!(harness.state().state().settings.compute.dtype, choice);
    }
}

/// What the button of an action's key is called.
fn button_of(harness: &Harness<'static, App>, action: LabelAction) -> String {
    let key = crate::keys::key_name(key_of(&harness.state().state().settings, action));
    let what = say(&format!("settings-key-{}", action.id().replace('_', "-")));
    format!("{what}: {key}")
}

#[test]
fn every_key_of_judging_can_be_another_and_the_usual_ones_come_back() {
    let mut harness = at(Place::Settings);
    let others = [Key::A, Key::B, Key::C, Key::D, Key::F, Key::G, Key::H, Key::Space];
    for (action, key) in LabelAction::ALL.into_iter().zip(others) {
        let button = button_of(&harness, action);
        click(&mut harness, &button);
        assert!(harness.query_by_label(&button).is_some());
        harness.key_press(key);
        harness.run_ok();
        assert_eq!(key_of(&harness.state().state().settings, action), key, "{}", action.id());
        assert!(harness.get_by_label(&button_of(&harness, action)).is_focused(), "the keyboard goes on from there");
    }
    click(&mut harness, &say("settings-keys-usual"));
    for action in LabelAction::ALL {
        assert_eq!(key_of(&harness.state().state().settings, action), action.usual_key());
    }
}

#[test]
fn a_key_that_is_taken_is_said_to_be_and_escape_leaves_everything() {
    let mut harness = at(Place::Settings);
    let button = button_of(&harness, LabelAction::First);
    click(&mut harness, &button);
    harness.key_press(Key::S);
    harness.run_ok();
    assert_eq!(key_of(&harness.state().state().settings, LabelAction::First), Key::Num1);
    assert_eq!(harness.query_all_by_label_contains("S is the key of").count(), 1);
    click(&mut harness, &button);
    harness.key_press(Key::Escape);
    harness.run_ok();
    harness.key_press(Key::A);
    harness.run_ok();
    assert_eq!(key_of(&harness.state().state().settings, LabelAction::First), Key::Num1, "nothing waits any more");
}

#[test]
fn a_token_is_used_for_a_sitting_or_kept_in_the_keyring_and_forgotten() {
    let mut harness = at(Place::Settings);
    harness.state_mut().state_mut().jobs.is_held = true;
    let typed = |harness: &mut Harness<'static, App>, text: &str| {
        harness.get_by_label(&say("token-field")).focus();
        harness.run_ok();
        harness.get_by_label(&say("token-field")).type_text(text);
        harness.run_ok();
    };
    assert!(harness.query_by_label(&say("token-unknown")).is_some());
    assert!(harness.query_by_label(&say("token-forget")).is_none());
    typed(&mut harness, "hf_one");
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(harness.state().state().hub.token, Some(Secret::new("hf_one")), "Enter takes it for the sitting");
    assert!(jobs(&harness).is_empty(), "nobody is asked");
    click(&mut harness, &say("token-forget"));
    assert_eq!(harness.state().state().hub.token, None);
    typed(&mut harness, "hf_two");
    click(&mut harness, &say("token-keep"));
    let spec = |action: AccountAction, token: Option<&str>| {
        JobSpec::Account(AccountSpec { action, access: HubAccess { token: token.map(Secret::new) } })
    };
    let keep = spec(AccountAction::Keep, Some("hf_two"));
    assert_eq!(jobs(&harness), [(JobKind::Account, keep.clone())]);
    let account = json!({ "account": { "name": "ada", "source": "keyring", "said": "" } });
    hub::complete(harness.state_mut().state_mut(), JobKind::Account, keep, account);
    harness.run_ok();
    assert_eq!(harness.query_all_by_label_contains("The Hub knows you as ada").count(), 1);
    assert!(harness.query_by_label(&say("token-of-keyring")).is_some());
    click(&mut harness, &say("token-forget-kept"));
    assert_eq!(jobs(&harness)[1], (JobKind::Account, spec(AccountAction::Forget, None)));
}

#[test]
fn the_page_for_tokens_is_opened_and_everything_that_asks_a_network_is_named() {
    let mut harness = at(Place::Settings);
    click(&mut harness, &say("token-make"));
    let opened = of_window(&harness);
    assert!(opened.iter().any(|command| matches!(command, UiCommand::OpenPage(page) if page.starts_with("https://"))));
    let words = Words::new(&LANGUAGES[0]);
    for id in
        ["privacy-search", "privacy-about", "privacy-download", "privacy-account", "privacy-push", "privacy-coach"]
    {
        let mut harness = at(Place::Privacy);
        harness.run_ok();
        assert!(harness.query_by_label(&words.say(id)).is_some(), "{id}");
    }
}

#[test]
fn the_glossary_has_every_term_and_finds_them() {
    let mut harness =
        open(&Window { size: Vec2::new(1180.0, 6000.0), ..Window::default() }, Stage::New, Place::Glossary);
    harness.run_ok();
    let words = Words::new(&LANGUAGES[0]);
    assert!(words.terms().len() > 30);
    for id in words.terms() {
        let (name, meaning) = words.term(id).expect("it has a name and a meaning");
        assert!(harness.query_by_label(&name).is_some(), "{id}");
        assert!(harness.query_by_label(&meaning).is_some(), "{id}");
    }
    harness.get_by_label(&say("glossary-search")).focus();
    harness.run_ok();
    harness.get_by_label(&say("glossary-search")).type_text("LORA");
    harness.run_ok();
    assert!(harness.query_by_label("LoRA").is_some());
    assert!(harness.query_by_label("beta").is_none());
    harness.get_by_label(&say("glossary-search")).type_text(" zzz");
    harness.run_ok();
    assert_eq!(harness.query_all_by_label_contains("No word here has").count(), 1);
}

#[test]
fn a_server_is_added_with_its_key_tried_and_forgotten_after_a_question() {
    let mut harness = at(Place::Settings);
    click(&mut harness, &say("servers-add"));
    harness.state_mut().sent.clear();
    click(&mut harness, "Ollama");
    for (field, text) in [("servers-model", "qwen3:8b"), ("servers-key", "sk-canary")] {
        harness.get_by_label(&say(field)).focus();
        harness.run_ok();
        harness.get_by_label(&say(field)).type_text(text);
        harness.run_ok();
    }
    click(&mut harness, &say("servers-keep"));
    let begun = jobs(&harness);
    let [(JobKind::Endpoints, JobSpec::Endpoints(EndpointsSpec::Put { endpoint, key: Some(key) }))] = begun.as_slice()
    else {
        panic!("{begun:?}")
    };
    assert_eq!((endpoint.name.as_str(), endpoint.address.as_str()), ("ollama", "http://localhost:11434/v1"));
    assert_eq!((endpoint.model.as_str(), key.reveal()), ("qwen3:8b", "sk-canary"));
    assert!(!format!("{begun:?}").contains("canary"));
    // There is no keyring: it is known for the sitting.
    let state = harness.state_mut().state_mut();
    let spec = begun[0].1.clone();
    let known = json!([fixture::server()]);
    hub::complete(state, JobKind::Endpoints, spec, json!({ "endpoints": known, "said": "It is kept.", "kept": false }));
    let job = state.jobs.of(JobKind::Endpoints).expect("it is there");
    state.endpoints.hear(job);
    harness.run_ok();
    assert!(harness.state().state().endpoints.key("ollama").is_some());
    assert!(harness.query_by_label("It is kept.").is_some());
    harness.state_mut().sent.clear();
    click(&mut harness, "Try the server large");
    click(&mut harness, "Forget the server large");
    assert_eq!(jobs(&harness).len(), 1, "it is asked first");
    assert!(matches!(&jobs(&harness)[0].1, JobSpec::Endpoints(EndpointsSpec::Test { name, .. }) if name == "large"));
    // What is to be changed stands in the form, which opens for it.
    let mut harness = at(Place::Settings);
    harness.state_mut().state_mut().endpoints = crate::state::EndpointsState::knowing(vec![fixture::server()]);
    harness.run_ok();
    click(&mut harness, "Change the server large");
    harness.run_ok();
    assert!(harness.query_by_label(&say("servers-keep")).is_some());
}

#[test]
fn a_server_without_encryption_is_kept_only_after_a_confirmation() {
    let mut harness = at(Place::Settings);
    click(&mut harness, &say("servers-add"));
    for (field, text) in
        [("servers-address", "http://192.168.1.9:8000/v1"), ("servers-model", "m"), ("servers-name", "box")]
    {
        harness.get_by_label(&say(field)).focus();
        harness.run_ok();
        harness.get_by_label(&say(field)).type_text(text);
        harness.run_ok();
    }
    harness.state_mut().sent.clear();
    click(&mut harness, &say("servers-keep"));
    assert!(jobs(&harness).is_empty(), "nobody has confirmed it");
    click(&mut harness, &say("servers-in-the-open-agree"));
    click(&mut harness, &say("servers-keep"));
    let begun = jobs(&harness);
    let [(_, JobSpec::Endpoints(EndpointsSpec::Put { endpoint, key: None }))] = begun.as_slice() else {
        panic!("{begun:?}")
    };
    assert!(endpoint.plain_http);
}

pub(super) mod updates {
    use std::time::{SystemTime, UNIX_EPOCH};

    use whetstone_core::domain::UserMessage;
    use whetstone_core::hub::HubSettings;
    use whetstone_core::job::{JobEvent, Outcome, UpdateSpec};
    use whetstone_core::update::{Installed, Kind, Offer, Ready, Standing, Variant};

    use super::super::hands::shows;
    use super::*;

    fn standing() -> Standing {
        let today = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).ok();
        Standing {
            version: "0.1.0".to_owned(),
            installed: Some(Installed { kind: Kind::Portable, variant: Variant::Cpu, version: "0.1.0".to_owned() }),
            can_look: true,
            looked_at: today,
            ..Standing::default()
        }
    }

    fn newest() -> Offer {
        Offer { version: "0.2.0".to_owned(), notes: "Trainings take half the time.".to_owned() }
    }

    /// A newer version, as a window knows of it.
    pub(in crate::tests) fn offered() -> Standing {
        Standing { newest: Some(newest()), allowed: true, ..standing() }
    }

    /// What was asked about newer versions.
    fn asked_of_updates(harness: &Harness<'static, App>) -> Vec<UpdateSpec> {
        let of_updates = |(_, spec): (JobKind, JobSpec)| match spec {
            JobSpec::Update(spec) => Some(spec),
            _ => None,
        };
        jobs(harness).into_iter().filter_map(of_updates).collect()
    }

    fn knowing(standing: Standing, place: Place) -> Harness<'static, App> {
        // High enough for the whole page: what is out of sight is not clicked.
        let window = Window { size: Vec2::new(1180.0, 2600.0), ..Window::default() };
        let mut harness = open(&window, Stage::New, place);
        harness.state_mut().state_mut().updates.know(standing);
        harness.run_ok();
        harness
    }

    #[test]
    fn a_build_that_cannot_look_shows_nothing_of_updates() {
        for standing in [Standing { can_look: false, ..standing() }, Standing { installed: None, ..standing() }] {
            let harness = knowing(standing, Place::Settings);
            assert!(!shows(&harness, &say("settings-updates")) && !shows(&harness, "0.1.0"));
        }
        let harness = knowing(Standing { can_look: false, ..standing() }, Place::Privacy);
        assert!(!shows(&harness, &say("privacy-update")) && shows(&harness, "looks for no updates"));
    }

    #[test]
    fn it_is_off_until_a_person_allows_it() {
        let mut harness = knowing(standing(), Place::Settings);
        assert_eq!(asked_of_updates(&harness), [], "nobody is asked by itself");
        click(&mut harness, &say("settings-updates-allow"));
        let asked = asked_of_updates(&harness);
        assert_eq!(asked, [UpdateSpec::Allow { allowed: true }]);
        let harness = knowing(standing(), Place::Privacy);
        assert!(shows(&harness, &say("privacy-update")) && shows(&harness, "only if you allow it"));
    }

    #[test]
    fn the_permission_waits_while_something_is_asked_or_fetched() {
        for (kind, spec) in [
            (JobKind::Updates, UpdateSpec::Look),
            (JobKind::Update, UpdateSpec::Install { version: Some("0.2.0".to_owned()) }),
        ] {
            let mut harness = knowing(standing(), Place::Settings);
            harness.state_mut().state_mut().jobs.pretend(kind, JobSpec::Update(spec), Vec::new());
            harness.run_ok();
            let allow = say("settings-updates-allow");
            let is_asleep =
                |harness: &Harness<'static, App>| harness.get_by_label(&allow).accesskit_node().is_disabled();
            assert!(is_asleep(&harness), "{kind:?}");
            click(&mut harness, &allow);
            assert_eq!(asked_of_updates(&harness), [], "{kind:?}");
            let message = UserMessage::new("nobody answers");
            let ended = vec![JobEvent::Ended(Outcome::Failed { message })];
            harness.state_mut().state_mut().jobs.pretend(kind, JobSpec::Update(UpdateSpec::Look), ended);
            harness.run_ok();
            assert!(!is_asleep(&harness), "{kind:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_in_its_section() {
        let window = Window { size: Vec2::new(1180.0, 2600.0), ..Window::default() };
        let mut harness = open(&window, Stage::New, Place::Settings);
        let trouble = UserMessage::new("line 3 of updates.toml is spoiled").with_hint("set it right");
        harness.state_mut().state_mut().updates.know_not(trouble);
        harness.run_ok();
        assert!(shows(&harness, &say("settings-updates")) && !shows(&harness, &say("settings-updates-allow")));
        assert!(shows(&harness, "line 3 of updates.toml is spoiled") && shows(&harness, "set it right"));
    }

    #[test]
    fn a_window_that_may_look_looks_by_itself() {
        for (allowed, looks) in [(true, true), (false, false)] {
            let harness = knowing(Standing { allowed, looked_at: None, ..standing() }, Place::Settings);
            let is_offline = HubSettings::of_environment().is_ok_and(|settings| settings.offline);
            let looks = looks && !is_offline;
            let job = harness.state().state().jobs.of(JobKind::Updates);
            assert_eq!(job.map(|job| job.spec == JobSpec::Update(UpdateSpec::Look)), looks.then_some(true));
        }
    }

    #[test]
    fn a_newer_version_is_a_quiet_line_that_leads_to_one_button() {
        let mut harness = knowing(Standing { newest: Some(newest()), ..standing() }, Place::Glossary);
        click(&mut harness, "Version 0.2.0 is there");
        assert_eq!(harness.state().state().place, Place::Settings);
        assert!(shows(&harness, "Trainings take half the time."));
        click(&mut harness, "Fetch version 0.2.0 and put it in place");
        let asked = asked_of_updates(&harness);
        assert_eq!(asked, [UpdateSpec::Install { version: Some("0.2.0".to_owned()) }]);
    }

    #[test]
    fn nothing_is_put_in_place_while_something_runs_and_nothing_begins_afterwards() {
        let mut harness = knowing(Standing { newest: Some(newest()), ..standing() }, Place::Settings);
        let list = JobSpec::Endpoints(EndpointsSpec::List);
        harness.state_mut().state_mut().jobs.pretend(JobKind::Endpoints, list.clone(), Vec::new());
        harness.run_ok();
        assert!(shows(&harness, &say("settings-updates-busy")));
        harness.get_by_label("Fetch version 0.2.0 and put it in place").click();
        harness.run_ok();
        assert_eq!(asked_of_updates(&harness), [], "the button sleeps");

        let ready = Some(Ready::InPlace { version: "0.2.0".to_owned() });
        let mut harness = knowing(Standing { ready, ..standing() }, Place::Settings);
        assert!(shows(&harness, "Version 0.2.0 is in place"));
        let context = harness.ctx.clone();
        let command = crate::command::JobCommand::Start { kind: JobKind::Endpoints, spec: Box::new(list) };
        harness.state_mut().send(&context, command);
        harness.run_ok();
        assert!(shows(&harness, &say("update-in-the-way")));
        assert!(harness.state().state().jobs.of(JobKind::Endpoints).is_none_or(|job| !job.is_running()));
    }

    #[test]
    fn what_is_ready_says_what_is_left_to_do() {
        let (version, path) = ("0.2.0".to_owned(), std::path::PathBuf::from("/home/ada/update/whetstone_0.2.0.deb"));
        let command = "sudo apt install '/home/ada/update/whetstone_0.2.0.deb'".to_owned();
        let package = Ready::Package { version: version.clone(), path: path.clone(), command: command.clone() };
        let mut harness = knowing(Standing { ready: Some(package), ..standing() }, Place::Settings);
        assert!(shows(&harness, &command));
        click(&mut harness, &say("settings-updates-copy"));
        assert!(of_window(&harness).contains(&UiCommand::Copy(command)));
        let installer = Ready::Installer { version, path: path.clone() };
        let mut harness = knowing(Standing { ready: Some(installer), ..standing() }, Place::Settings);
        assert!(!of_window(&harness).contains(&UiCommand::Reveal(path)), "it is opened when a person says so");
        assert!(shows(&harness, &say("settings-updates-open")));
        harness.run_ok();
    }

    #[test]
    fn what_did_not_work_is_said_where_it_was_asked() {
        let mut harness = knowing(Standing { newest: Some(newest()), ..standing() }, Place::Settings);
        let message = UserMessage::new("the list of versions is not signed by this program's makers");
        let events = vec![JobEvent::Ended(Outcome::Failed { message })];
        let spec = JobSpec::Update(UpdateSpec::Install { version: None });
        harness.state_mut().state_mut().jobs.pretend(JobKind::Update, spec, events);
        harness.run_ok();
        assert!(shows(&harness, "is not signed by this program's makers"));
    }

    #[test]
    fn the_german_words_are_there() {
        let window = Window { size: Vec2::new(1180.0, 1500.0), language: "de", ..Window::default() };
        let mut harness = open(&window, Stage::New, Place::Settings);
        harness.state_mut().state_mut().updates.know(Standing { newest: Some(newest()), ..standing() });
        harness.run_ok();
        assert!(shows(&harness, "Version 0.2.0 holen und einsetzen"));
    }
}
