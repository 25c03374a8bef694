//! A server, a file of endpoints, a ledger, and fifty comparisons whose better answer is known.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use whetstone_core::domain::{Budget, Choice, Rubric, RubricRule, Secret, Spent};
use whetstone_core::feedback::FeedbackError;
use whetstone_core::feedback::coach::endpoint::{Endpoint, EndpointMind, Endpoints};
use whetstone_core::feedback::coach::{Coach, CoachItem, CoachReason, CoachVerdict};
use whetstone_core::job::{CancelToken, EndpointUse, JobContext, JobEvent};
use whetstone_core::network::Patience;
use whetstone_tests::endpoint::{BETTER, Deed, TestEndpoint};

/// Comparisons of a case.
pub const LABELS: usize = 50;

/// A million tokens, read and written.
pub const PRICES: (f64, f64) = (10.0, 30.0);

/// Everything that a case needs.
pub struct Bench {
    pub server: TestEndpoint,
    pub folder: TempDir,
    pub means: EndpointUse,
    pub project: Option<&'static str>,
    pub patience: Patience,
    pub cancel: CancelToken,
    told: Mutex<Vec<JobEvent>>,
}

/// Fifty comparisons. In those of an even number the first answer is the better one.
pub fn items() -> Vec<CoachItem> {
    let item = |number: usize| {
        let (better, worse) = (format!("A {BETTER} answer, number {number}."), format!("An answer, number {number}."));
        let request = format!("Where is parcel {number}?");
        if number.is_multiple_of(2) {
            CoachItem::new(request.as_str(), better, worse)
        } else {
            CoachItem::new(request.as_str(), worse, better)
        }
    };
    (0..LABELS).map(item).collect()
}

pub fn rubric() -> Rubric {
    Rubric::of(vec![RubricRule::new("next step", "Say what happens next."), RubricRule::new("kind", "Be kind.")])
}

impl Bench {
    pub fn new(behaviour: impl Fn(usize, &Value) -> Deed + Send + Sync + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = TestEndpoint::start(behaviour);
        let bench = Self {
            means: EndpointUse {
                is_agreed: true,
                ledger: Some(folder.path().join("ledger.jsonl")),
                ..EndpointUse::default()
            },
            patience: Patience {
                // A machine with much to do is slow; nothing here hangs on it.
                answer: Duration::from_mins(1),
                stall: Duration::from_mins(1),
                least_bytes: 1,
                retries: 4,
                first_pause: Duration::from_millis(5),
                longest_pause: Duration::from_secs(4),
            },
            project: None,
            cancel: CancelToken::default(),
            told: Mutex::default(),
            server,
            folder,
        };
        let mut endpoint = Endpoint::new("judge", &bench.server.address(), "large");
        (endpoint.prompt_price, endpoint.completion_price) = PRICES;
        bench.endpoints().put(endpoint).expect("added");
        bench
    }

    pub fn within(mut self, budget: Budget) -> Self {
        self.means.budget = budget;
        self
    }

    pub fn with_key(mut self, key: &str) -> Self {
        self.means.key = Some(Secret::new(key));
        self
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub fn endpoints(&self) -> Endpoints {
        Endpoints::read(&self.config().join("endpoints.toml")).expect("it can be read")
    }

    pub fn open(&self) -> Result<EndpointMind, FeedbackError> {
        self.with_context(|context| {
            EndpointMind::open_among(
                &mut self.endpoints(),
                "judge",
                (&self.means, self.project),
                self.patience,
                context,
            )
        })
    }

    pub fn with_context<T>(&self, work: impl FnOnce(&JobContext<'_>) -> T) -> T {
        let listen = |event: JobEvent| self.told.lock().expect("nobody panicked").push(event);
        work(&JobContext::new(&listen, &self.cancel))
    }

    /// Every event so far, as it would be told.
    pub fn told(&self) -> String {
        serde_json::to_string(&*self.told.lock().expect("nobody panicked")).expect("JSON")
    }

    /// Judges all comparisons. What was spent is told as well.
    pub fn judge(&self) -> (Vec<CoachVerdict>, Spent) {
        let coach = Coach::new(Box::new(self.open().expect("it can be opened")));
        let verdicts = self.with_context(|context| coach.judge_all(&rubric(), &items(), context));
        (verdicts.expect("whatever the server does is no failure of the job"), coach.spent())
    }

    /// Every comparison ended as the right label or as "not judged, because"; how many as a label.
    pub fn assert_none_lost_none_invented(verdicts: &[CoachVerdict], why: &str) -> usize {
        assert_eq!(verdicts.len(), LABELS, "{why}");
        let mut labels = 0;
        for (number, verdict) in verdicts.iter().enumerate() {
            if verdict.reason == CoachReason::NotJudged {
                assert_eq!(verdict.choice, Choice::Skip, "{why}");
                let said = verdict.sentence();
                assert!(said.starts_with("not judged, because ") && said.len() > 25, "{why}: {said}");
                assert!(!said.chars().any(char::is_control) && said.len() < 600, "{why}: {said:?}");
                continue;
            }
            let right = if number.is_multiple_of(2) { Choice::A } else { Choice::B };
            assert_eq!(verdict.choice, right, "{why}: {number}: {verdict:?}");
            labels += 1;
        }
        labels
    }

    /// No judgement that came whole was asked for a second time.
    pub fn assert_none_paid_twice(&self, why: &str) {
        for (question, times) in self.server.judged() {
            assert_eq!(times, 1, "{why}: {question}");
        }
    }

    /// What the ledger holds, as text.
    pub fn ledger(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("ledger.jsonl")).unwrap_or_default()
    }
}
