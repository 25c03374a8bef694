//! `licences`: what is inside the program that others made, and every licence in full.

use std::io;

use serde_json::{Map, json};
use whetstone_core::domain::ToUserMessage;
use whetstone_core::job::{JobEvent, Outcome};
use whetstone_core::licences::{Licences, licences};

use crate::run::{JsonListener, Listener, error_text};
use crate::{Console, DONE, FAILED};

/// Prints the page; with `json` the list alone. Returns the exit status.
pub(crate) fn run(json: bool, console: &Console<'_>) -> u8 {
    let licences = match licences() {
        Ok(licences) => licences,
        Err(error) => {
            console.note(&error_text(&error.user_message()));
            return FAILED;
        }
    };
    let told = if json { tell_events(licences, console) } else { console.print(licences.page().trim_end()) };
    told.map_or_else(|error| console.lost(&error), |()| DONE)
}

/// The same events as a job has, so that a script reads every command the same way.
fn tell_events(licences: &Licences, console: &Console<'_>) -> io::Result<()> {
    let parts = licences
        .parts
        .iter()
        .map(|part| json!({ "name": part.name, "version": part.version, "licence": part.licence }))
        .collect::<Vec<_>>();
    let summary = Map::from_iter([("parts".to_owned(), json!(parts))]);
    let listener = JsonListener(console);
    listener.hear(&JobEvent::Started { job: "licences".to_owned() })?;
    listener.hear(&JobEvent::Ended(Outcome::Completed { summary }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: bool) -> String {
        let mut out = Vec::new();
        let status = run(json, &Console::new(&mut out, io::sink()));
        assert_eq!(status, DONE);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn everything_inside_is_named_with_its_licence_in_full() {
        let page = told(false);
        assert!(page.contains("\negui ") && page.contains("Permission is hereby granted"), "{}", &page[..500]);
        let events = told(true);
        let lines: Vec<serde_json::Value> =
            events.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["event"], "started");
        let parts = lines[1]["summary"]["parts"].as_array().expect("a list");
        assert_eq!(parts.len(), licences().expect("whole").parts.len());
    }
}
