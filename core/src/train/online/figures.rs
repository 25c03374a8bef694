//! A round's and a step's figures, named as TRL's trainers name them.

use serde_json::{Map, Value, json};

use super::advantages::{deviation, mean};
use super::learner::Learned;
use super::round::{Group, Round};
use super::token_losses::divergence;
use crate::domain::FinishReason;

/// Deviations nearer to 0 than this are those of equal scores.
const NEARLY_NOTHING: f64 = 1e-8;

/// The divergence from the reference at the beginning of a round, a token: summed over the tokens, and how many.
pub fn divergence_of<'a>(groups: impl IntoIterator<Item = &'a Group>) -> (f64, usize) {
    let answers = groups.into_iter().flat_map(|group| &group.answers);
    answers.fold((0.0, 0), |(sum, count), answer| {
        let tokens = answer.old.iter().zip(&answer.reference);
        (sum + tokens.map(|(&value, &reference)| divergence(value, reference).0).sum::<f64>(), count + answer.old.len())
    })
}

/// The figures of a round's answers.
pub fn write_round(round: &Round, values: &mut Map<String, Value>) {
    let rewards = round.rewards();
    let lengths: Vec<f64> = round.answers().map(|answer| answer.sample.token_ids.len() as f64).collect();
    let ended = |answer: &&super::round::RoundAnswer| answer.sample.finish_reason == Some(FinishReason::Stop);
    let of_ended: Vec<f64> = round.answers().filter(ended).map(|answer| answer.sample.token_ids.len() as f64).collect();
    let equal = |group: &Group| {
        deviation(&group.answers.iter().map(super::round::RoundAnswer::reward).collect::<Vec<_>>()) < NEARLY_NOTHING
    };
    let groups = round.groups.len() as f64;
    let of_all = |count: usize| count as f64 / lengths.len() as f64;
    let largest = lengths.iter().copied().fold(0.0, f64::max);
    let smallest = lengths.iter().copied().fold(f64::INFINITY, f64::min);
    let figures = [
        ("reward", mean(&rewards)),
        ("reward_std", deviation(&rewards)),
        ("frac_reward_zero_std", round.groups.iter().filter(|group| equal(group)).count() as f64 / groups),
        ("completions/mean_length", mean(&lengths)),
        ("completions/min_length", smallest),
        ("completions/max_length", largest),
        ("completions/clipped_ratio", 1.0 - of_all(of_ended.len())),
        ("completions/mean_terminated_length", mean(&of_ended)),
    ];
    for (name, value) in figures {
        if value.is_finite() {
            values.insert(name.to_owned(), json!(value));
        }
    }
    for (name, value) in &round.rules {
        values.insert(format!("rewards/{name}/mean"), json!(value));
    }
    let unjudged = rewards.iter().filter(|reward| reward.is_nan()).count();
    if unjudged > 0 {
        // TRL has no such figure.
        values.insert("not_judged".to_owned(), json!(unjudged));
    }
}

/// The figures of a step over answers; a ratio is a token's or, `whole`, an answer's.
pub fn write_learned(learned: &Learned, whole: bool, values: &mut Map<String, Value>) {
    let units = if whole { learned.answers } else { learned.tokens }.max(1) as f64;
    let [low, high] = learned.clipped.map(|count| count as f64 / units);
    values.insert("kl".to_owned(), json!(learned.divergence / learned.tokens.max(1) as f64));
    values.insert("clip_ratio/low_mean".to_owned(), json!(low));
    values.insert("clip_ratio/high_mean".to_owned(), json!(high));
    values.insert("clip_ratio/region_mean".to_owned(), json!(low + high));
}
