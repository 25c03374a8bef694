//! The routes of a project's comparisons.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Doubt, MachineSaid, Route, RoutingSettings, disagree, route};
use crate::domain::{Annotator, AnnotatorKind, Comparison, RecordId, StoredVerdict};

/// Where a comparison goes that a machine has judged, and how far apart a machine finds its answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Routed {
    /// Who takes it.
    pub route: Route,
    /// The size of the margin, on the scale of one order's log-odds; 0 where machines disagree with each other or with
    /// themselves, infinite where none measured.
    pub distance: f64,
}

/// The routes of the comparisons that machines have judged, by what each of them said last. Where no machine judged, a
/// comparison is in no list: it is for people anyway.
pub fn routes(
    comparisons: &[Comparison],
    verdicts: &[StoredVerdict],
    annotators: &[Annotator],
    settings: &RoutingSettings,
) -> BTreeMap<RecordId, Routed> {
    let machines: BTreeMap<RecordId, AnnotatorKind> = annotators
        .iter()
        .filter(|one| one.is_active && one.kind != AnnotatorKind::Person)
        .map(|one| (one.id, one.kind))
        .collect();
    let mut newest: BTreeMap<RecordId, BTreeMap<RecordId, (RecordId, MachineSaid)>> = BTreeMap::new();
    for stored in verdicts.iter().filter(|stored| !stored.is_withdrawn) {
        let Some(&kind) = machines.get(&stored.verdict.annotator) else { continue };
        let of_comparison = newest.entry(stored.verdict.comparison).or_default();
        let known = of_comparison.entry(stored.verdict.annotator).or_insert((stored.sequence, said(kind, stored)));
        if known.0 <= stored.sequence {
            *known = (stored.sequence, said(kind, stored));
        }
    }
    comparisons
        .iter()
        .filter_map(|comparison| {
            let said: Vec<MachineSaid> = newest.get(&comparison.id)?.values().map(|(_, said)| *said).collect();
            let route = route(comparison.id, &said, settings);
            Some((comparison.id, Routed { route, distance: distance(&said, route) }))
        })
        .collect()
}

fn said(kind: AnnotatorKind, stored: &StoredVerdict) -> MachineSaid {
    MachineSaid::of_kept(kind, &stored.verdict)
}

/// A preference model's margin is one look at both answers, a coach's is both orders added up. Rules measure nothing that
/// could be compared.
fn distance(said: &[MachineSaid], route: Route) -> f64 {
    let changed = route == Route::People(Doubt::ChangedItsMind);
    if changed || disagree(said) {
        return 0.0;
    }
    let of = |kind: AnnotatorKind, scale: f64| {
        let known = said.iter().rfind(|one| one.kind == kind);
        known.and_then(|one| one.margin).map(|margin| margin.abs() * scale)
    };
    of(AnnotatorKind::PreferenceModel, 1.0).or_else(|| of(AnnotatorKind::Coach, 0.5)).unwrap_or(f64::INFINITY)
}

/// How many go where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RoutedCounts {
    /// Those that a machine keeps.
    pub machine: usize,
    /// Those that no machine is sure of.
    pub people: usize,
    /// Those that a machine is sure of and people get all the same.
    pub audit: usize,
}

/// How many go where.
pub fn counts(routed: &BTreeMap<RecordId, Routed>) -> RoutedCounts {
    let mut counts = RoutedCounts::default();
    for routed in routed.values() {
        *match routed.route {
            Route::Machine => &mut counts.machine,
            Route::People(_) => &mut counts.people,
            Route::Audit => &mut counts.audit,
        } += 1;
    }
    counts
}
