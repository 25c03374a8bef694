//! Every part that pages are made of, on one page.

use egui::Ui;
use egui_kittest::Harness;
use lucide_icons::Icon;
use whetstone_core::domain::UserMessage;

use super::fixture::{self, Stage};
use super::pictures::{can_be_drawn, comparing};
use super::{Window, options};
use crate::app::App;
use crate::command::PickFor;
use crate::look::{Scheme, Tone, space};
use crate::page::Page;
use crate::parts::{self, Column, Figure, Line, Number};

/// The program with the parts in place of its screens.
struct Gallery(App);

impl eframe::App for Gallery {
    fn logic(&mut self, context: &egui::Context, frame: &mut eframe::Frame) {
        eframe::App::logic(&mut self.0, context, frame);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.0.draw(ui, |page, ui| {
            let frame = egui::Frame::new().fill(page.colours.page).inner_margin(space::LARGE);
            egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| gallery_ui(page, ui));
        });
    }
}

fn gallery_ui(page: &mut Page<'_>, ui: &mut Ui) {
    parts::two_columns(ui, |ui, column| if column == 0 { left_ui(page, ui) } else { right_ui(page, ui) });
}

fn left_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    parts::section(colours, ui, "Buttons", |ui| {
        ui.horizontal_wrapped(|ui| {
            for is_enabled in [true, false] {
                // A page has one of a name.
                let main = |ui: &mut Ui| parts::main_button(colours, ui, Some(Icon::Play), "Main", is_enabled);
                ui.push_id(is_enabled, main);
                parts::plain_button(ui, Some(Icon::Plus), "Plain", is_enabled);
                parts::danger_button(colours, ui, Some(Icon::Trash2), "Danger", is_enabled);
                parts::icon_button(ui, Icon::Copy, "Copy", is_enabled);
            }
            parts::link_button(colours, ui, "Words that are clicked");
        });
        let choices = [(1, "one".to_owned()), (2, "two".to_owned()), (3, "three".to_owned())];
        parts::row_of_choices(ui, &mut 2, &choices);
    });
    for is_chosen in [true, false] {
        let name = if is_chosen { "A card that is chosen" } else { "A card that is not" };
        parts::choice_card(colours, ui, name, is_chosen, |ui| parts::soft(page, ui, "What it means, in a sentence"));
    }
    parts::section(colours, ui, "Fields", |ui| {
        parts::text_field(page, ui, "A line", &mut "written".to_owned(), "");
        parts::text_area(page, ui, "Lines", &mut String::new(), "What could stand here", 2);
        parts::path_field(page, ui, "A folder", &mut "/home/ada/projects".to_owned(), PickFor::ModelFolder);
        parts::check_field(ui, "A box", &mut true);
        let number = Number { name: "A number", help: "What it does", range: 0.0..=9.0, speed: 1.0, decimals: 0 };
        parts::number_field(page, ui, &number, &mut 4.0);
        parts::pick_field(page, ui, "One of many", &mut 1, &[(1, "the first".to_owned())]);
    });
}

fn right_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let colours = page.colours;
    ui.horizontal_wrapped(|ui| {
        for tone in Tone::ALL {
            parts::badge(colours, ui, tone, Some(Icon::Check), &format!("{tone:?}"));
        }
    });
    for tone in Tone::ALL {
        parts::notice_box(page, ui, tone, &format!("Something of the tone {tone:?}"), |_| ());
    }
    let message = UserMessage {
        what: "cannot read rules.toml, line 3: a quotation mark is missing".to_owned(),
        hint: Some("close the text in line 3".to_owned()),
        details: Some("expected `\"`".to_owned()),
    };
    parts::failure_ui(page, ui, &message);
    parts::progress_bar(page, ui, "How far it is", 0.4);
    parts::text_with_terms(page, ui, "A word is explained:", &["adapter"]);
    let points: Vec<[f64; 2]> = (0..40).map(|step| [f64::from(step), f64::from(step).sqrt()]).collect();
    let lines = [
        Line { name: "one".to_owned(), points: &points, is_dashed: false },
        Line { name: "other".to_owned(), points: &points[..20], is_dashed: true },
    ];
    let figure = Figure { name: "A figure", said: "it rises", lines: &lines, across: "", include: &[], height: 140.0 };
    parts::figure_plot(page, ui, &figure);
    let columns =
        [Column { name: "Row".to_owned(), width: Some(60.0) }, Column { name: "Text".to_owned(), width: None }];
    parts::table(page, ui, "rows", &columns, 1000, 120.0, |ui, row, column| {
        let text = if column == 0 { row.to_string() } else { fixture::texts(row).0 };
        ui.add(egui::Label::new(text).truncate());
    });
}

#[test]
fn every_part_looks_as_it_did() {
    if !can_be_drawn() {
        return;
    }
    let mut results = egui_kittest::SnapshotResults::new();
    for (scheme, ending) in [(Scheme::Light, "light"), (Scheme::Dark, "dark"), (Scheme::HighContrast, "high-contrast")]
    {
        let options = options(&Window { scheme, ..Window::default() });
        let mut harness = Harness::builder().with_size([1100.0, 960.0]).with_max_steps(8).build_eframe(|creation| {
            let mut app = App::new(creation, options);
            fixture::fill(app.state_mut(), Stage::New);
            Gallery(app)
        });
        harness.run_ok();
        results.add(harness.try_snapshot_options(format!("parts-{ending}"), &comparing()));
    }
    results.unwrap();
}
