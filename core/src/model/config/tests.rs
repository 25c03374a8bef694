//! What a configuration says, and every way in which it can be wrong.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::domain::ToUserMessage;
use crate::model::GenerationConfig;
use crate::model::families::FAMILIES;
use crate::random::Random;

/// The smallest configuration that is whole.
fn whole() -> Value {
    json!({
        "model_type": "llama", "vocab_size": 32, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 4,
    })
}

fn open_text(text: &str) -> Result<DecoderConfig, ConfigError> {
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("config.json"), text).expect("it can be written to");
    DecoderConfig::open(folder.path())
}

/// The whole configuration with changes; `null` takes a key out.
fn open(changes: &Value) -> Result<DecoderConfig, ConfigError> {
    let mut config = whole();
    for (key, value) in changes.as_object().expect("changes are an object") {
        config[key] = value.clone();
    }
    open_text(&config.to_string())
}

/// The message of what must fail.
fn refused(changes: &Value) -> String {
    let error = open(changes).expect_err("it must be refused");
    assert!(error.hint().is_some(), "{error} has no cure");
    error.to_string()
}

#[test]
fn absent_keys_have_the_defaults_of_transformers() {
    let config = open(&json!({})).expect("it is whole");
    assert_eq!((config.key_value_heads, config.head_dim, config.max_positions), (4, 4, 2048));
    let everything = LayerAttention { window: None, rotary: Some(Rotary { theta: 1e4, scaling: RopeScaling::None }) };
    assert_eq!((config.norm_epsilon, config.norm_offset, config.score_scale), (1e-6, 0.0, 0.5));
    assert_eq!(config.attention, vec![everything; 2]);
    assert!(!config.tied_embeddings && !config.query_key_value_bias && !config.output_bias && !config.mlp_bias);
    let qwen2 = open(&json!({"model_type": "qwen2"})).expect("it is whole");
    assert_eq!((qwen2.family, qwen2.max_positions), ("qwen2", 32_768));
    assert!(qwen2.query_key_value_bias && !qwen2.output_bias);
}

#[test]
fn every_family_reads_its_own_configuration() {
    for family in FAMILIES {
        let config = open(&json!({"model_type": family.id, "architectures": [family.architecture]}));
        assert_eq!(config.expect("it is whole").family, family.id);
    }
}

#[test]
fn both_dialects_of_rotary_settings_are_read() {
    let llama3 = json!({"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64});
    let mut newer = llama3.clone();
    newer["rope_theta"] = json!(5e5);
    let mut oldest = llama3.clone();
    oldest["type"] = oldest["rope_type"].take();
    let newer = open(&json!({"rope_parameters": newer})).expect("it is whole");
    assert_eq!(open(&json!({"rope_theta": 5e5, "rope_scaling": llama3})).expect("it is whole"), newer);
    assert_eq!(open(&json!({"rope_theta": 5e5, "rope_scaling": oldest})).expect("it is whole"), newer);
    let (low_frequency_factor, high_frequency_factor) = (1.0, 4.0);
    let scaling =
        RopeScaling::Llama3 { factor: 8.0, low_frequency_factor, high_frequency_factor, original_max_positions: 64 };
    assert_eq!(newer.attention[1].rotary, Some(Rotary { theta: 5e5, scaling }));
}

#[test]
fn frequencies_are_those_of_transformers() {
    // LlamaRotaryEmbedding(LlamaConfig(hidden_size=2048, num_attention_heads=32, head_dim=64,
    //     max_position_embeddings=131072, rope_parameters=dict(rope_type="llama3", rope_theta=500000.0, factor=32.0,
    //     low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192))).inv_freq
    // with transformers 5.23.0: pairs 0, 1, 7, 14, 15, 16, 17, 18, 31. 15 to 17 are blended.
    let expected = [
        (0, 1.0),
        (1, 0.663_601_279_258_728),
        (7, 0.056_669_618_934_392_93),
        (14, 0.003_211_446_106_433_868_4),
        (15, 0.001_290_548_010_729_253_3),
        (16, 0.000_429_556_705_057_621),
        (17, 9.708_286_233_944_818e-5),
        (18, 1.946_163_865_795_824_7e-5),
        (31, 9.418_306_490_260_875e-8),
    ];
    let config = open(&json!({
        "hidden_size": 2048, "num_attention_heads": 32, "head_dim": 64, "max_position_embeddings": 131_072,
        "rope_parameters": {"rope_type": "llama3", "rope_theta": 500_000.0, "factor": 32.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 8192},
    }))
    .expect("it is whole");
    let frequencies = config.attention[0].rotary.as_ref().expect("positions").inverse_frequencies(64);
    assert_eq!(frequencies.len(), 32);
    for (pair, expected) in expected {
        let relative = (f64::from(frequencies[pair]) / expected - 1.0).abs();
        // Two steps of float32.
        assert!(relative < 2.4e-7, "pair {pair}: {} instead of {expected}", frequencies[pair]);
    }
}

#[test]
fn tensors_and_parameters_agree() {
    for changes in [
        json!({}),
        json!({"tie_word_embeddings": true, "num_key_value_heads": 2}),
        json!({"attention_bias": true, "mlp_bias": true, "head_dim": 6}),
        json!({"model_type": "qwen2"}),
        json!({"model_type": "qwen3"}),
        json!({"model_type": "gemma3_text"}),
        json!({"model_type": "phi3", "num_key_value_heads": 2}),
    ] {
        let config = open(&changes).expect("it is whole");
        let numbers: usize = config.tensors().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        assert_eq!(numbers as u64, config.parameter_count(), "{changes}");
    }
    let biased = open(&json!({"attention_bias": true})).expect("it is whole").tensors();
    assert!(biased.contains(&("model.layers.1.self_attn.o_proj.bias".to_owned(), vec![16])));
}

#[test]
fn fused_modules_have_the_rows_of_their_parts() {
    let config = open(&json!({"model_type": "phi3", "num_key_value_heads": 2})).expect("it is whole");
    let rows: Vec<_> = config.linear_modules().iter().map(|module| (module.name, module.out_features)).collect();
    let expected =
        [("self_attn.qkv_proj", 32), ("self_attn.o_proj", 16), ("mlp.gate_up_proj", 48), ("mlp.down_proj", 16)];
    assert_eq!(rows, expected);
}

#[test]
fn what_is_not_supported_is_named() {
    for (changes, parts) in [
        (json!({"model_type": "mamba"}), ["model_type", "\"mamba\"", "llama, qwen2, qwen3"]),
        (json!({"hidden_act": "gelu"}), ["hidden_act", "\"gelu\"", "\"silu\""]),
        (json!({"rope_scaling": {"type": "linear", "factor": 2.0}}), ["rope_scaling.type", "\"linear\"", "llama3"]),
        (json!({"rope_parameters": {"rope_type": "yarn"}}), ["rope_parameters.rope_type", "\"yarn\"", "llama3"]),
        (json!({"rope_parameters": {"full_attention": {}}}), ["rope_parameters.full_attention", "{}", "all layers"]),
        (json!({"partial_rotary_factor": 0.5}), ["partial_rotary_factor", "0.5", "1"]),
        (json!({"rope_parameters": {"partial_rotary_factor": 0.25}}), ["partial_rotary_factor", "0.25", "1"]),
        (json!({"quantization_config": {"bits": 4}}), ["quantization_config", "bits", "bfloat16"]),
        (json!({"auto_map": {"AutoModelForCausalLM": "evil.Model"}}), ["auto_map", "evil.Model", "never run"]),
        (json!({"architectures": ["LlamaForSequenceClassification"]}), ["architectures", "Sequence", "ForCausalLM"]),
    ] {
        let message = refused(&changes);
        for part in parts.iter().chain(&["config.json", "not supported"]) {
            assert!(message.contains(part), "{message:?} does not say {part:?}");
        }
    }
}

#[test]
fn a_sliding_window_is_refused_only_where_it_is_felt() {
    let windowed = |changes: Value| {
        let mut all = json!({"model_type": "qwen2", "use_sliding_window": true, "max_window_layers": 1,
            "sliding_window": 64, "max_position_embeddings": 128});
        for (key, value) in changes.as_object().expect("changes are an object") {
            all[key] = value.clone();
        }
        open(&all)
    };
    let error = windowed(json!({})).expect_err("layer 1 slides").to_string();
    assert!(error.contains("use_sliding_window") && error.contains("true"), "{error}");
    for harmless in [
        json!({"use_sliding_window": false}),
        json!({"sliding_window": 128}),
        json!({"sliding_window": null}),
        json!({"max_window_layers": 2}),
        json!({"layer_types": ["full_attention", "full_attention"]}),
    ] {
        assert!(windowed(harmless.clone()).is_ok(), "{harmless}");
    }
}

#[test]
fn impossible_sizes_are_refused() {
    for (key, value) in [
        ("hidden_size", json!(0)),
        ("hidden_size", json!(-1)),
        ("hidden_size", json!("64")),
        ("hidden_size", json!(16.5)),
        ("hidden_size", json!(1u64 << 58)),
        ("vocab_size", json!(u64::MAX)),
        ("num_hidden_layers", json!(1_000_000_000)),
        ("num_attention_heads", json!(5)),
        ("num_key_value_heads", json!(3)),
        ("num_key_value_heads", json!(8)),
        ("head_dim", json!(7)),
        ("head_dim", json!(1 << 20)),
        ("rms_norm_eps", json!(-1e-6)),
        ("rms_norm_eps", json!(1e300)),
        ("rope_theta", json!(0)),
        ("rope_scaling", json!(7)),
        ("tie_word_embeddings", json!("yes")),
        ("max_position_embeddings", json!([1])),
    ] {
        let message = refused(&json!({ key: value }));
        assert!(message.contains(key) && message.contains("expected"), "{message}");
    }
    // Each size is within its limit, but not all of them together.
    let huge = json!({"vocab_size": 4_000_000, "hidden_size": 131_072, "intermediate_size": 500_000,
        "num_hidden_layers": 10_000, "num_attention_heads": 4096, "head_dim": 4096});
    assert!(refused(&huge).contains("parameters"));
    let bent =
        json!({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4}});
    assert!(refused(&bent).contains("rope_scaling.high_freq_factor"));
    for key in ["vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"] {
        let message = refused(&json!({ key: null }));
        assert!(message.contains(key) && message.contains("missing"), "{message}");
    }
}

#[test]
fn a_file_that_is_no_configuration_is_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    let error = DecoderConfig::open(folder.path()).expect_err("it is empty").to_string();
    assert!(error.contains("config.json") && error.contains("not a model folder"), "{error}");

    let error = open_text("{\n  \"model_type\": llama\n}").expect_err("it is no JSON").to_string();
    assert!(error.contains("line 2 column 17") && error.contains("config.json"), "{error}");
    assert!(open_text("[1, 2]").is_err());
    assert!(open_text("").is_err());
    let deep = "[".repeat(100_000);
    let error = open_text(&format!("{{\"model_type\": {deep}")).expect_err("it is too deep").to_string();
    assert!(error.contains("recursion limit"), "{error}");
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(2 << 20));
    assert!(open_text(&long).expect_err("it is too long").to_string().contains("longer than"));

    std::fs::create_dir(folder.path().join("config.json")).expect("it can be made");
    assert!(DecoderConfig::open(folder.path()).is_err());
}

#[test]
fn a_strangers_text_cannot_steer_the_terminal() {
    let message = refused(&json!({"hidden_act": "\u{1b}[2J"}));
    assert!(!message.contains('\u{1b}'), "{message:?}");
    let message = refused(&json!({"hidden_act": "x".repeat(10_000)}));
    assert!(message.len() < 500, "{message}");
}

#[test]
fn the_end_tokens_come_from_either_file() {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |name: &str, value: Value| {
        std::fs::write(folder.path().join(name), value.to_string()).expect("it can be written to");
    };
    let open = || GenerationConfig::open(folder.path());
    write("config.json", json!({"eos_token_id": 7}));
    assert_eq!(open().expect("the second file may be absent").eos_token_ids, [7]);
    write("generation_config.json", json!({"temperature": 0.6, "top_k": 20, "eos_token_id": null}));
    let config = open().expect("it is whole");
    assert_eq!(
        (config.eos_token_ids, config.temperature, config.top_k, config.top_p),
        (vec![7], Some(0.6), Some(20), None)
    );
    write("generation_config.json", json!({"eos_token_id": [1, 2]}));
    assert_eq!(open().expect("it is whole").eos_token_ids, [1, 2]);
    for (key, value) in [
        ("eos_token_id", json!(-1)),
        ("eos_token_id", json!([1, "2"])),
        ("eos_token_id", json!(1u64 << 32)),
        ("temperature", json!("hot")),
        ("top_p", json!(-0.5)),
        ("repetition_penalty", json!(0)),
    ] {
        write("generation_config.json", json!({ key: value }));
        let error = open().expect_err("it must be refused").to_string();
        assert!(error.contains(key) && error.contains("generation_config.json"), "{error}");
    }
}

#[test]
fn a_changed_configuration_is_read_or_refused() {
    let original = json!({
        "model_type": "qwen2", "vocab_size": 32, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 4, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
        "high_freq_factor": 4.0, "original_max_position_embeddings": 64}, "use_sliding_window": false,
        "eos_token_id": [1, 2], "rms_norm_eps": 1e-6, "architectures": ["Qwen2ForCausalLM"],
    })
    .to_string();
    let folder = TempDir::new().expect("a temporary folder");
    let (mut read, mut refused) = (0, 0);
    for seed in 0..4000 {
        let text = crate::model::json_file::mutation::mutate(original.as_bytes(), &mut Random::new(seed, &[]));
        std::fs::write(folder.path().join("config.json"), text).expect("it can be written to");
        match DecoderConfig::open(folder.path()) {
            Ok(config) => {
                read += 1;
                let rotary = config.attention[0].rotary.as_ref().expect("positions");
                assert!(rotary.inverse_frequencies(config.head_dim).iter().all(|frequency| frequency.is_finite()));
                assert!(config.layers > 100 || config.tensors().len() > 10);
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("config.json"), "{error}");
            }
        }
        drop(GenerationConfig::open(folder.path()));
    }
    assert!(read > 100 && refused > 1000, "{read} read, {refused} refused");
}
