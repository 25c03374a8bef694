use std::ffi::OsString;

use clap::{Args, Subcommand};

/// Options of `token`.
#[derive(Debug, Args)]
#[command(
    after_help = "Models that are open to everybody need no token. One is made on https://huggingface.co/settings/tokens. It is \
                  kept in the system's keyring and nowhere else; HF_TOKEN and the file of `hf auth login` are used, too.\n\n\
                  Example: whetstone token set"
)]
pub(crate) struct TokenOptions {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

/// What to do with the token.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Ask for a token, see whose it is, and keep it in the system's keyring. What is typed is not shown; where standard input
    /// is no terminal, its first line is taken
    Set,
    /// Say where the token that is used comes from, and whose it is
    Show,
    /// Take the token out of the system's keyring
    Forget,
}

/// A text about a wrong command line, without a token or a key that somebody put there.
pub(crate) fn without_tokens(text: &str, arguments: &[OsString]) -> String {
    let arguments: Vec<String> = arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let is_token_command = arguments.get(1).is_some_and(|command| command == "token");
    let known = ["token", "set", "show", "forget"];
    let mut text = text.to_owned();
    for argument in arguments.iter().skip(1) {
        let is_stray = is_token_command && !argument.starts_with('-') && !known.contains(&argument.as_str());
        let secret = if is_stray {
            Some(argument.as_str())
        } else {
            ["hf_", "sk-"].iter().find_map(|begin| argument.find(begin)).map(|at| &argument[at..])
        };
        if let Some(secret) = secret.filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "(not shown)");
        }
    }
    text
}
