//! What a training in rounds is asked to do: answers are drawn, judged and learned from, again and again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How rewards become advantages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleRewards {
    /// Divided by how far the rewards of a prompt's answers lie apart.
    Group,
    /// Divided by how far the rewards of a round's answers lie apart.
    Batch,
    /// As they are.
    None,
}

impl ScaleRewards {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Batch => "batch",
            Self::None => "none",
        }
    }
}

/// Everything that decides the numbers of a training in rounds beside the settings that every training has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnlineSettings {
    /// A row of the registry of online methods.
    pub method: String,
    /// What is minimised: a loss of the method; `None` takes its first.
    pub loss: Option<String>,
    /// How strongly the policy is held to the reference; `None` takes the method's.
    pub beta: Option<f64>,
    /// The loss's own parameters, by name.
    pub loss_parameters: BTreeMap<String, f64>,
    /// How rewards become advantages; `None` takes the method's way.
    pub scale_rewards: Option<ScaleRewards>,
    /// Answers that are drawn to each prompt.
    pub samples: usize,
    /// Tokens an answer has at most, the end token included.
    pub max_new_tokens: usize,
    /// Divides the logits while answers are drawn; other than 1 only where a method allows it.
    pub temperature: f64,
    /// Prompts a round.
    pub prompts_a_round: usize,
    /// Rounds; `None` goes once round the prompts.
    pub rounds: Option<u64>,
    /// How often the answers of a round are learned from.
    pub iterations: u64,
    /// The divergence from the reference, in nats a token, beyond which the training stops.
    pub kl_limit: Option<f64>,
}

impl Default for OnlineSettings {
    fn default() -> Self {
        Self {
            method: "online-dpo".to_owned(),
            loss: None,
            beta: None,
            loss_parameters: BTreeMap::new(),
            scale_rewards: None,
            samples: 8,
            max_new_tokens: 256,
            temperature: 1.0,
            prompts_a_round: 8,
            rounds: None,
            iterations: 1,
            kl_limit: None,
        }
    }
}
