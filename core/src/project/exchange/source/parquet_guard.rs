//! What a Parquet file says of its own sizes, checked before the library that reads it reserves memory by it.
//!
//! The library believes the sizes that pages and dictionaries declare, unpacks gzip without an end, and follows a schema as
//! deep as it goes: a few bytes could ask for all of a machine's memory, or for its whole stack.

use std::fs::File;
use std::io::{self, Read};

use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use super::thrift::{LIST, STRUCT, Thrift};
use super::{COLUMN_LIMIT, RECORD_LIMIT, read_at};

/// Bytes that the description at the end of a file may have.
const FOOTER_LIMIT: u64 = 16 << 20;

/// Groups within groups that a schema may have.
const DEPTH_LIMIT: usize = 32;

/// Rows that a file may have.
const ROW_LIMIT: i64 = 10_000_000;

/// Parts that all the lists of a column may have in one row group: any of its rows might hold all of them.
const PART_LIMIT: i64 = 8_000_000;

/// Values that a dictionary may have.
const DICTIONARY_LIMIT: i64 = 1_000_000;

/// A page's own description, without statistics, takes some ten bytes; with them, what the writer keeps of its values.
const HEADER_LIMIT: usize = 1 << 20;

/// What is wrong with a file, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) place: String,
    pub(super) problem: String,
}

fn fault(place: &str, problem: impl Into<String>) -> Fault {
    Fault { place: place.to_owned(), problem: problem.into() }
}

fn unreadable(place: &str) -> impl Fn(io::Error) -> Fault {
    let place = place.to_owned();
    move |error| fault(&place, format!("cannot be read: {error}"))
}

const FOOTER: &str = "the end of the file";

/// Checks the description at the end of a file: its length, the depth and width of its schema.
pub(super) fn check_footer(file: &mut File) -> Result<(), Fault> {
    let length = file.metadata().map_err(unreadable(FOOTER))?.len();
    let Some(body) = length.checked_sub(8) else { return Err(fault(FOOTER, "the file is too short")) };
    let tail = read_at(file, body, 8).map_err(unreadable(FOOTER))?;
    let Some(Ok(size)) = tail.get(..4).map(<[u8; 4]>::try_from) else {
        return Err(fault(FOOTER, "the file is too short"));
    };
    match tail.get(4..) {
        Some(b"PAR1") => {}
        Some(b"PARE") => return Err(fault(FOOTER, "the file is encrypted")),
        _ => return Err(fault(FOOTER, "`PAR1` expected: the file was cut off, or is no Parquet file")),
    }
    let size = u64::from(u32::from_le_bytes(size));
    let Some(start) = body.checked_sub(size) else {
        return Err(fault(FOOTER, "the description is longer than the file"));
    };
    if size > FOOTER_LIMIT {
        return Err(fault(FOOTER, format!("a description of {size} bytes, but at most {FOOTER_LIMIT} expected")));
    }
    let bytes = read_at(file, start, size as usize).map_err(unreadable(FOOTER))?;
    check_schema(&bytes)
}

/// A file's description holds under 2 the schema: a list of elements from the outside in, each with its number of
/// children under 5.
fn check_schema(bytes: &[u8]) -> Result<(), Fault> {
    let mut children = Vec::new();
    let mut reader = Thrift::new(bytes);
    let read = reader.fields(&mut |reader, number, kind| {
        if (number, kind) != (2, LIST) {
            return Some(false);
        }
        let (length, kind) = reader.list()?;
        if kind != STRUCT {
            return None;
        }
        for _ in 0..length {
            let mut count = 0;
            reader.fields(&mut |reader, number, kind| {
                let is_count = number == 5 && (3..=6).contains(&kind);
                if is_count {
                    count = reader.integer()?;
                }
                Some(is_count)
            })?;
            children.push(count);
        }
        Some(true)
    });
    if read.is_none() {
        return Err(fault(FOOTER, "the description is damaged"));
    }
    // The children that are still to come, group by group.
    let mut open: Vec<i64> = Vec::new();
    let mut leaves = 0;
    for count in children {
        if let Some(rest) = open.last_mut() {
            *rest -= 1;
        }
        if count > 0 {
            open.push(count);
        } else {
            leaves += 1;
        }
        while open.last().is_some_and(|rest| *rest <= 0) {
            open.pop();
        }
        if open.len() > DEPTH_LIMIT {
            return Err(fault("the schema", format!("groups within groups, deeper than {DEPTH_LIMIT}")));
        }
        if leaves > COLUMN_LIMIT {
            return Err(fault("the schema", format!("more than {COLUMN_LIMIT} columns")));
        }
    }
    Ok(())
}

/// Checks the rows that a file says it has.
pub(super) fn check_rows(groups: &[RowGroupMetaData]) -> Result<(), Fault> {
    let mut rows = 0_i64;
    for group in groups {
        let count = group.num_rows();
        if !(0..=ROW_LIMIT - rows).contains(&count) {
            return Err(fault(
                FOOTER,
                format!("{count} rows in one group, but at most {ROW_LIMIT} in a file expected"),
            ));
        }
        rows += count;
    }
    Ok(())
}

/// Checks every page of a column in one row group.
pub(super) fn check_column(file: &mut File, column: &ColumnChunkMetaData, rows: i64) -> Result<(), Fault> {
    let place = format!("column `{}`", column.column_path().string().chars().take(60).collect::<String>());
    let compression = column.compression();
    if matches!(compression, Compression::LZ4 | Compression::BROTLI(_) | Compression::LZO) {
        return Err(fault(&place, format!("compressed with {compression}, which is not read")));
    }
    let start = column.dictionary_page_offset().unwrap_or(i64::MAX).min(column.data_page_offset());
    let length = file.metadata().map_err(unreadable(&place))?.len();
    let (Ok(mut at), Ok(size)) = (u64::try_from(start), u64::try_from(column.compressed_size())) else {
        return Err(fault(&place, "a place before the file's beginning"));
    };
    let Some(end) = at.checked_add(size).filter(|end| *end <= length) else {
        return Err(fault(&place, "it goes on after the file's end"));
    };
    let mut values = 0_i64;
    while at < end {
        let header = page_header(file, at, end).map_err(unreadable(&place))?;
        let Some((page, header_length)) = header else {
            return Err(fault(&place, format!("the page at byte {at} is damaged")));
        };
        check_page(&page, &place)?;
        let data = at + header_length as u64;
        let Some(next) = data.checked_add(page.packed as u64).filter(|next| *next <= end) else {
            return Err(fault(&place, format!("the page at byte {at} goes on after the column's end")));
        };
        if matches!(compression, Compression::GZIP(_)) {
            check_gzip(file, data, &page).map_err(|problem| fault(&place, problem))?;
        }
        values = values.saturating_add(page.values);
        at = next;
    }
    let is_list = column.column_descr().max_rep_level() > 0;
    if is_list && values > PART_LIMIT {
        return Err(fault(
            &place,
            format!("{values} values in the lists of one row group, at most {PART_LIMIT} expected"),
        ));
    }
    if !is_list && values != rows {
        return Err(fault(&place, format!("{values} values in a group of {rows} rows")));
    }
    Ok(())
}

/// What a page says of itself.
#[derive(Debug, Default)]
struct Page {
    unpacked: i64,
    packed: i64,
    values: i64,
    /// Values of a dictionary.
    entries: i64,
    encoding: i64,
    /// Bytes before what is compressed.
    bare: i64,
    is_packed: bool,
}

/// Encodings whose data say once more how many values follow, which is believed; and in the second of which each value may
/// repeat the whole of the one before, so that a page is a thousand times larger than it says.
const DELTA_ENCODINGS: [(i64, &str); 2] = [(6, "DELTA_LENGTH_BYTE_ARRAY"), (7, "DELTA_BYTE_ARRAY")];

/// The description of the page at `at` and its length; `None` where it is none.
fn page_header(file: &mut File, at: u64, end: u64) -> io::Result<Option<(Page, usize)>> {
    let most = usize::try_from(end - at).unwrap_or(usize::MAX).min(HEADER_LIMIT);
    for length in [1 << 9, most] {
        let bytes = read_at(file, at, length.min(most))?;
        let mut reader = Thrift::new(&bytes);
        if let Some(page) = read_page_header(&mut reader) {
            return Ok(Some((page, reader.position())));
        }
    }
    Ok(None)
}

fn read_page_header(reader: &mut Thrift<'_>) -> Option<Page> {
    let mut page = Page { is_packed: true, ..Page::default() };
    reader.fields(&mut |reader, number, kind| {
        match (number, kind) {
            (2, 3..=6) => page.unpacked = reader.integer()?,
            (3, 3..=6) => page.packed = reader.integer()?,
            (7, STRUCT) => reader.fields(&mut |reader, number, kind| {
                let is_count = number == 1 && (3..=6).contains(&kind);
                if is_count {
                    page.entries = reader.integer()?;
                }
                Some(is_count)
            })?,
            // Data of the first version, and of the second with the lengths of its levels.
            (5 | 8, STRUCT) => {
                let is_second = number == 8;
                reader.fields(&mut |reader, number, kind| {
                    match (number, kind) {
                        (1, 3..=6) => page.values = reader.integer()?,
                        (2, 3..=6) if !is_second => page.encoding = reader.integer()?,
                        (4, 3..=6) if is_second => page.encoding = reader.integer()?,
                        (5 | 6, 3..=6) if is_second => page.bare = page.bare.checked_add(reader.integer()?)?,
                        (7, 1 | 2) if is_second => page.is_packed = kind == 1,
                        _ => return Some(false),
                    }
                    Some(true)
                })?;
            }
            _ => return Some(false),
        }
        Some(true)
    })?;
    Some(page)
}

fn check_page(page: &Page, place: &str) -> Result<(), Fault> {
    let limit = RECORD_LIMIT as i64;
    for size in [page.unpacked, page.packed] {
        if !(0..=limit).contains(&size) {
            return Err(fault(place, format!("a page of {size} bytes, but at most {limit} expected")));
        }
    }
    if page.values < 0 || page.bare < 0 || page.bare > page.packed || page.bare > page.unpacked {
        return Err(fault(place, "a page with impossible lengths"));
    }
    if !(0..=DICTIONARY_LIMIT).contains(&page.entries) {
        let problem = format!("a dictionary of {} values, but at most {DICTIONARY_LIMIT} expected", page.entries);
        return Err(fault(place, problem));
    }
    if let Some((_, name)) = DELTA_ENCODINGS.iter().find(|(number, _)| *number == page.encoding) {
        return Err(fault(place, format!("the encoding {name}, which is not read")));
    }
    Ok(())
}

/// Unpacks a page without keeping it, as far as it says that it goes.
fn check_gzip(file: &mut File, data: u64, page: &Page) -> Result<(), String> {
    if !page.is_packed {
        return Ok(());
    }
    let start = data + page.bare as u64;
    let packed = read_at(file, start, (page.packed - page.bare) as usize).map_err(|error| error.to_string())?;
    let expected = (page.unpacked - page.bare) as u64;
    if expected == 0 {
        return Ok(());
    }
    let mut unpacked = flate2::read::MultiGzDecoder::new(packed.as_slice()).take(expected + 1);
    let length =
        io::copy(&mut unpacked, &mut io::sink()).map_err(|error| format!("a page cannot be unpacked: {error}"))?;
    if length != expected {
        return Err(format!("a page that says it has {expected} bytes has another length"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64) -> Vec<u8> {
        let mut value = ((value << 1) ^ (value >> 63)) as u64;
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push((value & 0x7F | 0x80) as u8);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    /// A page of these sizes with one further struct: its number as a step from 3, and its fields one after the other.
    fn page(unpacked: i64, packed: i64, step: u8, fields: &[i64]) -> Result<(), String> {
        let mut bytes = vec![0x15, 0, 0x15];
        bytes.extend(number(unpacked));
        bytes.push(0x15);
        bytes.extend(number(packed));
        bytes.push(step << 4 | STRUCT);
        for field in fields {
            bytes.push(0x15);
            bytes.extend(number(*field));
        }
        bytes.extend([0, 0]);
        let mut reader = Thrift::new(&bytes);
        let page = read_page_header(&mut reader).ok_or("damaged")?;
        assert_eq!(reader.position(), bytes.len());
        check_page(&page, "here").map_err(|fault| fault.problem)
    }

    #[test]
    fn pages_that_declare_too_much_are_refused() {
        assert_eq!(page(100, 50, 2, &[10, 0]), Ok(()));
        assert_eq!(page(100, 50, 4, &[10, 0]), Ok(()));
        let problem = |result: Result<(), String>| result.expect_err("refused");
        assert!(problem(page(1 << 30, 50, 2, &[10, 0])).starts_with("a page of 1073741824 bytes"));
        assert!(problem(page(100, -1, 2, &[10, 0])).starts_with("a page of -1 bytes"));
        assert!(problem(page(100, 50, 2, &[-10, 0])).starts_with("a page with impossible"));
        assert!(problem(page(100, 50, 4, &[i64::from(i32::MAX), 0])).starts_with("a dictionary of 2147483647 values"));
        assert!(problem(page(100, 50, 2, &[10, 6])).contains("DELTA_LENGTH_BYTE_ARRAY"));
        assert!(problem(page(100, 50, 2, &[10, 7])).contains("DELTA_BYTE_ARRAY"));
        // Levels that are longer than their page.
        assert!(problem(page(100, 50, 5, &[10, 0, 10, 0, 40, 40])).starts_with("a page with impossible"));
    }

    #[test]
    fn damaged_descriptions_are_told_from_whole_ones() {
        for bytes in [&[][..], &[0x15], &[0x15, 0x80], &[0x19, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], &[0x1F], &[0x1C; 100]] {
            assert!(check_schema(bytes).is_err(), "{bytes:?}");
        }
        assert!(check_schema(&[0]).is_ok());
    }
}
