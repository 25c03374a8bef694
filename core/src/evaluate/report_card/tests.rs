use super::*;
use crate::domain::{Choice, Spent};
use crate::feedback::coach::report_card::{Case, Trial, report_card};
use crate::feedback::coach::{CoachItem, CoachVerdict};

/// A card of a coach that is right on so many of thirty comparisons.
fn card(coach: &str, right: usize) -> ReportCard {
    let case = |number: usize| Case {
        item: CoachItem::new("Where is <it>?", format!("Soon, number {number}."), "<script>alert(1)</script>"),
        people: Choice::A,
        topic: Some("late & lost".to_owned()),
        written_by_coach: [false; 2],
    };
    let cases: Vec<Case> = (0..30).map(case).collect();
    let verdicts: Vec<CoachVerdict> =
        (0..30)
            .map(|number| {
                if number < right { CoachVerdict::decide(2.0, 2.0, 1.0) } else { CoachVerdict::decide(-2.0, -1.0, 1.0) }
            })
            .collect();
    let spent = Spent { requests: 60, prompt_tokens: 9000, completion_tokens: 300, money: 0.03 };
    let trial = Trial {
        coach,
        judged_by: "2 rules",
        verdicts: &verdicts,
        rules: &[],
        seconds: 3.0,
        spent,
        currency: "EUR",
        seed: 0,
    };
    report_card(&cases, &trial)
}

#[test]
fn texts_are_data_on_the_page() {
    let page = page(&[card("large <b>", 29), card("small", 10)], "30 pairs of a & b.jsonl");
    assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"), "escaped");
    assert!(page.contains("large &lt;b&gt;") && page.contains("a &amp; b.jsonl"));
    assert!(page.contains("class=\"verdict yes\"") && page.contains("class=\"verdict no\""));
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("src="), "nothing is fetched");
    for line in LINES {
        assert!(page.contains(line.name), "{}", line.name);
    }
}

#[test]
fn lines_say_what_the_figures_are() {
    let lines = text_of(&[card("small", 27)]).join("\n");
    // statsmodels.stats.proportion.proportion_confint(27, 30, method="wilson") → (0.7438, 0.9654)
    assert!(lines.contains("Agrees with people                   90% (74% to 97%)"), "{lines}");
    assert!(lines.contains("0.100 EUR (31000 tokens)"), "{lines}");
    assert!(lines.contains("10.0 seconds") || lines.contains("10 seconds"), "{lines}");
    assert!(lines.contains("← people") && lines.contains("← the coach"), "{lines}");
}
