//! What judging of a training in rounds would send to an endpoint, at most: shown before anything is sent.

use super::plan::RoundPlan;
use super::{Learns, find_method};
use crate::domain::{CoachName, PromptRecord, Rubric};
use crate::feedback::coach::endpoint::{Endpoint, Leaving};
use crate::feedback::coach::{CheckItem, CoachItem, plain_rubric};
use crate::feedback::read_rubric;
use crate::job::OnlineSpec;
use crate::project;
use crate::train::TrainError;

/// Stands where an answer will: none is written yet.
const ANSWER: &str = "(here stands an answer that the model will have written)";

/// Characters of a token, as an estimate goes.
const CHARACTERS: usize = 4;

/// What would be sent; `None` where no endpoint judges.
pub fn leaving(spec: &OnlineSpec) -> Result<Option<Leaving>, TrainError> {
    let Some(CoachName::Endpoint(name)) = &spec.judge.coach else { return Ok(None) };
    let endpoint = Endpoint::of_user(name).map_err(crate::feedback::FeedbackError::from)?;
    let rubric = spec.judge.rubric.as_deref().map(read_rubric).transpose()?.unwrap_or_else(plain_rubric);
    let prompts = project::read_prompts(&spec.train.data)?;
    let plan = RoundPlan::new(&spec.train.settings, &spec.online, prompts.len());
    // Every prompt has its turn about as often as every other.
    let times = (plan.rounds * plan.prompts_a_round as u64) as f64 / prompts.len() as f64;
    let longest = ANSWER.repeat(1 + spec.online.max_new_tokens * CHARACTERS / ANSWER.len());
    let mut all = of_answers(spec, &endpoint, &rubric, &prompts, &longest);
    let shown = of_answers(spec, &endpoint, &rubric, &prompts[..1], ANSWER);
    all.first_question = shown.first_question;
    for count in [&mut all.questions, &mut all.characters, &mut all.prompt_tokens, &mut all.completion_tokens] {
        *count = (*count as f64 * times).ceil() as u64;
    }
    all.money *= times;
    all.most_money *= times;
    Ok(Some(all))
}

/// Each prompt's turn: every answer is scored, and for pairs the best is held against the worst.
fn of_answers(
    spec: &OnlineSpec,
    endpoint: &Endpoint,
    rubric: &Rubric,
    prompts: &[PromptRecord],
    answer: &str,
) -> Leaving {
    let answers = prompts.iter().flat_map(|record| std::iter::repeat_n(&record.prompt, spec.online.samples));
    let items: Vec<CheckItem<'_>> = answers.map(|prompt| CheckItem { prompt, reply: answer }).collect();
    let mut all = Leaving::of_checks(endpoint, rubric, &items);
    if find_method(&spec.online.method).is_some_and(|method| matches!(method.learns, Learns::Pairs)) {
        let pairs: Vec<CoachItem> =
            prompts.iter().map(|record| CoachItem::new(record.prompt.clone(), answer, answer)).collect();
        let compared = Leaving::of_comparisons(endpoint, rubric, &pairs);
        all.questions += compared.questions;
        all.characters += compared.characters;
        all.prompt_tokens += compared.prompt_tokens;
        all.completion_tokens += compared.completion_tokens;
        all.money += compared.money;
        all.most_money += compared.most_money;
    }
    all
}
