//! What a run trains: tensors by name, and their way onto the decoder, back from it, and into files.

use super::policy::PolicyGradients;
use crate::model::backend::{Backend, BackendError};
use crate::model::decoder::{Decoder, GradientsOf};
use crate::model::{Adapter, Parameter, Parameters, lora_parameters};

/// What is trained, and its numbers as the last whole step left them.
#[derive(Debug)]
pub struct Trained {
    /// The numbers. What the decoder computes with are copies, put there by [`Self::put_on`].
    pub parameters: Parameters,
    /// The adapter whose numbers they are.
    adapter: Adapter,
}

impl Trained {
    /// An adapter, with the score head that it may have.
    pub fn adapter(adapter: Adapter) -> Self {
        Self { parameters: adapter.parameters(), adapter }
    }

    /// The score head; empty where there is none.
    pub fn score_head(&self) -> &[f32] {
        self.adapter.score_head.as_deref().unwrap_or_default()
    }

    /// Share of the inputs of what is trained that a step leaves out at random.
    pub fn dropout(&self) -> f64 {
        self.adapter.config.dropout
    }

    /// Puts the numbers on the decoder, and where else they are computed with.
    pub fn put_on<B: Backend>(&mut self, decoder: &mut Decoder<B>) -> Result<(), BackendError> {
        self.adapter.set_parameters(&self.parameters);
        decoder.set_lora(&self.adapter.tensors)
    }

    /// Gradients of nothing yet, for the way back to add to.
    pub fn zero_gradients<B: Backend>(&self, decoder: &Decoder<B>) -> Result<PolicyGradients<B>, BackendError> {
        let gradients = decoder.zero_gradients(GradientsOf::Adapter)?;
        Ok(PolicyGradients { decoder: gradients, score_head: vec![0.0; self.score_head().len()] })
    }

    /// The gradients by the names of the parameters.
    pub fn gradients<B: Backend>(
        &self,
        decoder: &Decoder<B>,
        gradients: &PolicyGradients<B>,
    ) -> Result<Parameters, BackendError> {
        let mut by_name = lora_parameters(&decoder.gradients_by_module(&gradients.decoder)?);
        if self.adapter.score_head.is_some() {
            let values: Vec<f32> = gradients.score_head.iter().map(|&value| value as f32).collect();
            let head = Parameter { shape: vec![1, values.len()], values };
            by_name.insert(crate::model::peft::SCORE_HEAD.to_owned(), head);
        }
        Ok(by_name)
    }

    /// The adapter with the numbers of the last whole step.
    pub fn to_adapter(&self) -> Adapter {
        let mut adapter = self.adapter.clone();
        adapter.set_parameters(&self.parameters);
        adapter
    }
}
