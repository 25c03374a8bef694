//! What going on with a project would send to an endpoint, for a person to see before it is sent.

use super::MethodError;
use super::gather::{Texts, answered_by_people, comparisons_of, verdicts_in};
use super::stages::coach_items;
use super::work::{Means, Work};
use crate::domain::{CoachName, ComputeSettings, Split};
use crate::feedback::FeedbackError;
use crate::feedback::coach::endpoint::{Endpoints, Leaving};
use crate::project::store::Store;

/// What the project's coach would be sent of the newest round, at most; `None` where it is no endpoint, where people agreed
/// to it before, or where there is nothing to judge yet.
pub fn leaving(store: &Store) -> Result<Option<Leaving>, MethodError> {
    let settings = store.settings()?;
    let Some(CoachName::Endpoint(name)) = settings.coach.as_deref().map(str::parse).transpose()? else {
        return Ok(None);
    };
    let endpoints = Endpoints::of_user().map_err(FeedbackError::from)?;
    let endpoint = endpoints.find(&name).map_err(FeedbackError::from)?;
    let rubric = store.rubrics()?.pop().map(|version| version.rubric);
    let (Some(rubric), Some(round), false) = (rubric, store.rounds()?.pop(), endpoint.is_agreed(&settings.id)) else {
        return Ok(None);
    };
    let compute = ComputeSettings::default();
    let work = Work::open(store, Means::here(&compute))?;
    let annotators = store.annotators()?;
    let verdicts = verdicts_in(store, Some(&round))?;
    let by_people = answered_by_people(&verdicts, &annotators);
    let trained: Vec<_> = store.prompts(Some(Split::Train))?.into_iter().map(|prompt| prompt.id).collect();
    let mut open = comparisons_of(store, Some(&round))?;
    open.retain(|comparison| trained.contains(&comparison.prompt) && !by_people.contains(&comparison.id));
    let items = coach_items(&open, &Texts::read(&work)?)?;
    Ok((!items.is_empty()).then(|| Leaving::of_comparisons(endpoint, &rubric, &items)))
}
