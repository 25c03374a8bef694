//! Names that come over the network: none of them leads out of the cache, on this system or another.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use whetstone_core::hub::HubError;
use whetstone_tests::hub::{Fault, Kind, Rule};

use crate::bench::{Bench, MODEL, WEIGHTS, files_below, model};
use crate::many;

/// Names of files that lead elsewhere, or mean something else than a file on some system. Each ends like a file that a model
/// needs.
const FILES: [&str; 40] = [
    "../model.safetensors",
    "../../model.safetensors",
    "../../../../../../../../tmp/whetstone-escaped.safetensors",
    "a/../../../../../escaped.safetensors",
    "./../../escaped.safetensors",
    "/tmp/whetstone-escaped.safetensors",
    "//tmp/whetstone-escaped.safetensors",
    "a//b.safetensors",
    "..\\..\\escaped.safetensors",
    "a\\..\\..\\..\\escaped.safetensors",
    "C:\\escaped.safetensors",
    "C:/escaped.safetensors",
    "c:escaped.safetensors",
    "\\\\host\\share\\escaped.safetensors",
    "\\\\?\\C:\\escaped.safetensors",
    "\\\\.\\PhysicalDrive0.safetensors",
    "\\escaped.safetensors",
    "model.safetensors:stream.safetensors",
    "CON.safetensors",
    "nul.safetensors",
    "Aux.safetensors",
    "prn .safetensors",
    "COM1.safetensors",
    "lpt9.safetensors",
    "CONIN$.safetensors",
    "com\u{b9}.safetensors",
    "con/model.safetensors",
    "a/NUL/model.safetensors",
    "../config.json",
    "..\\config.json",
    ".. /config.json",
    "... /model.safetensors",
    ".../model.safetensors",
    "x./model.safetensors",
    "model\0.safetensors",
    "model\n.safetensors",
    "\u{1b}[2Jmodel.safetensors",
    "model?.safetensors",
    "model*.safetensors",
    "tokenizer.json/../../../../escaped.json",
];

#[test]
fn no_name_of_a_file_leads_out_of_the_cache() {
    many(FILES.len(), |index| {
        let name = FILES[index];
        let bench = Bench::new();
        let canary = bench.folder.path().join("escaped.safetensors");
        bench.hub.put(model().large_file(name, b"escaped".to_vec()));
        let (error, said) = bench.fails();
        assert!(matches!(error, HubError::FileName { .. }), "{name:?}: {error:?}");
        assert!(!said.contains(['\0', '\n', '\u{1b}']), "{name:?}: a terminal would do something with this: {said:?}");
        assert!(bench.hub.requests().iter().any(|request| request.target.contains("/api/models/")), "{name:?}");
        assert!(bench.requests_for("escaped").is_empty() && bench.requests_for(WEIGHTS).is_empty(), "{name:?}");
        assert_nothing_outside(&bench, name);
        assert!(!canary.exists() && !Path::new("/tmp/whetstone-escaped.safetensors").exists(), "{name:?}");
    });
}

/// Everything that was written lies in the model's folder of the cache, or is its lock.
fn assert_nothing_outside(bench: &Bench, why: &str) {
    let (folder, locks) = (bench.cached(), bench.cache().join(".locks/models--owner--model"));
    for path in files_below(bench.folder.path()) {
        assert!(path.starts_with(&folder) || path.starts_with(&locks), "{why:?}: {} was written", path.display());
        let real = fs::canonicalize(&path).expect("it is there");
        let home = fs::canonicalize(bench.folder.path()).expect("it is there");
        assert!(real.starts_with(home), "{why:?}: {} leads to {}", path.display(), real.display());
    }
}

#[test]
fn no_commit_and_no_digest_leads_out_of_the_cache() {
    let evil = ["../../../../escaped", "/tmp/whetstone-escaped", "..", "C:\\escaped", "\\\\host\\share", ""];
    many(3 * evil.len(), |index| {
        let (evil, which) = (evil[index / 3], index % 3);
        let bench = Bench::new();
        let repository = bench.hub.repository(Kind::Model, MODEL).expect("it is there");
        let head = repository.head().to_owned();
        let (sha, large, blob) = match which {
            0 => (evil, "", ""),
            1 => (head.as_str(), evil, ""),
            _ => (head.as_str(), "", evil),
        };
        let or = |evil: &str, right: String| if evil.is_empty() { right } else { evil.to_owned() };
        let siblings: Vec<_> = repository
            .files()
            .iter()
            .map(|(name, bytes)| {
                let mut said = json!({"rfilename": name, "size": bytes.len()});
                said["blobId"] = json!(or(blob, whetstone_tests::hub::blob_id(bytes)));
                if name == WEIGHTS {
                    let digest = or(large, whetstone_tests::hub::sha256(bytes));
                    said["lfs"] = json!({"sha256": digest, "size": bytes.len(), "pointerSize": 134});
                }
                said
            })
            .collect();
        let listed = json!({"id": MODEL, "sha": sha, "siblings": siblings});
        let fault = Fault::Bytes(listed.to_string().into_bytes());
        let served = bench.hub.misbehave(Rule::once("/api/models/", fault).always());
        let result = bench.download();
        assert!(served.times() >= 1);
        if let Err(error) = &result {
            crate::bench::said(error);
        }
        assert!(result.is_err() || evil.is_empty(), "{evil:?} {which}: {result:?}");
        assert_nothing_outside(&bench, evil);
        bench.assert_right(evil);
    });
}

#[test]
fn no_name_of_a_repository_or_a_revision_leads_out_of_the_cache() {
    let names: [(&str, Option<&str>); 10] = [
        ("../../escaped", None),
        ("owner/..", None),
        ("/etc/passwd", None),
        ("C:\\escaped", None),
        ("\\\\host\\share", None),
        ("owner/nul", None),
        (MODEL, Some("../../../escaped")),
        (MODEL, Some("/etc/passwd")),
        (MODEL, Some("a\\..\\b")),
        (MODEL, Some("con")),
    ];
    for (name, revision) in names {
        let bench = Bench::new();
        let error = bench.download_of(name, revision).expect_err("no name");
        assert!(matches!(error, HubError::RepositoryName { .. } | HubError::Revision { .. }), "{name}: {error:?}");
        assert_eq!(files_below(bench.folder.path()), Vec::<PathBuf>::new());
        assert!(bench.hub.requests().is_empty(), "{name}: the Hub was asked");
    }
}

#[test]
fn a_file_that_is_a_folder_of_another_leads_nowhere() {
    let bench = Bench::new();
    bench.hub.put(model().file("config.json/model.safetensors", b"x".to_vec()));
    // Whether it is refused or left out: nothing wrong is written.
    if let Err(error) = bench.download() {
        crate::bench::said(&error);
    }
    assert!(bench.hub.requests().iter().any(|request| request.target.contains("/api/models/")));
    assert_nothing_outside(&bench, "a file below a file");
    bench.assert_right("a file below a file");
}

/// What git calls a symbolic link comes as a file with the path in it: it is that file, and no link.
#[test]
fn a_link_of_the_repository_is_no_link_here() {
    let bench = Bench::new();
    let target = "../../../../../../../../etc/passwd";
    bench.hub.put(model().file("tokenizer_config.json", target.as_bytes().to_vec()));
    let summary = bench.download().expect("a model");
    let folder = PathBuf::from(summary["path"].as_str().expect("a path"));
    assert_eq!(fs::read(folder.join("tokenizer_config.json")).expect("a file"), target.as_bytes());
    assert_nothing_outside(&bench, "a link");
}

/// Links that somebody put into the cache lead a download nowhere.
#[cfg(unix)]
#[test]
fn links_in_the_cache_are_not_written_through() {
    let digest = |bench: &Bench| whetstone_tests::hub::sha256(&bench.bytes(WEIGHTS));
    let places: [fn(&Bench, &str) -> PathBuf; 2] = [
        |bench, digest| bench.cached().join("blobs").join(digest),
        |bench, _| {
            let head = bench.hub.repository(Kind::Model, MODEL).expect("it is there").head().to_owned();
            bench.cached().join("snapshots").join(head).join(WEIGHTS)
        },
    ];
    for place in places {
        let bench = Bench::new();
        let victim = tempfile::tempdir().expect("a folder");
        let victim = victim.path().join("victim");
        fs::write(&victim, "untouched").expect("a file");
        let link = place(&bench, &digest(&bench));
        fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
        std::os::unix::fs::symlink(&victim, &link).expect("a link");
        let summary = bench.download().expect("a model");
        assert_eq!(fs::read(&victim).expect("a file"), b"untouched", "{}", link.display());
        bench.assert_whole(&summary, "a link in the cache");
    }
}
