//! More prompts, made up: by the example's templates, or by the model that goes on with a list. A person ticks what is
//! added.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{Ask, ProjectCommand, ProjectView, PromptRow, Sheet};
use whetstone_core::domain::{FinishReason, Sample, SamplingSettings, Text};
use whetstone_core::example;
use whetstone_core::job::{GenerateSpec, JobSpec};
use whetstone_core::method::STARTER;
use whetstone_core::random::Random;

use super::bring::{Half, add_button, half_ui};
use crate::command::JobCommand;
use crate::look::space;
use crate::page::Page;
use crate::parts;
use crate::work::{JobId, JobKind};

/// Suggestions at a time.
const AT_ONCE: usize = 12;
/// Prompts of the project that the model goes on from.
const SHOWN: usize = 8;
/// Shorter and longer lines are no prompts.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=300;

/// What was suggested and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    suggested: Vec<(String, bool)>,
    /// Counted up, so that each time brings others.
    times: u64,
    /// The job whose suggestions were taken.
    taken: Option<JobId>,
    /// The last asking brought nothing new.
    is_empty: bool,
}

/// Draws the way in by suggestions.
pub(super) fn suggest_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, half: &mut Half, project: &ProjectView) {
    let is_example = project.settings.is_example || project.settings.model == STARTER;
    parts::soft(page, ui, &page.say(if is_example { "prompts-suggest-example" } else { "prompts-suggest-model" }));
    let Some(rows) = prompts_of(page) else {
        parts::soft(page, ui, &page.say("data-reading"));
        return;
    };
    if is_example {
        example_ui(page, ui, draft, &rows);
    } else if rows.is_empty() {
        parts::soft(page, ui, &page.say("prompts-suggest-first"));
    } else {
        model_ui(page, ui, draft, project, &rows);
    }
    if draft.is_empty && draft.suggested.is_empty() {
        parts::soft(page, ui, &page.say("prompts-suggest-none"));
    }
    if !draft.suggested.is_empty() {
        ticks_ui(page, ui, draft, half, project);
    }
}

fn prompts_of(page: &mut Page<'_>) -> Option<Arc<[PromptRow]>> {
    match page.sheet(&Ask::Prompts) {
        Some(Ok(Sheet::Prompts(rows))) => Some(Arc::clone(rows)),
        _ => None,
    }
}

fn example_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, rows: &[PromptRow]) {
    if parts::plain_button(ui, Some(Icon::Sparkles), &page.say("prompts-suggest-go"), true).clicked() {
        draft.times += 1;
        let mut random = Random::new(draft.times, &[rows.len() as u64]);
        // Templates repeat themselves: more are drawn than are shown.
        let drawn: Vec<String> = (0..AT_ONCE * 4).map(|_| example::request(&mut random).text).collect();
        take(draft, drawn, rows);
    }
}

fn model_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView, rows: &[PromptRow]) {
    let job = page.state.jobs.of(JobKind::Suggest);
    if let Some(job) = job.filter(|job| job.is_running()) {
        parts::job_progress_ui(page, ui, job);
        if parts::plain_button(ui, Some(Icon::Square), &page.say("job-stop"), true).clicked() {
            page.send(JobCommand::Stop(job.id));
        }
        return;
    }
    if let Some(message) = job.and_then(|job| job.failure()) {
        parts::failure_ui(page, ui, message);
    }
    if let Some(job) = job.filter(|job| job.summary().is_some() && draft.taken != Some(job.id)) {
        draft.taken = Some(job.id);
        let samples = job.records.iter().filter_map(|record| serde_json::from_value::<Sample>(record.clone()).ok());
        let lines: Vec<String> = samples.flat_map(|sample| lines_of(&sample)).collect();
        take(draft, lines, rows);
    }
    if parts::plain_button(ui, Some(Icon::Sparkles), &page.say("prompts-suggest-go"), true).clicked() {
        draft.times += 1;
        let spec = asking(project, rows, draft.times, page.state.settings.compute.clone());
        page.send(JobCommand::Start { kind: JobKind::Suggest, spec: Box::new(JobSpec::Generate(spec)) });
    }
}

/// The model is given the beginning of a list of the project's prompts, and goes on with it.
fn asking(
    project: &ProjectView,
    rows: &[PromptRow],
    times: u64,
    compute: whetstone_core::domain::ComputeSettings,
) -> GenerateSpec {
    let mut random = Random::new(times, &[]);
    let mut list = vec!["What people ask, one a line:".to_owned(), String::new()];
    let shown = SHOWN.min(rows.len());
    list.extend((1..=shown).map(|number| format!("{number}. {}", rows[random.below(rows.len())].text)));
    list.push(format!("{}.", shown + 1));
    GenerateSpec {
        model: PathBuf::from(&project.settings.model),
        adapter: None,
        prompts: None,
        prompt: Some(Text::Plain(list.join("\n"))),
        sampling: SamplingSettings {
            samples: 3,
            max_new_tokens: 200,
            temperature: Some(0.9),
            seed: times,
            raw: true,
            ..SamplingSettings::default()
        },
        out: None,
        compute,
        template_arguments: serde_json::Map::new(),
    }
}

/// The prompts in what the model wrote: a line each, without the list's numbers and marks.
fn lines_of(sample: &Sample) -> Vec<String> {
    let mut lines: Vec<&str> = sample.completion.lines().collect();
    // What was cut off is no whole prompt.
    if sample.finish_reason == Some(FinishReason::Length) {
        lines.pop();
    }
    let bare = |line: &str| {
        let line = line.trim_start_matches(|letter: char| {
            letter.is_ascii_digit() || letter.is_whitespace() || ".)-*•".contains(letter)
        });
        line.trim().trim_matches(['\u{22}', '“', '”', '*']).trim().to_owned()
    };
    lines.into_iter().map(bare).filter(|line| LENGTHS.contains(&line.chars().count())).collect()
}

/// Shows what is new of these, nothing of it ticked.
fn take(draft: &mut Draft, texts: Vec<String>, rows: &[PromptRow]) {
    let same = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut known: BTreeSet<String> = rows.iter().map(|row| same(&row.text)).collect();
    let new = texts.into_iter().filter(|text| known.insert(same(text)));
    draft.suggested = new.take(AT_ONCE).map(|text| (text, false)).collect();
    draft.is_empty = draft.suggested.is_empty();
}

fn ticks_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, half: &mut Half, project: &ProjectView) {
    ui.add_space(space::SMALL);
    let is_all = draft.suggested.iter().all(|(_, is_ticked)| *is_ticked);
    let word = if is_all { "prompts-tick-none" } else { "prompts-tick-all" };
    if parts::plain_button(ui, Some(Icon::ListChecks), &page.say(word), true).clicked() {
        draft.suggested.iter_mut().for_each(|(_, is_ticked)| *is_ticked = !is_all);
    }
    for (text, is_ticked) in &mut draft.suggested {
        parts::check_field(ui, text, is_ticked);
    }
    half_ui(page, ui, half, project);
    let texts: Vec<String> =
        draft.suggested.iter().filter(|(_, is_ticked)| *is_ticked).map(|(text, _)| text.clone()).collect();
    ui.add_space(space::SMALL);
    let add = page.say_with("prompts-add", [("count", texts.len().into())]);
    if add_button(page, ui, &add, !texts.is_empty(), project) {
        draft.suggested.retain(|(_, is_ticked)| !is_ticked);
        page.send(ProjectCommand::AddPrompts { texts, split: half.split() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(completion: &str, finish_reason: FinishReason) -> Sample {
        Sample {
            prompt: Text::Plain("1.".to_owned()),
            completion: completion.to_owned(),
            token_ids: Vec::new(),
            log_probabilities: Vec::new(),
            finish_reason: Some(finish_reason),
            chat_template: false,
        }
    }

    #[test]
    fn what_a_model_lists_becomes_prompts() {
        let text =
            " Where is my parcel?\n2) \"Can I pay by card?\"\n- ok\n\n* **How do I return shoes?**\n5. What about th";
        let whole = ["Where is my parcel?", "Can I pay by card?", "How do I return shoes?"];
        assert_eq!(lines_of(&sample(text, FinishReason::Length)), whole, "the last line was cut off");
        assert_eq!(lines_of(&sample(text, FinishReason::Stop)).len(), 4);
        assert!(lines_of(&sample(&"a".repeat(301), FinishReason::Stop)).is_empty());
    }

    #[test]
    fn only_what_is_new_is_suggested_and_nothing_is_ticked() {
        let row = PromptRow {
            id: 1,
            text: "Where is my order?".to_owned(),
            split: whetstone_core::domain::Split::Train,
            source: "typed".to_owned(),
            answers: 0,
            nearly_equal_to: None,
        };
        let mut draft = Draft::default();
        let texts = ["where is  my ORDER?", "Can I pay later?", "can i pay later?"].map(str::to_owned);
        take(&mut draft, texts.to_vec(), std::slice::from_ref(&row));
        assert_eq!(draft.suggested, [("Can I pay later?".to_owned(), false)]);
        take(&mut draft, vec!["Where is my order?".to_owned()], &[row]);
        assert!(draft.suggested.is_empty() && draft.is_empty);
    }
}
