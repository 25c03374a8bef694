//! From tokens to egui's style.

use egui::style::{Selection, WidgetVisuals};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Visuals, vec2};

use super::fonts::semibold;
use super::tokens::{Colours, DARK, HIGH_CONTRAST, LIGHT, Scheme, Tone, shape, space, type_size};

/// The colours of a scheme; what the system has is what egui says it is.
pub fn colours_of(scheme: Scheme, system: Theme) -> Colours {
    match (scheme, system) {
        (Scheme::Light, _) | (Scheme::System, Theme::Light) => LIGHT,
        (Scheme::Dark, _) | (Scheme::System, Theme::Dark) => DARK,
        (Scheme::HighContrast, _) => HIGH_CONTRAST,
    }
}

/// Puts the colours and sizes into egui, for its dark and its light theme alike.
pub fn apply(context: &egui::Context, colours: &Colours) {
    let style = style(colours);
    for theme in [Theme::Light, Theme::Dark] {
        context.set_style_of(theme, style.clone());
    }
}

fn style(colours: &Colours) -> Style {
    let mut style = Style { visuals: visuals(colours), ..Style::default() };
    style.text_styles = [
        (TextStyle::Small, FontId::new(type_size::SMALL, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(type_size::BODY, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(type_size::BODY, FontFamily::Proportional)),
        (TextStyle::Heading, semibold(type_size::HEADING)),
        (TextStyle::Monospace, FontId::new(type_size::SMALL, FontFamily::Monospace)),
    ]
    .into();
    style.spacing.item_spacing = vec2(space::SMALL, space::SMALL);
    style.spacing.button_padding = vec2(space::MEDIUM, 6.0);
    style.spacing.interact_size = vec2(40.0, shape::CONTROL_HEIGHT);
    style.spacing.icon_width = 18.0;
    style.spacing.icon_width_inner = 11.0;
    style.spacing.icon_spacing = space::SMALL;
    style.spacing.menu_margin = Margin::same(space::SMALL as i8);
    style.spacing.window_margin = Margin::same(space::LARGE as i8);
    style.spacing.scroll = egui::style::ScrollStyle::solid();
    style.spacing.scroll.bar_width = 8.0;
    style.spacing.slider_width = 200.0;
    style.spacing.combo_width = 160.0;
    style.spacing.tooltip_width = 360.0;
    style.interaction.tooltip_delay = 0.3;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.08;
    style
}

fn visuals(colours: &Colours) -> Visuals {
    let mut visuals = if colours.is_dark { Visuals::dark() } else { Visuals::light() };
    let corner = CornerRadius::same(shape::CORNER);
    let widget = |fill: Color32, edge: Color32, ink: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: corner,
        fg_stroke: Stroke::new(1.5, ink),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(colours.surface, colours.line, colours.text);
    visuals.widgets.noninteractive.fg_stroke.width = 1.0;
    visuals.widgets.inactive = widget(colours.control, colours.edge, colours.text);
    visuals.widgets.hovered = widget(colours.control_hover, colours.edge, colours.text);
    // What has the keyboard is drawn like what is pressed: a strong edge, which is seen without any colour.
    visuals.widgets.active = widget(colours.control_hover, colours.focus, colours.text);
    visuals.widgets.active.bg_stroke.width = 2.0;
    visuals.widgets.open = widget(colours.control_hover, colours.edge, colours.text);
    visuals.selection = Selection {
        bg_fill: colours.tint(Tone::Accent).ground,
        stroke: Stroke::new(2.0, colours.tint(Tone::Accent).ink),
    };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(colours.text_soft);
    visuals.hyperlink_color = colours.tint(Tone::Accent).ink;
    visuals.faint_bg_color = colours.well;
    visuals.extreme_bg_color = colours.well;
    visuals.text_edit_bg_color = Some(colours.well);
    visuals.code_bg_color = colours.well;
    visuals.warn_fg_color = colours.tint(Tone::Warning).ink;
    visuals.error_fg_color = colours.tint(Tone::Danger).ink;
    visuals.window_fill = colours.surface;
    visuals.window_stroke = Stroke::new(1.0, colours.line);
    visuals.window_corner_radius = CornerRadius::same(shape::CARD_CORNER);
    visuals.menu_corner_radius = corner;
    visuals.window_shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: Color32::from_black_alpha(60) };
    visuals.popup_shadow = Shadow { offset: [0, 4], blur: 12, spread: 0, color: Color32::from_black_alpha(40) };
    visuals.panel_fill = colours.page;
    visuals.striped = false;
    visuals.slider_trailing_fill = true;
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    visuals.disabled_alpha = 0.55;
    visuals
}
