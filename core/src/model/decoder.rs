//! The decoder, written once over the operations of a backend: it trains, scores, judges and generates.
//!
//! Families differ in their configuration alone. The way back goes through the same operations in reverse; norms and
//! activations are computed again there, which is cheaper than keeping them.

mod head;
mod layer;
mod weights;

use std::collections::BTreeMap;

use super::backend::{Backend, BackendError, Dropout, LoraGradients, Norm, Segment, WeightData};
use super::batch::Batch;
use super::config::{DecoderConfig, Rotary};
use super::lora::LoraPair;
pub use head::HeadTape;
use layer::{Activations, Layer, RotaryTables};
use weights::{LayerWeightGradients, OuterGradients};

/// A model on a backend.
#[derive(Debug)]
pub struct Decoder<B: Backend> {
    pub(super) backend: B,
    pub(super) config: DecoderConfig,
    pub(super) layers: Vec<Layer<B>>,
    embedding: B::Weight,
    embedding_scale: f32,
    pub(super) final_norm: Norm<B>,
    /// `None` where the embedding is the head.
    head: Option<B::Weight>,
    /// For each of the layers' different rotary settings; a layer knows its place here.
    inverse_frequencies: Vec<Vec<f32>>,
}

/// Stacks of linear modules in a layer.
pub(super) const GROUPS: usize = 4;
const QUERY_KEY_VALUE: usize = 0;
const OUTPUT: usize = 1;
const GATE_UP: usize = 2;
const DOWN: usize = 3;

/// Where a decoder's weights come from.
pub trait WeightSource {
    /// Why a weight cannot be had.
    type Error: From<BackendError>;

    /// The tensors `names`, each \[outputs, inputs\], stacked by rows, in the precision they are to be kept in.
    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, Self::Error>;
    /// The one-dimensional tensors `names`, one behind the other.
    fn joined(&self, names: &[String], lengths: &[usize]) -> Result<Vec<f32>, Self::Error>;
    /// Whether a table stands for weights in half precision, to which the embeddings' factor is rounded then.
    fn is_half(&self, data: &WeightData) -> bool {
        matches!(data, WeightData::Bf16(_))
    }
}

/// What is kept on the way forward for the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing: there is no way back.
    Nothing,
    /// Each layer's input.
    Inputs,
    /// Every activation that is dear to compute.
    Activations,
}

/// How to go forward.
#[derive(Debug, Clone, Copy)]
pub struct Pass {
    /// What to keep.
    pub keep: Keep,
    /// Whether the adapter counts. Off, this is the base model.
    pub adapted: bool,
    /// Dropout on the adapter's inputs.
    pub dropout: Option<Dropout>,
}

impl Pass {
    /// For looking only.
    pub fn inference(adapted: bool) -> Self {
        Self { keep: Keep::Nothing, adapted, dropout: None }
    }

    fn dropout_of(&self, layer: usize, group: usize) -> Option<Dropout> {
        let place = (layer * GROUPS + group) as u64;
        self.dropout.map(|dropout| Dropout { key: crate::random::mix(dropout.key.wrapping_add(place)), ..dropout })
    }
}

/// What a way forward kept.
#[derive(Debug)]
pub struct Tape<B: Backend> {
    pass: Pass,
    ids: Vec<u32>,
    rotary: RotaryTables<B>,
    segments: Vec<Segment>,
    layers: Vec<Kept<B>>,
}

#[derive(Debug)]
enum Kept<B: Backend> {
    Input(B::Matrix),
    Activations(Activations<B>),
}

/// What is trained, and so has gradients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GradientsOf {
    /// The LoRA factors that are on the decoder. Every weight is frozen.
    Adapter,
    /// Every weight. No adapter counts.
    Weights,
}

/// Sums of the gradients of what is trained, in the shapes of the stacks.
#[derive(Debug)]
pub struct Gradients<B: Backend> {
    pub(super) layers: Vec<LayerGradients<B>>,
    outer: Option<OuterGradients<B>>,
}

/// One layer's part.
#[derive(Debug)]
pub(super) struct LayerGradients<B: Backend> {
    pub(super) lora: [Option<LoraGradients<B>>; GROUPS],
    weights: Option<LayerWeightGradients<B>>,
}

/// Keys and values of every layer while decoding.
#[derive(Debug)]
pub struct KeyValueCache<B: Backend> {
    layers: Vec<B::Cache>,
}

impl<B: Backend> Decoder<B> {
    /// Puts a model's weights on a backend.
    pub fn load<S: WeightSource>(backend: B, config: DecoderConfig, source: &S) -> Result<Self, S::Error> {
        let rotaries = rotaries(&config);
        let (embedding, half) = layer::load_table(&backend, &config, source, "model.embed_tokens.weight")?;
        let head = if config.tied_embeddings {
            None
        } else {
            Some(layer::load_table(&backend, &config, source, "lm_head.weight")?.0)
        };
        let rotary =
            |layer: usize| rotaries.iter().position(|rotary| config.attention[layer].rotary.as_ref() == Some(rotary));
        let layers = (0..config.layers)
            .map(|layer| Layer::load(&backend, &config, source, layer, rotary(layer)))
            .collect::<Result<_, _>>()?;
        let final_norm = layer::load_norm(&backend, &config, source, "model.norm.weight", config.hidden_size)?;
        let embedding_scale = config.embedding_scale(half);
        let inverse_frequencies = rotaries.iter().map(|rotary| rotary.inverse_frequencies(config.head_dim)).collect();
        Ok(Self { backend, config, layers, embedding, embedding_scale, final_norm, head, inverse_frequencies })
    }

    /// What the model is made of.
    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// What it is computed with.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// Cosines and sines of the rotary angles, \[rows, `head_dim` / 2\] each, for each of the decoder's rotary settings.
    /// Angles are made in f32, as the reference does.
    fn rotary_tables(&self, positions: &[u32]) -> Result<RotaryTables<B>, BackendError> {
        let table = |frequencies: &Vec<f32>| {
            let angles = positions
                .iter()
                .flat_map(|&position| frequencies.iter().map(move |frequency| position as f32 * frequency));
            let (cosines, sines): (Vec<f32>, Vec<f32>) = angles.map(|angle| (angle.cos(), angle.sin())).unzip();
            Ok((self.backend.matrix(&cosines, frequencies.len())?, self.backend.matrix(&sines, frequencies.len())?))
        };
        self.inverse_frequencies.iter().map(table).collect()
    }

    fn embed(&self, ids: &[u32]) -> Result<B::Matrix, BackendError> {
        self.backend.embedding(&self.embedding, ids, self.embedding_scale)
    }

    /// The last layer's output, \[rows, hidden\], before the final norm.
    pub fn forward(&self, batch: &Batch, pass: Pass) -> Result<(B::Matrix, Tape<B>), BackendError> {
        let rotary = self.rotary_tables(&batch.positions)?;
        let (ids, segments) = (batch.ids.clone(), batch.segments.clone());
        let mut tape = Tape { pass, ids, rotary, segments, layers: Vec::new() };
        let mut x = self.embed(&batch.ids)?;
        for index in 0..self.layers.len() {
            let (y, activations) = self.layer_forward(index, x, &tape)?;
            match pass.keep {
                Keep::Nothing => {}
                Keep::Inputs => tape.layers.push(Kept::Input(activations.input)),
                Keep::Activations => tape.layers.push(Kept::Activations(activations)),
            }
            x = y;
        }
        Ok((x, tape))
    }

    /// What transformers calls the hidden states: the embeddings, the output of each layer but the last, and the last
    /// one's after the final norm; \[rows, hidden\] each.
    pub fn hidden_states(&self, batch: &Batch, adapted: bool) -> Result<Vec<Vec<f32>>, BackendError> {
        let (last, tape) = self.forward(batch, Pass { keep: Keep::Inputs, ..Pass::inference(adapted) })?;
        let mut states = Vec::new();
        for kept in &tape.layers {
            let (Kept::Input(input) | Kept::Activations(Activations { input, .. })) = kept;
            states.push(self.backend.values(input)?);
        }
        states.push(self.backend.values(&self.backend.rms_norm(&last, &self.final_norm, None)?)?);
        Ok(states)
    }

    /// Zero gradients for what is trained.
    pub fn zero_gradients(&self, of: GradientsOf) -> Result<Gradients<B>, BackendError> {
        let (backend, config) = (&self.backend, &self.config);
        let layer = |index: usize| {
            Ok(match of {
                GradientsOf::Adapter => LayerGradients { lora: self.zero_lora_gradients(index)?, weights: None },
                GradientsOf::Weights => LayerGradients {
                    lora: [const { None }; GROUPS],
                    weights: Some(LayerWeightGradients::zeros(backend, config)?),
                },
            })
        };
        let layers = (0..self.layers.len()).map(layer).collect::<Result<_, BackendError>>()?;
        let outer = match of {
            GradientsOf::Adapter => None,
            GradientsOf::Weights => Some(OuterGradients::zeros(backend, config)?),
        };
        Ok(Gradients { layers, outer })
    }

    /// Adds to `gradients`, from the gradient of [`Self::forward`]'s output. Where every weight is trained, the adapter
    /// must not have counted on the way forward.
    pub fn backward(
        &self,
        mut tape: Tape<B>,
        d_output: B::Matrix,
        gradients: &mut Gradients<B>,
    ) -> Result<(), BackendError> {
        let adapted = tape.pass.adapted && self.layers.iter().any(Layer::is_adapted);
        if adapted && gradients.outer.is_some() {
            let message = "an adapter cannot count while every weight is trained".to_owned();
            return Err(BackendError(candle_core::Error::Msg(message)));
        }
        let mut d_x = d_output;
        while let Some(kept) = tape.layers.pop() {
            let index = tape.layers.len();
            let activations = match kept {
                Kept::Activations(activations) => activations,
                Kept::Input(input) => self.layer_forward(index, input, &tape)?.1,
            };
            d_x = self.layer_backward(index, activations, d_x, &tape, &mut gradients.layers[index])?;
        }
        if let Some(outer) = &mut gradients.outer {
            let padding = self.config.padding_token;
            let factor = |id: &u32| if padding == Some(*id) { 0.0 } else { self.embedding_scale };
            let d_x = self.backend.scale_rows(d_x, &tape.ids.iter().map(factor).collect::<Vec<_>>())?;
            self.backend.embedding_weight_backward(&tape.ids, &d_x, &mut outer.embedding)?;
        }
        Ok(())
    }

    /// An empty cache.
    pub fn cache(&self) -> Result<KeyValueCache<B>, BackendError> {
        let layers = self.layers.iter().map(|layer| self.backend.cache(&layer.shape)).collect::<Result<_, _>>()?;
        Ok(KeyValueCache { layers })
    }

    /// Goes forward with the keys and values in `cache`: row i is written to `slots[i]`, and the segments' keys are
    /// slots. Returns the last layer's output.
    pub fn step(
        &self,
        cache: &mut KeyValueCache<B>,
        batch: &Batch,
        slots: &[usize],
        adapted: bool,
    ) -> Result<B::Matrix, BackendError> {
        let rotary = self.rotary_tables(&batch.positions)?;
        let mut x = self.embed(&batch.ids)?;
        for (index, layer_cache) in cache.layers.iter_mut().enumerate() {
            let shape = &self.layers[index].shape;
            let attend = |qkv: &B::Matrix| {
                self.backend.cache_write(layer_cache, qkv, shape, slots)?;
                self.backend.cached_attention(qkv, layer_cache, shape, &batch.segments)
            };
            x = self.layer(index, x, &rotary, Pass::inference(adapted), attend)?.0;
        }
        Ok(x)
    }

    /// Takes the adapter's gradients off the device, by module.
    pub fn gradients_by_module(&self, gradients: &Gradients<B>) -> Result<BTreeMap<String, LoraPair>, BackendError> {
        let mut by_module = BTreeMap::new();
        for (index, layer) in gradients.layers.iter().enumerate() {
            for (group, gradients) in layer.lora.iter().enumerate() {
                if let Some(gradients) = gradients {
                    self.unstack(index, group, gradients, &mut by_module)?;
                }
            }
        }
        Ok(by_module)
    }
}

/// The different rotary settings of a model's layers.
fn rotaries(config: &DecoderConfig) -> Vec<Rotary> {
    let mut rotaries: Vec<Rotary> = Vec::new();
    for rotary in config.attention.iter().filter_map(|layer| layer.rotary.as_ref()) {
        if !rotaries.contains(rotary) {
            rotaries.push(rotary.clone());
        }
    }
    rotaries
}
