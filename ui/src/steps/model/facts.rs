//! What a look at a model's folder found.

use egui::{Label, RichText, Ui};
use lucide_icons::Icon;
use serde_json::{Map, Value};

use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;

/// A fact is not narrower than this.
const LEAST_WIDTH: f32 = 190.0;

pub(super) fn facts_ui(page: &Page<'_>, ui: &mut Ui, summary: &Map<String, Value>) {
    let number = |key: &str| summary.get(key).and_then(Value::as_u64);
    let is_so = |key: &str| summary.get(key).and_then(Value::as_bool).unwrap_or(false);
    let text = |key: &str| summary.get(key).and_then(Value::as_str);
    fit_ui(page, ui, is_so("fits"), is_so("is_tight"), number("training_bytes"), number("memory_free_bytes"));
    ui.add_space(space::SMALL);
    let size = |key: &str| number(key).map_or_else(String::new, parts::bytes);
    let yes_no = if is_so("has_chat_template") { "model-template-yes" } else { "model-template-no" };
    let licence = text("licence").map_or_else(|| page.say("model-licence-none"), str::to_owned);
    let facts = [
        ("model-family", text("family").unwrap_or_default().to_owned()),
        ("model-parameters", number("parameters").map_or_else(String::new, in_millions)),
        ("model-file", size("file_bytes")),
        (
            "model-context",
            page.say_with(
                "model-tokens",
                [("count", parts::whole_number(number("context_tokens").unwrap_or(0) as usize).into())],
            ),
        ),
        ("model-template", page.say(yes_no)),
        ("model-licence", licence),
    ];
    parts::columns(ui, facts.len(), LEAST_WIDTH, |ui, place| {
        let (name, value) = &facts[place];
        parts::soft(page, ui, &page.say(name));
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        ui.add(Label::new(RichText::new(value).family(family).color(page.colours.text)).wrap());
    });
    ui.add_space(space::SMALL);
    parts::soft(page, ui, &page.say("model-licence-text"));
}

/// Whether a training fits, in words and in colour.
fn fit_ui(page: &Page<'_>, ui: &mut Ui, fits: bool, is_tight: bool, needed: Option<u64>, free: Option<u64>) {
    let (tone, icon, word, text) = match (fits, is_tight) {
        (true, false) => (Tone::Success, Icon::CircleCheck, "model-fits", "model-fits-text"),
        (true, true) => (Tone::Warning, Icon::TriangleAlert, "model-tight", "model-tight-text"),
        (false, _) => (Tone::Danger, Icon::CircleX, "model-too-large", "model-too-large-text"),
    };
    parts::badge(page.colours, ui, tone, Some(icon), &page.say(word));
    let needed = parts::bytes(needed.unwrap_or(0));
    let said = match free {
        Some(free) => page.say_with("model-memory", [("needed", needed.into()), ("free", parts::bytes(free).into())]),
        None => page.say_with("model-memory-alone", [("needed", needed.into())]),
    };
    parts::paragraph(page, ui, &said);
    parts::soft(page, ui, &page.say(text));
}

/// A count of numbers as people say it of models.
pub(super) fn in_millions(count: u64) -> String {
    let millions = count as f64 / 1e6;
    match millions {
        millions if millions >= 1000.0 => format!("{:.1} B", millions / 1000.0),
        millions if millions >= 100.0 => format!("{millions:.0} M"),
        millions => format!("{millions:.2} M"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_millions;

    #[test]
    fn models_are_as_large_as_people_say() {
        assert_eq!([2_460_000, 134_515_008, 1_240_000_000].map(in_millions), ["2.46 M", "135 M", "1.2 B"]);
    }
}
