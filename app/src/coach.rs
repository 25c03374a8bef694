//! `coach`: report cards are a job; ready-made rubrics are shown.

use std::io;

use serde_json::json;
use whetstone_core::feedback::{ReadyRubric, ready_rubrics};
use whetstone_core::job::CancelToken;

use crate::endpoint;
use crate::options::{CoachCommand, CoachOptions, RubricsOptions};
use crate::{Console, DONE, WRONG_USAGE};

/// Does what `coach` asks; returns the exit status.
pub(crate) fn run(options: CoachOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    match options.command {
        CoachCommand::Report(options) => endpoint::report(*options, json, console, cancel),
        CoachCommand::Rubrics(options) => rubrics(&options, json, console),
    }
}

fn rubrics(options: &RubricsOptions, json: bool, console: &Console<'_>) -> u8 {
    let wanted = options.name.as_deref();
    let found: Vec<&ReadyRubric> =
        ready_rubrics().iter().filter(|ready| wanted.is_none_or(|name| ready.id == name)).collect();
    if found.is_empty() {
        let ids: Vec<&str> = ready_rubrics().iter().map(|ready| ready.id).collect();
        console.note(&format!(
            "there is no rubric called {}; there are {}",
            wanted.unwrap_or_default(),
            ids.join(", ")
        ));
        return WRONG_USAGE;
    }
    print(&found, wanted.is_some(), json, console).map_or_else(|error| console.lost(&error), |()| DONE)
}

fn print(found: &[&ReadyRubric], is_one: bool, json: bool, console: &Console<'_>) -> io::Result<()> {
    for ready in found {
        if json {
            let record = json!({
                "id": ready.id, "title": ready.title, "meaning": ready.meaning, "task": ready.rubric.task,
                "rules": ready.rubric.rules,
            });
            console.print(&record.to_string())?;
        } else if is_one {
            console.print(ready.text.trim_end())?;
        } else {
            console.print(&format!("{:<16} {}: {}", ready.id, ready.title, ready.meaning))?;
        }
    }
    Ok(())
}
