//! How long a server is waited for, and how often it is asked again.

use std::time::Duration;

/// Tries after the first at a host that cannot be reached.
const UNREACHABLE_RETRIES: u32 = 2;

/// How long is waited, and how often is tried.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// To connect, and for the first byte of an answer.
    pub answer: Duration,
    /// Within this time at least [`Patience::least_bytes`] must come.
    pub stall: Duration,
    /// Fewer bytes within [`Patience::stall`] are a stall.
    pub least_bytes: u64,
    /// Tries after the first that bring nothing.
    pub retries: u32,
    /// Before the first of them; doubles with each.
    pub first_pause: Duration,
    /// A pause is not longer than this, and a host that asks for longer is told to the person instead.
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            least_bytes: 4 << 10,
            retries: 6,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_mins(5),
        }
    }
}

/// The pauses between tries.
#[derive(Debug)]
pub struct Tries {
    left: u32,
    /// How many of them a host gets that cannot be reached.
    left_unreachable: u32,
    pause: Duration,
    longest: Duration,
}

impl Tries {
    /// From the first.
    pub fn new(patience: &Patience) -> Self {
        Self {
            left: patience.retries,
            left_unreachable: UNREACHABLE_RETRIES.min(patience.retries),
            pause: patience.first_pause,
            longest: patience.longest_pause,
        }
    }

    /// The next pause for a host that cannot be reached, which is asked only a few times.
    pub fn next_few(&mut self) -> Option<Duration> {
        self.left_unreachable = self.left_unreachable.checked_sub(1)?;
        self.next()
    }
}

impl Iterator for Tries {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let pause = self.pause.min(self.longest);
        self.pause = pause * 2;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let patience = Patience {
            retries: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(3),
            ..Patience::default()
        };
        let pauses: Vec<u64> = Tries::new(&patience).map(|pause| pause.as_secs()).collect();
        assert_eq!(pauses, [1, 2, 3, 3]);
    }
}
