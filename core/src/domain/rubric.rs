//! What better means, in rules that a judge can follow.

use serde::{Deserialize, Serialize};

use super::{RecordId, Rule};

/// One rule of a rubric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RubricRule {
    /// A short name, one of a kind in its rubric.
    pub name: String,
    /// What the coach reads: one imperative sentence, such as `Say what happens next.`
    pub text: String,
    /// How much it counts beside the others: above 0; 1 when left out.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: f64,
    /// Replies that follow it or do not, for coaches that learn from examples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<RuleExample>,
    /// The same as a program can check it, where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Rule>,
}

impl RubricRule {
    /// A rule of weight 1 without examples.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), weight: 1.0, examples: Vec::new(), check: None }
    }
}

/// A reply, and whether it follows a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleExample {
    /// The reply.
    pub reply: String,
    /// Whether it follows the rule.
    pub follows: bool,
}

fn one() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_one(weight: &f64) -> bool {
    weight.to_bits() == 1.0_f64.to_bits()
}

/// What kind of work the replies do: what a coach is told of them, and what it calls them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RubricTask {
    /// A person asks or says something and gets a reply.
    #[default]
    Conversation,
    /// A text is made shorter.
    Summarising,
    /// A text gets a label.
    Classification,
    /// Facts are taken out of a text.
    Extraction,
}

impl RubricTask {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Conversation, Self::Summarising, Self::Classification, Self::Extraction];

    /// What files and commands call it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Summarising => "summarising",
            Self::Classification => "classification",
            Self::Extraction => "extraction",
        }
    }

    /// What a coach calls that which was asked, and that which was answered.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Self::Conversation => ["Request", "Reply"],
            Self::Summarising => ["Text", "Summary"],
            Self::Classification => ["Text", "Label"],
            Self::Extraction => ["Text", "Extract"],
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A list of rules that a coach judges by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rubric {
    /// What kind of work is judged.
    #[serde(default, skip_serializing_if = "RubricTask::is_usual")]
    pub task: RubricTask,
    /// In the order in which they are read.
    pub rules: Vec<RubricRule>,
}

impl Rubric {
    /// Rules about conversations.
    pub fn of(rules: Vec<RubricRule>) -> Self {
        Self { task: RubricTask::default(), rules }
    }
}

/// A rubric in its place. A version never changes; a changed rubric is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RubricVersion {
    /// Its place in the store.
    pub id: RecordId,
    /// From 1.
    pub version: u32,
    /// The rules.
    pub rubric: Rubric,
    /// What it came of: `written`, `example`, or how it was distilled.
    pub origin: String,
}
