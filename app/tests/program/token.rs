//! A token goes in by standard input alone, and comes out nowhere.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::{PROGRAM, contents, data_home, shown, text};

/// What must be seen nowhere.
const CANARY: &str = "hf_canaryCanaryCANARY0123456789";

/// A Hub that says of every token whose it is, and has nothing else, at an address of its own.
fn hub() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
            while reader.read_line(&mut head).is_ok_and(|bytes| bytes > 2) {}
            let (status, body) = match (head.contains("Bearer "), head.starts_with("GET /api/whoami-v2 ")) {
                (true, true) => ("200 OK", r#"{"name":"ada"}"#),
                (true, false) => ("404 Not Found", "{}"),
                (false, _) => ("401 Unauthorized", "{}"),
            };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).expect("an answer");
        }
    });
    address
}

fn whetstone(home: &Path, endpoint: &str, arguments: &[&str], typed: &str, variable: Option<&str>) -> Output {
    let mut command = Command::new(PROGRAM);
    command.env("WHETSTONE_DATA_HOME", data_home()).env("WHETSTONE_KEYRING", "off");
    command
        .env("HF_HOME", home)
        .env("HF_ENDPOINT", endpoint)
        .env_remove("HF_TOKEN")
        .env_remove("HUGGING_FACE_HUB_TOKEN");
    for proxy in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HF_TOKEN_PATH", "HF_HUB_OFFLINE"] {
        command.env_remove(proxy);
    }
    command.envs(variable.map(|token| ("HF_TOKEN", token)));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program was built");
    // A command that reads nothing may have ended already.
    drop(child.stdin.take().expect("piped").write_all(typed.as_bytes()));
    child.wait_with_output().expect("it ends")
}

#[test]
fn a_token_is_seen_in_no_output_no_error_and_no_file() {
    let endpoint = hub();
    let home = tempfile::tempdir().expect("a folder");
    let dead = "http://127.0.0.1:9";
    let broken = format!("{CANARY} twice\n");
    let kept = format!("{CANARY}\n");
    for (arguments, endpoint, typed, variable, status, said) in [
        (vec!["token", "set"], endpoint.as_str(), kept.as_str(), None, 1, "for this sitting alone"),
        (vec!["token", "set"], dead, &kept, None, 1, "cannot reach"),
        (vec!["token", "set"], &endpoint, &broken, None, 1, "characters that no token has"),
        (vec!["token", "set"], &endpoint, "\n", None, 1, "no token was given"),
        (vec!["token", "show"], &endpoint, "", Some(CANARY), 0, "comes from HF_TOKEN, and is ada's"),
        (vec!["token", "show"], &endpoint, "", Some(&broken), 1, "the token in HF_TOKEN has characters"),
        (vec!["token", "show"], &endpoint, "", None, 0, "there is no token"),
        (vec!["token", "forget"], &endpoint, "", Some(CANARY), 0, "one still comes from HF_TOKEN"),
        (vec!["token", "set", CANARY], &endpoint, "", None, 2, "(not shown)"),
        (vec!["token", CANARY], &endpoint, "", None, 2, "(not shown)"),
        (vec!["token", "set", "--token", CANARY], &endpoint, "", None, 2, "--token"),
        (vec!["doctor", "--token=hf_canaryCanary"], &endpoint, "", None, 2, "--token"),
    ] {
        for json in [false, true] {
            let arguments: Vec<&str> = arguments.iter().copied().chain(json.then_some("--json")).collect();
            let output = whetstone(home.path(), endpoint, &arguments, typed, variable);
            let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert_eq!(output.status.code(), Some(status), "{arguments:?}: {told}");
            assert!(told.contains(said), "{arguments:?}: {told}");
            assert!(!told.contains("canary"), "{arguments:?}: {told}");
        }
    }
    assert!(contents(home.path()).is_empty());
}

#[test]
fn what_would_be_pushed_is_shown_and_not_sent_without_a_yes() {
    let endpoint = hub();
    let home = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("adapter_model.safetensors"), "weights").expect("written");
    let push = ["push", shown(folder.path()), "shop"];
    let output = whetstone(home.path(), &endpoint, &push, "y\n", Some(CANARY));
    let (told, noted) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{told}{noted}");
    assert!(told.starts_with(&format!("to ada/shop on {endpoint} (new, seen by nobody else)\nas ada\n")), "{told}");
    assert!(told.contains("adapter_model.safetensors") && told.contains("there is no card"), "{told}");
    assert!(noted.contains("nothing was sent: add --yes"), "{noted}");
    // With it, this Hub is asked to take it, and does not.
    let output = whetstone(home.path(), &endpoint, &[&push[..], &["--yes"]].concat(), "", Some(CANARY));
    let (told, noted) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.code() == Some(1) && noted.contains("answered 404 for ada/shop"), "{told}{noted}");
    assert!(!told.contains("canary") && !noted.contains("canary"), "{told}{noted}");
    let output = whetstone(home.path(), &endpoint, &push, "", None);
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("asks for a token"), "{output:?}");
}
