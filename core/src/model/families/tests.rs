//! What each family makes of its configuration, and what it refuses. The keys are those of checkpoints on the Hub.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::model::config::{RopeScaling, Rotary};

/// The smallest configuration of a family, with changes; `null` stays in it.
fn open(family: &str, changes: &Value) -> Result<DecoderConfig, ConfigError> {
    let mut config = json!({"model_type": family, "vocab_size": 32, "hidden_size": 16, "intermediate_size": 24,
        "num_hidden_layers": 6, "num_attention_heads": 4, "max_position_embeddings": 1024});
    for (key, value) in changes.as_object().expect("changes are an object") {
        config[key] = value.clone();
    }
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("config.json"), config.to_string()).expect("it can be written to");
    DecoderConfig::open(folder.path())
}

fn read(family: &str, changes: &Value) -> DecoderConfig {
    open(family, changes).unwrap_or_else(|error| panic!("{family}, {changes}: {error}"))
}

/// The message says each of these.
fn assert_refused(family: &str, changes: &Value, parts: &[&str]) {
    let message = open(family, changes).expect_err("it must be refused").to_string();
    for part in parts.iter().chain(&["config.json"]) {
        assert!(message.contains(part), "{message:?} does not say {part:?}");
    }
}

fn windows(config: &DecoderConfig) -> Vec<Option<usize>> {
    config.attention.iter().map(|layer| layer.window).collect()
}

fn thetas(config: &DecoderConfig) -> Vec<Option<f64>> {
    config.attention.iter().map(|layer| layer.rotary.as_ref().map(|rotary| rotary.theta)).collect()
}

#[test]
fn gemma3_has_layers_of_two_kinds_in_either_dialect() {
    // As google/gemma-3-1b-it has them.
    let older = json!({"sliding_window": 512, "sliding_window_pattern": 3, "rope_theta": 1e6,
        "rope_local_base_freq": 1e4, "rope_scaling": null, "hidden_activation": "gelu_pytorch_tanh",
        "attn_logit_softcapping": null, "final_logit_softcapping": null, "query_pre_attn_scalar": 64, "head_dim": 8});
    let (sliding, full) = ("sliding_attention", "full_attention");
    let newer = json!({"sliding_window": 512, "layer_types": [sliding, sliding, full, sliding, sliding, full],
        "rope_parameters": {full: {"rope_type": "default", "rope_theta": 1e6},
            sliding: {"rope_type": "default", "rope_theta": 1e4}},
        "query_pre_attn_scalar": 64, "head_dim": 8});
    let config = read("gemma3_text", &older);
    assert_eq!(config, read("gemma3_text", &newer));
    let (near, far) = (Some(512), None);
    assert_eq!(windows(&config), [near, near, far, near, near, far]);
    let (local, global) = (Some(1e4), Some(1e6));
    assert_eq!(thetas(&config), [local, local, global, local, local, global]);
    assert_eq!((config.score_scale, config.norm_offset, config.activation), (0.125, 1.0, Activation::GeluTanh));
    assert!(config.tied_embeddings && config.scaled_embeddings);
    assert_eq!(config.norms().into_vec().len(), 6);
}

#[test]
fn gemma3_takes_the_defaults_of_transformers() {
    let config = read("gemma3_text", &json!({"max_position_embeddings": null}));
    assert_eq!((config.max_positions, config.head_dim, config.score_scale), (131_072, 256, 0.0625));
    assert_eq!(windows(&config), [Some(4096), Some(4096), Some(4096), Some(4096), Some(4096), None]);
    assert_eq!(thetas(&config)[4..], [Some(1e4), Some(1e6)]);
}

#[test]
fn gemma3s_embedding_scale_is_rounded_as_the_reference_does() {
    // torch.tensor(640**0.5), and .to(torch.bfloat16): what Gemma3TextScaledWordEmbedding multiplies with.
    let config = read("gemma3_text", &json!({"hidden_size": 640}));
    assert_eq!(config.embedding_scale(false).to_bits(), 25.298_222_f32.to_bits());
    assert_eq!(config.embedding_scale(true).to_bits(), 25.25f32.to_bits());
    assert_eq!(read("llama", &json!({})).embedding_scale(false).to_bits(), 1.0f32.to_bits());
}

#[test]
fn what_gemma3_does_not_compute_is_refused() {
    for (changes, parts) in [
        (json!({"attn_logit_softcapping": 50.0}), ["attn_logit_softcapping", "50"]),
        (json!({"final_logit_softcapping": 30.0}), ["final_logit_softcapping", "30"]),
        (json!({"use_bidirectional_attention": true}), ["use_bidirectional_attention", "true"]),
        (json!({"hidden_activation": "gelu"}), ["hidden_activation", "gelu_pytorch_tanh"]),
        (json!({"rope_scaling": {"rope_type": "linear", "factor": 8.0}}), ["rope_scaling.rope_type", "linear"]),
        (json!({"rope_parameters": {"full_attention": {"rope_type": "yarn"}}}), ["full_attention.rope_type", "yarn"]),
        (json!({"rope_parameters": {"rope_theta": 1e6}}), ["rope_parameters.rope_theta", "full_attention"]),
        (json!({"rope_parameters": {"full_attention": 7}}), ["rope_parameters.full_attention", "7"]),
        (json!({"layer_types": ["full_attention"]}), ["layer_types", "a list of 6"]),
        (json!({"layer_types": vec!["chunked_attention"; 6]}), ["layer_types", "chunked_attention"]),
        (json!({"sliding_window_pattern": 0}), ["sliding_window_pattern", "0"]),
        (json!({"sliding_window": "all"}), ["sliding_window", "all"]),
    ] {
        assert_refused("gemma3_text", &changes, &parts);
    }
}

#[test]
fn models_that_see_images_are_refused_for_that() {
    let changes = json!({"text_config": {"model_type": "gemma3_text"}, "vision_config": {},
        "architectures": ["Gemma3ForConditionalGeneration"]});
    assert_refused("gemma3", &changes, &["model_type", "\"gemma3\"", "text alone", "270M and 1B"]);
    assert_refused("llava", &changes, &["model_type", "\"llava\"", "text alone"]);
}

#[test]
fn smollm3_turns_only_some_layers() {
    let config = read("smollm3", &json!({}));
    let turned = Some(2e6);
    assert_eq!(thetas(&config), [turned, turned, turned, None, turned, turned]);
    assert!(config.tied_embeddings);
    let every = thetas(&read("smollm3", &json!({"no_rope_layer_interval": 2, "rope_theta": 5e6})));
    assert_eq!(every, [Some(5e6), None, Some(5e6), None, Some(5e6), None]);
    // A list overrules the interval, and may be longer than the model.
    let listed =
        thetas(&read("smollm3", &json!({"no_rope_layers": [0, 1, 1, 1, 1, 0, 1], "no_rope_layer_interval": 2})));
    assert_eq!(listed, [None, turned, turned, turned, turned, None]);
    for list in [json!([1, 0]), json!([1, 1, 1, 1, 1, 2]), json!("none"), json!([1, 1, 1, 1, 1, true])] {
        assert_refused("smollm3", &json!({"no_rope_layers": list}), &["no_rope_layers", "a list of 6 numbers"]);
    }
    let window = json!({"use_sliding_window": true, "sliding_window": 64});
    assert_refused("smollm3", &window, &["use_sliding_window", "all tokens"]);
    assert!(open("smollm3", &json!({"use_sliding_window": true, "sliding_window": null})).is_ok());
    assert_refused("smollm3", &json!({"layer_types": vec!["sliding_attention"; 6]}), &["layer_types", "all tokens"]);
}

#[test]
fn qwen3_has_norms_on_its_heads() {
    let config = read("qwen3", &json!({}));
    assert_eq!((config.head_dim, config.norms().query_key), (128, Some(HEAD_NORMS.map(|name| (name, 128)))));
    assert!(!config.query_key_value_bias && !config.tied_embeddings);
    let biased = read("qwen3", &json!({"attention_bias": true}));
    assert!(biased.query_key_value_bias && biased.output_bias);
    let window = json!({"use_sliding_window": true, "sliding_window": 64, "max_window_layers": 3});
    assert_refused("qwen3", &window, &["use_sliding_window", "true"]);
}

#[test]
fn mistral_and_phi3_have_one_window_for_all_layers() {
    // Mistral 7B v0.1 names its window, v0.2 and v0.3 have none.
    assert_eq!(windows(&read("mistral", &json!({"sliding_window": 64}))), [Some(64); 6]);
    assert_eq!(windows(&read("mistral", &json!({"sliding_window": null}))), [None; 6]);
    assert_eq!(windows(&read("mistral", &json!({"max_position_embeddings": 32_768}))), [Some(4096); 6]);
    assert_eq!(windows(&read("mistral", &json!({"sliding_window": 1024}))), [None; 6], "as long as the positions");
    assert_eq!(read("mistral", &json!({"head_dim": null})).head_dim, 4);
    assert_eq!(windows(&read("phi3", &json!({"sliding_window": 64}))), [Some(64); 6]);
    assert_eq!(windows(&read("phi3", &json!({}))), [None; 6]);
    let config = read("phi3", &json!({}));
    assert_eq!((config.norm_epsilon, config.tied_embeddings), (1e-5, false));
}

#[test]
fn what_phi3_does_not_compute_is_refused() {
    // Phi-3-mini-4k names code for the class that transformers has itself; the 128k models scale their positions.
    let own = json!({"auto_map": {"AutoConfig": "configuration_phi3.Phi3Config",
        "AutoModelForCausalLM": "modeling_phi3.Phi3ForCausalLM"}, "rope_scaling": null});
    assert!(open("phi3", &own).is_ok());
    for (changes, parts) in [
        (
            json!({"auto_map": {"AutoModelForCausalLM": "modeling_phi3.Phi3SmallForCausalLM"}}),
            ["auto_map", "never run"],
        ),
        (json!({"rope_scaling": {"type": "longrope", "short_factor": [1.0]}}), ["rope_scaling.type", "longrope"]),
        (json!({"rope_scaling": {"type": "su"}}), ["rope_scaling.type", "su"]),
        (json!({"rope_parameters": {"rope_type": "longrope"}}), ["rope_parameters.rope_type", "longrope"]),
        (json!({"partial_rotary_factor": 0.75}), ["partial_rotary_factor", "0.75"]),
    ] {
        assert_refused("phi3", &changes, &parts);
    }
}

#[test]
fn a_plain_rotary_is_shared_by_all_layers() {
    let config = read("mistral", &json!({"rope_theta": 1e6}));
    let rotary = Rotary { theta: 1e6, scaling: RopeScaling::None };
    assert!(config.attention.iter().all(|layer| layer.rotary.as_ref() == Some(&rotary)));
}
