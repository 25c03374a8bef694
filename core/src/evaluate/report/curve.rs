//! A figure of the training over its steps.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A figure of the training, step by step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Its name in `metrics.jsonl`. Those of the loss, the reward margin and the reward accuracy have a picture.
    pub name: String,
    /// Step and figure, by ascending step.
    pub points: Vec<(u64, f64)>,
}

/// What is said of a figure that has a picture.
pub(super) struct Known {
    /// Its name in `metrics.jsonl`.
    pub name: &'static str,
    /// The picture's file, without its ending.
    pub file: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it means and which way it should go.
    pub meaning: &'static str,
    /// The value at which nothing has been learned, and what that is called.
    pub guide: Option<(f64, &'static str)>,
}

/// The figures that have a picture, in the order in which they are shown.
pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "loss",
        file: "loss",
        title: "Training loss",
        meaning: "How far the model still is from what was asked of it. It should fall, quickly at first.",
        guide: None,
    },
    Known {
        name: "rewards/margins",
        file: "margin",
        title: "Reward margin",
        meaning: "How much more the model moved towards the preferred answers than towards the others. It begins at 0 and \
                  should rise.",
        guide: Some((0.0, "nothing learned")),
    },
    Known {
        name: "rewards/accuracies",
        file: "accuracy",
        title: "Reward accuracy",
        meaning: "The share of the pairs in which it moved towards the preferred answer. 0.5 is a coin's; it should end \
                  well above.",
        guide: Some((0.5, "a coin")),
    },
];

/// Points that a picture has at most.
const MOST_POINTS: usize = 240;

impl Curve {
    /// The figures of a run's `metrics.jsonl` that have a picture. A line without its step or without a figure is
    /// passed over.
    pub fn from_metrics(lines: &[Map<String, Value>]) -> Vec<Self> {
        let point = |line: &Map<String, Value>, name| Some((line.get("step")?.as_u64()?, line.get(name)?.as_f64()?));
        let curve = |known: &Known| Self {
            name: known.name.to_owned(),
            points: lines.iter().filter_map(|line| point(line, known.name)).collect(),
        };
        KNOWN.iter().map(curve).filter(|curve| curve.points.len() > 1).collect()
    }

    /// What is known of it.
    pub(super) fn known(&self) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.name == self.name)
    }

    /// Its points, thinned to what a picture can show: the means of neighbours. Figures that are no numbers are left out.
    pub(super) fn thinned(&self) -> Vec<(f64, f64)> {
        let finite: Vec<(f64, f64)> = self
            .points
            .iter()
            .map(|&(step, value)| (step as f64, value))
            .filter(|(_, value)| value.is_finite())
            .collect();
        let together = finite.len().div_ceil(MOST_POINTS).max(1);
        let mean = |points: &[(f64, f64)], part: fn(&(f64, f64)) -> f64| {
            points.iter().map(part).sum::<f64>() / points.len() as f64
        };
        finite.chunks(together).map(|points| (mean(points, |point| point.0), mean(points, |point| point.1))).collect()
    }
}

/// The same curve with its noise taken out: the mean of each point's neighbourhood, a tenth of the curve wide.
pub(super) fn smoothed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let reach = points.len() / 20;
    let around = |place: usize| {
        let near = &points[place.saturating_sub(reach)..points.len().min(place + reach + 1)];
        (points[place].0, near.iter().map(|point| point.1).sum::<f64>() / near.len() as f64)
    };
    (0..points.len()).map(around).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_taken_from_the_lines_that_have_them() {
        let lines: Vec<_> = [
            json!({"step": 1, "loss": 0.7, "rewards/margins": 0.0}),
            json!({"step": 2, "loss": null}),
            json!({"step": 3, "loss": 0.5, "other": 1.0}),
        ]
        .iter()
        .map(|line| line.as_object().expect("an object").clone())
        .collect();
        let found = Curve::from_metrics(&lines);
        assert_eq!(found, [Curve { name: "loss".to_owned(), points: vec![(1, 0.7), (3, 0.5)] }]);
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_mean() {
        let points: Vec<(u64, f64)> = (1..=4800).map(|step| (step, step as f64)).collect();
        let thin = Curve { name: "loss".to_owned(), points }.thinned();
        assert_eq!((thin.len(), thin[0]), (MOST_POINTS, (10.5, 10.5)));
        let gone = Curve { name: "loss".to_owned(), points: vec![(1, f64::NAN), (2, 1.0)] }.thinned();
        assert_eq!(gone, [(2.0, 1.0)]);
    }

    #[test]
    fn smoothing_keeps_a_line_and_takes_the_noise() {
        let line: Vec<(f64, f64)> = (0..100).map(|step| (f64::from(step), f64::from(step))).collect();
        assert_eq!(smoothed(&line)[5..95], line[5..95]);
        let noise: Vec<(f64, f64)> = (0..100).map(|step| (f64::from(step), f64::from(step % 2))).collect();
        assert!(smoothed(&noise)[20..80].iter().all(|point| (point.1 - 0.5).abs() < 0.06));
        assert_eq!(smoothed(&[]), []);
    }
}
