//! Reading a file of rules: TOML, or JSON where its name ends in `.json`.
//!
//! The keys are checked against the registry of kinds before the types read them, since serde's errors know neither
//! which key of which rule is wrong nor, below a flattened one, its place.

use std::path::Path;

use toml::{Table, Value};

use super::error::{FeedbackError, RuleFault, RuleLabel, RuleProblem};
use super::place::{self, Part, Step};
use super::rules::{COMMON_KEYS, CompiledRules, Form, KINDS, Key, Kind};
use crate::domain::RuleSet;
use crate::files::read_text;

/// The keys of a rule set.
pub(super) const SET_KEYS: [&str; 2] = ["rules", "tie_margin"];

/// Reads a file of rules and makes sure that they can judge. The error names the line, the column and the rule.
pub fn read_rules(path: &Path) -> Result<RuleSet, FeedbackError> {
    read(path).map(|(set, _)| set)
}

impl CompiledRules {
    /// Reads a file of rules, ready to judge. The error names the line, the column and the rule.
    pub fn read(path: &Path) -> Result<Self, FeedbackError> {
        read(path).map(|(_, rules)| rules)
    }
}

fn read(path: &Path) -> Result<(RuleSet, CompiledRules), FeedbackError> {
    let text = read_text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    parse(text, is_json).map_err(|(problem, offset)| {
        let (line, column) = place::line_and_column(text, offset);
        FeedbackError::Rules { path: path.to_owned(), line, column, problem: Box::new(problem) }
    })
}

/// The rules of a text, or what is wrong and at which byte.
fn parse(text: &str, is_json: bool) -> Result<(RuleSet, CompiledRules), (RuleProblem, usize)> {
    let syntax = |(message, offset)| (RuleProblem::Syntax { message }, offset);
    let table = read_table(text, is_json).map_err(syntax)?;
    check(&table)
        .and_then(|()| {
            table.try_into::<RuleSet>().map_err(|error| RuleProblem::Syntax { message: error.message().to_owned() })
        })
        .and_then(|set| Ok((CompiledRules::new(&set)?, set)))
        .map(|(rules, set)| (set, rules))
        .map_err(|problem| {
            let offset = {
                let (path, part) = place_of(&problem);
                let find = if is_json { place::in_json } else { place::in_toml };
                place::nearest(&path, part, |path, part| find(text, path, part))
            };
            (problem, offset)
        })
}

/// The table of a TOML text, or of a JSON text; else what the reader stumbled over, and at which byte.
pub(super) fn read_table(text: &str, is_json: bool) -> Result<Table, (String, usize)> {
    if is_json { json_table(text) } else { toml_table(text) }
}

fn toml_table(text: &str) -> Result<Table, (String, usize)> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        (message, error.span().map_or(0, |span| span.start))
    })
}

fn json_table(text: &str) -> Result<Table, (String, usize)> {
    serde_json::from_str(text).map_err(|error| {
        let whole = error.to_string();
        let message = match whole.split(" at line ").next() {
            Some(message) if message.starts_with("invalid type: null") => "null is no value: leave the key out",
            Some(message) => message,
            None => whole.as_str(),
        };
        let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let offset = line_start + error.column().saturating_sub(1);
        (message.to_owned(), offset)
    })
}

/// Which value a problem is about.
fn place_of(problem: &RuleProblem) -> (Vec<Step<'_>>, Part) {
    match problem {
        RuleProblem::Syntax { .. } => (Vec::new(), Part::Value),
        RuleProblem::NoRules => (vec![Step::Key("rules")], Part::Key),
        RuleProblem::UnknownKey { key } => (vec![Step::Key(key)], Part::Key),
        RuleProblem::WrongForm { key, .. } => (vec![Step::Key(key)], Part::Value),
        RuleProblem::TieMargin { .. } => (vec![Step::Key("tie_margin")], Part::Value),
        RuleProblem::Rule { label, fault } => {
            let mut path = vec![Step::Key("rules"), Step::Item(label.index)];
            if let Some((key, item)) = fault.key() {
                path.push(Step::Key(key));
                path.extend(item.map(Step::Item));
            }
            let part = if matches!(fault, RuleFault::UnknownKey { .. }) { Part::Key } else { Part::Value };
            (path, part)
        }
    }
}

/// Every key is known and has a value of its form.
fn check(table: &Table) -> Result<(), RuleProblem> {
    if let Some(key) = table.keys().find(|key| !SET_KEYS.contains(&key.as_str())) {
        return Err(RuleProblem::UnknownKey { key: key.clone() });
    }
    if let Some(margin) = table.get("tie_margin")
        && fits(Form::Number, margin).is_err()
    {
        let found = describe(margin);
        return Err(RuleProblem::WrongForm { key: "tie_margin", expected: "a number", found });
    }
    match table.get("rules") {
        None => Err(RuleProblem::NoRules),
        Some(Value::Array(rules)) => rules.iter().enumerate().try_for_each(|(index, rule)| {
            let name = rule.get("name").and_then(Value::as_str).map(str::to_owned);
            check_rule(rule).map_err(|fault| fault.of(RuleLabel { index, name }))
        }),
        Some(other) => {
            Err(RuleProblem::WrongForm { key: "rules", expected: "a list of rules", found: describe(other) })
        }
    }
}

pub(super) fn check_rule(rule: &Value) -> Result<(), RuleFault> {
    let Value::Table(rule) = rule else { return Err(RuleFault::NotATable { found: describe(rule) }) };
    let kind = kind_of(rule)?;
    let known = || kind.keys.iter().chain(COMMON_KEYS);
    if let Some(key) = rule.keys().find(|key| known().all(|row| row.name != key.as_str())) {
        return Err(RuleFault::UnknownKey { kind: kind.id, key: key.clone() });
    }
    known().try_for_each(|key| check_key(rule, key))
}

fn kind_of(rule: &Table) -> Result<&'static Kind, RuleFault> {
    let written = rule.get("kind").map(Value::as_str);
    match written {
        Some(Some(id)) => {
            KINDS.iter().find(|row| row.id == id).ok_or_else(|| RuleFault::UnknownKind { kind: id.to_owned() })
        }
        // Missing, or no text: the key's own row says so.
        _ => COMMON_KEYS
            .iter()
            .try_for_each(|key| check_key(rule, key))
            .and(Err(RuleFault::UnknownKind { kind: String::new() })),
    }
}

fn check_key(rule: &Table, key: &Key) -> Result<(), RuleFault> {
    match rule.get(key.name) {
        None if key.needed => Err(RuleFault::MissingKey { key: key.name, meaning: key.meaning }),
        None => Ok(()),
        Some(value) => fits(key.form, value).map_err(|item| {
            let expected = expected(key.form);
            let found = match (item, value) {
                (Some(item), Value::Array(items)) => items.get(item).map_or_else(String::new, describe),
                _ => describe(value),
            };
            RuleFault::WrongForm { key: key.name, item, expected, found }
        }),
    }
}

/// Whether a value has a form; where it is a list with a wrong item, `Err` says which.
fn fits(form: Form, value: &Value) -> Result<(), Option<usize>> {
    let holds = match (form, value) {
        (Form::Texts, Value::Array(items)) => {
            return match items.iter().position(|item| !item.is_str()) {
                Some(item) => Err(Some(item)),
                None => Ok(()),
            };
        }
        (Form::Count, Value::Integer(number)) => *number >= 0,
        (Form::Choice(choices), Value::String(text)) => choices.contains(&text.as_str()),
        (Form::Text, Value::String(_))
        | (Form::Number, Value::Integer(_) | Value::Float(_))
        | (Form::Flag, Value::Boolean(_)) => true,
        _ => false,
    };
    if holds { Ok(()) } else { Err(None) }
}

fn expected(form: Form) -> String {
    match form {
        Form::Text => "a text in quotes".to_owned(),
        Form::Texts => "a list of texts such as [\"a\", \"b\"]".to_owned(),
        Form::Count => "a whole number from 0 on".to_owned(),
        Form::Number => "a number".to_owned(),
        Form::Flag => "true or false, without quotes".to_owned(),
        Form::Choice(choices) => {
            format!("one of {}", choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", "))
        }
    }
}

pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let short: String = text.chars().take(40).collect();
            let dots = if short.len() < text.len() { "…" } else { "" };
            format!("the text \"{short}{dots}\"")
        }
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Datetime(date) => format!("the date {date}"),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}

#[cfg(test)]
mod tests;
