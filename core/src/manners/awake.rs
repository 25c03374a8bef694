use std::sync::mpsc::{Sender, channel};

/// Keeps the machine from falling asleep by itself until it is dropped. The screen may go dark, and a closed lid does what
/// it always does.
#[derive(Debug)]
pub struct Awake {
    /// The thread that asked for it ends with this.
    _ended: Sender<()>,
}

/// Asks the system not to fall asleep. Where it cannot be asked (a server, a container), nothing happens.
pub fn keep_awake(reason: &str) -> Awake {
    let (ended, wait) = channel::<()>();
    let reason = reason.to_owned();
    let ask = move || {
        let mut request = keepawake::Builder::default();
        request.display(false).idle(true).sleep(false).reason(reason).app_name("Whetstone");
        let held = request.app_reverse_domain("io.github.whetstone").create();
        // Nothing is ever sent: the other side goes, and that is the end.
        let _ended = wait.recv();
        drop(held);
    };
    // On a thread of its own, because a message bus that does not answer keeps one waiting.
    drop(std::thread::Builder::new().name("whetstone-awake".to_owned()).spawn(ask));
    Awake { _ended: ended }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    #[test]
    fn asking_and_letting_go_take_no_time_and_never_fail() {
        let start = Instant::now();
        for _ in 0..3 {
            drop(super::keep_awake("a test"));
        }
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}
