//! How far the rounding of a GGUF file moves a model: against the logits that transformers gives for the golden models,
//! and along the answers of a trained model.

use std::path::{Path, PathBuf};

use whetstone_core::domain::{ChatMessage, DtypeChoice, GgufType, SamplingSettings};
use whetstone_core::example;
use whetstone_core::export;
use whetstone_core::generate::decode::{Completion, DecodeSettings, decode};
use whetstone_core::generate::sampling::{GenerationDefaults, ResolvedSampling};
use whetstone_core::job::{CancelToken, ExportSpec, JobContext};
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::Pass;
use whetstone_core::model::{Batch, OpenModel};
use whetstone_tests::{GoldenTensors, golden_model};

/// What rounding every matrix to f16 does to the logits that a golden keeps, as shares of their size: figures of
/// transformers 5, which computed in float64 with the rounded matrices. The goldens that a GGUF file can say as they are.
const OF_F16: [(&str, f64); 6] = [
    ("llama3_rope", 1.104e-3),
    ("llama_tied", 9.717e-4),
    ("llama_untied", 8.987e-4),
    ("phi3", 8.704e-4),
    ("qwen2", 7.714e-4),
    ("qwen3", 1.019e-3),
];

fn open(path: &Path) -> OpenModel<CpuBackend> {
    let backend = CpuBackend::new(Some(2)).expect("threads");
    OpenModel::open(backend, path, None, DtypeChoice::Auto)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn written(model: &Path, kind: GgufType, out: &Path) -> PathBuf {
    let spec = ExportSpec { gguf_type: kind, ..ExportSpec::new(model, None, "gguf", out) };
    let cancel = CancelToken::default();
    export::run(&spec, &JobContext::new(&|_| {}, &cancel)).expect("an export");
    out.join(format!("model-{}.gguf", kind.name()))
}

/// The logits at places of a text, one after another.
fn logits(model: &OpenModel<CpuBackend>, ids: &[u32], places: impl Iterator<Item = usize>) -> Vec<f32> {
    let mut batch = Batch::default();
    batch.push(ids);
    let (hidden, _) = model.decoder.forward(&batch, Pass::inference(false)).expect("a way forward");
    model.decoder.logits(&hidden, &places.collect::<Vec<_>>()).expect("logits")
}

fn likeliest<T: PartialOrd>(logits: &[T]) -> usize {
    (1..logits.len()).fold(0, |best, place| if logits[place] > logits[best] { place } else { best })
}

#[test]
fn sixteen_bits_move_the_golden_models_as_far_as_their_rounding_does() {
    for (name, of_rounding) in OF_F16 {
        let out = tempfile::tempdir().expect("a folder");
        let model = open(&written(&golden_model(name), GgufType::F16, out.path()));
        let golden = GoldenTensors::open(&format!("golden/{name}.safetensors"));
        let ((shape, ids), (_, mask)) = (golden.get("input_ids"), golden.get("attention_mask"));
        let (_, want) = golden.get("logits");
        let vocabulary = want.len() / ids.len();
        let (mut apart, mut size, mut places) = (0.0, 0.0, 0);
        for row in 0..shape[0] {
            let real: Vec<usize> = (row * shape[1]..(row + 1) * shape[1]).filter(|&at| mask[at] > 0.5).collect();
            let row: Vec<u32> = real.iter().map(|&at| ids[at] as u32).collect();
            let got = logits(&model, &row, 0..row.len());
            for (got, at) in got.chunks(vocabulary).zip(real) {
                let want = &want[at * vocabulary..][..vocabulary];
                assert_eq!(likeliest(got), likeliest(want), "{name}: the likeliest token at {at}");
                apart += got.iter().zip(want).map(|(got, want)| (f64::from(*got) - want).powi(2)).sum::<f64>();
                size += want.iter().map(|want| want * want).sum::<f64>();
                places += 1;
            }
        }
        let difference = (apart / size).sqrt();
        assert!((difference / of_rounding - 1.0).abs() < 0.03, "{name}: {difference:.3e}, not {of_rounding:.3e}");
        assert!(places >= 50, "{name}: {places} places");
    }
}

/// Sixty requests that the starter never saw, and what it answers to them: another token is likelier at 15 of 1,167 places,
/// where two were nearly as likely.
#[test]
fn eight_bits_lead_a_trained_model_to_the_same_tokens_along_its_answers() {
    let starter = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    let out = tempfile::tempdir().expect("a folder");
    let (model, packed) = (open(starter), open(&written(starter, GgufType::Q8_0, out.path())));
    let prompts = asked(&model);
    let answers = answers(&model, &prompts);
    let (mut same, mut places) = (0, 0);
    for (prompt, answer) in prompts.iter().zip(&answers) {
        let text = [prompt.as_slice(), answer].concat();
        let along = || prompt.len() - 1..text.len() - 1;
        let (one, other) = (logits(&model, &text, along()), logits(&packed, &text, along()));
        let vocabulary = one.len() / answer.len();
        let pairs = one.chunks(vocabulary).zip(other.chunks(vocabulary));
        same += pairs.filter(|(one, other)| likeliest(one) == likeliest(other)).count();
        places += answer.len();
    }
    assert!(places > 1000, "{places} places");
    let share = same as f64 / places as f64;
    assert!(share >= 0.985, "the same token at {same} of {places} places");
}

/// The example's requests as the chat template gives them.
fn asked(model: &OpenModel<CpuBackend>) -> Vec<Vec<u32>> {
    let template = model.template.as_ref().expect("a chat template");
    let ids = |prompt: example::ExamplePrompt| {
        let turn = ChatMessage::new("user", &prompt.request.text);
        let text = template.render(&[turn], true, &serde_json::Map::new()).expect("a text");
        model.tokenizer.encode(&text, false).expect("tokens")
    };
    example::prompts().into_iter().map(ids).collect()
}

/// The likeliest answers.
fn answers(model: &OpenModel<CpuBackend>, prompts: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let greedy = SamplingSettings { greedy: true, repetition_penalty: Some(1.0), ..SamplingSettings::default() };
    let settings = DecodeSettings {
        sampling: ResolvedSampling::resolve(&greedy, &GenerationDefaults::default()).expect("settings"),
        samples: 1,
        max_new_tokens: 64,
        max_positions: model.decoder.config().max_positions,
        end_tokens: model.generation.eos_token_ids.clone(),
        seed: 0,
        numbers: None,
        adapted: false,
    };
    let mut answers = Vec::new();
    let cancel = CancelToken::default();
    let done = |_, completions: Vec<Completion>| {
        answers.extend(completions.into_iter().map(|completion| completion.token_ids));
        Ok(())
    };
    decode(&model.decoder, prompts, &settings, &JobContext::new(&|_| {}, &cancel), done, |_| ()).expect("answers");
    answers
}
