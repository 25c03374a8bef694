//! What came of the comparison: whether to hand the new model on, and why.

use egui::{RichText, Ui};
use lucide_icons::Icon;
use serde::Deserialize;
use whetstone_core::desk::{ProjectView, Step};
use whetstone_core::domain::RecordId;
use whetstone_core::evaluate::{Conclusion, ConclusionKind, Estimate, Paired, Reason, Report, Ship, Speaks};
use whetstone_core::method::StageKind;
use whetstone_core::project::store::Evaluation;

use super::{Draft, example, forgetting, held_out, win_rate};
use crate::command::{Place, UiCommand};
use crate::look::{SEMIBOLD, Tone, glyph, space, type_size};
use crate::page::Page;
use crate::parts;
use crate::work::JobKind;

/// Draws the newest result.
pub(super) fn result_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, view: &ProjectView) {
    let newest = view.evaluations.iter().rfind(|evaluation| evaluation.summary.get("report").is_some());
    let Some(evaluation) = newest else { return };
    let Some(report) = report_of(&mut draft.report, evaluation) else {
        parts::notice_box(page, ui, Tone::Warning, &page.say("compare-unreadable"), |_| {});
        return;
    };
    let conclusion = report.conclusion();
    verdict_ui(page, ui, view, &conclusion, evaluation);
    ui.add_space(space::LARGE);
    if report.results.win_rate.is_some() {
        let title = page.say("compare-win-rate-title");
        parts::section(page.colours, ui, &title, |ui| {
            parts::text_with_terms(page, ui, &judged_by(page, report), &["win-rate", "interval"]);
            win_rate::win_rates_ui(page, ui, &report.results);
        });
        ui.add_space(space::LARGE);
    }
    checks_ui(page, ui, report);
    if let Some(forgetting) = &report.results.forgetting {
        forgetting::forgetting_ui(page, ui, forgetting);
    }
    if let Some(rewards) = &report.results.rewards {
        held_out::held_out_ui(page, ui, rewards);
    }
    example::examples_ui(page, ui, &report.examples);
    risks_ui(page, ui, report);
}

/// Who compared old and new, and how.
fn judged_by(page: &Page<'_>, report: &Report) -> String {
    let Some(grader) = &report.grader else { return page.say("compare-by-nobody-named") };
    let by = page.say_with("compare-by", [("who", grader.name.as_str().into())]);
    if !grader.asked_both_orders() {
        return by;
    }
    let changed = page.say_with("compare-by-both-orders", [("count", grader.order_changes.into())]);
    format!("{by} {changed}")
}

/// The report of a comparison, read once.
fn report_of<'d>(kept: &'d mut Option<(RecordId, Report)>, evaluation: &Evaluation) -> Option<&'d Report> {
    if kept.as_ref().is_none_or(|(id, _)| *id != evaluation.id) {
        let report = evaluation.summary.get("report").and_then(|report| Report::deserialize(report).ok());
        *kept = report.map(|report| (evaluation.id, report));
    }
    kept.as_ref().map(|(_, report)| report)
}

/// What a result says in large words: its tone, its picture and the word.
fn verdict_of(conclusion: &Conclusion) -> (Tone, Icon, &'static str) {
    match (conclusion.ship, conclusion.kind) {
        (Ship::Yes, _) => (Tone::Success, Icon::CircleCheck, "compare-verdict-ship"),
        (Ship::LookFirst, _) => (Tone::Warning, Icon::Eye, "compare-verdict-look"),
        (Ship::MoreLabels, _) => (Tone::Warning, Icon::CircleEqual, "compare-verdict-more"),
        (Ship::No, ConclusionKind::NoClearDifference | ConclusionKind::TooLittle) => {
            (Tone::Warning, Icon::CircleEqual, "compare-verdict-no")
        }
        (Ship::No, _) => (Tone::Danger, Icon::CircleX, "compare-verdict-no"),
    }
}

fn verdict_ui(page: &mut Page<'_>, ui: &mut Ui, view: &ProjectView, conclusion: &Conclusion, evaluation: &Evaluation) {
    let (tone, icon, word) = verdict_of(conclusion);
    let tint = page.colours.tint(tone);
    egui::Frame::new()
        .fill(tint.ground)
        .stroke(egui::Stroke::new(1.0, tint.ink))
        .corner_radius(crate::look::shape::CARD_CORNER)
        .inner_margin(egui::Margin::same(space::HUGE as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                let picture = RichText::new(glyph(icon)).size(type_size::HEADING).color(tint.ink);
                ui.add(egui::Label::new(picture));
                let family = egui::FontFamily::Name(SEMIBOLD.into());
                let words = RichText::new(page.say(word)).size(type_size::HEADING).family(family).color(tint.ink);
                ui.add(egui::Label::new(words).wrap());
            });
            ui.add_space(space::SMALL);
            parts::paragraph(page, ui, &conclusion.sentence);
            parts::soft(page, ui, &conclusion.advice);
            reasons_ui(page, ui, &conclusion.reasons);
            ui.add_space(space::MEDIUM);
            buttons_ui(page, ui, view, conclusion, evaluation);
        });
}

/// What speaks for the new model and what against it, to be opened.
fn reasons_ui(page: &Page<'_>, ui: &mut Ui, reasons: &[Reason]) {
    if reasons.is_empty() {
        return;
    }
    parts::fold(ui, &page.say("compare-reasons"), |ui| {
        for reason in reasons {
            let (tone, icon, word) = match reason.speaks {
                Speaks::For => (Tone::Success, Icon::ThumbsUp, "compare-reason-for"),
                Speaks::Against => (Tone::Danger, Icon::ThumbsDown, "compare-reason-against"),
                Speaks::Neither => (Tone::Neutral, Icon::Minus, "compare-reason-neither"),
            };
            ui.horizontal_top(|ui| {
                parts::badge(page.colours, ui, tone, Some(icon), &page.say(word));
                ui.add(egui::Label::new(RichText::new(&reason.says).color(page.colours.text)).wrap());
            });
        }
    });
}

fn buttons_ui(page: &mut Page<'_>, ui: &mut Ui, view: &ProjectView, conclusion: &Conclusion, evaluation: &Evaluation) {
    let ship = conclusion.ship;
    // Another round compares on no more prompts than this one, unless some are added.
    let wants_prompts = conclusion.kind == ConclusionKind::TooLittle;
    let is_free = page.state.jobs.writing().is_none();
    let (export, again) = (page.say("compare-export"), page.say("compare-again"));
    let colours = page.colours;
    ui.horizontal_wrapped(|ui| {
        // What did not get better is neither urged to go out nor to go on: going on from it is rarely what helps.
        let is_export = if matches!(ship, Ship::Yes | Ship::LookFirst) {
            parts::main_button(colours, ui, Some(Icon::PackageCheck), &export, true).clicked()
        } else {
            parts::plain_button(ui, Some(Icon::PackageCheck), &export, true).clicked()
        };
        if wants_prompts {
            let more = page.say("compare-more-prompts");
            if parts::main_button(colours, ui, Some(Icon::Plus), &more, true).clicked() {
                page.go(Place::Step(Step::Prompts));
            }
        }
        let is_again = if ship == Ship::MoreLabels && !wants_prompts {
            parts::main_button(colours, ui, Some(Icon::RefreshCw), &again, is_free).clicked()
        } else {
            parts::plain_button(ui, Some(Icon::RefreshCw), &again, is_free).clicked()
        };
        let number = view.standing.rounds.iter().find(|round| Some(round.round) == evaluation.round);
        let number = number.map_or(1, |round| round.number);
        let folder = view.folder.join("reports").join(format!("round-{number}"));
        if parts::plain_button(ui, Some(Icon::FileText), &page.say("compare-open-report"), true).clicked() {
            page.send(UiCommand::Reveal(folder.join("report.html")));
        }
        if parts::plain_button(ui, Some(Icon::FolderOpen), &page.say("compare-open-folder"), true).clicked() {
            page.send(UiCommand::Reveal(folder));
        }
        if is_export {
            page.go(Place::Step(Step::Export));
        }
        if is_again {
            page.go_on_until(JobKind::Answer, Some(StageKind::Answer), true);
            page.go(Place::Step(Step::Answers));
        }
    });
    parts::soft(page, ui, &page.say("compare-again-text"));
}

/// What was measured beside the win rate: a line each.
fn checks_ui(page: &Page<'_>, ui: &mut Ui, report: &Report) {
    let results = &report.results;
    let share = |estimate: &Estimate| parts::percent(estimate.value);
    let words = |estimate: &Estimate| format!("{:.1}", estimate.value);
    let mut lines: Vec<(String, String, String, Option<bool>)> = Vec::new();
    if let Some(rubric) = &results.rubric {
        lines.push(line(page.say("compare-check-rubric"), rubric, share, true));
    }
    for rule in &results.rules {
        lines.push(line(rule.rule.clone(), &rule.share, share, true));
    }
    if let Some(fluency) = &results.fluency {
        lines.push(line(page.say("compare-check-fluency"), fluency, share, true));
    }
    if let Some(variety) = results.variety {
        let (before, after) = (variety.before.distinct_answers, variety.after.distinct_answers);
        let fell = variety.has_fallen().then_some(false);
        lines.push((page.say("compare-check-variety"), parts::percent(before), parts::percent(after), fell));
    }
    if let Some(length) = &results.length {
        lines.push(line(page.say("compare-check-length"), length, words, false));
    }
    if lines.is_empty() {
        return;
    }
    parts::section(page.colours, ui, &page.say("compare-checks-title"), |ui| {
        parts::soft(page, ui, &page.say("compare-checks-text"));
        for (name, before, after, is_better) in &lines {
            check_ui(page, ui, name, (before, after), *is_better);
        }
    });
    ui.add_space(space::LARGE);
}

/// A figure before and after, and whether it is clearly better or worse where more is better.
fn line(
    name: String,
    paired: &Paired,
    shown: impl Fn(&Estimate) -> String,
    more_is_better: bool,
) -> (String, String, String, Option<bool>) {
    let is_better = match (paired.difference.is_above(0.0), paired.difference.is_below(0.0)) {
        (true, _) if more_is_better => Some(true),
        (_, true) if more_is_better => Some(false),
        _ => None,
    };
    (name, shown(&paired.before), shown(&paired.after), is_better)
}

fn check_ui(page: &Page<'_>, ui: &mut Ui, name: &str, (before, after): (&str, &str), is_better: Option<bool>) {
    ui.separator();
    let values = [("name", name.into()), ("before", before.into()), ("after", after.into())];
    let said = page.say_with("compare-check", values);
    ui.horizontal_wrapped(|ui| {
        // The mark stands first: beside a long sentence there would be no room for it.
        match is_better {
            Some(true) => {
                parts::badge(
                    page.colours,
                    ui,
                    Tone::Success,
                    Some(Icon::TrendingUp),
                    &page.say("compare-check-better"),
                );
            }
            Some(false) => {
                let worse = page.say("compare-check-worse");
                parts::badge(page.colours, ui, Tone::Danger, Some(Icon::TrendingDown), &worse);
            }
            None => {}
        }
        ui.add(egui::Label::new(RichText::new(said).color(page.colours.text)).wrap());
    });
}

fn risks_ui(page: &Page<'_>, ui: &mut Ui, report: &Report) {
    let risks = report.risks();
    if risks.is_empty() {
        return;
    }
    parts::section(page.colours, ui, &page.say("compare-risks-title"), |ui| {
        for (place, risk) in risks.iter().enumerate() {
            if place > 0 {
                ui.add_space(space::SMALL);
            }
            parts::message_ui(page, ui, Tone::Warning, &risk.seen, Some(&risk.cure), None);
        }
    });
}

#[cfg(test)]
mod tests {
    use whetstone_core::evaluate::{CheckKind, Forgetting, Outcome, Results, WinRate};

    use super::*;

    /// Of 40 prompts the new answer wins so many; of 40 small questions so many are lost.
    fn verdict(wins: usize, lost: usize) -> (Tone, &'static str) {
        let outcomes: Vec<_> =
            (0..40).map(|place| vec![if place < wins { Outcome::Win } else { Outcome::Loss }]).collect();
        let kind = CheckKind {
            kind: "formats".to_owned(),
            asked: 40,
            passed_before: 40,
            still_passed: 40 - lost,
            gained: 0,
            lost: Vec::new(),
        };
        let results = Results {
            win_rate: WinRate::of(&outcomes).ok(),
            fluency: Some(Paired::given(0.95, 0.95)),
            forgetting: Some(Forgetting { checks: vec![kind], ..Forgetting::default() }),
            ..Results::default()
        };
        let (tone, _, word) = verdict_of(&Conclusion::of(&results));
        (tone, word)
    }

    #[test]
    fn each_verdict_has_its_word() {
        assert_eq!(verdict(36, 0), (Tone::Success, "compare-verdict-ship"));
        assert_eq!(verdict(25, 0), (Tone::Warning, "compare-verdict-more"));
        assert_eq!(verdict(20, 0), (Tone::Warning, "compare-verdict-no"));
        assert_eq!(verdict(4, 0), (Tone::Danger, "compare-verdict-no"));
        assert_eq!(verdict(36, 30), (Tone::Danger, "compare-verdict-no"));
    }
}
