//! Whether the margin of pairs goes with the difference of their answers' lengths: Pearson's correlation over a step.

/// Sums over the pairs of a step.
#[derive(Debug, Clone, Copy, Default)]
pub struct LengthCorrelation {
    pairs: f64,
    differences: f64,
    margins: f64,
    squared_differences: f64,
    squared_margins: f64,
    products: f64,
}

impl LengthCorrelation {
    /// Counts a pair: its margin, and the tokens of its chosen and its rejected answer.
    pub fn add(&mut self, margin: f64, [chosen, rejected]: [usize; 2]) {
        let difference = chosen as f64 - rejected as f64;
        self.pairs += 1.0;
        self.differences += difference;
        self.margins += margin;
        self.squared_differences += difference * difference;
        self.squared_margins += margin * margin;
        self.products += difference * margin;
    }

    /// The correlation, from -1 to 1. `None` of fewer than three pairs, whose correlation says nothing, and where all
    /// differences or all margins are the same.
    pub fn value(&self) -> Option<f64> {
        let spread = |squares: f64, sum: f64| squares - sum * sum / self.pairs;
        let lengths = spread(self.squared_differences, self.differences);
        let margins = spread(self.squared_margins, self.margins);
        let together = self.products - self.differences * self.margins / self.pairs;
        // What rounding leaves of a spread that is none.
        let is_spread = |spread: f64, squares: f64| spread > 1e-12 * squares;
        let known = self.pairs >= 3.0
            && is_spread(lengths, self.squared_differences)
            && is_spread(margins, self.squared_margins);
        known.then(|| (together / (lengths * margins).sqrt()).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::LengthCorrelation;

    fn of(pairs: &[(f64, [usize; 2])]) -> Option<f64> {
        let mut correlation = LengthCorrelation::default();
        for &(margin, lengths) in pairs {
            correlation.add(margin, lengths);
        }
        correlation.value()
    }

    #[test]
    fn equals_numpy() {
        // numpy 2: corrcoef([0.5, -0.25, 1.0, 0.125], [3, -2, 4, -1])[0, 1]
        let value = of(&[(0.5, [8, 5]), (-0.25, [5, 7]), (1.0, [9, 5]), (0.125, [4, 5])]).expect("it is known");
        assert!((value - 0.954_165_621_744_833_8).abs() < 1e-12, "{value}");
    }

    #[test]
    fn says_nothing_where_there_is_nothing_to_say() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(0.5, [8, 5]), (0.25, [7, 5])]), None);
        assert_eq!(of(&[(0.5, [8, 5]), (0.25, [7, 4]), (0.75, [4, 1])]), None);
        assert_eq!(of(&[(0.1, [8, 5]), (0.1, [7, 9]), (0.1, [4, 1])]), None);
    }
}
