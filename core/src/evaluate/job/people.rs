//! People compare old and new in a sitting, blind; what they say is on the disk before the next comparison shows.

use super::EvaluationError;
use super::evaluation::Evaluation;
use super::journal::VerdictLine;
use crate::feedback::people::{Effect, Key, Session, SessionItem, Shown, ShownChoice};
use crate::job::EvaluateSpec;

/// A sitting over the comparisons of an evaluation whose answers are there.
#[derive(Debug)]
pub struct EvaluationSitting {
    evaluation: Evaluation,
    session: Session,
    /// The comparison that each item of the sitting is.
    items: Vec<usize>,
}

impl EvaluationSitting {
    /// Begins it, or goes on where the last one ended. The evaluation must have its answers: [`run`](fn@super::run) draws them.
    pub fn begin(spec: &EvaluateSpec) -> Result<Self, EvaluationError> {
        let evaluation = Evaluation::reopen(spec)?;
        let items: Vec<usize> = (0..evaluation.comparisons())
            .filter(|&place| !evaluation.is_alike(place) && !evaluation.is_left_out(place))
            .collect();
        let item = |&place: &usize| {
            let texts = evaluation.texts(place)?;
            let new_first = evaluation.shows_new_first(place);
            let (first, second) = if new_first { (texts.new, texts.old) } else { (texts.old, texts.new) };
            let prompt = texts.prompt.readable();
            Some(SessionItem { prompt: prompt.into(), first: first.into(), second: second.into() })
        };
        let shown: Vec<SessionItem> = items.iter().filter_map(item).collect();
        let answered: Vec<usize> = evaluation
            .judged_order()
            .iter()
            .filter_map(|comparison| items.iter().position(|item| item == comparison))
            .collect();
        Ok(Self { session: Session::new(shown, &answered), evaluation, items })
    }

    /// Comparisons in all.
    pub fn total(&self) -> usize {
        self.session.total()
    }

    /// What is to be judged now; `None` when everything is, or when the result is sure already.
    pub fn show(&self) -> Option<Shown<'_>> {
        if self.evaluation.is_sure() { None } else { self.session.show() }
    }

    /// A key was pressed, `seconds` after the comparison was shown. Nothing is corrected here: answers are compared as they are.
    pub fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, EvaluationError> {
        if key == Key::Edit {
            return Ok(Effect::NothingCorrected);
        }
        let effect = self.session.foresee(key, seconds);
        match &effect {
            Effect::Labelled { item, choice, seconds } => self.keep(*item, Some(*choice), *seconds)?,
            Effect::Undone { item } => self.keep(*item, None, None)?,
            _ => {}
        }
        self.session.follow(&effect);
        Ok(effect)
    }

    fn keep(&mut self, item: usize, said: Option<ShownChoice>, seconds: Option<f64>) -> Result<(), EvaluationError> {
        let Some(&comparison) = self.items.get(item) else { return Ok(()) };
        // The old answer is the comparison's `a`.
        let shown_swapped = self.evaluation.shows_new_first(comparison);
        self.evaluation.add_verdict(VerdictLine {
            comparison,
            choice: said.map(|said| said.choice(shown_swapped)),
            margin: None,
            reason: None,
            changed_with_order: false,
            shown_swapped: Some(shown_swapped),
            seconds,
        })
    }
}
