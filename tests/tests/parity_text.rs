//! From a line of a dataset to token ids: the same as transformers and TRL, for every model of the golden folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::domain::{ChatMessage, PreferencePair, Text};
use whetstone_core::model::{ChatTemplate, TextTokenizer, prompt_ids};
use whetstone_core::project::read_pairs;
use whetstone_core::train::{TokenizedPair, tokenize_pair, truncate};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");

/// What the reference made of one model's text side.
#[derive(Deserialize)]
struct Golden {
    special: Map<String, Value>,
    chat: Vec<Chat>,
    tokenize: Vec<Tokenized>,
    trl_rows: Vec<TokenizedPair>,
}

#[derive(Deserialize)]
struct Chat {
    case: String,
    messages: Vec<ChatMessage>,
    add_generation_prompt: bool,
    #[serde(default)]
    kwargs: Map<String, Value>,
    text: Option<String>,
    ids: Option<Vec<u32>>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Tokenized {
    text: String,
    ids: Vec<u32>,
    ids_no_special: Vec<u32>,
    decoded: String,
    decoded_skip_special: String,
}

/// What the reference made of preference data on its way into training.
#[derive(Deserialize)]
struct Training {
    rows: Vec<TokenizedPair>,
    #[serde(default)]
    data_forms: Map<String, Value>,
}

#[derive(Deserialize)]
struct DataForm {
    kept: usize,
    of: usize,
    rows: Vec<FormRow>,
    batch: Batch,
}

#[derive(Deserialize)]
struct FormRow {
    #[serde(flatten)]
    pair: PreferencePair,
    #[serde(flatten)]
    ids: TokenizedPair,
}

/// Padded on the right; the chosen halves of all pairs, then the rejected ones.
#[derive(Deserialize)]
struct Batch {
    input_ids: Vec<Vec<u32>>,
    attention_mask: Vec<Vec<u32>>,
    completion_mask: Vec<Vec<u32>>,
}

struct Model {
    name: String,
    tokenizer: TextTokenizer,
    template: ChatTemplate,
}

fn golden(path: impl AsRef<Path>) -> PathBuf {
    Path::new(GOLDEN).join(path)
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn models() -> Vec<Model> {
    let folders = fs::read_dir(golden("models")).expect("the golden folder");
    let models: Vec<Model> = folders
        .map(|entry| {
            let folder = entry.expect("an entry").path();
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            let tokenizer = TextTokenizer::open(&folder).unwrap_or_else(|error| panic!("{name}: {error}"));
            let template = ChatTemplate::open(&folder, &tokenizer).unwrap_or_else(|error| panic!("{name}: {error}"));
            Model { template: template.expect("every golden model has a template"), name, tokenizer }
        })
        .collect();
    assert!(models.len() >= 9, "only {} golden models", models.len());
    models
}

impl Model {
    fn golden(&self) -> Golden {
        read(&golden(format!("golden/{}.json", self.name)))
    }

    fn training(&self) -> Option<Training> {
        let path = golden(format!("train/{}.dpo.json", self.name));
        path.exists().then(|| read(&path))
    }

    fn tokenize(&self, pairs: &[PreferencePair]) -> Vec<TokenizedPair> {
        let tokenize = |pair| tokenize_pair(pair, &self.tokenizer, Some(&self.template), &Map::new());
        pairs.iter().map(|pair| tokenize(pair).unwrap_or_else(|error| panic!("{}: {error}", self.name))).collect()
    }
}

/// Writes the named records of the golden data as JSONL and reads them with the program's own reader.
fn pairs(key: &str) -> Vec<PreferencePair> {
    let data: Map<String, Value> = read(&golden("data.json"));
    let records = data[key].as_array().expect("a list");
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("pairs.jsonl");
    fs::write(&path, lines.join("\n")).expect("written");
    read_pairs(&path).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn special_tokens_agree() {
    for model in models() {
        let special = model.golden().special;
        let ours = |text: Option<&str>, id: Option<u32>| serde_json::json!([text, id]);
        let Model { tokenizer, name, .. } = &model;
        assert_eq!(ours(tokenizer.bos_token(), tokenizer.bos_token_id()), special["bos"], "{name}");
        assert_eq!(ours(tokenizer.eos_token(), tokenizer.eos_token_id()), special["eos"], "{name}");
        assert_eq!(tokenizer.vocabulary_size(), 512, "{name}");
    }
}

#[test]
fn conversations_render_alike() {
    for model in models() {
        let chats = model.golden().chat;
        assert!(chats.len() >= 20);
        for chat in chats {
            let place = format!("{}: {}, prompt {}", model.name, chat.case, chat.add_generation_prompt);
            let text = model.template.render(&chat.messages, chat.add_generation_prompt, &chat.kwargs);
            if let Some(error) = chat.error {
                text.expect_err(&format!("{place}: should fail with {error}"));
                continue;
            }
            let text = text.unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(Some(&text), chat.text.as_ref(), "{place}");
            let ids = model.tokenizer.encode(&text, false).expect("encodes");
            assert_eq!(Some(&ids), chat.ids.as_ref(), "{place}");
            if chat.add_generation_prompt {
                let prompt = Text::Messages(chat.messages);
                let ids = prompt_ids(&prompt, &model.tokenizer, Some(&model.template), false, &chat.kwargs);
                assert_eq!(ids.ok(), chat.ids, "{place}");
            }
        }
    }
}

#[test]
fn plain_prompts_become_a_users_turn_unless_raw() {
    for model in models() {
        let Golden { chat, tokenize, .. } = model.golden();
        let ids = |text: &str, raw| {
            let prompt = Text::Plain(text.to_owned());
            prompt_ids(&prompt, &model.tokenizer, Some(&model.template), raw, &Map::new()).expect("encodes")
        };
        let user = chat.iter().find(|chat| chat.case == "user_only" && chat.add_generation_prompt).expect("the case");
        assert_eq!(Some(ids(&user.messages[0].content, false)), user.ids, "{}", model.name);
        for case in tokenize {
            assert_eq!(ids(&case.text, true), case.ids, "{}: {:?}", model.name, case.text);
            let prompt = Text::Plain(case.text);
            let without = prompt_ids(&prompt, &model.tokenizer, None, false, &Map::new()).expect("encodes");
            assert_eq!(without, case.ids, "{}: {prompt:?}", model.name);
        }
        let messages = Text::Messages(user.messages.clone());
        let error = prompt_ids(&messages, &model.tokenizer, None, false, &Map::new()).expect_err("no template");
        assert!(error.to_string().contains(&model.name), "{error}");
    }
}

#[test]
fn texts_tokenize_and_decode_alike() {
    for model in models() {
        let cases = model.golden().tokenize;
        assert!(cases.len() >= 30);
        for case in cases {
            let place = format!("{}: {:?}", model.name, case.text);
            let tokenizer = &model.tokenizer;
            assert_eq!(tokenizer.encode(&case.text, true).expect("encodes"), case.ids, "{place}");
            assert_eq!(tokenizer.encode(&case.text, false).expect("encodes"), case.ids_no_special, "{place}");
            assert_eq!(tokenizer.decode(&case.ids, false).expect("decodes"), case.decoded, "{place}");
            assert_eq!(tokenizer.decode(&case.ids, true).expect("decodes"), case.decoded_skip_special, "{place}");
            for cut in 0..=case.ids.len() {
                let (prompt, new) = case.ids.split_at(cut);
                let continuation = tokenizer.decode_continuation(prompt, new).expect("decodes");
                let prompt = tokenizer.decode(prompt, true).expect("decodes");
                if !prompt.ends_with('\u{fffd}') {
                    assert_eq!(prompt + &continuation, case.decoded_skip_special, "{place}, cut at {cut}");
                }
            }
        }
    }
}

#[test]
fn pairs_become_the_same_rows() {
    let conversations = pairs("prefs");
    let mut trained = 0;
    for model in models() {
        let rows = model.tokenize(&conversations);
        assert_eq!(rows, model.golden().trl_rows, "{}", model.name);
        if let Some(training) = model.training() {
            assert_eq!(rows, training.rows, "{}", model.name);
            trained += 1;
        }
    }
    assert!(trained >= 8, "only {trained} models with training goldens");
}

#[test]
fn every_form_of_data_becomes_the_same_rows() {
    let mut seen = Vec::new();
    for model in models() {
        let Some(training) = model.training() else { continue };
        for (name, form) in training.data_forms {
            let form: DataForm = serde_json::from_value(form).unwrap_or_else(|error| panic!("{name}: {error}"));
            let max_length = name.strip_prefix("max_length_").map(|length| length.parse().expect("a number"));
            let pairs = pairs(match name.as_str() {
                "plain" => "plain_prefs",
                "implicit_conversational" => "implicit_prefs",
                "implicit_plain" => "implicit_plain",
                _ => "prefs",
            });
            check_form(&model, &name, &pairs, &form, max_length);
            seen.push(name);
        }
    }
    for name in ["plain", "implicit_conversational", "implicit_plain", "max_length_48", "max_length_90"] {
        assert!(seen.iter().any(|found| found == name), "no golden for {name}");
    }
}

fn check_form(model: &Model, name: &str, pairs: &[PreferencePair], form: &DataForm, max_length: Option<usize>) {
    let rows = model.tokenize(pairs);
    assert_eq!(rows.len(), form.of, "{name}");
    // The reference drops pairs when it tokenizes, and cuts sequences when it makes a batch.
    let left = truncate(rows.clone(), max_length.unwrap_or(1024));
    assert_eq!((left.kept.len(), left.dropped), (form.kept, form.of - form.kept), "{name}");
    for ((index, _), row) in left.kept.iter().zip(&form.rows) {
        assert_eq!(rows[*index], row.ids, "{name}, pair {index}");
        // The reference has added the end token to plain text by then.
        let PreferencePair { prompt, chosen, rejected } = &pairs[*index];
        assert_eq!(prompt, &row.pair.prompt, "{name}, pair {index}");
        for (ours, theirs) in [(chosen, &row.pair.chosen), (rejected, &row.pair.rejected)] {
            let ended = match ours {
                Text::Plain(text) => Text::Plain(format!("{text}{}", model.tokenizer.eos_token().unwrap_or_default())),
                messages @ Text::Messages(_) => messages.clone(),
            };
            assert_eq!(&ended, theirs, "{name}, pair {index}");
        }
    }
    let answers = |row: &TokenizedPair| [row.chosen_ids.clone(), row.rejected_ids.clone()];
    for (half, offset) in [(0, 0), (1, left.kept.len())] {
        for (position, (index, row)) in left.kept.iter().enumerate() {
            let line = position + offset;
            let length = form.batch.attention_mask[line].iter().sum::<u32>() as usize;
            let completion = form.batch.completion_mask[line].iter().sum::<u32>() as usize;
            let answer = &answers(row)[half];
            assert_eq!(answer.len(), completion, "{name}, pair {index}");
            assert_eq!(row.prompt_ids.len() + answer.len(), length, "{name}, pair {index}");
            let sequence = [row.prompt_ids.as_slice(), answer].concat();
            assert_eq!(sequence, form.batch.input_ids[line][..length], "{name}, pair {index}");
        }
    }
}
