//! A project's road without a window: people label in a terminal and by packs, the machine does the rest.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::domain::{AnnotatorKind, Choice};
use whetstone_core::method::StageKind;
use whetstone_core::project::store::{Access, Store, VerdictFilter};

use crate::{PROGRAM, copy_folder, text};

/// A folder in which projects are worked on; they go by short names.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("it can be written");
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env("WHETSTONE_DATA_HOME", crate::data_home()).current_dir(self.folder.path());
        command.args(line.split_whitespace()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("the program was built")
    }

    /// What a command that goes well prints.
    pub fn does(&self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    /// The summary of a command that goes well.
    pub fn summary(&self, line: &str) -> Value {
        let printed = self.does(&format!("{line} --json"));
        let mut event: Value = serde_json::from_str(printed.lines().last().expect("an end")).expect("JSON");
        event["summary"].take()
    }

    /// A command that reads what is typed.
    pub fn typed(&self, line: &str, typed: &str) -> String {
        let mut child = self.command(line).stdin(Stdio::piped()).spawn().expect("the program was built");
        // Whoever has had enough does not read the rest.
        drop(child.stdin.take().expect("it is piped").write_all(typed.as_bytes()));
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{line}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    /// A command that fails, with what is told of it: what and where, then the cure.
    pub fn fails(&self, line: &str, parts: &[&str]) -> String {
        let output = self.run(line);
        let said = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        let error = said.find("error: ").map_or_else(|| panic!("no error told: {said}"), |start| &said[start..]);
        assert!(error.lines().nth(1).is_some_and(|line| line.starts_with("  ")), "no cure is told: {said}");
        for part in parts {
            assert!(said.contains(part), "{line}: `{part}` is not told: {said}");
        }
        for word in ["panicked", "RUST_BACKTRACE", "Error {", "Some("] {
            assert!(!said.contains(word), "{line}: this is no message for people: {said}");
        }
        said
    }

    pub fn store(&self, project: &str) -> Store {
        Store::open(&self.path(project), Access::ReadOnly).expect("the project")
    }

    /// What counts in a project: who said what of which comparison, in no order but the comparisons'.
    fn verdicts(&self, project: &str) -> Vec<(i64, String, Choice)> {
        let store = self.store(project);
        let annotators = store.annotators().expect("annotators");
        let name = |id| annotators.iter().find(|one| one.id == id).map(|one| one.name.clone()).expect("a name");
        let verdicts = store.verdicts(&VerdictFilter::default()).expect("verdicts");
        let one = |stored: &whetstone_core::domain::StoredVerdict| {
            (stored.verdict.comparison, name(stored.verdict.annotator), stored.verdict.choice)
        };
        let mut said: Vec<_> = verdicts.iter().map(one).collect();
        said.sort_by_key(|(comparison, name, choice)| (*comparison, name.clone(), format!("{choice:?}")));
        said
    }
}

/// The answers to as many comparisons: `1` and `2` in turn, with ties and skips between.
fn answers(count: usize) -> String {
    (0..count).map(|number| ["1\n", "2\n", "1\n", "2\n", "3\n", "2\n", "1\n", "s\n"][number % 8]).collect()
}

/// The example's prompts with few answers and steps.
const SMALL: &str = "--example --samples 3 --comparisons 1 --steps 8 --judge rules";

#[test]
fn people_judge_by_packs_and_in_the_terminal_and_the_machine_does_the_rest() {
    let desk = Desk::new();
    let made = desk.does(&format!("project new P --method rlhf {SMALL}"));
    assert!(made.contains("made the project P") && made.contains("40 prompts to train on, 20 set aside"), "{made}");
    let waits = desk.does("run P");
    assert!(waits.contains("It waits for people: 40 comparisons of round 1 are not judged yet"), "{waits}");
    assert!(waits.contains("whetstone label P"), "{waits}");
    // Nothing is drawn anew, and looking changes nothing.
    assert_eq!(desk.does("run P"), waits);
    let status = desk.does("status P");
    assert!(status.contains("120 answers; 40 comparisons; 0 verdicts of people"), "{status}");
    assert!(desk.summary("status P")["waits_for"].as_str().is_some_and(|reason| reason.starts_with("people: 40 ")));

    // Two packs go out; Ada's is labelled whole, Ben's in part, with every key.
    for (name, pack) in [("Ada", "ada"), ("Ben", "ben")] {
        let told = desk.does(&format!("project pack P --annotator {name} --out {pack}.whetstone-pack"));
        assert!(told.contains(&format!("comparisons for {name})")), "{told}");
    }
    let empty: Vec<PathBuf> = ["ada", "ben"].map(|name| desk.path(&format!("{name}.whetstone-pack"))).into();
    let unlabelled = fs::read_to_string(&empty[0]).expect("a pack");
    assert!(!unlabelled.contains("starter"), "a pack says which model wrote an answer");
    let shown = desk.typed("label --pack ada.whetstone-pack", &answers(100));
    assert!(shown.ends_with("That was all. Thank you.\n"), "{shown}");
    let shown = desk.typed("label --pack ben.whetstone-pack", "1\n2\n3\n4\ns\nu\n\ne\n1\nA better answer.\nq\n1\n");
    assert!(shown.contains("taken back") && !shown.contains("That was all"), "{shown}");

    // In either order, and however often, the same comes in.
    copy_folder(&desk.path("P"), &desk.path("other"));
    let merged = desk.does("project merge P ada.whetstone-pack ben.whetstone-pack");
    assert!(
        merged.contains("ben.whetstone-pack: 5 new labels, 1 corrections") || merged.contains("1 corrections"),
        "{merged}"
    );
    let verdicts = desk.verdicts("P");
    let again = desk.does("project merge P ada.whetstone-pack ben.whetstone-pack");
    assert!(again.contains("ada.whetstone-pack: 0 new labels, 0 corrections"), "{again}");
    assert_eq!(desk.verdicts("P"), verdicts);
    desk.does("project merge other ben.whetstone-pack");
    desk.does("project merge other ada.whetstone-pack");
    let blind = |said: Vec<(i64, String, Choice)>| said.into_iter().map(|(_, name, choice)| (name, choice));
    assert_eq!(desk.verdicts("other"), verdicts);
    assert!(blind(verdicts).any(|(name, _)| name == "Ben"));

    // What is left over is judged in the terminal, and what is in doubt a third time.
    let shown = desk.typed("label P --annotator Ben", &answers(100));
    assert!(shown.ends_with("That was all. Thank you.\n"), "{shown}");
    let shown = desk.typed("label P --annotator Cleo --review", "1\nq\n");
    assert!(shown.contains("Asked: "), "Ada and Ben agree in everything: {shown}");
    let agreement = desk.does("project agreement P");
    assert!(agreement.contains("Ada and Ben said the same of"), "{agreement}");
    let figures = desk.summary("project agreement P")["figures"].as_array().map_or(0, Vec::len);
    assert_eq!(figures, agreement.lines().count());

    // Training, the comparison of old and new, and the report.
    let done = desk.does("run P");
    assert!(done.contains("another round: the same command with --again"), "{done}");
    let report = done.lines().find_map(|line| line.strip_prefix("report: ")).expect("where the report is");
    assert!(desk.path(report).is_file(), "{report}");
    let page = fs::read_to_string(desk.path(report).with_extension("md")).expect("a page");
    assert!(page.contains("Ada") && page.contains("Ben") && !page.contains("simulated"), "{page}");
    let lineage = desk.does("project lineage P");
    assert!(lineage.starts_with("run 1: corrected and ideal answers\nrun 2: "), "{lineage}");
    assert!(lineage.contains("from Ada (") && lineage.contains("Ben (") && lineage.contains("from run 1"), "{lineage}");

    desk.look_at_what_was_made();
    desk.go_on_without_ben();
}

impl Desk {
    /// The pairs go out and are understood again; so does the project as a whole.
    fn look_at_what_was_made(&self) {
        let pairs =
            self.summary("project dataset P --to preference --out pairs.jsonl")["pairs"].as_u64().expect("a number");
        assert!(pairs > 20, "{pairs}");
        let preview = self.summary("import --preview pairs.jsonl")["preview"].take();
        assert_eq!((preview["form"].as_str(), preview["records"].as_u64()), (Some("preference"), Some(pairs)));
        assert_eq!(preview["dropped"].as_array().map(Vec::len), Some(0), "{preview}");
        self.does("project archive P --out p.whetstone");
        self.does("project unpack p.whetstone --out copy");
        let (made, copy) = (self.summary("status P"), self.summary("status copy"));
        for part in ["settings", "counts", "stages", "waits_for"] {
            assert_eq!(made[part], copy[part], "{part}");
        }
        assert_eq!(self.verdicts("P"), self.verdicts("copy"));
        self.does("export --model starter --adapter P/runs/2 --to peft --out taken");
        let exports = self.store("P").exports().expect("exports");
        assert_eq!(
            exports.iter().map(|export| (export.run, export.target.as_str())).collect::<Vec<_>>(),
            [(2, "peft")]
        );
        assert!(exports[0].path.ends_with("taken") && exports[0].path.is_absolute(), "{exports:?}");
        let adapter =
            |project: &str| fs::read(self.path(project).join("runs/2/adapter_model.safetensors")).expect("it");
        assert!(adapter("P") == adapter("copy"));
        let said = self.fails("project unpack p.whetstone --out copy", &["something is there already"]);
        assert!(said.contains("choose an empty folder"), "{said}");
    }

    /// An annotator is removed: what rests on them is told, and another round does without.
    fn go_on_without_ben(&self) {
        let told = self.summary("project remove-annotator P Ben");
        assert_eq!(told["runs"], serde_json::json!([2]), "{told}");
        let known = "its annotators are Ada, Ben";
        self.fails("project remove-annotator P Zoe", &["the project has no annotator called Zoe", known]);
        let store = self.store("P");
        let ideal = store.ideal_answers().expect("they can be asked for");
        assert!(ideal.is_empty(), "Ben's correction is still learned from: {ideal:?}");
        // Ada has judged everything too, so the adapter is trained anew at once.
        let done = self.does("run P");
        assert!(done.contains("another round: the same command with --again"), "{done}");
        let lineage = self.does("project lineage P");
        let anew = lineage.lines().last().expect("a run");
        assert!(anew.starts_with("run 3: ") && anew.contains("Ada (") && !anew.contains("Ben"), "{lineage}");
        assert!(!anew.contains("from run"), "it goes on from what Ben taught: {lineage}");
        // Another round goes on from the adapter that counts.
        let waits = self.does("run P --again");
        assert!(waits.contains("It waits for people: 40 comparisons of round 2 are not judged yet"), "{waits}");
        let round = store.rounds().expect("rounds").pop().expect("a round");
        assert_eq!((round.number, round.start_run), (2, Some(3)));
        assert_eq!(self.does("run P --again"), waits);
        let history = self.does("project history P --most 3");
        assert_eq!(history.lines().count(), 3, "{history}");
        assert!(history.lines().all(|line| line.contains("Z  ")), "{history}");
        self.does("project restore-annotator P Ben");
        assert_eq!(store.ideal_answers().expect("they can be asked for").len(), 1);
    }
}

#[test]
fn a_correction_that_was_taken_back_is_not_learned_from() {
    let desk = Desk::new();
    desk.does(&format!("project new P --method rlhf {SMALL}"));
    desk.does("run P");
    desk.typed("label P --annotator Ada", "e\n1\nA better answer.\nq\n");
    assert_eq!(desk.store("P").ideal_answers().expect("they can be asked for").len(), 1);
    assert_eq!(desk.verdicts("P").len(), 2);
    desk.typed("label P --annotator Ada", "e\n2\nAnother one.\nu\nq\n");
    assert_eq!(desk.store("P").ideal_answers().expect("they can be asked for").len(), 1);
    assert_eq!(desk.verdicts("P").len(), 2);
}

#[test]
fn people_approve_what_the_coach_proposes_before_anything_is_trained() {
    let desk = Desk::new();
    desk.does(&format!("project new P --method hybrid-d {SMALL}"));
    let waits = desk.does("run P");
    assert!(waits.contains("  next  round 1: People review the coach's verdicts"), "{waits}");
    assert!(waits.contains("It waits for a person: ") && waits.contains("whetstone project approve P"), "{waits}");
    assert_eq!(desk.does("run P"), waits);
    assert!(desk.store("P").runs().expect("runs").is_empty(), "it was trained before anybody approved");
    desk.typed("label P --annotator Ada --review", "1\n2\nq\n");
    let approved = desk.does("project approve P --annotator Ada");
    assert!(approved.contains("Ada approved the verdicts of round 1"), "{approved}");
    let done = desk.does("run P");
    assert!(done.contains("another round: the same command with --again"), "{done}");
    let store = desk.store("P");
    let kinds: Vec<AnnotatorKind> = store.annotators().expect("some").into_iter().map(|one| one.kind).collect();
    assert!(kinds.contains(&AnnotatorKind::Coach) && kinds.contains(&AnnotatorKind::Person), "{kinds:?}");
    let lineage = desk.does("project lineage P");
    assert!(lineage.contains("coach starter (") && lineage.contains("rubric version 1"), "{lineage}");
}

#[test]
fn people_compare_old_and_new_where_they_are_the_judge() {
    let desk = Desk::new();
    desk.write("rows.csv", pairs_as_table(12, "Ada"));
    desk.write("later.csv", "prompt\nWhere is my parcel?\nCan I change my order?\n");
    desk.does("project new P --method rlhf --model starter --samples 2 --comparisons 1 --steps 12 --learning-rate 1e-2 --max-new-tokens 24");
    desk.does("import rows.csv --project P");
    desk.does("import later.csv --project P --holdout");
    desk.does("project set P --judge people");
    desk.does("run P");
    desk.typed("label P --annotator Ada", &answers(100));
    let waits = desk.does("run P");
    assert!(waits.contains("comparisons of old and new answers are not judged yet"), "{waits}");
    let shown = desk.typed("label P --annotator Ada --compare", &answers(100));
    assert!(shown.ends_with("That was all. Thank you.\n"), "{shown}");
    let done = desk.does("run P");
    assert!(done.contains("another round: the same command with --again"), "{done}");
}

/// A table of preference pairs, each of another prompt.
fn pairs_as_table(count: usize, annotator: &str) -> String {
    let row = |number: usize| format!("Request {number}?,\"Yes, {number}.\",No {number}.,{annotator}\n");
    ["prompt,chosen,rejected,annotator\n".to_owned()].into_iter().chain((0..count).map(row)).collect()
}

#[test]
fn what_is_imported_twice_is_there_once() {
    let desk = Desk::new();
    desk.does("project new P --method rlhf --model starter");
    desk.write("pairs.csv", pairs_as_table(8, "Ada"));
    let pair = |number: usize| {
        let line = serde_json::json!({
            "prompt": format!("Request {number}?"), "chosen": format!("Yes, {number}."), "rejected": "No."
        });
        format!("{line}\n")
    };
    desk.write("more.jsonl", (4..10).map(pair).collect::<String>());
    let added = |told: &Value| -> Vec<u64> {
        ["prompts", "answers", "comparisons", "verdicts"].map(|name| told["added"][name].as_u64().expect(name)).into()
    };
    let before = desk.summary("import --preview pairs.csv");
    assert_eq!((before["preview"]["records"].as_u64(), &before["added"]), (Some(8), &Value::Null));
    assert_eq!(desk.summary("status P")["counts"]["prompts_train"], 0, "a preview brings nothing in");
    assert_eq!(added(&desk.summary("import pairs.csv --project P")), [8, 16, 8, 8]);
    let (counts, verdicts) = (desk.summary("status P")["counts"].take(), desk.verdicts("P"));
    assert_eq!(added(&desk.summary("import pairs.csv --project P")), [0, 0, 0, 0]);
    assert_eq!((desk.summary("status P")["counts"].take(), desk.verdicts("P")), (counts, verdicts));
    // Of the other file four prompts are known; every row is another comparison.
    assert_eq!(added(&desk.summary("import more.jsonl --project P")), [2, 8, 6, 6]);
    assert_eq!(added(&desk.summary("import more.jsonl --project P")), [0, 0, 0, 0]);
    let shares = desk.summary("import more.jsonl --project P --holdout-share 0.5");
    assert_eq!(added(&shares), [0, 0, 0, 0], "a prompt that is known stays where it is");
}

#[test]
fn a_file_that_is_not_understood_is_told_by_line_and_column_and_changes_nothing() {
    let desk = Desk::new();
    desk.does("project new P --method rlhf --model starter");
    let database = |desk: &Desk| fs::read(desk.path("P/project.db")).expect("a database");
    desk.write("good.csv", pairs_as_table(2, "Ada"));
    desk.write("torn.csv", "prompt,chosen,rejected\na,b,c\nd,\"e,f\n");
    desk.write("bad.jsonl", "{\"prompt\": \"a\"}\n{\"prompt\" 3}\n");
    desk.write("odd.csv", "colour,size\nred,3\n");
    desk.write("empty.csv", "");
    let before = database(&desk);
    for (line, parts) in [
        ("bad.jsonl", &["bad.jsonl, line 2, column 11: not valid JSON", "correct the line"] as &[&str]),
        ("torn.csv", &["torn.csv, line 3"]),
        ("odd.csv", &["odd.csv, line 2", "no known form fits the columns `colour`, `size`"]),
        ("empty.csv", &["empty.csv is empty"]),
        ("nowhere.csv", &["nowhere.csv", "nothing is there"]),
        ("good.csv --form none", &["there is no form `none`", "preference", "prompts"]),
        ("good.csv --column prompt=quest", &["good.csv: there is no column `quest`", "`prompt`, `chosen`, `rejected`"]),
        ("good.csv --column colour=prompt", &["no form knows a column `colour`"]),
    ] {
        desk.fails(&format!("import --project P {line}"), parts);
        desk.fails(&format!("import --preview {line}"), parts);
    }
    assert!(before == database(&desk), "the project was changed");
    assert!(!desk.path("P").join("nowhere.csv").exists());
}

#[test]
fn settings_are_kept_and_a_wrong_one_changes_none() {
    let desk = Desk::new();
    let made = desk.does("project new P");
    assert!(made.contains("No method is chosen yet: `whetstone advise` helps"), "{made}");
    desk.fails("run P", &["the project has no method yet", "whetstone project set P --method METHOD"]);
    let settings = || desk.summary("status P")["settings"].take();
    desk.does("project set P --method hybrid-b --model starter --seed 7 --steps 9 --name Shop --temperature 0.5");
    let kept = settings();
    assert_eq!((&kept["method"], &kept["seed"], &kept["name"]), (&"hybrid-b".into(), &7.into(), &"Shop".into()));
    assert_eq!((&kept["training"]["max_steps"], &kept["sampling"]["temperature"]), (&9.into(), &0.5.into()));
    desk.write("rubric.toml", "rules = 3");
    desk.fails("project set P --seed 8 --model nowhere", &["cannot open the model nowhere", "`starter`"]);
    desk.fails("project set P --seed 8 --rubric rubric.toml", &["rubric.toml"]);
    desk.fails("project set P --seed 8 --rubric nowhere.toml", &["nowhere.toml", "nothing is there"]);
    assert_eq!(settings(), kept);
    // A model's folder is kept by its whole path, so that the project can be gone on with from elsewhere.
    fs::create_dir(desk.path("model")).expect("a folder");
    desk.does("project set P --model model");
    let model = settings()["model"].as_str().map(PathBuf::from).expect("a path");
    assert_eq!(model, fs::canonicalize(desk.path("model")).expect("it is there"));
}

#[test]
fn a_project_goes_on_up_to_a_stage_that_is_named() {
    let desk = Desk::new();
    desk.does(&format!("project new P --method rlhf {SMALL}"));
    let done = desk.does("run P --until answer");
    assert!(done.ends_with("\nIt stopped after this stage, as it was asked to: Let the model answer.\n"), "{done}");
    let summary = desk.summary("run P --until answer");
    assert_eq!((&summary["stopped_after"], &summary["waits_for"]), (&Value::from("answer"), &Value::Null));
    let output = desk.run("run P --until sharpened");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for stage in StageKind::ALL {
        assert!(said.contains(stage.id()), "{said}");
    }
}
