//! Scoring: the log-probabilities of pairs under a model, as TRL counts them; or, with a preference model's adapter, the
//! scores that it gives them.

use serde_json::{Map, Value, json};

use super::data::Source;
use super::loss::RowValues;
use super::policy::{self, Pack, Reading};
use super::{TokenizedRow, TrainError};
use crate::domain::Task;
use crate::files;
use crate::job::{JobContext, JobEvent, ScoreSpec};
use crate::model::backend::Backend;
use crate::model::decoder::Pass;
use crate::model::{AnyBackend, OpenModel, choose_backend};

/// Tokens that are computed together when nothing is kept for a way back.
pub(super) const PACK_TOKENS: usize = 1024;

/// The job: a line a pair, in order, to a file or as `Output` events.
pub fn score(spec: &ScoreSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, TrainError> {
    spec.out.as_deref().map_or(Ok(()), files::check_place)?;
    match choose_backend(&spec.compute)? {
        AnyBackend::Cpu(backend) => score_on(&backend, spec, context),
        AnyBackend::Graphics(backend) => score_on(&backend, spec, context),
    }
}

fn score_on<B: Backend + Clone>(
    backend: &B,
    spec: &ScoreSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, TrainError> {
    context.progress("opening the model", 0, None, "files");
    let model = OpenModel::open(backend.clone(), &spec.model, spec.adapter.as_deref(), spec.compute.dtype)?;
    if let Some(said) = model.finer_rows() {
        context.warn(said);
    }
    let score_head = model.adapter.as_ref().and_then(|adapter| adapter.score_head.as_deref());
    let (task, reading) = match score_head {
        Some(head) => (Task::PreferenceModel, Reading::Scores(head)),
        None => (Task::Dpo, Reading::Completions),
    };
    let rows = Source::new(&spec.data, &model, &spec.template_arguments, context).read(task, None)?;
    let references: Vec<&TokenizedRow> = rows.iter().collect();
    let mut values = Vec::with_capacity(rows.len());
    backend.run(|| {
        for members in policy::packs(&references, 2, PACK_TOKENS) {
            context.check()?;
            let pack = Pack::new(members, 2, reading);
            let (more, _) = policy::forward(&model.decoder, &pack, Pass::inference(true))?;
            check_finite(&more, values.len())?;
            values.extend(more);
            context.progress("scoring", values.len() as u64, Some(rows.len() as u64), "pairs");
        }
        Ok::<_, TrainError>(())
    })?;
    let record = if score_head.is_some() { |_: &_, values| score_record(values) } else { log_probability_record };
    let records: Vec<Value> = rows.iter().zip(&values).map(|(row, values)| record(row, *values)).collect();
    match &spec.out {
        Some(out) => files::write_atomically(out, |file| records.iter().try_for_each(|r| writeln!(file, "{r}")))?,
        None => records.into_iter().for_each(|record| context.emit(JobEvent::Output { record })),
    }
    let higher = values.iter().filter(|RowValues { completions: [chosen, rejected], .. }| chosen > rejected).count();
    let mut summary = Map::new();
    summary.insert("pairs".to_owned(), json!(rows.len()));
    let counted = if score_head.is_some() { "chosen_scored_higher" } else { "chosen_more_likely" };
    summary.insert(counted.to_owned(), json!(higher));
    if let Some(out) = &spec.out {
        summary.insert("out".to_owned(), json!(out));
    }
    Ok(summary)
}

/// Refuses values that are no numbers; `before` rows went before these.
pub(super) fn check_finite(values: &[RowValues], before: usize) -> Result<(), TrainError> {
    let found = values.iter().enumerate().find_map(|(index, values)| {
        let value = values.completions.iter().find(|value| !value.is_finite())?;
        Some(TrainError::NoNumber { number: before + index + 1, value: *value })
    });
    found.map_or(Ok(()), Err)
}

fn log_probability_record(row: &TokenizedRow, values: RowValues) -> Value {
    let (_, [chosen_tokens, rejected_tokens]) = policy::counted_tokens(row);
    let [chosen, rejected] = values.completions;
    json!({
        "chosen_logp": chosen,
        "rejected_logp": rejected,
        "chosen_tokens": chosen_tokens,
        "rejected_tokens": rejected_tokens,
    })
}

fn score_record(values: RowValues) -> Value {
    let [chosen, rejected] = values.completions;
    json!({"chosen_reward": chosen, "rejected_reward": rejected, "margin": chosen - rejected})
}
