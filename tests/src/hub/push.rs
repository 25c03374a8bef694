//! What is sent to the Hub: repositories made, files announced, large ones put into the store, commits.

use std::sync::Arc;

use serde_json::{Value, json};

use super::access::refusal;
use super::record::Server;
use super::repository::{Kind, Repository, Stored, is_large, sha256};
use super::state::State;
use super::wire::{Reply, Request};

impl State {
    /// `POST /api/repos/create`.
    pub(super) fn create(&mut self, request: &Request) -> Result<Reply, Reply> {
        let account = self.who(request)?.cloned();
        let account = account.ok_or_else(|| refusal(401, "", "Invalid username or password."))?;
        let asked = request.json();
        let text = |key: &str| asked.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let owner = text("organization").unwrap_or(&account.name).to_owned();
        let name = text("name").ok_or_else(|| refusal(400, "", "\"name\" is required"))?;
        if !account.may_write || owner != account.name {
            let said = format!("You don't have the rights to create a model under the namespace \"{owner}\"");
            return Err(refusal(403, "", &said));
        }
        let kind = if text("type") == Some("dataset") { Kind::Dataset } else { Kind::Model };
        let id = format!("{owner}/{name}");
        let address = format!("{}/{}{id}", self.addresses[Server::Hub as usize], kind.prefix());
        if self.find(kind, &id).is_some() {
            let said = format!("You already created this {} repo", kind.plural().trim_end_matches('s'));
            return Err(Reply::json(409, &json!({"error": said, "url": address})).with("X-Error-Message", said));
        }
        let mut repository = Repository::new(kind, &id);
        repository.is_private = asked.get("private") == Some(&json!(true)) || text("visibility") == Some("private");
        let attributes = Stored::new(Arc::new(b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n".to_vec()), false);
        repository.commit("initial commit", [(".gitattributes".to_owned(), attributes)].into());
        repository.commits.remove(0);
        self.repositories.push(repository);
        Ok(Reply::json(200, &json!({"url": address, "name": id, "id": "6650000000000000000000bb"})))
    }

    /// `POST /api/models/{repository}/preupload/{revision}`: which files go into git, and which into the store.
    pub(super) fn announced(&self, kind: Kind, id: &str, request: &Request) -> Result<Reply, Reply> {
        self.writable(kind, id, request)?;
        let known = self.visible(kind, id, request)?.newest();
        let asked = request.json();
        let files = asked.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
        let files = files.iter().map(|file| {
            let name = file["path"].as_str().unwrap_or_default();
            let size = file["size"].as_u64().unwrap_or(0) as usize;
            let mode = if is_large(name, size) { "lfs" } else { "regular" };
            let mut said = json!({"path": name, "uploadMode": mode, "shouldIgnore": false});
            if let Some(file) = known.files.get(name) {
                said["oid"] = json!(file.etag());
            }
            said
        });
        Ok(Reply::json(200, &json!({"files": files.collect::<Vec<_>>(), "commitOid": known.id})))
    }

    /// `POST /{repository}.git/info/lfs/objects/batch`: where large files are put. This Hub takes them without `Xet`.
    pub(super) fn batch(&self, kind: Kind, id: &str, request: &Request) -> Result<Reply, Reply> {
        self.writable(kind, id, request)?;
        let store = &self.addresses[Server::Store as usize];
        let asked = request.json();
        let objects = asked.get("objects").and_then(Value::as_array).cloned().unwrap_or_default();
        let objects = objects.iter().map(|object| {
            let digest = object["oid"].as_str().unwrap_or_default();
            let mut said = json!({"oid": digest, "size": object["size"], "authenticated": true});
            if self.large_file(digest).is_none() {
                said["actions"] =
                    json!({"upload": {"href": format!("{store}/upload/{digest}?X-Amz-Signature=0badcafe")}});
            }
            said
        });
        let said = json!({"transfer": "basic", "objects": objects.collect::<Vec<_>>(), "hash_algo": "sha256"});
        Ok(Reply::json(200, &said).with("Content-Type", "application/vnd.git-lfs+json"))
    }

    /// `PUT` to the store.
    pub(super) fn put(&mut self, request: &Request) -> Result<Reply, Reply> {
        let digest = sha256(&request.body);
        if request.path.get(1) != Some(&digest) {
            return Err(Reply::bytes(400, "application/xml", b"<Error><Code>BadDigest</Code></Error>".to_vec()));
        }
        self.sent_files.insert(digest, Arc::new(request.body.clone()));
        Ok(Reply::bytes(200, "text/plain", Vec::new()))
    }

    /// `POST /api/models/{repository}/commit/{revision}`: a JSON value a line.
    pub(super) fn committed(&mut self, kind: Kind, id: &str, request: &Request) -> Result<Reply, Reply> {
        self.writable(kind, id, request)?;
        let mut files = self.visible(kind, id, request)?.newest().files.clone();
        let mut title = String::new();
        let wrong = |what: &str| refusal(400, "", &format!("Invalid commit: {what}"));
        for line in String::from_utf8_lossy(&request.body).lines().filter(|line| !line.trim().is_empty()) {
            let line: Value = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
            let value = &line["value"];
            let path = value["path"].as_str().unwrap_or_default().to_owned();
            match line["key"].as_str() {
                Some("header") => value["summary"].as_str().unwrap_or_default().clone_into(&mut title),
                Some("file") => {
                    let text = value["content"].as_str().unwrap_or_default();
                    let bytes =
                        if value["encoding"] == "base64" { base64(text) } else { Some(text.as_bytes().to_vec()) };
                    let bytes = bytes.ok_or_else(|| wrong("this is no base64"))?;
                    files.insert(path, Stored::new(Arc::new(bytes), false));
                }
                Some("lfsFile") => {
                    let digest = value["oid"].as_str().unwrap_or_default();
                    let bytes = self.large_file(digest).ok_or_else(|| wrong("a large file was not sent"))?;
                    files.insert(path, Stored::new(bytes, true));
                }
                Some("deletedFile") => drop(files.remove(&path)),
                Some("deletedFolder") => files.retain(|name, _| !name.starts_with(&format!("{path}/"))),
                _ => return Err(wrong("an unknown key")),
            }
        }
        let address = self.addresses[Server::Hub as usize].clone();
        let repository = self.find_mut(kind, id).ok_or_else(|| refusal(404, "RepoNotFound", "Repository not found"))?;
        let commit = repository.commit(&title, files);
        let page = format!("{address}/{}{id}/commit/{commit}", kind.prefix());
        let said = json!({"success": true, "commitOid": commit, "commitUrl": page, "hookOutput": ""});
        Ok(Reply::json(200, &said))
    }
}

/// Bytes of a text in base64.
fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0);
    for character in text.bytes().filter(|&byte| byte != b'=') {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(value)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_it_is_written() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9vYmFy", "foobar"), ("w7w/", "ü?")] {
            assert_eq!(base64(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(base64("Zm9v*"), None);
    }
}
