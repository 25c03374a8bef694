//! Who gets which comparison: a machine keeps what it is sure of, people get what it is not, and by chance a share of the
//! rest, blind, which keeps the figures honest.
//!
//! [`route`] decides for one comparison, [`routes`] for all of a project's, [`most_informative_first`] in which order people
//! are asked, and [`honesty`] how often the machine is right where it is sure, measured where chance chose the comparison
//! and the person did not see what the machine said. All are functions of what is there: asked again, they say the same.

mod honesty;
mod order;
mod routes;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use honesty::{Honesty, honesty};
pub use order::{Candidate, OrderSettings, most_informative_first};
pub use routes::{Routed, RoutedCounts, counts, routes};

use super::coach::{CoachReason, CoachVerdict};
use crate::domain::{AnnotatorKind, Choice, NewVerdict, RecordId};
use crate::random::Random;

/// Of what a machine is sure of, people get this share all the same, where nobody chose otherwise.
pub const DEFAULT_AUDIT_SHARE: f64 = 0.05;

/// The address of the random numbers that choose what is looked at all the same.
const AUDIT: u64 = 0x60;

/// How comparisons are divided between a machine and people.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoutingSettings {
    /// Same seed, same comparisons that are looked at all the same.
    pub seed: u64,
    /// Share of what a machine is sure of that people get all the same, blind.
    pub audit_share: f64,
    /// From which margin on a coach counts as sure; `None` takes its own word for it.
    pub threshold: Option<f64>,
}

impl Default for RoutingSettings {
    fn default() -> Self {
        Self { seed: 0, audit_share: DEFAULT_AUDIT_SHARE, threshold: None }
    }
}

/// Who takes a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// A machine is sure of it.
    Machine,
    /// People, because no machine is sure.
    People(Doubt),
    /// A machine is sure of it, and people get it all the same: chance chose it.
    Audit,
}

impl Route {
    /// Whether people are to judge it.
    pub fn is_for_people(self) -> bool {
        self != Self::Machine
    }
}

/// Why a comparison is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// No machine judged it, or it could not.
    NotJudged,
    /// An answer speaks to the coach.
    SpeaksToTheCoach,
    /// Two machines prefer different answers.
    MachinesDisagree,
    /// The coach prefers whatever stands in one place.
    ChangedItsMind,
    /// No difference was found, or hardly any.
    TooClose,
}

/// What a machine says of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MachineSaid {
    /// What kind of machine it is.
    pub kind: AnnotatorKind,
    /// What it says.
    pub choice: Choice,
    /// How far the answers are apart, where it measures that: only the size counts.
    pub margin: Option<f64>,
    /// Why, where a coach said.
    pub reason: Option<CoachReason>,
}

impl MachineSaid {
    /// What a coach says.
    pub fn of_coach(verdict: &CoachVerdict) -> Self {
        let CoachVerdict { choice, margin, reason, .. } = *verdict;
        Self { kind: AnnotatorKind::Coach, choice, margin: Some(margin), reason: Some(reason) }
    }

    /// What is kept of it.
    pub fn of_kept(kind: AnnotatorKind, verdict: &NewVerdict) -> Self {
        let reason = verdict.reason.as_deref().and_then(reason_of);
        Self { kind, choice: verdict.choice, margin: verdict.margin.filter(|margin| !margin.is_nan()), reason }
    }

    /// Why it is not sure; `None` where it is.
    fn doubt(&self, settings: &RoutingSettings) -> Option<Doubt> {
        let is_coach = self.kind == AnnotatorKind::Coach;
        let is_tie = matches!(self.choice, Choice::Tie | Choice::BothBad);
        // Both answers are one text, or obey the rules alike: there is nothing that people could add.
        if is_tie && (self.kind == AnnotatorKind::Rules || self.reason == Some(CoachReason::SameText)) {
            return None;
        }
        match (self.choice, self.reason) {
            (_, Some(CoachReason::SpeaksToTheCoach)) => Some(Doubt::SpeaksToTheCoach),
            (Choice::Skip, _) => Some(Doubt::NotJudged),
            (Choice::Tie | Choice::BothBad, Some(CoachReason::ChangedItsMind)) => Some(Doubt::ChangedItsMind),
            (Choice::Tie | Choice::BothBad, _) => Some(Doubt::TooClose),
            // An answer without a word needs no margin.
            (Choice::A | Choice::B, Some(CoachReason::NoWords)) => None,
            (Choice::A | Choice::B, _) => {
                let threshold = settings.threshold.filter(|_| is_coach).unwrap_or(0.0);
                self.margin.is_some_and(|margin| margin.abs() < threshold).then_some(Doubt::TooClose)
            }
        }
    }
}

/// The reason that a coach's sentence begins with.
fn reason_of(sentence: &str) -> Option<CoachReason> {
    CoachReason::ALL.into_iter().find(|reason| sentence.starts_with(&reason.to_string()))
}

/// Who takes a comparison of which machines say this.
pub fn route(comparison: RecordId, said: &[MachineSaid], settings: &RoutingSettings) -> Route {
    if disagree(said) {
        return Route::People(Doubt::MachinesDisagree);
    }
    // Where several kinds judged, the first that resolution counts decides.
    let kinds = [AnnotatorKind::Coach, AnnotatorKind::PreferenceModel, AnnotatorKind::Rules];
    let counting = kinds.iter().find_map(|kind| said.iter().rfind(|one| one.kind == *kind));
    match counting.map(|said| said.doubt(settings)) {
        None => Route::People(Doubt::NotJudged),
        Some(Some(doubt)) => Route::People(doubt),
        Some(None) if is_audited(comparison, settings) => Route::Audit,
        Some(None) => Route::Machine,
    }
}

/// Whether two of them prefer different answers.
fn disagree(said: &[MachineSaid]) -> bool {
    [Choice::A, Choice::B].iter().all(|choice| said.iter().any(|one| one.choice == *choice))
}

/// Whether chance chose the comparison. It asks for nothing that a machine said, so that what is measured on the chosen
/// ones holds for all.
fn is_audited(comparison: RecordId, settings: &RoutingSettings) -> bool {
    Random::new(settings.seed, &[AUDIT, comparison as u64]).uniform() < settings.audit_share
}
