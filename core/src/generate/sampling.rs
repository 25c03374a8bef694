//! Drawing the next token from logits, with Hugging Face's processors in Hugging Face's order: repetition penalty,
//! temperature, top-k, top-p, min-p, softmax, draw. The tests hold the kept tokens and their probabilities to those of
//! transformers.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::domain::{SamplingSettings, ToUserMessage};
use crate::model::{exponentials, largest_of_finite, sum_of_exponentials};
use crate::random::Random;

/// What a model's own `generation_config.json` says of sampling. Its `do_sample` is without effect: Whetstone samples
/// unless greedy decoding was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerationDefaults {
    /// Divides the logits.
    pub temperature: Option<f32>,
    /// Probability that the kept tokens reach together.
    pub top_p: Option<f32>,
    /// Number of likeliest tokens kept.
    pub top_k: Option<usize>,
    /// Least probability as a share of the likeliest token's.
    pub min_p: Option<f32>,
    /// Factor against tokens that occurred.
    pub repetition_penalty: Option<f32>,
}

/// Settings of the draw after the model's defaults and the neutral values filled the gaps; every value is in its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResolvedSampling {
    /// Take the likeliest token.
    pub greedy: bool,
    /// Divides the logits; above 0.
    pub temperature: f32,
    /// In (0, 1]; 1 keeps all.
    pub top_p: f32,
    /// 0 keeps all.
    pub top_k: usize,
    /// In [0, 1]; 0 keeps all.
    pub min_p: f32,
    /// Above 0; 1 changes nothing.
    pub repetition_penalty: f32,
}

/// A token could not be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SamplingError {
    /// A setting is outside its range.
    #[error("{setting} is {value} {origin}, but must be {range}")]
    OutOfRange {
        /// The setting as the command line calls it.
        setting: &'static str,
        /// What it is.
        value: f32,
        /// What it may be.
        range: &'static str,
        /// Who said so: the request, or the model's folder.
        origin: Origin,
    },
    /// The model computed something that is no number.
    #[error("the model gave the logit {value} to token {token}: no token can be drawn from that")]
    NotFinite {
        /// The first such token.
        token: usize,
        /// NaN or an infinity.
        value: f32,
    },
    /// There is no vocabulary to draw from.
    #[error("the model gave no logits to draw a token from")]
    NoLogits,
}

/// Where a setting's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The settings of the job.
    Asked,
    /// The model's `generation_config.json`.
    Model,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asked => "as asked for",
            Self::Model => "in the model's generation_config.json",
        })
    }
}

impl ToUserMessage for SamplingError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::OutOfRange { setting, origin: Origin::Asked, range, .. } => {
                format!("give {setting} a value {range}, or leave it out to take the model's own")
            }
            Self::OutOfRange { setting, origin: Origin::Model, range, .. } => {
                format!("ask for {setting} with a value {range}: that goes before the model's own")
            }
            Self::NotFinite { .. } => {
                "the weights or the adapter are damaged, or half precision overflows: try `--dtype f32`, then try \
                 without the adapter"
                    .to_owned()
            }
            Self::NoLogits => "the model's folder is incomplete: check its vocabulary size in config.json".to_owned(),
        })
    }
}

impl ResolvedSampling {
    /// What was asked for, else what the model says, else what changes nothing. Temperature 0 means greedy; greedy
    /// leaves the settings of chance unread, since they are without effect.
    pub fn resolve(settings: &SamplingSettings, defaults: &GenerationDefaults) -> Result<Self, SamplingError> {
        let repetition_penalty =
            pick("repetition_penalty", settings.repetition_penalty, defaults.repetition_penalty, 1.0, ABOVE_ZERO)?;
        let neutral = Self { greedy: true, temperature: 1.0, top_p: 1.0, top_k: 0, min_p: 0.0, repetition_penalty };
        if settings.greedy {
            return Ok(neutral);
        }
        let temperature = pick("temperature", settings.temperature, defaults.temperature, 1.0, ZERO_OR_ABOVE)?;
        if temperature == 0.0 {
            return Ok(neutral);
        }
        Ok(Self {
            greedy: false,
            temperature,
            top_p: pick("top_p", settings.top_p, defaults.top_p, 1.0, SHARE_ABOVE_ZERO)?,
            top_k: settings.top_k.or(defaults.top_k).unwrap_or(0),
            min_p: pick("min_p", settings.min_p, defaults.min_p, 0.0, SHARE)?,
            repetition_penalty,
        })
    }
}

/// A range in words and as a test.
type Range = (&'static str, fn(f32) -> bool);

const ABOVE_ZERO: Range = ("a number above 0", |value| value.is_finite() && value > 0.0);
const ZERO_OR_ABOVE: Range = ("0 or a number above it", |value| value.is_finite() && value >= 0.0);
const SHARE_ABOVE_ZERO: Range = ("above 0 and at most 1", |value| value > 0.0 && value <= 1.0);
const SHARE: Range = ("between 0 and 1", |value| (0.0..=1.0).contains(&value));

fn pick(
    setting: &'static str,
    asked: Option<f32>,
    model: Option<f32>,
    neutral: f32,
    (range, holds): Range,
) -> Result<f32, SamplingError> {
    let origin = if asked.is_some() { Origin::Asked } else { Origin::Model };
    let value = asked.or(model).unwrap_or(neutral);
    if holds(value) { Ok(value) } else { Err(SamplingError::OutOfRange { setting, value, range, origin }) }
}

/// Tokens that top-p sorts at first; it sorts four times as many more each time their probability does not suffice.
const FIRST_SORTED: usize = 128;

/// Tokens whose shares are summed together where every token can be drawn.
const SUMMED: usize = 512;

/// A token that was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnToken {
    /// Its id.
    pub id: u32,
    /// The natural logarithm of its probability under the model's own distribution: at temperature 1, before penalty,
    /// top-k, top-p and min-p. That is what vLLM calls raw log-probabilities.
    pub log_probability: f32,
}

/// Draws tokens with one set of settings. Keeps its buffers, so that a token costs no allocation after the first.
#[derive(Debug, Clone)]
pub struct Sampler {
    settings: ResolvedSampling,
    /// Kept tokens; with each its logit, later its probability.
    kept: Vec<(u32, f32)>,
    /// Logits in disorder, for the selection of the k-th.
    selection: Vec<f32>,
    /// Whether a token was penalised already, by token id.
    penalised: Vec<bool>,
    /// Sums of shares, [`SUMMED`] tokens each.
    sums: Vec<f32>,
}

impl Sampler {
    /// A sampler with `settings`.
    pub fn new(settings: ResolvedSampling) -> Self {
        Self { settings, kept: Vec::new(), selection: Vec::new(), penalised: Vec::new(), sums: Vec::new() }
    }

    /// Draws a token from `logits` \[vocabulary\], which are changed on the way. `seen` are the prompt's and the
    /// completion's tokens so far, in any order; ids beyond the vocabulary are ignored. Greedy decoding takes the
    /// first of equal maxima, after the repetition penalty, and no random number.
    pub fn next_token(
        &mut self,
        logits: &mut [f32],
        seen: &[u32],
        random: &mut Random,
    ) -> Result<DrawnToken, SamplingError> {
        let ResolvedSampling { greedy, temperature, repetition_penalty, .. } = self.settings;
        let largest = maximum(logits)?;
        let draws_of_all = !greedy && self.keeps_all(logits.len());
        let is_penalised = !is_one(repetition_penalty);
        if draws_of_all && !is_penalised {
            let (id, total) = self.draw_of_all(logits, largest, random.uniform());
            // At temperature 1 the draw has made the sum that the probability is divided by.
            let total = if is_one(temperature) { total } else { f64::from(sum_of_exponentials(logits, largest, 1.0)) };
            let log_probability = logit(logits, id) - largest - total.ln() as f32;
            return Ok(DrawnToken { id, log_probability });
        }
        let log_total = sum_of_exponentials(logits, largest, 1.0).ln();
        let before: Option<Vec<f32>> = is_penalised.then(|| seen.iter().map(|&id| logit(logits, id)).collect());
        let id = if greedy {
            self.penalise(logits, seen);
            first_of(logits, maximum(logits)?)
        } else if draws_of_all {
            self.penalise(logits, seen);
            let largest = maximum(logits)?;
            self.draw_of_all(logits, largest, random.uniform()).0
        } else {
            let point = random.uniform();
            self.draw_of_kept(logits, seen, point)?
        };
        let place = seen.iter().position(|&other| other == id);
        let own = before.zip(place).map_or_else(|| logit(logits, id), |(before, place)| before[place]);
        Ok(DrawnToken { id, log_probability: own - largest - log_total })
    }

    /// The token at which the running sum of the kept tokens' probabilities passes `point`.
    fn draw_of_kept(&mut self, logits: &mut [f32], seen: &[u32], point: f64) -> Result<u32, SamplingError> {
        let kept = self.probabilities(logits, seen)?;
        let mut reached = 0.0;
        for &(token, probability) in kept {
            reached += f64::from(probability);
            if point < reached {
                return Ok(token);
            }
        }
        // Rounding can leave the sum a little below 1: the rest belongs to the last token that can be drawn at all.
        kept.iter()
            .rev()
            .find(|(_, probability)| *probability > 0.0)
            .map(|(token, _)| *token)
            .ok_or(SamplingError::NoLogits)
    }

    /// The token at which the running sum of all tokens' shares passes `point`, and the sum of all shares, where the
    /// likeliest token's is 1: the usual case. Sums are made in vector instructions, some tokens at a time; token by
    /// token only where the point lies.
    fn draw_of_all(&mut self, logits: &[f32], largest: f32, point: f64) -> (u32, f64) {
        let factor = 1.0 / self.settings.temperature;
        self.sums.clear();
        self.sums.extend(logits.chunks(SUMMED).map(|logits| sum_of_exponentials(logits, largest, factor)));
        let total: f64 = self.sums.iter().copied().map(f64::from).sum();
        let (mut reached, point) = (0.0, point * total);
        for (index, (&sum, logits)) in self.sums.iter().zip(logits.chunks(SUMMED)).enumerate() {
            if point >= reached + f64::from(sum) {
                reached += f64::from(sum);
                continue;
            }
            let mut shares = [0.0; SUMMED];
            let shares = &mut shares[..logits.len()];
            shares.copy_from_slice(logits);
            exponentials(shares, largest, factor);
            let passes = |share: &f32| {
                reached += f64::from(*share);
                point < reached
            };
            // Token by token rounding may leave a little of the sum: it belongs to the last of these that can be drawn.
            let place = shares.iter().position(passes).or_else(|| shares.iter().rposition(|share| *share > 0.0));
            return ((index * SUMMED + place.unwrap_or(0)) as u32, total);
        }
        // Rounding left the running sum a little below the total.
        (first_of(logits, largest), total)
    }

    /// The tokens that can be drawn, each with its probability; together 1. Their order depends on nothing but the
    /// logits and the settings. Changes `logits` on the way. Settings that are greedy keep the likeliest token only.
    pub fn probabilities(&mut self, logits: &mut [f32], seen: &[u32]) -> Result<&[(u32, f32)], SamplingError> {
        self.penalise(logits, seen);
        let maximum = maximum(logits)?;
        self.kept.clear();
        if self.settings.greedy {
            self.kept.push((first_of(logits, maximum), 1.0));
            return Ok(&self.kept);
        }
        let least = self.top_k_threshold(logits);
        let tokens = (0u32..).zip(logits.iter().copied());
        self.kept.extend(tokens.filter(|(_, logit)| *logit >= least));
        if self.settings.top_p < 1.0 {
            self.keep_top_p(maximum);
        }
        let temperature = self.settings.temperature;
        for (_, value) in &mut self.kept {
            *value = weight(*value, maximum, temperature);
        }
        if self.settings.min_p > 0.0 {
            // The likeliest token weighs 1, so that a weight is already the share that min-p speaks of.
            let min_p = self.settings.min_p;
            self.kept.retain(|(_, weight)| *weight >= min_p);
        }
        let total: f64 = self.kept.iter().map(|(_, weight)| f64::from(*weight)).sum();
        for (_, value) in &mut self.kept {
            *value = (f64::from(*value) / total) as f32;
        }
        Ok(&self.kept)
    }

    /// Whether no setting leaves a token out.
    fn keeps_all(&self, vocabulary: usize) -> bool {
        let ResolvedSampling { top_k, top_p, min_p, .. } = self.settings;
        (top_k == 0 || top_k >= vocabulary) && top_p >= 1.0 && min_p <= 0.0
    }

    /// Divides the positive logits of tokens that occurred and multiplies the others, each token once
    /// (Keskar et al. 2019, with the sign's case added by transformers).
    fn penalise(&mut self, logits: &mut [f32], seen: &[u32]) {
        let penalty = self.settings.repetition_penalty;
        if is_one(penalty) {
            return;
        }
        self.penalised.clear();
        self.penalised.resize(logits.len(), false);
        for &token in seen {
            let token = token as usize;
            let (Some(logit), Some(done)) = (logits.get_mut(token), self.penalised.get_mut(token)) else { continue };
            if !std::mem::replace(done, true) {
                *logit = if *logit < 0.0 { *logit * penalty } else { *logit / penalty };
            }
        }
    }

    /// The k-th largest logit; tokens that equal it are kept with it, however many.
    fn top_k_threshold(&mut self, logits: &[f32]) -> f32 {
        let top_k = self.settings.top_k;
        if top_k == 0 || top_k >= logits.len() {
            return f32::NEG_INFINITY;
        }
        self.selection.clear();
        self.selection.extend_from_slice(logits);
        *self.selection.select_nth_unstable_by(top_k - 1, |a, b| b.total_cmp(a)).1
    }

    /// Keeps, from the likeliest on, each token before which the probability is still below top-p: the one that
    /// crosses it is in, and there is always one. Sorts no further than that.
    fn keep_top_p(&mut self, maximum: f32) {
        let temperature = self.settings.temperature;
        let weight_of = |logit: f32| f64::from(weight(logit, maximum, temperature));
        let total: f64 = self.kept.iter().map(|(_, logit)| weight_of(*logit)).sum();
        let enough = f64::from(self.settings.top_p) * total;
        let (mut before, mut sorted, mut step) = (0.0, 0, FIRST_SORTED);
        while sorted < self.kept.len() {
            let rest = &mut self.kept[sorted..];
            let next = if step < rest.len() {
                rest.select_nth_unstable_by(step, |a, b| likelier_first(*a, *b)).0
            } else {
                rest
            };
            next.sort_unstable_by(|a, b| likelier_first(*a, *b));
            for (index, (_, logit)) in next.iter().enumerate() {
                if before >= enough && sorted + index > 0 {
                    self.kept.truncate(sorted + index);
                    return;
                }
                before += weight_of(*logit);
            }
            sorted += next.len();
            step *= 4;
        }
    }
}

/// A token's share before division by the sum; subtracting the maximum first lets no temperature overflow.
fn weight(logit: f32, maximum: f32, temperature: f32) -> f32 {
    ((logit - maximum) / temperature).exp()
}

/// Likelier tokens first; of equal ones the lower id, as greedy decoding takes it. (Where top-p cuts through equal
/// tokens, transformers leaves it to an unstable sort which of them stay.)
fn likelier_first(a: (u32, f32), b: (u32, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

fn is_one(value: f32) -> bool {
    value - 1.0 == 0.0
}

/// The logit of a token; ids beyond the vocabulary have none.
fn logit(logits: &[f32], id: u32) -> f32 {
    logits.get(id as usize).copied().unwrap_or(f32::NAN)
}

/// The largest logit; all must be finite.
fn maximum(logits: &[f32]) -> Result<f32, SamplingError> {
    match largest_of_finite(logits) {
        Some(largest) => Ok(largest),
        None => Err(match logits.iter().position(|value| !value.is_finite()) {
            Some(token) => SamplingError::NotFinite { token, value: logits[token] },
            None => SamplingError::NoLogits,
        }),
    }
}

/// The first token that has the largest logit.
fn first_of(logits: &[f32], largest: f32) -> u32 {
    logits.iter().position(|&logit| logit >= largest).unwrap_or(0) as u32
}

#[cfg(test)]
mod tests;
