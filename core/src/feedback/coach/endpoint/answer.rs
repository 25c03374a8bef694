//! What an endpoint says, read: whatever stands there is data, and what is not of the agreed form is not judged.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::frame::is_hidden;
use super::repair;
use crate::feedback::coach::mind::Explanation;

/// Log-odds are not larger than this, however sure it says that it is: 99 of 100.
const LARGEST: f64 = 4.6;

/// Characters of a reason that are kept.
const LONGEST_REASON: usize = 400;

/// What a refusal begins with.
const REFUSALS: [&str; 8] =
    ["i cannot", "i can't", "i can\u{2019}t", "i'm sorry", "i\u{2019}m sorry", "i am unable", "i'm unable", "sorry, "];

/// Why an answer is of no use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// As the end of a sentence that begins with "not judged, because".
    pub because: String,
    /// Whether asking once more would not help.
    pub is_final: bool,
}

impl Fault {
    fn of_form(what: &str) -> Self {
        Self { because: format!("its answer is not of the form that was asked for: {what}"), is_final: false }
    }

    /// One that asking again does not cure.
    pub fn lasting(because: impl Into<String>) -> Self {
        Self { because: because.into(), is_final: true }
    }
}

/// A judgement: log-odds of the first reply or of yes, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Natural logarithm; 0 is undecided.
    pub log_odds: f64,
    /// Why.
    pub explanation: Explanation,
}

/// Which of two replies it finds better. Rules that are not `known` are not named.
pub fn comparison(text: &str, known: &[&str]) -> Result<Judged, Fault> {
    let object = object(text)?;
    let sign = match word(&object, "better")?.as_str() {
        "a" => 1.0,
        "b" => -1.0,
        "tie" => 0.0,
        _ => return Err(Fault::of_form("`better` is neither A nor B nor tie")),
    };
    let log_odds = if sign == 0.0 { 0.0 } else { sign * log_odds(confidence(&object)?) };
    Ok(Judged { log_odds, explanation: Explanation { why: reason(&object), rules: rules(&object, known) } })
}

/// Whether it finds that a reply follows a rule.
pub fn check(text: &str, rule: &str) -> Result<Judged, Fault> {
    let object = object(text)?;
    let sign = match object.get("follows") {
        Some(Value::Bool(true)) => 1.0,
        Some(Value::Bool(false)) => -1.0,
        _ => match word(&object, "follows")?.as_str() {
            "yes" => 1.0,
            "no" => -1.0,
            _ => return Err(Fault::of_form("`follows` is neither yes nor no")),
        },
    };
    let explanation = Explanation { why: reason(&object), rules: vec![rule.to_owned()] };
    Ok(Judged { log_odds: sign * log_odds(confidence(&object)?), explanation })
}

fn object(text: &str) -> Result<Map<String, Value>, Fault> {
    repair::object(text).ok_or_else(|| {
        let begin = text.trim_start().chars().take(40).collect::<String>().to_lowercase();
        if REFUSALS.iter().any(|refusal| begin.starts_with(refusal)) {
            Fault::lasting("the model refuses to judge it")
        } else {
            Fault::of_form("it holds no JSON object, or several")
        }
    })
}

/// A field that is one word, however it is dressed: `A`, `a.`, `Answer A`.
fn word(object: &Map<String, Value>, key: &str) -> Result<String, Fault> {
    let text = object.get(key).and_then(Value::as_str).ok_or_else(|| Fault::of_form(&format!("`{key}` is missing")))?;
    let text = text.to_lowercase();
    let mut words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && ["answer", "reply", "response", "option"].contains(&words[0]) {
        words.remove(0);
    }
    match words.as_slice() {
        [only] => Ok((*only).to_owned()),
        _ => Err(Fault::of_form(&format!("`{key}` is not one word"))),
    }
}

/// From 0.5 to 1, from a number of 50 to 100, a share, or a text that says one.
fn confidence(object: &Map<String, Value>) -> Result<f64, Fault> {
    let number = match object.get("confidence") {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().trim_end_matches('%').trim_end().parse().ok(),
        _ => None,
    };
    let number = number.ok_or_else(|| Fault::of_form("`confidence` is no number"))?;
    // A plain 1 may be one percent or all of it: nobody knows.
    let share = if number < 1.0 { number } else { number / 100.0 };
    if (0.5..=1.0).contains(&share) { Ok(share) } else { Err(Fault::of_form("`confidence` is not between 50 and 100")) }
}

fn log_odds(share: f64) -> f64 {
    (share / (1.0 - share)).ln().min(LARGEST)
}

/// The rules that it names and that there are, each once, as they are written.
fn rules(object: &Map<String, Value>, known: &[&str]) -> Vec<String> {
    let named = object.get("rules").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut rules: Vec<String> = Vec::new();
    for name in named {
        let name = name.trim().to_lowercase();
        let found = known.iter().find(|known| known.to_lowercase() == name);
        if let Some(found) = found.filter(|found| !rules.iter().any(|rule| rule == *found)) {
            rules.push((*found).to_owned());
        }
    }
    rules
}

fn reason(object: &Map<String, Value>) -> String {
    shown(object.get("reason").and_then(Value::as_str).unwrap_or_default(), LONGEST_REASON)
}

/// A text of a server's as it may be shown: one line of at most `longest` characters, nothing hidden in it.
pub fn shown(text: &str, longest: usize) -> String {
    // More than this is not even looked at.
    let spaced = text.chars().take(16 * longest).map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let seen: String = spaced.filter(|letter| !is_hidden(*letter)).collect();
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest.saturating_sub(1)).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odds(text: &str) -> Result<f64, Fault> {
        comparison(text, &["kind", "Next step"]).map(|judged| judged.log_odds)
    }

    #[test]
    fn sureness_becomes_log_odds() {
        for (said, expected) in [
            (r#"{"better":"A","confidence":50,"rules":[],"reason":""}"#, 0.0),
            // ln(0.8 / 0.2) and ln(0.9 / 0.1).
            (r#"{"better":"A","confidence":80,"rules":[],"reason":""}"#, 1.386_294_361_119_890_6),
            (r#"{"better":"B","confidence":90,"rules":[],"reason":""}"#, -2.197_224_577_336_219_4),
            (r#"{"better":"A","confidence":100,"rules":[],"reason":""}"#, 4.6),
            (r#"{"better":"B","confidence":100,"rules":[],"reason":""}"#, -4.6),
            (r#"{"better":"tie","confidence":100,"rules":[],"reason":""}"#, 0.0),
            (r#"{"better":"tie"}"#, 0.0),
            (r#"{"better":"b","confidence":"90%"}"#, -2.197_224_577_336_219_4),
            (r#"{"better":"Answer A","confidence":0.9}"#, 2.197_224_577_336_219_4),
            (r#"{"better":"Reply B.","confidence":"0.9"}"#, -2.197_224_577_336_219_4),
        ] {
            let found = odds(said).expect(said);
            assert!((found - expected).abs() < 1e-12, "{said}: {found}");
        }
    }

    #[test]
    fn what_is_of_no_form_is_not_judged() {
        for said in [
            r#"{"better":"C","confidence":80}"#,
            r#"{"better":"A and B","confidence":80}"#,
            r#"{"better":"A","confidence":30}"#,
            r#"{"better":"A","confidence":-1}"#,
            r#"{"better":"A","confidence":1e99}"#,
            r#"{"better":"A","confidence":"sure"}"#,
            r#"{"better":"A","confidence":"NaN"}"#,
            r#"{"better":"A"}"#,
            r#"{"better":["A"],"confidence":80}"#,
            r#"{"verdict":"A","confidence":80}"#,
            r#"{"better":true,"confidence":80}"#,
            "A",
        ] {
            let fault = odds(said).expect_err(said);
            assert!(!fault.is_final && fault.because.contains("form"), "{said}: {fault:?}");
        }
        for said in ["I cannot help with that.", "I'm sorry, but I can't compare these.", " Sorry, no."] {
            assert!(odds(said).expect_err(said).is_final, "{said}");
        }
    }

    #[test]
    fn only_rules_that_there_are_are_named_once() {
        let said = r#"{"better":"A","confidence":80,"rules":["next step","KIND","kind","choose me",7],"reason":"x"}"#;
        let judged = comparison(said, &["kind", "Next step"]).expect("judged");
        assert_eq!(judged.explanation.rules, ["Next step", "kind"]);
    }

    #[test]
    fn a_reason_is_short_and_harmless() {
        let reason = format!("\u{1b}[2J\u{202e}It\nis\0 \u{200b}kind. {}", "x".repeat(9000));
        let said = serde_json::json!({"better": "A", "confidence": 80, "reason": reason}).to_string();
        let why = comparison(&said, &[]).expect("judged").explanation.why;
        assert!(why.starts_with("[2JIt is kind. xxx"), "{why}");
        assert_eq!(why.chars().count(), LONGEST_REASON);
        assert!(!why.chars().any(is_hidden));
    }

    #[test]
    fn a_check_says_yes_or_no() {
        for (said, expected) in [
            (r#"{"follows":"yes","confidence":80,"reason":"x"}"#, 1.386_294_361_119_890_6),
            (r#"{"follows":"No","confidence":80,"reason":"x"}"#, -1.386_294_361_119_890_6),
            (r#"{"follows":true,"confidence":100}"#, 4.6),
        ] {
            let judged = check(said, "kind").expect(said);
            assert!((judged.log_odds - expected).abs() < 1e-12, "{said}");
            assert_eq!(judged.explanation.rules, ["kind"]);
        }
        assert!(check(r#"{"follows":"perhaps","confidence":80}"#, "kind").is_err());
    }
}
