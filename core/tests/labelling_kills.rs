//! People label, and their programs are killed: nothing that was acknowledged is lost or doubled.
//!
//! This program starts itself as writers, each of which gives verdicts with keys of its own, and says each one on its standard
//! output after it is kept. Writers are killed at any moment and begun anew; a writer that begins anew repeats its last
//! verdicts, as a program does that does not know whether they were kept.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use uuid::Uuid;
use whetstone_core::domain::{AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, Split, Text, VerdictForm};
use whetstone_core::project::store::{
    Access, NewComparison, NewCompletion, NewPrompt, ProjectSettings, Store, StoreError, VerdictFilter,
};
use whetstone_core::random::Random;

const WRITERS: usize = 8;
const COMPARISONS: usize = 50;

/// What a writer is told: the project, its number, and the number of its first verdict.
const PROJECT: &str = "WHETSTONE_TEST_PROJECT";
const WRITER: &str = "WHETSTONE_TEST_WRITER";
const FIRST: &str = "WHETSTONE_TEST_FIRST";

fn kills() -> usize {
    std::env::var("WHETSTONE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(30)
}

fn key(writer: usize, number: u64) -> String {
    let mut random = Random::new(1, &[writer as u64, number]);
    Uuid::from_u64_pair(random.next_u64(), random.next_u64()).to_string()
}

fn verdict(writer: usize, number: u64) -> NewVerdict {
    NewVerdict {
        key: key(writer, number),
        comparison: 1 + (number as RecordId % COMPARISONS as RecordId),
        annotator: 1 + writer as RecordId,
        choice: [Choice::A, Choice::B, Choice::Tie][number as usize % 3],
        form: VerdictForm::Comparison,
        shown_swapped: false,
        seconds: None,
        reason: None,
        margin: None,
        rubric: None,
        model: None,
        seed: None,
    }
}

fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// No test by itself: a writer, where this program was started as one.
#[test]
fn writer() {
    let (Some(project), Some(writer), Some(first)) = (told(PROJECT), told(WRITER), told(FIRST)) else { return };
    let writer = writer.parse().expect("a number");
    let store = Store::open(Path::new(&project), Access::Beside).expect("a project");
    for number in first.parse().expect("a number").. {
        let kept = store.record_verdict(&verdict(writer, number)).expect("kept");
        // One write a line, so that no kill leaves half of one.
        let line = format!("\nkept {number} {} {}\n", kept.sequence, kept.is_new);
        if std::io::stdout().write_all(line.as_bytes()).is_err() {
            return;
        }
    }
}

/// No test by itself: holds a project until it is killed, where this program was started to.
#[test]
fn holder() {
    let (Some(project), None) = (told(PROJECT), told(WRITER)) else { return };
    let store = Store::open(Path::new(&project), Access::Owner).expect("a project");
    std::io::stdout().write_all(b"\nheld\n").expect("told");
    std::thread::sleep(Duration::from_mins(10));
    drop(store);
}

/// What a writer said was kept: by the number of its verdict, the place.
type Kept = Arc<Mutex<BTreeMap<u64, RecordId>>>;

struct Writer {
    child: Child,
    reader: JoinHandle<()>,
}

fn start(project: &Path, test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--nocapture"]).env(PROJECT, project);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn start_writer(project: &Path, writer: usize, kept: &Kept) -> Writer {
    let last = kept.lock().expect("no panic").keys().next_back().copied().unwrap_or(0);
    // The last ones once more, and whatever the killed one had asked for.
    let first = last.saturating_sub(2);
    let mut command = start(project, "writer");
    let mut child = command.env(WRITER, writer.to_string()).env(FIRST, first.to_string()).spawn().expect("a writer");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let kept = Arc::clone(kept);
    let reader = std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["kept", number, sequence, is_new] = words[..] {
                let (number, sequence) = (number.parse().expect("a number"), sequence.parse().expect("a number"));
                let known = kept.lock().expect("no panic").insert(number, sequence);
                // Said twice, it is the same one; and what was said before is not new.
                assert!(known.is_none_or(|known| known == sequence), "{line}");
                assert!(known.is_none() || is_new == "false", "{line}");
            }
        }
    });
    Writer { child, reader }
}

fn stop(mut writer: Writer) {
    writer.child.kill().expect("killed");
    writer.child.wait().expect("ended");
    writer.reader.join().expect("what it said was right");
}

fn make_project(project: &Path) {
    let store = Store::create(project, &ProjectSettings::default()).expect("a project");
    let text = Text::Plain("a prompt".to_owned());
    let new = NewPrompt { text, split: Split::Train, tags: Vec::new(), source: "typed".to_owned() };
    let prompt = store.add_prompts(&[new]).expect("a prompt").ids[0];
    let origin = CompletionOrigin::Ideal { annotator: None };
    let answer = NewCompletion { prompt, round: None, text: "an answer".to_owned(), origin, is_finished: true };
    let answers = store.add_completions(&vec![answer; COMPARISONS + 1]).expect("answers");
    let comparisons: Vec<_> =
        answers[1..].iter().map(|&b| NewComparison { prompt, round: None, a: answers[0], b }).collect();
    store.add_comparisons(&comparisons).expect("comparisons");
    for writer in 0..WRITERS {
        store.annotator(&format!("writer {writer}"), AnnotatorKind::Person, true).expect("an annotator");
    }
}

#[test]
fn killed_writers_lose_and_double_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("project");
    make_project(&project);
    let kept: Vec<Kept> = (0..WRITERS).map(|_| Kept::default()).collect();
    let mut writers: Vec<Writer> =
        kept.iter().enumerate().map(|(number, kept)| start_writer(&project, number, kept)).collect();
    let mut random = Random::new(2, &[]);
    for _ in 0..kills() {
        std::thread::sleep(Duration::from_millis(20 + random.below(80) as u64));
        let number = random.below(WRITERS);
        let anew = |old: Writer| {
            stop(old);
            start_writer(&project, number, &kept[number])
        };
        let old = writers.remove(number);
        writers.insert(number, anew(old));
    }
    // All at once, as when the machine stops.
    for writer in &mut writers {
        writer.child.kill().expect("killed");
    }
    writers.into_iter().for_each(stop);

    // Opening looks at every page, index and reference.
    let store = Store::open(&project, Access::Owner).expect("a whole project");
    let verdicts = store.verdicts(&VerdictFilter::default()).expect("verdicts");
    let places: BTreeMap<&str, RecordId> =
        verdicts.iter().map(|stored| (stored.verdict.key.as_str(), stored.sequence)).collect();
    assert_eq!(places.len(), verdicts.len(), "a verdict is there twice");
    let mut acknowledged = 0;
    for (writer, kept) in kept.iter().enumerate() {
        for (&number, &sequence) in kept.lock().expect("no panic").iter() {
            let stored = places.get(key(writer, number).as_str());
            assert_eq!(stored, Some(&sequence), "verdict {number} of writer {writer}");
            acknowledged += 1;
        }
    }
    // Kept, but killed before it could say so: at most one a kill and writer.
    assert!(verdicts.len() - acknowledged <= kills() + WRITERS, "{} {acknowledged}", verdicts.len());
    assert!(acknowledged >= kills(), "{acknowledged}");
    if told("WHETSTONE_SHOW_TIMES").is_some() {
        let line = format!("{} kills, {acknowledged} acknowledged of {} kept\n", kills(), verdicts.len());
        std::io::stderr().write_all(line.as_bytes()).expect("told");
    }
}

#[test]
fn a_killed_holder_lets_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("project");
    make_project(&project);
    for _ in 0..kills().div_ceil(3) {
        let mut child = start(&project, "holder").spawn().expect("a holder");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        assert!(lines.any(|line| line.is_ok_and(|line| line == "held")));
        match Store::open(&project, Access::Owner) {
            Err(StoreError::Locked { owner: Some(owner), .. }) => assert_eq!(owner.process, child.id()),
            other => panic!("{other:?}"),
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        drop(Store::open(&project, Access::Owner).expect("free"));
    }
}
