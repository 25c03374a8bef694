//! The licences of everything that is in the program, gathered from the sources of the crates.
//!
//! `licences` writes them into `assets/licences.json.gz`, which the program carries; a test sees that no crate is
//! missing there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, FromArgMatches};
use whetstone_core::licences::{Licences, Part};

use crate::archive::gzip;
use crate::command::{CommandRow, command_of};
use crate::dependencies::{self, Crate};
use crate::source::{self, TITLE, VERSION};

/// `licences` on the command line.
pub const ROW: CommandRow = CommandRow {
    command: || command_of::<LicenceOptions>("licences", "Gather the licences of everything that is in the program"),
    run: |matches| run(&LicenceOptions::from_arg_matches(matches)?),
};

/// Options of `licences`.
#[derive(Debug, Args)]
pub struct LicenceOptions {
    /// Write the page as plain text here instead of the list that the program carries
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

/// Where the program's list lies.
fn list_path() -> PathBuf {
    source::root().join("assets/licences.json.gz")
}

fn run(options: &LicenceOptions) -> anyhow::Result<()> {
    let licences = gather(dependencies::of_all()?.values())?;
    let (path, bytes) = match &options.page {
        Some(path) => (path.clone(), licences.page().into_bytes()),
        None => (list_path(), gzip(&serde_json::to_vec(&licences)?)?),
    };
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    crate::say(&format!("{}: {} parts, {} texts", path.display(), licences.parts.len(), licences.texts.len()));
    Ok(())
}

/// What is in the program and is no crate: its name, its licence, and the file or the text of it.
const OTHERS: &[(&str, &str, Text)] = &[
    ("Inter", "OFL-1.1", Text::File("assets/fonts/OFL.txt")),
    ("JetBrains Mono", "OFL-1.1", Text::File("assets/fonts/OFL.txt")),
    ("SQLite", "public domain", Text::Own(SQLITE)),
    ("Lucide", "ISC AND MIT", Text::Own(LUCIDE)),
];

/// Where a text is from.
enum Text {
    /// A file of this repository.
    File(&'static str),
    /// As its authors publish it.
    Own(&'static str),
}

const SQLITE: &str = "\
SQLite is in the public domain. Its authors write in its source:

The author disclaims copyright to this source code.  In place of
a legal notice, here is a blessing:

   May you do good and not evil.
   May you find forgiveness for yourself and forgive others.
   May you share freely, never taking more than you give.";

/// Of the icons of the window.
const LUCIDE: &str = "\
ISC License

Copyright (c) for portions of Lucide are held by Cole Bemis 2013-2022 as part of Feather (MIT). All other copyright (c) for Lucide are held by Lucide Contributors 2022.

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.";

/// Every part with its texts: the program, what is no crate, and the crates.
fn gather<'a>(crates: impl Iterator<Item = &'a Crate>) -> anyhow::Result<Licences> {
    let root = source::root();
    let mut shelf = Shelf::default();
    let own = [read(&root.join("LICENSE-MIT"))?, read(&root.join("LICENSE-APACHE"))?];
    let standard = Standard { mit: own[0].clone(), apache: own[1].clone(), boost: None };
    shelf.add(TITLE, Some(VERSION), "MIT OR Apache-2.0", own.to_vec());
    for (name, licence, text) in OTHERS {
        let text = match text {
            Text::File(path) => read(&root.join(path))?,
            Text::Own(text) => (*text).to_owned(),
        };
        shelf.add(name, None, licence, vec![text]);
    }
    let crates: Vec<&Crate> = crates.collect();
    let boost = crates.iter().find_map(|one| {
        let text = fs::read_to_string(one.folder.join("LICENSE-BOOST")).ok()?;
        text.contains("Boost Software License").then_some(text)
    });
    let standard = Standard { boost, ..standard };
    for one in crates {
        let licence = one.licence.clone().unwrap_or_else(|| "its own".to_owned());
        let mut texts = texts_of(one)?;
        if texts.is_empty() {
            texts = standard.texts(one).with_context(|| format!("{} {} brings no licence", one.name, one.version))?;
        }
        shelf.add(&one.name, Some(&one.version), &licence, texts);
    }
    Ok(shelf.ordered())
}

fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

/// Parts as they are gathered, each text once.
#[derive(Default)]
struct Shelf {
    licences: Licences,
    /// Where a text stands, by its words alone: how lines are broken tells no two apart.
    places: BTreeMap<String, usize>,
}

impl Shelf {
    fn add(&mut self, name: &str, version: Option<&str>, licence: &str, texts: Vec<String>) {
        let mut places = Vec::new();
        for text in texts {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let place = *self.places.entry(words).or_insert_with(|| {
                self.licences.texts.push(text);
                self.licences.texts.len() - 1
            });
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let version = version.map(str::to_owned);
        self.licences.parts.push(Part { name: name.to_owned(), version, licence: licence.to_owned(), texts: places });
    }

    /// The same with the texts in the order of their words: those that are alike stand side by side, and pack well.
    fn ordered(self) -> Licences {
        let Self { mut licences, places } = self;
        let order: Vec<usize> = places.into_values().collect();
        let mut moved = vec![0; order.len()];
        for (place, &earlier) in order.iter().enumerate() {
            moved[earlier] = place;
        }
        licences.texts = order.iter().map(|&earlier| std::mem::take(&mut licences.texts[earlier])).collect();
        for place in licences.parts.iter_mut().flat_map(|part| &mut part.texts) {
            *place = moved[*place];
        }
        licences
    }
}

/// Nothing that is as short is a licence: such a file says only where the licence stands.
const SHORTEST: usize = 100;

/// Folders of a crate that hold nothing of the program.
const ASIDE: &[&str] = &["tests", "test", "examples", "benches", "fixtures", "target"];

/// The texts that lie in a crate's source.
fn texts_of(one: &Crate) -> anyhow::Result<Vec<String>> {
    let mut files: Vec<PathBuf> = one.licence_file.iter().filter(|file| file.is_file()).cloned().collect();
    find(&one.folder, 0, &mut files)?;
    files.sort();
    files.dedup();
    let texts = files.iter().map(|file| read(file)).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(texts.into_iter().filter(|text| text.trim().len() > SHORTEST).collect())
}

fn find(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let is_of_licences = folder.file_name().is_some_and(|name| {
        let name = name.to_string_lossy().to_lowercase();
        ["license", "licenses", "licences"].contains(&name.as_str())
    });
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < 3 && !ASIDE.contains(&name.as_str()) && !name.starts_with('.') {
            find(&entry.path(), depth + 1, files)?;
        } else if kind.is_file() && (is_of_licences || is_licence(&name)) {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Whether a file's name, in small letters, is that of a licence or a notice.
fn is_licence(name: &str) -> bool {
    let begins = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
    let is_code =
        ["rs", "toml", "json", "py", "h", "c", "html"].iter().any(|ending| name.ends_with(&format!(".{ending}")));
    begins.iter().any(|begin| name.starts_with(begin)) && !is_code
}

/// Licences as everybody writes them, for crates that name one and bring no text.
struct Standard {
    mit: String,
    apache: String,
    boost: Option<String>,
}

impl Standard {
    /// One text of each licence that must be kept; where a crate leaves the choice, the first that is known here.
    fn texts(&self, one: &Crate) -> anyhow::Result<Vec<String>> {
        let licence = one.licence.as_deref().unwrap_or_default();
        let mut texts = Vec::new();
        for choices in licence.split(" AND ") {
            let names: Vec<&str> = choices
                .split(" OR ")
                .flat_map(|choice| choice.split('/'))
                .map(|name| name.trim_matches(['(', ')', ' ']))
                .collect();
            let text = names.iter().find_map(|name| self.text(name, one));
            match text {
                Some(text) => texts.push(text),
                // The icons' own text stands with the icons.
                None if one.name == "lucide-icons" => {}
                None => bail!("no text of {choices} is known: add it in packaging/src/licences.rs"),
            }
        }
        Ok(texts)
    }

    fn text(&self, name: &str, one: &Crate) -> Option<String> {
        match name {
            "MIT" => {
                let holders = if one.authors.is_empty() {
                    format!("the authors of {}", one.name)
                } else {
                    one.authors
                        .iter()
                        .map(|author| author.split(" <").next().unwrap_or(author))
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                let line = |line: &str| {
                    if line.starts_with("Copyright") { format!("Copyright (c) {holders}") } else { line.to_owned() }
                };
                Some(self.mit.lines().map(line).collect::<Vec<_>>().join("\n"))
            }
            "Apache-2.0" => Some(self.apache.clone()),
            "BSL-1.0" => self.boost.clone(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_names_every_crate_that_it_is_made_of_and_no_other() {
        let cure = "cargo run -p whetstone-packaging -- licences";
        let carried = whetstone_core::licences::licences().expect("the list is whole");
        let crates = dependencies::of_all().expect("cargo is there");
        let titles: std::collections::BTreeSet<String> = carried.parts.iter().map(Part::title).collect();
        for (name, version) in crates.keys() {
            assert!(titles.contains(&format!("{name} {version}")), "{name} {version} is not named: {cure}");
        }
        assert_eq!(carried.parts.len(), crates.len() + 1 + OTHERS.len(), "a part is named that is no more: {cure}");
    }

    fn named(name: &str, licence: &str, folder: &Path) -> Crate {
        Crate {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: Some(licence.to_owned()),
            licence_file: None,
            authors: vec!["Ada <ada@example.org>".to_owned()],
            description: None,
            repository: None,
            folder: folder.to_owned(),
            uses: std::collections::BTreeSet::new(),
        }
    }

    #[test]
    fn a_text_stands_once_and_one_that_is_missing_is_found_or_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let words = "Some words of it. ".repeat(8);
        let broken = words.replace(' ', "\n  ");
        for (name, text) in [
            ("a/LICENSE", broken.as_str()),
            ("b/LICENSE.md", &words),
            ("b/src.rs", &words),
            ("b/tests/LICENSE", &"Other words. ".repeat(9)),
            ("c/LICENSE", "See the file of another folder"),
        ] {
            fs::create_dir_all(path(name).parent().expect("a folder")).expect("a folder");
            fs::write(path(name), text).expect("a file");
        }
        let (a, b) = (named("a", "ISC", &path("a")), named("b", "ISC", &path("b")));
        let c = named("c", "Zlib OR MIT", &path("c"));
        let licences = gather([&a, &b, &c].into_iter()).expect("texts of all");
        let part = |name: &str| licences.parts.iter().find(|part| part.name == name).expect(name);
        assert_eq!(part("a").texts, part("b").texts, "the same words are one text");
        assert_eq!(licences.texts_of(part("b")).count(), 1, "what is of a test is left out");
        let text = licences.texts_of(part("c")).next().expect("the text of MIT");
        assert!(text.contains("Copyright (c) Ada\n") && text.contains("Permission is hereby granted"), "{text}");
        let error = gather([&named("d", "Mystery-1.0", &path("c"))].into_iter()).expect_err("nobody knows it");
        assert!(format!("{error:#}").contains("Mystery-1.0"), "{error:#}");
    }
}
