//! Text ↔ token ids, as the model's `tokenizer.json` says.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tokenizers::{AddedToken, Tokenizer};

use super::gguf::{self, GgufError, GgufFile};
use crate::domain::ToUserMessage;
use crate::files::contain::contain_panic;
use crate::files::{self, FileError};

/// A tokenizer could not be read or used.
#[derive(Debug, thiserror::Error)]
pub enum TokenizerError {
    /// The folder has no `tokenizer.json`.
    #[error("{} has no tokenizer.json", folder.display())]
    Missing {
        /// The model's folder.
        folder: PathBuf,
        /// Whether it has a `tokenizer.model` (of the `SentencePiece` library) instead.
        sentencepiece: bool,
    },
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The tokenizer of a GGUF file.
    #[error(transparent)]
    Gguf(#[from] Box<GgufError>),
    /// A file is not JSON.
    #[error("{}, line {line}, column {column}: not valid JSON: {reason}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser said.
        reason: String,
    },
    /// The file is JSON, but no tokenizer that can be used.
    #[error("{} cannot be used as a tokenizer: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A key of a configuration file has the wrong form.
    #[error("{}: `{key}` should be {expected}, found {found}", path.display())]
    WrongForm {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What was expected.
        expected: &'static str,
        /// What stood there.
        found: String,
    },
    /// A text could not be turned into ids, or ids into text.
    #[error("the tokenizer {} failed on {what}: {reason}", path.display())]
    Failed {
        /// The tokenizer's file.
        path: PathBuf,
        /// The text or the ids, shortened.
        what: String,
        /// What the library said.
        reason: String,
    },
}

impl ToUserMessage for TokenizerError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { sentencepiece: true, .. } => Some(
                "the folder holds a SentencePiece tokenizer.model only: load it once with transformers' \
                 AutoTokenizer and save it again, which writes tokenizer.json"
                    .to_owned(),
            ),
            Self::Missing { .. } => {
                Some("choose the folder that holds config.json, the weights and tokenizer.json".to_owned())
            }
            Self::File(error) => error.hint(),
            Self::Gguf(error) => error.hint(),
            Self::NotJson { .. } | Self::Unusable { .. } | Self::Failed { .. } => {
                Some("download this file of the model again; if it stays so, use another model".to_owned())
            }
            Self::WrongForm { .. } => Some("correct the file, or download it again".to_owned()),
        }
    }
}

/// The special tokens that a tokenizer may name, by the keys of `tokenizer_config.json`.
const SPECIAL_TOKEN_KEYS: [&str; 7] =
    ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/// A token with a role, such as the one that ends a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SpecialToken {
    key: &'static str,
    text: String,
    id: Option<u32>,
}

/// A model's tokenizer. Padding and truncation settings of the file are without effect.
pub struct TextTokenizer {
    tokenizer: Tokenizer,
    path: PathBuf,
    special_tokens: Vec<SpecialToken>,
    /// Every text that is read as one special token wherever it stands, the longest first.
    control_texts: Vec<String>,
    vocabulary_size: usize,
}

impl TextTokenizer {
    /// Reads `tokenizer.json` and the names of the special tokens (`tokenizer_config.json`, or the older
    /// `special_tokens_map.json`) of a model's folder.
    pub fn open(folder: &Path) -> Result<Self, TokenizerError> {
        let path = folder.join("tokenizer.json");
        if !path.exists() {
            let sentencepiece = folder.join("tokenizer.model").exists();
            return Err(TokenizerError::Missing { folder: folder.to_owned(), sentencepiece });
        }
        let text = files::read_text(&path)?;
        Self::of_text(path, &text, read_special_tokens(folder)?)
    }

    /// Of the keys of a GGUF file.
    pub fn of_gguf(file: &GgufFile) -> Result<Self, TokenizerError> {
        let (json, roles) = gguf::tokenizer_json(file.metadata()).map_err(Box::new)?;
        let special_tokens = roles.into_iter().map(|(key, text)| SpecialToken { key, text, id: None }).collect();
        Self::of_text(file.path().to_owned(), &json.to_string(), special_tokens)
    }

    /// Of the text of a `tokenizer.json`.
    fn of_text(path: PathBuf, text: &str, mut special_tokens: Vec<SpecialToken>) -> Result<Self, TokenizerError> {
        let mut tokenizer = match contain_panic(|| Tokenizer::from_bytes(text.as_bytes())) {
            Ok(Ok(tokenizer)) => tokenizer,
            Ok(Err(error)) => return Err(explain(path, text, error.as_ref())),
            Err(reason) => return Err(TokenizerError::Unusable { path, reason }),
        };
        let unusable = |reason: String| TokenizerError::Unusable { path: path.clone(), reason };
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| unusable(error.to_string()))?;

        contain_panic(|| resolve(&mut special_tokens, &mut tokenizer)).map_err(unusable)?.map_err(unusable)?;
        let largest = contain_panic(|| tokenizer.get_vocab(true).into_values().max()).map_err(unusable)?;
        let vocabulary_size = largest.map_or(0, |id| id as usize + 1);
        let added = tokenizer.get_added_tokens_decoder().into_values();
        let mut control_texts: Vec<String> = added
            .filter(|token| token.special && token.content.chars().count() > 1)
            .map(|token| token.content)
            .collect();
        control_texts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Ok(Self { tokenizer, path, special_tokens, control_texts, vocabulary_size })
    }

    /// As a `tokenizer.json` has it.
    pub fn to_json(&self) -> Result<Value, TokenizerError> {
        let failed = |reason: String| self.failed("its own form".to_owned(), reason);
        let text = contain_panic(|| self.tokenizer.to_string(false)).map_err(failed)?;
        serde_json::from_str(&text.map_err(|error| failed(error.to_string()))?)
            .map_err(|error| failed(error.to_string()))
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ids of `text`. `add_special_tokens` adds what the tokenizer puts round a text of its own, such as the token
    /// that begins it; special tokens that are written out in `text` are recognised in any case.
    pub fn encode(&self, text: &str, add_special_tokens: bool) -> Result<Vec<u32>, TokenizerError> {
        match contain_panic(|| self.tokenizer.encode_fast(text, add_special_tokens)) {
            Ok(Ok(encoding)) => Ok(encoding.get_ids().to_vec()),
            Ok(Err(error)) => Err(self.failed(format!("the text {:?}", shorten(text)), error.to_string())),
            Err(reason) => Err(self.failed(format!("the text {:?}", shorten(text)), reason)),
        }
    }

    /// `text` with every special token that is written out in it broken by a space, so that it is read as the letters it
    /// is made of. For texts of strangers that are put into a conversation: they must not end their own turn.
    pub fn harmless(&self, text: &str) -> String {
        let mut harmless = text.to_owned();
        for control in &self.control_texts {
            if harmless.contains(control.as_str()) {
                let mut characters = control.chars();
                let broken: String = characters.next().into_iter().chain([' ']).chain(characters).collect();
                harmless = harmless.replace(control.as_str(), &broken);
            }
        }
        harmless
    }

    /// Text of `ids`. Ids that the tokenizer does not know are left out.
    pub fn decode(&self, ids: &[u32], skip_special_tokens: bool) -> Result<String, TokenizerError> {
        let what = || format!("{} ids", ids.len());
        match contain_panic(|| self.tokenizer.decode(ids, skip_special_tokens)) {
            Ok(Ok(text)) => Ok(text),
            Ok(Err(error)) => Err(self.failed(what(), error.to_string())),
            Err(reason) => Err(self.failed(what(), reason)),
        }
    }

    /// Text of `new_ids` as it goes on from `prompt_ids`, without special tokens. Decoded alone, the first word
    /// would lose its space with tokenizers that mark words by a leading space.
    pub fn decode_continuation(&self, prompt_ids: &[u32], new_ids: &[u32]) -> Result<String, TokenizerError> {
        let prompt = self.decode(prompt_ids, true)?;
        let whole = self.decode(&[prompt_ids, new_ids].concat(), true)?;
        match whole.strip_prefix(&prompt) {
            Some(continuation) => Ok(continuation.to_owned()),
            // The prompt ends inside a character that the new tokens complete.
            None => self.decode(new_ids, true),
        }
    }

    /// The token that begins a text.
    pub fn bos_token(&self) -> Option<&str> {
        self.special("bos_token").map(|token| token.text.as_str())
    }

    /// Id of the token that begins a text.
    pub fn bos_token_id(&self) -> Option<u32> {
        self.special("bos_token").and_then(|token| token.id)
    }

    /// The token that ends a text.
    pub fn eos_token(&self) -> Option<&str> {
        self.special("eos_token").map(|token| token.text.as_str())
    }

    /// Id of the token that ends a text.
    pub fn eos_token_id(&self) -> Option<u32> {
        self.special("eos_token").and_then(|token| token.id)
    }

    /// Id of the padding token, where the model names one that the tokenizer knows.
    pub fn pad_token_id(&self) -> Option<u32> {
        self.special("pad_token").and_then(|token| token.id)
    }

    /// Key (`bos_token`, `eos_token`, …) and text of each special token that the model names.
    pub fn special_tokens(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.special_tokens.iter().map(|token| (token.key, token.text.as_str()))
    }

    /// One more than the largest id that the tokenizer can give: the model needs at least this many embeddings.
    pub fn vocabulary_size(&self) -> usize {
        self.vocabulary_size
    }

    fn special(&self, key: &str) -> Option<&SpecialToken> {
        self.special_tokens.iter().find(|token| token.key == key)
    }

    fn failed(&self, what: String, reason: String) -> TokenizerError {
        TokenizerError::Failed { path: self.path.clone(), what, reason }
    }
}

impl fmt::Debug for TextTokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextTokenizer")
            .field("path", &self.path)
            .field("special_tokens", &self.special_tokens)
            .field("vocabulary_size", &self.vocabulary_size)
            .finish_non_exhaustive()
    }
}

/// Reads a JSON object; a missing file is an empty one.
pub(super) fn read_object(path: &Path) -> Result<Map<String, Value>, TokenizerError> {
    if !path.exists() {
        return Ok(Map::new());
    }
    let text = files::read_text(path)?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(TokenizerError::WrongForm {
            path: path.to_owned(),
            key: "the file".to_owned(),
            expected: "a JSON object",
            found: kind_of(&other).to_owned(),
        }),
        Err(error) => Err(not_json(path.to_owned(), &error)),
    }
}

/// A JSON value's kind in words.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn read_special_tokens(folder: &Path) -> Result<Vec<SpecialToken>, TokenizerError> {
    let mut tokens: Vec<SpecialToken> = Vec::new();
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        let path = folder.join(name);
        let object = read_object(&path)?;
        for key in SPECIAL_TOKEN_KEYS {
            if tokens.iter().any(|token| token.key == key) {
                continue;
            }
            let text = match object.get(key) {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) => text,
                Some(Value::Object(token)) if token.get("content").is_some_and(Value::is_string) => {
                    token["content"].as_str().unwrap_or_default()
                }
                Some(other) => {
                    return Err(TokenizerError::WrongForm {
                        path,
                        key: key.to_owned(),
                        expected: "text, or an object with `content`",
                        found: kind_of(other).to_owned(),
                    });
                }
            };
            tokens.push(SpecialToken { key, text: text.to_owned(), id: None });
        }
    }
    Ok(tokens)
}

/// Looks the special tokens' ids up. One that the vocabulary holds as an ordinary piece becomes special, so that it is
/// found whole in a text and left out of decoded text.
fn resolve(special_tokens: &mut [SpecialToken], tokenizer: &mut Tokenizer) -> Result<(), String> {
    for token in special_tokens {
        token.id = tokenizer.token_to_id(&token.text);
        if token.id.is_some() && !tokenizer.get_added_vocabulary().is_special_token(&token.text) {
            tokenizer
                .add_special_tokens([AddedToken::from(token.text.clone(), true)])
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// The typed error of a file that did not load: where it is not JSON, the place; otherwise what does not fit.
fn explain(path: PathBuf, text: &str, error: &(dyn std::error::Error + Send + Sync + 'static)) -> TokenizerError {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(error) => not_json(path, &error),
        Ok(_) => TokenizerError::Unusable { path, reason: error.to_string() },
    }
}

fn not_json(path: PathBuf, error: &serde_json::Error) -> TokenizerError {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let reason = message.strip_suffix(&place).unwrap_or(&message).to_owned();
    TokenizerError::NotJson { path, line: error.line(), column: error.column(), reason }
}

fn shorten(text: &str) -> String {
    const LIMIT: usize = 60;
    if text.chars().count() <= LIMIT {
        return text.to_owned();
    }
    text.chars().take(LIMIT).chain(['…']).collect()
}

#[cfg(test)]
#[path = "tokenizer_tests.rs"]
mod tests;
