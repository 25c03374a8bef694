//! What came of holding an export against the model that it was made of.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ExportError;

/// One way in which what was written was read back and compared with the program's own answers, on the ten prompts that
/// every export is tried on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proof {
    /// How it was read back, in one sentence for people.
    pub how: String,
    /// Prompts that were compared.
    pub prompts: usize,
    /// The root mean square of the logits' differences, as a share of the logits' own spread; `None` where no logits were
    /// compared.
    pub logit_difference: Option<f64>,
    /// The most that the form explains.
    pub most_difference: Option<f64>,
    /// The largest difference of a logit; `None` where no logits were compared.
    pub largest_difference: Option<f64>,
    /// The share of the places at which the likeliest token is the same.
    pub same_top_token: Option<f64>,
    /// The share of the prompts after which the first sixteen likeliest tokens are the same; `None` where none were drawn.
    pub same_answers: Option<f64>,
    /// Whether conversations come out as the same text; `None` where the form has no template, or the model has none.
    pub same_template: Option<bool>,
}

impl Proof {
    /// The proof with how it came about, where logits differ by no more than `most` of their spread and conversations
    /// come out as the same text; an error that names what was written otherwise.
    pub(super) fn within(self, how: &str, most: f64, path: &Path) -> Result<Self, ExportError> {
        let difference = self.logit_difference.unwrap_or_default();
        if difference.is_nan() || difference > most {
            return Err(ExportError::FileDiffers { path: path.to_owned(), difference, most });
        }
        if self.same_template == Some(false) {
            return Err(ExportError::OtherTemplate { path: path.to_owned() });
        }
        Ok(Self { how: how.to_owned(), most_difference: Some(most), ..self })
    }
}
