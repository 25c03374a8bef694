use super::*;
use crate::domain::RubricRule;

fn case(number: usize, people: Choice) -> Case {
    Case {
        item: CoachItem::new("Where is it?", format!("It comes on day {number}, I think."), "Soon."),
        people,
        topic: Some(if number.is_multiple_of(2) { "delivery" } else { "returns" }.to_owned()),
        written_by_coach: [number.is_multiple_of(3), false],
    }
}

/// What a coach says whose log-odds of `a` are these in both orders.
fn said(margin: f64) -> CoachVerdict {
    CoachVerdict::decide(margin / 2.0, margin / 2.0, 1.0)
}

fn trial<'a>(verdicts: &'a [CoachVerdict], rules: &'a [RuleCard]) -> Trial<'a> {
    let spent = Spent { requests: 2, prompt_tokens: 300, completion_tokens: 100, money: 0.5 };
    Trial { coach: "starter", judged_by: "2 rules", verdicts, rules, seconds: 3.0, spent, currency: "EUR", seed: 1 }
}

/// A coach that is right on so many of a number of comparisons, with `a` right in every other.
fn card(right: usize, of: usize) -> ReportCard {
    let cases: Vec<Case> =
        (0..of).map(|number| case(number, if number.is_multiple_of(2) { Choice::A } else { Choice::B })).collect();
    let verdicts: Vec<CoachVerdict> = (0..of)
        .map(|number| {
            let for_a = number.is_multiple_of(2) == (number < right);
            said(if for_a { 3.0 } else { -3.0 })
        })
        .collect();
    report_card(&cases, &trial(&verdicts, &[]))
}

#[test]
fn twenty_comparisons_are_enough_to_begin_with() {
    for (right, of, trust) in [
        (19, 19, Trust::TooFew),
        (20, 20, Trust::Trust),
        (18, 20, Trust::Trust),
        (16, 20, Trust::TrustWithReview),
        (12, 20, Trust::DoNotTrust),
        (100, 200, Trust::DoNotTrust),
        (120, 200, Trust::DoNotTrust),
        (150, 200, Trust::TrustWithReview),
        (180, 200, Trust::Trust),
    ] {
        let card = card(right, of);
        assert_eq!(card.trust, trust, "{right} of {of}: {}", card.sentence);
        assert_eq!((card.agreement.right, card.agreement.trials), (right as f64, of));
        assert!(card.sentence.ends_with('.'), "{}", card.sentence);
    }
}

#[test]
fn kappa_is_agreement_beyond_chance() {
    let card = card(180, 200);
    // sklearn.metrics.cohen_kappa_score of 100 each, 90 right of A and 90 of B: 0.8.
    let kappa = card.kappa.expect("it has a value");
    assert!((kappa.value - 0.8).abs() < 1e-9, "{kappa:?}");
    assert!(kappa.low < 0.8 && kappa.low > 0.6 && kappa.high > 0.8 && kappa.high < 0.95, "{kappa:?}");
}

#[test]
fn ties_are_left_to_people_and_count_for_coverage() {
    let cases: Vec<Case> = (0..40).map(|number| case(number, Choice::A)).collect();
    let verdicts: Vec<CoachVerdict> = (0..40).map(|number| said(if number < 30 { 4.0 } else { 0.2 })).collect();
    let card = report_card(&cases, &trial(&verdicts, &[]));
    assert_eq!((card.agreement.trials, card.coverage.right, card.coverage.trials), (30, 30.0, 40));
    assert_eq!(card.topics.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["delivery", "returns"]);
    assert_eq!(card.topics[0].coverage.trials, 20);
    let cost = &card.cost;
    assert!((cost.seconds_a_hundred - 7.5).abs() < 1e-9 && (cost.money_a_hundred - 1.25).abs() < 1e-9, "{cost:?}");
    assert!((cost.tokens_a_hundred - 1000.0).abs() < 1e-9 && cost.currency == "EUR", "{cost:?}");
    // Whoever decides nothing is of no use, however many people have decided.
    let none: Vec<CoachVerdict> = cases.iter().map(|_| said(0.0)).collect();
    assert_eq!(report_card(&cases, &trial(&none, &[])).trust, Trust::DoNotTrust);
}

#[test]
fn leans_are_measured_and_said() {
    // It takes the first place whatever stands there.
    let cases: Vec<Case> = (0..40).map(|number| case(number, Choice::B)).collect();
    let first: Vec<CoachVerdict> = cases.iter().map(|_| CoachVerdict::decide(2.0, -1.0, 1.0)).collect();
    let card = report_card(&cases, &trial(&first, &[]));
    assert!((card.biases.position.log_odds - 1.5).abs() < 1e-12);
    assert_eq!((card.biases.position.first.share, card.consistency.right), (1.0, 0.0));
    assert!(card.biases.sentences[0].contains("takes the first answer (40 of 40)"), "{:?}", card.biases.sentences);
    // It likes what is long, and what it wrote itself; people do not.
    let long: Vec<CoachVerdict> = cases.iter().map(|_| said(5.0)).collect();
    let card = report_card(&cases, &trial(&long, &[]));
    let biases = &card.biases;
    assert_eq!((biases.length.coach.share, biases.length.people.share), (1.0, 0.0));
    assert_eq!((biases.own_words.coach.trials, biases.own_words.coach.share), (14, 1.0));
    assert_eq!(biases.sentences.len(), 2, "{:?}", biases.sentences);
    // A coach that prefers as people do leans nowhere.
    let like_people: Vec<CoachVerdict> = cases.iter().map(|_| said(-5.0)).collect();
    assert!(report_card(&cases, &trial(&like_people, &[])).biases.sentences.is_empty());
}

#[test]
fn the_surest_mistakes_stand_first() {
    let cases: Vec<Case> = (0..30).map(|number| case(number, Choice::B)).collect();
    let verdicts: Vec<CoachVerdict> = (0..30).map(|number| said(number as f64)).collect();
    let card = report_card(&cases, &trial(&verdicts, &[]));
    let margins: Vec<f64> = card.disagreements.iter().map(|one| one.margin).collect();
    assert_eq!((margins[0], margins.len()), (29.0, SHOWN));
    assert!(margins.is_sorted_by(|one, other| one >= other));
    assert_eq!((card.disagreements[0].coach, card.disagreements[0].people), (Choice::A, Choice::B));
}

#[test]
fn what_was_not_judged_says_why_once() {
    let cases: Vec<Case> = (0..3).map(|number| case(number, Choice::A)).collect();
    let failed = |because: &str| {
        CoachVerdict::of_both(
            super::super::mind::Said::NotJudged { because: because.to_owned() },
            super::super::mind::Said::odds(1.0),
            1.0,
        )
    };
    let verdicts = [failed("the server is down"), said(3.0), failed("the server is down")];
    let card = report_card(&cases, &trial(&verdicts, &[]));
    assert_eq!(card.not_judged, [("not judged, because the server is down".to_owned(), 2)]);
}

#[test]
fn whoever_could_not_be_asked_is_neither_good_nor_bad() {
    let cases: Vec<Case> = (0..30).map(|number| case(number, Choice::A)).collect();
    let lost = || super::super::mind::Said::NotJudged { because: "the server is down".to_owned() };
    let verdicts: Vec<CoachVerdict> = cases.iter().map(|_| CoachVerdict::of_both(lost(), lost(), 1.0)).collect();
    let card = report_card(&cases, &trial(&verdicts, &[]));
    assert_eq!(
        (card.trust, card.sentence.as_str()),
        (Trust::TooFew, "It could not be tried: not judged, because the server is down.")
    );
}

#[test]
fn a_rule_is_kept_dropped_or_turned_around() {
    let cases: Vec<Case> = (0..20).map(|number| case(number, Choice::A)).collect();
    let rules = ["good", "coin", "wrong", "silent"].map(|name| RubricRule::new(name, format!("Be {name}.")));
    let choices = [
        vec![Choice::A; 20],
        (0..20).map(|number| if number < 10 { Choice::A } else { Choice::B }).collect(),
        vec![Choice::B; 20],
        vec![Choice::Tie; 20],
    ];
    let cards = rule_cards(&rules, &choices, &cases);
    let advice: Vec<RuleAdvice> = cards.iter().map(|card| card.advice).collect();
    assert_eq!(advice, [RuleAdvice::Keep, RuleAdvice::Drop, RuleAdvice::TurnAround, RuleAdvice::TooFew]);
    assert_eq!((cards[3].coverage.trials, cards[3].agreement.trials), (20, 0));
}
