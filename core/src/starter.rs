//! The starter model that comes with the program: its files are part of it, and are put under the user's data folder the
//! first time that somebody needs them.
//!
//! The folder's name carries a digest of the files, so that the models of two versions of the program never mix. Files
//! that are there already are used only where their bytes are the right ones.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::domain::ToUserMessage;
use crate::files::{self, FileError};

/// The files by their names. The weights come last, so that a folder which has them is whole.
const FILES: [(&str, &[u8]); 6] = [
    ("README.md", include_bytes!("../../assets/starter/README.md")),
    ("config.json", include_bytes!("../../assets/starter/config.json")),
    ("generation_config.json", include_bytes!("../../assets/starter/generation_config.json")),
    ("tokenizer.json", include_bytes!("../../assets/starter/tokenizer.json")),
    ("tokenizer_config.json", include_bytes!("../../assets/starter/tokenizer_config.json")),
    ("model.safetensors", include_bytes!("../../assets/starter/model.safetensors")),
];

/// The starter model could not be put in its place.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// The system names no folder for the data of programs.
    #[error("there is no folder for the starter model: {reason}")]
    NoDataFolder {
        /// What was looked for.
        reason: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl ToUserMessage for StarterError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoDataFolder { .. } => Some("set WHETSTONE_DATA_HOME to a folder that you may write".to_owned()),
            Self::File(error) => error.hint(),
        }
    }
}

/// The folder of the starter model, with every file in it whole. Any number of processes may ask at a time.
pub fn folder() -> Result<PathBuf, StarterError> {
    put_under(&data_home()?)
}

/// Whether a folder holds the starter model, wherever it lies.
pub fn is_starter(folder: &Path) -> bool {
    let own = FILES.iter().find(|(name, _)| *name == "config.json").map(|(_, bytes)| *bytes);
    let found = fs::read(folder.join("config.json")).ok();
    own.is_some_and(|own| found.as_deref() == Some(own))
}

/// Where the starter model's files lie, if they were put there already.
pub fn known_folder() -> Option<PathBuf> {
    Some(data_home().ok()?.join("starter").join(&*FOLDER_NAME)).filter(|folder| folder.is_dir())
}

/// Where the program keeps what belongs to the user and to no project.
pub fn data_home() -> Result<PathBuf, StarterError> {
    files::data_home().map_err(|reason| StarterError::NoDataFolder { reason })
}

fn put_under(home: &Path) -> Result<PathBuf, StarterError> {
    let folder = home.join("starter").join(&*FOLDER_NAME);
    files::create_folder(&folder)?;
    for (name, bytes) in FILES {
        let path = folder.join(name);
        if is_whole(&path, bytes) {
            continue;
        }
        let written = files::write_atomically(&path, |out| out.write_all(bytes));
        // Where another process was faster, and its file is in use, this one need not replace it.
        if !is_whole(&path, bytes) {
            written?;
        }
    }
    Ok(folder)
}

/// Sixteen digits of the digest of all files.
static FOLDER_NAME: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for (name, bytes) in FILES {
        hasher.update(name);
        hasher.update(bytes.len().to_le_bytes());
        hasher.update(bytes);
    }
    let digest = hasher.finalize();
    let first_eight = digest.iter().take(8).fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    format!("{first_eight:016x}")
});

fn is_whole(path: &Path, bytes: &[u8]) -> bool {
    let has_length = fs::metadata(path).is_ok_and(|metadata| metadata.len() == bytes.len() as u64);
    has_length && fs::read(path).is_ok_and(|found| Sha256::digest(found) == Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_wherever_it_lies() {
        let place = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
        assert!(is_starter(place));
        assert!(!is_starter(&place.join("none")) && !is_starter(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }

    fn home() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder")
    }

    #[test]
    fn the_files_are_put_once_and_mended_where_they_are_damaged() {
        let home = home();
        let folder = put_under(home.path()).expect("the starter's folder");
        let weights = folder.join("model.safetensors");
        let written = fs::metadata(&weights).and_then(|metadata| metadata.modified()).expect("a time");
        assert_eq!(put_under(home.path()).expect("again"), folder);
        let kept = fs::metadata(&weights).and_then(|metadata| metadata.modified()).expect("a time");
        assert_eq!(written, kept, "whole files are left alone");

        let mut damaged = FILES[5].1.to_vec();
        damaged[1000] ^= 1;
        files::write_atomically(&weights, |out| out.write_all(&damaged)).expect("a damaged file");
        files::write_atomically(&folder.join("config.json"), |out| out.write_all(b"{")).expect("a damaged file");
        put_under(home.path()).expect("the files are mended");
        for (name, bytes) in FILES {
            assert!(fs::read(folder.join(name)).expect("a file") == bytes, "{name}");
        }
    }

    #[test]
    fn many_may_ask_at_a_time() {
        let home = home();
        std::thread::scope(|scope| {
            let asking: Vec<_> = (0..4).map(|_| scope.spawn(|| put_under(home.path()))).collect();
            for asked in asking {
                let folder = asked.join().expect("a thread").expect("the starter's folder");
                assert!(FILES.iter().all(|(name, bytes)| is_whole(&folder.join(name), bytes)));
            }
        });
        let folder = put_under(home.path()).expect("the starter's folder");
        assert_eq!(fs::read_dir(folder).expect("a folder").count(), FILES.len(), "nothing is left over");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_with_a_cure() {
        let home = home();
        let file = home.path().join("a file");
        files::write_atomically(&file, |out| out.write_all(b"x")).expect("a file");
        let error = put_under(&file).expect_err("a file is no folder");
        assert!(error.hint().is_some(), "{error}");
    }

    #[test]
    fn the_model_is_small() {
        assert!(FILES[5].1.len() <= 6_000_000);
    }
}
