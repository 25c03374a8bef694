//! A conclusion in words: its title, its sentence with the numbers, and what to do.

use super::{ConclusionKind, Results, Setting, Ship};
use crate::evaluate::Forgetting;
use crate::evaluate::figures::{between, change_in_points, count, percent};

impl Ship {
    /// It in a few words, as a report has it at its head.
    pub fn says(self) -> &'static str {
        match self {
            Self::Yes => "ship it",
            Self::LookFirst => "read some answers first",
            Self::MoreLabels => "more labels first",
            Self::No => "do not ship",
        }
    }
}

/// Title, whether to ship, and what to do.
pub(super) struct Said {
    pub title: &'static str,
    pub ship: Ship,
    pub advice: String,
}

fn said(title: &'static str, ship: Ship, advice: impl Into<String>) -> Said {
    Said { title, ship, advice: advice.into() }
}

/// What is said of a kind of conclusion; what was forgotten always speaks against handing the model on. Where a figure
/// speaks against it, no more labels are asked for.
pub(super) fn said_of(kind: ConclusionKind, results: &Results, setting: Setting, is_spoken_against: bool) -> Said {
    match kind {
        ConclusionKind::Better => better(results),
        ConclusionKind::BetterButLessFluent => said(
            "better by what was asked for, but less fluent",
            Ship::No,
            "A score that rises while fluency falls is no success. Train for fewer steps, with a lower learning rate or a \
             higher beta, which holds the model closer to what it was, and compare again.",
        ),
        ConclusionKind::BetterButForgot => said(
            "better, but it has forgotten other things",
            Ship::No,
            format!(
                "It was trained too hard. {GENTLER} Where it only ever has this one task, read the questions that it \
                     lost and decide yourself."
            ),
        ),
        ConclusionKind::BetterButLessVaried => said(
            "better, but it repeats itself",
            Ship::LookFirst,
            "Read the examples. If the answers have become one answer for everything, train for fewer steps or on more \
             different prompts.",
        ),
        ConclusionKind::NoClearDifference if results.has_forgotten() => said(
            "no clear difference, and it has forgotten other things",
            Ship::No,
            format!("Keep the old model. {GENTLER}"),
        ),
        ConclusionKind::NoClearDifference if is_spoken_against => said(
            "no clear difference",
            Ship::No,
            format!(
                "Keep the old model: nothing shows that the new one is better, and the reasons say what speaks against it. {GENTLER}"
            ),
        ),
        ConclusionKind::NoClearDifference if results.is_within_reach(setting) => {
            said("no clear difference yet", Ship::MoreLabels, within_reach(results, setting))
        }
        ConclusionKind::NoClearDifference => said("no clear difference", Ship::No, out_of_reach(results)),
        ConclusionKind::Mixed if results.has_forgotten() => {
            said("better in one way, worse in others", Ship::No, format!("Keep the old model. {GENTLER}"))
        }
        ConclusionKind::Mixed => said(
            "better in one way, worse in another",
            Ship::LookFirst,
            "Read the examples before you decide. Where the answers that win do not meet the rubric, the rubric may not \
             say what the judge means by better.",
        ),
        ConclusionKind::Worse => said(
            "worse",
            Ship::No,
            "Keep the old model. Look at some of the pairs: if the preferred answers are not the better ones, mend the \
             labels; if they are, train more gently.",
        ),
        ConclusionKind::TooLittle => said(
            "too little to say",
            if results.prompts() == 0 || is_spoken_against { Ship::No } else { Ship::MoreLabels },
            if setting.in_project {
                "Add prompts until at least 20 are set aside, then go another round, which compares on all of them."
            } else {
                "Compare old and new on at least 20 prompts that are not trained on."
            },
        ),
    }
}

/// What helps against forgetting.
const GENTLER: &str = "Train for fewer steps, with a lower learning rate or a higher beta, which holds the model closer to \
                       what it was, and compare again.";

fn better(results: &Results) -> Said {
    let rubric_is_up = results.rubric.as_ref().is_some_and(|rubric| rubric.difference.is_above(0.0));
    if results.wins_by_length_alone() && !rubric_is_up {
        let more = if results.length.as_ref().is_some_and(|length| length.difference.value < 0.0) {
            "shorter"
        } else {
            "longer"
        };
        return said(
            "better, but perhaps only by its length",
            Ship::LookFirst,
            format!(
                "Its answers are {more}, and where both are equally long it is not clearly preferred. Read the examples: if \
                 they are only {more}, add a rule on the length, label again and train again."
            ),
        );
    }
    if results.writes_as_before() != Some(true) {
        let advice = "Fluency was not measured, and nothing else that was measured stands for it: read some answers before \
                      you hand the adapter on.";
        return said("better", Ship::LookFirst, advice);
    }
    said(
        "better",
        Ship::Yes,
        "Export the adapter and use it. Read a few answers first, as you would with any new colleague.",
    )
}

/// What to do where some of the prompts were trained on.
pub(super) fn on_known_prompts(known: usize, prompts: usize) -> String {
    format!(
        "It was trained on {known} of the {}, so the figures may be better than what you will see: read some answers to \
         prompts that it was not trained on, or compare on such prompts, before you hand the adapter on.",
        count(prompts as u64, "prompt")
    )
}

/// How many comparisons are likely to show the difference that was found, and how they come about.
fn within_reach(results: &Results, setting: Setting) -> String {
    let needed = results.needed_in(setting).map(|needed| needed.says()).unwrap_or_default();
    if setting.in_project {
        return format!(
            "Keep the old model for now. A round is compared once, so label more answers and go another round: it trains on \
             from here and is compared anew. If the difference is as large as it looks, {needed} would show it in four of \
             five cases."
        );
    }
    format!(
        "Keep the old model for now, and compare on {needed}: add them to the data, and go on by `--resume`, with a larger \
         `--comparisons` where that was given. The interval is then the wider one that allows to have looked. If the \
         difference is as large as it looks, so many show it in four of five cases."
    )
}

/// How large a difference would have shown.
fn out_of_reach(results: &Results) -> String {
    let width = results.win_rate.as_ref().and_then(|win_rate| win_rate.rate.half_width());
    let seen = match width {
        Some(width) => format!(
            "With {} prompts, a win rate between {} and {} cannot be told from luck; four times the prompts would halve that.",
            results.prompts(),
            percent((0.5 - width).max(0.0)),
            percent((0.5 + width).min(1.0))
        ),
        None => "More prompts would show smaller differences.".to_owned(),
    };
    format!("Keep the old model for now. Collect more pairs or train for longer, then compare again. {seen}")
}

/// What to do where the training had few pairs.
pub(super) fn more_pairs(pairs: u64, wanted: u64) -> String {
    format!(
        "Keep the old model for now. It was trained on {} only: label about {} more, train again, and compare again. More \
         comparisons of these two would not help as much.",
        count(pairs, "pair"),
        wanted - pairs
    )
}

/// It in one sentence with its numbers; a second one where something was paid for it.
pub(super) fn sentence(kind: ConclusionKind, results: &Results, setting: Setting) -> String {
    let figures = [won(kind, results, setting), met(results)].into_iter().flatten().collect::<Vec<_>>().join(", and ");
    let opening = match kind {
        ConclusionKind::Better => "The new model is better",
        ConclusionKind::BetterButLessFluent => "The new model does more of what was asked, but writes worse",
        ConclusionKind::BetterButForgot => "The new model is better at this, but has forgotten other things",
        ConclusionKind::BetterButLessVaried => "The new model is better, but its answers have become alike",
        ConclusionKind::NoClearDifference => "There is no clear difference between the new model and the old one",
        ConclusionKind::Mixed => "The new model is better in one way and worse in another",
        ConclusionKind::Worse => "The new model is worse",
        ConclusionKind::TooLittle if results.prompts() == 0 => return "Nothing was compared yet.".to_owned(),
        ConclusionKind::TooLittle => "The new model was asked too few prompts to say anything",
    };
    let needed = results.needed_in(setting).filter(|_| kind == ConclusionKind::NoClearDifference);
    let needed = needed.map_or(String::new(), |needed| {
        format!("; it would take {} to be sure of a difference of this size", needed.says())
    });
    let mut said = format!("{opening}: {figures}{needed}{}", less_fluent(results));
    for loss in results.forgetting.iter().flat_map(Forgetting::losses) {
        said += ". ";
        said += &loss.says;
    }
    said + "."
}

fn won(kind: ConclusionKind, results: &Results, setting: Setting) -> Option<String> {
    let win_rate = results.win_rate.as_ref()?;
    let likely = between(&win_rate.rate, percent).map_or(String::new(), |ends| format!("very likely {ends}; "));
    Some(format!(
        "{} against the old one is {} ({likely}a tie counts half) on {}",
        if kind == ConclusionKind::NoClearDifference { "the win rate of the new one" } else { "its win rate" },
        percent(win_rate.rate.value),
        prompts(win_rate.prompts, setting)
    ))
}

/// Which prompts these were, with no more than what is known of them.
fn prompts(prompts: usize, setting: Setting) -> String {
    match setting.trained_on {
        Some(0) => "prompts that it was not trained on".to_owned(),
        Some(known) if known >= prompts => {
            format!("{}, all of which it was trained on", count(prompts as u64, "prompt"))
        }
        Some(known) => format!("{}, {known} of which it was trained on", count(prompts as u64, "prompt")),
        None if setting.in_project => "prompts that were set aside".to_owned(),
        None => count(prompts as u64, "prompt"),
    }
}

fn met(results: &Results) -> Option<String> {
    let met = results.rubric.as_ref()?;
    let [after, before] = [met.after.value, met.before.value].map(percent);
    Some(format!("{after} of its answers meet the rubric, where {before} did before"))
}

fn less_fluent(results: &Results) -> String {
    results.fluency.as_ref().filter(|_| results.fluency_has_fallen()).map_or(String::new(), |fluency| {
        format!(
            ". Its answers are less fluent than before: {} against {} ({})",
            percent(fluency.after.value),
            percent(fluency.before.value),
            change_in_points(fluency)
        )
    })
}
