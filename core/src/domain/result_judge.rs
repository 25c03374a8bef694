//! Who compares old and new answers in the end.

use serde::{Deserialize, Serialize};

/// Who compares old and new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultJudge {
    /// People, blind.
    #[default]
    People,
    /// The rubric's rules, as far as a program can check them.
    Rules,
    /// The coach, in both orders.
    Coach,
    /// The program that wrote the example: it knows of each sentence what it is.
    Example,
}
