//! Screens ask while a person waits.

use std::io::Write;
use std::time::{Duration, Instant};

use super::*;

/// What a question of a screen may take, with 200,000 verdicts in the project.
const LIMIT: Duration = Duration::from_millis(50);

/// What this thread has computed so far, so that what others do on the machine does not count; where the system does not
/// tell, the time that passed.
fn spent(begun: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// The mean of some.
fn mean<T>(mut ask: impl FnMut() -> T) -> Duration {
    // The first one reads what the others find in memory.
    drop(ask());
    let begun = Instant::now();
    let before = spent(begun);
    for _ in 0..7 {
        drop(ask());
    }
    spent(begun).saturating_sub(before) / 7
}

#[test]
fn every_question_of_a_screen_is_answered_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("project"), &settings()).expect("a project");
    let ids = store.add_prompts(&prompts(5_000)).expect("prompts").ids;
    let annotators: Vec<_> = (0..4)
        .map(|number| {
            let kind = if number == 3 { AnnotatorKind::Coach } else { AnnotatorKind::Person };
            store.annotator(&format!("annotator {number}"), kind, false).expect("an annotator").id
        })
        .collect();
    // Five rounds of 10,000 comparisons; the last annotator has not come to the last 1,000 of each.
    let mut rounds = Vec::new();
    let mut number = 0;
    for _ in 0..5 {
        let round = store.begin_round(None).expect("a round").id;
        rounds.push(round);
        let answers: Vec<_> = ids.iter().flat_map(|&id| (0..3).map(move |_| answer(id, round, "an answer"))).collect();
        let answers = store.add_completions(&answers).expect("answers");
        let comparisons: Vec<_> = ids
            .iter()
            .zip(answers.chunks_exact(3))
            .flat_map(|(&prompt, of)| [(of[0], of[1]), (of[1], of[2])].map(|(a, b)| (prompt, a, b)))
            .map(|(prompt, a, b)| NewComparison { prompt, round: Some(round), a, b })
            .collect();
        let comparisons = store.add_comparisons(&comparisons).expect("comparisons");
        let mut verdicts = Vec::new();
        for (place, &comparison) in comparisons.iter().enumerate() {
            for &annotator in &annotators {
                number += 1;
                if place < 9_000 || annotator != annotators[3] {
                    verdicts.push(verdict(number, comparison, annotator, Choice::A));
                }
            }
        }
        // The rest to 40,000 a round: a second look of the first annotator.
        for &comparison in &comparisons[..1_000] {
            number += 1;
            verdicts.push(verdict(number, comparison, annotators[0], Choice::Tie));
        }
        store.record_verdicts(&verdicts).expect("verdicts");
    }
    let (round, coach) = (Some(rounds[2]), annotators[3]);
    let counts = store.counts(None).expect("counts");
    assert_eq!(counts.verdicts_of_people + counts.verdicts_of_coaches, 200_000);
    assert_eq!(store.open_count(coach, round).expect("a number"), 1_000);
    let of_comparison = VerdictFilter { comparison: Some(25_000), ..VerdictFilter::default() };
    let times = [
        ("counts of the project", mean(|| store.counts(None).expect("counts"))),
        ("counts of a round", mean(|| store.counts(round).expect("counts"))),
        ("next open comparison of a round", mean(|| store.next_open(coach, round, 1).expect("asked"))),
        ("next open comparison of all", mean(|| store.next_open(coach, None, 1).expect("asked"))),
        ("number of open comparisons", mean(|| store.open_count(coach, None).expect("asked"))),
        ("verdicts of a comparison", mean(|| store.verdicts(&of_comparison).expect("verdicts"))),
        ("last verdict", mean(|| store.last_verdict_of(annotators[0]).expect("asked"))),
        ("votes of a round", mean(|| store.votes(round).expect("votes"))),
        ("comparisons of a round", mean(|| store.comparisons(round).expect("comparisons"))),
        ("newest of the trail", mean(|| store.audit(100).expect("the trail"))),
    ];
    let folder = store.folder().to_owned();
    drop(store);
    let opening = mean(|| drop(Store::open(&folder, Access::Owner).expect("a project")));
    let table: Vec<_> =
        times.iter().map(|(name, time)| format!("{name}: {:.1} ms", time.as_secs_f64() * 1e3)).collect();
    assert!(times.iter().all(|&(_, time)| time < LIMIT), "{table:#?}");
    if std::env::var_os("WHETSTONE_SHOW_TIMES").is_some() {
        writeln!(std::io::stderr(), "{table:#?}, opening: {opening:?}").expect("told");
    }
}
