//! Old against new on the prompts that were set aside: answers of both, compared blind; then the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::super::MethodError;
use super::super::gather::{Texts, answered_by_people};
use super::super::judge_of_result::{annotator_name, open_machine};
use super::super::report::{self, Measured};
use super::super::work::{Work, key, seed_for};
use super::measure::{measure, opened};
use crate::domain::{
    Choice, Comparison, CompletionOrigin, FinishReason, NewVerdict, Prompt, RecordId, ResultJudge, Round,
    SamplingSettings, Split, VerdictForm,
};
use crate::evaluate::Outcome;
use crate::evaluate::job::{Answers as AnswerTexts, Judged, Machine, Question, Unjudged, figures, rule_shares};
use crate::feedback::people::resolve;
use crate::generate::Session;
use crate::job::JobContext;
use crate::project::store::{NewComparison, NewCompletion, NewEvaluation, Run, RunKind, VerdictFilter};

/// What seeds of answers for the comparison are made from, beside the project's.
const RESULT_ANSWERS: u64 = 3;

/// Answers of one model to the prompts that were set aside, prompt by prompt.
type Answers = BTreeMap<RecordId, Vec<(RecordId, String)>>;

/// Whether there is nothing left to wait for. `false` where people have comparisons to judge first.
pub(super) fn evaluate(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<bool, MethodError> {
    let round = work.round(number)?;
    let Some(run) = work.finished_run(round.id, RunKind::Dpo)? else {
        return Err(MethodError::Record { what: "runs", reason: format!("round {number} has no finished training") });
    };
    let prompts = work.store.prompts(Some(Split::Holdout))?;
    let mut session = None;
    draw_missing(work, &round, &run, &prompts, &mut session, context)?;
    let measurements = measure(work, number, &run, &mut session, context)?;
    // The model is gone from memory before a coach is opened.
    drop(session);
    let (old, new) = answers(work, &round, &run)?;
    let Compared { comparisons, alike } = compare(work, &round, &prompts, &old, &new)?;
    let machine = open_machine(work, work.settings.judge, context)?;
    let texts = Texts::read(work)?;
    if let Some(machine) = &machine {
        let unjudged = judge(work, machine, &comparisons, &texts, context)?;
        // Leaving them out would decide them: the round stays open until they are judged.
        unjudged.tell(comparisons.len(), context);
        if !unjudged.is_empty() {
            return Ok(false);
        }
    }
    let annotators = work.store.annotators()?;
    let verdicts = work.store.verdicts(&VerdictFilter { round: Some(round.id), ..VerdictFilter::default() })?;
    let resolution = resolve(&comparisons, &verdicts, &annotators);
    // What people have skipped or disagree on is answered: it counts for neither side.
    let answered = answered_by_people(&verdicts, &annotators);
    if machine.is_none() && comparisons.iter().any(|comparison| !answered.contains(&comparison.id)) {
        return Ok(false);
    }
    let outcomes = outcomes(&comparisons, &resolution, &new);
    let answers = texts_of(&prompts, &old, &new);
    let judged = judged(&texts, &comparisons, &outcomes, &alike)?;
    let mut results = figures(&answers, &judged, false);
    // An endpoint is asked nothing but comparisons: each rule of each answer would be a question of its own.
    let is_endpoint = work.settings.judge == ResultJudge::Coach && work.coach_is_endpoint();
    if let Some(machine) = machine.as_ref().filter(|_| !is_endpoint) {
        rule_shares(&mut results, machine, &answers, context)?;
    }
    results.forgetting = measurements.forgetting;
    results.rewards = measurements.rewards;
    let measured = Measured {
        round: &round,
        run: &run,
        texts: &texts,
        outcomes: &outcomes,
        comparisons: &comparisons,
        verdicts: &verdicts,
    };
    let report = report::assemble(work, machine.as_ref(), results, &measured)?;
    report::write(work, &report, number)?;
    let judge = machine.as_ref().map_or("people", Machine::name).to_owned();
    work.store.add_evaluation(&NewEvaluation {
        run: run.id,
        round: Some(round.id),
        judge,
        summary: report.to_json(),
    })?;
    Ok(true)
}

/// The report's folder of a round.
pub(in super::super) fn report_folder(work: &Work<'_>, number: u32) -> PathBuf {
    work.store.folder().join("reports").join(format!("round-{number}"))
}

fn draw_missing(
    work: &Work<'_>,
    round: &Round,
    run: &Run,
    prompts: &[Prompt],
    session: &mut Option<Session>,
    context: &JobContext<'_>,
) -> Result<(), MethodError> {
    let (old, new) = answers(work, round, run)?;
    let missing = |answers: &Answers| -> Vec<Prompt> {
        prompts.iter().filter(|prompt| !answers.contains_key(&prompt.id)).cloned().collect()
    };
    let (old, new) = (missing(&old), missing(&new));
    if old.is_empty() && new.is_empty() {
        return Ok(());
    }
    let session = opened(work, run, session)?;
    for (prompts, adapted) in [(old, false), (new, true)] {
        // The same seed for both: what differs is the adapter alone.
        let sampling = SamplingSettings {
            samples: work.settings.result_samples,
            seed: seed_for(work.settings.seed, round.number, RESULT_ANSWERS),
            ..work.settings.sampling.clone()
        };
        let origin = CompletionOrigin::Model {
            model: work.settings.model.clone(),
            run: adapted.then_some(run.id),
            seed: sampling.seed,
        };
        work.draw(session, &prompts, &sampling, adapted, context, |prompt, samples| {
            let completions: Vec<NewCompletion> = samples
                .into_iter()
                .map(|sample| NewCompletion {
                    prompt: prompt.id,
                    round: Some(round.id),
                    text: sample.completion,
                    origin: origin.clone(),
                    is_finished: sample.finish_reason == Some(FinishReason::Stop),
                })
                .collect();
            work.store.add_completions(&completions)?;
            Ok(())
        })?;
    }
    Ok(())
}

/// Answers without the adapter and with it.
fn answers(work: &Work<'_>, round: &Round, run: &Run) -> Result<(Answers, Answers), MethodError> {
    let (mut old, mut new) = (Answers::new(), Answers::new());
    for completion in work.completions(round.id, Split::Holdout)? {
        let of = match completion.origin {
            CompletionOrigin::Model { run: None, .. } => &mut old,
            CompletionOrigin::Model { run: Some(by), .. } if by == run.id => &mut new,
            _ => continue,
        };
        of.entry(completion.prompt).or_default().push((completion.id, completion.text));
    }
    Ok((old, new))
}

/// Old answers beside new ones.
struct Compared {
    comparisons: Vec<Comparison>,
    /// The prompts of pairs that are the same text twice: a tie each, about which nobody is asked.
    alike: Vec<RecordId>,
}

/// Each old answer with the new answer in its place.
fn compare(
    work: &Work<'_>,
    round: &Round,
    prompts: &[Prompt],
    old: &Answers,
    new: &Answers,
) -> Result<Compared, MethodError> {
    let (mut comparisons, mut alike) = (Vec::new(), Vec::new());
    for prompt in prompts {
        let (Some(old), Some(new)) = (old.get(&prompt.id), new.get(&prompt.id)) else { continue };
        for ((a, old), (b, new)) in old.iter().zip(new) {
            if old == new {
                alike.push(prompt.id);
            } else {
                comparisons.push(NewComparison { prompt: prompt.id, round: Some(round.id), a: *a, b: *b });
            }
        }
    }
    let ids: BTreeSet<RecordId> = work.store.add_comparisons(&comparisons)?.into_iter().collect();
    let mut comparisons = work.store.comparisons(Some(round.id))?;
    comparisons.retain(|comparison| ids.contains(&comparison.id));
    Ok(Compared { comparisons, alike })
}

/// Has a machine judge the comparisons that it has not judged; gives back what it could not judge for now.
fn judge(
    work: &Work<'_>,
    machine: &Machine,
    comparisons: &[Comparison],
    texts: &Texts,
    context: &JobContext<'_>,
) -> Result<Unjudged, MethodError> {
    let annotator = work.store.annotator(&annotator_name(work, machine), machine.kind(), false)?;
    let given = work.store.verdicts(&VerdictFilter { annotator: Some(annotator.id), ..VerdictFilter::default() })?;
    let judged: Vec<RecordId> = given.iter().map(|stored| stored.verdict.comparison).collect();
    let open: Vec<&Comparison> = comparisons.iter().filter(|comparison| !judged.contains(&comparison.id)).collect();
    let mut requests = Vec::new();
    for comparison in &open {
        requests.push(texts.prompt(comparison.prompt)?.text.readable());
    }
    let mut questions = Vec::new();
    for (comparison, request) in open.iter().zip(&requests) {
        let (a, b) = (texts.completion(comparison.a)?, texts.completion(comparison.b)?);
        questions.push(Question { request, a: &a.text, b: &b.text });
    }
    let rubric = work.store.rubrics()?.last().map(|version| version.id);
    let model = matches!(machine, Machine::Coach(..)).then(|| work.coach_name().to_owned());
    // Each verdict is kept before the next is asked for: nothing that was judged, and perhaps paid for, is lost.
    machine.compare(&questions, context, |place, said| {
        let comparison = open[place];
        let key = key(&[work.settings.seed, annotator.id as u64, comparison.id as u64]);
        work.store.record_verdict(&NewVerdict {
            reason: said.reason,
            margin: said.margin,
            rubric,
            model: model.clone(),
            ..NewVerdict::bare(key, comparison.id, annotator.id, said.choice, VerdictForm::Comparison)
        })?;
        Ok::<_, MethodError>(())
    })
}

/// How the new answer did in each comparison; `None` where nobody could say.
fn outcomes(
    comparisons: &[Comparison],
    resolution: &crate::feedback::people::Resolution,
    new: &Answers,
) -> BTreeMap<RecordId, Outcome> {
    let new: BTreeSet<RecordId> = new.values().flatten().map(|(id, _)| *id).collect();
    let chosen: BTreeMap<RecordId, RecordId> =
        resolution.pairs.iter().map(|pair| (pair.comparison, pair.chosen)).collect();
    let open: BTreeSet<RecordId> = resolution.open.iter().copied().collect();
    let mut outcomes = BTreeMap::new();
    for comparison in comparisons {
        let choice = match chosen.get(&comparison.id) {
            Some(&chosen) if chosen == comparison.a => Choice::A,
            Some(_) => Choice::B,
            None if open.contains(&comparison.id) => Choice::Skip,
            None => Choice::Tie,
        };
        if let Some(outcome) = Outcome::of_choice(choice, new.contains(&comparison.b)) {
            outcomes.insert(comparison.id, outcome);
        }
    }
    outcomes
}

/// The answers' texts, prompt by prompt.
fn texts_of(prompts: &[Prompt], old: &Answers, new: &Answers) -> AnswerTexts {
    let texts = |answers: &Answers| -> Vec<Vec<String>> {
        prompts
            .iter()
            .map(|prompt| answers.get(&prompt.id).into_iter().flatten().map(|(_, text)| text.clone()).collect())
            .collect()
    };
    let requests = prompts.iter().map(|prompt| prompt.text.readable()).collect();
    AnswerTexts { requests, old: texts(old), new: texts(new) }
}

/// Judged comparisons, prompt by prompt; answers that are alike are ties.
fn judged(
    texts: &Texts,
    comparisons: &[Comparison],
    outcomes: &BTreeMap<RecordId, Outcome>,
    alike: &[RecordId],
) -> Result<Vec<Vec<Judged>>, MethodError> {
    let mut by_prompt: BTreeMap<RecordId, Vec<Judged>> = BTreeMap::new();
    for comparison in comparisons {
        if let Some(outcome) = outcomes.get(&comparison.id) {
            let (old, new) = (texts.completion(comparison.a)?, texts.completion(comparison.b)?);
            by_prompt.entry(comparison.prompt).or_default().push(Judged::of(*outcome, &old.text, &new.text));
        }
    }
    for prompt in alike {
        by_prompt.entry(*prompt).or_default().push(Judged::of(Outcome::Tie, "", ""));
    }
    Ok(by_prompt.into_values().collect())
}
