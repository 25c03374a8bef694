//! A model looked at before any of its weights is kept: a folder, or a GGUF file.

use std::fs;
use std::path::Path;

use super::gguf::{self, GgufFile};
use super::kernels::vector;
use super::open::{check_tokenizer, text_side, text_side_of_gguf};
use super::quantized::QuantizedWeight;
use super::{
    ChatTemplate, DecoderConfig, LoadError, ModelError, TextTokenizer, WeightError, WeightFiles, WeightPrecision,
};
use crate::domain::DtypeChoice;

/// Rows of each matrix whose rounding is measured.
const ROUNDED_ROWS: usize = 64;

/// What is known of a model before its weights are read.
#[derive(Debug)]
pub struct ModelOutline {
    /// What it is made of.
    pub config: DecoderConfig,
    /// Text to tokens.
    pub tokenizer: TextTokenizer,
    /// Conversations to text.
    pub template: Option<ChatTemplate>,
    /// What its weights will be kept in; of a GGUF file that is kept as it is, what that is nearest to.
    pub precision: WeightPrecision,
    /// Its weights on the disk, in bytes.
    pub stored_bytes: u64,
    /// Its weights in memory, where that is not what the precision says: those of a GGUF file that is kept as it is.
    pub kept_bytes: Option<u64>,
    /// Its tokenizer on the disk, in bytes.
    pub tokenizer_bytes: u64,
    /// How far weights are moved where they are packed into blocks: the root mean square of the differences as a share of the
    /// weights' own, in some rows of a layer in the middle.
    pub rounding: Option<f64>,
}

impl ModelOutline {
    /// Of what lies at `path`. Every tensor's name and shape is checked.
    pub fn open(path: &Path, dtype: DtypeChoice) -> Result<Self, ModelError> {
        if gguf::is_gguf(path) { Self::of_gguf(path, dtype) } else { Self::of_folder(path, dtype) }
    }

    fn of_folder(folder: &Path, dtype: DtypeChoice) -> Result<Self, ModelError> {
        let config = DecoderConfig::open(folder)?;
        let (tokenizer, template) = text_side(folder)?;
        check_tokenizer(folder, &tokenizer, &config)?;
        let weights = WeightFiles::open(folder)?;
        weights.check_against(&config.tensors()).map_err(LoadError::from)?;
        let precision = WeightPrecision::resolve(dtype, &weights);
        Ok(Self {
            precision,
            stored_bytes: weights.bytes(),
            kept_bytes: None,
            tokenizer_bytes: fs::metadata(tokenizer.path()).map_or(0, |file| file.len()),
            rounding: rounding(&weights, &config, precision).map_err(LoadError::from)?,
            config,
            tokenizer,
            template,
        })
    }

    fn of_gguf(path: &Path, dtype: DtypeChoice) -> Result<Self, ModelError> {
        let file = GgufFile::open(path)?;
        let config = file.config()?;
        let (tokenizer, template) = text_side_of_gguf(&file)?;
        check_tokenizer(path, &tokenizer, &config)?;
        let (stored_bytes, numbers) = (file.tensor_bytes(), config.parameter_count());
        let precision =
            WeightPrecision::of_gguf(dtype).unwrap_or_else(|| WeightPrecision::nearest(stored_bytes, numbers));
        Ok(Self {
            precision,
            stored_bytes,
            kept_bytes: (dtype == DtypeChoice::Auto).then_some(stored_bytes),
            tokenizer_bytes: file.key_bytes(),
            rounding: None,
            config,
            tokenizer,
            template,
        })
    }
}

fn rounding(
    weights: &WeightFiles,
    config: &DecoderConfig,
    precision: WeightPrecision,
) -> Result<Option<f64>, WeightError> {
    let (mut apart, mut own) = (0.0, 0.0);
    for module in config.linear_modules() {
        let (inputs, outputs) = (module.in_features, module.out_features);
        let Some(form) = precision.form(inputs) else { continue };
        let name = format!("model.layers.{}.{}.weight", config.layers / 2, module.name);
        let rows = outputs.min(ROUNDED_ROWS);
        let mut numbers = vec![0.0; rows * inputs];
        weights.read_f32_rows(&name, [outputs, inputs], 0, &mut numbers)?;
        let mut packed = QuantizedWeight::new(inputs);
        packed.push_packed(form, rows, |first, out| {
            out.copy_from_slice(&numbers[first * inputs..][..out.len()]);
            Ok::<(), WeightError>(())
        })?;
        own += f64::from(vector::dot(&numbers, &numbers));
        let mut differences = packed.widened();
        vector::add_scaled(&mut differences, -1.0, &numbers);
        apart += f64::from(vector::dot(&differences, &differences));
    }
    Ok((own > 0.0).then(|| (apart / own).sqrt()))
}
