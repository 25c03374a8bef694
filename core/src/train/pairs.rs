//! Preference pairs as token ids, exactly as TRL makes them.
//!
//! The completion begins where the ids of prompt and of prompt with completion part, the earlier of the two answers: a
//! template may render a prompt alone differently, and tokens may merge across the border. Everything that the
//! template renders after an answer belongs to it. Plain text ends with the end token; conversations end as the
//! template ends them.

use serde_json::{Map, Value};

use super::rows::{Encoder, RowError};
use crate::domain::PreferencePair;
use crate::model::{ChatTemplate, TextTokenizer, common_prefix_length};

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
    let encoder = Encoder { tokenizer, template, arguments };
    let prompt = encoder.prompt(&pair.prompt)?;
    let chosen = encoder.whole(&pair.prompt, &pair.chosen)?;
    let rejected = encoder.whole(&pair.prompt, &pair.rejected)?;
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
