use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

/// Texts that are made of parts: what begins like this is asked for with a row's id at its end.
fn is_of_a_row(id: &str) -> bool {
    let registries = [
        "term-",
        "stage-",
        "recipe-",
        "preset-",
        "loss-",
        "question-",
        "advice-",
        "answer-",
        "reason-",
        "risk-",
        "target-",
        "gguf-type-",
        "check-kind-",
        "dataset-",
        "form-",
        "history-",
        "language-",
        "licence-",
        "offered-",
        "coach-kind-",
        "ready-",
    ];
    registries.iter().any(|registry| id.starts_with(registry))
}

/// The messages of a language's file, each with the values that are put in.
fn messages(language: &Language) -> BTreeMap<String, BTreeSet<String>> {
    let resource = FluentResource::try_new(language.file.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("{}.ftl: {errors:?}", language.id));
    drop(resource);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut message, mut key) = (String::new(), String::new());
    for line in language.file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| !id.starts_with(' ')) {
            message = id.to_owned();
            key.clone_from(&message);
            assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{}.ftl: {id} stands twice", language.id);
        } else if let Some((attribute, _)) = line.trim().strip_prefix('.').and_then(|line| line.split_once(" =")) {
            key = format!("{message}.{attribute}");
            found.entry(key.clone()).or_default();
        }
        for part in line.split('$').skip(1) {
            let value: String =
                part.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
            found.entry(key.clone()).or_default().insert(value);
        }
    }
    found
}

#[test]
fn every_language_says_the_same_with_the_same_values() {
    let english = messages(&LANGUAGES[0]);
    assert!(english.len() > 100);
    for language in &LANGUAGES[1..] {
        let own = messages(language);
        for (id, values) in &english {
            assert_eq!(own.get(id), Some(values), "{}.ftl: {id}", language.id);
        }
        for id in own.keys() {
            // What core says in English needs no words in English here.
            assert!(english.contains_key(id) || is_of_a_row(id), "{}.ftl: {id} is nowhere else", language.id);
        }
    }
}

/// Every `"text"` in the sources of the screens.
fn quoted(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            quoted(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("it can be read");
            found.extend(text.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
}

#[test]
fn what_the_screens_ask_for_is_there_and_nothing_else_is() {
    let english = messages(&LANGUAGES[0]);
    let mut asked = BTreeSet::new();
    quoted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut asked);
    let is_asked = |id: &String| {
        // Some are put together: `page_heading(page, ui, "train")` asks for two.
        let parts = ["-title", "-sub", "-name"].iter().filter_map(|end| id.strip_suffix(end));
        asked.contains(id) || is_of_a_row(id) || parts.clone().any(|start| asked.contains(start)) || {
            let steps = whetstone_core::desk::Step::ALL;
            parts.clone().any(|start| steps.iter().any(|step| step.id() == start))
        }
    };
    let unused: Vec<&String> = english.keys().filter(|id| !id.contains('.') && !is_asked(id)).collect();
    assert!(unused.is_empty(), "no screen asks for {unused:?}");
}

#[test]
fn a_language_is_found_by_its_whole_or_its_first_part() {
    assert_eq!(find_language("de-AT").id, "de");
    assert_eq!(find_language("en_GB.UTF-8").id, "en");
    assert_eq!(find_language("tlh").id, "en");
    for language in LANGUAGES {
        assert_eq!(find_language(language.id).name, language.name);
    }
}

#[test]
fn values_are_put_in_and_numbers_agree() {
    let words = Words::new(&LANGUAGES[0]);
    assert_eq!(words.say_with("time-minutes", [("count", 1.into())]), "1 minute");
    assert_eq!(words.say_with("time-minutes", [("count", 5.into())]), "5 minutes");
    assert_eq!(words.say("no-such-text"), "no-such-text");
    assert!(words.term("adapter").is_some_and(|(name, meaning)| name == "adapter" && meaning.len() > 40));
    assert!(Words::new(&LANGUAGES[0]).stretched(1.4).say("undo").chars().count() >= 7);
}
