use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use crate::job::{Cancelled, JobContext, JobEvent};

/// How often the battery is asked.
const EVERY: Duration = Duration::from_secs(5);

/// How long a wish to stop may wait while paused.
const GLANCE: Duration = Duration::from_millis(100);

/// Whether this machine runs on its battery now: one of them is being discharged. False where there is none, or none can
/// be asked.
pub fn on_battery() -> bool {
    use starship_battery::{Manager, State};
    let Ok(batteries) = Manager::new().and_then(|manager| manager.batteries()) else { return false };
    batteries.filter_map(Result::ok).any(|battery| battery.state() == State::Discharging)
}

/// Pauses a job while the machine runs on its battery.
pub struct PowerWatch {
    on_battery: Box<dyn FnMut() -> bool + Send>,
    every: Duration,
    asked: Option<Instant>,
}

impl fmt::Debug for PowerWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PowerWatch").field("every", &self.every).finish_non_exhaustive()
    }
}

impl Default for PowerWatch {
    fn default() -> Self {
        Self::new(on_battery, EVERY)
    }
}

impl PowerWatch {
    /// Asks `on_battery` at most once in `every`.
    pub fn new(on_battery: impl FnMut() -> bool + Send + 'static, every: Duration) -> Self {
        Self { on_battery: Box::new(on_battery), every, asked: None }
    }

    /// Whether a job should pause now.
    pub fn should_pause(&mut self) -> bool {
        if self.asked.is_some_and(|asked| asked.elapsed() < self.every) {
            return false;
        }
        self.asked = Some(Instant::now());
        (self.on_battery)()
    }

    /// Tells that the job is paused, waits until the machine is not on its battery any more, and tells that it goes on. A
    /// wish to stop ends the wait.
    pub fn wait(&mut self, context: &JobContext<'_>) -> Result<(), Cancelled> {
        context.emit(JobEvent::Paused { reason: "on battery".to_owned() });
        loop {
            let start = Instant::now();
            while start.elapsed() < self.every {
                context.check()?;
                thread::sleep(GLANCE.min(self.every));
            }
            if !(self.on_battery)() {
                context.emit(JobEvent::WentOn);
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::job::CancelToken;

    #[test]
    fn waits_until_the_machine_is_on_mains_and_tells_both() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let mut power = PowerWatch::new(|| ASKED.fetch_add(1, Ordering::Relaxed) < 3, Duration::from_millis(1));
        let events = Mutex::new(Vec::new());
        let tell = |event| events.lock().expect("no panic").push(event);
        let cancel = CancelToken::default();
        assert!(power.should_pause());
        power.wait(&JobContext::new(&tell, &cancel)).expect("nobody stops it");
        assert_eq!(ASKED.load(Ordering::Relaxed), 4);
        let paused = JobEvent::Paused { reason: "on battery".to_owned() };
        assert_eq!(events.into_inner().expect("no panic"), [paused, JobEvent::WentOn]);
    }

    #[test]
    fn a_wish_to_stop_ends_the_pause() {
        let mut power = PowerWatch::new(|| true, Duration::from_millis(1));
        let cancel = CancelToken::default();
        let stop = |event: JobEvent| {
            if matches!(event, JobEvent::Paused { .. }) {
                cancel.cancel();
            }
        };
        assert_eq!(power.wait(&JobContext::new(&stop, &cancel)), Err(Cancelled));
    }

    #[test]
    fn the_battery_is_not_asked_at_every_step() {
        let mut power = PowerWatch::new(|| true, Duration::from_mins(1));
        assert!(power.should_pause() && !power.should_pause());
    }

    #[test]
    fn this_machine_can_be_asked() {
        // Whatever the answer: a machine without a battery is not on it.
        let _answer: bool = on_battery();
    }
}
