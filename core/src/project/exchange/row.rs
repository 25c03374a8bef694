//! What datasets are made of, whatever form a file has.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::{Choice, Text};

/// What a row says, and of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum RowKind {
    /// One answer is better than the other.
    Pair {
        /// What was asked.
        prompt: Text,
        /// The better answer, without the prompt.
        chosen: Text,
        /// The other answer, without the prompt.
        rejected: Text,
    },
    /// Two answers that are to be told apart, with what somebody said of them.
    Comparison {
        /// What was asked.
        prompt: Text,
        /// One answer.
        a: Text,
        /// The other.
        b: Text,
        /// What was said; `None` where nobody has judged yet.
        choice: Option<Choice>,
    },
    /// An answer as it should be.
    Demonstration {
        /// What was asked; `None` where the whole text is to be learned.
        prompt: Option<Text>,
        /// The answer, or the whole text.
        completion: Text,
    },
    /// An answer that was found good or bad by itself.
    Rated {
        /// What was asked.
        prompt: Text,
        /// The answer, without the prompt.
        completion: Text,
        /// Whether answers should be like it.
        is_desirable: bool,
    },
    /// A prompt without an answer.
    Prompt {
        /// What is asked.
        prompt: Text,
    },
}

/// The kinds of rows, without what is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowShape {
    /// Preference pairs.
    Pair,
    /// Comparisons, judged or not.
    Comparison,
    /// Answers to learn from.
    Demonstration,
    /// Answers found good or bad.
    Rated,
    /// Prompts alone.
    Prompt,
}

impl RowShape {
    /// Every shape.
    pub const ALL: [Self; 5] = [Self::Pair, Self::Comparison, Self::Demonstration, Self::Rated, Self::Prompt];

    /// What people call many of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Pair => "preference pairs",
            Self::Comparison => "comparisons",
            Self::Demonstration => "demonstrations",
            Self::Rated => "rated answers",
            Self::Prompt => "prompts",
        }
    }
}

impl RowKind {
    /// Which kind it is.
    pub fn shape(&self) -> RowShape {
        match self {
            Self::Pair { .. } => RowShape::Pair,
            Self::Comparison { .. } => RowShape::Comparison,
            Self::Demonstration { .. } => RowShape::Demonstration,
            Self::Rated { .. } => RowShape::Rated,
            Self::Prompt { .. } => RowShape::Prompt,
        }
    }

    /// What was asked, where something was.
    pub fn prompt(&self) -> Option<&Text> {
        match self {
            Self::Demonstration { prompt, .. } => prompt.as_ref(),
            Self::Pair { prompt, .. }
            | Self::Comparison { prompt, .. }
            | Self::Rated { prompt, .. }
            | Self::Prompt { prompt } => Some(prompt),
        }
    }

    /// Its answers, in the order of its fields.
    pub fn answers(&self) -> Vec<&Text> {
        match self {
            Self::Pair { chosen, rejected, .. } => vec![chosen, rejected],
            Self::Comparison { a, b, .. } => vec![a, b],
            Self::Demonstration { completion, .. } | Self::Rated { completion, .. } => vec![completion],
            Self::Prompt { .. } => Vec::new(),
        }
    }
}

/// Where a row stood in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Which record it was, from 1.
    pub record: usize,
    /// The line where the record begins, from 1; `None` in files without lines.
    pub line: Option<usize>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}"),
            None => write!(f, "row {}", self.record),
        }
    }
}

/// A row that came out of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedRow {
    /// What it says.
    #[serde(flatten)]
    pub kind: RowKind,
    /// Who said it, as the file names them.
    pub annotator: Option<String>,
    /// Words that a person sorts prompts by.
    pub tags: Vec<String>,
    /// Where it stood.
    pub place: Place,
}

/// A row that goes into a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportRow {
    /// What it says.
    #[serde(flatten)]
    pub kind: RowKind,
    /// Who said it.
    pub annotator: Option<String>,
    /// Words that a person sorts prompts by.
    pub tags: Vec<String>,
    /// What it came of (verdicts, rubric, model, seed): written beside the row where a form has room for more.
    pub provenance: Map<String, Value>,
}

impl ExportRow {
    /// A row of which nothing more is known than what it says.
    pub fn new(kind: RowKind) -> Self {
        Self { kind, annotator: None, tags: Vec::new(), provenance: Map::new() }
    }
}
