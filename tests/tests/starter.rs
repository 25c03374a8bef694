//! The starter model that is committed: it opens from the program, and is as good as its page says.

#[path = "../../core/examples/make_starter/measure.rs"]
mod measure;

use measure::Measured;
use whetstone_core::domain::{ChatMessage, DtypeChoice, Rubric, RuleSet};
use whetstone_core::example::{RuleName, Traits, oracle, reply, request, rule_library};
use whetstone_core::feedback::CompiledRules;
use whetstone_core::model::OpenModel;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::random::Random;

fn starter() -> OpenModel<CpuBackend> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter");
    let backend = CpuBackend::new(Some(2)).expect("threads");
    OpenModel::open(backend, folder.as_ref(), None, DtypeChoice::Auto).expect("the starter model")
}

#[test]
fn the_starter_judges_and_writes_as_well_as_its_page_says() {
    let model = starter();
    assert!(model.decoder.config().parameter_count() <= 3_000_000);
    let template = model.template.as_ref().expect("a chat template");
    let measured = Measured::of(&model.decoder, &model.tokenizer, template, 400, 200).expect("figures");
    let (rubric, writing) = (measured.rubric, measured.writing);
    assert!(rubric.right >= 0.90 && rubric.steady >= 0.88, "{measured}");
    assert!(rubric.right_together >= rubric.right, "{measured}");
    assert!(measured.own.right >= 0.90 && measured.own.steady >= 0.88, "{measured}");
    assert!(writing.fluent >= 0.95 && writing.copied_right >= 0.85 && writing.distinct >= 0.9, "{measured}");
    assert!((0.3..0.55).contains(&writing.follows_rubric), "{measured}");
}

#[test]
fn its_template_takes_a_system_turn_and_no_other_roles() {
    let model = starter();
    let template = model.template.expect("a chat template");
    let messages = [ChatMessage::new("system", "Be kind."), ChatMessage::new("user", " Hi ")];
    let text = template.render(&messages, true, &serde_json::Map::new()).expect("a text");
    assert_eq!(text, "<|system|>Be kind.<|end|><|user|>Hi<|end|><|assistant|>");
    assert!(template.render(&[ChatMessage::new("tool", "")], true, &serde_json::Map::new()).is_err());
}

#[test]
fn programs_check_the_librarys_rules_as_the_oracle_does() {
    let library = Rubric::of(rule_library());
    for index in 0..400 {
        let mut random = Random::new(31, &[index]);
        let request = request(&mut random);
        let text = reply(&request, Traits::draw(&mut random), &mut random);
        for rule in &library.rules {
            let Some(check) = rule.check.clone() else { continue };
            let set = RuleSet { rules: vec![check], tie_margin: 0.0 };
            let score = CompiledRules::new(&set).expect("a rule that compiles").judge(&text).score;
            let name = RuleName::find(&rule.name).expect("a rule of the library");
            assert_eq!(score >= 1.0, oracle::meets(name, &request, &text), "{}: {text}", rule.name);
        }
    }
}
