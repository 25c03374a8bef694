//! Who may see what, and the answers that say no, in the Hub's own words.

use serde_json::{Value, json};

use super::repository::{Gate, Kind, Repository};
use super::state::{Account, State};
use super::wire::{Reply, Request};

/// An answer that says no.
pub(super) fn refusal(status: u16, code: &str, message: &str) -> Reply {
    let reply = Reply::json(status, &json!({ "error": message })).with("X-Error-Message", message);
    if code.is_empty() { reply } else { reply.with("X-Error-Code", code) }
}

impl State {
    /// Whose request it is. A token that nobody has is refused, as on the Hub.
    pub(super) fn who(&self, request: &Request) -> Result<Option<&Account>, Reply> {
        match (request.token(), self.account(request.token())) {
            (Some(_), None) => Err(refusal(401, "", "Invalid credentials in Authorization header")),
            (_, account) => Ok(account),
        }
    }

    /// A repository that the request's account may see.
    pub(super) fn visible(&self, kind: Kind, id: &str, request: &Request) -> Result<&Repository, Reply> {
        let account = self.who(request)?;
        let repository = self.find(kind, id).filter(|found| may_see(found, account));
        repository.ok_or_else(|| match account {
            Some(_) => refusal(404, "RepoNotFound", "Repository not found"),
            None => refusal(401, "RepoNotFound", "Invalid username or password."),
        })
    }

    /// A repository whose files the request's account may have.
    pub(super) fn open(&self, kind: Kind, id: &str, request: &Request) -> Result<&Repository, Reply> {
        let repository = self.visible(kind, id, request)?;
        let account = self.who(request)?;
        if repository.gate == Gate::Open || account.is_some_and(|account| is_let_in(repository, account)) {
            return Ok(repository);
        }
        let id = &repository.id;
        let page = format!("https://huggingface.co/{id}");
        let (status, rest) = account.map_or_else(
            || (401, ". You must have access to it and be authenticated to access it. Please log in.".to_owned()),
            |_| (403, format!(" and you are not in the authorized list. Visit {page} to ask for access.")),
        );
        Err(refusal(status, "GatedRepo", &format!("Access to model {id} is restricted{rest}")))
    }

    /// A repository that the request's account may write to.
    pub(super) fn writable(&self, kind: Kind, id: &str, request: &Request) -> Result<(), Reply> {
        let account = self.who(request)?;
        let repository = self.visible(kind, id, request)?;
        match account {
            Some(account) if account.may_write && account.name == repository.owner() => Ok(()),
            Some(_) => Err(refusal(403, "", "Forbidden: you must use a write token to upload to a repository.")),
            None => Err(refusal(401, "", "Invalid username or password.")),
        }
    }

    /// `GET /api/whoami-v2`.
    pub(super) fn who_am_i(&self, request: &Request) -> Result<Reply, Reply> {
        let Some(account) = self.who(request)? else {
            return Err(refusal(401, "", "Invalid username or password."));
        };
        Ok(Reply::json(200, &said_of(account)))
    }
}

fn may_see(repository: &Repository, account: Option<&Account>) -> bool {
    !repository.is_private || account.is_some_and(|account| account.name == repository.owner())
}

fn is_let_in(repository: &Repository, account: &Account) -> bool {
    account.name == repository.owner() || account.accepted.contains(&repository.id)
}

fn said_of(account: &Account) -> Value {
    json!({
        "type": "user",
        "id": "6650000000000000000000aa",
        "name": account.name,
        "fullname": format!("{} of the tests", account.name),
        "email": format!("{}@example.org", account.name),
        "emailVerified": true,
        "canPay": false,
        "billingMode": "prepaid",
        "periodEnd": null,
        "isPro": false,
        "avatarUrl": "/avatars/none.svg",
        "orgs": [],
        "auth": {
            "type": "access_token",
            "accessToken": {
                "displayName": "tests",
                "role": if account.may_write { "write" } else { "read" },
                "createdAt": "2026-01-02T03:04:05.000Z",
            },
        },
    })
}
