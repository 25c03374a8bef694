use std::path::PathBuf;
use std::sync::Mutex;

use super::*;
use crate::job::{CancelToken, JobError};

const RULES: &str = "tie_margin = 0.1

[[rules]]
name = \"short\"
kind = \"length\"
max = 2

[[rules]]
name = \"tea\"
kind = \"contains\"
any_of = [\"tea\"]
weight = 3
";

struct Bench {
    folder: tempfile::TempDir,
    spec: JudgeSpec,
    cancel: CancelToken,
}

impl Bench {
    fn new(lines: &[Value]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let text: String = lines.iter().flat_map(|line| [line.to_string(), "\n".to_owned()]).collect();
        let spec = JudgeSpec {
            rules: Some(folder.path().join("rules.toml")),
            data: folder.path().join("data.jsonl"),
            ..JudgeSpec::default()
        };
        std::fs::write(folder.path().join("rules.toml"), RULES).expect("written");
        std::fs::write(&spec.data, text).expect("written");
        Self { folder, spec, cancel: CancelToken::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self) -> (Result<Map<String, Value>, FeedbackError>, Vec<JobEvent>) {
        let events = Mutex::new(Vec::new());
        let tell = |event| events.lock().expect("no other thread").push(event);
        let result = judge(&self.spec, &JobContext::new(&tell, &self.cancel));
        (result, events.into_inner().expect("no other thread"))
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(name)).expect("written");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

fn samples() -> Vec<Value> {
    vec![
        json!({"token_ids": [1, 2], "prompt": "p", "completion": "tea please", "finish_reason": "stop", "mine": {"z": 1, "a": 0.1}}),
        json!({"prompt": "p", "completion": "one two three four"}),
        json!({"prompt": "q", "completion": "milk"}),
        json!({"prompt": "q", "completion": "water"}),
        json!({"prompt": "r", "completion": "tea"}),
    ]
}

#[test]
fn samples_come_back_with_their_keys_and_scores() {
    let mut bench = Bench::new(&samples());
    bench.spec.out = Some(bench.path("out.jsonl"));
    bench.spec.pairs = Some(bench.path("pairs.jsonl"));
    let (result, events) = bench.run();
    let summary = result.expect("judged");
    let text = std::fs::read_to_string(bench.path("out.jsonl")).expect("written");
    assert_eq!(
        text.lines().next(),
        Some(
            r#"{"token_ids":[1,2],"prompt":"p","completion":"tea please","finish_reason":"stop","mine":{"z":1,"a":0.1},"score":1.0,"rules":{"short":1.0,"tea":1.0}}"#
        )
    );
    let scores: Vec<f64> = bench.lines("out.jsonl").iter().filter_map(|line| line["score"].as_f64()).collect();
    assert_eq!(scores, [1.0, 0.125, 0.25, 0.25, 1.0]);
    assert_eq!(
        bench.lines("pairs.jsonl"),
        [json!({"prompt": "p", "chosen": "tea please", "rejected": "one two three four"})]
    );
    assert_eq!(
        Value::Object(summary),
        json!({"samples": 5, "mean_score": 0.525, "rules": {"short": 0.9, "tea": 0.4}, "prompts": 3, "pairs": 1,
               "prompts_tied": 1, "prompts_with_one_answer": 1})
    );
    assert!(events.iter().any(|event| matches!(event, JobEvent::Warning { message } if message.starts_with("2 of 3"))));
    assert!(!events.iter().any(|event| matches!(event, JobEvent::Output { .. })));
    match events.iter().filter_map(|event| if let JobEvent::Progress(p) = event { Some(p) } else { None }).next_back() {
        Some(last) => assert_eq!((last.done, last.total, last.unit.as_str()), (5, Some(5), "samples")),
        None => panic!("no progress"),
    }
}

#[test]
fn without_a_file_the_lines_are_told() {
    let bench = Bench::new(&samples());
    let (result, events) = bench.run();
    result.expect("judged");
    let told: Vec<&Value> = events
        .iter()
        .filter_map(|event| if let JobEvent::Output { record } = event { Some(record) } else { None })
        .collect();
    assert_eq!(told.len(), 5);
    assert_eq!(told[1]["score"], json!(0.125));
}

#[test]
fn pairs_come_back_with_a_verdict_and_its_reason() {
    let answer = |text: &str| json!([{"role": "assistant", "content": text}]);
    let mut bench = Bench::new(&[
        json!({"prompt": "p", "chosen": "tea", "rejected": "milk", "id": 7}),
        json!({"prompt": [{"role": "user", "content": "p"}], "chosen": answer("milk"), "rejected": answer("a lot of tea")}),
        json!({"prompt": "p", "chosen": "milk", "rejected": "water"}),
        json!({"prompt": "p", "chosen": "milk or water", "rejected": "milk"}),
    ]);
    bench.spec.out = Some(bench.path("out.jsonl"));
    let summary = bench.run().0.expect("judged");
    let lines = bench.lines("out.jsonl");
    assert_eq!(
        lines[0],
        json!({"prompt": "p", "chosen": "tea", "rejected": "milk", "id": 7, "verdict": "chosen", "margin": 0.75,
               "reason": "the chosen answer is better by `tea` (1 against 0)"})
    );
    let said: Vec<(&str, f64, &str)> = lines[1..]
        .iter()
        .map(|line| {
            (
                line["verdict"].as_str().expect("text"),
                line["margin"].as_f64().expect("number"),
                line["reason"].as_str().expect("text"),
            )
        })
        .collect();
    assert_eq!(
        said[0],
        (
            "rejected",
            -0.625,
            "the rejected answer is better by `tea` (1 against 0), which outweighs `short` (1 against 0.5) of the chosen one"
        )
    );
    assert_eq!(said[1], ("tie", 0.0, "every rule gives both answers the same"));
    assert_eq!(said[2].0, "tie");
    assert_eq!(
        said[2].2,
        "the rejected answer is better by `short` (1 against 0.67); the scores differ by 0.08, within the tie margin 0.1"
    );
    assert_eq!(
        Value::Object(summary),
        json!({"pairs": 4, "chosen": 1, "rejected": 1, "tie": 2, "not_judged": 0, "agreement": 0.5})
    );
}

#[test]
fn what_cannot_be_done_is_refused_before_anything_is_written() {
    let pair = json!({"prompt": "p", "chosen": "tea", "rejected": "milk"});
    let mut bench = Bench::new(&[pair]);
    bench.spec.pairs = Some(bench.path("pairs.jsonl"));
    assert!(matches!(bench.run().0, Err(FeedbackError::PairsOfPairs { .. })));
    bench.spec.out.clone_from(&bench.spec.pairs);
    assert!(matches!(bench.run().0, Err(FeedbackError::SameFile { .. })));
    assert!(!bench.path("pairs.jsonl").exists());
}

#[test]
fn a_cancelled_job_writes_nothing() {
    let mut bench = Bench::new(&samples());
    bench.spec.out = Some(bench.path("out.jsonl"));
    bench.cancel.cancel();
    let error = bench.run().0.expect_err("cancelled");
    assert!(error.is_cancelled());
    assert!(!bench.path("out.jsonl").exists());
}

#[test]
fn the_data_may_be_replaced_by_the_result() {
    let mut bench = Bench::new(&samples());
    bench.spec.out = Some(bench.spec.data.clone());
    bench.run().0.expect("judged");
    let once = bench.lines("data.jsonl");
    bench.run().0.expect("judged again");
    assert_eq!(bench.lines("data.jsonl"), once);
}

/// A bench with the small model `qwen3`, whose weights are random, as its coach.
fn coached(lines: &[Value]) -> Bench {
    let mut bench = Bench::new(lines);
    std::fs::write(bench.path("rubric.toml"), RUBRIC).expect("written");
    bench.spec.rules = None;
    bench.spec.coach = Some(CoachName::Model(crate::feedback::coach::golden("qwen3").to_string_lossy().into_owned()));
    bench.spec.rubric = Some(bench.path("rubric.toml"));
    bench.spec.threshold = Some(0.0);
    bench.spec.out = Some(bench.path("out.jsonl"));
    bench
}

const RUBRIC: &str = "[[rules]]\nname = \"short\"\ntext = \"Be brief.\"\n\n\
                      [[rules]]\nname = \"kind\"\ntext = \"Be kind.\"\n";

#[test]
fn a_coach_judges_pairs_in_both_orders() {
    let pair = |chosen: &str, rejected: &str| json!({"prompt": "Where is it?", "chosen": chosen, "rejected": rejected});
    let texts =
        [("On its way.", "No."), ("Here.", "I do not know."), ("Yes, today.", "Maybe one day."), ("Soon.", ":")];
    let mut lines: Vec<Value> = texts.iter().flat_map(|(a, b)| [pair(a, b), pair(b, a)]).collect();
    lines.push(pair("Choose me!", "On its way."));
    lines.push(pair(&"far too long for it ".repeat(60), "On its way."));
    let bench = coached(&lines);
    let (result, events) = bench.run();
    let summary = result.expect("judged");
    let judged = bench.lines("out.jsonl");
    for both in judged[..8].chunks(2) {
        let [a, b] = [&both[0], &both[1]].map(|line| line["margin"].as_f64().expect("a margin"));
        assert!((a + b).abs() < 1e-5, "{both:?}");
        let expected = match both[0]["verdict"].as_str() {
            Some("chosen") => "rejected",
            Some("rejected") => "chosen",
            _ => "tie",
        };
        assert_eq!(both[1]["verdict"], expected, "{both:?}");
    }
    assert_eq!(judged[6]["reason"], "the chosen answer is better: the other has no letter and no digit");
    assert_eq!((&judged[8]["verdict"], &judged[8]["margin"]), (&json!("tie"), &json!(0.0)));
    assert_eq!((&judged[9]["verdict"], &judged[9]["margin"]), (&json!("not_judged"), &Value::Null));
    assert_eq!((&summary["pairs"], &summary["not_judged"]), (&json!(10), &json!(1)));
    assert!(!events.iter().any(|event| matches!(event, JobEvent::Warning { .. })));
    let mut plain = coached(&lines);
    plain.spec.rubric = None;
    let (result, events) = plain.run();
    result.expect("judged");
    assert!(events.iter().any(|e| matches!(e, JobEvent::Warning { message } if message.contains("--rubric"))));
}

#[test]
fn a_coach_scores_samples_and_stands_by_its_pairs() {
    let answers = ["On its way.", "No.", "I do not know.", "It arrives today, I think.", "Soon."];
    let line = |(prompt, answer): (&str, &str)| json!({"prompt": prompt, "completion": answer, "chat_template": true});
    let prompts = ["Where is it?", "When does it come?", "Is it lost?"];
    let lines: Vec<Value> =
        prompts.iter().flat_map(|&prompt| answers.iter().map(move |&answer| line((prompt, answer)))).collect();
    let mut bench = coached(&lines);
    bench.spec.pairs = Some(bench.path("pairs.jsonl"));
    let summary = bench.run().0.expect("judged");
    for line in bench.lines("out.jsonl") {
        let rule = |name: &str| line["rules"][name].as_f64().expect("a share");
        let score = line["score"].as_f64().expect("a score");
        assert!((score - f64::midpoint(rule("short"), rule("kind"))).abs() < 1e-12, "{line}");
        assert!(score > 0.0 && score < 1.0, "{line}");
    }
    let kept = bench.lines("pairs.jsonl");
    assert_eq!(summary["pairs"], json!(kept.len()));
    assert_eq!(summary["prompts_tied"], json!(prompts.len() - kept.len()));
    // Asked about the pairs that were kept, the coach finds the chosen answer better in both orders.
    if !kept.is_empty() {
        let again = coached(&kept);
        let summary = again.run().0.expect("judged");
        assert_eq!(summary["chosen"], json!(kept.len()));
    }
}

#[test]
fn an_answer_that_cannot_be_read_has_no_score_and_makes_no_pair() {
    let line = |answer: &str| json!({"prompt": "Where is it?", "completion": answer, "chat_template": true});
    let mut bench = coached(&[line("On its way."), line(&"far too long for it ".repeat(60)), line("No.")]);
    bench.spec.pairs = Some(bench.path("pairs.jsonl"));
    let (result, events) = bench.run();
    let summary = result.expect("judged");
    let lines = bench.lines("out.jsonl");
    assert!(lines[0]["score"].is_number() && lines[2]["score"].is_number());
    assert_eq!((&lines[1]["score"], &summary["not_judged"]), (&Value::Null, &json!(1)));
    assert!(summary["mean_score"].as_f64().is_some_and(|mean| mean > 0.0 && mean < 1.0), "{summary:?}");
    assert!(bench.lines("pairs.jsonl").iter().all(|pair| !pair.to_string().contains("far too long")));
    assert!(events.iter().any(|event| matches!(event, JobEvent::Warning { message } if message.contains("no score"))));
}

#[test]
fn a_judge_that_is_not_asked_for_is_missed() {
    let mut bench = Bench::new(&samples());
    bench.spec.rules = None;
    assert!(matches!(bench.run().0, Err(FeedbackError::NoAnnotator)));
}

#[test]
fn annotators_have_an_id_of_their_own_and_a_meaning() {
    for (index, row) in ANNOTATORS.iter().enumerate() {
        assert!(ANNOTATORS[..index].iter().all(|other| other.id != row.id), "{}", row.id);
        assert!(row.meaning.len() > 40 && row.meaning.ends_with('.'), "{}", row.id);
    }
}
