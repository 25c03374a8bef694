//! Every colour, size and distance of the window. Nothing else in this package names a number for one.

use egui::Color32;

/// What the window looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// As the system has it.
    #[default]
    System,
    /// Dark letters on light ground.
    Light,
    /// Light letters on dark ground.
    Dark,
    /// Black, white and strong lines.
    HighContrast,
}

impl Scheme {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::HighContrast];
}

/// What a colour stands for, beside its use on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing in particular.
    Neutral,
    /// What is chosen, or is to be done next.
    Accent,
    /// It went well.
    Success,
    /// To be looked at.
    Warning,
    /// It went wrong, or cannot be taken back.
    Danger,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 5] = [Self::Neutral, Self::Accent, Self::Success, Self::Warning, Self::Danger];
}

/// A colour for words, and the ground that it may stand on beside the usual ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tint {
    /// For words, icons and lines.
    pub ink: Color32,
    /// A pale ground for them.
    pub ground: Color32,
}

/// The colours of one scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// Whether the ground is dark.
    pub is_dark: bool,
    /// Behind everything.
    pub page: Color32,
    /// Cards, bars and dialogs.
    pub surface: Color32,
    /// Fields that are written in, and what lies on a surface.
    pub well: Color32,
    /// Resting buttons.
    pub control: Color32,
    /// Buttons under the pointer.
    pub control_hover: Color32,
    /// Thin lines between things.
    pub line: Color32,
    /// The edge of what can be operated: told from the ground by 3:1.
    pub edge: Color32,
    /// Words.
    pub text: Color32,
    /// Words of less weight.
    pub text_soft: Color32,
    /// The ground of the main button and of what is chosen.
    pub accent: Color32,
    /// The same under the pointer.
    pub accent_hover: Color32,
    /// Words on the accent.
    pub on_accent: Color32,
    /// Words and pale grounds by what they mean, in the order of [`Tone::ALL`].
    pub tints: [Tint; 5],
    /// Lines of a plot.
    pub series: [Color32; 4],
    /// Around what has the keyboard.
    pub focus: Color32,
}

impl Colours {
    /// The colours of a tone.
    pub fn tint(&self, tone: Tone) -> Tint {
        self.tints[tone as usize]
    }
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn tint(ink: u32, ground: u32) -> Tint {
    Tint { ink: rgb(ink), ground: rgb(ground) }
}

/// Dark letters on light ground.
pub const LIGHT: Colours = Colours {
    is_dark: false,
    page: rgb(0xF4_F6_F8),
    surface: rgb(0xFF_FF_FF),
    well: rgb(0xF0_F3_F6),
    control: rgb(0xE8_EC_F1),
    control_hover: rgb(0xDC_E2_E9),
    line: rgb(0xDD_E3_EA),
    edge: rgb(0x76_83_91),
    text: rgb(0x16_20_2B),
    text_soft: rgb(0x4B_59_68),
    accent: rgb(0x0B_6E_69),
    accent_hover: rgb(0x08_59_55),
    on_accent: rgb(0xFF_FF_FF),
    tints: [
        tint(0x3D_4A_58, 0xE8_EC_F1),
        tint(0x0A_62_5E, 0xDD_F1_EF),
        tint(0x1A_65_30, 0xDF_F3_E4),
        tint(0x7A_4A_00, 0xFD_F0_D5),
        tint(0xA3_1D_25, 0xFC_E5_E6),
    ],
    series: [rgb(0x0B_6E_69), rgb(0xB3_45_0B), rgb(0x5B_3F_A8), rgb(0x1B_62_B5)],
    focus: rgb(0x1B_62_B5),
};

/// Light letters on dark ground.
pub const DARK: Colours = Colours {
    is_dark: true,
    page: rgb(0x11_16_1B),
    surface: rgb(0x1A_21_28),
    well: rgb(0x12_18_1E),
    control: rgb(0x2A_34_3E),
    control_hover: rgb(0x36_42_4E),
    line: rgb(0x2E_39_44),
    edge: rgb(0x76_85_94),
    text: rgb(0xEA_EF_F4),
    text_soft: rgb(0xA9_B7_C5),
    accent: rgb(0x3A_C7_BC),
    accent_hover: rgb(0x5F_D8_CE),
    on_accent: rgb(0x05_1F_1D),
    tints: [
        tint(0xC3_CF_DB, 0x2A_34_3E),
        tint(0x66_DC_D2, 0x12_37_36),
        tint(0x7D_DB_95, 0x17_33_20),
        tint(0xF4_C3_6B, 0x3A_2C_10),
        tint(0xFF_A3_A3, 0x43_1D_20),
    ],
    series: [rgb(0x3A_C7_BC), rgb(0xF2_99_5B), rgb(0xB9_A3_F5), rgb(0x7F_B8_F5)],
    focus: rgb(0x8C_C2_FF),
};

/// Black, white and strong lines.
pub const HIGH_CONTRAST: Colours = Colours {
    is_dark: true,
    page: rgb(0x00_00_00),
    surface: rgb(0x00_00_00),
    well: rgb(0x0A_0A_0A),
    control: rgb(0x1C_1C_1C),
    control_hover: rgb(0x38_38_38),
    line: rgb(0xB0_B0_B0),
    edge: rgb(0xFF_FF_FF),
    text: rgb(0xFF_FF_FF),
    text_soft: rgb(0xE4_E4_E4),
    accent: rgb(0xFF_E0_4A),
    accent_hover: rgb(0xFF_EC_8A),
    on_accent: rgb(0x00_00_00),
    tints: [
        tint(0xFF_FF_FF, 0x1C_1C_1C),
        tint(0xFF_E0_4A, 0x26_22_00),
        tint(0x7C_FF_9E, 0x00_26_0C),
        tint(0xFF_C8_57, 0x2B_1E_00),
        tint(0xFF_B0_B0, 0x33_00_00),
    ],
    series: [rgb(0xFF_E0_4A), rgb(0x6F_D6_FF), rgb(0xFF_9E_E5), rgb(0x7C_FF_9E)],
    focus: rgb(0x6F_D6_FF),
};

/// Distances, in points. Everything stands on a grid of four.
pub mod space {
    /// Between an icon and its word.
    pub const TINY: f32 = 4.0;
    /// Between things that belong together.
    pub const SMALL: f32 = 8.0;
    /// Between paragraphs.
    pub const MEDIUM: f32 = 12.0;
    /// Inside cards, and between them.
    pub const LARGE: f32 = 16.0;
    /// Between parts of a page.
    pub const HUGE: f32 = 24.0;
    /// Beside a page.
    pub const PAGE: f32 = 32.0;
}

/// Heights of letters, in points.
pub mod type_size {
    /// Beside things: units, dates.
    pub const SMALL: f32 = 13.0;
    /// Reading.
    pub const BODY: f32 = 15.0;
    /// The name of a card.
    pub const SUBHEADING: f32 = 17.0;
    /// A page's question.
    pub const HEADING: f32 = 26.0;
    /// One number that matters.
    pub const DISPLAY: f32 = 40.0;
}

/// Corners and fixed widths, in points.
pub mod shape {
    /// Corners of buttons and fields.
    pub const CORNER: u8 = 7;
    /// Corners of cards.
    pub const CARD_CORNER: u8 = 10;
    /// Height of what is clicked.
    pub const CONTROL_HEIGHT: f32 = 34.0;
    /// The list of steps.
    pub const RAIL: f32 = 212.0;
    /// The list of steps where there is no room for words.
    pub const NARROW_RAIL: f32 = 56.0;
    /// Below this width of the window the list of steps shows icons alone.
    pub const NARROW_WINDOW: f32 = 760.0;
    /// A line of text is not longer than this, so that it can be read.
    pub const READING: f32 = 760.0;
    /// A page is not wider than this.
    pub const PAGE: f32 = 1080.0;
}

/// How strongly two colours differ, from 1 to 21 (WCAG 2.2, contrast ratio).
pub fn contrast(one: Color32, other: Color32) -> f64 {
    let channel = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let luminance =
        |colour: Color32| 0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b());
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMES: [(&str, Colours); 3] = [("light", LIGHT), ("dark", DARK), ("high contrast", HIGH_CONTRAST)];

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Color32::WHITE, Color32::WHITE) - 1.0).abs() < 1e-9);
        // The standard's own example of a grey that just fails on white.
        assert!(contrast(Color32::from_rgb(0x77, 0x77, 0x77), Color32::WHITE) < 4.5);
    }

    #[test]
    fn words_can_be_read_on_every_ground_that_they_stand_on() {
        for (name, colours) in SCHEMES {
            let grounds = [colours.page, colours.surface, colours.well, colours.control, colours.control_hover];
            for ground in grounds {
                for ink in [colours.text, colours.text_soft] {
                    assert!(contrast(ink, ground) >= 4.5, "{name}: {ink:?} on {ground:?}");
                }
            }
            for ground in [colours.accent, colours.accent_hover] {
                assert!(contrast(colours.on_accent, ground) >= 4.5, "{name}: on the accent {ground:?}");
            }
            for tone in Tone::ALL {
                let Tint { ink, ground } = colours.tint(tone);
                for ground in [ground, colours.page, colours.surface, colours.well] {
                    assert!(contrast(ink, ground) >= 4.5, "{name}: {tone:?} {ink:?} on {ground:?}");
                }
                assert!(contrast(colours.text, ground) >= 4.5, "{name}: words on the ground of {tone:?}");
                assert!(contrast(colours.text_soft, ground) >= 4.5, "{name}: soft words on the ground of {tone:?}");
            }
        }
    }

    #[test]
    fn edges_lines_of_plots_and_the_focus_are_seen() {
        for (name, colours) in SCHEMES {
            for ground in [colours.page, colours.surface, colours.well] {
                assert!(contrast(colours.edge, ground) >= 3.0, "{name}: edge on {ground:?}");
                assert!(contrast(colours.focus, ground) >= 3.0, "{name}: focus on {ground:?}");
                assert!(contrast(colours.accent, ground) >= 3.0, "{name}: accent on {ground:?}");
                for line in colours.series {
                    assert!(contrast(line, ground) >= 3.0, "{name}: {line:?} on {ground:?}");
                }
            }
        }
    }
}
