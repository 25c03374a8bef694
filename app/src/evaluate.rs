//! `evaluate`: a job; where people compare, a sitting in between, and where an endpoint does, the question what may be sent.

use std::io;

use whetstone_core::domain::{ToUserMessage, UserMessage};
use whetstone_core::evaluate::job::{EvaluationSitting, leaving};
use whetstone_core::feedback::people::{Effect, Key, Shown, Side};
use whetstone_core::job::{CancelToken, ComparedBy, EvaluateSpec, JobSpec};

use crate::endpoint::asked;
use crate::label::{Desk, ask_all};
use crate::options::EvaluateOptions;
use crate::run::{error_text, run as run_job};
use crate::{CANCELLED, Console, DONE, FAILED};

impl Desk for EvaluationSitting {
    fn total(&self) -> usize {
        Self::total(self)
    }

    fn said_so_far(&self) -> Option<String> {
        None
    }

    fn show(&self) -> Option<Shown<'_>> {
        Self::show(self)
    }

    fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, UserMessage> {
        Self::answer(self, key, seconds).map_err(|error| error.user_message())
    }

    fn edit(&mut self, _side: Side, _text: &str, _seconds: f64) -> Result<Effect, UserMessage> {
        Ok(Effect::NothingCorrected)
    }

    fn corrects(&self) -> bool {
        false
    }
}

/// Evaluates and returns the exit status.
pub(crate) fn run(options: EvaluateOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let spec = EvaluateSpec::from(options);
    let job = |spec: &EvaluateSpec| run_job(&JobSpec::Evaluate(Box::new(spec.clone())), json, console, cancel);
    let status = job(&spec);
    // Whoever reads events is no person who sits here.
    if status != DONE || json && spec.judge == ComparedBy::People {
        return status;
    }
    let again = match between(&spec, json, console, cancel) {
        Ok(Some(again)) => again,
        Ok(None) => return status,
        Err(status) => return status,
    };
    job(&again)
}

/// What people do once the answers are there: compare, or agree to what an endpoint is sent. `None` where nothing is left to do.
fn between(
    spec: &EvaluateSpec,
    json: bool,
    console: &Console<'_>,
    cancel: &CancelToken,
) -> Result<Option<EvaluateSpec>, u8> {
    let failed = |message: &UserMessage| {
        console.note(&error_text(message));
        FAILED
    };
    let mut again = EvaluateSpec { resume: true, ..spec.clone() };
    match &spec.judge {
        ComparedBy::Rules { .. } => return Ok(None),
        ComparedBy::Coach { .. } => {
            let leaving = if spec.endpoint.is_agreed { Ok(None) } else { leaving(spec) };
            let Some(leaving) = leaving.map_err(|error| failed(&error.user_message()))? else { return Ok(None) };
            asked(&leaving, json, console)?;
            again.endpoint.is_agreed = true;
        }
        ComparedBy::People => {
            let mut sitting = EvaluationSitting::begin(spec).map_err(|error| failed(&error.user_message()))?;
            if sitting.show().is_none() {
                return Ok(None);
            }
            let sat = ask_all(&mut sitting, &mut io::stdin().lock(), console, cancel);
            let status = sat.map_err(|message| failed(&message))?;
            if status == CANCELLED {
                return Err(CANCELLED);
            }
        }
    }
    Ok(Some(again))
}
