//! The arrows between packages.

use std::collections::{BTreeMap, BTreeSet};

/// A package of the workspace and the packages that its manifest names.
pub struct Package {
    pub name: String,
    pub uses: Vec<String>,
}

/// Which packages of the workspace each may use.
const ARROWS: [(&str, &[&str]); 5] = [
    ("whetstone", &["whetstone-ui", "whetstone-core"]),
    ("whetstone-ui", &["whetstone-core"]),
    ("whetstone-core", &[]),
    ("whetstone-tests", &["whetstone", "whetstone-ui", "whetstone-core", "whetstone-packaging"]),
    ("whetstone-packaging", &["whetstone", "whetstone-core"]),
];

/// What a window is made of.
pub fn is_of_a_window(name: &str) -> bool {
    ["egui", "eframe", "epaint", "emath", "winit", "accesskit"].iter().any(|part| name.starts_with(part))
}

/// What the screens leave to core: numbers, networks, databases.
fn is_of_the_engine(name: &str) -> bool {
    ["candle", "tokenizers", "safetensors", "reqwest", "hyper", "ureq", "hf-hub", "rusqlite", "libsqlite3"]
        .iter()
        .any(|part| name.starts_with(part))
}

/// What is wrong with the packages' manifests.
pub fn arrow_faults(packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("{name} has no place in the arrows"));
            continue;
        };
        for used in &package.uses {
            let ours = ARROWS.iter().any(|(known, _)| known == used);
            let wrong = (ours && !allowed.contains(&used.as_str()))
                || (name == "whetstone-core" && is_of_a_window(used))
                || (name == "whetstone-ui" && is_of_the_engine(used));
            if wrong {
                faults.push(format!("{name} uses {used}"));
            }
        }
    }
    faults
}

/// The packages that each package in a lock file uses, by name.
pub fn lock_graph(lock: &str) -> BTreeMap<String, Vec<String>> {
    let lock: toml::Table = lock.parse().expect("a lock file is TOML");
    let packages = lock["package"].as_array().expect("a lock file lists packages");
    let mut graph: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().expect("a package has a name").to_owned();
        let uses = package.get("dependencies").and_then(toml::Value::as_array);
        // An entry is a name, or a name and a version where there are several.
        let names = uses.into_iter().flatten().filter_map(|used| used.as_str()?.split(' ').next());
        graph.entry(name).or_default().extend(names.map(str::to_owned));
    }
    graph
}

/// Every package that `from` uses, directly or not.
pub fn reachable(graph: &BTreeMap<String, Vec<String>>, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(name) = next.pop() {
        for used in graph.get(name).into_iter().flatten() {
            if reached.insert(used.clone()) {
                next.push(used);
            }
        }
    }
    reached
}

#[test]
fn a_wrong_arrow_is_found() {
    let package = |name: &str, uses: &[&str]| Package {
        name: name.to_owned(),
        uses: uses.iter().map(|&used| used.to_owned()).collect(),
    };
    let right = [
        package("whetstone", &["clap", "whetstone-core", "whetstone-ui"]),
        package("whetstone-core", &["candle-core"]),
        package("whetstone-ui", &["egui", "whetstone-core"]),
        package("whetstone-tests", &["whetstone", "whetstone-core"]),
    ];
    assert_eq!(arrow_faults(&right), Vec::<String>::new());
    for (name, used) in [
        ("whetstone-core", "whetstone-ui"),
        ("whetstone-core", "whetstone"),
        ("whetstone-core", "eframe"),
        ("whetstone-ui", "whetstone"),
        ("whetstone-ui", "candle-core"),
        ("whetstone-ui", "rusqlite"),
        ("whetstone-ui", "reqwest"),
        ("whetstone", "whetstone-tests"),
    ] {
        assert_eq!(arrow_faults(&[package(name, &["serde", used])]), [format!("{name} uses {used}")]);
    }
    assert_eq!(arrow_faults(&[package("newcomer", &[])]), ["newcomer has no place in the arrows"]);
}

#[test]
fn a_window_is_found_behind_another_package() {
    let lock = "[[package]]\nname = \"core\"\ndependencies = [\"plots 0.1.0\"]\n\
                [[package]]\nname = \"plots\"\ndependencies = [\"egui\"]\n\
                [[package]]\nname = \"egui\"\n";
    let reached = reachable(&lock_graph(lock), "core");
    assert_eq!(reached.iter().collect::<Vec<_>>(), ["egui", "plots"]);
    assert!(is_of_a_window("egui"));
}
