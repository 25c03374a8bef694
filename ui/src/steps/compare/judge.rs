//! Who compares old and new, with what each costs.

use egui::Ui;
use serde_json::json;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::ResultJudge;
use whetstone_core::job::ProjectChanges;

use crate::look::space;
use crate::page::Page;
use crate::parts;

/// A card is not narrower than this.
const NARROWEST: f32 = 300.0;

/// Somebody who can compare: a row of [`JUDGES`].
#[derive(Debug)]
pub(super) struct JudgeRow {
    /// Who.
    pub judge: ResultJudge,
    /// Their name.
    pub name: &'static str,
    /// What they do.
    pub meaning: &'static str,
    /// What it costs.
    pub cost: &'static str,
}

/// Everybody who can compare.
pub(super) const JUDGES: &[JudgeRow] = &[
    JudgeRow {
        judge: ResultJudge::People,
        name: "compare-judge-people",
        meaning: "compare-judge-people-text",
        cost: "compare-judge-people-cost",
    },
    JudgeRow {
        judge: ResultJudge::Coach,
        name: "compare-judge-coach",
        meaning: "compare-judge-coach-text",
        cost: "compare-judge-coach-cost",
    },
    JudgeRow {
        judge: ResultJudge::Rules,
        name: "compare-judge-rules",
        meaning: "compare-judge-rules-text",
        cost: "compare-judge-rules-cost",
    },
    JudgeRow {
        judge: ResultJudge::Example,
        name: "compare-judge-example",
        meaning: "compare-judge-example-text",
        cost: "compare-judge-example-cost",
    },
];

/// Draws the choice.
pub(super) fn judge_ui(page: &mut Page<'_>, ui: &mut Ui, view: &ProjectView) {
    let can_be_checked =
        view.rubric.as_ref().is_some_and(|version| version.rubric.rules.iter().any(|rule| rule.check.is_some()));
    let is_there = |row: &&JudgeRow| match row.judge {
        ResultJudge::Example => view.settings.is_example,
        // Where a program can check no rule, this would fail; what is chosen already is shown in any case.
        ResultJudge::Rules => can_be_checked || view.settings.judge == ResultJudge::Rules,
        ResultJudge::People | ResultJudge::Coach => true,
    };
    let rows: Vec<&JudgeRow> = JUDGES.iter().filter(is_there).collect();
    let comparisons = view.standing.holdout * view.settings.result_samples;
    parts::text_with_terms(page, ui, &page.say("compare-judge-title"), &["annotator"]);
    ui.add_space(space::SMALL);
    let mut picked = None;
    parts::side_by_side(ui, rows.len(), 2, NARROWEST, |ui, place, beside| {
        let (row, is_chosen) = (rows[place], view.settings.judge == rows[place].judge);
        if card_ui(page, ui, row, is_chosen, (comparisons, beside)) {
            picked = Some(row.judge);
        }
    });
    if let Some(judge) = picked {
        let judge = json!(judge).as_str().map(str::to_owned);
        page.send(ProjectCommand::Change(Box::new(ProjectChanges { judge, ..ProjectChanges::default() })));
    }
}

/// Whether the card was chosen.
fn card_ui(
    page: &Page<'_>,
    ui: &mut Ui,
    row: &JudgeRow,
    is_chosen: bool,
    (comparisons, beside): (usize, usize),
) -> bool {
    let response = parts::choice_card(page.colours, ui, &page.say(row.name), is_chosen, |ui| {
        parts::levelled(ui, &format!("judges {beside}"), |ui| {
            parts::paragraph(page, ui, &page.say(row.meaning));
            let comparisons = parts::whole_number(comparisons);
            parts::soft(page, ui, &page.say_with(row.cost, [("comparisons", comparisons.into())]));
        });
    });
    response.clicked() && !is_chosen
}
