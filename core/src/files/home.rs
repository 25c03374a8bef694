//! Where the system keeps what belongs to a person and to no project.

use std::path::PathBuf;

use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};

/// Names another folder for this program's data.
const DATA_HOME: &str = "WHETSTONE_DATA_HOME";
/// Names another folder for this program's settings.
const CONFIG_HOME: &str = "WHETSTONE_CONFIG";
/// This program's folder in those of the system.
const OWN: &str = "whetstone";

/// Where this program keeps its data. The error says why the system names no folder.
pub fn data_home() -> Result<PathBuf, String> {
    named(DATA_HOME).map_or_else(|| strategy().map(|strategy| strategy.data_dir().join(OWN)), Ok)
}

/// Where this program keeps its settings. The error says why the system names no folder.
pub fn config_home() -> Result<PathBuf, String> {
    named(CONFIG_HOME).map_or_else(|| strategy().map(|strategy| strategy.config_dir().join(OWN)), Ok)
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

fn strategy() -> Result<impl BaseStrategy, String> {
    choose_native_strategy().map_err(|error| error.to_string())
}
