//! What is known of the model that was trained from: its name, its licence, its languages.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::ExportError;
use crate::job::ExportSpec;
use crate::model::{FrontMatter, base_name, copy_terms, files_of_terms};

/// The record that lies beside a model which this program trained.
const RUN: &str = "run.json";

/// The model that was trained from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Base {
    pub(super) name: String,
    /// The commit, where it is one of the Hub.
    pub(super) revision: Option<String>,
    /// Ids of its licence, as its card has them: its name, where the Hub has no id for it.
    pub(super) licences: Vec<String>,
    /// Whether the Hub has no id for it.
    pub(super) is_other: bool,
    /// Where its text stands.
    pub(super) licence_link: Option<String>,
    pub(super) languages: Vec<String>,
    /// Files that say what may be done with it.
    pub(super) files: Vec<PathBuf>,
}

impl Base {
    /// Of the model that is written. Where it was trained as a whole by this program, its base is the one that it names.
    pub(super) fn of(spec: &ExportSpec) -> Result<Self, ExportError> {
        let folder = &spec.model;
        let front = FrontMatter::open(folder)?;
        let (mut name, mut revision) = base_name::public(folder);
        let is_trained = spec.adapter.is_none() && folder.join(RUN).is_file();
        if let (true, [named]) = (is_trained, front.words("base_model").as_slice()) {
            (name, revision) = base_name::public(Path::new(named));
            if base_name::is_repository(named) {
                name.clone_from(named);
            }
        }
        let licences = front.words("license");
        let is_other = licences == ["other"];
        let named = front.words("license_name");
        Ok(Self {
            name,
            revision,
            licences: if is_other && !named.is_empty() { named } else { licences },
            is_other,
            licence_link: front.words("license_link").into_iter().next(),
            languages: front.words("language"),
            files: files_of_terms(folder)?,
        })
    }

    /// Lines of the Hub's front matter. A licence that the Hub has no word for is `other` with a name of its own, and a name
    /// that is no repository's is left out: the Hub takes neither otherwise.
    pub(super) fn front(&self, relation: &str) -> Vec<String> {
        let mut lines = Vec::new();
        if base_name::is_repository(&self.name) {
            lines.push(format!("base_model: {}", json!(self.name)));
            lines.push(format!("base_model_relation: {relation}"));
        }
        match self.licences.as_slice() {
            [] => {}
            names if self.is_other => {
                lines.push("license: other".to_owned());
                lines.extend((names != ["other"]).then(|| format!("license_name: {}", json!(names.join(" ")))));
                let file = || Some(self.files.first()?.file_name()?.to_string_lossy().into_owned());
                let link = self.licence_link.clone().or_else(file);
                lines.extend(link.map(|link| format!("license_link: {}", json!(link))));
            }
            [one] => lines.push(format!("license: {}", json!(one))),
            several => lines.push(format!("license: {}", json!(several))),
        }
        if !self.languages.is_empty() {
            lines.push(format!("language: {}", json!(self.languages)));
        }
        lines
    }

    /// Copies its licence's files into `out`, and says their names.
    pub(super) fn copy_terms(&self, out: &Path) -> Result<Vec<String>, ExportError> {
        Ok(copy_terms(&self.files, out)?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::files;

    fn spec(model: &Path, adapter: Option<&Path>) -> ExportSpec {
        ExportSpec::new(model, adapter, "merged", "out")
    }

    #[test]
    fn a_model_that_was_trained_as_a_whole_names_its_base_and_one_below_an_adapter_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = folder.path().join("run-7");
        fs::create_dir(&model).expect("a folder");
        let card = "---\nbase_model: \"owner/name\"\nlicense: mit\n---\n";
        fs::write(model.join("README.md"), card).expect("written");
        let of = |adapter| Base::of(&spec(&model, adapter)).expect("a base").name;
        assert_eq!(of(None), "run-7", "anybody may have written that card");
        fs::write(model.join(RUN), "{}").expect("written");
        assert_eq!(of(None), "owner/name");
        assert_eq!(of(Some(Path::new("adapter"))), "run-7", "the adapter was trained on it");
        let front = Base::of(&spec(&model, None)).expect("a base").front("finetune");
        assert_eq!(front, ["base_model: \"owner/name\"", "base_model_relation: finetune", "license: \"mit\""]);
    }

    #[test]
    fn the_licence_of_a_folder_is_found_and_its_files_go_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let model = folder.path().join("mine");
        fs::create_dir(&model).expect("a folder");
        for (name, text) in [
            ("README.md", "---\nlicense: other\nlicense_name: llama3.2\n---\n"),
            ("LICENSE.txt", "terms"),
            ("NOTICE", "notice"),
            ("config.json", "{}"),
        ] {
            fs::write(model.join(name), text).expect("written");
        }
        let base = Base::of(&spec(&model, None)).expect("a base");
        assert_eq!((base.name.as_str(), base.licences.as_slice()), ("mine", ["llama3.2".to_owned()].as_slice()));
        // The Hub knows neither such a licence nor such a base.
        let front = ["license: other", "license_name: \"llama3.2\"", "license_link: \"LICENSE.txt\""];
        assert_eq!(base.front("adapter"), front);
        let out = folder.path().join("out");
        fs::create_dir(&out).expect("a folder");
        assert_eq!(base.copy_terms(&out).expect("copied"), ["LICENSE.txt", "NOTICE"]);
        assert_eq!(files::read_text(&out.join("LICENSE.txt")).expect("text"), "terms");
    }
}
