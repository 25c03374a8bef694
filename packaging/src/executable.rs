//! What an executable of Linux needs of its system, and whether it tells where it was made.

use std::path::Path;

use anyhow::{Context, bail, ensure};

/// Libraries that an executable may be linked with, and Debian's packages that bring them.
const LINKED: &[(&str, &str)] = &[
    ("libc.so.6", "libc6"),
    ("libm.so.6", "libc6"),
    ("libdl.so.2", "libc6"),
    ("libpthread.so.0", "libc6"),
    ("librt.so.1", "libc6"),
    ("ld-linux-x86-64.so.2", "libc6"),
    ("ld-linux-aarch64.so.1", "libc6"),
    ("libgcc_s.so.1", "libgcc-s1"),
];

/// What an executable is linked with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Files of libraries.
    pub libraries: Vec<String>,
    /// The newest version of the C library that it asks for.
    pub c_library: Option<(u32, u32)>,
}

impl Needs {
    /// What an executable of Linux and of this machine's processor says that it needs.
    pub fn of(executable: &[u8]) -> anyhow::Result<Self> {
        // An executable of 64 bits, smallest byte first.
        ensure!(executable.starts_with(b"\x7fELF\x02\x01"), "this is no executable of Linux with 64 bits");
        let machine = match std::env::consts::ARCH {
            "x86_64" => 62,
            "aarch64" => 183,
            other => bail!("an executable's number for the processor {other} is not known here"),
        };
        ensure!(
            number::<2>(executable, 18)? == machine,
            "this executable is for another processor than this machine's"
        );
        read(executable).context("the executable is damaged")
    }

    /// Debian's packages that bring this.
    pub fn debian(&self) -> anyhow::Result<Vec<String>> {
        let mut packages = Vec::new();
        for library in &self.libraries {
            let Some((_, package)) = LINKED.iter().find(|(known, _)| known == library) else {
                bail!(
                    "the executable is linked with {library}, and no package is known that brings it: build it without, or \
                     name the package in packaging/src/executable.rs"
                );
            };
            let package = match self.c_library {
                Some((major, minor)) if *package == "libc6" => format!("libc6 (>= {major}.{minor})"),
                _ => (*package).to_owned(),
            };
            if !packages.contains(&package) {
                packages.push(package);
            }
        }
        Ok(packages)
    }

    /// The same as RPM names it: by file.
    pub fn rpm(&self) -> Vec<String> {
        let c_library = self.c_library.map(|(major, minor)| format!("libc.so.6(GLIBC_{major}.{minor})(64bit)"));
        self.libraries
            .iter()
            .filter(|library| !library.starts_with("ld-linux"))
            .map(|file| of_rpm(file))
            .chain(c_library)
            .collect()
    }
}

/// A library's file as RPM names what brings it.
pub fn of_rpm(library: &str) -> String {
    format!("{library}()(64bit)")
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> anyhow::Result<u64> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).context("it breaks off")?;
    Ok(found.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
}

/// A part of an executable: what it holds, and where the names that it uses stand.
struct Section<'a> {
    kind: u64,
    bytes: &'a [u8],
    names: usize,
    count: u64,
}

/// Kinds of sections.
const DYNAMIC: u64 = 6;
const VERSIONS_NEEDED: u64 = 0x6fff_fffe;

fn read(executable: &[u8]) -> anyhow::Result<Needs> {
    let sections = sections(executable)?;
    let name = |section: &Section<'_>, at: u64| {
        let names = sections.get(section.names).context("it names a section that is not there")?.bytes;
        let rest = names.get(at as usize..).context("a name lies outside")?;
        let end = rest.iter().position(|&byte| byte == 0).context("a name has no end")?;
        Ok::<_, anyhow::Error>(String::from_utf8_lossy(&rest[..end]).into_owned())
    };
    let mut needs = Needs::default();
    for section in &sections {
        if section.kind == DYNAMIC {
            for entry in section.bytes.chunks_exact(16) {
                // 1 is a library that is needed.
                if number::<8>(entry, 0)? == 1 {
                    needs.libraries.push(name(section, number::<8>(entry, 8)?)?);
                }
            }
        }
        if section.kind == VERSIONS_NEEDED {
            for at in versions(section)? {
                let version = name(section, at)?;
                let version = version.strip_prefix("GLIBC_").and_then(|version| version.split_once('.'));
                let version = version.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
                needs.c_library = needs.c_library.max(version);
            }
        }
    }
    Ok(needs)
}

fn sections(executable: &[u8]) -> anyhow::Result<Vec<Section<'_>>> {
    let table = number::<8>(executable, 0x28)? as usize;
    let (size, count) = (number::<2>(executable, 0x3a)? as usize, number::<2>(executable, 0x3c)? as usize);
    let mut sections = Vec::new();
    for place in 0..count {
        let head = table + place * size;
        let kind = number::<4>(executable, head + 4)?;
        let (begin, length) =
            (number::<8>(executable, head + 24)? as usize, number::<8>(executable, head + 32)? as usize);
        // 8 is a section that takes no room in the file.
        let bytes = if kind == 8 { Some(&[][..]) } else { executable.get(begin..begin.saturating_add(length)) };
        sections.push(Section {
            kind,
            bytes: bytes.context("a section lies outside")?,
            names: number::<4>(executable, head + 40)? as usize,
            count: number::<4>(executable, head + 44)?,
        });
    }
    Ok(sections)
}

/// Where the names of the versions stand that a section asks for: a chain of libraries, each with a chain of versions.
fn versions(section: &Section<'_>) -> anyhow::Result<Vec<u64>> {
    let mut names = Vec::new();
    let mut library = 0;
    for _ in 0..section.count {
        let mut version = library + number::<4>(section.bytes, library + 8)? as usize;
        for _ in 0..number::<2>(section.bytes, library + 2)? {
            names.push(number::<4>(section.bytes, version + 8)?);
            version += number::<4>(section.bytes, version + 12)? as usize;
        }
        library += number::<4>(section.bytes, library + 12)? as usize;
    }
    Ok(names)
}

/// Folders of this machine that an executable names, each with how often.
pub fn told_folders(executable: &[u8], folders: &[&Path]) -> Vec<(String, usize)> {
    let mut told = Vec::new();
    for folder in folders {
        let name = folder.to_string_lossy().into_owned();
        // A short one, such as `/`, is in everything.
        if name.len() < 5 || told.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let (wanted, mut count, mut rest) = (name.as_bytes(), 0, executable);
        while let Some(at) = find(rest, wanted) {
            count += 1;
            rest = &rest[at + wanted.len()..];
        }
        if count > 0 {
            told.push((name, count));
        }
    }
    told
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (&first, others) = wanted.split_first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|&byte| byte == first) {
        from += at + 1;
        if bytes.get(from..)?.starts_with(others) {
            return Some(from - 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    fn what_this_test_is_linked_with_is_read() {
        let own = std::env::current_exe().and_then(std::fs::read).expect("this test is a file");
        let needs = Needs::of(&own).expect("an executable of Linux");
        assert!(needs.libraries.iter().any(|library| library == "libc.so.6"), "{needs:?}");
        let (major, minor) = needs.c_library.expect("a version of the C library");
        assert!(major == 2 && minor > 14, "{needs:?}");
        let packages = needs.debian().expect("they are known");
        assert!(packages.contains(&format!("libc6 (>= {major}.{minor})")), "{packages:?}");
        assert!(needs.rpm().contains(&format!("libc.so.6(GLIBC_{major}.{minor})(64bit)")), "{:?}", needs.rpm());
        assert!(Needs::of(&own[..own.len() / 2]).is_err(), "half of it is damaged");
    }

    #[test]
    fn a_script_is_refused_and_so_is_a_library_that_nobody_brings() {
        assert!(Needs::of(b"#!/bin/sh\n").is_err());
        let needs = Needs { libraries: vec!["libssl.so.3".to_owned()], c_library: None };
        let error = needs.debian().expect_err("nobody brings it").to_string();
        assert!(error.contains("libssl.so.3"), "{error}");
    }

    #[test]
    fn a_folder_of_this_machine_is_found() {
        let bytes = b"a /home/ada/src/main.rs b /home/ada/.cargo /home/adb";
        let told = told_folders(bytes, &[Path::new("/home/ada"), Path::new("/"), Path::new("/work")]);
        assert_eq!(told, [("/home/ada".to_owned(), 2)]);
    }
}
