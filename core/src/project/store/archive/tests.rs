use std::io::{Cursor, Seek};

use zip::ZipArchive;

use super::super::tests::{content, full};
use super::super::{Access, Lineage, RunState};
use super::*;
use crate::random::Random;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A project with files of a run and an export, packed.
fn packed() -> (tempfile::TempDir, Store, PathBuf) {
    let full = full();
    let run = full.store.run_folder(1);
    fs::create_dir_all(run.join("adapter")).expect("a folder");
    fs::create_dir_all(run.join(CHECKPOINTS)).expect("a folder");
    fs::write(run.join("adapter").join("adapter_model.safetensors"), vec![7; 100_000]).expect("a file");
    fs::write(run.join("metrics.jsonl"), "{}\n").expect("a file");
    fs::write(run.join(CHECKPOINTS).join("step-1.json"), "{}").expect("a file");
    fs::write(full.store.folder().join(EXPORTS).join("größe.txt"), "").expect("a file");
    full.store.set_run_state(1, RunState::Running { process: 1 }).expect("told");
    let out = full.folder.path().join("letters.whetstone");
    pack(&full.store, &out).expect("an archive");
    (full.folder, full.store, out)
}

#[test]
fn what_was_packed_comes_out() {
    let (folder, store, archive) = packed();
    let lineage: Vec<Lineage> =
        store.runs().expect("runs").iter().map(|run| store.lineage(run.id).expect("a lineage")).collect();
    let to = folder.path().join("above").join("copy");
    unpack(&archive, &to).expect("a project");
    let copy = Store::open(&to, Access::Owner).expect("a project");
    assert_eq!(
        names(&to),
        ["exports", "project.db", "project.db-shm", "project.db-wal", "project.lock", "project.owner.json", "runs"]
    );
    assert_eq!(names(&copy.run_folder(1)), ["adapter", "metrics.jsonl"]);
    let adapter = fs::read(copy.run_folder(1).join("adapter").join("adapter_model.safetensors")).expect("a file");
    assert_eq!(adapter, vec![7; 100_000]);
    assert_eq!(names(&to.join(EXPORTS)), ["größe.txt"]);
    assert_eq!(copy.run(1).expect("a run").state, RunState::Cancelled);
    for (id, lineage) in (1..).zip(&lineage) {
        assert_eq!(&copy.lineage(id).expect("a lineage"), lineage);
    }
    store.set_run_state(1, RunState::Cancelled).expect("told");
    let (mut packed, mut unpacked) = (content(store.path()), content(copy.path()));
    for trail in [&mut packed, &mut unpacked] {
        trail.remove("audit");
    }
    assert_eq!(packed, unpacked);
    assert_eq!(names(folder.path()), ["above", "letters.whetstone", "project"]);
    assert_eq!(names(&folder.path().join("above")), ["copy"]);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let (folder, _store, archive) = packed();
    let to = folder.path().join("taken");
    fs::create_dir(&to).expect("a folder");
    fs::write(to.join("mine"), "").expect("a file");
    assert!(matches!(unpack(&archive, &to), Err(StoreError::NotEmpty { .. })));
    assert!(matches!(unpack(&archive, &to.join("mine")), Err(StoreError::NotEmpty { .. })));
    assert_eq!(names(&to), ["mine"]);
    fs::remove_file(to.join("mine")).expect("removed");
    unpack(&archive, &to).expect("a project in an empty folder");
}

/// The same archive with other contents.
fn changed(archive: &Path, change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let mut zip = ZipArchive::new(File::open(archive).expect("a file")).expect("an archive");
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("bytes");
        parts.push((file.name().expect("a name").into_owned(), bytes));
    }
    change(&mut parts);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("a file");
        writer.write_all(&bytes).expect("written");
    }
    let mut bytes = writer.finish().expect("an archive");
    bytes.rewind().expect("its beginning");
    bytes.into_inner()
}

#[test]
fn what_was_tampered_with_is_refused_and_leaves_nothing() {
    let (folder, _store, archive) = packed();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("leads out of", changed(&archive, |parts| parts.push(("runs/../../escaped".to_owned(), Vec::new())))),
        ("none of a project's", changed(&archive, |parts| parts.push(("/etc/escaped".to_owned(), Vec::new())))),
        ("no name has", changed(&archive, |parts| parts.push(("runs/..\\escaped".to_owned(), Vec::new())))),
        (
            "twice",
            changed(&archive, |parts| {
                parts.push(("runs/1/Metrics.jsonl".to_owned(), Vec::new()));
            }),
        ),
        ("not in its list", changed(&archive, |parts| parts.push(("runs/2/extra".to_owned(), Vec::new())))),
        ("is missing", changed(&archive, |parts| parts.retain(|(name, _)| name != "runs/1/metrics.jsonl"))),
        ("no project.db", changed(&archive, |parts| parts.retain(|(name, _)| name != DATABASE))),
        ("no whetstone.json", changed(&archive, |parts| parts.retain(|(name, _)| name != MANIFEST))),
        ("not what was packed", changed(&archive, |parts| parts[0].1.push(1))),
        ("far larger", changed(&archive, |parts| parts.push(("runs/1/zeros".to_owned(), vec![0; 256 << 20])))),
        ("is not a project that can be unpacked", b"PK\x05\x06".to_vec()),
        ("is not a project that can be unpacked", Vec::new()),
    ];
    let bad = folder.path().join("bad.whetstone");
    let to = folder.path().join("copy");
    for (expected, bytes) in cases {
        fs::write(&bad, bytes).expect("a file");
        let error = unpack(&bad, &to).expect_err(expected);
        assert!(matches!(error, StoreError::Archive { .. }), "{expected}: {error}");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert_eq!(names(folder.path()), ["bad.whetstone", "letters.whetstone", "project"], "{expected}");
    }
}

/// An archive whose list is right, but whose database is not ours.
#[test]
fn a_database_in_an_archive_passes_the_same_checks() {
    let (folder, _store, archive) = packed();
    for (expected, sentence) in [
        ("trigger", "CREATE TRIGGER evil AFTER INSERT ON verdicts BEGIN DELETE FROM verdicts; END"),
        ("newer", "PRAGMA user_version = 99"),
        ("another program", "PRAGMA application_id = 1"),
    ] {
        let bytes = changed(&archive, |parts| {
            let path = folder.path().join("inner.db");
            let database = parts.iter_mut().find(|(name, _)| name == DATABASE).expect("a database");
            fs::write(&path, &database.1).expect("a file");
            let connection = rusqlite::Connection::open(&path).expect("a database");
            connection.execute_batch(sentence).expect("changed");
            drop(connection);
            database.1 = fs::read(&path).expect("a file");
            fs::remove_file(&path).expect("removed");
            let entry = copy(&mut database.1.as_slice(), &mut io::sink()).expect("copied");
            let manifest = parts.iter_mut().find(|(name, _)| name == MANIFEST).expect("a list");
            let mut list: Manifest = serde_json::from_slice(&manifest.1).expect("a list");
            list.files.insert(DATABASE.to_owned(), entry);
            manifest.1 = serde_json::to_vec(&list).expect("a list");
        });
        let bad = folder.path().join("bad.whetstone");
        fs::write(&bad, bytes).expect("a file");
        let error = unpack(&bad, &folder.path().join("copy")).expect_err(expected);
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert!(error.to_string().contains("bad.whetstone"), "{error}");
        assert_eq!(names(folder.path()), ["bad.whetstone", "letters.whetstone", "project"]);
    }
}

#[test]
fn a_damaged_archive_is_refused_or_the_same() {
    let (folder, store, archive) = packed();
    let whole = fs::read(&archive).expect("bytes");
    let mut random = Random::new(11, &[]);
    let (bad, to) = (folder.path().join("bad.whetstone"), folder.path().join("copy"));
    let mut unpacked = 0;
    for number in 0..300 {
        let mut bytes = whole.clone();
        if number % 3 == 0 {
            bytes.truncate(random.below(bytes.len()));
        } else {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        fs::write(&bad, bytes).expect("a file");
        match unpack(&bad, &to) {
            Ok(()) => {
                // A byte that means nothing, such as a date.
                let mut expected = content(store.path());
                let mut found = content(&to.join(DATABASE));
                for trail in [&mut expected, &mut found] {
                    trail.remove("audit");
                    trail.remove("runs");
                }
                assert_eq!(found, expected);
                fs::remove_dir_all(&to).expect("removed");
                unpacked += 1;
            }
            Err(error) => assert!(matches!(error, StoreError::Archive { .. }), "{error}"),
        }
        assert_eq!(names(folder.path()), ["bad.whetstone", "letters.whetstone", "project"]);
    }
    assert!(unpacked < 100, "{unpacked}");
}
