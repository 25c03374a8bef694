//! Why a conclusion is what it is: each figure in a sentence, and on whose side it stands.

use serde::{Deserialize, Serialize};

use super::{Results, Setting};
use crate::evaluate::figures::{between, change_in_points, count, percent, points_between, signed};
use crate::evaluate::{Estimate, HeldOutRewards, Paired, VarietyChange, WinRate};

/// On whose side a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    /// It speaks for the new model.
    For,
    /// It speaks against it.
    Against,
    /// It decides nothing.
    Neither,
}

/// A figure in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// On whose side it stands.
    pub speaks: Speaks,
    /// The sentence, with its full stop.
    pub says: String,
}

impl Reason {
    pub(super) fn new(speaks: Speaks, says: impl Into<String>) -> Self {
        Self { speaks, says: says.into() }
    }
}

/// Every figure that decides something: what speaks against it stands first, then the weightiest.
pub(super) fn of(results: &Results, setting: Setting) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(results.win_rate.as_ref().map(won));
    reasons.extend(setting.known_prompts().map(|known| known_prompts(known, results.prompts())));
    reasons.extend(results.win_rate_at_equal_length.as_ref().map(at_equal_length));
    reasons.extend(results.needed_in(setting).map(|needed| {
        Reason::new(
            Speaks::Neither,
            format!("To be sure of a difference of this size it would take {}.", needed.says()),
        )
    }));
    reasons.extend(results.rubric.as_ref().map(met));
    reasons.extend(match &results.fluency {
        Some(fluency) => Some(fluent(fluency, results.fluency_has_fallen())),
        None if results.prompts() == 0 => None,
        None => Some(instead_of_fluency(results)),
    });
    reasons.extend(
        results
            .variety
            .filter(VarietyChange::has_fallen)
            .map(|_| Reason::new(Speaks::Against, "Its answers have become alike.")),
    );
    reasons.extend(forgotten(results));
    reasons.extend(results.rewards.as_ref().map(|rewards| ranked(rewards, setting)));
    reasons.sort_by_key(|reason| reason.speaks != Speaks::Against);
    reasons
}

/// For above `even`, against below it.
fn side(estimate: &Estimate, even: f64) -> Speaks {
    match () {
        () if estimate.is_above(even) => Speaks::For,
        () if estimate.is_below(even) => Speaks::Against,
        () => Speaks::Neither,
    }
}

fn likely(estimate: &Estimate) -> String {
    between(estimate, percent).map_or(String::new(), |ends| format!(" (very likely {ends})"))
}

fn won(win_rate: &WinRate) -> Reason {
    let speaks = side(&win_rate.rate, 0.5);
    let opening = match speaks {
        Speaks::For => "Its answers are preferred more often than the old one's",
        Speaks::Against => "Its answers are preferred less often than the old one's",
        Speaks::Neither => "Which answers are preferred cannot be told from luck",
    };
    let (rate, likely) = (percent(win_rate.rate.value), likely(&win_rate.rate));
    Reason::new(speaks, format!("{opening}: win rate {rate}{likely}."))
}

fn at_equal_length(rate: &Estimate) -> Reason {
    let speaks = side(rate, 0.5);
    let still = match speaks {
        Speaks::For => "it still wins",
        Speaks::Against => "it loses",
        Speaks::Neither => "it is not clear that it wins",
    };
    let (value, likely) = (percent(rate.value), likely(rate));
    if rate.half_width().is_none() {
        let says = format!(
            "Where both answers are equally long, its win rate was {value}; after early looks nobody can say how sure that is."
        );
        return Reason::new(Speaks::Neither, says);
    }
    Reason::new(speaks, format!("Where both answers are equally long, {still}: {value}{likely}."))
}

fn known_prompts(known: usize, prompts: usize) -> Reason {
    let says = format!(
        "It was trained on {known} of the {}, and has an advantage on these that it will not have elsewhere.",
        count(prompts as u64, "prompt")
    );
    Reason::new(Speaks::Neither, says)
}

fn met(rubric: &Paired) -> Reason {
    let [after, before] = [rubric.after.value, rubric.before.value].map(percent);
    let likely = points_between(&rubric.difference).map_or(String::new(), |ends| format!(", very likely {ends}"));
    let change = change_in_points(rubric);
    let says = format!("{after} of its answers meet the rubric, and {before} did before ({change}{likely}).");
    Reason::new(side(&rubric.difference, 0.0), says)
}

fn fluent(fluency: &Paired, has_fallen: bool) -> Reason {
    let [after, before] = [fluency.after.value, fluency.before.value].map(percent);
    if has_fallen {
        let change = change_in_points(fluency);
        return Reason::new(
            Speaks::Against,
            format!("It writes less fluently: {after}, and {before} before ({change})."),
        );
    }
    Reason::new(Speaks::For, format!("It writes as fluently as before: {after}, and {before} before."))
}

/// What is known of its writing where fluency was not measured.
fn instead_of_fluency(results: &Results) -> Reason {
    match results.writes_as_before() {
        Some(true) => Reason::new(
            Speaks::For,
            "Fluency was not measured; that it foretells general text as before and that its answers are as varied stands \
             for it.",
        ),
        _ => Reason::new(Speaks::Neither, "Whether it writes as fluently as before was not measured."),
    }
}

/// What was lost, a reason each; or that nothing was.
fn forgotten(results: &Results) -> Vec<Reason> {
    let Some(forgetting) = &results.forgetting else { return Vec::new() };
    let losses = forgetting.losses();
    if losses.is_empty() {
        let speaks = if forgetting.is_telling() { Speaks::For } else { Speaks::Neither };
        let says = if forgetting.is_telling() { "It has forgotten nothing that was looked at: " } else { "" };
        let found = forgetting.says();
        return match found.as_str() {
            "" => Vec::new(),
            found => vec![Reason::new(speaks, format!("{}.", joined(says, found)))],
        };
    }
    losses.into_iter().map(|loss| Reason::new(Speaks::Against, format!("{}.", loss.says))).collect()
}

/// A sentence after a colon begins small.
fn joined(opening: &str, sentence: &str) -> String {
    if opening.is_empty() {
        return sentence.to_owned();
    }
    let mut letters = sentence.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    format!("{opening}{first}{}", letters.as_str())
}

fn ranked(rewards: &HeldOutRewards, setting: Setting) -> Reason {
    let (share, likely) = (percent(rewards.accuracy.value), likely(&rewards.accuracy));
    let margin = signed(rewards.margin.value, 2, "");
    Reason::new(
        side(&rewards.accuracy, 0.5),
        format!(
            "Of {}{} it ranks {share} as they were judged{likely}; 50% would be chance. Its reward margin is {margin}.",
            count(rewards.pairs as u64, "pair"),
            if setting.is_held_out() { " that were set aside" } else { "" }
        ),
    )
}
