//! What a training in rounds is about to work with, found out without reading any of the model's weights.

use super::learner;
use super::plan::RoundPlan;
use super::prepare::{TextSide, read_prompts};
use super::settings::{Aim, Resolved, check_job};
use super::{judging, round};
use crate::domain::CoachName;
use crate::files;
use crate::job::{JobContext, OnlineSpec};
use crate::model::ModelOutline;
use crate::train::prepare::begun_run;
use crate::train::presets::resolve_rate;
use crate::train::workload::Amount;
use crate::train::{
    PACK_TOKENS, RowLengths, Survey, TrainError, Workload, checkpoint, record, settings, survey as surveying,
};

/// What a training in rounds is about to work with.
#[derive(Debug, Clone)]
pub struct OnlineSurvey {
    /// What it has in common with every training. Answers count as long as they may become.
    pub survey: Survey,
    /// The method with its numbers.
    pub resolved: Resolved,
    /// Its rounds.
    pub plan: RoundPlan,
    /// Prompts in the file.
    pub prompts: usize,
    /// Tokens of the prompts of all rounds together.
    pub prompt_tokens: f64,
    /// Tokens of the longest prompt.
    pub longest_prompt: usize,
    /// Answers of all rounds together.
    pub answers: u64,
    /// Weights of a judge that is a model of this machine, in bytes.
    pub judge_bytes: u64,
    /// Steps that an earlier start of the run has done.
    pub steps_done: u64,
}

/// Looks at everything that the training needs but weights, and finds the faults that can be found so.
pub fn survey(spec: &OnlineSpec, context: &JobContext<'_>) -> Result<OnlineSurvey, TrainError> {
    let begun = begun_run(&spec.train)?;
    let resolved = check_job(spec)?;
    let mut spec = spec.clone();
    if let Some(record) = &begun {
        let memory = spec.train.settings.memory;
        record::complete(&mut spec.train, record);
        spec.train.settings.memory = memory;
    }
    settings::check_job(&spec.train)?;
    judging::digest(&judging::judging(&spec))?;
    context.progress("looking at model and prompts", 0, None, "files");
    let train = &spec.train;
    let model = ModelOutline::open(&train.model, settings::weight_dtype(train))?;
    let side = TextSide {
        tokenizer: &model.tokenizer,
        template: model.template.as_ref(),
        max_positions: model.config.max_positions,
    };
    let prompts: Vec<usize> = read_prompts(train, side, context)?.into_iter().map(|(_, ids)| ids.len()).collect();
    let plan = RoundPlan::new(&train.settings, &spec.online, prompts.len());
    let targets = surveying::adapter_targets(train, &model.config)?;
    let mut settings = train.settings.clone();
    resolve_rate(&mut settings, model.config.parameter_count());
    let steps_done = if train.resume { checkpoint::newest_step(&train.out.join("checkpoints")) } else { 0 };
    let answered = (plan.rounds * plan.prompts_a_round as u64) as f64;
    let mean_prompt = prompts.iter().sum::<usize>() as f64 / prompts.len().max(1) as f64;
    let judge_bytes = judge_bytes(&spec, &model);
    Ok(OnlineSurvey {
        prompts: prompts.len(),
        prompt_tokens: answered * mean_prompt,
        longest_prompt: prompts.iter().copied().max().unwrap_or_default(),
        answers: plan.rounds * (plan.prompts_a_round * spec.online.samples) as u64,
        judge_bytes,
        steps_done: steps_done.min(plan.total_steps()),
        survey: Survey {
            out: train.out.clone(),
            precision: model.precision,
            weight_bytes: model.stored_bytes,
            kept_bytes: model.kept_bytes,
            rounding: model.rounding,
            tokenizer_bytes: model.tokenizer_bytes,
            targets,
            workload: workload(&spec, &resolved, &plan, &prompts, model.config.max_positions),
            holdout_rows: 0,
            steps_done: 0,
            settings,
            config: model.config,
        },
        resolved,
        plan,
    })
}

/// The tokens that an answer to a prompt has room for.
pub fn longest_answer(max_new_tokens: usize, prompt: usize, max_positions: usize) -> usize {
    max_new_tokens.min(max_positions.saturating_sub(prompt)).max(1)
}

/// What is computed beside drawing and judging.
fn workload(
    spec: &OnlineSpec,
    resolved: &Resolved,
    plan: &RoundPlan,
    prompts: &[usize],
    max_positions: usize,
) -> Workload {
    let online = &spec.online;
    let rows = |prompt: usize, samples: usize| -> Vec<RowLengths> {
        let answer = vec![0; longest_answer(online.max_new_tokens, prompt, max_positions)];
        let rows = learner::rows([(&vec![0; prompt][..], vec![&answer[..]; samples])], PACK_TOKENS);
        rows.iter().map(RowLengths::from).collect()
    };
    let (mut read, mut learned, mut largest) = (Amount::default(), Amount::default(), Amount::default());
    for &prompt in prompts {
        for row in rows(prompt, online.samples) {
            read += row.amount();
            largest = largest.largest(row.amount());
        }
        let samples = if matches!(resolved.aim, Aim::Pairs(_)) { 2 } else { online.samples };
        for row in rows(prompt, samples) {
            learned += row.amount();
            largest = largest.largest(row.amount());
        }
    }
    // A pack is filled with the rows of several prompts as far as it has room.
    let pack = (PACK_TOKENS as f64).min(learned.tokens);
    let times = (plan.rounds * plan.prompts_a_round as u64) as f64 / prompts.len().max(1) as f64;
    let usual = prompts.iter().sum::<usize>() / prompts.len().max(1);
    Workload {
        rows: prompts.len(),
        steps: plan.total_steps(),
        largest_pack: Amount { tokens: largest.tokens.max(pack), targets: largest.targets.max(pack), ..largest },
        steps_amount: learned.times(times * online.iterations as f64),
        reference: read.times(2.0 * times),
        data: Amount { tokens: prompts.iter().sum::<usize>() as f64, ..Amount::default() },
        holdout: Amount::default(),
        holdout_looks: 0,
        mean_row: rows(usual, online.samples)
            .into_iter()
            .next()
            .unwrap_or(RowLengths { prompt: usual, answers: vec![] }),
    }
}

/// What a judge keeps in memory where it is a model of this machine.
fn judge_bytes(spec: &OnlineSpec, model: &ModelOutline) -> u64 {
    match &spec.judge.coach {
        Some(CoachName::Model(folder)) => {
            ModelOutline::open(folder.as_ref(), spec.train.compute.dtype).map_or(0, |model| model.stored_bytes)
        }
        Some(CoachName::Gguf(file)) => files::size(file.as_ref()),
        Some(CoachName::Policy | CoachName::PreferenceModel(_)) => model.stored_bytes,
        Some(CoachName::Starter | CoachName::Endpoint(_) | CoachName::Rules(_)) | None => 0,
    }
}

/// Bytes that the rounds' files take at most, beside the run's other files.
pub fn disk_bytes(survey: &OnlineSurvey, max_new_tokens: usize, samples: usize) -> u64 {
    /// A token as text, as a number and with its two log-probabilities, in bytes.
    const TOKEN: u64 = 34;
    /// The same as text alone.
    const WORD: u64 = 6;
    /// Keys and quotes of an answer.
    const ANSWER: u64 = 160;
    let answer = (survey.longest_prompt + max_new_tokens) as u64;
    let kept = (survey.plan.prompts_a_round * samples) as u64 * round::KEPT;
    survey.answers * (answer * WORD + ANSWER) + kept * (answer * TOKEN + ANSWER)
}
