//! Tables of any length: only the rows that are seen are drawn.

use egui::{RichText, Ui};
use egui_extras::TableBuilder;

use crate::look::SEMIBOLD;
use crate::page::Page;

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its width in points; `None` shares what is left.
    pub width: Option<f32>,
}

/// A table whose rows are all of one height. `cell` draws the cell of a row and a column. Gives the row that was clicked.
pub fn table(
    page: &Page<'_>,
    ui: &mut Ui,
    id: &str,
    columns: &[Column],
    rows: usize,
    height: f32,
    mut cell: impl FnMut(&mut Ui, usize, usize),
) -> Option<usize> {
    let mut clicked = None;
    let mut builder = TableBuilder::new(ui)
        .id_salt(id)
        .striped(true)
        .sense(egui::Sense::click())
        .min_scrolled_height(height)
        .max_scroll_height(height)
        .auto_shrink([false, true])
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center));
    for column in columns {
        builder = builder.column(match column.width {
            Some(width) => egui_extras::Column::exact(width),
            None => egui_extras::Column::remainder().clip(true).at_least(80.0),
        });
    }
    builder
        .header(28.0, |mut header| {
            for column in columns {
                header.col(|ui| {
                    let family = egui::FontFamily::Name(SEMIBOLD.into());
                    ui.add(egui::Label::new(
                        RichText::new(&column.name).small().family(family).color(page.colours.text),
                    ));
                });
            }
        })
        .body(|body| {
            body.rows(30.0, rows, |mut row| {
                let place = row.index();
                for column in 0..columns.len() {
                    row.col(|ui| cell(ui, place, column));
                }
                if row.response().clicked() {
                    clicked = Some(place);
                }
            });
        });
    clicked
}
