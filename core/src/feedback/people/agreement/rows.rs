//! The figures: one row each.

use super::coefficients::{cohen_kappa, krippendorff_alpha};
use super::interval::{Estimate, bootstrap, median, share};
use super::table::{CATEGORIES, Table, counts, seconds};
use super::{FigureKind, Reading};
use crate::domain::{Annotator, AnnotatorKind, RecordId, StoredVerdict, VerdictForm};

/// Below this a figure is said to rest on little.
const FEW: usize = 30;
/// Agreement beyond chance below this is a concern: it is called fair at best (Landis and Koch 1977).
const LEAST_AGREEMENT: f64 = 0.4;
/// Somebody who says the same again less often than this does not know what is asked.
const LEAST_SELF_AGREEMENT: f64 = 0.8;
/// The first answer may be chosen so much more or less often than half of the time.
const MOST_POSITION_BIAS: f64 = 0.05;
/// The longer answer may be chosen so much more or less often than half of the time.
const MOST_LENGTH_BIAS: f64 = 0.1;
/// Nobody reads faster: people read about 4 words a second (Brysbaert 2019), and skim at two or three times that.
pub const FASTEST_WORDS_A_SECOND: f64 = 15.0;
/// A share of verdicts that may be faster than reading: some answers are seen to be bad at their first words.
const MOST_TOO_FAST: f64 = 0.1;

/// Addresses of the bootstrap's draws.
const KAPPA: u64 = 0x60;
const ALPHA: u64 = 0x61;

/// Every figure.
pub const FIGURES: &[FigureKind] = &[
    FigureKind {
        id: "percent_agreement",
        title: "same verdict",
        meaning: "How often two annotators say the same of a comparison that both judged: a, b, tie or both bad. Easy to \
                  read, but two who choose blindly reach a half of it by chance.",
        look: percent_agreement,
    },
    FigureKind {
        id: "cohen_kappa",
        title: "agreement beyond chance, of two",
        meaning: "Cohen's kappa: how much of the agreement that chance leaves open two annotators reach. 1 is always the \
                  same, 0 is chance. Between a person and a coach it says whether the coach can judge in the person's place.",
        look: kappa,
    },
    FigureKind {
        id: "krippendorff_alpha",
        title: "agreement beyond chance, of all people",
        meaning: "Krippendorff's alpha: the same for any number of people, not all of whom judged everything. Below 0.4 a \
                  model learns mostly noise; write down what better means, and judge again.",
        look: alpha,
    },
    FigureKind {
        id: "self_agreement",
        title: "same verdict again",
        meaning: "How often a person says the same when a comparison comes again in the other order. Nobody agrees with \
                  others more than with himself.",
        look: self_agreement,
    },
    FigureKind {
        id: "position_bias",
        title: "chose what stood first",
        meaning: "The share of the decisive verdicts that chose the answer that stood first. The order is random, so it \
                  should be a half; else a person chooses by the place.",
        look: position_bias,
    },
    FigureKind {
        id: "length_bias",
        title: "chose the longer answer",
        meaning: "The share of the decisive verdicts that chose the longer answer. It need not be a half, since longer \
                  answers can be better; but the model will learn it.",
        look: length_bias,
    },
    FigureKind {
        id: "median_seconds",
        title: "time a comparison",
        meaning: "Half of a person's verdicts take no longer than this.",
        look: median_seconds,
    },
    FigureKind {
        id: "too_fast",
        title: "faster than reading",
        meaning: "The share of a person's verdicts that came so fast that both answers cannot have been read: more than \
                  15 words a second.",
        look: fast_share,
    },
];

fn percent_agreement(table: &Table<'_>) -> Vec<Reading> {
    let look = |(one, other): (&Annotator, &Annotator)| {
        let joint = table.joint(one, other);
        let same = joint.iter().filter(|(first, second)| first == second).count();
        let n = joint.len();
        let estimate = share(same, n)?;
        let sentence = format!(
            "{} and {} said the same of {same} of {} ({}).{}",
            one.name,
            other.name,
            comparisons(n),
            percent(estimate.value),
            few(n)
        );
        // What chance alone would give is not known here: kappa is the judge.
        Some(reading(&[one.id, other.id], estimate, n, sentence, false))
    };
    table.couples().filter_map(look).collect()
}

fn kappa(table: &Table<'_>) -> Vec<Reading> {
    let look = |(one, other): (&Annotator, &Annotator)| {
        let joint = table.joint(one, other);
        let statistic = |places: &[usize]| {
            let mut said = [[0.0; CATEGORIES]; CATEGORIES];
            for &(first, second) in places.iter().filter_map(|&place| joint.get(place)) {
                said[first][second] += 1.0;
            }
            cohen_kappa(&said)
        };
        let address = [KAPPA, one.id as u64, other.id as u64];
        let estimate = bootstrap(joint.len(), table.seed, &address, (-1.0, 1.0), statistic)?;
        let (names, n) = (format!("{} and {}", one.name, other.name), joint.len());
        Some(coefficient(&[one.id, other.id], &names, estimate, n))
    };
    table.couples().filter_map(look).collect()
}

fn alpha(table: &Table<'_>) -> Vec<Reading> {
    let people: Vec<RecordId> = table.people().map(|one| one.id).collect();
    let units: Vec<[u32; CATEGORIES]> = table
        .votes
        .values()
        .map(|votes| counts(votes, |annotator| people.contains(&annotator)))
        .filter(|unit| unit.iter().sum::<u32>() >= 2)
        .collect();
    let statistic = |places: &[usize]| krippendorff_alpha(places.iter().filter_map(|&place| units.get(place)));
    let estimate = bootstrap(units.len(), table.seed, &[ALPHA], (-1.0, 1.0), statistic);
    let names = format!("{} people", people.len());
    estimate.map(|estimate| coefficient(&people, &names, estimate, units.len())).into_iter().collect()
}

/// The sentence of a coefficient of agreement.
fn coefficient(annotators: &[RecordId], names: &str, estimate: Estimate, n: usize) -> Reading {
    let words = match estimate.value {
        value if value < 0.005 => "do not agree more than chance would have it",
        value if value < 0.2 => "hardly agree beyond chance",
        value if value < LEAST_AGREEMENT => "agree little beyond chance",
        value if value < 0.6 => "agree moderately beyond chance",
        value if value < 0.8 => "agree well beyond chance",
        _ => "agree nearly always",
    };
    let Estimate { value, low, high } = estimate;
    let sentence = format!(
        "{names} {words}: {} on a scale where 0 is chance and 1 is always (from {} to {}), on {}.{}",
        hundredths(value),
        hundredths(low),
        hundredths(high),
        comparisons(n),
        few(n)
    );
    reading(annotators, estimate, n, sentence, value < LEAST_AGREEMENT)
}

fn self_agreement(table: &Table<'_>) -> Vec<Reading> {
    let look = |person: &Annotator| {
        let mut last = std::collections::BTreeMap::new();
        let (mut same, mut n) = (0, 0);
        for stored in table.verdicts_of(person.id).filter(|stored| is_shown(stored)) {
            if let Some(before) = last.insert(stored.verdict.comparison, stored.verdict.choice) {
                n += 1;
                same += usize::from(before == stored.verdict.choice);
            }
        }
        let estimate = share(same, n)?;
        let times = if n == 1 { "time".to_owned() } else { format!("{n} times") };
        let sentence = format!(
            "{} said the same again {same} of the {times} that a comparison came again ({}).{}",
            person.name,
            percent(estimate.value),
            few(n)
        );
        Some(reading(&[person.id], estimate, n, sentence, estimate.value < LEAST_SELF_AGREEMENT))
    };
    table.people().filter_map(look).collect()
}

fn position_bias(table: &Table<'_>) -> Vec<Reading> {
    let look = |person: &Annotator| {
        let decisive: Vec<bool> = table
            .verdicts_of(person.id)
            .filter(|stored| is_shown(stored) && stored.verdict.choice.is_decisive())
            .map(|stored| (stored.verdict.choice == crate::domain::Choice::B) == stored.verdict.shown_swapped)
            .collect();
        let (first, n) = (decisive.iter().filter(|is_first| **is_first).count(), decisive.len());
        let estimate = share(first, n)?;
        let concern = is_off(estimate, MOST_POSITION_BIAS);
        let end = if concern { ", though the order is random: the place is judged, not the answer" } else { "" };
        let sentence = format!(
            "{} chose the answer that stood first in {} of {}{end}.{}",
            person.name,
            percent(estimate.value),
            decisive_verdicts(n),
            few(n)
        );
        Some(reading(&[person.id], estimate, n, sentence, concern))
    };
    table.people().filter_map(look).collect()
}

fn length_bias(table: &Table<'_>) -> Vec<Reading> {
    let look = |annotator: &Annotator| {
        let longer: Vec<bool> =
            table.verdicts_of(annotator.id).filter_map(|stored| table.chose_longer(stored)).collect();
        let (chosen, n) = (longer.iter().filter(|is_longer| **is_longer).count(), longer.len());
        let estimate = share(chosen, n)?;
        let concern = is_off(estimate, MOST_LENGTH_BIAS);
        let end = match (concern, estimate.value > 0.5) {
            (false, _) => "",
            (true, true) => ": the model will learn to write longer answers, so check that they are better ones",
            (true, false) => ": the model will learn to write shorter answers, so check that they are better ones",
        };
        let sentence = format!(
            "{} chose the longer answer in {} of {}{end}.{}",
            annotator.name,
            percent(estimate.value),
            decisive_verdicts(n),
            few(n)
        );
        Some(reading(&[annotator.id], estimate, n, sentence, concern))
    };
    let may_look = |one: &&&Annotator| one.kind != AnnotatorKind::Rules;
    table.annotators.iter().filter(may_look).filter_map(|one| look(one)).collect()
}

fn median_seconds(table: &Table<'_>) -> Vec<Reading> {
    let look = |person: &Annotator| {
        let mut times: Vec<f64> = table.verdicts_of(person.id).filter_map(seconds).collect();
        times.sort_by(f64::total_cmp);
        let (estimate, n) = (median(&times)?, times.len());
        let sentence =
            format!("Half of {}'s verdicts took no longer than {:.1} seconds.{}", person.name, estimate.value, few(n));
        Some(reading(&[person.id], estimate, n, sentence, false))
    };
    table.people().filter_map(look).collect()
}

fn fast_share(table: &Table<'_>) -> Vec<Reading> {
    let look = |person: &Annotator| {
        let fast: Vec<bool> = table.verdicts_of(person.id).filter_map(|stored| is_too_fast(table, stored)).collect();
        let (count, n) = (fast.iter().filter(|is_fast| **is_fast).count(), fast.len());
        let estimate = share(count, n)?;
        let sentence = format!(
            "{count} of {n} verdicts of {} came faster than both answers can be read ({}).{}",
            person.name,
            percent(estimate.value),
            few(n)
        );
        Some(reading(&[person.id], estimate, n, sentence, estimate.value > MOST_TOO_FAST))
    };
    table.people().filter_map(look).collect()
}

/// Whether a verdict came faster than its answers can be read; `None` where its time was not measured.
pub(super) fn is_too_fast(table: &Table<'_>, stored: &StoredVerdict) -> Option<bool> {
    Some(table.words_a_second(stored)? > FASTEST_WORDS_A_SECOND)
}

/// Whether two answers were looked at side by side.
fn is_shown(stored: &StoredVerdict) -> bool {
    stored.verdict.form == VerdictForm::Comparison
}

/// Whether a share is surely not a half, and far from it.
fn is_off(share: Estimate, most: f64) -> bool {
    (share.low > 0.5 || share.high < 0.5) && (share.value - 0.5).abs() > most
}

fn reading(annotators: &[RecordId], estimate: Estimate, n: usize, sentence: String, concern: bool) -> Reading {
    let Estimate { value, low, high } = estimate;
    Reading { annotators: annotators.to_vec(), value, low, high, n, sentence, concern }
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// Two places after the point, and no minus before a zero.
fn hundredths(value: f64) -> String {
    format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0)
}

fn comparisons(n: usize) -> String {
    if n == 1 { "1 comparison".to_owned() } else { format!("{n} comparisons") }
}

fn decisive_verdicts(n: usize) -> String {
    if n == 1 { "1 verdict that preferred one".to_owned() } else { format!("{n} verdicts that preferred one") }
}

fn few(n: usize) -> &'static str {
    if n < FEW { " That is too few to lean on." } else { "" }
}
