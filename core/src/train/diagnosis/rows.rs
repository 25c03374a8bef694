//! The findings: one row each.

use std::f64::consts::LN_2;

use super::history::{History, figure, mean, median};
use super::{Diagnosis, Evidence};
use crate::domain::Severity;

const DPO: &str = "dpo";
const KTO: &str = "kto";
const SFT: &str = "sft";
const PREFERENCE_MODEL: &str = "preference-model";
const ONLINE_DPO: &str = "online-dpo";
const ROUNDS: &[&str] = &[ONLINE_DPO, "grpo", "rloo"];
const EVERY_TASK: &[&str] = &[DPO, KTO, SFT, PREFERENCE_MODEL, ONLINE_DPO, "grpo", "rloo"];

/// Steps whose mean is taken where single steps are noisy.
const WINDOW: usize = 10;

/// Everything that can be found in a run's figures.
pub const DIAGNOSES: &[Diagnosis] = &[
    Diagnosis {
        id: "not_finite",
        title: "the numbers ran away",
        meaning: "A step gave something that is no number any more. The step was not taken, so what was saved before it \
                  is sound, but the steps before it went too far already.",
        cure: "begin anew with a lower --learning-rate (a third of this one), in another folder",
        severity: Severity::Error,
        tasks: EVERY_TASK,
        look: not_finite,
    },
    Diagnosis {
        id: "stuck_at_ln_2",
        title: "nothing is being learned",
        meaning: "The loss begins at ln 2 = 0.693, where the model cannot tell the preferred answers from the others, and \
                  it is still there: the steps are too small or too few to move the model.",
        cure: "raise --learning-rate (three to ten times), or take more steps with --epochs or --max-steps",
        severity: Severity::Warning,
        tasks: &[DPO, PREFERENCE_MODEL],
        look: stuck_at_ln_2,
    },
    Diagnosis {
        id: "accuracy_at_once_1",
        title: "the answers are told apart from the start",
        meaning: "From the first steps on, every pair is told apart rightly. Either the two answers of a pair differ in \
                  something trivial that is the same in all pairs (a greeting, a format, the length), so that there is \
                  little to learn from them, or the learning rate is so high that pairs are learned by heart.",
        cure: "look at some pairs and see what sets the two answers apart; where it is not what you mean, make pairs \
               that differ in less; else lower --learning-rate",
        severity: Severity::Notice,
        tasks: &[DPO, PREFERENCE_MODEL],
        look: accuracy_at_once_1,
    },
    Diagnosis {
        id: "chosen_falling",
        title: "the preferred answers become less likely too",
        meaning: "The two answers of a pair move apart, but by making both less likely, the preferred one as well. The \
                  model may then say something else altogether, which nobody has asked for.",
        cure: "read some answers of the new adapter; where they have become worse, begin anew with a lower \
               --learning-rate or fewer steps, or a higher --beta, which holds the model closer to what it was",
        severity: Severity::Warning,
        tasks: &[DPO],
        look: chosen_falling,
    },
    Diagnosis {
        id: "length_drift",
        title: "it is the length of the answers that is learned",
        meaning: "How far the model moves the two answers of a pair apart goes with how much longer one of them is. It \
                  may be learning to write longer or shorter answers rather than better ones.",
        cure: "bound the length by a rule when judging, make pairs of answers that are about as long as each other, or \
               train for fewer steps",
        severity: Severity::Warning,
        tasks: &[DPO, ONLINE_DPO],
        look: length_drift,
    },
    Diagnosis {
        id: "exploding_gradient",
        title: "the steps have become unruly",
        meaning: "The gradient, which says where and how far to step, is many times as long as it was. Steps are cut to a \
                  bounded length, but their directions tear the model about.",
        cure: "begin anew with a lower --learning-rate, or with --warmup-steps 10, which begins gently",
        severity: Severity::Warning,
        tasks: EVERY_TASK,
        look: exploding_gradient,
    },
    Diagnosis {
        id: "overfit",
        title: "the data is being learned by heart",
        meaning: "On the examples that are not trained on, the loss was lowest some time ago and rises, while it falls on \
                  those that are trained on: what is learned now holds for these alone.",
        cure: "take the adapter from an earlier step by training for fewer steps (a --preset stops by itself and keeps \
               the best), add data, or use --dropout 0.05",
        severity: Severity::Warning,
        tasks: EVERY_TASK,
        look: overfit,
    },
    Diagnosis {
        id: "answers_score_alike",
        title: "there is nothing to choose from",
        meaning: "To most prompts all answers of a round score the same, so nothing sets them apart and nothing is learned \
                  from them: the judge is too lenient or too strict, or the model always says the same.",
        cure: "give the judge finer rules (several, each with its weight), or more answers with --samples; where the score \
               is the highest already, the training is done",
        severity: Severity::Warning,
        tasks: ROUNDS,
        look: answers_score_alike,
    },
    Diagnosis {
        id: "answers_cut",
        title: "answers are cut before their end",
        meaning: "Most answers reach the longest length that they may have, so the judge sees beginnings of answers, and the \
                  model is never shown where to stop.",
        cure: "raise --max-new-tokens, or add a rule that bounds the length, so that shorter answers win",
        severity: Severity::Warning,
        tasks: ROUNDS,
        look: answers_cut,
    },
    Diagnosis {
        id: "far_from_reference",
        title: "the model has moved far from what it was",
        meaning: "Word by word the model now chooses quite differently from how it did before. What the judge does not look \
                  at may have got worse: fluency, truth, other languages.",
        cure: "read the newest answers in rollouts.jsonl; where they are odd, begin anew with a lower --learning-rate, a higher \
               --beta, or --kl-limit, which ends the training in time",
        severity: Severity::Warning,
        tasks: ROUNDS,
        look: far_from_reference,
    },
];

/// A number with about four digits that count.
fn short(value: f64) -> String {
    if value == 0.0 || (0.001..10_000.0).contains(&value.abs()) {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.2e}")
    }
}

/// A figure is no number: the run broke off there, or the line says so (JSON has no NaN: it is written as null).
fn not_finite(history: &History) -> Option<Evidence> {
    if let Some(breakdown) = history.breakdown() {
        let seen = format!("the {} of step {} is {}", breakdown.figure, breakdown.step, breakdown.value);
        return Some(Evidence { seen, figures: vec![("step", breakdown.step as f64)] });
    }
    let last = history.steps().last()?;
    let name =
        ["loss", "grad_norm"].into_iter().find(|name| last.get(*name).is_some_and(serde_json::Value::is_null))?;
    let step = history.step();
    Some(Evidence { seen: format!("`{name}` of step {step} is no number"), figures: vec![("step", step as f64)] })
}

/// The loss of logistic regression begins at ln 2 and is still there, after a quarter of the run and ten steps from the
/// peak of the learning rate on.
fn stuck_at_ln_2(history: &History) -> Option<Evidence> {
    /// How far a mean loss is from ln 2 where something is learned.
    const NEAR: f64 = 0.004;
    let lines = history.steps();
    let first = figure(lines.first()?, "loss")?;
    let rates: Vec<f64> = lines.iter().filter_map(|line| figure(line, "learning_rate")).collect();
    let peak = rates.iter().copied().fold(0.0, f64::max);
    let since_peak = lines.len() - rates.iter().position(|&rate| rate >= peak)?;
    let needed =
        history.total_steps().map_or(WINDOW, |total| (total as usize / 4).clamp(WINDOW.min(total as usize), 200));
    if since_peak < needed.max(4) || (first - LN_2).abs() > 0.01 {
        return None;
    }
    let window = since_peak.min(2 * WINDOW).div_ceil(2);
    let loss = history.mean_of_last("loss", window)?;
    let margin = history.mean_of_last("rewards/margins", window);
    let still = (loss - LN_2).abs() < NEAR && margin.is_none_or(|margin| margin.abs() < 2.0 * NEAR);
    still.then(|| Evidence {
        seen: format!(
            "after {} steps the loss is {} (it began at {}), with a learning rate of {} at most",
            lines.len(),
            short(loss),
            short(first),
            short(peak)
        ),
        figures: vec![("loss", loss), ("first_loss", first), ("peak_learning_rate", peak)],
    })
}

/// Every pair of the steps 2 to 9 is told apart. Step 1 is before any change. By chance that happens once in 256 runs of
/// one pair a step.
fn accuracy_at_once_1(history: &History) -> Option<Evidence> {
    const STEPS: usize = 8;
    if history.steps().len() != STEPS + 1 {
        return None;
    }
    let accuracies = history.last("rewards/accuracies", STEPS).or_else(|| history.last("accuracy", STEPS))?;
    accuracies.iter().all(|&accuracy| accuracy >= 1.0).then(|| Evidence {
        seen: format!("in each of the steps 2 to {} the accuracy is 1", STEPS + 1),
        figures: vec![("accuracy", 1.0), ("steps", STEPS as f64)],
    })
}

/// The reward of the preferred answers (β times what their log-probability gained since before the training) is clearly
/// negative, and not small beside the margin.
fn chosen_falling(history: &History) -> Option<Evidence> {
    let chosen = history.mean_of_last("rewards/chosen", WINDOW)?;
    let margin = history.mean_of_last("rewards/margins", WINDOW)?;
    (chosen < -0.5 && chosen < -0.25 * margin).then(|| Evidence {
        seen: format!(
            "over the last {WINDOW} steps the reward of the preferred answers is {} with a margin of {}",
            short(chosen),
            short(margin)
        ),
        figures: vec![("rewards/chosen", chosen), ("rewards/margins", margin)],
    })
}

/// The margin goes with the difference of the answers' lengths. A step's correlation is that of its few pairs, so the
/// mean of many steps counts. The signal: Park et al. 2024, "Disentangling Length from Quality in DPO".
fn length_drift(history: &History) -> Option<Evidence> {
    const STEPS: usize = 20;
    let start = history.steps().len().checked_sub(STEPS)?;
    // A step whose pairs all differ by the same length has no correlation.
    let lines = &history.steps()[start..];
    let correlations: Vec<f64> = lines.iter().filter_map(|line| figure(line, "rewards/length_correlation")).collect();
    let margin = history.mean_of_last("rewards/margins", STEPS)?;
    if correlations.len() < STEPS / 2 || margin < 0.1 {
        return None;
    }
    let correlation = mean(&correlations);
    let way = if correlation > 0.0 { "longer" } else { "shorter" };
    (correlation.abs() > 0.5).then(|| Evidence {
        seen: format!(
            "over the last {STEPS} steps the margin of a pair goes with how much {way} its preferred answer is \
             (correlation {})",
            short(correlation)
        ),
        figures: vec![("rewards/length_correlation", correlation), ("rewards/margins", margin)],
    })
}

/// Three of the last five gradients are ten times as long as those before them were in the middle. One long gradient
/// alone is no finding: clipping is there for it.
fn exploding_gradient(history: &History) -> Option<Evidence> {
    const LAST: usize = 5;
    const BEFORE: usize = 30;
    const TIMES: f64 = 10.0;
    let most = history.steps().len().min(LAST + BEFORE);
    if most < LAST + WINDOW {
        return None;
    }
    let norms = history.last("grad_norm", most)?;
    let (before, last) = norms.split_at(most - LAST);
    let usual = median(before);
    let long = last.iter().filter(|&&norm| norm > TIMES * usual).count();
    (usual > 0.0 && long >= 3).then(|| Evidence {
        seen: format!("the gradient's norm was about {} and is now about {}", short(usual), short(median(last))),
        figures: vec![("grad_norm", median(last)), ("usual_grad_norm", usual)],
    })
}

/// In three steps on end the answers of nine prompts in ten score alike.
fn answers_score_alike(history: &History) -> Option<Evidence> {
    const STEPS: usize = 3;
    let shares = history.last("frac_reward_zero_std", STEPS)?;
    let reward = history.mean_of_last("reward", STEPS)?;
    shares.iter().all(|&share| share >= 0.9).then(|| Evidence {
        seen: format!(
            "in each of the last {STEPS} steps, the answers of {:.0}% of the prompts or more score alike; the mean score is {}",
            100.0 * shares.iter().copied().fold(1.0, f64::min),
            short(reward)
        ),
        figures: vec![("frac_reward_zero_std", mean(&shares)), ("reward", reward)],
    })
}

/// In three steps on end more than half of the answers are cut.
fn answers_cut(history: &History) -> Option<Evidence> {
    const STEPS: usize = 3;
    let shares = history.last("completions/clipped_ratio", STEPS)?;
    let length = history.mean_of_last("completions/mean_length", STEPS)?;
    shares.iter().all(|&share| share > 0.5).then(|| Evidence {
        seen: format!(
            "over the last {STEPS} steps {:.0}% of the answers are cut; they have {} tokens on average",
            100.0 * mean(&shares),
            short(length)
        ),
        figures: vec![("completions/clipped_ratio", mean(&shares)), ("completions/mean_length", length)],
    })
}

/// Three steps on end the divergence is above a fifth of a nat a token; trainings that kept their fluency stayed well below.
fn far_from_reference(history: &History) -> Option<Evidence> {
    const STEPS: usize = 3;
    const FAR: f64 = 0.2;
    let divergences = history.last("kl", STEPS)?;
    divergences.iter().all(|&divergence| divergence > FAR).then(|| Evidence {
        seen: format!(
            "over the last {STEPS} steps the divergence from the reference is {} nats a token",
            short(mean(&divergences))
        ),
        figures: vec![("kl", mean(&divergences))],
    })
}

/// The holdout's loss has risen clearly above its lowest, and above the training's.
fn overfit(history: &History) -> Option<Evidence> {
    let losses = history.holdout("eval_loss");
    let &(step, last) = losses.last()?;
    let &(best_step, best) = losses.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let count = history.steps().len().min(WINDOW);
    let training = history.mean_of_last("loss", count)?;
    let risen = step > best_step && last - best > (0.05 * best).max(0.02);
    (risen && training < last).then(|| Evidence {
        seen: format!(
            "the loss on the holdout was lowest at step {best_step} ({}) and is {} at step {step}; on the training data \
             it is {}",
            short(best),
            short(last),
            short(training)
        ),
        figures: vec![
            ("best_step", best_step as f64),
            ("best_eval_loss", best),
            ("eval_loss", last),
            ("loss", training),
        ],
    })
}
