//! The report as one HTML page: its own style, pictures inside, no script, nothing fetched.

mod forgotten;

use super::escape::html;
use super::plots::{self, Plot};
use super::tables::{self, Cell, Row};
use super::{Example, Fact, Report, Risk};
use crate::domain::AnnotatorKind;
use crate::evaluate::figures::{between, change_in_points, count, percent, points_between};
use crate::evaluate::{Conclusion, ConclusionKind, Forgetting, Outcome, Paired, Reason, Ship, Speaks};

pub(in crate::evaluate) const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let conclusion = report.conclusion();
    let plots = plots::of(report);
    let heading = html(&tables::heading(report));
    let body = [
        format!("<h1>{heading}</h1>{}", paragraph("models", &tables::models(report))),
        verdict(&conclusion),
        tiles(report),
        why(&conclusion),
        comparison(report, &plots),
        change(report, &plots),
        forgotten::of(report, &plots),
        held_out(report),
        examples(report),
        work(report),
        training(&plots),
        risks(report),
        fold(report),
    ]
    .concat();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{heading}</title>\n<style>\n{STYLE}{}\n</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        plots::dark_style()
    )
}

fn paragraph(class: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!("<p{class}>{}</p>\n", html(text))
}

/// A part of the page under its heading; nothing where it has no content.
fn section(heading: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<section>\n<h2>{heading}</h2>\n{content}</section>\n") }
}

fn verdict(conclusion: &Conclusion) -> String {
    let speaks_against = conclusion.reasons.iter().any(|reason| reason.speaks == Speaks::Against);
    let (class, sign) = match (conclusion.kind, conclusion.ship) {
        (ConclusionKind::NoClearDifference | ConclusionKind::TooLittle, _) if !speaks_against => ("open", "≈"),
        (_, Ship::Yes) => ("yes", "✓"),
        (_, Ship::LookFirst | Ship::MoreLabels) => ("look_first", "!"),
        (_, Ship::No) => ("no", "✕"),
    };
    format!(
        "<div class=\"verdict {class}\"><p class=\"title\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span>\
         <span>{}</span></p>\n{}{}</div>\n",
        html(&conclusion.verdict()),
        paragraph("said", &conclusion.sentence),
        paragraph("", &conclusion.advice)
    )
}

/// The figures that are looked for first; fluency always stands beside success.
fn tiles(report: &Report) -> String {
    let results = &report.results;
    let mut tiles = String::new();
    if let Some(win_rate) = &results.win_rate {
        let likely = between(&win_rate.rate, percent).map_or(String::new(), |ends| format!("very likely {ends}; "));
        let comparisons = count(win_rate.comparisons as u64, "comparison");
        tiles += &tile(
            "",
            "Win rate against the old model",
            &percent(win_rate.rate.value),
            &format!("{likely}{comparisons}"),
        );
    }
    if let Some(rubric) = &results.rubric {
        tiles += &pair_tile("", "Answers that meet the rubric", rubric);
    }
    match &results.fluency {
        Some(fluency) => {
            let class = if results.fluency_has_fallen() { " no" } else { "" };
            tiles += &pair_tile(class, "Fluent answers", fluency);
        }
        None if tiles.is_empty() => return String::new(),
        None => tiles += &tile("", "Fluent answers", "–", "not measured"),
    }
    tiles.extend(results.forgetting.as_ref().filter(|forgetting| forgetting.is_telling()).map(kept_tile));
    format!("<dl class=\"tiles\">{tiles}</dl>\n")
}

fn tile(class: &str, name: &str, big: &str, small: &str) -> String {
    format!(
        "<div class=\"tile{class}\"><dt>{name}</dt><dd><div class=\"big\">{big}</div><div class=\"small\">{small}</div></dd></div>"
    )
}

fn pair_tile(class: &str, name: &str, share: &Paired) -> String {
    let big =
        format!("<span class=\"old\">{} →</span> <b>{}</b>", percent(share.before.value), percent(share.after.value));
    let likely = points_between(&share.difference).map_or(String::new(), |ends| format!(" (very likely {ends})"));
    tile(class, name, &big, &format!("{}{likely}", change_in_points(share)))
}

/// Of the questions that the old model answers rightly, those that the new one does too.
fn kept_tile(forgetting: &Forgetting) -> String {
    let (class, said) =
        if forgetting.has_forgotten() { (" no", "something was forgotten") } else { ("", "nothing was forgotten") };
    match forgetting.checks_passed() {
        (0, _) => tile(class, "Still knows", if class.is_empty() { "as before" } else { "<b>less</b>" }, said),
        (passed, still) => tile(
            class,
            "Other questions still right",
            &format!("<b>{still}</b> <span class=\"old\">of {passed}</span>"),
            said,
        ),
    }
}

/// The reasons, each with its side.
fn why(conclusion: &Conclusion) -> String {
    let item = |reason: &Reason| {
        let class = match reason.speaks {
            Speaks::For => "yes",
            Speaks::Against => "no",
            Speaks::Neither => "open",
        };
        format!(
            "<span class=\"side {class}\">{}</span> <span>{}</span>",
            tables::side(reason.speaks),
            html(&reason.says)
        )
    };
    section("Why", &list("reasons", &conclusion.reasons.iter().map(item).collect::<Vec<_>>()))
}

fn held_out(report: &Report) -> String {
    let said = report.results.rewards.as_ref().map(|rewards| tables::rewards(report, rewards));
    section("How it ranks judged pairs", &said.map_or(String::new(), |said| paragraph("", &said)))
}

fn figure(plot: &Plot) -> String {
    format!(
        "<figure><h3>{}</h3>{}<figcaption>{}</figcaption></figure>\n",
        html(&plot.title),
        plot.inline(),
        html(&plot.caption)
    )
}

fn figures(plots: &[Plot], names: &[&str]) -> String {
    let chosen: String = plots.iter().filter(|plot| names.contains(&plot.name.as_str())).map(figure).collect();
    if chosen.is_empty() { chosen } else { format!("<div class=\"plots\">\n{chosen}</div>\n") }
}

fn comparison(report: &Report, plots: &[Plot]) -> String {
    let said: String = tables::win_rate(report).iter().map(|words| paragraph("", words)).collect();
    let picture: String = plots.iter().filter(|plot| plot.name == "win-rate").map(figure).collect();
    let content = if said.is_empty() { said } else { format!("<div class=\"two\">{picture}<div>{said}</div></div>\n") };
    section("Old against new", &content)
}

fn change(report: &Report, plots: &[Plot]) -> String {
    let caption = "Averages over the compared prompts. Small numbers: where the truth very likely lies (95% interval).";
    let table = table("before and after", caption, &tables::before_and_after(report));
    section("Before and after", &format!("{}{table}", figures(plots, &["rubric", "wording"])))
}

/// A table of what was measured; `of` says of what.
fn table(of: &str, caption: &str, rows: &[Row]) -> String {
    let cell = |cell: &Cell| {
        let interval = cell.interval.as_ref().map_or(String::new(), |ends| format!("<small>{}</small>", html(ends)));
        format!("<td>{}{interval}</td>", html(&cell.value))
    };
    let row = |row: &Row| {
        format!(
            "<tr><th scope=\"row\">{}</th>{}{}{}<td class=\"hint\">{}</td></tr>\n",
            html(&row.name),
            cell(&row.before),
            cell(&row.after),
            cell(&row.difference),
            row.hint
        )
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"Table of {of}\" tabindex=\"0\"><table>\
         <caption>{caption}</caption>\
         <thead><tr><th scope=\"col\">Measured</th><th scope=\"col\">Before</th><th scope=\"col\">After</th>\
         <th scope=\"col\">Difference</th><th scope=\"col\" class=\"hint\">Reading</th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
    )
}

fn examples(report: &Report) -> String {
    let cards: String = report.examples.iter().map(example).collect();
    section("Examples", &cards)
}

/// An answer to be read beside another.
fn answer(name: &str, text: &str, is_preferred: bool) -> String {
    let (class, mark) = if is_preferred { (" preferred", " ✓ preferred") } else { ("", "") };
    format!(
        "<div class=\"answer{class}\"><span class=\"label\">{name}{mark}</span><p class=\"data\" dir=\"auto\">{}</p></div>",
        html(text)
    )
}

fn example(example: &Example) -> String {
    let reason = example.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    format!(
        "<article class=\"card\"><div class=\"asked\"><span class=\"label\">Asked</span>\
         <p class=\"data\" dir=\"auto\">{}</p></div>\n<div class=\"answers\">{}{}</div>{}</article>\n",
        html(&example.prompt),
        answer("Old answer", &example.old, example.outcome == Some(Outcome::Loss)),
        answer("New answer", &example.new, example.outcome == Some(Outcome::Win)),
        paragraph("outcome", &format!("{}{reason}", tables::preferred(example.outcome)))
    )
}

fn work(report: &Report) -> String {
    let mut content = String::new();
    if !report.method.name.is_empty() {
        content = format!("<p><b>{}.</b> {}</p>\n", html(&report.method.name), html(&report.method.says));
    }
    let number = |(number, name): &(String, String)| format!("<b>{}</b> {}", html(number), html(name));
    content += &list("done", &tables::work(report).iter().map(number).collect::<Vec<_>>());
    if !report.labellers.is_empty() {
        let labellers: Vec<String> = report.labellers.iter().map(tables::labelled).map(|said| html(&said)).collect();
        content += "<h3>Verdicts behind the pairs</h3>\n";
        content += &list("plain", &labellers);
    }
    if report.labellers.iter().any(|labeller| labeller.kind == AnnotatorKind::Person && labeller.is_simulated) {
        content += "<p class=\"simulated\">The people here are simulated: a program gave their verdicts.</p>\n";
    }
    section("What was done", &content)
}

/// A list of what is safe already; nothing where there is nothing.
fn list(class: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let item = |item: &String| format!("<li>{item}</li>\n");
    let items: String = items.iter().map(item).collect();
    format!("<ul class=\"{class}\">{items}</ul>\n")
}

fn training(plots: &[Plot]) -> String {
    section("The training", &figures(plots, &["loss", "margin", "accuracy"]))
}

fn risks(report: &Report) -> String {
    let item = |risk: &Risk| format!("<b>{}</b> {}", html(&risk.seen), html(&risk.cure));
    let content = list("risks", &report.risks().iter().map(item).collect::<Vec<_>>());
    section("What to beware of, and what to do next", &content)
}

/// Lineage and settings, folded away.
fn fold(report: &Report) -> String {
    let named = |heading: &str, facts: &[Fact]| {
        let row = |fact: &Fact| format!("<dt>{}</dt><dd>{}</dd>", html(&fact.name), html(&fact.value));
        let rows: String = facts.iter().map(row).collect();
        if rows.is_empty() { rows } else { format!("<h3>{heading}</h3>\n<dl>{rows}</dl>\n") }
    };
    let content = named("Where the adapter comes from", &report.lineage) + &named("Settings", &report.settings);
    if content.is_empty() {
        return content;
    }
    format!("<details><summary>For the expert: lineage and settings</summary>\n{content}</details>\n")
}
