use super::*;
use crate::domain::{LoraSettings, TrainSettings};
use crate::model::AdapterConfig;
use crate::model::shapes::{qwen2_5_0_5b, qwen2_5_1_5b, smollm2_135m, smollm2_360m};
use crate::random::Random;
use crate::train::{RowLengths, Workload};

/// A training of the model on 64 pairs with prompts of about 96 and answers of about 112 tokens.
pub(in crate::preflight) fn survey(config: DecoderConfig, rank: usize) -> Survey {
    let lora = LoraSettings { rank, ..LoraSettings::default() };
    let targets = AdapterConfig::new(&lora, &config, std::path::Path::new("model"))
        .expect("an adapter")
        .targets(&config)
        .expect("targets");
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
        kept_bytes: None,
        rounding: None,
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
        foreseen(&Survey { precision: WeightPrecision::Q8_0, ..base.clone() }, MemoryMode::Fast),
        foreseen(&Survey { precision: WeightPrecision::Q4K, ..base.clone() }, MemoryMode::Fast),
        foreseen(&survey(smollm2_135m(), 4), MemoryMode::Fast),
        foreseen(&survey(DecoderConfig { layers: 20, ..smollm2_135m() }, 16), MemoryMode::Fast),
    ];
    for (index, bytes) in smaller.into_iter().enumerate() {
        assert!(bytes < fast, "{index}: {bytes} of {fast}");
    }
}

/// The same training of every weight.
pub(in crate::preflight) fn full_survey(config: DecoderConfig) -> Survey {
    let mut survey = Survey { targets: Vec::new(), ..survey(config, 16) };
    survey.settings.full = true;
    survey
}

#[test]
fn every_weight_takes_its_gradient_moments_and_copies() {
    let (full, config) = (full_survey(smollm2_135m()), smollm2_135m());
    let adapter = survey(smollm2_135m(), 16);
    assert_eq!((trained_values(&full), config.parameter_count()), (134_515_008, 134_515_008));
    let more = foreseen(&full, MemoryMode::Small) - foreseen(&adapter, MemoryMode::Small);
    assert!(more > 5 * 4 * config.parameter_count() && more < 7 * 4 * config.parameter_count(), "{more}");
}

#[test]
fn blocks_are_counted_by_the_rows_that_fill_them() {
    // SmolLM2-135M: rows of 576 numbers fill blocks of 32, those of 1536 (the last of a layer's) blocks of 256 too; norms
    // stay in f32.
    let (narrow, wide) = (49_152 * 576 + 30 * (960 * 576 + 576 * 576 + 3072 * 576), 30 * 576 * 1536);
    let norms = 4 * 61 * 576;
    let bytes = |precision| weight_bytes(&smollm2_135m(), precision);
    assert_eq!(bytes(WeightPrecision::Q8_0), (narrow + wide) / 32 * 34 + norms);
    assert_eq!(bytes(WeightPrecision::Q4K), narrow / 32 * 34 + wide / 256 * 144 + norms);
    assert_eq!(bytes(WeightPrecision::Bf16), 2 * (narrow + wide) + norms);
    // Qwen2.5-1.5B's rows fill all of them.
    let config = qwen2_5_1_5b();
    assert_eq!(config.parameter_count(), 1_543_714_304);
    let share = weight_bytes(&config, WeightPrecision::Q4K) as f64 / config.parameter_count() as f64;
    assert!((0.5625..0.564).contains(&share), "{share} bytes a weight");
}

#[test]
fn an_adapters_numbers_are_counted() {
    // PEFT's print_trainable_parameters for SmolLM2-135M, r=16, all-linear.
    assert_eq!(adapter_values(&survey(smollm2_135m(), 16).targets), 4_884_480);
}

/// The most memory of whole runs of `whetstone train` on Linux with two threads, in MiB: models of these shapes with random
/// weights, adapters of rank 16 on all linear modules unless said otherwise.
const MEASURED: &[MeasuredRun] = &[
    MeasuredRun {
        name: "tiny, f32, fast",
        config: tiny,
        precision: WeightPrecision::F32,
        memory: MemoryMode::Fast,
        rank: 16,
        tokens: 411.0,
        peak: 25.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, f32, fast",
        config: smollm2_135m,
        precision: WeightPrecision::F32,
        memory: MemoryMode::Fast,
        rank: 16,
        tokens: 371.0,
        peak: 969.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, f32, small",
        config: smollm2_135m,
        precision: WeightPrecision::F32,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 371.0,
        peak: 769.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, bf16, fast",
        config: smollm2_135m,
        precision: WeightPrecision::Bf16,
        memory: MemoryMode::Fast,
        rank: 16,
        tokens: 371.0,
        peak: 752.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, bf16, small",
        config: smollm2_135m,
        precision: WeightPrecision::Bf16,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 371.0,
        peak: 478.0,
    },
    MeasuredRun {
        name: "SmolLM2-360M, bf16, small, long",
        config: smollm2_360m,
        precision: WeightPrecision::Bf16,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 1269.0,
        peak: 1353.0,
    },
    MeasuredRun {
        name: "Qwen2.5-0.5B, bf16, small",
        config: qwen2_5_0_5b,
        precision: WeightPrecision::Bf16,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 371.0,
        peak: 1350.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, q8_0, fast",
        config: smollm2_135m,
        precision: WeightPrecision::Q8_0,
        memory: MemoryMode::Fast,
        rank: 16,
        tokens: 419.0,
        peak: 761.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, q8_0, small",
        config: smollm2_135m,
        precision: WeightPrecision::Q8_0,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 419.0,
        peak: 410.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, q4_k, fast",
        config: smollm2_135m,
        precision: WeightPrecision::Q4K,
        memory: MemoryMode::Fast,
        rank: 16,
        tokens: 419.0,
        peak: 728.0,
    },
    MeasuredRun {
        name: "SmolLM2-135M, q4_k, small",
        config: smollm2_135m,
        precision: WeightPrecision::Q4K,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 419.0,
        peak: 414.0,
    },
    MeasuredRun {
        name: "Qwen2.5-1.5B, q4_k, small",
        config: qwen2_5_1_5b,
        precision: WeightPrecision::Q4K,
        memory: MemoryMode::Small,
        rank: 16,
        tokens: 371.0,
        peak: 1589.0,
    },
];

struct MeasuredRun {
    name: &'static str,
    config: fn() -> DecoderConfig,
    precision: WeightPrecision,
    memory: MemoryMode,
    rank: usize,
    /// Of the longest pack.
    tokens: f64,
    peak: f64,
}

/// The shape of the models in `tests/golden`.
fn tiny() -> DecoderConfig {
    DecoderConfig {
        vocabulary_size: 512,
        hidden_size: 64,
        intermediate_size: 112,
        layers: 4,
        attention_heads: 4,
        key_value_heads: 2,
        head_dim: 16,
        ..smollm2_135m()
    }
}

#[test]
fn foreseen_peaks_are_within_15_percent_of_measured_runs() {
    for run in MEASURED {
        let base = survey((run.config)(), run.rank);
        let work = MemoryWork {
            precision: run.precision,
            tokens: run.tokens,
            targets_a_pack: 0.7 * run.tokens,
            tokenizer_bytes: 20 << 10,
            data_tokens: 8000,
            ..MemoryWork::of(&base, run.memory, 2)
        };
        let foreseen = total(&predict(&work)) as f64 / (1u64 << 20) as f64;
        let error = foreseen / run.peak - 1.0;
        assert!(error.abs() < 0.15, "{}: {foreseen:.0} MiB instead of {} ({error:+.2})", run.name, run.peak);
    }
}

/// A Llama of 54 million numbers; the most memory of `whetstone train --full` on Linux with two threads, checkpoints
/// included, was 1567 MiB with `small` and 1666 MiB with `fast`, and 1616 MiB where the run was gone on with.
#[test]
fn foreseen_peaks_of_full_training_are_within_15_percent_of_measured_runs() {
    let config = DecoderConfig {
        vocabulary_size: 32_000,
        hidden_size: 512,
        intermediate_size: 1536,
        layers: 12,
        attention_heads: 8,
        key_value_heads: 4,
        head_dim: 64,
        ..smollm2_135m()
    };
    assert_eq!(config.parameter_count(), 54_145_536);
    let survey = full_survey(config);
    for (memory, peak) in [(MemoryMode::Small, 1567.0), (MemoryMode::Fast, 1666.0)] {
        let work = MemoryWork { tokens: 510.0, targets_a_pack: 300.0, ..MemoryWork::of(&survey, memory, 2) };
        let foreseen = total(&predict(&work)) as f64 / (1u64 << 20) as f64;
        assert!((foreseen / peak - 1.0).abs() < 0.15, "{memory:?}: {foreseen:.0} MiB instead of {peak}");
    }
}
