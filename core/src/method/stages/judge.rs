//! Machines judge what people have not.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::MethodError;
use super::super::coach_report::before_labelling;
use super::super::gather::{Texts, answered_by_people, comparisons_of, verdicts_of};
use super::super::route::RoundRoutes;
use super::super::work::{Work, key};
use super::answer::pair_answers;
use super::train::HELD_OUT;
use crate::domain::{
    Annotator, AnnotatorKind, Choice, Comparison, NewVerdict, RecordId, ResultJudge, Round, Split, VerdictForm,
};
use crate::evaluate::job::Unjudged;
use crate::feedback::coach::report_card::ReportCard;
use crate::feedback::coach::{CoachItem, CoachReason};
use crate::feedback::preference_model::{Calibration, calibration};
use crate::job::JobContext;
use crate::project::read_pairs;
use crate::project::store::{NewEvaluation, RunKind, judge_of_run};

/// Verdicts that are kept together: few, so that little is lost, and not one, so that the disk does not slow the judge.
const KEPT_AT_ONCE: usize = 32;

/// Rules of a rubric whose share in a verdict is asked for at most: each costs another look.
const MOST_EXPLAINED: usize = 4;

/// Comparisons that a coach's sureness is measured by at least.
const ENOUGH_TO_CALIBRATE: usize = 50;

/// The coach judges by the newest rubric, in both orders.
pub(super) fn by_coach(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let rubric = work.store.rubrics()?.pop().filter(|version| !version.rubric.rules.is_empty());
    let rubric = rubric.ok_or(MethodError::NoRubric)?;
    let annotator = work.store.annotator(&work.coach_annotator(), AnnotatorKind::Coach, false)?;
    let open = open_comparisons(work, &round, &annotator)?;
    if open.is_empty() {
        return Ok(());
    }
    let coach = work.coach(context)?.with_explanations(rubric.rubric.rules.len() <= MOST_EXPLAINED);
    let card = before_labelling(work, &coach, &rubric, context)?;
    let temperature = temperature(card.as_ref());
    let items = coach_items(&open, &Texts::read(work)?)?;
    let mut kept = Keeper::new(work);
    let total = Some(items.len() as u64);
    let mut lost = Unjudged::default();
    coach.judge(&rubric.rubric, &items, context, |index, verdict| {
        context.progress("the coach judges", index as u64 + 1, total, "comparisons");
        // What could not be judged stays open: the next run asks again.
        if verdict.reason == CoachReason::NotJudged {
            lost.add(verdict.sentence());
            return Ok(());
        }
        kept.add(NewVerdict {
            reason: Some(verdict.sentence()),
            margin: Some(verdict.margin / temperature),
            rubric: Some(rubric.id),
            model: Some(work.coach_name().to_owned()),
            ..judged(work, &annotator, &open[index], verdict.choice, rubric.id)
        })
    })?;
    kept.keep()?;
    lost.tell(items.len(), context);
    context.note(RoundRoutes::read(work.store, &work.settings, &round)?.note("the coach", AnnotatorKind::Coach));
    Ok(())
}

/// What a coach's log-odds are divided by, so that it is as sure as it is often right; 1 where too little is known.
fn temperature(card: Option<&ReportCard>) -> f64 {
    let known = card.map(|card| &card.calibration).filter(|known| known.accuracy.trials >= ENOUGH_TO_CALIBRATE);
    known.map_or(1.0, |calibration| calibration.temperature)
}

/// The preference model that the round trained judges by the difference of its scores.
pub(super) fn by_preference_model(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let run = work.finished_run(round.id, RunKind::PreferenceModel)?;
    let run = run.ok_or(MethodError::Record { what: "runs", reason: "there is no preference model".to_owned() })?;
    let name = format!("preference model of round {number}");
    let annotator = work.store.annotator(&name, AnnotatorKind::PreferenceModel, false)?;
    let open = open_comparisons(work, &round, &annotator)?;
    if open.is_empty() {
        return Ok(());
    }
    let model = work.preference_model(run.id)?;
    let texts = Texts::read(work)?;
    let converses = work.converses()?;
    let mut answers = Vec::new();
    for comparison in &open {
        let prompt = work.asked(&texts.prompt(comparison.prompt)?.text, converses);
        for completion in [comparison.a, comparison.b] {
            answers.push((prompt.clone(), Work::answered(&texts.completion(completion)?.text, converses)));
        }
    }
    let borrowed: Vec<_> = answers.iter().map(|(prompt, answer)| (prompt, answer)).collect();
    let scores = model.scores(&borrowed, context)?;
    let mut kept = Keeper::new(work);
    for (comparison, scores) in open.iter().zip(scores.chunks_exact(2)) {
        let margin = scores[0] - scores[1];
        let choice = match margin {
            margin if margin.abs() <= model.tie_margin() => Choice::Tie,
            margin if margin > 0.0 => Choice::A,
            _ => Choice::B,
        };
        kept.add(NewVerdict {
            margin: Some(margin),
            model: Some(judge_of_run(run.id)),
            ..judged(work, &annotator, comparison, choice, run.id)
        })?;
    }
    kept.keep()?;
    let routes = RoundRoutes::read(work.store, &work.settings, &round)?;
    context.note(routes.note("the preference model", AnnotatorKind::PreferenceModel));
    Ok(())
}

/// How often the round's preference model is right on people's verdicts that it was not trained on.
pub(super) fn measure_preference_model(
    work: &Work<'_>,
    number: u32,
    context: &JobContext<'_>,
) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let Some(run) = work.finished_run(round.id, RunKind::PreferenceModel)? else { return Ok(()) };
    let path = work.store.run_folder(run.id).join(HELD_OUT);
    let measured = match read_pairs(&path) {
        Ok(pairs) => {
            let differences = work.preference_model(run.id)?.differences(&pairs, context)?;
            calibration(&differences.into_iter().map(|difference| (difference, true)).collect::<Vec<_>>())
        }
        // With few verdicts none may be left over.
        Err(_) => calibration(&[]),
    };
    let Calibration { sentence, .. } = &measured;
    context.note(format!("on verdicts that it has not seen, {sentence}"));
    work.store.add_evaluation(&NewEvaluation {
        run: run.id,
        round: Some(round.id),
        judge: "people's held-out verdicts".to_owned(),
        summary: json!(measured),
    })?;
    Ok(())
}

/// The round's comparisons for training that neither a person nor this annotator has judged, those of prompts that people
/// were not asked about among them.
fn open_comparisons(work: &Work<'_>, round: &Round, annotator: &Annotator) -> Result<Vec<Comparison>, MethodError> {
    pair_answers(work, round, None)?;
    let trained: BTreeSet<RecordId> = work.store.prompts(Some(Split::Train))?.iter().map(|prompt| prompt.id).collect();
    let verdicts = verdicts_of(work, round)?;
    let mut judged = answered_by_people(&verdicts, &work.store.annotators()?);
    let own = verdicts.iter().filter(|stored| stored.verdict.annotator == annotator.id);
    judged.extend(own.map(|stored| stored.verdict.comparison));
    let mut open = comparisons_of(work.store, Some(round))?;
    let written = work.store.written_by_coaches()?;
    let is_written = |comparison: &Comparison| written.contains(&comparison.a) || written.contains(&comparison.b);
    open.retain(|one| trained.contains(&one.prompt) && !judged.contains(&one.id) && !is_written(one));
    Ok(open)
}

/// What the coach would be asked now.
pub(in crate::method) fn items_for_coach(work: &Work<'_>) -> Result<Vec<CoachItem>, MethodError> {
    let Some(round) = work.store.rounds()?.pop() else { return Ok(Vec::new()) };
    let name = work.coach_annotator();
    // One that has judged nothing yet is no annotator of the project's.
    let known = work.store.annotators()?.into_iter().find(|one| one.name == name);
    let nobody = Annotator { id: 0, name, kind: AnnotatorKind::Coach, is_simulated: false, is_active: true };
    let annotator = known.as_ref().unwrap_or(&nobody);
    let mut open = open_comparisons(work, &round, annotator)?;
    if work.settings.judge == ResultJudge::Coach {
        open.extend(open_on_the_result(work, &round, annotator)?);
    }
    coach_items(&open, &Texts::read(work)?)
}

/// The comparisons of old and new answers that an annotator has not judged, as far as the answers are there.
fn open_on_the_result(work: &Work<'_>, round: &Round, annotator: &Annotator) -> Result<Vec<Comparison>, MethodError> {
    let held_out: BTreeSet<RecordId> =
        work.store.prompts(Some(Split::Holdout))?.iter().map(|prompt| prompt.id).collect();
    let verdicts = verdicts_of(work, round)?;
    let own = verdicts.iter().filter(|stored| stored.verdict.annotator == annotator.id);
    let judged: BTreeSet<RecordId> = own.map(|stored| stored.verdict.comparison).collect();
    let mut open = work.store.comparisons(Some(round.id))?;
    open.retain(|one| held_out.contains(&one.prompt) && !judged.contains(&one.id));
    Ok(open)
}

/// Comparisons as a coach reads them.
pub(super) fn coach_items(comparisons: &[Comparison], texts: &Texts) -> Result<Vec<CoachItem>, MethodError> {
    let item = |comparison: &Comparison| {
        let prompt = texts.prompt(comparison.prompt)?.text.clone();
        let [a, b] = [texts.completion(comparison.a)?, texts.completion(comparison.b)?];
        Ok(CoachItem::new(prompt, a.text.as_str(), b.text.as_str()))
    };
    comparisons.iter().map(item).collect()
}

/// A machine's verdict, whose key is made of what it judged by: judging again keeps it once.
fn judged(work: &Work<'_>, annotator: &Annotator, comparison: &Comparison, choice: Choice, by: RecordId) -> NewVerdict {
    let key = key(&[work.settings.seed, annotator.id as u64, comparison.id as u64, by as u64]);
    NewVerdict::bare(key, comparison.id, annotator.id, choice, VerdictForm::Comparison)
}

/// Keeps verdicts a few at a time.
struct Keeper<'a> {
    work: &'a Work<'a>,
    verdicts: Vec<NewVerdict>,
}

impl<'a> Keeper<'a> {
    fn new(work: &'a Work<'a>) -> Self {
        Self { work, verdicts: Vec::new() }
    }

    fn add(&mut self, verdict: NewVerdict) -> Result<(), MethodError> {
        self.verdicts.push(verdict);
        if self.verdicts.len() >= KEPT_AT_ONCE { self.keep() } else { Ok(()) }
    }

    fn keep(&mut self) -> Result<(), MethodError> {
        self.work.store.record_verdicts(&self.verdicts)?;
        self.verdicts.clear();
        Ok(())
    }
}
