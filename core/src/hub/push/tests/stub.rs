//! A small Hub that takes what is pushed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::hub::HubSettings;

/// The commit that everything becomes.
pub(super) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
/// An answer that never comes.
pub(super) const SILENCE: &str = "silence";

#[derive(Default)]
struct State {
    /// The head of every request.
    heads: Vec<String>,
    /// What was asked to be made.
    created: Vec<Value>,
    /// Repositories that are there, and whether nobody else sees them.
    repositories: BTreeMap<String, bool>,
    /// The files that were committed last.
    files: BTreeMap<String, Vec<u8>>,
    /// Answers that some paths get.
    refusals: Vec<(String, String)>,
}

/// A small Hub on a port of its own.
pub(super) struct Stub {
    address: String,
    state: Arc<Mutex<State>>,
}

impl Stub {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, shared) = (stream.expect("a connection"), Arc::clone(&shared));
                std::thread::spawn(move || answer(stream, &shared));
            }
        });
        Self { address, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn settings(&self) -> HubSettings {
        HubSettings::of(|name| (name == "HF_ENDPOINT").then(|| self.address.clone().into())).expect("settings")
    }

    pub(super) fn heads(&self) -> Vec<String> {
        self.state().heads.clone()
    }

    pub(super) fn created(&self) -> Vec<Value> {
        self.state().created.clone()
    }

    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().files.clone()
    }

    pub(super) fn make(&self, name: &str, is_private: bool) {
        self.state().repositories.insert(name.to_owned(), is_private);
    }

    pub(super) fn refuse(&self, path: &str, answer: &str) {
        self.state().refusals.push((path.to_owned(), answer.to_owned()));
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|bytes| bytes > 2) {}
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("a body");
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut state = state.lock().expect("no panic");
    state.heads.push(head);
    let refusal = state.refusals.iter().find(|(refused, _)| *refused == path).map(|(_, answer)| answer.clone());
    let (status, text) = match refusal {
        Some(answer) if answer == SILENCE => {
            drop(state);
            // Until whoever asked has gone.
            drop(reader.read_line(&mut String::new()));
            return;
        }
        Some(answer) => (answer, "{\"error\": \"no\"".to_owned()),
        None => respond(&mut state, &path, &body)
            .map_or(("404 Not Found".to_owned(), "{}".to_owned()), |value| ("200 OK".to_owned(), value.to_string())),
    };
    drop(state);
    let length = text.len();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}");
    stream.write_all(answer.as_bytes()).expect("an answer");
}

fn respond(state: &mut State, path: &str, body: &[u8]) -> Option<Value> {
    if path == "/api/whoami-v2" {
        return Some(json!({ "type": "user", "name": "ada" }));
    }
    if path == "/api/repos/create" {
        let wanted: Value = serde_json::from_slice(body).ok()?;
        let name = format!("{}/{}", wanted["organization"].as_str()?, wanted["name"].as_str()?);
        state.repositories.insert(name.clone(), wanted["private"].as_bool()?);
        state.created.push(wanted);
        return Some(json!({ "url": format!("http://hub/{name}") }));
    }
    let (kind, rest) = path.strip_prefix("/api/")?.split_once('/')?;
    assert!(matches!(kind, "models" | "datasets"), "{path}");
    let mut parts = rest.splitn(3, '/');
    let name = format!("{}/{}", parts.next()?, parts.next()?);
    let is_private = *state.repositories.get(&name)?;
    match parts.next() {
        None => Some(json!({ "id": name, "private": is_private })),
        Some("preupload/main") => {
            let wanted: Value = serde_json::from_slice(body).ok()?;
            let files = wanted["files"].as_array()?.iter();
            let modes: Vec<Value> = files
                .map(|file| json!({ "path": file["path"], "uploadMode": "regular", "shouldIgnore": false }))
                .collect();
            Some(json!({ "files": modes }))
        }
        Some("commit/main") => {
            state.files = body.split(|byte| *byte == b'\n').filter_map(committed).collect();
            Some(json!({ "success": true, "commitOid": COMMIT, "commitUrl": "http://hub/commit" }))
        }
        Some(_) => None,
    }
}

/// A file of a commit, from its line.
fn committed(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let line: Value = serde_json::from_slice(line).ok().filter(|line: &Value| line["key"] == "file")?;
    let value = &line["value"];
    Some((value["path"].as_str()?.to_owned(), from_base64(value["content"].as_str()?)))
}

fn from_base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = text
        .bytes()
        .filter_map(|byte| ALPHABET.iter().position(|digit| *digit == byte))
        .map(|digit| u32::try_from(digit).expect("below 64"))
        .collect();
    let bytes = digits.chunks(4).flat_map(|group| {
        let number = group.iter().fold(0, |number, digit| number << 6 | digit) << (6 * (4 - group.len()));
        number.to_be_bytes()[1..group.len()].to_vec()
    });
    bytes.collect()
}
