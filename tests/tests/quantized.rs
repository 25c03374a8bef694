//! Weights that are packed into blocks while a model is opened: what is kept, and what is trained on it.

use std::fs;
use std::path::Path;

use candle_core::Device;
use serde_json::{Value, json};
use tempfile::TempDir;
use whetstone_core::domain::DtypeChoice;
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::{GradientsOf, Keep, Pass};
use whetstone_core::model::safetensors::{TensorRef, write_f32};
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::model::{
    Batch, DecoderConfig, LoraPairs, ModelOutline, OpenModel, WeightPrecision, random_adapter,
};
use whetstone_core::random::Random;
use whetstone_tests::golden_model;

/// A model of a golden's family and with its tokenizer whose rows fill the blocks of every form; its weights are normal, as
/// those of a model before it is trained.
fn wide(name: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in fs::read_dir(golden_model(name)).expect("a golden model") {
        let path = file.expect("a file").path();
        if path.is_file() {
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    let path = folder.path().join("config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&path).expect("read")).expect("JSON");
    for (key, value) in [
        ("hidden_size", json!(256)),
        ("intermediate_size", json!(512)),
        ("num_hidden_layers", json!(2)),
        ("num_attention_heads", json!(4)),
        ("num_key_value_heads", json!(2)),
        ("head_dim", json!(64)),
        ("layer_types", json!(["full_attention", "full_attention"])),
    ] {
        config[key] = value;
    }
    fs::write(path, config.to_string()).expect("written");
    let tensors = DecoderConfig::open(folder.path()).expect("a configuration").tensors();
    let mut random = Random::new(17, &[]);
    let values: Vec<Vec<f32>> = tensors
        .iter()
        .map(|(name, shape)| {
            let centre = if name.ends_with("norm.weight") { 1.0 } else { 0.0 };
            let scale = if shape.len() > 1 { (shape[1] as f64).powf(-0.5) } else { 0.02 };
            (0..shape.iter().product()).map(|_| (centre + scale * random.normal()) as f32).collect()
        })
        .collect();
    let tensors: Vec<TensorRef<'_>> =
        tensors.iter().zip(&values).map(|((name, shape), values)| TensorRef { name, shape, values }).collect();
    let mut bytes = Vec::new();
    write_f32(&mut bytes, &tensors).expect("written");
    fs::write(folder.path().join("model.safetensors"), bytes).expect("written");
    folder
}

fn open(folder: &Path, dtype: DtypeChoice, threads: usize) -> OpenModel<CpuBackend> {
    OpenModel::open(CpuBackend::new(Some(threads)).expect("threads"), folder, None, dtype).expect("it opens")
}

/// Gradients of an adapter on every linear module, for the log-probabilities of 40 of 60 tokens.
fn gradients<B: Backend>(model: &mut OpenModel<B>, keep: Keep) -> LoraPairs {
    let adapter = random_adapter(model.decoder.config(), 4).expect("an adapter");
    let decoder = &mut model.decoder;
    decoder.set_lora(&adapter.tensors).expect("it fits");
    let ids: Vec<u32> = (0..60).map(|index| (index * 37 + 11) % 500).collect();
    let mut batch = Batch::default();
    batch.push(&ids);
    let rows: Vec<usize> = (19..59).collect();
    let factors: Vec<f32> = (0..40).map(|index| if index % 3 == 0 { -0.7 } else { 1.0 }).collect();
    let (hidden, tape) = decoder.forward(&batch, Pass { keep, adapted: true, dropout: None }).expect("forward");
    let (_, head) = decoder.log_probabilities(&hidden, &rows, &ids[20..], true).expect("log-probabilities");
    let mut gradients = decoder.zero_gradients(GradientsOf::Adapter).expect("zeros");
    let head = head.expect("the way back");
    let d_hidden = decoder.head_backward(head, &rows, &factors, ids.len(), &mut gradients).expect("back");
    decoder.backward(tape, d_hidden, &mut gradients).expect("back");
    let found = decoder.gradients_by_module(&gradients).expect("gradients");
    assert_eq!(found.len(), adapter.tensors.len(), "every module has gradients");
    for (module, pair) in &found {
        let all = pair.a.iter().chain(&pair.b);
        assert!(all.clone().all(|value| value.is_finite()), "{module}");
        assert!(pair.a.iter().any(|value| *value != 0.0) && pair.b.iter().any(|value| *value != 0.0), "{module}");
    }
    found
}

/// How far apart two sets of gradients are, in norms of the second: the furthest tensor, and all together.
fn apart(got: &LoraPairs, want: &LoraPairs) -> (f64, f64) {
    let (mut worst, mut all, mut own) = (0.0f64, 0.0, 0.0);
    for (module, want) in want {
        let got = &got[module];
        for (got, want) in [(&got.a, &want.a), (&got.b, &want.b)] {
            let square = |pair: (&f32, &f32)| (f64::from(*pair.0) - f64::from(*pair.1)).powi(2);
            let difference: f64 = got.iter().zip(want).map(square).sum();
            let norm: f64 = want.iter().map(|value| f64::from(*value).powi(2)).sum();
            worst = worst.max((difference / norm).sqrt());
            all += difference;
            own += norm;
        }
    }
    (worst, (all / own).sqrt())
}

/// The model with the numbers that its blocks stand for, each in 4 bytes.
fn widened(folder: &Path, packed: &OpenModel<CpuBackend>) -> OpenModel<CpuBackend> {
    let mut model = open(folder, DtypeChoice::F32, 2);
    let numbers = packed.decoder.weights_by_name().expect("weights");
    model.decoder.set_weights(&numbers).expect("they fit");
    model
}

#[test]
fn gradients_on_blocks_are_those_of_the_numbers_that_they_stand_for() {
    for name in ["llama_untied", "qwen3"] {
        let folder = wide(name);
        let original = gradients(&mut open(folder.path(), DtypeChoice::F32, 2), Keep::Activations);
        // Found: 0.035 and 0.428 for the one family, 0.031 and 0.417 for the other; the help of `--dtype` tells them.
        for (dtype, least, most) in [(DtypeChoice::Q8_0, 0.02, 0.05), (DtypeChoice::Q4K, 0.3, 0.55)] {
            let mut packed = open(folder.path(), dtype, 2);
            let want = gradients(&mut widened(folder.path(), &packed), Keep::Activations);
            for keep in [Keep::Activations, Keep::Inputs] {
                let (worst, _) = apart(&gradients(&mut packed, keep), &want);
                assert!(worst < 1e-4, "{name}, {dtype:?}, {keep:?}: {worst}");
            }
            let tensors = TensorBackend::new(Device::Cpu);
            let mut reference = OpenModel::open(tensors, folder.path(), None, dtype).expect("it opens");
            let (worst, _) = apart(&gradients(&mut reference, Keep::Activations), &want);
            assert!(worst < 1e-4, "{name}, {dtype:?}, as tensor formulas: {worst}");
            let (_, all) = apart(&want, &original);
            assert!(all > least && all < most, "{name}, {dtype:?}: {all} from the gradients of the weights");
        }
    }
}

#[test]
fn packing_and_the_way_back_do_not_depend_on_threads() {
    let folder = wide("qwen3");
    for dtype in [DtypeChoice::Q8_0, DtypeChoice::Q4K] {
        let (mut one, mut three) = (open(folder.path(), dtype, 1), open(folder.path(), dtype, 3));
        let weights = |model: &OpenModel<CpuBackend>| model.decoder.weights_by_name().expect("weights");
        assert!(weights(&one) == weights(&three), "{dtype:?}");
        let (worst, _) = apart(&gradients(&mut one, Keep::Activations), &gradients(&mut three, Keep::Activations));
        assert!(worst < 1e-5, "{dtype:?}: {worst}");
    }
}

#[test]
fn rows_that_fill_no_blocks_are_kept_finer_and_said() {
    // Rows of 64 numbers and of 112.
    let folder = golden_model("llama_tied");
    let config = DecoderConfig::open(&folder).expect("a configuration");
    let said = |precision: WeightPrecision| precision.finer_rows(&config);
    assert_eq!(said(WeightPrecision::F32), None);
    assert_eq!(said(WeightPrecision::Bf16), None);
    let eight = said(WeightPrecision::Q8_0).expect("112 is no multiple of 32");
    assert!(eight.contains("rows of 112 numbers are kept in bf16") && !eight.contains("rows of 64"), "{eight}");
    let four = said(WeightPrecision::Q4K).expect("64 is no multiple of 256");
    assert!(four.contains("rows of 64 numbers are kept in q8_0; rows of 112 numbers are kept in bf16"), "{four}");
    let whole = DecoderConfig::open(wide("llama_tied").path()).expect("a configuration");
    assert_eq!(WeightPrecision::Q4K.finer_rows(&whole), None);
    // 64 numbers in two blocks of 34 bytes; 112 in two bytes each.
    assert_eq!((WeightPrecision::Q4K.bytes(3, 64), WeightPrecision::Q4K.bytes(3, 112)), (3 * 68, 3 * 224));
    assert_eq!((WeightPrecision::Q4K.bytes(3, 512), WeightPrecision::Q8_0.bytes(3, 512)), (3 * 288, 3 * 544));
    let mut packed = open(&folder, DtypeChoice::Q4K, 2);
    let want = gradients(&mut open(&folder, DtypeChoice::F32, 2), Keep::Activations);
    let (_, all) = apart(&gradients(&mut packed, Keep::Activations), &want);
    assert!(all > 1e-4 && all < 0.05, "{all}");
}

#[test]
fn what_packing_moves_is_known_before() {
    let folder = wide("llama_untied");
    let moved = |dtype| ModelOutline::open(folder.path(), dtype).expect("it can be looked at").rounding;
    assert_eq!((moved(DtypeChoice::Auto), moved(DtypeChoice::Bf16)), (None, None));
    // numpy: normal numbers in blocks of 32, each in steps of its largest by 127, are moved by 0.00535.
    let eight = moved(DtypeChoice::Q8_0).expect("they are packed");
    assert!((0.0051..0.0056).contains(&eight), "{eight}");
    let four = moved(DtypeChoice::Q4K).expect("they are packed");
    assert!((0.05..0.09).contains(&four), "{four}");
}
