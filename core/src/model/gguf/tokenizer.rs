//! The tokenizer that stands in a GGUF file's keys, as a `tokenizer.json` has it.
//!
//! Two kinds are known: pairs of letters that stand for bytes, merged by a list (`gpt2`), and pieces with scores and bytes to
//! fall back on (`llama`), whose merges are all ways to make a piece of two others, the best piece first.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use super::error::GgufError;
use super::metadata::{Metadata, Number};
use super::pre_tokenizer::{PRE_TOKENIZERS, PreTokenizer};
use super::special::ROLES;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// A piece of text.
    Normal,
    /// What stands for everything that is not known.
    Unknown,
    /// A token with a role, left out of decoded text.
    Control,
    /// A text that is a token wherever it stands.
    UserDefined,
    /// Nothing.
    Unused,
    /// A single byte.
    Byte,
}

/// Each type with its number in the file.
pub const TOKEN_TYPE: [(TokenType, u32); 6] = [
    (TokenType::Normal, 1),
    (TokenType::Unknown, 2),
    (TokenType::Control, 3),
    (TokenType::UserDefined, 4),
    (TokenType::Unused, 5),
    (TokenType::Byte, 6),
];

/// The type of each token; all are pieces of text where the file says nothing.
pub fn token_types(metadata: &Metadata, tokens: usize) -> Result<Vec<TokenType>, GgufError> {
    let key = "tokenizer.ggml.token_type";
    let Some(numbers) = metadata.numbers(key)? else { return Ok(vec![TokenType::Normal; tokens]) };
    let of = |number: Number| TOKEN_TYPE.iter().find(|(_, id)| number == Number::Whole(u64::from(*id)));
    let types: Option<Vec<TokenType>> = numbers.map(|number| of(number).map(|(kind, _)| *kind)).collect();
    let types = types.filter(|types| types.len() == tokens);
    types.ok_or_else(|| metadata.wrong(key, "a number from 1 to 6 for each token"))
}

/// The pieces of a file.
struct Pieces {
    texts: Vec<String>,
    types: Vec<TokenType>,
}

impl Pieces {
    fn read(metadata: &Metadata) -> Result<Self, GgufError> {
        let key = "tokenizer.ggml.tokens";
        let tokens = metadata.texts(key)?.ok_or_else(|| metadata.missing(key, "a list of texts"))?;
        let types = token_types(metadata, tokens.len())?;
        let text = |token: &[u8]| String::from_utf8(token.to_vec());
        let texts = tokens.iter().map(text).collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(|error| metadata.no_tokenizer(format!("one of its tokens is no text: {error}")))?;
        if texts.is_empty() {
            return Err(metadata.no_tokenizer("it has no token"));
        }
        Ok(Self { texts, types })
    }

    fn vocabulary(&self) -> Map<String, Json> {
        let mut vocabulary = Map::new();
        for (id, text) in self.texts.iter().enumerate() {
            if self.types[id] != TokenType::Unused {
                // Where a text is there twice the first counts, as it does for llama.cpp's own lists.
                vocabulary.entry(text.clone()).or_insert_with(|| json!(id));
            }
        }
        vocabulary
    }

    /// Tokens that are found whole wherever they stand.
    fn added(&self) -> Vec<Json> {
        let is_added = |id: &usize| {
            matches!(self.types[*id], TokenType::Control | TokenType::UserDefined | TokenType::Unknown)
                && !self.texts[*id].is_empty()
        };
        let added = (0..self.texts.len()).filter(is_added).map(|id| {
            json!({
                "id": id,
                "content": self.texts[id],
                "single_word": false,
                "lstrip": false,
                "rstrip": false,
                "normalized": false,
                "special": self.types[id] != TokenType::UserDefined,
            })
        });
        added.collect()
    }
}

/// Tokens with a role, by the keys of `tokenizer_config.json`.
pub type Roles = Vec<(&'static str, String)>;

/// The file's tokenizer in the form of `tokenizer.json`, and its tokens with a role by the keys of `tokenizer_config.json`.
pub fn tokenizer_json(metadata: &Metadata) -> Result<(Json, Roles), GgufError> {
    let pieces = Pieces::read(metadata)?;
    let mut roles = Vec::new();
    for (role, key) in ROLES {
        if let Some(id) = metadata.whole(key)? {
            let text = usize::try_from(id).ok().and_then(|id| pieces.texts.get(id));
            let text = text.ok_or_else(|| metadata.wrong(key, "the number of a token"))?;
            roles.push((role, text.clone()));
        }
    }
    let key = "tokenizer.ggml.model";
    let mut tokenizer = match metadata.text(key)? {
        Some("gpt2") => of_bytes(metadata, &pieces)?,
        Some("llama") => of_scores(metadata, &pieces)?,
        Some(_) => return Err(metadata.unsupported(key, "gpt2, llama")),
        None => return Err(metadata.missing(key, "the kind of a tokenizer")),
    };
    tokenizer["added_tokens"] = json!(pieces.added());
    Ok((tokenizer, roles))
}

/// What is put round a text: the tokens that begin and end it, where they are to be added.
fn frame(metadata: &Metadata, pieces: &Pieces, adds_bos: bool) -> Result<Json, GgufError> {
    let token = |adds: bool, key: &str| -> Result<Option<(String, u64)>, GgufError> {
        let Some(id) = metadata.whole(key)?.filter(|_| adds) else { return Ok(None) };
        let text = usize::try_from(id).ok().and_then(|id| pieces.texts.get(id));
        Ok(text.map(|text| (text.clone(), id)))
    };
    let adds_bos = metadata.flag("tokenizer.ggml.add_bos_token")?.unwrap_or(adds_bos);
    let adds_eos = metadata.flag("tokenizer.ggml.add_eos_token")?.unwrap_or(false);
    let begin = token(adds_bos, "tokenizer.ggml.bos_token_id")?;
    let end = token(adds_eos, "tokenizer.ggml.eos_token_id")?;
    if begin.is_none() && end.is_none() {
        return Ok(Json::Null);
    }
    let special = |text: &str, sequence: u32| json!({"SpecialToken": {"id": text, "type_id": sequence}});
    let around = |id: &str, sequence: u32| {
        let text = json!({"Sequence": {"id": id, "type_id": sequence}});
        let begin = begin.iter().map(|(text, _)| special(text, sequence));
        begin.chain([text]).chain(end.iter().map(|(text, _)| special(text, sequence))).collect::<Vec<_>>()
    };
    let known: Map<String, Json> = begin
        .iter()
        .chain(&end)
        .map(|(text, id)| (text.clone(), json!({"id": text, "ids": [id], "tokens": [text]})))
        .collect();
    let pair = [around("A", 0), around("B", 1)].concat();
    Ok(json!({
        "type": "TemplateProcessing",
        "single": around("A", 0),
        "pair": pair,
        "special_tokens": known,
    }))
}

fn of_bytes(metadata: &Metadata, pieces: &Pieces) -> Result<Json, GgufError> {
    let key = "tokenizer.ggml.pre";
    let known = || PRE_TOKENIZERS.iter().flat_map(|row| row.names).copied().collect::<Vec<_>>().join(", ");
    let Some(name) = metadata.text(key)? else {
        return Err(metadata.missing(key, "the name of a way to cut a text into words"));
    };
    let row = PreTokenizer::find(name).ok_or_else(|| metadata.unsupported(key, &known()))?;
    let key = "tokenizer.ggml.merges";
    let merges = metadata.texts(key)?.ok_or_else(|| metadata.missing(key, "a list of texts"))?;
    let vocabulary = pieces.vocabulary();
    let mut pairs = Vec::with_capacity(merges.len());
    for merge in merges.iter() {
        let pair = std::str::from_utf8(merge).ok().and_then(|merge| split_merge(merge, &vocabulary));
        pairs.push(pair.ok_or_else(|| metadata.wrong(key, "pairs of tokens that make a token"))?);
    }
    Ok(json!({
        "version": "1.0",
        "normalizer": if row.composes { json!({"type": "NFC"}) } else { Json::Null },
        "pre_tokenizer": row.to_json(),
        "post_processor": frame(metadata, pieces, row.adds_bos)?,
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {
            "type": "BPE",
            "ignore_merges": row.ignores_merges,
            "vocab": vocabulary,
            "merges": pairs,
        },
    }))
}

/// The two halves of a merge, both of them tokens, and so what they make. A half may hold a space of its own.
fn split_merge(merge: &str, vocabulary: &Map<String, Json>) -> Option<[String; 2]> {
    let is_token = |text: &str| vocabulary.contains_key(text);
    merge.match_indices(' ').find_map(|(at, _)| {
        let (first, second) = (&merge[..at], &merge[at + 1..]);
        let fits = is_token(first) && is_token(second) && is_token(&format!("{first}{second}"));
        fits.then(|| [first.to_owned(), second.to_owned()])
    })
}

fn of_scores(metadata: &Metadata, pieces: &Pieces) -> Result<Json, GgufError> {
    let key = "tokenizer.ggml.scores";
    let wrong = || metadata.wrong(key, "a number for each token");
    let scores: Vec<f64> = metadata
        .numbers(key)?
        .ok_or_else(|| metadata.missing(key, "a number for each token"))?
        .map(|number| match number {
            Number::Real(score) if score.is_finite() => Ok(score),
            Number::Whole(score) => Ok(score as f64),
            _ => Err(wrong()),
        })
        .collect::<Result<_, _>>()?;
    if scores.len() != pieces.texts.len() {
        return Err(wrong());
    }
    let is_byte = |id: &usize| pieces.types[*id] == TokenType::Byte;
    let bytes: HashSet<&str> = (0..pieces.texts.len()).filter(is_byte).map(|id| pieces.texts[id].as_str()).collect();
    let has_bytes = (0..=255u8).all(|byte| bytes.contains(format!("<0x{byte:02X}>").as_str()));
    let unknown = (0..pieces.texts.len()).find(|&id| pieces.types[id] == TokenType::Unknown);
    let prefix = metadata.flag("tokenizer.ggml.add_space_prefix")?.unwrap_or(true);
    let spaces = json!({"type": "Replace", "pattern": {"String": " "}, "content": "▁"});
    let mut decoders = vec![
        json!({"type": "Replace", "pattern": {"String": "▁"}, "content": " "}),
        json!({"type": "ByteFallback"}),
        json!({"type": "Fuse"}),
    ];
    let mut normalizers = vec![spaces];
    if prefix {
        normalizers.insert(0, json!({"type": "Prepend", "prepend": "▁"}));
        decoders.push(json!({"type": "Strip", "content": " ", "start": 1, "stop": 0}));
    }
    Ok(json!({
        "version": "1.0",
        "normalizer": {"type": "Sequence", "normalizers": normalizers},
        "pre_tokenizer": Json::Null,
        "post_processor": frame(metadata, pieces, true)?,
        "decoder": {"type": "Sequence", "decoders": decoders},
        "model": {
            "type": "BPE",
            "unk_token": unknown.map(|id| &pieces.texts[id]),
            "fuse_unk": true,
            "byte_fallback": has_bytes,
            "ignore_merges": false,
            "vocab": pieces.vocabulary(),
            "merges": merges_of(pieces, &scores),
        },
    }))
}

/// All ways to make a piece of two others: pieces with the highest score first.
fn merges_of<'a>(pieces: &'a Pieces, scores: &[f64]) -> Vec<[&'a str; 2]> {
    let normal = |id: &usize| pieces.types[*id] == TokenType::Normal;
    let places: HashMap<&str, usize> =
        (0..pieces.texts.len()).filter(normal).map(|id| (pieces.texts[id].as_str(), id)).collect();
    let mut merges = Vec::new();
    for id in (0..pieces.texts.len()).filter(normal) {
        let text = pieces.texts[id].as_str();
        // No piece is long: what is longer than any real one is not taken apart.
        if text.len() > LONGEST_PIECE {
            continue;
        }
        let start = merges.len();
        for (at, _) in text.char_indices().skip(1) {
            let (first, second) = text.split_at(at);
            if let (Some(&one), Some(&other)) = (places.get(first), places.get(second)) {
                merges.push((scores[id], one, other));
            }
        }
        merges[start..].sort_by_key(|&(_, one, other)| (one, other));
    }
    merges.sort_by(|a, b| b.0.total_cmp(&a.0));
    merges.into_iter().map(|(_, one, other)| [pieces.texts[one].as_str(), pieces.texts[other].as_str()]).collect()
}

/// In bytes.
const LONGEST_PIECE: usize = 512;
