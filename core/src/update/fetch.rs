//! The list and its files, fetched: with encryption alone (but for this machine itself), redirects followed by hand, gone on
//! with after a stop, and never longer than was said.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, LOCATION, RANGE};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use sha2::{Digest as _, Sha256};

use super::{Artefact, UpdateError, place};
use crate::files::{self, FileError};
use crate::job::{CancelToken, JobContext};
use crate::network::{self, BodyError, Patience, Tries, host_of, retry_after, text_header, unless_cancelled};

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 8;
/// After so many bytes a try counts as having brought something.
const WORTH_A_TRY: u64 = 64 << 10;
/// What is said of how far a file is stands for so many bytes at least.
const TOLD_EVERY: u64 = 256 << 10;

/// Whether an address is asked at all: with encryption, or this machine by its number.
pub(super) fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => {
            let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
            host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        _ => false,
    }
}

/// Whether a way that began at one address may lead to another. It leaves encryption never, not even for this machine: only who
/// keeps the list on this machine keeps its files there.
fn may_follow(from: &Url, to: &Url) -> bool {
    is_allowed(to) && (to.scheme() == "https" || (from.scheme() == "http" && is_allowed(from)))
}

/// What asks.
pub(super) struct Fetcher<'a> {
    client: Client,
    patience: Patience,
    context: &'a JobContext<'a>,
    cancel: CancelToken,
}

/// Why a try brought nothing.
enum Failure {
    /// Asking again would bring the same.
    Final(UpdateError),
    /// It may pass.
    Passing(UpdateError),
    /// There is nothing after the byte that was asked for.
    NoMore,
}

impl From<UpdateError> for Failure {
    fn from(error: UpdateError) -> Self {
        Self::Final(error)
    }
}

impl<'a> Fetcher<'a> {
    pub(super) fn new(context: &'a JobContext<'a>, patience: Patience) -> Result<Self, UpdateError> {
        // No version, no system: whoever is asked learns nothing but that somebody asked.
        let client = Client::builder()
            .user_agent("whetstone")
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(patience.answer)
            .build()
            .map_err(|error| network_error("the network", &error))?;
        Ok(Self { client, patience, context, cancel: context.switch_of_a_part() })
    }

    /// A small answer, whole.
    pub(super) async fn small(&self, url: &Url, longest: u64) -> Result<Vec<u8>, UpdateError> {
        let mut tries = Tries::new(&self.patience);
        loop {
            let error = match self.try_small(url, longest).await {
                Ok(bytes) => return Ok(bytes),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error)) => error,
                Err(Failure::NoMore) => return Err(late(&host_of(url), Duration::ZERO)),
            };
            self.pause(&mut tries, error).await?;
        }
    }

    async fn try_small(&self, url: &Url, longest: u64) -> Result<Vec<u8>, Failure> {
        let response = self.open(url, 0).await?;
        let host = host_of(response.url());
        let whole = network::whole(response, longest, &self.patience, &self.cancel).await;
        whole.map_err(|error| of_body(error, &host))
    }

    /// The file of a list, gathered at `part`: what is there of it is gone on with. Afterwards it has the length and the digest
    /// that were signed; what has not is removed.
    pub(super) async fn file(&self, url: &Url, artefact: &Artefact, part: &Path) -> Result<(), UpdateError> {
        let mut tries = Tries::new(&self.patience);
        // What is left of another time may be of no use, which is seen at the end; then it is begun anew, once.
        let mut may_begin_anew = files::size(part) > 0;
        loop {
            let before = files::size(part);
            let error = match self.go_on(url, artefact, part).await {
                Ok(()) => match self.settled(artefact, part) {
                    Ok(()) => return Ok(()),
                    Err(UpdateError::Damaged { .. }) if may_begin_anew => {
                        may_begin_anew = false;
                        continue;
                    }
                    Err(error) => return Err(error),
                },
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing(error)) => error,
                Err(Failure::NoMore) => {
                    place::remove(part)?;
                    let fault = format!("the server has only {before} of its {} bytes", artefact.bytes);
                    return Err(UpdateError::Damaged { file: artefact.name.clone(), fault });
                }
            };
            if files::size(part) >= before.saturating_add(WORTH_A_TRY) {
                tries = Tries::new(&self.patience);
            }
            self.pause(&mut tries, error).await?;
        }
    }

    /// One answer's bytes after those that are there.
    async fn go_on(&self, url: &Url, artefact: &Artefact, part: &Path) -> Result<(), Failure> {
        let failed = |source| UpdateError::from(FileError::Write { path: part.to_owned(), source });
        let mut there = files::size(part);
        if there > artefact.bytes {
            fs::remove_file(part).map_err(failed)?;
            there = 0;
        }
        if there == artefact.bytes {
            return Ok(());
        }
        let mut response = self.open(url, there).await?;
        let host = host_of(response.url());
        if there > 0 && !is_rest(&response, there) {
            there = 0;
        }
        // What a server says of the length is held to what was signed before a byte is read.
        if let Some(rest) = response.content_length()
            && there + rest != artefact.bytes
        {
            place::remove(part).map_err(UpdateError::from)?;
            let fault = format!("the server has {} of the {} bytes that were signed", there + rest, artefact.bytes);
            return Err(UpdateError::Damaged { file: artefact.name.clone(), fault }.into());
        }
        let mut file = OpenOptions::new().create(true).write(true).truncate(false).open(part).map_err(failed)?;
        file.set_len(there).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut told = there;
        while let Some(piece) =
            network::piece(&mut response, &self.patience, &self.cancel).await.map_err(|error| of_body(error, &host))?
        {
            there += piece.len() as u64;
            if there > artefact.bytes {
                drop(file);
                fs::remove_file(part).map_err(failed)?;
                let fault = format!("it is longer than the {} bytes that were signed", artefact.bytes);
                return Err(UpdateError::Damaged { file: artefact.name.clone(), fault }.into());
            }
            file.write_all(&piece).map_err(failed)?;
            if there - told >= TOLD_EVERY || there == artefact.bytes {
                told = there;
                self.context.progress("fetching", there, Some(artefact.bytes), "bytes");
            }
        }
        file.sync_all().map_err(failed)?;
        if there < artefact.bytes {
            let fault = format!("the connection ended after {there} of {} bytes", artefact.bytes);
            return Err(Failure::Passing(UpdateError::Network { host, fault }));
        }
        Ok(())
    }

    /// Holds what was gathered to what was signed.
    fn settled(&self, artefact: &Artefact, part: &Path) -> Result<(), UpdateError> {
        let found = open_checked(part, artefact, self.context);
        if matches!(found, Err(UpdateError::Damaged { .. })) {
            fs::remove_file(part).map_err(|source| FileError::Write { path: part.to_owned(), source })?;
        }
        found.map(drop)
    }

    async fn pause(&self, tries: &mut Tries, error: UpdateError) -> Result<(), UpdateError> {
        let Some(usual) = tries.next() else { return Err(error) };
        let pause = match &error {
            UpdateError::Busy { wait, .. } if *wait > self.patience.longest_pause => return Err(error),
            UpdateError::Busy { wait, .. } => (*wait).max(usual),
            _ => usual,
        };
        Ok(unless_cancelled(&self.cancel, tokio::time::sleep(pause)).await?)
    }

    /// An answer whose body is read, through all redirects.
    async fn open(&self, url: &Url, from_byte: u64) -> Result<Response, Failure> {
        let first = url;
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            if !may_follow(first, &url) {
                return Err(UpdateError::PlainHttp { host: host_of(&url) }.into());
            }
            let response = self.send(&url, from_byte).await?;
            let host = host_of(&url);
            let status = response.status();
            if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                let target = response.headers().get(LOCATION).and_then(|target| url.join(target.to_str().ok()?).ok());
                let Some(target) = target else {
                    let fault = "it sends us on to nowhere".to_owned();
                    return Err(UpdateError::Network { host, fault }.into());
                };
                url = target;
                continue;
            }
            if matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
                return Ok(response);
            }
            if status == StatusCode::RANGE_NOT_SATISFIABLE {
                return Err(Failure::NoMore);
            }
            return Err(refusal(&response, host));
        }
        let fault = format!("it sends us on more than {MOST_REDIRECTS} times");
        Err(UpdateError::Network { host: host_of(&url), fault }.into())
    }

    async fn send(&self, url: &Url, from_byte: u64) -> Result<Response, Failure> {
        let mut request = self.client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if from_byte > 0 {
            request = request.header(RANGE, format!("bytes={from_byte}-"));
        }
        let sent = unless_cancelled(&self.cancel, tokio::time::timeout(self.patience.answer, request.send())).await;
        match sent.map_err(UpdateError::from)? {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Failure::Passing(network_error(&host_of(url), &error.without_url()))),
            Err(_late) => Err(Failure::Passing(late(&host_of(url), self.patience.answer))),
        }
    }
}

/// A file whose length and digest are those that were signed, open at its beginning: who reads on reads what was checked.
pub(super) fn open_checked(path: &Path, artefact: &Artefact, context: &JobContext<'_>) -> Result<File, UpdateError> {
    let failed = |source| UpdateError::from(FileError::Read { path: path.to_owned(), source });
    let damaged = |fault: &str| UpdateError::Damaged { file: artefact.name.clone(), fault: fault.to_owned() };
    let mut file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() != artefact.bytes {
        return Err(damaged("it has another length"));
    }
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        context.check()?;
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    if files::hexadecimal(hasher.finalize()) != artefact.sha256 {
        return Err(damaged("its SHA-256 is another one"));
    }
    file.rewind().map_err(failed)?;
    Ok(file)
}

/// Whether an answer begins at the byte that was asked for.
fn is_rest(response: &Response, from_byte: u64) -> bool {
    let range = text_header(response.headers(), CONTENT_RANGE.as_str()).unwrap_or_default();
    response.status() == StatusCode::PARTIAL_CONTENT && range.starts_with(&format!("bytes {from_byte}-"))
}

/// An answer that says no.
fn refusal(response: &Response, host: String) -> Failure {
    let status = response.status();
    let wait = retry_after(response.headers(), SystemTime::now());
    let fault = match status.as_u16() {
        404 | 410 => "what was asked for is not there".to_owned(),
        code => format!("it answers with {code}"),
    };
    match (status.as_u16(), wait) {
        (429 | 503, Some(wait)) => Failure::Passing(UpdateError::Busy { host, wait }),
        (408 | 425 | 429 | 500 | 502 | 503 | 504 | 520..=530, _) => {
            Failure::Passing(UpdateError::Network { host, fault })
        }
        _ => Failure::Final(UpdateError::Network { host, fault }),
    }
}

/// A body that did not come whole.
fn of_body(error: BodyError, host: &str) -> Failure {
    match error {
        BodyError::Cancelled(cancelled) => Failure::Final(cancelled.into()),
        BodyError::Lost(source) => Failure::Passing(network_error(host, &source)),
        BodyError::Stalled { limit } => Failure::Passing(late(host, limit)),
        BodyError::TooLong { longest } => {
            let fault = format!("what it sends is longer than {longest} bytes");
            Failure::Final(UpdateError::Network { host: host.to_owned(), fault })
        }
    }
}

fn late(host: &str, limit: Duration) -> UpdateError {
    let fault = format!("nothing came for {} seconds", limit.as_secs());
    UpdateError::Network { host: host.to_owned(), fault }
}

/// A fault of the way, with what caused it: the library's own sentence alone says little.
fn network_error(host: &str, error: &dyn std::error::Error) -> UpdateError {
    let (mut fault, mut cause) = (error.to_string(), error.source());
    while let Some(deeper) = cause {
        fault = format!("{fault}: {deeper}");
        cause = deeper.source();
    }
    UpdateError::Network { host: host.to_owned(), fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked_without_encryption() {
        for (url, may) in [
            ("https://example.org/x", true),
            ("http://127.0.0.1:1/x", true),
            ("http://[::1]:1/x", true),
            ("http://localhost/x", false),
            ("http://example.org/x", false),
            ("http://127.0.0.1.example.org/x", false),
            ("http://127.0.0.1@example.org/x", false),
            ("ftp://127.0.0.1/x", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_allowed(&Url::parse(url).expect("an address")), may, "{url}");
        }
    }

    #[test]
    fn a_way_with_encryption_never_leaves_it() {
        let (list, local) = ("https://example.org/feed.json", "http://127.0.0.1:1/feed.json");
        for (from, to, may) in [
            (list, list, true),
            (list, "https://files.example.org/x", true),
            (list, "http://files.example.org/x", false),
            (list, "http://127.0.0.1:1/x", false),
            (list, "http://[::1]:1/x", false),
            (local, local, true),
            (local, "http://[::1]:1/x", true),
            (local, "https://example.org/x", true),
            (local, "http://example.org/x", false),
            ("http://example.org/feed.json", "http://127.0.0.1:1/x", false),
        ] {
            let url = |text: &str| Url::parse(text).expect("an address");
            assert_eq!(may_follow(&url(from), &url(to)), may, "{from} to {to}");
        }
    }
}
