//! The registry of annotators. A new one is a file that implements [`Judge`] and a row here.

use std::fmt::Debug;

use serde_json::{Map, Value};

use super::coach::CoachAnnotator;
use super::pairs::is_tie;
use super::rules::reason;
use super::{CompiledRules, FeedbackError, Judgement, PreferenceModel};
use crate::domain::{PreferencePair, Spent, Text, Verdict};
use crate::job::{JobContext, JudgeSpec};

/// A prompt with an answer, both plain text or both messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was asked.
    pub prompt: Text,
    /// What was answered.
    pub completion: Text,
}

/// What an annotator says of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct PairJudgement {
    /// Which answer is better.
    pub verdict: Verdict,
    /// By how much, above 0 where the chosen answer is better; `None` where it was not judged.
    pub margin: Option<f64>,
    /// Why, in a sentence.
    pub reason: String,
    /// What else the annotator has to say, by the keys of the line that is written.
    pub details: Map<String, Value>,
}

/// Scores answers and compares them.
pub trait Judge: Debug + Send + Sync {
    /// How good each answer is, in order: between 0 and 1, but for a preference model, whose scores have no bounds.
    fn judge(&self, answers: &[Answer], context: &JobContext<'_>) -> Result<Vec<Judgement>, FeedbackError>;

    /// Which answer of each pair is better, in order.
    fn compare(&self, pairs: &[PreferencePair], context: &JobContext<'_>) -> Result<Vec<PairJudgement>, FeedbackError>;

    /// Whether each pair that was made of the scores is to be kept. An annotator that compares better than it scores
    /// looks again.
    fn confirm(&self, pairs: &[PreferencePair], _context: &JobContext<'_>) -> Result<Vec<bool>, FeedbackError> {
        Ok(vec![true; pairs.len()])
    }

    /// Why some of what was asked so far may be asked again later: a server that is down, a budget that is spent. Such answers
    /// have no score and such pairs are not confirmed. `None` where there was none.
    fn lost_for_now(&self) -> Option<&str> {
        None
    }

    /// Two answers whose scores differ by no more than this are a tie.
    fn tie_margin(&self) -> f64;

    /// Records that are judged together, between two tellings of progress.
    fn at_once(&self) -> usize;

    /// What it has cost so far; nothing, on this machine.
    fn spent(&self) -> Spent {
        Spent::default()
    }
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
    /// Opens it as a job asks; `None` where the job asks for another one. The context is told of warnings.
    pub open: fn(&JudgeSpec, &JobContext<'_>) -> Option<Opened>,
}

/// Every annotator. The first that a job asks for judges.
pub const ANNOTATORS: &[Annotator] = &[PREFERENCE_MODEL, COACH, RULE];

const RULE: Annotator = Annotator {
    id: "rule",
    meaning: "Rules that a program checks: length, words that must or must not occur, a form, a language. They cost \
              nothing, never tire and say why; they see nothing of what an answer means. The score is the weighted \
              mean of what the rules give.",
    open: |spec, _| {
        let rules = spec.rules.as_ref()?;
        Some(CompiledRules::read(rules).map(|rules| Box::new(rules) as Box<dyn Judge>))
    },
};

const COACH: Annotator = Annotator {
    id: "coach",
    meaning: "A model that reads a rubric and says which of two answers follows it better. It reads meaning and never \
              tires, but has a taste of its own: it is asked in both orders, and what it cannot tell it leaves to \
              people. The score of a single answer is the mean probability that it follows each rule.",
    open: |spec, context| spec.coach.as_ref().map(|name| CoachAnnotator::open(name, spec, context)),
};

const PREFERENCE_MODEL: Annotator = Annotator {
    id: "preference_model",
    meaning: "A model that was trained on people's verdicts to score answers as they would (a reward model). It needs \
              no rubric and is the fastest that reads meaning; it knows only what those people judged, and an answer \
              unlike theirs may fool it. The difference of two scores is the log-odds that people prefer the first.",
    open: |spec, _| PreferenceModel::open_as_asked(spec).map(|opened| opened.map(|model| Box::new(model) as _)),
};

impl Judge for CompiledRules {
    fn judge(&self, answers: &[Answer], _context: &JobContext<'_>) -> Result<Vec<Judgement>, FeedbackError> {
        Ok(answers.iter().map(|answer| Self::judge(self, &answer.completion.readable())).collect())
    }

    fn compare(
        &self,
        pairs: &[PreferencePair],
        _context: &JobContext<'_>,
    ) -> Result<Vec<PairJudgement>, FeedbackError> {
        let tie_margin = Self::tie_margin(self);
        let one = |pair: &PreferencePair| {
            let chosen = Self::judge(self, &pair.chosen.readable());
            let rejected = Self::judge(self, &pair.rejected.readable());
            let verdict = verdict(chosen.score, rejected.score, tie_margin);
            let reason = reason(&chosen, &rejected, verdict, tie_margin);
            PairJudgement { verdict, margin: Some(chosen.score - rejected.score), reason, details: Map::new() }
        };
        Ok(pairs.iter().map(one).collect())
    }

    fn tie_margin(&self) -> f64 {
        Self::tie_margin(self)
    }

    fn at_once(&self) -> usize {
        64
    }
}

/// What two scores say.
pub(super) fn verdict(chosen: f64, rejected: f64, tie_margin: f64) -> Verdict {
    if is_tie(chosen, rejected, tie_margin) {
        Verdict::Tie
    } else if chosen > rejected {
        Verdict::Chosen
    } else {
        Verdict::Rejected
    }
}
