//! The page of the model: models that others have made.

use egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use whetstone_core::desk::Step;
use whetstone_core::domain::{FitBadge, ModelRole, OfferedModel, Permission, Secret, UserMessage};
use whetstone_core::job::{JobSpec, ModelsAction, Outcome, SearchSort};

use super::fixture::Stage;
use super::fixture::hub::{self, COMMIT, GATED, LARGE, SMALL};
use super::front::{changes, say, sent};
use super::hands::{jobs, of_window, press, shows};
use super::{Window, open};
use crate::app::App;
use crate::command::{Command, JobCommand, Place, UiCommand};
use crate::state::State;
use crate::words::{LANGUAGES, Words};
use crate::work::{JobKind, JobState};

/// The page with the list of suggestions.
pub(crate) fn suggested(stage: Stage) -> Harness<'static, App> {
    let window = Window { size: Vec2::new(1180.0, 2400.0), ..Window::default() };
    let mut harness = open(&window, stage, Place::Step(Step::Model));
    harness.state_mut().state_mut().jobs.is_held = true;
    harness.run_ok();
    touch(&mut harness, &say("model-hub"));
    harness
}

/// Clicks what has this name, wherever on the page it is.
pub(crate) fn touch(harness: &mut Harness<'static, App>, label: &str) {
    harness.get_by_label(label).click_accesskit();
    harness.run_ok();
}

/// Clicks the card of a model, whose name begins so.
pub(crate) fn open_model(harness: &mut Harness<'static, App>, title: &str) {
    let start = format!("{title}: ");
    let card = harness.get_by(|node| node.label().is_some_and(|label| label.starts_with(&start)));
    card.click_accesskit();
    harness.run_ok();
}

fn with(harness: &mut Harness<'static, App>, change: impl FnOnce(&mut State)) {
    change(harness.state_mut().state_mut());
    harness.run_ok();
}

#[test]
fn suggestions_stand_in_the_order_of_their_use_and_say_what_they_are() {
    let harness = suggested(Stage::New);
    let place = |text: &str| {
        let mut found = harness.query_all_by_label_contains(text);
        found.next().unwrap_or_else(|| panic!("no {text:?}")).rect().top()
    };
    let order = ["hub-recommended", "hub-others", "hub-too-large"].map(|word| place(&say(word)));
    assert!(order[0] < order[1] && order[1] < order[2], "{order:?}");
    for (model, group) in [("SmolLM2 135M: ", 0), ("SmolLM2 1.7B: ", 1), ("Gemma 3 1B: ", 1), ("Mistral 7B v0.3: ", 2)]
    {
        let next = order.get(group + 1).copied().unwrap_or(f32::INFINITY);
        assert!((order[group]..next).contains(&place(model)), "{model}");
    }
    let words = Words::new(&LANGUAGES[0]);
    let card = harness.query_all_by_label_contains("Gemma 3 1B: ").next().expect("its card");
    let said = card.accesskit_node().label().expect("a name");
    for word in ["hub-fit-comfortable", "hub-sell-conditions", "hub-gate-accept"] {
        assert!(said.contains(&words.say(word)), "{word}: {said}");
    }
    assert!(said.contains("2.0 GB to download") && said.contains("English, German, French and 2 more"), "{said}");
    let here = harness.query_all_by_label_contains("Qwen2.5 0.5B: ").next().expect("its card");
    assert!(here.accesskit_node().label().is_some_and(|said| said.contains(&say("hub-is-here"))));
}

#[test]
fn every_fit_and_every_licence_has_its_words() {
    let may_sell = [
        (Some(Permission::Yes), "hub-sell-yes"),
        (Some(Permission::WithConditions), "hub-sell-conditions"),
        (Some(Permission::No), "hub-sell-no"),
        (Some(Permission::Unknown), "hub-sell-unknown"),
        (None, "hub-sell-none"),
    ];
    let fits = [
        (FitBadge::Comfortable, "hub-fit-comfortable"),
        (FitBadge::Slow, "hub-fit-slow"),
        (FitBadge::AnswersOnly, "hub-fit-answers"),
        (FitBadge::TooBig, "hub-fit-too-big"),
    ];
    assert_eq!(fits.map(|(badge, _)| badge), FitBadge::ALL);
    for (place, (permission, sells)) in may_sell.into_iter().enumerate() {
        let (badge, fit) = fits[place % fits.len()];
        let mut harness = suggested(Stage::New);
        with(&mut harness, |state| {
            let mut model: OfferedModel = hub::catalogue().remove(0);
            model.licence = model.licence.zip(permission).map(|(mut licence, may_sell)| {
                licence.may_sell = may_sell;
                licence
            });
            model.fit = model.fit.map(|mut fit| {
                fit.badge = badge;
                fit
            });
            state.hub.catalogue = Some(vec![model]);
        });
        open_model(&mut harness, "SmolLM2 135M");
        assert!(shows(&harness, &say(fit)) && shows(&harness, &say(sells)), "{fit} {sells}");
        let is_warned = harness.query_by_label(&say("hub-too-big-text")).is_some()
            || harness.query_by_label(&say("hub-answers-only-text")).is_some();
        assert_eq!(is_warned, badge > FitBadge::Slow, "{badge:?}");
    }
}

#[test]
fn suggestions_and_folders_are_asked_for_by_being_shown_once() {
    let mut harness = suggested(Stage::New);
    assert!(jobs(&harness).is_empty(), "what is known is not asked for");
    with(&mut harness, |state| {
        state.hub = crate::state::HubState::default();
        state.jobs.forget_ended();
    });
    harness.run_ok();
    let begun = jobs(&harness);
    let [(JobKind::Catalogue, JobSpec::Search(spec)), ..] = &begun[..] else { panic!("{begun:?}") };
    assert!(spec.words.is_empty() && spec.role == Some(ModelRole::Train), "the catalogue asks no network: {spec:?}");
    assert_eq!(begun.len(), 1, "{begun:?}");
    with(&mut harness, |state| {
        let message = UserMessage::new("the catalogue is broken");
        let spec = JobSpec::Search(whetstone_core::job::SearchSpec::default());
        hub::end(state, JobKind::Catalogue, spec, Outcome::Failed { message });
    });
    harness.run_ok();
    assert!(shows(&harness, "the catalogue is broken"));
    assert_eq!(jobs(&harness).len(), 1, "what failed is not begun again and again");
}

#[test]
fn a_model_is_downloaded_paused_gone_on_with_and_used() {
    let mut harness = suggested(Stage::Answered);
    let card = harness.query_all_by_label_contains("SmolLM2 135M: ").next().expect("its card");
    let card = card.accesskit_node().label().expect("a name");
    press(&mut harness, &card);
    for said in ["hub-fit", "hub-licence", "hub-need-not-ask", "hub-card-read"] {
        assert!(harness.query_by_label(&say(said)).is_some(), "{said}");
    }
    for said in [
        "A usual training needs about 540 MB",
        "People judge",
        "11 minutes",
        "with the starter model as the coach",
        "Apache 2.0",
    ] {
        assert!(shows(&harness, said), "{said}");
    }
    press(&mut harness, "Download (270 MB)");
    assert_eq!(jobs(&harness), [(JobKind::Download, hub::download_spec(SMALL))]);
    with(&mut harness, |state| hub::downloading(state, SMALL, 90_000_000, 270_000_000));
    assert!(shows(&harness, "90.0 MB of 270 MB"));
    press(&mut harness, &say("job-pause"));
    let paused = |command: &Command| matches!(command, Command::Job(JobCommand::Stop(_)));
    assert!(sent(&harness).iter().any(paused));
    with(&mut harness, |state| {
        hub::end(state, JobKind::Download, hub::download_spec(SMALL), Outcome::Cancelled);
        let mut models = hub::on_disk();
        models[2].name = SMALL.to_owned();
        hub::know_disk(state, &models);
    });
    assert!(shows(&harness, &say("hub-paused")) && shows(&harness, "340 MB of it are on this computer"));
    press(&mut harness, &say("hub-go-on"));
    assert_eq!(jobs(&harness)[1], (JobKind::Download, hub::download_spec(SMALL)));
    with(&mut harness, |state| hub::downloaded(state, SMALL));
    assert!(shows(&harness, "of the model that was chosen before"), "answers of the other model are there");
    press(&mut harness, &say("model-use"));
    assert_eq!(changes(&harness)[0].model, Some(format!("{SMALL}@{COMMIT}")));
}

#[test]
fn a_download_that_is_cancelled_is_thrown_away_after_a_second_word() {
    let mut harness = suggested(Stage::New);
    with(&mut harness, |state| hub::downloading(state, SMALL, 90_000_000, 270_000_000));
    open_model(&mut harness, "SmolLM2 135M");
    touch(&mut harness, &say("hub-cancel"));
    let state = &harness.state().state().jobs.of(JobKind::Download).expect("it is there").state;
    assert_eq!(*state, JobState::Stopping);
    with(&mut harness, |state| {
        hub::end(state, JobKind::Download, hub::download_spec(SMALL), Outcome::Cancelled);
        let mut models = hub::on_disk();
        models[2].name = SMALL.to_owned();
        hub::know_disk(state, &models);
    });
    assert!(shows(&harness, "This frees 340 MB") && jobs(&harness).is_empty());
    touch(&mut harness, &say("hub-delete-go"));
    let begun = jobs(&harness);
    let [(JobKind::DeleteModel, JobSpec::Models(spec))] = &begun[..] else { panic!("{begun:?}") };
    assert_eq!(spec.action, ModelsAction::Delete { names: vec![SMALL.to_owned()], force: false });
}

#[test]
fn a_download_goes_on_while_other_pages_are_shown() {
    let mut harness = suggested(Stage::New);
    with(&mut harness, |state| hub::downloading(state, SMALL, 90_000_000, 270_000_000));
    assert!(harness.query_by_label(SMALL).is_some(), "the lists say what is being fetched");
    with(&mut harness, |state| state.place = Place::Step(Step::Method));
    assert!(shows(&harness, &say("job-download")) && shows(&harness, "90.0 MB of 270 MB"));
    assert!(harness.state().state().jobs.lasting().is_some(), "the window is not closed on it unasked");
    touch(&mut harness, &say("job-show"));
    assert_eq!(harness.state().state().place, Place::Step(Step::Model));
    touch(&mut harness, &say("job-show"));
    assert!(shows(&harness, &say("hub-running-text")), "the model itself is shown");
}

#[test]
fn a_gated_model_is_explained_and_its_page_and_token_are_at_hand() {
    let mut harness = suggested(Stage::New);
    open_model(&mut harness, "Gemma 3 1B");
    for word in ["hub-gate-accept-text", "hub-must-ask", "token-make", "token-unknown"] {
        assert!(harness.query_by_label(&say(word)).is_some(), "{word}");
    }
    touch(&mut harness, &say("hub-open-page"));
    assert!(of_window(&harness).contains(&UiCommand::OpenPage(format!("https://huggingface.co/{GATED}"))));
    harness.get_by_label(&say("token-field")).focus();
    harness.run_ok();
    harness.get_by_label(&say("token-field")).type_text("hf_canary");
    harness.run_ok();
    touch(&mut harness, &say("token-use"));
    assert_eq!(harness.state().state().hub.token, Some(Secret::new("hf_canary")));
    press(&mut harness, "Download (2.0 GB)");
    let begun = jobs(&harness);
    let [(JobKind::Download, JobSpec::Download(spec))] = &begun[..] else { panic!("{begun:?}") };
    assert_eq!(spec.access.token, Some(Secret::new("hf_canary")));
    let state = harness.state().state();
    let everything = format!("{:?} {:?} {:?} {:?}", begun, state, harness.state().sent, harness.state());
    assert!(!everything.contains("canary"), "a token is printed");
    assert_eq!(harness.query_all_by_label_contains("canary").count(), 0, "a token is shown");
    let kept = serde_json::to_string(&state.settings).expect("settings are written");
    assert!(!kept.contains("canary"), "a token is written");
}

#[test]
fn a_failure_that_a_token_or_a_page_cures_leads_to_them() {
    let mut harness = suggested(Stage::New);
    open_model(&mut harness, "SmolLM2 135M");
    assert!(harness.query_by_label(&say("token-field")).is_none(), "an open model needs none");
    for (hint, has_token, has_page) in [
        ("open https://huggingface.co/a/b in a browser, and try again with a token of that account", true, true),
        ("the repository has no tokenizer.json", false, false),
    ] {
        with(&mut harness, |state| {
            let message = UserMessage::new("it is given out only after its terms are accepted").with_hint(hint);
            hub::end(state, JobKind::Download, hub::download_spec(SMALL), Outcome::Failed { message });
        });
        assert!(shows(&harness, hint));
        assert_eq!(harness.query_by_label(&say("token-field")).is_some(), has_token, "{hint}");
        assert_eq!(harness.query_by_label(&say("hub-open-page")).is_some(), has_page, "{hint}");
        assert!(shows(&harness, "Download (270 MB)"), "it can be tried again");
    }
}

#[test]
fn the_hub_is_searched_with_enter_and_refused_models_say_why() {
    let mut harness = suggested(Stage::New);
    touch(&mut harness, &say("hub-search"));
    assert!(shows(&harness, "huggingface.co, and your access token if there is one"));
    touch(&mut harness, &say("hub-sort-likes"));
    harness.get_by_label(&say("hub-search-field")).focus();
    harness.run_ok();
    harness.get_by_label(&say("hub-search-field")).type_text(" smollm ");
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    let begun = jobs(&harness);
    let [(JobKind::Search, JobSpec::Search(spec))] = &begun[..] else { panic!("{begun:?}") };
    assert_eq!((spec.words.as_str(), spec.sort, spec.all), ("smollm", SearchSort::Likes, true));
    with(&mut harness, |state| hub::search(state, "smollm"));
    assert!(shows(&harness, "2 models for “smollm” can be used here"));
    assert!(!shows(&harness, "pickled"), "what cannot be used is behind a fold");
    touch(&mut harness, "Show 2 that cannot be used here, and why");
    assert!(shows(&harness, "run a stranger's code") && shows(&harness, "Instead: take HuggingFaceTB"));
    // Who opens a result has its card asked for.
    open_model(&mut harness, "smollm2-360M-poems");
    let (kind, spec) = jobs(&harness).pop().expect("a job");
    assert_eq!((kind, &spec), (JobKind::About, &hub::about_spec("someone/smollm2-360M-poems")));
    with(&mut harness, |state| hub::about(state, "someone/smollm2-360M-poems"));
    assert!(shows(&harness, "It answers <b>briefly</b>"), "a card is text and no markup");
    assert!(harness.query_by_label(&say("hub-licence-none")).is_some());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(shows(&harness, "2 models for “smollm”"), "Escape leads back to the list");
}

#[test]
fn offline_nothing_asks_the_network() {
    let mut harness = suggested(Stage::New);
    with(&mut harness, |state| state.hub.is_offline = true);
    open_model(&mut harness, "SmolLM2 135M");
    for label in ["Download (270 MB)", &say("hub-card-read")] {
        assert!(harness.get_by_label(label).accesskit_node().is_disabled(), "{label}");
    }
    touch(&mut harness, &say("hub-back"));
    touch(&mut harness, &say("hub-search"));
    assert!(harness.query_by_label(&say("hub-offline")).is_some());
    assert!(harness.get_by_label(&say("hub-search-go")).accesskit_node().is_disabled());
}

#[test]
fn what_lies_on_this_computer_is_named_used_and_deleted_after_a_second_word() {
    let mut harness = suggested(Stage::New);
    touch(&mut harness, &say("hub-on-disk"));
    for said in ["1.5 GB", "Used by invoices", "no language model", "340 MB of it are on this computer"] {
        assert!(shows(&harness, said), "{said}");
    }
    assert!(!shows(&harness, "llama3.2:3b"), "a coach's own form cannot be used yet");
    assert!(harness.query_by_label("Delete starter").is_none());
    let model = "Qwen/Qwen2.5-0.5B-Instruct";
    touch(&mut harness, &format!("Delete {model}"));
    assert!(jobs(&harness).is_empty() && shows(&harness, "stand still until it is there again"));
    touch(&mut harness, &say("hub-delete-not"));
    touch(&mut harness, &format!("Delete {model}"));
    touch(&mut harness, &say("hub-delete-go"));
    let begun = jobs(&harness);
    let [(JobKind::DeleteModel, JobSpec::Models(spec))] = &begun[..] else { panic!("{begun:?}") };
    assert_eq!(spec.action, ModelsAction::Delete { names: vec![model.to_owned()], force: true });
    assert!(spec.projects.contains(&"/home/ada/projects/help-desk".into()), "{spec:?}");
    with(&mut harness, |state| {
        hub::end(state, JobKind::DeleteModel, JobSpec::Models(spec.clone()), Outcome::Cancelled);
    });
    let again = jobs(&harness).pop().expect("a job");
    assert_eq!(again.0, JobKind::Models, "the list is asked for anew");
    with(&mut harness, |state| hub::know_disk(state, &hub::on_disk()));
    touch(&mut harness, &format!("Use {model}"));
    assert_eq!(changes(&harness)[0].model, Some(format!("{model}@{COMMIT}")));
    touch(&mut harness, "Go on with the download of HuggingFaceTB/SmolLM2-1.7B-Instruct");
    assert_eq!(jobs(&harness).pop().expect("a job").0, JobKind::Download);
}

#[test]
fn the_projects_model_of_the_hub_is_named_in_short() {
    let mut harness = open(&Window::default(), Stage::Answered, Place::Step(Step::Model));
    let state = harness.state_mut().state_mut();
    let mut project = state.project.as_deref().expect("a project").clone();
    project.settings.model = format!("{SMALL}@{COMMIT}");
    state.project = Some(project.into());
    for (step, is_named) in [(Step::Model, true), (Step::Answers, true), (Step::Method, false)] {
        harness.state_mut().state_mut().place = Place::Step(step);
        harness.run_ok();
        assert_eq!(shows(&harness, SMALL), is_named, "{step:?}");
        assert!(!shows(&harness, COMMIT), "{step:?}");
    }
}

#[test]
fn the_lists_hold_in_small_windows_large_letters_and_long_words() {
    let windows = [
        Window { size: Vec2::new(900.0, 600.0), ..Window::default() },
        Window { size: Vec2::new(450.0, 300.0), ..Window::default() },
        Window { stretch: 1.4, ..Window::default() },
        Window { language: "de", size: Vec2::new(900.0, 600.0), ..Window::default() },
    ];
    for window in windows {
        let words = Words::new(crate::words::find_language(window.language)).stretched(window.stretch);
        for list in ["hub-suggested", "hub-search", "hub-on-disk"] {
            let mut harness = open(&window, Stage::New, Place::Step(Step::Model));
            with(&mut harness, |state| {
                hub::search(state, "smollm");
                hub::downloading(state, LARGE, 90_000_000, 270_000_000);
            });
            touch(&mut harness, &words.say("model-hub"));
            touch(&mut harness, &words.say(list));
            super::room::assert_all_is_seen(&harness, &window, list);
            if list != "hub-on-disk" {
                let title = if list == "hub-search" { "SmolLM2-135M-Instruct" } else { "Gemma 3 1B" };
                open_model(&mut harness, title);
                super::room::assert_all_is_seen(&harness, &window, title);
            }
        }
    }
}
