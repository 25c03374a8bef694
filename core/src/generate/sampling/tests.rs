use std::collections::BTreeMap;

use super::*;

const PLAIN: ResolvedSampling =
    ResolvedSampling { greedy: false, temperature: 1.0, top_p: 1.0, top_k: 0, min_p: 0.0, repetition_penalty: 1.0 };

#[derive(Deserialize)]
struct Golden {
    logits: BTreeMap<String, Vec<f32>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    logits: String,
    seen: Vec<u32>,
    repetition_penalty: f32,
    temperature: f32,
    top_k: usize,
    top_p: f32,
    min_p: f32,
    tokens: Vec<u32>,
    probabilities: Vec<f64>,
}

/// `tests/oracle/make_sampling_golden.py` made the file with transformers' own processors.
#[test]
fn keeps_the_tokens_and_probabilities_of_transformers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/sampling.json");
    let text = std::fs::read_to_string(path).expect("the golden file is in the repository");
    let golden: Golden = serde_json::from_str(&text).expect("the golden file has this form");
    assert!(golden.cases.len() > 70, "{} cases", golden.cases.len());
    for case in &golden.cases {
        let settings = ResolvedSampling {
            greedy: false,
            temperature: case.temperature,
            top_p: case.top_p,
            top_k: case.top_k,
            min_p: case.min_p,
            repetition_penalty: case.repetition_penalty,
        };
        let what = format!("{} {settings:?}", case.logits);
        let mut sampler = Sampler::new(settings);
        // Twice, since buffers are used again.
        for _ in 0..2 {
            let mut logits = golden.logits.get(&case.logits).expect("named logits").clone();
            let mut kept = sampler.probabilities(&mut logits, &case.seen).expect("finite logits").to_vec();
            kept.sort_unstable_by_key(|(token, _)| *token);
            let theirs: Vec<(u32, f64)> = case.tokens.iter().copied().zip(case.probabilities.iter().copied()).collect();
            assert_eq!(kept.len(), theirs.len(), "{what}");
            let least = case.probabilities.iter().copied().fold(1.0, f64::min);
            for &(token, expected) in &theirs {
                let ours = kept.iter().find(|(kept, _)| *kept == token).map(|(_, probability)| f64::from(*probability));
                // Where top-p cuts through equal tokens, which of them stay is open; nothing else is.
                let cut_through_equals = case.top_p < 1.0 && (expected - least).abs() < 1e-9;
                match ours {
                    Some(ours) => assert!((ours - expected).abs() < 1e-6, "{what}: {token}: {ours} against {expected}"),
                    None => assert!(cut_through_equals, "{what}: token {token} of probability {expected} is missing"),
                }
            }
            let total: f64 = kept.iter().map(|(_, probability)| f64::from(*probability)).sum();
            assert!((total - 1.0).abs() < 1e-5, "{what}: {total}");
        }
    }
}

#[test]
fn a_long_tail_is_sorted_only_as_far_as_needed_and_right() {
    let mut random = Random::new(5, &[]);
    let logits: Vec<f32> = (0..50_000).map(|_| random.normal() as f32).collect();
    for top_p in [0.001f32, 0.2, 0.7, 0.99] {
        let mut sampler = Sampler::new(ResolvedSampling { top_p, ..PLAIN });
        let kept: Vec<u32> = sampler
            .probabilities(&mut logits.clone(), &[])
            .expect("finite logits")
            .iter()
            .map(|(token, _)| *token)
            .collect();
        // The definition, without haste: sort everything, keep while the sum before is below top-p.
        let mut sorted: Vec<(u32, f32)> = (0u32..).zip(logits.iter().copied()).collect();
        sorted.sort_by(|a, b| likelier_first(*a, *b));
        let total: f64 = sorted.iter().map(|(_, logit)| f64::from(*logit).exp()).sum();
        let mut before = 0.0;
        let mut expected = Vec::new();
        for (token, logit) in sorted {
            if before >= f64::from(top_p) * total {
                break;
            }
            before += f64::from(logit).exp();
            expected.push(token);
        }
        // f32 weights against f64 ones may move the edge by a token.
        assert!(kept.len().abs_diff(expected.len()) <= 1, "{} against {}", kept.len(), expected.len());
        let common = kept.len().min(expected.len());
        assert_eq!(kept[..common], expected[..common]);
    }
}

#[test]
fn draws_follow_the_probabilities() {
    let logits = [1.0f32, 0.0, -1.0, 2.0, 0.5, -30.0];
    let mut sampler = Sampler::new(ResolvedSampling { temperature: 0.8, ..PLAIN });
    let expected: BTreeMap<u32, f64> = sampler
        .probabilities(&mut logits.clone(), &[])
        .expect("finite logits")
        .iter()
        .map(|&(token, probability)| (token, f64::from(probability)))
        .collect();
    let mut random = Random::new(11, &[2]);
    let draws = 20_000;
    let mut counts = BTreeMap::<u32, f64>::new();
    for _ in 0..draws {
        let token = sampler.next_token(&mut logits.clone(), &[], &mut random).expect("finite logits").id;
        *counts.entry(token).or_default() += 1.0;
    }
    let square: f64 = expected
        .iter()
        .filter(|(_, probability)| **probability > 1e-6)
        .map(|(token, probability)| {
            let due = probability * f64::from(draws);
            (counts.get(token).copied().unwrap_or(0.0) - due).powi(2) / due
        })
        .sum();
    // Four degrees of freedom: 18.5 is exceeded once in a thousand seeds, and this seed is fixed.
    assert!(square < 18.5, "{square} {counts:?}");
    assert_eq!(counts.get(&5), None, "a token of probability 1e-14 is not drawn");
}

#[test]
fn the_same_seed_draws_the_same_tokens() {
    let logits: Vec<f32> = (0..100).map(|token| (token as f32 * 0.37).sin()).collect();
    let draw = |seed| {
        let mut random = Random::new(seed, &[]);
        let mut sampler = Sampler::new(ResolvedSampling { top_p: 0.9, ..PLAIN });
        (0..20).map(|_| sampler.next_token(&mut logits.clone(), &[], &mut random).expect("finite")).collect::<Vec<_>>()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn greedy_takes_the_first_maximum_after_the_penalty() {
    let mut sampler = Sampler::new(ResolvedSampling { greedy: true, repetition_penalty: 2.0, ..PLAIN });
    let mut random = Random::new(0, &[]);
    let mut next = |seen: &[u32]| sampler.next_token(&mut [1.0, 3.0, 2.0, 3.0], seen, &mut random).expect("finite").id;
    assert_eq!(next(&[]), 1);
    assert_eq!(next(&[1, 1]), 3);
    // Each token once: 3 halves to 1.5, below 2. Ids beyond the vocabulary are no token of this model.
    assert_eq!(next(&[1, 3, 3, 900]), 2);
}

#[test]
fn numbers_that_are_none_are_refused() {
    let mut random = Random::new(0, &[]);
    for greedy in [true, false] {
        let mut sampler = Sampler::new(ResolvedSampling { greedy, ..PLAIN });
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let error = sampler.next_token(&mut [0.0, bad, 1.0], &[], &mut random).expect_err("no number");
            assert!(matches!(error, SamplingError::NotFinite { token: 1, .. }), "{error}");
        }
        assert_eq!(sampler.next_token(&mut [], &[], &mut random), Err(SamplingError::NoLogits));
    }
}

#[test]
fn extreme_logits_and_temperatures_stay_finite() {
    let mut random = Random::new(0, &[]);
    for temperature in [1e-30, 1.0, 1e30] {
        let mut sampler = Sampler::new(ResolvedSampling { temperature, top_p: 0.9, min_p: 0.01, ..PLAIN });
        let kept = sampler.probabilities(&mut [f32::MAX, -f32::MAX, 0.0], &[]).expect("finite logits");
        let total: f32 = kept.iter().map(|(_, probability)| probability).sum();
        assert!((total - 1.0).abs() < 1e-6, "{temperature}: {kept:?}");
        sampler.next_token(&mut [f32::MAX, -f32::MAX, 0.0], &[], &mut random).expect("a token");
    }
}

#[test]
fn what_is_asked_goes_before_the_model_and_the_model_before_neutral() {
    let model = GenerationDefaults { temperature: Some(0.6), top_k: Some(20), ..GenerationDefaults::default() };
    let asked = SamplingSettings { top_k: Some(0), min_p: Some(0.1), ..SamplingSettings::default() };
    let resolved = ResolvedSampling::resolve(&asked, &model).expect("in range");
    assert_eq!(resolved, ResolvedSampling { temperature: 0.6, min_p: 0.1, ..PLAIN });
    let cold = SamplingSettings { temperature: Some(0.0), ..SamplingSettings::default() };
    assert!(ResolvedSampling::resolve(&cold, &model).expect("in range").greedy);
}

#[test]
fn values_outside_their_range_are_refused_with_their_origin() {
    let none = SamplingSettings::default;
    let bad = [
        ("temperature", SamplingSettings { temperature: Some(-0.1), ..none() }),
        ("temperature", SamplingSettings { temperature: Some(f32::NAN), ..none() }),
        ("temperature", SamplingSettings { temperature: Some(f32::INFINITY), ..none() }),
        ("top_p", SamplingSettings { top_p: Some(0.0), ..none() }),
        ("top_p", SamplingSettings { top_p: Some(1.01), ..none() }),
        ("min_p", SamplingSettings { min_p: Some(-0.5), ..none() }),
        ("repetition_penalty", SamplingSettings { repetition_penalty: Some(0.0), ..none() }),
    ];
    for (name, settings) in bad {
        let error = ResolvedSampling::resolve(&settings, &GenerationDefaults::default()).expect_err(name);
        assert!(matches!(error, SamplingError::OutOfRange { setting, origin: Origin::Asked, .. } if setting == name));
        assert!(error.hint().is_some_and(|hint| hint.contains(name)));
    }
    let model = GenerationDefaults { top_p: Some(2.0), ..GenerationDefaults::default() };
    let error = ResolvedSampling::resolve(&none(), &model).expect_err("top_p");
    assert_eq!(
        error.to_string(),
        "top_p is 2 in the model's generation_config.json, but must be above 0 and at most 1"
    );
    // Without effect where nothing is left to chance.
    let greedy = SamplingSettings { greedy: true, ..none() };
    assert!(ResolvedSampling::resolve(&greedy, &model).is_ok());
}

#[test]
fn drawing_of_all_tokens_at_once_is_drawing_by_their_probabilities() {
    let mut random = Random::new(11, &[]);
    let settings =
        ResolvedSampling { greedy: false, temperature: 0.7, top_p: 1.0, top_k: 0, min_p: 0.0, repetition_penalty: 1.2 };
    let mut same = 0;
    for round in 0..500 {
        let logits: Vec<f32> = (0..300).map(|_| random.normal() as f32 * 3.0).collect();
        let seen = [3, 9, 100];
        let mut sampler = Sampler::new(settings);
        let point = Random::new(12, &[round]).uniform();
        let mut reached = 0.0;
        let kept = sampler.probabilities(&mut logits.clone(), &seen).expect("probabilities").to_vec();
        let by_probability = kept.iter().find(|kept| {
            reached += f64::from(kept.1);
            point < reached
        });
        let drawn = sampler.next_token(&mut logits.clone(), &seen, &mut Random::new(12, &[round])).expect("a token");
        same += usize::from(by_probability.is_some_and(|kept| kept.0 == drawn.id));
    }
    // The two add up in different precision: a point on a border may fall to its neighbour.
    assert!(same >= 499, "{same} of 500");
}

#[test]
fn a_log_probability_is_the_models_own_whatever_the_settings() {
    let logits: Vec<f32> = (0..3000).map(|token| 5.0 * (token as f32 * 0.37).sin()).collect();
    let total: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
    let settings = [
        PLAIN,
        ResolvedSampling { temperature: 0.7, ..PLAIN },
        ResolvedSampling { repetition_penalty: 1.3, ..PLAIN },
        ResolvedSampling { temperature: 1.4, top_k: 200, top_p: 0.9, repetition_penalty: 0.8, ..PLAIN },
        ResolvedSampling { greedy: true, ..PLAIN },
        ResolvedSampling { greedy: true, repetition_penalty: 5.0, ..PLAIN },
    ];
    let seen: Vec<u32> = (0..3000).step_by(2).collect();
    for settings in settings {
        let (mut sampler, mut random) = (Sampler::new(settings), Random::new(3, &[]));
        for _ in 0..50 {
            let drawn = sampler.next_token(&mut logits.clone(), &seen, &mut random).expect("a token");
            let want = f64::from(logits[drawn.id as usize]) - total.ln();
            let off = (f64::from(drawn.log_probability) - want).abs();
            assert!(off < 1e-5, "{settings:?}: {drawn:?}, not {want}");
        }
    }
}
