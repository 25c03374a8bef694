//! What a project is set to.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::error::StoreError;
use super::open::Store;
use super::rows::Json;
use crate::domain::{ResultJudge, SamplingSettings, TrainSettings};

/// A project's settings. What a newer program keeps beside them stays as it is.
///
/// No address of a coach and no token stands here: both are the machine's, so that a project that came from somebody else
/// contacts nobody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectSettings {
    /// What no other project has: packs say by it where they belong. Made when the project is.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The model's folder, or `starter` for the one that comes with the program.
    pub model: String,
    /// The model that judges by the rubric: a folder of this machine, or `starter`. `None` takes the model itself.
    pub coach: Option<String>,
    /// The coach that may judge although its report card says not to trust it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coach_trusted_anyway: Option<String>,
    /// Added log-odds of both orders from which on the coach's choice counts; `None` takes the usual.
    pub coach_threshold: Option<f64>,
    /// Share of what a machine is sure of that people get all the same, without being told what it said.
    pub audit_share: f64,
    /// The row of the registry of methods that it follows, once one is chosen.
    pub method: Option<String>,
    /// Said to the model before every prompt: the same in sampling, judging, training, evaluation and every export.
    pub system_prompt: Option<String>,
    /// Named values that the chat template sees (such as `enable_thinking`).
    pub template_arguments: Map<String, Value>,
    /// The seed that all others come of.
    pub seed: u64,
    /// Answers that are drawn a prompt.
    pub samples: usize,
    /// Comparisons a prompt at most.
    pub comparisons: usize,
    /// How answers are drawn.
    pub sampling: SamplingSettings,
    /// How it is trained.
    pub training: TrainSettings,
    /// Who compares old and new answers in the end.
    pub judge: ResultJudge,
    /// Answers of the old and of the new model to each prompt that is set aside.
    pub result_samples: usize,
    /// The example's data: simulated people may judge, and the program that wrote it knows what is right.
    pub is_example: bool,
    /// People who are to judge each comparison.
    pub annotators_wanted: usize,
    /// Share of the prompts that is kept for asking whether the model got better.
    pub holdout_share: f64,
    /// What this program does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Default for ProjectSettings {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            model: "starter".to_owned(),
            coach: None,
            coach_trusted_anyway: None,
            coach_threshold: None,
            audit_share: 0.05,
            method: None,
            system_prompt: None,
            template_arguments: Map::new(),
            seed: 0,
            samples: 4,
            comparisons: 6,
            sampling: SamplingSettings::default(),
            training: TrainSettings::default(),
            judge: ResultJudge::default(),
            result_samples: 4,
            is_example: false,
            annotators_wanted: 1,
            holdout_share: 0.2,
            other: Map::new(),
        }
    }
}

impl Store {
    /// The project's settings.
    pub fn settings(&self) -> Result<ProjectSettings, StoreError> {
        self.read(|connection| {
            let mut query = connection.prepare_cached("SELECT settings FROM project WHERE id = 1")?;
            Ok(query.query_row([], |row| row.get::<_, Json<ProjectSettings>>(0))?.0)
        })
    }

    /// Changes the project's settings.
    pub fn set_settings(&self, settings: &ProjectSettings) -> Result<(), StoreError> {
        self.write(0, |change| {
            keep(change.transaction, settings)?;
            change.note("changed the settings", None, &json!({ "settings": settings }))
        })
    }
}

pub(super) fn keep(connection: &Connection, settings: &ProjectSettings) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO project (id, settings) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET settings = ?1",
    )?;
    insert.execute(params![Json(settings)]).map(drop)
}
