//! A coach writes for a project: answers that are preferred to the model's own, or new prompts. What is there is not
//! written again, so a job that was stopped goes on where it was.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::MethodError;
use super::settings::drawn;
use super::work::{Means, Work, key, seed_for};
use crate::domain::{
    AnnotatorKind, Choice, CoachName, Completion, CompletionOrigin, NewVerdict, Prompt, RecordId, Round, Rubric, Split,
    Text, VerdictForm,
};
use crate::feedback::FeedbackError;
use crate::feedback::coach::endpoint::{Endpoint, Leaving};
use crate::feedback::coach::mind::Writing;
use crate::feedback::coach::writing::{
    PromptWriting, ToAnswer, WrittenAnswer, questions, write_answers, write_prompts,
};
use crate::feedback::coach::{Coach, CoachError, kind_of, plain_rubric};
use crate::job::{JobContext, WriteSpec, WriteWhat};
use crate::project::store::{Access, NewPrompt, NewWritten, Store};
use crate::random::Random;

/// What seeds of writing are made from, beside the project's.
const ANSWERS: u64 = 0x77;
const PROMPTS: u64 = 0x78;

/// Prompts that are written where nobody says how many.
const USUAL_PROMPTS: usize = 20;

/// Tokens of a list of prompts at most.
const LIST_TOKENS: usize = 768;

/// The temperature of answers where the project names none: a coach is to write well rather than variedly.
const ANSWER_TEMPERATURE: f32 = 0.7;

/// The temperature of prompts, which are to be unlike each other.
const PROMPT_TEMPERATURE: f32 = 1.0;

/// The job.
pub fn write(spec: &WriteSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let store = Store::open(&spec.project, if spec.beside { Access::Beside } else { Access::Owner })?;
    let means = Means { endpoint: &spec.endpoint, ..Means::here(&spec.compute) };
    let work = Work::open(&store, means)?;
    let name = spec.coach.as_ref().map_or_else(|| work.coach_name().to_owned(), CoachName::to_string);
    let kind = kind_of(&name.parse()?);
    if !kind.writes {
        return Err(FeedbackError::from(CoachError::WritesNothing { coach: kind.written }).into());
    }
    let scribe = Scribe { work: &work, name, open: &|name, context| work.coach_called(&name.parse()?, context) };
    match spec.what {
        WriteWhat::Answers => answers(&scribe, spec.count, spec.check, context),
        WriteWhat::Prompts => prompts(&scribe, spec.count.unwrap_or(USUAL_PROMPTS), context),
    }
}

/// What that job would send to an endpoint, where its coach is one that people have not agreed to yet; `None` where it is
/// none, or nothing is left to write.
pub fn leaving_of_writing(spec: &WriteSpec) -> Result<Option<Leaving>, MethodError> {
    let store = Store::open(&spec.project, Access::Beside)?;
    let work = Work::open(&store, Means::here(&spec.compute))?;
    let name = spec.coach.as_ref().map_or_else(|| work.coach_name().to_owned(), CoachName::to_string);
    let CoachName::Endpoint(called) = name.parse()? else { return Ok(None) };
    let endpoint = Endpoint::of_user(&called).map_err(FeedbackError::from)?;
    if endpoint.is_agreed(&work.settings.id) {
        return Ok(None);
    }
    let scribe = Scribe { work: &work, name, open: &|name, context| work.coach_called(&name.parse()?, context) };
    let (texts, writing) = match spec.what {
        WriteWhat::Answers => {
            let Missing { round, prompts, .. } = scribe.missing(spec.count)?;
            let writing = scribe.writing_of_answers(&round);
            (prompts.iter().map(|(prompt, _)| scribe.asked(&prompt.text)).collect(), writing)
        }
        WriteWhat::Prompts => {
            let (examples, there, writing) = scribe.examples()?;
            let count = spec.count.unwrap_or(USUAL_PROMPTS).saturating_sub(there);
            (questions(&PromptWriting { examples: &examples, known: &[], count, writing }), writing)
        }
    };
    let texts: Vec<Text> = texts;
    Ok((!texts.is_empty()).then(|| Leaving::of_prompts(&endpoint, &texts, writing)))
}

/// Opens a coach by its name.
type Open<'a> = &'a dyn Fn(&str, &JobContext<'_>) -> Result<Coach, MethodError>;

/// Who writes for which project. The coach is opened only where something is left to write.
struct Scribe<'a> {
    work: &'a Work<'a>,
    /// As the project names it.
    name: String,
    open: Open<'a>,
}

/// What the coach is to answer, and what is there already.
struct Missing {
    round: Round,
    prompts: Vec<(Prompt, Completion)>,
    there: usize,
}

impl Scribe<'_> {
    /// The prompts that the model has answered in the newest round and this coach has not, each with one of the model's own
    /// answers by chance.
    fn missing(&self, count: Option<usize>) -> Result<Missing, MethodError> {
        let store = self.work.store;
        let round = store.rounds()?.pop().ok_or(MethodError::NothingAnswered)?;
        let mut own: BTreeMap<RecordId, Vec<Completion>> = BTreeMap::new();
        let mut there = BTreeSet::new();
        for completion in self.work.completions(round.id, Split::Train)? {
            match &completion.origin {
                CompletionOrigin::Coach { coach, .. } if *coach == self.name => {
                    there.insert(completion.prompt);
                }
                CompletionOrigin::Model { .. } if !completion.is_discarded => {
                    own.entry(completion.prompt).or_default().push(completion);
                }
                _ => {}
            }
        }
        if own.is_empty() {
            return Err(MethodError::NothingAnswered);
        }
        let seed = seed_for(self.work.settings.seed, round.number, ANSWERS);
        let open: Vec<RecordId> = own.keys().copied().filter(|prompt| !there.contains(prompt)).collect();
        let most = count.map_or(open.len(), |count| count.saturating_sub(there.len()));
        let all: BTreeMap<RecordId, Prompt> =
            store.prompts(Some(Split::Train))?.into_iter().map(|prompt| (prompt.id, prompt)).collect();
        let one = |id: RecordId| {
            let mut answers = own.remove(&id)?;
            let place = Random::new(seed, &[id as u64]).below(answers.len());
            Some((all.get(&id)?.clone(), answers.swap_remove(place)))
        };
        // A part is a part of every subject.
        let prompts = drawn(open, seed, most).into_iter().filter_map(one).collect();
        Ok(Missing { round, prompts, there: there.len() })
    }

    /// What a coach is told that answers as the project's model: its system prompt comes first.
    fn asked(&self, prompt: &Text) -> Text {
        if self.work.settings.system_prompt.is_some() { self.work.asked(prompt, true) } else { prompt.clone() }
    }

    /// How a round's answers are drawn: alike whatever is there already, so that a question that was paid for is the same again.
    fn writing_of_answers(&self, round: &Round) -> Writing {
        let settings = &self.work.settings;
        Writing {
            most_tokens: settings.sampling.max_new_tokens,
            temperature: settings.sampling.temperature.unwrap_or(ANSWER_TEMPERATURE),
            seed: seed_for(settings.seed, round.number, ANSWERS),
        }
    }

    /// The prompts that a coach may be shown, those that it wrote already counted, and how the next are drawn. A coach that is
    /// shown its own prompts drifts away from people's, and what is set aside stays unseen.
    fn examples(&self) -> Result<(Vec<String>, usize, Writing), MethodError> {
        let all = self.work.store.prompts(None)?;
        let source = self.source();
        let there = all.iter().filter(|prompt| prompt.source == source).count();
        let is_shown = |prompt: &&Prompt| prompt.split == Split::Train && !prompt.source.starts_with("written by ");
        let examples: Vec<String> = all.iter().filter(is_shown).map(|prompt| prompt.text.readable()).collect();
        if examples.is_empty() {
            return Err(MethodError::NoExamples);
        }
        let seed = Random::new(seed_for(self.work.settings.seed, 0, PROMPTS), &[there as u64]).next_u64();
        Ok((examples, there, Writing { most_tokens: LIST_TOKENS, temperature: PROMPT_TEMPERATURE, seed }))
    }

    /// What is said of the prompts that it writes.
    fn source(&self) -> String {
        format!("written by {}", self.name)
    }

    /// The newest rubric, and its place.
    fn rubric(&self, context: &JobContext<'_>) -> Result<(Rubric, Option<RecordId>), MethodError> {
        let newest = self.work.store.rubrics()?.pop().filter(|version| !version.rubric.rules.is_empty());
        Ok(newest.map_or_else(
            || {
                context.warn("the project has no rubric, so the coach compares by \"a good answer\" alone");
                (plain_rubric(), None)
            },
            |version| (version.rubric, Some(version.id)),
        ))
    }
}

/// How many came to what.
#[derive(Default)]
struct Tally {
    better: usize,
    not_better: usize,
    nothing: usize,
}

fn answers(
    scribe: &Scribe<'_>,
    count: Option<usize>,
    check: bool,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, MethodError> {
    let Missing { round, prompts, there } = scribe.missing(count)?;
    let mut tally = Tally::default();
    let mut spent = None;
    if !prompts.is_empty() {
        let rubric = if check { Some(scribe.rubric(context)?) } else { None };
        let coach = (scribe.open)(&scribe.name, context)?;
        tally = answer_all(scribe, &coach, rubric.as_ref(), &round, &prompts, context)?;
        spent = Some(coach.spent()).filter(|spent| spent.requests > 0);
    }
    let name = &scribe.name;
    let mut said = Vec::new();
    if there > 0 {
        said.push(format!("{there} prompts have an answer of {name} already"));
    }
    said.push(format!(
        "{} answers of {name} are preferred to the model's own, in round {}",
        tally.better, round.number
    ));
    if tally.not_better > 0 {
        said.push(format!("{} are not: {name} itself does not find them better in both orders", tally.not_better));
    }
    if tally.nothing > 0 {
        said.push(format!("to {} prompts it wrote nothing, or what the model had written", tally.nothing));
    }
    said.push(
        "train on them: whetstone run PROJECT".replace("PROJECT", &scribe.work.store.folder().display().to_string()),
    );
    Ok(Map::from_iter([
        ("written".to_owned(), json!(tally.better + tally.not_better)),
        ("pairs".to_owned(), json!(tally.better)),
        ("not_better".to_owned(), json!(tally.not_better)),
        ("nothing".to_owned(), json!(tally.nothing)),
        ("there".to_owned(), json!(there)),
        ("spent".to_owned(), json!(spent)),
        ("said".to_owned(), json!(said)),
    ]))
}

fn answer_all(
    scribe: &Scribe<'_>,
    coach: &Coach,
    rubric: Option<&(Rubric, Option<RecordId>)>,
    round: &Round,
    prompts: &[(Prompt, Completion)],
    context: &JobContext<'_>,
) -> Result<Tally, MethodError> {
    let settings = &scribe.work.settings;
    let annotator = scribe.work.store.annotator(&format!("coach {}", scribe.name), AnnotatorKind::Coach, false)?;
    let to_answer: Vec<ToAnswer> = prompts
        .iter()
        .map(|(prompt, own)| ToAnswer {
            asked: scribe.asked(&prompt.text),
            prompt: prompt.text.clone(),
            own: own.text.clone(),
        })
        .collect();
    let writing = scribe.writing_of_answers(round);
    let mut tally = Tally::default();
    let total = Some(prompts.len() as u64);
    write_answers(coach, rubric.map(|(rubric, _)| rubric), &to_answer, writing, context, |index, written| {
        context.progress("the coach writes", index as u64 + 1, total, "answers");
        let (text, verdict, choice) = match written {
            WrittenAnswer::Nothing => {
                tally.nothing += 1;
                return Ok(());
            }
            WrittenAnswer::Better { text, verdict } => {
                tally.better += 1;
                (text, verdict, Choice::A)
            }
            WrittenAnswer::NotBetter { text, verdict } => {
                tally.not_better += 1;
                let choice = verdict.choice;
                (text, Some(verdict), choice)
            }
        };
        let (prompt, own) = &prompts[index];
        let reason = verdict.as_ref().map_or_else(
            || "written by the coach for the model to learn from".to_owned(),
            |verdict| format!("written by the coach, then compared with the model's own: {}", verdict.sentence()),
        );
        let key = key(&[settings.seed, annotator.id as u64, prompt.id as u64, round.id as u64, ANSWERS]);
        let bare = NewVerdict::bare(key, 0, annotator.id, choice, VerdictForm::Comparison);
        let verdict = NewVerdict {
            reason: Some(reason),
            margin: verdict.map(|verdict| verdict.margin),
            rubric: rubric.and_then(|(_, id)| *id),
            model: Some(scribe.name.clone()),
            seed: Some(writing.seed),
            ..bare
        };
        scribe.work.store.record_written(&NewWritten {
            prompt: prompt.id,
            round: Some(round.id),
            text,
            coach: scribe.name.clone(),
            seed: writing.seed,
            own: own.id,
            verdict,
        })?;
        Ok::<_, MethodError>(())
    })?;
    Ok(tally)
}

fn prompts(scribe: &Scribe<'_>, count: usize, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let store = scribe.work.store;
    let source = scribe.source();
    let known: Vec<String> = store.prompts(None)?.iter().map(|prompt| prompt.text.readable()).collect();
    let (examples, there, writing) = scribe.examples()?;
    let wanted = count.saturating_sub(there);
    let mut written = 0;
    let mut spent = None;
    if wanted > 0 {
        let coach = (scribe.open)(&scribe.name, context)?;
        let wanted_prompts = PromptWriting { examples: &examples, known: &known, count: wanted, writing };
        context.progress("the coach writes", 0, Some(wanted as u64), "prompts");
        write_prompts(&coach, &wanted_prompts, context, |new| {
            let prompt = |text: &String| NewPrompt {
                text: Text::Plain(text.clone()),
                split: Split::Train,
                tags: Vec::new(),
                source: source.clone(),
            };
            let added = store.add_prompts(&new.iter().map(prompt).collect::<Vec<_>>())?;
            written += added.ids.len();
            context.progress("the coach writes", written as u64, Some(wanted as u64), "prompts");
            Ok::<_, MethodError>(())
        })?;
        spent = Some(coach.spent()).filter(|spent| spent.requests > 0);
    }
    if written < wanted {
        context.warn(format!(
            "{written} of {wanted} prompts are new: what else {} wrote was no list, or repeated what is there",
            scribe.name
        ));
    }
    let mut said = Vec::new();
    if there > 0 {
        said.push(format!("{there} prompts by {} are there already", scribe.name));
    }
    said.push(format!("{written} new prompts by {}, whose source says so", scribe.name));
    Ok(Map::from_iter([
        ("written".to_owned(), json!(written)),
        ("there".to_owned(), json!(there)),
        ("spent".to_owned(), json!(spent)),
        ("said".to_owned(), json!(said)),
    ]))
}

#[cfg(test)]
mod tests;
