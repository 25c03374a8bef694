//! The whole road with a model that came from the Hub: fetched, used without a network, trained, and its adapter exported.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use whetstone_tests::golden_folder;
use whetstone_tests::hub::{Kind, Repository};

use crate::bench::{Bench, PROGRAM};

const STARTER: &str = "owner/starter";

/// The program, whose network is gone and whose cache is the bench's.
struct Offline<'a> {
    bench: &'a Bench,
}

impl Offline<'_> {
    fn run(&self, arguments: &[&str]) -> Value {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).arg("--json").current_dir(self.bench.folder.path());
        // An address where nobody listens.
        command.env("HF_ENDPOINT", "http://127.0.0.1:9").env("HF_HUB_OFFLINE", "1").env("HF_HOME", self.bench.home());
        command.env("WHETSTONE_DATA_HOME", self.bench.folder.path().join("data"));
        let output = command.output().expect("the program was built");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {text}");
        let last = text.lines().last().expect("an end");
        let mut event: Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(event["outcome"], "completed", "{last}");
        event["summary"].take()
    }
}

#[test]
fn a_model_from_the_hub_is_trained_and_its_adapter_exported() {
    let bench = Bench::new();
    let starter = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    bench.hub.put(Repository::model(STARTER).folder(starter));
    let mut download = Command::new(PROGRAM);
    download
        .args(["download", STARTER, "--json"])
        .env("HF_ENDPOINT", bench.hub.endpoint())
        .env("HF_HOME", bench.home());
    let output = download.output().expect("the program was built");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let head = bench.hub.repository(Kind::Model, STARTER).expect("it is there").head().to_owned();
    assert!(bench.cache().join("models--owner--starter/snapshots").join(head).join("model.safetensors").is_file());
    bench.hub.forget_requests();

    let offline = Offline { bench: &bench };
    let generated = bench.folder.path().join("completions.jsonl");
    let generated_name = generated.to_string_lossy().into_owned();
    offline.run(&[
        "generate",
        "--model",
        STARTER,
        "--prompt",
        "My parcel is late.",
        "--greedy",
        "--out",
        &generated_name,
    ]);
    let line: Value = serde_json::from_str(&fs::read_to_string(&generated).expect("completions")).expect("JSON");
    assert!(line["completion"].as_str().is_some_and(|text| text.len() > 10), "{line}");

    let pairs = golden_folder().join("data.json");
    assert!(pairs.is_file());
    let run = bench.folder.path().join("run").to_string_lossy().into_owned();
    let data = pairs_file(bench.folder.path());
    offline.run(&[
        "train",
        "--model",
        STARTER,
        "--data",
        &data,
        "--out",
        &run,
        "--max-steps",
        "6",
        "--batch-size",
        "4",
    ]);
    let exported = bench.folder.path().join("exported").to_string_lossy().into_owned();
    offline.run(&["export", "--model", STARTER, "--adapter", &run, "--to", "peft", "--out", &exported]);
    let config: Value = serde_json::from_slice(
        &fs::read(Path::new(&exported).join("adapter_config.json")).expect("an adapter that was exported"),
    )
    .expect("JSON");
    // Others can find the base by its name.
    assert_eq!(config["base_model_name_or_path"], STARTER, "{config}");
    assert!(bench.hub.requests().is_empty(), "a model that is here asks nobody");
}

/// Some preferences of the shop's help desk.
fn pairs_file(folder: &Path) -> String {
    let subjects = ["parcel", "refund", "invoice", "jacket", "order", "voucher", "shoes", "account"];
    let lines = subjects.map(|subject| {
        let pair = serde_json::json!({
            "prompt": format!("Where is my {subject}?"),
            "chosen": format!("I am sorry for the trouble with your {subject}. I will look into it today."),
            "rejected": format!("No idea about the {subject}."),
        });
        format!("{pair}\n")
    });
    let path = folder.join("pairs.jsonl");
    fs::write(&path, lines.concat()).expect("it can be written");
    path.to_string_lossy().into_owned()
}
