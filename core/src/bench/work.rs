//! The work that is measured: optimizer steps as a run takes them, and decoding.

use std::time::Instant;

use super::BenchError;
use crate::feedback::coach::log_odds_of_tokens;
use crate::generate::GenerateError;
use crate::generate::decode::{DecodeSettings, decode};
use crate::generate::sampling::ResolvedSampling;
use crate::job::{Cancelled, JobContext};
use crate::model::DecoderConfig;
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, Keep, Pass};
use crate::random::Random;
use crate::train::batch::{Learner, RowBatch, totals};
use crate::train::loss::{LOSSES, Objective};
use crate::train::optimizer::{AdamW, AdamWSettings};
use crate::train::policy::{self, Pack, Reading};
use crate::train::{PACK_TOKENS, TokenizedRow, Trained};

/// Pairs with prompts of 88 to 104 tokens (96 on average) and answers of 64 to 160 tokens.
pub fn random_pairs(config: &DecoderConfig, count: usize) -> Vec<TokenizedRow> {
    let mut random = Random::new(0, &[]);
    let mut ids = |least: usize, most: usize| -> Vec<u32> {
        let length = least + random.below(most - least + 1);
        (0..length).map(|_| 3 + random.below(config.vocabulary_size - 3) as u32).collect()
    };
    (0..count)
        .map(|_| TokenizedRow {
            prompt_ids: ids(88, 104),
            completions: vec![ids(64, 160), ids(64, 160)],
            is_desirable: false,
        })
        .collect()
}

/// Pairs whose prompt with an answer has `length` tokens, half of them the prompt's, until they have `tokens` together.
pub fn pairs_of_length(config: &DecoderConfig, length: usize, tokens: usize) -> Vec<TokenizedRow> {
    let mut random = Random::new(1, &[length as u64]);
    let half = length / 2;
    let mut ids = || (0..half).map(|_| 3 + random.below(config.vocabulary_size - 3) as u32).collect::<Vec<u32>>();
    let count = (tokens / (3 * half)).max(1);
    (0..count)
        .map(|_| TokenizedRow { prompt_ids: ids(), completions: vec![ids(), ids()], is_desirable: false })
        .collect()
}

/// Seconds that training took, a pair.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrainTimes {
    /// Of optimizer steps: the median of all but the first, which also makes the buffers.
    pub step: f64,
    /// Of the reference pass.
    pub reference: f64,
}

/// The reference pass, and then optimizer steps of `batch` pairs, as a run takes them.
pub fn train_steps<B: Backend>(
    decoder: &mut Decoder<B>,
    trained: &mut Trained,
    (pairs, batch_size): (&[TokenizedRow], usize),
    keep: Keep,
    mut check: impl FnMut(usize) -> Result<(), Cancelled>,
) -> Result<TrainTimes, BenchError> {
    let [loss, ..] = LOSSES else { return Ok(TrainTimes::default()) };
    let mut seconds = Vec::new();
    let objective = Objective { loss, beta: 0.1, parameters: Vec::new() };
    let all: Vec<&TokenizedRow> = pairs.iter().collect();
    let pack_tokens = PACK_TOKENS * decoder.backend().pack_factor();
    let start = Instant::now();
    let mut references = Vec::new();
    for members in policy::packs(&all, 2, pack_tokens) {
        check(0)?;
        let pack = Pack::new(members, 2, Reading::Completions);
        references.extend(policy::forward(decoder, &pack, Pass::inference(false))?.0);
    }
    let reference = start.elapsed().as_secs_f64();
    let mut optimizer = AdamW::new(AdamWSettings::default(), &trained.parameters);
    for (step, (rows, references)) in all.chunks(batch_size).zip(references.chunks(batch_size)).enumerate() {
        let start = Instant::now();
        let mut gradients = trained.zero_gradients(decoder)?;
        let mut batch = RowBatch::new(rows.to_vec(), references.iter().copied());
        let learner = Learner { decoder, score_head: &[], objective: &objective, pack_tokens };
        let total = totals(rows.iter().copied());
        let check = || check(batch_size * step).map_err(BenchError::from);
        learner.learn(&mut batch, total, keep, &mut gradients, || None, check)?;
        let gradients = trained.gradients(decoder, &gradients)?;
        optimizer.step(&mut trained.parameters, &gradients, 1.0, 1e-5, step as u64 + 1);
        trained.put_on(decoder)?;
        seconds.push(start.elapsed().as_secs_f64() / rows.len() as f64);
    }
    let step = median(if seconds.len() > 1 { &mut seconds[1..] } else { &mut seconds });
    Ok(TrainTimes { step, reference: reference / pairs.len() as f64 })
}

/// New tokens a second, over all sequences.
pub fn decode_speed<B: Backend>(
    decoder: &Decoder<B>,
    samples: usize,
    new_tokens: usize,
    context: &JobContext<'_>,
) -> Result<f64, GenerateError> {
    let mut random = Random::new(5, &[]);
    let prompt: Vec<u32> = (0..32).map(|_| random.below(decoder.config().vocabulary_size) as u32).collect();
    let settings = DecodeSettings {
        sampling: ResolvedSampling {
            greedy: false,
            temperature: 0.8,
            top_p: 1.0,
            top_k: 0,
            min_p: 0.0,
            repetition_penalty: 1.0,
        },
        samples,
        max_new_tokens: new_tokens,
        max_positions: decoder.config().max_positions,
        end_tokens: Vec::new(),
        seed: 0,
        numbers: None,
        adapted: false,
    };
    // Measured from the first token on: the prefill is another kind of work.
    let (mut start, mut count) = (None, 0);
    let tokens = |more: usize| {
        if start.replace(start.unwrap_or_else(Instant::now)).is_some() {
            count += more;
        }
    };
    decode(decoder, &[prompt], &settings, context, |_, _| Ok(()), tokens)?;
    Ok(count as f64 / start.map_or(f64::INFINITY, |start| start.elapsed().as_secs_f64()))
}

/// Tokens of the rubric, of the request, of each reply, and of the question behind them, as a coach reads them.
const QUESTION: [usize; 5] = [128, 48, 64, 64, 16];

/// Tokens of one question.
pub const QUESTION_TOKENS: usize = QUESTION[0] + QUESTION[1] + QUESTION[2] + QUESTION[3] + QUESTION[4];

/// Comparisons a second, each asked in both orders by one rubric. The first time warms up.
pub fn judging_speed<B: Backend>(decoder: &Decoder<B>, comparisons: usize) -> Result<f64, BackendError> {
    let mut random = Random::new(6, &[]);
    let vocabulary = decoder.config().vocabulary_size;
    let mut ids = |count: usize| -> Vec<u32> { (0..count).map(|_| 3 + random.below(vocabulary - 3) as u32).collect() };
    let (rubric, tail) = (ids(QUESTION[0]), ids(QUESTION[4]));
    let mut questions = Vec::with_capacity(2 * comparisons);
    for _ in 0..comparisons {
        let (request, a, b) = (ids(QUESTION[1]), ids(QUESTION[2]), ids(QUESTION[3]));
        for [first, second] in [[&a, &b], [&b, &a]] {
            questions.push(([&rubric, &request, first, second, &tail].map(Vec::as_slice).concat(), [3, 4]));
        }
    }
    log_odds_of_tokens(decoder, questions[..4.min(questions.len())].to_vec())?;
    let begun = Instant::now();
    log_odds_of_tokens(decoder, questions)?;
    Ok(comparisons as f64 / begun.elapsed().as_secs_f64())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values {
        [] => 0.0,
        _ if values.len().is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}
