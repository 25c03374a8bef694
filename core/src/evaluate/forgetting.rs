//! What a model has lost, or not, by being trained: on texts and questions that have nothing to do with the training.

use serde::{Deserialize, Serialize};

use super::Estimate;

/// What was measured of the old model and of the new one on the program's own texts and questions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forgetting {
    /// How well the models foretell general text.
    pub text: Option<TextChange>,
    /// Small questions that the old model answers rightly, by kind.
    pub checks: Vec<CheckKind>,
    /// How far the new model's next-token distributions are from the old one's on ordinary prompts.
    pub shift: Option<Shift>,
}

/// How well general text is foretold before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextChange {
    /// The old model's perplexity: e to the mean of −log p of a token.
    pub perplexity_before: f64,
    /// The new model's.
    pub perplexity_after: f64,
    /// The change of −log p a token in nats, new less old, averaged by passage: above 0 the new model foretells worse.
    pub nats_a_token: Estimate,
    /// Passages.
    pub passages: usize,
    /// Tokens of all passages.
    pub tokens: u64,
}

/// Questions of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckKind {
    /// The kind's id: `formats`, `arithmetic`, `refusals`, `languages`.
    pub kind: String,
    /// Questions that were asked.
    pub asked: usize,
    /// Those that the old model answers rightly: the rest says nothing about forgetting.
    pub passed_before: usize,
    /// Those of them that the new model answers rightly too.
    pub still_passed: usize,
    /// The questions that were lost, with both answers.
    pub lost: Vec<LostCheck>,
}

/// A question that the old model answers rightly and the new one does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostCheck {
    /// What was asked.
    pub prompt: String,
    /// The old model's answer.
    pub before: String,
    /// The new model's answer.
    pub after: String,
}

/// The divergence of the new model from the old one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// KL(new ‖ old) a token in nats, over the whole vocabulary, at the tokens of the old model's own answers; averaged by
    /// prompt.
    pub nats_a_token: Estimate,
    /// Prompts.
    pub prompts: usize,
    /// Tokens.
    pub tokens: u64,
}
