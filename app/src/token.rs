//! `token`: a token for the Hub is kept, shown or forgotten. It is typed or piped in, never an argument, and never shown.

use std::io::{self, BufRead, IsTerminal, Read};

use whetstone_core::domain::{Secret, UserMessage};
use whetstone_core::job::{AccountAction, AccountSpec, CancelToken, HubAccess, JobSpec};

use crate::options::{TokenCommand, TokenOptions};
use crate::run::{error_text, run as run_job};
use crate::{CANCELLED, Console, FAILED};

/// So much is read of standard input at most; no token is as long.
const LONGEST: u64 = 64 << 10;

/// Runs one of the commands and returns the exit status.
pub(crate) fn run(options: &TokenOptions, json: bool, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let (action, token) = match options.command {
        TokenCommand::Set => match ask() {
            Ok(Some(token)) => (AccountAction::Keep, Some(token)),
            Ok(None) => return CANCELLED,
            Err(message) => {
                console.note(&error_text(&message));
                return FAILED;
            }
        },
        TokenCommand::Show => (AccountAction::Show, None),
        TokenCommand::Forget => (AccountAction::Forget, None),
    };
    if cancel.is_cancelled() {
        return CANCELLED;
    }
    let spec = JobSpec::Account(AccountSpec { action, access: HubAccess { token } });
    run_job(&spec, json, console, cancel)
}

/// A token that a person types without seeing it, or the first line of what is piped in; `None` where Ctrl-C was pressed.
fn ask() -> Result<Option<Secret>, UserMessage> {
    let read = if io::stdin().is_terminal() {
        rpassword::prompt_password("Token (it is not shown): ").map(|typed| Secret::new(&typed))
    } else {
        first_line(&mut io::stdin().lock())
    };
    let token = match read {
        Ok(token) => token,
        Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(None),
        Err(error) => return Err(UserMessage::new(format!("cannot read the token: {error}"))),
    };
    if token.is_empty() {
        return Err(UserMessage::new("no token was given").with_hint(
            "make one on https://huggingface.co/settings/tokens, and paste it when `whetstone token set` asks",
        ));
    }
    Ok(Some(token))
}

/// The first line of what is piped in, as a secret.
pub(crate) fn first_line(input: &mut dyn BufRead) -> io::Result<Secret> {
    let mut line = Vec::new();
    input.take(LONGEST).read_until(b'\n', &mut line)?;
    let line = String::from_utf8(line);
    line.map(|line| Secret::new(&line)).map_err(|_wrong| io::Error::other("it is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_of_what_is_piped_in_is_the_token() {
        let read = |text: &[u8]| first_line(&mut &*text);
        assert_eq!(read(b"hf_a\r\nhf_b\n").expect("text").reveal(), "hf_a");
        assert!(read(b"").expect("nothing").is_empty() && read(b"\nhf_b").expect("nothing").is_empty());
        let error = read(b"hf_canary\xff\n").expect_err("no text");
        assert!(!error.to_string().contains("canary"), "{error}");
        // A stream without end is not read to its end.
        assert_eq!(first_line(&mut io::BufReader::new(io::repeat(b'x'))).expect("cut").reveal().len() as u64, LONGEST);
    }
}
