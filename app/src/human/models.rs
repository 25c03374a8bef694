//! Models as people read them in a terminal: what was found, one in full, and where a fetched one lies.

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::domain::{Fit, FitBadge, Gate, Licence, OfferedModel, Permission};

use crate::text::{bytes, duration, plain, plain_line};

/// Models that were found, a few lines each.
pub(super) fn found_lines(summary: &Map<String, Value>) -> Vec<String> {
    let models =
        summary.get("models").and_then(|models| Vec::<OfferedModel>::deserialize(models).ok()).unwrap_or_default();
    let left_out = summary.get("left_out").and_then(Value::as_u64).unwrap_or(0);
    let mut lines: Vec<String> = models.iter().flat_map(model_lines).collect();
    if models.is_empty() {
        lines.push("no model was found that can be used here".to_owned());
    }
    if left_out > 0 {
        lines.push(format!("{left_out} more cannot be used here: --all shows them, with the reasons"));
    }
    if let Some(first) = models.iter().find(|model| model.refused.is_none() && model.on_disk.is_none()) {
        let file = first.file.as_ref().map(|file| format!(" --file {file}")).unwrap_or_default();
        lines.push(format!("to fetch one: whetstone download {}{file}", plain_line(&first.repository)));
    }
    lines
}

fn model_lines(model: &OfferedModel) -> Vec<String> {
    let mut lines = vec![plain_line(&model.repository)];
    let mut facts = Vec::new();
    facts.extend(model.fit.as_ref().map(|fit| fit.badge.said().to_owned()));
    facts.extend(model.parameters.map(parameters));
    facts.extend(model.download_bytes.map(bytes));
    facts.extend(model.licence.as_ref().map(licence_in_short));
    facts.extend((model.gate != Gate::Open).then(|| "terms to accept first".to_owned()));
    facts.extend(model.on_disk.as_ref().map(|_| "on this machine".to_owned()));
    if !facts.is_empty() {
        lines.push(format!("  {}", facts.join(" · ")));
    }
    lines.extend(model.good_at.as_ref().map(|said| format!("  {}", plain_line(said))));
    if let Some(refusal) = &model.refused {
        lines.push(format!("  cannot be used here: {}", plain_line(&refusal.reason)));
        lines.push(format!("  instead: {}", plain_line(&refusal.instead)));
    }
    lines
}

/// One model in full.
pub(super) fn about_lines(summary: &Map<String, Value>) -> Vec<String> {
    let Some(model) = summary.get("model").and_then(|model| OfferedModel::deserialize(model).ok()) else {
        return Vec::new();
    };
    let mut lines = vec![format!("{} ({})", plain_line(&model.title), plain_line(&model.repository))];
    lines.extend(model.good_at.as_ref().map(|said| plain_line(said)));
    let mut row = |name: &str, value: Option<String>| {
        lines.extend(value.map(|value| format!("{name:<16} {}", plain_line(&value))));
    };
    row("family", model.family.clone());
    row("size", model.parameters.map(parameters));
    row("download", model.download_bytes.map(bytes));
    row("reads at most", model.context_tokens.map(|tokens| format!("{tokens} tokens")));
    row("languages", (!model.languages.is_empty()).then(|| model.languages.join(", ")));
    row("licence", model.licence.as_ref().map(|licence| licence.title.clone()));
    row("", model.licence.as_ref().map(licence_said));
    row("terms", model.gate_page.as_ref().map(|page| format!("to be accepted first on {page}")));
    row("on this machine", model.on_disk.as_ref().map(|path| path.display().to_string()));
    if let Some(refusal) = &model.refused {
        row("cannot be used", Some(refusal.reason.clone()));
        row("instead", Some(refusal.instead.clone()));
    }
    if let Some(fit) = &model.fit {
        lines.extend(fit_lines(fit));
    }
    if let Some(card) = &model.card {
        lines.push(String::new());
        lines.push("What its card says:".to_owned());
        lines.push(plain(card));
    }
    lines
}

fn fit_lines(fit: &Fit) -> Vec<String> {
    let of = |free: Option<u64>| free.map(|free| format!(" of {} that can be had", bytes(free))).unwrap_or_default();
    let mut lines = vec![
        format!("{:<16} {}", "here", plain_line(&fit.said)),
        format!("{:<16} {}{}", "memory", bytes(fit.training_bytes), of(fit.memory_free_bytes)),
        format!("{:<16} {}{}", "disk", bytes(fit.disk_bytes), of(fit.disk_free_bytes)),
    ];
    if fit.badge <= FitBadge::Slow {
        lines.extend(fit.methods.iter().filter_map(|method| {
            let coach = method.coach.as_ref().map(|coach| format!(", coach {coach}")).unwrap_or_default();
            Some(format!(
                "{:<16} about {} for 200 pairs{}",
                method.method,
                duration(method.seconds?),
                plain_line(&coach)
            ))
        }));
    }
    lines
}

fn parameters(count: u64) -> String {
    let millions = count as f64 / 1e6;
    if millions < 1000.0 {
        format!("{millions:.0} million numbers")
    } else {
        format!("{:.1} billion numbers", millions / 1000.0)
    }
}

fn licence_in_short(licence: &Licence) -> String {
    let sale = match licence.may_sell {
        Permission::Yes => "may be sold",
        Permission::WithConditions => "may be sold, with conditions",
        Permission::No => "not for sale",
        Permission::Unknown => "licence not known here",
    };
    format!("{}: {sale}", plain_line(&licence.title))
}

/// What the licence asks for; its own sentence begins with what may be sold.
fn licence_said(licence: &Licence) -> String {
    let asking = if licence.must_ask { " Terms are to be accepted, or somebody asked, first." } else { "" };
    format!("{}{asking}", licence.said)
}

/// Where a fetched model lies, and what to do next.
pub(super) fn download_lines(summary: &Map<String, Value>) -> Vec<String> {
    let text = |key: &str| summary.get(key).and_then(Value::as_str).unwrap_or_default();
    let number = |key: &str| summary.get(key).and_then(Value::as_u64).unwrap_or(0);
    let (all, fetched) = (number("bytes"), number("fetched_bytes"));
    let seconds = summary.get("seconds").and_then(Value::as_f64).unwrap_or(0.0);
    let came = if fetched == 0 {
        "all of it was here already".to_owned()
    } else {
        format!("{} came in {}", bytes(fetched), duration(seconds))
    };
    let mut lines = vec![
        format!("{} at {}: {} files, {}; {came}", text("repository"), text("commit"), number("files"), bytes(all)),
        format!("in {}", plain_line(text("path"))),
    ];
    // The folder of a model, and not one file of it.
    if text("path").ends_with(text("commit")) {
        lines.push(format!("use it by its name: --model {}", text("repository")));
    }
    lines
}
