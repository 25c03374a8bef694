//! What waits for a person's look: how much of it, why, and which of it is looked at.

use egui::{Grid, Ui};
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectView, Sheet, WaitingReview};
use whetstone_core::feedback::people::{ReviewFilter, ReviewReason};
use whetstone_core::method::Asked;

use super::now::{can_sit, name_ui, sit_down};
use super::task::Task;
use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Number};

/// What of the doubtful is looked at.
#[derive(Debug)]
pub(super) struct Draft {
    /// Reasons that are left out.
    without: Vec<ReviewReason>,
    /// Only where the machine was less sure, in percent; 100 looks at all.
    sure: f64,
    /// Only where the reason speaks of this rule.
    rule: String,
    /// Only where the prompt or an answer has this text.
    text: String,
}

impl Default for Draft {
    fn default() -> Self {
        Self { without: Vec::new(), sure: 100.0, rule: String::new(), text: String::new() }
    }
}

impl Draft {
    /// The same as core has it.
    pub(super) fn filter(&self) -> ReviewFilter {
        let wanted = ReviewReason::ALL.into_iter().filter(|why| !self.without.contains(why)).collect();
        let (rule, text) = (self.rule.trim(), self.text.trim());
        ReviewFilter {
            reasons: if self.without.is_empty() { Vec::new() } else { wanted },
            confidence_below: (self.sure < 100.0).then_some(self.sure / 100.0),
            rule: (!rule.is_empty()).then(|| rule.to_owned()),
            text: (!text.is_empty()).then(|| text.to_owned()),
            ..ReviewFilter::default()
        }
    }
}

/// What the words' file calls a reason.
pub(super) fn id_of(why: ReviewReason) -> &'static str {
    match why {
        ReviewReason::PeopleDisagree => "people-disagree",
        ReviewReason::MachinesDisagree => "machines-disagree",
        ReviewReason::MachineTie => "machine-tie",
        ReviewReason::LowMargin => "low-margin",
    }
}

/// Draws the part.
pub(super) fn part_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, task: Task) {
    let waiting = match page.sheet(&Ask::WaitingReviews) {
        Some(Ok(Sheet::WaitingReviews(waiting))) => waiting,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    let count: usize = waiting.iter().map(|one| one.count).sum();
    parts::section(page.colours, ui, &page.say("feedback-review"), |ui| {
        if count == 0 {
            parts::soft(page, ui, &page.say("feedback-review-none"));
            return;
        }
        parts::soft(page, ui, &page.say("feedback-review-help"));
        reasons_ui(page, ui, waiting);
        parts::fold(ui, &page.say("feedback-review-only"), |ui| filter_ui(page, ui, project));
        // Where it is needed now, the button stands above.
        if task != Task::Review {
            let (name, _) = name_ui(page, ui);
            let begin = page.say("feedback-review-begin");
            if parts::plain_button(ui, Some(Icon::Play), &begin, can_sit(page, &name)).clicked() {
                let filter = page.drafts.feedback.review.filter();
                sit_down(page, &name, Asked::Doubtful, filter);
            }
        }
    });
}

fn reasons_ui(page: &mut Page<'_>, ui: &mut Ui, waiting: &[WaitingReview]) {
    let mut without = std::mem::take(&mut page.drafts.feedback.review.without);
    Grid::new("reasons").num_columns(2).spacing([space::LARGE, space::TINY]).show(ui, |ui| {
        for one in waiting {
            let why = page.words.row("reason", id_of(one.why), "why", one.why.words()).into_owned();
            let mut is_wanted = !without.contains(&one.why);
            if parts::check_field(ui, &why, &mut is_wanted) {
                without.retain(|known| *known != one.why);
                if !is_wanted {
                    without.push(one.why);
                }
            }
            ui.label(parts::whole_number(one.count));
            ui.end_row();
        }
    });
    page.drafts.feedback.review.without = without;
}

fn filter_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let Draft { mut sure, mut rule, mut text, without } = std::mem::take(&mut page.drafts.feedback.review);
    let hint = page.say("feedback-review-text-hint");
    parts::text_field(page, ui, &page.say("feedback-review-text"), &mut text, &hint);
    let number = Number {
        name: &page.say("feedback-review-sure"),
        help: &page.say("feedback-review-sure-help"),
        range: 50.0..=100.0,
        speed: 1.0,
        decimals: 0,
    };
    parts::number_field(page, ui, &number, &mut sure);
    let every = (String::new(), page.say("feedback-review-every-rule"));
    let rules = project.rubric.iter().flat_map(|version| &version.rubric.rules);
    let choices: Vec<(String, String)> =
        std::iter::once(every).chain(rules.map(|rule| (rule.name.clone(), rule.name.clone()))).collect();
    parts::pick_field(page, ui, &page.say("feedback-review-rule"), &mut rule, &choices);
    page.drafts.feedback.review = Draft { without, sure, rule, text };
}
