//! How the new model ranks verdicts that were set aside, by its implicit reward.

use super::EvaluationError;
use super::likelihood::{Likelihood, likelihoods};
use super::policy::{Asking, Policy};
use crate::domain::{PreferencePair, Text, TrainSettings};
use crate::evaluate::HeldOutRewards;
use crate::job::JobContext;
use crate::model::{ChatTemplate, TextTokenizer};
use crate::train::{RowError, TokenizedRow, tokenize_pair};

/// What rewards are measured from, in words: the adapter that the policy was held to in its training.
pub const FROM_START: &str = "the adapter that the training went on from";

/// What rewards are measured from, in words, where the policy was held to its base.
pub const FROM_BASE: &str = "the model without an adapter";

/// What log-ratios are multiplied by where no run says it: the usual value of a training.
pub fn usual_beta() -> f64 {
    TrainSettings::default().beta
}

/// A verdict that was set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOutPair {
    /// Which prompt it is of.
    pub prompt: u64,
    /// The pair.
    pub pair: PreferencePair,
}

/// The rewards of held-out pairs; `None` where there is none that fits into the model. `reference` is what the policy was trained
/// from, and what to call it.
pub fn held_out(
    policy: Policy<'_>,
    (reference, name): (Policy<'_>, &str),
    pairs: &[HeldOutPair],
    beta: f64,
    asking: Asking<'_>,
    context: &JobContext<'_>,
) -> Result<Option<HeldOutRewards>, EvaluationError> {
    let (tokenizer, template) = policy.session.model().reading();
    let most = policy.max_positions().min(reference.max_positions());
    let mut rows = Vec::with_capacity(pairs.len());
    let mut prompts = Vec::with_capacity(pairs.len());
    for (number, pair) in pairs.iter().enumerate() {
        let row = row(&pair.pair, tokenizer, template, asking)
            .map_err(|source| EvaluationError::Pair { number: number + 1, source: Box::new(source) })?;
        let longest = row.completions.iter().map(Vec::len).max().unwrap_or(0);
        if row.prompt_ids.len() + longest <= most {
            rows.push(row);
            prompts.push(pair.prompt);
        }
    }
    if rows.len() < pairs.len() {
        let left_out = pairs.len() - rows.len();
        context.warn(format!("{left_out} held-out pairs are longer than the model's {most} tokens and are left out"));
    }
    let total = Some(2 * rows.len() as u64);
    let tell = |done: usize| context.progress("weighing held-out verdicts", done as u64, total, "pairs");
    tell(0);
    let new = likelihoods(policy, &rows, 2, context, tell)?;
    let old = likelihoods(reference, &rows, 2, context, |done| tell(rows.len() + done))?;
    let rewards: Vec<(u64, f64, f64)> = prompts
        .iter()
        .zip(new.iter().zip(&old))
        .map(|(&prompt, (new, old))| {
            let [chosen, rejected] = reward(new, old, beta);
            (prompt, chosen, rejected)
        })
        .collect();
    let found = HeldOutRewards::of(&rewards, beta).ok();
    Ok(found.map(|found| HeldOutRewards { reference: name.to_owned(), ..found }))
}

/// `β·(log π(y|x) − log π_ref(y|x))` of both answers.
fn reward(new: &Likelihood, old: &Likelihood, beta: f64) -> [f64; 2] {
    [0, 1].map(|answer| beta * (new.log_probability[answer] - old.log_probability[answer]))
}

/// A pair's tokens, as training reads it: a conversation with the system prompt before it, plain text as it is.
fn row(
    pair: &PreferencePair,
    tokenizer: &TextTokenizer,
    template: Option<&ChatTemplate>,
    asking: Asking<'_>,
) -> Result<TokenizedRow, RowError> {
    let converses = matches!(pair.prompt, Text::Messages(_));
    let pair = PreferencePair { prompt: asking.asked(&pair.prompt, converses), ..pair.clone() };
    tokenize_pair(&pair, tokenizer, template, asking.template_arguments).map(Into::into)
}
