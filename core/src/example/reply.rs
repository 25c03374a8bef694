//! What the shop replies.

use super::phrases;
use super::request::Request;
use super::slots::{DAYS, Slots, draw};
use crate::random::Random;

/// What a reply is like. The flags are independent of each other but for the last sentences: of a promise, a blame and
/// an offer a reply has one at most, so that without fillers it is short.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own, and any set of them is a reply")]
pub struct Traits {
    /// Begins with a greeting.
    pub greets: bool,
    /// Says a kind word.
    pub is_kind: bool,
    /// Blames the customer.
    pub blames: bool,
    /// Answers what was asked; else it says something vague.
    pub answers: bool,
    /// Names the order or the product in its answer.
    pub names: bool,
    /// Promises what nobody can keep.
    pub over_promises: bool,
    /// Says what happens next.
    pub has_next_step: bool,
    /// Asks whether there is anything else.
    pub offers_help: bool,
    /// Goes on about other things for two long sentences.
    pub rambles: bool,
}

impl Traits {
    /// Traits as the starter model's own replies have them.
    pub fn draw(random: &mut Random) -> Self {
        let mut flag = |share: f64| random.uniform() < share;
        let (greets, is_kind, answers, names) = (flag(0.35), flag(0.5), flag(0.85), flag(0.65));
        let (has_next_step, rambles) = (flag(0.6), flag(0.35));
        let extra = random.uniform();
        Self {
            greets,
            is_kind,
            blames: extra < 0.12,
            answers,
            names: names && answers,
            over_promises: (0.12..0.3).contains(&extra),
            has_next_step,
            offers_help: (0.3..0.5).contains(&extra),
            rambles,
        }
    }
}

/// A reply with these traits.
pub fn reply(request: &Request, traits: Traits, random: &mut Random) -> String {
    let templates = request.topic.templates();
    let slots = Slots { day: request.slots.day.or_else(|| Some(draw(DAYS, random))), ..request.slots };
    let is_topical = random.uniform() < 0.7;
    let answers = match traits {
        Traits { answers: false, .. } => phrases::VAGUE,
        Traits { names: true, .. } => templates.named_answers,
        _ => templates.plain_answers,
    };
    let first_filler = random.below(phrases::FILLERS.len());
    let second_filler = (first_filler + 1 + random.below(phrases::FILLERS.len() - 1)) % phrases::FILLERS.len();
    let parts = [
        (traits.greets, phrases::GREETINGS),
        (traits.is_kind, phrases::KIND),
        (traits.blames, phrases::BLAMES),
        (true, answers),
        (traits.rambles, &phrases::FILLERS[first_filler..=first_filler]),
        (traits.rambles, &phrases::FILLERS[second_filler..=second_filler]),
        (traits.over_promises, phrases::PROMISES),
        (traits.has_next_step, if is_topical { templates.next_steps } else { phrases::NEXT_STEPS }),
        (traits.offers_help, phrases::OFFERS),
    ];
    let sentences: Vec<&str> =
        parts.into_iter().filter(|(wanted, _)| *wanted).map(|(_, sentences)| draw(sentences, random)).collect();
    slots.fill(&sentences.join(" "))
}
