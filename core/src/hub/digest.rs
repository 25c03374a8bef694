//! Digests of files, as the Hub names them: SHA-256 where a file is stored apart, git's blob hash where it is stored in git.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::files::hexadecimal;

/// What a file's bytes must come to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-256 of the bytes, as 64 hexadecimal digits.
    Sha256(String),
    /// Git's hash of a blob: SHA-1 of `blob LENGTH`, a zero byte, and the bytes; as 40 hexadecimal digits.
    GitBlob(String),
}

impl Digest {
    /// By its length, as an `ETag` gives it.
    pub fn new(hexadecimal: &str) -> Option<Self> {
        let is_lower = hexadecimal.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match hexadecimal.len() {
            64 if is_lower => Some(Self::Sha256(hexadecimal.to_owned())),
            40 if is_lower => Some(Self::GitBlob(hexadecimal.to_owned())),
            _ => None,
        }
    }

    /// The digits: the file's name among the blobs of the cache, and its `ETag`.
    pub fn as_str(&self) -> &str {
        let (Self::Sha256(digits) | Self::GitBlob(digits)) = self;
        digits
    }

    /// Begins to take in a file of this many bytes.
    pub fn begin(&self, bytes: u64) -> Taking {
        match self {
            Self::Sha256(_) => Taking::Sha256(Sha256::new()),
            Self::GitBlob(_) => {
                let mut state = Sha1::new();
                state.update(format!("blob {bytes}\0"));
                Taking::GitBlob(state)
            }
        }
    }

    /// Whether what was taken in is the file.
    pub fn is(&self, taken: Taking) -> bool {
        taken.digits() == self.as_str()
    }
}

/// A digest of the bytes so far.
#[derive(Debug, Clone)]
pub enum Taking {
    /// Of SHA-256.
    Sha256(Sha256),
    /// Of git's blob hash.
    GitBlob(Sha1),
}

impl Taking {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(state) => state.update(bytes),
            Self::GitBlob(state) => state.update(bytes),
        }
    }

    fn digits(self) -> String {
        match self {
            Self::Sha256(state) => hexadecimal(state.finalize()),
            Self::GitBlob(state) => hexadecimal(state.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_git_and_of_the_standard() {
        // `printf 'hello\n' | git hash-object --stdin`, and FIPS 180-4's "abc".
        let git = Digest::new("ce013625030ba8dba906f756967f9e9ca394464a").expect("40 digits");
        let mut taken = git.begin(6);
        taken.update(b"hel");
        taken.update(b"lo\n");
        assert!(git.is(taken));
        assert!(!git.is(git.begin(6)));
        let sha = Digest::new("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").expect("64 digits");
        let mut taken = sha.begin(3);
        taken.update(b"abc");
        assert!(sha.is(taken));
    }

    #[test]
    fn what_is_no_digest_is_none() {
        for wrong in ["", "../../etc/passwd", "CE013625030BA8DBA906F756967F9E9CA394464A", "ce01", &"g".repeat(64)] {
            assert_eq!(Digest::new(wrong), None, "{wrong}");
        }
    }
}
