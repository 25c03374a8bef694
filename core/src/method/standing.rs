//! Where a project stands on its recipe, derived from what its store holds; nothing of it is stored.

use serde::Serialize;

use super::recipe::{Recipe, Stage, StageKind};
use crate::domain::RecordId;

/// What the store holds of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RoundStanding {
    /// Its place in the store.
    pub round: RecordId,
    /// From 1.
    pub number: u32,
    /// Training prompts that have answers of this round.
    pub prompts_answered: usize,
    /// Answers to training prompts.
    pub completions: usize,
    /// Pairs of answers to training prompts.
    pub comparisons: usize,
    /// Of those, the ones that a person has answered, be it by skipping.
    pub judged_by_people: usize,
    /// Of those, the ones that the coach has judged.
    pub judged_by_coach: usize,
    /// Of those, the ones that a preference model has judged.
    pub judged_by_preference_model: usize,
    /// Pairs of an old and a new answer to a prompt that was set aside.
    pub holdout_comparisons: usize,
    /// Of those, the ones that a person has answered.
    pub holdout_judged_by_people: usize,
    /// A person has approved the round's verdicts.
    pub is_approved: bool,
    /// A rubric was distilled from the round's verdicts.
    pub is_distilled: bool,
    /// A finished run that learned to score answers.
    pub preference_model: Option<RecordId>,
    /// A finished run that learned from ideal answers.
    pub imitation: Option<RecordId>,
    /// A finished run that trained the adapter.
    pub adapter: Option<RecordId>,
    /// Old and new were compared.
    pub is_evaluated: bool,
}

/// What the store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Prompts to train on.
    pub prompts: usize,
    /// Prompts that are set aside.
    pub holdout: usize,
    /// Whether there is a rubric with at least one rule.
    pub has_rubric: bool,
    /// Corrected and ideal answers to training prompts.
    pub ideal_answers: usize,
    /// In their order.
    pub rounds: Vec<RoundStanding>,
}

/// A stage as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StagePosition {
    /// The stage.
    pub stage: Stage,
    /// The round of the project that it belongs to, from 1.
    pub round: u32,
    /// Whether it is done.
    pub is_done: bool,
}

/// Where a project stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The stages of the latest time through the recipe.
    pub stages: Vec<StagePosition>,
    /// The first that is not done; `None` where all are.
    pub next: Option<StagePosition>,
}

impl Standing {
    fn round(&self, number: u32) -> Option<&RoundStanding> {
        self.rounds.iter().find(|round| round.number == number)
    }

    /// Where this is on the recipe. A recipe may be gone through again and again: the stages are those of the latest
    /// round's time.
    pub fn position(&self, recipe: &Recipe) -> Position {
        let rounds = recipe.rounds();
        let latest = self.rounds.iter().map(|round| round.number).max().unwrap_or(1);
        let before = (latest - 1) / rounds * rounds;
        let mut stages: Vec<StagePosition> = recipe
            .stages
            .iter()
            // Where nobody wrote an answer, there is nothing to imitate.
            .filter(|stage| stage.kind != StageKind::Imitate || self.ideal_answers > 0)
            .map(|&stage| {
                let round = before + stage.round;
                StagePosition { stage, round, is_done: self.is_done(stage.kind, round) }
            })
            .collect();
        // What was built on is done, whatever has been added below it since.
        let built_on = |stage: &StagePosition| stage.is_done && leaves_a_mark(stage.stage.kind);
        if let Some(last) = stages.iter().rposition(built_on) {
            stages[..last].iter_mut().for_each(|stage| stage.is_done = true);
        }
        let next = stages.iter().find(|stage| !stage.is_done).copied();
        Position { stages, next }
    }

    fn is_done(&self, kind: StageKind, number: u32) -> bool {
        let round = self.round(number);
        let holds = |check: fn(&RoundStanding) -> bool| round.is_some_and(check);
        match kind {
            StageKind::Prompts => self.prompts > 0 && self.holdout > 0,
            StageKind::Rubric => self.has_rubric,
            StageKind::Answer => round.is_some_and(|round| {
                round.prompts_answered >= self.prompts && self.prompts > 0 && round.comparisons > 0
            }),
            StageKind::PeopleJudge => {
                holds(|round| round.comparisons > 0 && round.judged_by_people >= round.comparisons)
            }
            StageKind::TrainPreferenceModel => holds(|round| round.preference_model.is_some()),
            StageKind::PreferenceModelJudges => holds(|round| {
                round.preference_model.is_some()
                    && round.judged_by_preference_model > 0
                    && round.judged_by_people + round.judged_by_preference_model >= round.comparisons
            }),
            StageKind::Distil => holds(|round| round.is_distilled),
            StageKind::CoachJudges => holds(|round| {
                round.judged_by_coach > 0 && round.judged_by_people + round.judged_by_coach >= round.comparisons
            }),
            StageKind::Review => holds(|round| round.is_approved),
            StageKind::Imitate => self.ideal_answers == 0 || holds(|round| round.imitation.is_some()),
            StageKind::Train => holds(|round| round.adapter.is_some()),
            StageKind::Evaluate => holds(|round| round.is_evaluated),
        }
    }
}

/// Whether something is left of the stage that could not be there without the stages before it.
fn leaves_a_mark(kind: StageKind) -> bool {
    matches!(
        kind,
        StageKind::TrainPreferenceModel
            | StageKind::PreferenceModelJudges
            | StageKind::Distil
            | StageKind::Review
            | StageKind::Train
            | StageKind::Evaluate
    )
}

/// What a project waits for, said to the person who can do it; `None` where a machine goes on.
pub fn waits_for(position: &Position, standing: &Standing) -> Option<String> {
    let next = position.next?;
    let round = standing.round(next.round);
    let left = |total: fn(&RoundStanding) -> usize, done: fn(&RoundStanding) -> usize| {
        round.map_or(0, |round| total(round).saturating_sub(done(round)))
    };
    match next.stage.kind {
        StageKind::Prompts if standing.prompts == 0 => {
            Some("prompts to answer: add some by `whetstone import --project PROJECT FILE`".to_owned())
        }
        StageKind::Prompts => Some(
            "prompts that are set aside, so that old and new can be compared: add some by `whetstone import --project \
             PROJECT --holdout FILE`, or set some of these aside by `whetstone project set PROJECT --holdout-share 0.2`"
                .to_owned(),
        ),
        StageKind::Rubric => Some(
            "a rubric: rules that say what a better answer is, by `whetstone project set PROJECT --rubric FILE`"
                .to_owned(),
        ),
        StageKind::PeopleJudge => Some(format!(
            "people: {} comparisons of round {} are not judged yet; judge them by `whetstone label PROJECT --annotator \
             NAME`, or send them out by `whetstone project pack PROJECT --annotator NAME --out FILE`",
            left(|round| round.comparisons, |round| round.judged_by_people),
            next.round
        )),
        StageKind::Review => Some(format!(
            "a person: the coach's verdicts of round {} are to be looked through by `whetstone label PROJECT --annotator \
             NAME --review`, and approved by `whetstone project approve PROJECT --annotator NAME`",
            next.round
        )),
        StageKind::Evaluate if left(|round| round.holdout_comparisons, |round| round.holdout_judged_by_people) > 0 => {
            Some(format!(
                "people: {} comparisons of old and new answers are not judged yet; judge them by `whetstone label PROJECT \
                 --annotator NAME --compare`, or let a program check the rubric's rules instead by `whetstone project set \
                 PROJECT --judge rules`",
                left(|round| round.holdout_comparisons, |round| round.holdout_judged_by_people)
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::recipe::{RECIPES, find_recipe};

    fn with_prompts() -> Standing {
        Standing { prompts: 40, holdout: 20, has_rubric: true, ..Standing::default() }
    }

    fn next(standing: &Standing, recipe: &str) -> Option<(StageKind, u32)> {
        let recipe = find_recipe(recipe).expect("it is there");
        standing.position(recipe).next.map(|position| (position.stage.kind, position.round))
    }

    #[test]
    fn an_empty_project_waits_for_prompts_whatever_the_recipe() {
        for recipe in RECIPES {
            let standing = Standing::default();
            let position = standing.position(recipe);
            assert_eq!(position.next.map(|next| next.stage.kind), Some(StageKind::Prompts));
            assert!(waits_for(&position, &standing).is_some_and(|reason| reason.contains("whetstone import")));
        }
    }

    #[test]
    fn a_project_goes_on_where_its_store_says() {
        let mut standing = with_prompts();
        assert_eq!(next(&standing, "rlhf"), Some((StageKind::Answer, 1)));
        let round = RoundStanding {
            round: 7,
            number: 1,
            prompts_answered: 40,
            completions: 240,
            comparisons: 200,
            judged_by_people: 150,
            ..RoundStanding::default()
        };
        standing.rounds.push(round);
        assert_eq!(next(&standing, "rlhf"), Some((StageKind::PeopleJudge, 1)));
        let recipe = find_recipe("rlhf").expect("it is there");
        let reason = waits_for(&standing.position(recipe), &standing).expect("it waits");
        assert!(reason.contains("50 comparisons of round 1"), "{reason}");
        standing.rounds[0].judged_by_people = 200;
        assert_eq!(next(&standing, "rlhf"), Some((StageKind::Train, 1)));
        standing.ideal_answers = 3;
        assert_eq!(next(&standing, "rlhf"), Some((StageKind::Imitate, 1)));
        standing.rounds[0].imitation = Some(1);
        standing.rounds[0].adapter = Some(2);
        assert_eq!(next(&standing, "rlhf"), Some((StageKind::Evaluate, 1)));
        standing.rounds[0].is_evaluated = true;
        assert_eq!(next(&standing, "rlhf"), None);
    }

    #[test]
    fn answers_that_come_after_a_training_do_not_undo_it() {
        let mut standing = with_prompts();
        standing.rounds.push(RoundStanding {
            number: 1,
            prompts_answered: 40,
            comparisons: 200,
            judged_by_people: 200,
            adapter: Some(1),
            ..RoundStanding::default()
        });
        standing.prompts = 50;
        assert_eq!(next(&standing, "rlhf"), Some((StageKind::Evaluate, 1)));
    }

    #[test]
    fn the_second_round_follows_the_first_and_a_new_time_begins_with_a_new_round() {
        let mut standing = with_prompts();
        let done = RoundStanding {
            number: 1,
            prompts_answered: 40,
            comparisons: 200,
            judged_by_people: 200,
            adapter: Some(1),
            ..RoundStanding::default()
        };
        standing.rounds.push(done.clone());
        assert_eq!(next(&standing, "hybrid-c"), Some((StageKind::Answer, 2)));
        standing.rounds.push(RoundStanding { number: 2, prompts_answered: 12, ..RoundStanding::default() });
        assert_eq!(next(&standing, "hybrid-c"), Some((StageKind::Answer, 2)));
        standing.rounds[1] =
            RoundStanding { number: 2, judged_by_people: 0, judged_by_coach: 200, is_evaluated: true, ..done };
        assert_eq!(next(&standing, "hybrid-c"), None);
        standing.rounds.push(RoundStanding { number: 3, ..RoundStanding::default() });
        assert_eq!(next(&standing, "hybrid-c"), Some((StageKind::Answer, 3)));
    }

    #[test]
    fn machines_judge_what_people_have_not() {
        let mut standing = with_prompts();
        standing.rounds.push(RoundStanding {
            number: 1,
            prompts_answered: 40,
            comparisons: 80,
            judged_by_people: 80,
            ..RoundStanding::default()
        });
        assert_eq!(next(&standing, "hybrid-a"), Some((StageKind::TrainPreferenceModel, 1)));
        assert_eq!(next(&standing, "hybrid-b"), Some((StageKind::Distil, 1)));
        standing.rounds[0].preference_model = Some(4);
        standing.rounds[0].comparisons = 200;
        assert_eq!(next(&standing, "hybrid-a"), Some((StageKind::PreferenceModelJudges, 1)));
        standing.rounds[0].judged_by_preference_model = 120;
        assert_eq!(next(&standing, "hybrid-a"), Some((StageKind::Train, 1)));
    }
}
