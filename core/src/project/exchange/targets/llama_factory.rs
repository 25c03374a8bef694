//! LLaMA-Factory: Alpaca's columns, and the entry by which it finds a file.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::encode::Encoding;
use super::plain::add_origin;
use super::tools::answer;
use super::turns::{self, turns_of};
use super::{Companion, DatasetTarget};
use crate::files::{read_text, write_atomically};
use crate::project::exchange::error::ExchangeError;
use crate::project::exchange::row::{ExportRow, RowKind, RowShape};

pub(super) const LLAMA_FACTORY: DatasetTarget = DatasetTarget {
    id: "llama_factory",
    meaning: "instructions for LLaMA-Factory, with the entry in `dataset_info.json` by which it finds them",
    ending: "json",
    encoding: Encoding::JsonList,
    becomes: |row| {
        let rows = match row {
            RowKind::Comparison { .. } => turns::pairs(row),
            RowKind::Demonstration { prompt: None, .. } | RowKind::Prompt { .. } => Vec::new(),
            row => turns::normal(row),
        };
        turns::as_turns(rows, true)
    },
    record,
    companion: Some(add_entry),
};

fn record(row: &ExportRow) -> Map<String, Value> {
    let mut record = Map::new();
    let Some(turns) = row.kind.prompt().and_then(turns_of) else { return record };
    let mut put = |name: &str, value: Value| drop(record.insert(name.to_owned(), value));
    put("instruction", Value::from(turns.asked));
    put("input", Value::from(""));
    match &row.kind {
        RowKind::Pair { chosen, rejected, .. } => {
            put("chosen", answer(chosen));
            put("rejected", answer(rejected));
        }
        RowKind::Rated { completion, is_desirable, .. } => {
            put("output", answer(completion));
            put("kto_tag", Value::from(*is_desirable));
        }
        RowKind::Demonstration { completion, .. } => put("output", answer(completion)),
        RowKind::Comparison { .. } | RowKind::Prompt { .. } => {}
    }
    put("system", Value::from(turns.system.unwrap_or_default()));
    put("history", turns.history.into_iter().map(|(asked, answered)| json!([asked, answered])).collect());
    add_origin(&mut record, row);
    record
}

/// What `dataset_info.json` says of a file of these rows.
fn entry(file_name: &str, shape: RowShape) -> Value {
    let mut columns = json!({"prompt": "instruction", "query": "input", "system": "system", "history": "history"});
    let named: &[(&str, &str)] = match shape {
        RowShape::Pair => &[("chosen", "chosen"), ("rejected", "rejected")],
        RowShape::Rated => &[("response", "output"), ("kto_tag", "kto_tag")],
        _ => &[("response", "output")],
    };
    for (role, column) in named {
        columns[*role] = Value::from(*column);
    }
    let mut entry = json!({"file_name": file_name, "columns": columns});
    if shape == RowShape::Pair {
        entry["ranking"] = Value::from(true);
    }
    entry
}

/// Adds the entry to the `dataset_info.json` beside the file, which keeps what else it says.
fn add_entry(path: &Path, shape: RowShape) -> Result<Companion, ExchangeError> {
    let beside = path.with_file_name("dataset_info.json");
    if beside == path {
        return Ok(Companion::Note("the file has the name of LLaMA-Factory's own list: no entry was added".to_owned()));
    }
    let text_of =
        |name: Option<&std::ffi::OsStr>| name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut entries = if beside.exists() {
        let Ok(Value::Object(entries)) = serde_json::from_str(&read_text(&beside)?) else {
            let note = format!("{} is not JSON that can be added to, and was left as it is", beside.display());
            return Ok(Companion::Note(note));
        };
        entries
    } else {
        Map::new()
    };
    entries.insert(text_of(path.file_stem()), entry(&text_of(path.file_name()), shape));
    write_atomically(&beside, |out| {
        serde_json::to_writer_pretty(&mut *out, &entries)?;
        out.write_all(b"\n")
    })?;
    Ok(Companion::Written(beside))
}
