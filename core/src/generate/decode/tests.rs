use super::*;
use crate::job::CancelToken;
use crate::model::cpu_backend::CpuBackend;
use crate::model::decoder::Pass;
use crate::model::shapes::smollm2_135m;
use crate::model::{RandomWeights, WeightPrecision};

const PLAIN: ResolvedSampling =
    ResolvedSampling { greedy: false, temperature: 1.0, top_p: 1.0, top_k: 0, min_p: 0.0, repetition_penalty: 1.0 };

/// A decoder with made-up weights, small and with a large vocabulary for its size.
fn decoder() -> Decoder<CpuBackend> {
    let mut config = smollm2_135m();
    (config.layers, config.hidden_size, config.intermediate_size) = (2, 64, 96);
    (config.attention_heads, config.key_value_heads, config.head_dim) = (4, 2, 16);
    config.vocabulary_size = 700;
    config.attention.truncate(2);
    let backend = CpuBackend::new(Some(2)).expect("threads");
    Decoder::load(backend, config, &RandomWeights { precision: WeightPrecision::F32 }).expect("made-up weights")
}

fn settings(samples: usize, max_new_tokens: usize) -> DecodeSettings {
    DecodeSettings {
        sampling: PLAIN,
        samples,
        max_new_tokens,
        max_positions: 4096,
        end_tokens: Vec::new(),
        seed: 3,
        numbers: None,
        adapted: false,
    }
}

fn prompt(length: usize, first: u32) -> Vec<u32> {
    (0..length as u32).map(|place| (first + place * 37) % 700).collect()
}

/// Every prompt's completions, and the new tokens of each call of `tokens`.
fn run(
    decoder: &Decoder<CpuBackend>,
    prompts: &[Vec<u32>],
    settings: &DecodeSettings,
) -> (Vec<Vec<Completion>>, Vec<usize>) {
    let (cancel, mut all, mut counts) = (CancelToken::default(), Vec::new(), Vec::new());
    let done = |index: usize, completions: Vec<Completion>| {
        assert_eq!(index, all.len(), "prompts come in order");
        all.push(completions);
        Ok(())
    };
    let context = JobContext::new(&|_| {}, &cancel);
    decode(decoder, prompts, settings, &context, done, |count| counts.push(count)).expect("completions");
    (all, counts)
}

#[test]
fn log_probabilities_are_those_of_scoring() {
    let decoder = decoder();
    let hot = ResolvedSampling { temperature: 1.3, top_k: 300, repetition_penalty: 1.1, ..PLAIN };
    for sampling in [PLAIN, hot] {
        let prompts = [prompt(9, 5), prompt(30, 11)];
        let (all, _) = run(&decoder, &prompts, &DecodeSettings { sampling, ..settings(3, 40) });
        for (prompt, completion) in prompts.iter().zip(&all).flat_map(|(p, all)| all.iter().map(move |c| (p, c))) {
            assert_eq!((completion.token_ids.len(), completion.log_probabilities.len()), (40, 40));
            let mut batch = Batch::default();
            batch.push(&[&prompt[..], &completion.token_ids].concat());
            let (hidden, _) = decoder.forward(&batch, Pass::inference(false)).expect("forward");
            let rows: Vec<usize> = (prompt.len() - 1..prompt.len() + 39).collect();
            let (want, _) = decoder.log_probabilities(&hidden, &rows, &completion.token_ids, false).expect("scores");
            for (got, want) in completion.log_probabilities.iter().zip(&want) {
                assert!((got - want).abs() < 1e-5, "{got}, not {want}");
            }
        }
    }
}

#[test]
fn the_next_sample_begins_when_a_place_is_free() {
    let decoder = decoder();
    let prompts: Vec<Vec<u32>> = (0..7).map(|index| prompt(4 + index, index as u32)).collect();
    // Of 700 tokens nearly alike, 35 end a completion: lengths are ragged.
    let ragged = DecodeSettings { end_tokens: (0..35).collect(), ..settings(5, 60) };
    let (all, counts) = run(&decoder, &prompts, &ragged);
    let lengths: Vec<usize> = all.iter().flatten().map(|completion| completion.token_ids.len()).collect();
    assert_eq!(lengths.len(), 35);
    assert!(lengths.iter().any(|length| *length < 10) && lengths.iter().any(|length| *length > 30), "{lengths:?}");
    assert_eq!(counts.iter().sum::<usize>(), lengths.iter().sum::<usize>());
    // Sixteen samples begin, and every step is full until all have begun: in between, as many begin as have ended.
    let emptying = counts.windows(2).position(|pair| pair.iter().all(|count| *count < SEQUENCES));
    let before = &counts[..emptying.expect("places are empty at the end")];
    let begun: usize = before.iter().filter(|count| **count < SEQUENCES).sum();
    assert_eq!(SEQUENCES + begun, 35, "{counts:?}");
    // The same bits alone.
    for (index, completions) in all.iter().enumerate() {
        let alone = DecodeSettings { numbers: Some(vec![index as u64]), ..ragged.clone() };
        assert_eq!(run(&decoder, &prompts[index..=index], &alone).0[0], *completions);
    }
}

#[test]
fn a_prompt_in_chunks_is_the_prompt() {
    let decoder = decoder();
    let (prompt, settings, cancel) = (prompt(130, 1), settings(1, 4), CancelToken::default());
    let context = JobContext::new(&|_| {}, &cancel);
    let last_logits = |chunk: usize| {
        let mut run = Run {
            decoder: &decoder,
            settings: &settings,
            cache: decoder.cache().expect("a cache"),
            slots: Slots::default(),
            sequences: Vec::new(),
            beginning: None,
            prompts: BTreeMap::new(),
        };
        run.prefill(0, &prompt, chunk, &context).expect("prefilled");
        run.beginning.expect("samples to begin").logits
    };
    let whole = last_logits(130);
    let spread = whole.iter().fold(0.0f32, |most, logit| most.max(logit.abs()));
    for chunk in [1, 7, 64, 65, 129] {
        for (got, want) in last_logits(chunk).iter().zip(&whole) {
            assert!((got - want).abs() < 1e-4 * spread, "chunks of {chunk}: {got}, not {want}");
        }
    }
    cancel.cancel();
    let (completions, tokens) = (|_, _| Ok(()), |_| {});
    let refused = decode(&decoder, std::slice::from_ref(&prompt), &settings, &context, completions, tokens);
    assert!(matches!(refused, Err(GenerateError::Cancelled(_))), "{refused:?}");
}
