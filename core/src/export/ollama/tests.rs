//! Templates in Go's words for every model, held against the models' own; what cannot be said is refused.

use std::path::{Path, PathBuf};

use super::super::run;
use super::proof::conversations;
use super::*;
use crate::domain::{ChatMessage, ComputeSettings, ToUserMessage};
use crate::job::CancelToken;

/// Every golden model: all have a chat template.
const MODELS: [&str; 9] =
    ["gemma3", "llama3_rope", "llama_tied", "llama_untied", "mistral", "phi3", "qwen2", "qwen3", "smollm3"];

fn golden(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models")).join(name)
}

fn starter() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter")).to_owned()
}

fn spec(model: PathBuf, out: PathBuf) -> ExportSpec {
    ExportSpec {
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
        ..ExportSpec::new(model, None, "ollama", out)
    }
}

fn of_text(source: &str) -> Result<(String, bool), ExportError> {
    let tokenizer = TextTokenizer::open(&golden("llama_tied")).expect("a tokenizer");
    let template = ChatTemplate::of_text(PathBuf::from("t"), source, &tokenizer).expect("a template");
    let made = go_words(&template, &Map::new(), &tokenizer)?;
    proof::hold(&made.0, made.1, (&template, &Map::new()), &tokenizer)?;
    Ok(made)
}

#[test]
fn every_golden_models_template_is_said_in_gos_words_and_gives_the_same_tokens() {
    for name in MODELS {
        let plan =
            Plan::of(&spec(golden(name), PathBuf::from("unused"))).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((plan.proof.same_template, plan.proof.prompts), (Some(true), 10), "{name}");
        assert!(plan.modelfile.starts_with("FROM ./model-f16.gguf\nTEMPLATE \"\"\""), "{name}");
        assert!(plan.modelfile.contains("\nPARAMETER stop \"<"), "{name}: {}", plan.modelfile);
    }
}

#[test]
fn a_template_is_readable_where_it_is_simple() {
    let source = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}\
                  <|assistant|>{% endif %}";
    let (go, takes_system) = of_text(source).expect("it can be said");
    assert!(takes_system);
    assert_eq!(
        go,
        "{{ if .System }}<|system|>{{ .System }}<|end|><|user|>{{ else }}<|user|>{{ end }}\
         {{ range $i, $_ := .Messages }}{{ $last := eq (len (slice $.Messages $i)) 1 }}\
         {{ if eq .Role \"user\" }}{{ .Content }}{{ if $last }}<|end|><|assistant|>{{ else }}<|end|><|assistant|>{{ end }}\
         {{ else if eq .Role \"assistant\" }}{{ .Content }}{{ if not $last }}<|end|><|user|>{{ end }}{{ end }}{{ end }}"
    );
}

#[test]
fn a_system_message_may_stand_in_the_last_turn_or_be_unknown_and_braces_are_texts() {
    let last = "{% set s = messages[0].content if messages[0].role == 'system' else '' %}{% for m in messages %}\
                {% if m.role == 'user' %}[IN]{% if loop.last and s %}{{ s + '\n\n' }}{% endif %}{{ m.content }}[/IN]\
                {% elif m.role == 'assistant' %}{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}";
    let (go, takes_system) = of_text(last).expect("it can be said");
    assert!(takes_system && go.contains("{{ if and $last $.System }}{{ $.System }}\n\n{{ end }}"), "{go}");
    let unknown = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('none') }}{% endif %}\
                   {{ '{{' + m.role + '}} \\\\ \\r\"' }}{{ m.content }}{% endfor %}{{ '{{assistant}} \\\\ \\r\"' }}";
    let (go, takes_system) = of_text(unknown).expect("it can be said");
    assert!(!takes_system && go.contains("\\x7b\\x7buser\\x7d\\x7d \\\\ \\r\\\"\" }}"), "{go}");
}

#[test]
fn what_gos_words_cannot_say_is_refused() {
    for (source, said) in [
        ("{{ messages[-1].content }}", "leaves a message out"),
        ("{% for m in messages %}{{ loop.index }}{{ m.content }}{% endfor %}", "otherwise in longer conversations"),
        ("{% for m in messages %}>{{ m.content | upper }}{% endfor %}", "leaves a message out"),
        ("{% for m in messages %}>{{ m.content | replace('e', 'a') }}{% endfor %}", "leaves a message out"),
        ("{% for m in messages %}>{{ m.content | replace('17', '71') }}{% endfor %}", "more than put texts around"),
        ("{% for m in messages[::-1] %}>{{ m.content }}{% endfor %}", "between other turns"),
        ("{{ raise_exception('no') }}", "that fails"),
    ] {
        let error = of_text(source).expect_err(source);
        assert!(error.to_string().contains(said), "{source}: {error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("--to gguf")));
    }
}

#[test]
fn a_conversation_of_the_template_that_goes_on_with_an_answer_has_no_end() {
    let (go, _) = of_text("{% for m in messages %}<{{ m.content }}>{% endfor %}").expect("it can be said");
    let messages = [ChatMessage::new("user", "a"), ChatMessage::new("assistant", "b")];
    assert_eq!(go_template::render(&go, &messages).as_deref(), Some("<a><b"));
    for other in ["{{ .Content }}", "{{ if .System }}a", "{{ end }}", "{{ call }}", "{{"] {
        assert_eq!(go_template::render(other, &messages), None, "{other}");
    }
}

#[test]
fn the_starter_is_written_with_the_system_prompt_and_what_its_authors_recommend() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let prompt = "You are Ada's helper.\nSay \"please\".";
    let spec = ExportSpec { system_prompt: Some(prompt.to_owned()), ..spec(starter(), out.clone()) };
    let cancel = CancelToken::default();
    let summary = run(&spec, &JobContext::new(&|_| {}, &cancel)).expect("an export");
    let proofs = summary["proofs"].as_array().expect("proofs");
    assert!(proofs.iter().any(|proof| proof["same_template"] == true), "{proofs:?}");
    let modelfile = files::read_text(&out.join("Modelfile")).expect("a Modelfile");
    for line in [
        "FROM ./model-f16.gguf",
        "SYSTEM \"\"\"You are Ada's helper.",
        "Say \"please\".\"\"\"",
        "PARAMETER stop \"<|end|>\"",
        "PARAMETER temperature 0.8",
        "PARAMETER repeat_penalty 1",
        "PARAMETER num_ctx 512",
    ] {
        assert!(modelfile.lines().any(|found| found == line), "{line} in {modelfile}");
    }
    assert!(summary["notes"].as_array().expect("notes").iter().any(|note| note.to_string().contains("blanks")));
    // What cannot be said is refused before anything is written.
    let refused = ExportSpec { system_prompt: Some("\"\"\"".to_owned()), out: folder.path().join("none"), ..spec };
    let error = run(&refused, &JobContext::new(&|_| {}, &cancel)).expect_err("three quotation marks");
    assert!(error.to_string().contains("three quotation marks") && !refused.out.exists(), "{error}");
}

/// Writes what `tests/real/ollama_template` holds against Go's own renderer, where a folder for it is named.
#[test]
fn templates_and_what_the_models_own_make_of_them_are_written_for_gos_renderer() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = std::env::var_os("WHETSTONE_TEMPLATE_CASES").map_or_else(|| folder.path().to_owned(), PathBuf::from);
    let mut cases = Vec::new();
    for (name, folder) in MODELS.iter().map(|name| (*name, golden(name))).chain([("starter", starter())]) {
        let tokenizer = TextTokenizer::open(&folder).expect("a tokenizer");
        let template = ChatTemplate::open(&folder, &tokenizer).expect("readable").expect("a template");
        let (go, takes_system) = go_words(&template, &Map::new(), &tokenizer).expect("it can be said");
        let turns = Turns::of(&template, &Map::new()).expect("turns");
        let adds_first = tokenizer.encode("x", true).expect("tokens") != tokenizer.encode("x", false).expect("tokens");
        for messages in conversations(if takes_system { &[false, true] } else { &[false] }) {
            let own = template.render(&messages, true, &Map::new()).expect("a text");
            let bos = tokenizer.bos_token().filter(|_| adds_first).unwrap_or_default();
            let expected = own.strip_prefix(bos).expect("it begins so");
            assert_eq!(go_template::render(&go, &messages).as_deref(), Some(expected), "{name}: {turns:?}");
            cases.push(json!({"model": name, "template": go, "messages": messages, "expected": expected}));
        }
    }
    assert!(cases.len() >= 10 * 3 * 2 * 9);
    files::write_atomically(&out.join("cases.json"), |file| Ok(serde_json::to_writer(file, &cases)?)).expect("written");
}
