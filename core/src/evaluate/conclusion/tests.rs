use super::*;
use crate::evaluate::{Outcome, Variety};

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

#[test]
fn every_conclusion_is_reached() {
    let repeats = Some(VarietyChange { before: varied(1.0), after: varied(0.3) });
    let cases = [
        (good(), ConclusionKind::Better, Ship::Yes),
        (Results { fluency: None, ..good() }, ConclusionKind::Better, Ship::LookFirst),
        (Results { win_rate: None, ..good() }, ConclusionKind::Better, Ship::Yes),
        (Results { fluency: Some(Paired::given(0.95, 0.9)), ..good() }, ConclusionKind::BetterButLessFluent, Ship::No),
        (Results { fluency: Some(share(40, 32, 40)), ..good() }, ConclusionKind::BetterButLessFluent, Ship::No),
        (Results { variety: repeats, ..good() }, ConclusionKind::BetterButLessVaried, Ship::LookFirst),
        (
            Results { win_rate: Some(win_rate(22, 40)), rubric: None, ..good() },
            ConclusionKind::NoClearDifference,
            Ship::No,
        ),
        (Results { win_rate: Some(win_rate(6, 40)), ..good() }, ConclusionKind::Mixed, Ship::LookFirst),
        (
            Results { win_rate: Some(win_rate(6, 40)), rubric: Some(share(20, 20, 40)), ..good() },
            ConclusionKind::Worse,
            Ship::No,
        ),
        (Results { win_rate: Some(win_rate(4, 4)), rubric: None, ..good() }, ConclusionKind::TooLittle, Ship::No),
        (Results::default(), ConclusionKind::TooLittle, Ship::No),
    ];
    for (results, kind, ship) in cases {
        let found = Conclusion::of(&results);
        assert_eq!((found.kind, found.ship), (kind, ship), "{found:?}");
        assert!(found.sentence.ends_with('.') && found.advice.len() > 40 && !found.title.ends_with('.'));
    }
}

#[test]
fn a_small_fall_of_fluency_that_may_be_chance_is_none() {
    assert!(!Results { fluency: Some(share(40, 39, 40)), ..good() }.fluency_has_fallen());
    assert!(!Results { fluency: None, ..good() }.fluency_has_fallen());
    assert!(Results { fluency: Some(share(400, 388, 400)), ..good() }.fluency_has_fallen());
}

#[test]
fn the_sentence_has_its_numbers() {
    let said = Conclusion::of(&Results { fluency: Some(Paired::given(0.95, 0.6)), ..good() }).sentence;
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
