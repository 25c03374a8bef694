//! The client of the Hub against a Hub that misbehaves: whatever comes over the network, nothing wrong enters the cache, no
//! token strays, and what was fetched before is kept.
//!
//! Every test asserts that its fault was served, and counts by the Hub's own record.

mod bench;
mod cuts;
mod damage;
mod endless;
#[cfg(unix)]
mod kills;
mod names;
mod redirects;
mod refusals;
mod refused;
#[cfg(unix)]
mod shortage;
mod walk;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Things done at a time: most of each is waiting.
const AT_ONCE: usize = 8;

/// Does something so many times, several at once. A panic of one is a panic of all.
fn many(count: usize, one: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(count) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    if index >= count {
                        break;
                    }
                    one(index);
                }
            });
        }
    });
    assert!(next.load(Ordering::SeqCst) >= count);
}
