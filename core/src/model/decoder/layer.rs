//! One layer: norm → queries, keys, values → norm of heads → rotary → attention → output → norm → + residual → norm →
//! gate and up → activation → down → norm → + residual. Which of the norms there are, and whether a layer has rotary
//! positions or a window, is the family's.

use super::{DOWN, Decoder, GATE_UP, GROUPS, LayerGradients, OUTPUT, Pass, QUERY_KEY_VALUE, Tape, WeightSource};
use crate::model::backend::{AttentionShape, Backend, BackendError, Linear, Norm};
use crate::model::config::{DecoderConfig, LayerNorms};

/// One layer's weights.
#[derive(Debug)]
pub struct Layer<B: Backend> {
    pub norms: LayerNorms<Norm<B>>,
    /// In the order of the stacks.
    pub linears: [Linear<B>; GROUPS],
    pub shape: AttentionShape,
    /// Its place among the decoder's rotary settings.
    pub rotary: Option<usize>,
}

/// Cosines and sines of a batch, for each of a decoder's rotary settings.
pub type RotaryTables<B> = Vec<(<B as Backend>::Matrix, <B as Backend>::Matrix)>;

/// What a layer keeps for its way back.
#[derive(Debug)]
pub struct Activations<B: Backend> {
    pub input: B::Matrix,
    /// As attention takes it, or, where heads have norms, as the projection gave it.
    qkv: B::Matrix,
    attended: B::Matrix,
    /// What the output norms were given.
    before_norms: [Option<B::Matrix>; 2],
    middle: B::Matrix,
    gate_up: B::Matrix,
    /// x·Aᵀ of each stack.
    low_rank: [Option<B::Matrix>; GROUPS],
}

/// What a stack gives, added to the residual; with a norm in between, what the norm was given; and x·Aᵀ.
type Joined<M> = Result<(M, Option<M>, Option<M>), BackendError>;

pub fn load_norm<B: Backend, S: WeightSource>(
    backend: &B,
    config: &DecoderConfig,
    source: &S,
    name: &str,
    width: usize,
) -> Result<Norm<B>, S::Error> {
    let weight = backend.matrix(&source.joined(&[name.to_owned()], &[width])?, width)?;
    Ok(Norm { weight, offset: config.norm_offset, epsilon: config.norm_epsilon })
}

/// A table of all tokens, and whether it came in half precision.
pub fn load_table<B: Backend, S: WeightSource>(
    backend: &B,
    config: &DecoderConfig,
    source: &S,
    name: &str,
) -> Result<(B::Weight, bool), S::Error> {
    let (vocabulary, hidden) = (config.vocabulary_size, config.hidden_size);
    let data = source.stacked(&[name.to_owned()], &[vocabulary], hidden)?;
    let half = source.is_half(&data);
    Ok((backend.weight(data, vocabulary, hidden)?, half))
}

impl<B: Backend> Layer<B> {
    /// Whether any of its modules has LoRA factors.
    pub fn is_adapted(&self) -> bool {
        self.linears.iter().any(|linear| linear.lora.is_some())
    }

    pub fn load<S: WeightSource>(
        backend: &B,
        config: &DecoderConfig,
        source: &S,
        layer: usize,
        rotary: Option<usize>,
    ) -> Result<Self, S::Error> {
        let full = |name: &str, kind: &str| format!("model.layers.{layer}.{name}.{kind}");
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
            norms: config
                .norms()
                .try_map(|(name, width)| load_norm(backend, config, source, &full(name, "weight"), width))?,
            linears: [linear(QUERY_KEY_VALUE)?, linear(OUTPUT)?, linear(GATE_UP)?, linear(DOWN)?],
            shape: AttentionShape {
                heads: config.attention_heads,
                key_value_heads: config.key_value_heads,
                head_dim: config.head_dim,
                scale: config.score_scale,
                window: config.attention[layer].window,
            },
            rotary,
        })
    }
}

impl<B: Backend> Decoder<B> {
    pub(super) fn layer_forward(
        &self,
        index: usize,
        x: B::Matrix,
        tape: &Tape<B>,
    ) -> Result<(B::Matrix, Activations<B>), BackendError> {
        let shape = &self.layers[index].shape;
        self.layer(index, x, &tape.rotary, tape.pass, |qkv| self.backend.attention(qkv, shape, &tape.segments))
    }

    pub(super) fn layer(
        &self,
        index: usize,
        input: B::Matrix,
        rotary: &RotaryTables<B>,
        pass: Pass,
        attend: impl FnOnce(&B::Matrix) -> Result<B::Matrix, BackendError>,
    ) -> Result<(B::Matrix, Activations<B>), BackendError> {
        let (layer, backend) = (&self.layers[index], &self.backend);
        let linear = |group: usize, x: &B::Matrix, residual: Option<&B::Matrix>| {
            backend.linear(&layer.linears[group], x, residual, pass.adapted, pass.dropout_of(index, group))
        };
        let join = |group, x: &B::Matrix, residual: &B::Matrix, norm: Option<&Norm<B>>| -> Joined<B::Matrix> {
            let Some(norm) = norm else {
                let (y, low) = linear(group, x, Some(residual))?;
                return Ok((y, None, low));
            };
            let (before, low) = linear(group, x, None)?;
            Ok((backend.rms_norm(&before, norm, Some(residual))?, Some(before), low))
        };
        let normed = backend.rms_norm(&input, &layer.norms.input, None)?;
        let (qkv, low_qkv) = linear(QUERY_KEY_VALUE, &normed, None)?;
        drop(normed);
        let (turned, projected) = match &layer.norms.query_key {
            Some(norms) => (backend.head_norm(&qkv, norms, &layer.shape)?, Some(qkv)),
            None => (qkv, None),
        };
        let turned = self.turn(layer, turned, rotary, 1.0)?;
        let attended = attend(&turned)?;
        let qkv = projected.unwrap_or(turned);
        let (middle, before_first, low_output) =
            join(OUTPUT, &attended, &input, layer.norms.attention_output.as_ref())?;
        let normed = backend.rms_norm(&middle, &layer.norms.feed_forward, None)?;
        let (gate_up, low_gate_up) = linear(GATE_UP, &normed, None)?;
        drop(normed);
        let activated = backend.gated_activation(&gate_up, self.config.activation)?;
        let (out, before_second, low_down) = join(DOWN, &activated, &middle, layer.norms.feed_forward_output.as_ref())?;
        let before_norms = [before_first, before_second];
        let low_rank = [low_qkv, low_output, low_gate_up, low_down];
        Ok((out, Activations { input, qkv, attended, before_norms, middle, gate_up, low_rank }))
    }

    /// Turns queries and keys by their positions, where the layer does.
    fn turn(
        &self,
        layer: &Layer<B>,
        qkv: B::Matrix,
        rotary: &RotaryTables<B>,
        direction: f32,
    ) -> Result<B::Matrix, BackendError> {
        match layer.rotary.and_then(|place| rotary.get(place)) {
            Some((cosines, sines)) => self.backend.rotary(qkv, cosines, sines, &layer.shape, direction),
            None => Ok(qkv),
        }
    }

    pub(super) fn layer_backward(
        &self,
        index: usize,
        kept: Activations<B>,
        d_out: B::Matrix,
        tape: &Tape<B>,
        gradients: &mut LayerGradients<B>,
    ) -> Result<B::Matrix, BackendError> {
        let (layer, backend, activation) = (&self.layers[index], &self.backend, self.config.activation);
        let norms = &layer.norms;
        let LayerGradients { lora, weights } = gradients;
        let (mut d_linears, mut d_norms) =
            weights.as_mut().map_or((None, None), |weights| (Some(&mut weights.linears), Some(&mut weights.norms)));
        let mut linear = |group: usize, x: &B::Matrix, dy: &B::Matrix| {
            if let Some(d_linears) = &mut d_linears {
                backend.linear_weight_backward(x, dy, &mut d_linears[group])?;
            }
            let dropout = tape.pass.dropout_of(index, group);
            let low_rank = kept.low_rank[group].as_ref();
            backend.linear_backward(&layer.linears[group], x, low_rank, dy, dropout, lora[group].as_mut())
        };
        let [before_first, before_second] = kept.before_norms;

        let d_norm = d_norms.as_mut().and_then(|norms| norms.feed_forward_output.as_mut());
        let d_down = self.output_norm_backward(norms.feed_forward_output.as_ref(), before_second, &d_out, d_norm)?;
        let activated = backend.gated_activation(&kept.gate_up, activation)?;
        let d_activated = linear(DOWN, &activated, d_down.as_ref().unwrap_or(&d_out))?;
        drop((activated, d_down));
        let d_gate_up = backend.gated_activation_backward(&kept.gate_up, activation, &d_activated)?;
        drop((d_activated, kept.gate_up));
        let normed = backend.rms_norm(&kept.middle, &norms.feed_forward, None)?;
        let d_normed = linear(GATE_UP, &normed, &d_gate_up)?;
        drop((normed, d_gate_up));
        let d_norm = d_norms.as_mut().map(|norms| &mut norms.feed_forward);
        let d_middle = self.norm_backward(&kept.middle, &norms.feed_forward, &d_normed, Some(d_out), d_norm)?;
        drop((d_normed, kept.middle));

        let d_norm = d_norms.as_mut().and_then(|norms| norms.attention_output.as_mut());
        let d_output = self.output_norm_backward(norms.attention_output.as_ref(), before_first, &d_middle, d_norm)?;
        let d_attended = linear(OUTPUT, &kept.attended, d_output.as_ref().unwrap_or(&d_middle))?;
        drop(d_output);
        let d_heads = d_norms.as_mut().and_then(|norms| norms.query_key.as_mut());
        let d_qkv = self.attention_backward(layer, kept.qkv, &kept.attended, &d_attended, tape, d_heads)?;
        drop((d_attended, kept.attended));
        let normed = backend.rms_norm(&kept.input, &norms.input, None)?;
        let d_normed = linear(QUERY_KEY_VALUE, &normed, &d_qkv)?;
        let d_norm = d_norms.map(|norms| &mut norms.input);
        self.norm_backward(&kept.input, &norms.input, &d_normed, Some(d_middle), d_norm)
    }

    /// `dx` + the gradient of a norm's input; adds that of its weight, where it is trained.
    fn norm_backward(
        &self,
        x: &B::Matrix,
        norm: &Norm<B>,
        dy: &B::Matrix,
        dx: Option<B::Matrix>,
        d_weight: Option<&mut B::Matrix>,
    ) -> Result<B::Matrix, BackendError> {
        if let Some(d_weight) = d_weight {
            self.backend.rms_norm_weight_backward(x, norm, dy, d_weight)?;
        }
        self.backend.rms_norm_backward(x, norm, dy, dx)
    }

    /// The gradient of what an output norm was given, where there is such a norm.
    fn output_norm_backward(
        &self,
        norm: Option<&Norm<B>>,
        before: Option<B::Matrix>,
        dy: &B::Matrix,
        d_weight: Option<&mut B::Matrix>,
    ) -> Result<Option<B::Matrix>, BackendError> {
        match (norm, before) {
            (Some(norm), Some(before)) => self.norm_backward(&before, norm, dy, None, d_weight).map(Some),
            _ => Ok(None),
        }
    }

    /// From the gradient of what attention gave to that of what the projection gave.
    fn attention_backward(
        &self,
        layer: &Layer<B>,
        qkv: B::Matrix,
        attended: &B::Matrix,
        d_attended: &B::Matrix,
        tape: &Tape<B>,
        d_norms: Option<&mut [B::Matrix; 2]>,
    ) -> Result<B::Matrix, BackendError> {
        let (backend, shape) = (&self.backend, &layer.shape);
        let (turned, projected) = match &layer.norms.query_key {
            Some(norms) => {
                (self.turn(layer, backend.head_norm(&qkv, norms, shape)?, &tape.rotary, 1.0)?, Some((qkv, norms)))
            }
            None => (qkv, None),
        };
        let d_turned = backend.attention_backward(&turned, attended, d_attended, shape, &tape.segments)?;
        drop(turned);
        let d_qkv = self.turn(layer, d_turned, &tape.rotary, -1.0)?;
        let Some((projected, norms)) = projected else { return Ok(d_qkv) };
        if let Some(d_norms) = d_norms {
            backend.head_norm_weight_backward(&projected, norms, shape, &d_qkv, d_norms)?;
        }
        backend.head_norm_backward(&projected, norms, shape, &d_qkv)
    }
}
