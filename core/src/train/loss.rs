//! What is minimised: a row of [`LOSSES`] each.

/// Summed log-probabilities of a pair's answers under the policy and under the reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairLogProbabilities {
    /// log π(chosen | prompt).
    pub chosen: f64,
    /// log π(rejected | prompt).
    pub rejected: f64,
    /// log π of the reference(chosen | prompt).
    pub reference_chosen: f64,
    /// log π of the reference(rejected | prompt).
    pub reference_rejected: f64,
}

/// A pair's loss and its derivatives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairLoss {
    /// The loss.
    pub loss: f64,
    /// d(loss) / d(log π(chosen)).
    pub d_chosen: f64,
    /// d(loss) / d(log π(rejected)).
    pub d_rejected: f64,
}

/// A number that a loss takes beside beta.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossParameter {
    /// Its name on the command line.
    pub name: &'static str,
    /// One sentence on what it does.
    pub meaning: &'static str,
    /// Taken where none is given.
    pub default: f64,
    /// Lowest and highest value that makes sense.
    pub range: (f64, f64),
}

/// A loss: everything that the form, the help and the training loop need.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// Its name on the command line, as TRL names it.
    pub id: &'static str,
    /// One paragraph for a person who has never heard of it.
    pub meaning: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Its numbers beside beta.
    pub parameters: &'static [LossParameter],
    /// The loss of one pair, from its log-probabilities, beta, and the parameters in their order.
    pub formula: fn(&PairLogProbabilities, f64, &[f64]) -> PairLoss,
}

/// Every loss that a run can minimise.
pub const LOSSES: &[Loss] = &[Loss {
    id: "sigmoid",
    meaning: "The loss of the DPO paper. It raises the chosen answer's probability against the rejected one's, measured \
              from the reference model, and does less the further apart the two already are. Beta says how closely the \
              model is held to the reference.",
    source: "Rafailov et al. 2023, equation 7",
    parameters: &[],
    formula: sigmoid,
}];

/// The row with this id.
pub fn find_loss(id: &str) -> Option<&'static Loss> {
    LOSSES.iter().find(|loss| loss.id == id)
}

/// −log σ(β·h) with h = (chosen − its reference) − (rejected − its reference).
fn sigmoid(pair: &PairLogProbabilities, beta: f64, _: &[f64]) -> PairLoss {
    let logit = beta * ((pair.chosen - pair.reference_chosen) - (pair.rejected - pair.reference_rejected));
    // log(1 + e^−x), without overflow for large negative x.
    let loss = (-logit).max(0.0) + (-logit.abs()).exp().ln_1p();
    let slope = -beta / (1.0 + logit.exp());
    PairLoss { loss, d_chosen: slope, d_rejected: -slope }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: PairLogProbabilities =
        PairLogProbabilities { chosen: -31.5, rejected: -28.25, reference_chosen: -33.0, reference_rejected: -27.0 };

    #[test]
    fn rows_have_different_ids_and_are_found() {
        for (index, loss) in LOSSES.iter().enumerate() {
            assert_eq!(LOSSES.iter().position(|other| other.id == loss.id), Some(index));
            assert!(find_loss(loss.id).is_some_and(|found| found.id == loss.id));
            assert!(loss.meaning.len() > 40 && !loss.source.is_empty());
        }
        assert!(find_loss("no such loss").is_none());
    }

    #[test]
    fn derivatives_equal_differences() {
        for loss in LOSSES {
            let parameters: Vec<f64> = loss.parameters.iter().map(|parameter| parameter.default).collect();
            for beta in [0.05, 0.1, 1.0] {
                let at = |chosen: f64, rejected: f64| {
                    let pair = PairLogProbabilities { chosen, rejected, ..PAIR };
                    (loss.formula)(&pair, beta, &parameters)
                };
                let (step, here) = (1e-5, at(PAIR.chosen, PAIR.rejected));
                let by_chosen = (at(PAIR.chosen + step, PAIR.rejected).loss
                    - at(PAIR.chosen - step, PAIR.rejected).loss)
                    / (2.0 * step);
                let by_rejected = (at(PAIR.chosen, PAIR.rejected + step).loss
                    - at(PAIR.chosen, PAIR.rejected - step).loss)
                    / (2.0 * step);
                assert!((here.d_chosen - by_chosen).abs() < 1e-8, "{} at beta {beta}", loss.id);
                assert!((here.d_rejected - by_rejected).abs() < 1e-8, "{} at beta {beta}", loss.id);
            }
        }
    }

    #[test]
    fn sigmoid_is_ln_2_at_the_reference_and_finite_far_away() {
        let same = PairLogProbabilities { reference_chosen: -31.5, reference_rejected: -28.25, ..PAIR };
        assert!((sigmoid(&same, 0.1, &[]).loss - std::f64::consts::LN_2).abs() < 1e-15);
        for chosen in [-1e6, 1e6] {
            let far = sigmoid(&PairLogProbabilities { chosen, ..PAIR }, 1.0, &[]);
            assert!(far.loss.is_finite() && far.d_chosen.is_finite());
        }
    }
}
