//! Disks that are full or may not be written to: what was there stays, and the message says what to do.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::training::{Training, undisturbed};
use crate::{PROGRAM, contents, entries, golden_model, shown, text, unfinished_files};

/// Runs a shell script, in which `"$@"` is the program with these arguments.
pub fn sh(shell: &[&str], script: &str, arguments: &[String]) -> Output {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).args(["-c", script, "sh", PROGRAM]).args(arguments).stdin(Stdio::null());
    command.output().expect("a shell is there")
}

/// A shell that may mount file systems which nobody else sees.
pub const OWN_MOUNTS: [&str; 3] = ["unshare", "-Urm", "sh"];

/// Whether this machine lets a user mount a file system.
pub fn can_mount() -> bool {
    let mut command = Command::new(OWN_MOUNTS[0]);
    command.args(&OWN_MOUNTS[1..]).args(["-c", "mount -t tmpfs none /mnt"]).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| text(&output.stdout).trim() == "0")
}

/// The program failed for want of room, said so, and left no half file.
fn assert_full(output: &Output, out: &Path, hint: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(&format!("error: cannot write {}", out.display())), "{said}");
    assert!(said.contains(hint) && said.contains("(a training with `--resume`)"), "{said}");
    assert_eq!(unfinished_files(out), Vec::<PathBuf>::new());
}

#[test]
fn a_file_that_may_not_grow_leaves_the_checkpoint_before() {
    let training = Training::new();
    let mut begun = training.start(&[]);
    while training.steps_written() < 8 {
        assert_eq!(begun.try_wait().expect("a child can be asked"), None);
    }
    begun.kill().expect("it runs");
    begun.wait().expect("it ended");
    let checkpoints = training.checkpoints();
    // The limit is in units of 512 bytes: less than a checkpoint has, more than the figures have.
    let limited = "trap '' XFSZ; ulimit -f 100; exec \"$@\"";
    let output = sh(&["sh"], limited, &training.arguments(&["--resume"]));
    assert_full(&output, &training.out(), "takes no file of this size");
    assert_eq!(training.checkpoints(), checkpoints, "the checkpoints before are not kept");
    training.resume(&[]);
    training.assert_undisturbed("no room for a checkpoint");
    // A result that cannot be written leaves none.
    let completions = training.folder().join("completions.jsonl");
    let model = golden_model("llama_tied");
    let arguments = ["generate", "--model", shown(&model), "--prompt", "Why?", "--samples", "40", "--ignore-eos"];
    let more = ["--max-new-tokens", "8", "--out", shown(&completions)];
    let arguments: Vec<String> = arguments.iter().chain(&more).map(|&argument| argument.to_owned()).collect();
    let output = sh(&["sh"], "trap '' XFSZ; ulimit -f 2; exec \"$@\"", &arguments);
    assert_full(&output, &completions, "takes no file of this size");
    assert!(!completions.exists());
    assert_eq!(unfinished_files(training.folder()), Vec::<PathBuf>::new());
}

#[test]
fn a_full_disk_leaves_the_checkpoint_before_and_room_lets_the_run_end() {
    if !can_mount() {
        return;
    }
    let mut training = Training::new();
    let (disk, kept) = (training.folder().join("disk"), training.out());
    fs::create_dir(&disk).expect("a folder");
    let out = disk.join("run");
    training.set("--out", shown(&out));
    // There is room when the run is begun; after two checkpoints the disk shrinks to what is on it.
    let script = format!(
        "mount -t tmpfs -o size=8m none {disk}; \"$@\" & run=$!; \
         until [ -e {disk}/run/checkpoints/step-00000006.json ] || ! kill -0 $run; do :; done; kill -STOP $run; \
         mount -o remount,size=$(($(df --output=used -k {disk} | tail -1) + 16))k {disk}; kill -CONT $run; wait $run; \
         echo $? > {disk}.status; find {disk} -name '.*' > {disk}.half; \
         ls {disk}/run/checkpoints > {disk}.checkpoints; mount -o remount,size=8m {disk}; \"$@\" --resume; \
         echo $? >> {disk}.status; cp -r {disk}/run {kept}",
        disk = shown(&disk),
        kept = shown(&kept)
    );
    let output = sh(&OWN_MOUNTS, &script, &training.arguments(&[]));
    let said = text(&output.stderr);
    let noted = |ending: &str| fs::read_to_string(disk.with_extension(ending)).expect("a note");
    assert_eq!(noted("status"), "1\n0\n", "{said}");
    assert!(said.contains(&format!("error: cannot write {}", out.display())), "{said}");
    assert!(said.contains("the disk is full: free some space and run the same command again"), "{said}");
    assert_eq!(noted("half"), "");
    // Every checkpoint that is there has both its files: the one that had no room left nothing.
    let checkpoints = noted("checkpoints");
    let ended = |ending: &str| -> Vec<&str> {
        checkpoints
            .lines()
            .filter(|name| name.starts_with("step-"))
            .filter_map(|name| name.strip_suffix(ending))
            .collect()
    };
    assert!(ended(".json").len() >= 2, "{checkpoints}");
    assert_eq!(ended(".json"), ended(".safetensors"), "{checkpoints}");
    training.assert_undisturbed("a full disk");
    assert_eq!(undisturbed().figures.len(), training.steps_written());
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named_before_any_work() {
    let mut training = Training::new();
    let folder = training.folder().join("locked");
    fs::create_dir(&folder).expect("a folder");
    training.set("--out", shown(&folder.join("run")));
    let completions = folder.join("completions.jsonl");
    let model = golden_model("llama_tied");
    let generate = ["generate", "--model", shown(&model), "--prompt", "Why?", "--out", shown(&completions)];
    let generate = generate.map(str::to_owned).to_vec();
    let check = |output: &Output, path: &Path| {
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("error: cannot write {}", path.display())), "{said}");
        assert!(said.contains("choose a place that you may read and write"), "{said}");
        assert_eq!(entries(&folder), Vec::<PathBuf>::new());
    };
    for (arguments, path) in [(training.arguments(&[]), folder.join("run")), (generate, completions.clone())] {
        if can_mount() {
            let script = format!("mount -t tmpfs -o ro none {}; exec \"$@\"", shown(&folder));
            check(&sh(&OWN_MOUNTS, &script, &arguments), &path);
        }
        fs::set_permissions(&folder, Permissions::from_mode(0o555)).expect("it is ours");
        if !is_root() {
            check(&sh(&["sh"], "exec \"$@\"", &arguments), &path);
        } else if Command::new("setpriv").arg("--version").output().is_ok() {
            // The folder of the test is its owner's alone; to get through it, anybody must be let in.
            fs::set_permissions(training.folder(), Permissions::from_mode(0o755)).expect("it is ours");
            let script = "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";
            check(&sh(&["sh"], script, &arguments), &path);
        }
    }
    assert_eq!(contents(&folder), Vec::new());
}
