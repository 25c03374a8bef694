//! The cache that Hugging Face's tools share: `models--owner--name/{blobs,refs,snapshots}` and `.locks` beside them.
//!
//! A blob is a file's bytes under its digest; a snapshot is a commit's folder of links to blobs, or of the files themselves where
//! the system makes no links (Windows without its developer mode); a ref says which commit a branch was at.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::digest::Digest;
use super::models::is_gguf as is_gguf_name;
use super::names::{self, RepositoryName};
use super::{HubError, HubSettings, walk};
use crate::files::{self, FileError};

/// A GGUF file lies so deep in a snapshot at most.
const DEEPEST_GGUF: usize = 2;
/// An index of weights is not longer than this.
const LONGEST_INDEX: u64 = 32 << 20;

/// A model's folder in the cache.
#[derive(Debug, Clone)]
pub struct CachedRepository {
    cache: PathBuf,
    name: RepositoryName,
}

impl CachedRepository {
    /// Of this cache, whether it is there or not.
    pub fn new(settings: &HubSettings, name: &RepositoryName) -> Self {
        Self { cache: settings.cache.clone(), name: name.clone() }
    }

    /// `models--owner--name`.
    pub fn folder(&self) -> PathBuf {
        self.cache.join(self.name.cache_folder())
    }

    /// Where a file's bytes lie under their digest.
    pub fn blob(&self, digest: &Digest) -> PathBuf {
        self.folder().join("blobs").join(digest.as_str())
    }

    /// Where they are gathered until they are whole.
    pub fn unfinished(&self, digest: &Digest) -> PathBuf {
        self.folder().join("blobs").join(format!("{}.incomplete", digest.as_str()))
    }

    /// A commit's folder.
    pub fn snapshot(&self, commit: &str) -> PathBuf {
        self.folder().join("snapshots").join(commit)
    }

    /// A file of a commit, where it is there with all its bytes.
    pub fn file(&self, commit: &str, file: &str, bytes: Option<u64>) -> Option<PathBuf> {
        let path = names::file_below(&self.snapshot(commit), file).ok()?;
        let metadata = fs::metadata(&path).ok()?;
        (metadata.is_file() && bytes.is_none_or(|bytes| metadata.len() == bytes)).then_some(path)
    }

    /// The commit that a branch, a tag or a commit stood for when it was asked for last.
    pub fn commit_of(&self, revision: &str) -> Option<String> {
        if names::is_commit(revision) {
            return self.snapshot(revision).is_dir().then(|| revision.to_owned());
        }
        let path = names::file_below(&self.folder().join("refs"), revision).ok()?;
        let commit = fs::read_to_string(path).ok()?.trim().to_owned();
        (names::is_commit(&commit) && self.snapshot(&commit).is_dir()).then_some(commit)
    }

    /// The commits that lie here, by their folders.
    pub fn commits(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder().join("snapshots")) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut commits: Vec<String> = names.filter(|name| names::is_commit(name)).collect();
        commits.sort();
        commits
    }

    /// Remembers which commit a branch or a tag is at. A commit needs no memory.
    pub fn remember(&self, revision: &str, commit: &str) -> Result<(), HubError> {
        if names::is_commit(revision) {
            return Ok(());
        }
        let path = names::file_below(&self.folder().join("refs"), revision)?;
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        if fs::read_to_string(&path).is_ok_and(|known| known.trim() == commit) {
            return Ok(());
        }
        files::write_atomically(&path, |out| out.write_all(commit.as_bytes()))?;
        Ok(())
    }

    /// Puts a whole blob into a commit's folder: as a link, or as the file itself where no link can be made.
    pub fn place(&self, commit: &str, file: &str, digest: &Digest) -> Result<PathBuf, HubError> {
        let path = names::file_below(&self.snapshot(commit), file)?;
        let failed = |source| FileError::Write { path: path.clone(), source };
        let folder = path.parent().unwrap_or(&path);
        files::create_folder(folder)?;
        let blob = self.blob(digest);
        let has_bytes =
            |path: &Path| matches!((fs::metadata(path), fs::metadata(&blob)), (Ok(a), Ok(b)) if a.len() == b.len());
        // Where links cannot be made the file itself may lie here, and the blob nowhere.
        if has_bytes(&path) || (path.is_file() && !blob.is_file()) {
            return Ok(path);
        }
        if blob.is_file() && fs::symlink_metadata(&path).is_ok() {
            fs::remove_file(&path).map_err(failed)?;
        }
        let up: PathBuf = file.split('/').map(|_| "..").chain([".."]).collect();
        // A second name of the same file needs no rights on Windows; where the disk knows none, the file itself moves.
        let made = link(&up.join("blobs").join(digest.as_str()), &path)
            .or_else(|_| fs::hard_link(&blob, &path))
            .or_else(|error| if path.is_file() { Err(error) } else { fs::rename(&blob, &path) });
        match made {
            Ok(()) => {}
            // Another program put it there meanwhile.
            Err(_) if path.is_file() => {}
            Err(error) => return Err(failed(error).into()),
        }
        files::sync_entry(&path).map_err(failed)?;
        Ok(path)
    }

    /// Tries to be the only one who fetches a file, among all programs that keep to the same lock files. `None` where somebody else
    /// does.
    pub fn try_lock(&self, digest: &Digest) -> Result<Option<FetchLock>, HubError> {
        let folder = self.cache.join(".locks").join(self.name.cache_folder());
        files::create_folder(&folder)?;
        let path = folder.join(format!("{}.lock", digest.as_str()));
        let failed = |source| FileError::Write { path: path.clone(), source };
        // Windows locks no file that is open for appending alone.
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            // Who held it before may have taken the file away: then this lock is one that nobody sees.
            Ok(()) if is_same_file(&file, &path) => Ok(Some(FetchLock { file: Some(file) })),
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            // A disk that knows no locks: each process gathers what comes in a file of its own then.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Some(FetchLock { file: None }))
            }
            Err(TryLockError::Error(source)) => Err(failed(source).into()),
        }
    }
}

/// The sole right to fetch a file, until it is dropped.
#[derive(Debug)]
pub struct FetchLock {
    /// The lock goes with the file; none is there where the disk knows no locks.
    file: Option<File>,
}

impl FetchLock {
    /// Whether other programs are kept out.
    pub fn is_sole(&self) -> bool {
        self.file.is_some()
    }
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    matches!((file.metadata(), fs::metadata(path)), (Ok(a), Ok(b)) if (a.dev(), a.ino()) == (b.dev(), b.ino()))
}

/// Windows lets nobody take away a file that is open.
#[cfg(not(unix))]
fn is_same_file(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(unix)]
fn link(target: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(windows)]
fn link(target: &Path, path: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, path)
}

/// A model by its name on the Hub, `owner/name` or `owner/name@revision`, as it lies in the cache: the folder of its files, or its
/// one GGUF file. No network is asked.
pub fn find_local(settings: &HubSettings, name: &str) -> Result<PathBuf, HubError> {
    let (repository, revision) = name.split_once('@').map_or((name, None), |(name, revision)| (name, Some(revision)));
    let repository = RepositoryName::new(repository)?;
    if let Some(revision) = revision {
        names::check_revision(revision)?;
    }
    let cached = CachedRepository::new(settings, &repository);
    let commits = cached.commits();
    let whole = |commit: String| model_in(cached.snapshot(&commit));
    let folder = match revision {
        Some(revision) => cached.commit_of(revision).and_then(whole),
        // Where the branch is not here, or was not fetched whole, the newest that is whole is meant.
        None => cached.commit_of("main").and_then(whole).or_else(|| {
            let others = commits.iter().cloned().filter_map(whole);
            others.max_by_key(|folder| fs::metadata(folder).and_then(|folder| folder.modified()).ok())
        }),
    };
    folder.ok_or_else(|| HubError::NotHere {
        name: name.to_owned(),
        begun: !commits.is_empty()
            || fs::read_dir(cached.folder().join("blobs")).is_ok_and(|mut blobs| blobs.next().is_some()),
    })
}

/// The same name with the commit that lies here, which never changes: what a project keeps.
pub fn pinned(settings: &HubSettings, name: &str) -> Result<String, HubError> {
    let found = find_local(settings, name)?;
    let repository = name.split('@').next().unwrap_or(name);
    // A GGUF file may lie in a folder of its snapshot.
    let commit =
        found.ancestors().filter_map(|folder| folder.file_name()?.to_str()).find(|name| names::is_commit(name));
    let commit = commit.unwrap_or_default();
    Ok(format!("{}@{commit}", RepositoryName::new(repository)?))
}

/// Whether a name is one that a repository of the Hub may have, with an owner: a path may look like it, too.
pub fn looks_like_name(name: &str) -> bool {
    let repository = name.split('@').next().unwrap_or(name);
    RepositoryName::new(repository).is_ok_and(|name| !name.parts().0.is_empty())
}

/// What is opened of a snapshot: the folder where it has the files of a model, or the one GGUF file that it has.
fn model_in(folder: PathBuf) -> Option<PathBuf> {
    if holds_model(&folder) {
        return Some(folder);
    }
    let files = walk::files(&folder, DEEPEST_GGUF);
    let mut gguf = files.into_iter().filter(|file| is_gguf_name(&file.name) && file.bytes.is_some());
    match (gguf.next(), gguf.next()) {
        (Some(only), None) => Some(only.path),
        _ => None,
    }
}

/// Whether a folder has the files of a model. Whether they are right is seen when it is opened.
fn holds_model(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).is_file();
    has("config.json")
        && has("tokenizer.json")
        && (has("model.safetensors") || parts(folder).is_some_and(|parts| parts.iter().all(|part| has(part))))
}

/// The files that the weights are spread over, by their index.
fn parts(folder: &Path) -> Option<BTreeSet<String>> {
    let path = folder.join("model.safetensors.index.json");
    if files::size(&path) > LONGEST_INDEX {
        return None;
    }
    let index: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    let parts = index.get("weight_map")?.as_object()?.values().filter_map(Value::as_str).map(str::to_owned);
    let parts: BTreeSet<String> = parts.collect();
    (!parts.is_empty()).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
    const DIGITS: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    fn repository(cache: &Path) -> (HubSettings, CachedRepository) {
        let settings = HubSettings::of(|name| (name == "HF_HUB_CACHE").then(|| cache.into())).expect("settings");
        let name = RepositoryName::new("owner/model").expect("a name");
        let cached = CachedRepository::new(&settings, &name);
        (settings, cached)
    }

    fn put_blob(cached: &CachedRepository) -> Digest {
        let digest = Digest::new(DIGITS).expect("a digest");
        files::create_folder(&cached.folder().join("blobs")).expect("made");
        fs::write(cached.blob(&digest), "hello\n").expect("written");
        digest
    }

    #[test]
    fn a_file_is_placed_and_found_by_branch_and_by_commit() {
        let cache = tempfile::tempdir().expect("a folder");
        let (settings, cached) = repository(cache.path());
        let digest = put_blob(&cached);
        assert!(matches!(find_local(&settings, "owner/model"), Err(HubError::NotHere { begun: true, .. })));
        assert!(matches!(find_local(&settings, "owner/other"), Err(HubError::NotHere { begun: false, .. })));
        for file in ["config.json", "tokenizer.json", "model.safetensors", "deep/er/file.txt"] {
            let path = cached.place(COMMIT, file, &digest).expect("placed");
            assert_eq!(fs::read_to_string(&path).expect("read"), "hello\n");
            // Twice is as good as once.
            assert_eq!(cached.place(COMMIT, file, &digest).expect("placed"), path);
            assert_eq!(cached.file(COMMIT, file, Some(6)), Some(path));
            assert_eq!(cached.file(COMMIT, file, Some(7)), None);
        }
        // By the only commit that there is; then by the branch.
        assert_eq!(find_local(&settings, "owner/model").expect("found"), cached.snapshot(COMMIT));
        cached.remember("main", COMMIT).expect("remembered");
        for name in ["owner/model", "owner/model@main", &format!("owner/model@{COMMIT}")] {
            assert_eq!(find_local(&settings, name).expect(name), cached.snapshot(COMMIT));
        }
        assert_eq!(pinned(&settings, "owner/model").expect("pinned"), format!("owner/model@{COMMIT}"));
        assert!(find_local(&settings, "owner/model@v2").is_err());
        assert!(find_local(&settings, "owner/model@../../x").is_err());
    }

    #[test]
    fn a_model_in_parts_is_there_with_all_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
        put("config.json", "{}");
        put("tokenizer.json", "{}");
        put(
            "model.safetensors.index.json",
            r#"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#,
        );
        put("model-1.safetensors", "");
        assert!(!holds_model(folder.path()));
        put("model-2.safetensors", "");
        assert!(holds_model(folder.path()));
        put("model.safetensors.index.json", "no index");
        assert!(!holds_model(folder.path()));
    }

    #[test]
    fn a_name_of_the_hub_is_told_from_a_path() {
        for name in ["owner/model", "owner/model@main", "HuggingFaceTB/SmolLM2-135M-Instruct"] {
            assert!(looks_like_name(name), "{name}");
        }
        for path in ["/owner/model", "./model", "../model", "model", "a/b/c", "C:\\model", "starter", ""] {
            assert!(!looks_like_name(path), "{path}");
        }
    }

    #[test]
    fn a_file_that_lies_in_its_snapshot_itself_stays_there() {
        let cache = tempfile::tempdir().expect("a folder");
        let (_, cached) = repository(cache.path());
        let digest = put_blob(&cached);
        // As it is where the system makes no links: the blob has become the file.
        let path = cached.snapshot(COMMIT).join("config.json");
        files::create_folder(&cached.snapshot(COMMIT)).expect("made");
        fs::rename(cached.blob(&digest), &path).expect("moved");
        assert_eq!(cached.place(COMMIT, "config.json", &digest).expect("placed"), path);
        assert_eq!(fs::read_to_string(path).expect("read"), "hello\n");
    }

    #[test]
    fn one_at_a_time_fetches_a_file() {
        let cache = tempfile::tempdir().expect("a folder");
        let (_, cached) = repository(cache.path());
        let digest = put_blob(&cached);
        let first = cached.try_lock(&digest).expect("no fault").expect("free");
        assert!(cached.try_lock(&digest).expect("no fault").is_none());
        drop(first);
        assert!(cached.try_lock(&digest).expect("no fault").is_some());
    }
}
