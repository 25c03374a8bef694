//! What lies beside the program in its archive (licences, what a desktop may be given, what says which package it is), put beside
//! the new program once that has its place. Nothing of it is needed for the program to run.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;

use super::unpack::MOST_ENTRIES;
use super::{Artefact, Installed, UpdateError, installed, place};
use crate::files::{self, FileError};
use crate::job::JobContext;

/// All of it together is not larger.
const LARGEST: u64 = 256 << 20;

/// Puts the files of a checked archive beside the program, each in one step over the one of its name. An archive's program is
/// called `name`. Files that the archive does not name stay as they are.
///
/// Where the new program does not start and gives its place back, these stay those of the new version.
pub(super) fn bring(
    checked: File,
    artefact: &Artefact,
    name: &str,
    executable: &Path,
    context: &JobContext<'_>,
) -> Result<(), UpdateError> {
    let unreadable = |source| FileError::Read { path: PathBuf::from(&artefact.name), source };
    let folder = executable.parent().unwrap_or_else(|| Path::new("."));
    let own = [place::new_name, place::previous_name, place::mark_name, place::lock_name].map(|name| name(executable));
    let is_programs = |path: &Path| path == folder.join(name) || path == executable || own.iter().any(|it| it == path);
    let mut left = LARGEST;
    let mut archive = tar::Archive::new(GzDecoder::new(io::BufReader::new(checked)));
    for entry in archive.entries().map_err(unreadable)?.take(MOST_ENTRIES) {
        context.check()?;
        let entry = entry.map_err(unreadable)?;
        let inside = inside_of_top(&entry.path().map_err(unreadable)?);
        let Some(inside) = inside.filter(|_| entry.header().entry_type().is_file()) else { continue };
        let to = folder.join(&inside);
        if is_programs(&to) {
            continue;
        }
        left = left.checked_sub(entry.size()).ok_or_else(|| write_error(&to, "the archive holds too much"))?;
        make_way(folder, &inside)?;
        put(entry, artefact, &inside, &to)?;
    }
    Ok(())
}

/// The name of an archive's file below its topmost folder, where it is a plain relative one.
fn inside_of_top(path: &Path) -> Option<PathBuf> {
    let mut parts = Vec::new();
    for part in path.components().filter(|part| *part != Component::CurDir) {
        let Component::Normal(part) = part else { return None };
        let is_plain =
            part.to_str().is_some_and(|part| !part.contains(['\\', ':']) && !part.chars().any(char::is_control));
        parts.push(is_plain.then_some(part)?);
    }
    (parts.len() > 1).then(|| parts[1..].iter().collect())
}

/// Makes the folders that a file lies in, and sees that neither they nor the file are links or something else.
fn make_way(folder: &Path, inside: &Path) -> Result<(), FileError> {
    let above: Vec<&Path> = inside.ancestors().skip(1).filter(|path| !path.as_os_str().is_empty()).collect();
    for path in above.into_iter().rev().map(|path| folder.join(path)) {
        match path.symlink_metadata() {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(write_error(&path, "something that is no folder is in the way")),
            Err(_) => fs::create_dir(&path).map_err(|source| FileError::Write { path: path.clone(), source })?,
        }
    }
    let path = folder.join(inside);
    match path.symlink_metadata() {
        Ok(found) if !found.is_file() => Err(write_error(&path, "something that is no plain file is in the way")),
        _ => Ok(()),
    }
}

fn put(mut entry: impl Read, artefact: &Artefact, inside: &Path, to: &Path) -> Result<(), UpdateError> {
    if inside != Path::new(installed::FILE) {
        files::write_atomically(to, |out| io::copy(&mut entry, out).map(drop))?;
        return Ok(());
    }
    // What says which package this is decides about the next update: it says the same but for the version.
    let mut text = Vec::new();
    entry
        .take(installed::LONGEST)
        .read_to_end(&mut text)
        .map_err(|source| FileError::Read { path: to.to_owned(), source })?;
    let said = serde_json::from_slice::<Installed>(&text);
    if said.is_ok_and(|said| (said.kind, said.variant) == (artefact.kind, artefact.variant)) {
        files::write_atomically(to, |out| out.write_all(&text))?;
        return Ok(());
    }
    Err(write_error(to, "the new one says something else of the package").into())
}

fn write_error(path: &Path, why: &str) -> FileError {
    FileError::Write { path: path.to_owned(), source: io::Error::other(why) }
}

#[cfg(test)]
mod tests {
    use tar::EntryType;

    use super::super::unpack::tests::archive;
    use super::*;
    use crate::job::CancelToken;

    struct Bench {
        folder: tempfile::TempDir,
        executable: PathBuf,
    }

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            fs::create_dir(folder.path().join("program")).expect("made");
            let executable = folder.path().join("program").join("whetstone");
            fs::write(&executable, "the program").expect("written");
            Self { folder, executable }
        }

        fn bring(&self, entries: &[(&str, &str, EntryType)]) -> Result<(), UpdateError> {
            let (path, artefact) = archive(self.folder.path(), entries);
            let cancel = CancelToken::default();
            let context = JobContext::new(&|_| {}, &cancel);
            bring(File::open(path).expect("a file"), &artefact, "whetstone", &self.executable, &context)
        }

        fn beside(&self, name: &str) -> PathBuf {
            self.executable.with_file_name(name)
        }

        fn text(&self, name: &str) -> Option<String> {
            fs::read_to_string(self.beside(name)).ok()
        }
    }

    const FILE: EntryType = EntryType::Regular;

    #[test]
    fn the_archives_files_lie_beside_the_program_and_all_others_stay() {
        let bench = Bench::new();
        for (name, text) in [("licences.txt", "old"), ("diary.txt", "mine")] {
            fs::write(bench.beside(name), text).expect("written");
        }
        let said = r#"{"kind":"portable","variant":"cpu","version":"0.2.0"}"#;
        let entries = [
            ("w-0.2.0", "", EntryType::Directory),
            ("w-0.2.0/installed.json", said, FILE),
            ("./w-0.2.0/licences.txt", "new", FILE),
            ("w-0.2.0/share/man/man1/whetstone.1", "a page", FILE),
            ("w-0.2.0/whetstone", "another program", FILE),
            ("w-0.2.0/whetstone.previous", "not the old one", FILE),
            ("w-0.2.0/whetstone.placed", "no mark", FILE),
        ];
        bench.bring(&entries).expect("brought");
        for (name, text) in [
            ("installed.json", Some(said)),
            ("licences.txt", Some("new")),
            ("share/man/man1/whetstone.1", Some("a page")),
            ("diary.txt", Some("mine")),
            ("whetstone", Some("the program")),
            ("whetstone.previous", None),
            ("whetstone.placed", None),
        ] {
            assert_eq!(bench.text(name).as_deref(), text, "{name}");
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_passed_over() {
        let bench = Bench::new();
        let outside = bench.folder.path().join("evil");
        let absolute = format!("/{}", outside.display());
        let entries = [
            ("../evil", "x", FILE),
            ("w/../evil", "x", FILE),
            ("w/a/../../evil", "x", FILE),
            ("w/a\\evil", "x", FILE),
            ("evil", "x", FILE),
            (&absolute, "x", FILE),
            ("w/evil", "", EntryType::Symlink),
            ("w/evil2", "", EntryType::Link),
        ];
        bench.bring(&entries).expect("passed over");
        let names: Vec<_> =
            fs::read_dir(bench.beside("")).expect("a folder").flatten().map(|it| it.file_name()).collect();
        assert_eq!(names, ["whetstone"]);
        assert!(!outside.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_links_or_over_folders() {
        let bench = Bench::new();
        let outside = bench.folder.path().join("outside");
        fs::create_dir(&outside).expect("made");
        fs::write(outside.join("licences.txt"), "theirs").expect("written");
        std::os::unix::fs::symlink(outside.join("licences.txt"), bench.beside("licences.txt")).expect("linked");
        std::os::unix::fs::symlink(&outside, bench.beside("share")).expect("linked");
        fs::create_dir(bench.beside("README.md")).expect("made");
        for name in ["w/licences.txt", "w/share/licences.txt", "w/README.md", "w/whetstone/licences.txt"] {
            let refused = bench.bring(&[(name, "new", FILE)]);
            assert!(matches!(refused, Err(UpdateError::File(FileError::Write { .. }))), "{name}: {refused:?}");
        }
        assert_eq!(fs::read_to_string(outside.join("licences.txt")).expect("text"), "theirs");
        assert_eq!(fs::read_dir(&outside).expect("a folder").count(), 1);
    }

    #[test]
    fn another_kind_of_package_is_not_believed() {
        let bench = Bench::new();
        for said in [r#"{"kind":"deb","variant":"cpu","version":"0.2.0"}"#, "{}", ""] {
            assert!(bench.bring(&[("w/installed.json", said, FILE)]).is_err(), "{said}");
            assert_eq!(bench.text("installed.json"), None);
        }
    }
}
