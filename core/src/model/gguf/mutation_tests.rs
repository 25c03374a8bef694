//! Damaged and hostile files by the thousand: each ends in an error that names the file, or is read rightly.

use std::fs;

use super::tests::{Raw, RawTensor, list, open_bytes, text, tiny_llama};
use super::*;
use crate::domain::DtypeChoice;
use crate::model::OpenModel;
use crate::model::cpu_backend::CpuBackend;
use crate::random::Random;

/// Numbers that lies are made of.
const EXTREMES: [u64; 16] = [
    0,
    1,
    7,
    31,
    33,
    255,
    65_537,
    1_000_000_000,
    1 << 31,
    (1 << 31) + 1,
    1 << 32,
    1 << 58,
    (1 << 58) + 1,
    1 << 63,
    u64::MAX - 31,
    u64::MAX,
];

fn extreme(random: &mut Random) -> u64 {
    EXTREMES[random.below(EXTREMES.len())]
}

/// A file of a whole small model as its parts.
fn parts(original: &[u8]) -> Raw {
    // The parts are found by the reader itself, and put together again: the same bytes, so that nothing is lost.
    let header = header::parse(original, original.len() as u64).unwrap_or_else(|_| panic!("a sound file"));
    let data = header.tensors.values().map(|place| place.begin).min().unwrap_or_default();
    let keys = header.values.iter().map(|(key, value)| {
        let (kind, bytes) = encoded(value);
        (key.as_bytes().to_vec(), kind, bytes)
    });
    let tensors = header.tensors.iter().map(|(name, place)| RawTensor {
        name: name.as_bytes().to_vec(),
        dimensions: place.shape.iter().rev().copied().collect(),
        dimension_count: None,
        kind: place.kind.id,
        offset: place.begin - data,
    });
    Raw {
        magic: *b"GGUF",
        version: 3,
        tensor_count: None,
        key_count: None,
        keys: keys.collect(),
        tensors: tensors.collect(),
        data: original.len() - data as usize,
        alignment: 32,
    }
}

fn encoded(value: &Value) -> (u32, Vec<u8>) {
    match value {
        Value::Number(Number::Whole(number)) => (4, (*number as u32).to_le_bytes().to_vec()),
        Value::Number(Number::Negative(number)) => (11, number.to_le_bytes().to_vec()),
        Value::Number(Number::Real(number)) => (6, (*number as f32).to_le_bytes().to_vec()),
        Value::Flag(flag) => (7, vec![u8::from(*flag)]),
        Value::Text(words) => (8, text(words.as_bytes())),
        Value::Texts(texts) => (9, list(8, texts.len() as u64, &texts.iter().flat_map(text).collect::<Vec<u8>>())),
        Value::Numbers(kind, bytes) => (9, list(kind.0, (bytes.len() / kind.size().unwrap_or(1)) as u64, bytes)),
        Value::Nested => (9, list(9, 0, &[])),
    }
}

/// A few changes that know what a file is made of.
fn mutate(raw: &mut Raw, random: &mut Random) {
    for _ in 0..=random.below(3) {
        match random.below(14) {
            0 => raw.version = extreme(random) as u32,
            1 => raw.tensor_count = Some(extreme(random)),
            2 => raw.key_count = Some(extreme(random)),
            3 => change_tensor(raw, random, |tensor, random| {
                let place = random.below(tensor.dimensions.len().max(1));
                if let Some(size) = tensor.dimensions.get_mut(place) {
                    *size = if random.below(2) == 0 { extreme(random) } else { size.wrapping_add(1) };
                }
            }),
            4 => change_tensor(raw, random, |tensor, random| tensor.offset = extreme(random)),
            5 => change_tensor(raw, random, |tensor, random| tensor.offset += 32 * random.below(4) as u64),
            6 => change_tensor(raw, random, |tensor, random| tensor.kind = random.below(45) as u32),
            7 => change_tensor(raw, random, |tensor, random| tensor.dimension_count = Some(extreme(random) as u32)),
            8 => change_tensor(raw, random, |tensor, random| tensor.dimensions.push(extreme(random))),
            9 => raw.data = random.below(raw.data + 64),
            10 => {
                let alignment = (extreme(random) as u32).to_le_bytes().to_vec();
                raw.keys.push((b"general.alignment".to_vec(), 4, alignment));
            }
            11 => change_key(raw, random, |key, random| *key = (key.0.clone(), random.below(14) as u32, key.2.clone())),
            12 => change_key(raw, random, |key, random| {
                let value = extreme(random).to_le_bytes();
                let length = key.2.len().min(if key.1 == 9 { 12 } else { 8 });
                let start = if key.1 == 9 { length.min(4) } else { 0 };
                key.2[start..length].copy_from_slice(&value[..length - start]);
            }),
            _ => {
                let place = random.below(raw.keys.len().max(1));
                if random.below(2) == 0 && place < raw.keys.len() {
                    raw.keys.remove(place);
                } else if let Some(key) = raw.keys.get(place).cloned() {
                    raw.keys.push(key);
                }
            }
        }
    }
}

fn change_tensor(raw: &mut Raw, random: &mut Random, change: impl Fn(&mut RawTensor, &mut Random)) {
    let place = random.below(raw.tensors.len().max(1));
    if let Some(tensor) = raw.tensors.get_mut(place) {
        change(tensor, random);
    }
}

fn change_key(raw: &mut Raw, random: &mut Random, change: impl Fn(&mut (Vec<u8>, u32, Vec<u8>), &mut Random)) {
    let place = random.below(raw.keys.len().max(1));
    if let Some(key) = raw.keys.get_mut(place) {
        change(key, random);
    }
}

/// Bytes that are flipped, cut away, or taken from elsewhere: what disks and lines do.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..random.below(4) {
        // The header is a small part of a file: most damage is done there.
        let reach = if random.below(4) == 0 { bytes.len() } else { bytes.len().min(2_000) };
        let at = random.below(reach.max(1)).min(bytes.len());
        let end = (at + 1 + random.below(16)).min(bytes.len());
        match random.below(4) {
            0 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << random.below(8)),
            1 => bytes.truncate(at),
            2 => {
                let from = random.below(bytes.len().max(1));
                let piece = bytes[from..(from + 24).min(bytes.len())].to_vec();
                drop(bytes.splice(at..end, piece));
            }
            _ => {
                let number = extreme(random).to_le_bytes();
                let length = (bytes.len() - at).min(8);
                bytes[at..at + length].copy_from_slice(&number[..length]);
            }
        }
    }
}

/// Changes files of whole models and opens them to the end: header, configuration, tokenizer, template, weights.
fn try_changed_files(count: u64) -> (usize, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let backend = CpuBackend::new(Some(2)).expect("threads");
    let originals = [true, false].map(|has_scores| {
        let path = folder.path().join("original.gguf");
        tiny_llama(&path, has_scores);
        let bytes = fs::read(path).expect("read");
        let sound = open_bytes(&folder, &parts(&bytes).bytes()).expect("it is put together as it was");
        assert!(sound.config().is_ok());
        (parts(&bytes), bytes)
    });
    let (mut read, mut refused) = (0, 0);
    for seed in 0..count {
        let mut random = Random::new(seed, &[3]);
        let (raw, bytes) = &originals[random.below(originals.len())];
        let mut bytes = if random.below(3) == 0 { bytes.clone() } else { Vec::new() };
        if bytes.is_empty() {
            let mut raw = raw.clone();
            mutate(&mut raw, &mut random);
            bytes = raw.bytes();
        }
        damage(&mut bytes, &mut random);
        let length = bytes.len();
        match open_bytes(&folder, &bytes) {
            Err(error) => {
                assert!(error.to_string().contains("model.gguf"), "{seed}: {error}");
                refused += 1;
                continue;
            }
            Ok(file) => {
                for name in file.names() {
                    let place = file.place(name).expect("it is there");
                    assert!(place.begin + place.length <= length as u64, "{seed}: {name}");
                }
            }
        }
        let path = folder.path().join("model.gguf");
        match OpenModel::open(backend.clone(), &path, None, DtypeChoice::Auto) {
            Ok(_) => read += 1,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
        }
    }
    (read, refused)
}

#[test]
fn a_changed_file_is_read_or_refused() {
    let (read, refused) = try_changed_files(1_000);
    assert!(read > 20 && refused > 500, "{read} read, {refused} refused");
}

#[test]
#[ignore = "a minute or so: `cargo test --workspace --lib -- --ignored ten_thousand_changed_files`"]
fn ten_thousand_changed_files_are_read_or_refused() {
    let (read, refused) = try_changed_files(10_000);
    assert!(read > 200 && refused > 5_000, "{read} read, {refused} refused");
}
