//! What a repository holds: one answer of the Hub that names its commit, its files with their digests, and what its card says.

use hf_hub::repository::ModelInfo;
use serde::Deserialize;
use serde_json::Value;

use super::HubError;
use super::digest::Digest;
use super::http::{Http, Wanted};
use super::names::{self, RepositoryName};
use super::transfer::RemoteFile;
use crate::domain::Gate;

/// No file of a repository is longer: sums of lengths stay numbers.
const LONGEST_FILE: u64 = 1 << 44;

/// A repository as it is listed at one commit.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What the Hub says of it.
    pub info: ModelInfo,
    /// Its commit.
    pub commit: String,
    /// Its files that have a length and a digest.
    pub files: Vec<RemoteFile>,
    /// Names of those that have none, and so could not be checked.
    pub unchecked: Vec<String>,
}

/// The files of the same answer: hf-hub's own type leaves out the digest of those that are stored in git.
#[derive(Debug, Deserialize)]
struct Files {
    #[serde(default)]
    siblings: Vec<Sibling>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    blob_id: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Debug, Deserialize)]
struct Lfs {
    sha256: Option<String>,
    size: Option<u64>,
}

impl Listing {
    /// Asks the Hub.
    pub async fn ask(http: &Http<'_>, repository: &RepositoryName, revision: &str) -> Result<Self, HubError> {
        names::check_revision(revision)?;
        let mut segments = vec!["api", "models"];
        segments.extend(repository.as_str().split('/'));
        segments.extend(["revision", revision]);
        let what = if revision == "main" { repository.to_string() } else { format!("{repository} at {revision}") };
        let url = http.url(&segments, &[("blobs", "true")]);
        let wanted = Wanted { url, what: &what, repository: Some(repository), from_byte: 0 };
        let (answer, _): (Value, _) = http.json(&wanted).await?;
        Self::read(answer).map_err(|fault| HubError::Answer { host: crate::network::host_of(&wanted.url), what, fault })
    }

    /// Reads the Hub's answer. The error is what is wrong with it.
    fn read(answer: Value) -> Result<Self, String> {
        let files = Files::deserialize(&answer).map_err(|error| error.to_string())?;
        let info: ModelInfo = serde_json::from_value(answer).map_err(|error| error.to_string())?;
        let commit = info.sha.clone().filter(|commit| names::is_commit(commit)).ok_or("it names no commit")?;
        let (mut checked, mut unchecked) = (Vec::new(), Vec::new());
        for sibling in files.siblings {
            let name = sibling.rfilename.clone();
            match sibling.file() {
                Some(file) => checked.push(file),
                None => unchecked.push(name),
            }
        }
        Ok(Self { commit, files: checked, unchecked, info })
    }

    /// A file by its name.
    pub fn file(&self, name: &str) -> Option<&RemoteFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl Sibling {
    fn file(self) -> Option<RemoteFile> {
        let (digest, bytes) = match self.lfs {
            Some(lfs) => (lfs.sha256?, lfs.size.or(self.size)?),
            None => (self.blob_id?, self.size?),
        };
        let digest = Digest::new(&digest)?;
        (bytes <= LONGEST_FILE).then_some(RemoteFile { name: self.rfilename, bytes, digest })
    }
}

/// `false`, `"auto"` or `"manual"`, as the Hub says it.
pub fn gate(gated: Option<&Value>) -> Gate {
    match gated {
        Some(Value::String(kind)) if kind == "manual" => Gate::Ask,
        Some(Value::String(_) | Value::Bool(true)) => Gate::Accept,
        _ => Gate::Open,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_of_the_hub_is_read() {
        // The shape of `GET /api/models/{repository}/revision/{revision}?blobs=true`.
        let answer = json!({
            "_id": "x", "id": "owner/model", "sha": "0123456789abcdef0123456789abcdef01234567", "private": false,
            "gated": "auto", "downloads": 7, "likes": 1, "tags": ["safetensors"], "pipeline_tag": "text-generation",
            "siblings": [
                {"rfilename": "config.json", "size": 6, "blobId": "ce013625030ba8dba906f756967f9e9ca394464a"},
                {"rfilename": "model.safetensors", "size": 9, "blobId": "ce013625030ba8dba906f756967f9e9ca394464b",
                 "lfs": {"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "size": 9, "pointerSize": 134}},
                {"rfilename": "no-digest.txt", "size": 9},
            ],
        });
        let listing = Listing::read(answer).expect("an answer");
        assert_eq!(gate(listing.info.gated.as_ref()), Gate::Accept);
        let digests: Vec<&Digest> = listing.files.iter().map(|file| &file.digest).collect();
        assert!(matches!(digests[..], [Digest::GitBlob(_), Digest::Sha256(_)]), "{digests:?}");
        assert_eq!(listing.unchecked, ["no-digest.txt"]);
        assert_eq!(listing.file("model.safetensors").map(|file| file.bytes), Some(9));
        assert!(Listing::read(json!({"id": "a/b", "siblings": []})).is_err_and(|fault| fault.contains("commit")));
        assert!(Listing::read(json!("<html>")).is_err());
    }

    #[test]
    fn gates_are_those_of_the_hub() {
        for (said, expected) in [
            (json!(false), Gate::Open),
            (json!("auto"), Gate::Accept),
            (json!("manual"), Gate::Ask),
            (json!(null), Gate::Open),
        ] {
            assert_eq!(gate(Some(&said)), expected, "{said}");
        }
        assert_eq!(gate(None), Gate::Open);
    }
}
