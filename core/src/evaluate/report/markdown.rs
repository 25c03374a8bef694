//! The report as Markdown. What models and files say stands in fenced blocks or escaped, never as markup.

use super::escape::{block, inline};
use super::plots::{self, Plot};
use super::tables::{self, Cell, Row};
use super::{Example, Fact, Report, forgotten};
use crate::domain::AnnotatorKind;
use crate::evaluate::{Forgetting, LostCheck, Reason};

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let conclusion = report.conclusion();
    let plots = plots::of(report);
    let mut parts = vec![format!("# {}\n", inline(&tables::heading(report)))];
    parts.extend(line(&tables::models(report)));
    let verdict = inline(&conclusion.verdict());
    parts.push(format!("**{verdict}.** {}\n", inline(&conclusion.sentence)));
    parts.push(format!("{}\n", inline(&conclusion.advice)));
    if !conclusion.reasons.is_empty() {
        let item = |reason: &Reason| format!("- **{}:** {}\n", tables::side(reason.speaks), inline(&reason.says));
        let reasons: String = conclusion.reasons.iter().map(item).collect();
        parts.push(format!("## Why\n\n{reasons}"));
    }
    let won = tables::win_rate(report);
    if !won.is_empty() {
        parts.push("## Old against new\n".to_owned());
        parts.extend(pictures(&plots, &["win-rate"]));
        parts.push(format!("{}\n", inline(&won.join(" "))));
    }
    parts.push("## Before and after\n".to_owned());
    parts.extend(pictures(&plots, &["rubric", "wording"]));
    parts.push(table(&tables::before_and_after(report)));
    parts.push("In brackets: where the truth very likely lies (95% interval over prompts).\n".to_owned());
    parts.extend(report.results.forgetting.as_ref().map(|forgetting| still_known(forgetting, &plots)));
    if let Some(rewards) = &report.results.rewards {
        parts.push(format!("## How it ranks judged pairs\n\n{}\n", inline(&tables::rewards(report, rewards))));
    }
    if !report.examples.is_empty() {
        parts.push("## Examples\n".to_owned());
        parts.extend(report.examples.iter().map(example));
    }
    parts.extend(work(report));
    let training = pictures(&plots, &["loss", "margin", "accuracy"]);
    if !training.is_empty() {
        parts.push("## The training\n".to_owned());
        parts.extend(training);
    }
    let risks = report.risks();
    if !risks.is_empty() {
        parts.push("## What to beware of, and what to do next\n".to_owned());
        let item = |risk: &super::Risk| format!("- **{}** {}\n", inline(&risk.seen), inline(&risk.cure));
        parts.push(risks.iter().map(item).collect());
    }
    parts.extend(facts("Where the adapter comes from", &report.lineage));
    parts.extend(facts("Settings for the expert", &report.settings));
    parts.join("\n")
}

fn line(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("{}\n", inline(text)))
}

fn pictures(plots: &[Plot], names: &[&str]) -> Vec<String> {
    let chosen = plots.iter().filter(|plot| names.contains(&plot.name.as_str()));
    let picture = |plot: &Plot| {
        let says = inline(&format!("{}: {}", plot.title, plot.description));
        format!("![{says}](plots/{}.svg)\n\n{}\n", plot.name, inline(&plot.caption))
    };
    chosen.map(picture).collect()
}

fn table(rows: &[Row]) -> String {
    let cell = |cell: &Cell| {
        let interval = cell.interval.as_ref().map_or(String::new(), |ends| format!(" ({})", inline(ends)));
        format!("{}{interval}", inline(&cell.value))
    };
    let mut lines =
        vec!["| Measured | Before | After | Difference | Reading |".to_owned(), "|---|---|---|---|---|".to_owned()];
    lines.extend(rows.iter().map(|row| {
        format!(
            "| {} | {} | {} | {} | {} |",
            inline(&row.name),
            cell(&row.before),
            cell(&row.after),
            cell(&row.difference),
            row.hint
        )
    }));
    format!("{}\n", lines.join("\n"))
}

/// What was measured of forgetting, and the lost questions to be read.
fn still_known(forgetting: &Forgetting, plots: &[Plot]) -> String {
    let mut parts = vec!["## What it still knows\n".to_owned()];
    parts.extend(forgotten::says(forgetting).iter().map(|words| format!("{}\n", inline(words))));
    parts.extend(pictures(plots, &["checks", "forgetting"]));
    let rows = forgotten::rows(forgetting);
    if !rows.is_empty() {
        parts.push(table(&rows));
        parts.push(format!("{}\n", inline(&forgotten::note())));
    }
    for (kind, lost) in forgotten::lost(forgetting) {
        parts.push(format!("### Lost: {}\n", inline(&kind)));
        parts.extend(lost.iter().map(lost_check));
    }
    parts.join("\n")
}

fn lost_check(lost: &LostCheck) -> String {
    format!(
        "Asked:\n\n{}\nOld answer, right:\n\n{}\nNew answer:\n\n{}\n",
        block(&lost.prompt),
        block(&lost.before),
        block(&lost.after)
    )
}

fn example(example: &Example) -> String {
    let reason = example.reason.as_ref().map_or(String::new(), |reason| format!(": {}", inline(reason)));
    format!(
        "Asked:\n\n{}\nOld answer:\n\n{}\nNew answer:\n\n{}\n*{}*{reason}\n",
        block(&example.prompt),
        block(&example.old),
        block(&example.new),
        tables::preferred(example.outcome)
    )
}

fn work(report: &Report) -> Vec<String> {
    let mut parts = Vec::new();
    if !report.method.name.is_empty() {
        parts.push(format!("**{}.** {}\n", inline(&report.method.name), inline(&report.method.says)));
    }
    let numbers: Vec<String> = tables::work(report).iter().map(|(number, name)| format!("{number} {name}")).collect();
    parts.extend(line(&numbers.join(", ")));
    if !report.labellers.is_empty() {
        let item = |words: String| format!("- {}\n", inline(&words));
        let labellers: String = report.labellers.iter().map(tables::labelled).map(item).collect();
        parts.push(format!("Verdicts behind the pairs:\n\n{labellers}"));
    }
    if report.labellers.iter().any(|labeller| labeller.kind == AnnotatorKind::Person && labeller.is_simulated) {
        parts.push("**The people here are simulated: a program gave their verdicts.**\n".to_owned());
    }
    if !parts.is_empty() {
        parts.insert(0, "## What was done\n".to_owned());
    }
    parts
}

fn facts(heading: &str, facts: &[Fact]) -> Option<String> {
    let row = |fact: &Fact| format!("| {} | {} |\n", inline(&fact.name), inline(&fact.value));
    let rows: String = facts.iter().map(row).collect();
    (!rows.is_empty()).then(|| format!("## {heading}\n\n| | |\n|---|---|\n{rows}"))
}
