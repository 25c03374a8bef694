//! An archive that is unpacked anywhere: the program, how it came, its licences, and what a desktop may be given.

use whetstone_core::update::{Kind, platform};

use crate::archive::{Entry, settled, write_tar_gz, zip};
use crate::desktop;
use crate::icons::{self, PROGRAM};
use crate::source::{NAME, VERSION};

use super::{Job, name_of, programs};

/// Its name without the ending, and the name of the folder in it.
fn folder(job: &Job<'_>) -> String {
    format!("{}-{VERSION}-{}", name_of(job.variant, NAME), platform())
}

/// Its name, and what is in its file.
pub(super) fn make(job: &Job<'_>) -> anyhow::Result<(String, Option<Vec<u8>>)> {
    let entries = entries(job)?;
    let (ending, bytes) =
        if cfg!(windows) { ("zip", zip::write_zip(&entries)?) } else { ("tar.gz", write_tar_gz(&entries)?) };
    Ok((format!("{}.{ending}", folder(job)), Some(bytes)))
}

/// What is in it.
pub(super) fn entries(job: &Job<'_>) -> anyhow::Result<Vec<Entry>> {
    let mut files = programs(job);
    files.push(Entry::file(
        "installed.json",
        0o644,
        job.epoch,
        desktop::installed(Kind::Portable, job.variant)?.into(),
    ));
    files.extend(desktop::documents(job.epoch)?);
    if cfg!(target_os = "linux") {
        let shared = desktop::shared_files(Kind::Portable, job.epoch)?;
        files.extend(shared.into_iter().map(|entry| Entry { path: entry.path.replacen("usr/", "", 1), ..entry }));
        let path = format!("share/applications/{NAME}.desktop");
        files.push(Entry::file(path, 0o644, job.epoch, desktop::DESKTOP_ENTRY.into()));
        for &size in PROGRAM.sizes {
            let picture = std::fs::read(icons::folder().join(icons::picture_name(&PROGRAM, size)))?;
            files.push(Entry::file(
                format!("share/icons/hicolor/{size}x{size}/apps/{NAME}.png"),
                0o644,
                job.epoch,
                picture,
            ));
        }
    }
    let folder = folder(job);
    let inside = files.into_iter().map(|entry| Entry { path: format!("{folder}/{}", entry.path), ..entry }).collect();
    Ok(settled(inside, job.epoch))
}
