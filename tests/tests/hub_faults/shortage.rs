//! Disks that are full or may not be written to: the error names the place, what was fetched is kept, and room lets the same
//! command end.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use whetstone_tests::hub::{Fault, Rule, Server};

use crate::bench::{Bench, MODEL, PROGRAM, WEIGHTS, place, size};
use crate::kills::told;
use crate::many;

const DOWNLOAD: [&str; 2] = ["download", MODEL];
/// Disks of each kind that are tried.
const DISKS: usize = 5;
/// A shell that may mount file systems which nobody else sees.
const OWN_MOUNTS: [&str; 4] = ["unshare", "-Urm", "sh", "-c"];

/// Whether this machine lets a user mount a file system.
fn can_mount() -> bool {
    let mut command = Command::new(OWN_MOUNTS[0]);
    command.args(&OWN_MOUNTS[1..]).arg("mount -t tmpfs none /mnt").stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Bench {
    /// A shell script with this bench's variables, in which `"$@"` is the program that downloads.
    fn script(&self, shell: &[&str], script: &str) -> Output {
        let program = self.program(&[]);
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).args([script, "sh", PROGRAM]).args(DOWNLOAD).stdin(Stdio::null());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(self.folder.path()).output().expect("a shell is there")
    }
}

/// The command failed, and said where and what to do.
fn assert_told(output: &Output, place: &Path, parts: &[&str], why: &str) {
    let said = told(output);
    assert_eq!(output.status.code(), Some(1), "{why}: {said}");
    assert!(said.contains("error: ") && said.contains(&*place.to_string_lossy()), "{why}: {said}");
    for part in parts {
        assert!(said.contains(part), "{why}: `{part}` is not told: {said}");
    }
    assert!(!said.contains("panicked") && !said.contains("Os {"), "{why}: {said}");
}

/// The same command again comes to its end, and fetches only the rest.
fn assert_goes_on(bench: &Bench, why: &str) {
    let output = bench.program(&DOWNLOAD).output().expect("the program was built");
    assert_eq!(output.status.code(), Some(0), "{why}: {}", told(&output));
    bench.assert_right(why);
    let weights = bench.bytes(WEIGHTS);
    let sent = bench.cached().join("blobs").join(whetstone_tests::hub::sha256(&weights));
    assert_eq!(size(&sent), weights.len() as u64, "{why}");
}

#[test]
fn a_file_that_may_not_grow_is_kept_as_far_as_it_is() {
    many(DISKS, |index| {
        let bench = Bench::new();
        let bytes = bench.bytes(WEIGHTS).len();
        // In units of 512 bytes; a file of git's has room.
        let blocks = 40 + place(5, index, bytes / 512 - 60);
        // What comes waits at the limit until the program has met it: then it can be seen that nothing is asked for again.
        bench.hub.misbehave(Rule::once(WEIGHTS, Fault::HoldAfter(blocks * 512 + 1)).by(Server::Store));
        let output = bench.script(&["sh", "-c"], &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""));
        let why = format!("{blocks} blocks");
        assert_told(&output, &bench.cached(), &["takes no file of this size"], &why);
        bench.assert_no_weights(&why);
        let kept: u64 = bench.unfinished().iter().map(|path| size(path)).sum();
        assert_eq!(kept, blocks * 512, "{why}: what came is not kept");
        assert_goes_on(&bench, &why);
        crate::cuts::assert_fetched_once(&bench, bytes as u64, &why);
    });
}

#[test]
fn a_disk_without_room_is_told() {
    if !can_mount() {
        return;
    }
    many(DISKS, |index| {
        let bench = Bench::new();
        fs::create_dir_all(bench.home()).expect("a folder");
        let home = bench.home();
        let script = format!(
            "mount -t tmpfs -o size={}k none {home}; \"$@\"; status=$?; find {home} -name '*.incomplete' -size +0; exit $status",
            64 + 100 * index,
            home = home.display()
        );
        let output = bench.script(&OWN_MOUNTS, &script);
        assert_told(&output, &bench.cache(), &[], &index.to_string());
        let said = told(&output);
        assert!(said.contains("are needed") && bench.requests_for(WEIGHTS).is_empty(), "{said}");
        assert!(!bench.hub.requests().is_empty(), "nobody asked the Hub");
    });
}

#[test]
fn a_disk_that_others_fill_meanwhile_keeps_what_came() {
    if !can_mount() {
        return;
    }
    many(DISKS, |index| {
        let bench = Bench::new();
        fs::create_dir_all(bench.home()).expect("a folder");
        let (home, filled) = (bench.home(), bench.folder.path().join("filled"));
        let bytes = bench.bytes(WEIGHTS).len();
        let at = place(6, index, bytes - 100_000);
        let switch = Arc::new(AtomicBool::new(false));
        let served =
            bench.hub.misbehave(Rule::once(WEIGHTS, Fault::HoldUntil(at, Arc::clone(&switch))).by(Server::Store));
        // Somebody else fills the disk once the first bytes have come; later the space is given back.
        let script = format!(
            "mount -t tmpfs -o size=4m none {home}; \"$@\" & child=$!; \
             until find {home} -name '*.incomplete' -size +{blocks} | grep -q .; do sleep 0.02; done; \
             dd if=/dev/zero of={home}/others bs=4k 2>/dev/null; touch {filled}; wait $child; status=$?; \
             find {home} -name '*.incomplete' -size +{blocks} > {filled}.kept; rm {home}/others; \
             \"$@\" || exit 99; exit $status",
            home = home.display(),
            filled = filled.display(),
            blocks = (at / 512).saturating_sub(1),
        );
        let output = thread::scope(|scope| {
            let running = scope.spawn(|| bench.script(&OWN_MOUNTS, &script));
            while !filled.exists() && !running.is_finished() {
                thread::sleep(Duration::from_millis(5));
            }
            switch.store(true, Ordering::SeqCst);
            running.join().expect("no panic")
        });
        let why = format!("filled after {at} bytes");
        assert_eq!(served.times(), 1, "{why}");
        assert_told(&output, &bench.cached(), &["the disk is full"], &why);
        let kept = fs::read_to_string(filled.with_extension("kept")).expect("a note");
        assert!(kept.contains(".incomplete"), "{why}: nothing is kept: {}", told(&output));
        let ranges = bench.requests_for(WEIGHTS).into_iter().filter(|request| request.header("range").is_some());
        assert!(ranges.count() >= 1, "{why}: it was begun anew");
    });
}

/// Places in the cache that may be closed.
fn closed_places(bench: &Bench) -> Vec<std::path::PathBuf> {
    let cached = bench.cached();
    vec![bench.home(), bench.cache(), cached.clone(), cached.join("blobs"), cached.join("snapshots")]
}

#[test]
fn a_cache_that_may_not_be_written_to_is_named() {
    many(DISKS, |index| {
        let bench = Bench::new();
        let place = closed_places(&bench).swap_remove(index);
        fs::create_dir_all(&place).expect("a folder");
        let output = if can_mount() {
            let script = format!("mount -t tmpfs -o ro none {}; exec \"$@\"", place.display());
            bench.script(&OWN_MOUNTS, &script)
        } else {
            fs::set_permissions(&place, Permissions::from_mode(0o555)).expect("it is ours");
            bench.script(&["sh", "-c"], "exec \"$@\"")
        };
        let why = place.display().to_string();
        assert_told(&output, &place, &["choose a place that you may read and write"], &why);
        bench.assert_right(&why);
        fs::set_permissions(&place, Permissions::from_mode(0o755)).expect("it is ours");
        assert_goes_on(&bench, &why);
    });
}

#[test]
fn a_model_in_a_cache_that_may_not_be_written_to_is_used() {
    if !can_mount() {
        return;
    }
    let bench = Bench::new();
    bench.download().expect("a model");
    bench.hub.forget_requests();
    let script = format!(
        "mount --bind -o ro {home} {home} && mount -o remount,bind,ro {home} && exec \"$1\" generate --model {MODEL} \
         --prompt Why --greedy --max-new-tokens 3 --ignore-eos --raw",
        home = bench.home().display()
    );
    let output = bench.script(&OWN_MOUNTS, &script);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(bench.hub.requests().is_empty(), "a model that is here asks nobody");
}
