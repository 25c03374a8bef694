//! A preference model as an annotator: a model with a score head, trained on verdicts to score answers (a reward model
//! after Bradley and Terry). The difference of two scores is the log-odds that people prefer the first answer.

mod calibration;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

pub use calibration::{Calibration, ReliabilityBin, calibration};

use super::annotator::{Answer, Judge, PairJudgement, verdict};
use super::coach::CoachError;
use super::{FeedbackError, Judgement};
use crate::domain::{CoachName, ComputeSettings, PreferencePair, Text, Verdict};
use crate::job::{JobContext, JudgeSpec};
use crate::model::backend::Backend;
use crate::model::decoder::Pass;
use crate::model::{AnyModel, Batch, Encoder, OpenModel, adapter_makes_scores};

/// Scores nearer than this are a tie, where nobody chose otherwise: people would prefer either in 45 to 55 of 100 cases.
pub const DEFAULT_TIE_MARGIN: f64 = 0.2;

/// Tokens that are computed together at most, before what answers share is taken out.
const PACK_TOKENS: usize = 1024;

/// Answers that are scored between two tellings of progress.
const AT_ONCE: usize = 16;

/// A model that scores answers.
#[derive(Debug)]
pub struct PreferenceModel {
    model: AnyModel,
    tie_margin: f64,
    template_arguments: Map<String, Value>,
}

impl PreferenceModel {
    /// Opens a model's folder and the adapter that `train --task preference-model` made for it.
    pub fn open(compute: &ComputeSettings, folder: &Path, adapter: &Path) -> Result<Self, FeedbackError> {
        let model = AnyModel::open(compute, folder, Some(adapter)).map_err(CoachError::from)?;
        if model.adapter().is_none_or(|adapter| adapter.score_head.is_none()) {
            return Err(CoachError::NoScoreHead { adapter: adapter.to_owned() }.into());
        }
        Ok(Self { model, tie_margin: DEFAULT_TIE_MARGIN, template_arguments: Map::new() })
    }

    /// The one that a job asks for: by its name, or as a coach whose adapter has a score head. `None` where it asks for
    /// none.
    pub(super) fn open_as_asked(spec: &JudgeSpec) -> Option<Result<Self, FeedbackError>> {
        let (folder, adapter) = match (spec.coach.as_ref()?, &spec.adapter) {
            (name @ CoachName::PreferenceModel(adapter), _) => {
                let Some(model) = &spec.model else {
                    return Some(Err(CoachError::NeedsModel { coach: name.to_string() }.into()));
                };
                (model.clone(), PathBuf::from(adapter))
            }
            (CoachName::Model(folder), Some(adapter)) if adapter_makes_scores(adapter) => {
                (PathBuf::from(folder), adapter.clone())
            }
            _ => return None,
        };
        if spec.rubric.is_some() {
            return Some(Err(CoachError::PreferenceModel { adapter }.into()));
        }
        let opened = Self::open(&spec.compute, &folder, &adapter).map(|model| {
            let tie_margin = spec.threshold.unwrap_or(model.tie_margin);
            model.with_tie_margin(tie_margin).with_template_arguments(spec.template_arguments.clone())
        });
        Some(opened)
    }

    /// Answers whose scores differ by no more than this are a tie.
    pub fn tie_margin(&self) -> f64 {
        self.tie_margin
    }

    /// Takes answers whose scores differ by no more than this for equally good.
    #[must_use]
    pub fn with_tie_margin(self, tie_margin: f64) -> Self {
        Self { tie_margin, ..self }
    }

    /// Named values that the chat template sees.
    #[must_use]
    pub fn with_template_arguments(self, template_arguments: Map<String, Value>) -> Self {
        Self { template_arguments, ..self }
    }

    /// The score of each prompt with its answer, in order. Prompt and answer are both plain text or both messages.
    pub fn scores(&self, answers: &[(&Text, &Text)], context: &JobContext<'_>) -> Result<Vec<f64>, FeedbackError> {
        match &self.model {
            AnyModel::Cpu(model) => scores_on(model, &self.template_arguments, answers, context),
            AnyModel::Graphics(model) => scores_on(model, &self.template_arguments, answers, context),
        }
    }

    /// The score of the chosen answer less that of the rejected one, of each pair.
    pub fn differences(&self, pairs: &[PreferencePair], context: &JobContext<'_>) -> Result<Vec<f64>, FeedbackError> {
        let answers: Vec<(&Text, &Text)> =
            pairs.iter().flat_map(|pair| [(&pair.prompt, &pair.chosen), (&pair.prompt, &pair.rejected)]).collect();
        let scores = self.scores(&answers, context)?;
        Ok(scores.chunks_exact(2).map(|both| both[0] - both[1]).collect())
    }
}

fn scores_on<B: Backend>(
    model: &OpenModel<B>,
    arguments: &Map<String, Value>,
    answers: &[(&Text, &Text)],
    context: &JobContext<'_>,
) -> Result<Vec<f64>, FeedbackError> {
    let head = model.adapter.as_ref().and_then(|adapter| adapter.score_head.as_deref()).unwrap_or_default();
    let encoder = Encoder { tokenizer: &model.tokenizer, template: model.template.as_ref(), arguments };
    let most = model.decoder.config().max_positions;
    let mut sequences = Vec::with_capacity(answers.len());
    for (prompt, completion) in answers {
        let mut ids = encoder.scored_ids(prompt, completion).map_err(CoachError::from)?;
        ids.truncate(most);
        sequences.push(ids);
    }
    let (mut scores, mut left) = (Vec::with_capacity(answers.len()), sequences.as_slice());
    while !left.is_empty() {
        context.check()?;
        let mut tokens = 0;
        let fitting = left.iter().take_while(|ids| {
            tokens += ids.len();
            tokens <= PACK_TOKENS
        });
        let (pack, rest) = left.split_at(fitting.count().max(1));
        let found = model.decoder.backend().run(|| {
            let mut batch = Batch::default();
            let pack: Vec<&[u32]> = pack.iter().map(Vec::as_slice).collect();
            let rows: Vec<usize> = batch.push_shared(&pack).into_iter().flatten().collect();
            let (hidden, _) = model.decoder.forward(&batch, Pass::inference(true))?;
            Ok::<_, CoachError>(model.decoder.scores(&hidden, &rows, head)?.0)
        })?;
        if let Some(&value) = found.iter().find(|value| !value.is_finite()) {
            return Err(CoachError::NoNumber { folder: model.folder.clone(), value }.into());
        }
        scores.extend(found);
        left = rest;
    }
    Ok(scores)
}

impl Judge for PreferenceModel {
    fn judge(&self, answers: &[Answer], context: &JobContext<'_>) -> Result<Vec<Judgement>, FeedbackError> {
        let answers: Vec<(&Text, &Text)> = answers.iter().map(|answer| (&answer.prompt, &answer.completion)).collect();
        let scores = self.scores(&answers, context)?;
        Ok(scores.into_iter().map(|score| Judgement { score, given: Vec::new() }).collect())
    }

    fn compare(&self, pairs: &[PreferencePair], context: &JobContext<'_>) -> Result<Vec<PairJudgement>, FeedbackError> {
        let one = |margin: f64| {
            let said = verdict(margin, 0.0, self.tie_margin);
            let reason = match said {
                Verdict::Chosen => format!("the chosen answer scores {margin:.2} higher"),
                Verdict::Rejected => format!("the rejected answer scores {:.2} higher", -margin),
                Verdict::Tie | Verdict::NotJudged => {
                    format!("the scores differ by {:.2}, within the tie margin {}", margin.abs(), self.tie_margin)
                }
            };
            PairJudgement { verdict: said, margin: Some(margin), reason, details: Map::new() }
        };
        Ok(self.differences(pairs, context)?.into_iter().map(one).collect())
    }

    fn tie_margin(&self) -> f64 {
        self.tie_margin
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }
}

#[cfg(test)]
mod tests;
