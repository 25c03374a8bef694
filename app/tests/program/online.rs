//! Training in rounds: it learns what the judge asks for; killed at any moment it comes to the same bytes; what is paid for
//! is paid once; and what makes no sense is refused before anything is begun.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;
use whetstone_core::domain::RuleSet;
use whetstone_core::example::{example_rubric, prompts};
use whetstone_core::random::Random;
use whetstone_core::train::online::METHODS;

use crate::endpoint::{self, CANARY, judge_that};
use crate::training::figures;
use crate::{PROGRAM, contents, data_home, entries, golden_model, shown, text, unfinished_files, whetstone};

/// A folder with prompts and rules, and the command that trains on them: few rounds of short answers, with everything
/// random switched on, and steps that lie within a round.
struct Rounds {
    folder: TempDir,
    options: Vec<(String, String)>,
}

impl Rounds {
    fn new(method: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name: &str| folder.path().join(name);
        let prompts: Vec<String> =
            (0..7).map(|number| json!({"prompt": format!("Tell me about the number {number}.")}).to_string()).collect();
        fs::write(place("prompts.jsonl"), prompts.join("\n")).expect("prompts");
        fs::write(
            place("rules.toml"),
            "[[rules]]\nkind = \"length\"\nname = \"short\"\nunit = \"characters\"\nmax = 30\n\n[[rules]]\nkind = \
             \"excludes\"\nname = \"plain\"\nany_of = [\"e\", \"t\"]\n",
        )
        .expect("rules");
        let paths = [("--prompts", "prompts.jsonl"), ("--rules", "rules.toml"), ("--out", "run")];
        let mut options: Vec<(String, String)> =
            paths.iter().map(|(option, name)| ((*option).to_owned(), shown(&place(name)).to_owned())).collect();
        for (option, value) in [
            ("--model", shown(&golden_model("llama_tied"))),
            ("--method", method),
            ("--rounds", "4"),
            ("--prompts-a-round", "3"),
            ("--samples", "4"),
            ("--max-new-tokens", "12"),
            ("--iterations", "2"),
            ("--batch-size", "2"),
            ("--rank", "4"),
            ("--dropout", "0.1"),
            ("--learning-rate", "5e-3"),
            ("--warmup-steps", "3"),
            ("--checkpoint-every", "3"),
            ("--seed", "7"),
            ("--threads", "2"),
        ] {
            options.push((option.to_owned(), value.to_owned()));
        }
        Self { folder, options }
    }

    /// Sets an option, or takes it away where `value` is empty.
    fn set(mut self, option: &str, value: &str) -> Self {
        self.options.retain(|(known, _)| known != option);
        if !value.is_empty() {
            self.options.push((option.to_owned(), value.to_owned()));
        }
        self
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn out(&self) -> PathBuf {
        self.place("run")
    }

    fn run(&self, more: &[&str]) -> Output {
        whetstone(&arguments(&self.options, more))
    }

    fn start(&self, more: &[&str]) -> Child {
        let mut command = Command::new(PROGRAM);
        command.env("WHETSTONE_DATA_HOME", data_home()).args(arguments(&self.options, more));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program was built")
    }

    /// Runs it to its end; what it left.
    fn finished(&self, more: &[&str]) -> Left {
        let output = self.run(more);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(unfinished_files(&self.out()), Vec::<PathBuf>::new());
        Left::of(&self.out())
    }

    /// The summary of a run to its end.
    fn summary(&self, more: &[&str]) -> Value {
        let output = self.run(&[&["--json"], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let last = text(&output.stdout).lines().last().expect("events").to_owned();
        serde_json::from_str::<Value>(&last).expect("JSON")["summary"].clone()
    }
}

/// The command with these options.
fn arguments(options: &[(String, String)], more: &[&str]) -> Vec<String> {
    let options = options.iter().flat_map(|(option, value)| [option.clone(), value.clone()]);
    let more = more.iter().map(|&option| option.to_owned());
    ["train-online".to_owned()].into_iter().chain(options).chain(more).collect()
}

/// What a run leaves, without the times.
#[derive(Debug, PartialEq)]
struct Left {
    adapter: Vec<u8>,
    figures: Vec<Value>,
    rollouts: Vec<u8>,
    names: Vec<PathBuf>,
}

impl Left {
    fn of(out: &Path) -> Self {
        let read = |name: &str| fs::read(out.join(name)).expect("a file of the run");
        let names = contents(out).into_iter();
        Self {
            adapter: read("adapter_model.safetensors"),
            figures: figures(out),
            rollouts: read("rollouts.jsonl"),
            names: names.map(|(path, _)| path.strip_prefix(out).expect("below it").to_owned()).collect(),
        }
    }
}

#[test]
fn every_method_killed_at_any_moment_comes_to_the_same_bytes() {
    let mut random = Random::new(5, &[]);
    for method in METHODS {
        let clean = Rounds::new(method.id);
        let start = Instant::now();
        let left = clean.finished(&[]);
        let duration = start.elapsed();
        // Two steps a pass, twice, four rounds; four answers to three prompts.
        assert_eq!(left.figures.len(), 16, "{}", method.id);
        assert_eq!(text(&left.rollouts).lines().count(), 48);
        assert!(left == Rounds::new(method.id).finished(&[]), "{}: two undisturbed runs", method.id);
        let disturbed = Rounds::new(method.id);
        for _ in 0..4 {
            let mut child = disturbed.start(&["--resume"]);
            thread::sleep(duration.mul_f64(random.uniform() * 0.6));
            drop(child.kill());
            child.wait().expect("it ended");
        }
        assert!(left == disturbed.finished(&["--resume"]), "{}: killed and gone on with", method.id);
        assert!(left == disturbed.finished(&["--resume"]), "{}: gone on with at its end", method.id);
    }
}

#[test]
fn a_run_whose_round_was_lost_goes_back_to_where_it_can_go_on() {
    let rounds = Rounds::new("grpo");
    let left = rounds.finished(&[]);
    let file = rounds.out().join("rounds/round-00000003.json");
    for harm in ["none", "missing", "damaged"] {
        // What is left is the checkpoint of step 15, which stands in the middle of the fourth round.
        for ending in ["json", "safetensors"] {
            fs::remove_file(rounds.out().join(format!("checkpoints/step-00000016.{ending}"))).expect("it is there");
        }
        match harm {
            "missing" => fs::remove_file(&file).expect("it is there"),
            "damaged" => {
                let mut bytes = fs::read(&file).expect("it is there");
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                fs::write(&file, bytes).expect("damaged");
            }
            _ => {}
        }
        let output = rounds.run(&["--resume"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let was_lost =
            text(&output.stderr).contains("the round that the checkpoint of step 15 stands in is missing or damaged");
        assert_eq!(was_lost, harm != "none", "{}", text(&output.stderr));
        assert!(Left::of(&rounds.out()) == left, "{harm}");
    }
}

#[test]
fn a_limit_ends_the_training_with_the_adapter_that_was_still_within_it() {
    // Two rounds without a limit say how far the model has moved when the third begins.
    let free = Rounds::new("grpo").set("--learning-rate", "2e-2").set("--dropout", "0");
    free.finished(&[]);
    let kl: Vec<f64> = figures(&free.out()).iter().map(|line| line["kl"].as_f64().expect("a divergence")).collect();
    assert!(kl[0] < 1e-6 && kl[15] > 1e-3, "it moves: {kl:?}");
    let tight = Rounds::new("grpo").set("--learning-rate", "2e-2").set("--dropout", "0").set("--kl-limit", "1e-4");
    let summary = tight.summary(&[]);
    assert_eq!((&summary["stopped_by"], &summary["adapter_of_step"]), (&json!("kl_limit"), &json!(0)), "{summary}");
    assert_eq!(summary["steps"], 4, "it ends where the second round begins");
    let left = Left::of(&tight.out());
    let adapter = left.adapter.clone();
    assert!(adapter != Left::of(&free.out()).adapter);
    let mut again = tight.summary(&["--resume"]);
    again["seconds"] = summary["seconds"].clone();
    assert_eq!(again, summary, "it stands where it stood");
    assert!(left == Left::of(&tight.out()), "gone on with at its end");
    let wide = Rounds::new("grpo").set("--learning-rate", "2e-2").set("--dropout", "0").set("--kl-limit", "1000");
    let summary = wide.summary(&[]);
    assert_eq!((summary.get("stopped_by"), &summary["adapter_of_step"]), (None, &json!(16)));
    assert!(
        Left::of(&wide.out()).adapter == Left::of(&free.out()).adapter,
        "a limit that is not reached changes nothing"
    );
}

#[test]
fn the_starter_model_learns_the_rules_of_its_rubric_in_a_few_rounds() {
    let rules =
        RuleSet { rules: example_rubric().rules.into_iter().filter_map(|rule| rule.check).collect(), tie_margin: 0.0 };
    assert_eq!(rules.rules.len(), 2, "both rules of the example can be checked");
    for method in METHODS {
        let rounds = Rounds::new(method.id)
            .set("--model", "starter")
            .set("--rounds", "6")
            .set("--prompts-a-round", "8")
            .set("--samples", "6")
            .set("--max-new-tokens", "48")
            .set("--iterations", "2")
            .set("--batch-size", "4")
            .set("--rank", "8")
            .set("--alpha", "16")
            .set("--dropout", "0")
            .set("--warmup-steps", "0")
            .set("--schedule", "constant")
            .set("--learning-rate", "3e-3")
            .set("--checkpoint-every", "");
        let lines: Vec<String> = prompts()
            .into_iter()
            .filter(|prompt| !prompt.is_holdout)
            .map(|prompt| json!({"prompt": prompt.request.text}).to_string())
            .collect();
        fs::write(rounds.place("prompts.jsonl"), lines.join("\n")).expect("prompts");
        fs::write(rounds.place("rules.json"), json!(rules).to_string()).expect("rules");
        let rules = rounds.place("rules.json");
        let rounds = rounds.set("--rules", shown(&rules));
        let summary = rounds.summary(&[]);
        assert_eq!((&summary["rounds"], &summary["answers"]), (&json!(6), &json!(288)));
        let figures = figures(&rounds.out());
        let named = ["reward", "reward_std", "frac_reward_zero_std", "kl", "completions/mean_length", "num_tokens"];
        for line in &figures {
            assert!(named.iter().all(|name| line[*name].is_number()), "{line}");
        }
        // The score of a round, by the lines of its answers.
        let mut scores = vec![Vec::new(); 6];
        for line in fs::read_to_string(rounds.out().join("rollouts.jsonl")).expect("answers").lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let round = usize::try_from(line["round"].as_u64().expect("a number")).expect("a small number");
            scores[round - 1].push(line["score"].as_f64().expect("a score"));
        }
        let mut means = Vec::new();
        for (round, scores) in scores.iter().enumerate() {
            let mean = scores.iter().sum::<f64>() / scores.len() as f64;
            let told = figures[4 * round]["reward"].as_f64().expect("a score");
            assert!(scores.len() == 48 && (mean - told).abs() < 1e-9, "{mean} in round {round}, not {told}");
            means.push(mean);
        }
        assert!(means[4] + means[5] > means[0] + means[1] + 0.1, "{}: {means:?}", method.id);
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_begun() {
    let wrong_usage = |rounds: &Rounds, more: &[&str], said: &str| {
        let output = rounds.run(more);
        assert_eq!(output.status.code(), Some(2), "{said}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{said}: {}", text(&output.stderr));
        assert!(!rounds.out().exists(), "{said}");
    };
    wrong_usage(&Rounds::new("grpo").set("--rules", ""), &[], "--rules <FILE>|--coach <COACH>");
    wrong_usage(&Rounds::new("grpo"), &["--coach", "starter"], "cannot be used with");
    wrong_usage(&Rounds::new("ppo"), &[], "ppo");
    wrong_usage(&Rounds::new("grpo").set("--samples", "1"), &[], "--samples");
    wrong_usage(&Rounds::new("grpo"), &["--temperature", "0.7"], "temperature is 0.7");
    wrong_usage(&Rounds::new("grpo"), &["--loss", "sigmoid"], "loss is sigmoid");
    wrong_usage(&Rounds::new("online-dpo"), &["--loss", "dapo"], "loss is dapo");
    wrong_usage(&Rounds::new("online-dpo"), &["--scale-rewards", "group"], "scale-rewards is group");
    wrong_usage(&Rounds::new("rloo"), &["--loss-param", "epsilon=2"], "epsilon is 2");
    wrong_usage(&Rounds::new("rloo"), &["--reference", "start"], "needs `--adapter`");
    wrong_usage(&Rounds::new("rloo"), &["--rubric", "x.toml"], "--coach");

    let failed = |rounds: &Rounds, said: &[&str]| {
        let output = rounds.run(&[]);
        assert_eq!(output.status.code(), Some(1), "{said:?}: {}", text(&output.stderr));
        for said in said {
            assert!(text(&output.stderr).contains(said), "{said}: {}", text(&output.stderr));
        }
        assert!(entries(&rounds.out()).is_empty(), "{said:?}: nothing was begun");
    };
    let rounds = Rounds::new("grpo");
    fs::write(rounds.place("prompts.jsonl"), "{\"prompt\": \"a\"}\n{\"text\": \"b\"}\n").expect("prompts");
    failed(&rounds, &["prompts.jsonl, line 2", "`prompt`"]);
    fs::write(rounds.place("prompts.jsonl"), "").expect("prompts");
    failed(&rounds, &["prompts.jsonl is empty"]);
    fs::write(rounds.place("prompts.jsonl"), json!({"prompt": "word ".repeat(4000)}).to_string()).expect("prompts");
    failed(&rounds, &["prompt 1 has", "shorten the prompt"]);
    let rounds = Rounds::new("grpo");
    fs::write(rounds.place("rules.toml"), "[[rules]]\nkind = \"lenght\"\n").expect("rules");
    failed(&rounds, &["rules.toml, line 2", "lenght"]);
    failed(&Rounds::new("grpo").set("--model", "no/such/model"), &["no such folder"]);
}

#[test]
fn a_run_is_gone_on_with_as_it_was_begun_or_not_at_all() {
    let rounds = Rounds::new("grpo").set("--rounds", "1");
    rounds.finished(&[]);
    let before = contents(&rounds.out());
    let refused = |changed: &[(&str, &str)], more: &[&str], said: &str| {
        let mut options = rounds.options.clone();
        for (option, value) in changed {
            options.retain(|(known, _)| known != option);
            options.push(((*option).to_owned(), (*value).to_owned()));
        }
        let output = whetstone(&arguments(&options, more));
        assert_eq!(output.status.code(), Some(1), "{said}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{said}: {}", text(&output.stderr));
        assert!(contents(&rounds.out()) == before, "{said}: nothing changed");
    };
    refused(&[], &[], "holds a run already");
    refused(&[("--beta", "0.5")], &["--resume"], "without `--beta`, which is given now");
    refused(&[("--samples", "5")], &["--resume"], "with `--samples` 4, not 5");
    refused(&[("--method", "rloo")], &["--resume"], "with `--method` grpo, not rloo");
    refused(&[("--rounds", "2")], &["--resume"], "with `--rounds` 1, not 2");
    fs::write(rounds.place("other.toml"), "[[rules]]\nkind = \"length\"\nmax = 3\n").expect("rules");
    let other = rounds.place("other.toml");
    refused(&[("--rules", shown(&other))], &["--resume"], "with another judge");
    fs::write(rounds.place("more.jsonl"), json!({"prompt": "another"}).to_string()).expect("prompts");
    let more = rounds.place("more.jsonl");
    refused(&[("--prompts", shown(&more))], &["--resume"], "with other data");
}

#[test]
fn a_forecast_says_what_it_would_take_and_begins_nothing() {
    let rounds = Rounds::new("grpo");
    let summary = rounds.summary(&["--dry-run"]);
    assert!(!rounds.out().exists());
    assert_eq!((&summary["fits"], &summary["steps"], &summary["rows"]), (&json!(true), &json!(16), &json!(7)));
    let said = summary["said"].as_str().expect("a sentence");
    for part in ["GRPO in 4 rounds", "3 of 7 prompts with 4 answers of at most 12 tokens", "of memory", "of disk"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let parts = summary["memory_parts"].as_array().expect("parts");
    let sum: u64 = parts.iter().map(|part| part["bytes"].as_u64().expect("bytes")).sum();
    assert_eq!(summary["memory_bytes"], sum);
    assert!(summary["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    // For people it is a table, on standard output.
    let output = rounds.run(&["--dry-run"]);
    assert!(text(&output.stdout).contains("answers while they are drawn"), "{}", text(&output.stdout));
}

#[test]
fn an_answer_that_was_paid_for_is_never_paid_for_twice() {
    // Whether an answer follows the rule is chance, but the same each time.
    let (address, answered) = judge_that(|asked| {
        let follows = if asked.bytes().map(u32::from).sum::<u32>().is_multiple_of(2) { "yes" } else { "no" };
        format!(r#"{{\"follows\":\"{follows}\",\"confidence\":95,\"reason\":\"It is so.\"}}"#)
    });
    let config = tempfile::tempdir().expect("a folder");
    let ask = |arguments: &[&str]| endpoint::whetstone(config.path(), arguments, "", Some(CANARY));
    let added = ask(&["endpoint", "add", "paid", "--address", &address, "--model", "large"]);
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    let rounds = Rounds::new("grpo").set("--rules", "").set("--rounds", "2").set("--coach", "endpoint:paid");
    let train = |more: &[&str]| {
        let arguments = arguments(&rounds.options, more);
        ask(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let shown_first = train(&[]);
    assert_eq!(shown_first.status.code(), Some(2), "{shown_first:?}");
    assert!(text(&shown_first.stderr).contains("here stands an answer that the model will have written"));
    assert_eq!((answered.load(Ordering::SeqCst), rounds.out().exists()), (0, false), "nothing was sent");

    let trained = train(&["--yes"]);
    assert_eq!(trained.status.code(), Some(0), "{}", text(&trained.stderr));
    let (left, asked) = (Left::of(&rounds.out()), answered.load(Ordering::SeqCst));
    assert!((4..=24).contains(&asked), "{asked} questions of two rounds of twelve answers");
    let answers = fs::read(rounds.out().join("judge.answers")).expect("what was paid for");
    // All but that is lost: it is trained anew, and nothing is asked again.
    fs::remove_dir_all(rounds.out()).expect("it is there");
    fs::create_dir(rounds.out()).expect("a folder");
    fs::write(rounds.out().join("judge.answers"), answers).expect("kept");
    let again = train(&["--yes"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert_eq!(answered.load(Ordering::SeqCst), asked);
    assert!(Left::of(&rounds.out()) == left);

    // The same name for another server: what it would say is not what was said.
    let (elsewhere, _) = judge_that(|_| String::new());
    assert_eq!(ask(&["endpoint", "remove", "paid"]).status.code(), Some(0));
    let added = ask(&["endpoint", "add", "paid", "--address", &elsewhere, "--model", "large"]);
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    let resumed = train(&["--yes", "--resume"]);
    assert_eq!(resumed.status.code(), Some(1), "{resumed:?}");
    assert!(text(&resumed.stderr).contains("another judge"), "{}", text(&resumed.stderr));
}
