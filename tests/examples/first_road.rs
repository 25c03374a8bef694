//! The whole road on a tiny model, in a temporary folder: answers, judgement, pairs, training, answers again.
//!
//! Each command line is printed before it runs, and runs in this process as the program runs it.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde_json::{Value, json};
use whetstone::Console;
use whetstone_core::job::CancelToken;

const MODEL: &str = "tests/golden/models/llama_tied";
const SAMPLES: &str = "8";
const TOKENS: &str = "24";

/// Short answers in plain letters: something that even a model of random numbers can get better at.
const RULES: &str = r#"
[[rules]]
name = "at most 40 characters"
kind = "length"
unit = "characters"
max = 40

[[rules]]
name = "no digits"
kind = "regex"
pattern = "[0-9]"
negate = true
"#;

const QUESTIONS: [&str; 3] = ["What is", "Tell me about", "Why do people like"];
const THINGS: [&str; 16] = [
    "rain", "the sea", "bread", "a friend", "music", "the moon", "a river", "winter", "a garden", "honey", "a bridge",
    "sleep", "a clock", "tea", "the wind", "a map",
];
/// Things that are asked for in training; the others show whether it helps with questions that were never seen.
const TRAINED: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the workspace is gone")?;
    std::env::set_current_dir(root)?;
    let folder = tempfile::Builder::new().prefix("road-").tempdir()?;
    let file = |name: &str| folder.path().join(name);

    std::fs::write(file("prompts.jsonl"), prompts(&THINGS[..TRAINED]))?;
    std::fs::write(file("unseen.jsonl"), prompts(&THINGS[TRAINED..]))?;
    std::fs::write(file("rules.toml"), RULES)?;

    generate(&file("prompts.jsonl"), None, &file("answers.jsonl"))?;
    judge(&file("rules.toml"), &file("answers.jsonl"), &file("judged.jsonl"), Some(&file("pairs.jsonl")))?;
    train(&file("pairs.jsonl"), &file("run"))?;
    for (adapter, answers, judged) in
        [(None, "before.jsonl", "judged-before.jsonl"), (Some(file("run")), "after.jsonl", "judged-after.jsonl")]
    {
        generate(&file("unseen.jsonl"), adapter.as_deref(), &file(answers))?;
        judge(&file("rules.toml"), &file(answers), &file(judged), None)?;
    }
    whetstone(
        &[&["export", "--model", MODEL, "--to", "peft"]],
        &[("--adapter", &file("run")), ("--out", &file("exported"))],
    )?;

    let (before, after) = (mean_score(&file("judged-before.jsonl"))?, mean_score(&file("judged-after.jsonl"))?);
    say(&format!(
        "\nThis model is a tiny one with random weights, so its text is gibberish. What counts: on questions that it was \
         not trained on, the rules' mean score goes from {before:.3} to {after:.3}.\nBefore: {}\nAfter:  {}",
        first_completion(&file("before.jsonl"))?,
        first_completion(&file("after.jsonl"))?,
    ))?;
    if after > before { Ok(()) } else { Err("training did not raise the score".into()) }
}

fn prompts(things: &[&str]) -> String {
    let ask = |thing: &&str| QUESTIONS.map(|question| json!({"prompt": format!("{question} {thing}?")}).to_string());
    things.iter().flat_map(ask).collect::<Vec<_>>().join("\n")
}

fn generate(prompts: &Path, adapter: Option<&Path>, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut paths = vec![("--prompts", prompts), ("--out", out)];
    paths.extend(adapter.map(|adapter| ("--adapter", adapter)));
    whetstone(&[&["generate", "--model", MODEL, "--samples", SAMPLES, "--max-new-tokens", TOKENS]], &paths)
}

fn judge(rules: &Path, data: &Path, out: &Path, pairs: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let mut paths = vec![("--rules", rules), ("--data", data), ("--out", out)];
    paths.extend(pairs.map(|pairs| ("--pairs", pairs)));
    whetstone(&[&["judge"]], &paths)
}

fn train(data: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let settings = ["--learning-rate", "1e-3", "--rank", "8", "--alpha", "16", "--max-steps", "60"];
    whetstone(&[&["train", "--model", MODEL], &settings], &[("--data", data), ("--out", out)])
}

/// Prints a command line and runs it.
fn whetstone(words: &[&[&str]], paths: &[(&str, &Path)]) -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<OsString> = vec!["whetstone".into()];
    arguments.extend(words.concat().into_iter().map(OsString::from));
    arguments.extend(paths.iter().flat_map(|&(option, path)| [option.into(), path.as_os_str().to_owned()]));
    let line: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    say(&format!("\n$ {}", line.join(" ")))?;
    let console = Console::new(io::stdout(), io::stderr()).with_live_progress(io::stderr().is_terminal());
    match whetstone::run(arguments, &console, &CancelToken::default()) {
        whetstone::DONE => Ok(()),
        status => Err(format!("the command ended with exit status {status}").into()),
    }
}

/// The mean of what the rules gave to the answers of a file that `judge` wrote.
fn mean_score(judged: &Path) -> Result<f64, Box<dyn Error>> {
    let scores: Option<Vec<f64>> = records(judged)?.iter().map(|record| record["score"].as_f64()).collect();
    let scores = scores.ok_or("an answer has no score")?;
    Ok(scores.iter().sum::<f64>() / scores.len() as f64)
}

fn first_completion(answers: &Path) -> Result<String, Box<dyn Error>> {
    let first = records(answers)?.into_iter().next().ok_or("there are no answers")?;
    Ok(format!("{:?}", first["completion"].as_str().unwrap_or_default()))
}

fn records(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    Ok(std::fs::read_to_string(path)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
