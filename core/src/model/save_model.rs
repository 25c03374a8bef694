//! A trained model as a folder that stands by itself, as models lie on the Hub.
//!
//! The weights are written in f32 whatever the base has: a gentle training moves most weights by less than half a place
//! of bf16, and rounding would undo it. `config.json` says so; all else is the base's own.

use std::fs::File;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::base_name;
use super::card::TrainingCard;
use super::parameters::{Parameter, Parameters};
use super::safetensors::{TensorRef, write_f32};
use super::terms::{FrontMatter, copy_terms, files_of_terms};
use crate::files::{self, FileError};

const CONFIG: &str = "config.json";

/// Files that a model's text side is made of, in the forms of all tokenizers that transformers knows.
const COPIED: [&str; 10] = [
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
];

/// Writes the model with these weights into `folder`, making it if need be; what it needs beside them comes from the
/// model in `base`. The weights come last, so that a folder which has them is whole. The same weights give the same
/// bytes.
pub fn save_model(base: &Path, folder: &Path, weights: &Parameters, card: &TrainingCard<'_>) -> Result<(), FileError> {
    copy_text_side(base, folder)?;
    copy_terms(&files_of_terms(base)?, folder)?;
    let write_text =
        |name: &str, text: String| files::write_atomically(&folder.join(name), |out| out.write_all(text.as_bytes()));
    write_text(CONFIG, in_f32(files::read_text(&base.join(CONFIG))?))?;
    write_text("README.md", card_text(&base_name::public(base).0, &FrontMatter::open(base)?, card))?;
    let tensors: Vec<TensorRef<'_>> =
        weights.iter().map(|(name, Parameter { shape, values })| TensorRef { name, shape, values }).collect();
    files::write_atomically(&folder.join("model.safetensors"), |out| write_f32(out, &tensors))
}

/// Copies what a model's text side is made of into `folder`, byte for byte, making it if need be.
pub fn copy_text_side(base: &Path, folder: &Path) -> Result<(), FileError> {
    files::create_folder(folder)?;
    for name in COPIED.iter().filter(|name| base.join(name).is_file()) {
        let source = base.join(name);
        let mut file = File::open(&source).map_err(|error| FileError::Read { path: source, source: error })?;
        files::write_atomically(&folder.join(name), |out| io::copy(&mut file, out).map(drop))?;
    }
    Ok(())
}

/// Bytes of the files that [`copy_text_side`] copies.
pub fn copied_bytes(base: &Path) -> u64 {
    COPIED.iter().map(|name| files::size(&base.join(name))).sum()
}

/// A configuration that says of its weights that they are in f32. One that says so already, or nothing of it, stays as
/// it is.
fn in_f32(config: String) -> String {
    let Ok(Value::Object(mut keys)) = serde_json::from_str(&config) else { return config };
    let mut changed = false;
    for key in ["dtype", "torch_dtype"] {
        if let Some(dtype) = keys.get_mut(key).filter(|dtype| **dtype != "float32") {
            *dtype = json!("float32");
            changed = true;
        }
    }
    if changed { format!("{:#}\n", Value::Object(keys)) } else { config }
}

/// The base's name is quoted as JSON, which YAML and Python read too: it cannot become markup.
fn card_text(base: &str, front: &FrontMatter, card: &TrainingCard<'_>) -> String {
    let (base_model, terms) = (json!(base), front.terms());
    let rows = card.table(&[("trained", "every weight".to_owned())]);
    format!(
        "---\n\
         base_model: {base_model}\n\
         {terms}\
         library_name: transformers\n\
         pipeline_tag: text-generation\n\
         tags:\n- whetstone\n\
         ---\n\n\
         # Language model\n\n\
         Trained with Whetstone. It stands by itself; its weights are in float32:\n\n\
         ```python\n\
         from transformers import AutoModelForCausalLM, AutoTokenizer\n\n\
         model = AutoModelForCausalLM.from_pretrained(\"path/to/this/folder\")\n\
         tokenizer = AutoTokenizer.from_pretrained(\"path/to/this/folder\")\n\
         ```\n\n\
         {rows}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_says_f32_and_keeps_the_rest() {
        let half = "{\"b\": 1.5, \"torch_dtype\": \"bfloat16\", \"a\": [2]}".to_owned();
        assert_eq!(in_f32(half), "{\n  \"b\": 1.5,\n  \"torch_dtype\": \"float32\",\n  \"a\": [\n    2\n  ]\n}\n");
        for kept in ["{\"dtype\": \"float32\"}", "{\"a\":1}", "{"] {
            assert_eq!(in_f32(kept.to_owned()), kept);
        }
    }

    #[test]
    fn the_bases_licence_goes_on_with_the_model() {
        let folder = tempfile::tempdir().expect("a folder");
        let [base, out] = ["mine", "out"].map(|name| folder.path().join(name));
        std::fs::create_dir(&base).expect("a folder");
        for (name, text) in [
            ("config.json", "{}"),
            ("README.md", "---\nlicense: other\nlicense_name: own\nlanguage: [en, de]\n---\n"),
            ("NOTICE.txt", "made by others"),
        ] {
            std::fs::write(base.join(name), text).expect("written");
        }
        save_model(&base, &out, &Parameters::new(), &TrainingCard::default()).expect("saved");
        let card = files::read_text(&out.join("README.md")).expect("a card");
        let front = "---\nbase_model: \"mine\"\nlicense: \"other\"\nlicense_name: \"own\"\nlanguage: [\"en\",\"de\"]\n";
        assert!(card.starts_with(front), "{card}");
        assert_eq!(files::read_text(&out.join("NOTICE.txt")).expect("a file"), "made by others");
    }

    #[test]
    fn a_bases_name_is_no_markup() {
        let text = card_text("a\nlicense: b\"`", &FrontMatter::default(), &TrainingCard::default());
        assert!(text.starts_with("---\nbase_model: \"a\\nlicense: b\\\"`\"\nlibrary_name"), "{text}");
    }
}
