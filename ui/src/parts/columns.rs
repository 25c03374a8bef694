//! Things side by side where there is room, and one below the other where there is not.

use egui::{Align, Id, Layout, Ui};

use crate::look::space;

/// Draws `count` things: side by side where each has `least` points, else in fewer columns, at last one below the other.
pub fn columns(ui: &mut Ui, count: usize, least: f32, mut add: impl FnMut(&mut Ui, usize)) {
    side_by_side(ui, count, count, least, |ui, place, _| add(ui, place));
}

/// The same with at most so many in a row. `add` is told which thing it is to draw, and in which row.
pub fn side_by_side(ui: &mut Ui, count: usize, most: usize, least: f32, mut add: impl FnMut(&mut Ui, usize, usize)) {
    let gap = space::LARGE;
    let fitting = ((ui.available_width() + gap) / (least + gap)).floor().max(1.0) as usize;
    // Rows of equal length: four things stand in two rows of two rather than of three and one.
    let rows = count.div_ceil(fitting.min(most).min(count).max(1));
    let in_a_row = count.div_ceil(rows.max(1));
    let usual = ui.spacing().item_spacing;
    let side_by_side = Id::unique(SIDE_BY_SIDE);
    let around = ui.data(|data| data.get_temp::<usize>(side_by_side));
    ui.data_mut(|data| data.insert_temp(side_by_side, in_a_row));
    for row in 0..rows {
        if row > 0 {
            ui.add_space(gap - usual.y);
        }
        ui.spacing_mut().item_spacing.x = gap;
        ui.columns(in_a_row, |columns| {
            for (column, ui) in columns.iter_mut().enumerate() {
                ui.spacing_mut().item_spacing = usual;
                let place = row * in_a_row + column;
                if place < count {
                    ui.with_layout(Layout::top_down(Align::Min), |ui| add(ui, place, row));
                }
            }
        });
        ui.spacing_mut().item_spacing = usual;
    }
    ui.data_mut(|data| data.insert_temp(side_by_side, around.unwrap_or(1)));
}

/// How many things stand beside each other where something is being drawn.
const SIDE_BY_SIDE: &str = "things side by side";

/// How high the things of a row are.
#[derive(Debug, Clone, Copy, Default)]
struct Heights {
    pass: u64,
    now: f32,
    before: f32,
}

/// Draws something and leaves room below it, so that it ends where the highest of its row ends.
pub fn levelled<R>(ui: &mut Ui, row: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        let result = contents(ui);
        as_high_as_the_highest(ui, row);
        result
    })
    .inner
}

/// Called last in each of the things of [`columns`] that are to be as high as the highest of them; `row` is what they
/// share. Things that stand one below the other are as high as they need.
pub fn as_high_as_the_highest(ui: &mut Ui, row: &str) {
    if ui.data(|data| data.get_temp::<usize>(Id::unique(SIDE_BY_SIDE))).unwrap_or(1) < 2 {
        return;
    }
    let id = Id::unique(("row of equal heights", row));
    let pass = ui.ctx().cumulative_pass_nr();
    let mut heights: Heights = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if heights.pass != pass {
        heights = Heights { pass, now: 0.0, before: heights.now };
    }
    let own = ui.min_rect().height();
    heights.now = heights.now.max(own);
    if heights.now > heights.before + 0.5 {
        // The others of the row learn of it in the next pass.
        ui.ctx().request_repaint();
    }
    ui.expand_to_include_y(ui.min_rect().top() + heights.before.max(own));
    ui.data_mut(|data| data.insert_temp(id, heights));
}

/// From this width on two parts of a page stand side by side.
pub const TWO_COLUMNS: f32 = 860.0;

/// Two columns of one width. `draw` is given the left one (0), then the right one (1).
pub fn two_columns(ui: &mut Ui, draw: impl FnMut(&mut Ui, usize)) {
    columns(ui, 2, 0.0, draw);
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
                        levelled(ui, &format!("test {row}"), |ui| ui.add_space(40.0 + 60.0 * place as f32));
                    });
                    told.borrow_mut().push(drawn.response.rect.height());
                });
            };
            let mut harness = Harness::builder().with_size(egui::vec2(width, 400.0)).build_ui(draw);
            harness.run();
            let heights = bottoms.borrow();
            assert_eq!(heights.len(), 2);
            assert_eq!((heights[0] - heights[1]).abs() < 0.5, is_level, "{width}: {heights:?}");
        }
    }
}
