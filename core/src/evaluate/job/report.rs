//! The report of an evaluation outside a project, and a report's files.

use std::path::{Path, PathBuf};

use super::evaluation::Evaluation;
use super::trained::{Training, settings_facts};
use crate::domain::AnnotatorKind;
use crate::evaluate::report::{Example, Fact, Grader, Work, shown_examples};
use crate::evaluate::{Report, Results};
use crate::files::{self, FileError};
use crate::job::{ComparedBy, EvaluateSpec};

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
    let prompts = evaluation.prompts();
    Report {
        title: format!("{} against {}", new_name(spec), old_name(spec)),
        base_model: spec.model.display().to_string(),
        adapter: spec.adapter.as_ref().map(|adapter| adapter.display().to_string()).unwrap_or_default(),
        work: Work { held_out_prompts: prompts.len() as u64, steps: training.steps(), seconds, ..Work::default() },
        grader: Some(grader(evaluation, spec)),
        results,
        curves: training.curves(),
        examples: examples(evaluation),
        lineage: lineage(evaluation, spec, training),
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

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn grader(evaluation: &Evaluation, spec: &EvaluateSpec) -> Grader {
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
        // Nothing here says who labelled what was trained on.
        also_labelled: false,
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

fn lineage(evaluation: &Evaluation, spec: &EvaluateSpec, training: &Training) -> Vec<Fact> {
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
    let known = match trained_on(evaluation, training) {
        Some(places) if places.is_empty() => "none of them was trained on".to_owned(),
        Some(places) => format!("{} of {} were trained on", places.len(), evaluation.prompts().len()),
        None => "not known: the training's data is not there".to_owned(),
    };
    facts.push(Fact::new("prompts in the training's data", known));
    facts
}

/// The places of compared prompts that were trained on; `None` where that cannot be known.
pub(super) fn trained_on(evaluation: &Evaluation, training: &Training) -> Option<Vec<usize>> {
    let prompts = evaluation.prompts();
    let texts: Vec<_> = prompts.iter().map(|&prompt| evaluation.prompt(prompt)).collect();
    let places = training.trained_on(&texts)?;
    Some(places.into_iter().filter_map(|place| prompts.get(place).copied()).collect())
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
