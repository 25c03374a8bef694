//! A mind for tests that writes what it is told to, and prefers the longer answer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::mind::{CheckQuestion, CompareQuestion, Mind, Said, Writing};
use crate::domain::Text;
use crate::feedback::FeedbackError;
use crate::job::JobContext;

/// What to write to a prompt.
type Words = Box<dyn Fn(&Text, u64) -> Option<String> + Send + Sync>;

/// Writes by a function of the prompt and the seed.
pub(crate) struct Scribe {
    words: Words,
    /// What it was asked to write.
    pub(crate) asked: Mutex<Vec<Text>>,
    /// How many comparisons it was asked.
    pub(crate) compared: AtomicUsize,
}

impl std::fmt::Debug for Scribe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scribe").finish_non_exhaustive()
    }
}

impl Scribe {
    pub(crate) fn new(words: impl Fn(&Text, u64) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { words: Box::new(words), asked: Mutex::default(), compared: AtomicUsize::default() }
    }
}

impl Mind for Scribe {
    fn compare(
        &self,
        questions: &[CompareQuestion<'_>],
        _context: &JobContext<'_>,
    ) -> Result<Vec<Said>, FeedbackError> {
        self.compared.fetch_add(questions.len(), Ordering::Relaxed);
        let longer = |one: &CompareQuestion<'_>| Said::odds(one.first.len() as f64 - one.second.len() as f64);
        Ok(questions.iter().map(longer).collect())
    }

    fn check(&self, questions: &[CheckQuestion<'_>], _context: &JobContext<'_>) -> Result<Vec<Said>, FeedbackError> {
        Ok(questions.iter().map(|_| Said::odds(1.0)).collect())
    }

    fn write(
        &self,
        prompts: &[Text],
        writing: Writing,
        _context: &JobContext<'_>,
    ) -> Result<Vec<Option<String>>, FeedbackError> {
        self.asked.lock().expect("no panic").extend(prompts.iter().cloned());
        Ok(prompts.iter().map(|prompt| (self.words)(prompt, writing.seed)).collect())
    }

    fn at_once(&self) -> usize {
        3
    }
}
