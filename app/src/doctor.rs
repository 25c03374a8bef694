//! `doctor`: what this machine and this build have, as a table.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::bench::MachineSpeed;
use whetstone_core::doctor::{Graphics, Place, Report, WindowNeeds};

use crate::text::{bytes, plain_line};

/// The summary of the job as lines: a name and what to say.
pub(crate) fn lines(summary: &Map<String, Value>) -> Vec<String> {
    let Ok(report) = Report::deserialize(&Value::Object(summary.clone())) else { return Vec::new() };
    let graphics = summary.get("gpu").and_then(|found| Vec::<Graphics>::deserialize(found).ok()).unwrap_or_default();
    let speed = summary.get("speed").and_then(|found| Option::<MachineSpeed>::deserialize(found).ok()).flatten();
    let mut rows = machine_rows(&report);
    rows.extend(graphics_rows(&report, &graphics));
    let needs = summary.get("window").and_then(|found| WindowNeeds::deserialize(found).ok());
    rows.extend(needs.iter().flat_map(window_rows));
    rows.push(("working folder", place(&report.working_folder)));
    rows.push(("model cache", place(&report.model_cache)));
    rows.extend(speed.iter().flat_map(speed_rows));
    let reports = summary.get("crash_reports").and_then(|found| Vec::<PathBuf>::deserialize(found).ok());
    rows.extend(reports.iter().flatten().map(|path| ("crash report", path.display().to_string())));
    rows.iter().map(|(name, value)| format!("{name:<16} {}", plain_line(value))).collect()
}

fn machine_rows(report: &Report) -> Vec<(&'static str, String)> {
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
    ]
}

/// The graphics processors, and whether this build computes on them.
fn graphics_rows(report: &Report, graphics: &[Graphics]) -> Vec<(&'static str, String)> {
    let card = |card: &Graphics| {
        let driver = card.driver.as_ref().map(|driver| format!("driver {driver}"));
        let memory = match (card.memory_free, card.memory_total) {
            (Some(free), Some(total)) => Some(format!("{} free of {}", bytes(free), bytes(total))),
            _ => None,
        };
        let unused = (!report.devices.contains(&card.device)).then(|| "this build does not compute on it".to_owned());
        let more: Vec<String> = [driver, memory, unused].into_iter().flatten().collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
        ("graphics", format!("{}{more}", card.name))
    };
    let mut rows: Vec<_> = graphics.iter().map(card).collect();
    if rows.is_empty() {
        rows.push(("graphics", "none found that can be computed on".to_owned()));
    }
    rows.push(("devices", report.devices.join(", ")));
    rows
}

/// Whether the window could open, and what brings that which it lacks.
fn window_rows(needs: &WindowNeeds) -> Vec<(&'static str, String)> {
    let display = match &needs.display {
        Some(display) => format!("can be shown ({display})"),
        None => "cannot be shown: this session has no display; every command works".to_owned(),
    };
    let mut rows = vec![("window", display)];
    if !needs.missing.is_empty() {
        let cure = needs.cure.as_ref().map(|cure| format!("; {cure}")).unwrap_or_default();
        rows.push(("window lacks", format!("{}{cure}", needs.missing.join(", "))));
    }
    rows
}

fn speed_rows(speed: &MachineSpeed) -> Vec<(&'static str, String)> {
    let MachineSpeed { shape, dtype, threads, .. } = speed;
    let unit = if *threads == 1 { "thread" } else { "threads" };
    let mut rows = vec![
        ("measured with", format!("random weights of the shape of {shape} in {dtype}, {threads} {unit}")),
        ("training", format!("about {} preference pairs a minute", figure(speed.training_pairs_a_minute))),
        ("answering", format!("about {} tokens a second", figure(speed.answering_tokens_a_second))),
    ];
    let memory = speed.memory_bytes_a_second;
    rows.extend(memory.map(|memory| ("reading memory", format!("about {} a second", bytes(memory as u64)))));
    rows
}

/// A figure with a digit behind the point where it is small.
fn figure(value: f64) -> String {
    if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

fn place(place: &Place) -> String {
    let free = place.free.map_or_else(|| "free space unknown".to_owned(), |free| format!("{} free", bytes(free)));
    let absent = if place.exists { "" } else { ", not there yet" };
    format!("{} ({free}{absent})", place.path.display())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn summary() -> Map<String, Value> {
        let place = json!({ "path": "/home/ada/cache", "exists": false, "free": 5_u64 << 30 });
        let summary = json!({
            "version": "1.2.3", "system": "Linux", "architecture": "x86_64", "processor": "A chip", "cores": 4,
            "physical_cores": 2, "vector_units": ["AVX2"], "memory_total": 8_u64 << 30, "memory_available": 4_u64 << 30,
            "devices": ["cpu"], "working_folder": place, "model_cache": place,
            "gpu": [{ "name": "NVIDIA T4", "driver": "535.1", "memory_total": 16_u64 << 30, "memory_free": 15_u64 << 30,
                "device": "cuda" }],
            "window": { "display": null, "missing": ["libEGL.so.1"], "cure": "sudo apt install libegl1" },
            "crash_reports": ["/home/ada/crash-reports/crash-1.txt"],
            "speed": { "shape": "SmolLM2-135M", "dtype": "bf16", "threads": 4, "training_pairs_a_minute": 7.26,
                "answering_tokens_a_second": 41.7, "memory_bytes_a_second": 2e10 },
        });
        summary.as_object().expect("an object").clone()
    }

    #[test]
    fn the_table_says_what_the_machine_has_and_how_fast_it_is() {
        let table = lines(&summary()).join("\n");
        for part in [
            "AVX2",
            "4 (2 physical)",
            "NVIDIA T4 (driver 535.1; ",
            "this build does not compute on it",
            "about 7.3 preference pairs a minute",
            "about 42 tokens a second",
            "not there yet",
            "this session has no display",
            "libEGL.so.1; sudo apt install libegl1",
            "crash-1.txt",
        ] {
            assert!(table.contains(part), "{part}: {table}");
        }
    }

    #[test]
    fn what_was_not_found_or_measured_is_said_plainly() {
        let mut summary = summary();
        summary.insert("gpu".to_owned(), json!([]));
        summary.insert("speed".to_owned(), Value::Null);
        let table = lines(&summary).join("\n");
        assert!(table.contains("none found that can be computed on"), "{table}");
        assert!(!table.contains("a minute") && !table.contains("measured"), "{table}");
    }
}
