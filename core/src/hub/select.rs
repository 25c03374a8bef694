//! Which files of a repository a model needs, and why a repository is of no use here.

use serde_json::{Map, Value};

use super::listing::Listing;
use super::transfer::RemoteFile;
use crate::domain::Refusal;
use crate::model::FAMILIES;

/// Files that say what a model is and how it reads and writes, where they are there.
const SMALL_FILES: &[&str] = &[
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "chat_template.jinja",
    "chat_template.json",
    "model.safetensors.index.json",
    "README.md",
    "LICENSE",
    "LICENSE.txt",
    "LICENSE.md",
    "LICENCE",
    "COPYING",
    "USE_POLICY.md",
    "NOTICE",
    "Notice",
];
/// A file that is no weight is not longer than this.
const LONGEST_SMALL: u64 = 256 << 20;
/// Endings of weights that are pickles: programs, which are never run here.
const PICKLES: [&str; 5] = [".bin", ".pt", ".pth", ".ckpt", ".pkl"];

/// What a model needs of its repository.
pub fn needed(listing: &Listing) -> Vec<RemoteFile> {
    let is_needed =
        |file: &&RemoteFile| is_needed(&file.name) && (is_weight(&file.name) || file.bytes <= LONGEST_SMALL);
    listing.files.iter().filter(is_needed).cloned().collect()
}

/// Whether a model needs a file of this name.
pub fn is_needed(name: &str) -> bool {
    is_weight(name) || SMALL_FILES.contains(&name)
}

/// `model.safetensors`, or a part of it: `model-00001-of-00002.safetensors`. Other tools' copies of the same weights
/// (`consolidated.safetensors`, `onnx/…`) are left.
fn is_weight(name: &str) -> bool {
    let Some(stem) = name.strip_prefix("model").and_then(|rest| rest.strip_suffix(".safetensors")) else {
        return false;
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    stem.is_empty()
        || stem
            .strip_prefix('-')
            .and_then(|part| part.split_once("-of-"))
            .is_some_and(|(part, all)| is_number(part) && is_number(all))
}

/// Why its files are of no use here, as far as their names tell.
pub fn refusal_of_files<'a>(names: &(impl Iterator<Item = &'a str> + Clone)) -> Option<Refusal> {
    let has = |name: &str| names.clone().any(|file| file == name);
    let ends = |endings: &[&str]| names.clone().any(|file| endings.iter().any(|ending| file.ends_with(ending)));
    if names.clone().any(is_weight) {
        if !has("config.json") {
            return Some(refuse(
                "it has no config.json, which says what the weights are",
                "take the model that it was made of",
            ));
        }
        if !has("tokenizer.json") {
            return Some(refuse(
                "it has no tokenizer.json: its tokenizer comes in an older form alone",
                "look for a newer upload of the same model",
            ));
        }
        return None;
    }
    if names.clone().any(|name| name == "adapter_model.safetensors" || name == "adapter_config.json") {
        return Some(refuse(
            "it is an adapter, not a model",
            "fetch the model that it was made for, which its card names",
        ));
    }
    if ends(&[".gguf"]) {
        return Some(refuse(
            "it holds GGUF files, which judge and answer, but cannot be trained",
            "take the repository that they were made of, which its card names; or fetch one of them by name",
        ));
    }
    if names.clone().any(is_pickle) {
        return Some(refuse(
            "its weights are pickle files alone: those are programs, and may do anything when they are opened",
            "look for the same model with .safetensors files: many have a copy on a branch such as refs/pr/1",
        ));
    }
    Some(refuse("it has no weights as .safetensors files", "choose another model"))
}

/// Whether a file of this name holds weights as a program.
pub fn is_pickle(name: &str) -> bool {
    PICKLES.iter().any(|ending| name.ends_with(ending))
}

/// Why a file that no model has so long is not fetched.
pub fn too_long(name: &str) -> Refusal {
    refuse(&format!("its {name} is longer than that of any model"), "choose another model")
}

/// Why its configuration is of no use here, as far as that can be said before it is read by its family.
pub fn refusal_of_config(config: &Map<String, Value>) -> Option<Refusal> {
    if config.get("auto_map").is_some_and(|map| !map.is_null()) {
        return Some(refuse(
            "it brings code of its own, which is never run here",
            "look for a version that transformers knows by itself, or choose another model",
        ));
    }
    let kind = config.get("model_type").and_then(Value::as_str).unwrap_or("");
    if FAMILIES.iter().any(|family| family.id == kind) {
        return None;
    }
    let titles: Vec<&str> = FAMILIES.iter().map(|family| family.title).collect();
    let named = if kind.is_empty() { "of no family that is named".to_owned() } else { format!("of the family {kind}") };
    Some(Refusal {
        reason: format!("it is {}, which is not computed here", super::names::shown(&named)),
        instead: format!("choose a model of one of these: {}", titles.join(", ")),
    })
}

fn refuse(reason: &str, instead: &str) -> Refusal {
    Refusal { reason: reason.to_owned(), instead: instead.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_weights_are_taken_once() {
        for taken in ["model.safetensors", "model-00001-of-00002.safetensors"] {
            assert!(is_weight(taken), "{taken}");
        }
        for left in [
            "consolidated.safetensors",
            "onnx/model.safetensors",
            "model.fp16.safetensors",
            "model-x-of-2.safetensors",
            "adapter_model.safetensors",
            "model.safetensors.index.json",
            "model-00001-of-00002.bin",
        ] {
            assert!(!is_weight(left), "{left}");
        }
    }

    #[test]
    fn what_is_of_no_use_is_refused_with_an_alternative() {
        let refusal = |names: &[&str]| refusal_of_files(&names.iter().copied());
        assert_eq!(refusal(&["config.json", "tokenizer.json", "model.safetensors", "pytorch_model.bin"]), None);
        for (names, said) in [
            (&["config.json", "tokenizer.json", "pytorch_model.bin"][..], "pickle"),
            (&["model-q4_k_m.gguf", "README.md"], "GGUF"),
            (&["adapter_config.json", "adapter_model.safetensors"], "adapter"),
            (&["config.json", "tokenizer.model", "model.safetensors"], "tokenizer"),
            (&["tokenizer.json", "model.safetensors"], "config.json"),
            (&["README.md"], "no weights"),
        ] {
            let refusal = refusal(names).expect(said);
            assert!(refusal.reason.contains(said) && !refusal.instead.is_empty(), "{refusal:?}");
        }
    }

    #[test]
    fn every_family_is_taken_and_others_are_not() {
        let refusal_of = |config: Value| refusal_of_config(config.as_object().expect("an object"));
        for family in FAMILIES {
            assert_eq!(refusal_of(json!({"model_type": family.id})), None, "{}", family.id);
            let refusal = refusal_of(json!({"model_type": family.id, "auto_map": {"AutoConfig": "x.Y"}}));
            assert!(refusal.is_some_and(|refusal| refusal.reason.contains("code")), "{}", family.id);
        }
        assert!(refusal_of(json!({"model_type": "mamba"})).is_some_and(|refusal| refusal.reason.contains("mamba")));
        assert!(refusal_of(json!({})).is_some());
    }
}
