//! What a run's figures say, in plain words.

use egui::Ui;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::{Finding, RecordId, Severity};
use whetstone_core::project::store::RunKind;
use whetstone_core::train::diagnosis::Watch;

use super::plots::Shown;
use super::standing::Now;
use super::{Draft, standing};
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts;
use crate::work::JobKind;

/// Steps of an earlier run that are looked through: more of them would keep the drawing waiting.
const MOST_STEPS: usize = 1000;

/// What an earlier run's figures say.
#[derive(Debug)]
pub(super) struct Diagnosis {
    run: Option<RecordId>,
    /// How many lines were looked through.
    lines: usize,
    findings: Vec<Finding>,
}

/// The tone of a finding.
fn tone_of(severity: Severity) -> Tone {
    match severity {
        Severity::Notice => Tone::Accent,
        Severity::Warning => Tone::Warning,
        Severity::Error => Tone::Danger,
    }
}

/// Findings, the gravest first.
fn sorted(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.step));
    sorted
}

/// Draws what was found, or that nothing was.
pub(super) fn findings_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    draft: &mut Draft,
    view: &ProjectView,
    shown: &Shown<'_>,
    now: &Now<'_>,
) {
    let job = page.state.jobs.of(JobKind::Train).filter(|job| !job.steps.is_empty());
    let findings = match job {
        Some(job) => sorted(&job.findings),
        // A run that is written by others is looked through when it has ended.
        None if shown.steps.len() > MOST_STEPS || matches!(now, Now::Elsewhere(_)) => return,
        None => sorted(look_through(draft, view, shown)),
    };
    parts::section(page.colours, ui, &page.say("train-findings-title"), |ui| {
        if findings.is_empty() {
            let word = if matches!(now, Now::Running(_)) { "train-nothing-so-far" } else { "train-nothing-found" };
            parts::paragraph(page, ui, &page.say(word));
        }
        for (place, finding) in findings.into_iter().enumerate() {
            if place > 0 {
                ui.add_space(space::SMALL);
            }
            finding_ui(page, ui, finding);
        }
    });
}

fn finding_ui(page: &Page<'_>, ui: &mut Ui, finding: &Finding) {
    parts::notice_box(page, ui, tone_of(finding.severity), &finding.title, |ui| {
        parts::soft(page, ui, &finding.seen);
        parts::soft(page, ui, &finding.meaning);
        parts::paragraph(page, ui, &page.say_with("train-cure", [("cure", finding.cure.as_str().into())]));
    });
}

/// What the files of an earlier run say: a function of its lines, so it is what the run itself told.
fn look_through<'d>(draft: &'d mut Draft, view: &ProjectView, shown: &Shown<'_>) -> &'d [Finding] {
    let lines = shown.steps.len() + shown.holdout.len();
    let is_known = |known: &Diagnosis| known.run == shown.run && known.lines == lines;
    if !draft.diagnosis.as_ref().is_some_and(is_known) {
        let run = standing::newest_run(view);
        let task = if run.is_some_and(|run| run.kind == RunKind::Sft) { "sft" } else { "dpo" };
        let total = run.and_then(|run| run.settings.get("max_steps")?.as_u64());
        let mut watch = Watch::new(task, total);
        for line in shown.steps.iter().chain(&shown.holdout) {
            watch.add((*line).clone());
        }
        draft.diagnosis = Some(Diagnosis { run: shown.run, lines, findings: watch.findings().to_vec() });
    }
    draft.diagnosis.as_ref().map_or(&[], |known| &known.findings)
}
