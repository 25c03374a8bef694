//! The win rate as it would be if both answers were always equally long: judges like long answers, whatever is in them.

use super::estimate::interval_of;
use super::{Estimate, Outcome, mean_of_shares, student_quantile};

/// Prompts below which nothing is said.
const FEWEST_PROMPTS: usize = 5;

/// The least share of the comparisons on either side of equal length: beyond what was seen, a curve is guesswork.
const LEAST_SHARE_OF_A_SIDE: f64 = 0.1;

/// Words by which two answers may differ and still count as equally long: nobody prefers an answer for one word.
const EQUALLY_LONG: f64 = 1.0;

/// What holds the slope of length back where the longer answer always wins: a normal prior with a deviation of 2.5, as
/// Gelman and others 2008 have it for logistic regressions. The constant is held by no more than its rounding.
const RIDGE: [f64; 2] = [1e-6, 0.16];

/// Steps of Newton's method at most; it takes about ten.
const MOST_STEPS: usize = 100;

/// A comparison: its weight, its length term, its points, and its prompt's place.
struct Point {
    weight: f64,
    length: f64,
    points: f64,
    prompt: usize,
}

/// The win rate at equal length, of each prompt's comparisons: how each came out, and how many words the new answer has
/// more than the old one.
///
/// A logistic regression of the points on a constant and on tanh of the difference of length over its standard
/// deviation; the figure is the curve at a difference of zero (Dubois, Galambosi, Liang and Hashimoto 2024,
/// Length-Controlled `AlpacaEval`, without its terms for single prompts). A tie is half a win, every prompt weighs the
/// same, and the interval is over prompts: that of `mean_of_shares`, with each prompt's pull on the figure (its influence)
/// in the place of its share, and one degree of freedom less for the slope.
///
/// Where all answers are equally long already, nothing is to be corrected: it is the plain win rate with its own interval.
///
/// `None` where there are fewer than five prompts, or where fewer than a tenth of the comparisons have a new answer that
/// is not longer, or one that is not shorter: then nothing was seen at equal length.
pub fn length_controlled(prompts: &[Vec<(Outcome, f64)>]) -> Option<Estimate> {
    let judged: Vec<&Vec<(Outcome, f64)>> = prompts.iter().filter(|comparisons| !comparisons.is_empty()).collect();
    let is_a_number = judged.iter().all(|comparisons| comparisons.iter().all(|(_, words)| words.is_finite()));
    if judged.len() < FEWEST_PROMPTS || !is_a_number {
        return None;
    }
    if judged.iter().all(|comparisons| comparisons.iter().all(|(_, words)| words.abs() <= EQUALLY_LONG)) {
        let share = |comparisons: &&Vec<(Outcome, f64)>| {
            comparisons.iter().map(|(outcome, _)| outcome.points()).sum::<f64>() / comparisons.len() as f64
        };
        return mean_of_shares(&judged.iter().map(share).collect::<Vec<_>>()).ok();
    }
    let points = points(&judged)?;
    let [constant, slope] = fitted(&points)?;
    let rate = chance(constant);
    let count = judged.len() as f64;
    let (_, hessian) = slope_and_curve(&points, [constant, slope]);
    let mut scores = vec![[0.0; 2]; judged.len()];
    for point in &points {
        let pull = point.weight * (point.points - chance(constant + slope * point.length));
        scores[point.prompt][0] += pull;
        scores[point.prompt][1] += pull * point.length;
    }
    let moved = |score: &[f64; 2]| Some(rate + count * solved(hessian, *score)?[0] * rate * (1.0 - rate));
    let pulls = scores.iter().map(moved).collect::<Option<Vec<f64>>>()?;
    let freedom = judged.len() - 2;
    Some(interval_of(rate, &pulls, (count - 1.0) / (count - 2.0), student_quantile(freedom)))
}

/// The comparisons with their length terms; `None` where none are near equal length.
fn points(judged: &[&Vec<(Outcome, f64)>]) -> Option<Vec<Point>> {
    let mut points = Vec::new();
    for (prompt, comparisons) in judged.iter().enumerate() {
        let weight = 1.0 / comparisons.len() as f64;
        let point =
            |&(outcome, words): &(Outcome, f64)| Point { weight, length: words, points: outcome.points(), prompt };
        points.extend(comparisons.iter().map(point));
    }
    let count = judged.len() as f64;
    let share = |holds: fn(f64) -> bool| {
        points.iter().filter(|point| holds(point.length)).map(|point| point.weight).sum::<f64>() / count
    };
    if share(|words| words <= 0.0).min(share(|words| words >= 0.0)) < LEAST_SHARE_OF_A_SIDE {
        return None;
    }
    let mean = points.iter().map(|point| point.weight * point.length).sum::<f64>() / count;
    let variance = points.iter().map(|point| point.weight * (point.length - mean).powi(2)).sum::<f64>() / count;
    let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    for point in &mut points {
        point.length = (point.length / scale).tanh();
    }
    Some(points)
}

/// Constant and slope of the curve, by Newton's method.
fn fitted(points: &[Point]) -> Option<[f64; 2]> {
    let mut found = [0.0; 2];
    for _ in 0..MOST_STEPS {
        let (gradient, hessian) = slope_and_curve(points, found);
        let step = solved(hessian, gradient)?;
        found = [found[0] + step[0], found[1] + step[1]];
        if step.iter().all(|part| part.abs() < 1e-8) {
            return Some(found);
        }
    }
    None
}

/// The gradient of the penalised log-likelihood and the negative of its second derivatives.
fn slope_and_curve(points: &[Point], [constant, slope]: [f64; 2]) -> ([f64; 2], [[f64; 2]; 2]) {
    let mut gradient = [-RIDGE[0] * constant, -RIDGE[1] * slope];
    let mut curve = [[RIDGE[0], 0.0], [0.0, RIDGE[1]]];
    for point in points {
        let expected = chance(constant + slope * point.length);
        let pull = point.weight * (point.points - expected);
        let spread = point.weight * expected * (1.0 - expected);
        gradient[0] += pull;
        gradient[1] += pull * point.length;
        curve[0][0] += spread;
        curve[0][1] += spread * point.length;
        curve[1][1] += spread * point.length * point.length;
    }
    curve[1][0] = curve[0][1];
    (gradient, curve)
}

/// What the matrix makes `right` of; `None` where it is none that can be turned round.
fn solved(matrix: [[f64; 2]; 2], right: [f64; 2]) -> Option<[f64; 2]> {
    let size = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0];
    let one = (right[0] * matrix[1][1] - right[1] * matrix[0][1]) / size;
    let other = (right[1] * matrix[0][0] - right[0] * matrix[1][0]) / size;
    (one.is_finite() && other.is_finite()).then_some([one, other])
}

fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Loss, Tie, Win};
    use super::*;
    use crate::evaluate::WinRate;
    use crate::random::Random;

    fn comparisons() -> Vec<Vec<(Outcome, f64)>> {
        vec![
            vec![(Win, 12.0)],
            vec![(Win, 30.0), (Tie, 4.0)],
            vec![(Loss, -8.0)],
            vec![],
            vec![(Win, 25.0)],
            vec![(Tie, 0.0)],
            vec![(Win, -3.0)],
            vec![(Loss, -20.0), (Win, 15.0)],
            vec![(Win, 40.0)],
            vec![(Loss, 2.0)],
            vec![(Win, 9.0)],
            vec![(Loss, -15.0)],
            vec![(Win, 18.0)],
        ]
    }

    fn assert_near(found: Option<Estimate>, expected: [f64; 3]) {
        let found = found.expect("a figure");
        let found = [found.value, found.low.expect("a low end"), found.high.expect("a high end")];
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn it_is_that_of_numpy() {
        // numpy: Newton's steps b += solve(XᵀWX + R, Xᵀw(y − p) − Rb) with numpy.linalg.solve; influences
        // solve(H, scores)[0]·p(1 − p); then the formula of `mean_of_shares` with t(n − 2).
        assert_near(length_controlled(&comparisons()), CONTROLLED);
        let separated: Vec<_> = [5.0, -5.0, 3.0, -2.0, 8.0, -1.0, 4.0, -9.0, 2.0, -3.0]
            .iter()
            .map(|&words| vec![(if words > 0.0 { Win } else { Loss }, words)])
            .collect();
        assert_near(length_controlled(&separated), SEPARATED);
        let won: Vec<_> = [5.0, -5.0, 3.0, -2.0, 8.0, -1.0, 4.0, -9.0, 2.0, 1.0].map(|words| vec![(Win, words)]).into();
        let found = length_controlled(&won).expect("a figure");
        assert!(found.value > 0.999_9 && found.low.expect("a low end") < 0.7, "{found:?}");
    }

    #[test]
    fn where_all_are_equally_long_it_is_the_win_rate() {
        let equal: Vec<Vec<(Outcome, f64)>> =
            comparisons().iter().map(|of| of.iter().map(|&(outcome, _)| (outcome, 0.0)).collect()).collect();
        let outcomes: Vec<Vec<Outcome>> =
            equal.iter().map(|of| of.iter().map(|&(outcome, _)| outcome).collect()).collect();
        let plain = WinRate::of(&outcomes).expect("comparisons").rate;
        assert_eq!(length_controlled(&equal), Some(plain));
        // Nine of ten won by answers of the same length, or of a word more or less, are no win by length.
        for words in [0.0, 1.0, -1.0] {
            let won: Vec<_> = (0..10).map(|place| vec![(if place == 0 { Loss } else { Win }, words)]).collect();
            let found = length_controlled(&won).expect("a figure");
            assert!(found.is_above(0.5), "{found:?}");
        }
    }

    #[test]
    fn what_was_never_seen_at_equal_length_is_not_said() {
        let of = |words: &[f64]| words.iter().map(|&words| vec![(Win, words)]).collect::<Vec<_>>();
        assert!(length_controlled(&of(&[30.0, 31.0, 29.0, 33.0, 28.0, 30.0])).is_none());
        assert!(length_controlled(&of(&[-1.0, 1.0, 1.0, -1.0])).is_none());
        assert!(length_controlled(&of(&[-1.0, 1.0, 2.0, -2.0])).is_none());
        assert!(length_controlled(&of(&[-1.0, 1.0, 2.0, -2.0, f64::NAN])).is_none());
        assert!(length_controlled(&of(&[-1.0, 1.0, 2.0, -2.0, 0.0])).is_some());
        assert!(length_controlled(&[]).is_none());
    }

    #[test]
    fn a_win_that_is_length_alone_is_seen_through() {
        let (mut held, mut fooled) = (0, 0);
        for draw in 0..400 {
            let mut random = Random::new(23, &[draw]);
            let mut comparison = || {
                let words = 20.0 + 40.0 * random.normal();
                // At equal length both are as good; the longer one wins more often.
                let win = chance(1.5 * (words / 40.0).tanh());
                (if random.uniform() < win { Win } else { Loss }, words)
            };
            let prompts: Vec<Vec<(Outcome, f64)>> = (0..100).map(|_| vec![comparison(), comparison()]).collect();
            let plain: Vec<Vec<Outcome>> =
                prompts.iter().map(|of| of.iter().map(|&(outcome, _)| outcome).collect()).collect();
            fooled += u32::from(WinRate::of(&plain).expect("comparisons").rate.is_above(0.5));
            let found = length_controlled(&prompts).expect("a figure");
            held += u32::from(!found.is_above(0.5) && !found.is_below(0.5));
        }
        assert!(fooled > 300 && held >= 368, "{fooled} {held} of 400");
    }

    const CONTROLLED: [f64; 3] = [0.535_347_177, 0.237_653_038, 0.809_819_830];
    const SEPARATED: [f64; 3] = [0.439_966_476, 0.191_882_552, 0.722_165_295];
}
