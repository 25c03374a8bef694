//! What can be done wrong, and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use serde_json::json;

use super::record::Server;
use super::wire::{Length, Manner, Reply, Request};

/// A thing done wrong. Those of a body befall only answers that bring one.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The connection ends after so many bytes of the body.
    CutAfter(u64),
    /// After so many bytes of the body nothing more comes, and the connection stays.
    HoldAfter(u64),
    /// The same, and the rest comes once the switch is turned.
    HoldUntil(u64, Arc<AtomicBool>),
    /// A byte at a time, with a pause after each.
    Trickle(Duration),
    /// A body without an end.
    Endless,
    /// A length that is not the body's; the connection ends after the body.
    ContentLength(u64),
    /// No length.
    NoContentLength,
    /// A `Content-Range` that is not the body's, or none.
    ContentRange(Option<String>),
    /// The byte at this place of the file is another one.
    WrongByte(u64),
    /// Other bytes for the file, as if it were this one.
    Bytes(Vec<u8>),
    /// A whole file where a part of it was asked for.
    WholeForRange,
    /// A page that says something went wrong, as if it were the file.
    ErrorPage,
    /// Another `ETag` and `X-Linked-Etag`.
    ETag(String),
    /// Any header.
    Header(&'static str, String),
    /// An answer that says no.
    Refuse {
        /// Its number.
        status: u16,
        /// `X-Error-Code`.
        code: Option<&'static str>,
        /// `Retry-After`.
        retry_after: Option<String>,
    },
    /// Sent on; `{target}` stands for the path and query of the request.
    RedirectTo(String),
    /// The connection ends without an answer.
    Close,
    /// The connection stays without an answer.
    Silence,
}

/// What an overloaded proxy says.
const ERROR_PAGE: &str =
    "<!DOCTYPE html><html><head><title>502</title></head><body><h1>Something went wrong</h1></body></html>";

impl Fault {
    /// An answer that says no without more words.
    pub fn status(status: u16) -> Self {
        Self::Refuse { status, code: None, retry_after: None }
    }

    fn befalls(&self, reply: &Reply, request: &Request) -> bool {
        let has_body = matches!(reply.status, 200 | 206) && request.method != "HEAD";
        match self {
            Self::Refuse { .. } | Self::RedirectTo(_) | Self::Close | Self::Silence => true,
            Self::ETag(_) | Self::Header(..) => reply.status < 400,
            Self::ContentRange(_) | Self::WholeForRange => reply.status == 206,
            _ => has_body,
        }
    }

    fn change(&self, reply: &mut Reply, request: &Request) {
        match self {
            Self::CutAfter(bytes) => reply.manner = Manner::Cut(*bytes),
            Self::HoldAfter(bytes) => reply.manner = Manner::Hold(*bytes),
            Self::HoldUntil(bytes, switch) => reply.manner = Manner::HoldUntil(*bytes, Arc::clone(switch)),
            Self::Trickle(pause) => reply.manner = Manner::Trickle(*pause),
            Self::Endless => reply.manner = Manner::Endless,
            Self::ContentLength(length) => reply.length = Length::Said(*length),
            Self::NoContentLength => reply.length = Length::Unsaid,
            Self::ContentRange(range) => {
                reply.headers.retain(|(name, _)| name != "Content-Range");
                reply.headers.extend(range.iter().map(|range| ("Content-Range".to_owned(), range.clone())));
            }
            Self::WrongByte(place) => {
                let mut bytes = reply.bytes.to_vec();
                if let Some(byte) = bytes.get_mut(*place as usize) {
                    *byte ^= 0x20;
                }
                reply.bytes = Arc::new(bytes);
            }
            Self::Bytes(bytes) => {
                reply.from = reply.from.min(bytes.len());
                reply.to = bytes.len();
                reply.bytes = Arc::new(bytes.clone());
            }
            Self::WholeForRange => {
                reply.headers.retain(|(name, _)| name != "Content-Range");
                (reply.status, reply.from, reply.to) = (200, 0, reply.bytes.len());
            }
            Self::ErrorPage => *reply = Reply::bytes(200, "text/html; charset=utf-8", ERROR_PAGE.as_bytes().to_vec()),
            Self::ETag(etag) => {
                for (name, value) in &mut reply.headers {
                    if ["etag", "x-linked-etag"].contains(&name.to_ascii_lowercase().as_str()) {
                        *value = format!("\"{etag}\"");
                    }
                }
            }
            Self::Header(name, value) => *reply = std::mem::take(reply).with(name, value),
            Self::Refuse { status, code, retry_after } => {
                *reply = Reply::json(*status, &json!({"error": format!("the test says {status}")}));
                reply.headers.extend(code.iter().map(|code| ("X-Error-Code".to_owned(), (*code).to_owned())));
                reply.headers.extend(retry_after.iter().map(|wait| ("Retry-After".to_owned(), wait.clone())));
            }
            Self::RedirectTo(address) => {
                let address = address.replace("{target}", &request.target);
                *reply = Reply { status: 302, ..Reply::default() }.with("Location", address);
            }
            Self::Close => reply.manner = Manner::Closed,
            Self::Silence => reply.manner = Manner::Silent,
        }
    }
}

/// When something is done wrong: for requests whose target holds a text, so and so many times.
#[derive(Debug, Clone)]
pub struct Rule {
    server: Option<Server>,
    method: Option<&'static str>,
    target: String,
    times: u32,
    faults: Vec<Fault>,
    served: Served,
}

/// How often a rule's faults were served.
#[derive(Debug, Clone, Default)]
pub struct Served(Arc<AtomicU32>);

impl Served {
    /// How often.
    pub fn times(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Rule {
    /// Does one thing wrong, once, for the next request whose target holds this text.
    pub fn once(target: &str, fault: Fault) -> Self {
        Self::all(target, vec![fault])
    }

    /// Does several things wrong in the same answer, once.
    pub fn all(target: &str, faults: Vec<Fault>) -> Self {
        let target = target.to_owned();
        Self { server: None, method: None, target, times: 1, faults, served: Served::default() }
    }

    /// So many times instead of once.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Always instead of once.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// Only by this server.
    #[must_use]
    pub fn by(self, server: Server) -> Self {
        Self { server: Some(server), ..self }
    }

    /// Only for this method.
    #[must_use]
    pub fn for_method(self, method: &'static str) -> Self {
        Self { method: Some(method), ..self }
    }

    /// Tells later how often it was served.
    pub fn served(&self) -> Served {
        self.served.clone()
    }

    /// Changes an answer, where the rule's time has come.
    pub(super) fn apply(&self, server: Server, request: &Request, reply: &mut Reply) -> Option<Vec<String>> {
        let is_meant = self.served.times() < self.times
            && self.server.is_none_or(|by| by == server)
            && self.method.is_none_or(|method| method == request.method)
            && request.decoded_target().contains(&self.target)
            && self.faults.iter().all(|fault| fault.befalls(reply, request));
        if !is_meant {
            return None;
        }
        for fault in &self.faults {
            fault.change(reply, request);
        }
        self.served.0.fetch_add(1, Ordering::SeqCst);
        Some(self.faults.iter().map(|fault| format!("{fault:?}").chars().take(80).collect()).collect())
    }
}
