//! The registry of coaches: what may judge, and how each is opened.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::endpoint::EndpointMind;
use super::mind::Mind;
use super::{Coach, CoachError, LocalMind, PreferenceMind, RulesMind};
use crate::domain::{CoachName, ComputeSettings};
use crate::feedback::{CompiledRules, FeedbackError};
use crate::job::{EndpointUse, JobContext, JudgeSpec};

/// What a coach is opened with. Names of models have become folders by then.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Device, precision, threads.
    pub compute: &'a ComputeSettings,
    /// The model whose answers are judged: what `policy` and a preference model are made of.
    pub model: Option<&'a Path>,
    /// The adapter that it has so far.
    pub adapter: Option<&'a Path>,
    /// Named values that the chat template sees.
    pub template_arguments: &'a Map<String, Value>,
    /// How an endpoint is used.
    pub endpoint: &'a EndpointUse,
    /// The project that it is used for, by its id.
    pub project: Option<&'a str>,
}

impl<'a> Opening<'a> {
    /// As a job asks.
    pub fn of_judging(spec: &'a JudgeSpec) -> Self {
        Self {
            compute: &spec.compute,
            model: spec.model.as_deref(),
            adapter: spec.adapter.as_deref(),
            template_arguments: &spec.template_arguments,
            endpoint: &spec.endpoint,
            project: None,
        }
    }
}

/// A mind, or why it cannot be opened.
type Opened = Result<Box<dyn Mind>, FeedbackError>;

/// One row of the registry.
#[derive(Debug, Clone, Copy)]
pub struct CoachKind {
    /// What files and screens call it.
    pub id: &'static str,
    /// How it is written where a coach is named.
    pub written: &'static str,
    /// What it is and what it is good for, in one paragraph.
    pub meaning: &'static str,
    /// Whether it reads a rubric.
    pub reads_rules: bool,
    /// Whether it can write answers too.
    pub writes: bool,
    /// Whether a name is of this kind.
    pub is_named: fn(&CoachName) -> bool,
    /// Opens it.
    pub open: fn(&CoachName, &Opening<'_>, &JobContext<'_>) -> Opened,
}

/// Every kind of coach.
pub const COACHES: &[CoachKind] = &[STARTER, LOCAL, GGUF, ENDPOINT, PREFERENCE_MODEL, RULES, POLICY];

const STARTER: CoachKind = CoachKind {
    id: "starter",
    written: "starter",
    meaning: "The small model that comes with the program. It was made to judge short replies of a help desk by up to \
              three rules, and does that quickly; of anything else it understands little.",
    reads_rules: true,
    writes: true,
    is_named: |name| *name == CoachName::Starter,
    open: open_local,
};

const LOCAL: CoachKind = CoachKind {
    id: "model",
    written: "FOLDER or OWNER/NAME",
    meaning: "A model on this machine. Nothing leaves the machine and a label costs nothing but time. The larger it is, the \
              better it reads rules; from about three billion weights on it can be trusted with most.",
    reads_rules: true,
    writes: true,
    is_named: |name| matches!(name, CoachName::Model(_)),
    open: open_local,
};

const GGUF: CoachKind = CoachKind {
    id: "gguf",
    written: "FILE.gguf",
    meaning: "A model on this machine whose weights are packed into fewer bits, as Ollama, LM Studio and llama.cpp use \
              them: a larger coach in the same memory.",
    reads_rules: true,
    writes: true,
    is_named: |name| matches!(name, CoachName::Gguf(_)),
    open: open_local,
};

const ENDPOINT: CoachKind = CoachKind {
    id: "endpoint",
    written: "endpoint:NAME",
    meaning: "A server that speaks as OpenAI's does: Ollama, LM Studio, llama.cpp's server, vLLM, or one that is paid for. It \
              may be a far larger model than fits here. What it is asked leaves this machine, and each label may cost money.",
    reads_rules: true,
    writes: true,
    is_named: CoachName::is_endpoint,
    open: |name, opening, context| {
        let name = name.subject().unwrap_or_default();
        Ok(Box::new(EndpointMind::open(name, opening.endpoint, opening.project, context)?))
    },
};

const PREFERENCE_MODEL: CoachKind = CoachKind {
    id: "preference_model",
    written: "preference-model:FOLDER",
    meaning: "A model that was trained on people's verdicts to score answers as they would. It reads no rules, and knows only \
              what those people judged.",
    reads_rules: false,
    writes: false,
    is_named: |name| matches!(name, CoachName::PreferenceModel(_)),
    open: open_preference_model,
};

const RULES: CoachKind = CoachKind {
    id: "rules",
    written: "rules:FILE",
    meaning: "Rules that a program checks: length, words, a form, a language. They cost nothing and never tire; they see \
              nothing of what an answer means.",
    reads_rules: false,
    writes: false,
    is_named: |name| matches!(name, CoachName::Rules(_)),
    open: |name, _, _| {
        let rules = CompiledRules::read(Path::new(name.subject().unwrap_or_default()))?;
        Ok(Box::new(RulesMind::new(rules)))
    },
};

const POLICY: CoachKind = CoachKind {
    id: "policy",
    written: "policy",
    meaning: "The model that is trained judges its own answers, with the adapter that it has so far (self-rewarding). It needs \
              no second model. It tends to like what it writes itself, so look at its report card.",
    reads_rules: true,
    writes: true,
    is_named: |name| *name == CoachName::Policy,
    open: |name, opening, _| {
        let model = opening.model.ok_or_else(|| CoachError::NeedsModel { coach: name.to_string() })?;
        local(opening, model, opening.adapter)
    },
};

/// The row of a name.
pub fn kind_of(name: &CoachName) -> &'static CoachKind {
    COACHES.iter().find(|kind| (kind.is_named)(name)).unwrap_or(&LOCAL)
}

/// Opens a coach by its name, whose models are folders already.
pub fn open(name: &CoachName, opening: &Opening<'_>, context: &JobContext<'_>) -> Result<Coach, FeedbackError> {
    (kind_of(name).open)(name, opening, context).map(Coach::new)
}

fn local(opening: &Opening<'_>, folder: &Path, adapter: Option<&Path>) -> Opened {
    let mind = LocalMind::open(opening.compute, folder, adapter, opening.template_arguments.clone())?;
    Ok(Box::new(mind))
}

fn open_local(name: &CoachName, opening: &Opening<'_>, _context: &JobContext<'_>) -> Opened {
    local(opening, Path::new(name.subject().unwrap_or("starter")), None)
}

fn open_preference_model(name: &CoachName, opening: &Opening<'_>, _context: &JobContext<'_>) -> Opened {
    let model = opening.model.ok_or_else(|| CoachError::NeedsModel { coach: name.to_string() })?;
    let adapter = PathBuf::from(name.subject().unwrap_or_default());
    Ok(Box::new(PreferenceMind::open(opening.compute, model, &adapter)?))
}
