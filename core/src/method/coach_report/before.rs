//! Before a coach labels in bulk, it is tried on what people have decided.

use std::time::Instant;

use super::super::MethodError;
use super::super::work::Work;
use super::cases::Tried;
use super::{CoachReport, REPORTS, cases, report_of, write};
use crate::domain::{CoachName, RubricVersion};
use crate::feedback::coach::report_card::{FEWEST, ReportCard, Trial, Trust, report_card};
use crate::feedback::coach::{Coach, CoachItem};
use crate::job::JobContext;

/// Comparisons that a coach is tried on at most before it begins.
const MOST: usize = 100;

/// Tries the project's coach where people have decided enough, keeps its card among the project's reports, and refuses to
/// begin where the coach cannot be trusted and nobody said to go on all the same. `None` where people have decided too little.
pub(in crate::method) fn before_labelling(
    work: &Work<'_>,
    coach: &Coach,
    rubric: &RubricVersion,
    context: &JobContext<'_>,
) -> Result<Option<ReportCard>, MethodError> {
    let tried = cases::of_project(work.store)?;
    let decided = tried.cases.len();
    if decided < FEWEST {
        context.note(format!(
            "people have decided {decided} comparisons; from {FEWEST} on, the coach is tried on them before it judges"
        ));
        return Ok(None);
    }
    let judged_by = super::said_of(rubric);
    let known = report_of(work.store.folder());
    let same = |card: &&ReportCard| card.coach == work.coach_name() && card.judged_by == judged_by;
    let cards = known.as_ref().map_or(&[][..], |report| &report.cards);
    // What a policy learns and what stands behind a server may have changed; what a server was paid for is not paid again.
    let stays = !matches!(work.coach_name().parse()?, CoachName::Policy | CoachName::Endpoint(_));
    let kept = cards.iter().find(same).filter(|card| stays && card.cases >= decided.min(MOST)).cloned();
    let card = if let Some(card) = kept {
        card
    } else {
        let tried = if decided > MOST { tried.drawn(MOST, work.settings.seed) } else { tried };
        let card = tried_on(work, coach, rubric, &tried, context)?;
        let rubric_version = Some(rubric.version);
        let mut report = CoachReport {
            source: tried.source,
            rubric_version,
            comparisons: tried.comparisons,
            cards: vec![card.clone()],
        };
        // Cards of other coaches on the very same comparisons stand beside it.
        let beside =
            known.filter(|known| (known.rubric_version, &known.comparisons) == (rubric_version, &report.comparisons));
        report.cards.extend(beside.into_iter().flat_map(|known| known.cards).filter(|known| known.coach != card.coach));
        write(&work.store.folder().join(REPORTS), &report)?;
        card
    };
    context.note(format!("the coach's report card: {}", card.sentence));
    let is_accepted = work.settings.coach_trusted_anyway.as_deref() == Some(work.coach_name());
    if card.trust == Trust::DoNotTrust && !is_accepted {
        return Err(MethodError::CoachNotTrusted { coach: work.coach_name().to_owned(), sentence: card.sentence });
    }
    Ok(Some(card))
}

fn tried_on(
    work: &Work<'_>,
    coach: &Coach,
    rubric: &RubricVersion,
    tried: &Tried,
    context: &JobContext<'_>,
) -> Result<ReportCard, MethodError> {
    let items: Vec<CoachItem> = tried.cases.iter().map(|case| case.item.clone()).collect();
    let total = Some(items.len() as u64);
    let (begun, mut verdicts) = (Instant::now(), Vec::with_capacity(items.len()));
    coach.judge(&rubric.rubric, &items, context, |_, verdict| {
        verdicts.push(verdict);
        context.progress("trying the coach", verdicts.len() as u64, total, "comparisons");
        Ok::<_, MethodError>(())
    })?;
    let trial = Trial {
        coach: work.coach_name(),
        judged_by: &super::said_of(rubric),
        verdicts: &verdicts,
        rules: &[],
        seconds: begun.elapsed().as_secs_f64(),
        spent: coach.used(),
        currency: &coach.currency(),
        seed: work.settings.seed,
    };
    Ok(report_card(&tried.cases, &trial))
}
