//! The win rate as a bar from nothing to all, with its interval and the mark of a half.

use egui::{Align2, FontId, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use whetstone_core::evaluate::{Estimate, Results};

use crate::look::{Tone, shape, space, type_size};
use crate::page::Page;
use crate::parts;

/// Height of the bar.
const BAR: f32 = 26.0;
/// Room above and below the bar for its numbers.
const NUMBERS: f32 = 22.0;
/// The picture is not wider than this.
const WIDEST: f32 = 760.0;

/// A bar is not narrower than this.
const NARROWEST: f32 = 380.0;

/// Draws the win rate, beside it the one at equal length where that is known, and says what they mean.
pub(super) fn win_rates_ui(page: &Page<'_>, ui: &mut Ui, results: &Results) {
    let Some(win_rate) = &results.win_rate else { return };
    let at_equal_length = results.win_rate_at_equal_length.as_ref();
    let bars: Vec<(&Estimate, &str)> = std::iter::once((&win_rate.rate, "compare-bar-as-is"))
        .chain(at_equal_length.map(|rate| (rate, "compare-bar-equal-length")))
        .collect();
    parts::side_by_side(ui, bars.len(), 2, NARROWEST, |ui, place, _| {
        let (rate, title) = bars[place];
        if bars.len() > 1 {
            let family = egui::FontFamily::Name(crate::look::SEMIBOLD.into());
            let title = RichText::new(page.say(title)).family(family).color(page.colours.text);
            ui.add(egui::Label::new(title).wrap());
        }
        rate_ui(page, ui, rate);
    });
    ui.add_space(space::SMALL);
    let values = [
        ("wins", parts::whole_number(win_rate.wins).into()),
        ("ties", parts::whole_number(win_rate.ties).into()),
        ("losses", parts::whole_number(win_rate.losses).into()),
        ("prompts", parts::whole_number(win_rate.prompts).into()),
    ];
    parts::soft(page, ui, &page.say_with("compare-bar-counts", values));
    if at_equal_length.is_some() {
        parts::soft(page, ui, &page.say("compare-bar-equal-length-text"));
    }
    if win_rate.rate.half_width().is_some() {
        parts::soft(page, ui, &page.say("compare-bar-interval"));
    }
    if win_rate.for_early_looks {
        parts::soft(page, ui, &page.say("compare-bar-early"));
    }
    needed_ui(page, ui, results);
}

/// How much more it would take to be sure; nothing where it is sure, or where too little was compared to say.
fn needed_ui(page: &Page<'_>, ui: &mut Ui, results: &Results) {
    let Some(needed) = results.needed() else { return };
    let whole = |number: u64| parts::whole_number(usize::try_from(number).unwrap_or(usize::MAX));
    let values = [("prompts", whole(needed.prompts).into()), ("comparisons", whole(needed.comparisons).into())];
    let word = if needed.or_more { "compare-bar-needed-more" } else { "compare-bar-needed" };
    ui.add_space(space::SMALL);
    parts::text_with_terms(page, ui, &page.say_with(word, values), &["holdout"]);
}

/// A win rate as a bar, and in a sentence.
fn rate_ui(page: &Page<'_>, ui: &mut Ui, rate: &Estimate) {
    let rate_text = parts::percent(rate.value);
    let ends = rate.low.zip(rate.high);
    let said = match ends {
        Some((low, high)) => page.say_with(
            "compare-bar-said",
            [("rate", rate_text.into()), ("low", parts::percent(low).into()), ("high", parts::percent(high).into())],
        ),
        None => page.say_with("compare-bar-said-bare", [("rate", rate_text.into())]),
    };
    let size = vec2(ui.available_width().min(WIDEST), BAR + 2.0 * NUMBERS);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &said));
    // Numbers at the ends of the bar must not hang over.
    let bar = Rect::from_min_size(
        pos2(rect.left() + space::LARGE, rect.top() + NUMBERS),
        vec2(size.x - 2.0 * space::LARGE, BAR),
    );
    bar_ui(page, ui, bar, rate.value, ends);
    parts::paragraph(page, ui, &said);
}

/// The place of a share on the bar.
fn at(bar: Rect, share: f64) -> f32 {
    bar.left() + bar.width() * share.clamp(0.0, 1.0) as f32
}

fn bar_ui(page: &Page<'_>, ui: &Ui, bar: Rect, rate: f64, ends: Option<(f64, f64)>) {
    let (painter, colours) = (ui.painter(), page.colours);
    let font = FontId::proportional(type_size::SMALL);
    let strong = FontId::new(type_size::SUBHEADING, egui::FontFamily::Name(crate::look::SEMIBOLD.into()));
    painter.rect_filled(bar, shape::CORNER, colours.control);
    let filled = Rect::from_min_max(bar.min, pos2(at(bar, rate), bar.bottom()));
    painter.rect_filled(filled, shape::CORNER, colours.accent);
    if let Some((low, high)) = ends {
        interval_ui(page, ui, bar, (at(bar, low), at(bar, high)));
    }
    let half = at(bar, 0.5);
    painter.extend(egui::Shape::dashed_line(
        &[pos2(half, bar.top() - space::TINY), pos2(half, bar.bottom() + space::TINY)],
        Stroke::new(2.0, colours.text),
        4.0,
        3.0,
    ));
    painter.rect_stroke(bar, shape::CORNER, Stroke::new(1.0, colours.edge), StrokeKind::Inside);
    for (share, text) in [(0.0, parts::percent(0.0)), (0.5, page.say("compare-bar-even")), (1.0, parts::percent(1.0))] {
        let place = pos2(at(bar, share), bar.bottom() + space::TINY);
        painter.text(place, Align2::CENTER_TOP, text, font.clone(), colours.text_soft);
    }
    let place = pos2(at(bar, rate), bar.top() - space::TINY);
    painter.text(place, Align2::CENTER_BOTTOM, parts::percent(rate), strong, colours.tint(Tone::Accent).ink);
}

/// Where the truth very likely lies: a line with two ends over the bar.
fn interval_ui(page: &Page<'_>, ui: &Ui, bar: Rect, (low, high): (f32, f32)) {
    let middle = bar.center().y;
    let reach = bar.height() * 0.26;
    let lines = [
        [pos2(low, middle), pos2(high, middle)],
        [pos2(low, middle - reach), pos2(low, middle + reach)],
        [pos2(high, middle - reach), pos2(high, middle + reach)],
    ];
    // A wide line below a narrow one is seen on the filled and on the empty part of the bar.
    for (width, colour) in [(5.0, page.colours.surface), (2.0, page.colours.text)] {
        for ends in lines {
            ui.painter().line_segment(ends, Stroke::new(width, colour));
        }
    }
}
