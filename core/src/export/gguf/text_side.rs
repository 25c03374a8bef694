//! What is held against a file's own words for its tokenizer: texts in tokens, and the tokens that end an answer.

use std::path::Path;

use super::tokenizer::end_tokens;
use super::{ExportError, refused};
use crate::model::gguf::GgufFile;
use crate::model::{GenerationConfig, ModelError, TextTokenizer};

/// Texts of many kinds: words, numbers, code, blanks, accents, other scripts, marks.
const TEXTS: [&str; 9] = [
    "Where is my parcel? I ordered it on 12 March 2024, and nothing came.",
    "  two spaces before,  two between, and a tab\tand\n\nnew lines\r\n   ",
    "It's 3.14159, they'll say; WE'RE at 100% (or 1,000,000)!",
    "fn main() { let x: Vec<u8> = vec![0; 16]; }",
    "Žluťoučký kůň pěl ďábelské ódy – naïve café, cafe\u{301}",
    "日本語のテキストと中文文本，한국어 텍스트",
    "Привет, мир! مرحبا بالعالم",
    "🙂🚀 emoji and \u{200b}zero width",
    "",
];

/// Refuses a file whose words for the tokenizer of the model in `folder` come out as another tokenizer.
pub(super) fn check(folder: &Path, path: &Path) -> Result<(), ExportError> {
    let file = GgufFile::open(path).map_err(ModelError::from)?;
    let written = TextTokenizer::of_gguf(&file).map_err(ModelError::from)?;
    let tokenizer = TextTokenizer::open(folder).map_err(ModelError::from)?;
    for text in TEXTS {
        let [expected, found] = [&tokenizer, &written].map(|tokenizer| tokenizer.encode(text, true));
        if expected.map_err(ModelError::from)? != found.map_err(ModelError::from)? {
            return Err(refused("a tokenizer whose tokens come out otherwise from the file's own words for it"));
        }
    }
    let generation = GenerationConfig::open(folder).map_err(ModelError::from)?;
    let ends = end_tokens(&file.generation().map_err(ModelError::from)?);
    if !end_tokens(&generation).is_subset(&ends) {
        return Err(refused("tokens that end an answer and are lost in the file"));
    }
    Ok(())
}
