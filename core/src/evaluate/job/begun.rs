//! What an evaluation was begun with: whether it is still the same that is gone on with, and what was added to it since.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::EvaluationError;
use crate::domain::{CoachName, SamplingSettings};
use crate::feedback::FeedbackError;
use crate::feedback::coach::endpoint::Endpoint;
use crate::files::{FileError, hexadecimal};
use crate::job::{ComparedBy, EvaluateSpec};
use crate::train::{digest_folder, digest_samples};

/// How much is compared: from the beginning, or since something was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Extent {
    /// Prompts of the data.
    pub(super) prompts: usize,
    /// Comparisons at most.
    pub(super) comparisons: Option<usize>,
}

/// What decides the figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Begun {
    format: u32,
    model: String,
    adapter: Option<String>,
    against: Option<String>,
    data: String,
    /// Bytes of the data; what stands behind them was added.
    data_bytes: u64,
    judge: Option<ComparedBy>,
    /// Of the files that the judge judges by.
    judge_content: String,
    /// How much was compared, each time that something was added after a result could be seen.
    pub(super) extents: Vec<Extent>,
    look_early: bool,
    beta: Option<f64>,
    forgetting: bool,
    system_prompt: Option<String>,
    sampling: SamplingSettings,
    template_arguments: Map<String, Value>,
}

const FORMAT: u32 = 3;

impl Begun {
    /// Of an evaluation of so many prompts.
    pub(super) fn of(spec: &EvaluateSpec, prompts: usize) -> Result<Self, EvaluationError> {
        let digest = |path: &Option<_>| path.as_deref().map(digest_of).transpose();
        let data = read(&spec.data)?;
        Ok(Self {
            format: FORMAT,
            model: digest_of(&spec.model)?,
            adapter: digest(&spec.adapter)?,
            against: digest(&spec.against)?,
            data: digest_of_bytes(&data),
            data_bytes: data.len() as u64,
            judge: Some(spec.judge.clone()),
            judge_content: digest_of_judge(&spec.judge)?,
            extents: vec![Extent { prompts, comparisons: spec.comparisons }],
            look_early: spec.look_early,
            beta: spec.beta,
            forgetting: spec.forgetting,
            system_prompt: spec.system_prompt.clone(),
            sampling: spec.sampling.clone(),
            template_arguments: spec.template_arguments.clone(),
        })
    }

    /// The same with what was added since, or the first thing that differs, as people call it. Lines may be added to the data, and
    /// the number of comparisons may grow. `was_seen` says whether a result could be seen before.
    pub(super) fn gone_on_with(
        mut self,
        now: Self,
        data: &Path,
        was_seen: bool,
    ) -> Result<Result<Self, &'static str>, EvaluationError> {
        if let Some(what) = self.difference(&now) {
            return Ok(Err(what));
        }
        if self.data != now.data && !self.begins(&read(data)?) {
            return Ok(Err("other data (`--data`; lines may be added at its end)"));
        }
        let [before, after] = [self.extents.last(), now.extents.last()].map(Option::<&Extent>::copied);
        if let (Some(before), Some(after)) = (before, after) {
            let most = |extent: Extent| extent.comparisons.unwrap_or(usize::MAX);
            if most(after) < most(before) {
                return Ok(Err("more comparisons (`--comparisons`, which may grow)"));
            }
            if after != before {
                // Where nothing could be seen, nothing was looked at: it is as if it had been begun so.
                if !was_seen {
                    self.extents.pop();
                }
                self.extents.push(after);
            }
        }
        Ok(Ok(Self { extents: self.extents, ..now }))
    }

    /// The first thing that differs and may not.
    fn difference(&self, now: &Self) -> Option<&'static str> {
        let rows = [
            (self.format != now.format, "another version of this program"),
            (self.model != now.model, "another model (`--model`)"),
            (self.adapter != now.adapter, "another adapter (`--adapter`)"),
            (self.against != now.against, "another model to compare with (`--against`)"),
            (self.judge != now.judge, "another judge (`--coach`, `--rubric`, `--rules` or `--people`)"),
            (
                self.judge_content != now.judge_content,
                "another content of what the judge judges by (the files of `--coach`, `--rubric` or `--rules`)",
            ),
            (self.look_early != now.look_early, "another way to end (`--look-early`)"),
            (self.beta != now.beta, "another beta (`--beta`)"),
            (self.forgetting != now.forgetting, "another choice of what is measured (`--no-forgetting`)"),
            (self.system_prompt != now.system_prompt, "another system prompt (`--system-prompt`)"),
            (
                self.sampling != now.sampling,
                "other settings of the answers (`--samples`, `--seed` or how they are drawn)",
            ),
            (self.template_arguments != now.template_arguments, "other values for the chat template"),
        ];
        rows.into_iter().find(|(differs, _)| *differs).map(|(_, what)| what)
    }

    /// Whether data begins with what there was, whole lines of it.
    fn begins(&self, data: &[u8]) -> bool {
        let Some((before, added)) = usize::try_from(self.data_bytes).ok().and_then(|end| data.split_at_checked(end))
        else {
            return false;
        };
        let ends_line =
            before.last().is_none_or(|byte| *byte == b'\n') || added.starts_with(b"\n") || added.starts_with(b"\r\n");
        ends_line && digest_of_bytes(before) == self.data
    }
}

fn read(path: &Path) -> Result<Vec<u8>, EvaluationError> {
    Ok(fs::read(path).map_err(|source| FileError::Read { path: path.to_owned(), source })?)
}

fn digest_of_bytes(bytes: &[u8]) -> String {
    hexadecimal(Sha256::digest(bytes))
}

/// Of what the judge judges by: a file's or a model's content, or where an endpoint is and what it is asked for.
fn digest_of_judge(judge: &ComparedBy) -> Result<String, EvaluationError> {
    let mut hasher = Sha256::new();
    match judge {
        ComparedBy::People => {}
        ComparedBy::Rules { file } => hasher.update(digest_of(file)?),
        ComparedBy::Coach { coach, rubric, .. } => {
            if let Some(rubric) = rubric {
                hasher.update(digest_of(rubric)?);
            }
            match coach {
                CoachName::Endpoint(name) => {
                    let endpoint = Endpoint::of_user(name).map_err(FeedbackError::from)?;
                    hasher.update(format!("{} {}", endpoint.address, endpoint.model));
                }
                coach => {
                    // What is no path of this machine is told by whoever opens it.
                    if let Some(path) = coach.subject().map(Path::new).filter(|path| path.exists()) {
                        hasher.update(digest_of(path)?);
                    }
                }
            }
        }
    }
    Ok(hexadecimal(hasher.finalize()))
}

/// Files of a model or an adapter whose content decides what it says.
const CONTENT: [&str; 8] = [
    "adapter_config.json",
    "chat_template.jinja",
    "chat_template.json",
    "config.json",
    "generation_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
];

/// SHA-256 of what decides what a folder or a file is: contents of the small files, samples of the weights.
fn digest_of(path: &Path) -> Result<String, EvaluationError> {
    if path.is_dir() {
        return Ok(digest_folder(path, &CONTENT)?);
    }
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf")) {
        return Ok(digest_of_bytes(&read(path)?));
    }
    let mut hasher = Sha256::new();
    digest_samples(path, &mut hasher).map_err(|source| FileError::Read { path: path.to_owned(), source })?;
    Ok(hexadecimal(hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_or_a_judge_is_shows_in_its_digest() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let write = |name: &str, text: &str| fs::write(path.join(name), text).expect("written");
        write("rules.toml", "a");
        let judge = ComparedBy::Rules { file: path.join("rules.toml") };
        let of_judge = || digest_of_judge(&judge).expect("a digest");
        let mut digests = vec![of_judge()];
        write("rules.toml", "b");
        digests.push(of_judge());
        let coach = ComparedBy::Coach {
            coach: CoachName::Model(path.to_string_lossy().into_owned()),
            rubric: Some(path.join("rules.toml")),
            threshold: None,
        };
        let of_coach = || digest_of_judge(&coach).expect("a digest");
        // Of the same size each time: what is in them decides.
        for (name, text) in [
            ("rules.toml", "c"),
            ("model.safetensors", "weights 1"),
            ("model.safetensors", "weights 2"),
            ("tokenizer_config.json", "{}"),
            ("chat_template.jinja", "{{ 1 }}"),
            ("chat_template.jinja", "{{ 2 }}"),
        ] {
            write(name, text);
            digests.push(of_coach());
        }
        let count = digests.len();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), count);
    }

    #[test]
    fn data_and_comparisons_may_grow_and_nothing_else_may_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("d.jsonl");
        let begun = |text: &str, prompts: usize, comparisons: Option<usize>| {
            fs::write(&path, text).expect("written");
            let data = read(&path).expect("read");
            Begun {
                data: digest_of_bytes(&data),
                data_bytes: data.len() as u64,
                extents: vec![Extent { prompts, comparisons }],
                ..Begun::default()
            }
        };
        let first = begun("a\nb\n", 2, Some(2));
        let go_on = |now: Begun, was_seen| first.clone().gone_on_with(now, &path, was_seen).expect("read");
        let extents = |found: Result<Begun, &str>| {
            found
                .expect("it goes on")
                .extents
                .iter()
                .map(|extent| (extent.prompts, extent.comparisons))
                .collect::<Vec<_>>()
        };
        assert_eq!(extents(go_on(begun("a\nb\n", 2, Some(2)), true)), [(2, Some(2))]);
        assert_eq!(extents(go_on(begun("a\nb\nc\n", 3, None), true)), [(2, Some(2)), (3, None)]);
        assert_eq!(extents(go_on(begun("a\nb\nc\n", 3, None), false)), [(3, None)]);
        for (text, comparisons, beta, said) in [
            ("a\nb\n", Some(1), None, "may grow"),
            ("a\n", Some(2), None, "other data"),
            ("a\nB\nc\n", Some(2), None, "other data"),
            ("a\nb\n", Some(2), Some(0.2), "--beta"),
        ] {
            let now = Begun { beta, ..begun(text, text.lines().count(), comparisons) };
            let what = go_on(now, true).expect_err(said);
            assert!(what.contains(said), "{what}");
        }
    }
}
