//! Who takes which comparison of a round, and what is said of it.

use std::collections::BTreeMap;

use super::MethodError;
use super::gather::{training_comparisons, verdicts_in};
use crate::domain::{Annotator, AnnotatorKind, RecordId, Round, StoredVerdict};
use crate::feedback::routing::{Honesty, Routed, RoutingSettings, counts, honesty, routes};
use crate::project::store::{ProjectSettings, Store};

/// How a project's comparisons are divided.
pub(super) fn routing_settings(settings: &ProjectSettings) -> RoutingSettings {
    RoutingSettings { seed: settings.seed, audit_share: settings.audit_share, threshold: settings.coach_threshold }
}

/// A round's comparisons for training, with who takes each of those that machines have judged.
pub(super) struct RoundRoutes {
    routed: BTreeMap<RecordId, Routed>,
    verdicts: Vec<StoredVerdict>,
    annotators: Vec<Annotator>,
}

impl RoundRoutes {
    pub(super) fn read(store: &Store, settings: &ProjectSettings, round: &Round) -> Result<Self, MethodError> {
        let mut comparisons = training_comparisons(store, Some(round))?;
        // What a coach wrote is better by the reason that it was written for: nobody was asked.
        let written = store.written_by_coaches()?;
        comparisons.retain(|one| !written.contains(&one.a) && !written.contains(&one.b));
        let (verdicts, annotators) = (verdicts_in(store, Some(round))?, store.annotators()?);
        let routed = routes(&comparisons, &verdicts, &annotators, &routing_settings(settings));
        Ok(Self { routed, verdicts, annotators })
    }

    /// How often machines of a kind are right where they are sure, as far as people have looked.
    pub(super) fn honesty(&self, kind: AnnotatorKind) -> Honesty {
        honesty(&self.routed, &self.verdicts, &self.annotators, kind)
    }

    /// Who takes how many, and how often the machine is right: what a stage says when a machine has judged.
    pub(super) fn note(&self, machine: &str, kind: AnnotatorKind) -> String {
        let counts = counts(&self.routed);
        let sure = counts.machine + counts.audit;
        let share = match counts.audit {
            0 => String::new(),
            audit => format!(
                ", and without being told so {audit} of the others, which chance chose, so that it shows how often {machine} \
                 is right"
            ),
        };
        let said = format!(
            "{machine} is sure of {sure} of {} comparisons; people are asked the {} that it is not sure of{share}",
            sure + counts.people,
            counts.people
        );
        self.honesty(kind).sentence().map_or(said.clone(), |sentence| format!("{said}; {sentence}"))
    }
}

#[cfg(test)]
mod tests;
