//! Coefficients of agreement, from plain categories.

/// Agreement of two annotators beyond what chance would give (Cohen 1960). `table[i][j]` counts the units that the first
/// put into category `i` and the second into `j`. `None` where chance alone would make them agree always, or of nothing.
pub(in crate::feedback) fn cohen_kappa<const N: usize>(table: &[[f64; N]; N]) -> Option<f64> {
    let total: f64 = table.iter().flatten().sum();
    if total <= 0.0 {
        return None;
    }
    let observed: f64 = (0..N).map(|same| table[same][same]).sum::<f64>() / total;
    let expected: f64 = (0..N)
        .map(|category| {
            let first: f64 = table[category].iter().sum();
            let second: f64 = table.iter().map(|row| row[category]).sum();
            first * second / (total * total)
        })
        .sum();
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// Agreement of any number of annotators, with gaps, beyond what chance would give (Krippendorff 2011, nominal). Each
/// unit counts how many annotators put it into each category; units with fewer than two say nothing. `None` where all
/// values are the same, or there are none.
pub(super) fn krippendorff_alpha<'a, const N: usize>(units: impl Iterator<Item = &'a [u32; N]>) -> Option<f64> {
    let (mut totals, mut coincidences) = ([0.0; N], 0.0);
    for unit in units {
        let values = f64::from(unit.iter().sum::<u32>());
        if values < 2.0 {
            continue;
        }
        for (total, &count) in totals.iter_mut().zip(unit) {
            let count = f64::from(count);
            *total += count;
            coincidences += count * (count - 1.0) / (values - 1.0);
        }
    }
    let all: f64 = totals.iter().sum();
    let by_chance: f64 = totals.iter().map(|total| total * (total - 1.0)).sum();
    let most = all * (all - 1.0);
    (most > by_chance).then(|| ((all - 1.0) * coincidences - by_chance) / (most - by_chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-12), "{found:?} is not {expected}");
    }

    #[test]
    fn kappa_is_that_of_worked_examples() {
        // Cohen 1968, the diagnoses of two psychiatrists; 0.492 in print.
        near(cohen_kappa(&[[88.0, 14.0, 18.0], [10.0, 40.0, 10.0], [2.0, 6.0, 12.0]]), 0.29 / 0.59);
        // Grants that two readers approve or reject: observed 0.7, by chance 0.5.
        near(cohen_kappa(&[[20.0, 5.0], [10.0, 15.0]]), 0.4);
        // sklearn.metrics.cohen_kappa_score([0,1,1,0,2,3,0,1,1,0,2,0], [0,1,0,0,2,1,0,1,1,1,2,3])
        let (first, second) = ([0, 1, 1, 0, 2, 3, 0, 1, 1, 0, 2, 0], [0, 1, 0, 0, 2, 1, 0, 1, 1, 1, 2, 3]);
        let mut table = [[0.0; 4]; 4];
        for (a, b) in first.into_iter().zip(second) {
            table[a][b] += 1.0;
        }
        near(cohen_kappa(&table), 0.515_151_515_151_515_1);
    }

    #[test]
    fn kappa_knows_its_limits() {
        near(cohen_kappa(&[[3.0, 0.0], [0.0, 4.0]]), 1.0);
        near(cohen_kappa(&[[0.0, 3.0], [3.0, 0.0]]), -1.0);
        assert_eq!(cohen_kappa(&[[5.0, 0.0], [0.0, 0.0]]), None);
        assert_eq!(cohen_kappa(&[[0.0; 2]; 2]), None);
    }

    fn counts<const N: usize, const UNITS: usize>(annotators: &[[Option<usize>; UNITS]]) -> Vec<[u32; N]> {
        (0..UNITS)
            .map(|unit| {
                let mut counts = [0; N];
                annotators.iter().filter_map(|values| values[unit]).for_each(|value| counts[value] += 1);
                counts
            })
            .collect()
    }

    #[test]
    fn alpha_is_that_of_krippendorffs_example() {
        // Krippendorff 2011, section C: four observers, twelve units, values from 1 to 5, with gaps.
        let of = |values: [usize; 12]| values.map(|value| (value > 0).then(|| value - 1));
        let units = counts::<5, 12>(&[
            of([1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0]),
            of([1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3]),
            of([0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0]),
            of([1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0]),
        ]);
        // krippendorff.alpha(…, level_of_measurement="nominal"); 0.743 in print.
        near(krippendorff_alpha(units.iter()), 0.743_421_052_631_579);
    }

    #[test]
    fn alpha_knows_gaps_and_its_limits() {
        // krippendorff.alpha on the same three rows.
        let of = |values: [i32; 8]| values.map(|value| usize::try_from(value).ok());
        let units = counts::<4, 8>(&[
            of([0, 1, 2, 0, -1, 1, 3, 0]),
            of([0, 1, -1, 1, 2, 1, 3, 0]),
            of([-1, 1, 2, 0, 2, -1, 0, -1]),
        ]);
        near(krippendorff_alpha(units.iter()), 0.718_75);
        assert_eq!(krippendorff_alpha([[3, 0], [2, 0]].iter()), None);
        assert_eq!(krippendorff_alpha([[1, 0], [0, 1]].iter()), None);
        assert_eq!(krippendorff_alpha(std::iter::empty::<&[u32; 2]>()), None);
        near(krippendorff_alpha([[2, 0], [0, 2]].iter()), 1.0);
    }
}
