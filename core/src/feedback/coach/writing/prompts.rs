//! New prompts of the kind of those that are there.

use super::super::Coach;
use super::super::mind::Writing;
use super::list_of;
use crate::domain::Text;
use crate::feedback::FeedbackError;
use crate::job::JobContext;
use crate::project::exchange::{DuplicateOptions, find_duplicates};
use crate::random::Random;

/// Examples that a coach is shown at once: enough to see the kind, few enough for a small context.
const EXAMPLES: usize = 6;

/// Prompts that it is asked for at once.
const AT_ONCE: usize = 8;

/// Characters of an example at most.
const MOST_OF_AN_EXAMPLE: usize = 400;

/// After so many questions in a row that brought nothing new, no more is asked.
const PATIENCE: usize = 5;

/// The address of the random numbers that choose the examples.
const CHOICE: u64 = 0x70;

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct PromptWriting<'a> {
    /// Prompts that may be shown as examples.
    pub examples: &'a [String],
    /// Everything that a new prompt must not repeat: the examples, and what is set aside.
    pub known: &'a [String],
    /// How many are wanted.
    pub count: usize,
    /// How the coach writes.
    pub writing: Writing,
}

/// The question: some prompts, and so many new ones asked for.
pub fn asking(examples: &[&str], count: usize) -> String {
    let one_line = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.chars().take(MOST_OF_AN_EXAMPLE).collect::<String>()
    };
    let listed: Vec<String> =
        examples.iter().enumerate().map(|(place, text)| format!("{}. {}", place + 1, one_line(text))).collect();
    format!(
        "These are examples of what people ask:\n\n{}\n\nWrite {count} new ones of the same kind, about other things. They \
         must not repeat the examples. Write each on a line of its own, numbered, and nothing else.",
        listed.join("\n")
    )
}

/// Lets the coach write prompts until there are as many as are wanted, or nothing new comes any more. `on_prompts` is told of
/// the new ones of each question; an error of its own ends the writing. Gives how many there are.
pub fn write_prompts<E: From<FeedbackError>>(
    coach: &Coach,
    wanted: &PromptWriting<'_>,
    context: &JobContext<'_>,
    mut on_prompts: impl FnMut(&[String]) -> Result<(), E>,
) -> Result<usize, E> {
    let mut known: Vec<String> = wanted.known.to_vec();
    let (mut written, mut in_vain) = (0, 0);
    let mut question = 0_u64;
    while written < wanted.count && in_vain < PATIENCE {
        context.check().map_err(FeedbackError::from)?;
        let asked = Text::Plain(asking(&chosen(wanted, question), AT_ONCE.min(wanted.count - written)));
        let writing = Writing { seed: wanted.writing.seed.wrapping_add(question), ..wanted.writing };
        let answer = coach.write(&[asked], writing, context)?.into_iter().flatten().next().unwrap_or_default();
        let mut new = new_among(&known, list_of(&answer));
        new.truncate(wanted.count - written);
        in_vain = if new.is_empty() { in_vain + 1 } else { 0 };
        question += 1;
        if new.is_empty() {
            continue;
        }
        on_prompts(&new)?;
        written += new.len();
        known.extend(new);
    }
    Ok(written)
}

/// The questions that are asked where each brings as many prompts as it asks for: at least so many, in their order.
pub fn questions(wanted: &PromptWriting<'_>) -> Vec<Text> {
    let places = (0..wanted.count).step_by(AT_ONCE).zip(0_u64..);
    let question = |(written, question): (usize, u64)| {
        Text::Plain(asking(&chosen(wanted, question), AT_ONCE.min(wanted.count - written)))
    };
    places.map(question).collect()
}

/// The examples of one question: others each time.
fn chosen<'a>(wanted: &PromptWriting<'a>, question: u64) -> Vec<&'a str> {
    let mut examples: Vec<&str> = wanted.examples.iter().map(String::as_str).collect();
    Random::new(wanted.writing.seed, &[CHOICE, question]).shuffle(&mut examples);
    examples.truncate(EXAMPLES);
    examples
}

/// Those that repeat nothing, nearly or wholly: not what is known, and not each other.
fn new_among(known: &[String], offered: Vec<String>) -> Vec<String> {
    let all: Vec<&str> = known.iter().chain(&offered).map(String::as_str).collect();
    let mut is_repeated = vec![false; all.len()];
    for group in find_duplicates(&all, &DuplicateOptions::default()) {
        for &member in group.members.iter().skip(1) {
            is_repeated[member] = true;
        }
    }
    let repeated = &is_repeated[known.len()..];
    offered.into_iter().zip(repeated).filter(|(_, is_repeated)| !**is_repeated).map(|(text, _)| text).collect()
}
