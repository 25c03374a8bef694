//! Coaches tried on what people decided, before one of them judges in bulk.

mod cards;
mod detail;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, CoachReport, CoachTrial, ProjectView, Sheet};
use whetstone_core::domain::CoachName;
use whetstone_core::feedback::coach::report_card::{FEWEST, Trust};
use whetstone_core::feedback::people::ReviewFilter;
use whetstone_core::job::{CoachReportSpec, EndpointUse, JobSpec};
use whetstone_core::method::Asked;

use super::consent::{consent_ui, spent_ui};
use super::machine::{notes_ui, stop_ui};
use super::now::{can_sit, name_ui, sit_down};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts::{self, Number};
use crate::steps::coach::{coach_of, coach_title, known_coaches};
use crate::work::{JobKind, JobState};

/// Comparisons that a coach is tried on, where nobody says otherwise.
const USUAL: f64 = 200.0;
/// Coaches that are tried side by side at most.
const MOST_COACHES: usize = 6;

/// Coaches that are being tried.
#[derive(Debug)]
pub(super) struct Draft {
    /// Who is tried, once a tick was set or taken away.
    ticked: Option<Vec<CoachName>>,
    /// On how many comparisons at most.
    most: f64,
    /// The card that is looked at, by its place.
    card: usize,
    /// The disagreement that is read, by its place on the card.
    read: Option<usize>,
}

impl Default for Draft {
    fn default() -> Self {
        Self { ticked: None, most: USUAL, card: 0, read: None }
    }
}

/// What a word of trust is called, and how it looks.
pub(super) fn look_of(trust: Trust) -> (&'static str, Tone, Icon) {
    match trust {
        Trust::Trust => ("feedback-trust-yes", Tone::Success, Icon::CircleCheck),
        Trust::TrustWithReview => ("feedback-trust-review", Tone::Warning, Icon::TriangleAlert),
        Trust::DoNotTrust => ("feedback-trust-no", Tone::Danger, Icon::CircleX),
        Trust::TooFew => ("feedback-trust-few", Tone::Neutral, Icon::CircleQuestionMark),
    }
}

/// The word of trust as a mark.
pub(super) fn trust_ui(page: &Page<'_>, ui: &mut Ui, trust: Trust) {
    let (word, tone, icon) = look_of(trust);
    parts::badge(page.colours, ui, tone, Some(icon), &page.say(word));
}

/// Whether the report is of the rules as they are now. One that is of other rules than the project's is of them.
pub(super) fn is_of_these_rules(report: &CoachReport, project: &ProjectView) -> bool {
    let now = project.rubric.as_ref().map(|version| version.version);
    report.rubric_version.is_some() && report.rubric_version == now
}

/// Draws the part.
pub(super) fn trial_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let trial = match page.sheet(&Ask::CoachTrial) {
        Some(Ok(Sheet::CoachTrial(trial))) => trial,
        Some(Err(message)) => return parts::failure_ui(page, ui, message),
        _ => return parts::soft(page, ui, &page.say("feedback-reading")),
    };
    parts::section(page.colours, ui, &page.say("feedback-trial"), |ui| {
        parts::soft(page, ui, &page.say("feedback-trial-help"));
        if trial.has_simulated {
            let simulated = page.say("feedback-trial-simulated");
            parts::badges(page.colours, ui, &[(Tone::Warning, Icon::TriangleAlert, simulated)]);
        }
        if trial.decided < FEWEST {
            too_few_ui(page, ui, trial);
        } else {
            begin_ui(page, ui, project, trial);
        }
    });
    if let Some(report) = trial.report.as_deref().filter(|report| !report.cards.is_empty()) {
        ui.add_space(space::SMALL);
        cards::cards_ui(page, ui, project, report);
        ui.add_space(space::SMALL);
        detail::detail_ui(page, ui, project, report);
    }
}

/// How many are missing, with the way to judge them.
fn too_few_ui(page: &mut Page<'_>, ui: &mut Ui, trial: &CoachTrial) {
    let said = page.say_with(
        "feedback-trial-missing",
        [("missing", (FEWEST - trial.decided).into()), ("decided", trial.decided.into()), ("fewest", FEWEST.into())],
    );
    parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
    ui.add_space(space::TINY);
    let (name, _) = name_ui(page, ui);
    let judge = page.say("feedback-trial-judge");
    if parts::plain_button(ui, Some(Icon::Play), &judge, can_sit(page, &name)).clicked() {
        sit_down(page, &name, Asked::Fresh, ReviewFilter::default());
    }
}

/// Who is tried, on how much, and the button.
fn begin_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView, trial: &CoachTrial) {
    parts::paragraph(page, ui, &page.say_with("feedback-trial-decided", [("count", trial.decided.into())]));
    let known = known_coaches(page, project);
    let mut ticked = page.drafts.feedback.coach.trial.ticked.clone().unwrap_or_else(|| vec![coach_of(project)]);
    ticked.retain(|name| known.contains(name));
    let before = ticked.clone();
    ui.add_space(space::TINY);
    parts::paragraph(page, ui, &page.say("feedback-trial-who"));
    for name in &known {
        let mut is_ticked = ticked.contains(name);
        let title = coach_title(page, project, name);
        let can_change = is_ticked || ticked.len() < MOST_COACHES;
        let changed = ui.add_enabled_ui(can_change, |ui| parts::check_field(ui, &title, &mut is_ticked)).inner;
        if changed {
            // What is agreed to, and a key, are one server's.
            ticked.retain(|other| other != name && !(is_ticked && name.is_endpoint() && other.is_endpoint()));
            if is_ticked {
                ticked.push(name.clone());
            }
        }
    }
    if ticked != before {
        page.drafts.feedback.coach.trial.ticked = Some(ticked.clone());
    }
    let mut most = page.drafts.feedback.coach.trial.most;
    let number = Number {
        name: &page.say("feedback-trial-most"),
        help: &page.say("feedback-trial-most-help"),
        range: FEWEST as f64..=100_000.0,
        speed: 1.0,
        decimals: 0,
    };
    parts::number_field(page, ui, &number, &mut most);
    page.drafts.feedback.coach.trial.most = most;
    ui.add_space(space::TINY);
    let job = page.state.jobs.of(JobKind::CoachReport);
    if let Some(job) = job.filter(|job| job.is_running()) {
        parts::job_progress_ui(page, ui, job);
        spent_ui(page, ui, job);
        stop_ui(page, ui, job);
        return;
    }
    let has_rules = project.rubric.as_ref().is_some_and(|version| !version.rubric.rules.is_empty());
    let server = ticked.iter().find(|name| name.is_endpoint()).and_then(|name| name.subject());
    let endpoint = match server {
        Some(name) => consent_ui(page, ui, project, name, Some(most as usize)),
        None => Some(EndpointUse::default()),
    };
    let can_begin = !ticked.is_empty() && has_rules && endpoint.is_some();
    let begin = page.say("feedback-trial-begin");
    if parts::main_button(page.colours, ui, Some(Icon::Scale), &begin, can_begin).clicked()
        && let Some(endpoint) = endpoint
    {
        let spec = CoachReportSpec { coaches: ticked, endpoint, ..spec_of(page, project, most) };
        page.begin(JobKind::CoachReport, JobSpec::CoachReport(Box::new(spec)));
    }
    if !has_rules {
        parts::soft(page, ui, &page.say("feedback-trial-no-rules"));
    }
    if let Some(job) = job {
        match &job.state {
            JobState::Ended(whetstone_core::job::Outcome::Failed { message }) => parts::failure_ui(page, ui, message),
            JobState::Ended(whetstone_core::job::Outcome::Cancelled) => {
                parts::soft(page, ui, &page.say("feedback-trial-stopped"));
            }
            _ => {}
        }
        notes_ui(page, ui, job);
    }
}

/// What is the same whoever is tried.
fn spec_of(page: &Page<'_>, project: &ProjectView, most: f64) -> CoachReportSpec {
    CoachReportSpec {
        project: Some(project.folder.clone()),
        most: Some(most as usize),
        threshold: project.settings.coach_threshold,
        seed: project.settings.seed,
        compute: page.state.settings.compute.clone(),
        ..CoachReportSpec::default()
    }
}
