//! What both forms of the report show in words and tables, as plain text that each form makes safe.

use super::forgotten::with_ends;
use super::{Grader, Labeller, Report};
use crate::domain::AnnotatorKind;
use crate::evaluate::figures::{
    between, capital, change_in_points, count, duration, grouped, percent, points_between, short, signed,
};
use crate::evaluate::{Estimate, HeldOutRewards, Outcome, Paired, Speaks};

/// A line of the table of before and after.
pub(super) struct Row {
    /// What was measured.
    pub name: String,
    /// Before, with its interval.
    pub before: Cell,
    /// After, with its interval.
    pub after: Cell,
    /// The difference, with its interval.
    pub difference: Cell,
    /// Which way is better, or that it depends.
    pub hint: &'static str,
}

/// A figure and its interval as text.
#[derive(Default)]
pub(super) struct Cell {
    /// The figure.
    pub value: String,
    /// The interval, where there is one.
    pub interval: Option<String>,
}

impl Cell {
    pub(super) fn of(estimate: &Estimate, show: impl Fn(f64) -> String) -> Self {
        Self { value: show(estimate.value), interval: between(estimate, show) }
    }

    pub(super) fn plain(value: impl Into<String>) -> Self {
        Self { value: value.into(), interval: None }
    }
}

/// The table of before and after. Fluency always has its line, measured or not.
pub(super) fn before_and_after(report: &Report) -> Vec<Row> {
    let results = &report.results;
    let mut rows = Vec::new();
    if let Some(rubric) = &results.rubric {
        rows.push(share_row("Answers that meet the whole rubric", rubric, "higher is better"));
    }
    rows.extend(results.rules.iter().map(|row| share_row(&row.rule, &row.share, "higher is better")));
    rows.push(match &results.fluency {
        Some(fluency) => share_row("Fluent answers", fluency, "must not fall"),
        None => Row {
            name: "Fluent answers".to_owned(),
            before: Cell::plain("not measured"),
            after: Cell::plain("not measured"),
            difference: Cell::default(),
            hint: "must not fall",
        },
    });
    if let Some(variety) = results.variety {
        let (before, after) = (variety.before, variety.after);
        let row = |name, before, after, hint| share_row(name, &Paired::given(before, after), hint);
        rows.push(row(
            "Different answers, as a share of all",
            before.distinct_answers,
            after.distinct_answers,
            "must not fall far",
        ));
        rows.push(row(
            "Different pairs of words, as a share of all",
            before.distinct_word_pairs,
            after.distinct_word_pairs,
            "must not fall far",
        ));
        if let (Some(before), Some(after)) = (before.likeness, after.likeness) {
            rows.push(row("Words that two answers to a prompt share", before, after, "must not rise far"));
        }
    }
    if let Some(length) = &results.length {
        let words = |value: f64| short((10.0 * value).round() / 10.0);
        rows.push(Row {
            name: "Words an answer".to_owned(),
            before: Cell::of(&length.before, words),
            after: Cell::of(&length.after, words),
            difference: Cell::of(&length.difference, |value| signed(value, 1, "")),
            hint: "as you want it",
        });
    }
    rows
}

fn share_row(name: &str, share: &Paired, hint: &'static str) -> Row {
    Row {
        name: name.to_owned(),
        before: Cell::of(&share.before, percent),
        after: Cell::of(&share.after, percent),
        difference: Cell { value: change_in_points(share), interval: points_between(&share.difference) },
        hint,
    }
}

/// What was done, as number and name.
pub(super) fn work(report: &Report) -> Vec<(String, String)> {
    let work = &report.work;
    let counted = [
        (work.prompts, "prompt"),
        (work.answers, "answer"),
        (work.comparisons, "comparison"),
        (work.verdicts, "verdict"),
        (work.pairs, "preference pair"),
        (work.steps, "training step"),
        (work.held_out_prompts, held_out(report)),
    ];
    let mut rows: Vec<(String, String)> = counted
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, name)| (grouped(number), if number == 1 { name.to_owned() } else { format!("{name}s") }))
        .collect();
    if work.seconds > 0.0 {
        rows.push((duration(work.seconds), "in all".to_owned()));
    }
    rows
}

/// What a compared prompt may be called.
fn held_out(report: &Report) -> &'static str {
    if report.setting().is_held_out() { "held-out prompt" } else { "prompt" }
}

/// What the win rate means, in sentences.
pub(super) fn win_rate(report: &Report) -> Vec<String> {
    let Some(win_rate) = &report.results.win_rate else {
        return Vec::new();
    };
    let mut said = vec![format!(
        "Old and new answered the same {}. Whoever compared the answers did not know which was which: the new one won {}, \
         lost {}, and {} ended without a winner.",
        count(win_rate.prompts as u64, held_out(report)),
        grouped(win_rate.wins as u64),
        grouped(win_rate.losses as u64),
        grouped(win_rate.ties as u64),
    )];
    if report.left_out > 0 {
        let left_out = count(report.left_out as u64, "prompt");
        said.push(format!(
            "{left_out} that it was trained on {} not count.",
            if report.left_out == 1 { "does" } else { "do" }
        ));
    }
    let meaning = if win_rate.rate.is_above(0.5) {
        "The whole interval lies above 50%, so this is more than luck."
    } else if win_rate.rate.is_below(0.5) {
        "The whole interval lies below 50%, so this is more than bad luck."
    } else {
        "The interval includes 50%, so this may be luck."
    };
    said.push(format!("50% would be as good as before. {meaning}"));
    said.extend(report.results.win_rate_at_equal_length.as_ref().map(|rate| {
        let said = with_ends(rate, percent);
        let rate = match rate.half_width() {
            None => format!("{said} (after early looks nobody can say how sure that is)"),
            Some(_) => said,
        };
        format!("Long answers often win, whatever is in them. If both were always equally long, its win rate would be {rate}.")
    }));
    said.extend(report.results.needed_in(report.setting()).map(|needed| {
        format!("To be sure of a difference of this size in four of five cases, it would take {}.", needed.says())
    }));
    said.push(looks(win_rate.for_early_looks).to_owned());
    said.extend(report.grader.as_ref().map(graded));
    said
}

/// Whether one may look at the interval while comparisons go on.
fn looks(for_early_looks: bool) -> &'static str {
    if for_early_looks {
        "One may look at this interval after every prompt and stop when it is sure: it holds at all looks together, and is \
         wider for it."
    } else {
        "The interval is for a number of prompts that was fixed before. Whoever goes on with more prompts after having seen it \
         needs the wider one that may be looked at after every prompt."
    }
}

/// How held-out pairs are ranked, in a sentence.
pub(super) fn rewards(report: &Report, rewards: &HeldOutRewards) -> String {
    let known = match report.trained_on {
        Some(0) => " that it was not trained on",
        Some(_) => ", some of which it was trained on",
        None => "",
    };
    format!(
        "Of {} on {}{known}, the new model ranks {} as they were judged; 50% would be chance. It prefers the \
         chosen answers by a reward of {} on average (log-ratios against {}, times {}).",
        count(rewards.pairs as u64, "pair"),
        count(rewards.prompts as u64, "prompt"),
        with_ends(&rewards.accuracy, percent),
        with_ends(&rewards.margin, |margin| signed(margin, 2, "")),
        if rewards.reference.is_empty() { "what it was trained from" } else { &rewards.reference },
        short(rewards.beta)
    )
}

/// On which side a reason stands, in a word.
pub(super) fn side(speaks: Speaks) -> &'static str {
    match speaks {
        Speaks::For => "For",
        Speaks::Against => "Against",
        Speaks::Neither => "Open",
    }
}

/// Who compared, and how.
fn graded(grader: &Grader) -> String {
    let who = format!("{} compared the answers", capital(&who(&grader.name, grader.kind, grader.is_simulated)));
    match (grader.asked_both_orders(), grader.order_changes) {
        (false, _) if grader.kind == AnnotatorKind::Rules => format!("{who}, each answer by itself."),
        (false, _) => format!("{who}, in random order."),
        (true, 0) => format!("{who}, each pair in both orders."),
        (true, changes) => format!(
            "{who}, each pair in both orders; {} in which the order changed the verdict counted as ties.",
            count(changes, "comparison")
        ),
    }
}

/// Name and kind; a program that stands in for a person is said to be one.
pub(super) fn who(name: &str, kind: AnnotatorKind, is_simulated: bool) -> String {
    format!("{name} ({})", kind_of(kind, is_simulated))
}

fn kind_of(kind: AnnotatorKind, is_simulated: bool) -> &'static str {
    match (kind, is_simulated) {
        (AnnotatorKind::Person, false) => "a person",
        (AnnotatorKind::Person, true) => "a program that stands in for a person",
        (AnnotatorKind::Coach, _) => "a coach model",
        (AnnotatorKind::Rules, _) => "rules that a program checks",
        (AnnotatorKind::PreferenceModel, _) => "a preference model",
    }
}

/// Somebody who labelled, in a sentence.
pub(super) fn labelled(labeller: &Labeller) -> String {
    let who = who(&labeller.name, labeller.kind, labeller.is_simulated);
    let note = labeller.note.as_ref().map_or(String::new(), |note| format!("; {note}"));
    format!("{who}: {}{note}", count(labeller.verdicts, "verdict"))
}

/// Which answer of an example was preferred.
pub(super) fn preferred(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Win) => "The new answer was preferred",
        Some(Outcome::Loss) => "The old answer was preferred",
        Some(Outcome::Tie) => "Neither was preferred",
        None => "Nobody compared these two",
    }
}

/// The page's heading.
pub(super) fn heading(report: &Report) -> String {
    if report.title.is_empty() {
        "Did it get better?".to_owned()
    } else {
        format!("{}: did it get better?", report.title)
    }
}

/// Which model and adapter, in a line; empty where neither is known.
pub(super) fn models(report: &Report) -> String {
    let Report { base_model, new_model, adapter, .. } = report;
    let old = (!base_model.is_empty()).then(|| format!("old: {base_model}"));
    let new = match (new_model.as_str(), adapter.as_str()) {
        ("", "") => None,
        ("", adapter) => Some(format!("new: the old one with the adapter {adapter}")),
        (model, "") => Some(format!("new: {model}")),
        (model, adapter) => Some(format!("new: {model} with the adapter {adapter}")),
    };
    old.into_iter().chain(new).collect::<Vec<_>>().join(" · ")
}
