//! Jinja in the dialect of Hugging Face's chat templates, on top of minijinja.
//!
//! What transformers adds to Jinja: blocks trimmed and stripped, loop controls, Python's string and dictionary
//! methods, `raise_exception`, `strftime_now`, a `tojson` that neither escapes HTML nor sorts keys, and `generation`
//! blocks, which mark what the assistant says and render nothing of their own.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Rest, Serde, ValueKind, from_args};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use regex::{Captures, Regex};
use serde_json::Map;

use crate::files::contain::contain_panic;

/// Work that a rendering may do: about this many instructions, or 64 bytes of text for each.
const BASE_FUEL: u64 = 500_000;

/// Work that each message adds. Chat templates take some hundred instructions a message.
const MESSAGE_FUEL: u64 = 5_000;

/// Stack of a rendering. A hostile template can nest a list as deep as its fuel lasts, about a level for two units,
/// and printing it takes half a kibibyte a level. Only what is used costs memory.
const STACK_BYTES: usize = 512 << 20;

/// How deep macros may call each other: far beyond any chat template, and safe on a thread's small stack.
const RECURSION_LIMIT: usize = 100;

/// How deep `tojson` follows lists and objects.
const JSON_DEPTH_LIMIT: usize = 128;

/// What a template said with `raise_exception`.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Raised(pub(super) String);

/// An environment that renders one template of the dialect.
pub(super) fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_recursion_limit(RECURSION_LIMIT);
    environment.set_unknown_method_callback(python_method);
    environment.set_formatter(|out, state, value| match value.kind() {
        ValueKind::Number => Ok(out.write_str(&number(value))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    environment.add_filter("string", |state: &State<'_, '_>, value: &Value| match value.kind() {
        ValueKind::Number => Ok(Value::from(number(value))),
        _ => minijinja::filters::string(state, value),
    });
    environment.add_filter("tojson", to_json);
    environment.add_test("iterable", |value: &Value| !value.is_none() && value.try_iter().is_ok());
    environment.add_test("sequence", is_sequence);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", strftime_now);
    Ok(environment)
}

/// Renders the template `name` with `names`, of which `messages` has `message_count` messages of `text_bytes` together.
/// Ends in an error, never in an abort, however the template was made.
pub(super) fn render(
    environment: &Environment<'static>,
    name: &str,
    names: Map<String, serde_json::Value>,
    [message_count, text_bytes]: [usize; 2],
) -> Result<String, Error> {
    let mut environment = environment.clone();
    environment.set_fuel(Some(BASE_FUEL + MESSAGE_FUEL * message_count as u64 + text_bytes as u64 / 4));
    let failed = |reason: String| Error::new(ErrorKind::InvalidOperation, reason);
    let work = || contain_panic(|| environment.get_template(name)?.render(Serde(names)));
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map_err(|error| failed(format!("no room for the rendering: {error}")))?;
        thread.join().unwrap_or_else(|_| Err("unknown reason".to_owned())).map_err(failed)?
    })
}

/// Makes a template's text ready for the parser: line ends as Jinja reads them, and `generation` blocks as scopes
/// without content of their own, their white-space control and line numbers kept.
pub(super) fn prepare(source: &str) -> String {
    static TAG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(\{%[-+]?\s*)(end)?generation(\s*[-+]?%\})").ok());
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    match &*TAG {
        Some(tag) => tag
            .replace_all(&source, |found: &Captures<'_>| {
                let end = found.get(2).map_or("", |end| end.as_str());
                format!("{}{end}with{}", &found[1], &found[3])
            })
            .into_owned(),
        None => source,
    }
}

/// What Python can index and measure: lists, but text and dictionaries too.
fn is_sequence(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::String | ValueKind::Map | ValueKind::Undefined)
}

/// A number as Python prints it: the shortest decimal that reads back the same, with an exponent below 1e-4 and from
/// 1e16 on.
fn number(value: &Value) -> String {
    let float = match f64::try_from(value.clone()) {
        Ok(float) if float.is_finite() && !value.is_integer() => float,
        _ => return value.to_string(),
    };
    let scientific = format!("{float:e}");
    match scientific.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>())) {
        Some((digits, Ok(exponent))) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{float:?}"),
    }
}

fn raise_exception(message: &Value) -> Result<Value, Error> {
    let message = message.to_string();
    Err(Error::new(ErrorKind::InvalidOperation, message.clone()).with_source(Raised(message)))
}

fn strftime_now(format: &str) -> Result<String, Error> {
    jiff::fmt::strtime::format(format, &jiff::Zoned::now()).map_err(|error| {
        Error::new(ErrorKind::InvalidOperation, format!("strftime_now({format:?}) failed")).with_source(error)
    })
}

/// Python's methods of text and dictionaries that chat templates call.
fn python_method(state: &mut State<'_, '_>, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    let Some(text) = value.as_str() else {
        return minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args);
    };
    Ok(match method {
        "removeprefix" => {
            let (prefix,): (&str,) = from_args(args)?;
            text.strip_prefix(prefix).unwrap_or(text).into()
        }
        "removesuffix" => {
            let (suffix,): (&str,) = from_args(args)?;
            text.strip_suffix(suffix).unwrap_or(text).into()
        }
        "rsplit" => {
            let (separator, most): (&str, Option<usize>) = from_args(args)?;
            let mut parts: Vec<&str> = match most {
                Some(most) => text.rsplitn(most.saturating_add(1), separator).collect(),
                None => text.rsplit(separator).collect(),
            };
            parts.reverse();
            parts.into_iter().map(Value::from).collect()
        }
        "partition" => {
            let (separator,): (&str,) = from_args(args)?;
            let (before, after) = text.split_once(separator).unwrap_or((text, ""));
            let found = if before.len() < text.len() { separator } else { "" };
            [before, found, after].into_iter().map(Value::from).collect()
        }
        "rpartition" => {
            let (separator,): (&str,) = from_args(args)?;
            let (before, after) = text.rsplit_once(separator).unwrap_or(("", text));
            let found = if after.len() < text.len() { separator } else { "" };
            [before, found, after].into_iter().map(Value::from).collect()
        }
        _ => return minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args),
    })
}

/// `json.dumps` as transformers gives it to templates: `ensure_ascii`, `indent`, `separators` and `sort_keys`, by
/// position or by name.
#[expect(clippy::needless_pass_by_value, reason = "the engine's signature of a filter")]
fn to_json(value: &Value, positional: Rest<Value>, named: Kwargs) -> Result<Value, Error> {
    let argument = |index: usize, name: &str| -> Result<Option<Value>, Error> {
        let value = match positional.get(index) {
            Some(value) => Some(value.clone()),
            None => named.get::<Option<Value>>(name)?,
        };
        Ok(value.filter(|value| !value.is_none() && !value.is_undefined()))
    };
    let ensure_ascii = argument(0, "ensure_ascii")?.is_some_and(|value| value.is_true());
    let indent = match argument(1, "indent")? {
        None => None,
        Some(value) => Some(match value.as_str() {
            Some(text) => text.to_owned(),
            None => " ".repeat(usize::try_from(value)?.min(64)),
        }),
    };
    let separators = match argument(2, "separators")? {
        None if indent.is_some() => (",".to_owned(), ": ".to_owned()),
        None => (", ".to_owned(), ": ".to_owned()),
        Some(value) => (value.get_item_by_index(0)?.to_string(), value.get_item_by_index(1)?.to_string()),
    };
    let sort_keys = argument(3, "sort_keys")?.is_some_and(|value| value.is_true());
    named.assert_all_used()?;
    let mut writer = JsonWriter { out: String::new(), ensure_ascii, indent, separators, sort_keys, depth: 0 };
    writer.value(value)?;
    Ok(Value::from_safe_string(writer.out))
}

/// Writes JSON as Python's `json.dumps` does.
struct JsonWriter {
    out: String,
    ensure_ascii: bool,
    indent: Option<String>,
    separators: (String, String),
    sort_keys: bool,
    depth: usize,
}

impl JsonWriter {
    fn value(&mut self, value: &Value) -> Result<(), Error> {
        match value.kind() {
            ValueKind::None => self.out.push_str("null"),
            ValueKind::Bool => self.out.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number => self.out.push_str(&number(value)),
            ValueKind::String => self.text(value.as_str().unwrap_or_default()),
            ValueKind::Seq | ValueKind::Iterable => {
                let items: Vec<Value> = value.try_iter()?.collect();
                self.container(['[', ']'], &items, Self::value)?;
            }
            ValueKind::Map => {
                let mut keys: Vec<Value> = value.try_iter()?.collect();
                if self.sort_keys {
                    keys.sort();
                }
                self.container(['{', '}'], &keys, |writer, key| {
                    writer.key(key)?;
                    writer.out.push_str(&writer.separators.1.clone());
                    writer.value(&value.get_item(key)?)
                })?;
            }
            other => {
                return Err(Error::new(ErrorKind::BadSerialization, format!("{other} has no form in JSON")));
            }
        }
        Ok(())
    }

    fn key(&mut self, key: &Value) -> Result<(), Error> {
        if let Some(text) = key.as_str() {
            self.text(text);
        } else {
            self.out.push('"');
            self.value(key)?;
            self.out.push('"');
        }
        Ok(())
    }

    fn container(
        &mut self,
        [open, close]: [char; 2],
        items: &[Value],
        mut write: impl FnMut(&mut Self, &Value) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.depth == JSON_DEPTH_LIMIT {
            return Err(Error::new(ErrorKind::BadSerialization, "nested too deeply for tojson"));
        }
        self.out.push(open);
        self.depth += 1;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(&self.separators.0.clone());
            }
            self.new_line();
            write(self, item)?;
        }
        self.depth -= 1;
        if !items.is_empty() {
            self.new_line();
        }
        self.out.push(close);
        Ok(())
    }

    fn new_line(&mut self) {
        if let Some(indent) = &self.indent {
            self.out.push('\n');
            for _ in 0..self.depth {
                self.out.push_str(indent);
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            match character {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                control if control < ' ' => self.escape(control),
                other if self.ensure_ascii && !other.is_ascii() => self.escape(other),
                other => self.out.push(other),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, character: char) {
        let mut units = [0; 2];
        let escapes = character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}"));
        self.out.extend(escapes);
    }
}
