//! Preference pairs under other names: H2O's, Argilla's, Axolotl's and OpenAI's.

use super::Form;
use crate::project::exchange::drop::DropReason;
use crate::project::exchange::fields::Role;
use crate::project::exchange::texts::pair;

/// `chosen_response` and `rejected_response`.
pub(super) const RESPONSES: Form = Form {
    id: "responses",
    meaning: "pairs as H2O LLM Studio and Argilla write them: `chosen_response` and `rejected_response`, or \
              `chosen_answer` and `rejected_answer`",
    columns: &[
        "prompt",
        "instruction",
        "question",
        "chosen_response",
        "rejected_response",
        "chosen_answer",
        "rejected_answer",
        "system",
        "system_prompt",
    ],
    example: r#"{"instruction": "Why?", "chosen_response": "Because.", "rejected_response": "No."}"#,
    fits: |fields| {
        ["response", "answer"]
            .iter()
            .any(|kind| fields.has(&format!("chosen_{kind}")) && fields.has(&format!("rejected_{kind}")))
    },
    understand: |fields, out| {
        let chosen = fields.text(&["chosen_response", "chosen_answer"], Role::Chosen)?;
        let rejected = fields.text(&["rejected_response", "rejected_answer"], Role::Rejected)?;
        let prompt = fields.optional_text(&["prompt", "instruction", "question"], Role::Prompt)?;
        let system = fields.optional_plain(&["system", "system_prompt"], Role::System)?;
        out.push(pair(prompt, system, chosen, rejected)?);
        Ok(())
    },
};

/// `question`, `input` or `instruction` with `chosen` and `rejected`.
pub(super) const QUESTIONS: Form = Form {
    id: "questions",
    meaning: "pairs as Axolotl reads them: the prompt is called `question`, `input` or `instruction`",
    columns: &["question", "input", "instruction", "chosen", "rejected", "system"],
    example: r#"{"system": "Be brief.", "question": "Why?", "chosen": "Because.", "rejected": "No."}"#,
    fits: |fields| {
        fields.has("chosen")
            && fields.has("rejected")
            && !fields.has("prompt")
            && ["question", "input", "instruction"].iter().any(|name| fields.has(name))
    },
    understand: |fields, out| {
        let prompt = fields.text(&["question", "instruction", "input"], Role::Prompt)?;
        let chosen = fields.text(&["chosen"], Role::Chosen)?;
        let rejected = fields.text(&["rejected"], Role::Rejected)?;
        let system = fields.optional_plain(&["system"], Role::System)?;
        out.push(pair(Some(prompt), system, chosen, rejected)?);
        Ok(())
    },
};

/// `input`, `preferred_output`, `non_preferred_output`.
pub(super) const OPENAI: Form = Form {
    id: "openai",
    meaning: "OpenAI's preferences: `input` with messages, `preferred_output` and `non_preferred_output`",
    columns: &["input", "preferred_output", "non_preferred_output"],
    example: r#"{"input": {"messages": [{"role": "user", "content": "Why?"}]},
        "preferred_output": [{"role": "assistant", "content": "Because."}],
        "non_preferred_output": [{"role": "assistant", "content": "No."}]}"#,
    fits: |fields| fields.has("preferred_output") && fields.has("non_preferred_output"),
    understand: |fields, out| {
        let chosen = fields.text(&["preferred_output"], Role::Chosen)?;
        let rejected = fields.text(&["non_preferred_output"], Role::Rejected)?;
        let input = fields.take("input", Role::Prompt).ok_or(DropReason::Missing { column: "input" })?;
        let input = match input {
            serde_json::Value::Object(mut input) if input.contains_key("messages") => {
                input.remove("messages").unwrap_or_default()
            }
            input => input,
        };
        let prompt = fields.read_text("input", input)?;
        out.push(pair(Some(prompt), None, chosen, rejected)?);
        Ok(())
    },
};
