//! The registry of online methods: how answers that were drawn and judged are learned from.

use super::advantages::{self, Rewards};
use super::token_losses::{self, AnswerLoss};
use crate::domain::{ScaleRewards, Task};
use crate::train::loss::losses_of;

/// What a method learns from the answers to a prompt.
#[derive(Debug, Clone, Copy)]
pub enum Learns {
    /// The best answer against the worst, by a loss over preference pairs.
    Pairs,
    /// Every answer, by how much better it is than the others.
    Answers {
        /// From the rewards of a round to an advantage for each answer.
        advantages: fn(&Rewards<'_>) -> Vec<f64>,
        /// How rewards are scaled; the first is the usual way.
        scales: &'static [ScaleRewards],
        /// What can be minimised; the first is the usual one.
        losses: &'static [AnswerLoss],
    },
}

/// An online method.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Its name on the command line.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// One paragraph for a person who has never heard of it.
    pub meaning: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// How strongly the policy is held to the reference where nobody says; TRL's default.
    pub beta: f64,
    /// Whether answers may be drawn at another temperature than 1.
    pub takes_temperature: bool,
    /// What it learns from.
    pub learns: Learns,
}

/// Every online method; the first is the usual one.
pub const METHODS: &[Method] = &[
    Method {
        id: "online-dpo",
        name: "online DPO",
        meaning: "In every round the model answers each prompt several times, and learns to prefer its best answer to its \
                  worst as DPO does with pairs. Only the order of the answers counts, so it suits judges whose scores \
                  mean little by themselves, such as coaches, and it is the most even-tempered of the methods.",
        source: "Guo et al. 2024 (Direct Language Model Alignment from Online AI Feedback), with the best against the \
                 worst of several answers",
        beta: 0.1,
        takes_temperature: true,
        learns: Learns::Pairs,
    },
    Method {
        id: "grpo",
        name: "GRPO",
        meaning: "In every round the model answers each prompt several times. Answers that score above the mean of their \
                  prompt become likelier, the others less likely, each by how far it lies from the mean (group relative \
                  policy optimization). It uses every answer and how large the differences are, so it suits rules and \
                  scores that can be trusted.",
        source: "Shao et al. 2024 (DeepSeekMath), equations 3 and 4, as TRL's GRPOTrainer has it",
        beta: 0.0,
        takes_temperature: false,
        learns: Learns::Answers {
            advantages: advantages::relative_to_group,
            scales: &[ScaleRewards::Group, ScaleRewards::Batch, ScaleRewards::None],
            losses: &[token_losses::DAPO, token_losses::GRPO, token_losses::BNPO, token_losses::DR_GRPO],
        },
    },
    Method {
        id: "rloo",
        name: "RLOO",
        meaning: "In every round the model answers each prompt several times. An answer becomes likelier where it scores \
                  better than the others to the same prompt do on average (REINFORCE with a leave-one-out baseline). How \
                  far the model has moved from what it was is taken off the score. The plainest of the policy \
                  gradients: an answer counts as a whole, not token by token.",
        source: "Ahmadian et al. 2024 (Back to Basics: Revisiting REINFORCE-Style Optimization), section 3.3, as TRL's \
                 RLOOTrainer has it",
        beta: 0.05,
        takes_temperature: false,
        learns: Learns::Answers {
            advantages: advantages::leave_one_out,
            scales: &[ScaleRewards::None, ScaleRewards::Batch],
            losses: &[token_losses::RLOO],
        },
    },
];

/// The row with this id.
pub fn find_method(id: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.id == id)
}

impl Method {
    /// Ids of what it can minimise, the usual one first.
    pub fn losses(&self) -> Vec<&'static str> {
        match self.learns {
            Learns::Pairs => losses_of(Task::Dpo).collect(),
            Learns::Answers { losses, .. } => losses.iter().map(|loss| loss.id).collect(),
        }
    }
}
