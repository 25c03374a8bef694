//! Where this build looks for newer versions, and whose signature it believes: both are compiled in by whoever makes a release.

use minisign_verify::PublicKey;
use reqwest::Url;

use super::UpdateError;
use super::fetch::is_allowed;

/// The list's address and the key that signs it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Where the list lies. Its signature lies beside it, and so do the files.
    pub(super) feed: Url,
    /// Whose signature is believed.
    pub(super) key: PublicKey,
}

/// The variable that the key is compiled in from: the second line of minisign's `.pub` file.
const KEY: &str = "WHETSTONE_UPDATE_KEY";
/// The variable that the list's address is compiled in from.
const FEED: &str = "WHETSTONE_UPDATE_FEED";

impl Origin {
    /// What was compiled into this build; `None` where it was built without. A build for development takes it from its
    /// environment, so that it can be tried; a release does not look there.
    pub fn of_build() -> Result<Option<Self>, UpdateError> {
        let compiled = (option_env!("WHETSTONE_UPDATE_KEY"), option_env!("WHETSTONE_UPDATE_FEED"));
        let now = |name: &str| std::env::var(name).ok().filter(|_| cfg!(debug_assertions));
        let key = now(KEY).or_else(|| compiled.0.map(str::to_owned)).filter(|key| !key.trim().is_empty());
        let feed = now(FEED).or_else(|| compiled.1.map(str::to_owned)).filter(|feed| !feed.trim().is_empty());
        match (key, feed) {
            (Some(key), Some(feed)) => Self::new(&key, &feed).map(Some),
            _ => Ok(None),
        }
    }

    /// From a key in minisign's base64 and an address.
    pub fn new(key: &str, feed: &str) -> Result<Self, UpdateError> {
        let bad = |part, fault: String| UpdateError::BadOrigin { part, fault };
        let key = PublicKey::from_base64(key.trim()).map_err(|error| bad("key", error.to_string()))?;
        let feed = Url::parse(feed.trim()).map_err(|error| bad("address", error.to_string()))?;
        if feed.cannot_be_a_base() || !is_allowed(&feed) {
            return Err(bad("address", "it does not begin with https://".to_owned()));
        }
        Ok(Self { feed, key })
    }

    /// The address of the list's signature.
    pub(super) fn signature(&self) -> Url {
        let mut url = self.feed.clone();
        url.set_path(&format!("{}.minisig", self.feed.path()));
        url
    }

    /// The address of a file that the list names, which is a plain name.
    pub(super) fn file(&self, name: &str) -> Url {
        let mut url = self.feed.clone();
        url.set_query(None);
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop().push(name);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME_KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";

    #[test]
    fn the_signature_and_the_files_lie_beside_the_list() {
        let origin = Origin::new(SOME_KEY, "https://example.org/releases/latest/feed.json").expect("an origin");
        assert_eq!(origin.signature().as_str(), "https://example.org/releases/latest/feed.json.minisig");
        assert_eq!(origin.file("whetstone.deb").as_str(), "https://example.org/releases/latest/whetstone.deb");
    }

    #[test]
    fn a_list_without_encryption_is_only_this_machines() {
        for wrong in [
            "http://example.org/feed.json",
            "http://localhost.example.org/feed.json",
            "http://192.168.1.2/feed.json",
            "file:///etc/passwd",
            "data:text/plain,x",
            "example.org",
            "",
        ] {
            let refused = Origin::new(SOME_KEY, wrong);
            assert!(matches!(refused, Err(UpdateError::BadOrigin { part: "address", .. })), "{wrong}: {refused:?}");
        }
        assert!(Origin::new(SOME_KEY, "http://127.0.0.1:8080/feed.json").is_ok());
        assert!(matches!(
            Origin::new("no key", "https://example.org/f"),
            Err(UpdateError::BadOrigin { part: "key", .. })
        ));
    }
}
