//! The report for programs.

use serde_json::{Value, json};

use super::Report;
use crate::evaluate::{Estimate, Forgetting, HeldOutRewards, Paired};

/// The figures that are looked for first stand at the top, every value under `report`. What was not measured is null.
pub(super) fn of(report: &Report) -> Value {
    let results = &report.results;
    let before = |paired: &Option<Paired>| paired.as_ref().map(|paired| paired.before.value);
    let after = |paired: &Option<Paired>| paired.as_ref().map(|paired| paired.after.value);
    let win_rate = results.win_rate.as_ref();
    let rate = win_rate.map(|win_rate| win_rate.rate);
    let conclusion = report.conclusion();
    json!({
        "conclusion": conclusion.kind,
        "ship": conclusion.ship,
        "verdict": conclusion.verdict(),
        "sentence": conclusion.sentence,
        "advice": conclusion.advice,
        "reasons": conclusion.reasons,
        "rubric_pass_before": before(&results.rubric),
        "rubric_pass_after": after(&results.rubric),
        "win_rate": rate.map(|rate| rate.value),
        "win_rate_low": rate.and_then(|rate| rate.low),
        "win_rate_high": rate.and_then(|rate| rate.high),
        "win_rate_for_early_looks": win_rate.map(|win_rate| win_rate.for_early_looks),
        "win_rate_at_equal_length": results.win_rate_at_equal_length.as_ref().map(estimate),
        "comparisons": win_rate.map_or(0, |win_rate| win_rate.comparisons),
        "needed": results.needed_in(report.setting()),
        "fluency_before": before(&results.fluency),
        "fluency_after": after(&results.fluency),
        "forgetting": results.forgetting.as_ref().map(forgetting),
        "rewards": results.rewards.as_ref().map(rewards),
        "seconds": report.work.seconds,
        "adapter": report.adapter,
        "trained_on": report.trained_on,
        "risks": report.risks(),
        "report": report,
    })
}

fn estimate(estimate: &Estimate) -> Value {
    json!({"value": estimate.value, "low": estimate.low, "high": estimate.high})
}

fn rewards(rewards: &HeldOutRewards) -> Value {
    json!({
        "accuracy": estimate(&rewards.accuracy),
        "margin": estimate(&rewards.margin),
        "pairs": rewards.pairs,
        "prompts": rewards.prompts,
    })
}

fn forgetting(forgetting: &Forgetting) -> Value {
    let text = forgetting.text.as_ref();
    let (passed, still) = forgetting.checks_passed();
    json!({
        "is_telling": forgetting.is_telling(),
        "has_forgotten": forgetting.has_forgotten(),
        "losses": forgetting.losses(),
        "perplexity_before": text.map(|text| text.perplexity_before),
        "perplexity_after": text.map(|text| text.perplexity_after),
        "checks_passed_before": passed,
        "checks_still_passed": still,
        "checks_gained": forgetting.checks_gained(),
        "shift_nats_a_token": forgetting.shift.map(|shift| estimate(&shift.nats_a_token)),
    })
}
