//! A GGUF file read back, and the known kinds of lies.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::domain::ToUserMessage;
use crate::random::Random;

/// A file that is put together by hand, so that every part of it can lie.
#[derive(Clone)]
pub(super) struct Raw {
    pub(super) magic: [u8; 4],
    pub(super) version: u32,
    pub(super) tensor_count: Option<u64>,
    pub(super) key_count: Option<u64>,
    pub(super) keys: Vec<(Vec<u8>, u32, Vec<u8>)>,
    pub(super) tensors: Vec<RawTensor>,
    pub(super) data: usize,
    pub(super) alignment: usize,
}

/// A tensor's entry.
#[derive(Clone)]
pub(super) struct RawTensor {
    pub(super) name: Vec<u8>,
    pub(super) dimensions: Vec<u64>,
    pub(super) dimension_count: Option<u32>,
    pub(super) kind: u32,
    pub(super) offset: u64,
}

pub(super) fn text(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text].concat()
}

pub(super) fn list(kind: u32, count: u64, elements: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &count.to_le_bytes(), elements].concat()
}

impl Raw {
    /// Two small tensors and a key of each kind.
    pub(super) fn sound() -> Self {
        let tensor = |name: &str, dimensions: &[u64], kind, offset| RawTensor {
            name: name.as_bytes().to_vec(),
            dimensions: dimensions.to_vec(),
            dimension_count: None,
            kind,
            offset,
        };
        let numbers: Vec<u8> = [1.5f32, -2.0].iter().flat_map(|number| number.to_le_bytes()).collect();
        Self {
            magic: *b"GGUF",
            version: 3,
            tensor_count: None,
            key_count: None,
            keys: vec![
                (b"general.architecture".to_vec(), 8, text(b"llama")),
                (b"general.alignment".to_vec(), 4, 32u32.to_le_bytes().to_vec()),
                (b"a.flag".to_vec(), 7, vec![1]),
                (b"a.small".to_vec(), 1, vec![0xff]),
                (b"a.wide".to_vec(), 10, 7u64.to_le_bytes().to_vec()),
                (b"a.real".to_vec(), 12, 0.5f64.to_le_bytes().to_vec()),
                (b"some.texts".to_vec(), 9, list(8, 2, &[text(b"one"), text("zw\u{f6}i".as_bytes())].concat())),
                (b"some.numbers".to_vec(), 9, list(6, 2, &numbers)),
                (b"some.lists".to_vec(), 9, list(9, 1, &list(4, 1, &9u32.to_le_bytes()))),
            ],
            tensors: vec![tensor("first", &[8, 3], 0, 0), tensor("second", &[64], 8, 96)],
            data: 96 + 68,
            alignment: 32,
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(self.tensor_count.unwrap_or(self.tensors.len() as u64).to_le_bytes());
        bytes.extend(self.key_count.unwrap_or(self.keys.len() as u64).to_le_bytes());
        for (name, kind, value) in &self.keys {
            bytes.extend(text(name));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(value);
        }
        for tensor in &self.tensors {
            bytes.extend(text(&tensor.name));
            bytes.extend(tensor.dimension_count.unwrap_or(tensor.dimensions.len() as u32).to_le_bytes());
            bytes.extend(tensor.dimensions.iter().flat_map(|size| size.to_le_bytes()));
            bytes.extend(tensor.kind.to_le_bytes());
            bytes.extend(tensor.offset.to_le_bytes());
        }
        bytes.resize(bytes.len().next_multiple_of(self.alignment), 0);
        bytes.extend((0..self.data).map(|place| place as u8));
        bytes
    }

    fn set(&mut self, key: &str, kind: u32, value: &[u8]) {
        let place = self.keys.iter().position(|(name, ..)| name == key.as_bytes()).expect("the key");
        self.keys[place] = (key.as_bytes().to_vec(), kind, value.to_vec());
    }
}

/// A whole small Llama with a tokenizer of bytes, or of pieces with scores.
pub(in crate::model) fn tiny_llama(path: &Path, has_scores: bool) {
    let text = |key: &str, text: &str| (key.to_owned(), Value::Text(text.to_owned()));
    let whole = |key: &str, number: u32| (key.to_owned(), Value::whole(number));
    let real = |key: &str, number: f64| (key.to_owned(), Value::Number(Number::Real(number)));
    let mut tokens: Vec<(String, u32, f32)> = vec![
        ("<unk>".to_owned(), if has_scores { 2 } else { 3 }, 0.0),
        ("<s>".to_owned(), 3, 0.0),
        ("</s>".to_owned(), 3, 0.0),
    ];
    if has_scores {
        tokens.extend((0..=255u8).map(|byte| (format!("<0x{byte:02X}>"), 6, 0.0)));
    }
    tokens.extend(["\u{2581}", "a", "b", "c", "\u{120}"].map(|piece| (piece.to_owned(), 1, -9.0)));
    tokens.extend([("ab".to_owned(), 1, -1.0), ("abc".to_owned(), 1, -2.0)]);
    let count = tokens.len();
    let mut names = Texts::default();
    for (token, ..) in &tokens {
        names.push(token.as_bytes());
    }
    let mut merges = Texts::default();
    for merge in ["a b", "ab c"] {
        merges.push(merge.as_bytes());
    }
    let mut values = vec![
        text("general.architecture", "llama"),
        whole("llama.context_length", 64),
        whole("llama.embedding_length", 32),
        whole("llama.block_count", 2),
        whole("llama.feed_forward_length", 64),
        whole("llama.attention.head_count", 4),
        whole("llama.attention.head_count_kv", 2),
        whole("llama.rope.dimension_count", 8),
        real("llama.rope.freq_base", 10_000.0),
        real("llama.attention.layer_norm_rms_epsilon", 1e-5),
        text("tokenizer.ggml.model", if has_scores { "llama" } else { "gpt2" }),
        text("tokenizer.ggml.pre", if has_scores { "default" } else { "smollm" }),
        ("tokenizer.ggml.tokens".to_owned(), Value::Texts(names)),
        (
            "tokenizer.ggml.token_type".to_owned(),
            Value::Numbers(NumberKind(5), tokens.iter().flat_map(|(_, kind, _)| kind.to_le_bytes()).collect()),
        ),
        whole("tokenizer.ggml.bos_token_id", 1),
        whole("tokenizer.ggml.eos_token_id", 2),
        text("tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}"),
    ];
    values.push(if has_scores {
        let scores = tokens.iter().flat_map(|(.., score)| score.to_le_bytes()).collect();
        ("tokenizer.ggml.scores".to_owned(), Value::Numbers(NumberKind(6), scores))
    } else {
        ("tokenizer.ggml.merges".to_owned(), Value::Texts(merges))
    });
    let mut tensors =
        vec![("token_embd.weight".to_owned(), vec![count, 32]), ("rope_freqs.weight".to_owned(), vec![4])];
    for layer in 0..2 {
        for (name, shape) in [
            ("attn_q", [32, 32]),
            ("attn_k", [16, 32]),
            ("attn_v", [16, 32]),
            ("attn_output", [32, 32]),
            ("ffn_gate", [64, 32]),
            ("ffn_up", [64, 32]),
            ("ffn_down", [32, 64]),
        ] {
            tensors.push((format!("blk.{layer}.{name}.weight"), shape.to_vec()));
        }
        tensors.extend(["attn_norm", "ffn_norm"].map(|name| (format!("blk.{layer}.{name}.weight"), vec![32])));
    }
    tensors.push(("output_norm.weight".to_owned(), vec![32]));
    let form = |name: &str, shape: &[usize]| match shape.len() {
        1 => TensorForm::F32,
        _ if name.contains("attn_v") => TensorForm::F16,
        _ => TensorForm::Q8_0,
    };
    let tensors: Vec<NewTensor> =
        tensors.into_iter().map(|(name, shape)| NewTensor { form: form(&name, &shape), name, shape }).collect();
    let mut bytes = Vec::new();
    let mut random = Random::new(8, &[]);
    write(&mut bytes, &values, &tensors, |tensor| -> std::io::Result<Vec<f32>> {
        let centre = if tensor.shape.len() == 1 { 1.0 } else { 0.0 };
        Ok((0..tensor.shape.iter().product()).map(|_| centre + random.normal() as f32 * 0.1).collect())
    })
    .expect("written");
    fs::write(path, bytes).expect("written");
}

pub(super) fn open_bytes(folder: &TempDir, bytes: &[u8]) -> Result<GgufFile, GgufError> {
    let path = folder.path().join("model.gguf");
    fs::write(&path, bytes).expect("written");
    GgufFile::open(&path)
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn what_stands_in_a_file_is_read() {
    let folder = folder();
    for version in [2, 3] {
        let file = open_bytes(&folder, &Raw { version, ..Raw::sound() }.bytes()).expect("it is sound");
        let keys = file.metadata();
        assert_eq!(keys.text("general.architecture").expect("a text"), Some("llama"));
        assert_eq!(keys.flag("a.flag").expect("a flag"), Some(true));
        assert_eq!(keys.get("a.small"), Some(&Value::Number(Number::Negative(-1))));
        assert_eq!((keys.whole("a.wide").expect("whole"), keys.real("a.real").expect("real")), (Some(7), Some(0.5)));
        let texts: Vec<&[u8]> = keys.texts("some.texts").expect("texts").expect("there").iter().collect();
        assert_eq!(texts, [&b"one"[..], "zw\u{f6}i".as_bytes()]);
        let numbers: Vec<Number> = keys.numbers("some.numbers").expect("numbers").expect("there").collect();
        assert_eq!(numbers, [Number::Real(1.5), Number::Real(-2.0)]);
        assert_eq!(file.tensor("first"), Some((&[3, 8][..], "F32")));
        assert_eq!(file.tensor("second"), Some((&[64][..], "Q8_0")));
        assert_eq!(file.numbers("first").expect("numbers").len(), 24);
        assert!(keys.text("a.wide").expect_err("no text").to_string().contains("a.wide"));
    }
}

/// The file with one change, and a part of what is said of it.
fn refused(folder: &TempDir, change: impl Fn(&mut Raw), part: &str) {
    let mut raw = Raw::sound();
    change(&mut raw);
    let error = open_bytes(folder, &raw.bytes()).expect_err(part);
    let message = error.to_string();
    assert!(message.contains(part) && message.contains("model.gguf"), "{message:?} does not say {part:?}");
    assert!(error.hint().is_some_and(|hint| hint.len() > 20));
}

#[test]
fn known_kinds_of_lies_are_refused() {
    let folder = folder();
    let no = |change: fn(&mut Raw), part: &str| refused(&folder, change, part);
    no(|raw| raw.magic = *b"GGML", "does not begin with GGUF");
    no(|raw| raw.version = 1, "version 1");
    no(|raw| raw.version = 4, "version 4");
    no(|raw| raw.version = 3u32.swap_bytes(), "big-endian");
    no(|raw| raw.tensor_count = Some(1_000_000_000), "number of tensors");
    no(|raw| raw.tensor_count = Some(u64::MAX), "number of tensors");
    no(|raw| raw.tensor_count = Some(3), "impossible shape");
    no(|raw| raw.tensor_count = Some(30_000), "");
    no(|raw| raw.key_count = Some(1_000_000_000), "number of keys");
    no(|raw| raw.key_count = Some(16_000), "");
    for alignment in [0u32, 1, 4, 7, 33, 1 << 17, 1 << 31, u32::MAX] {
        let change = |raw: &mut Raw| raw.set("general.alignment", 4, &alignment.to_le_bytes());
        refused(&folder, change, "its alignment is");
    }
    no(|raw| raw.set("general.alignment", 8, &text(b"32")), "its alignment is");
    no(|raw| raw.set("general.alignment", 5, &(-32i32).to_le_bytes()), "its alignment is");
    no(|raw| raw.set("a.flag", 13, &[0; 8]), "kind 13");
    no(|raw| raw.set("some.numbers", 9, &list(14, 1, &[0; 8])), "kind 14");
    for count in [1_000_000_000u64, u64::MAX, 1 << 62] {
        for kind in [0, 4, 8, 9, 12] {
            refused(
                &folder,
                |raw: &mut Raw| raw.set("some.numbers", 9, &list(kind, count, &[0; 16])),
                "elements of a list",
            );
        }
        refused(&folder, |raw: &mut Raw| raw.set("general.architecture", 8, &count.to_le_bytes()), "a text");
        refused(&folder, |raw: &mut Raw| raw.keys[0].0 = vec![b'k'; 70_000], "a key's name");
    }
    let deep: Vec<u8> = (0..100_000).flat_map(|_| list(9, 1, &[])).collect();
    refused(&folder, |raw: &mut Raw| raw.set("some.lists", 9, &deep), "too deep");
    no(|raw| raw.keys[2].0 = vec![0xc3, 0x28], "is not text");
    no(|raw| raw.set("general.architecture", 8, &text(&[0xff, 0xfe])), "is not text");
    no(|raw| raw.keys[2].0 = b"a.small".to_vec(), "key \"a.small\" is there twice");
    no(|raw| raw.tensors[1].name = b"first".to_vec(), "tensor \"first\" is there twice");
    no(|raw| raw.tensors[1].name = vec![b't'; 256], "a tensor's name");
}

#[test]
fn known_lies_about_tensors_are_refused() {
    let folder = folder();
    let no = |change: fn(&mut Raw), part: &str| refused(&folder, change, part);
    no(|raw| raw.tensors[0].dimensions = vec![64, (1 << 58) + 1], "");
    no(|raw| raw.tensors[0].dimensions = vec![1 << 32, 1 << 32], "impossible shape");
    no(|raw| raw.tensors[0].dimensions = vec![1 << 62, 4], "impossible shape");
    no(|raw| raw.tensors[0].dimensions = vec![u64::MAX], "impossible shape");
    no(|raw| raw.tensors[0].dimensions = vec![8, 0], "impossible shape");
    no(|raw| raw.tensors[0].dimensions = vec![0], "impossible shape");
    no(|raw| raw.tensors[0].dimensions = Vec::new(), "impossible shape");
    no(|raw| raw.tensors[0].dimensions = vec![1; 5], "sizes of a tensor's shape");
    no(|raw| raw.tensors[0].dimension_count = Some(u32::MAX), "sizes of a tensor's shape");
    no(|raw| raw.tensors[0].dimensions = vec![8, 400], "needs bytes up to");
    no(|raw| raw.tensors[1].dimensions = vec![65], "do not fill the blocks of Q8_0");
    no(|raw| raw.tensors[1].kind = 4, "form 4");
    no(|raw| raw.tensors[1].kind = u32::MAX, "form 4294967295");
    no(|raw| raw.tensors[1].offset = 97, "no multiple of 32");
    no(|raw| raw.tensors[1].offset = 64, "share bytes");
    no(|raw| raw.tensors[1].offset = 0, "share bytes");
    no(|raw| raw.tensors[1].offset = 1 << 40, "needs bytes up to");
    no(|raw| raw.tensors[1].offset = u64::MAX - 31, "needs bytes up to");
    no(|raw| raw.data = 100, "needs bytes up to");
    no(|raw| raw.data = 0, "needs bytes up to");
    // Every file that was cut short.
    let whole = Raw::sound().bytes();
    for length in 0..whole.len() {
        assert!(open_bytes(&folder, &whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn a_file_that_is_cut_short_after_it_was_opened_is_an_error() {
    let folder = folder();
    let file = open_bytes(&folder, &Raw::sound().bytes()).expect("it is sound");
    let length = fs::metadata(file.path()).expect("there").len();
    for left in [length - 1, length / 2, 1, 0] {
        fs::File::options().write(true).open(file.path()).expect("there").set_len(left).expect("cut");
        let error = file.numbers("second").expect_err("a part of it is gone").to_string();
        assert!(error.contains("cannot read") && error.contains("model.gguf"), "{error}");
    }
}

#[test]
fn what_is_no_single_file_with_a_model_is_said() {
    let folder = folder();
    let mut raw = Raw::sound();
    raw.keys.push((b"split.count".to_vec(), 2, 3u16.to_le_bytes().to_vec()));
    let error = open_bytes(&folder, &raw.bytes()).expect_err("a part");
    assert!(error.hint().is_some_and(|hint| hint.contains("llama-gguf-split")), "{error}");
    let mut raw = Raw::sound();
    raw.set("general.architecture", 8, &text(b"mamba"));
    let error = open_bytes(&folder, &raw.bytes()).expect("a sound header").config().expect_err("no family");
    assert!(error.to_string().contains("mamba") && error.to_string().contains("qwen3"), "{error}");
    assert!(GgufFile::open(&folder.path().join("none.gguf")).is_err());
    assert!(!is_gguf(folder.path()) && is_gguf(&folder.path().join("a.GGUF")) && !is_gguf(Path::new("gguf")));
}
