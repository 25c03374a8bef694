//! A run from beginning to end: the job `train`.
//!
//! Prepare (settings, model, data, adapter) → reference pass → optimizer steps, each: forward, loss, backward for every
//! pack of the step's batches, then clip and `AdamW` → checkpoints meanwhile → the adapter in PEFT's form, or the model. A run that was
//! stopped at any moment is prepared the same way, takes its newest checkpoint, and comes to the same bits.

use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::batch::{Learner, RowBatch, sequence_tokens, totals};
use super::checkpoint;
use super::loss::{Objective, RowValues};
use super::metrics::LineFile;
use super::order::{StepPlan, dropout};
use super::prepare::{Prepared, prepare};
use super::record::RunRecord;
use super::steps::Steps;
use super::tally::Tally;
use super::watched::Watched;
use super::{TokenizedRow, TrainError, early_stopping, reference, watched};
use crate::domain::{MemoryMode, ReferenceChoice, Task, TrainSettings};
use crate::job::{JobContext, JobEvent, TrainSpec};
use crate::model::backend::Backend;
use crate::model::decoder::Keep;
use crate::model::{AnyBackend, Parameters, TrainingCard, choose_backend};

/// The job: leaves the adapter or the model, `metrics.jsonl` and checkpoints in `spec.out`.
pub fn run(spec: &TrainSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, TrainError> {
    let begun = super::prepare::begun_run(spec)?;
    let mut spec = spec.clone();
    if let Some(record) = &begun {
        super::record::complete(&mut spec, record);
    }
    match choose_backend(&spec.compute)? {
        AnyBackend::Cpu(backend) => {
            let threads = backend.thread_count();
            run_on(&backend, threads, &spec, context)
        }
        AnyBackend::Graphics(backend) => run_on(&backend, 1, &spec, context),
    }
}

fn run_on<B: Backend + Clone>(
    backend: &B,
    threads: usize,
    spec: &TrainSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, TrainError> {
    let start = Instant::now();
    let prepared = prepare(backend.clone(), threads, spec, context)?;
    let mut summary = backend.run(|| Run::new(prepared, spec, context)?.finish())?;
    summary.insert("seconds".to_owned(), json!(start.elapsed().as_secs_f64()));
    Ok(summary)
}

/// A run under way.
struct Run<'a, B: Backend> {
    spec: &'a TrainSpec,
    settings: TrainSettings,
    context: &'a JobContext<'a>,
    prepared: Prepared<B>,
    plan: StepPlan,
    references: Vec<RowValues>,
    holdout_references: Vec<RowValues>,
    steps: Steps<'a>,
    holdout_lines: LineFile,
    watched: Watched<'a>,
    /// The step whose numbers are the run's result.
    result_step: u64,
}

impl<'a, B: Backend> Run<'a, B> {
    /// Computes the reference and takes the newest checkpoint.
    fn new(mut prepared: Prepared<B>, spec: &'a TrainSpec, context: &'a JobContext<'a>) -> Result<Self, TrainError> {
        let settings = prepared.record.settings.clone();
        let loss = prepared.objective.loss;
        let plan = StepPlan::new(&settings, prepared.rows.len(), loss.needs_mismatched);
        let checkpoints = spec.out.join("checkpoints");
        let adapted = settings.reference == ReferenceChoice::Start;
        let reading = prepared.objective.reading().of_reference();
        let reference = |rows: &[TokenizedRow], folder: &Path, digest: &str| {
            if !loss.needs_reference {
                return Ok(vec![RowValues::default(); rows.len()]);
            }
            let decoder = &prepared.model.decoder;
            let pack_tokens = prepared.record.pack_tokens;
            reference::log_probabilities(decoder, (rows, reading), pack_tokens, adapted, folder, digest, context)
        };
        let RunRecord { model_digest, data_digest, holdout_digest, adapter_digest, .. } = &prepared.record;
        let digest = |data: &str| format!("{model_digest} {adapter_digest:?} {adapted} {reading:?} {data}");
        let references = reference(&prepared.rows, &checkpoints, &digest(data_digest))?;
        let holdout_references = reference(&prepared.holdout, &checkpoints.join("holdout"), &digest(holdout_digest))?;

        let trained = &mut prepared.trained;
        let how_far = (settings.task.name(), plan.total_steps);
        let steps = Steps::go_on(spec, &settings, how_far, trained, |_| true, context)?;
        trained.put_on(&mut prepared.model.decoder)?;
        Ok(Self {
            holdout_lines: LineFile::open(&spec.out.join("holdout.jsonl"), steps.position.holdout_bytes)?,
            watched: Watched::go_on(spec, &settings, steps.position.step, context),
            spec,
            settings,
            context,
            prepared,
            plan,
            references,
            holdout_references,
            result_step: steps.position.step,
            steps,
        })
    }

    /// Takes the steps that are left and writes the result.
    fn finish(mut self) -> Result<Map<String, Value>, TrainError> {
        let done = self.take_steps();
        if matches!(done, Err(TrainError::Cancelled(_))) {
            // The parameters are those of the last whole step.
            self.checkpoint()?;
        }
        done?;
        let checkpoints = self.steps.checkpoints();
        if checkpoints.exists() {
            checkpoint::remove_surplus(checkpoints, self.best_step())?;
        }
        self.result_step = self.steps.position.step;
        self.take_best();
        self.write_result()?;
        Ok(self.summary())
    }

    fn take_steps(&mut self) -> Result<(), TrainError> {
        let total = self.plan.total_steps;
        self.look_where_due()?;
        while self.steps.position.step < total && !self.is_over() {
            self.context.progress("training", self.steps.position.step, Some(total), "steps");
            self.pause_where_wished()?;
            self.step()?;
            self.look_where_due()?;
            if self.steps.is_checkpoint_due() || self.steps.position.step == total || self.is_best_step() {
                self.checkpoint()?;
            }
        }
        if self.steps.position.step < total {
            self.context.progress("training", self.steps.position.step, Some(self.steps.position.step), "steps");
            return self.checkpoint();
        }
        self.context.progress("training", total, Some(total), "steps");
        Ok(())
    }

    /// Stands still on battery where that is wished, with a checkpoint made: a battery comes to an end.
    fn pause_where_wished(&mut self) -> Result<(), TrainError> {
        if self.steps.should_pause() {
            self.checkpoint()?;
            self.steps.pause()?;
        }
        Ok(())
    }

    /// What the run results in.
    fn result_name(&self) -> &'static str {
        if self.settings.full { "model" } else { "adapter" }
    }

    /// The step whose numbers are taken, where the best one's are.
    fn best_step(&self) -> Option<u64> {
        self.settings.patience?;
        early_stopping::best(&self.steps.watch.holdout_losses()).map(|(step, _)| step)
    }

    fn is_best_step(&self) -> bool {
        self.steps.position.holdout_step == Some(self.steps.position.step)
            && self.best_step() == Some(self.steps.position.step)
    }

    fn is_over(&self) -> bool {
        self.settings
            .patience
            .is_some_and(|patience| early_stopping::is_over(&self.steps.watch.holdout_losses(), patience))
    }

    /// Goes back to the best step's numbers.
    fn take_best(&mut self) {
        let Some(step) = self.best_step() else { return };
        let name = self.result_name();
        let folder = self.steps.checkpoints();
        let parameters = &mut self.prepared.trained.parameters;
        match checkpoint::load_step(folder, step, parameters) {
            Ok(()) => self.result_step = step,
            Err(why) => self.context.warn(format!(
                "the checkpoint of step {step}, the best on the holdout, cannot be read ({why}): the {name} is that of \
                 the last step"
            )),
        }
        if !early_stopping::has_gained(&self.steps.watch.holdout_losses()) {
            self.context.warn(format!(
                "no step made the loss on the holdout lower than it was before the training: the {name} is no gain on \
                 what it was not trained on"
            ));
        }
    }

    /// One optimizer step. After an error that is no wish to stop the run's numbers must not be saved.
    fn step(&mut self) -> Result<(), TrainError> {
        let start = Instant::now();
        let step = self.steps.position.step;
        let (tally, tokens, gradients) = self.gradients(step)?;
        let figures = [("loss", tally.loss()), (self.value_name(), tally.values())];
        let Prepared { trained, model, .. } = &mut self.prepared;
        let update = self.steps.update((trained, &mut model.decoder), &gradients, &figures)?;
        self.steps.position.tokens += tokens as u64;

        let mut values = Map::new();
        values.insert("step".to_owned(), json!(update.step));
        values.insert("loss".to_owned(), json!(tally.loss()));
        values.insert("learning_rate".to_owned(), json!(update.learning_rate));
        values.insert("grad_norm".to_owned(), json!(update.norm));
        tally.write_to(&mut values, "");
        values.insert("num_tokens".to_owned(), json!(self.steps.position.tokens));
        values.insert("seconds".to_owned(), json!(start.elapsed().as_secs_f64()));
        self.steps.tell(values)
    }

    /// Figures, tokens and gradient of a step.
    fn gradients(&self, step: u64) -> Result<(Tally, usize, Parameters), TrainError> {
        let Prepared { model, trained, rows, .. } = &self.prepared;
        let (decoder, learner) = (&model.decoder, self.learner());
        let indices = self.plan.rows_of(step);
        let total = totals(indices.iter().map(|&index| &rows[index]));
        let mut gradients = trained.zero_gradients(decoder)?;
        let mut tally = Tally::new(self.settings.task, self.settings.beta);
        let (mut packs, mut tokens) = (0, 0);
        for indices in indices.chunks(self.settings.batch_size) {
            let members: Vec<&TokenizedRow> = indices.iter().map(|&index| &rows[index]).collect();
            tokens += members.iter().map(|row| sequence_tokens(row, self.settings.task)).sum::<usize>();
            let mut batch = RowBatch::new(members, indices.iter().map(|&index| self.references[index]));
            let dropout = || {
                packs += 1;
                dropout(&self.settings, trained, step, packs - 1)
            };
            let check = || self.context.check().map_err(TrainError::from);
            let losses = learner.learn(&mut batch, total, self.keep(), &mut gradients, dropout, check)?;
            tally.add(&batch.figures, &losses);
        }
        Ok((tally, tokens, trained.gradients(decoder, &gradients)?))
    }

    fn learner(&self) -> Learner<'_, B> {
        let Prepared { model, trained, objective, record, .. } = &self.prepared;
        let (decoder, score_head) = (&model.decoder, trained.score_head());
        Learner { decoder, score_head, objective, pack_tokens: record.pack_tokens }
    }

    /// What a model gives a sequence.
    fn value_name(&self) -> &'static str {
        if self.settings.task == Task::PreferenceModel { "score" } else { "log-probability" }
    }

    fn keep(&self) -> Keep {
        match self.settings.memory {
            MemoryMode::Small => Keep::Inputs,
            MemoryMode::Fast | MemoryMode::Auto => Keep::Activations,
        }
    }

    /// Looks at what is learned so far, by the holdout and by the prompts that are watched.
    fn look_where_due(&mut self) -> Result<(), TrainError> {
        self.evaluate_holdout_where_due()?;
        let (step, total) = (self.steps.position.step, self.plan.total_steps);
        let holds_any_out = !self.prepared.holdout.is_empty();
        let is_due = if holds_any_out { self.plan.looks_at_holdout(step) } else { watched::is_due(step, total) };
        if is_due { self.watched.answer(&self.prepared.model, step, self.context) } else { Ok(()) }
    }

    /// Looks at the holdout before the first step, after each round of the data and after the last step.
    fn evaluate_holdout_where_due(&mut self) -> Result<(), TrainError> {
        let step = self.steps.position.step;
        if !self.plan.looks_at_holdout(step)
            || self.steps.position.holdout_step == Some(step)
            || self.prepared.holdout.is_empty()
        {
            return Ok(());
        }
        self.evaluate_holdout()
    }

    /// Appends the holdout's figures.
    fn evaluate_holdout(&mut self) -> Result<(), TrainError> {
        let (rows, learner) = (&self.prepared.holdout, self.learner());
        let total = totals(rows);
        let mut tally = Tally::new(self.settings.task, self.settings.beta);
        let size = self.settings.batch_size;
        for (number, (members, references)) in rows.chunks(size).zip(self.holdout_references.chunks(size)).enumerate() {
            self.context.progress("holdout", (number * size) as u64, Some(rows.len() as u64), "rows");
            let mut batch = RowBatch::new(members.iter().collect(), references.iter().copied());
            let losses = learner.look(&mut batch, total, || self.context.check().map_err(TrainError::from))?;
            tally.add(&batch.figures, &losses);
        }
        let mut values = Map::new();
        values.insert("step".to_owned(), json!(self.steps.position.step));
        values.insert("eval_loss".to_owned(), json!(tally.loss()));
        tally.write_to(&mut values, "eval_");
        self.holdout_lines.push(&values)?;
        self.steps.watch.hear(&values, self.context);
        self.steps.position.holdout_step = Some(self.steps.position.step);
        self.context.emit(JobEvent::Metrics { values });
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<(), TrainError> {
        self.steps.position.holdout_bytes = self.holdout_lines.sync()?;
        self.steps.checkpoint(&self.prepared.trained.parameters, self.best_step())
    }

    fn write_result(&self) -> Result<(), TrainError> {
        let settings = &self.settings;
        let Objective { loss, parameters, .. } = &self.prepared.objective;
        let mut how = Vec::new();
        if loss.takes_beta {
            how.push(("beta", settings.beta.to_string()));
        }
        how.extend(loss.parameters.iter().zip(parameters).map(|(row, value)| (row.name, value.to_string())));
        how.push(("learning rate", settings.learning_rate.to_string()));
        how.push(("optimizer steps", self.result_step.to_string()));
        let data = if settings.task.examples() == "pairs" { "preference pairs" } else { "examples" };
        how.push((data, self.prepared.rows.len().to_string()));
        let method = match settings.task {
            Task::Dpo => "DPO",
            Task::Kto => "KTO",
            Task::Sft => "supervised fine-tuning",
            Task::PreferenceModel => "preference model",
        };
        let method = format!("{method} ({} loss)", settings.loss);
        let card = TrainingCard { method: &method, settings: &how };
        self.prepared.trained.save(&self.spec.model, &self.spec.out, &card)
    }

    fn summary(&self) -> Map<String, Value> {
        let mut summary = Map::new();
        summary.insert("out".to_owned(), json!(self.spec.out));
        summary.insert("steps".to_owned(), json!(self.steps.position.step));
        summary.insert(format!("{}_of_step", self.result_name()), json!(self.result_step));
        summary.insert(self.settings.task.examples().to_owned(), json!(self.prepared.rows.len()));
        summary.insert("memory".to_owned(), json!(self.settings.memory));
        summary.insert("findings".to_owned(), json!(self.steps.watch.findings()));
        summary
    }
}
