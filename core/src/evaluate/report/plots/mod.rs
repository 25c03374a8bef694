//! The report's pictures, drawn by hand as SVG.
//!
//! Every colour stands as an attribute, for viewers that know no style sheets, and as a class, which a page or the
//! picture's own style turns dark.

mod bars;
mod gauges;
mod lines;

use super::Report;
use super::escape::html;

/// Width of every picture, in its own units.
const WIDTH: f64 = 380.0;

/// A picture.
pub(super) struct Plot {
    /// Its file's name without the ending.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// What it shows, with its figures, for who cannot see it.
    pub description: String,
    /// What it means.
    pub caption: String,
    height: f64,
    body: String,
}

/// What a colour is for.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Text,
    Muted,
    Line,
    Before,
    After,
    Faint,
    Surface,
}

/// Class, light and dark colour of each ink.
pub(super) const INKS: [(Ink, &str, &str, &str); 7] = [
    (Ink::Text, "text", "#1f1d1a", "#edeae4"),
    (Ink::Muted, "muted", "#67625a", "#a8a196"),
    (Ink::Line, "line", "#ddd7cc", "#3d3933"),
    (Ink::Before, "before", "#8a8377", "#978f83"),
    (Ink::After, "after", "#0b6b63", "#4fc4b4"),
    (Ink::Faint, "faint", "#b5d3ce", "#2b544e"),
    (Ink::Surface, "surface", "#fffdf9", "#211f1b"),
];

impl Ink {
    fn row(self) -> (&'static str, &'static str) {
        INKS.iter().find(|(ink, ..)| *ink as usize == self as usize).map_or(("text", "#1f1d1a"), |row| (row.1, row.2))
    }

    fn fill(self) -> String {
        let (class, colour) = self.row();
        format!("class=\"fill-{class}\" fill=\"{colour}\"")
    }

    fn stroke(self) -> String {
        let (class, colour) = self.row();
        format!("class=\"stroke-{class}\" fill=\"none\" stroke=\"{colour}\"")
    }
}

/// The style that turns every picture of a page or file dark.
pub(super) fn dark_style() -> String {
    let rule = |(_, class, _, dark): &(Ink, &str, &str, &str)| {
        format!(".fill-{class}{{fill:{dark}}}.stroke-{class}{{stroke:{dark}}}")
    };
    format!("@media screen and (prefers-color-scheme:dark){{{}}}", INKS.iter().map(rule).collect::<String>())
}

impl Plot {
    /// The picture within a page.
    pub fn inline(&self) -> String {
        self.svg("", "", "")
    }

    /// The picture as a file by itself, on its own ground.
    pub fn file(&self) -> String {
        let size = format!(" xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{}\"", short(self.height));
        let ground = format!("<rect width=\"{WIDTH}\" height=\"{}\" {}/>", short(self.height), Ink::Surface.fill());
        self.svg(&size, &format!("<style>{}</style>", dark_style()), &ground) + "\n"
    }

    fn svg(&self, attributes: &str, style: &str, ground: &str) -> String {
        let name = &self.name;
        format!(
            "<svg{attributes} viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-labelledby=\"{name}-title {name}-says\" \
             font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif\" font-size=\"13\">\
             <title id=\"{name}-title\">{}</title><desc id=\"{name}-says\">{}</desc>{style}{ground}{}</svg>",
            short(self.height),
            html(&self.title),
            html(&self.description),
            self.body
        )
    }
}

/// The pictures of a report, in the order of the page.
pub(super) fn of(report: &Report) -> Vec<Plot> {
    let results = &report.results;
    let mut plots = Vec::new();
    let at_equal_length = results.win_rate_at_equal_length.as_ref();
    plots.extend(results.win_rate.as_ref().map(|win_rate| bars::win_rate(win_rate, at_equal_length)));
    plots.extend(bars::rubric(results));
    plots.extend(bars::wording(results));
    plots.extend(results.forgetting.as_ref().and_then(gauges::checks));
    plots.extend(results.forgetting.as_ref().and_then(gauges::forgetting));
    plots.extend(report.curves.iter().filter_map(lines::curve));
    plots
}

/// A number with at most one digit after the point, the same on every machine.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// Where a text stands to its point.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// A text, made safe.
fn text(x: f64, y: f64, anchor: Anchor, ink: Ink, words: &str) -> String {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    format!("<text x=\"{}\" y=\"{}\"{anchor} {}>{}</text>", short(x), short(y), ink.fill(), html(words))
}

/// A straight line.
fn line(from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) -> String {
    format!(
        "<path d=\"M{} {}L{} {}\" {} stroke-width=\"{}\" stroke-linecap=\"round\"/>",
        short(from.0),
        short(from.1),
        short(to.0),
        short(to.1),
        ink.stroke(),
        short(width)
    )
}

/// Parts of a picture that share attributes.
fn group(attributes: &str, parts: &str) -> String {
    format!("<g {attributes}>{parts}</g>")
}

/// A dot on the picture's ground.
fn dot(x: f64, y: f64, radius: f64, ink: Ink) -> String {
    let (x, y) = (short(x), short(y));
    format!(
        "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" {}/><circle cx=\"{x}\" cy=\"{y}\" r=\"{}\" {}/>",
        short(radius + 2.0),
        Ink::Surface.fill(),
        short(radius),
        ink.fill()
    )
}

/// A dot with a hole.
fn ring(x: f64, y: f64, radius: f64, ink: Ink) -> String {
    format!(
        "{}<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {}/>",
        dot(x, y, radius, ink),
        short(x),
        short(y),
        short(radius - 2.5),
        Ink::Surface.fill()
    )
}
