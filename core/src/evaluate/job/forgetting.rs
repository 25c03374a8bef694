//! What was forgotten, measured: general text, small questions, and the shift on ordinary prompts.

use super::EvaluationError;
use super::checks::{ask, checks};
use super::passages::{passages, text_change};
use super::policy::{Asking, Policies};
use super::shift::{ordinary_prompts, shift};
use crate::evaluate::{Forgetting, TextChange};
use crate::job::JobContext;

/// A model of up to so many weights is measured on everything. Of a larger one, fewer passages and questions are taken, so that
/// the time stays about the same: it goes with the weights. What is taken depends on the model alone, so that the figures of
/// one model are the same wherever and whenever they are measured.
const WHOLE: u64 = 300_000_000;

/// No fewer passages are read, or questions asked, than the count divided by this: below, intervals say nothing.
const LEAST_PART: usize = 4;

/// The kind of questions that a model passes that apologises for everything.
const REFUSALS: &str = "refusals";

/// Fewer right answers to all other questions are an accident.
const BY_ACCIDENT: usize = 3;

/// Measures both models with the program's own texts and questions. What says nothing of these models is left out, with the
/// reason among the remarks.
pub fn forgetting(
    models: Policies<'_>,
    asking: Asking<'_>,
    context: &JobContext<'_>,
) -> Result<Forgetting, EvaluationError> {
    let weights = models.old.weights().max(models.new.weights());
    let (passages, checks, prompts) =
        (part(passages(), weights), part(checks(), weights), part(ordinary_prompts(), weights));
    let mut found = Forgetting::default();
    if models.share_tokens(&passages)? {
        found.text = text_change(models, &passages, context)?;
        found.shift = shift(models, &prompts, asking, context)?;
    } else {
        found.remarks.push(
            "The two models divide text into different tokens, so how well each foretells a token cannot be compared."
                .to_owned(),
        );
    }
    found.checks = ask(models, &checks, asking, context)?;
    leave_out_what_says_nothing(&mut found, models.old.vocabulary_size());
    Ok(found)
}

/// As many as the model's size allows, evenly spread.
fn part<T: Copy>(all: Vec<T>, weights: u64) -> Vec<T> {
    if weights <= WHOLE {
        return all;
    }
    let share = WHOLE as f64 / weights as f64;
    let count = ((all.len() as f64 * share).ceil() as usize).max(all.len().div_ceil(LEAST_PART)).max(1);
    (0..count).filter_map(|place| all.get(place * all.len() / count).copied()).collect()
}

/// A model that never knew general text, or answers none of the questions, cannot forget them.
fn leave_out_what_says_nothing(found: &mut Forgetting, vocabulary: usize) {
    let is_below_chance = |text: &TextChange| text.perplexity_before > vocabulary as f64;
    if let Some(text) = found.text.take_if(|text| is_below_chance(text)) {
        found.remarks.push(format!(
            "General text says nothing of this model: already before the training it foretold it worse than chance (a \
             perplexity of {:.0} with {vocabulary} tokens to choose from).",
            text.perplexity_before
        ));
    }
    let asked: usize = found.checks.iter().map(|kind| kind.asked).sum();
    let able: usize = found.checks.iter().filter(|kind| kind.kind != REFUSALS).map(|kind| kind.passed_before).sum();
    if asked > 0 && able < BY_ACCIDENT {
        for kind in &mut found.checks {
            (kind.passed_before, kind.still_passed, kind.gained) = (0, 0, 0);
            kind.lost.clear();
        }
        found.remarks.push(format!(
            "The small questions say nothing of this model: already before the training it answered hardly any of {asked} \
             rightly, but for apologies."
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{CheckKind, Estimate};

    #[test]
    fn a_large_model_is_measured_on_a_part_that_is_spread_evenly() {
        let all: Vec<usize> = (0..40).collect();
        assert_eq!(part(all.clone(), 135_000_000), all);
        assert_eq!(part(all.clone(), 600_000_000), (0..20).map(|place| 2 * place).collect::<Vec<_>>());
        assert_eq!(part(all, 70_000_000_000), (0..10).map(|place| 4 * place).collect::<Vec<_>>());
    }

    #[test]
    fn what_the_old_model_never_knew_is_no_loss() {
        let text = |before: f64| TextChange {
            perplexity_before: before,
            perplexity_after: 2.0 * before,
            nats_a_token: Estimate::given(0.7),
            passages: 40,
            tokens: 4000,
        };
        let kind = |passed_before: usize| CheckKind {
            kind: "formats".to_owned(),
            asked: 16,
            passed_before,
            still_passed: 0,
            gained: 0,
            lost: Vec::new(),
        };
        let mut unknown = Forgetting { text: Some(text(900.0)), checks: vec![kind(0)], ..Forgetting::default() };
        leave_out_what_says_nothing(&mut unknown, 800);
        assert_eq!((unknown.text, unknown.remarks.len()), (None, 2));
        assert!(unknown.remarks[0].contains("a perplexity of 900 with 800 tokens"), "{:?}", unknown.remarks);
        // Who apologises for everything refuses nothing.
        let sorry = CheckKind { kind: REFUSALS.to_owned(), gained: 4, ..kind(16) };
        let mut sorry = Forgetting { checks: vec![sorry, kind(2)], ..Forgetting::default() };
        leave_out_what_says_nothing(&mut sorry, 800);
        assert!(sorry.checks_passed() == (0, 0) && sorry.checks_gained() == 0, "{sorry:?}");
        assert_eq!(sorry.remarks.len(), 1);
        let mut known = Forgetting { text: Some(text(700.0)), checks: vec![kind(3)], ..Forgetting::default() };
        leave_out_what_says_nothing(&mut known, 800);
        assert!(known.text.is_some() && known.remarks.is_empty());
    }
}
