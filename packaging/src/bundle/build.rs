//! The program, built for being handed out: the same bytes wherever its folders lie.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use cargo_metadata::{Artifact, Message, MetadataCommand};
use whetstone_core::update::Variant;

use super::feature;
use crate::source::{self, NAME};

/// The folder that Cargo builds in, as the caller chose it.
pub(super) fn target_folder() -> anyhow::Result<PathBuf> {
    let known = MetadataCommand::new().manifest_path(source::root().join("Cargo.toml")).no_deps().exec();
    Ok(known.context("cargo does not say where it builds")?.target_directory.into_std_path_buf())
}

/// Builds the program and returns its executable.
pub(super) fn program(variant: Variant, epoch: u64) -> anyhow::Result<PathBuf> {
    let folder = target_folder()?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--release", "--locked", "-p", NAME]).current_dir(source::root());
    if let Some(feature) = feature(variant) {
        command.args(["--features", feature]);
    }
    command.env("SOURCE_DATE_EPOCH", epoch.to_string());
    let folders = renamed_folders(&folder);
    command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", rust_flags(&folders).join("\u{1f}"));
    if cfg!(unix) {
        // A folder's name may have a space in it.
        command.env("CC_SHELL_ESCAPED_FLAGS", "1");
        for name in ["CFLAGS", "CXXFLAGS"] {
            command.env(name, c_flags(name, &folders));
        }
    }
    // It says itself where it puts what it builds, which a setting may have changed.
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo does not start")?;
    let said = child.stdout.take().map(BufReader::new);
    let messages = said.into_iter().flat_map(Message::parse_stream).collect::<Result<Vec<_>, _>>();
    let status = child.wait().context("cargo broke off")?;
    if !status.success() {
        bail!("the program was not built: cargo says above why");
    }
    let is_program = |artifact: &Artifact| artifact.target.name == NAME && artifact.target.is_bin();
    let built = messages.context("cargo does not say what it built")?.into_iter().find_map(|message| match message {
        Message::CompilerArtifact(artifact) if is_program(&artifact) => artifact.executable,
        _ => None,
    });
    Ok(built.context("cargo built everything but the program")?.into_std_path_buf())
}

/// Folders that a program which is handed out does not name. A home that is no deeper than `/root` is not among them:
/// its name is a part of other names.
pub(super) fn folders_of_this_machine() -> anyhow::Result<Vec<PathBuf>> {
    let folders = renamed_folders(&target_folder()?).into_iter().map(|(folder, _)| folder);
    Ok(folders.filter(|folder| folder.components().count() > 2).collect())
}

/// Folders of this machine, and what the program calls them. Where one lies in another, the inner one comes later: the
/// compiler takes the last that fits.
fn renamed_folders(target: &Path) -> Vec<(PathBuf, &'static str)> {
    let home = std::env::home_dir();
    let cargo =
        std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| home.clone().map(|home| home.join(".cargo")));
    let mut folders: Vec<(PathBuf, &str)> = home.map(|home| (home, "home")).into_iter().collect();
    folders.extend(cargo.map(|cargo| (cargo, "cargo")));
    folders.push((source::root(), NAME));
    folders.push((target.to_owned(), "target"));
    folders.sort_by_key(|(folder, _)| folder.components().count());
    folders
}

fn rust_flags(folders: &[(PathBuf, &str)]) -> Vec<String> {
    let given = std::env::var("RUSTFLAGS").unwrap_or_default();
    let renamed = folders.iter().map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    given.split_whitespace().map(str::to_owned).chain(renamed).collect()
}

fn c_flags(name: &str, folders: &[(PathBuf, &str)]) -> String {
    let given = std::env::var(name).unwrap_or_default();
    let quoted = |folder: &Path| folder.display().to_string().replace('\'', r"'\''");
    let renamed = folders.iter().map(|(folder, name)| format!("'-ffile-prefix-map={}={name}'", quoted(folder)));
    given.split_whitespace().map(str::to_owned).chain(renamed).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_folders_are_renamed_after_outer_ones() {
        let target = source::root().join("target");
        let folders = renamed_folders(&target);
        let place = |name: &str| folders.iter().position(|(_, known)| *known == name);
        assert!(place(NAME) < place("target"), "{folders:?}");
        let flags = rust_flags(&folders);
        assert!(flags.contains(&format!("--remap-path-prefix={}={NAME}", source::root().display())), "{flags:?}");
        let folders = [(PathBuf::from("/home/ada/it's mine"), "target")];
        assert!(c_flags("CFLAGS", &folders).ends_with(r"'-ffile-prefix-map=/home/ada/it'\''s mine=target'"));
    }
}
