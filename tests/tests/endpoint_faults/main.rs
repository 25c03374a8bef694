//! Coaches behind a server that misbehaves: every comparison ends as a label or as "not judged, because"; none is lost, none
//! invented, none paid for twice, and what is spent stays within the budget. A key is seen nowhere.
//!
//! What was paid for is counted by the server's own record.

mod bench;
mod cases;
mod consent;
#[cfg(unix)]
mod kills;
mod secrets;
mod waits;
