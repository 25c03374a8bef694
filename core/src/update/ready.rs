//! What this program cannot put in place itself: a package or an installer that was fetched lies ready, and what is left to do is
//! named.

use std::fs;
use std::path::{Path, PathBuf};

use super::fetch::open_checked;
use super::{Artefact, Kind, Ready, UpdateError, place};
use crate::doctor::Packages;
use crate::files::FileError;
use crate::job::JobContext;
use crate::starter;

/// A package or an installer under its own name, checked once more.
pub(super) fn lay_ready(
    fetched: &Path,
    artefact: &Artefact,
    folder: &Path,
    version: &str,
    context: &JobContext<'_>,
) -> Result<Ready, UpdateError> {
    let path = folder.join(&artefact.name);
    drop(open_checked(fetched, artefact, context)?);
    fs::rename(fetched, &path).map_err(|source| FileError::Write { path: path.clone(), source })?;
    let version = version.to_owned();
    Ok(match artefact.kind {
        Kind::Deb | Kind::Rpm => {
            let manager = manager_of(artefact.kind, Packages::of_this_system());
            let command = format!("{manager} '{}'", path.display().to_string().replace('\'', r"'\''"));
            Ready::Package { version, path, command }
        }
        Kind::Nsis | Kind::Msi | Kind::Dmg | Kind::App => Ready::Installer { version, path },
        Kind::Portable | Kind::AppImage => Ready::Archive { version, path },
    })
}

/// What installs a package on a system of these package managers.
fn manager_of(kind: Kind, packages: Packages) -> &'static str {
    match (kind, packages) {
        (Kind::Deb, _) => "sudo apt install",
        (_, Packages::Suse) => "sudo zypper install",
        _ => "sudo dnf install",
    }
}

/// The installer that was fetched last, where there is one.
pub fn fetched_installer() -> Option<PathBuf> {
    let folder = place::folder(&starter::data_home().ok()?);
    let is_installer = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        path.is_file() && ["exe", "msi", "dmg"].contains(&ending)
    };
    fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).find(is_installer)
}

/// Opens an installer with the system's own program for it. It was checked when it was fetched.
pub fn open_installer(path: &Path) -> Result<(), UpdateError> {
    let is_msi = path.extension().is_some_and(|ending| ending == "msi");
    let mut command = if cfg!(target_os = "macos") {
        std::process::Command::new("open")
    } else if is_msi {
        let mut command = std::process::Command::new("msiexec");
        command.arg("/i");
        command
    } else {
        return started(&mut std::process::Command::new(path), path);
    };
    started(command.arg(path), path)
}

fn started(command: &mut std::process::Command, path: &Path) -> Result<(), UpdateError> {
    let failed = |error: std::io::Error| UpdateError::Installer { path: path.to_owned(), fault: error.to_string() };
    command.spawn().map(drop).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_left_to_the_manager_of_its_system() {
        for (kind, packages, manager) in [
            (Kind::Deb, Packages::Debian, "sudo apt install"),
            (Kind::Rpm, Packages::Fedora, "sudo dnf install"),
            (Kind::Rpm, Packages::Suse, "sudo zypper install"),
            (Kind::Rpm, Packages::Unknown, "sudo dnf install"),
        ] {
            assert_eq!(manager_of(kind, packages), manager, "{kind:?} {packages:?}");
        }
    }
}
