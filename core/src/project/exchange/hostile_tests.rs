//! Files that were damaged or made to do harm: a typed error or rows, never a panic, and nothing out of proportion.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::domain::{Text, ToUserMessage};
use crate::random::Random;

/// Damaged files of each format.
const FILES: u64 = 2_000;

fn rows() -> Vec<ExportRow> {
    (0..6)
        .map(|number| {
            ExportRow::new(RowKind::Pair {
                prompt: Text::Plain(format!("What is {number}, \"really\"?\nSay it.")),
                chosen: Text::Plain(format!("It is {number}.")),
                rejected: Text::Plain("Ünknown…".to_owned()),
            })
        })
        .collect()
}

fn written(target: &str, folder: &Path) -> Vec<u8> {
    let target = dataset_target(target).expect("known");
    let path = folder.join(format!("good.{}", target.ending));
    write_dataset(target, &mut rows().into_iter(), &path).expect("written");
    fs::read(path).expect("there")
}

/// What stands out in a format: exchanged for one another, doubled, cut.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"'",
    b";",
    b"\t",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"1e999",
    b"-",
    b"PAR1",
    b"\xef\xbb\xbf",
    b"{\"prompt\":",
    b"\"\"\"",
    b"[[[[[[[[",
    b"\x80\x80\x80\x80\x80\x01",
    b"\xff\xff\xff\x7f",
    b"\xff\xff\xff\xff\x0f",
];

fn damage(good: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len().max(1)).min(bytes.len());
        let end = (at + random.below(40)).min(bytes.len());
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.below(256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            5 => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            6 => {
                let piece = PIECES[random.below(PIECES.len())];
                let end = (at + piece.len()).min(bytes.len());
                bytes.splice(at..end, piece.iter().copied());
            }
            // The end of a file is where Parquet says what is in it.
            _ => {
                let from_end = random.below(400).min(bytes.len().saturating_sub(1));
                let at = bytes.len().saturating_sub(1 + from_end);
                if at < bytes.len() {
                    bytes[at] = random.below(256) as u8;
                }
            }
        }
    }
    bytes
}

fn check(name: &str, target: &str, seed: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let good = written(target, folder.path());
    let path = folder.path().join(name);
    let (mut refused, mut read) = (0, 0);
    for number in 0..FILES {
        let bytes = damage(&good, &mut Random::new(seed, &[number]));
        fs::write(&path, &bytes).expect("written");
        let begun = Instant::now();
        match import(&path, &ImportOptions::default()) {
            Ok(imported) => {
                read += 1;
                assert!(imported.rows.len() <= 100, "file {number}");
            }
            Err(error) => {
                refused += 1;
                let text = error.to_string();
                assert!(text.contains(name), "file {number}: {text}");
                assert!(error.hint().is_some_and(|cure| !cure.is_empty()), "file {number}: {text}");
                assert!(text.len() < 2_000, "file {number}: {text}");
            }
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "file {number} took {:?}", begun.elapsed());
    }
    assert!(refused > FILES / 10 && read > FILES / 50, "{refused} refused, {read} read");
}

#[test]
fn damaged_json_lines_are_refused_or_read() {
    check("a.jsonl", "preference", 1);
}

#[test]
fn damaged_json_is_refused_or_read() {
    check("a.json", "json", 2);
}

#[test]
fn damaged_tables_are_refused_or_read() {
    check("a.csv", "csv", 3);
}

#[test]
fn damaged_parquet_is_refused_or_read() {
    check("a.parquet", "parquet", 4);
}

fn refusal(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, content).expect("written");
    let begun = Instant::now();
    let error = import(&path, &ImportOptions::default()).expect_err("refused");
    assert!(begun.elapsed() < Duration::from_mins(1), "{name}: {:?}", begun.elapsed());
    assert!(error.hint().is_some());
    error.to_string()
}

#[test]
fn depth_width_and_length_are_bounded() {
    let deep = format!("{{\"prompt\": {}", "[".repeat(100_000));
    assert!(refusal("a.jsonl", deep.as_bytes()).contains("recursion limit"));
    let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    assert!(refusal("a.json", deep.as_bytes()).contains("recursion limit"));
    let wide: Vec<String> = (0..2_000).map(|index| format!("column{index}")).collect();
    assert!(refusal("a.csv", format!("{}\n", wide.join(",")).as_bytes()).contains("2000 columns"));
    let wide: Vec<String> = wide.iter().map(|name| format!("\"{name}\": 1")).collect();
    assert!(refusal("a.jsonl", format!("{{{}}}", wide.join(",")).as_bytes()).contains("2000 entries"));
    let long = [b"prompt,chosen,rejected\na,b,\"".as_slice(), &vec![b'x'; (64 << 20) + (1 << 20)]].concat();
    assert!(refusal("a.csv", &long).contains("a row of more than"));
    let long = [b"[{\"prompt\": \"".as_slice(), &vec![b'x'; (64 << 20) + (1 << 20)]].concat();
    assert!(refusal("a.json", &long).contains("a record of more than"));
}

#[test]
fn parquet_that_declares_the_impossible_is_refused() {
    // A description that is longer than the file.
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = written("parquet", folder.path());
    let end = bytes.len();
    bytes[end - 8..end - 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refusal("a.parquet", &bytes).contains("longer than the file"));
    bytes[end - 4..].copy_from_slice(b"PARE");
    assert!(refusal("a.parquet", &bytes).contains("encrypted"));

    // A schema of groups within groups: each element says that it has one child.
    let element = [0x48, 1, b'g', 0x15, 2, 0];
    let footer = |elements: usize| {
        let mut footer = vec![0x15, 2, 0x19, 0xFC];
        let mut length = elements as u64;
        while length >= 0x80 {
            footer.push((length & 0x7F | 0x80) as u8);
            length >>= 7;
        }
        footer.push(length as u8);
        footer.extend(element.repeat(elements));
        footer.push(0);
        let mut file = b"PAR1".to_vec();
        file.extend(&footer);
        file.extend((footer.len() as u32).to_le_bytes());
        file.extend(b"PAR1");
        file
    };
    assert!(refusal("a.parquet", &footer(200_000)).contains("groups within groups"));
}

/// A page of nothing but one letter, packed with gzip, that says it is small.
#[test]
fn a_page_that_unpacks_without_an_end_is_refused() {
    use ::parquet::basic::Compression;
    use ::parquet::data_type::{ByteArray, ByteArrayType};
    use ::parquet::file::properties::WriterProperties;
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;

    let schema = parse_message_type("message rows { required binary prompt (STRING); }").expect("a schema");
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(::parquet::basic::GzipLevel::default()))
        .set_dictionary_enabled(false)
        .set_statistics_enabled(::parquet::file::properties::EnabledStatistics::None)
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema.into(), properties.into()).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("one column");
    // One value of 32 MiB.
    let value = ByteArray::from(vec![b'a'; 32 << 20]);
    column.typed::<ByteArrayType>().write_batch(&[value], None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    writer.close().expect("closed");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("good.parquet");
    fs::write(&path, &bytes).expect("written");
    let found =
        preview(&path, &ImportOptions { samples: 0, ..ImportOptions::default() }).expect("a large cell is no bomb");
    assert_eq!(found.rows, 1);

    // The page begins after `PAR1`: its kind, then its unpacked size, 32 MiB and the value's length, as a number of 7 bits a
    // byte. We make it say less.
    let size = (((32_u64 << 20) + 4) << 1).to_le_bytes();
    let mut number = u64::from_le_bytes(size);
    let mut packed = Vec::new();
    while number >= 0x80 {
        packed.push((number & 0x7F | 0x80) as u8);
        number >>= 7;
    }
    packed.push(number as u8);
    let place = bytes.windows(packed.len()).position(|window| window == packed).expect("the size is there");
    bytes[place] ^= 0x10;
    assert!(refusal("a.parquet", &bytes).contains("has another length"), "{}", refusal("a.parquet", &bytes));
}

#[test]
fn a_stop_is_heeded_in_a_large_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.txt");
    fs::write(&path, "a line\n".repeat(100_000)).expect("written");
    let options = ImportOptions { drops_duplicates: false, ..ImportOptions::default() };
    let found = read_rows(&path, &options, &mut |_| ControlFlow::Break(())).expect("read");
    assert_eq!(found.records, 1);
}
