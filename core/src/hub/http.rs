//! Requests to the Hub, as it wants to be asked: a token to its own host alone, redirects followed by hand, waits as long as it
//! says, and a stop within a moment.
//!
//! Errors of the way (a lost connection, 408, 429, 5xx) are tried again, ever later; an answer that says no is an error at
//! once. [`Http::json`] is for small answers; [`Http::open`] gives one whose body is read in pieces.

mod headers;

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderValue, RANGE};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;

use super::{HubError, HubSettings, names};
use crate::domain::Secret;
use crate::job::{CancelToken, Cancelled};
use crate::network::{
    self, BodyError, Patience, Tries, host_of, is_same_origin, retry_after, text_header, unless_cancelled,
};
use headers::{json_error, next_page, own_headers, redirect_target};

/// An answer that is read whole is not longer than this.
const LONGEST_ANSWER: u64 = 32 << 20;
/// Of an answer that says no, so much is read.
const LONGEST_REFUSAL: u64 = 64 << 10;
/// Redirects that are followed.
const MOST_REDIRECTS: usize = 8;

/// Who wants to be left alone, and for how long.
type OnWait<'a> = dyn Fn(&str, Duration) + Sync + 'a;

/// The Hub, asked.
pub struct Http<'a> {
    client: Client,
    /// There until this is dropped.
    runtime: Option<tokio::runtime::Runtime>,
    settings: &'a HubSettings,
    token: Option<Secret>,
    cancel: &'a CancelToken,
    patience: Patience,
    /// Told when a host wants to be left alone: who, and for how long.
    on_wait: Box<OnWait<'a>>,
    requests: AtomicU64,
}

impl std::fmt::Debug for Http<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("endpoint", &self.settings.endpoint.as_str()).finish_non_exhaustive()
    }
}

/// What a request is for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Where it goes.
    pub url: Url,
    /// What for, as a person is told it.
    pub what: &'a str,
    /// The repository that it is about, for the page of its terms.
    pub repository: Option<&'a names::RepositoryName>,
    /// The byte to begin at, where not at the first.
    pub from_byte: u64,
}

/// The headers of an answer that the Hub's own host gave before it sent us on, and the answer itself.
#[derive(Debug)]
pub struct Opened {
    /// What the first host said: its `ETag`, `X-Linked-Etag`, `X-Linked-Size`, `X-Repo-Commit`.
    pub first_headers: HeaderMap,
    /// The answer whose body is read: 200, 206 or 416.
    pub response: Response,
    /// Who gives it.
    pub host: String,
}

impl Drop for Http<'_> {
    /// A name that is being looked up, or a file that is being read for its digest, holds nobody up who wants to stop.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl<'a> Http<'a> {
    /// Requests by these settings, with this token or none.
    pub fn new(
        settings: &'a HubSettings,
        token: Option<Secret>,
        cancel: &'a CancelToken,
        patience: Patience,
        on_wait: impl Fn(&str, Duration) + Sync + 'a,
    ) -> Result<Self, HubError> {
        let host = host_of(&settings.endpoint);
        let client = Client::builder()
            .user_agent(concat!("whetstone/", env!("CARGO_PKG_VERSION")))
            // Followed by hand, so that a token goes nowhere unseen.
            .redirect(redirect::Policy::none())
            .connect_timeout(patience.answer)
            .build()
            .map_err(|source| HubError::Network { host: host.clone(), source })?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| HubError::Answer { host, what: "anything".to_owned(), fault: error.to_string() })?;
        Ok(Self {
            client,
            runtime: Some(runtime),
            settings,
            token,
            cancel,
            patience,
            on_wait: Box::new(on_wait),
            requests: AtomicU64::new(0),
        })
    }

    /// Runs what waits, in this thread.
    ///
    /// # Panics
    /// Never: the runtime goes with this value.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        #[expect(clippy::expect_used, reason = "it is taken only while this is dropped")]
        self.runtime.as_ref().expect("it is there until this is dropped").block_on(work)
    }

    /// The settings that it asks by.
    pub fn settings(&self) -> &'a HubSettings {
        self.settings
    }

    /// The token that it sends.
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// How long is waited, and how often is tried.
    pub fn patience(&self) -> &Patience {
        &self.patience
    }

    /// Requests that were sent so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// An address below the endpoint: `segments` are encoded, `query` too.
    pub fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.settings.endpoint.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// A small answer, read as JSON, and the address of the next page where there is one on the same host.
    pub async fn json<T: DeserializeOwned>(&self, wanted: &Wanted<'_>) -> Result<(T, Option<Url>), HubError> {
        let (text, next, host) = self.text(wanted, LONGEST_ANSWER).await?;
        let value = serde_json::from_str(&text).map_err(|error| HubError::Answer {
            host,
            what: wanted.what.to_owned(),
            fault: format!("it is not the JSON that was expected ({error})"),
        })?;
        Ok((value, next))
    }

    /// A small answer as text, with the next page's address and who gave it. What is longer than `longest` bytes is refused.
    pub async fn text(&self, wanted: &Wanted<'_>, longest: u64) -> Result<(String, Option<Url>, String), HubError> {
        let mut tries = Tries::new(&self.patience);
        loop {
            let opened = self.open(wanted).await?;
            let next = next_page(opened.response.headers(), &self.settings.endpoint);
            match self.whole(opened.response, wanted, longest).await {
                Ok(text) => return Ok((text, next, opened.host)),
                Err(error @ (HubError::Network { .. } | HubError::Stalled { .. })) => {
                    self.pause(tries.next().ok_or(error)?).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// An answer whose body is read by the caller. Waits and tries again as long as that makes sense.
    pub async fn open(&self, wanted: &Wanted<'_>) -> Result<Opened, HubError> {
        if self.settings.offline {
            return Err(HubError::Offline { what: wanted.what.to_owned() });
        }
        let mut tries = Tries::new(&self.patience);
        loop {
            let (error, told) = match self.try_open(wanted).await {
                Ok(opened) => return Ok(opened),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Passing { error, wait }) => (error, wait),
            };
            // A host that cannot be reached at all is not asked for half a minute.
            let is_unreachable = matches!(&error, HubError::Network { source, .. } if source.is_connect());
            let usual = if is_unreachable { tries.next_few() } else { tries.next() };
            let pause = match (told, usual) {
                (_, None) => return Err(error),
                (Some(wait), Some(_)) if wait > self.patience.longest_pause => {
                    return Err(HubError::TooManyRequests { host: host_of(&wanted.url), wait });
                }
                (Some(wait), Some(usual)) => {
                    let wait = wait.max(usual.min(self.patience.first_pause));
                    (self.on_wait)(&host_of(&wanted.url), wait);
                    wait
                }
                (None, Some(usual)) => usual,
            };
            self.pause(pause).await?;
        }
    }

    /// Waits, and ends at once when a stop is asked for.
    pub async fn pause(&self, pause: Duration) -> Result<(), HubError> {
        Ok(self.unless_cancelled(tokio::time::sleep(pause)).await?)
    }

    /// What `work` comes to, unless a stop is asked for first.
    pub async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, Cancelled> {
        unless_cancelled(self.cancel, work).await
    }

    /// The next piece of a body; `None` at its end. Fails where nothing comes for [`Patience::stall`].
    pub async fn piece(&self, response: &mut Response, wanted: &Wanted<'_>) -> Result<Option<bytes::Bytes>, HubError> {
        let host = host_of(response.url());
        let piece = network::piece(response, &self.patience, self.cancel).await;
        piece.map_err(|error| of_body(error, host, wanted.what))
    }

    async fn whole(&self, response: Response, wanted: &Wanted<'_>, longest: u64) -> Result<String, HubError> {
        let host = host_of(response.url());
        let bytes = network::whole(response, longest, &self.patience, self.cancel)
            .await
            .map_err(|error| of_body(error, host.clone(), wanted.what))?;
        let wrong = |fault: &str| HubError::Answer { host, what: wanted.what.to_owned(), fault: fault.to_owned() };
        String::from_utf8(bytes).map_err(|_wrong| wrong("it is not text"))
    }

    /// One try, through all redirects.
    async fn try_open(&self, wanted: &Wanted<'_>) -> Result<Opened, Failure> {
        let mut url = wanted.url.clone();
        let mut first_headers: Option<HeaderMap> = None;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(&url, wanted).await?;
            let host = host_of(&url);
            if let Some(target) = redirect_target(&response, &url) {
                if url.scheme() == "https" && target.scheme() != "https" {
                    return Err(Failure::Final(HubError::Downgrade { host, target: host_of(&target) }));
                }
                first_headers.get_or_insert_with(HeaderMap::new).extend(own_headers(
                    &response,
                    &url,
                    &self.settings.endpoint,
                ));
                url = target;
                continue;
            }
            let status = response.status();
            if matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE) {
                let mut headers = first_headers.unwrap_or_default();
                headers.extend(own_headers(&response, &url, &self.settings.endpoint));
                return Ok(Opened { first_headers: headers, response, host });
            }
            return Err(self.refusal(response, wanted, host).await);
        }
        let fault = format!("it sends us on more than {MOST_REDIRECTS} times");
        Err(Failure::Final(HubError::Answer { host: host_of(&url), what: wanted.what.to_owned(), fault }))
    }

    async fn send(&self, url: &Url, wanted: &Wanted<'_>) -> Result<Response, Failure> {
        let mut request = self.client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if wanted.from_byte > 0 {
            request = request.header(RANGE, format!("bytes={}-", wanted.from_byte));
        }
        if let Some(token) = self.token.as_ref().filter(|_| is_same_origin(url, &self.settings.endpoint)) {
            request = request.header(AUTHORIZATION, bearer(token)?);
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let host = host_of(url);
        let sent = self.unless_cancelled(tokio::time::timeout(self.patience.answer, request.send())).await;
        match sent.map_err(HubError::from)? {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(source)) => {
                let is_passing = !source.is_builder();
                let error = HubError::Network { host, source: source.without_url() };
                Err(if is_passing { Failure::Passing { error, wait: None } } else { Failure::Final(error) })
            }
            Err(_late) => {
                let error = HubError::Stalled { host, what: wanted.what.to_owned(), limit: self.patience.answer };
                Err(Failure::Passing { error, wait: None })
            }
        }
    }

    /// An answer that says no, as an error.
    async fn refusal(&self, response: Response, wanted: &Wanted<'_>, host: String) -> Failure {
        let (status, headers) = (response.status(), response.headers().clone());
        let what = wanted.what.to_owned();
        let code = text_header(&headers, "x-error-code").unwrap_or_default();
        let wait = retry_after(&headers, SystemTime::now());
        let sent = self.token.is_some();
        // What it says in words; where that cannot be read, its number says enough.
        let body = self.whole(response, wanted, LONGEST_REFUSAL).await.unwrap_or_default();
        let said = text_header(&headers, "x-error-message").or_else(|| json_error(&body));
        let gated = |repository: &names::RepositoryName| HubError::Gated {
            repository: repository.to_string(),
            page: self.url(&repository.as_str().split('/').collect::<Vec<_>>(), &[]).into(),
        };
        let error = match (status.as_u16(), wanted.repository) {
            (401 | 403, Some(repository)) if code == "GatedRepo" => gated(repository),
            (401, _) if code == "RepoNotFound" => HubError::NotFound { host, what },
            (401, _) => HubError::TokenNeeded { host, what, sent },
            (403, Some(repository)) if said.as_deref().is_some_and(|said| said.contains("gated")) => gated(repository),
            (403, _) => HubError::Forbidden { host, what, said },
            (404 | 410, _) => HubError::NotFound { host, what },
            (status, _) => HubError::Status { host, status, what },
        };
        match status.as_u16() {
            408 | 425 | 429 | 500 | 502 | 503 | 504 | 520..=530 => Failure::Passing { error, wait },
            _ => Failure::Final(error),
        }
    }
}

/// A body that did not come, as the Hub's.
fn of_body(error: BodyError, host: String, what: &str) -> HubError {
    let what = what.to_owned();
    match error {
        BodyError::Cancelled(cancelled) => cancelled.into(),
        BodyError::Lost(source) => HubError::Network { host, source },
        BodyError::Stalled { limit } => HubError::Stalled { host, what, limit },
        BodyError::TooLong { longest } => {
            HubError::Answer { host, what, fault: format!("it is longer than {longest} bytes") }
        }
    }
}

/// Why a try failed.
enum Failure {
    /// It may go better in a while, or when the host says.
    Passing { error: HubError, wait: Option<Duration> },
    /// It will not.
    Final(HubError),
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Self::Final(error)
    }
}

fn bearer(token: &Secret) -> Result<HeaderValue, HubError> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {}", token.reveal())).map_err(|_wrong| HubError::BadToken)?;
    value.set_sensitive(true);
    Ok(value)
}
