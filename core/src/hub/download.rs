//! A model fetched whole into the cache: listed at one commit, looked at, and only then its weights.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};

use super::cache::CachedRepository;
use super::http::Http;
use super::listing::Listing;
use super::names::{self, RepositoryName};
use super::search::wait_said;
use super::transfer::{self, RemoteFile, Source};
use super::{HubError, HubSettings, model_config, select};
use crate::doctor;
use crate::domain::{Refusal, Secret};
use crate::files;
use crate::job::{CancelToken, DownloadSpec, JobContext};
use crate::network::{Patience, host_of};

/// What says what a model is.
const CONFIG: &str = "config.json";
/// It is not longer than this.
const LONGEST_CONFIG: u64 = 1 << 20;
/// Files that are fetched at once.
const AT_ONCE: usize = 4;
/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);

/// What a download works with, besides what it was asked for.
#[derive(Debug)]
pub struct Means<'a> {
    /// How the Hub is reached.
    pub settings: &'a HubSettings,
    /// What is sent to the Hub's own host.
    pub token: Option<Secret>,
    /// How long is waited.
    pub patience: Patience,
}

/// The job: a repository's needed files fetched into the cache. What is there already is not fetched again; a commit that lies there
/// whole asks no network.
pub fn download(spec: &DownloadSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let settings = HubSettings::of_environment()?;
    let token = super::token::find(&settings, &spec.access)?.map(|(token, _)| token);
    download_with(&Means { settings: &settings, token, patience: Patience::default() }, spec, context)
}

/// The same with means of the caller's.
pub fn download_with(
    means: &Means<'_>,
    spec: &DownloadSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, HubError> {
    let begun = Instant::now();
    let repository = RepositoryName::new(&spec.repository)?;
    let revision = spec.revision.as_deref().unwrap_or("main");
    names::check_revision(revision)?;
    let here = match &spec.file {
        None => Here::find(means.settings, &repository, revision),
        Some(file) => Here::find_file(means.settings, &repository, revision, file),
    };
    // A commit never changes; and where the network is left alone, what is here is what there is.
    if let Some(here) = here.as_ref().filter(|_| names::is_commit(revision) || means.settings.offline) {
        return Ok(here.summary(&repository, 0, begun));
    }
    let fetched = AtomicU64::new(0);
    match fetch_model(means, spec, (&repository, revision), &fetched, context) {
        Ok(here) => Ok(here.summary(&repository, fetched.into_inner(), begun)),
        Err(error) if error.is_of_the_way() && here.is_some() && fetched.load(Ordering::Relaxed) == 0 => {
            context.warn(format!(
                "{error}, so whether there is a newer version is not known; the one that is here can be used"
            ));
            Ok(here.map(|here| here.summary(&repository, 0, begun)).unwrap_or_default())
        }
        Err(error) => Err(error),
    }
}

/// A model as it lies in the cache.
struct Here {
    commit: String,
    /// The folder of its files, or the one file that was asked for.
    path: PathBuf,
    files: usize,
    bytes: u64,
}

impl Here {
    /// As an earlier download left it, whole.
    fn find(settings: &HubSettings, repository: &RepositoryName, revision: &str) -> Option<Self> {
        let path = super::find_local(settings, &format!("{repository}@{revision}")).ok()?;
        let commit = path.file_name()?.to_str()?.to_owned();
        let files: Vec<PathBuf> = fs::read_dir(&path).ok()?.flatten().map(|entry| entry.path()).collect();
        let bytes = files.iter().map(|file| files::size(file)).sum();
        Some(Self { commit, files: files.len(), bytes, path })
    }

    /// One file, as an earlier download left it.
    fn find_file(settings: &HubSettings, repository: &RepositoryName, revision: &str, file: &str) -> Option<Self> {
        let cached = CachedRepository::new(settings, repository);
        let commit = cached.commit_of(revision)?;
        let path = cached.file(&commit, file, None)?;
        Some(Self { commit, files: 1, bytes: files::size(&path), path })
    }

    fn summary(&self, repository: &RepositoryName, fetched_bytes: u64, begun: Instant) -> Map<String, Value> {
        let summary = json!({
            "repository": repository.as_str(),
            "commit": self.commit,
            "path": self.path,
            "files": self.files,
            "bytes": self.bytes,
            "fetched_bytes": fetched_bytes,
            "seconds": begun.elapsed().as_secs_f64(),
        });
        match summary {
            Value::Object(summary) => summary,
            _ => Map::new(),
        }
    }
}

/// Lists the repository, fetches what is missing of it, and puts it into its commit's folder.
fn fetch_model(
    means: &Means<'_>,
    spec: &DownloadSpec,
    (repository, revision): (&RepositoryName, &str),
    fetched: &AtomicU64,
    context: &JobContext<'_>,
) -> Result<Here, HubError> {
    let cached = CachedRepository::new(means.settings, repository);
    let cancel = context.switch_of_a_part();
    let tell_wait = |host: &str, wait: Duration| context.note(wait_said(host, wait));
    let http = Http::new(means.settings, means.token.clone(), &cancel, means.patience, tell_wait)?;
    let present = AtomicU64::new(0);
    let (listing, files) = http.block_on(async {
        context.progress("asking the Hub", 0, None, "files");
        let listing = Listing::ask(&http, repository, revision).await?;
        let source = Source { repository, commit: &listing.commit, cached: &cached, present: &present, fetched };
        let files = wanted_files(&http, source, &listing, spec.file.as_deref(), context).await?;
        present.store(0, Ordering::Relaxed);
        check_room(source, means.settings, &files)?;
        fetch_all(&http, source, &files, &cancel, context).await?;
        Ok::<_, HubError>((listing, files))
    })?;
    let mut path = cached.snapshot(&listing.commit);
    // Every file is there before the first is seen, and the one without which nothing is a model is seen last: a folder of a commit
    // is whole, or no model.
    let (last, first): (Vec<&RemoteFile>, _) = files.iter().partition(|file| file.name == CONFIG);
    for file in first.into_iter().chain(last) {
        let placed = cached.place(&listing.commit, &file.name, &file.digest)?;
        if spec.file.is_some() {
            path = placed;
        }
    }
    cached.remember(revision, &listing.commit)?;
    Ok(Here { commit: listing.commit, path, files: files.len(), bytes: files.iter().map(|file| file.bytes).sum() })
}

/// What is to be fetched. Refuses what is of no use here before its weights are.
async fn wanted_files(
    http: &Http<'_>,
    source: Source<'_>,
    listing: &Listing,
    only: Option<&str>,
    context: &JobContext<'_>,
) -> Result<Vec<RemoteFile>, HubError> {
    for file in &listing.files {
        names::file_below(Path::new(""), &file.name)?;
    }
    if let Some(name) = only {
        let file = listing.file(name).cloned();
        let host = host_of(&http.settings().endpoint);
        return file.map(|file| vec![file]).ok_or_else(|| HubError::NotFound {
            host,
            what: format!("file {} in {}", names::shown(name), source.repository),
        });
    }
    if let Some(name) = listing.unchecked.iter().find(|name| select::is_needed(name)) {
        let fault = format!("it gives no digest of {}, so that what comes could not be checked", names::shown(name));
        let host = host_of(&http.settings().endpoint);
        return Err(HubError::Answer { host, what: source.repository.to_string(), fault });
    }
    let refused = |refusal| HubError::Refused { repository: source.repository.to_string(), refusal };
    if let Some(refusal) = select::refusal_of_files(&listing.files.iter().map(|file| file.name.as_str())) {
        return Err(refused(refusal));
    }
    context.progress("looking at the model", 0, None, "files");
    if let Some(config) = listing.file(CONFIG) {
        if config.bytes > LONGEST_CONFIG {
            return Err(refused(select::too_long(CONFIG)));
        }
        transfer::fetch(http, source, config).await?;
        if let Some(refusal) = refusal_of_model(source, config)? {
            return Err(refused(refusal));
        }
    }
    Ok(select::needed(listing))
}

/// Why a configuration is of no use here: by what it names, and by its family's own reader.
fn refusal_of_model(source: Source<'_>, config: &RemoteFile) -> Result<Option<Refusal>, HubError> {
    let blob = source.cached.blob(&config.digest);
    let path = if blob.is_file() { blob } else { source.cached.snapshot(source.commit).join(&config.name) };
    let text = files::read_text(&path)?;
    Ok(model_config::read(&text).err())
}

/// Whether the disk has room for what is missing.
fn check_room(source: Source<'_>, settings: &HubSettings, files: &[RemoteFile]) -> Result<(), HubError> {
    let begun = |file: &RemoteFile| files::size(&source.cached.unfinished(&file.digest));
    let missing = |file: &&RemoteFile| !transfer::is_there(source, file);
    let needed: u64 = files.iter().filter(missing).map(|file| file.bytes.saturating_sub(begun(file))).sum();
    match doctor::free_on_disk(&settings.cache) {
        Some(free) if free < needed => Err(HubError::DiskFull { folder: settings.cache.clone(), needed, free }),
        _ => Ok(()),
    }
}

/// Fetches all of them, several at once, the large ones first; tells one progress of all. The first fault stops the others.
async fn fetch_all(
    http: &Http<'_>,
    source: Source<'_>,
    files: &[RemoteFile],
    cancel: &CancelToken,
    context: &JobContext<'_>,
) -> Result<(), HubError> {
    let total: u64 = files.iter().map(|file| file.bytes).sum();
    let mut told = None;
    let mut tell = || {
        let present = source.present.load(Ordering::Relaxed).min(total);
        // The same is not told twice.
        if told.replace(present) != Some(present) {
            context.progress("downloading", present, Some(total), "bytes");
        }
    };
    let mut order: Vec<&RemoteFile> = files.iter().collect();
    order.sort_by_key(|file| std::cmp::Reverse(file.bytes));
    let mut fetching =
        futures_util::stream::iter(order).map(|file| transfer::fetch(http, source, file)).buffer_unordered(AT_ONCE);
    let mut result = Ok(());
    loop {
        tell();
        match tokio::time::timeout(TICK, fetching.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(()))) | Err(_) => {}
            Ok(Some(Err(error))) => {
                if result.is_ok() {
                    // The others end at their next piece, with what came of them on the disk.
                    cancel.cancel();
                    result = Err(error);
                }
            }
        }
    }
    tell();
    result
}
