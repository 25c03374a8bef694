use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use whetstone_core::domain::Budget;
use whetstone_core::feedback::coach::endpoint::Endpoint;
use whetstone_core::job::EndpointUse;

use super::values::not_negative;

/// Options of `endpoint`.
#[derive(Debug, Args)]
#[command(
    after_help = "Usual addresses: Ollama http://localhost:11434/v1, LM Studio http://localhost:1234/v1, llama.cpp's server \
                  http://localhost:8080/v1, vLLM http://localhost:8000/v1.\n\n\
                  A key is kept in the system's keyring and nowhere else; WHETSTONE_COACH_KEY is used, too. Without encryption \
                  only this machine is asked, and after a confirmation private addresses.\n\n\
                  Example: whetstone endpoint add ollama --address http://localhost:11434/v1 --model qwen3:8b\n\
                  Example: whetstone judge --coach endpoint:ollama --rubric rubric.toml --data pairs.jsonl"
)]
pub(crate) struct EndpointsOptions {
    #[command(subcommand)]
    pub(crate) command: EndpointCommand,
}

/// What to do with endpoints.
#[derive(Debug, Subcommand)]
pub(crate) enum EndpointCommand {
    /// Add a server, in place of one with its name
    Add(AddOptions),
    /// Name the servers that this machine knows
    List,
    /// Forget a server and its key
    Remove {
        /// What it is called
        name: String,
    },
    /// Ask a server one small question, and say what it answers, what it counts and how long it takes
    Test {
        /// What it is called
        name: String,
    },
    /// Give a server a key, in place of the one that it has, or forget that
    Key(KeyOptions),
}

/// Options of `endpoint add`.
#[derive(Debug, Args)]
pub(crate) struct AddOptions {
    /// What it is called from now on: `--coach endpoint:NAME`
    name: String,

    /// Its address up to /v1
    #[arg(long, value_name = "URL")]
    address: String,

    /// The model that is asked for, as the server calls it
    #[arg(long, value_name = "MODEL")]
    model: String,

    /// What a million tokens read cost
    #[arg(long, value_name = "PRICE", default_value = "0", value_parser = not_negative)]
    price_in: f64,

    /// What a million tokens written cost
    #[arg(long, value_name = "PRICE", default_value = "0", value_parser = not_negative)]
    price_out: f64,

    /// What the prices are in
    #[arg(long, value_name = "CURRENCY", default_value = "")]
    currency: String,

    /// Requests at once
    #[arg(long, value_name = "N", default_value = "4")]
    concurrency: usize,

    /// Tokens that it reads and writes at most; longer questions are not sent
    #[arg(long, value_name = "TOKENS")]
    context_length: Option<u64>,

    /// Tokens of a judgement at most; a model that thinks aloud needs some thousands [default: 400]
    #[arg(long, value_name = "TOKENS")]
    answer_tokens: Option<u64>,

    /// Take its key from the first line of standard input
    #[arg(long)]
    pub(crate) key_stdin: bool,

    /// Confirm that it is asked without encryption, and ask for no key
    #[arg(long)]
    pub(crate) yes: bool,
}

impl AddOptions {
    /// The endpoint, not checked yet.
    pub(crate) fn endpoint(&self) -> Endpoint {
        let endpoint = Endpoint::new(&self.name, &self.address, &self.model);
        Endpoint {
            prompt_price: self.price_in,
            completion_price: self.price_out,
            currency: self.currency.clone(),
            concurrency: self.concurrency,
            context_length: self.context_length,
            answer_tokens: self.answer_tokens.unwrap_or(endpoint.answer_tokens),
            ..endpoint
        }
    }
}

/// Options of `endpoint key`.
#[derive(Debug, Args)]
pub(crate) struct KeyOptions {
    /// What the server is called
    pub(crate) name: String,

    /// Take the key from the first line of standard input
    #[arg(long)]
    pub(crate) key_stdin: bool,

    /// Take it out of the system's keyring
    #[arg(long, conflicts_with = "key_stdin")]
    pub(crate) forget: bool,
}

/// Options of commands that may ask an endpoint.
#[derive(Debug, Args)]
pub(crate) struct EndpointOptions {
    /// An endpoint may cost this much at most, in the currency of its prices; what was paid before and is kept counts, too
    #[arg(long, value_name = "AMOUNT", value_parser = not_negative)]
    most_money: Option<f64>,

    /// An endpoint may read and write so many tokens at most
    #[arg(long, value_name = "TOKENS")]
    most_tokens: Option<u64>,

    /// Agree that the texts are sent to the endpoint, without being asked
    #[arg(long)]
    yes: bool,
}

impl EndpointOptions {
    /// How an endpoint may be asked. Its answers are kept beside the result.
    pub(crate) fn means(&self, result: Option<&Path>) -> EndpointUse {
        let ledger = result.and_then(|result| {
            let name = result.file_name()?.to_string_lossy().into_owned();
            Some(result.with_file_name(format!("{name}.answers")))
        });
        EndpointUse {
            budget: Budget { most_money: self.most_money, most_tokens: self.most_tokens },
            ledger: ledger as Option<PathBuf>,
            is_agreed: self.yes,
            ..EndpointUse::default()
        }
    }
}
