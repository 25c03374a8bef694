//! The two models that are compared.

use serde_json::{Map, Value};

use super::EvaluationError;
use crate::domain::{ChatMessage, Sample, SamplingSettings, Text};
use crate::generate::{CompletionRequest, Session};
use crate::job::JobContext;

/// One of the two: an open model, with its adapter or without.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// The model.
    pub session: &'a Session,
    /// Whether its adapter counts.
    pub adapted: bool,
}

/// Old and new. They may be one open model, whose adapter counts for the new one alone.
#[derive(Debug, Clone, Copy)]
pub struct Policies<'a> {
    /// What there was before.
    pub old: Policy<'a>,
    /// What was made of it.
    pub new: Policy<'a>,
}

/// How models are asked, beside what is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// What a model is told before every prompt, where it knows conversations.
    pub system_prompt: Option<&'a str>,
    /// Named values that the chat template sees.
    pub template_arguments: &'a Map<String, Value>,
    /// Prompts are given as they are: without the chat template, and so without a system prompt.
    pub raw: bool,
}

impl Asking<'_> {
    /// A prompt as the model reads it: a conversation with the system prompt before it, or as it is where the model knows no
    /// conversations or is given prompts as they are.
    pub fn asked(&self, prompt: &Text, converses: bool) -> Text {
        if !converses || self.raw {
            return prompt.clone();
        }
        let mut messages = match prompt {
            Text::Plain(text) => vec![ChatMessage::new("user", text.as_str())],
            Text::Messages(messages) => messages.clone(),
        };
        let has_system = messages.first().is_some_and(|message| message.role == "system");
        if let (Some(system), false) = (self.system_prompt, has_system) {
            messages.insert(0, ChatMessage::new("system", system));
        }
        Text::Messages(messages)
    }
}

impl Policy<'_> {
    /// The likeliest answer to each prompt. A prompt that leaves the model no room gets `None`.
    pub(super) fn greedy(
        &self,
        prompts: &[&str],
        asking: Asking<'_>,
        most_tokens: usize,
        context: &JobContext<'_>,
    ) -> Result<Vec<Option<Sample>>, EvaluationError> {
        let converses = self.session.model().has_chat_template();
        let asked: Vec<Text> =
            prompts.iter().map(|prompt| asking.asked(&Text::Plain((*prompt).to_owned()), converses)).collect();
        let fits = self.rooms(&asked, asking)?;
        let fitting: Vec<Text> =
            asked.into_iter().zip(&fits).filter(|(_, fits)| **fits).map(|(prompt, _)| prompt).collect();
        let sampling = SamplingSettings {
            greedy: true,
            max_new_tokens: most_tokens,
            raw: asking.raw,
            ..SamplingSettings::default()
        };
        let request = CompletionRequest {
            template_arguments: asking.template_arguments,
            adapted: self.adapted,
            ..CompletionRequest::new(&fitting, &sampling)
        };
        // What is drawn here is counted by whoever asked.
        let quiet = context.telling(&|_| {});
        let mut drawn = self.session.complete_all(&request, &quiet)?.into_iter().flatten();
        Ok(fits.into_iter().map(|fits| if fits { drawn.next() } else { None }).collect())
    }

    /// Which prompts leave room for an answer.
    fn rooms(&self, prompts: &[Text], asking: Asking<'_>) -> Result<Vec<bool>, EvaluationError> {
        let most = self.max_positions();
        let fits = |prompt: &Text| Ok((1..most).contains(&self.prompt_ids(prompt, asking)?.len()));
        prompts.iter().map(fits).collect()
    }

    /// Token ids of a prompt.
    pub(super) fn prompt_ids(&self, prompt: &Text, asking: Asking<'_>) -> Result<Vec<u32>, EvaluationError> {
        let (tokenizer, template) = self.session.model().reading();
        Ok(crate::model::prompt_ids(prompt, tokenizer, template, asking.raw, asking.template_arguments)?)
    }

    /// Token ids of a text by itself.
    pub(super) fn text_ids(&self, text: &str) -> Result<Vec<u32>, EvaluationError> {
        let (tokenizer, _) = self.session.model().reading();
        Ok(tokenizer.encode(text, true).map_err(crate::model::PromptError::from)?)
    }

    /// Tokens that the model reads and writes at most.
    pub(super) fn max_positions(&self) -> usize {
        self.session.model().config().max_positions
    }

    /// Tokens that it tells apart.
    pub(super) fn vocabulary_size(&self) -> usize {
        self.session.model().config().vocabulary_size
    }

    /// Its weights, counted.
    pub(super) fn weights(&self) -> u64 {
        self.session.model().config().parameter_count()
    }
}

impl Policies<'_> {
    /// Whether both divide these texts into the same tokens, so that figures by the token can be compared. Models of one family
    /// may have more rows of weights than tokens, and not the same number: that changes no token.
    pub(super) fn share_tokens(&self, texts: &[&str]) -> Result<bool, EvaluationError> {
        for text in texts {
            if self.old.text_ids(text)? != self.new.text_ids(text)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
