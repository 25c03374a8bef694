//! What a training will take is told before it begins, and what does not fit is not begun.

use serde_json::Value;
#[cfg(unix)]
use serde_json::{Map, json};

use crate::training::Training;
#[cfg(unix)]
use crate::whetstone;
#[cfg(unix)]
use crate::workbench::Workbench;
use crate::{entries, text};

#[test]
fn a_dry_run_tells_everything_and_leaves_nothing() {
    let training = Training::new();
    let before = entries(training.folder());
    let output = training.run(&["--dry-run"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for row in
        ["pairs", "optimizer steps", "time", "the reference pass", "memory setting", "disk", "the model's weights"]
    {
        assert!(said.contains(row), "{row}: {said}");
    }
    assert!(said.contains("yes"), "{said}");
    assert_eq!(entries(training.folder()), before, "a dry run left something");
}

#[test]
fn a_script_gets_the_forecast_with_fields_before_the_first_step() {
    let training = Training::new();
    for (more, job) in [(&["--json", "--dry-run"][..], "forecast"), (&["--json"][..], "train")] {
        let output = training.run(more);
        let events: Vec<Value> =
            text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
        assert_eq!(events[0]["job"], job);
        let of = |name: &str| events.iter().position(|event| event["event"] == name);
        let place = of("forecast").expect("it is told");
        assert!(of("metrics").is_none_or(|first| place < first));
        let forecast = &events[place];
        assert_eq!((forecast["rows"].as_u64(), forecast["steps"].as_u64()), (Some(48), Some(48)), "{forecast}");
        for field in ["memory_bytes", "disk_bytes", "seconds", "reference_seconds"] {
            assert!(forecast[field].as_f64().is_some_and(|value| value > 0.0), "{field}: {forecast}");
        }
        assert!(
            forecast["said"].as_str().is_some_and(|said| said.contains("two answers to each prompt")),
            "{forecast}"
        );
    }
}

/// A model of 640 GB: its file has the right header and no data, which a disk keeps in a few kilobytes.
#[cfg(unix)]
#[test]
fn a_training_that_does_not_fit_is_refused_before_a_weight_is_read() {
    const LAYERS: usize = 100;
    const HIDDEN: usize = 16_384;
    let bench = Workbench::new();
    bench.edit("model/config.json", |config| {
        for (key, value) in [
            ("num_hidden_layers", LAYERS),
            ("hidden_size", HIDDEN),
            ("intermediate_size", 3 * HIDDEN),
            ("num_attention_heads", 128),
            ("num_key_value_heads", 128),
            ("head_dim", 128),
        ] {
            config[key] = json!(value);
        }
    });
    let mut tensors = vec![("model.embed_tokens.weight".to_owned(), vec![512, HIDDEN])];
    for layer in 0..LAYERS {
        for (name, shape) in [
            ("self_attn.q_proj", vec![HIDDEN, HIDDEN]),
            ("self_attn.k_proj", vec![HIDDEN, HIDDEN]),
            ("self_attn.v_proj", vec![HIDDEN, HIDDEN]),
            ("self_attn.o_proj", vec![HIDDEN, HIDDEN]),
            ("mlp.gate_proj", vec![3 * HIDDEN, HIDDEN]),
            ("mlp.up_proj", vec![3 * HIDDEN, HIDDEN]),
            ("mlp.down_proj", vec![HIDDEN, 3 * HIDDEN]),
            ("input_layernorm", vec![HIDDEN]),
            ("post_attention_layernorm", vec![HIDDEN]),
        ] {
            tensors.push((format!("model.layers.{layer}.{name}.weight"), shape));
        }
    }
    tensors.push(("model.norm.weight".to_owned(), vec![HIDDEN]));
    let (mut header, mut end) = (Map::new(), 0);
    for (name, shape) in tensors {
        let start = end;
        end += 2 * shape.iter().product::<usize>();
        header.insert(name, json!({"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}));
    }
    let mut header = Value::Object(header).to_string();
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    bench.write("model/model.safetensors", [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat());
    let file = std::fs::OpenOptions::new().write(true).open(bench.path("model/model.safetensors")).expect("a file");
    if file.set_len((8 + header.len() + end) as u64).is_err() {
        return; // A file system that knows no holes.
    }
    // The lowest rank: what the run would write is small, and it is memory alone that is short.
    let rank = ["--rank", "1"];
    let said = bench.fails("train", &rank, &["GiB of memory", "nothing was begun", "smaller model"]);
    assert!(!said.contains("opening the model"), "{said}");
    let mut dry = bench.command("train");
    dry.extend(["--dry-run", rank[0], rank[1]].map(str::to_owned));
    let output = whetstone(&dry);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("nothing was begun"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("the model's weights"), "what it would need is told all the same");
}
