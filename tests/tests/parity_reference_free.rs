//! Losses without a reference against TRL's `CPOTrainer` and `ORPOTrainer`: the loss and the gradients of the first step.

use serde_json::Value;
use whetstone_core::model::backend::Backend;
use whetstone_core::model::cpu_backend::CpuBackend;
use whetstone_core::model::decoder::Keep;
use whetstone_core::model::tensor_backend::TensorBackend;
use whetstone_core::train::loss::{LOSSES, Objective, RowValues, find_loss};
use whetstone_core::train::optimizer::gradient_norm;
use whetstone_core::train::{TokenizedPair, TokenizedRow, Trained};
use whetstone_tests::training::{assert_gradients_match, first_step, open_adapted, trained_models};
use whetstone_tests::{GoldenTensors, golden_folder, golden_json, graphics};

/// TRL's run, the row's id, beta, and the row's parameters.
const RUNS: [(&str, &str, f64, &[f64]); 4] = [
    ("cpo_sigmoid", "cpo", 0.1, &[1.0]),
    ("simpo", "simpo", 2.0, &[0.5, 0.0]),
    ("cpo_simpo", "simpo", 2.0, &[0.5, 1.0]),
    ("orpo", "orpo", 0.1, &[]),
];

fn ids(row: &Value, key: &str) -> Vec<i64> {
    row[key].as_array().expect("ids").iter().map(|id| id.as_i64().expect("an id")).collect()
}

/// The pairs as TRL's trainer has them: an answer is what has a label.
fn pairs(rows: &Value) -> Vec<TokenizedRow> {
    let answer = |row: &Value, side: &str| -> (Vec<u32>, Vec<u32>) {
        let (ids, labels) = (ids(row, &format!("{side}_input_ids")), ids(row, &format!("{side}_labels")));
        let border = labels.iter().position(|&label| label >= 0).expect("a labelled token");
        let (before, after) = ids.split_at(border);
        let unsigned = |ids: &[i64]| ids.iter().map(|&id| u32::try_from(id).expect("an id")).collect();
        (unsigned(before), unsigned(after))
    };
    let pair = |row: &Value| {
        let ((prompt_ids, chosen_ids), (other, rejected_ids)) = (answer(row, "chosen"), answer(row, "rejected"));
        assert_eq!(prompt_ids, other, "both answers follow the same prompt");
        TokenizedRow::from(TokenizedPair { prompt_ids, chosen_ids, rejected_ids })
    };
    rows.as_array().expect("rows").iter().map(pair).collect()
}

fn assert_matches<B: Backend>(backend: B, name: &str, how: (Keep, usize)) {
    let golden = golden_json(&format!("train/{name}.cpo_orpo.json"));
    let has_tensors = golden_folder().join(format!("train/{name}.cpo_orpo.safetensors")).exists();
    let tensors = has_tensors.then(|| GoldenTensors::open(&format!("train/{name}.cpo_orpo.safetensors")));
    let mut model = open_adapted(backend, name);
    let trained = Trained::adapter(model.adapter.take().expect("an adapter"));
    for (run, id, beta, parameters) in RUNS {
        let objective = Objective { loss: find_loss(id).expect("a row"), beta, parameters: parameters.to_vec() };
        // TRL's two trainers write the same rows; only the first run of each kept them.
        let rows = pairs(&golden["runs"][if id == "orpo" { "orpo" } else { "cpo_sigmoid" }]["rows"]);
        let none = vec![RowValues::default(); rows.len()];
        let step = first_step(&model, &trained, &objective, (&rows, &none), how);
        let golden = &golden["runs"][run]["step0"];
        let (want, norm) = (golden["loss"].as_f64().expect("a loss"), golden["grad_norm"].as_f64().expect("a norm"));
        assert!((step.loss / want - 1.0).abs() < 5e-6, "{name}, {run}: loss {}, not {want}", step.loss);
        let found = gradient_norm(&step.gradients);
        assert!((found / norm - 1.0).abs() < 2e-5, "{name}, {run}: the gradient's norm is {found}, not {norm}");
        let prefix = format!("grad.{run}.");
        if let Some(tensors) =
            tensors.as_ref().filter(|tensors| tensors.names().iter().any(|key| key.starts_with(&prefix)))
        {
            assert_gradients_match(&step, &trained, tensors, &prefix, name);
        }
    }
}

#[test]
fn the_first_step_equals_trl_on_every_backend_and_with_both_memory_settings() {
    for name in trained_models("cpo_orpo") {
        for how in [(Keep::Activations, usize::MAX), (Keep::Inputs, 300)] {
            assert_matches(CpuBackend::new(Some(2)).expect("threads"), &name, how);
            assert_matches(TensorBackend::new(candle_core::Device::Cpu), &name, how);
            if let Some(backend) = graphics() {
                assert_matches(backend, &name, how);
            }
        }
    }
}

#[test]
fn every_loss_without_a_reference_is_among_them() {
    let without = LOSSES.iter().filter(|loss| loss.task == whetstone_core::domain::Task::Dpo && !loss.needs_reference);
    for loss in without {
        assert!(RUNS.iter().any(|(_, id, ..)| *id == loss.id), "{}", loss.id);
    }
}
