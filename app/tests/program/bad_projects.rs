//! Projects that cannot be used: told by place, with the cure, and left as they are.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::project::Desk;
use crate::{contents, text};

/// Commands that only look, and commands that would change something.
const COMMANDS: [&str; 8] = [
    "status P",
    "run P",
    "label P --annotator Ada",
    "advise --project P --answer goal=tone --json",
    "project lineage P",
    "project set P --seed 3",
    "project pack P --annotator Ada --out pack",
    "import --project P prompts.jsonl",
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("prompts.jsonl", "{\"prompt\": \"a\"}\n");
    desk
}

/// Everything of a project but who has it open, and the file of the lock.
fn kept(desk: &Desk) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = contents(&desk.path("P"));
    files.retain(|(path, _)| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("project.owner")));
    files.retain(|(path, _)| !path.ends_with("project.lock"));
    files
}

/// What is done to a folder before a project is looked for in it.
type Setting<'a> = &'a dyn Fn(&Desk);

#[test]
fn a_project_that_is_none_or_damaged_is_told_and_left_alone() {
    let damage = |change: fn(&mut Vec<u8>)| {
        move |desk: &Desk| {
            desk.does("project new P --example --method rlhf");
            let mut bytes = fs::read(desk.path("P/project.db")).expect("a database");
            change(&mut bytes);
            desk.write("P/project.db", bytes);
        }
    };
    // Of a database's file the header ends at byte 100; its program's own version stands at byte 60.
    let newer = damage(|bytes| bytes[60..64].copy_from_slice(&99_u32.to_be_bytes()));
    let torn = damage(|bytes| bytes.truncate(bytes.len() / 2));
    let overwritten = damage(|bytes| bytes[100..4096].fill(0x5a));
    let no_database = damage(|bytes| *bytes = b"dear diary, ".repeat(500));
    let nothing = |_: &Desk| {};
    let folder = |desk: &Desk| {
        fs::create_dir(desk.path("P")).expect("a folder");
        desk.write("P/letter.txt", "dear");
    };
    let file = |desk: &Desk| desk.write("P", "dear");
    let cases: [(Setting<'_>, &[&str]); 7] = [
        (&nothing, &["there is no project in P", "choose a project's folder"]),
        (&folder, &["there is no project in P", "choose a project's folder"]),
        (&file, &["P"]),
        (&newer, &["project.db is of version 99, which a newer Whetstone made", "update Whetstone"]),
        (&torn, &["project.db is damaged", "unpack the last archive"]),
        (&overwritten, &["project.db"]),
        (&no_database, &["project.db is not a project of Whetstone", "choose another folder"]),
    ];
    for (spoil, parts) in cases {
        let desk = desk();
        spoil(&desk);
        let is_there = desk.path("P").is_dir();
        let before = if is_there { kept(&desk) } else { Vec::new() };
        for command in COMMANDS {
            desk.fails(command, parts);
        }
        assert_eq!(desk.path("P").is_dir(), is_there, "{parts:?}");
        if is_there {
            assert!(kept(&desk) == before, "{parts:?}: something was changed");
        }
        assert!(!desk.path("pack").exists());
    }
}

#[test]
fn a_new_project_takes_no_folder_that_holds_something() {
    let desk = desk();
    fs::create_dir(desk.path("P")).expect("a folder");
    desk.write("P/letter.txt", "dear");
    desk.fails(
        "project new P",
        &["a project cannot be made in P: something is there already", "choose an empty folder"],
    );
    assert_eq!(contents(&desk.path("P")), [(desk.path("P/letter.txt"), b"dear".to_vec())]);
    desk.does("project new Q");
    desk.fails("project new Q", &["something is there already"]);
    desk.fails("project unpack prompts.jsonl --out R", &["prompts.jsonl is not a project that can be unpacked"]);
    assert!(!desk.path("R").exists());
}

#[test]
fn a_wrong_name_is_told_with_those_there_are() {
    let desk = desk();
    desk.does("project new P --example --method rlhf");
    let before = kept(&desk);
    desk.fails("project remove-annotator P Zoe", &["the project has no annotator called Zoe"]);
    desk.fails("project approve P --annotator Ada", &["there are no verdicts to approve yet"]);
    desk.fails("advise --project P --answer goal=colour", &["`goal` has no answer `colour`", "tone, useful"]);
    desk.fails("label --pack nowhere", &["nowhere", "nothing is there"]);
    desk.fails("label --pack prompts.jsonl", &["prompts.jsonl"]);
    desk.fails("project merge P prompts.jsonl", &["prompts.jsonl"]);
    for (line, known) in [
        ("project set P --method none", "hybrid-d"),
        ("project dataset P --to none --out o", "preference"),
        ("demo --method none", "rlaif"),
    ] {
        let output = desk.run(line);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains("none") && said.contains(known), "{line}: {said}");
    }
    let database = |files: Vec<(PathBuf, Vec<u8>)>| files.into_iter().find(|(path, _)| path.ends_with("project.db"));
    let (name, _) = database(before).expect("a database");
    assert!(name.is_file() && !desk.path("o").exists());
}

/// A sitting that waits for what is typed, and so has the project.
struct Sitting(Child);

impl Sitting {
    fn begin(desk: &Desk) -> Self {
        let child = desk.command("label P --annotator Ada").stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let sitting = Self(child.expect("the program was built"));
        let begun = Instant::now();
        while !desk.path("P/project.owner.json").is_file() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the sitting does not begin");
            std::thread::sleep(Duration::from_millis(5));
        }
        sitting
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn whoever_comes_second_is_told_who_has_the_project() {
    let desk = desk();
    desk.does("project new P --example --method rlhf --samples 2 --comparisons 1 --max-new-tokens 8");
    desk.does("run P");
    drop(fs::remove_file(desk.path("P/project.owner.json")));
    let sitting = Sitting::begin(&desk);
    let process = format!("process {}", sitting.0.id());
    for line in ["run P", "label P --annotator Ben", "project set P --seed 3", "import --project P prompts.jsonl"] {
        let parts = ["another program has this project open: P (whetstone, ", &process, "close the other window"];
        desk.fails(line, &parts);
    }
    // Looking is no harm to anybody.
    let status = desk.does("status P");
    assert!(status.contains("comparisons"), "{status}");
    drop(sitting);
    // Whoever is killed holds nothing any more.
    desk.does("project set P --seed 3");
}
