//! Reading a file of a rubric: TOML, or JSON where its name ends in `.json`.

use std::path::Path;

use toml::{Table, Value};

use super::error::{FeedbackError, RuleFault, RuleLabel};
use super::place::{self, Part, Step};
use super::rubric_text::rules_of_text;
use super::rule_file::{check_rule, describe, read_table};
use super::rules::CompiledRules;
use super::suggest::suggest;
use crate::domain::{Rubric, RubricTask, RuleSet};
use crate::files::read_text;

/// The keys of a rule, and what each decides.
const RULE_KEYS: [(&str, &str); 5] = [
    ("name", "what people call it"),
    ("text", "what the coach reads: one imperative sentence, such as \"Say what happens next.\""),
    ("weight", "how much it counts beside the others: above 0, 1 when left out"),
    ("examples", "replies with `follows = true` or `false`; may be left out"),
    ("check", "the same as a program can check it; may be left out"),
];

/// The keys of a rubric.
const RUBRIC_KEYS: [&str; 4] = ["title", "meaning", "task", "rules"];

/// Longer rules leave a coach no room for the answers.
const LONGEST_RULE: usize = 400;

/// A weight is not larger than this.
const MOST_WEIGHT: f64 = 1000.0;

/// Why a rubric cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RubricProblem {
    /// Neither TOML nor JSON.
    #[error("{message}")]
    Syntax {
        /// What the reader stumbled over.
        message: String,
    },
    /// A key that nobody knows.
    #[error("`{key}` is no key of a rubric")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// There are no rules, or they are no list.
    #[error("a rubric needs `rules`, a list with at least one rule")]
    NoRules,
    /// A rule is something else than keys with values.
    #[error("{label} must be a table, but is {found}")]
    NotATable {
        /// Which rule.
        label: RuleLabel,
        /// What stands there.
        found: String,
    },
    /// A rule has a key that nobody knows.
    #[error("{label} has no key `{key}`")]
    UnknownRuleKey {
        /// Which rule.
        label: RuleLabel,
        /// The key.
        key: String,
    },
    /// A rule's name or text is missing, empty or no text.
    #[error("{label}: `{key}` must be a text, but is {found}")]
    NoText {
        /// Which rule.
        label: RuleLabel,
        /// The key.
        key: &'static str,
        /// What stands there.
        found: String,
    },
    /// A rule's text leaves no room for the answers.
    #[error("{label}: its text has {characters} characters, and a coach reads at most {most} of a rule")]
    TooLong {
        /// Which rule.
        label: RuleLabel,
        /// Its characters.
        characters: usize,
        /// The most.
        most: usize,
    },
    /// A value of another form than its key needs.
    #[error("{}`{key}` must be {expected}, but is {found}", label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default())]
    Form {
        /// Which rule; `None` is the rubric itself.
        label: Option<RuleLabel>,
        /// The key.
        key: &'static str,
        /// What it needs.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A name that is taken.
    #[error("two rules have the name `{name}`")]
    NameTwice {
        /// The place of the second, from 0.
        index: usize,
        /// The name.
        name: String,
    },
    /// What a program should check cannot be checked.
    #[error("{label}, `check`: {fault}")]
    Check {
        /// Which rule.
        label: RuleLabel,
        /// What is wrong.
        fault: RuleFault,
    },
}

impl RubricProblem {
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => "a rubric is TOML, or JSON where its name ends in .json; in TOML each rule begins \
                                    with a line `[[rules]]`, and texts stand in quotes"
                .to_owned(),
            Self::UnknownKey { key } => suggest(key, RUBRIC_KEYS),
            Self::Form { key: "task", .. } => {
                let tasks = RubricTask::ALL.map(|task| format!("\"{}\"", task.id())).join(", ");
                format!("the kinds of work are {tasks}; left out, it is conversation")
            }
            Self::Form { key: "examples", .. } => {
                "write each as `[[rules.examples]]` with `reply = \"…\"` and `follows = true` or `false`".to_owned()
            }
            Self::Form { key, .. } => {
                let meaning = RULE_KEYS.iter().find(|(name, _)| name == key).map_or("", |(_, meaning)| meaning);
                if meaning.is_empty() {
                    format!("correct `{key}`, or leave it out")
                } else {
                    format!("`{key}`: {meaning}")
                }
            }
            Self::NoRules => {
                "add a rule, for instance\n    [[rules]]\n    name = \"next step\"\n    text = \"Say what \
                              happens next.\""
                    .to_owned()
            }
            Self::NotATable { .. } => "begin each rule with a line `[[rules]]` and its keys below".to_owned(),
            Self::UnknownRuleKey { key, .. } => suggest(key, RULE_KEYS.iter().map(|(name, _)| *name)),
            Self::NoText { key, .. } => {
                let meaning = RULE_KEYS.iter().find(|(name, _)| name == key).map_or("", |(_, meaning)| meaning);
                format!("write `{key} = \"…\"`: {meaning}")
            }
            Self::TooLong { .. } => "make it one short sentence, or several rules".to_owned(),
            Self::NameTwice { .. } => "give each rule a name of its own".to_owned(),
            Self::Check { fault, .. } => fault.hint(),
        }
    }

    /// Which value it is about.
    fn place(&self) -> (Vec<Step<'_>>, Part) {
        let rule = |index: usize| vec![Step::Key("rules"), Step::Item(index)];
        let value =
            |label: &RuleLabel, key: &'static str| ([rule(label.index), vec![Step::Key(key)]].concat(), Part::Value);
        match self {
            Self::Syntax { .. } => (Vec::new(), Part::Value),
            Self::UnknownKey { key } => (vec![Step::Key(key)], Part::Key),
            Self::NoRules => (vec![Step::Key("rules")], Part::Value),
            Self::NotATable { label, .. } => (rule(label.index), Part::Value),
            Self::UnknownRuleKey { label, key } => ([rule(label.index), vec![Step::Key(key)]].concat(), Part::Key),
            Self::NoText { label, key, .. } | Self::Form { label: Some(label), key, .. } => value(label, key),
            Self::TooLong { label, .. } => value(label, "text"),
            Self::Form { label: None, key, .. } => (vec![Step::Key(key)], Part::Value),
            Self::NameTwice { index, .. } => ([rule(*index), vec![Step::Key("name")]].concat(), Part::Value),
            Self::Check { label, fault } => {
                let mut path = value(label, "check").0;
                if let Some((key, item)) = fault.key() {
                    path.push(Step::Key(key));
                    path.extend(item.map(Step::Item));
                }
                let part = if matches!(fault, RuleFault::UnknownKey { .. }) { Part::Key } else { Part::Value };
                (path, part)
            }
        }
    }
}

/// Reads a file of a rubric and makes sure that its rules can judge. The error names the line, the column and the rule.
pub fn read_rubric(path: &Path) -> Result<Rubric, FeedbackError> {
    let text = read_text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let ends_in = |wanted: &str| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(wanted));
    let read = if ends_in("txt") || ends_in("md") {
        let rubric = Rubric::of(rules_of_text(text));
        check_rubric(&rubric).map(|()| rubric).map_err(|problem| (problem, 0))
    } else {
        parse(text, ends_in("json"))
    };
    read.map_err(|(problem, offset)| {
        let (line, column) = place::line_and_column(text, offset);
        FeedbackError::Rubric { path: path.to_owned(), line, column, problem: Box::new(problem) }
    })
}

/// Whether the rules of a rubric that came from no file can judge.
pub fn check_rubric(written: &Rubric) -> Result<(), RubricProblem> {
    let table = Table::try_from(written).map_err(|error| RubricProblem::Syntax { message: error.to_string() })?;
    rubric(table).map(drop)
}

/// The rubric of a text in TOML or JSON.
pub(super) fn rubric_of_text(text: &str, is_json: bool) -> Result<Rubric, RubricProblem> {
    parse(text, is_json).map_err(|(problem, _)| problem)
}

/// The rubric of a text, or what is wrong and at which byte.
fn parse(text: &str, is_json: bool) -> Result<Rubric, (RubricProblem, usize)> {
    let table = read_table(text, is_json).map_err(|(message, offset)| (RubricProblem::Syntax { message }, offset))?;
    rubric(table).map_err(|problem| {
        let offset = {
            let (path, part) = problem.place();
            let find = if is_json { place::in_json } else { place::in_toml };
            place::nearest(&path, part, |path, part| find(text, path, part))
        };
        (problem, offset)
    })
}

fn rubric(table: Table) -> Result<Rubric, RubricProblem> {
    if let Some(key) = table.keys().find(|key| !RUBRIC_KEYS.contains(&key.as_str())) {
        return Err(RubricProblem::UnknownKey { key: key.clone() });
    }
    let form =
        |key, expected, found: &Value| RubricProblem::Form { label: None, key, expected, found: describe(found) };
    for key in ["title", "meaning"] {
        if let Some(found) = table.get(key).filter(|found| !found.is_str()) {
            return Err(form(key, "a text", found));
        }
    }
    let is_task = |found: &Value| RubricTask::ALL.iter().any(|task| Some(task.id()) == found.as_str());
    if let Some(found) = table.get("task").filter(|found| !is_task(found)) {
        return Err(form("task", "a kind of work", found));
    }
    let rules = table.get("rules").and_then(Value::as_array).filter(|rules| !rules.is_empty());
    for (index, rule) in rules.ok_or(RubricProblem::NoRules)?.iter().enumerate() {
        check(index, rule)?;
    }
    let rubric: Rubric = table
        .try_into()
        .map_err(|error: toml::de::Error| RubricProblem::Syntax { message: error.message().to_owned() })?;
    for (index, rule) in rubric.rules.iter().enumerate() {
        if rubric.rules[..index].iter().any(|other| other.name == rule.name) {
            return Err(RubricProblem::NameTwice { index, name: rule.name.clone() });
        }
        if let Some(check) = &rule.check {
            let set = RuleSet { rules: vec![check.clone()], tie_margin: 0.0 };
            let label = || RuleLabel { index, name: Some(rule.name.clone()) };
            match CompiledRules::new(&set) {
                Ok(_) => {}
                Err(super::RuleProblem::Rule { fault, .. }) => {
                    return Err(RubricProblem::Check { label: label(), fault });
                }
                Err(other) => return Err(RubricProblem::Syntax { message: other.to_string() }),
            }
        }
    }
    Ok(rubric)
}

/// Every key of a rule is known and has a value of its form.
fn check(index: usize, rule: &Value) -> Result<(), RubricProblem> {
    let name = rule.get("name").and_then(Value::as_str).map(str::to_owned);
    let label = || RuleLabel { index, name: name.clone() };
    let Value::Table(rule) = rule else {
        return Err(RubricProblem::NotATable { label: label(), found: describe(rule) });
    };
    if let Some(key) = rule.keys().find(|key| RULE_KEYS.iter().all(|(known, _)| known != key)) {
        return Err(RubricProblem::UnknownRuleKey { label: label(), key: key.clone() });
    }
    for key in ["name", "text"] {
        match rule.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => {}
            found => {
                let found = found.map_or_else(|| "missing".to_owned(), describe);
                return Err(RubricProblem::NoText { label: label(), key, found });
            }
        }
    }
    let characters = rule.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
    if characters > LONGEST_RULE {
        return Err(RubricProblem::TooLong { label: label(), characters, most: LONGEST_RULE });
    }
    check_values(rule, &label)?;
    let fault = rule.get("check").and_then(|rule| check_rule(rule).err());
    fault.map_or(Ok(()), |fault| Err(RubricProblem::Check { label: label(), fault }))
}

/// The weight and the examples of a rule.
fn check_values(rule: &Table, label: &impl Fn() -> RuleLabel) -> Result<(), RubricProblem> {
    let form = |key, expected, found: &Value| RubricProblem::Form {
        label: Some(label()),
        key,
        expected,
        found: describe(found),
    };
    let number = |found: &Value| found.as_float().or_else(|| found.as_integer().map(|whole| whole as f64));
    let is_weight = |found: &Value| number(found).is_some_and(|weight| weight > 0.0 && weight <= MOST_WEIGHT);
    if let Some(found) = rule.get("weight").filter(|found| !is_weight(found)) {
        return Err(form("weight", "a number above 0 and at most 1000", found));
    }
    let is_example = |found: &Value| {
        found.as_table().is_some_and(|example| {
            example.len() == 2
                && example.get("reply").is_some_and(Value::is_str)
                && example.get("follows").is_some_and(Value::is_bool)
        })
    };
    let are_examples = |found: &Value| found.as_array().is_some_and(|examples| examples.iter().all(is_example));
    match rule.get("examples").filter(|found| !are_examples(found)) {
        Some(found) => Err(form("examples", "a list of replies", found)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ToUserMessage;

    const RUBRIC: &str = "[[rules]]
name = \"next step\"
text = \"Say what happens next.\"

[[rules]]
name = \"short\"
text = \"Be brief.\"
check = { kind = \"length\", max = 40 }
";

    fn read(text: &str, name: &str) -> Result<Rubric, FeedbackError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        read_rubric(&path)
    }

    #[test]
    fn weights_examples_and_the_kind_of_work_are_read() {
        let text = "task = \"summarising\"\n[[rules]]\nname = \"true\"\ntext = \"Invent nothing.\"\nweight = 2\n\
                    [[rules.examples]]\nreply = \"So it says.\"\nfollows = true\n";
        let rubric = read(text, "rubric.toml").expect("right");
        assert_eq!(rubric.task, RubricTask::Summarising);
        assert!((rubric.rules[0].weight - 2.0).abs() < 1e-12 && rubric.rules[0].examples[0].follows);
        let json = serde_json::to_string(&rubric).expect("JSON");
        assert_eq!(read(&json, "rubric.json").expect("right"), rubric);
        let lines = read("# Ours\n- Be kind.\n2) Say what happens next\n", "rules.md").expect("right");
        assert_eq!(lines.rules.len(), 2);
        assert!(read("\n", "rules.txt").expect_err("none").to_string().contains("a rubric needs `rules`"));
    }

    #[test]
    fn both_forms_say_the_same() {
        let toml = read(RUBRIC, "rubric.toml").expect("right");
        assert_eq!((toml.rules.len(), toml.rules[1].text.as_str()), (2, "Be brief."));
        assert!(toml.rules[1].check.is_some() && toml.rules[0].check.is_none());
        assert_eq!(check_rubric(&toml), Ok(()));
        let json = serde_json::to_string_pretty(&toml).expect("JSON");
        assert_eq!(read(&json, "rubric.json").expect("right"), toml);
    }

    #[test]
    fn a_wrong_rubric_is_told_with_its_place_and_cure() {
        for (old, new, what) in [
            (
                "[[rules]]\nname = \"next",
                "rules = 3 3\nname = \"next",
                "line 1, column 9: string values must be quoted",
            ),
            (
                "\"Say what happens next.\"",
                "7",
                "line 3, column 8: rule 1 (`next step`): `text` must be a text, but is 7",
            ),
            ("text = \"Be brief.\"\n", "", "line 5, column 1: rule 2 (`short`): `text` must be a text, but is missing"),
            ("\"Be brief.\"", "\" \"", "line 7, column 8: rule 2 (`short`): `text` must be a text"),
            ("text = \"Be", "txt = \"Be", "line 7, column 1: rule 2 (`short`) has no key `txt`"),
            ("\"short\"", "\"next step\"", "line 6, column 8: two rules have the name `next step`"),
            ("max = 40", "max = \"x\"", "line 8, column 34: rule 2 (`short`), `check`: `max` must be a whole number"),
            (", max = 40", "", "rule 2 (`short`), `check`: a length needs `min`, `max` or both"),
            ("[[rules]]\nname = \"next", "titel = 1\n[[rules]]\nname = \"next", "line 1, column 1: `titel` is no key"),
            ("[[rules]]\nname = \"next", "title = 1\n[[rules]]\nname = \"next", "column 9: `title` must be a text"),
            ("[[rules]]\nname = \"next", "task = \"x\"\n[[rules]]\nname = \"next", "`task` must be a kind of work"),
            (
                "text = \"Be",
                "weight = 0\ntext = \"Be",
                "line 7, column 10: rule 2 (`short`): `weight` must be a number",
            ),
            ("text = \"Be", "examples = [1]\ntext = \"Be", "rule 2 (`short`): `examples` must be a list of replies"),
        ] {
            assert!(RUBRIC.contains(old), "{old}");
            let error = read(&RUBRIC.replacen(old, new, 1), "rubric.toml").expect_err(what);
            assert!(error.to_string().contains(what), "{error}\n  should say: {what}");
            assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{error}");
        }
        for empty in ["", "rules = []", "rules = 3"] {
            let error = read(empty, "rubric.toml").expect_err("no rules");
            assert!(error.to_string().contains("a rubric needs `rules`"), "{error}");
        }
        let mut written = read(RUBRIC, "rubric.toml").expect("right");
        written.rules[1].name = "next step".to_owned();
        assert_eq!(check_rubric(&written), Err(RubricProblem::NameTwice { index: 1, name: "next step".to_owned() }));
        written.rules[1].text = " ".to_owned();
        assert!(matches!(check_rubric(&written), Err(RubricProblem::NoText { key: "text", .. })));
        let long = RUBRIC.replace("Be brief.", &"long ".repeat(100));
        let error = read(&long, "rubric.toml").expect_err("too long");
        assert!(error.to_string().contains("rule 2 (`short`): its text has 500 characters"), "{error}");
        let error = read("{\"rules\": [1]}", "rubric.json").expect_err("no table");
        assert!(error.to_string().contains("line 1, column 12: rule 1 must be a table, but is 1"), "{error}");
    }
}
