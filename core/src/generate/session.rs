//! A model that stays open: several batches are drawn from it, with its adapter or without.

use std::path::Path;

use super::complete::{CompletionRequest, Drawn, complete};
use super::error::GenerateError;
use crate::domain::{ComputeSettings, Sample};
use crate::job::JobContext;
use crate::model::AnyModel;

/// A model ready to write, on whatever device was asked for.
#[derive(Debug)]
pub struct Session {
    model: AnyModel,
}

impl Session {
    /// Opens a model's folder and puts the adapter of another on it.
    pub fn open(compute: &ComputeSettings, folder: &Path, adapter: Option<&Path>) -> Result<Self, GenerateError> {
        let model = AnyModel::open(compute, folder, adapter)?;
        match (adapter, model.adapter()) {
            (Some(folder), Some(opened)) if opened.score_head.is_some() => {
                Err(GenerateError::PreferenceModel { adapter: folder.to_owned() })
            }
            _ => Ok(Self { model }),
        }
    }

    /// Whether an adapter is on the model, so that `request.adapted` makes a difference.
    pub fn has_adapter(&self) -> bool {
        self.model.adapter().is_some()
    }

    /// The model, for rooms that go on with it.
    pub fn model(&self) -> &AnyModel {
        &self.model
    }

    /// Draws completions; see [`complete()`].
    pub fn complete<E: From<GenerateError> + Send>(
        &self,
        request: &CompletionRequest<'_>,
        context: &JobContext<'_>,
        on_prompt: impl FnMut(usize, Vec<Sample>) -> Result<(), E> + Send,
    ) -> Result<Drawn, E> {
        match &self.model {
            AnyModel::Cpu(model) => complete(model, request, context, on_prompt),
            AnyModel::Graphics(model) => complete(model, request, context, on_prompt),
        }
    }

    /// Every prompt's completions at once, in the prompts' order.
    pub fn complete_all(
        &self,
        request: &CompletionRequest<'_>,
        context: &JobContext<'_>,
    ) -> Result<Vec<Vec<Sample>>, GenerateError> {
        let mut all = Vec::with_capacity(request.prompts.len());
        self.complete(request, context, |_, samples| {
            all.push(samples);
            Ok::<_, GenerateError>(())
        })?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::domain::{SamplingSettings, Text};
    use crate::job::CancelToken;

    fn golden(name: &str) -> PathBuf {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models")).join(name)
    }

    fn texts(all: &[Vec<Sample>]) -> Vec<String> {
        all.iter().flatten().map(|sample| sample.completion.clone()).collect()
    }

    #[test]
    fn one_open_model_writes_with_its_adapter_and_without() {
        let folder = golden("qwen3");
        let session =
            Session::open(&ComputeSettings::default(), &folder, Some(&folder.join("adapter"))).expect("opens");
        let base = Session::open(&ComputeSettings::default(), &folder, None).expect("opens");
        assert!(session.has_adapter() && !base.has_adapter());
        let prompts = [Text::Plain("one".to_owned()), Text::Plain("two".to_owned())];
        let sampling =
            SamplingSettings { samples: 2, max_new_tokens: 12, temperature: Some(1.0), ..Default::default() };
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let with = CompletionRequest::new(&prompts, &sampling);
        let without = CompletionRequest { adapted: false, ..with };
        let adapted = session.complete_all(&with, &context).expect("draws");
        let plain = session.complete_all(&without, &context).expect("draws");
        assert_eq!(plain, base.complete_all(&with, &context).expect("draws"));
        assert_ne!(texts(&adapted), texts(&plain));
        assert_eq!(adapted, session.complete_all(&with, &context).expect("draws"), "switching back");
    }

    #[test]
    fn a_numbered_prompt_is_completed_the_same_way_alone() {
        let session = Session::open(&ComputeSettings::default(), &golden("qwen3"), None).expect("opens");
        let prompts = [Text::Plain("one".to_owned()), Text::Plain("two".to_owned())];
        let sampling =
            SamplingSettings { samples: 2, max_new_tokens: 12, temperature: Some(1.0), ..Default::default() };
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let both = CompletionRequest { numbers: Some(&[7, 9]), ..CompletionRequest::new(&prompts, &sampling) };
        let alone = CompletionRequest { numbers: Some(&[9]), ..CompletionRequest::new(&prompts[1..], &sampling) };
        let otherwise = CompletionRequest { numbers: Some(&[8]), ..alone };
        let both = session.complete_all(&both, &context).expect("draws");
        assert_eq!(both[1..], session.complete_all(&alone, &context).expect("draws"));
        assert_ne!(both[1..], session.complete_all(&otherwise, &context).expect("draws"));
    }

    #[test]
    fn the_caller_can_end_the_drawing_with_an_error_of_its_own() {
        #[derive(Debug)]
        enum Error {
            Draw(GenerateError),
            Full,
        }
        impl From<GenerateError> for Error {
            fn from(error: GenerateError) -> Self {
                Self::Draw(error)
            }
        }
        let session = Session::open(&ComputeSettings::default(), &golden("qwen3"), None).expect("opens");
        let prompts = ["one", "two", "three"].map(|text| Text::Plain(text.to_owned()));
        let sampling = SamplingSettings { max_new_tokens: 2, ..Default::default() };
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let mut told = 0;
        let result = session.complete(&CompletionRequest::new(&prompts, &sampling), &context, |_, _| {
            told += 1;
            if told == 2 { Err(Error::Full) } else { Ok(()) }
        });
        assert!(matches!(result, Err(Error::Full)), "{result:?}");
        cancel.cancel();
        let result =
            session.complete(&CompletionRequest::new(&prompts, &sampling), &context, |_, _| Ok::<_, Error>(()));
        assert!(matches!(result, Err(Error::Draw(GenerateError::Cancelled(_)))), "{result:?}");
        assert_eq!(told, 2);
    }
}
