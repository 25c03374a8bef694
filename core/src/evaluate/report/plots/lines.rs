//! A figure of the training over its steps.

use super::{Anchor, Ink, Plot, WIDTH, dot, group, line, short, text};
use crate::evaluate::figures;
use crate::evaluate::report::curve::{Curve, smoothed};

const LEFT: f64 = 40.0;
const RIGHT: f64 = WIDTH - 10.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 156.0;

/// Lines across that a picture has about.
const TICKS: f64 = 4.0;

/// The picture of a curve; none where nothing is known of it, or where it has no two points.
pub(super) fn curve(curve: &Curve) -> Option<Plot> {
    let known = curve.known()?;
    let points = curve.thinned();
    let (&first, &last) = (points.first()?, points.last()?);
    if points.len() < 2 || last.0 <= first.0 {
        return None;
    }
    let values = points.iter().map(|point| point.1).chain(known.guide.map(|guide| guide.0));
    let (lowest, highest) = values.fold((f64::MAX, f64::MIN), |ends, value| (ends.0.min(value), ends.1.max(value)));
    let ticks = ticks(lowest, highest);
    let (bottom, top) = (*ticks.first()?, *ticks.last()?);
    let at = |(step, value): (f64, f64)| {
        let x = LEFT + (step - first.0) / (last.0 - first.0) * (RIGHT - LEFT);
        (x, BOTTOM - (value - bottom) / (top - bottom) * (BOTTOM - TOP))
    };
    let mut body = String::from("<g font-size=\"11.5\">");
    for &tick in &ticks {
        let (_, y) = at((first.0, tick));
        body += &line((LEFT, y), (RIGHT, y), Ink::Line, 1.0);
        body += &text(LEFT - 8.0, y + 4.0, Anchor::End, Ink::Muted, &figures::short(tick));
    }
    body += &text(LEFT, BOTTOM + 20.0, Anchor::Start, Ink::Muted, &format!("step {}", first.0.round()));
    body += &text(RIGHT, BOTTOM + 20.0, Anchor::End, Ink::Muted, &format!("step {}", last.0.round()));
    let smooth = smoothed(&points);
    body += &path(points.iter().map(|&point| at(point)), Ink::Faint, 1.5);
    body += &path(smooth.iter().map(|&point| at(point)), Ink::After, 2.5);
    if let Some((value, name)) = known.guide {
        let (_, y) = at((first.0, value));
        body += &group("stroke-dasharray=\"4 4\"", &line((LEFT, y), (RIGHT, y), Ink::Muted, 1.5));
        let beside = if y > BOTTOM - 24.0 { y - 7.0 } else { y + 16.0 };
        body += &text(RIGHT, beside, Anchor::End, Ink::Muted, name);
    }
    body += "</g>";
    let end = at(*smooth.last()?);
    body += &dot(end.0, end.1, 4.0, Ink::After);
    Some(Plot {
        name: known.file.to_owned(),
        title: known.title.to_owned(),
        description: format!(
            "from {} at step {} to {} at step {}",
            figures::short(first.1),
            first.0.round(),
            figures::short(last.1),
            last.0.round()
        ),
        caption: known.meaning.to_owned(),
        height: BOTTOM + 30.0,
        body,
    })
}

/// Round numbers from below the lowest value to above the highest; none where they are too far apart to be subtracted.
fn ticks(lowest: f64, highest: f64) -> Vec<f64> {
    let span = if highest > lowest { highest - lowest } else { highest.abs().max(1.0) };
    if !span.is_finite() {
        return Vec::new();
    }
    let raw = span / TICKS;
    let power = 10f64.powi(raw.log10().floor() as i32);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|times| times * power).find(|&step| step >= raw);
    let step = step.unwrap_or(10.0 * power);
    let from = (lowest / step + 1e-9).floor() as i64;
    let to = ((highest / step - 1e-9).ceil() as i64).max(from + 1);
    (from..=to).map(|number| number as f64 * step).collect()
}

fn path(points: impl Iterator<Item = (f64, f64)>, ink: Ink, width: f64) -> String {
    let lines: Vec<String> = points.map(|(x, y)| format!("{} {}", short(x), short(y))).collect();
    format!(
        "<path d=\"M{}\" {} stroke-width=\"{width}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>",
        lines.join("L"),
        ink.stroke()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-9), "{found:?}");
    }

    #[test]
    fn ticks_are_round_and_enclose_the_values() {
        near(&ticks(0.02, 0.69), &[0.0, 0.2, 0.4, 0.6, 0.8]);
        near(&ticks(0.0, 1.0), &[0.0, 0.25, 0.5, 0.75, 1.0]);
        near(&ticks(-0.3, 2.9), &[-1.0, 0.0, 1.0, 2.0, 3.0]);
        near(&ticks(0.0, 0.0), &[0.0, 0.25]);
        assert!(ticks(5.0, 5.0).len() >= 2 && ticks(1e-9, 2e-9).len() < 9);
    }

    #[test]
    fn a_curve_runs_from_edge_to_edge() {
        let points = vec![(1, 0.8), (2, 0.4), (3, 0.0)];
        let plot = curve(&Curve { name: "loss".to_owned(), points }).expect("a picture");
        assert!(plot.body.contains("M40 14L205 85L370 156"), "{}", plot.body);
        assert_eq!(plot.description, "from 0.8 at step 1 to 0 at step 3");
        assert!(curve(&Curve { name: "loss".to_owned(), points: vec![(1, 0.8)] }).is_none());
        assert!(curve(&Curve { name: "unknown".to_owned(), points: vec![(1, 0.8), (2, 0.3)] }).is_none());
    }
}
