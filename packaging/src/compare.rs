//! Two packages held against each other: what differs, and why that may be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, FromArgMatches};

use crate::archive::deb::Deb;
use crate::archive::rpm::Rpm;
use crate::archive::{Entry, read_tar_gz, zip};
use crate::command::{CommandRow, command_of};

/// `compare` on the command line.
pub const ROW: CommandRow = CommandRow {
    command: || {
        command_of::<CompareOptions>("compare", "Say what differs between two packages, or two folders of them")
    },
    run: |matches| run(&CompareOptions::from_arg_matches(matches)?),
};

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct CompareOptions {
    /// A package, or a folder of packages
    one: PathBuf,
    /// The other one
    other: PathBuf,
}

fn run(options: &CompareOptions) -> anyhow::Result<()> {
    let differences = compare(&options.one, &options.other)?;
    if differences.is_empty() {
        crate::say("they are the same, byte for byte");
        return Ok(());
    }
    for difference in &differences {
        crate::say(difference);
    }
    bail!("they differ in {} places", differences.len());
}

/// What differs, a line each: nothing where every byte is the same.
pub fn compare(one: &Path, other: &Path) -> anyhow::Result<Vec<String>> {
    if !one.is_dir() {
        return compare_files(one, other);
    }
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        Ok::<_, anyhow::Error>(entries.iter().map(fs::DirEntry::file_name).collect::<BTreeSet<_>>())
    };
    let (of_one, of_other) = (names(one)?, names(other)?);
    let mut differences = Vec::new();
    for name in of_one.union(&of_other) {
        let shown = name.to_string_lossy();
        match (of_one.contains(name), of_other.contains(name)) {
            (true, true) => {
                let found = compare(&one.join(name), &other.join(name))?;
                differences.extend(found.into_iter().map(|line| format!("{shown}: {line}")));
            }
            (is_here, _) => {
                differences.push(format!("{shown} is only in the {}", if is_here { "first" } else { "second" }));
            }
        }
    }
    Ok(differences)
}

fn compare_files(one: &Path, other: &Path) -> anyhow::Result<Vec<String>> {
    let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let (of_one, of_other) = (read(one)?, read(other)?);
    if of_one == of_other {
        return Ok(Vec::new());
    }
    let name = one.to_string_lossy().into_owned();
    let (Some(entries), Some(others)) = (contents(&name, &of_one)?, contents(&name, &of_other)?) else {
        return Ok(vec![bytes_that_differ(&of_one, &of_other)]);
    };
    let mut differences = differing_entries(&entries, &others);
    if differences.is_empty() {
        differences.push(
            "the contents are the same; what holds them differs: how it was compressed, or what it says".to_owned(),
        );
    }
    Ok(differences)
}

/// What is in an archive; `None` of what is none.
fn contents(name: &str, bytes: &[u8]) -> anyhow::Result<Option<Vec<Entry>>> {
    let has = |ending: &str| name.ends_with(ending);
    Ok(if has(".deb") {
        let Deb { control, data } = Deb::read(bytes)?;
        let control = control.into_iter().map(|entry| Entry { path: format!("control: {}", entry.path), ..entry });
        Some(control.chain(data).collect())
    } else if has(".rpm") {
        Some(Rpm::read(bytes)?.data)
    } else if has(".tar.gz") {
        Some(read_tar_gz(bytes)?)
    } else if has(".zip") {
        Some(zip::read_zip(bytes)?)
    } else {
        None
    })
}

fn differing_entries(of_one: &[Entry], of_other: &[Entry]) -> Vec<String> {
    let by_path = |entries: &[Entry]| {
        entries.iter().map(|entry| (entry.path.clone(), entry.clone())).collect::<BTreeMap<String, Entry>>()
    };
    let (one, other) = (by_path(of_one), by_path(of_other));
    let mut differences = Vec::new();
    for path in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
        match (one.get(path), other.get(path)) {
            (Some(one), Some(other)) => differences.extend(differing_entry(path, one, other)),
            (Some(_), None) => differences.push(format!("{path} is only in the first")),
            _ => differences.push(format!("{path} is only in the second")),
        }
    }
    let order = |entries: &[Entry]| entries.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>();
    if differences.is_empty() && order(of_one) != order(of_other) {
        differences.push("the files stand in another order".to_owned());
    }
    differences
}

fn differing_entry(path: &str, one: &Entry, other: &Entry) -> Vec<String> {
    let mut differences = Vec::new();
    if one.bytes != other.bytes {
        differences.push(format!("{path}: {}", bytes_that_differ(&one.bytes, &other.bytes)));
    }
    if one.mode != other.mode {
        differences.push(format!("{path}: the rights are {:o} and {:o}", one.mode, other.mode));
    }
    if one.changed != other.changed {
        differences
            .push(format!("{path}: changed at {} and at {}: pack both of one commit", one.changed, other.changed));
    }
    if one.is_roots != other.is_roots {
        differences.push(format!("{path}: only one belongs to the system"));
    }
    differences
}

/// How many bytes differ, where the first is, and what stands there.
fn bytes_that_differ(one: &[u8], other: &[u8]) -> String {
    let differ = one.iter().zip(other).filter(|(one, other)| one != other).count();
    let first = one.iter().zip(other).position(|(one, other)| one != other).unwrap_or(one.len().min(other.len()));
    let shown = |bytes: &[u8]| {
        let piece = &bytes[first.saturating_sub(16).min(bytes.len())..(first + 32).min(bytes.len())];
        String::from_utf8_lossy(piece)
            .chars()
            .map(|letter| if letter.is_control() { '.' } else { letter })
            .collect::<String>()
    };
    let sizes = if one.len() == other.len() {
        format!("{} bytes each", one.len())
    } else {
        format!("{} and {} bytes", one.len(), other.len())
    };
    format!("{sizes}, {differ} differ, the first at {first}: {:?} and {:?}", shown(one), shown(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{settled, write_tar_gz};

    fn package(folder: &Path, text: &str, epoch: u64) -> PathBuf {
        fs::create_dir_all(folder).expect("a folder");
        let path = folder.join("a.tar.gz");
        let entries = settled(vec![Entry::file("usr/bin/program", 0o755, 0, text.into())], epoch);
        fs::write(&path, write_tar_gz(&entries).expect("memory")).expect("a file");
        path
    }

    #[test]
    fn what_differs_is_said_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = package(&folder.path().join("1"), "built in /home/ada", 5);
        let same = package(&folder.path().join("2"), "built in /home/ada", 5);
        assert!(compare(&one, &same).expect("both are there").is_empty());
        let other = package(&folder.path().join("3"), "built in /home/bob", 5);
        let said = compare(&one, &other).expect("both are there");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].contains("usr/bin/program") && said[0].contains("at 15") && said[0].contains("/home/bob"),
            "{said:?}"
        );
        let later = package(&folder.path().join("4"), "built in /home/ada", 6);
        let said = compare(&one, &later).expect("both are there");
        assert!(said.iter().all(|line| line.contains("changed at 5 and at 6")), "{said:?}");
        fs::write(folder.path().join("4/more"), "").expect("a file");
        let said = compare(&folder.path().join("1"), &folder.path().join("4")).expect("folders");
        assert!(said.iter().any(|line| line == "more is only in the second"), "{said:?}");
        assert!(compare(&one, &folder.path().join("none")).is_err());
    }
}
