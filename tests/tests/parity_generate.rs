//! Decoding against transformers: greedy ids of one prompt, and of several together; seeded samples.

use whetstone_core::domain::{ComputeSettings, SamplingSettings};
use whetstone_core::generate::decode::{Completion, DecodeSettings, decode};
use whetstone_core::generate::sampling::{GenerationDefaults, ResolvedSampling};
use whetstone_core::job::{CancelToken, JobContext};
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{OpenModel, decoder::Decoder};
use whetstone_tests::{golden_json, golden_model, golden_models, graphics, ids};

fn open<B: Backend>(backend: B, name: &str) -> OpenModel<B> {
    OpenModel::open(backend, &golden_model(name), None, ComputeSettings::default().dtype).expect("a golden model")
}

fn settings(sampling: &SamplingSettings) -> DecodeSettings {
    DecodeSettings {
        sampling: ResolvedSampling::resolve(sampling, &GenerationDefaults::default()).expect("settings"),
        samples: sampling.samples,
        max_new_tokens: sampling.max_new_tokens,
        max_positions: 256,
        end_tokens: Vec::new(),
        seed: sampling.seed,
        numbers: None,
        adapted: true,
    }
}

fn run<B: Backend>(decoder: &Decoder<B>, prompts: &[Vec<u32>], settings: &DecodeSettings) -> Vec<Vec<Completion>> {
    let (cancel, mut all) = (CancelToken::default(), Vec::new());
    let done = |index: usize, completions: Vec<Completion>| {
        assert_eq!(index, all.len(), "prompts come in order");
        all.push(completions);
        Ok(())
    };
    decode(decoder, prompts, settings, &JobContext::new(&|_| {}, &cancel), done, |_| {}).expect("completions");
    all
}

/// The reference may have stopped at an end token, with padding behind it; here decoding went on.
fn assert_same(got: &[u32], want: &[u32], ends: &[u32], name: &str) {
    let stopped = want.iter().position(|id| ends.contains(id));
    let padded = |end: &usize| want[end + 1..].windows(2).all(|pair| pair[0] == pair[1]) && want.len() <= got.len();
    let compared = stopped.filter(padded).map_or(got.len(), |end| end + 1);
    assert!(compared >= 5, "{name}: too little to compare");
    assert_eq!(got[..compared], want[..compared.min(want.len())], "{name}");
}

fn assert_greedy_matches<B: Backend>(model: &OpenModel<B>, name: &str) {
    let golden = golden_json(&format!("golden/{name}.json"));
    let greedy = SamplingSettings { greedy: true, max_new_tokens: 32, ..SamplingSettings::default() };
    let single = &golden["greedy"];
    let completions = run(&model.decoder, &[ids(&single["prompt_ids"])], &settings(&greedy));
    let ends = &model.generation.eos_token_ids;
    assert_same(&completions[0][0].token_ids, &ids(&single["new_ids"]), ends, name);

    // The reference pads on the left; here prompts of different lengths stand side by side as they are.
    let batch = &golden["greedy_left_padded_batch"];
    let rows = |key: &str| batch[key].as_array().expect("rows").iter().map(ids).collect::<Vec<_>>();
    let lengths = ids(&batch["prompt_lens"]);
    let prompts: Vec<Vec<u32>> = rows("input_ids")
        .into_iter()
        .zip(&lengths)
        .map(|(row, &length)| row[row.len() - length as usize..].to_vec())
        .collect();
    let completions = run(&model.decoder, &prompts, &settings(&greedy));
    for (got, want) in completions.iter().zip(rows("new_ids")) {
        assert_same(&got[0].token_ids, &want, ends, &format!("{name}, in a batch"));
    }
}

#[test]
fn greedy_ids_equal_the_reference_on_every_backend() {
    for name in golden_models() {
        assert_greedy_matches(&open(CpuBackend::new(Some(2)).expect("threads"), &name), &name);
        assert_greedy_matches(&open(TensorBackend::new(candle_core::Device::Cpu), &name), &name);
        if let Some(backend) = graphics() {
            assert_greedy_matches(&open(backend, &name), &name);
        }
    }
}

#[test]
fn a_sample_depends_on_its_prompt_number_and_seed_alone() {
    let model = open(CpuBackend::new(Some(2)).expect("threads"), "qwen2");
    let prompts: Vec<Vec<u32>> = (3..10).map(|length| (0..length).map(|id| id * 31 % 400).collect()).collect();
    let sampled = |samples: usize, seed: u64| SamplingSettings {
        samples,
        seed,
        max_new_tokens: 70,
        temperature: Some(0.9),
        ..SamplingSettings::default()
    };
    let many = run(&model.decoder, &prompts, &settings(&sampled(5, 1)));
    assert!(many.iter().all(|completions| completions.len() == 5));
    assert_ne!(many[0][0], many[0][1], "samples of a prompt differ");
    assert_eq!(run(&model.decoder, &prompts, &settings(&sampled(5, 1))), many, "the same seed gives the same");
    assert_ne!(run(&model.decoder, &prompts, &settings(&sampled(5, 2))), many, "another seed gives others");
    // Fewer beside it, and more than go forward together.
    let fewer = run(&model.decoder, &prompts, &settings(&sampled(2, 1)));
    assert!(many.iter().zip(&fewer).all(|(many, fewer)| many[..2] == fewer[..]));
    let more = run(&model.decoder, &prompts[..1], &settings(&sampled(37, 1)));
    assert_eq!(more[0][..5], many[0][..]);
}

#[test]
fn an_end_token_ends_a_completion_and_is_part_of_its_ids() {
    let model = open(CpuBackend::new(Some(2)).expect("threads"), "llama_tied");
    let golden = golden_json("golden/llama_tied.json");
    let want = ids(&golden["greedy"]["new_ids"]);
    let greedy = SamplingSettings { greedy: true, max_new_tokens: 32, ..SamplingSettings::default() };
    let mut settings = settings(&greedy);
    settings.end_tokens = vec![want[2]];
    let completions = run(&model.decoder, &[ids(&golden["greedy"]["prompt_ids"])], &settings);
    assert_eq!(completions[0][0].token_ids, want[..3]);
    assert_eq!(completions[0][0].finish_reason, whetstone_core::domain::FinishReason::Stop);
    settings.end_tokens.clear();
    settings.max_positions = 14;
    let completions = run(&model.decoder, &[ids(&golden["greedy"]["prompt_ids"])], &settings);
    assert_eq!(completions[0][0].token_ids.len(), 2, "the model's positions end a completion too");
}
