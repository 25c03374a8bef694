//! Debian's packages: an archive of `ar` with two archives of `tar` in it, one of what is installed and one of what is
//! said about it.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

use super::{Entry, read_tar_gz, settled, write_tar_gz};

/// What every archive of `ar` begins with.
const MAGIC: &[u8] = b"!<arch>\n";
/// Bytes before each member.
const HEAD: usize = 60;

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deb {
    /// What is said about it: `control`, `md5sums`, scripts.
    pub control: Vec<Entry>,
    /// What is installed.
    pub data: Vec<Entry>,
}

impl Deb {
    /// A package as it lies in a file.
    pub fn read(bytes: &[u8]) -> anyhow::Result<Self> {
        let members = members(bytes)?;
        let member =
            |name: &str| members.get(name).copied().with_context(|| format!("the package has no member {name}"));
        if member("debian-binary")? != b"2.0\n" {
            bail!("the package is of another version than 2.0");
        }
        let control = read_tar_gz(member("control.tar.gz")?).context("control.tar.gz")?;
        let data = read_tar_gz(member("data.tar.gz")?).context("data.tar.gz")?;
        Ok(Self { control, data })
    }

    /// The same with nothing left to chance.
    pub fn settled(self, changed: u64) -> anyhow::Result<Self> {
        let data = settled(self.data, changed);
        let mut control = settled(self.control, changed);
        for entry in &mut control {
            let text = || String::from_utf8(entry.bytes.clone()).with_context(|| format!("{} is no text", entry.path));
            match entry.path.as_str() {
                "control" => entry.bytes = with_size(&text()?, &data).into_bytes(),
                "md5sums" => entry.bytes = by_path(&text()?).into_bytes(),
                _ => {}
            }
        }
        Ok(Self { control, data })
    }

    /// The package as it lies in a file.
    pub fn write(&self, changed: u64) -> anyhow::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        let (control, data) = (write_tar_gz(&self.control)?, write_tar_gz(&self.data)?);
        for (name, member) in [("debian-binary", &b"2.0\n"[..]), ("control.tar.gz", &control), ("data.tar.gz", &data)] {
            bytes.extend(format!("{name:<16}{changed:<12}0     0     100644  {:<10}`\n", member.len()).into_bytes());
            bytes.extend(member);
            if member.len() % 2 == 1 {
                bytes.push(b'\n');
            }
        }
        Ok(bytes)
    }

    /// What the control file says, by the names of its fields.
    pub fn fields(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let control = self.control.iter().find(|entry| entry.path == "control").context("no control file")?;
        let text = std::str::from_utf8(&control.bytes).context("the control file is no text")?;
        let lines = text.lines().filter(|line| !line.starts_with(' '));
        Ok(lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }
}

/// The members of an archive of `ar`, by name.
fn members(bytes: &[u8]) -> anyhow::Result<BTreeMap<String, &[u8]>> {
    let mut rest = bytes.strip_prefix(MAGIC).context("this is no package of Debian")?;
    let mut members = BTreeMap::new();
    while !rest.is_empty() {
        let (head, after) = rest.split_at_checked(HEAD).context("the package breaks off")?;
        let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&head[range]).trim_end().to_owned();
        let name = text(0..16).trim_end_matches('/').to_owned();
        let size: usize = text(48..58).parse().with_context(|| format!("{name} has no size"))?;
        let (member, after) = after.split_at_checked(size).with_context(|| format!("{name} breaks off"))?;
        members.insert(name, member);
        rest = after.get(size % 2..).unwrap_or_default();
    }
    Ok(members)
}

/// The control file with the size that its files take, in KiB, each rounded up and each folder counted as one.
fn with_size(control: &str, data: &[Entry]) -> String {
    let size: usize = data.iter().map(|entry| if entry.is_folder { 1 } else { entry.bytes.len().div_ceil(1024) }).sum();
    let line = |line: &str| {
        if line.starts_with("Installed-Size:") { format!("Installed-Size: {size}\n") } else { format!("{line}\n") }
    };
    control.lines().map(line).collect()
}

/// Lines of `DIGEST  PATH` in the order of the paths.
fn by_path(sums: &str) -> String {
    let mut lines: Vec<&str> = sums.lines().collect();
    lines.sort_by_key(|line| line.split_once("  ").map(|(_, path)| path));
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Deb {
        let control = "Package: whetstone\nInstalled-Size: 99\nDescription: a\n b: c\n";
        Deb {
            control: vec![
                Entry::file("md5sums", 0o600, 3, b"22  b\n11  a\n".to_vec()),
                Entry::file("control", 0o600, 4, control.into()),
            ],
            data: vec![Entry::file("usr/bin/whetstone", 0o755, 5, vec![1; 1025])],
        }
    }

    #[test]
    fn a_package_is_settled_and_comes_back() {
        let deb = sample().settled(77).expect("text");
        let bytes = deb.write(77).expect("memory");
        assert_eq!(Deb::read(&bytes).expect("whole"), deb);
        let fields = deb.fields().expect("a control file");
        // Two folders, and two KiB begun.
        assert_eq!(fields["Installed-Size"], "4");
        assert_eq!(fields.get("b"), None, "what belongs to the line before is no field");
        assert_eq!(deb.control[1].bytes, b"11  a\n22  b\n");
        let mut turned = sample();
        turned.control.reverse();
        assert_eq!(turned.settled(77).expect("text").write(77).expect("memory"), bytes);
    }

    #[test]
    fn what_breaks_off_or_is_something_else_is_an_error() {
        let bytes = sample().write(1).expect("memory");
        for length in [0, 7, 30, 80, bytes.len() - 2] {
            assert!(Deb::read(&bytes[..length]).is_err(), "{length}");
        }
        let error = Deb::read(MAGIC).expect_err("nothing in it").to_string();
        assert!(error.contains("debian-binary"), "{error}");
    }
}
