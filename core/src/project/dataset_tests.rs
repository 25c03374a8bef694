//! Datasets in every accepted form, and what is said of those that are not.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::{
    DatasetKind, detect_kind, read_demonstrations, read_lines, read_pairs, read_prompts, read_rated, read_samples,
};
use crate::domain::{ChatMessage, Demonstration, FinishReason, PreferencePair, RatedCompletion, Text, ToUserMessage};
use crate::project::lines::Lines;

struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

fn file(content: impl AsRef<[u8]>) -> File {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("data.jsonl");
    fs::write(&path, content).expect("written");
    File { path, _folder: folder }
}

fn pair(record: &serde_json::Value) -> PreferencePair {
    let file = file(record.to_string());
    read_pairs(&file.path).unwrap_or_else(|error| panic!("{error}")).remove(0)
}

fn plain(prompt: &str, chosen: &str, rejected: &str) -> PreferencePair {
    let text = |text: &str| Text::Plain(text.to_owned());
    PreferencePair { prompt: text(prompt), chosen: text(chosen), rejected: text(rejected) }
}

/// Reads pairs and returns the error's sentence after the file's name, and its cure.
fn refusal(content: impl AsRef<[u8]>) -> (String, String) {
    let file = file(content);
    let error = read_pairs(&file.path).expect_err("refused");
    let text = error.to_string();
    let (_, after) = text.split_once("data.jsonl").expect("the file is named");
    (after.to_owned(), error.hint().expect("a cure"))
}

#[test]
fn blank_lines_a_byte_order_mark_and_windows_line_ends_are_accepted() {
    let file = file(
        "\u{feff}{\"prompt\": \"a\", \"more\": [{}]}\r\n\r\n   \n{\"prompt\": [{\"role\": \"user\", \"content\": \"b\", \"name\": \"n\"}]}",
    );
    let prompts = read_prompts(&file.path).expect("read");
    assert_eq!(prompts[0].prompt, Text::Plain("a".to_owned()));
    let mut message = ChatMessage::new("user", "b");
    message.extra.insert("name".to_owned(), json!("n"));
    assert_eq!(prompts[1].prompt, Text::Messages(vec![message]));
}

#[test]
fn samples_are_read_back_with_what_they_carry() {
    let file = file(
        "{\"prompt\": \"p\", \"completion\": \"c\", \"token_ids\": [1, 2], \"finish_reason\": \"length\", \"chat_template\": true}\n\
         {\"prompt\": \"p\", \"completion\": \"c\", \"finish_reason\": null, \"score\": 3}",
    );
    let samples = read_samples(&file.path).expect("read");
    assert_eq!((samples[0].token_ids.as_slice(), samples[0].finish_reason), (&[1, 2][..], Some(FinishReason::Length)));
    assert!(samples[0].chat_template && !samples[1].chat_template && samples[1].token_ids.is_empty());
}

#[test]
fn the_first_record_tells_samples_from_pairs() {
    let kind = |text: &str| detect_kind(&file(text).path);
    let sample = kind("\n{\"prompt\": 3, \"completion\": \"c\"}\nbroken");
    assert!(matches!(sample, Ok(DatasetKind::Samples)), "{sample:?}");
    let pairs = kind("{\"chosen\": \"c\", \"rejected\": \"r\", \"completion\": null}");
    assert!(matches!(pairs, Ok(DatasetKind::Pairs)), "{pairs:?}");
    let neither = kind("{\"text\": \"x\"}").expect_err("neither").to_string();
    assert!(neither.contains("line 1, column 1: expected a sample") && neither.ends_with("found `text`"), "{neither}");
    assert!(kind("").expect_err("empty").to_string().contains("is empty"));
}

#[test]
fn an_implicit_prompt_of_text_is_split_as_trl_splits_it() {
    let split = |chosen: &str, rejected: &str| pair(&json!({"chosen": chosen, "rejected": rejected}));
    assert_eq!(split("The sky is blue.", "The sky is green."), plain("The sky is", " blue.", " green."));
    assert_eq!(split("one two three", "one two  three"), plain("one two", " three", "  three"));
    // One begins with the other: the loop of the reference ends one character early.
    assert_eq!(split("né", "né à"), plain("n", "é", "é à"));
    assert_eq!(split("a b", "a bc"), plain("a ", "b", "bc"));
    assert_eq!(split("same", "same"), plain("sam", "e", "e"));
    assert_eq!(split("Yes", "No"), plain("", "Yes", "No"));
    // An explicit prompt may be empty, and null counts as left out.
    assert_eq!(pair(&json!({"prompt": "", "chosen": "ab", "rejected": "ac"})), plain("", "ab", "ac"));
    assert_eq!(pair(&json!({"prompt": null, "chosen": "ab", "rejected": "ac"})), plain("a", "b", "c"));
}

#[test]
fn an_implicit_prompt_of_messages_is_what_both_begin_with() {
    let message = |content: &str| json!({"role": "user", "content": content});
    let found =
        pair(&json!({"chosen": [message("a"), message("b")], "rejected": [message("a"), message("c"), message("d")]}));
    let messages = |contents: &[&str]| Text::Messages(contents.iter().map(|c| ChatMessage::new("user", *c)).collect());
    assert_eq!(
        (found.prompt, found.chosen, found.rejected),
        (messages(&["a"]), messages(&["b"]), messages(&["c", "d"]))
    );
    let found =
        pair(&json!({"chosen": [message("a"), message("b")], "rejected": [message("a"), message("b"), message("c")]}));
    assert_eq!(
        (found.prompt, found.chosen, found.rejected),
        (messages(&["a"]), messages(&["b"]), messages(&["b", "c"]))
    );
    let (problem, cure) = refusal(json!({"chosen": [message("a")], "rejected": [message("b")]}).to_string());
    assert!(problem.contains("line 1, column 1: expected the key `prompt`, or"), "{problem}");
    assert!(cure.contains("add `prompt`"), "{cure}");
}

#[test]
fn what_is_no_record_is_told_with_its_place_and_cure() {
    let good = "{\"prompt\": \"é\", \"chosen\": \"a\", \"rejected\": \"b\"}\n";
    for (content, problem, cure) in [
        ("\n \n", " is empty: {\"prompt\"", "right file"),
        ("[\n{\"prompt\": 1}]", ", line 1: a JSON list", "jq"),
        ("{\"prompt\": \"x\",\n", ", line 1, column 15: not valid JSON: EOF", "one line"),
        (
            &format!("{good}{{'prompt': 1}}"),
            ", line 2, column 2: not valid JSON: key must be a string",
            "double quotes",
        ),
        (&format!("{good}3"), ", line 2, column 1: invalid type: integer `3`, expected an object", "correct"),
        (&format!("{good}{{}} x"), ", line 2, column 4: not valid JSON: trailing characters", "correct"),
        (
            &format!("{good}{{}}"),
            ", line 2, column 1: expected the key `chosen`, found an object without keys",
            "add `chosen`",
        ),
        (
            "{\"prompt\": \"p\", \"chosen\": \"c\", \"answer\": \"r\"}",
            "`rejected`, found `prompt`, `chosen`, `answer`",
            "rename",
        ),
        (
            "{\"é\": 0, \"prompt\": 12}",
            ", line 1, column 21: `prompt`: invalid type: integer `12`, expected text or a list of messages",
            "role",
        ),
        ("{\"chosen\": []}", "`chosen`: expected messages, found an empty list", "role"),
        (
            "{\"chosen\": [\"a\"]}",
            "`chosen`, message 1: invalid type: string \"a\", expected an object with `role`",
            "role",
        ),
        (
            "{\"chosen\": [{\"role\": \"user\", \"content\": \"\"}, {\"role\": \"user\"}]}",
            "`chosen`, message 2: expected the key `content`",
            "role",
        ),
        (
            "{\"chosen\": [{\"role\": \"user\", \"content\": null}]}",
            "`chosen`, message 1, `content`: invalid type: null, expected a string",
            "role",
        ),
        (
            "{\"prompt\": \"p\", \"chosen\": [{\"role\": \"user\", \"content\": \"\"}], \"rejected\": \"r\"}",
            "found `prompt` as text, `chosen` as messages, `rejected` as text",
            "same form",
        ),
    ] {
        let (found, hint) = refusal(content);
        assert!(found.contains(problem), "{content}: {found}");
        assert!(hint.contains(cure), "{content}: {hint}");
    }
    let (found, hint) = refusal(b"{\"prompt\": \"x\", \"chosen\": \"a\", \"rejected\": \"b\"}\n{\"\xc3\xa9\xff\": 1}");
    assert!(found.starts_with(", line 2, column 4: not UTF-8"), "{found}");
    assert!(hint.contains("UTF-8"), "{hint}");
    let long = format!("{{\"chosen\": {{\"x\": 1}}, \"token_ids\": \"{}\"}}", "x".repeat(9000));
    let error = read_samples(&file(long).path).expect_err("refused").to_string();
    assert!(error.contains("`token_ids`: invalid type: string") && error.len() < 500, "{error}");
}

#[test]
fn files_that_cannot_be_read_and_endless_lines_are_errors() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let error = read_pairs(&folder.path().join("absent.jsonl")).expect_err("absent");
    assert!(error.to_string().contains("cannot read") && error.hint().is_some(), "{error}");
    read_pairs(folder.path()).expect_err("a folder");
    let file = file("{}\n{\"prompt\": \"0123456789\"}\n");
    let lines = Lines::open(&file.path).expect("opens").with_limit(10);
    let error = read_lines(lines, "", &[], |_| Ok(())).expect_err("too long").to_string();
    assert!(error.ends_with("line 2: the line has more than 10 bytes"), "{error}");
}

#[test]
fn rated_answers_are_read_and_pairs_give_two_of_each() {
    let rated = |prompt: &str, completion: &str, is_desirable| {
        let text = |text: &str| Text::Plain(text.to_owned());
        RatedCompletion { prompt: text(prompt), completion: text(completion), is_desirable }
    };
    let single = file("{\"prompt\": \"p\", \"completion\": \"c\", \"label\": false, \"note\": 1}");
    assert_eq!(read_rated(&single.path).expect("read"), [rated("p", "c", false)]);
    let pairs = file(
        "{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\"}\n\
         {\"prompt\": \"q\", \"chosen\": \"c\", \"rejected\": \"d\"}",
    );
    let wanted = [rated("p", "a", true), rated("q", "c", true), rated("p", "b", false), rated("q", "d", false)];
    assert_eq!(read_rated(&pairs.path).expect("read"), wanted);
}

#[test]
fn demonstrations_are_read_in_every_form() {
    let read = |line: &str| read_demonstrations(&file(line).path).unwrap_or_else(|error| panic!("{error}")).remove(0);
    let text = |text: &str| Text::Plain(text.to_owned());
    let messages = || Text::Messages(vec![ChatMessage::new("user", "u"), ChatMessage::new("assistant", "a")]);
    let answered = Demonstration { prompt: Some(text("p")), completion: text("c") };
    assert_eq!(read("{\"prompt\": \"p\", \"completion\": \"c\"}"), answered);
    assert_eq!(read("{\"prompt\": \"p\", \"chosen\": \"c\", \"rejected\": \"d\"}"), answered);
    let whole = |completion| Demonstration { prompt: None, completion };
    assert_eq!(read("{\"text\": \"t\", \"source\": {}}"), whole(text("t")));
    let conversation = json!({"messages": messages()}).to_string();
    assert_eq!(read(&conversation), whole(messages()));
}

#[test]
fn what_a_record_of_single_answers_lacks_is_named() {
    let rated = |line: &str| read_rated(&file(line).path).expect_err("refused");
    let shown = |line: &str| read_demonstrations(&file(line).path).expect_err("refused");
    for (error, said, cure) in [
        (rated("{\"prompt\": \"p\", \"completion\": \"c\"}"), "expected the key `label`", "add `label`"),
        (rated("{\"prompt\": \"p\", \"label\": true}"), "expected the key `completion`", "add `completion`"),
        (rated("{\"prompt\": \"p\", \"completion\": \"c\", \"label\": 1}"), "`label`: invalid type", "correct the"),
        (
            rated("{\"prompt\": [{\"role\": \"user\", \"content\": \"p\"}], \"completion\": \"c\", \"label\": true}"),
            "`prompt` as messages, `completion` as text",
            "\"assistant\"",
        ),
        (shown("{\"chosen\": \"c\", \"prompt\": \"p\"}"), "expected the key `rejected`", "add `rejected`"),
        (shown("{\"prompt\": \"p\"}"), "expected the key `completion`", "add `completion`"),
        (shown("{\"messages\": \"m\"}"), "expected a list of messages under `messages`", "under the key `text`"),
        (shown("{\"text\": [{\"role\": \"user\", \"content\": \"p\"}]}"), "expected text under `text`", "`messages`"),
    ] {
        let (message, hint) = (error.to_string(), error.hint().expect("a cure"));
        assert!(message.contains("data.jsonl, line 1") && message.contains(said), "{message}");
        assert!(hint.contains(cure), "{message}: {hint}");
    }
}
