//! A server as a coach's mind.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use reqwest::{Client, ClientBuilder, redirect};
use tokio::runtime::Runtime;

use super::answer::{self, Fault, Judged};
use super::asking::{Asking, Unheard};
use super::budget::Cost;
use super::exchange::Line;
use super::frame::Question;
use super::ledger::Ledger;
use super::place::{self, Place, Reach};
use super::{Endpoint, EndpointError, Endpoints, key};
use crate::domain::{Secret, Spent, Text};
use crate::feedback::FeedbackError;
use crate::feedback::coach::mind::{CheckQuestion, CompareQuestion, Mind, Said, Writing};
use crate::job::{EndpointUse, JobContext};
use crate::network::{Patience, unless_cancelled};

/// To connect, at most.
const CONNECT: Duration = Duration::from_secs(15);

/// A connection that nobody used for so long is not used again: the server may be about to close it.
const IDLE: Duration = Duration::from_secs(10);

/// Comparisons that are asked about together, for each request at once: the last of them leave little idle.
const EACH: usize = 4;

/// How long a server is waited for: a large model on a small machine takes its time.
pub fn usual_patience() -> Patience {
    Patience { answer: Duration::from_mins(5), retries: 5, ..Patience::default() }
}

/// A server that judges and writes.
#[derive(Debug)]
pub struct EndpointMind {
    asking: Asking,
    /// There until this is dropped.
    runtime: Option<Runtime>,
}

impl Drop for EndpointMind {
    /// A name that is being looked up holds nobody up who wants to stop.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What is heard of a question.
#[derive(Debug, Clone)]
enum Heard<T> {
    Answer(T),
    TooLong,
    Nothing(Unheard),
}

impl EndpointMind {
    /// Opens an endpoint that this machine knows. Where nobody agreed that the texts leave this machine, it is not opened;
    /// where somebody just did, that is remembered for the project.
    pub fn open(
        name: &str,
        means: &EndpointUse,
        project: Option<&str>,
        context: &JobContext<'_>,
    ) -> Result<Self, FeedbackError> {
        Self::open_among(&mut Endpoints::of_user()?, name, (means, project), usual_patience(), context)
    }

    /// Opens one of these endpoints.
    pub fn open_among(
        endpoints: &mut Endpoints,
        name: &str,
        (means, project): (&EndpointUse, Option<&str>),
        patience: Patience,
        context: &JobContext<'_>,
    ) -> Result<Self, FeedbackError> {
        let endpoint = endpoints.find(name)?.clone();
        match project {
            Some(project) if means.is_agreed => endpoints.agree(name, project)?,
            project if means.is_agreed || project.is_some_and(|id| endpoint.is_agreed(id)) => {}
            project => {
                let (host, of_project) = (endpoint.host(), project.is_some());
                return Err(EndpointError::NotAgreed { name: endpoint.name, host, of_project }.into());
            }
        }
        let key = key::find(&endpoint, means.key.as_ref())?;
        let failed = |reason: String| EndpointError::Client { host: endpoint.host(), reason };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let cancel = context.switch_of_a_part();
        let found = runtime.block_on(unless_cancelled(&cancel, place::looked_up(&endpoint)));
        let found = found.map_err(FeedbackError::from).and_then(|found| Ok(found?));
        let place = found.and_then(|addresses| Ok(place::checked(&endpoint, addresses)?));
        let place = match place {
            Ok(place) => place,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let line = line(&endpoint, &place, key, patience)?;
        let of = format!("{} {}", endpoint.address, endpoint.model);
        let ledger = means.ledger.as_deref().map(|path| Ledger::open(path, &of)).transpose()?;
        let has_prices = endpoint.prompt_price > 0.0 || endpoint.completion_price > 0.0;
        if means.budget.most_money.is_some() && !has_prices {
            context.warn(format!(
                "`{name}` has no prices, so an amount of money bounds nothing: bound its tokens, or add it again with its prices"
            ));
        }
        Ok(Self { asking: Asking::new(endpoint, line, ledger, means.budget), runtime: Some(runtime) })
    }

    /// Where it is and what it costs.
    pub fn endpoint(&self) -> &Endpoint {
        &self.asking.endpoint
    }

    fn answer_tokens(&self) -> u64 {
        self.asking.endpoint.answer_tokens
    }

    /// Whether the server can read it to its end.
    fn fits(&self, question: &Question) -> bool {
        let likely = Cost::likely(&self.asking.endpoint, question).prompt_tokens;
        self.asking.endpoint.context_length.is_none_or(|most| likely + question.most_tokens <= most)
    }

    /// Asks several questions at once, each once however often it stands there.
    fn ask_all<T: Clone>(
        &self,
        questions: &[Question],
        read: impl Fn(usize, &str) -> Result<T, Fault>,
        context: &JobContext<'_>,
    ) -> Result<Vec<Heard<T>>, FeedbackError> {
        let Endpoint { address, model, concurrency, .. } = &self.asking.endpoint;
        let mut first: HashMap<String, usize> = HashMap::new();
        let places: Vec<usize> = questions
            .iter()
            .enumerate()
            .map(|(place, question)| *first.entry(question.digest(address, model)).or_insert(place))
            .collect();
        let asked: Vec<usize> = (0..questions.len()).filter(|place| places[*place] == *place).collect();
        let cancel = context.switch_of_a_part();
        let (read, part) = (&read, &cancel);
        let answers = asked.into_iter().map(|place| async move {
            let question = &questions[place];
            if !self.fits(question) {
                return (place, Ok(Heard::TooLong));
            }
            let answer = self.asking.answer(question, |text| read(place, text), context, part).await;
            (place, answer.map(|answer| answer.map_or_else(Heard::Nothing, Heard::Answer)))
        });
        let work = async {
            let mut answers = stream::iter(answers).buffer_unordered(*concurrency);
            let mut heard: HashMap<usize, Heard<T>> = HashMap::new();
            while let Some((place, answer)) = answers.next().await {
                heard.insert(place, answer?);
            }
            Ok::<_, FeedbackError>(heard)
        };
        let heard = match &self.runtime {
            Some(runtime) => runtime.block_on(unless_cancelled(&cancel, work))??,
            None => HashMap::new(),
        };
        let of_place = |place| heard.get(&place).cloned();
        let asked = places.into_iter().map(of_place);
        Ok(asked.map(|heard| heard.unwrap_or_else(|| Heard::Nothing(Unheard::for_now("it was not asked")))).collect())
    }
}

/// What makes requests to a place that was looked at.
fn client(place: &Place, patience: &Patience) -> ClientBuilder {
    let mut builder = Client::builder()
        .user_agent(concat!("whetstone/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .https_only(place.url.scheme() == "https")
        .pool_idle_timeout(IDLE)
        .connect_timeout(CONNECT.min(patience.answer));
    if let Some(name) = place.url.host_str().filter(|_| !place.addresses.is_empty()) {
        builder = builder.resolve_to_addrs(name, &place.addresses);
    }
    if place.reach != Reach::Public {
        builder = builder.no_proxy();
    }
    builder
}

/// The line to a place that was looked at.
fn line(endpoint: &Endpoint, place: &Place, key: Option<Secret>, patience: Patience) -> Result<Line, EndpointError> {
    let failed = |reason: String| EndpointError::Client { host: place.host.clone(), reason };
    let built = |builder: ClientBuilder| builder.build().map_err(|error| failed(error.without_url().to_string()));
    let pooled = built(client(place, &patience))?;
    let client_without_pool = built(client(place, &patience).pool_max_idle_per_host(0))?;
    let mut url = place.url.clone();
    match url.path_segments_mut() {
        Ok(mut path) => path.pop_if_empty().extend(["chat", "completions"]),
        Err(()) => return Err(failed("its address takes no path".to_owned())),
    };
    let (host, model) = (place.host.clone(), endpoint.model.clone());
    Ok(Line { client: pooled, client_without_pool, url, host, model, key, patience })
}

fn said(heard: Heard<Judged>) -> Said {
    match heard {
        Heard::Answer(Judged { log_odds, explanation }) => Said::Odds { log_odds, explanation: Some(explanation) },
        Heard::TooLong => Said::TooLong,
        Heard::Nothing(Unheard { because, is_final: true }) => Said::NoVerdict { because },
        Heard::Nothing(Unheard { because, is_final: false }) => Said::NotJudged { because },
    }
}

impl Mind for EndpointMind {
    fn compare(&self, questions: &[CompareQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        let most = self.answer_tokens();
        let asked: Vec<Question> = questions.iter().map(|question| Question::of_comparison(question, most)).collect();
        let read = |place: usize, text: &str| {
            let known: Vec<&str> = questions[place].rules.iter().map(|rule| rule.name.as_str()).collect();
            answer::comparison(text, &known)
        };
        Ok(self.ask_all(&asked, read, context)?.into_iter().map(said).collect())
    }

    fn check(&self, questions: &[CheckQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        let most = self.answer_tokens();
        let asked: Vec<Question> = questions.iter().map(|question| Question::of_check(question, most)).collect();
        let read = |place: usize, text: &str| answer::check(text, &questions[place].rule.name);
        Ok(self.ask_all(&asked, read, context)?.into_iter().map(said).collect())
    }

    fn write(
        &self,
        prompts: &[Text],
        writing: Writing,
        context: &JobContext<'_>,
    ) -> Result<Vec<Option<String>>, FeedbackError> {
        let Writing { most_tokens, temperature, seed } = writing;
        let asked: Vec<Question> =
            prompts.iter().map(|prompt| Question::of_prompt(prompt, most_tokens as u64, temperature, seed)).collect();
        let heard = self.ask_all(&asked, |_, text| Ok(text.trim().to_owned()), context)?;
        let reasons: Vec<&str> = heard
            .iter()
            .filter_map(|heard| match heard {
                Heard::Answer(_) => None,
                Heard::TooLong => Some("the prompt is longer than it can read"),
                Heard::Nothing(unheard) => Some(unheard.because.as_str()),
            })
            .collect();
        if let Some(because) = reasons.first() {
            context.warn(format!("{} of {} texts were not written, because {because}", reasons.len(), prompts.len()));
        }
        let text = |heard| if let Heard::Answer(text) = heard { Some(text) } else { None };
        Ok(heard.into_iter().map(text).collect())
    }

    fn at_once(&self) -> usize {
        EACH * self.asking.endpoint.concurrency
    }

    fn spent(&self) -> Spent {
        self.asking.spent()
    }

    fn used(&self) -> Spent {
        self.asking.used()
    }
}
