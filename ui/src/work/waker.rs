//! Has a frame drawn when something came that is to be seen.

use std::time::Duration;

/// At most 30 frames a second are drawn for what a job tells.
const BETWEEN_FRAMES: Duration = Duration::from_millis(33);

/// Wakes the window from another thread.
#[derive(Debug, Clone)]
pub struct Waker(egui::Context);

impl Waker {
    /// Wakes the window of this context.
    pub fn new(context: &egui::Context) -> Self {
        Self(context.clone())
    }

    /// Something is waited for: draw at once.
    pub fn wake_now(&self) {
        self.0.request_repaint();
    }

    /// Something goes on: draw soon. However often this is said, frames stay apart.
    pub fn wake_soon(&self) {
        self.0.request_repaint_after(BETWEEN_FRAMES);
    }
}
