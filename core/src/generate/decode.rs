//! Batched decoding: sequences of any length and of any prompts go forward together, a token each a step. The samples
//! of a prompt share the keys and values of its prefill. When a sequence ends, the next prompt takes its place.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::GenerateError;
use super::sampling::{ResolvedSampling, Sampler};
use super::slots::Slots;
use crate::domain::FinishReason;
use crate::job::JobContext;
use crate::model::Batch;
use crate::model::backend::{Backend, Segment};
use crate::model::decoder::{Decoder, KeyValueCache};
use crate::random::Random;

/// Sequences that go forward together: as many as the processor's small-batch products take at full speed.
const SEQUENCES: usize = 16;

/// Cache rows that a sequence takes at a time.
const BLOCK: usize = 64;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Its tokens, the end token included.
    pub token_ids: Vec<u32>,
    /// Why it ended.
    pub finish_reason: FinishReason,
}

struct Sequence {
    prompt: usize,
    sample: usize,
    /// Prompt and completion so far: what the repetition penalty looks at.
    tokens: Vec<u32>,
    prompt_length: usize,
    /// Cache rows in the order of the tokens: the prompt's, then blocks of its own.
    keys: Vec<Range<usize>>,
    sampler: Sampler,
    random: Random,
}

struct Prefilled {
    rows: Range<usize>,
    running: usize,
    completions: Vec<Option<Completion>>,
}

/// Decoding under way.
struct Run<'a, B: Backend> {
    decoder: &'a Decoder<B>,
    settings: &'a DecodeSettings,
    cache: KeyValueCache<B>,
    slots: Slots,
    sequences: Vec<Sequence>,
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
    mut done: impl FnMut(usize, Vec<Completion>) -> Result<(), GenerateError>,
    mut tokens: impl FnMut(usize),
) -> Result<(), GenerateError> {
    let mut run = Run {
        decoder,
        settings,
        cache: decoder.cache()?,
        slots: Slots::default(),
        sequences: Vec::new(),
        prompts: BTreeMap::new(),
    };
    let mut waiting = prompts.iter().enumerate();
    loop {
        context.check()?;
        while run.sequences.is_empty() || run.sequences.len() + settings.samples <= SEQUENCES {
            let Some((index, prompt)) = waiting.next() else { break };
            run.prefill(index, prompt)?;
            tokens(settings.samples);
            context.check()?;
        }
        while let Some(entry) = run.prompts.first_entry() {
            if entry.get().running > 0 {
                break;
            }
            let (index, prompt) = entry.remove_entry();
            done(index, prompt.completions.into_iter().flatten().collect())?;
        }
        if run.sequences.is_empty() && run.prompts.is_empty() {
            return Ok(());
        }
        if !run.sequences.is_empty() {
            tokens(run.step()?);
        }
    }
}

impl<B: Backend> Run<'_, B> {
    /// Puts a prompt into the cache and draws the first token of each of its samples.
    fn prefill(&mut self, index: usize, prompt: &[u32]) -> Result<(), GenerateError> {
        let rows = self.slots.take(prompt.len());
        let mut batch = Batch::default();
        batch.push(prompt);
        batch.segments[0].keys = vec![rows.clone()];
        let slots: Vec<usize> = rows.clone().collect();
        let hidden = self.decoder.step(&mut self.cache, &batch, &slots, self.settings.adapted)?;
        let logits = self.decoder.logits(&hidden, &[prompt.len() - 1])?;
        let samples = self.settings.samples;
        let prefilled = Prefilled { rows: rows.clone(), running: samples, completions: vec![None; samples] };
        self.prompts.insert(index, prefilled);
        let numbers = self.settings.numbers.as_ref();
        let number = numbers.and_then(|numbers| numbers.get(index).copied()).unwrap_or(index as u64);
        for sample in 0..samples {
            let mut sequence = Sequence {
                prompt: index,
                sample,
                tokens: prompt.to_vec(),
                prompt_length: prompt.len(),
                keys: vec![rows.clone()],
                sampler: Sampler::new(self.settings.sampling),
                random: Random::new(self.settings.seed, &[number, sample as u64]),
            };
            sequence.draw(&mut logits.clone())?;
            self.keep_or_end(sequence);
        }
        Ok(())
    }

    /// One token more for every sequence; returns how many.
    fn step(&mut self) -> Result<usize, GenerateError> {
        let mut sequences = std::mem::take(&mut self.sequences);
        let count = sequences.len();
        // More samples than go at full speed go in turns, so that a row's arithmetic is the same in every company.
        while !sequences.is_empty() {
            let rest = sequences.split_off(sequences.len().min(SEQUENCES));
            self.step_together(std::mem::replace(&mut sequences, rest))?;
        }
        Ok(count)
    }

    fn step_together(&mut self, mut sequences: Vec<Sequence>) -> Result<(), GenerateError> {
        let (mut batch, mut slots) = (Batch::default(), Vec::new());
        for (row, sequence) in sequences.iter_mut().enumerate() {
            let position = sequence.tokens.len() - 1;
            batch.ids.push(sequence.tokens[position]);
            batch.positions.push(position as u32);
            slots.push(sequence.next_slot(&mut self.slots));
            batch.segments.push(Segment { rows: row..row + 1, keys: sequence.visible_keys() });
        }
        let hidden = self.decoder.step(&mut self.cache, &batch, &slots, self.settings.adapted)?;
        let rows: Vec<usize> = (0..sequences.len()).collect();
        let mut logits = self.decoder.logits(&hidden, &rows)?;
        let vocabulary = logits.len() / rows.len();
        let draws = sequences.par_iter_mut().zip(logits.par_chunks_mut(vocabulary));
        draws.try_for_each(|(sequence, logits)| sequence.draw(logits))?;
        for sequence in sequences {
            self.keep_or_end(sequence);
        }
        Ok(())
    }

    /// Puts a sequence that has a new token back among the running ones, or among its prompt's completions.
    fn keep_or_end(&mut self, mut sequence: Sequence) {
        let length = sequence.tokens.len() - sequence.prompt_length;
        let ended = sequence.tokens.last().is_some_and(|token| self.settings.end_tokens.contains(token));
        let finish_reason = if ended {
            FinishReason::Stop
        } else if length >= self.settings.max_new_tokens || sequence.tokens.len() >= self.settings.max_positions {
            FinishReason::Length
        } else {
            self.sequences.push(sequence);
            return;
        };
        for block in sequence.keys.drain(1..) {
            self.slots.give_back(block);
        }
        if let Some(prompt) = self.prompts.get_mut(&sequence.prompt) {
            let token_ids = sequence.tokens.split_off(sequence.prompt_length);
            prompt.completions[sequence.sample] = Some(Completion { token_ids, finish_reason });
            prompt.running -= 1;
            if prompt.running == 0 {
                self.slots.give_back(prompt.rows.clone());
            }
        }
    }
}

impl Sequence {
    /// Draws the next token.
    fn draw(&mut self, logits: &mut [f32]) -> Result<(), GenerateError> {
        let token = self.sampler.next_token(logits, &self.tokens, &mut self.random)?;
        self.tokens.push(token);
        Ok(())
    }

    /// The cache row of the last token, which is not in the cache yet.
    fn next_slot(&mut self, slots: &mut Slots) -> usize {
        let place = self.tokens.len() - 1 - self.prompt_length;
        if place.is_multiple_of(BLOCK) {
            self.keys.push(slots.take(BLOCK));
        }
        self.keys[1 + place / BLOCK].start + place % BLOCK
    }

    /// Cache rows of all tokens; neighbouring runs as one.
    fn visible_keys(&self) -> Vec<Range<usize>> {
        let mut left = self.tokens.len();
        let mut visible: Vec<Range<usize>> = Vec::new();
        for run in &self.keys {
            let run = run.start..run.start + run.len().min(left);
            left -= run.len();
            match visible.last_mut() {
                Some(last) if last.end == run.start => last.end = run.end,
                _ => visible.push(run),
            }
        }
        visible
    }
}
