//! What can be asked of the engine: one variant a job, everything in it resolved to plain values.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    AboutSpec, AccountSpec, CheckCatalogueSpec, CoachReportSpec, DemoSpec, DownloadSpec, EndpointUse, EndpointsSpec,
    EvaluateSpec, ForecastSpec, ImportAdapterSpec, ImportSpec, LeavingSpec, ModelsSpec, OnlineSpec, ProjectSpec,
    PushSpec, RunSpec, SearchSpec, UpdateSpec, WriteSpec,
};
use crate::domain::{
    CoachName, ComputeSettings, DeviceChoice, DtypeChoice, GgufType, RecordId, SamplingSettings, Text, TrainSettings,
};

/// A job, ready to run here or in a child process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum JobSpec {
    /// Draw completions.
    Generate(GenerateSpec),
    /// Log-probabilities of preference pairs.
    Score(ScoreSpec),
    /// Judge samples or pairs by rules or by a model.
    Judge(JudgeSpec),
    /// Try coaches on comparisons that people decided.
    CoachReport(Box<CoachReportSpec>),
    /// Train an adapter.
    Train(TrainSpec),
    /// What that training would take of this machine, without training.
    Forecast(TrainSpec),
    /// Train an adapter in rounds: the model answers, its answers are judged, it learns from them.
    TrainOnline(Box<OnlineSpec>),
    /// What that would take of this machine, without training.
    ForecastOnline(Box<OnlineSpec>),
    /// What a model's folder holds, and whether this machine can train it, without reading a weight.
    Look(LookSpec),
    /// Compare old and new, and measure what was forgotten.
    Evaluate(Box<EvaluateSpec>),
    /// Write an adapter in another tool's format.
    Export(ExportSpec),
    /// What that export would take of the disk, and what stands against it, without writing anything.
    ForecastExport(ExportSpec),
    /// Measure the machine at our own work.
    Bench(BenchSpec),
    /// The whole road on the starter model and the example.
    Demo(DemoSpec),
    /// Go on with a project as far as people are not needed.
    Run(RunSpec),
    /// What the next training of a project would take of this machine, without training.
    ForecastProject(ForecastSpec),
    /// Bring a file of data into a project.
    Import(ImportSpec),
    /// Bring an adapter that was trained elsewhere into a project.
    ImportAdapter(ImportAdapterSpec),
    /// Something to do with a project that takes no model.
    Project(ProjectSpec),
    /// Let a coach write answers or prompts for a project.
    Write(WriteSpec),
    /// Look for models on the Hub, or in the catalogue.
    Search(SearchSpec),
    /// One model of the Hub in full.
    About(AboutSpec),
    /// Fetch a model.
    Download(DownloadSpec),
    /// The models that lie on this machine.
    Models(ModelsSpec),
    /// Put an exported folder on the Hub.
    Push(PushSpec),
    /// The person's account on the Hub.
    Account(AccountSpec),
    /// The servers that this machine knows as judges.
    Endpoints(EndpointsSpec),
    /// What judging of a project would send to one of them.
    Leaving(LeavingSpec),
    /// Compare the catalogue with the Hub.
    CheckCatalogue(CheckCatalogueSpec),
    /// Newer versions of this program.
    Update(UpdateSpec),
    /// What this machine has, and how fast it is.
    Doctor(DoctorSpec),
}

impl JobSpec {
    /// The command's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Generate(_) => "generate",
            Self::Score(_) => "score",
            Self::Judge(_) => "judge",
            Self::CoachReport(_) => "coach_report",
            Self::Train(_) => "train",
            Self::TrainOnline(_) => "train_online",
            Self::Forecast(_) | Self::ForecastOnline(_) | Self::ForecastProject(_) | Self::ForecastExport(_) => {
                "forecast"
            }
            Self::Look(_) => "look",
            Self::Evaluate(_) => "evaluate",
            Self::Export(_) => "export",
            Self::Bench(_) => "bench",
            Self::Demo(_) => "demo",
            Self::Run(_) => "run",
            Self::Import(_) => "import",
            Self::ImportAdapter(_) => "import_adapter",
            Self::Project(_) => "project",
            Self::Write(_) => "write",
            Self::Search(_) => "search",
            Self::About(_) => "about",
            Self::Download(_) => "download",
            Self::Models(_) => "models",
            Self::Push(_) => "push",
            Self::Account(_) => "account",
            Self::Endpoints(_) => "endpoints",
            Self::Leaving(_) => "leaving",
            Self::CheckCatalogue(_) => "check_catalogue",
            Self::Update(_) => "update",
            Self::Doctor(_) => "doctor",
        }
    }
}

/// Completions of prompts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenerateSpec {
    /// Model folder.
    pub model: PathBuf,
    /// PEFT adapter folder.
    #[serde(default)]
    pub adapter: Option<PathBuf>,
    /// JSONL of prompts; exclusive with `prompt`.
    #[serde(default)]
    pub prompts: Option<PathBuf>,
    /// A single prompt.
    #[serde(default)]
    pub prompt: Option<Text>,
    /// How to draw.
    #[serde(default)]
    pub sampling: SamplingSettings,
    /// Where samples go; `None` tells them as `Output` events.
    #[serde(default)]
    pub out: Option<PathBuf>,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
    /// Named values that the chat template sees (such as `enable_thinking`).
    #[serde(default)]
    pub template_arguments: Map<String, Value>,
}

/// What this machine has: the [`Report`](crate::doctor::Report)'s keys, `gpu` (the
/// [`Graphics`](crate::doctor::Graphics) that are found), `window` (the [`WindowNeeds`](crate::doctor::WindowNeeds)),
/// `crash_reports` (the newest first) and `speed` (how fast it is at our own work; `null` where that is
/// left out).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorSpec {
    /// Measure nothing.
    #[serde(default)]
    pub quick: bool,
    /// What is measured.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// A look at a model's folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookSpec {
    /// Model folder.
    pub model: PathBuf,
    /// Device, precision, threads of the training that is foreseen.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// Log-probabilities of the completions of pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreSpec {
    /// Model folder.
    pub model: PathBuf,
    /// PEFT adapter folder.
    #[serde(default)]
    pub adapter: Option<PathBuf>,
    /// JSONL of pairs.
    pub data: PathBuf,
    /// Where lines go; `None` tells them as `Output` events.
    #[serde(default)]
    pub out: Option<PathBuf>,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
    /// Named values that the chat template sees (such as `enable_thinking`).
    #[serde(default)]
    pub template_arguments: Map<String, Value>,
}

/// Judging by rules, by a coach or by a preference model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct JudgeSpec {
    /// File of rules that a program checks (TOML, or JSON by its ending); exclusive with `coach`.
    #[serde(default)]
    pub rules: Option<PathBuf>,
    /// Who judges; exclusive with `rules`.
    #[serde(default)]
    pub coach: Option<CoachName>,
    /// Folder of the model whose answers are judged: what the coaches `policy` and `preference-model:…` belong to.
    #[serde(default)]
    pub model: Option<PathBuf>,
    /// PEFT adapter folder on the coach; a preference model's makes it score answers.
    #[serde(default)]
    pub adapter: Option<PathBuf>,
    /// Whether the rules that decided are named with each verdict.
    #[serde(default)]
    pub explain: bool,
    /// How an endpoint is used, where the coach is one.
    #[serde(default)]
    pub endpoint: EndpointUse,
    /// File of the rubric that the coach judges by (TOML, or JSON by its ending).
    #[serde(default)]
    pub rubric: Option<PathBuf>,
    /// Below which margin a coach or a preference model leaves a comparison to people; `None` takes its default.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// JSONL of samples or of pairs; the first line says which.
    pub data: PathBuf,
    /// Where best against worst of each prompt goes, as pairs.
    #[serde(default)]
    pub pairs: Option<PathBuf>,
    /// Where lines go; `None` tells them as `Output` events.
    #[serde(default)]
    pub out: Option<PathBuf>,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
    /// Named values that the chat template sees (such as `enable_thinking`).
    #[serde(default)]
    pub template_arguments: Map<String, Value>,
}

/// Training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainSpec {
    /// Model folder.
    pub model: PathBuf,
    /// JSONL of pairs.
    pub data: PathBuf,
    /// JSONL of pairs that are never trained on.
    #[serde(default)]
    pub holdout: Option<PathBuf>,
    /// Folder of the run.
    pub out: PathBuf,
    /// PEFT adapter to go on from.
    #[serde(default)]
    pub adapter: Option<PathBuf>,
    /// Everything that decides the numbers.
    #[serde(default)]
    pub settings: TrainSettings,
    /// Go on with the run in `out`.
    #[serde(default)]
    pub resume: bool,
    /// Stand still between two steps while the machine runs on its battery.
    #[serde(default)]
    pub pause_on_battery: bool,
    /// Prompts that are answered now and then with what is learned so far, for people to see it change.
    #[serde(default)]
    pub watched: Vec<Text>,
    /// Device, precision, threads.
    #[serde(default)]
    pub compute: ComputeSettings,
}

/// Writing an adapter, or the model with it, in another tool's format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportSpec {
    /// Model folder.
    pub model: PathBuf,
    /// PEFT adapter folder: what `train` left; `None` where the model stands for itself.
    #[serde(default)]
    pub adapter: Option<PathBuf>,
    /// A row of the export registry.
    pub to: ExportTargetId,
    /// What the weights of a GGUF file are kept in.
    #[serde(default)]
    pub gguf_type: GgufType,
    /// The most bytes of one file of merged weights; `None` takes what the Hub's tools take.
    #[serde(default)]
    pub shard_bytes: Option<u64>,
    /// What the model is told before every conversation, where no project says it: for forms that carry it.
    #[serde(default)]
    pub system_prompt: Option<String>,
    /// The preference pairs that were trained on, where no project has them: for forms that carry them.
    #[serde(default)]
    pub data: Option<PathBuf>,
    /// Folder to write: not there yet, empty, or an earlier export, which is replaced.
    pub out: PathBuf,
    /// The run of a project whose adapter it is, where what was written is to be kept in the project's list.
    #[serde(default)]
    pub of_run: Option<RunOfProject>,
    /// Device, precision, threads, for the proof.
    #[serde(default)]
    pub compute: ComputeSettings,
}

impl ExportSpec {
    /// With everything else as it is where nobody says otherwise.
    pub fn new(
        model: impl Into<PathBuf>,
        adapter: Option<&Path>,
        to: impl Into<ExportTargetId>,
        out: impl Into<PathBuf>,
    ) -> Self {
        Self {
            model: model.into(),
            adapter: adapter.map(Path::to_owned),
            to: to.into(),
            gguf_type: GgufType::default(),
            shard_bytes: None,
            system_prompt: None,
            data: None,
            out: out.into(),
            of_run: None,
            compute: ComputeSettings::default(),
        }
    }
}

/// A run of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOfProject {
    /// The project's folder.
    pub project: PathBuf,
    /// The run's place in its store.
    pub run: RecordId,
}

/// Measuring training and decoding with random weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchSpec {
    /// Every row of the table of measurements; the other settings but the threads count for nothing then.
    #[serde(default)]
    pub table: bool,
    /// A row of the registry of shapes; `None` is the usual one.
    #[serde(default)]
    pub model: Option<String>,
    /// Pairs to train on; 0 leaves training out.
    pub pairs: usize,
    /// Pairs of an optimizer step; `None` is 2.
    #[serde(default)]
    pub batch: Option<usize>,
    /// Lengths, in tokens, whose cost is measured.
    #[serde(default)]
    pub lengths: Vec<usize>,
    /// Tokens a sequence to decode; 0 leaves decoding out.
    pub new_tokens: usize,
    /// Comparisons to judge in both orders; 0 leaves judging out.
    #[serde(default)]
    pub comparisons: usize,
    /// What the weights are kept in; `Auto` is f32.
    #[serde(default)]
    pub dtype: DtypeChoice,
    /// Keep each layer's input only.
    #[serde(default)]
    pub small: bool,
    /// What computes; `None` is the processor.
    #[serde(default)]
    pub device: Option<DeviceChoice>,
    /// Threads; `None` takes every core.
    #[serde(default)]
    pub threads: Option<usize>,
}

/// The id of a row of `export::TARGETS`.
pub type ExportTargetId = String;
