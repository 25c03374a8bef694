//! What a run carries from one optimizer step to the next: where it stands, the moments, the figures, the checkpoints.
//! Trainings on data and in rounds share it, so that both stop, go on and run away in the same way.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::checkpoint::{self, Position};
use super::diagnosis::{Breakdown, Watch};
use super::metrics::LineFile;
use super::optimizer::{AdamW, AdamWSettings, clip_factor, gradient_norm, is_finite};
use super::{TrainError, Trained, schedule};
use crate::domain::TrainSettings;
use crate::job::{JobContext, JobEvent, TrainSpec};
use crate::manners::PowerWatch;
use crate::model::Parameters;
use crate::model::backend::Backend;
use crate::model::decoder::Decoder;

/// Time between checkpoints where no number of steps is asked for.
const CHECKPOINT_INTERVAL: Duration = Duration::from_mins(1);

/// What a step was like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// The step, from 1.
    pub step: u64,
    /// The gradient's norm before clipping.
    pub norm: f64,
    /// The learning rate.
    pub learning_rate: f64,
}

/// A run's steps under way.
pub struct Steps<'a> {
    /// Where the run stands.
    pub position: Position,
    /// What its figures say.
    pub watch: Watch,
    settings: TrainSettings,
    total: u64,
    context: &'a JobContext<'a>,
    checkpoints: PathBuf,
    optimizer: AdamW,
    metrics: LineFile,
    saved: Instant,
    /// Steps of the newest checkpoint.
    kept_step: Option<u64>,
    pauses: bool,
    power: PowerWatch,
    /// Whether it was told that a step changed nothing.
    told_still: bool,
}

impl<'a> Steps<'a> {
    /// Takes the newest checkpoint that is whole and that `is_usable`, and puts its numbers into `trained`.
    pub fn go_on(
        spec: &TrainSpec,
        settings: &TrainSettings,
        (kind, total): (&str, u64),
        trained: &mut Trained,
        is_usable: impl FnMut(&Position) -> bool,
        context: &'a JobContext<'a>,
    ) -> Result<Self, TrainError> {
        let checkpoints = spec.out.join("checkpoints");
        let adam = AdamWSettings { weight_decay: settings.weight_decay, ..AdamWSettings::default() };
        let mut optimizer = AdamW::new(adam, &trained.parameters);
        let position = take_newest(&checkpoints, (&mut trained.parameters, &mut optimizer), is_usable, context)?;
        // The watch reads what was told up to here: looks that came after the checkpoint are taken again.
        let looks = spec.out.join("holdout.jsonl");
        if looks.exists() {
            LineFile::open(&looks, position.holdout_bytes)?;
        }
        Ok(Self {
            metrics: LineFile::open(&spec.out.join("metrics.jsonl"), position.metrics_bytes)?,
            watch: Watch::go_on(&spec.out, kind, Some(total))?,
            settings: settings.clone(),
            total,
            context,
            checkpoints,
            optimizer,
            kept_step: (position.step > 0).then_some(position.step),
            position,
            saved: Instant::now(),
            pauses: spec.pause_on_battery,
            power: PowerWatch::default(),
            told_still: false,
        })
    }

    /// Where the checkpoints lie.
    pub fn checkpoints(&self) -> &Path {
        &self.checkpoints
    }

    /// Whether the run is to stand still now, on battery where that is wished.
    pub fn should_pause(&mut self) -> bool {
        self.pauses && self.power.should_pause()
    }

    /// Stands still until the machine is plugged in.
    pub fn pause(&mut self) -> Result<(), TrainError> {
        Ok(self.power.wait(self.context)?)
    }

    /// Changes what is trained by a step's gradients and puts it on the decoder. Nothing of the run changes before all
    /// `figures` were found finite. After an error the run's numbers must not be saved.
    pub fn update<B: Backend>(
        &mut self,
        (trained, decoder): (&mut Trained, &mut Decoder<B>),
        gradients: &Parameters,
        figures: &[(&'static str, f64)],
    ) -> Result<Update, TrainError> {
        let step = self.position.step;
        let norm = gradient_norm(gradients);
        let figures = figures.iter().copied().chain([("gradient norm", norm)]);
        if let Some((figure, value)) = figures.into_iter().find(|(_, value)| !value.is_finite()) {
            return Err(self.break_off(figure, value));
        }
        if norm == 0.0 && !self.told_still {
            self.told_still = true;
            self.context.warn(format!(
                "step {}: the gradient is 0, so nothing is learned: the training ran away (begin anew with a lower \
                 `--learning-rate`), or the answers that are compared are the same",
                step + 1
            ));
        }
        let learning_rate = self.learning_rate(step);
        let clip = clip_factor(norm, self.settings.max_grad_norm);
        self.optimizer.step(&mut trained.parameters, gradients, clip, learning_rate, step + 1);
        if !(is_finite(&trained.parameters) && self.optimizer.is_finite()) {
            return Err(self.break_off("largest of the trained numbers", f64::INFINITY));
        }
        trained.put_on(decoder)?;
        self.position.step += 1;
        Ok(Update { step: step + 1, norm, learning_rate })
    }

    /// Takes a step that has nothing to learn from: nothing changes.
    pub fn pass(&mut self) -> Update {
        let step = self.position.step;
        self.position.step += 1;
        Update { step: step + 1, norm: 0.0, learning_rate: self.learning_rate(step) }
    }

    fn learning_rate(&self, step: u64) -> f64 {
        let settings = &self.settings;
        settings.learning_rate * schedule::factor(settings.schedule, step, settings.warmup_steps, self.total)
    }

    /// The error of a step that ran away, after what it means was told.
    fn break_off(&mut self, figure: &'static str, value: f64) -> TrainError {
        let step = self.position.step + 1;
        self.watch.hear_breakdown(Breakdown { step, figure, value }, self.context);
        TrainError::NotFinite { step, figure, value, kept: self.kept_step }
    }

    /// Appends a step's figures and tells them.
    pub fn tell(&mut self, values: Map<String, Value>) -> Result<(), TrainError> {
        self.metrics.push(&values)?;
        self.watch.hear(&values, self.context);
        self.context.emit(JobEvent::Metrics { values });
        Ok(())
    }

    /// Whether the steps or the time since the last checkpoint ask for one.
    pub fn is_checkpoint_due(&self) -> bool {
        match self.settings.checkpoint_every {
            Some(every) => self.position.step.is_multiple_of(every),
            None => self.saved.elapsed() >= CHECKPOINT_INTERVAL,
        }
    }

    /// Writes a checkpoint; that of the `best` step stays beside the newest.
    pub fn checkpoint(&mut self, parameters: &Parameters, best: Option<u64>) -> Result<(), TrainError> {
        self.position.metrics_bytes = self.metrics.sync()?;
        checkpoint::save(&self.checkpoints, self.position, parameters, &self.optimizer, best)?;
        self.saved = Instant::now();
        self.kept_step = Some(self.position.step);
        Ok(())
    }
}

/// Where the newest checkpoint that is whole stands, and its numbers; the beginning where there is none.
fn take_newest(
    folder: &Path,
    (parameters, optimizer): (&mut Parameters, &mut AdamW),
    is_usable: impl FnMut(&Position) -> bool,
    context: &JobContext<'_>,
) -> Result<Position, TrainError> {
    let mut damaged = Vec::new();
    let found = checkpoint::load_newest(folder, parameters, optimizer, is_usable, |path, why| {
        damaged.push(format!("the checkpoint {} is damaged ({why})", path.display()));
    })?;
    if !damaged.is_empty() {
        let from = match &found {
            Some(position) => format!("going on from the one before it, after step {}", position.step),
            None => "there is no other, so the run begins again".to_owned(),
        };
        context.warn(format!("{}: {from}", damaged.join(", ")));
    }
    Ok(found.unwrap_or_default())
}
