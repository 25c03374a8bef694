//! Connections that are cut off: the rest is fetched, and nothing else again.

use whetstone_core::hub::HubError;
use whetstone_tests::hub::{Fault, Rule, Server};

use crate::bench::{Bench, WEIGHTS, place};
use crate::many;

/// With the programs that are killed, 200.
const CUTS: usize = 160;

#[test]
fn a_connection_that_is_cut_off_is_gone_on_with() {
    many(CUTS, |index| {
        // Half of them go on by themselves, half are asked to by somebody who tries again.
        let is_patient = index % 2 == 0;
        let bench = if is_patient { Bench::new() } else { Bench::without_retries() };
        let weights = bench.bytes(WEIGHTS);
        let cut = place(1, index, weights.len());
        let served = bench.hub.misbehave(Rule::once(WEIGHTS, Fault::CutAfter(cut)).by(Server::Store));
        let why = format!("cut {index} after {cut} bytes");
        let summary = if is_patient {
            bench.download().unwrap_or_else(|error| panic!("{why}: {error}"))
        } else {
            let (error, said) = bench.fails();
            assert!(matches!(error, HubError::CutOff { .. } | HubError::Network { .. }), "{why}: {error:?}");
            assert!(said.contains("kept"), "{said}");
            bench.assert_no_weights(&why);
            bench.download().unwrap_or_else(|error| panic!("{why}: {error}"))
        };
        assert_eq!(served.times(), 1, "{why}");
        bench.assert_whole(&summary, &why);
        assert_fetched_once(&bench, weights.len() as u64, &why);
    });
}

/// At most a hundredth of a file was sent twice.
pub fn assert_fetched_once(bench: &Bench, bytes: u64, why: &str) {
    let sent: u64 = bench.requests_for(WEIGHTS).iter().map(|request| request.sent).sum();
    assert!(sent >= bytes && sent <= bytes + bytes / 100, "{why}: {sent} bytes were sent of {bytes}");
    let ranges = bench.requests_for(WEIGHTS).into_iter().filter(|request| request.header("range").is_some());
    assert!(ranges.count() >= 1, "{why}: no rest was asked for");
}

#[test]
fn many_cuts_of_one_file_are_gone_on_with_as_long_as_each_brings_something() {
    let bench = Bench::new();
    let weights = bench.bytes(WEIGHTS).len() as u64;
    let piece = weights / 9;
    // More than the client tries in vain.
    let rule = Rule::once(WEIGHTS, Fault::CutAfter(piece)).by(Server::Store).times(8);
    let served = bench.hub.misbehave(rule);
    let summary = bench.download().expect("a model");
    assert_eq!(served.times(), 8);
    bench.assert_whole(&summary, "eight cuts");
    assert_fetched_once(&bench, weights, "eight cuts");
}

#[test]
fn a_cut_answer_of_the_api_or_of_a_small_file_is_asked_for_again() {
    for target in ["/api/models/", "config.json"] {
        let bench = Bench::new();
        let served = bench.hub.misbehave(Rule::once(target, Fault::CutAfter(100)).times(2));
        let summary = bench.download().expect("a model");
        assert_eq!(served.times(), 2, "{target}");
        bench.assert_whole(&summary, target);
    }
}

#[test]
fn a_connection_that_ends_without_an_answer_is_made_again() {
    for target in ["/api/models/", "config.json", WEIGHTS] {
        let bench = Bench::new();
        let served = bench.hub.misbehave(Rule::once(target, Fault::Close).times(2));
        let summary = bench.download().expect("a model");
        assert_eq!(served.times(), 2, "{target}");
        bench.assert_whole(&summary, target);
    }
}
