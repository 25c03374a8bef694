//! The `README.md` beside an adapter.

use serde_json::json;

use super::config::AdapterConfig;
use crate::model::TrainingCard;

/// The card's text. Names from outside are quoted as JSON, which YAML and Python read too: they cannot become markup.
pub fn text(config: &AdapterConfig, card: &TrainingCard<'_>) -> String {
    let base_model = json!(config.base_model.as_deref().unwrap_or_default());
    let revision = config.revision.as_ref().map_or(String::new(), |revision| format!(", revision={}", json!(revision)));
    let rows = card.table(&[
        ("rank", config.rank.to_string()),
        ("alpha", config.alpha.to_string()),
        ("rank-stabilised", if config.rslora { "yes" } else { "no" }.to_owned()),
    ]);
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
         {rows}"
    )
}
