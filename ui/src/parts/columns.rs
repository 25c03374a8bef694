//! Two parts of a page side by side.

use egui::{Align, Layout, Ui};

use crate::look::space;

/// From this width on two parts of a page stand side by side.
pub const TWO_COLUMNS: f32 = 860.0;

/// Two columns of one width. `draw` is given the left one (0), then the right one (1).
pub fn two_columns(ui: &mut Ui, mut draw: impl FnMut(&mut Ui, usize)) {
    let between = ui.spacing().item_spacing;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = space::LARGE;
        ui.columns(2, |columns| {
            for (place, column) in columns.iter_mut().enumerate() {
                column.spacing_mut().item_spacing = between;
                // Columns would spread words and buttons over their whole width.
                column.with_layout(Layout::top_down(Align::Min), |ui| draw(ui, place));
            }
        });
    });
}
