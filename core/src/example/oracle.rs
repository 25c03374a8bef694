//! What is true of a reply, said from its text alone, never from how it was made. It looks for the words that mark what
//! a sentence does, so it holds for text that is slightly broken too; whether a text is broken is a question of its own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::phrases;
use super::request::Request;
use super::rules::{self, RuleName};
use super::slots;
use super::topics::Topic;

/// Whether the reply follows the rule.
pub fn meets(rule: RuleName, request: &Request, reply: &str) -> bool {
    match rule {
        RuleName::Kind => has_any(reply, rules::KIND_WORDS),
        RuleName::NextStep => has_any(reply, rules::NEXT_STEP_WORDS),
        RuleName::NoEmptyPromise => !has_any(reply, rules::PROMISE_WORDS),
        RuleName::Short => word_count(reply) <= rules::MOST_WORDS,
        RuleName::Answer => answers(request, reply),
        RuleName::NameIt => names(request, reply),
        RuleName::NoBlame => !has_any(reply, rules::BLAME_WORDS),
        RuleName::MoreHelp => has_any(reply, rules::OFFER_WORDS),
        RuleName::Greeting => rules::GREETING_WORDS.iter().any(|word| starts_with_words(reply, word)),
        RuleName::Weather => has_any(reply, rules::WEATHER_WORDS),
        RuleName::Exclamation => reply.contains('!'),
    }
}

/// How many of the rules the reply follows.
pub fn rules_met(rules: &[RuleName], request: &Request, reply: &str) -> usize {
    rules.iter().filter(|rule| meets(**rule, request, reply)).count()
}

/// Whether every sentence is one of the example's with its slots filled, and none stands there twice.
pub fn is_fluent(reply: &str) -> bool {
    let mut seen = BTreeSet::new();
    let sentences = sentences(reply);
    !sentences.is_empty()
        && sentences
            .iter()
            .all(|sentence| seen.insert(*sentence) && KNOWN_SENTENCES.contains(slots::open(sentence).template.as_str()))
}

/// Whether every order, product and day that the reply names is the request's; of a request without a day any day is
/// right.
pub fn slots_agree(request: &Request, reply: &str) -> bool {
    let opened = slots::open(reply);
    let asked = request.slots;
    opened.orders.iter().all(|order| Some(*order) == asked.order)
        && opened.products.iter().all(|product| Some(*product) == asked.product)
        && (asked.day.is_none() || opened.days.iter().all(|day| Some(*day) == asked.day))
}

/// Words, as the rules that check lengths count them.
pub fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|run| run.chars().any(char::is_alphanumeric)).count()
}

/// Every sentence that a reply can have, with its slots open.
static KNOWN_SENTENCES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let general = [
        phrases::GREETINGS,
        phrases::KIND,
        phrases::BLAMES,
        phrases::VAGUE,
        phrases::PROMISES,
        phrases::FILLERS,
        phrases::NEXT_STEPS,
        phrases::OFFERS,
    ];
    let topical = Topic::ALL.iter().flat_map(|topic| {
        let templates = topic.templates();
        [templates.named_answers, templates.plain_answers, templates.next_steps]
    });
    general.into_iter().chain(topical).flatten().copied().collect()
});

fn answers(request: &Request, reply: &str) -> bool {
    let templates = request.topic.templates();
    sentences(reply).iter().any(|sentence| {
        let opened = slots::open(sentence).template;
        [templates.named_answers, templates.plain_answers].iter().any(|list| list.contains(&opened.as_str()))
    })
}

fn names(request: &Request, reply: &str) -> bool {
    let opened = slots::open(reply);
    opened.orders.iter().any(|order| Some(*order) == request.slots.order)
        || opened.products.iter().any(|product| Some(*product) == request.slots.product)
}

/// The sentences of a text, each with the mark that ends it.
fn sentences(text: &str) -> Vec<&str> {
    let pieces = text.split_inclusive(['.', '!', '?']);
    pieces.map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

/// Whether any of the phrases occurs as whole words, whatever the capital letters.
fn has_any(text: &str, phrases: &[&str]) -> bool {
    let text = text.to_lowercase();
    phrases.iter().any(|phrase| {
        let phrase = phrase.to_lowercase();
        text.match_indices(&phrase).any(|(start, _)| is_whole_word(&text, start, start + phrase.len()))
    })
}

fn starts_with_words(text: &str, words: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(words) && is_whole_word(text, 0, words.len())
}

fn is_whole_word(text: &str, start: usize, end: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !is_letter(text[..start].chars().next_back()) && !is_letter(text[end..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{EXAMPLE_RUBRIC, Traits, reply, request};
    use crate::random::Random;

    fn made(index: u64) -> (Request, Traits, String) {
        let mut random = Random::new(11, &[index]);
        let request = request(&mut random);
        let traits = Traits::draw(&mut random);
        let text = reply(&request, traits, &mut random);
        (request, traits, text)
    }

    #[test]
    fn it_knows_what_replies_were_made_to_be() {
        for index in 0..5000 {
            let (request, traits, text) = made(index);
            let says = |rule| meets(rule, &request, &text);
            let told = [
                (RuleName::Kind, traits.is_kind),
                (RuleName::NextStep, traits.has_next_step),
                (RuleName::NoEmptyPromise, !traits.over_promises),
                (RuleName::Short, !traits.rambles),
                (RuleName::Answer, traits.answers),
                (RuleName::NameIt, traits.names),
                (RuleName::NoBlame, !traits.blames),
                (RuleName::MoreHelp, traits.offers_help),
                (RuleName::Greeting, traits.greets),
            ];
            for (rule, is_so) in told {
                assert_eq!(says(rule), is_so, "{rule:?}: {} / {text}", request.text);
            }
            assert!(is_fluent(&text) && slots_agree(&request, &text), "{} / {text}", request.text);
        }
    }

    #[test]
    fn four_of_ten_replies_follow_the_examples_rubric() {
        let met = |index| {
            let (request, _, text) = made(index);
            rules_met(&EXAMPLE_RUBRIC, &request, &text) == 2
        };
        let share = (0..5000).filter(|&index| met(index)).count() as f64 / 5000.0;
        assert!((0.36..0.44).contains(&share), "{share}");
    }

    #[test]
    fn broken_text_is_not_fluent() {
        let fluent = "Hello. Order 48 is cancelled. I will pay the money back on Friday.";
        assert!(is_fluent(fluent));
        let broken = [
            "Order 48 cancelled is.",
            "Order 48 is cancelled",
            "Order 48 is cancelled. Order 48 is cancelled.",
            "Order 4 is cancelled.",
            "I will I will pay.",
            "",
        ];
        for text in broken {
            assert!(!is_fluent(text), "{text}");
        }
        let request = Request::parse("I want to cancel order 48.").expect("a request of the example");
        assert!(slots_agree(&request, fluent) && !slots_agree(&request, "Order 49 is cancelled."));
        assert!(
            meets(RuleName::NextStep, &request, "order 48 i will pay pay") && !is_fluent("order 48 i will pay pay")
        );
        assert!(!meets(RuleName::Answer, &request, "The invoice is ready."), "it answers another question");
        assert!(!meets(RuleName::NameIt, &request, "Order 49 is cancelled."), "it names another order");
    }
}
