//! A package that was made, opened again: everything that belongs into it is there, as it should be, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use whetstone_core::update::Kind;

use crate::archive::deb::Deb;
use crate::archive::rpm::Rpm;
use crate::archive::{Entry, digest, read_tar_gz, settled, zip};
use crate::desktop;
use crate::icons::{self, PROGRAM};
use crate::source::{NAME, VERSION};

use super::tauri::{debian_dependencies, extra_files, own_files, rpm_dependencies};
use super::{Job, portable};

/// Looks at a package in its place.
pub(super) fn check(kind: Kind, job: &Job<'_>, path: &Path) -> anyhow::Result<()> {
    let read = || fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    match kind {
        Kind::Deb => check_deb(job, &Deb::read(&read()?)?),
        Kind::Rpm => check_rpm(job, &Rpm::read(&read()?)?),
        Kind::Portable if cfg!(windows) => same_files(&zip::read_zip(&read()?)?, &portable::entries(job)?, true),
        Kind::Portable => same_files(&read_tar_gz(&read()?)?, &portable::entries(job)?, false),
        Kind::App => check_app(job, path),
        Kind::AppImage | Kind::Nsis | Kind::Msi | Kind::Dmg => {
            // What is in these is for their own programs to read; they hold the executable, so they are not small.
            let size = fs::metadata(path)?.len() as usize;
            ensure!(size > job.executable.len() / 10, "it has {size} bytes, which is too little to hold the program");
            Ok(())
        }
    }
}

/// What a package of Linux installs.
fn expected(kind: Kind, job: &Job<'_>) -> anyhow::Result<Vec<Entry>> {
    let mut files = vec![
        Entry::file(format!("usr/bin/{NAME}"), 0o755, job.epoch, job.executable.to_vec()),
        Entry::file(format!("usr/share/applications/{NAME}.desktop"), 0o644, job.epoch, desktop::DESKTOP_ENTRY.into()),
    ];
    for &size in PROGRAM.sizes {
        let picture = fs::read(icons::folder().join(icons::picture_name(&PROGRAM, size)))?;
        let path = format!("usr/share/icons/hicolor/{size}x{size}/apps/{NAME}.png");
        files.push(Entry::file(path, 0o644, job.epoch, picture));
    }
    files.extend(extra_files(kind, job)?);
    let own = own_files(kind, job)?;
    files.extend(own.into_iter().map(|entry| Entry { path: format!("usr/lib/{NAME}/{}", entry.path), ..entry }));
    Ok(settled(files, job.epoch))
}

fn check_deb(job: &Job<'_>, deb: &Deb) -> anyhow::Result<()> {
    let expected = expected(Kind::Deb, job)?;
    same_files(&deb.data, &expected, false)?;
    let fields = deb.fields()?;
    let (depends, recommends) = debian_dependencies(job)?;
    for (field, value) in [
        ("Package", NAME.to_owned()),
        ("Version", VERSION.to_owned()),
        ("Architecture", debian_architecture()?.to_owned()),
        ("Maintainer", job.maintainer.to_owned()),
        ("Depends", depends.join(", ")),
        ("Recommends", recommends.join(", ")),
    ] {
        let said = fields.get(field).map(String::as_str).unwrap_or_default();
        ensure!(said == value, "its field {field} is {said:?}, and should be {value:?}");
    }
    let control: BTreeMap<&str, &Entry> = deb.control.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    let names: Vec<&str> = control.keys().copied().collect();
    ensure!(names == ["control", "md5sums", "postrm"], "it says of itself {names:?}");
    let script = control["postrm"];
    ensure!(script.bytes == desktop::AFTER_REMOVAL_DEB.as_bytes() && script.mode == 0o755, "its script is another one");
    let sums = String::from_utf8_lossy(&control["md5sums"].bytes).into_owned();
    let files = expected.iter().filter(|entry| !entry.is_folder);
    let lines = files.map(|entry| format!("{:x}  {}\n", md5::compute(&entry.bytes), entry.path));
    ensure!(sums == lines.collect::<Vec<_>>().concat(), "its checksums are not those of its files");
    Ok(())
}

/// This machine's processor, as Debian names it.
fn debian_architecture() -> anyhow::Result<&'static str> {
    Ok(match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => bail!("Debian's name for the processor {other} is not known here"),
    })
}

fn check_rpm(job: &Job<'_>, rpm: &Rpm) -> anyhow::Result<()> {
    let expected: Vec<Entry> = expected(Kind::Rpm, job)?;
    let own = format!("usr/lib/{NAME}");
    // It lists files, and of folders only the one that is its own.
    let listed: Vec<Entry> = expected.into_iter().filter(|entry| !entry.is_folder || entry.path == own).collect();
    same_files(&rpm.data, &listed, false)?;
    for (what, said, is) in [
        ("name", &rpm.name, NAME),
        ("version", &rpm.version, VERSION),
        ("processor", &rpm.architecture, std::env::consts::ARCH),
        ("licence", &rpm.licence, "MIT OR Apache-2.0"),
    ] {
        ensure!(said == is, "its {what} is {said:?}, and should be {is:?}");
    }
    let (requires, recommends) = rpm_dependencies(job);
    for (what, said, wanted) in [("requires", &rpm.requires, requires), ("recommends", &rpm.recommends, recommends)] {
        let missing: Vec<&String> = wanted.iter().filter(|wanted| !said.contains(wanted)).collect();
        ensure!(missing.is_empty(), "it {what} no {missing:?}");
    }
    ensure!(rpm.after_removal.trim() == desktop::AFTER_REMOVAL_RPM.trim(), "its script is another one");
    Ok(())
}

fn check_app(job: &Job<'_>, path: &Path) -> anyhow::Result<()> {
    let inside = path.join("Contents");
    let program = fs::read(inside.join("MacOS").join(NAME)).context("it has no program")?;
    ensure!(digest(&program) == digest(job.executable), "its program is another one");
    for file in own_files(Kind::App, job)? {
        let place = inside.join("Resources").join(&file.path);
        let bytes = fs::read(&place).with_context(|| format!("{} is missing", place.display()))?;
        ensure!(bytes == file.bytes, "{} is another one", place.display());
    }
    Ok(())
}

/// The same files with the same contents, owners and rights; times only where the archive knows them.
fn same_files(found: &[Entry], expected: &[Entry], is_timeless: bool) -> anyhow::Result<()> {
    let paths = |entries: &[Entry]| entries.iter().map(|entry| entry.path.clone()).collect::<BTreeSet<_>>();
    let (have, want) = (paths(found), paths(expected));
    ensure!(have.len() == found.len(), "it has files twice");
    let missing: Vec<&String> = want.difference(&have).collect();
    ensure!(missing.is_empty(), "it has no {missing:?}");
    let more: Vec<&String> = have.difference(&want).collect();
    ensure!(more.is_empty(), "it has {more:?} too, which nobody put there");
    let by_path: BTreeMap<&str, &Entry> = found.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    for entry in expected {
        let is = by_path[entry.path.as_str()];
        if is.bytes != entry.bytes {
            bail!("{} has the digest {}, and should have {}", entry.path, digest(&is.bytes), digest(&entry.bytes));
        }
        let (mode, folder) = (is.mode == entry.mode, is.is_folder == entry.is_folder);
        ensure!(mode && folder, "{} has the rights {:o}, and should have {:o}", entry.path, is.mode, entry.mode);
        ensure!(is.is_roots, "{} does not belong to the system", entry.path);
        let is_of_commit = is_timeless || is.changed == entry.changed;
        ensure!(is_of_commit, "{} was changed at {}, and not at {}", entry.path, is.changed, entry.changed);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What makes a package another one.
    type Harm = fn(&mut Vec<Entry>);

    #[test]
    fn whatever_is_not_as_it_should_be_is_said() {
        let expected = settled(vec![Entry::file("usr/bin/whetstone", 0o755, 0, b"program".to_vec())], 9);
        same_files(&expected, &expected, false).expect("they are the same");
        let wrong: [(&str, Harm); 7] = [
            ("it has no", |entries| drop(entries.pop())),
            ("nobody put there", |entries| entries.push(Entry::file("usr/more", 0o644, 9, Vec::new()))),
            ("twice", |entries| entries.push(entries[2].clone())),
            ("digest", |entries| entries[2].bytes.push(0)),
            ("rights 644", |entries| entries[2].mode = 0o644),
            ("belong", |entries| entries[0].is_roots = false),
            ("changed at 8", |entries| entries[1].changed = 8),
        ];
        for (said, change) in wrong {
            let mut found = expected.clone();
            change(&mut found);
            let error = same_files(&found, &expected, false).expect_err(said).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
