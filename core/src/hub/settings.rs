//! How the Hub is reached, by the variables that Hugging Face's own tools know.

use std::ffi::OsString;
use std::path::PathBuf;

use reqwest::Url;

use super::HubError;
use crate::doctor;

/// Where the Hub stands unless `HF_ENDPOINT` says otherwise.
const USUAL_ENDPOINT: &str = "https://huggingface.co";

/// How the Hub is reached, and where its files lie.
#[derive(Debug, Clone)]
pub struct HubSettings {
    /// The Hub, or a mirror of it: `HF_ENDPOINT`.
    pub endpoint: Url,
    /// The cache that Hugging Face's tools share: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`.
    pub cache: PathBuf,
    /// Whether the network is left alone: `HF_HUB_OFFLINE`.
    pub offline: bool,
    /// The file that `hf auth login` leaves its token in: `HF_TOKEN_PATH`, or `token` in Hugging Face's folder.
    pub token_file: PathBuf,
    /// Whether a token is sent only where it was asked for: `HF_HUB_DISABLE_IMPLICIT_TOKEN`.
    pub no_implicit_token: bool,
}

impl HubSettings {
    /// As this process's environment has them.
    pub fn of_environment() -> Result<Self, HubError> {
        Self::of(|name| std::env::var_os(name))
    }

    /// As variables have them. An empty variable counts as none.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, HubError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().trim().to_owned());
        let is_on = |name: &str| text(name).is_some_and(|value| is_yes(&value));
        let path = |name: &str| variable(name).map(PathBuf::from);
        let home = doctor::hugging_face_home(path);
        Ok(Self {
            endpoint: endpoint(&text("HF_ENDPOINT").unwrap_or_else(|| USUAL_ENDPOINT.to_owned()))?,
            cache: doctor::model_cache(path),
            offline: is_on("HF_HUB_OFFLINE") || is_on("TRANSFORMERS_OFFLINE"),
            token_file: path("HF_TOKEN_PATH").unwrap_or_else(|| home.join("token")),
            no_implicit_token: is_on("HF_HUB_DISABLE_IMPLICIT_TOKEN"),
        })
    }
}

/// An address that requests can be made of: its path, if it has one, stays in front of theirs.
fn endpoint(text: &str) -> Result<Url, HubError> {
    let wrong = || HubError::Endpoint { endpoint: text.to_owned() };
    let url = Url::parse(text.trim_end_matches('/')).map_err(|_wrong| wrong())?;
    let is_usable = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none();
    if is_usable { Ok(url) } else { Err(wrong()) }
}

/// What Hugging Face's tools take for a yes.
fn is_yes(value: &str) -> bool {
    matches!(value.to_ascii_uppercase().as_str(), "1" | "ON" | "YES" | "TRUE")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Result<HubSettings, HubError> {
        HubSettings::of(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn the_variables_of_other_tools_are_honoured() {
        let usual = settings(&[("HOME", "/home/ada")]).expect("settings");
        assert_eq!(usual.endpoint.as_str(), "https://huggingface.co/");
        assert_eq!(usual.token_file, PathBuf::from("/home/ada/.cache/huggingface/token"));
        assert!(!usual.offline && !usual.no_implicit_token);
        let other = settings(&[
            ("HF_HOME", "/hf"),
            ("HF_ENDPOINT", "https://mirror.example/hub/"),
            ("HF_HUB_OFFLINE", "on"),
            ("HF_TOKEN_PATH", "/secret/token"),
            ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"),
        ])
        .expect("settings");
        assert_eq!((other.cache.clone(), other.token_file), ("/hf/hub".into(), "/secret/token".into()));
        assert_eq!(other.endpoint.as_str(), "https://mirror.example/hub");
        assert!(other.offline && other.no_implicit_token);
        assert!(!settings(&[("HF_HUB_OFFLINE", "0")]).expect("settings").offline);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in ["huggingface.co", "ftp://huggingface.co", "file:///etc", "https://me:secret@host"] {
            let error = settings(&[("HF_ENDPOINT", wrong)]).expect_err(wrong);
            assert!(error.to_string().contains("HF_ENDPOINT"), "{error}");
        }
    }
}
