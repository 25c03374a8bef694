//! What people ask a small shop, and what it answers: the sentences that belong to one topic.

use super::slots::{CLOTHES, PRODUCTS};

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// A parcel that has not come.
    Late,
    /// Money for what was sent back.
    Refund,
    /// Something else than what was ordered.
    WrongItem,
    /// Something that came broken.
    Damaged,
    /// Whether the shop is open.
    OpeningHours,
    /// An invoice.
    Invoice,
    /// A forgotten password.
    Password,
    /// Another size.
    Exchange,
    /// A gift card that is not taken.
    GiftCard,
    /// An order that is no longer wanted.
    Cancel,
    /// Another address.
    Address,
    /// Something that stopped working.
    Warranty,
}

/// A topic's templates. Every request has all of the topic's slots; answers are short of the rubric's bound together
/// with a greeting, a kind word, a next step and one sentence more.
pub(super) struct Templates {
    pub topic: Topic,
    pub requests: &'static [&'static str],
    /// Answers that name the order or the product.
    pub named_answers: &'static [&'static str],
    /// Answers that name neither.
    pub plain_answers: &'static [&'static str],
    pub next_steps: &'static [&'static str],
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 12] = [
        Self::Late,
        Self::Refund,
        Self::WrongItem,
        Self::Damaged,
        Self::OpeningHours,
        Self::Invoice,
        Self::Password,
        Self::Exchange,
        Self::GiftCard,
        Self::Cancel,
        Self::Address,
        Self::Warranty,
    ];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Late => "a late parcel",
            Self::Refund => "a refund",
            Self::WrongItem => "a wrong item",
            Self::Damaged => "damage",
            Self::OpeningHours => "opening hours",
            Self::Invoice => "an invoice",
            Self::Password => "a password",
            Self::Exchange => "an exchange",
            Self::GiftCard => "a gift card",
            Self::Cancel => "cancelling",
            Self::Address => "an address",
            Self::Warranty => "warranty",
        }
    }

    pub(super) fn templates(self) -> &'static Templates {
        // Every topic has its row: a test holds the two lists together.
        TEMPLATES.iter().find(|templates| templates.topic == self).unwrap_or(&TEMPLATES[0])
    }

    /// What the topic's products are.
    pub(super) fn products(self) -> &'static [&'static str] {
        if self == Self::Exchange { CLOTHES } else { PRODUCTS }
    }
}

static TEMPLATES: [Templates; 12] = [
    Templates {
        topic: Topic::Late,
        requests: &[
            "My order {n} has not come yet. Where is it?",
            "Where is order {n}? I have waited for two weeks.",
            "Order {n} is late. When does it come?",
            "I am still waiting for order {n}.",
        ],
        named_answers: &[
            "Order {n} is still with the carrier.",
            "The carrier has order {n} since yesterday.",
            "Order {n} left our store last week.",
            "Your order {n} waits at the post office.",
        ],
        plain_answers: &[
            "Your parcel is still with the carrier.",
            "The parcel left our store last week.",
            "Your parcel waits at the post office.",
        ],
        next_steps: &[
            "I will call the carrier on {d}.",
            "I will send you the tracking number.",
            "We will send a new parcel on {d}.",
        ],
    },
    Templates {
        topic: Topic::Refund,
        requests: &[
            "I sent the {p} of order {n} back. When do I get my money?",
            "Where is the money for the {p} from order {n}?",
            "The {p} from order {n} went back to you. I want my money.",
        ],
        named_answers: &[
            "The money for the {p} is on its way.",
            "The {p} is back in our store.",
            "Your refund for order {n} is approved.",
            "The refund for the {p} takes five days.",
        ],
        plain_answers: &["The money is on its way.", "Your refund is approved.", "A refund takes five days at most."],
        next_steps: &[
            "I will send the money by {d}.",
            "We will ask your bank on {d}.",
            "Please check your account on {d}.",
        ],
    },
    Templates {
        topic: Topic::WrongItem,
        requests: &[
            "I got a {p} in order {n}, but I did not order it.",
            "There was a {p} in order {n}. That is the wrong item.",
            "Order {n} is wrong. You sent me a {p}.",
        ],
        named_answers: &[
            "The {p} belongs to another order.",
            "We put the {p} in the wrong box.",
            "The label of order {n} was wrong.",
            "You can send the {p} back for free.",
        ],
        plain_answers: &[
            "We put the wrong item in the box.",
            "The label on the box was wrong.",
            "You can send it back for free.",
        ],
        next_steps: &[
            "I will send the right item on {d}.",
            "We will pick the parcel up on {d}.",
            "Please bring the parcel to the post office.",
        ],
    },
    Templates {
        topic: Topic::Damaged,
        requests: &[
            "The {p} in order {n} came broken.",
            "My {p} from order {n} has a crack.",
            "I opened order {n} and the {p} was broken.",
        ],
        named_answers: &[
            "You get a new {p} from us.",
            "The {p} was broken on the way.",
            "We replace the {p} for free.",
            "The carrier dropped the box of order {n}.",
        ],
        plain_answers: &[
            "You get a new one from us.",
            "It was broken on the way.",
            "We replace broken items for free.",
        ],
        next_steps: &[
            "I will send a new one by {d}.",
            "Please send us a photo of the crack.",
            "We will pick up the broken one on {d}.",
        ],
    },
    Templates {
        topic: Topic::OpeningHours,
        requests: &[
            "Is the shop open on {d}? I want to see the {p}.",
            "When are you open on {d}? I want to buy a {p}.",
            "Can I come on {d} and look at the {p}?",
        ],
        named_answers: &[
            "The {p} is in the shop on {d}.",
            "You can see the {p} from nine to six.",
            "Come on {d} to try the {p}.",
        ],
        plain_answers: &["Yes, we are open on {d}.", "The shop is open from nine to six.", "On {d} we close at six."],
        next_steps: &[
            "I will keep one for you.",
            "Please ring the bell at the door.",
            "We will show it to you on {d}.",
        ],
    },
    Templates {
        topic: Topic::Invoice,
        requests: &[
            "I need an invoice for order {n}.",
            "There was no invoice with order {n}.",
            "Can you send me the invoice for order {n}?",
        ],
        named_answers: &[
            "The invoice for order {n} is ready.",
            "Order {n} has an invoice in your account.",
            "We sent the invoice for order {n} by mail.",
        ],
        plain_answers: &[
            "The invoice is ready.",
            "You find the invoice in your account.",
            "We sent the invoice by mail.",
        ],
        next_steps: &[
            "I will send the invoice by {d}.",
            "Please open the page with your invoices.",
            "We will print it for you on {d}.",
        ],
    },
    Templates {
        topic: Topic::Password,
        requests: &[
            "I forgot my password and cannot see order {n}.",
            "My password does not work. I want to look at order {n}.",
            "I cannot log in to check order {n}.",
        ],
        named_answers: &[
            "Order {n} is safe in your account.",
            "A new password shows you order {n} again.",
            "You can see order {n} without a password.",
        ],
        plain_answers: &[
            "You can set a new password yourself.",
            "Your account was locked for one day.",
            "The old password is no longer valid.",
        ],
        next_steps: &[
            "I will send you a new password.",
            "Please use the link in our mail.",
            "We will open your account on {d}.",
        ],
    },
    Templates {
        topic: Topic::Exchange,
        requests: &[
            "The {p} from order {n} is too small. Can I change it?",
            "I need a larger {p}. It was in order {n}.",
            "The {p} in order {n} does not fit me.",
        ],
        named_answers: &[
            "We have the {p} in a larger size.",
            "You can change the {p} for free.",
            "The {p} comes in three more sizes.",
            "We can change order {n} to another size.",
        ],
        plain_answers: &[
            "We have it in a larger size.",
            "You can change the size for free.",
            "It comes in three more sizes.",
        ],
        next_steps: &[
            "I will send the larger size on {d}.",
            "Please send the small one back.",
            "We will keep your size until {d}.",
        ],
    },
    Templates {
        topic: Topic::GiftCard,
        requests: &[
            "My gift card does not work for the {p} of order {n}.",
            "I want to pay order {n}, a {p}, with a gift card. It fails.",
            "Why can I not use my gift card for the {p} in order {n}?",
        ],
        named_answers: &[
            "The {p} costs more than the card holds.",
            "The card is good for the {p} too.",
            "You can pay the {p} with two cards.",
        ],
        plain_answers: &[
            "The card is valid for one more year.",
            "Your gift card is still empty.",
            "The code stands on the back.",
        ],
        next_steps: &[
            "I will check the card on {d}.",
            "Please send us the code of the card.",
            "We will send a new card by {d}.",
        ],
    },
    Templates {
        topic: Topic::Cancel,
        requests: &[
            "I want to cancel order {n}.",
            "Can you stop order {n}? I do not need it.",
            "I ordered twice. Cancel order {n} for me.",
        ],
        named_answers: &[
            "Order {n} is cancelled.",
            "We stopped order {n} in time.",
            "Order {n} has left our store already.",
        ],
        plain_answers: &[
            "Your order is cancelled.",
            "We stopped the parcel in time.",
            "The parcel has left our store already.",
        ],
        next_steps: &[
            "I will pay the money back on {d}.",
            "Please do not accept the parcel.",
            "We will confirm it by mail on {d}.",
        ],
    },
    Templates {
        topic: Topic::Address,
        requests: &[
            "I moved. Can you send order {n} to my new address?",
            "The address of order {n} is wrong.",
            "Order {n} must go to another address.",
        ],
        named_answers: &[
            "Order {n} goes to the new address.",
            "We can still change order {n}.",
            "The address of order {n} is changed.",
        ],
        plain_answers: &[
            "The parcel goes to the new address.",
            "We can still change the address.",
            "The address is changed.",
        ],
        next_steps: &[
            "I will tell the carrier on {d}.",
            "Please send us the new street.",
            "We will print a new label on {d}.",
        ],
    },
    Templates {
        topic: Topic::Warranty,
        requests: &[
            "The {p} from order {n} stopped working. Is there a warranty?",
            "My {p} from order {n} does not turn on. Do you repair it?",
            "Does the warranty cover the {p} of order {n}? It makes a loud noise.",
        ],
        named_answers: &[
            "The {p} has a warranty of two years.",
            "We repair the {p} for free.",
            "The warranty covers your {p}.",
        ],
        plain_answers: &["The warranty lasts two years.", "We repair it for free.", "The warranty covers that."],
        next_steps: &[
            "I will order the part by {d}.",
            "Please bring it to the shop on {d}.",
            "We will repair it until {d}.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_its_row() {
        assert!(Topic::ALL.iter().all(|topic| topic.templates().topic == *topic));
    }
}
