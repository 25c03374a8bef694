//! Preference pairs from judged samples: of each prompt, the best answer against the worst.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::records::Record;

/// Scores nearer than this are equal: a weighted mean carries rounding.
const ROUNDING: f64 = 1e-9;

/// What became of the prompts.
#[derive(Debug, Default, PartialEq)]
pub(super) struct BestAndWorst {
    /// `prompt`, `chosen`, `rejected`, in the order in which the prompts first appear.
    pub(super) pairs: Vec<Value>,
    /// Prompts in all.
    pub(super) prompts: usize,
    /// Prompts whose best and worst answers are a tie.
    pub(super) tied: usize,
    /// Prompts without two different answers.
    pub(super) single: usize,
}

/// Whether two scores are a tie.
pub(super) fn is_tie(a: f64, b: f64, tie_margin: f64) -> bool {
    (a - b).abs() <= tie_margin + ROUNDING
}

/// The best of each prompt's samples against the worst; of equally good ones the first. `scores` are the samples',
/// in their order.
pub(super) fn best_against_worst(samples: &[Record], scores: &[f64], tie_margin: f64) -> BestAndWorst {
    let mut groups: Vec<Vec<(&Record, f64)>> = Vec::new();
    let mut known: HashMap<(String, bool), usize> = HashMap::new();
    for (sample, &score) in samples.iter().zip(scores) {
        let prompt = sample.get("prompt").map(Value::to_string).unwrap_or_default();
        let group = *known.entry((prompt, is_conversational(sample))).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        // An answer that could not be judged is neither the best nor the worst.
        if let Some(group) = groups.get_mut(group).filter(|_| score.is_finite()) {
            group.push((sample, score));
        }
    }
    let mut found = BestAndWorst { prompts: groups.len(), ..BestAndWorst::default() };
    for group in &groups {
        let Some(&first) = group.first() else { continue };
        let (best, worst) = extremes(group.iter().map(|(_, score)| *score));
        let (best, worst) = (group[best], group[worst]);
        let completion = |sample: &Record| sample.get("completion").cloned().unwrap_or_default();
        if group.iter().all(|(sample, _)| sample.get("completion") == first.0.get("completion")) {
            found.single += 1;
        } else if is_tie(best.1, worst.1, tie_margin) {
            found.tied += 1;
        } else {
            found.pairs.push(pair(first.0, completion(best.0), completion(worst.0)));
        }
    }
    found
}

/// The places of the highest and the lowest score, of equals the first; scores that are no number are passed over.
fn extremes(scores: impl Iterator<Item = f64>) -> (usize, usize) {
    let (mut best, mut worst) = ((0, f64::NAN), (0, f64::NAN));
    for (place, score) in scores.enumerate().filter(|(_, score)| score.is_finite()) {
        if best.1.is_nan() || score > best.1 {
            best = (place, score);
        }
        if worst.1.is_nan() || score < worst.1 {
            worst = (place, score);
        }
    }
    (best.0, worst.0)
}

/// The places of the best and the worst answer to a prompt by their scores; `None` where they are a tie, or say the same.
pub fn best_and_worst<T: PartialEq>(answers: &[T], scores: &[f64], tie_margin: f64) -> Option<(usize, usize)> {
    let (best, worst) = extremes(scores.iter().copied());
    let differ = answers.get(best)? != answers.get(worst)? && scores[best].is_finite() && scores[worst].is_finite();
    (differ && !is_tie(scores[best], scores[worst], tie_margin)).then_some((best, worst))
}

/// Whether sampling put the prompt through the chat template: then training must do the same, and the pair has
/// messages.
pub(super) fn is_conversational(sample: &Record) -> bool {
    let templated = sample.get("chat_template").and_then(Value::as_bool).unwrap_or(false);
    templated || matches!(sample.get("prompt"), Some(Value::Array(_)))
}

/// A pair in the form of its sample: plain texts, or messages throughout.
fn pair(sample: &Record, chosen: Value, rejected: Value) -> Value {
    let prompt = sample.get("prompt").cloned().unwrap_or_default();
    let mut pair = Map::new();
    if is_conversational(sample) {
        pair.insert("prompt".to_owned(), messages("user", prompt));
        pair.insert("chosen".to_owned(), messages("assistant", chosen));
        pair.insert("rejected".to_owned(), messages("assistant", rejected));
    } else {
        pair.insert("prompt".to_owned(), prompt);
        pair.insert("chosen".to_owned(), chosen);
        pair.insert("rejected".to_owned(), rejected);
    }
    Value::Object(pair)
}

/// A plain text as one message; messages as they are.
fn messages(role: &str, text: Value) -> Value {
    if text.is_string() { json!([{"role": role, "content": text}]) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(lines: &[Value]) -> Vec<Record> {
        lines.iter().map(|line| line.as_object().expect("an object").clone()).collect()
    }

    #[test]
    fn what_was_not_judged_is_neither_the_best_nor_the_worst() {
        let answers = ["a", "b", "c", "c"];
        assert_eq!(best_and_worst(&answers, &[f64::NAN, 0.5, 0.25, 0.25], 0.1), Some((1, 2)));
        assert_eq!(best_and_worst(&answers, &[f64::NAN, 0.3, 0.25, 0.25], 0.1), None);
        assert_eq!(best_and_worst(&answers, &[f64::NAN; 4], 0.1), None);
        assert_eq!(best_and_worst(&answers[2..], &[0.1, 0.9], 0.1), None);
    }

    #[test]
    fn prompts_keep_their_order_and_the_first_of_equals_wins() {
        let samples = records(&[
            json!({"prompt": "b", "completion": "mid"}),
            json!({"prompt": "a", "completion": "worst"}),
            json!({"prompt": "b", "completion": "best"}),
            json!({"prompt": "a", "completion": "best"}),
            json!({"prompt": "b", "completion": "also best"}),
            json!({"prompt": "b", "completion": "worst"}),
            json!({"prompt": "b", "completion": "also worst"}),
        ]);
        let found = best_against_worst(&samples, &[0.5, 0.1, 0.9, 0.8, 0.9, 0.2, 0.2], 0.0);
        assert_eq!(
            found.pairs,
            [
                json!({"prompt": "b", "chosen": "best", "rejected": "worst"}),
                json!({"prompt": "a", "chosen": "best", "rejected": "worst"}),
            ]
        );
        assert_eq!((found.prompts, found.tied, found.single), (2, 0, 0));
    }

    #[test]
    fn ties_and_single_answers_make_no_pair() {
        let samples = records(&[
            json!({"prompt": "tie", "completion": "x"}),
            json!({"prompt": "tie", "completion": "y"}),
            json!({"prompt": "alone", "completion": "x"}),
            json!({"prompt": "same", "completion": "x"}),
            json!({"prompt": "same", "completion": "x"}),
        ]);
        let scores = [0.5, 0.6, 0.1, 0.3, 0.3];
        let found = best_against_worst(&samples, &scores, 0.1);
        assert_eq!(found, BestAndWorst { pairs: Vec::new(), prompts: 3, tied: 1, single: 2 });
        assert_eq!(best_against_worst(&samples, &scores, 0.05).pairs.len(), 1);
    }

    #[test]
    fn what_was_templated_becomes_a_conversation() {
        let said = json!([{"role": "system", "content": "s"}, {"role": "user", "content": "u", "name": "n"}]);
        let samples = records(&[
            json!({"prompt": said, "completion": "x"}),
            json!({"prompt": said, "completion": "y"}),
            json!({"prompt": "p", "completion": "x", "chat_template": true}),
            json!({"prompt": "p", "completion": "y", "chat_template": true}),
            json!({"prompt": "p", "completion": "raw x"}),
            json!({"prompt": "p", "completion": "raw y"}),
        ]);
        let found = best_against_worst(&samples, &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 0.0);
        let answer = |text: &str| json!([{"role": "assistant", "content": text}]);
        assert_eq!(
            found.pairs,
            [
                json!({"prompt": said, "chosen": answer("x"), "rejected": answer("y")}),
                json!({"prompt": [{"role": "user", "content": "p"}], "chosen": answer("x"), "rejected": answer("y")}),
                json!({"prompt": "p", "chosen": "raw x", "rejected": "raw y"}),
            ]
        );
    }
}
