//! Which package this program came out of: every package carries a small file that says it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::UpdateError;

/// The file that every package carries.
pub(super) const FILE: &str = "installed.json";

/// Where it lies, from the executable's folder: beside it in a portable archive, in the Linux packages, on macOS.
const PLACES: [&str; 3] = [".", "../lib/whetstone", "../Resources"];

/// The file is not longer than this.
pub(super) const LONGEST: u64 = 64 << 10;

/// The kinds of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Debian's and Ubuntu's.
    Deb,
    /// Fedora's and openSUSE's.
    Rpm,
    /// One file that runs on any Linux.
    AppImage,
    /// An archive that is unpacked anywhere.
    Portable,
    /// An installer of Windows.
    Nsis,
    /// A package of Windows Installer.
    Msi,
    /// A program of macOS.
    App,
    /// A disk image of macOS.
    Dmg,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] =
        [Self::Deb, Self::Rpm, Self::AppImage, Self::Portable, Self::Nsis, Self::Msi, Self::App, Self::Dmg];

    /// Its name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::AppImage => "appimage",
            Self::Portable => "portable",
            Self::Nsis => "nsis",
            Self::Msi => "msi",
            Self::App => "app",
            Self::Dmg => "dmg",
        }
    }

    /// The one of a name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The kind of file that replaces a program of this kind: a program of macOS came out of a disk image.
    #[must_use]
    pub fn of_its_update(self) -> Self {
        if self == Self::App { Self::Dmg } else { self }
    }

    /// The endings that its files may have.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Deb => &[".deb"],
            Self::Rpm => &[".rpm"],
            Self::AppImage => &[".AppImage"],
            Self::Portable => &[".tar.gz", ".zip"],
            Self::Nsis => &[".exe"],
            Self::Msi => &[".msi"],
            Self::App => &[".app.tar.gz"],
            Self::Dmg => &[".dmg"],
        }
    }
}

/// What a package's program computes on, besides the processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    /// Nothing else.
    Cpu,
    /// NVIDIA's cards.
    Cuda,
    /// Apple's graphics processors.
    Metal,
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 3] = [Self::Cpu, Self::Cuda, Self::Metal];

    /// Its name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Metal => "metal",
        }
    }

    /// The one of a name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.id() == id)
    }
}

/// What a package says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// The package's kind.
    pub kind: Kind,
    /// What its program computes on.
    pub variant: Variant,
    /// The version that it was made with.
    pub version: String,
}

impl Installed {
    /// What the package of an executable says; `None` where it came out of none.
    pub fn of(executable: &Path) -> Result<Option<Self>, UpdateError> {
        let folder = executable.parent().unwrap_or_else(|| Path::new("."));
        let Some(path) = PLACES.iter().map(|place| folder.join(place).join(FILE)).find(|path| path.is_file()) else {
            return Ok(None);
        };
        let bad = |fault: String| UpdateError::BadInstalled { path: path.clone(), fault };
        if crate::files::size(&path) > LONGEST {
            return Err(bad("it is too long".to_owned()));
        }
        let text = crate::files::read_text(&path)?;
        serde_json::from_str(&text).map(Some).map_err(|error| bad(error.to_string()))
    }

    /// The file that is replaced by an update: an `AppImage` runs from inside of itself and says where it lies.
    pub(super) fn file(&self, executable: &Path) -> PathBuf {
        let outer = (self.kind == Kind::AppImage).then(|| file_of_appimage(executable)).flatten();
        let file = outer.unwrap_or_else(|| executable.to_owned());
        file.canonicalize().unwrap_or(file)
    }
}

/// Where the `AppImage` lies that an executable runs from inside of; `None` where it does not.
pub(super) fn file_of_appimage(executable: &Path) -> Option<PathBuf> {
    // Where another program's AppImage started this one, both variables are that one's.
    let is_inside = std::env::var_os("APPDIR").is_some_and(|folder| executable.starts_with(folder));
    let outer = is_inside.then(|| std::env::var_os("APPIMAGE")).flatten().map(PathBuf::from);
    outer.filter(|path| path.is_file())
}

/// The system and processor that this program is built for, as Rust names them.
pub fn platform() -> String {
    let architecture = std::env::consts::ARCH;
    let system = if cfg!(target_os = "macos") {
        "apple-darwin"
    } else if cfg!(target_os = "windows") {
        if cfg!(target_env = "gnu") { "pc-windows-gnu" } else { "pc-windows-msvc" }
    } else if cfg!(target_env = "musl") {
        "unknown-linux-musl"
    } else {
        "unknown-linux-gnu"
    };
    format!("{architecture}-{system}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_package_says_what_it_is_from_where_it_keeps_it() {
        let home = tempfile::tempdir().expect("a folder");
        for (executable, file) in [
            ("portable/whetstone", "portable/installed.json"),
            ("usr/bin/whetstone", "usr/lib/whetstone/installed.json"),
            ("Whetstone.app/Contents/MacOS/whetstone", "Whetstone.app/Contents/Resources/installed.json"),
        ] {
            let (executable, file) = (home.path().join(executable), home.path().join(file));
            for path in [&executable, &file] {
                fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            }
            assert_eq!(Installed::of(&executable).expect("none"), None);
            fs::write(&file, r#"{"kind":"appimage","variant":"cuda","version":"0.1.0"}"#).expect("written");
            let installed = Installed::of(&executable).expect("read").expect("a package");
            assert_eq!((installed.kind, installed.variant), (Kind::AppImage, Variant::Cuda));
            fs::write(&file, r#"{"kind":"floppy"}"#).expect("written");
            assert!(matches!(Installed::of(&executable), Err(UpdateError::BadInstalled { .. })));
        }
    }

    #[test]
    fn kinds_and_variants_are_written_as_they_are_called() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.id());
            assert_eq!(Kind::of_id(kind.id()), Some(kind));
        }
        for variant in Variant::ALL {
            assert_eq!(serde_json::to_value(variant).expect("a name"), variant.id());
            assert_eq!(Variant::of_id(variant.id()), Some(variant));
        }
    }
}
