//! The options of `train-online`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use whetstone_core::domain::{
    Budget, CoachName, MemoryMode, OnlineSettings, ReferenceChoice, ScaleRewards, Schedule, TrainSettings,
};
use whetstone_core::job::{JobSpec, OnlineJudge, OnlineSpec};
use whetstone_core::train::online::METHODS;

use super::{assert_wrong, job};

fn rounds(options: &str) -> OnlineSpec {
    match job(&format!("train-online --model m --prompts p --out o {options}")) {
        Ok(JobSpec::TrainOnline(spec)) => *spec,
        other => panic!("{options}: {other:?}"),
    }
}

#[test]
fn defaults_are_the_jobs_own_but_for_the_learning_rate() {
    let spec = rounds("--rules r");
    assert_eq!(spec.online, OnlineSettings::default());
    let usual = TrainSettings { learning_rate: 5e-4, rate_by_size: true, ..TrainSettings::default() };
    assert_eq!(spec.train.settings, usual);
    assert_eq!((spec.train.data.as_path(), spec.train.out.as_path()), (Path::new("p"), Path::new("o")));
    assert_eq!((spec.judge.rules.as_deref(), spec.judge.coach), (Some(Path::new("r")), None));
    assert_eq!(spec.judge.endpoint.ledger.as_deref(), Some(Path::new("o/judge.answers")));
}

#[test]
fn every_option_arrives() {
    let spec = rounds(
        "--coach endpoint:paid --rubric b --threshold 0.5 --most-money 2 --yes --method grpo --loss dr_grpo --beta 0.04 \
         --loss-param epsilon=0.1 --loss-param epsilon_high=0.3 --scale-rewards none --reference start --adapter a \
         --rounds 9 --prompts-a-round 5 --samples 3 --max-new-tokens 77 --iterations 2 --kl-limit 0.3 --dropout 0.1 \
         --learning-rate 1e-4 --batch-size 2 --schedule cosine --warmup-steps 4 --max-grad-norm 0.5 --weight-decay 0.01 \
         --memory small --seed 6 --no-shuffle --checkpoint-every 8 --resume --pause-on-battery --threads 3",
    );
    let online = OnlineSettings {
        method: "grpo".to_owned(),
        loss: Some("dr_grpo".to_owned()),
        beta: Some(0.04),
        loss_parameters: [("epsilon".to_owned(), 0.1), ("epsilon_high".to_owned(), 0.3)].into(),
        scale_rewards: Some(ScaleRewards::None),
        samples: 3,
        max_new_tokens: 77,
        temperature: 1.0,
        prompts_a_round: 5,
        rounds: Some(9),
        iterations: 2,
        kl_limit: Some(0.3),
    };
    assert_eq!(spec.online, online);
    let settings = &spec.train.settings;
    let numbers = [settings.learning_rate, settings.max_grad_norm, settings.weight_decay, settings.lora.dropout];
    assert!(numbers.iter().zip([1e-4, 0.5, 0.01, 0.1]).all(|(got, want)| (got - want).abs() < 1e-12), "{numbers:?}");
    let counts = (settings.batch_size, settings.warmup_steps, settings.seed, settings.checkpoint_every);
    assert_eq!(counts, (2, 4, 6, Some(8)));
    assert_eq!((settings.schedule, settings.memory), (Schedule::Cosine, MemoryMode::Small));
    assert_eq!((settings.reference, settings.shuffle, settings.rate_by_size), (ReferenceChoice::Start, false, false));
    assert_eq!((spec.train.adapter, spec.train.compute.threads), (Some(PathBuf::from("a")), Some(3)));
    assert!(spec.train.resume && spec.train.pause_on_battery);
    let OnlineJudge { rules, coach, rubric, threshold, endpoint } = spec.judge;
    assert_eq!((rules, coach), (None, Some(CoachName::Endpoint("paid".to_owned()))));
    assert_eq!((rubric, threshold), (Some(PathBuf::from("b")), Some(0.5)));
    assert_eq!((endpoint.budget, endpoint.is_agreed), (Budget { most_money: Some(2.0), most_tokens: None }, true));
}

#[test]
fn every_method_and_each_of_its_losses_can_be_asked_for() {
    for method in METHODS {
        for loss in method.losses() {
            let spec = rounds(&format!("--rules r --method {} --loss {loss}", method.id));
            assert_eq!((spec.online.method.as_str(), spec.online.loss.as_deref()), (method.id, Some(loss)));
        }
    }
    assert!(matches!(
        job("train-online --model m --prompts p --out o --rules r --dry-run"),
        Ok(JobSpec::ForecastOnline(_))
    ));
    let with = |options: &str| format!("train-online --model m --prompts p --out o {options}");
    let wrong = [
        "",
        "--rules r --coach starter",
        "--rules r --rubric b",
        "--rules r --threshold 1",
        "--rules r --method ppo",
        "--rules r --samples 1",
        "--rules r --rounds 0",
        "--rules r --kl-limit 0",
        "--rules r --reference start",
        "--rules r --adapter a --rank 4",
        "--rules r --method grpo --loss sigmoid",
        "--rules r --method grpo --temperature 0.5",
        "--rules r --method rloo --scale-rewards group",
        "--rules r --loss dapo",
        "--rules r --full",
        "--rules r --data d",
    ]
    .map(with);
    assert_wrong(&wrong.each_ref().map(String::as_str));
}

#[test]
fn a_job_comes_through_an_engine_as_it_was() {
    let spec = JobSpec::TrainOnline(Box::new(rounds("--rules r --method rloo --beta 0.2")));
    let line = json!(spec);
    assert_eq!((&line["job"], &line["model"], &line["data"]), (&json!("train_online"), &json!("m"), &json!("p")));
    assert_eq!(serde_json::from_value::<JobSpec>(line).expect("a job"), spec);
    let short: Value = json!({
        "job": "train_online", "model": "m", "data": "p", "out": "o", "judge": {"rules": "r"}, "online": {"method": "grpo"},
    });
    let JobSpec::TrainOnline(spec) = serde_json::from_value(short).expect("a job") else { panic!("another job") };
    assert_eq!((spec.online.samples, spec.online.method.as_str()), (OnlineSettings::default().samples, "grpo"));
}
