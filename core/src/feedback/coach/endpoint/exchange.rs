//! One request and its answer, in the words that servers share which speak as `OpenAI`'s does.

use std::time::{Duration, SystemTime};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url};
use serde_json::{Map, Value, json};

use super::answer::{Fault, shown};
use super::frame::Question;
use super::key::without_key;
use crate::domain::Secret;
use crate::job::CancelToken;
use crate::network::{self, BodyError, Patience, retry_after};

/// An answer is not longer than this.
const LONGEST_ANSWER: u64 = 1 << 20;

/// Of an answer that says no, so much is read.
const LONGEST_REFUSAL: u64 = 64 << 10;

/// Of what a server says of itself, so much is told.
const LONGEST_SAYING: usize = 160;

/// Characters of a text in an answer, where a server lets that be said.
const LONGEST_TEXT: usize = 240;

/// What a server does not take of a request, as far as that was found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dialect {
    /// 0 asks for a schema as `OpenAI` takes it, 1 as llama.cpp's servers do, 2 for any JSON object, 3 for nothing.
    pub form: u8,
    /// `max_completion_tokens` instead of `max_tokens`.
    pub newer_limit: bool,
    /// No `temperature` and no `seed`.
    pub plain: bool,
}

impl Dialect {
    /// What to leave out after a server refused a request and said so; `None` where there is nothing left to leave out.
    fn after(self, said: &str, has_form: bool) -> Option<Self> {
        let said = said.to_lowercase();
        if !self.newer_limit && said.contains("max_completion_tokens") {
            return Some(Self { newer_limit: true, ..self });
        }
        if !self.plain && ["temperature", "seed"].iter().any(|word| said.contains(word)) {
            return Some(Self { plain: true, ..self });
        }
        (has_form && self.form < 3).then(|| Self { form: self.form + 1, ..self })
    }
}

/// What became of one request.
#[derive(Debug)]
pub enum Outcome {
    /// It was answered, and is paid for.
    Answered {
        /// Its text, or why it is of no use.
        text: Result<String, Fault>,
        /// Tokens read and written, as the server says.
        usage: Option<(u64, u64)>,
    },
    /// It was sent, and nobody knows whether it is paid for.
    Lost {
        /// What happened.
        because: String,
    },
    /// It was not taken, and costs nothing.
    Refused(Refused),
}

/// How a server says no.
#[derive(Debug)]
pub enum Refused {
    /// For now.
    Passing {
        /// What happened.
        because: String,
        /// How long it wants to be left alone.
        wait: Option<Duration>,
        /// Whether it was not even reached.
        is_unreachable: bool,
    },
    /// To this form of the question.
    Form {
        /// What to leave out.
        next: Dialect,
    },
    /// To this question.
    Question {
        /// What it says.
        because: String,
    },
    /// To every question.
    Everything {
        /// What it says.
        because: String,
    },
}

/// Who is asked, and how.
#[derive(Debug)]
pub struct Line {
    /// What makes requests: no redirects, and to the addresses that were looked at.
    pub client: Client,
    /// The same with a connection of its own for every request.
    pub client_without_pool: Client,
    /// Where questions go.
    pub url: Url,
    /// What a person is told of that.
    pub host: String,
    /// The model.
    pub model: String,
    /// Goes along with every request.
    pub key: Option<Secret>,
    /// How long is waited.
    pub patience: Patience,
}

impl Line {
    /// Asks once. After a loss it is asked over a new connection: a server may have closed one that was kept open just as it was
    /// used again.
    pub async fn ask(
        &self,
        question: &Question,
        dialect: Dialect,
        again: Option<&str>,
        is_after_loss: bool,
        cancel: &CancelToken,
    ) -> Outcome {
        let body = body(&self.model, question, dialect, again);
        let client = if is_after_loss { &self.client_without_pool } else { &self.client };
        let mut request = client.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(body);
        if let Some(key) = &self.key {
            let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", key.reveal())) else {
                let because = "its key is none that can be sent".to_owned();
                return Outcome::Refused(Refused::Everything { because });
            };
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        match tokio::time::timeout(self.patience.answer, request.send()).await {
            Ok(Ok(response)) if response.status().is_success() => self.answered(response, cancel).await,
            Ok(Ok(response)) => Outcome::Refused(self.refused(response, question, dialect, cancel).await),
            Ok(Err(error)) if error.is_connect() || error.is_builder() => Outcome::Refused(Refused::Passing {
                because: format!("{} cannot be reached", self.host),
                wait: None,
                is_unreachable: true,
            }),
            Ok(Err(_)) => Outcome::Lost { because: format!("{} broke the connection off", self.host) },
            Err(_late) => {
                let seconds = self.patience.answer.as_secs();
                Outcome::Lost { because: format!("{} did not answer within {seconds} seconds", self.host) }
            }
        }
    }

    async fn answered(&self, response: Response, cancel: &CancelToken) -> Outcome {
        match network::whole(response, LONGEST_ANSWER, &self.patience, cancel).await {
            Ok(bytes) => {
                let (text, usage) = read(&bytes);
                let hidden = |text: String| without_key(&text, self.key.as_ref());
                let text = text.map(&hidden).map_err(|fault| Fault { because: hidden(fault.because), ..fault });
                Outcome::Answered { text, usage }
            }
            Err(BodyError::TooLong { .. }) => {
                let fault =
                    Fault::lasting(format!("the answer of {} is longer than {LONGEST_ANSWER} bytes", self.host));
                Outcome::Answered { text: Err(fault), usage: None }
            }
            Err(BodyError::Stalled { .. }) => Outcome::Lost { because: format!("{} stopped in its answer", self.host) },
            Err(BodyError::Lost(_) | BodyError::Cancelled(_)) => {
                Outcome::Lost { because: format!("{} broke its answer off", self.host) }
            }
        }
    }

    async fn refused(
        &self,
        response: Response,
        question: &Question,
        dialect: Dialect,
        cancel: &CancelToken,
    ) -> Refused {
        let status = response.status();
        let wait = retry_after(response.headers(), SystemTime::now());
        let body = network::whole(response, LONGEST_REFUSAL, &self.patience, cancel).await.unwrap_or_default();
        let said = without_key(&saying(&body), self.key.as_ref());
        let told = if said.is_empty() { String::new() } else { format!(": {said}") };
        let host = &self.host;
        let everything = |because: String| Refused::Everything { because };
        let is_of_form = status.as_u16() != 500 || said.contains("response_format");
        match status.as_u16() {
            300..400 => everything(format!("{host} sends us on to another address, and that is not followed")),
            401 if self.key.is_none() => everything(format!("{host} asks for a key")),
            401 => everything(format!("{host} does not take the key")),
            402 => everything(format!("{host} wants to be paid first{told}")),
            404 | 405 | 410 => everything(format!("{host} has no such model or address{told}")),
            429 if said.contains("insufficient_quota") => everything(format!("{host} gives no more credit{told}")),
            // Some servers call a form that they do not know a fault of their own (llama-cpp-python's does).
            400 | 415 | 422 | 500 | 501 if is_of_form => match dialect.after(&said, question.schema.is_some()) {
                Some(next) => Refused::Form { next },
                None => Refused::Question { because: refusal(host, status, &told) },
            },
            408 | 425 | 429 | 500 | 502..=504 | 520..=530 => {
                Refused::Passing { because: refusal(host, status, &told), wait, is_unreachable: false }
            }
            _ => Refused::Question { because: refusal(host, status, &told) },
        }
    }
}

fn refusal(host: &str, status: StatusCode, told: &str) -> String {
    format!("{host} answers {}{told}", status.as_u16())
}

/// A request's body.
fn body(model: &str, question: &Question, dialect: Dialect, again: Option<&str>) -> String {
    let mut messages: Vec<Value> =
        question.messages.iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
    if let Some(reminder) = again {
        messages.push(json!({"role": "user", "content": reminder}));
    }
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert("messages".to_owned(), messages.into());
    body.insert("stream".to_owned(), false.into());
    let limit = if dialect.newer_limit { "max_completion_tokens" } else { "max_tokens" };
    body.insert(limit.to_owned(), question.most_tokens.into());
    if !dialect.plain {
        body.insert("temperature".to_owned(), json!(question.temperature));
        body.insert("seed".to_owned(), question.seed.into());
    }
    match (&question.schema, dialect.form) {
        (Some((name, schema)), 0) => {
            let schema = json!({"name": name, "strict": true, "schema": schema});
            body.insert("response_format".to_owned(), json!({"type": "json_schema", "json_schema": schema}));
        }
        (Some((_, schema)), 1) => {
            body.insert("response_format".to_owned(), json!({"type": "json_object", "schema": bounded(schema)}));
        }
        (Some(_), 2) => drop(body.insert("response_format".to_owned(), json!({"type": "json_object"}))),
        _ => {}
    }
    Value::Object(body).to_string()
}

/// A schema whose texts end and whose numbers are those that are asked for: a small model under a grammar writes until it is
/// cut off, and any number. `OpenAI`'s form knows no such bounds.
fn bounded(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for field in fields.into_iter().flat_map(|fields| fields.values_mut()).filter_map(Value::as_object_mut) {
        match field.get("type").and_then(Value::as_str) {
            Some("string") if !field.contains_key("enum") => {
                field.insert("maxLength".to_owned(), LONGEST_TEXT.into());
            }
            Some("integer" | "number") => {
                field.insert("enum".to_owned(), (50..=100).step_by(5).collect::<Vec<u64>>().into());
            }
            _ => {}
        }
    }
    schema
}

/// The text of an answer, or why it is of no use, and the tokens that it counts.
fn read(bytes: &[u8]) -> (Result<String, Fault>, Option<(u64, u64)>) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        let because = "its answer is not the JSON that such servers send".to_owned();
        return (Err(Fault { because, is_final: false }), None);
    };
    let tokens = |key: &str| value.get("usage")?.get(key)?.as_u64();
    let usage = tokens("prompt_tokens").zip(tokens("completion_tokens"));
    (text_of(&value), usage)
}

fn text_of(value: &Value) -> Result<String, Fault> {
    let choice = value.get("choices").and_then(|choices| choices.get(0));
    let Some(choice) = choice else {
        let because = "its answer holds no choice".to_owned();
        return Err(Fault { because, is_final: false });
    };
    match choice.get("finish_reason").and_then(Value::as_str) {
        Some("length") => return Err(Fault::lasting("its answer was cut off: it may write too few tokens")),
        Some("content_filter") => return Err(Fault::lasting("the server refuses to judge it")),
        _ => {}
    }
    let message = choice.get("message");
    let refusal = message.and_then(|message| message.get("refusal")).and_then(Value::as_str);
    if refusal.is_some_and(|refusal| !refusal.trim().is_empty()) {
        return Err(Fault::lasting("the model refuses to judge it"));
    }
    let text = match message.and_then(|message| message.get("content")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect(),
        _ => String::new(),
    };
    if text.trim().is_empty() {
        return Err(Fault { because: "its answer is empty".to_owned(), is_final: false });
    }
    Ok(text)
}

/// What a server says of why it does not answer.
fn saying(body: &[u8]) -> String {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return shown(&String::from_utf8_lossy(body), LONGEST_SAYING);
    };
    let error = value.get("error").unwrap_or(&value);
    let message = error.as_str().or_else(|| error.get("message").and_then(Value::as_str)).unwrap_or_default();
    let code = error.get("code").and_then(Value::as_str).filter(|code| !message.contains(code)).unwrap_or_default();
    shown(&format!("{code} {message}"), LONGEST_SAYING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;

    fn answer(content: &Value, finish: &str) -> Vec<u8> {
        json!({
            "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": finish}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn an_answer_is_read_as_servers_send_it() {
        let (text, usage) = read(&answer(&json!("yes"), "stop"));
        assert_eq!((text.as_deref(), usage), (Ok("yes"), Some((7, 3))));
        let (text, _) = read(&answer(&json!([{"type": "text", "text": "y"}, {"type": "text", "text": "es"}]), "stop"));
        assert_eq!(text.as_deref(), Ok("yes"));
        assert!(read(&answer(&json!("ye"), "length")).0.is_err_and(|fault| fault.is_final));
        for of_no_use in
            [&b"{"[..], b"", b"\xff\xfe", b"{}", b"{\"choices\":[]}", b"{\"choices\":[{}]}", b"[1]", b"null"]
        {
            let (text, usage) = read(of_no_use);
            assert!(text.is_err_and(|fault| !fault.is_final), "{of_no_use:?}");
            assert_eq!(usage, None);
        }
        for usage in [json!({"prompt_tokens": -1, "completion_tokens": 3}), json!(null), json!("7"), json!([])] {
            let body = json!({"choices": [{"message": {"content": "yes"}}], "usage": usage}).to_string();
            assert_eq!(read(body.as_bytes()).1, None, "{body}");
        }
    }

    #[test]
    fn what_a_server_does_not_take_is_left_out() {
        let begin = Dialect::default();
        assert_eq!(begin.after("response_format is not supported", true), Some(Dialect { form: 1, ..begin }));
        assert_eq!(Dialect { form: 3, ..begin }.after("no", true), None);
        assert_eq!(begin.after("no", false), None);
        let newer = begin.after("'max_tokens' is not supported: use 'max_completion_tokens'", true).expect("a way");
        assert!(newer.newer_limit && newer.form == 0);
        assert!(newer.after("'temperature' does not support 0", true).expect("a way").plain);
        let question =
            Question { schema: Some(("check", json!({}))), ..Question::of_prompt(&Text::from("Hi"), 9, 0.0, 0) };
        let sent = |dialect| serde_json::from_str::<Value>(&body("m", &question, dialect, None)).expect("JSON");
        let plain = sent(Dialect { form: 3, newer_limit: true, plain: true });
        assert_eq!(
            plain,
            json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": false,
                                 "max_completion_tokens": 9})
        );
        assert_eq!(sent(begin)["response_format"]["json_schema"]["strict"], json!(true));
        let schema = json!({"properties": {"reason": {"type": "string"}, "confidence": {"type": "integer"}}});
        assert_eq!(bounded(&schema)["properties"]["reason"], json!({"type": "string", "maxLength": LONGEST_TEXT}));
        assert_eq!(bounded(&schema)["properties"]["confidence"]["enum"][10], json!(100));
        let form = |form| sent(Dialect { form, ..begin })["response_format"].clone();
        assert_eq!(form(1), json!({"type": "json_object", "schema": {}}));
        assert_eq!(form(2), json!({"type": "json_object"}));
    }

    #[test]
    fn what_a_server_says_is_one_short_line() {
        assert_eq!(saying(b"{\"error\":{\"message\":\"no\\u001b[2J\\nmore\",\"code\":\"quota\"}}"), "quota no[2J more");
        assert_eq!(saying(b"{\"error\":\"gone\"}"), "gone");
        assert_eq!(saying(b"<html>502</html>"), "<html>502</html>");
        assert!(saying(&[b'x'; 9000]).chars().count() <= LONGEST_SAYING);
    }
}
