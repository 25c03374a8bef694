//! A stop within a moment, and waits that the server asks for.

use std::time::{Duration, Instant};

use whetstone_core::feedback::FeedbackError;
use whetstone_core::feedback::coach::Coach;
use whetstone_tests::endpoint::Deed;

use crate::bench::{Bench, LABELS, items, rubric};

/// Far longer than it takes, and far shorter than what would be waited for else.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn whoever_stops_need_not_wait_for_a_server() {
    for behaviour in [
        (|_, _| Deed::Silence) as fn(usize, &serde_json::Value) -> Deed,
        |_, _| Deed::status_with(429, "Retry-After", "100"),
        |_, _| Deed::HoldAfter(10),
    ] {
        let mut bench = Bench::new(behaviour);
        bench.patience.answer = Duration::from_mins(2);
        bench.patience.stall = Duration::from_mins(2);
        bench.patience.longest_pause = Duration::from_mins(3);
        let coach = Coach::new(Box::new(bench.open().expect("opened")));
        let begun = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while bench.server.asked().is_empty() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                bench.cancel.cancel();
            });
            let ended = bench.with_context(|context| coach.judge_all(&rubric(), &items(), context));
            assert!(matches!(ended, Err(FeedbackError::Cancelled(_))), "{ended:?}");
        });
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
}

#[test]
fn all_requests_keep_the_wait_that_one_was_asked_for() {
    let bench = Bench::new(|number, _| {
        if number == 0 {
            Deed::status_with(429, "Retry-After", "1")
        } else {
            Deed::JudgeAfter(Duration::from_millis(1))
        }
    });
    let begun = Instant::now();
    let (verdicts, _) = bench.judge();
    assert_eq!(Bench::assert_none_lost_none_invented(&verdicts, "a wait"), LABELS);
    assert!(begun.elapsed() >= Duration::from_secs(1), "it did not wait");
    // Those that were on their way, and no more, came before the wait was over.
    assert_eq!(bench.server.asked().len(), 2 * LABELS + 1);
}

#[test]
fn a_long_wait_is_told_in_minutes() {
    let bench = Bench::new(|_, _| Deed::status_with(429, "Retry-After", "600"));
    let (verdicts, spent) = bench.judge();
    assert_eq!(Bench::assert_none_lost_none_invented(&verdicts, "a long wait"), 0);
    assert!(verdicts.iter().all(|verdict| verdict.sentence().contains("asks to wait 10 minutes")), "{:?}", verdicts[0]);
    assert_eq!(spent.requests, 0);
    assert!(bench.server.asked().len() <= 4, "it was asked although it wants to be left alone");
}
