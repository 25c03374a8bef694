//! Everything that a training in rounds needs before its first: settings resolved, judge and model opened, prompts read.

use std::fs::File;

use super::judging;
use super::plan::RoundPlan;
use super::settings::{Resolved, check_job};
use crate::domain::{PromptRecord, Text};
use crate::feedback::Judge;
use crate::generate::GenerateError;
use crate::job::{JobContext, OnlineSpec, TrainSpec};
use crate::model::backend::Backend;
use crate::model::{ChatTemplate, OpenModel, TextTokenizer, prompt_ids};
use crate::project;
use crate::train::record::{OnlineRecord, RunRecord, digest_rows};
use crate::train::{TokenizedRow, TrainError, Trained, prepare, settings};

/// What a training in rounds works with.
#[derive(Debug)]
pub struct Prepared<B: Backend> {
    /// The model, with the starting adapter or the new one on it.
    pub model: OpenModel<B>,
    /// What is trained.
    pub trained: Trained,
    /// The method with its numbers.
    pub resolved: Resolved,
    /// Who judges.
    pub judge: Box<dyn Judge>,
    /// What is answered.
    pub prompts: Vec<Text>,
    /// Its tokens.
    pub prompt_ids: Vec<Vec<u32>>,
    /// Which prompts a round takes.
    pub plan: RoundPlan,
    /// What the run was begun with.
    pub record: RunRecord,
    /// Keeps other programs out of the run's folder.
    _lock: File,
}

/// What of a model turns prompts into tokens.
#[derive(Debug, Clone, Copy)]
pub struct TextSide<'a> {
    /// Text to tokens.
    pub tokenizer: &'a TextTokenizer,
    /// Conversations to text.
    pub template: Option<&'a ChatTemplate>,
    /// Tokens that the model can take.
    pub max_positions: usize,
}

/// The prompts of a training with their tokens; each must leave room for an answer.
pub fn read_prompts(
    spec: &TrainSpec,
    side: TextSide<'_>,
    context: &JobContext<'_>,
) -> Result<Vec<(Text, Vec<u32>)>, TrainError> {
    let most = side.max_positions.saturating_sub(1);
    let one = |(index, record): (usize, PromptRecord)| {
        context.check()?;
        let place = || format!("{}, prompt {}", spec.data.display(), index + 1);
        let arguments = &spec.settings.template_arguments;
        let ids = prompt_ids(&record.prompt, side.tokenizer, side.template, false, arguments)
            .map_err(|source| GenerateError::Prompt { place: place(), source })?;
        if ids.is_empty() || ids.len() > most {
            let (place, model) = (place(), spec.model.clone());
            return Err(GenerateError::PromptLength { place, tokens: ids.len(), most, model }.into());
        }
        Ok((record.prompt, ids))
    };
    project::read_prompts(&spec.data)?.into_iter().enumerate().map(one).collect()
}

/// Opens and checks everything, and leaves the run's record in its folder. The judge is opened before anything is begun.
pub fn prepare<B: Backend>(
    backend: B,
    threads: usize,
    spec: &OnlineSpec,
    context: &JobContext<'_>,
) -> Result<Prepared<B>, TrainError> {
    let resolved = check_job(spec)?;
    settings::check_job(&spec.train)?;
    let (train, judging) = (&spec.train, judging::judging(spec));
    let judge_digest = judging::digest(&judging)?;
    let judge = judging::open(&judging, context)?;
    context.progress("opening the model", 0, None, "files");
    let mut model = OpenModel::open(backend, &train.model, train.adapter.as_deref(), settings::weight_dtype(train))?;
    if let Some(said) = model.finer_rows() {
        context.warn(said);
    }
    let side = TextSide {
        tokenizer: &model.tokenizer,
        template: model.template.as_ref(),
        max_positions: model.decoder.config().max_positions,
    };
    let (prompts, prompt_ids): (Vec<_>, Vec<_>) = read_prompts(train, side, context)?.into_iter().unzip();
    let trained = prepare::make_trained(train, &mut model)?;
    let rows = prompt_ids.iter().map(|ids| TokenizedRow { prompt_ids: ids.clone(), ..TokenizedRow::default() });
    let digests = [digest_rows(&rows.collect::<Vec<_>>()), digest_rows([])];
    let mut record = prepare::make_record(train, threads, &model, digests)?;
    record.online = Some(OnlineRecord { settings: spec.online.clone(), judge_digest });
    // Whoever reads the record of a run finds what it minimised where it stands for every training.
    record.settings.beta = resolved.beta;
    record.settings.loss_parameters.clone_from(&spec.online.loss_parameters);
    resolved.loss().clone_into(&mut record.settings.loss);
    let lock = prepare::begin_or_go_on(&record, &train.out)?;
    let plan = RoundPlan::new(&record.settings, &spec.online, prompts.len());
    Ok(Prepared { model, trained, resolved, judge, prompts, prompt_ids, plan, record, _lock: lock })
}
