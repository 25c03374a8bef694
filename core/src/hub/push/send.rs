//! The files sent, through hf-hub: the repository made where it is not there, and all files in one commit, so that it has
//! all of them or none.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hf_hub::progress::{Progress, ProgressEvent, ProgressHandler, UploadEvent};
use hf_hub::repository::{AddSource, CommitOperation};
use hf_hub::{HFClient, HFError, HFResult, RepoTypeAny};
use reqwest::redirect;

use super::super::HubError;
use super::super::http::Http;
use super::Target;
use super::contents::Contents;
use crate::files::FileError;
use crate::job::{JobContext, PushKind, PushSpec};
use crate::network::host_of;

/// How often the progress is told, and a wish to stop looked for.
const TICK: Duration = Duration::from_millis(100);
/// A host that says nothing for so long says nothing any more. A commit of large files takes the Hub its time.
const SILENCE: Duration = Duration::from_mins(5);
/// Tries after the first.
const RETRIES: usize = 4;
/// Where the Hub does not say how long it wants to be left alone.
const USUAL_WAIT: Duration = Duration::from_mins(5);

/// How far the sending is, as hf-hub tells it from threads of its own.
#[derive(Debug, Default)]
struct Far {
    done: AtomicU64,
    total: AtomicU64,
}

/// Hands what hf-hub tells to [`Far`].
struct Listener(Arc<Far>);

impl ProgressHandler for Listener {
    fn on_progress(&self, event: &ProgressEvent) {
        match event {
            ProgressEvent::Upload(UploadEvent::Start { total_bytes, .. }) => {
                self.0.total.store(*total_bytes, Ordering::Relaxed);
            }
            ProgressEvent::Upload(UploadEvent::Progress { bytes_completed, .. }) => {
                self.0.done.store(*bytes_completed, Ordering::Relaxed);
            }
            ProgressEvent::Upload(UploadEvent::Committing | UploadEvent::Complete) => {
                self.0.done.store(self.0.total.load(Ordering::Relaxed), Ordering::Relaxed);
            }
            ProgressEvent::Download(_) => {}
        }
    }
}

/// Sends everything, and gives the commit that it became. Who stops it before the commit has sent nothing that anybody sees.
pub(super) fn send(
    http: &Http<'_>,
    target: &Target,
    spec: &PushSpec,
    contents: &Contents,
    context: &JobContext<'_>,
) -> Result<Option<String>, HubError> {
    let host = host_of(&http.settings().endpoint);
    let failed = |error: HFError| hub_error(error, &host, target, spec);
    let client = client(http).map_err(failed)?;
    let far = Arc::new(Far::default());
    let work = async {
        if target.existing.is_none() {
            make(&client, target, spec).await?;
        }
        commit(&client, target, kind(spec), contents, Listener(Arc::clone(&far)).into()).await
    };
    http.block_on(watched(work, &far, context))?.map_err(failed)
}

/// Lets `work` go on, telling how far it is, until it is done or a stop is asked for.
async fn watched<T>(work: impl Future<Output = T>, far: &Far, context: &JobContext<'_>) -> Result<T, HubError> {
    let mut work = pin!(work);
    let mut told = None;
    loop {
        context.check()?;
        if let Ok(done) = tokio::time::timeout(TICK, work.as_mut()).await {
            return Ok(done);
        }
        let (done, total) = (far.done.load(Ordering::Relaxed), far.total.load(Ordering::Relaxed));
        if told.replace((done, total)) != Some((done, total)) {
            context.progress("sending", done, Some(total).filter(|&total| total > 0), "bytes");
        }
    }
}

/// hf-hub's client, with our endpoint and token alone, and no redirect followed.
fn client(http: &Http<'_>) -> HFResult<HFClient> {
    let requests = reqwest::Client::builder()
        .user_agent(concat!("whetstone/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(http.patience().answer)
        .read_timeout(SILENCE)
        .build()?;
    HFClient::builder()
        .endpoint(http.settings().endpoint.as_str())
        // An empty one keeps hf-hub from looking for another.
        .token(http.token().map_or("", |token| token.reveal()))
        .client(requests)
        .cache_enabled(false)
        .retry_max_attempts(RETRIES)
        .build()
}

/// What hf-hub calls what is sent.
fn kind(spec: &PushSpec) -> RepoTypeAny {
    match spec.kind {
        PushKind::Model => RepoTypeAny::Model,
        PushKind::Dataset => RepoTypeAny::Dataset,
    }
}

/// Makes the repository, seen by nobody else unless that was asked for.
async fn make(client: &HFClient, target: &Target, spec: &PushSpec) -> HFResult<()> {
    let request = client.create_repository().repo_id(target.repository.as_str()).repo_type(kind(spec));
    request.private(!spec.public).send().await.map(drop)
}

/// Every file in one commit, and its name.
async fn commit(
    client: &HFClient,
    target: &Target,
    kind: RepoTypeAny,
    contents: &Contents,
    progress: Progress,
) -> HFResult<Option<String>> {
    let (owner, name) = target.repository.parts();
    let operations = contents.files.iter().map(|file| CommitOperation::Add {
        path_in_repo: file.name.clone(),
        source: match &file.instead {
            Some(text) => AddSource::Bytes(text.clone().into_bytes().into()),
            None => AddSource::File(file.path.clone()),
        },
    });
    let repository = client.repository(kind, owner, name);
    let request = repository.create_commit().operations(operations.collect()).commit_message("Upload with Whetstone");
    Ok(request.progress(progress).send().await?.commit_oid)
}

/// What went wrong, in this program's words.
fn hub_error(error: HFError, host: &str, target: &Target, spec: &PushSpec) -> HubError {
    let (host, what) = (host.to_owned(), target.repository.to_string());
    match error {
        HFError::AuthRequired { .. } => HubError::TokenNeeded { host, what, sent: true },
        HFError::Forbidden { context } => {
            HubError::Forbidden { host, what: format!("writing to {what}"), said: context.server_message }
        }
        HFError::Conflict { context } => HubError::Forbidden { host, what, said: context.server_message },
        HFError::RepoNotFound { .. } | HFError::RevisionNotFound { .. } => HubError::NotFound { host, what },
        HFError::RateLimited { retry_after, .. } => {
            HubError::TooManyRequests { host, wait: retry_after.unwrap_or(USUAL_WAIT) }
        }
        HFError::Http { context } => HubError::Status { host, status: context.status.as_u16(), what },
        HFError::Request { source, .. } if source.is_decode() => {
            HubError::Answer { host, what, fault: "it is not the JSON that was expected".to_owned() }
        }
        HFError::Request { source, .. } => HubError::Network { host, source: source.without_url() },
        HFError::Io(source) => FileError::Read { path: spec.folder.clone(), source }.into(),
        HFError::Xet { source, .. } => {
            HubError::Answer { host, what, fault: format!("the transfer of its large files failed: {source}") }
        }
        other => HubError::Answer { host, what, fault: other.to_string() },
    }
}
