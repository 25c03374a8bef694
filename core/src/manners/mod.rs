//! A laptop's manners while a long job runs: it is kept from falling asleep, what else is done on it goes first, and it
//! pauses on battery where that is wished.
//!
//! None of it can make a job fail: where the system does not play along, the job runs as it would without.

mod awake;
mod battery;
mod priority;

pub use awake::{Awake, keep_awake};
pub use battery::{PowerWatch, on_battery};
pub use priority::lower_priority;
