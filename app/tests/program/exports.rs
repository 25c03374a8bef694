//! Exports that are killed or find no room: under the name stands the earlier export whole, the new one whole, or nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::export::{TARGETS, Target};
use whetstone_core::random::Random;

use crate::shortage::{OWN_MOUNTS, can_mount, sh};
use crate::training::pairs;
use crate::{PROGRAM, contents, data_home, entries, golden_model, shown, text};

/// Kills of each row.
const KILLS: usize = 6;

/// The two exports that replace each other.
const ADAPTERS: [&str; 2] = ["adapter", "adapter_rslora"];

/// Everything that an export holds, by its name in it.
type Held = Vec<(PathBuf, Vec<u8>)>;

/// The rows that hold a model or an adapter: a training is written of a run, and these adapters are none's.
fn rows() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().filter(|target| target.id != "trl-job")
}

struct Bench {
    folder: TempDir,
    target: &'static str,
}

impl Bench {
    fn new(target: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("pairs.jsonl"), pairs(0..4)).expect("data");
        Self { folder, target }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("places").join("out")
    }

    fn arguments(&self, adapter: &str, out: &Path) -> Vec<String> {
        let (model, data) = (golden_model("llama_untied"), self.folder.path().join("pairs.jsonl"));
        let adapter = model.join(adapter);
        let paths = [("--model", &model), ("--adapter", &adapter), ("--data", &data)];
        let mut arguments = vec!["export".to_owned(), "--to".to_owned(), self.target.to_owned()];
        for (option, path) in paths.into_iter().chain([("--out", &out.to_owned())]) {
            arguments.extend([option.to_owned(), shown(path).to_owned()]);
        }
        arguments.extend(["--threads", "2"].map(str::to_owned));
        arguments
    }

    fn start(&self, adapter: &str) -> Child {
        let mut command = Command::new(PROGRAM);
        command.env("WHETSTONE_DATA_HOME", data_home()).env("WHETSTONE_KEYRING", "off");
        command.args(self.arguments(adapter, &self.out())).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).spawn().expect("the program was built")
    }

    /// Exports to the end, and what is there then.
    fn export(&self, adapter: &str) -> Held {
        let output = crate::whetstone(&self.arguments(adapter, &self.out()));
        assert_eq!(output.status.code(), Some(0), "{}: {}", self.target, text(&output.stderr));
        held(&self.out()).unwrap_or_else(|| panic!("{}: nothing there", self.target))
    }
}

/// What an export holds; `None` where nothing stands under the name. What its own list of files says must be there.
fn held(out: &Path) -> Option<Held> {
    if !out.exists() {
        return None;
    }
    let manifest = fs::read_to_string(out.join("whetstone-export.json")).expect("a list of the files");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    for file in manifest["files"].as_array().expect("files") {
        let path = out.join(file["name"].as_str().expect("a name"));
        let bytes = fs::metadata(&path).map(|metadata| metadata.len()).ok();
        assert_eq!(bytes, file["bytes"].as_u64(), "{}", path.display());
    }
    let within = |(path, bytes): (PathBuf, Vec<u8>)| (path.strip_prefix(out).expect("inside").to_owned(), bytes);
    Some(contents(out).into_iter().map(within).collect())
}

#[test]
fn an_export_killed_at_any_moment_is_whole_or_not_there() {
    let mut random = Random::new(11, &[]);
    for target in rows() {
        let bench = Bench::new(target.id);
        let start = Instant::now();
        let first = bench.export(ADAPTERS[0]);
        let duration = start.elapsed();
        let second = bench.export(ADAPTERS[1]);
        assert!(first != second, "{}: nothing tells one from the other", target.id);
        for round in 0..KILLS {
            let before = bench.export(ADAPTERS[0]);
            assert!(before == first, "{}: the same export comes out otherwise", target.id);
            let mut child = bench.start(ADAPTERS[1]);
            // The last moments, in which everything is written, get as many kills as all others.
            let share = if round % 2 == 0 { random.uniform() } else { 0.7 + 0.3 * random.uniform() };
            thread::sleep(duration.mul_f64(share).max(Duration::from_millis(1)));
            drop(child.kill());
            child.wait().expect("it ended");
            let found = held(&bench.out());
            let is_sound = found.as_ref().is_none_or(|found| *found == first || *found == second);
            assert!(is_sound, "{}, kill {round}: neither the one nor the other", target.id);
        }
        assert!(bench.export(ADAPTERS[1]) == second, "{}", target.id);
        let left: Vec<PathBuf> = entries(&bench.folder.path().join("places"));
        assert_eq!(left, [bench.out()], "{}: something is left of the kills", target.id);
    }
}

#[test]
fn a_full_disk_leaves_the_earlier_export_and_nothing_half() {
    if !can_mount() {
        return;
    }
    let mut filled = 0;
    for target in rows() {
        let bench = Bench::new(target.id);
        let disk = bench.folder.path().join("disk");
        fs::create_dir(&disk).expect("a folder");
        let out = disk.join("out");
        // There is room when the export is begun; while the model is asked, the disk shrinks to what is on it.
        let script = format!(
            "mount -t tmpfs -o size=200m none {disk}; \"$@\" || exit 3; cp -r {disk}/out {disk}.before; \
             \"$@\" & export=$!; until ls -A {disk} | grep -q unfinished || ! kill -0 $export; do :; done; kill -STOP $export; \
             mount -o remount,size=$(($(df --output=used -k {disk} | tail -1) + 4))k {disk}; kill -CONT $export; \
             wait $export; echo $? > {disk}.status; cp -r {disk}/out {disk}.after; ls -A {disk} > {disk}.left; \
             mount -o remount,size=200m {disk}; \"$@\"; echo $? >> {disk}.status",
            disk = shown(&disk)
        );
        let output = sh(&OWN_MOUNTS, &script, &bench.arguments(ADAPTERS[0], &out));
        let said = text(&output.stderr);
        let noted = |ending: &str| fs::read_to_string(disk.with_extension(ending)).unwrap_or_default();
        assert_eq!(noted("left"), "out\n", "{}: {said}", target.id);
        let [before, after] = ["before", "after"].map(|ending| held(&disk.with_extension(ending)));
        assert!(before.is_some() && before == after, "{}: the earlier export has changed", target.id);
        match noted("status").as_str() {
            "1\n0\n" => {
                assert!(said.contains("the disk is full"), "{}: {said}", target.id);
                filled += 1;
            }
            // What takes no more than a page or two may find room.
            status => assert_eq!(status, "0\n0\n", "{}: {said}", target.id),
        }
    }
    assert!(filled >= 4, "only {filled} found no room");
}
