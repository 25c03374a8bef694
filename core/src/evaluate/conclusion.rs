//! What an evaluation comes to, in a plain sentence.

use serde::{Deserialize, Serialize};

use super::figures::capital;
use super::{Estimate, Forgetting, HeldOutRewards, Needed, Paired, VarietyChange, WinRate};

mod reasons;
mod words;

pub use reasons::{Reason, Speaks};

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

/// What the words of a conclusion need to know beside the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Setting {
    /// It is a round of a project, which is compared once: more of it is another round.
    pub in_project: bool,
    /// How many of the prompts that count were trained on too, in the same words or nearly; `None` where nobody knows.
    pub trained_on: Option<usize>,
}

impl Setting {
    /// How many of the prompts are known to have been trained on.
    pub(super) fn known_prompts(self) -> Option<usize> {
        self.trained_on.filter(|&count| count > 0)
    }

    /// Whether the prompts may be said to have been set aside: a project does so before it trains.
    pub(super) fn is_held_out(self) -> bool {
        self.trained_on.map_or(self.in_project, |count| count == 0)
    }
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConclusionKind {
    /// Better by what was asked for, and as fluent and varied as before.
    Better,
    /// Better by what was asked for, but less fluent: no success.
    BetterButLessFluent,
    /// Better by what was asked for, but it has lost other things that it could do.
    BetterButForgot,
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
    /// It cannot be told yet, but a number of comparisons or labels that people can give is likely to show it.
    MoreLabels,
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
    /// What speaks against it, and what for it.
    pub reasons: Vec<Reason>,
}

/// Prompts below which nothing is concluded.
const FEWEST_PROMPTS: usize = 5;

/// A fall of fluency, as a share, that is never taken for chance.
const FLUENCY_FALL: f64 = 0.05;

/// Additional prompts up to which more comparisons are advised: about a day of one person's judging.
const MOST_MORE_PROMPTS: u64 = 500;

/// Preference pairs below which more labels are advised where no difference shows.
const FEW_PAIRS: u64 = 100;

impl Conclusion {
    /// What these results come to, where nothing else is known.
    pub fn of(results: &Results) -> Self {
        Self::within(results, Setting::default())
    }

    /// What these results come to.
    pub fn within(results: &Results, setting: Setting) -> Self {
        let kind = kind_of(results);
        let reasons = reasons::of(results, setting);
        let said = words::said_of(kind, results, setting, speak_against(&reasons));
        Self {
            kind,
            ship: said.ship,
            title: said.title.to_owned(),
            sentence: words::sentence(kind, results, setting),
            advice: said.advice,
            reasons,
        }
    }

    /// The verdict at the head of a report: whether to ship, and what came out.
    pub fn verdict(&self) -> String {
        format!("{}: {}", capital(self.ship.says()), self.title)
    }

    /// The same, where whoever says so also labelled the pairs, or may have: a person should look before anything is handed
    /// on.
    pub(super) fn after_a_second_look(mut self, judge: &str, is_known: bool) -> Self {
        let (says, advice) = if is_known {
            (
                format!("{judge} both labelled the pairs and compared old with new, so it does not decide alone."),
                format!("The same judge ({judge}) labelled the pairs and compared old with new"),
            )
        } else {
            (
                format!("Nobody knows who labelled the pairs; it may have been {judge}, so it does not decide alone."),
                format!("Nobody knows who labelled the pairs, and it may have been the judge that compared ({judge})"),
            )
        };
        self.reasons.insert(0, Reason::new(Speaks::Neither, capital(&says)));
        Self {
            ship: Ship::LookFirst,
            advice: format!(
                "{advice}, so the model may have learned what pleases it: let people, or rules, compare some answers before \
                 you hand the adapter on."
            ),
            ..self
        }
    }

    /// The same where some of the prompts were trained on: they say little of those that come.
    pub(super) fn on_known_prompts(self, known: usize, prompts: usize) -> Self {
        if self.ship != Ship::Yes {
            return self;
        }
        Self { ship: Ship::LookFirst, advice: words::on_known_prompts(known, prompts), ..self }
    }

    /// The same where no difference shows and the training had few pairs to learn from: more of them are likely to help.
    pub(super) fn with_more_pairs(self, pairs: u64) -> Self {
        if self.kind != ConclusionKind::NoClearDifference || self.ship != Ship::No || !(1..FEW_PAIRS).contains(&pairs) {
            return self;
        }
        if speak_against(&self.reasons) {
            return self;
        }
        Self { ship: Ship::MoreLabels, advice: words::more_pairs(pairs, FEW_PAIRS), ..self }
    }
}

fn speak_against(reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| reason.speaks == Speaks::Against)
}

impl Results {
    /// Whether the new model writes as well as before, as far as that was measured; `None` where it was not.
    ///
    /// Where nobody can say of an answer whether it is fluent, two other measurements stand for it: a model whose writing
    /// falls apart foretells general text worse, and one that is stuck says the same thing over and over.
    pub fn writes_as_before(&self) -> Option<bool> {
        if self.fluency.is_some() {
            return Some(!self.fluency_has_fallen());
        }
        let text = self.forgetting.as_ref()?.text.as_ref()?;
        if !text.is_telling() {
            return None;
        }
        Some(text.is_kept() && !self.variety?.has_fallen())
    }

    /// Fluency is clearly lower than before, or by so much that it does not matter whether it is clear.
    pub fn fluency_has_fallen(&self) -> bool {
        let fall =
            |fluency: &Paired| fluency.difference.is_below(0.0) || fluency.difference.value < -FLUENCY_FALL + 1e-9;
        self.fluency.as_ref().is_some_and(fall)
    }

    /// How many more prompts it takes in this setting: a round compares all of them anew, with an interval for their number;
    /// outside a project one goes on with those that are there, and has looked at them.
    pub fn needed_in(&self, setting: Setting) -> Option<Needed> {
        match &self.win_rate {
            Some(win_rate) if !setting.in_project && self.prompts() >= FEWEST_PROMPTS => {
                Needed::with_early_looks(win_rate)
            }
            _ => self.needed(),
        }
    }

    /// How many prompts more would tell old and new apart if all were compared anew, by their comparisons, or else by the
    /// rubric. `None` where it is sure, or where too little was compared to say.
    pub fn needed(&self) -> Option<Needed> {
        if self.prompts() < FEWEST_PROMPTS {
            return None;
        }
        match (&self.win_rate, &self.rubric) {
            (Some(win_rate), _) if win_rate.for_early_looks => Needed::with_early_looks(win_rate),
            (Some(win_rate), _) => Needed::of(&win_rate.rate, 0.5, win_rate.prompts, win_rate.comparisons),
            (None, Some(rubric)) => Needed::of(&rubric.difference, 0.0, rubric.prompts, rubric.prompts),
            (None, None) => None,
        }
    }

    /// Whether the new answers win, and do not where both are equally long. Where nobody can say how sure the latter is, it
    /// must at least have been found so.
    pub fn wins_by_length_alone(&self) -> bool {
        let wins = self.win_rate.as_ref().is_some_and(|win_rate| win_rate.rate.is_above(0.5));
        let still_wins = |rate: Estimate| rate.low.unwrap_or(rate.value) > 0.5;
        wins && self.win_rate_at_equal_length.is_some_and(|rate| !still_wins(rate))
    }

    /// Whether something was forgotten, beyond what chance explains.
    pub fn has_forgotten(&self) -> bool {
        self.forgetting.as_ref().is_some_and(Forgetting::has_forgotten)
    }

    /// The comparisons, or else the rubric, say that the new model may be better, and a number of comparisons that can be
    /// made is likely to show it.
    fn is_within_reach(&self, setting: Setting) -> bool {
        let leans = match (&self.win_rate, &self.rubric) {
            (Some(win_rate), _) => win_rate.rate.value > 0.5,
            (None, Some(rubric)) => rubric.difference.value > 0.0,
            (None, None) => false,
        };
        leans && self.needed_in(setting).is_some_and(|needed| !needed.or_more && needed.prompts <= MOST_MORE_PROMPTS)
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
        (true, false) if results.has_forgotten() => ConclusionKind::BetterButForgot,
        (true, false) if results.variety.is_some_and(|variety| variety.has_fallen()) => {
            ConclusionKind::BetterButLessVaried
        }
        (true, false) => ConclusionKind::Better,
    }
}

#[cfg(test)]
mod tests;
