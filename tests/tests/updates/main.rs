//! Newer versions on loopback: what is not signed, not newer, not for this machine or not whole is refused, and the program
//! that runs goes on; a good one is put in place, and the old one comes back where the new one does not start.

#![cfg(unix)]

mod bench;
mod good;
mod kills;
mod refused;
mod server;
