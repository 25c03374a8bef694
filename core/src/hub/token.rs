//! Where a token is looked for: what was typed for this sitting, the variable, the system's keyring, the file of
//! Hugging Face's own tools. Whoever gets one hands it to the endpoint's own host alone.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{HubError, HubSettings};
use crate::domain::{Secret, TokenSource};
use crate::job::HubAccess;
use crate::network::keyring::Keyring;

/// The variables that hold a token, the newer name first.
const VARIABLES: [&str; 2] = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

/// No token is longer.
const LONGEST: usize = 4 << 10;

/// The token that goes along with a request, and where it came from. Where `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set, only
/// one that was typed for this sitting does.
pub fn find(settings: &HubSettings, access: &HubAccess) -> Result<Option<(Secret, TokenSource)>, HubError> {
    Search::of_system(settings).implicit(access)
}

/// The token for what cannot be done without one: whoever asks for that asks for the token to be used.
pub fn find_asked(settings: &HubSettings, access: &HubAccess) -> Result<Option<(Secret, TokenSource)>, HubError> {
    Search::of_system(settings).asked(access)
}

/// What the endpoint's entry in the keyring is called: its scheme, host and port.
pub(super) fn keyring_entry(settings: &HubSettings) -> String {
    settings.endpoint.origin().ascii_serialization()
}

/// The places that a token is looked for in.
pub(super) struct Search<'a> {
    pub(super) settings: &'a HubSettings,
    pub(super) keyring: Keyring,
    pub(super) variable: &'a dyn Fn(&str) -> Option<OsString>,
}

impl<'a> Search<'a> {
    pub(super) fn of_system(settings: &'a HubSettings) -> Self {
        Self { settings, keyring: Keyring::of_system(), variable: &|name| std::env::var_os(name) }
    }

    pub(super) fn implicit(&self, access: &HubAccess) -> Result<Option<(Secret, TokenSource)>, HubError> {
        if self.settings.no_implicit_token { of_session(access) } else { self.asked(access) }
    }

    pub(super) fn asked(&self, access: &HubAccess) -> Result<Option<(Secret, TokenSource)>, HubError> {
        if let Some(found) = of_session(access)? {
            return Ok(Some(found));
        }
        for name in VARIABLES {
            let held = (self.variable)(name).map(OsString::into_string);
            let Some(held) = held.filter(|held| held.as_ref().map_or(true, |text| !text.trim().is_empty())) else {
                continue;
            };
            let secret = held.map_err(|_wrong| bad(name)).and_then(|text| checked(Secret::new(&text), name))?;
            return Ok(Some((secret, TokenSource::Variable)));
        }
        if let Some(secret) = self.keyring.read(&keyring_entry(self.settings)).filter(|secret| !secret.is_empty()) {
            return Ok(Some((checked(secret, "the system's keyring")?, TokenSource::Keyring)));
        }
        Ok(of_file(&self.settings.token_file)?.map(|secret| (secret, TokenSource::File)))
    }
}

fn of_session(access: &HubAccess) -> Result<Option<(Secret, TokenSource)>, HubError> {
    let Some(secret) = access.token.clone().filter(|secret| !secret.is_empty()) else { return Ok(None) };
    Ok(Some((checked(secret, "what was typed")?, TokenSource::Session)))
}

/// What `hf auth login` left; a file that is not there or not ours to read is none.
fn of_file(path: &Path) -> Result<Option<Secret>, HubError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST as u64 + 1).read_to_end(&mut bytes));
    if read.is_err() {
        return Ok(None);
    }
    let place = path.display().to_string();
    let secret = Secret::new(std::str::from_utf8(&bytes).map_err(|_wrong| bad(&place))?);
    if secret.is_empty() { Ok(None) } else { checked(secret, &place).map(Some) }
}

/// Refuses what no header takes, or what is surely no token, without showing it.
pub(super) fn checked(secret: Secret, place: &str) -> Result<Secret, HubError> {
    let text = secret.reveal();
    let is_fine = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_fine { Ok(secret) } else { Err(bad(place)) }
}

fn bad(place: &str) -> HubError {
    HubError::TokenForm { place: place.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::ToUserMessage;
    use crate::job::CancelToken;
    use crate::network::keyring::tests::{Fault, Memory, failing};

    fn settings(variables: &[(&str, &str)]) -> HubSettings {
        HubSettings::of(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
            .expect("settings")
    }

    fn typed(token: &str) -> HubAccess {
        HubAccess { token: Some(Secret::new(token)) }
    }

    /// Every place that a token may be in, filled or not.
    #[test]
    fn the_nearest_place_that_has_one_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("token");
        std::fs::write(&file, "hf_file\n").expect("written");
        let settings = settings(&[("HF_TOKEN_PATH", &file.to_string_lossy())]);
        let keyring = Keyring::new(Arc::new(Memory::default()));
        let kept = keyring.write(&keyring_entry(&settings), &Secret::new("hf_keyring"), &CancelToken::default());
        assert_eq!(kept, Ok(Ok(())));
        let places = [
            ("hf_session", TokenSource::Session),
            ("hf_variable", TokenSource::Variable),
            ("hf_older", TokenSource::Variable),
            ("hf_keyring", TokenSource::Keyring),
            ("hf_file", TokenSource::File),
        ];
        for (first, (token, source)) in places.into_iter().enumerate() {
            let variable = |name: &str| match name {
                "HF_TOKEN" if first <= 1 => Some(OsString::from(" hf_variable\n")),
                "HUGGING_FACE_HUB_TOKEN" if first <= 2 => Some("hf_older".into()),
                // An empty one counts as none.
                "HF_TOKEN" => Some(" ".into()),
                _ => None,
            };
            let keyring = if first <= 3 { keyring.clone() } else { failing(Fault::None).0 };
            let access = if first == 0 { typed("hf_session") } else { HubAccess::default() };
            let found = Search { settings: &settings, keyring, variable: &variable }.asked(&access).expect("fine");
            assert_eq!(found, Some((Secret::new(token), source)));
        }
        std::fs::remove_file(&file).expect("removed");
        for fault in Fault::ALL {
            let search = Search { settings: &settings, keyring: failing(fault).0, variable: &|_| None };
            assert_eq!(search.asked(&HubAccess::default()).expect("fine"), None, "{fault:?}");
        }
    }

    #[test]
    fn nothing_goes_along_unasked_where_that_is_switched_off() {
        let settings = settings(&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")]);
        let variable = |name: &str| (name == "HF_TOKEN").then(|| OsString::from("hf_variable"));
        let search = Search { settings: &settings, keyring: failing(Fault::None).0, variable: &variable };
        assert_eq!(search.implicit(&HubAccess::default()).expect("fine"), None);
        assert_eq!(search.implicit(&typed("hf_typed")).expect("fine").map(|found| found.1), Some(TokenSource::Session));
        assert_eq!(
            search.asked(&HubAccess::default()).expect("fine").map(|found| found.1),
            Some(TokenSource::Variable)
        );
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let long = format!("hf_canary{}", "x".repeat(LONGEST));
        for wrong in
            ["hf_canary\r\nX-Evil: 1", "hf_canary two", "hf_canary\u{7f}", "hf_canary\u{e9}", "hf_canary\0", &long]
        {
            let file = folder.path().join("token");
            std::fs::write(&file, wrong).expect("written");
            let settings = settings(&[("HF_TOKEN_PATH", &file.to_string_lossy())]);
            let keyring = Keyring::new(Arc::new(Memory::default()));
            let variable = |name: &str| (name == "HF_TOKEN").then(|| OsString::from(wrong));
            let search = |variable| Search { settings: &settings, keyring: keyring.clone(), variable };
            let errors = [
                search(&|_| None).asked(&typed(wrong)).expect_err("typed"),
                search(&variable).asked(&HubAccess::default()).expect_err("a variable"),
                search(&|_| None).asked(&HubAccess::default()).expect_err("a file"),
            ];
            for error in errors {
                let told = format!("{error} {error:?} {:?}", error.hint());
                assert!(!told.contains("canary") && !told.contains("Evil"), "{told}");
                assert!(error.hint().is_some_and(|hint| hint.contains("hf_")), "{told}");
            }
        }
    }
}
