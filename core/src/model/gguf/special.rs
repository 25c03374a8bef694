//! The tokens with a role: which they are, and which of them end a completion.

use std::collections::BTreeSet;

use super::error::GgufError;
use super::metadata::Metadata;
use super::tokenizer::{TokenType, token_types};

/// The roles of tokens, by the keys of `tokenizer_config.json` and of a GGUF file.
pub const ROLES: [(&str, &str); 6] = [
    ("bos_token", "tokenizer.ggml.bos_token_id"),
    ("eos_token", "tokenizer.ggml.eos_token_id"),
    ("unk_token", "tokenizer.ggml.unknown_token_id"),
    // The format's own spelling.
    ("sep_token", "tokenizer.ggml.seperator_token_id"),
    ("pad_token", "tokenizer.ggml.padding_token_id"),
    ("mask_token", "tokenizer.ggml.mask_token_id"),
];

const END_KEYS: [&str; 3] =
    ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

/// Control tokens that end a turn whatever the keys say: many files name only the one that ends a text.
const END_TEXTS: [&str; 7] =
    ["<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>"];

/// The tokens that end a completion.
pub fn end_tokens(metadata: &Metadata) -> Result<Vec<u32>, GgufError> {
    let Some(tokens) = metadata.texts("tokenizer.ggml.tokens")? else { return Ok(Vec::new()) };
    let mut ends = BTreeSet::new();
    for key in END_KEYS {
        if let Some(id) = metadata.whole(key)? {
            let id = u32::try_from(id).ok().filter(|&id| (id as usize) < tokens.len());
            ends.insert(id.ok_or_else(|| metadata.wrong(key, "the number of a token"))?);
        }
    }
    let types = token_types(metadata, tokens.len())?;
    for (id, token) in tokens.iter().enumerate() {
        if types[id] == TokenType::Control && END_TEXTS.iter().any(|text| text.as_bytes() == token) {
            ends.insert(id as u32);
        }
    }
    Ok(ends.into_iter().collect())
}
