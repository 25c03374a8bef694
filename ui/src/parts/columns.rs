//! Things side by side where there is room, and below each other where there is not.

use egui::{Id, Ui};

use crate::look::space;

/// Draws so many things, each as wide as the others: in so many columns as fit when none is narrower than `narrowest`,
/// and no more than `most`. `draw` is told which it is to draw, and in which row.
pub fn side_by_side(
    ui: &mut Ui,
    count: usize,
    most: usize,
    narrowest: f32,
    mut draw: impl FnMut(&mut Ui, usize, usize),
) {
    let room = ((ui.available_width() + space::LARGE) / (narrowest + space::LARGE)).floor() as usize;
    let columns = room.clamp(1, most.max(1)).min(count.max(1));
    // Two of three in a row would leave one alone below.
    let columns = if columns < most && count == most { 1 } else { columns };
    for first in (0..count).step_by(columns) {
        if first > 0 {
            ui.add_space(space::SMALL);
        }
        ui.scope(|ui| {
            let between = ui.spacing().item_spacing;
            ui.spacing_mut().item_spacing.x = space::LARGE;
            ui.columns(columns, |beside| {
                for (ui, place) in beside.iter_mut().zip(first..count) {
                    ui.spacing_mut().item_spacing = between;
                    // Columns spread their lines of text to both edges; within this they do not.
                    ui.vertical(|ui| draw(ui, place, first / columns));
                }
            });
        });
    }
}

/// Heights of what is to end at one level.
#[derive(Debug, Clone, Copy, Default)]
struct Heights {
    pass: u64,
    tallest: f32,
    tallest_before: f32,
}

/// Draws something and leaves room below it, so that it ends where the tallest of those with the same id ends.
pub fn levelled<R>(ui: &mut Ui, id: Id, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let pass = ui.ctx().cumulative_pass_nr();
    let mut heights: Heights = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if heights.pass != pass {
        heights = Heights { pass, tallest: 0.0, tallest_before: heights.tallest };
    }
    let result = ui.scope(|ui| {
        let result = contents(ui);
        heights.tallest = heights.tallest.max(ui.min_rect().height());
        ui.set_min_height(heights.tallest_before);
        result
    });
    if heights.tallest > heights.tallest_before + 0.5 {
        // What stands beside it does not know yet.
        ui.ctx().request_repaint();
    }
    ui.data_mut(|data| data.insert_temp(id, heights));
    result.inner
}
