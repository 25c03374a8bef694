//! The person's account on the Hub, and where its token is kept.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::http::{Http, Wanted};
use super::names::shown;
use super::search::wait_said;
use super::token::{self, Search, keyring_entry};
use super::{HubError, HubSettings};
use crate::domain::{HubAccount, Secret, TokenSource};
use crate::job::{AccountAction, AccountSpec, CancelToken, HubAccess, JobContext};
use crate::network::keyring::Keyring;
use crate::network::{Patience, host_of};

/// Tries after the first: a person waits for the answer.
const RETRIES: u32 = 2;

/// The job: the account shown, its token kept or forgotten.
pub fn account(spec: &AccountSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let settings = HubSettings::of_environment()?;
    let account = Account { search: Search::of_system(&settings), context }.act(spec)?;
    let account = serde_json::to_value(account).unwrap_or_default();
    Ok(Map::from_iter([("account".to_owned(), account)]))
}

/// Whose token it is, as the Hub says.
pub(super) fn name_of(http: &Http<'_>) -> Result<String, HubError> {
    #[derive(Deserialize)]
    struct Answer {
        name: String,
    }
    let what = "whose token this is";
    let wanted = Wanted { url: http.url(&["api", "whoami-v2"], &[]), what, repository: None, from_byte: 0 };
    let (answer, _) = http.block_on(http.json::<Answer>(&wanted))?;
    Ok(shown(&answer.name))
}

/// Requests in this job's name, which tell the person of every wait.
pub(super) fn asker<'a>(
    settings: &'a HubSettings,
    token: Secret,
    cancel: &'a CancelToken,
    context: &'a JobContext<'_>,
) -> Result<Http<'a>, HubError> {
    let patience = Patience { retries: RETRIES, ..Patience::default() };
    Http::new(settings, Some(token), cancel, patience, |host, wait| {
        context.note(wait_said(host, wait));
    })
}

/// The account and its token's places.
struct Account<'a> {
    search: Search<'a>,
    context: &'a JobContext<'a>,
}

impl Account<'_> {
    fn act(&self, spec: &AccountSpec) -> Result<HubAccount, HubError> {
        match spec.action {
            AccountAction::Show => self.show(&spec.access),
            AccountAction::Keep => self.keep(&spec.access),
            AccountAction::Forget => self.forget(),
        }
    }

    fn show(&self, access: &HubAccess) -> Result<HubAccount, HubError> {
        let Some((secret, source)) = self.search.asked(access)? else {
            let said =
                "there is no token, and models that are open to everybody need none; `whetstone token set` keeps one";
            return Ok(HubAccount { name: None, source: None, said: said.to_owned() });
        };
        if self.search.settings.offline {
            let said = format!("the token {}; HF_HUB_OFFLINE says not to ask whose it is", self.origin(source));
            return Ok(HubAccount { name: None, source: Some(source), said });
        }
        let name = self.whoami(secret)?;
        let only_asked = if self.search.settings.no_implicit_token && source != TokenSource::Session {
            "; HF_HUB_DISABLE_IMPLICIT_TOKEN says to send it only where nothing goes without one"
        } else {
            ""
        };
        let said = format!("the token {}, and is {name}'s{only_asked}", self.origin(source));
        Ok(HubAccount { name: Some(name), source: Some(source), said })
    }

    fn keep(&self, access: &HubAccess) -> Result<HubAccount, HubError> {
        let what = "whose token this is";
        let host = host_of(&self.search.settings.endpoint);
        let Some(secret) = access.token.clone().filter(|secret| !secret.is_empty()) else {
            return Err(HubError::TokenNeeded { host, what: what.to_owned(), sent: false });
        };
        let secret = token::checked(secret, "what was typed")?;
        let name = self.whoami(secret.clone())?;
        let cancel = self.context.switch_of_a_part();
        let (source, said) = match self.keyring().write(&self.entry(), &secret, &cancel)? {
            Ok(()) => (TokenSource::Keyring, format!("the token is {name}'s, and is kept in the system's keyring")),
            Err(_absent) => {
                let said = format!(
                    "the token is {name}'s; this system has no keyring that answers, so it is kept for this sitting alone: \
                     a window that is open uses it, and a command takes one from HF_TOKEN"
                );
                (TokenSource::Session, said)
            }
        };
        Ok(HubAccount { name: Some(name), source: Some(source), said })
    }

    fn forget(&self) -> Result<HubAccount, HubError> {
        let cancel = self.context.switch_of_a_part();
        let forgotten = match self.keyring().delete(&self.entry(), &cancel)? {
            Ok(true) => "the token was taken out of the system's keyring",
            Ok(false) => "there was no token in the system's keyring",
            Err(_absent) => "this system has no keyring that answers, so nothing was kept there",
        };
        let left = self.search.asked(&HubAccess::default())?.map(|(_, source)| source);
        let said = match left {
            Some(source) => format!("{forgotten}; one still {}", self.origin(source)),
            None => forgotten.to_owned(),
        };
        Ok(HubAccount { name: None, source: left, said })
    }

    fn whoami(&self, secret: Secret) -> Result<String, HubError> {
        let cancel = self.context.switch_of_a_part();
        name_of(&asker(self.search.settings, secret, &cancel, self.context)?)
    }

    fn keyring(&self) -> &Keyring {
        &self.search.keyring
    }

    fn entry(&self) -> String {
        keyring_entry(self.search.settings)
    }

    /// Where a token is from, as the rest of a sentence.
    fn origin(&self, source: TokenSource) -> String {
        match source {
            TokenSource::Session => "was typed for this sitting".to_owned(),
            TokenSource::Variable => "comes from HF_TOKEN".to_owned(),
            TokenSource::Keyring => "comes from the system's keyring".to_owned(),
            TokenSource::File => format!("comes from {}", self.search.settings.token_file.display()),
        }
    }
}

#[cfg(test)]
mod tests;
