//! What a person is told at the end.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::evaluate::figures::{between, percent, signed};
use crate::evaluate::{Forgetting, Report, Results};
use crate::job::{ComparedBy, EvaluateSpec};

/// The summary of an evaluation whose comparisons wait for somebody.
pub(super) fn waiting(spec: &EvaluateSpec, waiting: usize) -> Map<String, Value> {
    let who = match &spec.judge {
        ComparedBy::People => "people",
        ComparedBy::Coach { coach, .. } if coach.is_endpoint() && !spec.endpoint.is_agreed => {
            "your consent to what the endpoint is sent"
        }
        // It was asked, and could not judge them for now; the warning says why.
        _ => "the coach, which could not judge them now",
    };
    let said = format!("The answers are there. {waiting} comparisons wait for {who}; --resume goes on from here.");
    let mut summary = Map::new();
    summary.insert("waiting".to_owned(), json!(waiting));
    summary.insert("said".to_owned(), json!([said]));
    summary.extend(spec.out.as_ref().map(|out| ("out".to_owned(), json!(out))));
    summary
}

/// The summary of one that is done.
pub(super) fn summary(spec: &EvaluateSpec, report: &Report, page: Option<&Path>) -> Map<String, Value> {
    let mut summary = report.to_json().as_object().cloned().unwrap_or_default();
    summary.remove("report");
    let conclusion = report.conclusion();
    let mut said = vec![format!("{}.", conclusion.verdict()), conclusion.sentence.clone(), conclusion.advice.clone()];
    said.extend(figures(&report.results));
    said.extend(page.map(|page| format!("report: {}", page.display())));
    summary.insert("said".to_owned(), json!(said));
    summary.insert("waiting".to_owned(), json!(0));
    summary.extend(spec.out.as_ref().map(|out| ("out".to_owned(), json!(out))));
    summary.extend(page.map(|page| ("page".to_owned(), json!(page))));
    summary
}

/// The figures, a line each.
fn figures(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(won) = &results.win_rate {
        let likely = between(&won.rate, percent).map_or(String::new(), |ends| format!(" ({ends})"));
        lines.push(format!(
            "win rate: {}{likely}; {} won, {} ties, {} lost, on {} prompts",
            percent(won.rate.value),
            won.wins,
            won.ties,
            won.losses,
            won.prompts
        ));
    }
    if let Some(rate) = &results.win_rate_at_equal_length {
        lines.push(format!("win rate if both answers were always equally long: {}", percent(rate.value)));
    }
    if let Some(rubric) = &results.rubric {
        let (before, after) = (percent(rubric.before.value), percent(rubric.after.value));
        lines.push(format!("answers that meet every rule: {before} before, {after} after"));
    }
    if let Some(length) = &results.length {
        lines.push(format!("words an answer: {:.0} before, {:.0} after", length.before.value, length.after.value));
    }
    if let Some(rewards) = &results.rewards {
        let likely = between(&rewards.accuracy, percent).map_or(String::new(), |ends| format!(" ({ends})"));
        lines.push(format!(
            "held-out verdicts ranked rightly: {}{likely} of {} pairs, margin {}",
            percent(rewards.accuracy.value),
            rewards.pairs,
            signed(rewards.margin.value, 3, "")
        ));
    }
    if let Some(forgetting) = &results.forgetting {
        lines.extend(forgotten(forgetting));
    }
    lines
}

fn forgotten(forgetting: &Forgetting) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(text) = &forgetting.text {
        lines.push(format!(
            "perplexity of general text: {:.2} before, {:.2} after ({} nats a token)",
            text.perplexity_before,
            text.perplexity_after,
            signed(text.nats_a_token.value, 3, "")
        ));
    }
    let (passed, still) = forgetting.checks_passed();
    let gained = forgetting.checks_gained();
    if passed + gained > 0 {
        lines.push(format!(
            "small questions answered rightly before: {passed}; of these still: {still}; only now: {gained}"
        ));
    }
    if let Some(shift) = &forgetting.shift {
        lines.push(format!("shift on ordinary prompts: {:.3} nats a token", shift.nats_a_token.value));
    }
    lines.extend(forgetting.remarks.iter().cloned());
    lines
}
