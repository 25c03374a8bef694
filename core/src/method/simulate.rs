//! Simulated people, for the example: they judge by the example's rubric and are wrong now and then. Wherever their
//! verdicts show, it is said that they are simulated.

use super::labelling::Read;
use super::work::key;
use crate::domain::{Choice, Comparison, NewVerdict, RecordId, VerdictForm};
use crate::example::{self, Request, Traits};
use crate::random::Random;

/// Share of the verdicts in which a simulated person says something other than the rubric.
const NOISE: f64 = 0.1;

/// Names of the simulated people.
pub(super) const NAMES: [&str; 2] = ["Ada (simulated)", "Ben (simulated)"];

/// Seconds that a simulated person spends on a comparison: reading both answers at a human pace.
fn seconds_to_read(texts: &[&str], random: &mut Random) -> f64 {
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let seconds = 2.0 + words as f64 / (3.5 + random.uniform());
    (seconds * 10.0).round() / 10.0
}

/// What one of them says of two answers. The same annotator of the same seed always says the same.
pub(super) fn verdict(
    comparison: &Comparison,
    annotator: RecordId,
    form: VerdictForm,
    read: &Read<'_>,
    seed: u64,
) -> NewVerdict {
    let mut random = Random::new(seed, &[0x0073_696d, annotator as u64, comparison.id as u64, form as u64]);
    let Read { request, a, b } = read;
    let choice = match Request::parse(request) {
        Some(request) => example::simulated_choice(&request, a, b, NOISE, &mut random),
        None => Choice::Skip,
    };
    let key = key(&[seed, annotator as u64, comparison.id as u64, form as u64]);
    NewVerdict {
        shown_swapped: random.below(2) == 1,
        seconds: Some(seconds_to_read(&[request.as_str(), a, b], &mut random)),
        seed: Some(seed),
        ..NewVerdict::bare(key, comparison.id, annotator, choice, form)
    }
}

/// What one of them would have the shop reply: kind, to the point, with a next step, and short.
pub(super) fn ideal_reply(request: &str, random: &mut Random) -> Option<String> {
    let traits = Traits { is_kind: true, answers: true, names: true, has_next_step: true, ..Traits::default() };
    Request::parse(request).map(|request| example::reply(&request, traits, random))
}
