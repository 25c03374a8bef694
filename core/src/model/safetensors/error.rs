//! What can be wrong with weights.

use std::path::PathBuf;

use super::header::HeaderFault;
use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::model::json_file::JsonFileError;

/// Weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightError {
    /// The folder has no weights.
    #[error("{} has no weights: neither {file} nor {file}.index.json is there", folder.display())]
    NoWeights {
        /// The folder.
        folder: PathBuf,
        /// What was looked for.
        file: String,
    },
    /// The folder has weights only in a format that can carry programs.
    #[error("{} is a pickle file, which is never opened: it can run any program on this machine", path.display())]
    Pickle {
        /// The file.
        path: PathBuf,
    },
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The index of shards could not be read.
    #[error(transparent)]
    Index(#[from] JsonFileError),
    /// A file's header is wrong.
    #[error("{} is not a sound safetensors file: {fault}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: HeaderFault,
    },
    /// The index names a file that is not plainly beside it.
    #[error("{} names the shard {shard}, which is not the name of a safetensors file in its folder", path.display())]
    ShardName {
        /// The index.
        path: PathBuf,
        /// The name.
        shard: String,
    },
    /// The index says that a tensor is in a shard where it is not.
    #[error("{}: tensor {name} is not in the shard {shard}", path.display())]
    NotInShard {
        /// The index.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The shard.
        shard: String,
    },
    /// A tensor that the model needs is not there.
    #[error("{} has no tensor {name}", path.display())]
    Missing {
        /// The file, or the index.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("{}: tensor {name} has shape {found:?}, expected {expected:?}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// What it should be.
        expected: Vec<usize>,
    },
    /// A tensor is of a type that is not read.
    #[error("{}: tensor {name} is stored as {found}; supported: F32, F16, BF16", path.display())]
    Dtype {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its type.
        found: String,
    },
}

impl ToUserMessage for WeightError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::File(error) => return error.hint(),
            Self::Index(error) => return error.hint(),
            Self::NoWeights { file, .. } if file.starts_with("adapter") => {
                "give the folder that holds adapter_config.json and adapter_model.safetensors"
            }
            Self::NoWeights { .. } => "give the folder of a model with safetensors weights",
            Self::Pickle { .. } => {
                "look for a version with .safetensors files, or convert it with the tools of whoever made it"
            }
            Self::Header { .. } => "the file is damaged, or its download was cut short: download it again",
            Self::ShardName { .. } | Self::NotInShard { .. } => "the index is damaged: download the model again",
            Self::Missing { .. } | Self::Shape { .. } => {
                "the files do not belong together, or the download is incomplete: download all of them again"
            }
            Self::Dtype { .. } => "choose a version of the model that is not quantized",
        };
        Some(cure.to_owned())
    }
}
