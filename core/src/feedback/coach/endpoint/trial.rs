//! An endpoint tried with one small question whose answer everybody knows.

use std::time::Instant;

use super::{EndpointError, EndpointMind, Endpoints, usual_patience};
use crate::domain::{RubricRule, RubricTask, Secret, Spent, Text};
use crate::feedback::FeedbackError;
use crate::feedback::coach::mind::{CompareQuestion, Mind, Said};
use crate::job::{EndpointUse, JobContext};

const REQUEST: &str = "Where is my parcel?";
const POLITE: &str = "Thank you for asking. I will look for it at once and write to you today.";
const RUDE: &str = "How should I know? Leave me alone.";

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointTrial {
    /// The log-odds of the polite reply: above 0 is right, 0 is undecided.
    pub log_odds: f64,
    /// What it says of it.
    pub why: String,
    /// What that cost.
    pub spent: Spent,
    /// How long it took.
    pub seconds: f64,
}

impl EndpointTrial {
    /// In a few words, without a full stop at the end: `it judges, rightly: …`.
    pub fn sentence(&self) -> String {
        let how = match self.log_odds {
            odds if odds > 0.0 => "rightly",
            odds if odds < 0.0 => "wrongly",
            _ => "and finds both replies alike",
        };
        format!("it judges, {how}: {}", self.why)
    }
}

/// Asks. Whoever asks for it has agreed: the question holds nobody's texts.
pub fn tried(
    name: &str,
    key: Option<&Secret>,
    endpoints: &mut Endpoints,
    context: &JobContext<'_>,
) -> Result<EndpointTrial, FeedbackError> {
    let means = EndpointUse { is_agreed: true, key: key.cloned(), ..EndpointUse::default() };
    let mind = EndpointMind::open_among(endpoints, name, (&means, None), usual_patience(), context)?;
    let begun = Instant::now();
    let (prompt, rule) = (Text::from(REQUEST), RubricRule::new("polite", "Be polite."));
    let question = CompareQuestion {
        task: RubricTask::Conversation,
        rules: &[&rule],
        prompt: &prompt,
        request: REQUEST,
        first: POLITE,
        second: RUDE,
        explain: true,
    };
    let said = mind.compare(&[question], context)?.into_iter().next();
    let (seconds, spent) = (begun.elapsed().as_secs_f64(), mind.spent());
    match said {
        Some(Said::Odds { log_odds, explanation }) => {
            let why = explanation.map(|explanation| explanation.why).unwrap_or_default();
            Ok(EndpointTrial { log_odds, why, spent, seconds })
        }
        Some(Said::NotJudged { because } | Said::NoVerdict { because }) => {
            Err(EndpointError::DidNotJudge { name: name.to_owned(), because }.into())
        }
        Some(Said::TooLong) | None => {
            let because = "it reads too few tokens".to_owned();
            Err(EndpointError::DidNotJudge { name: name.to_owned(), because }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_right_wrong_or_undecided() {
        let said = |log_odds| {
            let why = "It is kind".to_owned();
            EndpointTrial { log_odds, why, spent: Spent::default(), seconds: 1.0 }.sentence()
        };
        assert_eq!(said(2.0), "it judges, rightly: It is kind");
        assert_eq!(said(-2.0), "it judges, wrongly: It is kind");
        assert_eq!(said(0.0), "it judges, and finds both replies alike: It is kind");
    }
}
