//! People's verdicts choose the rules of the coach's rubric.

use super::super::MethodError;
use super::super::gather::{Texts, resolution};
use super::super::library::candidates;
use super::super::read::distilled_from;
use super::super::work::Work;
use super::judge::coach_items;
use crate::domain::{Choice, Comparison};
use crate::feedback::distillation::{DistillationSettings, distill, votes};
use crate::files;
use crate::job::JobContext;

/// Keeps a new version of the rubric: the rules that agree with people and add to each other.
pub(super) fn distil(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let pairs = resolution(work, &round)?.pairs;
    let comparisons: Vec<Comparison> = work.store.comparisons(None)?;
    let (mut judged, mut people) = (Vec::new(), Vec::new());
    for pair in pairs.iter().filter(|pair| pair.by_people) {
        let found = comparisons.iter().find(|comparison| comparison.id == pair.comparison);
        if let Some(comparison) = found {
            judged.push(*comparison);
            people.push(if pair.chosen == comparison.a { Choice::A } else { Choice::B });
        }
    }
    let candidates = candidates(work)?;
    let items = coach_items(&judged, &Texts::read(work)?)?;
    let coach = work.coach(context)?;
    let task = work.store.rubrics()?.pop().map(|version| version.rubric.task).unwrap_or_default();
    let votes = votes(task, &candidates, &items, Some(&coach), context)?;
    let settings = DistillationSettings { seed: work.settings.seed, task, ..DistillationSettings::default() };
    let distilled = distill(&candidates, &votes, &people, &settings);
    if distilled.kept.is_empty() {
        return Err(MethodError::NoRules { round: number, candidates: candidates.len() });
    }
    for record in &distilled.kept {
        let agreement = record.agreement.in_words();
        context.note(format!(
            "kept the rule “{}”: where it tells two answers apart, it agrees with people in {agreement}",
            record.rule.text
        ));
    }
    work.store.add_rubric(&distilled.rubric, &distilled_from(number))?;
    let folder = work.store.folder().join("reports");
    files::create_folder(&folder)?;
    files::write_atomically(&folder.join(format!("rules-{number}.json")), |out| {
        serde_json::to_writer_pretty(out, &distilled).map_err(std::io::Error::from)
    })?;
    Ok(())
}
