//! The table that `whetstone bench` prints: every measurement in a process of its own.

use serde_json::{Map, Value, json};

use super::BenchError;
use crate::domain::DtypeChoice;
use crate::job::{BenchSpec, Cancelled, JobContext, JobEvent, JobSpec, Outcome, child};

/// A row: one measurement.
#[derive(Debug)]
pub struct Row {
    /// Its name for scripts.
    pub id: &'static str,
    /// What is measured.
    pub title: &'static str,
    /// How.
    pub spec: fn() -> BenchSpec,
}

/// Every row, in the order of the table.
pub const TABLE: &[Row] = &[
    Row {
        id: "dpo-f32",
        title: "DPO, SmolLM2-135M's shape, f32",
        spec: || BenchSpec { pairs: 12, dtype: DtypeChoice::F32, ..nothing() },
    },
    Row {
        id: "dpo-bf16",
        title: "DPO, SmolLM2-135M's shape, bf16",
        spec: || BenchSpec { pairs: 12, dtype: DtypeChoice::Bf16, ..nothing() },
    },
    Row {
        id: "dpo-qwen-small",
        title: "DPO, Qwen2.5-0.5B's shape, bf16, --memory small",
        spec: || BenchSpec {
            model: Some("qwen2.5-0.5b".to_owned()),
            pairs: 4,
            dtype: DtypeChoice::Bf16,
            small: true,
            ..nothing()
        },
    },
    Row {
        id: "dpo-qwen-1.5b-q4_k",
        title: "DPO, Qwen2.5-1.5B's shape, q4_k, --memory small",
        spec: || BenchSpec {
            model: Some("qwen2.5-1.5b".to_owned()),
            pairs: 2,
            dtype: DtypeChoice::Q4K,
            small: true,
            ..nothing()
        },
    },
    Row {
        id: "lengths",
        title: "DPO by length, SmolLM2-135M's shape, bf16, --memory small",
        spec: || BenchSpec {
            lengths: vec![128, 256, 512, 1024, 2048],
            dtype: DtypeChoice::Bf16,
            small: true,
            ..nothing()
        },
    },
    Row {
        id: "answers-f32",
        title: "answers, SmolLM2-135M's shape, f32",
        spec: || BenchSpec { new_tokens: 128, dtype: DtypeChoice::F32, ..nothing() },
    },
    Row {
        id: "answers-bf16",
        title: "answers, SmolLM2-135M's shape, bf16",
        spec: || BenchSpec { new_tokens: 128, dtype: DtypeChoice::Bf16, ..nothing() },
    },
    Row {
        id: "answers-q8_0",
        title: "answers, SmolLM2-135M's shape, q8_0",
        spec: || BenchSpec { new_tokens: 128, dtype: DtypeChoice::Q8_0, ..nothing() },
    },
    Row {
        id: "answers-qwen-1.5b-q4_k",
        title: "answers, Qwen2.5-1.5B's shape, q4_k",
        spec: || BenchSpec {
            model: Some("qwen2.5-1.5b".to_owned()),
            new_tokens: 64,
            dtype: DtypeChoice::Q4K,
            ..nothing()
        },
    },
    Row {
        id: "judging-f32",
        title: "judging in both orders, SmolLM2-135M's shape, f32",
        spec: || BenchSpec { comparisons: 16, dtype: DtypeChoice::F32, ..nothing() },
    },
    Row {
        id: "judging-bf16",
        title: "judging in both orders, SmolLM2-135M's shape, bf16",
        spec: || BenchSpec { comparisons: 16, dtype: DtypeChoice::Bf16, ..nothing() },
    },
];

fn nothing() -> BenchSpec {
    BenchSpec {
        table: false,
        model: None,
        pairs: 0,
        batch: None,
        lengths: Vec::new(),
        new_tokens: 0,
        comparisons: 0,
        dtype: DtypeChoice::Auto,
        small: false,
        device: None,
        threads: None,
    }
}

/// Measures every row; tells each as an `Output` when it is there.
pub fn run(threads: Option<usize>, context: &JobContext<'_>) -> Result<Map<String, Value>, BenchError> {
    let program = std::env::current_exe().map_err(BenchError::Program)?;
    let mut rows = Vec::new();
    for Row { id, title, spec } in TABLE {
        context.progress(title, rows.len() as u64, Some(TABLE.len() as u64), "measurements");
        let spec = JobSpec::Bench(BenchSpec { threads, ..spec() });
        // A row's own start and end are not the table's.
        let quiet = |_: JobEvent| {};
        let figures = match child::run(&program, &spec, &context.telling(&quiet)) {
            Outcome::Completed { summary } => summary,
            Outcome::Cancelled => return Err(Cancelled.into()),
            Outcome::Failed { message } => return Err(BenchError::Row { title, message }),
        };
        let mut record = Map::new();
        record.insert("id".to_owned(), json!(id));
        record.insert("title".to_owned(), json!(title));
        record.extend(figures);
        context.emit(JobEvent::Output { record: Value::Object(record.clone()) });
        rows.push(Value::Object(record));
    }
    Ok(Map::from_iter([("rows".to_owned(), Value::Array(rows))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::SHAPES;

    #[test]
    fn every_row_measures_something_of_a_known_shape() {
        for (index, row) in TABLE.iter().enumerate() {
            let spec = (row.spec)();
            assert!(
                spec.pairs + spec.lengths.len() + spec.new_tokens + spec.comparisons > 0 && !spec.table,
                "{}",
                row.id
            );
            assert!(spec.model.is_none_or(|id| SHAPES.iter().any(|shape| shape.id == id)), "{}", row.id);
            assert_eq!(TABLE.iter().position(|other| other.id == row.id), Some(index));
        }
    }
}
