//! What can go wrong with packs and reviews, and the cure.

use std::path::PathBuf;

use crate::domain::{RecordId, ToUserMessage};
use crate::files::FileError;

/// A pack could not be made, read, written or merged. Nothing is merged by halves.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is larger than any pack.
    #[error("{} is larger than a pack can be ({} MiB)", path.display(), limit / (1 << 20))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes that a pack has at most.
        limit: u64,
    },
    /// The file is not JSON, or a value in it is not what it should be.
    #[error("{}, line {line}, column {column}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the reader stumbled over.
        message: String,
    },
    /// JSON, but of something else.
    #[error("{} is no pack of Whetstone", path.display())]
    NotAPack {
        /// The file.
        path: PathBuf,
    },
    /// A pack in a form that this program does not know.
    #[error("{} is a pack of version {found}, but this program knows version {known}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// What the file says.
        found: u64,
        /// What this program writes.
        known: u32,
    },
    /// An item of the pack cannot be used.
    #[error("{}, item {number}: {problem}", path.display())]
    Item {
        /// The file.
        path: PathBuf,
        /// From 1.
        number: usize,
        /// What is wrong.
        problem: PackItemProblem,
    },
    /// The pack was made of another project.
    #[error("{} was made of another project (`{pack_project}`) than this one (`{project}`)", path.display())]
    ForeignProject {
        /// The file.
        path: PathBuf,
        /// What the pack calls its project.
        pack_project: String,
        /// What this project is called.
        project: String,
    },
    /// Nobody in the project has the name that the pack was made for.
    #[error("{} was labelled by `{name}`, who is no annotator of this project", path.display())]
    UnknownAnnotator {
        /// The file.
        path: PathBuf,
        /// The annotator's name in the pack.
        name: String,
    },
    /// A pack was asked for of something that is not in the project.
    #[error("a pack cannot be made: {what} {id} is not in the project")]
    Missing {
        /// A prompt, an answer, a comparison.
        what: &'static str,
        /// Its id.
        id: RecordId,
    },
    /// A pack was asked for without a comparison in it.
    #[error("a pack for `{name}` would be empty")]
    Empty {
        /// For whom it was asked.
        name: String,
    },
    /// A label was given to an item that the pack does not have.
    #[error("the pack has {items} items, and none at place {number}")]
    NoSuchItem {
        /// From 1.
        number: usize,
        /// Items in all.
        items: usize,
    },
}

/// Why an item of a pack cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackItemProblem {
    /// The key is none that a pack is made with.
    #[error("`key` is no key of a pack")]
    Key,
    /// Another item has the same key.
    #[error("`key` is that of item {other} too")]
    DuplicateKey {
        /// From 1.
        other: usize,
    },
    /// The time is no time.
    #[error("`seconds` must be at least 0")]
    Seconds,
    /// The label's place among the labels is none.
    #[error("`counter` must be from 1 to the pack's own, which is {most}")]
    Counter {
        /// The pack's counter.
        most: u32,
    },
    /// A correction that says nothing.
    #[error("the correction is empty")]
    EmptyEdit,
    /// The project does not have the comparison.
    #[error("comparison {comparison} is not in this project")]
    UnknownComparison {
        /// Its id.
        comparison: RecordId,
    },
    /// The answers are not those of the project.
    #[error("the answers are not those of comparison {comparison} in this project")]
    OtherAnswers {
        /// Its id.
        comparison: RecordId,
    },
}

impl ToUserMessage for PackError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::File(error) => return error.hint(),
            Self::TooLarge { .. } | Self::NotAPack { .. } => {
                "check that it is the right file: the name of a pack ends in `.whetstone-pack`"
            }
            Self::Syntax { .. } => {
                "the file was changed by something else, or did not arrive whole: have it sent again, or go on with a \
                 new pack"
            }
            Self::Version { .. } => "install the newest Whetstone on both machines, and make the pack anew",
            Self::Item { problem, .. } => problem.hint(),
            Self::ForeignProject { .. } => "open the project that it was made of, and merge it there",
            Self::UnknownAnnotator { .. } => "add an annotator of this name to the project, and merge the pack again",
            Self::Missing { .. } => "make the pack anew: the project has changed in the meantime",
            Self::Empty { .. } => "there is nothing left to ask: make more comparisons first",
            Self::NoSuchItem { .. } => "give the number of an item of the pack",
        };
        Some(cure.to_owned())
    }
}

impl PackItemProblem {
    fn hint(&self) -> &'static str {
        match self {
            Self::Key | Self::DuplicateKey { .. } | Self::Seconds | Self::Counter { .. } | Self::EmptyEdit => {
                "the file was changed by hand: have the one that Whetstone wrote sent again, or go on with a new pack"
            }
            Self::UnknownComparison { .. } | Self::OtherAnswers { .. } => {
                "the comparison was removed or changed since the pack was made: open the project as it was then, or go \
                 on with a new pack"
            }
        }
    }
}

/// A comparison cannot be settled like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// As many say one as the other, so there is nothing to approve or to turn over.
    #[error("comparison {comparison} cannot be approved or turned over: as many say one as the other")]
    NothingStands {
        /// Its id.
        comparison: RecordId,
    },
    /// What stands prefers neither answer.
    #[error("comparison {comparison} cannot be turned over: neither answer is preferred")]
    NothingToTurnOver {
        /// Its id.
        comparison: RecordId,
    },
    /// A skip settles nothing.
    #[error("comparison {comparison} cannot be settled by a skip")]
    SettledBySkip {
        /// Its id.
        comparison: RecordId,
    },
    /// The corrected answer is none of the comparison's.
    #[error("comparison {comparison} has no answer {completion} to correct")]
    EditOfAnother {
        /// Its id.
        comparison: RecordId,
        /// What was to be corrected.
        completion: RecordId,
    },
    /// The correction says nothing.
    #[error("the correction in comparison {comparison} is empty")]
    EmptyEdit {
        /// Its id.
        comparison: RecordId,
    },
}

impl ToUserMessage for ReviewError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::NothingStands { .. } | Self::NothingToTurnOver { .. } => "say which answer is better",
            Self::SettledBySkip { .. } => "leave it in the queue, or reject it",
            Self::EditOfAnother { .. } => "correct one of the two answers that are shown",
            Self::EmptyEdit { .. } => "write how the answer should read, or reject both",
        };
        Some(cure.to_owned())
    }
}
