//! The page of the method.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use whetstone_core::desk::Step;
use whetstone_core::method::advisor::{METHODS, QUESTIONS, REASONS, RISKS};
use whetstone_core::method::{RECIPES, STARTER};

use super::fixture::{self, Stage};
use super::front::{at, changes, click, open_list, press, say};
use crate::app::App;
use crate::command::{PickFor, Place};
use crate::words::LANGUAGES;

#[test]
fn every_method_can_be_chosen() {
    for recipe in RECIPES {
        let mut harness = at(Step::Method, Stage::New);
        if recipe.id.starts_with("hybrid") {
            assert!(harness.query_by_label(recipe.name).is_none(), "first the kind, then the hybrid");
            press(&mut harness, &say("method-hybrid"));
        }
        press(&mut harness, recipe.name);
        let methods: Vec<_> = changes(&harness).into_iter().filter_map(|change| change.method).collect();
        assert_eq!(methods, [recipe.id]);
    }
}

#[test]
fn a_chosen_method_leads_on_and_says_that_labels_stay() {
    let mut harness = at(Step::Method, Stage::Judged);
    assert_eq!(harness.query_all_by_label_contains("judgements are there already").count(), 1);
    press(&mut harness, "Go on with: Train");
    assert_eq!(harness.state().state().place, Place::Step(Step::Train));
    let harness = at(Step::Method, Stage::New);
    assert!(harness.query_by_label(&say("method-choose-first")).is_some());
    assert_eq!(harness.query_all_by_label_contains("judgements are there already").count(), 0);
}

/// The method's page with the questions answered so.
fn answered(answers: [&str; 5]) -> Harness<'static, App> {
    let mut harness = at(Step::Method, Stage::Prompts);
    click(&mut harness, &say("method-help"));
    for (question, wanted) in QUESTIONS.iter().zip(answers) {
        assert!(harness.query_by_label(question.text).is_some(), "{}", question.id);
        for answer in question.answers {
            assert!(harness.query_all_by_label(answer.text).count() >= 1, "{}", answer.text);
        }
        let answer = question.answers.iter().find(|answer| answer.id == wanted).expect("it is an answer");
        // Several questions have the answer "No".
        let place = QUESTIONS
            .iter()
            .take_while(|before| before.id != question.id)
            .filter(|before| before.answers.iter().any(|known| known.text == answer.text))
            .count();
        harness.query_all_by_label(answer.text).nth(place).expect("it is there").click();
        harness.run_ok();
    }
    harness
}

#[test]
fn five_answers_give_an_advice_that_can_be_taken() {
    let mut harness = answered(["tone", "us", "many", "none", "none"]);
    assert!(harness.query_by_label(&say("method-advice")).is_some());
    assert!(harness.query_all_by_label_contains("For it: ").count() > 1);
    click(&mut harness, "Take this: People judge");
    assert_eq!(changes(&harness)[0].method.as_deref(), Some("rlhf"));
    assert!(harness.query_by_label(&say("method-questions")).is_none(), "the questions are over");
}

#[test]
fn where_no_training_helps_it_is_said_what_does() {
    let harness = answered(["changing_facts", "us", "many", "none", "none"]);
    assert!(harness.query_by_label(&say("method-do-not-train")).is_some());
    assert!(harness.query_by_label("Change the prompt").is_some());
    assert_eq!(harness.query_all_by_label_contains("Take this").count(), 0);
    assert_eq!(harness.query_all_by_label_contains("Or the next best").count(), 1);
}

#[test]
fn the_coach_can_be_another_model_where_one_judges() {
    let mut harness = at(Step::Method, Stage::Prompts);
    assert!(harness.query_by_label(&say("method-advanced")).is_none(), "people judge alone");
    let project = fixture::project(Stage::Prompts, "rlaif");
    harness.state_mut().state_mut().project = Some(std::sync::Arc::new(project));
    harness.run_ok();
    click(&mut harness, &say("method-advanced"));
    click(&mut harness, &say("coach-kind-model-name"));
    harness.state_mut().pick_for_test(PickFor::CoachFolder, vec!["/models/judge".into()]);
    harness.run_ok();
    click(&mut harness, &say("coach-use"));
    assert_eq!(changes(&harness)[0].coach.as_deref(), Some("/models/judge"));
    let others = [
        ("coach-kind-rules-name", PickFor::CoachRules, "/shop.toml", "rules:/shop.toml"),
        ("coach-kind-gguf-name", PickFor::CoachFile, "/m/judge.Q4_K_M.gguf", "/m/judge.Q4_K_M.gguf"),
        ("coach-kind-preference-model-name", PickFor::CoachAdapter, "/runs/2", "preference-model:/runs/2"),
    ];
    for (kind, pick, path, coach) in others {
        click(&mut harness, &say(kind));
        harness.state_mut().pick_for_test(pick, vec![path.into()]);
        harness.run_ok();
        click(&mut harness, &say("coach-use"));
        assert_eq!(changes(&harness).last().and_then(|change| change.coach.clone()).as_deref(), Some(coach));
    }
    assert_eq!(fixture::project(Stage::Prompts, "rlaif").settings.model, STARTER);
}

#[test]
fn a_coach_is_chosen_among_the_models_on_this_computer() {
    let mut harness = at(Step::Method, Stage::Prompts);
    let project = fixture::project(Stage::Prompts, "rlaif");
    harness.state_mut().state_mut().project = Some(std::sync::Arc::new(project));
    harness.run_ok();
    click(&mut harness, &say("method-advanced"));
    click(&mut harness, &say("coach-kind-gguf-name"));
    assert!(harness.query_by_label(&say("coach-none-gguf")).is_some());
    click(&mut harness, &say("coach-kind-model-name"));
    open_list(&mut harness, &say("coach-which"));
    assert!(harness.query_by_label("llama3.2:3b").is_none(), "it is packed");
    assert!(harness.query_by_label("openai/whisper-tiny").is_none(), "it is no language model");
    click(&mut harness, "Qwen/Qwen2.5-0.5B-Instruct");
    let coach = changes(&harness)[0].coach.clone().expect("a coach");
    assert_eq!(coach, format!("Qwen/Qwen2.5-0.5B-Instruct@{}", fixture::hub::COMMIT));
}

#[test]
fn a_packed_model_of_another_program_can_be_the_coach() {
    let mut harness = at(Step::Method, Stage::Prompts);
    let state = harness.state_mut().state_mut();
    state.project = Some(std::sync::Arc::new(fixture::project(Stage::Prompts, "rlaif")));
    let mut models = fixture::hub::on_disk();
    let path = "/home/ada/.lmstudio/models/owner/judge/judge-Q4_K_M.gguf";
    let packed = models.last_mut().expect("a GGUF file");
    packed.path = path.into();
    fixture::hub::know_disk(state, &models);
    harness.run_ok();
    click(&mut harness, &say("method-advanced"));
    click(&mut harness, &say("coach-kind-gguf-name"));
    open_list(&mut harness, &say("coach-which"));
    click(&mut harness, "judge-Q4_K_M.gguf");
    assert_eq!(changes(&harness)[0].coach.as_deref(), Some(path));
}

#[test]
fn german_has_words_for_every_row() {
    let german = LANGUAGES.iter().find(|language| language.id == "de").expect("it is spoken");
    let mut ids = Vec::new();
    let mut add = |registry: &str, id: &str, parts: &[&str]| {
        ids.extend(parts.iter().map(|part| format!("{registry}-{}-{part}", id.replace('_', "-"))));
    };
    for kind in whetstone_core::feedback::coach::COACHES {
        add("coach-kind", kind.id, &["name", "meaning"]);
    }
    for recipe in RECIPES {
        add("recipe", recipe.id, &["name", "meaning", "when"]);
    }
    for method in METHODS {
        add("advice", method.id, &["name", "says"]);
    }
    for reason in REASONS {
        add("reason", reason.id, &["sentence"]);
    }
    for risk in RISKS {
        add("risk", risk.risk.id, &["title", "sentence", "cure"]);
    }
    for question in QUESTIONS {
        add("question", question.id, &["text", "help"]);
        for answer in question.answers {
            add("answer", &format!("{}-{}", question.id, answer.id), &["text"]);
        }
    }
    for id in ids {
        assert!(german.file.contains(&format!("\n{id} = ")), "de.ftl: {id}");
    }
}
