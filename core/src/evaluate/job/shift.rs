//! How far the new model's next-token distributions have moved from the old one's on ordinary prompts.

use super::EvaluationError;
use super::policy::{Asking, Policies, Policy};
use crate::domain::Text;
use crate::evaluate::{Shift, mean_of_quantities};
use crate::job::JobContext;
use crate::model::backend::Backend;
use crate::model::decoder::Pass;
use crate::model::{AnyModel, Batch, OpenModel};

const PROMPTS: &str = include_str!("../../../../assets/evaluation/prompts.txt");

/// Tokens of the old model's answers at most.
const ANSWER_TOKENS: usize = 48;

/// Tokens that are computed together.
const PACK_TOKENS: usize = 512;

/// Rows of logits that are there at once, of each model.
const ROWS: usize = 64;

/// A prompt with an answer: its tokens, and where the answer begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The prompt's tokens and the answer's.
    pub ids: Vec<u32>,
    /// The first token of the answer.
    pub start: usize,
}

/// The program's ordinary prompts.
pub fn ordinary_prompts() -> Vec<&'static str> {
    PROMPTS.lines().map(str::trim).filter(|prompt| !prompt.is_empty()).collect()
}

/// The shift on the old model's own answers to prompts; `None` where it answers nothing.
pub fn shift(
    models: Policies<'_>,
    prompts: &[&str],
    asking: Asking<'_>,
    context: &JobContext<'_>,
) -> Result<Option<Shift>, EvaluationError> {
    tell(context, 0, prompts.len());
    let answers = models.old.greedy(prompts, asking, ANSWER_TOKENS, context)?;
    let converses = models.old.session.model().has_chat_template();
    let mut answered = Vec::new();
    for (prompt, sample) in prompts.iter().zip(answers) {
        let Some(sample) = sample.filter(|sample| !sample.token_ids.is_empty()) else { continue };
        let asked = asking.asked(&Text::Plain((*prompt).to_owned()), converses);
        let mut ids = models.old.prompt_ids(&asked, asking)?;
        let start = ids.len();
        ids.extend(sample.token_ids);
        answered.push(Answered { ids, start });
    }
    let divergences = divergences(models, &answered, context)?;
    let means: Vec<f64> =
        divergences.iter().filter(|of| !of.is_empty()).map(|of| of.iter().sum::<f64>() / of.len() as f64).collect();
    let Ok(nats_a_token) = mean_of_quantities(&means) else { return Ok(None) };
    let tokens = divergences.iter().map(Vec::len).sum::<usize>() as u64;
    Ok(Some(Shift { nats_a_token, prompts: means.len(), tokens }))
}

fn tell(context: &JobContext<'_>, done: usize, total: usize) {
    context.progress("comparing both models on ordinary prompts", done as u64, Some(total as u64), "prompts");
}

/// KL(new ‖ old) in nats where each token of each answer is foretold.
pub fn divergences(
    Policies { old, new }: Policies<'_>,
    answered: &[Answered],
    context: &JobContext<'_>,
) -> Result<Vec<Vec<f64>>, EvaluationError> {
    match (old.session.model(), new.session.model()) {
        (AnyModel::Cpu(a), AnyModel::Cpu(b)) => on((a, old), (b, new), answered, context),
        (AnyModel::Graphics(a), AnyModel::Graphics(b)) => on((a, old), (b, new), answered, context),
        // Both are opened with the same settings of this machine.
        _ => Ok(Vec::new()),
    }
}

fn on<B: Backend>(
    old: (&OpenModel<B>, Policy<'_>),
    new: (&OpenModel<B>, Policy<'_>),
    answered: &[Answered],
    context: &JobContext<'_>,
) -> Result<Vec<Vec<f64>>, EvaluationError> {
    let mut found: Vec<Vec<f64>> = Vec::with_capacity(answered.len());
    for pack in packs(answered) {
        context.check()?;
        let mut batch = Batch::default();
        let mut rows = Vec::new();
        for member in pack {
            let start = batch.push(&member.ids).start;
            // The row before a token foretells it; the first token of all is foretold by none.
            rows.extend((member.start.max(1)..member.ids.len()).map(|token| start + token - 1));
        }
        let hidden = |(model, policy): (&OpenModel<B>, Policy<'_>)| {
            model.decoder.backend().run(|| model.decoder.forward(&batch, Pass::inference(policy.adapted)))
        };
        let (before, after) = (hidden(old)?.0, hidden(new)?.0);
        let mut values = Vec::with_capacity(rows.len());
        for rows in rows.chunks(ROWS) {
            context.check()?;
            let logits =
                |model: &OpenModel<B>, hidden| model.decoder.backend().run(|| model.decoder.logits(hidden, rows));
            let (before, after) = (logits(old.0, &before)?, logits(new.0, &after)?);
            let widths = [&before, &after].map(|logits| logits.len() / rows.len());
            // What one of them has beyond the other is no token: rows of weights that fill up a table.
            let tokens = widths[0].min(widths[1]);
            let both = after.chunks(widths[1]).zip(before.chunks(widths[0]));
            values.extend(both.map(|(new, old)| divergence(&new[..tokens], &old[..tokens])));
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(EvaluationError::NoNumber { folder: new.0.folder.clone(), value: *value });
        }
        let mut values = values.into_iter();
        for member in pack {
            found.push(values.by_ref().take(member.ids.len() - member.start.max(1)).collect());
        }
        tell(context, found.len(), answered.len());
    }
    Ok(found)
}

/// Cuts answers into packs of at most [`PACK_TOKENS`]; a longer one has a pack of its own.
fn packs(answered: &[Answered]) -> Vec<&[Answered]> {
    let (mut packs, mut start, mut tokens) = (Vec::new(), 0, 0);
    for (place, member) in answered.iter().enumerate() {
        tokens += member.ids.len();
        if tokens > PACK_TOKENS && place > start {
            packs.push(&answered[start..place]);
            (start, tokens) = (place, member.ids.len());
        }
    }
    packs.push(&answered[start..]);
    packs.retain(|pack| !pack.is_empty());
    packs
}

/// KL(p ‖ q) of the distributions that two rows of logits stand for.
fn divergence(p: &[f32], q: &[f32]) -> f64 {
    let normaliser = |logits: &[f32]| {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = logits.iter().map(|&logit| f64::from(logit - most).exp()).sum();
        f64::from(most) + sum.ln()
    };
    let (of_p, of_q) = (normaliser(p), normaliser(q));
    let term = |(&p, &q): (&f32, &f32)| {
        let (log_p, log_q) = (f64::from(p) - of_p, f64::from(q) - of_q);
        log_p.exp() * (log_p - log_q)
    };
    // Rounding alone can take it below 0.
    p.iter().zip(q).map(term).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_divergence_is_that_of_the_textbook() {
        // scipy.stats.entropy(softmax([1, 2, 0.5]), softmax([0, 1.5, 1]))
        assert!((divergence(&[1.0, 2.0, 0.5], &[0.0, 1.5, 1.0]) - DIVERGENCE).abs() < 1e-6);
        assert!(divergence(&[1.0, 2.0], &[3.0, 4.0]).abs() < 1e-7, "the same but for a constant");
    }

    #[test]
    fn packs_hold_every_answer_once() {
        let answered = |length: usize| Answered { ids: vec![1; length], start: 1 };
        let all = [300, 200, 100, 900, 10].map(answered);
        let sizes: Vec<usize> = packs(&all).iter().map(|pack| pack.len()).collect();
        assert_eq!(sizes, [2, 1, 1, 1]);
        assert!(packs(&[]).is_empty());
    }

    #[test]
    fn there_are_ordinary_prompts() {
        assert_eq!(ordinary_prompts().len(), 20);
    }

    const DIVERGENCE: f64 = 0.115_129_387;
}
