use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use whetstone_core::job::{JobSpec, ProjectAction, ProjectChanges, ProjectSpec};
use whetstone_core::method::RECIPES;
use whetstone_core::project::exchange::DATASET_TARGETS;
use whetstone_core::train::presets::PRESETS;

use super::values::{count, positive, positive_single, share_below_one};

/// Options of `project`.
#[derive(Debug, Args)]
pub(crate) struct ProjectOptions {
    #[command(subcommand)]
    pub(super) command: ProjectCommand,
}

/// What to do with a project.
#[derive(Debug, Subcommand)]
pub(super) enum ProjectCommand {
    /// Make a project
    New(Box<NewOptions>),
    /// Change a project's settings
    Set(Box<SetOptions>),
    /// Say how far the annotators agree with each other and with themselves
    Agreement(FolderOptions),
    /// Write an annotator's pack: one file of comparisons to be judged on another machine
    Pack(PackOptions),
    /// Bring the labels of packs back; twice is no harm
    Merge(MergeOptions),
    /// Approve the latest round's verdicts for training
    Approve(ApproveOptions),
    /// Count an annotator's verdicts no more, and say what rests on them
    RemoveAnnotator(AnnotatorOptions),
    /// Count a removed annotator's verdicts again
    RestoreAnnotator(AnnotatorOptions),
    /// Write the preference pairs as another tool reads them
    Dataset(DatasetOptions),
    /// Say what each adapter came of: people, coaches, rubric versions, pairs
    Lineage(FolderOptions),
    /// Show the last changes
    History(HistoryOptions),
    /// Pack a project into one file, for safe-keeping or sending
    Archive(ArchiveOptions),
    /// Make a project anew from such a file
    Unpack(UnpackOptions),
}

/// A project and nothing else.
#[derive(Debug, Args)]
pub(crate) struct FolderOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example: whetstone project new my-shop --model models/small --method hybrid-d --coach starter \
                        --rubric rubric.toml"
)]
pub(super) struct NewOptions {
    /// The project's folder, new or empty
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// Begin with the example: its prompts, its rubric, and the starter model
    #[arg(long)]
    example: bool,

    #[command(flatten)]
    settings: SettingsOptions,
}

#[derive(Debug, Args)]
pub(super) struct SetOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    #[command(flatten)]
    settings: SettingsOptions,
}

/// What a project is set to.
#[derive(Debug, Args)]
struct SettingsOptions {
    /// What people call the project
    #[arg(long)]
    name: Option<String>,

    /// The model to sharpen: a folder, or `starter`
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,

    /// The model that judges by the rubric: a folder, a GGUF file, or `starter`
    #[arg(long, value_name = "MODEL")]
    coach: Option<String>,

    /// Who says what is better: people (rlhf), a coach (rlaif), or one of the four mixtures
    #[arg(long, value_parser = PossibleValuesParser::new(RECIPES.iter().map(|recipe| recipe.id)))]
    method: Option<String>,

    /// File of the rubric's rules, TOML or JSON: [[rules]] with name, text and perhaps check
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,

    /// What the model is told before every prompt; an empty text takes it away
    #[arg(long, value_name = "TEXT")]
    system_prompt: Option<String>,

    /// Set this share of the prompts that have no answers yet aside, for comparing old and new
    #[arg(long, value_name = "P", value_parser = share_below_one)]
    holdout_share: Option<f64>,

    /// Seed of every draw
    #[arg(long, value_name = "S")]
    seed: Option<u64>,

    /// Answers to each prompt, at least 2
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(2..=1_000))]
    samples: Option<usize>,

    /// Comparisons of answers to one prompt at most
    #[arg(long, value_name = "N", value_parser = count())]
    comparisons: Option<usize>,

    /// Tokens of an answer at most
    #[arg(long, value_name = "N", value_parser = count())]
    max_new_tokens: Option<usize>,

    /// Below 1 safer answers, above 1 more varied ones
    #[arg(long, value_name = "T", value_parser = positive_single)]
    temperature: Option<f32>,

    /// How long and how fast to train
    #[arg(long, value_parser = PossibleValuesParser::new(PRESETS.iter().map(|preset| preset.id)))]
    preset: Option<String>,

    /// Steps of a training, instead of the preset's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,

    /// How far a training's step goes at most, instead of the preset's
    #[arg(long, value_name = "LR", value_parser = positive)]
    learning_rate: Option<f64>,

    /// Who compares old and new answers in the end
    #[arg(long, value_parser = ["people", "rules", "coach"])]
    judge: Option<String>,
}

impl From<SettingsOptions> for ProjectChanges {
    fn from(options: SettingsOptions) -> Self {
        Self {
            name: options.name,
            model: options.model,
            coach: options.coach,
            method: options.method,
            rubric: options.rubric,
            system_prompt: options.system_prompt,
            holdout_share: options.holdout_share,
            seed: options.seed,
            samples: options.samples,
            comparisons: options.comparisons,
            max_new_tokens: options.max_new_tokens,
            temperature: options.temperature,
            preset: options.preset,
            steps: options.steps,
            learning_rate: options.learning_rate,
            judge: options.judge,
            example: false,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "The annotator judges it by `whetstone label --pack FILE`, and sends it back for `whetstone project \
                        merge`.\n\n\
                        Example: whetstone project pack my-shop --annotator Ada --out ada.whetstone-pack"
)]
pub(super) struct PackOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// Whose pack it is
    #[arg(long, value_name = "NAME")]
    annotator: String,

    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// What is to be reviewed (disagreements, the coach's doubts), rather than what nobody has judged
    #[arg(long)]
    review: bool,
}

#[derive(Debug, Args)]
pub(super) struct MergeOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// Packs that came back
    #[arg(value_name = "FILE", required = true)]
    packs: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ApproveOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// Who approves
    #[arg(long, value_name = "NAME")]
    annotator: String,
}

#[derive(Debug, Args)]
pub(super) struct AnnotatorOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// The annotator's name
    #[arg(value_name = "NAME")]
    annotator: String,
}

#[derive(Debug, Args)]
pub(super) struct DatasetOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// The form
    #[arg(long, value_name = "FORM", value_parser = PossibleValuesParser::new(DATASET_TARGETS.iter().map(|target| target.id)))]
    to: String,

    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct HistoryOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// How many changes to show
    #[arg(long, value_name = "N", default_value = "20", value_parser = count())]
    most: usize,
}

#[derive(Debug, Args)]
pub(super) struct ArchiveOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,

    /// File to write; its name should end in .whetstone
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct UnpackOptions {
    /// The file to read
    #[arg(value_name = "FILE")]
    archive: PathBuf,

    /// The project's folder, new or empty
    #[arg(long, value_name = "PROJECT")]
    out: PathBuf,
}

impl From<ProjectOptions> for JobSpec {
    fn from(options: ProjectOptions) -> Self {
        let (project, action) = match options.command {
            ProjectCommand::New(options) => {
                let NewOptions { project, example, settings } = *options;
                (project, ProjectAction::New(ProjectChanges { example, ..settings.into() }))
            }
            ProjectCommand::Set(options) => (options.project, ProjectAction::Set(options.settings.into())),
            ProjectCommand::Agreement(options) => (options.project, ProjectAction::Agreement),
            ProjectCommand::Pack(PackOptions { project, annotator, out, review }) => {
                (project, ProjectAction::Pack { annotator, out, review })
            }
            ProjectCommand::Merge(MergeOptions { project, packs }) => (project, ProjectAction::Merge { packs }),
            ProjectCommand::Approve(ApproveOptions { project, annotator }) => {
                (project, ProjectAction::Approve { annotator })
            }
            ProjectCommand::RemoveAnnotator(AnnotatorOptions { project, annotator }) => {
                (project, ProjectAction::SetAnnotator { annotator, is_active: false })
            }
            ProjectCommand::RestoreAnnotator(AnnotatorOptions { project, annotator }) => {
                (project, ProjectAction::SetAnnotator { annotator, is_active: true })
            }
            ProjectCommand::Dataset(DatasetOptions { project, to, out }) => {
                (project, ProjectAction::Dataset { to, out })
            }
            ProjectCommand::Lineage(options) => (options.project, ProjectAction::Lineage),
            ProjectCommand::History(HistoryOptions { project, most }) => (project, ProjectAction::History { most }),
            ProjectCommand::Archive(ArchiveOptions { project, out }) => (project, ProjectAction::Archive { out }),
            ProjectCommand::Unpack(UnpackOptions { archive, out }) => (out, ProjectAction::Unpack { archive }),
        };
        Self::Project(ProjectSpec { project, action })
    }
}

/// `status`, which is asked for so often that it is a command of its own.
impl From<FolderOptions> for JobSpec {
    fn from(options: FolderOptions) -> Self {
        Self::Project(ProjectSpec { project: options.project, action: ProjectAction::Status })
    }
}
