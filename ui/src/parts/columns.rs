//! Things side by side where there is room, and below each other where there is not.

use egui::{Id, Rect, Ui, vec2};

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
        let drawn = ui.min_rect();
        heights.tallest = heights.tallest.max(drawn.height());
        ui.expand_to_include_rect(Rect::from_min_size(drawn.min, vec2(0.0, heights.tallest_before)));
        result
    });
    if heights.tallest > heights.tallest_before + 0.5 {
        // What stands beside it does not know yet.
        ui.ctx().request_repaint();
    }
    ui.data_mut(|data| data.insert_temp(id, heights));
    result.inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_side_by_side_ends_at_one_level_and_below_each_other_does_not() {
        use egui_kittest::Harness;
        use std::cell::RefCell;
        use std::rc::Rc;

        for (width, is_level) in [(600.0, true), (300.0, false)] {
            let bottoms: Rc<RefCell<Vec<f32>>> = Rc::default();
            let told = Rc::clone(&bottoms);
            let draw = move |ui: &mut Ui| {
                told.borrow_mut().clear();
                side_by_side(ui, 2, 2, 200.0, |ui, place, row| {
                    let drawn = ui.scope(|ui| {
                        levelled(ui, Id::unique(("test", row)), |ui| ui.add_space(40.0 + 60.0 * place as f32));
                    });
                    told.borrow_mut().push(drawn.response.rect.height());
                });
            };
            let mut harness = Harness::builder().with_size(vec2(width, 400.0)).build_ui(draw);
            harness.run();
            let heights = bottoms.borrow();
            assert_eq!(heights.len(), 2);
            assert_eq!((heights[0] - heights[1]).abs() < 0.5, is_level, "{width}: {heights:?}");
        }
    }
}
