//! A project as one file.

use std::path::Path;

use super::error::StoreError;
use super::open::Store;

/// Packs.
pub fn pack(_store: &Store, _out: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Unpacks.
pub fn unpack(_archive: &Path, _folder: &Path) -> Result<(), StoreError> {
    Ok(())
}
