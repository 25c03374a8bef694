use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::*;
use crate::domain::ToUserMessage;
use crate::job::{CancelToken, HubAccess, JobEvent};

mod stub;

use stub::Stub;

/// What must be seen nowhere.
const CANARY: &str = "hf_canaryCanaryCANARY0123456789";

/// An exported adapter, with what lies beside one that was trained here.
fn adapter(base: &str, licence: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let card = format!("---\nbase_model: {}\n{licence}library_name: peft\n---\n# Adapter of {base}\n", json!(base));
    let config = json!({ "peft_type": "LORA", "base_model_name_or_path": base }).to_string();
    for (name, text) in [
        ("README.md", card.as_str()),
        ("adapter_config.json", &config),
        ("adapter_model.safetensors", "weights"),
        ("run.json", "{}"),
        ("metrics.jsonl", "{}"),
        ("holdout.jsonl", "{}"),
        ("samples.jsonl", "{}"),
        ("optimizer.safetensors", "moments"),
        ("pytorch_model.bin", "pickle"),
        (".hidden.safetensors", "x"),
        (".git/config", "x"),
        ("checkpoints/step-1/adapter_model.safetensors", "x"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("LICENSE")).expect("a link");
    folder
}

fn spec(folder: &Path, repository: &str) -> PushSpec {
    PushSpec {
        folder: folder.to_owned(),
        repository: repository.to_owned(),
        kind: PushKind::Model,
        public: false,
        preview: false,
        agreed: None,
        access: HubAccess::default(),
    }
}

/// What came of a push, and everything that was told.
fn act(stub: &Stub, spec: &PushSpec, cancel: &CancelToken) -> (Result<Map<String, Value>, HubError>, String) {
    let told = Mutex::new(String::new());
    let hear = |event: JobEvent| told.lock().expect("no panic").push_str(&serde_json::to_string(&event).expect("JSON"));
    let context = JobContext::new(&hear, cancel);
    let done = push_with(&stub.settings(), Some(Secret::new(CANARY)), spec, &context);
    let more = match &done {
        Ok(summary) => Value::Object(summary.clone()).to_string(),
        Err(error) => format!("{error}{error:?}{:?}", error.user_message()),
    };
    (done, format!("{}{more}", told.into_inner().expect("no panic")))
}

fn preview_of(summary: &Map<String, Value>) -> PushPreview {
    serde_json::from_value(summary["preview"].clone()).expect("a preview")
}

#[test]
fn a_preview_names_every_file_and_sends_nothing() {
    let stub = Stub::new();
    let folder = adapter("Qwen/Qwen3-0.6B", "license: apache-2.0\n");
    let wanted = PushSpec { preview: true, ..spec(folder.path(), "shop") };
    let (done, told) = act(&stub, &wanted, &CancelToken::default());
    let preview = preview_of(&done.expect("a preview"));
    let names: Vec<&str> = preview.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["README.md", "adapter_config.json", "adapter_model.safetensors"]);
    assert_eq!((preview.repository.as_str(), preview.account.as_str()), ("ada/shop", "ada"));
    assert!(preview.is_private && !preview.exists && preview.endpoint == stub.address());
    let [left] = preview.cautions.as_slice() else { panic!("{:?}", preview.cautions) };
    assert!(left.starts_with("left out, since it does not belong to it: .git/config, "), "{left}");
    assert!(stub.heads().iter().all(|head| head.starts_with("GET ")), "nothing is sent");
    assert!(!told.contains("canary"), "{told}");
}

#[test]
fn what_is_sent_arrives_whole_in_a_private_repository() {
    let stub = Stub::new();
    let folder = adapter("Qwen/Qwen3-0.6B", "license: apache-2.0\n");
    let (done, told) = act(&stub, &spec(folder.path(), "ada/shop"), &CancelToken::default());
    let summary = done.expect("sent");
    assert_eq!(summary["url"], format!("{}/ada/shop", stub.address()));
    assert_eq!(summary["commit"], stub::COMMIT);
    assert_eq!(stub.created(), [json!({ "name": "shop", "organization": "ada", "private": true, "type": "model" })]);
    let files = stub.files();
    for name in ["README.md", "adapter_config.json", "adapter_model.safetensors"] {
        assert_eq!(files[name], fs::read(folder.path().join(name)).expect("a file"), "{name}");
    }
    assert_eq!(files.len(), 3);
    assert!(stub.heads().iter().all(|head| head.contains(&format!("Bearer {CANARY}"))));
    assert!(!told.contains("canary"), "{told}");
    // A second time the repository is there, and is not made again.
    let (done, _) = act(&stub, &spec(folder.path(), "ada/shop"), &CancelToken::default());
    assert!(preview_of(&done.expect("sent")).exists && stub.created().len() == 1);
}

#[test]
fn a_repository_that_everybody_sees_is_filled_only_where_that_was_asked_for() {
    let stub = Stub::new();
    let folder = adapter("Qwen/Qwen3-0.6B", "license: apache-2.0\n");
    stub.make("ada/open", false);
    let (done, _) = act(&stub, &spec(folder.path(), "ada/open"), &CancelToken::default());
    assert!(matches!(done, Err(HubError::PublicRepository { .. })), "{done:?}");
    assert!(stub.files().is_empty());
    let public = PushSpec { public: true, ..spec(folder.path(), "ada/open") };
    let (done, _) = act(&stub, &public, &CancelToken::default());
    assert!(preview_of(&done.expect("sent")).cautions.iter().any(|caution| caution.contains("everybody")));
    assert_eq!(stub.files().len(), 3);
    let new = PushSpec { public: true, ..spec(folder.path(), "ada/new") };
    act(&stub, &new, &CancelToken::default()).0.expect("sent");
    assert_eq!(stub.created()[0]["private"], false);
    // One that is private stays so.
    stub.make("ada/closed", true);
    let closed = PushSpec { public: true, preview: true, ..spec(folder.path(), "ada/closed") };
    let preview = preview_of(&act(&stub, &closed, &CancelToken::default()).0.expect("a preview"));
    assert!(preview.is_private && preview.cautions.iter().any(|caution| caution.contains("stays so")), "{preview:?}");
}

#[test]
fn what_was_not_shown_is_not_sent() {
    let stub = Stub::new();
    let folder = adapter("Qwen/Qwen3-0.6B", "license: apache-2.0\n");
    let wanted = PushSpec { preview: true, ..spec(folder.path(), "ada/shop") };
    let shown = preview_of(&act(&stub, &wanted, &CancelToken::default()).0.expect("a preview"));
    let agreed = PushSpec { preview: false, agreed: Some(shown.files), ..wanted };
    fs::write(folder.path().join("model.safetensors"), [1; 9]).expect("written");
    let (done, _) = act(&stub, &agreed, &CancelToken::default());
    assert!(matches!(done, Err(HubError::OtherThanAgreed { .. })), "{done:?}");
    assert!(stub.files().is_empty() && stub.created().is_empty());
    fs::remove_file(folder.path().join("model.safetensors")).expect("removed");
    act(&stub, &agreed, &CancelToken::default()).0.expect("sent");
    assert_eq!(stub.files().len(), 3);
}

#[test]
fn a_path_of_this_machine_is_taken_out_or_told() {
    let stub = Stub::new();
    let cached = "/home/ada/.cache/huggingface/hub/models--Qwen--Qwen3-0.6B/snapshots/0123";
    let folder = adapter(cached, "license: apache-2.0\n");
    let (done, _) = act(&stub, &spec(folder.path(), "ada/shop"), &CancelToken::default());
    let preview = preview_of(&done.expect("sent"));
    assert_eq!(
        preview.cautions.iter().filter(|caution| caution.contains("the name Qwen/Qwen3-0.6B instead")).count(),
        2
    );
    for (name, bytes) in stub.files() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("/home/ada"), "{name}: {text}");
        let listed = preview.files.iter().find(|file| file.name == name).expect("listed");
        assert_eq!(listed.bytes, bytes.len() as u64, "{name}");
    }
    for path in ["/home/ada/models/own", "C:\\Users\\ada\\own", "../own", "models/own/deep"] {
        let folder = adapter(path, "license: apache-2.0\n");
        let wanted = PushSpec { preview: true, ..spec(folder.path(), "ada/shop") };
        let preview = preview_of(&act(&stub, &wanted, &CancelToken::default()).0.expect("a preview"));
        assert_eq!(
            preview.cautions.iter().filter(|caution| caution.contains("path of this machine")).count(),
            2,
            "{path}"
        );
    }
}

#[test]
fn what_is_nothing_to_push_is_refused_before_anybody_is_asked() {
    let stub = Stub::new();
    let empty = tempfile::tempdir().expect("a folder");
    let project = adapter("a/b", "");
    fs::write(project.path().join("project.db"), "").expect("written");
    for (folder, kind, said) in [
        (empty.path(), PushKind::Model, "no weights"),
        (empty.path(), PushKind::Dataset, "no records"),
        (project.path(), PushKind::Model, "it is a project"),
        (project.path(), PushKind::Dataset, "it is a project"),
        (Path::new("/no/such/folder"), PushKind::Model, "cannot read /no/such/folder"),
    ] {
        let wanted = PushSpec { kind, ..spec(folder, "ada/shop") };
        let error = act(&stub, &wanted, &CancelToken::default()).0.expect_err(said);
        assert!(error.to_string().contains(said) && error.hint().is_some(), "{error}");
    }
    assert!(stub.heads().is_empty());
    let folder = adapter("a/b", "");
    let (cancel, tell) = (CancelToken::default(), |_| {});
    let context = JobContext::new(&tell, &cancel);
    let done = push_with(&stub.settings(), None, &spec(folder.path(), "ada/shop"), &context);
    assert!(matches!(done, Err(HubError::TokenNeeded { sent: false, .. })), "{done:?}");
    let (done, _) = act(&stub, &spec(folder.path(), "../shop"), &cancel);
    assert!(matches!(done, Err(HubError::RepositoryName { .. })), "{done:?}");
}

#[test]
fn a_dataset_goes_to_the_datasets_with_a_word_about_people() {
    let stub = Stub::new();
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("train.jsonl", "{\"prompt\": \"Why?\"}\n"), ("notes.docx", "x"), ("model.safetensors", "x")] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let wanted = PushSpec { kind: PushKind::Dataset, ..spec(folder.path(), "ada/pairs") };
    let summary = act(&stub, &wanted, &CancelToken::default()).0.expect("sent");
    assert_eq!(summary["url"], format!("{}/datasets/ada/pairs", stub.address()));
    let preview = preview_of(&summary);
    for said in ["there is no card", "whether anything personal stands in them", "left out"] {
        assert!(preview.cautions.iter().any(|caution| caution.contains(said)), "{said}: {preview:?}");
    }
    assert_eq!(stub.files().keys().collect::<Vec<_>>(), ["train.jsonl"]);
    assert_eq!(stub.created()[0]["type"], "dataset");
}

#[test]
fn refusals_of_the_hub_come_with_their_cure_and_without_the_token() {
    let folder = adapter("a/b", "");
    for (path, answer, said) in [
        ("/api/whoami-v2", "401 Unauthorized", "does not know the one that was sent"),
        ("/api/repos/create", "403 Forbidden", "does not allow writing to ada/shop"),
        ("/api/repos/create", "409 Conflict", "does not allow ada/shop"),
        ("/api/models/ada/shop/preupload/main", "404 Not Found", "has no ada/shop"),
        ("/api/models/ada/shop/commit/main", "400 Bad Request", "answered 400 for ada/shop"),
        ("/api/models/ada/shop/commit/main", "307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/", "answered 307"),
        ("/api/models/ada/shop/commit/main", "200 OK", "not to be used"),
    ] {
        let stub = Stub::new();
        stub.refuse(path, answer);
        let (done, told) = act(&stub, &spec(folder.path(), "ada/shop"), &CancelToken::default());
        let error = done.expect_err(answer);
        assert!(error.to_string().contains(said), "{path}: {error}");
        assert!(error.hint().is_some(), "{error}");
        assert!(!told.contains("canary"), "{told}");
    }
}

#[test]
fn a_stop_is_heard_while_the_hub_is_silent_and_nothing_is_committed() {
    let stub = Stub::new();
    stub.refuse("/api/models/ada/shop/preupload/main", stub::SILENCE);
    let folder = adapter("a/b", "");
    let cancel = CancelToken::default();
    let is_waiting = AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while is_waiting.load(Ordering::Relaxed) {
                if stub.heads().iter().any(|head| head.contains("/preupload/")) {
                    cancel.cancel();
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        });
        let (done, _) = act(&stub, &spec(folder.path(), "ada/shop"), &cancel);
        is_waiting.store(false, Ordering::Relaxed);
        assert!(matches!(done, Err(HubError::Cancelled(_))), "{done:?}");
    });
    assert!(stub.files().is_empty());
}
