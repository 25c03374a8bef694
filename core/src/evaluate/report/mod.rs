//! The report: one page that a person understands who has never trained a model.
//!
//! A [`Report`] holds plain values. [`Report::to_html`] is a page that stands by itself, [`Report::to_markdown`] goes with
//! the pictures of [`Report::plots`], and [`Report::to_json`] is for programs and is read back by [`Report::from_json`].
//! The same values give the same bytes. Text from models and files is shown as what it is: data.

mod curve;
mod examples;
pub(super) mod escape;
mod forgotten;
pub(super) mod html;
mod markdown;
mod plots;
mod risks;
mod summary;
mod tables;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Conclusion, EvaluateError, Outcome, Results, Setting, Ship};
use crate::domain::{AnnotatorKind, Finding};

pub use curve::Curve;
pub use examples::shown_examples;
pub use risks::{RISKS, Risk, RiskRow};

/// Everything that a report shows. What is left empty is left out of the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The project, as people call it.
    pub title: String,
    /// The old model.
    pub base_model: String,
    /// The model that the adapter is on, where it is not the old one; the new model itself, where there is no adapter.
    pub new_model: String,
    /// The adapter: its folder, or its run.
    pub adapter: String,
    /// How feedback was collected.
    pub method: MethodUsed,
    /// What was done, in numbers.
    pub work: Work,
    /// Who compared old and new.
    pub grader: Option<Grader>,
    /// Nothing says who labelled the pairs that were trained on.
    pub labelling_is_unknown: bool,
    /// What was measured.
    pub results: Results,
    /// How many of the prompts that count were trained on too, in the same words or nearly; `None` where nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trained_on: Option<usize>,
    /// Prompts that do not count because they were trained on.
    #[serde(skip_serializing_if = "is_none")]
    pub left_out: usize,
    /// Figures of the training over its steps.
    pub curves: Vec<Curve>,
    /// Answers side by side.
    pub examples: Vec<Example>,
    /// Who labelled the pairs that were trained on.
    pub labellers: Vec<Labeller>,
    /// What the training's own figures show.
    pub findings: Vec<Finding>,
    /// Where the adapter comes from: model and revision, pairs, rubric version, seed, …
    pub lineage: Vec<Fact>,
    /// Settings for the expert.
    pub settings: Vec<Fact>,
}

/// The method in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MethodUsed {
    /// Its name in files: `rlhf`, `hybrid-a`, …
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What was done, in one sentence.
    pub says: String,
}

/// What was done, in numbers. 0 is left out of the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Work {
    /// Prompts whose answers were trained on.
    pub prompts: u64,
    /// Prompts that were only asked afterwards.
    pub held_out_prompts: u64,
    /// Answers that the model gave for the training.
    pub answers: u64,
    /// Comparisons of two answers that were asked for the training.
    pub comparisons: u64,
    /// Verdicts on them.
    pub verdicts: u64,
    /// Preference pairs that came of them.
    pub pairs: u64,
    /// Optimizer steps.
    pub steps: u64,
    /// The time that it all took, as the caller measured it.
    pub seconds: f64,
}

/// Who compared old and new answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grader {
    /// What people call it.
    pub name: String,
    /// What kind it is.
    pub kind: AnnotatorKind,
    /// A program stands in for a person.
    #[serde(default)]
    pub is_simulated: bool,
    /// Each comparison was judged in both orders, and counted as a tie where the two verdicts differ.
    #[serde(default)]
    pub both_orders: bool,
    /// Comparisons whose verdict changed with the order.
    #[serde(default)]
    pub order_changes: u64,
    /// It also labelled the pairs that were trained on.
    #[serde(default)]
    pub also_labelled: bool,
}

/// Two answers to a held-out prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// What was asked.
    pub prompt: String,
    /// The old model's answer.
    pub old: String,
    /// The new model's.
    pub new: String,
    /// Which was preferred; `None` where nobody judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Why, in the judge's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Somebody who labelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labeller {
    /// What people call them.
    pub name: String,
    /// What kind.
    pub kind: AnnotatorKind,
    /// A program stands in for a person.
    #[serde(default)]
    pub is_simulated: bool,
    /// Verdicts that count.
    pub verdicts: u64,
    /// What is known of their quality, such as the agreement with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A name and a value for a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What it is here.
    pub value: String,
}

impl Grader {
    /// Whether each comparison was asked twice. What rules give to an answer does not depend on where it stands.
    pub fn asked_both_orders(&self) -> bool {
        self.both_orders && self.kind != AnnotatorKind::Rules
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Fact {
    /// A name and a value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl Report {
    /// What the results come to. A machine that labelled the pairs does not decide alone that what came of them is handed on,
    /// and prompts that were trained on do not decide it at all.
    pub fn conclusion(&self) -> Conclusion {
        let conclusion = Conclusion::within(&self.results, self.setting()).with_more_pairs(self.work.pairs);
        let conclusion = match self.judge_alone() {
            Some((grader, is_known)) if conclusion.ship == Ship::Yes => {
                conclusion.after_a_second_look(&grader.name, is_known)
            }
            _ => conclusion,
        };
        match self.setting().known_prompts() {
            Some(known) => conclusion.on_known_prompts(known, self.results.prompts()),
            None => conclusion,
        }
    }

    /// A machine that compared what it had labelled itself, and whether that is known; what is not known is held against a coach.
    fn judge_alone(&self) -> Option<(&Grader, bool)> {
        let grader = self.grader.as_ref().filter(|grader| grader.kind != AnnotatorKind::Person)?;
        let may_have = self.labelling_is_unknown && grader.kind == AnnotatorKind::Coach;
        (grader.also_labelled || may_have).then_some((grader, grader.also_labelled))
    }

    /// Where old and new were compared. Only a project's round has a method.
    pub(super) fn setting(&self) -> Setting {
        Setting { in_project: !self.method.id.is_empty(), trained_on: self.trained_on }
    }

    /// What to beware of, and what to do about it.
    pub fn risks(&self) -> Vec<Risk> {
        risks::of(self)
    }

    /// The report as a page by itself: no script, no other file.
    pub fn to_html(&self) -> String {
        html::page(self)
    }

    /// The report as Markdown, to lie beside a folder `plots` with the files of [`Report::plots`].
    pub fn to_markdown(&self) -> String {
        markdown::page(self)
    }

    /// The pictures as SVG files: name and content.
    pub fn plots(&self) -> Vec<(String, String)> {
        plots::of(self).iter().map(|plot| (format!("{}.svg", plot.name), plot.file())).collect()
    }

    /// The report for programs: the figures that are looked for first stand at the top, every value under `report`.
    pub fn to_json(&self) -> Value {
        summary::of(self)
    }

    /// Reads what [`Report::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, EvaluateError> {
        #[derive(Deserialize)]
        struct File {
            report: Report,
        }
        let file: File = serde_json::from_str(text).map_err(|source| EvaluateError::NotAReport { source })?;
        Ok(file.report)
    }
}

#[cfg(test)]
mod tests;
