//! The architectures of GGUF files that are families of ours, and how their keys become a family's configuration.
//!
//! The family itself checks the sizes. What a file says that no key of the family can say is refused here by its name.

use serde_json::{Map, Value as Json, json};

use super::error::GgufError;
use super::metadata::{Metadata, Number, Value};
use crate::model::config::{DecoderConfig, RopeScaling};
use crate::model::config_reader::{ConfigError, ConfigReader};

/// An architecture of GGUF files.
#[derive(Debug)]
pub struct Architecture {
    /// `general.architecture`.
    pub id: &'static str,
    /// The families whose models are written as it; the first is the one that reads it.
    pub families: &'static [&'static str],
    /// Whether the rows of queries and keys stand in the order of interleaved rotary pairs.
    pub interleaved: bool,
    /// Modules under `model.layers.{i}.`, and what they are called under `blk.{i}.`.
    pub modules: &'static [(&'static str, &'static str)],
}

const USUAL: &[(&str, &str)] = &[
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.qkv_proj", "attn_qkv"),
    ("self_attn.o_proj", "attn_output"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.gate_up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
    ("input_layernorm", "attn_norm"),
    ("post_attention_layernorm", "ffn_norm"),
];

const GEMMA: &[(&str, &str)] = &[
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
    ("input_layernorm", "attn_norm"),
    ("post_attention_layernorm", "post_attention_norm"),
    ("pre_feedforward_layernorm", "ffn_norm"),
    ("post_feedforward_layernorm", "post_ffw_norm"),
];

/// Every architecture that our own decoder computes.
pub const ARCHITECTURES: &[Architecture] = &[
    Architecture { id: "llama", families: &["llama", "mistral"], interleaved: true, modules: USUAL },
    Architecture { id: "qwen2", families: &["qwen2"], interleaved: false, modules: USUAL },
    Architecture { id: "qwen3", families: &["qwen3"], interleaved: false, modules: USUAL },
    Architecture { id: GEMMA3, families: &["gemma3_text"], interleaved: false, modules: GEMMA },
    Architecture { id: "phi3", families: &["phi3"], interleaved: false, modules: USUAL },
    Architecture { id: "smollm3", families: &["smollm3"], interleaved: true, modules: USUAL },
];

const GEMMA3: &str = "gemma3";

/// Every so many layers of Gemma 3 sees everything.
pub const GEMMA3_PATTERN: usize = 6;
/// The base of the rotary frequencies of the others.
pub const GEMMA3_LOCAL_BASE: f64 = 10_000.0;
/// The one Gemma 3 whose scores are scaled by the width of its stream, by its layers.
const GEMMA3_27B_LAYERS: u64 = 62;
/// Every so many layers of SmolLM3 turns nothing.
pub const SMOLLM3_INTERVAL: usize = 4;

/// Keys under the architecture's name that are read, or that change nothing for the architectures of the list.
const KNOWN_KEYS: &[&str] = &[
    "context_length",
    "embedding_length",
    "block_count",
    "feed_forward_length",
    "vocab_size",
    "attention.head_count",
    "attention.head_count_kv",
    "attention.key_length",
    "attention.value_length",
    "attention.layer_norm_rms_epsilon",
    "attention.layer_norm_epsilon",
    "attention.sliding_window",
    "attention.sliding_window_pattern",
    "attention.causal",
    "rope.dimension_count",
    "rope.freq_base",
    "rope.freq_base_swa",
    "rope.scaling.type",
    "rope.scaling.factor",
    "rope.scaling.original_context_length",
    "rope.scaling.finetuned",
    "rope.scale_linear",
    "expert_count",
    "expert_used_count",
    "final_logit_softcapping",
    "attn_logit_softcapping",
    "tensor_data_layout",
];

impl Architecture {
    /// The row that a file names; `None` where none of ours does.
    pub fn of(metadata: &Metadata) -> Result<Option<&'static Self>, GgufError> {
        let key = "general.architecture";
        let Some(id) = metadata.text(key)? else { return Err(metadata.missing(key, "the name of an architecture")) };
        Ok(ARCHITECTURES.iter().find(|row| row.id == id))
    }

    /// The row that a family is written as.
    pub fn of_family(family: &str) -> Option<&'static Self> {
        ARCHITECTURES.iter().find(|row| row.families.contains(&family))
    }

    /// What a tensor of the model is called in a GGUF file.
    pub fn tensor_name(&self, name: &str) -> Option<String> {
        match name {
            "model.embed_tokens.weight" => return Some("token_embd.weight".to_owned()),
            "model.norm.weight" => return Some("output_norm.weight".to_owned()),
            "lm_head.weight" => return Some("output.weight".to_owned()),
            _ => {}
        }
        let (layer, rest) = name.strip_prefix("model.layers.")?.split_once('.')?;
        let (module, kind) = rest.rsplit_once('.')?;
        let (_, called) = self.modules.iter().find(|(known, _)| *known == module)?;
        Some(format!("blk.{layer}.{called}.{kind}"))
    }

    /// Whether the rows of this tensor are reordered, and among how many heads.
    pub fn reordered_heads(&self, name: &str, config: &DecoderConfig) -> Option<usize> {
        let is = |module: &str| name.contains(module);
        match () {
            () if !self.interleaved => None,
            () if is(".self_attn.q_proj.") => Some(config.attention_heads),
            () if is(".self_attn.k_proj.") => Some(config.key_value_heads),
            () => None,
        }
    }

    /// Reads a file's configuration. `has_head` says whether the head is a tensor of its own, `biases` whether queries,
    /// outputs and the feed-forward part have them, and `factors` what rotary frequencies are divided by.
    pub fn read(&self, metadata: &Metadata, found: &Found) -> Result<DecoderConfig, ReadError> {
        self.refuse_unknown(metadata)?;
        let reader = Keys { metadata, prefix: self.id };
        let mut keys = reader.usual(found)?;
        match self.id {
            "llama" | "smollm3" => {
                keys.insert("attention_bias".to_owned(), json!(found.attention_bias));
                keys.insert("mlp_bias".to_owned(), json!(found.mlp_bias));
            }
            "phi3" => {
                keys.insert("sliding_window".to_owned(), json!(reader.whole("attention.sliding_window")?));
            }
            GEMMA3 => reader.gemma3(&mut keys)?,
            _ => {}
        }
        keys.insert("model_type".to_owned(), json!(self.families[0]));
        let mut config = DecoderConfig::read(&ConfigReader::of_keys(&metadata.path, keys))?;
        // Gemma's norm weights are kept around 0 elsewhere; here the 1 is in them.
        config.norm_offset = 0.0;
        if let Some(factors) = &found.rotary_factors {
            if factors.len() != config.head_dim / 2 || self.id == GEMMA3 {
                let name = "rope_freqs.weight".to_owned();
                return Err(GgufError::SurplusTensor { path: metadata.path.clone(), name }.into());
            }
            for rotary in config.attention.iter_mut().filter_map(|layer| layer.rotary.as_mut()) {
                rotary.scaling = RopeScaling::Factors(factors.as_slice().into());
            }
        }
        Ok(config)
    }

    fn refuse_unknown(&self, metadata: &Metadata) -> Result<(), GgufError> {
        for key in metadata.keys() {
            let Some(rest) = key.strip_prefix(self.id).and_then(|rest| rest.strip_prefix('.')) else { continue };
            if !KNOWN_KEYS.contains(&rest) {
                return Err(metadata.unsupported(key, "absent"));
            }
        }
        Ok(())
    }
}

/// What the tensors say of the model.
#[derive(Debug, Default)]
pub struct Found {
    /// Tokens: rows of the embedding.
    pub vocabulary: u64,
    /// Whether the head is a tensor of its own.
    pub has_head: bool,
    /// Whether queries, keys, values and the output have biases.
    pub attention_bias: bool,
    /// Whether the feed-forward part has.
    pub mlp_bias: bool,
    /// What rotary frequencies are divided by.
    pub rotary_factors: Option<Vec<f32>>,
}

/// A configuration could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// From the file's keys.
    #[error(transparent)]
    Gguf(#[from] GgufError),
    /// From what they were made into.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// The keys under an architecture's name.
struct Keys<'a> {
    metadata: &'a Metadata,
    prefix: &'static str,
}

impl Keys<'_> {
    fn name(&self, key: &str) -> String {
        format!("{}.{key}", self.prefix)
    }

    fn whole(&self, key: &str) -> Result<Option<u64>, GgufError> {
        self.metadata.whole(&self.name(key))
    }

    fn real(&self, key: &str) -> Result<Option<f64>, GgufError> {
        self.metadata.real(&self.name(key))
    }

    fn needed(&self, key: &str) -> Result<u64, GgufError> {
        self.whole(key)?.ok_or_else(|| self.metadata.missing(&self.name(key), "a whole number"))
    }

    fn unsupported(&self, key: &str, supported: &str) -> GgufError {
        self.metadata.unsupported(&self.name(key), supported)
    }

    /// One number for all layers: some files have a list of equal ones.
    fn for_all_layers(&self, key: &str) -> Result<Option<u64>, GgufError> {
        let name = self.name(key);
        let Some(list @ Value::Numbers(..)) = self.metadata.get(&name) else { return self.whole(key) };
        let mut numbers = list.numbers();
        let first = numbers.next();
        match first {
            Some(Number::Whole(number)) if numbers.all(|other| Some(other) == first) => Ok(Some(number)),
            _ => Err(self.unsupported(key, "the same number for all layers")),
        }
    }

    fn usual(&self, found: &Found) -> Result<Map<String, Json>, GgufError> {
        let missing = |key: &str| self.metadata.missing(&self.name(key), "a whole number");
        let heads = self.for_all_layers("attention.head_count")?.ok_or_else(|| missing("attention.head_count"))?;
        let feed_forward = self.for_all_layers("feed_forward_length")?.ok_or_else(|| missing("feed_forward_length"))?;
        let hidden = self.needed("embedding_length")?;
        let head_dim = match self.whole("attention.key_length")? {
            Some(length) => length,
            None if heads > 0 && hidden.is_multiple_of(heads) => hidden / heads,
            None => {
                return Err(self.metadata.wrong(&self.name("attention.head_count"), "a divisor of embedding_length"));
            }
        };
        self.refuse_what_is_not_computed(head_dim)?;
        let epsilon = self
            .real("attention.layer_norm_rms_epsilon")?
            .ok_or_else(|| self.metadata.missing(&self.name("attention.layer_norm_rms_epsilon"), "a number above 0"))?;
        let keys = json!({
            "vocab_size": found.vocabulary,
            "hidden_size": hidden,
            "intermediate_size": feed_forward,
            "num_hidden_layers": self.needed("block_count")?,
            "num_attention_heads": heads,
            "num_key_value_heads": self.for_all_layers("attention.head_count_kv")?.unwrap_or(heads),
            "head_dim": head_dim,
            "max_position_embeddings": self.needed("context_length")?,
            "rms_norm_eps": shortest(epsilon),
            "rope_theta": shortest(self.real("rope.freq_base")?.unwrap_or(10_000.0)),
            "tie_word_embeddings": !found.has_head,
        });
        let Json::Object(keys) = keys else { return Ok(Map::new()) };
        Ok(keys)
    }

    fn refuse_what_is_not_computed(&self, head_dim: u64) -> Result<(), GgufError> {
        if self.whole("attention.value_length")?.is_some_and(|length| length != head_dim) {
            return Err(self.unsupported("attention.value_length", "as long as the keys"));
        }
        if self.whole("rope.dimension_count")?.is_some_and(|count| count != head_dim) {
            return Err(self.unsupported("rope.dimension_count", "the whole of a head"));
        }
        if self.metadata.flag(&self.name("attention.causal"))? == Some(false) {
            return Err(self.unsupported("attention.causal", "true"));
        }
        for key in ["expert_count", "expert_used_count"] {
            if self.whole(key)?.is_some_and(|count| count > 0) {
                return Err(self.unsupported(key, "0: models without experts"));
            }
        }
        for key in ["final_logit_softcapping", "attn_logit_softcapping"] {
            if self.real(key)?.is_some_and(|cap| cap != 0.0) {
                return Err(self.unsupported(key, "0: no capping"));
            }
        }
        let is_one = |factor: Option<f64>| factor.is_none_or(|factor| (factor - 1.0).abs() < f64::EPSILON);
        if !is_one(self.real("rope.scale_linear")?) {
            return Err(self.unsupported("rope.scale_linear", "1"));
        }
        match self.metadata.text(&self.name("rope.scaling.type"))? {
            None | Some("none") => Ok(()),
            Some("linear") if is_one(self.real("rope.scaling.factor")?) => Ok(()),
            Some(_) => Err(self.unsupported("rope.scaling.type", "none")),
        }
    }

    fn gemma3(&self, keys: &mut Map<String, Json>) -> Result<(), GgufError> {
        let head_dim = keys["head_dim"].as_f64().unwrap_or_default();
        let scalar = if self.needed("block_count")? == GEMMA3_27B_LAYERS {
            keys["hidden_size"].as_f64().unwrap_or_default() / keys["num_attention_heads"].as_f64().unwrap_or(1.0)
        } else {
            head_dim
        };
        let pattern = self.whole("attention.sliding_window_pattern")?.unwrap_or(GEMMA3_PATTERN as u64);
        let local = self.real("rope.freq_base_swa")?.unwrap_or(GEMMA3_LOCAL_BASE);
        keys.insert("query_pre_attn_scalar".to_owned(), json!(scalar));
        keys.insert("sliding_window".to_owned(), json!(self.needed("attention.sliding_window")?));
        keys.insert("sliding_window_pattern".to_owned(), json!(pattern));
        keys.insert("rope_local_base_freq".to_owned(), json!(shortest(local)));
        Ok(())
    }
}

/// A number that came through f32 as it was meant: 1e-5 rather than 9.999999747378752e-6.
fn shortest(number: f64) -> f64 {
    let narrow = number as f32;
    if f64::from(narrow).to_bits() == number.to_bits() { narrow.to_string().parse().unwrap_or(number) } else { number }
}
