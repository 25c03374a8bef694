//! Several answers to a prompt with ranks or points: the best one against the worst.

use serde_json::Value;

use super::{Form, Understood};
use crate::domain::Text;
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::{Fields, Role, number};
use crate::project::exchange::texts::pair;

/// `answers` of `answer` and `rank`.
pub(super) const RANKED: Form = Form {
    id: "ranked",
    meaning: "several answers with ranks, as Nectar has them: the best one is paired with the worst",
    columns: &["prompt", "answers", "system"],
    example: r#"{"prompt": "Why?", "answers": [{"answer": "Because.", "rank": 1}, {"answer": "No.", "rank": 2}]}"#,
    fits: |fields| {
        let first = fields.peek("answers").and_then(Value::as_array).and_then(|answers| answers.first());
        first.is_some_and(|first| first.get("answer").is_some() && first.get("rank").is_some())
    },
    understand: |fields, out| {
        let wrong = DropReason::Wrong { column: "answers", expected: "a list of answers with ranks" };
        let Some(Value::Array(answers)) = fields.take("answers", Role::Answers) else { return Err(wrong) };
        let mut ranked = Vec::with_capacity(answers.len());
        for mut answer in answers {
            let rank = answer.get("rank").and_then(number).ok_or(wrong)?;
            let answer = answer.get_mut("answer").map(Value::take).ok_or(wrong)?;
            // The first rank is the best.
            ranked.push((-rank, fields.read_text("answers", answer)?));
        }
        best_against_worst(fields, ranked, out)
    },
};

/// `responses` (or `generations`) beside `ratings`.
pub(super) const SCORED: Form = Form {
    id: "scored",
    meaning: "several answers with points in a second list, as distilabel writes them: the best one is paired with the \
              worst",
    columns: &["prompt", "instruction", "generations", "responses", "ratings", "scores", "system"],
    example: r#"{"instruction": "Why?", "generations": ["Because.", "No."], "ratings": [5, 2]}"#,
    fits: |fields| {
        let is_list = |name: &str| fields.peek(name).is_some_and(Value::is_array);
        (is_list("generations") || is_list("responses")) && (is_list("ratings") || is_list("scores"))
    },
    understand: |fields, out| {
        let wrong = DropReason::Wrong { column: "ratings", expected: "one number for each answer" };
        let answers = fields.take_first(&["generations", "responses"], Role::Answers);
        let points = fields.take_first(&["ratings", "scores"], Role::Rating);
        let (Some((column, Value::Array(answers))), Some((_, Value::Array(points)))) = (answers, points) else {
            return Err(wrong);
        };
        if answers.len() != points.len() {
            return Err(wrong);
        }
        let mut scored = Vec::with_capacity(answers.len());
        for (answer, points) in answers.into_iter().zip(&points) {
            // What nobody gave points to takes no part.
            if let Some(points) = number(points) {
                scored.push((points, fields.read_text(column, answer)?));
            }
        }
        best_against_worst(fields, scored, out)
    },
};

fn best_against_worst(
    fields: &mut Fields<'_>,
    mut answers: Vec<(f64, Text)>,
    out: &mut Understood,
) -> Result<(), DropReason> {
    let prompt = fields.text(&["prompt", "instruction"], Role::Prompt)?;
    let system = fields.optional_plain(&["system"], Role::System)?;
    // A stable order: of equals, the first one is the best and the last one the worst.
    answers.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (Some((worst, rejected)), Some((best, _))) = (answers.pop(), answers.first()) else {
        return Err(DropReason::NotDecisive);
    };
    if *best <= worst {
        return Err(DropReason::NotDecisive);
    }
    let chosen = answers.swap_remove(0).1;
    out.push(pair(Some(prompt), system, chosen, rejected)?);
    Ok(())
}
