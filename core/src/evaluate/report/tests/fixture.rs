//! A report of everything.

use super::super::*;
use super::HOSTILE;
use crate::evaluate::{
    CheckKind, Estimate, Forgetting, HeldOutRewards, LostCheck, Paired, RuleResult, Shift, TextChange, Variety,
    VarietyChange, WinRate,
};
use crate::random::Random;

fn shares(prompts: usize, share: f64, address: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(5, &[address]);
    (0..prompts).map(|_| (0..4).map(|_| f64::from(u8::from(random.uniform() < share))).collect()).collect()
}

fn paired(before: f64, after: f64, address: u64) -> Paired {
    Paired::of_shares(&shares(40, before, 2 * address), &shares(40, after, 2 * address + 1)).expect("shares")
}

fn results() -> Results {
    let mut random = Random::new(5, &[99]);
    let mut outcome = || match random.uniform() {
        value if value < 0.7 => Outcome::Win,
        value if value < 0.85 => Outcome::Tie,
        _ => Outcome::Loss,
    };
    let outcomes: Vec<Vec<Outcome>> = (0..40).map(|_| (0..4).map(|_| outcome()).collect()).collect();
    let rule = |rule: &str, before, after, address| RuleResult {
        rule: rule.to_owned(),
        share: paired(before, after, address),
    };
    let lengths = |mean: f64| (0..40).map(|place| vec![mean + f64::from(place % 7), mean]).collect::<Vec<_>>();
    Results {
        win_rate: Some(WinRate::of(&outcomes).expect("comparisons")),
        rubric: Some(paired(0.28, 0.81, 1)),
        rules: vec![
            rule("Thanks the customer by name", 0.35, 0.9, 2),
            rule("Says what happens next", 0.5, 0.85, 3),
            rule("No promise that nobody can keep, such as a date of delivery", 0.8, 0.84, 4),
            rule("At most 80 words", 0.7, 0.95, 5),
        ],
        fluency: Some(paired(0.96, 0.96, 6)),
        variety: Some(VarietyChange {
            before: Variety { distinct_answers: 0.99, distinct_word_pairs: 0.71, likeness: Some(0.24) },
            after: Variety { distinct_answers: 0.97, distinct_word_pairs: 0.64, likeness: Some(0.31) },
        }),
        length: Some(Paired::of_quantities(&lengths(84.0), &lengths(61.0)).expect("lengths")),
        win_rate_at_equal_length: Some(Estimate::within(0.74, 0.65, 0.82)),
        rewards: Some(HeldOutRewards {
            accuracy: Estimate::within(0.72, 0.61, 0.81),
            margin: Estimate::within(0.84, 0.52, 1.16),
            pairs: 96,
            prompts: 48,
            beta: 0.1,
            reference: "the model without an adapter".to_owned(),
        }),
        forgetting: Some(forgetting()),
    }
}

fn forgetting() -> Forgetting {
    let kind = |kind: &str, passed_before, still_passed, lost: &[[&str; 3]]| CheckKind {
        kind: kind.to_owned(),
        asked: 15,
        passed_before,
        still_passed,
        gained: 0,
        lost: lost.iter().map(|[prompt, before, after]| lost_check(prompt, before, after)).collect(),
    };
    Forgetting {
        text: Some(TextChange {
            perplexity_before: 14.2,
            perplexity_after: 14.5,
            nats_a_token: Estimate::within(0.018, 0.006, 0.03),
            passages: 40,
            tokens: 4112,
        }),
        checks: vec![
            kind("formats", 13, 12, &[["Name three colours, one a line.", "red\ngreen\nblue", HOSTILE]]),
            kind("arithmetic", 11, 11, &[]),
            kind("refusals", 14, 14, &[]),
            kind("languages", 9, 9, &[]),
        ],
        shift: Some(Shift { nats_a_token: Estimate::within(0.061, 0.048, 0.074), prompts: 30, tokens: 1320 }),
        remarks: Vec::new(),
    }
}

pub(super) fn lost_check(prompt: &str, before: &str, after: &str) -> LostCheck {
    LostCheck { prompt: prompt.to_owned(), before: before.to_owned(), after: after.to_owned() }
}

fn curves() -> Vec<Curve> {
    let mut random = Random::new(5, &[100]);
    let mut of = |name: &str, value: &dyn Fn(f64) -> f64, noise: f64| Curve {
        name: name.to_owned(),
        points: (1..=120).map(|step| (step, value(step as f64) + noise * random.normal())).collect(),
    };
    vec![
        of("loss", &|step| 0.693 * (-step / 70.0).exp() + 0.08, 0.04),
        of("rewards/margins", &|step| 2.4 * (1.0 - (-step / 60.0).exp()), 0.12),
        of("rewards/accuracies", &|step| 0.95 - 0.45 * (-step / 15.0).exp(), 0.0),
    ]
}

/// A report of everything.
pub(super) fn full() -> Report {
    let example = |prompt: &str, old: &str, new: &str, outcome, reason: Option<&str>| Example {
        prompt: prompt.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
        outcome: Some(outcome),
        reason: reason.map(str::to_owned),
    };
    Report {
        title: "Bookshop replies".to_owned(),
        base_model: "HuggingFaceTB/SmolLM2-360M-Instruct".to_owned(),
        adapter: "runs/3/adapter".to_owned(),
        method: MethodUsed {
            id: "hybrid-c".to_owned(),
            name: "Two rounds: people, then the coach".to_owned(),
            says: "People compared answers first; the coach, checked against them, compared the rest.".to_owned(),
        },
        work: Work {
            prompts: 160,
            held_out_prompts: 40,
            answers: 1280,
            comparisons: 640,
            verdicts: 712,
            pairs: 506,
            steps: 120,
            seconds: 2310.0,
        },
        grader: Some(Grader {
            name: "Starter coach".to_owned(),
            kind: AnnotatorKind::Coach,
            is_simulated: false,
            both_orders: true,
            order_changes: 19,
            also_labelled: true,
        }),
        results: results(),
        trained_on: Some(0),
        left_out: 0,
        curves: curves(),
        examples: vec![
            example(
                "My order came with the wrong book. What now?",
                "We are sorry for the inconvenience. Please contact our support team for further assistance with your order.",
                "Thank you for telling us, and I am sorry about the mix-up. Keep the wrong book for now: the right one leaves \
                 today, and a label for sending the other back lies in the parcel.",
                Outcome::Win,
                Some("Says what happens next."),
            ),
            example(
                "هل الكتاب متوفر؟",
                "نعم، الكتاب متوفر في متجرنا.",
                "شكرا لسؤالك. الكتاب متوفر، ويمكنك استلامه غدا.",
                Outcome::Tie,
                None,
            ),
            example("Do you gift-wrap?", HOSTILE, "Yes, and it costs nothing.", Outcome::Loss, None),
        ],
        labellers: vec![
            Labeller {
                name: "Maria".to_owned(),
                kind: AnnotatorKind::Person,
                is_simulated: true,
                verdicts: 152,
                note: Some("agrees with Paul beyond chance by 0.71 (kappa)".to_owned()),
            },
            Labeller {
                name: "Starter coach".to_owned(),
                kind: AnnotatorKind::Coach,
                is_simulated: false,
                verdicts: 560,
                note: Some("right in 87 of 100 comparisons that people had judged".to_owned()),
            },
        ],
        findings: Vec::new(),
        lineage: vec![
            Fact::new("Base model", "HuggingFaceTB/SmolLM2-360M-Instruct at a10cc151"),
            Fact::new("Rubric", "version 2"),
        ],
        settings: vec![
            Fact::new("Loss", "sigmoid, beta 0.1"),
            Fact::new("Learning rate", "0.00005"),
            Fact::new("LoRA", "rank 16, alpha 32"),
        ],
        ..Report::default()
    }
}
