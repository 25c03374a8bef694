//! Small pictures of who does what in which order.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{
    Align, Align2, FontFamily, FontId, Galley, Pos2, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use lucide_icons::Icon;

use crate::look::{Tone, glyph, space, type_size};
use crate::page::Page;

/// Half the width of a station's disc.
const RADIUS: f32 = 19.0;
/// From the tip of an arrow to its wings.
const ARROW: f32 = 6.0;

/// A station of a picture.
#[derive(Debug, Clone)]
pub struct Station {
    /// Its picture.
    pub icon: Icon,
    /// Its name, below it.
    pub name: String,
    /// How it is meant: who judges stands out.
    pub tone: Tone,
}

/// Stations from left to right, joined by arrows, in as many rows as their names need. `said` is the picture in words.
pub fn flow(page: &Page<'_>, ui: &mut Ui, said: &str, stations: &[Station]) {
    if stations.is_empty() {
        return;
    }
    let width = ui.available_width();
    let in_a_row = stations_a_row(page, ui, stations, width);
    let pitch = width / in_a_row as f32;
    let names: Vec<Arc<Galley>> =
        stations.iter().map(|station| name_of(page, ui, &station.name, pitch - space::TINY)).collect();
    let below = names.iter().map(|name| name.size().y).fold(0.0, f32::max);
    let row_height = 2.0 * RADIUS + space::TINY + below + space::SMALL;
    let rows = stations.len().div_ceil(in_a_row);
    let (area, response) = ui.allocate_exact_size(vec2(width, row_height * rows as f32 - space::SMALL), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, said));
    let centre = |place: usize| {
        let (row, column) = (place / in_a_row, place % in_a_row);
        area.min + vec2(pitch * (column as f32 + 0.5), row_height * row as f32 + RADIUS)
    };
    for (place, (station, name)) in stations.iter().zip(names).enumerate() {
        let middle = centre(place);
        if place % in_a_row > 0 {
            arrow(page, ui, centre(place - 1) + Vec2::RIGHT * RADIUS, middle);
        } else if place > 0 {
            // A row that goes on from the one above begins with an arrow.
            arrow(page, ui, pos2(area.left() - space::TINY, middle.y), middle);
        }
        let tint = page.colours.tint(station.tone);
        ui.painter().circle(middle, RADIUS, tint.ground, Stroke::new(1.5, tint.ink));
        let icon = FontId::new(type_size::SUBHEADING, FontFamily::Proportional);
        ui.painter().text(middle, Align2::CENTER_CENTER, glyph(station.icon), icon, tint.ink);
        ui.painter().galley(pos2(middle.x, middle.y + RADIUS + space::TINY), name, page.colours.text_soft);
    }
}

/// So many stations beside each other that no word below them is cut in two, if that can be.
fn stations_a_row(page: &Page<'_>, ui: &Ui, stations: &[Station], width: f32) -> usize {
    let words = stations.iter().flat_map(|station| station.name.split_whitespace());
    let widest = words.map(|word| name_of(page, ui, word, f32::INFINITY).size().x).fold(2.0 * RADIUS, f32::max);
    let fitting = (width / (widest + space::TINY)).floor().max(1.0) as usize;
    let rows = stations.len().div_ceil(fitting);
    stations.len().div_ceil(rows)
}

fn name_of(page: &Page<'_>, ui: &Ui, name: &str, width: f32) -> Arc<Galley> {
    let font = FontId::new(type_size::SMALL, FontFamily::Proportional);
    let mut job = LayoutJob::simple(name.to_owned(), font, page.colours.text_soft, width);
    job.halign = Align::Center;
    ui.painter().layout_job(job)
}

/// An arrow from a point to a station's disc.
fn arrow(page: &Page<'_>, ui: &Ui, from: Pos2, station: Pos2) {
    let (from, to) = (from + vec2(space::TINY, 0.0), station - vec2(RADIUS + space::TINY, 0.0));
    if to.x - from.x < ARROW {
        return;
    }
    let ink = page.colours.edge;
    ui.painter().line_segment([from, to - vec2(ARROW, 0.0)], Stroke::new(1.5, ink));
    let wings = [to, to + vec2(-ARROW, -ARROW * 0.6), to + vec2(-ARROW, ARROW * 0.6)];
    ui.painter().add(Shape::convex_polygon(wings.to_vec(), ink, Stroke::NONE));
}
