//! Files that are written of every family, read by this program and by another: the same tokens, the same numbers.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{Device, Tensor};
use candle_transformers::models::{quantized_llama, quantized_phi3, quantized_qwen2, quantized_qwen3};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::domain::{ComputeSettings, ToUserMessage};
use crate::export::Proof;
use crate::export::probe::relative_difference;
use crate::job::CancelToken;
use crate::model::backend::Backend;
use crate::model::cpu_backend::CpuBackend;
use crate::model::decoder::Pass;
use crate::model::safetensors::{TensorRef, write_f32};
use crate::model::tensor_backend::TensorBackend;
use crate::model::{Batch, OpenModel};
use crate::random::Random;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden");

/// Every golden model.
const MODELS: [&str; 9] =
    ["gemma3", "llama3_rope", "llama_tied", "llama_untied", "mistral", "phi3", "qwen2", "qwen3", "smollm3"];

fn golden(name: &str) -> PathBuf {
    Path::new(GOLDEN).join("models").join(name)
}

fn cpu() -> CpuBackend {
    CpuBackend::new(Some(2)).expect("threads")
}

fn open(path: &Path, dtype: DtypeChoice) -> OpenModel<CpuBackend> {
    OpenModel::open(cpu(), path, None, dtype).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A golden model's folder with changed keys of its configuration.
fn changed(name: &str, changes: &Value) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in fs::read_dir(golden(name)).expect("the golden") {
        let path = file.expect("a file").path();
        if path.is_file() {
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    let path = folder.path().join("config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&path).expect("read")).expect("JSON");
    for (key, value) in changes.as_object().expect("an object") {
        config[key] = value.clone();
    }
    fs::write(path, config.to_string()).expect("written");
    folder
}

/// New weights for a folder: those of the layers named, made again where `make` gives some.
fn put_weights(folder: &Path, make: impl Fn(&str, &[usize]) -> Vec<f32>) {
    let config = DecoderConfig::open(folder).expect("a configuration");
    let tensors: Vec<(String, Vec<usize>, Vec<f32>)> =
        config.tensors().into_iter().map(|(name, shape)| (name.clone(), shape.clone(), make(&name, &shape))).collect();
    let tensors: Vec<TensorRef<'_>> =
        tensors.iter().map(|(name, shape, values)| TensorRef { name, shape, values }).collect();
    let mut bytes = Vec::new();
    write_f32(&mut bytes, &tensors).expect("written");
    fs::write(folder.join("model.safetensors"), bytes).expect("written");
}

/// A model of each golden's family as the format can say it: Gemma's layers six, with the last seeing everything;
/// SmolLM3's fourth without positions; Mistral without a window.
fn representable(name: &str) -> TempDir {
    match name {
        "gemma3" => {
            let weights = WeightFiles::open(&golden(name)).expect("weights");
            let mut kinds = vec!["sliding_attention"; 6];
            kinds[5] = "full_attention";
            let changes = json!({"num_hidden_layers": 6, "layer_types": kinds, "query_pre_attn_scalar": 24});
            let folder = changed(name, &changes);
            put_weights(folder.path(), |name, shape| {
                let name = name.replace(".layers.4.", ".layers.0.").replace(".layers.5.", ".layers.2.");
                weights.read_f32(&name, shape).expect("a tensor")
            });
            folder
        }
        "smollm3" => changed(name, &json!({"no_rope_layers": [1, 1, 1, 0]})),
        "mistral" => changed(name, &json!({"sliding_window": null})),
        _ => changed(name, &json!({})),
    }
}

/// A model with rows that fill the blocks of every form, and a golden's tokenizer.
fn wide(name: &str) -> TempDir {
    let sizes = json!({
        "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "head_dim": 64, "layer_types": ["full_attention", "full_attention"],
    });
    let folder = changed(name, &sizes);
    let mut random = Random::new(17, &[]);
    let draws: Vec<f32> = (0..1 << 20).map(|_| random.normal() as f32).collect();
    put_weights(folder.path(), |name, shape| {
        let start = name.bytes().fold(7usize, |hash, byte| hash * 31 % 500_009 + usize::from(byte));
        let count: usize = shape.iter().product();
        let scale = if shape.len() > 1 { 1.0 / (shape[1] as f32).sqrt() } else { 0.02 };
        let centre = if name.ends_with("norm.weight") { 1.0 } else { 0.0 };
        (0..count).map(|at| centre + scale * draws[(start + at) % draws.len()]).collect()
    });
    folder
}

/// The last token's logits.
fn last_logits<B: Backend>(model: &OpenModel<B>, ids: &[u32]) -> Vec<f32> {
    let mut batch = Batch::default();
    batch.push(ids);
    let (hidden, _) = model.decoder.forward(&batch, Pass::inference(true)).expect("a way forward");
    model.decoder.logits(&hidden, &[ids.len() - 1]).expect("logits")
}

fn spec(model: &Path, adapter: Option<&Path>, kind: GgufType, out: &Path) -> ExportSpec {
    ExportSpec {
        gguf_type: kind,
        compute: ComputeSettings { threads: Some(2), ..ComputeSettings::default() },
        ..ExportSpec::new(model, adapter, "gguf", out)
    }
}

fn export(model: &Path, adapter: Option<&Path>, kind: GgufType, out: &Path) -> Result<Proof, ExportError> {
    let cancel = CancelToken::default();
    let summary = super::super::run(&spec(model, adapter, kind, out), &JobContext::new(&|_| {}, &cancel))?;
    let proofs: Vec<Proof> = serde_json::from_value(summary["proofs"].clone()).expect("proofs");
    Ok(proofs.into_iter().next().expect("a proof"))
}

/// What rounding every matrix to f16 does to a golden's logits on the ten prompts, with its adapter merged. It is the weights'
/// own doing: these are figures of transformers 5, which computed in float64 with the rounded matrices (Gemma's layers
/// are other ones here, so it has no figure).
const OF_ROUNDING: [(&str, f64); 8] = [
    ("llama3_rope", 8.782e-4),
    ("llama_tied", 1.227e-3),
    ("llama_untied", 1.197e-3),
    ("mistral", 1.215e-3),
    ("phi3", 1.029e-3),
    ("qwen2", 8.406e-4),
    ("qwen3", 1.075e-3),
    ("smollm3", 1.071e-3),
];

/// Whether a figure in f16 is what rounding explains, and no more.
fn is_explained(name: &str, difference: f64) -> bool {
    let expected = OF_ROUNDING.iter().find(|(known, _)| *known == name);
    expected.is_none_or(|(_, expected)| (difference / expected - 1.0).abs() < 0.03)
}

#[test]
fn every_family_comes_out_as_it_went_in() {
    let mut seen = std::collections::BTreeSet::new();
    for name in MODELS {
        let folder = representable(name);
        seen.insert(DecoderConfig::open(folder.path()).expect("a configuration").family);
        let adapter = (name != "gemma3").then(|| golden(name).join("adapter"));
        for kind in [GgufType::F32, GgufType::F16, GgufType::Bf16] {
            let out = tempfile::tempdir().expect("a folder");
            let proof = export(folder.path(), adapter.as_deref(), kind, out.path())
                .unwrap_or_else(|error| panic!("{name}, {}: {error}", kind.name()));
            assert!(proof.logit_difference <= Some(kind.most_difference()), "{name}, {}: {proof:?}", kind.name());
            assert_eq!(proof.same_template, Some(true), "{name}");
            if kind == GgufType::F16 {
                // Transformers finds at most two places of hundreds where another token comes out likeliest.
                assert!(proof.same_top_token > Some(0.997), "{name}: {proof:?}");
                assert!(proof.logit_difference.is_some_and(|found| is_explained(name, found)), "{name}: {proof:?}");
            }
            let model = open(&out.path().join(format!("model-{}.gguf", kind.name())), DtypeChoice::Auto);
            assert!(model.template.is_some(), "{name}");
        }
    }
    assert_eq!(seen.len(), crate::model::FAMILIES.len(), "every family is tried: {seen:?}");
}

#[test]
fn texts_give_the_tokens_that_transformers_gives() {
    for name in MODELS {
        let folder = representable(name);
        let path = folder.path().join("model.gguf");
        write_gguf(folder.path(), None, GgufType::F32, &path).expect("written");
        let model = open(&path, DtypeChoice::Auto);
        let text = fs::read_to_string(Path::new(GOLDEN).join(format!("golden/{name}.json"))).expect("a golden");
        let golden: Value = serde_json::from_str(&text).expect("JSON");
        let cases = golden["tokenize"].as_array().expect("cases");
        assert!(cases.len() > 10, "{name}: {} cases", cases.len());
        for case in cases {
            let text = case["text"].as_str().expect("a text");
            for (special, key) in [(true, "ids"), (false, "ids_no_special")] {
                let want: Vec<u32> = serde_json::from_value(case[key].clone()).expect("ids");
                assert_eq!(model.tokenizer.encode(text, special).expect("ids"), want, "{name}: {text:?}");
            }
            let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).expect("ids");
            let decoded = model.tokenizer.decode(&ids, true).expect("a text");
            assert_eq!(decoded, case["decoded_skip_special"].as_str().expect("a text"), "{name}: {text:?}");
        }
    }
}

/// Logits after `ids` as candle-transformers computes them, for the architectures that it has.
#[expect(clippy::disallowed_methods, reason = "a file that this test wrote")]
fn yardstick(path: &Path, ids: &[u32]) -> Option<Vec<f32>> {
    let mut file = fs::File::open(path).expect("a file");
    let content = gguf_file::Content::read(&mut file).expect("another reader takes it");
    let architecture = content.metadata["general.architecture"].to_string().expect("a text").clone();
    let device = Device::Cpu;
    let input = Tensor::new(ids, &device).and_then(|ids| ids.unsqueeze(0)).expect("ids");
    let file = &mut file;
    let logits = match architecture.as_str() {
        "llama" => {
            quantized_llama::ModelWeights::from_gguf(content, file, &device).and_then(|mut m| m.forward(&input, 0))
        }
        "qwen2" => {
            quantized_qwen2::ModelWeights::from_gguf(content, file, &device).and_then(|mut m| m.forward(&input, 0))
        }
        "qwen3" => {
            quantized_qwen3::ModelWeights::from_gguf(content, file, &device).and_then(|mut m| m.forward(&input, 0))
        }
        "phi3" => quantized_phi3::ModelWeights::from_gguf(false, content, file, &device)
            .and_then(|mut m| m.forward(&input, 0)),
        _ => return None,
    };
    let logits = logits.and_then(|logits| logits.flatten_all()?.to_vec1()).expect("logits");
    Some(logits)
}

#[test]
fn another_program_computes_the_same_numbers() {
    let ids: Vec<u32> = (0..30).map(|index| (index * 37 + 11) % 500).collect();
    let mut tried = 0;
    for name in MODELS {
        let folder = representable(name);
        for kind in [GgufType::F32, GgufType::F16] {
            let path = folder.path().join("model.gguf");
            write_gguf(folder.path(), None, kind, &path).expect("written");
            // Llama 3's factors are a tensor that the yardstick does not read, and of Gemma 3 it computes another
            // activation (candle-transformers 0.11.1 has silu there).
            if ["llama3_rope", "gemma3"].contains(&name) {
                continue;
            }
            let Some(want) = yardstick(&path, &ids) else { continue };
            let got = last_logits(&open(&path, DtypeChoice::Auto), &ids);
            let difference = relative_difference(&want, &got);
            // Its Qwen3 has queries and keys turned in f16.
            let most = if name == "qwen3" { 2e-3 } else { 1e-4 };
            assert!(difference < most, "{name}, {}: {difference}", kind.name());
            tried += 1;
        }
    }
    assert!(tried >= 12, "only {tried}");
}

/// The same file with its matrices packed in another form by another program.
#[expect(clippy::disallowed_methods, reason = "a file that this test wrote")]
fn packed_as(path: &Path, dtype: GgmlDType, out: &Path) {
    let mut file = fs::File::open(path).expect("a file");
    let content = gguf_file::Content::read(&mut file).expect("read");
    let tensors: Vec<(String, QTensor)> = content
        .tensor_infos
        .keys()
        .map(|name| {
            let tensor = content.tensor(&mut file, name, &Device::Cpu).expect("a tensor");
            let wide = tensor.dequantize(&Device::Cpu).expect("numbers");
            let dtype = if wide.rank() > 1 { dtype } else { GgmlDType::F32 };
            (name.clone(), QTensor::quantize(&wide, dtype).expect("packed"))
        })
        .collect();
    let metadata: Vec<(&str, &gguf_file::Value)> =
        content.metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    let mut out = fs::File::create(out).expect("a file");
    gguf_file::write(&mut out, &metadata, &tensors).expect("written");
}

#[test]
fn weights_in_blocks_compute_what_their_numbers_do() {
    let ids: Vec<u32> = (0..20).map(|index| (index * 41 + 3) % 500).collect();
    for name in ["llama_untied", "qwen3"] {
        let folder = wide(name);
        let plain = folder.path().join("plain.gguf");
        write_gguf(folder.path(), None, GgufType::F32, &plain).expect("written");
        for dtype in [
            GgmlDType::Q4_0,
            GgmlDType::Q4_1,
            GgmlDType::Q5_0,
            GgmlDType::Q5_1,
            GgmlDType::Q8_0,
            GgmlDType::Q4K,
            GgmlDType::Q5K,
            GgmlDType::Q6K,
        ] {
            let path = folder.path().join("packed.gguf");
            packed_as(&plain, dtype, &path);
            let packed = open(&path, DtypeChoice::Auto);
            let kept = packed.decoder.weights_by_name().expect("weights");
            let widened = open(&path, DtypeChoice::F32);
            assert_eq!(kept, widened.decoder.weights_by_name().expect("weights"), "{name}, {dtype:?}");
            let want = last_logits(&widened, &ids);
            for got in [
                last_logits(&packed, &ids),
                last_logits(
                    &OpenModel::open(TensorBackend::new(Device::Cpu), &path, None, DtypeChoice::Auto).expect("opened"),
                    &ids,
                ),
            ] {
                let difference = relative_difference(&want, &got);
                // A single row is rounded to 16 bits before it meets blocks.
                assert!(difference < 1e-4, "{name}, {dtype:?}: {difference}");
            }
            // The yardstick rounds what it multiplies with to eight bits.
            let other = yardstick(&path, &ids).expect("an architecture that it has");
            let difference = relative_difference(&other, &want);
            assert!(difference < 0.05, "{name}, {dtype:?}: {difference} from the yardstick");
        }
    }
}

#[test]
fn eight_bits_are_near_and_said_before_where_rows_do_not_fill_blocks() {
    let out = tempfile::tempdir().expect("a folder");
    for name in ["llama_tied", "qwen2", "qwen3", "phi3"] {
        let model = wide(name);
        let proof = export(model.path(), None, GgufType::Q8_0, out.path()).expect("an export");
        let difference = proof.logit_difference.expect("a figure");
        assert!(difference > 1e-5 && difference < GgufType::Q8_0.most_difference(), "{name}: {difference}");
    }
    let empty = out.path().join("none");
    let error = export(&golden("llama_tied"), None, GgufType::Q8_0, &empty).expect_err("rows of 112");
    assert!(error.to_string().contains("rows of 112") && !empty.exists(), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("--gguf-type")));
}

#[test]
fn four_bits_are_measured_and_said_before_where_rows_fill_no_block() {
    let out = tempfile::tempdir().expect("a folder");
    for name in ["llama_tied", "llama_untied", "qwen2", "qwen3", "phi3"] {
        let model = wide(name);
        let proof = export(model.path(), None, GgufType::Q4KM, out.path()).expect("an export");
        let difference = proof.logit_difference.expect("a figure");
        assert!(difference > 1e-3 && difference < GgufType::Q4KM.most_difference(), "{name}: {difference}");
        let file = gguf::GgufFile::open(&out.path().join("model-q4_k_m.gguf")).expect("a file");
        let form = |name: &str| file.tensor(name).map(|(_, form)| form);
        assert_eq!(form("output_norm.weight"), Some("F32"), "{name}");
        let head = if form("output.weight").is_some() { "output.weight" } else { "token_embd.weight" };
        assert_eq!((form(head), form("blk.0.attn_output.weight")), (Some("Q6_K"), Some("Q4_K")), "{name}");
    }
    let empty = out.path().join("none");
    let error = export(&golden("llama_tied"), None, GgufType::Q4KM, &empty).expect_err("rows of 112");
    assert!(error.to_string().contains("rows of 112") && !empty.exists(), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("--gguf-type")));
}

/// The starter is trained: most places have one token that is far likelier than all others, unlike those of models with
/// made-up weights.
#[test]
fn a_trained_model_answers_the_same_in_few_bits() {
    let starter = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    let out = tempfile::tempdir().expect("a folder");
    // The most that logits differ, and the least shares of places and of answers that are the same. Its weights are bf16,
    // which f16 holds as they are. In q8_0, transformers 5 computes in float64 with the rounded matrices a difference of
    // 1.068e-2 and another likeliest token at 4 of 289 places, all of them near ties.
    for (kind, most, tokens, answers) in
        [(GgufType::F16, 1e-5, 1.0, 1.0), (GgufType::Q8_0, 1.1e-2, 0.98, 1.0), (GgufType::Q4KM, 5e-2, 0.97, 0.7)]
    {
        let proof = export(starter, None, kind, out.path()).expect("an export");
        let said = format!("{}: {proof:?}", kind.name());
        assert!(proof.logit_difference.is_some_and(|found| found < most), "{said}");
        assert!(proof.same_top_token >= Some(tokens) && proof.same_answers >= Some(answers), "{said}");
    }
}

#[test]
fn a_file_is_not_made_of_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    write_gguf(&golden("qwen3"), None, GgufType::F32, &path).expect("written");
    let error = export(&path, None, GgufType::F16, &folder.path().join("out")).expect_err("a file");
    assert!(matches!(error, ExportError::BaseIsGguf { .. }) && error.hint().is_some(), "{error}");
}

#[test]
fn what_the_format_cannot_say_is_refused_before_anything_is_written() {
    for (name, changes, part) in [
        ("gemma3", json!({}), "every sixth"),
        ("mistral", json!({}), "window"),
        ("smollm3", json!({}), "every fourth"),
        ("qwen3", json!({"attention_bias": true}), "biases"),
        (
            "qwen2",
            json!({"rope_scaling": {"type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}),
            "scaled",
        ),
    ] {
        let (folder, out) = (changed(name, &changes), tempfile::tempdir().expect("a folder"));
        let out = out.path().join("none");
        let error = export(folder.path(), None, GgufType::F16, &out).expect_err("it cannot be said");
        assert!(error.to_string().contains(part) && !out.exists(), "{name}: {error}");
    }
    let folder = changed("llama_tied", &json!({}));
    let path = folder.path().join("tokenizer.json");
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, text.replace("\"individual_digits\": true", "\"individual_digits\": false")).expect("written");
    let error = export(folder.path(), None, GgufType::F16, &folder.path().join("out")).expect_err("no name for it");
    assert!(error.to_string().contains("no name"), "{error}");
    let error = export(folder.path(), None, GgufType::F16, folder.path()).expect_err("onto itself");
    assert!(matches!(error, ExportError::OntoItself { .. }), "{error}");
}

#[test]
fn an_adapter_goes_on_a_file_as_on_a_folder() {
    let folder = representable("llama_tied");
    let path = folder.path().join("model.gguf");
    write_gguf(folder.path(), None, GgufType::F32, &path).expect("written");
    let adapter = golden("llama_tied").join("adapter");
    let of = |path: &Path| OpenModel::open(cpu(), path, Some(&adapter), DtypeChoice::Auto).expect("opened");
    let ids = [5, 9, 200, 77];
    let difference = relative_difference(&last_logits(&of(folder.path()), &ids), &last_logits(&of(&path), &ids));
    assert!(difference < 1e-5, "{difference}");
}
