//! The stand-in for a preference model: a logistic regression on the difference of two replies' features.

use super::Item;
use whetstone_core::domain::Choice;

/// Words are told apart by so many numbers.
const WORDS: usize = 256;

/// Lengths are told apart in steps of five words, up to so many steps.
const LENGTHS: usize = 12;

/// Steps of the fit, their size, and how strongly weights are held to 0.
const STEPS: usize = 60;
const RATE: f64 = 0.5;
const DECAY: f64 = 0.02;

/// A reply's features that are not 0: words that occur, and the step of its length.
type Features = Vec<usize>;

fn features(reply: &str) -> Features {
    let hash = |word: &str| {
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
        letters
            .fold(1_469_598_103_934_665_603_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211))
    };
    let words: Vec<&str> = reply.split_whitespace().collect();
    let mut found: Features = words.iter().map(|word| (hash(word) % WORDS as u64) as usize).collect();
    found.sort_unstable();
    found.dedup();
    found.push(WORDS + (words.len() / 5).min(LENGTHS - 1));
    found
}

/// A comparison as the model reads it: both replies' features.
#[derive(Debug, Clone)]
pub struct Read {
    a: Features,
    b: Features,
}

/// Comparisons as the model reads them.
pub fn read(items: &[Item]) -> Vec<Read> {
    items.iter().map(|item| Read { a: features(&item.a), b: features(&item.b) }).collect()
}

/// A score for each feature.
#[derive(Debug, Clone)]
pub struct Model {
    weights: Vec<f64>,
}

impl Model {
    /// Learns from comparisons and whether `a` was preferred, from nothing each time.
    pub fn fit(labels: &[(&Read, bool)]) -> Self {
        let mut model = Self { weights: vec![0.0; WORDS + LENGTHS] };
        let mut squares = vec![1e-6; WORDS + LENGTHS];
        let count = labels.len().max(1) as f64;
        for _ in 0..STEPS {
            let mut slopes: Vec<f64> = model.weights.iter().map(|weight| DECAY * weight).collect();
            for (read, is_a) in labels {
                let error = (f64::from(u8::from(*is_a)) - sigmoid(model.margin(read))) / count;
                read.a.iter().for_each(|&feature| slopes[feature] -= error);
                read.b.iter().for_each(|&feature| slopes[feature] += error);
            }
            // Adagrad (Duchi, Hazan and Singer 2011): rare words get larger steps.
            for ((weight, slope), square) in model.weights.iter_mut().zip(slopes).zip(&mut squares) {
                *square += slope * slope;
                *weight -= RATE * slope / square.sqrt();
            }
        }
        model
    }

    /// By how much `a` is preferred, in log-odds.
    pub fn margin(&self, read: &Read) -> f64 {
        let score = |features: &Features| features.iter().map(|&feature| self.weights[feature]).sum::<f64>();
        score(&read.a) - score(&read.b)
    }

    /// The share of the comparisons that are truly decided which the model decides so.
    pub fn accuracy(&self, items: &[Item], reads: &[Read]) -> f64 {
        let decided = items.iter().zip(reads).filter(|(item, _)| item.truth.is_decisive());
        let (mut right, mut all) = (0_u32, 0_u32);
        for (item, read) in decided {
            all += 1;
            right += u32::from((self.margin(read) > 0.0) == (item.truth == Choice::A));
        }
        f64::from(right) / f64::from(all.max(1))
    }
}

fn sigmoid(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}
