//! Pairs of a file, tokenized as TRL does and cut to the run's length.

use std::path::Path;

use serde_json::{Map, Value};

use super::{TokenizedPair, TrainError, tokenize_pair, truncate};
use crate::job::JobContext;
use crate::model::OpenModel;
use crate::model::backend::Backend;
use crate::project;

/// Reads and tokenizes a file of pairs; `max_length` cuts and drops as TRL does, `None` keeps everything. What was
/// dropped is told.
pub fn read_pairs<B: Backend>(
    path: &Path,
    model: &OpenModel<B>,
    arguments: &Map<String, Value>,
    max_length: Option<usize>,
    context: &JobContext<'_>,
) -> Result<Vec<TokenizedPair>, TrainError> {
    let pairs = project::read_pairs(path)?;
    let mut tokenized = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        context.check()?;
        let row = tokenize_pair(pair, &model.tokenizer, model.template.as_ref(), arguments);
        tokenized.push(row.map_err(|source| TrainError::Row { path: path.to_owned(), number: index + 1, source })?);
    }
    let Some(max_length) = max_length else { return Ok(tokenized) };
    let truncated = truncate(tokenized, max_length);
    if truncated.kept.is_empty() {
        return Err(TrainError::NothingLeft { path: path.to_owned(), pairs: pairs.len(), max_length });
    }
    if truncated.dropped > 0 {
        context.warn(format!(
            "{}: {} of {} pairs are left out, because their prompts alone fill {max_length} tokens (`--max-length`)",
            path.display(),
            truncated.dropped,
            pairs.len()
        ));
    }
    Ok(truncated.kept.into_iter().map(|(_, pair)| pair).collect())
}
