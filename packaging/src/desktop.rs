//! What makes a program one that a desktop knows: its entry in the menu, its type of file, its description for
//! software centres, its manual pages and completions, its licences.

use anyhow::Context;
use clap_complete::Shell;
use clap_mangen::Man;
use whetstone_core::licences;
use whetstone_core::update::{Installed, Kind, Variant};

use crate::archive::{Entry, gzip};
use crate::icons::{self, PROGRAM, PROJECT};
use crate::source::{self, IDENTIFIER, NAME, VERSION};

/// The type of a packed project.
pub const PROJECT_TYPE: &str = "application/x-whetstone-project";
/// How a packed project's name ends.
pub const PROJECT_ENDING: &str = "whetstone";

/// The entry in the menu.
pub const DESKTOP_ENTRY: &str = include_str!("../files/whetstone.desktop");
/// The type of file.
const TYPE: &str = include_str!("../files/whetstone.xml");
/// The description for software centres.
const METAINFO: &str = include_str!("../files/metainfo.xml");
/// Who holds which rights.
const COPYRIGHT: &str = include_str!("../files/copyright");
/// Runs after Debian's package was removed.
pub const AFTER_REMOVAL_DEB: &str = include_str!("../files/postrm");
/// Runs after RPM's package was removed.
pub const AFTER_REMOVAL_RPM: &str = include_str!("../files/after-removal.rpm");
/// Runs after Windows' uninstaller.
pub const AFTER_REMOVAL_NSIS: &str = include_str!("../files/after-removal.nsh");

/// What an installed program knows of how it came here: it looks for updates by this.
pub fn installed(kind: Kind, variant: Variant) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&Installed { kind, variant, version: VERSION.to_owned() })? + "\n")
}

/// The files that are installed beside the program under `/usr`, by their paths, but for those that Tauri's bundler
/// makes: the entry in the menu and the pictures of the program.
pub fn shared_files(kind: Kind, epoch: u64) -> anyhow::Result<Vec<Entry>> {
    let file = |path: String, bytes: Vec<u8>| Entry::file(path, 0o644, epoch, bytes);
    let mut files = vec![
        file(format!("usr/share/mime/packages/{NAME}.xml"), TYPE.into()),
        file(format!("usr/share/metainfo/{IDENTIFIER}.metainfo.xml"), metainfo(epoch)?.into_bytes()),
    ];
    let kept = |name: &str| {
        let path = icons::folder().join(name);
        std::fs::read(&path).with_context(|| format!("cannot read {}: make the icons anew", path.display()))
    };
    let theme = "usr/share/icons/hicolor";
    let project = PROJECT_TYPE.replace('/', "-");
    files.push(file(format!("{theme}/scalable/apps/{NAME}.svg"), kept(&format!("{}.svg", PROGRAM.name))?));
    files.push(file(format!("{theme}/scalable/mimetypes/{project}.svg"), kept(&format!("{}.svg", PROJECT.name))?));
    for &size in PROJECT.sizes {
        let picture = kept(&icons::picture_name(&PROJECT, size))?;
        files.push(file(format!("{theme}/{size}x{size}/mimetypes/{project}.png"), picture));
    }
    for (name, page) in manual_pages()? {
        files.push(file(format!("usr/share/man/man1/{name}.gz"), gzip(&page)?));
    }
    for (shell, path) in COMPLETIONS {
        // Debian's zsh looks for those of packages elsewhere than all others.
        let path =
            if kind == Kind::Deb { path.replace("site-functions", "vendor-completions") } else { (*path).to_owned() };
        files.push(file(format!("usr/share/{path}"), completions(*shell)));
    }
    Ok(files)
}

/// What Debian wants to find beside a program: rights, licences, what changed.
pub fn debian_documents(maintainer: &str, epoch: u64) -> anyhow::Result<Vec<Entry>> {
    let folder = format!("usr/share/doc/{NAME}");
    let file = |name: &str, bytes: Vec<u8>| Entry::file(format!("{folder}/{name}"), 0o644, epoch, bytes);
    Ok(vec![
        file("copyright", copyright()?.into_bytes()),
        file("licences.txt.gz", gzip(licences_page()?.as_bytes())?),
        file("changelog.gz", gzip(debian_changelog(maintainer, epoch)?.as_bytes())?),
        file("NEWS.gz", gzip(&read("CHANGELOG.md")?)?),
    ])
}

/// What changed in the form that Debian's tools read; what it means to people stands beside it.
fn debian_changelog(maintainer: &str, epoch: u64) -> anyhow::Result<String> {
    let date = source::mail_date(epoch)?;
    Ok(format!(
        "{NAME} ({VERSION}) unstable; urgency=medium\n\n  * Version {VERSION}: what changed stands in NEWS.gz.\n\n \
         -- {maintainer}  {date}\n"
    ))
}

/// The licences as they lie beside the program where no system has a place for them.
pub fn documents(epoch: u64) -> anyhow::Result<Vec<Entry>> {
    let mut files = Vec::new();
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        files.push(Entry::file(name, 0o644, epoch, read(name)?));
    }
    files.push(Entry::file("licences.txt", 0o644, epoch, licences_page()?.into_bytes()));
    Ok(files)
}

fn licences_page() -> anyhow::Result<String> {
    Ok(licences::licences().map_err(|error| anyhow::anyhow!("{error}"))?.page())
}

fn read(name: &str) -> anyhow::Result<Vec<u8>> {
    let path = source::root().join(name);
    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The description for software centres, of this version.
pub fn metainfo(epoch: u64) -> anyhow::Result<String> {
    Ok(METAINFO.replace("@VERSION@", VERSION).replace("@DATE@", &source::day(epoch)?))
}

/// Who holds which rights, in the form that Debian reads.
pub fn copyright() -> anyhow::Result<String> {
    let text = String::from_utf8(read("LICENSE-MIT")?).context("LICENSE-MIT is no text")?;
    let line = |line: &str| if line.trim().is_empty() { " .".to_owned() } else { format!(" {}", line.trim()) };
    let indented: Vec<String> = text.trim_end().lines().map(line).collect();
    Ok(COPYRIGHT.replace("@MIT@", &indented.join("\n")))
}

/// Shells, and where under `/usr/share` each looks for completions.
const COMPLETIONS: &[(Shell, &str)] = &[
    (Shell::Bash, "bash-completion/completions/whetstone"),
    (Shell::Zsh, "zsh/site-functions/_whetstone"),
    (Shell::Fish, "fish/vendor_completions.d/whetstone.fish"),
];

fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut whetstone::command_line(), NAME, &mut script);
    script
}

/// A page for the program and one for each of its commands, by their files' names.
pub fn manual_pages() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut program = whetstone::command_line().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    add_pages(&program, &mut pages)?;
    Ok(pages)
}

fn add_pages(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> anyhow::Result<()> {
    let manual = Man::new(command.clone()).manual(source::TITLE).source(format!("{} {VERSION}", source::TITLE));
    let mut page = Vec::new();
    manual.render(&mut page)?;
    pages.push((manual.get_filename(), page));
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        add_pages(command, pages)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_has_a_manual_page_that_names_its_options() {
        let pages = manual_pages().expect("memory");
        let names: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), pages.len(), "none twice");
        let program = whetstone::command_line();
        for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(names.contains(format!("whetstone-{}.1", command.get_name()).as_str()), "{}", command.get_name());
        }
        assert!(names.contains("whetstone.1") && names.contains("whetstone-project-new.1"), "{names:?}");
        let train = pages.iter().find(|(name, _)| name == "whetstone-train.1").expect("train");
        let text = String::from_utf8_lossy(&train.1).replace('\\', "");
        assert!(text.contains(".TH whetstone-train 1"), "{text}");
        for option in ["--learning-rate", "--data", "--resume"] {
            assert!(text.contains(option), "{option}");
        }
    }

    #[test]
    fn completions_know_the_commands_and_stand_where_shells_look() {
        for (shell, path) in COMPLETIONS {
            let script = String::from_utf8(completions(*shell)).expect("text");
            for command in ["train", "evaluate", "licences"] {
                assert!(script.contains(command), "{path}: {command}");
            }
        }
    }

    /// The keys of a desktop entry's first group.
    fn keys() -> std::collections::BTreeMap<&'static str, &'static str> {
        let mut lines = DESKTOP_ENTRY.lines();
        assert_eq!(lines.next(), Some("[Desktop Entry]"));
        lines.map(|line| line.split_once('=').unwrap_or_else(|| panic!("{line:?}"))).collect()
    }

    #[test]
    fn the_entry_in_the_menu_opens_the_window_and_project_files_in_it() {
        let keys = keys();
        assert_eq!((keys["Type"], keys["Name"], keys["Icon"]), ("Application", "Whetstone", NAME));
        // A path alone opens the window with it: see app/src/window.rs.
        assert_eq!(keys["Exec"], format!("{NAME} %f"));
        assert_eq!(keys["MimeType"], format!("{PROJECT_TYPE};"));
        // The window's own name, by which a desktop finds its entry.
        assert_eq!(keys["StartupWMClass"], NAME);
        assert!(keys["Comment"].starts_with(source::SUMMARY));
        assert!(keys.values().all(|value| !value.contains("{{")), "Tauri's bundler fills in what stands in braces");
    }

    /// Opened and closed elements must fit: a small reader, enough for files of our own.
    fn elements(xml: &str) -> Vec<String> {
        let (mut open, mut all) = (Vec::new(), Vec::new());
        for part in xml.split('<').skip(1) {
            let (element, _) = part.split_once('>').unwrap_or_else(|| panic!("{part:?} is not closed"));
            if let Some(name) = element.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "{xml}");
            } else if !element.starts_with(['?', '!']) {
                let name = element.split([' ', '/']).next().unwrap_or_default().to_owned();
                if !element.ends_with('/') {
                    open.push(name.clone());
                }
                all.push(element.trim_end_matches('/').to_owned());
            }
        }
        assert!(open.is_empty(), "{open:?} is not closed");
        all
    }

    #[test]
    fn the_type_of_file_is_that_of_packed_projects() {
        let elements = elements(TYPE);
        assert!(elements.contains(&format!("mime-type type=\"{PROJECT_TYPE}\"")), "{elements:?}");
        assert!(elements.contains(&format!("glob pattern=\"*.{PROJECT_ENDING}\"")), "{elements:?}");
        let icon = format!("icon name=\"{}\"", PROJECT_TYPE.replace('/', "-"));
        assert!(elements.contains(&icon), "{elements:?}");
    }

    #[test]
    fn software_centres_are_told_what_it_is() {
        let text = metainfo(1_800_000_000).expect("a day");
        let elements = elements(&text);
        assert!(elements.contains(&format!("release version=\"{VERSION}\" date=\"2027-01-15\"")), "{elements:?}");
        for said in [IDENTIFIER, source::SUMMARY, PROJECT_TYPE, "<launchable type=\"desktop-id\">whetstone.desktop<"] {
            assert!(text.contains(said), "{said}");
        }
        for line in source::DESCRIPTION.lines() {
            assert!(text.contains(line), "{line:?} is not said to software centres");
        }
    }

    #[test]
    fn debian_reads_who_made_which_version_when() {
        let text = debian_changelog("Ada <ada@example.org>", 1_800_000_000).expect("a date");
        assert!(text.starts_with(&format!("whetstone ({VERSION}) unstable; urgency=")), "{text}");
        // `date -R -u -d @1800000000` says the same.
        assert!(text.ends_with("\n\n -- Ada <ada@example.org>  Fri, 15 Jan 2027 08:00:00 +0000\n"), "{text}");
    }

    #[test]
    fn rights_are_said_in_debians_form() {
        let text = copyright().expect("the licence is there");
        assert!(text.contains("\n Permission is hereby granted") && text.contains("\n .\n"), "{text}");
        assert!(!text.contains('@'), "{text}");
        for line in text.lines() {
            assert!(line.is_empty() || line.starts_with(' ') || line.contains(": "), "{line:?}");
        }
    }

    #[test]
    fn what_is_installed_is_read_by_the_program_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let (executable, file) = (folder.path().join("whetstone"), folder.path().join("installed.json"));
        for kind in Kind::ALL {
            for variant in Variant::ALL {
                std::fs::write(&file, installed(kind, variant).expect("memory")).expect("written");
                let read = Installed::of(&executable).expect("it is understood").expect("it is there");
                assert_eq!(read, Installed { kind, variant, version: VERSION.to_owned() });
            }
        }
    }

    #[test]
    fn removal_says_where_the_users_own_is_and_deletes_nothing() {
        for script in [AFTER_REMOVAL_DEB, AFTER_REMOVAL_RPM, AFTER_REMOVAL_NSIS] {
            assert!(script.contains("your projects") && script.contains("huggingface"), "{script}");
            assert!(!script.contains("rm ") && !script.contains("RMDir") && !script.contains("Delete \""), "{script}");
        }
    }
}
