//! The faces that the window is set in: Inter for reading, its semi-bold for what matters, a face of equal widths for
//! paths and code, Lucide for icons. Scripts that they lack come from the system.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};

/// The family of what matters.
pub const SEMIBOLD: &str = "semibold";

const REGULAR_FACE: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const SEMIBOLD_FACE: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
const MONOSPACE_FACE: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf");

/// Gives the faces to egui.
pub fn install(context: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    let faces = [
        ("regular", REGULAR_FACE),
        (SEMIBOLD, SEMIBOLD_FACE),
        ("monospace", MONOSPACE_FACE),
        ("icons", lucide_icons::LUCIDE_FONT_BYTES),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let chain = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, chain(&["regular", "icons", "monospace"]));
    fonts.families.insert(FontFamily::Monospace, chain(&["monospace", "regular", "icons"]));
    fonts.families.insert(FontFamily::Name(SEMIBOLD.into()), chain(&[SEMIBOLD, "icons", "monospace"]));
    context.set_fonts(fonts);
}

/// The face of what matters, in a size.
pub(super) fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}
