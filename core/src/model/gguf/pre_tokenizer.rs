//! How a text is cut before its pieces are looked up: a GGUF file says it by a name alone, a row each.

use serde_json::{Value, json};

/// One step of the cutting.
#[derive(Debug, PartialEq, Eq)]
pub enum Cut {
    /// Along the matches of a regular expression.
    Matches(&'static str),
    /// Each digit by itself.
    Digits,
    /// Words as GPT-2 has them.
    Words,
}

/// A way of cutting that files name.
#[derive(Debug)]
pub struct PreTokenizer {
    /// What `tokenizer.ggml.pre` calls it; the first is what we write.
    pub names: &'static [&'static str],
    /// What is done, before bytes become letters.
    cuts: &'static [Cut],
    /// Whether a piece that is a token as it stands is taken whole, whatever the merges say.
    pub ignores_merges: bool,
    /// Whether letters and their accents are put together first.
    pub composes: bool,
    /// Whether the token that begins a text is added where the file says nothing of it.
    pub adds_bos: bool,
}

const LLAMA3: &str = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\
     \\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const QWEN2: &str = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\
     \\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const TEKKEN: &str = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|\
     [^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| \
     ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const PLAIN: PreTokenizer =
    PreTokenizer { names: &[], cuts: &[Cut::Words], ignores_merges: false, composes: false, adds_bos: false };

/// Every way that is known.
pub const PRE_TOKENIZERS: &[PreTokenizer] = &[
    PreTokenizer {
        names: &["llama-bpe", "llama3", "llama-v3", "falcon3", "lfm2", "smaug-bpe"],
        cuts: &[Cut::Matches(LLAMA3)],
        ignores_merges: true,
        adds_bos: true,
        ..PLAIN
    },
    PreTokenizer {
        names: &["qwen2", "deepseek-r1-qwen", "megrez"],
        cuts: &[Cut::Matches(QWEN2)],
        composes: true,
        ..PLAIN
    },
    PreTokenizer { names: &["smollm"], cuts: &[Cut::Digits, Cut::Words], ..PLAIN },
    PreTokenizer { names: &["gpt-2", "phi-2"], ..PLAIN },
    PreTokenizer { names: &["chatglm-bpe", "glm4", "dbrx"], cuts: &[Cut::Matches(LLAMA3)], ..PLAIN },
    PreTokenizer { names: &["tekken"], cuts: &[Cut::Matches(TEKKEN)], ignores_merges: true, adds_bos: true, ..PLAIN },
];

impl PreTokenizer {
    /// The row of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        PRE_TOKENIZERS.iter().find(|row| row.names.contains(&name))
    }

    /// As `tokenizer.json` has it.
    pub fn to_json(&self) -> Value {
        let words = self.cuts.last() == Some(&Cut::Words);
        let cuts = self.cuts.iter().filter_map(|cut| match cut {
            Cut::Matches(pattern) => Some(json!({
                "type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false,
            })),
            Cut::Digits => Some(json!({"type": "Digits", "individual_digits": true})),
            Cut::Words => None,
        });
        let bytes = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": words});
        json!({"type": "Sequence", "pretokenizers": cuts.chain([bytes]).collect::<Vec<_>>()})
    }
}

/// The row that cuts as a `tokenizer.json` does.
pub fn recognise(tokenizer: &Value) -> Option<&'static PreTokenizer> {
    let ignores_merges = tokenizer["model"]["ignore_merges"].as_bool().unwrap_or(false);
    let composes = match tokenizer["normalizer"]["type"].as_str() {
        None => false,
        Some("NFC") => true,
        Some(_) => return None,
    };
    let found = steps(&tokenizer["pre_tokenizer"])?;
    PRE_TOKENIZERS.iter().find(|row| {
        row.ignores_merges == ignores_merges
            && row.composes == composes
            && steps(&row.to_json()).is_some_and(|steps| steps == found)
    })
}

/// What a `pre_tokenizer` does, without what makes no difference.
fn steps(pre_tokenizer: &Value) -> Option<Vec<String>> {
    let list = match pre_tokenizer["type"].as_str()? {
        "Sequence" => pre_tokenizer["pretokenizers"].as_array()?.as_slice(),
        _ => std::slice::from_ref(pre_tokenizer),
    };
    let step = |step: &Value| match step["type"].as_str()? {
        "Split" if step["behavior"] == "Isolated" && step["invert"] == false => {
            Some(format!("split {}", step["pattern"]["Regex"].as_str()?))
        }
        "Digits" if step["individual_digits"] == true => Some("digits".to_owned()),
        "ByteLevel" if step["add_prefix_space"] == false => Some(format!("bytes {}", step["use_regex"] != false)),
        _ => None,
    };
    list.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_named_once_and_recognised() {
        for (index, row) in PRE_TOKENIZERS.iter().enumerate() {
            for name in row.names {
                assert_eq!(PRE_TOKENIZERS.iter().position(|other| other.names.contains(name)), Some(index), "{name}");
            }
            let tokenizer = json!({
                "model": {"ignore_merges": row.ignores_merges},
                "normalizer": if row.composes { json!({"type": "NFC"}) } else { Value::Null },
                "pre_tokenizer": row.to_json(),
            });
            let found = recognise(&tokenizer).expect("it is known");
            assert_eq!(found.names, row.names);
            let mut other = tokenizer.clone();
            other["pre_tokenizer"]["pretokenizers"][0] = json!({"type": "Whitespace"});
            assert!(recognise(&other).is_none());
        }
    }
}
