//! How well a model foretells texts that are there: teacher-forced and packed, with the decoder's own head for chosen
//! log-probabilities, so that a table of \[tokens, vocabulary\] never exists.

use super::EvaluationError;
use super::policy::Policy;
use crate::job::JobContext;
use crate::model::backend::Backend;
use crate::model::decoder::Pass;
use crate::model::{AnyModel, OpenModel};
use crate::train::TokenizedRow;
use crate::train::policy::{Pack, Reading, counted_tokens, forward, packs};

/// Tokens that are computed together.
const PACK_TOKENS: usize = 1024;

/// Of one row: the sum of log p of each completion's tokens, and how many tokens that are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likelihood {
    pub(super) log_probability: [f64; 2],
    pub(super) tokens: [usize; 2],
}

/// A row of one text by itself: its first token has no probability.
pub(super) fn text_row(ids: Vec<u32>) -> TokenizedRow {
    TokenizedRow { prompt_ids: Vec::new(), completions: vec![ids], is_desirable: false }
}

/// The likelihood of the first `completions` completions of each row. `told` hears how many rows are done.
pub(super) fn likelihoods(
    policy: Policy<'_>,
    rows: &[TokenizedRow],
    completions: usize,
    context: &JobContext<'_>,
    told: impl FnMut(usize),
) -> Result<Vec<Likelihood>, EvaluationError> {
    match policy.session.model() {
        AnyModel::Cpu(model) => on(model, policy.adapted, (rows, completions), context, told),
        AnyModel::Graphics(model) => on(model, policy.adapted, (rows, completions), context, told),
    }
}

fn on<B: Backend>(
    model: &OpenModel<B>,
    adapted: bool,
    (rows, completions): (&[TokenizedRow], usize),
    context: &JobContext<'_>,
    mut told: impl FnMut(usize),
) -> Result<Vec<Likelihood>, EvaluationError> {
    let references: Vec<&TokenizedRow> = rows.iter().collect();
    let mut found = Vec::with_capacity(rows.len());
    for members in packs(&references, completions, PACK_TOKENS) {
        context.check()?;
        let pack = Pack::new(members.iter().copied(), completions, Reading::Completions);
        let pass = Pass::inference(adapted);
        let (values, _) = model.decoder.backend().run(|| forward(&model.decoder, &pack, pass))?;
        for (row, values) in members.iter().zip(values) {
            if let Some(value) = values.completions.iter().find(|value| !value.is_finite()) {
                return Err(EvaluationError::NoNumber { folder: model.folder.clone(), value: *value });
            }
            found.push(Likelihood { log_probability: values.completions, tokens: counted_tokens(row).1 });
        }
        told(found.len());
    }
    Ok(found)
}
