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
    let share = |holds: &dyn Fn(&Followed) -> bool| {
        let count = |answers: &[Vec<Followed>]| -> Vec<Vec<f64>> {
            let one = |followed: &Followed| f64::from(u8::from(holds(followed)));
            answers.iter().map(|answers| answers.iter().map(one).collect()).collect()
        };
        Paired::of_shares(&count(&before), &count(&after)).ok()
    };
    results.rubric = share(&|followed| followed.iter().all(|&holds| holds));
    for (place, rule) in rules.into_iter().enumerate() {
        if let Some(share) = share(&|followed| followed.get(place).copied().unwrap_or(false)) {
            results.rules.push(RuleResult { rule, share });
        }
    }
    Ok(())
}
