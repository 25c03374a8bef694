use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use whetstone_core::domain::{
    ComputeSettings, DtypeChoice, MemoryMode, ReferenceChoice, Schedule, Task, TrainSettings,
};
use whetstone_core::job::{JobSpec, TrainSpec};
use whetstone_core::train;
use whetstone_core::train::loss::{LOSSES, find_loss, losses_of};

use super::lora::LoraOptions;
use super::shared::{ComputeOptions, TemplateOptions};
use super::stop::StopOptions;
use super::values::{bits, choice, count, named_number, not_negative, positive};

/// Options of `train`.
#[derive(Debug, Args)]
#[command(after_help = "An adapter is a small addition to the model; the model itself stays as it is. --full makes a \
                        model of its own instead: it takes several times the memory.\n\
                        dpo (direct preference optimization) makes the preferred answers of pairs likelier than the \
                        others, measured against the model before training. kto (Kahneman-Tversky optimization) does \
                        so with answers that are good or bad by themselves. sft (supervised fine-tuning) learns to \
                        write the answers that are shown. preference-model learns to score answers: whetstone score \
                        with its adapter.\n\
                        Ctrl-C stops at the next step; the same command with --resume goes on.\n\n\
                        Example: whetstone train --model models/small --data pairs.jsonl --out run --epochs 2")]
pub(crate) struct TrainOptions {
    /// The model: a folder with config.json, tokenizer.json and .safetensors files; a GGUF file, whose weights stay in their
    /// blocks; or `starter` for the one that comes with the program
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,

    /// File of what to learn from, a JSON line each: prompt, chosen, rejected; for kto also prompt, completion, label
    /// (true or false); for sft also prompt, completion, or messages, or text
    #[arg(long, value_name = "FILE")]
    data: PathBuf,

    /// Folder of the run: the adapter (with --full the model), metrics.jsonl, checkpoints/
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    /// File of the same kind that is never trained on, to see whether what was learned holds beyond the data
    #[arg(long, value_name = "FILE")]
    holdout: Option<PathBuf>,

    /// Go on with the run in --out where it stopped
    #[arg(long)]
    resume: bool,

    /// Stand still while the machine runs on its battery, and go on by itself when it is plugged in
    #[arg(long)]
    pause_on_battery: bool,

    /// Tell how long the training would take, and how much memory and disk, without training
    #[arg(long)]
    dry_run: bool,

    /// What to learn: dpo from preference pairs, sft from answers to imitate, kto from answers that are good or bad,
    /// preference-model to score answers
    #[arg(long, default_value = "dpo", value_parser = choice::<Task>(&["dpo", "sft", "kto", "preference-model"]))]
    task: Task,

    #[command(flatten)]
    adapter: AdapterOptions,

    #[command(flatten)]
    loss: LossOptions,

    #[command(flatten)]
    steps: StepOptions,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

/// What is trained.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is trained")]
struct AdapterOptions {
    /// Train every weight of the model rather than an adapter, in f32, and write a whole model to --out
    #[arg(long, conflicts_with_all = ["adapter", "rank", "alpha", "dropout", "target_modules", "rslora"])]
    full: bool,

    #[command(flatten)]
    lora: LoraOptions,

    /// Bits that the model's own weights are kept in while the adapter is trained (QLoRA), to save memory: 8 is --dtype
    /// q8_0, 4 is --dtype q4_k
    #[arg(long, value_name = "BITS", value_parser = bits(), conflicts_with_all = ["full", "dtype"])]
    quantize: Option<DtypeChoice>,
}

/// What training aims at.
#[derive(Debug, Args)]
#[command(next_help_heading = "The aim")]
struct LossOptions {
    /// What is made as small as possible [default: sigmoid for dpo, which is DPO as first published; the other tasks
    /// have one each]
    #[arg(long, value_parser = PossibleValuesParser::new(LOSSES.iter().map(|loss| loss.id)))]
    loss: Option<String>,

    /// How strongly the model is held to what it was before: lower lets it move further [default: 0.1]
    #[arg(long, value_name = "B", value_parser = not_negative)]
    beta: Option<f64>,

    /// A parameter of the loss, such as sft_weight=0.5 for sigmoid_sft; may be given several times
    #[arg(long = "loss-param", value_name = "NAME=VALUE", value_parser = named_number)]
    loss_parameters: Vec<(String, f64)>,

    /// What "before" means: the model without an adapter (base), or with the one given by --adapter (start)
    #[arg(long, default_value = "base", value_parser = choice::<ReferenceChoice>(&["base", "start"]))]
    reference: ReferenceChoice,
}

/// How the steps are taken.
#[derive(Debug, Args)]
#[command(next_help_heading = "The steps")]
struct StepOptions {
    #[command(flatten)]
    stop: StopOptions,

    /// How far a step goes at most [default: 5e-6, or the preset's]
    #[arg(long, value_name = "LR", value_parser = positive)]
    learning_rate: Option<f64>,

    /// Times round the data [default: 1, or the preset's steps]
    #[arg(long, value_name = "N", value_parser = positive)]
    epochs: Option<f64>,

    /// Steps to take, whatever --epochs says, going round the data as often as needed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_steps: Option<u64>,

    /// Pairs worked on at a time: more is steadier and takes more memory
    #[arg(long, value_name = "N", default_value = "8", value_parser = count())]
    batch_size: usize,

    /// Batches a step is made of: like a larger --batch-size without its memory
    #[arg(long, value_name = "N", default_value = "1", value_parser = count())]
    accumulate: usize,

    /// How the learning rate goes: straight down (linear), down in a curve (cosine), or not at all (constant)
    #[arg(long, default_value = "linear", value_parser = choice::<Schedule>(&["linear", "cosine", "constant"]))]
    schedule: Schedule,

    /// Steps over which the learning rate first rises from 0 [default: 0, or the preset's]
    #[arg(long, value_name = "N")]
    warmup_steps: Option<u64>,

    /// A step's gradient is made no longer than this; a large number never shortens it
    #[arg(long, value_name = "G", default_value = "1.0", value_parser = positive)]
    max_grad_norm: f64,

    /// How strongly the trained numbers are drawn towards 0 (AdamW's weight decay)
    #[arg(long, value_name = "W", default_value = "0", value_parser = not_negative)]
    weight_decay: f64,

    /// The longest prompt and answer together, in tokens; what is longer is cut at its end
    #[arg(long, value_name = "N", default_value = "1024", value_parser = count())]
    max_length: usize,

    /// fast keeps everything in memory between the two halves of a step, small computes most of it again; auto takes
    /// fast where it fits
    #[arg(long, default_value = "auto", value_parser = choice::<MemoryMode>(&["auto", "fast", "small"]))]
    memory: MemoryMode,

    /// The same seed (and the same everything) gives the same adapter or model
    #[arg(long, value_name = "S", default_value = "0")]
    seed: u64,

    /// Take the data in its own order
    #[arg(long)]
    no_shuffle: bool,

    /// Steps between two checkpoints [default: about one a minute]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_every: Option<u64>,
}

impl TrainOptions {
    /// What a single option cannot say of itself.
    pub(super) fn check(&self) -> Result<(), String> {
        let dtype = self.compute.dtype;
        if self.adapter.full && !matches!(dtype, DtypeChoice::Auto | DtypeChoice::F32) {
            return Err(format!(
                "`--dtype {0}` cannot be used with `--full`: the steps of a training are lost in {0}'s rounding, so that \
                 weights that are trained are kept in f32",
                dtype.name()
            ));
        }
        self.adapter.lora.check(self.loss.reference)?;
        let settings = self.settings();
        train::check_settings(&settings).map_err(|error| error.to_string())?;
        match find_loss(&settings.loss) {
            Some(loss) if !loss.takes_beta && self.loss.beta.is_some() => {
                Err(format!("`--beta` has no part in the loss {} of the task {}", loss.id, settings.task.name()))
            }
            _ => Ok(()),
        }
    }

    fn settings(&self) -> TrainSettings {
        let Self { task, adapter, loss, steps, .. } = self;
        let begun_with = steps.begun_with();
        let loss_id = loss.loss.clone().or_else(|| losses_of(*task).next().map(str::to_owned));
        TrainSettings {
            task: *task,
            loss: loss_id.unwrap_or_else(|| begun_with.loss.clone()),
            beta: loss.beta.unwrap_or(begun_with.beta),
            loss_parameters: loss.loss_parameters.iter().cloned().collect(),
            full: adapter.full,
            lora: adapter.lora.settings(),
            reference: loss.reference,
            batch_size: steps.batch_size,
            accumulate: steps.accumulate,
            schedule: steps.schedule,
            max_grad_norm: steps.max_grad_norm,
            weight_decay: steps.weight_decay,
            max_length: steps.max_length,
            memory: steps.memory,
            seed: steps.seed,
            shuffle: !steps.no_shuffle,
            checkpoint_every: steps.checkpoint_every,
            template_arguments: self.template.clone().into(),
            ..begun_with
        }
    }
}

impl StepOptions {
    /// The preset's settings, or the defaults, with what was chosen beside it.
    fn begun_with(&self) -> TrainSettings {
        let mut settings = self.stop.settings();
        if let Some(rate) = self.learning_rate {
            (settings.learning_rate, settings.rate_by_size) = (rate, false);
        }
        if let Some(epochs) = self.epochs {
            (settings.epochs, settings.max_steps) = (epochs, None);
        }
        settings.max_steps = self.max_steps.or(settings.max_steps);
        settings.warmup_steps = self.warmup_steps.unwrap_or(settings.warmup_steps);
        settings
    }
}

impl From<TrainOptions> for JobSpec {
    fn from(options: TrainOptions) -> Self {
        let (settings, dry_run) = (options.settings(), options.dry_run);
        let mut compute = ComputeSettings::from(options.compute);
        compute.dtype = options.adapter.quantize.unwrap_or(compute.dtype);
        let spec = TrainSpec {
            model: options.model,
            data: options.data,
            holdout: options.holdout,
            out: options.out,
            adapter: options.adapter.lora.adapter,
            settings,
            resume: options.resume,
            pause_on_battery: options.pause_on_battery,
            watched: Vec::new(),
            compute,
        };
        if dry_run { Self::Forecast(spec) } else { Self::Train(spec) }
    }
}
