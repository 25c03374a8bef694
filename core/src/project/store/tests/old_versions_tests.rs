//! Projects of older programs.

use std::fs;
use std::io::BufRead;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::super::open::DATABASE;
use super::super::{migrate, schema};
use super::*;

/// Brings a project back to version 1, byte for byte what a program of that time would have left.
fn made_old(project: &Path) {
    let connection = rusqlite::Connection::open(project.join(DATABASE)).expect("a database");
    connection
        .execute_batch(
            "DROP INDEX completions_by_coach; ALTER TABLE completions DROP COLUMN by_coach;
             DROP INDEX verdicts_that_count; DROP INDEX verdicts_given; PRAGMA user_version = 1;",
        )
        .expect("an older form");
    assert_eq!(schema::parts(&connection).expect("parts"), schema::expected_parts(1).expect("parts"));
}

/// What is in an old project, as it is once it is brought up: nothing in it was written by a coach.
fn content_brought_up(path: &Path) -> BTreeMap<String, Vec<Vec<Value>>> {
    let mut content = content(path);
    for completion in content.get_mut("completions").expect("a table") {
        completion.push(Value::Integer(0));
    }
    content
}

fn old() -> (TempDir, PathBuf) {
    let full = full();
    let project = full.store.folder().to_owned();
    drop(full.store);
    made_old(&project);
    (full.folder, project)
}

#[test]
fn an_older_project_is_brought_up_with_all_that_is_in_it() {
    let (_keep, project) = old();
    let path = project.join(DATABASE);
    let before = content_brought_up(&path);
    for access in [Access::Beside, Access::ReadOnly] {
        assert!(matches!(Store::open(&project, access), Err(StoreError::Older { version: 1, known: 3, .. })));
    }
    let store = Store::open(&project, Access::Owner).expect("a project");
    assert_eq!(super::super::check::header(&path).expect("a header"), schema::VERSION);
    assert_eq!(store.votes(None).expect("votes").len(), 12);
    drop(store);
    assert_eq!(content(&path), before);
    let mut copies: Vec<_> =
        fs::read_dir(project.join("backups")).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    copies.sort();
    assert_eq!(copies.len(), 2, "one of each form that it had: {copies:?}");
    for (copy, version) in copies.iter().zip(1..) {
        let name = copy.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name.starts_with(&format!("project-v{version}-")) && name.ends_with("Z.db"), "{name}");
    }
    assert_eq!(content_brought_up(&copies[0]), before);
    // The copy is a project by itself.
    fs::copy(&copies[0], &path).expect("copied");
    Store::open(&project, Access::Owner).expect("a project");
}

#[test]
fn a_step_is_taken_wholly_or_not_at_all() {
    let (_keep, project) = old();
    let path = project.join(DATABASE);
    let before = content_brought_up(&path);
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.execute_batch("CREATE TABLE verdicts_given (x)").expect("in the way");
    migrate::apply(&connection, 1).expect_err("a name that is taken");
    connection.execute_batch("DROP TABLE verdicts_given").expect("out of the way");
    assert_eq!(schema::parts(&connection).expect("parts"), schema::expected_parts(1).expect("parts"));
    drop(connection);
    Store::open(&project, Access::Owner).expect("a project");
    assert_eq!(content(&path), before);
}

const CHILD: &str = "project::store::tests::old_versions_tests::opens_what_it_is_told";
const VARIABLE: &str = "WHETSTONE_OPEN_PROJECT";

/// No test by itself: what the next one starts and kills.
#[test]
fn opens_what_it_is_told() {
    if let Some(project) = std::env::var_os(VARIABLE) {
        std::io::Write::write_all(&mut std::io::stdout(), b"\nready\n").expect("told");
        Store::open(Path::new(&project), Access::Owner).expect("a project");
    }
}

#[test]
fn killed_at_any_moment_it_opens_again() {
    let kills: u64 = std::env::var("WHETSTONE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(10);
    let (_keep, project) = old();
    let path = project.join(DATABASE);
    let before = content_brought_up(&path);
    let mut random = Random::new(5, &[]);
    for _ in 0..kills.min(100) {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", CHILD, "--nocapture"])
            .env(VARIABLE, &project)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let mut lines = std::io::BufReader::new(child.stdout.take().expect("a pipe")).lines();
        assert!(lines.any(|line| line.is_ok_and(|line| line == "ready")));
        std::thread::sleep(Duration::from_micros(random.below(20_000) as u64));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let store = Store::open(&project, Access::Owner).expect("a project");
        drop(store);
        assert_eq!(content(&path), before);
        made_old(&project);
        fs::remove_dir_all(project.join("backups")).expect("removed");
    }
}
