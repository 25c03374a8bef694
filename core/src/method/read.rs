//! From the store to where a project stands.

use std::collections::BTreeSet;

use super::MethodError;
use super::standing::{RoundStanding, Standing};
use crate::domain::{Completion, CompletionOrigin, RecordId};
use crate::project::store::{CompletionFilter, RoundProgress, RunKind, Store};

/// How a rubric that was distilled from a round's verdicts says where it came from.
pub(super) fn distilled_from(round: u32) -> String {
    format!("distilled from people's verdicts of round {round}")
}

/// Runs that count no more: what they learned from is of an annotator who was removed, or they went on from such a run.
/// They are trained anew when the project is gone on with.
pub(super) fn stale_runs(store: &Store) -> Result<BTreeSet<RecordId>, MethodError> {
    let removed: BTreeSet<RecordId> =
        store.annotators()?.into_iter().filter(|one| !one.is_active).map(|one| one.id).collect();
    if removed.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut stale = BTreeSet::new();
    for &annotator in &removed {
        stale.extend(store.runs_touched_by(annotator)?);
    }
    let wrote = |one: &Completion| match one.origin {
        CompletionOrigin::Edit { annotator, .. } | CompletionOrigin::Ideal { annotator: Some(annotator) } => {
            removed.contains(&annotator)
        }
        _ => false,
    };
    let imitated = store.completions(&CompletionFilter::default())?.iter().any(wrote);
    // Runs are listed in the order in which they were begun: one that others start from stands before them.
    for run in store.runs()? {
        let from_stale = run.start_run.is_some_and(|start| stale.contains(&start));
        if from_stale || (imitated && run.kind == RunKind::Sft) {
            stale.insert(run.id);
        }
    }
    Ok(stale)
}

/// What the store holds, as far as recipes look at it.
pub fn standing_of(store: &Store) -> Result<Standing, MethodError> {
    let rubrics = store.rubrics()?;
    let counts = store.counts(None)?;
    let stale = stale_runs(store)?;
    let round = |progress: RoundProgress| {
        let counts = |(found, run): &&(RunKind, RecordId), kind: RunKind| *found == kind && !stale.contains(run);
        let finished = |kind: RunKind| progress.finished.iter().rfind(|run| counts(run, kind)).map(|(_, run)| *run);
        let adapter = finished(RunKind::Dpo);
        RoundStanding {
            round: progress.round,
            number: progress.number,
            prompts_answered: progress.prompts_answered,
            completions: progress.completions,
            comparisons: progress.comparisons,
            judged_by_people: progress.judged_by_people,
            judged_by_coach: progress.judged_by_coaches,
            judged_by_preference_model: progress.judged_by_preference_models,
            holdout_comparisons: progress.holdout_comparisons,
            holdout_judged_by_people: progress.holdout_judged_by_people,
            is_approved: progress.approvals > 0,
            is_distilled: rubrics.iter().any(|version| version.origin == distilled_from(progress.number)),
            preference_model: finished(RunKind::PreferenceModel),
            imitation: finished(RunKind::Sft),
            adapter,
            is_evaluated: adapter.is_some_and(|run| progress.evaluated.contains(&run)),
        }
    };
    Ok(Standing {
        prompts: counts.prompts_train,
        holdout: counts.prompts_holdout,
        has_rubric: rubrics.last().is_some_and(|version| !version.rubric.rules.is_empty()),
        ideal_answers: store.ideal_answers()?.len(),
        rounds: store.progress()?.into_iter().map(round).collect(),
    })
}
