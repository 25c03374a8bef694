//! How varied and how long answers are: what a model that was trained too hard loses first.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// How much a model's answers differ from each other.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Variety {
    /// Different answers as a share of all answers, letter case and white space aside.
    pub distinct_answers: f64,
    /// Different pairs of neighbouring words as a share of all such pairs (distinct-2 of Li et al. 2016). It falls with
    /// longer answers too.
    pub distinct_word_pairs: f64,
    /// How alike two answers to one prompt are: the words that they share of all their words (Jaccard), the mean of all
    /// such pairs by prompt. `None` where no prompt has two answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likeness: Option<f64>,
}

/// Variety before and after the training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VarietyChange {
    /// Of the old model's answers.
    pub before: Variety,
    /// Of the new model's answers.
    pub after: Variety,
}

impl VarietyChange {
    /// The new model says the same thing far more often than the old one did.
    pub fn has_fallen(&self) -> bool {
        let alike = |variety: &Variety| variety.likeness.unwrap_or(0.0);
        self.repeats_answers() || alike(&self.after) > alike(&self.before) + 0.25 && self.before.likeness.is_some()
    }

    /// It does so word by word.
    pub fn repeats_answers(&self) -> bool {
        self.after.distinct_answers < 0.6 * self.before.distinct_answers
    }
}

impl Variety {
    /// Of each prompt, a model's answers. `None` where there is no answer at all.
    pub fn of(prompts: &[Vec<String>]) -> Option<Self> {
        let answers: Vec<Vec<Vec<String>>> =
            prompts.iter().map(|answers| answers.iter().map(|answer| words(answer)).collect()).collect();
        let all: Vec<&Vec<String>> = answers.iter().flatten().collect();
        if all.is_empty() {
            return None;
        }
        let distinct: BTreeSet<&Vec<String>> = all.iter().copied().collect();
        let mut pairs: BTreeMap<&[String], usize> = BTreeMap::new();
        for pair in all.iter().flat_map(|words| words.windows(2)) {
            *pairs.entry(pair).or_default() += 1;
        }
        let seen: usize = pairs.values().sum();
        Some(Self {
            distinct_answers: distinct.len() as f64 / all.len() as f64,
            distinct_word_pairs: if seen == 0 { 1.0 } else { pairs.len() as f64 / seen as f64 },
            likeness: mean(&answers.iter().filter_map(|answers| likeness(answers)).collect::<Vec<_>>()),
        })
    }
}

/// Words of a text, as Unicode divides it.
pub fn count_words(text: &str) -> usize {
    text.unicode_words().count()
}

/// The words of an answer in small letters. One without any, such as a row of signs, is a word by itself.
fn words(answer: &str) -> Vec<String> {
    let words: Vec<String> = answer.unicode_words().map(str::to_lowercase).collect();
    if words.is_empty() { vec![answer.trim().to_owned()] } else { words }
}

/// The mean likeness of any two of a prompt's answers.
fn likeness(answers: &[Vec<String>]) -> Option<f64> {
    let sets: Vec<BTreeSet<&String>> = answers.iter().map(|words| words.iter().collect()).collect();
    let mut found = Vec::new();
    for (place, one) in sets.iter().enumerate() {
        for other in &sets[place + 1..] {
            found.push(one.intersection(other).count() as f64 / one.union(other).count() as f64);
        }
    }
    mean(&found)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variety(prompts: &[&[&str]]) -> Variety {
        let owned: Vec<Vec<String>> =
            prompts.iter().map(|answers| answers.iter().map(|&answer| answer.to_owned()).collect()).collect();
        Variety::of(&owned).expect("answers")
    }

    #[test]
    fn a_worked_example() {
        let found = variety(&[&["Thank you so much.", "thank you  very much!"], &["Thank you so much."]]);
        // Two different answers of three. Pairs: thank you ×3, you so ×2, so much ×2, you very, very much: 5 of 9.
        assert!((found.distinct_answers - 2.0 / 3.0).abs() < 1e-12);
        assert!((found.distinct_word_pairs - 5.0 / 9.0).abs() < 1e-12);
        // {thank, you, so, much} and {thank, you, very, much}: 3 of 5.
        assert!((found.likeness.expect("two answers") - 0.6).abs() < 1e-12);
    }

    #[test]
    fn a_model_that_repeats_itself_has_lost_its_variety() {
        let before = variety(&[&["Red is warm.", "I like blue"], &["Go left there.", "Stay at home"]]);
        let after = variety(&[&["Yes.", "Yes."], &["Yes.", "Yes."]]);
        assert!((after.distinct_answers - 0.25).abs() < 1e-12 && after.likeness == Some(1.0));
        assert!(VarietyChange { before, after }.has_fallen());
        assert!(!VarietyChange { before, after: before }.has_fallen());
    }

    #[test]
    fn what_has_no_words_is_no_fault() {
        assert_eq!(Variety::of(&[vec![], vec![]]), None);
        let found = variety(&[&["", "…"], &["!"]]);
        assert_eq!(found, Variety { distinct_answers: 1.0, distinct_word_pairs: 1.0, likeness: Some(0.0) });
        assert_eq!(count_words("It's 3.5 kg: déjà vu"), 5);
    }
}
