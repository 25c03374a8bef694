//! Preference pairs as token ids, exactly as TRL makes them.
//!
//! The completion begins where the ids of prompt and of prompt with completion part, the earlier of the two answers: a
//! template may render a prompt alone differently, and tokens may merge across the border. Everything that the
//! template renders after an answer belongs to it. Plain text ends with the end token; conversations end as the
//! template ends them.

use serde_json::{Map, Value};

use crate::domain::{PreferencePair, Text, ToUserMessage};
use crate::model::{ChatTemplate, PromptError, TextTokenizer, chat_ids};

/// A preference pair could not be turned into token ids.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// The template or the tokenizer failed.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// Plain text must end with the end token, and the tokenizer names none.
    #[error("{} names no end token, which plain-text pairs need", path.display())]
    NoEndToken {
        /// The tokenizer's file.
        path: std::path::PathBuf,
    },
    /// The parts of a pair are partly text and partly messages.
    #[error("a preference pair mixes plain text and messages")]
    MixedForms,
}

impl ToUserMessage for RowError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Prompt(error) => error.hint(),
            Self::NoEndToken { .. } => Some(
                "add `eos_token` to the model's tokenizer_config.json, or give messages instead of text".to_owned(),
            ),
            Self::MixedForms => Some("write prompt, chosen and rejected in the same form".to_owned()),
        }
    }
}

/// A preference pair as token ids. A sequence is `prompt_ids` followed by one of the answers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TokenizedPair {
    /// What both sequences begin with. Empty where not even the first token is shared.
    pub prompt_ids: Vec<u32>,
    /// The preferred answer. Empty where an empty answer adds no token.
    pub chosen_ids: Vec<u32>,
    /// The other answer.
    pub rejected_ids: Vec<u32>,
}

/// Token ids of a pair. Plain text never goes through the chat template. `arguments` are names that the template sees.
pub fn tokenize_pair(
    pair: &PreferencePair,
    tokenizer: &TextTokenizer,
    template: Option<&ChatTemplate>,
    arguments: &Map<String, Value>,
) -> Result<TokenizedPair, RowError> {
    let (prompt, chosen, rejected) = match (&pair.prompt, &pair.chosen, &pair.rejected) {
        (Text::Messages(prompt), Text::Messages(chosen), Text::Messages(rejected)) => {
            let ids = |answer: &[_], start_turn| {
                let messages = [prompt.as_slice(), answer].concat();
                chat_ids(&messages, start_turn, tokenizer, template, arguments)
            };
            (ids(&[], true)?, ids(chosen, false)?, ids(rejected, false)?)
        }
        (Text::Plain(prompt), Text::Plain(chosen), Text::Plain(rejected)) => {
            let Some(end) = tokenizer.eos_token() else {
                return Err(RowError::NoEndToken { path: tokenizer.path().to_owned() });
            };
            let ids = |answer: &str| {
                let end = if answer.ends_with(end) { "" } else { end };
                tokenizer.encode(&[prompt, answer, end].concat(), true).map_err(PromptError::from)
            };
            (tokenizer.encode(prompt, true).map_err(PromptError::from)?, ids(chosen)?, ids(rejected)?)
        }
        _ => return Err(RowError::MixedForms),
    };
    let border = common_prefix_length(&prompt, &chosen).min(common_prefix_length(&prompt, &rejected));
    Ok(TokenizedPair {
        prompt_ids: prompt[..border].to_vec(),
        chosen_ids: chosen[border..].to_vec(),
        rejected_ids: rejected[border..].to_vec(),
    })
}

/// The pairs that are left after [`truncate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncated {
    /// Each pair with its place among those that were given.
    pub kept: Vec<(usize, TokenizedPair)>,
    /// Pairs whose prompt alone fills the length, so that nothing of an answer would be left.
    pub dropped: usize,
}

/// Cuts each sequence to its first `max_length` tokens, and drops the pairs whose prompt alone fills them.
pub fn truncate(pairs: Vec<TokenizedPair>, max_length: usize) -> Truncated {
    let given = pairs.len();
    let kept: Vec<(usize, TokenizedPair)> = pairs
        .into_iter()
        .enumerate()
        .filter(|(_, pair)| pair.prompt_ids.len() < max_length)
        .map(|(index, mut pair)| {
            let room = max_length - pair.prompt_ids.len();
            pair.chosen_ids.truncate(room);
            pair.rejected_ids.truncate(room);
            (index, pair)
        })
        .collect();
    Truncated { dropped: given - kept.len(), kept }
}

fn common_prefix_length(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::{TokenizedPair, truncate};

    #[test]
    fn truncation_keeps_the_start_and_drops_prompts_that_fill_the_length() {
        let pair = |prompt: usize| TokenizedPair {
            prompt_ids: vec![0; prompt],
            chosen_ids: vec![1, 2, 3],
            rejected_ids: vec![4],
        };
        let left = truncate(vec![pair(4), pair(3), pair(5), pair(1)], 4);
        assert_eq!(left.dropped, 2);
        let places: Vec<usize> = left.kept.iter().map(|(index, _)| *index).collect();
        assert_eq!(places, [1, 3]);
        assert_eq!((&left.kept[0].1.chosen_ids[..], &left.kept[0].1.rejected_ids[..]), (&[1][..], &[4][..]));
        assert_eq!(left.kept[1].1.chosen_ids, [1, 2, 3]);
    }
}
