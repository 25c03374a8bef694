//! An exported folder put on the Hub: shown first, file by file, and sent only when that was asked for.
//!
//! The token goes to the Hub's own host; a request that is sent on to somewhere else is not followed. Large files go the
//! way that the Hub names, with a token that is good for that alone.

mod card;
mod contents;
mod send;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::contents::Contents;
use super::account::{asker, name_of};
use super::http::{Http, Wanted};
use super::names::RepositoryName;
use super::{HubError, HubSettings, token};
use crate::domain::{PushPreview, Secret};
use crate::job::{JobContext, PushKind, PushSpec};
use crate::network::host_of;

/// The job: what would leave this machine, or sending it.
pub fn push(spec: &PushSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, HubError> {
    let settings = HubSettings::of_environment()?;
    let token = token::find_asked(&settings, &spec.access)?.map(|(token, _)| token);
    push_with(&settings, token, spec, context)
}

fn push_with(
    settings: &HubSettings,
    token: Option<Secret>,
    spec: &PushSpec,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, HubError> {
    context.progress("looking at what would be sent", 0, None, "files");
    let contents = Contents::of(&spec.folder, spec.kind, settings)?;
    let what = "whose account this goes to";
    let Some(token) = token else {
        let host = host_of(&settings.endpoint);
        return Err(HubError::TokenNeeded { host, what: what.to_owned(), sent: false });
    };
    let cancel = context.switch_of_a_part();
    let http = asker(settings, token, &cancel, context)?;
    let target = Target::find(&http, spec)?;
    let preview = target.preview(&http, spec, &contents);
    let mut summary = Map::from_iter([("preview".to_owned(), json!(preview))]);
    if spec.preview {
        return Ok(summary);
    }
    if !preview.is_private && !spec.public {
        return Err(HubError::PublicRepository { repository: preview.repository });
    }
    if spec.agreed.as_ref().is_some_and(|agreed| *agreed != preview.files) {
        return Err(HubError::OtherThanAgreed { folder: spec.folder.clone() });
    }
    let sent = send::send(&http, &target, spec, &contents, context)?;
    summary.insert("url".to_owned(), json!(target.page(&http, spec.kind)));
    summary.insert("commit".to_owned(), json!(sent));
    Ok(summary)
}

/// Where it goes.
#[derive(Debug)]
struct Target {
    account: String,
    repository: RepositoryName,
    /// Whether it is there, and then whether nobody else sees it.
    existing: Option<bool>,
}

impl Target {
    /// Asks the Hub whose token it is, and whether the repository is there.
    fn find(http: &Http<'_>, spec: &PushSpec) -> Result<Self, HubError> {
        let account = name_of(http)?;
        let given = RepositoryName::new(&spec.repository)?;
        let repository = match given.parts() {
            ("", name) => RepositoryName::new(&format!("{account}/{name}"))?,
            _ => given,
        };
        let (owner, name) = repository.parts();
        let url = http.url(&["api", plural(spec.kind), owner, name], &[]);
        let what = repository.to_string();
        let wanted = Wanted { url, what: &what, repository: None, from_byte: 0 };
        let existing = match http.block_on(http.json::<Existing>(&wanted)) {
            Ok((existing, _)) => Some(existing),
            Err(HubError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        // Where it was renamed, the Hub says what it is called now.
        let renamed = existing.as_ref().and_then(|existing| existing.id.as_deref());
        let repository = renamed.map_or(Ok(repository), RepositoryName::new)?;
        Ok(Self { account, repository, existing: existing.map(|existing| existing.is_private) })
    }

    fn preview(&self, http: &Http<'_>, spec: &PushSpec, contents: &Contents) -> PushPreview {
        let is_private = self.existing.unwrap_or(!spec.public);
        let mut cautions = Vec::new();
        if !is_private {
            let meant = if spec.public { "" } else { "; it is sent only where that is asked for" };
            cautions.push(format!("everybody sees what is sent there{meant}"));
        }
        if self.existing == Some(true) && spec.public {
            cautions.push("the repository is private, and stays so: its page on the Hub makes it public".to_owned());
        }
        if self.existing.is_some() {
            cautions.push(
                "the repository is there already: files of the same names are replaced by a new commit".to_owned(),
            );
        }
        cautions.extend(contents.cautions.iter().cloned());
        PushPreview {
            endpoint: http.settings().endpoint.as_str().trim_end_matches('/').to_owned(),
            repository: self.repository.to_string(),
            account: self.account.clone(),
            exists: self.existing.is_some(),
            is_private,
            files: contents.listed(),
            cautions,
        }
    }

    /// Its address for a browser.
    fn page(&self, http: &Http<'_>, kind: PushKind) -> String {
        let (owner, name) = self.repository.parts();
        let page = match kind {
            PushKind::Model => http.url(&[owner, name], &[]),
            PushKind::Dataset => http.url(&["datasets", owner, name], &[]),
        };
        page.into()
    }
}

/// What the Hub says of a repository that is there.
#[derive(Debug, Deserialize)]
struct Existing {
    #[serde(default)]
    id: Option<String>,
    /// Where it does not say, it counts as seen by everybody.
    #[serde(default, rename = "private")]
    is_private: bool,
}

/// What the Hub calls repositories of this kind in its addresses.
fn plural(kind: PushKind) -> &'static str {
    match kind {
        PushKind::Model => "models",
        PushKind::Dataset => "datasets",
    }
}

#[cfg(test)]
mod tests;
