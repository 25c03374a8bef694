//! Scoring: the log-probabilities of pairs under a model, as TRL counts them.

use serde_json::{Map, Value, json};

use super::policy::{self, Pack};
use super::{TokenizedPair, TrainError, data};
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
        AnyBackend::Tensor(backend) => score_on(&backend, spec, context),
    }
}

fn score_on<B: Backend + Clone>(
    backend: &B,
    spec: &ScoreSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, TrainError> {
    context.progress("opening the model", 0, None, "files");
    let model = OpenModel::open(backend.clone(), &spec.model, spec.adapter.as_deref(), spec.compute.dtype)?;
    let pairs = data::read_pairs(&spec.data, &model, &spec.template_arguments, None, context)?;
    let references: Vec<&TokenizedPair> = pairs.iter().collect();
    let mut sums = Vec::with_capacity(pairs.len());
    backend.run(|| {
        for pack in policy::packs(&references, PACK_TOKENS) {
            context.check()?;
            let (values, _) = policy::forward(&model.decoder, &Pack::new(pack), Pass::inference(true))?;
            check_finite(&values, sums.len())?;
            sums.extend(values);
            context.progress("scoring", sums.len() as u64, Some(pairs.len() as u64), "pairs");
        }
        Ok::<_, TrainError>(())
    })?;
    let records: Vec<Value> = pairs.iter().zip(&sums).map(|(pair, sums)| record(pair, *sums)).collect();
    match &spec.out {
        Some(out) => files::write_atomically(out, |file| records.iter().try_for_each(|r| writeln!(file, "{r}")))?,
        None => records.into_iter().for_each(|record| context.emit(JobEvent::Output { record })),
    }
    let higher = sums.iter().filter(|[chosen, rejected]| chosen > rejected).count();
    let mut summary = Map::new();
    summary.insert("pairs".to_owned(), json!(pairs.len()));
    summary.insert("chosen_more_likely".to_owned(), json!(higher));
    if let Some(out) = &spec.out {
        summary.insert("out".to_owned(), json!(out));
    }
    Ok(summary)
}

/// Refuses log-probabilities that are no numbers; `before` pairs went before these.
pub(super) fn check_finite(sums: &[[f64; 2]], before: usize) -> Result<(), TrainError> {
    let found = sums.iter().enumerate().find_map(|(index, pair)| {
        let value = pair.iter().find(|value| !value.is_finite())?;
        Some(TrainError::NoNumber { number: before + index + 1, value: *value })
    });
    found.map_or(Ok(()), Err)
}

fn record(pair: &TokenizedPair, [chosen, rejected]: [f64; 2]) -> Value {
    let [chosen_tokens, rejected_tokens] = policy::answer_tokens(pair);
    json!({
        "chosen_logp": chosen,
        "rejected_logp": rejected,
        "chosen_tokens": chosen_tokens,
        "rejected_tokens": rejected_tokens,
    })
}
