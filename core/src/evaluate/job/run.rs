//! The job: answers of both models, what was forgotten, the comparing, the report. What has been done is not done again.

use std::time::Instant;

use serde_json::{Map, Value};

use super::EvaluationError;
use super::evaluation::Evaluation;
use super::figures::{figures, rule_shares};
use super::forgetting::forgetting;
use super::journal::{Of, VerdictLine};
use super::machine::{Machine, Question, Said};
use super::models::{Models, check_against};
use super::policy::Asking;
use super::report::{Made, assemble, write_report};
use super::rewards::{held_out, usual_beta};
use super::said;
use super::trained::{Start, Training};
use crate::domain::{CoachName, Text};
use crate::evaluate::Results;
use crate::feedback::coach::endpoint::{Endpoint, Leaving};
use crate::feedback::coach::{CoachItem, Opening, open as open_coach, plain_rubric};
use crate::feedback::{CompiledRules, FeedbackError, read_rubric};
use crate::generate::CompletionRequest;
use crate::job::{ComparedBy, EvaluateSpec, JobContext};

/// Comparisons after which one looks whether the result is sure.
const LOOK: usize = 8;

/// The job; see [`EvaluateSpec`] for its summary.
pub fn run(spec: &EvaluateSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, EvaluationError> {
    let begun = Instant::now();
    check(spec)?;
    let mut evaluation = Evaluation::open(spec)?;
    let training = Training::of(spec);
    tell_trained_on(&evaluation, context);
    if evaluation.was_extended() {
        context
            .note("comparisons were added after a result could be seen: the interval is the wider one that allows it");
    }
    // The models are gone from memory before a coach is opened.
    ask_models(spec, &mut evaluation, &training, context)?;
    let waiting = evaluation.waiting().len();
    if waiting > 0 && waits(spec) {
        return Ok(said::waiting(spec, waiting));
    }
    // An endpoint is asked nothing but comparisons: each rule of each answer would be a question of its own.
    let machine = if waiting == 0 && is_endpoint(&spec.judge) { None } else { open_machine(spec, context)? };
    if let Some(machine) = &machine {
        judge(&mut evaluation, machine, spec.look_early, context)?;
        // What the coach could not judge for now is not decided by leaving it out.
        let waiting = evaluation.waiting().len();
        if waiting > 0 {
            return Ok(said::waiting(spec, waiting));
        }
    }
    let results = results(spec, &evaluation, machine.as_ref(), context)?;
    let seconds = begun.elapsed().as_secs_f64();
    let report = assemble(&evaluation, Made { spec, training: &training, results, seconds });
    let page = spec.out.as_deref().map(|out| write_report(out, &report)).transpose()?;
    Ok(said::summary(spec, &report, page.as_deref()))
}

/// What an evaluation whose answers are there would send to an endpoint, at most; `None` where its coach is none, or where
/// everything is judged.
pub fn leaving(spec: &EvaluateSpec) -> Result<Option<Leaving>, EvaluationError> {
    let ComparedBy::Coach { coach: CoachName::Endpoint(name), rubric, .. } = &spec.judge else { return Ok(None) };
    let endpoint = Endpoint::of_user(name).map_err(FeedbackError::from)?;
    let rubric = rubric.as_deref().map(read_rubric).transpose()?.unwrap_or_else(plain_rubric);
    let evaluation = Evaluation::reopen(spec)?;
    let item = |place: usize| {
        let texts = evaluation.texts(place)?;
        Some(CoachItem::new(Text::Plain(texts.prompt.readable()), texts.old, texts.new))
    };
    let items: Vec<CoachItem> = evaluation.waiting().into_iter().filter_map(item).collect();
    if items.is_empty() {
        return Ok(None);
    }
    Ok(Some(Leaving::of_comparisons(&endpoint, &rubric, &items)))
}

fn check(spec: &EvaluateSpec) -> Result<(), EvaluationError> {
    if spec.adapter.is_none() && spec.against.is_none() {
        return Err(EvaluationError::SameModel);
    }
    check_against(spec)?;
    match &spec.judge {
        ComparedBy::People if spec.out.is_none() => Err(EvaluationError::NoFolder { who: "people" }),
        ComparedBy::Coach { coach: CoachName::Endpoint(_), .. } if spec.out.is_none() => {
            Err(EvaluationError::NoFolder { who: "an endpoint" })
        }
        ComparedBy::People => Ok(()),
        ComparedBy::Rules { file } => CompiledRules::read(file).map(drop).map_err(Into::into),
        ComparedBy::Coach { coach, rubric, .. } => {
            if let CoachName::Endpoint(name) = coach {
                Endpoint::of_user(name).map_err(FeedbackError::from)?;
            }
            rubric.as_deref().map(read_rubric).transpose().map(drop).map_err(Into::into)
        }
    }
}

fn is_endpoint(judge: &ComparedBy) -> bool {
    matches!(judge, ComparedBy::Coach { coach, .. } if coach.is_endpoint())
}

/// Whether somebody else has to do something before the comparing goes on.
fn waits(spec: &EvaluateSpec) -> bool {
    match &spec.judge {
        ComparedBy::People => true,
        ComparedBy::Coach { coach, .. } => coach.is_endpoint() && !spec.endpoint.is_agreed,
        ComparedBy::Rules { .. } => false,
    }
}

fn tell_trained_on(evaluation: &Evaluation, context: &JobContext<'_>) {
    if let Some(places) = evaluation.trained_on().filter(|places| !places.is_empty()) {
        let (count, all) = (places.len(), evaluation.prompts().len());
        let first = evaluation.prompt(places[0]).readable();
        let what_follows = if evaluation.leaves_out_trained_on() {
            "they are left out"
        } else {
            "on these the new model has an advantage that it will not have elsewhere"
        };
        context.warn(format!(
            "{count} of {all} prompts were trained on, in the same words or nearly, such as \"{}\": {what_follows}",
            first.chars().take(80).collect::<String>()
        ));
    }
}

/// Everything that takes the two models: answers, rewards, what was forgotten.
fn ask_models(
    spec: &EvaluateSpec,
    evaluation: &mut Evaluation,
    training: &Training,
    context: &JobContext<'_>,
) -> Result<(), EvaluationError> {
    let unanswered = [Of::Old, Of::New].map(|of| (of, evaluation.unanswered(of)));
    let measured = evaluation.measured();
    let forgets = spec.forgetting && measured.forgetting.is_none();
    let pairs = evaluation.pairs();
    let weighs = !pairs.is_empty() && measured.weighed_pairs != Some(pairs.len());
    if unanswered.iter().all(|(_, prompts)| prompts.is_empty()) && !forgets && !weighs {
        return Ok(());
    }
    context.progress("opening the model", 0, None, "files");
    let start = match training.reference() {
        Start::At(start) if weighs => Some(start.as_path()),
        _ => None,
    };
    let models = Models::open(spec, start)?;
    let asking = Asking {
        system_prompt: spec.system_prompt.as_deref(),
        template_arguments: &spec.template_arguments,
        raw: spec.sampling.raw,
    };
    for (of, prompts) in unanswered {
        if !prompts.is_empty() {
            draw(spec, evaluation, &models, (of, &prompts), asking, context)?;
        }
    }
    let policies = models.policies();
    if weighs {
        let beta = spec.beta.or(training.beta()).unwrap_or_else(usual_beta);
        let rewards = if training.reference() == &Start::Lost {
            context.warn(
                "the adapter that the training went on from is not there any more, so the rewards of held-out pairs cannot be \
                 measured from it",
            );
            None
        } else {
            held_out(policies.new, models.reference(), &pairs, beta, asking, context)?
        };
        let measured = evaluation.measured().clone();
        evaluation.measure(super::journal::Measured { rewards, weighed_pairs: Some(pairs.len()), ..measured })?;
    }
    if forgets {
        let forgetting = Some(forgetting(policies, asking, context)?);
        let measured = evaluation.measured().clone();
        evaluation.measure(super::journal::Measured { forgetting, ..measured })?;
    }
    Ok(())
}

/// Draws one model's answers to prompts. Prompts are numbered by their places, so that a drawing that was stopped goes on as if
/// it had not been; both models draw with the same numbers, so that what differs is the model alone.
fn draw(
    spec: &EvaluateSpec,
    evaluation: &mut Evaluation,
    models: &Models,
    (of, prompts): (Of, &[usize]),
    asking: Asking<'_>,
    context: &JobContext<'_>,
) -> Result<(), EvaluationError> {
    let policies = models.policies();
    let (policy, stage) = match of {
        Of::Old => (policies.old, "drawing the old model's answers"),
        Of::New => (policies.new, "drawing the new model's answers"),
    };
    let converses = policy.session.model().has_chat_template() && !spec.sampling.raw;
    let asked: Vec<Text> = prompts.iter().map(|&prompt| asking.asked(evaluation.prompt(prompt), converses)).collect();
    let numbers: Vec<u64> = prompts.iter().map(|&prompt| prompt as u64).collect();
    let request = CompletionRequest {
        numbers: Some(&numbers),
        file: Some(&spec.data),
        template_arguments: asking.template_arguments,
        adapted: policy.adapted,
        ..CompletionRequest::new(&asked, &spec.sampling)
    };
    let total = Some(prompts.len() as u64);
    let quiet = context.telling(&|_| {});
    context.progress(stage, 0, total, "prompts");
    policy.session.complete(&request, &quiet, |index, samples| {
        let answers = samples.into_iter().map(|sample| sample.completion).collect();
        evaluation.add_answers(of, prompts[index], answers)?;
        context.progress(stage, index as u64 + 1, total, "prompts");
        Ok::<_, EvaluationError>(())
    })?;
    Ok(())
}

/// The judge; `None` where people compare.
fn open_machine(spec: &EvaluateSpec, context: &JobContext<'_>) -> Result<Option<Machine>, EvaluationError> {
    Ok(match &spec.judge {
        ComparedBy::People => None,
        ComparedBy::Rules { file } => Some(Machine::Rules(CompiledRules::read(file)?)),
        ComparedBy::Coach { coach, rubric, threshold } => {
            let rubric = rubric.as_deref().map(read_rubric).transpose()?.unwrap_or_else(plain_rubric);
            let opening = Opening {
                compute: &spec.compute,
                model: Some(&spec.model),
                adapter: spec.adapter.as_deref(),
                template_arguments: &spec.template_arguments,
                endpoint: &spec.endpoint,
                project: None,
            };
            let opened = open_coach(coach, &opening, context)?;
            let threshold = threshold.unwrap_or_else(|| opened.threshold());
            Some(Machine::Coach(Box::new(opened.with_threshold(threshold)), rubric))
        }
    })
}

/// Has a machine judge what it has not judged, keeping each verdict before the next is asked for. What it could not judge for
/// now still waits.
fn judge(
    evaluation: &mut Evaluation,
    machine: &Machine,
    looks_early: bool,
    context: &JobContext<'_>,
) -> Result<(), EvaluationError> {
    let total = evaluation.waiting().len();
    let mut done = 0;
    context.progress("comparing old and new", 0, Some(total as u64), "comparisons");
    loop {
        let mut open = evaluation.waiting();
        if looks_early {
            open.truncate(LOOK);
        }
        if open.is_empty() {
            return Ok(());
        }
        let texts: Vec<(String, String, String)> = open
            .iter()
            .filter_map(|&place| evaluation.texts(place))
            .map(|texts| (texts.prompt.readable(), texts.old.to_owned(), texts.new.to_owned()))
            .collect();
        let questions: Vec<Question<'_>> =
            texts.iter().map(|(request, old, new)| Question { request, a: old, b: new }).collect();
        let unjudged = machine.compare(&questions, context, |place, said| {
            evaluation.add_verdict(line(open[place], said))?;
            done += 1;
            context.progress("comparing old and new", done as u64, Some(total as u64), "comparisons");
            Ok::<_, EvaluationError>(())
        })?;
        if !unjudged.is_empty() {
            unjudged.tell(questions.len(), context);
            return Ok(());
        }
    }
}

fn line(comparison: usize, said: Said) -> VerdictLine {
    VerdictLine {
        comparison,
        choice: Some(said.choice),
        margin: said.margin,
        reason: said.reason,
        changed_with_order: said.changed_with_order,
        shown_swapped: None,
        seconds: None,
    }
}

fn results(
    spec: &EvaluateSpec,
    evaluation: &Evaluation,
    machine: Option<&Machine>,
    context: &JobContext<'_>,
) -> Result<Results, EvaluationError> {
    let answers = evaluation.answers();
    let mut results = figures(&answers, &evaluation.judged(), spec.look_early || evaluation.was_extended());
    if let Some(machine) = machine.filter(|_| !is_endpoint(&spec.judge)) {
        rule_shares(&mut results, machine, &answers, context)?;
    }
    let measured = evaluation.measured();
    Ok(Results { forgetting: measured.forgetting.clone(), rewards: measured.rewards.clone(), ..results })
}
