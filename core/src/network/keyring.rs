//! The system's keyring, asked so that it cannot hold anybody up: what does not answer in a moment counts as not there.
//!
//! Asking goes over to another program (the Secret Service, the Keychain, Windows' credentials), which may hang, or ask
//! the person to unlock it. So every question has a thread of its own, which is left behind when it does not come back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::time::{Duration, Instant};

use crate::domain::Secret;
use crate::job::{CancelToken, Cancelled};

/// What the entries are called in the keyring.
#[cfg(not(test))]
const SERVICE: &str = "whetstone";

/// The variable that leaves the keyring alone, for machines and tests that must not touch it.
pub const KEYRING_VARIABLE: &str = "WHETSTONE_KEYRING";

/// How long a keyring may take to say what it has.
const ANSWER: Duration = Duration::from_secs(2);

/// How long it may take to keep something or to forget it: the person may have to unlock it first.
const CHANGE: Duration = Duration::from_mins(1);

/// How often a wish to stop is looked for meanwhile.
const TICK: Duration = Duration::from_millis(50);

/// Where secrets are kept. What goes wrong is said in words, without the secret.
pub trait SecretStore: Send + Sync {
    /// The secret of an entry, where there is one.
    fn read(&self, entry: &str) -> Result<Option<Secret>, Absent>;
    /// Keeps a secret in place of the one that was there.
    fn write(&self, entry: &str, secret: &Secret) -> Result<(), Absent>;
    /// Takes it away; whether there was one.
    fn delete(&self, entry: &str) -> Result<bool, Absent>;
}

/// There is no keyring, it does not answer, or it does not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absent;

/// A keyring that is asked with patience.
#[derive(Clone)]
pub struct Keyring {
    store: Arc<dyn SecretStore>,
    answer: Duration,
    change: Duration,
    /// It did not answer once, and is not asked again by this process.
    is_silent: Arc<AtomicBool>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").finish_non_exhaustive()
    }
}

impl Keyring {
    /// The system's own.
    pub fn of_system() -> Self {
        static SYSTEM: LazyLock<Keyring> = LazyLock::new(|| Keyring::new(system_store()));
        SYSTEM.clone()
    }

    /// One that keeps in `store`.
    pub fn new(store: Arc<dyn SecretStore>) -> Self {
        Self { store, answer: ANSWER, change: CHANGE, is_silent: Arc::default() }
    }

    /// The secret of an entry; none where there is no keyring.
    pub fn read(&self, entry: &str) -> Option<Secret> {
        self.look(entry).ok().flatten()
    }

    /// Keeps a secret. Whoever asked to stop meanwhile is heard.
    pub fn write(&self, entry: &str, secret: &Secret, cancel: &CancelToken) -> Result<Result<(), Absent>, Cancelled> {
        // One that does not even say what it has is not waited for any longer.
        if self.look(entry).is_err() {
            return Ok(Err(Absent));
        }
        let secret = secret.clone();
        self.ask(entry, self.change, cancel, move |store, entry| store.write(entry, &secret))
    }

    /// Takes a secret away; whether there was one.
    pub fn delete(&self, entry: &str, cancel: &CancelToken) -> Result<Result<bool, Absent>, Cancelled> {
        match self.look(entry) {
            Err(Absent) => Ok(Err(Absent)),
            Ok(None) => Ok(Ok(false)),
            Ok(Some(_)) => self.ask(entry, self.change, cancel, |store, entry| store.delete(entry)),
        }
    }

    fn look(&self, entry: &str) -> Result<Option<Secret>, Absent> {
        let asked = self.ask(entry, self.answer, &CancelToken::default(), |store, entry| store.read(entry));
        asked.unwrap_or(Err(Absent))
    }

    fn ask<T: Send + 'static>(
        &self,
        entry: &str,
        patience: Duration,
        cancel: &CancelToken,
        question: impl FnOnce(&dyn SecretStore, &str) -> Result<T, Absent> + Send + 'static,
    ) -> Result<Result<T, Absent>, Cancelled> {
        if self.is_silent.load(Ordering::Relaxed) {
            return Ok(Err(Absent));
        }
        let (sender, receiver) = mpsc::channel();
        let (store, entry) = (Arc::clone(&self.store), entry.to_owned());
        let asking = move || {
            let answer = question(&*store, &entry);
            // Nobody waits for an answer that comes too late.
            drop(sender.send(answer));
        };
        if std::thread::Builder::new().name("whetstone-keyring".to_owned()).spawn(asking).is_err() {
            return Ok(Err(Absent));
        }
        let begun = Instant::now();
        while begun.elapsed() < patience {
            cancel.check()?;
            match receiver.recv_timeout(TICK) {
                Ok(answer) => return Ok(answer),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                // It panicked.
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(Err(Absent)),
            }
        }
        self.is_silent.store(true, Ordering::Relaxed);
        Ok(Err(Absent))
    }
}

/// No keyring at all.
struct Nowhere;

impl SecretStore for Nowhere {
    fn read(&self, _entry: &str) -> Result<Option<Secret>, Absent> {
        Err(Absent)
    }

    fn write(&self, _entry: &str, _secret: &Secret) -> Result<(), Absent> {
        Err(Absent)
    }

    fn delete(&self, _entry: &str) -> Result<bool, Absent> {
        Err(Absent)
    }
}

/// The tests of this crate touch no keyring of the machine that they run on.
#[cfg(test)]
fn system_store() -> Arc<dyn SecretStore> {
    Arc::new(Nowhere)
}

#[cfg(not(test))]
fn system_store() -> Arc<dyn SecretStore> {
    let is_off = std::env::var_os(KEYRING_VARIABLE).is_some_and(|value| value.eq_ignore_ascii_case("off"));
    if is_off { Arc::new(Nowhere) } else { Arc::new(System) }
}

/// The keyring of the person who is signed in.
#[cfg(not(test))]
struct System;

#[cfg(not(test))]
impl SecretStore for System {
    fn read(&self, entry: &str) -> Result<Option<Secret>, Absent> {
        match open(entry)?.get_password() {
            Ok(secret) => Ok(Some(Secret::new(&secret))),
            Err(::keyring::Error::NoEntry) => Ok(None),
            Err(_) => Err(Absent),
        }
    }

    fn write(&self, entry: &str, secret: &Secret) -> Result<(), Absent> {
        open(entry)?.set_password(secret.reveal()).map_err(|_error| Absent)
    }

    fn delete(&self, entry: &str) -> Result<bool, Absent> {
        match open(entry)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(::keyring::Error::NoEntry) => Ok(false),
            Err(_) => Err(Absent),
        }
    }
}

#[cfg(not(test))]
fn open(entry: &str) -> Result<::keyring::Entry, Absent> {
    ::keyring::Entry::new(SERVICE, entry).map_err(|_error| Absent)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// A keyring in memory.
    #[derive(Debug, Default)]
    pub(crate) struct Memory(Mutex<BTreeMap<String, String>>);

    impl SecretStore for Memory {
        fn read(&self, entry: &str) -> Result<Option<Secret>, Absent> {
            Ok(self.0.lock().expect("no panic").get(entry).map(|secret| Secret::new(secret)))
        }

        fn write(&self, entry: &str, secret: &Secret) -> Result<(), Absent> {
            self.0.lock().expect("no panic").insert(entry.to_owned(), secret.reveal().to_owned());
            Ok(())
        }

        fn delete(&self, entry: &str) -> Result<bool, Absent> {
            Ok(self.0.lock().expect("no panic").remove(entry).is_some())
        }
    }

    /// In what way a keyring fails.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Fault {
        /// There is none.
        None,
        /// It reads, and keeps nothing.
        ReadOnly,
        /// It never answers.
        Hangs,
        /// It reads, and hangs when it is to keep something: a question to the person that nobody sees.
        HangsAtChange,
        /// Its library panics.
        Panics,
    }

    impl Fault {
        pub(crate) const ALL: [Self; 5] = [Self::None, Self::ReadOnly, Self::Hangs, Self::HangsAtChange, Self::Panics];
    }

    /// A keyring that fails.
    #[derive(Debug)]
    pub(crate) struct Failing {
        fault: Fault,
        asked: AtomicUsize,
    }

    impl Failing {
        fn at(&self, is_change: bool) -> Result<(), Absent> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            match self.fault {
                Fault::None => Err(Absent),
                Fault::ReadOnly if is_change => Err(Absent),
                Fault::HangsAtChange if !is_change => Ok(()),
                Fault::Hangs | Fault::HangsAtChange => {
                    std::thread::sleep(Duration::from_mins(10));
                    Err(Absent)
                }
                Fault::ReadOnly => Ok(()),
                Fault::Panics => std::panic::resume_unwind(Box::new("a library's panic")),
            }
        }
    }

    impl SecretStore for Failing {
        fn read(&self, _entry: &str) -> Result<Option<Secret>, Absent> {
            self.at(false).map(|()| None)
        }

        fn write(&self, _entry: &str, _secret: &Secret) -> Result<(), Absent> {
            self.at(true)
        }

        fn delete(&self, _entry: &str) -> Result<bool, Absent> {
            self.at(true).map(|()| false)
        }
    }

    pub(crate) fn failing(fault: Fault) -> (Keyring, Arc<Failing>) {
        let store = Arc::new(Failing { fault, asked: AtomicUsize::new(0) });
        let brief = Duration::from_millis(200);
        let keyring =
            Keyring { store: Arc::<Failing>::clone(&store), answer: brief, change: brief, is_silent: Arc::default() };
        (keyring, store)
    }

    #[test]
    fn what_is_kept_is_read_and_taken_away() {
        let (keyring, cancel) = (Keyring::new(Arc::new(Memory::default())), CancelToken::default());
        assert_eq!(keyring.read("https://hub.example"), None);
        let secret = Secret::new("hf_canary");
        assert_eq!(keyring.write("https://hub.example", &secret, &cancel), Ok(Ok(())));
        assert_eq!(keyring.read("https://hub.example"), Some(secret));
        // Of another endpoint there is none.
        assert_eq!(keyring.read("https://mirror.example"), None);
        assert_eq!(keyring.delete("https://hub.example", &cancel), Ok(Ok(true)));
        assert_eq!(keyring.delete("https://hub.example", &cancel), Ok(Ok(false)));
        assert_eq!(keyring.read("https://hub.example"), None);
    }

    #[test]
    fn a_keyring_that_fails_counts_as_none() {
        for fault in Fault::ALL {
            let (keyring, _) = failing(fault);
            let cancel = CancelToken::default();
            assert_eq!(keyring.read("entry"), None, "{fault:?}");
            assert_eq!(keyring.write("entry", &Secret::new("hf_canary"), &cancel), Ok(Err(Absent)), "{fault:?}");
            assert!(matches!(keyring.delete("entry", &cancel), Ok(Err(Absent) | Ok(false))), "{fault:?}");
        }
    }

    #[test]
    fn a_keyring_that_hangs_is_asked_once() {
        let (keyring, store) = failing(Fault::Hangs);
        for _ in 0..5 {
            assert_eq!(keyring.read("entry"), None);
        }
        assert_eq!(store.asked.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn whoever_stops_need_not_wait_for_a_keyring() {
        let (mut keyring, _) = failing(Fault::HangsAtChange);
        keyring.change = Duration::from_mins(10);
        let cancel = CancelToken::default();
        cancel.cancel();
        assert_eq!(keyring.write("entry", &Secret::new("hf_canary"), &cancel), Err(Cancelled));
    }
}
