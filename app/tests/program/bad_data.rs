//! Data, places and numbers that nothing can be made of: told with the cure, and nothing half-done is left.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::training::pairs;
use crate::workbench::Workbench;
use crate::{entries, shown, text, whetstone};

#[test]
fn a_dataset_is_refused_by_line_and_column_with_what_was_expected() {
    let good = pairs(0..2);
    let pair = |text: &str| [good.as_str(), text, "\n"].concat().into_bytes();
    for (content, parts) in [
        (
            Vec::new(),
            &[
                "pairs.jsonl is empty: {\"prompt\": …, \"chosen\": …, \"rejected\": …} expected on each line",
                "check that the right file",
            ] as &[&str],
        ),
        (b" \n\n".to_vec(), &["pairs.jsonl is empty"]),
        (
            pair("{\"prompt\": \"a\", \"chosen\" \"b\"}"),
            &["pairs.jsonl, line 3, column 26: not valid JSON: expected `:`", "correct the line"],
        ),
        (pair("{\"prompt\": \"a\", \"chosen\": \"b"), &["pairs.jsonl, line 3", "the file was cut off"]),
        (
            pair("{\"prompt\": \"a\", \"chosen\": \"b\"}"),
            &["pairs.jsonl, line 3, column 1: expected the key `rejected`, found `prompt`, `chosen`", "add `rejected`"],
        ),
        (
            pair("{\"prompt\": \"a\", \"chosen\": 3, \"rejected\": \"c\"}"),
            &["pairs.jsonl, line 3, column 2", "`chosen`", "expected text or a list of messages", "correct the record"],
        ),
        (
            pair("{\"prompt\": [{\"role\": \"user\"}], \"chosen\": \"b\", \"rejected\": \"c\"}"),
            &["pairs.jsonl, line 3, column ", "`prompt`, message 1", "expected the key `content`"],
        ),
        (
            pair("{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"chosen\": \"b\", \"rejected\": \"c\"}"),
            &[
                "pairs.jsonl, line 3",
                "expected all as text or all as messages, found `prompt` as messages, `chosen` as text",
            ],
        ),
        (
            format!("[{}]", good.trim().replace('\n', ",\n")).into_bytes(),
            &["pairs.jsonl, line 1: a JSON list, but one record on each line expected", "jq -c"],
        ),
        (b"prompt,chosen,rejected\na,b,c\n".to_vec(), &["pairs.jsonl, line 1, column 1: not valid JSON"]),
        (
            [good.as_bytes(), b"{\"prompt\": \"\xff\"}"].concat(),
            &["pairs.jsonl, line 3, column 13: not UTF-8 text", "save the file with the encoding UTF-8"],
        ),
    ] {
        let bench = Workbench::new();
        bench.write("pairs.jsonl", content);
        bench.fails("train", &[], parts);
        bench.fails("score", &[], parts);
    }
    let bench = Workbench::new();
    bench.fails("train", &["--holdout", "nowhere.jsonl"], &["cannot read nowhere.jsonl", "nothing is there"]);
    fs::remove_file(bench.path("pairs.jsonl")).expect("it is there");
    bench.fails("train", &[], &["cannot read", "pairs.jsonl", "nothing is there"]);
    fs::create_dir(bench.path("pairs.jsonl")).expect("a folder");
    bench.fails("score", &[], &["cannot read", "pairs.jsonl", "this is a folder"]);
    bench.write("prompts.jsonl", "{\"prompt\": \"a\"}\n{\"question\": \"b\"}\n");
    bench.fails("generate", &[], &["prompts.jsonl, line 2, column 1: expected the key `prompt`, found `question`"]);
    bench.write("prompts.jsonl", format!("{{\"prompt\": \"{}\"}}", "long ".repeat(400)));
    bench.fails("generate", &[], &["prompts.jsonl, prompt 1 has ", "takes 1 to ", "shorten the prompt"]);
}

#[test]
fn prompts_that_fill_the_length_are_dropped_counted_and_told() {
    let bench = Workbench::new();
    let mut long: Value = serde_json::from_str(&pairs(0..1)).expect("a pair");
    long["prompt"][0]["content"] = json!("word ".repeat(200));
    bench.write("pairs.jsonl", format!("{}{long}\n", pairs(0..3)));
    let mut arguments = bench.command("train");
    arguments.extend(["--max-length", "120", "--json", "--batch-size", "2"].map(str::to_owned));
    let output = whetstone(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    let events: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
    let warnings: Vec<&str> = events.iter().filter_map(|event| event["message"].as_str()).collect();
    assert_eq!(warnings.len(), 1, "{told}");
    assert!(warnings[0].contains("1 of 4 pairs are left out, because their prompts alone fill 120 tokens"), "{told}");
    assert_eq!(events.last().expect("an end")["summary"]["pairs"], 3);
    fs::remove_dir_all(bench.path("result")).expect("the run");
    let parts =
        ["pairs.jsonl: all 4 pairs are dropped, because their prompts alone fill 5 tokens", "raise `--max-length`"];
    bench.fails("train", &["--max-length", "5"], &parts);
}

#[test]
fn a_place_that_cannot_hold_the_result_is_told_before_the_work() {
    let bench = Workbench::new();
    bench.write("file", "");
    let given = |name: &str, out: &str| {
        let mut arguments = bench.command(name);
        arguments.truncate(arguments.len() - 1);
        arguments.push(shown(&bench.path(out)).to_owned());
        arguments
    };
    for (command, out, hint) in [
        ("train", "file", "a part of this path is a file, not a folder"),
        ("train", "file/run", "a part of this path is a file, not a folder"),
        ("generate", "file/result", "a part of this path is a file, not a folder"),
        ("generate", "nowhere/result", "the folder that it should stand in is not there"),
        ("score", "model", "this is a folder: give the name of a file"),
    ] {
        let before = bench.entries();
        let output = whetstone(&given(command, out));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{command} {out}: {said}");
        let path = bench.path(out);
        assert!(said.contains(&format!("error: cannot write {}", path.display())), "{said}");
        assert!(said.contains(hint), "{said}");
        assert_eq!(bench.entries(), before);
    }
}

/// Every number of a safetensors file of float32.
fn numbers(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).expect("a file");
    let header = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    bytes[8 + header..].as_chunks::<4>().0.iter().map(|&number| f32::from_le_bytes(number)).collect()
}

#[test]
fn numbers_that_run_away_stop_the_run_and_are_not_saved() {
    for rate in ["1e19", "1e30", "1e39"] {
        let bench = Workbench::new();
        let options = ["--learning-rate", rate, "--checkpoint-every", "1", "--max-steps", "60", "--batch-size", "2"];
        let mut arguments = bench.command("train");
        arguments.extend(options.map(str::to_owned));
        for more in [None, Some("--resume".to_owned())] {
            arguments.extend(more);
            let output = whetstone(&arguments);
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{rate}: {said}");
            assert!(said.contains("error: step ") && said.contains("with a lower `--learning-rate`"), "{said}");
            assert!(said.contains("the numbers ran away"), "what it means is not told: {said}");
            let run = bench.path("result");
            assert!(!run.join("adapter_model.safetensors").exists());
            let saved = entries(&run.join("checkpoints"));
            let mut saved = saved.iter().filter(|path| path.extension().is_some_and(|ending| ending == "safetensors"));
            let all_finite = saved.clone().all(|path| numbers(path).iter().all(|number| number.is_finite()));
            assert!(all_finite, "{rate}: a number that is none was saved");
            let metrics = fs::read_to_string(run.join("metrics.jsonl")).expect("figures");
            assert!(!metrics.contains("null"), "{rate}: {metrics}");
            // The steps before the one that ran away are kept.
            assert_eq!(metrics.lines().count(), saved.next_back().map_or(0, |path| step_of(path)), "{rate}: {said}");
            assert!(said.contains("the checkpoint of step ") || metrics.is_empty(), "{rate}: {said}");
        }
    }
}

#[test]
fn a_training_that_went_dead_is_told() {
    // The numbers stay finite at this rate, since the model norms them, but there is nothing left to learn from.
    let bench = Workbench::new();
    let mut arguments = bench.command("train");
    arguments.extend(["--learning-rate", "1e6", "--max-steps", "20", "--batch-size", "2"].map(str::to_owned));
    let output = whetstone(&arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("the gradient is 0, so nothing is learned").count(), 1, "{said}");
}

fn step_of(path: &Path) -> usize {
    let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
    name.trim_start_matches("step-").parse().expect("a number")
}

#[test]
fn weights_that_are_no_numbers_are_told() {
    let bench = Workbench::new();
    let mut bytes = bench.read("model/model.safetensors");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    bench.write("model/model.safetensors", bytes);
    let parts = ["the log-probability of example 1 is NaN under the model", "the model's weights are damaged"];
    bench.fails("score", &[], &parts);
    bench.fails("generate", &[], &["NaN"]);
}
