//! The program killed at twelve points of an update: a program that runs is there after each, and the next update ends well.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::bench::{Bench, LIST, NEW, SIGNATURE, padding};
use super::server::Answer;

/// A stand-in that is slow to say its version, so that it can be met while it does; large, so that unpacking takes a while.
fn program(tried: &Path) -> String {
    let padding = padding(200_000);
    let tried = tried.display();
    format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then\n  [ -e '{tried}' ] || {{ touch '{tried}'; sleep 1; }}\n  \
         echo 'whetstone {NEW}'\n  exit 0\nfi\necho new \"$@\"\nexit 0\n{padding}"
    )
}

/// Waits for something to be seen of a running update, however briefly, and kills the program then. `false` where it ended
/// before: well, since nothing was in its way.
fn kill_when(child: &mut Child, why: &str, mut seen: impl FnMut() -> bool) -> bool {
    while !seen() {
        let ended = child.try_wait().expect("a child can be asked");
        if let Some(status) = ended {
            assert!(status.success(), "{why}: it ended with {status}");
            return false;
        }
    }
    child.kill().expect("it runs, or has just ended");
    let status = child.wait().expect("it ended");
    !status.success()
}

/// What is seen only briefly is met in one of so many updates.
const MOST_TRIES: usize = 25;

fn has_leftover(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(".writing-"))
}

/// Where the answer to one address stops.
fn held_points(file: &str, length: usize) -> Vec<(String, usize)> {
    let mut points = vec![(LIST.to_owned(), 0), (SIGNATURE.to_owned(), 10)];
    points.extend([0, length / 4, length / 2, length * 3 / 4, length - 1].map(|at| (file.to_owned(), at)));
    points
}

#[test]
fn at_seven_points_of_the_fetching() {
    let bench = Bench::new();
    let tried = bench.beside("tried");
    let file = bench.offer(NEW, 10, &program(&tried));
    for (name, at) in held_points(&file.name, file.bytes as usize) {
        let why = format!("{name} after {at} bytes");
        let answer = bench.server.answer_of(&name);
        let Answer::Bytes(bytes) = answer.clone() else { panic!("{answer:?}") };
        // From the third point on something is there already, and the answer begins at it.
        bench.server.put(&name, Answer::HoldAfter(bytes, at));
        let before = bench.server.held();
        let mut child =
            bench.program(&["update"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        let is_met = kill_when(&mut child, &why, || {
            std::thread::sleep(Duration::from_millis(2));
            bench.server.held() > before
        });
        assert!(is_met, "{why}");
        bench.server.put(&name, answer);
        bench.assert_untouched(&why);
    }
    let (said, status) = bench.told(&["update"]);
    assert_eq!(status, Some(0), "{said}");
    bench.assert_in_place("after seven kills");
}

#[test]
fn at_five_points_of_the_placing() {
    type Seen = fn(&Bench) -> bool;
    let points: [(&str, Seen); 5] = [
        ("unpacking", |bench| has_leftover(&bench.beside("")) || bench.beside("whetstone.new").exists()),
        ("trying it out", |bench| bench.beside("tried").exists()),
        ("keeping the old one", |bench| bench.beside("whetstone.previous").exists()),
        ("the mark", |bench| bench.beside("whetstone.placed").exists()),
        ("in place", |bench| !bench.beside("whetstone.new").exists() && bench.beside("whetstone.placed").exists()),
    ];
    for (why, seen) in points {
        let is_met = (0..MOST_TRIES).any(|_| is_killed_and_well(why, seen));
        assert!(is_met, "{why}: none of {MOST_TRIES} updates was met there");
    }
}

/// An update that is killed when something is seen of it; whether it was. Either way a program that runs is there, and the next
/// update ends well.
fn is_killed_and_well(why: &str, seen: fn(&Bench) -> bool) -> bool {
    let bench = Bench::new();
    bench.offer(NEW, 10, &program(&bench.beside("tried")));
    let mut child = bench.program(&["update"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    let is_met = kill_when(&mut child, why, || seen(&bench));
    let (said, status) = bench.told(&["--version"]);
    assert_eq!(status, Some(0), "{why}: {said}");
    let is_new = said.contains(NEW);
    // At most a second name of the old program is left over.
    let previous = fs::metadata(bench.beside("whetstone.previous")).map(|file| file.ino()).ok();
    assert!(is_new || previous.is_none_or(|inode| inode == bench.inode), "{why}");
    if !is_new {
        let (said, status) = bench.told(&["update"]);
        assert_eq!(status, Some(0), "{why}: {said}");
    }
    bench.assert_in_place(why);
    is_met
}
