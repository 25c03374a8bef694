use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{ArgGroup, Args};
use whetstone_core::domain::{
    CoachName, MemoryMode, OnlineSettings, ReferenceChoice, ScaleRewards, Schedule, TrainSettings,
};
use whetstone_core::job::{JobSpec, OnlineJudge, OnlineSpec, TrainSpec};
use whetstone_core::train::online::{self, METHODS};

use super::EndpointOptions;
use super::lora::LoraOptions;
use super::shared::{ComputeOptions, TemplateOptions};
use super::values::{choice, count, named_number, not_negative, positive};

/// Options of `train-online`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("judge").required(true).args(["rules", "coach"]),
    after_help = "Each round the model as it is now answers some prompts several times, its answers are judged, and it \
                  learns from that; then the next round begins with the model that came of it. So it is judged on what it \
                  says itself, and needs no data but prompts. It takes more time than training on pairs that are there \
                  already: most of it goes into answers.\n\n\
                  A model finds what a judge overlooks: bound the length of answers by a rule, look at rollouts.jsonl, and \
                  set --kl-limit, which ends the training when the model has moved too far.\n\
                  Ctrl-C stops at the next step; the same command with --resume goes on.\n\n\
                  Example: whetstone train-online --model starter --prompts prompts.jsonl --rules rules.toml --out run\n\
                  Example: whetstone train-online --model models/small --prompts prompts.jsonl --coach models/large \
                  --rubric rubric.toml --out run --method online-dpo --rounds 20 --kl-limit 0.2"
)]
pub(crate) struct TrainOnlineOptions {
    /// The model: a folder with config.json, tokenizer.json and .safetensors files; a GGUF file, whose weights stay in their
    /// blocks; or `starter` for the one that comes with the program
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,

    /// File of prompts, a JSON line each: {"prompt": "text"}, or {"prompt": [messages]}
    #[arg(long, value_name = "FILE")]
    prompts: PathBuf,

    /// Folder of the run: the adapter, metrics.jsonl, rollouts.jsonl with every answer and its score, checkpoints/
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,

    /// How answers are learned from
    #[arg(long, default_value = METHODS[0].id, value_parser = method())]
    method: String,

    /// Go on with the run in --out where it stopped
    #[arg(long)]
    resume: bool,

    /// Stand still while the machine runs on its battery, and go on by itself when it is plugged in
    #[arg(long)]
    pause_on_battery: bool,

    /// Tell how long the training would take at most, and how much memory and disk, without training
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    judge: JudgeChoice,

    #[command(flatten)]
    rounds: RoundOptions,

    #[command(flatten)]
    aim: AimOptions,

    #[command(flatten)]
    adapter: NewAdapterOptions,

    #[command(flatten)]
    steps: OnlineStepOptions,

    #[command(flatten)]
    endpoint: EndpointOptions,

    #[command(flatten)]
    template: TemplateOptions,

    #[command(flatten)]
    compute: ComputeOptions,
}

/// Who judges.
#[derive(Debug, Args)]
#[command(next_help_heading = "The judge")]
struct JudgeChoice {
    /// File of rules that a program checks: TOML, or JSON where its name ends in .json (see judge --help)
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// Who judges: `starter`, a model's folder or its name on the Hub, a file ending in .gguf, `endpoint:NAME`,
    /// `preference-model:FOLDER`, `rules:FILE`, or `policy`: the model of --model as it was before this training
    #[arg(long, value_name = "COACH")]
    coach: Option<CoachName>,

    /// File of the rubric that the coach judges by: TOML, or JSON where its name ends in .json
    #[arg(long, value_name = "FILE", requires = "coach", conflicts_with = "rules")]
    rubric: Option<PathBuf>,

    /// How far apart the coach must find two answers to choose one (online-dpo): the log-odds of both orders together, or
    /// the difference of a preference model's scores [default: 1, or 0.2]
    #[arg(long, value_name = "MARGIN", requires = "coach", conflicts_with = "rules", value_parser = not_negative)]
    threshold: Option<f64>,
}

/// What a round is.
#[derive(Debug, Args)]
#[command(next_help_heading = "The rounds")]
struct RoundOptions {
    /// Rounds [default: as many as go once round the prompts]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rounds: Option<u64>,

    /// Prompts a round
    #[arg(long, value_name = "N", default_value = "8", value_parser = count())]
    prompts_a_round: usize,

    /// Answers to each prompt; they are compared with each other
    #[arg(long, value_name = "N", default_value = "8", value_parser = clap::value_parser!(u64).range(2..=1024))]
    samples: u64,

    /// The longest answer, in tokens
    #[arg(long, value_name = "N", default_value = "256", value_parser = count())]
    max_new_tokens: usize,

    /// How varied the answers are that online-dpo compares: below 1 safer, above 1 more varied
    #[arg(long, value_name = "T", default_value = "1", value_parser = positive)]
    temperature: f64,

    /// How often the answers of a round are learned from; more than once saves answers, and is what the bounds epsilon are
    /// for
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    iterations: u64,

    /// End the training when the model has moved further than this from what it was, in nats a token (its divergence from
    /// the reference), and take the adapter of the round before; 0.2 is far already [default: no limit]
    #[arg(long, value_name = "NATS", value_parser = positive)]
    kl_limit: Option<f64>,
}

/// What training aims at.
#[derive(Debug, Args)]
#[command(next_help_heading = "The aim")]
struct AimOptions {
    /// What is made as small as possible [default: sigmoid for online-dpo, dapo for grpo, rloo for rloo]
    #[arg(long, value_parser = PossibleValuesParser::new(losses()))]
    loss: Option<String>,

    /// How strongly the model is held to what it was before: lower lets it move further [default: 0.1 for online-dpo, 0 for
    /// grpo, 0.05 for rloo]
    #[arg(long, value_name = "B", value_parser = not_negative)]
    beta: Option<f64>,

    /// A parameter of the loss, such as epsilon=0.1 or epsilon_high=0.28 for grpo; may be given several times
    #[arg(long = "loss-param", value_name = "NAME=VALUE", value_parser = named_number)]
    loss_parameters: Vec<(String, f64)>,

    /// How scores are scaled: by how far those of a prompt's answers lie apart (group), those of the whole round (batch), or
    /// not (none) [default: group for grpo, none for rloo]
    #[arg(long, value_parser = choice::<ScaleRewards>(&["group", "batch", "none"]))]
    scale_rewards: Option<ScaleRewards>,

    /// What "before" means: the model without an adapter (base), or with the one given by --adapter (start)
    #[arg(long, default_value = "base", value_parser = choice::<ReferenceChoice>(&["base", "start"]))]
    reference: ReferenceChoice,
}

/// What is trained.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is trained")]
struct NewAdapterOptions {
    #[command(flatten)]
    lora: LoraOptions,
}

/// How the steps are taken.
#[derive(Debug, Args)]
#[command(next_help_heading = "The steps")]
struct OnlineStepOptions {
    /// How far a step goes at most [default: 5e-4 for models of up to 10 million numbers, less for larger ones]
    #[arg(long, value_name = "LR", value_parser = positive)]
    learning_rate: Option<f64>,

    /// Prompts a step, with all their answers
    #[arg(long, value_name = "N", default_value = "8", value_parser = count())]
    batch_size: usize,

    /// How the learning rate goes: straight down (linear), down in a curve (cosine), or not at all (constant)
    #[arg(long, default_value = "linear", value_parser = choice::<Schedule>(&["linear", "cosine", "constant"]))]
    schedule: Schedule,

    /// Steps over which the learning rate first rises from 0
    #[arg(long, value_name = "N", default_value = "0")]
    warmup_steps: u64,

    /// A step's gradient is made no longer than this; a large number never shortens it
    #[arg(long, value_name = "G", default_value = "1.0", value_parser = positive)]
    max_grad_norm: f64,

    /// How strongly the trained numbers are drawn towards 0 (AdamW's weight decay)
    #[arg(long, value_name = "W", default_value = "0", value_parser = not_negative)]
    weight_decay: f64,

    /// fast keeps everything in memory between the two halves of a step, small computes most of it again; auto takes
    /// fast where it fits
    #[arg(long, default_value = "auto", value_parser = choice::<MemoryMode>(&["auto", "fast", "small"]))]
    memory: MemoryMode,

    /// The same seed (and the same everything) gives the same adapter
    #[arg(long, value_name = "S", default_value = "0")]
    seed: u64,

    /// Take the prompts in their own order
    #[arg(long)]
    no_shuffle: bool,

    /// Steps between two checkpoints; one is made at the end of each round, too [default: about one a minute]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_every: Option<u64>,
}

/// The learning rate of small models where none is given: the usual preset's.
const LEARNING_RATE: f64 = 5e-4;

/// The methods' ids, with their meanings in the help.
fn method() -> PossibleValuesParser {
    PossibleValuesParser::new(METHODS.iter().map(|method| PossibleValue::new(method.id).help(method.meaning)))
}

/// Ids of the losses of all methods.
fn losses() -> &'static [&'static str] {
    static LOSSES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let mut seen = BTreeSet::new();
        METHODS.iter().flat_map(online::Method::losses).filter(|id| seen.insert(*id)).collect()
    });
    &LOSSES
}

impl TrainOnlineOptions {
    /// What a single option cannot say of itself.
    pub(super) fn check(&self) -> Result<(), String> {
        self.adapter.lora.check(self.aim.reference)?;
        online::check_settings(&self.settings(), &self.online()).map(|_| ()).map_err(|error| error.to_string())
    }

    fn settings(&self) -> TrainSettings {
        let Self { adapter, aim, steps, .. } = self;
        TrainSettings {
            learning_rate: steps.learning_rate.unwrap_or(LEARNING_RATE),
            rate_by_size: steps.learning_rate.is_none(),
            lora: adapter.lora.settings(),
            reference: aim.reference,
            batch_size: steps.batch_size,
            schedule: steps.schedule,
            warmup_steps: steps.warmup_steps,
            max_grad_norm: steps.max_grad_norm,
            weight_decay: steps.weight_decay,
            memory: steps.memory,
            seed: steps.seed,
            shuffle: !steps.no_shuffle,
            checkpoint_every: steps.checkpoint_every,
            template_arguments: self.template.clone().into(),
            ..TrainSettings::default()
        }
    }

    fn online(&self) -> OnlineSettings {
        let Self { method, rounds, aim, .. } = self;
        OnlineSettings {
            method: method.clone(),
            loss: aim.loss.clone(),
            beta: aim.beta,
            loss_parameters: aim.loss_parameters.iter().cloned().collect(),
            scale_rewards: aim.scale_rewards,
            samples: usize::try_from(rounds.samples).unwrap_or(usize::MAX),
            max_new_tokens: rounds.max_new_tokens,
            temperature: rounds.temperature,
            prompts_a_round: rounds.prompts_a_round,
            rounds: rounds.rounds,
            iterations: rounds.iterations,
            kl_limit: rounds.kl_limit,
        }
    }
}

impl From<TrainOnlineOptions> for OnlineSpec {
    fn from(options: TrainOnlineOptions) -> Self {
        let (settings, online) = (options.settings(), options.online());
        let JudgeChoice { rules, coach, rubric, threshold } = options.judge;
        let endpoint = options.endpoint.means(Some(&options.out.join("judge")));
        Self {
            train: TrainSpec {
                model: options.model,
                data: options.prompts,
                holdout: None,
                out: options.out,
                adapter: options.adapter.lora.adapter,
                settings,
                resume: options.resume,
                pause_on_battery: options.pause_on_battery,
                watched: Vec::new(),
                compute: options.compute.into(),
            },
            online,
            judge: OnlineJudge { rules, coach, rubric, threshold, endpoint },
        }
    }
}

impl From<TrainOnlineOptions> for JobSpec {
    fn from(options: TrainOnlineOptions) -> Self {
        let dry_run = options.dry_run;
        let spec = Box::new(OnlineSpec::from(options));
        if dry_run { Self::ForecastOnline(spec) } else { Self::TrainOnline(spec) }
    }
}
