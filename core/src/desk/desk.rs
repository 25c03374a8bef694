//! What a person does with a project.

use std::path::Path;
use std::sync::Arc;

use super::command::{Applied, ProjectCommand};
use super::error::DeskError;
use super::sit;
use super::sitting::Refused;
use crate::doctor;
use crate::domain::{RecordId, Rubric, Split, Text, ToUserMessage, UserMessage};
use crate::feedback::check_rubric;
use crate::feedback::people::Effect;
use crate::job::ProjectChanges;
use crate::method::{self, MethodError, Sitting};
use crate::project::store::{self, Access, NewPrompt, RunState, Store};

/// A project that a window owns.
#[derive(Debug)]
pub struct Desk {
    store: Arc<Store>,
    sitting: Option<Sitting>,
}

/// What came of a command, before the sitting is looked at.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) said: Vec<String>,
    pub(super) undo: Option<ProjectCommand>,
    pub(super) refused: Option<Refused>,
}

impl Done {
    /// Something to tell.
    fn saying(said: impl IntoIterator<Item = String>) -> Self {
        Self { said: said.into_iter().collect(), ..Self::default() }
    }

    /// Nothing to tell, and a way back.
    fn undone_by(undo: Option<ProjectCommand>) -> Self {
        Self { undo, ..Self::default() }
    }
}

impl Desk {
    /// Makes a project in a folder that is new or empty, and owns it.
    pub fn create(folder: &Path, changes: &ProjectChanges) -> Result<Self, UserMessage> {
        Ok(Self::over(method::make(folder, changes).map_err(told)?))
    }

    /// Makes a project anew from an archive, in a folder that is new or empty, and opens it.
    pub fn unpack(archive: &Path, folder: &Path) -> Result<Self, UserMessage> {
        store::unpack(archive, folder).map_err(told)?;
        Self::open(folder)
    }

    /// Opens a project as its owner: nobody else may.
    pub fn open(folder: &Path) -> Result<Self, UserMessage> {
        Ok(Self::over(Store::open(folder, Access::Owner).map_err(told)?))
    }

    fn over(store: Store) -> Self {
        Self { store: Arc::new(store), sitting: None }
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        self.store.folder()
    }

    /// Does what is asked, wholly or not at all; it is on the disk when this returns. A sitting goes on whatever else is
    /// asked.
    pub fn apply(&mut self, command: &ProjectCommand) -> Result<Applied, UserMessage> {
        let before = self.store.changed_rows();
        let Done { said, undo, refused } = self.carry_out(command).map_err(told)?;
        let has_changed = self.store.changed_rows() != before;
        let sitting = self.sitting.as_ref().map(|sitting| sit::view(sitting, refused));
        Ok(Applied { said, undo, sitting, has_changed })
    }

    fn carry_out(&mut self, command: &ProjectCommand) -> Result<Done, DeskError> {
        let store = &*self.store;
        match command {
            ProjectCommand::Change(changes) => {
                method::set(store, changes).map(|()| Done::default()).map_err(Into::into)
            }
            ProjectCommand::SetSettings(settings) => Ok(method::set_all(store, settings).map(|()| Done::default())?),
            ProjectCommand::AddPrompts { texts, split } => add_prompts(store, texts, *split),
            ProjectCommand::SetSplit { prompts, split } => set_split(store, prompts, *split),
            ProjectCommand::SetDiscarded { completions, is_discarded } => {
                let changed = store.set_all_discarded(completions, *is_discarded)?;
                let undo = ProjectCommand::SetDiscarded { completions: changed, is_discarded: !is_discarded };
                Ok(Done::undone_by(has_any(undo)))
            }
            ProjectCommand::WriteRubric(rubric) => write_rubric(store, rubric),
            ProjectCommand::SitDown { annotator, asked, filter } => {
                self.sitting = Some(sit::down(&self.store, annotator.trim(), *asked, filter)?);
                Ok(Done::default())
            }
            ProjectCommand::Press { key, seconds } => self.sit(|sitting| sitting.answer(*key, *seconds)),
            ProjectCommand::Correct { side, text, seconds } => self.sit(|sitting| sitting.edit(*side, text, *seconds)),
            ProjectCommand::Review { action, seconds } => self.sit(|sitting| sitting.review(action, *seconds)),
            ProjectCommand::StandUp => {
                self.sitting = None;
                Ok(Done::default())
            }
            ProjectCommand::Approve { annotator } => approve(store, annotator.trim()),
            ProjectCommand::SetAnnotatorActive { annotator, is_active } => set_active(store, *annotator, *is_active),
            ProjectCommand::WritePack { annotator, out, review } => {
                let name = annotator.trim();
                let comparisons = method::write_pack(store, name, out, *review)?;
                Ok(Done::saying([format!("Wrote {comparisons} comparisons for {name} to {}.", out.display())]))
            }
            ProjectCommand::MergePacks(packs) => Ok(Done::saying(method::merge_all(store, packs, || Ok(()))?)),
            ProjectCommand::WriteDataset { to, out } => {
                let (pairs, written) = method::write_pairs(store, to, out)?;
                let wrote = format!("Wrote {pairs} preference pairs to {}.", out.display());
                Ok(Done::saying(std::iter::once(wrote).chain(written.notes)))
            }
            ProjectCommand::WriteArchive { out } => {
                method::write_archive(store, out)?;
                Ok(Done::saying([format!("Packed the project into {}.", out.display())]))
            }
            ProjectCommand::GiveUpRun { run } => give_up(store, *run),
            ProjectCommand::StopRun { run } => {
                store.request_cancel(*run)?;
                Ok(Done::default())
            }
            ProjectCommand::BeginRound => begin_round(store),
        }
    }

    fn sit(&mut self, act: impl FnOnce(&mut Sitting) -> Result<Effect, MethodError>) -> Result<Done, DeskError> {
        let refused = match act(self.sitting.as_mut().ok_or(DeskError::NobodySits)?)? {
            Effect::NothingToUndo => Some(Refused::NothingToUndo),
            Effect::NothingCorrected => Some(Refused::NothingCorrected),
            _ => None,
        };
        Ok(Done { refused, ..Done::default() })
    }
}

/// What a person is told of an error.
pub(super) fn told(error: impl Into<DeskError>) -> UserMessage {
    error.into().user_message()
}

/// A way back, where something was changed at all.
fn has_any(undo: ProjectCommand) -> Option<ProjectCommand> {
    let is_empty = match &undo {
        ProjectCommand::SetSplit { prompts: ids, .. } | ProjectCommand::SetDiscarded { completions: ids, .. } => {
            ids.is_empty()
        }
        _ => false,
    };
    (!is_empty).then_some(undo)
}

fn add_prompts(store: &Store, texts: &[String], split: Option<Split>) -> Result<Done, DeskError> {
    let new = |text: &str| NewPrompt {
        text: Text::Plain(text.to_owned()),
        split: split.unwrap_or_default(),
        tags: Vec::new(),
        source: "typed".to_owned(),
    };
    let prompts: Vec<NewPrompt> =
        texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(new).collect();
    let (settings, is_first) = (store.settings()?, store.counts(None)?.prompts_holdout == 0);
    let mut set_aside = 0;
    let added = store.add_prompts_setting_aside(&prompts, |ids| {
        if split.is_some() {
            return Vec::new();
        }
        let share = settings.holdout_share;
        // Without any of them old and new could not be compared.
        let least = usize::from(is_first && share > 0.0 && ids.len() > 1);
        let chosen = method::drawn(ids.to_vec(), settings.seed, method::share_of(share, ids.len()).max(least));
        set_aside = chosen.len();
        chosen
    })?;
    let mut said = Vec::new();
    if set_aside > 0 {
        said.push(format!(
            "Of {} new prompts, {set_aside} {} set aside for comparing old and new.",
            added.ids.len(),
            if set_aside == 1 { "is" } else { "are" }
        ));
    }
    match added.repeated {
        0 => {}
        1 => said.push("1 prompt was there already.".to_owned()),
        repeated => said.push(format!("{repeated} prompts were there already.")),
    }
    Ok(Done::saying(said))
}

fn set_split(store: &Store, prompts: &[RecordId], split: Split) -> Result<Done, DeskError> {
    let moved = store.set_splits(prompts, split)?;
    let mut said = Vec::new();
    if split == Split::Holdout && !moved.is_empty() {
        let trained_on = store.prompts_trained_on()?;
        match moved.iter().filter(|prompt| trained_on.contains(prompt)).count() {
            0 => {}
            1 => said
                .push("1 of them was trained on already, which flatters the new model when it is compared.".to_owned()),
            count => said.push(format!(
                "{count} of them were trained on already, which flatters the new model when it is compared."
            )),
        }
    }
    let back = if split == Split::Train { Split::Holdout } else { Split::Train };
    let undo = has_any(ProjectCommand::SetSplit { prompts: moved, split: back });
    Ok(Done { said, undo, ..Done::default() })
}

/// A rubric without rules is none yet, and may be written: it is the way back from the first one.
fn write_rubric(store: &Store, rubric: &Rubric) -> Result<Done, DeskError> {
    if !rubric.rules.is_empty() {
        check_rubric(rubric).map_err(|problem| DeskError::Rubric(Box::new(problem)))?;
    }
    let before = store.rubrics()?.pop().map(|version| version.rubric).unwrap_or_default();
    if before == *rubric {
        return Ok(Done::default());
    }
    store.add_rubric(rubric, "written")?;
    Ok(Done::undone_by(Some(ProjectCommand::WriteRubric(before))))
}

fn approve(store: &Store, name: &str) -> Result<Done, DeskError> {
    Ok(Done::saying(match method::approve(store, name)?.1 {
        0 => None,
        1 => Some("1 doubtful comparison was not looked at.".to_owned()),
        doubtful => Some(format!("{doubtful} doubtful comparisons were not looked at.")),
    }))
}

fn set_active(store: &Store, annotator: RecordId, is_active: bool) -> Result<Done, DeskError> {
    let was_active = store.annotators()?.iter().any(|one| one.id == annotator && one.is_active);
    store.set_annotator_active(annotator, is_active)?;
    let runs: Vec<String> = store.runs_touched_by(annotator)?.iter().map(|run| format!("run {run}")).collect();
    let rest = if is_active { "They count again too." } else { "They count no more, and are trained anew." };
    let said = (!runs.is_empty()).then(|| format!("These trainings rest on the verdicts: {}. {rest}", runs.join(", ")));
    let undo = ProjectCommand::SetAnnotatorActive { annotator, is_active: was_active };
    Ok(Done { said: said.into_iter().collect(), undo: (was_active != is_active).then_some(undo), refused: None })
}

fn give_up(store: &Store, run: RecordId) -> Result<Done, DeskError> {
    let not_stopped = |state| Err(DeskError::NotStopped { run, state });
    match store.run(run)?.state {
        RunState::Prepared | RunState::Cancelled => {}
        // Its process was killed before it could say so.
        RunState::Running { process } if !doctor::is_running(process) => {}
        RunState::Running { .. } => return not_stopped("is being trained"),
        RunState::Finished => return not_stopped("is finished"),
        RunState::Failed => return not_stopped("has failed"),
    }
    store.set_run_state(run, RunState::Failed)?;
    Ok(Done::default())
}

fn begin_round(store: &Store) -> Result<Done, DeskError> {
    let (_, position, _) = method::position_of(store)?.ok_or(MethodError::NoMethod)?;
    if let Some(next) = position.next {
        return Err(DeskError::NotThrough { title: next.stage.kind.title() });
    }
    method::begin_round(store)?;
    Ok(Done::default())
}

#[cfg(test)]
mod tests;
