//! The `README.md` beside an adapter.

use serde_json::json;

use super::config::AdapterConfig;

/// What an adapter's card says beyond its configuration.
#[derive(Debug, Clone, Copy, Default)]
pub struct AdapterCard<'a> {
    /// How it was trained, in a few words, such as `DPO (sigmoid loss)`.
    pub method: &'a str,
    /// Settings of the training: a name and a value each.
    pub settings: &'a [(&'a str, String)],
}

/// The card's text. Names from outside are quoted as JSON, which YAML and Python read too: they cannot become markup.
pub fn text(config: &AdapterConfig, card: &AdapterCard<'_>) -> String {
    let base_model = json!(config.base_model.as_deref().unwrap_or_default());
    let revision = config.revision.as_ref().map_or(String::new(), |revision| format!(", revision={}", json!(revision)));
    let mut settings = vec![
        ("method", card.method.to_owned()),
        ("rank", config.rank.to_string()),
        ("alpha", config.alpha.to_string()),
        ("rank-stabilised", if config.rslora { "yes" } else { "no" }.to_owned()),
    ];
    settings.extend(card.settings.iter().map(|(name, value)| (*name, value.clone())));
    let rows = settings.iter().map(|(name, value)| format!("| {} | {} |", cell(name), cell(value)));
    let rows = rows.collect::<Vec<_>>().join("\n");
    let (pipeline, title, what, class, labels) = if config.has_score_head {
        let what = "It makes a preference model of its base model, which gives an answer one score: the higher, the \
                    better the answer. It works with its base model only:";
        ("text-classification", "Preference model (LoRA adapter)", what, "SequenceClassification", ", num_labels=1")
    } else {
        ("text-generation", "LoRA adapter", "It works with its base model only:", "CausalLM", "")
    };
    format!(
        "---\n\
         base_model: {base_model}\n\
         library_name: peft\n\
         pipeline_tag: {pipeline}\n\
         tags:\n- lora\n- whetstone\n\
         ---\n\n\
         # {title}\n\n\
         Trained with Whetstone. {what}\n\n\
         ```python\n\
         from peft import PeftModel\n\
         from transformers import AutoModelFor{class}\n\n\
         base = AutoModelFor{class}.from_pretrained({base_model}{revision}{labels})\n\
         model = PeftModel.from_pretrained(base, \"path/to/this/folder\")\n\
         ```\n\n\
         | setting | value |\n| --- | --- |\n{rows}\n"
    )
}

/// A text inside a table: on one line, and no markup.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for letter in text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }) {
        if r"\`*_{}[]<>|!&".contains(letter) {
            cell.push('\\');
        }
        cell.push(letter);
    }
    cell
}
