//! Every row over every golden model with its adapters: proved, or refused by name before anything is written.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::domain::{ComputeSettings, GgufType, ToUserMessage};
use crate::job::CancelToken;
use crate::model::WeightFiles;

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models");

/// Every golden model's folder.
fn models() -> Vec<PathBuf> {
    let entries = fs::read_dir(MODELS).expect("the goldens");
    let mut models: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    models.sort();
    models
}

fn spec(model: &Path, adapter: Option<&Path>, to: &str, out: &Path) -> ExportSpec {
    ExportSpec {
        gguf_type: GgufType::F32,
        compute: ComputeSettings { threads: Some(2), ..ComputeSettings::default() },
        ..ExportSpec::new(model, adapter, to, out)
    }
}

fn export(spec: &ExportSpec) -> Result<Vec<Proof>, ExportError> {
    let cancel = CancelToken::default();
    let summary = run(spec, &JobContext::new(&|_| {}, &cancel))?;
    Ok(serde_json::from_value(summary["proofs"].clone()).expect("proofs"))
}

/// Bytes of all files of a folder.
fn bytes_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { bytes_of(&path) } else { path.metadata().expect("a file").len() }).sum()
}

/// What a row of weights may refuse of a golden model, and the words that it is refused with: these models have layers that
/// GGUF files of their family never have, and a file by itself cannot say so.
const REFUSED: [(&str, &str); 3] = [("gemma3", "every sixth"), ("mistral", "window"), ("smollm3", "every fourth")];

/// The rows that write a GGUF file of the whole model.
const GGUF: [&str; 3] = ["gguf", "ollama", "llama-server"];

/// The rows that hold a model or an adapter. A training is written of a run, which these adapters have no record of; it has
/// tests of its own.
fn rows() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().filter(|target| target.id != "trl-job")
}

/// The rows whose numbers are exactly the adapter's, or the model's, in f32.
const EXACT: [&str; 5] = ["peft", "merged", "gguf", "gguf-lora", "mlx"];

#[test]
fn every_row_proves_every_golden_model_or_refuses_it_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut proved = 0;
    for model in models() {
        let name = model.file_name().expect("a name").to_string_lossy().into_owned();
        for adapter in ["adapter", "adapter_rslora"] {
            for target in rows() {
                let out = folder.path().join(format!("{name}-{adapter}-{}", target.id));
                let spec = spec(&model, Some(&model.join(adapter)), target.id, &out);
                let foretold = (target.look)(&spec, &JobContext::new(&|_| {}, &CancelToken::default()));
                let result = export(&spec);
                let refusal = REFUSED.iter().find(|(model, _)| GGUF.contains(&target.id) && *model == name);
                let proofs = match (result, refusal) {
                    (Err(error), Some((_, words))) => {
                        assert!(error.to_string().contains(words) && error.hint().is_some(), "{error}");
                        assert!(!out.exists(), "{} {name}", target.id);
                        continue;
                    }
                    (Ok(_), Some(_)) => panic!("{} {name} {adapter}: not refused", target.id),
                    (Err(error), None) => panic!("{} {name} {adapter}: {error}", target.id),
                    (Ok(proofs), None) => proofs,
                };
                assert!(!proofs.is_empty(), "{} {name}", target.id);
                names_no_place(&out, &model);
                let (foretold, written) = (foretold.expect("looked at"), bytes_of(&out));
                assert!(written <= foretold, "{} {name}: {written} bytes of {foretold}", target.id);
                if !EXACT.contains(&target.id) {
                    continue;
                }
                for proof in proofs {
                    let said = format!("{} {name} {adapter}: {proof:?}", target.id);
                    assert!(proof.prompts == 10 && proof.how.ends_with('.'), "{said}");
                    assert!(proof.largest_difference.is_some_and(|difference| difference < 1e-4), "{said}");
                    assert!(proof.logit_difference.is_some_and(|difference| difference <= 1e-5), "{said}");
                    assert!(proof.same_top_token == Some(1.0) && proof.same_template == Some(true), "{said}");
                    proved += 1;
                }
                fs::remove_dir_all(&out).expect("it was written");
            }
        }
    }
    assert!(proved >= 80, "only {proved}");
}

/// No file of an export names the place where the base model lies: it says who works on this machine. What starts vLLM here
/// has to, and its card says so.
fn names_no_place(out: &Path, model: &Path) {
    let place = model.to_string_lossy();
    for entry in fs::read_dir(out).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            names_no_place(&path, model);
        } else if !["compose.yaml", "start.sh"].iter().any(|name| path.ends_with(name)) {
            let bytes = fs::read(&path).expect("a file");
            assert!(!bytes.windows(place.len()).any(|found| found == place.as_bytes()), "{}", path.display());
        }
    }
}

#[test]
fn vllm_gets_one_rank_and_one_scale_for_all_modules() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = Path::new(MODELS).join("llama_untied");
    let patterns = [("rank_pattern", json!({"q_proj": 9, "down_proj": 2})), ("alpha_pattern", json!({"v_proj": 11}))];
    let adapter = uneven(&model, &folder.path().join("patterns"), &patterns);
    let out = folder.path().join("out");
    let proofs = export(&spec(&model, Some(&adapter), "vllm", &out)).expect("an export");
    assert!(proofs.iter().all(|proof| proof.largest_difference < Some(1e-4) && proof.prompts == 10), "{proofs:?}");
    let text = fs::read_to_string(out.join("adapter/adapter_config.json")).expect("settings");
    let settings: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&settings["r"], &settings["use_rslora"]), (&json!(9), &json!(false)));
    assert_eq!((&settings["rank_pattern"], &settings["alpha_pattern"]), (&json!({}), &json!({})));
    let compose = fs::read_to_string(out.join("compose.yaml")).expect("a recipe");
    assert!(compose.contains("\"--max-lora-rank\"\n      - \"16\""), "{compose}");
}

#[test]
fn a_row_of_adapters_needs_one_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = Path::new(MODELS).join("llama_tied");
    for target in TARGETS.iter().filter(|target| target.needs_adapter) {
        let out = folder.path().join(target.id);
        let error = export(&spec(&model, None, target.id, &out)).expect_err("no adapter");
        assert!(matches!(error, ExportError::NoAdapter { .. }) && !out.exists(), "{}: {error}", target.id);
    }
}

#[test]
fn a_stop_leaves_nothing_of_any_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = Path::new(MODELS).join("llama_tied");
    for target in rows() {
        // After so many words of progress somebody asks to stop.
        for after in 0..4 {
            let out = folder.path().join(format!("{}-{after}", target.id));
            let (cancel, told) = (CancelToken::default(), std::sync::atomic::AtomicUsize::new(0));
            let tell = |_| {
                if told.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= after {
                    cancel.cancel();
                }
            };
            let result =
                run(&spec(&model, Some(&model.join("adapter")), target.id, &out), &JobContext::new(&tell, &cancel));
            match result {
                Err(ExportError::Cancelled(_)) => assert!(!out.exists(), "{} {after}", target.id),
                Err(error) => panic!("{} {after}: {error}", target.id),
                // The last words come when all is done.
                Ok(_) => assert!(after > 0 && out.exists(), "{} {after}", target.id),
            }
            let names =
                fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name());
            let half: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with('.')).collect();
            assert!(half.is_empty(), "{} {after}: {half:?}", target.id);
        }
    }
}

/// An adapter with a rank and a scale of its own for some modules, and another for the last layer alone.
fn uneven(model: &Path, folder: &Path, changes: &[(&str, Value)]) -> PathBuf {
    let settings = crate::domain::LoraSettings { rank: 4, alpha: 6.0, ..crate::domain::LoraSettings::default() };
    let config = crate::model::DecoderConfig::open(model).expect("a configuration");
    let new = crate::model::AdapterConfig::new(&settings, &config, model).expect("settings");
    fs::create_dir_all(folder).expect("a folder");
    let mut text: Value = serde_json::from_str(&new.to_json()).expect("JSON");
    for (key, value) in changes {
        text[*key] = value.clone();
    }
    fs::write(folder.join("adapter_config.json"), text.to_string()).expect("written");
    let reader = crate::model::ConfigReader::open_optional(&folder.join("adapter_config.json"));
    let reader = reader.expect("readable").expect("there");
    let settings = crate::model::AdapterConfig::read(&reader).expect("settings");
    let mut random = crate::random::Random::new(5, &[]);
    let mut tensors = crate::model::LoraPairs::new();
    for target in settings.targets(&config).expect("modules") {
        let mut values = |count: usize| (0..count).map(|_| 0.05 * random.normal() as f32).collect::<Vec<f32>>();
        let (a, b) =
            (values(target.rank * target.module.in_features), values(target.module.out_features * target.rank));
        tensors.insert(target.path, crate::model::LoraPair { a, b, rank: target.rank, scale: target.scale });
    }
    let adapter = crate::model::Adapter { config: settings, tensors, score_head: None };
    adapter.save(folder, &crate::model::TrainingCard::default()).expect("saved");
    folder.to_owned()
}

#[test]
fn adapters_with_ranks_scales_and_layers_of_their_own_come_out_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = Path::new(MODELS).join("llama_untied");
    let patterns = [("rank_pattern", json!({"q_proj": 7, "down_proj": 2})), ("alpha_pattern", json!({"v_proj": 11}))];
    let layers = [("layers_to_transform", json!([0])), ("target_modules", json!(["k_proj", "up_proj"]))];
    for (name, changes) in [("patterns", patterns.as_slice()), ("layers", layers.as_slice())] {
        let adapter = uneven(&model, &folder.path().join(name), changes);
        for id in EXACT {
            let out = folder.path().join(format!("{name}-{id}"));
            let proofs =
                export(&spec(&model, Some(&adapter), id, &out)).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert!(proofs.iter().all(|proof| proof.largest_difference < Some(1e-4)), "{id}: {proofs:?}");
        }
        let text = fs::read_to_string(folder.path().join(format!("{name}-mlx/adapter_config.json"))).expect("settings");
        let settings: Value = serde_json::from_str(&text).expect("JSON");
        let parameters = &settings["lora_parameters"];
        // Where layers differ, modules are named in full; where ranks do, the largest counts for all.
        let (rank, key) = if name == "layers" { (4, "model.layers.0.mlp.up_proj") } else { (7, "mlp.up_proj") };
        assert_eq!(parameters["rank"], rank);
        assert!(parameters["keys"].as_array().is_some_and(|keys| keys.contains(&json!(key))), "{settings}");
    }
}

#[test]
fn a_merged_model_has_the_names_types_and_files_of_its_base() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = Path::new(MODELS).join("llama_tied");
    let whole = folder.path().join("whole");
    export(&spec(&model, Some(&model.join("adapter")), "merged", &whole)).expect("an export");
    let sharded = folder.path().join("sharded");
    let small =
        ExportSpec { shard_bytes: Some(200_000), ..spec(&model, Some(&model.join("adapter")), "merged", &sharded) };
    export(&small).expect("an export");
    let [base, whole_weights, sharded_weights] =
        [&model, &whole, &sharded].map(|folder| WeightFiles::open(folder).expect("weights"));
    let described = |weights: &WeightFiles| -> Vec<(String, String, Vec<usize>)> {
        let stored = weights.stored();
        stored.iter().map(|t| (t.name.to_owned(), t.dtype.to_string(), t.shape.to_vec())).collect()
    };
    assert_eq!(described(&base), described(&whole_weights));
    assert!(base.dtype("lm_head.weight").is_none() && whole_weights.dtype("lm_head.weight").is_none());
    let mut changed = 0;
    for tensor in base.stored() {
        let [before, after, again] = [&base, &whole_weights, &sharded_weights]
            .map(|weights| weights.read_f32(tensor.name, tensor.shape).expect("a tensor"));
        assert_eq!(after, again, "{}", tensor.name);
        let is_adapted = tensor.name.ends_with("_proj.weight");
        assert_eq!(before != after, is_adapted, "{}", tensor.name);
        changed += usize::from(is_adapted);
    }
    assert!(changed >= 14, "{changed}");
    // No file is larger than was asked for, unless it is of one tensor.
    let index = fs::read_to_string(sharded.join("model.safetensors.index.json")).expect("an index");
    let index: Value = serde_json::from_str(&index).expect("JSON");
    assert_eq!(index["metadata"]["total_size"], base.bytes());
    let mut names: Vec<&str> =
        index["weight_map"].as_object().expect("a map").values().filter_map(Value::as_str).collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 2 && names[0] == format!("model-00001-of-{:05}.safetensors", names.len()), "{names:?}");
    for name in names {
        let shard = WeightFiles::open_file(&sharded.join(name)).expect("sound").expect("there");
        assert!(shard.bytes() <= 200_000 || shard.names().count() == 1, "{name}");
    }
    for name in
        ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]
    {
        let [before, after] = [&model, &whole].map(|folder| fs::read(folder.join(name)).expect(name));
        assert!(before == after, "{name}");
    }
}

/// A number in a type of two bytes.
type ToHalf = fn(f32) -> [u8; 2];

/// The golden's weights in another type, with a tensor beside them that no decoder reads.
fn in_half(model: &Path, folder: &Path, dtype: &str, bytes: ToHalf) {
    let weights = WeightFiles::open(model).expect("weights");
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for tensor in weights.stored() {
        let numbers = weights.read_f32(tensor.name, tensor.shape).expect("numbers");
        let begin = data.len();
        data.extend(numbers.into_iter().flat_map(bytes));
        let entry = json!({"dtype": dtype, "shape": tensor.shape, "data_offsets": [begin, data.len()]});
        header.insert(tensor.name.to_owned(), entry);
    }
    let begin = data.len();
    data.extend(0..16u8);
    header.insert("model.extra".to_owned(), json!({"dtype": "I64", "shape": [2], "data_offsets": [begin, data.len()]}));
    let mut text = Value::Object(header).to_string().into_bytes();
    text.resize(text.len().next_multiple_of(8), b' ');
    let file = [&(text.len() as u64).to_le_bytes(), text.as_slice(), &data].concat();
    fs::create_dir_all(folder).expect("a folder");
    for entry in fs::read_dir(model).expect("the golden") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            fs::copy(&path, folder.join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    fs::write(folder.join("model.safetensors"), file).expect("written");
}

#[test]
fn half_precision_is_rounded_once_and_what_is_not_read_is_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let golden = Path::new(MODELS).join("qwen3");
    let kinds: [(&str, ToHalf, GgufType); 2] = [
        ("BF16", |number| half::bf16::from_f32(number).to_le_bytes(), GgufType::Bf16),
        ("F16", |number| half::f16::from_f32(number).to_le_bytes(), GgufType::F16),
    ];
    for (dtype, bytes, rounding) in kinds {
        let (base, out) = (folder.path().join(dtype), folder.path().join(format!("{dtype}-out")));
        in_half(&golden, &base, dtype, bytes);
        let proofs = export(&spec(&base, Some(&golden.join("adapter")), "merged", &out)).expect("an export");
        let [proof] = proofs.as_slice() else { panic!("one proof: {proofs:?}") };
        let difference = proof.logit_difference.expect("a figure");
        assert!(difference > 1e-6 && difference < rounding.most_difference(), "{dtype}: {difference}");
        let written = WeightFiles::open(&out).expect("weights");
        assert!(
            written.stored().iter().all(|tensor| tensor.name == "model.extra" || tensor.dtype.to_string() == dtype)
        );
        let bytes = fs::read(out.join("model.safetensors")).expect("a file");
        assert_eq!(bytes[bytes.len() - 16..], (0..16u8).collect::<Vec<_>>());
        // What an adapter does not touch comes through bit for bit.
        let name = "model.embed_tokens.weight";
        let [before, after] = [&base, &out].map(|folder| {
            let weights = WeightFiles::open(folder).expect("weights");
            let shape = weights.shape(name).expect("there").to_vec();
            weights.read_f32(name, &shape).expect("numbers")
        });
        assert_eq!(before, after);
    }
}

#[test]
fn scales_of_their_own_are_written_of_a_model_in_half_precision_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().join("base");
    in_half(&Path::new(MODELS).join("qwen3"), &base, "BF16", |number| half::bf16::from_f32(number).to_le_bytes());
    let adapter = uneven(&base, &folder.path().join("adapter"), &[("alpha_pattern", json!({"v_proj": 11}))]);
    for id in ["gguf-lora", "mlx", "vllm"] {
        let proofs = export(&spec(&base, Some(&adapter), id, &folder.path().join(id)));
        let proofs = proofs.unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(proofs.iter().all(|proof| proof.logit_difference < proof.most_difference), "{id}: {proofs:?}");
    }
}
