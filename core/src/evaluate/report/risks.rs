//! What to beware of: a registry of risks, each a look at the report's own values.

use serde::Serialize;

use super::Report;
use super::forgotten::with_ends;
use crate::domain::AnnotatorKind;
use crate::evaluate::figures::{capital, count, percent, short};
use crate::evaluate::{Forgetting, VarietyChange};

/// Something that may make the result less than it looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// The row of [`RISKS`], or the id of the training's finding.
    pub id: String,
    /// What was seen: one sentence.
    pub seen: String,
    /// What to do about it: one sentence.
    pub cure: String,
}

/// A risk that a report is looked at for.
#[derive(Debug)]
pub struct RiskRow {
    /// Its name.
    pub id: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// What is seen of it in a report, where it is there.
    pub look: fn(&Report) -> Option<String>,
}

/// Every risk that a report is looked at for, the gravest first.
pub const RISKS: &[RiskRow] = &[
    RiskRow {
        id: "fluency_fell",
        cure: "Do not use the adapter; train for fewer steps, with a lower learning rate or a higher beta.",
        look: |report| {
            let fluency = report.results.fluency.as_ref().filter(|_| report.results.fluency_has_fallen())?;
            let [before, after] = [fluency.before.value, fluency.after.value].map(percent);
            Some(format!("The answers are less fluent: {after}, and {before} before."))
        },
    },
    RiskRow {
        id: "forgot",
        cure: "Do not use the adapter where it has to do other work too; train for fewer steps, with a lower learning rate or a \
               higher beta.",
        look: |report| {
            let losses = report.results.forgetting.as_ref()?.losses();
            let said: Vec<String> = losses.into_iter().map(|loss| format!("{}.", loss.says)).collect();
            (!said.is_empty()).then(|| said.join(" "))
        },
    },
    RiskRow {
        id: "wins_by_length",
        cure: "Read the examples; if the answers are only longer or shorter, add a rule on the length, label again and train \
               again.",
        look: |report| {
            let rate = report.results.win_rate_at_equal_length.filter(|_| report.results.wins_by_length_alone())?;
            Some(format!(
                "The new answers win, but where both are equally long it is not clear that they do: {}.",
                with_ends(&rate, percent)
            ))
        },
    },
    RiskRow {
        id: "ranks_but_does_not_win",
        cure: "Let the new model answer the prompts anew and label those answers: it learns to write from its own answers.",
        look: |report| {
            let (rewards, win_rate) = (report.results.rewards.as_ref()?, report.results.win_rate.as_ref()?);
            let share = percent(rewards.accuracy.value);
            (rewards.accuracy.is_above(0.5) && !win_rate.rate.is_above(0.5)).then(|| {
                format!(
                    "It ranks {share} of the pairs that were set aside as they were judged, but its own answers do not win: it \
                     knows which answer is better without writing it."
                )
            })
        },
    },
    RiskRow {
        id: "moved_far",
        cure: "Try it on its other work before it takes over; a higher beta or fewer steps hold it closer to the old model.",
        look: |report| {
            let forgetting = report.results.forgetting.as_ref()?;
            let shift = forgetting.shift.filter(|_| forgetting.has_moved() && !forgetting.has_forgotten())?;
            Some(format!(
                "On prompts that have nothing to do with the training it chooses its words quite differently: {} nats a token \
                 from the old model.",
                short(shift.nats_a_token.value)
            ))
        },
    },
    RiskRow {
        id: "same_judge",
        cure: "Let people compare a few dozen held-out answers blind: a model may learn what pleases a judge instead of what \
               is better.",
        look: |report| {
            let (grader, is_known) = report.judge_alone()?;
            Some(if is_known {
                format!("{} both labelled the pairs and compared old with new.", capital(&grader.name))
            } else {
                format!("Nobody knows who labelled the pairs: {} may have, and compared old with new.", grader.name)
            })
        },
    },
    RiskRow {
        id: "trained_on",
        cure: "Compare on prompts that were set aside before the training.",
        look: |report| {
            let known = report.trained_on.filter(|&known| known > 0)?;
            Some(format!(
                "{known} of the {} were trained on, in the same words or nearly: on these it has an advantage that it will not \
                 have elsewhere.",
                count(report.results.prompts() as u64, "compared prompt")
            ))
        },
    },
    RiskRow {
        id: "trained_on_unknown",
        cure: "Make sure that none of the compared prompts was trained on, or compare on new ones.",
        look: |report| {
            // A project sets prompts aside before it trains.
            let is_unknown =
                report.trained_on.is_none() && !report.setting().in_project && report.results.prompts() > 0;
            is_unknown.then(|| {
                "Nobody knows whether these prompts were trained on: the training's data is not there.".to_owned()
            })
        },
    },
    RiskRow {
        id: "variety_fell",
        cure: "Read answers to very different prompts; if they have become one answer, train for fewer steps or on more \
               varied prompts.",
        look: |report| {
            let variety = report.results.variety.filter(VarietyChange::has_fallen)?;
            if !variety.repeats_answers() {
                let both = [variety.before, variety.after];
                let [before, after] = both.map(|variety| percent(variety.likeness.unwrap_or(0.0)));
                return Some(format!(
                    "The answers have become alike: two answers to a prompt share {after} of their words, and {before} before."
                ));
            }
            let [before, after] = [variety.before, variety.after].map(|variety| percent(variety.distinct_answers));
            Some(format!(
                "The answers have become alike: counting the same one once, {after} of them are left, and {before} before."
            ))
        },
    },
    RiskRow {
        id: "length_changed",
        cure: "See in the examples whether the answers are better, or only longer or shorter; if only that, add a rule on \
               the length.",
        look: |report| {
            let length = report.results.length.as_ref()?;
            let (before, after) = (length.before.value, length.after.value);
            (before > 0.0 && !(0.6..1.6).contains(&(after / before))).then(|| {
                format!(
                    "The answers have {} words on average, and {} before.",
                    short(after.round()),
                    short(before.round())
                )
            })
        },
    },
    RiskRow {
        id: "order_changes",
        cure: "Trust the comparisons less: let people judge some, or take a stronger judge.",
        look: |report| {
            let grader = report.grader.as_ref()?;
            let comparisons = report.results.win_rate.as_ref()?.comparisons;
            let share = grader.order_changes as f64 / comparisons.max(1) as f64;
            (share > 0.3).then(|| {
                format!(
                    "{} changed its mind in {} of the comparisons when the order was turned.",
                    grader.name,
                    percent(share)
                )
            })
        },
    },
    RiskRow {
        id: "few_prompts",
        cure: "Set more prompts aside: in four of five cases 50 show a difference of about 20 points, and 200 one of about 10.",
        look: |report| {
            let prompts = report.results.prompts();
            (1..30).contains(&prompts).then(|| format!("Only {} were compared.", count(prompts as u64, "prompt")))
        },
    },
    RiskRow {
        id: "simulated_labels",
        cure: "Take the figures as proof that the road works, not of what people will like; collect verdicts of people.",
        look: |report| {
            let is_simulated = report.labellers.iter().any(|labeller| labeller.is_simulated)
                || report.grader.as_ref().is_some_and(|grader| grader.is_simulated);
            is_simulated.then(|| "A program stood in for people.".to_owned())
        },
    },
    RiskRow {
        id: "no_people",
        cure: "Let a person judge at least 30 of the comparisons, and see how often they agree.",
        look: |report| {
            let labelled = &report.labellers;
            let no_person = labelled.iter().all(|labeller| labeller.kind != AnnotatorKind::Person);
            (no_person && !labelled.is_empty()).then(|| "No person labelled any pair.".to_owned())
        },
    },
    RiskRow {
        id: "one_person",
        cure: "Let a second person judge some of the same comparisons, and look at their agreement.",
        look: |report| {
            let people: Vec<_> =
                report.labellers.iter().filter(|labeller| labeller.kind == AnnotatorKind::Person).collect();
            (people.len() == 1 && !people[0].is_simulated).then(|| {
                format!("All of people's labels are {}'s: the model learns one person's taste.", people[0].name)
            })
        },
    },
    RiskRow {
        id: "fluency_unknown",
        cure: "Read some answers before handing the adapter on.",
        look: |report| {
            let results = &report.results;
            let is_unknown = results.fluency.is_none() && results.writes_as_before() != Some(true);
            (results.prompts() > 0 && is_unknown).then(|| "Fluency was not measured.".to_owned())
        },
    },
    RiskRow {
        id: "forgetting_unknown",
        cure: "Ask the new model a few things of its other work before it takes over.",
        look: |report| {
            let is_known = report.results.forgetting.as_ref().is_some_and(Forgetting::is_telling);
            (report.results.prompts() > 0 && !is_known).then(|| {
                "Nothing is known of what it may have forgotten: only prompts of this project tell.".to_owned()
            })
        },
    },
];

/// The risks of a report: the rows, then what the training's figures show.
pub(super) fn of(report: &Report) -> Vec<Risk> {
    let finding = report.findings.iter().map(|finding| Risk {
        id: finding.id.clone(),
        seen: format!("In the training, {} ({}).", finding.title, finding.seen),
        cure: sentence(&finding.cure),
    });
    let row =
        |row: &RiskRow| (row.look)(report).map(|seen| Risk { id: row.id.to_owned(), seen, cure: row.cure.to_owned() });
    RISKS.iter().filter_map(row).chain(finding).collect()
}

/// A finding's words begin small and have no full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
