//! What the starter learns from: replies to requests, checks of one reply by one rule, comparisons of two replies by up to
//! three rules. Questions about the same replies are branches that share what they begin with.

use std::ops::Range;

use serde_json::Map;
use whetstone_core::domain::{ChatMessage, RubricTask, Text};
use whetstone_core::example::{EXAMPLE_RUBRIC, Request, RuleName, Traits, oracle, reply, request};
use whetstone_core::feedback::coach::prompt::{Frame, check_prompt, comparison_prompt};
use whetstone_core::model::{Batch, ChatTemplate, TextTokenizer, prompt_ids};
use whetstone_core::random::Random;

use super::Anything;
use super::text_side::{END, END_ID};

/// Tokens of a step, about.
pub const STEP_TOKENS: usize = 2000;

/// What a target belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A question to the judge: replies that it reads.
    Prompt,
    /// A reply that it writes.
    Reply,
    /// `yes` or `no`.
    Check,
    /// `A` or `B`.
    Comparison,
}

pub const KINDS: usize = 4;

impl Kind {
    fn weight(self) -> f32 {
        match self {
            Self::Prompt => 0.1,
            Self::Reply => 0.5,
            Self::Check => 3.0,
            Self::Comparison => 4.0,
        }
    }
}

/// Shares of a step's texts.
#[derive(Debug, Clone, Copy)]
pub struct Lesson {
    replies: f64,
    checks: f64,
}

impl Lesson {
    /// What is learned when this share of the training is done: to write, then to check, then to compare.
    pub fn at(done: f64) -> Self {
        match done {
            done if done < 0.06 => Self { replies: 1.0, checks: 0.0 },
            done if done < 0.25 => Self { replies: 0.35, checks: 0.4 },
            _ => Self { replies: 0.3, checks: 0.1 },
        }
    }
}

/// A step's tokens, and what is to be predicted where.
#[derive(Debug, Default)]
pub struct Step {
    pub batch: Batch,
    /// The row that predicts each target.
    pub rows: Vec<usize>,
    pub targets: Vec<u32>,
    pub weights: Vec<f32>,
    pub kinds: Vec<Kind>,
}

impl Step {
    fn aim(&mut self, row: usize, target: u32, kind: Kind, weight: f32) {
        self.rows.push(row);
        self.targets.push(target);
        self.weights.push(weight);
        self.kinds.push(kind);
    }

    /// Adds a completion behind `prefix` and aims at each of its tokens.
    fn push_completion(&mut self, prefix: &Range<usize>, ids: &[u32], weights: impl Fn(usize) -> f32, kind: Kind) {
        // The last token predicts nothing.
        let rows = self.batch.push_branch(prefix, &ids[..ids.len() - 1]);
        let before = std::iter::once(prefix.end - 1).chain(rows);
        for (place, (row, &id)) in before.zip(ids).enumerate() {
            self.aim(row, id, kind, weights(place));
        }
    }

    /// Adds questions, each with its answer, behind what they all begin with.
    fn push_questions(&mut self, questions: &[(Vec<u32>, u32)], kind: Kind) {
        let Some((first, _)) = questions.first() else { return };
        let common = |other: &Vec<u32>| first.iter().zip(other).take_while(|(a, b)| a == b).count();
        // Something of each question stands behind the prefix.
        let shortest = questions.iter().map(|(ids, _)| ids.len() - 1).min().unwrap_or(0);
        let shared = questions.iter().map(|(ids, _)| common(ids)).min().unwrap_or(0).min(shortest);
        let prefix = self.batch.push(&first[..shared]);
        for (place, &id) in first[1..shared].iter().enumerate() {
            self.aim(prefix.start + place, id, Kind::Prompt, Kind::Prompt.weight());
        }
        for (ids, answer) in questions {
            let rest = [&ids[shared..], &[*answer]].concat();
            let rows = self.batch.push_branch(&prefix, &rest);
            self.aim(rows.end - 2, *answer, kind, kind.weight());
            self.aim(rows.end - 1, END_ID, Kind::Prompt, Kind::Prompt.weight());
        }
    }
}

/// Writes the texts of every step.
pub struct Corpus<'a> {
    tokenizer: &'a TextTokenizer,
    template: &'a ChatTemplate,
    /// Of `A`, `B`, `yes`, `no`.
    answers: [u32; 4],
    seed: u64,
}

impl<'a> Corpus<'a> {
    pub fn new(tokenizer: &'a TextTokenizer, template: &'a ChatTemplate, seed: u64) -> Result<Self, Anything> {
        let mut answers = [0; 4];
        for (id, text) in answers.iter_mut().zip(["A", "B", "yes", "no"]) {
            *id = *tokenizer.encode(text, false)?.first().ok_or("an answer has no token")?;
        }
        let corpus = Self { tokenizer, template, answers, seed };
        corpus.check()?;
        Ok(corpus)
    }

    /// A conversation's ids must be the prompt's and the reply's, put together.
    fn check(&self) -> Result<(), Anything> {
        let messages = [ChatMessage::new("user", "Is it late?"), ChatMessage::new("assistant", "Yes. It is.")];
        let whole = self.tokenizer.encode(&self.template.render(&messages, false, &Map::new())?, false)?;
        let parts = [self.prompt(&messages[..1])?, self.completion("Yes. It is.")?].concat();
        if whole == parts { Ok(()) } else { Err("the template joins prompt and reply in another way".into()) }
    }

    fn prompt(&self, messages: &[ChatMessage]) -> Result<Vec<u32>, Anything> {
        let prompt = Text::Messages(messages.to_vec());
        Ok(prompt_ids(&prompt, self.tokenizer, Some(self.template), false, &Map::new())?)
    }

    fn completion(&self, text: &str) -> Result<Vec<u32>, Anything> {
        Ok(self.tokenizer.encode(&[text, END].concat(), false)?)
    }

    /// The texts of step `number`.
    pub fn step(&self, number: u64, lesson: &Lesson) -> Result<Step, Anything> {
        let mut random = Random::new(self.seed, &[2, number]);
        let mut step = Step::default();
        while step.batch.ids.len() < STEP_TOKENS {
            let request = seen_request(&mut random);
            let draw = random.uniform();
            // A text of comparisons is about three times as long as one of replies.
            if draw < lesson.replies * 2.0 / (1.0 + lesson.replies) {
                self.push_replies(&request, &mut step, &mut random)?;
            } else if random.uniform() < lesson.checks / (1.0 - lesson.replies).max(1e-9) {
                self.push_checks(&request, &mut step, &mut random)?;
            } else {
                self.push_comparisons(&request, &mut step, &mut random)?;
            }
        }
        Ok(step)
    }

    fn push_replies(&self, request: &Request, step: &mut Step, random: &mut Random) -> Result<(), Anything> {
        let mut messages = Vec::new();
        if random.uniform() < 0.1 {
            messages.push(ChatMessage::new("system", SYSTEM_PROMPTS[random.below(SYSTEM_PROMPTS.len())]));
        }
        messages.push(ChatMessage::new("user", request.text.as_str()));
        let prompt = step.batch.push(&self.prompt(&messages)?);
        for _ in 0..2 {
            let text = reply(request, Traits::draw(random), random);
            let ids = self.completion(&text)?;
            // Copied words are few and hard: they count more.
            let copied = self.copied_ids(request)?;
            let weight = |place: usize| if copied.contains(&ids[place]) { 4.0 } else { 1.0 } * Kind::Reply.weight();
            step.push_completion(&prompt, &ids, weight, Kind::Reply);
        }
        Ok(())
    }

    /// Tokens that a reply copies from its request.
    fn copied_ids(&self, request: &Request) -> Result<Vec<u32>, Anything> {
        let slots = request.slots;
        let words = [
            slots.order.map(|order| order.to_string()),
            slots.product.map(str::to_owned),
            slots.day.map(str::to_owned),
        ];
        let mut ids = Vec::new();
        for word in words.into_iter().flatten() {
            ids.extend(self.tokenizer.encode(&format!(" {word}"), false)?);
        }
        Ok(ids)
    }

    fn push_checks(&self, request: &Request, step: &mut Step, random: &mut Random) -> Result<(), Anything> {
        let text = judged_reply(request, random);
        let mut rules = RuleName::ALL;
        random.shuffle(&mut rules);
        let mut questions = Vec::new();
        for rule in &rules[..5] {
            let answer = self.answers[if oracle::meets(*rule, request, &text) { 2 } else { 3 }];
            let prompt = check_prompt(Frame::RulesLast, RubricTask::Conversation, rule.text(), &request.text, &text);
            questions.push((self.prompt(&[ChatMessage::new("user", prompt)])?, answer));
        }
        step.push_questions(&questions, Kind::Check);
        Ok(())
    }

    fn push_comparisons(&self, request: &Request, step: &mut Step, random: &mut Random) -> Result<(), Anything> {
        let replies = [judged_reply(request, random), judged_reply(request, random)];
        let mut questions = Vec::new();
        for _ in 0..12 {
            let rules = rules_to_ask(random);
            let [a, b] = [0, 1].map(|index: usize| oracle::rules_met(&rules, request, &replies[index]));
            if a == b {
                continue;
            }
            let texts: Vec<&str> = rules.iter().map(|rule| rule.text()).collect();
            let prompt = comparison_prompt(
                Frame::RulesLast,
                RubricTask::Conversation,
                &texts.join(" "),
                &request.text,
                &replies[0],
                &replies[1],
            );
            let question = (self.prompt(&[ChatMessage::new("user", prompt)])?, self.answers[usize::from(b > a)]);
            if !questions.contains(&question) {
                questions.push(question);
            }
            if questions.len() == 6 {
                break;
            }
        }
        step.push_questions(&questions, Kind::Comparison);
        Ok(())
    }
}

const SYSTEM_PROMPTS: [&str; 3] =
    ["You answer for a small shop.", "You are the help desk of a small shop.", "Answer the customer."];

fn seen_request(random: &mut Random) -> Request {
    loop {
        let request = request(random);
        if !request.is_held_out() {
            return request;
        }
    }
}

/// A reply as the model writes it; now and then one about another request, as the model errs.
fn judged_reply(request: &Request, random: &mut Random) -> String {
    let traits = Traits::draw(random);
    if random.uniform() < 0.06 {
        let other = Request::about(request.topic, random);
        return reply(&other, traits, random);
    }
    reply(request, traits, random)
}

/// One to three rules; of two rules every other time the example's.
fn rules_to_ask(random: &mut Random) -> Vec<RuleName> {
    let count = [1, 2, 2, 3][random.below(4)];
    let mut rules = if count == 2 && random.uniform() < 0.6 { EXAMPLE_RUBRIC.to_vec() } else { RuleName::ALL.to_vec() };
    if rules.len() > 2 || random.uniform() < 0.3 {
        random.shuffle(&mut rules);
    }
    rules.truncate(count);
    rules
}
