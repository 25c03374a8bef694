/// How far behind other programs this one stands: the middle of what a user may choose.
#[cfg(unix)]
const NICENESS: i32 = 10;

/// Lets other programs go first. Counts for this thread and those that it starts from now on (on macOS for the whole
/// program), and cannot be taken back. Where the system refuses, or knows no such thing, nothing happens.
pub fn lower_priority() {
    #[cfg(unix)]
    {
        let now = rustix::process::getpriority_process(None).unwrap_or(NICENESS);
        if now < NICENESS {
            let _done_or_refused = rustix::process::setpriority_process(None, NICENESS);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn threads_that_are_started_afterwards_stand_behind_too() {
        let niceness = || rustix::process::getpriority_process(None).expect("it can be asked");
        let before = niceness();
        // On a thread of its own, since it cannot be taken back.
        let (own, started) = std::thread::spawn(move || {
            super::lower_priority();
            (niceness(), std::thread::spawn(niceness).join().expect("no panic"))
        })
        .join()
        .expect("no panic");
        assert_eq!((own, started), (before.max(10), before.max(10)));
    }
}
