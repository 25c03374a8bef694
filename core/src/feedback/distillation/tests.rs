use super::*;
use crate::domain::{ComputeSettings, Rule, RuleKind, TextUnit, ToUserMessage};
use crate::feedback::coach::golden;
use crate::job::CancelToken;

fn rule(name: &str) -> RubricRule {
    RubricRule::new(name, format!("{name}."))
}

fn people(count: usize) -> Vec<Choice> {
    let mut random = Random::new(1, &[]);
    (0..count).map(|_| if random.below(2) == 0 { Choice::A } else { Choice::B }).collect()
}

/// A judge that says what people say in `right` of 100 cases, and something in `told` of 100.
fn voter(people: &[Choice], number: u64, right: usize, told: usize) -> Vec<Choice> {
    let mut random = Random::new(2, &[number]);
    let vote = |&choice: &Choice| {
        let (told, right) = (random.below(100) < told, random.below(100) < right);
        match (told, right) {
            (false, _) => Choice::Tie,
            (true, true) => choice,
            (true, false) => choice.swapped(),
        }
    };
    people.iter().map(vote).collect()
}

fn names(records: &[RuleRecord]) -> Vec<&str> {
    records.iter().map(|record| record.rule.name.as_str()).collect()
}

#[test]
fn rules_that_judge_as_people_do_are_kept_and_the_others_are_told_why() {
    let people = people(200);
    let half = |first: bool, right: usize| -> Vec<Choice> {
        let whole = voter(&people, 7 + u64::from(first), right, 100);
        let vote = |(index, vote): (usize, Choice)| if (index % 2 == 0) == first { vote } else { Choice::Tie };
        whole.into_iter().enumerate().map(vote).collect()
    };
    let even = half(true, 95);
    let candidates = ["coin", "even", "again", "odd", "wrong", "rare"].map(rule);
    let votes = [
        voter(&people, 1, 50, 100),
        even.clone(),
        even,
        half(false, 92),
        voter(&people, 3, 10, 100),
        voter(&people, 4, 100, 2),
    ];
    let found = distill(&candidates, &votes, &people, &DistillationSettings::default());
    assert_eq!(names(&found.kept).len(), 2, "{found:?}");
    assert!(names(&found.kept).contains(&"even") && names(&found.kept).contains(&"odd"), "{found:?}");
    assert_eq!(found.rubric.rules.len(), 2);
    assert!(found.agreement.share > 0.9, "{found:?}");
    let reason = |name: &str| {
        let dropped = found.dropped.iter().find(|dropped| dropped.record.rule.name == name);
        dropped.map(|dropped| dropped.reason)
    };
    assert_eq!(reason("coin"), Some(DropReason::NoBetterThanChance));
    assert_eq!(reason("wrong"), Some(DropReason::NoBetterThanChance));
    assert_eq!(reason("again"), Some(DropReason::AddsNothing));
    assert_eq!(reason("rare"), Some(DropReason::TooFew { needed: 10 }));
    let even = found.kept.iter().find(|record| record.rule.name == "even").expect("kept");
    assert_eq!((even.agreement.trials, even.coverage.trials), (100, 200));
    assert!(even.agreement.low > 0.5 && even.agreement.share > 0.85, "{even:?}");
    for dropped in &found.dropped {
        assert!(!dropped.reason.to_string().is_empty());
    }
}

#[test]
fn a_rubric_has_no_more_rules_than_asked_for() {
    let people = people(300);
    let candidates: Vec<RubricRule> = (0..6).map(|number| rule(&number.to_string())).collect();
    let votes: Vec<Vec<Choice>> = (0..6).map(|number| voter(&people, number, 72, 100)).collect();
    let settings = DistillationSettings { most_rules: 2, ..DistillationSettings::default() };
    let found = distill(&candidates, &votes, &people, &settings);
    // Two votes of one size cannot outvote each other, so a second rule is no sure thing.
    assert!((1..=2).contains(&found.kept.len()), "{found:?}");
    let more = distill(&candidates, &votes, &people, &DistillationSettings { most_rules: 6, ..settings });
    assert!(more.agreement.share >= found.agreement.share, "{more:?}");
    assert_eq!(distill(&candidates, &votes, &people, &settings), found, "the same again");
}

#[test]
fn what_people_left_open_counts_for_nothing() {
    let mut people = people(40);
    let votes = vec![people.clone()];
    let all = distill(&[rule("echo")], &votes, &people, &DistillationSettings::default());
    assert_eq!((all.kept.len(), all.kept[0].agreement.trials), (1, 40));
    people.iter_mut().skip(9).for_each(|choice| *choice = Choice::Tie);
    let few = distill(&[rule("echo")], &votes, &people, &DistillationSettings::default());
    assert_eq!(few.dropped[0].reason, DropReason::TooFew { needed: 10 });
    assert_eq!(few.dropped[0].record.agreement.trials, 9);
    let none = distill(&[rule("echo")], &votes, &[], &DistillationSettings::default());
    assert!(none.kept.is_empty() && none.rubric.rules.is_empty());
}

#[test]
fn a_program_checks_where_it_can_and_the_coach_judges_the_rest() {
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    let short = RuleKind::Length { unit: TextUnit::Words, min: None, max: Some(2) };
    let check = |kind| Some(Rule { name: None, weight: 1.0, kind });
    let candidates = [RubricRule { check: check(short), ..rule("short") }, rule("kind"), rule("brief")];
    let item = |a: &str, b: &str| CoachItem::new("Where is it?", a, b);
    let items = [item("on its way", "here"), item("here", "on its way now"), item("here", "there"), item(":", "no")];
    let without = votes(RubricTask::default(), &candidates, &items, None, &context).expect("votes");
    assert_eq!(without[0], [Choice::B, Choice::A, Choice::Tie, Choice::Tie]);
    assert_eq!(without[1], [Choice::Skip; 4]);
    let coach =
        Coach::of_folder(&ComputeSettings::default(), &golden("qwen3"), None).expect("opens").with_threshold(0.0);
    let with = votes(RubricTask::default(), &candidates, &items, Some(&coach), &context).expect("votes");
    assert_eq!(with[0], without[0]);
    for place in [1, 2] {
        let rubric = Rubric::of(vec![candidates[place].clone()]);
        let alone = coach.judge_all(&rubric, &items, &context).expect("judges");
        assert_eq!(with[place], alone.iter().map(|verdict| verdict.choice).collect::<Vec<_>>());
        assert_eq!(with[place][3], Choice::B);
    }
    let broken = RuleKind::Regex { pattern: "(".to_owned(), negate: false };
    let error =
        votes(RubricTask::default(), &[RubricRule { check: check(broken), ..rule("broken") }], &items, None, &context);
    let error = error.expect_err("no expression");
    assert!(error.to_string().contains("`broken`") && error.hint().is_some(), "{error}");
}
