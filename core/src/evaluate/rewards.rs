//! How a trained policy ranks verdicts that it was not trained on.

use serde::{Deserialize, Serialize};

use super::Estimate;

/// The policy's implicit reward, `β·(log π(y|x) − log π_ref(y|x))`, on pairs that were set aside (Rafailov and others 2023).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldOutRewards {
    /// The share of the pairs whose chosen answer has the higher reward, averaged by prompt; equal rewards count half.
    pub accuracy: Estimate,
    /// The reward of the chosen answer less that of the rejected one, averaged by prompt.
    pub margin: Estimate,
    /// Pairs.
    pub pairs: usize,
    /// Prompts that the pairs belong to.
    pub prompts: usize,
    /// What log-ratios were multiplied by.
    pub beta: f64,
}
