//! What a training run is asked to do. Defaults and ranges are the ones of the command line.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is learned, and from what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// To prefer the chosen answers of preference pairs (direct preference optimization and its kin).
    #[default]
    Dpo,
    /// To write what demonstrations show (supervised fine-tuning).
    Sft,
    /// To prefer answers that were found good by themselves (Kahneman-Tversky optimization).
    Kto,
    /// To score answers, so that the chosen one of a pair scores higher (a reward model).
    PreferenceModel,
}

impl Task {
    /// Every task.
    pub const ALL: &[Self] = &[Self::Dpo, Self::Sft, Self::Kto, Self::PreferenceModel];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dpo => "dpo",
            Self::Sft => "sft",
            Self::Kto => "kto",
            Self::PreferenceModel => "preference-model",
        }
    }

    /// What one record of its data is, in the plural.
    pub fn examples(self) -> &'static str {
        match self {
            Self::Dpo | Self::PreferenceModel => "pairs",
            Self::Sft | Self::Kto => "examples",
        }
    }
}

/// How the learning rate goes after the warm-up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Straight down to zero.
    #[default]
    Linear,
    /// Half a cosine down to zero.
    Cosine,
    /// Stays.
    Constant,
}

/// What a run keeps in memory between the way forward and the way back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryMode {
    /// The faster one that fits.
    #[default]
    Auto,
    /// Every activation: fastest.
    Fast,
    /// Each layer's input only; one layer at a time is computed again on the way back.
    Small,
}

/// What the policy is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceChoice {
    /// The base model, the adapter off.
    #[default]
    Base,
    /// The adapter that training starts from.
    Start,
}

/// The shape of a LoRA adapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoraSettings {
    /// Rank of the two factors (PEFT's `r`).
    pub rank: usize,
    /// The product is scaled by alpha / rank, or alpha / √rank with rank-stabilised LoRA.
    pub alpha: f64,
    /// Share of the inputs that is left out at random during training.
    pub dropout: f64,
    /// `all-linear`, or module names such as `q_proj`.
    pub target_modules: Vec<String>,
    /// Rank-stabilised scaling (PEFT's `use_rslora`).
    pub rslora: bool,
}

impl Default for LoraSettings {
    fn default() -> Self {
        Self { rank: 16, alpha: 32.0, dropout: 0.0, target_modules: vec!["all-linear".to_owned()], rslora: false }
    }
}

/// Everything that decides a run's numbers, apart from the model and the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainSettings {
    /// What is learned.
    pub task: Task,
    /// The row of the registry of presets that the settings came of, where they came of one.
    pub preset: Option<String>,
    /// A row of the loss registry that belongs to the task.
    pub loss: String,
    /// How strongly the policy is held to the reference, for losses that have one.
    pub beta: f64,
    /// The loss row's own parameters, by name.
    pub loss_parameters: BTreeMap<String, f64>,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// The learning rate is one for small models and is lowered for larger ones.
    pub rate_by_size: bool,
    /// The adapter's shape.
    pub lora: LoraSettings,
    /// What the policy is compared with.
    pub reference: ReferenceChoice,
    /// Times round the data.
    pub epochs: f64,
    /// Optimizer steps; overrides epochs and goes round the data.
    pub max_steps: Option<u64>,
    /// Pairs or examples a batch.
    pub batch_size: usize,
    /// Batches an optimizer step.
    pub accumulate: usize,
    /// Learning-rate schedule.
    pub schedule: Schedule,
    /// Optimizer steps over which the learning rate rises from zero.
    pub warmup_steps: u64,
    /// Gradients are scaled down to this norm.
    pub max_grad_norm: f64,
    /// `AdamW`'s decoupled weight decay.
    pub weight_decay: f64,
    /// Tokens of prompt and completion together; longer ones are cut at the end.
    pub max_length: usize,
    /// Memory against speed.
    pub memory: MemoryMode,
    /// Seed of the adapter's initial values, the data's order and the dropout.
    pub seed: u64,
    /// Shuffle the data anew each epoch.
    pub shuffle: bool,
    /// Optimizer steps between checkpoints; `None` takes about one a minute.
    pub checkpoint_every: Option<u64>,
    /// Optimizer steps between two looks at the holdout; `None` looks after each round of the data.
    pub evaluate_every: Option<u64>,
    /// Looks at the holdout without gain after which the run ends; the adapter is then the best step's. `None` takes every
    /// step and the last adapter.
    pub patience: Option<u64>,
    /// Share of the prompts that is set aside as the holdout where none is given; 0 sets none aside.
    pub holdout_share: f64,
    /// Named values that the chat template sees (such as `enable_thinking`).
    pub template_arguments: Map<String, Value>,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            task: Task::default(),
            preset: None,
            loss: "sigmoid".to_owned(),
            beta: 0.1,
            loss_parameters: BTreeMap::new(),
            learning_rate: 5e-6,
            rate_by_size: false,
            lora: LoraSettings::default(),
            reference: ReferenceChoice::default(),
            epochs: 1.0,
            max_steps: None,
            batch_size: 8,
            accumulate: 1,
            schedule: Schedule::default(),
            warmup_steps: 0,
            max_grad_norm: 1.0,
            weight_decay: 0.0,
            max_length: 1024,
            memory: MemoryMode::default(),
            seed: 0,
            shuffle: true,
            checkpoint_every: None,
            evaluate_every: None,
            patience: None,
            holdout_share: 0.0,
            template_arguments: Map::new(),
        }
    }
}
