//! Every weight by its name in the model's files: its gradient, its values, new values.

use std::collections::BTreeMap;

use super::{DOWN, Decoder, GATE_UP, GROUPS, Gradients, Layer, OUTPUT, QUERY_KEY_VALUE, WeightSource, layer};
use crate::model::backend::{Backend, BackendError, LinearGradients, WeightData};
use crate::model::config::{DecoderConfig, LayerNorms};

const EMBEDDING: &str = "model.embed_tokens.weight";
const HEAD: &str = "lm_head.weight";
const FINAL_NORM: &str = "model.norm.weight";

/// Gradients of one layer's weights.
#[derive(Debug)]
pub struct LayerWeightGradients<B: Backend> {
    /// In the order of the stacks.
    pub linears: [LinearGradients<B>; GROUPS],
    pub norms: LayerNorms<B::Matrix>,
}

/// Gradients of the weights outside the layers.
#[derive(Debug)]
pub struct OuterGradients<B: Backend> {
    /// Where the embedding is the head, of both uses.
    pub embedding: B::Matrix,
    pub final_norm: B::Matrix,
    pub head: Option<B::Matrix>,
}

impl<B: Backend> LayerWeightGradients<B> {
    pub fn zeros(backend: &B, config: &DecoderConfig) -> Result<Self, BackendError> {
        let linear = |group: usize| -> Result<LinearGradients<B>, BackendError> {
            let modules = config.group(group);
            let outputs = modules.iter().map(|module| module.out_features).sum();
            let bias = if modules[0].bias { Some(backend.zeros(1, outputs)?) } else { None };
            Ok(LinearGradients { weight: backend.zeros(outputs, modules[0].in_features)?, bias })
        };
        Ok(Self {
            linears: [linear(QUERY_KEY_VALUE)?, linear(OUTPUT)?, linear(GATE_UP)?, linear(DOWN)?],
            norms: config.norms().try_map(|(_, width)| backend.zeros(1, width))?,
        })
    }
}

impl<B: Backend> OuterGradients<B> {
    pub fn zeros(backend: &B, config: &DecoderConfig) -> Result<Self, BackendError> {
        let (hidden, vocabulary) = (config.hidden_size, config.vocabulary_size);
        Ok(Self {
            embedding: backend.zeros(vocabulary, hidden)?,
            final_norm: backend.zeros(1, hidden)?,
            head: if config.tied_embeddings { None } else { Some(backend.zeros(vocabulary, hidden)?) },
        })
    }
}

/// Collects values under the names that they have in the model's files.
struct ByName<'a> {
    config: &'a DecoderConfig,
    values: BTreeMap<String, Vec<f32>>,
}

impl ByName<'_> {
    /// Cuts a stack into its modules.
    fn stack(&mut self, layer: usize, group: usize, weight: &[f32], bias: Option<&[f32]>) {
        let mut row = 0;
        for module in self.config.group(group) {
            let name = format!("model.layers.{layer}.{}", module.name);
            let rows = row..row + module.out_features;
            let columns = module.in_features;
            let part = weight[rows.start * columns..rows.end * columns].to_vec();
            self.values.insert(format!("{name}.weight"), part);
            if let Some(bias) = bias {
                self.values.insert(format!("{name}.bias"), bias[rows.clone()].to_vec());
            }
            row = rows.end;
        }
    }

    fn norms(&mut self, layer: usize, norms: Vec<Vec<f32>>) {
        for ((name, _), values) in self.config.norms().into_vec().into_iter().zip(norms) {
            self.values.insert(format!("model.layers.{layer}.{name}.weight"), values);
        }
    }
}

impl<B: Backend> Decoder<B> {
    /// Takes the gradients of every weight off the device, under the names and in the shapes of
    /// [`DecoderConfig::tensors`]. Empty where the adapter was trained.
    pub fn weight_gradients_by_name(
        &self,
        gradients: &Gradients<B>,
    ) -> Result<BTreeMap<String, Vec<f32>>, BackendError> {
        let backend = &self.backend;
        let mut by_name = ByName { config: &self.config, values: BTreeMap::new() };
        for (index, layer) in gradients.layers.iter().enumerate() {
            let Some(weights) = &layer.weights else { continue };
            for (group, linear) in weights.linears.iter().enumerate() {
                let bias = linear.bias.as_ref().map(|bias| backend.values(bias)).transpose()?;
                by_name.stack(index, group, &backend.values(&linear.weight)?, bias.as_deref());
            }
            let norms = weights.norms.as_ref().into_vec().into_iter().map(|norm| backend.values(norm));
            by_name.norms(index, norms.collect::<Result<_, _>>()?);
        }
        let mut values = by_name.values;
        if let Some(outer) = &gradients.outer {
            values.insert(EMBEDDING.to_owned(), backend.values(&outer.embedding)?);
            values.insert(FINAL_NORM.to_owned(), backend.values(&outer.final_norm)?);
            if let Some(head) = &outer.head {
                values.insert(HEAD.to_owned(), backend.values(head)?);
            }
        }
        Ok(values)
    }

    /// Takes every weight off the device, under the names and in the shapes of [`DecoderConfig::tensors`].
    pub fn weights_by_name(&self) -> Result<BTreeMap<String, Vec<f32>>, BackendError> {
        let backend = &self.backend;
        let mut by_name = ByName { config: &self.config, values: BTreeMap::new() };
        for (index, layer) in self.layers.iter().enumerate() {
            for (group, linear) in layer.linears.iter().enumerate() {
                let bias = linear.bias.as_ref().map(|bias| backend.values(bias)).transpose()?;
                by_name.stack(index, group, &backend.weight_values(&linear.weight)?, bias.as_deref());
            }
            let norms = layer.norms.as_ref().into_vec().into_iter().map(|norm| backend.values(&norm.weight));
            by_name.norms(index, norms.collect::<Result<_, _>>()?);
        }
        let mut values = by_name.values;
        values.insert(EMBEDDING.to_owned(), backend.weight_values(&self.embedding)?);
        values.insert(FINAL_NORM.to_owned(), backend.values(&self.final_norm.weight)?);
        if let Some(head) = &self.head {
            values.insert(HEAD.to_owned(), backend.weight_values(head)?);
        }
        Ok(values)
    }

    /// Puts new values in place of every weight, which are kept in f32 from then on; an adapter stays on. All of
    /// [`DecoderConfig::tensors`] must be there in their shapes. After an error the decoder may hold some of the new
    /// values.
    pub fn set_weights(&mut self, weights: &BTreeMap<String, Vec<f32>>) -> Result<(), BackendError> {
        let source = Given(weights);
        for index in 0..self.layers.len() {
            let rotary = self.layers[index].rotary;
            let mut layer = Layer::load(&self.backend, &self.config, &source, index, rotary)?;
            for (new, old) in layer.linears.iter_mut().zip(&mut self.layers[index].linears) {
                new.lora = old.lora.take();
            }
            self.layers[index] = layer;
        }
        self.embedding = layer::load_table(&self.backend, &self.config, &source, EMBEDDING)?.0;
        self.embedding_scale = self.config.embedding_scale(false);
        if self.head.is_some() {
            self.head = Some(layer::load_table(&self.backend, &self.config, &source, HEAD)?.0);
        }
        self.final_norm = layer::load_norm(&self.backend, &self.config, &source, FINAL_NORM, self.config.hidden_size)?;
        Ok(())
    }
}

/// Weights that are in memory by name.
struct Given<'a>(&'a BTreeMap<String, Vec<f32>>);

impl WeightSource for Given<'_> {
    type Error = BackendError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, BackendError> {
        let lengths: Vec<usize> = outputs.iter().map(|rows| rows * inputs).collect();
        self.joined(names, &lengths).map(WeightData::F32)
    }

    fn joined(&self, names: &[String], lengths: &[usize]) -> Result<Vec<f32>, BackendError> {
        let mut values = Vec::with_capacity(lengths.iter().sum());
        for (name, &length) in names.iter().zip(lengths) {
            let given = self.0.get(name).map_or(&[][..], Vec::as_slice);
            if given.len() != length {
                let message = format!("{name} needs {length} values, not {}", given.len());
                return Err(BackendError(candle_core::Error::Msg(message)));
            }
            values.extend_from_slice(given);
        }
        Ok(values)
    }
}
