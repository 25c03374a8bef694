//! One file from the Hub into the cache: begun, cut off, gone on with, found right, and only then put among the blobs.
//!
//! What comes is written to the end of `blobs/DIGEST.incomplete` by a thread of its own, which takes in the digest as it writes. After any
//! stop the next try reads what is there, and asks for the rest. A file of the wrong length or digest never becomes a blob.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG};
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::HubError;
use super::cache::{CachedRepository, FetchLock};
use super::digest::{Digest, Taking};
use super::http::{Http, Opened, Wanted};
use super::names::RepositoryName;
use crate::files::{self, FileError};
use crate::network::{Tries, host_of, text_header};

/// Pieces that may wait for the disk.
const PIECES_AHEAD: usize = 64;
/// After so many bytes a try counts as having brought something.
const WORTH_A_TRY: u64 = 64 << 10;
/// How often another program is asked whether it has done with the same file.
const LOCK_TICK: Duration = Duration::from_millis(200);
/// How long another program is waited for while nothing of the file comes.
const LONGEST_LOCK: Duration = Duration::from_mins(10);

/// A file as the Hub lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its name in the repository.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// What its bytes come to.
    pub digest: Digest,
}

/// Where a file comes from and goes to.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The repository.
    pub repository: &'a RepositoryName,
    /// The commit that its files are of.
    pub commit: &'a str,
    /// Its folder in the cache.
    pub cached: &'a CachedRepository,
    /// Bytes that are there so far, of all files together.
    pub present: &'a AtomicU64,
    /// Bytes that came over the network.
    pub fetched: &'a AtomicU64,
}

/// Has a file's blob there, whole. Fetches what is missing of it.
pub async fn fetch(http: &Http<'_>, source: Source<'_>, file: &RemoteFile) -> Result<(), HubError> {
    if is_there(source, file) {
        source.present.fetch_add(file.bytes, Ordering::Relaxed);
        return Ok(());
    }
    let blobs = source.cached.folder().join("blobs");
    files::create_folder(&blobs)?;
    let Some(lock) = locked(http, source, file).await? else {
        source.present.fetch_add(file.bytes, Ordering::Relaxed);
        return Ok(());
    };
    let mut unfinished = source.cached.unfinished(&file.digest);
    if !lock.is_sole() {
        unfinished.set_extension(format!("{}.incomplete", std::process::id()));
    }
    let lock = Arc::new(lock);
    Fetch { http, source, file, lock, unfinished, counted: 0, was_answered: false }.whole().await
}

/// Whether a file is in the cache with all its bytes: among the blobs, or in its snapshot where links cannot be made.
pub fn is_there(source: Source<'_>, file: &RemoteFile) -> bool {
    fs::metadata(source.cached.blob(&file.digest)).is_ok_and(|blob| blob.is_file() && blob.len() == file.bytes)
        || source.cached.file(source.commit, &file.name, Some(file.bytes)).is_some()
}

/// Waits until no other program fetches the file. `None` where it is there when that one has done.
async fn locked(http: &Http<'_>, source: Source<'_>, file: &RemoteFile) -> Result<Option<FetchLock>, HubError> {
    let mut waited = Duration::ZERO;
    let mut last = 0;
    loop {
        let lock = source.cached.try_lock(&file.digest)?;
        if is_there(source, file) {
            return Ok(None);
        }
        if lock.is_some() {
            return Ok(lock);
        }
        http.pause(LOCK_TICK).await?;
        // Another program that brings something is waited for as long as it does.
        let unfinished = files::size(&source.cached.unfinished(&file.digest));
        waited = if unfinished == last { waited + LOCK_TICK } else { Duration::ZERO };
        last = unfinished;
        if waited > LONGEST_LOCK {
            return Err(HubError::Busy { file: file.name.clone(), waited });
        }
    }
}

/// A file that is being fetched.
struct Fetch<'a> {
    http: &'a Http<'a>,
    source: Source<'a>,
    file: &'a RemoteFile,
    /// Held by whatever works with the disk, too: that goes on for a moment after a stop, or when another file failed, and
    /// the next try must not meet it.
    lock: Arc<FetchLock>,
    /// Where it is gathered.
    unfinished: PathBuf,
    /// What of it is in the count of all.
    counted: u64,
    /// Whether an answer came: what breaks off after that is worth another try.
    was_answered: bool,
}

impl Fetch<'_> {
    async fn whole(mut self) -> Result<(), HubError> {
        // What another program left may be of no use; that is seen at the end, and then begun anew once.
        let mut may_begin_anew = files::size(&self.unfinished) > 0;
        let mut tries = Tries::new(self.http.patience());
        loop {
            let before = self.counted;
            let error = match self.go_on().await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            match error {
                // Where nothing was ever heard of the host, it was asked often enough already.
                HubError::Network { .. } | HubError::Stalled { .. } | HubError::CutOff { .. } if self.was_answered => {
                    if self.counted >= before.saturating_add(WORTH_A_TRY) {
                        tries = Tries::new(self.http.patience());
                    }
                    let pause = tries.next().ok_or(error)?;
                    self.http.pause(pause).await?;
                }
                HubError::Damaged { .. } if may_begin_anew => may_begin_anew = false,
                error => return Err(error),
            }
        }
    }

    /// One answer's bytes after those that are there.
    async fn go_on(&mut self) -> Result<(), HubError> {
        let (path, wanted) = (self.unfinished.clone(), self.file.clone());
        let mut gathered = self.beside(move || Gathered::open(path, &wanted)).await?;
        self.count(gathered.bytes);
        if gathered.bytes < self.file.bytes {
            let opened = self.open(gathered.bytes).await?;
            self.was_answered = true;
            let is_rest = self.check(&opened, gathered.bytes)?;
            if !is_rest {
                gathered.begin_anew(self.file)?;
                self.count(0);
            }
            gathered = self.gather(opened, gathered).await?;
        }
        let (wanted, blob) = (self.file.clone(), self.source.cached.blob(&self.file.digest));
        self.beside(move || gathered.settle(&wanted, &blob)).await
    }

    /// Long work with the disk, while the other files go on and a wish to stop is heard.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HubError> + Send + 'static,
    ) -> Result<T, HubError> {
        let lock = Arc::clone(&self.lock);
        let held = move || {
            let done = work();
            drop(lock);
            done
        };
        let done = self.http.unless_cancelled(tokio::task::spawn_blocking(held)).await?;
        done.unwrap_or_else(|_| Err(self.failed(io::Error::other("the work with the disk broke off"))))
    }

    async fn open(&self, from_byte: u64) -> Result<Opened, HubError> {
        let repository = self.source.repository;
        let mut segments: Vec<&str> = repository.as_str().split('/').collect();
        segments.extend(["resolve", self.source.commit]);
        segments.extend(self.file.name.split('/'));
        let url = self.http.url(&segments, &[]);
        self.http.open(&Wanted { url, what: &self.file.name, repository: Some(repository), from_byte }).await
    }

    /// Holds an answer's headers to what was promised. Says whether it has the rest that was asked for, or the whole file.
    fn check(&self, opened: &Opened, from_byte: u64) -> Result<bool, HubError> {
        let RemoteFile { name, bytes, digest } = self.file;
        let wrong = |fault: String| HubError::Answer { host: opened.host.clone(), what: name.clone(), fault };
        let own = &opened.first_headers;
        let tag = text_header(own, "x-linked-etag").or_else(|| text_header(own, ETAG.as_str()));
        if let Some(tag) =
            tag.as_deref().map(bare_tag).filter(|tag| Digest::new(tag).is_some() && *tag != digest.as_str())
        {
            return Err(wrong(format!(
                "the file is another one now (its tag is {tag}, and {} was promised)",
                digest.as_str()
            )));
        }
        if let Some(commit) = text_header(own, "x-repo-commit").filter(|commit| commit != self.source.commit) {
            return Err(wrong(format!("it is of the commit {commit}, and {} was asked for", self.source.commit)));
        }
        let headers = opened.response.headers();
        let is_rest = match opened.response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let promised = format!("bytes {from_byte}-{}/{bytes}", bytes - 1);
                let range = text_header(headers, CONTENT_RANGE.as_str()).unwrap_or_default();
                if range != promised {
                    return Err(wrong(format!("it has the range {range:?}, and {promised:?} was asked for")));
                }
                true
            }
            StatusCode::OK => from_byte == 0,
            status => return Err(wrong(format!("it has the number {status}"))),
        };
        let expected = if is_rest { bytes - from_byte } else { *bytes };
        let length = text_header(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<u64>().ok());
        if let Some(length) = length.filter(|&length| length != expected) {
            let kind = text_header(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
            let page = if kind.starts_with("text/html") {
                "; it is a web page, as a proxy or a sign-in puts in between"
            } else {
                ""
            };
            return Err(wrong(format!("it has {length} bytes, and {expected} were expected{page}")));
        }
        Ok(is_rest)
    }

    /// Has all that comes written, and gives back what is there then.
    async fn gather(&mut self, opened: Opened, gathered: Gathered) -> Result<Gathered, HubError> {
        let mut bytes = gathered.bytes;
        let (sender, writer) = gathered.in_a_thread(Arc::clone(&self.lock));
        let result = self.take_in(opened, &mut bytes, &sender).await;
        drop(sender);
        let written =
            writer.await.unwrap_or_else(|_| Err(self.failed(io::Error::other("the writing thread broke off"))));
        // What came is on its way to the disk in any case; a fault of the disk says more than one of the network.
        let gathered = written?;
        self.count(gathered.bytes);
        result.map(|()| gathered)
    }

    async fn take_in(&mut self, opened: Opened, bytes: &mut u64, sender: &Sender<Bytes>) -> Result<(), HubError> {
        let Opened { mut response, host, .. } = opened;
        let name = &self.file.name;
        let wanted = Wanted { url: response.url().clone(), what: name, repository: None, from_byte: 0 };
        let patience = *self.http.patience();
        let (mut since, mut at) = (Instant::now(), *bytes);
        while let Some(piece) = self.http.piece(&mut response, &wanted).await? {
            *bytes += piece.len() as u64;
            if *bytes > self.file.bytes {
                return Err(HubError::Damaged {
                    file: name.clone(),
                    fault: format!("more came than its {} bytes", self.file.bytes),
                });
            }
            self.source.fetched.fetch_add(piece.len() as u64, Ordering::Relaxed);
            self.count(*bytes);
            if self.http.unless_cancelled(sender.send(piece)).await?.is_err() {
                // The writer has ended: it says why.
                return Ok(());
            }
            if since.elapsed() >= patience.stall {
                if *bytes - at < patience.least_bytes {
                    return Err(HubError::Stalled { host, what: name.clone(), limit: patience.stall });
                }
                (since, at) = (Instant::now(), *bytes);
            }
        }
        if *bytes < self.file.bytes {
            let fault = format!("it ended after {bytes} of {} bytes", self.file.bytes);
            return Err(HubError::CutOff { host: host_of(response.url()), what: name.clone(), fault });
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> HubError {
        FileError::Write { path: self.unfinished.clone(), source }.into()
    }

    /// Puts what is there of this file into the count of all.
    fn count(&mut self, bytes: u64) {
        self.source.present.fetch_add(bytes, Ordering::Relaxed);
        self.source.present.fetch_sub(self.counted, Ordering::Relaxed);
        self.counted = bytes;
    }
}

/// An `ETag` without its quotes and without the mark of a weak one.
fn bare_tag(tag: &str) -> &str {
    tag.trim_start_matches("W/").trim_matches('"')
}

/// What is there of a file, and its digest so far.
struct Gathered {
    path: PathBuf,
    file: File,
    bytes: u64,
    taken: Taking,
}

impl Gathered {
    /// What an earlier try left, read once for its digest.
    fn open(path: PathBuf, wanted: &RemoteFile) -> Result<Self, HubError> {
        let failed = |source| FileError::Write { path: path.clone(), source };
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        // It is read to its end, where writing goes on.
        let mut file = options.open(&path).map_err(failed)?;
        let mut taken = wanted.digest.begin(wanted.bytes);
        let mut bytes = 0;
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            taken.update(&buffer[..read]);
            bytes += read as u64;
        }
        let mut gathered = Self { path, file, bytes, taken };
        if gathered.bytes > wanted.bytes {
            gathered.begin_anew(wanted)?;
        }
        Ok(gathered)
    }

    fn begin_anew(&mut self, wanted: &RemoteFile) -> Result<(), HubError> {
        let path = &self.path;
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(|source| FileError::Write { path: path.clone(), source })?;
        self.bytes = 0;
        self.taken = wanted.digest.begin(wanted.bytes);
        Ok(())
    }

    /// A thread that writes on with what it is sent and takes it in, until no more comes.
    fn in_a_thread(mut self, lock: Arc<FetchLock>) -> (Sender<Bytes>, JoinHandle<Result<Self, HubError>>) {
        let (sender, mut pieces) = channel::<Bytes>(PIECES_AHEAD);
        let writer = tokio::task::spawn_blocking(move || {
            let _held = lock;
            while let Some(piece) = pieces.blocking_recv() {
                if let Err(source) = self.file.write_all(&piece) {
                    return Err(FileError::Write { path: self.path, source }.into());
                }
                self.taken.update(&piece);
                self.bytes += piece.len() as u64;
            }
            Ok(self)
        });
        (sender, writer)
    }

    /// Makes it a blob where it is the file that was promised; else it is taken away, since going on with it is of no use.
    fn settle(self, wanted: &RemoteFile, blob: &PathBuf) -> Result<(), HubError> {
        let failed = |path: &PathBuf, source| HubError::from(FileError::Write { path: path.clone(), source });
        // What was taken in is what this process wrote: that nobody else wrote to the file, its length shows.
        let length = self.file.metadata().map_err(|source| failed(&self.path, source))?.len();
        if length != wanted.bytes || !wanted.digest.is(self.taken) {
            fs::remove_file(&self.path).map_err(|source| failed(&self.path, source))?;
            return Err(HubError::Damaged {
                file: wanted.name.clone(),
                fault: "its digest is another than the promised one".to_owned(),
            });
        }
        self.file.sync_all().map_err(|source| failed(&self.path, source))?;
        drop(self.file);
        fs::rename(&self.path, blob).map_err(|source| failed(blob, source))?;
        files::sync_entry(blob).map_err(|source| failed(blob, source))
    }
}
