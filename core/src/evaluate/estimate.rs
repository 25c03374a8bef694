//! A mean over prompts with its 95% interval.
//!
//! Prompts are what was drawn at random, so they are what is counted: several answers to one prompt are alike, and count
//! as what they are worth together.

use serde::{Deserialize, Serialize};

use super::EvaluateError;

/// A figure with its 95% interval, where there is one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure itself.
    pub value: f64,
    /// The lower end of the interval; `None` where the figure was given without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl Estimate {
    /// A figure whose interval nobody knows.
    pub fn given(value: f64) -> Self {
        Self { value, low: None, high: None }
    }

    /// A figure with its interval.
    pub fn within(value: f64, low: f64, high: f64) -> Self {
        Self { value, low: Some(low), high: Some(high) }
    }

    /// Whether the whole interval lies above `bound`.
    pub fn is_above(&self, bound: f64) -> bool {
        self.low.is_some_and(|low| low > bound)
    }

    /// Whether the whole interval lies below `bound`.
    pub fn is_below(&self, bound: f64) -> bool {
        self.high.is_some_and(|high| high < bound)
    }

    /// Half of the interval's width.
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high? - self.low?) / 2.0)
    }
}

/// The 97.5% quantile of Student's t for 1 to 30 degrees of freedom, as printed in every table.
const STUDENT: [f64; 30] = [
    12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582, 2.446_912, 2.364_624, 2.306_004, 2.262_157, 2.228_139,
    2.200_985, 2.178_813, 2.160_369, 2.144_787, 2.131_450, 2.119_905, 2.109_816, 2.100_922, 2.093_024, 2.085_963,
    2.079_614, 2.073_873, 2.068_658, 2.063_899, 2.059_539, 2.055_529, 2.051_831, 2.048_407, 2.045_230, 2.042_272,
];

/// The 97.5% quantile of the normal distribution.
const NORMAL: f64 = 1.959_963_985;

/// The 97.5% quantile of Student's t; infinite without a degree of freedom. Above the table, the expansion 26.7.5 of
/// Abramowitz and Stegun 1964.
pub fn student_quantile(degrees: usize) -> f64 {
    match degrees {
        0 => f64::INFINITY,
        1..=30 => STUDENT[degrees - 1],
        _ => {
            let z = NORMAL;
            let degrees = degrees as f64;
            let first = (z.powi(3) + z) / 4.0;
            let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
            let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
            z + first / degrees + second / degrees.powi(2) + third / degrees.powi(3)
        }
    }
}

/// Wilson's score interval (1927) of a share that was seen in `trials` independent trials, 95%; of none, it is everything.
pub fn wilson(share: f64, trials: f64) -> Estimate {
    score_interval(share, trials, NORMAL)
}

/// Wilson's interval for any quantile and any, even fractional, number of trials.
fn score_interval(share: f64, trials: f64, quantile: f64) -> Estimate {
    let squared = quantile * quantile / trials;
    if !squared.is_finite() {
        return Estimate::within(share, 0.0, 1.0);
    }
    let middle = (share + squared / 2.0) / (1.0 + squared);
    let half = (squared * share * (1.0 - share) + squared * squared / 4.0).max(0.0).sqrt() / (1.0 + squared);
    // At 0 and 1 the ends meet the share itself but for rounding.
    Estimate::within(share, (middle - half).clamp(0.0, share), (middle + half).clamp(share, 1.0))
}

/// The mean over prompts of shares between 0 and 1, with an interval over prompts that stays within these bounds and does
/// not shrink to a point where all prompts agree.
///
/// Wilson's score interval with the effective number of trials in the place of the counted one, and Student's quantile
/// of one less than the prompts (Korn and Graubard 1998; in Wilson's form: Franco, Little, Louis and Slud 2019). The
/// effective number is p(1 − p) over the variance of the mean, both taken with one more prompt of 0 and one of 1 (the
/// "plus four" of Agresti and Coull 1998), so that ten wins in ten prompts are not taken for certainty.
pub fn mean_of_shares(prompts: &[f64]) -> Result<Estimate, EvaluateError> {
    if let Some(place) = prompts.iter().position(|share| !(0.0..=1.0).contains(share)) {
        return Err(EvaluateError::NotAShare { prompt: place + 1, value: prompts[place] });
    }
    if prompts.is_empty() {
        return Err(EvaluateError::Nothing { wanted: "a share" });
    }
    let mean = (prompts.iter().sum::<f64>() / prompts.len() as f64).clamp(0.0, 1.0);
    Ok(interval_of(mean, prompts, 1.0, student_quantile(prompts.len() - 1)))
}

/// The interval of [`mean_of_shares`] about `share`, to which each prompt gave what stands in `prompts`; the variance is
/// taken `times` as large.
pub(super) fn interval_of(share: f64, prompts: &[f64], times: f64, quantile: f64) -> Estimate {
    let count = prompts.len() as f64;
    let padded = (count * share + 1.0) / (count + 2.0);
    let middle = (prompts.iter().sum::<f64>() + 1.0) / (count + 2.0);
    let spread: f64 = prompts.iter().chain(&[0.0, 1.0]).map(|part| (part - middle).powi(2)).sum();
    let trials = count * padded * (1.0 - padded) / (times * spread / (count + 1.0));
    score_interval(share, trials, quantile)
}

/// The mean over prompts of any quantity, with Student's interval. A single prompt has none.
pub fn mean_of_quantities(prompts: &[f64]) -> Result<Estimate, EvaluateError> {
    if let Some(place) = prompts.iter().position(|value| !value.is_finite()) {
        return Err(EvaluateError::NotANumber { prompt: place + 1 });
    }
    if prompts.is_empty() {
        return Err(EvaluateError::Nothing { wanted: "a quantity" });
    }
    let count = prompts.len() as f64;
    let mean = prompts.iter().sum::<f64>() / count;
    if prompts.len() == 1 {
        return Ok(Estimate::given(mean));
    }
    let variance = prompts.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let half = student_quantile(prompts.len() - 1) * (variance / count).sqrt();
    Ok(Estimate::within(mean, mean - half, mean + half))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn assert_near(estimate: Estimate, expected: [f64; 3]) {
        let found = [estimate.value, estimate.low.expect("a low end"), estimate.high.expect("a high end")];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{estimate:?}, not {expected}");
        }
    }

    #[test]
    fn quantiles_are_those_of_scipy() {
        // scipy.stats.t.ppf(0.975, [1, 9, 30, 31, 40, 120, 100000])
        for (degrees, expected) in QUANTILES {
            assert!((student_quantile(degrees) - expected).abs() < 2e-6, "{degrees}");
        }
    }

    #[test]
    fn wilson_is_that_of_statistics_books() {
        // scipy.stats.binomtest(x, n).proportion_ci(method="wilson"); 81 of 263 is Newcombe's example (1998): 0.255_3 to 0.366_2
        for (share, trials, expected) in WILSONS {
            assert_near(wilson(share, trials), expected);
        }
        assert_near(wilson(0.5, 0.0), [0.5, 0.0, 1.0]);
    }

    #[test]
    fn means_of_shares_are_those_of_numpy() {
        // numpy: a = [*x, 0, 1]; n = len(x) * p(1-p) / a.var(ddof=1) with p = a.mean(); Wilson's formula with t(len(x)-1)
        for (shares, expected) in SHARES {
            assert_near(mean_of_shares(shares).expect("shares"), expected);
        }
    }

    #[test]
    fn few_prompts_say_little_and_agreement_is_not_certainty() {
        assert_near(mean_of_shares(&[1.0]).expect("a share"), [1.0, 0.0, 1.0]);
        let width = |prompts: usize| {
            let all_won = mean_of_shares(&vec![1.0; prompts]).expect("shares");
            assert_eq!(all_won.high, Some(1.0));
            let all_tied = mean_of_shares(&vec![0.5; prompts]).expect("shares");
            assert!(all_tied.low < Some(0.5) && all_tied.high > Some(0.5));
            1.0 - all_won.low.expect("a low end")
        };
        assert!(width(2) > 0.9 && width(5) > 0.4 && width(20) < 0.25 && width(200) < 0.03);
    }

    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        for (prompts, samples, truth) in [(8, 1, 0.5), (12, 4, 0.9), (30, 1, 0.95), (30, 4, 0.6), (100, 2, 0.7)] {
            let draws = 2000;
            let mut held = 0;
            for draw in 0..draws {
                let mut random = Random::new(3, &[prompts as u64, draw]);
                let mut won = || (0..samples).filter(|_| random.uniform() < truth).count() as f64 / f64::from(samples);
                let shares: Vec<f64> = (0..prompts).map(|_| won()).collect();
                let estimate = mean_of_shares(&shares).expect("shares");
                held += u32::from(!estimate.is_above(truth) && !estimate.is_below(truth));
            }
            let coverage = f64::from(held) / draws as f64;
            // Shares of few prompts come in steps, so that coverage wavers about what is said (Brown, Cai and DasGupta 2001).
            assert!((0.925..0.999_5).contains(&coverage), "{prompts} prompts of {truth}: {coverage}");
        }
    }

    /// One simulated evaluation: prompts differ in how likely the new answer wins and in how likely nobody can tell.
    /// Gives its interval and the truth.
    fn simulated(random: &mut Random, prompts: usize, samples: u32) -> (Estimate, f64) {
        let win = 0.3 + 0.55 * random.uniform();
        let spread = random.uniform() * win.min(1.0 - win);
        let ties = 0.5 * random.uniform();
        let truth = (1.0 - ties) * win + ties / 2.0;
        let mut shares = Vec::with_capacity(prompts);
        for _ in 0..prompts {
            let own_win = win + spread * (2.0 * random.uniform() - 1.0);
            let own_ties = ties * 2.0 * random.uniform();
            let mut points = || match () {
                () if random.uniform() < own_ties => 0.5,
                () => f64::from(u8::from(random.uniform() < own_win)),
            };
            shares.push((0..samples).map(|_| points()).sum::<f64>() / f64::from(samples));
        }
        (mean_of_shares(&shares).expect("shares"), truth)
    }

    #[test]
    fn of_a_thousand_evaluations_the_interval_holds_the_truth_in_about_950() {
        // With 20,000 draws of each row in numpy, 95.2 to 96.3% of the intervals held the truth; 1,000 draws are within
        // 1.4 points of that in 19 of 20 tries.
        let mut all = 0;
        let rows = [(50, 1), (50, 2), (100, 1), (100, 2), (200, 1), (200, 2)];
        for (prompts, samples) in rows {
            let mut held = 0;
            for draw in 0..1000 {
                let mut random = Random::new(29, &[prompts as u64, u64::from(samples), draw]);
                let (estimate, truth) = simulated(&mut random, prompts, samples);
                held += u32::from(!estimate.is_above(truth) && !estimate.is_below(truth));
            }
            let coverage = f64::from(held) / 1000.0;
            assert!((0.93..=0.97).contains(&coverage), "{prompts} prompts, {samples} samples: {coverage}");
            all += held;
        }
        let coverage = f64::from(all) / (1000.0 * rows.len() as f64);
        assert!((0.94..=0.965).contains(&coverage), "{coverage}");
    }

    #[test]
    fn quantities_have_students_interval() {
        // scipy.stats.t.interval(0.95, 4, loc=numpy.mean(x), scale=scipy.stats.sem(x)) of x = [12, 15, 11, 19, 14]
        assert_near(mean_of_quantities(&[12.0, 15.0, 11.0, 19.0, 14.0]).expect("numbers"), QUANTITIES);
        assert_eq!(mean_of_quantities(&[7.0]).expect("a number"), Estimate::given(7.0));
    }

    #[test]
    fn what_is_no_share_is_named_by_its_place() {
        let error = mean_of_shares(&[0.5, 1.5]).expect_err("1.5 is no share");
        assert_eq!(error.to_string(), "a share must lie between 0 and 1: prompt 2 has 1.5");
        assert!(mean_of_shares(&[f64::NAN]).is_err() && mean_of_shares(&[]).is_err());
        assert!(mean_of_quantities(&[f64::INFINITY]).is_err() && mean_of_quantities(&[]).is_err());
    }

    const QUANTILES: [(usize, f64); 7] = [
        (1, 12.706_204_7),
        (9, 2.262_157_2),
        (30, 2.042_272_5),
        (31, 2.039_513_4),
        (40, 2.021_075_4),
        (120, 1.979_930_4),
        (100_000, 1.959_987_7),
    ];
    const WILSONS: [(f64, f64, [f64; 3]); 4] = [
        (7.0 / 10.0, 10.0, [0.700_000_000, 0.396_778_147, 0.892_208_733]),
        (81.0 / 263.0, 263.0, [0.307_984_791, 0.255_288_520, 0.366_209_577]),
        (0.0 / 20.0, 20.0, [0.000_000_000, 0.000_000_000, 0.161_125_158]),
        (1.0, 20.0, [1.000_000_000, 0.838_874_842, 1.000_000_000]),
    ];
    const SHARES: [(&[f64], [f64; 3]); 4] = [
        (&[1.0, 0.75, 0.5, 1.0, 0.25, 1.0, 0.5, 0.75], [0.718_75, 0.407_768_721, 0.904_627_791]),
        (&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 0.641_742_701, 1.0]),
        (&[0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [0.5, 0.255_384_021, 0.744_615_979]),
        (&[0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.166_666_667, 0.039_007_399, 0.496_334_952]),
    ];
    const QUANTITIES: [f64; 3] = [14.2, 10.332_859_454, 18.067_140_546];
}
