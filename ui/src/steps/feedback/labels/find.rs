//! What is looked for among the labels, and what is found: looked for again only when either changes.

use std::sync::Arc;

use egui::Ui;
use whetstone_core::desk::LabelRow;
use whetstone_core::feedback::coach::CoachReason;

use super::{Scope, because_of, is_by_machine};
use crate::page::Page;
use crate::parts::{self, Number};

/// What was said, in kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Said {
    /// Whatever.
    #[default]
    All,
    /// One answer is better.
    Decided,
    /// A tie, both bad, or skipped.
    Undecided,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Filter {
    /// Whose at all.
    pub(super) scope: Scope,
    /// A text of the prompt, an answer or the reason.
    text: String,
    /// Only whose; empty for everybody's.
    who: String,
    said: Said,
    /// Only for this reason.
    because: Option<CoachReason>,
    /// Only where this rule decided; empty for any.
    rule: String,
    /// Only what is less sure than so many percent; 0 stands for all.
    below: u8,
}

impl Filter {
    /// Whether it leaves anything out.
    pub(super) fn is_set(&self) -> bool {
        *self != Self { scope: self.scope, ..Self::default() }
    }

    fn passes(&self, label: &LabelRow, text: &str) -> bool {
        let has = |one: &str| contains(one, text);
        let is_sure = |below: f64| label.confidence.is_none_or(|sure| sure >= below);
        (self.scope == Scope::All || is_by_machine(label))
            && (self.who.is_empty() || label.annotator == self.who)
            && match self.said {
                Said::All => true,
                Said::Decided => label.choice.is_decisive(),
                Said::Undecided => !label.choice.is_decisive(),
            }
            && (self.because.is_none() || label.because == self.because)
            && (self.rule.is_empty() || label.rules.contains(&self.rule))
            && (self.below == 0 || !is_sure(f64::from(self.below) / 100.0))
            && (text.is_empty()
                || [&label.prompt, &label.a, &label.b].into_iter().any(|one| has(one))
                || label.reason.as_deref().is_some_and(has))
    }
}

/// Whether a text has another one in it that is in small letters, in capitals or not. It is asked of every label at each
/// letter that is typed, so the usual letters are compared in place.
fn contains(text: &str, wanted: &str) -> bool {
    if !wanted.is_ascii() {
        return text.to_lowercase().contains(wanted);
    }
    let wanted = wanted.as_bytes();
    text.as_bytes().windows(wanted.len().max(1)).any(|piece| piece.eq_ignore_ascii_case(wanted))
}

/// What was found, and in what.
#[derive(Debug, Default)]
pub(super) struct Found {
    of: Option<(Arc<[LabelRow]>, Filter)>,
    rows: Vec<usize>,
}

impl Found {
    /// Looks, where labels or filter are others than before.
    pub(super) fn look(&mut self, labels: &Arc<[LabelRow]>, filter: &Filter) {
        let is_same = |(of, by): &(Arc<[LabelRow]>, Filter)| Arc::ptr_eq(of, labels) && by == filter;
        if self.of.as_ref().is_some_and(is_same) {
            return;
        }
        let text = filter.text.trim().to_lowercase();
        let found = labels.iter().enumerate().filter(|(_, label)| filter.passes(label, &text));
        self.rows = found.map(|(place, _)| place).collect();
        self.of = Some((Arc::clone(labels), filter.clone()));
    }

    /// The places of what was found.
    pub(super) fn rows(&self) -> &[usize] {
        &self.rows
    }
}

/// Draws what can be looked for.
pub(super) fn filter_ui(page: &mut Page<'_>, ui: &mut Ui, filter: &mut Filter) {
    let hint = page.say("feedback-find-hint");
    parts::text_field(page, ui, &page.say("feedback-find"), &mut filter.text, &hint);
    let said = [
        (Said::All, page.say("feedback-said-all")),
        (Said::Decided, page.say("feedback-said-decided")),
        (Said::Undecided, page.say("feedback-said-undecided")),
    ];
    parts::row_of_choices(ui, &mut filter.said, &said);
    parts::fold(ui, &page.say("feedback-find-more"), |ui| {
        let kinds = page.project().into_iter().flat_map(|project| &project.annotators);
        let is_shown = |kind| filter.scope == Scope::All || kind != whetstone_core::domain::AnnotatorKind::Person;
        let everybody = (String::new(), page.say("feedback-labels-everybody"));
        let named = kinds.filter(|one| is_shown(one.kind)).map(|one| (one.name.clone(), one.name.clone()));
        let choices: Vec<(String, String)> = std::iter::once(everybody).chain(named).collect();
        parts::pick_field(page, ui, &page.say("feedback-labels-who"), &mut filter.who, &choices);
        let any = (None, page.say("feedback-because-any"));
        let reasons = CoachReason::ALL.map(|reason| (Some(reason), page.say(because_of(reason))));
        let choices: Vec<(Option<CoachReason>, String)> = std::iter::once(any).chain(reasons).collect();
        parts::pick_field(page, ui, &page.say("feedback-because"), &mut filter.because, &choices);
        let every = (String::new(), page.say("feedback-review-every-rule"));
        let rules = page.project().and_then(|project| project.rubric.as_ref());
        let rules = rules.into_iter().flat_map(|version| &version.rubric.rules);
        let choices: Vec<(String, String)> =
            std::iter::once(every).chain(rules.map(|rule| (rule.name.clone(), rule.name.clone()))).collect();
        parts::pick_field(page, ui, &page.say("feedback-find-rule"), &mut filter.rule, &choices);
        let mut below = f64::from(filter.below);
        let number = Number {
            name: &page.say("feedback-find-below"),
            help: &page.say("feedback-find-below-help"),
            range: 0.0..=100.0,
            speed: 1.0,
            decimals: 0,
        };
        if parts::number_field(page, ui, &number, &mut below) {
            filter.below = below as u8;
        }
    });
    if filter.is_set() && parts::link_button(page.colours, ui, &page.say("feedback-find-all")).clicked() {
        *filter = Filter { scope: filter.scope, ..Filter::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::coach_label;

    fn found(filter: &Filter) -> Vec<usize> {
        let labels: Arc<[LabelRow]> = (0..9).map(coach_label).collect();
        let mut found = Found::default();
        found.look(&labels, filter);
        found.rows().to_vec()
    }

    #[test]
    fn labels_are_found_by_text_reason_rule_and_sureness() {
        let undecided = Filter { said: Said::Undecided, ..Filter::default() };
        assert_eq!(found(&undecided), [2, 5, 8]);
        assert!(undecided.is_set() && !Filter { scope: Scope::Machines, ..Filter::default() }.is_set());
        assert_eq!(found(&Filter { because: Some(CoachReason::ChangedItsMind), ..Filter::default() }), [2, 5, 8]);
        assert_eq!(found(&Filter { below: 80, ..Filter::default() }), [1, 2, 4, 5, 7, 8]);
        assert_eq!(found(&Filter { rule: "next step".to_owned(), ..Filter::default() }), [0, 1, 3, 4, 6, 7]);
        let words = coach_label(4).prompt.to_uppercase();
        assert_eq!(found(&Filter { text: format!(" {words} "), ..Filter::default() }), [4]);
        assert_eq!(found(&Filter { text: "what happens NEXT".to_owned(), ..Filter::default() }), [0, 1, 3, 4, 6, 7]);
        assert!(contains("Grüße aus KÖLN", "köln") && contains("Am Abend", "ABEND".to_lowercase().as_str()));
        assert!(!contains("ab", "abc") && !contains("", "a"));
        assert!(found(&Filter { who: "Ada".to_owned(), ..Filter::default() }).is_empty());
    }

    #[test]
    fn what_was_found_is_looked_for_again_only_where_something_changed() {
        let labels: Arc<[LabelRow]> = (0..9).map(coach_label).collect();
        let mut found = Found::default();
        found.look(&labels, &Filter::default());
        assert_eq!(found.rows().len(), 9);
        found.rows.clear();
        found.look(&labels, &Filter::default());
        assert!(found.rows().is_empty(), "the same is not looked for again");
        let fewer: Arc<[LabelRow]> = (0..3).map(coach_label).collect();
        found.look(&fewer, &Filter::default());
        assert_eq!(found.rows().len(), 3);
    }
}
