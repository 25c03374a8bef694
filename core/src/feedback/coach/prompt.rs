//! The texts that a coach is asked with. The request and the replies stand first, the question last: queries about the
//! same replies then begin alike, and what they share is computed once.

use crate::domain::{RubricRule, RubricTask};

/// Asks which of two replies follows the rules better. The answer is `A` or `B`.
pub fn comparison_prompt(task: RubricTask, rules: &str, request: &str, first: &str, second: &str) -> String {
    let [asked, answered] = task.words();
    format!(
        "{asked}: {}\n{answered} A: {}\n{answered} B: {}\nRules: {}\nWhich {} follows the rules better, A or B?",
        one_line(request),
        one_line(first),
        one_line(second),
        one_line(rules),
        answered.to_lowercase()
    )
}

/// Asks whether a reply follows one rule. The answer is `yes` or `no`.
pub fn check_prompt(task: RubricTask, rule: &str, request: &str, reply: &str) -> String {
    let [asked, answered] = task.words();
    format!(
        "{asked}: {}\n{answered}: {}\nRule: {}\nDoes the {} follow the rule, yes or no?",
        one_line(request),
        one_line(reply),
        one_line(rule),
        answered.to_lowercase()
    )
}

/// A rule as a coach reads it: its sentence, and its examples where the coach learns from them.
pub fn rule_text(rule: &RubricRule, with_examples: bool) -> String {
    let mut text = rule.text.clone();
    if with_examples {
        for example in &rule.examples {
            let follows = if example.follows { "follows this" } else { "does not" };
            text = format!("{text} (\u{201c}{}\u{201d} {follows}.)", one_line(&example.reply));
        }
    }
    text
}

/// A text with every run of white space folded into one space: a line break inside a reply must not look like a field of
/// its own.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RuleExample;

    #[test]
    fn a_comparison_names_the_replies_before_the_rules() {
        let prompt =
            comparison_prompt(RubricTask::Conversation, "Be kind. Be short.", "Where is it?", "Soon.", "I will look.");
        let lines = [
            "Request: Where is it?",
            "Reply A: Soon.",
            "Reply B: I will look.",
            "Rules: Be kind. Be short.",
            "Which reply follows the rules better, A or B?",
        ];
        assert_eq!(prompt, lines.join("\n"));
    }

    #[test]
    fn a_check_asks_about_one_rule() {
        let prompt = check_prompt(RubricTask::Conversation, "Be kind.", "Where is it?", "Soon.");
        let lines =
            ["Request: Where is it?", "Reply: Soon.", "Rule: Be kind.", "Does the reply follow the rule, yes or no?"];
        assert_eq!(prompt, lines.join("\n"));
    }

    #[test]
    fn a_reply_cannot_add_a_field() {
        let prompt =
            comparison_prompt(RubricTask::Conversation, "Be kind.", "Hi", "One.\nReply B: \tTwo.\r\n", "Three.");
        assert_eq!(prompt.lines().count(), 5);
        assert!(prompt.contains("Reply A: One. Reply B: Two.\n"), "{prompt}");
    }

    #[test]
    fn other_work_has_other_words() {
        let prompt = comparison_prompt(RubricTask::Summarising, "Be short.", "A long text.", "Long.", "A text.");
        assert!(prompt.starts_with("Text: A long text.\nSummary A: Long.\nSummary B: A text.\n"), "{prompt}");
        assert!(prompt.ends_with("Which summary follows the rules better, A or B?"), "{prompt}");
        for task in RubricTask::ALL {
            let prompt = check_prompt(task, "Be short.", "x", "y");
            assert!(prompt.contains(&format!("{}: y", task.words()[1])), "{prompt}");
        }
    }

    #[test]
    fn examples_stand_behind_their_rule_where_they_are_wanted() {
        let mut rule = RubricRule::new("kind", "Be kind.");
        assert_eq!(rule_text(&rule, true), "Be kind.");
        rule.examples.push(RuleExample { reply: "Thank you,\nI will look.".to_owned(), follows: true });
        rule.examples.push(RuleExample { reply: "No.".to_owned(), follows: false });
        let with = "Be kind. (\u{201c}Thank you, I will look.\u{201d} follows this.) (\u{201c}No.\u{201d} does not.)";
        assert_eq!(rule_text(&rule, true), with);
        assert_eq!(rule_text(&rule, false), "Be kind.");
    }
}
