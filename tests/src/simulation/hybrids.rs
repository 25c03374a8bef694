//! The methods with a tenth of the labels beside people who label everything: how many pairs there are to train on, and how
//! many of them are right.

use super::Item;
use super::coach::Judge;
use super::model::{Model, Read, read};
use whetstone_core::domain::{Choice, RecordId};
use whetstone_core::example::{EXAMPLE_RUBRIC, RuleName};
use whetstone_core::feedback::distillation::{DistillationSettings, distill};
use whetstone_core::feedback::routing::{
    Candidate, MachineSaid, OrderSettings, Route, RoutingSettings, most_informative_first, route,
};

/// Margins of the stand-in for a preference model within which it says that both are as good.
const TIE_MARGIN: f64 = 0.2;

/// A preference pair: the comparison's place, and what was chosen.
pub type Pair = (usize, Choice);

/// What a method came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// Labels that people gave.
    pub labels: usize,
    /// What is trained on.
    pub pairs: Vec<Pair>,
}

impl Came {
    /// The share of the pairs that are right; one of two answers that are truly as good is half right.
    pub fn right(&self, items: &[Item]) -> f64 {
        let score = |(place, choice): &Pair| match items[*place].truth {
            Choice::Tie => 0.5,
            truth => f64::from(u8::from(truth == *choice)),
        };
        self.pairs.iter().map(score).sum::<f64>() / self.pairs.len().max(1) as f64
    }
}

/// The methods of the table, by what recipes call them.
pub const METHODS: [&str; 5] = ["rlhf", "hybrid-a", "hybrid-b", "hybrid-c", "hybrid-d"];

/// What a method comes to with so many labels of people.
///
/// # Panics
/// Where there is no such method.
pub fn came(method: &str, items: &[Item], judge: &dyn Judge, labels: usize, seed: u64) -> Came {
    match method {
        "rlhf" => by_people(items, &order(items, labels, seed), seed),
        "hybrid-a" => with_a_preference_model(items, labels, seed),
        "hybrid-b" => with_chosen_rules(items, judge, labels, seed),
        "hybrid-c" => then_the_coach(items, judge, labels, seed),
        "hybrid-d" => reviewed(items, judge, labels, seed),
        other => panic!("there is no method {other}"),
    }
}

/// What people are asked where no machine has judged: every prompt in its turn.
fn order(items: &[Item], labels: usize, seed: u64) -> Vec<usize> {
    let candidate = |(place, item): (usize, &Item)| Candidate {
        comparison: place as RecordId,
        prompt: item.comparison.prompt,
        is_wanted: true,
        is_audit: false,
        distance: f64::INFINITY,
    };
    let candidates: Vec<Candidate> = items.iter().enumerate().map(candidate).collect();
    let order = most_informative_first(&candidates, &[], &OrderSettings { seed, ..OrderSettings::default() });
    order.into_iter().take(labels).map(|place| place as usize).collect()
}

fn by_people(items: &[Item], asked: &[usize], seed: u64) -> Came {
    let said = asked.iter().map(|&place| (place, items[place].said_by_person(seed)));
    Came { labels: asked.len(), pairs: said.filter(|(_, choice)| choice.is_decisive()).collect() }
}

fn the_rest(items: &[Item], asked: &[usize]) -> Vec<usize> {
    (0..items.len()).filter(|place| !asked.contains(place)).collect()
}

fn with_a_preference_model(items: &[Item], labels: usize, seed: u64) -> Came {
    let asked = order(items, labels, seed);
    let mut came = by_people(items, &asked, seed);
    let reads = read(items);
    let learned: Vec<(&Read, bool)> =
        came.pairs.iter().map(|(place, choice)| (&reads[*place], *choice == Choice::A)).collect();
    let model = Model::fit(&learned);
    for place in the_rest(items, &asked) {
        let margin = model.margin(&reads[place]);
        if margin.abs() > TIE_MARGIN {
            came.pairs.push((place, if margin > 0.0 { Choice::A } else { Choice::B }));
        }
    }
    came
}

fn judged(items: &[Item], places: &[usize], judge: &dyn Judge, rules: &[RuleName]) -> Vec<Pair> {
    let chosen: Vec<&Item> = places.iter().map(|&place| &items[place]).collect();
    let verdicts = judge.verdicts(rules, &chosen);
    let pairs = places.iter().zip(verdicts).map(|(place, verdict)| (*place, verdict.choice));
    pairs.filter(|(_, choice)| choice.is_decisive()).collect()
}

fn with_chosen_rules(items: &[Item], judge: &dyn Judge, labels: usize, seed: u64) -> Came {
    let asked = order(items, labels, seed);
    let mut came = by_people(items, &asked, seed);
    let decided: Vec<&Item> = came.pairs.iter().map(|(place, _)| &items[*place]).collect();
    let people: Vec<Choice> = came.pairs.iter().map(|(_, choice)| *choice).collect();
    let candidates: Vec<_> = RuleName::ALL.iter().map(|rule| rule.rule()).collect();
    let by_rule: Vec<Vec<Choice>> = RuleName::ALL
        .iter()
        .map(|rule| judge.verdicts(&[*rule], &decided).iter().map(|verdict| verdict.choice).collect())
        .collect();
    let settings = DistillationSettings { seed, fewest_decided: 5, ..DistillationSettings::default() };
    let distilled = distill(&candidates, &by_rule, &people, &settings);
    let kept: Vec<RuleName> = distilled.kept.iter().filter_map(|kept| RuleName::find(&kept.rule.name)).collect();
    if !kept.is_empty() {
        came.pairs.extend(judged(items, &the_rest(items, &asked), judge, &kept));
    }
    came
}

/// Both rounds together: people's part of the first, and what the coach says of as many answers in the second.
fn then_the_coach(items: &[Item], judge: &dyn Judge, labels: usize, seed: u64) -> Came {
    let asked = order(items, labels, seed);
    let mut came = by_people(items, &asked, seed);
    came.pairs.extend(judged(items, &the_rest(items, &asked), judge, &EXAMPLE_RUBRIC));
    came
}

/// The coach judges all; people get what it is not sure of and the share that chance chooses, the most informative first.
fn reviewed(items: &[Item], judge: &dyn Judge, labels: usize, seed: u64) -> Came {
    let all: Vec<&Item> = items.iter().collect();
    let verdicts = judge.verdicts(&EXAMPLE_RUBRIC, &all);
    let settings = RoutingSettings { seed, ..RoutingSettings::default() };
    let routes: Vec<Route> = verdicts
        .iter()
        .enumerate()
        .map(|(place, verdict)| route(place as RecordId, &[MachineSaid::of_coach(verdict)], &settings))
        .collect();
    let candidates: Vec<Candidate> = routes
        .iter()
        .enumerate()
        .filter(|(_, route)| route.is_for_people())
        .map(|(place, route)| Candidate {
            comparison: place as RecordId,
            prompt: items[place].comparison.prompt,
            is_wanted: true,
            is_audit: *route == Route::Audit,
            distance: verdicts[place].margin,
        })
        .collect();
    let order = most_informative_first(&candidates, &[], &OrderSettings { seed, ..OrderSettings::default() });
    let asked: Vec<usize> = order.into_iter().take(labels).map(|place| place as usize).collect();
    let mut came = by_people(items, &asked, seed);
    let by_coach = the_rest(items, &asked).into_iter().map(|place| (place, verdicts[place].choice));
    came.pairs.extend(by_coach.filter(|(_, choice)| choice.is_decisive()));
    came
}
