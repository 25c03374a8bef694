//! What a run learned from, record by record, in the order of its steps.

use std::path::Path;

use super::data::{Record, Source, fit};
use super::order::{self, StepPlan};
use super::record::{RunRecord, digest_rows};
use super::rows::{self, Encoder};
use super::set_aside::which_aside;
use super::{TokenizedRow, TrainError, settings};
use crate::job::JobContext;
use crate::model::text_side;

/// The records of a run's data, and where its steps find them.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Every record of the file.
    pub records: Vec<Record>,
    /// Those that were trained on, in the file's order, or in that in which they were mixed.
    pub trained: Vec<usize>,
    /// Those that were set aside to see when to stop.
    pub aside: Vec<usize>,
    /// Whether it was tried on a file of its own meanwhile, which is not here.
    pub has_own_holdout: bool,
    /// Those of each optimizer step of the whole run.
    pub steps: Vec<Vec<usize>>,
}

/// Reads `data` as the run of `record` did with the model at `folder`; `None` where it is not what the run learned from.
pub fn taken(
    record: &RunRecord,
    folder: &Path,
    data: &Path,
    context: &JobContext<'_>,
) -> Result<Option<Taken>, TrainError> {
    let settings = &record.settings;
    let (tokenizer, template) = text_side(folder)?;
    let arguments = &settings.template_arguments;
    let encoder = Encoder { tokenizer: &tokenizer, template: template.as_ref(), arguments };
    let source = Source { path: data, encoder, context };
    let records = source.records(settings.task)?;
    let (mut places, mut rows) = (Vec::new(), Vec::new());
    for (number, record) in records.iter().enumerate() {
        let row = source.row(settings.task, number, record)?;
        for row in fit(vec![row], settings.task, settings.max_length) {
            places.push(number);
            rows.push(row);
        }
    }
    // A run that was given a holdout of its own set nothing aside.
    for share in [settings.holdout_share, 0.0] {
        let is_aside = which_aside(&rows, share, settings.seed);
        let places_of = |wanted: bool| -> Vec<usize> {
            places.iter().zip(&is_aside).filter(|(_, is)| **is == wanted).map(|(place, _)| *place).collect()
        };
        let mut trained = places_of(false);
        let mut learned: Vec<TokenizedRow> =
            rows.iter().zip(&is_aside).filter(|(_, is)| !**is).map(|(row, _)| row.clone()).collect();
        if digest(settings, &mut trained, &mut learned)? == record.data_digest {
            let steps = steps(record, &trained)?;
            let aside = places_of(true);
            let nothing = digest_rows(&[] as &[TokenizedRow]);
            let has_own_holdout = aside.is_empty() && record.holdout_digest != nothing;
            return Ok(Some(Taken { records, trained, aside, has_own_holdout, steps }));
        }
    }
    Ok(None)
}

/// As the run made it, with the records' places mixed as it mixed the rows.
fn digest(
    settings: &crate::domain::TrainSettings,
    places: &mut [usize],
    rows: &mut [TokenizedRow],
) -> Result<String, TrainError> {
    if settings::resolve_objective(settings)?.loss.needs_mismatched {
        order::mix(settings, places);
        order::mix(settings, rows);
        rows::add_mismatched(rows, settings.batch_size);
        for row in rows.iter_mut() {
            rows::cut(row, settings.max_length);
        }
    }
    Ok(digest_rows(rows.iter()))
}

fn steps(record: &RunRecord, trained: &[usize]) -> Result<Vec<Vec<usize>>, TrainError> {
    let keeps_batches = settings::resolve_objective(&record.settings)?.loss.needs_mismatched;
    let plan = StepPlan::new(&record.settings, trained.len(), keeps_batches);
    let of_step = |step| plan.rows_of(step).into_iter().map(|row| trained[row]).collect();
    Ok((0..plan.total_steps).map(of_step).collect())
}
