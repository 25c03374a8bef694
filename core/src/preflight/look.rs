//! A model's folder looked at before it is chosen: what it is, and whether this machine can train it. No weight is read.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::decide::{self, Machine};
use super::fit::{self, FitCoach, FitMachine, FitModel};
use super::words::size;
use super::{PreflightError, memory, pace, typical};
use crate::domain::{ComputeSettings, Fit};
use crate::job::{JobContext, LookSpec};
use crate::model::{
    ChatTemplate, DecoderConfig, FAMILIES, LoadError, ModelError, TextTokenizer, WeightFiles, WeightPrecision,
};
use crate::train::Survey;

/// Of a README.md no more is read: its front matter stands at its beginning.
const README_BYTES: u64 = 64 << 10;
/// Names under which a licence's text lies beside a model.
const LICENCE_FILES: [&str; 6] = ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING", "USE_POLICY.md"];
/// Above this share of the memory that can be had a training is tight.
const TIGHT: f64 = 0.75;

/// The job: what a model's folder holds, and whether a typical training of it fits this machine.
pub fn look(spec: &LookSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, PreflightError> {
    context.progress("looking at the model", 0, None, "files");
    let survey = survey_of(&spec.model, &spec.compute)?;
    context.check()?;
    let this = FitMachine::this(&spec.compute);
    // Where the run's folder will be is not known yet.
    let machine = Machine { disk_free: None, ..this.machine };
    let choice = decide::decide(&survey, &machine).unwrap_or_else(|_| decide::smallest(&survey, &machine));
    let needed = memory::total(&choice.memory_parts);
    let is_tight = machine.memory_free.is_some_and(|free| needed as f64 > TIGHT * free as f64);
    let family = FAMILIES.iter().find(|family| family.id == survey.config.family);
    let title = family.map_or(survey.config.family, |family| family.title);
    let parameters = survey.config.parameter_count();
    let licence = licence(&spec.model);
    let fit = fit_of(&survey, choice.fits, &this, spec, context)?;
    let summary = json!({
        "family": title,
        "parameters": parameters,
        "file_bytes": survey.weight_bytes,
        "context_tokens": survey.config.max_positions,
        "has_chat_template": ChatTemplate::is_there(&spec.model).map_err(ModelError::from)?,
        "licence": licence,
        "training_bytes": needed,
        "memory_free_bytes": machine.memory_free,
        "fits": choice.fits,
        "is_tight": choice.fits && is_tight,
        "fit": fit,
        "said": said(title, parameters, needed, &machine, choice.fits),
    });
    match summary {
        Value::Object(summary) => Ok(summary),
        _ => Ok(Map::new()),
    }
}

fn said(title: &str, parameters: u64, needed: u64, machine: &Machine, fits: bool) -> String {
    let free = machine.memory_free.map_or_else(String::new, |free| format!(", and {} can be had", size(free)));
    let verdict = if fits { "it can be trained here" } else { "it cannot be trained here" };
    format!(
        "{title} with {:.1} million numbers; a typical training needs about {} of memory{free}: {verdict}",
        parameters as f64 / 1e6,
        size(needed)
    )
}

/// A training of this model as it is usual, with every fault found that can be found without reading a weight.
fn survey_of(folder: &Path, compute: &ComputeSettings) -> Result<Survey, PreflightError> {
    let config = DecoderConfig::open(folder).map_err(ModelError::from)?;
    let tokenizer = TextTokenizer::open(folder).map_err(ModelError::from)?;
    ChatTemplate::open(folder, &tokenizer).map_err(ModelError::from)?;
    let (tokens, embeddings) = (tokenizer.vocabulary_size(), config.vocabulary_size);
    if tokens > embeddings {
        return Err(ModelError::TokenizerTooLarge { folder: folder.to_owned(), tokens, embeddings }.into());
    }
    let weights = WeightFiles::open(folder).map_err(ModelError::from)?;
    weights.check_against(&config.tensors()).map_err(LoadError::from).map_err(ModelError::from)?;
    let tokenizer_bytes = fs::metadata(tokenizer.path()).map_or(0, |file| file.len());
    let precision = WeightPrecision::resolve(compute.dtype, &weights);
    typical::survey(&config, precision, weights.bytes(), tokenizer_bytes)
}

/// How the model fits, with this machine measured at the model's own shape where it can be trained at all.
fn fit_of(
    survey: &Survey,
    trains: bool,
    this: &FitMachine,
    spec: &LookSpec,
    context: &JobContext<'_>,
) -> Result<Fit, PreflightError> {
    let pace = if trains {
        pace::exact(&survey.config, survey.precision, &spec.compute, context)?
    } else {
        pace::of_this_machine(&spec.compute, context)?
    };
    let model = FitModel {
        config: &survey.config,
        precision: survey.precision,
        kept_bytes: None,
        weight_bytes: survey.weight_bytes,
        tokenizer_bytes: survey.tokenizer_bytes,
        download_bytes: 0,
        trains: true,
    };
    let coach = fit::starter_coach();
    let coach = coach.as_ref().map(|config| FitCoach { name: fit::STARTER, model: fit::of_starter(config) });
    fit::fit(&model, coach.as_ref(), this, Some(&pace))
}

/// What a model's folder says of its licence: the README's own words, or the name of the file that has the text.
fn licence(folder: &Path) -> Option<String> {
    let readme = folder.join("README.md");
    let mut bytes = Vec::new();
    // A pipe of this name would keep its reader waiting.
    if readme.is_file()
        && let Ok(file) = File::open(&readme)
    {
        // What cannot be read says nothing.
        drop(file.take(README_BYTES).read_to_end(&mut bytes));
    }
    licence_of_card(&String::from_utf8_lossy(&bytes)).or_else(|| {
        let found = LICENCE_FILES.into_iter().find(|name| folder.join(name).is_file());
        found.map(str::to_owned)
    })
}

/// The licence in a model card's front matter: one name, several in brackets, or several below each other.
fn licence_of_card(card: &str) -> Option<String> {
    let mut lines = card.lines().map(str::trim_end);
    if lines.next()? != "---" {
        return None;
    }
    let front: Vec<&str> = lines.take_while(|line| *line != "---").collect();
    let names = |key: &str| {
        let place = front.iter().position(|line| line.starts_with(key))?;
        let inline = front[place][key.len()..].trim().trim_start_matches('[').trim_end_matches(']');
        let listed = front[place + 1..].iter().map_while(|line| line.trim_start().strip_prefix("- "));
        let names: Vec<&str> = inline.split(',').chain(listed).collect();
        let names: Vec<&str> = names
            .into_iter()
            .map(|name| name.trim().trim_matches(['"', '\'']))
            .filter(|name| !name.is_empty())
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    // Where the licence is none of the usual, the card names it in a line of its own.
    match names("license:") {
        Some(name) if name == "other" => names("license_name:").or(Some(name)),
        found => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ToUserMessage;
    use crate::job::CancelToken;
    use crate::starter;

    fn looked_at(folder: &Path) -> Result<Map<String, Value>, PreflightError> {
        let cancel = CancelToken::default();
        let spec = LookSpec { model: folder.to_owned(), compute: ComputeSettings::default() };
        look(&spec, &JobContext::new(&|_| {}, &cancel))
    }

    /// A copy of the starter model's files but one.
    fn starter_without(missing: &str) -> tempfile::TempDir {
        let copy = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(starter::folder().expect("the starter")).expect("its files").flatten() {
            if entry.file_name() != missing {
                fs::copy(entry.path(), copy.path().join(entry.file_name())).expect("copied");
            }
        }
        copy
    }

    #[test]
    fn the_starter_model_is_known_and_fits() {
        let copy = starter_without("nothing");
        let summary = looked_at(copy.path()).expect("it is a model");
        assert_eq!(summary["licence"], "mit, apache-2.0");
        assert!((2_000_000..3_000_000).contains(&summary["parameters"].as_u64().expect("a number")));
        assert!(summary["file_bytes"].as_u64() > Some(1_000_000));
        assert!(summary["training_bytes"].as_u64() > summary["file_bytes"].as_u64());
        assert_eq!((&summary["fits"], &summary["has_chat_template"]), (&json!(true), &json!(true)));
        assert!(summary["context_tokens"].as_u64() > Some(100));
        assert!(summary["said"].as_str().is_some_and(|said| said.contains("can be trained here")), "{summary:?}");
    }

    #[test]
    fn a_folder_that_is_no_whole_model_is_refused_with_what_it_lacks() {
        for missing in ["config.json", "tokenizer.json", "model.safetensors"] {
            let error = looked_at(starter_without(missing).path()).expect_err(missing);
            assert!(error.to_string().contains(missing), "{missing}: {error}");
            assert!(error.hint().is_some(), "{missing}: {error}");
        }
        let torn = starter_without("model.safetensors");
        fs::write(torn.path().join("model.safetensors"), [7; 40]).expect("written");
        assert!(looked_at(torn.path()).is_err());
        // The weights of another model: the names are right, the shapes are not.
        let other = starter_without("config.json");
        let config = fs::read_to_string(starter::folder().expect("the starter").join("config.json")).expect("read");
        let mut config: Value = serde_json::from_str(&config).expect("it is JSON");
        config["intermediate_size"] = json!(config["intermediate_size"].as_u64().expect("a number") + 16);
        fs::write(other.path().join("config.json"), config.to_string()).expect("written");
        assert!(looked_at(other.path()).is_err());
    }

    #[test]
    fn a_licence_is_found_where_models_have_theirs() {
        let card = |front: &str| licence_of_card(&format!("---\n{front}\n---\n# A model\nlicense: none"));
        assert_eq!(card("license: mit").as_deref(), Some("mit"));
        assert_eq!(
            card("tags:\n- x\nlicense:\n- mit\n- \"apache-2.0\"\nlanguage: en").as_deref(),
            Some("mit, apache-2.0")
        );
        assert_eq!(card("license: other\nlicense_name: llama3.2").as_deref(), Some("llama3.2"));
        assert_eq!(card("license: other").as_deref(), Some("other"));
        assert_eq!(card("language: en"), None);
        assert_eq!(licence_of_card("license: mit"), None);
        let bare = starter_without("README.md");
        assert_eq!(looked_at(bare.path()).expect("it is a model")["licence"], Value::Null);
        fs::write(bare.path().join("LICENSE.txt"), "You may.").expect("written");
        assert_eq!(looked_at(bare.path()).expect("it is a model")["licence"], "LICENSE.txt");
    }

    #[test]
    fn a_machine_that_is_too_small_is_said_to_be() {
        let copy = starter_without("nothing");
        let survey = survey_of(copy.path(), &ComputeSettings::default()).expect("it is a model");
        let small = Machine { memory_free: Some(1 << 20), disk_free: None, threads: 1 };
        assert!(decide::decide(&survey, &small).is_err());
        assert!(!decide::smallest(&survey, &small).fits);
        assert!(said("A model", 7, 7 << 30, &small, false).ends_with("it cannot be trained here"));
    }
}
