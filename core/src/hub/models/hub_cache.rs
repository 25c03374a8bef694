//! The cache that Hugging Face's tools share: `models--owner--name/{blobs,refs,snapshots}`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::names::{RepositoryName, is_commit};
use super::super::walk;
use super::snapshot::{self, Judged};
use crate::domain::{LocalModel, ModelPlace};

/// Repositories that are listed at most.
const MOST_REPOSITORIES: usize = 5_000;
/// Snapshots of one repository that are looked at.
const MOST_SNAPSHOTS: usize = 20;
/// Folders within folders of one repository.
const DEEPEST: usize = 8;
/// A file of `refs` is a commit and nothing else.
const LONGEST_REF: u64 = 128;

/// A repository in the cache.
#[derive(Debug)]
pub(super) struct CachedModel {
    pub(super) name: RepositoryName,
    pub(super) folder: PathBuf,
    /// Whether the folder is one, and no link to somewhere else.
    is_real: bool,
}

/// Every repository of a model in the cache. What has no name of one is none.
pub(super) fn repositories(cache: &Path) -> Vec<CachedModel> {
    let entries = walk::entries(cache, usize::MAX).into_iter();
    let named = entries.filter_map(|(name, folder)| Some((RepositoryName::of_cache_folder(&name)?, folder)));
    let there = named.filter(|(_, folder)| folder.is_dir()).map(|(name, folder)| {
        let is_real = fs::symlink_metadata(&folder).is_ok_and(|metadata| metadata.is_dir());
        CachedModel { name, folder, is_real }
    });
    there.take(MOST_REPOSITORIES).collect()
}

impl CachedModel {
    /// What it is, as it is listed; who uses it is for others to say.
    pub(super) fn look(&self) -> LocalModel {
        let files = walk::files(&self.folder, DEEPEST);
        let is_unfinished = |name: &str| name.starts_with("blobs/") && name.ends_with(".incomplete");
        let unfinished = walk::bytes_of(files.iter().filter(|file| is_unfinished(&file.name)));
        let (commit, path, judged) = self.best_snapshot();
        let said = match (&judged, unfinished) {
            (Judged { role: None, is_whole: false, .. }, 1..) => "not whole: its download can go on".to_owned(),
            _ => judged.said.clone(),
        };
        LocalModel {
            name: self.name.to_string(),
            place: ModelPlace::HubCache,
            path: judged.file.unwrap_or(path),
            commit,
            bytes: walk::bytes_of(files.iter()),
            unfinished_bytes: unfinished,
            role: judged.role,
            said,
            used_by: Vec::new(),
            can_delete: self.is_real,
        }
    }

    /// The snapshot that is of use: `main`'s, else the newest that is whole, else whichever comes first.
    fn best_snapshot(&self) -> (Option<String>, PathBuf, Judged) {
        let mut first = None;
        for commit in self.commits() {
            let folder = self.folder.join("snapshots").join(&commit);
            let judged = snapshot::judge(&folder);
            if judged.role.is_some() {
                return (Some(commit), folder, judged);
            }
            first.get_or_insert((Some(commit), folder, judged));
        }
        first.unwrap_or_else(|| {
            (None, self.folder.clone(), Judged::unusable("not whole: nothing of it is there yet", false))
        })
    }

    /// The commits whose snapshots are there: `main`'s first, then the newest.
    fn commits(&self) -> Vec<String> {
        let main = self.commit_of("main");
        let snapshots = walk::entries(&self.folder.join("snapshots"), 10_000).into_iter();
        let mut commits: Vec<(bool, SystemTime, String)> = snapshots
            .filter(|(name, folder)| is_commit(name) && fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()))
            .map(|(name, folder)| {
                let time = fs::metadata(&folder).and_then(|metadata| metadata.modified());
                (main.as_ref() == Some(&name), time.unwrap_or(SystemTime::UNIX_EPOCH), name)
            })
            .collect();
        commits.sort_by(|one, other| other.cmp(one));
        commits.into_iter().take(MOST_SNAPSHOTS).map(|(_, _, name)| name).collect()
    }

    fn commit_of(&self, reference: &str) -> Option<String> {
        let path = self.folder.join("refs").join(reference);
        let is_short = fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LONGEST_REF);
        let text = if is_short { fs::read_to_string(path).ok()? } else { return None };
        let commit = text.trim();
        is_commit(commit).then(|| commit.to_owned())
    }
}
