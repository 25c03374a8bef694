//! Going on with a project as far as people are not needed.

use serde_json::{Map, Value, json};

use super::MethodError;
use super::read::standing_of;
use super::recipe::StageKind;
use super::stages;
use super::standing::{Position, StagePosition, Standing, waits_for};
use super::work::{Means, Work};
use crate::domain::{ComputeSettings, RecordId, ResultJudge};
use crate::job::{JobContext, RunSpec};
use crate::project::store::{Access, Store};

/// How far a project came.
#[derive(Debug, Clone, PartialEq)]
pub struct Progressed {
    /// Where it stands now.
    pub position: Position,
    /// What it waits for; `None` where all is done that was asked for.
    pub waits_for: Option<String>,
    /// The stage that it was asked to stop after, where it did.
    pub stopped_after: Option<StageKind>,
}

/// The job: does what a machine can do, stage by stage, until people are needed or all is done.
pub fn run(spec: &RunSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let until = match &spec.until {
        Some(id) => Some(StageKind::find(id).ok_or_else(|| MethodError::UnknownStage { stage: id.clone() })?),
        None => None,
    };
    let store = Store::open(&spec.project, if spec.beside { Access::Beside } else { Access::Owner })?;
    let means = Means { endpoint: &spec.endpoint, ..Means::here(&spec.compute) };
    let work = Work::open(&store, means)?;
    let done = standing_of(&store)?.position(work.recipe).next.is_none();
    if spec.again && done {
        store.begin_round(work.newest_adapter()?.map(|run| run.id))?;
    }
    let progressed = go_on(&store, means, until, context)?;
    summary(&store, &progressed)
}

/// Goes on until people are needed or all is done; with `until`, no further than that stage of the round that it begins
/// in.
pub(super) fn go_on(
    store: &Store,
    means: Means<'_>,
    until: Option<StageKind>,
    context: &JobContext<'_>,
) -> Result<Progressed, MethodError> {
    let work = Work::open(store, means)?;
    let mut tried: Vec<(StageKind, u32)> = Vec::new();
    let mut first_round = None;
    loop {
        context.check()?;
        let standing = standing_of(store)?;
        let mut position = standing.position(work.recipe);
        // A stage that had nothing to do left nothing in the store: it is done for this time.
        for stage in position.stages.iter_mut().filter(|stage| tried.contains(&(stage.stage.kind, stage.round))) {
            stage.is_done = true;
        }
        position.next = position.stages.iter().find(|stage| !stage.is_done).copied();
        let Some(next) = position.next else {
            return Ok(Progressed { position, waits_for: None, stopped_after: None });
        };
        let round = *first_round.get_or_insert(next.round);
        if until.is_some_and(|until| next.round != round || next.stage.kind > until) {
            return Ok(Progressed { position, waits_for: None, stopped_after: until });
        }
        let waiting = waiting_of(&work, &position, &standing);
        if next.stage.kind.is_for_people() && waiting.is_some() {
            let waits_for = waiting.map(|waiting| named(store, &waiting));
            return Ok(Progressed { position, waits_for, stopped_after: None });
        }
        context.note(next.stage.kind.title());
        if !stages::carry_out(&work, next.stage.kind, next.round, context)? {
            let waiting = waiting_of(&work, &position, &standing_of(store)?);
            let title = next.stage.kind.title();
            let waiting = waiting.unwrap_or_else(|| match next.stage.kind {
                StageKind::Evaluate => format!(
                    "the coach, in round {}: some comparisons of old and new answers could not be judged now; the same command \
                     asks about them again",
                    next.round
                ),
                _ => format!("people, in round {}: {title}", next.round),
            });
            return Ok(Progressed { waits_for: Some(named(store, &waiting)), position, stopped_after: None });
        }
        tried.push((next.stage.kind, next.round));
    }
}

/// What it waits for. Where a machine compares old and new, nobody has to come first.
fn waiting_of(work: &Work<'_>, position: &Position, standing: &Standing) -> Option<String> {
    let is_compared = position.next.is_some_and(|next| next.stage.kind == StageKind::Evaluate);
    if is_compared && work.settings.judge != ResultJudge::People { None } else { waits_for(position, standing) }
}

/// A sentence with the project's folder where it says `PROJECT`.
pub(super) fn named(store: &Store, sentence: &str) -> String {
    let folder = store.folder().display().to_string();
    let folder = if folder.contains(' ') { format!("\"{folder}\"") } else { folder };
    sentence.replace("PROJECT", &folder)
}

/// How the newest adapter is used and taken away.
pub(super) fn next_steps(store: &Store, model: &str, run: RecordId) -> Vec<String> {
    let adapter = store.run_folder(run);
    let adapter = adapter.display();
    vec![
        format!("try it: whetstone generate --model {model} --adapter {adapter} --prompt \"…\""),
        format!("take it away: whetstone export --model {model} --adapter {adapter} --to peft --out FOLDER"),
    ]
}

/// What came of it, for people and for scripts.
fn summary(store: &Store, progressed: &Progressed) -> Result<Map<String, Value>, MethodError> {
    let standing = standing_of(store)?;
    let mut said = said_of_stages(&progressed.position);
    let mut summary = Map::new();
    summary.insert("stages".to_owned(), json!(progressed.position.stages));
    if let Some(reason) = &progressed.waits_for {
        said.push(format!("It waits for {reason}."));
    } else if let Some(stage) = progressed.stopped_after {
        said.push(format!("It stopped after this stage, as it was asked to: {}.", stage.title()));
    } else if let Some(evaluation) = store.evaluations()?.last() {
        let sentence = evaluation.summary.get("sentence").and_then(Value::as_str).unwrap_or_default();
        let number = standing.rounds.last().map_or(1, |round| round.number);
        let report = store.folder().join("reports").join(format!("round-{number}")).join("report.html");
        said.push(format!("adapter: {}", store.run_folder(evaluation.run).display()));
        said.extend(next_steps(store, &store.settings()?.model, evaluation.run));
        said.push("another round: the same command with --again".to_owned());
        said.push(format!("report: {}", report.display()));
        said.push(sentence.to_owned());
        summary.insert("report".to_owned(), json!(report));
    }
    summary.insert("waits_for".to_owned(), json!(progressed.waits_for));
    summary.insert("stopped_after".to_owned(), json!(progressed.stopped_after));
    summary.insert("said".to_owned(), json!(said));
    Ok(summary)
}

/// The stages, each with a mark whether it is done.
pub(super) fn said_of_stages(position: &Position) -> Vec<String> {
    let line = |stage: &StagePosition| {
        let mark = if stage.is_done {
            "done"
        } else if Some(*stage) == position.next {
            "next"
        } else {
            ""
        };
        format!("{mark:>6}  round {}: {}", stage.round, stage.stage.kind.title())
    };
    position.stages.iter().map(line).collect()
}

/// Where a project stands, as `status` tells it.
pub fn position_of(store: &Store) -> Result<Option<(Standing, Position, Option<String>)>, MethodError> {
    let compute = ComputeSettings::default();
    let work = match Work::open(store, Means::here(&compute)) {
        Ok(work) => work,
        Err(MethodError::NoMethod) => return Ok(None),
        Err(error) => return Err(error),
    };
    let standing = standing_of(store)?;
    let position = standing.position(work.recipe);
    let waiting = waiting_of(&work, &position, &standing).map(|waiting| named(store, &waiting));
    Ok(Some((standing, position, waiting)))
}

#[cfg(test)]
mod tests;
