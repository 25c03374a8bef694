//! Report cards as lines of text.

use super::{LINES, advice, share};
use crate::domain::Choice;
use crate::feedback::coach::report_card::ReportCard;

/// Disagreements that are shown of each card.
const SHOWN: usize = 3;

/// Characters of an answer that are shown.
const EXCERPT: usize = 160;

/// Every card, one after the other.
pub fn text_of(cards: &[ReportCard]) -> Vec<String> {
    cards.iter().flat_map(card_lines).collect()
}

fn card_lines(card: &ReportCard) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!("Coach {}, by {}, on {} comparisons", card.coach, card.judged_by, card.cases),
        card.sentence.clone(),
    ];
    lines.extend(LINES.iter().map(|line| format!("  {:<36} {}", line.name, (line.of)(card))));
    lines.extend(card.biases.sentences.iter().map(|sentence| format!("  Lean: {sentence}.")));
    lines.extend(card.not_judged.iter().map(|(why, count)| format!("  {count} × {why}")));
    if !card.rules.is_empty() {
        lines.push("  By each rule alone:".to_owned());
        lines.extend(
            card.rules
                .iter()
                .map(|rule| format!("    {:<22} agrees {:<24} {}", rule.name, share(&rule.agreement), advice(rule))),
        );
    }
    if !card.topics.is_empty() {
        lines.push("  By topic:".to_owned());
        lines.extend(
            card.topics.iter().map(|topic| format!("    {:<22} agrees {}", topic.name, share(&topic.agreement))),
        );
    }
    if !card.disagreements.is_empty() {
        lines.push("  Where it is surest and people say otherwise:".to_owned());
    }
    for one in card.disagreements.iter().take(SHOWN) {
        lines.push(format!("    asked: {}", excerpt(&one.request)));
        for (name, text, choice) in [("first", &one.a, Choice::A), ("second", &one.b, Choice::B)] {
            let who = match (one.people == choice, one.coach == choice) {
                (true, _) => " ← people",
                (_, true) => " ← the coach",
                _ => "",
            };
            lines.push(format!("      {name}: {}{who}", excerpt(text)));
        }
        lines.push(format!("      ({}; log-odds {:.1})", one.reason, one.margin.abs()));
    }
    lines
}

fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= EXCERPT {
        return flat;
    }
    let short: String = flat.chars().take(EXCERPT).collect();
    format!("{short}…")
}
