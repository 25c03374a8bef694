//! From a question to an answer that counts: taken from the ledger where it was paid for, else asked within the budget, with
//! the server's waits kept by all requests together.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Endpoint;
use super::answer::Fault;
use super::budget::{Accounts, Cost, Granted, add};
use super::exchange::{Dialect, Line, Outcome, Refused};
use super::frame::{Question, REMINDER};
use super::ledger::{Kept, Ledger};
use crate::domain::{Budget, Spent};
use crate::files::FileError;
use crate::job::{CancelToken, JobContext};
use crate::network::Tries;

/// Answers that cannot be read, before a question is given up.
const MOST_ANSWERS: usize = 2;

/// Times that a connection may be lost over one question; each may have been paid for.
const MOST_LOSSES: usize = 2;

/// Questions in a row that came to nothing, before the others are not asked any more.
const MOST_FAILURES: usize = 8;

/// What the budget does not allow.
const BUDGET_SPENT: &str = "the budget is spent";

/// An endpoint that is being asked.
#[derive(Debug)]
pub struct Asking {
    pub(super) endpoint: Endpoint,
    pub(super) line: Line,
    pub(super) ledger: Option<Mutex<Ledger>>,
    accounts: Mutex<Accounts>,
    /// Something that was set aside came back.
    used: Mutex<Spent>,
    settled: Notify,
    state: Mutex<State>,
}

/// What is known of the server so far.
#[derive(Debug, Default)]
struct State {
    dialect: Dialect,
    /// Nobody asks before.
    not_before: Option<Instant>,
    /// Waited at its wish since it last answered.
    waited: Duration,
    failures: usize,
    /// Why it is not asked any more.
    stopped: Option<String>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard {
    /// In words.
    pub because: String,
    /// Asking again would bring the same.
    pub is_final: bool,
}

impl Unheard {
    /// Another time there may be one.
    pub fn for_now(because: impl Into<String>) -> Self {
        Self { because: because.into(), is_final: false }
    }

    fn for_good(because: String) -> Self {
        Self { because, is_final: true }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A reservation. Where it is dropped without a word, it was spent: a request may have been on its way.
struct Reservation<'a> {
    asking: &'a Asking,
    cost: Cost,
    spent: Option<Cost>,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        locked(&self.asking.accounts).settle(self.cost, self.spent);
        self.asking.settled.notify_waiters();
    }
}

impl Asking {
    /// Asks an endpoint over a line. What the ledger holds counts as spent.
    pub fn new(endpoint: Endpoint, line: Line, ledger: Option<Ledger>, budget: Budget) -> Self {
        let spent = ledger.as_ref().map(Ledger::spent).unwrap_or_default();
        Self {
            endpoint,
            line,
            ledger: ledger.map(Mutex::new),
            accounts: Mutex::new(Accounts::new(budget, spent)),
            used: Mutex::default(),
            settled: Notify::new(),
            state: Mutex::default(),
        }
    }

    /// What the answers cost that were used, those that were paid for before among them.
    pub fn used(&self) -> Spent {
        *locked(&self.used)
    }

    /// What was spent on this endpoint so far, as far as the ledger goes back.
    pub fn spent(&self) -> Spent {
        locked(&self.accounts).spent()
    }

    /// An answer that `read` understands, or why there is none. An error is one of this machine.
    pub async fn answer<T>(
        &self,
        question: &Question,
        read: impl Fn(&str) -> Result<T, Fault>,
        context: &JobContext<'_>,
        cancel: &CancelToken,
    ) -> Result<Result<T, Unheard>, FileError> {
        let digest = question.digest(&self.endpoint.address, &self.endpoint.model);
        let kept = self.ledger.as_ref().map_or_else(Vec::new, |ledger| locked(ledger).answers(&digest).to_vec());
        let (mut asked, mut because) = (0, String::new());
        loop {
            let answer = match kept.get(asked) {
                Some((kept, cost)) => {
                    add(&mut locked(&self.used), *cost);
                    kept.clone()
                }
                None if asked >= MOST_ANSWERS => return Ok(Err(Unheard::for_good(because))),
                None => match self.get(question, &digest, asked, context, cancel).await? {
                    Ok(answer) => answer,
                    Err(unheard) => return Ok(Err(unheard)),
                },
            };
            asked += 1;
            match answer.and_then(|text| read(&text)) {
                Ok(read) => return Ok(Ok(read)),
                Err(fault) if fault.is_final => return Ok(Err(Unheard::for_good(fault.because))),
                Err(fault) => because = fault.because,
            }
        }
    }

    /// Asks until something comes back that is paid for; `Err` says why nothing does.
    async fn get(
        &self,
        question: &Question,
        digest: &str,
        asked: usize,
        context: &JobContext<'_>,
        cancel: &CancelToken,
    ) -> Result<Result<Kept, Unheard>, FileError> {
        let worst = Cost::worst(&self.endpoint, question);
        let again = (asked > 0 && question.schema.is_some()).then_some(REMINDER);
        let (mut tries, mut losses) = (Tries::new(&self.line.patience), 0);
        let mut dialect = None;
        loop {
            self.wait_for_turn().await;
            if let Some(because) = self.stopped() {
                return Ok(Err(Unheard::for_now(because)));
            }
            let Some(mut reservation) = self.reserve(worst).await else {
                return Ok(Err(Unheard::for_now(BUDGET_SPENT)));
            };
            self.write(|ledger| ledger.sending(digest, worst))?;
            let asked_in = dialect.unwrap_or_else(|| locked(&self.state).dialect);
            match self.line.ask(question, asked_in, again, losses > 0, cancel).await {
                Outcome::Answered { text, usage } => {
                    let cost = match &text {
                        Ok(text) => Cost::settled(&self.endpoint, question, text, usage),
                        Err(_) => worst,
                    };
                    reservation.spent = Some(cost);
                    drop(reservation);
                    self.write(|ledger| ledger.answered(digest, &text, cost))?;
                    add(&mut locked(&self.used), cost);
                    self.went_well(asked_in);
                    return Ok(Ok(text));
                }
                Outcome::Lost { because } => {
                    drop(reservation);
                    losses += 1;
                    let pause = tries.next();
                    let Some(pause) = pause.filter(|_| losses < MOST_LOSSES) else {
                        return Ok(Err(Unheard::for_now(self.failed(because))));
                    };
                    tokio::time::sleep(pause).await;
                }
                Outcome::Refused(refused) => {
                    reservation.spent = None;
                    drop(reservation);
                    self.write(|ledger| ledger.refused(digest))?;
                    match refused {
                        // A server that answers our other questions will not answer this one; of one that never answered, nothing is known.
                        Refused::Question { because } => {
                            return Ok(Err(Unheard { because, is_final: self.spent().requests > 0 }));
                        }
                        Refused::Everything { because } => return Ok(Err(Unheard::for_now(self.stop(because)))),
                        Refused::Form { next } => dialect = Some(next),
                        Refused::Passing { because, wait, is_unreachable } => {
                            let pause = if is_unreachable { tries.next_few() } else { tries.next() };
                            let Some(pause) = pause else { return Ok(Err(Unheard::for_now(self.failed(because)))) };
                            match wait {
                                Some(wait) => self.leave_alone(wait.max(pause), context),
                                None => tokio::time::sleep(pause).await,
                            }
                        }
                    }
                }
            }
        }
    }

    fn write(&self, line: impl FnOnce(&mut Ledger) -> Result<(), FileError>) -> Result<(), FileError> {
        self.ledger.as_ref().map_or(Ok(()), |ledger| line(&mut locked(ledger)))
    }

    /// Sets a request's worst case aside, as soon as what is set aside for others shows whether it fits.
    async fn reserve(&self, worst: Cost) -> Option<Reservation<'_>> {
        loop {
            let mut settled = std::pin::pin!(self.settled.notified());
            settled.as_mut().enable();
            let granted = locked(&self.accounts).reserve(worst);
            match granted {
                Granted::Yes => return Some(Reservation { asking: self, cost: worst, spent: Some(worst) }),
                Granted::No => return None,
                Granted::NotNow => {}
            }
            settled.await;
        }
    }

    async fn wait_for_turn(&self) {
        loop {
            let not_before = locked(&self.state).not_before;
            match not_before.filter(|until| *until > Instant::now()) {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }

    /// Keeps a wait that the server asked for, for all; where it is too long, nothing more is asked.
    fn leave_alone(&self, wait: Duration, context: &JobContext<'_>) {
        let mut state = locked(&self.state);
        let now = Instant::now();
        let until = now.checked_add(wait);
        let before = state.not_before.filter(|before| *before > now).unwrap_or(now);
        let longer = until.map_or(wait, |until| until.saturating_duration_since(before));
        if longer.is_zero() {
            return;
        }
        state.waited = state.waited.saturating_add(longer);
        let Some(until) = until.filter(|_| state.waited <= self.line.patience.longest_pause) else {
            let minutes = wait.as_secs().div_ceil(60).max(1);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            state.stopped = Some(format!("{} asks to wait {minutes} {unit}", self.line.host));
            return;
        };
        state.not_before = Some(until);
        drop(state);
        if wait >= Duration::from_secs(2) {
            context.note(format!("{} asks to wait {} seconds", self.line.host, wait.as_secs()));
        }
    }

    fn stopped(&self) -> Option<String> {
        locked(&self.state).stopped.clone()
    }

    /// Nothing more is asked.
    fn stop(&self, because: String) -> String {
        locked(&self.state).stopped.get_or_insert(because).clone()
    }

    /// A question came to nothing; after some in a row the others are not asked.
    fn failed(&self, because: String) -> String {
        let mut state = locked(&self.state);
        state.failures += 1;
        if state.failures >= MOST_FAILURES {
            state.stopped.get_or_insert_with(|| because.clone());
        }
        because
    }

    fn went_well(&self, dialect: Dialect) {
        let mut state = locked(&self.state);
        (state.failures, state.waited, state.dialect) = (0, Duration::ZERO, dialect);
    }
}
