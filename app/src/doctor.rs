//! `doctor`: what this machine and this build have.

use std::io;

use serde_json::Value;
use whetstone_core::doctor::{Place, Report, examine};
use whetstone_core::job::{JobEvent, Outcome};

use crate::run::{JsonListener, Listener};
use crate::text::bytes;
use crate::{Console, DONE};

/// Tells the report and returns the exit status.
pub(crate) fn run(json: bool, console: &Console<'_>) -> u8 {
    let report = examine();
    let told = if json { tell_events(&report, console) } else { tell_table(&report, console) };
    told.map_or_else(|error| console.lost(&error), |()| DONE)
}

/// The same events as a job has, so that a script reads every command the same way.
fn tell_events(report: &Report, console: &Console<'_>) -> io::Result<()> {
    let Value::Object(summary) = serde_json::to_value(report)? else {
        return Err(io::Error::other("a report is an object"));
    };
    let listener = JsonListener(console);
    listener.hear(&JobEvent::Started { job: "doctor".to_owned() })?;
    listener.hear(&JobEvent::Ended(Outcome::Completed { summary }))
}

fn tell_table(report: &Report, console: &Console<'_>) -> io::Result<()> {
    table(report).iter().try_for_each(|(name, value)| console.print(&format!("{name:<16} {value}")))
}

/// The report's rows: a name and what to say.
fn table(report: &Report) -> Vec<(&'static str, String)> {
    let unknown = || "unknown".to_owned();
    let cores = match report.physical_cores {
        Some(physical) => format!("{} ({physical} physical)", report.cores),
        None => report.cores.to_string(),
    };
    let units =
        if report.vector_units.is_empty() { "none that are used".to_owned() } else { report.vector_units.join(", ") };
    let memory = match (report.memory_available, report.memory_total) {
        (Some(available), Some(total)) => format!("{} free of {}", bytes(available), bytes(total)),
        _ => unknown(),
    };
    vec![
        ("Whetstone", report.version.clone()),
        ("system", report.system.clone()),
        ("processor", format!("{} ({})", report.processor.clone().unwrap_or_else(unknown), report.architecture)),
        ("cores", cores),
        ("vector units", units),
        ("memory", memory),
        ("devices", report.devices.join(", ")),
        ("working folder", place(&report.working_folder)),
        ("model cache", place(&report.model_cache)),
    ]
}

fn place(place: &Place) -> String {
    let free = place.free.map_or_else(|| "free space unknown".to_owned(), |free| format!("{} free", bytes(free)));
    let absent = if place.exists { "" } else { ", not there yet" };
    format!("{} ({free}{absent})", place.path.display())
}
