//! Answers that come too slowly, or without an end.

use std::time::Duration;

use whetstone_core::hub::HubError;
use whetstone_tests::hub::{Fault, Rule, Served, Server};

use crate::bench::{Bench, WEIGHTS, place};
use crate::many;

/// Too slow for any patience: some bytes a second.
const TRICKLE: Fault = Fault::Trickle(Duration::from_millis(30));

/// A client that gives up soon.
fn hasty() -> Bench {
    let mut bench = Bench::without_retries();
    bench.patience.stall = Duration::from_millis(250);
    bench.patience.answer = Duration::from_millis(700);
    bench
}

/// What goes on for too long, by a target and what is wrong with it.
fn cases() -> Vec<(&'static str, &'static str, Vec<Fault>)> {
    let bytes = |text: &[u8]| Fault::Bytes(text.to_vec());
    vec![
        ("a byte now and then", WEIGHTS, vec![TRICKLE]),
        ("a byte now and then, of a small file", "config.json", vec![TRICKLE]),
        ("a byte now and then, of the API", "/api/models/", vec![TRICKLE]),
        ("a byte now and then, without a length", WEIGHTS, vec![TRICKLE, Fault::NoContentLength]),
        ("nothing more after a while", WEIGHTS, vec![Fault::HoldAfter(100_000)]),
        ("no answer", WEIGHTS, vec![Fault::Silence]),
        ("no answer of the API", "/api/models/", vec![Fault::Silence]),
        ("no end", WEIGHTS, vec![Fault::Endless]),
        ("no end, of a small file", "config.json", vec![Fault::Endless]),
        ("no end, of the API", "/api/models/", vec![bytes(b" "), Fault::Endless]),
        ("no end, of the API, in one string", "/api/models/", vec![bytes(&[b'x'; 65536]), Fault::Endless]),
    ]
}

#[test]
fn what_comes_too_slowly_or_without_an_end_is_given_up() {
    let cases = cases();
    many(cases.len(), |index| {
        let (why, target, faults) = &cases[index];
        let bench = hasty();
        let served: Served = bench.hub.misbehave(Rule::all(target, faults.clone()).always());
        let (error, said) = bench.fails();
        assert!(served.times() >= 1, "{why}");
        let is_known = matches!(
            error,
            HubError::Stalled { .. } | HubError::Damaged { .. } | HubError::Answer { .. } | HubError::CutOff { .. }
        );
        assert!(is_known, "{why}: {error:?}");
        assert!(said.contains("127.0.0.1") || said.contains(target), "{why}: {said}");
        bench.assert_no_weights(why);
        // However much comes, no more than a file has goes to the disk.
        let most = bench.bytes(WEIGHTS).len() as u64;
        let kept: u64 = bench.unfinished().iter().map(|path| crate::bench::size(path)).sum();
        assert!(kept <= most, "{why}: {kept} bytes are on the disk");
        bench.hub.behave();
        let summary = bench.download().unwrap_or_else(|error| panic!("{why}, and then all was well: {error}"));
        bench.assert_whole(&summary, why);
    });
}

#[test]
fn what_came_before_a_stall_is_not_fetched_again() {
    many(10, |index| {
        let bench = hasty();
        let size = bench.bytes(WEIGHTS).len();
        let at = place(3, index, size);
        let served = bench.hub.misbehave(Rule::once(WEIGHTS, Fault::HoldAfter(at)).by(Server::Store));
        let (error, said) = bench.fails();
        assert!(matches!(error, HubError::Stalled { .. }) && said.contains("kept"), "{at}: {said}");
        assert_eq!(served.times(), 1);
        let summary = bench.download().expect("a model");
        bench.assert_whole(&summary, "a stall");
        crate::cuts::assert_fetched_once(&bench, size as u64, "a stall");
    });
}

#[test]
fn a_stop_is_heeded_while_nothing_comes() {
    for fault in [Fault::HoldAfter(1000), Fault::Silence, TRICKLE] {
        let mut bench = Bench::new();
        // So long that the test would hang where the stop is not heeded.
        (bench.patience.stall, bench.patience.answer) = (Duration::from_hours(1), Duration::from_hours(1));
        let served = bench.hub.misbehave(Rule::once(WEIGHTS, fault).by(Server::Store).always());
        let error = std::thread::scope(|scope| {
            let downloading = scope.spawn(|| bench.download().expect_err("it was stopped"));
            while served.times() == 0 {
                std::thread::yield_now();
            }
            bench.cancel.cancel();
            downloading.join().expect("no panic")
        });
        assert!(matches!(error, HubError::Cancelled(_)), "{error:?}");
        bench.assert_no_weights("a stop");
    }
}
