//! What the server does with a question.

use std::time::Duration;

use serde_json::{Value, json};

use super::BETTER;

/// Something that is done with a question.
#[derive(Debug, Clone)]
pub enum Deed {
    /// It is judged, as it should be.
    Judge,
    /// It is judged after a while.
    JudgeAfter(Duration),
    /// It is judged, and the connection is closed without a word of that.
    JudgeAndClose,
    /// It is judged; the next question on the same connection ends that without an answer.
    JudgeOnce,
    /// The model says this, whatever it means.
    Say(String),
    /// It is judged, with this for its usage.
    Usage(Value),
    /// A whole body under a status, with more headers.
    Reply {
        /// The status.
        status: u16,
        /// Name and value.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// The judgement's first bytes; then the connection ends.
    CutAfter(usize),
    /// The judgement's first bytes; then nothing more comes, and the connection stays.
    HoldAfter(usize),
    /// A byte at a time, with a pause after each.
    Trickle(Duration),
    /// So many bytes of white space in front of the judgement.
    Padded(usize),
    /// The connection ends without an answer.
    Close,
    /// The connection stays without an answer.
    Silence,
}

impl Deed {
    /// An answer that says no.
    pub fn status(status: u16) -> Self {
        let body = json!({"error": {"message": format!("the test says {status}"), "type": "test"}}).to_string();
        Self::Reply { status, headers: Vec::new(), body: body.into_bytes() }
    }

    /// An answer that says no, with a header.
    pub fn status_with(status: u16, header: &str, value: impl Into<String>) -> Self {
        let Self::Reply { status, body, .. } = Self::status(status) else { return Self::Close };
        Self::Reply { status, headers: vec![(header.to_owned(), value.into())], body }
    }

    /// A body as if all were well.
    pub fn body(body: impl Into<Vec<u8>>) -> Self {
        Self::Reply { status: 200, headers: Vec::new(), body: body.into() }
    }
}

/// What the model says to a question: by the better reply of the document in it.
pub fn judgement(body: &Value) -> String {
    let document = body["messages"].as_array().into_iter().flatten().find_map(|message| {
        serde_json::from_str::<Value>(message["content"].as_str()?)
            .ok()
            .filter(|document| document["replies"].is_object())
    });
    let Some(document) = document else { return "It is done.".to_owned() };
    let is_better = |name: &str| document["replies"][name].as_str().is_some_and(|reply| reply.contains(BETTER));
    let rule = document["rules"][0]["name"].as_str().unwrap_or_default();
    if document["replies"]["B"].is_null() {
        let follows = if is_better("A") { "yes" } else { "no" };
        return json!({"follows": follows, "confidence": 90, "reason": "It is so."}).to_string();
    }
    let better = match (is_better("A"), is_better("B")) {
        (true, false) => "A",
        (false, true) => "B",
        _ => "tie",
    };
    json!({"better": better, "confidence": 90, "rules": [rule], "reason": "It is so."}).to_string()
}

/// The whole body of an answer.
pub fn answer_body(body: &Value, said: &str, usage: Option<Value>) -> Vec<u8> {
    let read: usize =
        body["messages"].as_array().into_iter().flatten().map(|message| tokens(&message["content"])).sum();
    let honest = json!({"prompt_tokens": read, "completion_tokens": said.len().div_ceil(4)});
    json!({
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "model": body["model"],
        "choices": [{"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}],
        "usage": usage.unwrap_or(honest),
    })
    .to_string()
    .into_bytes()
}

fn tokens(content: &Value) -> usize {
    content.as_str().unwrap_or_default().len().div_ceil(4)
}
