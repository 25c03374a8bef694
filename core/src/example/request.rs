//! What people ask.

use super::slots::{self, DAYS, Slots, draw, draw_order};
use super::topics::Topic;
use crate::random::{self, Random};

/// What somebody asks the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it is about.
    pub topic: Topic,
    /// The words.
    pub text: String,
    /// What the text names.
    pub slots: Slots,
}

/// A request of any topic.
pub fn request(random: &mut Random) -> Request {
    Request::about(draw(&Topic::ALL, random), random)
}

impl Request {
    /// A request of this topic.
    pub fn about(topic: Topic, random: &mut Random) -> Self {
        let template = draw(topic.templates().requests, random);
        let slots = Slots {
            order: template.contains("{n}").then(|| draw_order(random)),
            product: template.contains("{p}").then(|| draw(topic.products(), random)),
            day: template.contains("{d}").then(|| draw(DAYS, random)),
        };
        Self { topic, text: slots.fill(template), slots }
    }

    /// The request that a text is; `None` where no template of the example gives this text.
    pub fn parse(text: &str) -> Option<Self> {
        let opened = slots::open(text.trim());
        let known = |topic: &Topic| topic.templates().requests.contains(&opened.template.as_str());
        let topic = Topic::ALL.into_iter().find(known)?;
        let slots = Slots {
            order: opened.orders.first().copied(),
            product: opened.products.first().copied(),
            day: opened.days.first().copied(),
        };
        Some(Self { topic, text: text.trim().to_owned(), slots })
    }

    /// Whether the starter model never saw a request of this topic with these slots: a fifth of them are held back.
    pub fn is_held_out(&self) -> bool {
        let text = |value: Option<&str>| value.map_or(0, |text| text.bytes().fold(1, fold));
        let parts =
            [self.topic as u64, self.slots.order.map_or(0, u64::from), text(self.slots.product), text(self.slots.day)];
        parts.into_iter().fold(0, |state, part| random::mix(state ^ random::mix(part.wrapping_add(1)))) % 5 == 0
    }
}

fn fold(state: u64, byte: u8) -> u64 {
    random::mix(state ^ u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_again_by_its_text() {
        for index in 0..2000 {
            let request = request(&mut Random::new(1, &[index]));
            assert!(!request.text.contains('{'), "{request:?}");
            assert_eq!(Request::parse(&request.text), Some(request));
        }
        assert_eq!(Request::parse("What is the capital of France?"), None);
    }

    #[test]
    fn a_fifth_is_held_out_whatever_the_words() {
        let held_out = |index| request(&mut Random::new(2, &[index])).is_held_out();
        let share = (0..5000).filter(|&index| held_out(index)).count() as f64 / 5000.0;
        assert!((share - 0.2).abs() < 0.03, "{share}");
        let same = ["I need an invoice for order 48.", "There was no invoice with order 48."];
        let [one, other] = same.map(|text| Request::parse(text).expect("a request of the example"));
        assert_eq!(one.is_held_out(), other.is_held_out());
    }
}
