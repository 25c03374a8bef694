use std::path::PathBuf;

use serde_json::json;
use whetstone_core::domain::{ComputeSettings, SamplingSettings, TrainSettings};
use whetstone_core::job::{GenerateSpec, JudgeSpec, Progress, ScoreSpec, TrainSpec};

use super::*;

/// What stands on standard output and standard error after these events.
fn shown(spec: &JobSpec, events: &[JobEvent]) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    {
        let console = Console::new(&mut out, &mut err);
        let listener = HumanListener::new(spec, &console);
        for event in events {
            listener.hear(event).expect("a vector takes everything");
        }
    }
    let text = |bytes| String::from_utf8(bytes).expect("we write UTF-8");
    (text(out), text(err))
}

fn generate(samples: usize) -> JobSpec {
    JobSpec::Generate(GenerateSpec {
        model: PathBuf::from("model"),
        adapter: None,
        prompts: None,
        prompt: None,
        sampling: SamplingSettings { samples, ..SamplingSettings::default() },
        out: None,
        compute: ComputeSettings::default(),
        template_arguments: Map::new(),
    })
}

fn train() -> JobSpec {
    JobSpec::Train(TrainSpec {
        model: PathBuf::from("model"),
        data: PathBuf::from("pairs.jsonl"),
        holdout: None,
        out: PathBuf::from("run"),
        adapter: None,
        settings: TrainSettings::default(),
        resume: false,
        pause_on_battery: false,
        watched: Vec::new(),
        compute: ComputeSettings::default(),
    })
}

fn output(record: Value) -> JobEvent {
    JobEvent::Output { record }
}

fn completed(summary: Value) -> JobEvent {
    let Value::Object(summary) = summary else { panic!("{summary}") };
    JobEvent::Ended(Outcome::Completed { summary })
}

#[test]
fn one_completion_is_printed_as_it_is() {
    let sample = json!({"prompt": "Hi", "completion": "Hello\nthere \u{1b}[0m"});
    let (out, err) = shown(&generate(1), &[output(sample), completed(json!({"samples": 1}))]);
    assert_eq!(out, "Hello\nthere \\u{1b}[0m\n");
    assert_eq!(err, "samples: 1\n");
}

#[test]
fn several_completions_stand_under_their_prompt() {
    let prompt = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]);
    let sample = |completion: &str| output(json!({"prompt": prompt, "completion": completion}));
    let (out, _) = shown(&generate(2), &[sample("Because.\nSo."), sample("Who knows.")]);
    assert_eq!(out, "# Why?\n- Because.\n  So.\n- Who knows.\n");
}

#[test]
fn scores_are_a_table() {
    let spec = JobSpec::Score(ScoreSpec {
        model: PathBuf::from("model"),
        adapter: None,
        data: PathBuf::from("pairs.jsonl"),
        out: None,
        compute: ComputeSettings::default(),
        template_arguments: Map::new(),
    });
    let head = "  pair       chosen     rejected     margin\n";
    let (out, _) = shown(&spec, &[output(json!({"chosen_logp": -12.25, "rejected_logp": -14.0}))]);
    assert_eq!(out, format!("{head}     1     -12.2500     -14.0000    +1.7500\n"));
    let (out, _) = shown(&spec, &[output(json!({"chosen_reward": 0.5, "rejected_reward": 0.75, "margin": -0.25}))]);
    assert_eq!(out, format!("{head}     1       0.5000       0.7500    -0.2500\n"));
}

#[test]
fn samples_and_pairs_are_judged_in_a_line_each() {
    let spec = JobSpec::Judge(JudgeSpec {
        rules: Some(PathBuf::from("rules.toml")),
        data: PathBuf::from("data.jsonl"),
        pairs: Some(PathBuf::from("pairs.jsonl")),
        ..JudgeSpec::default()
    });
    let events = [
        output(json!({"prompt": "p", "completion": "two\nwords", "score": 0.5})),
        output(json!({"verdict": "not_judged", "margin": null, "reason": "no rule fits"})),
        output(json!({"verdict": "chosen", "margin": 0.25, "reason": "shorter"})),
        completed(json!({"mean_score": 0.5, "folder": "x", "rules": {"length": 0.25}})),
    ];
    let (out, err) = shown(&spec, &events);
    assert_eq!(
        out,
        " 0.500  two words\nnot_judged        -  no rule fits\nchosen       +0.250  shorter\n\
         preference pairs: pairs.jsonl\nmean score: 0.5\nrules:\n  length: 0.25\n"
    );
    assert_eq!(err, "");
}

#[test]
fn a_training_tells_where_it_began_and_where_it_came() {
    let spec = train();
    let step = |step: u64, loss: f64| {
        let Value::Object(values) = json!({"step": step, "loss": loss, "rewards/accuracies": 1.0}) else {
            panic!("an object")
        };
        JobEvent::Metrics { values }
    };
    let progress = |done| {
        JobEvent::Progress(Progress { stage: "training".to_owned(), done, total: Some(2), unit: "steps".to_owned() })
    };
    let events = [
        step(1, std::f64::consts::LN_2),
        progress(1),
        JobEvent::Warning { message: "two pairs are the same".to_owned() },
        step(2, 0.5),
        progress(2),
        completed(json!({})),
    ];
    let (out, err) = shown(&spec, &events);
    assert_eq!(
        out,
        "adapter: run\nfrom step 1 to step 2:\n  loss: 0.6931 → 0.5\n  pairs told apart rightly (1 is all): 1 → 1\n"
    );
    assert_eq!(err, "warning: two pairs are the same\ntraining: 2 of 2 steps, loss 0.5\n");
}

#[test]
fn what_the_figures_say_is_told_as_it_shows_and_again_at_the_end() {
    let finding = json!({
        "id": "overfit", "severity": "warning", "step": 40, "title": "the data is being learned by heart",
        "seen": "the loss rises", "meaning": "What is learned holds for these alone.", "cure": "take fewer steps",
        "evidence": {"loss": 0.5},
    });
    let event = JobEvent::Finding(Box::new(serde_json::from_value(finding.clone()).expect("a finding")));
    let summary = completed(json!({"steps": 60, "findings": [finding]}));
    let (out, err) = shown(&train(), &[event, summary]);
    assert!(err.starts_with("warning: step 40: the data is being learned by heart: the loss rises\n  What"), "{err}");
    assert!(err.ends_with("  What to do: take fewer steps.\n"), "{err}");
    assert!(
        out.ends_with(
            "what the figures say:\n  from step 40 on, the data is being learned by heart: take fewer steps\n"
        )
    );
}

#[test]
fn a_trainings_loss_is_not_told_of_the_stage_after_it() {
    let progress = |stage: &str, done| {
        JobEvent::Progress(Progress { stage: stage.to_owned(), done, total: Some(2), unit: "steps".to_owned() })
    };
    let Value::Object(values) = json!({"step": 2, "loss": 0.5}) else { panic!("an object") };
    let events =
        [progress("training", 1), JobEvent::Metrics { values }, progress("training", 2), progress("looking", 2)];
    let (_, err) = shown(&train(), &events);
    assert_eq!(err, "training: 2 of 2 steps, loss 0.5\nlooking: 2 of 2 steps\n");
}
