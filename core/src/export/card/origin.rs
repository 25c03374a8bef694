//! What an adapter came of: who labelled, by which rules, from which texts, with what result.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::ExportError;
use crate::domain::{CompletionOrigin, RecordId};
use crate::evaluate::report::Report;
use crate::job::{ExportSpec, RunOfProject};
use crate::project::store::{Access, AnnotatorShare, CompletionFilter, Lineage, Run, RunKind, Store, StoreError};
use crate::train::RunRecord;

/// What is known of a training.
#[derive(Debug, Default)]
pub(super) struct Origin {
    /// Where it is a project's.
    pub(super) project: Option<OfProject>,
    /// How it was trained, where its record lies beside it.
    pub(super) record: Option<RunRecord>,
}

/// What a project says of one of its runs.
#[derive(Debug)]
pub(super) struct OfProject {
    pub(super) lineage: Lineage,
    pub(super) texts: Texts,
    /// What the newest comparison with the old model came to.
    pub(super) report: Option<Report>,
    pub(super) is_example: bool,
    pub(super) system_prompt: Option<String>,
    /// It was trained elsewhere and brought in.
    pub(super) is_imported: bool,
    pub(super) kind: RunKind,
    pub(super) before: Before,
}

/// What is known of the trainings that a run goes on from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// Whether people may have decided what they learned from: by verdicts, by answers, or elsewhere.
    pub(super) has_people: bool,
    /// Whether all are of the run's own kind.
    pub(super) is_alike: bool,
}

impl Before {
    fn of(store: &Store, run: &Run, chain: &[RecordId]) -> Result<Self, StoreError> {
        let mut before = Self { has_people: false, is_alike: true };
        for &id in chain {
            let earlier = store.run(id)?;
            let people = people(&store.lineage(id)?.people.iter().collect::<Vec<_>>()).0;
            before.has_people |= people > 0 || earlier.kind == RunKind::Sft || is_imported(&earlier);
            before.is_alike &= earlier.kind == run.kind && !is_imported(&earlier);
        }
        Ok(before)
    }
}

/// Where the texts that were learned from come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) prompts: usize,
    /// Written by a machine.
    pub(super) prompts_by_machines: usize,
    pub(super) answers: usize,
    /// Written by a machine, be it the model itself.
    pub(super) answers_by_machines: usize,
    /// Written by a machine and corrected by a person.
    pub(super) answers_corrected: usize,
    /// Come in a file: who wrote them is not known.
    pub(super) answers_imported: usize,
}

impl Origin {
    pub(super) fn of(spec: &ExportSpec) -> Result<Self, ExportError> {
        let folder = spec.adapter.as_ref().unwrap_or(&spec.model);
        let record = RunRecord::open(folder).map_err(Box::new)?;
        let project = spec.of_run.as_ref().map(OfProject::of).transpose().map_err(Box::new)?;
        Ok(Self { project, record })
    }
}

impl OfProject {
    fn of(of: &RunOfProject) -> Result<Self, StoreError> {
        let store = Store::open(&of.project, Access::Beside)?;
        let (settings, run) = (store.settings()?, store.run(of.run)?);
        let evaluation = store.evaluations()?.into_iter().rfind(|evaluation| evaluation.run == of.run);
        // A report of another version of the program may read otherwise: then the card is without it.
        let report = evaluation.and_then(|evaluation| Report::from_json(&evaluation.summary.to_string()).ok());
        let lineage = store.lineage(of.run)?;
        let pairs = store.run_pairs(of.run)?;
        let mut used: BTreeSet<RecordId> = pairs.iter().flat_map(|pair| [pair.chosen, pair.rejected]).collect();
        if run.kind == RunKind::Sft && !is_imported(&run) {
            used.extend(store.ideal_answers()?);
        }
        Ok(Self {
            before: Before::of(&store, &run, &lineage.chain)?,
            lineage,
            texts: Texts::of(&store, &used)?,
            kind: run.kind,
            report,
            is_example: settings.is_example,
            system_prompt: settings.system_prompt,
            is_imported: is_imported(&run),
        })
    }
}

fn is_imported(run: &Run) -> bool {
    matches!(run.settings.get("imported_from"), Some(Value::String(_)))
}

impl Texts {
    /// Of these answers and the prompts that they answer.
    pub(super) fn of(store: &Store, used: &BTreeSet<RecordId>) -> Result<Self, StoreError> {
        let completions = store.completions(&CompletionFilter::default())?;
        let used: Vec<_> = completions.iter().filter(|completion| used.contains(&completion.id)).collect();
        let mut texts = Self { answers: used.len(), ..Self::default() };
        for completion in &used {
            match completion.origin {
                CompletionOrigin::Model { .. } | CompletionOrigin::Coach { .. } => texts.answers_by_machines += 1,
                CompletionOrigin::Edit { .. } => texts.answers_corrected += 1,
                CompletionOrigin::Import { .. } => texts.answers_imported += 1,
                CompletionOrigin::Ideal { .. } => {}
            }
        }
        let asked: BTreeSet<RecordId> = used.iter().map(|completion| completion.prompt).collect();
        let prompts = store.prompts(None)?;
        let prompts: Vec<_> = prompts.iter().filter(|prompt| asked.contains(&prompt.id)).collect();
        texts.prompts = prompts.len();
        texts.prompts_by_machines = prompts.iter().filter(|prompt| prompt.source.starts_with("written by ")).count();
        Ok(texts)
    }
}

/// How many of these are people, and how many are programs that stand in for people.
pub(super) fn people(shares: &[&AnnotatorShare]) -> (usize, usize) {
    let simulated = shares.iter().filter(|share| share.annotator.is_simulated).count();
    (shares.len() - simulated, simulated)
}
