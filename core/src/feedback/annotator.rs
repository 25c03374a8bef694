//! The registry of annotators. A new one is a file that implements [`Judge`] and a row here.

use std::fmt::Debug;

use super::{CompiledRules, FeedbackError, Judgement};
use crate::job::JudgeSpec;

/// Scores answers.
pub trait Judge: Debug + Send + Sync {
    /// How good `completion` is, between 0 and 1.
    fn judge(&self, completion: &str) -> Judgement;

    /// Two answers whose scores differ by no more than this are a tie.
    fn tie_margin(&self) -> f64;
}

/// An annotator ready to judge, or why it cannot be opened.
pub type Opened = Result<Box<dyn Judge>, FeedbackError>;

/// One row of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Annotator {
    /// What files and commands call it.
    pub id: &'static str,
    /// What it is and what it is good for, in one paragraph.
    pub meaning: &'static str,
    /// Opens it as a job asks; `None` where the job asks for another one.
    pub open: fn(&JudgeSpec) -> Option<Opened>,
}

/// Every annotator.
pub const ANNOTATORS: &[Annotator] = &[RULE];

const RULE: Annotator = Annotator {
    id: "rule",
    meaning: "Rules that a program checks: length, words that must or must not occur, a form, a language. They cost \
              nothing, never tire and say why; they see nothing of what an answer means. The score is the weighted \
              mean of what the rules give.",
    open: |spec| Some(open_rules(spec)),
};

fn open_rules(spec: &JudgeSpec) -> Opened {
    Ok(Box::new(CompiledRules::read(&spec.rules)?))
}

impl Judge for CompiledRules {
    fn judge(&self, completion: &str) -> Judgement {
        Self::judge(self, completion)
    }

    fn tie_margin(&self) -> f64 {
        Self::tie_margin(self)
    }
}
