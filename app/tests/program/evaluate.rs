//! Old against new from the command line: what came out, what people say, what a kill leaves, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::endpoint::{CANARY, counted_judge};
use crate::training::pairs;
use crate::{PROGRAM, golden_model, shown, text, unfinished_files};

/// Answers with many letters `e` are better, which chance decides for models of random weights.
const RULES: &str = "[[rules]]\nkind = \"contains\"\nany_of = [\"e\"]\n\n[[rules]]\nkind = \"length\"\nmin = 3\n";

/// Prompts of the comparison.
const PROMPTS: usize = 6;

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        let prompts: Vec<String> =
            (0..PROMPTS).map(|number| format!("{{\"prompt\": \"Tell me about number {number}.\"}}\n")).collect();
        bench.write("prompts.jsonl", &prompts.concat());
        bench.write("rules.toml", RULES);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("written");
    }

    /// `evaluate` of a golden model with its adapter, and these options; words that begin with `@` are files of the bench.
    fn command(&self, options: &str) -> Command {
        let model = golden_model("llama_tied");
        let mut command = Command::new(PROGRAM);
        command.env("WHETSTONE_DATA_HOME", crate::data_home()).env("WHETSTONE_KEYRING", "off");
        command.args(["evaluate", "--model", shown(&model), "--threads", "1", "--max-new-tokens", "8"]);
        if !options.contains("--adapter") && !options.contains("--nothing") {
            command.args(["--adapter", shown(&model.join("adapter"))]);
        }
        for word in options.split_whitespace().filter(|word| *word != "--nothing") {
            match word.strip_prefix('@') {
                Some(name) => command.arg(self.path(name)),
                None => command.arg(word),
            };
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn does(&self, options: &str) -> String {
        self.typed(options, "")
    }

    fn output(&self, options: &str, typed: &str) -> Output {
        let mut child = self.command(options).stdin(Stdio::piped()).spawn().expect("the program was built");
        // Whoever has had enough does not read the rest.
        drop(child.stdin.take().expect("piped").write_all(typed.as_bytes()));
        child.wait_with_output().expect("it ends")
    }

    fn typed(&self, options: &str, typed: &str) -> String {
        let output = self.output(options, typed);
        assert_eq!(output.status.code(), Some(0), "{options}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    fn fails(&self, options: &str, status: i32, parts: &[&str]) {
        let output = self.output(options, "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{options}: {said}");
        for part in parts {
            assert!(said.contains(part), "{options}: `{part}` is not told: {said}");
        }
        assert!(!said.contains("panicked"), "{said}");
    }

    /// The figures of a report, without what differs from one time to the other.
    fn report(&self, name: &str) -> Value {
        let text = fs::read_to_string(self.path(name).join("report.json")).expect("a report");
        let mut report: Value = serde_json::from_str(&text).expect("JSON");
        report["seconds"].take();
        report["report"]["work"]["seconds"].take();
        report
    }

    fn lines(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

const BY_RULES: &str = "--data @prompts.jsonl --rules @rules.toml --samples 3 --temperature 1 --no-forgetting --out @e";

#[test]
fn rules_compare_old_and_new_and_the_report_is_written() {
    let bench = Bench::new();
    let said = bench.does(BY_RULES);
    assert!(said.contains("win rate: ") && said.contains("report: "), "{said}");
    for name in ["report.html", "report.md", "report.json", "answers.jsonl", "evaluation.json"] {
        assert!(bench.path("e").join(name).is_file(), "{name}");
    }
    assert!(!crate::entries(&bench.path("e/plots")).is_empty());
    assert_eq!(unfinished_files(&bench.path("e")), Vec::<PathBuf>::new());
    let report = bench.report("e");
    let rate = &report["report"]["results"]["win_rate"];
    assert_eq!(rate["prompts"], PROMPTS, "{rate}");
    assert_eq!(rate["comparisons"], 3 * PROMPTS, "{rate}");
    // Whoever did not judge alike answers judged all others, once.
    let answers = bench.lines("e/answers.jsonl");
    assert_eq!(answers.len(), 2 * PROMPTS);
    let mut by_prompt: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for line in &answers {
        by_prompt.entry(line["prompt"].as_u64().expect("a place")).or_default().push(&line["answers"]);
    }
    let differ = |both: &Vec<&Value>| (0..3).filter(|&sample| both[0][sample] != both[1][sample]).count();
    let differing: usize = by_prompt.values().map(differ).sum();
    assert_eq!(bench.lines("e/verdicts.jsonl").len(), differing);
    assert!(differing > 0, "the adapter changes nothing");

    bench.fails(BY_RULES, 1, &["holds an evaluation already", "--resume"]);
    bench.does(&format!("{BY_RULES} --resume"));
    assert_eq!(bench.report("e"), report);
    bench.fails(&format!("{BY_RULES} --resume --seed 3"), 1, &["was begun with other settings of the answers"]);
}

#[test]
fn what_was_forgotten_is_measured_and_says_so_where_it_says_nothing() {
    let bench = Bench::new();
    let said = bench.does("--data @prompts.jsonl --rules @rules.toml --comparisons 2 --out @e");
    assert!(said.contains("General text says nothing of this model"), "{said}");
    let report = bench.report("e");
    let forgetting = &report["report"]["results"]["forgetting"];
    // Random weights foretell worse than chance, so that nothing could be forgotten.
    assert_eq!(forgetting["text"], Value::Null);
    assert!(forgetting["shift"]["nats_a_token"]["value"].as_f64().expect("a figure") > 0.0, "{forgetting}");
    assert_eq!(forgetting["checks"].as_array().map(Vec::len), Some(4), "{forgetting}");
    assert_eq!(report["report"]["results"]["win_rate"]["comparisons"], 2);
}

#[test]
fn people_compare_blind_and_go_on_where_they_stopped() {
    let bench = Bench::new();
    let options = "--data @prompts.jsonl --people --temperature 1 --no-forgetting --out @e";
    let said = bench.typed(options, "1\n2\nu\n2\nq\n");
    assert!(said.contains("Tell me about number") && !said.contains("E correct"), "{said}");
    assert!(said.contains("comparisons wait for people") && !said.contains("win rate"), "{said}");
    assert!(!bench.path("e/report.json").exists());
    // Each verdict and the one that was taken back are on the disk.
    let first = bench.lines("e/verdicts.jsonl");
    assert_eq!(first.len(), 4, "{first:?}");
    assert_eq!(first[2]["choice"], Value::Null);
    for (line, key) in [(&first[0], 1), (&first[3], 2)] {
        let new_first = line["shown_swapped"].as_bool().expect("said");
        let wanted = if (key == 1) == new_first { "b" } else { "a" };
        assert_eq!(line["choice"], wanted, "{line}");
    }
    let said = bench.typed(&format!("{options} --resume"), &"3\n".repeat(PROMPTS));
    assert!(said.contains("That was all") && said.contains("win rate: "), "{said}");
    let report = bench.report("e");
    assert_eq!(report["report"]["grader"]["name"], "people");
    assert_eq!(report["report"]["results"]["win_rate"]["comparisons"], PROMPTS);
    let said = bench.does(&format!("{options} --resume"));
    assert!(!said.contains("Tell me about"), "{said}");
}

#[test]
fn an_endpoint_is_asked_after_a_yes_and_nothing_is_paid_twice() {
    let bench = Bench::new();
    let (address, answered) = counted_judge();
    let run = |arguments: &mut Command| {
        arguments.env("WHETSTONE_CONFIG", bench.path("config")).env("WHETSTONE_COACH_KEY", CANARY);
        let output = arguments.output().expect("the program was built");
        (output.status.code(), text(&output.stderr).to_owned())
    };
    let mut add = Command::new(PROGRAM);
    add.args(["endpoint", "add", "paid", "--address", &address, "--model", "large"]).stdin(Stdio::null());
    assert_eq!(run(&mut add).0, Some(0));
    let options = "--data @prompts.jsonl --coach endpoint:paid --temperature 1 --no-forgetting --out @e";
    let (status, said) = run(&mut bench.command(options));
    assert!(status == Some(2) && said.contains("The first of") && said.contains("add --yes"), "{said}");
    assert_eq!(bench.lines("e/answers.jsonl").len(), 2 * PROMPTS);
    assert_eq!((answered.load(Ordering::SeqCst), bench.lines("e/verdicts.jsonl").len()), (0, 0));
    let go_on = format!("{options} --resume --yes");
    let (status, said) = run(&mut bench.command(&go_on));
    assert_eq!(status, Some(0), "{said}");
    let verdicts = bench.lines("e/verdicts.jsonl");
    let paid = answered.load(Ordering::SeqCst);
    assert_eq!(paid, 2 * verdicts.len(), "each comparison in both orders");
    let report = bench.report("e");
    // As a kill leaves it that comes after the answer was paid for and before the verdict was kept.
    bench.write("e/verdicts.jsonl", &format!("{}\n", verdicts[0]));
    let (status, said) = run(&mut bench.command(&go_on));
    assert_eq!(status, Some(0), "{said}");
    assert_eq!((answered.load(Ordering::SeqCst), bench.report("e")), (paid, report));
}

#[test]
fn what_a_budget_did_not_allow_waits_for_the_next_one() {
    let bench = Bench::new();
    let (address, _) = counted_judge();
    let run = |arguments: &mut Command| {
        arguments.env("WHETSTONE_CONFIG", bench.path("config")).env("WHETSTONE_COACH_KEY", CANARY);
        let output = arguments.output().expect("the program was built");
        (output.status.code(), format!("{}{}", text(&output.stderr), text(&output.stdout)))
    };
    let mut add = Command::new(PROGRAM);
    add.args(["endpoint", "add", "paid", "--address", &address, "--model", "large"]).stdin(Stdio::null());
    assert_eq!(run(&mut add).0, Some(0));
    let options = "--data @prompts.jsonl --coach endpoint:paid --temperature 1 --no-forgetting --out @e --yes";
    let (status, said) = run(&mut bench.command(&format!("{options} --most-tokens 1")));
    assert_eq!(status, Some(0), "{said}");
    for part in ["the budget is spent", "comparisons wait for the coach"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(bench.lines("e/verdicts.jsonl").is_empty() && !bench.path("e/report.json").exists());
    let (status, said) = run(&mut bench.command(&format!("{options} --resume")));
    assert_eq!(status, Some(0), "{said}");
    assert!(!bench.lines("e/verdicts.jsonl").is_empty(), "{said}");
    assert_eq!(bench.report("e")["report"]["results"]["win_rate"]["comparisons"], PROMPTS);
}

#[test]
fn comparisons_and_prompts_are_added_to_those_that_people_judged() {
    let bench = Bench::new();
    let options = "--data @prompts.jsonl --people --temperature 1 --no-forgetting --out @e";
    bench.typed(&format!("{options} --comparisons 3"), &"1\n".repeat(PROMPTS));
    let first = bench.lines("e/verdicts.jsonl");
    assert_eq!(bench.report("e")["report"]["results"]["win_rate"]["comparisons"], 3);
    bench.fails(&format!("{options} --comparisons 2 --resume"), 1, &["begun with more comparisons"]);
    let mut prompts = fs::read_to_string(bench.path("prompts.jsonl")).expect("prompts");
    prompts.push_str("{\"prompt\": \"One that was added.\"}\n");
    bench.write("prompts.jsonl", &prompts);
    let said = bench.typed(&format!("{options} --resume"), &"1\n".repeat(PROMPTS));
    assert!(said.contains("win rate: "), "{said}");
    let verdicts = bench.lines("e/verdicts.jsonl");
    assert_eq!(verdicts[..first.len()], first, "what was judged is not judged again");
    let rate = bench.report("e")["report"]["results"]["win_rate"].take();
    assert_eq!((&rate["comparisons"], &rate["for_early_looks"]), (&(PROMPTS + 1).into(), &true.into()), "{rate}");
    let page = fs::read_to_string(bench.path("e/report.md")).expect("a page");
    assert!(page.contains("comparisons were added"), "{page}");
    bench.write("prompts.jsonl", &prompts.replace("number 0", "number 9"));
    bench.fails(&format!("{options} --resume"), 1, &["begun with other data"]);
    bench.write("prompts.jsonl", &prompts);
    bench.does(&format!("{options} --resume"));
}

#[test]
fn whoever_looks_early_has_an_interval_that_allows_it() {
    let bench = Bench::new();
    bench.does(&format!("{BY_RULES} --look-early"));
    let rate = bench.report("e")["report"]["results"]["win_rate"].take();
    assert_eq!(rate["for_early_looks"], true, "{rate}");
}

#[test]
fn an_adapter_is_compared_with_another_and_a_model_with_itself_is_not() {
    let bench = Bench::new();
    let other = golden_model("llama_tied").join("adapter_rslora");
    bench.does(&format!("{BY_RULES} --against {}", shown(&other)));
    let page = fs::read_to_string(bench.path("e/report.md")).expect("a page");
    let model = golden_model("llama_tied");
    let (old, new) = (shown(&other), model.join("adapter"));
    let names = format!("old: {0} with the adapter {old} · new: {0} with the adapter {1}", shown(&model), shown(&new));
    assert!(page.contains(&names.replace('_', "\\_")), "{names}: {page}");
    bench.fails(&format!("{BY_RULES} --nothing"), 1, &["nothing to compare", "--adapter"]);
}

#[test]
fn prompts_that_were_trained_on_are_pointed_out_and_held_out_pairs_are_weighed() {
    let bench = Bench::new();
    bench.write("pairs.jsonl", &pairs(0..4));
    let model = golden_model("llama_tied");
    let (data, run) = (bench.path("pairs.jsonl"), bench.path("run"));
    let arguments = [
        "train",
        "--model",
        shown(&model),
        "--data",
        shown(&data),
        "--out",
        shown(&run),
        "--max-steps",
        "1",
        "--beta",
        "0.3",
    ];
    let trained = crate::whetstone(&arguments);
    assert_eq!(trained.status.code(), Some(0), "{}", text(&trained.stderr));
    let options = "--adapter @run --data @pairs.jsonl --rules @rules.toml --no-forgetting --out @e";
    let output = bench.output(options, "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("prompts were trained on"), "{}", text(&output.stderr));
    let report = bench.report("e");
    let rewards = &report["report"]["results"]["rewards"];
    assert_eq!(rewards["pairs"], 4, "{rewards}");
    assert_eq!(rewards["beta"], 0.3, "{rewards}");
    assert_eq!(rewards["reference"], "the model without an adapter", "{rewards}");
    assert_eq!(report["report"]["trained_on"], 4, "{report}");
    let page = fs::read_to_string(bench.path("e/report.md")).expect("a page");
    assert!(page.contains("were trained on"), "{page}");
    // Where there are others, nothing is concluded from those that were trained on, and nobody is asked about them.
    let other = |asked: &str| {
        let said = |role: &str, content: &str| serde_json::json!([{"role": role, "content": content}]);
        let (chosen, rejected) = (said("assistant", "Yes."), said("assistant", "No."));
        format!("{}\n", serde_json::json!({"prompt": said("user", asked), "chosen": chosen, "rejected": rejected}))
    };
    let others = other("Where do the ferries land in winter?") + &other("Count the apples in our cellar.");
    bench.write("more.jsonl", &(pairs(0..4) + &others));
    bench.does("--adapter @run --data @more.jsonl --rules @rules.toml --no-forgetting --out @f");
    let report = bench.report("f");
    let results = &report["report"]["results"];
    assert_eq!((&results["win_rate"]["prompts"], &results["rewards"]["pairs"]), (&2.into(), &2.into()), "{results}");
    assert_eq!(report["report"]["trained_on"], 0, "{report}");
    let page = fs::read_to_string(bench.path("f/report.md")).expect("a page");
    assert!(page.contains("4 of 6 were trained on and are left out"), "{page}");
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_its_place_and_cure() {
    let bench = Bench::new();
    let rest = "--rules @rules.toml --no-forgetting";
    bench.fails(&format!("--data @nothing.jsonl {rest}"), 1, &["nothing.jsonl"]);
    bench.write(
        "half.jsonl",
        "{\"prompt\": \"a\", \"chosen\": \"x\", \"rejected\": \"y\"}\n{\"prompt\": \"b\", \"rejected\": \"y\"}\n",
    );
    bench.fails(&format!("--data @half.jsonl {rest}"), 1, &["half.jsonl", "line 2", "chosen"]);
    let foreign = golden_model("qwen3").join("adapter");
    bench.fails(&format!("--data @prompts.jsonl {rest} --adapter {}", shown(&foreign)), 1, &["adapter"]);
    bench.fails(
        &format!("--data @prompts.jsonl {rest} --against @prompts.jsonl"),
        1,
        &["neither an adapter nor a model"],
    );
    bench.fails("--data @prompts.jsonl --rules @nothing.toml", 1, &["nothing.toml"]);
    bench.fails("--data @prompts.jsonl --coach endpoint:nobody --out @e", 1, &["nobody"]);
    assert!(!bench.path("e").exists(), "a folder was begun for nothing");
    bench.fails("--data @prompts.jsonl --people", 2, &["--out"]);
    bench.fails("--data @prompts.jsonl", 2, &["--coach"]);
    bench.fails(&format!("--data @prompts.jsonl {rest} --people --out @e"), 2, &["cannot be used with"]);
    bench.fails(&format!("--data @prompts.jsonl {rest} --resume --out @e"), 1, &["holds no evaluation"]);
}

#[cfg(unix)]
#[test]
fn a_kill_at_any_moment_loses_nothing_and_changes_nothing() {
    let bench = Bench::new();
    bench.does(BY_RULES);
    let wanted = bench.report("e");
    let verdicts = bench.lines("e/verdicts.jsonl");
    for (file, count) in [("answers.jsonl", 1), ("answers.jsonl", 7), ("verdicts.jsonl", 1), ("verdicts.jsonl", 9)] {
        let out = format!("killed-{file}-{count}");
        let options = BY_RULES.replace("@e", &format!("@{out}"));
        let place = bench.path(&out).join(file);
        let mut child = bench.command(&options).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("built");
        let start = Instant::now();
        while written(&place) < count && child.try_wait().expect("a child can be asked").is_none() {
            assert!(start.elapsed() < Duration::from_mins(2), "the moment does not come");
            thread::sleep(Duration::from_micros(200));
        }
        drop(child.kill());
        child.wait().expect("it is gone");
        // A line may be torn where it was being written.
        let mut torn = fs::read(&place).expect("begun");
        torn.extend(b"{\"comparison\": 3, \"cho");
        fs::write(&place, torn).expect("written");
        let before = bench.lines(&format!("{out}/verdicts.jsonl"));
        bench.does(&format!("{options} --resume"));
        assert_eq!(bench.report(&out), wanted, "{file} {count}");
        let after = bench.lines(&format!("{out}/verdicts.jsonl"));
        assert_eq!(after[..before.len()], before, "{file} {count}");
        assert_eq!(after, verdicts, "{file} {count}");
    }
}

/// Whole lines of a file that may not be there yet.
#[cfg(unix)]
fn written(path: &Path) -> usize {
    fs::read_to_string(path).unwrap_or_default().matches('\n').count()
}
