//! Packages of a small stand-in for the program: a tool of the system, which is an executable of Linux too.

use std::time::Duration;

use whetstone_core::update::platform;

use super::*;
use crate::archive::deb::Deb;
use crate::archive::rpm::Rpm;
use crate::archive::{Entry, read_tar_gz};
use crate::compare::compare;

/// A small executable that every Linux has.
const STAND_IN: &str = "/bin/true";

fn options(kinds: &[Kind], out: &Path) -> BundleOptions {
    BundleOptions {
        kinds: kinds.to_vec(),
        variant: Variant::Cpu,
        executable: Some(PathBuf::from(STAND_IN)),
        out: Some(out.to_owned()),
        maintainer: "Ada <ada@example.org>".to_owned(),
    }
}

/// The one file of a folder whose name ends like this.
fn only(folder: &Path, ending: &str) -> PathBuf {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    assert_eq!(found.len(), 1, "{ending}: {found:?}");
    found.remove(0)
}

fn entry<'a>(entries: &'a [Entry], path: &str) -> &'a Entry {
    let found = entries.iter().find(|entry| entry.path == path);
    found.unwrap_or_else(|| panic!("no {path}: {:?}", entries.iter().map(|entry| &entry.path).collect::<Vec<_>>()))
}

fn came(entries: &[Entry], path: &str) -> serde_json::Value {
    serde_json::from_slice(&entry(entries, path).bytes).expect("JSON")
}

#[test]
fn each_package_holds_the_program_and_what_makes_it_an_application() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = fs::read(STAND_IN).expect("every Linux has it");
    run(&options(&[Kind::Deb, Kind::Rpm, Kind::Portable], folder.path())).expect("they are made");

    let deb = Deb::read(&fs::read(only(folder.path(), ".deb")).expect("a file")).expect("a package");
    let rpm = Rpm::read(&fs::read(only(folder.path(), ".rpm")).expect("a file")).expect("a package");
    for (kind, data) in [("deb", &deb.data), ("rpm", &rpm.data)] {
        let run = entry(data, "usr/bin/whetstone");
        assert_eq!((run.mode, digest(&run.bytes)), (0o755, digest(&program)), "{kind}");
        let said = serde_json::json!({ "kind": kind, "variant": "cpu", "version": VERSION });
        assert_eq!(came(data, "usr/lib/whetstone/installed.json"), said);
        for path in [
            "usr/share/applications/whetstone.desktop",
            "usr/share/mime/packages/whetstone.xml",
            "usr/share/metainfo/app.whetstone.whetstone.metainfo.xml",
            "usr/share/icons/hicolor/16x16/apps/whetstone.png",
            "usr/share/icons/hicolor/scalable/mimetypes/application-x-whetstone-project.svg",
            "usr/share/man/man1/whetstone-train.1.gz",
            "usr/share/bash-completion/completions/whetstone",
        ] {
            assert_eq!(entry(data, path).mode, 0o644, "{kind}: {path}");
        }
        assert!(data.iter().all(|entry| entry.path == "usr" || entry.path.starts_with("usr/")), "{kind}");
    }
    let fields = deb.fields().expect("a control file");
    assert!(fields["Depends"].contains("libc6 (>= 2."), "{fields:?}");
    assert!(fields["Depends"].contains("libxkbcommon-x11-0") && fields["Recommends"].contains("zenity"), "{fields:?}");
    assert!(entry(&deb.data, "usr/share/doc/whetstone/licences.txt.gz").bytes.len() > 10_000);
    assert!(rpm.requires.contains(&"libEGL.so.1()(64bit)".to_owned()), "{:?}", rpm.requires);
    assert!(rpm.requires.iter().any(|name| name.starts_with("libc.so.6(GLIBC_2.")), "{:?}", rpm.requires);
    assert!(rpm.after_removal.contains("your projects"));

    let portable = read_tar_gz(&fs::read(only(folder.path(), ".tar.gz")).expect("a file")).expect("an archive");
    let inside = format!("whetstone-{VERSION}-{}", platform());
    assert_eq!(entry(&portable, &format!("{inside}/whetstone")).bytes, program);
    assert_eq!(came(&portable, &format!("{inside}/installed.json"))["kind"], "portable");
    assert!(entry(&portable, &format!("{inside}/licences.txt")).bytes.len() > 100_000);
    assert!(portable.iter().all(|entry| entry.path.starts_with(&inside)), "it unpacks into one folder");

    let bill = fs::read(only(folder.path(), ".cdx.json")).expect("a file");
    let sums = fs::read_to_string(only(folder.path(), "SHA256SUMS")).expect("a file");
    assert!(sums.contains(&format!("{}  whetstone-{VERSION}.cdx.json\n", digest(&bill))), "{sums}");
    assert_eq!(sums.lines().count(), 4, "{sums}");
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 5, "nothing of the making is left");
}

#[test]
fn packed_twice_it_is_the_same_byte_for_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, other) = (folder.path().join("one"), folder.path().join("another, with a longer name"));
    let kinds = [Kind::Deb, Kind::Rpm, Kind::Portable];
    run(&options(&kinds, &one)).expect("they are made");
    // The bundler writes times in whole seconds.
    std::thread::sleep(Duration::from_millis(1100));
    run(&options(&kinds, &other)).expect("they are made");
    let differences = compare(&one, &other).expect("both are there");
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn a_build_for_cards_has_a_name_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&BundleOptions { variant: Variant::Cuda, ..options(&[Kind::Deb], folder.path()) }).expect("it is made");
    let path = only(folder.path(), ".deb");
    assert!(path.to_string_lossy().contains("/whetstone-cuda_"), "{}", path.display());
    let deb = Deb::read(&fs::read(path).expect("a file")).expect("a package");
    assert_eq!(deb.fields().expect("a control file")["Package"], "whetstone", "it takes the other one's place");
    assert_eq!(came(&deb.data, "usr/lib/whetstone/installed.json")["variant"], "cuda");
}

#[test]
fn what_cannot_be_made_is_said_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let failed = |options: &BundleOptions| format!("{:#}", run(options).expect_err("it cannot be made"));
    let said = failed(&options(&[Kind::Deb, Kind::Dmg], folder.path()));
    assert!(said.contains("dmg is not made on linux"), "{said}");
    let missing = BundleOptions { executable: Some("/there/is/none".into()), ..options(&[Kind::Deb], folder.path()) };
    let said = failed(&missing);
    assert!(said.contains("/there/is/none"), "{said}");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let said = failed(&options(&[Kind::Deb], &file));
    assert!(said.contains("cannot make the folder"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing was made");
}

#[test]
fn every_kind_and_variant_can_be_named_on_the_command_line() {
    let command = (ROW.command)();
    for kind in Kind::ALL {
        for variant in Variant::ALL {
            let line = ["bundle", "--kinds", kind.id(), "--variant", variant.id()];
            let matches = command.clone().try_get_matches_from(line).expect("they are known");
            let options = BundleOptions::from_arg_matches(&matches).expect("options");
            assert_eq!((options.kinds, options.variant), (vec![kind], variant));
        }
    }
    assert!(command.try_get_matches_from(["bundle", "--kinds", "floppy"]).is_err());
}

#[test]
fn what_is_no_executable_of_this_machine_is_not_packed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, out) = (folder.path().join("program"), folder.path().join("out"));
    let mut foreign = fs::read(STAND_IN).expect("every Linux has it");
    // The processor's number, of which none is this.
    foreign[18..20].copy_from_slice(&[0xff, 0x7f]);
    for (bytes, said) in [(foreign, "another processor"), (b"#!/bin/sh\n".to_vec(), "no executable of Linux")] {
        fs::write(&file, bytes).expect("written");
        let given = BundleOptions { executable: Some(file.clone()), ..options(&[Kind::Deb], &out) };
        let error = format!("{:#}", run(&given).expect_err("it is not packed"));
        assert!(error.contains(said) && error.contains("program"), "{error}");
    }
    assert_eq!(fs::read_dir(&out).map_or(0, Iterator::count), 0, "nothing was made");
}
