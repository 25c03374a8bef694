//! What the advisor asks: five questions, each answered by a choice.

/// A question with its answers.
#[derive(Debug)]
pub struct Question {
    /// Its name in files.
    pub id: &'static str,
    /// What is asked.
    pub text: &'static str,
    /// What helps to answer it.
    pub help: &'static str,
    /// What can be answered.
    pub answers: &'static [Answer],
}

/// An answer that can be chosen.
#[derive(Debug)]
pub struct Answer {
    /// Its name in files.
    pub id: &'static str,
    /// What a person reads.
    pub text: &'static str,
}

/// Every question, in the order in which they are asked.
pub const QUESTIONS: &[Question] = &[
    Question {
        id: "goal",
        text: "What should get better?",
        help: "Take what matters most. Taste can only be judged; facts can be checked.",
        answers: &[
            Answer { id: "tone", text: "How it speaks: tone, manner, conversation" },
            Answer { id: "useful", text: "How useful its answers are: clear, complete, to the point" },
            Answer { id: "correct", text: "Results that can be checked: sums, code, extracted fields" },
            Answer { id: "form", text: "The form: length, language, a layout, words to avoid" },
            Answer { id: "changing_facts", text: "What it knows: prices, stock, people, news" },
            Answer { id: "few_cases", text: "A handful of answers that I can name" },
        ],
    },
    Question {
        id: "judge",
        text: "Who can tell a better answer from a worse one?",
        help: "Think of two answers side by side.",
        answers: &[
            Answer { id: "anyone", text: "Anyone who reads both" },
            Answer { id: "us", text: "We ourselves, by our taste and knowledge of our customers" },
            Answer { id: "experts", text: "Only experts, whose time is dear" },
            Answer { id: "nobody", text: "Nobody can say for sure" },
        ],
    },
    Question {
        id: "hours",
        text: "How many hours can people give to comparing answers?",
        help: "All together. An hour is about 150 comparisons of short answers.",
        answers: &[
            Answer { id: "none", text: "None" },
            Answer { id: "few", text: "About two hours" },
            Answer { id: "some", text: "About a day" },
            Answer { id: "many", text: "Several days" },
        ],
    },
    Question {
        id: "coach",
        text: "Is there a coach model that you trust to judge?",
        help: "A coach is a model that reads your rules and says which of two answers is better.",
        answers: &[
            Answer { id: "trusted", text: "Yes: it mostly says what we would say" },
            Answer { id: "fair", text: "It is often right, but mistakes are costly: a person should approve" },
            Answer { id: "unclear", text: "It disagrees with us, because our rules are vague" },
            Answer { id: "none", text: "No" },
        ],
    },
    Question {
        id: "check",
        text: "Are there rules that a program can check?",
        help: "Such as a length, a pattern, valid JSON, a language, a phrase that must or must not occur.",
        answers: &[
            Answer { id: "all", text: "Yes, they say all that matters" },
            Answer { id: "part", text: "Some of what matters" },
            Answer { id: "none", text: "No" },
        ],
    },
];
