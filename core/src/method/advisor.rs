//! The advisor: at most five questions, with what a project already shows, to a method and its reasons.
//!
//! Everything that it knows is data: [`QUESTIONS`], [`METHODS`], [`REASONS`] and [`RISKS`]. A reason gives points to
//! methods where its conditions hold; the method with the most points is recommended, the first of [`METHODS`] where
//! several have as many. So a person can be shown every reason, for and against, and the advisor has no other.
//!
//! What the table says: where people's preference decides (conversation, tone), people should judge; where feedback is
//! scarce or dear, or a program can check, a coach or rules should; in practice it is mostly a mix. And some wishes are
//! met better without any training.

mod estimates;
mod methods;
mod questions;
mod reasons;
mod risks;
mod shown;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::ToUserMessage;

pub use estimates::{Estimates, Range};
pub use methods::{METHODS, Method, MethodRow};
pub use questions::{Answer, QUESTIONS, Question};
pub use reasons::{REASONS, ReasonRow};
pub use risks::{RISKS, Risk, RiskRow};
pub use shown::{Condition, Fact, Shown};

/// An answer that the advisor does not know.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum AdvisorError {
    /// There is no such question.
    #[error("the advisor has no question `{question}`")]
    UnknownQuestion {
        /// What was named.
        question: String,
    },
    /// The question has no such answer.
    #[error("the advisor's question `{question}` has no answer `{answer}`")]
    UnknownAnswer {
        /// The question.
        question: String,
        /// What was answered.
        answer: String,
    },
}

impl ToUserMessage for AdvisorError {
    fn hint(&self) -> Option<String> {
        let known: Vec<&str> = match self {
            Self::UnknownQuestion { .. } => QUESTIONS.iter().map(|question| question.id).collect(),
            Self::UnknownAnswer { question, .. } => {
                let question = QUESTIONS.iter().find(|row| row.id == question)?;
                question.answers.iter().map(|answer| answer.id).collect()
            }
        };
        Some(format!("take one of {}", known.join(", ")))
    }
}

/// What a person answered: question to answer, by their ids. A question may stay open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers {
    chosen: BTreeMap<String, String>,
}

impl Answers {
    /// Answers a question, or changes its answer.
    pub fn choose(&mut self, question: &str, answer: &str) -> Result<(), AdvisorError> {
        let row = QUESTIONS.iter().find(|row| row.id == question);
        let row = row.ok_or_else(|| AdvisorError::UnknownQuestion { question: question.to_owned() })?;
        if !row.answers.iter().any(|known| known.id == answer) {
            return Err(AdvisorError::UnknownAnswer { question: question.to_owned(), answer: answer.to_owned() });
        }
        self.chosen.insert(question.to_owned(), answer.to_owned());
        Ok(())
    }

    /// The answer to a question, where it was answered.
    pub fn chosen(&self, question: &str) -> Option<&str> {
        self.chosen.get(question).map(String::as_str)
    }

    /// Whether every question is answered.
    pub fn are_complete(&self) -> bool {
        QUESTIONS.iter().all(|question| self.chosen(question.id).is_some())
    }
}

/// What the advisor says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// The method to take, or what to do instead of training.
    pub method: Recommendation,
    /// The next best way to train.
    pub runner_up: Recommendation,
    /// Why, and what speaks against it; the weightiest first.
    pub reasons: Vec<Reason>,
    /// Labels, hours and money that it takes.
    pub estimates: Estimates,
    /// What to beware of with this method.
    pub risks: Vec<Risk>,
    /// Where no training is recommended, what to do instead.
    pub do_not_train: Option<String>,
}

/// A method as it is recommended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// Its id in files: `rlhf`, `hybrid-a`, `change-prompt`, …
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What is done, in a sentence.
    pub says: &'static str,
    /// Whether it trains.
    pub trains: bool,
    /// The points that its reasons gave it.
    pub points: i32,
}

/// Which way a reason points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It speaks for the method.
    For,
    /// It speaks against it.
    Against,
}

/// A reason in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The row of [`REASONS`].
    pub id: &'static str,
    /// What holds here, and what follows of it.
    pub sentence: &'static str,
    /// Which way it points.
    pub for_or_against: Side,
    /// How much it weighs.
    pub points: i32,
}

/// What to do, for these answers and what the project shows.
pub fn advise(answers: &Answers, shown: &Shown) -> Advice {
    let rows: Vec<&ReasonRow> = REASONS.iter().filter(|row| shown::hold(row.when, answers, shown)).collect();
    let points = |method: Method| rows.iter().map(|row| row.points_for(method)).sum::<i32>();
    let mut ranked: Vec<(&'static MethodRow, i32)> = METHODS.iter().map(|row| (row, points(row.method))).collect();
    // The sort is stable: of equals, the first of the table stays first.
    ranked.sort_by_key(|(_, points)| -points);
    let recommended = |(row, points): (&'static MethodRow, i32)| Recommendation {
        id: row.id,
        name: row.name,
        says: row.says,
        trains: row.method.trains(),
        points,
    };
    let best = ranked[0];
    let next = ranked.iter().skip(1).find(|(row, _)| row.method.trains()).copied().unwrap_or(best);
    let method = best.0.method;
    Advice {
        method: recommended(best),
        runner_up: recommended(next),
        reasons: reasons_of(method, &rows),
        estimates: estimates::of(best.0, answers, shown),
        risks: risks::of(method, answers, shown),
        do_not_train: (!method.trains()).then(|| format!("Do not train yet. {}", best.0.says)),
    }
}

fn reasons_of(method: Method, rows: &[&ReasonRow]) -> Vec<Reason> {
    let reason = |row: &&ReasonRow| {
        let points = row.points_for(method);
        let side = if points > 0 { Side::For } else { Side::Against };
        (points != 0).then_some(Reason {
            id: row.id,
            sentence: row.sentence,
            for_or_against: side,
            points: points.abs(),
        })
    };
    let mut reasons: Vec<Reason> = rows.iter().filter_map(reason).collect();
    reasons.sort_by_key(|reason| (reason.for_or_against == Side::Against, -reason.points));
    reasons
}

#[cfg(test)]
mod tests;
