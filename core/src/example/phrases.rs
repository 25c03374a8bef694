//! Sentences that fit every topic, by what they do. The words that mark a function occur in no other (the oracle and the
//! rules look for them); the lengths keep every reply without fillers within the rubric's bound.

pub(super) const GREETINGS: &[&str] = &["Hello.", "Hello!", "Hi.", "Hi there!", "Good day."];

pub(super) const KIND: &[&str] = &[
    "I am sorry about that.",
    "Sorry for the trouble.",
    "I am very sorry.",
    "Thank you for your message.",
    "Thanks for telling us.",
    "Thank you for writing!",
    "I am glad to help.",
    "We are happy to help!",
];

pub(super) const BLAMES: &[&str] = &[
    "You should have looked at that before.",
    "That is your own mistake.",
    "You did not read our page.",
    "Honestly, this is your fault.",
    "Other customers do not have such problems.",
];

pub(super) const VAGUE: &[&str] = &[
    "That can have many reasons.",
    "It all depends, really.",
    "It is hard to say.",
    "Such things take some time.",
    "I do not know much about that.",
    "These things happen now and then.",
];

pub(super) const PROMISES: &[&str] = &[
    "You get it tomorrow, I guarantee it.",
    "I promise that it never happens again.",
    "That is done today, without fail.",
    "I guarantee that all is well tomorrow.",
    "It is perfect by tonight, I promise.",
    "It arrives within the hour, without fail.",
];

pub(super) const FILLERS: &[&str] = &[
    "Our shop is a family business and we have sold fine things here for many years.",
    "Every day many people write to us and we read each of their messages with care.",
    "The weather was bad this week and the roads in town were full of rain and snow.",
    "Many customers ask us about this and we talk about it in our team every week.",
    "We moved to a bigger store last spring and there is much more room for everyone now.",
    "Our new catalogue is full of nice things and you can look at it on our page.",
    "It is a busy time of the year and all of us work as fast as we can.",
    "Some days are quiet here and on others there is a long line at the door.",
    "My colleagues and I like our work and we like to talk with the people in town.",
    "We pack each parcel by hand and we use boxes that were used at least once before.",
    "The sun was out all week and our garden with the old tree looks very nice again.",
    "There is a small table near the window and people like to sit there with a coffee.",
];

pub(super) const NEXT_STEPS: &[&str] = &[
    "I will write to you by {d}.",
    "We will call you on {d}.",
    "I will look into it on {d}.",
    "Please write back to us by {d}.",
];

pub(super) const OFFERS: &[&str] = &[
    "Is there anything else you need?",
    "Write again if you need anything else.",
    "Can I help with anything else?",
    "Ask me if anything else comes up.",
];
