//! What is held against a file that was written: texts in tokens, the tokens that end an answer, logits.

use serde_json::Map;

use super::tokenizer::end_tokens;
use super::{ExportError, refused};
use crate::domain::ChatMessage;
use crate::model::backend::Backend;
use crate::model::decoder::Pass;
use crate::model::{Batch, GenerationConfig, ModelError, OpenModel, chat_ids};

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

/// Tokens of a text whose logits are compared at most.
const LONGEST: usize = 48;

/// What a model gives for the texts.
pub(super) struct Probe {
    tokens: Vec<Vec<u32>>,
    turn: Option<Vec<u32>>,
    generation: GenerationConfig,
    logits: Vec<f32>,
}

fn tokens<B: Backend>(model: &OpenModel<B>) -> Result<Vec<Vec<u32>>, ExportError> {
    let tokens = TEXTS.iter().map(|text| model.tokenizer.encode(text, true)).collect::<Result<_, _>>();
    Ok(tokens.map_err(ModelError::from)?)
}

/// A turn through the chat template; nothing where there is none, or where it takes no such turn.
fn turn<B: Backend>(model: &OpenModel<B>) -> Option<Vec<u32>> {
    let template = model.template.as_ref()?;
    chat_ids(&[ChatMessage::new("user", TEXTS[0])], true, &model.tokenizer, Some(template), &Map::new()).ok()
}

fn logits<B: Backend>(model: &OpenModel<B>, tokens: &[Vec<u32>]) -> Result<Vec<f32>, ExportError> {
    let decoder = &model.decoder;
    let most = LONGEST.min(decoder.config().max_positions);
    decoder.backend().run(|| {
        let mut batch = Batch::default();
        for text in tokens.iter().filter(|text| !text.is_empty()) {
            batch.push(&text[..text.len().min(most)]);
        }
        let (hidden, _) = decoder.forward(&batch, Pass::inference(true))?;
        let rows: Vec<usize> = (0..batch.ids.len()).step_by(5).collect();
        Ok(decoder.logits(&hidden, &rows)?)
    })
}

impl Probe {
    pub(super) fn of<B: Backend>(model: &OpenModel<B>) -> Result<Self, ExportError> {
        let tokens = tokens(model)?;
        let logits = logits(model, &tokens)?;
        Ok(Self { turn: turn(model), generation: model.generation.clone(), logits, tokens })
    }

    /// The root mean square of the logits' differences, as a share of that of the logits' own spread.
    pub(super) fn hold<B: Backend>(&self, written: &OpenModel<B>) -> Result<f64, ExportError> {
        if tokens(written)? != self.tokens || turn(written) != self.turn {
            return Err(refused("a tokenizer whose tokens come out otherwise from the file's own words for it"));
        }
        let ends = end_tokens(&written.generation);
        if !end_tokens(&self.generation).is_subset(&ends) {
            return Err(refused("tokens that end an answer and are lost in the file"));
        }
        Ok(relative_difference(&self.logits, &logits(written, &self.tokens)?))
    }
}

/// ‖a − b‖ / ‖a − mean(a)‖: a softmax does not see the mean.
pub(super) fn relative_difference(expected: &[f32], found: &[f32]) -> f64 {
    let mean = expected.iter().map(|&value| f64::from(value)).sum::<f64>() / expected.len() as f64;
    let spread: f64 = expected.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum();
    let apart: f64 = expected.iter().zip(found).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    if expected.len() == found.len() { (apart / spread.max(f64::MIN_POSITIVE)).sqrt() } else { f64::INFINITY }
}
