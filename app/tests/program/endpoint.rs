//! Servers that judge: added, tried, forgotten. A key goes in by standard input or the environment, and comes out nowhere.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{PROGRAM, contents, data_home, text};

/// What must be seen nowhere.
pub const CANARY: &str = "sk-canaryCanaryCANARY0123456789";

/// A server that finds `A` the better reply, whatever it is asked, and takes no other key than the canary.
fn judge() -> String {
    counted_judge().0
}

/// The same, with how many questions it has answered.
pub fn counted_judge() -> (String, Arc<AtomicUsize>) {
    judge_that(|_| {
        r#"{\"better\":\"A\",\"confidence\":95,\"rules\":[\"polite\"],\"reason\":\"It is kind.\"}"#.to_owned()
    })
}

/// A server that says this to a question, as it stands within a JSON text, and takes no other key than the canary; and how
/// many questions it has answered.
pub fn judge_that(says: impl Fn(&str) -> String + Send + 'static) -> (String, Arc<AtomicUsize>) {
    let answered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&answered);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/v1", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
            let (mut head, mut length) = (String::new(), 0);
            while reader.read_line(&mut head).is_ok_and(|bytes| bytes > 2) {}
            for line in head.lines() {
                let length_of =
                    line.to_ascii_lowercase().strip_prefix("content-length:").map(|told| told.trim().parse());
                length = length_of.and_then(Result::ok).unwrap_or(length);
            }
            let mut asked = Vec::new();
            drop(reader.take(length).read_to_end(&mut asked));
            let said = says(&String::from_utf8_lossy(&asked));
            let judged = format!(
                r#"{{"choices":[{{"message":{{"content":"{said}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":321,"completion_tokens":21}}}}"#
            );
            let is_known = head.contains(CANARY) && head.starts_with("POST /v1/chat/completions ");
            count.fetch_add(usize::from(is_known), Ordering::SeqCst);
            let (status, body) =
                if is_known { ("200 OK", judged) } else { ("401 Unauthorized", head.replace('"', "")) };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    (address, answered)
}

pub fn whetstone(config: &Path, arguments: &[&str], typed: &str, key: Option<&str>) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .env("WHETSTONE_DATA_HOME", data_home())
        .env("WHETSTONE_KEYRING", "off")
        .env("WHETSTONE_CONFIG", config)
        .env_remove("WHETSTONE_COACH_KEY")
        .envs(key.map(|key| ("WHETSTONE_COACH_KEY", key)))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was built");
    // A command that reads nothing may have ended already.
    drop(child.stdin.take().expect("piped").write_all(typed.as_bytes()));
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_key_is_seen_in_no_output_no_error_and_no_file() {
    let address = judge();
    let config = tempfile::tempdir().expect("a folder");
    let add = ["endpoint", "add", "paid", "--address", &address, "--model", "large"];
    let added = whetstone(config.path(), &add, "", None);
    assert_eq!(added.status.code(), Some(0), "{added:?}");
    let (kept, broken) = (format!("{CANARY}\n"), format!("{CANARY} twice\n"));
    for (arguments, typed, key, status, said) in [
        ([&add[..], &["--key-stdin"]].concat(), kept.as_str(), None, 1, "its key is kept nowhere"),
        ([&add[..], &["--key-stdin"]].concat(), &broken, None, 1, "characters that no key has"),
        ([&add[..], &[CANARY]].concat(), "", None, 2, "(not shown)"),
        (vec!["endpoint", "key", "paid"], &kept, None, 1, "its key is kept nowhere"),
        (vec!["endpoint", "key", "paid"], "\n", None, 1, "no key was given"),
        (vec!["endpoint", "key", "paid", "--forget"], "", None, 0, "there was no key"),
        (vec!["endpoint", "key", "other"], &kept, None, 1, "knows no endpoint called `other`"),
        (vec!["endpoint", "test", "paid"], "", Some(CANARY), 0, "it judges, rightly: It is kind."),
        (vec!["endpoint", "test", "paid"], "", None, 1, "asks for a key"),
        (vec!["endpoint", "test", "paid"], "", Some("sk-another-canary-key"), 1, "does not take the key"),
        (vec!["endpoint", "test", "paid"], "", Some("sk-canary\u{7}bell"), 1, "the key in WHETSTONE_COACH_KEY has"),
        (vec!["endpoint", "list"], "", Some(CANARY), 0, "paid"),
    ] {
        for json in [false, true] {
            let arguments: Vec<&str> = arguments.iter().copied().chain(json.then_some("--json")).collect();
            let output = whetstone(config.path(), &arguments, typed, key);
            let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert_eq!(output.status.code(), Some(status), "{arguments:?}: {told}");
            assert!(json || told.contains(said), "{arguments:?}: {told}");
            assert!(!told.contains("canary"), "{arguments:?}: {told}");
        }
    }
    let files = contents(config.path());
    assert!(files.iter().any(|(path, _)| path.ends_with("endpoints.toml")), "{files:?}");
    for (path, bytes) in files {
        assert!(!String::from_utf8_lossy(&bytes).contains("canary"), "{}", path.display());
    }
}

#[test]
fn a_server_is_tried_with_one_small_question() {
    let address = judge();
    let config = tempfile::tempdir().expect("a folder");
    let add =
        ["endpoint", "add", "paid", "--address", &address, "--model", "large", "--price-in", "2", "--currency", "EUR"];
    assert_eq!(whetstone(config.path(), &add, "", None).status.code(), Some(0));
    let output = whetstone(config.path(), &["endpoint", "test", "paid"], "", Some(CANARY));
    let told = text(&output.stdout);
    assert!(told.contains("321 tokens read, 21 written"), "{told}");
    let listed = whetstone(config.path(), &["endpoint", "list"], "", None);
    let told = text(&listed.stdout);
    assert!(
        told.starts_with("paid: large at http://127.0.0.1:") && told.contains("2 read and 0 written EUR"),
        "{told}"
    );
    let removed = whetstone(config.path(), &["endpoint", "remove", "paid"], "", None);
    assert_eq!(removed.status.code(), Some(0), "{removed:?}");
    let gone = whetstone(config.path(), &["endpoint", "test", "paid"], "", Some(CANARY));
    assert!(gone.status.code() == Some(1) && text(&gone.stderr).contains("whetstone endpoint add"), "{gone:?}");
}

#[test]
fn without_encryption_it_stays_near_and_only_after_a_yes() {
    let config = tempfile::tempdir().expect("a folder");
    let add = |address: &str, more: &[&str]| {
        let arguments = [&["endpoint", "add", "x", "--address", address, "--model", "m"], more].concat();
        let output = whetstone(config.path(), &arguments, "", None);
        (output.status.code(), text(&output.stderr).to_owned())
    };
    let (status, said) = add("http://192.168.7.7:8080/v1", &[]);
    assert!(status == Some(1) && said.contains("without encryption") && said.contains("--yes"), "{said}");
    for public in ["http://api.example.com/v1", "http://8.8.8.8/v1"] {
        let (status, said) = add(public, &["--yes"]);
        assert!(status == Some(1) && said.contains("give its https:// address"), "{said}");
    }
    assert!(contents(config.path()).is_empty());
    assert_eq!(add("http://192.168.7.7:8080/v1", &["--yes"]).0, Some(0));
    // It was confirmed once.
    assert_eq!(add("http://192.168.7.7:8080/v1", &[]).0, Some(0));
    let (status, said) = add("http://192.168.7.8:8080/v1", &[]);
    assert!(status == Some(1) && said.contains("--yes"), "{said}");
    let (status, said) = add("https://me:canary@api.example.com/v1", &[]);
    assert!(status == Some(1) && !said.contains("canary"), "{said}");
}
