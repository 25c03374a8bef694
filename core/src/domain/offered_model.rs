//! Models that a person may choose from: what a catalogue, a search or this machine's own folders hold, and how they
//! fit this machine.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A model as it is offered: everything a person wants to know before choosing it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfferedModel {
    /// Its name on the Hub: `owner/name`.
    pub repository: String,
    /// The one file to have of it, where it is a GGUF file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What people call it.
    pub title: String,
    /// What it can be used for here.
    pub role: ModelRole,
    /// The family's title, where it is one that this program computes.
    pub family: Option<String>,
    /// Numbers that it is made of.
    pub parameters: Option<u64>,
    /// Bytes of the files that are needed.
    pub download_bytes: Option<u64>,
    /// Tokens that it reads at most.
    pub context_tokens: Option<u64>,
    /// Languages, as ISO 639-1 codes.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Its licence.
    pub licence: Option<Licence>,
    /// Whether somebody has to agree first.
    pub gate: Gate,
    /// Where that is done, where it has to be: an address for a browser.
    pub gate_page: Option<String>,
    /// What it is good at, in a sentence.
    pub good_at: Option<String>,
    /// Downloads of the last month.
    pub downloads: Option<u64>,
    /// When it was changed last, as the Hub says it.
    pub changed: Option<String>,
    /// Why it cannot be used here, where it cannot.
    pub refused: Option<Refusal>,
    /// How it fits this machine.
    pub fit: Option<Fit>,
    /// Its folder, or its file, where it is on this machine already.
    pub on_disk: Option<PathBuf>,
    /// The beginning of its card, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    /// The commit that all this was said of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// What a model can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// It is refined; it can also be a coach.
    Train,
    /// It judges, and is not trained.
    Coach,
}

/// Whether a repository opens to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// It does.
    #[default]
    Open,
    /// After its terms were accepted on its page.
    Accept,
    /// After its owners agreed, too.
    Ask,
}

/// A licence in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// Its id, as model cards have it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// May what is made with it be sold?
    pub may_sell: Permission,
    /// Must somebody be asked, or terms be accepted, first?
    pub must_ask: bool,
    /// What else is to be done or left, in a sentence.
    pub said: String,
}

/// Whether something is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// It is.
    Yes,
    /// It is, with conditions.
    WithConditions,
    /// It is not.
    No,
    /// The licence is not one that this program knows.
    Unknown,
}

/// Why a model cannot be used here, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, in a sentence.
    pub reason: String,
    /// What to do instead.
    pub instead: String,
}

/// How a model fits this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// In short.
    pub badge: FitBadge,
    /// What computes: `cpu`, `cuda` or `metal`.
    pub device: String,
    /// Most memory while it is trained, and what can be had.
    pub training_bytes: u64,
    /// Most memory while it answers.
    pub answering_bytes: u64,
    /// Memory that can be had, where the system tells.
    pub memory_free_bytes: Option<u64>,
    /// Room on the disk for its files and a run.
    pub disk_bytes: u64,
    /// Room on the disk of the cache, where the system tells.
    pub disk_free_bytes: Option<u64>,
    /// What each way of teaching takes with it.
    pub methods: Vec<MethodFit>,
    /// All this in a sentence.
    pub said: String,
}

/// How a model fits, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitBadge {
    /// Trains comfortably.
    Comfortable,
    /// Trains, slowly.
    Slow,
    /// Answers, and is too large to be trained here.
    AnswersOnly,
    /// Too large for this machine.
    TooBig,
}

impl FitBadge {
    /// Every badge, the best first.
    pub const ALL: [Self; 4] = [Self::Comfortable, Self::Slow, Self::AnswersOnly, Self::TooBig];

    /// Its words in a terminal.
    pub fn said(self) -> &'static str {
        match self {
            Self::Comfortable => "trains comfortably",
            Self::Slow => "trains slowly",
            Self::AnswersOnly => "answers only",
            Self::TooBig => "too big",
        }
    }
}

/// What a way of teaching takes of this machine with 200 pairs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MethodFit {
    /// `rlhf`, `rlaif` or `hybrid`.
    pub method: String,
    /// The coach that it was reckoned with, where one judges.
    pub coach: Option<String>,
    /// Seconds of this machine's work for 200 pairs: answering, judging by the coach, training. `None` where it does not fit.
    pub seconds: Option<f64>,
    /// Most memory at once.
    pub memory_bytes: u64,
}

/// A model that lies on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LocalModel {
    /// What it is asked for by: `owner/name`, `starter`, or a path.
    pub name: String,
    /// Who put it there.
    pub place: ModelPlace,
    /// Its folder, or its file where it is one GGUF file.
    pub path: PathBuf,
    /// The commit, where it came from the Hub.
    pub commit: Option<String>,
    /// Bytes on the disk that are free once it is deleted.
    pub bytes: u64,
    /// Bytes that are fetched but not yet whole: a download that can go on.
    #[serde(default)]
    pub unfinished_bytes: u64,
    /// What it can be used for; `None` where it cannot, or is not whole.
    pub role: Option<ModelRole>,
    /// What it is, or why it cannot be used, in a few words.
    pub said: String,
    /// Projects that work with it.
    #[serde(default)]
    pub used_by: Vec<PathBuf>,
    /// Whether this program may delete it: what belongs to another program's own store is left to it.
    pub can_delete: bool,
}

/// Who put a model where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelPlace {
    /// It comes with this program.
    Starter,
    /// The cache that Hugging Face's tools share.
    HubCache,
    /// LM Studio's folder.
    LmStudio,
    /// Ollama's folder.
    Ollama,
}

/// What a push would send, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushPreview {
    /// The address that it goes to.
    pub endpoint: String,
    /// `owner/name`.
    pub repository: String,
    /// Whose token it is done with.
    pub account: String,
    /// Whether the repository is there already.
    pub exists: bool,
    /// Whether nobody else sees it.
    pub is_private: bool,
    /// Every file that leaves this machine.
    pub files: Vec<PushFile>,
    /// What to look at before it leaves: texts of people in a dataset, a licence that asks for more, a missing card.
    pub cautions: Vec<String>,
}

/// A file that leaves this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushFile {
    /// Its name in the repository.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// What is known of the person on the Hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubAccount {
    /// The account's name, where it was asked for.
    pub name: Option<String>,
    /// Where the token came from; `None` where there is none.
    pub source: Option<TokenSource>,
    /// Something to know, such as that the token is kept for this sitting alone.
    pub said: String,
}

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenSource {
    /// It was typed, and is forgotten with the window.
    Session,
    /// The variable `HF_TOKEN`.
    Variable,
    /// The system's keyring.
    Keyring,
    /// The file that `hf auth login` leaves.
    File,
}
