//! What a person does with a project.

use std::path::PathBuf;

use super::sitting::SittingView;
use crate::domain::{RecordId, Rubric, Split};
use crate::feedback::people::{Key, ReviewAction, ReviewFilter, Side};
use crate::job::ProjectChanges;
use crate::method::Asked;
use crate::project::store::ProjectSettings;

/// Something to do with the project that is open. Each is done wholly or not at all, and is on the disk when it is
/// answered.
#[derive(Debug, Clone, PartialEq)]
pub enum ProjectCommand {
    /// Change some settings.
    Change(Box<ProjectChanges>),
    /// Change every setting. Refused where a value makes no sense.
    SetSettings(Box<ProjectSettings>),
    /// Add prompts that were typed or pasted: a prompt each.
    AddPrompts {
        /// Their texts; empty ones are passed over.
        texts: Vec<String>,
        /// Which half of the road they serve. `None` sets the project's share of them aside.
        split: Option<Split>,
    },
    /// Put prompts on one half of the road.
    SetSplit {
        /// Which.
        prompts: Vec<RecordId>,
        /// Which half.
        split: Split,
    },
    /// Take answers out, or back in.
    SetDiscarded {
        /// Which.
        completions: Vec<RecordId>,
        /// Whether they are out.
        is_discarded: bool,
    },
    /// Keep a new version of the rubric.
    WriteRubric(Rubric),
    /// A person begins to judge.
    SitDown {
        /// Their name.
        annotator: String,
        /// What they are asked.
        asked: Asked,
        /// Of what is doubtful, what they want to look at.
        filter: ReviewFilter,
    },
    /// A key was pressed in the sitting.
    Press {
        /// Which.
        key: Key,
        /// Seconds since the comparison was shown.
        seconds: f64,
    },
    /// One of the two answers was corrected in the sitting.
    Correct {
        /// Which.
        side: Side,
        /// How it should read.
        text: String,
        /// Seconds since the comparison was shown.
        seconds: f64,
    },
    /// What a reviewer makes of what is shown in the sitting. `Edit` goes by [`Self::Correct`].
    Review {
        /// What.
        action: ReviewAction,
        /// Seconds since the comparison was shown.
        seconds: f64,
    },
    /// The person stops judging.
    StandUp,
    /// A person lets the newest round's labels be trained on.
    Approve {
        /// Who.
        annotator: String,
    },
    /// Count an annotator's verdicts no more, or again.
    SetAnnotatorActive {
        /// Who.
        annotator: RecordId,
        /// Whether they count.
        is_active: bool,
    },
    /// Write an annotator's pack: comparisons to be judged elsewhere.
    WritePack {
        /// Whose.
        annotator: String,
        /// The file to write.
        out: PathBuf,
        /// What is doubtful rather than what nobody has judged.
        review: bool,
    },
    /// Bring the labels of packs back.
    MergePacks(Vec<PathBuf>),
    /// Write the preference pairs as another tool reads them.
    WriteDataset {
        /// A row of the registry of dataset forms.
        to: String,
        /// The file to write.
        out: PathBuf,
    },
    /// Pack the project into one file.
    WriteArchive {
        /// The file to write.
        out: PathBuf,
    },
    /// Give a run that was stopped up: the next training begins anew.
    GiveUpRun {
        /// Which.
        run: RecordId,
    },
    /// Ask a run that goes on without this window to stop at its next step.
    StopRun {
        /// Which.
        run: RecordId,
    },
    /// Begin a new round from the adapter that is there.
    BeginRound,
}

/// What came of a command.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// What to tell the person, in sentences; none where the screen shows it by itself.
    pub said: Vec<String>,
    /// What takes it back, where something can.
    pub undo: Option<ProjectCommand>,
    /// The sitting after it; `None` where nobody sits.
    pub sitting: Option<SittingView>,
    /// Whether the project's view is another one now.
    pub has_changed: bool,
}

impl ProjectCommand {
    /// Whether it belongs to a person's sitting, where the next key waits until this one is kept.
    pub fn is_of_sitting(&self) -> bool {
        matches!(
            self,
            Self::SitDown { .. } | Self::Press { .. } | Self::Correct { .. } | Self::Review { .. } | Self::StandUp
        )
    }
}
