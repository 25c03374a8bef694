//! Keys that are made of what they stand for, so that making them twice gives the same.

use sha2::{Digest, Sha256};

/// The key of `parts`: a UUID of version 8 (RFC 9562), which is the first bits of their SHA-256. Other parts, or the
/// same parts cut elsewhere, give another key.
pub fn derived_key(parts: &[&str]) -> String {
    uuid_of(digest(parts))
}

/// The first 16 bytes of the digest of `parts`, each with its length before it.
pub(super) fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    first
}

/// A UUID with these bytes, but for those that say that it is one.
pub(super) fn uuid_of(bytes: [u8; 16]) -> String {
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_uuids_of_what_they_stand_for() {
        let key = derived_key(&["ada", "12"]);
        // python3: d = bytearray(hashlib.sha256(b"\3" + bytes(7) + b"ada" + b"\2" + bytes(7) + b"12").digest()[:16]);
        // d[6] = d[6] & 15 | 0x80; d[8] = d[8] & 63 | 0x80; uuid.UUID(bytes=bytes(d))
        assert_eq!(key, "1e7a6f1c-c8d9-8c40-8fd8-8c652cc425ff");
        assert_eq!(key, derived_key(&["ada", "12"]));
        for other in [&["ada", "1", "2"][..], &["ada1", "2"], &["ada", "12", ""], &["12", "ada"]] {
            assert_ne!(key, derived_key(other), "{other:?}");
        }
    }
}
