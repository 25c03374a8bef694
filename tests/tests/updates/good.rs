//! A good update, and the way back.

use std::fs;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use whetstone_core::doctor::Packages;
use whetstone_core::files::hexadecimal;
use whetstone_core::update::{Artefact, Kind};

use super::bench::{Bench, LIST, NEW, OLD, artefact, padding, stand_in, told, write_program};
use super::server::Answer;

#[test]
fn a_good_update_is_put_in_place_and_the_old_program_kept() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    let (said, status) = bench.told(&["update"]);
    assert!(said.contains(&format!("Version {NEW} is in place")) && status == Some(0), "{said}");
    bench.assert_in_place("an update");
    assert_eq!(bench.told(&["demo"]), ("new demo\n".to_owned(), Some(0)));
    // Nobody is told who asks, from where, or what runs there.
    for head in bench.server.heads() {
        let names: Vec<String> =
            head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0.to_lowercase())).collect();
        let known = ["host", "accept", "accept-encoding", "user-agent"];
        assert!(names.iter().all(|name| known.contains(&name.as_str())), "{head}");
        assert!(head.to_lowercase().contains("user-agent: whetstone\r\n") && !head.contains(OLD), "{head}");
    }
}

#[test]
fn what_lies_beside_the_program_is_of_its_version() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    for (name, text) in [("licences.txt", "Old."), ("diary.txt", "Mine.")] {
        fs::write(bench.beside(name), text).expect("written");
    }
    let (said, status) = bench.told(&["update"]);
    assert!(status == Some(0) && !said.contains("not all files"), "{said}");
    bench.assert_in_place("with its files");
    let text = |name: &str| fs::read_to_string(bench.beside(name)).expect(name);
    assert_eq!([text("licences.txt"), text("share/page"), text("diary.txt")], ["New.", "New.", "Mine."]);
    assert!(text("installed.json").contains(NEW));
    // Where something is in the way, the program is in place all the same.
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    fs::create_dir(bench.beside("licences.txt")).expect("made");
    let (said, status) = bench.told(&["update"]);
    assert!(status == Some(0) && said.contains("not all files beside it"), "{said}");
    bench.assert_in_place("without one of its files");
}

#[test]
fn what_was_cut_off_is_gone_on_with() {
    let bench = Bench::new();
    let padding = padding(40_000);
    let file = bench.offer(NEW, 10, &(stand_in(NEW) + &padding));
    let Answer::Bytes(bytes) = bench.server.answer_of(&file.name) else { panic!("bytes") };
    bench.server.put(&file.name, Answer::CutOnce(bytes.clone(), bytes.len() / 2));
    let (said, status) = bench.told(&["update"]);
    assert_eq!(status, Some(0), "{said}");
    let ranges = bench.server.heads().iter().filter(|head| head.to_lowercase().contains("range: bytes=")).count();
    assert_eq!(ranges, 1);
    bench.assert_in_place("gone on with");
    // A server that knows no ranges sends all of it again.
    let bench = Bench::new();
    let file = bench.offer(NEW, 10, &(stand_in(NEW) + &padding));
    fs::create_dir_all(bench.data()).expect("a folder");
    fs::write(bench.data().join(format!("{}.part", file.sha256)), &bytes[..1000]).expect("a beginning");
    bench.server.put(&file.name, Answer::NoRanges(bytes));
    let (said, status) = bench.told(&["update"]);
    assert_eq!(status, Some(0), "{said}");
    bench.assert_in_place("begun anew");
}

#[test]
fn a_beginning_of_something_else_is_begun_anew() {
    let bench = Bench::new();
    let file = bench.offer(NEW, 10, &stand_in(NEW));
    fs::create_dir_all(bench.data()).expect("a folder");
    let part = bench.data().join(format!("{}.part", file.sha256));
    for spoiled in [&b"something else"[..], &vec![7; file.bytes as usize], &vec![7; file.bytes as usize + 9]] {
        fs::write(&part, spoiled).expect("a beginning");
        let (said, status) = bench.told(&["update"]);
        assert_eq!(status, Some(0), "{said}");
        bench.assert_in_place("begun anew");
        let previous = bench.beside("whetstone.previous");
        fs::rename(previous, bench.executable()).expect("the old one again");
        fs::remove_file(bench.beside("whetstone.placed")).expect("removed");
    }
}

#[test]
fn the_old_program_comes_back_by_its_second_name() {
    let bench = Bench::new();
    // It says its version and starts in no other way.
    bench.offer(NEW, 10, "#!/bin/sh\n[ \"$1\" = --version ] && echo 'whetstone 9.2.0' && exit 0\nexit 77\n");
    let (said, status) = bench.told(&["update"]);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(bench.told(&["doctor", "--quick"]).1, Some(77), "the new program does not start");
    let back = bench.run(&bench.beside("whetstone.previous"), &["--version"]).output().expect("it runs");
    let (said, status) = told(&back);
    assert!(said.contains("version 9.2.0 did not start") && said.contains(&format!("whetstone {OLD}")), "{said}");
    assert_eq!(status, Some(0));
    bench.assert_untouched("given back");
    // It is not offered again; a later one is.
    let (said, status) = bench.told(&["update"]);
    assert!(said.contains("there is no newer version") && status == Some(1), "{said}");
    bench.offer("9.2.1", 11, &stand_in("9.2.1"));
    assert_eq!(bench.told(&["update"]).1, Some(0));
}

/// As if this bench's program were the new one, just put in place of an old stand-in.
fn just_placed(bench: &Bench, begun: Option<u32>) {
    write_program(&bench.beside("whetstone.previous"), "#!/bin/sh\necho old \"$@\"\nexit 5\n");
    let sha256 = hexadecimal(Sha256::digest(fs::read(bench.executable()).expect("a program")));
    let mark = json!({ "sha256": sha256, "version": OLD, "begun": begun });
    fs::write(bench.beside("whetstone.placed"), mark.to_string()).expect("a mark");
}

#[test]
fn a_first_start_that_came_to_its_end_lets_the_old_program_go() {
    let bench = Bench::new();
    just_placed(&bench, None);
    bench.assert_untouched_after_first_start();
    // A wrong command line is the person's mistake; that nothing shows a window is the system's.
    for (arguments, said) in [(&["no-such-command"][..], "no-such-command"), (&[], "no display")] {
        just_placed(&bench, None);
        let mut command = bench.program(arguments);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let told = told(&command.output().expect("it runs"));
        assert!(told.0.contains(said) && told.1 != Some(0), "{told:?}");
        bench.assert_untouched(said);
    }
}

#[test]
fn a_first_command_that_is_killed_has_started_all_the_same() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    let Answer::Bytes(list) = bench.server.answer_of(LIST) else { panic!("bytes") };
    bench.server.put(LIST, Answer::HoldAfter(list, 3));
    just_placed(&bench, None);
    let mut child = bench.program(&["update", "--check"]).spawn().expect("it runs");
    // It is in the middle of its work, and ends as nothing is left of the memory.
    while bench.server.held() == 0 {
        assert_eq!(child.try_wait().expect("a child can be asked"), None, "it waits for the list");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    bench.assert_untouched("killed");
}

#[test]
fn a_first_start_that_came_to_nothing_goes_back() {
    let bench = Bench::new();
    // As if it had ended before it understood its command line: no process has this number.
    just_placed(&bench, Some(u32::MAX - 7));
    let (said, status) = bench.told(&["demo"]);
    assert!(said.contains("did not start; the version before it has its place again"), "{said}");
    assert!(said.contains("old demo") && status == Some(5), "{said}");
    assert!(fs::read_to_string(bench.settings()).expect("settings").contains(OLD), "it is not offered again");
    assert_eq!(bench.told(&["x", "y"]), ("old x y\n".to_owned(), Some(5)));
}

#[test]
fn whoever_starts_it_next_need_not_be_the_one_who_updated_it() {
    let bench = Bench::new();
    // As somebody with a home of their own, who knows nothing of the update.
    let told_another = |arguments: &[&str]| {
        let mut command = bench.program(arguments);
        let home = bench.beside("another-home");
        command.env("WHETSTONE_DATA_HOME", home.join("data")).env("WHETSTONE_CONFIG", home.join("config"));
        told(&command.output().expect("it runs"))
    };
    just_placed(&bench, None);
    assert_eq!(told_another(&["--version"]), (format!("whetstone {OLD}\n"), Some(0)));
    bench.assert_untouched("started by somebody else");
    just_placed(&bench, Some(u32::MAX - 7));
    let (said, status) = told_another(&["demo"]);
    assert!(said.contains("old demo") && status == Some(5), "{said}");
}

#[test]
fn a_package_of_the_system_is_left_to_its_manager() {
    let bench = Bench::new();
    let of_rpm = if Packages::of_this_system() == Packages::Suse { "sudo zypper install" } else { "sudo dnf install" };
    for (kind, ending, manager) in [(Kind::Deb, "deb", "sudo apt install"), (Kind::Rpm, "rpm", of_rpm)] {
        let installed = format!(r#"{{"kind":"{}","variant":"cpu","version":"{OLD}"}}"#, kind.id());
        fs::write(bench.beside("installed.json"), installed).expect("written");
        let file = Artefact { kind, name: format!("whetstone-{NEW}.{ending}"), ..artefact(NEW, b"a package") };
        bench.offer_list(NEW, 10, vec![file.clone()]);
        bench.server.put(&file.name, Answer::Bytes(b"a package".to_vec()));
        let (said, status) = bench.told(&["update"]);
        let path = bench.data().join(&file.name);
        assert!(said.contains(&format!("{manager} '{}'", path.display())) && status == Some(0), "{said}");
        assert_eq!(fs::read(path).expect("a package"), b"a package");
        bench.assert_untouched(manager);
    }
}

#[test]
fn looking_by_itself_is_allowed_and_forbidden_by_a_person() {
    let bench = Bench::new();
    bench.offer(NEW, 10, &stand_in(NEW));
    assert!(!bench.settings().exists());
    let said = |arguments: &[&str]| bench.told(arguments).0;
    assert!(said(&["update", "--allow"]).contains("once a day"));
    assert!(fs::read_to_string(bench.settings()).expect("settings").contains("allowed = true"));
    assert!(bench.server.heads().is_empty(), "saying so asks nobody");
    assert!(said(&["update", "--check"]).contains(&format!("Version {NEW} is there")));
    assert_eq!(bench.server.heads().len(), 2);
    assert!(said(&["update", "--forbid"]).contains("no newer versions"));
    let kept = fs::read_to_string(bench.settings()).expect("settings");
    assert!(kept.contains("allowed = false") && kept.contains(NEW), "{kept}");
    bench.assert_untouched("looking");
    assert!(matches!(bench.server.answer_of(LIST), Answer::Bytes(_)));
}

impl Bench {
    fn assert_untouched_after_first_start(&self) {
        assert_eq!(self.told(&["--version"]), (format!("whetstone {OLD}\n"), Some(0)));
        self.assert_untouched("the first command came to its end");
    }
}
