//! What was asked, and what went back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::wire::Request;

/// Who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// The Hub itself.
    Hub,
    /// The host that large files come from and go to.
    Store,
    /// A host that has nothing to do with the Hub. It gives the same files to everybody.
    Stranger,
}

impl Server {
    pub(super) const ALL: [Self; 3] = [Self::Hub, Self::Store, Self::Stranger];
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Who was asked.
    pub server: Server,
    /// When.
    pub at: Instant,
    /// `GET`, `HEAD`, `POST`, `PUT`; empty where it was not HTTP.
    pub method: String,
    /// The path with its query, percent-encoding undone.
    pub target: String,
    /// All headers, with names in small letters.
    pub headers: Vec<(String, String)>,
    /// What came with it, or all that came where it was not HTTP.
    pub body: Vec<u8>,
    /// The answer's number; 0 where there was no answer.
    pub status: u16,
    /// What was done wrong on purpose.
    pub faults: Vec<String>,
    /// Bytes of the answer's body that were sent.
    pub sent: u64,
}

impl Recorded {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a text stands anywhere in the request.
    pub fn holds(&self, text: &str) -> bool {
        let in_headers = self.headers.iter().any(|(key, value)| key.contains(text) || value.contains(text));
        let in_body = self.body.windows(text.len().max(1)).any(|part| part == text.as_bytes());
        self.target.contains(text) || in_headers || in_body
    }
}

/// A request that is being answered.
pub(super) struct Entry {
    recorded: Mutex<Recorded>,
    sent: AtomicU64,
}

impl Entry {
    pub(super) fn new(server: Server, request: &Request) -> Self {
        let recorded = Recorded {
            server,
            at: Instant::now(),
            method: request.method.clone(),
            target: request.decoded_target(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            status: 0,
            faults: Vec::new(),
            sent: 0,
        };
        Self { recorded: Mutex::new(recorded), sent: AtomicU64::new(0) }
    }

    pub(super) fn answered(&self, status: u16, faults: Vec<String>) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        (recorded.status, recorded.faults) = (status, faults);
    }

    pub(super) fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::SeqCst);
    }

    pub(super) fn snapshot(&self) -> Recorded {
        let recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        Recorded { sent: self.sent.load(Ordering::SeqCst), ..recorded.clone() }
    }
}
