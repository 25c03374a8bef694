//! What a project shows the advisor by itself.

use std::collections::BTreeMap;

use super::MethodError;
use super::advisor::Shown;
use super::labelling::Material;
use crate::domain::{AnnotatorKind, Choice, RecordId, Split, StoredVerdict};
use crate::feedback::people::{Judged, figures};
use crate::project::store::Store;

/// Labels, agreement and the coach's accuracy of a project.
pub fn shown_by(store: &Store) -> Result<Shown, MethodError> {
    let counts = store.counts(None)?;
    let material = Material::read(store, Split::Train)?;
    let counting: Vec<StoredVerdict> =
        material.verdicts.iter().filter(|stored| !stored.is_withdrawn).cloned().collect();
    let judged = Judged {
        comparisons: &material.comparisons,
        verdicts: &counting,
        annotators: &material.annotators,
        completions: &material.completions,
    };
    let figures = figures(&judged, 0);
    let agreement = figures.iter().find(|figure| ["krippendorff_alpha", "cohen_kappa"].contains(&figure.id.as_str()));
    let (accuracy, compared) = coach_accuracy(&material, &counting);
    let kind_of = |id| material.annotators.iter().find(|one| one.id == id).map(|one| one.kind);
    let mut people: Vec<_> = counting
        .iter()
        .map(|stored| stored.verdict.annotator)
        .filter(|&id| kind_of(id) == Some(AnnotatorKind::Person))
        .collect();
    people.sort_unstable();
    people.dedup();
    let times: Vec<f64> = counting
        .iter()
        .filter(|stored| kind_of(stored.verdict.annotator) == Some(AnnotatorKind::Person))
        .filter_map(|stored| stored.verdict.seconds)
        .collect();
    Ok(Shown {
        prompts: Some(counts.prompts_train as u64),
        people: Some(people.len() as u64),
        people_verdicts: Some(counts.verdicts_of_people as u64),
        agreement: agreement.map(|figure| figure.value),
        agreement_comparisons: agreement.map(|figure| figure.n as u64),
        coach_accuracy: accuracy,
        coach_compared: (compared > 0).then_some(compared),
        person_seconds: (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64),
        coach_is_remote: Some(false),
        coach_price: Some(0.0),
        ..Shown::default()
    })
}

/// The share of people's decisive verdicts that the coach gives too, and on how many comparisons.
fn coach_accuracy(material: &Material, verdicts: &[StoredVerdict]) -> (Option<f64>, u64) {
    let kinds: BTreeMap<RecordId, AnnotatorKind> = material.annotators.iter().map(|one| (one.id, one.kind)).collect();
    // Of each comparison the newest choice of a person and of a coach.
    let mut choices: BTreeMap<RecordId, [Option<Choice>; 2]> = BTreeMap::new();
    for stored in verdicts.iter().filter(|stored| stored.verdict.choice.is_decisive()) {
        let place = match kinds.get(&stored.verdict.annotator) {
            Some(AnnotatorKind::Person) => 0,
            Some(AnnotatorKind::Coach) => 1,
            _ => continue,
        };
        choices.entry(stored.verdict.comparison).or_default()[place] = Some(stored.verdict.choice);
    }
    let both = choices.values().filter_map(|[people, coach]| people.zip(*coach));
    let (mut right, mut compared) = (0u64, 0u64);
    for (people, coach) in both {
        compared += 1;
        right += u64::from(people == coach);
    }
    ((compared > 0).then(|| right as f64 / compared as f64), compared)
}
