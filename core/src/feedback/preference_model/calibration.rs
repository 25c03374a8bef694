//! How far a preference model's scores can be trusted: on verdicts that it was not trained on, how often it is right, and
//! whether it is right as often as its scores say.

use serde::{Deserialize, Serialize};

use crate::feedback::Proportion;

/// Bins of equal width between 50% and 100% sure.
const BINS: usize = 10;

/// Bounds of the temperature: beyond them the scores say nothing, or everything.
const TEMPERATURES: [f64; 2] = [0.05, 20.0];

/// Comparisons that a preference model is about as sure of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// The least sure that counts here, as a share.
    pub from: f64,
    /// The most sure.
    pub to: f64,
    /// Comparisons.
    pub count: usize,
    /// How sure it is on average; 0 where the bin is empty.
    pub confidence: f64,
    /// How often it is right; 0 where the bin is empty.
    pub accuracy: f64,
}

/// A preference model measured by verdicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// How often the answer that people chose scores higher; an equal score is half right.
    pub accuracy: Proportion,
    /// Mean distance between how sure it is and how often it is right, over the bins (Guo et al. 2017).
    pub expected_calibration_error: f64,
    /// What the scores are to be divided by so that their differences are the log-odds of being right, as nearly as these
    /// verdicts tell: above 1 where the model is too sure of itself.
    pub temperature: f64,
    /// From unsure to sure.
    pub bins: Vec<ReliabilityBin>,
    /// What that says, in a sentence.
    pub sentence: String,
}

/// Measures (score of `a` − score of `b`, whether people chose `a`) on comparisons that people decided.
pub fn calibration(differences: &[(f64, bool)]) -> Calibration {
    // The difference in favour of what people chose.
    let margins: Vec<f64> =
        differences.iter().map(|&(difference, a)| if a { difference } else { -difference }).collect();
    let accuracy = Proportion::new(margins.iter().map(|&margin| rightness(margin)).sum(), margins.len());
    let bins: Vec<ReliabilityBin> = (0..BINS).map(|bin| reliability(&margins, bin)).collect();
    let count = margins.len().max(1) as f64;
    let expected_calibration_error =
        bins.iter().map(|bin| bin.count as f64 / count * (bin.confidence - bin.accuracy).abs()).sum();
    let temperature = temperature(&margins);
    let sentence = sentence(&accuracy, expected_calibration_error, temperature);
    Calibration { accuracy, expected_calibration_error, temperature, bins, sentence }
}

fn rightness(margin: f64) -> f64 {
    if margin == 0.0 { 0.5 } else { f64::from(u8::from(margin > 0.0)) }
}

fn sigmoid(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}

/// How sure a model is of the answer that scores higher.
fn confidence(margin: f64) -> f64 {
    sigmoid(margin.abs())
}

fn reliability(margins: &[f64], bin: usize) -> ReliabilityBin {
    let width = 0.5 / BINS as f64;
    let place = |margin: f64| (((confidence(margin) - 0.5) / width) as usize).min(BINS - 1);
    let members: Vec<f64> = margins.iter().copied().filter(|&margin| place(margin) == bin).collect();
    let mean = |of: fn(f64) -> f64| members.iter().map(|&margin| of(margin)).sum::<f64>() / members.len().max(1) as f64;
    ReliabilityBin {
        from: 0.5 + width * bin as f64,
        to: 0.5 + width * (bin + 1) as f64,
        count: members.len(),
        confidence: mean(confidence),
        accuracy: mean(rightness),
    }
}

/// The temperature at which the verdicts are likeliest. Their negative log-likelihood Σ ln(1 + exp(−margin / T)) is
/// convex in 1 / T, so the zero of its slope is found by halving.
fn temperature(margins: &[f64]) -> f64 {
    let slope = |factor: f64| -> f64 { margins.iter().map(|&margin| -margin * sigmoid(-margin * factor)).sum() };
    let [mut low, mut high] = [1.0 / TEMPERATURES[1], 1.0 / TEMPERATURES[0]];
    if margins.is_empty() {
        return 1.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if slope(middle) > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    1.0 / f64::midpoint(low, high)
}

fn sentence(accuracy: &Proportion, error: f64, temperature: f64) -> String {
    if accuracy.trials == 0 {
        return "people have decided no comparison yet that the preference model could be measured by".to_owned();
    }
    let sure = match temperature {
        1.25.. => "it is too sure of itself",
        0.8.. => "it is about as sure as it should be",
        _ => "it is less sure than it could be",
    };
    let advice = if (0.8..1.25).contains(&temperature) {
        String::new()
    } else {
        format!(": dividing its scores by {temperature:.1} would set that right")
    };
    format!(
        "the preference model agrees with people on {} of {} comparisons: {}; what it is sure of is off by {:.0} \
         percentage points on average, and {sure}{advice}",
        accuracy.right,
        accuracy.trials,
        accuracy.in_words(),
        error * 100.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFFERENCES: [(f64, bool); 12] = [
        (2.0, true),
        (-1.5, false),
        (0.3, true),
        (3.2, true),
        (-0.4, true),
        (1.1, false),
        (-2.2, false),
        (0.8, true),
        (-0.1, false),
        (4.0, true),
        (1.9, false),
        (-3.1, false),
    ];

    #[test]
    fn figures_are_those_of_scipy() {
        // numpy for the bins, scipy.optimize.minimize_scalar of the negative log-likelihood over ln T:
        // T = 1.421_574_33, error = 0.236_796_701_512_795_3, 9 of 12 right, Wilson interval (0.46769, 0.91106).
        let found = calibration(&DIFFERENCES);
        assert!((found.temperature - 1.421_574_33).abs() < 1e-6, "{found:?}");
        assert!((found.expected_calibration_error - 0.236_796_701_512_795_3).abs() < 1e-9, "{found:?}");
        assert_eq!((found.accuracy.right, found.accuracy.trials), (9.0, 12));
        assert_eq!(found.bins.iter().map(|bin| bin.count).sum::<usize>(), 12);
        assert_eq!((found.bins[0].count, found.bins[9].count), (1, 3));
        assert!(found.sentence.starts_with("the preference model agrees with people on 9 of 12 comparisons: 75% (95%"));
    }

    #[test]
    fn who_stands_first_makes_no_difference() {
        let swapped: Vec<(f64, bool)> = DIFFERENCES.iter().map(|&(difference, a)| (-difference, !a)).collect();
        assert_eq!(calibration(&swapped), calibration(&DIFFERENCES));
    }

    #[test]
    fn a_temperature_undoes_a_stretch() {
        let stretched: Vec<(f64, bool)> = DIFFERENCES.iter().map(|&(difference, a)| (3.0 * difference, a)).collect();
        let (one, three) = (calibration(&DIFFERENCES), calibration(&stretched));
        assert!((three.temperature / one.temperature - 3.0).abs() < 1e-6, "{} {}", three.temperature, one.temperature);
        assert_eq!(one.accuracy, three.accuracy);
    }

    #[test]
    fn the_bounds_hold_where_scores_say_everything_or_nothing() {
        assert!((calibration(&[(1.0, true), (2.0, true)]).temperature - 0.05).abs() < 1e-9);
        assert!((calibration(&[(1.0, false), (2.0, false)]).temperature - 20.0).abs() < 1e-6);
        let none = calibration(&[]);
        assert!((none.temperature - 1.0).abs() < 1e-12 && none.expected_calibration_error == 0.0, "{none:?}");
        assert!((calibration(&[(0.0, true)]).accuracy.right - 0.5).abs() < 1e-12);
    }
}
