//! Every row of the registry: that it can be found, that it can be read, and that its slopes are slopes.

use super::*;

/// A batch with everything that some loss looks at.
fn rows() -> Vec<RowFigures> {
    let figure = |value: f64, reference: f64, tokens| Figure { value, reference, tokens, ..Figure::default() };
    let row = |prompt, first, second, is_desirable| RowFigures { prompt, completions: [first, second], is_desirable };
    vec![
        row(figure(-20.0, 0.0, 9), figure(-31.5, -33.0, 12), figure(-28.25, -27.0, 7), true),
        row(figure(-3.0, 0.0, 2), figure(-11.0, -10.5, 4), figure(-19.0, -22.5, 9), false),
        row(figure(0.0, 0.0, 0), figure(-0.5, -6.0, 3), figure(-44.0, -43.0, 30), true),
    ]
}

fn totals() -> Totals {
    Totals { rows: 5, prompt_tokens: 20, completion_tokens: [31, 60] }
}

/// The loss's defaults, and each parameter a little above them.
fn parameter_sets(loss: &Loss) -> Vec<Vec<f64>> {
    let defaults: Vec<f64> = loss.parameters.iter().map(|parameter| parameter.default).collect();
    let others = loss.parameters.iter().map(|parameter| {
        let (low, high) = parameter.range;
        if parameter.default < high { (parameter.default + 0.13).min(high) } else { low }
    });
    vec![defaults.clone(), others.collect()]
}

#[test]
fn rows_have_different_ids_and_are_found_and_explained() {
    for (index, loss) in LOSSES.iter().enumerate() {
        assert_eq!(LOSSES.iter().position(|other| other.id == loss.id), Some(index));
        assert!(find_loss(loss.id).is_some_and(|found| found.id == loss.id));
        assert!(loss.meaning.len() > 40 && loss.source.len() > 10, "{}", loss.id);
        for LossParameter { name, meaning, default, range } in loss.parameters {
            assert!(meaning.ends_with('.') && (range.0..=range.1).contains(default), "{}: {name}", loss.id);
        }
    }
    assert!(find_loss("no such loss").is_none());
    assert!(Task::ALL.iter().all(|&task| losses_of(task).count() > 0));
}

#[test]
fn slopes_equal_differences() {
    let step = 1e-5;
    for loss in LOSSES {
        for parameters in parameter_sets(loss) {
            for beta in [0.05, 0.1, 1.0] {
                let objective = Objective { loss, beta, parameters: parameters.clone() };
                let sum =
                    |rows: &[RowFigures]| -> f64 { objective.losses(rows, totals()).iter().map(|row| row.loss).sum() };
                let slopes = objective.losses(&rows(), totals());
                for index in 0..rows().len() {
                    // What is compared with, the answer to another prompt, is not learned from.
                    let learned = if loss.needs_mismatched { 1 } else { 2 };
                    let figures: Vec<fn(&mut RowFigures) -> &mut f64> =
                        vec![|row| &mut row.prompt.value, |row| &mut row.completions[0].value, |row| {
                            &mut row.completions[1].value
                        }];
                    let RowValues { prompt, completions, .. } = slopes[index].slopes;
                    let told = [prompt, completions[0], completions[1]];
                    for (figure, told) in figures.iter().zip(told).take(1 + learned) {
                        let at = |by: f64| {
                            let mut moved = rows();
                            *figure(&mut moved[index]) += by;
                            sum(&moved)
                        };
                        let measured = (at(step) - at(-step)) / (2.0 * step);
                        let off = (told - measured).abs();
                        assert!(off < 1e-7 * (1.0 + measured.abs()), "{} at beta {beta}: {told}, {measured}", loss.id);
                    }
                    assert!(learned == 2 || completions[1] == 0.0);
                }
            }
        }
    }
}

#[test]
fn sigmoid_is_ln_2_at_the_reference_and_finite_far_away() {
    let objective = Objective { loss: &LOSSES[0], beta: 1.0, parameters: Vec::new() };
    let at = |ratio: f64| {
        let chosen = Figure { value: ratio - 30.0, reference: -30.0, tokens: 9, ..Figure::default() };
        let rejected = Figure { value: -20.0, reference: -20.0, tokens: 9, ..Figure::default() };
        let row = RowFigures { completions: [chosen, rejected], ..RowFigures::default() };
        objective.losses(&[row], Totals { rows: 1, ..Totals::default() })[0]
    };
    assert!((at(0.0).loss - std::f64::consts::LN_2).abs() < 1e-15);
    assert!([-1e6, 1e6].iter().all(|&far| at(far).loss.is_finite() && at(far).slopes.completions[0].is_finite()));
}

#[test]
fn numbers_without_a_meaning_are_none() {
    // A batch in which no answer has a token, and an answer that is no answer.
    let empty = [RowFigures::default(); 2];
    for loss in LOSSES {
        for parameters in parameter_sets(loss) {
            let objective = Objective { loss, beta: 0.1, parameters };
            let losses = objective.losses(&empty, Totals { rows: 2, ..Totals::default() });
            assert!(losses.iter().all(|row| row.loss.is_finite()), "{}", loss.id);
        }
    }
}
