//! The coaches side by side: whether each can be trusted, and by which figures.

use egui::{RichText, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{CoachReport, ProjectCommand, ProjectView};
use whetstone_core::domain::CoachName;
use whetstone_core::feedback::Proportion;
use whetstone_core::feedback::coach::report_card::ReportCard;

use super::{is_of_these_rules, trust_ui};
use crate::command::UiCommand;
use crate::look::{SEMIBOLD, Tone, space};
use crate::page::Page;
use crate::parts;
use crate::steps::coach::{coach_of, coach_title, take};

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 270.0;
/// Cards in a row at most.
const IN_A_ROW: usize = 3;
/// A threshold that changes what is decided by less than this share is not spoken of.
const WORTH_SAYING: f64 = 0.02;
/// Thresholds nearer to each other than this are the same.
const SAME: f64 = 1e-6;

/// Who a card is about.
pub(super) fn name_of(page: &Page<'_>, project: &ProjectView, card: &ReportCard) -> (Option<CoachName>, String) {
    let name: Option<CoachName> = card.coach.parse().ok();
    let title = name.as_ref().map_or_else(|| card.coach.clone(), |name| coach_title(page, project, name));
    (name, title)
}

/// Draws them.
pub(super) fn cards_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, report: &CoachReport) {
    if !is_of_these_rules(report, project) {
        let said = match report.rubric_version {
            Some(version) => page.say_with("feedback-card-old", [("version", version.into())]),
            None => page.say("feedback-card-other"),
        };
        parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
        ui.add_space(space::SMALL);
    }
    let cards = &report.cards;
    parts::side_by_side(ui, cards.len(), IN_A_ROW, LEAST_WIDTH, |ui, place, row| {
        card_ui(page, ui, project, &cards[place], row);
    });
    ui.horizontal_wrapped(|ui| {
        let source = page.say_with("feedback-card-source", [("source", report.source.as_str().into())]);
        parts::soft(page, ui, &source);
        if parts::link_button(page.colours, ui, &page.say("feedback-card-page")).clicked() {
            page.send(UiCommand::Reveal(report.page.clone()));
        }
    });
}

fn card_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, card: &ReportCard, row: usize) {
    let (name, title) = name_of(page, project, card);
    let now = coach_of(project);
    let is_coach = name.as_ref() == Some(&now);
    parts::section(page.colours, ui, &title, |ui| {
        trust_ui(page, ui, card.trust);
        parts::paragraph(page, ui, &card.sentence);
        ui.add_space(space::TINY);
        figures_ui(page, ui, card);
        ui.add_space(space::TINY);
        leans_ui(page, ui, card);
        if is_coach {
            let is_now = page.say("feedback-card-is-coach");
            parts::badges(page.colours, ui, &[(Tone::Accent, Icon::Check, is_now)]);
            threshold_ui(page, ui, project, card);
        } else if let Some(name) = &name {
            let choose = page.say("feedback-card-choose");
            let said = page.say_with("feedback-card-choose-name", [("name", title.as_str().into())]);
            if parts::named_button(ui, Some(Icon::Check), &choose, &said, true).clicked() {
                take(page, &now, name);
            }
        }
        parts::as_high_as_the_highest(ui, &format!("report cards {row}"));
    });
}

/// A share with the ends between which it truly lies.
fn within(page: &Page<'_>, share: &Proportion) -> String {
    page.say_with(
        "feedback-within",
        [
            ("low", parts::percent(share.low).into()),
            ("high", parts::percent(share.high).into()),
            ("count", share.trials.into()),
        ],
    )
}

fn figures_ui(page: &Page<'_>, ui: &mut Ui, card: &ReportCard) {
    let share = |share: &Proportion| {
        if share.trials == 0 {
            ("–".to_owned(), String::new())
        } else {
            (parts::percent(share.share), within(page, share))
        }
    };
    figure_ui(page, ui, "feedback-figure-agreement", share(&card.agreement));
    let kappa = card.kappa.map_or(("–".to_owned(), String::new()), |kappa| {
        let two = |value: f64| format!("{value:.2}");
        let said =
            page.say_with("feedback-between", [("low", two(kappa.low).into()), ("high", two(kappa.high).into())]);
        (two(kappa.value), said)
    });
    figure_ui(page, ui, "feedback-figure-kappa", kappa);
    figure_ui(page, ui, "feedback-figure-coverage", share(&card.coverage));
    figure_ui(page, ui, "feedback-figure-consistency", share(&card.consistency));
    let time = parts::duration(page.words, card.cost.seconds_a_hundred.max(1.0));
    figure_ui(page, ui, "feedback-figure-time", (time, money(page, card)));
}

/// A figure in weight, what it is, and how sure it is.
fn figure_ui(page: &Page<'_>, ui: &mut Ui, word: &str, (value, sure): (String, String)) {
    let family = egui::FontFamily::Name(SEMIBOLD.into());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::SMALL;
        ui.add(egui::Label::new(RichText::new(value).family(family).color(page.colours.text)));
        ui.add(egui::Label::new(RichText::new(page.say(word)).color(page.colours.text)).wrap());
        if !sure.is_empty() {
            ui.add(egui::Label::new(RichText::new(sure).small().color(page.colours.text_soft)).wrap());
        }
    });
}

/// What a hundred labels cost, beside time.
fn money(page: &Page<'_>, card: &ReportCard) -> String {
    let cost = &card.cost;
    if cost.money_a_hundred > 0.0 {
        let money = format!("{} {}", parts::money(cost.money_a_hundred), cost.currency);
        page.say_with("feedback-figure-money", [("money", money.trim().into())])
    } else if cost.tokens_a_hundred > 0.0 {
        let tokens = parts::whole_number(cost.tokens_a_hundred as usize);
        page.say_with("feedback-figure-tokens", [("tokens", tokens.into())])
    } else {
        page.say("feedback-figure-free")
    }
}

fn leans_ui(page: &Page<'_>, ui: &mut Ui, card: &ReportCard) {
    if card.biases.sentences.is_empty() {
        parts::soft(page, ui, &page.say("feedback-leans-none"));
    }
    for sentence in &card.biases.sentences {
        parts::soft(page, ui, &format!("•  {sentence}"));
    }
    for (reason, count) in &card.not_judged {
        let said =
            page.say_with("feedback-card-not-judged", [("count", (*count).into()), ("reason", reason.as_str().into())]);
        parts::soft(page, ui, &said);
    }
}

/// From where on the coach decides, where people's verdicts say a better place than the one it has.
fn threshold_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, card: &ReportCard) {
    let Some(found) = &card.threshold else { return };
    if project.settings.coach_threshold.is_some_and(|now| (now - found.threshold).abs() < SAME) {
        parts::soft(page, ui, &page.say("feedback-threshold-is"));
        return;
    }
    // Where it would decide as much as it does, the number is nothing to think about.
    if (found.coverage.share - card.coverage.share).abs() < WORTH_SAYING {
        return;
    }
    let said = page.say_with(
        "feedback-threshold",
        [
            ("threshold", format!("{:.1}", found.threshold).into()),
            ("coverage", parts::percent(found.coverage.share).into()),
            ("agreement", parts::percent(found.agreement.share).into()),
        ],
    );
    parts::soft(page, ui, &said);
    let use_it = page.say_with("feedback-threshold-use", [("threshold", format!("{:.1}", found.threshold).into())]);
    if parts::plain_button(ui, Some(Icon::SlidersHorizontal), &use_it, true).clicked() {
        let mut settings = project.settings.clone();
        settings.coach_threshold = Some(found.threshold);
        page.send(ProjectCommand::SetSettings(Box::new(settings)));
    }
}
