//! The six methods, a row of [`RECIPES`] each: which stages a project goes through, what each needs and what it yields.
//!
//! A recipe only says what comes after what. Where a project stands is read off its store ([`super::Standing`]), and how
//! a stage is done stands in [`super::stages`].

use serde::Serialize;

/// Something to be done on the way to a better adapter.
/// They stand in the order in which a round goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Prompts are there to be answered, and some are set aside.
    Prompts,
    /// The model answers the prompts, and answers are paired for judging.
    Answer,
    /// People judge.
    PeopleJudge,
    /// Rules for the coach are there.
    Rubric,
    /// A model learns from people's verdicts to score answers.
    TrainPreferenceModel,
    /// That model judges what people have not.
    PreferenceModelJudges,
    /// People's verdicts choose the rules of the coach's rubric.
    Distil,
    /// The coach judges what people have not.
    CoachJudges,
    /// People look through the coach's verdicts and approve them.
    Review,
    /// The model learns to write like corrected and ideal answers, where there are any.
    Imitate,
    /// The adapter is trained on the preference pairs.
    Train,
    /// Old against new on the prompts that were set aside.
    Evaluate,
}

impl StageKind {
    /// Every stage, in the order in which a round goes through them.
    pub const ALL: [Self; 12] = [
        Self::Prompts,
        Self::Answer,
        Self::PeopleJudge,
        Self::Rubric,
        Self::TrainPreferenceModel,
        Self::PreferenceModelJudges,
        Self::Distil,
        Self::CoachJudges,
        Self::Review,
        Self::Imitate,
        Self::Train,
        Self::Evaluate,
    ];

    /// What files and commands call it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Prompts => "prompts",
            Self::Rubric => "rubric",
            Self::Answer => "answer",
            Self::PeopleJudge => "people_judge",
            Self::TrainPreferenceModel => "train_preference_model",
            Self::PreferenceModelJudges => "preference_model_judges",
            Self::Distil => "distil",
            Self::CoachJudges => "coach_judges",
            Self::Review => "review",
            Self::Imitate => "imitate",
            Self::Train => "train",
            Self::Evaluate => "evaluate",
        }
    }

    /// The stage with this id.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.id() == id)
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Prompts => "Bring prompts",
            Self::Rubric => "Write the rubric",
            Self::Answer => "Let the model answer",
            Self::PeopleJudge => "People judge the answers",
            Self::TrainPreferenceModel => "Train a preference model on people's verdicts",
            Self::PreferenceModelJudges => "The preference model judges the rest",
            Self::Distil => "Choose the rubric's rules by people's verdicts",
            Self::CoachJudges => "The coach judges the answers",
            Self::Review => "People review the coach's verdicts",
            Self::Imitate => "Learn from corrected and ideal answers",
            Self::Train => "Train the adapter",
            Self::Evaluate => "Compare old and new",
        }
    }

    /// What must be there before it can begin.
    pub fn needs(self) -> &'static str {
        match self {
            Self::Prompts | Self::Rubric => "nothing",
            Self::Answer => "prompts, a model",
            Self::PeopleJudge => "pairs of answers, a person with time",
            Self::TrainPreferenceModel | Self::Distil => "people's verdicts",
            Self::PreferenceModelJudges => "a preference model",
            Self::CoachJudges => "pairs of answers, a rubric, a coach",
            Self::Review => "the coach's verdicts, a person with time",
            Self::Imitate => "corrected or ideal answers",
            Self::Train => "preference pairs",
            Self::Evaluate => "an adapter, prompts that were set aside",
        }
    }

    /// What is there after it.
    pub fn yields(self) -> &'static str {
        match self {
            Self::Prompts => "prompts to train on, and some to compare old and new with",
            Self::Rubric | Self::Distil => "a version of the rubric",
            Self::Answer => "several answers to each prompt, paired for judging",
            Self::PeopleJudge => "people's verdicts",
            Self::TrainPreferenceModel => "a preference model, with its accuracy on verdicts that it has not seen",
            Self::PreferenceModelJudges | Self::CoachJudges => "verdicts on what people have not judged",
            Self::Review => "approved verdicts",
            Self::Imitate => "an adapter to go on from",
            Self::Train => "an adapter",
            Self::Evaluate => "a win rate with its interval, and a report",
        }
    }

    /// Whether a person has to do it.
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Prompts | Self::Rubric | Self::PeopleJudge | Self::Review)
    }
}

/// A stage in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// What is done.
    pub kind: StageKind,
    /// In which round of the recipe, from 1.
    pub round: u32,
}

/// A method: a list of stages.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Recipe {
    /// What files and commands call it.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it is, for a person who has never heard of it.
    pub meaning: &'static str,
    /// When it is the right one.
    pub when: &'static str,
    /// In their order.
    pub stages: &'static [Stage],
    /// Share of the prompts whose answers people judge; the rest are left to a machine.
    pub people_share: f64,
}

impl Recipe {
    /// How many times it goes round the road.
    pub fn rounds(&self) -> u32 {
        self.stages.iter().map(|stage| stage.round).max().unwrap_or(1)
    }

    /// Whether it has such a stage.
    pub fn has(&self, kind: StageKind) -> bool {
        self.stages.iter().any(|stage| stage.kind == kind)
    }
}

const fn first(kind: StageKind) -> Stage {
    Stage { kind, round: 1 }
}

const fn second(kind: StageKind) -> Stage {
    Stage { kind, round: 2 }
}

/// Every method.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        id: "rlhf",
        name: "People judge",
        meaning: "The model answers each prompt several times, people say which answer is better, and the model is \
                  trained on what they prefer.",
        when: "Better is a matter of taste, tone or conversation, and people have the hours for it.",
        stages: &[
            first(StageKind::Prompts),
            first(StageKind::Answer),
            first(StageKind::PeopleJudge),
            first(StageKind::Imitate),
            first(StageKind::Train),
            first(StageKind::Evaluate),
        ],
        people_share: 1.0,
    },
    Recipe {
        id: "rlaif",
        name: "The coach or rules judge",
        meaning: "A coach model judges the answers by rules that you write, in both orders, and leaves what is too close \
                  to call; the model is trained on what the coach prefers.",
        when: "Better can be said in rules, people's hours are scarce, and you trust a coach to follow the rules.",
        stages: &[
            first(StageKind::Prompts),
            first(StageKind::Answer),
            first(StageKind::Rubric),
            first(StageKind::CoachJudges),
            first(StageKind::Imitate),
            first(StageKind::Train),
            first(StageKind::Evaluate),
        ],
        people_share: 0.0,
    },
    Recipe {
        id: "hybrid-a",
        name: "People start, a preference model goes on",
        meaning: "People judge a part of the answers; a preference model learns their taste and judges the rest; the model \
                  is trained on both.",
        when: "Only people can say what is better, there are more answers than people have hours for, and there is no coach \
               that you trust.",
        stages: &[
            first(StageKind::Prompts),
            first(StageKind::Answer),
            first(StageKind::PeopleJudge),
            first(StageKind::TrainPreferenceModel),
            first(StageKind::PreferenceModelJudges),
            first(StageKind::Imitate),
            first(StageKind::Train),
            first(StageKind::Evaluate),
        ],
        people_share: 0.6,
    },
    Recipe {
        id: "hybrid-b",
        name: "People choose the coach's rules",
        meaning: "People judge a part of the answers; of the rules at hand, those that agree with the people become the \
                  coach's rubric; the coach judges the rest.",
        when: "People know what is better when they see it but have not written the rules down, and a coach can follow \
               rules.",
        stages: &[
            first(StageKind::Prompts),
            first(StageKind::Answer),
            first(StageKind::PeopleJudge),
            first(StageKind::Distil),
            first(StageKind::CoachJudges),
            first(StageKind::Imitate),
            first(StageKind::Train),
            first(StageKind::Evaluate),
        ],
        people_share: 0.4,
    },
    Recipe {
        id: "hybrid-c",
        name: "Two rounds: people, then the coach",
        meaning: "Two rounds: the first adapter is trained on people's verdicts on a part; it answers anew, the coach judges those \
                  answers, and training goes on from the first adapter.",
        when: "People can set the direction once, and a coach that you trust can go on from there.",
        stages: &[
            first(StageKind::Prompts),
            first(StageKind::Answer),
            first(StageKind::PeopleJudge),
            first(StageKind::Rubric),
            first(StageKind::Imitate),
            first(StageKind::Train),
            second(StageKind::Answer),
            second(StageKind::CoachJudges),
            second(StageKind::Train),
            second(StageKind::Evaluate),
        ],
        people_share: 0.4,
    },
    Recipe {
        id: "hybrid-d",
        name: "The coach proposes, people approve",
        meaning: "The coach judges all answers; people look through its verdicts, correct and edit them, and approve them \
                  before anything is trained.",
        when: "Mistakes are dear, a coach is fair but not beyond doubt, and people have a few hours.",
        stages: &[
            first(StageKind::Prompts),
            first(StageKind::Answer),
            first(StageKind::Rubric),
            first(StageKind::CoachJudges),
            first(StageKind::Review),
            first(StageKind::Imitate),
            first(StageKind::Train),
            first(StageKind::Evaluate),
        ],
        people_share: 0.0,
    },
];

/// The row with this id.
pub fn find_recipe(id: &str) -> Option<&'static Recipe> {
    RECIPES.iter().find(|recipe| recipe.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::advisor::METHODS;

    #[test]
    fn every_recipe_goes_from_prompts_to_a_comparison() {
        for recipe in RECIPES {
            assert!(RECIPES.iter().filter(|other| other.id == recipe.id).count() == 1, "{}", recipe.id);
            // The advisor recommends it by the same name.
            assert!(METHODS.iter().any(|row| row.id == recipe.id && row.name == recipe.name), "{}", recipe.id);
            assert!(find_recipe(recipe.id).is_some_and(|found| found.name == recipe.name));
            let kinds: Vec<StageKind> = recipe.stages.iter().map(|stage| stage.kind).collect();
            assert_eq!(kinds.first(), Some(&StageKind::Prompts), "{}", recipe.id);
            assert_eq!(kinds.last(), Some(&StageKind::Evaluate), "{}", recipe.id);
            assert!(recipe.stages.is_sorted_by_key(|stage| stage.round), "{}", recipe.id);
            assert!(recipe.meaning.len() > 60 && recipe.when.len() > 40);
        }
        assert!(find_recipe("none").is_none());
    }

    #[test]
    fn stages_are_found_by_the_words_that_files_have_for_them() {
        assert!(StageKind::ALL.is_sorted());
        for stage in StageKind::ALL {
            assert_eq!(serde_json::json!(stage), stage.id());
            assert_eq!(StageKind::find(stage.id()), Some(stage));
        }
        for recipe in RECIPES {
            assert!(recipe.stages.is_sorted_by_key(|stage| (stage.round, stage.kind)), "{}", recipe.id);
        }
        assert_eq!(StageKind::find("none"), None);
    }

    #[test]
    fn every_round_answers_judges_and_trains_in_this_order() {
        let judges = [StageKind::PeopleJudge, StageKind::CoachJudges, StageKind::PreferenceModelJudges];
        for recipe in RECIPES {
            for round in 1..=recipe.rounds() {
                let place = |wanted: &dyn Fn(StageKind) -> bool| {
                    recipe.stages.iter().position(|stage| stage.round == round && wanted(stage.kind))
                };
                let answer = place(&|kind| kind == StageKind::Answer).expect("a round answers");
                let judge = place(&|kind| judges.contains(&kind)).expect("a round judges");
                let train = place(&|kind| kind == StageKind::Train).expect("a round trains");
                assert!(answer < judge && judge < train, "{} round {round}", recipe.id);
            }
        }
    }

    #[test]
    fn a_coach_has_a_rubric_before_it_judges_and_people_are_asked_where_a_part_is_theirs() {
        for recipe in RECIPES {
            let place = |wanted: StageKind| recipe.stages.iter().position(|stage| stage.kind == wanted);
            if let Some(judges) = place(StageKind::CoachJudges) {
                let rubric = place(StageKind::Rubric).or_else(|| place(StageKind::Distil));
                assert!(rubric.is_some_and(|rubric| rubric < judges), "{}", recipe.id);
            }
            assert_eq!(recipe.people_share > 0.0, recipe.has(StageKind::PeopleJudge), "{}", recipe.id);
        }
    }
}
