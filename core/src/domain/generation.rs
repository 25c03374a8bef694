//! Sampling: what is asked for and what comes back.

use serde::{Deserialize, Serialize};

use super::Text;

/// One line of a prompts file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromptRecord {
    /// Plain text, or the messages so far.
    pub prompt: Text,
}

/// How completions are drawn. `None` takes the model's own `generation_config.json`, then the neutral value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamplingSettings {
    /// Completions a prompt.
    pub samples: usize,
    /// Take the likeliest token every time; the other settings of chance are then without effect.
    pub greedy: bool,
    /// Tokens a completion has at most, the end token included.
    pub max_new_tokens: usize,
    /// Divides the logits: below 1 safer, above 1 more varied.
    pub temperature: Option<f32>,
    /// Keep the smallest set of tokens whose probability reaches this.
    pub top_p: Option<f32>,
    /// Keep this many likeliest tokens; 0 keeps all.
    pub top_k: Option<usize>,
    /// Drop tokens less likely than this share of the likeliest one.
    pub min_p: Option<f32>,
    /// Above 1 makes tokens that already occurred less likely.
    pub repetition_penalty: Option<f32>,
    /// Same seed, same completions.
    pub seed: u64,
    /// Give the prompt to the tokenizer as it is, without the chat template.
    pub raw: bool,
    /// Go on past the model's end tokens.
    pub ignore_eos: bool,
}

impl Default for SamplingSettings {
    fn default() -> Self {
        Self {
            samples: 1,
            greedy: false,
            max_new_tokens: 256,
            temperature: None,
            top_p: None,
            top_k: None,
            min_p: None,
            repetition_penalty: None,
            seed: 0,
            raw: false,
            ignore_eos: false,
        }
    }
}

/// Why a completion ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model said its end token.
    Stop,
    /// The length limit was reached.
    Length,
}

/// One completion of one prompt: a line of what `generate` writes and `judge` reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The prompt as it was given.
    pub prompt: Text,
    /// The completion's text without the end token.
    pub completion: String,
    /// The completion's tokens, the end token included.
    #[serde(default)]
    pub token_ids: Vec<u32>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<FinishReason>,
    /// Whether a plain-text prompt was put through the chat template as a user's turn. Pairs made from such samples
    /// are conversational, so that training renders them as sampling did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chat_template: bool,
}
