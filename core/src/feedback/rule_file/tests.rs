use super::*;
use crate::domain::{Rule, RuleKind, TextUnit, ToUserMessage};

const TOML: &str = "# What a good answer is.
tie_margin = 0.05

[[rules]]
kind = \"length\"
max = 40

[[rules]]
name = \"polite\"
kind = \"contains\"
any_of = [\"please\", \"thank you\"]
weight = 2

[[rules]]
kind = \"regex\"
pattern = '^\\w'
";

const JSON: &str = r#"{"tie_margin": 0.05, "rules": [
  {"kind": "length", "max": 40},
  {"name": "polite", "kind": "contains", "any_of": ["please", "thank you"], "weight": 2},
  {"kind": "regex", "pattern": "^\\w"}
]}"#;

#[test]
fn toml_and_json_say_the_same() {
    let (from_toml, _) = parse(TOML, false).expect("right");
    let (from_json, _) = parse(JSON, true).expect("right");
    assert_eq!(from_toml, from_json);
    assert!((from_toml.tie_margin - 0.05).abs() < 1e-12);
    let length = RuleKind::Length { unit: TextUnit::Words, min: None, max: Some(40) };
    assert_eq!(from_toml.rules.first(), Some(&Rule { name: None, weight: 1.0, kind: length }));
    assert_eq!(from_toml.rules.get(1).map(|rule| (rule.name.as_deref(), rule.weight)), Some((Some("polite"), 2.0)));
}

#[test]
fn what_the_program_writes_it_reads() {
    let text: String = KINDS.iter().flat_map(|kind| ["[[rules]]\n", kind.example]).collect();
    let (set, _) = parse(&text, false).expect("the examples are right");
    assert_eq!(set.rules.len(), KINDS.len());
    let written = toml::to_string(&set).expect("a set is TOML");
    assert_eq!(parse(&written, false).expect("what was written").0, set);
    let written = serde_json::to_string_pretty(&set).expect("a set is JSON");
    assert_eq!(parse(&written, true).expect("what was written").0, set);
}

#[test]
fn the_ending_says_the_format_and_a_mark_of_byte_order_is_no_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("rules.toml", TOML), ("rules.JSON", JSON), ("rules", TOML)] {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("\u{feff}{text}")).expect("written");
        assert_eq!(read_rules(&path).expect(name).rules.len(), 3);
    }
    let error = read_rules(&folder.path().join("absent.toml")).expect_err("absent");
    assert!(error.to_string().contains("absent.toml"), "{error}");
}

/// Reads `text` from a file and returns the message with its hint, the file's name shortened.
fn refuse(name: &str, text: &str) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("written");
    let error = read_rules(&path).expect_err(text);
    let message = error.to_string().replace(&path.display().to_string(), name);
    (message, error.hint().expect("every wrong rule has a cure"))
}

#[test]
fn a_wrong_file_is_told_with_its_place_and_cure() {
    let rule = |keys: &str| format!("[[rules]]\nkind = \"valid_json\"\n\n[[rules]]\n{keys}\n");
    for (text, what, hint) in [
        (String::new(), "line 1, column 1: there are no rules", "add a rule"),
        ("rules = []".to_owned(), "line 1, column 1: there are no rules", "[[rules]]"),
        ("rules = 3".to_owned(), "line 1, column 9: `rules` must be a list of rules, but is 3", "[[rules]]"),
        ("rules = [3]".to_owned(), "line 1, column 10: rule 1: a rule must be a table, but this is 3", "[[rules]]"),
        ("[[rule]]\nkind = \"valid_json\"".to_owned(), "line 1, column 3: `rule` is no key", "did you mean `rules`?"),
        (format!("tie_margin = 2\n{TOML}").replace("tie_margin = 0.05", ""), "line 1, column 14: `tie_margin`", "0.05"),
        (
            "tie_margin = \"a\"".to_owned(),
            "line 1, column 14: `tie_margin` must be a number, but is the text",
            "number",
        ),
        (rule("kind = \"lenght\""), "line 5, column 8: rule 2: there is no kind of rule called `lenght`", "`length`"),
        (rule("name = \"a\""), "rule 2 (`a`): `kind` is missing", "add `kind"),
        (rule("kind = 3"), "line 5, column 8: rule 2: `kind` must be a text in quotes, but is 3", "quotes"),
        (
            rule("kind = \"length\"\nname = \"short\"\nmaximum = 3"),
            "line 7, column 1: rule 2 (`short`): a rule of kind `length` has no key `maximum`",
            "write one of `unit`, `min`, `max`",
        ),
        (rule("kind = \"regex\"\npatern = 'a'"), "line 6, column 1: rule 2: a rule of kind `regex`", "`pattern`?"),
        (rule("kind = \"regex\""), "line 4, column 1: rule 2: `pattern` is missing", "add `pattern"),
        (rule("kind = \"length\"\nmin = -1"), "line 6, column 7: rule 2: `min` must be a whole number", "from 0"),
        (rule("kind = \"length\"\nmin = 1.5"), "line 6, column 7: rule 2: `min` must be a whole number", "but is 1.5"),
        (
            rule("kind = \"length\"\nmin = 9\nmax = 3"),
            "line 6, column 7: rule 2: `min` is 9 and `max` is 3",
            "exchange",
        ),
        (rule("kind = \"length\""), "line 4, column 1: rule 2: a length needs", "add `min"),
        (
            rule("kind = \"length\"\nunit = \"word\"\nmax=1"),
            "line 6, column 8: rule 2: `unit` must be one of",
            "\"words\"",
        ),
        (rule("kind = \"excludes\"\nany_of = []"), "line 6, column 10: rule 2: `any_of` lists nothing", "any_of = ["),
        (
            rule("kind = \"excludes\"\nany_of = [\"a\", 4]"),
            "line 6, column 16: rule 2: `any_of` must be a list of texts such as [\"a\", \"b\"], but is 4",
            "give `any_of`",
        ),
        (
            rule("kind = \"excludes\"\nany_of = [\"a\", \"\"]"),
            "line 6, column 16: rule 2: `any_of` has an empty",
            "remove",
        ),
        (
            rule("kind = \"regex\"\npattern = 'a(b'"),
            "line 6, column 11: rule 2: the regular expression `a(b` is wrong at its character 2",
            "single quotes",
        ),
        (rule("kind = \"language\"\nlanguage = \"Frensh\""), "line 6, column 12: rule 2: no language", "`French`?"),
        (
            rule("kind = \"valid_json\"\nweight = 0"),
            "line 6, column 10: rule 2: `weight` must be a number above 0",
            "0.5",
        ),
        (rule("kind = \"valid_json\"\nweight = inf"), "but is inf", "0.5"),
        (rule("kind = \"valid_json\"\nweight = \"2\""), "`weight` must be a number, but is the text \"2\"", "number"),
        (rule("kind = \"valid_json\"\nname = \"\""), "line 6, column 8: rule 2 (``): `name` has an empty text", "name"),
        (rule("kind = valid_json"), "line 5, column 8:", "quotes"),
        (rule("kind = \"valid_json\"\nkind = \"regex\""), "line 6, column 1: duplicate key", "TOML"),
    ] {
        let (message, cure) = refuse("r.toml", &text);
        let both = format!("{message} | {cure}");
        assert!(message.starts_with("r.toml, line "), "{both}\n{text}");
        assert!(message.contains(what), "{both}\n  should say: {what}\n{text}");
        assert!(both.contains(hint), "{both}\n  should advise: {hint}\n{text}");
    }
}

#[test]
fn a_wrong_json_file_is_told_with_its_place() {
    for (text, what) in [
        (
            "{\"rules\": [\n  {\"kind\": \"regex\", \"patern\": \"a\"}]}",
            "line 2, column 21: rule 1: a rule of kind `regex`",
        ),
        ("{\"rules\": [\n  {\"kind\": \"length\", \"min\": null}]}", "null is no value: leave the key out"),
        ("{\"rules\": [\n  {\"kind\": \"length\",}]}", "line 2, column 21: trailing comma"),
        ("{\"rules\": [{\"kind\": \"length\", \"max\": 1, \"max\": 2}]}", "duplicate key"),
        ("[]", "line 1, column 1:"),
        ("", "line 1, column 1:"),
        ("{}", "there are no rules"),
    ] {
        let (message, _) = refuse("r.json", text);
        assert!(message.contains(what), "{message}\n  should say: {what}\n{text}");
    }
}

#[test]
fn the_types_alone_refuse_misspelt_keys_too() {
    let error = toml::from_str::<RuleSet>("[[rules]]\nkind = \"regex\"\npatern = \"a\"").expect_err("misspelt");
    assert!(error.to_string().contains("patern"), "{error}");
    let json = r#"{"rules": [{"kind": "valid_json", "wieght": 2}]}"#;
    assert!(serde_json::from_str::<RuleSet>(json).expect_err("misspelt").to_string().contains("wieght"));
}
