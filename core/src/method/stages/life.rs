//! A run's signs of life, and the wish of another process to stop it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::super::MethodError;
use crate::job::{CancelToken, JobContext};
use crate::project::store::{Run, Store};

/// How often a wish to stop is looked for.
const TICK: Duration = Duration::from_millis(250);

/// Between two signs of life, so many ticks.
const TICKS: u64 = 4;

/// Does `work` on a run, which leaves its signs of life in the store meanwhile and stops where the store says so.
pub(super) fn lead<T>(
    store: &Store,
    run: &Run,
    context: &JobContext<'_>,
    work: impl FnOnce(&JobContext<'_>) -> Result<T, MethodError>,
) -> Result<T, MethodError> {
    let switch = context.switch_of_a_part();
    thread::scope(|scope| {
        // However the work ends, its end of the channel goes with it, and the thread after it.
        let (alive, ended) = channel::<()>();
        let stop = switch.clone();
        scope.spawn(move || beat(store, run, &stop, &ended));
        let tell = |event| context.emit(event);
        let done = work(&JobContext::new(&tell, &switch));
        drop(alive);
        done
    })
}

/// What cannot be read or written is tried again at the next tick: the work itself will say what is the matter.
fn beat(store: &Store, run: &Run, stop: &CancelToken, ended: &Receiver<()>) {
    for tick in 0.. {
        if store.is_cancel_requested(run.id).is_ok_and(|is_requested| is_requested) {
            stop.cancel();
        }
        if tick % TICKS == 0 {
            // It goes on counting where the run was stopped before.
            drop(store.heartbeat(run.id, run.heartbeat + 1 + tick / TICKS));
        }
        if !matches!(ended.recv_timeout(TICK), Err(RecvTimeoutError::Timeout)) {
            return;
        }
    }
}
