//! A run from beginning to end: the job `train`.
//!
//! Prepare (settings, model, data, adapter) → reference pass → optimizer steps, each: forward, loss, backward for every
//! pack of the step's pairs, then clip and `AdamW` → checkpoints meanwhile → the adapter in PEFT's form. A run that was
//! stopped at any moment is prepared the same way, takes its newest checkpoint, and comes to the same bits.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::checkpoint::{self, Position};
use super::loss::{Loss, PairLogProbabilities};
use super::metrics::{LineFile, PairMeans};
use super::optimizer::{AdamW, AdamWSettings, clip_factor, gradient_norm, is_finite};
use super::order::{DROPOUT, StepPlan};
use super::policy::{self, Pack};
use super::prepare::{Prepared, prepare};
use super::record::RunRecord;
use super::{TokenizedPair, TrainError, reference, schedule};
use crate::domain::{MemoryMode, ReferenceChoice, TrainSettings};
use crate::job::{JobContext, JobEvent, TrainSpec};
use crate::model::backend::{Backend, Dropout};
use crate::model::decoder::{Keep, Pass, Trained};
use crate::model::{AdapterCard, AnyBackend, LoraPairs, choose_backend};
use crate::random::Random;

/// Time between checkpoints where no number of steps is asked for.
const CHECKPOINT_INTERVAL: Duration = Duration::from_mins(1);

/// The job: leaves the adapter, `metrics.jsonl` and checkpoints in `spec.out`.
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
        AnyBackend::Tensor(backend) => run_on(&backend, 1, &spec, context),
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

/// Where the newest checkpoint that is whole stands, and its numbers; the beginning where there is none.
fn take_newest(
    folder: &Path,
    parameters: &mut LoraPairs,
    optimizer: &mut AdamW,
    context: &JobContext<'_>,
) -> Result<Position, TrainError> {
    let mut damaged = Vec::new();
    let found = checkpoint::load_newest(folder, parameters, optimizer, |path, why| {
        damaged.push(format!("the checkpoint {} is damaged ({why})", path.display()));
    })?;
    if !damaged.is_empty() {
        let from = match &found {
            Some(position) => format!("going on from the one before it, after step {}", position.step),
            None => "there is no other, so the run begins again".to_owned(),
        };
        context.warn(format!("{}: {from}", damaged.join(", ")));
    }
    Ok(found.unwrap_or(Position { step: 0, metrics_bytes: 0, holdout_bytes: 0, holdout_step: None }))
}

/// A run under way.
struct Run<'a, B: Backend> {
    spec: &'a TrainSpec,
    settings: TrainSettings,
    loss: &'static Loss,
    loss_parameters: Vec<f64>,
    context: &'a JobContext<'a>,
    prepared: Prepared<B>,
    plan: StepPlan,
    references: Vec<[f64; 2]>,
    holdout_references: Vec<[f64; 2]>,
    optimizer: AdamW,
    metrics: LineFile,
    holdout_lines: LineFile,
    position: Position,
    saved: Instant,
    /// Whether it was told that a step changed nothing.
    told_still: bool,
}

impl<'a, B: Backend> Run<'a, B> {
    /// Computes the reference and takes the newest checkpoint.
    fn new(mut prepared: Prepared<B>, spec: &'a TrainSpec, context: &'a JobContext<'a>) -> Result<Self, TrainError> {
        let settings = prepared.record.settings.clone();
        let (loss, loss_parameters) = super::prepare::resolve_loss(&settings)?;
        let plan = StepPlan::new(&settings, prepared.pairs.len());
        let checkpoints = spec.out.join("checkpoints");
        let adapted = settings.reference == ReferenceChoice::Start;
        let reference = |pairs: &[TokenizedPair], folder: &Path, digest: &str| {
            let decoder = &prepared.model.decoder;
            reference::log_probabilities(decoder, pairs, prepared.record.pack_tokens, adapted, folder, digest, context)
        };
        let RunRecord { model_digest, data_digest, holdout_digest, adapter_digest, .. } = &prepared.record;
        let digest = |pairs: &str| format!("{model_digest} {adapter_digest:?} {adapted} {pairs}");
        let references = reference(&prepared.pairs, &checkpoints, &digest(data_digest))?;
        let holdout_references = reference(&prepared.holdout, &checkpoints.join("holdout"), &digest(holdout_digest))?;

        let weight_decay = settings.weight_decay;
        let adam = AdamWSettings { weight_decay, ..AdamWSettings::default() };
        let mut optimizer = AdamW::new(adam, &prepared.adapter.tensors);
        let position = take_newest(&checkpoints, &mut prepared.adapter.tensors, &mut optimizer, context)?;
        prepared.model.decoder.set_lora(&prepared.adapter.tensors)?;
        Ok(Self {
            metrics: LineFile::open(&spec.out.join("metrics.jsonl"), position.metrics_bytes)?,
            holdout_lines: LineFile::open(&spec.out.join("holdout.jsonl"), position.holdout_bytes)?,
            spec,
            settings,
            loss,
            loss_parameters,
            context,
            prepared,
            plan,
            references,
            holdout_references,
            optimizer,
            position,
            saved: Instant::now(),
            told_still: false,
        })
    }

    /// Takes the steps that are left and writes the adapter.
    fn finish(mut self) -> Result<Map<String, Value>, TrainError> {
        let done = self.take_steps();
        if matches!(done, Err(TrainError::Cancelled(_))) {
            // The parameters are those of the last whole step.
            self.checkpoint()?;
        }
        done?;
        self.write_adapter()?;
        Ok(self.summary())
    }

    fn take_steps(&mut self) -> Result<(), TrainError> {
        let total = self.plan.total_steps;
        self.evaluate_holdout_where_due()?;
        while self.position.step < total {
            self.context.progress("training", self.position.step, Some(total), "steps");
            self.step()?;
            self.evaluate_holdout_where_due()?;
            let step = self.position.step;
            let due = match self.settings.checkpoint_every {
                Some(every) => step.is_multiple_of(every),
                None => self.saved.elapsed() >= CHECKPOINT_INTERVAL,
            };
            if due || step == total {
                self.checkpoint()?;
            }
        }
        self.context.progress("training", total, Some(total), "steps");
        Ok(())
    }

    /// One optimizer step. Nothing of the run changes before its last lines. After an error that is no wish to stop the
    /// run's numbers must not be saved.
    fn step(&mut self) -> Result<(), TrainError> {
        let start = Instant::now();
        let step = self.position.step;
        let (means, gradients) = self.gradients(step)?;
        let norm = gradient_norm(&gradients);
        let figures = [("loss", means.loss()), ("log-probability", means.log_probability()), ("gradient norm", norm)];
        if let Some((figure, value)) = figures.into_iter().find(|(_, value)| !value.is_finite()) {
            return Err(TrainError::NotFinite { step: step + 1, figure, value });
        }
        if norm == 0.0 && !self.told_still {
            self.told_still = true;
            self.context.warn(format!(
                "step {}: the gradient is 0, so nothing is learned: the training ran away (begin anew with a lower \
                 `--learning-rate`), or the two answers of every pair are the same",
                step + 1
            ));
        }
        let settings = &self.settings;
        let factor = schedule::factor(settings.schedule, step, settings.warmup_steps, self.plan.total_steps);
        let learning_rate = settings.learning_rate * factor;
        let clip = clip_factor(norm, settings.max_grad_norm);
        let parameters = &mut self.prepared.adapter.tensors;
        self.optimizer.step(parameters, &gradients, clip, learning_rate, step + 1);
        if !(is_finite(parameters) && self.optimizer.is_finite()) {
            return Err(TrainError::Overflow { step: step + 1 });
        }
        self.prepared.model.decoder.set_lora(parameters)?;
        self.position.step += 1;

        let mut values = Map::new();
        values.insert("step".to_owned(), json!(step + 1));
        values.insert("loss".to_owned(), json!(means.loss()));
        values.insert("learning_rate".to_owned(), json!(learning_rate));
        values.insert("grad_norm".to_owned(), json!(norm));
        means.write_to(&mut values, "");
        values.insert("seconds".to_owned(), json!(start.elapsed().as_secs_f64()));
        self.metrics.push(&values)?;
        self.context.emit(JobEvent::Metrics { values });
        Ok(())
    }

    /// Mean figures and mean gradient over the pairs of a step.
    fn gradients(&self, step: u64) -> Result<(PairMeans, LoraPairs), TrainError> {
        let decoder = &self.prepared.model.decoder;
        let indices = self.plan.pairs_of(step);
        let pairs: Vec<&TokenizedPair> = indices.iter().map(|&index| &self.prepared.pairs[index]).collect();
        let mut gradients = decoder.zero_gradients(Trained::Adapter)?;
        let mut means = PairMeans::default();
        let mut done = 0;
        for (number, members) in policy::packs(&pairs, self.prepared.record.pack_tokens).into_iter().enumerate() {
            self.context.check()?;
            let count = members.len();
            let pack = Pack::new(members);
            let pass = Pass { keep: self.keep(), adapted: true, dropout: self.dropout(step, number) };
            let (sums, tape) = policy::forward(decoder, &pack, pass)?;
            let mut factors = Vec::with_capacity(count);
            for (index, sums) in indices[done..done + count].iter().zip(sums) {
                let pair = with_reference(sums, self.references[*index]);
                let loss = (self.loss.formula)(&pair, self.settings.beta, &self.loss_parameters);
                means.add(&pair, &loss, self.settings.beta);
                factors.push([loss.d_chosen, loss.d_rejected].map(|slope| slope / pairs.len() as f64));
            }
            if let Some(tape) = tape {
                policy::backward(decoder, &pack, tape, &factors, &mut gradients)?;
            }
            done += count;
        }
        Ok((means, decoder.gradients_by_module(&gradients)?))
    }

    fn keep(&self) -> Keep {
        match self.settings.memory {
            MemoryMode::Small => Keep::Inputs,
            MemoryMode::Fast | MemoryMode::Auto => Keep::Activations,
        }
    }

    fn dropout(&self, step: u64, pack: usize) -> Option<Dropout> {
        let probability = self.prepared.adapter.config.dropout as f32;
        let key = Random::new(self.settings.seed, &[DROPOUT, step, pack as u64]).next_u64();
        (probability > 0.0).then_some(Dropout { probability, key })
    }

    /// Looks at the holdout before the first step, after each round of the data and after the last step.
    fn evaluate_holdout_where_due(&mut self) -> Result<(), TrainError> {
        let step = self.position.step;
        let due = step == 0 || step == self.plan.total_steps || self.plan.ends_epoch(step);
        if !due || self.position.holdout_step == Some(step) || self.prepared.holdout.is_empty() {
            return Ok(());
        }
        self.evaluate_holdout()
    }

    /// Appends the holdout's figures.
    fn evaluate_holdout(&mut self) -> Result<(), TrainError> {
        let decoder = &self.prepared.model.decoder;
        let pairs: Vec<&TokenizedPair> = self.prepared.holdout.iter().collect();
        let (mut means, mut done) = (PairMeans::default(), 0);
        for members in policy::packs(&pairs, self.prepared.record.pack_tokens) {
            self.context.check()?;
            self.context.progress("holdout", done as u64, Some(pairs.len() as u64), "pairs");
            let (sums, _) = policy::forward(decoder, &Pack::new(members), Pass::inference(true))?;
            for sums in sums {
                let pair = with_reference(sums, self.holdout_references[done]);
                means.add(
                    &pair,
                    &(self.loss.formula)(&pair, self.settings.beta, &self.loss_parameters),
                    self.settings.beta,
                );
                done += 1;
            }
        }
        let mut values = Map::new();
        values.insert("step".to_owned(), json!(self.position.step));
        values.insert("eval_loss".to_owned(), json!(means.loss()));
        means.write_to(&mut values, "eval_");
        self.holdout_lines.push(&values)?;
        self.position.holdout_step = Some(self.position.step);
        self.context.emit(JobEvent::Metrics { values });
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<(), TrainError> {
        self.position.metrics_bytes = self.metrics.sync()?;
        self.position.holdout_bytes = self.holdout_lines.sync()?;
        let folder = self.spec.out.join("checkpoints");
        checkpoint::save(&folder, self.position, &self.prepared.adapter.tensors, &self.optimizer)?;
        self.saved = Instant::now();
        Ok(())
    }

    fn write_adapter(&self) -> Result<(), TrainError> {
        let settings = &self.settings;
        let how = [
            ("beta", settings.beta.to_string()),
            ("learning rate", settings.learning_rate.to_string()),
            ("optimizer steps", self.plan.total_steps.to_string()),
            ("preference pairs", self.prepared.pairs.len().to_string()),
        ];
        let method = format!("DPO ({} loss)", settings.loss);
        Ok(self.prepared.adapter.save(&self.spec.out, &AdapterCard { method: &method, settings: &how })?)
    }

    fn summary(&self) -> Map<String, Value> {
        let mut summary = Map::new();
        summary.insert("out".to_owned(), json!(self.spec.out));
        summary.insert("steps".to_owned(), json!(self.plan.total_steps));
        summary.insert("pairs".to_owned(), json!(self.prepared.pairs.len()));
        summary.insert("memory".to_owned(), json!(self.settings.memory));
        summary
    }
}

fn with_reference(
    [chosen, rejected]: [f64; 2],
    [reference_chosen, reference_rejected]: [f64; 2],
) -> PairLogProbabilities {
    PairLogProbabilities { chosen, rejected, reference_chosen, reference_rejected }
}
