//! Rules: what a better answer is, in terms that a program can check.

use serde::{Deserialize, Serialize};

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

/// One rule with its weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// What people call it; the kind says it when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How much it counts beside the others.
    #[serde(default = "one")]
    pub weight: f64,
    /// What it checks.
    #[serde(flatten)]
    pub kind: RuleKind,
}

fn one() -> f64 {
    1.0
}

/// What lengths are counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextUnit {
    /// Runs of letters and digits, apart by white space.
    #[default]
    Words,
    /// Characters as people count them.
    Characters,
    /// Ends of sentences.
    Sentences,
}

/// What a rule checks. Each gives 1 where it holds and 0 where it does not; a length gives a share in between.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleKind {
    /// The answer's length is within the bounds.
    Length {
        /// What is counted.
        #[serde(default)]
        unit: TextUnit,
        /// The shortest that is right.
        #[serde(default)]
        min: Option<usize>,
        /// The longest that is right.
        #[serde(default)]
        max: Option<usize>,
    },
    /// The answer contains any (or all) of these.
    Contains {
        /// What is looked for, as whole words where it begins and ends with a letter.
        any_of: Vec<String>,
        /// All of them rather than any.
        #[serde(default)]
        all: bool,
        /// Capital letters matter.
        #[serde(default)]
        case_sensitive: bool,
    },
    /// The answer contains none of these.
    Excludes {
        /// What must not occur.
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
        /// ISO 639-3 code such as `eng`, or the language's English name.
        language: String,
    },
}
