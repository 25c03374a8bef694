//! What the window needs of a Linux system, and which package brings what is missing. The program starts without any of it: the
//! command line works where the window does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A library that the window looks for, with the packages that bring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Library {
    /// Its file.
    pub file: &'static str,
    /// Which kind of display needs it.
    pub display: Display,
    /// The package of Debian, Ubuntu and what comes of them.
    pub debian: &'static str,
    /// The package of Fedora and its kin.
    pub fedora: &'static str,
    /// The package of openSUSE and its kin.
    pub suse: &'static str,
    /// The package of Arch.
    pub arch: &'static str,
}

/// A kind of display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Display {
    /// Every kind.
    Any,
    /// X11, or what stands in for it.
    X11,
    /// Wayland.
    Wayland,
}

const fn library(file: &'static str, display: Display, [debian, fedora, suse, arch]: [&'static str; 4]) -> Library {
    Library { file, display, debian, fedora, suse, arch }
}

/// Everything that is looked for when the window opens. The more special name stands before the one that it begins with.
pub static LIBRARIES: [Library; 12] = [
    library("libX11-xcb.so.1", Display::X11, ["libx11-xcb1", "libX11-xcb", "libX11-xcb1", "libx11"]),
    library("libX11.so.6", Display::X11, ["libx11-6", "libX11", "libX11-6", "libx11"]),
    library("libxcb.so.1", Display::X11, ["libxcb1", "libxcb", "libxcb1", "libxcb"]),
    library("libXcursor.so.1", Display::X11, ["libxcursor1", "libXcursor", "libXcursor1", "libxcursor"]),
    library("libXi.so.6", Display::X11, ["libxi6", "libXi", "libXi6", "libxi"]),
    library(
        "libxkbcommon-x11.so.0",
        Display::X11,
        ["libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11-0", "libxkbcommon-x11"],
    ),
    library("libxkbcommon.so.0", Display::Any, ["libxkbcommon0", "libxkbcommon", "libxkbcommon0", "libxkbcommon"]),
    library("libEGL.so.1", Display::Any, ["libegl1", "libglvnd-egl", "libglvnd", "libglvnd"]),
    library("libGL.so.1", Display::X11, ["libgl1", "libglvnd-glx", "libglvnd", "libglvnd"]),
    library(
        "libwayland-client.so.0",
        Display::Wayland,
        ["libwayland-client0", "libwayland-client", "libwayland-client0", "wayland"],
    ),
    library(
        "libwayland-egl.so.1",
        Display::Wayland,
        ["libwayland-egl1", "libwayland-egl", "libwayland-egl1", "wayland"],
    ),
    library("libfontconfig.so.1", Display::Any, ["libfontconfig1", "fontconfig", "libfontconfig1", "fontconfig"]),
];

/// What draws, where there is no driver of a card: for each family of systems.
const DRIVER: Library =
    library("a driver that draws", Display::Any, ["libgl1-mesa-dri", "mesa-dri-drivers", "Mesa-dri", "mesa"]);

/// The families of systems whose packages are known, with the command that installs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packages {
    /// Debian, Ubuntu and what comes of them.
    Debian,
    /// Fedora and its kin.
    Fedora,
    /// openSUSE and its kin.
    Suse,
    /// Arch and what comes of it.
    Arch,
    /// Another one: all names are told.
    Unknown,
}

impl Packages {
    /// Those of this system, by `/etc/os-release`.
    pub fn of_this_system() -> Self {
        Self::of(&fs::read_to_string("/etc/os-release").unwrap_or_default())
    }

    fn of(release: &str) -> Self {
        let value = |key: &str| release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let words = [value("ID"), value("ID_LIKE")].into_iter().flatten();
        let words: Vec<String> = words.flat_map(|text| text.split(['"', ' '])).map(str::to_lowercase).collect();
        let is = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        if is(&["debian", "ubuntu"]) {
            Self::Debian
        } else if is(&["fedora", "rhel", "centos"]) {
            Self::Fedora
        } else if is(&["suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles", "sled"]) {
            Self::Suse
        } else if is(&["arch"]) {
            Self::Arch
        } else {
            Self::Unknown
        }
    }

    /// How these libraries are had.
    pub fn cure(self, missing: &[Library]) -> String {
        let names = |name: fn(&Library) -> &'static str| {
            let names: BTreeSet<&str> = missing.iter().map(name).collect();
            names.into_iter().collect::<Vec<_>>().join(" ")
        };
        let (debian, fedora) = (names(|row| row.debian), names(|row| row.fedora));
        let (suse, arch) = (names(|row| row.suse), names(|row| row.arch));
        match self {
            Self::Debian => format!("sudo apt install {debian}"),
            Self::Fedora => format!("sudo dnf install {fedora}"),
            Self::Suse => format!("sudo zypper install {suse}"),
            Self::Arch => format!("sudo pacman -S {arch}"),
            Self::Unknown => {
                format!("on Debian and Ubuntu {debian}, on Fedora {fedora}, on openSUSE {suse}, on Arch {arch}")
            }
        }
    }
}

/// Whether the window could open here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowNeeds {
    /// The display of this session, as its variable names it; `None` where there is none.
    pub display: Option<String>,
    /// Libraries that were not found where the system keeps them.
    pub missing: Vec<String>,
    /// What brings them.
    pub cure: Option<String>,
}

/// Looks at what the window needs. Systems other than Linux bring all of it.
pub fn window_needs() -> WindowNeeds {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return WindowNeeds { display: Some("the system's own".to_owned()), missing: Vec::new(), cure: None };
    }
    let display = display_of(|name| std::env::var(name).ok());
    let missing = missing_libraries(display.as_ref(), &folders());
    let cure = (!missing.is_empty()).then(|| Packages::of_this_system().cure(&missing));
    let missing = missing.iter().map(|row| row.file.to_owned()).collect();
    WindowNeeds { display: display.map(|(name, _)| name), missing, cure }
}

/// The display that the variables name, and its kind.
fn display_of(variable: impl Fn(&str) -> Option<String>) -> Option<(String, Display)> {
    let named = |name: &str, kind| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some((format!("{name}={value}"), kind))
    };
    named("WAYLAND_DISPLAY", Display::Wayland).or_else(|| named("DISPLAY", Display::X11))
}

/// The libraries that a display needs and no folder has. Without a display those of X11 are looked for, which most have.
fn missing_libraries(display: Option<&(String, Display)>, folders: &[PathBuf]) -> Vec<Library> {
    let kind = display.map_or(Display::X11, |(_, kind)| *kind);
    let is_needed = |row: &&Library| row.display == Display::Any || row.display == kind;
    let is_there = |row: &Library| folders.iter().any(|folder| folder.join(row.file).exists());
    LIBRARIES.iter().filter(is_needed).filter(|row| !is_there(row)).copied().collect()
}

/// Where the system looks for libraries.
fn folders() -> Vec<PathBuf> {
    let named = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()).collect();
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    for root in ["/lib", "/usr/lib", "/usr/local/lib"] {
        folders.push(PathBuf::from(root));
        folders.push(Path::new(root).join(&triple));
        folders.push(PathBuf::from(format!("{root}64")));
    }
    // NixOS keeps its drivers here.
    folders.push(PathBuf::from("/run/opengl-driver/lib"));
    let lists = fs::read_dir("/etc/ld.so.conf.d").into_iter().flatten().flatten().map(|entry| entry.path());
    for list in lists.chain([PathBuf::from("/etc/ld.so.conf")]) {
        let text = fs::read_to_string(list).unwrap_or_default();
        folders.extend(text.lines().map(str::trim).filter(|line| line.starts_with('/')).map(PathBuf::from));
    }
    folders
}

/// What is missing, by what a library of the window said when it could not open, and what brings it.
pub fn missing_by(reason: &str, packages: Packages) -> String {
    let reason = reason.to_lowercase();
    let stem = |row: &Library| row.file.split(".so").next().unwrap_or(row.file).to_lowercase();
    if let Some(row) = LIBRARIES.iter().find(|row| reason.contains(&stem(row))) {
        return format!("the system's library {} is missing or does not load: {}", row.file, packages.cure(&[*row]));
    }
    let mut all: Vec<Library> = LIBRARIES.into_iter().filter(|row| row.display != Display::Wayland).collect();
    all.push(DRIVER);
    format!("see that there is what a desktop draws with: {}", packages.cure(&all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_of_systems_is_told_its_own_packages() {
        for (release, packages, command) in [
            ("NAME=\"Debian GNU/Linux\"\nID=debian\n", Packages::Debian, "sudo apt install libegl1"),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Packages::Debian, "sudo apt install libegl1"),
            ("ID=fedora\n", Packages::Fedora, "sudo dnf install libglvnd-egl"),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Packages::Fedora, "sudo dnf install libglvnd-egl"),
            ("ID=endeavouros\nID_LIKE=arch\n", Packages::Arch, "sudo pacman -S libglvnd"),
            ("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n", Packages::Suse, "sudo zypper install libglvnd"),
            ("ID=\"sles\"\n", Packages::Suse, "sudo zypper install libglvnd"),
            (
                "ID=nixos\n",
                Packages::Unknown,
                "on Debian and Ubuntu libegl1, on Fedora libglvnd-egl, on openSUSE libglvnd, on Arch libglvnd",
            ),
            ("", Packages::Unknown, "on Debian and Ubuntu libegl1"),
        ] {
            assert_eq!(Packages::of(release), packages, "{release}");
            let egl = LIBRARIES.iter().find(|row| row.file == "libEGL.so.1").expect("a row");
            assert!(packages.cure(&[*egl]).starts_with(command), "{release}");
        }
        // Of one package that brings several, the name is told once.
        assert_eq!(Packages::Arch.cure(&LIBRARIES[..3]), "sudo pacman -S libx11 libxcb");
    }

    #[test]
    fn the_display_is_the_one_that_the_session_names() {
        let display = |variables: &[(&str, &str)]| {
            display_of(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(display(&[]), None);
        assert_eq!(display(&[("DISPLAY", "")]), None);
        assert_eq!(display(&[("DISPLAY", ":0")]), Some(("DISPLAY=:0".to_owned(), Display::X11)));
        let both = display(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]);
        assert_eq!(both, Some(("WAYLAND_DISPLAY=wayland-0".to_owned(), Display::Wayland)));
    }

    #[test]
    fn what_no_folder_has_is_missing() {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let folders = [one.path().to_owned(), other.path().to_owned()];
        let x11 = Some((String::new(), Display::X11));
        for (number, row) in LIBRARIES.iter().enumerate() {
            fs::write(folders[number % 2].join(row.file), "").expect("written");
        }
        assert_eq!(missing_libraries(x11.as_ref(), &folders), []);
        for row in LIBRARIES {
            for folder in &folders {
                drop(fs::remove_file(folder.join(row.file)));
            }
            for kind in [Display::X11, Display::Wayland] {
                let missing = missing_libraries(Some(&(String::new(), kind)), &folders);
                let is_needed = row.display == Display::Any || row.display == kind;
                assert_eq!(missing, if is_needed { vec![row] } else { vec![] }, "{row:?} {kind:?}");
            }
            fs::write(folders[0].join(row.file), "").expect("written");
        }
    }

    #[test]
    fn a_library_that_does_not_load_is_named_with_its_package() {
        for row in LIBRARIES {
            let stem = row.file.split(".so").next().expect("a name");
            let reason = format!("Library {stem}.so could not be loaded.");
            for (packages, package) in [
                (Packages::Debian, row.debian),
                (Packages::Fedora, row.fedora),
                (Packages::Suse, row.suse),
                (Packages::Arch, row.arch),
            ] {
                let said = missing_by(&reason, packages);
                assert!(said.contains(row.file) && said.ends_with(package), "{reason}: {said}");
            }
        }
        let said = missing_by("no config was found", Packages::Debian);
        assert!(said.contains("libgl1-mesa-dri") && said.contains("libegl1") && !said.contains("wayland"), "{said}");
    }

    #[test]
    fn this_system_is_looked_at_without_a_fault() {
        let needs = window_needs();
        assert_eq!(needs.missing.is_empty(), needs.cure.is_none(), "{needs:?}");
    }
}
