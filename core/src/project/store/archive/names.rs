//! Which names a file of an archive may have: those that mean the same file in the same folder on every system.

use super::super::open::{DATABASE, EXPORTS, RUNS};
use super::MANIFEST;

/// Bytes that a name may have in all, and a part of it.
const LONGEST: usize = 1000;
const LONGEST_PART: usize = 255;

/// Folders that a file may stand in, one within the other.
const DEEPEST: usize = 16;

/// Names that are devices on Windows, whatever follows their first dot.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// What is wrong with a name; `None` where nothing is.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    if name == DATABASE || name == MANIFEST {
        return None;
    }
    let parts: Vec<&str> = name.split('/').collect();
    if name.len() > LONGEST || parts.len() > DEEPEST {
        return Some("is too long");
    }
    if parts.len() < 2 || ![RUNS, EXPORTS].contains(&parts[0]) {
        return Some("is none of a project's");
    }
    parts.iter().find_map(|part| part_fault(part))
}

fn part_fault(part: &str) -> Option<&'static str> {
    if part.is_empty() || part == "." || part == ".." {
        return Some("leads out of its folder");
    }
    if part.len() > LONGEST_PART {
        return Some("is too long");
    }
    if part.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c)) {
        return Some("has characters that no name has on every system");
    }
    if part.ends_with(['.', ' ']) {
        return Some("ends with a dot or a space, which Windows leaves out");
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
    let is_port = |port: &str| {
        stem.strip_prefix(port).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!((rest.next(), rest.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    if DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt") {
        return Some("is that of a device on Windows");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stay_in_the_folder_pass() {
        for name in [
            "project.db",
            "whetstone.json",
            "runs/1/metrics.jsonl",
            "runs/1/adapter/adapter_model.safetensors",
            "exports/größe …/README.md",
            "exports/.gitattributes",
            "exports/console/community.txt",
        ] {
            assert_eq!(fault(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_lead_elsewhere_do_not() {
        let deep = format!("runs/{}x", "a/".repeat(20));
        let long = format!("runs/{}", "a".repeat(256));
        for name in [
            "",
            "/",
            "runs",
            "runs/",
            "other/file",
            "project.db/x",
            "../project.db",
            "runs/../../x",
            "runs/./x",
            "runs//x",
            "/etc/passwd",
            "/runs/x",
            "C:/x",
            "C:\\x",
            "\\\\server\\share",
            "runs\\x",
            "runs/..\\..\\x",
            "runs/x:stream",
            "runs/a\0b",
            "runs/a\nb",
            "runs/CON",
            "runs/nul.txt",
            "runs/Com1",
            "exports/LPT¹.log",
            "exports/aux .txt",
            "runs/x.",
            "runs/x ",
            "backups/x.db",
            deep.as_str(),
            long.as_str(),
        ] {
            assert!(fault(name).is_some(), "{name:?}");
        }
    }
}
