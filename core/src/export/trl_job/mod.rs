//! The training itself, for an engine that runs on larger machines: TRL's configuration and data with the same losses, the same
//! adapter and the same order, and what starts it on one card, on several, and on a cluster.
//!
//! What TRL does not have is refused before a byte is written.

mod config;
mod data;
mod texts;
mod yaml;

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::{ExportError, Proof, Target, Written, peft};
use crate::domain::{DtypeChoice, ReferenceChoice, Task};
use crate::files;
use crate::job::{ExportSpec, JobContext};
use crate::model::gguf::is_gguf;
use crate::model::{Adapter, DecoderConfig, ModelError, TrainingCard, base_name};
use crate::train::loss::{Scope, find_loss};
use crate::train::{RunRecord, Taken, taken};
use config::Job;
use data::Order;

/// The row.
pub(super) const TARGET: Target = Target {
    id: "trl-job",
    meaning: "The training itself as a job for TRL on a larger machine: its settings, its data in the order of its steps, and \
              what starts it on one card, on several, and on a cluster. `import-adapter` brings the result back.",
    needs_adapter: true,
    takes_gguf_type: false,
    look,
    write,
};

fn refused(what: impl Into<String>) -> ExportError {
    ExportError::NotInForm {
        form: "a job for TRL",
        what: what.into(),
        cure: "train it with Whetstone, or train another run with settings that TRL has and export that",
    }
}

fn look(spec: &ExportSpec, context: &JobContext<'_>) -> Result<u64, ExportError> {
    let plan = Plan::of(spec, context)?;
    plan.config()?;
    let start = plan
        .start
        .as_ref()
        .map_or(0, |adapter| adapter.tensors.values().map(|pair| 4 * (pair.a.len() + pair.b.len()) as u64).sum());
    Ok(start + data::bytes(&plan.taken, &plan.order.records, plan.arguments()) + (1 << 20))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    context.progress("reading what was learned from", 0, Some(2), "stages");
    let plan = Plan::of(spec, context)?;
    let (command, config) = (config::command(plan.record.settings.task)?, plan.config()?);
    context.check()?;
    context.progress("writing the job", 1, Some(2), "stages");
    let (out, job) = (&spec.out, plan.job());
    for folder in ["data", "accelerate"] {
        files::create_folder(&out.join(folder))?;
    }
    data::write(&out.join("data/train.jsonl"), &plan.taken, &plan.order.records, plan.arguments())?;
    if !plan.taken.aside.is_empty() {
        data::write(&out.join("data/eval.jsonl"), &plan.taken, &plan.taken.aside, plan.arguments())?;
    }
    let mut texts = texts::accelerate(job.is_bf16);
    texts.push(("config.yaml", config));
    texts.push(texts::slurm(&job, command));
    texts.push(texts::readme(&job, command, plan.order.records.len(), &plan.notes()));
    if let Some(start) = &plan.start {
        start.save(
            &out.join("start"),
            &TrainingCard { method: "the adapter that a training goes on from", settings: &[] },
        )?;
        texts.push(texts::program(&job));
    }
    for (name, text) in &texts {
        files::write_atomically(&out.join(name), |file| file.write_all(text.as_bytes()))?;
    }
    let proof = plan.hold(spec, command)?;
    context.progress("writing the job", 2, Some(2), "stages");
    let more = json!({
        "command": command, "steps": plan.taken.steps.len(), "records": plan.order.records.len(),
        "same_steps": plan.order.is_exact(), "notes": plan.notes(),
    });
    let more = if let Value::Object(more) = more { more } else { Map::new() };
    Ok(Written { proofs: vec![proof], more })
}

/// What the job is made of.
struct Plan {
    record: RunRecord,
    model: String,
    revision: Option<String>,
    start: Option<Adapter>,
    taken: Taken,
    order: Order,
}

impl Plan {
    fn of(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Self, ExportError> {
        let Some(folder) = &spec.adapter else { return Err(ExportError::NoAdapter { target: TARGET.id }) };
        let Some(record) = RunRecord::open(folder).map_err(Box::new)? else {
            return Err(refused("an adapter without the record of its training, run.json"));
        };
        if record.online.is_some() {
            return Err(refused("a training in rounds, whose answers were drawn and judged meanwhile"));
        }
        config::command(record.settings.task)?;
        if is_gguf(&spec.model) {
            return Err(ExportError::BaseIsGguf { path: spec.model.clone() });
        }
        let data = spec.data.clone().unwrap_or_else(|| folder.join("data.jsonl"));
        if !data.is_file() {
            return Err(ExportError::NoData { folder: folder.clone() });
        }
        let start = start_of(spec, &record)?;
        let Some(taken) = taken(&record, &spec.model, &data, context).map_err(Box::new)? else {
            return Err(ExportError::OtherData { path: data });
        };
        if !data::is_of_one_kind(&taken) {
            return Err(refused("records of several kinds in one file, such as texts beside messages"));
        }
        let order = Order::of(&taken, &record.settings);
        let (mut model, revision) = base_name::of(&spec.model);
        if revision.is_none() {
            model = std::path::absolute(&spec.model).unwrap_or_else(|_| PathBuf::from(&model)).display().to_string();
        }
        Ok(Self { record, model, revision, start, taken, order })
    }

    fn job(&self) -> Job<'_> {
        let settings = &self.record.settings;
        let rows_a_step = settings.batch_size.max(1) * settings.accumulate.max(1);
        let a_round = self.taken.trained.len().div_ceil(rows_a_step) as u64;
        let look_every = settings.evaluate_every.unwrap_or(a_round).min(self.steps());
        Job {
            settings,
            model: &self.model,
            revision: self.revision.as_deref(),
            has_start: self.start.is_some(),
            // TRL has no such blocks: the nearest that it has is half precision.
            is_bf16: !matches!(self.record.dtype, DtypeChoice::Auto | DtypeChoice::F32),
            has_prompts: data::has_prompts(&self.taken),
            steps: self.steps(),
            look_every: Some(look_every).filter(|_| !self.taken.aside.is_empty()),
        }
    }

    fn steps(&self) -> u64 {
        self.taken.steps.len() as u64
    }

    fn arguments(&self) -> &Map<String, Value> {
        &self.record.settings.template_arguments
    }

    fn config(&self) -> Result<String, ExportError> {
        Ok(format!(
            "# Settings of a training, for `trl` or `train.py`; see README.md.\n{}",
            yaml::write(&config::keys(&self.job())?)
        ))
    }

    /// Reads back what was written: it must say the run's settings.
    fn hold(&self, spec: &ExportSpec, command: &str) -> Result<Proof, ExportError> {
        let path = spec.out.join("config.yaml");
        let has_start = self.start.is_some();
        let found = yaml::read(&files::read_text(&path)?).and_then(|keys| config::read(command, has_start, &keys));
        if found.as_ref() != Some(&config::said(&self.job())?) {
            return Err(refused("settings that read otherwise in its configuration"));
        }
        Ok(Proof {
            how: "The configuration was read back and says the settings of the run; the data is what the run's record says \
                  that it learned from."
                .to_owned(),
            ..Proof::default()
        })
    }

    fn notes(&self) -> Vec<String> {
        let settings = &self.record.settings;
        let mut notes = vec![if self.order.same_rows {
            "The records stand in the order of the steps and TRL is told not to shuffle, so each step learns from what it learned \
             from in Whetstone."
        } else {
            "The records stand in the order of the steps and TRL is told not to shuffle. The batches of later rounds begin a few \
             records earlier than in Whetstone, where the last step of a round was a smaller one."
        }
        .to_owned()];
        let mut note = |holds: bool, text: &str| notes.extend(holds.then(|| text.to_owned()));
        note(
            !self.order.same_weights,
            "Where a step of several batches has a smaller one, its records count for more in TRL, which takes the mean of the \
             batches' means.",
        );
        note(
            self.start.is_none() && !settings.full,
            "The adapter begins with random numbers of TRL's own: the losses of the first step are the same, later ones nearly.",
        );
        note(
            self.start.is_some() && settings.task != Task::Sft,
            match settings.reference {
                ReferenceChoice::Start => {
                    "The reference is the adapter in `start` as it was: TRL keeps a frozen copy of it."
                }
                ReferenceChoice::Base => {
                    "The reference is the model itself without the adapter, which `train.py` opens a second time."
                }
            },
        );
        note(
            self.taken.has_own_holdout,
            "The file that the run was tried on meanwhile is not in the job: it is no part of what was learned from.",
        );
        note(settings.lora.dropout > 0.0, "Dropout draws other random numbers in TRL.");
        note(
            settings.patience.is_some(),
            "TRL's command does not stop early: it takes every step and gives the adapter of the best one.",
        );
        note(
            find_loss(&settings.loss).is_some_and(|loss| loss.scope == Scope::Batch),
            "This loss looks at all answers of a batch together, so a batch that is shared by several cards gives slightly \
             other losses.",
        );
        note(
            self.revision.is_none(),
            "The model is a folder of the machine that wrote this job: copy it along and put its place into \
             `model_name_or_path`.",
        );
        notes
    }
}

/// The adapter that the run went on from, with the dropout of the run.
fn start_of(spec: &ExportSpec, record: &RunRecord) -> Result<Option<Adapter>, ExportError> {
    if record.adapter_digest.is_none() {
        return Ok(None);
    }
    let Some(folder) = record.start().map_err(Box::new)? else {
        return Err(refused("a training that went on from an adapter which no longer lies, as it was, where it lay"));
    };
    let decoder = DecoderConfig::open(&spec.model).map_err(ModelError::from)?;
    let mut adapter = Adapter::open(folder, &decoder)?;
    adapter.config.dropout = record.settings.lora.dropout;
    peft::name_base(&mut adapter.config, &spec.model);
    Ok(Some(adapter))
}

#[cfg(test)]
mod tests;
