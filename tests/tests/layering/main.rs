//! The arrows of the design, kept by looking at the packages and the sources themselves: which package and which
//! room of core may use which, where a tensor may be seen, where code may be unsafe, who writes files.
//!
//! Every check is a function over plain values, so that it can be shown to fail as well.

mod packages;
mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;

use packages::{Package, arrow_faults, lock_graph, reachable};
use sources::{direct_writes, public_tensors, room_faults, rooms_in_order, unsafe_lines};

/// Rooms whose public items may speak of tensors.
const TENSOR_ROOMS: [&str; 3] = ["model", "generate", "train"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace holds this package").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust source under `folder`, by its path from there.
fn rust_files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("a folder's entry").path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let relative = path.strip_prefix(folder).expect("it lies there").to_owned();
                files.push((relative, read(&path)));
            }
        }
    }
    files.sort();
    files
}

fn core_files() -> Vec<(PathBuf, String)> {
    let files = rust_files(&root().join("core/src"));
    assert!(files.len() > 15, "core has more files than {}", files.len());
    files
}

/// The room that a file of core belongs to; `None` for the list of rooms itself.
fn room_of(file: &Path) -> Option<String> {
    let first = file.iter().next()?.to_str()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (room != "lib").then(|| room.to_owned())
}

#[test]
fn packages_use_only_those_below_them() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo knows its own workspace");
    let packages: Vec<Package> = metadata
        .packages
        .iter()
        .map(|package| Package {
            name: package.name.to_string(),
            uses: package.dependencies.iter().map(|dependency| dependency.name.clone()).collect(),
        })
        .collect();
    assert!(packages.iter().any(|package| package.name == "whetstone-core"));
    assert_eq!(arrow_faults(&packages), Vec::<String>::new());
}

#[test]
fn core_reaches_no_window() {
    let graph = lock_graph(&read(&root().join("Cargo.lock")));
    let reached = reachable(&graph, "whetstone-core");
    assert!(reached.contains("candle-core"), "the lock file was understood");
    let windows: Vec<_> = reached.iter().filter(|name| packages::is_of_a_window(name)).collect();
    assert!(windows.is_empty(), "core reaches {windows:?}");
}

#[test]
fn rooms_use_only_those_above_them() {
    let files = core_files();
    let rooms = rooms_in_order(&read(&root().join("core/src/lib.rs")));
    assert_eq!((rooms.first().map(String::as_str), rooms.last().map(String::as_str)), (Some("domain"), Some("engine")));
    let faults: Vec<String> = files
        .iter()
        .filter_map(|(file, source)| Some((file, source, room_of(file)?)))
        .flat_map(|(file, source, room)| room_faults(&rooms, &room, file, source))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn tensors_are_seen_only_where_numbers_are_made() {
    let faults: Vec<String> = core_files()
        .iter()
        .filter(|(file, _)| !room_of(file).is_some_and(|room| TENSOR_ROOMS.contains(&room.as_str())))
        .flat_map(|(file, source)| public_tensors(file, source))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn unsafe_code_lives_in_the_kernels() {
    let faults: Vec<String> = ["app", "core", "ui", "tests", "packaging"]
        .iter()
        .flat_map(|package| {
            rust_files(&root().join(package)).into_iter().map(move |(file, text)| (package, file, text))
        })
        .filter(|(package, file, _)| !(**package == "core" && file.starts_with("src/model/kernels")))
        .flat_map(|(package, file, source)| unsafe_lines(&Path::new(package).join(file), &source))
        .collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn files_are_replaced_by_their_room_alone() {
    let faults: Vec<String> = core_files()
        .iter()
        .filter(|(file, _)| room_of(file).as_deref() != Some("files") && !file.to_string_lossy().ends_with("tests.rs"))
        .flat_map(|(file, source)| direct_writes(file, source))
        .collect();
    assert_eq!(faults, Vec::<String>::new(), "use files::write_atomically");
}

/// The sources of the window, without its tests.
fn window_files() -> Vec<(PathBuf, String)> {
    let files = rust_files(&root().join("ui"));
    files.into_iter().filter(|(file, _)| file.starts_with("src") && !file.starts_with("src/tests")).collect()
}

#[test]
fn the_window_writes_no_file() {
    let faults: Vec<String> = window_files().iter().flat_map(|(file, source)| direct_writes(file, source)).collect();
    assert_eq!(faults, Vec::<String>::new(), "send a command, and have core write it");
}

#[test]
fn colours_have_their_names_in_one_file() {
    let names_one = |(file, source): &(PathBuf, String)| {
        let is_home = file.ends_with("look/tokens.rs");
        !is_home && (source.contains("Color32::from_rgb(") || source.contains("from_hex("))
    };
    let faults: Vec<PathBuf> = window_files().into_iter().filter(names_one).map(|(file, _)| file).collect();
    assert_eq!(faults, Vec::<PathBuf>::new(), "name the colour in ui/src/look/tokens.rs");
}
