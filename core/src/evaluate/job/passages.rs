//! General text, foretold by the old model and by the new one.

use super::EvaluationError;
use super::likelihood::{Likelihood, likelihoods, text_row};
use super::policy::{Policies, Policy};
use crate::evaluate::{TextChange, mean_of_quantities};
use crate::job::JobContext;
use crate::train::TokenizedRow;

/// The program's own text, written for this: everyday, technical and historical subjects, most of it English, some German,
/// French and Spanish.
const TEXT: &str = include_str!("../../../../assets/evaluation/general.txt");

/// Tokens of a passage that are read at most.
const PASSAGE_TOKENS: usize = 256;

/// Perplexities above this are all the same: the model foretells nothing.
const MOST_PERPLEXITY: f64 = 1e9;

/// The program's passages of general text.
pub fn passages() -> Vec<&'static str> {
    TEXT.split("\n\n").map(str::trim).filter(|passage| !passage.is_empty()).collect()
}

/// How well both models foretell passages; `None` where no passage has two tokens.
pub fn text_change(
    models: Policies<'_>,
    passages: &[&str],
    context: &JobContext<'_>,
) -> Result<Option<TextChange>, EvaluationError> {
    let most = PASSAGE_TOKENS.min(models.old.max_positions()).min(models.new.max_positions());
    let row = |passage: &&str| {
        let mut ids = models.old.text_ids(passage)?;
        ids.truncate(most);
        Ok(text_row(ids))
    };
    let mut rows: Vec<TokenizedRow> = passages.iter().map(row).collect::<Result<_, EvaluationError>>()?;
    rows.retain(|row| row.completions[0].len() > 1);
    let total = 2 * rows.len();
    let read = |policy: Policy<'_>, before: usize| {
        let told = |done: usize| tell(context, before + done, total);
        likelihoods(policy, &rows, 1, context, told)
    };
    tell(context, 0, total);
    let (old, new) = (read(models.old, 0)?, read(models.new, rows.len())?);
    Ok(change(&old, &new))
}

fn tell(context: &JobContext<'_>, done: usize, total: usize) {
    context.progress("reading general text with both models", done as u64, Some(total as u64), "passages");
}

fn change(old: &[Likelihood], new: &[Likelihood]) -> Option<TextChange> {
    let tokens: usize = old.iter().map(|passage| passage.tokens[0]).sum();
    let perplexity = |passages: &[Likelihood]| {
        let sum: f64 = passages.iter().map(|passage| passage.log_probability[0]).sum();
        // A model that was trained to pieces can be so sure of the wrong token that no number holds it.
        (-sum / tokens as f64).exp().min(MOST_PERPLEXITY)
    };
    let by_passage = old.iter().zip(new).map(|(old, new)| {
        // log p of the old less that of the new is −log p of the new less that of the old.
        (old.log_probability[0] - new.log_probability[0]) / old.tokens[0] as f64
    });
    let nats_a_token = mean_of_quantities(&by_passage.collect::<Vec<_>>()).ok()?;
    Some(TextChange {
        perplexity_before: perplexity(old),
        perplexity_after: perplexity(new),
        nats_a_token,
        passages: old.len(),
        tokens: tokens as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_was_trained_to_pieces_has_a_perplexity_that_can_be_written_and_read() {
        let passage = |log_probability: f64| Likelihood { log_probability: [log_probability, 0.0], tokens: [10, 0] };
        let found = change(&[passage(-30.0), passage(-20.0)], &[passage(-9e4), passage(-8e4)]).expect("figures");
        let text = serde_json::to_string(&found).expect("written");
        assert_eq!(serde_json::from_str::<TextChange>(&text).expect("read"), found);
        assert_eq!(found.perplexity_after.total_cmp(&MOST_PERPLEXITY), std::cmp::Ordering::Equal);
        // (-30 - 20) / 20 tokens: e^2.5.
        assert!((found.perplexity_before - 12.182_494).abs() < 1e-6);
    }

    #[test]
    fn the_passages_are_short_and_of_four_languages() {
        let passages = passages();
        assert_eq!(passages.len(), 40);
        for passage in &passages {
            let words = passage.split_whitespace().count();
            assert!((60..=120).contains(&words), "{words} words: {passage}");
        }
        for (language, least) in [("eng", 25), ("deu", 3), ("fra", 3), ("spa", 3)] {
            let is_of = |passage: &&&str| whatlang::detect_lang(passage).is_some_and(|found| found.code() == language);
            assert!(passages.iter().filter(is_of).count() >= least, "{language}");
        }
    }
}
