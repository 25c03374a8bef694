//! The decoder, written once over the operations of a backend: it trains, scores, judges and generates.
//!
//! A layer: norm → queries, keys, values → rotary → attention → output (+ residual) → norm → gate and up → activation →
//! down (+ residual). Families differ in their configuration alone. The way back goes through the same operations in
//! reverse; norms and activations are computed again there, which is cheaper than keeping them.

use std::collections::BTreeMap;

use super::backend::{AttentionShape, Backend, BackendError, Dropout, Linear, LoraGradients, Segment, WeightData};
use super::batch::Batch;
use super::config::DecoderConfig;
use super::lora::LoraPair;

/// A model on a backend.
#[derive(Debug)]
pub struct Decoder<B: Backend> {
    pub(super) backend: B,
    pub(super) config: DecoderConfig,
    pub(super) layers: Vec<Layer<B>>,
    shape: AttentionShape,
    embedding: B::Weight,
    pub(super) final_norm: B::Matrix,
    /// `None` where the embedding is the head.
    head: Option<B::Weight>,
    inverse_frequencies: Vec<f32>,
}

/// One layer's weights.
#[derive(Debug)]
pub(super) struct Layer<B: Backend> {
    input_norm: B::Matrix,
    post_attention_norm: B::Matrix,
    /// In the order of [`GROUPS`].
    pub(super) linears: [Linear<B>; GROUPS],
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
    cosines: B::Matrix,
    sines: B::Matrix,
    segments: Vec<Segment>,
    layers: Vec<Kept<B>>,
}

#[derive(Debug)]
enum Kept<B: Backend> {
    Input(B::Matrix),
    Activations(Activations<B>),
}

#[derive(Debug)]
struct Activations<B: Backend> {
    input: B::Matrix,
    /// Rotated.
    qkv: B::Matrix,
    attended: B::Matrix,
    middle: B::Matrix,
    gate_up: B::Matrix,
    /// x·Aᵀ of each stack.
    low_rank: [Option<B::Matrix>; GROUPS],
}

/// Gradients of every LoRA factor, in the shapes of the stacks.
#[derive(Debug)]
pub struct Gradients<B: Backend> {
    pub(super) layers: Vec<[Option<LoraGradients<B>>; GROUPS]>,
}

/// Keys and values of every layer while decoding.
#[derive(Debug)]
pub struct KeyValueCache<B: Backend> {
    layers: Vec<B::Cache>,
}

impl<B: Backend> Decoder<B> {
    /// Puts a model's weights on a backend.
    pub fn load<S: WeightSource>(backend: B, config: DecoderConfig, source: &S) -> Result<Self, S::Error> {
        let (hidden, vocabulary) = (config.hidden_size, config.vocabulary_size);
        let table = |name: &str| -> Result<B::Weight, S::Error> {
            let data = source.stacked(&[name.to_owned()], &[vocabulary], hidden)?;
            Ok(backend.weight(data, vocabulary, hidden)?)
        };
        let norm = |name: String| -> Result<B::Matrix, S::Error> {
            Ok(backend.matrix(&source.joined(&[name], &[hidden])?, hidden)?)
        };
        let embedding = table("model.embed_tokens.weight")?;
        let head = if config.tied_embeddings { None } else { Some(table("lm_head.weight")?) };
        let layers =
            (0..config.layers).map(|layer| Layer::load(&backend, &config, source, layer)).collect::<Result<_, _>>()?;
        let final_norm = norm("model.norm.weight".to_owned())?;
        let shape = AttentionShape {
            heads: config.attention_heads,
            key_value_heads: config.key_value_heads,
            head_dim: config.head_dim,
            scale: 1.0 / (config.head_dim as f32).sqrt(),
        };
        let inverse_frequencies = config.inverse_frequencies();
        Ok(Self { backend, config, layers, shape, embedding, final_norm, head, inverse_frequencies })
    }

    /// What the model is made of.
    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// What it is computed with.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// Cosines and sines of the rotary angles, \[rows, `head_dim` / 2\] each. Angles are made in f32, as the reference
    /// does.
    fn rotary_tables(&self, positions: &[u32]) -> Result<(B::Matrix, B::Matrix), BackendError> {
        let angles = positions
            .iter()
            .flat_map(|&position| self.inverse_frequencies.iter().map(move |frequency| position as f32 * frequency));
        let (cosines, sines): (Vec<f32>, Vec<f32>) = angles.map(|angle| (angle.cos(), angle.sin())).unzip();
        let columns = self.inverse_frequencies.len();
        Ok((self.backend.matrix(&cosines, columns)?, self.backend.matrix(&sines, columns)?))
    }

    /// The last layer's output, \[rows, hidden\], before the final norm.
    pub fn forward(&self, batch: &Batch, pass: Pass) -> Result<(B::Matrix, Tape<B>), BackendError> {
        let (cosines, sines) = self.rotary_tables(&batch.positions)?;
        let mut tape = Tape { pass, cosines, sines, segments: batch.segments.clone(), layers: Vec::new() };
        let mut x = self.backend.embedding(&self.embedding, &batch.ids)?;
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

    fn layer_forward(
        &self,
        index: usize,
        x: B::Matrix,
        tape: &Tape<B>,
    ) -> Result<(B::Matrix, Activations<B>), BackendError> {
        let rotary = (&tape.cosines, &tape.sines);
        self.layer(index, x, rotary, tape.pass, |qkv| self.backend.attention(qkv, &self.shape, &tape.segments))
    }

    fn layer(
        &self,
        index: usize,
        input: B::Matrix,
        (cosines, sines): (&B::Matrix, &B::Matrix),
        pass: Pass,
        attend: impl FnOnce(&B::Matrix) -> Result<B::Matrix, BackendError>,
    ) -> Result<(B::Matrix, Activations<B>), BackendError> {
        let (layer, backend, epsilon) = (&self.layers[index], &self.backend, self.config.norm_epsilon);
        let linear = |group: usize, x: &B::Matrix, residual: Option<&B::Matrix>| {
            backend.linear(&layer.linears[group], x, residual, pass.adapted, pass.dropout_of(index, group))
        };
        let normed = backend.rms_norm(&input, &layer.input_norm, epsilon)?;
        let (qkv, low_qkv) = linear(QUERY_KEY_VALUE, &normed, None)?;
        drop(normed);
        let qkv = backend.rotary(qkv, cosines, sines, &self.shape, 1.0)?;
        let attended = attend(&qkv)?;
        let (middle, low_output) = linear(OUTPUT, &attended, Some(&input))?;
        let normed = backend.rms_norm(&middle, &layer.post_attention_norm, epsilon)?;
        let (gate_up, low_gate_up) = linear(GATE_UP, &normed, None)?;
        drop(normed);
        let activated = backend.gated_activation(&gate_up)?;
        let (out, low_down) = linear(DOWN, &activated, Some(&middle))?;
        let low_rank = [low_qkv, low_output, low_gate_up, low_down];
        Ok((out, Activations { input, qkv, attended, middle, gate_up, low_rank }))
    }

    /// Adds the gradients of the LoRA factors to `gradients`, from the gradient of [`Self::forward`]'s output.
    pub fn backward(
        &self,
        mut tape: Tape<B>,
        d_output: B::Matrix,
        gradients: &mut Gradients<B>,
    ) -> Result<(), BackendError> {
        let mut d_x = d_output;
        while let Some(kept) = tape.layers.pop() {
            let index = tape.layers.len();
            let activations = match kept {
                Kept::Activations(activations) => activations,
                Kept::Input(input) => self.layer_forward(index, input, &tape)?.1,
            };
            d_x = self.layer_backward(index, activations, d_x, &tape, &mut gradients.layers[index])?;
        }
        Ok(())
    }

    fn layer_backward(
        &self,
        index: usize,
        kept: Activations<B>,
        d_out: B::Matrix,
        tape: &Tape<B>,
        gradients: &mut [Option<LoraGradients<B>>; GROUPS],
    ) -> Result<B::Matrix, BackendError> {
        let (layer, backend, epsilon) = (&self.layers[index], &self.backend, self.config.norm_epsilon);
        let mut back = |group: usize, x: &B::Matrix, dy: &B::Matrix| {
            let (linear, low_rank) = (&layer.linears[group], kept.low_rank[group].as_ref());
            let dropout = tape.pass.dropout_of(index, group);
            backend.linear_backward(linear, x, low_rank, dy, dropout, gradients[group].as_mut())
        };
        let activated = backend.gated_activation(&kept.gate_up)?;
        let d_activated = back(DOWN, &activated, &d_out)?;
        drop(activated);
        let d_gate_up = backend.gated_activation_backward(&kept.gate_up, &d_activated)?;
        drop((d_activated, kept.gate_up));
        let normed = backend.rms_norm(&kept.middle, &layer.post_attention_norm, epsilon)?;
        let d_normed = back(GATE_UP, &normed, &d_gate_up)?;
        drop((normed, d_gate_up));
        let d_middle =
            backend.rms_norm_backward(&kept.middle, &layer.post_attention_norm, epsilon, &d_normed, Some(d_out))?;
        drop((d_normed, kept.middle));
        let d_attended = back(OUTPUT, &kept.attended, &d_middle)?;
        let d_qkv = backend.attention_backward(&kept.qkv, &kept.attended, &d_attended, &self.shape, &tape.segments)?;
        drop((d_attended, kept.attended, kept.qkv));
        let d_qkv = backend.rotary(d_qkv, &tape.cosines, &tape.sines, &self.shape, -1.0)?;
        let normed = backend.rms_norm(&kept.input, &layer.input_norm, epsilon)?;
        let d_normed = back(QUERY_KEY_VALUE, &normed, &d_qkv)?;
        backend.rms_norm_backward(&kept.input, &layer.input_norm, epsilon, &d_normed, Some(d_middle))
    }

    fn head(&self) -> &B::Weight {
        self.head.as_ref().unwrap_or(&self.embedding)
    }

    /// log p(target) for each (row of `hidden`, target token), and what [`Self::head_backward`] needs.
    pub fn log_probabilities(
        &self,
        hidden: &B::Matrix,
        rows: &[usize],
        targets: &[u32],
        gradient: bool,
    ) -> Result<(Vec<f32>, Option<HeadTape<B>>), BackendError> {
        let gathered = self.backend.gather_rows(hidden, rows)?;
        let normed = self.backend.rms_norm(&gathered, &self.final_norm, self.config.norm_epsilon)?;
        let (values, slopes) = self.backend.log_probabilities(self.head(), &normed, targets, gradient)?;
        Ok((values, slopes.map(|slopes| HeadTape { gathered, slopes })))
    }

    /// The gradient of `hidden` (of `total` rows), where `factors` are the loss's derivatives by each log-probability.
    pub fn head_backward(
        &self,
        tape: HeadTape<B>,
        rows: &[usize],
        factors: &[f32],
        total: usize,
    ) -> Result<B::Matrix, BackendError> {
        let d_normed = self.backend.scale_rows(tape.slopes, factors)?;
        let epsilon = self.config.norm_epsilon;
        let d_gathered = self.backend.rms_norm_backward(&tape.gathered, &self.final_norm, epsilon, &d_normed, None)?;
        self.backend.scatter_rows(&d_gathered, rows, total)
    }

    /// Logits of some rows of `hidden`, \[rows, vocabulary\].
    pub fn logits(&self, hidden: &B::Matrix, rows: &[usize]) -> Result<Vec<f32>, BackendError> {
        let gathered = self.backend.gather_rows(hidden, rows)?;
        let normed = self.backend.rms_norm(&gathered, &self.final_norm, self.config.norm_epsilon)?;
        self.backend.logits(self.head(), &normed)
    }

    /// An empty cache.
    pub fn cache(&self) -> Result<KeyValueCache<B>, BackendError> {
        let layers = self.layers.iter().map(|_| self.backend.cache(&self.shape)).collect::<Result<_, _>>()?;
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
        let (cosines, sines) = self.rotary_tables(&batch.positions)?;
        let mut x = self.backend.embedding(&self.embedding, &batch.ids)?;
        for (index, layer_cache) in cache.layers.iter_mut().enumerate() {
            let attend = |qkv: &B::Matrix| {
                self.backend.cache_write(layer_cache, qkv, &self.shape, slots)?;
                self.backend.cached_attention(qkv, layer_cache, &self.shape, &batch.segments)
            };
            x = self.layer(index, x, (&cosines, &sines), Pass::inference(adapted), attend)?.0;
        }
        Ok(x)
    }

    /// Takes the gradients off the device, by module.
    pub fn gradients_by_module(&self, gradients: &Gradients<B>) -> Result<BTreeMap<String, LoraPair>, BackendError> {
        let mut by_module = BTreeMap::new();
        for (index, groups) in gradients.layers.iter().enumerate() {
            for (group, gradients) in groups.iter().enumerate() {
                if let Some(gradients) = gradients {
                    self.unstack(index, group, gradients, &mut by_module)?;
                }
            }
        }
        Ok(by_module)
    }
}

/// What the head keeps for its way back.
#[derive(Debug)]
pub struct HeadTape<B: Backend> {
    gathered: B::Matrix,
    slopes: B::Matrix,
}

impl<B: Backend> Layer<B> {
    fn load<S: WeightSource>(backend: &B, config: &DecoderConfig, source: &S, layer: usize) -> Result<Self, S::Error> {
        let full = |name: &str, kind: &str| format!("model.layers.{layer}.{name}.{kind}");
        let norm = |name: &str| -> Result<B::Matrix, S::Error> {
            let values = source.joined(&[full(name, "weight")], &[config.hidden_size])?;
            Ok(backend.matrix(&values, config.hidden_size)?)
        };
        let linear = |group: usize| -> Result<Linear<B>, S::Error> {
            let modules = config.group(group);
            let names = |kind: &str| modules.iter().map(|module| full(module.name, kind)).collect::<Vec<_>>();
            let outputs: Vec<usize> = modules.iter().map(|module| module.out_features).collect();
            let (total, inputs) = (outputs.iter().sum(), modules[0].in_features);
            let weight = backend.weight(source.stacked(&names("weight"), &outputs, inputs)?, total, inputs)?;
            let bias = if modules[0].bias {
                Some(backend.matrix(&source.joined(&names("bias"), &outputs)?, total)?)
            } else {
                None
            };
            Ok(Linear { weight, bias, lora: None })
        };
        Ok(Self {
            input_norm: norm(config.modules.input_norm)?,
            post_attention_norm: norm(config.modules.post_attention_norm)?,
            linears: [linear(QUERY_KEY_VALUE)?, linear(OUTPUT)?, linear(GATE_UP)?, linear(DOWN)?],
        })
    }
}
