//! The model answers, and its answers are paired for judging.

use std::collections::BTreeSet;

use super::super::MethodError;
use super::super::gather::comparisons_of;
use super::super::work::{Work, seed_for};
use crate::domain::{CompletionOrigin, FinishReason, Prompt, RecordId, Round, Sample, SamplingSettings, Split};
use crate::feedback::people::{PairingSettings, choose_pairs};
use crate::generate::Session;
use crate::job::JobContext;
use crate::project::store::{NewComparison, NewCompletion};

/// What seeds of answers are made from, beside the project's.
const ANSWERS: u64 = 1;

/// What the seed of the choice of comparisons is made from.
const PAIRS: u64 = 4;

/// Draws the answers of a round that are not there yet, and pairs those that people are to judge.
pub(super) fn answer(work: &Work<'_>, number: u32, context: &JobContext<'_>) -> Result<(), MethodError> {
    let round = work.round(number)?;
    let prompts = work.store.prompts(Some(Split::Train))?;
    let mut answered: BTreeSet<RecordId> =
        work.completions(round.id, Split::Train)?.iter().map(|answer| answer.prompt).collect();
    // Prompts that came with their answers need no others.
    answered.extend(comparisons_of(work.store, Some(&round))?.iter().map(|comparison| comparison.prompt));
    // Where every prompt has answers and no two of them differ, others are drawn: the settings were changed for that.
    if prompts.iter().all(|prompt| answered.contains(&prompt.id))
        && comparisons_of(work.store, Some(&round))?.is_empty()
    {
        answered.clear();
    }
    let missing: Vec<Prompt> = prompts.iter().filter(|prompt| !answered.contains(&prompt.id)).cloned().collect();
    if !missing.is_empty() {
        draw_answers(work, &round, &missing, context)?;
    }
    let people = work.prompts_of_people(number, &prompts);
    pair_answers(work, &round, Some(&people))?;
    Ok(())
}

fn draw_answers(
    work: &Work<'_>,
    round: &Round,
    prompts: &[Prompt],
    context: &JobContext<'_>,
) -> Result<(), MethodError> {
    let adapter = round.start_run.map(|run| work.store.run_folder(run));
    let session = Session::open(work.compute, &work.model()?, adapter.as_deref())?;
    let sampling = SamplingSettings {
        samples: work.settings.samples,
        seed: seed_for(work.settings.seed, round.number, ANSWERS),
        ..work.settings.sampling.clone()
    };
    work.draw(&session, prompts, &sampling, true, context, |prompt, samples| {
        let keep = |sample: Sample| NewCompletion {
            prompt: prompt.id,
            round: Some(round.id),
            text: sample.completion,
            origin: CompletionOrigin::Model {
                model: work.settings.model.clone(),
                run: round.start_run,
                seed: sampling.seed,
            },
            is_finished: sample.finish_reason == Some(FinishReason::Stop),
        };
        let completions: Vec<NewCompletion> = samples.into_iter().map(keep).collect();
        work.store.add_completions(&completions)?;
        Ok(())
    })
}

/// Makes the comparisons of a round's answers: of all prompts, or only of those named. Those that are there stay.
pub(super) fn pair_answers(work: &Work<'_>, round: &Round, only: Option<&[RecordId]>) -> Result<usize, MethodError> {
    let mut completions = work.completions(round.id, Split::Train)?;
    completions.retain(|completion| only.is_none_or(|only| only.contains(&completion.prompt)));
    let existing = work.store.comparisons(Some(round.id))?;
    let settings = PairingSettings {
        most_a_prompt: work.settings.comparisons,
        most_comparisons: None,
        seed: seed_for(work.settings.seed, round.number, PAIRS),
    };
    let chosen = choose_pairs(&completions, &existing, &settings);
    if chosen.is_empty() && existing.is_empty() && !completions.is_empty() {
        return Err(MethodError::NoComparisons { round: round.number });
    }
    let comparisons: Vec<NewComparison> = chosen
        .into_iter()
        .map(|pair| NewComparison { prompt: pair.prompt, round: Some(round.id), a: pair.a, b: pair.b })
        .collect();
    Ok(work.store.add_comparisons(&comparisons)?.len())
}
