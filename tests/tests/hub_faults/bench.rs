//! A Hub with a small model on it, an empty cache, and a client that waits for little.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Map, Value};
use tempfile::TempDir;
use whetstone_core::domain::{Secret, ToUserMessage};
use whetstone_core::hub::{HubError, HubSettings, Means, download_with};
use whetstone_core::job::{CancelToken, DownloadSpec, HubAccess, JobContext, JobEvent};
use whetstone_core::network::Patience;
use whetstone_core::random::Random;
use whetstone_tests::golden_model;
use whetstone_tests::hub::{Kind, Recorded, Repository, TestHub, blob_id, sha256};

/// The model that is on the Hub.
pub const MODEL: &str = "owner/model";
/// Its weights' file.
pub const WEIGHTS: &str = "model.safetensors";
/// The program, as a process of its own.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_program");

/// A Hub, a cache, and who asks.
pub struct Bench {
    pub hub: TestHub,
    pub folder: TempDir,
    pub token: Option<&'static str>,
    pub patience: Patience,
    pub cancel: CancelToken,
    notes: Mutex<Vec<String>>,
}

/// What the model is made of.
pub fn model() -> Repository {
    Repository::model(MODEL).folder(&golden_model("llama_tied"))
}

impl Bench {
    pub fn new() -> Self {
        let hub = TestHub::start();
        hub.put(model());
        let patience = Patience {
            answer: Duration::from_secs(10),
            stall: Duration::from_secs(2),
            least_bytes: 1 << 10,
            retries: 3,
            first_pause: Duration::from_millis(5),
            longest_pause: Duration::from_secs(5),
        };
        let folder = tempfile::tempdir().expect("a folder");
        Self { hub, folder, token: None, patience, cancel: CancelToken::default(), notes: Mutex::default() }
    }

    /// A bench whose client fails where it would try again: every try is a download of its own.
    pub fn without_retries() -> Self {
        let mut bench = Self::new();
        bench.patience.retries = 0;
        bench
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("hf")
    }

    pub fn cache(&self) -> PathBuf {
        self.home().join("hub")
    }

    /// The model's folder in the cache.
    pub fn cached(&self) -> PathBuf {
        self.cache().join("models--owner--model")
    }

    pub fn download(&self) -> Result<Map<String, Value>, HubError> {
        self.download_of(MODEL, None)
    }

    pub fn download_of(&self, repository: &str, revision: Option<&str>) -> Result<Map<String, Value>, HubError> {
        let variable = |name: &str| -> Option<OsString> {
            match name {
                "HF_ENDPOINT" => Some(self.hub.endpoint().into()),
                "HF_HOME" => Some(self.home().into()),
                _ => None,
            }
        };
        let settings = HubSettings::of(variable).expect("settings");
        let means = Means { settings: &settings, token: self.token.map(Secret::new), patience: self.patience };
        let spec = DownloadSpec {
            repository: repository.to_owned(),
            revision: revision.map(str::to_owned),
            file: None,
            access: HubAccess::default(),
        };
        let listen = |event: JobEvent| {
            if let JobEvent::Note { message } | JobEvent::Warning { message } = event {
                self.notes.lock().expect("nobody panicked").push(message);
            }
        };
        download_with(&means, &spec, &JobContext::new(&listen, &self.cancel))
    }

    /// What the client said besides its result.
    pub fn notes(&self) -> Vec<String> {
        self.notes.lock().expect("nobody panicked").clone()
    }

    /// The error of a download that has to fail, in the words that a person reads: what happened, and the cure.
    pub fn fails(&self) -> (HubError, String) {
        let error = self.download().expect_err("a download that cannot succeed");
        let said = said(&error);
        (error, said)
    }

    /// The bytes of a file on the Hub.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let files = self.hub.repository(Kind::Model, MODEL).expect("it is there").files();
        files.into_iter().find(|(file, _)| file == name).expect("it is there").1.to_vec()
    }

    /// Requests for a file's bytes.
    pub fn requests_for(&self, name: &str) -> Vec<Recorded> {
        let is_for = |request: &Recorded| request.target.contains(name) && request.method == "GET";
        self.hub.requests().into_iter().filter(is_for).collect()
    }

    /// The download has come to its end: the model is there, and every file of it is right.
    pub fn assert_whole(&self, summary: &Map<String, Value>, why: &str) {
        let folder = PathBuf::from(summary["path"].as_str().expect("a path"));
        for name in ["config.json", WEIGHTS] {
            assert!(fs::read(folder.join(name)).is_ok_and(|bytes| bytes == self.bytes(name)), "{why}: {name}");
        }
        self.assert_right(why);
        assert_eq!(self.unfinished(), Vec::<PathBuf>::new(), "{why}: something unfinished is left");
    }

    /// Whatever is in the cache is what it claims to be, and lies inside of it.
    pub fn assert_right(&self, why: &str) {
        for path in files_below(&self.cached().join("blobs")) {
            let name = file_name(&path);
            if name.ends_with(".incomplete") {
                continue;
            }
            let bytes = fs::read(&path).expect("a blob");
            assert!(name == sha256(&bytes) || name == blob_id(&bytes), "{why}: {name} is not what it claims to be");
        }
        let known = self.hub.repository(Kind::Model, MODEL).expect("it is there").files();
        for path in files_below(&self.cached().join("snapshots")) {
            let place = path.strip_prefix(self.cached().join("snapshots")).expect("it is below");
            let name = place.components().skip(1).collect::<PathBuf>();
            let right = known.iter().find(|(file, _)| Path::new(file) == name);
            let bytes = fs::read(&path).expect("a file of a snapshot");
            assert!(right.is_some_and(|(_, right)| **right == bytes), "{why}: {} is wrong", path.display());
        }
        let outside: Vec<PathBuf> =
            files_below(self.folder.path()).into_iter().filter(|path| !path.starts_with(self.cache())).collect();
        assert_eq!(outside, Vec::<PathBuf>::new(), "{why}: written outside the cache");
    }

    /// The weights are not in the cache.
    pub fn assert_no_weights(&self, why: &str) {
        self.assert_right(why);
        let blob = self.cached().join("blobs").join(sha256(&self.bytes(WEIGHTS)));
        assert!(!blob.exists(), "{why}: the weights are in the cache");
        let seen = files_below(&self.cached().join("snapshots"));
        assert!(seen.iter().all(|path| file_name(path) != WEIGHTS), "{why}: {seen:?}");
    }

    /// Files that are not whole yet, with something in them.
    pub fn unfinished(&self) -> Vec<PathBuf> {
        let is_unfinished = |path: &PathBuf| file_name(path).ends_with(".incomplete") && size(path) > 0;
        files_below(&self.cached().join("blobs")).into_iter().filter(is_unfinished).collect()
    }
}

/// An error as a person reads it.
pub fn said(error: &HubError) -> String {
    let message = error.user_message();
    let hint = error.hint().expect("a cure");
    assert!(hint.len() > 12, "no cure is told: {hint}");
    let said = format!("{message:?} {error} {hint}");
    assert!(!said.contains("hf_secret"), "a token is told: {said}");
    said
}

/// A place in a file, the same one whenever the same test is run.
pub fn place(test: u64, index: usize, below: usize) -> u64 {
    1 + Random::new(test, &[index as u64]).below(below - 1) as u64
}

pub fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

pub fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Every file below a folder, links included; folders that are links are not entered.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder { found.extend(files_below(&entry.path())) } else { found.push(entry.path()) }
    }
    found.sort();
    found
}
