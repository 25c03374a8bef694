//! The window with the real engine: driven by label, and on a display with a real mouse and keyboard.

mod driver;
#[cfg(unix)]
mod killed;
mod road;
#[cfg(target_os = "linux")]
mod screen;

use std::sync::{Mutex, MutexGuard, PoisonError};

const PROGRAM: &str = env!("CARGO_BIN_EXE_whetstone");

/// Held by whoever has engines: one test kills every engine of this process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
