//! A model's folder opened as a whole, on the device that was chosen.

use std::path::{Path, PathBuf};

use super::backend::{Backend, BackendError};
use super::cpu_backend::CpuBackend;
use super::decoder::Decoder;
use super::gguf::{self, GgufError, GgufFile, GgufReadError};
use super::load::load_gguf;
use super::{
    Adapter, AdapterError, ChatTemplate, ChatTemplateError, ConfigError, DecoderConfig, GenerationConfig, LoadError,
    TextTokenizer, TokenizerError, WeightError, WeightFiles, WeightPrecision, load_decoder,
};
use crate::domain::{ComputeSettings, DeviceChoice, DtypeChoice, ToUserMessage};

/// A model's folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Its configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its tokenizer.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// Its chat template.
    #[error(transparent)]
    Template(#[from] ChatTemplateError),
    /// Its weights' files.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// Its weights on the device.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The GGUF file that it is.
    #[error(transparent)]
    Gguf(#[from] GgufError),
    /// The adapter that was asked for with it.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The tokenizer gives ids that the model has no embeddings for.
    #[error("the tokenizer of {} has {tokens} tokens, the model only {embeddings} embeddings", folder.display())]
    TokenizerTooLarge {
        /// The model's folder.
        folder: PathBuf,
        /// One more than the tokenizer's largest id.
        tokens: usize,
        /// The model's vocabulary.
        embeddings: usize,
    },
}

impl ToUserMessage for ModelError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Config(error) => error.hint(),
            Self::Tokenizer(error) => error.hint(),
            Self::Template(error) => error.hint(),
            Self::Weights(error) => error.hint(),
            Self::Load(error) => error.hint(),
            Self::Gguf(error) => error.hint(),
            Self::Adapter(error) => error.hint(),
            Self::Device(error) => error.hint(),
            Self::TokenizerTooLarge { .. } => Some(
                "the files are of different models: get config.json, weights and tokenizer anew from one place"
                    .to_owned(),
            ),
        }
    }
}

/// A device that was asked for is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// This build was made without it.
    #[error("this build of Whetstone has no {device} engine")]
    NotBuilt {
        /// Its name.
        device: &'static str,
    },
    /// The driver refused.
    #[error("the {device} device cannot be used: {source}")]
    Unusable {
        /// Its name.
        device: &'static str,
        /// What the driver said.
        source: BackendError,
    },
    /// The system gave no threads.
    #[error("the threads of the computation could not be started: {0}")]
    Threads(std::io::Error),
}

impl ToUserMessage for DeviceError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotBuilt { .. } | Self::Unusable { .. } => Some("choose `--device cpu`".to_owned()),
            Self::Threads(_) => Some("choose fewer with `--threads`".to_owned()),
        }
    }
}

/// What computes, decided.
#[derive(Debug)]
pub enum AnyBackend {
    /// The processor.
    Cpu(CpuBackend),
    /// A graphics processor.
    Graphics(GraphicsBackend),
}

/// What computes on a graphics processor in this build.
#[cfg(feature = "cuda")]
pub type GraphicsBackend = super::cuda_backend::CudaBackend;
/// What computes on a graphics processor in this build.
#[cfg(not(feature = "cuda"))]
pub type GraphicsBackend = super::tensor_backend::TensorBackend;

#[cfg(feature = "cuda")]
fn open_cuda() -> Result<AnyBackend, DeviceError> {
    let opened = GraphicsBackend::open().map(AnyBackend::Graphics);
    opened.map_err(|source| DeviceError::Unusable { device: "CUDA", source })
}

#[cfg(not(feature = "cuda"))]
fn open_cuda() -> Result<AnyBackend, DeviceError> {
    Err(DeviceError::NotBuilt { device: "CUDA" })
}

#[cfg(all(feature = "metal", not(feature = "cuda")))]
fn open_metal() -> Result<AnyBackend, DeviceError> {
    match candle_core::Device::new_metal(0) {
        Ok(device) => Ok(AnyBackend::Graphics(GraphicsBackend::new(device))),
        Err(source) => Err(DeviceError::Unusable { device: "Metal", source: source.into() }),
    }
}

#[cfg(not(all(feature = "metal", not(feature = "cuda"))))]
fn open_metal() -> Result<AnyBackend, DeviceError> {
    Err(DeviceError::NotBuilt { device: "Metal" })
}

/// Makes the backend of a device. `auto` takes a graphics processor where this build and machine have one.
pub fn choose_backend(compute: &ComputeSettings) -> Result<AnyBackend, DeviceError> {
    let cpu = || CpuBackend::new(compute.threads).map(AnyBackend::Cpu).map_err(DeviceError::Threads);
    match compute.device {
        DeviceChoice::Cuda => open_cuda(),
        DeviceChoice::Metal => open_metal(),
        DeviceChoice::Auto => open_cuda().or_else(|_| open_metal()).or_else(|_| cpu()),
        DeviceChoice::Cpu => cpu(),
    }
}

/// Everything of a model: what it reads, what it computes, how it is meant to be sampled.
#[derive(Debug)]
pub struct OpenModel<B: Backend> {
    /// Where it lies.
    pub folder: PathBuf,
    /// Text to tokens and back.
    pub tokenizer: TextTokenizer,
    /// Conversations to text; base models have none.
    pub template: Option<ChatTemplate>,
    /// Its authors' advice on sampling, and its end tokens.
    pub generation: GenerationConfig,
    /// The computation.
    pub decoder: Decoder<B>,
    /// The adapter that is on the decoder.
    pub adapter: Option<Adapter>,
    /// What the frozen weights are kept in; of a GGUF file in blocks, what they are nearest to.
    pub precision: WeightPrecision,
    /// The choice that the weights are kept by, settled: whoever opens the same files with it gets the same numbers. Auto
    /// stays only where a GGUF file is kept as it is.
    pub dtype: DtypeChoice,
}

impl<B: Backend> OpenModel<B> {
    /// Opens a folder, or a GGUF file, and puts the adapter of another folder on it. What is cheap to check is checked
    /// first.
    pub fn open(backend: B, folder: &Path, adapter: Option<&Path>, dtype: DtypeChoice) -> Result<Self, ModelError> {
        if gguf::is_gguf(folder) {
            return Self::open_gguf(backend, folder, adapter, dtype);
        }
        let config = DecoderConfig::open(folder)?;
        let (tokenizer, template) = text_side(folder)?;
        let generation = GenerationConfig::open(folder)?;
        check_tokenizer(folder, &tokenizer, &config)?;
        let adapter = adapter.map(|adapter| Adapter::open(adapter, &config)).transpose()?;
        let weights = WeightFiles::open(folder)?;
        let precision = WeightPrecision::resolve(dtype, &weights);
        let mut decoder = load_decoder(backend, config, &weights, precision)?;
        if let Some(adapter) = &adapter {
            decoder.set_lora(&adapter.tensors).map_err(LoadError::from)?;
        }
        let dtype = precision.choice();
        Ok(Self { folder: folder.to_owned(), tokenizer, template, generation, decoder, adapter, precision, dtype })
    }

    fn open_gguf(backend: B, path: &Path, adapter: Option<&Path>, dtype: DtypeChoice) -> Result<Self, ModelError> {
        let file = GgufFile::open(path)?;
        let config = file.config()?;
        let (tokenizer, template) = text_side_of_gguf(&file)?;
        let generation = file.generation()?;
        check_tokenizer(path, &tokenizer, &config)?;
        let adapter = adapter.map(|adapter| Adapter::open(adapter, &config)).transpose()?;
        let precision = WeightPrecision::of_gguf(dtype).unwrap_or(WeightPrecision::Bf16);
        let mut decoder = load_gguf(backend, config, &file, dtype)?;
        if let Some(adapter) = &adapter {
            decoder.set_lora(&adapter.tensors).map_err(LoadError::from)?;
        }
        Ok(Self { folder: path.to_owned(), tokenizer, template, generation, decoder, adapter, precision, dtype })
    }

    /// What people are told of rows that are kept finer than they were asked for; see [`WeightPrecision::finer_rows`].
    pub fn finer_rows(&self) -> Option<String> {
        self.precision.finer_rows(self.decoder.config())
    }

    /// Whether the adapter makes a preference model of it.
    pub fn makes_scores(&self) -> bool {
        self.adapter.as_ref().is_some_and(|adapter| adapter.score_head.is_some())
    }
}

/// The tokenizer and the chat template of a folder, or of a GGUF file.
pub(crate) fn text_side(path: &Path) -> Result<(TextTokenizer, Option<ChatTemplate>), ModelError> {
    if gguf::is_gguf(path) {
        return text_side_of_gguf(&GgufFile::open(path)?);
    }
    let tokenizer = TextTokenizer::open(path)?;
    let template = ChatTemplate::open(path, &tokenizer)?;
    Ok((tokenizer, template))
}

/// Those that a GGUF file brings along.
pub(super) fn text_side_of_gguf(file: &GgufFile) -> Result<(TextTokenizer, Option<ChatTemplate>), ModelError> {
    let tokenizer = TextTokenizer::of_gguf(file)?;
    let template = match file.chat_template()? {
        Some(text) => Some(ChatTemplate::of_text(file.path().to_owned(), text, &tokenizer)?),
        None => None,
    };
    Ok((tokenizer, template))
}

/// No token may be one that the model has no row for.
pub(super) fn check_tokenizer(
    path: &Path,
    tokenizer: &TextTokenizer,
    config: &DecoderConfig,
) -> Result<(), ModelError> {
    let (tokens, embeddings) = (tokenizer.vocabulary_size(), config.vocabulary_size);
    if tokens > embeddings {
        return Err(ModelError::TokenizerTooLarge { folder: path.to_owned(), tokens, embeddings });
    }
    Ok(())
}

impl From<GgufReadError> for ModelError {
    fn from(error: GgufReadError) -> Self {
        match error {
            GgufReadError::Gguf(error) => Self::Gguf(error),
            GgufReadError::Config(error) => Self::Config(error),
        }
    }
}

/// A model on whatever computes it, for callers that do not care.
#[derive(Debug)]
pub enum AnyModel {
    /// On the processor.
    Cpu(OpenModel<CpuBackend>),
    /// On a graphics processor.
    Graphics(OpenModel<GraphicsBackend>),
}

impl AnyModel {
    /// Opens a model's folder, with the adapter of another folder on it, on the device that was asked for.
    pub fn open(compute: &ComputeSettings, folder: &Path, adapter: Option<&Path>) -> Result<Self, ModelError> {
        Ok(match choose_backend(compute)? {
            AnyBackend::Cpu(backend) => Self::Cpu(OpenModel::open(backend, folder, adapter, compute.dtype)?),
            AnyBackend::Graphics(backend) => Self::Graphics(OpenModel::open(backend, folder, adapter, compute.dtype)?),
        })
    }

    /// Where the model lies.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Cpu(model) => &model.folder,
            Self::Graphics(model) => &model.folder,
        }
    }

    /// What people are told of rows that are kept finer than they were asked for; see [`WeightPrecision::finer_rows`].
    pub fn finer_rows(&self) -> Option<String> {
        match self {
            Self::Cpu(model) => model.finer_rows(),
            Self::Graphics(model) => model.finer_rows(),
        }
    }

    /// Whether it knows conversations.
    pub fn has_chat_template(&self) -> bool {
        self.reading().1.is_some()
    }

    /// What it reads text with: its tokenizer, and its chat template where it knows conversations.
    pub fn reading(&self) -> (&TextTokenizer, Option<&ChatTemplate>) {
        match self {
            Self::Cpu(model) => (&model.tokenizer, model.template.as_ref()),
            Self::Graphics(model) => (&model.tokenizer, model.template.as_ref()),
        }
    }

    /// What it is built like.
    pub fn config(&self) -> &DecoderConfig {
        match self {
            Self::Cpu(model) => model.decoder.config(),
            Self::Graphics(model) => model.decoder.config(),
        }
    }

    /// What its adapter says of itself, where it has one.
    pub fn adapter(&self) -> Option<&Adapter> {
        match self {
            Self::Cpu(model) => model.adapter.as_ref(),
            Self::Graphics(model) => model.adapter.as_ref(),
        }
    }
}
