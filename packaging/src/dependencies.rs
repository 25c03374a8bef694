//! The crates that the program is made of, as Cargo resolves them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use whetstone_core::update::Variant;

use crate::bundle::feature;
use crate::source::{self, NAME};

/// Systems that the program is made for.
pub const TARGETS: [&str; 4] =
    ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-apple-darwin"];

/// A crate that is in the program.
#[derive(Debug, Clone)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as its author names it in short.
    pub licence: Option<String>,
    /// The file with the licence, where its author names one.
    pub licence_file: Option<PathBuf>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Where it is worked on.
    pub repository: Option<String>,
    /// Where its source lies.
    pub folder: PathBuf,
    /// Crates of the program that it uses, each with its version.
    pub uses: BTreeSet<(String, String)>,
}

/// A crate by name and version.
type Key = (String, String);

/// The crates in every program that is made: of every system, with every feature. What only builds or tests is left out.
pub fn of_all() -> anyhow::Result<BTreeMap<Key, Crate>> {
    let mut keys = BTreeSet::new();
    for target in TARGETS {
        keys.extend(tree(target, &["--all-features"])?);
    }
    described(&keys)
}

/// The crates in one program.
pub fn of_one(target: &str, variant: Variant) -> anyhow::Result<BTreeMap<Key, Crate>> {
    let features = feature(variant).map(|feature| ["--features", feature]);
    described(&tree(target, features.as_ref().map_or(&[], |features| features))?)
}

/// What `cargo tree` names: it resolves features as a build of the program alone does.
fn tree(target: &str, features: &[&str]) -> anyhow::Result<BTreeSet<Key>> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["tree", "--locked", "-p", NAME, "-e", "normal,no-proc-macro", "--prefix", "none"])
        .args(["--target", target, "--format", "{p}"])
        .args(features)
        .current_dir(source::root());
    let said = command.output().context("cargo does not start")?;
    if !said.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&said.stderr).trim());
    }
    let mut keys = BTreeSet::new();
    for line in String::from_utf8_lossy(&said.stdout).lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next().and_then(|word| word.strip_prefix('v'))) else {
            bail!("cargo tree says {line:?}, which names no crate");
        };
        // What is named with a folder is a part of this repository.
        if !words.any(|word| word.starts_with("(/") || word.contains(":\\")) {
            keys.insert((name.to_owned(), version.to_owned()));
        }
    }
    Ok(keys)
}

fn described(keys: &BTreeSet<Key>) -> anyhow::Result<BTreeMap<Key, Crate>> {
    let metadata = MetadataCommand::new()
        .manifest_path(source::root().join("Cargo.toml"))
        .other_options(["--locked".to_owned(), "--all-features".to_owned()])
        .exec()
        .context("cargo does not describe the crates")?;
    let uses = uses(&metadata, keys);
    let mut crates = BTreeMap::new();
    for package in &metadata.packages {
        let key = (package.name.to_string(), package.version.to_string());
        if !keys.contains(&key) {
            continue;
        }
        let folder = package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned());
        let described = Crate {
            name: key.0.clone(),
            version: key.1.clone(),
            licence: package.license.clone(),
            licence_file: package.license_file.as_ref().map(|file| file.as_std_path().to_owned()),
            authors: package.authors.clone(),
            description: package.description.clone(),
            repository: package.repository.clone(),
            folder: folder.context("a crate lies in no folder")?,
            uses: uses.get(&key).cloned().unwrap_or_default(),
        };
        crates.insert(key, described);
    }
    if let Some((name, version)) = keys.iter().find(|key| !crates.contains_key(*key)) {
        bail!("cargo does not describe {name} {version}");
    }
    Ok(crates)
}

/// Which of these crates use which, in the finished program.
fn uses(metadata: &Metadata, keys: &BTreeSet<Key>) -> BTreeMap<Key, BTreeSet<Key>> {
    let key = |id: &cargo_metadata::PackageId| {
        let package = &metadata[id];
        (package.name.to_string(), package.version.to_string())
    };
    let mut uses: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    for node in metadata.resolve.iter().flat_map(|resolve| &resolve.nodes) {
        let used =
            node.deps.iter().filter(|used| used.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
        let used = used.map(|used| key(&used.pkg)).filter(|used| keys.contains(used));
        uses.entry(key(&node.id)).or_default().extend(used);
    }
    uses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_crates_are_named_and_those_that_only_build_are_not() {
        let crates = of_one("x86_64-unknown-linux-gnu", Variant::Cpu).expect("cargo is there");
        let has = |name: &str| crates.keys().any(|(known, _)| known == name);
        for name in ["candle-core", "egui", "rusqlite", "libsqlite3-sys"] {
            assert!(has(name), "{name}");
        }
        for name in ["whetstone-core", "tauri-bundler", "resvg", "egui_kittest", "clap_derive", "cudarc"] {
            assert!(!has(name), "{name} is not in the program");
        }
        let (_, rusqlite) = crates.iter().find(|((name, _), _)| name == "rusqlite").expect("it is there");
        assert!(rusqlite.uses.iter().any(|(name, _)| name == "libsqlite3-sys"), "{:?}", rusqlite.uses);
        assert!(rusqlite.folder.join("Cargo.toml").is_file());
        let cuda = of_one("x86_64-unknown-linux-gnu", Variant::Cuda).expect("cargo is there");
        assert!(cuda.keys().any(|(name, _)| name == "cudarc"));
    }
}
