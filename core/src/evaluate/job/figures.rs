//! From answers and judged comparisons to the figures of an evaluation, whoever drew and judged them.

use super::machine::{Followed, Machine, fluency_of_example};
use crate::evaluate::{
    Estimate, Outcome, Paired, Results, RuleResult, Variety, VarietyChange, WinRate, count_words, length_controlled,
};
use crate::feedback::FeedbackError;
use crate::job::JobContext;

/// Answers of both models to the same prompts, prompt by prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// What was asked, as people read it.
    pub requests: Vec<String>,
    /// The old model's answers to each.
    pub old: Vec<Vec<String>>,
    /// The new model's.
    pub new: Vec<Vec<String>>,
}

/// A judged comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// How it came out for the new model.
    pub outcome: Outcome,
    /// Words of the new answer less those of the old one.
    pub more_words: f64,
}

impl Judged {
    /// An outcome of two answers.
    pub fn of(outcome: Outcome, old: &str, new: &str) -> Self {
        Self { outcome, more_words: count_words(new) as f64 - count_words(old) as f64 }
    }
}

/// Figures that take no model and no judge: of judged comparisons prompt by prompt, and of the answers' wording. Whoever looked
/// while the comparisons went on gets the interval that allows it; the prompts then stand in the order in which they were judged.
/// The win rate at equal length has no such interval, so it then has none.
pub fn figures(answers: &Answers, judged: &[Vec<Judged>], looks_early: bool) -> Results {
    let outcomes: Vec<Vec<Outcome>> =
        judged.iter().map(|of_prompt| of_prompt.iter().map(|one| one.outcome).collect()).collect();
    let lengthened: Vec<Vec<(Outcome, f64)>> =
        judged.iter().map(|of_prompt| of_prompt.iter().map(|one| (one.outcome, one.more_words)).collect()).collect();
    let lengths = |texts: &[Vec<String>]| -> Vec<Vec<f64>> {
        texts.iter().map(|answers| answers.iter().map(|answer| count_words(answer) as f64).collect()).collect()
    };
    let variety = Variety::of(&answers.old).zip(Variety::of(&answers.new));
    Results {
        win_rate: if looks_early { WinRate::for_early_looks(&outcomes) } else { WinRate::of(&outcomes) }.ok(),
        win_rate_at_equal_length: length_controlled(&lengthened)
            .map(|rate| if looks_early { Estimate::given(rate.value) } else { rate }),
        variety: variety.map(|(before, after)| VarietyChange { before, after }),
        length: Paired::of_quantities(&lengths(&answers.old), &lengths(&answers.new)).ok(),
        ..Results::default()
    }
}

/// Which rules the answers meet before and after, rule by rule and as a whole; where the judge is the example's own program,
/// also how fluent they are.
pub fn rule_shares(
    results: &mut Results,
    machine: &Machine,
    answers: &Answers,
    context: &JobContext<'_>,
) -> Result<(), FeedbackError> {
    if matches!(machine, Machine::Example(_)) {
        let fluency =
            |texts: &[Vec<String>]| texts.iter().map(|answers| fluency_of_example(answers)).collect::<Vec<_>>();
        results.fluency = Paired::of_shares(&fluency(&answers.old), &fluency(&answers.new)).ok();
    }
    let rules = machine.rules();
    if rules.is_empty() {
        return Ok(());
    }
    let followed = |texts: &[Vec<String>]| -> Result<Vec<Vec<Followed>>, FeedbackError> {
        let of_prompt = |(request, answers): (&String, &Vec<String>)| {
            context.check()?;
            let asked: Vec<(&str, &str)> = answers.iter().map(|answer| (request.as_str(), answer.as_str())).collect();
            machine.followed(&asked, context)
        };
        answers.requests.iter().zip(texts).map(of_prompt).collect()
    };
    let (before, after) = (followed(&answers.old)?, followed(&answers.new)?);
    results.rubric = share_of(&before, &after, &meets_all);
    for (place, rule) in rules.into_iter().enumerate() {
        if let Some(share) = share_of(&before, &after, &|followed| followed.get(place).copied().flatten()) {
            results.rules.push(RuleResult { rule, share });
        }
    }
    Ok(())
}

/// Whether an answer meets every rule; one that it does not follow decides, whatever is not known of the others.
fn meets_all(followed: &Followed) -> Option<bool> {
    if followed.contains(&Some(false)) {
        Some(false)
    } else {
        followed.iter().copied().collect::<Option<Vec<bool>>>().map(|_| true)
    }
}

/// The share of the answers of which something holds, before and after. Where it is not known of one of two answers that belong
/// together, both are left out: else what could be asked of one side alone would pass for a difference.
fn share_of(
    before: &[Vec<Followed>],
    after: &[Vec<Followed>],
    holds: &dyn Fn(&Followed) -> Option<bool>,
) -> Option<Paired> {
    let share = |holds: bool| f64::from(u8::from(holds));
    let known = |(old, new): (&Vec<Followed>, &Vec<Followed>)| -> (Vec<f64>, Vec<f64>) {
        old.iter().zip(new).filter_map(|(old, new)| Some((share(holds(old)?), share(holds(new)?)))).unzip()
    };
    let (before, after): (Vec<_>, Vec<_>) = before.iter().zip(after).map(known).unzip();
    Paired::of_shares(&before, &after).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_judge_could_not_say_of_one_answer_is_left_out_of_both_sides() {
        let yes = || vec![Some(true), Some(true)];
        let (half, unknown) = (vec![Some(true), None], vec![None, None]);
        // The judge was no longer there when it came to the new answers.
        let before = vec![vec![yes(), yes()], vec![yes()], vec![vec![Some(true), Some(false)]], vec![yes()]];
        let after = vec![vec![yes(), unknown.clone()], vec![half], vec![yes()], vec![unknown]];
        let all = share_of(&before, &after, &meets_all).expect("two prompts are known");
        assert_eq!((all.prompts, all.before.value, all.after.value), (2, 0.5, 1.0));
        let first = share_of(&before, &after, &|followed| followed[0]).expect("three prompts are known");
        assert_eq!((first.prompts, first.before.value, first.after.value), (3, 1.0, 1.0));
        assert_eq!([vec![Some(false), None], vec![Some(true), None]].map(|of| meets_all(&of)), [Some(false), None]);
        assert!(share_of(&[vec![yes()]], &[vec![vec![None, None]]], &meets_all).is_none());
    }
}
