//! Who a coach is, as people, files and commands name it, and what is told of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What the name of an endpoint begins with.
const ENDPOINT: &str = "endpoint:";
/// What the name of a file of rules begins with.
const RULES: &str = "rules:";
/// What the name of a preference model's adapter begins with.
const PREFERENCE_MODEL: &str = "preference-model:";

/// Who judges. It is written as one text; [`FromStr`] says how.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CoachName {
    /// `starter`: the model that comes with the program.
    Starter,
    /// `policy`: the model that is trained, with the adapter that it has so far (self-rewarding).
    Policy,
    /// A model's folder, or its name on the Hub.
    Model(String),
    /// A file whose name ends in `.gguf`.
    Gguf(String),
    /// `endpoint:NAME`: a server that this machine knows by that name. Where it is stands in no project.
    Endpoint(String),
    /// `rules:FILE`: rules that a program checks.
    Rules(String),
    /// `preference-model:FOLDER`: an adapter that was trained to score answers.
    PreferenceModel(String),
}

/// A text that names no coach.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no coach")]
pub struct NoCoach {
    /// The text.
    pub text: String,
}

impl FromStr for CoachName {
    type Err = NoCoach;

    fn from_str(text: &str) -> Result<Self, NoCoach> {
        let text = text.trim();
        let after = |prefix: &str| text.strip_prefix(prefix).map(|rest| rest.trim().to_owned());
        let found = if let Some(name) = after(ENDPOINT) {
            Self::Endpoint(name)
        } else if let Some(file) = after(RULES) {
            Self::Rules(file)
        } else if let Some(folder) = after(PREFERENCE_MODEL) {
            Self::PreferenceModel(folder)
        } else {
            match text {
                "starter" => Self::Starter,
                "policy" => Self::Policy,
                text if text.to_lowercase().ends_with(".gguf") => Self::Gguf(text.to_owned()),
                text => Self::Model(text.to_owned()),
            }
        };
        if found.subject().is_some_and(str::is_empty) { Err(NoCoach { text: text.to_owned() }) } else { Ok(found) }
    }
}

impl CoachName {
    /// The folder, file or name in it.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Starter | Self::Policy => None,
            Self::Model(subject)
            | Self::Gguf(subject)
            | Self::Endpoint(subject)
            | Self::Rules(subject)
            | Self::PreferenceModel(subject) => Some(subject),
        }
    }

    /// Whether it costs money or sends texts to another machine.
    pub fn is_endpoint(&self) -> bool {
        matches!(self, Self::Endpoint(_))
    }
}

impl fmt::Display for CoachName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starter => f.write_str("starter"),
            Self::Policy => f.write_str("policy"),
            Self::Model(subject) | Self::Gguf(subject) => f.write_str(subject),
            Self::Endpoint(name) => write!(f, "{ENDPOINT}{name}"),
            Self::Rules(file) => write!(f, "{RULES}{file}"),
            Self::PreferenceModel(folder) => write!(f, "{PREFERENCE_MODEL}{folder}"),
        }
    }
}

impl TryFrom<String> for CoachName {
    type Error = NoCoach;

    fn try_from(text: String) -> Result<Self, NoCoach> {
        text.parse()
    }
}

impl From<CoachName> for String {
    fn from(name: CoachName) -> Self {
        name.to_string()
    }
}

/// What judging has cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spent {
    /// Questions that were sent.
    pub requests: u64,
    /// Tokens that were read, as far as they are counted.
    pub prompt_tokens: u64,
    /// Tokens that were written.
    pub completion_tokens: u64,
    /// In the currency of the endpoint's prices; 0 where it costs nothing.
    pub money: f64,
}

/// How much a coach may cost. What is left out is not bounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// In the currency of the endpoint's prices.
    pub most_money: Option<f64>,
    /// Tokens read and written, together.
    pub most_tokens: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for (text, coach) in [
            ("starter", CoachName::Starter),
            ("policy", CoachName::Policy),
            ("models/large", CoachName::Model("models/large".to_owned())),
            ("Qwen/Qwen3-4B", CoachName::Model("Qwen/Qwen3-4B".to_owned())),
            ("C:\\models\\judge.Q4_K_M.GGUF", CoachName::Gguf("C:\\models\\judge.Q4_K_M.GGUF".to_owned())),
            ("endpoint:ollama", CoachName::Endpoint("ollama".to_owned())),
            ("rules:shop rules.toml", CoachName::Rules("shop rules.toml".to_owned())),
            ("preference-model:runs/2", CoachName::PreferenceModel("runs/2".to_owned())),
        ] {
            assert_eq!(text.parse(), Ok(coach.clone()), "{text}");
            assert_eq!(coach.to_string(), text);
            let json = serde_json::to_value(&coach).expect("a text");
            assert_eq!(json, text);
            assert_eq!(serde_json::from_value::<CoachName>(json).expect("read"), coach);
        }
        for nobody in ["", "  ", "endpoint:", "rules: "] {
            assert!(nobody.parse::<CoachName>().is_err(), "{nobody:?}");
        }
    }
}
