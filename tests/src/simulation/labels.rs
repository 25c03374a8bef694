//! How many of people's labels a preference model needs, by the order in which people are asked.

use std::collections::BTreeSet;

use super::Item;
use super::model::{Model, Read, read};
use whetstone_core::domain::{Choice, RecordId};
use whetstone_core::feedback::routing::{Candidate, OrderSettings, most_informative_first};
use whetstone_core::random::Random;

/// In which order people are asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Order {
    /// By chance.
    Random,
    /// As the settings say, the model's margins being looked at anew after every step.
    Informative(OrderSettings),
}

/// Labels after which the model learns anew.
pub const STEP: usize = 25;

/// The orders that are compared.
pub fn orders() -> Vec<(&'static str, Order)> {
    let settings = OrderSettings::default();
    vec![
        ("random", Order::Random),
        ("prompts take turns", Order::Informative(OrderSettings { doubts_first: false, chance: 0.0, ..settings })),
        ("least sure first", Order::Informative(OrderSettings { covers_prompts: false, chance: 0.0, ..settings })),
        ("both, and a tenth by chance", Order::Informative(settings)),
    ]
}

/// The model's accuracy on what nobody labelled, after each step up to `most` labels.
pub fn accuracies(pool: &[Item], held_out: &[Item], order: Order, most: usize, seed: u64) -> Vec<f64> {
    let (reads, held_out_reads) = (read(pool), read(held_out));
    let mut asked: Vec<usize> = Vec::new();
    let mut is_asked = BTreeSet::new();
    let mut model = Model::fit(&[]);
    let mut found = Vec::new();
    while asked.len() < most.min(pool.len()) {
        for place in next(pool, &reads, &model, &asked, &is_asked, order, seed) {
            asked.push(place);
            is_asked.insert(place);
        }
        // A tie costs a label and teaches nothing.
        let labels: Vec<(&Read, bool)> = asked
            .iter()
            .map(|&place| (&reads[place], pool[place].said_by_person(seed)))
            .filter(|(_, choice)| choice.is_decisive())
            .map(|(read, choice)| (read, choice == Choice::A))
            .collect();
        model = Model::fit(&labels);
        found.push(model.accuracy(held_out, &held_out_reads));
    }
    found
}

/// What is asked in one step.
fn next(
    pool: &[Item],
    reads: &[Read],
    model: &Model,
    asked: &[usize],
    is_asked: &BTreeSet<usize>,
    order: Order,
    seed: u64,
) -> Vec<usize> {
    let open: Vec<usize> = (0..pool.len()).filter(|place| !is_asked.contains(place)).collect();
    let mut places = match order {
        Order::Random => {
            let mut places = open;
            places.sort_by_key(|&place| Random::new(seed, &[3, place as u64]).next_u64());
            places
        }
        Order::Informative(settings) => {
            let candidate = |place: usize| Candidate {
                comparison: place as RecordId,
                prompt: pool[place].comparison.prompt,
                is_wanted: true,
                is_audit: false,
                distance: model.margin(&reads[place]),
            };
            let candidates: Vec<Candidate> = open.into_iter().map(candidate).collect();
            let answered: Vec<RecordId> = asked.iter().map(|&place| pool[place].comparison.prompt).collect();
            let order = most_informative_first(&candidates, &answered, &OrderSettings { seed, ..settings });
            order.into_iter().map(|place| place as usize).collect()
        }
    };
    places.truncate(STEP);
    places
}

/// The mean of several curves, step by step.
pub fn mean(curves: &[Vec<f64>]) -> Vec<f64> {
    let steps = curves.iter().map(Vec::len).min().unwrap_or(0);
    (0..steps).map(|step| curves.iter().map(|curve| curve[step]).sum::<f64>() / curves.len() as f64).collect()
}

/// The labels after which a curve reaches an accuracy; `None` where it does not.
pub fn labels_to_reach(curve: &[f64], accuracy: f64) -> Option<usize> {
    curve.iter().position(|found| *found >= accuracy).map(|step| (step + 1) * STEP)
}
