//! What an evaluation comes to, in a plain sentence.

use serde::{Deserialize, Serialize};

use super::figures::{between, change_in_points, percent};
use super::{Estimate, Forgetting, HeldOutRewards, Paired, VarietyChange, WinRate};

/// How one rule of the rubric is met before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleResult {
    /// The rule's name.
    pub rule: String,
    /// The share of the answers that meet it.
    pub share: Paired,
}

/// Everything that was measured. What was not measured is `None`, and the report says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Results {
    /// Old against new, blind.
    pub win_rate: Option<WinRate>,
    /// The share of the answers that meet the rubric as a whole.
    pub rubric: Option<Paired>,
    /// The same rule by rule.
    pub rules: Vec<RuleResult>,
    /// How fluent the answers are, from 0 to 1.
    pub fluency: Option<Paired>,
    /// How much the answers differ from each other.
    pub variety: Option<VarietyChange>,
    /// Words an answer.
    pub length: Option<Paired>,
    /// The win rate as it would be if both answers were always equally long.
    pub win_rate_at_equal_length: Option<Estimate>,
    /// How the policy ranks verdicts that were set aside.
    pub rewards: Option<HeldOutRewards>,
    /// What was lost by the training on texts and questions of other kinds.
    pub forgetting: Option<Forgetting>,
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConclusionKind {
    /// Better by what was asked for, and as fluent and varied as before.
    Better,
    /// Better by what was asked for, but less fluent: no success.
    BetterButLessFluent,
    /// Better by what was asked for, but it says the same thing over and over.
    BetterButLessVaried,
    /// What was measured cannot tell old and new apart.
    NoClearDifference,
    /// The comparisons say one thing and the rubric another.
    Mixed,
    /// Worse by what was asked for.
    Worse,
    /// Too few prompts to say anything.
    TooLittle,
}

/// Whether to hand the new model to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ship {
    /// Nothing that was measured speaks against it.
    Yes,
    /// A person should read answers first.
    LookFirst,
    /// Keep the old one.
    No,
}

/// What an evaluation comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// What came out.
    pub kind: ConclusionKind,
    /// Whether to hand the new model to others.
    pub ship: Ship,
    /// It in a few words: `better`, `no clear difference`.
    pub title: String,
    /// It in one sentence with its numbers.
    pub sentence: String,
    /// What to do with it.
    pub advice: String,
}

/// Prompts below which nothing is concluded.
const FEWEST_PROMPTS: usize = 5;

/// A fall of fluency, as a share, that is never taken for chance.
const FLUENCY_FALL: f64 = 0.05;

impl Conclusion {
    /// What these results come to.
    pub fn of(results: &Results) -> Self {
        let kind = kind_of(results);
        let (title, ship, advice) = said_of(kind, results);
        Self { kind, ship, title: title.to_owned(), sentence: sentence(kind, results), advice }
    }
}

impl Conclusion {
    /// The same, where whoever says so also labelled the pairs: a person should look before anything is handed on.
    pub(super) fn after_a_second_look(self, judge: &str) -> Self {
        Self {
            ship: Ship::LookFirst,
            advice: format!(
                "The same judge ({judge}) labelled the pairs and compared old with new, so the model may have learned what \
                 pleases it: let people, or rules, compare some answers before you hand the adapter on."
            ),
            ..self
        }
    }
}

impl Results {
    /// Fluency is clearly lower than before, or by so much that it does not matter whether it is clear.
    pub fn fluency_has_fallen(&self) -> bool {
        let fall =
            |fluency: &Paired| fluency.difference.is_below(0.0) || fluency.difference.value < -FLUENCY_FALL + 1e-9;
        self.fluency.as_ref().is_some_and(fall)
    }

    /// The most prompts that a figure of success is of.
    pub fn prompts(&self) -> usize {
        let compared = self.win_rate.as_ref().map_or(0, |win_rate| win_rate.prompts);
        compared.max(self.rubric.as_ref().map_or(0, |rubric| rubric.prompts))
    }
}

fn kind_of(results: &Results) -> ConclusionKind {
    if results.prompts() < FEWEST_PROMPTS {
        return ConclusionKind::TooLittle;
    }
    let signals: Vec<(Estimate, f64)> = [
        results.win_rate.as_ref().map(|win_rate| (win_rate.rate, 0.5)),
        results.rubric.as_ref().map(|rubric| (rubric.difference, 0.0)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let is_up = signals.iter().any(|(estimate, even)| estimate.is_above(*even));
    let is_down = signals.iter().any(|(estimate, even)| estimate.is_below(*even));
    match (is_up, is_down) {
        (true, true) => ConclusionKind::Mixed,
        (false, true) => ConclusionKind::Worse,
        (false, false) => ConclusionKind::NoClearDifference,
        (true, false) if results.fluency_has_fallen() => ConclusionKind::BetterButLessFluent,
        (true, false) if results.variety.is_some_and(|variety| variety.has_fallen()) => {
            ConclusionKind::BetterButLessVaried
        }
        (true, false) => ConclusionKind::Better,
    }
}

/// Title, whether to ship, and what to do.
fn said_of(kind: ConclusionKind, results: &Results) -> (&'static str, Ship, String) {
    let (title, ship, advice) = match kind {
        ConclusionKind::Better if results.fluency.is_none() => {
            ("better", Ship::LookFirst, "Fluency was not measured: read some answers before you hand the adapter on.")
        }
        ConclusionKind::Better => (
            "better",
            Ship::Yes,
            "Export the adapter and use it. Read a few answers first, as you would with any new colleague.",
        ),
        ConclusionKind::BetterButLessFluent => (
            "better by the rubric, but less fluent: do not ship",
            Ship::No,
            "A score that rises while fluency falls is no success. Train for fewer steps, with a lower learning rate or a \
             higher beta, which holds the model closer to what it was, and compare again.",
        ),
        ConclusionKind::BetterButLessVaried => (
            "better, but it repeats itself: look first",
            Ship::LookFirst,
            "Read the examples. If the answers have become one answer for everything, train for fewer steps or on more \
             different prompts.",
        ),
        ConclusionKind::NoClearDifference => {
            return ("no clear difference", Ship::No, no_difference_advice(results));
        }
        ConclusionKind::Mixed => (
            "better in one way, worse in another",
            Ship::LookFirst,
            "Read the examples before you decide. Where the answers that win do not meet the rubric, the rubric may not \
             say what the judge means by better.",
        ),
        ConclusionKind::Worse => (
            "worse",
            Ship::No,
            "Keep the old model. Look at some of the pairs: if the preferred answers are not the better ones, mend the \
             labels; if they are, train more gently.",
        ),
        ConclusionKind::TooLittle => {
            ("too little to say", Ship::No, "Compare old and new on at least 20 prompts that are not trained on.")
        }
    };
    (title, ship, advice.to_owned())
}

/// How large a difference would have shown.
fn no_difference_advice(results: &Results) -> String {
    let width = results.win_rate.as_ref().and_then(|win_rate| win_rate.rate.half_width());
    let seen = match width {
        Some(width) => format!(
            "With {} prompts, a win rate between {} and {} cannot be told from luck; four times the prompts would halve that.",
            results.prompts(),
            percent((0.5 - width).max(0.0)),
            percent((0.5 + width).min(1.0))
        ),
        None => "More prompts would show smaller differences.".to_owned(),
    };
    format!("Keep the old model for now. Collect more pairs or train for longer, then compare again. {seen}")
}

fn sentence(kind: ConclusionKind, results: &Results) -> String {
    let won = results.win_rate.as_ref().map(|win_rate| {
        let likely = between(&win_rate.rate, percent).map_or(String::new(), |ends| format!("very likely {ends}; "));
        format!(
            "{} against the old one is {} ({likely}a tie counts half) on prompts that it was not trained on",
            if kind == ConclusionKind::NoClearDifference { "the win rate of the new one" } else { "its win rate" },
            percent(win_rate.rate.value)
        )
    });
    let met = results.rubric.as_ref().map(|rubric| {
        format!(
            "{} of its answers meet the rubric, where {} did before",
            percent(rubric.after.value),
            percent(rubric.before.value)
        )
    });
    let figures = [won, met].into_iter().flatten().collect::<Vec<_>>().join(", and ");
    let fluency = results.fluency.as_ref().filter(|_| results.fluency_has_fallen()).map_or(String::new(), |fluency| {
        format!(
            ". Its answers are less fluent than before: {} against {} ({})",
            percent(fluency.after.value),
            percent(fluency.before.value),
            change_in_points(fluency)
        )
    });
    let opening = match kind {
        ConclusionKind::Better => "The new model is better",
        ConclusionKind::BetterButLessFluent => "The new model does more of what was asked, but writes worse",
        ConclusionKind::BetterButLessVaried => "The new model is better, but its answers have become alike",
        ConclusionKind::NoClearDifference => "There is no clear difference between the new model and the old one",
        ConclusionKind::Mixed => "The new model is better in one way and worse in another",
        ConclusionKind::Worse => "The new model is worse",
        ConclusionKind::TooLittle if results.prompts() == 0 => return "Nothing was compared yet.".to_owned(),
        ConclusionKind::TooLittle => "The new model was asked too few prompts to say anything",
    };
    format!("{opening}: {figures}{fluency}.")
}

#[cfg(test)]
mod tests;
