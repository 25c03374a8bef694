//! The packages: built, laid out by Tauri's bundler, settled, and looked at again before they are said to be there, as far as
//! this program can read them.

mod build;
mod check;
mod portable;
mod tauri;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, FromArgMatches};
use whetstone_core::update::{Kind, Variant};

use crate::archive::{Entry, digest};
use crate::command::{CommandRow, command_of};
use crate::executable::{Needs, told_folders};
use crate::sbom;
use crate::source::{self, NAME, VERSION};

/// `bundle` on the command line.
pub const ROW: CommandRow = CommandRow {
    command: || command_of::<BundleOptions>("bundle", "Make the packages that this system can make"),
    run: |matches| run(&BundleOptions::from_arg_matches(matches)?),
};

/// Options of `bundle`.
#[derive(Debug, Clone, Args)]
pub struct BundleOptions {
    /// What to make [default: everything that this system can make]
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kinds())]
    pub kinds: Vec<Kind>,

    /// For which processors: cuda needs nothing of CUDA to build, metal is for Apple's computers
    #[arg(long, default_value = "cpu", value_parser = variants())]
    pub variant: Variant,

    /// Pack this executable instead of building one
    #[arg(long, value_name = "FILE")]
    pub executable: Option<PathBuf>,

    /// Where the packages are put [default: `packages` in the build folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Who answers for the packages, as `NAME <ADDRESS>`
    #[arg(long, value_name = "WHO", default_value = source::MAINTAINER)]
    pub maintainer: String,
}

/// Each kind of package with what it is, for whoever chooses.
fn help_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Deb => "Debian's package, for Debian, Ubuntu and what comes of them",
        Kind::Rpm => "The package of Fedora, openSUSE and others",
        Kind::Portable => "An archive that is unpacked anywhere and run",
        Kind::AppImage => "One file for any Linux",
        Kind::Nsis => "Windows' installer, for one user",
        Kind::Msi => "Windows' installer, for a machine",
        Kind::App => "An application of a Mac",
        Kind::Dmg => "A disk image with it",
    }
}

/// Kinds by their names.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    let names = Kind::ALL.map(|kind| PossibleValue::new(kind.id()).help(help_of(kind)));
    PossibleValuesParser::new(names)
        .try_map(|name| Kind::of_id(&name).ok_or_else(|| format!("there is no kind {name}")))
}

/// Variants by their names.
pub(crate) fn variants() -> impl TypedValueParser<Value = Variant> {
    PossibleValuesParser::new(Variant::ALL.map(Variant::id))
        .try_map(|name| Variant::of_id(&name).ok_or_else(|| format!("there is no variant {name}")))
}

/// Whether this system makes a kind.
pub fn is_made_here(kind: Kind) -> bool {
    match kind {
        Kind::Portable => true,
        Kind::Deb | Kind::Rpm | Kind::AppImage => cfg!(target_os = "linux"),
        Kind::Nsis | Kind::Msi => cfg!(windows),
        Kind::App | Kind::Dmg => cfg!(target_os = "macos"),
    }
}

/// The feature that a variant is built with.
pub fn feature(variant: Variant) -> Option<&'static str> {
    (variant != Variant::Cpu).then(|| variant.id())
}

/// The program's name in the names of packages, as one kind or another writes it.
fn name_of(variant: Variant, program: &str) -> String {
    // Metal is what every package for a Mac has.
    if variant == Variant::Cuda { format!("{program}-{}", variant.id()) } else { program.to_owned() }
}

/// What is packed, and how.
#[derive(Debug)]
struct Job<'a> {
    variant: Variant,
    executable: &'a [u8],
    /// What opens the window where `executable` would bring a console along: on Windows.
    opener: Option<&'a [u8]>,
    needs: Option<Needs>,
    epoch: u64,
    maintainer: &'a str,
    out: &'a Path,
}

/// What opens the window on Windows: see `app/src/bin`.
const OPENER: &str = "whetstone-window";

/// The programs of a package, by their files' names.
fn programs(job: &Job<'_>) -> Vec<Entry> {
    let programs = [(NAME, Some(job.executable)), (OPENER, job.opener)].into_iter();
    let files = programs.filter_map(|(name, bytes)| {
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        Some(Entry::file(name, 0o755, job.epoch, bytes?.to_vec()))
    });
    files.collect()
}

/// A package of a kind that holds the program and little else is not larger than this: people fetch it over slow lines.
const MOST_BYTES: usize = 40 << 20;

/// Makes the packages and what lies beside them.
pub fn run(options: &BundleOptions) -> anyhow::Result<()> {
    let is_asked_for = !options.kinds.is_empty();
    let kinds = if is_asked_for { options.kinds.clone() } else { Kind::ALL.to_vec() };
    if let Some(kind) = kinds.iter().find(|kind| is_asked_for && !is_made_here(**kind)) {
        bail!("{} is not made on {}: run this on the system that it is for", kind.id(), std::env::consts::OS);
    }
    let epoch = source::epoch()?;
    let path = match &options.executable {
        Some(path) => path.clone(),
        None => build::program(options.variant, epoch)?,
    };
    let executable = fs::read(&path).with_context(|| format!("cannot read the executable {}", path.display()))?;
    check_folders(&executable, options.executable.is_some())?;
    let opener = cfg!(windows).then(|| path.with_file_name(format!("{OPENER}.exe")));
    let read = |path: PathBuf| fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
    let opener = opener.map(read).transpose()?;
    let out = match &options.out {
        Some(out) => out.clone(),
        None => build::target_folder()?.join("packages"),
    };
    fs::create_dir_all(&out).with_context(|| format!("cannot make the folder {}", out.display()))?;
    let out = std::path::absolute(&out)?;
    let of_linux = || Needs::of(&executable).with_context(|| format!("{} cannot be packed", path.display()));
    let needs = cfg!(target_os = "linux").then(of_linux).transpose()?;
    let job = Job {
        variant: options.variant,
        executable: &executable,
        opener: opener.as_deref(),
        needs,
        epoch,
        maintainer: &options.maintainer,
        out: &out,
    };
    for kind in kinds.into_iter().filter(|kind| is_made_here(*kind)) {
        match make(kind, &job) {
            Ok(path) => crate::say(&path.display().to_string()),
            // Its helpers are fetched from elsewhere: without a network the others are made all the same.
            Err(error) if kind == Kind::AppImage && !is_asked_for => {
                crate::note(&format!("appimage was not made: {error:#}"));
            }
            Err(error) => return Err(error.context(format!("{} was not made", kind.id()))),
        }
    }
    let bill = out.join(format!("{}-{VERSION}.cdx.json", name_of(options.variant, NAME)));
    fs::write(&bill, sbom::bill(options.variant, epoch)?)
        .with_context(|| format!("cannot write {}", bill.display()))?;
    crate::say(&bill.display().to_string());
    write_sums(&out)
}

/// Makes one, puts it into its place and looks at it there.
fn make(kind: Kind, job: &Job<'_>) -> anyhow::Result<PathBuf> {
    let (name, bytes) = match kind {
        Kind::Portable => portable::make(job)?,
        _ => tauri::make(kind, job)?,
    };
    let path = job.out.join(&name);
    if let Some(bytes) = bytes {
        let is_small = matches!(kind, Kind::Deb | Kind::Rpm | Kind::Portable);
        if is_small && bytes.len() > MOST_BYTES {
            bail!("{name} has {} bytes, and may have {MOST_BYTES}", bytes.len());
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    check::check(kind, job, &path).with_context(|| format!("{name} is not as it should be"))?;
    Ok(path)
}

/// An executable that was built here names no folder of this machine: two machines make the same one.
fn check_folders(executable: &[u8], is_given: bool) -> anyhow::Result<()> {
    let folders = build::folders_of_this_machine()?;
    let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
    let told = told_folders(executable, &folders);
    if told.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = told.iter().map(|(folder, count)| format!("{folder} ({count} times)")).collect();
    let message = format!("the executable names folders of this machine: {}", told.join(", "));
    if is_given {
        crate::note(&format!("note: {message}; one that is built here does not"));
        return Ok(());
    }
    bail!("{message}: two machines would not make the same one");
}

/// Writes `SHA256SUMS`: a line a file of the folder, as `sha256sum --check` reads it.
fn write_sums(out: &Path) -> anyhow::Result<()> {
    const NAME: &str = "SHA256SUMS";
    let mut lines = Vec::new();
    for entry in fs::read_dir(out).with_context(|| format!("cannot read {}", out.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && name != NAME {
            lines.push((digest(&fs::read(entry.path())?), name));
        }
    }
    lines.sort_by(|one, other| one.1.cmp(&other.1));
    let text: String = lines.iter().flat_map(|(sum, name)| [sum, "  ", name, "\n"]).collect();
    let path = out.join(NAME);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    crate::say(&path.display().to_string());
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
