//! Files that are no tokenizer, or one that breaks the library. Agreement with the reference is tested end to end.

use std::fs;

use super::{TextTokenizer, TokenizerError};
use crate::domain::ToUserMessage;

const WORDS: &str = r#"{"version": "1.0", "added_tokens": [],
    "pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel", "unk_token": "?",
    "vocab": {"?": 0, "one": 1, "two": 2, "end": 7}}"#;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("written");
    }
    folder
}

fn open(files: &[(&str, &str)]) -> Result<TextTokenizer, TokenizerError> {
    TextTokenizer::open(folder(files).path())
}

fn words(rest: &str) -> String {
    format!("{WORDS}{rest}}}")
}

#[test]
fn a_missing_file_is_named_with_the_cure() {
    let error = open(&[]).expect_err("no file");
    assert!(error.to_string().ends_with("has no tokenizer.json"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("config.json")));
    let error = open(&[("tokenizer.model", "")]).expect_err("no file");
    assert!(error.hint().is_some_and(|hint| hint.contains("SentencePiece")));
}

#[test]
fn broken_json_is_told_with_line_and_column() {
    let error = open(&[("tokenizer.json", "{\n \"version\": }")]).expect_err("not JSON");
    assert!(matches!(error, TokenizerError::NotJson { line: 2, column: 13, .. }), "{error:?}");
    assert!(error.to_string().contains("tokenizer.json, line 2, column 13: not valid JSON: expected value"), "{error}");
    let error = open(&[("tokenizer.json", "{}")]).expect_err("no tokenizer");
    assert!(matches!(error, TokenizerError::Unusable { .. }), "{error:?}");
    let error = open(&[("tokenizer.json", &words("")), ("tokenizer_config.json", "[]")]).expect_err("no object");
    assert!(error.to_string().ends_with("should be a JSON object, found a list"), "{error}");
}

#[test]
fn a_panic_of_the_library_while_loading_is_an_error() {
    // The merge's second half is shorter than the prefix that the library cuts off it.
    let bpe = r#"{"version": "1.0", "added_tokens": [], "model": {"type": "BPE", "continuing_subword_prefix": "@@@@",
        "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}}"#;
    let error = open(&[("tokenizer.json", bpe)]).expect_err("panics inside");
    let TokenizerError::Unusable { reason, .. } = &error else { panic!("{error:?}") };
    assert!(reason.contains("out of") || reason.contains("overflow"), "{error:?}");
}

#[test]
fn a_panic_of_the_library_while_encoding_is_an_error() {
    let chunks = words("").replace(r#""type": "Whitespace""#, r#""type": "FixedLength", "length": 0"#);
    let tokenizer = open(&[("tokenizer.json", &chunks)]).expect("loads");
    let error = tokenizer.encode("one two", true).expect_err("panics inside");
    assert!(matches!(&error, TokenizerError::Failed { what, .. } if what.contains("one two")), "{error:?}");
}

#[test]
fn padding_and_truncation_of_the_file_are_without_effect() {
    let rest = r#", "truncation": {"direction": "Right", "max_length": 1, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
        "pad_type_id": 0, "pad_token": "?"}"#;
    let tokenizer = open(&[("tokenizer.json", &words(rest))]).expect("loads");
    assert_eq!(tokenizer.encode("one two one", true).expect("encodes"), [1, 2, 1]);
    assert_eq!(tokenizer.vocabulary_size(), 8);
}

#[test]
fn special_tokens_are_read_in_every_form() {
    let files = [
        ("tokenizer.json", words("")),
        (
            "tokenizer_config.json",
            r#"{"eos_token": {"content": "end", "lstrip": false}, "bos_token": null}"#.to_owned(),
        ),
        ("special_tokens_map.json", r#"{"eos_token": "two", "bos_token": "one", "pad_token": "absent"}"#.to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(name, content)| (*name, content.as_str())).collect();
    let tokenizer = open(&files).expect("loads");
    assert_eq!((tokenizer.eos_token(), tokenizer.eos_token_id()), (Some("end"), Some(7)));
    assert_eq!((tokenizer.bos_token(), tokenizer.bos_token_id()), (Some("one"), Some(1)));
    assert!(tokenizer.special_tokens().any(|token| token == ("pad_token", "absent")));
    // Being special, they are found within a word and left out of decoded text.
    assert_eq!(tokenizer.encode("twoend", false).expect("encodes"), [2, 7]);
    assert_eq!(tokenizer.decode(&[2, 7], true).expect("decodes"), "two");
    let error =
        open(&[("tokenizer.json", &words("")), ("tokenizer_config.json", r#"{"eos_token": 3}"#)]).expect_err("wrong");
    assert!(error.to_string().contains("`eos_token` should be text"), "{error}");
}

#[test]
fn a_continuation_keeps_its_leading_space() {
    let decoder = r#", "decoder": {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "_"}, "content": " "}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}"#;
    let json = words(decoder).replace("\"one\"", "\"_one\"").replace("\"two\"", "\"_two\"");
    let tokenizer = open(&[("tokenizer.json", &json)]).expect("loads");
    assert_eq!(tokenizer.decode(&[2], true).expect("decodes"), "two");
    assert_eq!(tokenizer.decode_continuation(&[1], &[2]).expect("decodes"), " two");
    assert_eq!(tokenizer.decode_continuation(&[], &[2]).expect("decodes"), "two");
}
