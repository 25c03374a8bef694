use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::job::CancelToken;

/// What a Hub that says the same as the catalogue answers, by path.
fn agreeing() -> BTreeMap<String, Value> {
    let mut answers = BTreeMap::new();
    for row in rows() {
        let gated = match row.gate {
            Gate::Open => json!(false),
            Gate::Accept => json!("auto"),
            Gate::Ask => json!("manual"),
        };
        let card = if row.licence == "qwen-research" {
            json!({ "license": "other", "license_name": "qwen-research" })
        } else {
            json!({ "license": row.licence })
        };
        let files = match &row.file {
            Some(file) => {
                json!([{ "rfilename": file, "size": row.weight_bytes }, { "rfilename": "b.gguf", "size": 7 }])
            }
            None if row.weight_bytes > 5_000_000_000 => json!([
                { "rfilename": "model.safetensors.index.json", "size": 30_000 },
                { "rfilename": "model-00001-of-00002.safetensors", "size": row.weight_bytes - 1000 },
                { "rfilename": "model-00002-of-00002.safetensors", "size": 1000 },
                { "rfilename": "consolidated.safetensors", "size": row.weight_bytes },
                { "rfilename": "tokenizer.json", "size": row.tokenizer_bytes },
            ]),
            None => json!([
                { "rfilename": "model.safetensors", "size": row.weight_bytes },
                { "rfilename": "tokenizer.json", "size": row.tokenizer_bytes },
            ]),
        };
        let name = &row.repository;
        answers.insert(format!("/api/models/{name}"), json!({ "gated": gated, "cardData": card, "siblings": files }));
        if row.file.is_none() {
            let keys: Value = serde_json::from_str(&row.config).expect("JSON");
            answers.insert(format!("/{name}/resolve/main/config.json"), keys);
        }
    }
    answers
}

/// Answers each request on a connection of its own; a path that it does not know is 404, `null` a gate.
fn serve(listener: &TcpListener, answers: &BTreeMap<String, Value>) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
        let request = lines.next().unwrap_or_default();
        lines.find(String::is_empty);
        let path = request.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
        if path == "/end" {
            return;
        }
        let (status, body) = match answers.get(&path) {
            None => ("404 Not Found", json!({ "error": "no such thing" }).to_string()),
            Some(Value::Null) => ("403 Forbidden\r\nX-Error-Code: GatedRepo", "{}".to_owned()),
            Some(answer) => ("200 OK", answer.to_string()),
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        // A client that has left needs no answer.
        drop(stream.write_all(format!("{head}{body}").as_bytes()));
    }
}

/// What the check comes to against these answers, and the differences that it tells.
fn checked(answers: &BTreeMap<String, Value>) -> (Result<Map<String, Value>, HubError>, Vec<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let settings = HubSettings::of(|name| match name {
        "HF_ENDPOINT" => Some(format!("http://{address}").into()),
        _ => None,
    });
    let told = Mutex::new(Vec::new());
    let tell = |event| {
        if let JobEvent::Output { record } = event {
            told.lock().expect("no panic").push(record);
        }
    };
    let cancel = CancelToken::default();
    let patience = Patience { retries: 0, answer: Duration::from_secs(20), ..Patience::default() };
    let result = std::thread::scope(|scope| {
        scope.spawn(|| serve(&listener, answers));
        let context = JobContext::new(&tell, &cancel);
        let result = check_with(&settings.expect("settings"), None, patience, &context);
        let mut end = std::net::TcpStream::connect(address).expect("it listens");
        end.write_all(b"GET /end HTTP/1.1\r\n\r\n").expect("sent");
        result
    });
    (result, told.into_inner().expect("no panic"))
}

#[test]
fn a_hub_that_says_the_same_is_no_difference() {
    let mut answers = agreeing();
    let (result, told) = checked(&answers);
    let summary = result.expect("nothing differs");
    assert_eq!((told.len(), &summary["differences"], &summary["shapes_not_read"]), (0, &json!(0), &json!(0)));
    assert_eq!(summary["models"], json!(rows().len()));
    // What lies behind a gate is not held against the catalogue.
    answers.insert("/google/gemma-3-1b-it/resolve/main/config.json".to_owned(), Value::Null);
    assert_eq!(checked(&answers).0.expect("nothing differs")["shapes_not_read"], json!(1));
}

#[test]
fn whatever_differs_is_told_a_line_each_and_fails() {
    let name = "HuggingFaceTB/SmolLM2-135M-Instruct";
    let (api, config) = (format!("/api/models/{name}"), format!("/{name}/resolve/main/config.json"));
    let changes: [(&str, &str, &str, Value); 8] = [
        (&api, "/gated", "the gate", json!("auto")),
        (&api, "/cardData/license", "the licence", json!("mit")),
        (&api, "/siblings/0/size", "the weights' size", json!(300_000_000)),
        (&api, "/siblings/1/rfilename", "the tokenizer's size", json!("tokenizer.model")),
        (&config, "/num_hidden_layers", "layers", json!(31)),
        (&config, "/rope_theta", "attention", json!(10_000)),
        (&config, "/rms_norm_eps", "config.json", json!(1e-6)),
        (&config, "/model_type", "config.json", json!("mamba")),
    ];
    for (path, key, what, value) in changes {
        let mut answers = agreeing();
        *answers.get_mut(path).and_then(|answer| answer.pointer_mut(key)).expect(key) = value;
        let (result, told) = checked(&answers);
        assert!(matches!(result, Err(HubError::CatalogueDiffers { .. })), "{what}: {result:?}");
        assert!(told.iter().any(|record| record["repository"] == name && record["what"] == what), "{what}: {told:?}");
    }
    let mut answers = agreeing();
    answers.remove(&api);
    let (result, told) = checked(&answers);
    assert!(matches!(result, Err(HubError::CatalogueDiffers { differences: 1 })), "{result:?}");
    assert_eq!((&told[0]["what"], &told[0]["hub"]), (&json!("the repository"), &json!("not there")));
}
