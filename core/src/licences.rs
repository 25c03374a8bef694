//! What is inside the program that others made, and under which licences: a list that is made by
//! `cargo run -p whetstone-packaging -- licences` and carried in the program, so that whoever has the program has it.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};

use crate::domain::ToUserMessage;

/// The list, as JSON under gzip.
const LIST: &[u8] = include_bytes!("../../assets/licences.json.gz");

/// The list is not read beyond this.
const MOST_BYTES: u64 = 64 << 20;

/// A part of the program, and its licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name: a crate, a font.
    pub name: String,
    /// Its version, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its licence, as its author names it in short.
    pub licence: String,
    /// Its texts, by their places in [`Licences::texts`].
    pub texts: Vec<usize>,
}

impl Part {
    /// Its name with its version.
    pub fn title(&self) -> String {
        self.version.as_ref().map_or_else(|| self.name.clone(), |version| format!("{} {version}", self.name))
    }
}

/// Every part, and every text once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licences {
    /// The parts: the program itself first, then the others by name.
    pub parts: Vec<Part>,
    /// The texts of licences and notices.
    pub texts: Vec<String>,
}

/// The list could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the list of licences inside this program cannot be read: {reason}")]
pub struct LicencesError {
    reason: String,
}

impl ToUserMessage for LicencesError {
    fn hint(&self) -> Option<String> {
        Some("this copy of the program is damaged: install it anew".to_owned())
    }
}

/// The list of this program: unpacked at the first call, and kept.
pub fn licences() -> Result<&'static Licences, &'static LicencesError> {
    static READ: OnceLock<Result<Licences, LicencesError>> = OnceLock::new();
    READ.get_or_init(|| read(LIST)).as_ref()
}

/// A list as it is carried.
pub fn read(bytes: &[u8]) -> Result<Licences, LicencesError> {
    let mut text = String::new();
    let unpacked = GzDecoder::new(bytes).take(MOST_BYTES).read_to_string(&mut text);
    unpacked.map_err(|error| LicencesError { reason: error.to_string() })?;
    let licences: Licences =
        serde_json::from_str(&text).map_err(|error| LicencesError { reason: error.to_string() })?;
    let places = licences.parts.iter().flat_map(|part| &part.texts);
    if places.copied().any(|place| place >= licences.texts.len()) {
        return Err(LicencesError { reason: "a part names a text that is not there".to_owned() });
    }
    Ok(licences)
}

impl Licences {
    /// The texts of a part.
    pub fn texts_of<'a>(&'a self, part: &'a Part) -> impl Iterator<Item = &'a str> {
        part.texts.iter().filter_map(|&place| self.texts.get(place)).map(String::as_str)
    }

    /// Everything on one page of plain text: the parts with their licences, then each text with the parts that it is of.
    pub fn page(&self) -> String {
        let mut page = String::from(
            "What is inside Whetstone, and under which licences\n\
             ==================================================\n\n\
             The texts follow the list; each says to which parts it belongs.\n\n",
        );
        for part in &self.parts {
            write_line(&mut page, &format!("{}: {}", part.title(), part.licence));
        }
        for (place, text) in self.texts.iter().enumerate() {
            let titles: Vec<String> =
                self.parts.iter().filter(|part| part.texts.contains(&place)).map(Part::title).collect();
            write_line(&mut page, "");
            write_line(&mut page, &"-".repeat(80));
            write_line(&mut page, &titles.join(", "));
            write_line(&mut page, "");
            write_line(&mut page, text.trim_end());
        }
        page
    }
}

fn write_line(page: &mut String, line: &str) {
    page.push_str(line);
    page.push('\n');
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(text.as_bytes()).expect("memory");
        packed.finish().expect("memory")
    }

    #[test]
    fn the_program_carries_its_list_and_every_part_has_a_licence() {
        let licences = licences().expect("the list is whole");
        assert_eq!(licences.parts[0].name, "Whetstone");
        for part in &licences.parts {
            assert!(!part.licence.is_empty(), "{}", part.title());
            assert!(
                licences.texts_of(part).next().is_some_and(|text| text.len() > 100),
                "{} has no text",
                part.title()
            );
        }
        for carried in ["candle-core", "egui", "Inter", "JetBrains Mono", "SQLite"] {
            assert!(licences.parts.iter().any(|part| part.name == carried), "{carried} is not named");
        }
    }

    #[test]
    fn the_page_has_every_part_and_every_text() {
        let licences = licences().expect("the list is whole");
        let page = licences.page();
        for part in &licences.parts {
            assert!(page.contains(&format!("\n{}: {}\n", part.title(), part.licence)), "{}", part.title());
        }
        for text in &licences.texts {
            assert!(page.contains(text.trim_end()));
        }
    }

    #[test]
    fn a_list_that_is_not_whole_is_an_error() {
        assert!(read(b"not gzip").is_err());
        assert!(read(&packed("{")).is_err());
        let wrong = r#"{"parts":[{"name":"a","licence":"MIT","texts":[1]}],"texts":["only one"]}"#;
        let error = read(&packed(wrong)).expect_err("a text is missing");
        assert!(error.to_string().contains("a text that is not there"), "{error}");
        assert!(error.hint().is_some());
        let right = wrong.replace("[1]", "[0]");
        assert_eq!(read(&packed(&right)).expect("whole").page().matches("only one").count(), 1);
    }
}
