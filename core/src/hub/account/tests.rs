use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::*;
use crate::domain::ToUserMessage;
use crate::job::JobEvent;
use crate::network::keyring::tests::{Fault, Memory, failing};

/// What must be seen nowhere.
const CANARY: &str = "hf_canaryCanaryCANARY0123456789";

/// A Hub that knows one token; it keeps the head of every request.
fn hub() -> (HubSettings, Arc<Mutex<Vec<String>>>, tempfile::TempDir) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
            while reader.read_line(&mut head).is_ok_and(|bytes| bytes > 2) {}
            let known = head.contains(&format!("Bearer {CANARY}")) && head.starts_with("GET /api/whoami-v2 ");
            kept.lock().expect("no panic").push(head);
            let (status, body) =
                if known { ("200 OK", r#"{"name":"ada","type":"user"}"#) } else { ("401 Unauthorized", "{}") };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            // A client that has gone needs no answer.
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().to_string_lossy().into_owned();
    let variables = [("HF_ENDPOINT", address), ("HF_HOME", path)];
    let settings =
        HubSettings::of(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone().into()));
    (settings.expect("settings"), heads, home)
}

/// What came of a request, with everything that was told of it as text.
fn act(
    settings: &HubSettings,
    keyring: &Keyring,
    action: AccountAction,
    token: Option<&str>,
) -> (Result<HubAccount, HubError>, String) {
    let told = Mutex::new(String::new());
    let hear = |event: JobEvent| {
        told.lock().expect("no panic").push_str(&serde_json::to_string(&event).expect("JSON"));
    };
    let cancel = CancelToken::default();
    let context = JobContext::new(&hear, &cancel);
    let search = Search { settings, keyring: keyring.clone(), variable: &|_| None };
    let spec = AccountSpec { action, access: HubAccess { token: token.map(Secret::new) } };
    let done = Account { search, context: &context }.act(&spec);
    let told = told.into_inner().expect("no panic");
    let more = match &done {
        Ok(account) => format!("{account:?}{}", serde_json::to_string(account).expect("JSON")),
        Err(error) => format!("{error}{error:?}{:?}{:?}", error.hint(), error.user_message()),
    };
    let told = format!("{told}{more}{spec:?}");
    (done, told)
}

/// Every file below a folder that holds the token.
fn files_with_canary(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .map(|path| {
            if path.is_dir() {
                return files_with_canary(&path);
            }
            usize::from(std::fs::read_to_string(path).is_ok_and(|text| text.contains(CANARY)))
        })
        .sum()
}

#[test]
fn a_token_is_kept_shown_and_forgotten() {
    let (settings, heads, home) = hub();
    let keyring = Keyring::new(Arc::new(Memory::default()));
    let steps = [
        (AccountAction::Show, None, None, None),
        (AccountAction::Keep, Some(CANARY), Some("ada"), Some(TokenSource::Keyring)),
        (AccountAction::Show, None, Some("ada"), Some(TokenSource::Keyring)),
        (AccountAction::Show, Some(CANARY), Some("ada"), Some(TokenSource::Session)),
        (AccountAction::Forget, None, None, None),
        (AccountAction::Show, None, None, None),
    ];
    for (action, token, name, source) in steps {
        let (done, told) = act(&settings, &keyring, action, token);
        let account = done.expect("done");
        assert_eq!((account.name.as_deref(), account.source), (name, source), "{action:?}");
        assert!(!told.contains("canary"), "{told}");
    }
    assert_eq!(heads.lock().expect("no panic").len(), 3);
    assert_eq!(files_with_canary(home.path()), 0);
}

#[test]
fn where_there_is_no_keyring_a_token_is_for_this_sitting() {
    let (settings, _, home) = hub();
    for fault in Fault::ALL {
        let (done, told) = act(&settings, &failing(fault).0, AccountAction::Keep, Some(CANARY));
        let account = done.expect("known");
        assert_eq!((account.name.as_deref(), account.source), (Some("ada"), Some(TokenSource::Session)), "{fault:?}");
        assert!(account.said.contains("for this sitting alone"), "{}", account.said);
        assert!(!told.contains("canary"), "{told}");
        let (done, told) = act(&settings, &failing(fault).0, AccountAction::Forget, None);
        assert_eq!(done.expect("done").source, None, "{told}");
    }
    assert_eq!(files_with_canary(home.path()), 0);
}

#[test]
fn a_token_that_the_hub_does_not_know_is_not_kept() {
    let (settings, _, _home) = hub();
    let keyring = Keyring::new(Arc::new(Memory::default()));
    let (done, told) = act(&settings, &keyring, AccountAction::Keep, Some("hf_canary_of_somebody"));
    assert!(matches!(done, Err(HubError::TokenNeeded { sent: true, .. })), "{done:?}");
    assert!(!told.contains("canary"), "{told}");
    assert_eq!(keyring.read(&keyring_entry(&settings)), None);
    // Neither is one that is none; the Hub is not even asked.
    let (done, told) = act(&settings, &keyring, AccountAction::Keep, Some("hf_canary\r\nHost: evil"));
    assert!(matches!(done, Err(HubError::TokenForm { .. })), "{done:?}");
    assert!(!told.contains("canary"), "{told}");
    let (done, _) = act(&settings, &keyring, AccountAction::Keep, None);
    assert!(matches!(done, Err(HubError::TokenNeeded { sent: false, .. })), "{done:?}");
}

#[test]
fn offline_nobody_is_asked() {
    let (mut settings, heads, _home) = hub();
    settings.offline = true;
    let keyring = Keyring::new(Arc::new(Memory::default()));
    let (done, _) = act(&settings, &keyring, AccountAction::Show, Some(CANARY));
    let account = done.expect("shown");
    assert_eq!((account.name, account.source), (None, Some(TokenSource::Session)));
    let (done, _) = act(&settings, &keyring, AccountAction::Keep, Some(CANARY));
    assert!(matches!(done, Err(HubError::Offline { .. })), "{done:?}");
    assert!(heads.lock().expect("no panic").is_empty());
}
