//! Files: from the Hub itself, from the store that it sends on to, and from a stranger.

use std::sync::Arc;

use super::access::refusal;
use super::record::Server;
use super::repository::{Kind, Repository, Stored, sha256};
use super::state::State;
use super::wire::{Reply, Request, encoded};

/// A file that is asked for by its place in a repository.
struct Asked<'a> {
    commit: &'a str,
    file: &'a Stored,
    name: String,
}

impl State {
    /// `GET /{repository}/resolve/{revision}/{file}`: a redirect, to the store or to the Hub's own cache.
    pub(super) fn resolve(&self, kind: Kind, id: &str, rest: &[String], request: &Request) -> Result<Reply, Reply> {
        let repository = self.open(kind, id, request)?;
        let asked = asked(repository, rest)?;
        let file = asked.file;
        let reply = Reply { status: 302, ..Reply::default() }
            .with("Accept-Ranges", "bytes")
            .with("X-Repo-Commit", asked.commit)
            .with("X-Linked-Size", file.bytes.len().to_string())
            .with("X-Linked-Etag", format!("\"{}\"", file.etag()));
        let name = encoded(&asked.name);
        let (Some(digest), Some(xet)) = (&file.large, file.xet()) else {
            let (plural, commit) = (kind.plural(), asked.commit);
            let address = format!("/api/resolve-cache/{plural}/{}/{commit}/{name}", repository.id);
            return Ok(Reply { status: 307, ..reply }.with("Location", address));
        };
        let store = &self.addresses[Server::Store as usize];
        let signed = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=3600&X-Amz-Signature=0badcafe";
        let address = format!("{store}/repos/{digest}/{name}?{signed}&x-id=GetObject");
        Ok(reply.with("X-Xet-Hash", xet).with("Location", address))
    }

    /// `GET /api/resolve-cache/…`: a file that git has.
    pub(super) fn cached(&self, kind: Kind, id: &str, rest: &[String], request: &Request) -> Result<Reply, Reply> {
        let asked = asked(self.open(kind, id, request)?, rest)?;
        let reply = ranged(&asked.file.bytes, request, asked.file.etag());
        Ok(reply.with("X-Repo-Commit", asked.commit).with("Content-Type", "text/plain; charset=utf-8"))
    }

    /// `GET /{repository}/raw/{revision}/{file}`: what git has, which is a pointer for a large file.
    pub(super) fn raw(&self, kind: Kind, id: &str, rest: &[String], request: &Request) -> Result<Reply, Reply> {
        let asked = asked(self.open(kind, id, request)?, rest)?;
        Ok(Reply::bytes(200, "text/plain; charset=utf-8", asked.file.pointer())
            .with("X-Repo-Commit", asked.commit)
            .with("ETag", format!("\"{}\"", asked.file.blob)))
    }

    /// What the store gives, to everybody who has the address.
    pub(super) fn store_gives(&self, request: &Request) -> Result<Reply, Reply> {
        let digest = request.path.get(1).map_or("", String::as_str);
        let bytes =
            self.large_file(digest).ok_or_else(|| Reply::bytes(404, "application/xml", b"<Error/>".to_vec()))?;
        // Its tag is its own, and not the digest that the Hub tells.
        Ok(ranged(&bytes, request, &sha256(digest.as_bytes())))
    }

    /// What a stranger gives: any file of the Hub's, and of the store's, to everybody.
    pub(super) fn stranger_gives(&self, request: &Request) -> Result<Reply, Reply> {
        if request.path.first().is_some_and(|part| part == "repos") {
            return self.store_gives(request);
        }
        let place = request.path.iter().position(|part| part == "resolve" || part == "resolve-cache");
        let is_of = |repository: &&Repository| request.decoded_target().contains(&repository.id);
        let repository = self.repositories.iter().find(is_of);
        let (Some(place), Some(repository)) = (place, repository) else {
            return Err(refusal(404, "", "Not found"));
        };
        let skipped = if request.path[place] == "resolve" { 1 } else { 2 + repository.id.split('/').count() };
        let asked = asked(repository, &request.path[(place + skipped).min(request.path.len())..])?;
        Ok(ranged(&asked.file.bytes, request, asked.file.etag()).with("X-Repo-Commit", asked.commit))
    }
}

/// A revision and a file's name, found.
fn asked<'a>(repository: &'a Repository, rest: &[String]) -> Result<Asked<'a>, Reply> {
    let [revision, name @ ..] = rest else { return Err(refusal(404, "EntryNotFound", "Entry not found")) };
    let unknown = || refusal(404, "RevisionNotFound", &format!("Invalid rev id: {revision}"));
    let commit = repository.at(revision).ok_or_else(unknown)?;
    let name = name.join("/");
    // What is no entry says which commit it is not in, so that others can remember it.
    let missing = || refusal(404, "EntryNotFound", "Entry not found").with("X-Repo-Commit", &commit.id);
    let file = commit.files.get(&name).ok_or_else(missing)?;
    Ok(Asked { commit: &commit.id, file, name })
}

/// A file, or the part of it that was asked for (RFC 9110, 14).
fn ranged(bytes: &Arc<Vec<u8>>, request: &Request, etag: &str) -> Reply {
    let size = bytes.len();
    let whole = Reply::bytes(200, "application/octet-stream", Arc::clone(bytes))
        .with("Accept-Ranges", "bytes")
        .with("ETag", format!("\"{etag}\""));
    let is_other = request.header("if-range").is_some_and(|known| known.trim_matches('"') != etag);
    let Some(range) = request.header("range").and_then(|range| range.strip_prefix("bytes=")).filter(|_| !is_other)
    else {
        return whole;
    };
    let (from, to) = range.split_once('-').unwrap_or((range, ""));
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, to.saturating_add(1).min(size)),
        (Ok(from), Err(_)) => (from, size),
        (Err(_), Ok(last)) => (size.saturating_sub(last), size),
        _ => return whole,
    };
    if from >= to {
        return Reply::bytes(416, "text/plain", Vec::new()).with("Content-Range", format!("bytes */{size}"));
    }
    let part = Reply { status: 206, from, to, ..whole };
    part.with("Content-Range", format!("bytes {from}-{}/{size}", to - 1))
}
