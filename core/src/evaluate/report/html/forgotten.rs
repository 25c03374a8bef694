//! The part of the page about forgetting.

use super::{answer, figures, paragraph, section, table};
use crate::evaluate::figures::count;
use crate::evaluate::report::escape::html;
use crate::evaluate::report::plots::Plot;
use crate::evaluate::report::{Report, forgotten};
use crate::evaluate::{Forgetting, LostCheck};

/// What was measured, in words, pictures and a table, and the lost questions to be read.
pub(super) fn of(report: &Report, plots: &[Plot]) -> String {
    let Some(forgetting) = &report.results.forgetting else { return String::new() };
    let said: String = forgotten::says(forgetting).iter().map(|words| paragraph("", words)).collect();
    let rows = forgotten::rows(forgetting);
    let table = if rows.is_empty() { String::new() } else { table("what it still knows", &forgotten::note(), &rows) };
    section("What it still knows", &[said, figures(plots, &["checks", "forgetting"]), table, lost(forgetting)].concat())
}

fn lost(forgetting: &Forgetting) -> String {
    let card = |lost: &LostCheck| {
        format!(
            "<article class=\"card\"><div class=\"asked\"><span class=\"label\">Asked</span>\
             <p class=\"data\" dir=\"auto\">{}</p></div>\n<div class=\"answers\">{}{}</div></article>\n",
            html(&lost.prompt),
            answer("Old answer, right", &lost.before, false),
            answer("New answer", &lost.after, false)
        )
    };
    let fold = |(kind, lost): (String, &[LostCheck])| {
        format!(
            "<details class=\"lost\"><summary>{}: {}</summary>\n{}</details>\n",
            html(&kind),
            count(lost.len() as u64, "lost question"),
            lost.iter().map(card).collect::<String>()
        )
    };
    forgotten::lost(forgetting).into_iter().map(fold).collect()
}
