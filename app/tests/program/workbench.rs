//! A model and data that work, to be spoilt, and what every failure has to be like.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::training::pairs;
use crate::{entries, golden_model, shown, text, whetstone};

/// A folder with a model and data that work, to be spoilt.
pub struct Workbench {
    folder: TempDir,
}

impl Workbench {
    pub fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(bench.model()).expect("a folder");
        for path in entries(&golden_model("llama_tied")).into_iter().filter(|path| path.is_file()) {
            fs::copy(&path, bench.model().join(path.file_name().expect("a name"))).expect("a copy");
        }
        bench.write("pairs.jsonl", pairs(0..4));
        bench.write("prompts.jsonl", "{\"prompt\": \"Why?\"}\n");
        bench
    }

    /// Everything that lies beside each other here.
    pub fn entries(&self) -> Vec<PathBuf> {
        entries(self.folder.path())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn model(&self) -> PathBuf {
        self.path("model")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("it can be written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("it can be read")
    }

    /// Changes a JSON file.
    pub fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&self.read(name)).expect("JSON");
        change(&mut value);
        self.write(name, value.to_string());
    }

    /// Changes the header of the weights, whose length stays.
    pub fn edit_weights_header(&self, change: impl FnOnce(&str) -> String) {
        let mut bytes = self.read("model/model.safetensors");
        let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        let header = change(text(&bytes[8..8 + length]));
        assert!(header.len() <= length, "the header has grown");
        bytes[8..8 + length].copy_from_slice(format!("{header:<length$}").as_bytes());
        self.write("model/model.safetensors", bytes);
    }

    pub fn command(&self, name: &str) -> Vec<String> {
        let path = |name: &str| shown(&self.path(name)).to_owned();
        let given: &[(&str, &str)] = match name {
            "train" | "score" => &[("--data", "pairs.jsonl"), ("--out", "result")],
            _ => &[("--prompts", "prompts.jsonl"), ("--out", "result")],
        };
        let options = [("--model", "model")].into_iter().chain(given.iter().copied());
        let options = options.flat_map(|(option, file)| [option.to_owned(), path(file)]);
        [name.to_owned()].into_iter().chain(options).collect()
    }

    /// The command fails with status 1 and a message that has all of `parts`: what and where, then the cure. It
    /// leaves no result and nothing half-written.
    pub fn fails(&self, command: &str, more: &[&str], parts: &[&str]) -> String {
        let before = self.entries();
        let mut arguments = self.command(command);
        arguments.extend(more.iter().map(|&argument| argument.to_owned()));
        let output = whetstone(&arguments);
        let said = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(1), "{command} {parts:?}: {said}");
        let error = said.find("error: ").map(|start| &said[start..]);
        let lines: Vec<&str> = error.unwrap_or_else(|| panic!("no error told: {said}")).lines().collect();
        assert!(lines.len() >= 2 && lines[1].starts_with("  "), "no cure is told: {said}");
        for part in parts {
            assert!(said.contains(part), "{command}: `{part}` is not told: {said}");
        }
        for word in ["panicked", "fault", "RUST_BACKTRACE", "unwrap", "Error {", "Some("] {
            assert!(!said.contains(word), "{command}: this is no message for people: {said}");
        }
        assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
        assert_eq!(self.entries(), before, "{command} left something: {said}");
        said
    }
}
