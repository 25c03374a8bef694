//! What the advisor can recommend.

/// A method, or what to do instead of training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// People judge.
    Rlhf,
    /// A coach or rules judge.
    Rlaif,
    /// People start, a preference model trained on their verdicts goes on.
    HybridA,
    /// People's verdicts choose the rules that the coach judges by.
    HybridB,
    /// A round of people's verdicts, then one of the coach's.
    HybridC,
    /// The coach proposes, people approve.
    HybridD,
    /// A better prompt, or a look-up, is enough.
    ChangePrompt,
    /// What is better has to be settled first.
    WriteRules,
    /// There is too little to learn from yet.
    CollectFirst,
}

impl Method {
    /// Whether a model is trained.
    pub fn trains(self) -> bool {
        !matches!(self, Self::ChangePrompt | Self::WriteRules | Self::CollectFirst)
    }
}

/// A method with its words and what it usually takes.
#[derive(Debug)]
pub struct MethodRow {
    /// The method.
    pub method: Method,
    /// Its name in files.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What is done, in a sentence.
    pub says: &'static str,
    /// Verdicts of people that it usually takes, from and to.
    pub people_verdicts: (f64, f64),
    /// Seconds that a person needs for one.
    pub person_seconds: f64,
    /// Comparisons that the coach or a preference model judges, from and to.
    pub model_verdicts: (f64, f64),
    /// Times that a coach is asked for a comparison: once an order. 0 where a preference model judges, which costs next
    /// to nothing.
    pub coach_calls: f64,
}

/// Seconds for a comparison of two short answers.
const COMPARING: f64 = 24.0;

/// Seconds for a look at a verdict that stands already.
const APPROVING: f64 = 12.0;

/// Everything that can be recommended; of equals, the first.
pub const METHODS: &[MethodRow] = &[
    MethodRow {
        method: Method::Rlhf,
        id: "rlhf",
        name: "People judge",
        says: "People compare answers blind, and the model learns from what they prefer.",
        people_verdicts: (200.0, 600.0),
        person_seconds: COMPARING,
        model_verdicts: (0.0, 0.0),
        coach_calls: 0.0,
    },
    MethodRow {
        method: Method::Rlaif,
        id: "rlaif",
        name: "The coach or rules judge",
        says: "A coach model or rules compare the answers; people only check a few of its verdicts.",
        people_verdicts: (30.0, 60.0),
        person_seconds: COMPARING,
        model_verdicts: (300.0, 1500.0),
        coach_calls: 2.0,
    },
    MethodRow {
        method: Method::HybridA,
        id: "hybrid-a",
        name: "People start, a preference model goes on",
        says: "People compare some answers, a preference model learns their taste from that, and judges the rest.",
        people_verdicts: (150.0, 300.0),
        person_seconds: COMPARING,
        model_verdicts: (300.0, 1500.0),
        coach_calls: 0.0,
    },
    MethodRow {
        method: Method::HybridB,
        id: "hybrid-b",
        name: "People choose the coach's rules",
        says: "People compare some answers, the rules that fit their verdicts are kept, and the coach judges the rest by them.",
        people_verdicts: (60.0, 200.0),
        person_seconds: COMPARING,
        model_verdicts: (300.0, 1500.0),
        coach_calls: 2.0,
    },
    MethodRow {
        method: Method::HybridC,
        id: "hybrid-c",
        name: "Two rounds: people, then the coach",
        says: "People judge the first round; the model that learned from it answers again, and the coach judges the second.",
        people_verdicts: (100.0, 250.0),
        person_seconds: COMPARING,
        model_verdicts: (300.0, 1200.0),
        coach_calls: 2.0,
    },
    MethodRow {
        method: Method::HybridD,
        id: "hybrid-d",
        name: "The coach proposes, people approve",
        says: "The coach compares the answers, and people approve, change or edit each pair before anything is trained.",
        people_verdicts: (200.0, 500.0),
        person_seconds: APPROVING,
        model_verdicts: (200.0, 500.0),
        coach_calls: 2.0,
    },
    MethodRow {
        method: Method::ChangePrompt,
        id: "change-prompt",
        name: "Change the prompt",
        says: "Say what you want in the system prompt, with an example or the facts that belong there, and compare again: \
               it takes an hour and can be taken back.",
        people_verdicts: (20.0, 50.0),
        person_seconds: COMPARING,
        model_verdicts: (0.0, 0.0),
        coach_calls: 0.0,
    },
    MethodRow {
        method: Method::WriteRules,
        id: "write-rules",
        name: "Settle first what is better",
        says: "Look at twenty pairs of answers together, write down as rules why one is better, and judge them again until \
               you agree.",
        people_verdicts: (20.0, 60.0),
        person_seconds: 3.0 * COMPARING,
        model_verdicts: (0.0, 0.0),
        coach_calls: 0.0,
    },
    MethodRow {
        method: Method::CollectFirst,
        id: "collect-first",
        name: "Collect more first",
        says: "Gather at least fifty prompts as they really come, and find somebody or something that can judge the answers.",
        people_verdicts: (50.0, 100.0),
        person_seconds: COMPARING,
        model_verdicts: (0.0, 0.0),
        coach_calls: 0.0,
    },
];
