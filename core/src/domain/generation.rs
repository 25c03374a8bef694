//! Sampling: what is asked for and what comes back.

use serde::{Deserialize, Serialize, Serializer};

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
    /// For each of these tokens the natural logarithm of its probability under the model that drew it, adapter
    /// included: at temperature 1, before penalty, top-k, top-p and min-p. Empty where nobody kept them.
    #[serde(default, rename = "logprobs", skip_serializing_if = "Vec::is_empty", serialize_with = "shortest")]
    pub log_probabilities: Vec<f32>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<FinishReason>,
    /// Whether a plain-text prompt was put through the chat template as a user's turn. Pairs made from such samples
    /// are conversational, so that training renders them as sampling did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chat_template: bool,
}

/// Numbers with the digits that tell them from their neighbours in f32, and no more.
fn shortest<S: Serializer>(numbers: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(numbers.iter().map(|number| number.to_string().parse().unwrap_or(f64::from(*number))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_probabilities_are_written_in_short_and_read_again() {
        let sample = Sample {
            prompt: "one".into(),
            completion: "two".to_owned(),
            token_ids: vec![1, 2],
            log_probabilities: vec![-0.1, -12.345_678],
            finish_reason: None,
            chat_template: false,
        };
        let line = serde_json::json!(sample).to_string();
        assert!(line.contains(r#""logprobs":[-0.1,-12.345678]"#), "{line}");
        assert_eq!(serde_json::from_str::<Sample>(&line).expect("a sample"), sample);
        let without = serde_json::json!(Sample { log_probabilities: Vec::new(), ..sample }).to_string();
        assert!(!without.contains("logprobs"), "{without}");
    }
}
