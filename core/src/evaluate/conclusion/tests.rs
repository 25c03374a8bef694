use super::*;
use crate::evaluate::job::{Answers, Judged, figures};
use crate::evaluate::{CheckKind, Outcome, TextChange, Variety};

const ROUND: Setting = Setting { in_project: true, trained_on: Some(0) };

/// The new model wins `wins` of `prompts` prompts.
fn win_rate(wins: usize, prompts: usize) -> WinRate {
    let outcome = |place: usize| vec![if place < wins { Outcome::Win } else { Outcome::Loss }];
    WinRate::of(&(0..prompts).map(outcome).collect::<Vec<_>>()).expect("comparisons")
}

/// Of `prompts` prompts, `before` and `after` meet the rubric.
fn share(before: usize, after: usize, prompts: usize) -> Paired {
    let of = |met: usize| (0..prompts).map(|place| vec![f64::from(u8::from(place < met))]).collect::<Vec<_>>();
    Paired::of_shares(&of(before), &of(after)).expect("shares")
}

fn good() -> Results {
    Results {
        win_rate: Some(win_rate(33, 40)),
        rubric: Some(share(12, 34, 40)),
        fluency: Some(Paired::given(0.95, 0.94)),
        ..Results::default()
    }
}

fn varied(distinct_answers: f64) -> Variety {
    Variety { distinct_answers, distinct_word_pairs: 0.8, likeness: Some(0.2) }
}

/// `lost` of 40 small questions are lost.
fn lost(lost: usize) -> Forgetting {
    let kind = CheckKind {
        kind: "formats".to_owned(),
        asked: 50,
        passed_before: 40,
        still_passed: 40 - lost,
        gained: 0,
        lost: Vec::new(),
    };
    Forgetting { checks: vec![kind], ..Forgetting::default() }
}

/// What people compared, who cannot say of an answer whether it is fluent.
fn unread() -> Results {
    Results { fluency: None, rubric: None, win_rate: Some(win_rate(200, 200)), ..Results::default() }
}

/// General text is foretold a little worse, by so many nats at most for certain.
fn reads_as_before(nats: f64) -> Forgetting {
    let text = TextChange {
        perplexity_before: 14.0,
        perplexity_after: 14.2,
        nats_a_token: Estimate::within(nats, nats - 0.02, nats + 0.02),
        passages: 40,
        tokens: 4_000,
    };
    Forgetting { text: Some(text), ..lost(0) }
}

fn compared(wins: usize, prompts: usize) -> Results {
    Results { win_rate: Some(win_rate(wins, prompts)), rubric: None, ..good() }
}

#[test]
fn every_conclusion_is_reached() {
    use ConclusionKind::{
        Better, BetterButForgot, BetterButLessFluent, BetterButLessVaried, Mixed, NoClearDifference, TooLittle, Worse,
    };
    let repeats = Some(VarietyChange { before: varied(1.0), after: varied(0.3) });
    let as_varied = VarietyChange { before: varied(1.0), after: varied(0.95) };
    let mixed = Results { win_rate: Some(win_rate(6, 40)), ..good() };
    let cases = vec![
        (good(), Better, Ship::Yes),
        (Results { forgetting: Some(lost(1)), ..good() }, Better, Ship::Yes),
        (Results { fluency: None, ..good() }, Better, Ship::LookFirst),
        // Text that is foretold as before and answers that are as varied stand for fluency; one alone does not.
        (Results { forgetting: Some(reads_as_before(0.02)), variety: Some(as_varied), ..unread() }, Better, Ship::Yes),
        (Results { forgetting: Some(reads_as_before(0.02)), ..unread() }, Better, Ship::LookFirst),
        (Results { variety: Some(as_varied), ..unread() }, Better, Ship::LookFirst),
        (
            Results { forgetting: Some(reads_as_before(0.09)), variety: Some(as_varied), ..unread() },
            Better,
            Ship::LookFirst,
        ),
        (
            Results { forgetting: Some(reads_as_before(0.02)), variety: repeats, ..unread() },
            BetterButLessVaried,
            Ship::LookFirst,
        ),
        (Results { forgetting: Some(lost(0)), variety: Some(as_varied), ..unread() }, Better, Ship::LookFirst),
        (Results { win_rate: None, ..good() }, Better, Ship::Yes),
        (Results { fluency: Some(Paired::given(0.95, 0.9)), ..good() }, BetterButLessFluent, Ship::No),
        (Results { fluency: Some(share(40, 32, 40)), ..good() }, BetterButLessFluent, Ship::No),
        (Results { variety: repeats, ..good() }, BetterButLessVaried, Ship::LookFirst),
        (Results { forgetting: Some(lost(20)), ..good() }, BetterButForgot, Ship::No),
        (Results { forgetting: Some(lost(20)), variety: repeats, ..good() }, BetterButForgot, Ship::No),
        (compared(25, 40), NoClearDifference, Ship::MoreLabels),
        (Results { forgetting: Some(lost(20)), ..compared(25, 40) }, NoClearDifference, Ship::No),
        (Results { win_rate: None, rubric: Some(share(18, 22, 40)), ..good() }, NoClearDifference, Ship::MoreLabels),
        // What speaks against it is not answered by more labels.
        (Results { fluency: Some(Paired::given(0.95, 0.6)), ..compared(25, 40) }, NoClearDifference, Ship::No),
        (Results { variety: repeats, ..compared(25, 40) }, NoClearDifference, Ship::No),
        (Results { forgetting: Some(lost(20)), ..compared(4, 4) }, TooLittle, Ship::No),
        // Even, or worse as far as can be seen: more comparisons of these two are of no use.
        (compared(20, 40), NoClearDifference, Ship::No),
        (compared(15, 40), NoClearDifference, Ship::No),
        // Out of reach: a difference of one point takes thousands of comparisons.
        (compared(101, 200), NoClearDifference, Ship::No),
        (mixed.clone(), Mixed, Ship::LookFirst),
        (Results { forgetting: Some(lost(20)), ..mixed }, Mixed, Ship::No),
        (Results { win_rate: Some(win_rate(6, 40)), rubric: Some(share(20, 20, 40)), ..good() }, Worse, Ship::No),
        (compared(4, 4), TooLittle, Ship::MoreLabels),
        (Results::default(), TooLittle, Ship::No),
    ];
    for (results, kind, ship) in cases {
        let found = Conclusion::of(&results);
        assert_eq!((found.kind, found.ship), (kind, ship), "{found:?}");
        assert!(found.sentence.ends_with('.') && found.advice.len() > 40 && !found.title.ends_with('.'));
        assert!(found.reasons.iter().all(|reason| reason.says.ends_with('.')), "{:?}", found.reasons);
        assert!(found.reasons.is_empty() == (results == Results::default()), "{:?}", found.reasons);
        if ship == Ship::Yes {
            assert!(found.reasons.iter().all(|reason| reason.speaks != Speaks::Against), "{:?}", found.reasons);
        }
    }
}

#[test]
fn it_says_how_many_comparisons_are_needed() {
    let results = compared(25, 40);
    let needed = results.needed_in(ROUND).expect("it is not sure");
    // ((1.96 + 0.84) / 0.125)² · 0.625 · 0.375 = 118 in all by the normal approximation, and Student's quantile a few more.
    assert!((78..110).contains(&needed.prompts), "{needed:?}");
    let says = needed.says();
    let found = Conclusion::within(&results, ROUND);
    assert!(found.sentence.contains(&format!("it would take {says} to be sure")), "{}", found.sentence);
    assert!(found.advice.contains(&format!("{says} would show it")), "{}", found.advice);
    assert!(found.advice.contains("go another round") && !found.advice.contains("--resume"), "{}", found.advice);
    // Outside a project one goes on with what was looked at: that takes the wider interval, and so more.
    let outside = results.needed_in(Setting::default()).expect("it is not sure");
    assert!(outside.prompts > needed.prompts, "{outside:?}");
    let found = Conclusion::of(&results);
    assert_eq!(found.ship, Ship::MoreLabels);
    assert!(found.advice.contains(&format!("compare on {}: add them to the data", outside.says())), "{}", found.advice);
    let few = Conclusion::within(&compared(2, 4), ROUND);
    assert!(few.advice.starts_with("Add prompts"), "{}", few.advice);
    assert_eq!(good().needed(), None);
    assert_eq!(compared(2, 4).needed(), None);
}

#[test]
fn what_wins_by_its_length_alone_is_looked_at_first() {
    let longer = || Results {
        win_rate_at_equal_length: Some(Estimate::within(0.52, 0.35, 0.68)),
        length: Some(Paired::given(40.0, 90.0)),
        ..compared(33, 40)
    };
    assert!(longer().wins_by_length_alone());
    let found = Conclusion::of(&longer());
    assert_eq!((found.kind, found.ship), (ConclusionKind::Better, Ship::LookFirst));
    assert!(found.advice.contains("they are only longer"), "{}", found.advice);
    // A rubric says what is wanted: where more answers meet it, their length is not all.
    assert_eq!(Conclusion::of(&Results { rubric: good().rubric, ..longer() }).ship, Ship::Yes);
    let still = Results { win_rate_at_equal_length: Some(Estimate::within(0.7, 0.55, 0.8)), ..longer() };
    assert!(!still.wins_by_length_alone());
    assert_eq!(Conclusion::of(&still).ship, Ship::Yes);
}

#[test]
fn after_early_looks_nothing_is_concluded_from_an_interval_that_does_not_allow_them() {
    let judged = |early: bool| {
        let prompt = |place: usize| {
            let outcome = if place.is_multiple_of(4) { Outcome::Loss } else { Outcome::Win };
            vec![Judged { outcome, more_words: if place.is_multiple_of(3) { -9.0 } else { 8.0 } }]
        };
        figures(&Answers::default(), &(0..60).map(prompt).collect::<Vec<_>>(), early)
    };
    let (fixed, early) = (judged(false), judged(true));
    let [usual, none] = [&fixed, &early].map(|results| results.win_rate_at_equal_length.expect("a figure"));
    assert!(usual.half_width().is_some() && none == Estimate::given(usual.value), "{none:?}");
    let reason = |results: &Results| {
        let reasons = Conclusion::of(results).reasons;
        reasons.into_iter().find(|reason| reason.says.starts_with("Where both answers")).expect("a reason")
    };
    assert_eq!((reason(&fixed).speaks, reason(&early).speaks), (Speaks::For, Speaks::Neither));
    assert!(reason(&early).says.contains("nobody can say how sure that is"), "{:?}", reason(&early));
    // What was found there still warns, though it proves nothing.
    assert!(!early.wins_by_length_alone());
    let by_length = Results { win_rate_at_equal_length: Some(Estimate::given(0.48)), ..early };
    assert!(by_length.wins_by_length_alone());
}

#[test]
fn few_pairs_that_came_to_nothing_want_more_labels() {
    let of = |results: Results, pairs| Conclusion::of(&results).with_more_pairs(pairs);
    let more = of(compared(20, 40), 30);
    assert_eq!(more.ship, Ship::MoreLabels);
    assert!(more.advice.contains("trained on 30 pairs only: label about 70 more"), "{}", more.advice);
    // Unknown, enough, decided already, or with something that speaks against it.
    assert_eq!(of(compared(20, 40), 0).ship, Ship::No);
    assert_eq!(of(compared(20, 40), 100).ship, Ship::No);
    assert_eq!(of(good(), 30), Conclusion::of(&good()));
    let forgot = Results { forgetting: Some(lost(20)), ..compared(20, 40) };
    assert_eq!(of(forgot, 30).ship, Ship::No);
    let less_fluent = Results { fluency: Some(Paired::given(0.95, 0.6)), ..compared(20, 40) };
    assert_eq!(of(less_fluent, 30).ship, Ship::No);
}

#[test]
fn the_reasons_stand_on_their_sides() {
    let results = Results {
        win_rate_at_equal_length: Some(Estimate::within(0.6, 0.45, 0.74)),
        rewards: HeldOutRewards::of(&[(1, 0.5, 0.1), (2, 0.2, 0.4), (3, 0.3, 0.1)], 0.1).ok(),
        forgetting: Some(lost(20)),
        ..good()
    };
    let sides: Vec<Speaks> = Conclusion::of(&results).reasons.iter().map(|reason| reason.speaks).collect();
    // Forgotten, won, at equal length, rubric, fluency, rewards.
    assert_eq!(sides, [Speaks::Against, Speaks::For, Speaks::Neither, Speaks::For, Speaks::For, Speaks::Neither]);
    let unknown = Conclusion::of(&Results { fluency: None, ..good() }).reasons;
    let last = unknown.last().expect("a reason");
    assert!(last.speaks == Speaks::Neither && last.says.contains("was not measured"), "{last:?}");
    let varied = VarietyChange { before: varied(1.0), after: varied(0.95) };
    let instead = Results { forgetting: Some(reads_as_before(0.02)), variety: Some(varied), ..unread() };
    let reasons = Conclusion::of(&instead).reasons;
    let stands = reasons.iter().find(|reason| reason.says.contains("stands for it")).expect("a reason");
    assert_eq!(stands.speaks, Speaks::For);
    let kept = Conclusion::of(&Results { forgetting: Some(lost(0)), ..good() }).reasons;
    let last = kept.last().expect("a reason");
    assert_eq!(last.speaks, Speaks::For);
    assert!(last.says.starts_with("It has forgotten nothing that was looked at: 40 of 40 small questions"), "{last:?}");
}

#[test]
fn a_small_fall_of_fluency_that_may_be_chance_is_none() {
    assert!(!Results { fluency: Some(share(40, 39, 40)), ..good() }.fluency_has_fallen());
    assert!(!Results { fluency: None, ..good() }.fluency_has_fallen());
    assert!(Results { fluency: Some(share(400, 388, 400)), ..good() }.fluency_has_fallen());
}

#[test]
fn the_sentence_has_its_numbers() {
    let less_fluent = Results { fluency: Some(Paired::given(0.95, 0.6)), ..good() };
    let said = Conclusion::within(&less_fluent, ROUND).sentence;
    assert_eq!(
        said,
        "The new model does more of what was asked, but writes worse: its win rate against the old one \
         is 83% (very likely 67% to 92%; a tie counts half) on prompts that it was not trained on, and 85% of its answers meet the rubric, where \
         30% did before. Its answers are less fluent than before: 60% against 95% (−35 points)."
    );
    let even = Conclusion::of(&Results { win_rate: Some(win_rate(20, 40)), rubric: None, ..good() });
    assert!(even.advice.contains("With 40 prompts, a win rate between 3"), "{}", even.advice);
    assert_eq!(Conclusion::of(&Results::default()).sentence, "Nothing was compared yet.");
}
