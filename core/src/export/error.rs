//! What can go wrong while an adapter is taken away.

use std::path::PathBuf;

use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::generate::GenerateError;
use crate::job::{Cancelled, JobError};
use crate::model::backend::BackendError;
use crate::model::{AdapterError, DeviceError, ModelError};
use crate::project::store::StoreError;
use crate::train::TrainError;

/// An adapter could not be written in another format.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The model or the adapter.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The adapter's files.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The device.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Answers that were drawn for the proof.
    #[error(transparent)]
    Generate(GenerateError),
    /// The project whose adapter it is.
    #[error(transparent)]
    Store(#[from] Box<StoreError>),
    /// What was written could not be kept in the project's list.
    #[error("the adapter was exported to {}, but the project's list of exports could not be written: {source}", folder.display())]
    NotListed {
        /// The folder.
        folder: PathBuf,
        /// What stands in the way.
        source: Box<StoreError>,
    },
    /// A format that is not known.
    #[error("there is no format {asked}")]
    UnknownTarget {
        /// What was asked for.
        asked: String,
        /// The formats that are.
        known: String,
    },
    /// A format of adapters, and none was given.
    #[error("the format {target} is one of adapters, and none was given")]
    NoAdapter {
        /// The format.
        target: &'static str,
    },
    /// An adapter that the format has no words for.
    #[error("the format {target} cannot hold this adapter: it has {what}")]
    UnfitAdapter {
        /// The format.
        target: &'static str,
        /// What it has.
        what: String,
    },
    /// What was read back of an adapter is not what was written.
    #[error("{} does not hold what was written to it: {what}", path.display())]
    NotReadBack {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A model that the format has no words for.
    #[error("a GGUF file cannot hold this model: it has {what}")]
    NotInGguf {
        /// What it has.
        what: String,
    },
    /// Something that another program's form has no words for.
    #[error("{form} has no words for {what}")]
    NotInForm {
        /// The form.
        form: &'static str,
        /// What it has no words for.
        what: String,
        /// What to do instead.
        cure: &'static str,
    },
    /// A form that carries the data of the training, which is not there.
    #[error("what was learned from does not lie in {}", folder.display())]
    NoData {
        /// The run's folder.
        folder: PathBuf,
    },
    /// Data that the run did not learn from.
    #[error("{} is not what the run learned from with this model", path.display())]
    OtherData {
        /// The file.
        path: PathBuf,
    },
    /// The record of the training that the adapter came of.
    #[error(transparent)]
    Run(#[from] Box<TrainError>),
    /// A model that is a GGUF file already, where the weights that it was made of are needed.
    #[error("{} is a GGUF file: this form is written from a model's own weights", path.display())]
    BaseIsGguf {
        /// The file.
        path: PathBuf,
    },
    /// What was read back computes something else than the rounding of its form explains.
    #[error("what was written to {} gives other logits than the model: they differ by {difference:.2e} of their spread, where {most:.0e} is the most that its form explains", path.display())]
    FileDiffers {
        /// The file.
        path: PathBuf,
        /// The relative difference.
        difference: f64,
        /// The bound.
        most: f64,
    },
    /// What was read back writes conversations otherwise.
    #[error("what was written to {} makes other texts of conversations than the model's own chat template", path.display())]
    OtherTemplate {
        /// The file or folder.
        path: PathBuf,
    },
    /// A folder that holds something else.
    #[error("{} is not empty, and is no earlier export", folder.display())]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// An earlier export in which something else lies too.
    #[error("{} is an earlier export, but {file} in it is not part of it and would be deleted", folder.display())]
    TakenByMore {
        /// The folder.
        folder: PathBuf,
        /// The first of what else lies there.
        file: String,
    },
    /// A folder that would be replaced, with what is exported in it.
    #[error("{} lies in {}, which the export would replace", source_path.display(), folder.display())]
    HoldsSource {
        /// The folder.
        folder: PathBuf,
        /// The model, the adapter, the data or the project.
        source_path: PathBuf,
    },
    /// A disk that is too full.
    #[error("the export to {} takes up to {} MB, and the disk has {} MB free", folder.display(), wanted / 1_000_000, free / 1_000_000)]
    NoRoom {
        /// The folder.
        folder: PathBuf,
        /// Bytes that are wanted.
        wanted: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// Reading and writing the same folder.
    #[error("{} is the folder of the model or the adapter itself", folder.display())]
    OntoItself {
        /// The folder.
        folder: PathBuf,
    },
    /// What was read back computes something else.
    #[error("what was written to {} gives other logits than the adapter: they differ by up to {difference}", folder.display())]
    Differs {
        /// The folder.
        folder: PathBuf,
        /// The largest difference.
        difference: f32,
    },
}

impl From<DeviceError> for ExportError {
    fn from(error: DeviceError) -> Self {
        Self::Model(error.into())
    }
}

impl From<GenerateError> for ExportError {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::Cancelled(stop) => Self::Cancelled(stop),
            other => Self::Generate(other),
        }
    }
}

impl ToUserMessage for ExportError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled(_) => None,
            Self::Model(error) => error.hint(),
            Self::Adapter(error) => error.hint(),
            Self::File(error) => error.hint(),
            Self::Backend(_) => Some("close other programs that use the device, or choose `--device cpu`".to_owned()),
            Self::Generate(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::NotListed { source, .. } => {
                let cure = source.hint().unwrap_or_else(|| "export it again".to_owned());
                Some(format!("what was written is whole and may be used; to have it in the list: {cure}"))
            }
            Self::UnknownTarget { known, .. } => Some(format!("choose one of {known} with `--to`")),
            Self::Taken { .. } | Self::OntoItself { .. } | Self::HoldsSource { .. } => {
                Some("choose another folder with `--out`".to_owned())
            }
            Self::TakenByMore { .. } => {
                Some("choose another folder with `--out`, or move what is not to be lost out of this one".to_owned())
            }
            Self::NoRoom { .. } => {
                Some("make room, or choose a folder on another disk with `--out`; a smaller form helps too".to_owned())
            }
            Self::NoAdapter { .. } => Some("give the folder that `train` made with `--adapter`".to_owned()),
            Self::UnfitAdapter { .. } => Some("export it with `--to peft`, which holds every adapter".to_owned()),
            Self::NotInGguf { .. } => Some(
                "export the adapter with `--to peft`, which every model has; or choose another form with `--gguf-type`"
                    .to_owned(),
            ),
            Self::NotInForm { cure, .. } => Some((*cure).to_owned()),
            Self::Run(error) => error.hint(),
            Self::BaseIsGguf { .. } => Some(
                "give the folder of the model that the file was made of with `--model`, or export the adapter with `--to \
                 gguf-lora` or `--to peft`"
                    .to_owned(),
            ),
            Self::FileDiffers { .. } => Some(
                "do not use what was written; check the disk and export again, or choose a finer form with `--gguf-type \
                 f16` or `f32`"
                    .to_owned(),
            ),
            Self::OtherTemplate { .. } => Some(
                "do not use what was written: answers would be worse than they are here; export it in another form"
                    .to_owned(),
            ),
            Self::NoData { .. } => Some("give the file that it was trained on with `--data`".to_owned()),
            Self::OtherData { .. } => Some(
                "give the file that it was trained on with `--data`, unchanged, and its model with `--model`"
                    .to_owned(),
            ),
            Self::NotReadBack { .. } | Self::Differs { .. } => {
                Some("do not use that folder; check the disk, and export again".to_owned())
            }
        }
    }
}

impl JobError for ExportError {
    fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled(_) => true,
            Self::Run(error) => error.is_cancelled(),
            _ => false,
        }
    }
}
