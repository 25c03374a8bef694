//! What judging of a project would send to an endpoint, shown before anything is sent.

use serde_json::{Map, Value, json};

use super::MethodError;
use super::coach_report::{items_of_trial, newest_rubric};
use super::stages::items_for_coach;
use super::work::{Means, Work};
use crate::domain::{CoachName, ComputeSettings};
use crate::feedback::FeedbackError;
use crate::feedback::coach::CoachItem;
use crate::feedback::coach::endpoint::{Endpoint, EndpointError, Leaving};
use crate::job::{CoachReportSpec, JobContext, LeavingSpec};
use crate::project::store::{Access, Store};

/// The job: see [`LeavingSpec`].
pub fn leaving(spec: &LeavingSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    context.check()?;
    let store = Store::open(&spec.project, Access::Beside)?;
    let endpoint = Endpoint::of_user(&spec.endpoint).map_err(told)?;
    let rubric = newest_rubric(&store)?.rubric;
    let items = if let Some(most) = spec.trial {
        let seed = store.settings()?.seed;
        let report = CoachReportSpec {
            project: Some(spec.project.clone()),
            most: Some(most),
            seed,
            ..CoachReportSpec::default()
        };
        items_of_trial(&report, &store)?
    } else {
        items_of_round(&store)?
    };
    let leaving = Leaving::of_comparisons(&endpoint, &rubric, &items);
    Ok(Map::from_iter([("leaving".to_owned(), json!(leaving))]))
}

/// What the project's coach would be sent next; `None` where it is no endpoint, where people agreed to it before, or where
/// there is nothing to judge yet.
pub fn leaving_of_next_stage(store: &Store) -> Result<Option<Leaving>, MethodError> {
    let settings = store.settings()?;
    let Some(CoachName::Endpoint(name)) = settings.coach.as_deref().map(str::parse).transpose()? else {
        return Ok(None);
    };
    let endpoint = Endpoint::of_user(&name).map_err(told)?;
    if endpoint.is_agreed(&settings.id) || store.rounds()?.is_empty() {
        return Ok(None);
    }
    let (rubric, items) = (newest_rubric(store)?.rubric, items_of_round(store)?);
    Ok((!items.is_empty()).then(|| Leaving::of_comparisons(&endpoint, &rubric, &items)))
}

fn items_of_round(store: &Store) -> Result<Vec<CoachItem>, MethodError> {
    let compute = ComputeSettings::default();
    items_for_coach(&Work::open(store, Means::here(&compute))?)
}

fn told(error: EndpointError) -> MethodError {
    FeedbackError::from(error).into()
}
