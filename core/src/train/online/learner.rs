//! Answers with advantages learned from: pack by pack, token by token.

use super::token_losses::{AnswerFigures, AnswerLoss, Bounds, Counts};
use crate::model::backend::{Backend, BackendError, Dropout};
use crate::model::decoder::{Decoder, Keep, Pass};
use crate::train::TokenizedRow;
use crate::train::policy::{self, Pack, PolicyGradients, Reading};

/// Prompts with any number of answers as rows of at most so many tokens, so that a pack holds them: answers stand side by
/// side behind their prompt as far as there is room, the next begin anew with it.
pub fn rows<'a>(
    groups: impl IntoIterator<Item = (&'a [u32], Vec<&'a [u32]>)>,
    most_tokens: usize,
) -> Vec<TokenizedRow> {
    let mut rows: Vec<TokenizedRow> = Vec::new();
    for (prompt, answers) in groups {
        let mut room = 0;
        for answer in answers {
            match rows.last_mut() {
                Some(row) if answer.len() <= room => row.completions.push(answer.to_vec()),
                _ => {
                    room = most_tokens.saturating_sub(prompt.len());
                    let completions = vec![answer.to_vec()];
                    rows.push(TokenizedRow { prompt_ids: prompt.to_vec(), completions, is_desirable: false });
                }
            }
            room = room.saturating_sub(answer.len());
        }
    }
    rows
}

/// What is known of an answer beside its tokens when it is learned from.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Log-probabilities under the policy that drew it.
    pub old: &'a [f64],
    /// Log-probabilities under the reference.
    pub reference: &'a [f64],
    /// How much better it is than others.
    pub advantage: f64,
}

/// What came of a step's answers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Learned {
    /// The step's loss.
    pub loss: f64,
    /// The divergence from the reference, summed over tokens.
    pub divergence: f64,
    /// Their log-probabilities' sum: finite only where every one of them is.
    pub values: f64,
    /// What moved too far down or up to be learned from: tokens, or whole answers.
    pub clipped: [usize; 2],
    /// Tokens.
    pub tokens: usize,
    /// Answers.
    pub answers: usize,
}

/// What computes answers: the policy as it is now, and what it is to learn.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLearner<'a, B: Backend> {
    /// The policy.
    pub decoder: &'a Decoder<B>,
    /// What is minimised.
    pub loss: &'a AnswerLoss,
    /// With which numbers.
    pub bounds: Bounds,
    /// Tokens that are computed together.
    pub pack_tokens: usize,
}

/// The log-probability of each token of each answer, with the adapter or without. `check` is asked before each pack.
pub fn log_probabilities<B: Backend, E: From<BackendError>>(
    decoder: &Decoder<B>,
    rows: &[TokenizedRow],
    pack_tokens: usize,
    adapted: bool,
    mut check: impl FnMut() -> Result<(), E>,
) -> Result<Vec<Vec<f64>>, E> {
    let rows: Vec<&TokenizedRow> = rows.iter().collect();
    let mut values = Vec::new();
    for members in policy::packs(&rows, usize::MAX, pack_tokens) {
        check()?;
        let pack = Pack::new(members, usize::MAX, Reading::Completions);
        values.extend(policy::forward_tokens(decoder, &pack, Pass::inference(adapted))?.0);
    }
    Ok(values)
}

impl<B: Backend> AnswerLearner<'_, B> {
    /// Adds the answers' shares of the step's gradient to `gradients`. `known` is of the rows' answers, in order. `dropout`
    /// names the mask of the next pack; `check` is asked before each.
    pub fn learn<E: From<BackendError>>(
        &self,
        (rows, known): (&[TokenizedRow], &[Known<'_>]),
        counts: &Counts,
        keep: Keep,
        gradients: &mut PolicyGradients<B>,
        mut dropout: impl FnMut() -> Option<Dropout>,
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<Learned, E> {
        let rows: Vec<&TokenizedRow> = rows.iter().collect();
        let (mut learned, mut known) = (Learned::default(), known.iter());
        for members in policy::packs(&rows, usize::MAX, self.pack_tokens) {
            check()?;
            let pack = Pack::new(members, usize::MAX, Reading::Completions);
            let pass = Pass { keep, adapted: true, dropout: dropout() };
            let (values, tape) = policy::forward_tokens(self.decoder, &pack, pass)?;
            let mut slopes = Vec::with_capacity(values.len());
            for (values, known) in values.iter().zip(known.by_ref()) {
                let Known { old, reference, advantage } = *known;
                let share =
                    self.loss.of_answer(&AnswerFigures { values, old, reference, advantage }, &self.bounds, counts);
                learned.loss += share.loss;
                learned.divergence += share.divergence;
                learned.values += values.iter().sum::<f64>();
                learned.clipped.iter_mut().zip(share.clipped).for_each(|(all, one)| *all += one);
                learned.tokens += values.len();
                learned.answers += 1;
                slopes.push(share.slopes);
            }
            if let Some(tape) = tape {
                policy::backward_tokens(self.decoder, &pack, tape, &slopes, gradients)?;
            }
        }
        Ok(learned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_the_bound_and_every_answer_in_order() {
        let answers: Vec<Vec<u32>> = [3, 4, 2, 20, 1, 5].map(|length| vec![length; length as usize]).to_vec();
        let (first, second) = (answers[..4].iter().map(Vec::as_slice), answers[4..].iter().map(Vec::as_slice));
        let rows = rows([(&[9; 2][..], first.collect()), (&[8; 3][..], second.collect())], 10);
        let sizes: Vec<Vec<usize>> = rows.iter().map(|row| row.completions.iter().map(Vec::len).collect()).collect();
        assert_eq!(sizes, [vec![3, 4], vec![2], vec![20], vec![1, 5]]);
        assert_eq!(rows.iter().map(|row| row.prompt_ids[0]).collect::<Vec<_>>(), [9, 9, 9, 8]);
        assert!(rows.iter().flat_map(|row| row.completions.clone()).eq(answers));
    }
}
