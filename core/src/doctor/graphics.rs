//! The graphics processor and its driver, as the system tells of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::answer::answer_of;

/// How long NVIDIA's own program may take to answer: where a driver hangs, so does it.
const PATIENCE: Duration = Duration::from_secs(3);
/// It says a few lines.
const LONGEST: u64 = 1 << 16;

/// A graphics processor that this program could compute on. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graphics {
    /// Its name.
    pub name: String,
    /// The driver's version, where one is told.
    pub driver: Option<String>,
    /// Its own memory.
    pub memory_total: Option<u64>,
    /// What can be had of it now.
    pub memory_free: Option<u64>,
    /// The device that a build needs to compute on it: `cuda` or `metal`.
    pub device: String,
}

/// The graphics processors that are found, the first being the one that is computed on. NVIDIA's own program is asked, and
/// where there is none, the driver's files.
pub fn graphics() -> Vec<Graphics> {
    if cfg!(target_os = "macos") {
        return apple();
    }
    let told = asked(
        "nvidia-smi",
        &["--query-gpu=name,driver_version,memory.total,memory.free", "--format=csv,noheader,nounits"],
    )
    .map(|answer| of_nvidia_smi(&answer))
    .unwrap_or_default();
    if told.is_empty() { of_driver_files(Path::new("/proc/driver/nvidia")) } else { told }
}

/// Apple's own processors have their graphics on the same chip, and share its memory.
fn apple() -> Vec<Graphics> {
    if !cfg!(target_arch = "aarch64") {
        return Vec::new();
    }
    let name = "the graphics processor of the chip".to_owned();
    vec![Graphics { name, driver: None, memory_total: None, memory_free: None, device: "metal".to_owned() }]
}

/// A line a card: its name, the driver, memory in MiB in all and free.
fn of_nvidia_smi(answer: &str) -> Vec<Graphics> {
    let card = |line: &str| {
        let mut fields = line.split(',').map(str::trim);
        let (name, driver) = (fields.next()?, fields.next()?);
        let mut size = || fields.next().and_then(|text| text.parse::<u64>().ok()).map(|mebibytes| mebibytes << 20);
        (!name.is_empty() && driver.starts_with(|c: char| c.is_ascii_digit())).then(|| Graphics {
            name: name.to_owned(),
            driver: Some(driver.to_owned()),
            memory_total: size(),
            memory_free: size(),
            device: "cuda".to_owned(),
        })
    };
    answer.lines().filter_map(card).collect()
}

/// What the driver's files say: `version`, and `gpus/*/information`.
fn of_driver_files(folder: &Path) -> Vec<Graphics> {
    let Ok(version) = fs::read_to_string(folder.join("version")) else { return Vec::new() };
    let driver = driver_version(&version);
    let mut cards: Vec<_> = fs::read_dir(folder.join("gpus")).into_iter().flatten().flatten().collect();
    cards.sort_by_key(fs::DirEntry::file_name);
    let names = cards.iter().filter_map(|card| {
        let information = fs::read_to_string(card.path().join("information")).ok()?;
        Some(information.lines().find_map(|line| line.strip_prefix("Model:"))?.trim().to_owned())
    });
    names
        .map(|name| Graphics {
            name,
            driver: driver.clone(),
            memory_total: None,
            memory_free: None,
            device: "cuda".to_owned(),
        })
        .collect()
}

/// The first word of the driver's line that is numbers and points.
fn driver_version(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("NVRM version"))?;
    let is_version = |word: &&str| word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    line.split_whitespace().find(is_version).map(str::to_owned)
}

/// What a program says on its standard output, if it is there, succeeds, and does so soon.
fn asked(program: &str, arguments: &[&str]) -> Option<String> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (status, said) = answer_of(child, PATIENCE, LONGEST, || false).ok()??;
    status.success().then(|| String::from_utf8(said).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_read_off_what_its_makers_program_says() {
        let cards =
            of_nvidia_smi("NVIDIA H100 80GB HBM3, 580.95.05, 81559, 80994\nNVIDIA T4, 535.104.05, [N/A], [N/A]\n");
        assert_eq!((cards[0].name.as_str(), cards[0].driver.as_deref()), ("NVIDIA H100 80GB HBM3", Some("580.95.05")));
        assert_eq!((cards[0].memory_total, cards[0].memory_free), (Some(81_559 << 20), Some(80_994 << 20)));
        assert_eq!((cards.len(), cards[1].memory_total, cards[1].device.as_str()), (2, None, "cuda"));
        assert!(of_nvidia_smi("NVIDIA-SMI has failed because it couldn't communicate with the driver\n").is_empty());
    }

    #[test]
    fn a_card_is_read_off_the_drivers_files() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(of_driver_files(folder.path()).is_empty());
        for (line, version) in [
            ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023", "535.104.05"),
            ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build", "580.95.05"),
        ] {
            fs::write(folder.path().join("version"), format!("{line}\nGCC version: 12.2.0\n")).expect("written");
            let card = folder.path().join("gpus/0000:01:00.0");
            fs::create_dir_all(&card).expect("a folder");
            fs::write(card.join("information"), "Model: \t\t NVIDIA GeForce RTX 4070\nIRQ:   \t\t 77\n")
                .expect("written");
            let [found] = &of_driver_files(folder.path())[..] else { panic!("{line}: one card") };
            assert_eq!((found.name.as_str(), found.driver.as_deref()), ("NVIDIA GeForce RTX 4070", Some(version)));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_hangs_is_not_waited_for() {
        assert_eq!(asked("sh", &["-c", "echo one"]).as_deref(), Some("one\n"));
        assert_eq!(asked("sh", &["-c", "echo one; exit 3"]), None);
        assert_eq!(asked("sh", &["-c", "exec sleep 60"]), None);
        assert_eq!(asked("no-such-program-anywhere", &[]), None);
    }
}
