//! What a model's card says: its front matter as the Hub gives it, and its text without the marks of a web page.

use hf_hub::repository::ModelInfo;
use serde_json::Value;

/// Of a card no more is looked at.
const LONGEST_LOOKED_AT: usize = 64 << 10;
/// Of a card no more is shown.
const LONGEST_CARD: usize = 20_000;

/// A value of the card's front matter, or else of the tags that the Hub made of it.
pub fn value_of(info: &ModelInfo, key: &str, tag: &str) -> Option<String> {
    let of_card = info.card_data.as_ref().and_then(|card| texts(card.get(key)?).into_iter().next());
    // A licence of one's own has its name in a line of its own.
    let named = || info.card_data.as_ref()?.get(format!("{key}_name"))?.as_str().map(str::to_owned);
    let of_card = if of_card.as_deref() == Some("other") { named().or(of_card) } else { of_card };
    of_card.or_else(|| info.tags.iter().flatten().find_map(|known| known.strip_prefix(tag).map(str::to_owned)))
}

/// Languages, as two letters each.
pub fn languages(info: &ModelInfo) -> Vec<String> {
    let of_card = info.card_data.as_ref().and_then(|card| card.get("language")).map(texts).unwrap_or_default();
    let tags = info.tags.clone().unwrap_or_default();
    let all = if of_card.is_empty() { tags } else { of_card };
    let is_code = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    all.into_iter().filter(is_code).collect()
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A card as plain text: without its front matter, its HTML, and pictures that are not fetched.
pub fn as_plain_text(card: &str) -> String {
    let body = body(card);
    // A line without an end is looked through many times: what nobody reads is cut off first.
    let end = body.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST_LOOKED_AT).unwrap_or(body.len());
    let mut text = String::new();
    for line in body[..end].lines() {
        let line = without_tags(&without_pictures(line));
        // Lines that held nothing but a picture or a tag leave no gap.
        if line.trim().is_empty() && text.ends_with("\n\n") {
            continue;
        }
        text.push_str(line.trim_end());
        text.push('\n');
        if text.len() > LONGEST_CARD {
            break;
        }
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST_CARD).last().unwrap_or(0);
    if text.len() > LONGEST_CARD {
        text.truncate(end);
        text.push('…');
    }
    text.trim().to_owned()
}

/// What comes after the front matter.
fn body(card: &str) -> &str {
    let Some(rest) = card.strip_prefix("---") else { return card };
    rest.split_once("\n---").map_or(card, |(_, body)| body.split_once('\n').map_or("", |(_, body)| body))
}

/// `![words](address)` as its words.
fn without_pictures(line: &str) -> String {
    let mut rest = line;
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once("![") {
        text.push_str(before);
        let Some((words, address)) = after.split_once("](") else {
            text.push_str("![");
            rest = after;
            continue;
        };
        text.push_str(words);
        rest = address.split_once(')').map_or("", |(_, rest)| rest);
    }
    text + rest
}

/// Without what stands between `<` and `>` where that begins like a tag.
fn without_tags(line: &str) -> String {
    let mut rest = line;
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        if let Some((_, end)) = after.split_once('>').filter(|_| is_tag) {
            rest = end;
        } else {
            text.push('<');
            rest = after;
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn info(value: Value) -> ModelInfo {
        serde_json::from_value(value).expect("an answer")
    }

    #[test]
    fn a_card_is_shown_as_text() {
        let card = "---\nlicense: mit\n---\n\n<div align=\"center\">\n  <img src=\"x.png\">\n</div>\n\n# Name\n\
                    A ![logo](https://tracker.example/x.png) model with 1 < 2 and <b>bold</b>.\n";
        assert_eq!(as_plain_text(card), "# Name\nA logo model with 1 < 2 and bold.");
        assert_eq!(as_plain_text("no front matter"), "no front matter");
        assert_eq!(as_plain_text("---\nlicense: mit\n---"), "");
        let long = as_plain_text(&"ä".repeat(30_000));
        assert!(long.ends_with('…') && long.len() < LONGEST_CARD + 8, "{}", long.len());
    }

    #[test]
    fn licence_and_languages_are_found_in_the_card_or_the_tags() {
        let of_card = info(
            json!({"id": "a/b", "cardData": {"license": "other", "license_name": "llama3.2", "language": ["en", "de", "code"]}}),
        );
        assert_eq!(value_of(&of_card, "license", "license:").as_deref(), Some("llama3.2"));
        assert_eq!(languages(&of_card), ["en", "de"]);
        let of_tags = info(json!({"id": "a/b", "tags": ["license:mit", "fr", "safetensors"]}));
        assert_eq!(value_of(&of_tags, "license", "license:").as_deref(), Some("mit"));
        assert_eq!(languages(&of_tags), ["fr"]);
        assert_eq!(value_of(&info(json!({"id": "a/b"})), "license", "license:"), None);
    }
}
