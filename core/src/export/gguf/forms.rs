//! The form of each tensor of a GGUF file.

use super::{ExportError, refused};
use crate::domain::GgufType;
use crate::model::DecoderConfig;
use crate::model::gguf::TensorForm;

/// `general.file_type`: the number that programs know a file's form by.
pub(super) fn file_type(kind: GgufType) -> u32 {
    match kind {
        GgufType::F32 => 0,
        GgufType::F16 => 1,
        GgufType::Q8_0 => 7,
        GgufType::Q4KM => 15,
        GgufType::Bf16 => 32,
    }
}

/// The form of one tensor of the model; refused where its rows fill no block that could hold them.
pub(super) fn of(
    kind: GgufType,
    name: &str,
    shape: &[usize],
    config: &DecoderConfig,
) -> Result<TensorForm, ExportError> {
    let [_, row] = shape else { return Ok(TensorForm::F32) };
    let form = match kind {
        GgufType::F32 => TensorForm::F32,
        GgufType::F16 => TensorForm::F16,
        GgufType::Bf16 => TensorForm::Bf16,
        GgufType::Q8_0 => TensorForm::Q8_0,
        GgufType::Q4KM if !row.is_multiple_of(TensorForm::Q4K.block_length()) => TensorForm::Q8_0,
        GgufType::Q4KM if deserves_more(name, config) => TensorForm::Q6K,
        GgufType::Q4KM => TensorForm::Q4K,
    };
    if row.is_multiple_of(form.block_length()) {
        Ok(form)
    } else {
        Err(refused(format!("rows of {row} numbers, which do not fill blocks of {}", form.block_length())))
    }
}

/// Whether a tensor of a file of four bits is kept in six. Errors in the head go into every answer as they are; of the
/// layers those in values and in what comes down weigh most, in the first, in the last and in every third between.
fn deserves_more(name: &str, config: &DecoderConfig) -> bool {
    let head = if config.tied_embeddings { "model.embed_tokens.weight" } else { "lm_head.weight" };
    if name == head {
        return true;
    }
    let layers = config.layers;
    let layer = name.strip_prefix("model.layers.").and_then(|rest| rest.split_once('.')?.0.parse::<usize>().ok());
    let Some(layer) = layer else { return false };
    let edge = layers / 8;
    let is_chosen = layer < edge || layer >= 7 * layers / 8 || (layer - edge) % 3 == 2;
    is_chosen && ["v_proj.weight", "qkv_proj.weight", "down_proj.weight"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn four_bits_are_mixed_with_six_and_fall_back_to_eight() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models/llama_untied");
        let mut config = DecoderConfig::open(Path::new(folder)).expect("a configuration");
        config.layers = 16;
        let form = |name: &str, row: usize| of(GgufType::Q4KM, name, &[8, row], &config).ok();
        assert_eq!(form("lm_head.weight", 512), Some(TensorForm::Q6K));
        assert_eq!(form("model.embed_tokens.weight", 512), Some(TensorForm::Q4K));
        let six: Vec<usize> = (0..16)
            .filter(|layer| form(&format!("model.layers.{layer}.mlp.down_proj.weight"), 256) == Some(TensorForm::Q6K))
            .collect();
        // An eighth of the layers at each end, and every third of the others.
        assert_eq!(six, [0, 1, 4, 7, 10, 13, 14, 15]);
        assert_eq!(form("model.layers.0.self_attn.q_proj.weight", 256), Some(TensorForm::Q4K));
        assert_eq!(form("model.layers.0.self_attn.v_proj.weight", 96), Some(TensorForm::Q8_0));
        assert_eq!(form("model.layers.0.self_attn.v_proj.weight", 100), None);
        assert_eq!(of(GgufType::Q4KM, "model.norm.weight", &[100], &config).ok(), Some(TensorForm::F32));
    }
}
