//! Report cards as one HTML page: its own style, no script, nothing fetched.

use super::{LINES, advice, answer, share, sign};
use crate::domain::Choice;
use crate::evaluate::report::escape::html;
use crate::evaluate::report::html::STYLE;
use crate::feedback::coach::report_card::{Disagreement, ReportCard};

/// Every card on one page: the words of trust, then all figures side by side, then each by rule, topic and disagreement.
pub fn page(cards: &[ReportCard], source: &str) -> String {
    let body = [
        "<h1>Can the coach be trusted?</h1>\n".to_owned(),
        format!("<p class=\"models\">Tried on {}.</p>\n", html(source)),
        joined(cards, verdict),
        side_by_side(cards),
        joined(cards, details),
        "<section><h2>How to read this</h2>\n<p class=\"quiet\">Figures in brackets are the ends of a 95% interval. Only comparisons \
         that both people and the coach decided count as agreement; what the coach leaves open goes to people. Kappa is agreement \
         beyond chance: 0 is a coin, 1 is always. Each comparison was asked in both orders.</p></section>\n"
            .to_owned(),
    ]
    .concat();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Can the coach be trusted?</title>\n<style>\n{STYLE}.verdict{{margin-bottom:1rem}}\n</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// What is made of each, one after the other.
fn joined<T>(items: impl IntoIterator<Item = T>, made_of: impl Fn(T) -> String) -> String {
    items.into_iter().map(made_of).collect::<Vec<_>>().concat()
}

fn verdict(card: &ReportCard) -> String {
    let (class, sign) = sign(card.trust);
    format!(
        "<div class=\"verdict {class}\"><p class=\"title\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span>\
         <span>{}: {}</span></p>\n<p class=\"said\">{}</p></div>\n",
        html(&card.coach),
        html(card.trust.words()),
        html(&card.sentence)
    )
}

fn side_by_side(cards: &[ReportCard]) -> String {
    let head = joined(cards, |card| format!("<th>{}</th>", html(&card.coach)));
    let row = |line: &super::Line| {
        let cells = joined(cards, |card| format!("<td>{}</td>", html(&(line.of)(card))));
        format!("<tr><th>{}</th>{cells}</tr>\n", html(line.name))
    };
    let judged_by = joined(cards, |card| format!("<td>{}</td>", html(&card.judged_by)));
    format!(
        "<section>\n<h2>Figures</h2>\n<div class=\"scroll\"><table><thead><tr><th></th>{head}</tr></thead><tbody>\n{}\
         <tr><th>Judges by</th>{judged_by}</tr>\n</tbody></table></div>\n</section>\n",
        joined(LINES, row)
    )
}

fn details(card: &ReportCard) -> String {
    let leans = joined(&card.biases.sentences, |one| format!("<li>{}.</li>", html(one)));
    let failures = joined(&card.not_judged, |(why, count)| format!("<li>{count} × {}</li>", html(why)));
    let list =
        |items: &str| if items.is_empty() { String::new() } else { format!("<ul class=\"plain\">{items}</ul>\n") };
    let rules: Vec<[String; 4]> = card
        .rules
        .iter()
        .map(|rule| [rule.text.clone(), share(&rule.agreement), share(&rule.coverage), advice(rule).to_owned()])
        .collect();
    let topics: Vec<[String; 3]> =
        card.topics.iter().map(|topic| [topic.name.clone(), share(&topic.agreement), share(&topic.coverage)]).collect();
    let parts = [
        list(&format!("{leans}{failures}")),
        table("By each rule alone", &["Rule", "Agrees with people", "Decides", "Advice"], &rules),
        table("By topic", &["Topic", "Agrees with people", "Decides"], &topics),
        joined(&card.disagreements, disagreement),
    ]
    .concat();
    if parts.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>{}, in detail</h2>\n{parts}</section>\n", html(&card.coach))
}

fn table<const N: usize>(caption: &str, heads: &[&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head = joined(heads, |head| format!("<th>{}</th>", html(head)));
    let row = |cells: &[String; N]| {
        let cells = joined(cells, |cell| format!("<td>{}</td>", html(cell)));
        format!("<tr>{cells}</tr>\n")
    };
    format!(
        "<div class=\"scroll\" style=\"margin-bottom:1rem\"><table><caption>{}</caption><thead><tr>{head}</tr></thead><tbody>\n\
         {}</tbody></table></div>\n",
        html(caption),
        joined(rows, row)
    )
}

fn disagreement(one: &Disagreement) -> String {
    let side = |text: &str, choice: crate::domain::Choice| {
        let (class, label) = match (one.people == choice, one.coach == choice) {
            (true, _) => (" preferred", "people prefer this"),
            (_, true) => ("", "the coach prefers this"),
            _ => ("", "answer"),
        };
        format!(
            "<div class=\"answer{class}\"><span class=\"label\">{label}</span><p class=\"data\">{}</p></div>",
            html(text)
        )
    };
    format!(
        "<div class=\"card\"><p class=\"asked\"><span class=\"label\">Asked</span><span class=\"data\">{}</span></p>\
         <div class=\"answers\">{}{}</div><p class=\"outcome\">People say {}, the coach {}: {} (log-odds {:.1}).</p></div>\n",
        html(&one.request),
        side(&one.a, Choice::A),
        side(&one.b, Choice::B),
        answer(one.people),
        answer(one.coach),
        html(&one.reason),
        one.margin.abs()
    )
}
