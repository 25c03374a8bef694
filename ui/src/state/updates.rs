//! What is known of newer versions of this program: what was read at the start, and what jobs told.

use std::time::{Duration, SystemTime};

use whetstone_core::update::{Ready, Standing};

use crate::work::{Job, JobKind};

/// Between two looks that nobody asked for.
const BETWEEN_LOOKS: Duration = Duration::from_hours(24);

/// What is known of newer versions.
#[derive(Debug, Clone, Default)]
pub struct UpdatesState {
    /// What is known, where this build can look at all and came out of a package.
    standing: Option<Standing>,
}

impl UpdatesState {
    /// Takes in what was read or told.
    pub fn know(&mut self, standing: Standing) {
        self.standing = (standing.can_look && standing.installed.is_some()).then_some(standing);
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
    pub fn is_due(&self, now: SystemTime, is_offline: bool) -> bool {
        let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.standing.as_ref().is_some_and(|standing| {
            let looked = standing.looked_at.map(Duration::from_secs);
            // A clock that was set back is no reason to wait for years.
            let is_old = looked.is_none_or(|looked| since_1970.abs_diff(looked) >= BETWEEN_LOOKS);
            standing.allowed && is_old && !is_offline
        })
    }

    /// Takes in how a job ended.
    pub fn hear(&mut self, job: &Job) {
        if !matches!(job.kind, JobKind::Updates | JobKind::Update) {
            return;
        }
        let told = job.summary().and_then(|summary| serde_json::from_value(summary.get("update")?.clone()).ok());
        if let Some(standing) = told {
            self.know(standing);
        }
    }
}

#[cfg(test)]
mod tests {
    use whetstone_core::update::{Installed, Kind, Offer, Variant};

    use super::*;

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

    #[test]
    fn a_build_that_cannot_look_and_one_from_sources_say_nothing() {
        assert!(knowing(|standing| standing.can_look = false).standing().is_none());
        assert!(knowing(|standing| standing.installed = None).standing().is_none());
        assert!(knowing(|_| {}).standing().is_some());
    }
}
