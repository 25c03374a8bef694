//! Log-probabilities of pairs, and the way back from them. A pair's prompt is computed once for both answers; pairs are
//! packed one behind the other without padding.

use std::ops::Range;

use super::TokenizedPair;
use crate::model::Batch;
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, Gradients, HeadTape, Keep, Pass, Tape};

/// Pairs that are computed together.
#[derive(Debug, Default)]
pub struct Pack {
    batch: Batch,
    /// Row that predicts each target.
    rows: Vec<usize>,
    targets: Vec<u32>,
    /// For each pair the targets of its chosen, and of its rejected answer.
    answers: Vec<[Range<usize>; 2]>,
}

impl Pack {
    /// Packs pairs.
    pub fn new<'p>(pairs: impl IntoIterator<Item = &'p TokenizedPair>) -> Self {
        let mut pack = Self::default();
        for pair in pairs {
            let prompt = pack.batch.push(&pair.prompt_ids);
            let answers = [&pair.chosen_ids, &pair.rejected_ids].map(|ids| pack.push_answer(&prompt, ids));
            pack.answers.push(answers);
        }
        pack
    }

    fn push_answer(&mut self, prompt: &Range<usize>, ids: &[u32]) -> Range<usize> {
        let start = self.targets.len();
        let rows = self.batch.push_branch(prompt, ids);
        if rows.is_empty() {
            return start..start;
        }
        if prompt.is_empty() {
            // Nothing stands before the first token: it has no probability.
            self.rows.extend(rows.start..rows.end - 1);
            self.targets.extend(&ids[1..]);
        } else {
            // The prompt's last row predicts the answer's first token.
            self.rows.extend(std::iter::once(prompt.end - 1).chain(rows.start..rows.end - 1));
            self.targets.extend(ids);
        }
        start..self.targets.len()
    }

    /// Tokens in the pack.
    pub fn tokens(&self) -> usize {
        self.batch.ids.len()
    }
}

/// Tokens that a pair takes in a pack.
pub fn packed_tokens(pair: &TokenizedPair) -> usize {
    pair.prompt_ids.len() + pair.chosen_ids.len() + pair.rejected_ids.len()
}

/// Cuts a run of pairs into packs of at most `most_tokens`; a longer pair has a pack of its own.
pub fn packs<'p>(pairs: &[&'p TokenizedPair], most_tokens: usize) -> Vec<Vec<&'p TokenizedPair>> {
    let (mut packs, mut tokens) = (Vec::<Vec<&TokenizedPair>>::new(), 0);
    for &pair in pairs {
        tokens += packed_tokens(pair);
        match packs.last_mut() {
            Some(pack) if tokens <= most_tokens => pack.push(pair),
            _ => {
                packs.push(vec![pair]);
                tokens = packed_tokens(pair);
            }
        }
    }
    packs
}

/// What a way forward leaves for the way back.
#[derive(Debug)]
pub struct PackTape<B: Backend> {
    tape: Tape<B>,
    head: HeadTape<B>,
}

/// What [`forward`] gives: the sums of each pair, and the tape where something is kept.
pub type Forward<B> = (Vec<[f64; 2]>, Option<PackTape<B>>);

/// Summed log-probabilities of each pair's chosen and rejected answer; with something kept, also the tape.
pub fn forward<B: Backend>(decoder: &Decoder<B>, pack: &Pack, pass: Pass) -> Result<Forward<B>, BackendError> {
    if pack.targets.is_empty() {
        return Ok((vec![[0.0; 2]; pack.answers.len()], None));
    }
    let gradient = pass.keep != Keep::Nothing;
    let (hidden, tape) = decoder.forward(&pack.batch, pass)?;
    let (values, head) = decoder.log_probabilities(&hidden, &pack.rows, &pack.targets, gradient)?;
    let sum = |range: &Range<usize>| values[range.clone()].iter().map(|&value| f64::from(value)).sum::<f64>();
    let sums = pack.answers.iter().map(|[chosen, rejected]| [sum(chosen), sum(rejected)]).collect();
    Ok((sums, head.map(|head| PackTape { tape, head })))
}

/// Adds to `gradients`, where `factors` are the loss's derivatives by each pair's two sums.
pub fn backward<B: Backend>(
    decoder: &Decoder<B>,
    pack: &Pack,
    tape: PackTape<B>,
    factors: &[[f64; 2]],
    gradients: &mut Gradients<B>,
) -> Result<(), BackendError> {
    let mut by_target = vec![0.0; pack.targets.len()];
    for (answers, factors) in pack.answers.iter().zip(factors) {
        for (range, &factor) in answers.iter().zip(factors) {
            by_target[range.clone()].fill(factor as f32);
        }
    }
    let d_hidden = decoder.head_backward(tape.head, &pack.rows, &by_target, pack.batch.ids.len(), gradients)?;
    decoder.backward(tape.tape, d_hidden, gradients)
}

/// Number of tokens of each answer that have a probability.
pub fn answer_tokens(pair: &TokenizedPair) -> [usize; 2] {
    let without = usize::from(pair.prompt_ids.is_empty());
    [&pair.chosen_ids, &pair.rejected_ids].map(|ids| ids.len().saturating_sub(without))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(prompt: usize, chosen: usize, rejected: usize) -> TokenizedPair {
        TokenizedPair { prompt_ids: vec![1; prompt], chosen_ids: vec![2; chosen], rejected_ids: vec![3; rejected] }
    }

    #[test]
    fn rows_predict_the_next_token() {
        let pack = Pack::new([&pair(2, 2, 1), &pair(0, 2, 3)]);
        assert_eq!(pack.rows, [1, 2, 1, 5, 7, 8]);
        assert_eq!(pack.targets, [2, 2, 3, 2, 3, 3]);
        assert_eq!(pack.answers, [[0..2, 2..3], [3..4, 4..6]]);
        assert_eq!(answer_tokens(&pair(0, 2, 3)), [1, 2]);
    }

    #[test]
    fn packs_hold_the_bound_and_every_pair() {
        let pairs = [pair(3, 1, 1), pair(2, 1, 1), pair(20, 1, 1), pair(1, 1, 1)];
        let references: Vec<&TokenizedPair> = pairs.iter().collect();
        let sizes: Vec<usize> = packs(&references, 9).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1, 1]);
    }
}
