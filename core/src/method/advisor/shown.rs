//! What a project already shows, and the conditions of the advisor's tables.

use serde::{Deserialize, Serialize};

use super::Answers;

/// What a project and this machine show by themselves. What is not known is `None`, and no reason is drawn from it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// Prompts to train on.
    pub prompts: Option<u64>,
    /// People who have judged.
    pub people: Option<u64>,
    /// Verdicts of people.
    pub people_verdicts: Option<u64>,
    /// How far people agree beyond chance: kappa of two, Krippendorff's alpha of more.
    pub agreement: Option<f64>,
    /// Comparisons that two people or more have judged, from which the agreement comes.
    pub agreement_comparisons: Option<u64>,
    /// The share of people's decisive verdicts that the coach gives too.
    pub coach_accuracy: Option<f64>,
    /// Comparisons of people that the coach has judged, from which its accuracy comes.
    pub coach_compared: Option<u64>,
    /// Seconds that a person takes for a verdict, as measured.
    pub person_seconds: Option<f64>,
    /// Seconds that the coach takes for a verdict in one order, as measured.
    pub coach_seconds: Option<f64>,
    /// What the coach costs for a verdict in one order; 0 on this machine.
    pub coach_price: Option<f64>,
    /// Prompts and answers leave this machine for the coach.
    pub coach_is_remote: Option<bool>,
    /// A training of the chosen model fits this machine.
    pub training_fits: Option<bool>,
    /// Hours that a training takes on this machine.
    pub training_hours: Option<f64>,
}

/// A figure that a condition may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// [`Shown::prompts`]
    Prompts,
    /// [`Shown::people`]
    People,
    /// [`Shown::people_verdicts`]
    PeopleVerdicts,
    /// [`Shown::agreement`]
    Agreement,
    /// [`Shown::agreement_comparisons`]
    AgreementComparisons,
    /// [`Shown::coach_accuracy`]
    CoachAccuracy,
    /// [`Shown::coach_compared`]
    CoachCompared,
    /// [`Shown::coach_is_remote`]: 1 where it is
    CoachIsRemote,
    /// [`Shown::training_fits`]: 1 where it does
    TrainingFits,
    /// [`Shown::training_hours`]
    TrainingHours,
}

impl Fact {
    /// Its value, where the project shows it.
    pub fn of(self, shown: &Shown) -> Option<f64> {
        let count = |number: Option<u64>| number.map(|number| number as f64);
        let yes = |answer: Option<bool>| answer.map(|answer| f64::from(u8::from(answer)));
        match self {
            Self::Prompts => count(shown.prompts),
            Self::People => count(shown.people),
            Self::PeopleVerdicts => count(shown.people_verdicts),
            Self::Agreement => shown.agreement,
            Self::AgreementComparisons => count(shown.agreement_comparisons),
            Self::CoachAccuracy => shown.coach_accuracy,
            Self::CoachCompared => count(shown.coach_compared),
            Self::CoachIsRemote => yes(shown.coach_is_remote),
            Self::TrainingFits => yes(shown.training_fits),
            Self::TrainingHours => shown.training_hours,
        }
    }
}

/// Something that must hold for a reason or risk.
#[derive(Debug, Clone, Copy)]
pub enum Condition {
    /// The question was answered with one of these.
    Answered(&'static str, &'static [&'static str]),
    /// The figure is known and at least this.
    AtLeast(Fact, f64),
    /// The figure is known and below this.
    Below(Fact, f64),
    /// The figure is not known.
    Unknown(Fact),
}

impl Condition {
    fn holds(self, answers: &Answers, shown: &Shown) -> bool {
        match self {
            Self::Answered(question, wanted) => answers.chosen(question).is_some_and(|answer| wanted.contains(&answer)),
            Self::AtLeast(fact, bound) => fact.of(shown).is_some_and(|value| value >= bound),
            Self::Below(fact, bound) => fact.of(shown).is_some_and(|value| value < bound),
            Self::Unknown(fact) => fact.of(shown).is_none(),
        }
    }
}

/// Whether every condition holds.
pub(super) fn hold(conditions: &[Condition], answers: &Answers, shown: &Shown) -> bool {
    conditions.iter().all(|condition| condition.holds(answers, shown))
}
