use super::*;
use crate::domain::ToUserMessage;
use crate::model::shapes::smollm2_135m;
use crate::preflight::memory::tests::{full_survey, survey};

fn machine(memory: u64) -> Machine {
    Machine { memory_free: Some(memory), disk_free: Some(1 << 40), threads: 2 }
}

/// Bytes that a machine must have free for the setting.
fn needed(survey: &Survey, memory: MemoryMode) -> u64 {
    (memory::total(&choice(survey, &machine(0), memory).memory_parts) as f64 * MARGIN).ceil() as u64
}

#[test]
fn auto_takes_fast_where_it_fits_else_small_else_refuses() {
    let survey = survey(smollm2_135m(), 16);
    let (fast, small) = (needed(&survey, MemoryMode::Fast), needed(&survey, MemoryMode::Small));
    let chosen = |memory: u64| decide(&survey, &machine(memory)).map(|choice| choice.memory);
    assert_eq!(chosen(fast).expect("it fits"), MemoryMode::Fast);
    assert_eq!(chosen(fast - 1).expect("it fits"), MemoryMode::Small);
    assert_eq!(chosen(small).expect("it fits"), MemoryMode::Small);
    assert!(matches!(chosen(small - 1), Err(PreflightError::Memory { .. })));
    let unknown = Machine { memory_free: None, disk_free: None, threads: 2 };
    assert_eq!(decide(&survey, &unknown).expect("nothing speaks against it").memory, MemoryMode::Fast);
}

#[test]
fn a_refusal_names_the_cure_that_costs_least() {
    let mut survey = survey(smollm2_135m(), 16);
    let hint = |survey: &Survey, memory: u64| {
        let error = decide(survey, &machine(memory)).expect_err("it is too much");
        error.hint().expect("a cure")
    };
    let small = needed(&survey, MemoryMode::Small);
    survey.settings.memory = MemoryMode::Fast;
    assert!(hint(&survey, small).contains("--memory small"));
    survey.settings.memory = MemoryMode::Small;
    assert!(hint(&survey, small - 1).contains("--dtype bf16"));
    survey.precision = WeightPrecision::Bf16;
    let half = needed(&survey, MemoryMode::Small);
    assert!(hint(&survey, half - (20 << 20)).contains("--dtype q8_0"));
    survey.precision = WeightPrecision::Q8_0;
    let eight = needed(&survey, MemoryMode::Small);
    let fours = needed(&Survey { precision: WeightPrecision::Q4K, ..survey.clone() }, MemoryMode::Small);
    assert!(fours < eight && hint(&survey, fours).contains("--dtype q4_k"));
    survey.precision = WeightPrecision::Q4K;
    assert!(hint(&survey, fours - (20 << 20)).contains("--max-length"));
    assert!(hint(&survey, 50 << 20).contains("smaller model"));
}

#[test]
fn full_training_is_not_told_to_take_half_the_precision() {
    let survey = full_survey(smollm2_135m());
    let error = decide(&survey, &machine(needed(&survey, MemoryMode::Small) - 1)).expect_err("it is too much");
    let hint = error.hint().expect("a cure");
    assert!(hint.contains("leave out `--full`") && !hint.contains("bf16"), "{hint}");
}

#[test]
fn a_cure_that_is_named_cures() {
    let survey = survey(smollm2_135m(), 16);
    let free = needed(&survey, MemoryMode::Small) - 1;
    let half = Survey { precision: WeightPrecision::Bf16, ..survey };
    assert!(decide(&half, &machine(free)).is_ok());
}

#[test]
fn a_full_disk_is_noticed_before() {
    let survey = survey(smollm2_135m(), 16);
    let enough = disk::predict(&survey);
    let with = |free: u64| Machine { disk_free: Some(free), ..machine(1 << 40) };
    assert!(decide(&survey, &with(enough)).is_ok());
    let error = decide(&survey, &with(enough - 1)).expect_err("it is too much");
    assert!(matches!(&error, PreflightError::Disk { needed, .. } if *needed == enough));
    // Three checkpoints of three tensors' sets and the adapter, four bytes a number.
    assert!(enough > 40 * 4_884_480 && enough < 41 * 4_884_480);
}
