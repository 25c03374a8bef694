//! The endpoints that this machine knows: where they are, what they cost, and whose texts may go there. They stand in one
//! file of the user's; a project or a job only names one.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::EndpointError;
use super::place::base_url;
use crate::files::{self, FileError};
use crate::network::host_of;

/// The file's name in the user's folder of settings.
const FILE: &str = "endpoints.toml";

/// Tokens of a judgement at most, where the endpoint says nothing else.
const ANSWER_TOKENS: u64 = 400;

/// A server that speaks as `OpenAI`'s does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// What it is called on this machine.
    pub name: String,
    /// Its address up to `/v1`.
    pub address: String,
    /// The model that is asked for.
    pub model: String,
    /// A million tokens read; 0 where it costs nothing.
    #[serde(default)]
    pub prompt_price: f64,
    /// A million tokens written.
    #[serde(default)]
    pub completion_price: f64,
    /// What the prices are in, such as `USD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub currency: String,
    /// Requests at once.
    #[serde(default = "four")]
    pub concurrency: usize,
    /// Tokens that it reads and writes at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u64>,
    /// Tokens of a judgement at most. A model that thinks aloud needs more.
    #[serde(default = "usual_answer", skip_serializing_if = "is_usual_answer")]
    pub answer_tokens: u64,
    /// Whether a person confirmed that it is asked without encryption.
    #[serde(default)]
    pub plain_http: bool,
    /// The projects, by id, whose people agreed that their texts go there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
}

fn four() -> usize {
    4
}

fn usual_answer() -> u64 {
    ANSWER_TOKENS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_usual_answer(tokens: &u64) -> bool {
    *tokens == ANSWER_TOKENS
}

impl Endpoint {
    /// The one of this name that the person who is signed in has.
    pub fn of_user(name: &str) -> Result<Self, EndpointError> {
        Endpoints::of_user()?.find(name).cloned()
    }

    /// One that costs nothing and is asked four things at once.
    pub fn new(name: &str, address: &str, model: &str) -> Self {
        Self {
            name: name.trim().to_owned(),
            address: address.trim().trim_end_matches('/').to_owned(),
            model: model.trim().to_owned(),
            prompt_price: 0.0,
            completion_price: 0.0,
            currency: String::new(),
            concurrency: four(),
            context_length: None,
            answer_tokens: ANSWER_TOKENS,
            plain_http: false,
            projects: Vec::new(),
        }
    }

    /// Whether everything in it can be. Where it may go is [`super::place`]'s to say.
    pub fn check(&self) -> Result<(), EndpointError> {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(is_letter) {
            return Err(EndpointError::Name { name: self.name.clone() });
        }
        self.url()?;
        let wrong = |what| EndpointError::Number { name: self.name.clone(), what };
        if ![self.prompt_price, self.completion_price].iter().all(|price| (0.0..1e9).contains(price)) {
            return Err(wrong("a price"));
        }
        if !(1..=64).contains(&self.concurrency) {
            return Err(wrong("a number of requests at once"));
        }
        if self.context_length.is_some_and(|tokens| tokens < 256) {
            return Err(wrong("a context length"));
        }
        if !(16..=1 << 20).contains(&self.answer_tokens) {
            return Err(wrong("a length of an answer"));
        }
        let is_text = |text: &str| text.len() <= 200 && !text.chars().any(char::is_control);
        if self.model.is_empty() || !is_text(&self.model) {
            return Err(wrong("a model's name"));
        }
        if is_text(&self.currency) { Ok(()) } else { Err(wrong("a currency")) }
    }

    /// Its address.
    pub fn url(&self) -> Result<Url, EndpointError> {
        base_url(&self.address)
    }

    /// Its host, with the port where that is not the usual one.
    pub fn host(&self) -> String {
        self.url().map_or_else(|_| self.address.clone(), |url| host_of(&url))
    }

    /// Scheme, host and port: what a key and an agreement are bound to.
    pub fn origin(&self) -> Result<String, EndpointError> {
        Ok(self.url()?.origin().ascii_serialization())
    }

    /// What so many tokens cost.
    pub fn money(&self, prompt_tokens: u64, completion_tokens: u64) -> f64 {
        (prompt_tokens as f64 * self.prompt_price + completion_tokens as f64 * self.completion_price) / 1e6
    }

    /// Whether a project's texts may go there.
    pub fn is_agreed(&self, project: &str) -> bool {
        self.projects.iter().any(|agreed| agreed == project)
    }
}

/// The endpoints of this machine's user.
#[derive(Debug, Clone)]
pub struct Endpoints {
    path: PathBuf,
    list: Vec<Endpoint>,
}

/// What the file holds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default)]
    endpoints: Vec<Endpoint>,
}

impl Endpoints {
    /// Where they are kept.
    pub fn path_of_user() -> Result<PathBuf, EndpointError> {
        let home = files::config_home().map_err(|reason| EndpointError::NoConfigFolder { reason })?;
        Ok(home.join(FILE))
    }

    /// Those of the person who is signed in.
    pub fn of_user() -> Result<Self, EndpointError> {
        Self::read(&Self::path_of_user()?)
    }

    /// Those in a file; none where there is no such file.
    pub fn read(path: &Path) -> Result<Self, EndpointError> {
        let none = Self { path: path.to_owned(), list: Vec::new() };
        let text = match files::read_text(path) {
            Ok(text) => text,
            Err(FileError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => return Ok(none),
            Err(error) => return Err(error.into()),
        };
        // The line itself is not told: somebody may have put a key there.
        let wrong = |error: toml::de::Error| {
            let line = files::line_of(&text, error.span().map_or(0, |span| span.start));
            EndpointError::Settings { path: path.to_owned(), line, problem: error.message().to_owned() }
        };
        let contents: Contents = toml::from_str(&text).map_err(wrong)?;
        contents.endpoints.iter().try_for_each(Endpoint::check)?;
        Ok(Self { list: contents.endpoints, ..none })
    }

    /// All of them, in the order in which they were added.
    pub fn list(&self) -> &[Endpoint] {
        &self.list
    }

    /// The one of this name.
    pub fn find(&self, name: &str) -> Result<&Endpoint, EndpointError> {
        let known = || self.list.iter().map(|endpoint| endpoint.name.clone()).collect();
        let found = self.list.iter().find(|endpoint| endpoint.name == name);
        found.ok_or_else(|| EndpointError::Unknown { name: name.to_owned(), known: known() })
    }

    /// Adds one, in place of one with its name. What was agreed and confirmed of that stays where the address is the same.
    pub fn put(&mut self, mut endpoint: Endpoint) -> Result<(), EndpointError> {
        endpoint.check()?;
        let origin = endpoint.origin()?;
        self.change(|list| {
            if let Some(known) = list.iter_mut().find(|known| known.name == endpoint.name) {
                if known.origin().is_ok_and(|known| known == origin) {
                    endpoint.projects.extend(std::mem::take(&mut known.projects));
                    endpoint.projects.dedup();
                    endpoint.plain_http |= known.plain_http;
                }
                *known = endpoint;
            } else {
                list.push(endpoint);
            }
        })
    }

    /// Takes one out of the list.
    pub fn remove(&mut self, name: &str) -> Result<(), EndpointError> {
        self.find(name)?;
        self.change(|list| list.retain(|endpoint| endpoint.name != name))
    }

    /// Remembers that a project's texts may go to an endpoint.
    pub fn agree(&mut self, name: &str, project: &str) -> Result<(), EndpointError> {
        if self.find(name)?.is_agreed(project) {
            return Ok(());
        }
        self.change(|list| {
            for endpoint in list.iter_mut().filter(|endpoint| endpoint.name == name) {
                endpoint.projects.push(project.to_owned());
            }
        })
    }

    /// Changes what the file holds now; another process's change is not lost.
    fn change(&mut self, change: impl FnOnce(&mut Vec<Endpoint>)) -> Result<(), EndpointError> {
        let failed = |source| FileError::Write { path: self.path.clone(), source };
        files::create_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        let lock = self.path.with_extension("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut now = Self::read(&self.path)?;
        change(&mut now.list);
        let text = toml::to_string(&Contents { endpoints: now.list.clone() });
        let text = text.map_err(|error| failed(std::io::Error::other(error)))?;
        files::write_privately(&self.path, |out| out.write_all(text.as_bytes()))?;
        self.list = now.list;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ToUserMessage;

    fn file(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("whetstone").join(FILE)
    }

    #[test]
    fn what_is_added_is_read_again_and_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(&folder);
        let mut endpoints = Endpoints::read(&path).expect("none yet");
        let mut paid = Endpoint::new("paid", "https://api.example.com/v1/", "large");
        (paid.prompt_price, paid.completion_price, paid.currency) = (0.5, 1.5, "EUR".to_owned());
        endpoints.put(Endpoint::new("ollama", "http://localhost:11434/v1", "qwen3")).expect("added");
        endpoints.put(paid.clone()).expect("added");
        endpoints.agree("paid", "project-1").expect("agreed");
        let again = Endpoints::read(&path).expect("read");
        assert_eq!(again.list(), endpoints.list());
        assert!(again.find("paid").expect("there").is_agreed("project-1"));
        assert!(!again.find("ollama").expect("there").is_agreed("project-1"));
        assert!((paid.money(2_000_000, 1_000_000) - 2.5).abs() < 1e-12);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("there").permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        endpoints.remove("paid").expect("removed");
        let error = endpoints.find("paid").expect_err("gone");
        assert!(error.hint().is_some_and(|hint| hint.contains("ollama")), "{error}");
    }

    #[test]
    fn another_address_needs_another_agreement() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut endpoints = Endpoints::read(&file(&folder)).expect("none yet");
        let at = |address: &str| Endpoint { plain_http: false, ..Endpoint::new("coach", address, "m") };
        endpoints.put(Endpoint { plain_http: true, ..at("http://192.168.1.2:8080/v1") }).expect("added");
        endpoints.agree("coach", "p").expect("agreed");
        endpoints.put(at("http://192.168.1.2:8080/other")).expect("the same machine");
        let same = endpoints.find("coach").expect("there").clone();
        assert!(same.is_agreed("p") && same.plain_http);
        endpoints.put(at("http://192.168.1.3:8080/v1")).expect("another machine");
        let other = endpoints.find("coach").expect("there").clone();
        assert!(!other.is_agreed("p") && !other.plain_http);
    }

    #[test]
    fn a_key_in_the_file_is_refused_and_not_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        let text =
            "[[endpoints]]\nname = \"x\"\naddress = \"https://x.example/v1\"\nmodel = \"m\"\nkey = \"sk-canary\"\n";
        std::fs::write(&path, text).expect("written");
        let error = Endpoints::read(&path).expect_err("refused");
        let told = format!("{error} {error:?}");
        assert!(told.contains("line 5") && !told.contains("canary"), "{told}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let fine = Endpoint::new("coach", "https://x.example/v1", "m");
        assert!(fine.check().is_ok());
        let wrong = [
            Endpoint { name: "a b".to_owned(), ..fine.clone() },
            Endpoint { name: String::new(), ..fine.clone() },
            Endpoint { prompt_price: -1.0, ..fine.clone() },
            Endpoint { completion_price: f64::NAN, ..fine.clone() },
            Endpoint { concurrency: 0, ..fine.clone() },
            Endpoint { context_length: Some(10), ..fine.clone() },
            Endpoint { model: String::new(), ..fine.clone() },
            Endpoint { model: "a\nb".to_owned(), ..fine.clone() },
            Endpoint { address: "ftp://x.example".to_owned(), ..fine },
        ];
        for endpoint in wrong {
            let error = endpoint.check().expect_err(&endpoint.name);
            assert!(error.hint().is_some_and(|hint| hint.len() > 12), "{error}");
        }
    }
}
