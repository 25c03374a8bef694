//! What is refused, and that the program that runs goes on as it is.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use minisign::KeyPair;
use whetstone_core::job::{JobSpec, UpdateSpec};
use whetstone_core::update::{Artefact, Feed, Kind, Variant, comment};

use super::bench::{Bench, LIST, NEW, OLD, SIGNATURE, archive, artefact, sign, stand_in};
use super::server::Answer;

/// An update that ends with an error that says `part`, and touches nothing.
fn assert_refused(bench: &Bench, part: &str, why: &str) {
    let (said, status) = bench.told(&["update"]);
    assert!(said.contains(part) && status == Some(1), "{why}: {status:?} {said}");
    bench.assert_untouched(why);
}

fn bytes_of(answer: Answer) -> Vec<u8> {
    match answer {
        Answer::Bytes(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_signed_by_the_key_of_the_build() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    let (list, signature) = (bytes_of(bench.server.answer_of(LIST)), bytes_of(bench.server.answer_of(SIGNATURE)));
    let part = "is not signed by this program's makers";

    let strangers = KeyPair::generate_unencrypted_keypair().expect("keys");
    bench.server.put(SIGNATURE, Answer::Bytes(sign(&strangers, &list, &comment(NEW, 10))));
    assert_refused(&bench, part, "another key");

    bench.server.put(SIGNATURE, Answer::Bytes(sign(&bench.keys, b"something else", &comment(NEW, 10))));
    assert_refused(&bench, part, "a signature of something else");

    bench.server.put(SIGNATURE, Answer::Bytes(sign(&bench.keys, &list, "timestamp:1\tfile:feed.json")));
    assert_refused(&bench, part, "a signature that was not made for a list");

    bench.server.put(SIGNATURE, Answer::Bytes(Vec::new()));
    assert_refused(&bench, part, "an empty signature");

    bench.server.put(SIGNATURE, Answer::Bytes(signature));
    for (from, to) in [(NEW, "9.9.0"), ("\"cpu\"", "\"cud\""), ("faster", "Faster")] {
        let text = String::from_utf8(list.clone()).expect("text");
        assert!(text.contains(from), "{text}");
        bench.server.put(LIST, Answer::Bytes(text.replace(from, to).into_bytes()));
        assert_refused(&bench, part, "a list that was changed");
    }
}

#[test]
fn an_old_version_offered_as_new() {
    let bench = Bench::new();
    // Truly old: signed, and not newer.
    for version in ["0.0.1", OLD] {
        bench.offer(version, 5, &stand_in(version));
        assert_refused(&bench, "there is no newer version", version);
    }
    // Relabelled: the list says one version, the program in the archive another.
    bench.offer(NEW, 10, &stand_in(OLD));
    assert_refused(&bench, "does not start on this machine", "the program calls itself something else");
    // A truly old list, offered again after a newer one was seen: it is newer than what runs, and yet refused.
    bench.offer("9.5.0", 20, &stand_in("9.5.0"));
    let (said, status) = bench.told(&["update", "--check"]);
    assert!(said.contains("Version 9.5.0 is there") && said.contains("It is faster.") && status == Some(0), "{said}");
    for (version, sequence) in [("9.4.0", 10), ("9.4.0", 30), ("9.9.0", 10)] {
        bench.offer(version, sequence, &stand_in(version));
        assert_refused(&bench, "is older than the one that was seen before", "an old list");
    }
    assert!(fs::read_to_string(bench.settings()).expect("settings").contains("9.5.0"));
}

#[test]
fn what_is_for_another_machine() {
    let bench = Bench::new();
    let bytes = archive(&stand_in(NEW));
    let right = artefact(NEW, &bytes);
    for other in [
        Artefact { platform: "riscv64gc-unknown-linux-gnu".to_owned(), ..right.clone() },
        Artefact { kind: Kind::Deb, name: format!("whetstone_{NEW}_amd64.deb"), ..right.clone() },
        Artefact { variant: Variant::Cuda, ..right.clone() },
    ] {
        bench.offer_list(NEW, 10, vec![other.clone()]);
        bench.server.put(&other.name, Answer::Bytes(bytes.clone()));
        assert_refused(&bench, "has no file for this machine", &format!("{other:?}"));
    }
}

#[test]
fn names_that_are_not_of_a_file_of_the_version() {
    let bench = Bench::new();
    let bytes = archive(&stand_in(NEW));
    for name in ["../whetstone-9.2.0.tar.gz", "/etc/whetstone-9.2.0.tar.gz", "whetstone-9.2.0.sh", "whetstone.tar.gz"] {
        let file = Artefact { name: name.to_owned(), ..artefact(NEW, &bytes) };
        let list = Feed::new(&NEW.parse().expect("a version"), 10, "New.", vec![file]);
        bench.offer_raw(&serde_json::to_value(list).expect("JSON"));
        assert_refused(&bench, "the signed list of versions is not usable", name);
    }
    // Another version's file under the right name.
    let file = bench.offer(NEW, 10, &stand_in(NEW));
    bench.server.put(&file.name, Answer::Bytes(archive(&stand_in("9.1.0"))));
    assert_refused(&bench, "is not the one that was signed", "another file under the name");
}

#[test]
fn files_that_are_not_what_was_signed() {
    let bench = Bench::new();
    let file = bench.offer(NEW, 10, &stand_in(NEW));
    let bytes = bytes_of(bench.server.answer_of(&file.name));
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for (why, answer) in [
        ("a truncated file", Answer::Bytes(bytes[..bytes.len() / 2].to_vec())),
        ("an empty file", Answer::Bytes(Vec::new())),
        ("one that is larger than said", Answer::Bytes([&bytes[..], &[0; 4096]].concat())),
        ("one bit that is another", Answer::Bytes(flipped)),
    ] {
        bench.server.put(&file.name, answer);
        assert_refused(&bench, "is not the one that was signed", why);
        let parts = fs::read_dir(bench.data()).expect("a folder").flatten();
        let parts: Vec<_> = parts.filter(|entry| entry.path().extension().is_some_and(|it| it == "part")).collect();
        assert!(parts.is_empty(), "{why}: {parts:?}");
    }
    // An archive that is signed and holds no program.
    let empty = bench.offer(NEW, 11, "");
    assert!(empty.bytes > 0);
    assert_refused(&bench, "does not start on this machine", "a program without contents");
}

#[test]
fn a_program_that_does_not_run_here() {
    let bench = Bench::new();
    for (why, program) in [
        ("it fails", "#!/bin/sh\nexit 3\n"),
        ("it says nothing", "#!/bin/sh\nexit 0\n"),
        ("it is for another machine", "\u{7f}ELF but not really"),
        ("what it is run with is not there", "#!/no/such/shell\n"),
    ] {
        bench.offer(NEW, 10, program);
        assert_refused(&bench, "does not start on this machine", why);
    }
}

#[test]
fn a_way_without_encryption() {
    let bench = Bench::new();
    let file = bench.offer(NEW, 10, &stand_in(NEW));
    let elsewhere = "http://updates.example.org/releases/x";
    for name in [LIST, SIGNATURE, &file.name] {
        let before = bench.server.answer_of(name);
        bench.server.put(name, Answer::Redirect(elsewhere.to_owned()));
        assert_refused(&bench, "without encryption", name);
        bench.server.put(name, before);
    }
    bench.server.put(LIST, Answer::Redirect(bench.server.address_of(LIST)));
    assert_refused(&bench, "sends us on more than", "a circle");
    let program = |feed: &str| {
        let output = bench.program(&["update"]).env("WHETSTONE_UPDATE_FEED", feed).output();
        super::bench::told(&output.expect("it runs"))
    };
    let (said, status) = program("http://updates.example.org/feed.json");
    assert!(said.contains("its address is not usable") && status == Some(1), "{said}");
    bench.assert_untouched("a list without encryption");
}

#[test]
fn a_build_without_a_key_and_one_from_sources() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    let output = bench.program(&["update"]).env_remove("WHETSTONE_UPDATE_KEY").output().expect("it runs");
    let (said, status) = super::bench::told(&output);
    assert!(said.contains("built without a signing key") && status == Some(1), "{said}");
    fs::remove_file(bench.beside("installed.json")).expect("removed");
    assert_refused(&bench, "was built from its sources", "no package");
    assert!(bench.server.heads().is_empty(), "nobody was asked");
}

#[test]
fn a_folder_whose_name_is_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let bench = Bench::new();
    let odd = bench.beside("").join(std::ffi::OsStr::from_bytes(b"data \xff"));
    // Some disks keep no such names.
    if fs::create_dir(&odd).is_err() {
        return;
    }
    let told_there = || {
        let output = bench.program(&["update"]).env("WHETSTONE_DATA_HOME", &odd).output();
        super::bench::told(&output.expect("it runs"))
    };
    let installed = format!(r#"{{"kind":"deb","variant":"cpu","version":"{OLD}"}}"#);
    let before = fs::read(bench.beside("installed.json")).expect("it is there");
    fs::write(bench.beside("installed.json"), installed).expect("written");
    let file = Artefact { kind: Kind::Deb, name: format!("whetstone-{NEW}.deb"), ..artefact(NEW, b"a package") };
    bench.offer_list(NEW, 10, vec![file.clone()]);
    bench.server.put(&file.name, Answer::Bytes(b"a package".to_vec()));
    let (said, status) = told_there();
    assert!(said.contains("has a name that is no text") && status == Some(1), "{said}");
    assert!(said.contains("WHETSTONE_DATA_HOME"), "{said}");
    assert!(bench.server.heads().is_empty(), "nothing was fetched");
    bench.assert_untouched("a package that could not be named");
    // A program that is replaced in its place names nothing there.
    fs::write(bench.beside("installed.json"), before).expect("written");
    bench.offer(NEW, 11, &stand_in(NEW));
    let (said, status) = told_there();
    assert_eq!(status, Some(0), "{said}");
    bench.assert_in_place("fetched into an odd folder");
}

/// An engine that has said that it is there.
fn started(mut engine: Command) -> Child {
    let mut engine = engine.stdin(Stdio::piped()).spawn().expect("it runs");
    let mut line = String::new();
    let output = engine.stdout.as_mut().expect("piped");
    BufReader::new(output).read_line(&mut line).expect("a line");
    engine
}

#[test]
fn nothing_is_replaced_while_a_job_runs() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    let mut engine = started(bench.program(&["engine"]));
    assert_refused(&bench, "Whetstone is running", "an engine process");
    assert!(bench.server.heads().is_empty(), "nothing was fetched");
    engine.kill().expect("it runs");
    engine.wait().expect("it ended");
    let (said, status) = bench.told(&["update"]);
    assert_eq!(status, Some(0), "{said}");
    bench.assert_in_place("afterwards");
}

/// A command as it runs from inside of the file of an `AppImage`.
fn inside(mut command: Command, bench: &Bench, file: &Path) -> Command {
    command.env("APPDIR", bench.beside("")).env("APPIMAGE", file);
    command
}

#[test]
fn an_appimage_is_not_replaced_while_another_of_its_windows_runs() {
    let bench = Bench::new();
    let installed = format!(r#"{{"kind":"appimage","variant":"cpu","version":"{OLD}"}}"#);
    fs::write(bench.beside("installed.json"), installed).expect("written");
    let text = stand_in(NEW);
    let name = format!("whetstone-{NEW}.AppImage");
    let offered = Artefact { kind: Kind::AppImage, name, ..artefact(NEW, text.as_bytes()) };
    bench.offer_list(NEW, 10, vec![offered.clone()]);
    bench.server.put(&offered.name, Answer::Bytes(text.clone().into_bytes()));
    // What shows the files of an AppImage to its program runs that file, and is nobody's parent.
    let file = bench.beside("Whetstone.AppImage");
    fs::hard_link(bench.executable(), &file).expect("the same disk");
    let inode = |path: &Path| fs::metadata(path).expect("it is there").ino();
    let mut helper = started(inside(bench.run(&file, &["engine"]), &bench, &file));
    let mut engine = started(inside(bench.program(&["engine"]), &bench, &file));
    let update = || super::bench::told(&inside(bench.program(&["update"]), &bench, &file).output().expect("it runs"));
    let (said, status) = update();
    assert!(said.contains(&format!("Whetstone is running (process {})", engine.id())) && status == Some(1), "{said}");
    assert_eq!(inode(&file), bench.inode);
    engine.kill().expect("it runs");
    engine.wait().expect("it ended");
    let (said, status) = update();
    assert!(status == Some(0) && helper.try_wait().expect("it can be asked").is_none(), "{said}");
    assert_eq!(fs::read_to_string(&file).expect("text"), text);
    assert_eq!(inode(&bench.beside("Whetstone.AppImage.previous")), bench.inode);
    helper.kill().expect("it runs");
    helper.wait().expect("it ended");
}

#[test]
fn what_was_started_while_the_file_was_fetched() {
    let bench = Bench::new();
    let file = bench.offer(NEW, 10, &stand_in(NEW));
    let bytes = bytes_of(bench.server.answer_of(&file.name));
    let half = bytes.len() / 2;
    bench.server.put(&file.name, Answer::HoldAfter(bytes, half));
    let mut update = bench.program(&["update"]).spawn().expect("it runs");
    while bench.server.held() == 0 {
        assert_eq!(update.try_wait().expect("a child can be asked"), None, "it waits for the file");
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut engine = started(bench.program(&["engine"]));
    bench.server.let_go();
    let (said, status) = super::bench::told(&update.wait_with_output().expect("it ended"));
    assert!(said.contains(&format!("Whetstone is running (process {})", engine.id())) && status == Some(1), "{said}");
    bench.assert_untouched("an engine that began meanwhile");
    engine.kill().expect("it runs");
    engine.wait().expect("it ended");
    assert_eq!(bench.told(&["update"]).1, Some(0));
    bench.assert_in_place("afterwards");
}

#[test]
fn another_version_than_the_one_whose_changes_were_read() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    assert_eq!(bench.told(&["update", "--check"]).1, Some(0));
    let newer = bench.offer("9.3.0", 11, &stand_in("9.3.0"));
    // As the window asks: its button names a version.
    let install = |version: &str| {
        let spec = JobSpec::Update(UpdateSpec::Install { version: Some(version.to_owned()) });
        let mut engine = bench.program(&["engine"]).stdin(Stdio::piped()).spawn().expect("it runs");
        let asked = serde_json::json!({ "command": "run", "spec": spec });
        writeln!(engine.stdin.as_mut().expect("piped"), "{asked}").expect("it listens");
        let mut lines = BufReader::new(engine.stdout.take().expect("piped")).lines().map_while(Result::ok);
        let ended = lines.find(|line| line.contains("\"outcome\"")).expect("an end");
        drop(engine.stdin.take());
        engine.wait().expect("it ended");
        ended
    };
    let ended = install(NEW);
    assert!(ended.contains(&format!("version 9.3.0 is there by now, and not {NEW} any more")), "{ended}");
    assert!(!bench.server.heads().iter().any(|head| head.contains(&newer.name)), "its file was not fetched");
    bench.assert_untouched("another version");
    let ended = install("9.3.0");
    assert!(ended.contains("Version 9.3.0 is in place"), "{ended}");
    assert_eq!(bench.told(&["--version"]).0, "whetstone 9.3.0\n");
}

#[test]
fn what_was_kept_and_is_spoiled() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    let settings = bench.settings();
    fs::create_dir_all(settings.parent().expect("a folder")).expect("made");
    fs::write(&settings, "allowed = true\nsequence = many\n").expect("written");
    let part = format!("{} cannot be understood at line 2", settings.display());
    assert_refused(&bench, &part, "settings that are spoiled");
    assert!(bench.told(&["update"]).0.contains("delete the file"), "there is a cure");
    assert!(!bench.server.heads().iter().any(|head| head.contains(".tar.gz")), "its file was not fetched");
    fs::write(bench.beside("installed.json"), "{\"kind\":\"floppy\"}").expect("written");
    assert_refused(&bench, "does not say which package this is", "a package that is spoiled");
}
