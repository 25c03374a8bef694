//! The new program taken out of the file that was checked, into a file of its own beside the old one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Component, Path};

use flate2::read::GzDecoder;

use super::{Artefact, Kind, UpdateError};
use crate::files::{self, FileError};
use crate::job::JobContext;

/// No program is larger.
const LARGEST: u64 = 2 << 30;
/// Entries of an archive that are looked at.
pub(super) const MOST_ENTRIES: usize = 10_000;
/// The rights of a program.
#[cfg(unix)]
const RUNNABLE: u32 = 0o755;

/// Writes the program of a checked file to `to`, flushed to the disk and ready to run. An archive's program is called `name`
/// and lies in its topmost folder.
pub(super) fn program(
    checked: File,
    artefact: &Artefact,
    name: &str,
    to: &Path,
    context: &JobContext<'_>,
) -> Result<(), UpdateError> {
    files::make_atomically(to, |temporary| match artefact.kind {
        Kind::AppImage => copy(checked, temporary, context),
        _ => from_archive(checked, artefact, name, temporary, context),
    })
}

fn from_archive(
    checked: File,
    artefact: &Artefact,
    name: &str,
    to: &Path,
    context: &JobContext<'_>,
) -> Result<(), UpdateError> {
    let damaged = |fault: String| UpdateError::Damaged { file: artefact.name.clone(), fault };
    let unreadable = |error: io::Error| damaged(format!("it cannot be unpacked ({error})"));
    let mut archive = tar::Archive::new(GzDecoder::new(io::BufReader::new(checked)));
    for entry in archive.entries().map_err(unreadable)?.take(MOST_ENTRIES) {
        context.check()?;
        let entry = entry.map_err(unreadable)?;
        let path = entry.path().map_err(unreadable)?.into_owned();
        let parts: Vec<Component<'_>> = path.components().filter(|part| *part != Component::CurDir).collect();
        let is_it = entry.header().entry_type().is_file()
            && parts.len() <= 2
            && parts.last().is_some_and(|part| part.as_os_str() == name);
        if is_it {
            if entry.size() > LARGEST {
                return Err(damaged("its program is too large".to_owned()));
            }
            return copy(entry, to, context);
        }
    }
    Err(damaged(format!("there is no {name} in it")))
}

/// Copies what is read into a file that is there already, and makes it one that can be run.
fn copy(mut from: impl Read, to: &Path, context: &JobContext<'_>) -> Result<(), UpdateError> {
    let failed = |source| UpdateError::from(FileError::Write { path: to.to_owned(), source });
    let mut file = OpenOptions::new().write(true).truncate(true).open(to).map_err(failed)?;
    let mut buffer = vec![0; 1 << 20];
    let mut written = 0_u64;
    loop {
        context.check()?;
        let read = from.read(&mut buffer).map_err(failed)?;
        written += read as u64;
        if read == 0 {
            break;
        }
        if written > LARGEST {
            return Err(failed(io::ErrorKind::FileTooLarge.into()));
        }
        file.write_all(&buffer[..read]).map_err(failed)?;
    }
    drop(file);
    make_runnable(to).map_err(failed)
}

#[cfg(unix)]
fn make_runnable(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(RUNNABLE))
}

/// Elsewhere a file's ending says whether it can be run.
#[cfg(not(unix))]
fn make_runnable(path: &Path) -> io::Result<()> {
    fs::metadata(path).map(drop)
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::PathBuf;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::super::Variant;
    use super::*;
    use crate::job::CancelToken;

    /// Writes an archive with entries of any name and kind into a folder.
    pub(in crate::update) fn archive(folder: &Path, entries: &[(&str, &str, tar::EntryType)]) -> (PathBuf, Artefact) {
        let path = folder.join("new.tar.gz");
        let mut tar = tar::Builder::new(GzEncoder::new(File::create(&path).expect("a file"), Compression::fast()));
        for (name, text, kind) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_entry_type(*kind);
            // The archive's own writer would refuse the names that are tried here.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, text.as_bytes()).expect("added");
        }
        tar.into_inner().expect("whole").finish().expect("whole");
        let artefact = Artefact {
            platform: String::new(),
            kind: Kind::Portable,
            variant: Variant::Cpu,
            name: "new.tar.gz".to_owned(),
            bytes: 1,
            sha256: String::new(),
        };
        (path, artefact)
    }

    fn unpacked(entries: &[(&str, &str)]) -> Result<String, UpdateError> {
        let folder = tempfile::tempdir().expect("a folder");
        let to = folder.path().join("whetstone.new");
        let entries: Vec<_> = entries.iter().map(|(name, text)| (*name, *text, tar::EntryType::Regular)).collect();
        let (archive, artefact) = archive(folder.path(), &entries);
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        program(File::open(&archive).expect("a file"), &artefact, "whetstone", &to, &context)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&to).expect("it is there").permissions().mode() & 0o777, RUNNABLE);
        }
        Ok(fs::read_to_string(&to).expect("text"))
    }

    #[test]
    fn the_program_is_the_topmost_one_of_its_name() {
        let files = [("whetstone-0.2.0/share/completions/whetstone", "other"), ("whetstone-0.2.0/whetstone", "it")];
        assert_eq!(unpacked(&files).expect("found"), "it");
        assert_eq!(unpacked(&[("./whetstone", "it")]).expect("found"), "it");
        for without in [&[("whetstone-0.2.0/README", "x")][..], &[("a/b/whetstone", "x")], &[]] {
            assert!(matches!(unpacked(without), Err(UpdateError::Damaged { .. })), "{without:?}");
        }
    }

    #[test]
    fn an_archives_names_lead_nowhere() {
        // Only the contents of an entry are used, never its name: it cannot be written anywhere else.
        assert_eq!(unpacked(&[("../whetstone", "it")]).expect("found"), "it");
    }
}
