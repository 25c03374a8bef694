//! What can be done with a project without a model: made, set, looked into, shared.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::MethodError;
use super::demo;
use super::gather::{preference_rows, resolution};
use super::labelling::Material;
use super::recipe::find_recipe;
use super::run::{named, position_of, said_of_stages};
use super::work::{Work, model_folder};
use crate::domain::{AnnotatorKind, ComputeSettings, RecordId, ResultJudge, Split};
use crate::feedback::people::{Judged, Pack, PackContents, PackProject, PackSource, figures, make_pack, merge_pack};
use crate::feedback::read_rubric;
use crate::job::{JobContext, ProjectAction, ProjectChanges, ProjectSpec};
use crate::project::exchange::{dataset_target, write_dataset};
use crate::project::store::{self, Access, CompletionFilter, NewEdit, ProjectSettings, RunKind, Store};
use crate::random;
use crate::train::presets::find_preset;

/// What came of an action: figures by name, and `said`, the same in sentences.
type Done = Result<Map<String, Value>, MethodError>;

/// The job.
pub fn act(spec: &ProjectSpec, context: &JobContext<'_>) -> Done {
    let folder = &spec.project;
    let open = || Store::open(folder, Access::Owner);
    let look = || Store::open(folder, Access::ReadOnly).or_else(|_| open());
    match &spec.action {
        ProjectAction::New(changes) => make(folder, changes),
        ProjectAction::Set(changes) => set(&open()?, changes),
        ProjectAction::Status => status(&look()?),
        ProjectAction::Agreement => agreement(&look()?),
        ProjectAction::Pack { annotator, out, review } => pack(&open()?, annotator, out, *review),
        ProjectAction::Merge { packs } => {
            let store = open()?;
            let mut said = Vec::new();
            for path in packs {
                context.check()?;
                said.extend(merge(&store, path)?);
            }
            Ok(told(said, []))
        }
        ProjectAction::Approve { annotator } => approve(&open()?, annotator),
        ProjectAction::SetAnnotator { annotator, is_active } => set_annotator(&open()?, annotator, *is_active),
        ProjectAction::Dataset { to, out } => dataset(&look()?, to, out),
        ProjectAction::Lineage => lineage(&look()?),
        ProjectAction::History { most } => history(&look()?, *most),
        ProjectAction::Archive { out } => {
            refuse_existing(out)?;
            store::pack(&open()?, out)?;
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

fn make(folder: &Path, changes: &ProjectChanges) -> Done {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut settings = if changes.example {
        demo::settings(changes.method.as_deref().unwrap_or("rlhf"), changes.seed.unwrap_or(0), false)
    } else {
        let mut settings = ProjectSettings { name: name.unwrap_or_default(), ..ProjectSettings::default() };
        apply_preset(&mut settings, "balanced");
        settings
    };
    // Whoever begins with the example is a person of their own.
    settings.other.clear();
    apply(&mut settings, changes)?;
    let rubric = changes.rubric.as_deref().map(read_rubric).transpose()?;
    let store = Store::create(folder, &settings)?;
    if changes.example {
        demo::add_example(&store, false)?;
    }
    if let Some(rubric) = rubric {
        store.add_rubric(&rubric, "written")?;
    }
    let mut summary = status(&store)?;
    let made = format!("made the project {}", folder.display());
    if let Some(Value::Array(said)) = summary.get_mut("said") {
        said.insert(0, json!(made));
    }
    Ok(summary)
}

fn set(store: &Store, changes: &ProjectChanges) -> Done {
    let mut settings = store.settings()?;
    apply(&mut settings, changes)?;
    if let Some(path) = &changes.rubric {
        store.add_rubric(&read_rubric(path)?, "written")?;
    }
    store.set_settings(&settings)?;
    if let Some(share) = changes.holdout_share {
        set_aside(store, settings.seed, share)?;
    }
    status(store)
}

/// Sets a share of the prompts that nobody has worked on aside.
fn set_aside(store: &Store, seed: u64, share: f64) -> Result<(), MethodError> {
    let worked_on: BTreeSet<RecordId> =
        store.completions(&CompletionFilter::default())?.iter().map(|completion| completion.prompt).collect();
    let mut prompts: Vec<RecordId> = store
        .prompts(Some(Split::Train))?
        .iter()
        .map(|prompt| prompt.id)
        .filter(|id| !worked_on.contains(id))
        .collect();
    prompts.sort_by_key(|&id| random::mix(seed ^ random::mix(id as u64)));
    let count = (share * prompts.len() as f64).round() as usize;
    prompts[..count.min(prompts.len())].iter().try_for_each(|&id| store.set_split(id, Split::Holdout))?;
    Ok(())
}

fn apply_preset(settings: &mut ProjectSettings, preset: &str) {
    if let Some(preset) = find_preset(preset) {
        preset.apply(&mut settings.training);
    }
}

/// Changes settings; a wrong value changes none of them.
fn apply(settings: &mut ProjectSettings, changes: &ProjectChanges) -> Result<(), MethodError> {
    if let Some(method) = &changes.method {
        find_recipe(method).ok_or_else(|| MethodError::UnknownMethod { method: method.clone() })?;
        settings.method = Some(method.clone());
    }
    if let Some(judge) = &changes.judge {
        settings.judge = serde_json::from_value::<ResultJudge>(json!(judge))
            .map_err(|error| MethodError::Record { what: "judge", reason: error.to_string() })?;
    }
    // A folder is kept by its whole path: the project may be gone on with from elsewhere.
    let place = |name: &String| match std::fs::canonicalize(name) {
        Ok(path) if path.is_dir() => path.to_string_lossy().into_owned(),
        _ => name.clone(),
    };
    if let Some(name) = &changes.model {
        model_folder(name)?;
        settings.model = place(name);
    }
    if let Some(name) = &changes.coach {
        model_folder(name)?;
        settings.coach = Some(place(name));
    }
    if let Some(name) = &changes.name {
        settings.name.clone_from(name);
    }
    if let Some(text) = &changes.system_prompt {
        settings.system_prompt = Some(text.clone()).filter(|text| !text.trim().is_empty());
    }
    if let Some(preset) = &changes.preset {
        apply_preset(settings, preset);
    }
    settings.seed = changes.seed.unwrap_or(settings.seed);
    settings.samples = changes.samples.unwrap_or(settings.samples);
    settings.comparisons = changes.comparisons.unwrap_or(settings.comparisons);
    settings.sampling.max_new_tokens = changes.max_new_tokens.unwrap_or(settings.sampling.max_new_tokens);
    settings.sampling.temperature = changes.temperature.or(settings.sampling.temperature);
    settings.training.max_steps = changes.steps.or(settings.training.max_steps);
    settings.training.learning_rate = changes.learning_rate.unwrap_or(settings.training.learning_rate);
    Ok(())
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

fn agreement(store: &Store) -> Done {
    let material = Material::read(store, Split::Train)?;
    let counting: Vec<_> = material.verdicts.iter().filter(|stored| !stored.is_withdrawn).cloned().collect();
    let judged = Judged {
        comparisons: &material.comparisons,
        verdicts: &counting,
        annotators: &material.annotators,
        completions: &material.completions,
    };
    let figures = figures(&judged, store.settings()?.seed);
    let mut said: Vec<String> = figures
        .iter()
        .map(|figure| format!("{}{}: {}", if figure.concern { "! " } else { "  " }, figure.title, figure.sentence))
        .collect();
    if said.is_empty() {
        said.push("Too little was judged yet to say how far the annotators agree.".to_owned());
    }
    Ok(told(said, [("figures", json!(figures))]))
}

/// Work that lies in a file is not replaced: a pack may hold labels.
fn refuse_existing(path: &Path) -> Result<(), MethodError> {
    if path.exists() { Err(MethodError::Exists { path: path.to_owned() }) } else { Ok(()) }
}

/// Which project packs are of.
fn pack_project(store: &Store) -> Result<PackProject, MethodError> {
    let ProjectSettings { id, name, .. } = store.settings()?;
    Ok(PackProject { id, name })
}

fn pack(store: &Store, name: &str, out: &Path, review: bool) -> Done {
    refuse_existing(out)?;
    let annotator = store.annotator(name, AnnotatorKind::Person, false)?;
    let material = Material::read(store, Split::Train)?;
    let seed = store.settings()?.seed;
    let mut asks = if review { material.doubtful(&annotator, seed).0 } else { material.plan(&annotator, seed) };
    if asks.is_empty() && !review {
        asks = material.left_over(&annotator, seed, &asks);
    }
    let contents = PackContents {
        comparisons: &material.comparisons,
        completions: &material.completions,
        prompts: &material.prompts,
    };
    make_pack(&pack_project(store)?, &annotator, seed, &asks, &contents)?.write(out)?;
    Ok(told(
        [
            format!("pack: {} ({} comparisons for {name})", out.display(), asks.len()),
            format!("{name} judges it by `whetstone label --pack FILE`; it comes back by `whetstone project merge`."),
        ],
        [("pack", json!(out)), ("comparisons", json!(asks.len()))],
    ))
}

/// Brings a pack's labels into the project.
fn merge(store: &Store, path: &Path) -> Result<Vec<String>, MethodError> {
    let pack = Pack::read(path)?;
    let material = Material::read(store, Split::Train)?;
    let comparisons = store.comparisons(None)?;
    let project = pack_project(store)?;
    let source = PackSource {
        project: &project,
        annotators: &material.annotators,
        comparisons: &comparisons,
        completions: &material.completions,
        verdicts: &material.verdicts,
    };
    let merge = merge_pack(path, &pack, &source)?;
    let sequences: Vec<_> = merge.withdraw.iter().map(|withdrawal| withdrawal.sequence).collect();
    store.exchange_verdicts(&sequences, &merge.verdicts)?;
    for correction in &merge.corrections {
        let comparison = comparisons.iter().find(|one| one.a == correction.of || one.b == correction.of);
        let Some(comparison) = comparison else { continue };
        store.record_edit(&NewEdit {
            annotator: correction.annotator,
            comparison: comparison.id,
            of: correction.of,
            text: correction.text.clone(),
            key: correction.key.clone(),
            seconds: correction.seconds,
            shown_swapped: false,
        })?;
    }
    let mut said = vec![format!(
        "{}: {} new labels, {} corrections, {} known already, {} not labelled",
        path.display(),
        merge.verdicts.len(),
        merge.corrections.len(),
        merge.known,
        merge.unlabelled
    )];
    said.extend(merge.conflicts.iter().map(|conflict| {
        format!("  item {}: two copies of the pack say different things; the later one stands", conflict.number)
    }));
    Ok(said)
}

fn approve(store: &Store, name: &str) -> Done {
    let annotator = store.annotator(name, AnnotatorKind::Person, false)?;
    let Some(round) = store.rounds()?.pop() else {
        return Err(MethodError::NothingToApprove);
    };
    let counts = store.counts(Some(round.id))?;
    if counts.unjudged == counts.comparisons {
        return Err(MethodError::NothingToApprove);
    }
    let doubtful = Material::read(store, Split::Train)?.doubtful(&annotator, 0).0.len();
    store.approve_round(round.id, annotator.id)?;
    Ok(told(
        [
            format!(
                "{name} approved the verdicts of round {}; {doubtful} doubtful ones were not looked at.",
                round.number
            ),
            named(store, "`whetstone run PROJECT` goes on."),
        ],
        [("round", json!(round.number)), ("doubtful", json!(doubtful))],
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
    refuse_existing(out)?;
    let target = dataset_target(to)?;
    let compute = ComputeSettings::default();
    let work = Work::open(store, &compute, std::time::Instant::now())?;
    let mut rows = Vec::new();
    for round in store.rounds()? {
        rows.extend(preference_rows(&work, &resolution(&work, &round)?.pairs)?);
    }
    let pairs = rows.len();
    let written = write_dataset(target, &mut rows.into_iter(), out)?;
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
