//! What a round's evaluation measures of the two models themselves: what was forgotten, and how the new one ranks people's
//! verdicts on prompts that were set aside.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::MethodError;
use super::super::gather::{Texts, comparisons_of, verdicts_in};
use super::super::work::Work;
use super::evaluate::report_folder;
use crate::domain::{Comparison, PreferencePair, RecordId, Split};
use crate::evaluate::job::{FROM_BASE, FROM_START, HeldOutPair, Policies, Policy, forgetting, held_out, usual_beta};
use crate::evaluate::{Forgetting, HeldOutRewards};
use crate::feedback::people::resolve;
use crate::files;
use crate::generate::Session;
use crate::job::JobContext;
use crate::project::store::Run;

/// What was measured, each once: it is kept beside the report, so that an evaluation that was stopped goes on from there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Measurements {
    /// The run that was measured.
    run: RecordId,
    /// What both models were told before every prompt.
    system_prompt: Option<String>,
    pub(super) forgetting: Option<Forgetting>,
    pub(super) rewards: Option<HeldOutRewards>,
    /// The comparisons that the rewards are of, and the answer that was chosen in each.
    chosen: BTreeMap<RecordId, RecordId>,
}

/// Measures what was not measured yet. `session` has the run's adapter on it.
pub(super) fn measure(
    work: &Work<'_>,
    number: u32,
    run: &Run,
    session: &mut Option<Session>,
    context: &JobContext<'_>,
) -> Result<Measurements, MethodError> {
    let path = report_folder(work, number).join("measured.json");
    let mut measured = kept(work, run, &path);
    if measured.forgetting.is_none() {
        let session = opened(work, run, session)?;
        let policies = Policies { old: Policy { session, adapted: false }, new: Policy { session, adapted: true } };
        measured.forgetting = Some(forgetting(policies, work.asking(), context)?);
        keep(&path, &measured)?;
    }
    let pairs = pairs(work)?;
    let chosen: BTreeMap<RecordId, RecordId> =
        pairs.iter().map(|(comparison, chosen, _)| (*comparison, *chosen)).collect();
    if measured.chosen != chosen {
        let pairs: Vec<HeldOutPair> = pairs.into_iter().map(|(_, _, pair)| pair).collect();
        let session = opened(work, run, session)?;
        measured.rewards = rewards(work, run, session, &pairs, context)?;
        measured.chosen = chosen;
        keep(&path, &measured)?;
    }
    Ok(measured)
}

/// The open model with the run's adapter, opened where it is not yet.
pub(super) fn opened<'s>(
    work: &Work<'_>,
    run: &Run,
    session: &'s mut Option<Session>,
) -> Result<&'s Session, MethodError> {
    if session.is_none() {
        *session = Some(Session::open(work.compute, &work.model()?, Some(&work.store.run_folder(run.id)))?);
    }
    session.as_ref().ok_or(MethodError::Record { what: "runs", reason: "its model is not open".to_owned() })
}

/// What was kept of the same run under the same settings. What cannot be read is measured anew.
fn kept(work: &Work<'_>, run: &Run, path: &Path) -> Measurements {
    let system_prompt = work.settings.system_prompt.clone();
    let read = files::read_text(path).ok().and_then(|text| serde_json::from_str::<Measurements>(&text).ok());
    read.filter(|kept| kept.run == run.id && kept.system_prompt == system_prompt).unwrap_or_else(|| Measurements {
        run: run.id,
        system_prompt,
        ..Measurements::default()
    })
}

fn keep(path: &Path, measured: &Measurements) -> Result<(), MethodError> {
    if let Some(folder) = path.parent() {
        files::create_folder(folder)?;
    }
    files::write_atomically(path, |file| Ok(serde_json::to_writer_pretty(file, measured)?))?;
    Ok(())
}

/// People's verdicts on prompts that are set aside, by the comparisons that they are of and the answers that they chose. Those on the two models' own answers
/// are not among them: a model finds its own answers likely, whatever they are worth.
fn pairs(work: &Work<'_>) -> Result<Vec<(RecordId, RecordId, HeldOutPair)>, MethodError> {
    let held_out: BTreeSet<RecordId> =
        work.store.prompts(Some(Split::Holdout))?.into_iter().map(|prompt| prompt.id).collect();
    let mut comparisons: Vec<Comparison> = comparisons_of(work.store, None)?;
    comparisons.retain(|comparison| held_out.contains(&comparison.prompt));
    if comparisons.is_empty() {
        return Ok(Vec::new());
    }
    let resolution = resolve(&comparisons, &verdicts_in(work.store, None)?, &work.store.annotators()?);
    let (texts, discarded) = (Texts::read(work)?, work.store.discarded()?);
    let converses = work.converses()?;
    let mut pairs = Vec::new();
    for pair in resolution.pairs.iter().filter(|pair| pair.by_people) {
        if discarded.contains(&pair.chosen) || discarded.contains(&pair.rejected) {
            continue;
        }
        let (chosen, rejected) = (texts.completion(pair.chosen)?, texts.completion(pair.rejected)?);
        let prompt = texts.prompt(chosen.prompt)?;
        let texts = PreferencePair {
            prompt: work.asked(&prompt.text, converses),
            chosen: Work::answered(&chosen.text, converses),
            rejected: Work::answered(&rejected.text, converses),
        };
        pairs.push((pair.comparison, pair.chosen, HeldOutPair { prompt: prompt.id as u64, pair: texts }));
    }
    Ok(pairs)
}

/// The rewards of pairs against what the run was trained from.
fn rewards(
    work: &Work<'_>,
    run: &Run,
    session: &Session,
    pairs: &[HeldOutPair],
    context: &JobContext<'_>,
) -> Result<Option<HeldOutRewards>, MethodError> {
    if pairs.is_empty() {
        return Ok(None);
    }
    let start = run.start_run.filter(|_| run.settings["reference"] == "start");
    let model = work.model()?;
    let open = |start| Session::open(work.compute, &model, Some(&work.store.run_folder(start)));
    let start = start.map(open).transpose()?;
    let reference = match &start {
        Some(session) => (Policy { session, adapted: true }, FROM_START),
        None => (Policy { session, adapted: false }, FROM_BASE),
    };
    let beta = run.settings["beta"].as_f64().unwrap_or_else(usual_beta);
    let policy = Policy { session, adapted: true };
    Ok(held_out(policy, reference, pairs, beta, work.asking(), context)?)
}
