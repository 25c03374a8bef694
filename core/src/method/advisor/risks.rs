//! What to beware of with a method: one row each.

use serde::Serialize;

use super::Method::{HybridA, HybridB, HybridC, HybridD, Rlaif, Rlhf};
use super::shown::Condition::{Answered, AtLeast, Below, Unknown};
use super::shown::{Condition, Fact, hold};
use super::{Answers, Method, Shown};

/// A risk in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// The row of [`RISKS`].
    pub id: &'static str,
    /// It in a few words.
    pub title: &'static str,
    /// What may happen: one sentence.
    pub sentence: &'static str,
    /// What to do about it: one sentence.
    pub cure: &'static str,
}

/// A risk, and with which methods and where it is one.
#[derive(Debug)]
pub struct RiskRow {
    /// The words.
    pub risk: Risk,
    /// Methods that have it.
    pub methods: &'static [Method],
    /// What must hold besides, all of it.
    pub when: &'static [Condition],
}

const EVERY_TRAINING: &[Method] = &[Rlhf, Rlaif, HybridA, HybridB, HybridC, HybridD];
const WITH_PEOPLE: &[Method] = &[Rlhf, HybridA, HybridB, HybridC];
const WITH_COACH: &[Method] = &[Rlaif, HybridB, HybridC, HybridD];

/// Every risk, the gravest first.
pub const RISKS: &[RiskRow] = &[
    RiskRow {
        risk: Risk {
            id: "machine",
            title: "the machine",
            sentence: "A training of this model does not fit this machine.",
            cure: "Take a smaller model, or shorter answers.",
        },
        methods: EVERY_TRAINING,
        when: &[Below(Fact::TrainingFits, 1.0)],
    },
    RiskRow {
        risk: Risk {
            id: "long_training",
            title: "a long training",
            sentence: "A training takes more than eight hours on this machine.",
            cure: "Try a smaller model first; a training may also be stopped and gone on with at any time.",
        },
        methods: EVERY_TRAINING,
        when: &[AtLeast(Fact::TrainingHours, 8.0)],
    },
    RiskRow {
        risk: Risk {
            id: "bias",
            title: "bias",
            sentence: "The model learns the taste of the few who judged, with their blind spots.",
            cure: "Let at least two people judge some of the same comparisons, and look at their agreement.",
        },
        methods: WITH_PEOPLE,
        when: &[],
    },
    RiskRow {
        risk: Risk {
            id: "scale",
            title: "scale",
            sentence: "Labels grow only with people's hours, and people tire: late verdicts are hastier than early ones.",
            cure: "Judge in short sittings, and let the app ask the comparisons from which most is learned.",
        },
        methods: &[Rlhf],
        when: &[],
    },
    RiskRow {
        risk: Risk {
            id: "coach_dependency",
            title: "dependency on the coach",
            sentence: "The model becomes what the coach likes, and cannot become better than the coach's judgement.",
            cure: "Judge 50 comparisons yourselves and see how often the coach says the same, before it labels in bulk.",
        },
        methods: WITH_COACH,
        when: &[Answered("check", &["part", "none"])],
    },
    RiskRow {
        risk: Risk {
            id: "coach_unproven",
            title: "a coach on trust",
            sentence: "Nobody has measured yet whether the coach says what people say.",
            cure: "Judge 50 comparisons yourselves first: if it agrees in fewer than 4 of 5, take another way.",
        },
        methods: &[Rlaif, HybridC],
        when: &[Answered("coach", &["trusted"]), Unknown(Fact::CoachAccuracy)],
    },
    RiskRow {
        risk: Risk {
            id: "reward_hacking",
            title: "pleasing the judge",
            sentence: "The model may find what pleases the judge without being better: longer, smoother or emptier answers.",
            cure: "Watch fluency and length in the report, and let people compare held-out answers blind.",
        },
        methods: &[Rlaif, HybridA, HybridB, HybridC],
        when: &[],
    },
    RiskRow {
        risk: Risk {
            id: "letter_of_the_rules",
            title: "the letter of the rules",
            sentence: "Rules are met to the letter: what they do not say may get worse.",
            cure: "Read some answers, and add a rule for what got worse.",
        },
        methods: &[Rlaif, HybridB],
        when: &[Answered("check", &["all", "part"])],
    },
    RiskRow {
        risk: Risk {
            id: "small_preference_model",
            title: "an unsure preference model",
            sentence: "A preference model that learned from few verdicts is often wrong where it is sure.",
            cure: "Give at least 150 verdicts first, and send what it is unsure of back to people.",
        },
        methods: &[HybridA],
        when: &[],
    },
    RiskRow {
        risk: Risk {
            id: "rubber_stamp",
            title: "rubber-stamping",
            sentence: "Who looks over a coach's verdicts tends to let them stand.",
            cure: "Judge every tenth pair blind, and compare.",
        },
        methods: &[HybridD],
        when: &[],
    },
    RiskRow {
        risk: Risk {
            id: "privacy",
            title: "data leaves the machine",
            sentence: "Prompts and answers are sent to the coach's server.",
            cure: "Look at what is sent, and take a coach on this machine where it must not be.",
        },
        methods: WITH_COACH,
        when: &[AtLeast(Fact::CoachIsRemote, 1.0)],
    },
    RiskRow {
        risk: Risk {
            id: "forgetting",
            title: "forgetting",
            sentence: "What is not practised may get worse: other tasks, other languages.",
            cure: "Ask the new model a few things of its other work before it takes over.",
        },
        methods: EVERY_TRAINING,
        when: &[],
    },
];

/// The risks of a method here.
pub(super) fn of(method: Method, answers: &Answers, shown: &Shown) -> Vec<Risk> {
    let is_one = |row: &&RiskRow| row.methods.contains(&method) && hold(row.when, answers, shown);
    RISKS.iter().filter(is_one).map(|row| row.risk).collect()
}
