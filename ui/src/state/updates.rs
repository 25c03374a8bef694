//! What is known of newer versions of this program: what was read at the start, and what jobs told.

use std::time::{Duration, SystemTime};

use whetstone_core::domain::UserMessage;
use whetstone_core::job::{JobSpec, UpdateSpec};
use whetstone_core::update::{Ready, Standing};

use crate::work::{Job, JobKind};

/// Between two looks that nobody asked for.
const BETWEEN_LOOKS: Duration = Duration::from_hours(24);
/// Seconds between two questions whether a look is due.
const BETWEEN_QUESTIONS: f64 = 60.0;

/// What is known of newer versions.
#[derive(Debug, Clone, Default)]
pub struct UpdatesState {
    /// What is known, where this build can look at all and came out of a package.
    standing: Option<Standing>,
    /// Why nothing is known.
    trouble: Option<UserMessage>,
    /// Not before is asked again whether a look is due, in seconds of the window's clock.
    asks_at: f64,
    /// Not before is looked again by itself.
    looks_at: f64,
}

impl UpdatesState {
    /// Seconds after a look that brought nothing, and after which a window that nobody touches asks again whether one is due.
    pub const LATER: f64 = 3600.0;

    /// Takes in what was read or told.
    pub fn know(&mut self, standing: Standing) {
        let was_allowed = self.may_look();
        self.standing = (standing.can_look && standing.installed.is_some()).then_some(standing);
        self.trouble = None;
        if self.may_look() && !was_allowed {
            // Whoever has just allowed it need not wait.
            (self.asks_at, self.looks_at) = (0.0, 0.0);
        }
    }

    /// Takes in that what is known could not be read.
    pub fn know_not(&mut self, trouble: UserMessage) {
        (self.standing, self.trouble) = (None, Some(trouble));
    }

    /// Why nothing is known, where that is so.
    pub fn trouble(&self) -> Option<&UserMessage> {
        self.trouble.as_ref()
    }

    /// Whether the window may look by itself.
    pub fn may_look(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| standing.allowed)
    }

    /// Whether to look by itself now, in seconds of the window's clock and by the system's. May be asked with every picture:
    /// mostly it compares two numbers.
    pub fn begins_look(&mut self, now: f64, clock: SystemTime, is_offline: impl FnOnce() -> bool) -> bool {
        if !self.may_look() || now < self.asks_at {
            return false;
        }
        self.asks_at = now + BETWEEN_QUESTIONS;
        now >= self.looks_at && self.is_due(clock, is_offline())
    }

    /// What is known; `None` where there is nothing to be said of updates.
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// A newer version that a person may want to know of.
    pub fn news(&self) -> Option<&str> {
        let standing = self.standing.as_ref()?;
        match &standing.ready {
            Some(Ready::InPlace { version }) => Some(version),
            _ => Some(&standing.newest.as_ref()?.version),
        }
    }

    /// Whether the program's file is another one by now: what is begun would be begun by that one.
    pub fn is_in_place(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| matches!(standing.ready, Some(Ready::InPlace { .. })))
    }

    /// Whether it may be looked by itself, and was not today. Not where the network is left alone.
    fn is_due(&self, now: SystemTime, is_offline: bool) -> bool {
        let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.standing.as_ref().is_some_and(|standing| {
            let looked = standing.looked_at.map(Duration::from_secs);
            // A clock that was set back is no reason to wait for years.
            let is_old = looked.is_none_or(|looked| since_1970.abs_diff(looked) >= BETWEEN_LOOKS);
            standing.allowed && is_old && !is_offline
        })
    }

    /// Takes in how a job ended, at a time of the window's clock.
    pub fn hear(&mut self, job: &Job, now: f64) {
        if !matches!(job.kind, JobKind::Updates | JobKind::Update) {
            return;
        }
        let told = job.summary().and_then(|summary| serde_json::from_value(summary.get("update")?.clone()).ok());
        if let Some(standing) = told {
            self.know(standing);
        } else if matches!(job.spec, JobSpec::Update(UpdateSpec::Look)) {
            // It failed, or a person stopped it.
            self.looks_at = now + Self::LATER;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use whetstone_core::job::{JobEvent, Outcome};
    use whetstone_core::update::{Installed, Kind, Offer, Variant};

    use super::*;
    use crate::work::{JobBoard, Waker};

    fn knowing(change: impl FnOnce(&mut Standing)) -> UpdatesState {
        let installed = Installed { kind: Kind::Portable, variant: Variant::Cpu, version: "0.1.0".to_owned() };
        let mut standing =
            Standing { can_look: true, installed: Some(installed), allowed: true, ..Standing::default() };
        change(&mut standing);
        let mut state = UpdatesState::default();
        state.know(standing);
        state
    }

    #[test]
    fn it_is_looked_once_a_day_where_it_is_allowed() {
        let day = 24 * 3600;
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100 * day);
        assert!(knowing(|_| {}).is_due(now, false));
        assert!(!knowing(|_| {}).is_due(now, true), "the network is left alone");
        assert!(!knowing(|standing| standing.allowed = false).is_due(now, false));
        for (looked, is_due) in [(99 * day, true), (99 * day + 1, false), (100 * day + 60, false), (500 * day, true)] {
            assert_eq!(knowing(|standing| standing.looked_at = Some(looked)).is_due(now, false), is_due, "{looked}");
        }
        let offer = || Some(Offer { version: "0.2.0".to_owned(), notes: String::new() });
        let known = knowing(|standing| standing.newest = offer());
        assert!(known.is_due(now, false), "a later one than the one that is known may be there");
        assert_eq!(known.news(), Some("0.2.0"));
    }

    const HUNDRED_DAYS: Duration = Duration::from_hours(2400);

    #[test]
    fn a_window_that_stays_open_asks_now_and_then() {
        let mut state = knowing(|_| {});
        let begins = |state: &mut UpdatesState, seconds: f64| {
            let clock = SystemTime::UNIX_EPOCH + HUNDRED_DAYS + Duration::from_secs_f64(seconds);
            state.begins_look(seconds, clock, || false)
        };
        assert!(begins(&mut state, 0.5));
        state.know(Standing { looked_at: Some(HUNDRED_DAYS.as_secs()), ..state.standing().expect("known").clone() });
        for hour in 1..24 {
            assert!(!begins(&mut state, f64::from(hour) * 3600.0), "{hour}");
        }
        assert!(begins(&mut state, 24.0 * 3600.0), "the next day");
        // Within a minute nothing is even asked.
        assert!(!begins(&mut state, 24.0 * 3600.0 + 59.0) && begins(&mut state, 24.0 * 3600.0 + 61.0));
        assert!(!state.begins_look(1e9, SystemTime::UNIX_EPOCH, || true), "the network is left alone");
        let mut forbidden = knowing(|standing| standing.allowed = false);
        assert!(!forbidden.begins_look(1e9, SystemTime::UNIX_EPOCH, || panic!("nobody needs to know")));
    }

    #[test]
    fn whoever_allows_it_does_not_wait() {
        let clock = SystemTime::UNIX_EPOCH + HUNDRED_DAYS;
        let mut state = knowing(|_| {});
        assert!(state.begins_look(10.0, clock, || false) && !state.begins_look(11.0, clock, || false));
        let standing = state.standing().expect("known").clone();
        state.know(Standing { allowed: false, ..standing.clone() });
        assert!(!state.begins_look(12.0, clock, || false));
        state.know(standing);
        assert!(state.begins_look(13.0, clock, || false));
    }

    /// How a look that failed ends, at a second of the window's clock.
    fn fail(state: &mut UpdatesState, spec: UpdateSpec, now: f64) {
        let mut board = JobBoard::new(PathBuf::from("no program"), Waker::new(&egui::Context::default()));
        let message = UserMessage::new("nobody answers");
        let events = vec![JobEvent::Ended(Outcome::Failed { message })];
        let id = board.pretend(JobKind::Updates, JobSpec::Update(spec), events);
        state.hear(board.find(id).expect("it is there"), now);
    }

    #[test]
    fn a_look_that_failed_is_tried_again_an_hour_later() {
        let clock = SystemTime::UNIX_EPOCH + HUNDRED_DAYS;
        let mut state = knowing(|_| {});
        assert!(state.begins_look(0.0, clock, || false));
        fail(&mut state, UpdateSpec::Look, 5.0);
        let begun: Vec<f64> = (0..90).map(|minute| f64::from(minute) * 61.0).collect();
        let first = begun.into_iter().find(|&now| state.begins_look(now, clock, || false));
        assert!(
            first.is_some_and(|now| (5.0 + UpdatesState::LATER..67.0 + UpdatesState::LATER).contains(&now)),
            "{first:?}"
        );
        // That it could not be forbidden says nothing about looking.
        let mut state = knowing(|_| {});
        fail(&mut state, UpdateSpec::Allow { allowed: false }, 5.0);
        assert!(state.begins_look(6.0, clock, || false));
    }

    #[test]
    fn what_cannot_be_read_is_kept_until_it_can() {
        let mut state = knowing(|_| {});
        state.know_not(UserMessage::new("updates.toml is spoiled"));
        assert!(state.standing().is_none() && state.trouble().is_some() && !state.may_look());
        state.know(Standing::default());
        assert!(state.trouble().is_none());
    }

    #[test]
    fn a_build_that_cannot_look_and_one_from_sources_say_nothing() {
        assert!(knowing(|standing| standing.can_look = false).standing().is_none());
        assert!(knowing(|standing| standing.installed = None).standing().is_none());
        assert!(knowing(|_| {}).standing().is_some());
    }
}
