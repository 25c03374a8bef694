//! What it is worth that people are asked the right comparisons, at a small scale; `tests/examples/who_judges.rs` has the
//! large one.

use whetstone_core::domain::Choice;
use whetstone_core::feedback::routing::OrderSettings;
use whetstone_tests::simulation::coach::{Judge, StandIn, rightness};
use whetstone_tests::simulation::hybrids::{METHODS, came};
use whetstone_tests::simulation::labels::{Order, STEP, accuracies, labels_to_reach, mean};
use whetstone_tests::simulation::{NOISE, items};

const SEEDS: std::ops::Range<u64> = 0..4;

/// Rather like the starter on the example: right in most of what it decides, and no better than chance where both are as good.
fn coach(seed: u64) -> StandIn {
    StandIn { strength: 2.5, noise: 2.5, threshold: 4.0, seed }
}

#[test]
fn the_least_sure_first_needs_fewer_labels_than_chance() {
    let curve = |order: Order| {
        let one = |seed| accuracies(&items(80, seed), &items(60, seed + 1000), order, 200, seed);
        mean(&SEEDS.map(one).collect::<Vec<_>>())
    };
    let random = curve(Order::Random);
    let informative = curve(Order::Informative(OrderSettings::default()));
    let goal = *random.last().expect("a step");
    // It learned something, and is not perfect: people err in a tenth of their verdicts.
    assert!(goal > 0.75 && goal < 1.0, "{random:?}");
    let needed = labels_to_reach(&informative, goal).expect("it is reached");
    assert!(needed <= 200 - STEP, "{needed} of 200 labels: {informative:?} beside {random:?}");
}

#[test]
fn with_a_tenth_of_the_labels_methods_that_have_a_coach_come_near_to_people() {
    let mean_of = |method: &str, share: usize| {
        let one = |seed| {
            let items = items(40, seed);
            let came = came(method, &items, &coach(seed), items.len() / share, seed);
            assert!(came.labels <= items.len() / share, "{method}");
            assert!(came.pairs.iter().all(|(_, choice)| choice.is_decisive()));
            (came.right(&items), came.pairs.len() as f64 / items.len() as f64)
        };
        let all: Vec<(f64, f64)> = SEEDS.map(one).collect();
        let sum = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        (sum(|one| one.0), sum(|one| one.1))
    };
    let (everything, _) = mean_of("rlhf", 1);
    // Of those who err in a tenth, about nine of ten pairs are right.
    assert!((everything - (1.0 - NOISE)).abs() < 0.06, "{everything}");
    let (tenth, few) = mean_of("rlhf", 10);
    assert!(few < 0.1, "a tenth of the labels alone is few pairs: {tenth} {few}");
    for method in METHODS.iter().filter(|method| **method != "rlhf") {
        let (right, pairs) = mean_of(method, 10);
        assert!(pairs > 4.0 * few, "{method}: {pairs}");
        let least = if *method == "hybrid-c" || *method == "hybrid-d" { everything - 0.08 } else { 0.6 };
        assert!(right > least, "{method}: {right} beside {everything}");
    }
}

#[test]
fn the_stand_in_is_as_good_as_it_is_said_to_be() {
    let all = items(60, 9);
    let borrowed: Vec<_> = all.iter().collect();
    let verdicts = coach(9).verdicts(&whetstone_core::example::EXAMPLE_RUBRIC, &borrowed);
    let (right, decided) = rightness(&verdicts, &all);
    assert!(right > 0.9 && decided > 0.25, "{right} {decided}");
    // It errs where both are as good: there it now and then prefers one.
    let preferred =
        verdicts.iter().zip(&all).filter(|(verdict, item)| item.truth == Choice::Tie && verdict.choice.is_decisive());
    let ties = all.iter().filter(|item| item.truth == Choice::Tie).count();
    let preferred = preferred.count() as f64 / ties as f64;
    assert!((0.05..0.5).contains(&preferred), "{preferred} of {ties}");
    assert!(verdicts.iter().any(|verdict| verdict.choice == Choice::Tie));
}
