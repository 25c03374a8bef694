use super::*;
use crate::method::{RECIPES, RoundStanding, find_recipe};

const ALL: usize = 40;

fn found(recipe: Option<&Recipe>, standing: &Standing, exports: &[Export]) -> Vec<(Step, Readiness)> {
    let steps = steps(true, recipe, standing, exports);
    assert!(steps.iter().map(|state| state.step).eq(Step::ALL), "every step in its order");
    steps.iter().map(|state| (state.step, state.readiness)).collect()
}

fn of(states: &[(Step, Readiness)], step: Step) -> Readiness {
    states.iter().find(|state| state.0 == step).expect("every step is there").1
}

fn export_of(run: i64) -> Export {
    Export { id: 1, run, target: "peft".to_owned(), path: PathBuf::new(), made_at: String::new() }
}

/// The standing after a stage was done.
fn done(standing: &mut Standing, kind: StageKind, number: u32) {
    if standing.rounds.iter().all(|round| round.number != number)
        && !matches!(kind, StageKind::Prompts | StageKind::Rubric)
    {
        standing.rounds.push(RoundStanding { round: number.into(), number, ..RoundStanding::default() });
    }
    let run = i64::from(number) * 10;
    match kind {
        StageKind::Prompts => (standing.prompts, standing.holdout) = (ALL, 9),
        StageKind::Rubric => standing.has_rubric = true,
        _ => {}
    }
    let Some(round) = standing.rounds.iter_mut().find(|round| round.number == number) else { return };
    match kind {
        StageKind::Prompts | StageKind::Rubric => {}
        StageKind::Answer => (round.prompts_answered, round.comparisons) = (ALL, 100),
        // A machine's comparisons come after those of people.
        StageKind::PeopleJudge => round.judged_by_people = 100,
        StageKind::TrainPreferenceModel => {
            (round.preference_model, round.comparisons) = (Some(run), 200);
        }
        StageKind::PreferenceModelJudges => round.judged_by_preference_model = 100,
        StageKind::Distil => {
            (round.is_distilled, round.comparisons) = (true, 200);
        }
        StageKind::CoachJudges => round.judged_by_coach = 200,
        StageKind::Review => round.is_approved = true,
        StageKind::Imitate => round.imitation = Some(run + 1),
        StageKind::Train => round.adapter = Some(run + 2),
        StageKind::Evaluate => round.is_evaluated = true,
    }
}

#[test]
fn a_project_without_a_method_asks_for_one() {
    let states = found(None, &Standing::default(), &[]);
    assert_eq!(of(&states, Step::Model), Readiness::Done);
    assert_eq!(of(&states, Step::Method), Readiness::Ready);
    for step in &Step::ALL[3..] {
        assert_eq!(of(&states, *step), Readiness::After(Step::Method));
    }
    let standing = Standing { prompts: 3, holdout: 1, ..Standing::default() };
    assert_eq!(of(&found(None, &standing, &[]), Step::Prompts), Readiness::Done);
    let without_model = steps(false, None, &standing, &[]);
    assert_eq!(without_model[1].readiness, Readiness::Ready);
    assert_eq!(without_model[2].readiness, Readiness::After(Step::Model));
}

#[test]
fn every_method_goes_through_the_steps_and_the_next_stage_can_always_be_done() {
    for recipe in RECIPES {
        for ideal_answers in [0, 2] {
            let mut standing = Standing { ideal_answers, ..Standing::default() };
            let mut taken = 0;
            while let Some(next) = standing.position(recipe).next {
                let states = found(Some(recipe), &standing, &[]);
                let step = stage_step(next.stage.kind);
                let label = format!("{} round {}: {:?}", recipe.id, next.round, next.stage.kind);
                assert_eq!(of(&states, step), Readiness::Ready, "{label}");
                // Whatever comes after it waits for the earliest that is not done.
                let earliest = states.iter().find(|state| state.1 != Readiness::Done).expect("one is not done").0;
                assert!(earliest <= step, "{label}");
                for (later, readiness) in states.iter().filter(|state| state.0 > step) {
                    let is_done = *readiness == Readiness::Done;
                    assert!(is_done || *readiness == Readiness::After(earliest), "{label}: {later:?} {readiness:?}");
                }
                done(&mut standing, next.stage.kind, next.round);
                let after = standing.position(recipe).next;
                assert_ne!(after, Some(next), "{label} is done now");
                taken += 1;
                assert!(taken < 20, "{label}");
            }
            let states = found(Some(recipe), &standing, &[]);
            assert_eq!(of(&states, Step::Export), Readiness::Ready, "{}", recipe.id);
            assert!(states[..8].iter().all(|state| state.1 == Readiness::Done), "{}: {states:?}", recipe.id);
            let run = standing.rounds.last().and_then(|round| round.adapter).expect("an adapter");
            let states = found(Some(recipe), &standing, &[export_of(run)]);
            assert!(states.iter().all(|state| state.1 == Readiness::Done), "{}: {states:?}", recipe.id);
        }
    }
}

#[test]
fn every_stage_of_judging_must_be_done_before_training() {
    let recipe = find_recipe("hybrid-b").expect("it is there");
    let mut standing = Standing::default();
    for kind in [StageKind::Prompts, StageKind::Answer, StageKind::PeopleJudge, StageKind::Distil] {
        done(&mut standing, kind, 1);
        let states = found(Some(recipe), &standing, &[]);
        assert_ne!(of(&states, Step::Feedback), Readiness::Done, "after {kind:?}");
    }
    done(&mut standing, StageKind::CoachJudges, 1);
    let states = found(Some(recipe), &standing, &[]);
    assert_eq!((of(&states, Step::Feedback), of(&states, Step::Train)), (Readiness::Done, Readiness::Ready));
}

#[test]
fn a_second_round_opens_the_steps_again_when_it_is_come_to() {
    let recipe = find_recipe("hybrid-c").expect("it is there");
    let mut standing = Standing::default();
    for kind in [StageKind::Prompts, StageKind::Rubric, StageKind::Answer] {
        done(&mut standing, kind, 1);
    }
    let states = found(Some(recipe), &standing, &[]);
    assert_eq!(of(&states, Step::Answers), Readiness::Done, "the second round is not come to yet");
    assert_eq!(of(&states, Step::Feedback), Readiness::Ready);
    done(&mut standing, StageKind::PeopleJudge, 1);
    let states = found(Some(recipe), &standing, &[]);
    assert_eq!((of(&states, Step::Feedback), of(&states, Step::Train)), (Readiness::Done, Readiness::Ready));
    done(&mut standing, StageKind::Train, 1);
    let first = standing.rounds[0].adapter.expect("an adapter");
    let states = found(Some(recipe), &standing, &[export_of(first)]);
    assert_eq!(of(&states, Step::Answers), Readiness::Ready);
    for step in [Step::Feedback, Step::Train, Step::Compare, Step::Export] {
        assert_eq!(of(&states, step), Readiness::After(Step::Answers), "{step:?}");
    }
    done(&mut standing, StageKind::Answer, 2);
    let states = found(Some(recipe), &standing, &[]);
    assert_eq!((of(&states, Step::Answers), of(&states, Step::Feedback)), (Readiness::Done, Readiness::Ready));
}

#[test]
fn rules_are_asked_for_when_the_answers_are_there() {
    let recipe = find_recipe("rlaif").expect("it is there");
    let mut standing = Standing::default();
    done(&mut standing, StageKind::Prompts, 1);
    let states = found(Some(recipe), &standing, &[]);
    assert_eq!(of(&states, Step::Answers), Readiness::Ready);
    assert_eq!(of(&states, Step::Feedback), Readiness::After(Step::Answers));
    done(&mut standing, StageKind::Answer, 1);
    let states = found(Some(recipe), &standing, &[]);
    assert_eq!((of(&states, Step::Answers), of(&states, Step::Feedback)), (Readiness::Done, Readiness::Ready));
    assert_eq!(of(&states, Step::Train), Readiness::After(Step::Feedback));
}

#[test]
fn another_time_through_the_method_opens_the_steps_again() {
    let recipe = find_recipe("rlhf").expect("it is there");
    let mut standing = Standing::default();
    while let Some(next) = standing.position(recipe).next {
        done(&mut standing, next.stage.kind, next.round);
    }
    let exports = [export_of(standing.rounds[0].adapter.expect("an adapter"))];
    standing.rounds.push(RoundStanding { round: 2, number: 2, ..RoundStanding::default() });
    let states = found(Some(recipe), &standing, &exports);
    assert_eq!((of(&states, Step::Prompts), of(&states, Step::Answers)), (Readiness::Done, Readiness::Ready));
    assert_eq!(of(&states, Step::Export), Readiness::After(Step::Answers));
}
