//! Making and opening projects: whose they are, and what is refused.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Barrier;

use super::super::open::DATABASE;
use super::*;
use crate::domain::ToUserMessage;

/// Every file of a folder.
fn bytes(folder: &Path) -> HashMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(&path).expect("bytes"))).collect()
}

/// A project that nobody has open.
fn closed() -> (TempDir, PathBuf) {
    let full = full();
    let folder = full.store.folder().to_owned();
    drop(full.store);
    for name in ["project.lock", "project.owner.json"] {
        fs::remove_file(folder.join(name)).expect("removed");
    }
    (full.folder, folder)
}

#[test]
fn the_build_has_a_database_that_is_safe_and_set_so() {
    super::super::connection::check_sqlite().expect("a version without known faults");
    let small = small(1);
    let connection = small.store.connection();
    let ask = |name: &str| -> String {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Value>(0);
        match connection.query_row(&format!("PRAGMA {name}"), [], read).expect("an answer") {
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text,
            other => panic!("{name}: {other:?}"),
        }
    };
    for (name, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("user_version", "3"),
    ] {
        assert_eq!(ask(name), expected, "{name}");
    }
    assert!(connection.db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE).expect("an answer"));
    // Not even we can make the file do something.
    assert!(connection.execute_batch("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema;").is_err());
    assert!(connection.execute_batch("ATTACH 'other.db' AS other").is_err());
    let loose = connection.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'");
    assert!(!loose.expect("a query").exists([]).expect("an answer"));
}

#[test]
fn a_project_is_made_in_an_empty_folder_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).expect("a folder");
    fs::write(taken.join("mine"), "text").expect("a file");
    assert!(matches!(Store::create(&taken, &settings()), Err(StoreError::NotEmpty { .. })));
    assert_eq!(bytes(&taken).len(), 1);
    // What a killed attempt leaves.
    fs::remove_file(taken.join("mine")).expect("removed");
    fs::create_dir(taken.join("runs")).expect("a folder");
    for name in [".writing-abc", "project.lock"] {
        fs::write(taken.join(name), "half").expect("a file");
    }
    let store = Store::create(&taken, &settings()).expect("a project");
    let found = store.settings().expect("settings");
    assert!(uuid::Uuid::parse_str(&found.id).is_ok(), "every project has an id of its own");
    assert_eq!(found, ProjectSettings { id: found.id.clone(), ..settings() });
    assert!(!taken.join(".writing-abc").exists());
    drop(store);
    assert!(matches!(Store::create(&taken, &settings()), Err(StoreError::NotEmpty { .. })));
    assert!(matches!(Store::open(folder.path(), Access::Owner), Err(StoreError::NotAProject { .. })));
    assert!(matches!(Store::open(&folder.path().join("none"), Access::Owner), Err(StoreError::NotAProject { .. })));
}

#[test]
fn one_owner_at_a_time_and_engines_beside() {
    let small = small(3);
    let folder = small.store.folder().to_owned();
    let error = Store::open(&folder, Access::Owner).expect_err("taken");
    let StoreError::Locked { owner: Some(owner), .. } = &error else { panic!("{error}") };
    assert_eq!(owner.process, std::process::id());
    assert!(error.to_string().contains(&format!("process {}", owner.process)), "{error}");
    assert!(error.hint().is_some());
    let engine = Store::open(&folder, Access::Beside).expect("an engine");
    engine.record_verdict(&verdict(1, 1, small.ada.id, Choice::A)).expect("kept");
    small.store.record_verdict(&verdict(2, 2, small.ada.id, Choice::A)).expect("kept");
    let reader = Store::open(&folder, Access::ReadOnly).expect("a reader");
    assert_eq!(reader.verdicts(&VerdictFilter::default()).expect("verdicts").len(), 2);
    let refused = reader.record_verdict(&verdict(3, 3, small.ada.id, Choice::A));
    assert!(matches!(refused, Err(StoreError::ReadOnly { .. })));
    drop(small.store);
    Store::open(&folder, Access::Owner).expect("free again");
}

#[test]
fn of_two_that_open_at_once_one_has_it() {
    let (_folder, project) = closed();
    for _ in 0..100 {
        let barrier = Barrier::new(2);
        let open = || {
            barrier.wait();
            Store::open(&project, Access::Owner)
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(open);
            let other = scope.spawn(open);
            (one.join().expect("no panic"), other.join().expect("no panic"))
        });
        assert_eq!([&one, &other].iter().filter(|opened| opened.is_ok()).count(), 1, "{one:?} {other:?}");
        let lost = one.err().or(other.err()).expect("one lost");
        assert!(matches!(lost, StoreError::Locked { .. }), "{lost}");
    }
}

#[test]
fn what_is_not_ours_is_left_as_it_is() {
    let (_keep, project) = closed();
    let path = project.join(DATABASE);
    let original = fs::read(&path).expect("bytes");
    let changed = |sentence: &str| {
        fs::write(&path, &original).expect("written");
        let connection = rusqlite::Connection::open(&path).expect("a database");
        connection.execute_batch(sentence).expect("changed");
    };
    for sentence in [
        "PRAGMA application_id = 0",
        "PRAGMA user_version = 99",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 1",
        "PRAGMA user_version = -1",
        "CREATE TRIGGER evil AFTER INSERT ON verdicts BEGIN DELETE FROM verdicts; END",
        "CREATE VIEW evil AS SELECT * FROM verdicts",
        "CREATE TABLE evil (x)",
        "CREATE INDEX evil ON verdicts (reason)",
        "DROP INDEX verdicts_given",
        "DROP TABLE approvals",
        "ALTER TABLE verdicts ADD COLUMN evil TEXT",
        "ALTER TABLE verdicts RENAME COLUMN reason TO excuse",
        "PRAGMA foreign_keys = OFF; DELETE FROM comparisons",
        "PRAGMA ignore_check_constraints = ON; UPDATE verdicts SET choice = 'c'",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (length(key) = 16)', '')",
    ] {
        changed(sentence);
        let before = bytes(&project);
        let error = Store::open(&project, Access::Owner).expect_err(sentence);
        let is_told = matches!(
            error,
            StoreError::Foreign { .. } | StoreError::Damaged { .. } | StoreError::Newer { version: 99, .. }
        );
        assert!(is_told, "{sentence}: {error}");
        assert!(error.hint().is_some());
        assert!(before[&path] == fs::read(&path).expect("bytes"), "{sentence}");
        for log in ["project.db-wal", "project.db-shm", "project.db-journal"] {
            assert!(!project.join(log).exists(), "{sentence}: {log}");
        }
    }
    fs::write(&path, &original).expect("written");
    fs::write(project.join("project.db-journal"), "a journal").expect("written");
    assert!(matches!(Store::open(&project, Access::Owner), Err(StoreError::Foreign { .. })));
    fs::remove_file(project.join("project.db-journal")).expect("removed");
    for text in ["", "not a database", &"x".repeat(5000)] {
        fs::write(&path, text).expect("written");
        assert!(matches!(Store::open(&project, Access::Owner), Err(StoreError::Foreign { .. })));
        assert_eq!(fs::read_to_string(&path).expect("text"), text);
    }
}

#[test]
fn a_log_that_somebody_put_there_is_read_and_not_brought_in() {
    let (_keep, project) = closed();
    let path = project.join(DATABASE);
    let whole = fs::read(&path).expect("bytes");
    // A database and a log that was not brought into it, as a killed program leaves them.
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.execute_batch("CREATE VIEW evil AS SELECT 1").expect("changed");
    let log = fs::read(project.join("project.db-wal")).expect("a log");
    assert!(!log.is_empty());
    drop(connection);
    fs::write(&path, &whole).expect("written");
    fs::write(project.join("project.db-wal"), &log).expect("written");
    let error = Store::open(&project, Access::Owner).expect_err("a view");
    assert!(error.to_string().contains("evil"), "{error}");
    assert_eq!(fs::read(&path).expect("bytes"), whole);
    assert_eq!(fs::read(project.join("project.db-wal")).expect("a log"), log);
}

#[test]
fn the_log_of_a_killed_program_belongs_to_the_project() {
    let (_keep, project) = closed();
    let copy = tempfile::tempdir().expect("a folder");
    let store = Store::open(&project, Access::Owner).expect("a project");
    let ada = store.annotators().expect("annotators")[0].id;
    store.record_verdict(&verdict(100, 1, ada, Choice::B)).expect("kept");
    for name in [DATABASE, "project.db-wal"] {
        fs::copy(project.join(name), copy.path().join(name)).expect("copied");
    }
    let expected = store.verdicts(&VerdictFilter::default()).expect("verdicts");
    let restored = Store::open(copy.path(), Access::Owner).expect("a project");
    assert_eq!(restored.verdicts(&VerdictFilter::default()).expect("verdicts"), expected);
}

#[test]
fn folders_may_be_called_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "l".repeat(200);
    for name in [
        "größe",
        "gro\u{308}ße",
        "שלום",
        "a b",
        "100%",
        "what?",
        "#1",
        "a&b=c",
        "'quoted'",
        "✓",
        "%25",
        "file:x",
        long.as_str(),
    ] {
        let project = folder.path().join(name);
        let store = Store::create(&project, &settings()).unwrap_or_else(|error| panic!("{name}: {error}"));
        store.add_prompts(&prompts(1)).expect("a prompt");
        drop(store);
        let store = Store::open(&project, Access::Owner).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(store.prompts(None).expect("prompts").len(), 1, "{name}");
        let out = folder.path().join(format!("{}.whetstone", name.chars().take(50).collect::<String>()));
        pack(&store, &out).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let longer = folder.path().join("x".repeat(300));
    assert!(matches!(Store::create(&longer, &settings()), Err(StoreError::File(_))));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_keep, project) = closed();
    fs::set_permissions(&project, fs::Permissions::from_mode(0o555)).expect("permissions");
    // The system's own user may write everywhere; there is nothing to see then.
    let is_everyone = fs::write(project.join("probe"), "").is_err();
    let reader = Store::open(&project, Access::ReadOnly).expect("a reader");
    assert_eq!(reader.verdicts(&VerdictFilter::default()).expect("verdicts").len(), 12);
    if is_everyone {
        assert!(matches!(Store::open(&project, Access::Owner), Err(StoreError::File(_))));
    }
    fs::set_permissions(&project, fs::Permissions::from_mode(0o755)).expect("permissions");
}
