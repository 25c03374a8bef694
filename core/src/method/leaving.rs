//! What judging of a project would send to an endpoint, shown before anything is sent.

use serde_json::{Map, Value, json};

use super::MethodError;
use super::coach_report::{items_of_trial, newest_rubric};
use super::stages::items_for_coach;
use super::work::{Means, Work};
use crate::domain::ComputeSettings;
use crate::feedback::FeedbackError;
use crate::feedback::coach::endpoint::{EndpointError, Endpoints, Leaving};
use crate::job::{CoachReportSpec, JobContext, LeavingSpec};
use crate::project::store::{Access, Store};

/// The job: see [`LeavingSpec`].
pub fn leaving(spec: &LeavingSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    context.check()?;
    let told = |error: EndpointError| MethodError::from(FeedbackError::from(error));
    let store = Store::open(&spec.project, Access::Beside)?;
    let endpoints = Endpoints::of_user().map_err(told)?;
    let endpoint = endpoints.find(&spec.endpoint).map_err(told)?;
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
        let compute = ComputeSettings::default();
        items_for_coach(&Work::open(&store, Means::here(&compute))?)?
    };
    let leaving = Leaving::of_comparisons(endpoint, &rubric, &items);
    Ok(Map::from_iter([("leaving".to_owned(), json!(leaving))]))
}
