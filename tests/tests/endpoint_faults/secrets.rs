//! A key goes to its endpoint, and is seen nowhere else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use whetstone_tests::endpoint::Deed;

use crate::bench::Bench;

/// What must be seen nowhere.
const CANARY: &str = "sk-canary/CANARY+0123456789";

/// The same in base 64 (without its padding) and percent-encoded, as Python's standard library writes them.
const FORMS: [&str; 3] = [CANARY, "c2stY2FuYXJ5L0NBTkFSWSswMTIzNDU2Nzg5", "sk-canary%2FCANARY%2B0123456789"];

fn assert_unseen(text: &str, place: &str) {
    for form in FORMS {
        assert!(!text.contains(form), "{form} is in {place}: {text}");
    }
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

#[test]
fn a_key_is_seen_nowhere_even_where_the_server_sends_it_back() {
    let echo = FORMS.join(" ");
    let reason = serde_json::json!({"better": "A", "confidence": 90, "rules": [echo], "reason": echo}).to_string();
    let refusal = serde_json::json!({"error": {"message": echo, "code": echo}}).to_string();
    let deeds = [
        Deed::Judge,
        Deed::Say(reason),
        Deed::Say(echo.clone()),
        Deed::body(echo.clone()),
        Deed::Reply { status: 400, headers: Vec::new(), body: refusal.clone().into_bytes() },
        Deed::Reply { status: 401, headers: Vec::new(), body: refusal.clone().into_bytes() },
        Deed::Reply { status: 404, headers: Vec::new(), body: refusal.clone().into_bytes() },
        Deed::Reply { status: 500, headers: Vec::new(), body: refusal.into_bytes() },
        Deed::status_with(307, "Location", format!("http://127.0.0.1:9/?{echo}")),
        Deed::Close,
    ];
    for deed in deeds {
        let name = format!("{deed:?}").chars().take(30).collect::<String>();
        let always = deed.clone();
        let bench = Bench::new(move |_, _| always.clone()).with_key(CANARY);
        let (verdicts, _) = bench.judge();
        let asked = bench.server.asked();
        assert!(asked.iter().all(|asked| asked.head.contains(&format!("Bearer {CANARY}"))), "{name}: it was not sent");
        assert!(asked.iter().all(|asked| !asked.body.to_string().contains(CANARY)), "{name}");
        for verdict in &verdicts {
            assert_unseen(&format!("{verdict:?} {}", verdict.sentence()), &name);
        }
        assert_unseen(&bench.told(), &name);
        for (path, text) in files(bench.folder.path()) {
            assert_unseen(&text, &path);
        }
        assert!(!bench.ledger().is_empty(), "{name}: the ledger is empty");
        let mind = bench.open().expect("opened");
        assert_unseen(&format!("{mind:?} {:?}", bench.means), "Debug");
        let panic = catch_unwind(AssertUnwindSafe(|| panic!("{mind:?}"))).expect_err("a panic");
        assert_unseen(panic.downcast_ref::<String>().expect("a text"), "a panic");
    }
}

#[test]
fn what_is_no_key_goes_nowhere() {
    for wrong in ["sk-canary\r\nX-Evil: 1", "sk-canary two", "sk-canary\u{0}", "sk-canary\u{7f}", "sk-canary\u{e9}"] {
        let bench = Bench::new(|_, _| Deed::Judge).with_key(wrong);
        let error = bench.open().expect_err("refused");
        let told = format!("{error} {error:?}");
        assert!(!told.contains("canary") && !told.contains("Evil"), "{told}");
        assert!(bench.server.asked().is_empty());
    }
}
