//! How many answers, how varied, how long; each with what follows from it.

use egui::Ui;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::job::ProjectChanges;

use crate::look::space;
use crate::page::Page;
use crate::parts::{self, Number};
use crate::work::JobKind;

/// Answers a prompt that are offered.
const SAMPLES: std::ops::RangeInclusive<usize> = 2..=8;

/// How varied answers are: the temperature that a word stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Variety {
    Steady,
    Balanced,
    Bold,
    Other,
}

impl Variety {
    const NAMED: [(Self, f32, &'static str); 3] = [
        (Self::Steady, 0.7, "answers-steady"),
        (Self::Balanced, 0.9, "answers-balanced"),
        (Self::Bold, 1.2, "answers-bold"),
    ];

    fn of(temperature: Option<f32>) -> Self {
        let is = |named: f32| temperature.is_some_and(|temperature| (temperature - named).abs() < 1e-3);
        Self::NAMED.iter().find(|(_, named, _)| is(*named)).map_or(Self::Other, |(variety, ..)| *variety)
    }
}

/// Numbers that are being typed, and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    temperature: Option<f64>,
    max_new_tokens: Option<f64>,
    comparisons: Option<f64>,
}

/// Draws the choices.
pub(super) fn choices_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let colours = page.colours;
    let is_free = !page.state.jobs.runs(JobKind::Answer);
    parts::section(colours, ui, &page.say("answers-how"), |ui| {
        ui.add_enabled_ui(is_free, |ui| {
            samples_ui(page, ui, project);
            ui.add_space(space::MEDIUM);
            variety_ui(page, ui, project);
            ui.add_space(space::MEDIUM);
            parts::fold(ui, &page.say("answers-advanced"), |ui| numbers_ui(page, ui, draft, project));
        });
        if !is_free {
            parts::soft(page, ui, &page.say("answers-fixed"));
        }
    });
}

fn change(page: &mut Page<'_>, changes: ProjectChanges) {
    page.send(ProjectCommand::Change(Box::new(changes)));
}

fn samples_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let settings = &project.settings;
    parts::text_with_terms(page, ui, &page.say("answers-samples"), &["completion"]);
    let mut samples = settings.samples;
    let mut choices: Vec<(usize, String)> = SAMPLES.map(|count| (count, count.to_string())).collect();
    if !SAMPLES.contains(&samples) {
        choices.push((samples, samples.to_string()));
    }
    if parts::row_of_choices(ui, &mut samples, &choices) {
        change(page, ProjectChanges { samples: Some(samples), ..ProjectChanges::default() });
    }
    let prompts = project.standing.prompts;
    let pairs = settings.samples * settings.samples.saturating_sub(1) / 2;
    let said = page.say_with(
        "answers-samples-said",
        [
            ("prompts", parts::whole_number(prompts).into()),
            ("samples", settings.samples.into()),
            ("answers", parts::whole_number(prompts * settings.samples).into()),
            ("comparisons", parts::whole_number(prompts * pairs.min(settings.comparisons)).into()),
        ],
    );
    parts::soft(page, ui, &said);
}

fn variety_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    parts::paragraph(page, ui, &page.say("answers-variety"));
    let temperature = project.settings.sampling.temperature;
    let mut variety = Variety::of(temperature);
    let mut choices = Variety::NAMED.map(|(variety, _, word)| (variety, page.say(word))).to_vec();
    if variety == Variety::Other {
        choices.insert(0, (Variety::Other, page.say("answers-as-it-is")));
    }
    if parts::row_of_choices(ui, &mut variety, &choices)
        && let Some((_, temperature, _)) = Variety::NAMED.iter().find(|(named, ..)| *named == variety)
    {
        change(page, ProjectChanges { temperature: Some(*temperature), ..ProjectChanges::default() });
    }
    let said = match (Variety::of(temperature), temperature) {
        (Variety::Steady, _) => page.say("answers-steady-said"),
        (Variety::Balanced, _) => page.say("answers-balanced-said"),
        (Variety::Bold, _) => page.say("answers-bold-said"),
        (Variety::Other, Some(temperature)) => {
            page.say_with("answers-other-said", [("temperature", format!("{temperature:.2}").into())])
        }
        (Variety::Other, None) => page.say("answers-own-said"),
    };
    parts::soft(page, ui, &said);
}

/// A number that is sent when it is no longer drawn or typed, which is when it stops changing.
fn sent_number(page: &Page<'_>, ui: &mut Ui, number: &Number<'_>, typed: &mut Option<f64>, there: f64) -> Option<f64> {
    let mut value = typed.unwrap_or(there);
    if parts::number_field(page, ui, number, &mut value) {
        *typed = Some(value);
    }
    let is_held = ui.input(|input| input.pointer.any_down());
    let done = typed.filter(|_| !is_held)?;
    *typed = None;
    ((done - there).abs() > 1e-6).then_some(done)
}

fn numbers_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let settings = &project.settings;
    parts::term(page, ui, "temperature");
    let (name, help) = (page.say("answers-temperature"), page.say("answers-temperature-help"));
    let number = Number { name: &name, help: &help, range: 0.0..=2.0, speed: 0.01, decimals: 2 };
    let there = f64::from(settings.sampling.temperature.unwrap_or(1.0));
    if let Some(value) = sent_number(page, ui, &number, &mut draft.temperature, there) {
        change(page, ProjectChanges { temperature: Some(value as f32), ..ProjectChanges::default() });
    }
    parts::term(page, ui, "token");
    let (name, help) = (page.say("answers-length"), page.say("answers-length-help"));
    let number = Number { name: &name, help: &help, range: 1.0..=4096.0, speed: 1.0, decimals: 0 };
    let there = settings.sampling.max_new_tokens as f64;
    if let Some(value) = sent_number(page, ui, &number, &mut draft.max_new_tokens, there) {
        change(page, ProjectChanges { max_new_tokens: Some(value as usize), ..ProjectChanges::default() });
    }
    parts::term(page, ui, "comparison");
    let (name, help) = (page.say("answers-comparisons"), page.say("answers-comparisons-help"));
    let number = Number { name: &name, help: &help, range: 1.0..=28.0, speed: 0.1, decimals: 0 };
    let there = settings.comparisons as f64;
    if let Some(value) = sent_number(page, ui, &number, &mut draft.comparisons, there) {
        change(page, ProjectChanges { comparisons: Some(value as usize), ..ProjectChanges::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_temperatures_are_the_same_thing() {
        for (variety, temperature, _) in Variety::NAMED {
            assert_eq!(Variety::of(Some(temperature)), variety);
        }
        for temperature in [None, Some(0.0), Some(1.0)] {
            assert_eq!(Variety::of(temperature), Variety::Other);
        }
    }
}
