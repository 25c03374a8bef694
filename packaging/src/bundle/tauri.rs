//! Packages as Tauri's bundler lays them out, and then settled.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::json;
use tauri_bundler::{
    AppCategory, BundleBinary, BundleSettings, DebianSettings, MacOsSettings, NsisSettings, PackageSettings,
    PackageType, RpmSettings, Settings, SettingsBuilder, WindowsSettings, bundle_project,
};
use tempfile::TempDir;
use whetstone_core::doctor::{Display, LIBRARIES, Library};
use whetstone_core::update::{Kind, platform};

use crate::archive::deb::Deb;
use crate::archive::{Entry, rpm};
use crate::desktop::{self, PROJECT_ENDING, PROJECT_TYPE};
use crate::executable::{Needs, of_rpm};
use crate::icons::{self, PROGRAM};
use crate::source::{self, IDENTIFIER, NAME, TITLE, VERSION};

use super::{Job, OPENER, name_of, programs};

/// The program's name as its packages have it: on Linux that of a package, elsewhere that for people.
const PRODUCT: &str = if cfg!(target_os = "linux") { NAME } else { TITLE };

/// Its name, and what is in its file where that is to be written yet.
pub(super) fn make(kind: Kind, job: &Job<'_>) -> anyhow::Result<(String, Option<Vec<u8>>)> {
    // Tauri's bundler opens the executable for writing and leaves its own folders: it gets a place of its own.
    let workshop = TempDir::with_prefix_in("making-", job.out).context("no folder to work in")?;
    let settings = settings(kind, job, workshop.path())?;
    let made = bundle_project(&settings).with_context(|| reason(kind))?;
    let package = made.iter().find(|bundle| bundle.package_type == package_type(kind));
    // What it does not make it leaves out without a word.
    let path = package.and_then(|bundle| bundle.bundle_paths.first());
    let path =
        path.filter(|path| path.exists()).context("Tauri's bundler says that all went well, and made nothing")?;
    let name = path.file_name().context("the package has no name")?.to_string_lossy().into_owned();
    let name = name.replacen(PRODUCT, &name_of(job.variant, PRODUCT), 1);
    let read = || fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let bytes = match kind {
        Kind::Deb => Deb::read(&read()?)?.settled(job.epoch)?.write(job.epoch)?,
        Kind::Rpm => rpm::settled(read()?, job.epoch)?,
        Kind::App => {
            let place = job.out.join(&name);
            if place.exists() {
                fs::remove_dir_all(&place).with_context(|| format!("cannot replace {}", place.display()))?;
            }
            fs::rename(path, &place).with_context(|| format!("cannot put {} into its place", place.display()))?;
            return Ok((name, None));
        }
        _ => read()?,
    };
    Ok((name, Some(bytes)))
}

/// What is likely where Tauri's bundler says that it failed.
fn reason(kind: Kind) -> &'static str {
    match kind {
        Kind::AppImage => "Tauri's bundler fetches its helpers for this from github.com: without a network it cannot",
        Kind::Nsis => "Tauri's bundler fetches NSIS from github.com: without a network it cannot",
        Kind::Msi => "Tauri's bundler fetches WiX from github.com: without a network it cannot",
        _ => "Tauri's bundler failed",
    }
}

fn package_type(kind: Kind) -> PackageType {
    match kind {
        Kind::Rpm => PackageType::Rpm,
        Kind::AppImage => PackageType::AppImage,
        Kind::Nsis => PackageType::Nsis,
        Kind::Msi => PackageType::WindowsMsi,
        Kind::App => PackageType::MacOsBundle,
        Kind::Dmg => PackageType::Dmg,
        Kind::Deb | Kind::Portable => PackageType::Deb,
    }
}

/// The files that a kind has beside the program, by their paths in it.
pub(super) fn extra_files(kind: Kind, job: &Job<'_>) -> anyhow::Result<Vec<Entry>> {
    Ok(match kind {
        Kind::Deb => {
            [desktop::shared_files(kind, job.epoch)?, desktop::debian_documents(job.maintainer, job.epoch)?].concat()
        }
        Kind::Rpm | Kind::AppImage => desktop::shared_files(kind, job.epoch)?,
        _ => Vec::new(),
    })
}

/// What lies in the program's own folder: how it came, and its licences where the system has no place for them.
pub(super) fn own_files(kind: Kind, job: &Job<'_>) -> anyhow::Result<Vec<Entry>> {
    let installed = desktop::installed(kind, job.variant)?;
    let mut files = vec![Entry::file("installed.json", 0o644, job.epoch, installed.into_bytes())];
    if kind != Kind::Deb {
        files.extend(desktop::documents(job.epoch)?);
    }
    Ok(files)
}

/// Writes files under a folder, and returns where each lies by its path in the package.
fn lay_out(folder: &Path, entries: &[Entry]) -> anyhow::Result<HashMap<PathBuf, PathBuf>> {
    let mut places = HashMap::new();
    for entry in entries {
        let place = folder.join(&entry.path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&place, &entry.bytes).with_context(|| format!("cannot write {}", place.display()))?;
        set_mode(&place, entry.mode)?;
        places.insert(PathBuf::from(&entry.path), place);
    }
    Ok(places)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot change {}", path.display()))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> anyhow::Result<()> {
    Ok(())
}

fn settings(kind: Kind, job: &Job<'_>, workshop: &Path) -> anyhow::Result<Settings> {
    lay_out(workshop, &programs(job))?;
    let extra = lay_out(&workshop.join("extra"), &extra_files(kind, job)?)?;
    let own = lay_out(&workshop.join("own"), &own_files(kind, job)?)?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let bundle = BundleSettings {
        identifier: Some(IDENTIFIER.to_owned()),
        publisher: Some(publisher(job.maintainer)?.to_owned()),
        icon: Some(icon_files()?),
        resources_map: Some(own.iter().map(|(path, place)| (text(place), text(path))).collect()),
        copyright: Some("2026 The Whetstone authors".to_owned()),
        license: Some("MIT OR Apache-2.0".to_owned()),
        category: Some(AppCategory::DeveloperTool),
        short_description: Some(source::SUMMARY.to_owned()),
        long_description: Some(wrapped(source::DESCRIPTION, 76)),
        // A Mac hands documents over by another way than the command line, which the window does not hear.
        file_associations: cfg!(windows).then(file_type).transpose()?,
        deb: debian(job, workshop, &extra)?,
        rpm: of_fedora(job, workshop, &extra)?,
        appimage: tauri_bundler::AppImageSettings { files: extra, ..Default::default() },
        macos: MacOsSettings { minimum_system_version: Some("11.0".to_owned()), ..Default::default() },
        windows: windows(workshop)?,
        ..BundleSettings::default()
    };
    let package = PackageSettings {
        product_name: PRODUCT.to_owned(),
        version: VERSION.to_owned(),
        description: source::SUMMARY.to_owned(),
        homepage: None,
        authors: Some(vec![job.maintainer.to_owned()]),
        default_run: Some(opened(job).to_owned()),
    };
    let builder = SettingsBuilder::new()
        .project_out_directory(workshop)
        .package_settings(package)
        .bundle_settings(bundle)
        .binaries(binaries(job))
        .package_types(vec![package_type(kind)])
        .binary_patching(false)
        .no_sign(true)
        .target(platform());
    builder.build().context("Tauri's bundler refuses the settings")
}

/// The program that a menu opens.
fn opened(job: &Job<'_>) -> &'static str {
    if job.opener.is_some() { OPENER } else { NAME }
}

fn binaries(job: &Job<'_>) -> Vec<BundleBinary> {
    let names = [Some(NAME), job.opener.map(|_| OPENER)];
    names.into_iter().flatten().map(|name| BundleBinary::new(name.to_owned(), name == opened(job))).collect()
}

/// Who hands the packages out, as Windows' installers name them: the maintainer without the address.
fn publisher(maintainer: &str) -> anyhow::Result<&str> {
    let name = maintainer.split_once('<').map_or(maintainer, |(name, _)| name).trim();
    // The bundler puts it into XML and scripts as it stands.
    if name.is_empty() || name.contains(['<', '>', '&', '"', '$', '\\']) {
        bail!("the maintainer {maintainer:?} is none that installers can name: write NAME <ADDRESS>, in letters");
    }
    Ok(name)
}

fn icon_files() -> anyhow::Result<Vec<String>> {
    let mut names: Vec<String> = PROGRAM.sizes.iter().map(|&size| icons::picture_name(&PROGRAM, size)).collect();
    names.extend([format!("{NAME}.ico"), format!("{NAME}.icns")]);
    let mut files = Vec::new();
    for name in names {
        let path = icons::folder().join(name);
        if !path.is_file() {
            bail!("{} is missing: cargo run -p whetstone-packaging -- icons", path.display());
        }
        files.push(path.to_string_lossy().into_owned());
    }
    Ok(files)
}

/// What the window loads when it opens, and links none of, so that the command line works without: what it cannot do without,
/// or what it can, since Wayland's displays have X11's as well.
fn libraries(is_needed: bool) -> impl Iterator<Item = &'static Library> {
    LIBRARIES.iter().filter(move |row| (row.display != Display::Wayland) == is_needed)
}

/// What Debian's package must have and should have beside it.
pub(super) fn debian_dependencies(job: &Job<'_>) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let mut depends = match &job.needs {
        Some(needs) => needs.debian()?,
        None => Vec::new(),
    };
    let of = |is_needed| libraries(is_needed).map(|row| row.debian.to_owned());
    depends.extend(of(true));
    depends.push("libgl1-mesa-dri | libgl1-nvidia-glvnd-glx".to_owned());
    let mut recommends: Vec<String> = of(false).collect();
    recommends.extend(["xdg-desktop-portal", "zenity", "xdg-utils", "shared-mime-info"].map(str::to_owned));
    Ok((depends, recommends))
}

/// The same for packages of RPM, which name files.
pub(super) fn rpm_dependencies(job: &Job<'_>) -> (Vec<String>, Vec<String>) {
    let mut requires = job.needs.as_ref().map(Needs::rpm).unwrap_or_default();
    let of = |is_needed| libraries(is_needed).map(|row| of_rpm(row.file));
    requires.extend(of(true));
    let mut recommends: Vec<String> = of(false).collect();
    recommends.extend(
        ["xdg-desktop-portal", "zenity", "xdg-utils", "shared-mime-info", "mesa-dri-drivers"].map(str::to_owned),
    );
    (requires, recommends)
}

fn script(workshop: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    let path = workshop.join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn debian(job: &Job<'_>, workshop: &Path, extra: &HashMap<PathBuf, PathBuf>) -> anyhow::Result<DebianSettings> {
    let (depends, recommends) = debian_dependencies(job)?;
    Ok(DebianSettings {
        depends: Some(depends),
        recommends: Some(recommends),
        section: Some("science".to_owned()),
        files: extra.clone(),
        desktop_template: Some(script(workshop, "entry.desktop", desktop::DESKTOP_ENTRY)?),
        post_remove_script: Some(script(workshop, "postrm", desktop::AFTER_REMOVAL_DEB)?),
        ..DebianSettings::default()
    })
}

fn of_fedora(job: &Job<'_>, workshop: &Path, extra: &HashMap<PathBuf, PathBuf>) -> anyhow::Result<RpmSettings> {
    let (requires, recommends) = rpm_dependencies(job);
    let absolute = |(path, place): (&PathBuf, &PathBuf)| (Path::new("/").join(path), place.clone());
    Ok(RpmSettings {
        depends: Some(requires),
        recommends: Some(recommends),
        release: "1".to_owned(),
        files: extra.iter().map(absolute).collect(),
        desktop_template: Some(script(workshop, "entry-rpm.desktop", desktop::DESKTOP_ENTRY)?),
        post_remove_script: Some(script(workshop, "after-removal", desktop::AFTER_REMOVAL_RPM)?),
        compression: Some(serde_json::from_value(json!({ "type": "gzip", "level": 1 }))?),
        ..RpmSettings::default()
    })
}

/// Windows' installers: no web view, since the window draws itself.
fn windows(workshop: &Path) -> anyhow::Result<WindowsSettings> {
    let nsis = NsisSettings {
        installer_icon: Some(icons::folder().join(format!("{NAME}.ico"))),
        installer_hooks: Some(script(workshop, "after-removal.nsh", desktop::AFTER_REMOVAL_NSIS)?),
        ..NsisSettings::default()
    };
    Ok(WindowsSettings {
        nsis: Some(nsis),
        wix: Some(tauri_bundler::WixSettings::default()),
        webview_install_mode: serde_json::from_value(json!({ "type": "skip" }))?,
        allow_downgrades: false,
        ..WindowsSettings::default()
    })
}

/// A packed project, as Windows is told of it. The bundler gives its type no name of its own.
fn file_type<T: serde::de::DeserializeOwned>() -> anyhow::Result<T> {
    let said = json!([{
        "ext": [PROJECT_ENDING],
        "name": "Whetstone project",
        "description": "Whetstone project",
        "mimeType": PROJECT_TYPE,
        "role": "Editor",
        "exportedType": { "identifier": format!("{IDENTIFIER}.project"), "conformsTo": ["public.data"] },
    }]);
    serde_json::from_value(said).context("Tauri's bundler knows another form of types of files")
}

/// Paragraphs, a line each, in lines of at most so many letters.
fn wrapped(text: &str, most: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.len() + 1 + word.len() > most {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installers_name_the_maintainer_without_the_address() {
        for (maintainer, name) in [
            ("Ada <ada@example.org>", "Ada"),
            ("The Whetstone authors", "The Whetstone authors"),
            (source::MAINTAINER, "The Whetstone authors"),
        ] {
            assert_eq!(publisher(maintainer).expect("a name"), name);
        }
        for wrong in ["", "<ada@example.org>", "Ada & Bob <ada@example.org>", "Ada \"the\" <ada@example.org>"] {
            assert!(publisher(wrong).is_err(), "{wrong}");
        }
    }
}
