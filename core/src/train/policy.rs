//! Log-probabilities or scores of rows, and the way back from them. A row's prompt is computed once for all of its
//! completions; rows are packed one behind the other without padding.

use std::ops::Range;

use super::TokenizedRow;
use super::loss::RowValues;
use crate::model::Batch;
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, Gradients, HeadTape, Keep, Pass, Tape};
use crate::model::score_head::ScoreTape;

/// What is read of a sequence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading<'a> {
    /// The sum of its completion's log-probabilities.
    Completions,
    /// That, where tokens beyond the length of the row's shorter completion count this much.
    SharedLength(f64),
    /// The sum of its completion's, and how familiar the completion is to the policy.
    Familiarity,
    /// The sum of its completion's, and the sum of its prompt's.
    PromptsToo,
    /// The score that this head gives it at its last token.
    Scores(&'a [f32]),
}

impl Reading<'_> {
    /// What is read under the reference where this is read under the policy.
    #[must_use]
    pub fn of_reference(self) -> Self {
        if self == Self::Familiarity { Self::Completions } else { self }
    }

    /// How much each place of a row's completions counts, the shortest of which has `shared` places.
    fn weights(self, shared: usize) -> impl Fn(usize) -> f64 + use<> {
        let tail = if let Self::SharedLength(tail) = self { tail } else { 1.0 };
        move |place| if place < shared { 1.0 } else { tail }
    }

    /// What is read of a row's completions, from the log-probabilities of their tokens.
    pub fn sums(self, completions: &[&[f64]]) -> RowValues {
        let weight = self.weights(completions.iter().map(|tokens| tokens.len()).min().unwrap_or_default());
        let mut values = RowValues::default();
        for (value, tokens) in values.completions.iter_mut().zip(completions) {
            *value = tokens.iter().enumerate().map(|(place, token)| weight(place) * token).sum();
        }
        values
    }
}

/// Rows that are computed together.
#[derive(Debug)]
pub struct Pack<'a> {
    reading: Reading<'a>,
    batch: Batch,
    /// Row of the batch that predicts each target, or that each score is read at.
    rows: Vec<usize>,
    targets: Vec<u32>,
    /// Of each member the places in `rows` of its prompt's and its completions' tokens.
    members: Vec<(Range<usize>, Vec<Range<usize>>)>,
}

impl<'a> Pack<'a> {
    /// Packs rows, the first `completions` completions of each.
    pub fn new<'r>(rows: impl IntoIterator<Item = &'r TokenizedRow>, completions: usize, reading: Reading<'a>) -> Self {
        let (batch, members) = (Batch::default(), Vec::new());
        let mut pack = Self { reading, batch, rows: Vec::new(), targets: Vec::new(), members };
        for row in rows {
            let prompt = pack.batch.push(&row.prompt_ids);
            let told = pack.push_prompt(&prompt, &row.prompt_ids);
            let completions = row.completions.iter().take(completions);
            let completions = completions.map(|ids| pack.push_completion(&prompt, ids)).collect();
            pack.members.push((told, completions));
        }
        pack
    }

    fn push_prompt(&mut self, prompt: &Range<usize>, ids: &[u32]) -> Range<usize> {
        let start = self.rows.len();
        if self.reading == Reading::PromptsToo && !ids.is_empty() {
            self.rows.extend(prompt.start..prompt.end - 1);
            self.targets.extend(&ids[1..]);
        }
        start..self.rows.len()
    }

    fn push_completion(&mut self, prompt: &Range<usize>, ids: &[u32]) -> Range<usize> {
        let start = self.rows.len();
        let rows = self.batch.push_branch(prompt, ids);
        match self.reading {
            Reading::Scores(_) => {
                // A sequence that goes on from its prompt with nothing ends where the prompt does.
                let end = if rows.is_empty() { prompt.end } else { rows.end };
                self.rows.extend(end.checked_sub(1));
            }
            _ if rows.is_empty() => {}
            _ => {
                // The prompt's last row predicts the answer's first token. Where nothing stands before that token, it
                // has no probability.
                let first = if prompt.is_empty() { None } else { Some(prompt.end - 1) };
                self.rows.extend(first.into_iter().chain(rows.start..rows.end - 1));
                self.targets.extend(&ids[usize::from(prompt.is_empty())..]);
            }
        }
        start..self.rows.len()
    }
}

/// Tokens that a row takes in a pack with its first `completions` completions.
pub fn packed_tokens(row: &TokenizedRow, completions: usize) -> usize {
    row.prompt_ids.len() + row.completions.iter().take(completions).map(Vec::len).sum::<usize>()
}

/// Cuts a run of rows into packs of at most `most_tokens`; a longer row has a pack of its own.
pub fn packs<'r>(rows: &[&'r TokenizedRow], completions: usize, most_tokens: usize) -> Vec<Vec<&'r TokenizedRow>> {
    let (mut packs, mut tokens) = (Vec::<Vec<&TokenizedRow>>::new(), 0);
    for &row in rows {
        tokens += packed_tokens(row, completions);
        match packs.last_mut() {
            Some(pack) if tokens <= most_tokens => pack.push(row),
            _ => {
                packs.push(vec![row]);
                tokens = packed_tokens(row, completions);
            }
        }
    }
    packs
}

/// What a way forward leaves for the way back.
#[derive(Debug)]
pub struct PackTape<B: Backend> {
    tape: Tape<B>,
    head: HeadKept<B>,
}

#[derive(Debug)]
enum HeadKept<B: Backend> {
    LogProbabilities(HeadTape<B>),
    Scores(ScoreTape<B>),
}

/// Gradients of everything that may be trained.
#[derive(Debug)]
pub struct PolicyGradients<B: Backend> {
    /// Of the decoder's own.
    pub decoder: Gradients<B>,
    /// Of the score head; empty without one.
    pub score_head: Vec<f64>,
}

/// What [`forward`] gives: the values of each row, and the tape where something is kept.
pub type Forward<B> = (Vec<RowValues>, Option<PackTape<B>>);

/// What is read at each of the pack's places, the last layer's output, and the tape where something is kept.
type Read<B> = (Vec<f64>, <B as Backend>::Matrix, Option<PackTape<B>>);

fn read<B: Backend>(decoder: &Decoder<B>, pack: &Pack<'_>, pass: Pass) -> Result<Read<B>, BackendError> {
    let gradient = pass.keep != Keep::Nothing;
    let (hidden, tape) = decoder.forward(&pack.batch, pass)?;
    let (values, head) = if let Reading::Scores(head) = pack.reading {
        let (scores, kept) = decoder.scores(&hidden, &pack.rows, head)?;
        (scores, gradient.then_some(HeadKept::Scores(kept)))
    } else {
        let (values, kept) = decoder.log_probabilities(&hidden, &pack.rows, &pack.targets, gradient)?;
        (values.into_iter().map(f64::from).collect(), kept.map(HeadKept::LogProbabilities))
    };
    Ok((values, hidden, head.map(|head| PackTape { tape, head })))
}

/// What the pack [reads](Reading) of each row; with something kept, also the tape.
pub fn forward<B: Backend>(decoder: &Decoder<B>, pack: &Pack<'_>, pass: Pass) -> Result<Forward<B>, BackendError> {
    if pack.rows.is_empty() {
        return Ok((vec![RowValues::default(); pack.members.len()], None));
    }
    let (values, hidden, tape) = read(decoder, pack, pass)?;
    let square_sums =
        if pack.reading == Reading::Familiarity { decoder.log_square_sums(&hidden, &pack.rows)? } else { Vec::new() };
    let familiarity = |range: &Range<usize>| {
        let all: f64 = values[range.clone()].iter().zip(&square_sums[range.clone()]).map(|(own, all)| own - all).sum();
        all / range.len().max(1) as f64
    };
    let of_row = |(prompt, completions): &(Range<usize>, Vec<Range<usize>>)| {
        let tokens: Vec<&[f64]> = completions.iter().map(|range| &values[range.clone()]).collect();
        let mut row = RowValues { prompt: values[prompt.clone()].iter().sum(), ..pack.reading.sums(&tokens) };
        if pack.reading == Reading::Familiarity {
            row.familiarity.iter_mut().zip(completions).for_each(|(value, range)| *value = familiarity(range));
        }
        row
    };
    Ok((pack.members.iter().map(of_row).collect(), tape))
}

/// What [`forward_tokens`] gives: the log-probability of each token of each completion, in the pack's order, and the tape
/// where something is kept.
pub type TokenForward<B> = (Vec<Vec<f64>>, Option<PackTape<B>>);

/// The log-probabilities of each completion's tokens one by one; with something kept, also the tape. The pack reads
/// [completions](Reading::Completions).
pub fn forward_tokens<B: Backend>(
    decoder: &Decoder<B>,
    pack: &Pack<'_>,
    pass: Pass,
) -> Result<TokenForward<B>, BackendError> {
    let ranges = pack.members.iter().flat_map(|(_, completions)| completions);
    if pack.rows.is_empty() {
        return Ok((ranges.map(|_| Vec::new()).collect(), None));
    }
    let (values, _, tape) = read(decoder, pack, pass)?;
    Ok((ranges.map(|range| values[range.clone()].to_vec()).collect(), tape))
}

/// Adds to `gradients`, where `slopes` are the loss's derivatives by each row's values.
pub fn backward<B: Backend>(
    decoder: &Decoder<B>,
    pack: &Pack<'_>,
    tape: PackTape<B>,
    slopes: &[RowValues],
    gradients: &mut PolicyGradients<B>,
) -> Result<(), BackendError> {
    let mut by_place = vec![0.0; pack.rows.len()];
    for ((prompt, completions), slopes) in pack.members.iter().zip(slopes) {
        by_place[prompt.clone()].fill(slopes.prompt);
        let weight = pack.reading.weights(completions.iter().map(Range::len).min().unwrap_or_default());
        for (range, &slope) in completions.iter().zip(&slopes.completions) {
            by_place[range.clone()].iter_mut().enumerate().for_each(|(place, by)| *by = weight(place) * slope);
        }
    }
    back(decoder, pack, tape, &by_place, gradients)
}

/// The same, where `slopes` are the loss's derivatives by the log-probability of each token of each completion.
pub fn backward_tokens<B: Backend>(
    decoder: &Decoder<B>,
    pack: &Pack<'_>,
    tape: PackTape<B>,
    slopes: &[Vec<f64>],
    gradients: &mut PolicyGradients<B>,
) -> Result<(), BackendError> {
    let mut by_place = vec![0.0; pack.rows.len()];
    let ranges = pack.members.iter().flat_map(|(_, completions)| completions);
    for (range, slopes) in ranges.zip(slopes) {
        by_place[range.clone()].copy_from_slice(slopes);
    }
    back(decoder, pack, tape, &by_place, gradients)
}

fn back<B: Backend>(
    decoder: &Decoder<B>,
    pack: &Pack<'_>,
    PackTape { tape, head }: PackTape<B>,
    by_place: &[f64],
    gradients: &mut PolicyGradients<B>,
) -> Result<(), BackendError> {
    let total = pack.batch.ids.len();
    let d_hidden = match (head, pack.reading) {
        (HeadKept::Scores(kept), Reading::Scores(head)) => {
            let gradients = (&mut gradients.decoder, gradients.score_head.as_mut_slice());
            decoder.scores_backward(&kept, (&pack.rows, by_place), head, total, gradients)?
        }
        (HeadKept::LogProbabilities(kept), _) => {
            let factors: Vec<f32> = by_place.iter().map(|&slope| slope as f32).collect();
            decoder.head_backward(kept, &pack.rows, &factors, total, &mut gradients.decoder)?
        }
        // A tape belongs to its own pack.
        (HeadKept::Scores(_), _) => return Ok(()),
    };
    decoder.backward(tape, d_hidden, &mut gradients.decoder)
}

/// Number of tokens of the prompt, and of each completion, that have a probability: of a sequence all but the first.
pub fn counted_tokens(row: &TokenizedRow) -> (usize, [usize; 2]) {
    let without = usize::from(row.prompt_ids.is_empty());
    let mut completions = [0; 2];
    for (count, ids) in completions.iter_mut().zip(&row.completions) {
        *count = ids.len().saturating_sub(without);
    }
    (row.prompt_ids.len().saturating_sub(1), completions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(prompt: usize, first: usize, second: usize) -> TokenizedRow {
        TokenizedRow {
            prompt_ids: vec![1; prompt],
            completions: vec![vec![2; first], vec![3; second]],
            is_desirable: false,
        }
    }

    #[test]
    fn rows_predict_the_next_token() {
        let rows = [row(2, 2, 1), row(0, 2, 3)];
        let pack = Pack::new(&rows, 2, Reading::Completions);
        assert_eq!(pack.rows, [1, 2, 1, 5, 7, 8]);
        assert_eq!(pack.targets, [2, 2, 3, 2, 3, 3]);
        assert_eq!(pack.members, [(0..0, vec![0..2, 2..3]), (3..3, vec![3..4, 4..6])]);
        assert_eq!(counted_tokens(&row(0, 2, 3)), (0, [1, 2]));
        let pack = Pack::new(&rows, 1, Reading::PromptsToo);
        assert_eq!((pack.rows, pack.targets), (vec![0, 1, 2, 4], vec![1, 2, 2, 2]));
        let places: Vec<_> =
            pack.members.iter().map(|(prompt, answers)| (prompt.clone(), answers[0].clone())).collect();
        assert_eq!(places, [(0..1, 1..3), (3..3, 3..4)]);
    }

    #[test]
    fn a_score_is_read_at_the_last_token() {
        let head = [0.0];
        let pack = Pack::new(&[row(2, 2, 1), row(3, 0, 1)], 2, Reading::Scores(&head));
        assert_eq!(pack.rows, [3, 4, 7, 8]);
        assert_eq!(pack.members[1].1, [2..3, 3..4]);
    }

    #[test]
    fn packs_hold_the_bound_and_every_row() {
        let rows = [row(3, 1, 1), row(2, 1, 1), row(20, 1, 1), row(1, 1, 1)];
        let references: Vec<&TokenizedRow> = rows.iter().collect();
        let sizes: Vec<usize> = packs(&references, 2, 9).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1, 1]);
    }
}
