//! How far a figure can be relied on: intervals of 95%.

use crate::random::Random;

/// How often the comparisons are drawn anew.
const RESAMPLES: u64 = 1000;

/// Standard deviations of a normal distribution that hold 95% of it.
const NORMAL_95: f64 = 1.959_963_984_540_054;

/// An estimate with its interval of 95%.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::feedback) struct Estimate {
    pub(in crate::feedback) value: f64,
    pub(in crate::feedback) low: f64,
    pub(in crate::feedback) high: f64,
}

/// A share with Wilson's interval (Wilson 1927), which is honest for few and for extreme shares, where drawing anew
/// would find no doubt at all. `None` of nothing.
pub(super) fn share(count: usize, of: usize) -> Option<Estimate> {
    if of == 0 {
        return None;
    }
    let (n, value) = (of as f64, count as f64 / of as f64);
    let square = NORMAL_95 * NORMAL_95;
    let middle = (value + square / (2.0 * n)) / (1.0 + square / n);
    let half = NORMAL_95 / (1.0 + square / n) * (value * (1.0 - value) / n + square / (4.0 * n * n)).sqrt();
    Some(Estimate { value, low: (middle - half).clamp(0.0, value), high: (middle + half).clamp(value, 1.0) })
}

/// The statistic of all `units` with the interval that drawing them anew gives (Efron's percentiles). `statistic` gets
/// the places of the units, some of them several times; `None` where it has no value. Where most draws have none, the
/// interval is all of `range`.
pub(in crate::feedback) fn bootstrap(
    units: usize,
    seed: u64,
    address: &[u64],
    range: (f64, f64),
    statistic: impl Fn(&[usize]) -> Option<f64>,
) -> Option<Estimate> {
    let value = statistic(&(0..units).collect::<Vec<_>>())?;
    let mut drawn = vec![0; units];
    let mut values: Vec<f64> = (0..RESAMPLES)
        .filter_map(|draw| {
            let mut random = Random::new(seed, &[address, &[draw]].concat());
            for place in &mut drawn {
                *place = random.below(units);
            }
            statistic(&drawn)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = if values.len() as u64 * 2 < RESAMPLES {
        range
    } else {
        (quantile(&values, 0.025).min(value), quantile(&values, 0.975).max(value))
    };
    Some(Estimate { value, low, high })
}

/// The median with the interval that its order statistics give (the normal approximation of the binomial ranks).
/// `values` are sorted. `None` of nothing.
pub(super) fn median(values: &[f64]) -> Option<Estimate> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let half = NORMAL_95 * n.sqrt() / 2.0;
    let at = |place: f64| values.get(place.clamp(0.0, n - 1.0) as usize).copied();
    let (low, high) = (at((n / 2.0 - half).floor() - 1.0)?, at((n / 2.0 + half).ceil())?);
    Some(Estimate { value: quantile(values, 0.5), low, high })
}

/// The quantile of sorted values, between two of them in proportion (the usual definition of R and `NumPy`).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len().saturating_sub(1)) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(low), Some(high)) => low + (high - low) * place.fract(),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "{found} is not {expected}");
    }

    #[test]
    fn shares_have_wilsons_interval() {
        // statsmodels.stats.proportion.proportion_confint(count, of, method="wilson")
        for (count, of, low, high) in [
            (45, 60, 0.627_679_299_229_521_8, 0.842_234_774_699_433_4),
            (9, 10, 0.595_849_973_204_761_4, 0.982_123_786_904_927),
            (5, 5, 0.565_517_535_216_825_2, 1.0),
            (0, 7, 0.0, 0.354_330_435_066_687_5),
            (1, 1, 0.206_549_314_377_123_7, 1.0),
        ] {
            let found = share(count, of).expect("of something");
            near(found.value, count as f64 / of as f64, 1e-15);
            near(found.low, low, 1e-12);
            near(found.high, high, 1e-12);
        }
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.percentile(numpy.arange(1, 8) ** 2 / 10, [2.5, 97.5])
        let values: Vec<f64> = (1..8).map(|n| f64::from(n * n) / 10.0).collect();
        near(quantile(&values, 0.025), 0.145, 1e-12);
        near(quantile(&values, 0.975), 4.705, 1e-12);
        assert!((quantile(&[], 0.5) - 0.0).abs() < f64::EPSILON);
    }

    #[test]
    fn drawing_a_mean_anew_gives_its_standard_error() {
        // 400 values, half 0 and half 1: the mean's standard error is sqrt(0.25 / 400) = 0.025.
        let mean = |places: &[usize]| Some(places.iter().filter(|&&place| place < 200).count() as f64 / 400.0);
        let found = bootstrap(400, 1, &[], (0.0, 1.0), mean).expect("it has a value");
        near(found.value, 0.5, 1e-12);
        near(found.low, 0.5 - 1.96 * 0.025, 0.005);
        near(found.high, 0.5 + 1.96 * 0.025, 0.005);
        assert_eq!(bootstrap(400, 1, &[], (0.0, 1.0), mean), Some(found));
        assert_ne!(bootstrap(400, 2, &[], (0.0, 1.0), mean), Some(found));
    }

    #[test]
    fn a_statistic_that_mostly_has_no_value_is_not_known() {
        let whole_only = |places: &[usize]| (places == [0, 1, 2, 3]).then_some(0.5);
        let found = bootstrap(4, 0, &[], (-1.0, 1.0), whole_only).expect("it has a value");
        assert_eq!(found, Estimate { value: 0.5, low: -1.0, high: 1.0 });
        assert_eq!(bootstrap(0, 0, &[], (0.0, 1.0), |_| None), None);
    }

    #[test]
    fn medians_have_the_interval_of_their_ranks() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        // scipy.stats.binom.ppf([0.025, 0.975], 100, 0.5) is [40, 60]: the 40th and the 61st value.
        assert_eq!(median(&values), Some(Estimate { value: 50.5, low: 40.0, high: 61.0 }));
        assert_eq!(median(&[3.0]), Some(Estimate { value: 3.0, low: 3.0, high: 3.0 }));
        assert_eq!(median(&[]), None);
    }
}
