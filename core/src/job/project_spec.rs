//! What can be asked of a project: one struct or variant a request, everything in it resolved to plain values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::EndpointUse;
use crate::domain::{CoachName, ComputeSettings};

/// The whole road on the starter model and the example, without a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemoSpec {
    /// A row of the registry of recipes.
    pub method: String,
    /// The same seed gives the same adapter and the same figures.
    #[serde(default)]
    pub seed: u64,
    /// Fewer prompts, answers and steps: to see that it works, not how well.
    #[serde(default)]
    pub short: bool,
    /// The project's folder. One that an earlier demo of the same kind left is gone on with.
    pub out: PathBuf,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// Going on with a project as far as people are not needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSpec {
    /// The project's folder.
    pub project: PathBuf,
    /// Where all is done: once more, from the adapter that is there.
    #[serde(default)]
    pub again: bool,
    /// The stage to stop after, by its id; `None` goes on as far as people are not needed.
    #[serde(default)]
    pub until: Option<String>,
    /// Somebody else holds the project's lock, such as the window that asks for this: it is worked on beside them.
    #[serde(default)]
    pub beside: bool,
    /// How an endpoint is used, where the coach is one.
    #[serde(default)]
    pub endpoint: EndpointUse,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// Letting a coach write for a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WriteSpec {
    /// The project's folder.
    pub project: PathBuf,
    /// What it writes.
    pub what: WriteWhat,
    /// Who writes; `None` is the project's coach.
    #[serde(default)]
    pub coach: Option<CoachName>,
    /// How many texts of this coach the project is to have: those that are there count. `None` is an answer to every prompt,
    /// or twenty prompts.
    #[serde(default)]
    pub count: Option<usize>,
    /// The coach compares each of its answers with the model's own in both orders, and only what it finds better counts.
    #[serde(default)]
    pub check: bool,
    /// Somebody else holds the project's lock, such as the window that asks for this: it is worked on beside them.
    #[serde(default)]
    pub beside: bool,
    /// How an endpoint is used, where the coach is one.
    #[serde(default)]
    pub endpoint: EndpointUse,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// What a coach writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteWhat {
    /// Answers to the project's prompts, preferred to the model's own.
    Answers,
    /// New prompts of the kind of the project's.
    Prompts,
}

/// What the next training of a project would take of this machine, without training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastSpec {
    /// The project's folder.
    pub project: PathBuf,
    /// Rows of the registry of presets, each of which is looked at; none looks at the project's own settings.
    #[serde(default)]
    pub presets: Vec<String>,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// Bringing a file of data into a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportSpec {
    /// The project's folder; `None` only looks at the file.
    #[serde(default)]
    pub project: Option<PathBuf>,
    /// JSON lines, JSON, CSV or Parquet.
    pub file: PathBuf,
    /// A row of the registry of forms; `None` finds out.
    #[serde(default)]
    pub form: Option<String>,
    /// Which column is what, where the names do not say it: role → column.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Its prompts are set aside for comparing old and new.
    #[serde(default)]
    pub holdout: bool,
    /// Share of its prompts that is set aside.
    #[serde(default)]
    pub holdout_share: f64,
    /// Only tell how the file is understood.
    #[serde(default)]
    pub preview: bool,
    /// Somebody else holds the project's lock, such as the window that asks for this: it is worked on beside them.
    #[serde(default)]
    pub beside: bool,
}

/// Something to do with a project that takes no model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProjectSpec {
    /// The project's folder.
    pub project: PathBuf,
    /// What to do.
    #[serde(flatten)]
    pub action: ProjectAction,
}

/// What to do with a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ProjectAction {
    /// Make it.
    New(ProjectChanges),
    /// Change its settings.
    Set(ProjectChanges),
    /// Say where it stands and what it waits for.
    Status,
    /// Say how far its annotators agree, with each other and with themselves.
    Agreement,
    /// Write an annotator's pack: comparisons to be judged elsewhere.
    Pack {
        /// Whose.
        annotator: String,
        /// The file to write.
        out: PathBuf,
        /// Comparisons that are to be reviewed rather than those that nobody has judged.
        #[serde(default)]
        review: bool,
    },
    /// Bring the labels of packs back.
    Merge {
        /// The packs.
        packs: Vec<PathBuf>,
    },
    /// A person approves the latest round's verdicts for training.
    Approve {
        /// Who.
        annotator: String,
    },
    /// Count an annotator's verdicts no more (or again), and say what rests on them.
    SetAnnotator {
        /// Who.
        annotator: String,
        /// Whether they count.
        is_active: bool,
    },
    /// Write the preference pairs as another tool reads them.
    Dataset {
        /// A row of the registry of dataset forms.
        to: String,
        /// The file to write.
        out: PathBuf,
    },
    /// What an adapter came of: people, coaches, rubric versions, pairs.
    Lineage,
    /// The last changes, newest last.
    History {
        /// At most this many.
        most: usize,
    },
    /// Pack the project into one file.
    Archive {
        /// The file to write.
        out: PathBuf,
    },
    /// Make the project anew from such a file.
    Unpack {
        /// The file to read.
        archive: PathBuf,
    },
}

/// Settings of a project; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectChanges {
    /// What people call it.
    pub name: Option<String>,
    /// The model to sharpen: a folder, or `starter`.
    pub model: Option<String>,
    /// Who judges by the rubric: a [`CoachName`](crate::domain::CoachName).
    pub coach: Option<String>,
    /// Added log-odds of both orders from which on the coach's choice counts.
    pub coach_threshold: Option<f64>,
    /// The coach may judge although its report card says not to trust it, or may not.
    pub trust_coach: Option<bool>,
    /// Share of what the coach is sure of that people get all the same.
    pub audit_share: Option<f64>,
    /// A row of the registry of recipes.
    pub method: Option<String>,
    /// A file of the rubric's rules.
    pub rubric: Option<PathBuf>,
    /// What the model is told before every prompt; empty takes it away.
    pub system_prompt: Option<String>,
    /// Share of the prompts without answers that is set aside.
    pub holdout_share: Option<f64>,
    /// Of every draw.
    pub seed: Option<u64>,
    /// Answers a prompt.
    pub samples: Option<usize>,
    /// Comparisons a prompt at most.
    pub comparisons: Option<usize>,
    /// Tokens of an answer at most.
    pub max_new_tokens: Option<usize>,
    /// Below 1 safer answers, above 1 more varied ones.
    pub temperature: Option<f32>,
    /// A row of the registry of presets.
    pub preset: Option<String>,
    /// Optimizer steps of a training.
    pub steps: Option<u64>,
    /// Peak learning rate.
    pub learning_rate: Option<f64>,
    /// Who compares old and new: `people`, `rules`, `coach`.
    pub judge: Option<String>,
    /// The example's prompts and rubric.
    pub example: bool,
}

/// Bringing an adapter that was trained elsewhere into a project, as one of its runs: it is compared and exported like any
/// other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportAdapterSpec {
    /// The project's folder.
    pub project: PathBuf,
    /// The adapter in PEFT's form.
    pub adapter: PathBuf,
    /// Somebody else holds the project's lock, such as the window that asks for this: it is worked on beside them.
    #[serde(default)]
    pub beside: bool,
}
