//! A server of files on loopback, with the manners and the faults of one.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What stands at an address.
#[derive(Debug, Clone)]
pub enum Answer {
    /// These bytes, from the byte that is asked for.
    Bytes(Vec<u8>),
    /// So many of them, and then nothing more until all answers are let go.
    HoldAfter(Vec<u8>, usize),
    /// So many of them, and then the connection ends; the next one is answered whole.
    CutOnce(Vec<u8>, usize),
    /// Go there instead.
    Redirect(String),
    /// All of them, whatever byte is asked for.
    NoRanges(Vec<u8>),
}

#[derive(Debug, Default)]
struct Shared {
    answers: Mutex<BTreeMap<String, Answer>>,
    heads: Mutex<Vec<String>>,
    /// How often an answer was held.
    held: Mutex<usize>,
    /// Whether held answers go on.
    let_go: Mutex<bool>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server. Its threads end with the test's process.
#[derive(Debug)]
pub struct FileServer {
    shared: Arc<Shared>,
    address: String,
}

impl FileServer {
    /// One that has nothing yet.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let shared = Arc::new(Shared::default());
        let of_listener = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&of_listener);
                // A side that went away is no fault of the server's.
                thread::spawn(move || drop(converse(stream, &shared)));
            }
        });
        Self { shared, address }
    }

    /// The address of a file.
    pub fn address_of(&self, name: &str) -> String {
        format!("{}/releases/{name}", self.address)
    }

    /// Has a file say something.
    pub fn put(&self, name: &str, answer: Answer) {
        locked(&self.shared.answers).insert(format!("/releases/{name}"), answer);
    }

    /// What is said of a file.
    pub fn answer_of(&self, name: &str) -> Answer {
        locked(&self.shared.answers).get(&format!("/releases/{name}")).expect("it is there").clone()
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        locked(&self.shared.heads).clone()
    }

    /// Lets all answers go on that are held.
    pub fn let_go(&self) {
        *locked(&self.shared.let_go) = true;
    }

    /// How often an answer was held.
    pub fn held(&self) -> usize {
        *locked(&self.shared.held)
    }
}

fn converse(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
        let from = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let value = value.trim().strip_prefix("bytes=")?.strip_suffix('-')?;
            name.eq_ignore_ascii_case("range").then(|| value.parse().ok()).flatten()
        });
        locked(&shared.heads).push(head);
        let answer = locked(&shared.answers).get(&path).cloned();
        match answer {
            None => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?,
            Some(Answer::Redirect(to)) => {
                write!(stream, "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")?;
            }
            Some(Answer::Bytes(bytes)) => send(&mut stream, &bytes, from, usize::MAX)?,
            Some(Answer::NoRanges(bytes)) => send(&mut stream, &bytes, None, usize::MAX)?,
            Some(Answer::CutOnce(bytes, after)) => {
                locked(&shared.answers).insert(path, Answer::Bytes(bytes.clone()));
                send(&mut stream, &bytes, from, after)?;
                return Ok(());
            }
            Some(Answer::HoldAfter(bytes, after)) => {
                send(&mut stream, &bytes, from, after)?;
                *locked(&shared.held) += 1;
                // Most that wait are killed, and this process ends.
                while !*locked(&shared.let_go) {
                    thread::sleep(Duration::from_millis(5));
                }
                stream.write_all(&bytes[from.unwrap_or(0).max(after)..])?;
            }
        }
    }
}

/// The head of an answer, and of its body the bytes before `until`.
fn send(stream: &mut TcpStream, bytes: &[u8], from: Option<usize>, until: usize) -> io::Result<()> {
    let length = bytes.len();
    match from {
        Some(from) if from >= length => {
            return write!(
                stream,
                "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{length}\r\nContent-Length: 0\r\n\r\n"
            );
        }
        Some(from) => write!(
            stream,
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{length}\r\nContent-Length: {}\r\n\r\n",
            length - 1,
            length - from
        )?,
        None => write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")?,
    }
    let from = from.unwrap_or(0);
    stream.write_all(&bytes[from..until.clamp(from, length)])?;
    stream.flush()
}
