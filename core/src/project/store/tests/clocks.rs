//! Clocks that jump order nothing.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use super::*;

static CALLS: AtomicI64 = AtomicI64::new(0);

/// A day forth, a day back.
fn jumping() -> String {
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let day = if call % 2 == 0 { 86_400 } else { -86_400 };
    Timestamp::from_second(1_800_000_000 + day * (call + 1)).expect("a moment").to_string()
}

#[test]
fn the_order_is_that_of_the_sequence() {
    let mut small = small(10);
    small.store.clock = jumping;
    for (number, &comparison) in (0_u64..).zip(&small.comparisons) {
        small.store.record_verdict(&verdict(number, comparison, small.ada.id, Choice::A)).expect("kept");
    }
    let kept = small.store.verdicts(&VerdictFilter::default()).expect("verdicts");
    let given: Vec<_> = kept.iter().map(|stored| stored.verdict.comparison).collect();
    assert_eq!(given, small.comparisons);
    assert!(kept.windows(2).any(|pair| pair[0].recorded_at > pair[1].recorded_at), "{kept:?}");
    assert!(kept.windows(2).all(|pair| pair[0].sequence < pair[1].sequence));
    for last in (1..=10).rev() {
        let found = small.store.last_verdict_of(small.ada.id).expect("asked").expect("a verdict");
        assert_eq!(found.sequence, last);
        small.store.withdraw_verdict(last).expect("taken back");
    }
}

#[test]
fn times_are_those_of_utc() {
    let now = super::super::audit::now();
    let read: Timestamp = now.parse().expect("a moment");
    assert!(now.ends_with('Z') && !now.contains('.'), "{now}");
    assert!((Timestamp::now().as_second() - read.as_second()).abs() <= 1);
}
