use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::gguf::tests::gguf;
use super::*;
use crate::domain::ToUserMessage;
use crate::job::{CancelToken, Cancelled};
use crate::project::store::{ProjectSettings, Store};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER_COMMIT: &str = "76543210fedcba9876543210fedcba9876543210";

/// Files by their names, with what is in them.
type Files<'a> = [(&'a str, &'a str)];

/// A machine of its own: a cache, and the home of a person.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir_all(machine.cache()).expect("a folder");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("written");
        path
    }

    /// A file of a repository as `huggingface_hub` leaves it: a blob, and a link to it; where there are no links, a copy.
    fn fetch(&self, repository: &str, commit: &str, name: &str, content: &[u8]) {
        let folder = format!("cache/models--{}", repository.replace('/', "--"));
        self.write(&format!("{folder}/refs/main"), commit);
        let snapshot = format!("{folder}/snapshots/{commit}/{name}");
        if cfg!(unix) {
            let blob = self.write(&format!("{folder}/blobs/{}-{}", name.replace('/', "-"), content.len()), content);
            let link = self.path(&snapshot);
            fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
            link_to(&blob, &link);
        } else {
            self.write(&snapshot, content);
        }
    }

    /// A model that can be trained.
    fn fetch_model(&self, repository: &str) {
        let config = include_str!("../../../../assets/starter/config.json");
        for (name, content) in [("config.json", config), ("model.safetensors", "weights"), ("tokenizer.json", "{}")] {
            self.fetch(repository, COMMIT, name, content.as_bytes());
        }
    }

    fn act(&self, action: &ModelsAction, projects: &[PathBuf]) -> Result<Value, HubError> {
        let cancel = CancelToken::default();
        let context = JobContext::new(&|_| {}, &cancel);
        let variable = |name: &str| (name == "HOME").then(|| self.path("home"));
        let cache = self.cache();
        let wishes = wishes(projects, false, &context).expect("none is refused");
        let shelf = Shelf { cache: &cache, variable: &variable, wishes, context: &context };
        match action {
            ModelsAction::List => shelf.list(),
            ModelsAction::Delete { names, force } => shelf.delete(names, *force),
        }
    }

    fn list(&self, projects: &[PathBuf]) -> Vec<LocalModel> {
        let summary = self.act(&ModelsAction::List, projects).expect("a list");
        serde_json::from_value(summary["models"].clone()).expect("models")
    }

    fn model(&self, name: &str) -> LocalModel {
        let found = self.list(&[]).into_iter().find(|model| model.name == name);
        found.unwrap_or_else(|| panic!("{name} is listed"))
    }

    fn delete(&self, name: &str, force: bool, projects: &[PathBuf]) -> Result<Value, HubError> {
        self.act(&ModelsAction::Delete { names: vec![name.to_owned()], force }, projects)
    }

    fn project(&self, name: &str, model: &str, coach: Option<&str>) -> PathBuf {
        let folder = self.path(name);
        let settings =
            ProjectSettings { model: model.to_owned(), coach: coach.map(str::to_owned), ..ProjectSettings::default() };
        drop(Store::create(&folder, &settings).expect("a project"));
        folder
    }
}

#[cfg(unix)]
fn link_to(target: &Path, link: &Path) {
    std::os::unix::fs::symlink(target, link).expect("a link");
}

#[cfg(not(unix))]
fn link_to(_target: &Path, _link: &Path) {}

/// Every path below a folder, folders and links too.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if fs::symlink_metadata(&path).expect("it is there").is_dir() {
            paths.extend(everything(&path));
        }
        paths.push(path);
    }
    paths.sort();
    paths
}

#[test]
fn what_a_cached_repository_is_good_for_is_said() {
    let machine = Machine::new();
    machine.fetch_model("owner/whole");
    let real = include_str!("../../../../assets/starter/config.json");
    let pickle = [("config.json", real), ("pytorch_model.bin", "x")];
    let half = [("config.json", "{\"model_type\": \"llama\"}"), ("model.safetensors", "x")];
    let no_config = [("pytorch_model.bin", "x")];
    let family = [("config.json", "{\"model_type\": \"mamba\"}"), ("model.safetensors", "x")];
    let damaged = [("config.json", "{\"model_type\": \"lla"), ("model.safetensors", "x")];
    let nameless = [("config.json", "[1, 2]")];
    let code = [("config.json", r#"{"model_type": "llama", "auto_map": {"AutoModelForCausalLM": "evil.Evil"}}"#)];
    let adapter = [("adapter_config.json", "{}"), ("adapter_model.safetensors", "x")];
    let no_weights = [("README.md", "# A card")];
    let shard = r#"{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "../../etc/passwd"}}"#;
    let sharded =
        [("config.json", real), ("model.safetensors.index.json", shard), ("model-00001-of-00002.safetensors", "x")];
    let no_tokenizer = [("config.json", real), ("model.safetensors", "x")];
    let cases: [(&str, &Files<'_>, &str); 11] = [
        ("owner/pickle", &no_config, "pickle only"),
        ("owner/family", &family, "a family that is not computed here: mamba"),
        ("owner/damaged", &damaged, "config.json is damaged"),
        ("owner/nameless", &nameless, "config.json is damaged"),
        ("owner/code", &code, "program code of its own"),
        ("owner/adapter", &adapter, "an adapter"),
        ("owner/card", &no_weights, "not whole: config.json is missing"),
        ("owner/sharded", &sharded, "not whole: ../../etc/passwd is missing"),
        ("owner/mute", &no_tokenizer, "not whole: tokenizer.json is missing"),
        ("owner/older", &pickle, "pickle only"),
        ("owner/half", &half, "in a form that is not computed here"),
    ];
    for (name, files, _) in cases {
        for (file, content) in files {
            machine.fetch(name, COMMIT, file, content.as_bytes());
        }
    }
    for (name, _, said) in cases {
        let model = machine.model(name);
        assert_eq!((model.role, model.place), (None, ModelPlace::HubCache), "{name}");
        assert!(model.said.contains(said), "{name}: {}", model.said);
        assert!(model.can_delete && model.bytes > 0, "{name}");
    }
    let whole = machine.model("owner/whole");
    assert_eq!((whole.role, whole.commit.as_deref()), (Some(ModelRole::Train), Some(COMMIT)));
    assert!(whole.path.ends_with(format!("snapshots/{COMMIT}")) && whole.unfinished_bytes == 0);
    // What is listed as fit to be trained is what the program opens.
    crate::model::DecoderConfig::open(&whole.path).expect("a configuration");
}

#[test]
fn unfinished_files_are_counted_and_a_whole_snapshot_is_preferred() {
    let machine = Machine::new();
    machine.fetch_model("owner/model");
    let whole = machine.model("owner/model").bytes;
    machine.write("cache/models--owner--model/blobs/abc.incomplete", [0; 1000]);
    // `main` has moved on to a commit of which nothing but a card is here.
    machine.fetch("owner/model", OTHER_COMMIT, "README.md", b"# New");
    let model = machine.model("owner/model");
    assert_eq!((model.role, model.commit.as_deref()), (Some(ModelRole::Train), Some(COMMIT)));
    assert_eq!(model.unfinished_bytes, 1000);
    assert_eq!(model.bytes, whole + 1000 + 5);
    machine.write("cache/models--owner--begun/blobs/abc.incomplete", [0; 10]);
    let begun = machine.model("owner/begun");
    assert_eq!((begun.role, begun.bytes, begun.unfinished_bytes), (None, 10, 10));
    assert_eq!(begun.said, "not whole: its download can go on");
}

#[cfg(unix)]
#[test]
fn links_to_nowhere_and_round_in_a_circle_are_not_followed() {
    let machine = Machine::new();
    machine.fetch_model("owner/model");
    let folder = machine.cache().join("models--owner--model");
    let snapshot = folder.join("snapshots").join(COMMIT);
    link_to(&snapshot, &snapshot.join("circle"));
    link_to(Path::new("/dev/zero"), &snapshot.join("endless"));
    link_to(&machine.path("nowhere"), &snapshot.join("nowhere"));
    let model = machine.model("owner/model");
    assert_eq!(model.role, None);
    assert!(model.said.starts_with("not whole: "), "{}", model.said);
    // A file of pipes and devices beside the blobs, a folder where a file should be, a reference without end.
    fs::remove_file(snapshot.join("circle")).expect("removed");
    fs::remove_file(snapshot.join("endless")).expect("removed");
    fs::remove_file(snapshot.join("nowhere")).expect("removed");
    fs::remove_file(folder.join("refs/main")).expect("removed");
    link_to(Path::new("/dev/zero"), &folder.join("refs/main"));
    fs::create_dir(folder.join("snapshots/not-a-commit")).expect("a folder");
    assert_eq!(machine.model("owner/model").role, Some(ModelRole::Train));
}

#[test]
fn what_has_no_name_of_a_repository_is_left_alone() {
    let machine = Machine::new();
    for name in
        ["models--", "models--..--x", "models--a--nul", "datasets--a--b", "models--a--b--c", ".deleting-models--a--b"]
    {
        machine.write(&format!("cache/{name}/snapshots/{COMMIT}/config.json"), "{}");
    }
    machine.write("cache/models--a--file", "no folder");
    machine.write("cache/version.txt", "1");
    let names: Vec<String> = machine.list(&[]).into_iter().map(|model| model.name).collect();
    assert_eq!(names, ["starter"]);
    let before = everything(&machine.cache());
    for name in ["", "..", "../..", "models--..--x", "a/nul", "/etc", "a/file", "starter", "C:\\x"] {
        let error = machine.delete(name, true, &[]).expect_err(name);
        assert!(matches!(error, HubError::NotOursToDelete { .. }), "{name}: {error}");
        assert!(error.hint().is_some(), "{error}");
    }
    assert_eq!(everything(&machine.cache()), before);
}

#[test]
fn a_deleted_model_is_gone_with_its_unfinished_files_and_locks_and_nothing_else_is() {
    let machine = Machine::new();
    machine.fetch_model("owner/model");
    machine.fetch_model("owner/other");
    machine.write("cache/models--owner--model/blobs/abc.incomplete", [0; 1000]);
    machine.write("cache/.locks/models--owner--model/abc.lock", "");
    machine.write("cache/.locks/models--owner--other/abc.lock", "");
    // What a deletion that was killed left, and what only looks like it.
    machine.write("cache/.deleting-6a0f3c1e-8f3e-4f0e-9d5e-0c7b6f1d2a3b/blobs/x", "x");
    machine.write("cache/.deleting-nothing/x", "x");
    let outside = machine.write("outside/precious", "x");
    link_to(outside.parent().expect("a folder"), &machine.cache().join("models--owner--model/blobs/way-out"));
    let bytes = machine.model("owner/model").bytes;
    let twice = vec!["owner/model".to_owned(), "owner/model".to_owned()];
    let summary = machine.act(&ModelsAction::Delete { names: twice, force: false }, &[]).expect("deleted");
    assert_eq!(summary, json!({ "deleted": ["owner/model"], "freed_bytes": bytes }));
    let names: Vec<String> = machine.list(&[]).into_iter().map(|model| model.name).collect();
    assert_eq!(names, ["starter", "owner/other"]);
    assert!(outside.is_file(), "no link out of the folder is followed");
    let left: Vec<_> =
        fs::read_dir(machine.cache()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left.iter().any(|name| name == OsStr::new(".deleting-nothing")));
    assert_eq!(everything(&machine.cache().join(".locks")).len(), 2);
    let again = machine.delete("owner/model", true, &[]).expect_err("it is gone");
    assert!(matches!(again, HubError::NotOursToDelete { owner: None, .. }), "{again}");
}

#[test]
fn a_model_that_a_project_works_with_is_deleted_only_with_force() {
    let machine = Machine::new();
    for name in ["owner/by-name", "owner/by-commit", "owner/by-path", "owner/as-coach", "owner/free"] {
        machine.fetch_model(name);
    }
    let path = machine.model("owner/by-path").path.display().to_string();
    let projects = [
        machine.project("one", "owner/by-name", None),
        machine.project("two", &format!("owner/by-commit@{COMMIT}"), None),
        machine.project("three", &path, None),
        machine.project("four", "starter", Some("owner/as-coach")),
        machine.path("no-project"),
    ];
    let database = projects[0].join("project.db");
    let before = fs::read(&database).expect("a database");
    for model in machine.list(&projects) {
        let expected: &[PathBuf] = match model.name.as_str() {
            "owner/by-name" => &projects[..1],
            "owner/by-commit" => &projects[1..2],
            "owner/by-path" => &projects[2..3],
            "owner/as-coach" | "starter" => &projects[3..4],
            _ => &[],
        };
        assert_eq!(model.used_by, expected, "{}", model.name);
        if model.name != "starter" {
            let refused = machine.delete(&model.name, false, &projects);
            assert_eq!(refused.is_err(), !expected.is_empty(), "{}", model.name);
        }
    }
    assert!(fs::read(&database).expect("a database") == before, "a project that is looked at stays as it is");
    let error = machine.delete("owner/by-name", false, &projects).expect_err("in use");
    assert!(error.to_string().contains("one works with"), "{error}");
    machine.delete("owner/by-name", true, &projects).expect("deleted");
    assert!(machine.list(&projects).iter().all(|model| model.name != "owner/by-name"));
}

#[test]
fn a_model_that_another_program_fetches_is_not_deleted() {
    let machine = Machine::new();
    machine.fetch_model("owner/model");
    let lock = machine.write("cache/.locks/models--owner--model/abc.lock", "");
    let before = everything(&machine.cache());
    let held = File::open(&lock).expect("a lock");
    held.lock().expect("held");
    let error = machine.delete("owner/model", true, &[]).expect_err("held");
    assert!(matches!(error, HubError::BeingFetched { .. }), "{error}");
    assert_eq!(everything(&machine.cache()), before);
    held.unlock().expect("let go");
    machine.delete("owner/model", true, &[]).expect("deleted");
}

#[cfg(unix)]
#[test]
fn a_model_that_lies_elsewhere_behind_a_link_is_listed_and_not_deleted() {
    let machine = Machine::new();
    machine.fetch_model("owner/model");
    let (folder, elsewhere) = (machine.cache().join("models--owner--model"), machine.path("elsewhere"));
    fs::rename(&folder, &elsewhere).expect("moved");
    link_to(&elsewhere, &folder);
    let model = machine.model("owner/model");
    assert!(!model.can_delete);
    let before = everything(machine.folder.path());
    let error = machine.delete("owner/model", true, &[]).expect_err("a link");
    assert!(matches!(error, HubError::LinkedModel { .. }), "{error}");
    assert_eq!(everything(machine.folder.path()), before);
}

#[test]
fn models_of_other_programs_are_found_where_they_keep_them() {
    let machine = Machine::new();
    let other = machine.path("other-disk");
    machine.write("home/.lmstudio-home-pointer", format!("{}\n", machine.path("home/moved").display()));
    machine.write("home/moved/settings.json", json!({ "downloadsFolder": other }).to_string());
    machine.write("home/moved/models/owner/model/one.gguf", gguf("One", "llama"));
    machine.write("home/.cache/lm-studio/models/owner/model/Two.GGUF", gguf("Two", "qwen3"));
    machine.write("other-disk/owner/large/big-00001-of-00002.gguf", gguf("Big", "llama"));
    machine.write("other-disk/owner/large/big-00002-of-00002.gguf", [0; 500]);
    machine.write("other-disk/owner/large/mmproj-big.gguf", gguf("Eyes", "clip"));
    machine.write("other-disk/owner/bad/bad.gguf", "<html>not found</html>");
    let ollama = "home/.ollama/models";
    let digest = "ab".repeat(32);
    let manifest = |digest: &str, size: usize| {
        let layer = json!({ "mediaType": "application/vnd.ollama.image.model", "digest": digest, "size": size });
        json!({ "schemaVersion": 2, "layers": [{ "mediaType": "application/vnd.ollama.image.license" }, layer] })
            .to_string()
    };
    let weights = gguf("Llama 3.2", "llama");
    machine.write(&format!("{ollama}/blobs/sha256-{digest}"), &weights);
    let library = format!("{ollama}/manifests/registry.ollama.ai/library");
    machine.write(&format!("{library}/llama3.2/1b"), manifest(&format!("sha256:{digest}"), weights.len()));
    machine.write(&format!("{library}/short/latest"), manifest(&format!("sha256:{digest}"), 99));
    machine.write(&format!("{library}/evil/latest"), manifest("sha256:../../../../etc/passwd", 99));
    machine.write(&format!("{library}/evil/odd"), manifest("sha256:é", 99));
    machine.write(&format!("{library}/damaged/latest"), "{\"layers\": [");
    machine.write(&format!("{library}/empty/latest"), "null");
    machine.write(
        &format!("{ollama}/manifests/hf.co/owner/model/Q4"),
        manifest(&format!("sha256:{digest}"), weights.len()),
    );

    let models = machine.list(&[]);
    let of = |place: ModelPlace| {
        let of_place = models.iter().filter(move |model| model.place == place);
        of_place.map(|model| (model.said.as_str(), model.role)).collect::<Vec<_>>()
    };
    let coach = Some(ModelRole::Coach);
    assert_eq!(
        of(ModelPlace::LmStudio),
        [
            ("GGUF: One, llama, Q4_K_M", coach),
            ("damaged, or no GGUF file", None),
            ("GGUF: Big, llama, Q4_K_M", coach),
            ("GGUF: Two, qwen3, Q4_K_M", coach),
        ]
    );
    assert_eq!(
        of(ModelPlace::Ollama),
        [
            ("hf.co/owner/model:Q4; GGUF: Llama 3.2, llama, Q4_K_M", coach),
            ("llama3.2:1b; GGUF: Llama 3.2, llama, Q4_K_M", coach),
            ("short:latest; not whole", None),
        ]
    );
    let big = models.iter().find(|model| model.said.contains("Big")).expect("listed");
    assert_eq!(big.bytes, gguf("Big", "llama").len() as u64 + 500);
    for model in models.iter().filter(|model| model.place != ModelPlace::Starter) {
        let error = machine.delete(&model.name, true, &[]).expect_err("theirs");
        assert!(!model.can_delete && matches!(error, HubError::NotOursToDelete { owner: Some(_), .. }), "{error}");
        assert!(model.path.is_file());
    }
    let elsewhere = machine.path("elsewhere");
    let variable = |name: &str| (name == "OLLAMA_MODELS").then(|| elsewhere.clone());
    assert!(other_programs::ollama(&variable).is_empty());
}

#[test]
fn one_gguf_file_of_the_cache_is_named_itself() {
    let machine = Machine::new();
    machine.fetch("owner/one", COMMIT, "one.gguf", &gguf("One", "llama"));
    machine.fetch("owner/two", COMMIT, "a.gguf", &gguf("A", "llama"));
    machine.fetch("owner/two", COMMIT, "b.gguf", &gguf("B", "llama"));
    machine.fetch("owner/part", COMMIT, "c-00001-of-00002.gguf", &gguf("C", "llama"));
    let one = machine.model("owner/one");
    assert!(one.path.ends_with("one.gguf") && one.role == Some(ModelRole::Coach), "{one:?}");
    let two = machine.model("owner/two");
    assert!(two.path.ends_with(COMMIT) && two.said.starts_with("2 GGUF files"), "{two:?}");
    assert_eq!(machine.model("owner/part").role, None);
}

#[test]
fn many_files_are_looked_at_up_to_a_limit_and_a_stop_is_heard() {
    let machine = Machine::new();
    machine.fetch_model("owner/model");
    let deep = format!("cache/models--owner--model/blobs/{}", "a/".repeat(40));
    machine.write(&format!("{deep}x"), vec![0; 1 << 20]);
    let bytes = machine.model("owner/model").bytes;
    assert!(bytes < 1 << 20, "what lies too deep is left out: {bytes}");
    let cancel = CancelToken::default();
    cancel.cancel();
    let context = JobContext::new(&|_| {}, &cancel);
    let cache = machine.cache();
    let shelf = Shelf { cache: &cache, variable: &|_| None, wishes: Vec::new(), context: &context };
    assert!(matches!(shelf.list(), Err(HubError::Cancelled(Cancelled))));
}
