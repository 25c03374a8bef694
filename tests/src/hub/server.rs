//! Three listeners, a thread a connection, and what a test may do with them.

use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::json;

use super::access::refusal;
use super::faults::{Rule, Served};
use super::record::{Entry, Recorded, Server};
use super::repository::{Kind, Repository};
use super::state::{Account, State};
use super::wire::{Reply, Request};

/// Entries of a page unless a test says otherwise, as on the Hub.
const PAGE: usize = 1000;

struct Shared {
    state: Mutex<State>,
    stopping: AtomicBool,
    connections: Mutex<BTreeMap<u64, TcpStream>>,
    last_connection: AtomicU64,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A Hub on this machine's loopback. It is gone when this value is.
pub struct TestHub {
    shared: Arc<Shared>,
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        for address in self.shared.state().addresses.clone() {
            // Wakes the listener, which then ends.
            drop(TcpStream::connect(address.trim_start_matches("http://")));
        }
        for connection in self.shared.connections().values() {
            drop(connection.shutdown(Shutdown::Both));
        }
    }
}

impl TestHub {
    /// Starts one.
    ///
    /// # Panics
    /// Where this machine gives no ports.
    pub fn start() -> Self {
        let listeners = Server::ALL.map(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"));
        let address = |listener: &TcpListener| format!("http://{}", listener.local_addr().expect("it is bound"));
        let addresses = listeners.iter().map(address).collect();
        let state = State { addresses, page: PAGE, ..State::default() };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            stopping: AtomicBool::new(false),
            connections: Mutex::default(),
            last_connection: AtomicU64::new(0),
        });
        for (listener, server) in listeners.into_iter().zip(Server::ALL) {
            let shared = Arc::clone(&shared);
            thread::spawn(move || listen(&listener, server, &shared));
        }
        Self { shared }
    }

    /// A server's address: `http://127.0.0.1:` and its port.
    pub fn address(&self, server: Server) -> String {
        self.shared.state().addresses[server as usize].clone()
    }

    /// The Hub's address, for `HF_ENDPOINT`.
    pub fn endpoint(&self) -> String {
        self.address(Server::Hub)
    }

    /// Puts a repository there, in place of one with its name.
    pub fn put(&self, repository: Repository) {
        let mut state = self.shared.state();
        state.repositories.retain(|known| known.kind != repository.kind || known.id != repository.id);
        state.repositories.push(repository);
    }

    /// A repository as it is now.
    pub fn repository(&self, kind: Kind, id: &str) -> Option<Repository> {
        self.shared.state().find(kind, id).cloned()
    }

    /// Gives somebody a token that may read and write.
    pub fn account(&self, token: &str, name: &str) {
        self.put_account(token, name, true);
    }

    /// Gives somebody a token that may read.
    pub fn reader(&self, token: &str, name: &str) {
        self.put_account(token, name, false);
    }

    fn put_account(&self, token: &str, name: &str, may_write: bool) {
        let (token, name) = (token.to_owned(), name.to_owned());
        self.shared.state().accounts.push(Account { token, name, accepted: Vec::new(), may_write });
    }

    /// Lets somebody into a gated repository.
    pub fn let_in(&self, name: &str, repository: &str) {
        let mut state = self.shared.state();
        for account in state.accounts.iter_mut().filter(|account| account.name == name) {
            account.accepted.push(repository.to_owned());
        }
    }

    /// Has something done wrong; rules that were given earlier come first. Tells how often it was done.
    pub fn misbehave(&self, rule: Rule) -> Served {
        let served = rule.served();
        self.shared.state().rules.push(rule);
        served
    }

    /// From now on everything is done right.
    pub fn behave(&self) {
        self.shared.state().rules.clear();
    }

    /// Entries on a page of a listing at most.
    pub fn page(&self, entries: usize) {
        self.shared.state().page = entries.max(1);
    }

    /// Everything that was asked so far, in its order.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.state().entries.iter().map(|entry| entry.snapshot()).collect()
    }

    /// Forgets what was asked so far.
    pub fn forget_requests(&self) {
        self.shared.state().entries.clear();
    }

    /// Bytes of bodies that were sent for requests whose target holds a text.
    pub fn sent(&self, target: &str) -> u64 {
        self.requests().iter().filter(|request| request.target.contains(target)).map(|request| request.sent).sum()
    }
}

fn listen(listener: &TcpListener, server: Server, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            let number = shared.last_connection.fetch_add(1, Ordering::SeqCst);
            if let Ok(copy) = stream.try_clone() {
                shared.connections().insert(number, copy);
            }
            // A side that went away is no fault of the Hub's.
            drop(converse(stream, server, &shared));
            if let Some(stream) = shared.connections().remove(&number) {
                drop(stream.shutdown(Shutdown::Both));
            }
        });
    }
}

/// One connection, request by request.
fn converse(mut stream: TcpStream, server: Server, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = Request::read(&mut reader)? {
        let entry = Arc::new(Entry::new(server, &request));
        let reply = {
            let mut state = shared.state();
            state.entries.push(Arc::clone(&entry));
            if request.method.is_empty() {
                return Ok(());
            }
            let mut reply = state.answer(server, &request).unwrap_or_else(|refusal| refusal);
            let faults = state.rules.iter().find_map(|rule| rule.apply(server, &request, &mut reply));
            entry.answered(reply.status, faults.unwrap_or_default());
            reply
        };
        if !reply.write(&mut stream, &request, &entry, &shared.stopping)? {
            return Ok(());
        }
    }
    Ok(())
}

impl State {
    fn answer(&mut self, server: Server, request: &Request) -> Result<Reply, Reply> {
        let reads = matches!(request.method.as_str(), "GET" | "HEAD");
        match (server, request.method.as_str()) {
            (Server::Store, "PUT") => return self.put(request),
            (Server::Store, _) => return self.store_gives(request),
            (Server::Stranger, _) => return self.stranger_gives(request),
            (Server::Hub, _) => {}
        }
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        match path[..] {
            ["api", "whoami-v2"] => self.who_am_i(request),
            ["api", "repos", "create"] => self.create(request),
            ["api", "validate-yaml"] => Ok(Reply::json(200, &json!({"errors": [], "warnings": []}))),
            ["api", "resolve-cache", plural, ..] if reads => {
                let (kind, id, rest) = self.place(plural, &request.path[3..])?;
                self.cached(kind, &id, rest, request)
            }
            ["api", plural] if reads && Kind::of_plural(plural).is_some() => {
                self.list(Kind::of_plural(plural).unwrap_or(Kind::Model), request)
            }
            ["api", plural, _, ..] => {
                let (kind, id, rest) = self.place(plural, &request.path[2..])?;
                self.about_repository(kind, &id, rest, request)
            }
            ["datasets", ..] => self.files_of(Kind::Dataset, &request.path[1..], request),
            _ => self.files_of(Kind::Model, &request.path, request),
        }
    }

    fn about_repository(&mut self, kind: Kind, id: &str, rest: &[String], request: &Request) -> Result<Reply, Reply> {
        let words: Vec<&str> = rest.iter().map(String::as_str).collect();
        match (request.method.as_str(), &words[..]) {
            ("GET", []) => self.about(kind, id, "main", request),
            ("GET", ["revision", revision]) => self.about(kind, id, revision, request),
            ("GET", ["tree", ..]) => self.tree(kind, id, &rest[1..], request),
            ("GET", ["refs"]) => self.refs(kind, id, request),
            ("GET", ["auth-check"]) => self.open(kind, id, request).map(|_| Reply::json(200, &json!({}))),
            ("POST", ["paths-info", ..]) => self.paths_info(kind, id, &rest[1..], request),
            ("POST", ["preupload", _]) => self.announced(kind, id, request),
            ("POST", ["commit", _]) => self.committed(kind, id, request),
            _ => Err(refusal(404, "", "Sorry, we can't find the page you are looking for.")),
        }
    }

    /// Addresses that begin with a repository's name.
    fn files_of(&self, kind: Kind, path: &[String], request: &Request) -> Result<Reply, Reply> {
        if let [owner, name, "info", "lfs", "objects", "batch"] =
            &path.iter().map(String::as_str).collect::<Vec<_>>()[..]
        {
            return self.batch(kind, &format!("{owner}/{}", name.trim_end_matches(".git")), request);
        }
        let (id, rest) = split(path);
        match rest.split_first().map(|(word, rest)| (word.as_str(), rest)) {
            Some(("resolve", rest)) => self.resolve(kind, &id, rest, request),
            Some(("raw", rest)) => self.raw(kind, &id, rest, request),
            _ => Ok(Reply::bytes(200, "text/html; charset=utf-8", format!("<title>{id}</title>").into_bytes())),
        }
    }

    fn place<'a>(&self, plural: &str, path: &'a [String]) -> Result<(Kind, String, &'a [String]), Reply> {
        let kind = Kind::of_plural(plural).ok_or_else(|| refusal(404, "", "Not found"))?;
        // Old models have a name without an owner.
        let is_alone = path.first().is_some_and(|name| self.find(kind, name).is_some());
        let (id, rest) = if is_alone { (path[0].clone(), &path[1..]) } else { split(path) };
        Ok((kind, id, rest))
    }
}

/// A repository's name at the beginning of a path, and what follows.
fn split(path: &[String]) -> (String, &[String]) {
    let is_word = |part: &String| part == "resolve" || part == "raw";
    let parts = if path.get(1).is_none_or(is_word) { 1 } else { 2 };
    let parts = parts.min(path.len());
    (path[..parts].join("/"), &path[parts..])
}
