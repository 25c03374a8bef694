//! When to stop, and which step's adapter to take, by the losses on the holdout.
//!
//! Both are functions of the lines of `holdout.jsonl` alone, which a run that is gone on with has as well: it takes the
//! same decisions.

/// A look at the holdout: after how many steps, and its loss.
pub type Look = (u64, f64);

/// The look with the lowest loss, the earliest of equals. The one before the first step does not count: it is of no
/// training.
pub fn best(looks: &[Look]) -> Option<Look> {
    let trained = looks.iter().copied().filter(|&(step, _)| step > 0);
    trained.reduce(|best, look| if look.1 < best.1 { look } else { best })
}

/// Whether the last `patience` looks brought no gain.
pub fn is_over(looks: &[Look], patience: u64) -> bool {
    let Some((best_step, _)) = best(looks) else { return false };
    let since = looks.iter().filter(|&&(step, _)| step > best_step).count();
    since as u64 >= patience
}

/// Whether training made the holdout better at all: the best look against the one before the first step.
pub fn has_gained(looks: &[Look]) -> bool {
    match (looks.iter().find(|(step, _)| *step == 0), best(looks)) {
        (Some((_, before)), Some((_, after))) => after < *before,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_after_the_last_gain_and_takes_it() {
        let losses = [0.69, 0.60, 0.55, 0.56, 0.55, 0.57];
        let looks: Vec<Look> = losses.iter().enumerate().map(|(index, &loss)| (10 * index as u64, loss)).collect();
        let over: Vec<bool> = (0..=looks.len()).map(|count| is_over(&looks[..count], 2)).collect();
        assert_eq!(over, [false, false, false, false, false, true, true]);
        assert_eq!(best(&looks), Some((20, 0.55)));
        assert!(has_gained(&looks));
    }

    #[test]
    fn what_was_before_the_training_is_no_choice() {
        let looks = [(0, 0.5), (10, 0.9), (20, 0.8)];
        assert_eq!((best(&looks), best(&looks[..1]), best(&[])), (Some((20, 0.8)), None, None));
        assert!(!has_gained(&looks) && !is_over(&looks, 1) && has_gained(&[]));
    }
}
