//! Files made by hand, by the format's own library, and by malice.

use half::f16;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::domain::ToUserMessage;
use crate::random::Random;

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

fn put(folder: &TempDir, name: &str, bytes: &[u8]) {
    std::fs::write(folder.path().join(name), bytes).expect("it can be written to");
}

/// A file with this header, whatever it says.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn open_bytes(bytes: &[u8]) -> Result<WeightFiles, WeightError> {
    let folder = folder();
    put(&folder, "model.safetensors", bytes);
    WeightFiles::open(folder.path())
}

/// The message of what must fail; it names the file, and there is a cure.
fn refused(bytes: &[u8]) -> String {
    let error = open_bytes(bytes).expect_err("it must be refused");
    assert!(error.hint().is_some(), "{error}");
    let message = error.to_string();
    assert!(message.contains("model.safetensors"), "{message}");
    message
}

fn le_bytes<const SIZE: usize>(elements: impl IntoIterator<Item = [u8; SIZE]>) -> Vec<u8> {
    elements.into_iter().flatten().collect()
}

#[test]
fn every_type_is_read_as_the_number_it_is() {
    let numbers = [1.0, -2.5, 0.0, 65_504.0, 1e-7, f32::INFINITY];
    // Between two bfloat16, exactly in the middle: ties go to the even one.
    let ties = [f32::from_bits(0x3F80_8000), f32::from_bits(0x3F81_8000)];
    let data = [
        le_bytes(numbers.map(f32::to_le_bytes)),
        le_bytes(numbers.map(|number| f16::from_f32(number).to_le_bytes())),
        le_bytes(numbers.map(|number| bf16::from_f32(number).to_le_bytes())),
        le_bytes(ties.map(f32::to_le_bytes)),
    ]
    .concat();
    let header = json!({
        "single": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "half": {"dtype": "F16", "shape": [6], "data_offsets": [24, 36]},
        "brain": {"dtype": "BF16", "shape": [6], "data_offsets": [36, 48]},
        "ties": {"dtype": "F32", "shape": [2], "data_offsets": [48, 56]},
        "nothing": {"dtype": "F32", "shape": [0, 5], "data_offsets": [56, 56]},
        "__metadata__": {"format": "pt"},
    });
    let weights = open_bytes(&file(&header.to_string(), &data)).expect("it is sound");
    assert_eq!(weights.read_f32("single", &[2, 3]).expect("it is there"), numbers);
    assert_eq!(
        weights.read_f32("half", &[6]).expect("it is there"),
        numbers.map(|number| f16::from_f32(number).to_f32())
    );
    assert_eq!(
        weights.read_f32("brain", &[6]).expect("it is there"),
        numbers.map(|number| bf16::from_f32(number).to_f32())
    );
    for name in ["single", "brain"] {
        let shape = weights.shape(name).expect("it is there").to_vec();
        assert_eq!(weights.read_bf16(name, &shape).expect("it is there"), numbers.map(bf16::from_f32));
    }
    let through_half = numbers.map(|number| bf16::from_f32(f16::from_f32(number).to_f32()));
    assert_eq!(weights.read_bf16("half", &[6]).expect("it is there"), through_half);
    let tied: Vec<u16> =
        weights.read_bf16("ties", &[2]).expect("it is there").iter().map(|tie| tie.to_bits()).collect();
    assert_eq!(tied, [0x3F80, 0x3F82]);
    assert!(weights.read_f32("nothing", &[0, 5]).expect("it is there").is_empty());
    assert_eq!((weights.dtype("brain"), weights.bytes()), (Some(Dtype::BF16), 56));

    let mut stacked = [0.0; 12];
    let (above, below) = stacked.split_at_mut(6);
    weights.read_f32_into("single", &[2, 3], above).expect("it fits");
    weights.read_f32_into("single", &[2, 3], below).expect("it fits");
    assert_eq!(stacked[6..], numbers);
    assert!(weights.read_f32_into("single", &[2, 3], &mut stacked).is_err());
}

#[test]
fn large_tensors_are_read_whole() {
    // More than two chunks, and more half-precision pieces than one.
    let count = 2 * CHUNK + 1_001;
    let number = |index: usize| (index % 2039) as f32 - 1000.0;
    for (dtype, size) in [("F32", 4), ("F16", 2), ("BF16", 2)] {
        let data: Vec<u8> = (0..count)
            .flat_map(|index| match dtype {
                "F32" => number(index).to_le_bytes().to_vec(),
                "F16" => f16::from_f32(number(index)).to_le_bytes().to_vec(),
                _ => bf16::from_f32(number(index)).to_le_bytes().to_vec(),
            })
            .collect();
        let header = json!({"t": {"dtype": dtype, "shape": [count], "data_offsets": [0, count * size]}});
        let weights = open_bytes(&file(&header.to_string(), &data)).expect("it is sound");
        let read = weights.read_f32("t", &[count]).expect("it is there");
        let expected = |index| if dtype == "BF16" { bf16::from_f32(number(index)).to_f32() } else { number(index) };
        assert!(read.iter().enumerate().all(|(index, value)| value.to_bits() == expected(index).to_bits()), "{dtype}");
        let read = weights.read_bf16("t", &[count]).expect("it is there");
        assert!(read.iter().enumerate().all(|(index, &value)| value == bf16::from_f32(number(index))), "{dtype}");
    }
}

#[test]
fn what_is_written_the_formats_own_library_reads() {
    let (first, second) = ([1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0], [-0.5f32]);
    let tensors = [
        TensorRef { name: "b", shape: &[2, 3], values: &first },
        TensorRef { name: "a", shape: &[1], values: &second },
    ];
    let mut bytes = Vec::new();
    write_f32(&mut bytes, &tensors).expect("memory takes it");
    let library = safetensors::SafeTensors::deserialize(&bytes).expect("the format's library reads it");
    let tensor = library.tensor("b").expect("it is there");
    assert_eq!((tensor.shape(), tensor.dtype()), ([2, 3].as_slice(), Dtype::F32));
    assert_eq!(tensor.data(), le_bytes(first.map(f32::to_le_bytes)));
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).expect("it has metadata");
    assert_eq!(metadata.metadata().as_ref().and_then(|map| map.get("format")).map(String::as_str), Some("pt"));
    let weights = open_bytes(&bytes).expect("it is sound");
    assert_eq!(weights.read_f32("a", &[1]).expect("it is there"), second);
    assert!(write_f32(&mut Vec::new(), &[tensors[0], tensors[0]]).is_err());
    assert!(write_f32(&mut Vec::new(), &[TensorRef { name: "c", shape: &[7], values: &first }]).is_err());
}

#[test]
fn a_lying_header_is_refused() {
    let entry =
        |shape: Value, begin: u64, end: u64| json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, end]});
    let two = |first: Value, second: Value| json!({"a": first, "b": second}).to_string();
    let huge = 1u64 << 62;
    for (header, data, part) in [
        (two(entry(json!([2]), 0, 8), entry(json!([2]), 4, 12)), 12, "begins at byte 4, where 8"),
        (two(entry(json!([2]), 0, 8), entry(json!([2]), 0, 8)), 8, "begins at byte 0, where 8"),
        (two(entry(json!([2]), 0, 8), entry(json!([1]), 12, 16)), 16, "begins at byte 12, where 8"),
        (two(entry(json!([2]), 4, 12), entry(json!([1]), 12, 16)), 16, "begins at byte 4, where 0"),
        (two(entry(json!([2]), 0, 8), entry(json!([1]), 8, 12)), 16, "take 12 bytes, but 16"),
        (two(entry(json!([2]), 0, 8), entry(json!([1]), 8, 12)), 8, "take 12 bytes, but 8"),
        (two(entry(json!([3]), 0, 8), entry(json!([1]), 8, 12)), 12, "needs 12 bytes"),
        (two(entry(json!([2]), 8, 0), entry(json!([1]), 8, 12)), 12, "needs 8 bytes"),
        (two(entry(json!([huge, 4]), 0, 0), entry(json!([1]), 0, 4)), 4, "impossible shape"),
        (two(entry(json!([64, (1u64 << 58) + 1]), 0, 256), entry(json!([1]), 256, 260)), 260, "impossible shape"),
        (two(entry(json!([u64::MAX]), 0, 4), entry(json!([1]), 4, 8)), 8, "impossible shape"),
        (two(entry(json!([-1]), 0, 4), entry(json!([1]), 4, 8)), 8, "not valid"),
        (two(entry(json!(vec![1; 17]), 0, 4), entry(json!([1]), 4, 8)), 8, "at most 16 sizes"),
        (json!({"a": {"dtype": "F4", "shape": [3], "data_offsets": [0, 1]}}).to_string(), 1, "impossible shape"),
        (json!({"a": {"dtype": "F33", "shape": [1], "data_offsets": [0, 4]}}).to_string(), 4, "F33"),
        (json!({"a": {"dtype": "F32", "shape": [1]}}).to_string(), 4, "data_offsets"),
        (json!({"__metadata__": {"a": 1}}).to_string(), 0, "not valid"),
        ("[]".to_owned(), 0, "an object of tensors"),
        ("{".to_owned(), 0, "not valid"),
        (String::new(), 0, "not valid"),
        ("{\"a\":".repeat(100_000), 0, "not valid"),
        (format!("{{\"__metadata__\":{}", "[".repeat(100_000)), 0, "not valid"),
        (format!("{{\"a\":{{\"dtype\":\"F32\",\"extra\":{}", "[".repeat(100_000)), 0, "not valid"),
    ] {
        let message = refused(&file(&header, &vec![0; data]));
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
    let doubled = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    assert!(refused(&file(doubled, &[0; 4])).contains("is there twice"));
    let doubled = r#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    assert!(refused(&file(doubled, &[0; 4])).contains("duplicate field"));
    let no_text = [10u64.to_le_bytes().as_slice(), b"{\"a\xc3\x28\": 1}"].concat();
    assert!(refused(&no_text).contains("not valid"));
}

#[test]
fn a_file_of_the_wrong_length_is_refused() {
    assert!(refused(b"").contains("fewer than"));
    assert!(refused(&[7; 7]).contains("fewer than"));
    assert!(refused(&100u64.to_le_bytes()).contains("claims 100 bytes, but the file has only 8"));
    assert!(refused(&u64::MAX.to_le_bytes()).contains("more than the 100000000"));
    let sound = file(r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, &[0; 16]);
    assert!(open_bytes(&sound).is_ok());
    for length in 0..sound.len() {
        assert!(open_bytes(&sound[..length]).is_err(), "{length} of {} bytes", sound.len());
    }
}

#[test]
fn a_file_that_is_cut_short_after_it_was_opened_is_an_error() {
    let folder = folder();
    put(&folder, "model.safetensors", &file(r#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, &[0; 16]));
    let weights = WeightFiles::open(folder.path()).expect("it is sound");
    let handle = File::options().write(true).open(folder.path().join("model.safetensors")).expect("it is there");
    handle.set_len(70).expect("it can be cut");
    let error = weights.read_f32("a", &[4]).expect_err("half of it is gone").to_string();
    assert!(error.contains("cannot read") && error.contains("model.safetensors"), "{error}");
}

#[test]
fn a_tensor_that_is_not_as_expected_is_named() {
    let header = json!({"a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
        "whole": {"dtype": "I64", "shape": [1], "data_offsets": [16, 24]}});
    let weights = open_bytes(&file(&header.to_string(), &[0; 24])).expect("it is sound");
    let check = |name: &str, shape: &[usize]| {
        let error = weights.check_against(&[("a".to_owned(), vec![2, 2]), (name.to_owned(), shape.to_vec())]);
        error.expect_err("it must be refused").to_string()
    };
    let missing = check("b", &[1]);
    assert!(missing.contains("has no tensor b"), "{missing}");
    let misshapen = check("a", &[4]);
    assert!(misshapen.contains("[2, 2], expected [4]"), "{misshapen}");
    let whole = check("whole", &[1]);
    assert!(whole.contains("I64") && whole.contains("BF16"), "{whole}");
    assert!(weights.read_f32("a", &[usize::MAX, usize::MAX]).is_err());
}

#[test]
fn shards_are_read_through_their_index() {
    let folder = folder();
    let shard = |name: &str| {
        let header = json!({ name: {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} }).to_string();
        file(&header, &(name.len() as f32).to_le_bytes())
    };
    put(&folder, "one.safetensors", &shard("a"));
    put(&folder, "two.safetensors", &shard("bb"));
    let index = |map: Value| {
        put(&folder, "model.safetensors.index.json", json!({"metadata": {}, "weight_map": map}).to_string().as_bytes());
        WeightFiles::open(folder.path())
    };
    let weights = index(json!({"a": "one.safetensors", "bb": "two.safetensors"})).expect("it is sound");
    assert_eq!(weights.read_f32("bb", &[1]).expect("it is there"), [2.0]);
    assert_eq!(weights.names().collect::<Vec<_>>(), ["a", "bb"]);
    let message = |map| index(map).expect_err("it must be refused").to_string();
    assert!(message(json!({"a": "two.safetensors"})).contains("tensor \"a\" is not in the shard two.safetensors"));
    assert!(message(json!({"a": "three.safetensors"})).contains("three.safetensors"));
    assert!(message(json!({"a": 1})).contains("index.json"));
    for name in [
        "../one.safetensors",
        "/etc/x.safetensors",
        "sub/one.safetensors",
        r"..\one.safetensors",
        r"C:\one.safetensors",
        "C:one.safetensors",
        r"\\host\share\one.safetensors",
        "CON.safetensors",
        "com1.safetensors",
        "nul .safetensors",
        "..",
        "",
        ".safetensors",
        "one.safetensors.",
        "one.safetensors ",
        "one\0.safetensors",
        "one.bin",
        "a\nb.safetensors",
    ] {
        let message = message(json!({"a": name}));
        assert!(message.contains("not the name of a safetensors file"), "{name:?}: {message}");
    }
}

#[test]
fn pickles_and_empty_folders_are_refused_with_the_reason() {
    let folder = folder();
    let error = WeightFiles::open(folder.path()).expect_err("it is empty");
    assert!(error.to_string().contains("neither model.safetensors nor"), "{error}");
    put(&folder, "pytorch_model.bin", b"\x80\x02");
    let error = WeightFiles::open(folder.path()).expect_err("it has a pickle only");
    assert!(error.to_string().contains("pytorch_model.bin is a pickle"), "{error}");
    assert!(error.hint().expect("there is a cure").contains(".safetensors"));
}

#[test]
fn a_changed_file_is_read_or_refused() {
    let header = json!({
        "model.a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
        "model.b": {"dtype": "BF16", "shape": [4], "data_offsets": [16, 24]},
        "model.c": {"dtype": "F16", "shape": [], "data_offsets": [24, 26]},
        "__metadata__": {"format": "pt"},
    });
    let original = file(&header.to_string(), &[1; 26]);
    let (mut read, mut refused) = (0, 0);
    for seed in 0..6000 {
        let bytes = crate::model::json_file::mutation::mutate(&original, &mut Random::new(seed, &[]));
        match open_bytes(&bytes) {
            Err(_) => {
                refused += 1;
                continue;
            }
            Ok(weights) => {
                read += 1;
                for name in weights.names() {
                    let shape = weights.shape(name).expect("it is there").to_vec();
                    let numbers = weights.read_f32(name, &shape).map_or(0, |numbers| numbers.len());
                    assert!(numbers <= bytes.len());
                }
            }
        }
        // What is accepted is what the format's own library accepts.
        safetensors::SafeTensors::deserialize(&bytes).expect("the format's library reads it too");
    }
    assert!(read > 100 && refused > 1000, "{read} read, {refused} refused");
}
