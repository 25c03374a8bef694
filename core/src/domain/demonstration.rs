//! What is learned from beside preference pairs: single answers.

use super::Text;

/// What a model is to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Demonstration {
    /// What was asked; nothing of it is learned. `None` where every token of `completion` counts.
    pub prompt: Option<Text>,
    /// The answer, or a whole text or conversation.
    pub completion: Text,
}

/// An answer that was found good or bad by itself (TRL's unpaired preference).
#[derive(Debug, Clone, PartialEq)]
pub struct RatedCompletion {
    /// What was asked.
    pub prompt: Text,
    /// The answer, without the prompt.
    pub completion: Text,
    /// Whether answers should be like it.
    pub is_desirable: bool,
}
