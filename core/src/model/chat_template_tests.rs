//! The dialect where it differs from plain minijinja (expected values are what transformers 5.23 with jinja2 3.1.6
//! renders), and templates that must not be survived by luck.

use std::fs;

use serde_json::{Map, Value, json};

use super::{ChatTemplate, ChatTemplateError};
use crate::domain::{ChatMessage, ToUserMessage};
use crate::model::TextTokenizer;

const TOKENIZER: &str = r#"{"version": "1.0", "added_tokens": [],
    "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "<s>": 1}}}"#;

fn open_folder(files: &[(&str, &str)]) -> Result<Option<ChatTemplate>, ChatTemplateError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("tokenizer.json"), TOKENIZER).expect("written");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("written");
    }
    let without_config = files.iter().all(|(name, _)| *name != "tokenizer_config.json");
    if without_config {
        fs::write(folder.path().join("tokenizer_config.json"), r#"{"bos_token": "<s>"}"#).expect("written");
    }
    let tokenizer = TextTokenizer::open(folder.path()).expect("a tokenizer");
    ChatTemplate::open(folder.path(), &tokenizer)
}

fn render_with(source: &str, arguments: &Value) -> Result<String, ChatTemplateError> {
    let template = open_folder(&[("chat_template.jinja", source)])?.expect("a template");
    let mut answer = ChatMessage::new("assistant", "a");
    answer.extra = json!({"thinking": "t", "name": null}).as_object().cloned().unwrap_or_default();
    let messages = [ChatMessage::new("user", " q "), answer];
    template.render(&messages, true, arguments.as_object().unwrap_or(&Map::new()))
}

fn render(source: &str) -> String {
    render_with(source, &json!({})).unwrap_or_else(|error| panic!("{source}: {error}"))
}

#[test]
fn generation_blocks_leave_no_trace_but_their_white_space_control() {
    let loop_with = |open: &str, close: &str| {
        render(&format!(
            "{{% for m in messages %}}\n  {open}\n A{{% set z = 1 %}}{{{{ m.role }}}}  {close}\n x{{{{ z }}}}\n{{% endfor %}}"
        ))
    };
    assert_eq!(loop_with("{% generation %}", "{% endgeneration %}"), " Auser   x\n Aassistant   x\n");
    assert_eq!(loop_with("{%- generation -%}", "{%- endgeneration -%}"), "Auserx\nAassistantx\n");
    assert_eq!(loop_with("{%+ generation %}", "{%-endgeneration+%}"), "   Auser\n x\n   Aassistant\n x\n");
    assert_eq!(loop_with("{%- generation\n -%}", "{% endgeneration -%}"), "Auser  x\nAassistant  x\n");
}

#[test]
fn python_is_spoken() {
    for (expression, expected) in [
        ("messages[::-1] | map(attribute='role') | join(',')", "assistant,user"),
        ("messages[0].content.strip() + '|'", "q|"),
        ("'</a>b</a>c'.split('</a>')[-1]", "c"),
        ("'a,b,c'.rsplit(',', 1)", "['a,b', 'c']"),
        ("'\\n\\nx\\n'.lstrip('\\n').rstrip('\\n')", "x"),
        ("'abc'.startswith(('x', 'a'))", "True"),
        ("'abc'.removeprefix('a') ~ 'abc'.removesuffix('c')", "bcab"),
        ("'a=b=c'.partition('=')[2] ~ 'a=b=c'.rpartition('=')[0] ~ 'x'.rpartition('=')[2]", "b=ca=bx"),
        ("none is iterable or 3 is iterable", "False"),
        ("'x' is sequence and {} is sequence and 'x' is iterable", "True"),
        ("1e22", "1e+22"),
        ("1e-5 | string ~ 100.0 ~ 3", "1e-05100.03"),
        ("[none, true, 'é']", "[None, True, 'é']"),
        ("messages[0].tool_calls is defined or (messages[0].tool_calls and 1)", ""),
        ("tools is none and documents is none", "True"),
        ("bos_token ~ eos_token", "<s>"),
        ("messages[1].reasoning_content ~ (messages[1].name is defined)", "tFalse"),
        ("add_generation_prompt", "True"),
        ("strftime_now('%Y') | length", "4"),
    ] {
        let source = format!("{{{{ {expression} }}}}");
        assert_eq!(render(&source), expected, "{source}");
    }
    assert_eq!(render_with("{{ bos_token }}{{ x }}", &json!({"bos_token": "B", "x": 1})).expect("renders"), "B1");
}

#[test]
fn json_is_written_as_python_writes_it() {
    for (expression, expected) in [
        ("{'b': \"<'é\\n\", 'a': [1, 1.0, 1e-7, none]} | tojson", r#"{"b": "<'é\n", "a": [1, 1.0, 1e-07, null]}"#),
        ("{'b': 'é😀', 'a': 1} | tojson(ensure_ascii=true, sort_keys=true)", r#"{"a": 1, "b": "\u00e9\ud83d\ude00"}"#),
        ("{'a': [1, {}], 'b': []} | tojson(indent=2)", "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}"),
        ("[1, {'a': 2}] | tojson(separators=(',', ':'))", r#"[1,{"a":2}]"#),
    ] {
        assert_eq!(render(&format!("{{{{ {expression} }}}}")), expected, "{expression}");
    }
}

#[test]
fn line_ends_and_blocks_are_trimmed_as_jinja_does() {
    assert_eq!(render("a\r\n  {% if true %}\r\n b\r\n{% endif %}\r\n{{ 'x\r\ny' }}\r\n"), "a\n b\nx\ny");
    assert_eq!(render("a\n\n"), "a\n");
    let counted = "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}\
                   {% if loop.first %}{% continue %}{% endif %}{% break %}{% endfor %}{{ ns.n }}";
    assert_eq!(render(counted), "2");
}

#[test]
fn the_template_is_found_in_every_place() {
    assert!(open_folder(&[]).expect("opens").is_none());
    assert!(open_folder(&[("tokenizer_config.json", r#"{"chat_template": null}"#)]).expect("opens").is_none());
    let render = |files: &[(&str, &str)]| {
        let template = open_folder(files).expect("opens").expect("a template");
        template.render(&[ChatMessage::new("user", "q")], false, &Map::new()).expect("renders")
    };
    let text = ("tokenizer_config.json", r#"{"chat_template": "C"}"#);
    assert_eq!(render(&[text]), "C");
    assert_eq!(render(&[text, ("chat_template.jinja", "J")]), "J");
    let list = r#"{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}"#;
    assert_eq!(render(&[("tokenizer_config.json", list)]), "D");
    let list = r#"{"chat_template": [{"name": "tool_use", "template": "T"}]}"#;
    let error = open_folder(&[("tokenizer_config.json", list)]).expect_err("no default");
    assert!(error.to_string().contains("`tool_use` but none called `default`"), "{error}");
    let error = open_folder(&[("tokenizer_config.json", r#"{"chat_template": 3}"#)]).expect_err("a number");
    assert!(error.to_string().contains("`chat_template` should be text, or a list"), "{error}");
}

#[test]
fn errors_name_the_file_and_the_line() {
    let fails = |source: &str| render_with(source, &json!({})).expect_err("fails");
    let error = fails("a\n{% if %}");
    assert!(matches!(error, ChatTemplateError::Syntax { line: 2, .. }), "{error:?}");
    assert!(error.to_string().contains("chat_template.jinja, line 2: syntax error"), "{error}");
    let error = fails("a\n\n{{ raise_exception('take turns') }}");
    assert!(
        matches!(&error, ChatTemplateError::Refused { line: 3, message, .. } if message == "take turns"),
        "{error:?}"
    );
    // The refusal is found through a macro too.
    let error = fails("{% macro f() %}{{ raise_exception('no') }}{% endmacro %}\n{{ f() }}");
    assert!(matches!(&error, ChatTemplateError::Refused { message, .. } if message == "no"), "{error:?}");
    let error = fails("\n{{ messages[0].no.thing }}");
    assert!(matches!(error, ChatTemplateError::Failed { line: 2, .. }), "{error:?}");
    assert!(error.hint().is_some());
    let template = open_folder(&[("chat_template.jinja", "x")]).expect("opens").expect("a template");
    assert!(matches!(template.render(&[], true, &Map::new()), Err(ChatTemplateError::NoMessages)));
}

#[test]
fn a_hostile_template_ends_in_an_error() {
    let attacks = [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for a in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{{ 'x' * 99999999999 }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set ns = namespace(x=[]) %}{% for a in range(200) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}",
        "{{ strftime_now('%Q%') }}",
        "{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.no.no }}",
        "{% set ns = namespace(x=[]) %}{% for a in range(99999) %}{% set ns.x = [[[[[[[[ns.x]]]]]]]] %}{% endfor %}",
    ];
    // A thread of the size that the program's own have.
    let thread = std::thread::spawn(move || {
        for source in attacks {
            render_with(source, &json!({})).expect_err(source);
        }
        let parentheses = format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000));
        render_with(&parentheses, &json!({})).expect_err("too deep");
    });
    thread.join().expect("no panic");
    // As deep as the fuel lasts, and printed: not refused, but survived.
    let deep = "{% set ns = namespace(x=[]) %}{% for a in range(15000) %}{% set ns.x = [[[[[[[[ns.x]]]]]]]] %}{% endfor %}{{ ns.x }}";
    assert_eq!(render(deep).len(), 2 * (15_000 * 8 + 1));
}
