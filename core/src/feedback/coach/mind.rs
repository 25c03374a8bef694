//! What answers a coach's questions: a model of this machine, a server, rules.
//!
//! A mind is asked about two replies in one order, or about one reply and one rule, and answers with log-odds. Both orders,
//! ties, thresholds and cautions are the coach's business, and the same for every mind.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::CoachError;
use super::verdict::DEFAULT_THRESHOLD;
use crate::domain::{RubricRule, RubricTask, Spent, Text};
use crate::feedback::FeedbackError;
use crate::job::JobContext;

/// Two replies to one request, in one order, and what they are judged by.
#[derive(Debug, Clone, Copy)]
pub struct CompareQuestion<'a> {
    /// What kind of work the replies do.
    pub task: RubricTask,
    /// What is judged by: at least one rule.
    pub rules: &'a [&'a RubricRule],
    /// What was asked, as the model that answered read it.
    pub prompt: &'a Text,
    /// The same as one text, the system prompt left out.
    pub request: &'a str,
    /// The reply that stands first.
    pub first: &'a str,
    /// The other.
    pub second: &'a str,
    /// Whether the rules that decided are wanted: more questions, where a mind has to be asked for them.
    pub explain: bool,
}

/// One reply and a rule that it may follow.
#[derive(Debug, Clone, Copy)]
pub struct CheckQuestion<'a> {
    /// What kind of work the reply does.
    pub task: RubricTask,
    /// The rule.
    pub rule: &'a RubricRule,
    /// What was asked, as the model that answered read it.
    pub prompt: &'a Text,
    /// The same as one text, the system prompt left out.
    pub request: &'a str,
    /// What was answered.
    pub reply: &'a str,
}

/// Why a mind says what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// In its own words: text of a model, shown as data. Empty where it gives none.
    pub why: String,
    /// The names of the rules that decided, the weightiest first.
    pub rules: Vec<String>,
}

/// What a mind says to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The log-odds of the first reply, or of "yes".
    Odds {
        /// Natural logarithm; 0 is undecided.
        log_odds: f64,
        /// Why, where it was asked for and given.
        explanation: Option<Explanation>,
    },
    /// The question is longer than it can read.
    TooLong,
    /// It was not judged.
    NotJudged {
        /// Why, as the end of a sentence that begins with "not judged, because".
        because: String,
    },
    /// It was asked, and asking again would bring the same: what came back cannot be read, or this question alone is refused.
    NoVerdict {
        /// Why, as the end of the same sentence.
        because: String,
    },
}

impl Said {
    /// Log-odds and nothing else.
    pub fn odds(log_odds: f64) -> Self {
        Self::Odds { log_odds, explanation: None }
    }
}

/// How a coach writes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Writing {
    /// Tokens of a text at most.
    pub most_tokens: usize,
    /// 0 takes the likeliest word each time.
    pub temperature: f32,
    /// Same seed, same text, where the mind draws.
    pub seed: u64,
}

/// Answers a coach's questions.
pub trait Mind: Debug + Send + Sync {
    /// Which of two replies follows the rules better, of each question in order: log-odds of the first.
    fn compare(&self, questions: &[CompareQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError>;

    /// Whether the reply follows the rule, of each question in order: log-odds of yes.
    fn check(&self, questions: &[CheckQuestion<'_>], context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError>;

    /// Writes an answer to each prompt (plain text or messages, the last a person's turn), in order; `None` where it could
    /// not. A mind that writes nothing at all says so with an error.
    fn write(
        &self,
        _prompts: &[Text],
        _writing: Writing,
        _context: &JobContext<'_>,
    ) -> Result<Vec<Option<String>>, FeedbackError> {
        Err(CoachError::WritesNothing { coach: "this coach" }.into())
    }

    /// Comparisons that are worth asking together.
    fn at_once(&self) -> usize;

    /// From which sum of both orders' log-odds on it decides, where nobody chose otherwise.
    fn usual_threshold(&self) -> f64 {
        DEFAULT_THRESHOLD
    }

    /// Whether it reads a rubric; else it has its own idea of what is better.
    fn reads_rules(&self) -> bool {
        true
    }

    /// What it has cost so far; nothing, on this machine.
    fn spent(&self) -> Spent {
        Spent::default()
    }

    /// What the answers cost that were used, those among them that were paid for before; nothing, on this machine.
    fn used(&self) -> Spent {
        self.spent()
    }

    /// The currency of what it costs; empty where it costs nothing.
    fn currency(&self) -> String {
        String::new()
    }
}
