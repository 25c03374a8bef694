//! Every weight by its name in the model's files: its gradient, its values, new values.

use super::{DOWN, Decoder, GATE_UP, GROUPS, Gradients, Layer, OUTPUT, QUERY_KEY_VALUE, WeightSource, layer};
use crate::model::backend::{Backend, BackendError, LinearGradients, WeightData};
use crate::model::config::{DecoderConfig, LayerNorms};
use crate::model::parameters::{Parameter, Parameters};

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

impl<B: Backend> Gradients<B> {
    /// Adds the final norm's own gradient, where every weight is trained.
    pub(in crate::model) fn add_final_norm(
        &mut self,
        decoder: &Decoder<B>,
        x: &B::Matrix,
        dy: &B::Matrix,
    ) -> Result<(), BackendError> {
        match &mut self.outer {
            Some(outer) => decoder.backend.rms_norm_weight_backward(x, &decoder.final_norm, dy, &mut outer.final_norm),
            None => Ok(()),
        }
    }
}

/// Collects values under the names that they have in the model's files.
struct ByName<'a> {
    config: &'a DecoderConfig,
    parameters: Parameters,
}

impl ByName<'_> {
    fn put(&mut self, name: String, shape: Vec<usize>, values: Vec<f32>) {
        self.parameters.insert(name, Parameter { shape, values });
    }

    /// Cuts a stack into its modules.
    fn stack(&mut self, layer: usize, group: usize, weight: &[f32], bias: Option<&[f32]>) {
        let mut row = 0;
        for module in self.config.group(group) {
            let name = format!("model.layers.{layer}.{}", module.name);
            let rows = row..row + module.out_features;
            let columns = module.in_features;
            let part = weight[rows.start * columns..rows.end * columns].to_vec();
            self.put(format!("{name}.weight"), vec![rows.len(), columns], part);
            if let Some(bias) = bias {
                self.put(format!("{name}.bias"), vec![rows.len()], bias[rows.clone()].to_vec());
            }
            row = rows.end;
        }
    }

    fn norms(&mut self, layer: usize, norms: Vec<Vec<f32>>) {
        for ((name, width), values) in self.config.norms().into_vec().into_iter().zip(norms) {
            self.put(format!("model.layers.{layer}.{name}.weight"), vec![width], values);
        }
    }

    fn outer(mut self, embedding: Vec<f32>, final_norm: Vec<f32>, head: Option<Vec<f32>>) -> Parameters {
        let (vocabulary, hidden) = (self.config.vocabulary_size, self.config.hidden_size);
        self.put(EMBEDDING.to_owned(), vec![vocabulary, hidden], embedding);
        self.put(FINAL_NORM.to_owned(), vec![hidden], final_norm);
        if let Some(head) = head {
            self.put(HEAD.to_owned(), vec![vocabulary, hidden], head);
        }
        self.parameters
    }
}

impl<B: Backend> Decoder<B> {
    /// Takes the gradients of every weight off the device, under the names and in the shapes of
    /// [`DecoderConfig::tensors`]. Empty where the adapter was trained.
    pub fn weight_gradients_by_name(&self, gradients: &Gradients<B>) -> Result<Parameters, BackendError> {
        let backend = &self.backend;
        let mut by_name = ByName { config: &self.config, parameters: Parameters::new() };
        for (index, layer) in gradients.layers.iter().enumerate() {
            let Some(weights) = &layer.weights else { continue };
            for (group, linear) in weights.linears.iter().enumerate() {
                let bias = linear.bias.as_ref().map(|bias| backend.values(bias)).transpose()?;
                by_name.stack(index, group, &backend.values(&linear.weight)?, bias.as_deref());
            }
            let norms = weights.norms.as_ref().into_vec().into_iter().map(|norm| backend.values(norm));
            by_name.norms(index, norms.collect::<Result<_, _>>()?);
        }
        let Some(outer) = &gradients.outer else { return Ok(by_name.parameters) };
        let head = outer.head.as_ref().map(|head| backend.values(head)).transpose()?;
        Ok(by_name.outer(backend.values(&outer.embedding)?, backend.values(&outer.final_norm)?, head))
    }

    /// Takes every weight off the device, under the names and in the shapes of [`DecoderConfig::tensors`].
    pub fn weights_by_name(&self) -> Result<Parameters, BackendError> {
        let backend = &self.backend;
        let mut by_name = ByName { config: &self.config, parameters: Parameters::new() };
        for (index, layer) in self.layers.iter().enumerate() {
            for (group, linear) in layer.linears.iter().enumerate() {
                let bias = linear.bias.as_ref().map(|bias| backend.values(bias)).transpose()?;
                by_name.stack(index, group, &backend.weight_values(&linear.weight)?, bias.as_deref());
            }
            let norms = layer.norms.as_ref().into_vec().into_iter().map(|norm| backend.values(&norm.weight));
            by_name.norms(index, norms.collect::<Result<_, _>>()?);
        }
        let head = self.head.as_ref().map(|head| backend.weight_values(head)).transpose()?;
        let (embedding, norm) = (backend.weight_values(&self.embedding)?, backend.values(&self.final_norm.weight)?);
        Ok(by_name.outer(embedding, norm, head))
    }

    /// Puts new values in place of every weight, which are kept in f32 from then on; an adapter stays on. All of
    /// [`DecoderConfig::tensors`] must be there in their shapes. After an error the decoder may hold some of the new
    /// values.
    pub fn set_weights(&mut self, weights: &Parameters) -> Result<(), BackendError> {
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
struct Given<'a>(&'a Parameters);

impl WeightSource for Given<'_> {
    type Error = BackendError;

    fn stacked(&self, names: &[String], outputs: &[usize], inputs: usize) -> Result<WeightData, BackendError> {
        let lengths: Vec<usize> = outputs.iter().map(|rows| rows * inputs).collect();
        self.joined(names, &lengths).map(WeightData::F32)
    }

    fn joined(&self, names: &[String], lengths: &[usize]) -> Result<Vec<f32>, BackendError> {
        let mut values = Vec::with_capacity(lengths.iter().sum());
        for (name, &length) in names.iter().zip(lengths) {
            let given = self.0.get(name).map_or(&[][..], |given| given.values.as_slice());
            if given.len() != length {
                let message = format!("{name} needs {length} values, not {}", given.len());
                return Err(BackendError(candle_core::Error::Msg(message)));
            }
            values.extend_from_slice(given);
        }
        Ok(values)
    }
}
