//! What the API tells of repositories and their files, page by page.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::access::refusal;
use super::record::Server;
use super::repository::{Commit, Gate, Kind, Repository, Stored, blob_id};
use super::state::State;
use super::wire::{Reply, Request, encoded, form};

/// Fields of a listing's entry that are always there.
const SHORT: [&str; 10] =
    ["_id", "id", "modelId", "likes", "downloads", "private", "tags", "pipeline_tag", "library_name", "createdAt"];
/// Fields that come with `full`.
const FULL: [&str; 6] = ["author", "gated", "lastModified", "sha", "siblings", "disabled"];

impl State {
    /// `GET /api/models` and `/api/datasets`.
    pub(super) fn list(&self, kind: Kind, request: &Request) -> Result<Reply, Reply> {
        let account = self.who(request)?.map(|account| account.name.clone());
        let words = request.asked("search").join(" ").to_lowercase();
        let tags: Vec<&str> = request.asked("filter").iter().flat_map(|filter| filter.split(',')).collect();
        let author = request.asked("author");
        let mut found: Vec<(&Repository, Map<String, Value>)> = self
            .repositories
            .iter()
            .filter(|one| one.kind == kind && (!one.is_private || account.as_deref() == Some(one.owner())))
            .filter(|one| words.split_whitespace().all(|word| one.id.to_lowercase().contains(word)))
            .filter(|one| author.first().is_none_or(|author| one.owner() == *author))
            .map(|one| (one, one.told(one.newest(), false)))
            .filter(|(_, told)| tags.iter().all(|tag| has_tag(told, tag)))
            .collect();
        match request.asked("sort").first().copied() {
            Some("likes") => found.sort_by_key(|(one, _)| std::cmp::Reverse(one.likes)),
            Some("lastModified" | "createdAt") => found.sort_by(|(one, _), (other, _)| other.changed.cmp(&one.changed)),
            _ => found.sort_by_key(|(one, _)| std::cmp::Reverse(one.downloads)),
        }
        let expand = request.asked("expand");
        let is_shown = |key: &str| {
            if !expand.is_empty() {
                return ["_id", "id", "modelId"].contains(&key) || expand.contains(&key);
            }
            SHORT.contains(&key)
                || (request.says_yes("full") && FULL.contains(&key))
                || (request.says_yes("config") && key == "config")
                || (request.says_yes("cardData") && key == "cardData")
        };
        let shown = |(_, told): (&Repository, Map<String, Value>)| -> Value {
            told.into_iter().filter(|(key, _)| is_shown(key)).collect::<Map<_, _>>().into()
        };
        let limit = request.asked("limit").first().and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
        Ok(self.page(found.into_iter().map(shown).collect(), limit, request))
    }

    /// `GET /api/models/{repository}`, at a revision or not.
    pub(super) fn about(&self, kind: Kind, id: &str, revision: &str, request: &Request) -> Result<Reply, Reply> {
        let repository = self.visible(kind, id, request)?;
        let commit = commit_at(repository, revision)?;
        let mut told = repository.told(commit, request.says_yes("blobs"));
        let expand = request.asked("expand");
        let asked = |key: &str| ["_id", "id", "modelId"].contains(&key) || expand.contains(&key);
        told.retain(|key, _| expand.is_empty() || asked(key));
        Ok(Reply::json(200, &told.into()))
    }

    /// `GET /api/models/{repository}/tree/{revision}/{folder}`.
    pub(super) fn tree(&self, kind: Kind, id: &str, rest: &[String], request: &Request) -> Result<Reply, Reply> {
        let repository = self.visible(kind, id, request)?;
        let (revision, folder) = rest.split_first().map_or(("main", &[][..]), |(first, rest)| (first.as_str(), rest));
        let commit = commit_at(repository, revision)?;
        let folder = folder.join("/");
        let inside = |name: &'_ str| -> Option<String> {
            if folder.is_empty() {
                Some(name.to_owned())
            } else {
                Some(name.strip_prefix(&folder)?.strip_prefix('/')?.to_owned())
            }
        };
        let (mut entries, mut folders) = (Vec::new(), BTreeSet::new());
        for (name, file) in &commit.files {
            let Some(below) = inside(name) else { continue };
            folders.extend(below.match_indices('/').map(|(end, _)| below[..end].to_owned()));
            if request.says_yes("recursive") || !below.contains('/') {
                entries.push(entry(name, file, request.says_yes("expand").then_some(commit)));
            }
        }
        for name in folders.iter().filter(|name| request.says_yes("recursive") || !name.contains('/')) {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            entries.push(json!({"type": "directory", "oid": blob_id(name.as_bytes()), "size": 0, "path": path}));
        }
        Ok(self.page(entries, usize::MAX, request))
    }

    /// `POST /api/models/{repository}/paths-info/{revision}`.
    pub(super) fn paths_info(&self, kind: Kind, id: &str, rest: &[String], request: &Request) -> Result<Reply, Reply> {
        let repository = self.visible(kind, id, request)?;
        let commit = commit_at(repository, rest.first().map_or("main", String::as_str))?;
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let listed = request.json().get("paths").and_then(Value::as_array).cloned();
        let paths: Vec<String> = match listed {
            Some(paths) => paths.iter().filter_map(|path| Some(path.as_str()?.to_owned())).collect(),
            None => form(&body).into_iter().filter(|(key, _)| key == "paths").map(|(_, path)| path).collect(),
        };
        let entries = paths.iter().filter_map(|path| Some(entry(path, commit.files.get(path)?, None)));
        Ok(Reply::json(200, &entries.collect::<Vec<_>>().into()))
    }

    /// `GET /api/models/{repository}/refs`.
    pub(super) fn refs(&self, kind: Kind, id: &str, request: &Request) -> Result<Reply, Reply> {
        let head = self.visible(kind, id, request)?.head();
        let main = json!({"name": "main", "ref": "refs/heads/main", "targetCommit": head});
        Ok(Reply::json(200, &json!({"branches": [main], "tags": [], "converts": []})))
    }

    /// A page of entries, with the address of the next one.
    fn page(&self, entries: Vec<Value>, limit: usize, request: &Request) -> Reply {
        let cursor = request.asked("cursor");
        let from = cursor.first().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let most = self.page.min(limit);
        let is_last = entries.len() <= from + most;
        let page: Vec<Value> = entries.into_iter().skip(from).take(most).collect();
        let reply = Reply::json(200, &page.into());
        if is_last {
            return reply;
        }
        let kept: Vec<String> = request
            .query
            .iter()
            .filter(|(key, _)| key != "cursor")
            .map(|(key, value)| format!("{}={}", encoded(key), encoded(value)))
            .chain([format!("cursor={}", from + most)])
            .collect();
        let path = request.target.split('?').next().unwrap_or_default();
        let address = format!("{}{path}?{}", self.addresses[Server::Hub as usize], kept.join("&"));
        reply.with("Link", format!("<{address}>; rel=\"next\""))
    }
}

impl Repository {
    /// Everything that the API says of it.
    fn told(&self, commit: &Commit, with_blobs: bool) -> Map<String, Value> {
        let card = self.card();
        let tags = self.tags(&card);
        let names = commit.files.iter().map(|(name, file)| sibling(name, file, with_blobs));
        let gate = match self.gate {
            Gate::Open => json!(false),
            Gate::Auto => json!("auto"),
            Gate::Manual => json!("manual"),
        };
        let used: usize = commit.files.values().map(|file| file.bytes.len()).sum();
        let said = json!({
            "_id": &blob_id(self.id.as_bytes())[..24],
            "id": self.id,
            "modelId": self.id,
            "author": self.owner(),
            "sha": commit.id,
            "lastModified": self.changed,
            "createdAt": self.changed,
            "private": self.is_private,
            "gated": gate,
            "disabled": false,
            "downloads": self.downloads,
            "likes": self.likes,
            "trendingScore": self.likes,
            "tags": tags,
            "pipeline_tag": card.get("pipeline_tag").cloned().unwrap_or_else(|| json!("text-generation")),
            "library_name": card.get("library_name").cloned().unwrap_or_else(|| json!("transformers")),
            "config": self.config(),
            "cardData": card,
            "siblings": names.collect::<Vec<_>>(),
            "spaces": [],
            "usedStorage": used,
        });
        let mut told = said.as_object().cloned().unwrap_or_default();
        if self.kind == Kind::Dataset {
            told.retain(|key, _| {
                !["modelId", "pipeline_tag", "library_name", "config", "spaces"].contains(&key.as_str())
            });
        }
        told.extend(self.more.clone());
        told
    }

    fn tags(&self, card: &Map<String, Value>) -> Vec<Value> {
        let names: Vec<&String> = self.newest().files.keys().collect();
        let mut tags: Vec<Value> = Vec::new();
        let listed = |key: &str| match card.get(key) {
            Some(Value::Array(items)) => items.clone(),
            one => one.into_iter().cloned().collect(),
        };
        if self.kind == Kind::Model {
            tags.push(json!("transformers"));
            tags.push(json!("text-generation"));
        }
        let formats = [("safetensors", ".safetensors"), ("gguf", ".gguf"), ("pytorch", ".bin")];
        tags.extend(
            formats.iter().filter(|(_, end)| names.iter().any(|name| name.ends_with(end))).map(|(tag, _)| json!(tag)),
        );
        let config = self.config();
        tags.extend(config.get("model_type").cloned());
        if config.get("auto_map").is_some() {
            tags.push(json!("custom_code"));
        }
        tags.extend(listed("tags"));
        tags.extend(listed("license").iter().filter_map(|id| Some(json!(format!("license:{}", id.as_str()?)))));
        tags.extend(listed("language"));
        tags
    }
}

fn has_tag(told: &Map<String, Value>, tag: &str) -> bool {
    told.get("tags").and_then(Value::as_array).is_some_and(|tags| tags.iter().any(|one| one.as_str() == Some(tag)))
}

fn commit_at<'a>(repository: &'a Repository, revision: &str) -> Result<&'a Commit, Reply> {
    let unknown = || refusal(404, "RevisionNotFound", &format!("Invalid rev id: {revision}"));
    repository.at(revision).ok_or_else(unknown)
}

/// A file as `siblings` has it.
fn sibling(name: &str, file: &Stored, with_blobs: bool) -> Value {
    let mut said = json!({"rfilename": name});
    if with_blobs {
        said["size"] = json!(file.bytes.len());
        said["blobId"] = json!(file.blob);
        if let Some(digest) = &file.large {
            said["lfs"] = json!({"sha256": digest, "size": file.bytes.len(), "pointerSize": file.pointer().len()});
        }
    }
    said
}

/// A file as a tree has it.
fn entry(name: &str, file: &Stored, expanded: Option<&Commit>) -> Value {
    let mut said = json!({"type": "file", "oid": file.blob, "size": file.bytes.len(), "path": name});
    if let Some(digest) = &file.large {
        said["lfs"] = json!({"oid": digest, "size": file.bytes.len(), "pointerSize": file.pointer().len()});
        said["xetHash"] = json!(file.xet());
    }
    if let Some(commit) = expanded {
        said["lastCommit"] = json!({"id": commit.id, "title": commit.title, "date": "2026-01-02T03:04:05.000Z"});
    }
    said
}
