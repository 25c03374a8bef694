//! What came of holding an export against the model that it was made of.

use serde::{Deserialize, Serialize};

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
    /// Whether conversations come out as the same text; `None` where the form has no template, or the model has none.
    pub same_template: Option<bool>,
}
