//! The whole road by label: from nothing to an exported adapter, every page on the way.

use egui_kittest::kittest::Queryable;
use whetstone_core::desk::{Readiness, Step};
use whetstone_core::method::find_recipe;
use whetstone_core::project::store::RunState;

use crate::alone;
use crate::driver::Driver;

/// Begins with the example.
pub(crate) fn begin_example(driver: &mut Driver) {
    let example = driver.say("start-example-go");
    driver.press(&example);
    driver.wait_for_project("the example", |project| project.standing.prompts > 0);
}

/// Chooses a method on its page.
pub(crate) fn choose_method(driver: &mut Driver, method: &str) {
    driver.go(Step::Method);
    let recipe = find_recipe(method).expect("it is a method");
    driver.press(recipe.name);
    driver.wait_for_project("the method", |project| project.settings.method.as_deref() == Some(method));
}

/// Has the model answer, from the answers' page.
pub(crate) fn let_it_answer(driver: &mut Driver) {
    let prompts = driver.app().state().project.as_deref().map_or(0, |project| project.standing.prompts);
    let begin = driver.say_with("answers-go", "prompts", &prompts.to_string());
    driver.press(&begin);
}

#[test]
fn from_nothing_to_an_exported_adapter() {
    let _alone = alone();
    let home = tempfile::tempdir().expect("a folder");
    let mut driver = Driver::open(home.path());
    begin_example(&mut driver);
    driver.go(Step::Model);
    choose_method(&mut driver, "rlaif");
    driver.go(Step::Prompts);

    driver.go(Step::Answers);
    let_it_answer(&mut driver);
    driver.wait_for_project("the answers", |project| project.readiness(Step::Answers) == Readiness::Done);

    driver.go(Step::Feedback);
    let begin = driver.say("feedback-coach-judges");
    driver.press(&begin);
    driver.wait_for_project("the verdicts", |project| project.readiness(Step::Feedback) == Readiness::Done);

    driver.go(Step::Train);
    let begin = driver.say("train-start");
    driver.press(&begin);
    driver.wait_for_project("the adapter", |project| {
        project.runs.last().is_some_and(|run| run.state == RunState::Finished)
    });

    driver.wait("its figures", |harness| harness.query_all_by_role(egui::accesskit::Role::Image).next().is_some());

    driver.go(Step::Compare);
    let begin = driver.say("compare-start");
    driver.press(&begin);
    driver.wait_for_project("the comparison", |project| !project.evaluations.is_empty());
    let summary = driver.app().state().project.as_deref().map(|project| project.evaluations[0].summary.clone());
    let rate = summary.as_ref().and_then(|summary| summary["win_rate"].as_f64()).expect("a win rate");
    assert!(rate > 0.5, "the new model wins: {rate}");

    driver.go(Step::Export);
    let begin = driver.say("export-go");
    driver.press(&begin);
    driver.wait_for_project("the export", |project| !project.exports.is_empty());
    let folder =
        driver.app().state().project.as_deref().map(|project| project.exports[0].path.clone()).expect("it is there");
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
        assert!(folder.join(name).is_file(), "{name} is in {}", folder.display());
    }
}
