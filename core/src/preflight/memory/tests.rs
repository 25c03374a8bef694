use super::*;
use crate::domain::{LoraSettings, TrainSettings};
use crate::model::AdapterConfig;
use crate::model::shapes::smollm2_135m;
use crate::random::Random;
use crate::train::{RowLengths, Workload};

/// A training of the model on 64 pairs with prompts of about 96 and answers of about 112 tokens.
pub(in crate::preflight) fn survey(config: DecoderConfig, rank: usize) -> Survey {
    let lora = LoraSettings { rank, ..LoraSettings::default() };
    let targets = AdapterConfig::new(&lora, &config, "model").expect("an adapter").targets(&config).expect("targets");
    let settings = TrainSettings { lora, ..TrainSettings::default() };
    // The lengths of the pairs that `bench` trains on.
    let mut random = Random::new(0, &[]);
    let mut length = |least: usize, most: usize| least + random.below(most - least + 1);
    let mut row = || RowLengths { prompt: length(88, 104), answers: vec![length(64, 160), length(64, 160)] };
    let rows: Vec<RowLengths> = (0..64).map(|_| row()).collect();
    Survey {
        out: "run".into(),
        precision: WeightPrecision::F32,
        weight_bytes: 0,
        tokenizer_bytes: 2 << 20,
        targets,
        workload: Workload::new(&settings, &rows, 64, &[], PACK_TOKENS),
        holdout_rows: 0,
        steps_done: 0,
        settings,
        config,
    }
}

fn foreseen(survey: &Survey, memory: MemoryMode) -> u64 {
    total(&predict(&MemoryWork::of(survey, memory, 2)))
}

#[test]
fn every_setting_that_saves_memory_does() {
    let base = survey(smollm2_135m(), 16);
    let fast = foreseen(&base, MemoryMode::Fast);
    let smaller = [
        foreseen(&base, MemoryMode::Small),
        foreseen(&Survey { precision: WeightPrecision::Bf16, ..base.clone() }, MemoryMode::Fast),
        foreseen(&survey(smollm2_135m(), 4), MemoryMode::Fast),
        foreseen(&survey(DecoderConfig { layers: 20, ..smollm2_135m() }, 16), MemoryMode::Fast),
    ];
    for (index, bytes) in smaller.into_iter().enumerate() {
        assert!(bytes < fast, "{index}: {bytes} of {fast}");
    }
}

#[test]
fn an_adapters_numbers_are_counted() {
    // PEFT's print_trainable_parameters for SmolLM2-135M, r=16, all-linear.
    assert_eq!(adapter_values(&survey(smollm2_135m(), 16).targets), 4_884_480);
}
