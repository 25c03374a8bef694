//! How each form is used: a row of [`USAGES`] each.

use super::base::Base;

/// What a form's files are to their base model, in the Hub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Adapter,
    Merged,
    /// A file whose weights are kept in a form of GGUF.
    Gguf,
}

/// What a card says of a form.
pub(super) struct Usage {
    /// The row of the registry of targets.
    pub(super) target: &'static str,
    pub(super) relation: Relation,
    /// The library that loads it, as the Hub names it.
    pub(super) library: &'static str,
    pub(super) says: fn(&Use<'_>) -> String,
}

/// What the words need to know.
pub(super) struct Use<'a> {
    pub(super) base: &'a Base,
    /// The folder's files.
    pub(super) files: &'a [String],
    /// Whether it scores answers instead of writing them.
    pub(super) scores: bool,
}

impl Use<'_> {
    fn file(&self, ending: &str) -> &str {
        self.files.iter().find(|name| name.ends_with(ending)).map_or("", String::as_str)
    }

    fn class(&self) -> (&'static str, &'static str) {
        if self.scores { ("SequenceClassification", ", num_labels=1") } else { ("CausalLM", "") }
    }

    /// The base as arguments of Python's `from_pretrained`.
    fn base_argument(&self) -> String {
        let revision =
            self.base.revision.as_ref().map_or(String::new(), |revision| format!(", revision=\"{revision}\""));
        format!("{}{revision}", serde_json::Value::from(self.base.name.as_str()))
    }
}

/// Every form that holds a model or an adapter.
pub(super) const USAGES: &[Usage] = &[
    Usage { target: "peft", relation: Relation::Adapter, library: "peft", says: peft },
    Usage { target: "merged", relation: Relation::Merged, library: "transformers", says: merged },
    Usage { target: "gguf", relation: Relation::Gguf, library: "gguf", says: gguf },
    Usage { target: "gguf-lora", relation: Relation::Adapter, library: "gguf", says: gguf_lora },
    Usage { target: "mlx", relation: Relation::Adapter, library: "mlx", says: mlx },
    Usage { target: "ollama", relation: Relation::Gguf, library: "gguf", says: ollama },
    Usage { target: "llama-server", relation: Relation::Gguf, library: "gguf", says: llama_server },
    Usage { target: "vllm", relation: Relation::Adapter, library: "peft", says: vllm },
];

fn code(language: &str, text: &str) -> String {
    format!("```{language}\n{text}\n```\n")
}

fn peft(usage: &Use<'_>) -> String {
    let (class, labels) = usage.class();
    let base = usage.base_argument();
    let program = format!(
        "from peft import PeftModel\nfrom transformers import AutoModelFor{class}\n\nbase = AutoModelFor{class}.from_pretrained({base}{labels})\n\
         model = PeftModel.from_pretrained(base, \"path/to/this/folder\")"
    );
    let scores = if usage.scores { "It gives an answer one score: the higher, the better the answer. " } else { "" };
    format!("{scores}It works with its base model alone, of this very version:\n\n{}", code("python", &program))
}

fn merged(_: &Use<'_>) -> String {
    let program = "from transformers import AutoModelForCausalLM, AutoTokenizer\n\ntokenizer = \
                   AutoTokenizer.from_pretrained(\"path/to/this/folder\")\nmodel = \
                   AutoModelForCausalLM.from_pretrained(\"path/to/this/folder\", dtype=\"auto\")";
    format!("A model that stands by itself, in its base model's own layout:\n\n{}", code("python", program))
}

fn gguf(usage: &Use<'_>) -> String {
    let command = format!("llama-cli -m {} --jinja", usage.file(".gguf"));
    format!(
        "One file with weights, tokenizer and chat template. LM Studio and programs like it open it as it is; llama.cpp with:\n\n{}",
        code("bash", &command)
    )
}

fn gguf_lora(usage: &Use<'_>) -> String {
    let command = format!("llama-cli -m BASE.gguf --lora {} --jinja", usage.file(".gguf"));
    format!(
        "What was learned alone, to be put on a GGUF file of the base model by llama.cpp:\n\n{}",
        code("bash", &command)
    )
}

fn mlx(usage: &Use<'_>) -> String {
    let base = &usage.base.name;
    let command = format!("mlx_lm.chat --model '{}' --adapter-path path/to/this/folder", base.replace('\'', ""));
    format!("An adapter for MLX, on Apple's machines:\n\n{}", code("bash", &command))
}

fn ollama(_: &Use<'_>) -> String {
    format!(
        "In this folder, with [Ollama](https://ollama.com) on the machine:\n\n{}\nThe Modelfile holds the chat template in \
         Ollama's words and, where there is one, the system prompt that it was trained with.\n",
        code("bash", "ollama create my-model -f Modelfile\nollama run my-model")
    )
}

fn llama_server(_: &Use<'_>) -> String {
    format!(
        "The server of llama.cpp speaks OpenAI's language on port 8080, to this machine alone. With Docker, or with llama.cpp \
         on the machine:\n\n{}\nOthers ask it once `ports` in compose.yaml, or `--host` in start.sh, says so; put a key or a \
         proxy before it then.\n",
        code("bash", "docker compose up -d    # or: sh start.sh\nsh ask.sh")
    )
}

fn vllm(usage: &Use<'_>) -> String {
    let fetched = match &usage.base.revision {
        Some(revision) => format!("vLLM fetches the base model from the Hub, at the commit {revision}."),
        None => "The base model is a folder of the machine that wrote this: copy it along and change its place in \
                 compose.yaml and start.sh."
            .to_owned(),
    };
    format!(
        "vLLM puts the adapter on its base model and speaks OpenAI's language on port 8000, to this machine alone. It needs an \
         NVIDIA card. {fetched} With Docker, or with vLLM on the machine:\n\n{}",
        code("bash", "docker compose up -d    # or: sh start.sh\nsh ask.sh")
    )
}
