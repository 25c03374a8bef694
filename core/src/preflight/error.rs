//! Why a training is not begun.

use std::path::PathBuf;

use crate::domain::ToUserMessage;
use crate::job::{Cancelled, JobError};
use crate::model::backend::BackendError;
use crate::model::{AdapterError, ModelError};
use crate::train::TrainError;

use super::words::size;

/// A training was not begun.
#[derive(Debug, thiserror::Error)]
pub enum PreflightError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// What it is to work with.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The adapter whose speed is measured.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Memory is short.
    #[error(
        "the training needs about {} of memory, and {} can be had: nothing was begun", size(*needed), size(*free)
    )]
    Memory {
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
        /// What would help.
        cure: String,
    },
    /// The disk is short.
    #[error(
        "{}: the run needs about {} of disk, and {} are free: nothing was begun",
        folder.display(), size(*needed), size(*free)
    )]
    Disk {
        /// The run's folder.
        folder: PathBuf,
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
    },
}

impl From<ModelError> for PreflightError {
    fn from(error: ModelError) -> Self {
        Self::Train(error.into())
    }
}

impl ToUserMessage for PreflightError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled(_) => None,
            Self::Train(error) => error.hint(),
            Self::Adapter(error) => error.hint(),
            Self::Backend(_) => Some("close other programs that use the device, or choose `--device cpu`".to_owned()),
            Self::Memory { cure, .. } => Some(cure.clone()),
            Self::Disk { .. } => {
                Some("make room there, choose another folder with `--out`, or a lower `--rank`".to_owned())
            }
        }
    }
}

impl JobError for PreflightError {
    fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_)) || matches!(self, Self::Train(error) if error.is_cancelled())
    }
}
