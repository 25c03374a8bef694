//! What the window looks like: [`tokens`] are the values, [`apply`] puts them into egui's style once, [`Icon`]s are drawn
//! by a font.

mod fonts;
mod theme;
pub mod tokens;

pub use fonts::{SEMIBOLD, install as install_fonts};
pub use lucide_icons::Icon;
pub use theme::{apply, colours_of};
pub use tokens::{Colours, Scheme, Tone, shape, space, type_size};

/// The character that draws an icon.
pub fn glyph(icon: Icon) -> String {
    char::from(icon).to_string()
}
