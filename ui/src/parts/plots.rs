//! Figures over steps as lines.

use egui::{Color32, RichText, Role, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};
use egui_plot::{GridInput, LineStyle, Plot, PlotPoints, uniform_grid_spacer};

use super::texts::{number, whole_number};
use crate::look::{space, type_size};
use crate::page::Page;

/// Points of a line that are drawn at most: more of them cost time and show nothing.
const MOST_POINTS: usize = 500;
/// Room for the numbers beside a plot, so that plots below each other stand in line.
const NUMBERS: f32 = 48.0;
/// How thick lines are.
const THICKNESS: f32 = 2.0;

/// One line of a plot.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// What it is.
    pub name: String,
    /// From left to right.
    pub points: &'a [[f64; 2]],
    /// Broken, so that it is told from others without colour.
    pub is_dashed: bool,
}

/// What a plot shows.
#[derive(Debug, Clone)]
pub struct Figure<'a> {
    /// Its name, which no other plot in the same place has.
    pub name: &'a str,
    /// What the picture shows in words, for those who do not see it.
    pub said: &'a str,
    /// Its lines.
    pub lines: &'a [Line<'a>],
    /// What is counted from left to right.
    pub across: &'a str,
    /// Values that are seen in any case, from below to above.
    pub include: &'a [f64],
    /// Its height in points.
    pub height: f32,
}

/// How a line is drawn: the colour of its place, and another stroke than the lines before it.
fn style_of(place: usize, is_dashed: bool) -> LineStyle {
    match (place % 4, is_dashed) {
        (0, false) => LineStyle::Solid,
        (2, false) => LineStyle::dotted_dense(),
        (3, false) => LineStyle::dashed_loose(),
        _ => LineStyle::dashed_dense(),
    }
}

fn colour_of(page: &Page<'_>, place: usize) -> Color32 {
    page.colours.series[place % page.colours.series.len()]
}

/// At most so many of a line's points, the last among them; what is no number is left out.
fn thinned(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let together = points.len().div_ceil(MOST_POINTS).max(1);
    let last = points.len().saturating_sub(1);
    let is_drawn = |place: usize| place.is_multiple_of(together) || place == last;
    let drawn = points.iter().enumerate().filter(|(place, _)| is_drawn(*place)).map(|(_, point)| *point);
    drawn.filter(|point| point.iter().all(|value| value.is_finite())).collect()
}

/// Lines over steps, with what each of them is below them where there are several.
pub fn figure_plot(page: &Page<'_>, ui: &mut Ui, figure: &Figure<'_>) {
    let mut plot = Plot::new(figure.name)
        .height(figure.height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .show_crosshair(false)
        .grid_color(page.colours.line)
        .x_grid_spacer(uniform_grid_spacer(|input| calm_steps(&input)))
        .y_grid_spacer(uniform_grid_spacer(|input| calm(&input, 4.0)))
        .y_axis_min_width(NUMBERS)
        .x_axis_formatter(|mark, _| whole(mark.value))
        .y_axis_formatter(|mark, _| short(mark.value))
        .set_margin_fraction(vec2(0.02, 0.08))
        .include_x(0.0);
    if !figure.across.is_empty() {
        let across = RichText::new(figure.across).size(type_size::SMALL).color(page.colours.text_soft);
        plot = plot.x_axis_label(across);
    }
    for value in figure.include {
        plot = plot.include_y(*value);
    }
    let response = plot.show(ui, |plot| {
        for (place, line) in figure.lines.iter().enumerate() {
            plot.line(
                egui_plot::Line::new(line.name.clone(), PlotPoints::new(thinned(line.points)))
                    .stroke(Stroke::new(THICKNESS, colour_of(page, place)))
                    .style(style_of(place, line.is_dashed)),
            );
        }
    });
    let label = format!("{}: {}", figure.name, figure.said);
    response.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    if figure.lines.len() > 1 {
        legend_ui(page, ui, figure.lines);
    }
}

/// Lines of a grid that are as far apart as people count: 1, 2 or 5 of a power of ten, about so many in all.
fn calm(input: &GridInput, about: f64) -> [f64; 3] {
    let (low, high) = input.bounds;
    let apart = ((high - low) / about).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(apart.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= apart).unwrap_or(10.0) * power;
    // Every line is as strong as the others: coarser grids would only lie over them.
    [step, step * 1e4, step * 1e8]
}

/// The same for steps, of which there is no half.
fn calm_steps(input: &GridInput) -> [f64; 3] {
    let steps = calm(input, 6.0);
    if steps[0] < 1.0 { [1.0, 1e4, 1e8] } else { steps }
}

/// A whole number beside an axis; nothing between two of them.
fn whole(value: f64) -> String {
    if value < 0.0 || value.fract().abs() > 1e-6 { String::new() } else { whole_number(value as usize) }
}

/// A number beside an axis, without what is zero behind its point.
fn short(value: f64) -> String {
    let text = if value.abs() < 1e-9 { "0".to_owned() } else { number(value) };
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// What each line is: a piece of it and its name.
fn legend_ui(page: &Page<'_>, ui: &mut Ui, lines: &[Line<'_>]) {
    ui.horizontal_wrapped(|ui| {
        for (place, line) in lines.iter().enumerate() {
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(26.0, 12.0), egui::Sense::hover());
                let stroke = Stroke::new(THICKNESS, colour_of(page, place));
                let ends = [pos2(rect.left(), rect.center().y), pos2(rect.right(), rect.center().y)];
                let piece = match style_of(place, line.is_dashed) {
                    LineStyle::Solid => vec![Shape::line_segment(ends, stroke)],
                    LineStyle::Dashed { length } => {
                        Shape::dashed_line(&ends, stroke, length.min(9.0), length.min(9.0) * 0.6)
                    }
                    LineStyle::Dotted { spacing } => Shape::dotted_line(&ends, stroke.color, spacing, THICKNESS * 0.7),
                };
                ui.painter().extend(piece);
                ui.add_space(-space::TINY);
                ui.label(RichText::new(&line.name).small().color(page.colours.text_soft));
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_thinned_and_keeps_its_ends() {
        let points: Vec<[f64; 2]> = (0..20_000).map(|step| [f64::from(step), 1.0]).collect();
        let drawn = thinned(&points);
        assert!(drawn.len() <= MOST_POINTS + 1, "{}", drawn.len());
        assert_eq!((drawn.first(), drawn.last()), (points.first(), points.last()));
        assert_eq!(thinned(&[[0.0, f64::NAN], [1.0, 2.0]]), [[1.0, 2.0]]);
        assert!(thinned(&[]).is_empty());
    }

    #[test]
    fn lines_are_told_apart_without_their_colours() {
        let styles: Vec<LineStyle> = (0..4).map(|place| style_of(place, false)).collect();
        for (place, style) in styles.iter().enumerate() {
            assert!(!styles[..place].contains(style), "{style:?}");
        }
        assert_ne!(style_of(0, true), style_of(0, false));
    }

    #[test]
    fn numbers_beside_an_axis_are_short() {
        assert_eq!([0.5, 0.0, -2.0, 100.0].map(short), ["0.5", "0", "-2", "100"]);
        assert_eq!((whole(20.0), whole(2.5)), ("20".to_owned(), String::new()));
    }
}
