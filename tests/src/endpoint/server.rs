//! The listener, a thread a connection, and the record of what was asked and answered.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::deed::{Deed, answer_body, judgement};

/// A question that came, and what became of it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What was asked: its first two messages, whatever was added to them.
    pub question: String,
    /// The whole head of the request.
    pub head: String,
    /// The whole body.
    pub body: Value,
    /// Whether it was judged and the judgement was sent to its last byte.
    pub judged: bool,
    /// Bytes of it, read and written, divided by four, where it was sent whole.
    pub tokens: u64,
}

type Behaviour = dyn Fn(usize, &Value) -> Deed + Send + Sync;

struct Shared {
    behaviour: Mutex<Arc<Behaviour>>,
    asked: Mutex<Vec<Asked>>,
    stopping: AtomicBool,
    connections: Mutex<BTreeMap<u64, TcpStream>>,
    last_connection: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server that judges. It is gone when this value is.
pub struct TestEndpoint {
    shared: Arc<Shared>,
    address: String,
}

impl Drop for TestEndpoint {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect(self.address.trim_start_matches("http://")));
        for connection in locked(&self.shared.connections).values() {
            drop(connection.shutdown(Shutdown::Both));
        }
    }
}

impl TestEndpoint {
    /// Starts one that does with the question of each number, from 0, what `behaviour` says.
    ///
    /// # Panics
    /// Where this machine gives no port.
    pub fn start(behaviour: impl Fn(usize, &Value) -> Deed + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(Arc::new(behaviour)),
            asked: Mutex::default(),
            stopping: AtomicBool::new(false),
            connections: Mutex::default(),
            last_connection: AtomicU64::new(0),
        });
        let of_listener = Arc::clone(&shared);
        thread::spawn(move || listen(&listener, &of_listener));
        Self { shared, address }
    }

    /// One that judges.
    pub fn judging() -> Self {
        Self::start(|_, _| Deed::Judge)
    }

    /// Its address up to `/v1`.
    pub fn address(&self) -> String {
        format!("{}/v1", self.address)
    }

    /// From now on it does something else.
    pub fn behave(&self, behaviour: impl Fn(usize, &Value) -> Deed + Send + Sync + 'static) {
        *locked(&self.shared.behaviour) = Arc::new(behaviour);
    }

    /// Everything that was asked so far, in its order.
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.shared.asked).clone()
    }

    /// How often each question was judged, and the judgement sent whole.
    pub fn judged(&self) -> BTreeMap<String, usize> {
        let mut judged = BTreeMap::new();
        for asked in self.asked().into_iter().filter(|asked| asked.judged) {
            *judged.entry(asked.question).or_default() += 1;
        }
        judged
    }
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            let number = shared.last_connection.fetch_add(1, Ordering::SeqCst);
            if let Ok(copy) = stream.try_clone() {
                locked(&shared.connections).insert(number, copy);
            }
            // A side that went away is no fault of the server's.
            drop(converse(stream, &shared));
            if let Some(stream) = locked(&shared.connections).remove(&number) {
                drop(stream.shutdown(Shutdown::Both));
            }
        });
    }
}

/// One connection, question by question.
fn converse(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some((head, bytes)) = read_request(&mut reader)? {
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let question = body["messages"].as_array().into_iter().flatten().take(2);
        let question = question.map(|message| message["content"].as_str().unwrap_or_default()).collect::<Vec<_>>();
        let asked = Asked { question: question.join("\n"), head, body: body.clone(), judged: false, tokens: 0 };
        let (number, behaviour) = {
            let mut log = locked(&shared.asked);
            log.push(asked);
            (log.len() - 1, Arc::clone(&locked(&shared.behaviour)))
        };
        let deed = behaviour(number, &body);
        let sent = do_deed(&deed, &body, &mut stream, &shared.stopping)?;
        let mut log = locked(&shared.asked);
        log[number].judged = sent.judged;
        log[number].tokens = if sent.whole { (bytes.len() as u64).div_ceil(4) } else { 0 };
        drop(log);
        if matches!(deed, Deed::JudgeOnce) {
            read_request(&mut reader)?;
            return Ok(());
        }
        if !sent.goes_on {
            return Ok(());
        }
    }
    Ok(())
}

/// The next request's head and body; `None` at the end of the connection.
fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut head)? == 0 {
            return Ok(None);
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<u64>().ok()).flatten()
    });
    let mut body = Vec::new();
    reader.take(length.unwrap_or(0)).read_to_end(&mut body)?;
    Ok(Some((head, body)))
}

/// What was sent.
struct Sent {
    /// An answer with a status of its own, to its last byte.
    whole: bool,
    /// That was a judgement.
    judged: bool,
    /// The connection may be used again.
    goes_on: bool,
}

fn do_deed(deed: &Deed, asked: &Value, stream: &mut TcpStream, stopping: &AtomicBool) -> io::Result<Sent> {
    let judged = || answer_body(asked, &judgement(asked), None);
    let sent = |whole, judged, goes_on| Ok(Sent { whole, judged, goes_on });
    match deed {
        Deed::Judge | Deed::JudgeOnce => write_whole(stream, 200, &[], &judged()).and_then(|()| sent(true, true, true)),
        Deed::JudgeAfter(pause) => {
            thread::sleep(*pause);
            write_whole(stream, 200, &[], &judged()).and_then(|()| sent(true, true, true))
        }
        Deed::JudgeAndClose => write_whole(stream, 200, &[], &judged()).and_then(|()| sent(true, true, false)),
        Deed::Say(said) => {
            write_whole(stream, 200, &[], &answer_body(asked, said, None)).and_then(|()| sent(true, false, true))
        }
        Deed::Usage(usage) => {
            let body = answer_body(asked, &judgement(asked), Some(usage.clone()));
            write_whole(stream, 200, &[], &body).and_then(|()| sent(true, true, true))
        }
        Deed::Reply { status, headers, body } => {
            write_whole(stream, *status, headers, body).and_then(|()| sent(*status == 200, false, true))
        }
        Deed::Padded(bytes) => {
            let body = [vec![b' '; *bytes], judged()].concat();
            write_whole(stream, 200, &[], &body).and_then(|()| sent(true, false, true))
        }
        Deed::CutAfter(bytes) => write_part(stream, &judged(), *bytes).and_then(|()| sent(false, false, false)),
        Deed::HoldAfter(bytes) => {
            write_part(stream, &judged(), *bytes)?;
            hold(stopping);
            sent(false, false, false)
        }
        Deed::Trickle(pause) => {
            let body = judged();
            stream.write_all(head(200, &[], body.len()).as_bytes())?;
            for byte in body {
                stream.write_all(&[byte])?;
                thread::sleep(*pause);
            }
            sent(true, true, true)
        }
        Deed::Close => sent(false, false, false),
        Deed::Silence => {
            hold(stopping);
            sent(false, false, false)
        }
    }
}

fn hold(stopping: &AtomicBool) {
    while !stopping.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(5));
    }
}

fn head(status: u16, headers: &[(String, String)], length: usize) -> String {
    let usual = [format!("HTTP/1.1 {status} Test"), format!("Content-Length: {length}")];
    let more = headers.iter().map(|(name, value)| format!("{name}: {value}"));
    usual.into_iter().chain(more).chain([String::new(), String::new()]).collect::<Vec<_>>().join("\r\n")
}

fn write_whole(stream: &mut TcpStream, status: u16, headers: &[(String, String)], body: &[u8]) -> io::Result<()> {
    stream.write_all(&[head(status, headers, body.len()).as_bytes(), body].concat())
}

fn write_part(stream: &mut TcpStream, body: &[u8], bytes: usize) -> io::Result<()> {
    stream.write_all(head(200, &[], body.len()).as_bytes())?;
    stream.write_all(&body[..bytes.min(body.len())])
}
