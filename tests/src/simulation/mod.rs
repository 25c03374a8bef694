//! What it is worth that people are asked the right comparisons, on the example: its program knows what is true of every
//! reply, so verdicts can be simulated by the thousand and held against the truth.
//!
//! People are simulated as in the demos: they judge by the example's two rules and are wrong in a tenth of their verdicts. A
//! preference model is stood in for by a logistic regression (Bradley-Terry) over words and lengths ([`model`]), so that
//! hundreds of trainings take seconds; a coach by one that scores rules with noise ([`coach`]). The real ones are used by
//! `tests/examples/who_judges.rs`, which prints the tables.

pub mod coach;
pub mod hybrids;
pub mod labels;
pub mod model;

use whetstone_core::domain::{Choice, Comparison};
use whetstone_core::example::{EXAMPLE_RUBRIC, Request, Traits, oracle, reply, request, simulated_choice};
use whetstone_core::random::Random;

/// Share of the verdicts in which a simulated person errs, as in the demos.
pub const NOISE: f64 = 0.1;

/// Answers to each prompt.
pub const ANSWERS: usize = 6;

/// Two replies to a request, and which is truly better.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its place; prompts are numbered, too.
    pub comparison: Comparison,
    /// What was asked.
    pub request: Request,
    /// One reply.
    pub a: String,
    /// The other.
    pub b: String,
    /// What the example's program says of them.
    pub truth: Choice,
}

impl Item {
    /// What a simulated person says.
    pub fn said_by_person(&self, seed: u64) -> Choice {
        let mut random = Random::new(seed, &[0x7065, self.comparison.id as u64]);
        simulated_choice(&self.request, &self.a, &self.b, NOISE, &mut random)
    }
}

/// Comparisons of replies to so many prompts, as many as there are answers to each.
pub fn items(prompts: usize, seed: u64) -> Vec<Item> {
    let mut items = Vec::new();
    for prompt in 0..prompts {
        let asked = request(&mut Random::new(seed, &[1, prompt as u64]));
        let write = |answer: usize| {
            let mut random = Random::new(seed, &[2, prompt as u64, answer as u64]);
            reply(&asked, Traits::draw(&mut random), &mut random)
        };
        let answers: Vec<String> = (0..ANSWERS).map(write).collect();
        items.extend(items_of(prompt, &asked, &answers, items.len()));
    }
    items
}

/// Comparisons of neighbours among the answers to one prompt, numbered from `first` on. Equal answers are not compared.
pub fn items_of(prompt: usize, asked: &Request, answers: &[String], first: usize) -> Vec<Item> {
    let pairs = (0..answers.len()).map(|one| (one, (one + 1) % answers.len()));
    let apart = pairs.filter(|(one, other)| answers[*one] != answers[*other]);
    let item = |(place, (one, other)): (usize, (usize, usize))| {
        let id = (first + place) as i64;
        let comparison = Comparison { id, prompt: prompt as i64, round: None, a: 2 * id, b: 2 * id + 1 };
        let met = |reply: &str| oracle::rules_met(&EXAMPLE_RUBRIC, asked, reply);
        let (a, b) = (answers[one].clone(), answers[other].clone());
        let truth = match met(&a).cmp(&met(&b)) {
            std::cmp::Ordering::Greater => Choice::A,
            std::cmp::Ordering::Less => Choice::B,
            std::cmp::Ordering::Equal => Choice::Tie,
        };
        Item { comparison, request: asked.clone(), a, b, truth }
    };
    apart.enumerate().map(item).collect()
}
