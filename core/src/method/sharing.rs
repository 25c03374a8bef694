//! What goes out of a project and comes back, and who answers for it: packs, datasets, archives, approvals.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::MethodError;
use super::gather::{preference_rows, resolved_pairs};
use super::labelling::Material;
use super::work::{Means, Work};
use crate::domain::{AnnotatorKind, ComputeSettings, RecordId, Split};
use crate::export::write_dataset_card;
use crate::feedback::people::{Pack, PackContents, PackProject, PackSource, ReviewFilter, make_pack, merge_pack};
use crate::files;
use crate::job::Cancelled;
use crate::project::exchange::{Written, dataset_target, write_dataset};
use crate::project::store::{self, NewEdit, ProjectSettings, Store};

/// Work that lies in a file is not replaced: a pack may hold labels.
fn refuse_existing(path: &Path) -> Result<(), MethodError> {
    if path.exists() { Err(MethodError::Exists { path: path.to_owned() }) } else { Ok(()) }
}

/// Which project packs are of.
fn pack_project(store: &Store) -> Result<PackProject, MethodError> {
    let ProjectSettings { id, name, .. } = store.settings()?;
    Ok(PackProject { id, name })
}

/// Writes an annotator's pack, and says how many comparisons are in it.
pub(crate) fn write_pack(store: &Store, name: &str, out: &Path, review: bool) -> Result<usize, MethodError> {
    refuse_existing(out)?;
    let annotator = store.annotator(name, AnnotatorKind::Person, false)?;
    let material = Material::read(store, Split::Train)?;
    let seed = store.settings()?.seed;
    let mut asks = if review {
        material.doubtful(&annotator, seed, &ReviewFilter::default()).0
    } else {
        material.plan(&annotator, seed)
    };
    if asks.is_empty() && !review {
        asks = material.left_over(&annotator, seed, &asks);
    }
    let contents = PackContents {
        comparisons: &material.comparisons,
        completions: &material.completions,
        prompts: &material.prompts,
    };
    make_pack(&pack_project(store)?, &annotator, seed, &asks, &contents)?.write(out)?;
    store.note_written(store::Written::Pack, out)?;
    Ok(asks.len())
}

/// Brings the labels of packs into the project, none of them where one cannot be read, and says what came of it.
/// `go_on` is asked before each.
pub(crate) fn merge_all(
    store: &Store,
    paths: &[PathBuf],
    go_on: impl Fn() -> Result<(), Cancelled>,
) -> Result<Vec<String>, MethodError> {
    let packs: Vec<Pack> = paths.iter().map(|path| Pack::read(path)).collect::<Result<_, _>>()?;
    let mut said = Vec::new();
    for (path, pack) in paths.iter().zip(&packs) {
        go_on()?;
        said.extend(merge(store, path, pack)?);
    }
    Ok(said)
}

fn merge(store: &Store, path: &Path, pack: &Pack) -> Result<Vec<String>, MethodError> {
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
    let merge = merge_pack(path, pack, &source)?;
    let sequences: Vec<_> = merge.withdraw.iter().map(|withdrawal| withdrawal.sequence).collect();
    store.exchange_verdicts(&sequences, &merge.verdicts)?;
    let mut of_answer: BTreeMap<RecordId, RecordId> = BTreeMap::new();
    for one in &comparisons {
        of_answer.entry(one.a).or_insert(one.id);
        of_answer.entry(one.b).or_insert(one.id);
    }
    for correction in &merge.corrections {
        let Some(&comparison) = of_answer.get(&correction.of) else { continue };
        store.record_edit(&NewEdit {
            annotator: correction.annotator,
            comparison,
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

/// A person lets the newest round's labels be trained on. Gives the round's number, and how many doubtful comparisons
/// nobody has looked at.
pub(crate) fn approve(store: &Store, name: &str) -> Result<(u32, usize), MethodError> {
    let annotator = store.annotator(name, AnnotatorKind::Person, false)?;
    let Some(round) = store.rounds()?.pop() else {
        return Err(MethodError::NothingToApprove);
    };
    let counts = store.counts(Some(round.id))?;
    if counts.unjudged == counts.comparisons {
        return Err(MethodError::NothingToApprove);
    }
    let (_, waiting) =
        Material::without_answers(store, Split::Train)?.doubtful(&annotator, 0, &ReviewFilter::default());
    let doubtful = waiting.iter().filter(|entry| entry.why.is_some()).count();
    store.approve_round(round.id, annotator.id)?;
    Ok((round.number, doubtful))
}

/// Writes the preference pairs of all rounds as another tool reads them. A folder that was made for them gets a card too.
pub(crate) fn write_pairs(store: &Store, to: &str, out: &Path) -> Result<(usize, Written), MethodError> {
    refuse_existing(out)?;
    let target = dataset_target(to)?;
    let own_folder = out.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    if let Some(folder) = out.parent() {
        files::create_folder(folder)?;
    }
    let compute = ComputeSettings::default();
    let work = Work::open(store, Means::here(&compute))?;
    let mut pairs = Vec::new();
    for round in store.rounds()? {
        pairs.extend(resolved_pairs(&work, &round)?);
    }
    let rows = preference_rows(&work, &pairs)?;
    let mut written = write_dataset(target, &mut rows.into_iter(), out)?;
    if let Some(folder) = own_folder {
        let card = write_dataset_card(store, &pairs, target, &written, folder)
            .map_err(|error| MethodError::Card(Box::new(error)))?;
        written.files.push(card);
    }
    store.note_written(store::Written::Dataset, out)?;
    Ok((pairs.len(), written))
}

/// Packs the project into one file that is not there yet.
pub(crate) fn write_archive(store: &Store, out: &Path) -> Result<(), MethodError> {
    refuse_existing(out)?;
    store::pack(store, out)?;
    Ok(store.note_written(store::Written::Archive, out)?)
}
