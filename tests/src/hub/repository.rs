//! Repositories as the Hub keeps them: commits with files, each file in git or in the store for large ones.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Files from this size on lie in the store, as those do whose names end like weights.
const LARGE: usize = 10 << 20;
/// Endings of files that lie in the store whatever their size.
const STORED: [&str; 7] = [".safetensors", ".bin", ".gguf", ".parquet", ".pt", ".zip", ".onnx"];

/// What a repository is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
}

impl Kind {
    pub(super) fn of_plural(plural: &str) -> Option<Self> {
        [Self::Model, Self::Dataset].into_iter().find(|kind| kind.plural() == plural)
    }

    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Dataset => "datasets",
        }
    }

    /// What stands before a repository's name in its page's address.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Model => "",
            Self::Dataset => "datasets/",
        }
    }
}

/// Who may have a repository's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// Everybody.
    #[default]
    Open,
    /// Whoever accepted its terms.
    Auto,
    /// Whom its owners let in.
    Manual,
}

/// A file with its digests.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) bytes: Arc<Vec<u8>>,
    /// SHA-256, where it lies in the store.
    pub(super) large: Option<String>,
    /// The id that git has for it, or for its pointer.
    pub(super) blob: String,
}

impl Stored {
    pub(super) fn new(bytes: Arc<Vec<u8>>, is_large: bool) -> Self {
        let large = is_large.then(|| sha256(&bytes));
        let blob = large.as_ref().map_or_else(|| blob_id(&bytes), |digest| blob_id(&pointer(digest, bytes.len())));
        Self { bytes, large, blob }
    }

    /// The text that git has instead of a large file.
    pub(super) fn pointer(&self) -> Vec<u8> {
        self.large.as_ref().map_or_else(|| self.bytes.to_vec(), |digest| pointer(digest, self.bytes.len()))
    }

    /// What the file is known by: the `ETag` that counts.
    pub(super) fn etag(&self) -> &str {
        self.large.as_deref().unwrap_or(&self.blob)
    }

    /// A stand-in for the digest that `Xet` has for it.
    pub(super) fn xet(&self) -> Option<String> {
        self.large.as_ref().map(|digest| sha256(digest.as_bytes()))
    }
}

/// A commit.
#[derive(Debug, Clone)]
pub(super) struct Commit {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) files: BTreeMap<String, Stored>,
}

/// A repository.
#[derive(Debug, Clone)]
pub struct Repository {
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) is_private: bool,
    pub(super) gate: Gate,
    pub(super) downloads: u64,
    pub(super) likes: u64,
    pub(super) changed: String,
    pub(super) more: Map<String, Value>,
    pub(super) commits: Vec<Commit>,
}

impl Repository {
    /// A model's repository, with nothing in it.
    pub fn model(id: &str) -> Self {
        Self::new(Kind::Model, id)
    }

    /// A dataset's repository, with nothing in it.
    pub fn dataset(id: &str) -> Self {
        Self::new(Kind::Dataset, id)
    }

    pub(super) fn new(kind: Kind, id: &str) -> Self {
        let mut new = Self {
            kind,
            id: id.to_owned(),
            is_private: false,
            gate: Gate::Open,
            downloads: 0,
            likes: 0,
            changed: "2026-01-02T03:04:05.000Z".to_owned(),
            more: Map::new(),
            commits: Vec::new(),
        };
        new.commit("initial commit", BTreeMap::new());
        new
    }

    /// A file; whether it lies in the store follows from its name and size, as on the Hub.
    #[must_use]
    pub fn file(self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let is_large = is_large(name, bytes.len());
        self.put(name, bytes, is_large)
    }

    /// A file in the store, whatever its name.
    #[must_use]
    pub fn large_file(self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.put(name, bytes.into(), true)
    }

    /// Every file of a folder, and of those in it.
    ///
    /// # Panics
    /// Where one cannot be read.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).expect("a folder that can be read");
        for path in entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            self = self.file(&name, std::fs::read(&path).expect("a file that can be read"));
        }
        self
    }

    /// Seen by its owner alone.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.is_private = true;
        self
    }

    /// Its files are given out after something was agreed to.
    #[must_use]
    pub fn gated(mut self, gate: Gate) -> Self {
        self.gate = gate;
        self
    }

    /// How often it was fetched, and how much it is liked.
    #[must_use]
    pub fn counts(mut self, downloads: u64, likes: u64) -> Self {
        (self.downloads, self.likes) = (downloads, likes);
        self
    }

    /// When it was changed last, as `2026-01-02T03:04:05.000Z`.
    #[must_use]
    pub fn changed(mut self, when: &str) -> Self {
        when.clone_into(&mut self.changed);
        self
    }

    /// A field of what the API says of it, such as `tags`, `pipeline_tag`, `safetensors`, or `gguf`.
    #[must_use]
    pub fn says(mut self, key: &str, value: Value) -> Self {
        self.more.insert(key.to_owned(), value);
        self
    }

    /// What `main` stands for.
    pub fn head(&self) -> &str {
        &self.newest().id
    }

    /// The names of the newest files, with what is in them.
    pub fn files(&self) -> Vec<(String, Arc<Vec<u8>>)> {
        self.newest().files.iter().map(|(name, file)| (name.clone(), Arc::clone(&file.bytes))).collect()
    }

    /// The title of the newest commit.
    pub fn title(&self) -> &str {
        &self.newest().title
    }

    /// Whether only its owner sees it.
    pub fn is_private(&self) -> bool {
        self.is_private
    }

    /// What it is of.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// `owner/name`.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn newest(&self) -> &Commit {
        self.commits.last().expect("there is always a commit")
    }

    pub(super) fn at(&self, revision: &str) -> Option<&Commit> {
        match revision {
            "main" | "HEAD" | "refs/heads/main" => Some(self.newest()),
            _ => self.commits.iter().find(|commit| commit.id == revision),
        }
    }

    pub(super) fn owner(&self) -> &str {
        self.id.split_once('/').map_or("", |(owner, _)| owner)
    }

    pub(super) fn commit(&mut self, title: &str, files: BTreeMap<String, Stored>) -> String {
        let parent = self.commits.last().map_or("", |commit| commit.id.as_str());
        let mut text = format!("{parent} {} {title} {}", self.id, self.commits.len());
        for (name, file) in &files {
            text.extend([name, file.blob.as_str()]);
        }
        let id = hex(&Sha1::digest(text.as_bytes()));
        self.commits.push(Commit { id: id.clone(), title: title.to_owned(), files });
        id
    }

    fn put(mut self, name: &str, bytes: Vec<u8>, is_large: bool) -> Self {
        let mut files = self.newest().files.clone();
        files.insert(name.to_owned(), Stored::new(Arc::new(bytes), is_large));
        // What a test puts into it is its first commit.
        self.commits.clear();
        self.commit("initial commit", files);
        self
    }

    /// What `config.json` and the tokenizer say of it, as far as the API repeats it.
    pub(super) fn config(&self) -> Value {
        let json = |name: &str| -> Option<Value> { serde_json::from_slice(&self.newest().files.get(name)?.bytes).ok() };
        let mut config = Map::new();
        for key in ["architectures", "auto_map", "model_type", "quantization_config"] {
            let value = json("config.json").and_then(|value| value.get(key).cloned());
            config.extend(value.map(|value| (key.to_owned(), value)));
        }
        let template = json("tokenizer_config.json").and_then(|value| value.get("chat_template").cloned());
        config.extend(template.map(|text| ("tokenizer_config".to_owned(), json!({"chat_template": text}))));
        Value::Object(config)
    }

    /// The card's head: keys with a text, a truth value or a list of texts.
    pub(super) fn card(&self) -> Map<String, Value> {
        let readme = self.newest().files.get("README.md").map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        let head =
            readme.as_deref().and_then(|text| text.strip_prefix("---\n")?.split_once("\n---").map(|parts| parts.0));
        let mut card = Map::new();
        let mut list: Option<String> = None;
        for line in head.unwrap_or_default().lines() {
            if let (Some(item), Some(key)) = (line.trim_start().strip_prefix("- "), &list) {
                if let Some(items) = card[key].as_array_mut() {
                    items.push(scalar(item));
                }
            } else if let Some((key, value)) = line.split_once(':').filter(|_| !line.starts_with([' ', '#'])) {
                let is_list = value.trim().is_empty();
                list = is_list.then(|| key.to_owned());
                card.insert(key.to_owned(), if is_list { json!([]) } else { scalar(value) });
            }
        }
        card
    }
}

fn scalar(text: &str) -> Value {
    let text = text.trim();
    if let Some(items) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        return items.split(',').map(scalar).collect();
    }
    match text.trim_matches(['"', '\'']) {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => Value::String(text.to_owned()),
    }
}

pub(super) fn is_large(name: &str, bytes: usize) -> bool {
    bytes >= LARGE || (bytes > 0 && STORED.iter().any(|ending| name.ends_with(ending)))
}

fn pointer(digest: &str, size: usize) -> Vec<u8> {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n").into_bytes()
}

/// The id that git gives to a file of these bytes.
pub fn blob_id(bytes: &[u8]) -> String {
    let mut digest = Sha1::new();
    digest.update(format!("blob {}\0", bytes.len()));
    digest.update(bytes);
    hex(&digest.finalize())
}

/// SHA-256, as the Hub writes it.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text does not fail.
        write!(text, "{byte:02x}").expect("a text takes everything");
        text
    })
}
