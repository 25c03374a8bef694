//! Chat templates in Go's text/template, of the few words that ours are made of: written, and rendered to hold them
//! against the model's own.
//!
//! No action trims blanks around it: a blank of a chat template counts.

use super::turns::{System, Turns};
use crate::domain::ChatMessage;

const RANGE: &str = "range $i, $_ := .Messages";
const LAST: &str = "$last := eq (len (slice $.Messages $i)) 1";

/// A text that stands for itself: as it is where Go and the Modelfile leave it so, else as a quoted text.
fn literal(text: &str) -> String {
    let special = ["{{", "}}", "\"\"\"", "\r"];
    if text.is_empty() || !(special.iter().any(|one| text.contains(one)) || text.ends_with('{')) {
        return text.to_owned();
    }
    let mut quoted = String::from("{{ \"");
    for letter in text.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            // No pair of braces stands inside an action.
            '{' => quoted.push_str("\\x7b"),
            '}' => quoted.push_str("\\x7d"),
            other => quoted.push(other),
        }
    }
    quoted.push_str("\" }}");
    quoted
}

/// The template that writes these turns over Ollama's `.System` and `.Messages`.
pub(super) fn write(turns: &Turns) -> String {
    let start = literal(&turns.start);
    let (beginning, in_last) = match &turns.system {
        System::Unknown => (start, String::new()),
        System::First { before, after } => {
            let (before, after) = (literal(before), literal(after));
            (
                format!("{{{{ if .System }}}}{before}{{{{ .System }}}}{after}{{{{ else }}}}{start}{{{{ end }}}}"),
                String::new(),
            )
        }
        System::InLastTurn { after } => {
            let after = literal(after);
            (start, format!("{{{{ if and $last $.System }}}}{{{{ $.System }}}}{after}{{{{ end }}}}"))
        }
    };
    let (end, to_assistant, to_user) = (literal(&turns.end), literal(&turns.to_assistant), literal(&turns.to_user));
    [
        &beginning,
        "{{ ",
        RANGE,
        " }}{{ ",
        LAST,
        " }}",
        "{{ if eq .Role \"user\" }}",
        &in_last,
        "{{ .Content }}{{ if $last }}",
        &end,
        "{{ else }}",
        &to_assistant,
        "{{ end }}",
        // An answer that has been begun is gone on with.
        "{{ else if eq .Role \"assistant\" }}{{ .Content }}{{ if not $last }}",
        &to_user,
        "{{ end }}{{ end }}",
        "{{ end }}",
    ]
    .concat()
}

/// What a template is rendered over.
#[derive(Clone, Copy)]
struct Scope<'a> {
    system: &'a str,
    messages: &'a [ChatMessage],
    /// The message of the range, once inside.
    place: Option<usize>,
}

enum Node<'t> {
    Text(&'t str),
    Put(&'t str),
    /// Conditions with what they show; the last may have none.
    If(Vec<(Option<&'t str>, Vec<Self>)>),
    Range(Vec<Self>),
}

/// The text that Go would make of a template of [`write`]'s words; `None` where it has others.
pub(super) fn render(template: &str, messages: &[ChatMessage]) -> Option<String> {
    let system: Vec<&str> =
        messages.iter().filter(|message| message.role == "system").map(|message| message.content.as_str()).collect();
    let system = system.join("\n\n");
    let mut rest = template;
    let (nodes, closed_by) = parse(&mut rest)?;
    let mut out = String::new();
    let scope = Scope { system: &system, messages, place: None };
    (closed_by.is_none() && show(&nodes, scope, &mut out).is_some()).then_some(out)
}

/// Nodes up to an `else` or `end`, which is given too.
fn parse<'t>(rest: &mut &'t str) -> Option<(Vec<Node<'t>>, Option<&'t str>)> {
    let mut nodes = Vec::new();
    loop {
        let Some(open) = rest.find("{{") else {
            nodes.push(Node::Text(std::mem::take(rest)));
            return Some((nodes, None));
        };
        nodes.push(Node::Text(&rest[..open]));
        let close = open + rest[open..].find("}}")?;
        let action = rest[open + 2..close].trim();
        *rest = &rest[close + 2..];
        if action == "end" || action == "else" || action.starts_with("else if ") {
            return Some((nodes, Some(action)));
        }
        nodes.push(match action.strip_prefix("if ") {
            Some(condition) => parse_if(condition, rest)?,
            None if action == RANGE => {
                let (inner, closed_by) = parse(rest)?;
                (closed_by == Some("end")).then_some(Node::Range(inner))?
            }
            None => Node::Put(action),
        });
    }
}

fn parse_if<'t>(condition: &'t str, rest: &mut &'t str) -> Option<Node<'t>> {
    let mut branches = Vec::new();
    let mut condition = Some(condition);
    loop {
        let (inner, closed_by) = parse(rest)?;
        branches.push((condition, inner));
        match closed_by? {
            "end" => return Some(Node::If(branches)),
            "else" => condition = None,
            other => condition = Some(other.strip_prefix("else if ")?),
        }
    }
}

fn show(nodes: &[Node<'_>], scope: Scope<'_>, out: &mut String) -> Option<()> {
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Put(action) => out.push_str(&put(action, scope)?),
            Node::If(branches) => {
                for (condition, inner) in branches {
                    if condition.map_or(Some(true), |condition| holds(condition, scope))? {
                        show(inner, scope, out)?;
                        break;
                    }
                }
            }
            Node::Range(inner) => {
                for place in 0..scope.messages.len() {
                    show(inner, Scope { place: Some(place), ..scope }, out)?;
                }
            }
        }
    }
    Some(())
}

fn put(action: &str, scope: Scope<'_>) -> Option<String> {
    match (action, scope.place) {
        (".System", None) | ("$.System", _) => Some(scope.system.to_owned()),
        (".Content", Some(place)) => Some(scope.messages[place].content.clone()),
        // It is asked for by its name below.
        (LAST, Some(_)) => Some(String::new()),
        _ => unquoted(action.strip_prefix('"')?.strip_suffix('"')?),
    }
}

fn holds(condition: &str, scope: Scope<'_>) -> Option<bool> {
    let is_last = scope.place.map(|place| place + 1 == scope.messages.len());
    let has_role = |role: &str| scope.place.map(|place| scope.messages[place].role == role);
    match condition {
        ".System" if scope.place.is_none() => Some(!scope.system.is_empty()),
        "$last" => is_last,
        "not $last" => is_last.map(|is| !is),
        "and $last $.System" => is_last.map(|is| is && !scope.system.is_empty()),
        "eq .Role \"user\"" => has_role("user"),
        "eq .Role \"assistant\"" => has_role("assistant"),
        _ => None,
    }
}

fn unquoted(quoted: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        text.push(match letters.next()? {
            'n' => '\n',
            'r' => '\r',
            'x' => match [letters.next()?, letters.next()?] {
                ['7', 'b'] => '{',
                ['7', 'd'] => '}',
                _ => return None,
            },
            plain @ ('\\' | '"') => plain,
            _ => return None,
        });
    }
    Some(text)
}
