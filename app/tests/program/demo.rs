//! The demo: every method comes to a better adapter and a report, the same one however often it was stopped.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::method::RECIPES;

use crate::{PROGRAM, contents, entries, shown, text};

/// What a demo promises in `report.json`.
const FIGURES: [&str; 8] = [
    "rubric_pass_before",
    "rubric_pass_after",
    "win_rate",
    "win_rate_low",
    "win_rate_high",
    "comparisons",
    "seconds",
    "adapter",
];

/// The plots of every report.
const PLOTS: [&str; 6] = ["accuracy.svg", "loss.svg", "margin.svg", "rubric.svg", "win-rate.svg", "wording.svg"];

/// A folder in which demos are run; their project is always `demo`, so that two of them name the same paths.
pub struct Demo {
    folder: TempDir,
}

impl Demo {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn out(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    pub fn command(&self, options: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env("WHETSTONE_DATA_HOME", crate::data_home()).current_dir(self.folder.path());
        command.args(["demo", "--out", "demo"]).args(options).stdin(Stdio::null());
        command
    }

    fn run(&self, options: &[&str]) -> Output {
        self.command(options).output().expect("the program was built")
    }

    /// The demo comes to its end; what it said in JSON lines.
    fn finish(&self, options: &[&str]) -> Value {
        let output = self.run(&[options, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{options:?}: {}", text(&output.stdout));
        let last = text(&output.stdout).lines().last().expect("an end");
        let mut event: Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(event["outcome"], "completed", "{last}");
        event["summary"].take()
    }

    fn report(&self) -> Value {
        serde_json::from_slice(&fs::read(self.out().join("report.json")).expect("a report")).expect("JSON")
    }

    /// What has to be the same whenever the same demo is run: the adapter's bytes and the report but for the time.
    fn result(&self) -> DemoResult {
        let mut report = self.report();
        let adapter = self.folder.path().join(report["adapter"].as_str().expect("a path"));
        let adapter = fs::read(adapter.join("adapter_model.safetensors")).expect("an adapter");
        let page = fs::read_to_string(self.out().join("report.md")).expect("a page");
        let untimed = |line: &&str| !line.contains(" seconds in all");
        let page = page.lines().filter(untimed).map(str::to_owned).collect();
        report.as_object_mut().expect("an object").remove("seconds").expect("it took its time");
        without_steps(&mut report);
        DemoResult { adapter, report, page }
    }
}

/// The embedded report tells the time, too.
fn without_steps(report: &mut Value) {
    match report {
        Value::Object(fields) => {
            fields.remove("seconds");
            fields.values_mut().for_each(without_steps);
        }
        Value::Array(values) => values.iter_mut().for_each(without_steps),
        _ => {}
    }
}

#[derive(Debug, Clone, PartialEq)]
struct DemoResult {
    adapter: Vec<u8>,
    report: Value,
    page: Vec<String>,
}

impl DemoResult {
    fn assert_equals(&self, other: &Self, why: &str) {
        assert!(self.adapter == other.adapter, "{why}: another adapter");
        assert_eq!(self.page, other.page, "{why}");
        assert_eq!(self.report, other.report, "{why}");
    }
}

fn number(figures: &Value, name: &str) -> f64 {
    figures[name].as_f64().unwrap_or_else(|| panic!("{name} in {figures}"))
}

/// The short demo of a method, run once for all tests that look at it.
fn short(method: &'static str) -> &'static (Demo, Value) {
    static DEMOS: Mutex<BTreeMap<&str, &'static OnceLock<(Demo, Value)>>> = Mutex::new(BTreeMap::new());
    let cell = {
        let mut demos = DEMOS.lock().unwrap_or_else(PoisonError::into_inner);
        *demos.entry(method).or_insert_with(|| Box::leak(Box::default()))
    };
    cell.get_or_init(|| {
        let demo = Demo::new();
        let summary = demo.finish(&["--method", method, "--short"]);
        (demo, summary)
    })
}

/// The report is whole and is the one that the summary tells.
fn check_report(method: &str, demo: &Demo, summary: &Value) {
    for name in ["report.json", "report.html", "report.md"] {
        let length = fs::metadata(demo.out().join(name)).map(|file| file.len());
        assert!(length.is_ok_and(|length| length > 500), "{method}: {name}");
    }
    let plots: Vec<PathBuf> = PLOTS.iter().map(|name| demo.out().join("plots").join(name)).collect();
    assert_eq!(entries(&demo.out().join("plots")), plots, "{method}");
    for plot in plots {
        let drawn = fs::read_to_string(plot).expect("a plot");
        assert!(drawn.starts_with("<svg") && drawn.trim_end().ends_with("</svg>"), "{method}");
    }
    let report = demo.report();
    for name in FIGURES {
        assert!(!report[name].is_null(), "{method}: {name} is missing: {report}");
        assert_eq!(report[name], summary[name], "{method}: {name}");
    }
    for name in ["rubric_pass_before", "rubric_pass_after", "win_rate", "win_rate_low", "win_rate_high"] {
        assert!((0.0..=1.0).contains(&number(&report, name)), "{method}: {name}: {report}");
    }
    let (low, high) = (number(&report, "win_rate_low"), number(&report, "win_rate_high"));
    assert!(low < number(&report, "win_rate") && number(&report, "win_rate") < high, "{method}");
    let adapter = demo.out().parent().expect("a folder").join(report["adapter"].as_str().expect("a path"));
    assert!(adapter.join("adapter_model.safetensors").is_file(), "{method}: {}", adapter.display());
    assert!(adapter.join("adapter_config.json").is_file(), "{method}: {}", adapter.display());
    let page = fs::read_to_string(demo.out().join("report.html")).expect("a page");
    let sentence = summary["sentence"].as_str().expect("a sentence");
    assert!(page.contains(sentence), "{method}: the page does not say {sentence}");
}

#[test]
fn every_method_in_short_comes_to_an_adapter_that_follows_the_rubric_better() {
    for recipe in RECIPES {
        let (demo, summary) = short(recipe.id);
        check_report(recipe.id, demo, summary);
        // With ten prompts the figures rose by 0.18 to 0.55 with the seeds 0 and 1.
        let gain = number(summary, "rubric_pass_after") - number(summary, "rubric_pass_before");
        assert!(gain >= 0.1, "{}: {summary}", recipe.id);
        assert!(number(summary, "win_rate") > 0.5, "{}: {summary}", recipe.id);
        assert_eq!(summary["comparisons"], 40, "{}", recipe.id);
    }
}

#[test]
fn where_people_are_simulated_the_report_says_so() {
    for recipe in RECIPES {
        let (demo, _) = short(recipe.id);
        for name in ["report.md", "report.html"] {
            let page = fs::read_to_string(demo.out().join(name)).expect("a page");
            let has_people = recipe.people_share > 0.0 || recipe.id == "hybrid-d";
            assert_eq!(page.contains("Ada (simulated)"), has_people, "{}: {name}", recipe.id);
        }
    }
}

#[test]
fn the_demo_in_full_shows_a_clear_gain() {
    let demo = Demo::new();
    let output = demo.run(&["--method", "rlhf"]);
    let (shown_lines, told) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{told}");
    let report = demo.report();
    check_report("rlhf", &demo, &report_with_sentence(&report, shown_lines));
    let (before, after) = (number(&report, "rubric_pass_before"), number(&report, "rubric_pass_after"));
    assert!(after >= before + 0.3 && after >= 0.75, "{before} → {after}");
    assert!(number(&report, "win_rate") >= 0.7 && number(&report, "win_rate_low") > 0.5, "{report}");
    assert!(number(&report, "fluency_after") >= number(&report, "fluency_before") - 0.05, "{report}");
    assert_eq!(report["comparisons"], 160);
    // What came of it stands last, in one sentence; where the report is, before it.
    let lines: Vec<&str> = shown_lines.lines().collect();
    let sentence = lines.last().expect("a sentence");
    assert!(sentence.starts_with("The new model is better"), "{sentence}");
    assert!(sentence.ends_with('.') && sentence.contains(&format!("{:.0}%", 100.0 * after)), "{sentence}");
    assert!(
        shown_lines.contains(&format!("report: {}", shown(&Path::new("demo").join("report.html")))),
        "{shown_lines}"
    );
    assert!(lines.iter().any(|line| line.starts_with("adapter: ")), "{shown_lines}");
}

/// The report with the sentence that the terminal told, as a summary has it.
fn report_with_sentence(report: &Value, shown_lines: &str) -> Value {
    let mut summary = report.clone();
    summary["sentence"] = shown_lines.lines().last().expect("a sentence").into();
    summary
}

#[test]
fn the_same_seed_gives_the_same_demo_and_another_seed_another() {
    let (first, _) = short("rlhf");
    let again = Demo::new();
    again.finish(&["--short"]);
    again.result().assert_equals(&first.result(), "the same demo again");
    let other = Demo::new();
    other.finish(&["--short", "--seed", "1"]);
    let (first, other) = (first.result(), other.result());
    assert!(first.adapter != other.adapter && first.report != other.report && first.page != other.page);
    // Another number of threads is not another result.
    let single = Demo::new();
    single.finish(&["--short", "--threads", "1"]);
    single.result().assert_equals(&first, "with one thread");
}

#[test]
fn a_finished_demo_says_the_same_again_at_once() {
    let (demo, _) = short("rlaif");
    let before = demo.result();
    let begun = std::time::Instant::now();
    let again = demo.run(&["--method", "rlaif", "--short"]);
    let took = begun.elapsed();
    assert_eq!(again.status.code(), Some(0), "{}", text(&again.stderr));
    assert_eq!(text(&again.stdout).lines().last(), before.report_sentence().as_deref());
    demo.result().assert_equals(&before, "asked again");
    assert!(took.as_secs_f64() < 2.0, "nothing is done anew: {took:?}");
    assert!(!text(&again.stderr).contains("training"), "{}", text(&again.stderr));
}

impl DemoResult {
    fn report_sentence(&self) -> Option<String> {
        self.report["sentence"].as_str().map(str::to_owned)
    }
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let (demo, _) = short("rlhf");
    let before = contents(&demo.out());
    for options in [
        &["--method", "rlhf"] as &[&str],
        &["--method", "rlhf", "--short", "--seed", "1"],
        &["--method", "rlaif", "--short"],
    ] {
        let output = demo.run(options);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{options:?}: {said}");
        assert!(said.contains("error: demo holds a project that is no demo of this method, seed and length"), "{said}");
        assert!(said.contains("\n  choose another folder by `--out`"), "{said}");
    }
    let other = Demo::new();
    fs::create_dir(other.out()).expect("a folder");
    fs::write(other.out().join("letter.txt"), "dear").expect("a file");
    let output = other.run(&["--short"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("demo: something is there already\n  choose an empty folder"), "{said}");
    assert_eq!(contents(&other.out()).len(), 1);
    let unowned = |(path, _): &(PathBuf, Vec<u8>)| !shown(path).contains("project.owner.json");
    let (before, after): (Vec<_>, Vec<_>) =
        (before.into_iter().filter(unowned).collect(), contents(&demo.out()).into_iter().filter(unowned).collect());
    assert!(before == after, "the other demo was changed");
}

#[cfg(unix)]
mod killed {
    use std::process::Stdio;
    use std::thread;
    use std::time::{Duration, Instant};

    use whetstone_core::random::Random;

    use super::{Demo, short};

    /// Kills of a demo before it may come to its end.
    const KILLS: usize = 4;

    /// `WHETSTONE_SEED` draws other moments, `WHETSTONE_KILLS` kills more often.
    fn setting(name: &str, default: u64) -> u64 {
        std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
    }

    #[test]
    fn a_demo_killed_at_any_moment_comes_to_the_same_result() {
        // The preference model, the coach's two rounds and the review have each their own way to be gone on with.
        for (number, method) in ["hybrid-a", "hybrid-c", "hybrid-d"].into_iter().enumerate() {
            let (undisturbed, summary) = short(method);
            let duration = summary["seconds"].as_f64().expect("a number");
            let demo = Demo::new();
            let mut random = Random::new(setting("WHETSTONE_SEED", 1), &[number as u64]);
            let mut moments = Vec::new();
            for _ in 0..setting("WHETSTONE_KILLS", KILLS as u64) {
                // Short lives come first to nothing and then further and further, since what was done is kept.
                let moment = Duration::from_secs_f64(duration * (0.05 + 0.5 * random.uniform()));
                moments.push(moment);
                let mut command = demo.command(&["--method", method, "--short"]);
                let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program");
                let begun = Instant::now();
                while begun.elapsed() < moment && child.try_wait().expect("a child can be asked").is_none() {
                    thread::sleep(Duration::from_millis(1));
                }
                drop(child.kill());
                child.wait().expect("it ended");
            }
            demo.finish(&["--method", method, "--short"]);
            demo.result().assert_equals(&undisturbed.result(), &format!("{method} killed after {moments:?}"));
        }
    }

    #[test]
    fn a_demo_that_was_interrupted_says_how_to_go_on() {
        let demo = Demo::new();
        let child = demo.command(&["--short"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it");
        let begun = Instant::now();
        while !demo.out().join("project.db").is_file() {
            assert!(begun.elapsed() < Duration::from_secs(30), "no project is made");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(100));
        crate::signal("INT", child.id());
        let output = child.wait_with_output().expect("it ended");
        let said = crate::text(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(
            said.ends_with("stopped; everything so far is kept: the same command goes on where it was\n"),
            "{said}"
        );
        demo.finish(&["--short"]);
        demo.result().assert_equals(&short("rlhf").0.result(), "interrupted");
    }
}
