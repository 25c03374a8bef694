//! The whole road on the starter model and the example: a project is made, simulated people stand in where people are
//! needed, and a report is written. A demo that was stopped goes on where it was, because its project does.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::MethodError;
use super::labelling::Material;
use super::recipe::{StageKind, find_recipe};
use super::run::{go_on, next_steps};
use super::simulate::{self, NAMES};
use super::work::{Means, STARTER, key};
use crate::domain::{
    Annotator, AnnotatorKind, Choice, Comparison, Completion, CompletionOrigin, LoraSettings, MemoryMode, NewVerdict,
    RecordId, ResultJudge, SamplingSettings, Schedule, Split, Text, TrainSettings, VerdictForm,
};
use crate::evaluate::Report;
use crate::evaluate::job::write_report;
use crate::example;
use crate::feedback::people::{ReviewFilter, review_queue};
use crate::job::{DemoSpec, JobContext};
use crate::project::store::{Access, CompletionFilter, NewEdit, NewPrompt, ProjectSettings, Store, VerdictFilter};
use crate::random::Random;

/// Where a demo's settings say that it is one.
const MARK: &str = "demo";

/// Of the example's prompts a short demo takes one in so many.
const SHORT: usize = 2;

/// Answers that a simulated person corrects in a review, at most.
const EDITS: usize = 8;

/// The job. The summary has the figures of `report.json` and the paths of the report.
pub fn demo(spec: &DemoSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let means = Means::here(&spec.compute);
    if find_recipe(&spec.method).is_none() {
        return Err(MethodError::UnknownMethod { method: spec.method.clone() });
    }
    let store = project(spec)?;
    loop {
        let progressed = go_on(&store, means, None, context)?;
        let Some(next) = progressed.position.next else { break };
        let round = store.rounds()?.into_iter().find(|round| round.number == next.round).map(|round| round.id);
        match (next.stage.kind, round) {
            (StageKind::PeopleJudge, Some(_)) => people_judge(&store, context)?,
            (StageKind::Review, Some(round)) => people_review(&store, round, context)?,
            _ => {
                let reason = progressed.waits_for.unwrap_or_default();
                return Err(MethodError::Record { what: "stages", reason: format!("the demo waits for {reason}") });
            }
        }
    }
    finish(spec, &store)
}

/// The settings that the demos share. How the numbers were found stands in `tests/experiments`.
pub(super) fn settings(method: &str, seed: u64, short: bool) -> ProjectSettings {
    let mut training = TrainSettings {
        loss: "sigmoid_sft".to_owned(),
        beta: 0.1,
        learning_rate: 1e-3,
        lora: LoraSettings { rank: 8, alpha: 16.0, ..LoraSettings::default() },
        max_steps: Some(if short { 32 } else { 56 }),
        batch_size: 8,
        schedule: Schedule::Linear,
        warmup_steps: 4,
        memory: MemoryMode::Fast,
        ..TrainSettings::default()
    };
    training.loss_parameters.insert("sft_weight".to_owned(), 0.5);
    ProjectSettings {
        name: "A small shop's help desk".to_owned(),
        model: STARTER.to_owned(),
        coach: Some(STARTER.to_owned()),
        // Of the starter's own answers, what is truly a tie lies below this and the rest above.
        coach_threshold: Some(5.0),
        method: Some(method.to_owned()),
        seed,
        samples: 6,
        comparisons: 6,
        sampling: SamplingSettings { max_new_tokens: 112, temperature: Some(0.9), ..SamplingSettings::default() },
        training,
        judge: ResultJudge::Example,
        result_samples: if short { 4 } else { 8 },
        is_example: true,
        annotators_wanted: NAMES.len(),
        other: Map::from_iter([(MARK.to_owned(), json!({ "short": short }))]),
        ..ProjectSettings::default()
    }
}

/// A prompt of the example as a project takes it.
pub(super) fn new_prompt(prompt: &example::ExamplePrompt) -> NewPrompt {
    NewPrompt {
        text: Text::Plain(prompt.request.text.clone()),
        split: if prompt.is_holdout { Split::Holdout } else { Split::Train },
        tags: Vec::new(),
        source: "example".to_owned(),
    }
}

/// Adds the example's prompts and rubric to a project.
pub(super) fn add_example(store: &Store, short: bool) -> Result<(), MethodError> {
    let every = if short { SHORT } else { 1 };
    let (holdout, train): (Vec<_>, Vec<_>) = example::prompts().into_iter().partition(|prompt| prompt.is_holdout);
    let prompts = train.iter().step_by(every).chain(holdout.iter().step_by(every));
    let prompts: Vec<NewPrompt> = prompts.map(new_prompt).collect();
    store.add_prompts(&prompts)?;
    store.add_rubric(&example::example_rubric(), "example")?;
    Ok(())
}

/// The demo's project: a new one, or the one that an earlier call of the same demo left.
fn project(spec: &DemoSpec) -> Result<Store, MethodError> {
    let wanted = settings(&spec.method, spec.seed, spec.short);
    if !spec.out.join("project.db").is_file() {
        let store = Store::create(&spec.out, &wanted)?;
        add_example(&store, spec.short)?;
        return Ok(store);
    }
    let store = Store::open(&spec.out, Access::Owner)?;
    let found = store.settings()?;
    let same =
        found.method == wanted.method && found.seed == wanted.seed && found.other.get(MARK) == wanted.other.get(MARK);
    if !same {
        return Err(MethodError::OtherProject { folder: spec.out.clone() });
    }
    // A kill between the two leaves a project without prompts; adding them twice keeps them once.
    add_example(&store, spec.short).map(|()| store)
}

fn people(store: &Store) -> Result<Vec<Annotator>, MethodError> {
    NAMES.iter().map(|name| Ok(store.annotator(name, AnnotatorKind::Person, true)?)).collect()
}

/// Both simulated people judge everything that is open.
fn people_judge(store: &Store, context: &JobContext<'_>) -> Result<(), MethodError> {
    let seed = store.settings()?.seed;
    let material = Material::read(store, Split::Train)?;
    for annotator in people(store)? {
        context.check()?;
        let reader = material.reader();
        let verdict = |comparison: &Comparison| {
            let read = reader.read(comparison)?;
            Some(simulate::verdict(comparison, annotator.id, VerdictForm::Comparison, &read, seed))
        };
        let verdicts: Vec<NewVerdict> = material.comparisons.iter().filter_map(verdict).collect();
        store.record_verdicts(&verdicts)?;
    }
    Ok(())
}

/// One simulated person settles what the coach was not sure of, corrects a few answers of which neither is good, and
/// approves the round.
fn people_review(store: &Store, round: RecordId, context: &JobContext<'_>) -> Result<(), MethodError> {
    let settings = store.settings()?;
    let reviewer = people(store)?.into_iter().next();
    let reviewer = reviewer.ok_or(MethodError::Record { what: "annotators", reason: "nobody reviews".to_owned() })?;
    let material = Material::read(store, Split::Train)?;
    let counting: Vec<_> = material.verdicts.iter().filter(|stored| !stored.is_withdrawn).cloned().collect();
    let mut queue = review_queue(
        &material.comparisons,
        &counting,
        &material.annotators,
        &material.routed,
        &ReviewFilter::default(),
    );
    // In an order that what was reviewed before does not change: a demo that was killed here corrects the same answers.
    queue.sort_by_key(|entry| entry.comparison.id);
    let reader = material.reader();
    let mut edited = edited_by(store, reviewer.id)?;
    for entry in &queue {
        context.check()?;
        let comparison = &entry.comparison;
        let Some(read) = reader.read(comparison) else { continue };
        let own = simulate::verdict(comparison, reviewer.id, VerdictForm::Review, &read, settings.seed);
        if own.choice == Choice::Tie && (edited.len() < EDITS || edited.contains(&comparison.a)) {
            let mut random = Random::new(settings.seed, &[0x6564_6974, comparison.id as u64]);
            if let Some(text) = simulate::ideal_reply(&read.request, &mut random) {
                store.record_edit(&NewEdit {
                    annotator: reviewer.id,
                    comparison: comparison.id,
                    of: comparison.a,
                    text,
                    key: key(&[settings.seed, reviewer.id as u64, comparison.id as u64, 0x6564_6974]),
                    seconds: own.seconds.map(|seconds| seconds + 30.0),
                    shown_swapped: own.shown_swapped,
                })?;
                edited.insert(comparison.a);
            }
        }
        store.record_verdict(&own)?;
    }
    store.approve_round(round, reviewer.id)?;
    Ok(())
}

/// The answers that somebody has corrected.
fn edited_by(store: &Store, annotator: RecordId) -> Result<BTreeSet<RecordId>, MethodError> {
    let of = |completion: Completion| match completion.origin {
        CompletionOrigin::Edit { of, annotator: by } if by == annotator => Some(of),
        _ => None,
    };
    Ok(store.completions(&CompletionFilter::default())?.into_iter().filter_map(of).collect())
}

/// Puts the report at the top of the demo's folder, where it is looked for, and tells its figures.
fn finish(spec: &DemoSpec, store: &Store) -> Result<Map<String, Value>, MethodError> {
    let not_there = || MethodError::Record { what: "evaluations", reason: "there is none".to_owned() };
    let evaluation = store.evaluations()?.pop().ok_or_else(not_there)?;
    let text = evaluation.summary.to_string();
    let mut report = Report::from_json(&text)?;
    report.adapter = spec.out.join(&report.adapter).to_string_lossy().into_owned();
    write_report(&spec.out, &report)?;
    let figures = report.to_json();
    let page = spec.out.join("report.html");
    let mut summary = Map::new();
    for name in [
        "sentence",
        "conclusion",
        "rubric_pass_before",
        "rubric_pass_after",
        "win_rate",
        "win_rate_low",
        "win_rate_high",
        "comparisons",
        "fluency_before",
        "fluency_after",
        "seconds",
        "adapter",
    ] {
        summary.insert(name.to_owned(), figures[name].clone());
    }
    let sentence = figures["sentence"].as_str().unwrap_or_default();
    let mut said = Vec::new();
    if report.labellers.iter().any(|labeller| labeller.is_simulated) {
        said.push("People were simulated: programs stood in for them.".to_owned());
    }
    said.push(format!("adapter: {}", report.adapter));
    said.extend(next_steps(store, STARTER, evaluation.run));
    said.push("a project of your own: whetstone advise, then whetstone project new".to_owned());
    said.push(format!("report: {}", page.display()));
    said.push(sentence.to_owned());
    summary.insert("report".to_owned(), json!(page));
    summary.insert("said".to_owned(), json!(said));
    let verdicts = store.verdicts(&VerdictFilter::default())?.len();
    summary.insert("verdicts".to_owned(), json!(verdicts));
    Ok(summary)
}
