//! What the test Hub holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::faults::Rule;
use super::record::Entry;
use super::repository::{Kind, Repository};

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) token: String,
    pub(super) name: String,
    /// Gated repositories that let it in.
    pub(super) accepted: Vec<String>,
    /// Whether the token may write.
    pub(super) may_write: bool,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) repositories: Vec<Repository>,
    pub(super) accounts: Vec<Account>,
    pub(super) rules: Vec<Rule>,
    /// Large files that were sent, by their SHA-256.
    pub(super) sent_files: BTreeMap<String, Arc<Vec<u8>>>,
    /// Entries of a listing's page at most.
    pub(super) page: usize,
    /// Addresses of the Hub, the store and the stranger.
    pub(super) addresses: Vec<String>,
    pub(super) entries: Vec<Arc<Entry>>,
}

impl State {
    pub(super) fn find(&self, kind: Kind, id: &str) -> Option<&Repository> {
        self.repositories.iter().find(|repository| repository.kind == kind && repository.id.eq_ignore_ascii_case(id))
    }

    pub(super) fn find_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Repository> {
        self.repositories.iter_mut().find(|repository| repository.kind == kind && repository.id == id)
    }

    pub(super) fn account(&self, token: Option<&str>) -> Option<&Account> {
        self.accounts.iter().find(|account| Some(account.token.as_str()) == token)
    }

    /// A large file by its SHA-256, wherever it lies.
    pub(super) fn large_file(&self, digest: &str) -> Option<Arc<Vec<u8>>> {
        let commits = self.repositories.iter().flat_map(|repository| &repository.commits);
        let mut files = commits.flat_map(|commit| commit.files.values());
        let known = files.find(|file| file.large.as_deref() == Some(digest)).map(|file| Arc::clone(&file.bytes));
        known.or_else(|| self.sent_files.get(digest).cloned())
    }
}
