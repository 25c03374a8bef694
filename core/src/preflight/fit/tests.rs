use super::super::pace::tests::laptop;
use super::*;
use crate::model::shapes::{qwen2_5_0_5b, smollm2_135m, smollm2_360m};

const GIB: u64 = 1 << 30;

fn machine(memory: u64, threads: usize) -> FitMachine {
    let machine = Machine { memory_free: Some(memory), disk_free: Some(100 * GIB), threads };
    FitMachine { device: "cpu".to_owned(), machine }
}

/// Four times as fast as the laptop.
fn workstation() -> Pace {
    let mut pace = laptop();
    let speed = &mut pace.speed;
    for seconds in [&mut speed.layer_forward, &mut speed.layer_step, &mut speed.head_forward, &mut speed.head_step] {
        *seconds /= 4.0;
    }
    pace.answering_bytes_a_second *= 4.0;
    pace
}

fn model(config: &DecoderConfig) -> FitModel<'_> {
    let weight_bytes = 2 * config.parameter_count();
    FitModel {
        config,
        precision: WeightPrecision::Bf16,
        kept_bytes: None,
        weight_bytes,
        tokenizer_bytes: 2 << 20,
        download_bytes: weight_bytes + (3 << 20),
        trains: true,
    }
}

/// A Llama of about eight thousand million numbers.
fn large() -> DecoderConfig {
    DecoderConfig {
        hidden_size: 4096,
        intermediate_size: 14_336,
        layers: 32,
        attention: smollm2_135m().attention.into_iter().cycle().take(32).collect(),
        attention_heads: 32,
        key_value_heads: 8,
        head_dim: 128,
        vocabulary_size: 128_256,
        tied_embeddings: false,
        ..smollm2_135m()
    }
}

fn fitted(config: &DecoderConfig, machine: &FitMachine, pace: &Pace) -> Fit {
    let judge = smollm2_360m();
    let coach = FitCoach { name: "a coach", model: model(&judge) };
    fit(&model(config), Some(&coach), machine, Some(pace)).expect("it can be reckoned")
}

#[test]
fn small_machines_train_small_models_and_large_ones_larger() {
    let (small, large_machine) = (machine(3 * GIB, 2), machine(13 * GIB, 8));
    let badge = |config: &DecoderConfig, machine: &FitMachine, pace: &Pace| fitted(config, machine, pace).badge;
    assert_eq!(badge(&smollm2_135m(), &small, &laptop()), FitBadge::Comfortable);
    assert_eq!(badge(&qwen2_5_0_5b(), &large_machine, &workstation()), FitBadge::Comfortable);
    assert_eq!(badge(&large(), &small, &laptop()), FitBadge::TooBig);
    assert_eq!(badge(&large(), &machine(60 * GIB, 8), &workstation()), FitBadge::Slow);
    let answering = fitted(&large(), &large_machine, &workstation()).answering_bytes;
    assert_eq!(badge(&large(), &machine(answering + answering / 9, 8), &workstation()), FitBadge::AnswersOnly);
}

#[test]
fn more_memory_and_speed_never_make_a_badge_worse() {
    for config in [smollm2_135m(), smollm2_360m(), qwen2_5_0_5b(), large()] {
        let mut last = FitBadge::TooBig;
        for memory in [GIB / 4, GIB, 2 * GIB, 4 * GIB, 8 * GIB, 16 * GIB, 20 * GIB, 64 * GIB] {
            let slow = fitted(&config, &machine(memory, 2), &laptop());
            let fast = fitted(&config, &machine(memory, 2), &workstation());
            assert!(slow.badge <= last, "{memory}: {slow:?}");
            assert!(fast.badge <= slow.badge, "{memory}: {fast:?}");
            last = slow.badge;
        }
        assert!(last <= FitBadge::Slow);
    }
}

#[test]
fn larger_models_take_more_of_everything() {
    let configs = [smollm2_135m(), smollm2_360m(), qwen2_5_0_5b(), large()];
    let fits: Vec<Fit> = configs.iter().map(|config| fitted(config, &machine(100 * GIB, 2), &laptop())).collect();
    for (config, fit) in configs.iter().zip(&fits) {
        let weights = 2 * config.parameter_count();
        assert!(fit.answering_bytes > weights && fit.answering_bytes < 2 * weights + GIB, "{fit:?}");
    }
    for pair in fits.windows(2) {
        let [one, larger] = pair else { panic!("two") };
        // Answering, a model with few key heads may take less than a smaller one with many.
        assert!(one.training_bytes < larger.training_bytes);
        assert!(one.disk_bytes < larger.disk_bytes && one.badge <= larger.badge);
        for (one, larger) in one.methods.iter().zip(&larger.methods) {
            assert!(one.seconds.expect("it fits") < larger.seconds.expect("it fits"), "{one:?} {larger:?}");
        }
    }
}

#[test]
fn a_coach_takes_time_and_a_large_one_may_not_fit() {
    let fit = fitted(&smollm2_135m(), &machine(8 * GIB, 2), &laptop());
    let ids: Vec<&str> = fit.methods.iter().map(|method| method.method.as_str()).collect();
    assert_eq!(ids, ["rlhf", "rlaif", "hybrid"]);
    assert_eq!((&fit.methods[0].coach, fit.methods[1].coach.as_deref()), (&None, Some("a coach")));
    assert!(fit.methods[0].seconds < fit.methods[1].seconds, "{:?}", fit.methods);
    let (one, judge) = (smollm2_135m(), large());
    let coach = FitCoach { name: "large", model: model(&judge) };
    let with = super::fit(&model(&one), Some(&coach), &machine(8 * GIB, 2), Some(&laptop())).expect("reckoned");
    assert_eq!((with.methods[1].seconds, with.badge), (None, fit.badge));
    assert!(with.methods[0].seconds.is_some() && with.methods[1].memory_bytes > 15 * GIB, "{:?}", with.methods);
}

#[test]
fn what_only_judges_is_not_asked_to_train() {
    let config = large();
    let quantized = FitModel { kept_bytes: Some(5 * GIB), trains: false, ..model(&config) };
    let fit = super::fit(&quantized, None, &machine(12 * GIB, 8), Some(&laptop())).expect("reckoned");
    assert_eq!((fit.badge, fit.methods.len(), fit.disk_bytes), (FitBadge::AnswersOnly, 0, quantized.download_bytes));
    assert!(fit.answering_bytes > 5 * GIB && fit.answering_bytes < 9 * GIB, "{}", fit.answering_bytes);
    assert!(fit.said.starts_with("It judges"), "{}", fit.said);
}

#[test]
fn a_full_disk_is_said_to_be_what_is_short() {
    let with_disk = |disk_free: u64| {
        let mut machine = machine(8 * GIB, 2);
        machine.machine.disk_free = Some(disk_free);
        fitted(&smollm2_135m(), &machine, &laptop())
    };
    let whole = with_disk(100 * GIB);
    let (download, run) = (model(&smollm2_135m()).download_bytes, whole.disk_bytes);
    assert_eq!((with_disk(run).badge, with_disk(run - 1).badge), (FitBadge::Comfortable, FitBadge::AnswersOnly));
    let full = with_disk(download - 1);
    assert_eq!(full.badge, FitBadge::TooBig);
    for fit in [with_disk(run - 1), full] {
        assert!(fit.said.contains("on the disk") && fit.said.contains("are free"), "{}", fit.said);
        assert!(fit.methods.iter().all(|method| method.seconds.is_none()), "{fit:?}");
    }
}

#[test]
fn every_badge_has_a_sentence_with_its_figures() {
    let cases = [
        (smollm2_135m(), machine(4 * GIB, 2), "200 pairs take this machine about"),
        (large(), machine(100 * GIB, 2), "200 pairs take this machine about"),
        (large(), machine(GIB, 2), "Even answering needs about"),
    ];
    for (config, machine, part) in cases {
        let fit = fitted(&config, &machine, &laptop());
        assert!(fit.said.contains(part) && fit.said.ends_with('.'), "{}", fit.said);
        assert!(fit.said.contains("that can be had"), "{}", fit.said);
    }
    let tight = fitted(&smollm2_135m(), &machine(0, 2), &laptop()).training_bytes * 6 / 5;
    let fit = fitted(&smollm2_135m(), &machine(tight, 2), &laptop());
    assert!(fit.badge == FitBadge::Slow && fit.said.contains("close other programs"), "{}", fit.said);
    let unknown = FitMachine { machine: Machine { memory_free: None, disk_free: None, threads: 2 }, ..machine(0, 2) };
    let fit = super::fit(&model(&smollm2_135m()), None, &unknown, None).expect("reckoned");
    assert_eq!((fit.badge, fit.methods[0].seconds), (FitBadge::Comfortable, None));
    assert!(!fit.said.contains("that can be had") && !fit.said.contains("200 pairs"), "{}", fit.said);
}

#[test]
fn four_bits_are_offered_where_they_make_a_training_fit() {
    let said = |machine: &FitMachine| fitted(&large(), machine, &laptop()).said;
    let ten = machine(10 * GIB, 8);
    assert!(said(&ten).contains("With its weights in 4 bits (q4_k) it can be trained, with about"), "{}", said(&ten));
    for other in [machine(GIB, 2), machine(100 * GIB, 8), FitMachine { device: "cuda".to_owned(), ..ten }] {
        assert!(!said(&other).contains("4 bits"), "{}", said(&other));
    }
}

#[test]
fn this_machine_can_be_told() {
    let this = FitMachine::this(&ComputeSettings { threads: Some(3), ..ComputeSettings::default() });
    assert_eq!(this.machine.threads, 3);
    assert!(["cpu", "cuda", "metal"].contains(&this.device.as_str()));
}
