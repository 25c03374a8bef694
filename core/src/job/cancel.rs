//! Asking a job to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A switch that stops a job at its next step. Clones share the switch.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<Switch>);

#[derive(Debug, Default)]
struct Switch {
    is_on: AtomicBool,
    /// The switch of the job that this is a part of.
    above: Option<CancelToken>,
}

/// The job was asked to stop and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

impl CancelToken {
    /// A switch for a part of the job: this one stops the part, too; that one stops only the part.
    #[must_use]
    pub fn of_a_part(&self) -> Self {
        Self(Arc::new(Switch { is_on: AtomicBool::new(false), above: Some(self.clone()) }))
    }

    /// Asks the job to stop. Safe to call at any time, any number of times.
    pub fn cancel(&self) {
        self.0.is_on.store(true, Ordering::Relaxed);
    }

    /// Whether a stop was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_on.load(Ordering::Relaxed) || self.0.above.as_ref().is_some_and(Self::is_cancelled)
    }

    /// `Err(Cancelled)` once a stop was asked for.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stops_with_the_whole_and_not_the_whole_with_a_part() {
        let whole = CancelToken::default();
        let (part, other) = (whole.of_a_part(), whole.of_a_part());
        part.cancel();
        assert!(part.is_cancelled() && !other.is_cancelled() && !whole.is_cancelled());
        whole.cancel();
        assert!(other.is_cancelled() && other.check().is_err());
    }
}
