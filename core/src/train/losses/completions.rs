//! Losses over demonstrations, as TRL's `SFTTrainer` has them.

use super::super::loss::{Loss, LossBatch, LossParameter, RowFigures, RowLoss, RowValues, Scope};
use super::super::policy::Reading;
use crate::domain::Task;

/// Likelihood of what is shown.
pub const NLL: Loss = Loss {
    id: "nll",
    task: Task::Sft,
    meaning: "Makes every token of the answers that are shown as likely as it can (negative log-likelihood): the model \
              learns to write like them. Long answers count more than short ones, since each token counts the same.",
    source: "maximum likelihood; averaged over the tokens of a whole step as TRL does",
    takes_beta: false,
    parameters: &[LossParameter {
        name: "completion_only",
        meaning: "1 learns the answers alone, 0 the prompts before them too; whole texts and conversations are learned \
                  whole.",
        default: 1.0,
        range: (0.0, 1.0),
    }],
    needs_reference: false,
    scope: Scope::Row,
    needs_mismatched: false,
    reading: |parameters| if parameters[0] < 0.5 { Reading::PromptsToo } else { Reading::Completions },
    formula: likelihood,
};

fn likelihood(batch: &LossBatch<'_>) -> Vec<RowLoss> {
    let whole = (NLL.reading)(batch.parameters) == Reading::PromptsToo;
    let tokens = batch.step.completion_tokens[0] + if whole { batch.step.prompt_tokens } else { 0 };
    let share = 1.0 / tokens.max(1) as f64;
    let of_row = |row: &RowFigures| {
        let prompt = if whole { row.prompt.value } else { 0.0 };
        RowLoss {
            loss: -share * (prompt + row.completions[0].value),
            slopes: RowValues {
                prompt: if whole { -share } else { 0.0 },
                completions: [-share, 0.0],
                ..RowValues::default()
            },
        }
    };
    batch.rows.iter().map(of_row).collect()
}
