//! How each stage is done. A stage that was stopped goes on where it was: what it makes stands in the store as it is made.

mod answer;
mod distil;
mod evaluate;
mod judge;
mod life;
mod measure;
mod train;

use super::MethodError;
use super::recipe::StageKind;
use super::work::Work;
use crate::job::JobContext;

pub(super) use evaluate::report_folder;
pub(super) use train::{DATA, SUMMARY, adapter_settings, adapter_start, spec as training_spec, write_lines};

pub(super) use judge::items_for_coach;

/// Does a stage of a round. `false` where people are needed before it is done.
pub(super) fn carry_out(
    work: &Work<'_>,
    kind: StageKind,
    number: u32,
    context: &JobContext<'_>,
) -> Result<bool, MethodError> {
    match kind {
        // These are for people: what is missing has been told.
        StageKind::Prompts | StageKind::Rubric | StageKind::PeopleJudge | StageKind::Review => return Ok(false),
        StageKind::Answer => answer::answer(work, number, context)?,
        StageKind::TrainPreferenceModel => {
            train::preference_model(work, number, context)?;
            judge::measure_preference_model(work, number, context)?;
        }
        StageKind::PreferenceModelJudges => judge::by_preference_model(work, number, context)?,
        StageKind::Distil => distil::distil(work, number, context)?,
        StageKind::CoachJudges => judge::by_coach(work, number, context)?,
        StageKind::Imitate => train::imitate(work, number, context)?,
        StageKind::Train => train::adapter(work, number, context)?,
        StageKind::Evaluate => return evaluate::evaluate(work, number, context),
    }
    Ok(true)
}
