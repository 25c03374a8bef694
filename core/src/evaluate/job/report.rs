//! The report of an evaluation outside a project, and a report's files.

use std::path::{Path, PathBuf};

use super::evaluation::Evaluation;
use super::models::is_adapter;
use super::trained::{Training, settings_facts};
use crate::domain::{AnnotatorKind, RecordId};
use crate::evaluate::report::{Example, Fact, Grader, Work, shown_examples};
use crate::evaluate::{Report, Results};
use crate::files::{self, FileError};
use crate::job::{ComparedBy, EvaluateSpec};
use crate::project::store::{Access, Lineage, Store};

/// Comparisons that the report shows.
const EXAMPLES: usize = 6;

/// Writes a report's files into a folder; gives the page's place.
pub fn write_report(folder: &Path, report: &Report) -> Result<PathBuf, FileError> {
    let plots = folder.join("plots");
    files::create_folder(&plots)?;
    let write = |path: &Path, text: &str| files::write_atomically(path, |out| out.write_all(text.as_bytes()));
    for (name, picture) in report.plots() {
        write(&plots.join(name), &picture)?;
    }
    write(&folder.join("report.md"), &report.to_markdown())?;
    write(&folder.join("report.json"), &format!("{:#}\n", report.to_json()))?;
    let page = folder.join("report.html");
    write(&page, &report.to_html())?;
    Ok(page)
}

/// What the report is made of, beside the evaluation.
pub(super) struct Made<'a> {
    pub(super) spec: &'a EvaluateSpec,
    pub(super) training: &'a Training,
    pub(super) results: Results,
    pub(super) seconds: f64,
}

/// The report.
pub(super) fn assemble(evaluation: &Evaluation, made: Made<'_>) -> Report {
    let Made { spec, training, results, seconds } = made;
    let (all, known) = (evaluation.prompts().len(), labelled_by(spec));
    let trained = evaluation.trained_on().map(<[usize]>::len);
    // Where prompts that were trained on are left out, none is among those that count.
    let (left_out, trained_on) =
        if evaluation.leaves_out_trained_on() { (trained.unwrap_or(0), Some(0)) } else { (0, trained) };
    Report {
        title: format!("{} against {}", new_name(spec), old_name(spec)),
        base_model: old_model(spec),
        new_model: if spec.against.is_some() { spec.model.display().to_string() } else { String::new() },
        adapter: spec.adapter.as_ref().map(|adapter| adapter.display().to_string()).unwrap_or_default(),
        work: Work { held_out_prompts: (all - left_out) as u64, steps: training.steps(), seconds, ..Work::default() },
        trained_on,
        left_out,
        grader: Some(grader(evaluation, spec, known)),
        labelling_is_unknown: known.is_none(),
        results,
        curves: training.curves(),
        examples: examples(evaluation),
        lineage: lineage(evaluation, spec),
        settings: settings(spec, training),
        ..Report::default()
    }
}

/// What people call the new model.
pub(super) fn new_name(spec: &EvaluateSpec) -> String {
    name_of(spec.adapter.as_deref().unwrap_or(&spec.model))
}

/// What they call the old one.
pub(super) fn old_name(spec: &EvaluateSpec) -> String {
    name_of(spec.against.as_deref().unwrap_or(&spec.model))
}

/// The old model, and the adapter that it has.
fn old_model(spec: &EvaluateSpec) -> String {
    match spec.against.as_deref() {
        None => spec.model.display().to_string(),
        Some(adapter) if is_adapter(adapter) => {
            format!("{} with the adapter {}", spec.model.display(), adapter.display())
        }
        Some(model) => model.display().to_string(),
    }
}

/// Whether this evaluation's coach also labelled what the new model was trained on, as the project says that the run lies in;
/// `None` where there is no such project.
fn labelled_by(spec: &EvaluateSpec) -> Option<bool> {
    let ComparedBy::Coach { coach, .. } = &spec.judge else { return Some(false) };
    let folder = std::path::absolute(spec.adapter.as_deref()?).ok()?;
    let run: RecordId = folder.file_name()?.to_str()?.parse().ok()?;
    let store = Store::open(folder.parent()?.parent()?, Access::ReadOnly).ok()?;
    if store.run_folder(run) != folder {
        return None;
    }
    let lineages = store.lineages(run).ok()?;
    let (name, judge) = (format!("coach {coach}"), coach.to_string());
    let labelled = |lineage: &Lineage| {
        lineage.coaches.iter().any(|share| share.annotator.name == name) || lineage.judges.contains(&judge)
    };
    Some(lineages.iter().any(labelled))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn grader(evaluation: &Evaluation, spec: &EvaluateSpec, also_labelled: Option<bool>) -> Grader {
    let (name, kind) = match &spec.judge {
        ComparedBy::People => ("people".to_owned(), AnnotatorKind::Person),
        ComparedBy::Rules { file } => {
            (format!("the rules of {}, checked by a program", file.display()), AnnotatorKind::Rules)
        }
        ComparedBy::Coach { coach, .. } => (format!("the coach {coach}"), AnnotatorKind::Coach),
    };
    let changed =
        |&&comparison: &&usize| evaluation.verdict(comparison).is_some_and(|verdict| verdict.changed_with_order);
    Grader {
        name,
        kind,
        is_simulated: false,
        both_orders: kind != AnnotatorKind::Person,
        order_changes: evaluation.judged_order().iter().filter(changed).count() as u64,
        also_labelled: also_labelled.unwrap_or(false),
    }
}

/// Comparisons to be read, as they came out in all.
fn examples(evaluation: &Evaluation) -> Vec<Example> {
    let compared = |comparison: usize| {
        let prompt = evaluation.texts(comparison)?.prompt.readable();
        Some((comparison, (prompt, evaluation.outcome(comparison)?)))
    };
    let (comparisons, outcomes): (Vec<usize>, Vec<_>) = (0..evaluation.comparisons()).filter_map(compared).unzip();
    let example = |place: usize| {
        let comparison = comparisons[place];
        let texts = evaluation.texts(comparison)?;
        Some(Example {
            prompt: texts.prompt.readable(),
            old: texts.old.to_owned(),
            new: texts.new.to_owned(),
            outcome: evaluation.outcome(comparison),
            reason: evaluation.verdict(comparison).and_then(|verdict| verdict.reason.clone()),
        })
    };
    shown_examples(&outcomes, EXAMPLES).into_iter().filter_map(example).collect()
}

fn lineage(evaluation: &Evaluation, spec: &EvaluateSpec) -> Vec<Fact> {
    let mut facts = vec![Fact::new("model", spec.model.display().to_string())];
    let path =
        |name: &str, path: &Option<PathBuf>| path.as_ref().map(|path| Fact::new(name, path.display().to_string()));
    facts.extend(path("adapter", &spec.adapter));
    facts.extend(path("compared with", &spec.against));
    facts.push(Fact::new("prompts from", spec.data.display().to_string()));
    if let ComparedBy::Coach { rubric: Some(rubric), .. } = &spec.judge {
        facts.push(Fact::new("rubric", rubric.display().to_string()));
    }
    if let Some(system) = &spec.system_prompt {
        facts.push(Fact::new("system prompt", system.as_str()));
    }
    let known = match evaluation.trained_on() {
        Some([]) => "none of them was trained on".to_owned(),
        Some(places) => {
            let what_follows = if evaluation.leaves_out_trained_on() { " and are left out" } else { "" };
            format!("{} of {} were trained on{what_follows}", places.len(), evaluation.prompts().len())
        }
        None => "not known: the training's data is not there".to_owned(),
    };
    facts.push(Fact::new("prompts in the training's data", known));
    if evaluation.was_extended() {
        facts.push(Fact::new(
            "comparisons were added",
            "after a result could be seen; the interval is the wider one that allows it",
        ));
    }
    facts
}

fn settings(spec: &EvaluateSpec, training: &Training) -> Vec<Fact> {
    let sampling = &spec.sampling;
    let mut facts = vec![
        Fact::new("answers to each prompt", sampling.samples.to_string()),
        Fact::new("tokens of an answer at most", sampling.max_new_tokens.to_string()),
        Fact::new("seed of the answers", sampling.seed.to_string()),
    ];
    if sampling.greedy {
        facts.push(Fact::new("answers", "the likeliest token each time"));
    }
    facts.extend(sampling.temperature.map(|value| Fact::new("temperature", value.to_string())));
    facts.extend(sampling.top_p.map(|value| Fact::new("top p", value.to_string())));
    facts.extend(settings_facts(&training.settings));
    facts
}
