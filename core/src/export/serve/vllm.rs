//! vLLM: the adapter beside the model that it was trained on, which vLLM fetches by its name or finds in a folder.

use serde_json::json;

use super::super::told::Told;
use super::super::{ExportError, Target, Written, adapter, peft};
use super::{command, in_compose, question, refused, shell, short_name, write_texts};
use crate::job::{ExportSpec, JobContext};
use crate::model::{Adapter, base_name, gguf};

/// The row.
pub(in super::super) const TARGET: Target = Target {
    id: "vllm",
    meaning: "A folder that vLLM is started in with Docker: the adapter, put on its base model as it is served to programs \
              that speak OpenAI's language. For NVIDIA's cards and many askers at once.",
    needs_adapter: true,
    takes_gguf_type: false,
    look,
    write,
};

const PORT: u16 = 8000;

/// Where the adapter lies in the export.
const ADAPTER: &str = "adapter";

/// The ranks that vLLM makes room for.
const RANKS: [usize; 8] = [8, 16, 32, 64, 128, 256, 320, 512];

/// The room that vLLM is to make for a rank.
fn room(rank: usize) -> Result<usize, ExportError> {
    RANKS.into_iter().find(|room| *room >= rank).ok_or_else(|| {
        refused(
            "vLLM",
            format!("an adapter of rank {rank}: 512 is the most"),
            "export it with `--to gguf` and serve that",
        )
    })
}

fn look(spec: &ExportSpec, _: &JobContext<'_>) -> Result<u64, ExportError> {
    let (_, adapter) = check(spec)?;
    Ok(adapter::levelled_bytes(&adapter))
}

/// The room for the adapter's rank, and the adapter; refused where vLLM does not load such an adapter.
fn check(spec: &ExportSpec) -> Result<(usize, Adapter), ExportError> {
    if gguf::is_gguf(&spec.model) {
        return Err(ExportError::BaseIsGguf { path: spec.model.clone() });
    }
    let (adapter, _) = adapter::open(spec, TARGET.id)?;
    let cure = "export it with `--to peft`, which Python's programs load";
    if adapter.score_head.is_some() {
        return Err(refused(
            "vLLM's server of chats",
            "a preference model, which scores answers instead of writing them",
            cure,
        ));
    }
    if adapter.tensors.keys().any(|path| path.contains("lm_head") || path.contains("embed_tokens")) {
        return Err(refused("vLLM", "an adapter that changes the vocabulary's own weights", cure));
    }
    Ok((room(adapter::largest_rank(&adapter.tensors))?, adapter))
}

fn write(spec: &ExportSpec, context: &JobContext<'_>) -> Result<Written, ExportError> {
    let (rank, _) = check(spec)?;
    // vLLM multiplies every module's product by one scale.
    let mut written = peft::write_level(&ExportSpec { out: spec.out.join(ADAPTER), ..spec.clone() }, context)?;
    let (base, revision) = base_name::of(&spec.model);
    let folder = std::path::absolute(&spec.model).unwrap_or_else(|_| spec.model.clone());
    let told = Told::of(spec)?;
    let recipe = Recipe {
        base: match revision {
            Some(revision) => Base::Hub { name: base, revision },
            None => Base::Folder(folder.display().to_string()),
        },
        name: short_name(&spec.model),
        rank,
        template_arguments: (!told.template_arguments.is_empty()).then(|| json!(told.template_arguments).to_string()),
        system_prompt: told.system_prompt,
    };
    write_texts(&spec.out, &texts(&recipe))?;
    written.more.insert("served_as".to_owned(), json!(recipe.name));
    Ok(written)
}

/// Where vLLM has the base model from.
pub(super) enum Base {
    /// The Hub, at a commit that never changes.
    Hub { name: String, revision: String },
    /// A folder of the machine.
    Folder(String),
}

pub(super) struct Recipe {
    pub(super) base: Base,
    pub(super) name: String,
    pub(super) rank: usize,
    pub(super) template_arguments: Option<String>,
    /// What whoever asks has to send before every conversation.
    pub(super) system_prompt: Option<String>,
}

pub(super) fn texts(recipe: &Recipe) -> Vec<(&'static str, String)> {
    let Recipe { base, name, rank, template_arguments, system_prompt } = recipe;
    let words = |base: &str, adapter: &str| {
        let mut words = vec![base.to_owned()];
        if let Base::Hub { revision, .. } = &recipe.base {
            words.extend([
                "--revision".to_owned(),
                revision.clone(),
                "--tokenizer-revision".to_owned(),
                revision.clone(),
            ]);
        }
        words.extend(["--enable-lora".to_owned(), "--max-lora-rank".to_owned(), rank.to_string()]);
        words.extend(["--lora-modules".to_owned(), format!("{name}={adapter}")]);
        if let Some(arguments) = template_arguments {
            words.extend(["--default-chat-template-kwargs".to_owned(), arguments.clone()]);
        }
        words.extend(["--port".to_owned(), PORT.to_string()]);
        words
    };
    let (in_box, here, mount) = match base {
        Base::Hub { name, .. } => {
            (name.as_str(), name.as_str(), "\"${HOME}/.cache/huggingface:/root/.cache/huggingface\"".to_owned())
        }
        Base::Folder(folder) => ("/base", folder.as_str(), in_compose(&format!("{folder}:/base:ro"))),
    };
    let command = command(&words(in_box, "/adapter"));
    let compose = format!(
        "services:\n  model:\n    image: \"vllm/vllm-openai:latest\"\n    ports:\n      - \"127.0.0.1:{PORT}:{PORT}\"\n    ipc: \
         \"host\"\n    volumes:\n      - {mount}\n      - \"./{ADAPTER}:/adapter:ro\"\n    command:\n{command}    deploy:\n      \
         resources:\n        reservations:\n          devices:\n            - driver: \"nvidia\"\n              count: \"all\"\n              \
         capabilities:\n                - \"gpu\"\n    restart: \"unless-stopped\"\n"
    );
    let start = format!(
        "#!/bin/sh\n# Serves the model on this machine, for others of its programs alone. It needs vLLM, a program of Python.\n\
         cd \"$(dirname \"$0\")\" && exec vllm serve {} --host 127.0.0.1\n",
        shell(&words(here, &format!("./{ADAPTER}")))
    );
    vec![("compose.yaml", compose), ("start.sh", start), ("ask.sh", question(PORT, name, system_prompt.as_deref()))]
}
