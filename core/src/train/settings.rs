//! Settings resolved and checked: a job may come from elsewhere than the command line.

use super::TrainError;
use super::loss::{LossParameter, Objective, RowFigures, Totals, find_loss, losses_of};
use crate::domain::{DtypeChoice, ReferenceChoice, Task, TrainSettings};
use crate::job::TrainSpec;
use crate::model::gguf::is_gguf;

fn wrong<T>(setting: &str, found: &dyn ToString, expected: impl Into<String>) -> Result<T, TrainError> {
    Err(TrainError::Setting { setting: setting.to_owned(), found: found.to_string(), expected: expected.into() })
}

/// What is minimised: the loss's row with its numbers. The loss must belong to the task, and each parameter to the
/// loss.
pub fn resolve_objective(settings: &TrainSettings) -> Result<Objective, TrainError> {
    let ids: Vec<&str> = losses_of(settings.task).collect();
    let loss = match find_loss(&settings.loss) {
        Some(loss) if loss.task == settings.task => loss,
        _ => {
            let expected = format!("one of {} for the task {}", ids.join(", "), settings.task.name());
            return wrong("loss", &settings.loss, expected);
        }
    };
    if let Some(name) = settings.loss_parameters.keys().find(|name| !names(loss.parameters).any(|known| known == *name))
    {
        let known = names(loss.parameters).collect::<Vec<_>>().join(", ");
        let expected =
            if known.is_empty() { "left out: the loss has none".to_owned() } else { format!("one of {known}") };
        return wrong("loss-param", &name, expected);
    }
    let mut parameters = Vec::new();
    for &LossParameter { name, default, range: (low, high), .. } in loss.parameters {
        let value = settings.loss_parameters.get(name).copied().unwrap_or(default);
        if !(low..=high).contains(&value) {
            return wrong(name, &value, format!("from {low} to {high}"));
        }
        parameters.push(value);
    }
    let objective = Objective { loss, beta: settings.beta, parameters };
    // Some formulas divide by beta.
    let at_nothing = objective.losses(&[RowFigures::default()], Totals { rows: 1, ..Totals::default() });
    if loss.takes_beta && !at_nothing.iter().all(|row| row.loss.is_finite()) {
        return wrong("beta", &settings.beta, format!("above 0 for the loss {}", loss.id));
    }
    Ok(objective)
}

fn names(parameters: &'static [LossParameter]) -> impl Iterator<Item = &'static str> {
    parameters.iter().map(|parameter| parameter.name)
}

/// What the settings and the rest of a job ask for together.
pub fn check_job(spec: &TrainSpec) -> Result<(), TrainError> {
    check(&spec.settings)?;
    if spec.settings.full {
        if let Some(adapter) = &spec.adapter {
            return wrong("adapter", &adapter.display(), "left out with `--full`, which trains no adapter");
        }
        if is_gguf(&spec.model) {
            let expected = "a model's folder with `--full`: what is trained is written as one, and has its other files";
            return wrong("model", &spec.model.display(), expected);
        }
        let dtype = spec.compute.dtype;
        if !matches!(dtype, DtypeChoice::Auto | DtypeChoice::F32) {
            let expected =
                format!("f32 with `--full`: the steps of a training are lost in {}'s rounding", dtype.name());
            return wrong("dtype", &dtype.name(), expected);
        }
    }
    Ok(())
}

/// What the model's weights are kept in: those that are trained in f32, where a small step counts.
pub fn weight_dtype(spec: &TrainSpec) -> DtypeChoice {
    if spec.settings.full { DtypeChoice::F32 } else { spec.compute.dtype }
}

/// What makes no sense where every weight is trained.
fn check_full(settings: &TrainSettings) -> Result<(), TrainError> {
    if settings.task == Task::PreferenceModel {
        let expected = "dpo, sft or kto with `--full`: a preference model's score head is kept in an adapter";
        return wrong("task", &settings.task.name(), expected);
    }
    if let Some(preset) = &settings.preset {
        let expected = "left out with `--full`: presets are made for adapters, whose steps are a hundred times larger \
                        (choose `--learning-rate`, `--max-steps`, `--evaluate-every` and `--patience`)";
        return wrong("preset", preset, expected);
    }
    if settings.lora.dropout > 0.0 {
        return wrong("dropout", &settings.lora.dropout, "left out with `--full`: only an adapter has one");
    }
    if settings.reference == ReferenceChoice::Start {
        return wrong("reference", &"start", "base with `--full`: there is no adapter to start from");
    }
    Ok(())
}

/// The ranges that the command line checks too: a job may come from elsewhere.
pub fn check(settings: &TrainSettings) -> Result<(), TrainError> {
    let objective = resolve_objective(settings)?;
    if settings.full {
        check_full(settings)?;
    }
    if settings.reference == ReferenceChoice::Start && !objective.loss.needs_reference {
        return wrong("reference", &"start", format!("left out: the loss {} has no reference", objective.loss.id));
    }
    let above_zero = |value: f64| value.is_finite() && value > 0.0;
    let not_negative = |value: f64| value.is_finite() && value >= 0.0;
    let checks = [
        ("learning-rate", settings.learning_rate, above_zero(settings.learning_rate), "above 0"),
        ("beta", settings.beta, not_negative(settings.beta), "0 or above"),
        ("epochs", settings.epochs, above_zero(settings.epochs), "above 0"),
        ("max-grad-norm", settings.max_grad_norm, not_negative(settings.max_grad_norm), "0 (off) or above"),
        ("weight-decay", settings.weight_decay, not_negative(settings.weight_decay), "0 or above"),
        ("batch-size", settings.batch_size as f64, settings.batch_size > 0, "at least 1"),
        ("accumulate", settings.accumulate as f64, settings.accumulate > 0, "at least 1"),
        ("max-length", settings.max_length as f64, settings.max_length > 1, "at least 2"),
        ("max-steps", settings.max_steps.unwrap_or(1) as f64, settings.max_steps != Some(0), "at least 1"),
        ("evaluate-every", 0.0, settings.evaluate_every != Some(0), "at least 1"),
        ("patience", 0.0, settings.patience != Some(0), "at least 1"),
        ("holdout-share", settings.holdout_share, (0.0..1.0).contains(&settings.holdout_share), "from 0 to below 1"),
        ("checkpoint-every", 0.0, settings.checkpoint_every != Some(0), "at least 1"),
    ];
    match checks.iter().find(|(_, _, right, _)| !right) {
        Some((setting, found, _, expected)) => wrong(setting, found, *expected),
        None => Ok(()),
    }
}
