//! Batched decoding: sequences of any length and of any prompts go forward together, a token each a step. The samples
//! of a prompt share the keys and values of its prefill. When a sequence ends, the next sample takes its place: the next
//! of the same prompt, else the first of the next one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::GenerateError;
use super::sampling::{ResolvedSampling, Sampler};
use super::sequence::Sequence;
use super::slots::Slots;
use crate::domain::FinishReason;
use crate::job::JobContext;
use crate::model::backend::{Backend, Segment};
use crate::model::decoder::{Decoder, KeyValueCache};
use crate::model::{Batch, share};
use crate::random::Random;

/// Sequences that go forward together: as many as the processor's small-batch products take at full speed. A row's
/// arithmetic is the same in every company of so many.
const SEQUENCES: usize = 16;

/// Tokens of a prompt that go forward together: enough for products at full speed, and a bound on what they take.
const PREFILL: usize = 512;

/// What is decoded, and how.
#[derive(Debug, Clone)]
pub struct DecodeSettings {
    /// How tokens are drawn.
    pub sampling: ResolvedSampling,
    /// Completions a prompt.
    pub samples: usize,
    /// Tokens a completion has at most, the end token included.
    pub max_new_tokens: usize,
    /// Tokens of prompt and completion together that the model can take.
    pub max_positions: usize,
    /// Tokens that end a completion.
    pub end_tokens: Vec<u32>,
    /// Of every draw.
    pub seed: u64,
    /// The number of each prompt, which its draws come of beside the seed; `None` takes the prompts' places.
    pub numbers: Option<Vec<u64>>,
    /// Whether the adapter counts.
    pub adapted: bool,
}

/// One completion.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// Its tokens, the end token included.
    pub token_ids: Vec<u32>,
    /// Of each of them; see [`super::sampling::DrawnToken`].
    pub log_probabilities: Vec<f32>,
    /// Why it ended.
    pub finish_reason: FinishReason,
}

/// A prompt that lies in the cache, or whose completions wait for those of prompts before it.
struct Prefilled {
    rows: Range<usize>,
    /// Samples that have not ended, begun or not.
    left: usize,
    completions: Vec<Option<Completion>>,
}

/// The prompt whose samples are beginning: each draws its first token from the prompt's last logits.
struct Beginning<'a> {
    index: usize,
    prompt: &'a [u32],
    rows: Range<usize>,
    logits: Vec<f32>,
    /// Samples that have begun.
    begun: usize,
}

/// Decoding under way.
struct Run<'a, B: Backend> {
    decoder: &'a Decoder<B>,
    settings: &'a DecodeSettings,
    cache: KeyValueCache<B>,
    slots: Slots,
    sequences: Vec<Sequence>,
    beginning: Option<Beginning<'a>>,
    prompts: BTreeMap<usize, Prefilled>,
}

/// Decodes `settings.samples` completions of each prompt. `done` is told of each prompt's completions as they are
/// there, in the prompts' order. A completion depends on its prompt, its number and the seed, not on what stands beside
/// it. Calls `tokens` with the number of new tokens after each step.
pub fn decode<B: Backend>(
    decoder: &Decoder<B>,
    prompts: &[Vec<u32>],
    settings: &DecodeSettings,
    context: &JobContext<'_>,
    done: impl FnMut(usize, Vec<Completion>) -> Result<(), GenerateError>,
    tokens: impl FnMut(usize),
) -> Result<(), GenerateError> {
    let run = Run {
        decoder,
        settings,
        cache: decoder.cache()?,
        slots: Slots::default(),
        sequences: Vec::new(),
        beginning: None,
        prompts: BTreeMap::new(),
    };
    run.all(prompts, context, done, tokens)
}

impl<'a, B: Backend> Run<'a, B> {
    fn all(
        mut self,
        prompts: &'a [Vec<u32>],
        context: &JobContext<'_>,
        mut done: impl FnMut(usize, Vec<Completion>) -> Result<(), GenerateError>,
        mut tokens: impl FnMut(usize),
    ) -> Result<(), GenerateError> {
        let mut waiting = prompts.iter().enumerate();
        loop {
            context.check()?;
            let mut begun = 0;
            while self.sequences.len() < SEQUENCES {
                if self.begin_sample()? {
                    begun += 1;
                } else if let Some((index, prompt)) = waiting.next() {
                    self.prefill(index, prompt, PREFILL, context)?;
                } else {
                    break;
                }
            }
            if begun > 0 {
                tokens(begun);
            }
            while let Some(entry) = self.prompts.first_entry() {
                if entry.get().left > 0 {
                    break;
                }
                let (index, prompt) = entry.remove_entry();
                done(index, prompt.completions.into_iter().flatten().collect())?;
            }
            if self.sequences.is_empty() && self.prompts.is_empty() {
                return Ok(());
            }
            if !self.sequences.is_empty() {
                tokens(self.step()?);
            }
        }
    }

    /// Puts a prompt into the cache, at most `chunk` tokens at a time: its samples are the next to begin.
    fn prefill(
        &mut self,
        index: usize,
        prompt: &'a [u32],
        chunk: usize,
        context: &JobContext<'_>,
    ) -> Result<(), GenerateError> {
        let rows = self.slots.take(prompt.len());
        let (mut start, mut logits) = (0, Vec::new());
        for ids in prompt.chunks(chunk) {
            context.check()?;
            let end = start + ids.len();
            let keys = rows.start..rows.start + end;
            let batch = Batch {
                ids: ids.to_vec(),
                positions: (start..end).map(|position| position as u32).collect(),
                segments: vec![Segment { rows: 0..ids.len(), keys: vec![keys.clone()] }],
            };
            let slots: Vec<usize> = (rows.start + start..keys.end).collect();
            let hidden = self.decoder.step(&mut self.cache, &batch, &slots, self.settings.adapted)?;
            if end == prompt.len() {
                logits = self.decoder.logits(&hidden, &[ids.len() - 1])?;
            }
            start = end;
        }
        let samples = self.settings.samples;
        let prefilled = Prefilled { rows: rows.clone(), left: samples, completions: vec![None; samples] };
        self.prompts.insert(index, prefilled);
        self.beginning = Some(Beginning { index, prompt, rows, logits, begun: 0 });
        Ok(())
    }

    /// Draws the first token of the next sample; `false` where all samples of all prefilled prompts have begun.
    fn begin_sample(&mut self) -> Result<bool, GenerateError> {
        let samples = self.settings.samples;
        let Some(beginning) = self.beginning.as_mut().filter(|beginning| beginning.begun < samples) else {
            self.beginning = None;
            return Ok(false);
        };
        let (index, sample) = (beginning.index, beginning.begun);
        beginning.begun += 1;
        let numbers = self.settings.numbers.as_ref();
        let number = numbers.and_then(|numbers| numbers.get(index).copied()).unwrap_or(index as u64);
        let random = Random::new(self.settings.seed, &[number, sample as u64]);
        let sampler = Sampler::new(self.settings.sampling);
        let mut sequence = Sequence::new((index, sample), (beginning.prompt, &beginning.rows), sampler, random);
        if beginning.begun == samples {
            sequence.draw(&mut beginning.logits)?;
        } else {
            sequence.draw(&mut beginning.logits.clone())?;
        }
        self.keep_or_end(sequence);
        Ok(true)
    }

    /// One token more for every sequence; returns how many.
    fn step(&mut self) -> Result<usize, GenerateError> {
        let mut sequences = std::mem::take(&mut self.sequences);
        let (mut batch, mut slots) = (Batch::default(), Vec::new());
        for (row, sequence) in sequences.iter_mut().enumerate() {
            batch.ids.push(sequence.last());
            batch.positions.push(sequence.length() as u32 - 1);
            slots.push(sequence.next_slot(&mut self.slots));
            batch.segments.push(Segment { rows: row..row + 1, keys: sequence.visible_keys() });
        }
        let hidden = self.decoder.step(&mut self.cache, &batch, &slots, self.settings.adapted)?;
        let rows: Vec<usize> = (0..sequences.len()).collect();
        let mut logits = self.decoder.logits(&hidden, &rows)?;
        let vocabulary = logits.len() / rows.len();
        draw_each(&mut sequences, logits.chunks_mut(vocabulary))?;
        for sequence in sequences {
            self.keep_or_end(sequence);
        }
        Ok(rows.len())
    }

    /// Puts a sequence that has a new token among the running ones, or among its prompt's completions.
    fn keep_or_end(&mut self, sequence: Sequence) {
        let finish_reason = if self.settings.end_tokens.contains(&sequence.last()) {
            FinishReason::Stop
        } else if sequence.drawn() >= self.settings.max_new_tokens || sequence.length() >= self.settings.max_positions {
            FinishReason::Length
        } else {
            self.sequences.push(sequence);
            return;
        };
        let (index, sample) = (sequence.prompt, sequence.sample);
        let (token_ids, log_probabilities) = sequence.end(&mut self.slots);
        if let Some(prompt) = self.prompts.get_mut(&index) {
            prompt.completions[sample] = Some(Completion { token_ids, log_probabilities, finish_reason });
            prompt.left -= 1;
            if prompt.left == 0 {
                self.slots.give_back(prompt.rows.clone());
            }
        }
    }
}

/// Draws a token for each sequence, each from logits of its own.
fn draw_each<'a>(sequences: &mut [Sequence], logits: impl Iterator<Item = &'a mut [f32]>) -> Result<(), GenerateError> {
    let draws: Vec<Mutex<_>> =
        sequences.iter_mut().zip(logits).map(|(sequence, logits)| Mutex::new((sequence, logits, Ok(())))).collect();
    share(draws.len(), |index| {
        // No other task has this number.
        let mut draw = draws[index].lock().unwrap_or_else(PoisonError::into_inner);
        let (sequence, logits, result) = &mut *draw;
        *result = sequence.draw(logits);
    });
    draws.into_iter().try_for_each(|draw| draw.into_inner().unwrap_or_else(PoisonError::into_inner).2)
}

#[cfg(test)]
mod tests;
