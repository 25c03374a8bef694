//! A tokenizer in the words of a GGUF file, where it has them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value as Json;

use super::{ExportError, refused};
use crate::model::gguf::{NumberKind, TOKEN_TYPE, Texts, TokenType, Value, recognise};
use crate::model::{GenerationConfig, ModelError, TextTokenizer};

/// The tokens and what they are.
struct Vocabulary {
    texts: Vec<String>,
    types: Vec<TokenType>,
}

/// The tokenizer's keys; refused where it does something that the format cannot say.
pub(super) fn keys(
    tokenizer: &TextTokenizer,
    generation: &GenerationConfig,
    vocabulary_size: usize,
) -> Result<Vec<(String, Value)>, ExportError> {
    let json = tokenizer.to_json().map_err(ModelError::from)?;
    let model = &json["model"];
    if model["type"] != "BPE" || !model["dropout"].is_null() {
        return Err(refused(format!("a tokenizer of the kind {}", model["type"])));
    }
    if ["continuing_subword_prefix", "end_of_word_suffix"]
        .iter()
        .any(|key| model[key].as_str().is_some_and(|s| !s.is_empty()))
    {
        return Err(refused("a tokenizer that marks where words begin or end"));
    }
    let has_scores = model["byte_fallback"] == true;
    let vocabulary = Vocabulary::of(&json, vocabulary_size, has_scores);
    let mut keys: Vec<(&str, Value)> = Vec::new();
    if has_scores {
        keys.push(("tokenizer.ggml.model", text("llama")));
        keys.push(("tokenizer.ggml.pre", text("default")));
        keys.push(("tokenizer.ggml.add_space_prefix", Value::Flag(has_prefix(&json)?)));
        keys.push(("tokenizer.ggml.scores", reals(&vocabulary.scores(model))));
    } else {
        let Some(row) = recognise(&json) else {
            return Err(refused("a tokenizer that cuts texts in a way that has no name there"));
        };
        keys.push(("tokenizer.ggml.model", text("gpt2")));
        keys.push(("tokenizer.ggml.pre", text(row.names[0])));
        keys.push(("tokenizer.ggml.merges", texts(merges(model).map(|[first, second]| format!("{first} {second}")))));
    }
    let types =
        vocabulary.types.iter().map(|kind| TOKEN_TYPE.iter().find(|(row, _)| row == kind).map_or(1, |row| row.1));
    keys.push(("tokenizer.ggml.token_type", Value::Numbers(NumberKind(5), types.flat_map(u32::to_le_bytes).collect())));
    keys.push(("tokenizer.ggml.tokens", texts(vocabulary.texts.iter())));
    keys.extend(roles(tokenizer, generation, &json)?);
    Ok(keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn texts(list: impl Iterator<Item = impl AsRef<str>>) -> Value {
    let mut texts = Texts::default();
    list.for_each(|text| texts.push(text.as_ref().as_bytes()));
    Value::Texts(texts)
}

fn reals(list: &[f32]) -> Value {
    Value::Numbers(NumberKind(6), list.iter().flat_map(|number| number.to_le_bytes()).collect())
}

fn merges(model: &Json) -> impl Iterator<Item = [&str; 2]> {
    let list = model["merges"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|merge| match merge {
        Json::String(text) => text.split_once(' ').map(|(first, second)| [first, second]),
        other => Some([other[0].as_str()?, other[1].as_str()?]),
    })
}

impl Vocabulary {
    /// As many tokens as the model has rows; those that the tokenizer does not know are unused.
    fn of(json: &Json, size: usize, has_bytes: bool) -> Self {
        let mut tokens: BTreeMap<usize, (String, TokenType)> = BTreeMap::new();
        let unknown = json["model"]["unk_token"].as_str();
        for (token, id) in json["model"]["vocab"].as_object().into_iter().flatten() {
            let kind = match token {
                token if Some(token.as_str()) == unknown => TokenType::Unknown,
                token if has_bytes && is_byte(token) => TokenType::Byte,
                _ => TokenType::Normal,
            };
            tokens.insert(id.as_u64().unwrap_or(u64::MAX) as usize, (token.clone(), kind));
        }
        for added in json["added_tokens"].as_array().into_iter().flatten() {
            let content = added["content"].as_str().unwrap_or_default();
            let kind = match added["special"] == true {
                true if Some(content) == unknown => TokenType::Unknown,
                true => TokenType::Control,
                false => TokenType::UserDefined,
            };
            tokens.insert(added["id"].as_u64().unwrap_or(u64::MAX) as usize, (content.to_owned(), kind));
        }
        let (mut texts, mut types) = (Vec::new(), Vec::new());
        for id in 0..size {
            let (text, kind) = tokens.remove(&id).unwrap_or_else(|| (format!("[PAD{id}]"), TokenType::Unused));
            texts.push(text);
            types.push(kind);
        }
        Self { texts, types }
    }

    /// A score for each piece: the earlier its merge, the higher.
    fn scores(&self, model: &Json) -> Vec<f32> {
        let mut ranks: HashMap<String, usize> = HashMap::new();
        for (rank, [first, second]) in merges(model).enumerate() {
            ranks.entry(format!("{first}{second}")).or_insert(rank);
        }
        let last = ranks.len() as f32;
        let score = |(text, kind): (&String, &TokenType)| match kind {
            TokenType::Normal => ranks.get(text).map_or(-last - 1.0, |&rank| -(rank as f32)),
            _ => 0.0,
        };
        self.texts.iter().zip(&self.types).map(score).collect()
    }
}

fn is_byte(token: &str) -> bool {
    let digits = token.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    digits.is_some_and(|digits| digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Whether a space is put before a text, for a tokenizer of pieces that does nothing else to it.
fn has_prefix(json: &Json) -> Result<bool, ExportError> {
    let cut = &json["pre_tokenizer"];
    // After spaces were replaced, a cut at spaces finds none.
    let cuts_nothing = cut.is_null() || (cut["type"] == "Split" && cut["pattern"]["String"] == " ");
    let normalizer = &json["normalizer"];
    let steps = match normalizer["type"].as_str() {
        Some("Sequence") => normalizer["normalizers"].as_array().map(Vec::as_slice).unwrap_or_default(),
        _ => std::slice::from_ref(normalizer),
    };
    let replaces =
        |step: &Json| step["type"] == "Replace" && step["pattern"]["String"] == " " && step["content"] == "▁";
    let prepends = |step: &Json| step["type"] == "Prepend" && step["prepend"] == "▁";
    match steps {
        [only] if cuts_nothing && replaces(only) => Ok(false),
        [first, second] if cuts_nothing && prepends(first) && replaces(second) => Ok(true),
        _ => Err(refused("a tokenizer that changes texts in a way that has no name there")),
    }
}

/// The tokens with a role, those that end a completion, and what is put round a text.
fn roles(
    tokenizer: &TextTokenizer,
    generation: &GenerationConfig,
    json: &Json,
) -> Result<Vec<(&'static str, Value)>, ExportError> {
    let mut keys = Vec::new();
    let (begin, end) = (tokenizer.bos_token_id(), tokenizer.eos_token_id());
    if let Some(id) = begin {
        keys.push(("tokenizer.ggml.bos_token_id", Value::whole(id)));
    }
    if let Some(id) = tokenizer.pad_token_id() {
        keys.push(("tokenizer.ggml.padding_token_id", Value::whole(id)));
    }
    if let Some(id) = json["model"]["unk_token"].as_str().and_then(|token| json["model"]["vocab"][token].as_u64()) {
        keys.push(("tokenizer.ggml.unknown_token_id", Value::whole(id as u32)));
    }
    let mut ends: Vec<u32> = end.into_iter().collect();
    for id in &generation.eos_token_ids {
        if !ends.contains(id) {
            ends.push(*id);
        }
    }
    let names = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];
    if ends.len() > names.len() {
        return Err(refused(format!("{} tokens that end an answer, where at most three can be named", ends.len())));
    }
    keys.extend(names.into_iter().zip(ends).map(|(key, id)| (key, Value::whole(id))));
    let frame = frame(&json["post_processor"])?;
    let is = |id: Option<u32>, token: &str| id.is_some() && id == json_id(json, token);
    let around: Option<(bool, bool)> = match frame.as_slice() {
        [] => Some((false, false)),
        [Some(first), None] if is(begin, first) => Some((true, false)),
        [None, Some(last)] if is(end, last) => Some((false, true)),
        [Some(first), Some(last)] if is(begin, first) && is(end, last) => Some((true, true)),
        _ => None,
    };
    let Some((adds_bos, adds_eos)) = around else {
        return Err(refused("a tokenizer that puts other tokens round a text than those that begin and end it"));
    };
    keys.push(("tokenizer.ggml.add_bos_token", Value::Flag(adds_bos)));
    keys.push(("tokenizer.ggml.add_eos_token", Value::Flag(adds_eos)));
    Ok(keys)
}

fn json_id(json: &Json, token: &str) -> Option<u32> {
    let added = json["added_tokens"].as_array()?.iter().find(|added| added["content"] == token);
    let id = added.map_or(&json["model"]["vocab"][token], |added| &added["id"]);
    u32::try_from(id.as_u64()?).ok()
}

/// The tokens before and after a text, as `[before, after]`; nothing where there is no such step.
fn frame(post_processor: &Json) -> Result<Vec<Option<String>>, ExportError> {
    let steps = match post_processor["type"].as_str() {
        None => return Ok(Vec::new()),
        Some("Sequence") => post_processor["processors"].as_array().map(Vec::as_slice).unwrap_or_default(),
        Some(_) => std::slice::from_ref(post_processor),
    };
    let mut frame = Vec::new();
    for step in steps {
        match step["type"].as_str() {
            Some("ByteLevel") => {}
            Some("TemplateProcessing") if frame.is_empty() => {
                let parts = step["single"].as_array().map(Vec::as_slice).unwrap_or_default();
                let token = |part: &Json| part["SpecialToken"]["id"].as_str().map(str::to_owned);
                let place = parts.iter().position(|part| part["Sequence"].is_object());
                let (before, after) = place.map_or((parts, &[][..]), |at| (&parts[..at], &parts[at + 1..]));
                if before.len() > 1 || after.len() > 1 {
                    return Err(refused("a tokenizer that puts several tokens before or after a text"));
                }
                frame = vec![before.first().and_then(token), after.first().and_then(token)];
                if frame == [None, None] {
                    frame.clear();
                }
            }
            _ => return Err(refused("a tokenizer whose last step has no name there")),
        }
    }
    Ok(frame)
}

/// Every id that ends a completion of a model.
pub(super) fn end_tokens(generation: &GenerationConfig) -> BTreeSet<u32> {
    generation.eos_token_ids.iter().copied().collect()
}
