//! The models on this machine as a table, and what was deleted of them.

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::domain::{LocalModel, ModelPlace, ModelRole};
use whetstone_core::job::{ModelsAction, ModelsSpec};

use crate::text::{bytes, plain_line};

/// A column is not made wider for a single long name.
const WIDEST: usize = 48;

/// What was found, or came of a deletion.
pub(super) fn lines(spec: &ModelsSpec, summary: &Map<String, Value>) -> Vec<String> {
    match spec.action {
        ModelsAction::List => list(summary),
        ModelsAction::Delete { .. } => deleted(summary),
    }
}

fn list(summary: &Map<String, Value>) -> Vec<String> {
    let models = summary.get("models").and_then(|models| Vec::<LocalModel>::deserialize(models).ok());
    let models = models.unwrap_or_default();
    let headings = ["name", "size", "for", "where", "used by", "what it is"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(headings).chain(models.iter().map(row)).collect();
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.filter(|&width| width <= WIDEST).max().unwrap_or(0)
    });
    let mut lines: Vec<String> = rows.iter().map(|row| joined(row, &widths)).collect();
    let cache = summary.get("cache").and_then(Value::as_str).unwrap_or_default();
    let size = summary.get("bytes").and_then(Value::as_u64).unwrap_or(0);
    lines.push(format!("{} in the cache {}", bytes(size), plain_line(cache)));
    lines
}

fn row(model: &LocalModel) -> [String; 6] {
    let purpose = match model.role {
        Some(ModelRole::Train) => "training",
        Some(ModelRole::Coach) => "coach",
        None => "-",
    };
    let place = match model.place {
        ModelPlace::Starter => "program",
        ModelPlace::HubCache => "cache",
        ModelPlace::LmStudio => "LM Studio",
        ModelPlace::Ollama => "Ollama",
    };
    let users: Vec<String> = model.used_by.iter().map(|project| plain_line(&project.display().to_string())).collect();
    let users = if users.is_empty() { "-".to_owned() } else { users.join(", ") };
    let mut said = plain_line(&model.said);
    if model.unfinished_bytes > 0 {
        said = format!("{said} ({} of it unfinished)", bytes(model.unfinished_bytes));
    }
    [plain_line(&model.name), bytes(model.bytes), purpose.to_owned(), place.to_owned(), users, said]
}

fn joined(row: &[String; 6], widths: &[usize; 6]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, &width)| format!("{cell:<width$}"));
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

fn deleted(summary: &Map<String, Value>) -> Vec<String> {
    let names = summary.get("deleted").and_then(|names| Vec::<String>::deserialize(names).ok()).unwrap_or_default();
    let freed = summary.get("freed_bytes").and_then(Value::as_u64).unwrap_or(0);
    let mut lines: Vec<String> = names.iter().map(|name| format!("deleted: {}", plain_line(name))).collect();
    lines.push(format!("{} are free now", bytes(freed)));
    lines
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_a_table_and_cannot_command_the_terminal() {
        let model = |name: &str, role, used_by| LocalModel {
            name: name.to_owned(),
            place: ModelPlace::HubCache,
            path: PathBuf::from("p"),
            commit: None,
            bytes: 1536,
            unfinished_bytes: 1024,
            role,
            said: "llama\u{1b}[2J".to_owned(),
            used_by,
            can_delete: true,
        };
        let models = [
            model("owner/model", Some(ModelRole::Train), vec![PathBuf::from("shop"), PathBuf::from("other")]),
            model("o/m", None, Vec::new()),
        ];
        let summary = json!({ "models": models, "cache": "/cache", "bytes": 3072 });
        let spec = ModelsSpec { action: ModelsAction::List, projects: Vec::new() };
        assert_eq!(
            lines(&spec, summary.as_object().expect("a summary")),
            [
                "name         size     for       where  used by      what it is",
                "owner/model  1.5 KiB  training  cache  shop, other  llama\\u{1b}[2J (1.0 KiB of it unfinished)",
                "o/m          1.5 KiB  -         cache  -            llama\\u{1b}[2J (1.0 KiB of it unfinished)",
                "3.0 KiB in the cache /cache",
            ]
        );
        let names = vec!["o/m".to_owned()];
        let spec = ModelsSpec { action: ModelsAction::Delete { names, force: false }, projects: Vec::new() };
        let summary = json!({ "deleted": ["o/m"], "freed_bytes": 2048 });
        assert_eq!(lines(&spec, summary.as_object().expect("a summary")), ["deleted: o/m", "2.0 KiB are free now"]);
    }
}
