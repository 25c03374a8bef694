//! Taking an adapter away: a row of [`TARGETS`] each. Each target reads back what it wrote and proves that it computes
//! the same before it says so.
//!
//! What is written comes into being in a folder beside the one that was asked for, which gets its name when everything in
//! it is written and proved: a stop, a kill or a full disk leaves nothing that looks whole.

mod adapter;
mod card;
mod error;
mod gguf;
mod gguf_lora;
mod merged;
mod mlx;
mod ollama;
mod peft;
mod place;
mod probe;
mod proof;
mod serve;
mod told;
mod trl_job;

use std::path::{Path, absolute};

use serde_json::{Map, Value, json};

pub use card::write_dataset_card;
pub use error::ExportError;
pub use gguf::write_gguf;
pub use proof::Proof;

use crate::doctor;
use crate::domain::RecordId;
use crate::files::FileError;
use crate::job::{ExportSpec, JobContext};
use crate::project::store::{Access, NewExport, Store};

/// Looks before a byte is written: refuses what the form cannot hold, and says how many bytes it will take at most.
pub type Look = fn(&ExportSpec, &JobContext<'_>) -> Result<u64, ExportError>;

/// Writes into `spec.out`, which is there and empty, and proves what was written.
pub type Write = fn(&ExportSpec, &JobContext<'_>) -> Result<Written, ExportError>;

/// What a target wrote.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// What came of holding it against the model.
    pub proofs: Vec<Proof>,
    /// What else the summary says of it.
    pub more: Map<String, Value>,
}

/// A format that an adapter can be written in.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it is for, in one sentence.
    pub meaning: &'static str,
    /// Whether it is of an adapter, and a model by itself is not enough.
    pub needs_adapter: bool,
    /// Whether its weights can be kept in the forms of a GGUF file.
    pub takes_gguf_type: bool,
    /// Looks before anything is written.
    pub look: Look,
    /// Writes it, and proves it.
    pub write: Write,
}

/// Every format.
pub const TARGETS: &[Target] = &[
    peft::TARGET,
    merged::TARGET,
    gguf::TARGET,
    gguf_lora::TARGET,
    mlx::TARGET,
    ollama::TARGET,
    serve::LLAMA_SERVER,
    serve::VLLM,
    trl_job::TARGET,
];

/// The row with this id.
pub fn find_target(id: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.id == id)
}

/// The job: writes `spec.adapter` in the format that was asked for into `spec.out`.
///
/// Its summary: `out`, `format`, `bytes` (all files), `files` (their names), `proofs` ([`Proof`]s), `export` (its place in the
/// project's list, where it has one), and what the format adds.
pub fn run(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, ExportError> {
    let target = target_of(spec)?;
    // A project that is not there is found out before anything is written.
    let kept_in = spec.of_run.as_ref().map(|of| kept_in(&of.project, of.run)).transpose()?;
    place::check(&spec.out, (target.look)(spec, context)?)?;
    let place = place::Place::open(&spec.out)?;
    let Written { proofs, more } = (target.write)(&ExportSpec { out: place.folder(), ..spec.clone() }, context)?;
    context.check()?;
    let written = place.folder();
    card::write(&ExportSpec { out: written.clone(), ..spec.clone() }, target.id, &card::names(&written), &proofs)?;
    let files = place.settle(target.id, &proofs)?;
    let mut summary = Map::new();
    summary.insert("out".to_owned(), json!(spec.out));
    summary.insert("format".to_owned(), json!(target.id));
    summary.insert("bytes".to_owned(), json!(files.iter().map(|file| file.bytes).sum::<u64>()));
    summary.insert("files".to_owned(), json!(files.iter().map(|file| &file.name).collect::<Vec<_>>()));
    summary.insert("proofs".to_owned(), json!(proofs));
    summary.extend(more);
    if let Some((store, run)) = kept_in {
        let path = absolute(&spec.out).map_err(|source| FileError::Write { path: spec.out.clone(), source })?;
        let id = store
            .add_export(&NewExport { run, target: target.id.to_owned(), path })
            .map_err(|source| ExportError::NotListed { folder: spec.out.clone(), source: Box::new(source) })?;
        summary.insert("export".to_owned(), json!(id));
    }
    Ok(summary)
}

/// The job: what `spec` would take, without writing anything. It fails as the export itself would before its first byte.
///
/// Its summary: `format`, `bytes` (the most that the files will take) and `free` (room on the disk; null where nobody knows).
pub fn forecast(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, ExportError> {
    let target = target_of(spec)?;
    context.check()?;
    let bytes = (target.look)(spec, context)?;
    place::check(&spec.out, bytes)?;
    let mut summary = Map::new();
    summary.insert("format".to_owned(), json!(target.id));
    summary.insert("bytes".to_owned(), json!(bytes));
    summary.insert("free".to_owned(), json!(doctor::free_on_disk(&spec.out)));
    Ok(summary)
}

/// What stands in the way of an export is found out here, before anything is looked at.
fn target_of(spec: &ExportSpec) -> Result<&'static Target, ExportError> {
    let Some(target) = find_target(&spec.to) else {
        let known = TARGETS.iter().map(|target| target.id).collect::<Vec<_>>().join(", ");
        return Err(ExportError::UnknownTarget { asked: spec.to.clone(), known });
    };
    if target.needs_adapter && spec.adapter.is_none() {
        return Err(ExportError::NoAdapter { target: target.id });
    }
    check_sources(spec)?;
    Ok(target)
}

/// The project whose list an export goes into, beside whoever has it open.
fn kept_in(project: &Path, run: RecordId) -> Result<(Store, RecordId), ExportError> {
    let folder = absolute(project).map_err(|source| FileError::Read { path: project.to_owned(), source })?;
    let store = Store::open(&folder, Access::Beside).map_err(Box::new)?;
    store.run(run).map_err(Box::new)?;
    Ok((store, run))
}

/// Refuses a folder that is, or holds, what the export is made of: it would be deleted when the folder is replaced.
fn check_sources(spec: &ExportSpec) -> Result<(), ExportError> {
    let Ok(out) = spec.out.canonicalize() else { return Ok(()) };
    let project = spec.of_run.as_ref().map(|of| &of.project);
    for source in [Some(&spec.model), spec.adapter.as_ref(), spec.data.as_ref(), project].into_iter().flatten() {
        match source.canonicalize() {
            Ok(path) if path == out => return Err(ExportError::OntoItself { folder: spec.out.clone() }),
            Ok(path) if path.starts_with(&out) => {
                return Err(ExportError::HoldsSource { folder: spec.out.clone(), source_path: source.clone() });
            }
            // What is not there is told by whoever opens it.
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod row_tests;

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::domain::{ComputeSettings, GgufType, ToUserMessage};
    use crate::job::{CancelToken, RunOfProject};
    use crate::project::store::{NewRun, ProjectSettings, RunKind};

    #[test]
    fn rows_have_different_ids_and_are_found() {
        for (index, target) in TARGETS.iter().enumerate() {
            assert_eq!(TARGETS.iter().position(|other| other.id == target.id), Some(index));
            assert!(find_target(target.id).is_some() && target.meaning.len() > 20);
        }
        assert!(find_target("no such format").is_none());
    }

    fn golden() -> PathBuf {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models/llama_tied")).to_owned()
    }

    #[test]
    fn what_an_export_takes_is_foreseen_without_writing() {
        let folder = tempfile::tempdir().expect("a folder");
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        for target in TARGETS {
            let out = folder.path().join(target.id);
            let spec = ExportSpec { to: target.id.to_owned(), gguf_type: GgufType::F32, ..spec_of_peft(&out) };
            let foreseen = forecast(&spec, &context);
            assert!(!out.exists(), "{}", target.id);
            // What is refused is refused alike, whether it is foreseen or done.
            match (foreseen, (target.look)(&spec, &context)) {
                (Ok(foreseen), Ok(bytes)) => {
                    assert_eq!((&foreseen["format"], &foreseen["bytes"]), (&json!(target.id), &json!(bytes)));
                    let written = run(&spec, &context).expect("an export");
                    assert!(written["bytes"].as_u64() <= Some(bytes), "{}: {bytes}, and {written:?}", target.id);
                }
                (Err(foreseen), Err(told)) => assert_eq!(foreseen.to_string(), told.to_string()),
                (foreseen, told) => panic!("{}: {foreseen:?}, and {told:?}", target.id),
            }
        }
        let taken = spec_of_peft(&golden());
        assert!(matches!(forecast(&taken, &context), Err(ExportError::OntoItself { .. })));
        std::fs::write(folder.path().join("letter.txt"), "dear Ben").expect("a file");
        let taken = spec_of_peft(folder.path());
        assert!(matches!(forecast(&taken, &context), Err(ExportError::Taken { .. })));
    }

    #[test]
    fn a_folder_that_holds_what_is_exported_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let out = folder.path().join("job");
        run(&spec_of_peft(&out), &context).expect("an export");
        // The adapter that a training left in a folder of an earlier export.
        let result = out.join("result");
        std::fs::create_dir(&result).expect("a folder");
        for name in ["adapter_config.json", "adapter_model.safetensors"] {
            std::fs::rename(out.join(name), result.join(name)).expect("moved");
        }
        let spec = ExportSpec { adapter: Some(result.clone()), ..spec_of_peft(&out) };
        for error in [run(&spec, &context), forecast(&spec, &context)].map(|done| done.expect_err("refused")) {
            assert!(matches!(error, ExportError::HoldsSource { .. }) && error.hint().is_some(), "{error}");
        }
        assert!(result.join("adapter_model.safetensors").is_file());
        let data = out.join("README.md");
        let spec = ExportSpec { data: Some(data), ..spec_of_peft(&out) };
        assert!(matches!(run(&spec, &context), Err(ExportError::HoldsSource { .. })));
    }

    fn spec_of_peft(out: &Path) -> ExportSpec {
        ExportSpec {
            compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
            ..ExportSpec::new(golden(), Some(&golden().join("adapter")), "peft", out)
        }
    }

    #[test]
    fn what_is_exported_of_a_projects_run_stands_in_its_list() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = folder.path().join("project");
        let owner = Store::create(&project, &ProjectSettings::default()).expect("a project");
        let new = NewRun {
            kind: RunKind::Dpo,
            round: None,
            start_run: None,
            settings: json!({}),
            rubric: None,
            pairs: Vec::new(),
        };
        let run_id = owner.begin_run(&new).expect("a run").id;
        let spec = |run: RecordId, out: PathBuf| ExportSpec {
            of_run: Some(RunOfProject { project: project.clone(), run }),
            ..spec_of_peft(&out)
        };
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        for (number, out) in [project.join("exports").join("peft"), folder.path().join("taken")].into_iter().enumerate()
        {
            let summary = run(&spec(run_id, out.clone()), &context).expect("an export");
            let exports = owner.exports().expect("exports");
            assert_eq!(exports.len(), number + 1);
            let export = &exports[number];
            assert_eq!((&export.path, export.run, export.target.as_str()), (&out, run_id, "peft"));
            assert_eq!(summary["export"], export.id);
            assert!(out.join("adapter_model.safetensors").is_file());
        }
        // A run that is not there is found out before anything is written.
        let out = folder.path().join("none");
        let error = run(&spec(run_id + 1, out.clone()), &context).expect_err("no such run");
        assert!(matches!(error, ExportError::Store(_)) && !out.exists(), "{error}");
        let error = ExportError::NotListed { folder: out, source: Box::new(owner.run(7).expect_err("no such run")) };
        assert!(error.hint().is_some_and(|hint| hint.contains("what was written is whole")), "{error}");
    }
}
