//! What can be wrong with an adapter.

use std::path::PathBuf;

use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::model::config_reader::ConfigError;
use crate::model::safetensors::WeightError;

/// An adapter cannot be read, made or written.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The folder has no `adapter_config.json`.
    #[error("{} is not an adapter folder: it has no adapter_config.json", folder.display())]
    NoConfig {
        /// The folder.
        folder: PathBuf,
    },
    /// Its configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// It could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It does not fit the model.
    #[error("{} does not fit the model: {source}", path.display())]
    DoesNotFit {
        /// The adapter's configuration.
        path: PathBuf,
        /// Why.
        source: Box<Self>,
    },
    /// The weights hold a tensor that the configuration does not account for.
    #[error("{}: tensor {name} belongs to no module that adapter_config.json names", path.display())]
    UnknownTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
    },
    /// It changes no module of the model.
    #[error("no linear module of the model is among its target_modules")]
    NoTarget,
    /// It changes a module outside the layers.
    #[error("it changes {module}; supported: the linear modules of the layers")]
    OutsideLayers {
        /// The module.
        module: &'static str,
    },
    /// A setting names a module that the model does not have.
    #[error("the model has no linear module `{asked}`")]
    UnknownTarget {
        /// What was asked for.
        asked: String,
        /// What there is.
        existing: String,
    },
    /// A setting is outside its range.
    #[error("the adapter's {setting} is {found}, expected {expected}")]
    WrongSetting {
        /// The setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// Its range.
        expected: String,
    },
}

impl ToUserMessage for AdapterError {
    fn hint(&self) -> Option<String> {
        let cure = match self {
            Self::Config(error) => return error.hint(),
            Self::Weights(error) => return error.hint(),
            Self::File(error) => return error.hint(),
            Self::NoConfig { .. } => "give the folder that holds adapter_config.json and adapter_model.safetensors",
            Self::DoesNotFit { .. } | Self::UnknownTensor { .. } | Self::NoTarget | Self::OutsideLayers { .. } => {
                "check that the adapter was made for this model, and that all of it is there"
            }
            Self::UnknownTarget { existing, .. } => {
                return Some(format!("choose all-linear, or some of {existing}"));
            }
            Self::WrongSetting { .. } => return None,
        };
        Some(cure.to_owned())
    }
}
