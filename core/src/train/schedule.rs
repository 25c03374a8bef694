//! The learning rate over a run, as transformers' schedules have it.

use crate::domain::Schedule;

/// What the peak learning rate is multiplied with at optimizer step `step` (from 0) of `total`: `step / warmup` during
/// the warm-up, so step 0 of a warm-up learns nothing; then down to 0 at `total`.
pub fn factor(schedule: Schedule, step: u64, warmup: u64, total: u64) -> f64 {
    if step < warmup {
        return step as f64 / warmup as f64;
    }
    let span = total.saturating_sub(warmup).max(1) as f64;
    let done = (step - warmup) as f64 / span;
    match schedule {
        Schedule::Linear => (1.0 - done).max(0.0),
        Schedule::Cosine => (0.5 * (1.0 + (std::f64::consts::PI * done).cos())).max(0.0),
        Schedule::Constant => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_transformers() {
        // transformers 5.23: get_{linear,cosine}_schedule_with_warmup(…, 3, 10), lr_lambda at steps 0, 1, 3, 6, 9.
        let at = |schedule| [0, 1, 3, 6, 9].map(|step| factor(schedule, step, 3, 10));
        let near = |got: [f64; 5], want: [f64; 5]| got.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-12);
        let third = 1.0 / 3.0;
        assert!(near(at(Schedule::Linear), [0.0, third, 1.0, 0.571_428_571_428_571_4, 0.142_857_142_857_142_85]));
        assert!(near(at(Schedule::Cosine), [0.0, third, 1.0, 0.611_260_466_978_157_2, 0.049_515_566_048_790_5]));
        assert!(near(at(Schedule::Constant), [0.0, third, 1.0, 1.0, 1.0]));
    }
}
