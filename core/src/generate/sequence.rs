//! One sequence of those that are decoded together: its tokens, its draws, and its rows of the cache.

use std::ops::Range;

use super::GenerateError;
use super::sampling::Sampler;
use super::slots::Slots;
use crate::random::Random;

/// Cache rows that a sequence takes at a time.
const BLOCK: usize = 64;

/// A completion under way.
#[derive(Debug)]
pub struct Sequence {
    /// The place of its prompt.
    pub prompt: usize,
    /// Its place among the prompt's samples.
    pub sample: usize,
    /// Prompt and completion so far: what the repetition penalty looks at.
    tokens: Vec<u32>,
    prompt_length: usize,
    /// Of each token of the completion.
    log_probabilities: Vec<f32>,
    /// Cache rows in the order of the tokens: the prompt's, then blocks of its own.
    keys: Vec<Range<usize>>,
    sampler: Sampler,
    random: Random,
}

impl Sequence {
    /// A sample of the prompt `tokens`, which lies in these rows of the cache. Nothing is drawn yet.
    pub fn new(
        (prompt, sample): (usize, usize),
        (tokens, rows): (&[u32], &Range<usize>),
        sampler: Sampler,
        random: Random,
    ) -> Self {
        Self {
            prompt,
            sample,
            tokens: tokens.to_vec(),
            prompt_length: tokens.len(),
            log_probabilities: Vec::new(),
            keys: vec![rows.clone()],
            sampler,
            random,
        }
    }

    /// Draws the next token.
    pub fn draw(&mut self, logits: &mut [f32]) -> Result<(), GenerateError> {
        let drawn = self.sampler.next_token(logits, &self.tokens, &mut self.random)?;
        self.tokens.push(drawn.id);
        self.log_probabilities.push(drawn.log_probability);
        Ok(())
    }

    /// Tokens of prompt and completion together.
    pub fn length(&self) -> usize {
        self.tokens.len()
    }

    /// Tokens that were drawn.
    pub fn drawn(&self) -> usize {
        self.log_probabilities.len()
    }

    /// The last token.
    pub fn last(&self) -> u32 {
        self.tokens.last().copied().unwrap_or(0)
    }

    /// The cache row of the last token, which is not in the cache yet.
    pub fn next_slot(&mut self, slots: &mut Slots) -> usize {
        let place = self.tokens.len() - 1 - self.prompt_length;
        if place.is_multiple_of(BLOCK) {
            self.keys.push(slots.take(BLOCK));
        }
        self.keys[1 + place / BLOCK].start + place % BLOCK
    }

    /// Cache rows of all tokens; neighbouring runs as one.
    pub fn visible_keys(&self) -> Vec<Range<usize>> {
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

    /// Gives back the cache rows that are its own. Returns its tokens and their log-probabilities.
    pub fn end(mut self, slots: &mut Slots) -> (Vec<u32>, Vec<f32>) {
        for block in self.keys.drain(1..) {
            slots.give_back(block);
        }
        (self.tokens.split_off(self.prompt_length), self.log_probabilities)
    }
}
