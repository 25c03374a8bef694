//! The settings of a training in rounds checked and resolved: a job may come from elsewhere than the command line.

use super::advantages::Rewards;
use super::token_losses::{AnswerLoss, Bounds};
use super::{Learns, METHODS, Method, find_method};
use crate::domain::{OnlineSettings, ScaleRewards, Task, TrainSettings};
use crate::job::OnlineSpec;
use crate::train::loss::Objective;
use crate::train::{TrainError, settings};

/// What is learned, with its numbers.
#[derive(Debug, Clone)]
pub enum Aim {
    /// To prefer the best answer to the worst.
    Pairs(Objective),
    /// To make answers likelier by their advantages.
    Answers {
        /// From rewards to advantages.
        advantages: fn(&Rewards<'_>) -> Vec<f64>,
        /// How rewards are scaled.
        scale: ScaleRewards,
        /// What is minimised.
        loss: &'static AnswerLoss,
        /// With which numbers.
        bounds: Bounds,
    },
}

/// A method with everything that it needs.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The row.
    pub method: &'static Method,
    /// How strongly the policy is held to the reference.
    pub beta: f64,
    /// What is learned.
    pub aim: Aim,
}

impl Resolved {
    /// The id of what is minimised.
    pub fn loss(&self) -> &'static str {
        match &self.aim {
            Aim::Pairs(objective) => objective.loss.id,
            Aim::Answers { loss, .. } => loss.id,
        }
    }
}

fn wrong<T>(setting: &str, found: &dyn ToString, expected: impl Into<String>) -> Result<T, TrainError> {
    Err(TrainError::Setting { setting: setting.to_owned(), found: found.to_string(), expected: expected.into() })
}

/// The settings that a training over pairs with this loss would have.
fn of_pairs(settings: &TrainSettings, online: &OnlineSettings, beta: f64) -> TrainSettings {
    let usual = TrainSettings::default();
    TrainSettings {
        task: Task::Dpo,
        loss: online.loss.clone().unwrap_or(usual.loss),
        beta,
        loss_parameters: online.loss_parameters.clone(),
        ..settings.clone()
    }
}

/// The method, its loss and its numbers; each must belong to the one before.
pub fn resolve(settings: &TrainSettings, online: &OnlineSettings) -> Result<Resolved, TrainError> {
    let Some(method) = find_method(&online.method) else {
        let ids: Vec<&str> = METHODS.iter().map(|method| method.id).collect();
        return wrong("method", &online.method, format!("one of {}", ids.join(", ")));
    };
    let beta = online.beta.unwrap_or(method.beta);
    if !(beta.is_finite() && beta >= 0.0) {
        return wrong("beta", &beta, "0 or above");
    }
    let aim = match method.learns {
        Learns::Pairs => {
            if let Some(scale) = online.scale_rewards {
                return wrong("scale-rewards", &scale.name(), "left out: online DPO takes only the answers' order");
            }
            Aim::Pairs(settings::resolve_objective(&of_pairs(settings, online, beta))?)
        }
        Learns::Answers { advantages, scales, losses } => {
            let id = online.loss.as_deref().unwrap_or(losses[0].id);
            let Some(loss) = losses.iter().find(|loss| loss.id == id) else {
                let expected = format!("one of {} for the method {}", method.losses().join(", "), method.id);
                return wrong("loss", &id, expected);
            };
            let scale = online.scale_rewards.unwrap_or(scales[0]);
            if !scales.contains(&scale) {
                let known: Vec<&str> = scales.iter().map(|scale| scale.name()).collect();
                let expected = format!("one of {} for the method {}", known.join(", "), method.id);
                return wrong("scale-rewards", &scale.name(), expected);
            }
            Aim::Answers { advantages, scale, loss, bounds: bounds(loss, online, beta)? }
        }
    };
    Ok(Resolved { method, beta, aim })
}

fn bounds(loss: &AnswerLoss, online: &OnlineSettings, beta: f64) -> Result<Bounds, TrainError> {
    let given = &online.loss_parameters;
    let known: Vec<&str> = loss.parameters.iter().map(|parameter| parameter.name).collect();
    if let Some(name) = given.keys().find(|name| !known.contains(&name.as_str())) {
        return wrong("loss-param", &name, format!("one of {}", known.join(", ")));
    }
    for parameter in loss.parameters {
        let (low, high) = parameter.range;
        if let Some(value) = given.get(parameter.name).filter(|value| !(low..=high).contains(*value)) {
            return wrong(parameter.name, value, format!("from {low} to {high}"));
        }
    }
    let usual = loss.parameters.iter().find(|parameter| parameter.name == "epsilon").map_or(0.2, |row| row.default);
    let epsilon = given.get("epsilon").copied().unwrap_or(usual);
    Ok(Bounds { beta, epsilon, epsilon_high: given.get("epsilon_high").copied().unwrap_or(epsilon) })
}

/// The most of anything that is counted: products of such numbers are far from overflowing.
const MOST: usize = 1_000_000;

/// The most answers to a prompt.
const MOST_SAMPLES: usize = 1024;

/// The ranges that the command line checks too.
pub fn check(settings: &TrainSettings, online: &OnlineSettings) -> Result<Resolved, TrainError> {
    let resolved = resolve(settings, online)?;
    settings::check(&match resolved.aim {
        Aim::Pairs(_) => of_pairs(settings, online, resolved.beta),
        Aim::Answers { .. } => TrainSettings { task: Task::Dpo, ..settings.clone() },
    })?;
    if settings.full {
        let expected = "left out: rounds need the model as it was beside the model as it is, and only an adapter can be \
                        taken off";
        return wrong("full", &"given", expected);
    }
    if settings.accumulate != 1 {
        return wrong("accumulate", &settings.accumulate, "1: a larger --batch-size takes no more memory here");
    }
    if !resolved.method.takes_temperature && (online.temperature - 1.0).abs() > f64::EPSILON {
        let expected =
            format!("1 for the method {}: it learns from answers as the model itself gives them", online.method);
        return wrong("temperature", &online.temperature, expected);
    }
    let above_zero = |value: f64| value.is_finite() && value > 0.0;
    let is_count = |count: u64| (1..=MOST as u64).contains(&count);
    let checks = [
        (
            "samples",
            online.samples as f64,
            (2..=MOST_SAMPLES).contains(&online.samples),
            "from 2 to 1024: answers are compared with each other",
        ),
        (
            "max-new-tokens",
            online.max_new_tokens as f64,
            (1..=MOST).contains(&online.max_new_tokens),
            "from 1 to 1000000",
        ),
        ("temperature", online.temperature, above_zero(online.temperature), "above 0"),
        (
            "prompts-a-round",
            online.prompts_a_round as f64,
            (1..=MOST).contains(&online.prompts_a_round),
            "from 1 to 1000000",
        ),
        ("rounds", online.rounds.unwrap_or(1) as f64, online.rounds.is_none_or(is_count), "from 1 to 1000000"),
        ("iterations", online.iterations as f64, is_count(online.iterations), "from 1 to 1000000"),
        ("kl-limit", online.kl_limit.unwrap_or(1.0), online.kl_limit.is_none_or(above_zero), "above 0"),
    ];
    match checks.iter().find(|(_, _, right, _)| !right) {
        Some((setting, found, _, expected)) => wrong(setting, found, *expected),
        None => Ok(resolved),
    }
}

/// What the settings and the rest of a job ask for together.
pub fn check_job(spec: &OnlineSpec) -> Result<Resolved, TrainError> {
    let resolved = check(&spec.train.settings, &spec.online)?;
    match (&spec.judge.rules, &spec.judge.coach) {
        (None, None) => wrong("judge", &"missing", "rules or a coach, which say which answers are good"),
        (Some(_), Some(_)) => wrong("judge", &"twice", "either rules or a coach"),
        _ => Ok(resolved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_has_its_defaults() {
        for method in METHODS {
            let online = OnlineSettings { method: method.id.to_owned(), ..OnlineSettings::default() };
            let resolved = check(&TrainSettings::default(), &online).expect("the defaults are right");
            assert_eq!((resolved.method.id, resolved.beta.to_bits()), (method.id, method.beta.to_bits()));
            match resolved.aim {
                Aim::Pairs(objective) => assert_eq!(objective.loss.id, method.losses()[0]),
                Aim::Answers { loss, bounds, .. } => {
                    assert_eq!(loss.id, method.losses()[0]);
                    assert_eq!(bounds.epsilon.to_bits(), bounds.epsilon_high.to_bits());
                }
            }
            for loss in method.losses() {
                let online = OnlineSettings { loss: Some(loss.to_owned()), beta: Some(0.5), ..online.clone() };
                check(&TrainSettings::default(), &online).expect("each of its losses goes with it");
            }
            assert!(method.meaning.len() > 100 && method.source.len() > 20);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let grpo = OnlineSettings { method: "grpo".to_owned(), ..OnlineSettings::default() };
        let pairs = OnlineSettings::default();
        let parameter = |name: &str, value| [(name.to_owned(), value)].into();
        for (online, said) in [
            (OnlineSettings { method: "ppo".to_owned(), ..pairs.clone() }, "method is ppo"),
            (OnlineSettings { loss: Some("sigmoid".to_owned()), ..grpo.clone() }, "loss is sigmoid"),
            (OnlineSettings { loss: Some("kto".to_owned()), ..pairs.clone() }, "loss is kto"),
            (OnlineSettings { scale_rewards: Some(ScaleRewards::Group), ..pairs.clone() }, "scale-rewards is group"),
            (
                OnlineSettings { method: "rloo".to_owned(), scale_rewards: Some(ScaleRewards::Group), ..pairs.clone() },
                "scale-rewards is group",
            ),
            (OnlineSettings { loss_parameters: parameter("delta", 1.0), ..grpo.clone() }, "loss-param is delta"),
            (OnlineSettings { loss_parameters: parameter("epsilon", 1.5), ..grpo.clone() }, "epsilon is 1.5"),
            (OnlineSettings { beta: Some(-1.0), ..grpo.clone() }, "beta is -1"),
            (OnlineSettings { temperature: 0.7, ..grpo.clone() }, "temperature is 0.7"),
            (OnlineSettings { temperature: 0.0, ..pairs.clone() }, "temperature is 0"),
            (OnlineSettings { samples: 1, ..grpo.clone() }, "samples is 1"),
            (OnlineSettings { rounds: Some(0), ..grpo.clone() }, "rounds is 0"),
            (OnlineSettings { iterations: 0, ..grpo.clone() }, "iterations is 0"),
            (OnlineSettings { kl_limit: Some(0.0), ..grpo.clone() }, "kl-limit is 0"),
        ] {
            let error = check(&TrainSettings::default(), &online).expect_err(said).to_string();
            assert!(error.starts_with(said), "{error}, not {said}");
        }
        let full = TrainSettings { full: true, ..TrainSettings::default() };
        assert!(check(&full, &grpo).is_err());
        let many = TrainSettings { accumulate: 2, ..TrainSettings::default() };
        assert!(check(&many, &grpo).is_err());
    }
}
