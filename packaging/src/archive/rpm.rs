//! Packages of RPM: a lead that nobody reads, a header of digests, a header of everything that is said about the
//! package, and what is installed, as a compressed archive of `cpio`.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, bail};
use sha1::{Digest, Sha1};
use whetstone_core::files;

use super::{Entry, digest, gunzip, gzip};

/// Bytes of the lead.
const LEAD: usize = 96;
/// What every header begins with.
const MAGIC: [u8; 4] = [0x8e, 0xad, 0xe8, 0x01];

/// What a header says, by the numbers that RPM has for it.
mod tag {
    /// In the header of digests: the size of what follows it, and digests of the header that follows.
    pub const SIZE: u32 = 1000;
    pub const SHA1: u32 = 269;
    pub const SHA256: u32 = 273;
    /// In the other one.
    pub const NAME: u32 = 1000;
    pub const VERSION: u32 = 1001;
    pub const BUILD_TIME: u32 = 1006;
    pub const LICENCE: u32 = 1014;
    pub const ARCHITECTURE: u32 = 1022;
    pub const FILE_MODES: u32 = 1030;
    pub const FILE_TIMES: u32 = 1034;
    pub const FILE_USERS: u32 = 1039;
    pub const FILE_GROUPS: u32 = 1040;
    pub const POST_UNINSTALL: u32 = 1026;
    pub const REQUIRES: u32 = 1049;
    pub const RECOMMENDS: u32 = 5046;
    pub const PAYLOAD_SHA256: u32 = 5092;
    pub const UNPACKED_SHA256: u32 = 5097;
}

/// A header: where each of its values begins in the file, and how many there are.
#[derive(Debug)]
struct Header {
    values: BTreeMap<u32, (usize, usize)>,
    range: Range<usize>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rpm {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The processor that it is for.
    pub architecture: String,
    /// Its licence.
    pub licence: String,
    /// What must be installed for it.
    pub requires: Vec<String>,
    /// What should be.
    pub recommends: Vec<String>,
    /// The script that runs after it was removed.
    pub after_removal: String,
    /// What is installed.
    pub data: Vec<Entry>,
}

/// The parts of a file.
struct Parts {
    digests: Header,
    header: Header,
    /// What is installed, unpacked.
    payload: Vec<u8>,
}

impl Rpm {
    /// A package as it lies in a file. Its digests must be right.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let Parts { digests, header, payload } = parts(bytes)?;
        let said = |header: &Header, tag| strings(bytes, header, tag).into_iter().next().unwrap_or_default();
        let of_header = &bytes[header.range.clone()];
        for (what, said, is) in [
            ("header", said(&digests, tag::SHA256), digest(of_header)),
            ("header", said(&digests, tag::SHA1), files::hexadecimal(Sha1::digest(of_header))),
            ("payload", said(&header, tag::PAYLOAD_SHA256), digest(&bytes[header.range.end..])),
            ("unpacked payload", said(&header, tag::UNPACKED_SHA256), digest(&payload)),
        ] {
            if said != is {
                bail!("the package's {what} has another digest than it says");
            }
        }
        let owners = [tag::FILE_USERS, tag::FILE_GROUPS].map(|tag| strings(bytes, &header, tag));
        let is_roots = owners.iter().flatten().all(|owner| owner == "root");
        let mut data = Vec::new();
        for file in files(&payload)? {
            data.push(Entry {
                path: file.name.trim_start_matches("./").trim_start_matches('/').to_owned(),
                is_folder: file.mode & 0o170_000 == 0o040_000,
                mode: file.mode & 0o7777,
                changed: u64::from(file.changed),
                is_roots,
                bytes: payload[file.contents].to_vec(),
            });
        }
        Ok(Self {
            name: said(&header, tag::NAME),
            version: said(&header, tag::VERSION),
            architecture: said(&header, tag::ARCHITECTURE),
            licence: said(&header, tag::LICENCE),
            requires: strings(bytes, &header, tag::REQUIRES),
            recommends: strings(bytes, &header, tag::RECOMMENDS),
            after_removal: said(&header, tag::POST_UNINSTALL),
            data,
        })
    }
}

/// The same package with nothing left to chance: when it was made, when its files were changed, who may do what.
pub fn settled(mut bytes: Vec<u8>, changed: u64) -> anyhow::Result<Vec<u8>> {
    let Parts { digests, header, mut payload } = parts(&bytes)?;
    let changed = u32::try_from(changed).context("the time of the commit is later than RPM counts")?;
    for file in files(&payload)? {
        let kind = file.mode & 0o170_000;
        let mode = kind | if kind == 0o040_000 || file.mode & 0o111 != 0 { 0o755 } else { 0o644 };
        payload[file.head + 14..file.head + 22].copy_from_slice(format!("{mode:08x}").as_bytes());
        payload[file.head + 46..file.head + 54].copy_from_slice(format!("{changed:08x}").as_bytes());
    }
    bytes.truncate(header.range.end);
    let packed = gzip(&payload)?;
    for tag in [tag::BUILD_TIME, tag::FILE_TIMES] {
        let (at, count) = header.value(tag)?;
        for place in 0..count {
            bytes[at + 4 * place..at + 4 * place + 4].copy_from_slice(&changed.to_be_bytes());
        }
    }
    let (at, count) = header.value(tag::FILE_MODES)?;
    let modes: Vec<u32> = files(&payload)?.iter().map(|file| file.mode).collect();
    if modes.len() != count {
        bail!("the package says that it has {count} files, and has {}", modes.len());
    }
    for (place, mode) in modes.iter().enumerate() {
        bytes[at + 2 * place..at + 2 * place + 2].copy_from_slice(&(*mode as u16).to_be_bytes());
    }
    put(&mut bytes, &header, tag::PAYLOAD_SHA256, &digest(&packed))?;
    put(&mut bytes, &header, tag::UNPACKED_SHA256, &digest(&payload))?;
    let (of_header, weak) = {
        let range = &bytes[header.range.clone()];
        (digest(range), files::hexadecimal(Sha1::digest(range)))
    };
    put(&mut bytes, &digests, tag::SHA256, &of_header)?;
    put(&mut bytes, &digests, tag::SHA1, &weak)?;
    let (at, _) = digests.value(tag::SIZE)?;
    let size = u32::try_from(header.range.len() + packed.len()).context("the package is too large")?;
    bytes[at..at + 4].copy_from_slice(&size.to_be_bytes());
    bytes.extend(packed);
    Ok(bytes)
}

impl Header {
    fn value(&self, tag: u32) -> anyhow::Result<(usize, usize)> {
        self.values.get(&tag).copied().with_context(|| format!("the package has no tag {tag}"))
    }
}

fn parts(bytes: &[u8]) -> anyhow::Result<Parts> {
    if !bytes.starts_with(&[0xed, 0xab, 0xee, 0xdb]) {
        bail!("this is no package of RPM");
    }
    let digests = header_at(bytes, LEAD)?;
    let header = header_at(bytes, digests.range.end.next_multiple_of(8))?;
    let payload = gunzip(&bytes[header.range.end..]).context("what the package installs")?;
    Ok(Parts { digests, header, payload })
}

fn number_at(bytes: &[u8], at: usize) -> anyhow::Result<u32> {
    let four = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>()).context("the package breaks off")?;
    Ok(u32::from_be_bytes(*four))
}

/// A header: sixteen bytes, an entry of sixteen bytes a value, then the values.
fn header_at(bytes: &[u8], begin: usize) -> anyhow::Result<Header> {
    if bytes.get(begin..begin + 4) != Some(&MAGIC) {
        bail!("the package has no header where one should be");
    }
    let (count, size) = (number_at(bytes, begin + 8)? as usize, number_at(bytes, begin + 12)? as usize);
    let store = begin + 16 + 16 * count;
    let end = store + size;
    if end > bytes.len() {
        bail!("the package breaks off in a header");
    }
    let mut values = BTreeMap::new();
    for place in 0..count {
        let entry = begin + 16 + 16 * place;
        let (tag, offset) = (number_at(bytes, entry)?, number_at(bytes, entry + 8)? as usize);
        if store + offset > end {
            bail!("the package's value {tag} lies outside");
        }
        values.insert(tag, (store + offset, number_at(bytes, entry + 12)? as usize));
    }
    Ok(Header { values, range: begin..end })
}

/// The texts of a value, each of which ends with a zero.
fn strings(bytes: &[u8], header: &Header, tag: u32) -> Vec<String> {
    let Some(&(at, count)) = header.values.get(&tag) else { return Vec::new() };
    let texts = bytes[at..header.range.end].split(|&byte| byte == 0).take(count);
    texts.map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}

/// Puts a text in the place of one that is as long.
fn put(bytes: &mut [u8], header: &Header, tag: u32, text: &str) -> anyhow::Result<()> {
    let (at, _) = header.value(tag)?;
    if bytes.get(at + text.len()) != Some(&0) {
        bail!("the package's value {tag} is of another length than {}", text.len());
    }
    bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
    Ok(())
}

/// A file of an archive of `cpio`.
struct File {
    /// Where its head begins.
    head: usize,
    name: String,
    mode: u32,
    changed: u32,
    contents: Range<usize>,
}

/// The files of an archive of `cpio`: each has a head of digits, a name and its contents, in steps of four bytes.
fn files(payload: &[u8]) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    let mut head = 0;
    loop {
        let digits = payload.get(head..head + 110).context("the list of files breaks off")?;
        if !digits.starts_with(b"070701") {
            bail!("the package's files are listed in another form than is read here");
        }
        let number = |place: usize| {
            let eight = std::str::from_utf8(&digits[6 + 8 * place..14 + 8 * place]).unwrap_or_default();
            u32::from_str_radix(eight, 16).with_context(|| format!("{eight:?} is no number"))
        };
        let (size, length) = (number(6)? as usize, number(11)? as usize);
        let name = payload.get(head + 110..head + 110 + length).context("a name breaks off")?;
        let name = String::from_utf8_lossy(name.strip_suffix(b"\0").unwrap_or(name)).into_owned();
        if name == "TRAILER!!!" {
            return Ok(files);
        }
        let begin = (head + 110 + length).next_multiple_of(4);
        let contents = begin..begin + size;
        if contents.end > payload.len() {
            bail!("{name} breaks off");
        }
        files.push(File { head, name, mode: number(1)?, changed: number(5)?, contents });
        head = (begin + size).next_multiple_of(4);
    }
}
