//! Figures over steps as lines.

use egui::{Role, Stroke, Ui, WidgetInfo, vec2};
use egui_plot::{Legend, LineStyle, Plot, PlotPoints};

use crate::page::Page;

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

/// Lines over steps. `said` is what the picture shows in words, for those who do not see it.
pub fn lines_plot(page: &Page<'_>, ui: &mut Ui, name: &str, said: &str, lines: &[Line<'_>], height: f32) {
    let mut plot = Plot::new(name)
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .show_background(false)
        .set_margin_fraction(vec2(0.02, 0.08));
    if lines.len() > 1 {
        plot = plot.legend(Legend::default());
    }
    let response = plot.show(ui, |plot| {
        for (place, line) in lines.iter().enumerate() {
            let colour = page.colours.series[place % page.colours.series.len()];
            let style = if line.is_dashed { LineStyle::dashed_dense() } else { LineStyle::Solid };
            plot.line(
                egui_plot::Line::new(line.name.clone(), PlotPoints::new(line.points.to_vec()))
                    .stroke(Stroke::new(2.0, colour))
                    .style(style),
            );
        }
    });
    let label = format!("{name}: {said}");
    response.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
}
