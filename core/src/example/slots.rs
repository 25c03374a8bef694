//! What templates leave open: `{n}` is an order's number, `{p}` a product, `{d}` a day.

use crate::random::Random;

/// Products that every topic may speak of.
pub(super) const PRODUCTS: &[&str] = &[
    "kettle", "lamp", "chair", "clock", "radio", "camera", "toaster", "mixer", "blanket", "mirror", "backpack",
    "printer", "heater", "vase",
];

/// Products that have a size.
pub(super) const CLOTHES: &[&str] = &["jacket", "shirt", "coat", "sweater", "hat", "belt"];

pub(super) const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What fills a text's slots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Slots {
    /// An order's number, two digits.
    pub order: Option<u32>,
    /// A product.
    pub product: Option<&'static str>,
    /// A day of the week.
    pub day: Option<&'static str>,
}

pub(super) fn draw_order(random: &mut Random) -> u32 {
    10 + random.below(90) as u32
}

pub(super) fn draw<T: Copy>(items: &[T], random: &mut Random) -> T {
    items[random.below(items.len())]
}

impl Slots {
    /// The template with its slots filled. A slot for which there is nothing stays as it is.
    pub(super) fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        if let Some(order) = self.order {
            text = text.replace("{n}", &order.to_string());
        }
        if let Some(product) = self.product {
            text = text.replace("{p}", product);
        }
        if let Some(day) = self.day {
            text = text.replace("{d}", day);
        }
        text
    }
}

/// What stands in the slots of a text, in the text's order, and the text with its slots open again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Opened {
    pub template: String,
    pub orders: Vec<u32>,
    pub products: Vec<&'static str>,
    pub days: Vec<&'static str>,
}

/// Opens the slots of a text: every two-digit number, product and day is one.
pub(super) fn open(text: &str) -> Opened {
    let mut opened = Opened::default();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        opened.close_word(&word);
        word.clear();
        opened.template.push(c);
    }
    opened.template.pop();
    opened
}

impl Opened {
    fn close_word(&mut self, word: &str) {
        let known = |list: &[&'static str]| list.iter().copied().find(|item| *item == word);
        if let Some(product) = known(PRODUCTS).or_else(|| known(CLOTHES)) {
            self.products.push(product);
            self.template.push_str("{p}");
        } else if let Some(day) = known(DAYS) {
            self.days.push(day);
            self.template.push_str("{d}");
        } else if let (2, Ok(order)) = (word.len(), word.parse::<u32>()) {
            self.orders.push(order);
            self.template.push_str("{n}");
        } else {
            self.template.push_str(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_undoes_filling() {
        let slots = Slots { order: Some(48), product: Some("lamp"), day: Some("Friday") };
        let template = "The {p} of order {n} comes on {d}, or 7 days later.";
        let opened = open(&slots.fill(template));
        assert_eq!(opened.template, template);
        assert_eq!((opened.orders, opened.products, opened.days), (vec![48], vec!["lamp"], vec!["Friday"]));
        assert_eq!(open("lamps and 480").template, "lamps and 480");
    }
}
