//! The signed list of one version's files: what is in it, and when it is believed.

use minisign_verify::{PublicKey, Signature};
use semver::Version;
use serde::{Deserialize, Serialize};

use super::{Installed, Kind, UpdateError, Variant};

/// The form that this program reads.
const FORMAT: u32 = 1;
/// What the list is of.
const PRODUCT: &str = "whetstone";
/// The list is not longer than this.
pub(super) const LONGEST: u64 = 1 << 20;
/// Nor is its signature.
pub(super) const LONGEST_SIGNATURE: u64 = 4 << 10;
/// What changed is not told at greater length.
const LONGEST_NOTES: usize = 20_000;
/// No file of a version is larger.
const LARGEST_FILE: u64 = 4 << 30;

/// One version and its files. Everything in it is inside the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The form of this list.
    pub format: u32,
    /// What it is of.
    pub product: String,
    /// The version that it offers.
    pub version: String,
    /// Grows from list to list, so that an old one is known as such: seconds since 1970.
    pub sequence: u64,
    /// The day that it was made.
    pub date: String,
    /// What changed, as plain text.
    pub notes: String,
    /// A file a platform, kind and variant.
    pub files: Vec<Artefact>,
}

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    /// System and processor, as Rust names them.
    pub platform: String,
    /// The package's kind.
    pub kind: Kind,
    /// What it computes on.
    pub variant: Variant,
    /// The file's name, beside the list.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// What the signature's own line says, so that a signature of the same key over something else is none over a list.
pub fn comment(version: &str, sequence: u64) -> String {
    format!("{PRODUCT} update feed\tversion:{version}\tsequence:{sequence}")
}

impl Feed {
    /// A list of these files in today's form; its number is also its date, in seconds since 1970.
    pub fn new(version: &Version, sequence: u64, notes: &str, files: Vec<Artefact>) -> Self {
        let made = i64::try_from(sequence).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        let date = made.map(|made| made.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
        Self {
            format: FORMAT,
            product: PRODUCT.to_owned(),
            version: version.to_string(),
            sequence,
            date,
            notes: notes.to_owned(),
            files,
        }
    }

    /// Reads a list that was signed by a key in minisign's base64.
    pub fn verified(bytes: &[u8], signature: &str, key: &str) -> Result<Self, UpdateError> {
        let bad = |error: minisign_verify::Error| UpdateError::BadOrigin { part: "key", fault: error.to_string() };
        Self::read(bytes, signature, &PublicKey::from_base64(key.trim()).map_err(bad)?)
    }

    /// Reads a list, after its signature was found right: before that nothing of it is looked at.
    pub(super) fn read(bytes: &[u8], signature: &str, key: &PublicKey) -> Result<Self, UpdateError> {
        let unsigned = |error: &dyn std::fmt::Display| UpdateError::Signature { fault: error.to_string() };
        let signature = Signature::decode(signature).map_err(|error| unsigned(&error))?;
        key.verify(bytes, &signature, false).map_err(|error| unsigned(&error))?;
        let faulty = |fault: String| UpdateError::Feed { fault };
        let feed: Self = serde_json::from_slice(bytes).map_err(|error| faulty(error.to_string()))?;
        if signature.trusted_comment() != comment(&feed.version, feed.sequence) {
            return Err(UpdateError::Signature { fault: "it was made for something else".to_owned() });
        }
        feed.check().map_err(faulty)?;
        Ok(feed)
    }

    /// Whether everything in it can be. A list that is made is held to the same rules.
    pub fn check(&self) -> Result<(), String> {
        if self.format != FORMAT || self.product != PRODUCT {
            return Err(format!("it is of form {} for {:?}, and not of form {FORMAT}", self.format, self.product));
        }
        let version = self.version().ok_or_else(|| format!("{:?} is no version", self.version))?;
        if !version.build.is_empty() {
            return Err(format!("version {version} has a part that says nothing about its order"));
        }
        let is_text = |text: &str| !text.chars().any(|letter| letter.is_control() && !"\n\t".contains(letter));
        if self.notes.len() > LONGEST_NOTES || !is_text(&self.notes) {
            return Err("what changed is too long, or no plain text".to_owned());
        }
        for (place, file) in self.files.iter().enumerate() {
            file.check(&self.version)?;
            if self.files[..place].iter().any(|other| other.key() == file.key() || other.name == file.name) {
                return Err(format!("{} stands in it twice", file.name));
            }
        }
        Ok(())
    }

    /// The version that it offers.
    pub fn version(&self) -> Option<Version> {
        Version::parse(&self.version).ok()
    }

    /// The file for a package on a platform.
    pub fn find(&self, platform: &str, installed: &Installed) -> Option<&Artefact> {
        let wanted = (platform, installed.kind.of_its_update(), installed.variant);
        self.files.iter().find(|file| file.key() == wanted)
    }
}

impl Artefact {
    fn key(&self) -> (&str, Kind, Variant) {
        (&self.platform, self.kind, self.variant)
    }

    fn check(&self, version: &str) -> Result<(), String> {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "._-+~".contains(letter);
        let is_plain = !self.name.starts_with('.') && self.name.len() <= 200 && self.name.chars().all(is_letter);
        let is_of_kind = self.kind.endings().iter().any(|ending| self.name.ends_with(ending));
        if !is_plain || !is_of_kind {
            return Err(format!("{:?} is no name of a file of kind {}", self.name, self.kind.id()));
        }
        if !self.name.contains(version) {
            return Err(format!("{:?} is not named after version {version}", self.name));
        }
        if !(1..=LARGEST_FILE).contains(&self.bytes) {
            return Err(format!("{} has a length that no package has", self.name));
        }
        let is_digest = self.sha256.len() == 64
            && self.sha256.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
        if is_digest { Ok(()) } else { Err(format!("{} has no SHA-256", self.name)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Artefact {
        Artefact {
            platform: "x86_64-unknown-linux-gnu".to_owned(),
            kind: Kind::Deb,
            variant: Variant::Cpu,
            name: name.to_owned(),
            bytes: 3,
            sha256: "0".repeat(64),
        }
    }

    fn feed(files: Vec<Artefact>) -> Feed {
        Feed::new(&Version::new(0, 2, 0), 7, "More of it.", files)
    }

    #[test]
    fn names_that_lead_elsewhere_or_are_of_another_kind_are_refused() {
        assert_eq!(feed(vec![file("whetstone_0.2.0_amd64.deb")]).check(), Ok(()));
        for name in [
            "",
            "../whetstone_0.2.0.deb",
            "a/whetstone_0.2.0.deb",
            r"a\whetstone_0.2.0.deb",
            ".whetstone_0.2.0.deb",
            "whetstone_0.2.0.deb\n",
            "whetstone_0.2.0.rpm",
            "whetstone_0.1.0_amd64.deb",
            "whetstöne_0.2.0.deb",
            "C:whetstone_0.2.0.deb",
        ] {
            assert!(feed(vec![file(name)]).check().is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let right = || file("whetstone_0.2.0_amd64.deb");
        for (what, wrong) in [
            ("no digest", Artefact { sha256: "00".to_owned(), ..right() }),
            ("a digest in capitals", Artefact { sha256: "A".repeat(64), ..right() }),
            ("no bytes", Artefact { bytes: 0, ..right() }),
            ("too many bytes", Artefact { bytes: u64::MAX, ..right() }),
        ] {
            assert!(feed(vec![wrong]).check().is_err(), "{what}");
        }
        assert!(feed(vec![right(), right()]).check().is_err());
        for changed in [
            Feed { format: 2, ..feed(Vec::new()) },
            Feed { product: "other".to_owned(), ..feed(Vec::new()) },
            Feed { version: "next".to_owned(), ..feed(Vec::new()) },
            Feed { version: "0.2.0+later".to_owned(), ..feed(Vec::new()) },
            Feed { notes: "\u{1b}[2J".to_owned(), ..feed(Vec::new()) },
            Feed { notes: "x".repeat(LONGEST_NOTES + 1), ..feed(Vec::new()) },
        ] {
            assert!(changed.check().is_err(), "{changed:?}");
        }
    }

    #[test]
    fn only_the_file_of_this_machine_and_package_is_taken() {
        let feed = feed(vec![file("whetstone_0.2.0_amd64.deb")]);
        let installed = |kind, variant| Installed { kind, variant, version: "0.1.0".to_owned() };
        let linux = "x86_64-unknown-linux-gnu";
        assert!(feed.find(linux, &installed(Kind::Deb, Variant::Cpu)).is_some());
        assert!(feed.find("aarch64-unknown-linux-gnu", &installed(Kind::Deb, Variant::Cpu)).is_none());
        assert!(feed.find(linux, &installed(Kind::Rpm, Variant::Cpu)).is_none());
        assert!(feed.find(linux, &installed(Kind::Deb, Variant::Cuda)).is_none());
    }

    #[test]
    fn a_signature_of_another_thing_is_none() {
        // The key and the signature stand in the documentation of minisign-verify: they are over "test".
        let key = PublicKey::from_base64("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3").expect("a key");
        let signature = "untrusted comment: signature from minisign secret key\n\
            RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\n\
            trusted comment: timestamp:1633700835\tfile:test\tprehashed\n\
            wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==";
        assert!(matches!(Feed::read(b"test", signature, &key), Err(UpdateError::Feed { .. })));
        assert!(matches!(Feed::read(b"tesT", signature, &key), Err(UpdateError::Signature { .. })));
        let bytes = serde_json::to_vec(&feed(Vec::new())).expect("JSON");
        assert!(matches!(Feed::read(&bytes, signature, &key), Err(UpdateError::Signature { .. })));
        assert!(matches!(Feed::read(&bytes, "", &key), Err(UpdateError::Signature { .. })));
    }
}
