//! The job that does something with a project without a model: it is made, set, looked into, shared, and what came of it
//! is said.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::MethodError;
use super::labelling::Material;
use super::run::{named, position_of, said_of_stages};
use super::settings::{make, set};
use super::sharing::{approve, merge_all, write_archive, write_pack, write_pairs};
use crate::domain::Split;
use crate::feedback::people::{Figure, Judged, figures};
use crate::job::{JobContext, ProjectAction, ProjectSpec};
use crate::project::store::{self, Access, RunKind, Store};

/// What came of an action: figures by name, and `said`, the same in sentences.
type Done = Result<Map<String, Value>, MethodError>;

/// The job.
pub fn act(spec: &ProjectSpec, context: &JobContext<'_>) -> Done {
    let folder = &spec.project;
    let open = || Store::open(folder, Access::Owner);
    let look = || Store::open(folder, Access::ReadOnly).or_else(|_| open());
    match &spec.action {
        ProjectAction::New(changes) => made(folder, &make(folder, changes)?),
        ProjectAction::Set(changes) => {
            let store = open()?;
            set(&store, changes)?;
            status(&store)
        }
        ProjectAction::Status => status(&look()?),
        ProjectAction::Agreement => agreement(&look()?),
        ProjectAction::Pack { annotator, out, review } => pack(&open()?, annotator, out, *review),
        ProjectAction::Merge { packs } => {
            let said = merge_all(&open()?, packs, || context.check())?;
            Ok(told(said, []))
        }
        ProjectAction::Approve { annotator } => approved(&open()?, annotator),
        ProjectAction::SetAnnotator { annotator, is_active } => set_annotator(&open()?, annotator, *is_active),
        ProjectAction::Dataset { to, out } => dataset(&look()?, to, out),
        ProjectAction::Lineage => lineage(&look()?),
        ProjectAction::History { most } => history(&look()?, *most),
        ProjectAction::Archive { out } => {
            write_archive(&open()?, out)?;
            Ok(told([format!("archive: {}", out.display())], [("archive", json!(out))]))
        }
        ProjectAction::Unpack { archive } => {
            store::unpack(archive, folder)?;
            Ok(told([format!("project: {}", folder.display())], [("project", json!(folder))]))
        }
    }
}

fn told<const N: usize>(said: impl IntoIterator<Item = String>, figures: [(&str, Value); N]) -> Map<String, Value> {
    let mut summary: Map<String, Value> = figures.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    summary.insert("said".to_owned(), json!(said.into_iter().collect::<Vec<_>>()));
    summary
}

fn made(folder: &Path, store: &Store) -> Done {
    let mut summary = status(store)?;
    let made = format!("made the project {}", folder.display());
    if let Some(Value::Array(said)) = summary.get_mut("said") {
        said.insert(0, json!(made));
    }
    Ok(summary)
}

/// Where a project stands and what it waits for.
fn status(store: &Store) -> Done {
    let settings = store.settings()?;
    let counts = store.counts(None)?;
    let mut said = vec![
        format!(
            "{}: model {}, method {}",
            settings.name,
            settings.model,
            settings.method.as_deref().unwrap_or("not chosen yet")
        ),
        format!(
            "{} prompts to train on, {} set aside; {} answers; {} comparisons; {} verdicts of people, {} of machines",
            counts.prompts_train,
            counts.prompts_holdout,
            counts.completions,
            counts.comparisons,
            counts.verdicts_of_people,
            counts.verdicts_of_coaches + counts.verdicts_of_rules + counts.verdicts_of_preference_models
        ),
    ];
    let simulated: Vec<String> =
        store.annotators()?.into_iter().filter(|one| one.is_simulated).map(|one| one.name).collect();
    if !simulated.is_empty() {
        said.push(format!("simulated people: {}", simulated.join(", ")));
    }
    let position = position_of(store)?;
    let (mut stages, mut waiting) = (Value::Null, None);
    match position {
        Some((_, position, waits_for)) => {
            said.extend(said_of_stages(&position));
            match (&waits_for, position.next) {
                (Some(reason), _) => said.push(format!("It waits for {reason}.")),
                (None, Some(_)) => said.push(named(store, "`whetstone run PROJECT` goes on.")),
                (None, None) => said.push(named(store, "All is done. Another round: `whetstone run PROJECT --again`.")),
            }
            stages = json!(position.stages);
            waiting = waits_for;
        }
        None => said.push(named(
            store,
            "No method is chosen yet: `whetstone advise` helps, `whetstone project set PROJECT --method METHOD` sets it.",
        )),
    }
    if let Some(evaluation) = store.evaluations()?.iter().rfind(|one| one.summary.get("sentence").is_some()) {
        said.push(evaluation.summary["sentence"].as_str().unwrap_or_default().to_owned());
    }
    Ok(told(
        said,
        [("settings", json!(settings)), ("counts", json!(counts)), ("stages", stages), ("waits_for", json!(waiting))],
    ))
}

/// How far the annotators of the newest round agree.
pub(crate) fn agreement_figures(store: &Store) -> Result<Vec<Figure>, MethodError> {
    let mut material = Material::read(store, Split::Train)?;
    material.verdicts.retain(|stored| !stored.is_withdrawn);
    let judged = Judged {
        comparisons: &material.comparisons,
        verdicts: &material.verdicts,
        annotators: &material.annotators,
        completions: &material.completions,
    };
    Ok(figures(&judged, store.settings()?.seed))
}

fn agreement(store: &Store) -> Done {
    let figures = agreement_figures(store)?;
    let mut said: Vec<String> = figures
        .iter()
        .map(|figure| format!("{}{}: {}", if figure.concern { "! " } else { "  " }, figure.title, figure.sentence))
        .collect();
    if said.is_empty() {
        said.push("Too little was judged yet to say how far the annotators agree.".to_owned());
    }
    Ok(told(said, [("figures", json!(figures))]))
}

fn pack(store: &Store, name: &str, out: &Path, review: bool) -> Done {
    let comparisons = write_pack(store, name, out, review)?;
    Ok(told(
        [
            format!("pack: {} ({comparisons} comparisons for {name})", out.display()),
            format!("{name} judges it by `whetstone label --pack FILE`; it comes back by `whetstone project merge`."),
        ],
        [("pack", json!(out)), ("comparisons", json!(comparisons))],
    ))
}

fn approved(store: &Store, name: &str) -> Done {
    let (round, doubtful) = approve(store, name)?;
    Ok(told(
        [
            format!("{name} approved the verdicts of round {round}; {doubtful} doubtful ones were not looked at."),
            named(store, "`whetstone run PROJECT` goes on."),
        ],
        [("round", json!(round)), ("doubtful", json!(doubtful))],
    ))
}

fn set_annotator(store: &Store, name: &str, is_active: bool) -> Done {
    let found = store.annotators()?.into_iter().find(|one| one.name == name);
    let Some(annotator) = found else {
        let known: Vec<String> = store.annotators()?.into_iter().map(|one| one.name).collect();
        return Err(MethodError::UnknownAnnotator { name: name.to_owned(), known });
    };
    store.set_annotator_active(annotator.id, is_active)?;
    let runs = store.runs_touched_by(annotator.id)?;
    let counts = if is_active { "counts again" } else { "counts no more; the verdicts stay in the project" };
    let mut said = vec![format!("{name} {counts}.")];
    if runs.is_empty() {
        said.push("No run rests on these verdicts.".to_owned());
    } else {
        let list: Vec<String> = runs.iter().map(ToString::to_string).collect();
        said.push(format!(
            "Runs that rest on these verdicts, or on a run that does: run {}. {}",
            list.join(", run "),
            if is_active {
                "They count again too.".to_owned()
            } else {
                named(store, "They count no more: `whetstone run PROJECT` trains them anew without these verdicts.")
            }
        ));
    }
    Ok(told(said, [("runs", json!(runs))]))
}

fn dataset(store: &Store, to: &str, out: &Path) -> Done {
    let (pairs, written) = write_pairs(store, to, out)?;
    let mut said = vec![format!("{pairs} pairs: {}", out.display())];
    said.extend(written.notes.iter().cloned());
    Ok(told(said, [("pairs", json!(pairs)), ("written", json!(written)), ("out", json!(out))]))
}

fn lineage(store: &Store) -> Done {
    let mut said = Vec::new();
    let mut all = Vec::new();
    for run in store.runs()? {
        let lineage = store.lineage(run.id)?;
        let names = |shares: &[store::AnnotatorShare]| -> Vec<String> {
            let one = |share: &store::AnnotatorShare| format!("{} ({} verdicts)", share.annotator.name, share.verdicts);
            shares.iter().map(one).collect()
        };
        let mut from = names(&lineage.people);
        from.extend(names(&lineage.coaches));
        from.extend(names(&lineage.others));
        let versions: Vec<String> = lineage.rubrics.iter().map(|version| version.version.to_string()).collect();
        let mut parts = vec![match run.kind {
            RunKind::Sft => format!("run {}: corrected and ideal answers", run.id),
            RunKind::Dpo | RunKind::PreferenceModel => {
                format!("run {}: {} pairs from {}", run.id, lineage.pairs, from.join(", "))
            }
        }];
        if !versions.is_empty() {
            parts.push(format!("rubric version {}", versions.join(", ")));
        }
        parts.extend(run.start_run.map(|start| format!("went on from run {start}")));
        said.push(parts.join("; "));
        all.push(lineage);
    }
    if said.is_empty() {
        said.push("Nothing was trained yet.".to_owned());
    }
    Ok(told(said, [("runs", json!(all))]))
}

fn history(store: &Store, most: usize) -> Done {
    let mut entries = store.audit(most)?;
    entries.reverse();
    let line = |entry: &store::AuditEntry| format!("{}  {}: {}", entry.at, entry.who, entry.what);
    Ok(told(entries.iter().map(line).collect::<Vec<_>>(), [("history", json!(entries))]))
}
