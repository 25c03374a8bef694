//! What leaves this machine, and only after somebody agreed.

use whetstone_core::domain::ToUserMessage;
use whetstone_core::feedback::coach::endpoint::{Endpoint, EndpointMind};
use whetstone_core::job::EndpointUse;
use whetstone_tests::endpoint::Deed;

use crate::bench::{Bench, LABELS};

#[test]
fn nothing_is_sent_before_somebody_agreed() {
    let mut bench = Bench::new(|_, _| Deed::Judge);
    bench.means = EndpointUse::default();
    for project in [None, Some("project-1")] {
        bench.project = project;
        let error = bench.open().expect_err("nobody agreed");
        let hint = error.hint().expect("a cure");
        assert!(error.to_string().contains("nobody agreed yet") && hint.contains("--yes"), "{error} {hint}");
    }
    assert!(bench.server.asked().is_empty());
}

#[test]
fn a_project_is_asked_once() {
    let mut bench = Bench::new(|_, _| Deed::Judge);
    bench.project = Some("project-1");
    let (verdicts, _) = bench.judge();
    assert_eq!(Bench::assert_none_lost_none_invented(&verdicts, "agreed"), LABELS);
    bench.means.is_agreed = false;
    bench.open().expect("it is remembered");
    bench.project = Some("project-2");
    bench.open().expect_err("another project was not asked about");
    // Another address under the same name is another machine.
    bench.project = Some("project-1");
    bench.endpoints().put(Endpoint::new("judge", "http://127.0.0.1:9/v1", "large")).expect("changed");
    bench.open().expect_err("the project agreed to another address");
}

#[test]
fn an_address_is_the_machines_to_know() {
    let bench = Bench::new(|_, _| Deed::Judge);
    for name in ["http://127.0.0.1:9/v1", "other", "", "../judge"] {
        let opened = bench.with_context(|context| {
            EndpointMind::open_among(&mut bench.endpoints(), name, (&bench.means, None), bench.patience, context)
        });
        let error = opened.expect_err(name);
        assert!(error.to_string().contains("knows no endpoint"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("judge")), "{error}");
    }
    assert!(bench.server.asked().is_empty());
}
