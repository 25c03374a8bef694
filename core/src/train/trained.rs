//! What a run trains: tensors by name, and their way onto the decoder, back from it, and into files.

use std::path::Path;

use super::TrainError;
use super::policy::PolicyGradients;
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, GradientsOf};
use crate::model::{Adapter, Parameter, Parameters, TrainingCard, lora_parameters, save_model};

/// What is trained, and its numbers as the last whole step left them.
#[derive(Debug)]
pub struct Trained {
    /// The numbers. What the decoder computes with are copies, put there by [`Self::put_on`].
    pub parameters: Parameters,
    /// The adapter whose numbers they are; `None` where they are all the weights of the model.
    adapter: Option<Adapter>,
}

impl Trained {
    /// An adapter, with the score head that it may have.
    pub fn adapter(adapter: Adapter) -> Self {
        Self { parameters: adapter.parameters(), adapter: Some(adapter) }
    }

    /// Every weight of the model, as it is on the decoder.
    pub fn weights<B: Backend>(decoder: &Decoder<B>) -> Result<Self, BackendError> {
        Ok(Self { parameters: decoder.weights_by_name()?, adapter: None })
    }

    /// The score head; empty where there is none.
    pub fn score_head(&self) -> &[f32] {
        self.adapter.as_ref().and_then(|adapter| adapter.score_head.as_deref()).unwrap_or_default()
    }

    /// Share of the inputs of what is trained that a step leaves out at random.
    pub fn dropout(&self) -> f64 {
        self.adapter.as_ref().map_or(0.0, |adapter| adapter.config.dropout)
    }

    /// Puts the numbers on the decoder, and where else they are computed with.
    pub fn put_on<B: Backend>(&mut self, decoder: &mut Decoder<B>) -> Result<(), BackendError> {
        match &mut self.adapter {
            Some(adapter) => {
                adapter.set_parameters(&self.parameters);
                decoder.set_lora(&adapter.tensors)
            }
            None => decoder.set_weights(&self.parameters),
        }
    }

    /// Gradients of nothing yet, for the way back to add to.
    pub fn zero_gradients<B: Backend>(&self, decoder: &Decoder<B>) -> Result<PolicyGradients<B>, BackendError> {
        let of = if self.adapter.is_some() { GradientsOf::Adapter } else { GradientsOf::Weights };
        let gradients = decoder.zero_gradients(of)?;
        Ok(PolicyGradients { decoder: gradients, score_head: vec![0.0; self.score_head().len()] })
    }

    /// The gradients by the names of the parameters.
    pub fn gradients<B: Backend>(
        &self,
        decoder: &Decoder<B>,
        gradients: &PolicyGradients<B>,
    ) -> Result<Parameters, BackendError> {
        let Some(adapter) = &self.adapter else {
            return decoder.weight_gradients_by_name(&gradients.decoder);
        };
        let mut by_name = lora_parameters(&decoder.gradients_by_module(&gradients.decoder)?);
        if adapter.score_head.is_some() {
            let values: Vec<f32> = gradients.score_head.iter().map(|&value| value as f32).collect();
            let head = Parameter { shape: vec![1, values.len()], values };
            by_name.insert(crate::model::peft::SCORE_HEAD.to_owned(), head);
        }
        Ok(by_name)
    }

    /// Writes the numbers into `folder`: an adapter in PEFT's form, or a model that stands by itself, with what else it
    /// needs copied from the model in `base`.
    pub fn save(&self, base: &Path, folder: &Path, card: &TrainingCard<'_>) -> Result<(), TrainError> {
        let Some(adapter) = &self.adapter else {
            return Ok(save_model(base, folder, &self.parameters, card)?);
        };
        let mut adapter = adapter.clone();
        adapter.set_parameters(&self.parameters);
        Ok(adapter.save(folder, card)?)
    }
}
