//! Damaged databases and full disks.

use std::fs;

use super::super::open::DATABASE;
use super::*;

/// Everything that can be asked of a project.
fn ask_all(store: &Store) -> Result<(), StoreError> {
    store.settings()?;
    store.prompts(None)?;
    store.completions(&CompletionFilter::default())?;
    store.comparisons(None)?;
    store.annotators()?;
    store.verdicts(&VerdictFilter { include_withdrawn: true, ..VerdictFilter::default() })?;
    store.votes(None)?;
    store.open_comparisons(1, None, 0, 10)?;
    store.rubrics()?;
    store.rounds()?;
    for run in store.runs()? {
        store.run_pairs(run.id)?;
        store.lineage(run.id)?;
    }
    store.runs_touched_by(1)?;
    store.evaluations()?;
    store.exports()?;
    store.approvals()?;
    store.audit(1000)?;
    store.counts(None).map(drop)
}

/// What somebody who means harm, or a tool that means well, may do with SQL.
fn addition(random: &mut Random, number: usize) -> String {
    let tables =
        ["project", "prompts", "completions", "comparisons", "verdicts", "annotators", "runs", "audit", "rounds"];
    let table = tables[random.below(tables.len())];
    match random.below(8) {
        0 => format!("CREATE TRIGGER t{number} AFTER INSERT ON {table} BEGIN DELETE FROM {table}; END"),
        1 => format!("CREATE TRIGGER t{number} BEFORE UPDATE ON {table} BEGIN SELECT raise(ABORT, 'no'); END"),
        2 => format!("CREATE VIEW v{number} AS SELECT * FROM {table}"),
        3 => format!("CREATE TABLE x{number} AS SELECT * FROM {table}"),
        4 => format!("ALTER TABLE {table} ADD COLUMN c{number} INTEGER DEFAULT 1"),
        5 => format!("ALTER TABLE {table} RENAME TO r{number}"),
        6 => format!("CREATE INDEX i{number} ON {table} (1)"),
        _ => format!(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = sql || ' -- {number}' WHERE name = '{table}'"
        ),
    }
}

#[test]
fn two_thousand_mutations_are_refused_or_harmless() {
    let full = full();
    // A cut through a page that holds nothing harms nothing: each holds something.
    write_answer(&full.store);
    let project = full.store.folder().to_owned();
    let path = project.join(DATABASE);
    drop(full.store);
    let whole = fs::read(&path).expect("bytes");
    let expected = content(&path);
    let mut random = Random::new(6, &[]);
    let (mut refused, mut unreadable, mut opened) = (0, 0, 0);
    for number in 0..2000 {
        let mut bytes = whole.clone();
        let mut flips = 0;
        match number % 5 {
            0 => bytes.truncate(random.below(bytes.len())),
            1 => {
                let page = random.below(bytes.len() / 4096) * 4096;
                let fill = (random.next_u64() & 0xff) as u8;
                bytes[page..page + 4096].fill(fill);
            }
            2 => {
                fs::write(&path, &bytes).expect("written");
                let connection = rusqlite::Connection::open(&path).expect("a database");
                connection.execute_batch(&addition(&mut random, number)).expect("changed");
                drop(connection);
                bytes = fs::read(&path).expect("bytes");
            }
            _ => {
                flips = 1 + random.below(3);
                for _ in 0..flips {
                    // Every other one where the structure is: the header and the beginnings of pages.
                    let at = match random.below(2) {
                        0 => random.below(bytes.len()),
                        _ => random.below(bytes.len() / 4096) * 4096 + random.below(100),
                    };
                    bytes[at] ^= 1 << random.below(8);
                }
            }
        }
        fs::write(&path, &bytes).expect("written");
        match Store::open(&project, Access::Owner) {
            Err(error) => {
                let is_told =
                    matches!(error, StoreError::Foreign { .. } | StoreError::Damaged { .. } | StoreError::Newer { .. });
                assert!(is_told, "{number}: {error:?}");
                assert!(fs::read(&path).expect("bytes") == bytes, "{number}");
                refused += 1;
            }
            Ok(store) => {
                assert!(flips > 0 || bytes == whole, "{number}: opened");
                let asked = ask_all(&store);
                drop(store);
                if let Err(error) = asked {
                    assert!(matches!(error, StoreError::Damaged { .. }), "{number}: {error:?}");
                    unreadable += 1;
                } else {
                    // A flipped bit within a text cannot be told from another text; it touches nothing else.
                    assert!(differences(&expected, &content(&path)) <= flips, "{number}");
                    opened += 1;
                }
            }
        }
        for log in ["project.db-wal", "project.db-shm"] {
            if project.join(log).exists() {
                fs::remove_file(project.join(log)).expect("removed");
            }
        }
    }
    // Most bytes of a page are free: a flip there harms nothing. The others are found.
    assert!(refused > 1200 && opened > 100, "{refused} refused, {unreadable} told when read, {opened} opened");
}

/// Values that are not the same; more than any number where rows are missing.
fn differences(one: &BTreeMap<String, Vec<Vec<Value>>>, other: &BTreeMap<String, Vec<Vec<Value>>>) -> usize {
    let mut count = 0;
    for (name, rows) in one {
        let others = &other[name];
        if rows.len() != others.len() {
            return usize::MAX;
        }
        for (row, other) in rows.iter().zip(others) {
            count += row.iter().zip(other).filter(|(one, other)| one != other).count();
        }
    }
    count
}

#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let small = small(50);
    let path = small.store.folder().join(DATABASE);
    let before = content(&path);
    let limit = |pages: i64| {
        let connection = small.store.connection();
        let now: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a number");
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        connection.query_row(&format!("PRAGMA max_page_count = {}", now + pages), [], set).expect("set");
    };
    let mut verdicts: Vec<_> = (0_u64..)
        .zip(&small.comparisons)
        .map(|(number, &comparison)| verdict(number, comparison, small.ada.id, Choice::A))
        .collect();
    for given in &mut verdicts {
        given.reason = Some("because ".repeat(500));
    }
    limit(2);
    for _ in 0..3 {
        let error = small.store.record_verdicts(&verdicts).expect_err("no room");
        let StoreError::DiskFull { needed, free, .. } = &error else { panic!("{error:?}") };
        // Fifty reasons of 4,000 bytes, twice, and something beside.
        assert!((400_000..2_000_000).contains(needed), "{needed}");
        // The disk has room; it is the limit that has none.
        assert_eq!(*free, None);
        assert!(error.to_string().contains("needs about") && error.to_string().contains("free"), "{error}");
        assert_eq!(content(&path), before);
    }
    limit(1000);
    let kept = small.store.record_verdicts(&verdicts).expect("room");
    assert!(kept.iter().all(|verdict| verdict.is_new));
    let project = small.store.folder().to_owned();
    drop(small.store);
    let store = Store::open(&project, Access::Owner).expect("a whole project");
    assert_eq!(store.votes(None).expect("votes").len(), 50);
}

#[test]
fn a_page_beyond_the_disk_at_each_place_leaves_the_project_whole() {
    // The change stops at another page each time, whichever table or index that is in.
    let small = small(50);
    let path = small.store.folder().join(DATABASE);
    let before = content(&path);
    let verdicts: Vec<_> = (0_u64..)
        .zip(&small.comparisons)
        .map(|(number, &comparison)| {
            let given = verdict(number, comparison, small.ada.id, Choice::A);
            NewVerdict { reason: Some("because ".repeat(200)), ..given }
        })
        .collect();
    let mut failed = 0;
    for pages in 0.. {
        let connection = small.store.connection();
        let now: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a number");
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        connection.query_row(&format!("PRAGMA max_page_count = {}", now + pages), [], set).expect("set");
        drop(connection);
        match small.store.record_verdicts(&verdicts) {
            Ok(_) => break,
            Err(error) => {
                assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
                assert_eq!(content(&path), before);
                failed += 1;
            }
        }
    }
    assert!(failed >= 10, "{failed}");
    assert_eq!(small.store.votes(None).expect("votes").len(), 50);
}
