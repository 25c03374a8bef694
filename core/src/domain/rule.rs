//! Rules: what a better answer is, in terms that a program can check.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A list of rules that judge together: the score of an answer is the weighted mean of what each rule gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// The rules, in the order they are told.
    pub rules: Vec<Rule>,
    /// Two answers whose scores differ by no more than this are a tie.
    #[serde(default)]
    pub tie_margin: f64,
}

/// One rule with its weight. In a file all keys stand side by side; a key that the kind does not know is refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// What people call it; the kind says it when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How much it counts beside the others: a number above 0 and at most 1000000, 1 when left out.
    pub weight: f64,
    /// What it checks.
    #[serde(flatten)]
    pub kind: RuleKind,
}

/// By way of a map: serde cannot both flatten the kind's keys into the rule's and refuse those that nobody knows.
impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Form {
            #[serde(default)]
            name: Option<String>,
            #[serde(default = "one")]
            weight: f64,
            #[serde(flatten)]
            kind: Map<String, Value>,
        }
        let form = Form::deserialize(deserializer)?;
        let kind = RuleKind::deserialize(Value::Object(form.kind)).map_err(D::Error::custom)?;
        Ok(Self { name: form.name, weight: form.weight, kind })
    }
}

fn one() -> f64 {
    1.0
}

/// What lengths are counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextUnit {
    /// Runs of characters with a letter or digit among them, apart by white space; of Chinese and Japanese writing,
    /// each character.
    #[default]
    Words,
    /// Characters as people count them.
    Characters,
    /// Sentences; a line break ends one too.
    Sentences,
}

/// What a rule checks. Each gives 1 where it holds and 0 where it does not; a length and a language give a share in
/// between.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleKind {
    /// The answer's length is within the bounds, of which there is at least one.
    Length {
        /// What is counted.
        #[serde(default)]
        unit: TextUnit,
        /// The shortest that is right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<usize>,
        /// The longest that is right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<usize>,
    },
    /// The answer contains any of these and all of those; one of the two lists may be left out.
    Contains {
        /// At least one of these occurs, as whole words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        any_of: Vec<String>,
        /// Every one of these occurs, as whole words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        all_of: Vec<String>,
        /// Capital letters matter.
        #[serde(default)]
        case_sensitive: bool,
    },
    /// The answer contains none of these.
    Excludes {
        /// What must not occur, as whole words.
        any_of: Vec<String>,
        /// Capital letters matter.
        #[serde(default)]
        case_sensitive: bool,
    },
    /// A regular expression matches somewhere in the answer.
    Regex {
        /// The expression.
        pattern: String,
        /// The rule holds where it does not match.
        #[serde(default)]
        negate: bool,
    },
    /// The whole answer is valid JSON.
    ValidJson {},
    /// The answer starts with one of these.
    StartsWith {
        /// The beginnings that are right.
        any_of: Vec<String>,
        /// Capital letters matter.
        #[serde(default)]
        case_sensitive: bool,
    },
    /// The answer ends with one of these.
    EndsWith {
        /// The endings that are right.
        any_of: Vec<String>,
        /// Capital letters matter.
        #[serde(default)]
        case_sensitive: bool,
    },
    /// The answer is written in this language.
    Language {
        /// ISO 639 code such as `en` or `eng`, or the language's name in English or in itself.
        language: String,
    },
}

impl RuleKind {
    /// The kind as files call it.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Contains { .. } => "contains",
            Self::Excludes { .. } => "excludes",
            Self::Regex { .. } => "regex",
            Self::ValidJson {} => "valid_json",
            Self::StartsWith { .. } => "starts_with",
            Self::EndsWith { .. } => "ends_with",
            Self::Language { .. } => "language",
        }
    }
}
