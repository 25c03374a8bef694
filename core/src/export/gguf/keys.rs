//! What a decoder is made of in the words of a GGUF file, where it has them.

use super::{ExportError, forms, refused};
use crate::domain::GgufType;
use crate::model::gguf::{Architecture, GEMMA3_LOCAL_BASE, GEMMA3_PATTERN, Number, SMOLLM3_INTERVAL, Value};
use crate::model::{DecoderConfig, LayerAttention, RopeScaling, Rotary};

/// A decoder in the format's words.
pub(super) struct Described {
    pub(super) architecture: &'static Architecture,
    pub(super) keys: Vec<(String, Value)>,
    pub(super) rotary_factors: Option<Vec<f32>>,
}

fn real(number: f64) -> Value {
    Value::Number(Number::Real(number))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// What every file says of itself: `holds` is what it is a file of, `model` or `adapter`.
pub(in crate::export) fn general(
    architecture: &Architecture,
    holds: &str,
    name: &str,
    kind: GgufType,
) -> Vec<(String, Value)> {
    let keys = [
        ("general.architecture", text(architecture.id)),
        ("general.type", text(holds)),
        ("general.name", text(name)),
        ("general.file_type", Value::whole(forms::file_type(kind))),
        // The second way of packing blocks, which all programs have.
        ("general.quantization_version", Value::whole(2)),
    ];
    keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The architecture and its keys; refused where they would say less than the model is.
pub(super) fn describe(config: &DecoderConfig) -> Result<Described, ExportError> {
    let Some(architecture) = Architecture::of_family(config.family) else {
        return Err(refused(format!("a model of the family {}", config.family)));
    };
    let rotary = shared_rotary(config)?;
    let mut keys = Vec::new();
    let mut put = |key: &str, value: Value| keys.push((format!("{}.{key}", architecture.id), value));
    put("context_length", whole(config.max_positions)?);
    put("embedding_length", whole(config.hidden_size)?);
    put("block_count", whole(config.layers)?);
    put("feed_forward_length", whole(config.intermediate_size)?);
    put("vocab_size", whole(config.vocabulary_size)?);
    put("attention.head_count", whole(config.attention_heads)?);
    put("attention.head_count_kv", whole(config.key_value_heads)?);
    put("attention.key_length", whole(config.head_dim)?);
    put("attention.value_length", whole(config.head_dim)?);
    put("attention.layer_norm_rms_epsilon", real(f64::from(config.norm_epsilon)));
    put("rope.dimension_count", whole(config.head_dim)?);
    put("rope.freq_base", real(rotary.theta));
    let mut rotary_factors = None;
    match architecture.id {
        "gemma3" => {
            let (window, local) = gemma3(config)?;
            put("attention.sliding_window", whole(window)?);
            if (local - GEMMA3_LOCAL_BASE).abs() > f64::EPSILON {
                put("rope.freq_base_swa", real(local));
            }
        }
        "phi3" => {
            let window = config.attention.first().and_then(|layer| layer.window);
            put("attention.sliding_window", whole(window.unwrap_or(config.max_positions))?);
        }
        _ => refuse_windows(config)?,
    }
    match (&rotary.scaling, architecture.id) {
        (RopeScaling::None, _) => {}
        (_, "llama") => rotary_factors = Some(factors(&rotary, config.head_dim)),
        _ => return Err(refused("rotary frequencies that are scaled")),
    }
    refuse_what_has_no_key(config, architecture)?;
    Ok(Described { architecture, keys, rotary_factors })
}

fn whole(number: usize) -> Result<Value, ExportError> {
    u32::try_from(number).ok().map(Value::whole).ok_or_else(|| refused(format!("a size of {number}")))
}

/// The rotary settings of the layers that see everything.
fn shared_rotary(config: &DecoderConfig) -> Result<Rotary, ExportError> {
    let is_full = |layer: &&LayerAttention| config.family != "gemma3_text" || layer.window.is_none();
    let mut rotaries = config.attention.iter().filter(is_full).filter_map(|layer| layer.rotary.as_ref());
    let Some(first) = rotaries.next() else { return Err(refused("a model without positions")) };
    if rotaries.any(|other| other != first) {
        return Err(refused("layers with different rotary settings"));
    }
    let turned = |(index, layer): (usize, &LayerAttention)| {
        let expected = config.family != "smollm3" || !(index + 1).is_multiple_of(SMOLLM3_INTERVAL);
        layer.rotary.is_some() == expected
    };
    if !config.attention.iter().enumerate().all(turned) {
        return Err(refused("layers without positions other than every fourth"));
    }
    Ok(first.clone())
}

/// How far windows reach, and the rotary base of the layers that have one.
fn gemma3(config: &DecoderConfig) -> Result<(usize, f64), ExportError> {
    let sliding = |index: usize| !(index + 1).is_multiple_of(GEMMA3_PATTERN);
    let first = config.attention.first().and_then(|layer| Some((layer.window?, layer.rotary.as_ref()?)));
    let Some((window, local)) = first else {
        return Err(refused("layers that see everything other than every sixth"));
    };
    for (index, layer) in config.attention.iter().enumerate() {
        let expected = sliding(index).then_some(window);
        if layer.window != expected || (sliding(index) && layer.rotary.as_ref() != Some(local)) {
            return Err(refused("layers that see everything other than every sixth"));
        }
    }
    if local.scaling != RopeScaling::None {
        return Err(refused("rotary frequencies that are scaled"));
    }
    let width = if config.layers == 62 { config.hidden_size / config.attention_heads } else { config.head_dim };
    if (config.score_scale - 1.0 / (width as f32).sqrt()).abs() > 1e-6 {
        return Err(refused("attention scores that are scaled by a number of their own"));
    }
    Ok((window, local.theta))
}

fn refuse_windows(config: &DecoderConfig) -> Result<(), ExportError> {
    if config.attention.iter().any(|layer| layer.window.is_some()) {
        return Err(refused("attention through a window, which this architecture's files do not name"));
    }
    Ok(())
}

fn refuse_what_has_no_key(config: &DecoderConfig, architecture: &Architecture) -> Result<(), ExportError> {
    let plain = !config.output_bias && !config.mlp_bias;
    let fits = match architecture.id {
        "llama" | "smollm3" => true,
        "qwen2" => config.query_key_value_bias && plain,
        _ => !config.query_key_value_bias && plain,
    };
    if fits { Ok(()) } else { Err(refused("biases that this architecture's files do not have")) }
}

/// What plain frequencies are divided by.
fn factors(rotary: &Rotary, head_dim: usize) -> Vec<f32> {
    let plain = Rotary { scaling: RopeScaling::None, ..rotary.clone() }.inverse_frequencies(head_dim);
    let scaled = rotary.inverse_frequencies(head_dim);
    plain.iter().zip(scaled).map(|(plain, scaled)| plain / scaled).collect()
}
