//! Models of architectures that our own decoder does not compute and candle-transformers does, from GGUF files: they judge, a
//! sequence at a time.
//!
//! Invariant: the library sees a file only after our own check of its header, and of the sizes that it would allocate by. Its
//! panics become errors.

use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file;
use candle_core::{DType, Device, Tensor};
use candle_transformers::models::{quantized_glm4, quantized_lfm2, quantized_phi};

use super::gguf::{GgufError, GgufFile};
use super::{ChatTemplate, GenerationConfig, ModelError, TextTokenizer};
use crate::files::FileError;
use crate::files::contain::contain_panic;

/// An architecture that the library computes.
#[derive(Debug)]
struct ForeignArchitecture {
    /// `general.architecture`.
    id: &'static str,
    /// Reads the weights.
    open: fn(gguf_file::Content, &mut std::fs::File) -> candle_core::Result<Weights>,
}

const ARCHITECTURES: &[ForeignArchitecture] = &[
    ForeignArchitecture {
        id: "phi2",
        open: |content, file| {
            Ok(Weights::Phi(Box::new(quantized_phi::ModelWeights::from_gguf(content, file, &Device::Cpu)?)))
        },
    },
    ForeignArchitecture {
        id: "glm4",
        open: |content, file| {
            let weights = quantized_glm4::ModelWeights::from_gguf(content, file, &Device::Cpu, DType::F32)?;
            Ok(Weights::Glm(Box::new(weights)))
        },
    },
    ForeignArchitecture {
        id: "lfm2",
        open: |content, file| {
            Ok(Weights::Lfm(Box::new(quantized_lfm2::ModelWeights::from_gguf(content, file, &Device::Cpu)?)))
        },
    },
];

/// The library's models. Each begins anew where it is asked from position 0.
enum Weights {
    Phi(Box<quantized_phi::ModelWeights>),
    Glm(Box<quantized_glm4::ModelWeights>),
    Lfm(Box<quantized_lfm2::ModelWeights>),
}

/// Layers that a file may claim; the library makes room for as many before it reads one.
const MOST_LAYERS: u64 = 10_000;
/// Positions that a file may claim: the library makes tables as long.
const MOST_POSITIONS: u64 = 1 << 20;
/// Numbers of a size that tables are as wide as.
const WIDEST: u64 = 1 << 17;

/// A model that another library computes.
pub struct ForeignModel {
    path: PathBuf,
    weights: Weights,
    /// Rows of its embedding.
    vocabulary: u64,
    /// Text to tokens and back.
    pub tokenizer: TextTokenizer,
    /// Conversations to text; base models have none.
    pub template: Option<ChatTemplate>,
    /// Its end tokens.
    pub generation: GenerationConfig,
    /// Longest sequence that it was made for, in tokens.
    pub max_positions: usize,
}

impl std::fmt::Debug for ForeignModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ForeignModel").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ForeignModel {
    /// Whether a file is of an architecture that is opened here, and not by our own decoder.
    pub fn takes(file: &GgufFile) -> Result<bool, GgufError> {
        Ok(file.architecture()?.is_none() && find(file)?.is_some())
    }

    /// Opens a GGUF file.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let file = GgufFile::open(path)?;
        let Some(architecture) = find(&file)? else {
            let known = ARCHITECTURES.iter().map(|row| row.id).collect::<Vec<_>>().join(", ");
            return Err(file.metadata().unsupported("general.architecture", &known).into());
        };
        let max_positions = check_sizes(&file, architecture.id)?;
        let tokenizer = TextTokenizer::of_gguf(&file)?;
        let template = match file.chat_template()? {
            Some(text) => Some(ChatTemplate::of_text(path.to_owned(), text, &tokenizer)?),
            None => None,
        };
        let generation = file.generation()?;
        let embedding = file.tensor("token_embd.weight").and_then(|(shape, _)| shape.first().copied());
        let vocabulary = embedding.unwrap_or_default();
        let weights = contain_panic(|| read(path, architecture)).map_err(|reason| failed(path, reason))??;
        Ok(Self { path: path.to_owned(), weights, vocabulary, tokenizer, template, generation, max_positions })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// log p of each token after these: the whole vocabulary.
    pub fn last_log_probabilities(&mut self, ids: &[u32]) -> Result<Vec<f32>, ModelError> {
        if ids.is_empty() || ids.len() > self.max_positions {
            let reason = format!("a sequence of {} tokens, where 1 to {} can be read", ids.len(), self.max_positions);
            return Err(failed(&self.path, reason).into());
        }
        // The library takes one of them for nothing instead of an error.
        if let Some(id) = ids.iter().find(|&&id| u64::from(id) >= self.vocabulary) {
            return Err(failed(&self.path, format!("there is no token {id}")).into());
        }
        let weights = &mut self.weights;
        let computed = contain_panic(|| -> candle_core::Result<Vec<f32>> {
            let input = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
            let logits = match weights {
                Weights::Phi(weights) => weights.forward(&input, 0)?,
                Weights::Glm(weights) => weights.forward(&input, 0)?,
                Weights::Lfm(weights) => weights.forward(&input, 0)?,
            };
            logits.to_dtype(DType::F32)?.flatten_all()?.to_vec1()
        });
        let logits = computed.map_err(|reason| failed(&self.path, reason))?;
        let logits = logits.map_err(|error| failed(&self.path, error.to_string()))?;
        Ok(log_softmax(&logits))
    }
}

fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().fold(f32::NEG_INFINITY, |largest, &value| largest.max(value));
    let sum: f64 = logits.iter().map(|&value| f64::from(value - largest).exp()).sum();
    let log_sum = f64::from(largest) + sum.ln();
    logits.iter().map(|&value| (f64::from(value) - log_sum) as f32).collect()
}

fn failed(path: &Path, reason: String) -> GgufError {
    GgufError::Computation { path: path.to_owned(), reason }
}

fn find(file: &GgufFile) -> Result<Option<&'static ForeignArchitecture>, GgufError> {
    let id = file.metadata().text("general.architecture")?;
    Ok(ARCHITECTURES.iter().find(|row| Some(row.id) == id))
}

/// The sizes that the library allocates by, held against limits and against the tensors that are there. Gives the longest
/// sequence.
fn check_sizes(file: &GgufFile, architecture: &str) -> Result<usize, GgufError> {
    let metadata = file.metadata();
    let size = |key: &str, most: u64, expected: &'static str| {
        let key = format!("{architecture}.{key}");
        match metadata.whole(&key)? {
            Some(found) if (1..=most).contains(&found) => Ok(found),
            Some(_) => Err(metadata.wrong(&key, expected)),
            None => Err(metadata.missing(&key, expected)),
        }
    };
    let layers = size("block_count", MOST_LAYERS, "a whole number from 1 to 10000")?;
    let positions = size("context_length", MOST_POSITIONS, "a whole number from 1 to 1048576")?;
    let width = size("embedding_length", WIDEST, "a whole number from 1 to 131072")?;
    let heads = size("attention.head_count", width, "a whole number, at most embedding_length")?;
    for key in ["attention.key_length", "rope.dimension_count"] {
        if metadata.get(&format!("{architecture}.{key}")).is_some() {
            size(key, WIDEST, "a whole number from 1 to 131072")?;
        }
    }
    if !width.is_multiple_of(heads) {
        let key = format!("{architecture}.attention.head_count");
        return Err(metadata.wrong(&key, "a divisor of embedding_length"));
    }
    let last = format!("blk.{}.", layers - 1);
    if !file.names().any(|name| name.starts_with(&last)) {
        let key = format!("{architecture}.block_count");
        return Err(metadata.wrong(&key, "as many layers as there are tensors of"));
    }
    Ok(positions as usize)
}

#[expect(clippy::disallowed_methods, reason = "the header was checked by our own reader before")]
fn read(path: &Path, architecture: &ForeignArchitecture) -> Result<Weights, ModelError> {
    let failed_to_read = |source| GgufError::from(FileError::Read { path: path.to_owned(), source });
    let mut file = std::fs::File::open(path).map_err(failed_to_read)?;
    let computed = |error: candle_core::Error| failed(path, error.to_string());
    let content = gguf_file::Content::read(&mut file).map_err(computed)?;
    Ok((architecture.open)(content, &mut file).map_err(computed)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gguf::tests::tiny_llama;
    use crate::model::gguf::{NewTensor, Number, NumberKind, TensorForm, Texts, Value, write};
    use crate::random::Random;

    const WIDTH: usize = 64;
    const TOKENS: usize = 300;

    /// A tiny Phi-2: its keys and tensors, with `layers` claimed and two there.
    fn phi2(path: &Path, layers: u32, positions: u32) {
        let whole = |key: &str, number: u32| (format!("phi2.{key}"), Value::whole(number));
        let text = |key: &str, text: &str| (key.to_owned(), Value::Text(text.to_owned()));
        let mut tokens = Texts::default();
        (0..TOKENS)
            .for_each(|id| tokens.push(if id == 0 { "<|endoftext|>".to_owned() } else { format!("t{id}") }.as_bytes()));
        let types: Vec<u8> = (0..TOKENS).flat_map(|id| if id == 0 { 3u32 } else { 1 }.to_le_bytes()).collect();
        let values = vec![
            text("general.architecture", "phi2"),
            whole("block_count", layers),
            whole("context_length", positions),
            whole("embedding_length", WIDTH as u32),
            whole("feed_forward_length", 128),
            whole("attention.head_count", 4),
            whole("attention.head_count_kv", 4),
            whole("rope.dimension_count", 8),
            ("phi2.attention.layer_norm_epsilon".to_owned(), Value::Number(Number::Real(1e-5))),
            text("tokenizer.ggml.model", "gpt2"),
            text("tokenizer.ggml.pre", "phi-2"),
            ("tokenizer.ggml.tokens".to_owned(), Value::Texts(tokens)),
            ("tokenizer.ggml.token_type".to_owned(), Value::Numbers(NumberKind(5), types)),
            ("tokenizer.ggml.merges".to_owned(), Value::Texts(Texts::default())),
            ("tokenizer.ggml.eos_token_id".to_owned(), Value::whole(0)),
        ];
        let mut tensors = vec![("token_embd.weight".to_owned(), vec![TOKENS, WIDTH])];
        for layer in 0..2 {
            for (name, outputs, inputs) in [
                ("attn_qkv", 3 * WIDTH, WIDTH),
                ("attn_output", WIDTH, WIDTH),
                ("ffn_up", 128, WIDTH),
                ("ffn_down", WIDTH, 128),
            ] {
                tensors.push((format!("blk.{layer}.{name}.weight"), vec![outputs, inputs]));
                tensors.push((format!("blk.{layer}.{name}.bias"), vec![outputs]));
            }
            tensors.extend(["weight", "bias"].map(|kind| (format!("blk.{layer}.attn_norm.{kind}"), vec![WIDTH])));
        }
        tensors.extend(["weight", "bias"].map(|kind| (format!("output_norm.{kind}"), vec![WIDTH])));
        tensors.push(("output.weight".to_owned(), vec![TOKENS, WIDTH]));
        tensors.push(("output.bias".to_owned(), vec![TOKENS]));
        let form = |shape: &[usize]| if shape.len() > 1 { TensorForm::Q8_0 } else { TensorForm::F32 };
        let tensors: Vec<NewTensor> =
            tensors.into_iter().map(|(name, shape)| NewTensor { name, form: form(&shape), shape }).collect();
        let mut bytes = Vec::new();
        let mut random = Random::new(5, &[]);
        write(&mut bytes, &values, &tensors, |tensor| -> std::io::Result<Vec<f32>> {
            Ok((0..tensor.shape.iter().product()).map(|_| random.normal() as f32 * 0.2).collect())
        })
        .expect("written");
        std::fs::write(path, bytes).expect("written");
    }

    #[test]
    fn a_model_that_only_the_library_has_gives_log_probabilities() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.gguf");
        phi2(&path, 2, 128);
        assert!(ForeignModel::takes(&GgufFile::open(&path).expect("sound")).expect("named"));
        let mut model = ForeignModel::open(&path).expect("opened");
        assert_eq!((model.max_positions, model.generation.eos_token_ids.as_slice()), (128, &[0][..]));
        assert_eq!(model.tokenizer.encode("<|endoftext|>", true).expect("ids"), [0]);
        let first = model.last_log_probabilities(&[5, 9, 200]).expect("numbers");
        assert_eq!(first.len(), TOKENS);
        let sum: f64 = first.iter().map(|&value| f64::from(value).exp()).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
        // Nothing of one sequence is left in the next.
        let other = model.last_log_probabilities(&[7; 40]).expect("numbers");
        assert_ne!(first, other);
        assert_eq!(model.last_log_probabilities(&[5, 9, 200]).expect("numbers"), first);
        assert!(model.last_log_probabilities(&[]).is_err());
        assert!(model.last_log_probabilities(&[1; 129]).is_err());
        // A token that is none ends in an error, not in a panic.
        let error = model.last_log_probabilities(&[u32::MAX]).expect_err("no such token").to_string();
        assert!(error.contains("model.gguf"), "{error}");
    }

    #[test]
    fn sizes_that_would_take_all_memory_are_refused_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.gguf");
        for (layers, positions, part) in [
            (1_000_000_000, 128, "block_count"),
            (10_000, 128, "block_count"),
            (0, 128, "block_count"),
            (2, 0, "context_length"),
            (2, u32::MAX, "context_length"),
        ] {
            phi2(&path, layers, positions);
            let error = ForeignModel::open(&path).expect_err("a lie").to_string();
            assert!(error.contains(part) && error.contains("model.gguf"), "{error}");
        }
        tiny_llama(&path, true);
        assert!(!ForeignModel::takes(&GgufFile::open(&path).expect("sound")).expect("named"), "ours are ours");
        assert!(ForeignModel::open(&path).is_err());
    }
}
