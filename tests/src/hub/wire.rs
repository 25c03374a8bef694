//! HTTP/1.1 as far as a Hub needs it: requests read, answers written in whatever manner is asked for.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::record::Entry;

/// The longest head and the longest body that are read.
const LONGEST_HEAD: u64 = 64 << 10;
const LONGEST_BODY: u64 = 256 << 20;
/// Bytes that are written at a time.
const PIECE: usize = 256 << 10;

/// A request.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: String,
    /// As it came: path and query.
    pub(super) target: String,
    /// The path's parts, decoded.
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The next request of a connection; `None` at its end. What is no HTTP comes as a request without a method.
    pub(super) fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let Some(&first) = reader.fill_buf()?.first() else { return Ok(None) };
        if !first.is_ascii_uppercase() {
            let body = reader.fill_buf()?.to_vec();
            return Ok(Some(Self { body, ..Self::default() }));
        }
        let mut head = Vec::new();
        let mut limited = reader.by_ref().take(LONGEST_HEAD);
        while !head.ends_with(b"\r\n\r\n") {
            if limited.read_until(b'\n', &mut head)? == 0 {
                return Ok(None);
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            path: path.split('/').skip(1).map(|part| decoded(part, false)).collect(),
            query: form(query),
            headers: lines.filter_map(header).collect(),
            body: Vec::new(),
        };
        request.body = request.read_body(reader)?;
        Ok(Some(request))
    }

    fn read_body(&self, reader: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
        if self.header("expect").is_some() {
            reader.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut body = Vec::new();
        if self.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
            loop {
                let mut line = String::new();
                reader.read_line(&mut line)?;
                let size = u64::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
                reader.by_ref().take(size.min(LONGEST_BODY)).read_to_end(&mut body)?;
                reader.read_line(&mut line)?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        let length = self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        reader.by_ref().take(LONGEST_BODY.min(length)).read_to_end(&mut body)?;
        Ok(body)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The token that came with it.
    pub(super) fn token(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// All values of a query's key, also where it is written as a list (`expand[]`).
    pub(super) fn asked(&self, key: &str) -> Vec<&str> {
        let is_it = |name: &str| name == key || name.strip_suffix("[]") == Some(key);
        self.query.iter().filter(|(name, _)| is_it(name)).map(|(_, value)| value.as_str()).collect()
    }

    pub(super) fn says_yes(&self, key: &str) -> bool {
        self.asked(key).iter().any(|value| matches!(value.to_ascii_lowercase().as_str(), "1" | "true"))
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(super) fn decoded_target(&self) -> String {
        decoded(&self.target, false)
    }
}

/// A query or a form as keys and values.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decoded(k, true), decoded(v, true)))
        .collect()
}

fn decoded(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, code) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 2;
            }
            (b'+', _) if plus_is_space => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A part of a path, encoded.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// How a body is written.
#[derive(Debug, Clone, Default)]
pub(super) enum Manner {
    #[default]
    Whole,
    /// Ended after so many bytes.
    Cut(u64),
    /// Nothing more after so many bytes; the connection stays.
    Hold(u64),
    /// The rest after so many bytes only when the switch is turned.
    HoldUntil(u64, Arc<AtomicBool>),
    /// A byte, a pause, and so on.
    Trickle(Duration),
    /// Without an end.
    Endless,
    /// No answer at all, at once or never.
    Closed,
    Silent,
}

/// What the answer says of its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Length {
    #[default]
    Right,
    Said(u64),
    Unsaid,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// A whole file, of which `from..to` is the body.
    pub(super) bytes: Arc<Vec<u8>>,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) manner: Manner,
    pub(super) length: Length,
}

impl Reply {
    pub(super) fn bytes(status: u16, kind: &str, bytes: impl Into<Arc<Vec<u8>>>) -> Self {
        let bytes = bytes.into();
        Self { status, to: bytes.len(), bytes, ..Self::default() }.with("Content-Type", kind)
    }

    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", value.to_string().into_bytes())
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Writes it; tells whether the connection can be used again.
    pub(super) fn write(
        &self,
        stream: &mut TcpStream,
        request: &Request,
        entry: &Entry,
        stopping: &AtomicBool,
    ) -> io::Result<bool> {
        match &self.manner {
            Manner::Closed => return Ok(false),
            Manner::Silent => return wait_for_the_end(stream, stopping),
            _ => {}
        }
        let body = &self.bytes[self.from..self.to];
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        let is_reusable = matches!(self.manner, Manner::Whole) && self.length == Length::Right;
        match self.length {
            Length::Right if matches!(self.manner, Manner::Endless) => {}
            Length::Right => head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]),
            Length::Said(length) => head.extend(["Content-Length: ", &length.to_string(), "\r\n"]),
            Length::Unsaid => {}
        }
        head.push_str(if is_reusable { "\r\n" } else { "Connection: close\r\n\r\n" });
        stream.write_all(head.as_bytes())?;
        if request.method == "HEAD" {
            return Ok(is_reusable);
        }
        let mut send = |bytes: &[u8]| {
            for piece in bytes.chunks(PIECE) {
                stream.write_all(piece)?;
                entry.sent(piece.len() as u64);
            }
            io::Result::Ok(())
        };
        match &self.manner {
            Manner::Cut(after) | Manner::Hold(after) => send(&body[..body.len().min(*after as usize)])?,
            Manner::HoldUntil(after, switch) => {
                let (first, rest) = body.split_at(body.len().min(*after as usize));
                send(first)?;
                while !switch.load(Ordering::SeqCst) && !stopping.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                send(rest)?;
            }
            Manner::Trickle(pause) => {
                for byte in body.iter().take_while(|_| !stopping.load(Ordering::SeqCst)) {
                    send(std::slice::from_ref(byte))?;
                    std::thread::sleep(*pause);
                }
            }
            Manner::Endless => {
                while !stopping.load(Ordering::SeqCst) {
                    send(if body.is_empty() { &[0; 4096] } else { body })?;
                }
            }
            _ => send(body)?,
        }
        if matches!(self.manner, Manner::Hold(_)) {
            return wait_for_the_end(stream, stopping);
        }
        Ok(is_reusable)
    }
}

/// Waits until the other side is gone.
fn wait_for_the_end(stream: &mut TcpStream, stopping: &AtomicBool) -> io::Result<bool> {
    stream.set_read_timeout(Some(Duration::from_millis(50)))?;
    while !stopping.load(Ordering::SeqCst) {
        match stream.read(&mut [0; 64]) {
            Ok(0) => break,
            Err(error) if !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => break,
            _ => {}
        }
    }
    Ok(false)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        307 => "Temporary Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        _ => "Answer",
    }
}
